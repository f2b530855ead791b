/*
 * direct_results.c: what became of the cases of a 免申即享 project, counted (S066): see direct.h.
 */
#include <stdlib.h>

#include "base/vector.h"
#include "casework/direct.h"
#include "casework/sql.h"

/* A row while it is being counted. */
struct counted {
    struct direct_result result;
    size_t place; /* of the state in its procedure */
};
VECTOR_OF(struct counted, counted_vector);

#define NEWEST                                                                                     \
    "SELECT p.ground AS ground, MAX(p.run_id) AS run_id FROM direct_place p JOIN direct_run r ON"  \
    " r.id = p.run_id WHERE r.project_id = $1 AND r.state = 'done' AND p.grp IN ('pay', "          \
    "'confirm') GROUP BY p.ground"

/* The cases of `pay` and `confirm` run by procedures of their own, whose states have the same names
 * where they mean the same. A state that this version has not keeps its id. */
static struct counted describe(const struct library *l, struct span procedure, struct span state)
{
    const struct procedure *p = map_get(&l->procedure_by_id, procedure);
    struct counted c = {{.state = state, .title = {state, state}}, SIZE_MAX};

    if (!state.n)
        return (struct counted){
            {.state = state, .title = {SPAN("还没有办件"), SPAN("no case yet")}}, 0};
    for (size_t i = 0; p && i < p->state_count; i++)
        if (span_eq(p->states[i].id, state)) {
            c.result.title = p->states[i].title;
            c.place = i + 1;
        }
    return c;
}

static void count_row(struct arena *a, struct counted_vector *v, struct counted c)
{
    struct counted *slot = NULL;

    for (size_t i = 0; i < v->n && !slot; i++)
        if (span_eq(v->at[i].result.state, c.result.state))
            slot = &v->at[i];
    if (slot) {
        slot->result.n += c.result.n;
        slot->result.amount += c.result.amount;
    } else if ((slot = VECTOR_PUSH(a, v, struct counted)))
        *slot = c;
}

static int read_rows(struct arena *a, const struct office *o, int64_t project,
                     struct counted_vector *v, struct err *err)
{
    struct stmt *st;
    int r = sql_open(o->store,
                     "SELECT COALESCE(c.procedure, ''), COALESCE(c.state, ''), COUNT(*),"
                     " CAST(SUM(p.amount) AS {int}) FROM (" NEWEST ") g JOIN direct_place p ON"
                     " p.run_id = g.run_id AND p.ground = g.ground LEFT JOIN case_key k ON k.key ="
                     " g.ground LEFT JOIN casefile c ON c.id = k.case_id GROUP BY 1, 2"
                     " ORDER BY 1, 2",
                     ARGS(INT(project)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct counted c = describe(o->library, sql_text(a, st, 0), sql_text(a, st, 1));
        c.result.n = stmt_get_int(st, 2);
        c.result.amount = stmt_get_int(st, 3);
        count_row(a, v, c);
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

static int by_place(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

int direct_results(struct arena *request, const struct office *o, const struct direct_project *p,
                   struct direct_result **ret, size_t *ret_n, struct err *err)
{
    struct counted_vector v = {0};
    int r = read_rows(request, o, p->id, &v, err);
    struct direct_result *at = ARENA_ARRAY(request, struct direct_result, v.n + 1);

    if (r < 0 || !at)
        return r < 0 ? r : err_memory(err);
    if (v.n > 1)
        qsort(v.at, v.n, sizeof *v.at, by_place);
    for (size_t i = 0; i < v.n; i++)
        at[i] = v.at[i].result;
    *ret = at;
    *ret_n = v.n;
    return 0;
}

struct json *direct_results_json(struct arena *request, const struct direct_result *at, size_t n,
                                 bool english)
{
    struct json *list = json_array(request);

    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(request);
        JSON_SET(o, "state", json_string(request, at[i].state));
        JSON_SET(o, "title", json_string(request, words_in(at[i].title, english)));
        JSON_SET(o, "n", json_int(request, at[i].n));
        JSON_SET(o, "amount", json_int(request, at[i].amount));
        json_add(list, o);
    }
    return list;
}
