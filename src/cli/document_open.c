/*
 * document_open.c: see document_open.h.
 */
#include "cli/document_open.h"
#include <stdio.h>
#include "base/file.h"
#include "cli/options.h"
#include "policy/library.h"

int document_open(struct arena *arena, const char *path, const struct names *names,
                  struct opened *ret, struct err *err)
{
    struct span bytes;
    struct opened o = {.arena = arena};
    int r = file_read(arena, path, DOC_FILE_MAX, &bytes, err);
    if (r == 0)
        r = document_parse(arena, bytes, arena_copy(arena, span_z(path)), &o.doc, err);
    if (r == 0)
        r = document_entries(o.doc, arena, &o.entries, err);
    if (r == 0) {
        struct mention_setting setting = {.names = names, .entries = &o.entries};
        r = mentions_find(arena, o.doc, o.doc->root, &setting, &o.mentions, err);
    }
    if (r == 0)
        *ret = o;
    else if (r == E_IO && err && !err->hint[0])
        err_hint(err, "give the name of a text file, or '-' for standard input");
    return r;
}

int document_names(struct arena *arena, const char *library, struct names *ret, struct err *err)
{
    const char *folder = library_folder(library);
    return names_load(arena, folder ? folder : "", ret, err);
}

int document_output(struct arena *arena, struct buffer *out, const struct json *j)
{
    struct err err = ERR_INIT;
    if (j && !arena->failed) {
        json_print(out, j, JSON_PRETTY);
        buffer_byte(out, '\n');
    }
    if (buffer_failed(out) || arena->failed) {
        err_memory(&err);
        return report_err(&err);
    }
    if (fwrite(out->p, 1, out->n, stdout) != out->n || fflush(stdout) != 0) {
        err_set(&err, E_IO, "cannot write the output");
        return report_err(&err);
    }
    return 0;
}
