/*
 * dmn_run.c: `huiqi dmn run`: evaluates a model with inputs from JSON; --explain says why.
 */
#include <stdio.h>
#include "base/file.h"
#include "cli/dmn.h"
#include "cli/load.h"
#include "dmn/dmn.h"
#include "feel/spec.h"

struct run_values {
    const char *input, *decision, *as_of;
    bool explain, json;
};
static const struct option_spec run_options[] = {
    {"input", "FILE", "the inputs by name, a JSON object (- is standard input)", OPTION_TEXT,
     offsetof(struct run_values, input)},
    {"decision", "NAME", "only this decision or service; else all decisions", OPTION_TEXT,
     offsetof(struct run_values, decision)},
    {"date", "DATE", "today's date for the model, YYYY-MM-DD", OPTION_TEXT,
     offsetof(struct run_values, as_of)},
    {"explain", NULL, "why: values, rules that hit, what rests on what", OPTION_FLAG,
     offsetof(struct run_values, explain)},
    {"json", NULL, "the explanation as JSON (values are JSON in any case)", OPTION_FLAG,
     offsetof(struct run_values, json)},
};
static const struct option_example run_examples[] = {
    {"huiqi dmn run loan.dmn --input case.json", "all decisions, as JSON"},
    {"huiqi dmn run loan.dmn --input case.json --decision 'Approval Status'", "one of them"},
    {"huiqi dmn run loan.dmn --input case.json --explain",
     "every decision with the rules that hit and what it rests on"},
};
static const struct command_spec run_spec = {
    .name = "dmn run",
    .usage = "MODEL [--input FILE] [--decision NAME] [--date DATE] [--explain [--json]]",
    .summary = "Evaluates a decision model and prints the values of its decisions as JSON, by "
               "name. A null that a mistake\n"
               "made is explained on standard error.",
    .options = run_options,
    .option_count = COUNT_OF(run_options),
    .examples = run_examples,
    .example_count = COUNT_OF(run_examples),
    .least = 1,
    .most = 1,
};

static int set_inputs(struct dmn_run *run, const struct dmn *m, const struct json *inputs,
                      struct err *err)
{
    JSON_EACH(member, inputs)
    {
        const struct dmn_element *e = dmn_find(m, (struct span){0}, member->key);
        struct value v;
        if (!e || (dmn_kind(e) != DMN_INPUT && dmn_kind(e) != DMN_DECISION)) {
            err_set(err, E_NAME, "the model has no input `%.*s`", SPAN_ARG(member->key));
            err_at(err, (struct span){0}, member->key_line, member->key_column);
            return E_NAME;
        }
        int r = feel_from_json(run->feel.arena, member, dmn_type(e), &v, err);
        if (r < 0)
            return r;
        dmn_set(run, e, v);
    }
    return 0;
}

static int read_inputs(struct dmn_run *run, const struct dmn *m, const char *path, struct err *err)
{
    struct span text;
    struct json *inputs = NULL;
    int r = 0;
    if (path)
        r = file_read(run->feel.arena, path, JSON_SIZE, &text, err);
    if (r == 0 && path)
        r = json_parse(run->feel.arena, text, span_z(path), &inputs, err);
    if (r == 0 && inputs && inputs->kind != JSON_OBJECT)
        r = err_set(err, E_TYPE, "%s: the inputs are a JSON object", path);
    if (r < 0 || !inputs)
        return r;
    r = set_inputs(run, m, inputs, err);
    if (r < 0 && !err->file[0])
        err_at(err, span_z(path), err->line, err->column);
    return r;
}

/* Of --explain: they are in what it says. */
static void print_problems(const struct dmn_run *run)
{
    for (const struct feel_problem *p = run->feel.problems; p; p = p->next) {
        struct diag g = {.line = 0};
        fprintf(stderr, "huiqi: ");
        if (dmn_place(run->model, p->expr, p->start, p->end, &g))
            fprintf(stderr, "%.*s:%u:%u: ", SPAN_ARG(g.file), (unsigned)g.line, (unsigned)g.column);
        fprintf(stderr, "note: %.*s\n", SPAN_ARG(p->message));
    }
}

static int find_asked(const struct dmn *m, const char *name, const struct dmn_element **ret,
                      struct err *err)
{
    *ret = name ? dmn_find(m, (struct span){0}, span_z(name)) : NULL;
    if (!name || (*ret && dmn_kind(*ret) != DMN_INPUT && dmn_kind(*ret) != DMN_BKM))
        return 0;
    return err_set(err, E_NAME, "the model has no decision `%s`", name);
}

static int decide_all(struct dmn_run *run, const struct dmn_element *asked, struct buffer *out)
{
    const struct dmn *m = run->model;
    struct json *result = json_object(run->feel.arena);
    for (size_t i = 0; i < dmn_element_count(m); i++) {
        const struct dmn_element *d = dmn_element_at(m, i);
        if (asked ? d == asked : dmn_kind(d) == DMN_DECISION)
            json_set(result, dmn_element_name(d),
                     feel_to_json(run->feel.arena, dmn_decide(run, d)));
    }
    json_print(out, result, JSON_PRETTY);
    return run->feel.arena->failed ? E_MEMORY : 0;
}

/* ---- explanations: from the JSON of dmn_explain, so that both say the same ---- */

static struct span text_in(const struct json *j, const char *key)
{
    return json_text(json_get(j, span_z(key)));
}

static void print_names(struct buffer *out, const struct json *list)
{
    JSON_EACH(name, list)
    buffer_print(out, "%s%.*s", name == list->first ? "" : ", ", SPAN_ARG(json_text(name)));
}

static void print_hit(struct buffer *out, const struct json *table, const struct json *hit)
{
    const struct json *entry = JSON_GET(hit, "entries");
    entry = entry ? entry->first : NULL;
    buffer_print(out, "    rule %.*s (line %.*s) hits, gives ", SPAN_ARG(text_in(hit, "rule")),
                 SPAN_ARG(text_in(hit, "line")));
    print_names(out, JSON_GET(hit, "outputs"));
    if (JSON_GET(hit, "notes")->first) {
        buffer_add_z(out, "; ");
        print_names(out, JSON_GET(hit, "notes"));
    }
    buffer_byte(out, '\n');
    JSON_EACH(input, JSON_GET(table, "inputs"))
    {
        struct span cell = json_text(entry);
        if (cell.n > 0 && !span_eq(cell, SPAN("-")))
            buffer_print(out, "      %.*s = %.*s passes %.*s\n",
                         SPAN_ARG(text_in(input, "expression")), SPAN_ARG(text_in(input, "text")),
                         SPAN_ARG(cell));
        entry = entry ? entry->next : NULL;
    }
}

static void print_table(struct buffer *out, const struct json *table)
{
    const struct json *hits = JSON_GET(table, "hits"), *how = JSON_GET(table, "aggregation");
    buffer_print(out, "  table (%.*s%s%.*s) of %.*s rules, line %.*s\n",
                 SPAN_ARG(text_in(table, "policy")), how ? " " : "", SPAN_ARG(json_text(how)),
                 SPAN_ARG(text_in(table, "rules")), SPAN_ARG(text_in(table, "line")));
    JSON_EACH(hit, hits)
    print_hit(out, table, hit);
    if (hits->first)
        return;
    buffer_add_z(out, "    no rule hits");
    buffer_add_z(out,
                 JSON_GET(table, "default")->kind == JSON_TRUE ? ": the default counts\n" : "\n");
    JSON_EACH(input, JSON_GET(table, "inputs"))
    buffer_print(out, "      %.*s = %.*s\n", SPAN_ARG(text_in(input, "expression")),
                 SPAN_ARG(text_in(input, "text")));
}

static void print_element(struct buffer *out, const struct json *e)
{
    const struct json *value = JSON_GET(e, "text"), *needs = JSON_GET(e, "requires");
    bool is_input = span_eq(text_in(e, "kind"), SPAN("input"));
    bool given = JSON_GET(e, "given")->kind == JSON_TRUE;
    buffer_add(out, text_in(e, "name"));
    if (value)
        buffer_print(out, " = %.*s", SPAN_ARG(json_text(value)));
    if (!is_input || !given)
        buffer_print(out, "  [%.*s%s]", SPAN_ARG(text_in(e, "kind")),
                     given      ? ", given"
                     : is_input ? ", not given"
                                : "");
    buffer_byte(out, '\n');
    if (given)
        return;
    if (JSON_GET(e, "expression"))
        buffer_print(out, "  %.*s\n", SPAN_ARG(text_in(e, "expression")));
    JSON_EACH(table, JSON_GET(e, "tables"))
    print_table(out, table);
    if (needs && needs->first) {
        buffer_add_z(out, "  requires ");
        print_names(out, needs);
        buffer_byte(out, '\n');
    }
}

static void print_explanation(struct buffer *out, const struct json *x)
{
    JSON_EACH(e, JSON_GET(x, "elements"))
    print_element(out, e);
    JSON_EACH(p, JSON_GET(x, "problems"))
    {
        buffer_add_z(out, "problem: ");
        if (JSON_GET(p, "line"))
            buffer_print(out, "%.*s:%.*s: ", SPAN_ARG(text_in(p, "line")),
                         SPAN_ARG(text_in(p, "column")));
        buffer_print(out, "%.*s\n", SPAN_ARG(text_in(p, "message")));
    }
}

/* Does another decision of the model show it anyway? */
static bool is_shown_elsewhere(const struct dmn *m, const struct dmn_element *e)
{
    for (size_t i = 0; i < dmn_element_count(m); i++)
        for (size_t k = 0; dmn_need_at(dmn_element_at(m, i), k); k++)
            if (dmn_kind(dmn_element_at(m, i)) == DMN_DECISION &&
                dmn_need_at(dmn_element_at(m, i), k) == e)
                return true;
    return false;
}

/* Each with a run of its own, so that what is given and what was computed stay apart. */
static int explain_all(struct dmn_run *run, const struct dmn_element *asked, bool json,
                       struct buffer *out)
{
    const struct dmn *m = run->model;
    struct json *all = json_array(run->feel.arena);
    for (size_t i = 0; i < dmn_element_count(m); i++) {
        const struct dmn_element *e = dmn_element_at(m, i);
        struct dmn_run own;
        if (asked ? e != asked : dmn_kind(e) != DMN_DECISION || is_shown_elsewhere(m, e))
            continue;
        if (dmn_run_copy(&own, run) < 0)
            return E_MEMORY;
        struct json *x = dmn_explain(&own, e);
        if (!x)
            return E_MEMORY;
        if (!json && all->n > 0)
            buffer_byte(out, '\n');
        if (!json)
            print_explanation(out, x);
        json_add(all, x);
    }
    if (json) {
        json_print(out, all, JSON_PRETTY);
    }
    return run->feel.arena->failed ? E_MEMORY : 0;
}

static int run_model(const char *path, const struct run_values *o, struct arena *program,
                     struct arena *request)
{
    struct diags diags;
    struct dmn *m;
    struct dmn_run run;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    diags_init(&diags, program);
    int r = dmn_load(program, path, &m, &diags, &err);
    dmn_print_diags(&diags);
    if (r == 0 && diags.errors > 0)
        return 2;
    if (r == 0)
        r = dmn_run_init(&run, m, request) < 0 ? err_memory(&err) : 0;
    if (r < 0)
        return report_err(&err);
    run.feel.as_of = date_today();
    if (o->as_of && !date_parse(span_z(o->as_of), &run.feel.as_of))
        return report_usage(&run_spec, "--date needs a date YYYY-MM-DD, not '%s'", o->as_of);
    const struct dmn_element *asked = NULL;
    r = read_inputs(&run, m, o->input, &err);
    if (r == 0)
        r = find_asked(m, o->decision, &asked, &err);
    if (r == 0)
        r = o->explain ? explain_all(&run, asked, o->json, &out) : decide_all(&run, asked, &out);
    if (r == E_MEMORY)
        err_memory(&err);
    print_problems(&run);
    int status = r < 0 ? report_err(&err) : 0;
    return cli_flush(&out, status);
}

int dmn_run_command(int argc, char **argv)
{
    struct run_values o = {0};
    int count, status = options_parse(&run_spec, argc, argv, &o, &count);
    if (status != OPTIONS_RUN)
        return status;
    struct arena program, request;
    arena_init(&program);
    arena_init(&request);
    status = run_model(argv[1], &o, &program, &request);
    arena_release(&request);
    arena_release(&program);
    return status;
}
