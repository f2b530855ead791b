/*
 * match.c: `huiqi match`: from options to facts, from facts to a check-up; printing is in
 * match_print.c.
 */
#include "cli/match.h"
#include <stdio.h>
#include "base/file.h"
#include "base/map.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "policy/ical.h"
#include "policy/subjects.h"
#include "policy/whatif.h"
#include "store/store.h"

#define FACTS_MAX (64u << 20)

#define OPTION(member, option, argument, kind, help)                                               \
    {                                                                                              \
        option, argument, help, kind, offsetof(struct match_values, member)                        \
    }
const struct option_spec match_option_specs[] = {
    OPTION(enterprise, "enterprise", "CODE", OPTION_TEXT,
           "an enterprise of the store, by 统一社会信用代码"),
    OPTION(person, "person", "ID", OPTION_TEXT, "a person of the store"),
    OPTION(facts, "facts", "FILE", OPTION_TEXT, "facts from a JSON file (- is standard input)"),
    OPTION(given, "fact", "名=值", OPTION_MANY,
           "one more fact: 参保人数@2019-12=28; may be repeated"),
    OPTION(date, "date", "D", OPTION_TEXT, "as-of date, YYYY-MM-DD; default today"),
    OPTION(known_by, "known-by", "D", OPTION_TEXT,
           "see only what was known by that day; default the as-of date"),
    OPTION(region, "region", "R", OPTION_TEXT, "only measures of a region: 上海市/静安区"),
    OPTION(measure, "measure", "M", OPTION_TEXT, "one measure, by id or catalogue number"),
    OPTION(reading, "reading", "ID", OPTION_TEXT, "a reading of an ambiguous text"),
    OPTION(sets, "set", "参数=值", OPTION_MANY,
           "what if a parameter had another value; may be repeated"),
    OPTION(library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(lang, "lang", "zh|en", OPTION_TEXT, "language of the output; default zh"),
    OPTION(all, "all", NULL, OPTION_FLAG,
           "every finding; else long groups that ask for nothing now are cut short"),
    OPTION(ical, "ical", NULL, OPTION_FLAG, "windows and deadlines as an iCalendar feed"),
    OPTION(json, "json", NULL, OPTION_FLAG, "the findings as JSON (docs/finding.md)"),
};
const size_t match_option_count = COUNT_OF(match_option_specs);

static const struct option_example examples[] = {
    {"huiqi match --facts company.json --date 2020-03-09", "a check-up (政策体检) as of a day"},
    {"huiqi match --facts company.json --region 上海市/静安区 --lang en",
     "narrowed to a region, in English"},
    {"huiqi match --facts company.json --fact 参保人数@2019-12=28 --json",
     "with one more fact; for programs"},
    {"huiqi match --enterprise CODE --set 一年期LPR=0.0405",
     "what if a parameter were another; what turns is shown"},
    {"huiqi match --facts company.json --ical > company.ics",
     "windows and deadlines for a calendar"},
};
static const struct command_spec spec = {
    .name = "match",
    .usage = "(--enterprise CODE | --person ID | --facts FILE) [--date D] [--measure M] [--json]",
    .summary = "政策体检。Finds every measure addressed to the subject: what it gives, why, by "
               "which clause, until when, what is\n"
               "missing and who holds it. A fact that nobody gave is unknown, never false.",
    .options = match_option_specs,
    .option_count = COUNT_OF(match_option_specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

/* ---- options ---- */

static int read_date(struct match_run *r, const char *option, const char *text, struct date *ret)
{
    if (!text || date_parse(span_z(text), ret))
        return 0;
    int code = err_set(&r->err, E_USAGE, "--%s: '%s' is no date", option, text);
    err_hint(&r->err, "write it as 2020-03-09");
    return code;
}

static int read_language(struct match_run *r, const char *lang)
{
    if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
        return err_set(&r->err, E_USAGE, "--lang: '%s' is neither zh nor en", lang);
    r->english = lang && strcmp(lang, "en") == 0;
    return 0;
}

static int read_measure(struct match_run *r, const char *name, const struct measure **ret)
{
    struct span near = {NULL, 0};
    if (!name)
        return 0;
    *ret = library_find(r->library, span_z(name), &near);
    if (*ret)
        return 0;
    int code = err_set(&r->err, E_NOT_FOUND, "no measure '%s'", name);
    if (near.n)
        err_hint(&r->err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(&r->err, "'huiqi library list' lists them");
    return code;
}

static bool touches(struct span x, struct span y)
{
    return span_starts(x, y) || span_starts(y, x);
}

/* A region that no measure has is a slip. */
static int read_region(struct match_run *r, const char *region, struct span *ret)
{
    struct map regions;
    if (!region)
        return 0;
    map_init(&regions, &r->arena);
    for (size_t i = 0; i < r->library->measure_count; i++) {
        struct span x = r->library->measures[i]->region;
        if (touches(x, span_z(region))) {
            *ret = span_z(region);
            return 0;
        }
        if (map_put(&regions, x, &regions) < 0)
            return err_memory(&r->err);
    }
    struct span near = map_nearest(&regions, span_z(region));
    int code = err_set(&r->err, E_NOT_FOUND, "no measure is of the region '%s'", region);
    if (near.n)
        err_hint(&r->err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(&r->err, "a region is a path, such as 上海市/静安区");
    return code;
}

/* ---- name=value ---- */

static int split(struct match_run *r, const char *option, const char *text, struct span *name,
                 struct span *value)
{
    struct span rest = span_z(text);
    if (span_split(&rest, '=', name) && rest.p && name->n) {
        *value = rest;
        return 0;
    }
    int code = err_set(&r->err, E_USAGE, "--%s: '%s' is not NAME=VALUE", option, text);
    err_hint(&r->err, "--%s 名=值", option);
    return code;
}

/* Typed text as the JSON that the type expects. */
static int typed_json(struct match_run *r, const struct type *t, struct span text,
                      struct json **ret)
{
    bool yes = span_eq(text, SPAN("是")), no = span_eq(text, SPAN("否"));
    bool bare = t->kind == TYPE_STRING || t->kind == TYPE_DATE;
    struct err ignored = ERR_INIT;
    if (t->kind == TYPE_BOOLEAN && (yes || no))
        *ret = json_bool(&r->arena, yes);
    else if (t->kind == TYPE_LIST && text.n && !span_starts(text, SPAN("[")) &&
             !span_eq(text, SPAN("null")))
        *ret = fact_list_cell(&r->arena, text);
    else if ((bare && !span_eq(text, SPAN("null"))) ||
             json_parse(&r->arena, text, SPAN(""), ret, &ignored) < 0)
        *ret = json_string(&r->arena, text);
    if (!*ret)
        return err_memory(&r->err);
    (*ret)->line = 0; /* typed, not of a file */
    return 0;
}

static int read_sets(struct match_run *r, const struct option_list *sets, struct match_options *o)
{
    struct override *at = ARENA_ARRAY(&r->arena, struct override, sets->n + 1);
    if (!at)
        return err_memory(&r->err);
    for (size_t i = 0; i < sets->n; i++) {
        struct span name = {0}, value = {0}, near;
        struct json *j = NULL;
        int code = split(r, "set", sets->at[i], &name, &value);
        if (code < 0)
            return code;
        at[i].parameter = map_get(&r->library->parameter_by_name, name);
        if (!at[i].parameter) {
            near = map_nearest(&r->library->parameter_by_name, name);
            err_set(&r->err, E_NAME, "--set: unknown parameter '%.*s'", SPAN_ARG(name));
            if (near.n)
                err_hint(&r->err, "did you mean '%.*s'?", SPAN_ARG(near));
            return E_NAME;
        }
        code = typed_json(r, at[i].parameter->type, value, &j);
        if (code == 0)
            code = feel_from_json(&r->arena, j, at[i].parameter->type, &at[i].value, &r->err);
        if (code < 0)
            return code;
    }
    o->overrides = at;
    o->override_count = sets->n;
    return 0;
}

/* ---- facts ---- */

/* The member of that key, emptied, or a new one: what is typed wins over the file. */
static struct json *put(struct json *object, struct span key, struct json *value)
{
    for (struct json *m = object->first; m; m = m->next)
        if (span_eq(m->key, key)) {
            struct json *next = m->next;
            *m = *value;
            m->key = key;
            m->next = next;
            return m;
        }
    json_set(object, key, value);
    return value;
}

static int add_fact(struct match_run *r, struct json *root, const char *text)
{
    struct span name, value, period = {NULL, 0};
    struct json *j = NULL;
    int code = split(r, "fact", text, &name, &value);
    size_t at = code < 0 ? SIZE_MAX : span_find(name, SPAN("@"));
    if (code < 0)
        return code;
    if (at != SIZE_MAX) {
        period = span_from(name, at + 1);
        name.n = at;
    }
    const struct fact *f = map_get(&r->library->fact_by_name, name);
    code = typed_json(r, f ? f->type : &TYPE_ANY_T, value, &j);
    if (code < 0)
        return code;
    if (period.n) {
        const struct json *old = json_get(root, name);
        struct json *periods =
            old && old->kind == JSON_OBJECT ? (struct json *)(uintptr_t)old : NULL;
        if (!periods)
            periods = put(root, name, json_object(&r->arena));
        put(periods, period, j);
    } else
        put(root, name, j);
    return r->arena.failed ? err_memory(&r->err) : 0;
}

static int read_file(struct match_run *r, const char *path, struct json **ret)
{
    struct span text, name = span_z(path);
    int code = file_read(&r->arena, path, FACTS_MAX, &text, &r->err);
    if (code < 0)
        return code;
    if (span_ends(name, SPAN(".yaml")) || span_ends(name, SPAN(".yml")))
        return yaml_parse(&r->arena, text, name, ret, &r->err);
    return json_parse(&r->arena, text, name, ret, &r->err);
}

static int from_json(struct match_run *r, const struct match_values *o, struct json *root,
                     struct span file)
{
    if (root->kind == JSON_OBJECT)
        for (size_t i = 0; i < o->given.n; i++) {
            int code = add_fact(r, root, o->given.at[i]);
            if (code < 0)
                return code;
        }
    return subject_from_json(&r->arena, r->library, root, file, &r->subject, &r->err);
}

/* Facts of the store; typed ones are laid over them. */
static int from_store(struct match_run *r, const struct match_values *o,
                      const struct match_options *options)
{
    struct span kind = o->person ? SPAN("person") : SPAN("enterprise"),
                code = span_z(o->person ? o->person : o->enterprise);
    struct date known = options->facts_known_by ? options->known_by : date_today();
    struct store *s = NULL;
    int e = store_open(store_url(), &s, &r->err);
    if (e == 0)
        e = store_migrate(s, &r->err);
    if (e == 0)
        e = subject_load(&r->arena, s, r->library, kind, code, options->as_of, known, &r->subject,
                         &r->err);
    store_close(s);
    if (e < 0 || !o->given.n)
        return e;
    struct json *root = subject_json(&r->arena, r->library, &r->subject);
    if (!root || r->arena.failed)
        return err_memory(&r->err);
    e = from_json(r, o, root, SPAN("--fact"));
    r->subject.kind = kind;
    r->subject.id = code;
    return e;
}

static int read_subject(struct match_run *r, const struct match_values *o,
                        const struct match_options *options)
{
    struct json *root = NULL;
    int code = 0;
    r->name = span_z(o->enterprise ? o->enterprise
                     : o->person   ? o->person
                     : o->facts    ? o->facts
                                   : "--fact");
    if (o->enterprise || o->person)
        return from_store(r, o, options);
    if (o->facts)
        code = read_file(r, o->facts, &root);
    else
        root = json_object(&r->arena);
    if (code < 0)
        return code;
    if (!root)
        return err_memory(&r->err);
    return from_json(r, o, root, span_z(o->facts ? o->facts : "--fact"));
}

/* ---- the run ---- */

/* What if: the same subject without what was typed, to show what turns. */
static int run_before(struct match_run *r, const struct match_values *o,
                      const struct match_options *options)
{
    struct match_values plain = *o;
    struct match_options without = *options;
    struct subject changed = r->subject;
    bool on_file = o->facts || o->enterprise || o->person;
    if (!o->sets.n && !(o->given.n && on_file))
        return 0;
    without.override_count = 0;
    if (on_file)
        plain.given.n = 0;
    int code = on_file && o->given.n ? read_subject(r, &plain, &without) : 0;
    if (code == 0)
        code = match(&r->arena, r->library, &r->subject, &without, &r->before, &r->err);
    r->subject = changed;
    return code;
}

static int run(struct match_run *r, const struct match_values *o)
{
    struct match_options options = {.as_of = date_today(), .trace = true};
    int code = read_date(r, "date", o->date, &options.as_of);
    if (code == 0)
        code = read_date(r, "known-by", o->known_by, &options.known_by);
    options.facts_known_by = o->known_by != NULL;
    options.reading = span_z(o->reading);
    if (code == 0)
        code = read_measure(r, o->measure, &options.only);
    if (code == 0)
        code = read_region(r, o->region, &options.region);
    if (code == 0)
        code = read_sets(r, &o->sets, &options);
    if (code == 0)
        code = read_subject(r, o, &options);
    if (code == 0)
        code = match(&r->arena, r->library, &r->subject, &options, &r->checkup, &r->err);
    return code < 0 ? code : run_before(r, o, &options);
}

int match_run(const struct command_spec *c, const struct match_values *o, struct match_run *r)
{
    int from = !!o->enterprise + !!o->person + !!o->facts;
    *r = (struct match_run){.library = NULL};
    arena_init(&r->arena);
    if (from > 1)
        return report_usage(c, "--enterprise, --person and --facts exclude one another");
    if (from == 0 && o->given.n == 0)
        return report_usage(c, "whose check-up? --facts FILE, --enterprise CODE or --person ID");
    r->all = o->all;
    if (read_language(r, o->lang) < 0)
        return report_err(&r->err);
    int status = cli_load_library(o->library, &r->library);
    if (status != OPTIONS_RUN)
        return status;
    return run(r, o) < 0 ? report_err(&r->err) : OPTIONS_RUN;
}

void match_run_release(struct match_run *r)
{
    library_unref(r->library);
    arena_release(&r->arena);
}

static struct json *run_json(struct match_run *r)
{
    struct json *j = checkup_json(&r->arena, r->checkup);
    const struct advice *advice = NULL;
    const struct change *changes = NULL;
    size_t n = 0, changed = 0;
    if (!j || checkup_advice(&r->arena, r->checkup, &advice, &n, &r->err) < 0 ||
        (r->before && checkup_changes(&r->arena, r->before, r->checkup, &changes, &changed) < 0))
        return NULL;
    JSON_SET(j, "advice", advice_json(&r->arena, advice, n));
    JSON_SET(j, "changes",
             r->before ? changes_json(&r->arena, changes, changed) : json_null(&r->arena));
    return r->arena.failed ? NULL : j;
}

int cmd_match(int argc, char **argv)
{
    struct match_values values = {0};
    struct match_run r;
    struct buffer out = BUFFER_INIT;
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    status = match_run(&spec, &values, &r);
    if (status == OPTIONS_RUN && values.json)
        status = cli_print_json(run_json(&r));
    else if (status == OPTIONS_RUN && values.ical) {
        checkup_ical(&out, r.checkup, r.english);
        status = cli_flush(&out, 0);
    } else if (status == OPTIONS_RUN) {
        print_checkup(&out, &r);
        status = cli_flush(&out, r.arena.failed ? 2 : 0);
    }
    match_run_release(&r);
    return status;
}
