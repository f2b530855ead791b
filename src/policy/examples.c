/*
 * examples.c: see examples.h. What an example does not mention is not compared.
 */
#include "policy/examples.h"

struct comparison {
    struct arena *arena;
    const struct library *library;
    const struct measure *measure;
    const struct finding *finding;
    struct mismatch *first, *last;
};

static void differ(struct comparison *c, struct span what, struct span got, struct span expected)
{
    struct mismatch *m = ARENA_NEW(c->arena, struct mismatch);
    if (!m)
        return;
    *m = (struct mismatch){NULL, what, got, expected, NULL};
    if (c->last)
        c->last->next = m;
    else
        c->first = m;
    c->last = m;
}

/* What contradicts a scalar of the file can be written there. */
static void differ_at(struct comparison *c, struct span what, struct span got,
                      const struct json *expected)
{
    struct mismatch *before = c->last;
    differ(c, what, got, json_text(expected));
    if (c->last != before && expected->line)
        c->last->at = expected;
}

static void compare_text(struct comparison *c, struct span what, struct span got,
                         const struct json *expected)
{
    if (expected && !span_eq(got, json_text(expected)))
        differ_at(c, what, got, expected);
}

/* ---- values ---- */

static struct span shown(struct comparison *c, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_text(&b, v);
    struct span s = arena_copy(c->arena, buffer_span(&b));
    if (buffer_failed(&b))
        c->arena->failed = true;
    buffer_release(&b);
    return s;
}

bool value_reads_as(struct value got, struct span expected)
{
    struct decimal d;
    struct date day;
    switch (got.kind) {
    case VALUE_NUMBER:
        return decimal_parse(expected, &d) && decimal_compare(got.number, d) == 0;
    case VALUE_DATE:
        return date_parse(expected, &day) && date_compare(got.date, day) == 0;
    case VALUE_STRING:
        return span_eq(got.string, expected);
    case VALUE_BOOLEAN:
        return span_eq(expected, got.boolean ? SPAN("true") : SPAN("false"));
    default:
        return false;
    }
}

static bool nothing(const struct json *j)
{
    return j->kind == JSON_NULL || (j->plain && span_eq(j->text, SPAN("null")));
}

static void compare_value(struct comparison *c, struct span what, bool has, struct value got,
                          const struct json *expected)
{
    if (!expected)
        return;
    if (nothing(expected)) {
        if (has)
            differ(c, what, shown(c, got), SPAN("nothing"));
    } else if (!has) {
        differ(c, what, SPAN("nothing"), json_text(expected));
    } else if (!value_reads_as(got, json_text(expected))) {
        differ_at(c, what, shown(c, got), expected);
    }
}

static struct span within(struct comparison *c, struct span name, const char *part)
{
    return arena_print(c->arena, "%.*s.%s", SPAN_ARG(name), part);
}

static void compare_result(struct comparison *c, const struct result *r,
                           const struct json *expected)
{
    if (expected->kind != JSON_OBJECT) {
        compare_value(c, expected->key, r->has_value, r->value, expected);
        return;
    }
    compare_value(c, within(c, expected->key, "value"), r->has_value, r->value,
                  JSON_GET(expected, "value"));
    compare_value(c, within(c, expected->key, "min"), r->has_min, r->min,
                  JSON_GET(expected, "min"));
    compare_value(c, within(c, expected->key, "max"), r->has_max, r->max,
                  JSON_GET(expected, "max"));
}

static void compare_results(struct comparison *c, const struct json *expected)
{
    JSON_EACH(e, expected)
    {
        for (size_t i = 0; i < c->measure->benefit_count; i++)
            if (span_eq(c->measure->benefits[i].name, e->key))
                compare_result(c, &c->finding->results[i], e);
    }
}

/* ---- missing and dates ---- */

static bool lists(const struct json *list, struct span name)
{
    JSON_EACH(e, list)
    {
        if (span_eq(json_text(e), name))
            return true;
    }
    return false;
}

static bool is_missing(const struct finding *f, struct span name)
{
    for (const struct missing *m = f->missing; m; m = m->next)
        if (span_eq(m->fact, name))
            return true;
    return false;
}

/* What is listed must be missing; what else is missing must not be a question to the user. */
static void compare_missing(struct comparison *c, const struct json *expected)
{
    JSON_EACH(e, expected)
    {
        if (!is_missing(c->finding, json_text(e)))
            differ(c, SPAN("missing"), SPAN("not missing"), json_text(e));
    }
    for (const struct missing *m = expected ? c->finding->missing : NULL; m; m = m->next)
        if (m->cause == CAUSE_ASK && !lists(expected, m->fact))
            differ(c, SPAN("missing"), m->fact, SPAN("not listed"));
}

static void compare_date(struct comparison *c, const struct json *expected)
{
    for (size_t i = 0; i < c->finding->date_count; i++) {
        const struct date_finding *d = &c->finding->dates[i];
        if (!span_eq(d->what, expected->key))
            continue;
        compare_value(c, expected->key, d->known, value_date(d->date), expected);
        return;
    }
    if (!nothing(expected))
        differ(c, expected->key, SPAN("no such date"), json_text(expected));
}

static void compare(struct comparison *c, const struct json *expect)
{
    const struct json *group = JSON_GET(expect, "group");
    compare_text(c, SPAN("status"), status_words[c->finding->status].yaml,
                 JSON_GET(expect, "status"));
    compare_text(c, SPAN("timing"), timing_words[c->finding->timing].yaml,
                 JSON_GET(expect, "timing"));
    compare_text(c, SPAN("answer"), c->finding->answer, JSON_GET(expect, "answer"));
    compare_text(c, SPAN("group"), group_words[c->finding->group].title.zh, group);
    compare_results(c, JSON_GET(expect, "results"));
    compare_missing(c, JSON_GET(expect, "missing"));
    JSON_EACH(d, JSON_GET(expect, "dates"))
    compare_date(c, d);
}

/* ---- the run ---- */

static int read_overrides(struct comparison *c, const struct example *x, struct match_options *o,
                          struct err *err)
{
    size_t n = x->parameters ? x->parameters->n : 0;
    struct override *at = ARENA_ARRAY(c->arena, struct override, n ? n : 1);
    if (!at)
        return err_memory(err);
    JSON_EACH(p, x->parameters)
    {
        const struct parameter *parameter = map_get(&c->library->parameter_by_name, p->key);
        struct override *to = &at[o->override_count];
        int r = parameter ? feel_from_json(c->arena, p, parameter->type, &to->value, err) : E_NAME;
        if (r < 0)
            return r;
        to->parameter = parameter;
        o->override_count++;
    }
    o->overrides = at;
    return 0;
}

/* The finding meant: of the item that the example names, else the first. */
static const struct finding *finding_of(const struct checkup *u, const struct example *x)
{
    struct span item = json_text(JSON_GET(x->expect, "item"));
    for (size_t i = 0; i < u->n; i++)
        if (!item.n || span_eq(u->findings[i].item, item))
            return &u->findings[i];
    return NULL;
}

static struct span subject_kind(const struct measure *m)
{
    unsigned company = 1u << ROLE_ENTERPRISE | 1u << ROLE_SOLE_TRADER;
    if (m->addressees & company)
        return SPAN("enterprise");
    for (size_t i = 0; i < ROLES; i++)
        if (m->addressees & (1u << i))
            return role_words[i].yaml;
    return SPAN("enterprise");
}

static int run(struct comparison *c, const struct example *x, struct err *err)
{
    struct subject subject = {.kind = {NULL, 0}};
    struct match_options options = {.as_of = x->as_of,
                                    .known_by = x->as_of,
                                    .only = c->measure,
                                    .reading = x->reading,
                                    .trace = true};
    struct checkup *checkup = NULL;
    struct json *none = json_object(c->arena);
    int r = read_overrides(c, x, &options, err);
    if (r == 0)
        r = subject_from_json(c->arena, c->library, x->facts ? x->facts : none, x->place.file,
                              &subject, err);
    if (r < 0)
        return r;
    if (!subject.kind.n || !(c->measure->addressees & 1u << ROLE_ENTERPRISE))
        subject.kind = subject_kind(c->measure);
    r = match(c->arena, c->library, &subject, &options, &checkup, err);
    if (r < 0)
        return r;
    c->finding = finding_of(checkup, x);
    if (c->finding)
        compare(c, x->expect);
    else
        differ(c, SPAN("finding"), SPAN("none"), SPAN("one"));
    return 0;
}

int example_run(struct arena *request, const struct library *l, const struct measure *m,
                const struct example *x, const struct mismatch **ret)
{
    struct comparison c = {.arena = request, .library = l, .measure = m};
    struct err err = ERR_INIT;
    int r = run(&c, x, &err);
    if (r == E_MEMORY || request->failed)
        return E_MEMORY;
    if (r < 0)
        differ(&c, SPAN("run"), arena_copy(request, span_z(err.message)), SPAN("an answer"));
    if (request->failed)
        return E_MEMORY;
    *ret = c.first;
    return 0;
}
