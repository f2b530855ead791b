/*
 * fund.c: `huiqi fund`: funds from definitions, their balances, what is reserved in them, and what
 * a subject has had. docs/money.md is the guide.
 */
#include "base/file.h"
#include "casework/benefits.h"
#include "cli/commands.h"
#include "cli/money.h"

#define FUND_FILE (1u << 20)

/* ---- define, list, show ---- */

static int run_define(struct money_call *c, struct store *s, struct err *err)
{
    int r = 0;

    c->result = json_array(&c->arena);
    for (int i = 0; r == 0 && i < c->count; i++) {
        struct span file = span_z(c->operands[i]), text;
        struct json *j = NULL, *row = json_object(&c->arena);
        int64_t id = 0;
        struct fund f;
        r = file_read(&c->arena, c->operands[i], FUND_FILE, &text, err);
        if (r == 0)
            r = yaml_parse(&c->arena, text, file, &j, err);
        if (r == 0)
            r = fund_add(&c->arena, s, &c->who, j, file, &id, err);
        if (r == 0)
            r = fund_load_id(&c->arena, s, id, false, &f, err);
        if (r < 0)
            return r;
        JSON_SET(row, "fund", json_string(&c->arena, f.code));
        JSON_SET(row, "name", json_string(&c->arena, f.name));
        json_add(c->result, row);
    }
    return r;
}

static int add_fund(struct money_call *c, struct store *s, struct span code, struct json **ret,
                    struct err *err)
{
    struct fund_balance b;
    struct fund f;
    int r = fund_load(&c->arena, s, code, false, &f, err);

    if (r == 0)
        r = fund_balance(s, f.id, &b, err);
    if (r == 0)
        *ret = fund_json(&c->arena, &f, &b);
    return r;
}

/* The balance's members beside the others, for rows. */
static void flatten(struct money_call *c, struct json *row)
{
    JSON_EACH(m, JSON_GET(row, "balance"))
    json_set(row, m->key, json_string(&c->arena, json_text(m)));
}

static int run_list(struct money_call *c, struct store *s, struct err *err)
{
    struct span *codes = NULL;
    size_t n = 0;
    int r = fund_list(&c->arena, s, &codes, &n, err);

    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = NULL;
        r = add_fund(c, s, codes[i], &row, err);
        if (r == 0 && !c->options.json)
            flatten(c, row);
        if (r == 0)
            json_add(c->result, row);
    }
    return r;
}

static int add_alarms(struct money_call *c, struct store *s, int64_t fund_id, struct json *j,
                      struct err *err)
{
    struct fund_event *at = NULL;
    struct json *list = json_array(&c->arena);
    size_t n = 0;
    int r = fund_events(&c->arena, s, fund_id, 0, MONEY_ROWS, &at, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        char text[DATE_TEXT];
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "at",
                 json_string(&c->arena,
                             arena_copy(&c->arena, span_of(text, clock_print(at[i].at, text)))));
        JSON_SET(row, "kind", json_string(&c->arena, at[i].kind));
        JSON_SET(row, "by", json_string(&c->arena, at[i].actor));
        if (!span_eq(at[i].kind, SPAN("made")))
            JSON_SET(row, "detail", json_string(&c->arena, at[i].detail));
        json_add(list, row);
    }
    JSON_SET(j, "events", list);
    return r;
}

static int run_show(struct money_call *c, struct store *s, struct err *err)
{
    struct fund f;
    int r = fund_load(&c->arena, s, span_z(c->operands[0]), false, &f, err);

    if (r == 0)
        r = add_fund(c, s, f.code, &c->result, err);
    return r < 0 ? r : add_alarms(c, s, f.id, c->result, err);
}

static const struct option_example define_examples[] = {
    {"huiqi fund define docs/examples/fund.yaml", "设立示例资金：分级承担、分用途、分年度"}};
static const struct command_spec define_spec = {
    .name = "fund define",
    .usage = "FILE.yaml... [--as NAME] [--json]",
    .summary =
        "设立资金。A fund is made once from its definition (docs/money.md): a cap that is never\n"
        "exceeded or a planned figure, shares of levels, sources, purposes, periods, and the\n"
        "order in which applications are served.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(define_examples),
    .least = 1,
    .most = 100,
};
static const struct option_example list_examples[] = {{"huiqi fund list", "所有资金的余额表"}};
static const struct command_spec list_spec = {
    .name = "fund list",
    .usage = "[--json]",
    .summary = "余额表：budget, reserved, committed, paid and free of every fund, in yuan.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(list_examples),
};
static const struct option_example show_examples[] = {
    {"huiqi fund show jobs-2020 --json", "一项资金的全部内容，含预警"}};
static const struct command_spec show_spec = {
    .name = "fund show",
    .usage = "CODE [--json]",
    .summary =
        "One fund: parts with what is used of them, balance, events; an alarm at 70 % and 90 %.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};
static const struct money_column define_columns[] = {{"fund", 24}, {"name", 0}};
static const struct money_column list_columns[] = {
    {"fund", 20},      {"state", 8}, {"budget", 16}, {"reserved", 14},
    {"committed", 14}, {"paid", 14}, {"free", 16},   {"name", 0}};
static const struct money_command define_command = {
    .spec = &define_spec, .run = run_define, .columns = define_columns, .column_count = 2};
static const struct money_command list_command = {.spec = &list_spec,
                                                  .run = run_list,
                                                  .reads = true,
                                                  .columns = list_columns,
                                                  .column_count = COUNT_OF(list_columns),
                                                  .empty = "还没有资金：huiqi fund define FILE"};
static const struct money_command show_command = {
    .spec = &show_spec, .run = run_show, .reads = true};
MONEY_COMMAND(define, define_command)
MONEY_COMMAND(list, list_command)
MONEY_COMMAND(show, show_command)

/* ---- reserve, release, apply ---- */

static const struct option_spec reserve_options[] = {
    MONEY_TEXT_OPTION(subject, "subject", "CODE", "统一社会信用代码，或 person/编号"),
    MONEY_TEXT_OPTION(measure, "measure", "ID", "the measure that it is paid for"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "1500, 1500.50, 15万"),
    MONEY_TEXT_OPTION(item, "item", "ID", "the loan, person, lease that it is about"),
    MONEY_TEXT_OPTION(about, "about", "PERIOD", "the period that it is about, such as 2020-02"),
    MONEY_TEXT_OPTION(part, "part", "NAME", "which benefit of the measure, which instalment"),
    MONEY_TEXT_OPTION(purpose, "purpose", "NAME", "a purpose of the fund"),
    MONEY_TEXT_OPTION(period, "period", "NAME", "a period of the fund (default: that of the day)"),
    MONEY_TEXT_OPTION(matter, "case", "N", "the case that it comes from"),
    MONEY_TEXT_OPTION(months, "months", "N", "months that the benefit covers"),
    MONEY_TEXT_OPTION(on, "on", "D", "day of the approval (default: today)"),
    MONEY_TEXT_OPTION(reason, "reason", "TEXT", "why, for the ledger"),
    MONEY_TEXT_OPTION(decision, "decision", "TEXT",
                      "who decided what, where the fund states no order and cannot serve all"),
    MONEY_TEXT_OPTION(instruction, "instruction", "TEXT",
                      "先拨后补: pay on this instruction, the approval is owed"),
    MONEY_AS,
    MONEY_JSON,
};

static int read_request(struct money_call *c, struct store *s, struct fund_request *ret,
                        struct err *err)
{
    const struct money_options *o = &c->options;
    struct fund_request q = {
        .fund = span_z(c->operands[0]),
        .purpose = money_span(o->purpose),
        .period = money_span(o->period),
        .ground = {.measure = money_span(o->measure),
                   .item = money_span(o->item),
                   .about = money_span(o->about),
                   .part = money_span(o->part)},
        .precision = PRECISION_EXACT,
        .nature = NATURE_RECEIVED,
        .basis = BASIS_VERIFIED,
        .reason = money_span(o->reason),
        .decision = money_span(o->decision),
        .instruction = money_span(o->instruction),
    };
    int r = o->measure ? 0 : err_set(err, E_USAGE, "缺少 --measure");

    if (r == 0)
        r = money_subject_of(c, s, o->subject, &q.ground.subject_id, err);
    if (r == 0)
        r = money_amount_of(o->amount, &q.amount, err);
    if (r == 0)
        r = money_day_of(o->on, &q.on, err);
    if (r == 0 && o->matter)
        r = money_number_of(o->matter, "--case", &q.case_id, err);
    if (r == 0 && o->months)
        r = money_number_of(o->months, "--months", &q.months, err);
    if (r == 0)
        *ret = q;
    return r;
}

/* The operator types that facts are verified and the figure is exact: he answers for it, so his
 * rights are asked for even with a case. */
static int run_reserve(struct money_call *c, struct store *s, struct err *err)
{
    struct fund_request q;
    struct reservation v;
    int64_t id = 0;
    unsigned roles = 1u << USER_HANDLER | 1u << USER_REVIEWER | 1u << USER_FINANCE;
    int r = actor_need(&c->who, roles, err);

    if (r == 0)
        r = read_request(c, s, &q, err);
    if (r == 0)
        r = fund_reserve(&c->arena, s, &c->who, &q, &id, err);
    if (r == 0)
        r = reservation_load(&c->arena, s, id, &v, err);
    if (r == 0)
        c->result = reservation_json(&c->arena, &v);
    return r;
}

static int run_apply(struct money_call *c, struct store *s, struct err *err)
{
    struct fund_request q;
    int64_t id = 0;
    int r = read_request(c, s, &q, err);

    if (r == 0)
        r = fund_apply(&c->arena, s, &c->who, &q, clock_now_ms(), &id, err);
    c->result = json_object(&c->arena);
    JSON_SET(c->result, "request", json_int(&c->arena, id));
    return r;
}

static int run_release(struct money_call *c, struct store *s, struct err *err)
{
    struct reservation v;
    int64_t id = 0;
    int r = money_number_of(c->operands[0], "占用", &id, err);

    if (r == 0)
        r = reservation_load(&c->arena, s, id, &v, err);
    if (r == 0) {
        v.case_id = 0; /* typed by hand: the roles count */
        r = actor_need(&c->who, 1u << USER_REVIEWER | 1u << USER_FINANCE, err);
    }
    if (r == 0)
        r = fund_release(&c->arena, s, &c->who, id, money_span(c->options.reason), err);
    if (r == 0)
        r = reservation_load(&c->arena, s, id, &v, err);
    if (r == 0)
        c->result = reservation_json(&c->arena, &v);
    return r;
}

static const struct option_spec reservations_options[] = {
    MONEY_TEXT_OPTION(fund, "fund", "CODE", "of this fund"),
    MONEY_TEXT_OPTION(subject, "subject", "CODE", "of this enterprise, or person/编号"),
    MONEY_TEXT_OPTION(state, "state", "S", "reserved, committed, paid or released"),
    MONEY_TEXT_OPTION(after, "after", "N", "behind this number"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many (1000)"),
    MONEY_JSON};

static int run_reservations(struct money_call *c, struct store *s, struct err *err)
{
    struct reservation_query q = {.state = money_span(c->options.state)};
    struct reservation *at = NULL;
    size_t n = 0;
    int r = money_page_of(c, &q.after, &q.limit, err);

    if (r == 0)
        r = money_fund_of(c, s, &q.fund_id, err);
    if (r == 0 && c->options.subject)
        r = money_subject_of(c, s, c->options.subject, &q.subject_id, err);
    if (r == 0)
        r = reservation_list(&c->arena, s, &q, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(c->result, reservation_json(&c->arena, &at[i]));
    return r;
}

static const struct option_example reserve_examples[] = {
    {"huiqi fund reserve jobs-2020 --subject 91000000MA00000018 --measure 000-G12 --amount 3000"
     " --purpose 高校毕业生就业补贴 --reason 批准",
     "批准后占用 3,000 元；同一事由只能一次"}};
static const struct command_spec reserve_spec = {
    .name = "fund reserve",
    .usage = "CODE --subject CODE --measure ID --amount YUAN [...]",
    .summary =
        "批准后占用资金。Never over the cap, never twice for one ground (measure, subject, item,\n"
        "period, part), not for a subject that is barred, and in the fund's order. Cases do this\n"
        "themselves when they are approved; this is for what is decided elsewhere.",
    OPTIONS_OF(reserve_options),
    EXAMPLES_OF(reserve_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example apply_examples[] = {
    {"huiqi fund apply jobs-2020 --subject 91000000MA00000018 --measure 000-G12 --amount 3000"
     " --purpose 高校毕业生就业补贴",
     "申请已经完备，开始排队"}};
static const struct command_spec apply_spec = {
    .name = "fund apply",
    .usage = "CODE --subject CODE --measure ID --amount YUAN [...]",
    .summary =
        "登记完备的申请。Notes a complete application now: funds that serve by completion or\n"
        "pro rata need its moment.",
    OPTIONS_OF(reserve_options),
    EXAMPLES_OF(apply_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example release_examples[] = {
    {"huiqi fund release 12 --reason 申请人撤回", "释放第 12 号占用"}};
static const struct command_spec release_spec = {
    .name = "fund release",
    .usage = "N --reason TEXT [--as NAME] [--json]",
    .summary = "Gives back what is reserved and in no batch; its ground is free again.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(release_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example reservations_examples[] = {
    {"huiqi fund reservations --fund jobs-2020 --state reserved", "待拨付的占用"}};
static const struct command_spec reservations_spec = {
    .name = "fund reservations",
    .usage = "[--fund CODE] [--subject CODE] [--state S] [--json]",
    .summary = "What is reserved, on its way, paid or released.",
    OPTIONS_OF(reservations_options),
    EXAMPLES_OF(reservations_examples),
};
static const struct money_column reservation_columns[] = {{"reservation", 8}, {"state", 10},
                                                          {"amount", 14},     {"fund", 18},
                                                          {"measure", 24},    {"subject", 0}};
static const struct money_command reserve_command = {.spec = &reserve_spec, .run = run_reserve};
static const struct money_command apply_command = {.spec = &apply_spec, .run = run_apply};
static const struct money_command release_command = {.spec = &release_spec, .run = run_release};
static const struct money_command reservations_command = {.spec = &reservations_spec,
                                                          .run = run_reservations,
                                                          .reads = true,
                                                          .columns = reservation_columns,
                                                          .column_count =
                                                              COUNT_OF(reservation_columns),
                                                          .empty = "没有占用"};
MONEY_COMMAND(reserve, reserve_command)
MONEY_COMMAND(apply, apply_command)
MONEY_COMMAND(release, release_command)
MONEY_COMMAND(reservations, reservations_command)

/* ---- budget, state, closing ---- */

static const struct option_spec change_options[] = {
    MONEY_TEXT_OPTION(by, "by", "YUAN", "what is added, or with - taken away"), MONEY_REASON,
    MONEY_AS, MONEY_JSON};

static int run_change(struct money_call *c, struct store *s, struct err *err)
{
    struct span text = money_span(c->options.by);
    bool less = span_starts(text, SPAN("-"));
    int64_t by = 0;
    int r = money_parse(less ? span_from(text, 1) : text, &by, err);

    if (r == 0)
        r = fund_change(&c->arena, s, &c->who, span_z(c->operands[0]), less ? -by : by,
                        money_span(c->options.reason), err);
    return r < 0 ? r : add_fund(c, s, span_z(c->operands[0]), &c->result, err);
}

static int run_state(struct money_call *c, struct store *s, struct err *err)
{
    int r = fund_set_state(&c->arena, s, &c->who, span_z(c->operands[0]), span_z(c->operands[1]),
                           money_span(c->options.reason), err);

    return r < 0 ? r : add_fund(c, s, span_z(c->operands[0]), &c->result, err);
}

static int run_close(struct money_call *c, struct store *s, struct err *err)
{
    struct allotment *at = NULL;
    size_t n = 0;
    int r = fund_close_period(&c->arena, s, &c->who, span_z(c->operands[0]),
                              money_span(c->count > 1 ? c->operands[1] : NULL),
                              money_span(c->options.reason), &at, &n, err);

    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "request", json_int(&c->arena, at[i].request_id));
        JSON_SET(row, "reservation", json_int(&c->arena, at[i].reservation_id));
        JSON_SET(row, "asked", json_string(&c->arena, fen_text(&c->arena, at[i].asked)));
        JSON_SET(row, "given", json_string(&c->arena, fen_text(&c->arena, at[i].given)));
        json_add(c->result, row);
    }
    return r;
}

static const struct option_example change_examples[] = {
    {"huiqi fund change jobs-2020 --by 50万 --reason 追加预算", "追加 50 万元"}};
static const struct command_spec change_spec = {
    .name = "fund change",
    .usage = "CODE --by YUAN --reason TEXT [--as NAME] [--json]",
    .summary = "Adds to a budget, or takes away what is still free of it.",
    OPTIONS_OF(change_options),
    EXAMPLES_OF(change_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example state_examples[] = {
    {"huiqi fund state jobs-2020 frozen --reason 核查期间暂停", "暂停批准和拨付"}};
static const struct command_spec state_spec = {
    .name = "fund state",
    .usage = "CODE open|frozen|closed --reason TEXT [--as NAME] [--json]",
    .summary = "A frozen fund neither reserves nor pays; a closed one pays what it has promised.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(state_examples),
    .least = 2,
    .most = 2,
};
static const struct option_example close_examples[] = {
    {"huiqi fund close jobs-2020 2020 --reason 年度结束",
     "结束 2020 年；按比例分配的资金同时分配"}};
static const struct command_spec close_spec = {
    .name = "fund close",
    .usage = "CODE [PERIOD] --reason TEXT [--as NAME] [--json]",
    .summary =
        "Ends a period. Where the order is pro-rata every complete application gets its share\n"
        "now, by largest remainder; in other funds those that still wait go without.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(close_examples),
    .least = 1,
    .most = 2,
};
static const struct money_column close_columns[] = {
    {"request", 8}, {"reservation", 8}, {"asked", 16}, {"given", 0}};
static const struct money_command change_command = {.spec = &change_spec, .run = run_change};
static const struct money_command state_command = {.spec = &state_spec, .run = run_state};
static const struct money_command close_command = {.spec = &close_spec,
                                                   .run = run_close,
                                                   .columns = close_columns,
                                                   .column_count = COUNT_OF(close_columns),
                                                   .empty = "没有排队的申请"};
MONEY_COMMAND(change, change_command)
MONEY_COMMAND(state, state_command)
MONEY_COMMAND(close_period, close_command)

/* ---- 先拨后补 ---- */

static const struct option_spec owed_options[] = {
    OPT_FLAG(struct money_options, all, "all", "those that were made up, too"),
    MONEY_TEXT_OPTION(how, "how", "TEXT", "with N: the approval that was completed"), MONEY_AS,
    MONEY_JSON};

static int run_owed(struct money_call *c, struct store *s, struct err *err)
{
    struct owed *at = NULL;
    size_t n = 0;
    int64_t id = 0;
    int r = c->count ? money_number_of(c->operands[0], "占用", &id, err) : 0;

    if (r == 0 && id)
        r = owed_make_up(&c->arena, s, &c->who, id, money_span(c->options.how), err);
    if (r == 0)
        r = owed_list(&c->arena, s, c->options.all, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "reservation", json_int(&c->arena, at[i].reservation_id));
        JSON_SET(row, "fund", json_string(&c->arena, at[i].fund));
        JSON_SET(row, "amount", json_string(&c->arena, fen_text(&c->arena, at[i].amount)));
        JSON_SET(row, "instruction", json_string(&c->arena, at[i].instruction));
        JSON_SET(row, "made_up", json_string(&c->arena, at[i].made_up_how));
        json_add(c->result, row);
    }
    return r;
}

static const struct option_example owed_examples[] = {
    {"huiqi fund owed", "先拨后补：还欠审批的占用"},
    {"huiqi fund owed 12 --how 3月12日补办审批", "第 12 号已经补办"}};
static const struct command_spec owed_spec = {
    .name = "fund owed",
    .usage = "[N --how TEXT] [--all] [--as NAME] [--json]",
    .summary =
        "先拨后补：what was paid on an instruction and still lacks its approval; with N: made up.",
    OPTIONS_OF(owed_options),
    EXAMPLES_OF(owed_examples),
    .most = 1,
};
static const struct money_column owed_columns[] = {
    {"reservation", 8}, {"amount", 14}, {"fund", 18}, {"instruction", 30}, {"made_up", 0}};
static const struct money_command owed_command = {.spec = &owed_spec,
                                                  .run = run_owed,
                                                  .columns = owed_columns,
                                                  .column_count = COUNT_OF(owed_columns),
                                                  .empty = "没有欠补的审批"};
MONEY_COMMAND(owed, owed_command)

/* ---- what was had ---- */

static int run_benefits(struct money_call *c, struct store *s, struct err *err)
{
    struct benefit_query q = {.measure = money_span(c->options.measure),
                              .from = money_span(c->options.from),
                              .to = money_span(c->options.to)};
    struct benefit_line *at = NULL;
    struct date day;
    size_t n = 0;
    int r = money_subject_of(c, s, c->operands[0], &q.subject_id, err);

    if (r == 0)
        r = money_day_of(c->options.from, &day, err);
    if (r == 0)
        r = money_day_of(c->options.to, &day, err);
    if (r == 0)
        r = benefits_of(&c->arena, s, &q, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(c->result, benefit_json(&c->arena, &at[i]));
    return r;
}

static const struct option_spec benefits_options[] = {
    MONEY_TEXT_OPTION(measure, "measure", "ID", "of this measure"),
    MONEY_TEXT_OPTION(from, "from", "D", "events from this day"),
    MONEY_TEXT_OPTION(to, "to", "D", "events to this day"), MONEY_JSON};
static const struct option_example benefits_examples[] = {
    {"huiqi fund benefits 91000000MA00000018 --from 2020-01-01 --to 2020-12-31",
     "某企业 2020 年享受了什么"}};
static const struct command_spec benefits_spec = {
    .name = "fund benefits",
    .usage = "CODE|person/CODE [--measure ID] [--from D] [--to D] [--json]",
    .summary =
        "已享受政策台账：what a subject has been granted and has received, by measure, item,\n"
        "period and source; how often, for how many months.",
    OPTIONS_OF(benefits_options),
    EXAMPLES_OF(benefits_examples),
    .least = 1,
    .most = 1,
};
static const struct money_column benefits_columns[] = {
    {"measure", 24}, {"item", 8},   {"about", 10},  {"approved", 14}, {"received", 14},
    {"times", 5},    {"months", 5}, {"source", 18}, {"last", 0}};
static const struct money_command benefits_command = {.spec = &benefits_spec,
                                                      .run = run_benefits,
                                                      .reads = true,
                                                      .columns = benefits_columns,
                                                      .column_count = COUNT_OF(benefits_columns),
                                                      .empty = "没有享受记录"};
MONEY_COMMAND(benefits, benefits_command)

/* ---- what others paid ---- */

static const struct option_spec note_options[] = {
    MONEY_TEXT_OPTION(measure, "measure", "ID", "the measure that it was paid for"),
    MONEY_TEXT_OPTION(state, "kind", "K", "applied, approved, paid (default) or refused"),
    MONEY_TEXT_OPTION(source, "source", "TEXT", "who says so: office, document, list"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "how much (default: 0)"),
    MONEY_TEXT_OPTION(months, "months", "N", "months that it covered"),
    MONEY_TEXT_OPTION(item, "item", "ID", "the loan, person, lease that it was about"),
    MONEY_TEXT_OPTION(about, "about", "PERIOD", "the period that it was about"),
    MONEY_TEXT_OPTION(region, "region", "PATH", "the level that paid"),
    MONEY_TEXT_OPTION(on, "on", "D", "the day (default: today)"),
    MONEY_AS,
    MONEY_JSON};

static int run_note(struct money_call *c, struct store *s, struct err *err)
{
    const struct money_options *o = &c->options;
    struct benefit_outside b = {.ground = {.measure = money_span(o->measure),
                                           .item = money_span(o->item),
                                           .about = money_span(o->about)},
                                .kind = o->state ? span_z(o->state) : SPAN("paid"),
                                .level = money_span(o->region),
                                .source = money_span(o->source)};
    int64_t id = 0;
    int r = money_subject_of(c, s, c->operands[0], &b.ground.subject_id, err);

    b.times = span_eq(b.kind, SPAN("paid")) || span_eq(b.kind, SPAN("approved"));
    if (r == 0 && o->amount)
        r = money_amount_of(o->amount, &b.amount, err);
    if (r == 0 && o->months)
        r = money_number_of(o->months, "--months", &b.months, err);
    if (r == 0)
        r = money_day_of(o->on, &b.on, err);
    if (r == 0)
        r = benefit_add(&c->arena, s, &c->who, &b, &id, err);
    c->result = json_object(&c->arena);
    JSON_SET(c->result, "benefit", json_int(&c->arena, id));
    return r;
}

static const struct option_example note_examples[] = {
    {"huiqi fund note 91000000MA00000018 --measure 000-G12 --amount 3000 --source 市人社局名单",
     "别处已经付过：记入已享受台账"}};
static const struct command_spec note_spec = {
    .name = "fund note",
    .usage = "CODE|person/CODE --measure ID --source TEXT [--kind K] [--amount YUAN] [...]",
    .summary =
        "What another office has paid or refused, with its source, for the ledger of benefits.",
    OPTIONS_OF(note_options),
    EXAMPLES_OF(note_examples),
    .least = 1,
    .most = 1,
};
static const struct money_command note_command = {.spec = &note_spec, .run = run_note};
MONEY_COMMAND(note, note_command)

/* ---- an application that waits no longer ---- */

static int run_withdraw(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = money_number_of(c->operands[0], "申请", &id, err);

    c->result = json_object(&c->arena);
    JSON_SET(c->result, "withdrawn", json_int(&c->arena, id));
    return r < 0 ? r : fund_withdraw(&c->arena, s, &c->who, id, money_span(c->options.reason), err);
}

static const struct option_example withdraw_examples[] = {
    {"huiqi fund withdraw 3 --reason 申请人撤回", "第 3 号申请不再排队"}};
static const struct command_spec withdraw_spec = {
    .name = "fund withdraw",
    .usage = "N --reason TEXT [--as NAME] [--json]",
    .summary = "An application that was noted with `fund apply` waits no longer.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(withdraw_examples),
    .least = 1,
    .most = 1,
};
static const struct money_command withdraw_command = {.spec = &withdraw_spec, .run = run_withdraw};
MONEY_COMMAND(withdraw, withdraw_command)

int cmd_fund(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"define", define, "makes funds from definitions", NULL},
        {"list", list, "the balances of all funds", NULL},
        {"show", show, "one fund with parts, balance and alarms", NULL},
        {"reserve", reserve, "takes money for an approval", NULL},
        {"release", release, "gives reserved money back", NULL},
        {"reservations", reservations, "what is reserved, on its way, paid", NULL},
        {"apply", apply, "notes a complete application that waits for money", NULL},
        {"close", close_period, "ends a period; pro rata: shares for all", NULL},
        {"change", change, "adds to a budget or takes from it", NULL},
        {"state", state, "opens, freezes or closes a fund", NULL},
        {"owed", owed, "paid on an instruction, approval owed", NULL},
        {"benefits", benefits, "what a subject has had", NULL},
        {"note", note, "what another office has paid or refused", NULL},
        {"withdraw", withdraw, "an application waits no longer", NULL},
    };
    static const struct command_group group = {.name = "fund",
                                               .summary =
                                                   "资金：设立、余额、占用、已享受政策台账。",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
