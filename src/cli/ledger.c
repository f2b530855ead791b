/*
 * ledger.c: `huiqi ledger`: the double-entry ledger of funds: entries, balances, verification.
 */
#include "casework/ledger.h"

#include "cli/commands.h"
#include "cli/money.h"
#include "store/verify.h"

static const struct option_spec list_options[] = {
    MONEY_TEXT_OPTION(after, "after", "N", "behind this entry"),
    MONEY_TEXT_OPTION(most, "most", "N", "at most so many (1000)"), MONEY_JSON};

static void set_number(struct money_call *c, struct json *row, struct span key, int64_t n)
{
    if (n)
        json_set(row, key, json_int(&c->arena, n));
}

static int run_list(struct money_call *c, struct store *s, struct err *err)
{
    struct ledger_entry *at = NULL;
    struct fund f;
    size_t n = 0, most = 0;
    int64_t after = 0;
    int r = money_page_of(c, &after, &most, err);

    if (r == 0)
        r = fund_load(&c->arena, s, span_z(c->operands[0]), false, &f, err);
    if (r == 0)
        r = ledger_entries(&c->arena, s, f.id, after, most, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = json_object(&c->arena);
        char text[DATE_TEXT];
        struct span moment = span_of(text, clock_print(at[i].at, text));
        JSON_SET(row, "entry", json_int(&c->arena, at[i].id));
        JSON_SET(row, "at", json_string(&c->arena, arena_copy(&c->arena, moment)));
        JSON_SET(row, "kind", json_string(&c->arena, at[i].kind));
        JSON_SET(row, "amount", json_string(&c->arena, fen_text(&c->arena, at[i].amount)));
        set_number(c, row, SPAN("reservation"), at[i].reservation_id);
        set_number(c, row, SPAN("payment"), at[i].payment_id);
        set_number(c, row, SPAN("claim"), at[i].claim_id);
        JSON_SET(row, "by", json_string(&c->arena, at[i].actor));
        JSON_SET(row, "reason", json_string(&c->arena, at[i].reason));
        json_add(c->result, row);
    }
    return r;
}

static int run_balance(struct money_call *c, struct store *s, struct err *err)
{
    struct ledger_balance *at = NULL;
    struct fund f;
    size_t n = 0;
    int r = fund_load(&c->arena, s, span_z(c->operands[0]), false, &f, err);

    if (r == 0)
        r = ledger_balances(&c->arena, s, f.id, &at, &n, err);
    c->result = json_array(&c->arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *row = json_object(&c->arena);
        JSON_SET(row, "level", json_string(&c->arena, at[i].level));
        JSON_SET(row, "account", json_string(&c->arena, at[i].kind));
        JSON_SET(row, "balance", json_string(&c->arena, fen_text(&c->arena, at[i].balance)));
        json_add(c->result, row);
    }
    return r;
}

static void add_lines(struct money_call *c, const struct verify *v)
{
    struct span rest = arena_copy(&c->arena, buffer_span(&v->lines)), line;
    struct json *list = json_array(&c->arena);

    while (rest.n && span_split(&rest, '\n', &line))
        if (line.n) {
            struct json *row = json_object(&c->arena);
            JSON_SET(row, "what", json_string(&c->arena, line));
            json_add(list, row);
        }
    JSON_SET(c->result, "problems", list);
}

static int run_verify(struct money_call *c, struct store *s, struct err *err)
{
    struct verify v = {.lines = BUFFER_INIT};
    int r = money_verify(s, &v, err);

    c->result = json_object(&c->arena);
    JSON_SET(c->result, "rows", json_int(&c->arena, v.rows));
    JSON_SET(c->result, "wrong", json_int(&c->arena, v.wrong));
    if (v.wrong)
        add_lines(c, &v);
    buffer_release(&v.lines);
    c->status = v.wrong ? 1 : 0;
    return r;
}

static const struct option_example list_examples[] = {
    {"huiqi ledger list jobs-2020", "一项资金的全部分录"}};
static const struct command_spec list_spec = {
    .name = "ledger list",
    .usage = "FUND [--after N] [--most N] [--json]",
    .summary =
        "分录。What moved, when, why and by whom. Entries are only appended; what was wrong is\n"
        "turned back by another entry.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example balance_examples[] = {
    {"huiqi ledger balance jobs-2020", "各级承担的各科目余额"}};
static const struct command_spec balance_spec = {
    .name = "ledger balance",
    .usage = "FUND [--json]",
    .summary = "余额。Every account of a fund, level by level; they sum to zero.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(balance_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example verify_examples[] = {
    {"huiqi ledger verify", "每笔分录平衡，每个余额可由分录重算"}};
static const struct command_spec verify_spec = {
    .name = "ledger verify",
    .usage = "[--json]",
    .summary =
        "Every entry balances, and every derived sum (balances, uses, claims, batches, benefits)\n"
        "is what the histories say; exit 1 when not. Part of huiqi store verify.",
    OPTIONS_OF(money_look_options),
    EXAMPLES_OF(verify_examples),
};
static const struct money_column list_columns[] = {{"entry", 7},   {"at", 26},         {"kind", 10},
                                                   {"amount", 14}, {"reservation", 8}, {"by", 14},
                                                   {"reason", 0}};
static const struct money_column balance_columns[] = {
    {"level", 14}, {"account", 12}, {"balance", 0}};
static const struct money_command list_command = {.spec = &list_spec,
                                                  .run = run_list,
                                                  .reads = true,
                                                  .columns = list_columns,
                                                  .column_count = COUNT_OF(list_columns)};
static const struct money_command balance_command = {.spec = &balance_spec,
                                                     .run = run_balance,
                                                     .reads = true,
                                                     .columns = balance_columns,
                                                     .column_count = COUNT_OF(balance_columns)};
static const struct money_command verify_command = {
    .spec = &verify_spec, .run = run_verify, .reads = true};
MONEY_COMMAND(list, list_command)
MONEY_COMMAND(balance, balance_command)
MONEY_COMMAND(verify, verify_command)

int cmd_ledger(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list, "the entries of a fund", NULL},
        {"balance", balance, "the accounts of a fund", NULL},
        {"verify", verify, "everything balances", NULL},
    };
    static const struct command_group group = {.name = "ledger",
                                               .summary = "复式账：分录、余额、核对。",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
