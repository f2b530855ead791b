/*
 * direct_run.c: a run of 免申即享: everybody as of a day in one of five groups, and the cases of
 * who is to be paid.
 *
 * A run is written page by page, each page a transaction with the code of its last subject: a run
 * that was cut off goes on behind it. Cases are opened afterwards, each by the key of its ground.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/cases_int.h"
#include "casework/clawback.h"
#include "casework/direct.h"
#include "casework/money.h"
#include "casework/registers.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define PAGE 200 /* subjects of one transaction */

static struct span money_text(struct arena *a, int64_t fen)
{
    char text[MONEY_TEXT];
    return arena_copy(a, span_of(text, money_print(fen, text)));
}

/* ---- one subject ---- */

struct verdict {
    enum direct_group group;
    int64_t amount;
    struct json *why;
};

struct division {
    struct arena *arena; /* of the call */
    struct arena *page;  /* of one page */
    const struct office *office;
    const struct actor *who;
    const struct direct_project *project;
    const struct measure *measure;
    struct direct_run *run, before; /* before: as the last page left it */
    struct date as_of;
    const struct subject_row *rows;
    size_t n;
};

static struct json *why_missing(struct arena *a, const struct missing *missing)
{
    struct json *j = json_object(a), *list = json_array(a);

    for (; missing; missing = missing->next) {
        struct json *line = json_object(a);
        JSON_SET(line, "fact", json_string(a, missing->fact));
        JSON_SET(line, "period", json_string(a, missing->period));
        JSON_SET(line, "cause", json_string(a, span_z(cause_names[missing->cause])));
        JSON_SET(line, "holder", json_string(a, missing->holder));
        json_add(list, line);
    }
    JSON_SET(j, "missing", list);
    return j;
}

static struct json *why_text(struct arena *a, const char *key, struct span text)
{
    struct json *j = json_object(a);
    json_set(j, span_z(key), json_string(a, text));
    return j;
}

/* The first condition that does not hold, by its clause. */
static struct json *why_not(const struct division *d, const struct finding *f)
{
    struct arena *a = d->page;
    struct json *j = json_object(a);

    for (size_t i = 0; i < f->measure->condition_count; i++)
        if (value_is_false(f->conditions[i].truth)) {
            JSON_SET(j, "condition",
                     json_string(
                         a, condition_sentence(a, d->office->library, &f->conditions[i], false)));
            JSON_SET(j, "cites", json_string(a, f->conditions[i].condition->cites));
            return j;
        }
    JSON_SET(j, "timing", json_string(a, timing_words[f->timing].title.zh));
    return j;
}

/* 元 to 分; false when it is not a whole number of 分. */
static bool cents(struct decimal yuan, int64_t *ret)
{
    unsigned flags = 0;
    return decimal_to_int(decimal_mul(yuan, decimal_from_int(100), &flags), ret) && !flags;
}

/* The exact sum of the money of a finding; false when a figure of it is not exact. */
static bool payable(const struct finding *f, int64_t *ret_amount, bool *ret_verified)
{
    const struct measure *m = f->measure;
    size_t money = 0;

    *ret_amount = 0;
    *ret_verified = true;
    for (size_t i = 0; i < m->benefit_count; i++) {
        int64_t fen = 0;
        if (m->benefits[i].kind != RESULT_MONEY)
            continue;
        if (m->benefits[i].precision != PRECISION_EXACT || !f->results[i].has_value ||
            !cents(f->results[i].value.number, &fen) || !money_add(*ret_amount, fen, ret_amount))
            return false;
        *ret_verified &= f->results[i].basis == BASIS_VERIFIED;
        money++;
    }
    return money > 0 && *ret_amount > 0;
}

static struct verdict judge_eligible(const struct division *d, const struct finding *f)
{
    struct verdict v = {.group = DIRECT_PAY};
    bool verified = false;

    if (f->measure->reading_count > 1 && !d->project->reading.n) {
        v.group = DIRECT_UNKNOWN;
        v.why = why_text(d->page, "open", SPAN("读法未定"));
    } else if (!payable(f, &v.amount, &verified)) {
        v.group = DIRECT_UNKNOWN;
        v.amount = 0;
        v.why = f->later ? why_missing(d->page, f->later)
                         : why_text(d->page, "open", SPAN("没有可支付的准确金额"));
    } else if (d->project->mode != DIRECT_MODE_STRAIGHT || !verified) {
        v.group = DIRECT_CONFIRM;
        v.why = why_text(d->page, "confirm",
                         verified ? direct_mode_words[d->project->mode].title.zh
                                  : SPAN("金额所依据的事实尚未核验"));
    } else {
        v.why = json_object(d->page);
    }
    return v;
}

static bool not_in_time(enum timing t)
{
    return t == TIMING_NOT_YET || t == TIMING_CLOSED || t == TIMING_EXPIRED;
}

/* Where the text leaves its start to a later notice, the project may be that notice: `opens`. */
static bool has_opened(const struct division *d)
{
    struct date opens;
    return date_parse(json_text(JSON_GET(d->project->record, "opens")), &opens) &&
           date_compare(opens, d->as_of) <= 0;
}

/* A table would hide the order, which decides: what surely fails comes before what is not known. */
static struct verdict judge(const struct division *d, const struct finding *f)
{
    if (f->no_item || f->status == STATUS_INELIGIBLE || not_in_time(f->timing))
        return (struct verdict){.group = DIRECT_NO, .why = why_not(d, f)};
    if (f->status == STATUS_UNDETERMINED || f->status == STATUS_NEEDS_RECOGNITION)
        return (struct verdict){.group = DIRECT_UNKNOWN, .why = why_missing(d->page, f->missing)};
    if ((f->timing == TIMING_UNKNOWN_START && !has_opened(d)) || f->timing == TIMING_UNKNOWN_END)
        return (struct verdict){.group = DIRECT_UNKNOWN,
                                .why = why_text(d->page, "open", timing_words[f->timing].title.zh)};
    return judge_eligible(d, f);
}

/* ---- writing ---- */

static int place(const struct division *d, const struct subject_row *row, struct span item,
                 const struct verdict *v, struct err *err)
{
    struct direct_run *run = d->run;
    struct buffer why = BUFFER_INIT;
    int r;

    json_print(&why, v->why, JSON_COMPACT);
    struct span ground =
        arena_print(d->page, "direct:%.*s:%" PRId64 ":%.*s:%.4s", SPAN_ARG(d->project->code),
                    row->id, SPAN_ARG(item), run->as_of.p);
    r = buffer_failed(&why) || d->page->failed
            ? err_memory(err)
            : sql_run(
                  d->office->store,
                  "INSERT INTO direct_place (run_id, subject_id, item, grp, amount, ground, why)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  ARGS(INT(run->id), INT(row->id), TEXT(item),
                       TEXT(direct_group_words[v->group].yaml), INT(v->amount), TEXT(ground),
                       TEXT(buffer_span(&why))),
                  err);
    buffer_release(&why);
    run->population++;
    run->groups[v->group]++;
    if (v->group == DIRECT_PAY || v->group == DIRECT_CONFIRM)
        run->amount += v->amount;
    return r;
}

static int place_barred(const struct division *d, const struct subject_row *row, struct span why,
                        struct err *err)
{
    struct verdict v = {.group = DIRECT_BARRED, .why = why_text(d->page, "bar", why)};
    return place(d, row, (struct span){"", 0}, &v, err);
}

/* What keeps a subject from being paid by the program, with its end: a decision about money, or a
 * list that bars applications or wants a person to look before each payment. 1 = barred. */
static int find_bar(const struct division *d, const struct subject_row *row, struct span *ret_why,
                    struct err *err)
{
    struct bar_question q = {.subject_id = row->id,
                             .region = d->measure->region,
                             .measure = d->measure->id,
                             .on = d->as_of};
    const struct register_question lists = {.subject_kind = row->kind,
                                            .subject_code = row->code,
                                            .effects =
                                                REGISTER_NO_APPLICATION | REGISTER_LATER_PAYMENT,
                                            .region = d->measure->region,
                                            .day = d->as_of};
    struct register_bar listed;
    struct span until;
    struct bar bar;
    int r = bar_find(d->page, d->office->store, &q, &bar, err);

    if (r > 0) {
        until = bar.last_day.n ? bar.last_day : SPAN("解除之日");
        *ret_why = arena_print(d->page, "%.*s（至 %.*s）", SPAN_ARG(bar.reason), SPAN_ARG(until));
    }
    if (r != 0)
        return r;
    r = register_bar_find(d->page, d->office->store, &lists, &listed, err);
    if (r > 0) {
        until = listed.to_day.n ? listed.to_day : SPAN("移出之日");
        *ret_why = arena_print(d->page, "在“%.*s”内（至 %.*s）", SPAN_ARG(listed.name_of_list),
                               SPAN_ARG(until));
    }
    return r;
}

/* While no reading is adopted, "no" is said only where every reading says so. */
static int judge_readings(const struct division *d, const struct subject *s, size_t finding,
                          struct verdict *v, struct err *err)
{
    const struct measure *m = d->measure;
    struct match_options options = {
        .as_of = d->as_of, .known_by = date_today(), .only = m, .trace = false};
    int r = 0;

    for (size_t i = 0; r == 0 && i < m->reading_count; i++) {
        struct checkup *c = NULL;
        options.reading = m->readings[i].id;
        r = match(d->page, d->office->library, s, &options, &c, err);
        if (r < 0 || finding >= c->n || judge(d, &c->findings[finding]).group == DIRECT_NO)
            continue;
        *v = (struct verdict){.group = DIRECT_UNKNOWN,
                              .why = why_text(d->page, "open", SPAN("读法未定"))};
        return 0;
    }
    return r;
}

static int place_subject(const struct division *d, const struct subject_row *row, struct err *err)
{
    struct match_options options = {.as_of = d->as_of,
                                    .known_by = date_today(),
                                    .only = d->measure,
                                    .reading = d->project->reading,
                                    .trace =
                                        true}; /* whether an amount rests on what is verified */
    struct checkup *c = NULL;
    struct subject s;
    struct span why = {NULL, 0};
    int r = find_bar(d, row, &why, err);

    if (r != 0)
        return r < 0 ? r : place_barred(d, row, why, err);
    r = subject_load(d->page, d->office->store, d->office->library, row->kind, row->code, d->as_of,
                     options.known_by, &s, err);
    if (r == 0)
        r = match(d->page, d->office->library, &s, &options, &c, err);
    for (size_t i = 0; r == 0 && i < c->n; i++) {
        struct verdict v = judge(d, &c->findings[i]);
        if (v.group == DIRECT_NO && d->measure->reading_count > 1 && !d->project->reading.n)
            r = judge_readings(d, &s, i, &v, err);
        if (r < 0)
            break;
        r = place(d, row, c->findings[i].item.n ? c->findings[i].item : (struct span){"", 0}, &v,
                  err);
    }
    if (r == 0 && c->n == 0) {
        struct verdict v = {.group = DIRECT_NO,
                            .why = why_text(d->page, "condition", SPAN("不是这项措施的对象"))};
        r = place(d, row, (struct span){"", 0}, &v, err);
    }
    return r;
}

static int save_counts(const struct division *d, struct span after, struct err *err)
{
    const struct direct_run *run = d->run;

    return sql_run(d->office->store,
                   "UPDATE direct_run SET after = $2, population = $3, pay = $4, confirm = $5,"
                   " unknown = $6, no = $7, barred = $8, amount = $9 WHERE id = $1",
                   ARGS(INT(run->id), TEXT(after), INT(run->population),
                        INT(run->groups[DIRECT_PAY]), INT(run->groups[DIRECT_CONFIRM]),
                        INT(run->groups[DIRECT_UNKNOWN]), INT(run->groups[DIRECT_NO]),
                        INT(run->groups[DIRECT_BARRED]), INT(run->amount)),
                   err);
}

static int page_within(struct store *s, void *context, struct err *err)
{
    struct division *d = context;
    int r = 0;

    UNUSED(s);
    *d->run = d->before; /* a transaction that met another one is repeated */
    for (size_t i = 0; r == 0 && i < d->n; i++)
        r = place_subject(d, &d->rows[i], err);
    return r == 0 ? save_counts(d, d->rows[d->n - 1].code, err) : r;
}

static int divide_all(struct division *d, struct span after, struct err *err)
{
    char last[128] = "";
    int r = 0;

    if (after.n >= sizeof last)
        return err_set(err, E_LIMIT, "编号过长");
    memcpy(last, after.p, after.n);
    last[after.n] = 0;
    for (;;) {
        struct arena page;
        struct subject_row *rows = NULL;
        arena_init(&page);
        d->page = &page;
        r = subject_list(&page, d->office->store, d->project->subject_kind, span_z(last), PAGE,
                         &rows, &d->n, err);
        d->rows = rows;
        d->before = *d->run;
        if (r == 0 && d->n)
            r = store_write(d->office->store, page_within, d, err);
        if (r == 0 && d->n) {
            struct span code = d->rows[d->n - 1].code;
            memcpy(last, code.p, code.n < sizeof last ? code.n : sizeof last - 1);
            last[code.n < sizeof last ? code.n : sizeof last - 1] = 0;
        }
        arena_release(&page);
        if (r < 0 || d->n < PAGE)
            return r;
    }
}

/* ---- runs ---- */

#define RUN_COLUMNS                                                                                \
    "SELECT id, project_id, previous_id, population, amount, opened, started_at, finished_at,"     \
    " account_id, pay, confirm, unknown, no, barred, as_of, library, state, after FROM "           \
    "direct_run "

static void read_run(struct arena *a, const struct stmt *st, struct direct_run *ret)
{
    *ret = (struct direct_run){
        .id = stmt_get_int(st, 0),
        .project_id = stmt_get_int(st, 1),
        .previous_id = stmt_get_int(st, 2),
        .population = stmt_get_int(st, 3),
        .amount = stmt_get_int(st, 4),
        .opened = stmt_get_int(st, 5),
        .started_at = stmt_get_int(st, 6),
        .finished_at = stmt_get_int(st, 7),
        .account_id = stmt_get_int(st, 8),
        .as_of = sql_text(a, st, 14),
        .library = sql_text(a, st, 15),
        .state = sql_text(a, st, 16),
    };
    for (int i = 0; i < DIRECT_GROUPS; i++)
        ret->groups[i] = stmt_get_int(st, 9 + i);
}

/* Everybody's data is looked at. */
static int may_run(const struct actor *who, struct err *err)
{
    if (actor_is(who, USER_HANDLER) || actor_is(who, USER_REVIEWER) ||
        actor_is(who, USER_PUBLISHER) || actor_is(who, USER_ADMINISTRATOR))
        return 0;
    err_set(err, E_FORBIDDEN, "您不能运行免申即享项目");
    err_hint(err, "由实施部门的经办、审核、发布人员运行");
    return E_FORBIDDEN;
}

int direct_run_find(struct arena *request, const struct office *o, int64_t id,
                    struct direct_run *ret, struct err *err)
{
    struct stmt *st;
    int r = sql_open(o->store, RUN_COLUMNS "WHERE id = $1", ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        read_run(request, st, ret);
        r = request->failed ? err_memory(err) : 0;
    } else if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "没有这次运行：%" PRId64, id);
    }
    stmt_done(st);
    return r;
}

int direct_runs(struct arena *request, const struct office *o, int64_t project_id,
                struct direct_run **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct direct_run, runs) v = {0};
    struct stmt *st;
    int r = sql_open(o->store, RUN_COLUMNS "WHERE project_id = $1 ORDER BY id DESC LIMIT 200",
                     ARGS(INT(project_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct direct_run *run = VECTOR_PUSH(request, &v, struct direct_run);
        if (!run) {
            r = err_memory(err);
            break;
        }
        read_run(request, st, run);
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

struct start_call {
    struct division *division;
    struct span after;
};

/* A run of the same day under the same library that was cut off. */
static int find_cut_off(struct start_call *c, struct err *err)
{
    struct division *d = c->division;
    struct stmt *st;
    int r =
        sql_open(d->office->store,
                 RUN_COLUMNS "WHERE project_id = $1 AND state = 'running' AND as_of = $2"
                             " AND library = $3 ORDER BY id DESC LIMIT 1",
                 ARGS(INT(d->project->id), TEXT(d->run->as_of), TEXT(d->run->library)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        read_run(d->arena, st, d->run);
        c->after = sql_text(d->arena, st, 17);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int start_within(struct store *s, void *context, struct err *err)
{
    struct start_call *c = context;
    struct division *d = c->division;
    struct direct_run *run = d->run;
    int r;

    *run =
        (struct direct_run){.as_of = run->as_of, .library = run->library, .state = SPAN("running")};
    r = find_cut_off(c, err);
    if (r < 0 || run->id)
        return r;
    run->project_id = d->project->id;
    r = sql_int(s,
                "SELECT id FROM direct_run WHERE project_id = $1 AND state = 'done'"
                " ORDER BY id DESC LIMIT 1",
                ARGS(INT(d->project->id)), 0, &run->previous_id, err);
    run->started_at = clock_now_ms();
    run->account_id = d->who->account_id;
    if (r == 0)
        r = sql_insert(s,
                       "INSERT INTO direct_run (project_id, as_of, library, previous_id, state,"
                       " after, population, pay, confirm, unknown, no, barred, amount, opened,"
                       " started_at, finished_at, account_id) VALUES ($1, $2, $3, $4, 'running',"
                       " '', 0, 0, 0, 0, 0, 0, 0, 0, $5, 0, $6){new id}",
                       ARGS(INT(d->project->id), TEXT(run->as_of), TEXT(run->library),
                            INT(run->previous_id), INT(run->started_at), INT(run->account_id)),
                       &run->id, err);
    return r;
}

static int finish_within(struct store *s, void *context, struct err *err)
{
    struct division *d = context;
    struct direct_run *run = d->run;
    int r;

    run->finished_at = clock_now_ms();
    run->state = SPAN("done");
    r = sql_run(s, "UPDATE direct_run SET state = 'done', finished_at = $2 WHERE id = $1",
                ARGS(INT(run->id), INT(run->finished_at)), err);
    if (r == 0)
        r = audit_add(s, d->who,
                      &(struct audit_entry){.class = AUDIT_READ,
                                            .act = SPAN("direct.run"),
                                            .object_kind = SPAN("direct"),
                                            .object = d->project->code},
                      err);
    return r;
}

int direct_divide(struct arena *request, const struct office *o, const struct actor *who,
                  struct span code, struct date as_of, struct direct_run *ret, struct err *err)
{
    struct direct_project project;
    struct direct_run run = {0};
    struct division d = {.arena = request,
                         .office = o,
                         .who = who,
                         .project = &project,
                         .run = &run,
                         .as_of = as_of};
    struct start_call c = {.division = &d, .after = {"", 0}};
    char day[DATE_TEXT];
    int r = may_run(who, err);

    if (r == 0)
        r = direct_find(request, o, code, &project, err);
    if (r < 0)
        return r;
    d.measure = library_find(o->library, project.measure, NULL);
    if (!d.measure)
        return err_set(err, E_NOT_FOUND, "规则库里已没有措施 %.*s", SPAN_ARG(project.measure));
    run.as_of = arena_copy(request, (struct span){day, date_print(as_of, day)});
    run.library = span_z(o->library->hash);
    if (request->failed)
        return err_memory(err);
    r = store_write(o->store, start_within, &c, err);
    if (r == 0)
        r = divide_all(&d, c.after, err);
    if (r == 0)
        r = store_write(o->store, finish_within, &d, err);
    if (r == 0)
        *ret = run;
    return r;
}

/* ---- cases ---- */

/* Working days, where the project does not say: no text gives them. */
#define PUBLICITY_DAYS SPAN("5")
#define CONFIRM_DAYS   SPAN("10")

static struct span days_of(const struct direct_project *p, struct span key, struct span otherwise)
{
    struct span days = json_text(json_get(p->record, key));
    return days.n ? days : otherwise;
}

static struct json *case_data(struct arena *a, const struct direct_project *p,
                              const struct direct_place *place)
{
    struct json *j = json_object(a), *fields = json_object(a);

    JSON_SET(j, "project", json_string(a, p->code));
    JSON_SET(j, "measure", json_string(a, p->measure));
    JSON_SET(j, "fund", json_string(a, p->fund));
    JSON_SET(j, "department", json_string(a, p->organisation));
    JSON_SET(j, "purpose", json_string(a, json_text(JSON_GET(p->record, "purpose"))));
    if (p->reading.n) {
        JSON_SET(j, "reading", json_string(a, p->reading));
        JSON_SET(j, "reading_basis", json_string(a, p->reading_basis));
    }
    JSON_SET(fields, "兑现金额", json_string(a, money_text(a, place->amount)));
    JSON_SET(fields, "兑现项目", json_string(a, p->title));
    JSON_SET(fields, "公示天数",
             json_string(a, days_of(p, SPAN("publicity_days"), PUBLICITY_DAYS)));
    if (place->group == DIRECT_CONFIRM)
        JSON_SET(fields, "确认天数",
                 json_string(a, days_of(p, SPAN("confirm_days"), CONFIRM_DAYS)));
    JSON_SET(j, "fields", fields);
    return j;
}

/* Who has to confirm is asked, also where the others are paid directly. */
static struct span procedure_for(const struct direct_project *p, const struct direct_place *place)
{
    return place->group == DIRECT_CONFIRM && span_eq(p->procedure, SPAN("direct/pay"))
               ? SPAN("direct/confirm")
               : p->procedure;
}

static int open_case(struct arena *a, const struct office *o, const struct actor *who,
                     const struct direct_project *p, const struct direct_place *place,
                     struct err *err)
{
    struct case_start start = {.procedure = procedure_for(p, place),
                               .subject_kind = p->subject_kind,
                               .subject_code = place->subject_code,
                               .item = place->item,
                               .data = case_data(a, p, place),
                               .key = place->ground};
    struct actor program = {.program = true,
                            .name = SPAN("program"),
                            .organisation = p->organisation,
                            .account_id = who->account_id};
    int64_t id = 0;
    return a->failed ? err_memory(err) : case_begin(a, o, &program, &start, &id, err);
}

/* Where the next page begins: outlives the page. */
static int keep_last(struct arena *a, const struct direct_place *at, struct direct_place *ret,
                     struct err *err)
{
    ret->subject_id = at->subject_id;
    ret->item = arena_copy(a, at->item);
    return a->failed ? err_memory(err) : 0;
}

struct opening {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    const struct direct_project *project;
    int64_t run_id;
    size_t opened;
    struct err first; /* of a case that could not be opened: the others are */
};

static int open_page(struct opening *g, struct arena *page, const struct direct_place *at, size_t n,
                     struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct err wrong = ERR_INIT;
        int r = at[i].case_number.n
                    ? 1
                    : open_case(page, g->office, g->who, g->project, &at[i], &wrong);
        g->opened += r == 0;
        if (r < 0 && !g->first.code)
            g->first = wrong;
        if (r == E_MEMORY || r == E_STORE || r == E_BUSY) {
            if (err)
                *err = wrong;
            return r;
        }
    }
    return 0;
}

static int open_group(struct opening *g, enum direct_group group, struct err *err)
{
    struct direct_place last = {.item = {"", 0}};
    size_t n = 0;
    int r;

    do {
        struct arena page;
        struct direct_place *at = NULL;
        arena_init(&page);
        r = direct_places(&page, g->office, g->run_id, group, last.subject_id, last.item, PAGE, &at,
                          &n, err);
        if (r == 0)
            r = open_page(g, &page, at, n, err);
        r = r == 0 && n ? keep_last(g->arena, &at[n - 1], &last, err) : r;
        arena_release(&page);
    } while (r == 0 && n == PAGE);
    return r;
}

static int project_of_run(struct arena *a, const struct office *o, int64_t run_id,
                          struct direct_run *run, struct direct_project *ret, struct err *err)
{
    struct span code = {NULL, 0};
    struct stmt *st;
    int r = direct_run_find(a, o, run_id, run, err);

    if (r < 0)
        return r;
    r = sql_open(o->store, "SELECT code FROM direct_project WHERE id = $1",
                 ARGS(INT(run->project_id)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        code = sql_text(a, st, 0);
    stmt_done(st);
    return r < 0 ? r : direct_find(a, o, code, ret, err);
}

static int live(const struct direct_project *p, const struct direct_run *run, struct err *err)
{
    if (span_eq(p->state, SPAN("live")) && span_eq(run->state, SPAN("done")))
        return 0;
    err_set(err, E_CONFLICT, "项目 %.*s 未上线，或运行未完成", SPAN_ARG(p->code));
    err_hint(err, "huiqi direct approve %.*s", SPAN_ARG(p->code));
    return E_CONFLICT;
}

/* Who was entitled then may be so no longer. */
static int newest(const struct office *o, const struct direct_run *run, struct err *err)
{
    int64_t id = 0;
    int r =
        sql_int(o->store, "SELECT MAX(id) FROM direct_run WHERE project_id = $1 AND state = 'done'",
                ARGS(INT(run->project_id)), 0, &id, err);

    return r < 0 || id == run->id
               ? r
               : err_set(err, E_CONFLICT, "之后又有第 %" PRId64 " 次运行，按最近一次建立办件", id);
}

int direct_open_cases(struct arena *request, const struct office *o, const struct actor *who,
                      int64_t run_id, size_t *ret_opened, struct err *err)
{
    struct direct_project project;
    struct direct_run run;
    struct opening g = {.arena = request,
                        .office = o,
                        .who = who,
                        .project = &project,
                        .run_id = run_id,
                        .first = ERR_INIT};
    int r = may_run(who, err);

    *ret_opened = 0;
    if (r == 0)
        r = project_of_run(request, o, run_id, &run, &project, err);
    if (r == 0)
        r = live(&project, &run, err);
    if (r == 0)
        r = newest(o, &run, err);
    if (r == 0)
        r = open_group(&g, DIRECT_PAY, err);
    if (r == 0)
        r = open_group(&g, DIRECT_CONFIRM, err);
    if (r == 0)
        r = sql_run(o->store,
                    "UPDATE direct_run SET opened = (SELECT COUNT(*) FROM direct_place p JOIN"
                    " case_key k ON k.key = p.ground WHERE p.run_id = $1) WHERE id = $1",
                    ARGS(INT(run_id)), err);
    *ret_opened = g.opened;
    if (r == 0 && g.first.code) {
        if (err)
            *err = g.first;
        r = g.first.code;
    }
    return r;
}

/* ---- who is where ---- */

static enum direct_group group_named(struct span word)
{
    for (int i = 0; i < DIRECT_GROUPS; i++)
        if (span_eq(word, direct_group_words[i].yaml))
            return (enum direct_group)i;
    return DIRECT_GROUPS;
}

#define PLACE_COLUMNS                                                                              \
    "SELECT p.subject_id, p.amount, s.code, s.name, p.item, p.why, p.ground, p.grp, c.number,"     \
    " c.state"
#define PLACE_CASE                                                                                 \
    " LEFT JOIN case_key k ON k.key = p.ground LEFT JOIN casefile c ON c.id = k.case_id"

static void read_place(struct arena *a, const struct stmt *st, struct direct_place *ret)
{
    *ret = (struct direct_place){
        .subject_id = stmt_get_int(st, 0),
        .amount = stmt_get_int(st, 1),
        .subject_code = sql_text(a, st, 2),
        .subject_name = sql_text(a, st, 3),
        .item = sql_text(a, st, 4),
        .why = sql_text(a, st, 5),
        .ground = sql_text(a, st, 6),
        .group = group_named(stmt_get_text(st, 7)),
        .case_number = sql_text(a, st, 8),
        .case_state = sql_text(a, st, 9),
        .was = DIRECT_GROUPS,
    };
}

VECTOR_OF(struct direct_place, place_vector);

static int read_places(struct arena *a, struct stmt *st, bool moves, struct place_vector *v,
                       struct err *err)
{
    int r;

    while ((r = stmt_step(st, err)) > 0) {
        struct direct_place *p = VECTOR_PUSH(a, v, struct direct_place);
        if (!p)
            return err_memory(err);
        read_place(a, st, p);
        if (moves && !stmt_is_null(st, 10)) {
            p->was = group_named(stmt_get_text(st, 10));
            p->was_why = sql_text(a, st, 11);
            p->was_amount = stmt_get_int(st, 12);
        }
    }
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int direct_places(struct arena *request, const struct office *o, int64_t run_id,
                  enum direct_group group, int64_t after_subject, struct span after_item,
                  size_t limit, struct direct_place **ret, size_t *ret_n, struct err *err)
{
    struct place_vector v = {0};
    struct stmt *st;
    int r = sql_open(o->store,
                     PLACE_COLUMNS
                     " FROM direct_place p JOIN subject s ON s.id = p.subject_id" PLACE_CASE
                     " WHERE p.run_id = $1 AND p.grp = $2"
                     " AND (p.subject_id, p.item) > ($3, $4)"
                     " ORDER BY p.subject_id, p.item LIMIT $5",
                     ARGS(INT(run_id), TEXT(direct_group_words[group].yaml), INT(after_subject),
                          TEXT(after_item.p ? after_item : SPAN("")), INT((int64_t)limit)),
                     &st, err);
    if (r < 0)
        return r;
    r = read_places(request, st, false, &v, err);
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r;
}

/* In another group or with another amount, or not there before. */
#define MOVED                                                                                      \
    PLACE_COLUMNS ", b.grp, b.why, b.amount FROM direct_place p"                                   \
                  " JOIN direct_run r ON r.id = p.run_id"                                          \
                  " JOIN subject s ON s.id = p.subject_id" PLACE_CASE                              \
                  " LEFT JOIN direct_place b ON b.run_id = r.previous_id"                          \
                  " AND b.subject_id = p.subject_id AND b.item = p.item"                           \
                  " WHERE p.run_id = $1 AND r.previous_id <> 0"                                    \
                  " AND (b.grp IS NULL OR b.grp <> p.grp OR b.amount <> p.amount)"                 \
                  " ORDER BY p.grp, p.subject_id, p.item LIMIT $2"
/* Placed before and nowhere now: a loan or lease that has ended, a subject that is not there. */
#define GONE                                                                                                 \
    "SELECT p.subject_id, 0, s.code, s.name, p.item, '{\"gone\":\"本次资料中已没有这一标的\"}'," \
    " p.ground, 'gone', c.number, c.state, p.grp, p.why, p.amount FROM direct_run r"                         \
    " JOIN direct_place p ON p.run_id = r.previous_id"                                                       \
    " JOIN subject s ON s.id = p.subject_id" PLACE_CASE                                                      \
    " WHERE r.id = $1 AND NOT EXISTS (SELECT 1 FROM direct_place n WHERE n.run_id = r.id"                    \
    " AND n.subject_id = p.subject_id AND n.item = p.item)"                                                  \
    " ORDER BY p.subject_id, p.item LIMIT $2"

int direct_moves(struct arena *request, const struct office *o, int64_t run_id, size_t limit,
                 struct direct_place **ret, size_t *ret_n, struct err *err)
{
    struct place_vector v = {0};
    struct stmt *st;
    int r = sql_open(o->store, MOVED, ARGS(INT(run_id), INT((int64_t)limit)), &st, err);

    if (r < 0)
        return r;
    r = read_places(request, st, true, &v, err);
    stmt_done(st);
    if (r == 0 && v.n < limit) {
        r = sql_open(o->store, GONE, ARGS(INT(run_id), INT((int64_t)(limit - v.n))), &st, err);
        if (r < 0)
            return r;
        r = read_places(request, st, true, &v, err);
        stmt_done(st);
    }
    *ret = v.at;
    *ret_n = v.n;
    return r;
}

/* ---- what is missing ---- */

VECTOR_OF(struct direct_lack, lack_vector);

static int count_lack(struct arena *a, struct lack_vector *v, struct span fact, struct span holder,
                      struct span cause, struct err *err)
{
    struct direct_lack *lack;

    for (size_t i = 0; i < v->n; i++)
        if (span_eq(v->at[i].fact, fact) && span_eq(v->at[i].holder, holder)) {
            v->at[i].n++;
            return 0;
        }
    lack = VECTOR_PUSH(a, v, struct direct_lack);
    if (!lack)
        return err_memory(err);
    *lack =
        (struct direct_lack){arena_copy(a, fact), arena_copy(a, holder), arena_copy(a, cause), 1};
    return a->failed ? err_memory(err) : 0;
}

static int count_lacks(struct arena *a, struct lack_vector *v, const struct direct_place *p,
                       struct err *err)
{
    struct arena page;
    struct json *why = NULL;
    int r;

    arena_init(&page);
    r = json_parse(&page, p->why, SPAN("direct_place"), &why, err);
    JSON_EACH(m, JSON_GET(why, "missing"))
    if (r == 0)
        r = count_lack(a, v, json_text(JSON_GET(m, "fact")), json_text(JSON_GET(m, "holder")),
                       json_text(JSON_GET(m, "cause")), err);
    if (r == 0 && JSON_GET(why, "open"))
        r = count_lack(a, v, json_text(JSON_GET(why, "open")), (struct span){"", 0}, SPAN("text"),
                       err);
    arena_release(&page);
    return r;
}

static int by_count(const void *x, const void *y)
{
    const struct direct_lack *a = x, *b = y;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : span_compare(a->fact, b->fact);
}

int direct_lacks(struct arena *request, const struct office *o, int64_t run_id,
                 struct direct_lack **ret, size_t *ret_n, struct err *err)
{
    struct lack_vector v = {0};
    struct direct_place last = {.item = {"", 0}};
    size_t n = 0;
    int r;

    do {
        struct arena page;
        struct direct_place *at = NULL;
        arena_init(&page);
        r = direct_places(&page, o, run_id, DIRECT_UNKNOWN, last.subject_id, last.item, PAGE, &at,
                          &n, err);
        for (size_t i = 0; r == 0 && i < n; i++)
            r = count_lacks(request, &v, &at[i], err);
        r = r == 0 && n ? keep_last(request, &at[n - 1], &last, err) : r;
        arena_release(&page);
    } while (r == 0 && n == PAGE);
    if (v.n)
        qsort(v.at, v.n, sizeof *v.at, by_count);
    *ret = v.at;
    *ret_n = v.n;
    return r;
}

/* ---- JSON ---- */

struct json *direct_run_json(struct arena *a, const struct direct_run *r, bool english)
{
    struct json *j = json_object(a), *groups = json_array(a);

    JSON_SET(j, "id", json_int(a, r->id));
    JSON_SET(j, "as_of", json_string(a, r->as_of));
    JSON_SET(j, "library", json_string(a, r->library));
    JSON_SET(j, "state", json_string(a, r->state));
    JSON_SET(j, "previous", json_int(a, r->previous_id));
    JSON_SET(j, "population", json_int(a, r->population));
    JSON_SET(j, "amount", json_string(a, money_text(a, r->amount)));
    JSON_SET(j, "opened", json_int(a, r->opened));
    for (int i = 0; i < DIRECT_GROUPS; i++) {
        struct json *g = json_object(a);
        JSON_SET(g, "group", json_string(a, direct_group_words[i].yaml));
        JSON_SET(g, "title", json_string(a, words_in(direct_group_words[i].title, english)));
        JSON_SET(g, "n", json_int(a, r->groups[i]));
        json_add(groups, g);
    }
    JSON_SET(j, "groups", groups);
    return j;
}

/* The word of a group and its title, under a key and KEY_title. */
static void set_group(struct arena *a, struct json *j, const char *key, enum direct_group group,
                      bool english)
{
    static const struct closed_word gone = {{"gone", 4}, {{"已不在", 9}, {"gone", 4}}};
    const struct closed_word *w = group < DIRECT_GROUPS ? &direct_group_words[group] : &gone;

    json_set(j, span_z(key), json_string(a, w->yaml));
    json_set(j, arena_print(a, "%s_title", key), json_string(a, words_in(w->title, english)));
}

struct json *direct_place_json(struct arena *a, const struct direct_place *p, bool english)
{
    struct json *j = json_object(a), *why = NULL;
    struct err ignored = ERR_INIT;

    JSON_SET(j, "subject", json_string(a, p->subject_code));
    JSON_SET(j, "name", json_string(a, p->subject_name));
    JSON_SET(j, "item", json_string(a, p->item));
    set_group(a, j, "group", p->group, english);
    JSON_SET(j, "amount", json_string(a, money_text(a, p->amount)));
    if (json_parse(a, p->why, SPAN("direct_place"), &why, &ignored) == 0)
        JSON_SET(j, "why", why);
    if (p->was < DIRECT_GROUPS) {
        set_group(a, j, "was", p->was, english);
        JSON_SET(j, "was_amount", json_string(a, money_text(a, p->was_amount)));
        if (json_parse(a, p->was_why, SPAN("direct_place"), &why, &ignored) == 0)
            JSON_SET(j, "was_why", why);
    }
    JSON_SET(j, "case", json_string(a, p->case_number));
    JSON_SET(j, "case_state", json_string(a, p->case_state));
    return j;
}

/* ---- checks ---- */

int direct_verify(struct store *s, int64_t *ret_runs, int64_t *ret_bad, struct err *err)
{
    int r = sql_int(s, "SELECT COUNT(*) FROM direct_run WHERE state = 'done'", NO_ARGS, 0, ret_runs,
                    err);
    if (r == 0)
        r = sql_int(s,
                    "SELECT COUNT(*) FROM direct_run r WHERE state = 'done' AND (population <>"
                    " pay + confirm + unknown + no + barred OR population <>"
                    " (SELECT COUNT(*) FROM direct_place p WHERE p.run_id = r.id))",
                    NO_ARGS, 0, ret_bad, err);
    return r;
}
