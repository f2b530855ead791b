/*
 * case_counts.c: see case_counts.h. Each case is looked at as it stands: a report, not a page.
 */
#include "casework/case_counts.h"

#include "casework/cases_int.h"

static void count_channel(struct arena *a, struct case_counts *x, struct span word)
{
    size_t i = 0;

    while (i < x->channel_count && !span_eq(x->channels[i].word, word))
        i++;
    if (i == COUNT_OF(x->channels))
        return;
    if (i == x->channel_count)
        x->channels[x->channel_count++] = (struct channel_count){arena_copy(a, word), 0};
    x->channels[i].n++;
    for (; i > 0 && x->channels[i].n > x->channels[i - 1].n; i--) {
        struct channel_count swap = x->channels[i];
        x->channels[i] = x->channels[i - 1];
        x->channels[i - 1] = swap;
    }
}

static void count_fields(struct case_counts *x, const struct case_view *v)
{
    for (size_t i = 0; i < v->procedure->field_count; i++) {
        const struct field_view *f = &v->fields[i];
        if (!f->shown || !f->there)
            continue;
        x->fields++;
        x->prefilled += !span_eq(f->source, SPAN("case"));
    }
}

/* What one event adds to a case's marks. */
struct marks {
    bool submitted, told, decided, by_program;
};

static void count_event(struct arena *a, struct case_counts *x, const struct case_file *f,
                        const struct case_event *e, struct marks *m)
{
    const struct procedure *p = f->procedure;
    size_t act = procedure_act_index(p, e->act);
    size_t to = act == SIZE_MAX ? SIZE_MAX : procedure_state_index(p, p->acts[act].to);
    struct span channel = json_text(JSON_GET(e->data, "channel"));

    if (channel.n)
        count_channel(a, x, channel);
    if (act == SIZE_MAX)
        return;
    m->submitted |= to != SIZE_MAX && p->states[to].phase != PHASE_DRAFT;
    m->told |= (p->acts[act].flags & ACT_LISTS_MISSING) != 0;
    if (p->acts[act].decision != DECISION_NONE) {
        m->decided = true;
        m->by_program = span_eq(e->by, SPAN("program")) && !e->account_id;
    }
}

static void count_case(struct arena *a, struct case_counts *x, const struct case_file *f)
{
    struct marks m = {0};

    x->cases++;
    count_fields(x, f->view);
    for (size_t i = 0; i < f->event_count; i++)
        count_event(a, x, f, &f->events[i], &m);
    x->submitted += m.submitted;
    x->told += m.submitted && m.told;
    x->decided += m.decided;
    x->by_program += m.by_program;
    x->waived += f->view->decision == DECISION_WAIVED;
    x->green += f->row.urgent;
    if (f->row.urgent && f->row.closed_at) {
        x->green_ended++;
        x->green_ms += f->row.closed_at - f->row.opened_at;
    }
}

int case_count(struct arena *request, const struct office *o, struct span procedure,
               struct case_counts *ret, struct err *err)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct case_query q = {.procedure = procedure, .phase = PHASES, .order = CASES_BY_NUMBER};
    int r = 0;

    *ret = (struct case_counts){0};
    while (r == 0 && ret->cases < COUNTS_CASES_MOST) {
        struct case_row *rows = NULL;
        struct arena page;
        size_t n = 0;
        arena_init(&page);
        q.limit = 100;
        r = case_list(&page, o, &q, &rows, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            struct case_file *f = NULL;
            r = case_open(&page, o, &program, rows[i].id, &f, err);
            if (r == 0)
                count_case(request, ret, f);
        }
        q.after_id = n ? rows[n - 1].id : 0;
        arena_release(&page);
        if (n < 100)
            break;
    }
    return r;
}
