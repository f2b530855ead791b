/*
 * case_list.c: lists of cases. A queue is read from one index: whose it is, green channel first,
 * then by due date; a page goes on behind the last line of the page before, so that the thousandth
 * page costs what the first one does.
 */
#include "base/vector.h"
#include "casework/cases_int.h"

/*
 * One statement for each way a list is asked for: the text of a statement is its name in the cache,
 * and an index serves each. NO_LINE stands for "from the first".
 */
#define NO_LINE -1
#define BY_DUE                                                                                     \
    " AND (c.lane, c.due_at, c.id) > ($2, $3, $4) ORDER BY c.lane, c.due_at, c.id LIMIT $5"
#define BY_ID       " AND c.id < $4 AND $2 <> $3 ORDER BY c.id DESC LIMIT $5"
#define LIST(where) "SELECT " CASE_COLUMNS CASE_TABLES "WHERE " where

static bool of_one_procedure(const struct case_query *q)
{
    return !q->handler && q->organisation.n && !q->unassigned && q->procedure.n;
}

static const char *statement_for(const struct case_query *q)
{
    if (q->handler)
        return LIST("c.handler = $1 AND c.closed_at = 0" BY_DUE);
    if (q->organisation.n && q->unassigned)
        return LIST("c.organisation = $1 AND c.closed_at = 0 AND c.handler = 0" BY_DUE);
    if (of_one_procedure(q))
        return LIST("c.organisation = $1 AND c.procedure = $6 AND c.closed_at = 0" BY_DUE);
    if (q->organisation.n)
        return LIST("c.organisation = $1 AND c.closed_at = 0" BY_DUE);
    if (q->subject_id)
        return LIST("c.subject_id = $1" BY_ID);
    if (q->parent_id)
        return LIST("c.parent_id = $1" BY_ID);
    if (q->procedure.n)
        return LIST("c.procedure = $1" BY_ID);
    if (q->phase == PHASE_PUBLICITY)
        return LIST("c.phase = 'publicity' AND $1 = 0" BY_ID);
    return LIST("$1 = 0" BY_ID);
}

static void bind_whose(struct stmt *st, const struct case_query *q)
{
    if (q->handler)
        stmt_int(st, 1, q->handler);
    else if (q->organisation.n)
        stmt_text(st, 1, q->organisation);
    else if (q->subject_id || q->parent_id)
        stmt_int(st, 1, q->subject_id ? q->subject_id : q->parent_id);
    else if (q->procedure.n)
        stmt_text(st, 1, q->procedure);
    else
        stmt_int(st, 1, 0);
}

/* Where the page begins. By id the first page begins above every id. */
static void bind_from(struct stmt *st, const struct case_query *q)
{
    bool by_due = q->handler || q->organisation.n;
    bool first = q->after_id == 0;

    stmt_int(st, 2, first || !by_due ? NO_LINE : q->after_urgent ? 0 : 1);
    stmt_int(st, 3, first || !by_due ? 0 : q->after_due);
    stmt_int(st, 4, first ? (by_due ? 0 : INT64_MAX) : q->after_id);
}

/* What no index chooses by; few lines fail it where a list is asked for with whose it is. */
static bool wanted(const struct case_query *q, const struct case_row *row)
{
    return (!q->procedure.n || span_eq(q->procedure, row->procedure)) &&
           (q->phase >= PHASES || row->phase == q->phase) && (!q->open_only || !row->closed_at) &&
           (!q->due_before || row->due_at < q->due_before) && (!q->unassigned || !row->handler);
}

VECTOR_OF(struct case_row, row_vector);

static int read_page(struct arena *a, struct stmt *st, const struct case_query *q,
                     struct row_vector *v, struct case_row *last, size_t *ret_read, struct err *err)
{
    int r;

    *ret_read = 0;
    while ((r = stmt_step(st, err)) > 0) {
        struct case_row row;
        r = case_row_read(a, st, &row, err);
        if (r < 0)
            break;
        ++*ret_read;
        *last = row;
        if (!wanted(q, &row) || v->n >= q->limit)
            continue;
        struct case_row *to = VECTOR_PUSH(a, v, struct case_row);
        if (!to)
            return err_memory(err);
        *to = row;
    }
    return r;
}

int case_list(struct arena *request, const struct office *o, const struct case_query *query,
              struct case_row **ret, size_t *ret_n, struct err *err)
{
    struct case_query q = *query;
    struct row_vector v = {0};
    size_t read = 0;
    int r = 0;

    q.limit = q.limit == 0 || q.limit > CASE_LIST_MOST ? CASE_LIST_MOST : q.limit;
    do {
        struct case_row last = {0};
        struct stmt *st;
        r = store_prepare(o->store, statement_for(&q), &st, err);
        if (r < 0)
            return r;
        bind_whose(st, &q);
        bind_from(st, &q);
        stmt_int(st, 5, (int64_t)q.limit);
        if (of_one_procedure(&q))
            stmt_text(st, 6, q.procedure);
        r = read_page(request, st, &q, &v, &last, &read, err);
        stmt_done(st);
        q.after_id = last.id;
        q.after_due = last.due_at;
        q.after_urgent = last.urgent;
    } while (r == 0 && read == q.limit && v.n < q.limit);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}
