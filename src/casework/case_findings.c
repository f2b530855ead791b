/*
 * case_findings.c: what the rules say of a case: the findings of the procedure's measures for the
 * applicant, under the case's library, with the fields of the case laid over what was known. As of
 * the day the complete application came in: that day decides windows and parameters.
 */
#include "base/vector.h"
#include "casework/cases_int.h"

VECTOR_OF(struct fact_value, fact_vector);

static bool same_fact(const struct fact_value *a, const struct fact *fact, struct span item)
{
    return a->fact == fact && span_eq(a->item, item) && a->period.n == 0;
}

static struct fact_value *place_for(struct arena *a, struct fact_vector *v, const struct fact *fact,
                                    struct span item)
{
    for (size_t i = 0; i < v->n; i++)
        if (same_fact(&v->at[i], fact, item))
            return &v->at[i];
    return VECTOR_PUSH(a, v, struct fact_value);
}

/* A copy of the subject that says what the case says. */
static int overlay(struct arena *a, const struct case_file *file, struct subject *ret,
                   struct err *err)
{
    const struct procedure *p = file->procedure;
    struct fact_vector v = {0};

    *ret = file->subject;
    for (size_t i = 0; i < ret->n; i++) {
        struct fact_value *to = VECTOR_PUSH(a, &v, struct fact_value);
        if (!to)
            return err_memory(err);
        *to = ret->values[i];
    }
    for (size_t i = 0; i < p->field_count; i++) {
        const struct procedure_field *f = &p->fields[i];
        const struct local_value *l = &file->view->locals[f->local];
        if (!f->fact || f->fact->period || !l->given)
            continue;
        struct span item = f->fact->of ? file->row.item : (struct span){NULL, 0};
        struct fact_value *to = place_for(a, &v, f->fact, item);
        if (!to)
            return err_memory(err);
        *to = (struct fact_value){.fact = f->fact,
                                  .item = item,
                                  .value = l->value,
                                  .source = SPAN("本办件"),
                                  .basis = BASIS_DECLARED};
    }
    ret->values = v.at;
    ret->n = v.n;
    return 0;
}

/* The day of the first event that left the draft, else of the first: Asia/Shanghai's. */
static struct date application_day(const struct case_file *file)
{
    const struct procedure *p = file->procedure;
    const struct case_event *e = file->event_count ? &file->events[0] : NULL;
    struct date d = date_today();

    for (size_t i = 0; i < file->event_count; i++) {
        size_t act = procedure_act_index(p, file->events[i].act);
        size_t to = act == SIZE_MAX ? SIZE_MAX : procedure_state_index(p, p->acts[act].to);
        if (to != SIZE_MAX && p->states[to].phase != PHASE_DRAFT) {
            e = &file->events[i];
            break;
        }
    }
    if (e)
        (void)date_from_days((e->at + INT64_C(8) * 3600 * 1000) / (INT64_C(24) * 3600 * 1000), &d);
    return d;
}

/* Days of events that were set in the case are laid over its library's. */
static int days_of_case(struct arena *a, const struct case_file *file,
                        struct match_options *options, struct err *err)
{
    struct span word = SPAN("event:");
    struct override *at = ARENA_ARRAY(a, struct override, file->event_count + 1);
    size_t n = 0;

    if (!at)
        return err_memory(err);
    for (size_t i = file->event_count; i-- > 0;) { /* the first found counts: the last word first */
        const struct case_event *e = &file->events[i];
        const struct parameter *p =
            span_starts(e->act, word)
                ? map_get(&file->library->parameter_by_name, span_from(e->act, word.n))
                : NULL;
        struct date d;
        if (p && p->event && date_parse(json_text(JSON_GET(e->data, "date")), &d))
            at[n++] = (struct override){.parameter = p, .value = value_date(d)};
    }
    options->overrides = at;
    options->override_count = n;
    return 0;
}

int case_judge(struct arena *request, const struct case_file *file, const struct measure *m,
               struct checkup **ret, struct err *err)
{
    struct match_options options = {
        .as_of = application_day(file), .only = m, .trace = true, .known_by = date_today()};
    struct subject *s = ARENA_NEW(request, struct subject);
    int r = s ? overlay(request, file, s, err) : err_memory(err);

    if (r == 0)
        r = days_of_case(request, file, &options, err);
    if (file->event_count) /* that a project of 免申即享 adopted */
        options.reading = json_text(JSON_GET(file->events[0].data, "reading"));
    return r < 0 ? r : match(request, file->library, s, &options, ret, err);
}

const struct measure *case_measure(const struct case_file *file, size_t index)
{
    struct span named = file->event_count ? json_text(JSON_GET(file->events[0].data, "measure"))
                                          : (struct span){NULL, 0};

    if (named.n)
        return index == 0 ? library_find(file->library, named, NULL) : NULL;
    return index < file->procedure->measure_count ? file->procedure->measures[index] : NULL;
}
