/*
 * run.c: the machine. One loop over the steps; what is long or rare is a function beside it. Knows
 * nothing of trees: compile.c has said everything in the steps.
 *
 * gdb: `break machine_breakpoint` stops before every step of a block.
 */
#include "base/trace.h"
#include "feel/builtins_int.h"
#include "feel/machine.h"
#include "feel/regex.h"

#define REGISTERS_ON_STACK 48 /* enough for nearly every rule: then a run allocates nothing */

static void run_block(struct machine *m, uint32_t pc, uint32_t stop);

static inline const struct value *operand(const struct machine *m, uint32_t o)
{
    return o & OPERAND_CONSTANT ? &m->e->constants[o & ~OPERAND_CONSTANT] : &m->registers[o];
}

static bool is_strict(const struct machine *m)
{
    return m->e->mode == FEEL_STRICT;
}

bool machine_charge(struct machine *m, uint64_t n)
{
    if (!m)
        return true;
    m->budget -= n < FEEL_STEPS_MAX ? (int64_t)n : FEEL_STEPS_MAX;
    return m->budget >= 0;
}

/* An error says where in the text it arose; the innermost place counts. In spec mode it is a null
 * from here on. */
static struct value place(struct machine *m, const struct step *s, struct value v)
{
    struct failure *f = ARENA_NEW(m->arena, struct failure);
    if (!f)
        return VALUE_NO_MEMORY_V;
    *f = *v.failure;
    f->start = s->start;
    f->end = s->end;
    v.failure = f;
    if (is_strict(m))
        return v;
    problem_keep(m->run, m->e, f);
    return v.kind == VALUE_ERROR ? value_spec(v) : v;
}

static inline struct value located(struct machine *m, const struct step *s, struct value v)
{
    bool failed = v.kind == VALUE_ERROR || value_is_failed(v);
    if (!failed || v.failure->end != 0 || v.failure->code == E_MEMORY)
        return v;
    return place(m, s, v);
}

static struct value fail(struct machine *m, const struct step *s, const char *what,
                         struct value got)
{
    if (value_is_failed(got))
        return got;
    return located(m, s, type_failure(m->arena, what, got));
}

/* A null that the compiler foresaw. */
static struct value load(struct machine *m, const struct step *s, struct value v)
{
    if ((s->a & OPERAND_CONSTANT) && value_is_failed(v)) {
        if (v.failure->end == 0)
            return located(m, s, v);
        problem_keep(m->run, m->e, v.failure);
    }
    return v;
}

/* ---- uses: what explanations show ---- */

static void record_use(struct machine *m, const struct step *s, struct span period, struct value v)
{
    struct feel_run *run = m->run;
    for (struct feel_use *u = run->uses; u && !m->every_use; u = u->next)
        if (u->slot == s->n && u->item.n == 0 && span_eq(u->period, period))
            return;
    struct feel_use *u = ARENA_NEW(m->arena, struct feel_use);
    if (!u)
        return;
    *u = (struct feel_use){.slot = s->n,
                           .name = *s->name,
                           .period = period,
                           .value = v,
                           .start = s->start,
                           .end = s->end};
    if (run->uses_last)
        run->uses_last->next = u;
    else
        run->uses = u;
    run->uses_last = u;
}

static struct value read_slot(struct machine *m, const struct step *s)
{
    struct value v = m->run->slots[s->n];
    if (m->run->trace)
        record_use(m, s, (struct span){0}, v);
    return located(m, s, v);
}

static struct span text_of(struct arena *a, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_text(&b, v);
    struct span s = arena_copy(a, buffer_span(&b));
    a->failed = a->failed || b.failed;
    buffer_release(&b);
    return s;
}

static struct value read_dated(struct machine *m, const struct step *s)
{
    struct value argument = *operand(m, s->a);
    if (argument.kind >= VALUE_UNKNOWN)
        return argument;
    struct value v = VALUE_NULL_V;
    if (m->run->dated)
        v = m->run->dated(m->run->context, m->run, s->n, argument);
    else
        v = value_failure(m->arena, E_NOT_FOUND, "%.*s cannot be asked by period here",
                          SPAN_ARG(*s->name));
    if (m->run->trace)
        record_use(m, s,
                   argument.kind == VALUE_NULL ? (struct span){0} : text_of(m->arena, argument), v);
    return located(m, s, v);
}

/* ---- if ---- */

static void undecided_if(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value condition = *operand(m, s->a);
    run_block(m, pc + 1, s->jump - 1);
    struct value x = m->registers[s->dst];
    run_block(m, s->jump, s->n - 1);
    m->registers[s->dst] = logic_either(m->arena, condition, x, m->registers[s->dst]);
}

/* The step to go on with. */
static uint32_t run_if(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value condition = *operand(m, s->a);
    if (condition.kind == VALUE_BOOLEAN)
        return condition.boolean ? pc + 1 : s->jump;
    if (condition.kind == VALUE_UNKNOWN)
        undecided_if(m, s, pc);
    else if (condition.kind == VALUE_ERROR)
        m->registers[s->dst] = condition;
    else if (!is_strict(m))
        return s->jump;
    else
        m->registers[s->dst] = fail(m, s, "if needs a boolean", condition);
    return s->n;
}

/* ---- loops ---- */

struct loop {
    struct list_builder list;
    struct value truth; /* SOME, EVERY */
    bool done;
};

static struct value truth_of(struct machine *m, const struct step *s, struct value v)
{
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN ||
        (v.kind == VALUE_NULL && !is_strict(m)))
        return v;
    return fail(m, s, "a condition needs a boolean", v);
}

static void filter_one(struct machine *m, const struct step *s, struct loop *l,
                       struct value element, struct value r)
{
    struct value before = r;
    r = truth_of(m, s, r);
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
        l->truth = logic_or(m->arena, l->truth, truth_of(m, s, r));
        l->done = value_is_true(l->truth);
        break;
    case LOOP_EVERY:
        l->truth = logic_and(m->arena, l->truth, truth_of(m, s, r));
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
    run_block(m, pc + 1, s->jump - 1);
    m->run->problem_count = count; /* nobody asked it about a null */
    m->run->problems = problems;
    return operand(m, s->b)->kind == VALUE_NUMBER ? VALUE_NULL_V : none;
}

static struct value loop_list(struct machine *m, const struct step *s, uint32_t pc,
                              const struct list *source)
{
    struct loop l = {.truth = value_boolean(s->op == LOOP_EVERY)};
    bool partial =
        !is_strict(m) && (s->op == LOOP_FOR || s->op == LOOP_SPREAD) && s->n != NO_REGISTER;
    struct value before = partial ? m->registers[s->n] : VALUE_NULL_V;
    if (source->n == 0 && s->op == LOOP_FILTER && !is_strict(m))
        return filter_nothing(m, s, pc, source);
    list_begin(&l.list, m->arena, m);
    for (size_t i = 0; i < source->n && !l.done && m->budget >= 0; i++) {
        m->registers[s->c] = source->at[i];
        if (partial)
            m->registers[s->n] = partial_list(m, before, &l.list);
        run_block(m, pc + 1, s->jump - 1);
        struct value r = *operand(m, s->b);
        if (s->op == LOOP_FILTER && r.kind == VALUE_NUMBER)
            return index_value(m->arena, is_strict(m),
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
        return fail(m, s, "an iteration needs both ends of a range", VALUE_NULL_V);
    all = count_values(m, s, r->low, r->high);
    if (all.kind != VALUE_LIST || none.kind != VALUE_LIST || (r->low_closed && r->high_closed))
        return all;
    size_t first = r->low_closed ? 0 : 1, last = all.list->n - (r->high_closed ? 0 : 1);
    return first < last ? value_list(m->arena, all.list->at + first, last - first) : none;
}

static struct value run_loop(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value source = *operand(m, s->a);
    if (source.kind >= VALUE_UNKNOWN)
        return source;
    if (source.kind == VALUE_NULL)
        return fail(m, s, "a list is needed", source);
    if (source.kind == VALUE_RANGE && s->op != LOOP_FILTER)
        source = range_values(m, s, source.range);
    if (source.kind == VALUE_NULL || source.kind >= VALUE_UNKNOWN)
        return source;
    if (source.kind != VALUE_LIST)
        source = value_list(m->arena, &source, 1); /* the standard: one value is a list of one */
    if (source.kind != VALUE_LIST)
        return source;
    return located(m, s, loop_list(m, s, pc, source.list));
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

static struct value run_count(struct machine *m, const struct step *s)
{
    return count_values(m, s, *operand(m, s->a), *operand(m, s->b));
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
        return fail(m, s, "a..b needs two numbers or two dates",
                    from.kind != VALUE_NUMBER ? from : to);
    if (!decimal_to_int(from.number, &at) || !decimal_to_int(to.number, &end))
        return located(m, s, value_failure(m->arena, E_RANGE, "a..b needs whole numbers"));
    struct list_builder b;
    list_begin(&b, m->arena, m);
    for (int64_t by = at <= end ? 1 : -1;; at += by) {
        list_add(&b, value_int(at));
        if (at == end || b.failed.kind == VALUE_ERROR || m->budget < 0)
            break;
    }
    return list_end(&b);
}

/* ---- lists, contexts, functions ---- */

static struct value run_list(struct machine *m, const struct step *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (m->registers[s->a + i].kind == VALUE_ERROR)
            return m->registers[s->a + i];
    return value_list(m->arena, &m->registers[s->a], s->n);
}

static struct value run_context(struct machine *m, const struct step *s)
{
    struct context *c = arena_alloc(m->arena, sizeof *c + s->n * sizeof c->at[0]);
    if (!c)
        return VALUE_NO_MEMORY_V;
    c->n = s->n;
    for (uint32_t i = 0; i < s->n; i++)
        c->at[i] = (struct context_entry){s->keys[i], m->registers[s->a + i]};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static struct value run_call(struct machine *m, const struct step *s)
{
    struct builtin_call call = {
        .arena = m->arena,
        .run = m->run,
        .machine = m,
        .names = &m->e->names[s->names],
        .regex = s->regex,
        .strict = is_strict(m),
        .named = s->op,
    };
    return located(m, s, builtin_apply(&call, s->c, &m->registers[s->a], s->n));
}

static struct value run_closure(struct machine *m, const struct step *s)
{
    struct function *f = ARENA_NEW(m->arena, struct function);
    struct value *captured = ARENA_ARRAY(m->arena, struct value, m->e->registers);
    if (!f || !captured || !machine_charge(m, m->e->registers))
        return VALUE_NO_MEMORY_V;
    memcpy(captured, m->registers, m->e->registers * sizeof *captured);
    *f = (struct function){
        .code = s->function, .captured = captured, .locals = m->run->locals, .of = m->e};
    return (struct value){.kind = VALUE_FUNCTION, .function = f};
}

/* Arguments as the parameters want them; false when one cannot be. */
static bool coerce_arguments(struct machine *m, const struct type *const *types, size_t n,
                             struct value *args)
{
    for (size_t i = 0; i < n; i++) {
        bool absent = args[i].kind == VALUE_NULL;
        if (types[i] && types[i]->kind != TYPE_ANY)
            args[i] = feel_coerce(m->run, types[i], args[i]);
        if (args[i].kind == VALUE_NULL && !absent)
            return false;
    }
    return true;
}

static struct value call_code(struct machine *m, const struct function *f, const struct value *args)
{
    struct machine inner = *m;
    inner.e = f->of;
    inner.registers = ARENA_ARRAY(m->arena, struct value, f->of->registers);
    if (!inner.registers || !machine_charge(m, f->of->registers))
        return VALUE_NO_MEMORY_V;
    memcpy(inner.registers, f->captured, f->of->registers * sizeof *args);
    struct value *given = ARENA_ARRAY(m->arena, struct value, f->code->param_count + 1);
    if (!given)
        return VALUE_NO_MEMORY_V;
    if (f->code->param_count > 0)
        memcpy(given, args, f->code->param_count * sizeof *args);
    if (f->code->types && !coerce_arguments(m, f->code->types, f->code->param_count, given))
        return value_failure(m->arena, E_TYPE, "an argument is not of its parameter's type");
    for (uint32_t i = 0; i < f->code->param_count; i++)
        inner.registers[f->code->params[i]] = given[i];
    const struct value *locals = m->run->locals;
    inner.budget = m->budget;
    m->run->locals = f->locals;
    run_block(&inner, f->code->entry, UINT32_MAX);
    m->run->locals = locals;
    m->budget = inner.budget;
    return *operand(&inner, f->code->result);
}

static struct value call_host(struct machine *m, const struct feel_callable *f,
                              const struct value *args, size_t n)
{
    if (n != f->param_count)
        return value_failure(m->arena, E_TYPE, "%.*s takes %zu arguments, not %zu",
                             SPAN_ARG(f->name), f->param_count, n);
    struct value *given = ARENA_ARRAY(m->arena, struct value, n + 1);
    if (!given || ++m->depth > MACHINE_DEPTH_MAX)
        return given ? value_failure(m->arena, E_LIMIT, "calls are nested too deeply")
                     : VALUE_NO_MEMORY_V;
    if (n > 0)
        memcpy(given, args, n * sizeof *args);
    if (f->types && !coerce_arguments(m, f->types, n, given))
        return value_failure(m->arena, E_TYPE, "an argument of %.*s is not of its parameter's type",
                             SPAN_ARG(f->name));
    struct value v = f->call(f, m->run, given);
    m->depth--;
    return f->result ? feel_coerce(m->run, f->result, v) : v;
}

/* Number of the parameter of that name, or n. */
static size_t param_named(const struct function *f, struct span name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct span param = f->host   ? f->host->params[i]
                            : f->code ? f->code->names[i]
                                      : span_z(builtins[f->builtin].params[i].name);
        if (span_eq(param, name))
            return i;
    }
    return n;
}

struct value machine_call_named(struct machine *m, struct value function, const struct value *args,
                                const struct span *names, size_t n)
{
    if (!names || function.kind != VALUE_FUNCTION)
        return machine_call(m, function, args, n);
    const struct function *f = function.function;
    size_t count = f->host   ? f->host->param_count
                   : f->code ? f->code->param_count
                             : builtins[f->builtin].param_count;
    struct value *ordered = ARENA_ARRAY(m->arena, struct value, count + 1);
    bool *given = ARENA_ARRAY(m->arena, bool, count + 1);
    if (!ordered || !given)
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < n; i++) {
        size_t p = param_named(f, names[i], count);
        if (p == count || given[p])
            return value_failure(m->arena, E_NAME, "the function has no parameter `%.*s` here",
                                 SPAN_ARG(names[i]));
        ordered[p] = args[i];
        given[p] = true;
    }
    return machine_call(m, function, ordered, count); /* one that was not named is null */
}

struct value machine_call(struct machine *m, struct value function, const struct value *args,
                          size_t n)
{
    if (function.kind >= VALUE_UNKNOWN)
        return function;
    if (function.kind != VALUE_FUNCTION)
        return type_failure(m->arena, "a call needs a function", function);
    const struct function *f = function.function;
    if (f->host)
        return call_host(m, f->host, args, n);
    if (!f->code) {
        struct builtin_call call = {
            .arena = m->arena, .run = m->run, .machine = m, .strict = is_strict(m)};
        return builtin_apply(&call, (size_t)f->builtin, args, n);
    }
    if (n != f->code->param_count)
        return value_failure(m->arena, E_TYPE, "the function takes %u arguments, not %zu",
                             f->code->param_count, n);
    return call_code(m, f, args);
}

struct value index_value(struct arena *a, bool strict, struct value of, struct value index)
{
    if (of.kind == VALUE_ERROR || index.kind >= VALUE_UNKNOWN)
        return absent_of(a, of, index);
    if (of.kind == VALUE_UNKNOWN)
        return value_unknown(a, of.unknown->missing);
    const struct value *at = of.kind == VALUE_LIST ? of.list->at : &of;
    int64_t n = of.kind == VALUE_LIST ? (int64_t)of.list->n : 1, i = 0;
    if (index.kind != VALUE_NUMBER || !decimal_to_int(index.number, &i) || i == 0)
        return strict ? value_failure(a, E_RANGE, "an index is a whole number, not 0")
                      : VALUE_NULL_V;
    if (of.kind == VALUE_LIST && of.list->coverage != COVERAGE_COMPLETE)
        return value_unknown(a, list_missing(a, of.list, NULL));
    if (i > n || i < -n)
        return strict ? value_failure(a, E_RANGE, "index %lld is outside a list of %lld",
                                      (long long)i, (long long)n)
                      : VALUE_NULL_V;
    return at[i > 0 ? i - 1 : n + i];
}

static struct value member_of(struct arena *a, bool strict, const struct context *c,
                              struct span name)
{
    const struct value *v = context_get(c, name);
    if (v)
        return *v;
    if (!strict)
        return value_spec(value_failure(a, E_NAME, "there is no member `%.*s`", SPAN_ARG(name)));
    struct span none = {0};
    const struct value *id = context_get(c, SPAN("id"));
    struct span item = id && id->kind == VALUE_STRING ? id->string : none;
    return value_unknown(a, missing_one(a, name, item, none, CAUSE_ASK, none));
}

static struct value path_list(struct arena *a, bool strict, const struct list *of, struct span name)
{
    struct list_builder b;
    list_begin(&b, a, NULL);
    for (size_t i = 0; i < of->n; i++)
        list_add(&b, path_value(a, strict, of->at[i], name, 0));
    list_inherit(&b, of);
    return list_end(&b);
}

struct value path_value(struct arena *a, bool strict, struct value of, struct span name,
                        uint32_t property)
{
    if (of.kind == VALUE_UNKNOWN)
        return value_unknown(a, of.unknown->missing);
    if (of.kind == VALUE_ERROR)
        return of;
    if (of.kind == VALUE_CONTEXT)
        return member_of(a, strict, of.context, name);
    if (of.kind == VALUE_LIST)
        return path_list(a, strict, of.list, name);
    if (property == 0 || properties[property - 1].kind != of.kind) {
        int row = property_find(of.kind, name);
        property = (uint32_t)(row + 1);
    }
    if (property > 0)
        return property_runs[property - 1](a, of);
    if (value_is_failed(of))
        return of;
    struct value v = value_failure(a, E_TYPE, "a %s has no member %.*s", value_kind_name(of.kind),
                                   SPAN_ARG(name));
    return strict ? v : value_spec(v);
}

struct value range_value(struct arena *a, bool strict, struct value low, struct value high,
                         const struct node *n)
{
    if (low.kind == VALUE_ERROR)
        return low;
    if (high.kind == VALUE_ERROR)
        return high;
    if (strict &&
        ((n->has_low && low.kind == VALUE_NULL) || (n->has_high && high.kind == VALUE_NULL)))
        return value_failure(a, E_TYPE, "null as the end of a range");
    struct range *r = ARENA_NEW(a, struct range);
    if (!r)
        return VALUE_NO_MEMORY_V;
    *r = (struct range){low, high, n->has_low, n->has_high, n->low_closed, n->high_closed, n->op};
    return (struct value){.kind = VALUE_RANGE, .range = r};
}

/* Inside of a value null is of every type. */
static struct value part_instance(struct arena *a, struct value v, const struct type *t)
{
    return v.kind == VALUE_NULL ? VALUE_TRUE_V : instance_value(a, v, t);
}

/* Kleene over what is inside: a list with an unknown element may or may not be a list<number>. */
static struct value instance_list(struct arena *a, const struct list *l, const struct type *element)
{
    struct value all = VALUE_TRUE_V;
    for (size_t i = 0; i < l->n && !value_is_false(all); i++)
        all = logic_and(a, all, part_instance(a, l->at[i], element));
    return all;
}

static struct value instance_context(struct arena *a, const struct context *c, const struct type *t)
{
    struct value all = VALUE_TRUE_V;
    for (size_t i = 0; i < t->member_count && !value_is_false(all); i++) {
        const struct value *v = context_get(c, t->members[i].name);
        all = v ? logic_and(a, all, part_instance(a, *v, t->members[i].type)) : VALUE_FALSE_V;
    }
    return all;
}

static struct value instance_range(struct arena *a, const struct range *r,
                                   const struct type *element)
{
    struct value low = r->has_low ? part_instance(a, r->low, element) : VALUE_TRUE_V;
    struct value high = r->has_high ? part_instance(a, r->high, element) : VALUE_TRUE_V;
    return logic_and(a, low, high);
}

/* Parameters may be wider and the result narrower than the type says. */
static bool function_conforms(const struct function *f, const struct type *t)
{
    if (f->code)
        return !f->code->type || type_fits(f->code->type, t);
    if (!f->host)
        return t->param_count <= builtins[f->builtin].max &&
               t->param_count >= builtins[f->builtin].min;
    if (f->host->param_count != t->param_count)
        return false;
    for (size_t i = 0; i < t->param_count && f->host->types; i++)
        if (f->host->types[i] && !type_fits(t->params[i], f->host->types[i]))
            return false;
    return !f->host->result || type_fits(f->host->result, t->result);
}

struct value instance_value(struct arena *a, struct value v, const struct type *t)
{
    if (v.kind >= VALUE_UNKNOWN)
        return v;
    if (t->kind == TYPE_ANY)
        return value_boolean(v.kind != VALUE_NULL);
    if (t->kind == TYPE_LIST && v.kind == VALUE_LIST)
        return instance_list(a, v.list, t->element);
    if (t->kind == TYPE_CONTEXT && v.kind == VALUE_CONTEXT)
        return instance_context(a, v.context, t);
    if (t->kind == TYPE_RANGE && v.kind == VALUE_RANGE)
        return instance_range(a, v.range, t->element);
    if (t->kind == TYPE_LIST || t->kind == TYPE_CONTEXT || t->kind == TYPE_RANGE)
        return VALUE_FALSE_V;
    if (t->kind == TYPE_FUNCTION)
        return value_boolean(v.kind == VALUE_FUNCTION && function_conforms(v.function, t));
    return value_boolean(type_of_kind(v.kind)->kind == t->kind);
}

/* ---- the loop ---- */

/* Whether the order c of two values satisfies op; -1 = op is no comparison. */
static inline int satisfies(uint8_t op, int c)
{
    switch (op) {
    case NOP_EQ:
        return c == 0;
    case NOP_NE:
        return c != 0;
    case NOP_LT:
        return c < 0;
    case NOP_LE:
        return c <= 0;
    case NOP_GT:
        return c > 0;
    case NOP_GE:
        return c >= 0;
    default:
        return -1;
    }
}

static inline void set_boolean(struct value *dst, bool b)
{
    dst->kind = VALUE_BOOLEAN;
    dst->boolean = b;
}

/* Sum, difference or product of two numbers when nothing goes wrong. */
static bool fast_arithmetic(uint8_t op, const struct value *x, const struct value *y,
                            struct value *dst)
{
    unsigned flags = 0;
    struct decimal d;
    if (op == NOP_ADD)
        d = decimal_add(x->number, y->number, &flags);
    else if (op == NOP_SUB)
        d = decimal_sub(x->number, y->number, &flags);
    else if (op == NOP_MUL)
        d = decimal_mul(x->number, y->number, &flags);
    else
        return false;
    if (flags & (DECIMAL_INVALID | DECIMAL_OVERFLOW))
        return false;
    dst->kind = VALUE_NUMBER;
    dst->number = d;
    return true;
}

/* As *dst = *v, in the pieces that it was written in: a copy of the whole right after a narrow
 * write stalls. */
static inline void copy_value(struct value *dst, const struct value *v)
{
    dst->kind = v->kind;
    if (v->kind == VALUE_BOOLEAN)
        dst->boolean = v->boolean;
    else if (v->kind == VALUE_NUMBER)
        dst->number = v->number;
    else
        *dst = *v;
}

/* Is x, of the kind of the n constants, one of them? */
static bool fast_among(const struct value *x, const struct value *at, uint32_t n, struct value *dst)
{
    bool found = false;
    if (x->kind != at->kind)
        return false;
    if (x->kind == VALUE_STRING)
        for (uint32_t i = 0; i < n && !found; i++)
            found = span_eq(x->string, at[i].string);
    else if (x->kind == VALUE_NUMBER)
        for (uint32_t i = 0; i < n && !found; i++)
            found = decimal_compare(x->number, at[i].number) == 0;
    else
        for (uint32_t i = 0; i < n && !found; i++)
            found = date_compare(x->date, at[i].date) == 0;
    set_boolean(dst, found);
    return true;
}

/* Order of two numbers or two dates. */
static bool fast_order(const struct value *x, const struct value *y, int *ret)
{
    if (x->kind != y->kind || (x->kind != VALUE_NUMBER && x->kind != VALUE_DATE))
        return false;
    *ret = x->kind == VALUE_NUMBER ? decimal_compare(x->number, y->number)
                                   : date_compare(x->date, y->date);
    return true;
}

/* x in [low..high] of numbers or dates. */
static bool fast_in_range(const struct value *x, const struct value *test, struct value *dst)
{
    int low, high;
    if (test->kind != VALUE_RANGE || test->range->op != NOP_NONE || !test->range->has_low ||
        !test->range->has_high)
        return false;
    const struct range *r = test->range;
    if (!fast_order(x, &r->low, &low) || !fast_order(x, &r->high, &high))
        return false;
    set_boolean(dst, (low > 0 || (low == 0 && r->low_closed)) &&
                         (high < 0 || (high == 0 && r->high_closed)));
    return true;
}

/* min and max of numbers, the commonest calls. */
static bool fast_call(const struct machine *m, const struct step *s, struct value *dst)
{
    const struct value *args = &m->registers[s->a], *best = args;
    bool greatest = builtin_runs[s->c] == fn_max;
    if ((!greatest && builtin_runs[s->c] != fn_min) || s->n == 0)
        return false;
    for (uint32_t i = 0; i < s->n; i++) {
        if (args[i].kind != VALUE_NUMBER)
            return false;
        int c = i > 0 ? decimal_compare(args[i].number, best->number) : 0;
        if (greatest ? c > 0 : c < 0)
            best = &args[i];
    }
    struct decimal d = best->number; /* dst may be an argument */
    dst->kind = VALUE_NUMBER;
    dst->number = d;
    return true;
}

/* The commonest operations, without passing values by copy: a copy right after a narrow write
   stalls the processor, which costs more than the operation. Says the same as op_apply, or false
   and op_apply is asked. */
static bool fast_binary(uint8_t op, const struct value *x, const struct value *y, struct value *dst)
{
    int c;
    if (x->kind != y->kind)
        return false;
    if (x->kind == VALUE_NUMBER && op >= NOP_ADD)
        return fast_arithmetic(op, x, y, dst);
    if (x->kind == VALUE_NUMBER)
        c = decimal_compare(x->number, y->number);
    else if (x->kind == VALUE_DATE)
        c = date_compare(x->date, y->date);
    else if (x->kind == VALUE_STRING && (op == NOP_EQ || op == NOP_NE))
        c = !span_eq(x->string, y->string);
    else
        return false;
    int truth = satisfies(op, c);
    if (truth < 0)
        return false;
    set_boolean(dst, truth);
    return true;
}

static inline bool fast_logic(uint8_t op, const struct value *x, const struct value *y,
                              struct value *dst)
{
    if (x->kind != VALUE_BOOLEAN || y->kind != VALUE_BOOLEAN)
        return false;
    set_boolean(dst, op == NOP_AND ? x->boolean && y->boolean : x->boolean || y->boolean);
    return true;
}

static struct value run_binary(struct machine *m, const struct step *s)
{
    return located(m, s,
                   op_apply(m->arena, is_strict(m), s->op, *operand(m, s->a), *operand(m, s->b)));
}

/* Among unary tests a boolean is a condition when the value tested is none. What is unknown may be
 * one: it is compared. */
static struct value run_in(struct machine *m, const struct step *s)
{
    struct value x = *operand(m, s->a), test = *operand(m, s->b);
    if (s->op && test.kind == VALUE_BOOLEAN && x.kind != VALUE_BOOLEAN && x.kind < VALUE_UNKNOWN)
        return test;
    return op_in(m->arena, is_strict(m), x, test, &m->e->names[s->names]);
}

/* In strict mode nothing becomes null in silence. */
static struct value coerce_value(struct machine *m, const struct step *s)
{
    struct value v = feel_coerce(m->run, s->type, *operand(m, s->a));
    if (is_strict(m) && value_is_failed(v))
        v.kind = VALUE_ERROR;
    return v;
}

/* Steps that compute one value from operands and do not move the program counter. */
static struct value run_simple(struct machine *m, const struct step *s)
{
    bool strict = is_strict(m);
    switch ((enum step_code)s->code) {
    case STEP_LET:
        return m->run->locals[s->n];
    case STEP_DATED:
        return read_dated(m, s);
    case STEP_NEGATE:
        return located(m, s, op_apply(m->arena, strict, NOP_NEG, *operand(m, s->a), VALUE_NULL_V));
    case STEP_BETWEEN:
        return located(
            m, s,
            op_between(m->arena, strict, *operand(m, s->a), *operand(m, s->b), *operand(m, s->c)));
    case STEP_IN:
        return located(m, s, run_in(m, s));
    case STEP_PATH:
        return located(m, s, path_value(m->arena, strict, *operand(m, s->a), *s->name, s->n));
    case STEP_INDEX:
        return located(m, s, index_value(m->arena, strict, *operand(m, s->a), *operand(m, s->b)));
    case STEP_COUNT_LIST:
        return run_count(m, s);
    case STEP_LIST:
        return run_list(m, s);
    case STEP_CONTEXT:
        return run_context(m, s);
    case STEP_RANGE:
        return located(
            m, s, range_value(m->arena, strict, *operand(m, s->a), *operand(m, s->b), s->node));
    case STEP_CALL_VALUE:
        return located(
            m, s, machine_call_named(m, *operand(m, s->a), &m->registers[s->b], s->keys, s->n));
    case STEP_CLOSURE:
        return run_closure(m, s);
    case STEP_INSTANCE_OF:
        return instance_value(m->arena, *operand(m, s->a), s->type);
    case STEP_COERCE:
        return located(m, s, coerce_value(m, s));
    case STEP_TABLE:
        return located(m, s,
                       table_result(m->arena, is_strict(m), s->table, &m->registers[s->a],
                                    &m->registers[s->b], &m->registers[s->c], &m->registers[s->n]));
    default:
        BUG("step %d is not simple", s->code);
    }
}

static bool decides(const struct step *s, const struct value *v)
{
    return v->kind == VALUE_BOOLEAN && v->boolean == (s->op == NOP_OR);
}

/* Is a a context that has the name? Then dst is its member. */
static bool run_member(struct machine *m, const struct step *s)
{
    const struct value *of = operand(m, s->a);
    const struct value *v = of->kind == VALUE_CONTEXT ? context_get(of->context, *s->name) : NULL;
    if (v)
        m->registers[s->dst] = *v;
    return v != NULL;
}

static bool any_hit(const struct value *hits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (value_is_true(hits[i]))
            return true;
    return false;
}

/* A rule of a table. In strict mode one that may hit has its outputs evaluated too: table.c looks
 * at both. */
static bool rule_hits(struct machine *m, const struct step *s)
{
    struct value v = truth_of(m, s, *operand(m, s->a));
    bool open = v.kind >= VALUE_UNKNOWN && is_strict(m);
    m->registers[s->dst] = open ? v : value_boolean(value_is_true(v));
    return open || value_is_true(v);
}

/* A step before which a debugger may stop. */
__attribute__((noinline)) static void machine_breakpoint(const struct step *s)
{
    trace_line(TRACE_STEP, "step %d %u..%u", s->code, s->start, s->end);
}

/* Runs to END, or to the ARM_END numbered `stop`. A flat switch: over the usual length for that
 * reason. */
static void run_block(struct machine *m, uint32_t pc, uint32_t stop)
{
    const struct step *steps = m->e->steps;
    struct value *registers = m->registers;
    bool traced = trace_on(TRACE_STEP);
    if (++m->depth > MACHINE_DEPTH_MAX)
        m->budget = -1;
    while (--m->budget >= 0) {
        const struct step *s = &steps[pc];
        if (traced)
            machine_breakpoint(s);
        switch ((enum step_code)s->code) {
        case STEP_END:
            m->depth--;
            return;
        case STEP_SLOT:
            if (m->run->trace || m->run->slots[s->n].kind >= VALUE_UNKNOWN)
                registers[s->dst] = read_slot(m, s);
            else
                registers[s->dst] = m->run->slots[s->n];
            break;
        case STEP_LOAD:
            if (operand(m, s->a)->kind == VALUE_NULL)
                registers[s->dst] = load(m, s, *operand(m, s->a));
            else
                copy_value(&registers[s->dst], operand(m, s->a));
            break;
        case STEP_AMONG:
            if (fast_among(operand(m, s->a), operand(m, s->b), s->n, &registers[s->dst])) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_BINARY:
            if (!fast_binary(s->op, operand(m, s->a), operand(m, s->b), &registers[s->dst]))
                registers[s->dst] = run_binary(m, s);
            break;
        case STEP_IN:
            if (!fast_binary(NOP_EQ, operand(m, s->a), operand(m, s->b), &registers[s->dst]) &&
                !fast_in_range(operand(m, s->a), operand(m, s->b), &registers[s->dst]))
                registers[s->dst] = run_simple(m, s);
            break;
        case STEP_CALL:
            if (!fast_call(m, s, &registers[s->dst]))
                registers[s->dst] = run_call(m, s);
            break;
        case STEP_DECIDED:
            if (decides(s, operand(m, s->a))) {
                set_boolean(&registers[s->dst], s->op == NOP_OR);
                pc = s->jump;
                continue;
            }
            break;
        case STEP_LOGIC:
            if (!fast_logic(s->op, operand(m, s->a), operand(m, s->b), &registers[s->dst]))
                registers[s->dst] = run_binary(m, s);
            break;
        case STEP_IF:
            if (operand(m, s->a)->kind == VALUE_BOOLEAN)
                pc = operand(m, s->a)->boolean ? pc + 1 : s->jump;
            else
                pc = run_if(m, s, pc);
            continue;
        case STEP_MEMBER:
            if (run_member(m, s)) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_RULE:
            if (!rule_hits(m, s)) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_RULE_END:
            if (value_is_true(*operand(m, s->a))) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_NO_HIT:
            if (any_hit(&registers[s->a], s->n)) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_ARM_END:
            if (pc == stop) {
                m->depth--;
                return;
            }
            pc = s->jump;
            continue;
        case STEP_LOOP:
            registers[s->dst] = run_loop(m, s, pc);
            pc = s->jump;
            continue;
        case STEP_CLOSURE:
            registers[s->dst] = run_closure(m, s);
            pc = s->jump;
            continue;
        default:
            registers[s->dst] = run_simple(m, s);
            break;
        }
        pc++;
    }
    m->depth--;
}

struct value machine_run(const struct feel_expr *e, struct feel_run *run, bool every_use)
{
    struct value on_stack[REGISTERS_ON_STACK];
    struct regexes *regexes = NULL;
    struct machine m = {.e = e,
                        .run = run,
                        .arena = run->arena,
                        .registers = on_stack,
                        .budget = FEEL_STEPS_MAX,
                        .every_use = every_use,
                        .regexes = &regexes};
    if (e->registers > REGISTERS_ON_STACK || e->closures)
        m.registers = ARENA_ARRAY(run->arena, struct value, e->registers);
    if (!m.registers)
        return VALUE_NO_MEMORY_V;
    run_block(&m, 0, UINT32_MAX);
    if (regexes)
        regexes_free(regexes);
    if (run->arena->failed)
        return VALUE_NO_MEMORY_V;
    struct value v = *operand(&m, e->result);
    if (m.budget < 0)
        v = value_failure(run->arena, E_LIMIT, "the evaluation takes more than %d steps",
                          FEEL_STEPS_MAX);
    return e->mode == FEEL_SPEC ? value_spec(v) : v;
}

struct value feel_run(const struct feel_expr *e, struct feel_run *run)
{
    return machine_run(e, run, false);
}
