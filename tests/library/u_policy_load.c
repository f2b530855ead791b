/*
 * u_policy_load.c: the loader over tests/library/good alone, with each file of bad/ beside it, with
 * files that are no YAML, and without memory. argv[1] is the folder of this file.
 */
#include "base/file.h"
#include "policy/library.h"
#include "tests/library/beside.h"
#include "tests/unit/fault.h"

static const char *folder;

static struct span within(struct arena *a, const char *name)
{
    return arena_print(a, "%s/%s", folder, name);
}

/* ---- the good library ---- */

static const struct fact *fact(const struct library *l, const char *name)
{
    return map_get(&l->fact_by_name, span_z(name));
}

static bool reads(const struct library *l, const struct measure *m, const char *name)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (span_eq(l->slots[m->slots[i]].name, span_z(name)))
            return true;
    return false;
}

static void test_entries(const struct library *l)
{
    TEST("entries");
    CHECK_INT(l->fact_count, 10);
    CHECK_INT(l->measure_count, 3);
    CHECK_INT(l->document_count, 2);
    CHECK(fact(l, "裁员率")->period == PERIOD_YEAR && fact(l, "裁员率")->has_max);
    CHECK(fact(l, "年龄")->of_person && fact(l, "年龄")->sensitive);
    CHECK_TEXT(fact(l, "贷款本金")->of->list, "贷款");
    CHECK(fact(l, "是否线上贷款")->has_in_list && value_is_true(fact(l, "是否线上贷款")->in_list));
    CHECK_INT(l->slots[fact(l, "行业")->slot].kind, SLOT_FACT);
    const struct parameter *p = map_get(&l->parameter_by_name, SPAN("参考利率"));
    CHECK(p && p->value_count == 2 && p->values[0].from.year == 2019 && p->has_known_until);
    CHECK(calendar_knows(l->calendar, 2020) && !calendar_knows(l->calendar, 2019));
    const struct library_register *r = map_get(&l->register_by_name, SPAN("重点行业"));
    CHECK(r && r->list.list->coverage == COVERAGE_OPEN &&
          r->list.list->missing->cause == CAUSE_RECOGNITION);
    CHECK(map_get(&l->organisation_by_name, SPAN("山区劳动局")) ==
          map_get(&l->organisation_by_name, SPAN("环形山区劳动局")));
}

static void test_measures(const struct library *l)
{
    struct span near = {NULL, 0};
    TEST("measures");
    const struct measure *refund = library_find(l, SPAN("M-02"), NULL),
                         *loans = library_find(l, SPAN("moon/loans"), NULL);
    CHECK_TEXT(l->measures[0]->catalogue, "M-01");
    CHECK(refund && loans &&
          refund->document->within == map_get(&l->document_by_id, SPAN("moon/crater/package")));
    CHECK(!library_find(l, SPAN("moon/refnd"), &near));
    CHECK_TEXT(near, "moon/refund");
    /* Rules of the outer document come first; one of them is overridden. */
    CHECK_INT(refund->condition_count, 2);
    CHECK_TEXT(refund->conditions[0].id, "honest");
    CHECK(refund->conditions[0].document != refund->document &&
          refund->conditions[1].document == refund->document);
    CHECK_INT(loans->condition_count, 4);
    CHECK(refund->from_inferred && refund->in_force_from.expr && refund->apply_to.expr);
    CHECK_INT(refund->benefits[0].round, ROUND_HALF_UP);
    CHECK_INT(refund->beneficiary, ROLE_ENTERPRISE);
    CHECK(library_find(l, SPAN("M-03"), NULL)->product);
}

static void test_readings(const struct library *l)
{
    const struct measure *m = library_find(l, SPAN("M-02"), NULL);
    TEST("readings");
    CHECK_INT(m->reading_count, 2);
    CHECK(m->readings[0].lets == m->lets && m->readings[0].benefits == m->benefits);
    CHECK_TEXT(m->readings[1].lets[0].formula.text, "单位缴费(上年) * 0.9");
    CHECK(m->readings[1].benefits[0].amount.expr != m->benefits[0].amount.expr);
}

static void test_slots(const struct library *l)
{
    const struct measure *loans = library_find(l, SPAN("M-01"), NULL);
    TEST("slots");
    CHECK(reads(l, loans, "贷款") && reads(l, loans, "贷款本金") &&
          reads(l, loans, "是否线上贷款"));
    CHECK(reads(l, loans, "是否小型") &&
          reads(l, loans, "从业人员")); /* by way of the computed fact */
    CHECK(!reads(l, loans, "裁员率"));
    CHECK(reads(l, library_find(l, SPAN("M-02"), NULL), "活动结束日"));
}

static int load(const char *path, struct library **ret, struct diags *d, struct arena *a,
                struct err *err)
{
    arena_init(a);
    diags_init(d, a);
    return library_load(path, ret, d, err);
}

static void test_good(void)
{
    struct arena a, b;
    struct diags d;
    struct err err = ERR_INIT;
    struct library *l = NULL, *again = NULL;
    arena_init(&b);
    const char *path = within(&b, "good").p;
    TEST("good");
    CHECK_INT(load(path, &l, &d, &a, &err), 0);
    CHECK_INT(d.errors + d.warnings, 0);
    if (l) {
        test_entries(l);
        test_measures(l);
        test_readings(l);
        test_slots(l);
        TEST("hash and references");
        CHECK_INT(strlen(l->hash), 64);
        CHECK(library_ref(l) == l);
        library_unref(l);
        CHECK_INT(l->references, 1);
        arena_release(&a);
        CHECK_INT(load(arena_print(&b, "%s/", path).p, &again, &d, &a, &err), 0);
        CHECK(again && strcmp(l->hash, again->hash) == 0); /* however the folder is written */
    }
    library_unref(l);
    library_unref(again);
    library_unref(NULL);
    arena_release(&a);
    arena_release(&b);
}

/* ---- bad files ---- */

static const char *make_copy(struct arena *a, struct span text)
{
    return beside_make(a, within(a, "good").p, "measures/added.yaml", text);
}

static int test_bad(void *context, const char *path)
{
    struct arena a, b;
    struct diags d;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    struct span text;
    UNUSED(context);
    TEST(path);
    arena_init(&b);
    if (CHECK(file_read(&b, path, LIBRARY_FILE_MAX, &text, &err) == 0)) {
        const char *copy = make_copy(&b, text);
        if (CHECK(copy != NULL)) {
            CHECK_INT(load(copy, &l, &d, &a, &err), E_CHECK);
            CHECK(l == NULL);
            beside_compare(&b, &d, text);
            arena_release(&a);
            beside_remove(copy);
        }
    }
    arena_release(&b);
    return 0;
}

static void test_all_bad(void)
{
    struct arena a;
    arena_init(&a);
    CHECK_INT(file_walk(&a, within(&a, "bad").p, SPAN(".yaml"), test_bad, NULL, NULL), 0);
    arena_release(&a);
}

/* ---- files that are no YAML ---- */

static void test_unreadable(const char *name, struct span text, const char *message)
{
    struct arena a, b;
    struct diags d;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    TEST(name);
    arena_init(&b);
    const char *copy = make_copy(&b, text);
    if (CHECK(copy != NULL)) {
        CHECK_INT(load(copy, &l, &d, &a, &err), E_INPUT);
        CHECK(d.errors == 1 && d.first && d.first->line > 0 && d.first->hint.n > 0);
        if (d.first && !CHECK(span_find(d.first->message, span_z(message)) != SIZE_MAX))
            printf("    reported: %.*s\n", SPAN_ARG(d.first->message));
        arena_release(&a);
        beside_remove(copy);
    }
    arena_release(&b);
}

static void test_no_yaml(void)
{
    struct buffer big = BUFFER_INIT;
    buffer_add_z(&big, "facts:\n  - fact: ");
    while (big.n < (10u << 20) && !big.failed)
        buffer_add_z(&big, "一二三四五六七八九十一二三四五六七八九十");
    buffer_byte(&big, '\n');
    test_unreadable("broken", SPAN("measures: {a: [1\n"), "expected");
    test_unreadable("cut in a word", SPAN("document: moon/crater/rul"), "does not end");
    test_unreadable("empty", SPAN(""), "empty");
    test_unreadable("bad UTF-8", SPAN("measures: \xff\xfe\n"), "UTF-8");
    test_unreadable("duplicate key", SPAN("facts: []\nfacts: []\n"), "facts");
    test_unreadable("anchor", SPAN("facts: &a []\n"), "anchor");
    test_unreadable("a line of 10 MB", buffer_span(&big), "large");
    buffer_release(&big);
}

static void test_missing(void)
{
    struct arena a;
    struct diags d;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    TEST("no folder");
    CHECK_INT(load("/nowhere/at/all", &l, &d, &a, &err), E_NOT_FOUND);
    CHECK(err.hint[0] && d.errors == 0);
    arena_release(&a);
}

/* ---- without memory ---- */

static int load_once(void *context)
{
    struct arena a;
    struct diags d;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    int r = load(context, &l, &d, &a, &err);
    library_unref(l);
    arena_release(&a);
    return r;
}

static void test_faults(void)
{
    struct arena a;
    arena_init(&a);
    TEST("failing allocations");
    fault_loop(load_once, (void *)within(&a, "good").p);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/library";
    test_good();
    test_all_bad();
    test_no_yaml();
    test_missing();
    test_faults();
    return test_end();
}
