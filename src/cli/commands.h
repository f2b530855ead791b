/*
 * commands.h: the commands, one file each: cmd_NAME in src/cli/NAME.c. Arguments begin with the
 * command's own name; the result is the exit status: 0 answered, 1 a check or test failed, 2 bad
 * usage or input.
 */
#ifndef HUIQI_CLI_COMMANDS_H
#define HUIQI_CLI_COMMANDS_H

#define COMMAND(function, name, help) int cmd_##function(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND
#endif
