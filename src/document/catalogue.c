/*
 * catalogue.c: see catalogue.h. The library's own check is the one that complains.
 */
#include "document/catalogue.h"
#include "base/file.h"
#include "base/json.h"

struct loading {
    struct arena *arena;
    struct span name;
    catalogue_take *take;
    void *context;
    struct err *err;
};

static int take_register(struct loading *l, const struct json *reg)
{
    int r = 0;

    if (!span_eq(json_text(JSON_GET(reg, "register")), l->name))
        return 0;
    JSON_EACH(entry, JSON_GET(reg, "entries"))
    if ((r = l->take(l->context, json_text(entry), l->err)) < 0)
        return r;
    return 0;
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
    if ((r = take_register(l, reg)) < 0)
        return r;
    return l->arena->failed ? err_memory(l->err) : 0;
}

int catalogue_load(struct arena *a, const char *folder, struct span name, catalogue_take *take,
                   void *context, struct err *err)
{
    struct loading l = {a, name, take, context, err};
    struct span path = arena_print(a, "%s/registers", folder);

    if (!path.p)
        return err_memory(err);
    return file_exists(path.p) ? file_walk(a, path.p, SPAN(".yaml"), take_file, &l, err) : 0;
}

size_t catalogue_words(struct span entry, struct span *ret)
{
    struct span word;
    size_t n = 0;

    while (n < CATALOGUE_WORDS && span_split(&entry, '/', &word)) {
        word = span_trim(word);
        if (word.n)
            ret[n++] = word;
    }
    return n;
}
