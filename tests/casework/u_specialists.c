/*
 * u_specialists.c: experts drawn by lot for a case (S100): who may not be drawn, the order that
 * anybody works out again, who comes in for whom, scores once and their mean; rights. Argument: the
 * library (tests/casework/office). To blame: src/casework/specialists.c, specialists_look.c.
 */
#include "casework/specialists.h"
#include "document/document.h"
#include "tests/casework/case_desk.h"

static struct actor office, other, firm;

static int64_t count(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

static int64_t adds(struct case_desk *d, const struct actor *who, struct specialist x, int want)
{
    int64_t id = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "add", specialist_add(&d->m.arena, d->m.s, who, &x, &id, &d->err), want);
    return id;
}

static struct specialist expert(const char *name, const char *organisation, const char *field)
{
    return (struct specialist){.kind = SPECIALIST_EXPERT,
                               .name = span_z(name),
                               .organisation = span_z(organisation),
                               .field = span_z(field),
                               .since = SPAN("2023-01-01"),
                               .cites = SPAN("聘书")};
}

static struct json *panels(struct case_desk *d, int64_t id)
{
    struct json *list = NULL;

    d->err = (struct err)ERR_INIT;
    case_said(d, "panels", panels_json(&d->m.arena, d->m.s, id, &list, &d->err), 0);
    return list;
}

static int64_t draws(struct case_desk *d, const struct actor *who, int64_t id, int64_t wanted,
                     const char *avoid, const char *reason, int want)
{
    struct panel_draw x = {.case_id = id,
                           .field = SPAN("农业"),
                           .wanted = wanted,
                           .avoid = span_z(avoid),
                           .reason = span_z(reason)};
    int64_t panel = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "draw", panel_draw(&d->m.arena, &d->o, who, &x, &panel, &d->err), want);
    return panel;
}

static int64_t number(const struct json *j)
{
    struct decimal n;
    int64_t i = 0;
    return decimal_parse(json_text(j), &n) && decimal_to_int(n, &i) ? i : -1;
}

static int64_t member(const struct json *panel, size_t at)
{
    const struct json *m = JSON_GET(panel, "members")->first;

    while (m && at--)
        m = m->next;
    return m ? number(JSON_GET(m, "specialist")) : 0;
}

/* ---- checks ---- */

static void check_list(struct case_desk *d)
{
    struct specialist *at = NULL;
    struct specialist_query q = {.procedure = SPAN("office/grant"), .day = SPAN("2023-03-01")};
    size_t n = 0;
    int64_t id;

    TEST("lists: what is needed, who serves, who helps with an item");
    adds(d, &firm, expert("甲", "某大学", "农业"), E_FORBIDDEN);
    adds(d, &office, expert("甲", "", "农业"), E_INPUT);
    adds(d, &office, expert("甲", "某大学", ""), E_INPUT);
    adds(d, &office,
         (struct specialist){.name = SPAN("帮一"),
                             .organisation = SPAN(LABOUR),
                             .procedure = SPAN("office/call; office/grant"),
                             .cites = SPAN("一览表")},
         0);
    adds(d, &office,
         (struct specialist){.name = SPAN("帮二"),
                             .organisation = SPAN(LABOUR),
                             .procedure = SPAN("office/call"),
                             .cites = SPAN("一览表")},
         0);
    id = adds(d, &office,
              (struct specialist){
                  .name = SPAN("帮三"), .organisation = SPAN(LABOUR), .cites = SPAN("一览表")},
              0);
    CHECK_INT(specialist_list(&d->m.arena, d->m.s, &q, &at, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK_TEXT(at[0].name, "帮一");
    CHECK_TEXT(at[1].name, "帮三");
    CHECK_INT(specialist_away(&d->m.arena, d->m.s, &office, id, SPAN("2023-03-01"),
                              SPAN("2023-03-02"), NULL),
              0);
    CHECK_INT(specialist_away(&d->m.arena, d->m.s, &office, id, SPAN("2023-03-03"),
                              SPAN("2023-03-02"), NULL),
              E_INPUT);
    CHECK_INT(specialist_list(&d->m.arena, d->m.s, &q, &at, &n, NULL), 0);
    CHECK_INT(n, 1);
    q.day = SPAN("2023-03-03");
    CHECK_INT(specialist_end(&d->m.arena, d->m.s, &office, id, SPAN("2023-03-03"), NULL), 0);
    CHECK_INT(specialist_list(&d->m.arena, d->m.s, &q, &at, &n, NULL), 0);
    CHECK_INT(n, 2);
    q.day = SPAN("2023-03-04");
    CHECK_INT(specialist_list(&d->m.arena, d->m.s, &q, &at, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(specialist_end(&d->m.arena, d->m.s, &office, 999, SPAN("2023-03-04"), NULL),
              E_NOT_FOUND);
}

/* The lot, worked out here from the seed alone. */
static int64_t lowest(struct case_desk *d, struct span seed, const int64_t *ids, size_t n)
{
    char best[DOC_SHA256_HEX] = "g", one[DOC_SHA256_HEX];
    int64_t found = 0;

    for (size_t i = 0; i < n; i++) {
        doc_sha256(arena_print(&d->m.arena, "%.*s/%" PRId64, SPAN_ARG(seed), ids[i]), one);
        if (strcmp(one, best) < 0) {
            memcpy(best, one, sizeof best);
            found = ids[i];
        }
    }
    return found;
}

static void check_draw(struct case_desk *d, int64_t id, const int64_t *good, size_t n)
{
    const struct json *first;
    int64_t panel;

    TEST("drawn by lot: not by the applicant, not of its own, not who is away, not another field");
    draws(d, &firm, id, 2, "", "", E_FORBIDDEN);
    draws(d, &other, id, 2, "", "", E_FORBIDDEN);
    draws(d, &office, id, 0, "", "", E_INPUT);
    draws(d, &office, id, 5, "", "", E_CONFLICT);
    CHECK(strstr(d->err.message, "可抽取的专家 4 人") != NULL);
    draws(d, &office, id, 4, "月球大学;", "", E_CONFLICT);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM panel"), 0);
    panel = draws(d, &office, id, 2, "", "", 0);
    first = panels(d, id)->first;
    CHECK_INT(number(JSON_GET(first, "panel")), panel);
    CHECK_INT(member(first, 0), lowest(d, json_text(JSON_GET(first, "seed")), good, n));
    CHECK(member(first, 1) != member(first, 0));
    CHECK_INT(JSON_GET(JSON_GET(first, "pool"), "order")->n, 4);
    CHECK_INT(JSON_GET(JSON_GET(first, "pool"), "out")->n, 1);
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(JSON_GET(first, "pool"), "out")->first, "why")),
               "own-organisation");

    TEST("another draw has a reason, and nobody sits twice");
    draws(d, &office, id, 1, "", "", E_INPUT);
    draws(d, &office, id, 3, "", "补充", E_CONFLICT);
}

static void scores(struct case_desk *d, int64_t panel, int64_t who, const char *score, int want)
{
    d->err = (struct err)ERR_INIT;
    case_said(
        d, score,
        panel_score(&d->m.arena, &d->o, &office, panel, who, span_z(score), SPAN(""), &d->err),
        want);
}

static void check_scores(struct case_desk *d, int64_t id)
{
    const struct json *p = panels(d, id)->first;
    int64_t panel = number(JSON_GET(p, "panel")), a = member(p, 0), b = member(p, 1), c;
    const struct json *order = JSON_GET(JSON_GET(p, "pool"), "order");

    TEST("who declines is replaced by the next in the order");
    CHECK_INT(panel_decline(&d->m.arena, &d->o, &office, panel, b, SPAN(" "), NULL), E_INPUT);
    CHECK_INT(panel_decline(&d->m.arena, &d->o, &office, panel, b, SPAN("出差"), NULL), 0);
    CHECK_INT(panel_decline(&d->m.arena, &d->o, &office, panel, b, SPAN("出差"), NULL), E_CONFLICT);
    p = panels(d, id)->first;
    c = member(p, 2);
    CHECK_INT(c, number(order->first->next->next));

    TEST("a score each, once; the mean when all are there");
    scores(d, panel, a, "100.01", E_INPUT);
    scores(d, panel, a, "-1", E_INPUT);
    scores(d, panel, a, "86.555", E_INPUT);
    scores(d, panel, a, "86.5", 0);
    CHECK(!JSON_GET(panels(d, id)->first, "mean"));
    scores(d, panel, a, "90", E_CONFLICT);
    scores(d, panel, b, "90", E_CONFLICT);
    scores(d, panel, 999, "90", E_NOT_FOUND);
    scores(d, 999, a, "90", E_NOT_FOUND);
    scores(d, panel, c, "90.25", 0);
    CHECK_TEXT(json_text(JSON_GET(panels(d, id)->first, "mean")), "88.38"); /* 88.375, up */
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act LIKE 'panel.%'"), 4);
}

static void check_all(struct case_desk *d)
{
    int64_t good[4], id;

    office = case_officer(USER_HANDLER, LABOUR, 301);
    other = case_officer(USER_HANDLER, FINANCE, 302);
    firm = case_agent(case_firm(d, "S1", 12), 101);
    id = case_new(d, &firm, "office/grant", "S1");
    case_does(d, &firm, id, "submit", "{\"materials\": {\"form\": {}, \"licence\": {}}}", 0);
    check_list(d);
    good[0] = adds(d, &office, expert("甲", "月球大学", "农业"), 0);
    good[1] = adds(d, &office, expert("乙", "月球医院", "医药;农业"), 0);
    good[2] = adds(d, &office, expert("丙", "月球所", "农业"), 0);
    good[3] = adds(d, &office, expert("丁", "月球院", "农业"), 0);
    adds(d, &office, expert("戊", "某厂", "农业"), 0); /* the applicant's own */
    adds(d, &office, expert("己", "月球所", "医药"), 0);
    int64_t away = adds(d, &office, expert("庚", "月球所", "农业"), 0);
    CHECK_INT(specialist_away(&d->m.arena, d->m.s, &office, away, SPAN("2023-03-01"),
                              SPAN("2023-03-31"), NULL),
              0);
    check_draw(d, id, good, 4);
    check_scores(d, id);
    case_all_right(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_specialists", check_all);
}
