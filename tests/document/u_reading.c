/*
 * u_reading.c: the laws of inline facts, relations, checks and drafts: places lie inside the file
 * and in order, persons never appear, hostile and cut texts end in an answer, every allocation may
 * fail.
 */
#include <libxml/parser.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/file.h"
#include "document/draft.h"
#include "document/lint.h"
#include "document/references.h"
#include "tests/unit/test.h"

struct reading {
    struct doc *doc;
    struct doc_entries entries;
    struct mentions mentions;
};

static int read_text(struct arena *a, struct span bytes, struct reading *r, struct err *err)
{
    struct mention_setting setting = {.entries = &r->entries};
    int e = document_parse(a, bytes, SPAN("text"), &r->doc, err);
    if (e == 0)
        e = document_entries(r->doc, a, &r->entries, err);
    return e ? e : mentions_find(a, r->doc, r->doc->root, &setting, &r->mentions, err);
}

/* Everything that is made of a reading; the sum of what was found. */
static int all_of(struct arena *a, const struct reading *r, struct buffer *out, size_t *ret,
                  struct err *err)
{
    struct references refs;
    struct lints lints;
    struct reference_file file = {r->doc, &r->entries, &r->mentions};
    struct draft_source source = {.doc = r->doc, .entries = &r->entries, .mentions = &r->mentions};
    size_t count = 0;
    int e = references_find(a, &file, 1, NULL, false, &refs, err);
    if (e == 0)
        e = document_lint(a, r->doc, &r->entries, &r->mentions, NULL, &lints, err);
    for (size_t i = 0; e == 0 && i < r->entries.n && i < 200; i++)
        e = draft_measures(a, &source, &r->entries.at[i], NULL, out, &count, err);
    if (e == 0) {
        references_svg(out, a, &refs);
        json_print(out, references_json(a, &refs), JSON_COMPACT);
        *ret = refs.relation_count + lints.n;
    }
    return e ? e : a->failed ? E_MEMORY : 0;
}

static void test_laws(const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    struct reading r;
    arena_init(&a);
    TEST("places and values");
    if (CHECK(file_read(&a, path, DOC_FILE_MAX, &bytes, &err) == 0) &&
        CHECK(read_text(&a, bytes, &r, &err) == 0)) {
        CHECK(r.mentions.n > 20);
        for (size_t i = 0; i < r.mentions.n; i++) {
            const struct mention *m = &r.mentions.at[i];
            CHECK(m->start < m->end && m->end <= bytes.n);
            CHECK(m->value.n > 0 && m->text.n == m->to - m->from);
            CHECK(i == 0 || m->start >= r.mentions.at[i - 1].start);
            for (size_t k = 0; k < r.doc->secret_count; k++)
                CHECK(r.doc->secrets[k].end <= m->start || r.doc->secrets[k].start >= m->end);
        }
    }
    arena_release(&a);
}

static size_t find_all(struct span text, size_t *ret_other)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct reading r;
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    arena_init(&a);
    if (CHECK(read_text(&a, text, &r, &err) == 0)) {
        n = r.mentions.n;
        CHECK(all_of(&a, &r, &out, ret_other, &err) == 0);
    }
    buffer_release(&out);
    arena_release(&a);
    return n;
}

/* The piece, many times. */
static void repeated(const char *piece, size_t times)
{
    size_t n = strlen(piece), other;
    char *text = malloc(n * times + 1);
    for (size_t i = 0; text && i < times; i++)
        memcpy(text + i * n, piece, n);
    if (CHECK(text != NULL))
        find_all(span_of(text, n * times), &other);
    free(text);
}

static void test_hostile(void)
{
    static const char *const pieces[] = {"《",
                                         "》",
                                         "（",
                                         "（责任部门：",
                                         "责任单位：区财政局、",
                                         "9",
                                         "九",
                                         "1.",
                                         "〔2020〕",
                                         "20%",
                                         "不超过",
                                         "之日起",
                                         "至",
                                         "2020年2月至",
                                         "、制造业",
                                         "疫情结束后再",
                                         "区财政局",
                                         "16条",
                                         "@",
                                         "http://a",
                                         "12345",
                                         "其他",
                                         "《甲》（月〔2031〕2号）",
                                         "半",
                                         "最高最高",
                                         "第一条\n",
                                         "一、贷款贴息50%\n",
                                         "9：00-",
                                         "市16条“16条”",
                                         "３"};
    TEST("repeated pieces");
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        repeated(pieces[i], 3000);
}

/* The text ends anywhere, also inside a character: refused or read. */
static void test_cut(const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    size_t good = 0;
    arena_init(&a);
    TEST("cut texts");
    if (CHECK(file_read(&a, path, DOC_FILE_MAX, &bytes, &err) == 0))
        for (size_t n = 0; n <= bytes.n; n += 37) {
            struct arena b;
            struct err e = ERR_INIT;
            struct reading r;
            struct buffer out = BUFFER_INIT;
            size_t found;
            arena_init(&b);
            if (read_text(&b, span_of(bytes.p, n), &r, &e) == 0)
                good += all_of(&b, &r, &out, &found, &e) == 0;
            else
                CHECK(e.code == E_ENCODING);
            buffer_release(&out);
            arena_release(&b);
        }
    CHECK(good > bytes.n / 37 / 4);
    arena_release(&a);
}

static void test_memory(const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    bool done = false;
    arena_init(&a);
    TEST("failing allocations");
    if (CHECK(file_read(&a, path, DOC_FILE_MAX, &bytes, &err) == 0))
        for (uint64_t n = 1; !done && n < 20000; n += n < 200 ? 1 : 37) {
            struct arena b;
            struct err e = ERR_INIT;
            struct reading r;
            struct buffer out = BUFFER_INIT;
            size_t found = 0;
            arena_init(&b);
            alloc_fail_after(n);
            int code = read_text(&b, bytes, &r, &e);
            if (code == 0)
                code = all_of(&b, &r, &out, &found, &e);
            bool failed = buffer_failed(&out);
            alloc_fail_after(0);
            done = code == 0 && !failed;
            CHECK(done || failed || code == E_MEMORY);
            buffer_release(&out);
            arena_release(&b);
        }
    CHECK(done);
    arena_release(&a);
}

static void test_picture(const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    struct reading r;
    struct references refs;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    TEST("the graph as XML");
    if (CHECK(file_read(&a, path, DOC_FILE_MAX, &bytes, &err) == 0) &&
        CHECK(read_text(&a, bytes, &r, &err) == 0)) {
        struct reference_file file = {r.doc, &r.entries, &r.mentions};
        CHECK(references_find(&a, &file, 1, NULL, false, &refs, &err) == 0);
        CHECK(refs.relation_count >= 3);
        references_svg(&out, &a, &refs);
        xmlDocPtr xml = xmlReadMemory(out.p, (int)out.n, "graph.svg", NULL, XML_PARSE_NONET);
        CHECK(xml != NULL);
        xmlFreeDoc(xml);
    }
    buffer_release(&out);
    arena_release(&a);
    xmlCleanupParser();
}

static bool tells(struct span text, struct span secret)
{
    return secret.n >= 9 &&
           span_find(text, secret) != SIZE_MAX; /* two characters are a word, too */
}

/* Whatever is made of an official text holds no person of it. */
static int no_persons(void *context, const char *path)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span bytes;
    struct reading r;
    struct buffer out = BUFFER_INIT;
    size_t found;
    UNUSED(context);
    arena_init(&a);
    if (CHECK(file_read(&a, path, DOC_FILE_MAX, &bytes, &err) == 0) &&
        CHECK(read_text(&a, bytes, &r, &err) == 0) &&
        CHECK(all_of(&a, &r, &out, &found, &err) == 0)) {
        for (size_t i = 0; i < r.mentions.n; i++) {
            buffer_add(&out, r.mentions.at[i].value);
            buffer_add(&out, r.mentions.at[i].text);
            buffer_byte(&out, '\n');
        }
        for (size_t i = 0; i < r.doc->secret_count; i++)
            if (!CHECK(!tells(buffer_span(&out), r.doc->secrets[i].text)))
                printf("  byte %zu of %s\n", r.doc->secrets[i].start, path);
    }
    buffer_release(&out);
    arena_release(&a);
    return 0;
}

static void test_persons(const char *folder)
{
    struct arena a;
    struct err err = ERR_INIT;
    TEST("no person leaves");
    if (!file_exists(folder)) {
        printf("skipped: the official texts are not at hand\n");
        return;
    }
    arena_init(&a);
    CHECK(file_walk(&a, folder, SPAN(".txt"), no_persons, NULL, &err) == 0);
    arena_release(&a);
}

static bool has(const struct reading *r, enum mention_kind kind, const char *value)
{
    for (size_t i = 0; i < r->mentions.n; i++)
        if (r->mentions.at[i].kind == kind && span_eq(r->mentions.at[i].value, span_z(value)))
            return true;
    return false;
}

/* One line of text, what it says and what it does not say. */
static void says(const char *text, enum mention_kind kind, const char *value)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct reading r;
    arena_init(&a);
    if (CHECK(read_text(&a, span_z(text), &r, &err) == 0) &&
        !CHECK(value ? has(&r, kind, value) : r.mentions.n == 0)) {
        printf("  in \"%s\": wanted %s\n", text, value ? value : "nothing");
        for (size_t i = 0; i < r.mentions.n; i++)
            printf("  found %s %.*s\n", mention_name(r.mentions.at[i].kind),
                   SPAN_ARG(r.mentions.at[i].value));
    }
    arena_release(&a);
}

static void test_lines(void)
{
    TEST("amounts");
    says("奖励总额3亿元。", MENTION_MONEY, "300000000 元");
    says("补贴上限为30万元。", MENTION_MONEY, "<=300000 元");
    says("补助30-50万元。", MENTION_MONEY, "300000..500000 元");
    says("每平方米不低于1,200元。", MENTION_MONEY, ">=1200 元");
    says("组织10万余人参加活动。", MENTION_MONEY, NULL);
    says("元旦前后一律不休。", MENTION_MONEY, NULL);
    TEST("shares");
    says("按七五折收取。", MENTION_RATIO, "0.75");
    says("下降0.5个百分点。", MENTION_RATIO, "0.5 百分点");
    says("超过百分之三十的，不予支持。", MENTION_RATIO, ">0.3");
    says("最低工资标准1.2倍。", MENTION_RATIO, "1.2 倍");
    says("占比20%（不含）以上。", MENTION_RATIO, ">0.2");
    says("三成立新公司。", MENTION_RATIO, NULL);
    TEST("times");
    says("2031年2月4日发文，3月5日施行。", MENTION_DATE, "2031-03-05");
    says("2031年2月至4月。", MENTION_PERIOD, "2031-02..2031-04");
    says("自受理之日起7个工作日内办结。", MENTION_ANCHORED, "受理+7 工作日");
    says("收到申请后48小时内答复。", MENTION_ANCHORED, "收到申请+48 小时");
    says("即日起至2031年12月31日。", MENTION_ANCHORED, "公布..2031-12-31");
    says("疫情结束后再顺延6个月。", MENTION_ANCHORED, "疫情结束+6 月");
    says("提供7×24小时服务。", MENTION_DURATION, NULL);
    says("第三年起实行。", MENTION_DURATION, NULL);
    TEST("texts and departments");
    says("按月政办发【2031】7号执行。", MENTION_NUMBER, "月政办发〔2031〕7号");
    says("按月政办发(2031) 7 号执行。", MENTION_NUMBER, "月政办发〔2031〕7号");
    says("见月税公告2031年第8号。", MENTION_NUMBER, "月税公告2031年第8号");
    says("由区人力社保局负责。", MENTION_UNIT, "区人力资源和社会保障局");
    says("本次活动由政府采购提供支持。", MENTION_UNIT, NULL);
    TEST("persons");
    says("联系人：张三丰 13800138000", MENTION_CHANNEL, NULL);
}

static enum mention_role role_in(const char *text, const char *unit)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct reading r;
    enum mention_role role = ROLE_NAMED;
    arena_init(&a);
    if (CHECK(read_text(&a, span_z(text), &r, &err) == 0) && CHECK(has(&r, MENTION_UNIT, unit)))
        for (size_t i = 0; i < r.mentions.n; i++)
            if (span_eq(r.mentions.at[i].value, span_z(unit)))
                role = r.mentions.at[i].role;
    arena_release(&a);
    return role;
}

static void test_roles(void)
{
    static const char text[] = "（一）办理。（责任部门：区商务局牵头，财政局、税务局配合）";
    static const char other[] = "区发改委会同区财政局审核后，报区政府批准。";
    TEST("roles");
    CHECK_INT(role_in(text, "区商务局"), ROLE_LEAD);
    CHECK_INT(role_in(text, "区财政局"), ROLE_JOINT);
    CHECK_INT(role_in(text, "区税务局"), ROLE_JOINT);
    CHECK_INT(role_in("（一）办理。（责任单位：区科委）", "区科学技术委员会"), ROLE_RESPONSIBLE);
    CHECK_INT(role_in(other, "区财政局"), ROLE_CONSULT);
    CHECK_INT(role_in(other, "区人民政府"), ROLE_APPROVE);
    CHECK_INT(role_in(other, "区发展和改革委员会"), ROLE_NAMED);
}

static void test_names(const char *library)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct names names;
    arena_init(&a);
    TEST("names of the library");
    if (CHECK(names_load(&a, library, &names, &err) == 0)) {
        const struct name_body *b = names_body(&names, &a, SPAN("区发改委"), SPAN("上海市/静安区"));
        CHECK(b && span_eq(b->name, SPAN("静安区发展和改革委员会")));
        CHECK(!names_body(&names, &a, SPAN("区发改委"), SPAN("")));
        const struct name_nick *n = names_nick(&names, SPAN("市 16 条"), SPAN("北京市/东城区"));
        CHECK(n && span_eq(n->number, SPAN("京政办发〔2020〕7号")));
        CHECK(!names_nick(&names, SPAN("市16条"), SPAN("上海市")));
    }
    CHECK(names_load(&a, "no-such-folder", &names, &err) == 0 && names.bodies.n == 0);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: u_reading LIBRARY TEXTS CITY.txt TEXT.txt...\n");
        return 2;
    }
    test_names(argv[1]);
    test_persons(argv[2]);
    test_picture(argv[3]);
    for (int i = 4; i < argc; i++) {
        test_laws(argv[i]);
        test_cut(argv[i]);
    }
    test_memory(argv[3]);
    test_lines();
    test_roles();
    test_hostile();
    return test_end();
}
