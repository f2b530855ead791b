/*
 * u_forget.c: sensitive facts that cases hold are deleted behind their term (S257): of closed cases
 * only, a mark with clause and day stays, rows and the log still hold. Argument: the library. To
 * blame: src/casework/case_forget.c.
 */
#include "casework/case_forget.h"
#include "tests/casework/case_desk.h"
#include "tests/unit/fault.h"

static const struct actor admin = {.program = true, .name = {"facts-forget", 12}};

static int64_t with_health(struct case_desk *d)
{
    return money_number(&d->m, "SELECT COUNT(*) FROM case_event WHERE data LIKE '%不太好%'");
}

/* What cases held of it, by its place among the facts with a term. */
static int64_t forget(struct case_desk *d, const struct actor *who, struct date day, bool dry,
                      int want)
{
    struct forgotten *at = NULL;
    struct err err = ERR_INIT;
    size_t n = 0;

    CHECK_INT(subjects_forget(&d->m.arena, d->m.s, d->library, &admin, day, true, &at, &n, &err),
              0);
    CHECK_INT(n, 1);
    CHECK_INT(cases_forget(&d->m.arena, d->m.s, d->library, who, day, dry, at, n, &err), want);
    return n ? at[0].in_cases : -1;
}

static int64_t begun(struct case_desk *d, const struct actor *firm, const char *code)
{
    int64_t id = case_new(d, firm, "office/grant", code);

    case_does(d, firm, id, "submit",
              "{\"fields\": {\"从业人员\": 5, \"健康状况\": \"不太好\", \"用途\": \"工资\"},"
              " \"materials\": {\"form\": {}, \"licence\": {}}}",
              0);
    return id;
}

static const struct json *mark(struct case_desk *d, int64_t id)
{
    struct case_file *f = case_look(d, id);

    for (size_t i = 0; f && i < f->event_count; i++) {
        const struct json *list = JSON_GET(f->events[i].data, CASE_FORGOTTEN);
        if (list)
            return list->first;
    }
    return NULL;
}

static int forget_hungry(void *context)
{
    struct case_desk *d = context;
    struct forgotten at = {.fact = map_get(&d->library->fact_by_name, SPAN("健康状况"))};
    struct err err = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r =
        cases_forget(&a, d->m.s, d->library, &admin, (struct date){2024, 3, 2}, true, &at, 1, &err);
    arena_release(&a);
    return r;
}

static void check_all(struct case_desk *d)
{
    struct actor nobody = case_officer(USER_HANDLER, "环形山区劳动局", 21);
    struct actor office = case_officer(USER_HANDLER, "环形山区劳动局", 21);
    struct actor chief = case_officer(USER_REVIEWER, "环形山区劳动局", 22);
    struct actor firm = case_agent(case_firm(d, "F1", 5), 31);
    struct actor other = case_agent(case_firm(d, "F2", 5), 32);
    int64_t id, open;

    case_now("2023-03-01T09:00:00");
    id = begun(d, &firm, "F1");
    open = begun(d, &other, "F2");
    CHECK_INT(with_health(d), 2);
    case_does(d, &office, id, "accept", NULL, 0);
    case_does(d, &chief, id, "refuse", "{\"reason\": \"不符\"}", 0);
    case_all_right(d);

    TEST("not before its term, not of an open case, not by anybody");
    CHECK_INT(forget(d, &admin, (struct date){2024, 3, 1}, true, 0), 0);
    CHECK_INT(forget(d, &admin, (struct date){2024, 3, 2}, true, 0), 1);
    CHECK_INT(with_health(d), 2); /* only counted */
    forget(d, &nobody, (struct date){2024, 3, 2}, false, E_FORBIDDEN);
    fault_loop(forget_hungry, d);

    TEST("deleted once; what stays says field, clause, purpose and day");
    int64_t logged = money_number(&d->m, "SELECT COUNT(*) FROM audit_entry WHERE act ="
                                         " 'facts.forget'");
    CHECK_INT(forget(d, &admin, (struct date){2024, 3, 2}, false, 0), 1);
    CHECK_INT(with_health(d), 1);
    CHECK_INT(forget(d, &admin, (struct date){2024, 3, 2}, false, 0), 0);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM audit_entry WHERE act = 'facts.forget'"),
              logged + 1);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM audit_entry WHERE detail LIKE '%不太好%'"),
              0);
    const struct json *m = mark(d, id);
    CHECK_TEXT(json_text(JSON_GET(m, "field")), "健康状况");
    CHECK_TEXT(json_text(JSON_GET(m, "on")), "2024-03-02");
    CHECK_TEXT(json_text(JSON_GET(m, "cites")), "一");
    CHECK_TEXT(json_text(JSON_GET(m, "purpose")), "只用于判断本项申请");
    CHECK(mark(d, open) == NULL);

    TEST("the other answers stay; rows and log hold; a changed state is still found");
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM case_event WHERE data LIKE '%工资%'"), 2);
    case_is(d, id, "refused");
    case_all_right(d);
    struct err err = ERR_INIT;
    CHECK_INT(
        store_execute(d->m.s, "UPDATE casefile SET state = 'paid' WHERE state = 'refused'", &err),
        0);
    CHECK_INT(case_wrong(d), 1);
    CHECK_INT(
        store_execute(d->m.s, "UPDATE casefile SET state = 'refused' WHERE state = 'paid'", &err),
        0);

    TEST("when the other one is closed, it is deleted there, too");
    case_now("2024-04-01T09:00:00");
    case_ticks(d);
    case_does(d, &office, open, "accept", NULL, 0);
    case_does(d, &chief, open, "refuse", "{\"reason\": \"不符\"}", 0);
    CHECK_INT(forget(d, &admin, (struct date){2024, 4, 1}, false, 0), 1);
    CHECK_INT(with_health(d), 0);
    case_all_right(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_forget", check_all);
}
