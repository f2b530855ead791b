/*
 * office.h: what commands about cases share: database, library, key, and who acts (`--as LOGIN`).
 */
#ifndef HUIQI_CLI_OFFICE_H
#define HUIQI_CLI_OFFICE_H
#include "casework/cases.h"
#include "cli/options.h"
#include "policy/version.h"

struct cli_office {
    struct arena arena;
    struct store *store;
    struct library *library;
    struct seal seal;
    struct library_cache *versions; /* that older cases began under */
    struct library_lender lender;
    struct office office;
    struct actor who;
    struct err err;
};

/* OPTIONS_RUN, or the exit status when the error has been said. cli_office_close in either case. */
NODISCARD int cli_office_open(struct cli_office *o, const char *library, const char *as);
/* Keeps the library's files in the store, so that what begins now is judged by them later. */
NODISCARD int cli_office_keep(struct cli_office *o, const char *library);
void cli_office_close(struct cli_office *o);

/* FIELD=VALUE... into an object, values as text. E_USAGE names the one without "=". NULL list: an
 * empty object. */
NODISCARD int cli_pairs(struct arena *a, const struct option_list *list, const char *option,
                        struct json **ret, struct err *err);
#endif
