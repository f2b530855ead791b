/*
 * sql.c: see sql.h.
 */
#include "casework/sql.h"

static void bind(struct stmt *st, int index, const struct sql_arg *a)
{
    switch (a->kind) {
    case SQL_INT:
        stmt_int(st, index, a->number);
        break;
    case SQL_TEXT:
        stmt_text(st, index, a->text);
        break;
    case SQL_BLOB:
        stmt_blob(st, index, a->text);
        break;
    case SQL_NULL:
        stmt_null(st, index);
        break;
    }
}

int sql_open(struct store *s, const char *sql, struct sql_args args, struct stmt **ret,
             struct err *err)
{
    int r = store_prepare(s, sql, ret, err);

    for (size_t i = 0; r == 0 && i < args.n; i++)
        bind(*ret, (int)i + 1, &args.at[i]);
    return r;
}

int sql_run(struct store *s, const char *sql, struct sql_args args, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, sql, args, &st, err);

    return r < 0 ? r : stmt_run(st, err);
}

int sql_insert(struct store *s, const char *sql, struct sql_args args, int64_t *ret_id,
               struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, sql, args, &st, err);

    return r < 0 ? r : stmt_insert(st, ret_id, err);
}

int sql_int(struct store *s, const char *sql, struct sql_args args, int64_t otherwise, int64_t *ret,
            struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, sql, args, &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r >= 0)
        *ret = r > 0 && !stmt_is_null(st, 0) ? stmt_get_int(st, 0) : otherwise;
    stmt_done(st);
    return r < 0 ? r : 0;
}

struct span sql_text(struct arena *a, const struct stmt *st, int column)
{
    return arena_copy(a, stmt_get_text(st, column));
}
