/*
 * feel_line.h: one line of `huiqi feel`: an expression, or a command of the prompt, which begins
 * with a colon (no expression does). Prompt, standard input and the command line all come through
 * here.
 */
#ifndef HUIQI_CLI_FEEL_LINE_H
#define HUIQI_CLI_FEEL_LINE_H
#include "cli/feel_session.h"

struct line_command {
    const char *name;     /* with its colon */
    const char *argument; /* NULL = takes none */
    const char *help;
    int (*run)(struct session *s, struct span argument);
};
extern const struct line_command line_commands[];
extern const size_t line_command_count;

/* Prints the value, diagnostics on stderr; exit status: 0, or that of the error. */
int feel_evaluate(struct session *s, struct span text, bool explain);
/* The same for a line of the prompt; sets *ret_quit when it asks for the end. */
int feel_line(struct session *s, struct span line, bool explain, bool *ret_quit);
#endif
