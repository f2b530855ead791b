/*
 * u_feel_modes.c: the same text gives the same value in both modes, wherever strict mode accepts
 * it, no error comes of it there, and the value of spec mode is not a null made by an error. Over
 * the expressions of tests/feel and, when they lie beside the source, the texts of the conformance
 * models. u_feel_modes FOLDER-OF-TESTS [FOLDER-OF-MODELS].
 *
 * When this fails, look at what differs by `strict` in ops.c, run.c and the builtins.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "feel/check.h"
#include "feel/feel.h"
#include "feel/spec.h"
#include "test.h"

/* Texts that ask something else in the two modes, on purpose. */
static const struct {
    const char *text, *why;
} exceptions[] = {
    {"sum([])", "strict mode: of nothing the sum is 0"},
    {"1 in partial([1, 2])", "partial is a function of strict mode only"},
};

static bool is_exception(struct span text)
{
    for (size_t i = 0; i < COUNT_OF(exceptions); i++)
        if (span_eq(span_z(exceptions[i].text), text))
            return true;
    return false;
}

static bool evaluate(struct arena *a, struct span text, enum feel_mode mode, struct value *ret)
{
    struct feel_vocabulary none;
    const struct feel_compile how = {.mode = mode, .vocabulary = &none};
    const struct feel_expr *e = NULL;
    feel_vocabulary_init(&none, a);
    if (feel_compile(a, text, &how, &e, NULL) < 0)
        return false;
    struct feel_run run = {.arena = a, .as_of = {2020, 3, 9}};
    *ret = feel_run(e, &run);
    return true;
}

/* Functions have no equality. */
static bool agree(struct value strict, struct value spec)
{
    if ((spec.kind == VALUE_NULL && spec.failed) || strict.kind == VALUE_ERROR)
        return true; /* strict mode says so where the standard is silent */
    return spec.kind == VALUE_FUNCTION ? strict.kind == VALUE_FUNCTION : value_same(strict, spec);
}

static void compare(struct span text)
{
    struct arena a;
    struct value strict, spec;
    arena_init(&a);
    if (!is_exception(text) && evaluate(&a, text, FEEL_STRICT, &strict) &&
        evaluate(&a, text, FEEL_SPEC, &spec)) {
        struct buffer b = BUFFER_INIT;
        value_print(&b, strict);
        buffer_add_z(&b, " in strict mode, ");
        value_print(&b, spec);
        if (!CHECK(agree(strict, spec)))
            printf("  %.*s: %s in spec mode\n", SPAN_ARG(text), b.p);
        buffer_release(&b);
    }
    arena_release(&a);
}

/* XML's five entities. */
static void add_unescaped(struct buffer *b, struct span s)
{
    static const struct {
        const char *entity;
        char is;
    } entities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    while (s.n > 0) {
        size_t i = 0;
        while (i < COUNT_OF(entities) && !span_starts(s, span_z(entities[i].entity)))
            i++;
        buffer_byte(b, i < COUNT_OF(entities) ? entities[i].is : s.p[0]);
        s = span_from(s, i < COUNT_OF(entities) ? strlen(entities[i].entity) : 1);
    }
}

static void compare_file(struct span s)
{
    static const struct span open = {"text>", 5}, close = {"</", 2};
    size_t at, end;
    while ((at = span_find(s, open)) != SIZE_MAX) {
        bool opens = at > 0 && s.p[at - 1] != '/';
        s = span_from(s, at + open.n);
        end = span_find(s, close);
        if (!opens || end == SIZE_MAX)
            continue;
        struct buffer b = BUFFER_INIT;
        add_unescaped(&b, span_trim(span_of(s.p, end)));
        compare(buffer_span(&b));
        buffer_release(&b);
    }
}

static int compare_path(void *context, const char *path)
{
    struct arena a;
    struct span text;
    struct err err = ERR_INIT;
    UNUSED(context);
    arena_init(&a);
    if (CHECK(file_read(&a, path, 64u << 20, &text, &err) == 0))
        compare_file(text);
    arena_release(&a);
    return 0;
}

/* The expressions of a file of FEEL tests: a line, up to its last " // ". */
static void compare_lines(struct span s)
{
    while (s.n > 0) {
        size_t end = span_find(s, SPAN("\n")), at = SIZE_MAX, next;
        struct span line = span_of(s.p, end == SIZE_MAX ? s.n : end);
        s = span_from(s, end == SIZE_MAX ? s.n : end + 1);
        for (struct span rest = line; (next = span_find(rest, SPAN(" // "))) != SIZE_MAX;) {
            at = (size_t)(rest.p - line.p) + next;
            rest = span_from(rest, next + 1);
        }
        if (at != SIZE_MAX && !span_starts(line, SPAN("//")))
            compare(span_trim(span_of(line.p, at)));
    }
}

static int compare_test_path(void *context, const char *path)
{
    struct arena a;
    struct span text;
    struct err err = ERR_INIT;
    UNUSED(context);
    arena_init(&a);
    if (CHECK(file_read(&a, path, 1u << 20, &text, &err) == 0))
        compare_lines(text);
    arena_release(&a);
    return 0;
}

/* Every allocation fails once: an error of memory or the right answer, never a crash. */
static void test_no_memory(void)
{
    static const char *const rows[] = {
        "{a b: [1..2], c: function(x) x + 1, d: c(1)}.d + nobody",
        "[{x: 1}, {y: 2}][y > 1][1].y = for i in 1..3 return partial[-1]",
        "replace(\"abc\", \"[a-z-[b]]\\d*\", \"$0\") = context put({a: {b: 1}}, [\"a\", \"b\"], "
        "2).a",
        "range(\"[1..3]\") = [1..3] and @\"2021-01-01T10:00:00@Europe/Paris\" + @\"P1D\" = null",
        "(function(a) external {java: {class: \"java.lang.Math\", method signature: "
        "\"cos(double)\"}})(a: 1) in (> 1, 2)",
    };
    TEST("no memory in spec mode");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (uint64_t n = 1; n < 120; n++) {
            struct arena a;
            struct value v = VALUE_NULL_V;
            arena_init(&a);
            alloc_fail_after(n);
            bool compiled = evaluate(&a, span_z(rows[i]), FEEL_SPEC, &v);
            alloc_fail_after(0);
            CHECK(!compiled || v.kind != VALUE_UNKNOWN);
            arena_release(&a);
        }
}

/* So many errors in one run: all are counted, the first FEEL_PROBLEMS_MAX kept. */
static void test_problems(void)
{
    struct arena a;
    const struct feel_compile how = {.mode = FEEL_SPEC};
    const struct feel_expr *e = NULL;
    size_t kept = 0;
    TEST("problems of a run are bounded");
    arena_init(&a);
    if (CHECK_INT(feel_compile(&a, SPAN("for i in 1..300 return i / 0"), &how, &e, NULL), 0)) {
        struct feel_run run = {.arena = &a};
        struct value v = feel_run(e, &run);
        CHECK(v.kind == VALUE_LIST && v.list->n == 300);
        CHECK_INT(run.problem_count, 300);
        for (const struct feel_problem *p = run.problems; p; p = p->next)
            kept++;
        CHECK_INT(kept, FEEL_PROBLEMS_MAX);
    }
    arena_release(&a);
}

/* What can only be null is printed as what was written, if it is a name, else as null. */
static void test_doomed(void)
{
    static const char *const rows[][2] = {
        {"y in nobody(1, 2)", "y in nobody(1, 2)"},
        {"a in nobody * 3", "a in nobody * 3"},
        {"1 + modulo(1, 2, 3)", "1 + null"},
    };
    const struct feel_compile how = {.mode = FEEL_SPEC};
    TEST("printing what is not there");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out = BUFFER_INIT;
        struct checked checked;
        struct diags diags;
        struct arena a;
        arena_init(&a);
        diags_init(&diags, &a);
        if (CHECK_INT(feel_front(&a, span_z(rows[i][0]), &how, &checked, &diags), 0)) {
            tree_print(&out, checked.tree, NULL, NULL);
            CHECK_TEXT(buffer_span(&out), rows[i][1]);
        }
        buffer_release(&out);
        arena_release(&a);
    }
}

int main(int argc, char **argv)
{
    static const char *const texts[] = {"1 + 1", "[1, 2, 3][item > 1]", "\"a\" < \"b\"", "1 / 3"};
    struct arena a;
    struct err err = ERR_INIT;
    TEST("both modes");
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        compare(span_z(texts[i]));
    test_no_memory();
    TEST("both modes");
    arena_init(&a);
    if (argc > 1)
        CHECK(file_walk(&a, argv[1], SPAN(".t"), compare_test_path, NULL, &err) >= 0);
    if (argc > 2 && file_exists(argv[2]))
        CHECK(file_walk(&a, argv[2], SPAN(".dmn"), compare_path, NULL, &err) >= 0);
    else
        printf("SKIPPED the texts of the conformance models: they are not beside the source\n");
    arena_release(&a);
    test_problems();
    test_doomed();
    return test_end();
}
