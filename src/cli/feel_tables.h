/*
 * feel_tables.h: the tables of the language (operators, functions, properties) as a person reads
 * them: on a terminal, in docs/feel.md and in huiqi-feel(7), which tools/manual makes from them.
 */
#ifndef HUIQI_CLI_FEEL_TABLES_H
#define HUIQI_CLI_FEEL_TABLES_H
#include "base/buffer.h"

/* What has `word` in its name or in its meaning, all when the word is empty; false when nothing
 * has. */
bool feel_tables_print(struct buffer *out, struct span word, bool markdown);
#endif
