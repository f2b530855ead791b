/*
 * builtins_string.c: functions of texts. Positions count code points. Those with patterns are in
 * builtins_pattern.c.
 */
#include <unicode/ucasemap.h>
#include "base/utf8.h"
#include "feel/builtins_int.h"

struct value take_buffer(struct builtin_call *call, struct buffer *b)
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
