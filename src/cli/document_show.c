/*
 * document_show.c: `huiqi document show ID`: a stored document, one of its versions, what changed
 * between two, or the file as it came.
 */
#include <stdio.h>
#include <stdlib.h>
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"
#include "document/export.h"
#include "document/follow.h"

struct show_options {
    const char *version, *diff, *clause;
    bool json, html, original;
};

static const struct option_spec specs[] = {
    {"version", "N", "this version (default: the newest)", OPTION_TEXT,
     offsetof(struct show_options, version)},
    {"diff", "M", "what changed since version M", OPTION_TEXT, offsetof(struct show_options, diff)},
    {"clause", "PATH", "only this clause and what is below it", OPTION_TEXT,
     offsetof(struct show_options, clause)},
    {"json", NULL, "as data", OPTION_FLAG, offsetof(struct show_options, json)},
    {"html", NULL, "as a page; with --diff the changes as <ins> and <del>", OPTION_FLAG,
     offsetof(struct show_options, html)},
    {"original", NULL, "the file as it came, personal data in the clear; the log notes it",
     OPTION_FLAG, offsetof(struct show_options, original)},
};

static const struct option_example examples[] = {
    {"huiqi document show ID", "the newest version; 'huiqi document list' names the documents"},
    {"huiqi document show ID --version 2 --diff 1", "what version 2 changed"},
};

static const struct command_spec command = {
    .name = "document show",
    .usage = "ID [--version N] [--diff M]",
    .summary = "Shows a document of the database, masked. Of changes, [-...-] is gone and {+...+} "
               "is new; = same, # renumbered, > moved, ~ changed, + inserted, - removed.",
    .options = specs,
    .option_count = COUNT_OF(specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

struct show {
    struct desk desk;
    struct show_options options;
    struct archive_version *version;
    struct archive_clause *clauses;
    size_t n;
    struct buffer out;
};

static bool version_number(const char *text, int64_t *ret)
{
    char *end;
    if (!text) {
        *ret = 0;
        return true;
    }
    *ret = strtoll(text, &end, 10);
    return *text && *end == 0 && *ret > 0;
}

static int load(struct show *s, const char *name, int64_t number)
{
    struct desk *d = &s->desk;
    int r = desk_open(d, s->options.original);
    if (r == 0)
        r = document_archive_get(d->store, &d->arena, span_z(name), number, &s->version, &d->err);
    if (r == 0)
        r = document_archive_clauses(d->store, &d->arena, s->version->id, &s->clauses, &s->n,
                                     &d->err);
    return r;
}

/* Keeps the clause of that path and those below it. */
static int keep_clause(struct show *s)
{
    size_t i = 0, n = 1;
    while (i < s->n && !span_eq(s->clauses[i].path, span_z(s->options.clause)))
        i++;
    if (i == s->n) {
        err_set(&s->desk.err, E_NOT_FOUND, "no clause '%s'", s->options.clause);
        err_hint(&s->desk.err, "paths as --json shows them: 三/（一）/1");
        return E_NOT_FOUND;
    }
    while (i + n < s->n && s->clauses[i + n].depth > s->clauses[i].depth)
        n++;
    s->clauses += i;
    s->n = n;
    return 0;
}

static void line(struct buffer *out, const char *name, struct span value)
{
    if (value.n)
        buffer_print(out, "%s\t%.*s\n", name, SPAN_ARG(value));
}

static void print_text(struct show *s)
{
    const struct archive_version *v = s->version;
    line(&s->out, "标题", v->title);
    line(&s->out, "文号", v->doc_number);
    line(&s->out, "机关", v->issuers);
    line(&s->out, "日期", v->issued);
    line(&s->out, "地区", v->region);
    line(&s->out, "文种", v->type);
    line(&s->out, "来源", v->source_name);
    buffer_print(&s->out, "版本\t%lld / %lld\n\n", (long long)v->number, (long long)v->latest);
    for (size_t i = 0; i < s->n; i++) {
        const struct archive_clause *c = &s->clauses[i];
        if (span_eq(c->kind, SPAN("cell")) || (c->text.n == 0 && c->mark.n == 0))
            continue;
        for (int64_t k = 1; k < c->depth; k++)
            buffer_add_z(&s->out, "  ");
        buffer_add(&s->out, c->mark);
        buffer_add(&s->out, c->text);
        buffer_byte(&s->out, '\n');
    }
}

/* ---- changes ---- */

static void print_item(struct buffer *out, const struct diff_item *item)
{
    static const char signs[] = "=#>~+-";
    static const char *const open[] = {"", "{+", "[-"}, *const close[] = {"", "+}", "-]"};
    const struct archive_clause *c = item->after ? item->after : item->before;
    if (span_eq(c->kind, SPAN("cell")) || (c->text.n == 0 && c->mark.n == 0))
        return;
    buffer_print(out, "%c\t%.*s\t", signs[item->kind], SPAN_ARG(c->path));
    buffer_add(out, c->mark);
    for (size_t i = 0; i < item->run_count; i++)
        buffer_print(out, "%s%.*s%s", item->kind == DIFF_CHANGED ? open[item->runs[i].word] : "",
                     SPAN_ARG(item->runs[i].text),
                     item->kind == DIFF_CHANGED ? close[item->runs[i].word] : "");
    buffer_byte(out, '\n');
}

static struct json *json_item(struct arena *a, const struct diff_item *item)
{
    static const char *const words[] = {"kept", "added", "dropped"};
    struct json *j = json_object(a), *runs = json_array(a);
    JSON_SET(j, "kind", json_string(a, span_z(diff_kind_name(item->kind))));
    JSON_SET(j, "moved", json_bool(a, item->moved));
    JSON_SET(j, "before", item->before ? json_string(a, item->before->path) : json_null(a));
    JSON_SET(j, "after", item->after ? json_string(a, item->after->path) : json_null(a));
    for (size_t i = 0; i < item->run_count; i++) {
        struct json *run = json_object(a);
        json_set(run, span_z(words[item->runs[i].word]), json_string(a, item->runs[i].text));
        json_add(runs, run);
    }
    JSON_SET(j, "runs", runs);
    return j;
}

static struct json *json_diff(struct arena *a, const struct diff *diff)
{
    struct json *j = json_object(a), *items = json_array(a);
    for (size_t k = 0; k < COUNT_OF(diff->counts); k++)
        json_set(j, span_z(diff_kind_name((enum diff_kind)k)),
                 json_int(a, (int64_t)diff->counts[k]));
    for (size_t i = 0; i < diff->n; i++)
        json_add(items, json_item(a, &diff->items[i]));
    JSON_SET(j, "items", items);
    return j;
}

static int print_diff(struct show *s, const char *name, int64_t before)
{
    struct desk *d = &s->desk;
    struct archive_version *old;
    struct archive_clause *clauses;
    struct diff diff;
    size_t n;
    int r = document_archive_get(d->store, &d->arena, span_z(name), before, &old, &d->err);
    if (r == 0)
        r = document_archive_clauses(d->store, &d->arena, old->id, &clauses, &n, &d->err);
    if (r == 0)
        r = document_diff(&d->arena, clauses, n, s->clauses, s->n, &diff, &d->err);
    if (r < 0)
        return r;
    if (s->options.json)
        json_print(&s->out, json_diff(&d->arena, &diff), JSON_PRETTY);
    else if (s->options.html)
        export_diff_html(&s->out, &d->arena, s->version, &diff, true);
    for (size_t i = 0; !s->options.json && !s->options.html && i < diff.n; i++)
        if (diff.items[i].kind != DIFF_SAME)
            print_item(&s->out, &diff.items[i]);
    return 0;
}

/* ---- what the text says ---- */

static const struct archive_clause *clause_of(const struct show *s, int64_t id)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->clauses[i].id == id)
            return &s->clauses[i];
    return NULL;
}

/* Facts of the clauses shown. */
static struct json *json_facts(struct show *s, const struct stored_fact *facts, size_t n)
{
    struct arena *a = &s->desk.arena;
    struct json *list = json_array(a), *j;
    const struct archive_clause *c = NULL;
    struct err ignored = ERR_INIT; /* what the archive wrote is JSON */
    for (size_t i = 0; i < n; i++) {
        if (!c || c->id != facts[i].clause)
            c = clause_of(s, facts[i].clause);
        if (!c || json_parse(a, facts[i].value, SPAN("fact"), &j, &ignored) < 0)
            continue;
        JSON_SET(j, "kind", json_string(a, facts[i].kind));
        JSON_SET(j, "clause", json_string(a, c->path));
        JSON_SET(j, "start", json_int(a, facts[i].start));
        JSON_SET(j, "end", json_int(a, facts[i].end));
        json_add(list, j);
    }
    return list;
}

static struct json *json_relations(struct arena *a, const struct stored_relation *r, size_t n)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++) {
        struct json *j = json_object(a);
        JSON_SET(j, "kind", json_string(a, r[i].kind));
        JSON_SET(j, "direction", json_string(a, r[i].reverse ? SPAN("from") : SPAN("to")));
        JSON_SET(j, "clause", json_string(a, r[i].path));
        JSON_SET(j, "title", json_string(a, r[i].title));
        JSON_SET(j, "number", json_string(a, r[i].number));
        JSON_SET(j, "document", r[i].slug.n ? json_string(a, r[i].slug) : json_null(a));
        json_add(list, j);
    }
    return list;
}

static int print_json(struct show *s)
{
    struct export_input in = {s->version, s->clauses, s->n};
    struct desk *d = &s->desk;
    struct stored_fact *facts;
    struct stored_relation *relations;
    size_t n, m;
    int r = follow_facts(d->store, &d->arena, s->version->id, &facts, &n, &d->err);
    if (r == 0)
        r = follow_relations(d->store, &d->arena, s->version, &relations, &m, &d->err);
    if (r < 0)
        return r;
    struct json *j = export_json(&d->arena, &in);
    JSON_SET(j, "facts", json_facts(s, facts, n));
    JSON_SET(j, "relations", json_relations(&d->arena, relations, m));
    json_print(&s->out, j, JSON_PRETTY);
    buffer_byte(&s->out, '\n');
    return 0;
}

static int print_document(struct show *s)
{
    struct export_input in = {s->version, s->clauses, s->n};
    struct desk *d = &s->desk;
    struct span bytes;
    int r = 0;
    if (s->options.original) {
        r = document_archive_original(d->store, &d->seal, &d->arena, s->version->source, false,
                                      desk_actor(), &bytes, &d->err);
        if (r == 0)
            buffer_add(&s->out, bytes);
    } else if (s->options.json) {
        r = print_json(s);
    } else if (s->options.html) {
        export_html(&s->out, &d->arena, &in);
    } else {
        print_text(s);
    }
    return r;
}

int document_show(int argc, char **argv)
{
    struct show s = {.out = BUFFER_INIT};
    int64_t number, before;
    int count = 0, r = options_parse(&command, argc, argv, &s.options, &count);

    if (r != OPTIONS_RUN)
        return r;
    if (!version_number(s.options.version, &number) || !version_number(s.options.diff, &before))
        return report_usage(&command, "versions are 1, 2 ...");
    desk_init(&s.desk);
    r = load(&s, argv[1], number);
    if (r == 0 && s.options.clause)
        r = keep_clause(&s);
    if (r == 0)
        r = before ? print_diff(&s, argv[1], before) : print_document(&s);
    if (r == 0 && s.desk.arena.failed)
        r = err_memory(&s.desk.err);
    int status = r < 0 ? desk_fail(&s.desk) : 0;
    if (r < 0)
        buffer_clear(&s.out);
    status = cli_flush(&s.out, status);
    desk_release(&s.desk);
    return status;
}
