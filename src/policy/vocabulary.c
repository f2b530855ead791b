/*
 * vocabulary.c: the closed vocabulary of every expression, out of facts, items, parameters and registers.
 *
 *   fact            its type; TYPE_DATED of it when it has a period
 *   kind of item    list of contexts: `id` and the facts of the kind
 *   parameter       TYPE_DATED, usable bare (the value as of the run) or at a date
 *   register        its list
 *   今天 本年 ...    what follows from the as-of date
 */
#include "policy/library_int.h"

/* Law 13: a name says what, its argument says when. */
static bool names_a_time(struct span name)
{
    static const char *const words[] = {"年", "月", "季度"};
    for (size_t i = 0; i + 1 < name.n; i++) {
        if (name.p[i] < '0' || name.p[i] > '9')
            continue;
        for (size_t w = 0; w < COUNT_OF(words); w++)
            if (span_starts(span_from(name, i + 1), span_z(words[w])))
                return true;
    }
    return span_find(name, SPAN("20")) != SIZE_MAX && name.n > 4;
}

static void check_name(struct loader *l, struct span name, struct place where)
{
    struct diag *g = NULL;
    if (names_a_time(name))
        g = COMPLAIN_AT(l, where, E_NAME, "'%.*s' names a month or a year", SPAN_ARG(name));
    hint(l, g, "facts have a 'period': %s", "参保人数(\"2019-12\")");
    if (span_find(name, SPAN(" ")) != SIZE_MAX || span_find(name, SPAN("（")) != SIZE_MAX)
        hint(l, COMPLAIN_AT(l, where, E_NAME, "'%.*s' is no name", SPAN_ARG(name)),
             "letters, Chinese characters and digits, without spaces and brackets");
}

/* Declares a name; SLOT_* with what it stands for. Gives its slot. */
static uint32_t declare(struct loader *l, struct slot what, const struct type *type, struct place where)
{
    uint32_t slot = 0;
    struct feel_vocabulary *v = &l->library->vocabulary;
    if (map_get(&v->names, what.name)) {
        COMPLAIN_AT(l, where, E_CONFLICT, "the name '%.*s' is taken", SPAN_ARG(what.name));
        return 0;
    }
    struct slot *at = type ? need(l, VECTOR_PUSH(l->program, &l->slots, struct slot)) : NULL;
    if (!at || feel_declare(v, what.name, type, &slot) < 0) {
        l->failed = true;
        return 0;
    }
    *at = what;
    return slot;
}

static void declare_ready_made(struct loader *l)
{
    static const struct { enum slot_kind kind; const char *name; const struct type *type; } ready[] = {
        {SLOT_TODAY, "今天", &TYPE_DATE_T},        {SLOT_THIS_YEAR, "本年", &TYPE_STRING_T},
        {SLOT_LAST_YEAR, "上年", &TYPE_STRING_T},  {SLOT_THIS_MONTH, "本月", &TYPE_STRING_T},
        {SLOT_LAST_MONTH, "上月", &TYPE_STRING_T}, {SLOT_LAST_YEAR_END, "上年末", &TYPE_STRING_T},
    };
    for (size_t i = 0; i < COUNT_OF(ready); i++)
        declare(l, (struct slot){.kind = ready[i].kind, .name = span_z(ready[i].name)}, ready[i].type, (struct place){0});
}

static void declare_facts(struct loader *l)
{
    for (size_t i = 0; i < l->facts.n; i++) {
        struct fact *f = l->facts.at[i];
        const struct type *t = f->period ? need(l, (void *)type_dated(l->program, f->type, f->period, false)) : f->type;
        check_name(l, f->name, f->place);
        f->slot = declare(l, (struct slot){.kind = SLOT_FACT, .name = f->name, .fact = f}, t, f->place);
        if (map_put(&l->library->fact_by_name, f->name, f) < 0)
            l->failed = true;
    }
}

/* `id` and every fact of the kind; a fact by period is a map by period, checked when run. */
static const struct type *item_type(struct loader *l, const struct item_kind *item)
{
    struct type_member *members = need(l, ARENA_ARRAY(l->program, struct type_member, l->facts.n + 1));
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
        item->list_slot = declare(l, (struct slot){.kind = SLOT_ITEMS, .name = item->list, .items = item},
                                  need(l, (void *)item_type(l, item)), (struct place){0});
    }
}

static void declare_parameters(struct loader *l)
{
    for (size_t i = 0; i < l->parameters.n; i++) {
        struct parameter *p = l->parameters.at[i];
        p->slot = declare(l, (struct slot){.kind = SLOT_PARAMETER, .name = p->name, .parameter = p},
                          need(l, (void *)type_dated(l->program, p->type, PERIOD_NONE, true)), p->place);
        check_name(l, p->name, p->place);
        if (map_put(&l->library->parameter_by_name, p->name, p) < 0)
            l->failed = true;
    }
}

static void declare_registers(struct loader *l)
{
    for (size_t i = 0; i < l->registers.n; i++) {
        struct library_register *r = l->registers.at[i];
        r->slot = declare(l, (struct slot){.kind = SLOT_REGISTER, .name = r->name, .reg = r}, r->type, r->place);
        check_name(l, r->name, r->place);
        if (map_put(&l->library->register_by_name, r->name, r) < 0)
            l->failed = true;
    }
}

void build_vocabulary(struct loader *l)
{
    feel_vocabulary_init(&l->library->vocabulary, l->program);
    declare_ready_made(l);
    declare_facts(l);
    declare_items(l);
    declare_parameters(l);
    declare_registers(l);
    l->library->slots = l->slots.at;
}
