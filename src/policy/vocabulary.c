/*
 * vocabulary.c: the closed vocabulary of every expression, out of facts, items, parameters and
 * registers.
 *
 *   fact            its type; TYPE_DATED of it when it has a period
 *   kind of item    list of contexts: `id` and the facts of the kind
 *   parameter       TYPE_DATED, usable bare (the value as of the run) or at a date
 *   register        its list
 *   decision        function of the inputs of its table
 *   今天 本年 ...    what follows from the as-of date
 */
#include "policy/library_int.h"

/* "一月" but not "三个月"; durations are not meant. */
static bool ends_in_numeral(struct span s)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五",
                                           "六", "七", "八", "九", "十"};
    for (size_t i = 0; i < COUNT_OF(numerals); i++)
        if (span_ends(s, span_z(numerals[i])))
            return true;
    return false;
}

static bool ends_in_digit(struct span s)
{
    return s.n && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9';
}

/* Law 13: a name says what, its argument says when. */
static bool names_a_time(struct span name)
{
    static const char *const units[] = {"月", "年", "季度"};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        size_t at = span_find(name, span_z(units[i]));
        if (at == SIZE_MAX)
            continue;
        struct span before = span_of(name.p, at);
        if (ends_in_digit(before) || (i == 0 && ends_in_numeral(before)))
            return true;
    }
    return false;
}

static void check_name(struct loader *l, struct span name, struct place where)
{
    struct diag *g = NULL;
    if (names_a_time(name))
        g = COMPLAIN_AT(l, where, E_NAME, "'%.*s' names a month or a year", SPAN_ARG(name));
    hint(l, g, "facts have a 'period': %s", "参保人数(\"2019-12\")");
}

/* Declares a name; SLOT_* with what it stands for. Gives its slot. */
static uint32_t declare(struct loader *l, struct slot what, const struct type *type,
                        struct place where)
{
    uint32_t slot = 0;
    int r = type ? feel_declare(&l->library->vocabulary, what.name, type, &slot) : E_MEMORY;
    if (r == E_CONFLICT)
        COMPLAIN_AT(l, where, r, "the name '%.*s' is taken", SPAN_ARG(what.name));
    else if (r == E_MEMORY)
        l->failed = true;
    else if (r < 0)
        hint(
            l, COMPLAIN_AT(l, where, r, "'%.*s' is no name", SPAN_ARG(what.name)),
            "letters, Chinese characters and digits, a letter or character first, no word of FEEL");
    if (r < 0)
        return 0;
    struct slot *at = need(l, VECTOR_PUSH(l->program, &l->slots, struct slot));
    if (at)
        *at = what;
    return slot;
}

static void declare_ready_made(struct loader *l)
{
    static const struct {
        enum slot_kind kind;
        const char *name;
        const struct type *type;
    } ready[] = {
        {SLOT_TODAY, "今天", &TYPE_DATE_T},        {SLOT_THIS_YEAR, "本年", &TYPE_STRING_T},
        {SLOT_LAST_YEAR, "上年", &TYPE_STRING_T},  {SLOT_THIS_MONTH, "本月", &TYPE_STRING_T},
        {SLOT_LAST_MONTH, "上月", &TYPE_STRING_T}, {SLOT_LAST_YEAR_END, "上年末", &TYPE_STRING_T},
    };
    for (size_t i = 0; i < COUNT_OF(ready); i++)
        declare(l, (struct slot){.kind = ready[i].kind, .name = span_z(ready[i].name)},
                ready[i].type, (struct place){0});
}

static const struct type *outcome_type(struct loader *l)
{
    struct type_member *members =
        need(l, ARENA_ARRAY(l->program, struct type_member, OUTCOME_PARTS));
    if (!members)
        return NULL;
    for (size_t i = 0; i < OUTCOME_PARTS; i++) {
        const struct outcome_part *p = &outcome_parts[i];
        members[i].name = p->name;
        members[i].type = p->unit.n ? need(l, (void *)type_number(l->program, p->unit)) : p->type;
    }
    const struct type *context = type_context(l->program, members, OUTCOME_PARTS);
    return context ? type_dated(l->program, context, DATED_BY_ID, false) : NULL;
}

/* outcome("measure id"): what became of another measure. */
static void declare_outcome(struct loader *l)
{
    declare(l, (struct slot){.kind = SLOT_OUTCOME, .name = SPAN("outcome")},
            need(l, (void *)outcome_type(l)), (struct place){0});
}

static void declare_facts(struct loader *l)
{
    for (size_t i = 0; i < l->facts.n; i++) {
        struct fact *f = l->facts.at[i];
        const struct type *t =
            f->period ? need(l, (void *)type_dated(l->program, f->type, f->period, false))
                      : f->type;
        check_name(l, f->name, f->place);
        f->slot =
            declare(l, (struct slot){.kind = SLOT_FACT, .name = f->name, .fact = f}, t, f->place);
        if (map_put(&l->library->fact_by_name, f->name, f) < 0)
            l->failed = true;
    }
}

/* `id` and every fact of the kind; a fact by period is a map by period, checked when run. */
static const struct type *item_type(struct loader *l, const struct item_kind *item)
{
    struct type_member *members =
        need(l, ARENA_ARRAY(l->program, struct type_member, l->facts.n + 1));
    size_t n = 0;
    if (!members)
        return NULL;
    members[n++] = (struct type_member){SPAN("id"), &TYPE_STRING_T};
    for (size_t i = 0; i < l->facts.n; i++) {
        const struct fact *f = l->facts.at[i];
        if (f->of == item)
            members[n++] = (struct type_member){f->name, f->period ? &TYPE_ANY_T : f->type};
    }
    const struct type *context = type_context(l->program, members, n);
    return context ? type_list(l->program, context) : NULL;
}

static void declare_items(struct loader *l)
{
    for (size_t i = 0; i < l->item_kinds.n; i++) {
        struct item_kind *item = l->item_kinds.at[i];
        item->list_slot =
            declare(l, (struct slot){.kind = SLOT_ITEMS, .name = item->list, .items = item},
                    need(l, (void *)item_type(l, item)), (struct place){0});
    }
}

static void declare_parameters(struct loader *l)
{
    for (size_t i = 0; i < l->parameters.n; i++) {
        struct parameter *p = l->parameters.at[i];
        p->slot =
            declare(l, (struct slot){.kind = SLOT_PARAMETER, .name = p->name, .parameter = p},
                    need(l, (void *)type_dated(l->program, p->type, PERIOD_NONE, true)), p->place);
        if (map_put(&l->library->parameter_by_name, p->name, p) < 0)
            l->failed = true;
    }
}

static void declare_registers(struct loader *l)
{
    for (size_t i = 0; i < l->registers.n; i++) {
        struct library_register *r = l->registers.at[i];
        r->slot = declare(l, (struct slot){.kind = SLOT_REGISTER, .name = r->name, .reg = r},
                          r->type, r->place);
        if (map_put(&l->library->register_by_name, r->name, r) < 0)
            l->failed = true;
    }
}

static void declare_decisions(struct loader *l)
{
    for (size_t i = 0; i < l->decisions.n; i++) {
        struct decision *d = l->decisions.at[i];
        d->slot = declare(l, (struct slot){.kind = SLOT_DECISION, .name = d->name, .decision = d},
                          d->function.type, d->place);
    }
}

void build_vocabulary(struct loader *l)
{
    feel_vocabulary_init(&l->library->vocabulary, l->program);
    declare_ready_made(l);
    declare_outcome(l);
    declare_facts(l);
    declare_items(l);
    declare_parameters(l);
    declare_registers(l);
    declare_decisions(l);
    l->library->slots = l->slots.at;
}
