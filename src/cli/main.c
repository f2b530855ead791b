/*
 * main.c: the table of commands. Each command is one file of this folder; see commands.def.
 */
#include <stdio.h>
#include "base/trace.h"
#include "cli/commands.h"
#include "cli/options.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};

static const struct command commands[] = {
#define COMMAND(function, name, help) {name, cmd_##function, help},
#include "cli/commands.def"
#undef COMMAND
};

static void help(void)
{
    printf("usage: huiqi COMMAND [ARGUMENTS]\n\n"
           "Runs enterprise-support policy (惠企政策): which measures an enterprise can enjoy, how "
           "much,\n"
           "why, by which clause, until when.\n\ncommands:\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        printf("  %-12s %s\n", commands[i].name, commands[i].help);
    printf("\n'huiqi COMMAND --help' teaches a command, with examples. 'huiqi --version' says "
           "which this is.\n");
}

static int unknown_command(const char *name)
{
    const char *near = nearest_name(commands, COUNT_OF(commands), sizeof commands[0], span_z(name));
    fprintf(stderr, "huiqi: unknown command '%s'", name);
    if (near)
        fprintf(stderr, ", did you mean '%s'?", near);
    fprintf(stderr, "\ntry 'huiqi --help'\n");
    return 2;
}

int main(int argc, char **argv)
{
    trace_init();
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help();
        return argc < 2 ? 2 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("huiqi %s\n", HUIQI_VERSION);
        return 0;
    }
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return unknown_command(argv[1]);
}
