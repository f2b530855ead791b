/*
 * u_trail.c: the whole record of a case (S256) in the store: every step with state and fields
 * before and after, reads, messages, money; who may have it; what somebody changed behind the log
 * shows. Argument: the library (tests/casework/office). To blame: src/casework/case_trail.c,
 * cases.c, case_tick.c.
 */
#include "casework/case_trail.h"

#include "tests/casework/case_desk.h"

static struct actor office, chief, treasury;
static const char *const form = "{\"materials\": {\"form\": {}, \"licence\": {}}}";

static const struct json *trail(struct case_desk *d, const struct actor *who, int64_t id, int want)
{
    struct json *j = NULL;

    d->err = (struct err)ERR_INIT;
    case_said(d, "trail", case_trail(&d->m.arena, &d->o, who, id, false, &j, &d->err), want);
    return j;
}

static const struct json *line_of(const struct json *j, const char *kind, const char *act)
{
    JSON_EACH(line, JSON_GET(j, "lines"))
    if (span_eq(json_text(JSON_GET(line, "kind")), span_z(kind)) &&
        span_eq(json_text(JSON_GET(line, "act")), span_z(act)))
        return line;
    return NULL;
}

static const struct json *change_of(const struct json *line, const char *field)
{
    JSON_EACH(c, JSON_GET(line, "changes"))
    if (span_eq(json_text(JSON_GET(c, "field")), span_z(field)))
        return c;
    return NULL;
}

#define MEMBER(line, name) json_text(json_get((line), span_z(name)))

static int64_t granted(struct case_desk *d, const char *code, struct actor *ret_firm)
{
    *ret_firm = case_agent(case_firm(d, code, 12), 101);
    int64_t id = case_new(d, ret_firm, "office/grant", code);

    case_does(d, ret_firm, id, "fill", "{\"fields\": {\"用途\": \"秘密一\"}}", 0);
    case_does(d, ret_firm, id, "fill", "{\"fields\": {\"用途\": \"秘密二\"}}", 0);
    case_now("2023-03-01T09:05:00");
    case_does(d, ret_firm, id, "submit", form, 0);
    case_does(d, &office, id, "accept", NULL, 0);
    case_does(d, &chief, id, "grant", NULL, 0);
    return id;
}

static void check_lines(struct case_desk *d)
{
    struct actor firm;
    int64_t id = granted(d, "A1", &firm);
    const struct json *j = trail(d, &chief, id, 0), *line;

    TEST("each step with who did it, the state before and after, its line in the log");
    line = line_of(j, "decision", "grant");
    CHECK_TEXT(MEMBER(line, "before"), "审核");
    CHECK_TEXT(MEMBER(line, "after"), "公示");
    CHECK_TEXT(MEMBER(line, "party"), "审核");
    CHECK_TEXT(MEMBER(line, "organisation"), LABOUR);
    CHECK_INT(json_text(JSON_GET(JSON_GET(line, "log"), "hash")).n, 64);
    CHECK(JSON_GET(line, "key") != NULL);
    CHECK(JSON_GET(line_of(j, "change", "submit"), "papers") != NULL);

    TEST("a field before and after; what is sensitive only as a mark");
    line = line_of(j, "change", "fill");
    CHECK(line && !JSON_GET(line, "key"));
    CHECK_TEXT(MEMBER(change_of(line, "用途"), "after"), "〔不公开〕");
    struct buffer all = BUFFER_INIT;
    json_print(&all, j, JSON_COMPACT);
    CHECK(all.p && !strstr(all.p, "秘密"));
    buffer_release(&all);

    TEST("the money: decided by whom, booked with how much");
    CHECK(line_of(j, "money", "fund.reserve") != NULL);
    CHECK_TEXT(MEMBER(line_of(j, "money", "ledger.reserve"), "amount"), "1200.00");
    CHECK_INT(JSON_GET(j, "problems")->n, 0);
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(j, "counts"), "decision")), "1");

    TEST("who takes it out is in it the next time");
    CHECK(line_of(trail(d, &chief, id, 0), "read", "case.trail") != NULL);
}

static void check_rights(struct case_desk *d)
{
    struct actor firm, other = case_officer(USER_HANDLER, FINANCE, 402),
                       bank = case_officer(USER_COUNTERPARTY, "月球银行", 401),
                       auditor = case_officer(USER_AUDITOR, FINANCE, 403);
    int64_t id = granted(d, "A2", &firm);

    TEST("offices that handle it and the auditor; not the applicant, a counterparty, a stranger");
    trail(d, &firm, id, E_FORBIDDEN);
    trail(d, &bank, id, E_FORBIDDEN);
    trail(d, &other, id, E_FORBIDDEN);
    CHECK(trail(d, &auditor, id, 0) != NULL);
    CHECK(trail(d, &office, id, 0) != NULL);
}

static void check_messages(struct case_desk *d)
{
    struct actor firm = case_agent(case_firm(d, "A3", 12), 9001);
    char sql[300];
    int64_t id = case_new(d, &firm, "office/grant", "A3");
    const struct json *j;

    TEST("what was told; a lapse is a step with its clock's name, the program's");
    snprintf(sql, sizeof sql,
             "INSERT INTO account (id, login, name, password, created_at)"
             " VALUES (9001, 'n1', '', '', 0); INSERT INTO account_right (account_id, role,"
             " organisation_id, subject_id, since, until, granted_by, granted_at)"
             " VALUES (9001, 'agent', 0, %" PRId64 ", '', '', 0, 0)",
             firm.subject_id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    case_does(d, &firm, id, "submit", form, 0);
    case_does(d, &office, id, "tell", "{\"missing\": [\"form\"]}", 0);
    case_now("2023-04-20T09:00:00");
    case_ticks(d);
    j = trail(d, &office, id, 0);
    CHECK_TEXT(MEMBER(line_of(j, "message", "case.missing"), "channel"), "inbox");
    CHECK_TEXT(MEMBER(line_of(j, "change", "lapse:supply"), "after"), "放弃");
    CHECK(span_find(MEMBER(line_of(j, "change", "lapse:supply"), "title"), SPAN("届满")) !=
          SIZE_MAX);
    CHECK_INT(JSON_GET(j, "problems")->n, 0);
    case_now("2023-03-01T09:00:00");
}

static void check_table(struct case_desk *d)
{
    struct actor firm;
    int64_t id = granted(d, "A4", &firm);
    struct buffer out = BUFFER_INIT;
    const struct json *j = trail(d, &office, id, 0);
    size_t lines = 0;

    TEST("as a table: a head and a line for each");
    case_trail_csv(j, false, &out);
    for (size_t i = 0; i < out.n; i++)
        lines += out.p[i] == '\n';
    CHECK_INT(lines, JSON_GET(j, "lines")->n + 1);
    CHECK(out.p && !strstr(out.p, "秘密"));
    buffer_release(&out);
}

static void check_tampered(struct case_desk *d)
{
    struct actor firm;
    int64_t id = granted(d, "A5", &firm);
    char sql[200];

    TEST("what somebody changed in an event, or put in, is a problem");
    snprintf(sql, sizeof sql,
             "UPDATE case_event SET data = '{\"fields\":{\"用途\":\"x\"}}' WHERE case_id = %" PRId64
             " AND seq = 2",
             id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    CHECK_INT(JSON_GET(trail(d, &office, id, 0), "problems")->n, 1);
    snprintf(sql, sizeof sql,
             "INSERT INTO case_event SELECT case_id, 99, at, 'note', party, account_id,"
             " for_account_id, delegation_id, organisation, data FROM case_event"
             " WHERE case_id = %" PRId64 " AND seq = 1",
             id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    CHECK_INT(JSON_GET(trail(d, &office, id, 0), "problems")->n, 2);
    snprintf(sql, sizeof sql, "DELETE FROM case_event WHERE case_id = %" PRId64 " AND seq = 99",
             id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
}

static void check_all(struct case_desk *d)
{
    money_fund(&d->m, "{fund: grants, name: 补贴, region: 月球省/环形山区, holder: " FINANCE
                      ", cap: 1000000, order: approval}");
    office = case_officer(USER_HANDLER, LABOUR, 201);
    chief = case_officer(USER_REVIEWER, LABOUR, 211);
    treasury = case_officer(USER_FINANCE, FINANCE, 221);
    check_lines(d);
    check_rights(d);
    check_messages(d);
    check_table(d);
    check_tampered(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_trail", check_all);
}
