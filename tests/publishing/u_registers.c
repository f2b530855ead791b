/*
 * u_registers.c: lists that an office keeps: four eyes, what follows what, as of a day and as known
 * at an instant, what rules see of them, what a black list bars. The list of the test lasts 36
 * months.
 */
#include "base/date.h"
#include "casework/register_batch.h"
#include "policy/subjects.h"
#include "tests/identity/both.h"
#include "tests/unit/fault.h"

#define CODE "91000000000000115R"

static const char *folder;
static struct library *library;
#define PERSON(id, text, role)                                                                     \
    {                                                                                              \
        .account_id = (id), .name = {(text), sizeof(text) - 1}, .roles = 1u << USER_##role         \
    }
static const struct actor handler = PERSON(1, "经办一", HANDLER),
                          reviewer = PERSON(2, "审核二", REVIEWER),
                          publisher = PERSON(3, "发布三", PUBLISHER),
                          auditor = PERSON(4, "审计四", AUDITOR);

struct desk {
    struct store *s;
    struct arena a;
    struct span code;
};

static void at(const char *now)
{
    setenv("HUIQI_NOW", now, 1);
}

static int propose(struct desk *d, const struct actor *who, const char *list, struct span code,
                   const char *reason, int64_t *ret)
{
    struct err err = ERR_INIT;
    const struct register_new x = {.name_of_list = span_z(list),
                                   .subject_kind = SPAN("enterprise"),
                                   .subject_code = code,
                                   .reason = span_z(reason)};
    return register_propose(&d->a, d->s, library, who, &x, ret, &err);
}

static int step(struct desk *d, const struct actor *who, int64_t id, enum register_step what,
                const char *from, const char *to, const char *reason)
{
    struct err err = ERR_INIT;
    const struct register_change c = {
        .step = what, .from_day = span_z(from), .to_day = span_z(to), .reason = span_z(reason)};
    return register_do(&d->a, d->s, library, who, id, &c, &err);
}

static size_t on_list(struct desk *d, const char *day, int64_t known_at)
{
    struct register_entry *at;
    struct err err = ERR_INIT;
    size_t n = 99;
    const struct register_query q = {
        .name_of_list = SPAN("旅游市场黑名单"), .day = span_z(day), .known_at = known_at};
    CHECK_INT(register_list(&d->a, d->s, &q, &at, &n, &err), 0);
    return n;
}

/* What rules see: 1 listed, 0 not listed, -1 nothing is known. */
static int fact_on(struct desk *d, const char *day)
{
    struct subject x;
    struct date on;
    struct err err = ERR_INIT;
    if (!CHECK(date_parse(span_z(day), &on)) ||
        subject_load(&d->a, d->s, library, SPAN("enterprise"), d->code, on, date_today(), &x,
                     &err) < 0)
        return -1;
    struct match_options options = {.as_of = on};
    struct checkup *c = NULL;
    CHECK_INT(match(&d->a, library, &x, &options, &c, &err), 0);
    for (size_t i = 0; c && i < c->n; i++)
        for (size_t k = 0; k < c->findings[i].measure->condition_count; k++) {
            const struct condition_finding *f = &c->findings[i].conditions[k];
            if (span_find(f->condition->test.text, SPAN("黑名单")) != SIZE_MAX)
                return value_is_true(f->truth) ? 0 : value_is_false(f->truth) ? 1 : -1;
        }
    return -2;
}

static size_t bars(struct desk *d, const char *day, unsigned *ret_effects)
{
    struct register_bar *at;
    struct date on;
    struct err err = ERR_INIT;
    size_t n = 99;
    CHECK(date_parse(span_z(day), &on));
    CHECK_INT(register_bars(&d->a, d->s, SPAN("enterprise"), d->code, on, &at, &n, &err), 0);
    *ret_effects = n ? at[0].effects : 0;
    return n;
}

static int64_t check_proposing(struct desk *d)
{
    int64_t id = 0, other = 0;

    TEST("what cannot be proposed");
    CHECK_INT(propose(d, &auditor, "旅游市场黑名单", d->code, "x", &id), E_FORBIDDEN);
    CHECK_INT(propose(d, &handler, "行业", d->code, "x", &id), E_NOT_FOUND);
    CHECK_INT(propose(d, &handler, "无此名单", d->code, "x", &id), E_NOT_FOUND);
    CHECK_INT(propose(d, &handler, "旅游市场黑名单", d->code, " ", &id), E_INPUT);
    CHECK_INT(propose(d, &handler, "旅游市场黑名单", SPAN("123"), "x", &id), E_INPUT);
    CHECK_INT(both_count(d->s, "SELECT count(*) FROM register_entry"), 0);

    TEST("proposed once");
    CHECK_INT(propose(d, &handler, "旅游市场黑名单", d->code, "质保金未归还", &id), 0);
    CHECK_INT(propose(d, &handler, "旅游市场黑名单", d->code, "又一次", &other), E_CONFLICT);
    CHECK_INT(propose(d, &handler, "重点企业", d->code, "纳税", &other), 0);
    CHECK_INT(on_list(d, "2020-03-09", 0), 0);
    return id;
}

static void check_four_eyes(struct desk *d)
{
    struct actor both = handler, deputy = PERSON(9, "代理九", REVIEWER);
    static const struct actor operator= {.program = true, .name = {"operator", 8}};
    int64_t id = 0;

    TEST("nobody examines what he proposed, in his own name or another's");
    both.roles |= 1u << USER_REVIEWER;
    deputy.for_account_id = handler.account_id;
    CHECK_INT(propose(d, &both, "重点企业", SPAN("910000000000001158"), "x", &id),
              E_INPUT); /* a wrong check character */
    struct err err = ERR_INIT;
    const struct register_new thing = {
        .name_of_list = SPAN("重点企业"), .name = SPAN("某研发用物品"), .reason = SPAN("清单")};
    CHECK_INT(register_propose(&d->a, d->s, library, &both, &thing, &id, &err), 0);
    CHECK_INT(step(d, &both, id, REGISTER_STEP_APPROVE, "", "", ""), E_FORBIDDEN);
    CHECK_INT(step(d, &deputy, id, REGISTER_STEP_APPROVE, "", "", ""), E_FORBIDDEN);
    CHECK_INT(step(d, &handler, id, REGISTER_STEP_APPROVE, "", "", ""), E_FORBIDDEN);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_REFUSE, "", "", ""), E_INPUT);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_REFUSE, "", "", "不符合"), 0);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_APPROVE, "", "", ""), E_CONFLICT);
    TEST("nor the operator");
    CHECK_INT(register_propose(&d->a, d->s, library, &operator, & thing, &id, &err), 0);
    CHECK_INT(step(d, &operator, id, REGISTER_STEP_APPROVE, "", "", ""), E_FORBIDDEN);
}

static void check_life(struct desk *d, int64_t id)
{
    unsigned effects;

    TEST("published from a day to come, for 36 months");
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "", "", ""), E_CONFLICT);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_APPROVE, "", "", ""), 0);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_PUBLISH, "", "", ""), E_FORBIDDEN);
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "2020-03-08", "", ""), E_INPUT);
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "2020-03-32", "", ""), E_INPUT);
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "2020-03-15", "2020-03-14", ""),
              E_INPUT);
    CHECK_INT(fact_on(d, "2020-03-09"), -1);
    int64_t before = clock_now_ms();
    at("2020-03-10T09:00:00");
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "2020-03-15", "", ""), 0);
    CHECK_INT(on_list(d, "2020-03-14", 0), 0);
    CHECK_INT(on_list(d, "2020-03-15", 0), 1);
    CHECK_INT(on_list(d, "2023-03-14", 0), 1);
    CHECK_INT(on_list(d, "2023-03-15", 0), 0);
    CHECK_INT(on_list(d, "2020-03-15", before), 0);

    TEST("rules see it, day by day");
    CHECK_INT(fact_on(d, "2020-03-14"), 0);
    CHECK_INT(fact_on(d, "2020-03-15"), 1);
    CHECK_INT(fact_on(d, "2023-03-14"), 1);
    CHECK_INT(fact_on(d, "2023-03-15"), 0);

    TEST("what a black list bars");
    CHECK_INT(bars(d, "2020-03-14", &effects), 0);
    CHECK_INT(bars(d, "2020-03-15", &effects), 1);
    CHECK_INT(effects, REGISTER_NO_APPLICATION | REGISTER_EARLY_REPAYMENT);

    TEST("made longer");
    at("2020-04-01T09:00:00");
    int64_t april = clock_now_ms() - 1;
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_ADJUST, "", "", "x"), E_INPUT);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_ADJUST, "", "2023-12-31", "再犯"), 0);
    CHECK_INT(on_list(d, "2023-12-31", 0), 1);
    CHECK_INT(on_list(d, "2023-12-31", april), 0);
    CHECK_INT(fact_on(d, "2023-03-15"), 1);
    CHECK_INT(fact_on(d, "2024-01-01"), 0);
}

static void check_objection(struct desk *d, int64_t id)
{
    struct actor agent = PERSON(11, "企业", AGENT);
    struct subject_row row;
    struct register_entry e;
    struct err err = ERR_INIT;
    unsigned effects;

    TEST("an agent objects for its own enterprise only");
    CHECK_INT(step(d, &agent, id, REGISTER_STEP_OBJECT, "", "", "已归还"), E_FORBIDDEN);
    CHECK_INT(subject_find(&d->a, d->s, SPAN("enterprise"), d->code, &row, &err), 0);
    agent.subject_id = row.id;
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_KEEP, "", "", "x"), E_CONFLICT);
    CHECK_INT(step(d, &agent, id, REGISTER_STEP_OBJECT, "", "", "已归还"), 0);
    CHECK_INT(register_get(&d->a, d->s, id, &e, &err), 0);
    CHECK(e.objected);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_KEEP, "", "", "凭证不符"), 0);
    static const struct actor anybody = {.name = {"public", 6}};
    TEST("whoever has not signed in: with a reason, once until it is answered");
    CHECK_INT(step(d, &anybody, id, REGISTER_STEP_OBJECT, "", "", " "), E_INPUT);
    CHECK_INT(step(d, &anybody, id, REGISTER_STEP_OBJECT, "", "", "同名企业"), 0);
    CHECK_INT(step(d, &anybody, id, REGISTER_STEP_OBJECT, "", "", "再来"), E_CONFLICT);
    CHECK_INT(step(d, &anybody, id, REGISTER_STEP_REMOVE, "", "", "x"), E_FORBIDDEN);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_KEEP, "", "", "不是同一家"), 0);
    CHECK_INT(step(d, &agent, id, REGISTER_STEP_OBJECT, "", "", "再次说明"), 0);

    TEST("removed: off the list from that day on; the history stays");
    at("2020-06-01T09:00:00");
    int64_t june = clock_now_ms() - 1;
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_REMOVE, "", "", ""), E_INPUT);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_REMOVE, "", "", "查明已归还"), 0);
    CHECK_INT(on_list(d, "2020-05-31", 0), 1);
    CHECK_INT(on_list(d, "2020-06-01", 0), 0);
    CHECK_INT(on_list(d, "2020-06-01", june), 1);
    CHECK_INT(fact_on(d, "2020-05-31"), 1);
    CHECK_INT(fact_on(d, "2020-06-01"), 0);
    CHECK_INT(bars(d, "2020-06-01", &effects), 0);
    CHECK_INT(register_get(&d->a, d->s, id, &e, &err), 0);
    CHECK(!e.objected && e.event_count == 10);
    CHECK_TEXT(e.events[9].reason, "查明已归还");
    CHECK_TEXT(e.events[9].actor, "审核二");
    CHECK_INT(both_count(d->s, "SELECT count(*) FROM audit_entry WHERE act = 'register.remove'"),
              1);

    TEST("on it again");
    CHECK_INT(propose(d, &handler, "旅游市场黑名单", d->code, "再次", &id), 0);
}

static void check_cases(struct desk *d)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct err err = ERR_INIT;
    int64_t id = 0;
    const struct register_new x = {.name_of_list = SPAN("重点企业"),
                                   .subject_kind = SPAN("person"),
                                   .subject_code = SPAN("P-1"),
                                   .case_number = SPAN("2020060100000001"),
                                   .reason = SPAN("办件决定")};

    TEST("what a case decides: proposed and taken off within its transaction");
    CHECK_INT(register_propose(&d->a, d->s, library, &program, &x, &id, &err), 0);
    CHECK_INT(step(d, &reviewer, id, REGISTER_STEP_APPROVE, "", "", ""), 0);
    CHECK_INT(step(d, &publisher, id, REGISTER_STEP_PUBLISH, "", "", ""), 0);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(register_remove_within(&d->a, d->s, library, &program, SPAN("重点企业"),
                                     SPAN("person"), SPAN("P-1"), SPAN("期满"), &err),
              0);
    CHECK_INT(store_commit(d->s, &err), 0);
    struct register_entry e;
    CHECK_INT(register_get(&d->a, d->s, id, &e, &err), 0);
    CHECK_INT(e.state, REGISTER_STATE_REMOVED);
}

static void check_verify(struct desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct err err = ERR_INIT;

    TEST("an entry that does not stand where its events put it is found");
    CHECK_INT(registers_verify(d->s, &v, &err), 0);
    CHECK(v.rows > 4 && v.wrong == 0);
    CHECK_INT(store_execute(d->s, "UPDATE register_entry SET to_day = '' WHERE id = 1", &err), 0);
    CHECK_INT(registers_verify(d->s, &v, &err), 0);
    CHECK_INT(v.wrong, 1);
    buffer_release(&v.lines);
}

/* ---- lists of other bodies, as a whole ---- */

#define OUTSIDE "旅游市场黑名单"

static int import(struct desk *d, const struct actor *who, const char *csv, bool part, bool dry,
                  struct register_batch *ret)
{
    struct err err = ERR_INIT;
    const struct register_import x = {
        .name_of_list = SPAN(OUTSIDE),
        .csv = span_z(csv),
        .file = {.subject_kind = SPAN("enterprise"), .file = SPAN("list.csv")},
        .source = SPAN("市文化和旅游局"),
        .list_day = SPAN("2020-08-31"),
        .part = part,
        .dry = dry};
    return register_import(&d->a, d->s, library, who, &x, ret, &err);
}

static int decide(struct desk *d, const struct actor *who, int64_t batch, int64_t row, bool agree,
                  const char *reason, size_t *ret)
{
    struct err err = ERR_INIT;
    const struct register_verdict_given g = {
        .agree = agree, .rows = row ? &row : NULL, .n = row ? 1 : 0, .reason = span_z(reason)};
    return register_batch_decide(&d->a, d->s, library, who, batch, &g, ret, &err);
}

static int publish_batch(struct desk *d, const struct actor *who, int64_t batch, size_t *ret)
{
    struct err err = ERR_INIT;
    return register_batch_publish(&d->a, d->s, library, who, batch, SPAN(""), ret, &err);
}

/* What one row was taken as, by its number; -1 = there is none. */
static int change_of(const struct register_batch *b, size_t row)
{
    return row && row <= b->n ? (int)b->rows[row - 1].change : -1;
}

static int64_t check_first_list(struct desk *d)
{
    static const char csv[] = "序号,企业名称,社会信用代码,列入日期,有效期至,事由\n"
                              "1,甲,91000000000000115R,2020年8月3日,2021/8/2,逾期\n"
                              "2,乙,91000000000000019G,2020.8.32,,逾期\n"
                              "3,丙,910000000000001158,,,逾期\n"
                              "4,,,,,逾期\n"
                              "5,丁,,20200804,长期,逾期\n"
                              "6,甲,91000000000000115R,,,重复\n"
                              "7,戊,,,2020-08-01,过期\n"
                              "8,己\n";
    struct register_batch b = {0};
    size_t n = 0;

    TEST("a list is tried: each row is new or bad, with its place; nothing is written");
    int64_t before = both_count(d->s, "SELECT count(*) FROM register_entry");
    CHECK_INT(import(d, &handler, csv, true, true, &b), 0);
    CHECK_INT(both_count(d->s, "SELECT count(*) FROM register_entry"), before);
    CHECK_INT(both_count(d->s, "SELECT count(*) FROM register_batch"), 0);
    CHECK_INT(b.counts[REGISTER_ROW_ADDED], 2);
    CHECK_INT(b.counts[REGISTER_ROW_BAD], 6);
    CHECK_TEXT(b.unread, "序号");
    CHECK_INT(change_of(&b, 1), REGISTER_ROW_ADDED);
    CHECK_TEXT(b.rows[0].from_day, "2020-08-03");
    CHECK_TEXT(b.rows[0].to_day, "2021-08-02");
    CHECK_INT(b.rows[1].line, 3);
    CHECK_INT(b.rows[1].column, 24);
    CHECK(b.rows[1].hint.n && b.rows[2].problem.n && b.rows[3].hint.n);
    CHECK(!b.rows[4].to_day.n && b.rows[4].from_day.n);
    CHECK(span_find(b.rows[5].problem, SPAN("第 2 行")) != SIZE_MAX);
    CHECK(span_find(b.rows[6].problem, SPAN("2020-08-01")) != SIZE_MAX);

    TEST("imported: proposed, not on the list; four eyes");
    CHECK_INT(import(d, &auditor, csv, true, false, &b), E_FORBIDDEN);
    CHECK_INT(import(d, &handler, csv, true, false, &b), 0);
    CHECK_INT(both_count(d->s, "SELECT count(*) FROM register_entry"), before + 2);
    CHECK_INT(on_list(d, "2020-09-01", 0), 0);
    struct actor both = handler;
    both.roles |= 1u << USER_REVIEWER | 1u << USER_PUBLISHER;
    CHECK_INT(decide(d, &both, b.id, 0, true, "", &n), E_FORBIDDEN);
    CHECK_INT(decide(d, &handler, b.id, 0, true, "", &n), E_FORBIDDEN);
    CHECK_INT(decide(d, &reviewer, b.id, 0, false, " ", &n), E_INPUT);
    CHECK_INT(decide(d, &reviewer, b.id, 99, true, "", &n), E_INPUT);
    CHECK_INT(decide(d, &reviewer, 99, 0, true, "", &n), E_NOT_FOUND);
    CHECK_INT(publish_batch(d, &reviewer, b.id, &n), E_FORBIDDEN);
    CHECK_INT(publish_batch(d, &publisher, b.id, &n), 0);
    CHECK_INT(n, 0);

    TEST("by row, then the rest; from the day that the list gives");
    CHECK_INT(decide(d, &reviewer, b.id, 1, true, "", &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(decide(d, &reviewer, b.id, 0, true, "", &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(decide(d, &reviewer, b.id, 0, true, "", &n), 0);
    CHECK_INT(n, 0);
    CHECK_INT(publish_batch(d, &publisher, b.id, &n), 0);
    CHECK_INT(n, 2);
    CHECK_INT(on_list(d, "2020-08-03", 0), 1);
    CHECK_INT(on_list(d, "2020-08-04", 0), 2);
    CHECK_INT(fact_on(d, "2020-08-03"), 1);
    CHECK_INT(fact_on(d, "2021-08-03"), 0);
    return b.id;
}

static void check_next_list(struct desk *d, int64_t first)
{
    static const char next[] = "名称,统一社会信用代码,等级\n甲公司,91000000000000115R,A\n"
                               "乙,91000000000000019G,\n";
    static const char poor[] = "名称,统一社会信用代码\n乙,91000000000000019X\n";
    struct register_batch b = {0}, again = {0};
    struct register_entry e;
    struct err err = ERR_INIT;
    size_t n = 0;

    TEST("while a row cannot be read, nobody is held to be gone");
    CHECK_INT(import(d, &handler, poor, false, true, &b), 0);
    CHECK_INT(b.counts[REGISTER_ROW_GONE], 0);
    CHECK_INT(b.counts[REGISTER_ROW_UNSURE], 2);
    CHECK_INT(b.waiting, 0);

    TEST("of a part of a list nobody is gone");
    CHECK_INT(import(d, &handler, next, true, true, &b), 0);
    CHECK_INT(b.counts[REGISTER_ROW_GONE] + b.counts[REGISTER_ROW_UNSURE], 0);

    TEST("the next list: changed, new, gone; a newer one takes its place");
    CHECK_INT(import(d, &handler, next, false, false, &b), 0);
    CHECK(b.id > first);
    CHECK_INT(change_of(&b, 1), REGISTER_ROW_CHANGED);
    CHECK(span_find(b.rows[0].what, SPAN("甲 → 甲公司")) != SIZE_MAX);
    CHECK_INT(change_of(&b, 2), REGISTER_ROW_ADDED);
    CHECK_INT(change_of(&b, 3), REGISTER_ROW_GONE);
    CHECK_TEXT(b.rows[2].name, "丁");
    CHECK_INT(import(d, &handler, next, false, false, &again), 0);
    CHECK_INT(change_of(&again, 2), REGISTER_ROW_SAME);
    CHECK_INT(again.waiting, 2);
    CHECK_INT(register_batch_get(&d->a, d->s, b.id, &b, &err), 0);
    CHECK_INT(b.rows[0].verdict, REGISTER_VERDICT_SUPERSEDED);
    CHECK_INT(b.waiting, 1);
    CHECK_INT(on_list(d, "2020-09-01", 0), 2);

    TEST("a removal is refused, and agreed only later");
    CHECK_INT(decide(d, &reviewer, again.id, 3, false, "漏登", &n), 0);
    CHECK_INT(on_list(d, "2020-09-01", 0), 2);
    CHECK_INT(decide(d, &reviewer, again.id, 0, true, "", &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(register_get(&d->a, d->s, again.rows[0].entry_id, &e, &err), 0);
    CHECK_TEXT(e.name, "甲公司");
    CHECK_TEXT(e.tier, "A");
    CHECK_INT(import(d, &handler, next, false, false, &again), 0);
    CHECK_INT(change_of(&again, 1), REGISTER_ROW_SAME);
    CHECK_INT(again.counts[REGISTER_ROW_GONE], 1);
    CHECK_INT(decide(d, &reviewer, again.id, 0, true, "", &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(on_list(d, "2020-09-01", 0), 1);
    CHECK_INT(on_list(d, "2020-08-31", 0), 2);

    TEST("who was only proposed and is gone is refused");
    static const char one[] = "名称,统一社会信用代码,等级\n甲公司,91000000000000115R,A\n";
    CHECK_INT(import(d, &handler, one, false, false, &again), 0);
    CHECK_INT(decide(d, &reviewer, again.id, 0, true, "", &n), 0);
    CHECK_INT(register_get(&d->a, d->s, b.rows[1].entry_id, &e, &err), 0);
    CHECK_INT(e.state, REGISTER_STATE_REFUSED);
}

static void check_bad_files(struct desk *d)
{
    static const char *const files[] = {"", "行业,地区\n餐饮,上海\n", "名称,企业名称\n甲,乙\n",
                                        "\xff\xfe"};
    struct register_batch b;
    struct register_file f;
    struct err err = ERR_INIT;

    TEST("files that are no list are refused with a sentence");
    for (size_t i = 0; i < COUNT_OF(files); i++)
        CHECK_INT(import(d, &handler, files[i], false, false, &b) < 0, 1);

    TEST("columns by another name");
    const struct span columns[] = {SPAN("商号=name"), SPAN("备注=reason")};
    const struct register_file_options o = {.subject_kind = SPAN("enterprise"),
                                            .file = SPAN("x.csv"),
                                            .columns = columns,
                                            .column_n = COUNT_OF(columns)};
    CHECK_INT(register_file_read(&d->a, SPAN("商号,备注\n甲,一\n"), &o, &f, &err), 0);
    CHECK_INT(f.n, 1);
    CHECK_TEXT(f.rows[0].name, "甲");
    CHECK_TEXT(f.rows[0].reason, "一");
    const struct span wrong = SPAN("商号=whatever");
    const struct register_file_options w = {.subject_kind = SPAN("enterprise"),
                                            .file = SPAN("x.csv"),
                                            .columns = &wrong,
                                            .column_n = 1};
    CHECK_INT(register_file_read(&d->a, SPAN("商号\n甲\n"), &w, &f, &err), E_INPUT);
}

static void check_batches(struct desk *d)
{
    struct err err = ERR_INIT;
    struct register_entry *at2 = NULL;
    size_t n = 0;
    const struct register_query q = {.name_of_list = SPAN(OUTSIDE)};

    at("2020-09-01T09:00:00");
    CHECK_INT(register_list(&d->a, d->s, &q, &at2, &n, &err), 0);
    for (size_t i = 0; i < n; i++) /* as the other tests left it */
        if (at2[i].state == REGISTER_STATE_PROPOSED)
            CHECK_INT(step(d, &reviewer, at2[i].id, REGISTER_STEP_REFUSE, "", "", "x"), 0);
    int64_t first = check_first_list(d);
    check_next_list(d, first);
    check_bad_files(d);
}

static int read_list(void *context)
{
    static const char csv[] = "名称,社会信用代码,列入日期,别的\n甲,91000000000000115R,2020/8/3,x\n"
                              "乙,\n\"丙,,,\n";
    const struct register_file_options o = {.subject_kind = SPAN("enterprise"),
                                            .file = SPAN("x.csv")};
    struct register_file f;
    struct register_batch *at, b;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n;

    arena_init(&a);
    int r = register_file_read(&a, span_z(csv), &o, &f, &err);
    if (r == 0)
        r = register_batch_list(&a, context, SPAN(""), &at, &n, &err);
    if (r == 0)
        r = register_batch_get(&a, context, 1, &b, &err);
    if (r == 0 && !register_batch_json(&a, &b))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static int read_all(void *context)
{
    struct store *s = context;
    struct arena a;
    struct register_entry *at, e;
    struct err err = ERR_INIT;
    size_t n;
    const struct register_query q = {.known_at = clock_now_ms()};
    arena_init(&a);
    int r = register_list(&a, s, &q, &at, &n, &err);
    if (r == 0)
        r = register_get(&a, s, 1, &e, &err);
    if (r == 0 && !register_entry_json(&a, &e))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void suite(const char *url)
{
    struct desk d = {.s = both_open(url), .code = SPAN(CODE)};
    if (!d.s)
        return;
    arena_init(&d.a);
    at("2020-03-09T09:00:00");
    int64_t id = check_proposing(&d);
    check_four_eyes(&d);
    check_life(&d, id);
    check_objection(&d, id);
    check_cases(&d);
    check_batches(&d);
    TEST("every allocation may fail");
    fault_loop(read_all, d.s);
    fault_loop(read_list, d.s);
    check_verify(&d);
    arena_release(&d.a);
    store_close(d.s);
}

int main(int argc, char **argv)
{
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    folder = argc > 1 ? argv[1] : "tests/publishing/library";
    arena_init(&a);
    diags_init(&diags, &a);
    if (!CHECK(library_load(folder, &library, &diags, &err) == 0)) {
        printf("%s\n", err.message);
        return 1;
    }
    int r = both_run(suite);
    library_unref(library);
    arena_release(&a);
    return r;
}
