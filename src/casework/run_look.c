/*
 * run_look.c: fields and materials of a case: what is asked for, what is there, what is lacking.
 */
#include "casework/run_int.h"

size_t material_index(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].id, id))
            return i;
    return SIZE_MAX;
}

/* ---- fields ---- */

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* A condition on being asked for at all; an error counts as not known. */
static enum answer ask(struct run *r, const struct formula *f, const struct missing **ret_missing)
{
    struct value v;

    *ret_missing = NULL;
    if (!f->expr)
        return ANSWER_YES;
    v = run_value(r, f, ret_missing);
    if (v.kind == VALUE_BOOLEAN)
        return v.boolean ? ANSWER_YES : ANSWER_NO;
    return v.kind == VALUE_NULL ? ANSWER_NO : ANSWER_UNKNOWN;
}

static bool is_known(struct value v)
{
    return v.kind != VALUE_UNKNOWN && v.kind != VALUE_ERROR;
}

/* Filled in, or a fact that is known of the applicant. */
static bool field_there(struct run *r, const struct procedure_field *f, struct value *ret)
{
    if (f->local >= r->p->local_count)
        return false;
    if (!r->locals[f->local].given && (!f->fact || f->fact->period))
        return false;
    *ret = run_local(r, f->local);
    return is_known(*ret) && (r->locals[f->local].given || ret->kind != VALUE_NULL);
}

static struct span known_from(const struct run *r, const struct procedure_field *f)
{
    const struct subject *s = r->q->subject;

    if (f->local < r->p->local_count && r->locals[f->local].given)
        return SPAN("case");
    for (size_t i = 0; f->fact && i < s->n; i++)
        if (s->values[i].fact == f->fact && !s->values[i].period.n)
            return s->values[i].source.n ? s->values[i].source : SPAN("known");
    return SPAN("known");
}

int run_look_fields(struct run *r, struct field_view **ret, struct err *err)
{
    size_t n = r->p->field_count;
    struct field_view *at = ARENA_ARRAY(r->arena, struct field_view, n + 1);

    if (!at)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct procedure_field *f = &r->p->fields[i];
        const struct missing *missing;
        enum answer shown = ask(r, &f->shown_if, &missing);
        at[i] = (struct field_view){.field = f,
                                    .shown = shown != ANSWER_NO,
                                    .unknown = shown == ANSWER_UNKNOWN,
                                    .value = VALUE_NULL_V};
        at[i].there = field_there(r, f, &at[i].value);
        if (at[i].there)
            at[i].source = known_from(r, f);
    }
    *ret = at;
    return 0;
}

/* ---- materials ---- */

static bool on_file(const struct run *r, const struct material *m)
{
    for (size_t i = 0; m->held.n && i < r->q->held_count; i++)
        if (span_eq(r->q->held[i], m->held))
            return true;
    return false;
}

static bool is_held(const struct run *r, size_t i)
{
    const struct paper_run *p = &r->papers[i];
    return !p->refused && (p->held || (!p->there && on_file(r, &r->p->materials[i])));
}

int run_look_materials(struct run *r, struct material_view **ret, struct err *err)
{
    size_t n = r->p->material_count;
    struct material_view *at = ARENA_ARRAY(r->arena, struct material_view, n + 1);

    if (!at)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct material *m = &r->p->materials[i];
        const struct missing *missing;
        enum answer needed = ask(r, &m->needed_if, &missing);
        bool there = r->papers[i].there, held = is_held(r, i);
        at[i] = (struct material_view){.material = m,
                                       .needed = needed != ANSWER_NO,
                                       .unknown = needed == ANSWER_UNKNOWN,
                                       .there = there || held,
                                       .held = held,
                                       .data = r->papers[i].data};
        at[i].promised = needed != ANSWER_NO && !there && !held && m->later && r->opened &&
                         run_phase(r) != PHASE_DRAFT;
    }
    *ret = at;
    return 0;
}

/* All that were to come within the clock have come, or are not needed. */
bool run_later_done(struct run *r, struct span clock)
{
    const struct missing *missing;

    for (size_t i = 0; i < r->p->material_count; i++) {
        const struct material *m = &r->p->materials[i];
        if (span_eq(m->later_clock, clock) && !r->papers[i].there && !is_held(r, i) &&
            ask(r, &m->needed_if, &missing) != ANSWER_NO)
            return false;
    }
    return true;
}

/* ---- what is lacking ---- */

static int lacks(struct run *r, struct lack *k, struct span id, struct err *err)
{
    struct span *to = VECTOR_PUSH(r->arena, &k->ids, struct span);

    if (!to)
        return err_memory(err);
    *to = id;
    return 0;
}

static void not_known(struct run *r, struct lack *k, const struct missing *m, struct span about)
{
    if (!m)
        m = missing_one(r->arena, about, (struct span){NULL, 0}, (struct span){NULL, 0}, CAUSE_ASK,
                        (struct span){NULL, 0});
    k->unknown = missing_union(r->arena, k->unknown, m);
}

static int lack_field(struct run *r, size_t i, bool named, struct lack *k, struct err *err)
{
    const struct procedure_field *f = &r->p->fields[i];
    const struct missing *missing;
    struct value v;
    enum answer shown;

    if ((!named && !f->required) || field_there(r, f, &v))
        return 0;
    shown = ask(r, &f->shown_if, &missing);
    if (shown == ANSWER_UNKNOWN)
        not_known(r, k, missing, f->name);
    return shown == ANSWER_YES ? lacks(r, k, f->name, err) : 0;
}

static int lack_material(struct run *r, size_t i, bool named, struct lack *k, struct err *err)
{
    const struct material *m = &r->p->materials[i];
    const struct missing *missing;
    enum answer needed;

    if ((!named && m->later) || r->papers[i].there || is_held(r, i))
        return 0;
    needed = ask(r, &m->needed_if, &missing);
    if (needed == ANSWER_UNKNOWN)
        not_known(r, k, missing, m->id);
    return needed == ANSWER_YES ? lacks(r, k, m->id, err) : 0;
}

int run_lack_all(struct run *r, struct lack *ret, struct err *err)
{
    int code = 0;

    for (size_t i = 0; i < r->p->field_count && code == 0; i++)
        code = lack_field(r, i, false, ret, err);
    for (size_t i = 0; i < r->p->material_count && code == 0; i++)
        code = lack_material(r, i, false, ret, err);
    return code;
}

static int lack_asked(struct run *r, struct lack *ret, struct err *err)
{
    int code = 0;

    for (size_t i = 0; i < r->asked.n && code == 0; i++)
        code = lacks(r, ret, r->asked.at[i], err);
    return code;
}

int run_lack(struct run *r, const struct span *asks, size_t n, struct lack *ret, struct err *err)
{
    int code = 0;

    for (size_t i = 0; i < n && code == 0; i++) {
        size_t field = procedure_field_index(r->p, asks[i]);
        size_t material = material_index(r->p, asks[i]);
        if (span_eq(asks[i], SPAN("all")))
            code = run_lack_all(r, ret, err);
        else if (span_eq(asks[i], SPAN("missing")))
            code = lack_asked(r, ret, err);
        else if (field != SIZE_MAX)
            code = lack_field(r, field, true, ret, err);
        else if (material != SIZE_MAX)
            code = lack_material(r, material, true, ret, err);
    }
    return r->arena->failed ? err_memory(err) : code;
}
