/*
 * u_benefits.c: what a subject has had, from here and from elsewhere, and what of it does not stand
 * together with a measure, by the relations of an invented library (tests/rules/library). To blame:
 * src/casework/benefits.c.
 */
#include "casework/benefits.h"
#include "tests/casework/money_desk.h"

static const char *library_path;

#define FUND "{fund: own, name: 甲, region: 北京市/海淀区, holder: 局, cap: 100, order: approval}"

struct report {
    struct benefit_outside b;
    const struct actor *who;
    int64_t id;
};

static int report_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct report *r = context;
    return benefit_add(a, s, r->who, &r->b, &r->id, err);
}

static struct report report_of(struct money_desk *d, const char *measure, const char *kind)
{
    return (struct report){
        .who = &handler,
        .b = {.ground = {.measure = span_z(measure), .subject_id = money_subject(d, 1)},
              .kind = span_z(kind),
              .level = SPAN("北京市"),
              .on = {2020, 2, 1},
              .amount = 700,
              .months = 2,
              .times = 1,
              .source = SPAN("市人社局名单")}};
}

static int tell(struct money_desk *d, struct report *r)
{
    return money_do_on(d->s, &d->arena, report_run, r, NULL);
}

static size_t lines_of(struct money_desk *d, const struct benefit_query *q,
                       struct benefit_line **ret)
{
    size_t n = 0;
    CHECK_INT(benefits_of(&d->arena, d->s, q, ret, &n, NULL), 0);
    return n;
}

static void check_outside(struct money_desk *d)
{
    struct benefit_query q = {.subject_id = money_subject(d, 1)};
    struct benefit_line *lines = NULL;
    struct report r = report_of(d, "set/b", "paid");

    TEST("what others report, with their source; by measure and by day");
    CHECK_INT(tell(d, &r), 0);
    CHECK_INT(tell(d, &r), 0);
    r = report_of(d, "set/c", "refused");
    r.b.amount = r.b.months = r.b.times = 0;
    CHECK_INT(tell(d, &r), 0);
    CHECK_INT(lines_of(d, &q, &lines), 2);
    CHECK(lines[0].received == 1400 && lines[0].times == 2 && lines[0].months == 4);
    CHECK_TEXT(lines[0].source, "市人社局名单");
    CHECK(lines[1].refused == 1 && lines[1].received == 0 && lines[1].times == 0);
    q.measure = SPAN("set/c");
    CHECK_INT(lines_of(d, &q, &lines), 1);
    q = (struct benefit_query){.subject_id = q.subject_id, .from = SPAN("2020-02-02")};
    CHECK_INT(lines_of(d, &q, &lines), 0);

    TEST("reports that are refused");
    r = report_of(d, "set/b", "granted");
    CHECK_INT(tell(d, &r), E_INPUT);
    r = report_of(d, "set/b", "paid");
    r.b.source = SPAN(" ");
    CHECK_INT(tell(d, &r), E_INPUT);
    r = report_of(d, "set/b", "paid");
    r.b.amount = -1;
    CHECK_INT(tell(d, &r), E_INPUT);
    r = report_of(d, "set/b", "paid");
    r.who = &agent;
    CHECK_INT(tell(d, &r), E_FORBIDDEN);
}

/* ---- what does not stand together ---- */

static size_t clashes(struct money_desk *d, const struct library *l, const char *measure,
                      struct benefit_clash **ret)
{
    struct benefit_query q = {.subject_id = money_subject(d, 1)};
    const struct measure *m = library_find(l, span_z(measure), NULL);
    struct benefit_line *lines = NULL;
    size_t n = lines_of(d, &q, &lines), count = 0;

    if (CHECK(m != NULL))
        CHECK_INT(benefit_clashes(&d->arena, l, m, lines, n, ret, &count, NULL), 0);
    return count;
}

static int release_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    const int64_t *id = context;
    return fund_release(a, s, &reviewer, *id, SPAN("撤回"), err);
}

static void check_clashes(struct money_desk *d)
{
    struct diags diags;
    struct library *l = NULL;
    struct benefit_clash *at = NULL;
    struct fund_request q = money_request("own", money_subject(d, 1), 500);
    int64_t id = 0;

    diags_init(&diags, &d->arena);
    if (!CHECK(library_load(library_path, &l, &diags, NULL) == 0))
        return;
    TEST("set/a excludes set/b: seen from either side, as long as it is held");
    CHECK_INT(clashes(d, l, "set/a", &at), 0);
    money_fund(d, FUND);
    q.ground.measure = SPAN("set/b");
    CHECK_INT(money_reserve(d, &q, &id), 0);
    CHECK_INT(clashes(d, l, "set/a", &at), 1);
    CHECK(at && !at[0].reversed && at[0].relation->kind == RELATION_EXCLUDES);
    q.ground.measure = SPAN("top/alone"); /* says nothing of set/a */
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    CHECK_INT(clashes(d, l, "set/a", &at), 1);
    CHECK_INT(money_do_on(d->s, &d->arena, release_run, &id, NULL), 0);
    CHECK_INT(clashes(d, l, "set/a", &at), 0);
    q.ground.measure = SPAN("set/a");
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    CHECK_INT(clashes(d, l, "set/b", &at), 1);
    CHECK(at && at[0].reversed);
    CHECK_INT(clashes(d, l, "set/a", &at), 0); /* not with itself */
    CHECK_INT(money_wrong(d), 0);
    library_unref(l);
}

static void check_all(struct money_desk *d)
{
    money_clear(d);
    check_outside(d);
    money_clear(d);
    check_clashes(d);
    money_clear(d);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    library_path = argv[1];
    return money_main(check_all);
}
