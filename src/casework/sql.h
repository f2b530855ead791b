/*
 * sql.h: a statement and its parameters in one call. The text has to be a literal (store.h keeps
 * statements by its address).
 *
 *     r = sql_run(s, "UPDATE fund SET state = $1 WHERE id = $2", ARGS(TEXT(state), INT(id)), err);
 */
#ifndef HUIQI_CASEWORK_SQL_H
#define HUIQI_CASEWORK_SQL_H
#include "store/store.h"

enum sql_kind { SQL_INT, SQL_TEXT, SQL_BLOB, SQL_NULL };
struct sql_arg {
    enum sql_kind kind;
    int64_t number;
    struct span text;
};
struct sql_args {
    const struct sql_arg *at;
    size_t n;
};

#define INT(x)  ((struct sql_arg){.kind = SQL_INT, .number = (x)})
#define TEXT(x) ((struct sql_arg){.kind = SQL_TEXT, .text = (x)})
#define BLOB(x) ((struct sql_arg){.kind = SQL_BLOB, .text = (x)})
/* A number, 0 = NULL: ids of what may be absent. */
#define INT_OR_NULL(x) ((struct sql_arg){.kind = (x) ? SQL_INT : SQL_NULL, .number = (x)})
#define ARGS(...)                                                                                  \
    ((struct sql_args){(const struct sql_arg[]){__VA_ARGS__},                                      \
                       sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg)})
#define NO_ARGS ((struct sql_args){NULL, 0})

/* Ready to step. */
NODISCARD int sql_open(struct store *s, const char *sql, struct sql_args args, struct stmt **ret,
                       struct err *err);
NODISCARD int sql_run(struct store *s, const char *sql, struct sql_args args, struct err *err);
/* For "INSERT ... {new id}". */
NODISCARD int sql_insert(struct store *s, const char *sql, struct sql_args args, int64_t *ret_id,
                         struct err *err);
/* The first column of the first row; `otherwise` when there is no row, or it is null. */
NODISCARD int sql_int(struct store *s, const char *sql, struct sql_args args, int64_t otherwise,
                      int64_t *ret, struct err *err);
/* A column as text of the arena: rows go on, spans stay. */
struct span sql_text(struct arena *a, const struct stmt *st, int column);
#endif
