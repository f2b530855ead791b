/*
 * diff.c: see diff.h. Clauses are matched in passes, each over what the ones before left: equal
 * path and text; equal text anywhere; equal path and likeness; likeness near by. Words are compared
 * only within matched clauses.
 */
#include "document/diff.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vector.h"

#define NONE       SIZE_MAX
#define WINDOW     40      /* clauses on either side in which a changed one is looked for */
#define ALIKE_PATH 30      /* percent of common pairs that make one clause of two, at one path */
#define ALIKE_NEAR 60      /* ... elsewhere */
#define CELLS_MAX  1000000 /* of the table of a comparison of words: beyond, all is replaced */
#define SHORT_TEXT 8       /* bytes: shorter texts repeat and are matched by path only */

struct side {
    const struct archive_clause *at;
    size_t n;
    size_t *match; /* index on the other side, NONE */
};

struct comparison {
    struct arena *arena;
    struct side before, after;
};

static void pair_up(struct comparison *c, size_t i, size_t j)
{
    c->before.match[i] = j;
    c->after.match[j] = i;
}

static bool same_text(const struct archive_clause *x, const struct archive_clause *y)
{
    return span_eq(x->kind, y->kind) && span_eq(x->text, y->text) && span_eq(x->title, y->title);
}

/* ---- passes ---- */

/* Clauses by path; of several the first. NULL = no memory. */
static struct map *by_path(struct arena *a, const struct side *s)
{
    struct map *m = ARENA_NEW(a, struct map);
    if (!m)
        return NULL;
    map_init(m, a);
    for (size_t i = 0; i < s->n; i++)
        if (!map_get(m, s->at[i].path) &&
            map_put(m, s->at[i].path, (void *)(uintptr_t)&s->at[i]) < 0)
            return NULL;
    return m;
}

/* Percent of pairs of characters that two texts share. */
static unsigned alikeness(struct span x, struct span y)
{
    enum { SLOTS = 1024 };
    uint16_t counts[SLOTS] = {0};
    size_t n = 0, m = 0, common = 0;
    uint32_t last = 0;
    for (size_t i = 0, length; i < x.n; i += length) {
        uint32_t c = utf8_decode(span_from(x, i), &length);
        counts[(last * 31 + c * 7919) % SLOTS]++;
        last = c;
        n++;
    }
    last = 0;
    for (size_t i = 0, length; i < y.n; i += length) {
        uint32_t c = utf8_decode(span_from(y, i), &length);
        uint16_t *slot = &counts[(last * 31 + c * 7919) % SLOTS];
        common += *slot > 0;
        *slot -= *slot > 0;
        last = c;
        m++;
    }
    return n + m ? (unsigned)(200 * common / (n + m)) : 100;
}

static int match_by_path(struct comparison *c, bool equal)
{
    struct map *paths = by_path(c->arena, &c->before);
    if (!paths)
        return E_MEMORY;
    for (size_t j = 0; j < c->after.n; j++) {
        const struct archive_clause *y = &c->after.at[j], *x = map_get(paths, y->path);
        if (c->after.match[j] != NONE || !x)
            continue;
        size_t i = (size_t)(x - c->before.at);
        if (c->before.match[i] != NONE || !span_eq(x->kind, y->kind))
            continue;
        if (equal ? same_text(x, y) : i == 0 || alikeness(x->text, y->text) >= ALIKE_PATH)
            pair_up(c, i, j);
    }
    return 0;
}

/* Equal texts elsewhere, in their order. */
static int match_by_text(struct comparison *c)
{
    struct map texts;
    map_init(&texts, c->arena);
    for (size_t i = c->before.n; i-- > 0;) {
        const struct archive_clause *x = &c->before.at[i];
        if (c->before.match[i] == NONE && x->text.n >= SHORT_TEXT &&
            map_put(&texts, x->text, (void *)(uintptr_t)x) < 0)
            return E_MEMORY;
    }
    for (size_t j = 0; j < c->after.n; j++) {
        const struct archive_clause *y = &c->after.at[j];
        const struct archive_clause *x =
            c->after.match[j] == NONE ? map_get(&texts, y->text) : NULL;
        if (!x || !same_text(x, y))
            continue;
        size_t i = (size_t)(x - c->before.at);
        while (i < c->before.n && (c->before.match[i] != NONE || !same_text(&c->before.at[i], y)))
            i++;
        if (i < c->before.n)
            pair_up(c, i, j);
    }
    return 0;
}

/* Where clause j of the later version would stand in the earlier. */
static size_t expected(const struct comparison *c, size_t j)
{
    while (j > 0)
        if (c->after.match[--j] != NONE)
            return c->after.match[j] + 1;
    return 0;
}

static void match_near(struct comparison *c)
{
    for (size_t j = 0; j < c->after.n; j++) {
        const struct archive_clause *y = &c->after.at[j];
        if (c->after.match[j] != NONE || y->text.n < SHORT_TEXT)
            continue;
        size_t middle = expected(c, j), best = NONE;
        unsigned best_score = ALIKE_NEAR - 1;
        for (size_t i = middle > WINDOW ? middle - WINDOW : 0;
             i < c->before.n && i < middle + WINDOW; i++) {
            if (c->before.match[i] != NONE || !span_eq(c->before.at[i].kind, y->kind))
                continue;
            unsigned score = alikeness(c->before.at[i].text, y->text);
            if (score > best_score) {
                best = i;
                best_score = score;
            }
        }
        if (best != NONE)
            pair_up(c, best, j);
    }
}

/* ---- order ---- */

/* Matched clauses that are not in the longest common order have moved. */
static bool *find_moved(const struct comparison *c)
{
    size_t m = c->after.n, length = 0;
    bool *moved = ARENA_ARRAY(c->arena, bool, m + 1);
    size_t *tail = ARENA_ARRAY(c->arena, size_t, m + 1); /* last clause of a run of each length */
    size_t *before = ARENA_ARRAY(c->arena, size_t, m + 1);
    if (!moved || !tail || !before)
        return NULL;
    for (size_t j = 0; j < m; j++) {
        size_t at = c->after.match[j], lo = 0, hi = length;
        if (at == NONE)
            continue;
        moved[j] = true;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (c->after.match[tail[mid]] < at)
                lo = mid + 1;
            else
                hi = mid;
        }
        before[j] = lo ? tail[lo - 1] : NONE;
        tail[lo] = j;
        length += lo == length;
    }
    for (size_t j = length ? tail[length - 1] : NONE; j != NONE; j = before[j])
        moved[j] = false;
    return moved;
}

/* ---- words ---- */

VECTOR_OF(struct span, word_vector);
VECTOR_OF(struct diff_run, run_vector);

/* Characters, but Latin words and numbers whole. */
static int split(struct arena *a, struct span s, struct word_vector *v)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = 0;
        while (i + n < s.n && ((s.p[i + n] >= '0' && s.p[i + n] <= '9') ||
                               (s.p[i + n] >= 'A' && s.p[i + n] <= 'Z') ||
                               (s.p[i + n] >= 'a' && s.p[i + n] <= 'z')))
            n++;
        if (n == 0)
            utf8_decode(span_from(s, i), &n);
        struct span *w = VECTOR_PUSH(a, v, struct span);
        if (!w)
            return E_MEMORY;
        *w = span_of(s.p + i, n);
        i += n;
    }
    return 0;
}

/* Adjacent runs of one kind are one run: they stand together in memory. */
static int add_run(struct arena *a, struct run_vector *v, enum diff_word word, struct span text)
{
    struct diff_run *last = v->n ? &v->at[v->n - 1] : NULL;
    if (text.n == 0)
        return 0;
    if (last && last->word == word && last->text.p + last->text.n == text.p) {
        last->text.n += text.n;
        return 0;
    }
    struct diff_run *run = VECTOR_PUSH(a, v, struct diff_run);
    if (!run)
        return E_MEMORY;
    *run = (struct diff_run){word, text};
    return 0;
}

static struct span stretch(const struct span *words, size_t from, size_t to)
{
    if (from == to)
        return (struct span){0};
    return span_of(words[from].p, (size_t)(words[to - 1].p + words[to - 1].n - words[from].p));
}

/* x[0..n) against y[0..m) by the longest common subsequence; the table counts from the end. */
static int compare_words(struct arena *a, const struct span *x, size_t n, const struct span *y,
                         size_t m, struct run_vector *v)
{
    struct arena scratch;
    int r = 0;
    arena_init(&scratch);
    uint16_t *table = (n + 1) * (m + 1) <= CELLS_MAX && n < UINT16_MAX && m < UINT16_MAX
                          ? ARENA_ARRAY(&scratch, uint16_t, (n + 1) * (m + 1))
                          : NULL;
    if (scratch.failed)
        r = E_MEMORY;
    for (size_t i = table ? n : 0; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint16_t *here = &table[i * (m + 1) + j];
            uint16_t down = table[(i + 1) * (m + 1) + j], right = here[1];
            *here = span_eq(x[i], y[j]) ? (uint16_t)(table[(i + 1) * (m + 1) + j + 1] + 1)
                    : down > right      ? down
                                        : right;
        }
    size_t i = 0, j = 0;
    while (r == 0 && table && i < n && j < m) {
        if (span_eq(x[i], y[j])) {
            r = add_run(a, v, DIFF_KEPT, y[j]);
            i++;
            j++;
        } else if (table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1]) {
            r = add_run(a, v, DIFF_DROPPED, x[i++]);
        } else {
            r = add_run(a, v, DIFF_ADDED, y[j++]);
        }
    }
    arena_release(&scratch);
    if (r == 0)
        r = add_run(a, v, DIFF_DROPPED, stretch(x, i, n));
    return r < 0 ? r : add_run(a, v, DIFF_ADDED, stretch(y, j, m));
}

static int diff_words(struct arena *a, struct span x, struct span y, struct diff_item *item)
{
    struct word_vector p = {0}, q = {0};
    struct run_vector runs = {0};
    if (split(a, x, &p) < 0 || split(a, y, &q) < 0)
        return E_MEMORY;
    size_t head = 0, tail = 0;
    while (head < p.n && head < q.n && span_eq(p.at[head], q.at[head]))
        head++;
    while (tail < p.n - head && tail < q.n - head &&
           span_eq(p.at[p.n - 1 - tail], q.at[q.n - 1 - tail]))
        tail++;
    int r = add_run(a, &runs, DIFF_KEPT, stretch(q.at, 0, head));
    if (r == 0 && p.n + q.n > 0)
        r = compare_words(a, p.n ? p.at + head : NULL, p.n - head - tail, q.n ? q.at + head : NULL,
                          q.n - head - tail, &runs);
    if (r == 0)
        r = add_run(a, &runs, DIFF_KEPT, stretch(q.at, q.n - tail, q.n));
    item->runs = runs.at;
    item->run_count = runs.n;
    return r;
}

static int one_run(struct arena *a, struct diff_item *item, enum diff_word word, struct span text)
{
    item->runs = ARENA_NEW(a, struct diff_run);
    if (!item->runs)
        return E_MEMORY;
    *item->runs = (struct diff_run){word, text};
    item->run_count = 1;
    return 0;
}

/* ---- all ---- */

static int removed(struct comparison *c, struct diff *d, size_t i)
{
    struct diff_item *item = &d->items[d->n++];
    *item = (struct diff_item){.kind = DIFF_REMOVED, .before = &c->before.at[i]};
    return one_run(c->arena, item, DIFF_DROPPED, item->before->text);
}

static int present(struct comparison *c, struct diff *d, size_t j, bool moved)
{
    struct diff_item *item = &d->items[d->n++];
    size_t i = c->after.match[j];
    *item = (struct diff_item){.kind = DIFF_INSERTED, .after = &c->after.at[j], .moved = moved};
    if (i == NONE)
        return one_run(c->arena, item, DIFF_ADDED, item->after->text);
    item->before = &c->before.at[i];
    if (!same_text(item->before, item->after)) {
        item->kind = DIFF_CHANGED;
        return diff_words(c->arena, item->before->text, item->after->text, item);
    }
    item->kind = moved                                             ? DIFF_MOVED
                 : !span_eq(item->before->mark, item->after->mark) ? DIFF_RENUMBERED
                                                                   : DIFF_SAME;
    return one_run(c->arena, item, DIFF_KEPT, item->after->text);
}

static int list_items(struct comparison *c, struct diff *d)
{
    bool *moved = find_moved(c);
    size_t i = 0;
    int r = moved ? 0 : E_MEMORY;
    for (size_t j = 0; r == 0 && j < c->after.n; j++) {
        size_t at = c->after.match[j];
        if (at != NONE && !moved[j])
            for (; r == 0 && i < at; i++)
                if (c->before.match[i] == NONE)
                    r = removed(c, d, i);
        if (r == 0)
            r = present(c, d, j, at != NONE && moved[j]);
    }
    for (; r == 0 && i < c->before.n; i++)
        if (c->before.match[i] == NONE)
            r = removed(c, d, i);
    for (size_t k = 0; k < d->n; k++)
        d->counts[d->items[k].kind]++;
    return r;
}

static size_t *no_matches(struct arena *a, size_t n)
{
    size_t *match = ARENA_ARRAY(a, size_t, n + 1);
    for (size_t i = 0; match && i <= n; i++)
        match[i] = NONE;
    return match;
}

int document_diff(struct arena *a, const struct archive_clause *before, size_t n,
                  const struct archive_clause *after, size_t m, struct diff *ret, struct err *err)
{
    struct comparison c = {
        .arena = a, .before = {before, n, no_matches(a, n)}, .after = {after, m, no_matches(a, m)}};
    struct diff d = {.items = ARENA_ARRAY(a, struct diff_item, n + m + 1)};
    int r = c.before.match && c.after.match && d.items ? 0 : E_MEMORY;

    if (r == 0)
        r = match_by_path(&c, true);
    if (r == 0)
        r = match_by_text(&c);
    if (r == 0)
        r = match_by_path(&c, false);
    if (r == 0) {
        match_near(&c);
        r = list_items(&c, &d);
    }
    if (r < 0)
        return err_memory(err);
    *ret = d;
    return 0;
}

const char *diff_kind_name(enum diff_kind kind)
{
    static const char *const names[] = {"same",    "renumbered", "moved",
                                        "changed", "inserted",   "removed"};
    return names[kind];
}
