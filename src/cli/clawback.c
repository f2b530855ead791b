/*
 * clawback.c: `huiqi clawback`: money claimed back, repaid, handed to enforcement; who is barred.
 * docs/money.md is the guide.
 */
#include "casework/clawback.h"

#include "cli/commands.h"
#include "cli/money.h"

static int show_claim(struct money_call *c, struct store *s, int64_t id, struct err *err)
{
    struct claim claim;
    int r = claim_load(&c->arena, s, id, &claim, err);

    return r < 0 ? r : claim_json(&c->arena, s, &claim, &c->result, err);
}

static int claim_operand(struct money_call *c, int64_t *ret, struct err *err)
{
    return money_number_of(c->operands[0], "追回", ret, err);
}

/* ---- open ---- */

static const struct option_spec open_options[] = {
    MONEY_TEXT_OPTION(cause, "cause", "C", "fraud, violation, overpaid or condition-lost"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "a part (default: all that was paid)"),
    MONEY_TEXT_OPTION(cites, "cites", "CLAUSE", "document and clause that it follows from"),
    MONEY_TEXT_OPTION(reason, "reason", "TEXT", "what was found"),
    MONEY_TEXT_OPTION(on, "on", "D", "day of the decision (default: today)"),
    MONEY_TEXT_OPTION(region, "region", "PATH",
                      "where the bar holds (default: region of the fund)"),
    MONEY_TEXT_OPTION(matter, "case", "N", "the case that found it"),
    MONEY_AS,
    MONEY_JSON};

static int cause_of(const char *text, enum claim_cause *ret, struct err *err)
{
    for (size_t i = 0; text && i < CLAIM_CAUSES; i++)
        if (span_eq(claim_cause_words[i].yaml, span_z(text))) {
            *ret = (enum claim_cause)i;
            return 0;
        }
    return err_set(err, E_USAGE, "--cause 是 fraud、violation、overpaid 或 condition-lost");
}

static int run_open(struct money_call *c, struct store *s, struct err *err)
{
    const struct money_options *o = &c->options;
    struct claim_new n = {.cites = money_span(o->cites),
                          .reason = money_span(o->reason),
                          .bar_region = money_span(o->region),
                          .bar_measure = money_span(o->measure)};
    int64_t id = 0;
    int r = money_number_of(c->operands[0], "占用", &n.reservation_id, err);

    if (r == 0)
        r = cause_of(o->cause, &n.cause, err);
    if (r == 0 && o->amount)
        r = money_amount_of(o->amount, &n.amount, err);
    if (r == 0)
        r = money_day_of(o->on, &n.decided_on, err);
    if (r == 0 && o->matter)
        r = money_number_of(o->matter, "--case", &n.case_id, err);
    if (r == 0)
        r = claim_open(&c->arena, s, &c->who, &n, &id, err);
    return r < 0 ? r : show_claim(c, s, id, err);
}

static const struct option_example open_examples[] = {
    {"huiqi clawback open 12 --cause fraud --cites '《扶持办法》十二' --reason 虚报人数 --as "
     "reviewer",
     "全额追回，三年内不得申请本区补贴"}};
static const struct command_spec open_spec = {
    .name = "clawback open",
    .usage = "RESERVATION --cause C --cites CLAUSE --reason TEXT [--amount YUAN] [...]",
    .summary =
        "追回。Of a reservation that was paid. fraud and violation claim all of it and bar the\n"
        "subject for three years from the decision, in the region of the fund and what lies\n"
        "in it; overpaid and condition-lost may claim a part and bar nobody.",
    OPTIONS_OF(open_options),
    EXAMPLES_OF(open_examples),
    .least = 1,
    .most = 1,
};

/* ---- plan, repay ---- */

static const struct option_spec plan_options[] = {
    OPT_MANY(struct money_options, plan, "due", "D=YUAN", "an instalment; again for each"),
    MONEY_AS, MONEY_JSON};

static int instalment_of(const char *text, struct instalment *ret, struct err *err)
{
    struct span rest = span_z(text), day;

    if (!span_split(&rest, '=', &day) || !rest.p)
        return err_set(err, E_USAGE, "--due 写作 2020-06-30=5000");
    int r = money_date(day, "期限", &ret->due, err);
    return r < 0 ? r : money_parse(rest, &ret->amount, err);
}

static int run_plan(struct money_call *c, struct store *s, struct err *err)
{
    struct instalment at[CLAIM_PLAN];
    size_t n = c->options.plan.n;
    int64_t id = 0;
    int r = claim_operand(c, &id, err);

    if (r == 0 && n > CLAIM_PLAN)
        r = err_set(err, E_USAGE, "最多 %d 期", CLAIM_PLAN);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = instalment_of(c->options.plan.at[i], &at[i], err);
    if (r == 0)
        r = claim_plan(&c->arena, s, &c->who, id, at, n, err);
    return r < 0 ? r : show_claim(c, s, id, err);
}

static const struct option_spec repay_options[] = {
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "what came"),
    MONEY_TEXT_OPTION(reference, "reference", "TEXT", "of the transfer: each is booked once"),
    MONEY_TEXT_OPTION(on, "on", "D", "day it came (default: today)"), MONEY_AS, MONEY_JSON};

static int run_repay(struct money_call *c, struct store *s, struct err *err)
{
    struct date on;
    int64_t id = 0, amount = 0;
    int r = claim_operand(c, &id, err);

    if (r == 0)
        r = money_amount_of(c->options.amount, &amount, err);
    if (r == 0)
        r = money_day_of(c->options.on, &on, err);
    if (r == 0)
        r = claim_repay(&c->arena, s, &c->who, id, amount, money_span(c->options.reference), on,
                        err);
    return r < 0 ? r : show_claim(c, s, id, err);
}

static const struct option_example plan_examples[] = {
    {"huiqi clawback plan 2 --due 2020-06-30=5000 --due 2020-12-31=5000", "分两期退还"}};
static const struct command_spec plan_spec = {
    .name = "clawback plan",
    .usage = "N --due D=YUAN... [--as NAME] [--json]",
    .summary =
        "Instalments that sum to what is open; a later plan takes the place of the one before.",
    OPTIONS_OF(plan_options),
    EXAMPLES_OF(plan_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example repay_examples[] = {
    {"huiqi clawback repay 2 --amount 5000 --reference 20200630-17", "登记一笔退还"}};
static const struct command_spec repay_spec = {
    .name = "clawback repay",
    .usage = "N --amount YUAN --reference TEXT [--on D] [--as NAME] [--json]",
    .summary =
        "A receipt. The same reference again changes nothing. Where the fund says so (reuse)\n"
        "what comes back may be spent again.",
    OPTIONS_OF(repay_options),
    EXAMPLES_OF(repay_examples),
    .least = 1,
    .most = 1,
};

/* ---- transfer, cancel ---- */

static const struct option_spec transfer_options[] = {
    MONEY_TEXT_OPTION(to, "to", "OFFICE", "court, police, enforcement"), MONEY_REASON, MONEY_AS,
    MONEY_JSON};

static int run_transfer(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = claim_operand(c, &id, err);

    if (r == 0)
        r = claim_transfer(&c->arena, s, &c->who, id, money_span(c->options.to),
                           money_span(c->options.reason), err);
    return r < 0 ? r : show_claim(c, s, id, err);
}

static int run_cancel(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = claim_operand(c, &id, err);

    if (r == 0)
        r = claim_cancel(&c->arena, s, &c->who, id, money_span(c->options.reason), err);
    return r < 0 ? r : show_claim(c, s, id, err);
}

static const struct option_example transfer_examples[] = {
    {"huiqi clawback transfer 2 --to 区人民法院 --reason 到期未退还 --as reviewer", "移送"}};
static const struct command_spec transfer_spec = {
    .name = "clawback transfer",
    .usage = "N --to OFFICE --reason TEXT [--as NAME] [--json]",
    .summary = "移送。What is open goes to another authority; it may still be repaid.",
    OPTIONS_OF(transfer_options),
    EXAMPLES_OF(transfer_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example cancel_examples[] = {
    {"huiqi clawback cancel 2 --reason 复议后撤销 --as reviewer", "撤销追回，解除禁申"}};
static const struct command_spec cancel_spec = {
    .name = "clawback cancel",
    .usage = "N --reason TEXT [--as NAME] [--json]",
    .summary = "What is open is claimed no longer, and the bar is lifted.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(cancel_examples),
    .least = 1,
    .most = 1,
};

/* ---- list, show ---- */

static const struct option_spec list_options[] = {
    MONEY_TEXT_OPTION(fund, "fund", "CODE", "of this fund"),
    MONEY_TEXT_OPTION(subject, "subject", "CODE", "of this enterprise, or person/编号"),
    MONEY_TEXT_OPTION(state, "state", "S", "open, repaid, transferred or cancelled"),
    MONEY_TEXT_OPTION(after, "after", "N", "behind this number"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many (1000)"),
    MONEY_JSON};

static int run_list(struct money_call *c, struct store *s, struct err *err)
{
    struct claim_query q = {.state = money_span(c->options.state)};
    struct claim *at = NULL;
    size_t n = 0;
    int r = money_page_of(c, &q.after, &q.limit, err);

    if (r == 0)
        r = money_fund_of(c, s, &q.fund_id, err);
    if (r == 0 && c->options.subject)
        r = money_subject_of(c, s, c->options.subject, &q.subject_id, err);
    if (r == 0)
        r = claim_list(&c->arena, s, &q, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = NULL;
        r = claim_json(&c->arena, s, &at[i], &row, err);
        json_add(c->result, row);
    }
    return r;
}

static int run_show(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = claim_operand(c, &id, err);

    return r < 0 ? r : show_claim(c, s, id, err);
}

static const struct option_example list_examples[] = {
    {"huiqi clawback list --state open", "未了结的追回，含逾期金额"}};
static const struct command_spec list_spec = {
    .name = "clawback list",
    .usage = "[--fund CODE] [--subject CODE] [--state S] [--json]",
    .summary = "Claims with what is repaid, open and overdue by their plan.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
};
static const struct option_example show_examples[] = {
    {"huiqi clawback show 2", "一件追回的全过程"}};
static const struct command_spec show_spec = {
    .name = "clawback show",
    .usage = "N [--json]",
    .summary = "One claim with plan, receipts and events.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};

/* ---- bars ---- */

static const struct option_spec bars_options[] = {
    MONEY_TEXT_OPTION(subject, "subject", "CODE", "of this enterprise, or person/编号"),
    MONEY_TEXT_OPTION(on, "on", "D", "in force on this day (default: today)"), MONEY_JSON};
static const struct option_spec bar_options[] = {
    MONEY_TEXT_OPTION(region, "region", "PATH", "and what lies in it (default: everywhere)"),
    MONEY_TEXT_OPTION(measure, "measure", "ID", "one measure, or the beginning of ids"),
    MONEY_TEXT_OPTION(from, "from", "D", "first day (default: today)"),
    MONEY_TEXT_OPTION(to, "to", "D", "last day (default: without end)"),
    MONEY_REASON,
    MONEY_AS,
    MONEY_JSON};

static struct json *bar_json(struct arena *a, const struct bar *b)
{
    struct json *j = json_object(a);

    JSON_SET(j, "bar", json_int(a, b->id));
    JSON_SET(j, "from", json_string(a, b->from_day));
    JSON_SET(j, "to", json_string(a, b->last_day));
    JSON_SET(j, "region", json_string(a, b->region));
    JSON_SET(j, "measure", json_string(a, b->measure));
    JSON_SET(j, "reason", json_string(a, b->reason));
    if (b->claim_id)
        JSON_SET(j, "claim", json_int(a, b->claim_id));
    return j;
}

static int add_bars(struct money_call *c, struct store *s, int64_t subject, struct date on,
                    struct err *err)
{
    struct bar *at = NULL;
    size_t n = 0;
    int r = bar_list(&c->arena, s, subject, on, &at, &n, err);

    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(c->result, bar_json(&c->arena, &at[i]));
    return r;
}

static int run_bars(struct money_call *c, struct store *s, struct err *err)
{
    struct date on;
    int64_t subject = 0;
    int r = money_day_of(c->options.on, &on, err);

    if (r == 0 && c->options.subject)
        r = money_subject_of(c, s, c->options.subject, &subject, err);
    return r < 0 ? r : add_bars(c, s, subject, on, err);
}

static int run_bar(struct money_call *c, struct store *s, struct err *err)
{
    char today[DATE_TEXT];
    struct bar b = {.region = money_span(c->options.region),
                    .measure = money_span(c->options.measure),
                    .from_day = c->options.from ? span_z(c->options.from) : money_today(today),
                    .last_day = money_span(c->options.to),
                    .reason = money_span(c->options.reason)};
    int64_t id;
    int r = money_subject_of(c, s, c->operands[0], &b.subject_id, err);

    if (r == 0)
        r = bar_add(&c->arena, s, &c->who, &b, &id, err);
    return r < 0 ? r : add_bars(c, s, b.subject_id, (struct date){0}, err);
}

static int run_lift(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = money_number_of(c->operands[0], "禁申", &id, err);

    c->result = json_object(&c->arena);
    JSON_SET(c->result, "bar", json_int(&c->arena, id));
    JSON_SET(c->result, "lifted", json_bool(&c->arena, true));
    return r < 0 ? r : bar_lift(&c->arena, s, &c->who, id, money_span(c->options.reason), err);
}

static const struct option_example bars_examples[] = {
    {"huiqi clawback bars --subject 91000000MA00000018", "某企业今天是否禁止申请"}};
static const struct command_spec bars_spec = {
    .name = "clawback bars",
    .usage = "[--subject CODE] [--on D] [--json]",
    .summary = "禁申名单：who may not apply on a day, where, and until when.",
    OPTIONS_OF(bars_options),
    EXAMPLES_OF(bars_examples),
};
static const struct option_example bar_examples[] = {
    {"huiqi clawback bar 91000000MA00000018 --region 北京市/海淀区 --to 2023-03-09 --reason "
     "列入黑名单"
     " --as reviewer",
     "依其他决定禁止申请"}};
static const struct command_spec bar_spec = {
    .name = "clawback bar",
    .usage = "CODE|person/CODE --reason TEXT [--region PATH] [--measure ID] [--from D] [--to D]",
    .summary = "Bars a subject by another decision than a claim.",
    OPTIONS_OF(bar_options),
    EXAMPLES_OF(bar_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example lift_examples[] = {
    {"huiqi clawback lift 4 --reason 信用修复 --as reviewer", "提前解除"}};
static const struct command_spec lift_spec = {
    .name = "clawback lift",
    .usage = "BAR --reason TEXT [--as NAME] [--json]",
    .summary = "Ends a bar before its day.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(lift_examples),
    .least = 1,
    .most = 1,
};

static const struct money_column list_columns[] = {{"claim", 6},   {"state", 12}, {"amount", 14},
                                                   {"repaid", 14}, {"open", 14},  {"overdue", 14},
                                                   {"cause", 16},  {"subject", 0}};
static const struct money_column bar_columns[] = {{"bar", 6},     {"from", 12},    {"to", 12},
                                                  {"region", 20}, {"measure", 20}, {"reason", 0}};
static const struct money_command open_command = {.spec = &open_spec, .run = run_open};
static const struct money_command plan_command = {.spec = &plan_spec, .run = run_plan};
static const struct money_command repay_command = {.spec = &repay_spec, .run = run_repay};
static const struct money_command transfer_command = {.spec = &transfer_spec, .run = run_transfer};
static const struct money_command cancel_command = {.spec = &cancel_spec, .run = run_cancel};
static const struct money_command list_command = {.spec = &list_spec,
                                                  .run = run_list,
                                                  .reads = true,
                                                  .columns = list_columns,
                                                  .column_count = COUNT_OF(list_columns),
                                                  .empty = "没有追回"};
static const struct money_command show_command = {
    .spec = &show_spec, .run = run_show, .reads = true};
static const struct money_command bars_command = {.spec = &bars_spec,
                                                  .run = run_bars,
                                                  .reads = true,
                                                  .columns = bar_columns,
                                                  .column_count = COUNT_OF(bar_columns),
                                                  .empty = "没有禁申"};
static const struct money_command bar_command = {.spec = &bar_spec,
                                                 .run = run_bar,
                                                 .columns = bar_columns,
                                                 .column_count = COUNT_OF(bar_columns)};
static const struct money_command lift_command = {.spec = &lift_spec, .run = run_lift};
MONEY_COMMAND(open_claim, open_command)
MONEY_COMMAND(plan, plan_command)
MONEY_COMMAND(repay, repay_command)
MONEY_COMMAND(transfer, transfer_command)
MONEY_COMMAND(cancel, cancel_command)
MONEY_COMMAND(list, list_command)
MONEY_COMMAND(show, show_command)
MONEY_COMMAND(bars, bars_command)
MONEY_COMMAND(bar, bar_command)
MONEY_COMMAND(lift, lift_command)

int cmd_clawback(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"open", open_claim, "claims back what was paid", NULL},
        {"plan", plan, "instalments", NULL},
        {"repay", repay, "books a receipt", NULL},
        {"transfer", transfer, "hands a claim to enforcement", NULL},
        {"cancel", cancel, "takes a claim back", NULL},
        {"list", list, "claims with what is open and overdue", NULL},
        {"show", show, "one claim with everything", NULL},
        {"bars", bars, "who may not apply", NULL},
        {"bar", bar, "bars a subject by another decision", NULL},
        {"lift", lift, "ends a bar", NULL},
    };
    static const struct command_group group = {.name = "clawback",
                                               .summary = "追回、退还、移送与禁申。",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
