/*
 * u_faults.c: loading the library of this folder, the best set, advice, changes, the comparison and
 * the calendar, each without memory somewhere. argv[1] is the library.
 */
#include "policy/compare.h"
#include "policy/ical.h"
#include "policy/whatif.h"
#include "tests/unit/fault.h"

static const char facts[] =
    "{\"注册地\": \"示例省/甲市/乙区\", \"人数\": 10, \"备案数\": 2, \"是否报送年报\": false, "
    "\"是否停工\": true, \"outcomes\": {\"less/earlier\": {\"已拨付\": true, \"金额\": 250}}, "
    "\"贷款\": [{\"id\": \"A\", \"利息\": 10}, {\"id\": \"B\", \"利息\": 30}, {\"id\": \"C\", "
    "\"利息\": 20}], \"贷款.complete\": true}";

struct trial {
    const char *folder;
    struct library *library;
};

static int side_by_side(struct arena *a, const struct library *l, const struct subject *s,
                        const struct match_options *o, const struct checkup *c, struct err *err)
{
    const struct advice *advice;
    const struct change *changes;
    struct comparison table;
    size_t n;
    int r = checkup_advice(a, c, &advice, &n, err);
    if (r == 0 && !advice_json(a, advice, n))
        r = E_MEMORY;
    if (r == 0)
        r = checkup_changes(a, c, c, &changes, &n);
    if (r == 0)
        r = compare_places(a, l, s, o, map_get(&l->fact_by_name, SPAN("注册地")), NULL, &table,
                           err);
    return r == 0 && !comparison_json(a, &table) ? E_MEMORY : r;
}

static int answer(void *context)
{
    const struct trial *t = context;
    struct arena a;
    struct err err = ERR_INIT;
    struct match_options o = {.as_of = {2020, 3, 9}, .trace = true};
    struct subject s;
    struct checkup *c = NULL;
    struct json *j = NULL;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    int r = json_parse(&a, span_z(facts), SPAN("facts"), &j, &err);
    if (r == 0)
        r = subject_from_json(&a, t->library, j, SPAN("facts"), &s, &err);
    if (r == 0)
        r = match(&a, t->library, &s, &o, &c, &err);
    if (r == 0 && !checkup_json(&a, c))
        r = E_MEMORY;
    if (r == 0)
        r = side_by_side(&a, t->library, &s, &o, c, &err);
    if (r == 0)
        checkup_ical(&out, c, false);
    if (r == 0 && (a.failed || buffer_failed(&out)))
        r = E_MEMORY;
    buffer_release(&out);
    arena_release(&a);
    return r;
}

static int load(void *context)
{
    const struct trial *t = context;
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    arena_init(&a);
    diags_init(&diags, &a);
    int r = library_load(t->folder, &l, &diags, &err);
    library_unref(l);
    arena_release(&a);
    return r;
}

int main(int argc, char **argv)
{
    struct trial t = {.folder = argc == 2 ? argv[1] : ""};
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    if (argc != 2)
        return 2;
    arena_init(&a);
    diags_init(&diags, &a);
    if (CHECK_INT(library_load(t.folder, &t.library, &diags, &err), 0)) {
        TEST("answers without memory");
        fault_loop(answer, &t);
        TEST("loading without memory");
        fault_loop(load, &t);
    }
    library_unref(t.library);
    arena_release(&a);
    return test_end();
}
