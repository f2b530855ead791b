/*
 * payment.c: `huiqi payment`: batches from reserved money: made, approved by a second person, given
 * to the bank as a file, settled by its reply. docs/money.md is the guide.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "casework/payments.h"
#include "cli/commands.h"
#include "cli/money.h"

#define REPLY_FILE (16u << 20)

static int show_batch(struct money_call *c, struct store *s, int64_t id, struct err *err)
{
    struct batch b;
    int r = batch_load(&c->arena, s, id, &b, err);

    if (r == 0)
        c->result = batch_json(&c->arena, &b);
    return r;
}

static int batch_operand(struct money_call *c, int64_t *ret, struct err *err)
{
    return money_number_of(c->operands[0], "批次", ret, err);
}

/* ---- payee ---- */

static const struct option_spec payee_options[] = {
    MONEY_TEXT_OPTION(name, "name", "TEXT", "户名"),
    MONEY_TEXT_OPTION(bank, "bank", "TEXT", "开户行"),
    MONEY_TEXT_OPTION(account, "account", "FILE",
                      "a file with the account alone; - reads it from the standard input"),
    MONEY_AS, MONEY_JSON};

/* Not on the command line: others may read that. */
static int read_account(struct money_call *c, struct span *ret, struct err *err)
{
    const char *path = c->options.account;

    if (!path)
        return err_set(err, E_USAGE, "缺少 --account：写有账号的文件，或 -");
    if (strcmp(path, "-") == 0)
        path = "/dev/stdin";
    int r = file_read(&c->arena, path, 4096, ret, err);
    *ret = r == 0 ? span_trim(*ret) : SPAN("");
    return r;
}

static int run_payee(struct money_call *c, struct store *s, struct err *err)
{
    struct payee_new p = {.name = money_span(c->options.name), .bank = money_span(c->options.bank)};
    struct seal seal;
    int64_t id = 0;
    int r = money_subject_of(c, s, c->operands[0], &p.subject_id, err);

    if (r == 0)
        r = read_account(c, &p.account, err);
    if (r == 0)
        r = seal_load(s, store_url(), true, &seal, err);
    if (r < 0)
        return r;
    r = payee_add(&c->arena, s, &seal, &c->who, &p, &id, err);
    seal_forget(&seal);
    c->result = json_object(&c->arena);
    JSON_SET(c->result, "payee", json_int(&c->arena, id));
    return r;
}

static const struct option_example payee_examples[] = {
    {"huiqi payment payee 91000000MA00000018 --name 某公司 --bank 某银行 --account account.txt",
     "登记收款账户；账号只以密文保存"}};
static const struct command_spec payee_spec = {
    .name = "payment payee",
    .usage = "CODE|person/CODE --name TEXT --bank TEXT --account FILE [--as NAME] [--json]",
    .summary =
        "登记收款账户。The account that a subject is paid to from now on. It is kept under seal;\n"
        "lists show the last four characters.",
    OPTIONS_OF(payee_options),
    EXAMPLES_OF(payee_examples),
    .least = 1,
    .most = 1,
};

/* ---- batch ---- */

static const struct option_spec batch_options[] = {
    MONEY_TEXT_OPTION(title, "title", "TEXT", "one line that names the batch"),
    OPT_MANY(struct money_options, reservations, "reservation", "N",
             "only this one (again: these); all that is reserved otherwise"),
    MONEY_AS, MONEY_JSON};

static int run_batch(struct money_call *c, struct store *s, struct err *err)
{
    int64_t ids[OPTION_MANY_MAX];
    struct batch_new n = {.fund = span_z(c->operands[0]),
                          .title = money_span(c->options.title),
                          .reservations = ids,
                          .n = c->options.reservations.n};
    struct json *left = json_array(&c->arena);
    struct batch_made made;
    int r = 0;

    for (size_t i = 0; r == 0 && i < n.n; i++)
        r = money_number_of(c->options.reservations.at[i], "--reservation", &ids[i], err);
    if (r == 0)
        r = batch_make(&c->arena, s, &c->who, &n, &made, err);
    if (r == 0)
        r = show_batch(c, s, made.id, err);
    for (size_t i = 0; r == 0 && i < made.left_out_n; i++) {
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "reservation", json_int(&c->arena, made.left_out[i].reservation_id));
        JSON_SET(row, "why", json_string(&c->arena, span_z(made.left_out[i].why)));
        json_add(left, row);
    }
    if (r == 0)
        JSON_SET(c->result, "left_out", left);
    return r;
}

static const struct option_example batch_examples[] = {
    {"huiqi payment batch jobs-2020 --title 2020年3月第一批 --as finance",
     "把该资金所有待拨付的占用做成一批"}};
static const struct command_spec batch_spec = {
    .name = "payment batch",
    .usage = "FUND --title TEXT [--reservation N]... [--as NAME] [--json]",
    .summary =
        "制作批次。All that is reserved in a fund, or what is named. Left out and listed: who has\n"
        "told no account, who is barred, whose money came back from the same account.",
    OPTIONS_OF(batch_options),
    EXAMPLES_OF(batch_examples),
    .least = 1,
    .most = 1,
};

/* ---- approve, submit, cancel ---- */

static int run_approve(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = batch_approve(&c->arena, s, &c->who, id, err);
    return r < 0 ? r : show_batch(c, s, id, err);
}

static int run_cancel(struct money_call *c, struct store *s, struct err *err)
{
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = batch_cancel(&c->arena, s, &c->who, id, money_span(c->options.reason), err);
    return r < 0 ? r : show_batch(c, s, id, err);
}

static int run_submit(struct money_call *c, struct store *s, struct err *err)
{
    struct seal seal;
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = seal_load(s, store_url(), false, &seal, err);
    if (r < 0)
        return r;
    r = batch_submit(&c->arena, s, &seal, &c->who, id, err);
    seal_forget(&seal);
    return r < 0 ? r : show_batch(c, s, id, err);
}

static const struct option_example approve_examples[] = {
    {"huiqi payment approve 3 --as reviewer", "复核：不能是制作人"}};
static const struct command_spec approve_spec = {
    .name = "payment approve",
    .usage = "N [--as NAME] [--json]",
    .summary = "复核批次。By another person than the maker; the money is committed.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(approve_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example submit_examples[] = {
    {"huiqi payment submit 3 --as finance", "文件已经交给银行或国库"}};
static const struct command_spec submit_spec = {
    .name = "payment submit",
    .usage = "N [--as NAME] [--json]",
    .summary = "送出：the file has been handed over; its SHA-256 is kept and nothing is cancelled "
               "any more.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(submit_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example cancel_examples[] = {
    {"huiqi payment cancel 3 --reason 账户要更正", "送出之前取消，款项回到待拨付"}};
static const struct command_spec cancel_spec = {
    .name = "payment cancel",
    .usage = "N --reason TEXT [--as NAME] [--json]",
    .summary = "Takes a batch back before it is handed over; its money is reserved as before.",
    OPTIONS_OF(money_reason_options),
    EXAMPLES_OF(cancel_examples),
    .least = 1,
    .most = 1,
};

/* ---- file ---- */

static const struct option_spec file_options[] = {
    MONEY_TEXT_OPTION(format, "format", "F", "csv (default), or xml: ISO 20022 pain.001"),
    MONEY_TEXT_OPTION(out, "out", "FILE", "where to (default: the standard output)"), MONEY_AS};

static int write_file(struct money_call *c, const struct buffer *b, struct err *err)
{
    if (c->options.out)
        return file_write(c->options.out, buffer_span(b), err);
    return fwrite(b->p, 1, b->n, stdout) == b->n ? 0 : err_set(err, E_IO, "cannot write");
}

static int run_file(struct money_call *c, struct store *s, struct err *err)
{
    struct span format = money_span(c->options.format);
    struct buffer out = BUFFER_INIT;
    struct seal seal;
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0 && format.n && !span_eq(format, SPAN("csv")) && !span_eq(format, SPAN("xml")))
        r = err_set(err, E_USAGE, "--format 是 csv 或 xml");
    if (r == 0)
        r = seal_load(s, store_url(), false, &seal, err);
    if (r < 0)
        return r;
    r = batch_file(&c->arena, s, &seal, &c->who, id,
                   span_eq(format, SPAN("xml")) ? BATCH_XML : BATCH_CSV, &out, err);
    seal_forget(&seal);
    c->printed = true;
    if (r == 0)
        r = write_file(c, &out, err);
    buffer_release(&out);
    return r;
}

static const struct option_example file_examples[] = {
    {"huiqi payment file 3 --as finance --out batch-3.csv",
     "支付键、户名、开户行、账号、金额，末行合计与校验值"}};
static const struct command_spec file_spec = {
    .name = "payment file",
    .usage = "N [--format csv|xml] [--out FILE] [--as NAME]",
    .summary =
        "给银行或国库的文件。Of an approved batch, the same bytes each time. The last line of CSV\n"
        "has the number of payments, their sum and the SHA-256 of the lines before. Making it\n"
        "opens what is sealed, and is logged.",
    OPTIONS_OF(file_options),
    EXAMPLES_OF(file_examples),
    .least = 1,
    .most = 1,
};

/* ---- reply ---- */

static void say_problems(const char *file, const struct reply_outcome *o)
{
    for (size_t i = 0; i < o->problem_n; i++)
        fprintf(stderr, "%s:%u:%u: %.*s\n", file, o->problems[i].line, o->problems[i].column,
                SPAN_ARG(o->problems[i].what));
}

static int run_reply(struct money_call *c, struct store *s, struct err *err)
{
    struct reply_outcome o = {0};
    struct span text;
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = file_read(&c->arena, c->operands[1], REPLY_FILE, &text, err);
    if (r == 0)
        r = batch_reply(&c->arena, s, &c->who, id, text, span_z(c->operands[1]), &o, err);
    if (r == E_CHECK)
        say_problems(c->operands[1], &o);
    if (r < 0)
        return r;
    c->result = json_object(&c->arena);
    JSON_SET(c->result, "lines", json_int(&c->arena, o.lines));
    JSON_SET(c->result, "paid", json_int(&c->arena, o.paid));
    JSON_SET(c->result, "returned", json_int(&c->arena, o.returned));
    JSON_SET(c->result, "unchanged", json_int(&c->arena, o.unchanged));
    JSON_SET(c->result, "repeated", json_bool(&c->arena, o.repeated));
    return r;
}

static const struct option_example reply_examples[] = {
    {"huiqi payment reply 3 reply.csv --as finance", "登记到账和退回；有一行不认得，整份不登记"}};
static const struct command_spec reply_spec = {
    .name = "payment reply",
    .usage = "N FILE.csv [--as NAME] [--json]",
    .summary =
        "回单对账。Columns 支付键, 结果 (成功, 退回, 处理中), 金额; 日期, 流水号, 原因 where "
        "there.\n"
        "All of it or nothing: a line that is unknown or contradicts refuses the file, exit 1,\n"
        "each with its position. The same file again changes nothing.",
    OPTIONS_OF(money_plain_options),
    EXAMPLES_OF(reply_examples),
    .least = 2,
    .most = 2,
};

/* ---- hops ---- */

static const struct option_spec hop_options[] = {
    MONEY_TEXT_OPTION(from, "from", "OFFICE", "who gave the money"),
    MONEY_TEXT_OPTION(to, "to", "OFFICE", "who got it"),
    MONEY_TEXT_OPTION(amount, "amount", "YUAN", "how much"),
    MONEY_TEXT_OPTION(account, "account", "LABEL", "which account, as people call it; no number"),
    MONEY_TEXT_OPTION(source, "source", "NAME", "which money of the fund"),
    MONEY_TEXT_OPTION(on, "on", "D", "the day (default: today)"),
    MONEY_AS,
    MONEY_JSON};

static int run_hop(struct money_call *c, struct store *s, struct err *err)
{
    struct hop h = {.giver = money_span(c->options.from),
                    .taker = money_span(c->options.to),
                    .account = money_span(c->options.account),
                    .source = money_span(c->options.source)};
    int64_t id = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = money_amount_of(c->options.amount, &h.amount, err);
    if (r == 0)
        r = money_day_of(c->options.on, &h.made_on, err);
    if (r == 0)
        r = hop_add(&c->arena, s, &c->who, id, &h, err);
    return r < 0 ? r : hop_list_json(&c->arena, s, id, &c->result, err);
}

static const struct option_example hop_examples[] = {
    {"huiqi payment hop 3 --from 市财政局 --to 技能提升专账 --amount 30万 --source 失业保险基金",
     "拨付链上的一步"}};
static const struct command_spec hop_spec = {
    .name = "payment hop",
    .usage = "N --from OFFICE --to OFFICE --amount YUAN [...]",
    .summary = "拨付链：one step of the money's way from office to office.",
    OPTIONS_OF(hop_options),
    EXAMPLES_OF(hop_examples),
    .least = 1,
    .most = 1,
};

/* ---- the day of payment ---- */

static const struct option_spec due_options[] = {
    MONEY_TEXT_OPTION(on, "on", "D", "the day on which it is to be paid"),
    MONEY_TEXT_OPTION(purpose, "purpose", "NAME", "only of this purpose"),
    MONEY_TEXT_OPTION(measure, "measure", "ID", "only of this measure"),
    MONEY_TEXT_OPTION(source, "list", "NAME", "only who stands on this list"),
    MONEY_TEXT_OPTION(matter, "reservation", "N", "only this one"),
    MONEY_REASON,
    MONEY_TEXT_OPTION(cites, "cites", "CLAUSE", "document and clause that it follows from"),
    MONEY_AS,
    MONEY_JSON};

static int show_days(struct money_call *c, struct store *s, int64_t fund, struct err *err)
{
    struct payday *at = NULL;
    size_t n = 0;
    int r = payday_list(&c->arena, s, fund, &at, &n, err);

    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct {
            const char *key;
            struct span text;
        } texts[] = {{"fund", at[i].fund},       {"subject", at[i].subject_code},
                     {"measure", at[i].measure}, {"state", at[i].state},
                     {"due", at[i].due},         {"was", at[i].was},
                     {"reason", at[i].reason},   {"cites", at[i].cites},
                     {"by", at[i].actor}};
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "reservation", json_int(&c->arena, at[i].reservation_id));
        JSON_SET(row, "amount", json_string(&c->arena, fen_text(&c->arena, at[i].amount)));
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            json_set(row, span_z(texts[k].key), json_string(&c->arena, texts[k].text));
        JSON_SET(row, "late", json_bool(&c->arena, at[i].late));
        json_add(c->result, row);
    }
    return r;
}

static int run_due(struct money_call *c, struct store *s, struct err *err)
{
    const struct money_options *o = &c->options;
    struct payday_new n = {.fund = span_z(c->operands[0]),
                           .purpose = money_span(o->purpose),
                           .measure = money_span(o->measure),
                           .list = money_span(o->source),
                           .reason = money_span(o->reason),
                           .cites = money_span(o->cites)};
    size_t moved = 0;
    struct fund f;
    int r = o->matter ? money_number_of(o->matter, "--reservation", &n.reservation_id, err) : 0;

    if (r == 0)
        r = money_day_of(o->on, &n.on, err);
    if (r == 0)
        r = payday_set(&c->arena, s, &c->who, &n, &moved, err);
    if (r == 0)
        r = fund_load(&c->arena, s, n.fund, false, &f, err);
    return r < 0 ? r : show_days(c, s, f.id, err);
}

static int run_dates(struct money_call *c, struct store *s, struct err *err)
{
    int64_t fund = 0;
    int r = money_fund_of(c, s, &fund, err);

    return r < 0 ? r : show_days(c, s, fund, err);
}

static const struct option_spec dates_options[] = {
    MONEY_TEXT_OPTION(fund, "fund", "CODE", "of this fund"), MONEY_JSON};
static const struct option_example due_examples[] = {
    {"huiqi payment due jobs-2020 --on 2020-02-29 --purpose 高校毕业生就业补贴 --reason 提前兑现"
     " --cites '《示例措施》三' --as finance",
     "一类奖补提前到二月拨付"}};
static const struct command_spec due_spec = {
    .name = "payment due",
    .usage = "FUND --on D --reason TEXT --cites CLAUSE [--purpose NAME] [--measure ID] [...]",
    .summary =
        "提前兑现：the day on which reserved money is to be paid, for one or a class. A day only\n"
        "moves forward; the amount stays. Listed with reason and document (payment dates).",
    OPTIONS_OF(due_options),
    EXAMPLES_OF(due_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example dates_examples[] = {
    {"huiqi payment dates --fund jobs-2020", "哪些提前了，原来哪天，为什么；哪些过了日期"}};
static const struct command_spec dates_spec = {
    .name = "payment dates",
    .usage = "[--fund CODE] [--json]",
    .summary = "Days of payment with the day before, reason and document; what is late.",
    OPTIONS_OF(dates_options),
    EXAMPLES_OF(dates_examples),
};
static const struct money_column date_columns[] = {{"reservation", 8}, {"due", 12},   {"was", 12},
                                                   {"amount", 14},     {"state", 10}, {"late", 6},
                                                   {"reason", 24},     {"cites", 0}};
static const struct money_command due_command = {.spec = &due_spec,
                                                 .run = run_due,
                                                 .columns = date_columns,
                                                 .column_count = COUNT_OF(date_columns)};
static const struct money_command dates_command = {.spec = &dates_spec,
                                                   .run = run_dates,
                                                   .reads = true,
                                                   .columns = date_columns,
                                                   .column_count = COUNT_OF(date_columns),
                                                   .empty = "没有定拨付日期的"};
MONEY_COMMAND(due, due_command)
MONEY_COMMAND(dates, dates_command)

/* ---- list, show ---- */

static const struct option_spec list_options[] = {
    MONEY_TEXT_OPTION(fund, "fund", "CODE", "of this fund"),
    MONEY_TEXT_OPTION(state, "state", "S", "draft, approved, sent, settled or cancelled"),
    MONEY_TEXT_OPTION(after, "after", "N", "behind this number"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many (1000)"), MONEY_JSON};
static const struct option_spec show_options[] = {
    MONEY_TEXT_OPTION(after, "after", "N", "payments behind this position"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many payments (1000)"), MONEY_JSON};

static int run_list(struct money_call *c, struct store *s, struct err *err)
{
    struct batch_query q = {.state = money_span(c->options.state)};
    struct batch *at = NULL;
    size_t n = 0;
    int r = money_page_of(c, &q.after, &q.limit, err);

    if (r == 0)
        r = money_fund_of(c, s, &q.fund_id, err);
    if (r == 0)
        r = batch_list(&c->arena, s, &q, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(c->result, batch_json(&c->arena, &at[i]));
    return r;
}

static int run_show(struct money_call *c, struct store *s, struct err *err)
{
    struct json *payments = json_array(&c->arena), *hops = NULL;
    struct payment *at = NULL;
    size_t n = 0, most = 0;
    int64_t id = 0, after = 0;
    int r = batch_operand(c, &id, err);

    if (r == 0)
        r = money_page_of(c, &after, &most, err);
    if (r == 0)
        r = show_batch(c, s, id, err);
    if (r == 0)
        r = payment_list(&c->arena, s, id, after, most, &at, &n, err);
    if (r == 0)
        r = hop_list_json(&c->arena, s, id, &hops, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(payments, payment_json(&c->arena, &at[i]));
    if (r == 0) {
        JSON_SET(c->result, "payments", payments);
        JSON_SET(c->result, "hops", hops);
    }
    return r;
}

static const struct option_example list_examples[] = {
    {"huiqi payment list --state sent", "已送出、等回单的批次"}};
static const struct command_spec list_spec = {
    .name = "payment list",
    .usage = "[--fund CODE] [--state S] [--json]",
    .summary = "Batches with their totals, and how much of them is paid and came back.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
};
static const struct option_example show_examples[] = {
    {"huiqi payment show 3", "批次、每一笔、拨付链"}};
static const struct command_spec show_spec = {
    .name = "payment show",
    .usage = "N [--json]",
    .summary =
        "One batch: its payments with state, reason and reference, and the way of the money.",
    OPTIONS_OF(show_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};

static const struct money_column list_columns[] = {{"batch", 6},  {"state", 10}, {"lines", 7},
                                                   {"total", 14}, {"paid", 14},  {"returned", 14},
                                                   {"fund", 18},  {"title", 0}};
static const struct money_column hop_columns[] = {{"on", 11}, {"amount", 14}, {"from", 20},
                                                  {"to", 20}, {"source", 16}, {"account", 0}};
static const struct money_command payee_command = {.spec = &payee_spec, .run = run_payee};
static const struct money_command batch_command = {.spec = &batch_spec, .run = run_batch};
static const struct money_command approve_command = {.spec = &approve_spec, .run = run_approve};
static const struct money_command cancel_command = {.spec = &cancel_spec, .run = run_cancel};
static const struct money_command submit_command = {.spec = &submit_spec, .run = run_submit};
static const struct money_command file_command = {.spec = &file_spec, .run = run_file};
static const struct money_command reply_command = {.spec = &reply_spec, .run = run_reply};
static const struct money_command hop_command = {.spec = &hop_spec,
                                                 .run = run_hop,
                                                 .columns = hop_columns,
                                                 .column_count = COUNT_OF(hop_columns)};
static const struct money_command list_command = {.spec = &list_spec,
                                                  .run = run_list,
                                                  .reads = true,
                                                  .columns = list_columns,
                                                  .column_count = COUNT_OF(list_columns),
                                                  .empty = "没有批次"};
static const struct money_command show_command = {
    .spec = &show_spec, .run = run_show, .reads = true};
MONEY_COMMAND(payee, payee_command)
MONEY_COMMAND(batch, batch_command)
MONEY_COMMAND(approve, approve_command)
MONEY_COMMAND(cancel, cancel_command)
MONEY_COMMAND(submit, submit_command)
MONEY_COMMAND(file, file_command)
MONEY_COMMAND(reply, reply_command)
MONEY_COMMAND(hop, hop_command)
MONEY_COMMAND(list, list_command)
MONEY_COMMAND(show, show_command)

int cmd_payment(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"payee", payee, "the account that a subject is paid to", NULL},
        {"batch", batch, "makes a batch of what is reserved", NULL},
        {"approve", approve, "by a second person", NULL},
        {"file", file, "the file for the bank or treasury", NULL},
        {"submit", submit, "the file has been handed over", NULL},
        {"reply", reply, "what the bank says became of it", NULL},
        {"cancel", cancel, "takes a batch back before it is handed over", NULL},
        {"hop", hop, "one step of the money's way", NULL},
        {"due", due, "the day of payment, earlier for a class", NULL},
        {"dates", dates, "days of payment, why they moved, what is late", NULL},
        {"list", list, "batches", NULL},
        {"show", show, "one batch with its payments", NULL},
    };
    static const struct command_group group = {.name = "payment",
                                               .summary = "拨付：批次、复核、文件、回单对账。",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
