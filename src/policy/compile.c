/*
 * compile.c: every expression of the library through feel_compile, in the order of dependencies:
 * computed facts, rules of documents, then each measure: lets one after the other, conditions,
 * results, test, dates, and the whole again for each further reading.
 */
#include "policy/library_int.h"
#include "policy/recognition.h"

/* What an expression may see. */
struct scope {
    const struct feel_let *lets;
    size_t n;
};
static const struct scope no_lets = {NULL, 0};

/* An ISO date where an expression may stand means that date. */
static struct span expression_text(struct loader *l, const struct formula *f,
                                   const struct type *want)
{
    struct date d;
    if (want != &TYPE_DATE_T || !date_parse(f->text, &d))
        return f->text;
    return arena_print(l->program, "date(\"%.*s\")", SPAN_ARG(f->text));
}

static void compile(struct loader *l, struct formula *f, struct scope scope,
                    const struct type *want)
{
    if (!f->text.n)
        return;
    const struct diag *before = l->diags->last;
    struct feel_compile how = {.mode = FEEL_STRICT,
                               .vocabulary = &l->library->vocabulary,
                               .lets = scope.lets,
                               .let_count = scope.n,
                               .want = want,
                               .file = f->place.file,
                               .line = f->place.line,
                               .column = f->place.column};
    size_t errors = l->diags->errors;
    int r = feel_compile(l->program, expression_text(l, f, want), &how, &f->expr, l->diags);
    if (r == E_MEMORY)
        l->failed = true;
    else if (r < 0 && l->diags->errors == errors)
        COMPLAIN_AT(l, f->place, r, "%s", err_text(r, false));
    if (l->diags->last != before)
        adopt_diags(l, before, f);
}

void compile_formula(struct loader *l, struct formula *f, const struct feel_let *lets, size_t n,
                     const struct type *want)
{
    compile(l, f, (struct scope){lets, n}, want);
}

/* ---- slots ---- */

static void mark_criteria(const struct library *lib, const struct recognition *r, uint8_t *used);

/* Members of listed items are facts too: 贷款[是否线上贷款].贷款本金. */
static void mark_members(const struct library *lib, const struct node *n, uint8_t *used)
{
    if (n->kind == NODE_PATH || (n->kind == NODE_NAME && n->ref == REF_MEMBER)) {
        const struct fact *f = map_get(&lib->fact_by_name, n->name);
        if (f && f->of && used[f->of->list_slot])
            used[f->slot] = 1;
    }
    for (const struct node *c = n->child; c; c = c->next)
        mark_members(lib, c, used);
}

void mark_slots(const struct library *lib, const struct feel_expr *e, uint8_t *used)
{
    size_t n = 0;
    const uint32_t *slots = e ? feel_slots(e, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        const struct slot *s = &lib->slots[slots[i]];
        if (used[slots[i]])
            continue;
        used[slots[i]] = 1;
        if (s->kind == SLOT_FACT) {
            mark_slots(lib, s->fact->computed.expr, used);
            mark_criteria(lib, s->fact->recognition, used);
        }
    }
    if (e && feel_tree(e))
        mark_members(lib, feel_tree(e), used);
}

/* What its criteria read, in force or not. */
static void mark_criteria(const struct library *lib, const struct recognition *r, uint8_t *used)
{
    for (size_t i = 0; r && i < r->criterion_count; i++)
        mark_slots(lib, r->criteria[i].test.expr, used);
}

void list_slots(struct loader *l, const uint8_t *used, const uint32_t **ret, size_t *ret_n)
{
    size_t n = 0, count = 0;
    for (size_t i = 0; i < l->slots.n; i++)
        n += used[i];
    uint32_t *slots = need(l, ARENA_ARRAY(l->program, uint32_t, n ? n : 1));
    if (!slots)
        return;
    for (size_t i = 0; i < l->slots.n; i++)
        if (used[i])
            slots[count++] = (uint32_t)i;
    *ret = slots;
    *ret_n = count;
}

/* ---- facts ---- */

enum mark { UNSEEN, OPEN, DONE };

/* Depth first over computed facts: an open one met again closes a circle. */
static bool circular(struct loader *l, const struct fact *f, uint8_t *marks)
{
    size_t n = 0;
    if (!f->computed.expr || marks[f->slot] == DONE)
        return false;
    if (marks[f->slot] == OPEN)
        return true;
    marks[f->slot] = OPEN;
    const uint32_t *slots = feel_slots(f->computed.expr, &n);
    for (size_t i = 0; i < n; i++) {
        const struct slot *s = &l->slots.at[slots[i]];
        if (s->kind == SLOT_FACT && circular(l, s->fact, marks)) {
            marks[f->slot] = DONE;
            hint(l,
                 COMPLAIN_AT(l, f->computed.place, E_CONFLICT, "'%.*s' is computed from itself",
                             SPAN_ARG(f->name)),
                 "by way of '%.*s'", SPAN_ARG(s->name));
            return false;
        }
    }
    marks[f->slot] = DONE;
    return false;
}

void compile_facts(struct loader *l)
{
    uint8_t *marks = need(l, ARENA_ARRAY(l->scratch, uint8_t, l->slots.n + 1));
    for (size_t i = 0; i < l->facts.n; i++)
        compile(l, &l->facts.at[i]->computed, no_lets, l->facts.at[i]->type);
    for (size_t i = 0; marks && i < l->facts.n; i++)
        (void)circular(l, l->facts.at[i], marks);
}

/* ---- documents ---- */

void compile_document(struct loader *l, struct library_document *d)
{
    struct condition *rules = (struct condition *)d->rules;
    compile(l, &d->in_force_from, no_lets, &TYPE_DATE_T);
    compile(l, &d->in_force_to, no_lets, &TYPE_DATE_T);
    for (size_t i = 0; i < d->rule_count; i++)
        compile(l, &rules[i].test, no_lets, &TYPE_BOOLEAN_T);
}

/* ---- measures ---- */

static bool overridden(struct span id, const struct span *without, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(id, without[i]))
            return true;
    return false;
}

static size_t copy_rules(const struct library_document *d, const struct span *without, size_t n,
                         struct condition *to)
{
    size_t count = 0;
    for (size_t i = 0; i < d->rule_count; i++) {
        if (overridden(d->rules[i].id, without, n))
            continue;
        if (to)
            to[count] = d->rules[i];
        count++;
    }
    return count;
}

static void check_overrides(struct loader *l, const struct measure *m, const struct span *without,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (const struct library_document *d = m->document; d; d = d->within)
            for (size_t k = 0; k < d->rule_count; k++)
                known = known || span_eq(d->rules[k].id, without[i]);
        for (const struct library_document *d = m->document; d; d = d->within)
            for (size_t k = 0; k < d->between_count; k++)
                known = known || span_eq(d->between[k].rule, without[i]);
        if (!known)
            hint(l,
                 COMPLAIN_AT(l, m->place, E_NAME, "overrides an unknown rule '%.*s'",
                             SPAN_ARG(without[i])),
                 "rules stand in the document, or in the one it lies within");
    }
}

/* Law 18: the rules of the document, and of the document it lies within, come first. */
void inherit_rules(struct loader *l, struct measure *m, const struct span *without,
                   size_t without_count)
{
    size_t n = 0, room = m->condition_count;
    check_overrides(l, m, without, without_count);
    for (const struct library_document *d = m->document; d; d = d->within)
        room += copy_rules(d, without, without_count, NULL);
    struct condition *all = need(l, ARENA_ARRAY(l->program, struct condition, room ? room : 1));
    if (!all)
        return;
    for (const struct library_document *d = m->document; d; d = d->within)
        n += copy_rules(d, without, without_count, all + n);
    for (size_t i = 0; i < m->condition_count; i++, n++) {
        all[n] = m->conditions[i];
        if (all[n].id.n || all[n].is_row)
            hint(l,
                 COMPLAIN_AT(l, all[n].place, E_INPUT, "'%s' is for rules of documents",
                             all[n].id.n ? "rule" : "row"),
                 "drop it");
        if (!all[n].document)
            all[n].document = m->document;
    }
    m->conditions = all;
    m->condition_count = n;
}

/* Compiles lets in their order; each sees those before. A failed one becomes `any`, so that one
 * mistake is one message. */
static struct scope compile_lets(struct loader *l, struct let *lets, size_t n)
{
    struct feel_let *seen = need(l, ARENA_ARRAY(l->program, struct feel_let, n ? n : 1));
    if (!seen)
        return no_lets;
    for (size_t i = 0; i < n; i++) {
        struct formula *f = &lets[i].formula;
        if (map_get(&l->library->vocabulary.names, lets[i].name))
            hint(l,
                 COMPLAIN_AT(l, f->place, E_CONFLICT, "'%.*s' hides a name of the vocabulary",
                             SPAN_ARG(lets[i].name)),
                 "choose another name");
        compile(l, f, (struct scope){seen, i}, NULL);
        seen[i] =
            (struct feel_let){lets[i].name, f->expr, f->expr ? feel_type(f->expr) : &TYPE_ANY_T};
    }
    return (struct scope){seen, n};
}

static const struct type *wanted(enum result_kind kind)
{
    switch (kind) {
    case RESULT_DATE:
        return &TYPE_DATE_T;
    case RESULT_TEXT:
        return &TYPE_STRING_T;
    default:
        return &TYPE_NUMBER_T;
    }
}

/* A figure in 万元 is not one in 元; one without unit (a literal, a ratio of two) fits. */
static void check_unit(struct loader *l, const struct formula *f, const struct benefit *b)
{
    const struct type *t = f->expr ? feel_type(f->expr) : NULL;
    if (!t || t->kind != TYPE_NUMBER || !t->unit.n || b->kind == RESULT_RATE ||
        span_eq(t->unit, b->unit))
        return;
    hint(l,
         COMPLAIN_AT(l, f->place, E_TYPE, "'%.*s' is in %.*s, the result in %.*s",
                     SPAN_ARG(f->text), SPAN_ARG(t->unit),
                     SPAN_ARG(b->unit.n ? b->unit : SPAN("no unit"))),
         "with unit(x * 10000, \"元\") says a conversion; 'unit' says the unit of the result");
}

static void compile_benefit(struct loader *l, struct benefit *b, struct scope scope)
{
    struct formula *figures[] = {&b->amount, &b->cap, &b->min, &b->max};
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        compile(l, figures[i], scope, wanted(b->kind));
        check_unit(l, figures[i], b);
    }
}

/* The parts of a measure that depend on its lets. */
struct parts {
    struct condition *conditions;
    struct benefit *benefits;
    struct measure_date *dates;
    struct formula *test;
};

static void compile_parts(struct loader *l, const struct measure *m, struct parts p,
                          struct scope scope)
{
    for (size_t i = 0; i < m->condition_count; i++)
        if (!p.conditions[i].id.n) /* inherited rules are compiled with their document */
            compile(l, &p.conditions[i].test, scope, &TYPE_BOOLEAN_T);
    for (size_t i = 0; i < m->benefit_count; i++)
        compile_benefit(l, &p.benefits[i], scope);
    for (size_t i = 0; i < m->date_count; i++)
        compile(l, &p.dates[i].is, scope, &TYPE_DATE_T);
    compile(l, p.test, scope, &TYPE_BOOLEAN_T);
}

/* A document's relations are compiled once a measure, without definitions. */
static void compile_relations(struct loader *l, struct measure *m, struct scope scope)
{
    for (size_t i = 0; i < m->relation_count; i++) {
        struct relation *r = (struct relation *)(uintptr_t)&m->relations[i];
        struct scope own = r->rule.n ? no_lets : scope;
        compile(l, &r->when, own, &TYPE_BOOLEAN_T);
        compile(l, &r->cap, own, &TYPE_NUMBER_T);
        compile(l, &r->amount, own, &TYPE_NUMBER_T);
        compile(l, &r->times, own, &TYPE_NUMBER_T);
    }
}

/* ---- readings ---- */

static void *copy_array(struct loader *l, const void *from, size_t n, size_t size)
{
    void *to = need(l, arena_array(l->program, n ? n : 1, size));
    if (to && n)
        memcpy(to, from, n * size);
    return to;
}

static struct let *replaced_lets(struct loader *l, const struct measure *m, const struct reading *r)
{
    struct let *lets = copy_array(l, m->lets, m->let_count, sizeof *lets);
    for (size_t i = 0; lets && i < r->set_count; i++) {
        size_t k = 0;
        while (k < m->let_count && !span_eq(lets[k].name, r->lets[i].name))
            k++;
        if (k < m->let_count)
            lets[k].formula = r->lets[i].formula;
        else
            hint(l,
                 COMPLAIN_AT(l, r->lets[i].formula.place, E_NAME, "'%.*s' is not in 'let'",
                             SPAN_ARG(r->lets[i].name)),
                 "a reading replaces definitions of 'let'; add the name there");
    }
    return lets;
}

static void same_sets(struct loader *l, const struct measure *m, const struct reading *r)
{
    const struct reading *first = &m->readings[0];
    for (size_t i = 0; i < first->set_count; i++) {
        bool found = false;
        for (size_t k = 0; k < r->set_count; k++)
            found = found || span_eq(first->lets[i].name, r->lets[k].name);
        if (!found)
            hint(l,
                 COMPLAIN_AT(l, m->place, E_INPUT, "the reading '%.*s' does not set '%.*s'",
                             SPAN_ARG(r->id), SPAN_ARG(first->lets[i].name)),
                 "what the first reading sets, the others set too");
    }
}

/* The text of conditions etc. once more, against the lets of this reading. */
static void compile_reading(struct loader *l, const struct measure *m, struct reading *r)
{
    struct let *lets = replaced_lets(l, m, r);
    same_sets(l, m, r);
    r->conditions = copy_array(l, m->conditions, m->condition_count, sizeof *r->conditions);
    r->benefits = copy_array(l, m->benefits, m->benefit_count, sizeof *r->benefits);
    r->dates = copy_array(l, m->dates, m->date_count, sizeof *r->dates);
    r->test = m->test;
    r->lets = NULL; /* what the file sets is not the whole list: nobody may take it for that when
                       memory runs out */
    if (!lets || !r->conditions || !r->benefits || !r->dates)
        return;
    struct scope scope = compile_lets(l, lets, m->let_count);
    compile_parts(l, m, (struct parts){r->conditions, r->benefits, r->dates, &r->test}, scope);
    r->lets = lets;
}

/* The default reading equals the measure. */
static void default_reading(struct measure *m, struct reading *r)
{
    r->lets = m->lets;
    r->conditions = (struct condition *)m->conditions;
    r->benefits = (struct benefit *)m->benefits;
    r->dates = (struct measure_date *)m->dates;
    r->test = m->test;
}

static void compile_readings(struct loader *l, struct measure *m)
{
    struct reading *readings = (struct reading *)m->readings;
    if (m->reading_count == 1)
        hint(l, COMPLAIN_AT(l, m->place, E_INPUT, "one reading only"),
             "an ambiguous text has two or more, else none");
    size_t errors = l->diags->errors;
    for (size_t i = m->reading_count; i-- > 1;)
        if (l->diags->errors == errors) /* mistakes of the common parts were said once */
            compile_reading(l, m, &readings[i]);
    if (m->reading_count)
        default_reading(m, &readings[0]);
}

/* Sees the definitions of the measure that it changes, the old value among them. */
void compile_change(struct loader *l, struct measure_change *c)
{
    const struct measure *m = c->measure;
    struct feel_let *seen = need(l, ARENA_ARRAY(l->program, struct feel_let, c->index + 1));
    if (!seen)
        return;
    for (size_t i = 0; i <= c->index; i++)
        seen[i] = (struct feel_let){m->lets[i].name, m->lets[i].formula.expr,
                                    m->lets[i].formula.expr ? feel_type(m->lets[i].formula.expr)
                                                            : &TYPE_ANY_T};
    compile(l, &c->to, (struct scope){seen, c->index + 1}, seen[c->index].type);
}

/* ---- all of a measure ---- */

static void mark_parts(const struct library *lib, const struct measure *m, struct parts p,
                       const struct let *lets, uint8_t *used)
{
    for (size_t i = 0; i < m->let_count; i++)
        mark_slots(lib, lets[i].formula.expr, used);
    for (size_t i = 0; i < m->condition_count; i++) {
        mark_slots(lib, p.conditions[i].test.expr, used);
        mark_criteria(lib, p.conditions[i].recognition, used);
    }
    for (size_t i = 0; i < m->benefit_count; i++) {
        mark_slots(lib, p.benefits[i].amount.expr, used);
        mark_slots(lib, p.benefits[i].cap.expr, used);
        mark_slots(lib, p.benefits[i].min.expr, used);
        mark_slots(lib, p.benefits[i].max.expr, used);
    }
    for (size_t i = 0; i < m->date_count; i++)
        mark_slots(lib, p.dates[i].is.expr, used);
    mark_slots(lib, p.test->expr, used);
}

static struct parts parts_of(struct measure *m)
{
    return (struct parts){(struct condition *)m->conditions, (struct benefit *)m->benefits,
                          (struct measure_date *)m->dates, &m->test};
}

static void measure_slots(struct loader *l, struct measure *m)
{
    const struct library *lib = l->library;
    uint8_t *used = need(l, ARENA_ARRAY(l->scratch, uint8_t, l->slots.n + 1));
    const struct formula *windows[] = {&m->in_force_from, &m->in_force_to, &m->apply_from,
                                       &m->apply_to};
    if (!used)
        return;
    for (size_t i = 0; i < COUNT_OF(windows); i++)
        mark_slots(lib, windows[i]->expr, used);
    for (size_t i = 0; i < m->notice_count; i++) {
        mark_slots(lib, m->notices[i].from.expr, used);
        mark_slots(lib, m->notices[i].to.expr, used);
    }
    for (size_t i = 0; i < m->round_count; i++) {
        mark_slots(lib, m->rounds[i].from.expr, used);
        mark_slots(lib, m->rounds[i].to.expr, used);
    }
    mark_parts(lib, m, parts_of(m), m->lets, used);
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        const struct formula *figures[] = {&r->when, &r->cap, &r->amount, &r->times};
        for (size_t k = 0; k < COUNT_OF(figures); k++)
            mark_slots(lib, figures[k]->expr, used);
    }
    for (size_t i = 1; i < m->reading_count; i++) {
        const struct reading *r = &m->readings[i];
        if (r->conditions && r->lets) {
            struct formula test = r->test;
            mark_parts(lib, m, (struct parts){r->conditions, r->benefits, r->dates, &test}, r->lets,
                       used);
        }
    }
    list_slots(l, used, &m->slots, &m->slot_count);
}

/* A measure's own period in force, or that of its document (or of the one that lies around it). */
static void force_of(struct loader *l, struct measure *m, struct scope scope)
{
    bool own = m->in_force_from.text.n || m->in_force_to.text.n;
    compile(l, &m->in_force_from, scope, &TYPE_DATE_T);
    compile(l, &m->in_force_to, scope, &TYPE_DATE_T);
    for (const struct library_document *d = m->document; d && !own; d = d->within) {
        own = d->in_force_from.text.n || d->in_force_to.text.n;
        m->in_force_from = d->in_force_from;
        m->in_force_to = d->in_force_to;
        m->from_inferred = d->from_inferred;
    }
}

void compile_measure(struct loader *l, struct measure *m)
{
    size_t errors = l->diags->errors;
    struct scope scope = compile_lets(l, (struct let *)m->lets, m->let_count);
    force_of(l, m, scope);
    compile(l, &m->apply_from, scope, &TYPE_DATE_T);
    compile(l, &m->apply_to, scope, &TYPE_DATE_T);
    for (size_t i = 0; i < m->notice_count; i++) {
        struct notice *n = (struct notice *)(uintptr_t)&m->notices[i];
        compile(l, &n->from, scope, &TYPE_DATE_T);
        compile(l, &n->to, scope, &TYPE_DATE_T);
    }
    for (size_t i = 0; i < m->round_count; i++) {
        struct round *r = (struct round *)(uintptr_t)&m->rounds[i];
        compile(l, &r->from, scope, &TYPE_DATE_T);
        compile(l, &r->to, scope, &TYPE_DATE_T);
    }
    compile_parts(l, m, parts_of(m), scope);
    compile_relations(l, m, scope);
    if (l->diags->errors == errors)
        compile_readings(l, m);
    if (l->diags->errors == errors &&
        !l->failed) /* a reading without memory has only its own definitions */
        measure_slots(l, m);
}
