/*
 * dmn.h: the subcommands of `huiqi dmn`, by file: dmn.c (test, check, run), dmn_show.c (show).
 */
#ifndef HUIQI_CLI_DMN_H
#define HUIQI_CLI_DMN_H
#include "base/map.h"
#include "cli/options.h"

int dmn_show(int argc, char **argv);
#endif
