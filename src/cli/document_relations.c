/*
 * document_relations.c: `huiqi document relations`: the graph of the texts in some files, and what
 * their clauses have in common.
 */
#include <stdio.h>
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/document_open.h"
#include "cli/options.h"
#include "document/path.h"
#include "document/references.h"

#define FILES_MAX 1000 /* files of one command: what a person types */

struct relations_options {
    bool json, svg;
    const char *library;
};

static const struct option_spec relations_specs[] = {
    {"json", NULL, "texts, relations, referrals, quotations, copies, conflicts, floors",
     OPTION_FLAG, offsetof(struct relations_options, json)},
    {"svg", NULL, "the graph as a picture, a column for each level", OPTION_FLAG,
     offsetof(struct relations_options, svg)},
    {"library", "DIR", "where the names of departments and texts are (default: as 'match')",
     OPTION_TEXT, offsetof(struct relations_options, library)},
};

static const struct option_example relations_examples[] = {
    {"huiqi document relations city.txt district.txt", "one line for each relation"},
    {"huiqi document relations *.txt --svg > graph.svg", "all of them as one picture"},
};

static const struct command_spec relations_command = {
    .name = "document relations",
    .usage = "[FILE|ID...] [--json|--svg]",
    .summary = "Relates the texts of the files to one another and to the texts that they cite: by "
               "number, title or nickname.\n"
               "Also: clauses that leave something to another text, copies, other figures in like "
               "clauses, a city's clauses beside its districts'. Without FILE: "
               "all documents of the database and what the library declares.",
    .options = relations_specs,
    .option_count = COUNT_OF(relations_specs),
    .examples = relations_examples,
    .example_count = COUNT_OF(relations_examples),
    .least = 0,
    .most = -1,
};

static struct span name_of(const struct reference_text *t)
{
    return t->title.n ? t->title : t->number;
}

static void add_text(struct buffer *out, const struct reference_text *t)
{
    buffer_add(out, name_of(t));
    if (t->number.n && t->title.n)
        buffer_print(out, "（%.*s）", SPAN_ARG(t->number));
    if (!t->held)
        buffer_add_z(out, " [not held]");
}

static void add_clause(struct buffer *out, struct arena *a, const struct reference_text *t,
                       const struct doc_node *n)
{
    buffer_add(out, doc_masked(a, t->file->doc, n, doc_path(a, t->file->doc, n)));
}

static void print_pairs(struct buffer *out, struct arena *a, const struct references *r,
                        const char *what, const struct clause_pair *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct reference_text *x = &r->texts[p[i].a_text], *y = &r->texts[p[i].b_text];
        buffer_print(out, "%s\t%s\t", what, p[i].change ? p[i].change : "");
        add_clause(out, a, x, p[i].a);
        if (p[i].a_value)
            buffer_print(out, " %.*s", SPAN_ARG(p[i].a_value->value));
        buffer_byte(out, '\t');
        if (p[i].b)
            add_clause(out, a, y, p[i].b);
        else
            buffer_add(out, y->title);
        if (p[i].b_value)
            buffer_print(out, " %.*s", SPAN_ARG(p[i].b_value->value));
        buffer_byte(out, '\n');
    }
}

static void relations_text(struct buffer *out, struct arena *a, const struct references *r)
{
    for (size_t i = 0; i < r->relation_count; i++) {
        const struct relation *e = &r->relations[i];
        buffer_print(out, "%s\t", relation_name(e->kind));
        add_text(out, &r->texts[e->from]);
        buffer_byte(out, '\t');
        add_text(out, &r->texts[e->to]);
        buffer_byte(out, '\n');
    }
    print_pairs(out, a, r, "copy", r->duplicates, r->duplicate_count);
    print_pairs(out, a, r, "conflict", r->conflicts, r->conflict_count);
    print_pairs(out, a, r, "floor", r->floors, r->floor_count);
}

static int open_all(struct arena *a, char **paths, size_t n, const struct names *names,
                    struct reference_file *files, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct opened *o = ARENA_NEW(a, struct opened);
        if (!o)
            return err_memory(err);
        int r = document_open(a, paths[i], names, o, err);
        if (r < 0)
            return r;
        files[i] = (struct reference_file){o->doc, &o->entries, &o->mentions};
    }
    return 0;
}

/* The ids of all documents of the database; none when there is no database. */
static int stored_ids(struct arena *a, char ***ret, size_t *ret_n, struct err *err)
{
    struct archive_filter filter = {.year = 0};
    struct archive_version *at = NULL;
    struct desk d;
    size_t n = 0;
    *ret_n = 0;
    if (!document_database_exists())
        return 0;
    desk_init(&d);
    int r = desk_open(&d, false);
    if (r == 0)
        r = document_archive_list(d.store, a, &filter, &at, &n, &d.err);
    char **ids = r == 0 ? ARENA_ARRAY(a, char *, n + 1) : NULL;
    for (size_t i = 0; ids && i < n; i++)
        if (!span_eq(at[i].kind, SPAN("annex")))
            ids[(*ret_n)++] = (char *)arena_copy(a, at[i].slug).p;
    if (r < 0)
        *err = d.err;
    else
        *ret = ids;
    desk_release(&d);
    return r;
}

static int run(struct arena *a, const struct relations_options *options, char **paths, size_t n)
{
    struct err err = ERR_INIT;
    struct names names;
    struct references refs;
    bool whole = n == 0;
    int r = document_names(a, options->library, &names, &err);
    if (r == 0 && whole)
        r = stored_ids(a, &paths, &n, &err);
    struct reference_file *files = ARENA_ARRAY(a, struct reference_file, n + 1);
    if (r == 0)
        r = files ? open_all(a, paths, n, &names, files, &err) : err_memory(&err);
    if (r == 0)
        r = references_find(a, files, n, &names, whole, &refs, &err);
    if (r < 0)
        return report_err(&err);
    struct buffer out = BUFFER_INIT;
    if (options->svg)
        references_svg(&out, a, &refs);
    else if (!options->json)
        relations_text(&out, a, &refs);
    r = document_output(a, &out, options->json ? references_json(a, &refs) : NULL);
    buffer_release(&out);
    return r;
}

int document_relations(int argc, char **argv)
{
    struct relations_options options = {0};
    struct arena arena;
    int count = 0, r = options_parse(&relations_command, argc, argv, &options, &count);
    if (r != OPTIONS_RUN)
        return r;
    if (options.json && options.svg)
        return report_usage(&relations_command, "--json and --svg are alternatives");
    if (count > FILES_MAX)
        return report_usage(&relations_command, "more than %d files", FILES_MAX);
    arena_init(&arena);
    r = run(&arena, &options, argv + 1, (size_t)count);
    arena_release(&arena);
    return r;
}
