/*
 * case_dropped.c: see case_dropped.h.
 */
#include "casework/case_dropped.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/vector.h"

struct drop {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    struct span folder; /* of the procedure */
    const struct procedure *procedure;
    struct span pattern;
    const char **files; /* whole paths, sorted */
    size_t n, room;
    struct dropped_count *count;
};

static struct span name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return span_z(slash ? slash + 1 : path);
}

static const char *inside(const struct drop *d, const char *folder, struct span name,
                          const char *ending)
{
    return arena_print(d->arena, "%.*s/%s/%.*s%s", SPAN_ARG(d->folder), folder, SPAN_ARG(name),
                       ending)
        .p;
}

static int make_folder(const struct drop *d, const char *name, struct err *err)
{
    struct span path = arena_print(d->arena, "%.*s/%s", SPAN_ARG(d->folder), name);

    if (!path.p)
        return err_memory(err);
    return mkdir(path.p, 0700) == 0 || errno == EEXIST
               ? 0
               : err_set(err, E_IO, "%s: %s", path.p, strerror(errno));
}

/* The file goes where it belongs after its receipt is written: no file without an answer. */
static int answer(const struct drop *d, const char *path, const char *to, struct span text,
                  struct err *err)
{
    struct span name = name_of(path);
    const char *receipt = inside(d, "receipts", name, ".txt"), *target = inside(d, to, name, "");
    int r = receipt && target ? make_folder(d, "receipts", err) : err_memory(err);

    if (r == 0)
        r = make_folder(d, to, err);
    if (r == 0)
        r = file_write(receipt, text, err);
    if (r == 0 && rename(path, target) < 0)
        r = err_set(err, E_IO, "%s: %s", path, strerror(errno));
    return r;
}

static struct span receipt_text(const struct drop *d, const struct intake_receipt *x)
{
    struct span text =
        arena_print(d->arena, "回执\n事项：%.*s\n申请人：%.*s\n办件：%.*s\n状态：%.*s\n",
                    SPAN_ARG(d->procedure->title.zh), SPAN_ARG(x->subject_name),
                    SPAN_ARG(x->number), SPAN_ARG(x->state));

    if (!x->submitted)
        text = arena_print(d->arena, "%.*s没有提交：%.*s\n", SPAN_ARG(text), SPAN_ARG(x->why));
    for (size_t i = 0; i < x->missing_count; i++)
        text = arena_print(d->arena, "%.*s还缺：%.*s\n", SPAN_ARG(text), SPAN_ARG(x->missing[i]));
    return text;
}

/* What is no fault of the file: the next run tries again. */
static bool passes(int r)
{
    return r == E_BUSY || r == E_MEMORY || r == E_IO;
}

static int take_in(const struct drop *d, const char *path, struct span bytes, struct err *err)
{
    const struct intake in = {.procedure = d->procedure->id,
                              .pattern = d->pattern,
                              .file_name = name_of(path),
                              .bytes = bytes};
    struct intake_receipt receipt = {.submitted = false};
    struct err why = ERR_INIT;
    int r = case_take_in(d->arena, d->office, d->who, &in, &receipt, &why);

    if (passes(r)) {
        if (err)
            *err = why;
        return r;
    }
    if (r < 0) {
        d->count->refused++;
        return answer(d, path, "refused",
                      arena_print(d->arena, "没有收件：%s\n%s\n", why.message, why.hint), err);
    }
    d->count->taken++;
    d->count->waiting += !receipt.submitted;
    return answer(d, path, "cur", receipt_text(d, &receipt), err);
}

/* Memory of its own: a run of many large files holds one at a time. What cannot be read stays where
 * it is, is counted, and holds up no other. */
static int take_file(const struct drop *all, const char *path, struct err *err)
{
    struct drop d = *all;
    struct arena a;
    struct err why = ERR_INIT;
    struct span bytes;

    arena_init(&a);
    d.arena = &a;
    int r = file_read(&a, path, PAPER_BYTES, &bytes, &why);
    if (r == E_IO || r == E_NOT_FOUND) {
        d.count->unreadable++;
        r = 0;
    } else if (r == E_MEMORY)
        r = err_memory(err);
    else if (r < 0) {
        d.count->refused++;
        r = answer(&d, path, "refused",
                   arena_print(&a, "没有收件：%s\n%s\n", why.message, why.hint), err);
    } else
        r = take_in(&d, path, bytes, err);
    arena_release(&a);
    return r;
}

static int note_file(void *context, const char *path)
{
    struct drop *d = context;
    const char **to;

    if (d->n >= DROPPED_MOST)
        return 0;
    to = vector_push(d->arena, (void **)&d->files, &d->n, &d->room, sizeof *d->files);
    if (to)
        *to = arena_copy(d->arena, span_z(path)).p;
    return to && *to ? 0 : E_MEMORY;
}

static int read_pattern(struct drop *d, struct err *err)
{
    struct span path = arena_print(d->arena, "%.*s/pattern", SPAN_ARG(d->folder)), text;
    int r = 0;

    d->pattern = SPAN(INTAKE_PATTERN);
    if (!path.p)
        return err_memory(err);
    if (file_exists(path.p)) {
        r = file_read(d->arena, path.p, 1000, &text, err);
        d->pattern = r == 0 ? span_trim(text) : d->pattern;
    }
    return r;
}

/* Names first, then the work: what is moved away is not looked for. */
static int take_procedure(struct drop *d, struct err *err)
{
    struct span fresh = arena_print(d->arena, "%.*s/new", SPAN_ARG(d->folder));
    int r;

    if (!fresh.p)
        return err_memory(err);
    if (!file_exists(fresh.p))
        return 0;
    r = read_pattern(d, err);
    d->n = 0;
    if (r == 0)
        r = file_walk(d->arena, fresh.p, SPAN(""), note_file, d, err);
    for (size_t i = 0; r == 0 && i < d->n; i++)
        r = take_file(d, d->files[i], err);
    return r;
}

int case_take_folder(struct arena *request, const struct office *o, const struct actor *who,
                     struct span folder, struct dropped_count *ret, struct err *err)
{
    struct drop d = {.arena = request, .office = o, .who = who, .count = ret};
    struct span path = arena_copy(request, folder);
    int r = 0;

    *ret = (struct dropped_count){0};
    if (!path.p)
        return err_memory(err);
    if (!file_exists(path.p))
        return err_set(err, E_NOT_FOUND, "没有文件夹 %s", path.p);
    for (size_t i = 0; r == 0 && i < o->library->procedure_count; i++) {
        d.procedure = o->library->procedures[i];
        d.folder = arena_print(request, "%.*s/%.*s", SPAN_ARG(folder), SPAN_ARG(d.procedure->id));
        r = d.folder.p ? take_procedure(&d, err) : err_memory(err);
    }
    return r;
}
