/*
 * procedure_scope.c: what the expressions of a procedure see: the applicant's facts with the case's
 * laid over them, and the names of the procedure's own. Also values for fields, and finding things
 * by name.
 */
#include "policy/match_int.h"
#include "policy/procedure.h"

/* ---- names ---- */

const struct procedure *procedure_find(const struct library *l, struct span id,
                                       struct span *ret_nearest)
{
    const struct procedure *p = map_get(&l->procedure_by_id, id);
    if (!p && ret_nearest)
        *ret_nearest = map_nearest(&l->procedure_by_id, id);
    return p;
}

size_t procedure_state_index(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->state_count; i++)
        if (span_eq(p->states[i].id, id))
            return i;
    return SIZE_MAX;
}

size_t procedure_act_index(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->act_count; i++)
        if (span_eq(p->acts[i].id, id))
            return i;
    return SIZE_MAX;
}

size_t procedure_field_index(const struct procedure *p, struct span name)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (span_eq(p->fields[i].name, name))
            return i;
    return SIZE_MAX;
}

bool procedure_closing_clock(const struct procedure *p, const struct clock *c)
{
    size_t state = procedure_state_index(p, c->only_in);

    return c->limit.until.expr && span_eq(c->owner, SPAN("applicant")) && state != SIZE_MAX &&
           p->states[state].phase == PHASE_DRAFT;
}

bool procedure_closes(const struct procedure *p)
{
    bool closes = p->window_from.expr || p->window_to.expr;

    for (size_t i = 0; i < p->clock_count && !closes; i++)
        closes = procedure_closing_clock(p, &p->clocks[i]);
    return closes;
}

bool procedure_is_general_act(struct span name)
{
    static const char *const general[] = {"transfer", "return",   "note",     "mail-in", "mail-out",
                                          "book",     "unbook",   "withdraw", "assign",  "take",
                                          "hurry",    "expedite", "ordinary", "fill"};
    for (size_t i = 0; i < COUNT_OF(general); i++)
        if (span_eq(name, span_z(general[i])))
            return true;
    return false;
}

/* ---- the applicant as the case sees him ---- */

/* The item that a fact of the case speaks of. */
static struct span item_of(const struct procedure *p, const struct fact *f, struct span item)
{
    return f->of && f->of == p->each ? item : SPAN("");
}

static bool is_laid_over(const struct procedure *p, const struct local_value *locals,
                         struct span item, const struct fact_value *v)
{
    for (size_t i = 0; i < p->field_count; i++) {
        const struct procedure_field *f = &p->fields[i];
        if (f->fact == v->fact && f->local < p->local_count && locals[f->local].given &&
            !v->period.n && span_eq(v->item, item_of(p, f->fact, item)))
            return true;
    }
    return false;
}

int procedure_subject(struct arena *request, const struct procedure *p, const struct subject *s,
                      struct span item, const struct local_value *locals, struct subject *ret,
                      struct err *err)
{
    struct fact_value *at = ARENA_ARRAY(request, struct fact_value, s->n + p->field_count + 1);
    size_t n = 0;
    if (!at)
        return err_memory(err);
    for (size_t i = 0; i < s->n; i++)
        if (!is_laid_over(p, locals, item, &s->values[i]))
            at[n++] = s->values[i];
    for (size_t i = 0; i < p->field_count; i++) {
        const struct procedure_field *f = &p->fields[i];
        if (f->fact && f->local < p->local_count && locals[f->local].given)
            at[n++] = (struct fact_value){.fact = f->fact,
                                          .item = item_of(p, f->fact, item),
                                          .value = locals[f->local].value,
                                          .source = p->title.zh,
                                          .basis = BASIS_DECLARED};
    }
    *ret = *s;
    ret->values = at;
    ret->n = n;
    return 0;
}

/* ---- the scope ---- */

struct procedure_scope {
    const struct procedure *procedure;
    struct match_options options;
    struct subject subject;
    struct values values;
    struct frame *frame;
    struct value *locals;
};

/* A name that has no value yet: a field is asked for, the day of an act comes with the act. */
static struct value unknown_local(struct procedure_scope *scope, size_t i)
{
    const struct procedure *p = scope->procedure;
    const struct missing *m =
        missing_one(scope->values.arena, p->locals[i], SPAN(""), SPAN(""), CAUSE_EVENT, SPAN(""));
    for (size_t k = 0; k < p->field_count; k++)
        if (p->fields[k].local == i)
            m = missing_one(scope->values.arena, p->locals[i], SPAN(""), SPAN(""), CAUSE_ASK,
                            SPAN(""));
    return m ? value_unknown(scope->values.arena, m) : VALUE_NO_MEMORY_V;
}

static const struct fact *fact_behind(const struct procedure *p, size_t local)
{
    for (size_t k = 0; k < p->field_count; k++)
        if (p->fields[k].local == local)
            return p->fields[k].fact;
    return NULL;
}

/* Given in the case, else what is known of the applicant, else unknown. */
static void fill_locals(struct procedure_scope *scope, const struct local_value *given)
{
    const struct procedure *p = scope->procedure;
    for (size_t i = 0; i < p->local_count; i++) {
        const struct fact *f = fact_behind(p, i);
        if (given[i].given)
            scope->locals[i] = given[i].value;
        else if (f && !f->period)
            scope->locals[i] = scope->frame->slots[f->slot];
        else
            scope->locals[i] = unknown_local(scope, i);
    }
}

static int scope_init(struct procedure_scope *scope, struct arena *request, const struct library *l,
                      struct span item, const struct local_value *locals, struct err *err)
{
    const struct procedure *p = scope->procedure;
    int r = values_init(&scope->values, request, l, &scope->subject, &scope->options);
    if (r < 0)
        return err_memory(err);
    scope->values.guards = p;
    values_region(&scope->values, p->region);
    scope->frame = p->each && item.n ? values_item(&scope->values, p->each, item)
                                     : scope->values.subject_frame;
    if (!scope->frame)
        return err_memory(err);
    values_ensure(&scope->values, scope->frame, p->slots, p->slot_count);
    fill_locals(scope, locals);
    return request->failed ? err_memory(err) : 0;
}

int procedure_scope_new(struct arena *request, const struct library *l, const struct procedure *p,
                        const struct subject *s, struct span item,
                        const struct match_options *options, const struct local_value *locals,
                        struct procedure_scope **ret, struct err *err)
{
    struct procedure_scope *scope = ARENA_NEW(request, struct procedure_scope);
    if (!scope)
        return err_memory(err);
    scope->procedure = p;
    scope->options = *options;
    if (!scope->options.known_by.month)
        scope->options.known_by = options->as_of;
    scope->locals = ARENA_ARRAY(request, struct value, p->local_count + 1);
    if (!scope->locals)
        return err_memory(err);
    int r = procedure_subject(request, p, s, item, locals, &scope->subject, err);
    if (r == 0)
        r = scope_init(scope, request, l, item, locals, err);
    if (r == 0)
        *ret = scope;
    return r;
}

struct value procedure_value(struct procedure_scope *scope, const struct formula *f,
                             const struct missing **ret_missing)
{
    struct evaluation e = {
        .values = &scope->values, .frame = scope->frame, .locals = scope->locals};
    if (ret_missing)
        *ret_missing = NULL;
    if (!f->expr)
        return VALUE_NULL_V;
    struct value v = evaluate(&e, f->expr, NULL);
    if (ret_missing && value_is_unknown(v))
        *ret_missing = v.unknown->missing;
    return v;
}

struct value procedure_local(const struct procedure_scope *scope, uint32_t local)
{
    return local < scope->procedure->local_count ? scope->locals[local] : VALUE_NULL_V;
}

/* ---- fields ---- */

static int not_listed(const struct procedure_field *f, const struct json *j, struct err *err)
{
    struct buffer all = BUFFER_INIT;
    const struct list *list = f->in_list.list;
    for (size_t i = 0; i < list->n; i++) {
        buffer_print(&all, "%s", i ? ", " : "");
        value_text(&all, list->at[i]);
    }
    err_set(err, E_INPUT, "%.*s: '%.*s' is not among the values", SPAN_ARG(f->name),
            SPAN_ARG(json_text(j)));
    err_hint(err, "one of: %.*s", SPAN_ARG(span_of(all.p, all.n)));
    int r = buffer_failed(&all) ? err_memory(err) : E_INPUT;
    buffer_release(&all);
    return r;
}

static bool is_listed(const struct procedure_field *f, struct value v)
{
    for (size_t i = 0; i < f->in_list.list->n; i++)
        if (value_same(f->in_list.list->at[i], v))
            return true;
    return false;
}

/* A command line and a form have texts only. */
static enum json_kind boolean_kind(const struct json *j)
{
    static const struct {
        struct span text;
        enum json_kind kind;
    } words[] = {{{"true", 4}, JSON_TRUE},
                 {{"false", 5}, JSON_FALSE},
                 {{"是", 3}, JSON_TRUE},
                 {{"否", 3}, JSON_FALSE}};

    for (size_t i = 0; j->kind == JSON_STRING && i < COUNT_OF(words); i++)
        if (span_eq(j->text, words[i].text))
            return words[i].kind;
    return j->kind;
}

int procedure_read_field(struct arena *request, const struct library *l,
                         const struct procedure_field *f, const struct json *j, struct value *ret,
                         struct err *err)
{
    struct fact own = {.name = f->name,
                       .type = f->type,
                       .unit = f->unit,
                       .whole = f->whole,
                       .has_min = f->has_min,
                       .has_max = f->has_max,
                       .min = f->min,
                       .max = f->max};
    const struct type *type = f->fact ? f->fact->type : f->type;
    struct json plain = *j;
    struct value v;
    if (type && type->kind == TYPE_BOOLEAN)
        plain.kind = boolean_kind(j);
    int r = fact_read(request, l, f->fact ? f->fact : &own, &plain, SPAN(""), &v, err);
    if (r < 0)
        return r;
    if (f->has_in_list && v.kind != VALUE_NULL && !is_listed(f, v))
        return not_listed(f, j, err);
    *ret = v;
    return 0;
}
