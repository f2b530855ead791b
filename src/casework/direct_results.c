/*
 * direct_results.c: what became of the cases of a 免申即享 project, counted (S066): see direct.h.
 */
#include "base/vector.h"
#include "casework/direct.h"
#include "casework/money.h"
#include "casework/sql.h"

VECTOR_OF(struct direct_result, result_vector);

#define NEWEST                                                                                     \
    "SELECT p.ground AS ground, MAX(p.run_id) AS run_id FROM direct_place p JOIN direct_run r ON"  \
    " r.id = p.run_id WHERE r.project_id = $1 AND r.state = 'done' AND p.grp IN ('pay', "          \
    "'confirm') GROUP BY p.ground"

static int read_rows(struct arena *a, const struct office *o, int64_t project,
                     struct result_vector *v, struct err *err)
{
    struct stmt *st;
    int r = sql_open(o->store,
                     "SELECT COALESCE(c.state, ''), COUNT(*), CAST(SUM(p.amount) AS {int}) FROM"
                     " (" NEWEST ") g JOIN direct_place p ON p.run_id = g.run_id AND p.ground ="
                     " g.ground LEFT JOIN case_key k ON k.key = g.ground LEFT JOIN casefile c ON"
                     " c.id = k.case_id GROUP BY 1 ORDER BY 1",
                     ARGS(INT(project)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct direct_result *x = VECTOR_PUSH(a, v, struct direct_result);
        if (x)
            *x = (struct direct_result){.state = sql_text(a, st, 0),
                                        .n = stmt_get_int(st, 1),
                                        .amount = stmt_get_int(st, 2)};
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* In the order of the procedure's states; a state that this version has not keeps its id. */
static size_t put_state(const struct result_vector *v, struct span id, struct words title,
                        struct direct_result *to, size_t n)
{
    for (size_t i = 0; i < v->n; i++)
        if (span_eq(v->at[i].state, id)) {
            to[n] = v->at[i];
            to[n++].title = title;
        }
    return n;
}

int direct_results(struct arena *request, const struct office *o, const struct direct_project *p,
                   struct direct_result **ret, size_t *ret_n, struct err *err)
{
    const struct procedure *procedure = map_get(&o->library->procedure_by_id, p->procedure);
    struct result_vector v = {0};
    size_t n = 0, states = procedure ? procedure->state_count : 0;
    int r = read_rows(request, o, p->id, &v, err);
    struct direct_result *at = ARENA_ARRAY(request, struct direct_result, v.n + 1);

    if (r < 0 || !at)
        return r < 0 ? r : err_memory(err);
    n = put_state(&v, SPAN(""), (struct words){SPAN("还没有办件"), SPAN("no case yet")}, at, n);
    for (size_t i = 0; i < states; i++)
        n = put_state(&v, procedure->states[i].id, procedure->states[i].title, at, n);
    for (size_t i = 0; i < v.n; i++) {
        bool known = !v.at[i].state.n;
        for (size_t k = 0; k < states && !known; k++)
            known = span_eq(procedure->states[k].id, v.at[i].state);
        if (!known)
            n = put_state(&v, v.at[i].state, (struct words){v.at[i].state, v.at[i].state}, at, n);
    }
    *ret = at;
    *ret_n = n;
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
