/*
 * map.c: open addressing over an array of entries that keeps the order of insertion; edit distance
 * for "did you mean".
 */
#include "base/map.h"
#include "base/err.h"
#include "base/utf8.h"

#define SLOTS_FIRST 16

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint128 m = (uint128)a * b;

    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t hash_bytes(struct span s)
{
    const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0xd6e8feb86659fd93u;
    uint64_t h = k0 ^ s.n, w;

    for (; s.n >= sizeof w; s = span_from(s, sizeof w)) {
        memcpy(&w, s.p, sizeof w);
        h = mix(h ^ w, k1);
    }
    w = 0;
    if (s.n)
        memcpy(&w, s.p, s.n);
    return mix(h ^ w ^ k1, k0 ^ (h >> 32));
}

void map_init(struct map *m, struct arena *a)
{
    *m = (struct map){.arena = a};
}

/* The slot that holds the key, or the empty one where it would go. */
static uint32_t *slot_of(const struct map *m, struct span key, uint64_t hash)
{
    size_t mask = m->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t index = m->slots[i];
        if (index == 0)
            return &m->slots[i];
        if (m->entries[index - 1].hash == hash && span_eq(m->entries[index - 1].key, key))
            return &m->slots[i];
    }
}

void *map_get(const struct map *m, struct span key)
{
    uint32_t index;

    if (m->n == 0)
        return NULL;
    index = *slot_of(m, key, hash_bytes(key));
    return index ? m->entries[index - 1].value : NULL;
}

static void fill_slots(struct map *m)
{
    size_t mask = m->slot_count - 1;

    for (size_t k = 0; k < m->n; k++) {
        size_t i = m->entries[k].hash & mask;
        while (m->slots[i])
            i = (i + 1) & mask;
        m->slots[i] = (uint32_t)k + 1;
    }
}

/* Doubles both arrays; half of the slots stay empty, so a search always ends. */
static int map_grow(struct map *m)
{
    size_t slot_count = m->slot_count ? m->slot_count * 2 : SLOTS_FIRST;
    size_t room = slot_count / 2;
    struct map_entry *entries;
    uint32_t *slots;

    if (room >= UINT32_MAX)
        return E_MEMORY;
    entries = ARENA_ARRAY(m->arena, struct map_entry, room);
    slots = ARENA_ARRAY(m->arena, uint32_t, slot_count);
    if (!entries || !slots)
        return E_MEMORY;
    if (m->n)
        memcpy(entries, m->entries, m->n * sizeof *entries);
    m->entries = entries;
    m->room = room;
    m->slots = slots;
    m->slot_count = slot_count;
    fill_slots(m);
    return 0;
}

int map_put(struct map *m, struct span key, void *value)
{
    uint64_t hash = hash_bytes(key);
    uint32_t *slot;

    if (m->n == m->room) {
        int r = map_grow(m);
        if (r < 0)
            return r;
    }
    slot = slot_of(m, key, hash);
    if (*slot == 0) {
        m->entries[m->n] = (struct map_entry){.key = key, .hash = hash};
        *slot = (uint32_t)++m->n;
    }
    m->entries[*slot - 1].value = value;
    return 0;
}

/* Longer words are only compared for equality: nobody mistypes a name of that length once. */
#define WORD_LONGEST 128

static size_t runes_of(struct span s, uint32_t *runes)
{
    size_t n = 0, length;

    for (; s.n && n < WORD_LONGEST; s = span_from(s, length))
        runes[n++] = utf8_decode(s, &length);
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of the classic table; `row` holds the row above and becomes this one. Returns its
 * minimum. */
static size_t distance_row(size_t *row, size_t above, uint32_t rune, const uint32_t *b, size_t nb)
{
    size_t corner = row[0], best;

    best = row[0] = above;
    for (size_t j = 1; j <= nb; j++) {
        size_t cost = corner + (rune != b[j - 1]);
        corner = row[j];
        row[j] = least(cost, least(row[j], row[j - 1]) + 1);
        best = least(best, row[j]);
    }
    return best;
}

size_t edit_distance(struct span a, struct span b, size_t limit)
{
    uint32_t ra[WORD_LONGEST], rb[WORD_LONGEST];
    size_t row[WORD_LONGEST + 1];
    size_t na, nb;

    if (span_eq(a, b))
        return 0;
    if (a.n > 4 * (WORD_LONGEST - 1) || b.n > 4 * (WORD_LONGEST - 1))
        return limit + 1;
    na = runes_of(a, ra);
    nb = runes_of(b, rb);
    if (na == WORD_LONGEST || nb == WORD_LONGEST)
        return limit + 1;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++)
        if (distance_row(row, i, ra[i - 1], rb, nb) > limit)
            return limit + 1;
    return least(row[nb], limit + 1);
}

struct span map_nearest(const struct map *m, struct span word)
{
    struct span best = {NULL, 0};
    size_t limit = utf8_count(word) / 3;

    if (limit == 0)
        limit = 1;
    for (size_t i = 0; i < m->n; i++) {
        size_t d = edit_distance(m->entries[i].key, word, limit);
        if (d > limit)
            continue;
        best = m->entries[i].key;
        if (d == 0)
            break;
        limit = d - 1; /* only a nearer one can replace it; the first of equals stays */
    }
    return best;
}
