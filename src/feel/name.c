/*
 * name.c: characters of names, their normal form, and look-up in scopes.
 */
#include "feel/name.h"
#include "base/utf8.h"
#include "feel/builtins.h"
#include "feel/feel.h"

struct rune_range {
    uint32_t first, last;
};

static bool in_ranges(const struct rune_range *ranges, size_t n, uint32_t rune)
{
    for (size_t i = 0; i < n; i++)
        if (rune >= ranges[i].first && rune <= ranges[i].last)
            return true;
    return false;
}

bool rune_is_blank(uint32_t rune)
{
    static const struct rune_range blanks[] = {
        {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
        {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200B}, {0x2028, 0x2029},
        {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
    };
    return in_ranges(blanks, COUNT_OF(blanks), rune);
}

bool rune_is_name_start(uint32_t rune)
{
    static const struct rune_range starts[] = {
        {'?', '?'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
        {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
        {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
        {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
    };
    return rune != 0xFEFF && in_ranges(starts, COUNT_OF(starts), rune);
}

bool rune_is_name_part(uint32_t rune)
{
    static const struct rune_range parts[] = {
        {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

    return rune_is_name_start(rune) || in_ranges(parts, COUNT_OF(parts), rune);
}

bool rune_is_name_mark(uint32_t rune)
{
    return rune < 0x80 ? rune != 0 && strchr("./-'+*", (int)rune) != NULL
                       : rune != RUNE_BAD && !rune_is_blank(rune);
}

bool rune_is_full_width(uint32_t rune)
{
    static const struct rune_range wide[] = {
        {0xD7, 0xD7},     {0xF7, 0xF7},     /* × ÷ */
        {0x2010, 0x2027}, {0x2030, 0x203E}, /* dashes, curly quotes, ellipsis, ‰ */
        {0x2200, 0x22FF},                   /* ≤ ≥ ≠ − */
        {0x3000, 0x3004}, {0x3008, 0x3020}, /* 、。《》【】〔〕 but not 々〆〇 */
        {0xFE30, 0xFE6F},                   /* vertical and small forms */
        {0xFF01, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFEE},
    };
    return in_ranges(wide, COUNT_OF(wide), rune);
}

bool rune_is_word(uint32_t rune, bool strict)
{
    return rune_is_name_part(rune) && !(strict && rune_is_full_width(rune));
}

uint32_t rune_at(struct span text, uint32_t at, uint32_t *ret_length)
{
    size_t n = 0;
    uint32_t rune = at < text.n ? utf8_decode(span_from(text, at), &n) : 0;

    *ret_length = (uint32_t)n;
    return rune;
}

/* Writes the normal form, which is never longer than the name. */
static size_t write_normal(struct span name, char *out)
{
    bool gap = false, word_before = false;
    uint32_t length;
    size_t n = 0;

    for (uint32_t i = 0; i < name.n; i += length) {
        uint32_t rune = rune_at(name, i, &length);
        bool word = rune_is_word(rune, true);
        if (rune_is_blank(rune)) {
            gap = true;
            continue;
        }
        if (gap && word && word_before)
            out[n++] = ' ';
        memcpy(out + n, name.p + i, length);
        n += length;
        gap = false;
        word_before = word;
    }
    return n;
}

static bool has_blank(struct span s)
{
    uint32_t length;

    for (uint32_t i = 0; i < s.n; i += length)
        if (rune_is_blank(rune_at(s, i, &length)))
            return true;
    return false;
}

struct span lex_normal(struct arena *a, struct span name)
{
    char *out;

    if (name.n > FEEL_NAME_MAX)
        return (struct span){NULL, 0};
    if (!has_blank(name))
        return name;
    out = arena_alloc(a, name.n);
    return out ? span_of(out, write_normal(name, out)) : (struct span){NULL, 0};
}

bool lex_is_name(struct span name)
{
    uint32_t length;

    if (!name.n || name.n > FEEL_NAME_MAX || !rune_is_name_start(rune_at(name, 0, &length)))
        return false;
    for (uint32_t i = 0; i < name.n; i += length) {
        uint32_t rune = rune_at(name, i, &length);
        if (!rune_is_blank(rune) && !rune_is_name_part(rune) && !rune_is_name_mark(rune))
            return false;
    }
    return true;
}

static bool property_named(struct span name)
{
    for (size_t i = 0; i < property_count; i++)
        if (span_eq(span_z(properties[i].name), name))
            return true;
    return false;
}

static bool level_has(const struct scope *s, struct span normal)
{
    if (s->map && map_get(s->map, normal))
        return true;
    for (size_t i = 0; i < s->n; i++)
        if (span_eq(s->names[i], normal))
            return true;
    if (s->builtins && builtin_find_in(normal, s->spec ? FEEL_SPEC : FEEL_STRICT) >= 0)
        return true;
    return s->properties && property_named(normal);
}

bool scope_has(const struct scope *scope, struct span normal)
{
    for (; scope; scope = scope->outer)
        if (level_has(scope, normal))
            return true;
    return false;
}

size_t scope_longest(const struct scope *scope)
{
    size_t longest = 0;

    for (; scope; scope = scope->outer)
        if (scope->longest > longest)
            longest = scope->longest;
    return longest < FEEL_NAME_MAX ? longest : FEEL_NAME_MAX;
}
