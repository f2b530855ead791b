/*
 * u_values.c: values of parameters and days of events: written into their file (parameter_edit.h),
 * drafted, approved, published; then who is told what differs for him (release_notices.h), on both
 * stores. The library is `events`.
 */
#include "base/date.h"
#include "casework/publishing.h"
#include "casework/release_notices.h"
#include "identity/accounts.h"
#include "policy/subjects.h"
#include "tests/identity/both.h"

static const char *folder;
#define PERSON(id, text)                                                                           \
    {                                                                                              \
        .account_id = (id), .name = {(text), sizeof(text) - 1}, .roles = 1u << USER_PUBLISHER      \
    }
static const struct actor writer = PERSON(101, "起草一"), second = PERSON(102, "发布二"),
                          operator_ = {.program = true, .name = {"operator", 8}};
#define FIRM "91000000MA00000018"
#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

/* ---- the file ---- */

#define HEAD                                                                                       \
    "parameters:\n  - parameter: 甲\n    type: number\n    holder: x\n    title: {zh: 甲, en: "  \
    "a}\n"
#define ITEM(text) "- {from: 2020-07-01, value: " text ", source: '文号'}\n"
#define REST       "  # 乙\n  - parameter: 乙\n    type: date\n    event: true\n    values: []\n"

static const struct {
    const char *what, *before, *after;
} edits[] = {
    {"no values yet", HEAD "    values: []\n" REST, HEAD "    values:\n      " ITEM("5") REST},
    {"none is said", HEAD REST, HEAD "    values:\n      " ITEM("5") REST},
    {"behind the last",
     HEAD "    values:\n      - {from: 2020-01-01, value: 4, source: a} # then\n" REST,
     HEAD "    values:\n      - {from: 2020-01-01, value: 4, source: a} # then\n      " ITEM("5")
         REST},
    {"items as deep as their key, one over two lines",
     HEAD "    values:\n    - from: 2020-01-01\n      value: 4\n      source: a\n" REST,
     HEAD "    values:\n    - from: 2020-01-01\n      value: 4\n      source: a\n    " ITEM("5")
         REST},
    {"values before other members", HEAD "    values: []   # none\n    unit: 元\n" REST,
     HEAD "    values:   # none\n      " ITEM("5") "    unit: 元\n" REST},
    {"the file ends without a line end",
     HEAD "    values:\n      - {from: 2020-01-01, value: 4, source: a}",
     HEAD "    values:\n      - {from: 2020-01-01, value: 4, source: a}\n      " ITEM("5")},
};

static void check_edits(void)
{
    const struct parameter_new x = {
        .value = SPAN(" 5 "), .from = SPAN("2020-07-01"), .source = SPAN("文号")};
    struct arena a;

    TEST("a value in its file: everything else stays");
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        struct span out = {0};
        arena_init(&a);
        OK(parameter_edit(&a, SPAN("甲"), span_z(edits[i].before), &x, &out, &err));
        if (!CHECK_TEXT(out, edits[i].after))
            printf("%s\n", edits[i].what);
        arena_release(&a);
    }
}

static int edit(const char *yaml, const char *name, struct parameter_new x, const char *says)
{
    struct err err = ERR_INIT;
    struct span out = {0};
    struct arena a;

    arena_init(&a);
    int r = parameter_edit(&a, span_z(name), span_z(yaml), &x, &out, &err);
    if (says && !CHECK(span_find(out, span_z(says)) != SIZE_MAX))
        printf("%.*s%s\n", SPAN_ARG(out), err.message);
    arena_release(&a);
    return r;
}
#define NEW(v, f, r, s)                                                                            \
    (struct parameter_new)                                                                         \
    {                                                                                              \
        .value = SPAN(v), .from = SPAN(f), .region = SPAN(r), .source = SPAN(s)                    \
    }

static void check_refusals(void)
{
    static const char yaml[] =
        HEAD "    values:\n      - {from: 2020-07-01, value: 4, region: 月球省, source: a}\n" REST;

    TEST("an event: its day is the day from which it holds; texts are quoted");
    CHECK_INT(edit(yaml, "乙", NEW("2020-07-20", "", "", "it's over"),
                   "- {from: 2020-07-20, value: 2020-07-20, source: 'it''s over'}"),
              0);
    CHECK_INT(edit(yaml, "甲", NEW("高, 低: #1", "2020-08-01", "月球省", "a"),
                   "value: '高, 低: #1', region: '月球省', source: 'a'}"),
              0);
    TEST("refused");
    CHECK_INT(edit(yaml, "丙", NEW("1", "2020-07-01", "", "a"), NULL), E_NOT_FOUND);
    CHECK_INT(edit(yaml, "乙", NEW("soon", "", "", "a"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "", "", "a"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "2020-13-01", "", "a"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("", "2020-07-01", "", "a"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1\n- x: y", "2020-07-01", "", "a"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "2020-07-01", "", " "), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "2020-07-01", "", "a\n b"), NULL), E_INPUT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "2020-07-01", "月球省", "a"), NULL), E_CONFLICT);
    CHECK_INT(edit(yaml, "甲", NEW("1", "2020-07-01", "", "a"), "value: 1, source: 'a'"), 0);
    CHECK_INT(edit(HEAD "    values: [{from: 2020-01-01, value: 4, source: a}]\n", "甲",
                   NEW("1", "2020-07-01", "", "a"), NULL),
              E_INPUT);
    CHECK_INT(edit("parameters: [{parameter: 甲, values: []}]\n", "甲",
                   NEW("1", "2020-07-01", "", "a"), NULL),
              E_INPUT);
    CHECK_INT(edit("parameters: [\n", "甲", NEW("1", "2020-07-01", "", "a"), NULL), E_NOT_FOUND);
}

/* ---- from the draft to the inbox ---- */

struct desk {
    struct store *s;
    struct arena a;
    struct library_cache *cache;
    int64_t agent, firm;
};

static int put_firm(struct store *s, void *context, struct err *err)
{
    struct desk *d = context;
    const struct fact_event idle = {.fact = SPAN("是否停工"),
                                    .value = value_boolean(true),
                                    .source = SPAN("申请人"),
                                    .basis = BASIS_DECLARED,
                                    .observed = {2020, 3, 1}};
    struct fact_event heads = idle;
    bool written;
    int r = subject_put(s, SPAN("enterprise"), SPAN(FIRM), SPAN("示例公司"), &d->firm, err);

    heads.fact = SPAN("参保人数");
    heads.period = SPAN("2019-12");
    heads.value = value_number(decimal_from_uint(30));
    if (r == 0)
        r = subject_add_event(&d->a, s, d->firm, &idle, &written, err);
    return r < 0 ? r : subject_add_event(&d->a, s, d->firm, &heads, &written, err);
}

static void make_people(struct desk *d)
{
    struct right_new x = {.role = USER_AGENT, .since = {2020, 1, 1}};
    int64_t id;

    OK(store_write(d->s, put_firm, d, &err));
    OK(account_add(d->s, &operator_, SPAN("agent"), SPAN(""), SPAN(""), &d->agent, &err));
    x.account_id = d->agent;
    x.subject_id = d->firm;
    OK(right_grant(d->s, &operator_, &x, &id, &err));
}

static size_t tell(struct desk *d)
{
    struct library_lender lender = {d->cache, d->s, &d->a};
    const struct release_news n = {.store = d->s, .library_of = library_of, .context = &lender};
    size_t told = 99;

    OK(release_notices(&n, &told, &err));
    return told;
}

static int64_t letters(struct desk *d, const char *with)
{
    struct span sql = arena_print(&d->a,
                                  "SELECT COUNT(*) FROM message WHERE channel = 'inbox' AND kind ="
                                  " 'library.changed' AND recipient = '%lld' AND text_zh LIKE"
                                  " '%%%s%%'",
                                  (long long)d->agent, with);
    return both_count(d->s, sql.p);
}

static int64_t draft(struct desk *d, const char *name, struct parameter_new x, int expect)
{
    struct library_files base;
    struct err err = ERR_INIT;
    int64_t id = 0;

    CHECK_INT(draft_base(&d->a, d->s, folder, clock_now_ms(), &base, &err), 0);
    if (!CHECK_INT(draft_value(&d->a, d->s, &writer, &base, span_z(name), &x, &id, &err), expect))
        printf("%s\n", err.message);
    return id;
}

static void publish(struct desk *d, int64_t id)
{
    static const char *const fields[] = {"disclosure", "tags", "review", "interpretation"};
    struct publication_report report;
    struct library_files base;
    struct diags diags;

    diags_init(&diags, &d->a);
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        OK(draft_set(&d->a, d->s, &writer, id, span_z(fields[i]), SPAN("通过"), &err));
    OK(draft_base(&d->a, d->s, folder, clock_now_ms(), &base, &err));
    OK(draft_approve(&d->a, d->s, &second, id, 0, &base, &diags, &err));
    OK(draft_publish(&d->a, d->s, &writer, id, &base, 0, &report, &diags, &err));
}

static void first_version(struct desk *d)
{
    struct publication_report report;
    struct library_files files;
    struct diags diags;

    diags_init(&diags, &d->a);
    OK(draft_base(&d->a, d->s, folder, clock_now_ms(), &files, &err));
    const struct publication p = {
        .files = files.at, .n = files.n, .label = "events", .reason = SPAN("首次")};
    OK(library_publish(&d->a, d->s, &writer, &p, &report, &diags, &err));
}

static void journey(struct desk *d)
{
    TEST("nothing is published: nothing to tell; the first version tells nobody");
    CHECK_INT(tell(d), 0);
    first_version(d);
    CHECK_INT(tell(d), 0);
    CHECK_INT(both_count(d->s, "SELECT COUNT(*) FROM library_told"), 1);

    TEST("the day of an event: drafted, approved by a second person, in force, and told");
    int64_t id = draft(d, "停工结束日", NEW("2020-06-30", "", "", "环政告〔2020〕3号"), 0);
    CHECK_INT(tell(d), 0);
    publish(d, id);
    CHECK_INT(tell(d), 1);
    CHECK_INT(letters(d, "截止日 2020-06-30（原为 未定）"), 1);
    CHECK_INT(tell(d), 0);

    TEST("a figure from a day to come changes nothing today");
    id = draft(d, "每人标准", NEW("600", "2021-01-01", "", "停工补助办法"), 0);
    publish(d, id);
    CHECK_INT(tell(d), 0);

    TEST("killed before it was noted: told once all the same");
    CHECK_INT(store_execute(d->s, "DELETE FROM library_told WHERE id > 1", NULL), 0);
    CHECK_INT(tell(d), 1); /* from the first version to this one is another pair */
    CHECK_INT(store_execute(d->s, "DELETE FROM library_told WHERE id > 1", NULL), 0);
    CHECK_INT(tell(d), 0);
    CHECK_INT(letters(d, ""), 2);

    TEST("taken back: told, too");
    struct version_release released;
    OK(library_withdraw(&d->a, d->s, &writer, 3, SPAN("日期有误"), &released, &err));
    OK(library_withdraw(&d->a, d->s, &writer, 2, SPAN("日期有误"), &released, &err));
    CHECK_INT(released.withdraws, 2);
    CHECK_INT(tell(d), 1);
    CHECK_INT(letters(d, "截止日 未定（原为 2020-06-30）"), 1);

    TEST("nobody for whom nothing differs; nobody whose account is closed");
    OK(account_disable(d->s, &operator_, d->agent, true, &err));
    publish(d, draft(d, "停工结束日", NEW("2020-07-31", "", "", "环政告〔2020〕4号"), 0));
    CHECK_INT(tell(d), 0);

    TEST("refused: no such parameter, a day that is none, one that is there");
    (void)draft(d, "没有的", NEW("1", "2020-01-01", "", "a"), E_NOT_FOUND);
    (void)draft(d, "停工结束日", NEW("明天", "", "", "a"), E_INPUT);
    (void)draft(d, "停工结束日", NEW("2020-07-31", "", "", "a"), E_CONFLICT);
}

static void suite(const char *url)
{
    struct desk d = {.s = both_open(url)};

    if (!d.s)
        return;
    setenv("HUIQI_NOW", "2020-03-10T10:00:00", 1);
    arena_init(&d.a);
    OK(library_cache_new(&d.cache, &err));
    make_people(&d);
    journey(&d);
    arena_release(&d.a);
    library_cache_free(d.cache);
    store_close(d.s);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    check_edits();
    check_refusals();
    return both_run(suite);
}
