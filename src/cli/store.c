/*
 * store.c: `huiqi store`: the database as a whole: backup, restore, verify.
 */
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/store_int.h"

int cmd_store(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"backup", store_backup_command, "the whole store into one file, while others write", NULL},
        {"restore", store_restore_command, "and back, into an empty store", NULL},
        {"forget", store_forget_command, "sensitive facts whose time is over", NULL},
        {"verify", store_verify_command,
         "rebuilds what is derived from the histories, area by area, and compares", NULL}};
    static const struct command_group group = {.name = "store",
                                               .summary = "数据库：备份、恢复、校验。",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
