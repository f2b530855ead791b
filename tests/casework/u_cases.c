/*
 * u_cases.c: cases in the store: who may do what, keys, conflicts, lapses, papers, parts, money,
 * lists, notices, versions of the library, what is found by the check, failing allocations, two at
 * once. Argument: the library (tests/casework/office). To blame: src/casework/case*.c, papers.c.
 */
#include <pthread.h>

#include "base/file.h"
#include "casework/clawback.h"
#include "casework/registers.h"
#include "identity/audit.h"
#include "tests/casework/case_desk.h"
#include "tests/unit/fault.h"

static struct actor office, chief, treasury;
static const char *const form = "{\"materials\": {\"form\": {}, \"licence\": {}}}";

/* One that an firm has handed in; *ret_firm = him. */
static int64_t submitted(struct case_desk *d, const char *code, int people, struct actor *ret_firm)
{
    *ret_firm = case_agent(case_firm(d, code, people), 101);
    int64_t id = case_new(d, ret_firm, "office/grant", code);
    case_does(d, ret_firm, id, "submit", form, 0);
    return id;
}

static int64_t granted(struct case_desk *d, const char *code, int people)
{
    struct actor firm;
    int64_t id = submitted(d, code, people, &firm);

    case_does(d, &office, id, "accept", NULL, 0);
    case_does(d, &chief, id, "grant", NULL, 0);
    return id;
}

static int64_t count(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

/* ---- who may ---- */

static void check_rights(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "A1", 12), 101);
    struct actor other = case_agent(case_firm(d, "A2", 5), 102);
    struct actor elsewhere = case_officer(USER_HANDLER, FINANCE, 202);
    struct actor window = case_officer(USER_WINDOW, "环形山区大厅", 203);
    struct actor auditor = case_officer(USER_AUDITOR, "", 204);
    struct actor bank = case_officer(USER_COUNTERPARTY, "月球银行", 205);
    struct case_file *f = NULL;
    struct case_start for_a1 = {.procedure = SPAN("office/grant"),
                                .subject_kind = ENTERPRISE_KIND.kind,
                                .subject_code = case_code(d, "A1")};
    int64_t id;

    TEST("who may begin a case");
    case_begins(d, &other, &for_a1, E_FORBIDDEN);
    case_begins(d, &office, &for_a1, E_FORBIDDEN);
    for_a1.procedure = SPAN("office/grants");
    case_begins(d, &firm, &for_a1, E_NOT_FOUND);
    CHECK(strstr(d->err.hint, "office/grant"));
    for_a1.procedure = SPAN("office/grant");
    for_a1.subject_code = case_code(d, "nobody");
    case_begins(d, &firm, &for_a1, E_NOT_FOUND);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM casefile"), 0);
    id = case_new(d, &firm, "office/grant", "A1");
    CHECK(id > 0);

    TEST("who may act, and who may look");
    case_does(d, &other, id, "submit", form, E_FORBIDDEN);
    case_does(d, &elsewhere, id, "accept", NULL, E_FORBIDDEN);
    case_refuses(d, &office, id, "submit", form, REFUSAL_ACTOR);
    case_refuses(d, &firm, id, "submit", NULL, REFUSAL_MISSING);
    case_does(d, &window, id, "submit", form, 0);
    CHECK_TEXT(d->file->events[1].by, "applicant");
    CHECK_INT(d->file->events[1].account_id, 203);
    CHECK_TEXT(d->file->events[1].organisation, "环形山区大厅");
    case_refuses(d, &firm, id, "accept", NULL, REFUSAL_ACTOR);
    case_refuses(d, &office, id, "grant", NULL, REFUSAL_ACTOR);
    case_refuses(d, &chief, id, "grant", NULL, REFUSAL_STATE);
    CHECK_INT(case_open(&d->m.arena, &d->o, &other, id, &f, NULL), E_FORBIDDEN);
    CHECK_INT(case_open(&d->m.arena, &d->o, &elsewhere, id, &f, NULL), E_FORBIDDEN);
    CHECK_INT(case_open(&d->m.arena, &d->o, &auditor, id, &f, NULL), 0);
    CHECK_INT(case_open(&d->m.arena, &d->o, &firm, id, &f, NULL), 0);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'case.read'"
                       " AND account_id = 204"),
              1); /* it has a sensitive field; the applicant's own look is none */
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'case.read'"
                       " AND account_id = 101"),
              0);
    case_does(d, &auditor, id, "accept", NULL, E_FORBIDDEN);
    CHECK_INT(case_open(&d->m.arena, &d->o, &bank, id, &f, NULL), 0);
    CHECK_TEXT(f->party, "bank");

    TEST("a deputy's act shows both, and four eyes see through him");
    struct actor deputy = case_officer(USER_HANDLER, LABOUR, 206);
    deputy.for_account_id = 301;
    deputy.delegation_id = 7;
    case_does(d, &deputy, id, "accept", NULL, 0);
    CHECK_INT(d->file->events[2].for_account_id, 301);
    CHECK_INT(count(d, "SELECT delegation_id FROM case_event WHERE act = 'accept'"), 7);
    struct actor same = case_officer(USER_REVIEWER, LABOUR, 301);
    case_refuses(d, &same, id, "grant", NULL, REFUSAL_FOUR_EYES);
    case_all_right(d);
}

static bool has_named(const struct json *list, const char *member, const char *name)
{
    JSON_EACH(j, list)
    {
        if (span_eq(json_text(json_get(j, span_z(member))), span_z(name)))
            return true;
    }
    return false;
}

static size_t members(const struct json *list)
{
    size_t n = 0;
    JSON_EACH(j, list)
    n++;
    return n;
}

static void check_counterparty(struct case_desk *d)
{
    struct actor firm, bank = case_officer(USER_COUNTERPARTY, "月球银行", 205);
    int64_t id = submitted(d, "B1", 12, &firm);
    struct case_file *f = NULL;
    const struct json *j, *view;

    TEST("a counterparty sees its step, and nothing else");
    case_does(d, &office, id, "note", "{\"text\": \"内部意见\"}", 0);
    case_does(d, &office, id, "accept", NULL, 0);
    case_does(d, &bank, id, "grant", NULL, E_CONFLICT);
    case_refuses(d, &bank, id, "check", "{\"fields\": {\"用途\": \"x\", \"账户属实\": true}}",
                 REFUSAL_ACTOR);
    case_does(d, &bank, id, "check", "{\"fields\": {\"账户属实\": true}}", 0);
    j = case_json(&d->m.arena, d->file, false);
    view = JSON_GET(j, "view");
    CHECK_INT(members(JSON_GET(view, "fields")), 1);
    CHECK(has_named(JSON_GET(view, "fields"), "field", "账户属实"));
    CHECK_INT(members(JSON_GET(view, "materials")), 0);
    CHECK_INT(members(JSON_GET(view, "acts")), 1);
    CHECK_INT(members(JSON_GET(view, "clocks")), 0);
    CHECK_INT(members(JSON_GET(j, "history")), 1);
    CHECK(!JSON_GET(view, "amount") && !JSON_GET(view, "missing") && !JSON_GET(j, "due"));

    TEST("the applicant sees all but notes, the office all");
    CHECK_INT(case_open(&d->m.arena, &d->o, &firm, id, &f, NULL), 0);
    j = case_json(&d->m.arena, f, false);
    CHECK(!has_named(JSON_GET(j, "history"), "act", "note"));
    CHECK(has_named(JSON_GET(j, "history"), "act", "check"));
    CHECK_INT(members(JSON_GET(JSON_GET(j, "view"), "materials")), 2);
    CHECK_INT(case_open(&d->m.arena, &d->o, &office, id, &f, NULL), 0);
    CHECK(has_named(JSON_GET(case_json(&d->m.arena, f, true), "history"), "act", "note"));

    TEST("an objection is anybody's; he sees nothing for it");
    case_does(d, &chief, id, "grant", NULL, 0);
    struct actor stranger = case_agent(case_firm(d, "B2", 1), 102);
    case_does(d, &stranger, id, "object", "{\"reason\": \"不实\"}", E_FORBIDDEN);
    struct case_act object = {.act = SPAN("object"),
                              .data = case_data(d, "{\"reason\": \"不实\"}"),
                              .party = SPAN("anybody")};
    case_said(d, "object", case_acts(d, &stranger, id, &object), 0);
    CHECK(d->file == NULL);
    CHECK(case_json(&d->m.arena, d->file, false)->kind == JSON_NULL);
    case_is(d, id, "objected");
    case_all_right(d);
}

/* ---- once ---- */

static void check_once(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "C1", 3), 101);
    struct case_start start = {.procedure = SPAN("office/grant"),
                               .subject_kind = ENTERPRISE_KIND.kind,
                               .subject_code = case_code(d, "C1"),
                               .key = SPAN("key-1")};
    struct case_act act = {.act = SPAN("submit"), .key = SPAN("key-2")};
    int64_t id = case_begins(d, &firm, &start, 0), second;

    TEST("the same key is the same case, and the same act");
    CHECK_INT(case_begins(d, &firm, &start, 0), id);
    act.data = case_data(d, form);
    case_said(d, "submit", case_acts(d, &firm, id, &act), 0);
    CHECK_INT(d->file->event_count, 2);
    case_said(d, "again", case_acts(d, &firm, id, &act), 0);
    CHECK_INT(d->file->event_count, 2);
    start.key = SPAN("key-3");
    second = case_begins(d, &firm, &start, 0);
    CHECK(second != id);
    case_said(d, "key of another case", case_acts(d, &firm, second, &act), E_CONFLICT);

    TEST("who has seen an older case is told");
    act = (struct case_act){.act = SPAN("hurry"), .seen = 1};
    case_said(d, "seen 1", case_acts(d, &firm, id, &act), E_CONFLICT);
    CHECK_INT(d->refusal, REFUSAL_NONE);
    act.seen = 2;
    case_said(d, "seen 2", case_acts(d, &firm, id, &act), 0);
    CHECK(!d->file->row.urgent); /* an office says what is urgent */

    TEST("a draft is kept piece by piece");
    case_does(d, &firm, second, "fill", "{\"fields\": {\"用途\": \"社保\"}}", 0);
    case_does(d, &firm, second, "fill", "{\"materials\": {\"form\": {}}}", 0);
    CHECK_INT(d->file->view->missing_count, 1); /* the licence */
    case_refuses(d, &firm, second, "fill", "{\"fields\": {\"账户属实\": true}}", REFUSAL_ACTOR);
    case_refuses(d, &firm, id, "fill", "{\"fields\": {\"用途\": \"他用\"}}", REFUSAL_STATE);
    case_does(d, &firm, second, "fly", NULL, E_NAME);
    case_all_right(d);
}

/* ---- time ---- */

static void check_time(struct case_desk *d)
{
    struct actor firm;
    int64_t id = submitted(d, "D1", 12, &firm), closed, whole;
    struct case_file *f;

    TEST("the notice stops the clock, the answer sets it going");
    case_now("2023-03-02T10:00:00");
    case_does(d, &office, id, "tell", "{\"missing\": [\"form\"]}", 0);
    CHECK(d->file->row.paused);
    CHECK_TEXT(d->file->row.due_clock, "supply");
    CHECK_TEXT(d->file->row.due_owner, "applicant");
    case_now("2023-03-10T10:00:00");
    case_does(d, &firm, id, "supply", form, 0);
    CHECK(!d->file->row.paused);
    CHECK_TEXT(d->file->row.due_clock, "decide"); /* 2, then 13, 14, 15, 16 */
    CHECK_INT(d->file->row.due_at, clock_now_ms() + INT64_C(1000) * 3600 * (14 + 6 * 24));

    TEST("an overdue duty stays in front of its queue; nothing follows from it");
    case_now("2023-03-17T09:00:00");
    CHECK(case_ticks(d) > 0);
    CHECK_INT(case_ticks(d), 0);
    f = case_look(d, id);
    CHECK_TEXT(f->row.due_clock, "decide");
    CHECK(f->row.due_at < clock_now_ms());
    case_does(d, &office, id, "accept", NULL, 0);
    case_does(d, &chief, id, "refuse", "{\"reason\": \"不符\"}", 0);
    CHECK_INT(d->file->row.due_at, CASE_NO_DUE);
    CHECK_INT(d->file->row.closed_at, clock_now_ms());

    TEST(
        "a lapse that ends a case: seen at once, written by the tick, in the log as the program's");
    case_now("2023-03-20T09:00:00");
    closed = submitted(d, "D2", 12, &firm);
    case_does(d, &office, closed, "tell", "{\"missing\": [\"form\"]}", 0);
    case_now("2023-03-30T23:59:00");
    CHECK_INT(case_ticks(d), 0);
    case_is(d, closed, "supply");
    case_now("2023-03-31T00:00:00");
    case_is(d, closed, "closed");
    CHECK_INT(case_look(d, closed)->row.phase, PHASE_ENDED);
    CHECK_INT(
        count(d, "SELECT COUNT(*) FROM casefile WHERE closed_at <> 0 AND decision = 'waived'"), 0);
    CHECK_INT(case_ticks(d), 1);
    f = case_look(d, closed);
    CHECK_INT(f->row.phase, PHASE_ENDED);
    CHECK_INT(f->row.decision, DECISION_WAIVED);
    CHECK_TEXT(f->events[f->event_count - 1].act, "lapse:supply");
    CHECK_INT(f->events[f->event_count - 1].account_id, 0);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'case.lapse:supply'"
                       " AND account_id = 0"),
              1);

    TEST("who acts too late finds the case ended, and the lapse written");
    case_now("2023-04-03T09:00:00");
    id = submitted(d, "D3", 12, &firm);
    case_does(d, &office, id, "tell", "{\"missing\": [\"form\"]}", 0);
    case_now("2023-04-14T09:00:00");
    case_refuses(d, &firm, id, "supply", form, REFUSAL_STATE);
    CHECK_INT(case_ticks(d), 1); /* the refusal took the lapse back */
    case_is(d, id, "closed");

    TEST("a date that comes while nobody touches the case");
    whole = case_new(d, &firm, "office/whole", "D3");
    CHECK_INT(case_look(d, whole)->row.due_at, CASE_NO_DUE);
    case_now("2023-05-02T09:00:00");
    case_ticks(d);
    CHECK_TEXT(case_look(d, whole)->row.due_clock, "notice");
    case_all_right(d);
}

static void check_program(struct case_desk *d)
{
    int64_t id;

    TEST("an act of the program is done when its condition holds, once");
    case_now("2023-06-01T09:00:00");
    id = granted(d, "E1", 1);
    case_ticks(d);
    case_is(d, id, "public");
    case_now("2023-06-06T09:00:00");
    case_ticks(d);
    case_is(d, id, "public");
    case_now("2023-06-07T00:01:00");
    CHECK_INT(case_ticks(d), 1);
    case_is(d, id, "payable");
    CHECK_INT(case_ticks(d), 0);
    struct case_file *f = case_look(d, id);
    CHECK_TEXT(f->events[f->event_count - 1].act, "settle");
    CHECK_TEXT(f->events[f->event_count - 1].by, "program");
    case_refuses(d, &office, id, "settle", NULL, REFUSAL_ACTOR);
    case_all_right(d);
}

static void check_sample(struct case_desk *d)
{
    int64_t drawn;

    TEST("the sample is drawn by number and act: the same again, about half");
    case_now("2023-02-10T09:00:00");
    for (int i = 0; i < 40; i++) {
        char code[16];
        struct actor firm;
        snprintf(code, sizeof code, "T%02d", i);
        int64_t id = submitted(d, code, 1, &firm);
        case_does(d, &office, id, "accept", "{\"sampled\": \"mine\"}", 0);
        const struct json *sampled = JSON_GET(d->file->events[2].data, "sampled");
        CHECK(sampled && (sampled->kind == JSON_TRUE || sampled->kind == JSON_FALSE));
        arena_clear(&d->m.arena);
        case_use(d, d->m.s);
    }
    drawn = count(d, "SELECT COUNT(*) FROM case_event WHERE act = 'accept'"
                     " AND data LIKE '%\"sampled\":true%'");
    CHECK(drawn > 8 && drawn < 40);
}

/* ---- papers ---- */

static void check_papers(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "F1", 12), 101);
    struct actor other = case_agent(case_firm(d, "F2", 12), 102);
    struct paper_new p = {.kind = SPAN("营业执照"),
                          .name = SPAN("licence.pdf"),
                          .media = SPAN("application/pdf"),
                          .valid_to = SPAN("2023-12-31"),
                          .source = SPAN("申请人"),
                          .bytes = SPAN("秘密的内容 of a paper")};
    struct paper_row *rows = NULL, row;
    struct span bytes;
    int64_t paper = 0, id, stranger;
    size_t n = 0;
    char data[80];

    TEST("a paper is sealed, listed, opened by its owner");
    case_now("2023-07-03T09:00:00");
    case_said(d, "paper",
              paper_add(&d->m.arena, &d->o, &firm, firm.subject_id, &p, &paper, &d->err), 0);
    CHECK_INT(paper_add(&d->m.arena, &d->o, &other, firm.subject_id, &p, &stranger, NULL),
              E_FORBIDDEN);
    CHECK_INT(paper_list(&d->m.arena, &d->o, firm.subject_id, date_today(), &rows, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(
        paper_list(&d->m.arena, &d->o, firm.subject_id, (struct date){2024, 1, 1}, &rows, &n, NULL),
        0);
    CHECK_INT(n, 0);
    CHECK_INT(paper_open(&d->m.arena, &d->o, &firm, paper, &row, &bytes, NULL), 0);
    CHECK_TEXT(bytes, "秘密的内容 of a paper");
    CHECK_INT(paper_open(&d->m.arena, &d->o, &other, paper, &row, &bytes, NULL), E_FORBIDDEN);
    CHECK_INT(paper_open(&d->m.arena, &d->o, &office, paper, &row, &bytes, NULL), E_FORBIDDEN);

    TEST("what is on file is not asked for again, and the event names it");
    id = case_new(d, &firm, "office/grant", "F1");
    CHECK(case_look(d, id)->view->materials[1].held);
    case_does(d, &firm, id, "submit", "{\"materials\": {\"form\": {}}}", 0);
    CHECK(JSON_GET(JSON_GET(JSON_GET(d->file->events[1].data, "materials"), "licence"), "held") !=
          NULL);
    snprintf(data, sizeof data, "{\"materials\": {\"form\": {\"paper\": %" PRId64 "}}}", paper);
    stranger = case_new(d, &other, "office/grant", "F2");
    case_does(d, &other, stranger, "fill", data, E_NOT_FOUND); /* of another firm */
    CHECK_INT(case_look(d, stranger)->event_count, 1);
    struct actor first = firm;
    int64_t used = case_new(d, &first, "office/grant", "F1");
    case_does(d, &first, used, "submit", data, 0);
    CHECK_INT(paper_open(&d->m.arena, &d->o, &office, paper, &row, &bytes, NULL), 0);
    case_now("2024-01-02T09:00:00");
    id = case_new(d, &firm, "office/grant", "F1");
    CHECK(!case_look(d, id)->view->materials[1].held); /* it is no longer valid */
    case_all_right(d);

    TEST("papers that are refused");
    p.bytes = SPAN("");
    CHECK_INT(paper_add(&d->m.arena, &d->o, &firm, firm.subject_id, &p, &paper, NULL), E_INPUT);
    p.bytes = (struct span){"x", PAPER_BYTES + 1u};
    CHECK_INT(paper_add(&d->m.arena, &d->o, &firm, firm.subject_id, &p, &paper, NULL), E_LIMIT);
    p.bytes = SPAN("x");
    p.valid_to = SPAN("2023-02-30");
    CHECK_INT(paper_add(&d->m.arena, &d->o, &firm, firm.subject_id, &p, &paper, NULL), E_INPUT);
}

/* ---- parts ---- */

static void check_parts(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "G1", 12), 101);
    struct actor part_office = case_officer(USER_HANDLER, FINANCE, 210);
    struct case_query q = {.phase = PHASES};
    struct case_row *rows = NULL;
    struct case_file *f;
    int64_t id;
    size_t n = 0;

    TEST("one thing opens its parts; the end of each is an event of the whole");
    case_now("2023-07-10T09:00:00");
    id = case_new(d, &firm, "office/whole", "G1");
    q.parent_id = id;
    CHECK_INT(case_list(&d->m.arena, &d->o, &q, &rows, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK_TEXT(rows[0].organisation, FINANCE);
    case_does(d, &part_office, rows[0].id, "close", NULL, 0);
    f = case_look(d, id);
    CHECK_INT(f->event_count, 2);
    CHECK_TEXT(f->events[1].act, "sub:office/part");
    CHECK_TEXT(json_text(JSON_GET(f->events[1].data, "case")), (char *)(uintptr_t)rows[0].number.p);
    case_does(d, &part_office, rows[1].id, "close", NULL, 0);
    CHECK_INT(case_look(d, id)->event_count, 3);
    case_does(d, &office, id, "close", NULL, 0);
    case_all_right(d);
}

/* ---- facts and lists ---- */

static int register_step(struct case_desk *d, int64_t id, enum register_step step, int64_t account)
{
    struct actor who = case_officer(USER_REVIEWER, LABOUR, account);
    struct register_change c = {.step = step, .reason = SPAN("核查")};

    who.roles |= 1u << USER_PUBLISHER;
    d->err = (struct err)ERR_INIT;
    return register_do(&d->m.arena, d->m.s, d->library, &who, id, &c, &d->err);
}

static void check_facts(struct case_desk *d)
{
    struct subject s;
    struct register_entry *entries = NULL;
    struct register_query q = {.name_of_list = SPAN("示范名单"),
                               .subject_kind = ENTERPRISE_KIND.kind,
                               .subject_code = case_code(d, "H1")};
    struct case_start again = {.procedure = SPAN("office/grant"),
                               .subject_kind = ENTERPRISE_KIND.kind,
                               .subject_code = case_code(d, "H1")};
    struct register_new black = {.name_of_list = SPAN("失信名单"),
                                 .subject_kind = ENTERPRISE_KIND.kind,
                                 .subject_code = case_code(d, "H1"),
                                 .reason = SPAN("逾期")};
    struct actor operator= {.program = true, .name = SPAN("operator"), .roles = ~0u};
    struct actor firm;
    bool found = false;
    int64_t id;
    size_t n = 0;

    TEST("what was found becomes a fact, with its source");
    case_now("2023-07-20T09:00:00");
    granted(d, "H1", 10);
    CHECK_INT(subject_load(&d->m.arena, d->m.s, d->library, ENTERPRISE_KIND.kind,
                           case_code(d, "H1"), date_today(), date_today(), &s, NULL),
              0);
    for (size_t i = 0; i < s.n; i++)
        if (span_eq(s.values[i].fact->name, SPAN("是否示范企业"))) {
            found = true;
            CHECK(value_is_true(s.values[i].value));
            CHECK_INT(s.values[i].basis, BASIS_VERIFIED);
            CHECK(span_find(s.values[i].source, SPAN(LABOUR)) == 0);
            CHECK(span_find(s.values[i].source, SPAN("六")) != SIZE_MAX);
        }
    CHECK(found);

    TEST("the act proposes for its list; a second time changes nothing");
    CHECK_INT(register_list(&d->m.arena, d->m.s, &q, &entries, &n, NULL), 0);
    if (CHECK_INT(n, 1)) {
        CHECK_INT(entries[0].state, REGISTER_STATE_PROPOSED);
        CHECK(entries[0].case_number.n > 0);
    }

    TEST("who stands on a black list begins no application, but anything else");
    CHECK_INT(register_propose(&d->m.arena, d->m.s, d->library, &operator, & black, &id, &d->err),
              0);
    case_said(d, "approve", register_step(d, id, REGISTER_STEP_APPROVE, 401), 0);
    case_said(d, "publish", register_step(d, id, REGISTER_STEP_PUBLISH, 402), 0);
    firm = case_agent(case_firm(d, "H1", 10), 101);
    case_begins(d, &firm, &again, E_CONFLICT);
    again.procedure = SPAN("office/whole");
    CHECK(case_begins(d, &firm, &again, 0) > 0);
    case_said(d, "remove", register_step(d, id, REGISTER_STEP_REMOVE, 403), 0);
    again.procedure = SPAN("office/grant");
    case_now("2023-07-21T09:00:00");
    CHECK(case_begins(d, &firm, &again, 0) > 0);
    case_all_right(d);
}

/* ---- money ---- */

static int64_t balance(struct case_desk *d, int64_t fund, const char *which)
{
    struct fund_balance b = money_balance(&d->m, fund);
    return *which == 'r' ? b.reserved : *which == 'p' ? b.paid : b.free;
}

static void check_money(struct case_desk *d, int64_t fund)
{
    int64_t before = balance(d, fund, "reserved"), id, batch;
    struct actor firm, other;
    struct case_file *f;

    TEST("reserved at approval, never twice for a ground, never over the cap");
    case_now("2023-08-01T09:00:00");
    id = granted(d, "M1", 12);
    CHECK_INT(balance(d, fund, "reserved") - before, 120000);
    int64_t twice = submitted(d, "M1", 12, &firm);
    case_does(d, &office, twice, "accept", NULL, 0);
    case_does(d, &chief, twice, "grant", NULL, E_CONFLICT);
    case_is(d, twice, "review"); /* nothing of it is there */
    int64_t much = submitted(d, "M2", 100000, &other);
    case_does(d, &office, much, "accept", NULL, 0);
    case_does(d, &chief, much, "grant", NULL, E_CONFLICT);
    CHECK_INT(balance(d, fund, "reserved") - before, 120000);

    TEST("given back by the refusal after an objection, or by a lapse");
    int64_t objected = granted(d, "M3", 7);
    struct case_act object = {.act = SPAN("object"),
                              .data = case_data(d, "{\"reason\": \"不实\"}"),
                              .party = SPAN("anybody")};
    case_said(d, "object", case_acts(d, &firm, objected, &object), 0);
    case_refuses(d, &chief, objected, "refuse", NULL, REFUSAL_REASON);
    case_does(d, &chief, objected, "refuse", "{\"reason\": \"异议成立\"}", 0);
    CHECK(JSON_GET(d->file->events[d->file->event_count - 1].data, "remedy") != NULL);
    CHECK_INT(balance(d, fund, "reserved") - before, 120000);
    granted(d, "M4", 9);
    case_now("2023-08-08T09:00:00");
    case_ticks(d); /* publicity is over; E1, which nobody has paid, is void */
    CHECK_INT(balance(d, fund, "reserved") - before, 120000 + 90000 - 10000);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM reservation r JOIN casefile c ON c.id = r.case_id"
                       " WHERE r.state = 'reserved' AND c.state = 'payable'"),
              3); /* H1 too */
    case_does(d, &treasury, id, "pay", NULL, 0);
    case_now("2023-09-20T09:00:00");
    case_ticks(d);
    CHECK_INT(balance(d, fund, "reserved"), 120000 + 120000); /* B1 is objected to; M4, H1 void */

    TEST("paid: the bank's word is in the case, which goes on");
    pay_account(&d->m, &d->seal, d->file->row.subject_id, "62220000");
    batch = pay_sent(&d->m, &d->seal, "grants");
    CHECK_INT(pay_all(&d->m, batch), 0);
    f = case_look(d, id);
    CHECK_TEXT(f->events[f->event_count - 1].act, "event:paid");
    CHECK_TEXT(json_text(JSON_GET(f->events[f->event_count - 1].data, "reference")), "R0");
    CHECK_TEXT(json_text(JSON_GET(f->events[f->event_count - 1].data, "paid")), "1200.00");
    case_all_right(d);
    case_ticks(d);
    case_all_right(d);
    case_does(d, &treasury, id, "arrive", NULL, 0);

    TEST("claimed back for fraud: all of it, and no application for three years");
    case_does(d, &chief, id, "claim", "{\"reason\": \"虚报\", \"cause\": \"fraud\"}", 0);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM claim WHERE state = 'open' AND amount = 120000"), 1);
    case_begins(d, &firm,
                &(struct case_start){.procedure = SPAN("office/grant"),
                                     .subject_kind = ENTERPRISE_KIND.kind,
                                     .subject_code = case_code(d, "M1")},
                E_CONFLICT);
    case_all_right(d);
}

static void check_unreserved(struct case_desk *d)
{
    int64_t id;

    TEST("an order to pay what is not reserved is refused");
    case_now("2023-10-09T09:00:00");
    id = granted(d, "P1", 2);
    case_now("2023-10-16T09:00:00");
    case_ticks(d);
    CHECK_INT(store_execute(d->m.s,
                            "UPDATE reservation SET case_id = NULL WHERE case_id IN"
                            " (SELECT id FROM casefile WHERE state = 'payable')",
                            &d->err),
              0);
    case_does(d, &treasury, id, "pay", NULL, E_CONFLICT);
    case_is(d, id, "payable");
    case_all_right(d);
}

/* ---- notices ---- */

static void check_notices(struct case_desk *d)
{
    struct actor firm;
    int64_t id = submitted(d, "N1", 3, &firm);
    char sql[400];

    TEST("a notice is in the inbox of each firm, once");
    snprintf(sql, sizeof sql,
             "INSERT INTO account (id, login, name, password, created_at)"
             " VALUES (9001, 'n1', '经办', '', 0), (9002, 'n2', '经办', '', 0);"
             "INSERT INTO account_right (account_id, role, organisation_id, subject_id, since,"
             " until, granted_by, granted_at) VALUES (9001, 'agent', 0, %" PRId64
             ", '', '', 0, 0), (9002, 'agent', 0, %" PRId64 ", '', '2023-01-31', 0, 0)",
             firm.subject_id, firm.subject_id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    case_does(d, &office, id, "tell", "{\"missing\": [\"form\"]}", 0);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.missing'"
                       " AND recipient = '9001'"),
              1);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE recipient = '9002'"), 0);
    case_refuses(d, &office, id, "tell", "{\"missing\": [\"form\"]}", REFUSAL_STATE);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE recipient = '9001'"), 1);
}

/* ---- the library it began under ---- */

static bool write_version(struct case_desk *d, const char *folder)
{
    struct library_files files = {0};
    struct err err = ERR_INIT;
    bool ok = CHECK_INT(library_read_folder(&d->m.arena, d->folder, &files, &err), 0);

    for (size_t i = 0; ok && i < files.n; i++) {
        char path[300], command[400];
        struct buffer text = BUFFER_INIT;
        struct span rest = files.at[i].bytes;
        size_t at;
        snprintf(path, sizeof path, "%s/%.*s", folder, SPAN_ARG(files.at[i].path));
        snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"", path);
        ok = system(command) == 0;
        while ((at = span_find(rest, SPAN("limit: 5 working-days"))) != SIZE_MAX) {
            buffer_add(&text, span_of(rest.p, at));
            buffer_add_z(&text, "limit: 9 working-days");
            rest = span_from(rest, at + sizeof "limit: 5 working-days" - 1);
        }
        buffer_add(&text, rest);
        ok = ok && CHECK_INT(file_write(path, buffer_span(&text), &err), 0);
        buffer_release(&text);
    }
    return ok;
}

static void check_versions(struct case_desk *d)
{
    char folder[] = "/tmp/huiqi-version.XXXXXX", command[100];
    struct library *second = NULL;
    struct diags diags;
    struct actor firm;
    int64_t old, now;

    TEST("a case keeps the library that it began under");
    case_now("2023-11-01T09:00:00");
    if (!CHECK(mkdtemp(folder) != NULL) || !write_version(d, folder))
        return;
    diags_init(&diags, &d->m.arena);
    old = submitted(d, "W1", 3, &firm);
    if (CHECK_INT(library_load(folder, &second, &diags, &d->err), 0)) {
        CHECK_INT(library_keep_folder(&d->m.arena, d->m.s, second, folder, &d->err), 0);
        d->o.library = second;
        now = submitted(d, "W2", 3, &firm);
        CHECK_TEXT(case_look(d, now)->row.library, second->hash);
        CHECK_INT(case_look(d, now)->row.due_at,
                  case_look(d, old)->row.due_at + INT64_C(6) * 24 * 3600 * 1000);
        case_does(d, &office, old, "tell", "{\"missing\": [\"form\"]}", 0);
        CHECK_TEXT(d->file->row.library, d->library->hash);
        case_all_right(d);
        d->o.library_of = NULL;
        struct case_file *f = NULL;
        CHECK_INT(case_open(&d->m.arena, &d->o, &office, old, &f, NULL), E_NOT_FOUND);
        case_use(d, d->m.s);
    }
    library_unref(second);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
}

/* ---- the check ---- */

static void check_tampered(struct case_desk *d)
{
    static const struct {
        const char *what, *undo;
    } wrongs[] = {
        {"UPDATE casefile SET state = 'review' WHERE id = 1",
         "UPDATE casefile SET state = 'public' WHERE id = 1"},
        {"UPDATE casefile SET due_at = due_at - 1 WHERE id = 1",
         "UPDATE casefile SET due_at = due_at + 1 WHERE id = 1"},
        {"UPDATE casefile SET amount = amount + 1 WHERE amount IS NOT NULL AND id ="
         " (SELECT MIN(id) FROM casefile WHERE amount IS NOT NULL)",
         "UPDATE casefile SET amount = amount - 1 WHERE amount IS NOT NULL AND id ="
         " (SELECT MIN(id) FROM casefile WHERE amount IS NOT NULL)"},
        {"UPDATE case_clock SET due_at = due_at + 1 WHERE case_id = 1",
         "UPDATE case_clock SET due_at = due_at - 1 WHERE case_id = 1"},
        {"UPDATE case_event SET act = 'accepted' WHERE act = 'accept' AND case_id = 1",
         "UPDATE case_event SET act = 'accept' WHERE act = 'accepted' AND case_id = 1"},
    };
    struct audit_report report;

    TEST("a row that somebody wrote by hand is found");
    for (size_t i = 1; i < COUNT_OF(wrongs); i++) {
        CHECK_INT(store_execute(d->m.s, wrongs[i].what, &d->err), 0);
        if (!CHECK_INT(case_wrong(d), 1))
            printf("not found: %s\n", wrongs[i].what);
        CHECK_INT(store_execute(d->m.s, wrongs[i].undo, &d->err), 0);
    }
    case_all_right(d);

    TEST("the log is whole");
    CHECK_INT(audit_seal(d->m.s, &d->err), 0);
    CHECK_INT(audit_verify(d->m.s, &d->m.arena, 0, (struct span){NULL, 0}, &report, &d->err), 0);
    CHECK_INT(report.problems, 0);
    CHECK(report.entries > 100);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'case.begin'"),
              count(d, "SELECT COUNT(*) FROM case_event WHERE act = 'begin'"));
}

/* ---- without memory ---- */

struct faulty {
    struct case_desk *d;
    struct actor who;
    int64_t id;
};

static int note_without_memory(void *context)
{
    struct faulty *f = context;
    struct case_act act = {.act = SPAN("hurry")};
    enum refusal refusal;
    struct case_file *file = NULL;
    struct library_lender lender = f->d->lender;
    struct office o = f->d->o;
    struct arena a;
    int r;

    arena_init(&a);
    lender.arena = &a;
    o.context = &lender;
    r = case_do(&a, &o, &f->who, f->id, &act, &file, &refusal, NULL);
    if (r == 0 && (!case_json(&a, file, true) || a.failed))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void check_faults(struct case_desk *d)
{
    struct faulty f = {.d = d};

    TEST("failing allocations: nothing is half done");
    f.id = submitted(d, "X1", 3, &f.who);
    fault_loop(note_without_memory, &f);
    case_all_right(d);
}

/* ---- two at once ---- */

struct racer {
    struct case_desk desk;
    int64_t id;
    int code;
};

static void *race(void *context)
{
    struct racer *r = context;
    struct case_act act = {.act = SPAN("accept"), .seen = 2};

    r->code = case_do(&r->desk.m.arena, &r->desk.o, &office, r->id, &act, NULL, &r->desk.refusal,
                      &r->desk.err);
    return NULL;
}

static void check_race(struct case_desk *d)
{
    struct racer racers[2];
    pthread_t threads[2];
    struct actor firm;
    int64_t id = submitted(d, "R1", 3, &firm);
    int won = 0;

    TEST("two people accept the same case: one does, the other is told");
    for (int i = 0; i < 2; i++) {
        racers[i] = (struct racer){.desk = *d, .id = id};
        arena_init(&racers[i].desk.m.arena);
        racers[i].desk.m.s = money_open(d->m.url);
        case_use(&racers[i].desk, racers[i].desk.m.s);
    }
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        won += racers[i].code == 0;
        if (racers[i].code != 0)
            case_said(&racers[i].desk, "the other", racers[i].code, E_CONFLICT);
        store_close(racers[i].desk.m.s);
        arena_release(&racers[i].desk.m.arena);
    }
    CHECK_INT(won, 1);
    CHECK_INT(case_look(d, id)->event_count, 3);
    case_all_right(d);
}

static void check_all(struct case_desk *d)
{
    int64_t fund = money_fund(&d->m, "{fund: grants, name: 补贴, region: 月球省/环形山区,"
                                     " holder: " FINANCE ", cap: 1000000, order: approval}");

    office = case_officer(USER_HANDLER, LABOUR, 201);
    chief = case_officer(USER_REVIEWER, LABOUR, 211);
    treasury = case_officer(USER_FINANCE, FINANCE, 221);
    check_rights(d);
    check_counterparty(d);
    check_once(d);
    check_time(d);
    check_program(d);
    check_sample(d);
    check_papers(d);
    check_parts(d);
    check_facts(d);
    check_money(d, fund);
    check_unreserved(d);
    check_notices(d);
    check_versions(d);
    check_tampered(d);
    check_faults(d);
    check_race(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_cases", check_all);
}
