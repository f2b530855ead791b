/*
 * u_desk.c: the desk of cases in the store: to whom a case may go, the green lane, reminders, a
 * second notice, a list that comes back, parts that cannot be opened, visits to a hall, what
 * several counterparties see of one case. Argument: the library (tests/casework/office). To blame:
 * src/casework/case_desk.c, case_returned.c, case_visits.c, case_notices.c, case_json.c, papers.c.
 */
#include "casework/case_counts.h"
#include "casework/case_returned.h"
#include "casework/case_visits.h"
#include "casework/case_windows.h"
#include "identity/accounts.h"
#include "identity/organisations.h"
#include "tests/casework/case_desk.h"

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};
static struct actor office, chief;
static int64_t clerk, clerk_of_finance;
static const char *const form = "{\"materials\": {\"form\": {}, \"licence\": {}}}";

static int64_t count(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

/* ---- people ---- */

static int64_t organisation(struct case_desk *d, const char *name, const char *from)
{
    const struct organisation_new o = {span_z(name), SPAN("department"), {0}, NULL, 0};
    struct date day = {2020, 1, 1};
    int64_t id = 0;

    CHECK(date_parse(span_z(from), &day));
    case_said(d, name, organisation_add(d->m.s, &operator_, &o, day, &id, &d->err), 0);
    return id;
}

static int64_t account(struct case_desk *d, const char *login, enum user_role role, int64_t in)
{
    struct right_new x = {.role = role, .since = {2020, 1, 1}, .organisation_id = in};
    int64_t id;

    case_said(
        d, login,
        account_add(d->m.s, &operator_, span_z(login), SPAN(""), SPAN(""), &x.account_id, &d->err),
        0);
    case_said(d, login, right_grant(d->m.s, &operator_, &x, &id, &d->err), 0);
    return x.account_id;
}

static void people(struct case_desk *d)
{
    int64_t labour = organisation(d, LABOUR, "2020-01-01"),
            treasury = organisation(d, FINANCE, "2020-01-01");

    organisation(d, "空部门", "2020-01-01");
    organisation(d, "明年的部门", "2024-01-01");
    clerk = account(d, "jb", USER_HANDLER, labour);
    clerk_of_finance = account(d, "cw", USER_HANDLER, treasury);
    account(d, "sh", USER_REVIEWER, labour);
    office = case_officer(USER_HANDLER, LABOUR, clerk);
    chief = case_officer(USER_REVIEWER, LABOUR, 302);
}

static int64_t submitted(struct case_desk *d, const char *code, struct actor *ret_firm)
{
    *ret_firm = case_agent(case_firm(d, code, 12), 101);
    int64_t id = case_new(d, ret_firm, "office/grant", code);
    case_does(d, ret_firm, id, "submit", form, 0);
    return id;
}

/* ---- to whom ---- */

static void check_transfer(struct case_desk *d)
{
    struct actor firm, there = case_officer(USER_HANDLER, FINANCE, clerk_of_finance);
    int64_t id = submitted(d, "T1", &firm);

    TEST("a case goes where there is an office today, with somebody who can do it");
    case_does(d, &office, id, "transfer", "{\"organisation\": \"没有的局\", \"reason\": \"x\"}",
              E_NOT_FOUND);
    case_does(d, &office, id, "transfer", "{\"organisation\": \"明年的部门\", \"reason\": \"x\"}",
              E_NOT_FOUND);
    case_does(d, &office, id, "transfer", "{\"organisation\": \"空部门\", \"reason\": \"x\"}",
              E_CONFLICT);
    CHECK(strstr(d->err.message, "没有担任") != NULL);
    CHECK_INT(case_look(d, id)->event_count, 2);
    case_does(d, &office, id, "transfer",
              "{\"organisation\": \"" FINANCE "\", \"reason\": \"不归我们\"}", 0);
    case_does(d, &office, id, "accept", NULL, E_FORBIDDEN);
    case_does(d, &there, id, "accept", NULL, 0);

    TEST("it is given to somebody who holds the role there");
    case_does(d, &there, id, "assign", "{\"account\": \"nobody\"}", E_NOT_FOUND);
    case_does(d, &there, id, "assign", "{\"account\": \"jb\"}", E_CONFLICT); /* of another office */
    case_does(d, &there, id, "assign", "{\"account\": \"cw\"}", 0);
    CHECK_INT(case_look(d, id)->row.handler, clerk_of_finance);
    case_does(d, &there, id, "assign", "{\"party\": \"chief\", \"account\": \"cw\"}", E_CONFLICT);
    case_all_right(d);
}

static void check_lane(struct case_desk *d)
{
    struct actor firm;
    int64_t id = submitted(d, "T2", &firm);

    TEST("the green lane is an office's word, with a reason; to ask is only to ask");
    case_does(d, &firm, id, "hurry", "{\"reason\": \"急\"}", 0);
    CHECK(!d->file->row.urgent);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.hurry'"), 2);
    case_refuses(d, &firm, id, "expedite", "{\"reason\": \"急\"}", REFUSAL_ACTOR);
    case_refuses(d, &office, id, "expedite", NULL, REFUSAL_REASON);
    case_does(d, &office, id, "expedite", "{\"reason\": \"防疫物资\"}", 0);
    CHECK(d->file->row.urgent);
    case_does(d, &office, id, "ordinary", "{\"reason\": \"不是\"}", 0);
    CHECK(!d->file->row.urgent);
}

/* ---- what is told ---- */

static void check_told(struct case_desk *d)
{
    struct actor firm;
    int64_t id = submitted(d, "T3", &firm);
    char sql[300];

    TEST("who is warned, and who is told that a limit has passed, once");
    case_now("2023-03-06T09:00:00");
    snprintf(
        sql, sizeof sql,
        "INSERT INTO account (id, login, name, password, created_at) VALUES (9001, 'n1', '经办',"
        " '', 0); INSERT INTO account_right (account_id, role, organisation_id, subject_id,"
        " since, until, granted_by, granted_at) VALUES (9001, 'agent', 0, %" PRId64
        ", '', '', 0, 0)",
        firm.subject_id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    case_does(d, &office, id, "tell", "{\"missing\": [\"form\"]}", 0); /* until 16 March */
    case_now("2023-03-13T09:00:00");
    case_ticks(d);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.due'"), 0);
    case_now("2023-03-14T09:00:00");
    case_ticks(d);
    case_ticks(d);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.due'"
                       " AND recipient = '9001'"),
              1);
    case_does(d, &firm, id, "supply", "{\"materials\": {\"form\": {}}}", 0);

    TEST("a second notice rests on a ground that is written down");
    case_refuses(d, &office, id, "tell", "{\"missing\": [\"form\"]}", REFUSAL_REASON);
    case_does(d, &office, id, "tell", "{\"missing\": [\"licence\"], \"reason\": \"执照过期\"}", 0);
    case_now("2023-03-25T00:00:00");
    case_ticks(d);
    case_is(d, id, "closed");
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.overdue'"
                       " AND recipient = '9001'"),
              1);
    case_all_right(d);
    case_now("2023-03-27T09:00:00");
}

/* ---- a list ---- */

static int64_t sent(struct case_desk *d, const char *code)
{
    struct actor firm = case_agent(case_firm(d, code, 3), 101);
    int64_t id = case_new(d, &firm, "office/listed", code);

    case_does(d, &firm, id, "submit", NULL, 0);
    return id;
}

static void check_returned(struct case_desk *d)
{
    int64_t on = sent(d, "L1"), off = sent(d, "L2"), unsure = sent(d, "L3");
    struct actor trade = case_officer(USER_COUNTERPARTY, "月球商务局", 401);
    struct actor stranger = case_officer(USER_COUNTERPARTY, "月球银行", 402);
    struct returned_list list = {
        .procedure = SPAN("office/listed"), .listed = SPAN("confirm"), .unlisted = SPAN("deny")};
    struct returned_result x;

    TEST("a list comes back: who is on it, who is not, who is there unconfirmed");
    list.text = arena_print(
        &d->m.arena, "\xEF\xBB\xBF代码,是否确认\r\n\"%.*s\",是\r\n%.*s,否\r\n%.*s\n",
        SPAN_ARG(case_code(d, "L1")), SPAN_ARG(case_code(d, "L3")), SPAN_ARG(case_code(d, "ZZ")));
    case_said(d, "stranger", cases_returned(&d->m.arena, &d->o, &stranger, &list, &x, &d->err), 0);
    CHECK_INT(x.listed + x.unlisted, 0);
    CHECK_INT(x.problem_count, 4);
    case_said(d, "list", cases_returned(&d->m.arena, &d->o, &trade, &list, &x, &d->err), 0);
    CHECK_INT(x.lines, 3);
    CHECK_INT(x.listed, 1);
    CHECK_INT(x.unlisted, 2);
    CHECK_INT(x.problem_count, 1);
    CHECK_TEXT(x.problems[0].number, "");
    case_is(d, on, "listed");
    case_is(d, off, "refused");
    case_is(d, unsure, "refused");
    case_said(d, "again", cases_returned(&d->m.arena, &d->o, &trade, &list, &x, &d->err), 0);
    CHECK_INT(x.listed + x.unlisted, 0);
    list.text = SPAN("没有代码\n");
    case_said(d, "empty", cases_returned(&d->m.arena, &d->o, &trade, &list, &x, &d->err), E_INPUT);
    list.listed = SPAN("konfirm");
    case_said(d, "act", cases_returned(&d->m.arena, &d->o, &trade, &list, &x, &d->err), E_NAME);
    case_all_right(d);
}

/* ---- parts ---- */

static void check_parts(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "P1", 12), 101);
    int64_t id = case_new(d, &firm, "office/bundle", "P1"), by_hand;
    struct case_query q = {.phase = PHASES, .parent_id = id};
    struct case_start start = {.procedure = SPAN("office/part"),
                               .subject_kind = ENTERPRISE_KIND.kind,
                               .subject_code = case_code(d, "P1"),
                               .parent_id = id};
    struct case_row *rows = NULL;
    struct case_file *f;
    size_t n = 0;

    TEST("a part that cannot be opened loses none of the others");
    CHECK_INT(case_list(&d->m.arena, &d->o, &q, &rows, &n, NULL), 0);
    CHECK_INT(n, 2);
    f = case_look(d, id);
    CHECK_INT(f->event_count, 2);
    CHECK_TEXT(f->events[1].act, "unopened:office/picky");
    CHECK(strstr(json_text(JSON_GET(f->events[1].data, "reason")).p, "条件不符") != NULL);
    by_hand = case_begins(d, &firm, &start, 0);
    CHECK_INT(case_look(d, by_hand)->row.parent_id, id);
    struct actor other = case_agent(case_firm(d, "P2", 12), 102);
    start.subject_code = case_code(d, "P2");
    case_begins(d, &other, &start, E_FORBIDDEN);
    case_all_right(d);
}

/* ---- visits ---- */

static void check_visits(struct case_desk *d)
{
    struct actor one, two, three;
    int64_t a = submitted(d, "V1", &one), b = submitted(d, "V2", &two),
            c = submitted(d, "V3", &three), walk = 0;
    struct visit_plan plan = {.organisation = SPAN(LABOUR),
                              .place = SPAN("一层"),
                              .procedure = SPAN(""),
                              .day = {2023, 3, 28},
                              .from = 9 * 60,
                              .to = 10 * 60,
                              .each = 30,
                              .capacity = 2};
    struct visit_slot_query q = {.case_id = a, .to = CASE_NO_DUE};
    struct visit_slot *slots = NULL;
    struct visit_row *rows = NULL;
    struct visit_report x;
    char data[60];
    size_t n = 0;

    TEST("slots have room for so many; a full one names the next");
    case_does(d, &one, a, "book", "{\"at\": \"2023-04-01 10:00\"}", 0); /* none is opened yet */
    case_said(d, "not his", visit_open(&d->m.arena, &d->o, &one, &plan, &n, &d->err), E_FORBIDDEN);
    case_said(d, "open", visit_open(&d->m.arena, &d->o, &office, &plan, &n, &d->err), 0);
    CHECK_INT(n, 2);
    case_said(d, "again", visit_open(&d->m.arena, &d->o, &office, &plan, &n, &d->err), 0);
    CHECK_INT(n, 0);
    case_does(d, &one, a, "book", "{\"at\": \"2023-03-28 09:10\"}", E_CONFLICT);
    case_does(d, &one, a, "book", "{\"at\": \"2023-03-28 09:00\"}", 0);
    case_does(d, &two, b, "book", "{\"at\": \"2023-03-28 09:00\"}", 0);
    case_does(d, &three, c, "book", "{\"at\": \"2023-03-28 09:00\"}", E_CONFLICT);
    CHECK(strstr(d->err.hint, "2023-03-28 09:30") != NULL);
    case_said(d, "slots", visit_slots(&d->m.arena, d->m.s, &q, &slots, &n, &d->err), 0);
    CHECK_INT(n, 2);
    CHECK_INT(slots[0].taken, 2);

    TEST("a new booking moves the old one, and it can be given back");
    snprintf(data, sizeof data, "{\"slot\": %" PRId64 "}", slots[1].id);
    case_does(d, &two, b, "book", data, 0);
    case_does(d, &three, c, "book", "{\"at\": \"2023-03-28 09:00\"}", 0);
    case_does(d, &three, c, "unbook", NULL, 0);
    case_does(d, &three, c, "book", "{\"at\": \"2023-03-28 09:00\"}", 0);

    TEST("who comes is called in turn; the wait is measured against its target");
    case_now("2023-03-28T08:50:00");
    case_said(d, "list",
              visit_list(&d->m.arena, d->m.s, SPAN(LABOUR), (struct date){2023, 3, 28}, &rows, &n,
                         &d->err),
              0);
    CHECK_INT(n, 3);
    case_said(d, "call", visit_step(&d->m.arena, &d->o, &office, rows[0].id, SPAN("call"), &d->err),
              E_CONFLICT);
    case_said(d, "come", visit_step(&d->m.arena, &d->o, &office, rows[0].id, SPAN("come"), &d->err),
              0);
    case_said(d, "walk in",
              visit_walk_in(&d->m.arena, &d->o, &office, SPAN(LABOUR), SPAN("一层"), false, &walk,
                            &d->err),
              0);
    case_now("2023-03-28T09:10:00"); /* ten minutes after nine */
    case_said(d, "call", visit_step(&d->m.arena, &d->o, &office, rows[0].id, SPAN("call"), &d->err),
              0);
    case_said(d, "call", visit_step(&d->m.arena, &d->o, &office, walk, SPAN("call"), &d->err), 0);
    case_now("2023-03-28T09:31:00");
    case_said(d, "done", visit_step(&d->m.arena, &d->o, &office, rows[0].id, SPAN("done"), &d->err),
              0);
    case_said(d, "theirs", visit_step(&d->m.arena, &d->o, &one, walk, SPAN("done"), &d->err),
              E_FORBIDDEN);
    case_said(d, "report",
              visit_count(&d->m.arena, d->m.s, SPAN(LABOUR), (struct date){2023, 3, 28},
                          (struct date){2023, 3, 28}, &x, &d->err),
              0);
    CHECK_INT(x.booked, 3);
    CHECK_INT(x.walked_in, 1);
    CHECK_INT(x.came, 2);
    CHECK_INT(x.missed, 1); /* the other one of nine; half past nine is not over */
    CHECK_INT(x.called, 2);
    CHECK_INT(x.in_time, 1);
    CHECK_INT(x.wait_most, 20 * 60000);
    CHECK_INT(x.served, 1);
    CHECK_INT(x.service_in_time, 0); /* 21 minutes */
    case_all_right(d);
}

/* ---- calls ---- */

static void call_is(struct case_desk *d, enum call_state state)
{
    const struct procedure *p = procedure_find(d->library, SPAN("office/call"), NULL);
    struct call_window w = {.state = CALL_STATES};

    case_said(d, "look", window_look(&d->m.arena, d->m.s, d->library, p, &w, &d->err), 0);
    CHECK_INT(w.state, state);
}

static void check_windows(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "C9", 12), 9001);
    struct window_change c = {.procedure = SPAN("office/call"),
                              .document = SPAN("延期通知"),
                              .to = {2023, 5, 15},
                              .hour = 17};
    struct case_start start = {.procedure = SPAN("office/call"),
                               .subject_kind = ENTERPRISE_KIND.kind,
                               .subject_code = case_code(d, "C9")};
    int64_t early, late;
    size_t told = 0;

    TEST("a call: planned, open, extended by a notice that drafts follow, closed");
    case_now("2023-05-07T09:00:00");
    call_is(d, CALL_PLANNED);
    case_begins(d, &firm, &start, E_CONFLICT);
    case_now("2023-05-08T09:00:00");
    call_is(d, CALL_OPEN);
    early = case_begins(d, &firm, &start, 0);
    late = case_begins(d, &firm, &start, 0);
    case_said(d, "firm", window_amend(&d->m.arena, &d->o, &firm, &c, &told, &d->err), E_FORBIDDEN);
    c.to.day = 12;
    case_said(d, "not later", window_amend(&d->m.arena, &d->o, &office, &c, &told, &d->err),
              E_INPUT);
    c.to.day = 15;
    c.document = SPAN("");
    case_said(d, "no document", window_amend(&d->m.arena, &d->o, &office, &c, &told, &d->err),
              E_INPUT);
    c.document = SPAN("延期通知");
    case_said(d, "extend", window_amend(&d->m.arena, &d->o, &office, &c, &told, &d->err), 0);
    CHECK_INT(told, 2);
    call_is(d, CALL_EXTENDED);
    case_ticks(d);
    case_all_right(d);
    case_now("2023-05-15T16:59:00");
    case_ticks(d);
    case_does(d, &firm, early, "submit", NULL, 0);
    case_now("2023-05-15T17:00:00");
    call_is(d, CALL_CLOSED);
    case_begins(d, &firm, &start, E_CONFLICT);
    case_ticks(d);
    case_is(d, late, "waived");
    case_is(d, early, "received");
    case_all_right(d);
    c.procedure = SPAN("office/grant");
    case_said(d, "always open", window_amend(&d->m.arena, &d->o, &office, &c, &told, &d->err),
              E_CONFLICT);
}

/* ---- counterparties ---- */

static int64_t paper(struct case_desk *d, const struct actor *firm, const char *text)
{
    struct paper_new p = {.kind = SPAN(""),
                          .name = SPAN("a.pdf"),
                          .media = SPAN("application/pdf"),
                          .valid_to = SPAN(""),
                          .source = SPAN("申请人"),
                          .bytes = span_z(text)};
    int64_t id = 0;

    case_said(d, "paper", paper_add(&d->m.arena, &d->o, firm, firm->subject_id, &p, &id, &d->err),
              0);
    return id;
}

static void check_parties(struct case_desk *d)
{
    static const struct {
        const char *organisation, *field, *material;
    } kinds[] = {{"月球银行", "账户余额说明", "statement"},
                 {"月球物业", "租金说明", "lease"},
                 {"月球学校", "学籍说明", "diploma"},
                 {"月球商务局", "行业说明", "licence2"}};
    struct actor firm = case_agent(case_firm(d, "W1", 12), 101);
    int64_t id = case_new(d, &firm, "office/four", "W1"), papers[4];
    struct paper_row row;
    struct span bytes;

    TEST("each of four counterparties sees its field, its paper, its clock, and no other's");
    for (int i = 0; i < 4; i++)
        papers[i] = paper(d, &firm, kinds[i].material);
    struct span data = arena_print(
        &d->m.arena,
        "{\"materials\": {\"statement\": {\"paper\": %" PRId64 "}, \"lease\": {\"paper\": %" PRId64
        "}, \"diploma\": {\"paper\": %" PRId64 "}, \"licence2\": {\"paper\": %" PRId64 "}}}",
        papers[0], papers[1], papers[2], papers[3]);
    case_does(d, &firm, id, "submit", data.p, 0);
    for (int i = 0; i < 4; i++) {
        struct actor who = case_officer(USER_COUNTERPARTY, kinds[i].organisation, 501 + i);
        struct case_file *f = NULL;
        case_said(d, "open", case_open(&d->m.arena, &d->o, &who, id, &f, &d->err), 0);
        for (int k = 0; f && k < 4; k++) {
            CHECK_INT(case_may_see(f, span_z(kinds[k].field)), i == k);
            CHECK_INT(case_may_see(f, span_z(kinds[k].material)), i == k);
            CHECK_INT(paper_open(&d->m.arena, &d->o, &who, papers[k], &row, &bytes, NULL),
                      i == k ? 0 : E_FORBIDDEN);
        }
        if (!f)
            continue;
        CHECK(!case_sees_clock(f, SPAN("office")));
        CHECK_INT(case_sees_clock(f, SPAN("bank")), i == 0);
        CHECK_INT(case_row_seen(f).due_at != CASE_NO_DUE, i == 0);
    }
    CHECK_INT(paper_open(&d->m.arena, &d->o, &office, papers[2], &row, &bytes, NULL), 0);
    struct actor window = case_officer(USER_WINDOW, "大厅", 510);
    CHECK_INT(paper_open(&d->m.arena, &d->o, &window, papers[2], &row, &bytes, NULL), E_FORBIDDEN);
}

/* ---- counts ---- */

static void check_counts(struct case_desk *d)
{
    struct case_counts x;
    struct actor window = case_officer(USER_WINDOW, "大厅", 510);
    struct actor firm = case_agent(case_firm(d, "X1", 12), 101);
    int64_t id = case_new(d, &firm, "office/grant", "X1");

    TEST("by which channel; one that there is not is refused");
    case_does(d, &window, id, "fill", "{\"fields\": {\"用途\": \"社保\"}}", 0);
    CHECK_TEXT(json_text(JSON_GET(d->file->events[1].data, "channel")), "counter");
    case_does(d, &firm, id, "submit",
              "{\"materials\": {\"form\": {}, \"licence\": {}}, \"channel\": \"pigeon\"}", E_INPUT);
    case_does(d, &firm, id, "submit",
              "{\"materials\": {\"form\": {}, \"licence\": {}}, \"channel\": \"courier\"}", 0);
    case_said(d, "count", case_count(&d->m.arena, &d->o, SPAN("office/grant"), &x, &d->err), 0);
    CHECK_INT(x.cases, 7);
    CHECK_INT(x.submitted, 7);
    CHECK_INT(x.told, 1);
    CHECK_INT(x.waived, 1);
    CHECK_INT(x.fields, 8); /* 从业人员 of seven, 用途 of one */
    CHECK_INT(x.prefilled, 7);
    CHECK_TEXT(x.channels[0].word, "online");
    CHECK_INT(x.channel_count, 3);

    TEST("letters both ways cost the applicant nothing");
    case_does(d, &office, id, "mail-in",
              "{\"contents\": \"申请表一份\", \"carrier\": \"EMS\", \"number\": \"E1\"}", 0);
    CHECK_TEXT(json_text(JSON_GET(d->file->events[3].data, "cost")), "0");
    case_does(d, &office, id, "mail-out", "{\"contents\": \"批复\", \"cost\": \"many\"}", E_INPUT);
    case_all_right(d);
}

/* ---- room in a call ---- */

static int64_t applies(struct case_desk *d, const char *procedure, const char *code, int want)
{
    struct actor firm = case_agent(case_firm(d, code, 12), 101);
    int64_t id = case_new(d, &firm, procedure, code);

    case_does(d, &firm, id, "submit", "{\"fields\": {\"申报方向\": \"农业\"}}", want);
    return id;
}

static void check_room(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "R1", 12), 101);
    const char *way = "{\"fields\": {\"申报方向\": \"航天\"}}";
    int64_t id;

    TEST("twice a year: the third is refused with its clause, the year after it is not");
    case_now("2023-12-30T09:00:00");
    applies(d, "office/twice", "R1", 0);
    id = case_new(d, &firm, "office/twice", "R1");
    case_does(d, &firm, id, "submit", way, E_INPUT); /* not one of the directions */
    case_does(d, &firm, id, "submit", "{\"fields\": {\"申报方向\": \"农业\"}}", 0);
    applies(d, "office/twice", "R2", 0);
    applies(d, "office/twice", "R1", E_CONFLICT);
    CHECK_INT(d->refusal, REFUSAL_LIMIT);
    CHECK(strstr(d->err.message, "每年可以申请 2 次") != NULL);
    CHECK(strstr(d->err.hint, " 一") != NULL);
    case_does(d, &firm, id, "withdraw", NULL, 0);
    applies(d, "office/twice", "R1", 0);
    case_now("2024-01-01T00:00:00");
    applies(d, "office/twice", "R1", 0);

    TEST("two places: who is refused gives his back, and may not come again");
    case_now("2023-06-30T09:00:00");
    id = applies(d, "office/places", "R1", 0);
    applies(d, "office/places", "R2", 0);
    applies(d, "office/places", "R3", E_CONFLICT);
    CHECK(strstr(d->err.message, "名额 2 个已满") != NULL);
    case_does(d, &office, id, "refuse", "{\"reason\": \"不符\"}", 0);
    CHECK_TEXT(json_text(JSON_GET(d->file->events[2].data, "remedy")),
               "不服本决定的，可以自收到之日起60日内申请行政复议（旧法九条），"
               "或者在6个月内提起行政诉讼（诉讼法四十六条）。同一事项不再受理申请（二）");
    applies(d, "office/places", "R1", E_CONFLICT);
    CHECK(strstr(d->err.message, "不能再次申请") != NULL);
    applies(d, "office/places", "R3", 0);

    TEST("two places and a waiting list; the limits of the law are those of the day");
    case_now("2023-07-01T09:00:00");
    applies(d, "office/listed-on", "R1", 0);
    applies(d, "office/listed-on", "R2", 0);
    id = applies(d, "office/listed-on", "R3", 0);
    CHECK_TEXT(json_text(JSON_GET(d->file->events[1].data, "waiting")), "1");
    applies(d, "office/listed-on", "R4", 0);
    CHECK_TEXT(json_text(JSON_GET(d->file->events[1].data, "waiting")), "2");
    case_does(d, &office, id, "refuse", "{\"reason\": \"不符\"}", 0);
    CHECK(span_starts(json_text(JSON_GET(d->file->events[2].data, "remedy")),
                      SPAN("不服本决定的，可以自收到之日起50日内申请行政复议（新法二十条）")));
    case_all_right(d);
}

static void check_all(struct case_desk *d)
{
    people(d);
    check_transfer(d);
    check_lane(d);
    check_told(d);
    check_returned(d);
    check_parts(d);
    check_visits(d);
    check_parties(d);
    check_counts(d);
    check_windows(d);
    check_room(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_desk", check_all);
}
