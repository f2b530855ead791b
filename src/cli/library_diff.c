/*
 * library_diff.c: `huiqi library diff OLD NEW`: two versions of a library in terms of what they
 * find: parameters that changed with the measures that read them, measures that came and went, and,
 * over a set of enterprises, every finding that turns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/map.h"
#include "base/vector.h"
#include "cli/library.h"
#include "policy/whatif.h"

struct diff_values {
    struct option_list facts;
    const char *date;
    bool json;
};
static const struct option_spec options[] = {
    {"facts", "PATH", "an enterprise to try both on, or a folder of them; may be repeated",
     OPTION_MANY, offsetof(struct diff_values, facts)},
    {"date", "D", "as-of date, YYYY-MM-DD; default today", OPTION_TEXT,
     offsetof(struct diff_values, date)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct diff_values, json)},
};
static const struct option_example examples[] = {
    {"huiqi library diff old-library library --facts company.json --date 2020-03-09",
     "what the new version would say to a company"},
    {"huiqi library diff old-library library --facts samples/2020 --date 2020-03-09",
     "to the sample enterprises, and in sum by measure"},
};
static const struct command_spec spec = {
    .name = "library diff",
    .usage = "OLD NEW [--facts PATH]... [--date D] [--json]",
    .summary =
        "比较两个版本。Parameters that changed and the measures that read them, measures that "
        "came and went, and for each\n"
        "enterprise the findings that turn, with a sum by measure. Exit 0 whether or not they "
        "differ.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 2,
    .most = 2,
};

struct turn {
    const struct measure *measure;
    size_t enterprises, last; /* last = number of the enterprise counted last */
};
struct run {
    struct date as_of;
    bool folder;                /* the path at hand is one */
    struct json *list;          /* of enterprises */
    size_t enterprises, turned; /* seen; with a change */
    VECTOR_OF(struct turn *, turns) turns;
    struct map turn_by_measure;
    struct arena arena;
    struct err err;
    struct library *old, *now;
    struct buffer out;
    struct json *json;
};

/* ---- parameters ---- */

static bool same_values(const struct parameter *x, const struct parameter *y)
{
    if (x->value_count != y->value_count || x->has_known_until != y->has_known_until ||
        (x->has_known_until && date_compare(x->known_until, y->known_until) != 0))
        return false;
    for (size_t i = 0; i < x->value_count; i++) {
        const struct parameter_value *a = &x->values[i], *b = &y->values[i];
        if (date_compare(a->from, b->from) != 0 || !span_eq(a->region, b->region) ||
            !value_same(a->value, b->value) || a->has_to != b->has_to ||
            (a->has_to && date_compare(a->to, b->to) != 0))
            return false;
    }
    return true;
}

static bool reads(const struct measure *m, uint32_t slot)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i] == slot)
            return true;
    return false;
}

static void parameter_touches(struct run *r, const struct parameter *p, struct json *list)
{
    struct json *j = json_object(&r->arena), *measures = json_array(&r->arena);
    buffer_print(&r->out, "参数 %.*s\n", SPAN_ARG(p->name));
    for (size_t i = 0; i < r->now->measure_count; i++) {
        const struct measure *m = r->now->measures[i];
        if (!reads(m, p->slot))
            continue;
        buffer_print(&r->out, "  %.*s  %.*s\n", SPAN_ARG(m->catalogue), SPAN_ARG(m->title.zh));
        json_add(measures, json_string(&r->arena, m->id));
    }
    JSON_SET(j, "parameter", json_string(&r->arena, p->name));
    JSON_SET(j, "measures", measures);
    json_add(list, j);
}

static void diff_parameters(struct run *r)
{
    struct json *list = json_array(&r->arena);
    for (size_t i = 0; i < r->now->parameter_count; i++) {
        const struct parameter *p = r->now->parameters[i];
        const struct parameter *old = map_get(&r->old->parameter_by_name, p->name);
        if (!old || !same_values(old, p))
            parameter_touches(r, p, list);
    }
    JSON_SET(r->json, "parameters", list);
}

/* ---- measures ---- */

static struct json *only_in(struct run *r, const struct library *x, const struct library *y,
                            const char *sign)
{
    struct json *list = json_array(&r->arena);
    for (size_t i = 0; i < x->measure_count; i++) {
        const struct measure *m = x->measures[i];
        if (map_get(&y->measure_by_id, m->id))
            continue;
        buffer_print(&r->out, "%s %.*s  %.*s  %.*s\n", sign, SPAN_ARG(m->catalogue),
                     SPAN_ARG(m->id), SPAN_ARG(m->title.zh));
        json_add(list, json_string(&r->arena, m->id));
    }
    return list;
}

/* ---- enterprises ---- */

static int checkup_in(struct run *r, const struct library *l, const struct json *facts,
                      const char *file, struct date as_of, struct checkup **ret)
{
    struct match_options o = {.as_of = as_of};
    struct subject s;
    int code = subject_from_json(&r->arena, l, facts, span_z(file), &s, &r->err);
    return code < 0 ? code : match(&r->arena, l, &s, &o, ret, &r->err);
}

static void print_side(struct run *r, const struct finding *f)
{
    struct span gives =
        f && f->status != STATUS_INELIGIBLE ? finding_gives(&r->arena, f, false) : SPAN("");
    buffer_print(&r->out, "%.*s%s%.*s", SPAN_ARG(f ? group_words[f->group].title.zh : SPAN("没有")),
                 gives.n ? "：" : "", SPAN_ARG(gives));
}

/* One more enterprise for which something turns at the measure; a measure may turn at several
 * items. */
static int count_turn(struct run *r, const struct measure *m)
{
    struct turn *t = map_get(&r->turn_by_measure, m->id);
    if (!t) {
        t = VECTOR_PUSH(&r->arena, &r->turns, struct turn *) ? ARENA_NEW(&r->arena, struct turn)
                                                             : NULL;
        if (!t || map_put(&r->turn_by_measure, m->id, t) < 0)
            return err_memory(&r->err);
        *t = (struct turn){.measure = m};
        r->turns.at[r->turns.n - 1] = t;
    }
    t->enterprises += t->last != r->enterprises;
    t->last = r->enterprises;
    return 0;
}

static int print_changes(struct run *r, const char *file, const struct change *all, size_t n)
{
    int code = 0;
    r->turned += n > 0;
    if (n || !r->folder) /* of a folder, only those for which something turns */
        buffer_print(&r->out, "\n%s：%zu 项改变\n", file, n);
    for (size_t i = 0; i < n && code == 0; i++) {
        const struct finding *f = all[i].after ? all[i].after : all[i].before;
        buffer_print(&r->out, "  %.*s %.*s：", SPAN_ARG(f->measure->catalogue),
                     SPAN_ARG(f->measure->title.zh));
        print_side(r, all[i].before);
        buffer_add_z(&r->out, " → ");
        print_side(r, all[i].after);
        buffer_byte(&r->out, '\n');
        code = count_turn(r, f->measure);
    }
    return code;
}

static int diff_enterprise(void *context, const char *file)
{
    struct run *r = context;
    struct checkup *before, *after;
    const struct change *all;
    struct span text;
    struct json *facts = NULL, *j = json_object(&r->arena);
    size_t n = 0;
    int code = file_read(&r->arena, file, 64u << 20, &text, &r->err);
    if (code == 0)
        code = json_parse(&r->arena, text, span_z(file), &facts, &r->err);
    if (code == 0)
        code = checkup_in(r, r->old, facts, file, r->as_of, &before);
    if (code == 0)
        code = checkup_in(r, r->now, facts, file, r->as_of, &after);
    if (code == 0)
        code = checkup_changes(&r->arena, before, after, &all, &n);
    if (code < 0)
        return code;
    r->enterprises++;
    JSON_SET(j, "facts", json_string(&r->arena, span_z(file)));
    JSON_SET(j, "changes", changes_json(&r->arena, all, n));
    json_add(r->list, j);
    return print_changes(r, file, all, n);
}

static int diff_path(struct run *r, const char *path)
{
    struct stat st;
    r->folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (r->folder)
        return file_walk(&r->arena, path, SPAN(".json"), diff_enterprise, r, &r->err);
    return diff_enterprise(r, path);
}

static int by_enterprises(const void *a, const void *b)
{
    const struct turn *x = *(struct turn *const *)a, *y = *(struct turn *const *)b;
    if (x->enterprises != y->enterprises)
        return x->enterprises < y->enterprises ? 1 : -1;
    return span_compare(x->measure->id, y->measure->id);
}

static void sum_by_measure(struct run *r)
{
    struct json *list = json_array(&r->arena);
    if (r->enterprises > 1)
        buffer_print(&r->out, "\n%zu 家企业，%zu 家有改变\n", r->enterprises, r->turned);
    if (r->turns.n)
        qsort(r->turns.at, r->turns.n, sizeof(*r->turns.at), by_enterprises);
    for (size_t i = 0; i < r->turns.n; i++) {
        const struct turn *t = r->turns.at[i];
        struct json *j = json_object(&r->arena);
        if (r->enterprises > 1)
            buffer_print(&r->out, "  %4zu 家  %.*s %.*s\n", t->enterprises,
                         SPAN_ARG(t->measure->catalogue), SPAN_ARG(t->measure->title.zh));
        JSON_SET(j, "measure", json_string(&r->arena, t->measure->id));
        JSON_SET(j, "enterprises", json_int(&r->arena, (int64_t)t->enterprises));
        json_add(list, j);
    }
    JSON_SET(r->json, "by_measure", list);
}

static int diff(struct run *r, const struct diff_values *v)
{
    int code = 0;
    r->as_of = date_today();
    r->list = json_array(&r->arena);
    map_init(&r->turn_by_measure, &r->arena);
    r->json = json_object(&r->arena);
    if (v->date && !date_parse(span_z(v->date), &r->as_of))
        return err_set(&r->err, E_USAGE, "--date: '%s' is no date", v->date);
    buffer_print(&r->out, "%.12s → %.12s\n", r->old->hash, r->now->hash);
    JSON_SET(r->json, "before", json_string(&r->arena, span_z(r->old->hash)));
    JSON_SET(r->json, "after", json_string(&r->arena, span_z(r->now->hash)));
    diff_parameters(r);
    JSON_SET(r->json, "removed", only_in(r, r->old, r->now, "-"));
    JSON_SET(r->json, "added", only_in(r, r->now, r->old, "+"));
    for (size_t i = 0; i < v->facts.n && code == 0; i++)
        code = diff_path(r, v->facts.at[i]);
    JSON_SET(r->json, "enterprises", r->list);
    sum_by_measure(r);
    return code == 0 && r->arena.failed ? err_memory(&r->err) : code;
}

int library_diff(int argc, char **argv)
{
    struct diff_values values = {0};
    struct run r = {.out = BUFFER_INIT};
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&r.arena);
    status = cli_load_library(argv[1], &r.old);
    if (status == OPTIONS_RUN)
        status = cli_load_library(argv[2], &r.now);
    if (status == OPTIONS_RUN)
        status = diff(&r, &values) < 0 ? report_err(&r.err) : 0;
    if (status == 0 && !values.json) {
        status = cli_flush(&r.out, 0);
    } else {
        if (status == 0)
            status = cli_print_json(r.json);
        buffer_release(&r.out);
    }
    library_unref(r.old);
    library_unref(r.now);
    arena_release(&r.arena);
    return status;
}
