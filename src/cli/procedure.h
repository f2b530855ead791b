/*
 * procedure.h: the subcommands of `huiqi procedure`, by file: procedure.c (list, check),
 * procedure_new.c, procedure_show.c (show), procedure_test.c, procedure_window.c.
 */
#ifndef HUIQI_CLI_PROCEDURE_H
#define HUIQI_CLI_PROCEDURE_H
#include "cli/load.h"
#include "policy/procedure.h"

int procedure_show(int argc, char **argv);
int procedure_new(int argc, char **argv);
int procedure_test(int argc, char **argv);
int procedure_window(int argc, char **argv);

/* By id, or by a row of the catalogue when only one carries it out. OPTIONS_RUN, or the exit status
   when the nearest has been named. */
NODISCARD int cli_procedure(const struct library *l, const char *id, const struct procedure **ret);
#endif
