/*
 * search_synonyms.c: the register 同义词 of the library: each entry names words that mean the same.
 */
#include "document/catalogue.h"
#include "document/search_int.h"

int search_synonyms_entry(struct search_synonyms *y, struct span entry)
{
    struct span words[CATALOGUE_WORDS];
    size_t n = catalogue_words(entry, words);

    return n < 2 ? 0 : search_synonyms_add(y, words, n);
}

static int take(void *context, struct span entry, struct err *err)
{
    return search_synonyms_entry(context, entry) < 0 ? err_memory(err) : 0;
}

int search_synonyms_load(struct arena *arena, const char *folder, struct search_synonyms **ret,
                         struct err *err)
{
    struct search_synonyms *y = search_synonyms_new(arena);
    int r =
        y ? catalogue_load(arena, folder, SPAN(SYNONYM_REGISTER), take, y, err) : err_memory(err);

    if (r == 0)
        *ret = y;
    return r;
}
