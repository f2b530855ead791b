/*
 * run_loop.c: for, some, every and filters: one block of steps run for every element.
 */
#include "feel/run_int.h"

struct loop {
    struct list_builder list;
    struct value truth; /* SOME, EVERY */
    bool done;
};

static void filter_one(struct machine *m, const struct step *s, struct loop *l,
                       struct value element, struct value r)
{
    struct value before = r;
    r = machine_truth(m, s, r);
    if (value_is_true(r))
        list_add(&l->list, element);
    else if (r.kind == VALUE_UNKNOWN)
        list_incomplete(&l->list, COVERAGE_PARTIAL, r.unknown->missing);
    else if (r.kind == VALUE_ERROR)
        list_add(&l->list, r);
    else if (value_is_failed(r) &&
             !value_is_failed(before)) /* spec mode: neither a condition nor a position */
        l->list.failed = (struct value){.kind = VALUE_ERROR, .failure = r.failure};
}

static void spread_one(struct loop *l, struct value r)
{
    if (r.kind == VALUE_UNKNOWN)
        list_incomplete(&l->list, COVERAGE_PARTIAL, r.unknown->missing);
    else if (r.kind != VALUE_LIST)
        list_add(&l->list, r);
    else {
        for (size_t i = 0; i < r.list->n; i++)
            list_add(&l->list, r.list->at[i]);
        list_inherit(&l->list, r.list);
    }
}

static void loop_one(struct machine *m, const struct step *s, struct loop *l, struct value element,
                     struct value r)
{
    switch ((enum loop_kind)s->op) {
    case LOOP_FOR:
        list_add(&l->list, r);
        break;
    case LOOP_SPREAD:
        spread_one(l, r);
        break;
    case LOOP_FILTER:
        filter_one(m, s, l, element, r);
        break;
    case LOOP_SOME:
        l->truth = logic_or(m->arena, l->truth, machine_truth(m, s, r));
        l->done = value_is_true(l->truth);
        break;
    case LOOP_EVERY:
        l->truth = logic_and(m->arena, l->truth, machine_truth(m, s, r));
        l->done = value_is_false(l->truth);
        break;
    }
    l->done = l->done || l->list.failed.kind == VALUE_ERROR;
}

static struct value loop_end(struct machine *m, const struct step *s, struct loop *l,
                             const struct list *source)
{
    if (s->op != LOOP_SOME && s->op != LOOP_EVERY) {
        list_inherit(&l->list, source);
        return list_end(&l->list);
    }
    if (l->done || source->coverage == COVERAGE_COMPLETE)
        return l->truth;
    struct value rest = value_unknown(m->arena, list_missing(m->arena, source, NULL));
    return s->op == LOOP_SOME ? logic_or(m->arena, l->truth, rest)
                              : logic_and(m->arena, l->truth, rest);
}

/* `partial`: what the loops around have given so far, then what this one has. */
static struct value partial_list(struct machine *m, struct value before,
                                 const struct list_builder *b)
{
    size_t n = before.kind == VALUE_LIST ? before.list->n : 0;
    struct value all = value_list(m->arena, b->at, 0);
    if (!machine_charge(m, n + b->n))
        return VALUE_NULL_V;
    struct list *l = arena_alloc(m->arena, sizeof *l + (n + b->n) * sizeof l->at[0]);
    if (!l)
        return VALUE_NO_MEMORY_V;
    l->n = n + b->n;
    if (n > 0)
        memcpy(l->at, before.list->at, n * sizeof l->at[0]);
    if (b->n > 0)
        memcpy(l->at + n, b->at, b->n * sizeof l->at[0]);
    all.list = l;
    return all;
}

/* A filter by position of a list without elements: its condition is asked all the same. */
static struct value filter_nothing(struct machine *m, const struct step *s, uint32_t pc,
                                   const struct list *source)
{
    struct value none = {.kind = VALUE_LIST, .list = source};
    m->registers[s->c] = VALUE_NULL_V;
    size_t count = m->run->problem_count;
    struct feel_problem *problems = m->run->problems;
    machine_block(m, pc + 1, s->jump - 1);
    m->run->problem_count = count; /* nobody asked it about a null */
    m->run->problems = problems;
    return machine_operand(m, s->b)->kind == VALUE_NUMBER ? VALUE_NULL_V : none;
}

static struct value loop_list(struct machine *m, const struct step *s, uint32_t pc,
                              const struct list *source)
{
    struct loop l = {.truth = value_boolean(s->op == LOOP_EVERY)};
    bool partial =
        !machine_strict(m) && (s->op == LOOP_FOR || s->op == LOOP_SPREAD) && s->n != NO_REGISTER;
    struct value before = partial ? m->registers[s->n] : VALUE_NULL_V;
    if (source->n == 0 && s->op == LOOP_FILTER && !machine_strict(m))
        return filter_nothing(m, s, pc, source);
    list_begin(&l.list, m->arena, m);
    for (size_t i = 0; i < source->n && !l.done && m->budget >= 0; i++) {
        m->registers[s->c] = source->at[i];
        if (partial)
            m->registers[s->n] = partial_list(m, before, &l.list);
        machine_block(m, pc + 1, s->jump - 1);
        struct value r = *machine_operand(m, s->b);
        if (s->op == LOOP_FILTER && r.kind == VALUE_NUMBER)
            return index_value(m->arena, machine_strict(m),
                               (struct value){.kind = VALUE_LIST, .list = source}, r);
        loop_one(m, s, &l, source->at[i], r);
    }
    if (partial)
        m->registers[s->n] = before;
    return loop_end(m, s, &l, source);
}

static struct value count_values(struct machine *m, const struct step *s, struct value from,
                                 struct value to);

/* for i in [1..3]: the whole numbers or the days inside. */
static struct value range_values(struct machine *m, const struct step *s, const struct range *r)
{
    struct value all, none = value_list(m->arena, &r->low, 0);
    if (!r->has_low || !r->has_high)
        return machine_fail(m, s, "an iteration needs both ends of a range", VALUE_NULL_V);
    all = count_values(m, s, r->low, r->high);
    if (all.kind != VALUE_LIST || none.kind != VALUE_LIST || (r->low_closed && r->high_closed))
        return all;
    size_t first = r->low_closed ? 0 : 1, last = all.list->n - (r->high_closed ? 0 : 1);
    return first < last ? value_list(m->arena, all.list->at + first, last - first) : none;
}

struct value run_loop(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value source = *machine_operand(m, s->a);
    if (source.kind >= VALUE_UNKNOWN)
        return source;
    if (source.kind == VALUE_NULL)
        return machine_fail(m, s, "a list is needed", source);
    if (source.kind == VALUE_RANGE && s->op != LOOP_FILTER)
        source = range_values(m, s, source.range);
    if (source.kind == VALUE_NULL || source.kind >= VALUE_UNKNOWN)
        return source;
    if (source.kind != VALUE_LIST)
        source = value_list(m->arena, &source, 1); /* the standard: one value is a list of one */
    if (source.kind != VALUE_LIST)
        return source;
    return machine_located(m, s, loop_list(m, s, pc, source.list));
}

/* for i in a..b */
static struct value count_dates(struct machine *m, struct date from, struct date to)
{
    struct list_builder b;
    list_begin(&b, m->arena, m);
    int64_t at = date_days(from), end = date_days(to), by = at <= end ? 1 : -1;
    for (;; at += by) {
        struct date d;
        if (!date_from_days(at, &d))
            break;
        list_add(&b, value_date(d));
        if (at == end || b.failed.kind == VALUE_ERROR || m->budget < 0)
            break;
    }
    return list_end(&b);
}

struct value run_count(struct machine *m, const struct step *s)
{
    return count_values(m, s, *machine_operand(m, s->a), *machine_operand(m, s->b));
}

static struct value count_values(struct machine *m, const struct step *s, struct value from,
                                 struct value to)
{
    int64_t at, end;
    if (from.kind >= VALUE_UNKNOWN || to.kind >= VALUE_UNKNOWN)
        return absent_of(m->arena, from, to);
    if (from.kind == VALUE_DATE && to.kind == VALUE_DATE)
        return count_dates(m, from.date, to.date);
    if (from.kind != VALUE_NUMBER || to.kind != VALUE_NUMBER)
        return machine_fail(m, s, "a..b needs two numbers or two dates",
                            from.kind != VALUE_NUMBER ? from : to);
    if (!decimal_to_int(from.number, &at) || !decimal_to_int(to.number, &end))
        return machine_located(m, s, value_failure(m->arena, E_RANGE, "a..b needs whole numbers"));
    struct list_builder b;
    list_begin(&b, m->arena, m);
    for (int64_t by = at <= end ? 1 : -1;; at += by) {
        list_add(&b, value_int(at));
        if (at == end || b.failed.kind == VALUE_ERROR || m->budget < 0)
            break;
    }
    return list_end(&b);
}
