/*
 * specialists.c: see specialists.h. A draw reads who serves today, sets aside who may not judge
 * this applicant, orders the others by the lot and takes the first; all of it is kept.
 */
#include "casework/specialists.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/money.h"
#include "casework/sql.h"
#include "document/document.h"
#include "identity/audit.h"

#define KEEPERS (1u << USER_HANDLER | 1u << USER_REVIEWER | 1u << USER_ADMINISTRATOR)
#define JUDGES  (1u << USER_HANDLER | 1u << USER_REVIEWER)

static struct span today_text(struct arena *a)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(date_today(), text)));
}

static int note(struct arena *a, struct store *s, const struct actor *who, const char *act,
                const char *kind, int64_t id, struct json *detail, struct err *err)
{
    struct buffer text = BUFFER_INIT;
    struct audit_entry e = {.class = AUDIT_CHANGE,
                            .act = span_z(act),
                            .object_kind = span_z(kind),
                            .object = arena_print(a, "%" PRId64, id)};
    int r = 0;

    if (detail)
        json_print(&text, detail, JSON_COMPACT);
    e.detail = arena_copy(a, buffer_span(&text));
    if (a->failed || buffer_failed(&text))
        r = err_memory(err);
    buffer_release(&text);
    return r == 0 ? audit_add(s, who, &e, err) : r;
}

/* ---- the list ---- */

static bool is_day(struct span text)
{
    struct date d;
    return date_parse(text, &d);
}

static int check_new(const struct specialist *x, struct err *err)
{
    if (!x->name.n || !x->organisation.n || !x->cites.n)
        return err_set(err, E_INPUT, "要写姓名或代号、所在单位和聘任的文件");
    if (x->kind == SPECIALIST_EXPERT && !x->field.n)
        return err_set(err, E_INPUT, "评审专家要写专业领域");
    if ((x->since.n && !is_day(x->since)) || (x->until.n && !is_day(x->until)))
        return err_set(err, E_INPUT, "日期写成 2024-05-06");
    return x->until.n && x->since.n && span_compare(x->until, x->since) < 0
               ? err_set(err, E_INPUT, "终止日早于起始日")
               : 0;
}

struct list_call {
    struct arena *arena;
    const struct actor *who;
    const struct specialist *x;
    int64_t id;
    struct span from, to;
    const char *sql, *act;
};

static struct span or_empty(struct span s)
{
    return s.n ? s : SPAN("");
}

static int add_within(struct store *s, void *context, struct err *err)
{
    struct list_call *c = context;
    const struct specialist *x = c->x;
    struct span actor = actor_label(c->arena, c->who),
                since = x->since.n ? x->since : today_text(c->arena);
    int r = !actor.p || !since.p
                ? err_memory(err)
                : sql_insert(s,
                             "INSERT INTO specialist (kind, name, organisation,"
                             " field, procedure, contact, since, until, cites, at,"
                             " actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                             " $10, $11){new id}",
                             ARGS(TEXT(specialist_words[x->kind].yaml), TEXT(x->name),
                                  TEXT(x->organisation), TEXT(or_empty(x->field)),
                                  TEXT(or_empty(x->procedure)), TEXT(or_empty(x->contact)),
                                  TEXT(since), TEXT(or_empty(x->until)), TEXT(x->cites),
                                  INT(clock_now_ms()), TEXT(actor)),
                             &c->id, err);

    return r == 0 ? note(c->arena, s, c->who, "specialist.add", "specialist", c->id, NULL, err) : r;
}

int specialist_add(struct arena *request, struct store *s, const struct actor *who,
                   const struct specialist *x, int64_t *ret_id, struct err *err)
{
    struct list_call c = {.arena = request, .who = who, .x = x};
    int r = actor_need(who, KEEPERS, err);

    if (r == 0)
        r = check_new(x, err);
    if (r == 0)
        r = store_write(s, add_within, &c, err);
    *ret_id = c.id;
    return r;
}

static int change_within(struct store *s, void *context, struct err *err)
{
    struct list_call *c = context;
    int64_t there = 0;
    int r = sql_int(s, "SELECT id FROM specialist WHERE id = $1", ARGS(INT(c->id)), 0, &there, err);

    if (r == 0 && !there)
        return err_set(err, E_NOT_FOUND, "没有 %" PRId64 " 号专员或专家", c->id);
    if (r == 0 && span_eq(span_z(c->act), SPAN("specialist.end")))
        r = sql_run(s, "UPDATE specialist SET until = $2 WHERE id = $1",
                    ARGS(INT(c->id), TEXT(c->from)), err);
    else if (r == 0)
        r = sql_run(s, "UPDATE specialist SET away_from = $2, away_to = $3 WHERE id = $1",
                    ARGS(INT(c->id), TEXT(or_empty(c->from)), TEXT(or_empty(c->to))), err);
    return r == 0 ? note(c->arena, s, c->who, c->act, "specialist", c->id, NULL, err) : r;
}

static int change(struct store *s, struct list_call *c, struct err *err)
{
    int r = actor_need(c->who, KEEPERS, err);

    if (r == 0 && ((c->from.n && !is_day(c->from)) || (c->to.n && !is_day(c->to)) ||
                   (c->to.n && (!c->from.n || span_compare(c->to, c->from) < 0))))
        r = err_set(err, E_INPUT, "日期写成 2024-05-06，止日不早于起日");
    return r == 0 ? store_write(s, change_within, c, err) : r;
}

int specialist_end(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                   struct span last, struct err *err)
{
    struct list_call c = {.arena = request,
                          .who = who,
                          .id = id,
                          .from = last.n ? last : today_text(request),
                          .act = "specialist.end"};
    return change(s, &c, err);
}

int specialist_away(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                    struct span from, struct span to, struct err *err)
{
    struct list_call c = {
        .arena = request, .who = who, .id = id, .from = from, .to = to, .act = "specialist.away"};
    return change(s, &c, err);
}

/* ---- the lot ---- */

struct lot {
    char digest[DOC_SHA256_HEX];
    int64_t id;
};

static int by_digest(const void *a, const void *b)
{
    return strcmp(((const struct lot *)a)->digest, ((const struct lot *)b)->digest);
}

void panel_order(struct arena *a, struct span seed, int64_t *ids, size_t n)
{
    struct lot *lots = ARENA_ARRAY(a, struct lot, n + 1);

    for (size_t i = 0; lots && i < n; i++) {
        lots[i].id = ids[i];
        doc_sha256(arena_print(a, "%.*s/%" PRId64, SPAN_ARG(seed), ids[i]), lots[i].digest);
    }
    if (!lots || a->failed)
        return;
    qsort(lots, n, sizeof *lots, by_digest);
    for (size_t i = 0; i < n; i++)
        ids[i] = lots[i].id;
}

/* ---- a draw ---- */

struct panel_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    const struct panel_draw *x;
    const struct case_file *file;
    int64_t panel, specialist;
    struct span text, remark;
    int64_t score;
};

/* An office that has a part in the case. */
static int open_case(struct panel_call *c, int64_t case_id, struct err *err)
{
    struct case_file *f = NULL;
    int r = actor_need(c->who, JUDGES, err);

    if (r == 0)
        r = case_open(c->arena, c->office, c->who, case_id, &f, err);
    c->file = f;
    if (r == 0 && !c->who->program &&
        (!f->party.n || span_eq(f->party, SPAN("applicant")) || case_of_counterparty(f)))
        r = err_set(err, E_FORBIDDEN, "只有办理这个办件的部门能抽取和评分");
    return r == 0 && f->row.closed_at ? err_set(err, E_CONFLICT, "办件已经办结") : r;
}

static bool is_among(struct span list, struct span one)
{
    struct span rest = list, part;

    while (one.n && span_split(&rest, ';', &part))
        if (span_eq(span_trim(part), one))
            return true;
    return false;
}

static int sat_before(struct store *s, int64_t case_id, int64_t id, bool *ret, struct err *err)
{
    int64_t n = 0;
    int r = sql_int(s,
                    "SELECT COUNT(*) FROM panel_member m JOIN panel p ON p.id = m.panel_id"
                    " WHERE p.case_id = $1 AND m.specialist_id = $2",
                    ARGS(INT(case_id), INT(id)), 0, &n, err);
    *ret = n > 0;
    return r;
}

/* Why he cannot be drawn; NULL = he can. */
static const char *kept_out(const struct panel_call *c, const struct specialist *x, bool sat)
{
    const struct case_row *row = &c->file->row;

    if (span_eq(x->organisation, row->subject_name) || span_eq(x->organisation, row->subject_code))
        return "own-organisation";
    if (is_among(c->x->avoid, x->organisation))
        return "avoided";
    return sat ? "drawn-before" : NULL;
}

struct pool {
    int64_t *ids;
    size_t n;
    struct json *out; /* [{specialist, why}] */
};

static int make_pool(struct panel_call *c, struct store *s, struct pool *ret, struct err *err)
{
    struct arena *a = c->arena;
    const struct specialist_query q = {
        .has_kind = true, .kind = SPECIALIST_EXPERT, .field = c->x->field, .day = today_text(a)};
    struct specialist *at = NULL;
    size_t n = 0;
    int r = specialist_list(a, s, &q, &at, &n, err);

    *ret = (struct pool){.ids = ARENA_ARRAY(a, int64_t, n + 1), .out = json_array(a)};
    if (!ret->ids || !ret->out)
        return err_memory(err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool sat = false;
        r = sat_before(s, c->x->case_id, at[i].id, &sat, err);
        const char *why = kept_out(c, &at[i], sat);
        if (!why) {
            ret->ids[ret->n++] = at[i].id;
            continue;
        }
        struct json *o = json_object(a);
        JSON_SET(o, "specialist", json_int(a, at[i].id));
        JSON_SET(o, "why", json_string(a, span_z(why)));
        json_add(ret->out, o);
    }
    return r;
}

static int add_member(struct store *s, int64_t panel, int64_t id, size_t position, struct err *err)
{
    return sql_run(s,
                   "INSERT INTO panel_member (panel_id, specialist_id, position)"
                   " VALUES ($1, $2, $3)",
                   ARGS(INT(panel), INT(id), INT((int64_t)position)), err);
}

static int keep_draw(struct panel_call *c, struct store *s, const struct pool *p, struct span seed,
                     struct err *err)
{
    struct arena *a = c->arena;
    struct json *pool = json_object(a), *order = json_array(a);
    struct buffer text = BUFFER_INIT;
    struct span actor = actor_label(a, c->who), kept;
    int r;

    for (size_t i = 0; i < p->n; i++)
        json_add(order, json_int(a, p->ids[i]));
    JSON_SET(pool, "order", order);
    JSON_SET(pool, "out", p->out);
    json_print(&text, pool, JSON_COMPACT);
    kept = arena_copy(a, buffer_span(&text));
    r = a->failed || buffer_failed(&text)
            ? err_memory(err)
            : sql_insert(s,
                         "INSERT INTO panel (case_id, field, wanted, seed, pool, reason, at, actor)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8){new id}",
                         ARGS(INT(c->x->case_id), TEXT(c->x->field), INT(c->x->wanted), TEXT(seed),
                              TEXT(kept), TEXT(or_empty(c->x->reason)), INT(clock_now_ms()),
                              TEXT(actor)),
                         &c->panel, err);
    buffer_release(&text);
    for (size_t i = 0; r == 0 && i < (size_t)c->x->wanted; i++)
        r = add_member(s, c->panel, p->ids[i], i + 1, err);
    return r == 0 ? note(a, s, c->who, "panel.draw", "panel", c->panel, pool, err) : r;
}

static int draw_within(struct store *s, void *context, struct err *err)
{
    struct panel_call *c = context;
    struct pool p = {0};
    int64_t before = 0;
    int r = sql_run(s, "UPDATE casefile SET events = events WHERE id = $1",
                    ARGS(INT(c->x->case_id)), err); /* two draws of a case wait for each other */

    if (r == 0)
        r = sql_int(s, "SELECT COUNT(*) FROM panel WHERE case_id = $1", ARGS(INT(c->x->case_id)), 0,
                    &before, err);
    if (r == 0 && before && !c->x->reason.n)
        return err_set(err, E_INPUT, "这个办件已抽取过：再次抽取要写明理由");
    if (r == 0)
        r = make_pool(c, s, &p, err);
    if (r < 0)
        return r;
    if ((int64_t)p.n < c->x->wanted) {
        err_set(err, E_CONFLICT, "“%.*s”可抽取的专家 %zu 人，要 %" PRId64 " 人",
                SPAN_ARG(c->x->field), p.n, c->x->wanted);
        err_hint(err, "另有 %zu 人须回避或已抽取过", p.out->n);
        return E_CONFLICT;
    }
    struct span seed =
        arena_print(c->arena, "%.*s/panel/%" PRId64, SPAN_ARG(c->file->row.number), before + 1);
    panel_order(c->arena, seed, p.ids, p.n);
    return c->arena->failed ? err_memory(err) : keep_draw(c, s, &p, seed, err);
}

int panel_draw(struct arena *request, const struct office *o, const struct actor *who,
               const struct panel_draw *x, int64_t *ret_id, struct err *err)
{
    struct panel_call c = {.arena = request, .office = o, .who = who, .x = x};
    int r = 0;

    *ret_id = 0;
    if (!x->field.n || x->wanted < 1 || x->wanted > PANEL_MOST)
        r = err_set(err, E_INPUT, "要写专业领域和 1 到 %d 的人数", PANEL_MOST);
    if (r == 0)
        r = open_case(&c, x->case_id, err);
    if (r == 0)
        r = store_write(o->store, draw_within, &c, err);
    *ret_id = r == 0 ? c.panel : 0;
    return r;
}

/* ---- who declines, and what is given ---- */

static int panel_of(struct panel_call *c, struct err *err)
{
    int64_t case_id = 0;
    int r = sql_int(c->office->store, "SELECT case_id FROM panel WHERE id = $1",
                    ARGS(INT(c->panel)), 0, &case_id, err);

    if (r == 0 && !case_id)
        return err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 次抽取", c->panel);
    return r == 0 ? open_case(c, case_id, err) : r;
}

/* Sits in the panel, and has not given a score. */
static int must_sit(struct panel_call *c, struct store *s, struct err *err)
{
    struct stmt *st = NULL;
    bool there, declined, scored;
    int r = sql_open(s,
                     "SELECT declined, score FROM panel_member WHERE panel_id = $1"
                     " AND specialist_id = $2",
                     ARGS(INT(c->panel), INT(c->specialist)), &st, err);

    if (r == 0)
        r = stmt_step(st, err);
    there = r > 0;
    declined = there && stmt_get_text(st, 0).n > 0;
    scored = there && !stmt_is_null(st, 1);
    stmt_done(st);
    if (r < 0)
        return r;
    if (!there)
        return err_set(err, E_NOT_FOUND, "%" PRId64 " 号专家不在这次抽取之内", c->specialist);
    if (declined || scored)
        return err_set(err, E_CONFLICT, declined ? "这位专家已经不参加" : "已经评过分，不再改");
    return 0;
}

static struct json *pool_order(struct panel_call *c, struct store *s, int64_t *ret_last, int *ret_r,
                               struct err *err)
{
    struct json *tree = NULL;
    struct stmt *st = NULL;
    int r = sql_open(s,
                     "SELECT p.pool, (SELECT COUNT(*) FROM panel_member m WHERE m.panel_id = p.id)"
                     " FROM panel p WHERE p.id = $1",
                     ARGS(INT(c->panel)), &st, err);

    if (r == 0 && (r = stmt_step(st, err)) > 0) {
        *ret_last = stmt_get_int(st, 1);
        r = json_parse(c->arena, sql_text(c->arena, st, 0), SPAN("panel"), &tree, err);
    }
    stmt_done(st);
    *ret_r = r < 0 ? r : 0;
    return tree;
}

static int decline_within(struct store *s, void *context, struct err *err)
{
    struct panel_call *c = context;
    int64_t last = 0, next = 0, position = 0;
    struct json *pool;
    int r = must_sit(c, s, err);

    if (r < 0)
        return r;
    pool = pool_order(c, s, &last, &r, err);
    JSON_EACH(id, JSON_GET(pool, "order"))
    {
        struct decimal d;
        if (position++ == last && decimal_parse(json_text(id), &d))
            (void)decimal_to_int(d, &next);
    }
    if (r == 0 && !next)
        return err_set(err, E_CONFLICT, "没有下一位可以递补，须再次抽取");
    if (r == 0)
        r = sql_run(s,
                    "UPDATE panel_member SET declined = $3 WHERE panel_id = $1"
                    " AND specialist_id = $2",
                    ARGS(INT(c->panel), INT(c->specialist), TEXT(c->text)), err);
    if (r == 0)
        r = add_member(s, c->panel, next, (size_t)last + 1, err);
    return r == 0 ? note(c->arena, s, c->who, "panel.decline", "panel", c->panel, NULL, err) : r;
}

int panel_decline(struct arena *request, const struct office *o, const struct actor *who,
                  int64_t panel, int64_t specialist, struct span reason, struct err *err)
{
    struct panel_call c = {.arena = request,
                           .office = o,
                           .who = who,
                           .panel = panel,
                           .specialist = specialist,
                           .text = span_trim(reason)};
    int r = c.text.n ? panel_of(&c, err) : err_set(err, E_INPUT, "不参加要写明理由");

    return r == 0 ? store_write(o->store, decline_within, &c, err) : r;
}

static int score_within(struct store *s, void *context, struct err *err)
{
    struct panel_call *c = context;
    struct span actor = actor_label(c->arena, c->who);
    int r = actor.p ? must_sit(c, s, err) : err_memory(err);

    if (r == 0)
        r = sql_run(s,
                    "UPDATE panel_member SET score = $3, remark = $4, scored_at = $5,"
                    " scored_by = $6 WHERE panel_id = $1 AND specialist_id = $2",
                    ARGS(INT(c->panel), INT(c->specialist), INT(c->score),
                         TEXT(or_empty(c->remark)), INT(clock_now_ms()), TEXT(actor)),
                    err);
    return r == 0 ? note(c->arena, s, c->who, "panel.score", "panel", c->panel, NULL, err) : r;
}

int panel_score(struct arena *request, const struct office *o, const struct actor *who,
                int64_t panel, int64_t specialist, struct span score, struct span remark,
                struct err *err)
{
    struct panel_call c = {.arena = request,
                           .office = o,
                           .who = who,
                           .panel = panel,
                           .specialist = specialist,
                           .remark = span_trim(remark)};
    struct decimal d;
    int r;

    if (!decimal_parse(span_trim(score), &d) ||
        !decimal_to_int(decimal_mul(d, decimal_from_int(100), NULL), &c.score) || c.score < 0 ||
        c.score > SCORE_MOST)
        return err_set(err, E_INPUT, "分数为 0 到 100，最多两位小数");
    r = panel_of(&c, err);
    return r == 0 ? store_write(o->store, score_within, &c, err) : r;
}
