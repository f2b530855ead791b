/*
 * u_analyse.c: what is said of tables against what evaluation does: random tables of every kind of
 * cell are analysed, and evaluated at a point of every region. Limits, each reached; failing
 * allocations.
 */
#include "dmn/analyse.h"
#include "base/file.h"
#include "dmn/axis.h"
#include "feel/spec.h"
#include "tests/unit/fault.h"

#define HEAD                                                                                       \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:t\" "     \
    "name=\"t\">"

static const char *folder;

/* ---- random tables ---- */

static uint32_t random_state = 20200309;

static uint32_t below(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % n;
}

static void number_cell(struct buffer *b)
{
    uint32_t low = below(6), high = low + below(4);
    static const char *const ops[] = {"&lt; ", "&lt;= ", "&gt; ", "&gt;= ", "", "!= "};
    switch (below(8)) {
    case 0:
        buffer_add_z(b, "-");
        break;
    case 1:
    case 2:
        buffer_print(b, "%c%u..%u%c", "[("[below(2)], low, high + 1, "])"[below(2)]);
        break;
    case 3:
        buffer_print(b, "not(%u, %u)", low, high);
        break;
    case 4:
        buffer_print(b, "? &gt; %u and ? &lt;= %u or ? = %u", low, high, low);
        break;
    case 5:
        buffer_print(b, "%u, [%u..%u]", low, high, high + 1);
        break;
    default:
        buffer_print(b, "%s%u", ops[below(6)], low);
    }
}

static void text_cell(struct buffer *b)
{
    static const char *const cells[] = {
        "-", "\"a\"", "\"a\", \"b\"", "not(\"a\")", "not(\"b\", \"c\")", "\"c\""};
    buffer_add_z(b, cells[below(COUNT_OF(cells))]);
}

static void truth_cell(struct buffer *b)
{
    static const char *const cells[] = {"-", "true", "false", "not(true)"};
    buffer_add_z(b, cells[below(COUNT_OF(cells))]);
}

#define NAMED(kind, name)                                                                          \
    "<" kind " id=\"" name "\" name=\"" name "\"><variable name=\"" name "\"/>"
#define NEEDS(name)                                                                                \
    "<informationRequirement><requiredInput href=\"#" name "\"/></informationRequirement>"
#define INPUT(name) "<input><inputExpression><text>" name "</text></inputExpression></input>"

static void add_rule(struct buffer *b)
{
    static void (*const cells[])(struct buffer * b) = {number_cell, text_cell, truth_cell,
                                                       number_cell};
    buffer_add_z(b, "<rule>");
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        buffer_add_z(b, "<inputEntry><text>");
        cells[i](b);
        buffer_add_z(b, "</text></inputEntry>");
    }
    buffer_add_z(b, "<outputEntry><text>1</text></outputEntry></rule>");
}

static void add_anything(struct buffer *b)
{
    buffer_add_z(b, "<rule>");
    for (int i = 0; i < 4; i++)
        buffer_add_z(b, "<inputEntry><text>-</text></inputEntry>");
    buffer_add_z(b, "<outputEntry><text>1</text></outputEntry></rule>");
}

static void add_table(struct buffer *b, const char *name, const char *policy, struct span rules)
{
    buffer_print(b,
                 "<decision id=\"%s\" name=\"%s\"><variable name=\"%s\"/>" NEEDS("n") NEEDS("s")
                     NEEDS("t") NEEDS("m") "<decisionTable hitPolicy=\"%s\"%s>" INPUT("n")
                         INPUT("s") INPUT("t")
                             INPUT("m") "<output/>%.*s</decisionTable></decision>",
                 name, name, name, policy,
                 strcmp(policy, "COLLECT") == 0 ? " aggregation=\"COUNT\"" : "", SPAN_ARG(rules));
}

/* The same rules as a table that counts its hits, and under the policy. */
static void random_model(struct buffer *b, const char *policy, size_t n, bool closed)
{
    struct buffer rules = BUFFER_INIT;
    while (n-- > 0)
        add_rule(&rules);
    if (closed)
        add_anything(&rules);
    buffer_clear(b);
    buffer_add_z(
        b, HEAD NAMED("inputData", "n") "</inputData>" NAMED("inputData", "s") "</inputData>" NAMED(
               "inputData", "t") "</inputData>" NAMED("inputData", "m") "</inputData>");
    add_table(b, "hits", "COLLECT", buffer_span(&rules));
    add_table(b, "asked", policy, buffer_span(&rules));
    buffer_add_z(b, "</definitions>");
    buffer_release(&rules);
}

struct said {
    size_t overlaps, gaps, hidden, limits, stopped;
};

static struct said listen(const struct diags *d)
{
    struct said s = {0};
    for (const struct diag *g = d->first; g; g = g->next) {
        s.overlaps += g->level == DIAG_ERROR;
        s.gaps += span_find(g->message, SPAN("there is no default")) != SIZE_MAX;
        s.hidden += span_find(g->message, SPAN("never counts")) != SIZE_MAX;
        s.stopped += span_find(g->message, SPAN("too large")) != SIZE_MAX;
        s.limits += g->code == E_LIMIT;
    }
    return s;
}

/* One point in every region: cells name the numbers 0 to 9. */
static void set_point(struct dmn_run *run, const struct dmn *m, size_t i)
{
    static const char *const texts[] = {"a", "b", "c", "d"};
    struct span ns = {0};
    struct decimal half = decimal_div(DECIMAL_ONE, decimal_from_int(2), NULL);
    size_t n = i % 22, s = i / 22 % 4, t = i / 88 % 2, k = i / 176;
    dmn_set(run, dmn_find(m, ns, SPAN("n")),
            value_number(decimal_mul(decimal_from_int((int64_t)n - 1), half, NULL)));
    dmn_set(run, dmn_find(m, ns, SPAN("s")), value_string(span_z(texts[s])));
    dmn_set(run, dmn_find(m, ns, SPAN("t")), value_boolean(t));
    dmn_set(run, dmn_find(m, ns, SPAN("m")),
            value_number(decimal_mul(decimal_from_int((int64_t)k - 1), half, NULL)));
}

enum { POINTS = 22 * 4 * 2 * 22 };

/* The fewest and the most rules that any input hits. */
static void measure(const struct dmn *m, int64_t *ret_least, int64_t *ret_most)
{
    const struct dmn_element *hits = dmn_find(m, (struct span){0}, SPAN("hits"));
    struct arena a;
    arena_init(&a);
    *ret_least = INT64_MAX;
    *ret_most = 0;
    for (size_t i = 0; i < POINTS; i++) {
        struct dmn_run run;
        int64_t n = 0;
        arena_clear(&a);
        CHECK_INT(dmn_run_init(&run, m, &a), 0);
        set_point(&run, m, i);
        struct value v = dmn_decide(&run, hits);
        if (v.kind == VALUE_NUMBER)
            CHECK(decimal_to_int(v.number, &n));
        *ret_least = n < *ret_least ? n : *ret_least;
        *ret_most = n > *ret_most ? n : *ret_most;
    }
    arena_release(&a);
}

static void random_tables(void)
{
    struct buffer b = BUFFER_INIT;
    size_t gaps = 0, overlaps = 0;
    enum { ROUNDS = 60 };
    TEST("what is said is what happens");
    for (int round = 0; round < ROUNDS; round++) {
        struct arena a;
        struct diags diags;
        struct dmn *m;
        int64_t least, most;
        arena_init(&a);
        diags_init(&diags, &a);
        random_model(&b, "UNIQUE", below(round % 2 ? 3 : 12), round % 3 == 0);
        CHECK_INT(dmn_load_text(&a, buffer_span(&b), SPAN("t.dmn"), &m, &diags, NULL), 0);
        CHECK_INT(diags.errors, 0);
        CHECK_INT(dmn_analyse(m, &diags), 0);
        struct said s = listen(&diags);
        measure(m, &least, &most);
        CHECK_INT(s.gaps > 0, least == 0);
        CHECK_INT(s.overlaps > 0, most > 1);
        CHECK_INT(s.limits > 0, s.limits > 0 && (s.gaps + s.overlaps) >= ANALYSE_FINDINGS_MAX);
        gaps += s.gaps > 0;
        overlaps += s.overlaps > 0;
        arena_release(&a);
    }
    CHECK(gaps > 5 && gaps < ROUNDS && overlaps > 5 && overlaps < ROUNDS); /* both kinds occurred */
    buffer_release(&b);
}

/* ---- limits ---- */

static struct said analyse(const struct buffer *b)
{
    struct arena a;
    struct diags diags;
    struct dmn *m;
    struct said s = {0};
    arena_init(&a);
    diags_init(&diags, &a);
    CHECK_INT(dmn_load_text(&a, buffer_span(b), SPAN("t.dmn"), &m, &diags, NULL), 0);
    CHECK_INT(diags.errors, 0);
    CHECK_INT(dmn_analyse(m, &diags), 0);
    s = listen(&diags);
    arena_release(&a);
    return s;
}

/* A table of n inputs; cell prints the entry of rule r and input i. */
static void make_table(struct buffer *b, const char *policy, int inputs, int rules,
                       void (*cell)(struct buffer *b, int rule, int input))
{
    buffer_clear(b);
    buffer_add_z(b, HEAD NAMED("inputData", "n") "</inputData>");
    buffer_print(b, NAMED("decision", "d") NEEDS("n") "<decisionTable hitPolicy=\"%s\">", policy);
    for (int i = 0; i < inputs; i++)
        buffer_print(b, "<input><inputExpression><text>n + %d</text></inputExpression></input>", i);
    buffer_add_z(b, "<output/>");
    for (int r = 0; r < rules; r++) {
        buffer_add_z(b, "<rule>");
        for (int i = 0; i < inputs; i++) {
            buffer_add_z(b, "<inputEntry><text>");
            cell(b, r, i);
            buffer_add_z(b, "</text></inputEntry>");
        }
        buffer_add_z(b, "<outputEntry><text>1</text></outputEntry></rule>");
    }
    buffer_add_z(b, "</decisionTable></decision></definitions>");
}

static void own_number(struct buffer *b, int rule, int input)
{
    buffer_print(b, "%d", rule * 2 + input);
}

static void any_number(struct buffer *b, int rule, int input)
{
    UNUSED(rule);
    UNUSED(input);
    buffer_add_z(b, "&gt;= 0");
}

/* Each rule speaks of its own input: all combinations differ. */
static void own_column(struct buffer *b, int rule, int input)
{
    buffer_add_z(b, rule == input ? "&gt; 5" : "-");
}

/* Each rule excludes what few others do: the regions in which the same rules are left are many. */
static void two_columns(struct buffer *b, int rule, int input)
{
    buffer_add_z(b, input == rule ? "&gt; 5" : input == (rule + 7) % 40 ? "&lt;= 5" : "-");
}

static void limits(void)
{
    struct buffer b = BUFFER_INIT;
    TEST("limits");
    make_table(&b, "UNIQUE", 1, AXIS_POINTS_MAX, own_number);
    CHECK_INT(analyse(&b).gaps, 1);
    make_table(&b, "UNIQUE", 1, AXIS_POINTS_MAX + 1, own_number); /* the last cell is opaque */
    CHECK_INT(analyse(&b).overlaps, 0);
    make_table(&b, "UNIQUE", 1, 8, any_number);
    CHECK_INT(analyse(&b).overlaps, ANALYSE_FINDINGS_MAX); /* of 28 */
    CHECK_INT(analyse(&b).limits, 1);
    make_table(&b, "FIRST", 1, 8, any_number);
    CHECK_INT(analyse(&b).hidden, 7);
    make_table(&b, "FIRST", 24, 24, own_column);
    struct said s = analyse(&b);
    CHECK_INT(s.gaps, 1);
    CHECK_INT(s.hidden, 0);
    make_table(&b, "PRIORITY", 40, 40, two_columns);
    CHECK_INT(analyse(&b).stopped, 1);
    make_table(&b, "FIRST", 201, 2, any_number);
    CHECK_INT(analyse(&b).stopped, 1);
    buffer_release(&b);
}

/* ---- failing allocations ---- */

static int load_and_analyse(void *context)
{
    struct arena a;
    struct diags diags;
    struct dmn *m;
    struct err err = ERR_INIT;
    arena_init(&a);
    diags_init(&diags, &a);
    int r = dmn_load(&a, context, &m, &diags, &err);
    if (r == 0 && diags.errors > 0) /* a text that could not be read for want of memory */
        r = E_MEMORY;
    if (r == 0)
        r = dmn_analyse(m, &diags);
    if (r == 0 && a.failed)
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void faults(void)
{
    static const char *const names[] = {"numbers", "kinds", "policies"};
    char path[4096];
    TEST("failing allocations");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/check/%s.dmn", folder, names[i]);
        fault_loop(load_and_analyse, path);
    }
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/dmn";
    random_tables();
    limits();
    faults();
    return test_end();
}
