/*
 * compare.c: `huiqi compare`: one enterprise in every district, family by family.
 */
#include <stdio.h>
#include "base/file.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/match.h"
#include "policy/compare.h"

struct compare_values {
    const char *facts, *vary, *family, *date, *library, *lang;
    bool json;
};
#define OPTION(member, option, argument, kind, help)                                               \
    {                                                                                              \
        option, argument, help, kind, offsetof(struct compare_values, member)                      \
    }
static const struct option_spec options[] = {
    OPTION(facts, "facts", "FILE", OPTION_TEXT, "facts from a JSON file (- is standard input)"),
    OPTION(vary, "vary", "地点", OPTION_TEXT, "the place that is put in every district: 注册地"),
    OPTION(family, "family", "ID", OPTION_TEXT, "one family of measures; default all"),
    OPTION(date, "date", "D", OPTION_TEXT, "as-of date, YYYY-MM-DD; default today"),
    OPTION(library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(lang, "lang", "zh|en", OPTION_TEXT, "language of the output; default zh"),
    OPTION(json, "json", NULL, OPTION_FLAG, "as JSON"),
};
static const struct option_example examples[] = {
    {"huiqi compare --facts company.json --vary 注册地 --date 2020-03-09",
     "the same enterprise in every district"},
};
static const struct command_spec spec = {
    .name = "compare",
    .usage = "--facts FILE --vary 注册地 [--family ID] [--date D] [--json]",
    .summary = "区县比较。Puts one enterprise in every district. A cell is what the district's own "
               "rule gives, or by the city's rule\n"
               "(held or not), or not stated, or: its documents are not in the collection. Nothing "
               "is added up.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

struct run {
    struct arena arena;
    struct err err;
    struct library *library;
    struct comparison comparison;
    bool english;
};

static int read_subject(struct run *r, const char *path, struct subject *ret)
{
    struct span text;
    struct json *root = NULL;
    int code = file_read(&r->arena, path, 64u << 20, &text, &r->err);
    if (code == 0)
        code = json_parse(&r->arena, text, span_z(path), &root, &r->err);
    if (code == 0)
        code = subject_from_json(&r->arena, r->library, root, span_z(path), ret, &r->err);
    return code;
}

static int find_place(struct run *r, const char *name, const struct fact **ret)
{
    const struct map *facts = &r->library->fact_by_name;
    *ret = map_get(facts, span_z(name));
    if (*ret && (*ret)->link.n && (*ret)->type->kind == TYPE_STRING)
        return 0;
    struct span near = map_nearest(facts, span_z(name));
    int code = err_set(&r->err, E_NAME,
                       *ret ? "--vary: '%s' is no place that ties an enterprise"
                            : "--vary: unknown fact '%s'",
                       name);
    if (!*ret && near.n)
        err_hint(&r->err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(&r->err, "a place such as 注册地");
    return code;
}

static int find_family(struct run *r, const char *id, const struct family **ret)
{
    if (!id)
        return 0;
    *ret = map_get(&r->library->family_by_id, span_z(id));
    if (*ret)
        return 0;
    struct span near = map_nearest(&r->library->family_by_id, span_z(id));
    int code = err_set(&r->err, E_NOT_FOUND, "no family '%s'", id);
    if (near.n)
        err_hint(&r->err, "did you mean '%.*s'?", SPAN_ARG(near));
    return code;
}

static int compute(struct run *r, const struct compare_values *v)
{
    struct match_options o = {.as_of = date_today()};
    struct subject subject;
    const struct fact *vary = NULL;
    const struct family *family = NULL;
    int code = 0;
    if (v->date && !date_parse(span_z(v->date), &o.as_of))
        code = err_set(&r->err, E_USAGE, "--date: '%s' is no date", v->date);
    if (code == 0)
        code = find_place(r, v->vary, &vary);
    if (code == 0)
        code = find_family(r, v->family, &family);
    if (code == 0)
        code = read_subject(r, v->facts, &subject);
    return code < 0 ? code
                    : compare_places(&r->arena, r->library, &subject, &o, vary, family,
                                     &r->comparison, &r->err);
}

static void print_cell(struct buffer *out, struct run *r, struct span region,
                       const struct compare_cell *cell)
{
    const struct finding *f = cell->finding;
    struct span gives =
        f && f->status != STATUS_INELIGIBLE ? finding_gives(&r->arena, f, r->english) : SPAN("");
    buffer_add_z(out, "  ");
    cli_column(out, region, 22);
    if (f)
        buffer_print(out, "%.*s%s%.*s", SPAN_ARG(words_in(group_words[f->group].title, r->english)),
                     gives.n ? (r->english ? ": " : "：") : "", SPAN_ARG(gives));
    if (cell->kind != CELL_VALUE || !f)
        buffer_print(out, "%s%.*s", f ? "  " : "",
                     SPAN_ARG(words_in(cell_words[cell->kind].title, r->english)));
    buffer_byte(out, '\n');
}

static void print_table(struct buffer *out, struct run *r)
{
    const struct comparison *c = &r->comparison;
    for (size_t i = 0; i < c->row_count; i++) {
        buffer_print(out, "%s%.*s  %.*s\n", i ? "\n" : "", SPAN_ARG(c->rows[i].family->id),
                     SPAN_ARG(words_in(c->rows[i].family->title, r->english)));
        for (size_t k = 0; k < c->region_count; k++)
            print_cell(out, r, c->regions[k], &c->rows[i].cells[k]);
    }
    if (!c->row_count)
        buffer_add_z(out, r->english ? "The library has no families.\n" : "文库里没有措施族。\n");
}

int cmd_compare(int argc, char **argv)
{
    struct compare_values values = {0};
    struct run r = {.library = NULL};
    struct buffer out = BUFFER_INIT;
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (!values.facts || !values.vary)
        return report_usage(&spec, "which enterprise, and which place? --facts FILE --vary 注册地");
    r.english = values.lang && strcmp(values.lang, "en") == 0;
    status = cli_load_library(values.library, &r.library);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&r.arena);
    if (compute(&r, &values) < 0)
        status = report_err(&r.err);
    else if (values.json)
        status = cli_print_json(comparison_json(&r.arena, &r.comparison));
    else {
        print_table(&out, &r);
        status = cli_flush(&out, r.arena.failed ? 2 : 0);
    }
    arena_release(&r.arena);
    library_unref(r.library);
    return status;
}
