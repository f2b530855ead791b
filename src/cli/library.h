/*
 * library.h: the subcommands of `huiqi library`, by file: library.c (check, list, stats),
 * library_show.c (show, facts), library_coverage.c, library_test.c (edits.c), library_new.c,
 * library_diff.c, library_publish.c (publish, versions, withdraw, export).
 */
#ifndef HUIQI_CLI_LIBRARY_H
#define HUIQI_CLI_LIBRARY_H
#include "cli/load.h"

int library_show(int argc, char **argv);
int library_facts(int argc, char **argv);
int library_coverage(int argc, char **argv);
int library_test(int argc, char **argv);
int library_new(int argc, char **argv);
int library_diff(int argc, char **argv);
int library_publish_command(int argc, char **argv);
int library_versions_command(int argc, char **argv);
int library_withdraw_command(int argc, char **argv);
int library_export_command(int argc, char **argv);
#endif
