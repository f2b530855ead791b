/*
 * u_match.c: matching without memory, without anything known, and over many items; what the data
 * files of tests/match cannot say.
 */
#include "policy/match.h"
#include "tests/unit/fault.h"

static const char everything[] =
    "{\"注册地\": \"示例省/甲市/东区\", \"人数\": {\"2019-12\": 120}, \"缴费额\": {\"2019\": "
    "{\"value\": 1234.5, \"source\": \"社保机构\","
    " \"date\": \"2020-01-02\", \"basis\": \"verified\"}}, \"是否欠费\": false, \"是否裁员\": "
    "false, \"行业\": [\"旅游\"],"
    " \"是否采购\": true, \"采购额\": 1000, \"采购次数\": 3, \"荣誉\": [\"优秀\"], "
    "\"荣誉.complete\": false,"
    " \"贷款\": [{\"id\": \"A\", \"本金\": 100, \"是否线上\": true, \"签订日\": \"2020-01-05\"}, "
    "{\"id\": \"B\", \"本金\": 50}]}";

struct trial {
    struct library *library;
    const char *facts;
};

static int check_up(struct arena *a, const struct trial *c, struct checkup **ret, struct err *err)
{
    struct match_options options = {.as_of = {2020, 3, 9}, .trace = true};
    struct subject *subject =
        ARENA_NEW(a, struct subject); /* a check-up keeps views of its facts */
    struct json *j;
    int r = subject ? json_parse(a, span_z(c->facts), SPAN("facts"), &j, err) : E_MEMORY;
    if (r == 0)
        r = subject_from_json(a, c->library, j, SPAN("facts"), subject, err);
    return r < 0 ? r : match(a, c->library, subject, &options, ret, err);
}

static int without_memory(void *context)
{
    const struct trial *c = context;
    struct arena a;
    struct err err = ERR_INIT;
    struct checkup *checkup = NULL;
    const struct question *q;
    size_t n;
    arena_init(&a);
    int r = check_up(&a, c, &checkup, &err);
    if (r == 0)
        r = checkup_questions(&a, checkup, 5, &q, &n, &err);
    if (r == 0 && !checkup_json(&a, checkup))
        r = E_MEMORY;
    if (r == 0 && a.failed)
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void many_items(struct trial *c)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct checkup *checkup = NULL;
    struct buffer text = BUFFER_INIT;
    size_t loans = 0;
    arena_init(&a);
    buffer_add_z(&text, "{\"贷款.complete\": true, \"贷款\": [");
    for (int i = 0; i < 300; i++)
        buffer_print(
            &text,
            "%s{\"id\": \"L%d\", \"本金\": %d, \"是否线上\": true, \"签订日\": \"2020-01-05\"}",
            i ? "," : "", i, i + 1);
    buffer_add_z(&text, "]}");
    c->facts = text.p;
    CHECK_INT(check_up(&a, c, &checkup, &err), 0);
    for (size_t i = 0; checkup && i < checkup->n; i++) {
        const struct finding *f = &checkup->findings[i];
        struct decimal wanted;
        if (span_eq(f->measure->id, SPAN("example/sum"))) {
            CHECK(decimal_parse(SPAN("45150"), &wanted)); /* 1 + ... + 300 */
            CHECK(f->results[0].has_value &&
                  decimal_compare(f->results[0].value.number, wanted) == 0);
        }
        loans += span_eq(f->measure->id, SPAN("example/interest"));
    }
    CHECK_INT(loans, 300);
    buffer_release(&text);
    arena_release(&a);
}

static void order(struct trial *c)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct checkup *checkup = NULL;
    arena_init(&a);
    c->facts = everything;
    CHECK_INT(check_up(&a, c, &checkup, &err), 0);
    for (size_t i = 1; checkup && i < checkup->n; i++)
        CHECK(checkup->findings[i - 1].group <= checkup->findings[i].group);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    struct trial c = {.facts = everything};
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    if (argc != 2)
        return 2;
    arena_init(&a);
    diags_init(&diags, &a);
    if (CHECK_INT(library_load(argv[1], &c.library, &diags, &err), 0)) {
        TEST("order of groups");
        order(&c);
        TEST("many items");
        many_items(&c);
        TEST("without memory");
        c.facts = everything;
        fault_loop(without_memory, &c);
        TEST("nothing known, without memory");
        c.facts = "{}";
        fault_loop(without_memory, &c);
    }
    library_unref(c.library);
    arena_release(&a);
    return test_end();
}
