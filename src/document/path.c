/*
 * path.c: clause paths: see path.h for the notation.
 */
#include "document/path.h"
#include "base/buffer.h"
#include "base/utf8.h"

/* ---- titles ---- */

/* The next code point that counts in a comparison of titles: letters, digits, characters;
   full-width Latin is folded, letters are lowered. 0 at the end. */
static uint32_t next_letter(struct span *s)
{
    while (s->n) {
        size_t n;
        uint32_t r = utf8_decode(*s, &n);
        *s = span_from(*s, n);
        if (r >= 0xFF01 && r <= 0xFF5E)
            r -= 0xFEE0;
        if (r >= 'A' && r <= 'Z')
            return r + 32;
        if ((r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 0x3400 && r <= 0x9FFF) ||
            r >= 0x20000 || (r >= 0xC0 && r < 0x2000))
            return r;
    }
    return 0;
}

bool doc_same_title(struct span a, struct span b)
{
    uint32_t x, y;
    do {
        x = next_letter(&a);
        y = next_letter(&b);
        if (x != y)
            return false;
    } while (x);
    return true;
}

static bool has_letter(struct span s)
{
    return next_letter(&s) != 0;
}

/* ---- steps ---- */

struct step {
    struct span name;
    uint32_t repeat;
};

static struct step step_read(struct span s)
{
    struct step st = {.name = span_trim(s), .repeat = 1};
    size_t at = st.name.n, digits = 0;
    uint32_t n = 0, place = 1;
    while (at > 0 && st.name.p[at - 1] >= '0' && st.name.p[at - 1] <= '9' && digits < 6) {
        n += (uint32_t)(st.name.p[--at] - '0') * place;
        place *= 10;
        digits++;
    }
    if (digits && at > 0 && st.name.p[at - 1] == '#') {
        st.name.n = at - 1;
        st.repeat = n;
    }
    return st;
}

static bool next_step(struct span *path, struct step *ret)
{
    struct span part;
    if (!path->p || !span_split(path, '/', &part))
        return false;
    *ret = step_read(part);
    return true;
}

static bool ascii_bracket(char c)
{
    return c == '(' || c == ')';
}

/* Enumerators but for the width of brackets: (一) finds （一）. */
static bool same_step(struct span want, struct span have)
{
    if (want.n < 3 || have.n != want.n + 4 || !ascii_bracket(want.p[0]) ||
        !ascii_bracket(want.p[want.n - 1]))
        return false;
    return span_starts(have, SPAN("（")) && span_ends(have, SPAN("）")) &&
           memcmp(want.p + 1, have.p + 3, want.n - 2) == 0;
}

enum match { MATCH_EXACT, MATCH_BRACKETS, MATCH_TITLE, MATCHES };

static bool child_matches(const struct doc_node *c, const struct step *st, enum match how)
{
    if (how == MATCH_EXACT)
        return span_eq(c->step, st->name);
    if (how == MATCH_BRACKETS)
        return same_step(st->name, c->step);
    return c->title.n && doc_same_title(c->title, st->name);
}

static const struct doc_node *child_find(const struct doc_node *parent, const struct step *st)
{
    for (int how = 0; how < MATCHES; how++) {
        uint32_t seen = 0;
        if (how == MATCH_TITLE && !has_letter(st->name))
            break;
        for (const struct doc_node *c = parent->first; c; c = c->next)
            if (child_matches(c, st, (enum match)how) && ++seen == st->repeat)
                return c;
    }
    return NULL;
}

const struct doc_node *doc_find_in(const struct doc_node *base, struct span path)
{
    struct step st;
    if (span_trim(path).n == 0)
        return base;
    while (base && next_step(&path, &st))
        base = child_find(base, &st);
    return base;
}

/* ---- parts ---- */

/* The next part in the order of the file; parts lie only below parts and the root. */
static const struct doc_node *part_next(const struct doc_node *root, const struct doc_node *n)
{
    const struct doc_node *c = n->first;
    for (;;) {
        while (c && c->kind != DOC_PART)
            c = c->next;
        if (c)
            return c;
        if (n == root)
            return NULL;
        c = n->next;
        n = n->parent;
    }
}

static const struct doc_node *part_find(const struct doc *doc, const struct step *st)
{
    uint32_t seen = 0;
    const struct doc_node *p = doc->root;
    while ((p = part_next(doc->root, p)))
        if (p->title.n && has_letter(st->name) && doc_same_title(p->title, st->name) &&
            ++seen == st->repeat)
            return p;
    return NULL;
}

uint32_t doc_part_number(const struct doc *doc, const struct doc_node *part)
{
    uint32_t n = 0;
    for (const struct doc_node *p = doc->root; (p = part_next(doc->root, p));) {
        n += doc_same_title(p->title, part->title);
        if (p == part)
            break;
    }
    return n;
}

/* The unnamed beginning of a compilation may be left out of a path. */
static const struct doc_node *front_of(const struct doc *doc)
{
    const struct doc_node *p = doc->root->first;
    return p && p->kind == DOC_PART && !p->title.n ? p : NULL;
}

const struct doc_node *doc_find(const struct doc *doc, struct span path)
{
    struct step st;
    struct span rest = path;
    if (span_starts(path, SPAN("/")))
        return doc_find_in(doc->root, span_from(path, 1));
    const struct doc_node *part = next_step(&rest, &st) ? part_find(doc, &st) : NULL, *n;
    if (part && (n = rest.p ? doc_find_in(part, rest) : part))
        return n;
    n = doc_find_in(doc->root, path);
    const struct doc_node *front = n ? NULL : front_of(doc);
    return front ? doc_find_in(front, path) : n;
}

const struct doc_node *doc_find_nearest(const struct doc *doc, struct span path)
{
    for (; path.n > 0; path.n--) {
        const struct doc_node *n = NULL;
        if (path.p[path.n - 1] == '/')
            continue;
        if ((n = doc_find(doc, path)))
            return n;
        while (path.n > 1 && path.p[path.n - 1] != '/')
            path.n--;
    }
    return doc->root;
}

/* ---- printing ---- */

static void print_step(struct buffer *out, struct span step, uint32_t repeat)
{
    if (out->n)
        buffer_byte(out, '/');
    buffer_add(out, step);
    if (repeat > 1)
        buffer_print(out, "#%u", repeat);
}

/* Would the name of a node below the root be taken for that of a part? */
static bool hidden_by_part(const struct doc *doc, const struct doc_node *n)
{
    struct step st = {.name = n->step, .repeat = n->repeat};
    return n->kind != DOC_PART && part_find(doc, &st) != NULL;
}

struct span doc_path(struct arena *arena, const struct doc *doc, const struct doc_node *node)
{
    const struct doc_node *chain[DOC_DEPTH_MAX + 1];
    unsigned n = 0;
    struct buffer out = BUFFER_INIT;
    for (const struct doc_node *p = node; p->parent && n < COUNT_OF(chain); p = p->parent) {
        chain[n++] = p;
        if (p->kind == DOC_PART && has_letter(p->title))
            break;
    }
    bool absolute = n > 0 && hidden_by_part(doc, chain[n - 1]);
    while (n-- > 0) {
        const struct doc_node *c = chain[n];
        bool part = c->kind == DOC_PART && has_letter(c->title);
        print_step(&out, c->step, part ? doc_part_number(doc, c) : c->repeat);
    }
    arena->failed |= buffer_failed(&out);
    struct span path = buffer_span(&out);
    path = buffer_failed(&out) ? (struct span){0}
           : absolute          ? arena_print(arena, "/%.*s", SPAN_ARG(path))
                               : arena_copy(arena, path);
    buffer_release(&out);
    return path;
}
