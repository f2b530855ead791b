/*
 * publishing_values.c: a value of a parameter as a draft. See publishing.h.
 */
#include "casework/publishing.h"

/* The draft's own version of a file, else that of the base. */
static struct span bytes_of(const struct draft *d, const struct library_file *f)
{
    for (size_t i = 0; i < d->file_count; i++)
        if (span_eq(d->files[i].path, f->path))
            return d->files[i].bytes;
    return f->bytes;
}

static bool holds_parameters(struct span path)
{
    return span_starts(path, SPAN("parameters/")) ||
           span_find(path, SPAN("/parameters/")) != SIZE_MAX;
}

/* The file that declares it: those of the folder of parameters first. NULL = none. */
static const struct library_file *file_of(struct arena *a, const struct draft *d,
                                          const struct library_files *base, struct span name)
{
    bool event;

    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < base->n; i++)
            if (holds_parameters(base->at[i].path) == (round == 0) &&
                span_ends(base->at[i].path, SPAN(".yaml")) &&
                parameter_in_file(a, bytes_of(d, &base->at[i]), name, &event))
                return &base->at[i];
    return NULL;
}

int draft_value(struct arena *request, struct store *s, const struct actor *who,
                const struct library_files *base, struct span name, const struct parameter_new *x,
                int64_t *id, struct err *err)
{
    struct draft d = {0};
    struct span yaml = {0};
    int r = *id ? draft_get(request, s, *id, &d, err) : 0;

    if (r < 0)
        return r;
    const struct library_file *f = file_of(request, &d, base, name);
    if (!f)
        return err_set(err, E_NOT_FOUND, "没有这个参数：%.*s", SPAN_ARG(name));
    r = parameter_edit(request, name, bytes_of(&d, f), x, &yaml, err);
    struct span title =
        arena_print(request, "%.*s：%.*s", SPAN_ARG(name), SPAN_ARG(span_trim(x->value)));
    if (r == 0 && !title.p)
        r = err_memory(err);
    if (r == 0 && !*id)
        r = draft_new(s, who, title, SPAN(""), id, err);
    const struct draft_text text = {true, f->path, yaml};
    return r < 0 ? r : draft_write(request, s, who, *id, 0, &text, 1, err);
}
