/*
 * catalogue.h: a register of the library as lists of words, read without the rest of the library,
 * because this folder lies below it. An entry names a thing by several words with / between them.
 */
#ifndef HUIQI_DOCUMENT_CATALOGUE_H
#define HUIQI_DOCUMENT_CATALOGUE_H
#include "base/arena.h"
#include "base/err.h"

#define CATALOGUE_WORDS 16 /* of an entry that are used */

typedef int catalogue_take(void *context, struct span entry, struct err *err);

/* Calls `take` for every entry of the register in DIR/registers, file by file; no such register is
   none. Stops at the first error. */
NODISCARD int catalogue_load(struct arena *a, const char *folder, struct span name,
                             catalogue_take *take, void *context, struct err *err);
/* The words of an entry, at most CATALOGUE_WORDS; returns how many. */
size_t catalogue_words(struct span entry, struct span *ret);
#endif
