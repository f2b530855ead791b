/*
 * explain.c: every stage of an expression as text, and the formula with the numbers of a run in it.
 */
#include "base/err.h"
#include "feel/check.h"
#include "feel/lex.h"
#include "feel/machine.h"
#include "feel/parse.h"
#include "feel/value_print.h"

/* ---- stages ---- */

static const char *const step_names[STEP_CODES] = {
#define STEP(code, meaning) #code,
#include "feel/steps.def"
#undef STEP
};

static void print_operand(struct buffer *out, const struct feel_expr *e, uint32_t o)
{
    if (!(o & OPERAND_CONSTANT)) {
        buffer_print(out, "r%u", o);
        return;
    }
    o &= ~OPERAND_CONSTANT;
    if (o < e->constant_count)
        value_print(out, e->constants[o]);
}

static void print_registers(struct buffer *out, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buffer_print(out, "%sr%u", i ? ", " : "", first + i);
}

static void print_two(struct buffer *out, const struct feel_expr *e, uint32_t a,
                      const char *between, uint32_t b)
{
    print_operand(out, e, a);
    buffer_add_z(out, between);
    print_operand(out, e, b);
}

static void print_loop(struct buffer *out, const struct feel_expr *e, const struct step *s)
{
    static const char *const kinds[] = {"for", "for, spread", "some", "every", "filter"};
    buffer_print(out, "%s r%u in ", kinds[s->op], s->c);
    print_operand(out, e, s->a);
    buffer_add_z(out, " yields ");
    print_operand(out, e, s->b);
    buffer_print(out, ", then %u", s->jump);
}

/* What stands right of the arrow. A flat switch. */
static void print_step_body(struct buffer *out, const struct feel_expr *e, const struct step *s)
{
    switch ((enum step_code)s->code) {
    case STEP_END:
    case STEP_CLOSURE:
    case STEP_ARM_END:
        buffer_print(out, "%u", s->jump);
        break;
    case STEP_LOAD:
    case STEP_NEGATE:
    case STEP_INSTANCE_OF:
    case STEP_COERCE:
        print_operand(out, e, s->a);
        break;
    case STEP_SLOT:
        buffer_add(out, *s->name);
        break;
    case STEP_LET:
        buffer_add(out, e->lets[s->n].name);
        break;
    case STEP_MEMBER:
        print_operand(out, e, s->a);
        buffer_print(out, ".%.*s, then %u", SPAN_ARG(*s->name), s->jump);
        break;
    case STEP_RULE:
    case STEP_RULE_END:
        print_operand(out, e, s->a);
        buffer_print(out, s->code == STEP_RULE ? " else %u" : " then %u", s->jump);
        break;
    case STEP_NO_HIT:
        print_registers(out, s->a, s->n);
        buffer_print(out, " else %u", s->jump);
        break;
    case STEP_TABLE:
        buffer_print(out, "hits r%u, outputs r%u, default r%u, values r%u", s->a, s->b, s->c, s->n);
        break;
    case STEP_DATED:
        buffer_print(out, "%.*s at ", SPAN_ARG(*s->name));
        print_operand(out, e, s->a);
        break;
    case STEP_BINARY:
    case STEP_LOGIC:
        print_operand(out, e, s->a);
        buffer_print(out, " %s ", op_text(s->op));
        print_operand(out, e, s->b);
        break;
    case STEP_DECIDED:
        buffer_print(out, "%s, ", op_text(s->op));
        print_operand(out, e, s->a);
        buffer_print(out, " decides: %u", s->jump);
        break;
    case STEP_IF:
        print_operand(out, e, s->a);
        buffer_print(out, " else %u, end %u", s->jump, s->n);
        break;
    case STEP_BETWEEN:
        print_two(out, e, s->a, " between ", s->b);
        buffer_add_z(out, " and ");
        print_operand(out, e, s->c);
        break;
    case STEP_AMONG:
        print_operand(out, e, s->a);
        buffer_print(out, " is one of %u: %u", s->n, s->jump);
        break;
    case STEP_IN:
        print_two(out, e, s->a, " in ", s->b);
        break;
    case STEP_PATH:
        print_operand(out, e, s->a);
        buffer_print(out, ".%.*s", SPAN_ARG(*s->name));
        break;
    case STEP_INDEX:
        print_two(out, e, s->a, " at ", s->b);
        break;
    case STEP_LOOP:
        print_loop(out, e, s);
        break;
    case STEP_COUNT_LIST:
    case STEP_RANGE:
        print_two(out, e, s->a, "..", s->b);
        break;
    case STEP_LIST:
    case STEP_CONTEXT:
        print_registers(out, s->a, s->n);
        break;
    case STEP_CALL:
        buffer_print(out, "%s: ", builtins[s->c].name);
        print_registers(out, s->a, s->n);
        break;
    case STEP_CALL_VALUE:
        print_operand(out, e, s->a);
        buffer_add_z(out, ": ");
        print_registers(out, s->b, s->n);
        break;
    case STEP_CODES:
        break;
    }
}

static void print_steps(struct buffer *out, const struct feel_expr *e)
{
    for (size_t i = 0; i < e->step_count; i++) {
        const struct step *s = &e->steps[i];
        bool no_result = s->code == STEP_END || s->code == STEP_ARM_END || s->code == STEP_RULE_END;
        buffer_print(out, "  %3zu  %-11s ", i, step_names[s->code]);
        if (!no_result)
            buffer_print(out, "r%u <- ", s->dst);
        print_step_body(out, e, s);
        buffer_print(out, "  [%u..%u]\n", s->start, s->end);
    }
    buffer_add_z(out, "  result ");
    print_operand(out, e, e->result);
    buffer_byte(out, '\n');
}

static void print_early_stages(struct buffer *out, struct arena *a, const struct feel_expr *e)
{
    struct feel_compile how = {
        .mode = e->mode, .vocabulary = e->vocabulary, .lets = e->lets, .let_count = e->let_count};
    struct source source = {.text = e->text, .line = 1, .column = 1};
    struct node *tree = NULL;
    const struct scope *scope = feel_scope(a, &how);
    buffer_add_z(out, "tokens\n");
    lex_dump(out, a, e->text, scope, e->mode == FEEL_STRICT);
    buffer_add_z(out, "tree\n");
    if (feel_parse(a, &source, &how, &tree) == 0)
        tree_dump(out, tree, e->text);
}

void feel_explain(struct buffer *out, const struct feel_expr *e)
{
    struct arena a;
    arena_init(&a);
    print_early_stages(out, &a, e);
    buffer_add_z(out, "typed tree\n");
    tree_dump(out, e->tree, e->text);
    buffer_add_z(out, "steps\n");
    print_steps(out, e);
    arena_release(&a);
}

/* ---- the formula with the numbers in it ---- */

#define WORKED_LIST 12 /* elements of a list that are still written out */

struct worker {
    struct arena *arena;
    const struct feel_expr *e;
    const struct feel_run *run;
    const struct feel_use *uses; /* of a run of its own: every look, with its place */
};

static bool is_scalar(struct value v)
{
    return v.kind != VALUE_LIST && v.kind != VALUE_CONTEXT && v.kind != VALUE_FUNCTION &&
           v.kind < VALUE_UNKNOWN;
}

/* May the value stand in the formula instead of its name? Unknown names stay names. */
static bool can_stand(struct value v)
{
    if (v.kind != VALUE_LIST)
        return is_scalar(v);
    if (v.list->n > WORKED_LIST || v.list->coverage != COVERAGE_COMPLETE)
        return false;
    for (size_t i = 0; i < v.list->n; i++)
        if (!is_scalar(v.list->at[i]))
            return false;
    return true;
}

/* The one value seen at bytes start..end; false when it was never looked at, or changed from look
 * to look. */
static bool seen(const struct worker *w, uint32_t start, uint32_t end, struct value *ret)
{
    bool found = false;
    for (const struct feel_use *u = w->uses; u; u = u->next) {
        if (u->start != start || u->end != end)
            continue;
        if (found && !value_same(*ret, u->value))
            return false;
        *ret = u->value;
        found = true;
    }
    return found;
}

/* The value of a name, of a dated call or of a path that starts at a name. */
static bool value_of(const struct worker *w, const struct node *n, struct value *ret)
{
    if (n->kind == NODE_NAME && n->ref == REF_SLOT) {
        *ret = w->run->slots[n->index];
        return true;
    }
    if (n->kind == NODE_NAME && n->ref == REF_LOCAL && n->index < w->e->let_count) {
        *ret = w->run->locals[n->index];
        return true;
    }
    if ((n->kind == NODE_NAME && n->ref == REF_DATED) ||
        (n->kind == NODE_CALL && n->child->ref == REF_DATED))
        return seen(w, n->start, n->end, ret);
    if (n->kind != NODE_PATH || !value_of(w, n->child, ret))
        return false;
    *ret = path_value(w->arena, w->e->mode == FEEL_STRICT, *ret, n->name, 0);
    return true;
}

/* For tree_print: names that have a value are that value. */
static bool stands_for(void *context, const struct node *n, struct value *ret)
{
    const struct worker *w = context;
    return (n->kind == NODE_NAME || n->kind == NODE_PATH || n->kind == NODE_CALL) &&
           value_of(w, n, ret) && can_stand(*ret);
}

static bool has_dated(const struct feel_expr *e)
{
    for (size_t i = 0; i < e->step_count; i++)
        if (e->steps[i].code == STEP_DATED)
            return true;
    return false;
}

/* Every look at a dated name: they are found by running once more. */
static const struct feel_use *dated_looks(const struct feel_expr *e, struct feel_run *run)
{
    struct feel_run own = *run;
    own.trace = true;
    own.uses = own.uses_last = NULL;
    struct value result = machine_run(e, &own, true);
    if (result.kind == VALUE_ERROR && result.failure->code == E_MEMORY)
        run->arena->failed = true; /* looks may be missing: the caller is to know */
    return own.uses;
}

void feel_worked(struct buffer *out, const struct feel_expr *e, struct feel_run *run)
{
    struct worker w = {run->arena, e, run, has_dated(e) ? dated_looks(e, run) : NULL};
    tree_print(out, e->tree, stands_for, &w);
}
