/*
 * document_facts.c: `huiqi document facts`: what a text says inside its sentences, typed and
 * placed. Texts leave masked.
 */
#include <stdio.h>
#include "base/utf8.h"
#include "cli/document_commands.h"
#include "cli/document_open.h"
#include "cli/options.h"
#include "document/path.h"

struct facts_options {
    bool json;
    const char *kind, *library;
};

static const struct option_spec facts_specs[] = {
    {"json", NULL, "as data, with bytes, clause paths, roles and declared names", OPTION_FLAG,
     offsetof(struct facts_options, json)},
    {"kind", "KIND", "only this kind: money ratio count date period duration limit window ...",
     OPTION_TEXT, offsetof(struct facts_options, kind)},
    {"library", "DIR", "where the names of departments and texts are (default: as 'match')",
     OPTION_TEXT, offsetof(struct facts_options, library)},
};

static const struct option_example facts_examples[] = {
    {"huiqi document facts docs/examples/notice.txt",
     "line:column, kind, value, words of the text"},
    {"huiqi document facts docs/examples/notice.txt --kind limit --json", "one kind, as data"},
};

static const struct command_spec facts_command = {
    .name = "document facts",
    .usage = "FILE|ID [--json]",
    .summary =
        "Lists amounts, shares, dates, limits, windows, industries, cited texts, departments "
        "and ways to reach them.\n"
        "docs/reading.md explains kinds and values. Numbers of persons are never listed.",
    .options = facts_specs,
    .option_count = COUNT_OF(facts_specs),
    .examples = facts_examples,
    .example_count = COUNT_OF(facts_examples),
    .least = 1,
    .most = 1,
};

/* Line and column of ascending offsets, in one pass over the file. */
struct place {
    size_t at;
    uint32_t line, column;
};

static void place_go(struct place *p, struct span bytes, size_t to)
{
    if (to < p->at)
        *p = (struct place){0, 1, 1};
    for (; p->at < to && p->at < bytes.n; p->at++) {
        if (bytes.p[p->at] == '\n') {
            p->line++;
            p->column = 1;
        } else
            p->column += ((unsigned char)bytes.p[p->at] & 0xC0) != 0x80;
    }
}

static struct json *fact_json(const struct opened *o, const struct mention *m, struct place *p)
{
    struct arena *a = o->arena;
    struct json *j = json_object(a);
    place_go(p, o->doc->bytes, m->start);
    JSON_SET(j, "kind", json_string(a, span_z(mention_name(m->kind))));
    JSON_SET(j, "value", json_string(a, m->value));
    JSON_SET(j, "text", json_string(a, doc_masked(a, o->doc, m->node, m->text)));
    if (m->kind == MENTION_UNIT)
        JSON_SET(j, "role", json_string(a, span_z(mention_role_name(m->role))));
    if (m->meant.n)
        JSON_SET(j, "meant", json_string(a, m->meant));
    if (m->inferred)
        JSON_SET(j, "inferred", json_bool(a, true));
    JSON_SET(j, "start", json_int(a, (int64_t)m->start));
    JSON_SET(j, "end", json_int(a, (int64_t)m->end));
    JSON_SET(j, "line", json_int(a, p->line));
    JSON_SET(j, "column", json_int(a, p->column));
    struct span path = doc_path(a, o->doc, m->node);
    JSON_SET(j, "clause", json_string(a, doc_masked(a, o->doc, m->node, path)));
    return j;
}

static bool wanted(const struct facts_options *options, const struct mention *m)
{
    return !options->kind || strcmp(options->kind, mention_name(m->kind)) == 0;
}

static struct json *facts_json(const struct opened *o, const struct facts_options *options)
{
    struct arena *a = o->arena;
    struct place p = {0, 1, 1};
    char hash[DOC_SHA256_HEX];
    struct json *j = json_object(a), *list = json_array(a);
    doc_sha256(o->doc->bytes, hash);
    JSON_SET(j, "sha256", json_string(a, arena_copy(a, span_z(hash))));
    for (size_t i = 0; i < o->mentions.n; i++)
        if (wanted(options, &o->mentions.at[i]))
            json_add(list, fact_json(o, &o->mentions.at[i], &p));
    JSON_SET(j, "facts", list);
    return j;
}

static void facts_text(const struct opened *o, const struct facts_options *options,
                       struct buffer *out)
{
    struct place p = {0, 1, 1};
    for (size_t i = 0; i < o->mentions.n; i++) {
        const struct mention *m = &o->mentions.at[i];
        if (!wanted(options, m))
            continue;
        place_go(&p, o->doc->bytes, m->start);
        buffer_print(out, "%u:%u\t%s\t%.*s", p.line, p.column, mention_name(m->kind),
                     SPAN_ARG(m->value));
        if (m->kind == MENTION_UNIT && m->role != ROLE_NAMED)
            buffer_print(out, " [%s]", mention_role_name(m->role));
        if (m->meant.n)
            buffer_print(out, " = %.*s", SPAN_ARG(m->meant));
        buffer_byte(out, '\t');
        buffer_add(out, doc_masked(o->arena, o->doc, m->node, m->text));
        buffer_byte(out, '\n');
    }
}

static bool known_kind(const char *kind)
{
    for (size_t i = 0; kind && i < MENTION_KINDS; i++)
        if (strcmp(kind, mention_name((enum mention_kind)i)) == 0)
            return true;
    return !kind;
}

int document_facts(int argc, char **argv)
{
    struct facts_options options = {0};
    struct arena arena;
    struct names names;
    struct opened o;
    struct err err = ERR_INIT;
    int count = 0, r = options_parse(&facts_command, argc, argv, &options, &count);
    if (r != OPTIONS_RUN)
        return r;
    if (!known_kind(options.kind))
        return report_usage(&facts_command, "no kind '%s'", options.kind);
    arena_init(&arena);
    struct buffer out = BUFFER_INIT;
    r = document_names(&arena, options.library, &names, &err);
    if (r == 0)
        r = document_open(&arena, argv[1], &names, &o, &err);
    if (r < 0)
        r = report_err(&err);
    else if (options.json)
        r = document_output(&arena, &out, facts_json(&o, &options));
    else {
        facts_text(&o, &options, &out);
        r = document_output(&arena, &out, NULL);
    }
    buffer_release(&out);
    arena_release(&arena);
    return r;
}
