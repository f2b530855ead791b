/*
 * chains.c: which measures a measure rests on: those whose outcome its expressions ask, and those
 * that change one of its definitions. Said when every measure is read; a circle is a mistake.
 */
#include "policy/library_int.h"

const struct outcome_part outcome_parts[OUTCOME_PARTS] = {
    [OUTCOME_CAN_APPLY] = {SPAN_INIT("可申请"), {NULL, 0}, &TYPE_BOOLEAN_T},
    [OUTCOME_LAST_DAY] = {SPAN_INIT("申请截止日"), {NULL, 0}, &TYPE_DATE_T},
    [OUTCOME_APPLIED] = {SPAN_INIT("已申请"), {NULL, 0}, &TYPE_BOOLEAN_T},
    [OUTCOME_APPROVED] = {SPAN_INIT("已获批"), {NULL, 0}, &TYPE_BOOLEAN_T},
    [OUTCOME_PAID] = {SPAN_INIT("已拨付"), {NULL, 0}, &TYPE_BOOLEAN_T},
    [OUTCOME_EXHAUSTED] = {SPAN_INIT("已享完"), {NULL, 0}, &TYPE_BOOLEAN_T},
    [OUTCOME_AMOUNT] = {SPAN_INIT("金额"), SPAN_INIT("元"), &TYPE_NUMBER_T},
    [OUTCOME_MONTHS] = {SPAN_INIT("月数"), SPAN_INIT("月"), &TYPE_NUMBER_T},
    [OUTCOME_TIMES] = {SPAN_INIT("次数"), SPAN_INIT("次"), &TYPE_NUMBER_T},
    [OUTCOME_APPLIED_ON] = {SPAN_INIT("申请日"), {NULL, 0}, &TYPE_DATE_T},
    [OUTCOME_APPROVED_ON] = {SPAN_INIT("获批日"), {NULL, 0}, &TYPE_DATE_T},
    [OUTCOME_PAID_ON] = {SPAN_INIT("拨付日"), {NULL, 0}, &TYPE_DATE_T},
};

VECTOR_OF(struct chain_link, link_vector);
struct linker {
    struct loader *l;
    struct link_vector links;
    uint32_t outcome; /* the slot */
};

static void add_link(struct linker *k, struct chain_link link)
{
    for (size_t i = 0; i < k->links.n; i++)
        if (k->links.at[i].measure == link.measure && k->links.at[i].change == link.change) {
            k->links.at[i].judged = k->links.at[i].judged || link.judged;
            return;
        }
    struct chain_link *at = need(k->l, VECTOR_PUSH(k->l->program, &k->links, struct chain_link));
    if (at)
        *at = link;
}

static const struct measure *asked(struct loader *l, const struct formula *f, struct span id)
{
    const struct map *by_id = &l->library->measure_by_id;
    const struct measure *m = map_get(by_id, id);
    if (m)
        return m;
    struct diag *g =
        COMPLAIN_AT(l, f->place, E_NAME, "outcome of an unknown measure '%.*s'", SPAN_ARG(id));
    struct span near = map_nearest(by_id, id);
    hint(l, g, near.n ? "did you mean '%.*s'?" : "name a measure by its id%.*s", SPAN_ARG(near));
    return NULL;
}

/* Only what is asked of the finding itself makes the other one be judged. */
static bool needs_finding(const struct node *parent)
{
    return parent->kind != NODE_PATH ||
           span_eq(parent->name, outcome_parts[OUTCOME_CAN_APPLY].name) ||
           span_eq(parent->name, outcome_parts[OUTCOME_LAST_DAY].name);
}

static void walk(struct linker *k, const struct formula *f, const struct node *parent,
                 const struct node *n)
{
    if (n->kind == NODE_CALL && n->child->ref == REF_DATED && n->child->index == k->outcome &&
        n->child->next && n->child->next->kind == NODE_LITERAL) {
        const struct measure *m = asked(k->l, f, n->child->next->value.string);
        if (m)
            add_link(k, (struct chain_link){m, LINK_ASKS, needs_finding(parent), NULL});
    }
    for (const struct node *c = n->child; c; c = c->next)
        walk(k, f, n, c);
}

static void walk_formula(struct linker *k, const struct formula *f)
{
    const struct node *tree = f->expr ? feel_tree(f->expr) : NULL;
    if (tree)
        walk(k, f, tree, tree);
}

static void walk_parts(struct linker *k, const struct measure *m, const struct let *lets,
                       const struct condition *conditions, const struct benefit *benefits)
{
    for (size_t i = 0; i < m->let_count; i++)
        walk_formula(k, &lets[i].formula);
    for (size_t i = 0; i < m->condition_count; i++)
        walk_formula(k, &conditions[i].test);
    for (size_t i = 0; i < m->benefit_count; i++) {
        const struct benefit *b = &benefits[i];
        const struct formula *figures[] = {&b->amount, &b->cap, &b->min, &b->max};
        for (size_t n = 0; n < COUNT_OF(figures); n++)
            walk_formula(k, figures[n]);
    }
}

static void walk_measure(struct linker *k, const struct measure *m)
{
    const struct formula *others[] = {&m->in_force_from, &m->in_force_to, &m->apply_from,
                                      &m->apply_to, &m->test};
    walk_parts(k, m, m->lets, m->conditions, m->benefits);
    for (size_t i = 1; i < m->reading_count; i++)
        if (m->readings[i].lets && m->readings[i].conditions && m->readings[i].benefits)
            walk_parts(k, m, m->readings[i].lets, m->readings[i].conditions,
                       m->readings[i].benefits);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        walk_formula(k, others[i]);
    for (size_t i = 0; i < m->date_count; i++)
        walk_formula(k, &m->dates[i].is);
    for (size_t i = 0; i < m->round_count; i++) {
        walk_formula(k, &m->rounds[i].from);
        walk_formula(k, &m->rounds[i].to);
    }
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        walk_formula(k, &r->when);
        walk_formula(k, &r->amount);
        walk_formula(k, &r->cap);
    }
}

/* ---- changes ---- */

static void link_change(struct loader *l, struct measure_change *c)
{
    const struct map *by_id = &l->library->measure_by_id;
    c->measure = map_get(by_id, c->measure_id);
    if (!c->measure) {
        struct diag *g = COMPLAIN_AT(l, c->place, E_NAME, "changes an unknown measure '%.*s'",
                                     SPAN_ARG(c->measure_id));
        struct span near = map_nearest(by_id, c->measure_id);
        if (near.n)
            hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
        return;
    }
    size_t i = 0;
    while (i < c->measure->let_count && !span_eq(c->measure->lets[i].name, c->name))
        i++;
    if (i == c->measure->let_count) {
        hint(l,
             COMPLAIN_AT(l, c->place, E_NAME, "'%.*s' has no definition '%.*s'",
                         SPAN_ARG(c->measure_id), SPAN_ARG(c->name)),
             "give the figure a name under its 'let'");
        c->measure = NULL;
        return;
    }
    c->index = i;
    compile_change(l, c);
}

/* Slots that a change reads are slots of the measure that it changes. */
static void join_slots(struct loader *l, struct measure *m, const struct measure_change *c)
{
    uint8_t *used = need(l, ARENA_ARRAY(l->scratch, uint8_t, l->slots.n + 1));
    uint32_t *all = need(l, ARENA_ARRAY(l->program, uint32_t, l->slots.n + 1));
    if (!used || !all)
        return;
    for (size_t i = 0; i < m->slot_count; i++)
        used[m->slots[i]] = 1;
    mark_slots(l->library, c->to.expr, used);
    m->slot_count = 0;
    for (size_t i = 0; i < l->slots.n; i++)
        if (used[i])
            all[m->slot_count++] = (uint32_t)i;
    m->slots = all;
}

static void changes_of(struct linker *k, struct measure *m)
{
    for (size_t i = 0; i < k->l->measures.n; i++) {
        const struct measure *by = k->l->measures.at[i];
        for (size_t n = 0; n < by->change_count; n++)
            if (by->changes[n].measure == m) {
                add_link(k, (struct chain_link){by, LINK_CHANGES, true, &by->changes[n]});
                join_slots(k->l, m, &by->changes[n]);
            }
    }
}

/* ---- circles ---- */

enum mark { UNSEEN, OPEN, DONE };

static bool circular(struct loader *l, const struct measure *m, uint8_t *marks)
{
    if (marks[m->index] != UNSEEN)
        return marks[m->index] == OPEN;
    marks[m->index] = OPEN;
    for (size_t i = 0; i < m->chain_count; i++) {
        const struct chain_link *link = &m->chain[i];
        if (!link->judged || !circular(l, link->measure, marks))
            continue;
        hint(l, COMPLAIN_AT(l, m->place, E_CONFLICT, "'%.*s' rests on itself", SPAN_ARG(m->id)),
             "by way of '%.*s'", SPAN_ARG(link->measure->id));
        break;
    }
    marks[m->index] = DONE;
    return false;
}

void link_chains(struct loader *l)
{
    const struct feel_name *name = map_get(&l->library->vocabulary.names, SPAN("outcome"));
    uint8_t *marks = need(l, ARENA_ARRAY(l->scratch, uint8_t, l->measures.n + 1));
    if (!name || !marks)
        return;
    for (size_t i = 0; i < l->measures.n; i++)
        for (size_t n = 0; n < l->measures.at[i]->change_count; n++)
            link_change(l, (struct measure_change *)(uintptr_t)&l->measures.at[i]->changes[n]);
    for (size_t i = 0; i < l->measures.n; i++) {
        struct measure *m = l->measures.at[i];
        struct linker k = {.l = l, .outcome = name->slot};
        walk_measure(&k, m);
        changes_of(&k, m);
        m->chain = k.links.at;
        m->chain_count = k.links.n;
    }
    for (size_t i = 0; i < l->measures.n; i++)
        (void)circular(l, l->measures.at[i], marks);
}
