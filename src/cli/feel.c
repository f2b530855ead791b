/*
 * feel.c: `huiqi feel`: one expression, a prompt, or a file of tests.
 */
#include "cli/commands.h"
#include <stdio.h>
#include "cli/options.h"

static const struct command_spec spec = {
    .name = "feel",
    .usage = "[EXPR]",
    .summary = "Evaluates a FEEL expression.",
    .most = 1,
};

int cmd_feel(int argc, char **argv)
{
    int count = 0;
    int r = options_parse(&spec, argc, argv, NULL, &count);
    if (r != OPTIONS_RUN)
        return r;
    fprintf(stderr, "huiqi feel: not yet\n");
    return 2;
}
