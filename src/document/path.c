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

#define TITLE_TAIL 8 /* letters: shorter tails (若干措施的通知) say nothing */

/* Letters of a title folded for comparison: their count; the first `room` are kept. */
static size_t letters(struct span s, uint32_t *out, size_t room)
{
    size_t n = 0;
    for (uint32_t r; (r = next_letter(&s)); n++)
        if (n < room)
            out[n] = r;
    return n;
}

bool doc_title_ends(struct span a, struct span b)
{
    uint32_t x[DOC_TITLE_MAX], y[DOC_TITLE_MAX];
    size_t n = letters(a, x, DOC_TITLE_MAX), m = letters(b, y, DOC_TITLE_MAX);
    if (n > DOC_TITLE_MAX || m > n || m < TITLE_TAIL)
        return false;
    return memcmp(x + (n - m), y, m * sizeof *y) == 0;
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

static const struct doc_node *find_below(const struct doc_node *base, struct span path)
{
    struct step st;
    if (span_trim(path).n == 0)
        return base;
    while (base && next_step(&path, &st))
        base = child_find(base, &st);
    return base;
}

const struct doc_node *doc_enclosed_part(const struct doc_node *part)
{
    const struct doc_node *c = part->first;
    bool head = false;
    if (part->kind != DOC_PART)
        return NULL;
    for (; c && c->kind != DOC_PART; c = c->next)
        head |= c->kind == DOC_FIELD;
    return c && head ? c : NULL;
}

const struct doc_node *doc_find_in(const struct doc_node *base, struct span path)
{
    const struct doc_node *n = base ? find_below(base, path) : NULL;
    const struct doc_node *body = base && !n ? doc_enclosed_part(base) : NULL;
    return body ? find_below(body, path) : n;
}

/* ---- parts ---- */

static bool is_part(const struct doc_node *n)
{
    return n->kind == DOC_PART || n->kind == DOC_LISTED;
}

/* An enclosed text with the title of the notice that issues it: one name leads to both. */
static bool same_as_parent(const struct doc_node *n)
{
    return n->parent && is_part(n->parent) && doc_same_title(n->title, n->parent->title);
}

/* The next part in the order of the file, groups included; parts lie only below parts, groups and
   the root. */
static const struct doc_node *part_next(const struct doc_node *root, const struct doc_node *n)
{
    const struct doc_node *c = n->first;
    for (;;) {
        while (c && !is_part(c) && c->kind != DOC_GROUP)
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
        if (is_part(p) && !same_as_parent(p) && p->title.n && has_letter(st->name) &&
            doc_same_title(p->title, st->name) && ++seen == st->repeat)
            return p;
    return NULL;
}

uint32_t doc_part_number(const struct doc *doc, const struct doc_node *part)
{
    uint32_t n = 0;
    for (const struct doc_node *p = doc->root; (p = part_next(doc->root, p));) {
        n += is_part(p) && !same_as_parent(p) && doc_same_title(p->title, part->title);
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
    return !is_part(n) && part_find(doc, &st) != NULL;
}

/* `shorter`: the step of an enclosed text that repeats the title above it is left out. */
static struct span path_print(struct arena *arena, const struct doc *doc,
                              const struct doc_node *node, bool shorter)
{
    const struct doc_node *chain[DOC_DEPTH_MAX + 1];
    unsigned n = 0;
    struct buffer out = BUFFER_INIT;
    for (const struct doc_node *p = node; p->parent && n < COUNT_OF(chain); p = p->parent) {
        bool repeats = is_part(p) && same_as_parent(p);
        if (!repeats || !shorter)
            chain[n++] = p;
        if (is_part(p) && has_letter(p->title) && !repeats)
            break;
    }
    bool absolute = n > 0 && hidden_by_part(doc, chain[n - 1]);
    while (n-- > 0) {
        const struct doc_node *c = chain[n];
        bool part = is_part(c) && has_letter(c->title);
        part = part && !same_as_parent(c);
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

static bool in_repeated(const struct doc_node *n)
{
    for (; n; n = n->parent)
        if (is_part(n))
            return same_as_parent(n);
    return false;
}

struct span doc_path(struct arena *arena, const struct doc *doc, const struct doc_node *node)
{
    if (!in_repeated(node))
        return path_print(arena, doc, node, false);
    struct span path = path_print(arena, doc, node, true);
    return path.p && doc_find(doc, path) != node ? path_print(arena, doc, node, false) : path;
}
