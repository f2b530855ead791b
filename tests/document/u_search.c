/*
 * u_search.c: searching, the same suite on both engines. Documents are invented.
 */
#include <stdlib.h>
#include <unistd.h>

#include "document/search.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"

struct bench {
    struct store *store;
    struct docsearch *search;
    struct arena arena;
    struct search_synonyms *synonyms;
    struct docsearch_result result;
};

/* ---- documents ---- */

struct sample {
    int64_t id;
    const char *title, *number, *region, *type, *issued, *from, *to, *issuers[2], *tag;
    struct {
        const char *path, *heading, *text;
    } clauses[4];
};

static const struct sample samples[] = {
    {1,
     "环形山区关于稳岗返还的通知",
     "环府办〔2020〕12号",
     "月球省/环形山区",
     "通知",
     "2020-02-20",
     "2020-02-20",
     "2020-12-31",
     {"环形山区人民政府"},
     "就业",
     {{"一", "失业保险返还", "不裁员的企业，返还一半的失业保险费。"},
      {"二/（一）", "", "申请期限为2020年3月，由区人社局办理，LPR利率不适用。"},
      {"二/（二）", "材料", "营业执照、承诺书"}}},
    {2,
     "月球省贷款贴息办法",
     "月财〔2019〕3号",
     "月球省",
     "办法",
     "2019-05-01",
     "2019-06-01",
     "2019-12-31",
     {"月球省财政局", "月球省金融局"},
     "金融",
     {{"第一条", "", "对小微企业贷款给予利息补贴，最高50万元。"},
      {"第二条", "租金", "承租国有房屋的，减免租金三个月；企业、个人均可申请。"}}},
    {3,
     "静海区若干措施",
     "",
     "月球省/静海区",
     "若干措施",
     "2020-03-01",
     "",
     "",
     {"静海区人民政府"},
     "就业",
     {{"一", "支持企业", "支持企业稳岗，补贴社会保险费1,000元。"},
      {"二", "", "鼓励贷款担保，税收优惠另行规定"},
      {"三", "", "a"}}},
};

static int put_sample(struct store *s, void *context, struct err *err)
{
    const struct sample *from = context;
    struct span issuers[2], tag = span_z(from->tag);
    struct search_clause clauses[4];
    struct search_entry e = {.id = from->id, .issuers = issuers, .tags = &tag, .tag_count = 1};
    struct arena a;

    arena_init(&a);
    e.slug = arena_print(&a, "d%d", (int)from->id);
    e.title = span_z(from->title), e.number = span_z(from->number);
    e.region = span_z(from->region), e.type = span_z(from->type);
    e.issued = span_z(from->issued);
    e.in_from = span_z(from->from), e.in_to = span_z(from->to);
    for (size_t i = 0; i < 2 && from->issuers[i]; i++)
        issuers[e.issuer_count++] = span_z(from->issuers[i]);
    for (size_t i = 0; i < 4 && from->clauses[i].path; i++)
        clauses[e.clause_count++] =
            (struct search_clause){span_z(from->clauses[i].path), span_z(from->clauses[i].heading),
                                   span_z(from->clauses[i].text)};
    e.clauses = clauses;
    int r = search_put(s, &a, &e, err);
    arena_release(&a);
    return r;
}

static void put(struct bench *b, const struct sample *s)
{
    struct err err = ERR_INIT;
    if (!CHECK_INT(store_write(b->store, put_sample, (void *)(uintptr_t)s, &err), 0))
        printf("%s\n", err.message);
}

static int drop_document(struct store *s, void *context, struct err *err)
{
    struct arena a;
    arena_init(&a);
    int r = search_drop(s, &a, *(const int64_t *)context, err);
    arena_release(&a);
    return r;
}

/* ---- questions ---- */

static void run(struct bench *b, struct docsearch_options o)
{
    struct err err = ERR_INIT;

    arena_clear(&b->arena);
    b->result = (struct docsearch_result){0};
    if (!o.today.year)
        date_make(2020, 3, 9, &o.today);
    if (!CHECK_INT(docsearch_run(b->search, &b->arena, &o, &b->result, &err), 0))
        printf("%.*s: %s\n", SPAN_ARG(o.text), err.message);
}

/* The documents found, in order, as digits. */
static struct span found(struct bench *b)
{
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; i < b->result.row_count; i++)
        buffer_print(&out, "%d", (int)b->result.rows[i].id);
    struct span text = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return text;
}

static void check(struct bench *b, const char *query, const char *want)
{
    run(b, (struct docsearch_options){.text = span_z(query)});
    if (!CHECK_TEXT(found(b), want))
        printf("query: %s\n", query);
    CHECK_INT(b->result.documents, strlen(want));
}

/* "a[b]c": marks in brackets. */
static struct span shown(struct bench *b, const struct search_pieces *p)
{
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; i < p->n; i++)
        buffer_print(&out, p->at[i].mark ? "[%.*s]" : "%.*s", SPAN_ARG(p->at[i].text));
    struct span text = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return text;
}

/* ---- cases ---- */

static void words(struct bench *b)
{
    TEST("words of any length");
    check(b, "税", "3");
    check(b, "岗", "13");
    check(b, "贷款", "23");
    check(b, "裁员", "1");
    check(b, "不裁员的企业", "1");
    check(b, "业不", "");         /* not side by side */
    check(b, "\"企业个人\"", ""); /* a mark stands between */
    check(b, "\"企业不裁员\"", "");
    check(b, "lpr", "1");
    check(b, "ＬＰＲ利率", "1");
    check(b, "貸款", "23");
    check(b, "1000元", "3");
    check(b, "100", "");
    check(b, "2020年3月", "1");
    check(b, "3月", "1");
    check(b, "a", "3");
}

static void numbers(struct bench *b)
{
    TEST("文号 in any brackets");
    check(b, "环府办〔2020〕12号", "1");
    check(b, "环府办[2020]12号", "1");
    check(b, "环府办（2020）第12号", "");
    check(b, "〔2020〕12", "1");
    check(b, "〔2020〕1", "");
    check(b, "府办〔2020〕12号", "1");
}

static void syntax(struct bench *b)
{
    TEST("all words, phrases, words that must not be");
    check(b, "企业 贷款", "2"); /* the third has them in two clauses */
    check(b, "贷款　贴息", "2");
    check(b, "企业 -贷款", "31"); /* a clause without it */
    check(b, "企业 －贷款 -补贴", "1");
    check(b, "\"小微企业\" 贷款", "2");
    check(b, "“小微企业”", "2");
    check(b, "静海 稳岗", "3"); /* the title has one, a clause the other */
    check(b, "月球省 租金", "2");
    check(b, "企业 OR 税", "");
    check(b, "NEAR(企业 税)", "");
    check(b, "title:税", "");
    check(b, "税*", "3");
}

static void check_hint(struct bench *b, const char *query, enum search_hint want)
{
    run(b, (struct docsearch_options){.text = span_z(query)});
    if (!CHECK_INT(b->result.hint, want))
        printf("query: %s\n", query);
}

static void hints(struct bench *b)
{
    char many[400];

    TEST("bad syntax is a hint");
    check_hint(b, "", SEARCH_HINT_EMPTY);
    check_hint(b, " 　 ", SEARCH_HINT_EMPTY);
    check_hint(b, "。，！ ()*", SEARCH_HINT_EMPTY);
    check_hint(b, "-", SEARCH_HINT_EMPTY);
    check_hint(b, "-贷款", SEARCH_HINT_ONLY_EXCLUDED);
    check_hint(b, "\"贷款", SEARCH_HINT_QUOTE);
    CHECK_TEXT(found(b), "23");
    check_hint(b, "“贷款", SEARCH_HINT_QUOTE);
    check_hint(b, "贷款", SEARCH_HINT_NONE);
    for (size_t i = 0; i + 1 < sizeof(many); i += 2)
        memcpy(many + i, "a ", 2);
    many[sizeof(many) - 1] = 0;
    check_hint(b, many, SEARCH_HINT_MANY);
    check_hint(b, "\xff\xfe\"\x01'", SEARCH_HINT_EMPTY);
    check_hint(b, "a\"b'c%_\\", SEARCH_HINT_QUOTE);
}

static void order(struct bench *b)
{
    TEST("title, heading, text; in force before lapsed");
    check(b, "稳岗", "13");
    CHECK_INT(b->result.rows[0].field, SEARCH_TITLE);
    check(b, "企业", "312");
    CHECK_INT(b->result.rows[0].field, SEARCH_HEADING);
    CHECK_INT(b->result.rows[1].field, SEARCH_TEXT);
    CHECK_INT(b->result.hits, 4); /* one clause of each, and 支持企业 by its heading */
}

static void clauses(struct bench *b)
{
    TEST("answers name the clause and mark the words");
    check(b, "失业保险", "1");
    const struct search_row *row = &b->result.rows[0];
    CHECK_TEXT(row->slug, "d1");
    CHECK_TEXT(shown(b, &row->title), "环形山区关于稳岗返还的通知");
    CHECK_INT(row->clause_count, 1);
    CHECK_TEXT(row->clauses[0].path, "一");
    CHECK_TEXT(shown(b, &row->clauses[0].heading), "[失业保险]返还");
    CHECK_TEXT(shown(b, &row->clauses[0].text), "不裁员的企业，返还一半的[失业保险]费。");
    check(b, "环形山 材料", "1");
    CHECK_INT(b->result.rows[0].clause_count, 1);
    CHECK_TEXT(b->result.rows[0].clauses[0].path, "二/（二）");
    CHECK_TEXT(shown(b, &b->result.rows[0].title), "[环形山]区关于稳岗返还的通知");
    check(b, "返还", "1");
    CHECK_TEXT(shown(b, &b->result.rows[0].title), "环形山区关于稳岗[返还]的通知");
    CHECK_INT(b->result.rows[0].clause_count, 1);
}

static void filters(struct bench *b)
{
    struct docsearch_options o = {.text = SPAN("企业")};

    TEST("filters");
    o.region = SPAN("月球省");
    run(b, o);
    CHECK_TEXT(found(b), "312");
    o.region = SPAN("月球省/静海区");
    run(b, o);
    CHECK_TEXT(found(b), "3");
    o = (struct docsearch_options){.text = SPAN("企业"), .year = 2020};
    run(b, o);
    CHECK_TEXT(found(b), "31");
    o = (struct docsearch_options){.text = SPAN("企业"), .issuer = SPAN("月球省金融局")};
    run(b, o);
    CHECK_TEXT(found(b), "2");
    o = (struct docsearch_options){.text = SPAN("企业"), .type = SPAN("通知")};
    run(b, o);
    CHECK_TEXT(found(b), "1");
    o = (struct docsearch_options){.tag = SPAN("就业")}; /* no word: all of it */
    run(b, o);
    CHECK_TEXT(found(b), "31");
    o = (struct docsearch_options){.text = SPAN("企业"), .type = SPAN("没有")};
    run(b, o);
    CHECK_TEXT(found(b), "");
}

static void check_day(struct bench *b, int year, int month, int day, const char *want)
{
    struct docsearch_options o = {.text = SPAN("企业"), .has_in_force = true};

    date_make(year, month, day, &o.in_force);
    run(b, o);
    CHECK_TEXT(found(b), want);
}

/* Unknown is not no: the third says no end, so it is left in. */
static void in_force(struct bench *b)
{
    TEST("in force on a day");
    check_day(b, 2020, 3, 9, "31");
    check_day(b, 2019, 6, 1, "2");
    check_day(b, 2019, 12, 31, "2");
    check_day(b, 2020, 1, 1, "");
    check_day(b, 2021, 1, 1, "3");
}

static int64_t facet(const struct bench *b, enum search_facet_kind kind, const char *value)
{
    for (size_t i = 0; i < b->result.facet_count; i++)
        if (b->result.facets[i].kind == kind && span_eq(b->result.facets[i].value, span_z(value)))
            return b->result.facets[i].documents;
    return 0;
}

static void facets(struct bench *b)
{
    TEST("facets");
    check(b, "企业", "312");
    CHECK_INT(facet(b, SEARCH_REGION, "月球省"), 3);
    CHECK_INT(facet(b, SEARCH_REGION, "月球省/静海区"), 1);
    CHECK_INT(facet(b, SEARCH_YEAR, "2020"), 2);
    CHECK_INT(facet(b, SEARCH_ISSUER, "月球省金融局"), 1);
    CHECK_INT(facet(b, SEARCH_TYPE, "通知"), 1);
    CHECK_INT(facet(b, SEARCH_TAG, "就业"), 2);
}

static void synonyms(struct bench *b)
{
    struct docsearch_options o = {.text = SPAN("贴息"), .synonyms = b->synonyms};

    TEST("synonyms");
    run(b, o);
    CHECK_TEXT(found(b), "2");
    o.text = SPAN("减租"); /* nowhere as such */
    run(b, o);
    CHECK_TEXT(found(b), "2");
    CHECK_TEXT(b->result.synonyms, "减免租金 减免房租");
    CHECK_TEXT(shown(b, &b->result.rows[0].clauses[0].text),
               "承租国有房屋的，[减免租金]三个月；企业、个人均可申请。");
    o.text = SPAN("\"减租\"");
    run(b, o);
    CHECK_TEXT(found(b), "");
    o.text = SPAN("国有房屋的，减租三个月"); /* a part of the phrase */
    run(b, o);
    CHECK_TEXT(found(b), "2");
    o.text = SPAN("企业 -减租"); /* what must not be is meant as it stands */
    run(b, o);
    CHECK_TEXT(found(b), "312");
}

static void split(struct bench *b)
{
    TEST("a phrase that nobody has is taken apart");
    check(b, "小微企业贷款贴息", "2");
    CHECK_INT(b->result.hint, SEARCH_HINT_SPLIT);
    CHECK_INT(b->result.rows[0].field, SEARCH_WORDS);
    check(b, "\"小微企业贷款贴息\"", "");
}

static void pages(struct bench *b)
{
    struct docsearch_options o = {.text = SPAN("企业"), .per_page = 2};

    TEST("pages");
    run(b, o);
    CHECK_TEXT(found(b), "31");
    CHECK_INT(b->result.documents, 3);
    o.page = 1;
    run(b, o);
    CHECK_TEXT(found(b), "2");
    o.page = 2;
    run(b, o);
    CHECK_TEXT(found(b), "");
    o.page = SIZE_MAX;
    run(b, o);
    CHECK_TEXT(found(b), "");
}

static struct span suggested(struct bench *b, const char *prefix)
{
    struct search_suggestion *list = NULL;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    size_t n = 0;

    arena_clear(&b->arena);
    CHECK_INT(docsearch_suggest(b->search, &b->arena, span_z(prefix), 10, &list, &n, &err), 0);
    for (size_t i = 0; i < n; i++)
        buffer_print(&out, "%s%.*s", i ? " " : "", SPAN_ARG(list[i].text));
    struct span text = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return text;
}

static void suggestions(struct bench *b)
{
    TEST("typing help");
    CHECK_TEXT(suggested(b, "稳"), "环形山区关于稳岗返还的通知");
    CHECK_TEXT(suggested(b, "wg"), "环形山区关于稳岗返还的通知");
    CHECK_TEXT(suggested(b, "失业"), "失业保险返还");
    CHECK_TEXT(suggested(b, "SYBX"), "失业保险返还");
    CHECK_TEXT(suggested(b, "月球省财"), "月球省财政局");
    CHECK_TEXT(suggested(b, ""), "");
    CHECK_TEXT(suggested(b, "%"), "");
    CHECK_TEXT(suggested(b, "没有这样的"), "");
}

static void check_sound(struct bench *b, int64_t rows, int64_t bad)
{
    struct err err = ERR_INIT;
    int64_t have = -1, wrong = -1;

    CHECK_INT(search_verify(b->store, &have, &wrong, &err), 0);
    CHECK_INT(have, rows);
    CHECK_INT(wrong, bad);
}

static void changes(struct bench *b)
{
    struct sample changed = samples[0];
    int64_t id = 1;
    struct err err = ERR_INIT;

    TEST("a new version, and none any more");
    check_sound(b, 11, 0);
    changed.title = "环形山区关于培训的通知";
    changed.region = "月球省/背面区";
    changed.clauses[0].heading = "培训";
    changed.clauses[0].text = "参加培训的";
    changed.clauses[2].path = NULL;
    put(b, &changed);
    check(b, "培训", "1");
    check(b, "裁员", "");
    check(b, "材料", "");
    check(b, "lpr", "1");
    CHECK_TEXT(suggested(b, "失业"), "");
    CHECK_TEXT(suggested(b, "培训"), "培训 环形山区关于培训的通知");
    check(b, "办理", "1");
    CHECK_INT(facet(b, SEARCH_REGION, "月球省/背面区"), 1);
    check_sound(b, 10, 0);
    CHECK_INT(store_write(b->store, drop_document, &id, &err), 0);
    check(b, "培训", "");
    CHECK_TEXT(suggested(b, "培训"), "");
    CHECK_INT(store_write(b->store, drop_document, &id, &err), 0);
    check_sound(b, 7, 0);
    put(b, &samples[0]);
    check(b, "裁员", "1");
}

static void verify(struct bench *b)
{
    struct err err = ERR_INIT;

    TEST("verify finds what the index does not have");
    CHECK_INT(store_execute(b->store,
                            "UPDATE search_clause SET text = '换了' WHERE id = 65537; UPDATE"
                            " search_document SET title = '也换了' WHERE id = 3",
                            &err),
              0);
    check_sound(b, 11, 2);
    CHECK_INT(store_execute(b->store,
                            "UPDATE search_clause SET text = '不裁员的企业，返还一半的失业保险费。'"
                            " WHERE id = 65537;"
                            "UPDATE search_document SET title = '静海区若干措施' WHERE id = 3",
                            &err),
              0);
    check_sound(b, 11, 0);
}

/* More documents than are ranked, over several blocks. */
static int put_many(struct store *s, void *context, struct err *err)
{
    const int64_t *from = context;
    struct arena a;
    int r = 0;

    arena_init(&a);
    for (int64_t id = *from; r == 0 && id < *from + 500; id++) {
        struct search_clause c = {SPAN("一"), {NULL, 0}, SPAN("众多")};
        struct search_entry e = {.id = id, .title = SPAN("批量"), .clauses = &c, .clause_count = 1};
        arena_clear(&a);
        e.slug = arena_print(&a, "m%d", (int)id);
        if (id % 100 == 0)
            c.text = SPAN("众多，稀少");
        r = search_put(s, &a, &e, err);
    }
    arena_release(&a);
    return r;
}

static void many(struct bench *b)
{
    struct err err = ERR_INIT;

    TEST("more than are ranked");
    for (int64_t id = 4000; id < 11000; id += 500)
        CHECK_INT(store_write(b->store, put_many, &id, &err), 0);
    run(b, (struct docsearch_options){.text = SPAN("众")});
    CHECK_INT(b->result.hits, DOCSEARCH_CANDIDATES);
    CHECK_INT(b->result.row_count, DOCSEARCH_PAGE);
    CHECK(b->result.more);
    run(b, (struct docsearch_options){.text = SPAN("稀少")});
    CHECK_INT(b->result.documents, 70);
    CHECK(!b->result.more);
    run(b, (struct docsearch_options){.text = SPAN("众多 -稀少")});
    CHECK_INT(b->result.documents, DOCSEARCH_CANDIDATES);
    run(b, (struct docsearch_options){.text = SPAN("批量")});
    CHECK(b->result.more);
    CHECK_INT(b->result.rows[0].field, SEARCH_TITLE);
}

static void json(struct bench *b)
{
    struct buffer out = BUFFER_INIT;

    TEST("as JSON");
    check(b, "裁员", "1");
    json_print(&out, docsearch_json(&b->arena, &b->result), JSON_COMPACT);
    CHECK(span_find(buffer_span(&out), SPAN("{\"query\":\"裁员\"")) == 0);
    CHECK(span_find(buffer_span(&out), SPAN("\"path\":\"一\"")) != SIZE_MAX);
    CHECK(span_find(buffer_span(&out), SPAN("{\"text\":\"裁员\",\"mark\":true}")) != SIZE_MAX);
    CHECK(span_find(buffer_span(&out), SPAN("\"in_force_to\":\"2020-12-31\"")) != SIZE_MAX);
    buffer_release(&out);
}

/* ---- without memory ---- */

static int search_once(void *context)
{
    struct bench *b = context;
    struct docsearch_options o = {.text = SPAN("企业 \"贷款\" -税"), .synonyms = b->synonyms};
    struct docsearch_result result;
    struct arena a;

    arena_init(&a);
    date_make(2020, 3, 9, &o.today);
    int r = docsearch_run(b->search, &a, &o, &result, NULL);
    if (r == 0)
        r = docsearch_json(&a, &result) && !a.failed ? 0 : E_MEMORY;
    arena_release(&a);
    return r;
}

static int write_once(void *context)
{
    struct bench *b = context;
    return store_write(b->store, put_sample, (void *)(uintptr_t)&samples[1], NULL);
}

static int open_once(void *context)
{
    struct docsearch *d = NULL;
    struct arena a;
    struct search_suggestion *list;
    size_t n;

    arena_init(&a);
    int r = docsearch_open(context, &d, NULL);
    if (r == 0)
        r = docsearch_suggest(d, &a, SPAN("稳"), 10, &list, &n, NULL);
    docsearch_close(d);
    arena_release(&a);
    return r;
}

static void memory(struct bench *b, const char *url)
{
    TEST("each allocation fails once");
    fault_loop(search_once, b);
    fault_loop(write_once, b);
    if (span_starts(span_z(url), SPAN("sqlite:")))
        fault_loop(open_once, (void *)(uintptr_t)url);
    check_sound(b, 11, 0);
}

static void check_engine(const char *url)
{
    static const struct span rent[] = {{"减租", 6}, {"减免租金", 12}, {"减免房租", 12}};
    struct bench b = {0};
    struct arena program;
    struct err err = ERR_INIT;

    arena_init(&program);
    arena_init(&b.arena);
    b.synonyms = search_synonyms_new(&program);
    CHECK(b.synonyms && search_synonyms_add(b.synonyms, rent, 3) == 0);
    if (CHECK(store_open(url, &b.store, &err) == 0 && store_migrate(b.store, &err) == 0 &&
              docsearch_open(url, &b.search, &err) == 0)) {
        for (size_t i = 0; i < COUNT_OF(samples); i++)
            put(&b, &samples[i]);
        words(&b), numbers(&b), syntax(&b), hints(&b), order(&b), clauses(&b);
        filters(&b), in_force(&b), facets(&b), synonyms(&b), split(&b), pages(&b);
        suggestions(&b), json(&b), changes(&b), verify(&b), memory(&b, url), many(&b);
    } else {
        printf("%s\n", err.message);
    }
    docsearch_close(b.search);
    store_close(b.store);
    arena_release(&b.arena);
    arena_release(&program);
}

/* The database of the test may have been used: empties it. */
static void empty_postgres(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    CHECK(store_open(url, &s, &err) == 0 &&
          store_execute(s, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &err) == 0);
    store_close(s);
}

int main(void)
{
    char folder[] = "/tmp/huiqi-search.XXXXXX", url[128], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");

    if (!CHECK(mkdtemp(folder) != NULL))
        return test_end();
    snprintf(url, sizeof(url), "sqlite:%s/test.db", folder);
    check_engine(url);
    if (postgres && *postgres) {
        empty_postgres(postgres);
        check_engine(postgres);
    } else {
        printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
