/*
 * search_synonyms.c: the register 同义词 of the library: each entry names words that mean the same,
 * with / between them. Read from the library's files without the rest of it, because this folder
 * lies below it (as names.c does); the library's own check is the one that complains.
 */
#include "base/file.h"
#include "document/search_int.h"

#define REGISTER   "同义词"
#define GROUP_MOST 16 /* words of an entry that are used */

struct loading {
    struct arena *arena;
    struct search_synonyms *synonyms;
    struct err *err;
};

static int take_entry(struct loading *l, struct span entry)
{
    struct span words[GROUP_MOST], word;
    size_t n = 0;

    while (n < GROUP_MOST && span_split(&entry, '/', &word)) {
        word = span_trim(word);
        if (word.n)
            words[n++] = word;
    }
    if (n < 2)
        return 0;
    return search_synonyms_add(l->synonyms, words, n) < 0 ? err_memory(l->err) : 0;
}

static int take_file(void *context, const char *path)
{
    struct loading *l = context;
    struct json *file = NULL;
    struct span text;
    int r = file_read(l->arena, path, JSON_SIZE, &text, l->err);

    if (r == 0)
        r = yaml_parse(l->arena, text, span_z(path), &file, l->err);
    if (r < 0)
        return r;
    JSON_EACH(reg, JSON_GET(file, "registers"))
    {
        if (!span_eq(json_text(JSON_GET(reg, "register")), SPAN(REGISTER)))
            continue;
        JSON_EACH(entry, JSON_GET(reg, "entries"))
        if ((r = take_entry(l, json_text(entry))) < 0)
            return r;
    }
    return 0;
}

int search_synonyms_load(struct arena *arena, const char *folder, struct search_synonyms **ret,
                         struct err *err)
{
    struct loading l = {arena, search_synonyms_new(arena), err};
    struct span path = arena_print(arena, "%s/registers", folder);
    int r = 0;

    if (!l.synonyms || !path.p)
        return err_memory(err);
    if (file_exists(path.p))
        r = file_walk(arena, path.p, SPAN(".yaml"), take_file, &l, err);
    if (r == 0)
        *ret = l.synonyms;
    return r;
}
