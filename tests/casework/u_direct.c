/*
 * u_direct.c: 免申即享: modes, records, readings, four eyes, five groups that sum to the whole,
 * runs that were cut off, cases once for a ground, silence, waiver, a returned transfer. Argument:
 * the library (tests/casework/office). To blame: src/casework/direct*.c.
 */
#include "casework/clawback.h"
#include "casework/direct.h"
#include "casework/registers.h"
#include "tests/casework/case_desk.h"

static const struct actor drafter = {
    .account_id = 31, .name = {"经办", 6}, .roles = 1u << USER_HANDLER};
static const struct actor second = {
    .account_id = 32, .name = {"审核", 6}, .roles = 1u << USER_REVIEWER | 1u << USER_HANDLER};

/* ---- the mode ---- */

static void check_modes(void)
{
    static const struct {
        struct direct_question q;
        enum direct_mode mode;
        bool gap;
    } table[] = {
        {{false, false, false}, DIRECT_MODE_STRAIGHT, false},
        {{true, false, false}, DIRECT_MODE_ONE_TAP, false},
        {{true, true, false}, DIRECT_MODE_ONE_TAP, false},
        {{false, true, false}, DIRECT_MODE_ONE_TAP, true},
        {{false, false, true}, DIRECT_MODE_SCAN, false},
        {{true, true, true}, DIRECT_MODE_SCAN, false},
        {{false, true, true}, DIRECT_MODE_SCAN, false},
        {{true, false, true}, DIRECT_MODE_SCAN, false},
    };

    TEST("the mode, and where the text leaves it open");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct direct_choice c = direct_choose(table[i].q);
        CHECK_INT(c.mode, table[i].mode);
        CHECK_INT(c.gap, table[i].gap);
        CHECK(c.why.zh.n && c.why.en.n);
    }
}

/* ---- projects ---- */

struct record {
    const char *code, *title, *measure, *more;
};

static int define(struct case_desk *d, const struct record *x)
{
    struct json *j = NULL;
    struct buffer b = BUFFER_INIT;
    int64_t id;
    int r;

    buffer_print(
        &b,
        "{code: %s, title: %s, measure: %s, audience: 企业, content: 补贴, conditions: 见细则,"
        " times: 1次, period: 全年, department: " LABOUR ", paid_by: 次月, contact: 无,"
        " kind: 资金, notes: 无, source: 环劳〔2023〕1号, fund: grants,"
        " push: {to: 法定代表人, content: 兑现通知, cycle: 每年}%s}",
        x->code, x->title, x->measure, x->more);
    d->err = (struct err)ERR_INIT;
    r = yaml_parse(&d->m.arena, arena_copy(&d->m.arena, buffer_span(&b)), SPAN("p.yaml"), &j,
                   &d->err);
    buffer_release(&b);
    return r < 0 ? r : direct_define(&d->m.arena, &d->o, &drafter, j, SPAN("p.yaml"), &id, &d->err);
}

static int approve(struct case_desk *d, const char *code, const struct actor *who)
{
    d->err = (struct err)ERR_INIT;
    return direct_approve(&d->m.arena, &d->o, who, span_z(code), &d->err);
}

static int adopt(struct case_desk *d, const char *code, const char *reading, const char *basis)
{
    d->err = (struct err)ERR_INIT;
    return direct_adopt(&d->m.arena, &d->o, &drafter, span_z(code), span_z(reading), span_z(basis),
                        &d->err);
}

static struct direct_project project(struct case_desk *d, const char *code)
{
    struct direct_project p = {0};
    CHECK_INT(direct_find(&d->m.arena, &d->o, span_z(code), &p, NULL), 0);
    return p;
}

static void check_projects(struct case_desk *d)
{
    struct direct_project p;
    struct json *j;
    size_t fields = 0;

    TEST("records that are refused");
    case_said(d, "title", define(d, &(struct record){"p", "稳岗免申即享", "office/per-head", ""}),
              E_CHECK);
    case_said(d, "measure", define(d, &(struct record){"p", "稳岗", "office/per-heat", ""}),
              E_NOT_FOUND);
    CHECK(strstr(d->err.hint, "office/per-head"));
    case_said(d, "empty", define(d, &(struct record){"p", "' '", "office/per-head", ""}), E_INPUT);
    CHECK(strstr(d->err.message, "项目名称") && d->err.line == 1);
    case_said(d, "days",
              define(d, &(struct record){"p", "稳岗", "office/per-head", ", confirm_days: 0"}),
              E_INPUT);
    case_said(d, "procedure",
              define(d, &(struct record){"p", "稳岗", "office/per-head", ", procedure: direct/x"}),
              E_NOT_FOUND);
    case_said(d, "fund", define(d, &(struct record){"p", "稳岗", "office/per-head", ""}),
              E_NOT_FOUND);
    (void)money_fund(&d->m, "{fund: grants, name: 补贴, region: 月球省/环形山区, holder: " FINANCE
                            ", cap: 1000000, order: approval}");

    TEST("a record of twelve fields and a push rule; its mode, with the gap");
    case_said(d, "define", define(d, &(struct record){"heads", "稳岗", "office/per-head", ""}), 0);
    case_said(d, "twice", define(d, &(struct record){"heads", "稳岗", "office/per-head", ""}),
              E_CONFLICT);
    p = project(d, "heads");
    CHECK_TEXT(p.procedure, "direct/pay");
    CHECK_INT(p.mode, DIRECT_MODE_STRAIGHT);
    CHECK_INT(p.gap.n, 0);
    j = direct_project_json(&d->m.arena, d->library, &p, false);
    JSON_EACH(f, JSON_GET(j, "fields"))
    fields += json_text(JSON_GET(f, "value")).n > 0;
    CHECK_INT(fields, 15);
    case_said(d, "define",
              define(d, &(struct record){"read", "读法", "office/ambiguous",
                                         ", adverse: 是, confirm_days: 3"}),
              0);
    p = project(d, "read");
    CHECK_INT(p.mode, DIRECT_MODE_ONE_TAP);
    CHECK(p.gap.n > 0);
    CHECK_TEXT(p.procedure, "direct/confirm");
    case_said(d, "define", define(d, &(struct record){"model", "示范", "office/model", ""}), 0);

    TEST("live by a second person, and not while a reading is open");
    case_said(d, "role", approve(d, "heads", &drafter), E_FORBIDDEN);
    struct actor same = second;
    same.account_id = drafter.account_id;
    case_said(d, "four eyes", approve(d, "heads", &same), E_FORBIDDEN);
    case_said(d, "approve", approve(d, "heads", &second), 0);
    case_said(d, "twice", approve(d, "heads", &second), E_CONFLICT);
    case_said(d, "reading", approve(d, "read", &second), E_CHECK);
    struct actor firm = case_agent(1, 33);
    struct direct_run run;
    CHECK_INT(direct_divide(&d->m.arena, &d->o, &firm, SPAN("heads"), date_today(), &run, NULL),
              E_FORBIDDEN);
}

/* ---- runs ---- */

static struct direct_run divide(struct case_desk *d, const char *code, const char *day)
{
    struct direct_run run = {0};
    struct date as_of = {2023, 3, 1};
    int64_t sum = 0;

    CHECK(date_parse(span_z(day), &as_of));
    d->err = (struct err)ERR_INIT;
    case_said(d, "divide",
              direct_divide(&d->m.arena, &d->o, &drafter, span_z(code), as_of, &run, &d->err), 0);
    for (int i = 0; i < DIRECT_GROUPS; i++)
        sum += run.groups[i];
    CHECK_INT(sum, run.population);
    return run;
}

static size_t opens(struct case_desk *d, int64_t run, int want)
{
    size_t n = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "open", direct_open_cases(&d->m.arena, &d->o, &drafter, run, &n, &d->err), want);
    return n;
}

static size_t places(struct case_desk *d, int64_t run, enum direct_group g,
                     struct direct_place **ret)
{
    size_t n = 0;
    CHECK_INT(direct_places(&d->m.arena, &d->o, run, g, 0, SPAN(""), 1000, ret, &n, NULL), 0);
    if (n == 0) /* the checks that follow fail, and go on */
        *ret = ARENA_ARRAY(&d->m.arena, struct direct_place, 2);
    return n;
}

static size_t moves(struct case_desk *d, int64_t run, struct direct_place **ret)
{
    size_t n = 0;
    CHECK_INT(direct_moves(&d->m.arena, &d->o, run, 1000, ret, &n, NULL), 0);
    return n;
}

static int64_t number(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

static void bar_firm(struct case_desk *d, int64_t subject)
{
    struct bar b = {.subject_id = subject,
                    .region = SPAN("月球省/环形山区"),
                    .from_day = SPAN("2023-01-01"),
                    .last_day = SPAN("2025-12-31"),
                    .reason = SPAN("骗取资金")};
    int64_t id;

    CHECK_INT(store_begin(d->m.s, &d->err), 0);
    case_said(d, "bar", bar_add(&d->m.arena, d->m.s, &second, &b, &id, &d->err), 0);
    CHECK_INT(store_commit(d->m.s, &d->err), 0);
}

static void blacklist(struct case_desk *d, const char *code)
{
    struct actor who = case_officer(USER_REVIEWER, LABOUR, 41);
    struct register_new x = {.name_of_list = SPAN("失信名单"),
                             .subject_kind = ENTERPRISE_KIND.kind,
                             .subject_code = case_code(d, code),
                             .reason = SPAN("逾期")};
    struct register_change c = {.step = REGISTER_STEP_APPROVE};
    int64_t id = 0;

    who.roles |= 1u << USER_PUBLISHER | 1u << USER_HANDLER;
    case_said(d, "propose",
              register_propose(&d->m.arena, d->m.s, d->library, &who, &x, &id, &d->err), 0);
    who.account_id = 42;
    case_said(d, "approve", register_do(&d->m.arena, d->m.s, d->library, &who, id, &c, &d->err), 0);
    c.step = REGISTER_STEP_PUBLISH;
    case_said(d, "publish", register_do(&d->m.arena, d->m.s, d->library, &who, id, &c, &d->err), 0);
}

static int64_t check_groups(struct case_desk *d)
{
    struct direct_place *at = NULL;
    struct direct_lack *lacks = NULL;
    struct direct_run run, again;
    size_t n = 0;

    (void)case_firm(d, "1", 10);
    (void)case_firm(d, "2", 0);
    (void)case_firm(d, "3", -1);
    bar_firm(d, case_firm(d, "4", 7));
    (void)case_firm(d, "5", 3);
    (void)case_firm(d, "6", 5);
    blacklist(d, "6");

    TEST("everybody is in one of five groups, with why");
    run = divide(d, "heads", "2023-03-01");
    CHECK_INT(run.population, 6);
    CHECK_INT(run.groups[DIRECT_PAY], 2);
    CHECK_INT(run.groups[DIRECT_CONFIRM], 0);
    CHECK_INT(run.groups[DIRECT_UNKNOWN], 1);
    CHECK_INT(run.groups[DIRECT_NO], 1);
    CHECK_INT(run.groups[DIRECT_BARRED], 2);
    CHECK_INT(run.amount, 130000);
    CHECK_INT(places(d, run.id, DIRECT_PAY, &at), 2);
    CHECK_INT(at[0].amount, 100000);
    CHECK_INT(places(d, run.id, DIRECT_NO, &at), 1);
    CHECK(span_find(at[0].why, SPAN("有人")) != SIZE_MAX);
    CHECK_INT(places(d, run.id, DIRECT_BARRED, &at), 2);
    CHECK(span_find(at[0].why, SPAN("骗取资金")) != SIZE_MAX);
    CHECK(span_find(at[1].why, SPAN("失信名单")) != SIZE_MAX);
    CHECK_INT(direct_lacks(&d->m.arena, &d->o, run.id, &lacks, &n, NULL), 0);
    if (CHECK_INT(n, 1)) {
        CHECK_TEXT(lacks[0].fact, "从业人员");
        CHECK_TEXT(lacks[0].holder, "统计部门");
        CHECK_INT(lacks[0].n, 1);
    }

    TEST("a draft and a run that is not the newest open nothing");
    again = divide(d, "model", "2023-03-01");
    CHECK_INT(again.groups[DIRECT_UNKNOWN], 4); /* a recognition is open */
    CHECK_INT(again.groups[DIRECT_PAY] + again.groups[DIRECT_CONFIRM], 0);
    CHECK_INT(opens(d, again.id, E_CONFLICT), 0);
    CHECK_INT(number(d, "SELECT COUNT(*) FROM casefile"), 0);
    return run.id;
}

/* Cases of a project in a state; "" = without a case; -1 = the state is not among the results. */
static int64_t result_of(struct case_desk *d, const char *project, const char *state)
{
    struct direct_project p;
    struct direct_result *at = NULL;
    size_t n = 0;
    if (!CHECK_INT(direct_find(&d->m.arena, &d->o, span_z(project), &p, NULL), 0) ||
        !CHECK_INT(direct_results(&d->m.arena, &d->o, &p, &at, &n, NULL), 0))
        return -2;
    for (size_t i = 0; i < n; i++) {
        CHECK(!span_eq(at[i].title.zh, at[i].state)); /* in words */
        if (span_eq(at[i].state, span_z(state)))
            return at[i].n;
    }
    return -1;
}

static void check_refresh(struct case_desk *d, int64_t first)
{
    struct direct_place *at = NULL;
    struct direct_run run;

    TEST("one case for a ground, in every run");
    CHECK_INT(result_of(d, "heads", ""), 2);
    CHECK_INT(result_of(d, "heads", "listed"), -1);
    CHECK_INT(opens(d, first, 0), 2);
    CHECK_INT(result_of(d, "heads", ""), -1);
    CHECK_INT(result_of(d, "heads", "listed"), 2);
    CHECK_INT(opens(d, first, 0), 0);
    CHECK_INT(number(d, "SELECT opened FROM direct_run WHERE state = 'done' ORDER BY id LIMIT 1"),
              2);
    CHECK_INT(places(d, first, DIRECT_PAY, &at), 2);
    CHECK(at[0].case_number.n > 0);
    CHECK_TEXT(at[0].case_state, "listed");
    case_now("2023-03-05T09:00:00");
    (void)case_firm(d, "3", 4); /* now it is known */
    (void)case_firm(d, "7", 1); /* it is new */
    run = divide(d, "heads", "2023-03-05");
    CHECK_INT(run.population, 7);
    CHECK_INT(run.groups[DIRECT_PAY], 4);
    CHECK_INT(opens(d, first, E_CONFLICT), 0);
    CHECK_INT(opens(d, run.id, 0), 2);
    CHECK_INT(number(d, "SELECT COUNT(*) FROM casefile"), 4);

    TEST("who moved, from where, and why");
    if (CHECK_INT(moves(d, run.id, &at), 2)) {
        CHECK_TEXT(at[0].subject_code, (char *)(uintptr_t)case_code(d, "3").p);
        CHECK_INT(at[0].was, DIRECT_UNKNOWN);
        CHECK_INT(at[0].group, DIRECT_PAY);
        CHECK(span_find(at[0].was_why, SPAN("统计部门")) != SIZE_MAX);
        CHECK_INT(at[1].was, DIRECT_GROUPS); /* was not there */
    }
    run = divide(d, "heads", "2023-03-05");
    CHECK_INT(moves(d, run.id, &at), 0);
    CHECK_INT(result_of(d, "heads", "listed"), 4); /* in three runs, counted once */
    case_all_right(d);
}

static void check_cut_off(struct case_desk *d)
{
    int64_t before = number(d, "SELECT MAX(id) FROM direct_run");
    struct direct_run run, whole;
    char sql[1200];

    TEST("a run that was cut off goes on where it stopped");
    for (int i = 100; i < 330; i++) {
        char code[8];
        snprintf(code, sizeof code, "%d", i);
        (void)case_firm(d, code, i % 3);
    }
    whole = divide(d, "heads", "2023-03-06");
    CHECK_INT(whole.population, 237);
    snprintf(
        sql, sizeof sql,
        "DELETE FROM direct_place WHERE run_id = %" PRId64 " AND subject_id IN"
        " (SELECT id FROM subject WHERE code > '%s');"
        "UPDATE direct_run SET state = 'running', finished_at = 0, after = '%s', population ="
        " (SELECT COUNT(*) FROM direct_place p WHERE p.run_id = direct_run.id), pay ="
        " (SELECT COUNT(*) FROM direct_place p WHERE p.run_id = direct_run.id AND grp = 'pay'),"
        " no = (SELECT COUNT(*) FROM direct_place p WHERE p.run_id = direct_run.id"
        " AND grp = 'no'), amount = (SELECT SUM(amount) FROM direct_place p WHERE"
        " p.run_id = direct_run.id AND grp = 'pay') WHERE id = %" PRId64,
        whole.id, case_code(d, "250").p, case_code(d, "250").p, whole.id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    CHECK_INT(opens(d, whole.id, E_CONFLICT), 0);
    run = divide(d, "heads", "2023-03-06");
    CHECK_INT(run.id, whole.id);
    CHECK_INT(run.population, whole.population);
    CHECK_INT(run.amount, whole.amount);
    for (int i = 0; i < DIRECT_GROUPS; i++)
        CHECK_INT(run.groups[i], whole.groups[i]);
    CHECK_INT(number(d, "SELECT MAX(id) FROM direct_run"), before + 1);
}

/* ---- readings, confirmation ---- */

static void check_readings(struct case_desk *d)
{
    struct direct_place *at = NULL;
    struct direct_run run;
    struct case_file *f;
    struct case_row row;
    struct actor firm;

    TEST("while a reading is open nobody is paid whom it decides about");
    run = divide(d, "read", "2023-03-01");
    CHECK_INT(places(d, run.id, DIRECT_UNKNOWN, &at), 1); /* exactly ten people */
    CHECK(span_find(at[0].why, SPAN("读法未定")) != SIZE_MAX);
    case_said(d, "adopt", adopt(d, "read", "from-nine", "环劳函"), E_NOT_FOUND);
    case_said(d, "adopt", adopt(d, "read", "from-ten", " "), E_INPUT);
    case_said(d, "adopt", adopt(d, "read", "from-ten", "环劳函〔2023〕2号"), 0);
    struct direct_project p = project(d, "read");
    CHECK_TEXT(p.reading_basis, "环劳函〔2023〕2号");
    CHECK_INT(p.reading_by, drafter.account_id);
    case_said(d, "approve", approve(d, "read", &second), 0);
    case_said(d, "too late", adopt(d, "read", "more-than-ten", "环劳函"), E_CONFLICT);
    run = divide(d, "read", "2023-03-06");
    CHECK_INT(places(d, run.id, DIRECT_CONFIRM, &at), 1);
    CHECK_INT(at[0].amount, 50000);

    TEST("the case names the reading and is judged by it");
    CHECK_INT(opens(d, run.id, 0), 1);
    CHECK_INT(places(d, run.id, DIRECT_CONFIRM, &at), 1);
    CHECK_INT(case_find(&d->m.arena, &d->o, at[0].case_number, &row, NULL), 0);
    f = case_look(d, row.id);
    CHECK_TEXT(json_text(JSON_GET(f->events[0].data, "reading_basis")), "环劳函〔2023〕2号");
    struct checkup *c = NULL;
    CHECK_INT(case_judge(&d->m.arena, f, case_measure(f, 0), &c, NULL), 0);
    CHECK_INT(c->findings[0].status, STATUS_ELIGIBLE);

    TEST("no answer is a state; it may still be confirmed, or ended as waived");
    CHECK_TEXT(f->row.due_clock, "answer"); /* 3 working days from Sunday the 5th */
    case_now("2023-03-09T00:00:00");
    CHECK_INT(case_ticks(d), 1);
    case_is(d, row.id, "silent");
    firm = case_agent(row.subject_id, 51);
    struct actor chief = case_officer(USER_REVIEWER, LABOUR, 52);
    case_refuses(d, &chief, row.id, "end", NULL, REFUSAL_REASON);
    case_does(d, &chief, row.id, "end", "{\"reason\": \"没有回音\"}", 0);
    CHECK_INT(d->file->row.decision, DECISION_WAIVED);
    case_refuses(d, &firm, row.id, "confirm", NULL, REFUSAL_STATE);
    case_all_right(d);
}

/* ---- payment ---- */

static int returned(struct case_desk *d, int64_t batch)
{
    char text[200];
    struct pay_step p = {.what = REPLY, .who = &finance, .id = batch};

    snprintf(text, sizeof text,
             "key,result,amount,date,reference,reason\n"
             "HQ%" PRId64 "-1,returned,1000.00,2023-03-20,,账号不符\n",
             batch);
    p.text = arena_copy(&d->m.arena, span_z(text));
    return pay(&d->m, &p);
}

static void check_payment(struct case_desk *d)
{
    struct actor chief = case_officer(USER_REVIEWER, LABOUR, 52);
    struct actor treasury = case_officer(USER_FINANCE, LABOUR, 53);
    int64_t id = number(d, "SELECT MIN(id) FROM casefile"), subject, batch;
    struct case_file *f;

    TEST("made public, then paid; who waives is not");
    subject = case_look(d, id)->row.subject_id;
    struct actor firm = case_agent(subject, 51);
    case_does(d, &chief, id, "publish", NULL, 0);
    CHECK_INT(d->file->row.amount, 100000);
    case_refuses(d, &firm, id, "decline", NULL, REFUSAL_STATE);
    struct actor other = case_agent(case_firm(d, "5", 3), 54);
    int64_t waived = number(d, "SELECT id FROM casefile WHERE amount IS NULL AND procedure ="
                               " 'direct/pay' ORDER BY id LIMIT 1");
    case_does(d, &other, waived, "decline", NULL, 0);
    CHECK_INT(d->file->row.decision, DECISION_WAIVED);
    case_now("2023-03-17T00:00:00"); /* 10, 13, 14, 15, 16 */
    case_ticks(d);
    case_is(d, id, "payable");
    case_does(d, &treasury, id, "order", NULL, 0);

    TEST("a returned transfer is in the case, and a state");
    pay_account(&d->m, &d->seal, subject, "62220000");
    batch = pay_sent(&d->m, &d->seal, "grants");
    CHECK_INT(returned(d, batch), 0);
    f = case_look(d, id);
    CHECK_TEXT(f->events[f->event_count - 1].act, "event:returned");
    CHECK_TEXT(json_text(JSON_GET(f->events[f->event_count - 1].data, "reason")), "账号不符");
    case_does(d, &treasury, id, "bounce", "{\"reason\": \"账号不符\"}", 0);
    case_does(d, &firm, id, "fix", NULL, 0);
    case_does(d, &treasury, id, "order", NULL, 0);
    pay_account(&d->m, &d->seal, subject, "62221111");
    CHECK_INT(pay_all(&d->m, pay_sent(&d->m, &d->seal, "grants")), 0);
    case_does(d, &treasury, id, "arrive", NULL, 0);
    CHECK(d->file && d->file->row.decision == DECISION_DONE);
    CHECK_INT(result_of(d, "heads", "done"), 1);
    CHECK_INT(result_of(d, "heads", "waived"), 1);
    case_all_right(d);

    TEST("stopped, with a reason");
    CHECK_INT(direct_stop(&d->m.arena, &d->o, &drafter, SPAN("heads"), SPAN(" "), NULL), E_INPUT);
    CHECK_INT(direct_stop(&d->m.arena, &d->o, &drafter, SPAN("heads"), SPAN("到期"), NULL), 0);
    struct direct_run run = divide(d, "heads", "2023-03-16");
    CHECK_INT(opens(d, run.id, E_CONFLICT), 0);
}

static void check_verify(struct case_desk *d)
{
    int64_t runs = 0, bad = 0;

    TEST("the check finds groups that do not sum to the whole");
    CHECK_INT(direct_verify(d->m.s, &runs, &bad, NULL), 0);
    CHECK(runs > 5);
    CHECK_INT(bad, 0);
    CHECK_INT(store_execute(d->m.s, "UPDATE direct_run SET pay = pay + 1 WHERE id = 1", &d->err),
              0);
    CHECK_INT(direct_verify(d->m.s, &runs, &bad, NULL), 0);
    CHECK_INT(bad, 1);
}

/* ---- which policies ---- */

static const struct direct_policy *policy(struct case_desk *d, int year, const char *region,
                                          const char *id, size_t *ret_n)
{
    struct direct_policy *at = NULL;

    CHECK_INT(
        direct_policies(&d->m.arena, &d->o, year, SPAN(""), span_z(region), &at, ret_n, &d->err),
        0);
    for (size_t i = 0; i < *ret_n; i++)
        if (span_eq(at[i].measure->id, span_z(id)))
            return &at[i];
    return NULL;
}

static void check_picks(struct case_desk *d)
{
    struct actor publisher = case_officer(USER_PUBLISHER, LABOUR, 501);
    struct direct_pick p = {
        .year = 2024, .measure = SPAN("office/per-head"), .reason = SPAN("等数据"), .ripe = false};
    const struct direct_policy *x;
    size_t n = 0;

    TEST("the year's list: what is missing, not picked, not refused");
    x = policy(d, 2024, "月球省", "office/ambiguous", &n);
    CHECK(x && x->readings == 2 && !x->asked && !x->picked);
    x = policy(d, 2024, "", "office/per-head", &n);
    CHECK(x && x->exact && x->readings == 0);
    CHECK(policy(d, 2024, "月球", "office/per-head", &n) == NULL); /* no region of that name */
    CHECK_INT(n, 0);

    TEST("picked later than not yet: the newest counts, of its year only, both stay");
    CHECK_INT(direct_pick(&d->m.arena, &d->o, &publisher, &p, &d->err), 0);
    x = policy(d, 2024, "", "office/per-head", &n);
    CHECK(x && x->asked && !x->picked);
    p.ripe = true;
    CHECK_INT(direct_pick(&d->m.arena, &d->o, &publisher, &p, &d->err), E_INPUT);
    p.item = SPAN("A001");
    CHECK_INT(direct_pick(&d->m.arena, &d->o, &publisher, &p, &d->err), 0);
    x = policy(d, 2024, "", "office/per-head", &n);
    CHECK(x && x->picked);
    CHECK_TEXT(x->item, "A001");
    CHECK(policy(d, 2025, "", "office/per-head", &n)->asked == false);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM direct_pick WHERE year = 2024"), 2);
    struct actor clerk = case_officer(USER_HANDLER, LABOUR, 502);
    CHECK_INT(direct_pick(&d->m.arena, &d->o, &clerk, &p, &d->err), E_FORBIDDEN);
}

static void check_all(struct case_desk *d)
{
    check_picks(d);
    check_modes();
    check_projects(d);
    check_refresh(d, check_groups(d));
    check_cut_off(d);
    check_readings(d);
    check_payment(d);
    check_verify(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_direct", check_all);
}
