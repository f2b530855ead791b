/*
 * u_registers.c: lists that an office keeps: four eyes, what follows what, as of a day and as known
 * at an instant, what rules see of them, what a black list bars. The list of the test lasts 36
 * months.
 */
#include "base/date.h"
#include "casework/registers.h"
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
    TEST("every allocation may fail");
    fault_loop(read_all, d.s);
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
