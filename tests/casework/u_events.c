/*
 * u_events.c: the day of a named event reaches the cases that wait for it (S253). A second version
 * of tests/casework/office knows the day that the first does not: cases that began under the first
 * hear of it once, with the version and the document that set it; others do not move. Argument: the
 * library. To blame: src/casework/case_events.c, src/policy/event_days.c.
 */
#include "casework/case_events.h"
#include "tests/casework/case_desk.h"

static int64_t count(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

static int64_t events_of(struct case_desk *d)
{
    return count(d, "SELECT COUNT(*) FROM case_event WHERE act = 'event:解封日'");
}

/* ---- another version ---- */

struct edition {
    char folder[64];
    struct library *library;
};

/* The library of the desk with a value of the event; kept in the store as a published one is. */
static bool edition_open(struct case_desk *d, struct edition *e, const char *values)
{
    struct span command;
    struct diags diags;
    struct err err = ERR_INIT;

    snprintf(e->folder, sizeof e->folder, "/tmp/huiqi-events.XXXXXX");
    if (!CHECK(mkdtemp(e->folder) != NULL))
        return false;
    command = arena_print(&d->m.arena,
                          "cp -r '%s/.' '%s' && sed -i '/解封日/s/values: \\[\\]/values: [%s]/'"
                          " '%s/parameters/parameters.yaml'",
                          d->folder, e->folder, values, e->folder);
    diags_init(&diags, &d->m.arena);
    return CHECK_INT(system(command.p), 0) &&
           CHECK_INT(library_load(e->folder, &e->library, &diags, &err), 0) &&
           CHECK_INT(library_keep_folder(&d->m.arena, d->m.s, e->library, e->folder, &err), 0);
}

static void edition_close(struct case_desk *d, struct edition *e)
{
    struct span command = arena_print(&d->m.arena, "rm -rf '%s'", e->folder);

    CHECK_INT(system(command.p), 0);
    library_unref(e->library);
}

/* What the timer does when a version is in force. */
static size_t takes(struct case_desk *d, const struct library *l)
{
    size_t n = 0;

    d->o.library = l;
    d->err = (struct err)ERR_INIT;
    case_said(d, "take", cases_take_days(&d->m.arena, &d->o, &n, &d->err), 0);
    return n;
}

static const struct clock_view *clock_of(struct case_desk *d, int64_t id, const char *clock)
{
    const struct case_file *f = case_look(d, id);

    for (size_t i = 0; f && i < f->procedure->clock_count; i++)
        if (span_eq(f->procedure->clocks[i].id, span_z(clock)))
            return &f->view->clocks[i];
    return NULL;
}

static struct span says(struct case_desk *d, int64_t id, const char *clock)
{
    const struct case_file *f = case_look(d, id);
    const struct clock_view *c = clock_of(d, id, clock);

    return f && c ? case_clock_day(&d->m.arena, f, c, false) : SPAN("");
}

static int64_t waiting(struct case_desk *d, const char *code)
{
    struct actor firm = case_agent(case_firm(d, code, 3), 101);
    int64_t id = case_new(d, &firm, "office/wait", code);

    case_does(d, &firm, id, "submit", NULL, 0);
    return id;
}

/* ---- checks ---- */

static void check_unknown(struct case_desk *d, int64_t id)
{
    struct edition same = {0};

    TEST("a version that does not know the day moves nothing, and the clock says what it lacks");
    if (!edition_open(d, &same, ""))
        return;
    CHECK_INT(takes(d, d->library), 0);
    CHECK_INT(case_ticks(d), 0);
    CHECK_INT(clock_of(d, id, "paper")->state, CLOCK_WAITING);
    CHECK_TEXT(says(d, id, "paper"), "起算日未定：解封日");
    CHECK_INT(events_of(d), 0);
    edition_close(d, &same);
}

static void check_elsewhere(struct case_desk *d, int64_t id)
{
    struct edition e = {0};

    TEST("the day of another place, and one that is published later, move nothing");
    if (!edition_open(d, &e,
                      "{from: 2023-03-20, value: 2023-03-20, region: 火星省, source: 火星1号},"
                      " {from: 2023-04-30, value: 2023-04-20, source: 月府4号}"))
        return;
    CHECK_INT(takes(d, e.library), 0);
    CHECK_INT(case_ticks(d), 0);
    CHECK_INT(case_look(d, id)->event_count, 2);
    d->o.library = d->library;
    edition_close(d, &e);
}

static void check_known(struct case_desk *d, int64_t id, int64_t own, const struct edition *e)
{
    const struct case_event *event;
    const struct case_file *f;

    TEST("a day that became known starts what waits for it, once, and says by what");
    CHECK_INT(takes(d, e->library), 2);
    CHECK_INT(takes(d, e->library), 0);
    CHECK_INT(case_ticks(d), 1); /* in the other a person has said it */
    CHECK_INT(case_ticks(d), 0);
    CHECK_INT(events_of(d), 2);
    CHECK_INT(case_look(d, own)->event_count, 3);
    f = case_look(d, id);
    event = &f->events[f->event_count - 1];
    CHECK_TEXT(event->act, "event:解封日");
    CHECK_TEXT(event->by, "program");
    CHECK_TEXT(json_text(JSON_GET(event->data, "date")), "2023-04-01");
    CHECK_TEXT(json_text(JSON_GET(event->data, "library")), e->library->hash);
    CHECK_TEXT(json_text(JSON_GET(event->data, "source")), "月府2号");
    CHECK_TEXT(f->row.library, d->library->hash); /* its rules are those that it began under */
    CHECK_INT(clock_of(d, id, "paper")->state, CLOCK_RUNNING);
    CHECK_INT(clock_of(d, id, "paper")->due, clock_of(d, own, "paper")->due);
    CHECK_INT(clock_of(d, id, "call")->state, CLOCK_RUNNING);
    CHECK(span_starts(says(d, id, "paper"), SPAN("按解封日：2023-04-01，依据 月府2号")));
    CHECK_INT(count(d, "SELECT COUNT(*) FROM case_clock WHERE clock = 'paper'"
                       " AND state = 'running' AND due_at > 0"),
              2);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.event'"
                       " AND recipient = '9101'"),
              1);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM message WHERE kind = 'case.event'"
                       " AND text_zh LIKE '%2023-07-01%'"),
              1);
    case_all_right(d);
}

static void check_corrected(struct case_desk *d, int64_t id, int64_t own)
{
    struct edition e = {0};

    TEST("a day that is set right moves the clock; a person's word in the case stands");
    if (!edition_open(d, &e, "{from: 2023-04-02, value: 2023-04-02, source: 月府3号}"))
        return;
    CHECK_INT(takes(d, e.library), 2);
    CHECK_INT(case_ticks(d), 1);
    CHECK_INT(events_of(d), 3);
    CHECK_INT(clock_of(d, id, "paper")->due - clock_of(d, own, "paper")->due, INT64_C(86400000));
    CHECK_INT(case_ticks(d), 0);
    case_all_right(d);
    d->o.library = d->library;
    edition_close(d, &e);
}

static void check_act(struct case_desk *d, const struct edition *e)
{
    struct actor firm = case_agent(case_firm(d, "E3", 3), 101);
    int64_t id;

    TEST("whoever acts before the timer came has the day first");
    d->o.library = d->library;
    id = case_new(d, &firm, "office/wait", "E3");
    case_does(d, &firm, id, "submit", NULL, 0);
    case_refuses(d, &firm, id, "hand-in", NULL, REFUSAL_UNKNOWN);
    d->o.library = e->library;
    case_does(d, &firm, id, "hand-in", NULL, 0);
    CHECK_TEXT(d->file->events[2].act, "event:解封日");
    CHECK_TEXT(d->file->events[3].act, "hand-in");
    CHECK(!clock_of(d, id, "paper")->late);
    case_all_right(d);
}

static void check_past(struct case_desk *d, const struct edition *e)
{
    int64_t id;

    TEST("a day long past: what ran from it has run out, and is owed");
    case_now("2023-08-01T09:00:00");
    d->o.library = d->library;
    id = waiting(d, "E4");
    case_now("2023-08-02T09:00:00"); /* each midnight who waits for a date is looked at */
    d->o.library = e->library;
    case_ticks(d);
    CHECK_INT(clock_of(d, id, "paper")->state, CLOCK_LAPSED);
    CHECK(clock_overdue(clock_of(d, id, "paper"), PHASE_DUTY));
    CHECK_INT(case_look(d, id)->row.due_at, clock_of(d, id, "call")->due);
    case_all_right(d);
}

static void check_all(struct case_desk *d)
{
    struct edition e = {0};
    struct actor office = case_officer(USER_HANDLER, LABOUR, 301);
    int64_t id = waiting(d, "E1"), own = waiting(d, "E2");
    char sql[300];

    snprintf(sql, sizeof sql,
             "INSERT INTO account (id, login, name, password, created_at) VALUES (9101, 'e1',"
             " '经办', '', 0); INSERT INTO account_right (account_id, role, organisation_id,"
             " subject_id, since, until, granted_by, granted_at) VALUES (9101, 'agent', 0, %" PRId64
             ", '', '', 0, 0)",
             case_look(d, id)->row.subject_id);
    CHECK_INT(store_execute(d->m.s, sql, &d->err), 0);
    case_now("2023-04-03T09:00:00");
    check_unknown(d, id);
    check_elsewhere(d, id);
    case_does(d, &office, own, "event:解封日", "{\"date\": \"2023-04-01\"}", 0);
    if (edition_open(d, &e, "{from: 2023-04-01, value: 2023-04-01, source: 月府2号}")) {
        check_known(d, id, own, &e);
        check_corrected(d, id, own);
        check_act(d, &e);
        check_past(d, &e);
        d->o.library = d->library;
        edition_close(d, &e);
    }
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_events", check_all);
}
