/*
 * u_places.c: service points (S255): tables taken in whole or not at all, the nearest by stated
 * minutes and by the great circle, what is unknown kept apart from what is far, hours over days off
 * that are worked. Argument: the library (tests/casework/office). To blame: src/casework/places.c,
 * places_hours.c.
 */
#include "casework/places.h"

#include "tests/casework/case_desk.h"

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

static const char *const points =
    "\xEF\xBB\xBF编号,名称,类型,机构,地区,地址,纬度,经度,事项,渠道,时间,来源\n"
    "H,大厅,hall,中心,月球省/环形山区,一号,31.2,121.4,*,counter,工作日 09:00-17:00,示例\n"
    "B,支行,银行网点,银行,月球省/环形山区,二号,31.22,121.4,office/grant,counter,,示例\n"
    "M,终端,self-service,中心,月球省/静海区,三号,31.2,121.43,,self-service,每天 00:00-24:00,\n"
    "N,新窗口,office,部门,月球省/环形山区,,,,office/grant,,,示例\n";
static const char *const origins = "编号,名称,地区,纬度,经度,户数\n"
                                   "A1,北坡,月球省/环形山区,31.21,121.4,1200\n"
                                   "A2,东坡,月球省/环形山区,31.2,121.45,300\n"
                                   "A3,新区,月球省/静海区,,,800\n";

static size_t take(struct case_desk *d, const struct actor *who, enum place_table t,
                   const char *text, int want)
{
    size_t n = 0;
    d->err = (struct err)ERR_INIT;
    case_said(d, "import",
              place_import(&d->m.arena, &d->o, who, t, span_z(text), SPAN("t.csv"), &n, &d->err),
              want);
    return n;
}

static int64_t count(struct case_desk *d, const char *sql)
{
    return money_number(&d->m, sql);
}

static void check_import(struct case_desk *d)
{
    struct actor firm = case_agent(1, 101), clerk = case_officer(USER_HANDLER, LABOUR, 201);

    TEST("a wrong row: nothing of the table is there, and the error has its place");
    take(d, &firm, PLACE_POINTS, points, E_FORBIDDEN);
    take(d, &clerk, PLACE_POINTS, "", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称\nX,x\n", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型\nX,x,hall\nY,y,castle\n", E_INPUT);
    CHECK_INT(d->err.line, 3);
    CHECK_INT(d->err.column, 5);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型,纬度,经度\nX,x,hall,91,0\n", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型,纬度,经度\nX,x,hall,31,\n", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型,时间\nX,x,hall,9点到5点\n", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型,事项\nX,x,hall,office/nothing\n", E_INPUT);
    take(d, &clerk, PLACE_POINTS, "编号,名称,类型\n,x,hall\n", E_INPUT);
    take(d, &clerk, PLACE_WAYS, "起点,网点,分钟\nA1,H,12\n", E_INPUT);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM service_point"), 0);

    TEST("the same code again replaces; it is in the log");
    CHECK_INT(take(d, &clerk, PLACE_POINTS, points, 0), 4);
    CHECK_INT(take(d, &clerk, PLACE_POINTS, points, 0), 4);
    CHECK_INT(take(d, &clerk, PLACE_ORIGINS, origins, 0), 3);
    CHECK_INT(take(d, &clerk, PLACE_WAYS, "起点,网点,分钟,来源\nA1,H,12,步行\n", 0), 1);
    take(d, &clerk, PLACE_WAYS, "起点,网点,分钟\nA1,H,-1\n", E_INPUT);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM service_point"), 4);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM service_point_item"), 3);
    CHECK_INT(count(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'place.import'"), 4);
}

static size_t near(struct case_desk *d, const struct place_query *q, struct place_found **ret)
{
    size_t n = 0;
    d->err = (struct err)ERR_INIT;
    case_said(d, "near", place_near(&d->m.arena, &d->o, q, ret, &n, &d->err), 0);
    return n;
}

static void check_near(struct case_desk *d)
{
    struct place_found *at = NULL;
    struct place_query q = {.origin = SPAN("A1")};

    TEST("stated minutes before the straight line; what nobody knows comes last, not far away");
    CHECK_INT(near(d, &q, &at), 4);
    CHECK_TEXT(at[0].place.code, "H");
    CHECK_INT(at[0].basis, WAY_STATED);
    CHECK_INT(at[0].minutes, 12);
    CHECK_TEXT(at[1].place.code, "B");
    CHECK_INT(at[1].basis, WAY_LINE);
    CHECK_INT(at[1].metres, 1112); /* 0.01 degrees of a meridian */
    CHECK_INT(at[1].minutes, 14);  /* at 5 km an hour, rounded up */
    CHECK_TEXT(at[3].place.code, "N");
    CHECK_INT(at[3].basis, WAY_UNKNOWN);

    TEST("within: the unknown one stays; on both sides of the minute");
    q.minutes = 14;
    CHECK_INT(near(d, &q, &at), 3);
    q.minutes = 13;
    CHECK_INT(near(d, &q, &at), 2);

    TEST("what is done there; who states nothing is there, marked");
    q = (struct place_query){.procedure = SPAN("office/grant"), .region = SPAN("月球省")};
    CHECK_INT(near(d, &q, &at), 4);
    for (int i = 0; i < 4; i++)
        CHECK(at[i].stated_item == !span_eq(at[i].place.code, SPAN("M")));
    q = (struct place_query){.procedure = SPAN("office/four")};
    CHECK_INT(near(d, &q, &at), 2); /* the hall does all, the machine says nothing */
    q = (struct place_query){.region = SPAN("月球省/环形山"), .channel = SPAN("counter")};
    CHECK_INT(near(d, &q, &at), 0); /* a name is no beginning of another */
    q.region = SPAN("月球省/环形山区");
    CHECK_INT(near(d, &q, &at), 3);

    TEST("an origin that is not there, a place that is not there");
    size_t n;
    q = (struct place_query){.origin = SPAN("A9")};
    CHECK_INT(place_near(&d->m.arena, &d->o, &q, &at, &n, &d->err), E_NOT_FOUND);
    struct service_point p;
    CHECK_INT(place_find(&d->m.arena, d->m.s, SPAN("Z"), &p, &d->err), E_NOT_FOUND);
    CHECK_INT(place_find(&d->m.arena, d->m.s, SPAN("B"), &p, &d->err), 0);
    CHECK_INT(p.kind, PLACE_BANK);
}

static void check_gaps(struct case_desk *d)
{
    struct place_query q = {.region = SPAN("月球省")};
    struct place_reach *at = NULL;
    struct place_cover c;
    size_t n = 0;

    TEST("who reaches none: not while a point without a place may be near");
    CHECK_INT(place_gaps(&d->m.arena, &d->o, &q, &at, &n, &c, &d->err), 0);
    CHECK_INT(n, 3);
    CHECK_INT(c.within, 1);
    CHECK_INT(c.beyond, 0);
    CHECK_INT(c.weight_unknown, 1100);

    TEST("with its place, the gap is a gap, first; at a known minute");
    take(d, &operator_, PLACE_POINTS,
         "编号,名称,类型,纬度,经度,事项\nN,新窗口,office,31.4,121.9,office/grant\n", 0);
    CHECK_INT(place_gaps(&d->m.arena, &d->o, &q, &at, &n, &c, &d->err), 0);
    CHECK_INT(c.beyond, 1);
    CHECK_INT(c.unknown, 1);
    CHECK_TEXT(at[0].code, "A2");
    CHECK_TEXT(at[0].nearest, "终端");
    CHECK_INT(at[0].minutes, 23);
    q.minutes = 23;
    CHECK_INT(place_gaps(&d->m.arena, &d->o, &q, &at, &n, &c, &d->err), 0);
    CHECK_INT(c.beyond, 0);

    TEST("for an item: a point that states none makes it unknown");
    q.procedure = SPAN("office/four");
    CHECK_INT(place_gaps(&d->m.arena, &d->o, &q, &at, &n, &c, &d->err), 0);
    CHECK_INT(c.within, 1);
    CHECK_INT(c.unknown, 2);
}

static int64_t moment(const char *text)
{
    case_now(text);
    return clock_now_ms();
}

static void check_hours(struct case_desk *d)
{
    const struct calendar *c = d->library->calendar;
    struct span hours = SPAN("工作日 09:00-17:00；周六 09:00-12:00");

    TEST("hours: a Sunday that is worked is a working day, a Friday that is off is none");
    CHECK_INT(hours_open(hours, c, moment("2023-10-08T10:00:00")), HOURS_OPEN);
    CHECK_INT(hours_open(hours, c, moment("2023-10-06T10:00:00")), HOURS_SHUT);
    CHECK_INT(hours_open(hours, c, moment("2023-10-09T08:59:00")), HOURS_SHUT);
    CHECK_INT(hours_open(hours, c, moment("2023-10-09T09:00:00")), HOURS_OPEN);
    CHECK_INT(hours_open(hours, c, moment("2023-10-09T17:00:00")), HOURS_SHUT);
    CHECK_INT(hours_open(hours, c, moment("2023-10-14T11:59:00")), HOURS_OPEN);
    CHECK_INT(hours_open(SPAN("周一至周五 09:00-16:30"), c, moment("2023-10-08T10:00:00")),
              HOURS_SHUT);
    CHECK_INT(hours_open(SPAN("每天 00:00-24:00"), c, moment("2023-10-08T23:59:00")), HOURS_OPEN);
    CHECK_INT(hours_open(SPAN(""), c, moment("2023-10-08T10:00:00")), HOURS_UNKNOWN);
    CHECK_INT(hours_open(hours, c, moment("2093-10-08T10:00:00")), HOURS_UNKNOWN);

    TEST("what cannot be read is refused");
    static const char *const bad[] = {"9:00-17:00",
                                      "工作日",
                                      "工作日 09:00-25:00",
                                      "工作日 17:00-09:00",
                                      "周五至周一 09:00-17:00",
                                      "周一至工作日 09:00-17:00",
                                      "工作日 09:0017:00",
                                      "周一至",
                                      "至",
                                      "工作日 09:60-17:00",
                                      "工作日 09:00-17:00；x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(!hours_valid(span_z(bad[i])));
    CHECK(hours_valid(hours) && hours_valid(SPAN("周日 09:00-12:00;每天 13:00-14:00")));
    case_now("2023-03-01T09:00:00");
}

static void check_spots(void)
{
    struct spot a, b;

    TEST("spots and the great circle: a quarter of the world, across the date line, none");
    CHECK(spot_parse(SPAN("0"), SPAN("0"), &a) && spot_parse(SPAN("90"), SPAN("0"), &b));
    CHECK_INT(spot_metres(a, b), 10007557);
    CHECK(spot_parse(SPAN("0"), SPAN("179.5"), &a) && spot_parse(SPAN("0"), SPAN("-179.5"), &b));
    CHECK_INT(spot_metres(a, b), 111195);
    CHECK_INT(spot_metres(a, a), 0);
    CHECK(!spot_parse(SPAN("90.1"), SPAN("0"), &a));
    CHECK(!spot_parse(SPAN("0"), SPAN("-180.000001"), &a));
    CHECK(!spot_parse(SPAN("x"), SPAN("0"), &a));
    CHECK(!spot_parse(SPAN("1e30"), SPAN("0"), &a));
    CHECK(!a.known);
}

static void check_all(struct case_desk *d)
{
    check_spots();
    check_import(d);
    check_near(d);
    check_gaps(d);
    check_hours(d);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_places", check_all);
}
