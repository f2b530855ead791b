/*
 * u_feel_front.c: FEEL from text to typed tree. Blame src/feel/lex.c, name.c, parse.c (syntax),
 * tree.c (printing), check*.c (names and types), builtins.def and ops.def.
 */
#include "test.h"
#include "base/alloc.h"
#include "feel/builtins.h"
#include "feel/check.h"
#include "feel/lex.h"
#include "feel/parse.h"

static struct arena arena;
static struct feel_vocabulary vocabulary;

static void declare(const char *name, const struct type *type)
{
    uint32_t slot;

    CHECK_INT(feel_declare(&vocabulary, span_z(name), type, &slot), 0);
}

static void set_up(void)
{
    static const struct span sizes[] = {{"大型", 6}, {"中型", 6}, {"小型", 6}, {"微型", 6}};
    static const struct span owners[] = {{"国有", 6}, {"民营", 6}};
    static struct type_member lease[3];
    const struct type *yuan, *people;

    arena_init(&arena);
    feel_vocabulary_init(&vocabulary, &arena);
    yuan = type_number(&arena, SPAN("元"));
    people = type_number(&arena, SPAN("人"));
    lease[0] = (struct type_member){SPAN("起日"), &TYPE_DATE_T};
    lease[1] = (struct type_member){SPAN("月租金"), yuan};
    lease[2] = (struct type_member){SPAN("use of rooms"), &TYPE_STRING_T};
    declare("企业规模", type_enumeration(&arena, sizes, COUNT_OF(sizes)));
    declare("所有制", type_enumeration(&arena, owners, COUNT_OF(owners)));
    declare("企业人数", people);
    declare("裁员率", &TYPE_NUMBER_T);
    declare("营业收入（万元）", type_number(&arena, SPAN("万元")));
    declare("注册资本", yuan);
    declare("租约", type_list(&arena, type_context(&arena, lease, COUNT_OF(lease))));
    declare("成立日期", &TYPE_DATE_T);
    declare("月均参保人数", type_dated(&arena, people, PERIOD_MONTH, false));
    declare("LPR", type_dated(&arena, &TYPE_NUMBER_T, PERIOD_NONE, true));
    declare("是否裁员", &TYPE_BOOLEAN_T);
    declare("x", &TYPE_NUMBER_T);
    declare("x-1", &TYPE_NUMBER_T);
    declare("days in weekend", &TYPE_NUMBER_T);
    declare("anything", &TYPE_ANY_T);
    declare("公示期", type_number(&arena, SPAN("日")));
    declare("展期", type_number(&arena, SPAN("月")));
    declare("审批期", type_number(&arena, SPAN("个工作日")));
}

static int front(struct span text, enum feel_mode mode, struct checked *ret, struct diags *diags)
{
    struct feel_compile how = {.mode = mode, .vocabulary = &vocabulary};

    diags_init(diags, &arena);
    return feel_front(&arena, text, &how, ret, diags);
}

/* --- what is accepted --- */

static const struct good {
    const char *text;
    const char *printed; /* NULL = the text itself */
    const char *type;
} good[] = {
    /* literals */
    {"12.50", "12.5", "number"},
    {"1.5e3", "1500", "number"},
    {".5", "0.5", "number"},
    {"true", NULL, "boolean"},
    {"null", NULL, "null"},
    {"\"a\\\"b\\n\\u4e2d\\uD83D\\uDCA9\\U01F40E\"", "\"a\\\"b\\n中💩🐎\"", "string"},
    {"@\"2020-03-09\"", NULL, "date"},
    {"@\"P1Y2M\"", NULL, "years and months duration"},
    {"@\"P1DT2H\"", NULL, "days and time duration"},
    {"@\"08:30:00\"", NULL, "time"},
    {"@\"2020-03-09T08:30:00\"", NULL, "date and time"},
    {"/* a // b */ 1 // c", "1", "number"},
    /* precedence */
    {"1 + 2 * 3", NULL, "number"},
    {"(1 + 2) * 3", NULL, "number"},
    {"1 - (2 - 3)", NULL, "number"},
    {"(1 - 2) - 3", "1 - 2 - 3", "number"},
    {"-3 ** 2", NULL, "number"},
    {"-(3 ** 2)", NULL, "number"},
    {"3 ** 4 ** 5", NULL, "number"},
    {"2 ** -3", NULL, "number"},
    {"--x", NULL, "number"},
    {"true or false and 1 < 2", NULL, "boolean"},
    {"(true or false) and 1 < 2", NULL, "boolean"},
    {"(1 < 2) = true", NULL, "boolean"},
    {"if true then 1 else 2 + 3", NULL, "number"},
    {"(if true then 1 else 2) + 3", NULL, "number"},
    {"- 成立日期.year", "-成立日期.year", "number"},
    /* names by longest match */
    {"x-1", NULL, "number"},
    {"x - 1", "x-1", "number"},
    {"x -2", "x - 2", "number"},
    {"days  in\nweekend + 1", "days in weekend + 1", "number"},
    {"营业收入（万元） * 10000", NULL, "number"},
    {"date and time(\"2020-03-09T08:00:00\").time offset", NULL, "days and time duration"},
    {"{a b: 1, c: a b + 1}.c", NULL, "number"},
    {"{\"a\": 1}.a", "{a: 1}.a", "number"},
    {"for in1 in [1] return in1", NULL, "list<number>"},
    /* ranges */
    {"[1..3]", NULL, "range<number>"},
    {"]1..3[", "(1..3)", "range<number>"},
    {"(1..3]", NULL, "range<number>"},
    {"[1..3[", "[1..3)", "range<number>"},
    {"(< 5)", NULL, "range<number>"},
    {"(>=@\"2020-01-01\")", "(>= @\"2020-01-01\")", "range<date>"},
    {"[x..x + 1]", NULL, "range<number>"},
    /* in, between, instance of */
    {"x in (1, 2)", NULL, "boolean"},
    {"x in (1..2)", NULL, "boolean"},
    {"x in [1, 2]", NULL, "boolean"},
    {"x in (<5, >= 300, = 7)", "x in (< 5, >= 300, = 7)", "boolean"},
    {"x in < 5", "x in (< 5)", "boolean"},
    {"x in ]1..5[ or x in ([1..2], (3..4))", "x in (1..5) or x in ([1..2], (3..4))", "boolean"},
    {"企业规模 in (\"中型\", \"小型\")", NULL, "boolean"},
    {"\"小型\" in [企业规模]", NULL, "boolean"},
    {"企业人数 between 1 and 5 and 是否裁员", NULL, "boolean"},
    {"1 instance of number", NULL, "boolean"},
    {"[1] instance of list<list<number>>", NULL, "boolean"},
    {"x instance of context<a: number, b c: string>", NULL, "boolean"},
    {"x instance of function<number, date and time> -> string", NULL, "boolean"},
    /* lists, contexts, filters, paths */
    {"[]", NULL, "list<null>"},
    {"[1, \"a\"]", NULL, "list<any>"},
    {"租约[月租金 > 1000].起日", NULL, "list<date>"},
    {"租约[item.月租金 > 1000 and use of rooms = \"x\"][1].起日.year", NULL, "number"},
    {"租约[1]", NULL, "context<起日: date, 月租金: number (元), use of rooms: string>"},
    {"[1, 2, 3][item > 1]", NULL, "list<number>"},
    {"sum(租约.月租金)", NULL, "number (元)"},
    {"成立日期.weekday", NULL, "number"},
    {"[1..3].start included", NULL, "boolean"},
    /* loops, functions */
    {"for i in 1..3, j in [i] return i * j", NULL, "list<number>"},
    {"some i in 租约, k in 1..3 satisfies i.月租金 > k", NULL, "boolean"},
    {"every i in [1, 2] satisfies i > 0", NULL, "boolean"},
    {"function(a: number, b) a + 1", NULL, "function<number, any> -> number"},
    {"(function(a: number) a + 1)(2)", NULL, "number"},
    {"(function(a: number) a + 1)(a: 2)", NULL, "number"},
    {"sort(租约, function(a, b) a.起日 < b.起日)[1].起日", NULL, "date"},
    {"substring(string: \"abc\", start position: 2)", NULL, "string"},
    {"substring(start position: 2, string: \"abc\")", NULL, "string"},
    /* units */
    {"企业人数 + 3", NULL, "number (人)"},
    {"企业人数 * 注册资本", NULL, "number"},
    {"min(企业人数 * 500, 注册资本)", NULL, "number (元)"},
    {"days after(成立日期, 公示期)", NULL, "date"},
    {"days after(成立日期, 公示期 - 1)", NULL, "date"},
    {"months after(成立日期, 展期)", NULL, "date"},
    {"months after(成立日期, 展期 * 2)", NULL, "date"},
    {"working days after(成立日期, 审批期)", NULL, "date"},
    {"working days after(成立日期, 5)", NULL, "date"},
    {"with unit(营业收入（万元） * 10000, \"元\") > 注册资本", NULL, "boolean"},
    {"if true then 1 else 企业人数", NULL, "number (人)"},
    /* closed sets and null */
    {"企业规模 = \"小型\"", NULL, "boolean"},
    {"企业规模 != null", NULL, "boolean"},
    {"if 是否裁员 then null else 3", NULL, "number"},
    /* facts by period */
    {"LPR * 2", NULL, "number"},
    {"LPR(@\"2020-02-20\")", NULL, "number"},
    {"月均参保人数(\"2019-12\") > 3", NULL, "boolean"},
    {"for p in periods(\"2019-12\", \"2020-03\") return 月均参保人数(p)", NULL,
     "list<number (人)>"},
    {"月均参保人数(previous(period(\"month\", @\"2020-03-09\"), 1))", NULL, "number (人)"},
    /* functions */
    {"append([1], 2)", NULL, "list<number>"},
    {"append([], \"a\")", NULL, "list<string>"},
    {"flatten([[1], [2]])", NULL, "list<number>"},
    {"get value({a: 1}, \"a\")", NULL, "number"},
    {"context put({a: 1}, \"b\", \"c\").b", NULL, "string"},
    {"duration(\"P1M\")", NULL, "years and months duration"},
    {"duration(string(x))", NULL, "any"},
    {"成立日期 - @\"2020-01-01\" > duration(\"P3D\")", NULL, "boolean"},
    {"anything + 1", NULL, "number"},
    {"anything * 2", NULL, "any"},
    {"anything > 1", NULL, "boolean"},
    {"anything.a[1].b", NULL, "any"},
};

static void check_good(const struct good *g)
{
    struct buffer printed = BUFFER_INIT, type = BUFFER_INIT, again = BUFFER_INIT;
    struct checked first, second;
    struct diags diags;

    if (front(span_z(g->text), FEEL_STRICT, &first, &diags) < 0) {
        diags_print(&printed, &diags);
        CHECK_TEXT(buffer_span(&printed), "");
        buffer_release(&printed);
        return;
    }
    tree_print(&printed, first.tree, NULL, NULL);
    CHECK_TEXT(buffer_span(&printed), g->printed ? g->printed : g->text);
    type_print(&type, first.type);
    CHECK_TEXT(buffer_span(&type), g->type);
    if (CHECK(front(buffer_span(&printed), FEEL_STRICT, &second, &diags) == 0)) {
        tree_print(&again, second.tree, NULL, NULL);
        CHECK(span_eq(buffer_span(&printed), buffer_span(&again)));
    }
    buffer_release(&printed);
    buffer_release(&type);
    buffer_release(&again);
}

/* --- what is refused, where, and with which fix --- */

static const struct refused {
    const char *text;
    int code;
    uint32_t column, length;
    const char *message, *hint; /* parts of them; NULL = any */
} refused[] = {
    /* full width and typing slips */
    {"min(企业人数，300)", E_SYNTAX, 9, 1, "comma", "write ,"},
    {"min（企业人数, 300）", E_SYNTAX, 4, 1, "bracket", "write ("},
    {"企业人数 ＜ 3", E_SYNTAX, 6, 1, NULL, "write <"},
    {"企业人数 ＞＝ 3", E_SYNTAX, 6, 2, NULL, "write >="},
    {"企业人数 ＝ 3", E_SYNTAX, 6, 1, NULL, "write ="},
    {"企业人数 ≤ 300", E_SYNTAX, 6, 1, NULL, "write <="},
    {"企业人数 ≥ 300", E_SYNTAX, 6, 1, NULL, "write >="},
    {"企业人数 ≠ 300", E_SYNTAX, 6, 1, NULL, "write !="},
    {"2 × 3", E_SYNTAX, 3, 1, NULL, "write *"},
    {"6 ÷ 3", E_SYNTAX, 3, 1, NULL, "write /"},
    {"{a： 1}", E_SYNTAX, 3, 1, NULL, "write :"},
    {"【1, 2】", E_SYNTAX, 1, 1, NULL, "write ["},
    {"1； 2", E_SYNTAX, 2, 1, NULL, "write ,"},
    {"[1、2]", E_SYNTAX, 3, 1, NULL, "write ,"},
    {"企业人数　> 3", E_SYNTAX, 5, 1, "space", "ASCII space"},
    {"３００ + 2", E_SYNTAX, 1, 3, "digits", "write 300"},
    {"企业人数 > 3。", E_SYNTAX, 9, 1, NULL, "full stop"},
    {"企业规模 = “小型”", E_SYNTAX, 8, 4, "quotes", "write \"小型\""},
    {"企业规模 = ‘小型’", E_SYNTAX, 8, 4, "quotes", "write \"小型\""},
    {"企业规模 = '小型'", E_SYNTAX, 8, 4, "quotes", "write \"小型\""},
    {"是否裁员且裁员率 < 0.1", E_SYNTAX, 5, 1, NULL, "and"},
    {"企业人数 > 5或裁员率 < 0.1", E_SYNTAX, 9, 1, NULL, "or"},
    {"1 == 2", E_SYNTAX, 3, 2, NULL, "write ="},
    {"true && false", E_SYNTAX, 6, 2, NULL, "write and"},
    {"1 <> 2", E_SYNTAX, 3, 2, NULL, "write !="},
    /* numbers */
    {"裁员率 <= 5.5%", E_SYNTAX, 8, 4, "percent", "write 0.055"},
    {"裁员率 <= 5.5％", E_SYNTAX, 8, 4, "percent", "write 0.055"},
    {"500万元", E_SYNTAX, 1, 5, "unit", "write 5000000"},
    {"1.5亿", E_SYNTAX, 1, 4, "unit", "write 150000000"},
    {"300人", E_SYNTAX, 1, 4, NULL, "write 300"},
    {"2022年营收", E_SYNTAX, 1, 7, NULL, "no name begins with a digit"},
    {"企业人数 > 5and 是否裁员", E_SYNTAX, 8, 4, NULL, "write 5 and"},
    {"12345678901234567890123456789012345", E_RANGE, 1, 35, "34 digits", NULL},
    /* syntax */
    {"", E_SYNTAX, 1, 1, "missing", NULL},
    {" // only", E_SYNTAX, 9, 1, NULL, NULL},
    {"企业人数 and裁员率", E_SYNTAX, 6, 6, NULL, "and 裁员率"},
    {"1 < 2 < 3", E_SYNTAX, 1, 7, "comparison", "and 2 <"},
    {"1 = 2 in (3)", E_SYNTAX, 1, 8, "comparison", NULL},
    {"(1 + 2", E_SYNTAX, 7, 1, "`)`", NULL},
    {"[1, ]", E_SYNTAX, 5, 1, "an expression", NULL},
    {"企业人数 >", E_SYNTAX, 7, 1, "an expression", NULL},
    {"* 3", E_SYNTAX, 1, 1, "an expression", NULL},
    {"if 是否裁员 then 1", E_SYNTAX, 1, 2, "else", NULL},
    {"for in in [1] return 1", E_SYNTAX, 5, 2, "iterator", NULL},
    {"x in 0..5", E_SYNTAX, 7, 2, NULL, "[0..5]"},
    {"\"abc", E_SYNTAX, 1, 1, "quote", NULL},
    {"\"a\\qb\"", E_SYNTAX, 3, 1, "escape", NULL},
    {"\"\\uD83D\"", E_SYNTAX, 2, 1, "escape", NULL},
    {"/* abc", E_SYNTAX, 1, 2, "comment", NULL},
    {"@\"2020-13-01\"", E_SYNTAX, 1, 13, "not a date", NULL},
    {"@ 3", E_SYNTAX, 1, 1, NULL, "@\"2020"},
    {"5 % 3", E_SYNTAX, 3, 1, NULL, "modulo"},
    {"not 是否裁员", E_SYNTAX, 5, 4, NULL, "not(...)"},
    {"企业人数 > 500 万元", E_SYNTAX, 12, 2, NULL, "units"},
    {"{a: 1, a: 2}", E_SYNTAX, 8, 4, "twice", NULL},
    {"(= 5)", E_SYNTAX, 1, 5, NULL, "[x..x]"},
    {"function(a) external {java: 1}", E_SYNTAX, 1, 20, "external", NULL},
    {"substring(\"abc\", start position: 2)", E_SYNTAX, 18, 17, "all arguments or none", NULL},
    /* names */
    {"企业人书 > 3", E_NAME, 1, 4, "企业人书", "企业人数"},
    {"working day after(成立日期, 3)", E_NAME, 1, 17, "working day after", "working days after"},
    {"租约[月租今 > 1].起日", E_NAME, 4, 3, "月租今", "月租金"},
    {"租约.月租今", E_NAME, 4, 3, "no member", "月租金"},
    {"成立日期.yeer", E_NAME, 6, 4, "no member", "year"},
    {"coalesce(企业人数, 3)", E_NAME, 1, 8, "coalesce", NULL},
    {"substring(strin: \"abc\", start position: 2)", E_NAME, 11, 12, "no parameter", "string"},
    {"get value({ab: 1}, \"ac\")", E_NAME, 20, 4, "no member", NULL},
    {"x instance of numbr", E_NAME, 15, 5, "unknown type", NULL},
    {"企业人数大于等于300", E_NAME, 1, 11, NULL, "write >= for 大于等于"},
    {"参保人数 > 3", E_NAME, 1, 4, NULL, "`月均参保人数`"},
    {"item > 3", E_NAME, 1, 4, "item", NULL},
    /* types */
    {"\"a\" + 1", E_TYPE, 1, 7, "string and number", "string(1)"},
    {"企业人数 = \"三\"", E_TYPE, 1, 10, NULL, "without quotes"},
    {"企业人数 = [1]", E_TYPE, 1, 10, NULL, "x in list"},
    {"是否裁员 != \"是\"", E_TYPE, 1, 11, NULL, NULL},
    {"null + 1", E_TYPE, 1, 8, NULL, NULL},
    {"true and 1", E_TYPE, 1, 10, NULL, NULL},
    {"-\"a\"", E_TYPE, 1, 4, NULL, NULL},
    {"企业人数 + 注册资本", E_TYPE, 1, 11, "人 and 元", "with unit"},
    {"企业人数 > 注册资本", E_TYPE, 1, 11, "人 and 元", NULL},
    {"min(企业人数, 注册资本)", E_TYPE, 11, 4, "人 and 元", NULL},
    {"企业人数 in (1, 注册资本)", E_TYPE, 13, 4, "人 and 元", NULL},
    {"if true then 企业人数 else 注册资本", E_TYPE, 1, 27, "人 and 元", NULL},
    {"企业规模 = \"小形\"", E_TYPE, 8, 4, "not one of", "小型"},
    {"企业规模 in (\"中型\", \"小形\")", E_TYPE, 16, 4, "not one of", "小型"},
    {"list contains([企业规模], \"小形\")", E_TYPE, 23, 4, "not one of", "小型"},
    {"企业规模 = 所有制", E_TYPE, 1, 10, "never equal", NULL},
    {"成立日期 > \"2020-01-01\"", E_TYPE, 1, 19, NULL, "@\"2020-01-01\""},
    {"成立日期 + @\"P1M\"", E_TYPE, 1, 13, "refused", "months after"},
    {"成立日期 + 3", E_TYPE, 1, 8, NULL, "days after"},
    {"if 企业人数 then 1 else 2", E_TYPE, 4, 4, "boolean", "企业人数 > 0"},
    {"some i in [1] satisfies i", E_TYPE, 25, 1, "boolean", NULL},
    {"for i in 3 return i", E_TYPE, 10, 1, "list or a range", NULL},
    {"for i in \"a\"..\"b\" return i", E_TYPE, 5, 13, "numbers or dates", NULL},
    {"[{x: 1}, {y: 5}][x = 2]", E_NAME, 18, 1, "may be a member", "item.x"},
    {"{k: 2, l: [1, \"a\"][item = k]}", E_NAME, 27, 1, "may be a member", NULL},
    {"企业人数[1]", E_TYPE, 1, 4, "only a list", NULL},
    {"[1][\"a\"]", E_TYPE, 5, 3, "filter", NULL},
    {"[1..\"a\"]", E_TYPE, 1, 8, "ends", NULL},
    {"月均参保人数 > 3", E_TYPE, 1, 6, "by period", "\"2019-12\""},
    {"月均参保人数(\"2019\")", E_TYPE, 8, 6, "by month", NULL},
    {"月均参保人数(3)", E_TYPE, 8, 1, "by month", NULL},
    {"月均参保人数()", E_TYPE, 1, 8, "by month", NULL},
    {"LPR(\"2020-02\")", E_TYPE, 5, 9, "by date", NULL},
    {"企业人数(\"2019\")", E_TYPE, 1, 4, "no function", "without brackets"},
    {"contains(企业人数, \"a\")", E_TYPE, 10, 4, "string", NULL},
    {"contains(\"a\")", E_TYPE, 1, 13, "wrong arguments", "contains(string, match)"},
    {"count", E_TYPE, 1, 5, "function", NULL},
    {"sum([\"a\"])", E_TYPE, 5, 5, "list of number", NULL},
    {"min(1, \"a\")", E_TYPE, 8, 3, "mix", NULL},
    {"date(\"2020-02-30\")", E_TYPE, 6, 12, "no such date", NULL},
    {"period(\"weak\", @\"2020-01-01\")", E_TYPE, 8, 6, "kind of period", NULL},
    {"previous(\"2020-13\")", E_TYPE, 10, 9, "not a period", NULL},
    {"days after(成立日期, 企业人数)", E_TYPE, 18, 4, "cannot count 人", "it counts 日"},
    {"working days after(成立日期, 企业人数 + 1)", E_TYPE, 26, 8, "cannot count 人", "个工作日"},
    {"working days after(成立日期, 公示期)", E_TYPE, 26, 3, "cannot count 日", "个工作日"},
    {"months after(成立日期, 公示期)", E_TYPE, 20, 3, "cannot count 日", "it counts 月"},
    {"days after(成立日期, 展期)", E_TYPE, 18, 2, "cannot count 月", "it counts 日"},
    {"days after(date: 成立日期, n: 注册资本)", E_TYPE, 27, 4, "cannot count 元", NULL},
    {"duration(\"P1X\")", E_TYPE, 10, 5, "not a duration", NULL},
    {"sort([1], function(a, b) a + b)", E_TYPE, 11, 20, "boolean", NULL},
    {"(function(a: number) a)(\"b\")", E_TYPE, 25, 3, "must be number", NULL},
    {"(function(a: number) a)(1, 2)", E_TYPE, 1, 29, "takes 1", NULL},
};

static bool part_of(const char *part, struct span whole)
{
    return !part || span_find(whole, span_z(part)) != SIZE_MAX;
}

static void check_refused(const struct refused *r)
{
    struct checked checked;
    struct diags diags;
    const struct diag *d;
    int code = front(span_z(r->text), FEEL_STRICT, &checked, &diags);

    CHECK_INT(code, r->code);
    d = diags.first;
    if (!CHECK(d != NULL))
        return;
    CHECK_INT(d->code, r->code);
    CHECK_INT(d->line, 1);
    CHECK_INT(d->column, r->column);
    CHECK_INT(d->length, r->length);
    CHECK(part_of(r->message, d->message));
    CHECK(part_of(r->hint, d->hint));
}

/* --- the rest --- */

static void test_several(void)
{
    struct checked checked;
    struct diags diags;

    TEST("several errors in one expression");
    CHECK_INT(
        front(SPAN("未知一 + 未知二 > 0 and 企业规模 = \"小形\""), FEEL_STRICT, &checked, &diags),
        E_NAME);
    CHECK_INT(diags.errors, 3);
    CHECK_INT(front(SPAN("max(企业人数，5%) ≥ 3"), FEEL_STRICT, &checked, &diags), E_SYNTAX);
    CHECK_INT(diags.errors, 3);
    CHECK_INT(front(SPAN("max(1 2, 3 4)"), FEEL_STRICT, &checked, &diags), E_SYNTAX);
    CHECK_INT(diags.errors, 2);
}

static void test_place(void)
{
    struct feel_compile how = {
        .vocabulary = &vocabulary, .file = SPAN("m.yaml"), .line = 7, .column = 12};
    struct checked checked;
    struct diags diags;

    TEST("place in a file");
    diags_init(&diags, &arena);
    CHECK_INT(feel_front(&arena, SPAN("x > 1 and\ny > 2"), &how, &checked, &diags), E_NAME);
    CHECK_INT(diags.first->line, 8);
    CHECK_TEXT(diags.first->file, "m.yaml");
    diags_init(&diags, &arena);
    CHECK_INT(feel_front(&arena, SPAN("x > y"), &how, &checked, &diags), E_NAME);
    CHECK_INT(diags.first->line, 7);
    CHECK_INT(diags.first->column, 16);
}

static void test_want(void)
{
    struct feel_compile how = {.vocabulary = &vocabulary, .want = &TYPE_BOOLEAN_T};
    const struct feel_name *size = map_get(&vocabulary.names, SPAN("企业规模"));
    struct checked checked;
    struct diags diags;

    TEST("wanted type");
    diags_init(&diags, &arena);
    CHECK_INT(feel_front(&arena, SPAN("x > 1"), &how, &checked, &diags), 0);
    CHECK_INT(feel_front(&arena, SPAN("x + 1"), &how, &checked, &diags), E_TYPE);
    how.want = size->type;
    CHECK_INT(
        feel_front(&arena, SPAN("if x > 1 then \"小型\" else \"微型\""), &how, &checked, &diags),
        0);
    CHECK_INT(
        feel_front(&arena, SPAN("if x > 1 then \"小型\" else \"微形\""), &how, &checked, &diags),
        E_TYPE);
    CHECK_INT(feel_front(&arena, SPAN("string(x)"), &how, &checked, &diags), E_TYPE);
    how.want = type_number(&arena, SPAN("元"));
    CHECK_INT(feel_front(&arena, SPAN("企业人数 * 500"), &how, &checked, &diags), 0);
    CHECK_INT(feel_front(&arena, SPAN("企业人数 + 500"), &how, &checked, &diags), E_TYPE);
}

static void test_meaning(void)
{
    struct feel_let let = {.name = SPAN("增幅"), .type = &TYPE_NUMBER_T};
    struct feel_compile how = {.vocabulary = &vocabulary, .lets = &let, .let_count = 1};
    struct checked checked;
    struct diags diags;

    TEST("slots, locals, frame");
    diags_init(&diags, &arena);
    CHECK_INT(feel_front(&arena, SPAN("租约[月租金 > 增幅].月租金[item > x and x > 企业人数]"),
                         &how, &checked, &diags),
              0);
    CHECK_INT(checked.slot_count, 3); /* 企业人数, 租约, x: sorted, once */
    CHECK_INT(checked.slots[0], 2);
    CHECK_INT(checked.slots[1], 6);
    CHECK_INT(checked.slots[2], 11);
    CHECK_INT(checked.frame, 2); /* the let, and `item` twice in the same place */
    CHECK_INT(feel_front(&arena, SPAN("for a in [1], b in [2] return a + b + 增幅"), &how, &checked,
                         &diags),
              0);
    CHECK_INT(checked.frame, 3);
    CHECK_INT(checked.tree->child->index, 1);
    CHECK_INT(checked.tree->child->next->index, 2);
    CHECK_INT(checked.tree->last->last->index, 0);
}

static void test_declare(void)
{
    static const char *const bad[] = {"", "1a", "and", "a,b", "a(b)", "a\"b", " "};
    struct buffer longer = BUFFER_INIT;
    uint32_t slot;

    TEST("names that cannot be declared");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_INT(feel_declare(&vocabulary, span_z(bad[i]), &TYPE_NUMBER_T, &slot), E_INPUT);
    CHECK_INT(feel_declare(&vocabulary, SPAN("企业人数"), &TYPE_NUMBER_T, &slot), E_CONFLICT);
    for (int i = 0; i < FEEL_NAME_MAX + 1; i++)
        buffer_byte(&longer, 'a');
    CHECK_INT(feel_declare(&vocabulary, buffer_span(&longer), &TYPE_NUMBER_T, &slot), E_INPUT);
    buffer_release(&longer);
}

static int front_repeated(const char *open, size_t n, const char *middle, const char *close,
                          struct checked *checked)
{
    struct buffer text = BUFFER_INIT;
    struct diags diags;
    int r;

    for (size_t i = 0; i < n; i++)
        buffer_add_z(&text, open);
    buffer_add_z(&text, middle);
    for (size_t i = 0; i < n; i++)
        buffer_add_z(&text, close);
    r = front(arena_copy(&arena, buffer_span(&text)), FEEL_STRICT, checked, &diags);
    buffer_release(&text);
    return r;
}

/* open, n times the item with its number in front of `item`, close */
static int front_around(const char *open, const char *item, size_t n, const char *close,
                        struct checked *checked)
{
    struct buffer text = BUFFER_INIT;
    struct diags diags;
    int r;

    buffer_add_z(&text, open);
    for (size_t i = 0; i < n; i++)
        buffer_print(&text, "k%zu%s", i, item);
    buffer_add_z(&text, close);
    r = front(arena_copy(&arena, buffer_span(&text)), FEEL_STRICT, checked, &diags);
    buffer_release(&text);
    return r;
}

static void test_limits(void)
{
    struct checked checked;

    TEST("limits");
    CHECK_INT(front_repeated("(", 150, "1", ")", &checked), 0);
    CHECK_INT(front_repeated("(", 30000, "1", ")", &checked), E_LIMIT);
    CHECK_INT(front_repeated("[", 30000, "1", "", &checked), E_LIMIT);
    CHECK_INT(front_repeated("-", 30000, "1", "", &checked), E_LIMIT);
    CHECK_INT(front_repeated("{a:", 10000, "1", "}", &checked), E_LIMIT);
    CHECK_INT(front_repeated("if true then ", 1000, "1", " else 1", &checked), E_LIMIT);
    CHECK_INT(front_repeated("1 + ", 150, "1", "", &checked), 0);
    CHECK_INT(front_repeated("1 + ", 10000, "1", "", &checked), E_LIMIT);
    CHECK_INT(front_repeated("", 5000, "x", "[1]", &checked), E_LIMIT);
    CHECK_INT(front_repeated("1 instance of list", 1, "", "", &checked), 0);
    CHECK_INT(front_repeated("", 5000, "1 instance of list", "<list", &checked), E_LIMIT);
    CHECK_INT(front_repeated("(", 199, "1", ")", &checked), 0); /* FEEL_DEPTH_MAX is 200 */
    CHECK_INT(front_around("{", ": 1, ", 999, "a: 1}", &checked), 0);
    CHECK_INT(front_around("{", ": 1, ", 1000, "a: 1}", &checked), E_LIMIT); /* CONTEXT_MAX */
    CHECK_INT(front_around("max(\"", "\", \"", 999, "\")", &checked), 0);
    CHECK_INT(front_around("max(\"", "\", \"", 1000, "\")", &checked), E_LIMIT); /* ARGUMENTS_MAX */
    CHECK_INT(front_repeated("1, ", 10, "1", "", &checked), E_SYNTAX);
    CHECK_INT(front_repeated(" ", FEEL_TEXT_MAX, "1", "", &checked), E_LIMIT);
    CHECK_INT(front_repeated("", 20000, "[1", ",1", &checked), E_SYNTAX); /* long, and not slow */
    CHECK_INT(front_repeated("", 2000, "max(1", ",1", &checked), E_SYNTAX);
}

static void test_encoding(void)
{
    struct checked checked;
    struct diags diags;

    TEST("bad UTF-8");
    CHECK_INT(front(SPAN("1 + \xC3\x28"), FEEL_STRICT, &checked, &diags), E_ENCODING);
    CHECK_INT(diags.first->column, 5);
}

static void test_printed_stages(void)
{
    struct feel_compile how = {.vocabulary = &vocabulary};
    struct buffer out = BUFFER_INIT;
    struct checked checked;
    struct diags diags;

    TEST("tokens and tree as text");
    lex_dump(&out, &arena, SPAN("days in weekend>=2.5"), feel_scope(&arena, &how), true);
    CHECK_TEXT(buffer_span(&out),
               "0..15 a name days in weekend\n15..17 `>=`\n17..20 a number 2.5\n20..20 the end\n");
    buffer_clear(&out);
    CHECK_INT(front(SPAN("x > 2.5"), FEEL_STRICT, &checked, &diags), 0);
    tree_dump(&out, checked.tree, SPAN("x > 2.5"));
    CHECK_TEXT(buffer_span(&out), "binary > 0..7 : boolean\n  name `x` {slot 11} 0..1 : number\n  "
                                  "literal 2.5 4..7 : number\n");
    buffer_release(&out);
}

/* What the printed page and the runner rely on. */
static void test_tables(void)
{
    struct checked checked;
    struct diags diags;

    TEST("tables");
    for (size_t i = 0; i < builtin_count; i++) {
        const struct builtin *b = &builtins[i];
        CHECK(b->min <= b->max && (b->param_count > 0 || (b->flags & B_CLOCK)) &&
              b->param_count <= BUILTIN_PARAMS);
        CHECK(builtin_find(span_z(b->name)) <= (int)i);
        CHECK(i == 0 || strcmp(b->name, builtins[i - 1].name) == 0 ||
              builtin_find(span_z(b->name)) == (int)i);
        if (!CHECK(front(span_z(b->example), b->flags & B_SPEC ? FEEL_SPEC : FEEL_STRICT, &checked,
                         &diags) == 0))
            printf("example of %s: %s\n", b->name, b->example);
    }
    for (size_t i = 0; i < op_row_count; i++)
        for (size_t j = 0; j < i; j++)
            CHECK(op_rows[i].op != op_rows[j].op || op_rows[i].left != op_rows[j].left ||
                  op_rows[i].right != op_rows[j].right);
}

/* Every allocation fails once: an error or the right answer, never a crash. */
static void test_no_memory(void)
{
    static const char *const texts[] = {
        "sort(租约[月租金 > 1], function(a, b) a.起日 < b.起日)[1].use of rooms in (\"a\", "
        "\"b\\n\")",
        "未知 + {a b: [1..2], c: @\"P1D\"}.d and min(\"a\", 2，3) = \"小形\" or 企业规模 = "
        "\"小形\"",
    };
    struct feel_compile how = {.vocabulary = &vocabulary};
    struct checked checked;
    struct diags diags;
    struct arena a;

    TEST("no memory");
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (uint64_t n = 1; n < 200; n++) {
            int r;
            arena_init(&a);
            diags_init(&diags, &a);
            alloc_fail_after(n);
            r = feel_front(&a, span_z(texts[i]), &how, &checked, &diags);
            alloc_fail_after(0);
            CHECK(r == E_MEMORY || (i == 0 ? r == 0 : r < 0));
            arena_release(&a);
        }
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (size_t limit = 16; limit < 40000;
             limit += 48) { /* the same inside the blocks of an arena */
            int r;
            arena_init(&a);
            a.limit = limit;
            diags_init(&diags, &arena);
            r = feel_front(&a, span_z(texts[i]), &how, &checked, &diags);
            CHECK(r == E_MEMORY || (i == 0 ? r == 0 : r < 0));
            arena_release(&a);
        }
}

int main(void)
{
    set_up();
    for (size_t i = 0; i < COUNT_OF(good); i++)
        check_good((TEST(good[i].text), &good[i]));
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        check_refused((TEST(refused[i].text), &refused[i]));
    test_several();
    test_place();
    test_want();
    test_meaning();
    test_declare();
    test_limits();
    test_encoding();
    test_printed_stages();
    test_tables();
    test_no_memory();
    arena_release(&arena);
    return test_end();
}
