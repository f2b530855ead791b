/*
 * document_export.c: `huiqi document export`: stored documents as Markdown, HTML, JSON or Akoma
 * Ntoso, one on standard output or all into a folder.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/file.h"
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"
#include "document/export.h"

struct export_options {
    const char *format, *output, *version;
    bool all;
};

static const struct option_spec specs[] = {
    {"format", "F", "markdown (default), html, json or akn (Akoma Ntoso 3.0)", OPTION_TEXT,
     offsetof(struct export_options, format)},
    {"version", "N", "this version (default: the newest)", OPTION_TEXT,
     offsetof(struct export_options, version)},
    {"all", NULL, "every document of the database, a file each; needs --output", OPTION_FLAG,
     offsetof(struct export_options, all)},
    {"output", "PATH", "file to write, with --all the folder (default: standard output)",
     OPTION_TEXT, offsetof(struct export_options, output)},
};

static const struct option_example examples[] = {
    {"huiqi document export ID --format akn", "one document as Akoma Ntoso"},
    {"huiqi document export --all --format html --output pages", "all of them as pages"},
};

static const struct command_spec command = {
    .name = "document export",
    .usage = "ID|--all [--format F] [--output PATH]",
    .summary = "Writes documents of the database in a form for others. Personal data stays masked.",
    .options = specs,
    .option_count = COUNT_OF(specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 0,
    .most = 1,
};

static void as_json(struct buffer *out, struct arena *a, const struct export_input *in)
{
    json_print(out, export_json(a, in), JSON_PRETTY);
    buffer_byte(out, '\n');
}

static const struct format {
    const char *name, *ending;
    void (*write)(struct buffer *, struct arena *, const struct export_input *);
} formats[] = {
    {"markdown", "md", export_markdown},
    {"html", "html", export_html},
    {"json", "json", as_json},
    {"akn", "xml", export_akn},
};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (!name || strcmp(name, formats[i].name) == 0)
            return &formats[i];
    return NULL;
}

static int write_one(struct desk *d, const struct format *f, const struct archive_version *v,
                     struct buffer *out)
{
    struct arena a;
    struct export_input in = {.version = v};
    struct archive_clause *clauses = NULL;
    arena_init(&a);
    int r = document_archive_clauses(d->store, &a, v->id, &clauses, &in.n, &d->err);
    in.clauses = clauses;
    if (r == 0)
        f->write(out, &a, &in);
    if (r == 0 && (a.failed || buffer_failed(out)))
        r = err_memory(&d->err);
    arena_release(&a);
    return r;
}

static int export_one(struct desk *d, const struct format *f, const char *name, int64_t number,
                      const char *path)
{
    struct archive_version *v;
    struct buffer out = BUFFER_INIT;
    int status = 0, r = desk_open(d, false);
    if (r == 0)
        r = document_archive_get(d->store, &d->arena, span_z(name), number, &v, &d->err);
    if (r == 0)
        r = write_one(d, f, v, &out);
    if (r == 0 && path)
        r = file_write(path, buffer_span(&out), &d->err);
    if (r < 0)
        status = desk_fail(d);
    if (r < 0 || path)
        buffer_clear(&out);
    return cli_flush(&out, status);
}

/* A slug may hold what a file's name may not. */
static struct span file_name(struct arena *a, const char *folder, const struct archive_version *v,
                             const char *ending)
{
    struct span slug = arena_copy(a, v->slug);
    char *p = arena_alloc(a, slug.n + 1);
    for (size_t i = 0; p && i < slug.n; i++)
        p[i] =
            (unsigned char)slug.p[i] <= ' ' || strchr("/\\:*?\"<>|", slug.p[i]) ? '_' : slug.p[i];
    size_t n = slug.n;
    while (n > 150 && ((unsigned char)p[n] & 0xC0) == 0x80) /* names end at 255 bytes */
        n--;
    if (n > 180)
        n = 0;
    return arena_print(a, "%s/%lld-%.*s.%s", folder, (long long)v->document, (int)n, p ? p : "",
                       ending);
}

static int export_all(struct desk *d, const struct format *f, const char *folder)
{
    struct archive_version *v = NULL;
    size_t n = 0, written = 0;
    int r = desk_open(d, false);
    if (r == 0)
        r = document_archive_list(d->store, &d->arena, &(struct archive_filter){.frames = true}, &v,
                                  &n, &d->err);
    if (r == 0 && mkdir(folder, 0777) < 0 && errno != EEXIST)
        r = err_set(&d->err, E_IO, "cannot make the folder %s: %s", folder, strerror(errno));
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct buffer out = BUFFER_INIT;
        struct span path = file_name(&d->arena, folder, &v[i], f->ending);
        r = path.p ? write_one(d, f, &v[i], &out) : err_memory(&d->err);
        if (r == 0)
            r = file_write(path.p, buffer_span(&out), &d->err);
        written += r == 0;
        buffer_release(&out);
    }
    if (r < 0)
        return desk_fail(d);
    printf("%zu 份文件写入 %s\n", written, folder);
    return 0;
}

int document_export(int argc, char **argv)
{
    struct export_options o = {0};
    struct desk d;
    char *end = NULL;
    int count = 0, r = options_parse(&command, argc, argv, &o, &count);

    if (r != OPTIONS_RUN)
        return r;
    const struct format *f = find_format(o.format);
    int64_t number = o.version ? strtoll(o.version, &end, 10) : 0;
    if (!f)
        return report_usage(&command, "no format '%s': markdown, html, json, akn", o.format);
    if (end && (*end || number < 1))
        return report_usage(&command, "versions are 1, 2 ...");
    if (o.all ? count > 0 || !o.output : count != 1)
        return report_usage(&command, "one document, or --all with --output FOLDER");
    desk_init(&d);
    r = o.all ? export_all(&d, f, o.output) : export_one(&d, f, argv[1], number, o.output);
    desk_release(&d);
    return r;
}
