/*
 * fuzz_feel_run.c: any expression that compiles runs to a value within its limits, its worked
 * formula and stages print, and two runs agree. Law 1 in small: an unknown never turns a run that
 * says TRUE for every boolean into one that says FALSE.
 */
#include "feel/feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLOT_B, SLOT_C, SLOT_N, SLOT_U, SLOT_L, SLOT_T, SLOT_D, SLOTS };

static struct value missing(struct arena *a, const char *name)
{
    struct span none = {0};
    return value_unknown(a, missing_one(a, span_z(name), none, none, CAUSE_ASK, none));
}

static struct value dated(void *context, struct feel_run *run, uint32_t slot, struct value argument)
{
    UNUSED(context);
    UNUSED(slot);
    return argument.kind == VALUE_NULL ? missing(run->arena, "d") : value_int(7);
}

static void declare_all(struct feel_vocabulary *v, struct arena *a)
{
    uint32_t slot;
    const struct {
        const char *name;
        const struct type *type;
    } names[SLOTS] = {{"b", &TYPE_BOOLEAN_T},
                      {"c", &TYPE_BOOLEAN_T},
                      {"n", &TYPE_NUMBER_T},
                      {"u", &TYPE_NUMBER_T},
                      {"l", type_list(a, &TYPE_NUMBER_T)},
                      {"t", &TYPE_STRING_T},
                      {"d", type_dated(a, &TYPE_NUMBER_T, PERIOD_MONTH, true)}};
    feel_vocabulary_init(v, a);
    for (size_t i = 0; i < SLOTS; i++)
        if (feel_declare(v, span_z(names[i].name), names[i].type, &slot) < 0)
            BUG("a name of the fuzzer is refused");
}

static struct value run(struct arena *a, const struct feel_expr *e, struct value b,
                        struct buffer *out)
{
    struct value two[] = {value_int(1), missing(a, "l2")};
    struct value slots[SLOTS] = {[SLOT_B] = b,
                                 [SLOT_C] = VALUE_TRUE_V,
                                 [SLOT_N] = value_int(3),
                                 [SLOT_U] = missing(a, "u"),
                                 [SLOT_L] = value_list(a, two, 2),
                                 [SLOT_T] = value_string(SPAN("政策")),
                                 [SLOT_D] = VALUE_NULL_V};
    struct feel_run r = {.arena = a, .slots = slots, .dated = dated, .trace = true};
    struct value v = feel_run(e, &r);
    value_print(out, v);
    feel_worked(out, e, &r);
    return v;
}

static bool is_known(struct value v)
{
    return v.kind == VALUE_BOOLEAN || v.kind == VALUE_STRING || v.kind == VALUE_NUMBER;
}

/* What an unknown b decides must be what both values of b give, errors apart. */
static void compare(struct arena *a, const struct feel_expr *e, struct buffer *out)
{
    struct value open = run(a, e, missing(a, "b"), out), yes = run(a, e, VALUE_TRUE_V, out),
                 no = run(a, e, VALUE_FALSE_V, out);
    if (!is_known(open))
        return;
    if ((is_known(yes) && !value_same(open, yes)) || (is_known(no) && !value_same(open, no)))
        BUG("unknown decides what its values do not: %.*s", SPAN_ARG(feel_text(e)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct feel_vocabulary v;
    struct diags diags;
    struct buffer out = BUFFER_INIT;
    const struct feel_expr *e;
    arena_init(&a);
    a.limit = 512u << 20;
    declare_all(&v, &a);
    diags_init(&diags, &a);
    struct feel_compile how = {.mode = FEEL_STRICT, .vocabulary = &v};
    if (size <= 4096 &&
        feel_compile(&a, span_of((const char *)data, size), &how, &e, &diags) == 0) {
        feel_explain(&out, e);
        compare(&a, e, &out);
    }
    buffer_release(&out);
    arena_release(&a);
    return 0;
}
