/*
 * pattern.c: see pattern.h. A recursive descent over the grammar of XML Schema's regular
 * expressions (part 2, appendix F) with what XPath adds: anchors, reluctant quantifiers, groups
 * that capture not, back-references.
 *
 * A character class becomes an alternative of one character: `(?:[a-z]|\P{Nd})`; its complement and
 * its subtractions become look-aheads before it, which is exact and costs no more than a class.
 */
#include "feel/pattern.h"
#include <unicode/uchar.h>
#include <unicode/uset.h>
#include "base/utf8.h"

struct translator {
    struct span text; /* what is left */
    size_t whole;     /* bytes of the pattern */
    struct buffer *out;
    bool single_line, no_blanks;
    uint32_t groups; /* opened so far */
    uint32_t open[PATTERN_DEPTH_MAX];
    uint32_t depth;
    const char *why; /* the first mistake */
    size_t at;
};

static bool wrong(struct translator *t, const char *why)
{
    if (!t->why) {
        t->why = why;
        t->at = t->whole - t->text.n;
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Blanks mean nothing outside of classes under the flag x. */
static void skip(struct translator *t)
{
    while (t->no_blanks && t->text.n > 0 && is_blank(t->text.p[0]))
        t->text = span_from(t->text, 1);
}

static char peek(const struct translator *t)
{
    return t->text.n > 0 ? t->text.p[0] : 0;
}

static bool take(struct translator *t, char c)
{
    if (t->text.n == 0 || t->text.p[0] != c)
        return false;
    t->text = span_from(t->text, 1);
    return true;
}

static uint32_t take_rune(struct translator *t)
{
    size_t n = 1;
    uint32_t rune = utf8_decode(t->text, &n);
    t->text = span_from(t->text, n);
    return rune;
}

static void put_rune(struct buffer *out, uint32_t rune)
{
    buffer_print(out, "\\x{%X}", (unsigned)rune);
}

/* ---- escapes ---- */

/* Inside of a class, and its complement as one character: escapes for several characters. */
static const struct several {
    char letter;
    const char *inside;
} severals[] = {
    {'d', "\\p{Nd}"},
    {'s', "\\x{20}\\x{9}\\x{A}\\x{D}"},
    {'W', "\\p{P}\\p{Z}\\p{C}"},
    {'i', "_:A-Za-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{"
          "1FFF}\\x{200C}-\\x{200D}"
          "\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-"
          "\\x{FFFD}\\x{10000}-\\x{EFFFF}"},
    {'c', "-.0-9_:A-Za-z\\x{B7}\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{"
          "200C}-\\x{200D}"
          "\\x{203F}-\\x{2040}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-"
          "\\x{FDCF}\\x{FDF0}-\\x{FFFD}"
          "\\x{10000}-\\x{EFFFF}"},
};

static const struct several *several_of(char letter, bool *ret_complement)
{
    char other = letter >= 'a' ? (char)(letter - 32) : (char)(letter + 32);
    for (size_t i = 0; i < COUNT_OF(severals); i++)
        if (severals[i].letter == letter || severals[i].letter == other) {
            *ret_complement = severals[i].letter != letter;
            return &severals[i];
        }
    return NULL;
}

/* The character of a single-character escape, or RUNE_BAD. */
static uint32_t single_escape(char c)
{
    static const char self[] = "\\|.?*+(){}-[]^$";
    if (c == 'n')
        return '\n';
    if (c == 'r')
        return '\r';
    if (c == 't')
        return '\t';
    return c && strchr(self, c) ? (uint32_t)c : RUNE_BAD;
}

static bool is_category(struct span name)
{
    static const char *const categories[] = {
        "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd",
        "Nl", "No", "P",  "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z",  "Zs",
        "Zl", "Zp", "S",  "Sm", "Sc", "Sk", "So", "C",  "Cc", "Cf", "Co", "Cn",
    };
    for (size_t i = 0; i < COUNT_OF(categories); i++)
        if (span_eq(span_z(categories[i]), name))
            return true;
    return false;
}

/* The characters of a block, as the inside of a class. */
static bool put_block(struct buffer *out, struct span name)
{
    char z[64];
    UErrorCode status = U_ZERO_ERROR;
    if (name.n == 0 || name.n >= sizeof z)
        return false;
    memcpy(z, name.p, name.n);
    z[name.n] = 0;
    int32_t block = u_getPropertyValueEnum(UCHAR_BLOCK, z);
    if (block == UCHAR_INVALID_CODE)
        return false;
    USet *set = uset_openEmpty();
    uset_applyIntPropertyValue(set, UCHAR_BLOCK, block, &status);
    int32_t n = U_SUCCESS(status) ? uset_getItemCount(set) : 0;
    for (int32_t i = 0; i < n; i++) {
        UChar32 first = 0, last = 0;
        UErrorCode ignored = U_ZERO_ERROR;
        uset_getItem(set, i, &first, &last, NULL, 0, &ignored);
        put_rune(out, (uint32_t)first);
        buffer_byte(out, '-');
        put_rune(out, (uint32_t)last);
    }
    uset_close(set);
    return n > 0;
}

/* A class in the making: the inside of its brackets, and alternatives that cannot stand there. */
struct class
{
    struct buffer inside, others;
};

static void add_complement(struct class *c, struct span inside)
{
    buffer_print(&c->others, "|[^%.*s]", SPAN_ARG(inside));
}

/* \p{...} and \P{...}; `p` or `P` is taken. Blanks within are skipped under the flag x. */
static bool add_property(struct translator *t, struct class *c, bool complement)
{
    char z[64];
    size_t n = 0;
    if (!take(t, '{'))
        return wrong(t, "\\p needs a name in braces");
    while (t->text.n > 0 && peek(t) != '}' && n < sizeof z) {
        if (!(t->no_blanks && is_blank(peek(t))))
            z[n++] = peek(t);
        t->text = span_from(t->text, 1);
    }
    struct span name = span_of(z, n);
    if (!take(t, '}'))
        return wrong(t, "\\p needs a name in braces");
    if (is_category(name)) {
        buffer_print(&c->inside, "\\%c{%.*s}", complement ? 'P' : 'p', SPAN_ARG(name));
        return true;
    }
    struct buffer block = BUFFER_INIT;
    bool good = span_starts(name, SPAN("Is")) && put_block(&block, span_from(name, 2));
    if (good && complement)
        add_complement(c, buffer_span(&block));
    else if (good)
        buffer_add(&c->inside, buffer_span(&block));
    buffer_release(&block);
    return good || wrong(t, "there is no such category or block");
}

/* An escape that stands for several characters; the backslash is taken. False when it is none or
 * wrong. */
static bool add_several(struct translator *t, struct class *c)
{
    char letter = peek(t);
    bool complement = false;
    if (letter == 'p' || letter == 'P') {
        t->text = span_from(t->text, 1);
        return add_property(t, c, letter == 'P');
    }
    const struct several *s = several_of(letter, &complement);
    if (!s || letter == 0)
        return false;
    t->text = span_from(t->text, 1);
    if (complement)
        add_complement(c, span_z(s->inside));
    else
        buffer_add_z(&c->inside, s->inside);
    return true;
}

/* Writes what the class means as one character. */
static void put_class(struct buffer *out, const struct class *c, bool complement,
                      struct span without)
{
    const char *inside = c->inside.n ? c->inside.p : NULL;
    buffer_add_z(out, "(?:");
    if (without.n)
        buffer_print(out, "(?!%.*s)", SPAN_ARG(without));
    if (complement)
        buffer_add_z(out, "(?!");
    if (inside)
        buffer_print(out, "(?:[%s]%s)", inside, c->others.n ? c->others.p : "");
    else
        buffer_print(out, "(?:%s)", c->others.n ? c->others.p + 1 : "");
    buffer_add_z(out, complement ? ")(?s:.))" : ")");
}

static void class_release(struct class *c)
{
    buffer_release(&c->inside);
    buffer_release(&c->others);
}

/* ---- classes ---- */

/* One end of a range inside a class: a character or its escape. RUNE_BAD and reported when there is
 * none. */
static uint32_t class_rune(struct translator *t)
{
    if (take(t, '\\')) {
        uint32_t rune = single_escape(peek(t));
        if (rune == RUNE_BAD)
            wrong(t, "unknown escape");
        else
            t->text = span_from(t->text, 1);
        return rune;
    }
    if (t->text.n == 0 || peek(t) == '[' || peek(t) == ']') {
        wrong(t, "a bracket within a class is written \\[ or \\]");
        return RUNE_BAD;
    }
    return take_rune(t);
}

static bool at_subtraction(const struct translator *t)
{
    return t->text.n > 1 && t->text.p[0] == '-' && t->text.p[1] == '[';
}

/* A character, a range, or an escape for several. */
static bool class_item(struct translator *t, struct class *c)
{
    if (t->text.n > 1 && t->text.p[0] == '\\' && (single_escape(t->text.p[1]) == RUNE_BAD)) {
        t->text = span_from(t->text, 1);
        return add_several(t, c) || wrong(t, "unknown escape");
    }
    uint32_t first = class_rune(t), last = first;
    if (first == RUNE_BAD)
        return false;
    bool range = t->text.n > 1 && t->text.p[0] == '-' && t->text.p[1] != ']' && t->text.p[1] != '[';
    if (range) {
        t->text = span_from(t->text, 1);
        last = class_rune(t);
    }
    if (last == RUNE_BAD || last < first)
        return wrong(t, "a range runs from the smaller character to the greater");
    put_rune(&c->inside, first);
    if (last != first) {
        buffer_byte(&c->inside, '-');
        put_rune(&c->inside, last);
    }
    return true;
}

static bool put_bracket(struct translator *t, struct buffer *out);

static bool class_rest(struct translator *t, struct class *c, struct buffer *without)
{
    size_t items = 0;
    while (!t->why && t->text.n > 0 && peek(t) != ']' && !(items > 0 && at_subtraction(t))) {
        items++;
        if (!class_item(t, c))
            return false;
    }
    if (items == 0)
        return wrong(t, "a class has a character at least");
    if (at_subtraction(t)) {
        t->text = span_from(t->text, 2);
        if (!put_bracket(t, without))
            return false;
    }
    return take(t, ']') || wrong(t, "a class needs its closing bracket");
}

/* After `[`. */
static bool put_bracket(struct translator *t, struct buffer *out)
{
    struct class c = {BUFFER_INIT, BUFFER_INIT};
    struct buffer without = BUFFER_INIT;
    bool complement = take(t, '^'), good;
    if (++t->depth >= PATTERN_DEPTH_MAX)
        return wrong(t, "nested too deeply");
    good = class_rest(t, &c, &without);
    if (good)
        put_class(out, &c, complement, buffer_span(&without));
    t->depth--;
    out->failed = out->failed || c.inside.failed || c.others.failed || without.failed;
    class_release(&c);
    buffer_release(&without);
    return good;
}

/* ---- atoms ---- */

static bool put_several(struct translator *t)
{
    struct class c = {BUFFER_INIT, BUFFER_INIT};
    bool good = add_several(t, &c) || wrong(t, "unknown escape");
    if (good)
        put_class(t->out, &c, false, (struct span){0});
    class_release(&c);
    return good;
}

static bool is_open(const struct translator *t, uint32_t group)
{
    for (uint32_t i = 0; i < t->depth; i++)
        if (t->open[i] == group)
            return true;
    return false;
}

/* \1: as many digits as name a group that is there and closed. */
static bool put_reference(struct translator *t)
{
    uint32_t group = (uint32_t)(peek(t) - '0');
    t->text = span_from(t->text, 1);
    while (t->text.n > 0 && peek(t) >= '0' && peek(t) <= '9' &&
           group * 10 + (uint32_t)(peek(t) - '0') <= t->groups) {
        group = group * 10 + (uint32_t)(peek(t) - '0');
        t->text = span_from(t->text, 1);
    }
    if (group == 0 || group > t->groups || is_open(t, group))
        return wrong(t, "a reference to a group that is not there yet");
    buffer_print(t->out, "\\g{%u}", (unsigned)group);
    return true;
}

static bool put_escape(struct translator *t)
{
    skip(t);
    char c = peek(t);
    if (c >= '1' && c <= '9')
        return put_reference(t);
    uint32_t rune = single_escape(c);
    if (rune == RUNE_BAD)
        return put_several(t);
    t->text = span_from(t->text, 1);
    put_rune(t->out, rune);
    return true;
}

static bool put_branches(struct translator *t);

static bool put_group(struct translator *t)
{
    bool captures = true;
    skip(t);
    if (take(t, '?')) {
        if (!take(t, ':'))
            return wrong(t, "after (? only : may stand");
        captures = false;
    }
    if (t->depth + 1 >= PATTERN_DEPTH_MAX)
        return wrong(t, "nested too deeply");
    t->open[t->depth++] = captures ? ++t->groups : 0;
    buffer_add_z(t->out, captures ? "(" : "(?:");
    if (!put_branches(t))
        return false;
    t->depth--;
    buffer_byte(t->out, ')');
    return take(t, ')') || wrong(t, "a group needs its closing bracket");
}

/* False at the end of a branch, or after a mistake. *ret_quantified: may a quantifier follow? */
static bool put_atom(struct translator *t, bool *ret_quantified)
{
    skip(t);
    *ret_quantified = true;
    char c = peek(t);
    if (t->text.n == 0 || c == '|' || c == ')')
        return false;
    if (take(t, '('))
        return put_group(t);
    if (take(t, '['))
        return put_bracket(t, t->out);
    if (take(t, '\\'))
        return put_escape(t);
    if (take(t, '.')) {
        buffer_add_z(t->out, t->single_line ? "(?s:.)" : "[^\\n\\r]");
        return true;
    }
    if (c == '^' || c == '$') {
        t->text = span_from(t->text, 1);
        buffer_byte(t->out, c);
        *ret_quantified = false;
        return true;
    }
    if (strchr("?*+{}]", c) && c)
        return wrong(t, "a quantifier or a closing bracket with nothing before it");
    uint32_t rune = take_rune(t);
    if (rune == RUNE_BAD)
        return wrong(t, "not UTF-8");
    put_rune(t->out, rune);
    return true;
}

static bool put_digits(struct translator *t)
{
    size_t n = 0;
    for (skip(t); t->text.n > 0 && peek(t) >= '0' && peek(t) <= '9'; skip(t), n++) {
        buffer_byte(t->out, peek(t));
        t->text = span_from(t->text, 1);
    }
    return n > 0;
}

/* {n}, {n,}, {n,m} */
static bool put_counts(struct translator *t)
{
    buffer_byte(t->out, '{');
    if (!put_digits(t))
        return wrong(t, "a quantifier has digits: {2}, {2,}, {2,5}");
    if (take(t, ',')) {
        buffer_byte(t->out, ',');
        (void)put_digits(t);
    }
    buffer_byte(t->out, '}');
    return take(t, '}') || wrong(t, "a quantifier has digits: {2}, {2,}, {2,5}");
}

static bool put_quantifier(struct translator *t)
{
    skip(t);
    char c = peek(t);
    if (c != '?' && c != '*' && c != '+' && c != '{')
        return true;
    t->text = span_from(t->text, 1);
    if (c == '{') {
        if (!put_counts(t))
            return false;
    } else
        buffer_byte(t->out, c);
    skip(t);
    if (take(t, '?'))
        buffer_byte(t->out, '?');
    return true;
}

static bool put_branches(struct translator *t)
{
    bool quantified;
    for (;;) {
        while (put_atom(t, &quantified))
            if (quantified && !put_quantifier(t))
                return false;
        skip(t);
        if (t->why || !take(t, '|'))
            return !t->why;
        buffer_byte(t->out, '|');
    }
}

const char *pattern_translate(struct span pattern, bool single_line, bool no_blanks,
                              struct buffer *out, size_t *ret_at)
{
    struct translator t = {.text = pattern,
                           .whole = pattern.n,
                           .out = out,
                           .single_line = single_line,
                           .no_blanks = no_blanks};
    if (put_branches(&t) && t.text.n > 0)
        wrong(&t, "a closing bracket without an opening one");
    *ret_at = t.at;
    return t.why;
}
