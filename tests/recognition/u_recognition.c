/*
 * u_recognition.c: recognitions as the library holds them; each file of bad/ beside the good
 * library; days and regions of a criterion; the load and a check-up without memory. argv[1] is the
 * folder of this file.
 */
#include "policy/recognition.h"
#include "base/file.h"
#include "policy/procedure.h"
#include "tests/library/beside.h"
#include "tests/unit/fault.h"

static const char *folder;

static struct span within(struct arena *a, const char *name)
{
    return arena_print(a, "%s/%s", folder, name);
}

static const struct recognition *of_fact(const struct library *l, const char *name)
{
    const struct fact *f = map_get(&l->fact_by_name, span_z(name));
    return f ? f->recognition : NULL;
}

static bool reads(const struct library *l, const char *measure, const char *name)
{
    const struct measure *m = library_find(l, span_z(measure), NULL);
    for (size_t i = 0; m && i < m->slot_count; i++)
        if (span_eq(l->slots[m->slots[i]].name, span_z(name)))
            return true;
    return false;
}

/* ---- entries ---- */

static void test_entries(const struct library *l)
{
    const struct recognition *hard = of_fact(l, "是否困难"), *key = of_fact(l, "是否重点");
    TEST("entries");
    CHECK_INT(l->recognition_count, 6);
    if (!CHECK(hard && key && map_get(&l->recognition_by_manual, SPAN("经营稳健"))))
        return;
    CHECK(!hard->all && of_fact(l, "是否急需")->all && !of_fact(l, "下降比例"));
    CHECK_INT(hard->recogniser_count, 1);
    CHECK_TEXT(hard->recognisers[0].procedure->id, "example/hardship");
    CHECK_TEXT(hard->recognisers[0].cites.document->id, "example/rules");
    CHECK(key->where_fact && span_eq(key->where_fact->name, SPAN("注册地")) && key->regional);
    CHECK(!key->recognisers[1].procedure);
    /* What a criterion reads, the measure reads: it is shown and asked for. */
    CHECK(reads(l, "R-01", "下降比例") && reads(l, "R-08", "下降比例"));
    CHECK(reads(l, "R-06", "用工人数") && !reads(l, "R-04", "下降比例"));
}

static void test_bodies(const struct library *l)
{
    const struct recogniser *bureau = &of_fact(l, "是否重点")->recognisers[0],
                            *street = &of_fact(l, "是否重点")->recognisers[1];
    TEST("bodies");
    CHECK_TEXT(recogniser_organisation(bureau, NULL, SPAN("示例省/甲市/西区")), "甲市西区商务局");
    CHECK_TEXT(recogniser_organisation(bureau, NULL, SPAN("示例省/甲市/东区/某街")),
               "甲市东区商务局");
    CHECK_INT(recogniser_organisation(bureau, NULL, SPAN("示例省/甲市")).n, 0);
    CHECK(recogniser_is_of(bureau, SPAN("示例省")) && !recogniser_is_of(street, SPAN("示例省")));
    CHECK(recogniser_is_of(street, SPAN("示例省/甲市/东区")) &&
          !recogniser_is_of(street, SPAN("示例省/甲市/东区域")));
}

/* ---- days and regions ---- */

static struct span at(const struct recognition *r, const char *region, const char *as_of,
                      const char *known_by)
{
    struct date day, known;
    CHECK(date_parse(span_z(as_of), &day) && date_parse(span_z(known_by), &known));
    const struct criterion *c = criterion_in_force(r, span_z(region), day, known);
    return c ? c->id : SPAN("none");
}

static void test_days(const struct library *l)
{
    const struct recognition *r = of_fact(l, "是否困难");
    const char *here = "示例省/甲市";
    TEST("days");
    CHECK_TEXT(at(r, here, "2020-02-29", "2020-12-31"), "none");
    CHECK_TEXT(at(r, here, "2020-03-01", "2020-03-04"), "none");
    CHECK_TEXT(at(r, here, "2020-03-01", "2020-03-05"), "fall-by-half");
    CHECK_TEXT(at(r, here, "2020-03-31", "2020-03-31"), "fall-by-half");
    CHECK_TEXT(at(r, here, "2020-04-01", "2020-03-31"), "none");
    CHECK_TEXT(at(r, here, "2020-04-01", "2020-04-01"), "fall-by-third");
    CHECK_TEXT(at(r, here, "2020-04-30", "2020-12-31"), "fall-by-third");
    CHECK_TEXT(at(r, here, "2020-05-01", "2020-12-31"), "none");
    CHECK_TEXT(at(r, here, "2020-05-01", "2020-04-30"), "fall-by-third");
}

static void test_regions(const struct library *l)
{
    const struct recognition *r = of_fact(l, "是否困难"), *s = of_fact(l, "影响程度");
    TEST("regions");
    CHECK_TEXT(at(r, "示例省/甲市/东区", "2020-03-10", "2020-03-10"), "fall-by-half");
    CHECK_TEXT(at(r, "示例省", "2020-03-10", "2020-03-10"), "none");
    CHECK_TEXT(at(r, "示例省/乙市", "2020-03-10", "2020-03-10"), "none");
    CHECK_TEXT(at(s, "示例省/乙市", "2020-04-10", "2020-04-10"), "severity-everywhere");
    CHECK_TEXT(at(s, "示例省/甲市", "2020-04-10", "2020-04-10"), "severity-here");
    CHECK_TEXT(at(s, "示例省/甲市", "2020-04-10", "2020-03-31"), "severity-everywhere");
}

/* ---- bad files ---- */

static int test_bad(void *context, const char *path)
{
    struct arena a;
    struct diags d;
    struct err err = ERR_INIT;
    struct span text;
    UNUSED(context);
    arena_init(&a);
    diags_init(&d, &a);
    TEST(path);
    if (CHECK_INT(file_read(&a, path, 1u << 20, &text, &err), 0)) {
        struct library *l = NULL;
        const char *copy = beside_make(&a, within(&a, "library").p, "added.yaml", text);
        if (CHECK(copy)) {
            int r = library_load(copy, &l, &d, &err);
            CHECK_INT(r, d.errors ? E_CHECK : 0);
            beside_compare(&a, &d, text);
            beside_remove(copy);
            library_unref(l);
        }
    }
    arena_release(&a);
    return 0;
}

static void test_all_bad(void)
{
    struct arena a;
    arena_init(&a);
    CHECK_INT(file_walk(&a, within(&a, "bad").p, SPAN(".yaml"), test_bad, NULL, NULL), 0);
    arena_release(&a);
}

/* ---- without memory ---- */

static int load_once(void *context)
{
    struct library *l = NULL;
    struct arena a;
    struct diags d;
    arena_init(&a);
    diags_init(&d, &a);
    int r = library_load(context, &l, &d, NULL);
    if (r == 0)
        library_unref(l);
    arena_release(&a);
    return r;
}

static int match_once(void *context)
{
    const struct library *l = context;
    struct arena a;
    struct subject s;
    struct checkup *c = NULL;
    struct json *j = NULL;
    struct match_options o = {.as_of = {2020, 3, 10}, .trace = true};
    arena_init(&a);
    int r = json_parse(&a, SPAN("{\"下降比例\": 0.5, \"注册地\": \"示例省/甲市/东区\"}"),
                       SPAN("facts"), &j, NULL);
    if (r == 0)
        r = subject_from_json(&a, l, j, SPAN("facts"), &s, NULL);
    if (r == 0)
        r = match(&a, l, &s, &o, &c, NULL);
    if (r == 0 && !checkup_json(&a, c))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void test_faults(struct library *l)
{
    struct arena a;
    arena_init(&a);
    TEST("load without memory");
    fault_loop(load_once, (void *)(uintptr_t)within(&a, "library").p);
    TEST("check-up without memory");
    fault_loop(match_once, l);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    struct library *l = NULL;
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    if (argc != 2)
        return 2;
    folder = argv[1];
    arena_init(&a);
    diags_init(&diags, &a);
    if (CHECK_INT(library_load(within(&a, "library").p, &l, &diags, &err), 0)) {
        test_entries(l);
        test_bodies(l);
        test_days(l);
        test_regions(l);
        test_faults(l);
    }
    test_all_bad();
    library_unref(l);
    arena_release(&a);
    return test_end();
}
