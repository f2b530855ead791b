/*
 * cites.h: `--documents DIR` of `library check`, `library stats` and `procedure check`: citations
 * against texts.
 */
#ifndef HUIQI_CLI_CITES_H
#define HUIQI_CLI_CITES_H
#include "policy/library.h"

/* Looks every citation up in the texts of a folder and prints those that lead nowhere, then how
   many resolve. Only those of the procedures `of`, unless it is NULL. Returns `status`, 1 when one
   leads nowhere, or the status of a folder that cannot be read. */
NODISCARD int cli_resolve(struct buffer *out, const struct library *l, const char *folder,
                          const struct procedure *const *of, size_t n, int status);
#endif
