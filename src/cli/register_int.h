/*
 * register_int.h: the commands of register_import.c, for the group in register.c.
 */
#ifndef HUIQI_CLI_REGISTER_INT_H
#define HUIQI_CLI_REGISTER_INT_H

int register_import_run(int argc, char **argv);
int register_batch_run(int argc, char **argv);
int register_batch_review_run(int argc, char **argv);
int register_batch_publish_run(int argc, char **argv);
#endif
