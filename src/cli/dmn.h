/*
 * dmn.h: the subcommands of `huiqi dmn`, by file: dmn.c (test, check), dmn_run.c (run), dmn_show.c
 * (show).
 */
#ifndef HUIQI_CLI_DMN_H
#define HUIQI_CLI_DMN_H
#include "base/map.h"
#include "cli/options.h"

struct diags;
/* To stderr. */
void dmn_print_diags(const struct diags *d);
int dmn_run_command(int argc, char **argv);
int dmn_show(int argc, char **argv);
#endif
