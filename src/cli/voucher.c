/*
 * voucher.c: `huiqi voucher`: 服务券、创新券、算力券: programmes, issue, use with a listed
 * provider, handing in, settling. docs/money.md is the guide.
 */
#include "casework/voucher.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/money.h"

#define VOUCHER_FILE (1u << 20)

static int show_voucher(struct money_call *c, struct store *s, struct span number, struct err *err)
{
    struct voucher v;
    int r = voucher_load(&c->arena, s, number, &v, err);

    return r < 0 ? r : voucher_json(&c->arena, s, &v, &c->result, err);
}

static int show_programme(struct money_call *c, struct store *s, struct span code, struct err *err)
{
    struct voucher_programme p;
    int r = voucher_programme_load(&c->arena, s, code, &p, err);

    if (r == 0)
        c->result = voucher_programme_json(&c->arena, &p);
    return r;
}

static struct span first(const struct money_call *c)
{
    return span_z(c->operands[0]);
}

/* ---- programmes ---- */

static int run_define(struct money_call *c, struct store *s, struct err *err)
{
    struct json *j = NULL;
    struct span text, file = first(c);
    int64_t id = 0;
    int r = file_read(&c->arena, c->operands[0], VOUCHER_FILE, &text, err);

    if (r == 0)
        r = yaml_parse(&c->arena, text, file, &j, err);
    if (r == 0)
        r = voucher_define(&c->arena, s, &c->who, j, file, &id, err);
    return r < 0 ? r : show_programme(c, s, json_text(JSON_GET(j, "voucher")), err);
}

static int run_face(struct money_call *c, struct store *s, struct err *err)
{
    int64_t face = 0;
    int r = money_amount_of(c->options.amount, &face, err);

    if (r == 0)
        r = voucher_set_face(&c->arena, s, &c->who, first(c), face, money_span(c->options.cites),
                             err);
    return r < 0 ? r : show_programme(c, s, first(c), err);
}

/* Counts of states beside the others, for rows. */
static void flatten(struct money_call *c, struct json *row)
{
    JSON_EACH(m, JSON_GET(row, "counts"))
    json_set(row, m->key, json_string(&c->arena, json_text(m)));
}

static int run_kinds(struct money_call *c, struct store *s, struct err *err)
{
    struct voucher_programme *at = NULL;
    size_t n = 0;
    int r = voucher_programmes(&c->arena, s, &at, &n, err);

    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = voucher_programme_json(&c->arena, &at[i]);
        if (!c->options.json)
            flatten(c, row);
        json_add(c->result, row);
    }
    return r;
}

static const struct option_spec face_options[] = {
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "the face of one voucher"),
    MONEY_TEXT_OPTION(cites, "cites", "DOCUMENT", "the document that states it"), MONEY_AS,
    MONEY_JSON};
static const struct option_example define_examples[] = {
    {"huiqi voucher define docs/examples/voucher.yaml --as finance",
     "设立算力券：配额、有效期、服务商名单"}};
static const struct command_spec define_spec = {
    .name = "voucher define",
    .usage = "FILE.yaml [--as NAME] [--json]",
    .summary =
        "设立一种券。A programme of a fund: quota, holders, validity, the list of providers, the\n"
        "share of a contract that it pays. Where the text states no face, leave it out: nothing\n"
        "can be issued until `voucher face` names the document that states one.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(define_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example face_examples[] = {
    {"huiqi voucher face compute-2023 --amount 2万 --cites '《申领通知》三' --as reviewer",
     "面值公布以后才能发放"}};
static const struct command_spec face_spec = {
    .name = "voucher face",
    .usage = "CODE --amount YUAN --cites DOCUMENT [--as NAME] [--json]",
    .summary = "面值。Of vouchers issued from now on; those issued before keep theirs.",
    OPTIONS_OF(face_options),
    EXAMPLES_OF(face_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example kinds_examples[] = {
    {"huiqi voucher kinds", "每种券：面值、配额、各状态的张数"}};
static const struct command_spec kinds_spec = {
    .name = "voucher kinds",
    .usage = "[--json]",
    .summary = "Programmes with their face, quota and how many vouchers are in each state.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(kinds_examples),
};
static const struct money_column kind_columns[] = {{"voucher", 18}, {"face", 12}, {"quota", 7},
                                                   {"issued", 7},   {"used", 6},  {"redeemed", 9},
                                                   {"settled", 8},  {"name", 0}};
static const struct money_command define_command = {.spec = &define_spec, .run = run_define};
static const struct money_command face_command = {.spec = &face_spec, .run = run_face};
static const struct money_command kinds_command = {.spec = &kinds_spec,
                                                   .run = run_kinds,
                                                   .reads = true,
                                                   .columns = kind_columns,
                                                   .column_count = COUNT_OF(kind_columns),
                                                   .empty = "还没有券：huiqi voucher define"};
MONEY_COMMAND(define, define_command)
MONEY_COMMAND(face, face_command)
MONEY_COMMAND(kinds, kinds_command)

/* ---- issue ---- */

static int issue_one(struct money_call *c, struct store *s, const char *code, struct err *err)
{
    struct json *row = NULL;
    struct span number;
    struct voucher v;
    int64_t holder = 0;
    int r = money_subject_of(c, s, code, &holder, err);

    if (r == 0)
        r = voucher_issue(&c->arena, s, &c->who, first(c), holder, &number, err);
    if (r == 0)
        r = voucher_load(&c->arena, s, number, &v, err);
    if (r == 0)
        r = voucher_json(&c->arena, NULL, &v, &row, err);
    if (r == 0)
        json_add(c->result, row);
    return r;
}

static int run_issue(struct money_call *c, struct store *s, struct err *err)
{
    int r = 0;

    c->result = json_array(&c->arena);
    for (int i = 1; r == 0 && i < c->count; i++)
        r = issue_one(c, s, c->operands[i], err);
    return r;
}

static const struct option_example issue_examples[] = {
    {"huiqi voucher issue compute-2023 91000000MA00000018 --as handler", "票面即刻占用资金"}};
static const struct command_spec issue_spec = {
    .name = "voucher issue",
    .usage = "CODE HOLDER... [--as NAME] [--json]",
    .summary =
        "发放。One voucher for each holder, all or none. Never over the quota, of the programme "
        "or\n"
        "of a holder, never over the fund: the face is reserved at once; not for a subject that\n"
        "is barred.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(issue_examples),
    .least = 2,
    .most = 200,
};
static const struct money_column voucher_columns[] = {
    {"voucher", 22}, {"state", 10},    {"face", 12},   {"amount", 12},
    {"holder", 20},  {"provider", 20}, {"last_day", 0}};
static const struct money_command issue_command = {.spec = &issue_spec,
                                                   .run = run_issue,
                                                   .columns = voucher_columns,
                                                   .column_count = COUNT_OF(voucher_columns)};
MONEY_COMMAND(issue, issue_command)

/* ---- use, redeem, settle ---- */

static int run_use(struct money_call *c, struct store *s, struct err *err)
{
    struct voucher_use u = {.contract = money_span(c->options.reference)};
    int r = money_subject_of(c, s, c->options.to, &u.provider_id, err);

    if (r == 0)
        r = money_amount_of(c->options.amount, &u.amount, err);
    if (r == 0)
        r = money_day_of(c->options.on, &u.on, err);
    if (r == 0)
        r = voucher_use(&c->arena, s, &c->who, first(c), &u, err);
    return r < 0 ? r : show_voucher(c, s, first(c), err);
}

static int run_redeem(struct money_call *c, struct store *s, struct err *err)
{
    int64_t amount = 0;
    int r = money_amount_of(c->options.amount, &amount, err);

    if (r == 0)
        r = voucher_redeem(&c->arena, s, &c->who, first(c), money_span(c->options.reference),
                           amount, err);
    return r < 0 ? r : show_voucher(c, s, first(c), err);
}

static int run_settle(struct money_call *c, struct store *s, struct err *err)
{
    int r = voucher_settle(&c->arena, s, &c->who, first(c), err);
    return r < 0 ? r : show_voucher(c, s, first(c), err);
}

static int run_reject(struct money_call *c, struct store *s, struct err *err)
{
    int r = voucher_reject(&c->arena, s, &c->who, first(c), money_span(c->options.reason), err);
    return r < 0 ? r : show_voucher(c, s, first(c), err);
}

static int run_withdraw(struct money_call *c, struct store *s, struct err *err)
{
    int r = voucher_withdraw(&c->arena, s, &c->who, first(c), money_span(c->options.reason), err);
    return r < 0 ? r : show_voucher(c, s, first(c), err);
}

static int run_lapse(struct money_call *c, struct store *s, struct err *err)
{
    size_t n = 0;
    int r = voucher_lapse(&c->arena, s, &c->who, first(c), &n, err);

    c->result = json_object(&c->arena);
    JSON_SET(c->result, "expired", json_int(&c->arena, (int64_t)n));
    return r;
}

static const struct option_spec use_options[] = {
    MONEY_TEXT_OPTION(to, "provider", "CODE", "the provider; on the programme's list that day"),
    MONEY_TEXT_OPTION(reference, "contract", "NUMBER", "number of the contract"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "what the contract comes to"),
    MONEY_TEXT_OPTION(on, "on", "D", "day it was signed (default: today)"),
    MONEY_AS,
    MONEY_JSON};
static const struct option_spec redeem_options[] = {
    MONEY_TEXT_OPTION(reference, "acceptance", "TEXT", "the paper of the acceptance"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "what of the contract was accepted"), MONEY_AS,
    MONEY_JSON};
static const struct option_example use_examples[] = {
    {"huiqi voucher use compute-2023-0001 --provider 91000000MA00000026 --contract HT-2023-7"
     " --amount 5万 --as agent",
     "与名单内的服务商签约"}};
static const struct command_spec use_spec = {
    .name = "voucher use",
    .usage = "NUMBER --provider CODE --contract NUMBER --amount YUAN [...]",
    .summary =
        "签约使用。By the holder's agent, a window or a handler; with a provider that stands on\n"
        "the programme's list on the day of the contract. A contract has one voucher.",
    OPTIONS_OF(use_options),
    EXAMPLES_OF(use_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example redeem_examples[] = {
    {"huiqi voucher redeem compute-2023-0001 --acceptance 验收单7号 --amount 5万 --as provider",
     "验收以后核销；过了有效期不能核销"}};
static const struct command_spec redeem_spec = {
    .name = "voucher redeem",
    .usage = "NUMBER --acceptance TEXT --amount YUAN [--as NAME] [--json]",
    .summary =
        "核销。After acceptance, by the provider's agent or a handler; once, and never after "
        "the last day.",
    OPTIONS_OF(redeem_options),
    EXAMPLES_OF(redeem_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example settle_examples[] = {
    {"huiqi voucher settle compute-2023-0001 --as finance", "由另一人结算，之后列入拨付批次"}};
static const struct command_spec settle_spec = {
    .name = "voucher settle",
    .usage = "NUMBER [--as NAME] [--json]",
    .summary =
        "结算。By another person than who handed it in: the smaller of the face and the share of\n"
        "what was accepted is to be paid (`huiqi payment batch`), the rest is free again.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(settle_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example reject_examples[] = {
    {"huiqi voucher reject compute-2023-0001 --reason 缺验收单 --as finance", "退回，可以再核销"}};
static const struct command_spec reject_spec = {
    .name = "voucher reject",
    .usage = "NUMBER --reason TEXT [--as NAME] [--json]",
    .summary = "The acceptance does not hold: it may be handed in again, within its validity.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(reject_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example withdraw_examples[] = {
    {"huiqi voucher withdraw compute-2023-0001 --reason 企业注销 --as finance", "票面释放"}};
static const struct command_spec withdraw_spec = {
    .name = "voucher withdraw",
    .usage = "NUMBER --reason TEXT [--as NAME] [--json]",
    .summary = "收回。Before it is handed in; its face is free again.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(withdraw_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example lapse_examples[] = {
    {"huiqi voucher lapse compute-2023 --as finance", "过期的票面释放"}};
static const struct command_spec lapse_spec = {
    .name = "voucher lapse",
    .usage = "CODE [--as NAME] [--json]",
    .summary = "过期。Vouchers of a programme whose last day is past and that nobody handed in.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(lapse_examples),
    .least = 1,
    .most = 1,
};
static const struct money_command use_command = {.spec = &use_spec, .run = run_use};
static const struct money_command redeem_command = {.spec = &redeem_spec, .run = run_redeem};
static const struct money_command settle_command = {.spec = &settle_spec, .run = run_settle};
static const struct money_command reject_command = {.spec = &reject_spec, .run = run_reject};
static const struct money_command withdraw_command = {.spec = &withdraw_spec, .run = run_withdraw};
static const struct money_command lapse_command = {.spec = &lapse_spec, .run = run_lapse};
MONEY_COMMAND(use, use_command)
MONEY_COMMAND(redeem, redeem_command)
MONEY_COMMAND(settle, settle_command)
MONEY_COMMAND(reject, reject_command)
MONEY_COMMAND(withdraw, withdraw_command)
MONEY_COMMAND(lapse, lapse_command)

/* ---- list, show ---- */

static int run_list(struct money_call *c, struct store *s, struct err *err)
{
    struct voucher_query q = {.programme = money_span(c->options.fund),
                              .state = money_span(c->options.state)};
    struct voucher *at = NULL;
    size_t n = 0;
    int r = money_page_of(c, &q.after, &q.limit, err);

    if (r == 0 && c->options.subject)
        r = money_subject_of(c, s, c->options.subject, &q.subject_id, err);
    if (r == 0)
        r = voucher_list(&c->arena, s, &q, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = NULL;
        r = voucher_json(&c->arena, NULL, &at[i], &row, err);
        json_add(c->result, row);
    }
    return r;
}

static int run_show(struct money_call *c, struct store *s, struct err *err)
{
    return show_voucher(c, s, first(c), err);
}

static const struct option_spec list_options[] = {
    MONEY_TEXT_OPTION(fund, "programme", "CODE", "of this programme"),
    MONEY_TEXT_OPTION(subject, "subject", "CODE", "of this holder or provider"),
    MONEY_TEXT_OPTION(state, "state", "S", "issued, used, redeemed, settled, withdrawn or expired"),
    MONEY_TEXT_OPTION(after, "after", "N", "behind this many"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many (1000)"),
    MONEY_JSON};
static const struct option_example list_examples[] = {
    {"huiqi voucher list --programme compute-2023 --state redeemed", "等待结算的券"}};
static const struct command_spec list_spec = {
    .name = "voucher list",
    .usage = "[--programme CODE] [--subject CODE] [--state S] [--json]",
    .summary = "Vouchers with holder, provider, face and what was settled.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
};
static const struct option_example show_examples[] = {
    {"huiqi voucher show compute-2023-0001", "一张券的全部经过"}};
static const struct command_spec show_spec = {
    .name = "voucher show",
    .usage = "NUMBER [--json]",
    .summary = "One voucher: contract, acceptance, settlement, state of its money, every step.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};
static const struct money_command list_command = {.spec = &list_spec,
                                                  .run = run_list,
                                                  .reads = true,
                                                  .columns = voucher_columns,
                                                  .column_count = COUNT_OF(voucher_columns),
                                                  .empty = "没有券"};
static const struct money_command show_command = {
    .spec = &show_spec, .run = run_show, .reads = true};
MONEY_COMMAND(list, list_command)
MONEY_COMMAND(show, show_command)

int cmd_voucher(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"define", define, "a programme from its definition", NULL},
        {"face", face, "the face, once a document states it", NULL},
        {"kinds", kinds, "programmes with quota and counts", NULL},
        {"issue", issue, "to holders; the face is reserved", NULL},
        {"use", use, "with a listed provider, under a contract", NULL},
        {"redeem", redeem, "handed in after acceptance", NULL},
        {"reject", reject, "the acceptance does not hold", NULL},
        {"settle", settle, "by a second person; then it is paid", NULL},
        {"withdraw", withdraw, "before it is handed in", NULL},
        {"lapse", lapse, "those whose last day is past", NULL},
        {"list", list, "vouchers", NULL},
        {"show", show, "one voucher with every step", NULL},
    };
    static const struct command_group group = {
        .name = "voucher",
        .summary = "券：服务券、创新券、算力券：发放、签约使用、核销、结算。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
