/*
 * u_archive.c: documents in the store, on both engines: masked before the first write, versions and
 * what changed, decisions on finds, sealing, exports, dump and restore. Over the real files of
 * ../shared (argv[1]) where they are: no personal contact found in them stands in the clear
 * anywhere.
 */
#include <dirent.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "document/archive.h"
#include "document/diff.h"
#include "document/dump.h"
#include "document/export.h"
#include "document/follow.h"
#include "document/reader.h"
#include "document/seal.h"
#include "document/tags.h"
#include "tests/unit/fault.h"

struct bench {
    struct arena arena;
    struct store *store;
    struct seal seal;
    const char *url;
    const struct doc_tags *tags; /* NULL = files are filed without a catalogue */
};

static const char *shared;
static char folder[] = "/tmp/huiqi-archive.XXXXXX";

static const char first_text[] =
    "环形山区支持企业办法\n\n一、支持内容\n\n（一）补助标准为每人每月1000元，期限三个月。\n\n"
    "（二）租金减免三个月，由区国资委负责。\n\n（三）贷款贴息按实际利率计算，不超过百分之三。\n\n"
    "二、联系方式\n\n联系人：李雷雷，13800138000，邮箱 lileilei@crater.gov.cn\n\n"
    "经办 黄河滩 010-55550000，13900000000\n";
static const char second_text[] =
    "环形山区支持企业办法\n\n一、支持内容\n\n（一）租金减免三个月，由区国资委负责。\n\n"
    "（二）补助标准为每人每月1200元，期限三个月。\n\n（三）新增培训补贴，按人数计算。\n\n"
    "二、联系方式\n\n联系人：李雷雷，13800138000，邮箱 lileilei@crater.gov.cn\n\n"
    "经办 黄河滩 010-55550000，13900000000\n";
static const char *const persons[] = {"李雷雷", "13800138000", "lileilei@crater.gov.cn",
                                      "黄河滩", "13900000000", NULL};

static int put(struct bench *b, const char *name, struct span bytes, struct archive_report *ret,
               struct err *err)
{
    struct reader_text *text = ARENA_NEW(&b->arena, struct reader_text);
    struct doc *doc;
    int r = text ? reader_read(&b->arena, bytes, span_z(name), text, err) : err_memory(err);
    if (r == 0)
        r = document_parse(&b->arena, text->text, span_z(name), &doc, err);
    if (r < 0)
        return r;
    struct archive_file file = {
        .name = span_z(name), .original = bytes, .text = text, .doc = doc, .tags = b->tags};
    return document_archive_put(b->store, &b->seal, &b->arena, &file, ret, err);
}

static struct archive_report put_well(struct bench *b, const char *name, struct span bytes)
{
    struct archive_report report = {0};
    struct err err = ERR_INIT;
    if (!CHECK_INT(put(b, name, bytes, &report, &err), 0))
        printf("%s\n", err.message);
    return report;
}

static int64_t count(struct bench *b, const char *sql)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    int64_t n = -1;
    if (store_prepare(b->store, sql, &st, &err) == 0 && stmt_step(st, &err) == 1)
        n = stmt_get_int(st, 0);
    stmt_done(st);
    return n;
}

static struct export_input load(struct bench *b, struct span slug, int64_t number)
{
    struct export_input in = {0};
    struct archive_version *v = NULL;
    struct archive_clause *clauses = NULL;
    struct err err = ERR_INIT;
    if (CHECK_INT(document_archive_get(b->store, &b->arena, slug, number, &v, &err), 0))
        CHECK_INT(document_archive_clauses(b->store, &b->arena, v->id, &clauses, &in.n, &err), 0);
    in.version = v;
    in.clauses = clauses;
    return in;
}

/* All texts of the clauses, a line each. */
static struct span texts(struct bench *b, const struct export_input *in)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < in->n; i++)
        buffer_print(&out, "%.*s%.*s\n", SPAN_ARG(in->clauses[i].mark),
                     SPAN_ARG(in->clauses[i].text));
    struct span s = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return s;
}

static void check_none(struct span text, const char *where)
{
    for (const char *const *p = persons; *p; p++)
        if (!CHECK(span_find(text, span_z(*p)) == SIZE_MAX))
            printf("%s shows %s\n", where, *p);
}

/* ---- filing ---- */

static struct span test_filing(struct bench *b)
{
    TEST("a file is filed, masked");
    struct archive_report t = put_well(b, "notes/13800138000.txt", span_z(first_text));
    CHECK(!t.known && t.entry_count == 1 && t.entries[0].outcome == ARCHIVE_NEW);
    CHECK_TEXT(t.name, "〔手机〕.txt");
    CHECK_INT(t.masked, 5);
    CHECK_INT(t.doubtful, 2);
    struct export_input in = load(b, t.entries[0].slug, 0);
    CHECK_INT(in.n, t.entries[0].clauses);
    check_none(texts(b, &in), "the clauses");
    CHECK(span_find(texts(b, &in), SPAN("联系人：〔姓名〕，〔手机〕，邮箱 〔邮箱〕")) != SIZE_MAX);
    CHECK(span_find(texts(b, &in), SPAN("经办 〔姓名〕 010-55550000，〔手机〕")) != SIZE_MAX);

    TEST("the same bytes again: nothing is written");
    int64_t rows = count(b, "SELECT COUNT(*) FROM document_event");
    CHECK(put_well(b, "copy.txt", span_z(first_text)).known);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_event"), rows);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM source_file"), 1);

    TEST("the same text in another encoding: another file, no new version");
    struct buffer marked = BUFFER_INIT;
    buffer_add_z(&marked, "\xEF\xBB\xBF");
    buffer_add_z(&marked, first_text);
    struct archive_report same = put_well(b, "marked.txt", buffer_span(&marked));
    CHECK(!same.known && same.entries[0].outcome == ARCHIVE_SAME && same.entries[0].number == 1);
    buffer_release(&marked);
    return t.entries[0].slug;
}

/* A notice whose 文号 stands between title and text, one with the head of its paper. */
static void test_notices(struct bench *b)
{
    static const char *const notices[] = {
        "环形山区补助办法\n（环政发〔2031〕7号  2031年3月5日）\n一、补助标准为每人1000元。\n",
        "环形山区文件\n环政发〔2031〕8号\n环形山区关于租金的通知\n一、租金减免三个月。\n",
    };
    static const char *const numbers[] = {"环政发〔2031〕7号", "环政发〔2031〕8号"};
    for (size_t i = 0; i < COUNT_OF(notices); i++) {
        TEST("a notice: its number, paths without a head");
        struct archive_report t = put_well(b, "notice.txt", span_z(notices[i]));
        struct export_input in = load(b, t.entries[0].slug, 0);
        CHECK_TEXT(in.version->doc_number, numbers[i]);
        CHECK_TEXT(in.clauses[in.n - 1].path, "一");
        CHECK_TEXT(in.clauses[in.n - 1].mark, "一、");
    }
}

static void check_followed(struct bench *b, int64_t bad)
{
    int64_t rows = 0, wrong = -1;
    struct err err = ERR_INIT;
    CHECK_INT(follow_verify(b->store, &rows, &wrong, &err), 0);
    CHECK(rows > 0);
    CHECK_INT(wrong, bad);
}

static struct stored_relation *relations_of(struct bench *b, struct span slug, size_t *ret_n)
{
    struct stored_relation *at = NULL;
    struct err err = ERR_INIT;
    CHECK_INT(follow_relations(b->store, &b->arena, load(b, slug, 0).version, &at, ret_n, &err), 0);
    return at;
}

/* A text names another that comes later. */
static void test_follow(struct bench *b)
{
    struct err err = ERR_INIT;
    struct stored_fact *facts;
    struct stored_relation *r;
    size_t n;

    TEST("facts: with the version, at their words, none of persons");
    struct archive_report t =
        put_well(b, "carry.txt",
                 SPAN("环形山区关于落实稳岗办法的通知\n环政发〔2031〕19号\n"
                      "根据《环形山市稳定就业岗位若干办法》（环形政发〔2030〕3号），现通知如下：\n"
                      "一、补助标准\n对符合条件的企业给予1000元补助。联系人：李雷雷，13800138000，"
                      "于5个工作日内办结。\n"));
    struct export_input in = load(b, t.entries[0].slug, 0);
    CHECK_INT(follow_facts(b->store, &b->arena, in.version->id, &facts, &n, &err), 0);
    bool money = false, limit = false;
    for (size_t i = 0; i < n; i++) {
        check_none(facts[i].value, "a fact");
        money |= span_eq(facts[i].kind, SPAN("money")) &&
                 span_find(facts[i].value, SPAN("\"1000 元\"")) != SIZE_MAX;
        if (!span_eq(facts[i].kind, SPAN("limit")))
            continue;
        for (size_t k = 0; k < in.n; k++) /* behind what was hidden: the place moved along */
            if (in.clauses[k].id == facts[i].clause)
                limit = span_starts(span_from(in.clauses[k].text, (size_t)facts[i].start),
                                    SPAN("5个工作日内"));
    }
    CHECK(money && limit);

    TEST("a relation waits for its text");
    r = relations_of(b, t.entries[0].slug, &n);
    if (CHECK_INT(n, 1)) {
        CHECK_TEXT(r[0].kind, "implements");
        CHECK_TEXT(r[0].number, "环形政发〔2030〕3号");
        CHECK_INT(r[0].slug.n, 0);
    }
    check_followed(b, 0);

    TEST("a later import brings it: both know one another");
    struct archive_report later = put_well(
        b, "root.txt", SPAN("环形山市稳定就业岗位若干办法\n环形政发〔2030〕3号\n一、给予补助。\n"));
    r = relations_of(b, t.entries[0].slug, &n);
    if (CHECK_INT(n, 1))
        CHECK(span_eq(r[0].slug, later.entries[0].slug));
    r = relations_of(b, later.entries[0].slug, &n);
    if (CHECK_INT(n, 1)) {
        CHECK(r[0].reverse);
        CHECK(span_eq(r[0].slug, t.entries[0].slug));
    }
    check_followed(b, 0);

    TEST("what was changed by other hands is seen");
    CHECK_INT(store_execute(b->store, "UPDATE document_relation SET target_id = NULL", &err), 0);
    check_followed(b, 1);
    CHECK_INT(store_execute(b->store,
                            "UPDATE clause_fact SET text_start = text_start + 1,"
                            " text_end = text_end + 1 WHERE kind = 'limit'",
                            &err),
              0);
    int64_t limits = count(b, "SELECT COUNT(*) FROM clause_fact WHERE kind = 'limit'");
    check_followed(b, 1 + limits);
    CHECK_INT(store_execute(b->store,
                            "UPDATE clause_fact SET text_start = text_start - 1,"
                            " text_end = text_end - 1 WHERE kind = 'limit'",
                            &err),
              0);
    CHECK(put_well(b, "again.txt",
                   SPAN("环形山市稳定就业岗位若干办法\n环形政发〔2030〕3号\n一、给予奖励。\n"))
              .entries[0]
              .number == 2);
    check_followed(b, 0);
}

static void test_versions(struct bench *b, struct span slug)
{
    struct diff d;
    struct err err = ERR_INIT;
    TEST("a changed text is the next version");
    struct archive_report t = put_well(b, "later.txt", span_z(second_text));
    CHECK(t.entries[0].outcome == ARCHIVE_CHANGED && t.entries[0].number == 2);
    CHECK(span_eq(t.entries[0].slug, slug));
    struct export_input old = load(b, slug, 1), now = load(b, slug, 0);
    CHECK_INT(now.version->number, 2);
    CHECK_INT(old.version->latest, 2);

    TEST("what changed");
    CHECK_INT(document_diff(&b->arena, old.clauses, old.n, now.clauses, now.n, &d, &err), 0);
    CHECK_INT(d.counts[DIFF_INSERTED], 1);
    CHECK_INT(d.counts[DIFF_REMOVED], 1);
    CHECK_INT(d.counts[DIFF_CHANGED], 1);
    CHECK_INT(d.counts[DIFF_MOVED] + d.counts[DIFF_RENUMBERED], 1);
    for (size_t i = 0; i < d.n; i++) {
        const struct diff_item *x = &d.items[i];
        if (x->kind != DIFF_CHANGED || !CHECK_INT(x->run_count, 4))
            continue;
        CHECK_TEXT(x->runs[1].text, "1000");
        CHECK(x->runs[1].word == DIFF_DROPPED && x->runs[2].word == DIFF_ADDED);
        CHECK_TEXT(x->runs[2].text, "1200");
    }
    struct buffer html = BUFFER_INIT;
    export_diff_html(&html, &b->arena, now.version, &d, false);
    CHECK(span_find(buffer_span(&html), SPAN("<del>1000</del><ins>1200</ins>")) != SIZE_MAX);
    check_none(buffer_span(&html), "the diff");
    buffer_release(&html);

    TEST("no such document, no such version");
    struct archive_version *v;
    CHECK_INT(document_archive_get(b->store, &b->arena, SPAN("none"), 0, &v, &err), E_NOT_FOUND);
    CHECK_INT(document_archive_get(b->store, &b->arena, slug, 9, &v, &err), E_NOT_FOUND);
}

/* ---- tags ---- */

static const char *const catalogue[] = {
    "事项：稳岗/援企稳岗",
    "支持方式：补贴/补助",
    "支持方式：贴息",
    "区域：环形山区/-",
    "没有维度",
    "事项：",
};
#define TAGGED(title, one, two)                                                                    \
    title "\n\n一、" one "\n\n企业可以申请。\n\n二、" two "\n\n由区甲局办理。\n"

/* Names of the tags, joined. */
static struct span tags_of(struct bench *b, struct span slug)
{
    struct archive_version *v = NULL;
    struct span *tags = NULL;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    size_t n = 0;
    if (CHECK_INT(document_archive_get(b->store, &b->arena, slug, 0, &v, &err), 0))
        CHECK_INT(document_archive_tags(b->store, &b->arena, v->document, &tags, &n, &err), 0);
    for (size_t i = 0; i < n; i++)
        buffer_print(&out, "%s%.*s", i ? "," : "", SPAN_ARG(tags[i]));
    struct span s = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return s;
}

static int64_t browsed(struct bench *b, const char *tag, struct archive_page *ret)
{
    const struct archive_filter filter = {.tag = span_z(tag)};
    struct err err = ERR_INIT;
    CHECK_INT(document_archive_browse(b->store, &b->arena, &filter, 0, 10, ret, &err), 0);
    return ret->total;
}

static void say(struct bench *b, struct span slug, const char *tag, bool has, bool changes)
{
    struct doc_tag_word word = {.tag = span_z(tag), .has = has, .changed = !changes};
    struct err err = ERR_INIT;
    CHECK_INT(document_archive_tag(b->store, &b->arena, slug, &word, 1, SPAN("officer"), &err), 0);
    CHECK(word.changed == changes);
}

static void test_tags(struct bench *b)
{
    struct doc_tags tags = {0};
    struct archive_page page;
    struct err err = ERR_INIT;
    TEST("the catalogue");
    for (size_t i = 0; i < COUNT_OF(catalogue); i++)
        doc_tags_add(&b->arena, &tags, span_z(catalogue[i]));
    CHECK_INT(tags.n, 4);
    CHECK(doc_tags_find(&tags, SPAN("补助")) == &tags.at[1]);
    CHECK(doc_tags_find(&tags, SPAN("环形山区"))->by_hand);
    CHECK(!doc_tags_find(&tags, SPAN("-")));

    TEST("by the title, and by two headings");
    b->tags = &tags;
    struct archive_report t = put_well(
        b, "tagged.txt", SPAN(TAGGED("环形山区稳岗办法", "补贴标准", "贷款贴息和补助办理")));
    struct span slug = t.entries[0].slug;
    CHECK_TEXT(tags_of(b, slug), "稳岗,补贴"); /* one heading is not enough: 贴息 */
    CHECK_INT(browsed(b, "稳岗", &page), 1);
    CHECK(span_eq(page.rows[0].slug, slug));
    CHECK_INT(browsed(b, "贴息", &page), 0);

    TEST("a person's word stays");
    say(b, slug, "环形山区", true, true);
    say(b, slug, "环形山区", true, false);
    say(b, slug, "稳岗", false, true);
    CHECK_TEXT(tags_of(b, slug), "环形山区,补贴");
    CHECK_INT(browsed(b, "环形山区", &page), 1);
    t = put_well(b, "tagged-2.txt", SPAN(TAGGED("环形山区稳岗办法", "贴息标准", "贴息办理")));
    CHECK(t.entries[0].outcome == ARCHIVE_CHANGED && span_eq(t.entries[0].slug, slug));
    CHECK_TEXT(tags_of(b, slug), "环形山区,贴息");
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_event WHERE kind = 'tag'"
                       " AND actor = 'officer'"),
              2);

    TEST("what is searched carries them");
    CHECK_INT(count(b, "SELECT COUNT(*) FROM search_document WHERE tags LIKE '%贴息%'"
                       " AND tags LIKE '%环形山区%' AND tags NOT LIKE '%稳岗%'"),
              1);
    struct doc_tag_word word = {.tag = SPAN("贴息"), .has = true};
    CHECK_INT(
        document_archive_tag(b->store, &b->arena, SPAN("none"), &word, 1, SPAN("officer"), &err),
        E_NOT_FOUND);
    b->tags = NULL;
}

/* ---- decisions ---- */

static int64_t find_of(struct bench *b, const char *kind)
{
    struct archive_redaction *x = NULL;
    struct err err = ERR_INIT;
    size_t n = 0;
    CHECK_INT(document_archive_redactions(b->store, &b->arena, SPAN("doubtful"), &x, &n, &err), 0);
    for (size_t i = 0; i < n; i++) {
        check_none(x[i].text, "the list of finds");
        if (span_eq(x[i].kind, span_z(kind)))
            return x[i].id;
    }
    return 0;
}

static void test_decisions(struct bench *b, struct span slug)
{
    struct err err = ERR_INIT;
    size_t n = 0;
    TEST("release: the text stands again, in both versions; what follows stays hidden");
    CHECK_INT(document_archive_decide(b->store, &b->seal, &b->arena, find_of(b, "name"), true,
                                      SPAN("officer"), &n, &err),
              0);
    CHECK_INT(n, 2);
    for (int64_t number = 1; number <= 2; number++) {
        struct export_input in = load(b, slug, number);
        CHECK(span_find(texts(b, &in), SPAN("经办 黄河滩 010-55550000，〔手机〕")) != SIZE_MAX);
    }
    check_followed(b, 0);
    TEST("places behind it moved along: the next release is right too");
    int64_t mobile =
        count(b, "SELECT MAX(p.redaction_id) FROM redaction_place p JOIN redaction r ON"
                 " r.id = p.redaction_id WHERE r.kind = 'mobile'");
    CHECK_INT(document_archive_decide(b->store, &b->seal, &b->arena, mobile, true, SPAN("officer"),
                                      &n, &err),
              0);
    struct export_input in = load(b, slug, 0);
    CHECK(span_find(texts(b, &in), SPAN("经办 黄河滩 010-55550000，13900000000")) != SIZE_MAX);

    TEST("confirm: hidden for good, no longer asked");
    CHECK_INT(document_archive_decide(b->store, &b->seal, &b->arena, find_of(b, "mailbox"), false,
                                      SPAN("officer"), &n, &err),
              0);
    CHECK_INT(find_of(b, "mailbox"), 0);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_event WHERE kind IN ('release', 'confirm')"
                       " AND actor = 'officer'"),
              6);
    CHECK_INT(
        document_archive_decide(b->store, &b->seal, &b->arena, 99999, true, SPAN(""), &n, &err),
        E_NOT_FOUND);

    TEST("a later file keeps to what was decided");
    struct archive_report t = put_well(b, "third.txt",
                                       SPAN("别的办法\n\n一、经办 黄河滩 010-55550000\n\n"
                                            "二、邮箱 lileilei@crater.gov.cn\n"));
    CHECK_INT(t.masked, 1);
    CHECK_INT(find_of(b, "name") + find_of(b, "mailbox"), 0);
    in = load(b, t.entries[0].slug, 0);
    CHECK(span_find(texts(b, &in), SPAN("黄河滩")) != SIZE_MAX);
    CHECK(span_find(texts(b, &in), SPAN("〔邮箱〕")) != SIZE_MAX);
}

/* ---- sealing ---- */

static void test_originals(struct bench *b, struct span slug)
{
    struct err err = ERR_INIT;
    struct span bytes = {0};
    struct export_input in = load(b, slug, 2);
    TEST("the original opens with the key, and the log notes it");
    CHECK_INT(document_archive_original(b->store, &b->seal, &b->arena, in.version->source, false,
                                        SPAN("officer"), &bytes, &err),
              0);
    CHECK_TEXT(bytes, second_text);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_event WHERE kind = 'open'"), 1);
    TEST("another key opens nothing");
    struct seal other = b->seal;
    other.key[0] ^= 1;
    CHECK_INT(document_archive_original(b->store, &other, &b->arena, in.version->source, true,
                                        SPAN("thief"), &bytes, &err),
              E_CONFLICT);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_event WHERE kind = 'open'"), 1);
}

static void test_key_file(struct bench *b)
{
    struct seal seal;
    struct err err = ERR_INIT;
    char path[200], moved[210];
    struct stat st;
    snprintf(path, sizeof path, "%s", b->seal.path);
    snprintf(moved, sizeof moved, "%s.away", path);
    TEST("the key file is the owner's alone");
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK_INT(chmod(path, 0644), 0);
    CHECK_INT(seal_load(b->store, b->url, true, &seal, &err), E_FORBIDDEN);
    chmod(path, 0600);
    TEST("no key file: none is made beside what another sealed");
    CHECK_INT(rename(path, moved), 0);
    err = (struct err)ERR_INIT;
    CHECK_INT(seal_load(b->store, b->url, true, &seal, &err), E_NOT_FOUND);
    CHECK(access(path, F_OK) != 0);
    TEST("a wrong key, a broken key file");
    FILE *f = fopen(path, "w");
    chmod(path, 0600);
    fprintf(f, "huiqi-key-1 %064d\n", 7);
    fclose(f);
    err = (struct err)ERR_INIT;
    CHECK_INT(seal_load(b->store, b->url, true, &seal, &err), E_CONFLICT);
    f = fopen(path, "w");
    fputs("huiqi-key-1 12", f);
    fclose(f);
    err = (struct err)ERR_INIT;
    CHECK_INT(seal_load(b->store, b->url, true, &seal, &err), E_INPUT);
    CHECK_INT(rename(moved, path), 0);
    err = (struct err)ERR_INIT;
    CHECK_INT(seal_load(b->store, b->url, false, &seal, &err), 0);
    seal_forget(&seal);
}

/* ---- exports ---- */

/* Well-formed, and each clause but cells is one element with an id of its own. */
static void check_akn(struct span xml, const struct export_input *in, xmlSchemaPtr schema)
{
    xmlDocPtr doc =
        xmlReadMemory(xml.p, (int)xml.n, "made", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    size_t clauses = 0, ids = 0;
    if (!CHECK(doc != NULL))
        return;
    for (size_t i = 0; i < in->n; i++)
        clauses += !span_eq(in->clauses[i].kind, SPAN("cell"));
    for (size_t at = 0; (at = span_find(xml, SPAN("eId=\"c_"))) != SIZE_MAX; ids++)
        xml = span_from(xml, at + 1);
    CHECK_INT(ids, clauses);
    CHECK(xmlStrcmp(xmlDocGetRootElement(doc)->name, (const xmlChar *)"akomaNtoso") == 0);
    if (schema) {
        xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
        CHECK_INT(xmlSchemaValidateDoc(valid, doc), 0);
        xmlSchemaFreeValidCtxt(valid);
    }
    xmlFreeDoc(doc);
}

static xmlSchemaPtr akn_schema(void)
{
    char path[300];
    snprintf(path, sizeof path, "%s/schemas/akn/akomantoso30.xsd", shared);
    if (access(path, R_OK) != 0) {
        printf("Akoma Ntoso schema: skipped, %s is not there\n", path);
        return NULL;
    }
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    CHECK(schema != NULL);
    return schema;
}

/* All forms of one document into one buffer. */
static void all_forms(struct bench *b, struct buffer *out, const struct export_input *in,
                      xmlSchemaPtr schema)
{
    struct buffer akn = BUFFER_INIT;
    export_akn(&akn, &b->arena, in);
    check_akn(buffer_span(&akn), in, schema);
    buffer_add(out, buffer_span(&akn));
    export_markdown(out, &b->arena, in);
    export_html(out, &b->arena, in);
    json_print(out, export_json(&b->arena, in), JSON_PRETTY);
    buffer_release(&akn);
}

static void test_exports(struct bench *b)
{
    struct archive_report t =
        put_well(b, "forms.txt",
                 SPAN("形式办法\n\n第一章 总则\n\n第一条 a < b & \"c\" 的，适用本办法。\n\n第二条 "
                      "下列情形除外：\n\n"
                      "（一）甲*乙*；\n\n（二）# 丙。\n\n联系人：韩梅梅 13800138000\n"));
    struct export_input in = load(b, t.entries[0].slug, 0);
    xmlSchemaPtr schema = akn_schema();
    struct buffer out = BUFFER_INIT;
    struct span all;
    TEST("forms");
    all_forms(b, &out, &in, schema);
    all = buffer_span(&out);
    CHECK(span_find(all, SPAN("a &lt; b &amp; &quot;c&quot;")) != SIZE_MAX);
    CHECK(span_find(all, SPAN("甲\\*乙\\*")) != SIZE_MAX);
    CHECK(span_find(all, SPAN("<num>（一）</num>")) != SIZE_MAX);
    CHECK(span_find(all, SPAN("13800138000")) == SIZE_MAX);
    CHECK(span_find(all, SPAN("韩梅梅")) == SIZE_MAX);
    xmlSchemaFree(schema);
    buffer_release(&out);
}

/* ---- dump and restore ---- */

static int keep_line(void *context, struct span line)
{
    buffer_add(context, line);
    return 0;
}

static struct span dump(struct bench *b)
{
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    size_t rows = 0;
    CHECK_INT(archive_dump(b->store, keep_line, &out, &rows, &err), 0);
    CHECK(rows > 0);
    struct span s = arena_copy(&b->arena, buffer_span(&out));
    buffer_release(&out);
    return s;
}

struct memory {
    struct span all, rest;
};

static int memory_rewind(void *context)
{
    struct memory *m = context;
    m->rest = m->all;
    return 0;
}

static int memory_next(void *context, struct span *ret, struct err *err)
{
    struct memory *m = context;
    UNUSED(err);
    while (m->rest.n)
        if (span_split(&m->rest, '\n', ret) && ret->n)
            return 1;
    return 0;
}

static int restore(struct store *s, struct span text, struct err *err)
{
    struct memory m = {text, text};
    struct dump_source source = {memory_rewind, memory_next, &m};
    size_t rows = 0;
    return archive_restore(s, &source, &rows, err);
}

static void test_dump(struct bench *b, const char *other_url)
{
    struct bench other = {.url = other_url};
    struct err err = ERR_INIT;
    struct span all = dump(b);
    arena_init(&other.arena);
    TEST("dump and restore");
    check_none(span_of(all.p, span_find(all, SPAN("[\"clause\""))), "the dump");
    CHECK_INT(store_open(other_url, &other.store, &err), 0);
    CHECK_INT(store_migrate(other.store, &err), 0);
    for (size_t k = 1; k < 5; k++) {
        err = (struct err)ERR_INIT;
        CHECK(restore(other.store, span_of(all.p, all.n * k / 5), &err) < 0);
        CHECK_INT(count(&other, "SELECT COUNT(*) FROM source_file"), 0);
    }
    err = (struct err)ERR_INIT;
    if (!CHECK_INT(restore(other.store, all, &err), 0))
        printf("%s\n", err.message);
    CHECK(span_eq(dump(&other), all));
    check_followed(&other, 0);
    CHECK_INT(restore(other.store, all, &err), E_CONFLICT);
    TEST("work goes on after a restore");
    other.seal = b->seal;
    struct archive_report t = put_well(&other, "more.txt", SPAN("又一办法\n\n一、内容。\n"));
    CHECK_INT(t.entry_count, 1);
    store_close(other.store);
    arena_release(&other.arena);
}

/* ---- lack of memory ---- */

static int fault_put(void *context)
{
    struct bench *b = context, again = *b;
    struct archive_report report;
    struct err err = ERR_INIT;
    arena_init(&again.arena);
    int r = put(&again, "fault.txt", SPAN("短办法\n\n一、内容\n\n联系人：李雷雷，13800138000\n"),
                &report, &err);
    arena_release(&again.arena);
    return r;
}

/* Changes, all forms and the list of finds; without memory for the forms the buffer says so. */
static int fault_read(void *context)
{
    struct bench *b = context;
    struct export_input in[2] = {0};
    struct archive_version *v[2];
    struct archive_redaction *finds;
    struct archive_clause *clauses[2];
    struct buffer out = BUFFER_INIT;
    struct arena a;
    struct err err = ERR_INIT;
    struct diff d;
    size_t n;
    int r = 0;
    arena_init(&a);
    for (int i = 0; r == 0 && i < 2; i++) {
        r = document_archive_get(b->store, &a, SPAN("1"), i + 1, &v[i], &err);
        if (r == 0)
            r = document_archive_clauses(b->store, &a, v[i]->id, &clauses[i], &in[i].n, &err);
        if (r == 0)
            in[i] = (struct export_input){v[i], clauses[i], in[i].n};
    }
    if (r == 0)
        r = document_diff(&a, in[0].clauses, in[0].n, in[1].clauses, in[1].n, &d, &err);
    if (r == 0)
        r = document_archive_redactions(b->store, &a, SPAN(""), &finds, &n, &err);
    if (r == 0) {
        export_diff_html(&out, &a, v[1], &d, true);
        export_markdown(&out, &a, &in[0]);
        export_html(&out, &a, &in[0]);
        export_akn(&out, &a, &in[0]);
        json_print(&out, export_json(&a, &in[0]), JSON_PRETTY);
        r = a.failed || buffer_failed(&out) ? E_MEMORY : 0;
    }
    buffer_release(&out);
    arena_release(&a);
    return r;
}

static int fault_dump(void *context)
{
    struct bench *b = context;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    size_t rows;
    int r = archive_dump(b->store, keep_line, &out, &rows, &err);
    if (r == 0 && buffer_failed(&out))
        r = E_MEMORY;
    buffer_release(&out);
    return r;
}

static void test_faults(struct bench *b)
{
    TEST("failing allocations: changes and forms");
    fault_loop(fault_read, b);
    TEST("failing allocations: dump");
    fault_loop(fault_dump, b);
    int64_t files = count(b, "SELECT COUNT(*) FROM source_file");
    TEST("failing allocations: nothing is half filed");
    fault_loop(fault_put, b);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM source_file"), files + 1);
    CHECK_INT(count(b, "SELECT COUNT(*) FROM document_version v WHERE NOT EXISTS (SELECT 1 FROM"
                       " clause c WHERE c.version_id = v.id)"),
              0);
}

/* ---- the real files ---- */

/* What was found in the files, but two characters of a name: they also stand inside other words. */
struct wanted {
    struct span *at;
    size_t n, room;
};

static void check_absent(const struct wanted *w, struct span text, const char *where)
{
    size_t shown = 0;
    for (size_t i = 0; i < w->n; i++)
        shown += span_find(text, w->at[i]) != SIZE_MAX;
    if (!CHECK_INT(shown, 0))
        printf("%s shows %zu personal contacts\n", where, shown);
}

static bool is_mobile_at(struct span s, size_t i)
{
    size_t n = 0;
    while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9')
        n++;
    return n == 11 && s.p[i] == '1' && s.p[i + 1] >= '3' &&
           (i == 0 || s.p[i - 1] < '0' || s.p[i - 1] > '9');
}

static void collect(struct bench *b, struct wanted *w, struct span bytes)
{
    struct doc *doc;
    struct err err = ERR_INIT;
    if (!CHECK_INT(document_parse(&b->arena, bytes, SPAN("real"), &doc, &err), 0))
        return;
    for (size_t i = 0; i < doc->secret_count; i++)
        if (doc->secrets[i].text.n >= 8)
            *VECTOR_PUSH(&b->arena, w, struct span) = doc->secrets[i].text;
    for (size_t i = 0; i + 11 <= bytes.n; i++) /* mobiles, by other means than the reader's */
        if (is_mobile_at(bytes, i))
            *VECTOR_PUSH(&b->arena, w, struct span) = span_of(bytes.p + i, 11);
}

static void scan_exports(struct bench *b, const struct wanted *w)
{
    struct archive_version *v = NULL;
    struct err err = ERR_INIT;
    struct archive_filter filter = {.frames = true, .all_versions = true};
    xmlSchemaPtr schema = akn_schema();
    size_t n = 0;
    CHECK_INT(document_archive_list(b->store, &b->arena, &filter, &v, &n, &err), 0);
    CHECK(n > 100);
    for (size_t i = 0; i < n; i++) {
        struct bench one = *b;
        struct buffer out = BUFFER_INIT;
        arena_init(&one.arena);
        struct export_input in = load(&one, v[i].slug, v[i].number);
        all_forms(&one, &out, &in, schema);
        check_absent(w, buffer_span(&out), "an export");
        buffer_release(&out);
        arena_release(&one.arena);
    }
    xmlSchemaFree(schema);
}

static bool import_real(struct bench *b, struct wanted *w)
{
    char path[300];
    struct dirent *entry;
    snprintf(path, sizeof path, "%s/seeds", shared);
    DIR *dir = opendir(path);
    if (!dir) {
        printf("real files: skipped, %s is not there\n", path);
        return false;
    }
    while ((entry = readdir(dir))) {
        struct err err = ERR_INIT;
        struct span bytes;
        struct archive_report report = {0};
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/seeds/%s", shared, entry->d_name);
        if (!CHECK_INT(file_read(&b->arena, path, DOC_FILE_MAX, &bytes, &err), 0))
            continue;
        collect(b, w, bytes);
        if (!CHECK_INT(put(b, path, bytes, &report, &err), 0))
            printf("%s\n", err.message);
        struct buffer json = BUFFER_INIT;
        json_print(&json, archive_report_json(&b->arena, &report), JSON_PRETTY);
        check_absent(w, buffer_span(&json), "a report");
        buffer_release(&json);
    }
    closedir(dir);
    return true;
}

/* In the file of the database, its log before and after it was written back. */
static void scan_database(const struct wanted *w, const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    arena_init(&a);
    if (access(path, R_OK) == 0 && CHECK_INT(file_read(&a, path, (size_t)1 << 30, &bytes, &err), 0))
        check_absent(w, bytes, path);
    arena_release(&a);
}

static void test_real(void)
{
    struct bench b = {0};
    struct wanted w = {0};
    struct err err = ERR_INIT;
    char url[120], path[140];
    snprintf(url, sizeof url, "sqlite:%s/real.db", folder);
    arena_init(&b.arena);
    TEST("real files");
    CHECK_INT(store_open(url, &b.store, &err), 0);
    CHECK_INT(store_migrate(b.store, &err), 0);
    CHECK_INT(seal_load(b.store, url, true, &b.seal, &err), 0);
    if (import_real(&b, &w)) {
        CHECK(w.n > 100);
        scan_exports(&b, &w);
        snprintf(path, sizeof path, "%s/real.db-wal", folder);
        scan_database(&w, path);
        struct span all = dump(&b);
        check_absent(&w, all, "the dump");
    }
    store_close(b.store);
    snprintf(path, sizeof path, "%s/real.db", folder);
    scan_database(&w, path);
    seal_forget(&b.seal);
    arena_release(&b.arena);
}

/* ---- engines ---- */

static void run(const char *url, const char *other_url, bool faults)
{
    struct bench b = {.url = url};
    struct err err = ERR_INIT;
    arena_init(&b.arena);
    if (!CHECK_INT(store_open(url, &b.store, &err), 0) ||
        !CHECK_INT(store_migrate(b.store, &err), 0) ||
        !CHECK_INT(seal_load(b.store, url, true, &b.seal, &err), 0)) {
        printf("%s\n", err.message);
    } else {
        struct span slug = test_filing(&b);
        test_versions(&b, slug);
        test_decisions(&b, slug);
        test_originals(&b, slug);
        test_key_file(&b);
        test_exports(&b);
        test_notices(&b);
        test_follow(&b);
        test_tags(&b);
        test_dump(&b, other_url);
        if (faults)
            test_faults(&b);
    }
    store_close(b.store);
    seal_forget(&b.seal);
    arena_release(&b.arena);
}

/* A schema of its own for each run: other tests use the same database. */
static const char *schema_url(struct arena *a, const char *base, const char *name)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    if (CHECK_INT(store_open(base, &s, &err), 0)) {
        CHECK_INT(
            store_execute(
                s,
                arena_print(a, "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", name, name).p,
                &err),
            0);
        store_close(s);
    }
    return arena_print(a, "%s%soptions=-csearch_path%%3D%s", base, strchr(base, '?') ? "&" : "?",
                       name)
        .p;
}

int main(int argc, char **argv)
{
    char url[120], other[120], key[120], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");
    struct arena a;
    if (argc != 2 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    shared = argv[1];
    unsetenv("HUIQI_KEY_FILE");
    snprintf(url, sizeof url, "sqlite:%s/one.db", folder);
    snprintf(other, sizeof other, "sqlite:%s/two.db", folder);
    run(url, other, true);
    test_real();
    arena_init(&a);
    if (postgres) {
        snprintf(key, sizeof key, "%s/postgres.key", folder);
        setenv("HUIQI_KEY_FILE", key, 1);
        run(schema_url(&a, postgres, "archive_one"), schema_url(&a, postgres, "archive_two"),
            false);
    } else {
        printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
    }
    arena_release(&a);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        printf("cannot remove %s\n", folder);
    return test_end();
}
