/*
 * document_list.c: `huiqi document list`: the separate documents of files, or those in the store:
 * one line or one object for each. Texts leave masked.
 */
#include <stdio.h>
#include "base/file.h"
#include "base/utf8.h"
#include "cli/document_commands.h"
#include "cli/document_open.h"
#include "cli/options.h"
#include "document/archive.h"
#include "document/entries.h"
#include "document/reader.h"
#include "store/store.h"

struct list_options {
    bool json, details, all;
    const char *region, *type;
};

static const struct option_spec list_specs[] = {
    {"json", NULL, "an array: id, title, number, issuers, date, region, type, source, span",
     OPTION_FLAG, offsetof(struct list_options, json)},
    {"details", NULL, "with --json: dates, signers, addressee, validity, what is missing, flags",
     OPTION_FLAG, offsetof(struct list_options, details)},
    {"all", NULL, "annexes of documents too", OPTION_FLAG, offsetof(struct list_options, all)},
    {"region", "REGION", "of the store: only this region and what lies in it", OPTION_TEXT,
     offsetof(struct list_options, region)},
    {"type", "TYPE", "of the store: only this type", OPTION_TEXT,
     offsetof(struct list_options, type)},
};

static const struct option_example list_examples[] = {
    {"huiqi document list docs/examples/notice.txt", "what is in a file"},
    {"huiqi document list --json", "what is in the store, as data"},
};

static const struct command_spec list_command = {
    .name = "document list",
    .usage = "[FILE...] [--json]",
    .summary =
        "Lists separate documents: of the files given, or without one of the store.\n"
        "Parts of a compilation, entries of a digest or catalogue, items of a bulletin count each.",
    .options = list_specs,
    .option_count = COUNT_OF(list_specs),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
    .least = 0,
    .most = 10000,
};

struct listing {
    struct arena *arena;
    struct buffer out;
    struct json *list;
    struct list_options options;
    const struct doc *doc; /* of the file at hand */
    struct span source;
};

/* ---- pieces of objects ---- */

static void set_text(struct listing *l, struct json *j, struct span key, struct span text)
{
    json_set(j, key, text.n ? json_string(l->arena, text) : json_null(l->arena));
}

static void set_date(struct listing *l, struct json *j, struct span key, struct date d)
{
    char room[DATE_TEXT];
    size_t n = d.year ? date_print(d, room) : 0;
    set_text(l, j, key, n ? arena_copy(l->arena, span_of(room, n)) : (struct span){0});
}

static struct span masked(struct listing *l, const struct doc_entry *e, struct span text)
{
    return doc_masked(l->arena, l->doc, e->node, text);
}

static struct json *names(struct listing *l, const struct doc_fact *at, size_t n)
{
    struct json *list = json_array(l->arena);
    for (size_t i = 0; i < n; i++)
        json_add(list, json_string(l->arena, at[i].text));
    return list;
}

static struct json *span_object(struct listing *l, size_t start, size_t end)
{
    struct json *j = json_object(l->arena);
    JSON_SET(j, "start", json_int(l->arena, (int64_t)start));
    JSON_SET(j, "end", json_int(l->arena, (int64_t)end));
    return j;
}

static struct json *validity(struct listing *l, const struct doc_entry *e)
{
    const struct doc_validity *v = &e->validity;
    struct json *j = json_object(l->arena);
    if (!v->text.text.n)
        return json_null(l->arena);
    set_date(l, j, SPAN("from"), v->from);
    set_date(l, j, SPAN("to"), v->to);
    set_text(l, j, SPAN("from_event"), v->from_event);
    set_text(l, j, SPAN("to_event"), v->to_event);
    if (v->months)
        JSON_SET(j, "months", json_int(l->arena, v->months));
    JSON_SET(j, "own_terms_prevail", json_bool(l->arena, v->own_terms_prevail));
    JSON_SET(j, "superior_prevails", json_bool(l->arena, v->superior_prevails));
    JSON_SET(j, "at", span_object(l, v->text.start, v->text.end));
    return j;
}

static struct json *missing(struct listing *l, const struct doc_entry *e)
{
    struct json *list = json_array(l->arena);
    for (size_t i = 0; i < e->missing_count; i++) {
        const struct doc_missing *m = &e->missing[i];
        struct json *j = json_object(l->arena);
        set_text(l, j, SPAN("what"), masked(l, e, m->what.text));
        set_text(l, j, SPAN("cause"), span_z(m->cause));
        JSON_SET(j, "at", span_object(l, m->what.start, m->what.end));
        json_add(list, j);
    }
    return list;
}

static struct json *flags(struct listing *l, const struct doc_entry *e)
{
    struct json *list = json_array(l->arena);
    for (unsigned bit = 0; bit < DOC_FLAG_COUNT; bit++)
        if (e->flags & 1u << bit)
            json_add(list, json_string(l->arena, span_z(doc_flag_name(bit))));
    return list;
}

static struct json *enclosed(struct listing *l, const struct doc_entry *e)
{
    struct json *j = json_object(l->arena);
    if (!e->enclosed)
        return json_null(l->arena);
    set_text(l, j, SPAN("relation"), span_z(doc_relation_name(e->enclosed->relation)));
    set_text(l, j, SPAN("title"), e->enclosed->title);
    set_text(l, j, SPAN("number"), e->enclosed->number);
    JSON_SET(j, "held", json_bool(l->arena, e->enclosed->node != NULL));
    return j;
}

static void add_details(struct listing *l, struct json *j, const struct doc_entry *e)
{
    set_text(l, j, SPAN("kind"), span_z(doc_entry_kind_name(e->kind)));
    set_text(l, j, SPAN("within"), e->within ? e->within->id : (struct span){0});
    set_text(l, j, SPAN("body"), e->body_title);
    set_date(l, j, SPAN("heading_date"), e->heading_date.date);
    set_date(l, j, SPAN("signature_date"), e->signature_date.date);
    JSON_SET(j, "signers", names(l, e->signers, e->signer_count));
    set_text(l, j, SPAN("addressee"), masked(l, e, e->addressee.text));
    set_text(l, j, SPAN("url"), e->source.text);
    JSON_SET(j, "validity", validity(l, e));
    JSON_SET(j, "missing", missing(l, e));
    JSON_SET(j, "encloses", enclosed(l, e));
    JSON_SET(j, "flags", flags(l, e));
}

/* ---- files ---- */

static void list_entry(struct listing *l, const struct doc_entry *e)
{
    struct arena *a = l->arena;
    struct json *j = json_object(a), *span = span_object(l, e->start, e->end);
    JSON_SET(span, "line", json_int(a, e->line));
    JSON_SET(span, "end_line", json_int(a, e->end_line));
    set_text(l, j, SPAN("id"), e->id);
    set_text(l, j, SPAN("title"), masked(l, e, e->title.text.n ? e->title.text : e->node->step));
    set_text(l, j, SPAN("number"), e->number.text);
    JSON_SET(j, "issuers", names(l, e->issuers, e->issuer_count));
    set_date(l, j, SPAN("date"), e->date);
    set_text(l, j, SPAN("region"), e->region);
    set_text(l, j, SPAN("type"), e->type);
    set_text(l, j, SPAN("source"), l->source);
    JSON_SET(j, "span", span);
    if (l->options.details)
        add_details(l, j, e);
    json_add(l->list, j);
}

static int list_file(struct listing *l, const char *path, struct err *err)
{
    struct span bytes;
    struct reader_text text;
    struct doc *doc;
    struct doc_entries entries;
    int r = file_read(l->arena, path, DOC_FILE_MAX, &bytes, err);
    if (r == 0)
        r = reader_read(l->arena, bytes, span_z(path), &text, err);
    if (r == 0)
        r = document_parse(l->arena, text.text, span_z(path), &doc, err);
    if (r == 0)
        r = document_entries(doc, l->arena, &entries, err);
    if (r < 0)
        return r;
    const char *name = strrchr(path, '/');
    l->doc = doc;
    l->source = span_z(name ? name + 1 : path);
    for (size_t i = 0; i < entries.n; i++)
        if (l->options.all || doc_entry_separate(&entries.at[i]))
            list_entry(l, &entries.at[i]);
    return 0;
}

/* ---- the store ---- */

static int list_version(struct listing *l, const struct archive_version *v, struct err *err)
{
    struct json *j = json_object(l->arena), *issuers = NULL;
    int r = v->issuers.n ? json_parse(l->arena, v->issuers, SPAN("issuers"), &issuers, err) : 0;
    if (r < 0)
        return r;
    set_text(l, j, SPAN("id"), v->slug);
    set_text(l, j, SPAN("title"), v->title);
    set_text(l, j, SPAN("number"), v->doc_number);
    JSON_SET(j, "issuers", issuers ? issuers : json_array(l->arena));
    set_text(l, j, SPAN("date"), v->issued);
    set_text(l, j, SPAN("region"), v->region);
    set_text(l, j, SPAN("type"), v->type);
    set_text(l, j, SPAN("source"), v->source_name);
    JSON_SET(j, "span", span_object(l, (size_t)v->start, (size_t)v->end));
    json_add(l->list, j);
    return 0;
}

static int list_store(struct listing *l, struct err *err)
{
    struct archive_filter filter = {.region = span_z(l->options.region),
                                    .type = span_z(l->options.type)};
    struct archive_version *at = NULL;
    struct store *s = NULL;
    size_t n = 0;
    int r = store_open(store_url(), &s, err);
    if (r == 0)
        r = store_migrate(s, err);
    if (r == 0)
        r = document_archive_list(s, l->arena, &filter, &at, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (l->options.all || !span_eq(at[i].kind, SPAN("annex")))
            r = list_version(l, &at[i], err);
    store_close(s);
    return r;
}

/* ---- output ---- */

static struct span text_of(const struct json *j, struct span key)
{
    const struct json *v = json_get(j, key);
    return v && v->kind == JSON_STRING ? v->text : SPAN("-");
}

static void print_lines(struct listing *l)
{
    for (const struct json *j = l->list->first; j; j = j->next) {
        buffer_add(&l->out, text_of(j, SPAN("date")));
        buffer_byte(&l->out, '\t');
        buffer_add(&l->out, text_of(j, SPAN("region")));
        buffer_byte(&l->out, '\t');
        buffer_add(&l->out, text_of(j, SPAN("type")));
        buffer_byte(&l->out, '\t');
        buffer_add(&l->out, text_of(j, SPAN("number")));
        buffer_byte(&l->out, '\t');
        buffer_add(&l->out, text_of(j, SPAN("title")));
        buffer_byte(&l->out, '\n');
    }
}

int document_list(int argc, char **argv)
{
    struct listing l = {0};
    struct arena arena;
    struct err err = ERR_INIT;
    int count = 0, r = options_parse(&list_command, argc, argv, &l.options, &count);
    if (r != OPTIONS_RUN)
        return r;
    arena_init(&arena);
    buffer_init(&l.out);
    l.arena = &arena;
    l.list = json_array(&arena);
    r = count == 0 ? list_store(&l, &err) : 0;
    for (int i = 1; i <= count && r == 0; i++)
        r = list_file(&l, argv[i], &err);
    if (r < 0)
        r = report_err(&err);
    else {
        if (!l.options.json)
            print_lines(&l);
        r = document_output(&arena, &l.out, l.options.json ? l.list : NULL);
    }
    buffer_release(&l.out);
    arena_release(&arena);
    return r;
}
