/*
 * u_feel_back.c: the back end of FEEL where a data file cannot reach: values, missing sets, uses,
 * worked formulas, JSON, memory. Blame src/feel/value*.c, run.c, explain.c, convert.c; tests/feel
 * has the expressions.
 */
#include "tests/unit/fault.h"
#include "tests/unit/test.h"
#include "feel/builtins.h"
#include "feel/feel.h"

/* Names: n = 30, m = 0.05, u = unknown, b = boolean unknown, l = [1, 2], k = month fact, t = text.
 */
enum slot { SLOT_N, SLOT_M, SLOT_U, SLOT_B, SLOT_L, SLOT_K, SLOT_T, SLOTS };

struct world {
    struct arena arena;
    struct feel_vocabulary vocabulary;
    struct value slots[SLOTS];
};

static struct value dated(void *context, struct feel_run *run, uint32_t slot, struct value argument)
{
    UNUSED(context);
    UNUSED(slot);
    if (argument.kind == VALUE_STRING && span_eq(argument.string, SPAN("2019-12")))
        return value_int(7);
    struct span none = {0}, period = argument.kind == VALUE_STRING ? argument.string : none;
    return value_unknown(run->arena,
                         missing_one(run->arena, SPAN("k"), none, period, CAUSE_ASK, none));
}

static struct value unknown(struct arena *a, const char *fact)
{
    struct span none = {0};
    return value_unknown(a, missing_one(a, span_z(fact), none, none, CAUSE_ASK, none));
}

static int world_init(struct world *w)
{
    const struct {
        const char *name;
        const struct type *type;
    } names[SLOTS] = {{"n", &TYPE_NUMBER_T},
                      {"m", &TYPE_NUMBER_T},
                      {"u", &TYPE_NUMBER_T},
                      {"b", &TYPE_BOOLEAN_T},
                      {"l", type_list(&w->arena, &TYPE_NUMBER_T)},
                      {"k", type_dated(&w->arena, &TYPE_NUMBER_T, PERIOD_MONTH, true)},
                      {"t", &TYPE_STRING_T}};
    struct value two[] = {value_int(1), value_int(2)};
    struct decimal d;
    feel_vocabulary_init(&w->vocabulary, &w->arena);
    for (size_t i = 0; i < SLOTS; i++) {
        uint32_t slot;
        int r = names[i].type
                    ? feel_declare(&w->vocabulary, span_z(names[i].name), names[i].type, &slot)
                    : E_MEMORY;
        if (r < 0)
            return r;
    }
    bool parsed = decimal_parse(SPAN("0.05"), &d);
    w->slots[SLOT_N] = value_int(30);
    w->slots[SLOT_M] = parsed ? value_number(d) : VALUE_NULL_V;
    w->slots[SLOT_U] = unknown(&w->arena, "u");
    w->slots[SLOT_B] = unknown(&w->arena, "b");
    w->slots[SLOT_L] = value_list(&w->arena, two, 2);
    w->slots[SLOT_K] = VALUE_NULL_V;
    w->slots[SLOT_T] = value_string(SPAN("政策"));
    return w->arena.failed ? E_MEMORY : 0;
}

static struct feel_run world_run(struct world *w)
{
    return (struct feel_run){.arena = &w->arena, .slots = w->slots, .dated = dated, .trace = true};
}

static const struct feel_expr *compiled(struct world *w, const char *text, struct diags *diags)
{
    struct feel_compile how = {.mode = FEEL_STRICT, .vocabulary = &w->vocabulary};
    const struct feel_expr *e = NULL;
    diags_init(diags, &w->arena);
    return feel_compile(&w->arena, span_z(text), &how, &e, diags) == 0 ? e : NULL;
}

/* ---- values ---- */

static void print_is(struct value v, const char *want)
{
    struct buffer b = BUFFER_INIT;
    value_print(&b, v);
    CHECK_TEXT(buffer_span(&b), want);
    buffer_release(&b);
}

static void test_missing(struct arena *a)
{
    struct span none = {0};
    TEST("missing sets are sorted and without repeats");
    const struct missing *x = missing_one(a, SPAN("b"), none, none, CAUSE_ASK, none);
    const struct missing *y = missing_one(a, SPAN("a"), none, SPAN("2019"), CAUSE_ASK, none);
    const struct missing *z = missing_one(a, SPAN("a"), none, SPAN("2018"), CAUSE_ASK, none);
    const struct missing *u = missing_union(a, missing_union(a, x, y), missing_union(a, z, x));
    print_is(value_unknown(a, u), "unknown: a(2018), a(2019), b");
    CHECK(missing_union(a, u, x) == u);
    CHECK(missing_union(a, NULL, u) == u && missing_union(a, u, NULL) == u);
    CHECK(missing_union(a, NULL, NULL) == NULL);
}

static void test_values(struct arena *a)
{
    TEST("printing");
    CHECK_INT(sizeof(struct value), 32);
    print_is(value_string(SPAN("a\"b\\\n")), "\"a\\\"b\\\\\\n\"");
    print_is(value_days(0), "PT0S");
    print_is(value_days(-(int128)90061 * 1000000000), "-P1DT1H1M1S");
    print_is(value_months(14), "P1Y2M");
    print_is(value_months(0), "P0M");
    print_is(value_failure(a, E_DIVISION, "no %d", 1), "error E_DIVISION: no 1");
    struct decimal three = decimal_from_int(3);
    struct span none = {0};
    const struct missing *m = missing_one(a, SPAN("x"), SPAN("i"), none, CAUSE_ASK, none);
    print_is(value_bounded(a, m, &three, NULL), "unknown [3..): x@i");
    print_is(value_bounded(a, m, NULL, &three), "unknown (..3]: x@i");
    TEST("sameness");
    CHECK(value_same(VALUE_NULL_V, VALUE_NULL_V));
    CHECK(!value_same(value_unknown(a, m), value_unknown(a, m)));
    CHECK(!value_same(value_int(1), value_string(SPAN("1"))));
}

/* ---- the examples of every built-in hold, in both modes where both have it ---- */

static bool example_holds(struct world *w, const struct builtin *b, enum feel_mode mode)
{
    const struct feel_compile how = {.mode = mode};
    const struct feel_expr *e = NULL;
    struct calendar *c = calendar_new(&w->arena);
    struct err err = ERR_INIT;
    if (!c || calendar_add_year(c, 2020, &err) < 0 ||
        feel_compile(&w->arena, span_z(b->example), &how, &e, NULL) < 0)
        return false;
    struct feel_run run = world_run(w);
    run.calendar = c;
    return value_is_true(feel_run(e, &run));
}

static void test_examples(struct world *w)
{
    TEST("examples of the built-ins");
    w->arena.failed = false;
    for (size_t i = 0; i < builtin_count; i++) {
        const struct builtin *b = &builtins[i];
        if (!CHECK((b->flags & B_SPEC) || example_holds(w, b, FEEL_STRICT)) ||
            !CHECK((b->flags & B_STRICT) || example_holds(w, b, FEEL_SPEC)))
            printf("  %s\n", b->example);
    }
}

/* ---- uses, slots, worked formulas ---- */

static void worked_is(struct world *w, const char *text, const char *want)
{
    struct diags diags;
    struct buffer b = BUFFER_INIT;
    const struct feel_expr *e = compiled(w, text, &diags);
    if (CHECK(e != NULL)) {
        struct feel_run run = world_run(w);
        feel_worked(&b, e, &run);
        CHECK(run.uses == NULL); /* the caller's trace is his */
    }
    CHECK_TEXT(buffer_span(&b), want);
    buffer_release(&b);
}

static void test_worked(struct world *w)
{
    TEST("worked formulas");
    worked_is(w, "0.5 * (n + n * m)", "0.5 * (30 + 30 * 0.05)");
    worked_is(w, "n * u + 1", "30 * u + 1");
    worked_is(w, "sum(l) * n", "sum([1, 2]) * 30");
    worked_is(w, "k(\"2019-12\") + k(\"2020-01\")", "7 + k(\"2020-01\")");
    worked_is(w, "min(n * m, 2)", "min(30 * 0.05, 2)");
    worked_is(w, "-n - n", "-30 - 30");
    worked_is(w, "for i in l return i * n", "for i in [1, 2] return i * 30");
    worked_is(w, "for p in [\"2019-11\", \"2019-12\"] return k(p)",
              "for p in [\"2019-11\", \"2019-12\"] return k(p)");
    worked_is(w, "t = \"政策\"", "\"政策\" = \"政策\"");
}

static void test_uses(struct world *w)
{
    struct diags diags;
    size_t n = 0;
    TEST("each look once, with its period and value");
    const struct feel_expr *e =
        compiled(w, "n + n + k(\"2019-12\") + k(\"2019-12\") + k(\"2019-11\")", &diags);
    if (!CHECK(e != NULL))
        return;
    struct feel_run run = world_run(w);
    CHECK(value_is_unknown(feel_run(e, &run)));
    for (const struct feel_use *u = run.uses; u; u = u->next)
        n++;
    CHECK_INT(n, 3);
    CHECK_TEXT(run.uses->name, "n");
    CHECK_TEXT(run.uses->next->period, "2019-12");
    CHECK_INT(run.uses->start, 0);
    const uint32_t *slots = feel_slots(e, &n);
    CHECK_INT(n, 2);
    CHECK(slots[0] == SLOT_N && slots[1] == SLOT_K);
    TEST("what is decided before is not looked at");
    e = compiled(w, "n > 100 and u > 1", &diags);
    run = world_run(w);
    CHECK(e && value_is_false(feel_run(e, &run)));
    CHECK(run.uses && !run.uses->next);
}

static void test_lets(struct world *w)
{
    struct diags diags;
    TEST("lets: value from the caller, slots through them");
    const struct feel_expr *one = compiled(w, "n * 2", &diags);
    struct feel_let lets[] = {{SPAN("两倍"), one, &TYPE_NUMBER_T}};
    struct feel_compile how = {
        .mode = FEEL_STRICT, .vocabulary = &w->vocabulary, .lets = lets, .let_count = 1};
    const struct feel_expr *e = NULL;
    if (!CHECK(one && feel_compile(&w->arena, SPAN("两倍 + m"), &how, &e, &diags) == 0))
        return;
    struct feel_run run = world_run(w);
    struct value locals[] = {feel_run(one, &run)};
    struct buffer b = BUFFER_INIT;
    size_t n = 0;
    run.locals = locals;
    print_is(feel_run(e, &run), "60.05");
    feel_worked(&b, e, &run);
    CHECK_TEXT(buffer_span(&b), "60 + 0.05");
    buffer_release(&b);
    feel_slots(e, &n);
    CHECK_INT(n, 2);
}

/* ---- JSON ---- */

static int read_json(struct arena *a, const char *text, const struct type *t, struct value *ret,
                     struct err *err)
{
    struct json *j = NULL;
    *err = (struct err)ERR_INIT;
    int r = json_parse(a, span_z(text), SPAN("f.json"), &j, err);
    return r < 0 ? r : feel_from_json(a, j, t, ret, err);
}

static void round_trip(struct arena *a, const char *text, const struct type *t)
{
    struct value v;
    struct err err;
    struct buffer b = BUFFER_INIT;
    if (CHECK_INT(read_json(a, text, t, &v, &err), 0)) {
        json_print(&b, feel_to_json(a, v), JSON_COMPACT);
        CHECK_TEXT(buffer_span(&b), text);
    }
    buffer_release(&b);
}

static void test_json(struct arena *a)
{
    struct value v;
    struct err err;
    struct span sizes[] = {SPAN("大型"), SPAN("小型")};
    struct type_member members[] = {{SPAN("id"), &TYPE_STRING_T}, {SPAN("本金"), &TYPE_NUMBER_T}};
    const struct type *loan = type_context(a, members, 2);
    TEST("JSON there and back");
    round_trip(a, "0.1", &TYPE_NUMBER_T);
    round_trip(a, "9007199254740993", &TYPE_NUMBER_T);
    round_trip(a, "\"2020-02-29\"", &TYPE_DATE_T);
    round_trip(a, "\"P3DT4H\"", &TYPE_DAYS_T);
    round_trip(a, "\"08:30:00\"", &TYPE_TIME_T);
    round_trip(a, "\"2020-02-29T08:30:00\"", &TYPE_DATE_TIME_T);
    round_trip(a, "null", &TYPE_NUMBER_T);
    round_trip(a, "[1,2.5]", type_list(a, &TYPE_NUMBER_T));
    round_trip(a, "{\"id\":\"a\",\"本金\":100}", loan);
    round_trip(a, "{\"x\":[true,null,\"s\"]}", &TYPE_ANY_T);
    TEST("an absent member is unknown, about its item");
    CHECK_INT(read_json(a, "{\"id\":\"a\"}", loan, &v, &err), 0);
    print_is(v, "{id: \"a\", 本金: unknown: 本金@a}");
    TEST("numbers from text");
    CHECK_INT(read_json(a, "\"12.50\"", &TYPE_NUMBER_T, &v, &err), 0);
    print_is(v, "12.5");
    TEST("what does not fit has a place and a hint");
    CHECK_INT(read_json(a, "\"小形\"", type_enumeration(a, sizes, 2), &v, &err), E_INPUT);
    CHECK(strstr(err.hint, "小型") != NULL);
    CHECK_INT(read_json(a, "\"2020-02-30\"", &TYPE_DATE_T, &v, &err), E_INPUT);
    CHECK_INT(read_json(a, "[1, \"x\"]", type_list(a, &TYPE_NUMBER_T), &v, &err), E_INPUT);
    CHECK_INT(err.column, 5);
    CHECK_INT(read_json(a, "{\"本全\":1}", loan, &v, &err), E_NAME);
    CHECK(strstr(err.hint, "本金") != NULL);
    CHECK_INT(read_json(a, "1", &TYPE_BOOLEAN_T, &v, &err), E_TYPE);
    CHECK_INT(read_json(a, "1", &TYPE_STRING_T, &v, &err), E_TYPE);
    CHECK_INT(read_json(a, "12345678901234567890123456789012345", &TYPE_NUMBER_T, &v, &err),
              E_INPUT);
}

/* ---- memory ---- */

/* What yields a number, a truth, a date or a text that is there already. */
static const char *const scalars[] = {
    "n * 2 + m / 4 - 1",
    "n ** 2 > 5 and m <= 0.05 or n = 30",
    "not(n < 5)",
    "-n",
    "if n > 5 then n * m else 0",
    "n in [1..50]",
    "n in (1, 2, 30)",
    "n in (< 5, > 20)",
    "n between 1 and 40",
    "t in (\"政策\", \"体检\")",
    "t = \"政策\"",
    "min(n, 3, m)",
    "max(n, m)",
    "sum(n, m, 1)",
    "decimal(n / 7, 2)",
    "floor(m) + ceiling(m) + abs(-n) + modulo(n, 7)",
    "round half up(n / 7, 1)",
    "odd(n)",
    "string length(t)",
    "substring(t, 2)",
    "substring before(t, \"策\")",
    "contains(t, \"策\") and starts with(t, \"政\") and ends with(t, \"策\")",
    "l[1] + l[-1]",
    "count(l) + sum(l) + max(l)",
    "date(\"2020-01-01\") + duration(\"P1D\") > date(\"2020-01-01\")",
    "(date(2020, 1, n) - date(\"2020-01-01\")).days",
    "date(2020, 1, n).weekday",
    "months after(date(2020, 1, n), 1)",
    "list contains(l, n)",
    "n instance of number",
};

/* Neither the heap nor the arena of the run is asked for anything. */
static void test_scalars(struct world *w)
{
    TEST("a run that yields a scalar allocates nothing");
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        struct diags diags;
        struct arena request;
        const struct feel_expr *e = compiled(w, scalars[i], &diags);
        if (!CHECK(e != NULL))
            continue;
        arena_init(&request);
        struct feel_run run = {.arena = &request, .slots = w->slots, .dated = dated};
        alloc_fail_after(0);
        struct value v = feel_run(e, &run);
        uint64_t count = alloc_fail_after(0);
        if (count > 0 || request.used > 0 || v.kind >= VALUE_UNKNOWN)
            printf("%s: %" PRIu64 " allocations\n", scalars[i], count);
        CHECK_INT(count, 0);
        CHECK_INT(request.used, 0);
        CHECK(v.kind != VALUE_NULL && v.kind < VALUE_UNKNOWN);
        arena_release(&request);
    }
}

/* ---- patterns ---- */

static uint64_t allocations_of(struct world *w, const char *text, const char *want)
{
    struct diags diags;
    struct arena request;
    const struct feel_expr *e = compiled(w, text, &diags);
    if (!CHECK(e != NULL))
        return 0;
    arena_init(&request);
    struct feel_run run = {.arena = &request, .slots = w->slots, .dated = dated};
    alloc_fail_after(0);
    struct value v = feel_run(e, &run);
    uint64_t count = alloc_fail_after(0);
    print_is(v, want);
    arena_release(&request);
    return count;
}

/* A pattern is compiled once: with its program when it is a constant, else with its first match in
 * a run, which remembers REGEX_KEPT of them. */
static void test_patterns(struct world *w)
{
    TEST("patterns are compiled once");
    uint64_t one = allocations_of(w, "every i in 1..1 satisfies matches(t, \"^政\")", "true");
    uint64_t many = allocations_of(w, "every i in 1..200 satisfies matches(t, \"^政\")", "true");
    CHECK(one > 0 &&
          many < one + 20); /* the list of 200 grows; a pattern a turn would be hundreds */
    uint64_t made = allocations_of(w, "every i in 1..200 satisfies matches(t, \"^\" + t)", "true");
    CHECK(made > one && made <= one + 10);
    uint64_t few = allocations_of(
        w,
        "every i in 1..320 satisfies matches(string(i), \"^.*\" + string(modulo(i, 10)) + \"$\")",
        "true");
    uint64_t all = allocations_of(
        w,
        "every i in 1..320 satisfies matches(string(i), \"^.*\" + string(modulo(i, 100)) + \"$\")",
        "true");
    CHECK(few < all); /* more than it remembers: right all the same */
}

/* ---- failing allocations ---- */

static const char *const sample[] = {
    "1 + n * 2 >= u and b",
    "if b then n else u",
    "for i in l, j in 1..3 return i * j + u",
    "l[item > u]",
    "some x in l satisfies x > u",
    "{a: n, b: a + 1, f: function(x) x + b, r: f(2)}",
    "sort([3, n, 2], function(x, y) x < y)",
    "string join([t, \"a\"], \"-\") + substring(t, 1, 1)",
    "replace(t, \"政\", \"x\")",
    "matches(t, \"^\" + t + \"$\") and matches(\"a\" + t, \"(a)\\\\1?.*\")",
    "upper case(t + \"a\")",
    "k(\"2019-11\") + k(\"2019-12\")",
    "t in open list(\"a\", \"b\")",
    "min(u, 3, sum(partial(l)))",
    "date(\"2020-01-01\") + duration(\"P1D\")",
    "distinct values([u, 1, 1])",
    "u in [1..n]",
    "n / 0",
};

static int run_sample(void *context)
{
    struct world w = {0};
    struct diags diags;
    struct buffer b = BUFFER_INIT;
    arena_init(&w.arena);
    int r = world_init(&w);
    const struct feel_expr *e = r == 0 ? compiled(&w, context, &diags) : NULL;
    if (r == 0 && !e)
        r = E_MEMORY;
    if (r == 0) {
        struct feel_run run = world_run(&w);
        struct value v = feel_run(e, &run);
        value_print(&b, v);
        feel_worked(&b, e, &run);
        bool short_of = v.kind == VALUE_ERROR && v.failure->code == E_MEMORY;
        r = short_of || b.failed || w.arena.failed ? E_MEMORY : 0;
    }
    buffer_release(&b);
    arena_release(&w.arena);
    return r;
}

int main(void)
{
    struct world w = {0};
    arena_init(&w.arena);
    TEST("set up");
    CHECK_INT(world_init(&w), 0);
    test_missing(&w.arena);
    test_values(&w.arena);
    test_examples(&w);
    test_worked(&w);
    test_uses(&w);
    test_lets(&w);
    test_json(&w.arena);
    test_scalars(&w);
    test_patterns(&w);
    arena_release(&w.arena);
    TEST("failing allocations");
    for (size_t i = 0; i < COUNT_OF(sample); i++)
        fault_loop(run_sample, (void *)(uintptr_t)sample[i]);
    return test_end();
}
