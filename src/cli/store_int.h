/*
 * store_int.h: what the files of `huiqi store` share.
 */
#ifndef HUIQI_CLI_STORE_INT_H
#define HUIQI_CLI_STORE_INT_H
#include "cli/rows.h"

int store_backup_command(int argc, char **argv);
int store_restore_command(int argc, char **argv);
int store_verify_command(int argc, char **argv);
int store_forget_command(int argc, char **argv);
#endif
