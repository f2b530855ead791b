/*
 * u_import.c: subjects from CSV and JSON, on both engines: good rows kept, each bad row with line,
 * column and reason, files refused as a whole, several importers at once, no memory. To blame:
 * src/policy/import.c, import_json.c, fact_key.c, src/base/csv.c.
 */
#include <pthread.h>

#include "tests/store/desk.h"
#include "tests/unit/fault.h"

static struct import_options options_of(const struct subject_kind *kind)
{
    return (struct import_options){.kind = kind,
                                   .file = SPAN("f"),
                                   .source = SPAN("申请人"),
                                   .basis = BASIS_DECLARED,
                                   .observed = {2020, 3, 1}};
}

static int import(struct desk *d, struct span text, struct import_report *report, struct err *err)
{
    struct import_options o = options_of(&ENTERPRISE_KIND);
    *report = (struct import_report){0};
    return subjects_import(&d->arena, d->store, d->library, text, &o, report, err);
}

/* CODE1 .. CODE9 in a text become codes that pass the check. */
static struct span with_codes(struct desk *d, struct span text)
{
    struct buffer b = BUFFER_INIT;

    for (size_t i = 0; i < text.n; i++)
        if (span_starts(span_from(text, i), SPAN("CODE")) && i + 4 < text.n) {
            buffer_add(&b, desk_code(&d->arena, (unsigned)(text.p[i + 4] - '0')));
            i += 4;
        } else {
            buffer_byte(&b, text.p[i]);
        }
    struct span s = arena_copy(&d->arena, buffer_span(&b));
    buffer_release(&b);
    return s;
}

/* ---- good rows and bad rows ---- */

#define HEADER "统一社会信用代码,名称,规模,人数@2019-12,收入@2019,行业,是否上市,成立日\n"
static const struct {
    const char *row;   /* behind the header and one good row: line 3 */
    const char *place; /* NULL = the row is good */
    const char *says;
} rows[] = {
    {"CODE2,乙,小型,28,1200.50,旅游、会展,是,2001-02-03\n", NULL, NULL},
    {"CODE2,乙,小型,28,1200.50,旅游;会展,否,2001-02-03\r\n", NULL, NULL},
    {"CODE2,,,,,,,\n", NULL, NULL},
    {"CODE2,\"乙,\"\"二\"\"\n分店\",null,null,null,null,null,null\n", NULL, NULL},
    {" CODE2 , 乙 , 小型 , 28 ,,,true,\n", NULL, NULL},
    {"CODE2,乙,小型,28,1.2E3,旅游；会展,false,2001-02-03", NULL, NULL},
    {"91000000MA0000000X,乙,,,,,,\n", "3:1", "校验位"},
    {"9100,乙,,,,,,\n", "3:1", "18 位"},
    {",乙,,,,,,\n", "3:1", "0 位"},
    {"CODE2,乙,小微,,,,,\n", "3:22", "小微"},
    {"CODE2,乙,,-1,,,,\n", "3:23", "不能小于 0"},
    {"CODE2,乙,,1000001,,,,\n", "3:23", "不能大于"},
    {"CODE2,乙,,1.5,,,,\n", "3:23", "整数"},
    {"CODE2,乙,,二十,,,,\n", "3:23", "数字"},
    {"CODE2,乙,,99999999999999999999999999999999999,,,,\n", "3:23", "数字"},
    {"CODE2,乙,,,,餐饮,,\n", "3:25", "餐饮"},
    {"CODE2,乙,,,,,也许,\n", "3:26", "是 或 否"},
    {"CODE2,乙,,,,,,2020-02-30\n", "3:27", "日期"},
    {"CODE2,乙,小型\n", "3:22", "3 格"},
    {"CODE2,乙,,,,,,,,9\n", "3:28", "10 格"},
    {"CODE2,\xff\xfe,,,,,,\n", "3:20", "UTF-8"},
    {"CODE2,乙\"丙,,,,,,\n", "3:20", "双引号"},
    {"CODE2,\"乙\"丙,,,,,,\n", "3:20", "双引号"},
    {"CODE2,\"乙,小型,28\n", "3:20", "没有收尾"},
};

static void check_rows(struct desk *d)
{
    TEST("good rows and bad rows");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer b = BUFFER_INIT;
        struct err err = ERR_INIT;
        struct import_report report;
        char place[32] = "";

        desk_clear(d);
        buffer_print(&b, "%sCODE1,甲,大型,1,,,,\n%s%sCODE3,丙,微型,3,,,,\n", HEADER, rows[i].row,
                     span_ends(span_z(rows[i].row), SPAN("\n")) ? "" : "\n");
        CHECK_INT(import(d, with_codes(d, buffer_span(&b)), &report, &err), 0);
        CHECK_INT(report.rows, 3);
        CHECK_INT(report.good, rows[i].place ? 2 : 3);
        CHECK_INT(DESK_SUBJECTS(d),
                  report.good); /* a bad row leaves nothing, not even its subject */
        CHECK((report.problems != NULL) == (rows[i].place != NULL) &&
              report.bad == (rows[i].place != NULL));
        if (report.problems) {
            snprintf(place, sizeof place, "%u:%u", report.problems->line, report.problems->column);
            CHECK_TEXT(span_z(place), rows[i].place);
            if (!CHECK(span_find(report.problems->reason, span_z(rows[i].says)) != SIZE_MAX))
                printf("%s", rows[i].row);
            CHECK(report.problems->reason.n > 0);
        }
        buffer_release(&b);
    }
}

static void check_zero_byte(struct desk *d)
{
    static const char *const parts[] = {"统一社会信用代码,名称\nCODE1,甲\nCODE2,a", "b\nCODE3,\"a",
                                        "b\"\nCODE4,丁\n"};
    struct buffer b = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct import_report report;

    TEST("zero bytes");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (i)
            buffer_byte(&b, 0);
        buffer_add_z(&b, parts[i]);
    }
    CHECK_INT(import(d, with_codes(d, buffer_span(&b)), &report, &err), 0);
    CHECK(report.good == 2 && report.bad == 2);
    CHECK(report.problems && span_find(report.problems->reason, SPAN("零字节")) != SIZE_MAX);
    buffer_release(&b);
}

/* ---- files refused as a whole ---- */

static void check_headers(struct desk *d)
{
    static const struct {
        const char *text;
        int code;
        const char *place, *says;
    } files[] = {
        {"", E_INPUT, "1:1", "空"},
        {"\xEF\xBB\xBF", E_INPUT, "1:1", "空"},
        {"名称,规模\n甲,小型\n", E_INPUT, "1:1", "缺少"},
        {"统一社会信用代码,规摸\nCODE1,小型\n", E_NAME, "1:10", "规模"},
        {"统一社会信用代码,规模,规模\nCODE1,小型,大型\n", E_INPUT, "1:13", "两列"},
        {"统一社会信用代码,人数\nCODE1,1\n", E_INPUT, "1:10", "人数@2019-12"},
        {"统一社会信用代码,人数@2019\nCODE1,1\n", E_INPUT, "1:10", "2019"},
        {"统一社会信用代码,规模@2019\nCODE1,小型\n", E_INPUT, "1:10", "@"},
        {"统一社会信用代码,\nCODE1,小型\n", E_NAME, "1:10", "名称"},
        {"统一社会信用代码,\"规模\nCODE1,小型\n", E_INPUT, "1:10", "没有收尾"},
        {"统一社会信用代码,\xff\nCODE1,小型\n", E_ENCODING, "1:10", "UTF-8"},
        {"<html>\n", E_NAME, "1:1", "html"},
    };

    TEST("files refused as a whole");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct err err = ERR_INIT;
        struct import_report report;
        char place[32];
        int r = import(d, with_codes(d, span_z(files[i].text)), &report, &err);
        snprintf(place, sizeof place, "%u:%u", err.line, err.column);
        if (!CHECK(r == files[i].code &&
                   (strstr(err.message, files[i].says) || strstr(err.hint, files[i].says))))
            printf("%s%d %s | %s\n", files[i].text, r, err.message, err.hint);
        CHECK_TEXT(span_z(place), files[i].place);
        CHECK(err.hint[0] != 0);
    }
    CHECK_INT(DESK_SUBJECTS(d), 0);
}

/* ---- repetition, marks, sizes ---- */

static void check_repetition(struct desk *d)
{
    struct span text =
        with_codes(d, SPAN("\xEF\xBB\xBF统一社会信用代码,规模,贷款/"
                           "L1.本金,贷款.complete,本金\r\nCODE1,小型,100,是,\r\nCODE2,,,,7\r\n"
                           ",,,,\r\n\r\n"));
    struct err err = ERR_INIT;
    struct import_report report;

    TEST("a file read twice says nothing new");
    desk_clear(d);
    CHECK_INT(import(d, text, &report, &err), 0);
    CHECK(report.rows == 2 && report.good == 2 && report.facts == 4);
    CHECK_INT(import(d, text, &report, &err), 0);
    CHECK(report.rows == 2 && report.good == 2 && report.facts == 0);
    CHECK_INT(DESK_EVENTS(d), 4);
}

static void check_long_line(struct desk *d)
{
    struct buffer b = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct import_report report;

    TEST("a line of 10 MB, quoted and not");
    desk_clear(d);
    buffer_add_z(&b, "统一社会信用代码,名称\nCODE1,甲\nCODE2,");
    for (int i = 0; i < 10 << 20; i++)
        buffer_byte(&b, 'x');
    buffer_add_z(&b, "\nCODE3,\"");
    for (int i = 0; i < 10 << 20; i++)
        buffer_byte(&b, ',');
    buffer_add_z(&b, "\"\nCODE4,丁\nCODE5,");
    for (int i = 0; i < 10 << 20; i++)
        buffer_byte(&b, ',');
    buffer_add_z(&b, "\nCODE6,己\n");
    CHECK_INT(import(d, with_codes(d, buffer_span(&b)), &report, &err), 0);
    CHECK(report.good == 3 && report.bad == 3);
    buffer_release(&b);
}

/* Every line opens a quote that nobody closes: time must not grow with the square. */
static void check_open_quotes(struct desk *d)
{
    struct buffer b = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct import_report report;

    TEST("a hundred thousand open quotes");
    desk_clear(d);
    buffer_add_z(&b, "统一社会信用代码,名称\nCODE1,甲\n");
    for (int i = 0; i < 100000; i++)
        buffer_add_z(&b, i % 2 ? "\"\"\"x,y\n" : "x,\"\"\"y\n");
    CHECK_INT(import(d, with_codes(d, buffer_span(&b)), &report, &err), 0);
    CHECK_INT(report.good, 1);
    CHECK(report.bad > 0);
    buffer_release(&b);
}

static void check_transactions(struct desk *d)
{
    struct buffer b = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct import_report report;

    TEST("2,500 rows in three transactions");
    desk_clear(d);
    buffer_add_z(&b, "统一社会信用代码,规模,人数@2019-12\n");
    for (unsigned i = 0; i < 2500; i++)
        buffer_print(&b, "%.*s,%s,%u\n", SPAN_ARG(desk_code(&d->arena, i)),
                     i % 100 ? "小型" : "小小", i);
    CHECK_INT(import(d, buffer_span(&b), &report, &err), 0);
    CHECK(report.rows == 2500 && report.good == 2475 && report.bad == 25 && report.facts == 4950);
    CHECK_INT(DESK_EVENTS(d), 4950);
    buffer_release(&b);
}

/* ---- persons ---- */

static void check_persons(struct desk *d)
{
    struct import_options o = options_of(&PERSON_KIND);
    struct err err = ERR_INIT;
    struct import_report report = {0};
    struct subject s;

    TEST("persons");
    desk_clear(d);
    CHECK_INT(subjects_import(&d->arena, d->store, d->library,
                              SPAN("编号,年龄\nP-1,30\n000000"
                                   "19000101"
                                   "0000,31\n13800000000,32\nP 2,33\n,34\n"),
                              &o, &report, &err),
              0);
    CHECK(report.good == 1 && report.bad == 4);
    CHECK_INT(subject_load(&d->arena, d->store, d->library, SPAN("person"), SPAN("P-1"), o.observed,
                           desk_day("2999-12-31"), &s, &err),
              0);
    CHECK(s.n == 1 && span_eq(s.kind, SPAN("person")));
    CHECK_INT(subjects_import(&d->arena, d->store, d->library, SPAN("编号,名称\nP-1,某\n"), &o,
                              &report, &err),
              E_NAME);
    CHECK(strstr(err.message, "姓名") != NULL);
}

/* ---- JSON ---- */

static void check_json(struct desk *d)
{
    static const struct {
        const char *text;
        int code;
        const char *place, *says;
    } files[] = {
        {"[]", E_INPUT, "1:1", "代码"},
        {"{\"CODE1\": {\"规模\": \"小型\"}, \"91000000MA0000000X\": {}}", E_INPUT, "1:38",
         "校验位"},
        {"{\"CODE1\": {\"规模\": \"小型\"},\n \"CODE2\": {\"规摸\": \"小型\"}}", E_NAME, "2:25",
         "规模"},
        {"{\"CODE1\": {\"规模\": \"小型\"},\n \"CODE2\": {\"人数\": {\"2019-12\": -1}}}", E_RANGE,
         "2:43", "0"},
        {"{\"CODE1\": {\"规模\": \"小型\"}", E_SYNTAX, "1:36", ""},
        {"{\"CODE1\": {}, \"CODE1\": {}}", E_CONFLICT, "1:28", ""},
        {"{\"CODE1\": {\"subject\": {\"kind\": \"person\"}}}", E_INPUT, "1:45", "person"},
        {"{\"CODE1\": {\"subject\": {\"id\": \"CODE2\"}}}", E_INPUT, "1:43", "subject.id"},
        {"{\"CODE1\": {\"贷款\": [{\"id\": \"a\\u0000b\"}]}}", E_INPUT, "1:2", "编号"},
        {"{\"CODE1\": 5}", E_INPUT, "1:24", ""},
    };
    struct import_options o = options_of(&ENTERPRISE_KIND);

    TEST("JSON is kept or refused as a whole");
    desk_clear(d);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct err err = ERR_INIT;
        struct import_report report;
        char place[32];
        int r = subjects_import_json(&d->arena, d->store, d->library,
                                     with_codes(d, span_z(files[i].text)), &o, &report, &err);
        snprintf(place, sizeof place, "%u:%u", err.line, err.column);
        if (!CHECK(r == files[i].code &&
                   (strstr(err.message, files[i].says) || strstr(err.hint, files[i].says))))
            printf("%s\n%d %s | %s\n", files[i].text, r, err.message, err.hint);
        if (!CHECK_TEXT(span_z(place), files[i].place))
            printf("%s\n", files[i].text);
    }
    CHECK_INT(DESK_SUBJECTS(d), 0);
}

/* ---- at once ---- */

#define IMPORTERS 3
struct importer {
    struct desk *desk;
    struct span text;
    int result;
    struct import_report report;
    struct err err;
};

static void *import_alone(void *context)
{
    struct importer *i = context;
    struct desk d = {.url = i->desk->url, .library = i->desk->library};

    arena_init(&d.arena);
    i->result = store_open(d.url, &d.store, &i->err);
    if (i->result == 0)
        i->result = import(&d, i->text, &i->report, &i->err);
    store_close(d.store);
    arena_release(&d.arena);
    return NULL;
}

static void check_parallel(struct desk *d)
{
    struct buffer b = BUFFER_INIT;
    pthread_t threads[IMPORTERS];
    struct importer importers[IMPORTERS];
    size_t facts = 0;

    TEST("three importers of one file at once");
    desk_clear(d);
    buffer_add_z(&b, "统一社会信用代码,规模,人数@2019-12,收入@2019\n");
    for (unsigned i = 0; i < 1500; i++)
        buffer_print(&b, "%.*s,小型,%u,%u.5\n", SPAN_ARG(desk_code(&d->arena, i)), i, i);
    for (int i = 0; i < IMPORTERS; i++) {
        importers[i] = (struct importer){.desk = d, .text = buffer_span(&b)};
        CHECK_INT(pthread_create(&threads[i], NULL, import_alone, &importers[i]), 0);
    }
    for (int i = 0; i < IMPORTERS; i++) {
        pthread_join(threads[i], NULL);
        if (!CHECK_INT(importers[i].result, 0))
            printf("%s\n", importers[i].err.message);
        CHECK_INT(importers[i].report.good, 1500);
        facts += importers[i].report.facts;
    }
    CHECK_INT(facts, 4500); /* each fact was new to one of them */
    CHECK_INT(DESK_EVENTS(d), 4500);
    buffer_release(&b);
}

/* ---- no memory ---- */

struct fault {
    struct desk *desk;
    struct span csv, json, alone; /* alone: one subject, not by code */
};

static int import_both(void *context)
{
    struct fault *f = context;
    struct desk d = {.library = f->desk->library};
    struct import_options o = options_of(&ENTERPRISE_KIND);
    struct import_report report;
    struct subject s;
    struct err err = ERR_INIT;

    arena_init(&d.arena);
    int r = store_open(f->desk->url, &d.store, &err);
    if (r == 0)
        r = subjects_import(&d.arena, d.store, d.library, f->csv, &o, &report, &err);
    if (r == 0)
        r = subjects_import_json(&d.arena, d.store, d.library, f->json, &o, &report, &err);
    if (r == 0)
        r = subjects_import_json(&d.arena, d.store, d.library, f->alone, &o, &report, &err);
    if (r == 0)
        r = subject_load(&d.arena, d.store, d.library, SPAN("enterprise"),
                         SPAN("91000000MA0000000N"), o.observed, desk_day("2999-12-31"), &s, &err);
    if (r == 0 && !subject_json(&d.arena, d.library, &s))
        r = E_MEMORY;
    if (r < 0)
        CHECK(err.message[0] || r == E_MEMORY);
    store_close(d.store);
    arena_release(&d.arena);
    return r;
}

static void check_memory(struct desk *d)
{
    struct fault f = {.desk = d};

    if (store_engine(d->store) != STORE_SQLITE)
        return;
    TEST("no memory");
    desk_clear(d);
    f.csv = with_codes(d, SPAN("统一社会信用代码,名称,规模,人数@2019-12,行业\nCODE0,\"甲\"\"乙\","
                               "小型,1,旅游、会展\nCODE2,乙,小小,2,旅游\nCODE3,\"丙,,,\n"));
    f.json =
        with_codes(d, SPAN("{\"CODE0\": {\"规模\": \"大型\", \"行业\": [\"旅游\"], "
                           "\"行业.complete\": false, \"贷款\": [{\"id\": \"L1\", \"本金\": 5}, "
                           "{\"id\": \"L2\"}], \"贷款.complete\": true}}"));
    f.alone = with_codes(d, SPAN("{\"subject\": {\"id\": \"CODE0\"}, \"规模\": \"大型\"}"));
    fault_loop(import_both, &f);
}

static void check_engine(struct desk *d)
{
    check_rows(d);
    check_zero_byte(d);
    check_headers(d);
    check_repetition(d);
    check_long_line(d);
    check_open_quotes(d);
    check_transactions(d);
    check_persons(d);
    check_json(d);
    check_parallel(d);
    check_memory(d);
}

int main(int argc, char **argv)
{
    return desk_main(argc, argv, check_engine);
}
