/*
 * money.h: what the commands of funds, payments, claims and the ledger share: one struct of
 * options, one call that opens the store, says who acts, runs a step in a transaction and prints
 * its result as rows for people or as JSON.
 */
#ifndef HUIQI_CLI_MONEY_H
#define HUIQI_CLI_MONEY_H
#include "base/json.h"
#include "casework/funds.h"
#include "cli/options.h"
#include "cli/who.h"
#include "document/seal.h"

#define MONEY_ROWS 1000 /* of one list */

struct money_options {
    const char *as, *subject, *measure, *amount, *item, *about, *part, *purpose, *period, *matter,
        *months, *on, *reason, *decision, *instruction, *by, *how, *state, *fund, *title, *name,
        *bank, *account, *out, *format, *from, *to, *source, *cause, *cites, *reference, *region,
        *after, *most;
    struct option_list reservations, plan;
    bool json, all;
};
#define MONEY_TEXT_OPTION(member, name, argument, help)                                            \
    OPT_TEXT(struct money_options, member, name, argument, help)
#define MONEY_AS     MONEY_TEXT_OPTION(as, "as", "NAME", WHO_HELP)
#define MONEY_REASON MONEY_TEXT_OPTION(reason, "reason", "TEXT", "why")
#define MONEY_JSON   OPT_AS_JSON(struct money_options)
/* Of commands that only show; that ask for nothing more; that want a reason. */
extern const struct option_spec money_look_options[1], money_plain_options[2],
    money_reason_options[3];

struct money_call {
    struct arena arena;
    struct actor who;
    struct money_options options;
    char **operands; /* operands[0] is the first */
    int count;
    struct json *result; /* what is printed: an object or an array of objects */
    int status;          /* exit status when all went well */
    bool printed;        /* the step wrote its output itself */
};

/* One column of a printed row: the key of the result, and its width on a terminal. */
struct money_column {
    const char *key;
    size_t width;
};
struct money_command {
    const struct command_spec *spec;
    int (*run)(struct money_call *c, struct store *s, struct err *err);
    bool reads; /* changes nothing: no transaction */
    const struct money_column *columns;
    size_t column_count;
    const char *empty; /* said of an empty list */
};
NODISCARD int money_command_run(const struct money_command *m, int argc, char **argv);
#define MONEY_COMMAND(function, command)                                                           \
    static int function(int argc, char **argv)                                                     \
    {                                                                                              \
        return money_command_run(&(command), argc, argv);                                          \
    }

/* ---- reading what was typed; errors name the option ---- */

static inline struct span money_span(const char *text)
{
    return span_z(text ? text : "");
}
/* A row's number: an operand or an option. */
NODISCARD int money_number_of(const char *text, const char *what, int64_t *ret, struct err *err);
NODISCARD int money_amount_of(const char *text, int64_t *ret, struct err *err);
/* NULL text: year 0. */
NODISCARD int money_day_of(const char *text, struct date *ret, struct err *err);
/* "CODE" of an enterprise or "person/CODE". */
NODISCARD int money_subject_of(struct money_call *c, struct store *s, const char *text,
                               int64_t *ret, struct err *err);
/* --fund CODE: its number, 0 when not given. */
NODISCARD int money_fund_of(struct money_call *c, struct store *s, int64_t *ret, struct err *err);
/* --after and --most of a list. */
NODISCARD int money_page_of(const struct money_call *c, int64_t *ret_after, size_t *ret_most,
                            struct err *err);
#endif
