/*
 * u_document.c: the laws of the reader: no byte is lost, every node has a path that leads back to
 * it, personal data is hidden, and a lack of memory is an error without a leak. Runs over the
 * invented documents given as arguments and over the real ones of ../shared where they are.
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/file.h"
#include "document/document.h"
#include "document/path.h"
#include "tests/unit/test.h"

static struct doc *read_bytes(struct arena *a, struct span bytes)
{
    struct doc *doc = NULL;
    struct err err = ERR_INIT;
    if (!CHECK(document_parse(a, bytes, SPAN("test"), &doc, &err) == 0))
        printf("%s\n", err.message);
    return doc;
}

/* The input, put together again from the pieces that a walk of the tree meets. */
static void check_rebuild(const struct doc *doc)
{
    struct buffer out = BUFFER_INIT;
    for (const struct doc_node *n = doc->root; n; n = doc_following(doc->root, n))
        for (uint32_t i = 0; i < n->piece_count; i++) {
            const struct doc_piece *p = &doc->pieces[n->piece + i];
            buffer_add(&out, span_of(doc->bytes.p + p->start, p->end - p->start));
        }
    CHECK(span_eq(buffer_span(&out), doc->bytes));
    buffer_release(&out);
}

static void check_paths(struct arena *a, const struct doc *doc)
{
    size_t lost = 0;
    for (const struct doc_node *n = doc->root; n; n = doc_following(doc->root, n)) {
        struct span path = doc_path(a, doc, n);
        if (doc_find(doc, path) != n && lost++ < 5)
            printf("path does not lead back: line %u %s\n", n->line, doc_kind_name(n->kind));
    }
    CHECK_INT(lost, 0);
}

static bool has_mobile(struct span s)
{
    for (size_t i = 0; i + 11 <= s.n; i++) {
        size_t n = 0;
        while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9')
            n++;
        if (n == 11 && s.p[i] == '1' && s.p[i + 1] >= '3')
            return true;
        i += n;
    }
    return false;
}

/* Neither the text nor the original lines leave with a mobile number or a found name. */
static void check_masks(const struct doc *doc, bool names)
{
    struct buffer text = BUFFER_INIT, source = BUFFER_INIT;
    doc_text(&text, doc, doc->root, false);
    for (size_t i = 0; i < doc->piece_count; i++)
        doc_masked_source(&source, doc, doc->pieces[i].start, doc->pieces[i].end);
    CHECK(!has_mobile(buffer_span(&text)));
    CHECK(!has_mobile(buffer_span(&source)));
    for (size_t i = 0; names && i < doc->secret_count; i++)
        if (doc->secrets[i].text.n >= 9) /* two-character names also occur inside other words */
            CHECK(span_find(buffer_span(&source), doc->secrets[i].text) == SIZE_MAX);
    buffer_release(&text);
    buffer_release(&source);
}

static struct doc *check_file(struct arena *a, const char *path)
{
    struct err err = ERR_INIT;
    struct span bytes;
    TEST(path);
    if (!CHECK(file_read(a, path, DOC_FILE_MAX, &bytes, &err) == 0))
        return NULL;
    struct doc *doc = read_bytes(a, bytes);
    if (!doc)
        return NULL;
    CHECK(doc_check(doc) == NULL);
    check_rebuild(doc);
    check_paths(a, doc);
    check_masks(doc,
                strstr(path, "/004_") == NULL); /* its other notations come with their own work */
    return doc;
}

static size_t count_kind(const struct doc *doc, enum doc_kind kind)
{
    size_t count = 0;
    for (const struct doc_node *n = doc->root; n; n = doc_following(doc->root, n))
        count += n->kind == kind;
    return count;
}

/* The nth line with a measure is inside some addressable node. */
static bool line_reachable(const struct doc *doc, uint32_t line)
{
    for (const struct doc_node *n = doc->root; n; n = doc_following(doc->root, n))
        if (n != doc->root && n->text.n && n->line <= line && line <= n->end_line)
            return true;
    return false;
}

/* ---- single laws ---- */

static const struct doc_node *find(const struct doc *doc, const char *path)
{
    return doc_find(doc, span_z(path));
}

static void test_paths(void)
{
    struct arena a;
    arena_init(&a);
    TEST("paths");
    struct doc *doc = read_bytes(
        &a, SPAN("示例县若干措施\n\n一、总则\n\n(一)范围。\n\n1．甲；\n\n1.甲二；\n\n说明。\n\n"
                 "二、办法。一是快。二是好。\n"));
    CHECK(find(doc, "一") && find(doc, "一")->kind == DOC_CLAUSE);
    CHECK(find(doc, "一/（一）/1") && find(doc, "一/(一)/1") == find(doc, "一/（一）/1"));
    CHECK(find(doc, "一/（一）/1#2") == NULL || find(doc, "一/（一）/1#2")->kind == DOC_CLAUSE);
    CHECK(find(doc, "总则") == find(doc, "一"));
    CHECK(find(doc, "二/二是") && find(doc, "二/二是")->kind == DOC_ITEM);
    CHECK(find(doc, "二/三是") == NULL && find(doc, "九") == NULL && find(doc, "一/") == NULL);
    CHECK(find(doc, "") == doc->root);
    CHECK(doc_find_nearest(doc, SPAN("一/（一）/9/8")) == find(doc, "一/（一）"));
    CHECK(doc_find_nearest(doc, SPAN("九/八")) == doc->root);
    CHECK(doc_find_nearest(doc, SPAN("二/二是")) == find(doc, "二/二是"));
    CHECK(doc_same_title(SPAN("关于“甲”的 办法"), SPAN("《关于甲的办法》")));
    CHECK(doc_same_title(SPAN("ＡＰＰ１"), SPAN("app 1")));
    CHECK(!doc_same_title(SPAN("甲"), SPAN("甲乙")));
    arena_release(&a);
}

static void test_title_like_step(void)
{
    struct arena a;
    arena_init(&a);
    TEST("a title that reads like a step of the notation");
    struct doc *doc = read_bytes(&a, SPAN("示例市进行时（系列一）\n\n"
                                          "我们收集各部门的做法，供企业参考，欢迎补充。\n\n"
                                          "示例市甲委员会\n\n2月4日\n\n许可事项开通\n\n"
                                          "企业不一定现场就能办理。\n\n来源：示例市甲委员会\n\n"
                                          "2月21日\n段1\n出台《夜间经济指引》\n\n"
                                          "来源：示例市乙局\n"));
    CHECK(find(doc, "〔段1〕") && find(doc, "〔段1〕")->kind == DOC_ENTRY);
    for (const struct doc_node *n = doc ? doc->root : NULL; n; n = doc_following(doc->root, n))
        CHECK(doc_find(doc, doc_path(&a, doc, n)) == n);
    arena_release(&a);
}

static void test_source(void)
{
    struct arena a;
    arena_init(&a);
    TEST("offsets in the file");
    struct span bytes = SPAN("配臵见例[2031] 5 号，按•甲‣办。\n");
    struct doc *doc = read_bytes(&a, bytes);
    const struct doc_node *n = find(doc, "段1");
    CHECK(n && span_eq(n->text, SPAN("配置见例〔2031〕5号，按《甲》办。")));
    size_t at = n ? span_find(n->text, SPAN("甲")) : 0;
    CHECK_INT(n ? doc_source(doc, n, at) : 0, span_find(bytes, SPAN("甲")));
    at = n ? span_find(n->text, SPAN("号")) : 0;
    CHECK_INT(n ? doc_source(doc, n, at) : 0, span_find(bytes, SPAN("号")));
    CHECK_INT(n ? n->mark_count : 0, 2);
    CHECK_INT(doc->repair_count, 7);
    arena_release(&a);
}

static void test_bad(const char *name, struct span bytes, int code, uint32_t line, uint32_t column)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct doc *doc = NULL;
    arena_init(&a);
    TEST(name);
    CHECK_INT(document_parse(&a, bytes, SPAN("bad.txt"), &doc, &err), code);
    CHECK(doc == NULL && err.hint[0] != 0);
    CHECK_INT(err.line, line);
    CHECK_INT(err.column, column);
    arena_release(&a);
}

static void test_refused(void)
{
    size_t n = DOC_LINE_MAX + 10;
    char *line = malloc(n);
    test_bad("invalid UTF-8", span_of("甲乙\n丙\xFF丁\n", 14), E_ENCODING, 2, 2);
    test_bad("NUL", span_of("甲\n\0乙", 8), E_ENCODING, 2, 1);
    if (!CHECK(line != NULL))
        return;
    memset(line, 'x', n);
    memcpy(line, "ab\n", 3);
    test_bad("long line", span_of(line, n), E_LIMIT, 2, 1);
    free(line);
}

static void test_odd(void)
{
    static const char *const texts[] = {
        "",
        "\n",
        "\n\n\n",
        " ",
        "\xEF\xBB\xBF一、甲\r\n\r\n二、乙\r\n",
        "\f\n1\n\f甲\n",
        "一、",
        "一是二是",
        "附件：",
        "附件：甲乙丙丁\n附件：甲乙丙丁\n附件：甲乙丙丁\n",
        "\x01\x02\n甲\x03\n",
        "1\n2\n3\n",
        "····",
        "# Page 1:\n# Page 2:\n",
        "第1期\n",
        "2月4日\n2月4日\n来源：\n来源：\n",
        "银行 联系人 电话\n",
        "银行 联系人 电话\n甲 乙 丙 12345678 12345678 丁 12345678\n"};
    struct arena a;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        arena_init(&a);
        TEST(texts[i]);
        struct doc *doc = read_bytes(&a, span_z(texts[i]));
        if (doc) {
            check_rebuild(doc);
            check_paths(&a, doc);
        }
        arena_release(&a);
    }
}

/* Long inputs that make careless code quadratic: all together take well under a second. */
static void test_pathological(void)
{
    static const char *const units[] = {"•",
                                        "《",
                                        "（责任部门",
                                        "一是",
                                        "1、\n",
                                        "[2031]",
                                        "自 ",
                                        "a\n",
                                        "附件：甲乙丙丁戊\n",
                                        "（一）甲\n1、乙\n（1）丙\n",
                                        "**",
                                        "13800138000 "};
    struct arena a;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct buffer text = BUFFER_INIT;
        while (text.n < 200000)
            buffer_add_z(&text, units[i]);
        arena_init(&a);
        TEST(units[i]);
        struct doc *doc = read_bytes(&a, buffer_span(&text));
        if (doc)
            check_rebuild(doc);
        arena_release(&a);
        buffer_release(&text);
    }
}

static void test_sha256(void)
{
    char hex[DOC_SHA256_HEX];
    TEST("sha256");
    doc_sha256(SPAN("abc"), hex);
    CHECK_TEXT(span_z(hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Every allocation of a parse fails once: an error, no leak, nothing returned. */
static void test_memory(const char *path)
{
    struct arena file;
    struct err ignored = ERR_INIT;
    struct span bytes;
    arena_init(&file);
    TEST("no memory");
    if (CHECK(file_read(&file, path, DOC_FILE_MAX, &bytes, &ignored) == 0)) {
        int r = E_MEMORY;
        for (uint64_t n = 1; r == E_MEMORY && n < 5000; n++) {
            struct arena a;
            struct err err = ERR_INIT;
            struct doc *doc = NULL;
            arena_init(&a);
            alloc_fail_after(n);
            r = document_parse(&a, bytes, SPAN("test"), &doc, &err);
            alloc_fail_after(0);
            CHECK((r == 0 && doc) || (r == E_MEMORY && !doc && err.code == E_MEMORY));
            arena_release(&a);
        }
        CHECK_INT(r, 0);
    }
    arena_release(&file);
}

/* ---- the real files ---- */

struct seed {
    const char *path;
    enum doc_kind kind;
    size_t count;
    enum doc_form form;
};

static const struct seed seeds[] = {
    {"000_ccc667133cbb2a91.txt", DOC_PART, 20, DOC_FORM_COMPILATION},
    {"001_9191d7ea8c34fb0b.txt", DOC_ENTRY, 18, DOC_FORM_DIGEST},
    {"003_7ba840eb17dc4da7.txt", DOC_BULLETIN, 4, DOC_FORM_BULLETIN},
    {"002_e81c4866f1da0559.txt", DOC_ROOT, 1, DOC_FORM_COMPILATION},
    {"004_0b84c6706dc59e60.txt", DOC_ROOT, 1, DOC_FORM_COMPILATION},
};

/* The first line of each 71 credit rows and 35 others, read from the catalogue: every one lies in a
 * node. */
static void check_catalogue(struct arena *a, const struct doc *doc, const char *folder)
{
    struct span path = arena_print(a, "%s/domain/measures.tsv", folder), text, row;
    struct err err = ERR_INIT;
    size_t rows = 0, lost = 0;
    TEST("lines of the catalogue");
    if (!CHECK(file_read(a, path.p, DOC_FILE_MAX, &text, &err) == 0))
        return;
    while (span_split(&text, '\n', &row)) {
        size_t at = span_starts(row, SPAN("000-K")) ? span_find(row, SPAN("\tL")) : SIZE_MAX;
        if (at == SIZE_MAX)
            continue;
        rows++;
        lost += !line_reachable(doc, (uint32_t)strtoul(row.p + at + 2, NULL, 10));
    }
    CHECK_INT(rows, 71);
    CHECK_INT(lost, 0);
}

static void test_seeds(const char *folder)
{
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        struct span path = arena_print(&a, "%s/seeds/%s", folder, seeds[i].path);
        if (!file_exists(path.p)) {
            printf("skipped: %s is not here\n", seeds[i].path);
            continue;
        }
        struct doc *doc = check_file(&a, path.p);
        if (!doc)
            continue;
        CHECK_INT(count_kind(doc, seeds[i].kind), seeds[i].count);
        CHECK_INT(doc->form, seeds[i].form);
        if (i == 0)
            check_catalogue(&a, doc, folder);
    }
    arena_release(&a);
}

/* u_document SHARED FILE... */
int main(int argc, char **argv)
{
    test_paths();
    test_title_like_step();
    test_source();
    test_refused();
    test_odd();
    test_pathological();
    test_sha256();
    for (int i = 2; i < argc; i++) {
        struct arena a;
        arena_init(&a);
        check_file(&a, argv[i]);
        arena_release(&a);
        test_memory(argv[i]);
    }
    if (argc > 1)
        test_seeds(argv[1]);
    return test_end();
}
