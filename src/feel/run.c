/*
 * run.c: the machine. One loop over the steps; what is long or rare is a function beside it. Knows
 * nothing of trees: compile.c has said everything in the steps. Loops are in run_loop.c, calls in
 * run_call.c, paths, positions and `instance of` in access.c.
 *
 * gdb: `break machine_breakpoint` stops before every step of a block.
 */
#include "base/trace.h"
#include "feel/builtins_int.h"
#include "feel/run_int.h"
#include "feel/regex.h"

#define REGISTERS_ON_STACK 48 /* enough for nearly every rule: then a run allocates nothing */

bool machine_charge(struct machine *m, uint64_t n)
{
    if (!m)
        return true;
    m->budget -= n < FEEL_STEPS_MAX ? (int64_t)n : FEEL_STEPS_MAX;
    return m->budget >= 0;
}

/* An error says where in the text it arose; the innermost place counts. In spec mode it is a null
 * from here on. */
struct value machine_place(struct machine *m, const struct step *s, struct value v)
{
    struct failure *f = ARENA_NEW(m->arena, struct failure);
    if (!f)
        return VALUE_NO_MEMORY_V;
    *f = *v.failure;
    f->start = s->start;
    f->end = s->end;
    v.failure = f;
    if (machine_strict(m))
        return v;
    problem_keep(m->run, m->e, f);
    return v.kind == VALUE_ERROR ? value_spec(v) : v;
}

struct value machine_fail(struct machine *m, const struct step *s, const char *what,
                          struct value got)
{
    if (value_is_failed(got))
        return got;
    return machine_located(m, s, type_failure(m->arena, what, got));
}

struct value machine_truth(struct machine *m, const struct step *s, struct value v)
{
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN ||
        (v.kind == VALUE_NULL && !machine_strict(m)))
        return v;
    return machine_fail(m, s, "a condition needs a boolean", v);
}

/* A null that the compiler foresaw. */
static struct value load(struct machine *m, const struct step *s, struct value v)
{
    if ((s->a & OPERAND_CONSTANT) && value_is_failed(v)) {
        if (v.failure->end == 0)
            return machine_located(m, s, v);
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

static const struct value *copy_values(struct arena *a, const struct value *from, size_t n)
{
    struct value *to = ARENA_ARRAY(a, struct value, n + 1);
    if (to && n > 0)
        memcpy(to, from, n * sizeof *to);
    return to;
}

static void record_table(struct machine *m, const struct step *s, struct value result)
{
    struct feel_table_uses *uses = m->run->tables;
    const struct feel_table *t = s->table;
    const struct value *hits = &m->registers[s->a];
    if (uses->n++ >= FEEL_TABLE_USES_MAX)
        return;
    struct feel_table_use *u = ARENA_NEW(m->arena, struct feel_table_use);
    if (!u)
        return;
    *u = (struct feel_table_use){.table = t,
                                 .inputs =
                                     copy_values(m->arena, hits - t->input_count, t->input_count),
                                 .hits = copy_values(m->arena, hits, t->rule_count),
                                 .result = result};
    if (!u->inputs || !u->hits)
        return;
    if (uses->last)
        uses->last->next = u;
    else
        uses->first = u;
    uses->last = u;
}

/* The result of a decision table: its inputs lie before the hits. */
static struct value run_table(struct machine *m, const struct step *s)
{
    struct value v = table_result(m->arena, machine_strict(m), s->table, &m->registers[s->a],
                                  &m->registers[s->b], &m->registers[s->c], &m->registers[s->n]);
    if (m->run->tables)
        record_table(m, s, v);
    return v;
}

static struct value read_slot(struct machine *m, const struct step *s)
{
    struct value v = m->run->slots[s->n];
    if (m->run->trace)
        record_use(m, s, (struct span){0}, v);
    return machine_located(m, s, v);
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
    struct value argument = *machine_operand(m, s->a);
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
    return machine_located(m, s, v);
}

/* ---- if ---- */

static void undecided_if(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value condition = *machine_operand(m, s->a);
    machine_block(m, pc + 1, s->jump - 1);
    struct value x = m->registers[s->dst];
    machine_block(m, s->jump, s->n - 1);
    m->registers[s->dst] = logic_either(m->arena, condition, x, m->registers[s->dst]);
}

/* The step to go on with. */
static uint32_t run_if(struct machine *m, const struct step *s, uint32_t pc)
{
    struct value condition = *machine_operand(m, s->a);
    if (condition.kind == VALUE_BOOLEAN)
        return condition.boolean ? pc + 1 : s->jump;
    if (condition.kind == VALUE_UNKNOWN)
        undecided_if(m, s, pc);
    else if (condition.kind == VALUE_ERROR)
        m->registers[s->dst] = condition;
    else if (!machine_strict(m))
        return s->jump;
    else
        m->registers[s->dst] = machine_fail(m, s, "if needs a boolean", condition);
    return s->n;
}

/* ---- lists and contexts ---- */

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
    return machine_located(m, s,
                           op_apply(m->arena, machine_strict(m), s->op, *machine_operand(m, s->a),
                                    *machine_operand(m, s->b)));
}

/* Among unary tests a boolean is a condition when the value tested is none. What is unknown may be
 * one: it is compared. */
static struct value run_in(struct machine *m, const struct step *s)
{
    struct value x = *machine_operand(m, s->a), test = *machine_operand(m, s->b);
    if (s->op && test.kind == VALUE_BOOLEAN && x.kind != VALUE_BOOLEAN && x.kind < VALUE_UNKNOWN)
        return test;
    return op_in(m->arena, machine_strict(m), x, test, &m->e->names[s->names]);
}

/* In strict mode nothing becomes null in silence. */
static struct value coerce_value(struct machine *m, const struct step *s)
{
    struct value v = feel_coerce(m->run, s->type, *machine_operand(m, s->a));
    if (machine_strict(m) && value_is_failed(v))
        v.kind = VALUE_ERROR;
    return v;
}

/* Steps that compute one value from operands and do not move the program counter. */
static struct value run_simple(struct machine *m, const struct step *s)
{
    bool strict = machine_strict(m);
    switch ((enum step_code)s->code) {
    case STEP_LET:
        return m->run->locals[s->n];
    case STEP_DATED:
        return read_dated(m, s);
    case STEP_NEGATE:
        return machine_located(
            m, s, op_apply(m->arena, strict, NOP_NEG, *machine_operand(m, s->a), VALUE_NULL_V));
    case STEP_BETWEEN:
        return machine_located(m, s,
                               op_between(m->arena, strict, *machine_operand(m, s->a),
                                          *machine_operand(m, s->b), *machine_operand(m, s->c)));
    case STEP_IN:
        return machine_located(m, s, run_in(m, s));
    case STEP_PATH:
        return machine_located(
            m, s, path_value(m->arena, strict, *machine_operand(m, s->a), *s->name, s->n));
    case STEP_INDEX:
        return machine_located(
            m, s,
            index_value(m->arena, strict, *machine_operand(m, s->a), *machine_operand(m, s->b)));
    case STEP_COUNT_LIST:
        return run_count(m, s);
    case STEP_LIST:
        return run_list(m, s);
    case STEP_CONTEXT:
        return run_context(m, s);
    case STEP_RANGE:
        return machine_located(m, s,
                               range_value(m->arena, strict, *machine_operand(m, s->a),
                                           *machine_operand(m, s->b), s->node));
    case STEP_CALL_VALUE:
        return machine_located(
            m, s,
            machine_call_named(m, *machine_operand(m, s->a), &m->registers[s->b], s->keys, s->n));
    case STEP_CLOSURE:
        return run_closure(m, s);
    case STEP_INSTANCE_OF:
        return instance_value(m->arena, *machine_operand(m, s->a), s->type);
    case STEP_COERCE:
        return machine_located(m, s, coerce_value(m, s));
    case STEP_TABLE:
        return machine_located(m, s, run_table(m, s));
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
    const struct value *of = machine_operand(m, s->a);
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
    struct value v = machine_truth(m, s, *machine_operand(m, s->a));
    bool open = v.kind >= VALUE_UNKNOWN && machine_strict(m);
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
void machine_block(struct machine *m, uint32_t pc, uint32_t stop)
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
            if (machine_operand(m, s->a)->kind == VALUE_NULL)
                registers[s->dst] = load(m, s, *machine_operand(m, s->a));
            else
                copy_value(&registers[s->dst], machine_operand(m, s->a));
            break;
        case STEP_AMONG:
            if (fast_among(machine_operand(m, s->a), machine_operand(m, s->b), s->n,
                           &registers[s->dst])) {
                pc = s->jump;
                continue;
            }
            break;
        case STEP_BINARY:
            if (!fast_binary(s->op, machine_operand(m, s->a), machine_operand(m, s->b),
                             &registers[s->dst]))
                registers[s->dst] = run_binary(m, s);
            break;
        case STEP_IN:
            if (!fast_binary(NOP_EQ, machine_operand(m, s->a), machine_operand(m, s->b),
                             &registers[s->dst]) &&
                !fast_in_range(machine_operand(m, s->a), machine_operand(m, s->b),
                               &registers[s->dst]))
                registers[s->dst] = run_simple(m, s);
            break;
        case STEP_CALL:
            if (!fast_call(m, s, &registers[s->dst]))
                registers[s->dst] = run_call(m, s);
            break;
        case STEP_DECIDED:
            if (decides(s, machine_operand(m, s->a))) {
                set_boolean(&registers[s->dst], s->op == NOP_OR);
                pc = s->jump;
                continue;
            }
            break;
        case STEP_LOGIC:
            if (!fast_logic(s->op, machine_operand(m, s->a), machine_operand(m, s->b),
                            &registers[s->dst]))
                registers[s->dst] = run_binary(m, s);
            break;
        case STEP_IF:
            if (machine_operand(m, s->a)->kind == VALUE_BOOLEAN)
                pc = machine_operand(m, s->a)->boolean ? pc + 1 : s->jump;
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
            if (value_is_true(*machine_operand(m, s->a))) {
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
    machine_block(&m, 0, UINT32_MAX);
    if (regexes)
        regexes_free(regexes);
    if (run->arena->failed)
        return VALUE_NO_MEMORY_V;
    struct value v = *machine_operand(&m, e->result);
    if (m.budget < 0)
        v = value_failure(run->arena, E_LIMIT, "the evaluation takes more than %d steps",
                          FEEL_STEPS_MAX);
    return e->mode == FEEL_SPEC ? value_spec(v) : v;
}

struct value feel_run(const struct feel_expr *e, struct feel_run *run)
{
    return machine_run(e, run, false);
}
