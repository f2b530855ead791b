/*
 * builtins_pattern.c: functions of texts that take a pattern of XPath (regex.h). A pattern that
 * stands in the text as a constant was compiled with it; others are remembered for the run.
 */
#include "base/utf8.h"
#include "feel/builtins_int.h"
#include "feel/regex.h"

/* A pattern to match with, and what one needs for it. */
struct matcher {
    const struct regex *regex;
    struct regexes *run, *own; /* own: of this call alone, while constants are folded */
};

/* False without memory. */
static bool matcher_open(struct builtin_call *call, struct matcher *m)
{
    *m = (struct matcher){0};
    if (!call->machine)
        return (m->run = m->own = regexes_new()) != NULL;
    if (!*call->machine->regexes)
        *call->machine->regexes = regexes_new();
    m->run = *call->machine->regexes;
    return m->run != NULL;
}

static void matcher_close(struct matcher *m)
{
    regexes_free(m->own);
    m->own = NULL;
}

static struct value failure_of(struct builtin_call *call, int r, struct span why)
{
    if (r == E_MEMORY)
        return VALUE_NO_MEMORY_V;
    if (r == E_LIMIT)
        return value_failure(call->arena, E_LIMIT, "the pattern takes too long or too much memory");
    return value_failure(call->arena, r, "%.*s", SPAN_ARG(why));
}

/* False and *ret_failure when the pattern or the flags are no good; nothing is open then. */
static bool matcher_begin(struct builtin_call *call, struct span pattern, struct span flags,
                          struct matcher *m, struct value *ret_failure)
{
    struct buffer why = BUFFER_INIT;
    size_t cost = 0;
    int r = matcher_open(call, m) ? 0 : E_MEMORY;
    if (r == 0 && call->regex && regex_is(call->regex, pattern, flags))
        m->regex = call->regex;
    else if (r == 0)
        r = regexes_get(m->run, pattern, flags, &m->regex, &why, &cost);
    machine_charge(call->machine, cost / 16);
    if (r < 0) {
        *ret_failure = failure_of(call, r, buffer_span(&why));
        matcher_close(m);
    }
    buffer_release(&why);
    return r == 0;
}

enum found { FOUND_NO, FOUND_YES, FOUND_FAILED };

/* The next match at or after `at`; its ends in *ret. */
static enum found find(struct builtin_call *call, struct matcher *m, struct span s, size_t at,
                       const size_t **ret, struct value *ret_failure)
{
    machine_charge(call->machine, 16);
    int r = regexes_find(m->run, m->regex, s, at, ret);
    if (r < 0)
        *ret_failure = failure_of(call, r, (struct span){0});
    return r < 0 ? FOUND_FAILED : r > 0 ? FOUND_YES : FOUND_NO;
}

struct value fn_matches(struct builtin_call *call, const struct value *args, size_t n)
{
    struct matcher m;
    struct value failure = VALUE_NULL_V;
    const size_t *ends = NULL;
    struct span flags = argument_given(args, n, 2) ? args[2].string : (struct span){0};
    if (!matcher_begin(call, args[1].string, flags, &m, &failure))
        return failure;
    enum found f = find(call, &m, args[0].string, 0, &ends, &failure);
    matcher_close(&m);
    return f == FOUND_FAILED ? failure : value_boolean(f == FOUND_YES);
}

/* Where to look on after a match: past it, or one character on when it was empty. */
static size_t next_start(struct span s, const size_t *ends)
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

static void add_replacement(struct buffer *b, const struct regex *r, struct span by, struct span s,
                            const size_t *ends)
{
    uint32_t groups = r->groups;
    if (r->literal) {
        buffer_add(b, by);
        return;
    }
    for (size_t i = 0; i < by.n;) {
        char ch = by.p[i++];
        if (ch == '$') {
            uint32_t g = group_number(by, &i, groups);
            if (g < groups && ends[2 * g] != SIZE_MAX)
                buffer_add(b, span_of(s.p + ends[2 * g], ends[2 * g + 1] - ends[2 * g]));
        } else
            buffer_byte(b, ch == '\\' ? by.p[i++] : ch);
    }
}

/* XPath refuses a pattern that matches the empty text, where it replaces or cuts. */
static bool never_empty(struct builtin_call *call, struct matcher *m, struct value *ret_failure)
{
    const size_t *ends = NULL;
    enum found f = find(call, m, (struct span){0}, 0, &ends, ret_failure);
    if (f == FOUND_YES)
        *ret_failure = value_failure(call->arena, E_INPUT, "the pattern matches the empty text");
    return f == FOUND_NO;
}

/* What XPath refuses before it looks at the text. */
static bool may_replace(struct builtin_call *call, struct matcher *m, struct span by,
                        struct value *ret_failure)
{
    if (!never_empty(call, m, ret_failure))
        return false;
    if (m->regex->literal || is_replacement(by))
        return true;
    *ret_failure = value_failure(call->arena, E_INPUT,
                                 "in a replacement, $ stands before a digit and \\ before $ or \\");
    return false;
}

struct value fn_replace(struct builtin_call *call, const struct value *args, size_t n)
{
    struct matcher m;
    struct value failure = VALUE_NULL_V;
    struct span s = args[0].string,
                flags = argument_given(args, n, 3) ? args[3].string : (struct span){0};
    if (!matcher_begin(call, args[1].string, flags, &m, &failure))
        return failure;
    if (!call->strict && !may_replace(call, &m, args[2].string, &failure)) {
        matcher_close(&m);
        return failure;
    }
    struct buffer b = BUFFER_INIT;
    const size_t *ends = NULL;
    size_t at = 0, copied = 0;
    enum found f = FOUND_NO;
    while (at <= s.n && b.n <= FEEL_STRING_MAX &&
           (f = find(call, &m, s, at, &ends, &failure)) == FOUND_YES) {
        buffer_add(&b, span_of(s.p + copied, ends[0] - copied));
        add_replacement(&b, m.regex, args[2].string, s, ends);
        copied = ends[1];
        at = next_start(s, ends);
    }
    buffer_add(&b, span_from(s, copied));
    matcher_close(&m);
    struct value v = take_buffer(call, &b);
    return f == FOUND_FAILED ? failure : v;
}

struct value fn_split(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct matcher m;
    struct value failure = VALUE_NULL_V;
    struct span s = args[0].string;
    if (!matcher_begin(call, args[1].string, (struct span){0}, &m, &failure))
        return failure;
    if (!call->strict && !never_empty(call, &m, &failure)) {
        matcher_close(&m);
        return failure;
    }
    struct list_builder list;
    list_begin(&list, call->arena, call->machine);
    const size_t *ends = NULL;
    size_t at = 0, copied = 0;
    enum found f = FOUND_NO;
    while (at <= s.n && list.failed.kind != VALUE_ERROR &&
           (f = find(call, &m, s, at, &ends, &failure)) == FOUND_YES) {
        at = next_start(s, ends);
        if (ends[1] == ends[0])
            continue; /* an empty match parts nothing */
        list_add(&list, value_string(span_of(s.p + copied, ends[0] - copied)));
        copied = ends[1];
    }
    list_add(&list, value_string(span_from(s, copied)));
    matcher_close(&m);
    return f == FOUND_FAILED ? failure : list_end(&list);
}
