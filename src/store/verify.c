/*
 * verify.c: see verify.h.
 */
#include "store/verify.h"

void verify_wrong(struct verify *v, const char *format, ...)
{
    va_list args;

    if (v->wrong++ >= VERIFY_LINES)
        return;
    va_start(args, format);
    buffer_vprint(&v->lines, format, args);
    va_end(args);
    buffer_byte(&v->lines, '\n');
}

static int apply(struct store *s, struct verify *v, const struct verify_rule *rule, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, rule->sql, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span text = stmt_get_text(st, 1);
        verify_wrong(v, "%s: %lld %.*s", rule->what, (long long)stmt_get_int(st, 0),
                     SPAN_ARG(text));
    }
    stmt_done(st);
    return r;
}

int verify_rules(struct store *s, struct verify *v, const struct verify_rule *rules, size_t n,
                 struct err *err)
{
    int r = 0;

    for (size_t i = 0; i < n && r == 0; i++)
        r = apply(s, v, &rules[i], err);
    return r == 0 && buffer_failed(&v->lines) ? err_memory(err) : r;
}

int verify_count(struct store *s, struct verify *v, const char *sql, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        v->rows += stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}
