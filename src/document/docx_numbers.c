/*
 * docx_numbers.c: see docx.h. Formats as ECMA-376 names them (w:numFmt), those that Chinese
 * documents use; the text of a level ("%1、", "（%2）") takes the counters of its upper levels.
 */
#include "document/docx.h"
#include <stdio.h>
#include "base/utf8.h"
#include "document/reader_int.h"

#define STYLE_CHAIN 20 /* styles based on styles: a cycle ends here */

struct docx_counts {
    uint32_t at[DOCX_LEVELS];
    bool used[DOCX_LEVELS];
};

struct span docx_attribute(const struct xml *x, const char *name)
{
    const struct xml_attribute *a = x ? x->attributes : NULL;
    while (a && !span_eq(a->name, span_z(name)))
        a = a->next;
    return a ? a->value : (struct span){0};
}

static uint32_t number_of(struct span s, uint32_t otherwise)
{
    uint32_t n = 0;
    if (s.n == 0 || s.n > 6)
        return otherwise;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return otherwise;
        n = n * 10 + (uint32_t)(s.p[i] - '0');
    }
    return n;
}

/* ---- tables of the file ---- */

static void put(struct docx_numbers *n, struct map *m, struct span key, const void *value)
{
    union {
        const void *from;
        void *to;
    } v = {.from = value};
    if (key.n && !map_get(m, key) && map_put(m, key, v.to) < 0)
        n->arena->failed = true;
}

static void add_list(struct docx_numbers *n, const struct map *abstracts, struct map *counts,
                     const struct xml *num)
{
    struct span id = docx_attribute(xml_child(num, "abstractNumId"), "val");
    struct docx_list *list = ARENA_NEW(n->arena, struct docx_list);
    if (!list)
        return;
    list->num = num;
    list->abstract = map_get(abstracts, id);
    list->counts = map_get(counts, id);
    if (!list->counts) {
        list->counts = ARENA_NEW(n->arena, struct docx_counts);
        put(n, counts, id, list->counts);
    }
    if (list->abstract && list->counts)
        put(n, &n->lists, docx_attribute(num, "numId"), list);
}

void docx_numbers_init(struct docx_numbers *n, struct arena *a, const struct xml *styles,
                       const struct xml *numbering)
{
    struct map abstracts, counts;
    *n = (struct docx_numbers){.arena = a};
    map_init(&n->lists, a);
    map_init(&n->styles, a);
    map_init(&abstracts, a);
    map_init(&counts, a);
    XML_EACH(style, styles, "style")
    put(n, &n->styles, docx_attribute(style, "styleId"), style);
    XML_EACH(abstract, numbering, "abstractNum")
    put(n, &abstracts, docx_attribute(abstract, "abstractNumId"), abstract);
    XML_EACH(num, numbering, "num")
    add_list(n, &abstracts, &counts, num);
}

/* ---- a paragraph ---- */

struct place {
    struct docx_list *list;
    uint32_t level;
};

/* numPr of the paragraph, else of its style, else of the style that one is based on. */
static bool find_place(struct docx_numbers *n, const struct xml *properties, struct place *ret)
{
    const struct xml *p = properties;
    struct span style = docx_attribute(xml_child(p, "pStyle"), "val"), id = {0}, level = {0};
    for (int i = 0; i < STYLE_CHAIN; i++) {
        const struct xml *num = xml_child(p, "numPr");
        if (!id.n)
            id = docx_attribute(xml_child(num, "numId"), "val");
        if (!level.n)
            level = docx_attribute(xml_child(num, "ilvl"), "val");
        const struct xml *based = id.n || !style.n ? NULL : map_get(&n->styles, style);
        if (!based)
            break;
        p = xml_child(based, "pPr");
        style = docx_attribute(xml_child(based, "basedOn"), "val");
    }
    ret->list = id.n ? map_get(&n->lists, id) : NULL; /* numId 0 takes the number away */
    ret->level = number_of(level, 0);
    return ret->list && ret->level < DOCX_LEVELS;
}

static const struct xml *level_in(const struct xml *parent, uint32_t level)
{
    XML_EACH(l, parent, "lvl")
    if (number_of(docx_attribute(l, "ilvl"), DOCX_LEVELS) == level)
        return l;
    return NULL;
}

static const struct xml *override_of(const struct docx_list *list, uint32_t level)
{
    XML_EACH(o, list->num, "lvlOverride")
    if (number_of(docx_attribute(o, "ilvl"), DOCX_LEVELS) == level)
        return o;
    return NULL;
}

static const struct xml *level_of(const struct docx_list *list, uint32_t level)
{
    const struct xml *own = xml_child(override_of(list, level), "lvl");
    return own ? own : level_in(list->abstract, level);
}

static uint32_t start_of(const struct docx_list *list, uint32_t level)
{
    const struct xml *l = level_of(list, level);
    return number_of(docx_attribute(xml_child(l, "start"), "val"), l ? 0 : 1);
}

/* The next number of a level; the levels below begin anew. */
static void count(struct docx_list *list, uint32_t level)
{
    struct docx_counts *c = list->counts;
    struct span restart =
        docx_attribute(xml_child(override_of(list, level), "startOverride"), "val");
    if (restart.n && !list->begun[level]) {
        c->at[level] = number_of(restart, 1);
        list->begun[level] = true;
    } else {
        c->at[level] = c->used[level] ? c->at[level] + 1 : start_of(list, level);
    }
    c->used[level] = true;
    for (uint32_t i = level + 1; i < DOCX_LEVELS; i++)
        c->used[i] = false;
}

/* ---- formats ---- */

static void in_digits(struct buffer *out, uint32_t n)
{
    buffer_print(out, "%u", n);
}

static void two_digits(struct buffer *out, uint32_t n)
{
    buffer_print(out, "%02u", n);
}

static void full_width(struct buffer *out, uint32_t n)
{
    char digits[12];
    int length = snprintf(digits, sizeof digits, "%u", n);
    for (int i = 0; i < length; i++)
        buffer_rune(out, 0xFF10 + (uint32_t)(digits[i] - '0'));
}

static void circled(struct buffer *out, uint32_t n)
{
    if (n >= 1 && n <= 20)
        buffer_rune(out, 0x2460 + n - 1);
    else
        in_digits(out, n);
}

/* 一〇五 */
static void digit_by_digit(struct buffer *out, uint32_t n)
{
    static const char *const names[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    char digits[12];
    int length = snprintf(digits, sizeof digits, "%u", n);
    for (int i = 0; i < length; i++)
        buffer_add_z(out, names[digits[i] - '0']);
}

static void heavenly_stem(struct buffer *out, uint32_t n)
{
    static const char *const names[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    if (n >= 1 && n <= COUNT_OF(names))
        buffer_add_z(out, names[n - 1]);
    else
        in_digits(out, n);
}

static void letters(struct buffer *out, uint32_t n, char first)
{
    if (n == 0 || n > 26 * 10) {
        in_digits(out, n);
        return;
    }
    for (uint32_t i = 0; i <= (n - 1) / 26; i++)
        buffer_byte(out, (char)(first + (n - 1) % 26));
}

static void small_letters(struct buffer *out, uint32_t n)
{
    letters(out, n, 'a');
}

static void large_letters(struct buffer *out, uint32_t n)
{
    letters(out, n, 'A');
}

static void roman(struct buffer *out, uint32_t n, char shift)
{
    static const struct {
        uint32_t value;
        const char *sign;
    } signs[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
                 {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
                 {5, "V"},    {4, "IV"},   {1, "I"}};
    if (n > 3999) {
        in_digits(out, n);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        for (; n >= signs[i].value; n -= signs[i].value)
            for (const char *c = signs[i].sign; *c; c++)
                buffer_byte(out, (char)(*c + shift));
}

static void large_roman(struct buffer *out, uint32_t n)
{
    roman(out, n, 0);
}

static void small_roman(struct buffer *out, uint32_t n)
{
    roman(out, n, 'a' - 'A');
}

static const struct {
    const char *name;
    void (*print)(struct buffer *, uint32_t);
} formats[] = {
    {"decimal", in_digits},
    {"chineseCounting", reader_chinese},
    {"chineseCountingThousand", reader_chinese},
    {"japaneseCounting", reader_chinese}, /* what Word writes for 一、二、三 */
    {"taiwaneseCountingThousand", reader_chinese},
    {"taiwaneseCounting", reader_chinese},
    {"ideographDigital", digit_by_digit},
    {"taiwaneseDigital", digit_by_digit},
    {"japaneseDigitalTenThousand", digit_by_digit},
    {"ideographTraditional", heavenly_stem},
    {"decimalEnclosedCircle", circled},
    {"decimalEnclosedCircleChinese", circled},
    {"ideographEnclosedCircle", circled},
    {"decimalFullWidth", full_width},
    {"decimalFullWidth2", full_width},
    {"decimalZero", two_digits},
    {"lowerLetter", small_letters},
    {"upperLetter", large_letters},
    {"lowerRoman", small_roman},
    {"upperRoman", large_roman},
};

static void print_counter(struct docx_numbers *n, const struct xml *level, uint32_t value,
                          struct buffer *out)
{
    struct span format = docx_attribute(xml_child(level, "numFmt"), "val");
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (span_eq(format, span_z(formats[i].name))) {
            formats[i].print(out, value);
            return;
        }
    n->unknown += format.n > 0;
    in_digits(out, value);
}

/* A bullet of a symbol font lies in the private area: our own stands for it. */
static void print_bullet(struct span text, struct buffer *out)
{
    size_t length;
    uint32_t c = utf8_decode(text, &length);
    if (text.n == 0 || (c >= 0xE000 && c <= 0xF8FF))
        buffer_add_z(out, "·");
    else
        buffer_add(out, text);
}

void docx_number(struct docx_numbers *n, const struct xml *properties, struct buffer *out)
{
    struct place at;
    if (!properties || !find_place(n, properties, &at))
        return;
    const struct xml *level = level_of(at.list, at.level);
    struct span format = docx_attribute(xml_child(level, "numFmt"), "val");
    struct span text = docx_attribute(xml_child(level, "lvlText"), "val");
    count(at.list, at.level);
    if (!level || span_eq(format, SPAN("none")))
        return;
    if (span_eq(format, SPAN("bullet"))) {
        print_bullet(text, out);
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        uint32_t above = i + 1 < text.n ? (uint32_t)(text.p[i + 1] - '1') : DOCX_LEVELS;
        if (text.p[i] != '%' || above >= DOCX_LEVELS) {
            buffer_byte(out, text.p[i]);
            continue;
        }
        uint32_t value =
            at.list->counts->used[above] ? at.list->counts->at[above] : start_of(at.list, above);
        print_counter(n, level_of(at.list, above), value, out);
        i++;
    }
    if (text.n && (unsigned char)text.p[text.n - 1] < 0x80) /* "1." and its text */
        buffer_byte(out, ' ');
}
