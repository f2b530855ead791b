/*
 * document_dump.c: `huiqi document dump` and `restore`: all documents of the database as one file,
 * and back. The key stays where it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/options.h"
#include "document/dump.h"

#define FILE_NAME "documents.jsonl"

static const struct option_example dump_examples[] = {
    {"huiqi document dump backup/", "writes backup/" FILE_NAME},
};
static const struct command_spec dump_command = {
    .name = "document dump",
    .usage = "FOLDER|FILE",
    .summary = "Writes all documents, versions, finds and the log to one file, what is sealed "
               "still sealed.\n"
               "The key file beside the database (HUIQI_KEY_FILE) is not in it: keep a copy of it "
               "elsewhere, or nobody opens the originals again.",
    .examples = dump_examples,
    .example_count = COUNT_OF(dump_examples),
    .least = 1,
    .most = 1,
};

static const struct option_example restore_examples[] = {
    {"HUIQI_DATABASE=sqlite:new.db huiqi document restore backup/", "into a new database"},
};
static const struct command_spec restore_command = {
    .name = "document restore",
    .usage = "FOLDER|FILE",
    .summary = "Reads what 'huiqi document dump' wrote into a database without documents: all of "
               "it or nothing.",
    .examples = restore_examples,
    .example_count = COUNT_OF(restore_examples),
    .least = 1,
    .most = 1,
};

/* A folder, one that is named so, or a file. */
static struct span place(struct arena *a, const char *path, bool make)
{
    struct stat st;
    size_t n = strlen(path);
    bool slash = n && path[n - 1] == '/';
    if (make && slash)
        (void)mkdir(path, 0777); /* whether it is there, opening the file tells */
    if (slash || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return arena_print(a, "%s%s" FILE_NAME, path, slash ? "" : "/");
    return arena_copy(a, span_z(path));
}

static int write_line(void *context, struct span line)
{
    return fwrite(line.p, 1, line.n, context) == line.n ? 0 : -1;
}

static int cannot(struct desk *d, const char *doing, struct span path)
{
    err_set(&d->err, E_IO, "cannot %s %.*s", doing, SPAN_ARG(path));
    return E_IO;
}

/* Beside the target and renamed: a dump is whole or it is not there. */
static int dump_to(struct desk *d, struct span path, size_t *ret_rows)
{
    struct span part = arena_print(&d->arena, "%.*s.part", SPAN_ARG(path));
    FILE *f = part.p ? fopen(part.p, "wbe") : NULL;
    if (!f)
        return part.p ? cannot(d, "write", path) : err_memory(&d->err);
    (void)fchmod(fileno(f), 0600);
    int r = archive_dump(d->store, write_line, f, ret_rows, &d->err);
    if ((fflush(f) != 0 || fsync(fileno(f)) != 0) && r == 0)
        r = cannot(d, "write", path);
    if (fclose(f) != 0 && r == 0)
        r = cannot(d, "write", path);
    if (r == 0 && rename(part.p, path.p) < 0)
        r = cannot(d, "write", path);
    if (r < 0)
        unlink(part.p);
    return r;
}

int document_dump(int argc, char **argv)
{
    struct desk d;
    size_t rows = 0;
    int count = 0, r = options_parse(&dump_command, argc, argv, NULL, &count);

    if (r != OPTIONS_RUN)
        return r;
    desk_init(&d);
    struct span path = place(&d.arena, argv[1], true);
    r = path.p ? desk_open(&d, false) : err_memory(&d.err);
    if (r == 0)
        r = dump_to(&d, path, &rows);
    r = r < 0 ? desk_fail(&d) : 0;
    if (r == 0)
        printf("%zu 行写入 %.*s；密钥文件不在其中，请另行备份\n", rows, SPAN_ARG(path));
    desk_release(&d);
    return r;
}

/* ---- back ---- */

struct lines {
    FILE *file;
    char *line;
    size_t room;
};

static int lines_rewind(void *context)
{
    struct lines *l = context;
    return fseek(l->file, 0, SEEK_SET);
}

static int lines_next(void *context, struct span *ret, struct err *err)
{
    struct lines *l = context;
    ssize_t n = getline(&l->line, &l->room, l->file);
    if (n < 0)
        return ferror(l->file) ? err_set(err, E_IO, "cannot read the dump") : 0;
    if ((size_t)n > DUMP_LINE_MAX)
        return err_set(err, E_LIMIT, "a line of the dump is longer than %u bytes", DUMP_LINE_MAX);
    if (n > 0 && l->line[n - 1] == '\n')
        n--;
    *ret = span_of(l->line, (size_t)n);
    return 1;
}

static int restore_from(struct desk *d, struct span path, size_t *ret_rows)
{
    struct lines l = {.file = fopen(path.p, "rbe")};
    struct dump_source source = {lines_rewind, lines_next, &l};
    if (!l.file) {
        cannot(d, "read", path);
        err_hint(&d->err, "give the file or folder that 'huiqi document dump' wrote");
        return E_IO;
    }
    int r = desk_open(d, false);
    if (r == 0)
        r = archive_restore(d->store, &source, ret_rows, &d->err);
    fclose(l.file);
    free(l.line); /* getline's own */
    return r;
}

int document_restore(int argc, char **argv)
{
    struct desk d;
    size_t rows = 0;
    int count = 0, r = options_parse(&restore_command, argc, argv, NULL, &count);

    if (r != OPTIONS_RUN)
        return r;
    desk_init(&d);
    struct span path = place(&d.arena, argv[1], false);
    r = path.p ? restore_from(&d, path, &rows) : err_memory(&d.err);
    r = r < 0 ? desk_fail(&d) : 0;
    if (r == 0)
        printf("恢复 %zu 行；打开原件还需当时的密钥文件\n", rows);
    desk_release(&d);
    return r;
}
