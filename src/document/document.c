/*
 * document.c: the phases in their order, and what others ask of a finished document.
 */
#include "document/document_int.h"
#include <sodium.h>
#include "document/heads.h"

/* What stands before the first paragraph is the root's own. */
static void take_leading(struct build *b)
{
    struct block lead = {.first = 0,
                         .last = b->blocks.n ? b->blocks.at[0].first : (uint32_t)b->lines.n};
    node_take(b, b->doc->root, &lead, 0, SIZE_MAX);
}

static int build_tree(struct build *b)
{
    b->doc->root = node_new(b, NULL, DOC_ROOT);
    if (!b->doc->root)
        return err_memory(b->err);
    take_leading(b);
    if (b->blocks.n == 0)
        return 0;
    if (b->heads.n)
        return outline_build(b, 0, (uint32_t)b->blocks.n);
    if (frames_digest(b))
        return digest_build(b);
    if (frames_bulletin(b))
        return bulletin_build(b);
    outline_survey(b);
    return outline_build(b, 0, (uint32_t)b->blocks.n);
}

static int parse(struct build *b)
{
    int r = lines_read(b);
    if (r == 0)
        r = heads_survey(b);
    if (r == 0)
        r = blocks_make(b);
    if (r == 0)
        r = build_tree(b);
    if (r < 0)
        return r;
    if (b->arena->failed)
        return err_memory(b->err);
    tree_finish(b);
    inline_marks(b);
    secrets_find(b);
    return b->arena->failed ? err_memory(b->err) : 0;
}

int document_parse(struct arena *arena, struct span bytes, struct span file, struct doc **ret,
                   struct err *err)
{
    struct build b = {.arena = arena, .err = err};
    buffer_init(&b.raw);
    buffer_init(&b.fixed);
    b.doc = ARENA_NEW(arena, struct doc);
    int r = b.doc ? 0 : err_memory(err);
    if (r == 0) {
        *b.doc = (struct doc){.arena = arena, .file = file, .bytes = bytes};
        r = parse(&b);
    }
    buffer_release(&b.raw);
    buffer_release(&b.fixed);
    if (r < 0)
        return r;
    const char *wrong = doc_check(b.doc);
    if (wrong)
        BUG("document tree: %s", wrong);
    *ret = b.doc;
    return 0;
}

static const char *const kind_names[] = {
#define DOC_KIND(name, text) text,
#include "document/kinds.def"
#undef DOC_KIND
};

const char *doc_kind_name(enum doc_kind kind)
{
    return kind_names[kind];
}

const char *doc_form_name(enum doc_form form)
{
    static const char *const names[] = {"plain", "compilation", "digest", "bulletin"};
    return names[form];
}

const char *doc_joining_name(enum doc_joining joining)
{
    static const char *const names[] = {"trailing-space", "spaced", "wrapped"};
    return names[joining];
}

const char *doc_mark_name(enum doc_mark_kind kind)
{
    static const char *const names[] = {"citation", "number", "responsible",
                                        "url",      "email",  "phone"};
    return names[kind];
}

void doc_text(struct buffer *out, const struct doc *doc, const struct doc_node *node, bool unmasked)
{
    struct arena scratch;
    arena_init(&scratch);
    for (const struct doc_node *n = node; n; n = doc_following(node, n)) {
        if (n->kind == DOC_CELL || (!n->text.n && !n->mark.n))
            continue;
        struct span text = unmasked ? n->text : doc_masked(&scratch, doc, n, n->text);
        buffer_add(out, n->mark);
        buffer_add(out, text);
        buffer_byte(out, '\n');
        if (!text.p && n->text.n)
            out->failed = true;
        if (text.p != n->text.p)
            arena_clear(&scratch);
    }
    arena_release(&scratch);
}

void doc_sha256(struct span bytes, char ret_hex[DOC_SHA256_HEX])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n);
    for (size_t i = 0; i < sizeof hash; i++) {
        ret_hex[2 * i] = hex[hash[i] >> 4];
        ret_hex[2 * i + 1] = hex[hash[i] & 15];
    }
    ret_hex[DOC_SHA256_HEX - 1] = 0;
}
