/*
 * lex.c: text to tokens, one at a time.
 *
 * Bottom-up: reports, blanks, names by scope, numbers, strings, signs, then lex_next. What strict
 * mode corrects (the "mistakes") is in two tables, full_width[] and ascii_slips[].
 */
#include "feel/lex.h"
#include "base/utf8.h"
#include "feel/feel.h"
#include "feel/name.h"
#include "feel/temporal.h"

int lex_init(struct lexer *l, struct arena *a, struct source *source, bool strict)
{
    *l = (struct lexer){.arena = a, .source = source, .strict = strict};
    l->scratch = arena_alloc(a, FEEL_NAME_MAX + 8);
    return l->scratch ? 0 : E_MEMORY;
}

/* --- reports --- */

/* Is a mistake that ends at `end` new? Marks it reported. */
static bool fresh(struct lexer *l, uint32_t end)
{
    if (end <= l->reported)
        return false;
    l->reported = end;
    return true;
}

static void mistake(struct lexer *l, int code, uint32_t start, uint32_t end, const char *what,
                    const char *hint)
{
    struct diag *g;

    if (!fresh(l, end))
        return;
    g = source_error(l->source, code, start, end, "%s", what);
    if (hint)
        source_hint(l->source, g, "%s", hint);
}

static struct span text_of(const struct lexer *l, uint32_t start, uint32_t end)
{
    return span_of(l->source->text.p + start, end - start);
}

static uint32_t peek(const struct lexer *l, uint32_t at, uint32_t *ret_length)
{
    return rune_at(l->source->text, at, ret_length);
}

static bool text_at(const struct lexer *l, uint32_t at, const char *z)
{
    return at <= l->source->text.n && span_starts(span_from(l->source->text, at), span_z(z));
}

/* --- blanks and comments --- */

static void skip_block_comment(struct lexer *l)
{
    struct span rest = span_from(l->source->text, l->at + 2);
    size_t end = span_find(rest, SPAN("*/"));

    if (end == SIZE_MAX) {
        mistake(l, E_SYNTAX, l->at, l->at + 2, "comment without end", "close it with */");
        l->at = (uint32_t)l->source->text.n;
        return;
    }
    l->at += 2 + (uint32_t)end + 2;
}

static void skip_line(struct lexer *l)
{
    while (l->at < l->source->text.n && l->source->text.p[l->at] != '\n')
        l->at++;
}

static void skip_blanks(struct lexer *l)
{
    for (;;) {
        uint32_t length, rune = peek(l, l->at, &length);
        if (length && rune_is_blank(rune)) {
            if (rune == 0x3000 && l->strict)
                mistake(l, E_SYNTAX, l->at, l->at + length, "full-width space",
                        "write an ASCII space");
            l->at += length;
        } else if (text_at(l, l->at, "//"))
            skip_line(l);
        else if (text_at(l, l->at, "/*"))
            skip_block_comment(l);
        else
            return;
    }
}

/* --- names --- */

/* End of the longest name in scope that begins at `at`, or 0; its normal form stays in scratch. */
static uint32_t match_name(struct lexer *l, uint32_t at, const struct scope *scope, size_t *ret_n)
{
    size_t limit = scope_longest(scope), n = 0;
    bool gap = false, word_before = false;
    uint32_t best = 0, length, next_length;

    for (uint32_t i = at; i < l->source->text.n; i += length) {
        uint32_t rune = peek(l, i, &length);
        bool word = rune_is_word(rune, true), part = rune_is_word(rune, l->strict);
        if (rune_is_blank(rune)) {
            gap = true;
            continue;
        }
        if ((!part && !rune_is_name_mark(rune)) || n + length > limit)
            break;
        if (gap && word && word_before)
            l->scratch[n++] = ' ';
        memcpy(l->scratch + n, l->source->text.p + i, length);
        n += length;
        gap = false;
        word_before = word;
        if (part && rune_is_word(peek(l, i + length, &next_length), l->strict) && next_length)
            continue; /* inside a word */
        if (n <= limit && scope_has(scope, span_of(l->scratch, n))) {
            best = i + length;
            *ret_n = n;
        }
    }
    return best;
}

static uint32_t word_end(const struct lexer *l, uint32_t at)
{
    uint32_t length;

    while (rune_is_word(peek(l, at, &length), l->strict) && length)
        at += length;
    return at;
}

static const struct keyword {
    const char *text;
    enum token_kind kind;
} keywords[] = {
    {"if", TOK_IF},
    {"then", TOK_THEN},
    {"else", TOK_ELSE},
    {"for", TOK_FOR},
    {"in", TOK_IN},
    {"return", TOK_RETURN},
    {"some", TOK_SOME},
    {"every", TOK_EVERY},
    {"and", TOK_AND},
    {"or", TOK_OR},
    {"satisfies", TOK_SATISFIES},
    {"between", TOK_BETWEEN},
    {"instance", TOK_INSTANCE},
    {"of", TOK_OF},
    {"function", TOK_FUNCTION},
    {"true", TOK_TRUE},
    {"false", TOK_FALSE},
    {"null", TOK_NULL},
};

static enum token_kind keyword_of(struct span word)
{
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (span_eq(span_z(keywords[i].text), word))
            return keywords[i].kind;
    return TOK_WORD;
}

bool lex_is_keyword(struct span name)
{
    return keyword_of(name) != TOK_WORD;
}

/* 且 and 或 written for `and` and `or`, alone or before the next name. */
static enum token_kind chinese_logic(const struct lexer *l, uint32_t at)
{
    if (text_at(l, at, "且"))
        return TOK_AND;
    return text_at(l, at, "或") ? TOK_OR : TOK_WORD;
}

/* Where a word that is no name breaks into a name in scope and 且 or 或, or 0. */
static uint32_t split_at_logic(const struct lexer *l, uint32_t start, uint32_t end,
                               const struct scope *scope)
{
    uint32_t length;

    for (uint32_t i = start; i < end; i += length) {
        peek(l, i, &length);
        if (i > start && chinese_logic(l, i) != TOK_WORD && scope_has(scope, text_of(l, start, i)))
            return i;
    }
    return 0;
}

static struct token take(struct lexer *l, enum token_kind kind, uint32_t end)
{
    struct token t = {.kind = kind, .start = l->at, .end = end, .name = text_of(l, l->at, end)};

    l->at = end;
    return t;
}

static struct token word_token(struct lexer *l, const struct scope *scope)
{
    uint32_t start = l->at, end = word_end(l, start), split;
    enum token_kind kind = keyword_of(text_of(l, start, end));

    if (kind != TOK_WORD || !l->strict)
        return take(l, kind, end);
    kind = chinese_logic(l, start);
    if (kind != TOK_WORD) {
        mistake(l, E_SYNTAX, start, start + 3,
                kind == TOK_AND ? "`且` is not an operator" : "`或` is not an operator",
                kind == TOK_AND ? "write ` and ` with spaces" : "write ` or ` with spaces");
        return take(l, kind, start + 3);
    }
    split = split_at_logic(l, start, end, scope);
    return split ? take(l, TOK_NAME, split) : take(l, TOK_WORD, end);
}

static struct token name_or_word(struct lexer *l, const struct scope *scope)
{
    uint32_t start = l->at, end = word_end(l, start), named;
    size_t n = 0;
    struct token t;

    named = match_name(l, start, scope, &n);
    if (!named || (named <= end && keyword_of(text_of(l, start, end)) != TOK_WORD))
        return word_token(l, scope);
    t = take(l, TOK_NAME, named);
    if (!span_eq(t.name, span_of(l->scratch, n)))
        t.name = arena_copy(l->arena, span_of(l->scratch, n));
    return t;
}

/* --- numbers --- */

static bool is_digit_at(const struct lexer *l, uint32_t at)
{
    return at < l->source->text.n && l->source->text.p[at] >= '0' && l->source->text.p[at] <= '9';
}

static uint32_t digits_end(const struct lexer *l, uint32_t at)
{
    while (is_digit_at(l, at))
        at++;
    return at;
}

static uint32_t number_end(const struct lexer *l, uint32_t at)
{
    uint32_t end = digits_end(l, at), sign;

    if (text_at(l, end, ".") && is_digit_at(l, end + 1))
        end = digits_end(l, end + 1);
    if (text_at(l, end, "e") || text_at(l, end, "E")) {
        sign = text_at(l, end + 1, "+") || text_at(l, end + 1, "-") ? 1 : 0;
        if (is_digit_at(l, end + 1 + sign))
            end = digits_end(l, end + 1 + sign);
    }
    return end;
}

/* What may be glued to a number: the text of the correction is the number times ten to `power`. */
static const struct suffix {
    const char *text;
    int power;
} suffixes[] = {
    {"%", -2},    {"％", -2}, {"‰", -3}, {"千万", 7}, {"百万", 6}, {"十万", 5},
    {"万亿", 12}, {"万", 4},  {"亿", 8}, {"千", 3},   {"百", 2},
};

static const struct suffix *suffix_at(const struct lexer *l, uint32_t at)
{
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (text_at(l, at, suffixes[i].text))
            return &suffixes[i];
    return NULL;
}

static struct decimal scaled(struct decimal d, int power)
{
    struct decimal ten = decimal_from_int(10),
                   p = decimal_pow(ten, decimal_from_int(power < 0 ? -power : power), NULL);

    return power < 0 ? decimal_div(d, p, NULL) : decimal_mul(d, p, NULL);
}

/* 5.5% and 500万元: reports with the number to write, which becomes the value. */
static void glued_scale(struct lexer *l, struct token *t, const struct suffix *s)
{
    uint32_t end = t->end + (uint32_t)strlen(s->text);
    struct span all;
    char plain[DECIMAL_PLAIN];
    struct diag *g;
    size_t n;

    if (s->power > 0)
        end = word_end(l, end);
    all = text_of(l, t->start, end);
    t->value = value_number(scaled(t->value.number, s->power));
    if (fresh(l, end)) {
        n = decimal_plain(t->value.number, plain, sizeof plain);
        g = source_error(l->source, E_SYNTAX, t->start, end, "`%.*s`: a number carries no %s",
                         SPAN_ARG(all), s->power < 0 ? "percent sign" : "unit");
        source_hint(l->source, g, "write %.*s for %.*s", (int)n, plain, SPAN_ARG(all));
    }
    t->end = end;
}

/* A word right behind a number: a keyword that lacks its space, a unit, or a name that begins with
 * a digit. */
static void glued_word(struct lexer *l, struct token *t)
{
    uint32_t end = word_end(l, t->end);
    struct span word = text_of(l, t->end, end), number = text_of(l, t->start, t->end);
    struct diag *g;

    if (keyword_of(word) != TOK_WORD || chinese_logic(l, t->end) != TOK_WORD) {
        if (keyword_of(word) != TOK_WORD && fresh(l, end)) {
            g = source_error(l->source, E_SYNTAX, t->start, end, "`%.*s%.*s` without a space",
                             SPAN_ARG(number), SPAN_ARG(word));
            source_hint(l->source, g, "write %.*s %.*s", SPAN_ARG(number), SPAN_ARG(word));
        }
        return;
    }
    if (fresh(l, end)) {
        g = source_error(l->source, E_SYNTAX, t->start, end, "`%.*s` is glued to a number",
                         SPAN_ARG(word));
        source_hint(l->source, g,
                    "write %.*s: units belong to the declaration of a fact, and no name begins "
                    "with a digit",
                    SPAN_ARG(number));
    }
    t->end = end;
}

static void check_glued(struct lexer *l, struct token *t)
{
    uint32_t length;
    const struct suffix *s = suffix_at(l, t->end);

    if (s)
        glued_scale(l, t, s);
    else if (rune_is_word(peek(l, t->end, &length), true) && length)
        glued_word(l, t);
    l->at = t->end;
}

static struct token number_value(struct lexer *l, struct token t, struct span digits)
{
    struct decimal d = DECIMAL_ZERO;
    bool fits;

    if (digits.n && digits.p[0] == '.')
        digits = arena_print(l->arena, "0%.*s", SPAN_ARG(digits));
    fits = decimal_parse(digits, &d);
    if (!fits && l->strict)
        mistake(l, E_RANGE, t.start, t.end,
                "a number has at most 34 digits and an exponent within 6144", NULL);
    else if (!fits && !decimal_parse_rounded(digits, &d))
        mistake(l, E_RANGE, t.start, t.end, "number out of range", NULL);
    t.value = value_number(d);
    return t;
}

static struct token number_token(struct lexer *l)
{
    struct token t = take(l, TOK_NUMBER, number_end(l, l->at));

    t = number_value(l, t, t.name);
    if (l->strict)
        check_glued(l, &t);
    return t;
}

/* ３００ or 3００．5: the digits as ASCII, reported. */
static struct token wide_number_token(struct lexer *l)
{
    struct buffer ascii = BUFFER_INIT;
    uint32_t start = l->at, end = start, length;
    struct token t;
    struct diag *g;

    for (;;) {
        uint32_t rune = peek(l, end, &length);
        if (rune >= 0xFF10 && rune <= 0xFF19)
            buffer_byte(&ascii, (char)('0' + (rune - 0xFF10)));
        else if ((rune == 0xFF0E || rune == '.') && ascii.n &&
                 span_find(buffer_span(&ascii), SPAN(".")) == SIZE_MAX)
            buffer_byte(&ascii, '.');
        else if (rune >= '0' && rune <= '9')
            buffer_byte(&ascii, (char)rune);
        else
            break;
        end += length;
    }
    if (ascii.n && ascii.p[ascii.n - 1] == '.')
        buffer_byte(&ascii, '0');
    t = take(l, TOK_NUMBER, end);
    if (fresh(l, end)) {
        g = source_error(l->source, E_SYNTAX, start, end, "full-width digits");
        source_hint(l->source, g, "write %.*s", SPAN_ARG(buffer_span(&ascii)));
    }
    t = number_value(l, t, buffer_span(&ascii));
    buffer_release(&ascii);
    check_glued(l, &t);
    return t;
}

/* --- strings --- */

/* The code point of n hex digits, or RUNE_BAD. */
static uint32_t hex_rune(const struct lexer *l, uint32_t at, uint32_t n)
{
    uint32_t rune = 0;

    if (at + n > l->source->text.n)
        return RUNE_BAD;
    for (uint32_t i = 0; i < n; i++) {
        char c = l->source->text.p[at + i];
        if (c >= '0' && c <= '9')
            rune = rune * 16 + (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            rune = rune * 16 + (uint32_t)((c | 32) - 'a' + 10);
        else
            return RUNE_BAD;
    }
    return rune;
}

/* \uXXXX, a surrogate pair of them, or \UXXXXXX; returns the bytes used after the backslash, 0 =
 * malformed. */
static uint32_t unicode_escape(const struct lexer *l, uint32_t at, struct buffer *out)
{
    bool big = l->source->text.p[at] == 'U';
    uint32_t rune = hex_rune(l, at + 1, big ? 6 : 4), low, used = big ? 7 : 5;

    if (rune == RUNE_BAD || rune > 0x10FFFF)
        return 0;
    if (rune >= 0xD800 && rune <= 0xDFFF) {
        low = text_at(l, at + 5, "\\u") ? hex_rune(l, at + 7, 4) : RUNE_BAD;
        if (big || rune > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            return 0;
        rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
        used = 11;
    }
    buffer_rune(out, rune);
    return used;
}

static uint32_t string_escape(struct lexer *l, uint32_t at, struct buffer *out)
{
    static const char from[] = "\"\\nrt'", to[] = "\"\\\n\r\t'";
    const char *found = at + 1 < l->source->text.n ? strchr(from, l->source->text.p[at + 1]) : NULL;
    uint32_t used = 0;

    if (found && *found) {
        buffer_byte(out, to[found - from]);
        return at + 2;
    }
    if (text_at(l, at + 1, "u") || text_at(l, at + 1, "U"))
        used = unicode_escape(l, at + 1, out);
    if (used)
        return at + 1 + used;
    if (!l->strict) { /* a backslash of its own: "\\d" in patterns */
        buffer_byte(out, '\\');
        return at + 1;
    }
    mistake(l, E_SYNTAX, at, at + 1, "unknown escape in a text",
            "known are \\\" \\\\ \\n \\r \\t \\uXXXX \\UXXXXXX");
    return at + 1;
}

/* From the byte after the opening quote to `close`; *ret_end is behind it, or at the end of the
 * line. */
static bool string_body(struct lexer *l, uint32_t at, const char *close, struct buffer *out,
                        uint32_t *ret_end)
{
    uint32_t length;

    while (at < l->source->text.n && l->source->text.p[at] != '\n') {
        if (text_at(l, at, close)) {
            *ret_end = at + (uint32_t)strlen(close);
            return true;
        }
        if (text_at(l, at, "\\")) {
            at = string_escape(l, at, out);
            continue;
        }
        if (peek(l, at, &length) < 0x20 && l->source->text.p[at] != '\t')
            mistake(l, E_SYNTAX, at, at + 1, "control character in a text", "write it as \\uXXXX");
        else
            buffer_add(out, text_of(l, at, at + length));
        at += length;
    }
    *ret_end = at;
    return false;
}

static struct token string_token(struct lexer *l, const char *open, const char *close)
{
    struct buffer out = BUFFER_INIT;
    uint32_t end, body = l->at + (uint32_t)strlen(open);
    bool closed = string_body(l, body, close, &out, &end);
    struct token t;

    if (!closed)
        mistake(l, E_SYNTAX, l->at, l->at + 1, "text without its closing quote",
                "close it with \"");
    t = take(l, TOK_STRING, end);
    t.value = value_string(arena_copy(l->arena, buffer_span(&out)));
    if (buffer_failed(&out))
        l->arena->failed = true;
    buffer_release(&out);
    return t;
}

/* “…”, ‘…’ or '…' for "…". */
static struct token wrong_quotes(struct lexer *l, const char *open, const char *close)
{
    uint32_t start = l->at;
    struct token t;
    struct diag *g;
    uint32_t reported = l->reported;

    l->reported = UINT32_MAX; /* one report is enough */
    t = string_token(l, open, close);
    l->reported = reported;
    if (fresh(l, t.end)) {
        g = source_error(l->source, E_SYNTAX, start, t.end,
                         "a text stands in straight double quotes");
        source_hint(l->source, g, "write \"%.*s\"", SPAN_ARG(t.value.string));
    }
    return t;
}

/* --- temporal literals --- */

static bool temporal_value(struct lexer *l, struct span s, struct value *ret)
{
    struct time time;
    struct date_time both, *kept;
    struct time *kept_time;

    if (date_parse(s, &ret->date)) {
        ret->kind = VALUE_DATE;
        return true;
    }
    if (duration_parse(s, ret))
        return true;
    if (time_parse(s, &time)) {
        kept_time = ARENA_NEW(l->arena, struct time);
        if (kept_time)
            *kept_time = time;
        *ret = (struct value){.kind = VALUE_TIME, .time = kept_time};
        return kept_time != NULL;
    }
    if (!date_time_parse(s, &both))
        return false;
    kept = ARENA_NEW(l->arena, struct date_time);
    if (kept)
        *kept = both;
    *ret = (struct value){.kind = VALUE_DATE_TIME, .date_time = kept};
    return kept != NULL;
}

static struct token temporal_token(struct lexer *l)
{
    uint32_t start = l->at;
    struct token t;
    struct value v = VALUE_NULL_V;

    l->at++;
    skip_blanks(l);
    if (!text_at(l, l->at, "\"")) {
        l->at = start;
        mistake(l, E_SYNTAX, start, start + 1, "`@` without its text", "write @\"2020-03-09\"");
        return take(l, TOK_BAD, start + 1);
    }
    t = string_token(l, "\"", "\"");
    t.start = start;
    t.kind = TOK_TEMPORAL;
    if (!temporal_value(l, t.value.string, &v) && !l->strict)
        v = value_spec(
            value_failure(l->arena, E_INPUT, "not a date, time, date and time or duration"));
    else if (v.kind == VALUE_NULL) {
        mistake(l, E_SYNTAX, start, t.end, "not a date, time, date and time or duration",
                "write for example @\"2020-03-09\", @\"08:30:00\", @\"P3D\", @\"P1Y6M\"");
        t.kind = TOK_BAD;
    }
    t.value = v;
    return t;
}

/* --- signs --- */

static const struct sign {
    const char *text;
    enum token_kind kind;
} signs[] = {
    /* longer ones first */
    {"..", TOK_DOTS},    {"**", TOK_POWER},   {"!=", TOK_NE},    {"<=", TOK_LE},
    {">=", TOK_GE},      {"->", TOK_ARROW},   {"(", TOK_LPAREN}, {")", TOK_RPAREN},
    {"[", TOK_LBRACKET}, {"]", TOK_RBRACKET}, {"{", TOK_LBRACE}, {"}", TOK_RBRACE},
    {",", TOK_COMMA},    {":", TOK_COLON},    {".", TOK_DOT},    {"+", TOK_PLUS},
    {"-", TOK_MINUS},    {"*", TOK_STAR},     {"/", TOK_SLASH},  {"=", TOK_EQ},
    {"<", TOK_LT},       {">", TOK_GT},
};

/* Slips in ASCII; read before the signs. kind TOK_BAD: nothing to go on with. */
static const struct slip {
    const char *text;
    enum token_kind kind;
    const char *what, *hint;
} ascii_slips[] = {
    {"==", TOK_EQ, "`==` is not an operator", "write ="},
    {"<>", TOK_NE, "`<>` is not an operator", "write !="},
    {"&&", TOK_AND, "`&&` is not an operator", "write and"},
    {"||", TOK_OR, "`||` is not an operator", "write or"},
    {"^", TOK_POWER, "`^` is not an operator", "write ** for a power"},
    {";", TOK_COMMA, "`;` has no meaning here", "write ,"},
};

/* Full-width and typographic signs, with the ASCII to write instead. */
static const struct slip full_width[] = {
    {"，", TOK_COMMA, "full-width comma", "write ,"},
    {"、", TOK_COMMA, "full-width comma", "write ,"},
    {"；", TOK_COMMA, "full-width semicolon", "write ,"},
    {"（", TOK_LPAREN, "full-width bracket", "write ("},
    {"）", TOK_RPAREN, "full-width bracket", "write )"},
    {"［", TOK_LBRACKET, "full-width bracket", "write ["},
    {"］", TOK_RBRACKET, "full-width bracket", "write ]"},
    {"【", TOK_LBRACKET, "full-width bracket", "write ["},
    {"】", TOK_RBRACKET, "full-width bracket", "write ]"},
    {"｛", TOK_LBRACE, "full-width bracket", "write {"},
    {"｝", TOK_RBRACE, "full-width bracket", "write }"},
    {"＜＝", TOK_LE, "full-width sign", "write <="},
    {"＞＝", TOK_GE, "full-width sign", "write >="},
    {"！＝", TOK_NE, "full-width sign", "write !="},
    {"＜", TOK_LT, "full-width sign", "write <"},
    {"＝", TOK_EQ, "full-width sign", "write ="},
    {"＞", TOK_GT, "full-width sign", "write >"},
    {"≤", TOK_LE, "`≤` is not an operator", "write <="},
    {"≥", TOK_GE, "`≥` is not an operator", "write >="},
    {"≠", TOK_NE, "`≠` is not an operator", "write !="},
    {"＋", TOK_PLUS, "full-width sign", "write +"},
    {"－", TOK_MINUS, "full-width sign", "write -"},
    {"−", TOK_MINUS, "typographic minus", "write -"},
    {"–", TOK_MINUS, "typographic dash", "write -"},
    {"—", TOK_MINUS, "typographic dash", "write -"},
    {"＊", TOK_STAR, "full-width sign", "write *"},
    {"×", TOK_STAR, "`×` is not an operator", "write *"},
    {"／", TOK_SLASH, "full-width sign", "write /"},
    {"÷", TOK_SLASH, "`÷` is not an operator", "write /"},
    {"：", TOK_COLON, "full-width colon", "write :"},
    {"．", TOK_DOT, "full-width point", "write ."},
    {"。", TOK_BAD, "full-width point",
     "an expression has no full stop; write . in a number or a path"},
    {"％", TOK_BAD, "full-width percent sign", "write 0.05 for 5%"},
};

static bool take_slip(struct lexer *l, const struct slip *slips, size_t n, struct token *ret)
{
    for (size_t i = 0; i < n; i++)
        if (text_at(l, l->at, slips[i].text)) {
            uint32_t end = l->at + (uint32_t)strlen(slips[i].text);
            mistake(l, E_SYNTAX, l->at, end, slips[i].what, slips[i].hint);
            *ret = take(l, slips[i].kind, end);
            return true;
        }
    return false;
}

static bool take_quotes(struct lexer *l, struct token *ret)
{
    static const char *const quotes[][2] = {{"“", "”"},   {"”", "”"}, {"‘", "’"},  {"’", "’"},
                                            {"「", "」"}, {"'", "'"}, {"＂", "＂"}};

    for (size_t i = 0; i < COUNT_OF(quotes); i++)
        if (text_at(l, l->at, quotes[i][0])) {
            *ret = wrong_quotes(l, quotes[i][0], quotes[i][1]);
            return true;
        }
    return false;
}

static struct token strange(struct lexer *l)
{
    uint32_t length, rune = peek(l, l->at, &length), start = l->at;
    struct diag *g;

    if (fresh(l, start + length)) {
        g = source_error(l->source, E_SYNTAX, start, start + length,
                         "character `%.*s` (U+%04X) has no meaning here",
                         SPAN_ARG(text_of(l, start, start + length)), (unsigned)rune);
        if (rune == '%')
            source_hint(l->source, g, "write 0.05 for 5%%; the remainder is modulo(a, b)");
        if (rune == '!')
            source_hint(l->source, g, "write != or not(...)");
    }
    return take(l, TOK_BAD, start + length);
}

static struct token sign_token(struct lexer *l)
{
    struct token t;

    if (l->strict && take_slip(l, ascii_slips, COUNT_OF(ascii_slips), &t))
        return t;
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (text_at(l, l->at, signs[i].text))
            return take(l, signs[i].kind, l->at + (uint32_t)strlen(signs[i].text));
    if (l->strict && (take_slip(l, full_width, COUNT_OF(full_width), &t) || take_quotes(l, &t)))
        return t;
    return strange(l);
}

/* --- the door --- */

struct token lex_next(struct lexer *l, const struct scope *scope)
{
    uint32_t length, rune;
    size_t n;

    skip_blanks(l);
    rune = peek(l, l->at, &length);
    if (!length)
        return take(l, TOK_END, l->at);
    if (is_digit_at(l, l->at) || (rune == '.' && is_digit_at(l, l->at + 1)))
        return number_token(l);
    if (rune == '"')
        return string_token(l, "\"", "\"");
    if (rune == '@')
        return temporal_token(l);
    if (rune_is_name_start(rune)) {
        if (rune_is_word(rune, l->strict) || match_name(l, l->at, scope, &n))
            return name_or_word(l, scope);
        if (rune >= 0xFF10 && rune <= 0xFF19)
            return wide_number_token(l);
    }
    return sign_token(l);
}

struct token lex_member(struct lexer *l, const struct scope *members)
{
    uint32_t length, named, rune;
    size_t n = 0;
    struct token t;

    skip_blanks(l);
    rune = peek(l, l->at, &length);
    if (!length || !rune_is_name_start(rune))
        return lex_next(l, members);
    named = match_name(l, l->at, members, &n);
    if (!named)
        return rune_is_word(rune, l->strict) ? take(l, TOK_WORD, word_end(l, l->at))
                                             : lex_next(l, members);
    t = take(l, TOK_NAME, named);
    if (!span_eq(t.name, span_of(l->scratch, n)))
        t.name = arena_copy(l->arena, span_of(l->scratch, n));
    return t;
}

/* Does the keyword `in` stand at `at`, as a word of its own? */
static bool at_in(const struct lexer *l, uint32_t at)
{
    return text_at(l, at, "in") && word_end(l, at) == at + 2;
}

struct token lex_fresh_name(struct lexer *l, bool stop_at_in)
{
    uint32_t end, length;
    struct token t;

    skip_blanks(l);
    end = l->at;
    for (uint32_t i = l->at; i < l->source->text.n; i += length) {
        uint32_t rune = peek(l, i, &length);
        bool part = rune_is_word(rune, l->strict);
        if (rune_is_blank(rune))
            continue;
        if (i == l->at ? !rune_is_name_start(rune) || !part
                       : !part && !(rune < 0x80 && rune_is_name_mark(rune)))
            break;
        if (stop_at_in && i > end && at_in(l, i))
            break;
        if (part)
            length = word_end(l, i) - i;
        end = i + length;
    }
    if (end == l->at)
        return (struct token){.kind = TOK_BAD, .start = end, .end = end};
    t = take(l, TOK_WORD, end);
    t.name = lex_normal(l->arena, t.name);
    if (!t.name.p)
        t.kind = TOK_BAD;
    return t;
}

/* --- for people --- */

const char *token_name(enum token_kind kind)
{
    static const char *const names[TOKENS] = {
        [TOK_END] = "the end",       [TOK_BAD] = "something unreadable",
        [TOK_NUMBER] = "a number",   [TOK_STRING] = "a text",
        [TOK_TEMPORAL] = "a date",   [TOK_NAME] = "a name",
        [TOK_WORD] = "a name",       [TOK_LPAREN] = "`(`",
        [TOK_RPAREN] = "`)`",        [TOK_LBRACKET] = "`[`",
        [TOK_RBRACKET] = "`]`",      [TOK_LBRACE] = "`{`",
        [TOK_RBRACE] = "`}`",        [TOK_COMMA] = "`,`",
        [TOK_COLON] = "`:`",         [TOK_DOT] = "`.`",
        [TOK_DOTS] = "`..`",         [TOK_ARROW] = "`->`",
        [TOK_PLUS] = "`+`",          [TOK_MINUS] = "`-`",
        [TOK_STAR] = "`*`",          [TOK_SLASH] = "`/`",
        [TOK_POWER] = "`**`",        [TOK_EQ] = "`=`",
        [TOK_NE] = "`!=`",           [TOK_LT] = "`<`",
        [TOK_LE] = "`<=`",           [TOK_GT] = "`>`",
        [TOK_GE] = "`>=`",           [TOK_IF] = "`if`",
        [TOK_THEN] = "`then`",       [TOK_ELSE] = "`else`",
        [TOK_FOR] = "`for`",         [TOK_IN] = "`in`",
        [TOK_RETURN] = "`return`",   [TOK_SOME] = "`some`",
        [TOK_EVERY] = "`every`",     [TOK_SATISFIES] = "`satisfies`",
        [TOK_BETWEEN] = "`between`", [TOK_AND] = "`and`",
        [TOK_OR] = "`or`",           [TOK_INSTANCE] = "`instance`",
        [TOK_OF] = "`of`",           [TOK_FUNCTION] = "`function`",
        [TOK_TRUE] = "`true`",       [TOK_FALSE] = "`false`",
        [TOK_NULL] = "`null`",
    };
    return names[kind];
}

void lex_dump(struct buffer *out, struct arena *a, struct span text, const struct scope *scope,
              bool strict)
{
    struct source source = {.text = text, .line = 1, .column = 1};
    struct lexer l;
    struct token t;

    if (lex_init(&l, a, &source, strict) < 0)
        return;
    do {
        t = lex_next(&l, scope);
        buffer_print(out, "%u..%u %s", t.start, t.end, token_name(t.kind));
        if (t.end > t.start && (t.kind <= TOK_WORD))
            buffer_print(out, " %.*s", SPAN_ARG(text_of(&l, t.start, t.end)));
        buffer_byte(out, '\n');
    } while (t.kind != TOK_END);
}
