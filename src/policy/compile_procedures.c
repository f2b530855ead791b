/*
 * compile_procedures.c: the names that a procedure adds (its fields, and the days of its acts) and
 * every expression of it. The names are locals of the expressions, as the definitions of a measure
 * are; they never enter the vocabulary of the library. A field that is a fact of the library hides
 * it: what the case says comes first.
 */
#include "policy/library_int.h"
#include "policy/procedure.h"

/* ---- names ---- */

/* The names so far: lets for the compiler, and a vocabulary that knows what a name may look like.
 */
struct naming {
    struct loader *l;
    struct feel_let *lets;
    struct span *names;
    size_t n;
    struct feel_vocabulary own;
};

static bool declare_local(struct naming *k, struct span name, const struct type *type, bool hides,
                          struct place where)
{
    struct loader *l = k->l;
    uint32_t slot;
    int r = feel_declare(&k->own, name, type ? type : &TYPE_ANY_T, &slot);
    if (r == E_MEMORY)
        l->failed = true;
    else if (r == E_CONFLICT)
        COMPLAIN_AT(l, where, r, "a second '%.*s'", SPAN_ARG(name));
    else if (r < 0)
        hint(
            l, COMPLAIN_AT(l, where, r, "'%.*s' is no name", SPAN_ARG(name)),
            "letters, Chinese characters and digits, a letter or character first, no word of FEEL");
    else if (!hides && map_get(&l->library->vocabulary.names, name))
        hint(l,
             COMPLAIN_AT(l, where, E_CONFLICT, "'%.*s' hides a name of the vocabulary",
                         SPAN_ARG(name)),
             "fact: %.*s takes the fact of the library; else choose another name", SPAN_ARG(name));
    if (r < 0)
        return false;
    k->lets[k->n] = (struct feel_let){name, NULL, type ? type : &TYPE_ANY_T};
    k->names[k->n++] = name;
    return true;
}

static void name_fields(struct naming *k, struct procedure *p)
{
    struct procedure_field *fields = (struct procedure_field *)(uintptr_t)p->fields;
    for (size_t i = 0; i < p->field_count; i++)
        if (fields[i].name.n && declare_local(k, fields[i].name, fields[i].type,
                                              fields[i].fact != NULL, fields[i].place))
            fields[i].local = (uint32_t)(k->n - 1);
}

/* Several acts may write one day: acceptance by a person or by lapse of time. */
static bool named_before(const struct naming *k, size_t from, struct procedure_act *a)
{
    for (size_t i = from; i < k->n; i++)
        if (span_eq(k->names[i], a->date_as)) {
            a->date_local = (uint32_t)i;
            return true;
        }
    return false;
}

static void name_days(struct naming *k, struct procedure *p)
{
    struct procedure_act *acts = (struct procedure_act *)(uintptr_t)p->acts;
    size_t fields = k->n;
    for (size_t i = 0; i < p->act_count; i++) {
        acts[i].date_local = UINT32_MAX;
        if (!acts[i].date_as.n || named_before(k, fields, &acts[i]))
            continue;
        if (declare_local(k, acts[i].date_as, &TYPE_DATE_T, false, acts[i].place))
            acts[i].date_local = (uint32_t)(k->n - 1);
    }
}

/* ---- expressions ---- */

/* Every expression of a procedure, with the type it must have: one list for compiling and for
 * marking what they read. */
struct visit {
    struct loader *l;
    const struct feel_let *lets;
    size_t n;
    uint8_t *used; /* NULL while compiling */
};

static void visit(struct visit *v, const struct formula *f, const struct type *want)
{
    if (v->used)
        mark_slots(v->l->library, f->expr, v->used);
    else
        compile_formula(v->l, (struct formula *)(uintptr_t)f, v->lets, v->n, want);
}

static void visit_limit(struct visit *v, const struct limit *limit)
{
    visit(v, &limit->amount, &TYPE_NUMBER_T);
    visit(v, &limit->until, &TYPE_DATE_T);
}

static void visit_act(struct visit *v, const struct procedure_act *a)
{
    for (size_t i = 0; i < a->condition_count; i++)
        visit(v, &a->conditions[i].test, &TYPE_BOOLEAN_T);
    visit(v, &a->amount, &TYPE_NUMBER_T);
    for (size_t i = 0; i < a->promote_count; i++)
        visit(v, &a->promotes[i].value, a->promotes[i].fact ? a->promotes[i].fact->type : NULL);
}

static void visit_all(struct visit *v, const struct procedure *p)
{
    visit(v, &p->window_from, &TYPE_DATE_T);
    visit(v, &p->window_to, &TYPE_DATE_T);
    for (size_t i = 0; i < p->party_count; i++)
        visit(v, &p->parties[i].by, &TYPE_STRING_T);
    for (size_t i = 0; i < p->field_count; i++)
        visit(v, &p->fields[i].shown_if, &TYPE_BOOLEAN_T);
    for (size_t i = 0; i < p->material_count; i++)
        visit(v, &p->materials[i].needed_if, &TYPE_BOOLEAN_T);
    for (size_t i = 0; i < p->act_count; i++)
        visit_act(v, &p->acts[i]);
    for (size_t i = 0; i < p->clock_count; i++) {
        const struct clock *c = &p->clocks[i];
        visit(v, &c->from, &TYPE_DATE_T);
        visit_limit(v, &c->limit);
        visit_limit(v, &c->warn);
        visit_limit(v, &c->extension);
    }
}

/* Money is in 元 everywhere; a figure without unit (a literal, a ratio) fits. */
static void check_amounts(struct loader *l, const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct formula *f = &p->acts[i].amount;
        const struct type *t = f->expr ? feel_type(f->expr) : NULL;
        if (t && t->kind == TYPE_NUMBER && t->unit.n && !span_eq(t->unit, SPAN("元")))
            hint(l,
                 COMPLAIN_AT(l, f->place, E_TYPE, "'%.*s' is in %.*s, an amount in 元",
                             SPAN_ARG(f->text), SPAN_ARG(t->unit)),
                 "unit(x * 10000, \"元\") says a conversion");
    }
}

/* What its expressions read, and the facts behind its fields. */
static void mark_procedure(struct visit *v, struct procedure *p)
{
    v->used = need(v->l, ARENA_ARRAY(v->l->scratch, uint8_t, v->l->slots.n + 1));
    if (!v->used)
        return;
    visit_all(v, p);
    for (size_t i = 0; i < p->field_count; i++) {
        const struct fact *f = p->fields[i].fact;
        if (!f || v->used[f->slot])
            continue;
        v->used[f->slot] = 1;
        mark_slots(v->l->library, f->computed.expr, v->used);
    }
    list_slots(v->l, v->used, &p->slots, &p->slot_count);
}

void compile_procedure(struct loader *l, struct procedure *p)
{
    size_t room = p->field_count + p->act_count + 1;
    struct naming k = {.l = l,
                       .lets = need(l, ARENA_ARRAY(l->program, struct feel_let, room)),
                       .names = need(l, ARENA_ARRAY(l->program, struct span, room))};
    if (!k.lets || !k.names)
        return;
    feel_vocabulary_init(&k.own, l->scratch);
    name_fields(&k, p);
    name_days(&k, p);
    p->locals = k.names;
    p->local_count = k.n;
    struct visit v = {.l = l, .lets = k.lets, .n = k.n};
    visit_all(&v, p);
    check_amounts(l, p);
    mark_procedure(&v, p);
}
