/*
 * load_decisions.c: shared decision tables: DMN models of the library, each decision a function of
 * the vocabulary.
 *
 * A model is read by src/dmn in strict mode: what is only a warning elsewhere (a name that nothing
 * declares would be null) is an error here, and inputs and results must have types, because
 * expressions that call it are typed.
 */
#include "policy/library_int.h"

/* Diagnostics of a model speak of text in the program arena; they must outlive it. */
static void keep_diags(struct loader *l, const struct diag *before)
{
    for (struct diag *g = before ? before->next : l->diags->first; g; g = g->next) {
        g->source = arena_copy(l->diags->arena, g->source);
        if (g->level != DIAG_WARNING)
            continue;
        g->level = DIAG_ERROR;
        l->diags->warnings--;
        l->diags->errors++;
    }
}

static struct span stem_of(struct span path)
{
    size_t slash;
    while ((slash = span_find(path, SPAN("/"))) != SIZE_MAX)
        path = span_from(path, slash + 1);
    return span_of(path.p, path.n - strlen(".dmn"));
}

static struct place element_place(const struct source *s, const struct dmn_element *e)
{
    return (struct place){s->path, dmn_line(e), 1};
}

/* Every input and the result have a type, and what is no number, text, boolean or date is refused.
 */
static bool is_typed(struct loader *l, const struct source *s, const struct dmn_element *e)
{
    enum type_kind k = dmn_type(e)->kind;
    if (k != TYPE_ANY && k != TYPE_NULL)
        return true;
    hint(l,
         COMPLAIN_AT(l, element_place(s, e), E_TYPE, "'%.*s' has no type",
                     SPAN_ARG(dmn_element_name(e))),
         "give its <variable> a typeRef: expressions that use a decision are typed");
    return false;
}

static void add_decision(struct loader *l, const struct source *s, struct decision_model *m,
                         const struct dmn_element *e)
{
    struct decision *d = need(l, ARENA_NEW(l->program, struct decision));
    struct decision **slot = need(l, VECTOR_PUSH(l->program, &l->decisions, struct decision *));
    if (!d || !slot)
        return;
    *d = (struct decision){
        .name = dmn_element_name(e), .model = m, .element = e, .place = element_place(s, e)};
    *slot = d;
    if (dmn_function(l->program, m->dmn, e, &d->function) < 0)
        l->failed = true;
}

static void add_decisions(struct loader *l, const struct source *s, struct decision_model *m)
{
    size_t n = 0;
    bool typed = true;
    for (size_t i = 0; i < dmn_element_count(m->dmn); i++) {
        const struct dmn_element *e = dmn_element_at(m->dmn, i);
        enum dmn_kind kind = dmn_kind(e);
        if (kind == DMN_INPUT || kind == DMN_DECISION)
            typed = is_typed(l, s, e) && typed;
        n += kind == DMN_DECISION;
    }
    if (n == 0)
        hint(l, COMPLAIN_AT(l, m->place, E_INPUT, "the model has no decision"),
             "a library model decides something");
    for (size_t i = 0; typed && i < dmn_element_count(m->dmn); i++)
        if (dmn_kind(dmn_element_at(m->dmn, i)) == DMN_DECISION)
            add_decision(l, s, m, dmn_element_at(m->dmn, i));
}

static void unreadable_model(struct loader *l, const struct source *s, const struct err *err)
{
    struct place where = {s->path, err->line ? err->line : 1, err->column ? err->column : 1};
    if (err->code == E_MEMORY) {
        l->failed = true;
        return;
    }
    hint(l, COMPLAIN_AT(l, where, err->code, "%s", err->message), "%s",
         err->hint[0] ? err->hint : "the model was not read: is it whole?");
    l->unreadable = true;
}

static void add_model(struct loader *l, const struct source *s, const struct dmn *dmn)
{
    struct decision_model *m = need(l, ARENA_NEW(l->program, struct decision_model));
    struct decision_model **slot =
        need(l, VECTOR_PUSH(l->program, &l->decision_models, struct decision_model *));
    if (!m || !slot)
        return;
    *m = (struct decision_model){.id = stem_of(s->path),
                                 .dmn = dmn,
                                 .place = {s->path, 1, 1},
                                 .title = {dmn_name(dmn), dmn_extra(dmn, NULL, SPAN("en"))},
                                 .source = dmn_extra(dmn, NULL, SPAN("source"))};
    *slot = m;
    if (map_get(&l->library->decision_model_by_id, m->id))
        hint(l,
             COMPLAIN_AT(l, m->place, E_CONFLICT, "a second model of the name '%.*s'",
                         SPAN_ARG(m->id)),
             "rename the file");
    else if (map_put(&l->library->decision_model_by_id, m->id, m) < 0)
        l->failed = true;
    add_decisions(l, s, m);
}

static void load_model(struct loader *l, const struct source *s)
{
    const struct diag *before = l->diags->last;
    struct err err = ERR_INIT;
    struct dmn *dmn = NULL;
    int r = dmn_load_strict(l->program, s->text, s->shown, &dmn, l->diags, &err);
    keep_diags(l, before);
    if (r < 0)
        unreadable_model(l, s, &err);
    else
        add_model(l, s, dmn);
}

void load_decisions(struct loader *l)
{
    for (size_t i = 0; i < l->sources.n; i++)
        if (span_ends(l->sources.at[i]->path, SPAN(".dmn")) && l->sources.at[i]->text.n > 0)
            load_model(l, l->sources.at[i]);
}
