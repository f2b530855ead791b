/*
 * case_returned.c: see case_returned.h.
 */
#include "casework/case_returned.h"

#include "base/map.h"
#include "base/vector.h"

/* ---- the list ---- */

struct listed {
    struct span code;
    bool confirmed, used;
};
VECTOR_OF(struct listed, listed_lines);
VECTOR_OF(struct returned_problem, problem_lines);

static bool is_code(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
            return false;
    return s.n >= 8;
}

static bool says_no(struct span s)
{
    static const char *const no[] = {"否", "不", "no", "false", "0", "未"};

    for (size_t i = 0; i < COUNT_OF(no); i++)
        if (span_starts(s, span_z(no[i])))
            return true;
    return false;
}

static struct span cell(struct span *line)
{
    struct span c = {NULL, 0};

    span_split(line, ',', &c);
    c = span_trim(c);
    if (c.n >= 2 && c.p[0] == '"' && c.p[c.n - 1] == '"')
        c = span_of(c.p + 1, c.n - 2);
    return c;
}

static int read_line(struct arena *a, struct span line, struct listed_lines *v, struct err *err)
{
    struct span code = cell(&line), word = cell(&line);
    struct listed *to;

    if (span_starts(code, SPAN("\xEF\xBB\xBF")))
        code = span_from(code, 3);
    if (!is_code(code))
        return 0;
    if (v->n >= RETURNED_LINES_MOST)
        return err_set(err, E_LIMIT, "名单最多 %d 行", RETURNED_LINES_MOST);
    to = VECTOR_PUSH(a, v, struct listed);
    if (!to)
        return err_memory(err);
    *to = (struct listed){.code = code, .confirmed = !says_no(word)};
    return 0;
}

static int read_list(struct arena *a, struct span text, struct listed_lines *v, struct map *by_code,
                     struct err *err)
{
    struct span line;
    int r = 0;

    while (r == 0 && span_split(&text, '\n', &line))
        r = read_line(a, span_trim(line), v, err);
    map_init(by_code, a);
    for (size_t i = 0; r == 0 && i < v->n; i++)
        if (map_put(by_code, v->at[i].code, &v->at[i]) < 0)
            r = err_memory(err);
    return r == 0 && !v->n ? err_set(err, E_INPUT, "名单里没有一个统一社会信用代码") : r;
}

/* ---- one case ---- */

struct returning {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    const struct returned_list *list;
    const struct procedure_act *act; /* for those on the list */
    struct map by_code;
    struct returned_result *result;
    struct problem_lines problems;
};

static bool waits(const struct procedure_act *a, struct span state)
{
    for (size_t i = 0; i < a->from_count; i++)
        if (span_eq(a->from[i], state))
            return true;
    return false;
}

static int note(struct returning *g, struct span number, struct span code, struct span why,
                struct err *err)
{
    struct returned_problem *to = VECTOR_PUSH(g->arena, &g->problems, struct returned_problem);

    if (!to)
        return err_memory(err);
    *to = (struct returned_problem){arena_copy(g->arena, number), arena_copy(g->arena, code),
                                    arena_copy(g->arena, why)};
    return 0;
}

static int act_on(struct returning *g, struct arena *a, const struct case_row *row, bool listed,
                  struct err *wrong)
{
    struct json *data = json_object(a);
    struct case_act act = {.act = listed ? g->list->listed : g->list->unlisted, .data = data};
    enum refusal refusal;

    if (!data)
        return err_memory(wrong);
    if (!listed)
        JSON_SET(data, "reason",
                 json_string(a, g->list->reason.n ? g->list->reason
                                                  : SPAN("不在主管部门确认后回传的名单内")));
    return case_do(a, g->office, g->who, row->id, &act, NULL, &refusal, wrong);
}

/* Only what ends everything ends the list. */
static int return_one(struct returning *g, const struct case_row *row, struct err *err)
{
    struct listed *line = map_get(&g->by_code, row->subject_code);
    bool listed = line && line->confirmed;
    struct err wrong = ERR_INIT;
    struct arena a;
    int r;

    if (!waits(g->act, row->state))
        return 0;
    if (line)
        line->used = true;
    if (!listed && !g->list->unlisted.n) {
        g->result->left++;
        return 0;
    }
    arena_init(&a);
    r = act_on(g, &a, row, listed, &wrong);
    arena_release(&a);
    if (r == E_MEMORY || r == E_STORE || r == E_IO || r == E_BUSY) {
        if (err)
            *err = wrong;
        return r;
    }
    if (r < 0)
        return note(g, row->number, row->subject_code, span_z(wrong.message), err);
    g->result->listed += listed;
    g->result->unlisted += !listed;
    return 0;
}

/* ---- all of them ---- */

static int return_all(struct returning *g, struct err *err)
{
    struct case_query q = {.procedure = g->list->procedure,
                           .phase = PHASES,
                           .open_only = true,
                           .order = CASES_BY_NUMBER,
                           .limit = CASE_LIST_MOST};
    size_t n = CASE_LIST_MOST;
    int r = 0;

    while (r == 0 && n == CASE_LIST_MOST) {
        struct case_row *rows = NULL;
        struct arena page;
        arena_init(&page);
        r = case_list(&page, g->office, &q, &rows, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++)
            r = return_one(g, &rows[i], err);
        if (r == 0 && n)
            q.after_id = rows[n - 1].id;
        arena_release(&page);
    }
    return r;
}

static int check_act(const struct procedure *p, struct span act, struct err *err)
{
    if (procedure_act_index(p, act) != SIZE_MAX)
        return 0;
    return err_set(err, E_NAME, "事项 %.*s 没有“%.*s”这一步", SPAN_ARG(p->id), SPAN_ARG(act));
}

int cases_returned(struct arena *request, const struct office *o, const struct actor *who,
                   const struct returned_list *list, struct returned_result *ret, struct err *err)
{
    struct returning g = {.arena = request, .office = o, .who = who, .list = list, .result = ret};
    const struct procedure *p = procedure_find(o->library, list->procedure, NULL);
    struct listed_lines lines = {0};
    int r = p ? check_act(p, list->listed, err)
              : err_set(err, E_NOT_FOUND, "没有事项“%.*s”", SPAN_ARG(list->procedure));

    *ret = (struct returned_result){0};
    if (r == 0 && list->unlisted.n)
        r = check_act(p, list->unlisted, err);
    if (r == 0)
        r = read_list(request, list->text, &lines, &g.by_code, err);
    if (r < 0)
        return r;
    g.act = &p->acts[procedure_act_index(p, list->listed)];
    r = return_all(&g, err);
    for (size_t i = 0; r == 0 && i < lines.n; i++)
        if (!lines.at[i].used && map_get(&g.by_code, lines.at[i].code) == &lines.at[i])
            r = note(&g, SPAN(""), lines.at[i].code, SPAN("没有等待名单的办件"), err);
    ret->lines = lines.n;
    ret->problems = g.problems.at;
    ret->problem_count = g.problems.n;
    return r;
}
