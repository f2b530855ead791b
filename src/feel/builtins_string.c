/*
 * builtins_string.c: functions of texts. Positions count code points. Patterns are of XPath,
 * translated for PCRE2 (pattern.c); a match is bounded in steps and memory.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <unicode/ucasemap.h>
#include "base/utf8.h"
#include "feel/builtins_int.h"
#include "feel/pattern.h"

#define MATCH_STEPS  1000000u /* a pattern that backtracks for ever is an error */
#define MATCH_MEMORY 20000u   /* KiB */

/* Takes the buffer's text into the arena and releases the buffer. */
static struct value take_buffer(struct builtin_call *call, struct buffer *b)
{
    struct value v = b->failed ? VALUE_NO_MEMORY_V : copy_text(call, buffer_span(b));
    buffer_release(b);
    return v;
}

struct value fn_string(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    if (args[0].kind == VALUE_STRING || args[0].kind == VALUE_NULL)
        return args[0];
    struct value absent = absent_inside(call->arena, args[0]);
    if (absent.kind != VALUE_NULL)
        return absent;
    struct buffer b = BUFFER_INIT;
    value_text(&b, args[0]);
    return take_buffer(call, &b);
}

struct value fn_string_length(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_int((int64_t)utf8_count(args[0].string));
}

struct value fn_substring(struct builtin_call *call, const struct value *args, size_t n)
{
    struct span s = args[0].string;
    int64_t count = (int64_t)utf8_count(s), start, length = count;
    struct value failure;
    if (!argument_int(call, args[1], &start, &failure))
        return failure;
    if (argument_given(args, n, 2) && !argument_int(call, args[2], &length, &failure))
        return failure;
    if (start == 0 || start > count || start < -count || length < 1)
        return value_failure(call->arena, E_RANGE,
                             "position %lld is outside a text of %lld characters", (long long)start,
                             (long long)count);
    int64_t from = start > 0 ? start - 1 : count + start;
    if (length > count - from)
        length = count - from;
    s = span_from(s, utf8_offset(s, (size_t)from));
    return value_string(span_of(s.p, utf8_offset(s, (size_t)length)));
}

typedef int32_t change_case(const UCaseMap *map, char *out, int32_t room, const char *text,
                            int32_t n, UErrorCode *status);

/* The whole mapping of Unicode, without a language: one letter may become two. */
static struct value changed(struct builtin_call *call, struct span s, change_case *change)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = (int32_t)(s.n < FEEL_STRING_MAX ? s.n * 3 : 0), n = 0;
    if (s.n == 0)
        return value_string(s);
    if (room == 0)
        return copy_text(call, s); /* says that it is too long */
    char *out = arena_alloc(call->arena, (size_t)room);
    UCaseMap *map = ucasemap_open("", 0, &status);
    if (out && U_SUCCESS(status))
        n = change(map, out, room, s.p, (int32_t)s.n, &status);
    ucasemap_close(map);
    machine_charge(call->machine, s.n / 64);
    if (!out || U_FAILURE(status))
        return VALUE_NO_MEMORY_V;
    return value_string(span_of(out, (size_t)n));
}

struct value fn_upper_case(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return changed(call, args[0].string, ucasemap_utf8ToUpper);
}

struct value fn_lower_case(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return changed(call, args[0].string, ucasemap_utf8ToLower);
}

struct value fn_substring_before(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    size_t at = args[1].string.n ? span_find(args[0].string, args[1].string) : 0;
    return value_string(at == SIZE_MAX ? (struct span){0} : span_of(args[0].string.p, at));
}

struct value fn_substring_after(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    size_t at = args[1].string.n ? span_find(args[0].string, args[1].string) : 0;
    return value_string(at == SIZE_MAX ? (struct span){0}
                                       : span_from(args[0].string, at + args[1].string.n));
}

struct value fn_contains(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_boolean(args[1].string.n == 0 ||
                         span_find(args[0].string, args[1].string) != SIZE_MAX);
}

struct value fn_starts_with(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_boolean(span_starts(args[0].string, args[1].string));
}

struct value fn_ends_with(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_boolean(span_ends(args[0].string, args[1].string));
}

struct value fn_string_join(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, 1);
    const struct value *error = elements_error(e);
    const struct missing *missing = elements_missing(call, e);
    struct span delimiter = argument_given(args, n, 1) ? args[1].string : (struct span){0};
    if (error || args[0].kind != VALUE_LIST)
        return error ? *error : type_failure(call->arena, "string join needs a list", args[0]);
    if (missing)
        return value_unknown(call->arena, missing);
    struct buffer b = BUFFER_INIT;
    bool first = true;
    for (size_t i = 0; i < e.n && b.n <= FEEL_STRING_MAX; i++) {
        if (e.at[i].kind == VALUE_NULL)
            continue;
        if (e.at[i].kind != VALUE_STRING) {
            buffer_release(&b);
            return type_failure(call->arena, "string join needs texts", e.at[i]);
        }
        if (!first)
            buffer_add(&b, delimiter);
        buffer_add(&b, e.at[i].string);
        first = false;
    }
    return take_buffer(call, &b);
}

/* ---- patterns ---- */

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    bool literal; /* the flag q: the replacement is, too */
};

struct pattern_flags {
    uint32_t options; /* of PCRE2 */
    bool single_line, no_blanks, literal;
};

/* Flags of XPath: s m i x q. */
static bool pattern_flags(struct span flags, struct pattern_flags *ret)
{
    struct pattern_flags f = {.options = PCRE2_UTF};
    uint32_t syntax =
        PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF;
    for (size_t i = 0; i < flags.n; i++) {
        f.single_line |= flags.p[i] == 's';
        f.no_blanks |= flags.p[i] == 'x';
        f.literal |= flags.p[i] == 'q';
        if (!strchr("smixq", flags.p[i]))
            return false;
        if (flags.p[i] == 'i')
            f.options |= PCRE2_CASELESS;
        if (flags.p[i] == 'm')
            syntax |= PCRE2_MULTILINE;
    }
    f.options |=
        f.literal ? PCRE2_LITERAL : syntax; /* syntax does not go together with literal patterns */
    *ret = f;
    return true;
}

static void pattern_release(struct pattern *p)
{
    pcre2_match_context_free(p->limits);
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->code);
}

static bool bad_pattern(struct builtin_call *call, size_t at, const char *why,
                        struct value *ret_failure)
{
    *ret_failure = value_failure(call->arena, E_INPUT, "bad pattern at %zu: %s", at + 1, why);
    return false;
}

/* PCRE2's code of a pattern in its own syntax. */
static bool pattern_code(struct builtin_call *call, struct span text, uint32_t options,
                         struct pattern *p, struct value *ret_failure)
{
    int code = 0;
    PCRE2_SIZE at = 0;
    p->code = pcre2_compile((PCRE2_SPTR)(text.p ? text.p : ""), text.n, options, &code, &at, NULL);
    if (!p->code) {
        PCRE2_UCHAR8 message[120] = {0};
        pcre2_get_error_message(code, message, sizeof message);
        return bad_pattern(call, at, (char *)message, ret_failure);
    }
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
    p->limits = pcre2_match_context_create(NULL);
    if (!p->data || !p->limits) {
        pattern_release(p);
        *ret_failure = VALUE_NO_MEMORY_V;
        return false;
    }
    pcre2_set_match_limit(p->limits, MATCH_STEPS);
    pcre2_set_heap_limit(p->limits, MATCH_MEMORY);
    return true;
}

/* False and *ret_failure when the pattern or the flags are no good. */
static bool pattern_compile(struct builtin_call *call, struct span text, struct span flags,
                            struct pattern *p, struct value *ret_failure)
{
    struct pattern_flags f;
    struct buffer own = BUFFER_INIT;
    size_t at = 0;
    bool good;
    *p = (struct pattern){0};
    if (!pattern_flags(flags, &f)) {
        *ret_failure = value_failure(call->arena, E_INPUT, "flags are of s, m, i, x, q");
        return false;
    }
    p->literal = f.literal;
    if (f.literal)
        return pattern_code(call, text, f.options, p, ret_failure);
    const char *why = pattern_translate(text, f.single_line, f.no_blanks, &own, &at);
    machine_charge(call->machine, own.n / 16);
    if (own.failed)
        *ret_failure = VALUE_NO_MEMORY_V;
    good = !own.failed && (why ? bad_pattern(call, at, why, ret_failure)
                               : pattern_code(call, buffer_span(&own), f.options, p, ret_failure));
    buffer_release(&own);
    return good;
}

enum found { FOUND_NO, FOUND_YES, FOUND_FAILED };

/* The next match at or after *at; its ends in *ret. */
static enum found pattern_find(struct builtin_call *call, struct pattern *p, struct span s,
                               size_t at, const PCRE2_SIZE **ret, struct value *ret_failure)
{
    machine_charge(call->machine, 16);
    int r = pcre2_match(p->code, (PCRE2_SPTR)(s.p ? s.p : ""), s.n, at, 0, p->data, p->limits);
    if (r == PCRE2_ERROR_NOMATCH)
        return FOUND_NO;
    if (r < 0) {
        *ret_failure =
            value_failure(call->arena, E_LIMIT, "the pattern takes too long or too much memory");
        return FOUND_FAILED;
    }
    *ret = pcre2_get_ovector_pointer(p->data);
    return FOUND_YES;
}

struct value fn_matches(struct builtin_call *call, const struct value *args, size_t n)
{
    struct pattern p;
    struct value failure = VALUE_NULL_V;
    const PCRE2_SIZE *ends = NULL;
    struct span flags = argument_given(args, n, 2) ? args[2].string : (struct span){0};
    if (!pattern_compile(call, args[1].string, flags, &p, &failure))
        return failure;
    enum found f = pattern_find(call, &p, args[0].string, 0, &ends, &failure);
    pattern_release(&p);
    return f == FOUND_FAILED ? failure : value_boolean(f == FOUND_YES);
}

/* Where to look on after a match: past it, or one character on when it was empty. */
static size_t next_start(struct span s, const PCRE2_SIZE *ends)
{
    if (ends[1] > ends[0])
        return ends[1];
    size_t n = 1;
    utf8_decode(span_from(s, ends[1]), &n);
    return ends[1] + (n > 0 ? n : 1);
}

/* Group number behind `$`: as many digits as name a group; the first one always counts. *at is
 * moved behind. */
static uint32_t group_number(struct span by, size_t *at, uint32_t groups)
{
    uint32_t g = (uint32_t)(by.p[(*at)++] - '0');
    while (*at < by.n && by.p[*at] >= '0' && by.p[*at] <= '9' &&
           g * 10 + (uint32_t)(by.p[*at] - '0') < groups)
        g = g * 10 + (uint32_t)(by.p[(*at)++] - '0');
    return g;
}

/* $0, $1, ... stand for groups, \$ and \\ for themselves; nothing else may follow these two signs.
 */
static bool is_replacement(struct span by)
{
    for (size_t i = 0; i < by.n; i++) {
        char next = i + 1 < by.n ? by.p[i + 1] : 0;
        if (by.p[i] == '$' && (next < '0' || next > '9'))
            return false;
        if (by.p[i] == '\\' && next != '$' && next != '\\')
            return false;
        i += by.p[i] == '\\';
    }
    return true;
}

static void add_replacement(struct buffer *b, const struct pattern *p, struct span by,
                            struct span s, const PCRE2_SIZE *ends)
{
    uint32_t groups = pcre2_get_ovector_count(p->data);
    if (p->literal) {
        buffer_add(b, by);
        return;
    }
    for (size_t i = 0; i < by.n;) {
        char ch = by.p[i++];
        if (ch == '$') {
            uint32_t g = group_number(by, &i, groups);
            if (g < groups && ends[2 * g] != PCRE2_UNSET)
                buffer_add(b, span_of(s.p + ends[2 * g], ends[2 * g + 1] - ends[2 * g]));
        } else
            buffer_byte(b, ch == '\\' ? by.p[i++] : ch);
    }
}

/* XPath refuses a pattern that matches the empty text, where it replaces or cuts. */
static bool never_empty(struct builtin_call *call, struct pattern *p, struct value *ret_failure)
{
    const PCRE2_SIZE *ends = NULL;
    enum found f = pattern_find(call, p, (struct span){0}, 0, &ends, ret_failure);
    if (f == FOUND_YES)
        *ret_failure = value_failure(call->arena, E_INPUT, "the pattern matches the empty text");
    return f == FOUND_NO;
}

/* What XPath refuses before it looks at the text. */
static bool may_replace(struct builtin_call *call, struct pattern *p, struct span by,
                        struct value *ret_failure)
{
    if (!never_empty(call, p, ret_failure))
        return false;
    if (p->literal || is_replacement(by))
        return true;
    *ret_failure = value_failure(call->arena, E_INPUT,
                                 "in a replacement, $ stands before a digit and \\ before $ or \\");
    return false;
}

struct value fn_replace(struct builtin_call *call, const struct value *args, size_t n)
{
    struct pattern p;
    struct value failure = VALUE_NULL_V;
    struct span s = args[0].string,
                flags = argument_given(args, n, 3) ? args[3].string : (struct span){0};
    if (!pattern_compile(call, args[1].string, flags, &p, &failure))
        return failure;
    if (!call->strict && !may_replace(call, &p, args[2].string, &failure)) {
        pattern_release(&p);
        return failure;
    }
    struct buffer b = BUFFER_INIT;
    const PCRE2_SIZE *ends = NULL;
    size_t at = 0, copied = 0;
    enum found f = FOUND_NO;
    while (at <= s.n && b.n <= FEEL_STRING_MAX &&
           (f = pattern_find(call, &p, s, at, &ends, &failure)) == FOUND_YES) {
        buffer_add(&b, span_of(s.p + copied, ends[0] - copied));
        add_replacement(&b, &p, args[2].string, s, ends);
        copied = ends[1];
        at = next_start(s, ends);
    }
    buffer_add(&b, span_from(s, copied));
    pattern_release(&p);
    struct value v = take_buffer(call, &b);
    return f == FOUND_FAILED ? failure : v;
}

struct value fn_split(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct pattern p;
    struct value failure = VALUE_NULL_V;
    struct span s = args[0].string;
    if (!pattern_compile(call, args[1].string, (struct span){0}, &p, &failure))
        return failure;
    if (!call->strict && !never_empty(call, &p, &failure)) {
        pattern_release(&p);
        return failure;
    }
    struct list_builder list;
    list_begin(&list, call->arena, call->machine);
    const PCRE2_SIZE *ends = NULL;
    size_t at = 0, copied = 0;
    enum found f = FOUND_NO;
    while (at <= s.n && list.failed.kind != VALUE_ERROR &&
           (f = pattern_find(call, &p, s, at, &ends, &failure)) == FOUND_YES) {
        at = next_start(s, ends);
        if (ends[1] == ends[0])
            continue; /* an empty match parts nothing */
        list_add(&list, value_string(span_of(s.p + copied, ends[0] - copied)));
        copied = ends[1];
    }
    list_add(&list, value_string(span_from(s, copied)));
    pattern_release(&p);
    return f == FOUND_FAILED ? failure : list_end(&list);
}
