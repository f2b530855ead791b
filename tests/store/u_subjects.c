/*
 * u_subjects.c: subjects and their facts, on both engines: what is appended, what is known at a
 * date, what can be taken back, and that the present is a view of the history. To blame:
 * src/policy/subjects.c, subjects_load.c, import_json.c (set), src/store.
 */
#include "identity/actor.h"
#include "tests/store/desk.h"

/* ---- saying ---- */

struct saying {
    struct desk *desk;
    unsigned subject;
    const char *key, *value, *source, *day; /* an empty value takes back */
    bool verified;
    size_t written;
};

/* One assignment by `set`; returns its code. */
static int say(struct saying *w, struct err *err)
{
    struct arena *a = &w->desk->arena;
    struct import_options o = {.kind = &ENTERPRISE_KIND,
                               .file = SPAN("set"),
                               .source = span_z(w->source ? w->source : "申请人"),
                               .basis = w->verified ? BASIS_VERIFIED : BASIS_DECLARED,
                               .observed = desk_day(w->day ? w->day : "2020-03-01")};
    struct assignment at = {span_z(w->key), span_z(w->value)};
    struct import_report report = {0};
    int r = subject_set(a, w->desk->store, w->desk->library, desk_code(a, w->subject), &at, 1, &o,
                        &report, err);
    w->written = report.facts;
    return r;
}

/* Says it; returns the number of events written. */
#define SAY(d, n, ...) said(&(struct saying){.desk = (d), .subject = (n), __VA_ARGS__})
static int64_t said(struct saying *w)
{
    struct err err = ERR_INIT;
    if (!CHECK(say(w, &err) == 0))
        printf("%s=%s: %s\n", w->key, w->value, err.message);
    return (int64_t)w->written;
}

/* ---- asking ---- */

static struct subject ask(struct desk *d, const struct library *l, unsigned n, const char *as_of,
                          const char *known_by, size_t *unused)
{
    struct subject s = {0};
    struct err err = ERR_INIT;
    if (!CHECK(subject_load_counting(&d->arena, d->store, l, SPAN("enterprise"),
                                     desk_code(&d->arena, n), desk_day(as_of), desk_day(known_by),
                                     &s, unused, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

static const struct fact_value *value_of(const struct subject *s, const char *fact,
                                         const char *item, const char *period)
{
    for (size_t i = 0; i < s->n; i++)
        if (span_eq(s->values[i].fact->name, span_z(fact)) &&
            span_eq(s->values[i].item, span_z(item)) &&
            span_eq(s->values[i].period, span_z(period)))
            return &s->values[i];
    return NULL;
}

/* The value as text; "unknown" when there is none. */
static struct span text_of(struct desk *d, const struct subject *s, const char *fact,
                           const char *item, const char *period)
{
    const struct fact_value *v = value_of(s, fact, item, period);
    struct buffer b = BUFFER_INIT;

    if (!v)
        return SPAN("unknown");
    value_text(&b, v->value);
    struct span t = arena_copy(&d->arena, buffer_span(&b));
    buffer_release(&b);
    return t;
}

static struct span size_at(struct desk *d, unsigned n, const char *as_of)
{
    struct subject s = ask(d, d->library, n, as_of, "2999-12-31", NULL);
    return text_of(d, &s, "规模", "", "");
}

static void check_verified(struct desk *d)
{
    struct err err = ERR_INIT;
    int64_t rows = -1, bad = -1;
    CHECK_INT(subjects_verify(d->store, &rows, &bad, &err), 0);
    CHECK_INT(bad, 0);
    CHECK_INT(rows, desk_count(d, "SELECT COUNT(*) FROM fact_now"));
}

/* ---- subjects ---- */

static int put_name(struct store *s, void *context, struct err *err)
{
    struct span *name = context;
    int64_t id = 0;
    int r = subject_put(s, SPAN("enterprise"), SPAN("CODE"), *name, &id, err);
    return r < 0 ? r : id > 0 ? 0 : E_STORE;
}

static void check_subjects(struct desk *d)
{
    struct err err = ERR_INIT;
    struct subject_row row, *rows = NULL;
    struct span names[] = {SPAN("甲"), SPAN(""), SPAN("乙")};
    size_t n = 99;

    TEST("put, find, list");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        CHECK_INT(store_write(d->store, put_name, &names[i], &err), 0);
        CHECK_INT(subject_find(&d->arena, d->store, SPAN("enterprise"), SPAN("CODE"), &row, &err),
                  0);
        CHECK_TEXT(row.name, i < 2 ? "甲" : "乙"); /* an empty name leaves the old one */
    }
    CHECK_INT(DESK_SUBJECTS(d), 1);
    CHECK_INT(subject_find(&d->arena, d->store, SPAN("person"), SPAN("CODE"), &row, &err),
              E_NOT_FOUND);
    CHECK(strstr(err.hint, "huiqi person") != NULL);
    for (unsigned i = 1; i <= 5; i++)
        SAY(d, i, .key = "规模", .value = "小型");
    CHECK_INT(subject_list(&d->arena, d->store, SPAN("enterprise"), SPAN("9"), 3, &rows, &n, &err),
              0);
    CHECK_INT(n, 3);
    CHECK(span_eq(rows[2].code, desk_code(&d->arena, 3)));
    CHECK_INT(
        subject_list(&d->arena, d->store, SPAN("enterprise"), rows[2].code, 3, &rows, &n, &err), 0);
    CHECK_INT(n, 3); /* 4, 5 and CODE */
    CHECK_INT(subject_list(&d->arena, d->store, SPAN("person"), SPAN(""), 3, &rows, &n, &err), 0);
    CHECK_INT(n, 0);
}

/* ---- appending ---- */

static void check_append(struct desk *d)
{
    TEST("the same twice is nothing new");
    desk_clear(d);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "小型"), 1);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "小型"), 0);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "小型", .day = "2020-06-01"), 0);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "小型", .verified = true), 1);
    CHECK_INT(SAY(d, 1, .key = "人数@2019-12", .value = "28"), 1);
    CHECK_INT(SAY(d, 1, .key = "人数@2019-12", .value = "28.0"), 0); /* one number, two spellings */
    CHECK_INT(SAY(d, 1, .key = "人数@2020-01", .value = "28"), 1);
    TEST("an old word after a newer one");
    CHECK_INT(SAY(d, 2, .key = "规模", .value = "小型", .day = "2020-01-01"), 1);
    CHECK_INT(SAY(d, 2, .key = "规模", .value = "中型", .day = "2020-02-01"), 1);
    CHECK_INT(SAY(d, 2, .key = "规模", .value = "小型", .day = "2020-01-01"), 0);
    CHECK_TEXT(size_at(d, 2, "2020-03-09"), "中型");
    CHECK_INT(SAY(d, 2, .key = "规模", .value = "微型", .day = "2019-12-01"), 1);
    CHECK_TEXT(size_at(d, 2, "2020-03-09"), "中型");
    CHECK_TEXT(size_at(d, 2, "2019-12-31"), "微型");
    CHECK_INT(DESK_EVENTS(d), 7);
    check_verified(d);
}

static void check_dates(struct desk *d)
{
    TEST("as of a date");
    desk_clear(d);
    SAY(d, 1, .key = "规模", .value = "小型", .day = "2020-01-01");
    SAY(d, 1, .key = "规模", .value = "中型", .day = "2020-06-01");
    CHECK_TEXT(size_at(d, 1, "2020-01-01"), "小型"); /* on the day itself */
    CHECK_TEXT(size_at(d, 1, "2020-05-31"), "小型");
    CHECK_TEXT(size_at(d, 1, "2020-06-01"), "中型");
    CHECK_TEXT(size_at(d, 1, "2019-12-31"), "中型"); /* none before: the latest */
    TEST("of two on one day, the one recorded last");
    SAY(d, 1, .key = "规模", .value = "大型", .day = "2020-06-01");
    CHECK_TEXT(size_at(d, 1, "2020-06-01"), "大型");
    TEST("known by");
    struct subject s = ask(d, d->library, 1, "2020-06-01", "2019-12-31", NULL);
    CHECK_INT(s.n, 0); /* recorded later than that */
    check_verified(d);
}

static void check_sources(struct desk *d)
{
    TEST("the holder, then the time, then the youngest");
    desk_clear(d);
    SAY(d, 1, .key = "规模", .value = "小型", .source = "统计部门", .day = "2020-01-01");
    SAY(d, 1, .key = "规模", .value = "中型", .source = "申请人", .day = "2020-02-01");
    struct subject s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    CHECK_INT(s.n, 1);
    CHECK_TEXT(s.values[0].source, "统计部门");
    CHECK(s.values[0].conflict && s.values[0].has_date);
    SAY(d, 2, .key = "规模", .value = "小型", .source = "某平台", .day = "2020-02-01");
    SAY(d, 2, .key = "规模", .value = "中型", .source = "申请人", .day = "2020-02-02");
    SAY(d, 2, .key = "规模", .value = "大型", .source = "银行", .day = "2020-08-01");
    CHECK_TEXT(size_at(d, 2, "2020-03-09"), "中型");
    CHECK_TEXT(size_at(d, 2, "2020-09-09"), "大型");
    SAY(d, 3, .key = "规模", .value = "小型", .source = "某平台");
    SAY(d, 3, .key = "规模", .value = "小型", .source = "申请人");
    s = ask(d, d->library, 3, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 1 && !s.values[0].conflict); /* they agree */
    TEST("basis");
    SAY(d, 4, .key = "收入@2019", .value = "1200.50", .verified = true);
    s = ask(d, d->library, 4, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 1 && s.values[0].basis == BASIS_VERIFIED);
    check_verified(d);
}

static void check_withdrawal(struct desk *d)
{
    TEST("taken back is unknown again");
    desk_clear(d);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = ""), 0); /* nothing to take back */
    SAY(d, 1, .key = "规模", .value = "小型", .day = "2020-01-01");
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "", .day = "2020-02-01"), 1);
    CHECK_INT(SAY(d, 1, .key = "规模", .value = "", .day = "2020-02-01"), 0);
    CHECK_TEXT(size_at(d, 1, "2020-03-09"), "unknown");
    CHECK_TEXT(size_at(d, 1, "2020-01-15"), "小型"); /* then it was still said */
    SAY(d, 1, .key = "规模", .value = "中型", .source = "银行", .day = "2020-01-01");
    CHECK_TEXT(size_at(d, 1, "2020-03-09"), "中型"); /* another source's word stands */
    SAY(d, 1, .key = "规模", .value = "微型", .day = "2020-04-01");
    CHECK_TEXT(size_at(d, 1, "2020-04-01"), "微型");
    TEST("null is known to be absent, not unknown");
    SAY(d, 2, .key = "成立日", .value = "null");
    struct subject s = ask(d, d->library, 2, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 1 && s.values[0].value.kind == VALUE_NULL);
    check_verified(d);
}

/* ---- items and lists ---- */

static void check_items(struct desk *d)
{
    TEST("items and completeness");
    desk_clear(d);
    SAY(d, 1, .key = "贷款/L1.本金", .value = "100");
    SAY(d, 1, .key = "贷款/L1.利息@2020-01", .value = "3");
    SAY(d, 1, .key = "贷款/L2", .value = "是");
    struct subject s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    CHECK_INT(s.list_count, 1);
    CHECK(s.lists[0].given && !s.lists[0].complete && !s.lists[0].flat && s.lists[0].n == 2);
    CHECK_TEXT(text_of(d, &s, "利息", "L1", "2020-01"), "3");
    SAY(d, 1, .key = "贷款.complete", .value = "是");
    SAY(d, 1, .key = "贷款/L1", .value = "否");
    s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.lists[0].complete && s.lists[0].n == 1 && s.n == 0);
    CHECK_TEXT(s.lists[0].ids[0], "L2");
    SAY(d, 1, .key = "贷款/L1", .value = "");
    s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.lists[0].n == 2 && s.n == 2);
    TEST("one item without a list");
    SAY(d, 2, .key = "本金", .value = "5");
    s = ask(d, d->library, 2, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.lists[0].flat && s.lists[0].n == 1 && s.lists[0].ids[0].n == 0);
    SAY(d, 2, .key = "贷款/L1.本金", .value = "6");
    s = ask(d, d->library, 2, "2020-03-09", "2999-12-31", NULL);
    CHECK(!s.lists[0].flat && s.lists[0].n == 2);
    CHECK_TEXT(text_of(d, &s, "本金", "未编号", ""), "5");
    TEST("a list of texts is complete unless it says otherwise");
    SAY(d, 3, .key = "行业", .value = "旅游、会展");
    s = ask(d, d->library, 3, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 1 && s.values[0].value.list->n == 2 &&
          s.values[0].value.list->coverage == COVERAGE_COMPLETE);
    SAY(d, 3, .key = "行业.complete", .value = "否");
    s = ask(d, d->library, 3, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 1 && s.values[0].value.list->coverage == COVERAGE_PARTIAL &&
          s.values[0].value.list->missing);
    check_verified(d);
}

static int many_items(struct store *s, void *context, struct err *err)
{
    struct desk *d = context;
    int64_t id = 0;
    int r = subject_put(s, SPAN("enterprise"), desk_code(&d->arena, 9), SPAN(""), &id, err);
    for (int i = 0; i < 3000 && r == 0; i++) {
        struct fact_event e = {.fact = SPAN("本金"),
                               .item = arena_print(&d->arena, "L%d", i),
                               .period = SPAN(""),
                               .value = value_int(i),
                               .source = SPAN("银行"),
                               .observed = desk_day("2020-01-01")};
        r = subject_add_event(&d->arena, s, id, &e, NULL, err);
    }
    return r;
}

static void check_many_items(struct desk *d)
{
    struct err err = ERR_INIT;

    TEST("three thousand items");
    CHECK_INT(store_write(d->store, many_items, d, &err), 0);
    struct subject s = ask(d, d->library, 9, "2020-03-09", "2999-12-31", NULL);
    CHECK(s.n == 3000 && s.lists[0].n == 3000);
}

/* ---- another library ---- */

static void check_later(struct desk *d)
{
    size_t unused = 0;

    TEST("what a later library does not know stays and is not used");
    desk_clear(d);
    SAY(d, 1, .key = "规模", .value = "小型");
    SAY(d, 1, .key = "是否上市", .value = "是");
    SAY(d, 1, .key = "成立日", .value = "2001-02-03");
    SAY(d, 1, .key = "简介", .value = "一家企业");
    SAY(d, 1, .key = "贷款/L1", .value = "是");
    struct subject s = ask(d, d->later, 1, "2020-03-09", "2999-12-31", &unused);
    CHECK_INT(s.n, 1);
    CHECK_INT(unused, 4);
    CHECK_TEXT(text_of(d, &s, "成立日", "", ""), "2001-02-03");
    s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", &unused);
    CHECK_INT(s.n, 4);
    CHECK_INT(unused, 0);
}

/* ---- as JSON and back ---- */

static void check_json(struct desk *d)
{
    static const char *const facts[][2] = {{"规模", "小型"},
                                           {"人数@2019-12", "28"},
                                           {"人数@2020-01", "30"},
                                           {"收入@2019", "1234567.89"},
                                           {"行业", "旅游;会展"},
                                           {"行业.complete", "否"},
                                           {"是否上市", "否"},
                                           {"成立日", "2001-02-03"},
                                           {"简介", "null"},
                                           {"贷款/L1.本金", "10"},
                                           {"贷款/L1.利息@2020-01", "1"},
                                           {"贷款/L1.利息@2020-02", "2"},
                                           {"贷款/L2", "是"},
                                           {"贷款.complete", "是"}};
    struct err err = ERR_INIT;
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    struct subject s, again;

    TEST("JSON round trip");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        CHECK_INT(SAY(d, 1, .key = facts[i][0], .value = facts[i][1]), 1);
    s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    struct json *j = subject_json(&d->arena, d->library, &s);
    json_print(&first, j, JSON_COMPACT);
    if (!CHECK(subject_from_json(&d->arena, d->library, j, SPAN("json"), &again, &err) == 0))
        printf("%s\n", err.message);
    json_print(&second, subject_json(&d->arena, d->library, &again), JSON_COMPACT);
    CHECK_TEXT(buffer_span(&second), first.p);
    CHECK(again.n == s.n && again.list_count == s.list_count && span_eq(again.id, s.id) &&
          span_eq(again.kind, s.kind));
    TEST("import of what was exported");
    struct buffer file = BUFFER_INIT;
    buffer_print(&file, "{\"%.*s\": %s}", SPAN_ARG(s.id), first.p);
    struct import_options o = {.kind = &ENTERPRISE_KIND,
                               .file = SPAN("f.json"),
                               .source = SPAN("申请人"),
                               .basis = BASIS_DECLARED,
                               .observed = desk_day("2020-03-01")};
    struct import_report report = {0};
    CHECK_INT(subjects_import_json(&d->arena, d->store, d->library, buffer_span(&file), &o, &report,
                                   &err),
              0);
    CHECK_INT(report.facts, 0); /* all of it is known */
    desk_clear(d);
    CHECK_INT(subjects_import_json(&d->arena, d->store, d->library, buffer_span(&file), &o, &report,
                                   &err),
              0);
    CHECK_INT(report.facts, COUNT_OF(facts));
    buffer_clear(&second);
    s = ask(d, d->library, 1, "2020-03-09", "2999-12-31", NULL);
    json_print(&second, subject_json(&d->arena, d->library, &s), JSON_COMPACT);
    CHECK_TEXT(buffer_span(&second), first.p);
    check_verified(d);
    buffer_release(&first);
    buffer_release(&second);
    buffer_release(&file);
}

/* ---- mistakes ---- */

static void check_mistakes(struct desk *d)
{
    static const struct {
        const char *key, *value;
        int code;
        const char *says; /* in message or hint */
    } bad[] = {
        {"规摸", "小型", E_NAME, "规模"},
        {"规模", "小微", E_INPUT, "小型"},
        {"人数", "5", E_INPUT, "人数@2019-12"},
        {"人数@2019", "5", E_INPUT, "2019-12"},
        {"人数@2019-13", "5", E_INPUT, "2019-13"},
        {"人数@2019-12", "-1", E_RANGE, "不能小于 0"},
        {"人数@2019-12", "1.5", E_RANGE, "整数"},
        {"人数@2019-12", "1000001", E_RANGE, "不能大于"},
        {"人数@2019-12", "１２", E_INPUT, "数字"},
        {"收入@2019", "1,200", E_INPUT, "千位"},
        {"收入@2019", "12万元", E_INPUT, "元"},
        {"收入@2019", "5%", E_INPUT, "0.05"},
        {"收入@2019", "NaN", E_INPUT, "数字"},
        {"成立日", "2001/2/3", E_INPUT, "2020-03-09"},
        {"成立日", "2001-02-30", E_INPUT, "日期"},
        {"是否上市", "也许", E_TYPE, "是 或 否"},
        {"行业", "旅游、餐饮", E_INPUT, "餐饮"},
        {"贷款", "5", E_NAME, "贷款/"},
        {"贷欵/L1.本金", "5", E_NAME, "贷款"},
        {"贷款/L1.规模", "小型", E_NAME, "主体本身"},
        {"贷款/L1.本经", "5", E_NAME, "本金"},
        {"贷款/.本金", "5", E_INPUT, "编号"},
        {"规模.complete", "是", E_TYPE, "不是列表"},
        {"行页.complete", "是", E_NAME, "行页"},
        {"贷款.complete", "1", E_TYPE, "是 或 否"},
        {"规模@2019", "小型", E_INPUT, "去掉"},
        {"", "5", E_NAME, "名称"},
    };

    TEST("mistakes are named and leave nothing");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct err err = ERR_INIT;
        int r =
            say(&(struct saying){.desk = d, .subject = 1, .key = bad[i].key, .value = bad[i].value},
                &err);
        if (!CHECK(r == bad[i].code &&
                   (strstr(err.message, bad[i].says) || strstr(err.hint, bad[i].says))))
            printf("%s=%s: %d %s | %s\n", bad[i].key, bad[i].value, r, err.message, err.hint);
        CHECK(err.file[0] != 0);
    }
    CHECK_INT(DESK_SUBJECTS(d), 0);
}

static void check_verify(struct desk *d)
{
    struct err err = ERR_INIT;
    int64_t rows = 0, bad = 0;

    TEST("verify finds a tampered present");
    desk_clear(d);
    SAY(d, 1, .key = "规模", .value = "小型", .day = "2020-01-01");
    SAY(d, 1, .key = "规模", .value = "中型", .day = "2020-02-01");
    SAY(d, 1, .key = "简介", .value = "甲");
    check_verified(d);
    CHECK_INT(
        store_execute(
            d->store,
            "UPDATE fact_now SET event_id = (SELECT MIN(id) FROM fact_event) WHERE fact = '规模'",
            &err),
        0);
    CHECK_INT(subjects_verify(d->store, &rows, &bad, &err), 0);
    CHECK(rows == 2 && bad > 0);
    CHECK_INT(store_execute(d->store, "DELETE FROM fact_now", &err), 0);
    CHECK_INT(subjects_verify(d->store, &rows, &bad, &err), 0);
    CHECK(rows == 0 && bad == 2);
}

static int forget(struct desk *d, const struct actor *who, const char *day, bool dry,
                  int64_t *ret_events)
{
    struct err err = ERR_INIT;
    struct forgotten *at = NULL;
    size_t n = 0;
    int r =
        subjects_forget(&d->arena, d->store, d->library, who, desk_day(day), dry, &at, &n, &err);

    *ret_events = -1;
    if (r == 0 && CHECK_INT(n, 1) && CHECK(span_eq(at[0].fact->name, SPAN("体温"))))
        *ret_events = at[0].events;
    return r;
}

static void check_forget(struct desk *d)
{
    static const struct actor program = {.name = {"timer", 5}, .program = true},
                              handler = {.name = {"h", 1}, .roles = 1u << USER_HANDLER};
    int64_t n;

    TEST("what is sensitive is kept for two months behind its day, the rest stays");
    desk_clear(d);
    SAY(d, 1, .key = "体温", .value = "36.5", .day = "2020-01-01");
    SAY(d, 1, .key = "体温", .value = "36.6", .day = "2020-02-10");
    SAY(d, 2, .key = "体温", .value = "36.7", .day = "2020-01-09");
    SAY(d, 2, .key = "规模", .value = "小型", .day = "2019-01-01");
    CHECK_INT(forget(d, &handler, "2020-03-09", false, &n), E_FORBIDDEN);
    CHECK_INT(forget(d, &program, "2020-03-09", true, &n), 0);
    CHECK_INT(n, 1); /* 01-01; 01-09 is the first day that is kept */
    CHECK_INT(forget(d, &program, "2020-03-09", false, &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(forget(d, &program, "2020-03-09", true, &n), 0);
    CHECK_INT(n, 0);
    check_verified(d);
    CHECK_INT(forget(d, &program, "2020-03-10", false, &n), 0);
    CHECK_INT(n, 1);
    struct subject one = ask(d, d->library, 1, "2020-03-10", "2999-12-31", NULL),
                   two = ask(d, d->library, 2, "2020-03-10", "2999-12-31", NULL);
    CHECK(value_of(&one, "体温", "", "") && !value_of(&two, "体温", "", ""));
    CHECK(value_of(&two, "规模", "", "") != NULL);
    check_verified(d);
}

static void check_engine(struct desk *d)
{
    check_subjects(d);
    check_append(d);
    check_dates(d);
    check_sources(d);
    check_withdrawal(d);
    check_items(d);
    check_many_items(d);
    check_later(d);
    check_json(d);
    check_mistakes(d);
    check_verify(d);
    check_forget(d);
}

int main(int argc, char **argv)
{
    return desk_main(argc, argv, check_engine);
}
