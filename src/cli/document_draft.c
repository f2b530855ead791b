/*
 * document_draft.c: `huiqi document draft`: proposals of measures for an author.
 */
#include <stdio.h>
#include "base/file.h"
#include "cli/document_commands.h"
#include "cli/document_open.h"
#include "cli/options.h"
#include "document/draft.h"
#include "document/path.h"

struct draft_options {
    const char *clause, *document, *region, *into, *library;
};

static const struct option_spec draft_specs[] = {
    {"clause", "PATH", "only this clause, whether it looks decidable or not", OPTION_TEXT,
     offsetof(struct draft_options, clause)},
    {"document", "ID", "which document of the file: id, number or the beginning of the title",
     OPTION_TEXT, offsetof(struct draft_options, document)},
    {"region", "REGION", "where the text names none: 上海市/静安区", OPTION_TEXT,
     offsetof(struct draft_options, region)},
    {"into", "DIR", "a file for each document of the file, in this folder", OPTION_TEXT,
     offsetof(struct draft_options, into)},
    {"library", "DIR", "where the names of departments and texts are (default: as 'match')",
     OPTION_TEXT, offsetof(struct draft_options, library)},
};

static const struct option_example draft_examples[] = {
    {"huiqi document draft notice.txt > library/measures/notice.yaml", "every decidable clause"},
    {"huiqi document draft notice.txt --clause 二/（一）", "one clause"},
};

static const struct command_spec draft_command = {
    .name = "document draft",
    .usage = "FILE|ID [--clause PATH]",
    .summary =
        "Proposes a measure for each clause that grants, asks or forbids something, as a file of "
        "the library:\n"
        "citation, kind, amounts, caps, windows and departments filled in, the rest as "
        "manual conditions for an author.",
    .options = draft_specs,
    .option_count = COUNT_OF(draft_specs),
    .examples = draft_examples,
    .example_count = COUNT_OF(draft_examples),
    .least = 1,
    .most = 1,
};

static bool meant(const struct doc_entry *e, struct span name)
{
    return span_eq(e->id, name) || span_eq(e->number.text, name) ||
           (name.n >= 6 && span_starts(e->title.text, name)) || span_eq(e->body_title, name);
}

/* The documents to draft: the one that is named, else every separate one with a text. */
static bool wanted(const struct draft_options *options, const struct doc_entry *e)
{
    if (options->document)
        return meant(e, span_z(options->document));
    return doc_entry_separate(e) && !(e->flags & DOC_FLAG_NO_BODY);
}

/* beijing/xicheng/rules -> DIR/beijing-xicheng-rules.yaml */
static int save(struct arena *a, const char *folder, struct span id, struct span text,
                struct err *err)
{
    struct span path = arena_print(a, "%s/%.*s.yaml", folder, SPAN_ARG(id));
    if (!path.p)
        return err_memory(err);
    char *name = (char *)path.p + strlen(folder) + 1; /* ours: just made */
    for (; *name; name++)
        if (*name == '/')
            *name = '-';
    return file_write(path.p, text, err);
}

struct drafted {
    const struct draft_options *options;
    struct buffer *out;
    size_t documents;
};

static int draft_entry(struct arena *a, const struct draft_source *source,
                       const struct doc_entry *e, const struct doc_node *clause, struct drafted *d,
                       struct err *err)
{
    struct buffer one = BUFFER_INIT;
    size_t count = 0;
    int r = draft_measures(a, source, e, clause, &one, &count, err);
    if (r == 0 && count && d->documents++ && !d->options->into)
        r = err_set(err, E_USAGE, "the file holds several documents");
    if (r == E_USAGE)
        err_hint(err,
                 "--document ID for one, or --into DIR for all; 'huiqi document list' shows them");
    if (r == 0 && count && d->options->into)
        r = save(a, d->options->into, e->id.n ? e->id : SPAN("text"), buffer_span(&one), err);
    else if (r == 0)
        buffer_add(d->out, buffer_span(&one));
    buffer_release(&one);
    return r;
}

static int draft_all(struct arena *a, const struct opened *o, const struct draft_options *options,
                     const struct names *names, struct buffer *out, struct err *err)
{
    struct draft_source source = {.doc = o->doc,
                                  .entries = &o->entries,
                                  .mentions = &o->mentions,
                                  .names = names,
                                  .stored = o->stored,
                                  .region = span_z(options->region)};
    struct drafted d = {.options = options, .out = out};
    const struct doc_node *clause = NULL;
    if (options->clause && !(clause = doc_find(o->doc, span_z(options->clause)))) {
        err_set(err, E_NOT_FOUND, "no clause '%s'", options->clause);
        err_hint(err, "huiqi document read FILE --tree prints the paths");
        return E_NOT_FOUND;
    }
    const struct doc_entry *home = clause ? doc_entry_of(&o->entries, clause) : NULL;
    int r = 0;
    for (size_t i = 0; r == 0 && i < o->entries.n; i++) {
        const struct doc_entry *e = &o->entries.at[i];
        if (clause ? e == home : wanted(options, e))
            r = draft_entry(a, &source, e, clause, &d, err);
    }
    if (r < 0 || d.documents)
        return r;
    err_set(err, E_NOT_FOUND, "no clause of this text looks decidable");
    err_hint(err, "--clause PATH drafts one that you choose");
    return E_NOT_FOUND;
}

int document_draft(int argc, char **argv)
{
    struct draft_options options = {0};
    struct arena arena;
    struct names names;
    struct opened o;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    int count = 0, r = options_parse(&draft_command, argc, argv, &options, &count);
    if (r != OPTIONS_RUN)
        return r;
    arena_init(&arena);
    r = document_names(&arena, options.library, &names, &err);
    if (r == 0)
        r = document_open(&arena, argv[1], &names, &o, &err);
    if (r == 0)
        r = draft_all(&arena, &o, &options, &names, &out, &err);
    r = r < 0 ? report_err(&err) : document_output(&arena, &out, NULL);
    buffer_release(&out);
    arena_release(&arena);
    return r;
}
