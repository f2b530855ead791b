/*
 * graph.c: what must be there before an element can be evaluated: cycles are refused, chains
 * bounded, and for every element the names in scope are made: its requirements, those of an import
 * together as one context.
 */
#include "dmn/dmn_int.h"

enum { UNSEEN, OPEN, DONE };

static void report_cycle(struct dmn_element *e, const struct dmn_need *by)
{
    struct diag *g = dmn_report(e->model, by->at ? by->at : e->xml, DIAG_ERROR, E_CONFLICT,
                                "`%.*s` requires itself, by way of `%.*s`",
                                SPAN_ARG(by->element->name), SPAN_ARG(e->name));
    dmn_hint(e->model, g, "remove one of the requirements of the circle");
}

static void visit(struct dmn_element *e, uint32_t depth);

static void visit_all(struct dmn_element *e, const struct dmn_need_vector *v, uint32_t depth)
{
    for (size_t i = 0; i < v->n; i++) {
        struct dmn_element *to = v->at[i].element;
        if (to->mark == OPEN) {
            report_cycle(e, &v->at[i]);
            e->broken = true;
            continue;
        }
        visit(to, depth + 1);
        if (e->height <= to->height)
            e->height = to->height + 1;
    }
}

static void too_long(struct dmn_element *e)
{
    struct diag *g = dmn_report(e->model, e->xml, DIAG_ERROR, E_LIMIT,
                                "more than %d requirements after one another", DMN_CHAIN_MAX);
    dmn_hint(e->model, g, "put some decisions together");
    e->broken = true;
}

/* Depth first; bounded by DMN_CHAIN_MAX, whatever the order of the elements in the file. */
static void visit(struct dmn_element *e, uint32_t depth)
{
    if (e->mark != UNSEEN)
        return;
    if (depth > DMN_CHAIN_MAX) {
        too_long(e);
        return;
    }
    e->mark = OPEN;
    visit_all(e, &e->needs, depth);
    visit_all(e, &e->outputs, depth);
    visit_all(e, &e->encapsulated, depth);
    e->mark = DONE;
    if (e->height == DMN_CHAIN_MAX + 1)
        too_long(e);
    else if (e->height > DMN_CHAIN_MAX)
        e->broken = true;
}

/* ---- names in scope ---- */

/* Those of one prefix next to one another; stable. */
static void sort_needs(struct dmn_need_vector *v)
{
    for (size_t i = 1; i < v->n; i++)
        for (size_t j = i; j > 0 && span_compare(v->at[j].prefix, v->at[j - 1].prefix) < 0; j--) {
            struct dmn_need swap = v->at[j];
            v->at[j] = v->at[j - 1];
            v->at[j - 1] = swap;
        }
}

static const struct type *import_type(struct arena *a, const struct dmn_name_in_scope *s)
{
    struct type_member *members = ARENA_ARRAY(a, struct type_member, s->n);
    if (!members)
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        members[i] = (struct type_member){s->needs[i].element->name, s->needs[i].element->type};
    return type_context(a, members, s->n);
}

static int make_scope(struct dmn_element *e)
{
    struct arena *a = e->model->whole->program;
    struct dmn_need_vector *v = &e->needs;
    sort_needs(v);
    e->lets = ARENA_ARRAY(a, struct feel_let, v->n + 1);
    e->sources = ARENA_ARRAY(a, struct dmn_name_in_scope, v->n + 1);
    if (!e->lets || !e->sources)
        return E_MEMORY;
    for (size_t i = 0; i < v->n;) {
        struct dmn_name_in_scope *s = &e->sources[e->let_count];
        struct feel_let *let = &e->lets[e->let_count++];
        *s = (struct dmn_name_in_scope){
            .needs = &v->at[i], .n = 1, .is_import = v->at[i].prefix.n > 0};
        while (s->is_import && i + s->n < v->n && span_eq(v->at[i + s->n].prefix, v->at[i].prefix))
            s->n++;
        let->name = s->is_import ? v->at[i].prefix : v->at[i].element->name;
        let->type = s->is_import ? import_type(a, s) : v->at[i].element->type;
        if (!let->type)
            return E_MEMORY;
        i += s->n;
    }
    return 0;
}

int dmn_graph(struct dmn *m)
{
    for (size_t i = 0; i < m->elements.n; i++)
        visit(m->elements.at[i], 0);
    for (size_t i = 0; i < m->elements.n; i++)
        if (make_scope(m->elements.at[i]) < 0)
            return E_MEMORY;
    return 0;
}
