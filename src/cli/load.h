/*
 * load.h: what commands that need a library share: loading it with its diagnostics on stderr, and
 * columns on a terminal.
 */
#ifndef HUIQI_CLI_LOAD_H
#define HUIQI_CLI_LOAD_H
#include "cli/options.h"
#include "policy/library.h"

/* Loads the library of --library (NULL = the usual places). OPTIONS_RUN and the library, or the
   exit status when it cannot be used: its diagnostics are printed then. */
NODISCARD int cli_load_library(const char *option, struct library **ret);

/* Text, then blanks up to `width` columns of a terminal (Chinese characters are two wide); at least
 * one blank. */
void cli_column(struct buffer *out, struct span text, size_t width);
/* Writes the buffer to stdout and releases it; 2 when memory ran out or writing failed, else
 * `status`. */
NODISCARD int cli_flush(struct buffer *out, int status);
/* Pretty JSON on stdout; the same results. */
NODISCARD int cli_print_json(const struct json *j);
#endif
