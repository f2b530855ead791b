/*
 * document_open.c: see document_open.h.
 */
#include "cli/document_open.h"
#include <stdio.h>
#include "base/file.h"
#include "cli/document_desk.h"
#include "cli/options.h"
#include "policy/library.h"

/* ---- a document of the database ---- */

/* A paragraph a line, as `document read --text` prints it. */
static struct span rebuild(struct arena *a, const struct archive_version *v,
                           const struct archive_clause *clauses, size_t n)
{
    struct buffer out = BUFFER_INIT;
    if (n == 0 || clauses[0].text.n + clauses[0].title.n == 0) {
        buffer_add(&out, v->title);
        buffer_add_z(&out, "\n\n");
    }
    for (size_t i = 0; i < n; i++) {
        struct span text = clauses[i].text.n ? clauses[i].text : clauses[i].title;
        if (!text.n || span_eq(clauses[i].kind, SPAN("cell")))
            continue;
        struct span mark = clauses[i].mark;
        buffer_add(&out, mark);
        if (mark.n && mark.p[mark.n - 1] >= '0' && mark.p[mark.n - 1] <= '9')
            buffer_byte(&out, ' ');
        buffer_add(&out, text);
        buffer_add_z(&out, "\n\n");
    }
    struct span text = arena_copy(a, buffer_span(&out));
    a->failed |= buffer_failed(&out);
    buffer_release(&out);
    return text;
}

static int read_stored(struct arena *a, const char *name, struct span *ret,
                       struct archive_version **ret_version, struct err *err)
{
    struct desk d;
    struct archive_version *v = NULL;
    struct archive_clause *clauses;
    size_t n = 0;
    desk_init(&d);
    int r = desk_open(&d, false);
    if (r == 0)
        r = document_archive_get(d.store, a, span_z(name), 0, &v, &d.err);
    if (r == 0)
        r = document_archive_clauses(d.store, a, v->id, &clauses, &n, &d.err);
    if (r == 0) {
        *ret = rebuild(a, v, clauses, n);
        *ret_version = v;
    } else if (err)
        *err = d.err;
    desk_release(&d);
    return r;
}

/* Without a database nothing is stored; asking must not make one. */
bool document_database_exists(void)
{
    const char *url = store_url();
    return strncmp(url, "sqlite:", 7) != 0 || file_exists(url + 7);
}

static int read_any(struct arena *a, const char *path, struct span *ret,
                    struct archive_version **ret_version, struct err *err)
{
    bool file = strcmp(path, "-") == 0 || file_exists(path) || strchr(path, '/');
    if (!file && document_database_exists() && read_stored(a, path, ret, ret_version, NULL) == 0)
        return 0;
    return file_read(a, path, DOC_FILE_MAX, ret, err);
}

/* A stored text is one document, and what is known of it stands in its row, not in its lines. */
static int stored_entry(struct arena *a, struct opened *o, const struct archive_version *v,
                        struct err *err)
{
    struct doc_entry *e = ARENA_NEW(a, struct doc_entry);
    struct json *issuers = NULL;
    int r = v->issuers.n ? json_parse(a, v->issuers, SPAN("issuers"), &issuers, err) : 0;
    if (r < 0 || !e)
        return r < 0 ? r : err_memory(err);
    if (o->entries.n)
        *e = o->entries.at[0]; /* validity and missing parts are read again */
    e->kind = DOC_ENTRY_DOCUMENT;
    e->id = v->slug;
    e->node = o->doc->root;
    e->start = 0;
    e->end = o->doc->bytes.n;
    e->title = (struct doc_fact){.text = v->title};
    e->number = (struct doc_fact){.text = v->doc_number};
    e->region = v->region;
    e->type = v->type;
    if (!date_parse(v->issued, &e->date))
        e->date.year = 0;
    e->issuer_count = 0;
    e->issuers = ARENA_ARRAY(a, struct doc_fact, (issuers ? issuers->n : 0) + 1);
    JSON_EACH(name, issuers)
    if (e->issuers)
        e->issuers[e->issuer_count++].text = json_text(name);
    o->entries.at = e;
    o->entries.n = 1;
    return a->failed ? err_memory(err) : 0;
}

int document_open(struct arena *arena, const char *path, const struct names *names,
                  struct opened *ret, struct err *err)
{
    struct span bytes;
    struct opened o = {.arena = arena};
    struct archive_version *version = NULL;
    int r = read_any(arena, path, &bytes, &version, err);
    if (r == 0)
        r = document_parse(arena, bytes, arena_copy(arena, span_z(path)), &o.doc, err);
    if (r == 0)
        r = document_entries(o.doc, arena, &o.entries, err);
    o.stored = version != NULL;
    if (r == 0 && version)
        r = stored_entry(arena, &o, version, err);
    if (r == 0) {
        struct mention_setting setting = {.names = names, .entries = &o.entries};
        r = mentions_find(arena, o.doc, o.doc->root, &setting, &o.mentions, err);
    }
    if (r == 0)
        *ret = o;
    else if (r == E_IO && err && !err->hint[0])
        err_hint(err, "give a text file, '-' for standard input, or the id of a stored document");
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
