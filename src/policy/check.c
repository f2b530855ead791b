/*
 * check.c: what no single entry can say of itself: names of other entries, clause paths, precision
 * against results, examples against the measure they belong to.
 */
#include "base/utf8.h"
#include "document/tags.h"
#include "policy/library_int.h"

/* ---- clause paths ---- */

/* ASCII brackets around or in an enumerator are the usual slip. */
static bool half_width_brackets(struct span step)
{
    return step.n && (step.p[0] == '(' || step.p[step.n - 1] == ')');
}

static bool ends_in_mark(struct span step)
{
    return span_ends(step, SPAN("、")) || span_ends(step, SPAN("．")) ||
           span_ends(step, SPAN(".")) || span_ends(step, SPAN("："));
}

const char *clause_problem(struct span path)
{
    struct span rest = path, step;
    if (path.n && path.p[path.n - 1] == '/')
        return "an empty step";
    while (span_split(&rest, '/', &step)) {
        if (!span_trim(step).n)
            return "an empty step";
        if (span_trim(step).n != step.n)
            return "a space beside '/'";
        if (half_width_brackets(step))
            return "brackets are full-width: （一）";
        if (ends_in_mark(step))
            return "enumerators are written without the mark behind them: 一, not 一、";
    }
    return NULL;
}

void check_clause(struct loader *l, struct span path, struct place where)
{
    const char *problem = clause_problem(path);
    if (problem)
        hint(
            l,
            COMPLAIN_AT(l, where, E_INPUT, "'%.*s' is no clause path: %s", SPAN_ARG(path), problem),
            "huiqi document read FILE --tree prints the paths of a text");
}

/* A list of paths in one text: `一/1; 一/2` is refused by the same sentence as any other slip. */
static void check_clauses(struct loader *l, const struct measure *m)
{
    check_clause(l, m->cites, m->place);
    check_clause(l, m->apply_cites, m->place);
    check_clause(l, m->in_force_cites, m->place);
    for (size_t i = 0; i < m->condition_count; i++)
        check_clause(l, m->conditions[i].cites, m->conditions[i].place);
    for (size_t i = 0; i < m->benefit_count; i++)
        check_clause(l, m->benefits[i].cites, m->benefits[i].place);
    for (size_t i = 0; i < m->date_count; i++)
        check_clause(l, m->dates[i].cites, m->dates[i].is.place);
    for (size_t i = 0; i < m->relation_count; i++)
        check_clause(l, m->relations[i].cites, m->relations[i].place);
}

/* ---- names of other entries ---- */

void hint_named(struct loader *l, struct diag *g, const struct map *m, struct span word)
{
    struct span near = map_nearest(m, word);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
}

static void check_document(struct loader *l, const struct library_document *d)
{
    const struct map *by_id = &l->library->document_by_id;
    check_clause(l, d->within_clause, d->place);
    for (size_t i = 0; i < d->rule_count; i++)
        check_clause(l, d->rules[i].cites, d->rules[i].place);
    for (size_t i = 0; i < d->relation_count; i++) {
        struct span id = d->relations[i].document;
        if (id.n && d->relations[i].held && !map_get(by_id, id))
            hint_named(l, COMPLAIN_AT(l, d->place, E_NAME, "unknown document '%.*s'", SPAN_ARG(id)),
                       by_id, id);
    }
}

/* Where the library has a catalogue of tags, measures use its words. */
static void read_tags(struct loader *l)
{
    struct library_register *r = map_get(&l->library->register_by_name, SPAN(TAG_REGISTER));
    struct doc_tags tags = {0};

    map_init(&l->tags, l->scratch);
    for (size_t i = 0; r && r->list.kind == VALUE_LIST && i < r->list.list->n; i++) {
        struct span entry = r->list.list->at[i].string;
        if (!doc_tags_add(l->scratch, &tags, entry))
            COMPLAIN_AT(l, r->place, E_SYNTAX, "'%.*s' is no tag: 维度：标签", SPAN_ARG(entry));
        else if (map_put(&l->tags, tags.at[tags.n - 1].name, r) < 0)
            l->failed = true;
    }
}

static void check_tags(struct loader *l, const struct measure *m)
{
    for (size_t i = 0; l->tags.n && i < m->tag_count; i++)
        if (!map_get(&l->tags, m->tags[i]))
            hint_named(l,
                       COMPLAIN_AT(l, m->place, E_NAME, "unknown tag '%.*s'", SPAN_ARG(m->tags[i])),
                       &l->tags, m->tags[i]);
}

/* What is taken off is taken off a result of the measure. */
static void check_deductions(struct loader *l, const struct measure *m)
{
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        bool there = !r->of.n;
        for (size_t k = 0; k < m->benefit_count; k++)
            there |= span_eq(m->benefits[k].name, r->of);
        if (!there)
            hint(l, COMPLAIN_AT(l, r->place, E_NAME, "no result '%.*s'", SPAN_ARG(r->of)),
                 "'of' names a result of this measure");
    }
}

/* Whether a subject is on a list that is kept. */
static void check_register_fact(struct loader *l, const struct library_register *r)
{
    const struct map *by_name = &l->library->fact_by_name;
    const struct fact *f = r->fact.n ? map_get(by_name, r->fact) : NULL;
    if (r->fact.n && !f)
        hint_named(l, COMPLAIN_AT(l, r->place, E_NAME, "unknown fact '%.*s'", SPAN_ARG(r->fact)),
                   by_name, r->fact);
    if (f && (f->of || f->period || f->computed.expr || f->type->kind != TYPE_BOOLEAN))
        COMPLAIN_AT(l, r->place, E_TYPE, "the fact of a list is a boolean of the subject itself");
}

static void check_register(struct loader *l, const struct library_register *r)
{
    const struct map *by_id = &l->library->document_by_id;
    check_clause(l, r->source_clause, r->place);
    if (r->source_document.n && !map_get(by_id, r->source_document))
        hint_named(l,
                   COMPLAIN_AT(l, r->place, E_NAME, "unknown document '%.*s'",
                               SPAN_ARG(r->source_document)),
                   by_id, r->source_document);
    check_register_fact(l, r);
}

/* Events are one only where somebody has said so. */
static void check_parameter(struct loader *l, const struct parameter *p)
{
    const struct map *by_name = &l->library->parameter_by_name;
    for (size_t i = 0; i < p->united_count; i++) {
        struct event_union *u = (struct event_union *)(uintptr_t)&p->united[i];
        u->other = map_get(by_name, u->event);
        if (!u->other)
            hint_named(l,
                       COMPLAIN_AT(l, p->place, E_NAME, "united with an unknown event '%.*s'",
                                   SPAN_ARG(u->event)),
                       by_name, u->event);
        else if (u->other == p || !u->other->event)
            COMPLAIN_AT(l, p->place, E_CONFLICT, "united with '%.*s', which is no other event",
                        SPAN_ARG(u->event));
        if (u->other && (u->other == p || !u->other->event))
            u->other = NULL;
    }
}

static void check_fact(struct loader *l, const struct fact *f)
{
    const struct map *by_name = &l->library->fact_by_name;
    const struct fact *asked = f->asks.n ? map_get(by_name, f->asks) : NULL;
    if (!f->asks.n)
        return;
    if (!asked)
        hint_named(
            l, COMPLAIN_AT(l, f->place, E_NAME, "unknown fact '%.*s' in 'asks'", SPAN_ARG(f->asks)),
            by_name, f->asks);
    else if (!f->computed.text.n || !asked->question.zh.n)
        hint(l,
             COMPLAIN_AT(l, f->place, E_INPUT,
                         "'asks' is for computed facts, and names one with a question"),
             "give '%.*s' a question", SPAN_ARG(f->asks));
}

/* Where organisations are declared, everybody named is one of them. */
void check_organisation(struct loader *l, struct place where, struct span name)
{
    const struct map *known = &l->library->organisation_by_name;
    if (known->n == 0 || !name.n || map_get(known, name))
        return;
    struct diag *g = WARN_AT(l, where, "'%.*s' is not among the organisations", SPAN_ARG(name));
    struct span near = map_nearest(known, name);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "declare it in library/organisations");
}

static bool region_ok(struct span region)
{
    struct span rest = region, step;
    while (span_split(&rest, '/', &step))
        if (!step.n || span_trim(step).n != step.n || (unsigned char)step.p[0] < 0x80)
            return false;
    return region.n && region.p[region.n - 1] != '/';
}

/* One region, or several with ';' between. */
void check_region(struct loader *l, struct place where, struct span region)
{
    struct span rest = region, part;
    while (span_split(&rest, ';', &part))
        if (!region_ok(part))
            hint(l, COMPLAIN_AT(l, where, E_INPUT, "'%.*s' is no region", SPAN_ARG(part)),
                 "上海市/静安区");
}

/* ---- precision ---- */

static bool has_precision(const struct measure *m, enum precision precision)
{
    for (size_t i = 0; i < m->benefit_count; i++)
        if (m->benefits[i].precision == precision)
            return true;
    return false;
}

static void check_precision(struct loader *l, const struct measure *m)
{
    bool fits = has_precision(m, m->precision);
    if (m->precision == PRECISION_DATE)
        fits =
            fits || m->date_count || m->apply_to.text.n || m->round_count || m->in_force_to.text.n;
    if (m->precision == PRECISION_DECIDE)
        fits = fits || m->condition_count || m->test.text.n || m->next.zh.n;
    if (m->precision == PRECISION_UNPUBLISHED)
        fits = fits && !has_precision(m, PRECISION_EXACT);
    if (!fits)
        hint(l,
             COMPLAIN_AT(l, m->place, E_CHECK, "the precision is '%.*s', but no result has it",
                         SPAN_ARG(precision_words[m->precision].yaml)),
             "a row is as exact as its best result: add one under 'benefit'%s",
             m->precision == PRECISION_DATE ? " or 'dates'" : "");
    for (size_t i = 0; i < m->benefit_count; i++)
        for (size_t k = 0; k < i; k++)
            if (span_eq(m->benefits[i].name, m->benefits[k].name))
                COMPLAIN_AT(l, m->benefits[i].place, E_CONFLICT, "a second result '%.*s'",
                            SPAN_ARG(m->benefits[i].name));
}

/* What a kind that grants nothing answers with. */
static void check_kind(struct loader *l, const struct measure *m)
{
    bool judged = m->kind == KIND_DUTY || m->kind == KIND_INDICATOR;
    if (m->test.text.n && !judged && m->kind != KIND_PROHIBITION)
        hint(l,
             COMPLAIN_AT(l, m->test.place, E_INPUT,
                         "'test' is for duties, indicators and prohibitions"),
             "what decides a grant is a condition");
    if (m->kind == KIND_INDICATOR && !m->test.text.n && !m->benefit_count)
        hint(l, COMPLAIN_AT(l, m->place, E_INPUT, "an indicator needs a 'test' or a result"),
             "test: 'x >= target'");
    if (m->kind == KIND_PROCEDURE && !m->next.zh.n && !m->step_count)
        hint(l, COMPLAIN_AT(l, m->place, E_INPUT, "a procedure needs 'next' or 'steps'"),
             "next: {zh: ..., en: ...}");
    if (m->step_count > 3)
        hint(l, COMPLAIN_AT(l, m->place, E_LIMIT, "%zu steps", m->step_count), "at most three");
}

/* ---- examples ---- */

bool subject_name(const struct library *lib, struct span name)
{
    const struct feel_name *n = map_get(&lib->vocabulary.names, name);
    if (span_ends(name, SPAN(".complete")))
        n = map_get(&lib->vocabulary.names, span_of(name.p, name.n - strlen(".complete")));
    if (!n)
        return false;
    enum slot_kind kind = lib->slots[n->slot].kind;
    return kind == SLOT_FACT || kind == SLOT_ITEMS;
}

static void in_example(struct loader *l, const struct example *x, const struct json *member,
                       const struct map *known, const char *what)
{
    struct place where = {x->place.file, member->key_line ? member->key_line : member->line,
                          member->key_line ? member->key_column : member->column};
    struct span word = member->key.n ? member->key : json_text(member);
    struct diag *g =
        COMPLAIN_AT(l, where, E_NAME, "unknown %s '%.*s' in an example", what, SPAN_ARG(word));
    if (known)
        hint_named(l, g, known, word);
}

static bool names_result(const struct measure *m, struct span name)
{
    for (size_t i = 0; i < m->benefit_count; i++)
        if (span_eq(m->benefits[i].name, name))
            return true;
    return false;
}

static void expected_word(struct loader *l, const struct example *x, const struct json *expect,
                          struct span key, const struct closed_word *words, size_t n)
{
    const struct json *j = json_get(expect, key);
    if (j && closed_word_find(words, n, json_text(j)) < 0)
        hint(l,
             place_at(l,
                      diags_add(l->diags, DIAG_ERROR, E_NAME, "unknown %.*s '%.*s'", SPAN_ARG(key),
                                SPAN_ARG(json_text(j))),
                      (struct place){x->place.file, j->line, j->column}, json_text(j)),
             "see docs/authoring.md, 'expect'");
}

static void check_expect(struct loader *l, const struct measure *m, const struct example *x)
{
    static const char *const keys[] = {"status",  "timing",  "answer", "group",
                                       "results", "missing", "dates",  "item"};
    JSON_EACH(member, x->expect)
    {
        bool known = false;
        for (size_t i = 0; i < COUNT_OF(keys); i++)
            known = known || span_eq(span_z(keys[i]), member->key);
        if (!known)
            in_example(l, x, member, NULL, "expectation");
    }
    if (!JSON_GET(x->expect, "status"))
        hint(l, COMPLAIN_AT(l, x->place, E_INPUT, "an example expects a 'status'"),
             "expect: {status: eligible}");
    expected_word(l, x, x->expect, SPAN("status"), status_words, STATUSES);
    expected_word(l, x, x->expect, SPAN("timing"), timing_words, TIMINGS);
    JSON_EACH(r, JSON_GET(x->expect, "results"))
    {
        if (!names_result(m, r->key))
            in_example(l, x, r, NULL, "result");
    }
    JSON_EACH(f, JSON_GET(x->expect, "missing"))
    {
        struct span name = json_text(f);
        if (!map_get(&l->library->vocabulary.names, name))
            in_example(l, x, f, &l->library->vocabulary.names, "name");
    }
}

static bool names_reading(const struct measure *m, struct span id)
{
    for (size_t i = 0; i < m->reading_count; i++)
        if (span_eq(m->readings[i].id, id))
            return true;
    return false;
}

static void check_example(struct loader *l, const struct measure *m, const struct example *x)
{
    const struct library *lib = l->library;
    JSON_EACH(f, x->facts)
    {
        if (!span_eq(f->key, SPAN("outcomes")) && !subject_name(lib, f->key))
            in_example(l, x, f, &lib->fact_by_name, "fact");
    }
    JSON_EACH(p, x->parameters)
    {
        if (!map_get(&lib->parameter_by_name, p->key))
            in_example(l, x, p, &lib->parameter_by_name, "parameter");
    }
    if (x->reading.n && !names_reading(m, x->reading))
        COMPLAIN_AT(l, x->place, E_NAME, "unknown reading '%.*s'", SPAN_ARG(x->reading));
    check_expect(l, m, x);
}

static void check_examples(struct loader *l, const struct measure *m)
{
    bool figure = m->date_count > 0;
    for (size_t i = 0; i < m->benefit_count; i++)
        figure = figure || m->benefits[i].amount.text.n;
    if (m->example_count < (figure ? 2u : 1u))
        hint(l, WARN_AT(l, m->place, "%zu examples", m->example_count),
             figure ? "two at least where a figure or a date follows, one of them on the boundary"
                    : "one at least");
    for (size_t i = 0; i < m->example_count; i++)
        check_example(l, m, &m->examples[i]);
}

static void check_measure(struct loader *l, const struct measure *m)
{
    check_region(l, m->place, m->region);
    check_clauses(l, m);
    check_deductions(l, m);
    check_tags(l, m);
    check_organisation(l, m->place, m->authority);
    check_organisation(l, m->place, m->institution);
    check_examples(l, m);
    if (map_get(&l->unsound, m->id))
        return;
    check_precision(l, m);
    check_kind(l, m);
}

/* Where some facts are titled in English all are: a page is not half in one language. */
static void check_titles(struct loader *l)
{
    bool any = false;

    for (size_t i = 0; i < l->facts.n; i++)
        any = any || l->facts.at[i]->title.en.n;
    for (size_t i = 0; any && i < l->facts.n; i++) {
        const struct fact *f = l->facts.at[i];
        if (!f->title.en.n)
            hint(l, WARN_AT(l, f->place, "fact '%.*s' has no English title", SPAN_ARG(f->name)),
                 "title: {zh: %.*s, en: ...}", SPAN_ARG(f->name));
    }
}

void check_library(struct loader *l)
{
    read_tags(l);
    check_titles(l);
    for (size_t i = 0; i < l->facts.n; i++)
        check_fact(l, l->facts.at[i]);
    for (size_t i = 0; i < l->parameters.n; i++)
        check_parameter(l, l->parameters.at[i]);
    for (size_t i = 0; i < l->documents.n; i++)
        check_document(l, l->documents.at[i]);
    for (size_t i = 0; i < l->registers.n; i++)
        check_register(l, l->registers.at[i]);
    for (size_t i = 0; i < l->measures.n; i++)
        check_measure(l, l->measures.at[i]);
}
