/*
 * archive_put.c: a file into the store. Everything is made ready in memory first (documents, masked
 * clauses, sealed parts); the transaction only writes.
 *
 *     document_archive_put
 *       decisions_read      finds that an officer released before stay in the clear
 *       versions_make       each node of the tree to the document it belongs to, masked
 *       store_write: put_all
 *         put_source, put_version (new, changed or the same), put_redactions, hooks
 */
#include <stdio.h>
#include "base/buffer.h"
#include "base/date.h"
#include "base/json.h"
#include "base/map.h"
#include "document/archive.h"
#include "document/archive_int.h"
#include "document/entries.h"
#include "document/mention.h"
#include "document/reader.h"
#include "document/references.h"
#include "document/seal.h"

#define FIELDS 4
static const char *const field_names[FIELDS] = {"path", "mark", "title", "text"};

struct field_place {
    size_t secret;
    int64_t clause;
    int field;
    size_t start, end;
};
VECTOR_OF(struct archive_clause, clause_vector);
VECTOR_OF(const struct doc_node *, node_vector);
VECTOR_OF(struct doc_places, places_vector);
VECTOR_OF(struct field_place, field_vector);

/* A document of the file on its way into the store. */
struct put_version {
    struct archive_version v;
    const struct doc_entry *entry; /* NULL = the frame */
    struct span heads[2];          /* paths of its body and of all of it */
    struct span match_key;
    size_t repeat; /* n-th document of the file with that key, from 1 */
    struct clause_vector clauses;
    struct node_vector nodes;
    struct places_vector hidden; /* in the text of each clause */
    struct field_vector places;
    struct buffer digest; /* what the digest is taken of */
    enum archive_outcome outcome;
};

struct put {
    struct store *store;
    const struct seal *seal;
    struct arena *arena;
    const struct archive_file *file;
    struct doc masked;   /* the tree without the finds that were released */
    char *states;        /* of each find of file->doc: what was decided on its text before */
    size_t *secret_of;   /* find of masked.secrets -> find of file->doc */
    int64_t *redactions; /* find of file->doc -> redaction.id, 0 = not written */
    struct put_version *versions;
    size_t version_count;
    struct doc_entries entries;
    struct mentions mentions; /* of the whole file */
    struct references said;
    struct archive_report report;
    struct err *err;
};

/* ---- what was decided before ---- */

/* state of the newest decision on a text with this digest: 'r'eleased, 'c'onfirmed, 0 = none. */
static int decided(struct put *p, enum doc_person kind, struct span text, char *ret)
{
    char digest[SEAL_DIGEST_HEX];
    struct stmt *st;
    int r = store_prepare(p->store,
                          "SELECT state FROM redaction WHERE digest = $1 AND kind = $2 AND state IN"
                          " ('released', 'confirmed') ORDER BY id DESC LIMIT 1",
                          &st, p->err);
    if (r < 0)
        return r;
    seal_digest(p->seal, text, digest);
    stmt_text(st, 1, span_z(digest));
    stmt_text(st, 2, span_z(doc_person_name(kind)));
    r = stmt_step(st, p->err);
    *ret = r > 0 ? stmt_get_text(st, 0).p[0] : 0;
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* Most databases hold no decision: then no find needs to be asked about. */
static int any_decided(struct put *p, bool *ret)
{
    struct stmt *st;
    int r = store_prepare(
        p->store, "SELECT 1 FROM redaction WHERE state IN ('released', 'confirmed') LIMIT 1", &st,
        p->err);
    if (r < 0)
        return r;
    r = stmt_step(st, p->err);
    *ret = r > 0;
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int decisions_read(struct put *p)
{
    const struct doc *doc = p->file->doc;
    size_t n = doc->secret_count, kept = 0;
    struct doc_secret *secrets = ARENA_ARRAY(p->arena, struct doc_secret, n + 1);
    struct map asked; /* a text is looked up once, however often it stands there */
    bool any = false;

    p->masked = *doc;
    p->states = ARENA_ARRAY(p->arena, char, n + 1);
    p->secret_of = ARENA_ARRAY(p->arena, size_t, n + 1);
    p->redactions = ARENA_ARRAY(p->arena, int64_t, n + 1);
    if (!secrets || !p->states || !p->secret_of || !p->redactions)
        return err_memory(p->err);
    map_init(&asked, p->arena);
    int known = any_decided(p, &any);
    if (known < 0)
        return known;
    for (size_t i = 0; i < n; i++) {
        const struct doc_secret *s = &doc->secrets[i];
        const struct doc_secret *before = map_get(&asked, s->text);
        int r = 0;
        if (before && before->kind == s->kind)
            p->states[i] = p->states[before - doc->secrets];
        else if (any)
            r = decided(p, s->kind, s->text, &p->states[i]);
        if (r == 0 && !before && map_put(&asked, s->text, (void *)(uintptr_t)s) < 0)
            r = err_memory(p->err);
        if (r < 0)
            return r;
        if (p->states[i] == 'r')
            continue;
        secrets[kept] = *s;
        secrets[kept].doubtful &= p->states[i] != 'c';
        p->secret_of[kept++] = i;
    }
    p->masked.secrets = secrets;
    p->masked.secret_count = kept;
    return 0;
}

/* ---- clauses ---- */

/* Where the walk is, by depth of the tree. */
struct level {
    struct put_version *version; /* the node belongs to; NULL = left out */
    int64_t position;
    const struct doc_node *veil; /* nearest node whose step of the path hides something */
};

struct sort {
    struct put *p;
    struct map by_node; /* node of an entry -> struct put_version */
    struct put_version *frame;
    struct level levels[DOC_DEPTH_MAX + 2];
};

static bool hides(struct put *p, const struct doc_node *n)
{
    size_t start, end;
    doc_own_range(&p->masked, n, &start, &end);
    return doc_masked_range(p->arena, &p->masked, start, end, n->step, NULL).p != n->step.p;
}

/* Relative to the document: without the title that all paths of the file begin with there. */
static struct span relative_path(struct put *p, const struct put_version *v,
                                 const struct doc_node *n)
{
    struct span path = doc_path(p->arena, &p->masked, n);
    for (size_t i = 0; i < 2; i++) {
        struct span head = v->heads[i];
        if (head.n == 0 || !span_starts(path, head))
            continue;
        if (path.n == head.n)
            return SPAN("");
        if (path.p[head.n] == '/')
            return span_from(path, head.n + 1);
    }
    return path;
}

/* One masked field, its places noted. */
static struct span field(struct put *p, struct put_version *v, const struct doc_node *range,
                         int which, struct span text, struct doc_places *ret)
{
    struct doc_places places = {0};
    size_t start, end;
    if (!range)
        return text;
    doc_own_range(&p->masked, range, &start, &end);
    text = doc_masked_range(p->arena, &p->masked, start, end, text, &places);
    for (size_t i = 0; i < places.n; i++) {
        struct field_place *f = VECTOR_PUSH(p->arena, &v->places, struct field_place);
        if (f)
            *f = (struct field_place){.secret =
                                          p->secret_of[places.at[i].secret - p->masked.secrets],
                                      .clause = (int64_t)v->clauses.n - 1,
                                      .field = which,
                                      .start = places.at[i].start,
                                      .end = places.at[i].end};
    }
    if (ret)
        *ret = places;
    return text;
}

static void digest_add(struct put_version *v, const struct doc_node *n)
{
    buffer_add_z(&v->digest, doc_kind_name(n->kind));
    buffer_byte(&v->digest, '\t');
    buffer_add(&v->digest, n->mark);
    buffer_add(&v->digest, n->text);
    buffer_byte(&v->digest, '\n');
}

static void clause_add(struct sort *s, struct put_version *v, const struct doc_node *n,
                       unsigned depth)
{
    struct put *p = s->p;
    struct level *above = depth ? &s->levels[depth - 1] : NULL, *here = &s->levels[depth];
    struct archive_clause *c = VECTOR_PUSH(p->arena, &v->clauses, struct archive_clause);
    const struct doc_node **node = VECTOR_PUSH(p->arena, &v->nodes, const struct doc_node *);
    struct doc_places *hidden = VECTOR_PUSH(p->arena, &v->hidden, struct doc_places);
    if (!c || !node || !hidden)
        return;
    *node = n;
    c->position = (int64_t)v->clauses.n - 1;
    c->parent = above && above->version == v ? above->position : -1;
    c->depth = c->parent < 0 ? 0 : v->clauses.at[c->parent].depth + 1;
    c->start = (int64_t)n->start;
    c->end = (int64_t)n->text_end;
    c->line = n->line;
    c->kind = span_z(doc_kind_name(n->kind));
    c->path = field(p, v, here->veil, 0, relative_path(p, v, n), NULL);
    c->mark = field(p, v, n, 1, n->mark, NULL);
    c->title = field(p, v, n, 2, n->title, NULL);
    c->text = field(p, v, n, 3, n->text, hidden);
    here->position = c->position;
    digest_add(v, n);
}

static void node_sort(struct sort *s, const struct doc_node *n, unsigned depth)
{
    struct level *here = &s->levels[depth], *above = depth ? here - 1 : NULL;
    struct put_version *v = map_get(&s->by_node, span_of((const char *)&n, sizeof n));
    *here = (struct level){.version = v ? v : above ? above->version : s->frame, .position = -1};
    here->veil = hides(s->p, n) ? n : above ? above->veil : NULL;
    if (here->version != s->frame || n->text.n || n->title.n)
        clause_add(s, here->version, n, depth);
}

/* ---- what an entry says of itself ---- */

static struct span fact(struct put *p, const struct doc_entry *e, struct span text, size_t start,
                        size_t end)
{
    if (start == end)
        doc_own_range(&p->masked, e->node, &start, &end);
    return doc_masked_range(p->arena, &p->masked, start, end, text, NULL);
}

static struct span fact_text(struct put *p, const struct doc_entry *e, const struct doc_fact *f)
{
    return fact(p, e, f->text, f->start, f->end);
}

static struct span day(struct put *p, struct date d)
{
    char text[DATE_TEXT];
    if (d.year == 0)
        return SPAN("");
    return arena_copy(p->arena, span_of(text, date_print(d, text)));
}

static struct json *facts_json(struct put *p, const struct doc_entry *e, const struct doc_fact *f,
                               size_t n)
{
    struct json *list = json_array(p->arena);
    for (size_t i = 0; i < n; i++)
        json_add(list, json_string(p->arena, fact_text(p, e, &f[i])));
    return list;
}

static struct span json_span(struct put *p, const struct json *j)
{
    struct buffer b = BUFFER_INIT;
    json_print(&b, j, JSON_COMPACT);
    struct span s = arena_copy(p->arena, buffer_span(&b));
    p->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return s;
}

static void set(struct put *p, struct json *j, const char *key, struct span value)
{
    json_set(j, span_z(key), json_string(p->arena, value));
}

static struct json *validity_json(struct put *p, const struct doc_entry *e)
{
    const struct doc_validity *v = &e->validity;
    struct json *j = json_object(p->arena);
    set(p, j, "from", day(p, v->from));
    set(p, j, "to", day(p, v->to));
    set(p, j, "from_event", v->from_event);
    set(p, j, "to_event", v->to_event);
    JSON_SET(j, "months", json_int(p->arena, v->months));
    set(p, j, "text", fact_text(p, e, &v->text));
    JSON_SET(j, "own_terms_prevail", json_bool(p->arena, v->own_terms_prevail));
    JSON_SET(j, "superior_prevails", json_bool(p->arena, v->superior_prevails));
    return j;
}

static struct json *flags_json(struct put *p, const struct doc_entry *e)
{
    struct json *list = json_array(p->arena);
    for (unsigned bit = 0; bit < DOC_FLAG_COUNT; bit++)
        if (e->flags >> bit & 1)
            json_add(list, json_string(p->arena, span_z(doc_flag_name(bit))));
    return list;
}

static struct json *missing_json(struct put *p, const struct doc_entry *e)
{
    struct json *list = json_array(p->arena);
    for (size_t i = 0; i < e->missing_count; i++) {
        struct json *j = json_object(p->arena);
        set(p, j, "what", fact_text(p, e, &e->missing[i].what));
        set(p, j, "cause", span_z(e->missing[i].cause));
        json_add(list, j);
    }
    return list;
}

static struct span meta_json(struct put *p, const struct doc_entry *e)
{
    struct json *j = json_object(p->arena);
    set(p, j, "addressee", fact_text(p, e, &e->addressee));
    set(p, j, "source", fact_text(p, e, &e->source));
    set(p, j, "heading_date", day(p, e->heading_date.date));
    set(p, j, "signature_date", day(p, e->signature_date.date));
    JSON_SET(j, "signers", facts_json(p, e, e->signers, e->signer_count));
    JSON_SET(j, "validity", validity_json(p, e));
    JSON_SET(j, "missing", missing_json(p, e));
    JSON_SET(j, "flags", flags_json(p, e));
    if (e->enclosed) {
        struct json *in = json_object(p->arena);
        set(p, in, "relation", span_z(doc_relation_name(e->enclosed->relation)));
        set(p, in, "title", e->enclosed->title);
        set(p, in, "number", e->enclosed->number);
        JSON_SET(j, "enclosed", in);
    }
    return json_span(p, j);
}

/* Letters and digits of a title: what is left when only looks differ. */
static void fold(struct buffer *out, struct span s)
{
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        bool letter =
            n == 1 ? (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                   : c >= 0xE3 && c <= 0xEE &&
                         !(c == 0xE3 && s.n > i + 1 && (unsigned char)s.p[i + 1] < 0x90);
        if (i + n > s.n)
            n = s.n - i;
        if (letter)
            buffer_add(out, span_of(s.p + i, n));
        i += n;
    }
}

/* A document is known by its 文号 and title; without 文号 by the name that stays while title, date
 * and region do. */
static struct span match_key(struct put *p, const struct doc_entry *e)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "%s|", doc_entry_kind_name(e->kind));
    if (e->number.text.n) {
        buffer_add(&b, e->number.text);
        buffer_byte(&b, '|');
        fold(&b, fact_text(p, e, &e->title));
    } else {
        buffer_add(&b, fact(p, e, e->id, 0, 0));
    }
    struct span key = arena_copy(p->arena, buffer_span(&b));
    p->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return key;
}

/* Where the paths of the clauses begin: the enclosed text, or the heading that is the title. */
static const struct doc_node *body_of(const struct doc_entry *e)
{
    if (e->body && e->body != e->node)
        return e->body;
    for (const struct doc_node *n = e->node->first; n; n = n->next)
        if (n->kind == DOC_HEADING && n->first && span_eq(n->text, e->title.text))
            return n;
    return e->node;
}

static void describe(struct put *p, struct put_version *v)
{
    const struct doc_entry *e = v->entry;
    v->v.kind = span_z(doc_entry_kind_name(e->kind));
    v->v.title = fact_text(p, e, &e->title);
    v->v.doc_number = fact_text(p, e, &e->number);
    v->v.issuers = json_span(p, facts_json(p, e, e->issuers, e->issuer_count));
    v->v.issued = day(p, e->date);
    v->v.signed_on = day(p, e->signature_date.date);
    v->v.region = e->region;
    v->v.type = e->type;
    v->v.meta = meta_json(p, e);
    v->v.slug = fact(p, e, e->id, 0, 0);
    v->v.start = (int64_t)e->start;
    v->v.end = (int64_t)e->end;
    v->match_key = match_key(p, e);
    v->heads[0] = doc_path(p->arena, &p->masked, body_of(e));
    v->heads[1] = doc_path(p->arena, &p->masked, e->node);
}

static void describe_frame(struct put *p, struct put_version *v)
{
    v->v.kind = SPAN("frame");
    v->v.title =
        doc_masked_range(p->arena, &p->masked, 0, p->masked.bytes.n, p->entries.frame_title, NULL);
    if (v->v.title.n == 0)
        v->v.title = p->report.name;
    v->v.issuers = SPAN("[]");
    v->v.meta = SPAN("{}");
    v->v.slug = arena_print(p->arena, "file-%.12s", p->report.sha256.p);
    v->match_key = arena_print(p->arena, "frame|%.*s", SPAN_ARG(p->report.name));
    v->v.end = (int64_t)p->masked.bytes.n;
}

/* Two documents of one file with one key: the second is #2. */
static int keys_unique(struct put *p)
{
    struct map seen; /* -> the last version of that key, which knows its number */
    map_init(&seen, p->arena);
    for (size_t i = 0; i < p->version_count; i++) {
        struct put_version *v = &p->versions[i];
        const struct put_version *last = map_get(&seen, v->match_key);
        struct span key = v->match_key;
        v->repeat = last ? last->repeat + 1 : 1;
        if (last)
            v->match_key = arena_print(p->arena, "%.*s#%zu", SPAN_ARG(key), v->repeat);
        if (p->arena->failed || map_put(&seen, key, v) < 0)
            return err_memory(p->err);
    }
    return 0;
}

static void sort_nodes(struct sort *s)
{
    struct doc_walk w;
    unsigned depth = 0;
    doc_walk_init(&w, s->p->masked.root);
    while (doc_walk_next(&w) != DOC_DONE) {
        if (w.event == DOC_EXIT) {
            depth--;
            continue;
        }
        node_sort(s, w.node, depth);
        depth++;
    }
}

static int versions_make(struct put *p)
{
    struct sort s = {.p = p};
    int r = document_entries(&p->masked, p->arena, &p->entries, p->err);
    if (r < 0)
        return r;
    map_init(&s.by_node, p->arena);
    p->versions = ARENA_ARRAY(p->arena, struct put_version, p->entries.n + 1);
    if (!p->versions)
        return err_memory(p->err);
    s.frame = &p->versions[p->entries.n]; /* for now; moved behind the last */
    for (size_t i = 0; i < p->entries.n; i++) {
        const struct doc_entry *e = &p->entries.at[i];
        struct put_version *v = &p->versions[p->version_count];
        struct span key = span_of((const char *)&e->node, sizeof e->node);
        if (!doc_entry_separate(e) || map_get(&s.by_node, key))
            continue;
        *v = (struct put_version){.entry = e, .digest = BUFFER_INIT};
        v->v.ordinal = (int64_t)++p->version_count;
        if (map_put(&s.by_node, key, v) < 0)
            return err_memory(p->err);
        describe(p, v);
    }
    *s.frame = (struct put_version){.digest = BUFFER_INIT};
    sort_nodes(&s);
    if (s.frame->clauses.n) {
        describe_frame(p, s.frame);
        struct put_version frame = *s.frame;
        p->versions[p->version_count++] = frame;
    } else {
        buffer_release(&s.frame->digest);
    }
    return p->arena->failed ? err_memory(p->err) : keys_unique(p);
}

/* What the texts say inside their sentences, and of one another. */
static int facts_make(struct put *p)
{
    struct mention_setting setting = {.entries = &p->entries};
    struct reference_file file = {p->file->doc, &p->entries, &p->mentions};
    int r =
        mentions_find(p->arena, p->file->doc, p->file->doc->root, &setting, &p->mentions, p->err);
    return r < 0 ? r : references_said(p->arena, &file, &p->said, p->err);
}

static void digests_make(struct put *p)
{
    for (size_t i = 0; i < p->version_count; i++) {
        struct put_version *v = &p->versions[i];
        char digest[SEAL_DIGEST_HEX];
        p->arena->failed |= buffer_failed(&v->digest);
        seal_digest(p->seal, buffer_span(&v->digest), digest);
        v->v.text_digest = arena_copy(p->arena, span_z(digest));
    }
}

/* ---- writing ---- */

static int put_part(struct put *p, const char *kind, int64_t part, struct span plain)
{
    struct stmt *st;
    struct span sealed = seal_close(
        p->arena, p->seal, archive_part_about(p->arena, p->report.sha256, kind, part), plain);
    int r = store_prepare(
        p->store, "INSERT INTO source_part (source_id, kind, part, sealed) VALUES ($1, $2, $3, $4)",
        &st, p->err);
    if (r < 0)
        return r;
    if (!sealed.p)
        return err_memory(p->err);
    stmt_int(st, 1, p->report.source);
    stmt_text(st, 2, span_z(kind));
    stmt_int(st, 3, part);
    stmt_blob(st, 4, sealed);
    return stmt_run(st, p->err);
}

static int put_parts(struct put *p, const char *kind, struct span plain)
{
    int64_t part = 0;
    int r;
    do {
        size_t n = plain.n < ARCHIVE_PART ? plain.n : ARCHIVE_PART;
        r = put_part(p, kind, part++, span_of(plain.p, n));
        plain = span_from(plain, n);
    } while (r == 0 && plain.n);
    return r;
}

static int put_source(struct put *p)
{
    struct stmt *st;
    const struct reader_text *t = p->file->text;
    int r =
        store_prepare(p->store,
                      "INSERT INTO source_file (sha256, name, kind, encoding, size, text_size,"
                      " imported_at, report) VALUES ($1, $2, $3, $4, $5, $6, $7, '{}') {new id}",
                      &st, p->err);
    if (r < 0)
        return r;
    stmt_text(st, 1, p->report.sha256);
    stmt_text(st, 2, p->report.name);
    stmt_text(st, 3, span_z(reader_kind_name(t->kind)));
    stmt_text(st, 4, span_z(t->encoding));
    stmt_int(st, 5, (int64_t)p->file->original.n);
    stmt_int(st, 6, (int64_t)t->text.n);
    stmt_int(st, 7, clock_now_ms());
    r = stmt_insert(st, &p->report.source, p->err);
    if (r == 0)
        r = seal_note(p->store, p->seal, p->err);
    if (r == 0)
        r = put_parts(p, "original", p->file->original);
    if (r == 0 && t->text.p != p->file->original.p)
        r = put_parts(p, "text", t->text);
    return r;
}

/* Finds the document by its key: its id and newest version, or 0. */
static int find_document(struct put *p, struct put_version *v, bool *ret_same)
{
    struct stmt *st;
    int r = store_prepare(p->store,
                          "SELECT d.id, d.latest, v.text_digest, d.slug FROM document d"
                          " JOIN document_version v ON v.document_id = d.id AND v.number = d.latest"
                          " WHERE d.match_key = $1",
                          &st, p->err);
    if (r < 0)
        return r;
    stmt_text(st, 1, v->match_key);
    r = stmt_step(st, p->err);
    v->v.document = v->v.number = 0;
    *ret_same = false;
    if (r > 0) {
        v->v.document = stmt_get_int(st, 0);
        v->v.number = stmt_get_int(st, 1);
        *ret_same = span_eq(stmt_get_text(st, 2), v->v.text_digest);
        v->v.slug = arena_copy(p->arena, stmt_get_text(st, 3));
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int slug_taken(struct put *p, struct span slug, bool *ret)
{
    struct stmt *st;
    int r = store_prepare(p->store, "SELECT 1 FROM document WHERE slug = $1", &st, p->err);
    if (r < 0)
        return r;
    stmt_text(st, 1, slug);
    r = stmt_step(st, p->err);
    *ret = r > 0;
    stmt_done(st);
    return r < 0 ? r : 0;
}

#define SLUG_TRIES 5

/* Another document may have the name already: a number, at last a piece of the digest tells them
 * apart. */
static int free_slug(struct put *p, struct put_version *v)
{
    struct span base = v->v.slug.n ? v->v.slug : SPAN("document");
    bool taken = v->repeat > 1;
    v->v.slug = base;
    int r = taken ? 0 : slug_taken(p, base, &taken);
    for (size_t n = v->repeat > 1 ? v->repeat : 2, i = 0; r == 0 && taken; n++, i++) {
        v->v.slug = i < SLUG_TRIES ? arena_print(p->arena, "%.*s-%zu", SPAN_ARG(base), n)
                                   : arena_print(p->arena, "%.*s-%.16s-%zu", SPAN_ARG(base),
                                                 v->v.text_digest.p, n);
        r = v->v.slug.p ? slug_taken(p, v->v.slug, &taken) : err_memory(p->err);
    }
    return r;
}

static int put_document(struct put *p, struct put_version *v)
{
    struct stmt *st;
    int r = free_slug(p, v);
    if (r == 0)
        r = store_prepare(p->store,
                          "INSERT INTO document (slug, match_key, latest, created_at)"
                          " VALUES ($1, $2, 1, $3) {new id}",
                          &st, p->err);
    if (r < 0)
        return r;
    stmt_text(st, 1, v->v.slug);
    stmt_text(st, 2, v->match_key);
    stmt_int(st, 3, clock_now_ms());
    v->v.number = 1;
    return stmt_insert(st, &v->v.document, p->err);
}

static int raise_version(struct put *p, struct put_version *v)
{
    struct stmt *st;
    int r = store_prepare(p->store, "UPDATE document SET latest = $2 WHERE id = $1", &st, p->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, v->v.document);
    stmt_int(st, 2, ++v->v.number);
    return stmt_run(st, p->err);
}

static int put_version_row(struct put *p, struct put_version *v)
{
    struct stmt *st;
    int r = store_prepare(
        p->store,
        "INSERT INTO document_version (document_id, number, source_id, ordinal, kind, title,"
        " doc_number, issuers, issued, signed, region, type, meta, start_byte, end_byte,"
        " text_digest, imported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
        " $13, $14, $15, $16, $17) {new id}",
        &st, p->err);
    if (r < 0)
        return r;
    v->v.imported_at = clock_now_ms();
    v->v.source = p->report.source;
    v->v.latest = v->v.number;
    const int64_t numbers[] = {v->v.document, v->v.number, v->v.source, v->v.ordinal};
    const struct span texts[] = {v->v.kind,    v->v.title,  v->v.doc_number,
                                 v->v.issuers, v->v.issued, v->v.signed_on,
                                 v->v.region,  v->v.type,   v->v.meta};
    int at = 1;
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        stmt_int(st, at++, numbers[i]);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        stmt_text(st, at++, texts[i]);
    stmt_int(st, at++, v->v.start);
    stmt_int(st, at++, v->v.end);
    stmt_text(st, at++, v->v.text_digest);
    stmt_int(st, at++, v->v.imported_at);
    return stmt_insert(st, &v->v.id, p->err);
}

static int put_clause(struct put *p, const struct put_version *v, const struct archive_clause *c)
{
    struct stmt *st;
    int r = store_prepare(
        p->store,
        "INSERT INTO clause (version_id, position, parent, depth, kind, path, mark, title, text,"
        " start_byte, end_byte, line) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &st, p->err);
    if (r < 0)
        return r;
    const struct span texts[] = {c->kind, c->path, c->mark, c->title, c->text};
    stmt_int(st, 1, v->v.id);
    stmt_int(st, 2, c->position);
    if (c->parent < 0)
        stmt_null(st, 3);
    else
        stmt_int(st, 3, c->parent);
    stmt_int(st, 4, c->depth);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        stmt_text(st, 5 + (int)i, texts[i]);
    stmt_int(st, 10, c->start);
    stmt_int(st, 11, c->end);
    stmt_int(st, 12, c->line);
    return stmt_post(st, p->err);
}

/* Many rows travel together; their ids are asked for once. */
static int put_clauses(struct put *p, struct put_version *v)
{
    struct stmt *st;
    size_t n = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < v->clauses.n; i++)
        r = put_clause(p, v, &v->clauses.at[i]);
    if (r == 0)
        r = store_prepare(p->store, "SELECT id FROM clause WHERE version_id = $1 ORDER BY position",
                          &st, p->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, v->v.id);
    while ((r = stmt_step(st, p->err)) > 0 && n < v->clauses.n)
        v->clauses.at[n++].id = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* ---- what was hidden ---- */

static int put_redaction(struct put *p, size_t secret)
{
    const struct doc *doc = p->file->doc;
    const struct doc_secret *s = &doc->secrets[secret];
    char digest[SEAL_DIGEST_HEX], state = p->states[secret];
    struct stmt *st;
    int r = store_prepare(
        p->store,
        "INSERT INTO redaction (source_id, kind, placeholder, reason, digest, state,"
        " start_byte, end_byte, line, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " {new id}",
        &st, p->err);
    if (r < 0)
        return r;
    struct span sealed =
        seal_close(p->arena, p->seal,
                   archive_find_about(p->arena, p->report.sha256, (int64_t)s->start), s->text);
    if (!sealed.p)
        return err_memory(p->err);
    seal_digest(p->seal, s->text, digest);
    stmt_int(st, 1, p->report.source);
    stmt_text(st, 2, span_z(doc_person_name(s->kind)));
    stmt_text(st, 3, doc_placeholder(s->kind));
    stmt_text(st, 4, span_z(s->reason ? s->reason : ""));
    stmt_text(st, 5, span_z(digest));
    stmt_text(st, 6,
              span_z(state == 'r'                  ? "released"
                     : s->doubtful && state == 'c' ? "confirmed"
                     : s->doubtful                 ? "doubtful"
                                                   : "certain"));
    stmt_int(st, 7, (int64_t)s->start);
    stmt_int(st, 8, (int64_t)s->end);
    stmt_int(st, 9, doc_line_at(doc, s->start));
    stmt_blob(st, 10, sealed);
    return stmt_insert(st, &p->redactions[secret], p->err);
}

static int put_place(struct put *p, const struct put_version *v, const struct field_place *f)
{
    struct stmt *st;
    int r = p->redactions[f->secret] ? 0 : put_redaction(p, f->secret);
    if (r == 0)
        r = store_prepare(p->store,
                          "INSERT INTO redaction_place (redaction_id, clause_id, field, text_start,"
                          " text_end) VALUES ($1, $2, $3, $4, $5)",
                          &st, p->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, p->redactions[f->secret]);
    stmt_int(st, 2, v->clauses.at[f->clause].id);
    stmt_text(st, 3, span_z(field_names[f->field]));
    stmt_int(st, 4, (int64_t)f->start);
    stmt_int(st, 5, (int64_t)f->end);
    return stmt_post(st, p->err);
}

/* Finds in no clause's text (the file's own frame lines, cells that repeat) are logged as well. */
static int put_other_redactions(struct put *p, const struct put_version *v)
{
    const struct doc *doc = p->file->doc;
    int r = 0;
    for (size_t i = 0; r == 0 && i < doc->secret_count; i++)
        if (!p->redactions[i] && (int64_t)doc->secrets[i].start >= v->v.start &&
            (int64_t)doc->secrets[i].start < v->v.end)
            r = put_redaction(p, i);
    return r;
}

#define ARCHIVE_HOOK(function) int function(const struct archive_change *, struct err *);
#include "document/archive_hooks.def"
#undef ARCHIVE_HOOK

int archive_hooks_run(const struct archive_change *change, struct err *err)
{
    static int (*const hooks[])(const struct archive_change *, struct err *) = {
#define ARCHIVE_HOOK(function) function,
#include "document/archive_hooks.def"
#undef ARCHIVE_HOOK
        NULL};
    int r = 0;
    for (size_t i = 0; r == 0 && hooks[i]; i++)
        r = hooks[i](change, err);
    return r;
}

int archive_version_changed(struct store *s, struct arena *a, int64_t version, struct err *err)
{
    struct archive_change change = {.store = s, .arena = a};
    struct archive_version *v = NULL;
    struct archive_clause *clauses;
    int r = archive_version_by_id(s, a, version, &v, err);

    if (r == 0)
        r = document_archive_clauses(s, a, version, &clauses, &change.clause_count, err);
    if (r < 0)
        return r;
    change.version = v;
    change.clauses = clauses;
    return archive_hooks_run(&change, err);
}

size_t archive_masked_offset(const struct archive_change *c, size_t clause, size_t offset)
{
    const struct doc_places *places = c->places ? &c->places[clause] : NULL;
    size_t shift_from = 0, shift_to = 0;
    for (size_t i = 0; places && i < places->n; i++) {
        const struct doc_place *p = &places->at[i];
        if (offset < p->from)
            break;
        if (offset < p->to)
            return p->start;
        shift_from = p->to;
        shift_to = p->end;
    }
    return offset - shift_from + shift_to;
}

static int put_new(struct put *p, struct put_version *v)
{
    int r = v->v.document ? raise_version(p, v) : put_document(p, v);
    if (r == 0)
        r = put_version_row(p, v);
    if (r == 0)
        r = put_clauses(p, v);
    for (size_t i = 0; r == 0 && i < v->places.n; i++)
        r = put_place(p, v, &v->places.at[i]);
    if (r == 0)
        r = put_other_redactions(p, v);
    if (r < 0)
        return r;
    struct archive_change change = {.store = p->store,
                                    .arena = p->arena,
                                    .version = &v->v,
                                    .clauses = v->clauses.at,
                                    .clause_count = v->clauses.n,
                                    .doc = p->file->doc,
                                    .nodes = v->nodes.at,
                                    .places = v->hidden.at,
                                    .tags = p->file->tags,
                                    .mentions = &p->mentions,
                                    .said = &p->said};
    return archive_hooks_run(&change, p->err);
}

static int put_one(struct put *p, struct put_version *v, struct archive_entry *ret)
{
    bool same;
    int r = find_document(p, v, &same);
    if (r < 0)
        return r;
    v->outcome = same ? ARCHIVE_SAME : v->v.document ? ARCHIVE_CHANGED : ARCHIVE_NEW;
    if (!same)
        r = put_new(p, v);
    if (r == 0 && !same)
        r = archive_log(
            p->store,
            &(struct archive_log_line){
                .kind = v->outcome == ARCHIVE_NEW ? "document" : "version",
                .source = p->report.source,
                .document = v->v.document,
                .detail = arena_print(p->arena, "{\"version\":%lld}", (long long)v->v.number)},
            p->err);
    *ret = (struct archive_entry){.outcome = v->outcome,
                                  .document = v->v.document,
                                  .number = v->v.number,
                                  .clauses = (int64_t)v->clauses.n,
                                  .slug = v->v.slug,
                                  .kind = v->v.kind,
                                  .title = v->v.title};
    return r;
}

/* ---- the report ---- */

static void count(struct put *p)
{
    const struct doc *doc = p->file->doc;
    struct archive_report *t = &p->report;
    t->clauses = t->repairs = t->notes = t->raw = t->masked = t->doubtful = 0;
    for (size_t i = 0; i < p->version_count; i++)
        t->clauses += p->versions[i].clauses.n;
    for (size_t i = 0; i < doc->repair_count; i++)
        (*(doc->repairs[i].kind == DOC_REPAIR ? &t->repairs : &t->notes))++;
    for (size_t i = 0; i < doc->piece_count; i++)
        t->raw += doc->pieces[i].kind == DOC_RAW;
    t->masked = p->masked.secret_count;
    for (size_t i = 0; i < p->masked.secret_count; i++)
        t->doubtful += p->masked.secrets[i].doubtful;
}

struct json *archive_report_json(struct arena *a, const struct archive_report *t)
{
    static const char *const outcomes[] = {"new", "changed", "same"};
    struct json *j = json_object(a), *list = json_array(a);
    const struct {
        const char *key;
        size_t value;
    } counts[] = {{"clauses", t->clauses}, {"repairs", t->repairs},   {"notes", t->notes},
                  {"masked", t->masked},   {"doubtful", t->doubtful}, {"raw", t->raw}};
    JSON_SET(j, "file", json_string(a, t->name));
    JSON_SET(j, "sha256", json_string(a, t->sha256));
    JSON_SET(j, "known", json_bool(a, t->known));
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        json_set(j, span_z(counts[i].key), json_int(a, (int64_t)counts[i].value));
    for (size_t i = 0; i < t->entry_count; i++) {
        const struct archive_entry *e = &t->entries[i];
        struct json *one = json_object(a);
        JSON_SET(one, "id", json_string(a, e->slug));
        JSON_SET(one, "kind", json_string(a, e->kind));
        JSON_SET(one, "title", json_string(a, e->title));
        JSON_SET(one, "outcome", json_string(a, span_z(outcomes[e->outcome])));
        JSON_SET(one, "version", json_int(a, e->number));
        JSON_SET(one, "clauses", json_int(a, e->clauses));
        json_add(list, one);
    }
    JSON_SET(j, "documents", list);
    return j;
}

static int put_report(struct put *p)
{
    struct stmt *st;
    int r =
        store_prepare(p->store, "UPDATE source_file SET report = $2 WHERE id = $1", &st, p->err);
    if (r < 0)
        return r;
    struct span text = json_span(p, archive_report_json(p->arena, &p->report));
    if (!text.p || p->arena->failed)
        return err_memory(p->err);
    stmt_int(st, 1, p->report.source);
    stmt_text(st, 2, text);
    return stmt_run(st, p->err);
}

static int known_source(struct put *p)
{
    struct stmt *st;
    int r = store_prepare(p->store, "SELECT id FROM source_file WHERE sha256 = $1", &st, p->err);
    if (r < 0)
        return r;
    stmt_text(st, 1, p->report.sha256);
    r = stmt_step(st, p->err);
    p->report.known = r > 0;
    if (r > 0)
        p->report.source = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int put_all(struct store *s, void *context, struct err *err)
{
    struct put *p = context;
    UNUSED(s);
    p->err = err;
    int r = known_source(p);
    if (r < 0 || p->report.known)
        return r;
    memset(p->redactions, 0, (p->file->doc->secret_count + 1) * sizeof *p->redactions);
    p->report.entry_count = 0;
    r = put_source(p);
    for (size_t i = 0; r == 0 && i < p->version_count; i++)
        r = put_one(p, &p->versions[i], &p->report.entries[p->report.entry_count++]);
    if (r == 0)
        r = put_report(p);
    if (r == 0)
        r = archive_log(p->store,
                        &(struct archive_log_line){
                            .kind = "import", .source = p->report.source, .detail = SPAN("{}")},
                        err);
    return r;
}

/* The name without folders; it may hold a person's number too. */
static struct span masked_name(struct arena *a, struct span name)
{
    struct doc *doc;
    struct err ignored = ERR_INIT;
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/') {
            name = span_from(name, i);
            break;
        }
    if (document_parse(a, name, SPAN(""), &doc, &ignored) < 0)
        return a->failed ? (struct span){0} : SPAN("file");
    return doc_masked_range(a, doc, 0, name.n, name, NULL);
}

static int make_ready(struct put *p)
{
    char sha[DOC_SHA256_HEX];
    doc_sha256(p->file->original, sha);
    p->report.sha256 = arena_copy(p->arena, span_z(sha));
    p->report.name = masked_name(p->arena, p->file->name);
    if (!p->report.sha256.p || !p->report.name.p)
        return err_memory(p->err);
    int r = known_source(p);
    if (r < 0 || p->report.known)
        return r;
    r = decisions_read(p);
    if (r == 0)
        r = versions_make(p);
    if (r == 0)
        r = facts_make(p);
    if (r < 0)
        return r;
    digests_make(p);
    count(p);
    p->report.entries = ARENA_ARRAY(p->arena, struct archive_entry, p->version_count + 1);
    return p->arena->failed ? err_memory(p->err) : 0;
}

int document_archive_put(struct store *s, const struct seal *seal, struct arena *a,
                         const struct archive_file *file, struct archive_report *ret,
                         struct err *err)
{
    struct put p = {.store = s, .seal = seal, .arena = a, .file = file, .err = err};
    int r = make_ready(&p);
    if (r == 0 && !p.report.known)
        r = store_write(s, put_all, &p, err);
    for (size_t i = 0; i < p.version_count; i++)
        buffer_release(&p.versions[i].digest);
    if (r == 0)
        *ret = p.report;
    return r;
}
