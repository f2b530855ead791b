/*
 * u_entries.c: the separate documents of the real files, against a table of facts (entries.tsv) and
 * against counts that were made by hand; over invented texts: what entries promise for any input.
 * Skipped, loudly, where the files are not.
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/file.h"
#include "document/entries.h"
#include "document/path.h"
#include "tests/unit/test.h"

struct opened {
    struct doc *doc;
    struct doc_entries list;
};

static bool open_bytes(struct arena *a, struct span bytes, struct opened *ret)
{
    struct err err = ERR_INIT;
    return CHECK(document_parse(a, bytes, SPAN("test"), &ret->doc, &err) == 0) &&
           CHECK(document_entries(ret->doc, a, &ret->list, &err) == 0);
}

static bool open_file(struct arena *a, const char *path, struct opened *ret)
{
    struct err err = ERR_INIT;
    struct span bytes;
    return CHECK(file_read(a, path, DOC_FILE_MAX, &bytes, &err) == 0) && open_bytes(a, bytes, ret);
}

/* ---- what holds for any input ---- */

static bool fact_true(const struct doc *doc, const struct doc_fact *f)
{
    return f->start <= f->end && f->end <= doc->bytes.n && (f->text.n > 0 || f->start == f->end);
}

static void check_laws(const struct opened *o)
{
    size_t wrong = 0;
    for (size_t i = 0; i < o->list.n; i++) {
        const struct doc_entry *e = &o->list.at[i];
        wrong += e->start > e->end || e->end > o->doc->bytes.n || !e->id.n || !e->node || !e->body;
        wrong += !fact_true(o->doc, &e->title) || !fact_true(o->doc, &e->number);
        wrong += !fact_true(o->doc, &e->addressee) || !fact_true(o->doc, &e->validity.text);
        wrong += e->within && e->within >= e;
        for (size_t j = 0; j < i; j++) /* an id names one entry */
            wrong += span_eq(o->list.at[j].id, e->id);
        wrong += doc_entry_of(&o->list, e->node) != e;
    }
    CHECK_INT(wrong, 0);
}

static void test_odd(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "\n\n",
        "通知",
        "1. （2031 年1 月1 日）",
        "1 2031年1月1日，",
        "1 2031年1月1日，某局",
        "1 2031年1月1日，某局，《\nhttp://a\n",
        "附件",
        "附件：",
        "1. 甲关于乙的通知（2031年13月40日）\n",
        "1. 甲关于乙的通知（2031年1月4日）",
        "1. 甲关于印发《乙办法》的通知（2031年1月4日）\n乙办法\n附件\n",
        "（一）某市\n1. 甲关于乙的通知（2031年1月4日）\n2. 甲关于乙的通知（2031年1月4日）\n"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct arena a;
        struct opened o;
        arena_init(&a);
        if (open_bytes(&a, span_z(texts[i]), &o))
            check_laws(&o);
        arena_release(&a);
    }
}

/* Two documents of one title keep two ids; the catalogue's second one is marked. */
static void test_duplicates(void)
{
    static const char text[] = "1 2031年1月1日，某市某局，《某市某局关于停征费用的通知》\n\n"
                               "http://a.example/1.html\n\n"
                               "2 2031年1月2日，某市某局，《某市某局关于停征费用的通知》\n\n"
                               "http://a.example/2.html\n";
    struct arena a;
    struct opened o;
    arena_init(&a);
    if (open_bytes(&a, span_z(text), &o) && CHECK_INT(o.list.n, 2)) {
        check_laws(&o);
        CHECK_INT(o.list.at[0].kind, DOC_ENTRY_CATALOGUE);
        CHECK(!(o.list.at[0].flags & DOC_FLAG_DUPLICATE));
        CHECK(o.list.at[1].flags & DOC_FLAG_DUPLICATE);
    }
    arena_release(&a);
}

/* Each allocation fails once: an error, no leak, no crash. */
static void test_memory(const char *path)
{
    for (uint64_t n = 1; n < 4000; n += n < 200 ? 1 : 61) {
        struct arena a;
        struct err err = ERR_INIT;
        struct span bytes;
        struct doc *doc = NULL;
        struct doc_entries list;
        arena_init(&a);
        int r = file_read(&a, path, DOC_FILE_MAX, &bytes, &err);
        if (r == 0)
            r = document_parse(&a, bytes, SPAN("test"), &doc, &err);
        alloc_fail_after(n);
        if (r == 0)
            r = document_entries(doc, &a, &list, &err);
        alloc_fail_after(0);
        arena_release(&a);
        if (r == 0)
            return;
        CHECK_INT(r, E_MEMORY);
        CHECK_INT(err.code, E_MEMORY);
    }
}

/* ---- the real files ---- */

#define COLUMNS 8
enum { FILE_, FIRST, LAST, TITLE, NUMBER, DATE, REGION, TYPE };

static struct span shown_date(struct arena *a, struct date d)
{
    char room[DATE_TEXT];
    return d.year ? arena_copy(a, span_of(room, date_print(d, room))) : SPAN("-");
}

static struct span or_dash(struct span s)
{
    return s.n ? s : SPAN("-");
}

static void check_row(struct arena *a, const struct doc_entry *e, struct span row[COLUMNS])
{
    bool ok = doc_same_title(e->title.text.n ? e->title.text : e->node->step, row[TITLE]);
    ok &=
        e->line == strtoul(row[FIRST].p, NULL, 10) && e->end_line == strtoul(row[LAST].p, NULL, 10);
    ok &= span_eq(or_dash(e->number.text), row[NUMBER]);
    ok &= span_eq(shown_date(a, e->date), row[DATE]);
    ok &= span_eq(or_dash(e->region), row[REGION]) && span_eq(or_dash(e->type), row[TYPE]);
    if (!CHECK(ok))
        printf("%.*s line %u\n", (int)row[FILE_].n, row[FILE_].p, e->line);
}

static const struct doc_entry *next_separate(const struct doc_entries *list, size_t *i)
{
    while (*i < list->n && !doc_entry_separate(&list->at[*i]))
        ++*i;
    return *i < list->n ? &list->at[(*i)++] : NULL;
}

static void check_table(struct arena *a, const char *table, struct span file,
                        const struct opened *o)
{
    struct span rest, line, row[COLUMNS] = {{0}};
    struct err err = ERR_INIT;
    size_t i = 0, rows = 0;
    if (!CHECK(file_read(a, table, DOC_FILE_MAX, &rest, &err) == 0))
        return;
    while (span_split(&rest, '\n', &line)) {
        if (!span_starts(line, file))
            continue;
        for (size_t c = 0; c < COLUMNS; c++)
            CHECK(span_split(&line, '\t', &row[c]));
        const struct doc_entry *e = next_separate(&o->list, &i);
        rows++;
        if (CHECK(e != NULL))
            check_row(a, e, row);
    }
    CHECK(rows > 0);
    CHECK(next_separate(&o->list, &i) == NULL);
}

/* Clauses under a path whose step is an enumerator of a kind, and how many hold `tags` tags. */
struct counted {
    size_t clauses, tagged, placed;
};

static size_t tags_below(const struct doc_node *top)
{
    size_t n = 0;
    for (const struct doc_node *m = top; m; m = doc_following(top, m))
        for (size_t i = 0; i < m->mark_count; i++)
            n += m->marks[i].kind == DOC_MARK_RESPONSIBLE;
    return n;
}

static bool step_is(struct span step, char kind)
{
    bool bracket = span_starts(step, SPAN("（")), article = span_starts(step, SPAN("第"));
    bool digit = step.n > (bracket ? 3u : 0u) && step.p[bracket ? 3 : 0] >= '0' &&
                 step.p[bracket ? 3 : 0] <= '9';
    return kind == 'a'   ? article
           : kind == 'b' ? bracket && !digit
           : kind == 'c' ? bracket && digit
           : kind == 'n' ? !bracket && digit
                         : !bracket && !digit && !article;
}

/* Does the node lie right under a clause of that kind, or under a heading (g)? 0: anywhere. */
static bool lies_under(const struct doc_node *n, char under)
{
    const struct doc_node *p = n->parent;
    if (!under || !p)
        return true;
    return under == 'g' ? p->kind == DOC_HEADING : p->kind == DOC_CLAUSE && step_is(p->step, under);
}

static struct counted count_items(const struct opened *o, const char *title, char kind, char under)
{
    struct counted c = {0};
    const struct doc_node *top = doc_find(o->doc, span_z(title));
    if (!CHECK(top != NULL))
        return c;
    for (const struct doc_node *n = top; n; n = doc_following(top, n)) {
        if (n->kind != DOC_CLAUSE || !step_is(n->step, kind))
            continue;
        size_t tags = tags_below(n);
        c.clauses++;
        c.tagged += tags == 1;
        c.placed += lies_under(n, under);
    }
    return c;
}

/* Counts by hand: items of a kind in a document; with one responsibility tag each, where tags are.
 */
static const struct expected {
    const char *file, *title;
    char kind, under; /* a 第一条, b （一）, c （1）, n 1, h 一, g heading without number; 0 any */
    size_t clauses, tagged;
} expected[] = {
    {"002", "青浦区2023年优化营商环境工作要点", 'c', 'n', 108, 108},
    {"002", "青浦区2023年优化营商环境工作要点", 'n', 0, 21, SIZE_MAX},
    {"002", "上海市加强改革系统集成提升办理破产便利度的若干措施", 'b', 'h', 35, 35},
    {"002", "黄浦区加强集成创新持续优化营商环境2023年工作方案", 'b', 'h', 29, 29},
    {"002", "上海市提信心扩需求稳增长促发展行动方案", 'b', 'h', 31, 31},
    {"002", "上海市加大力度支持民间投资发展若干政策措施", 'n', 'h', 20, 20},
    {"002", "关于深化系统集成推动上海市工程建设领域营商环境一体化改革的实施意见", 'n', 'b', 20, 20},
    {"002", "2023年上海市政务公开工作要点", 'b', 'h', 34, SIZE_MAX},
    {"002", "上海口岸2023年深化跨境贸易营商环境改革若干措施", 'n', 'h', 26, SIZE_MAX},
    {"002", "上海市助力中小微企业稳增长调结构强能力若干措施", 'b', 'h', 28, SIZE_MAX},
    {"002", "“益企赋”系列专项行动清单", 'n', 0, 24, SIZE_MAX},
    {"002", "上海市建筑工程施工许可管理规定", 'a', 0, 20, SIZE_MAX},
    {"002", "2023年上海市推进政府职能转变和“放管服”改革工作要点", 'n', 'h', 22, SIZE_MAX},
    {"002", "2023年黄浦区推进政府职能转变和“放管服”改革工作要点", 'b', 'h', 21, SIZE_MAX},
    {"002", "黄浦区提信心扩需求稳增长促发展行动方案", 'b', 'h', 22, SIZE_MAX},
    {"002", "2023年金山区全面深化落实“一网通办”改革工作要点", 'n', 0, 24, SIZE_MAX},
    {"002", "嘉定区加强集成创新持续优化营商环境行动方案", 'n', 0, 24, SIZE_MAX},
    {"002", "长三角G60科创走廊策源地松江关于加强集成创新持续优化营商环境的具体措施", 'n', 0, 23,
     SIZE_MAX},
    {"002", "2023年奉贤公安分局政务公开工作要点", 'b', 'h', 18, SIZE_MAX},
    {"002", "上海市长宁区加强集成创新持续优化营商环境行动方案", 'n', 0, 27, SIZE_MAX},
    {"004", "西城区促防疫稳经济保障中小微企业健康发展若干措施", 'b', 'h', 23, SIZE_MAX},
    {"004",
     "北京市东城区人民政府办公室关于落实进一步支持打好新型冠状病毒感染的肺炎疫情防控阻击战及应对疫"
     "情影响促进中小微企业持续健康发展的若干措施的实施细则",
     'n', 'h', 42, SIZE_MAX},
    {"004", "东城区中小微企业风险补偿专项资金管理办法", 'a', 0, 32, SIZE_MAX},
    {"004",
     "北京市东城区人民政府办公室关于落实进一步支持打好新型冠状病毒感染的肺炎疫情防控阻击战若干措施"
     "的通知",
     'n', 'g', 16, SIZE_MAX},
    {"004",
     "北京市朝阳区人民政府办公室关于支持企业应对新型冠状病毒感染的肺炎疫情稳定发展的若干措施", 'n',
     'h', 18, SIZE_MAX},
    {"004", "海淀区关于落实北京市促防疫稳增长政策加大力度支持企业稳定发展的若干措施", 'b', 'h', 15,
     SIZE_MAX},
    {"004", "丰台30条贴心服务帮助企业复工复产共克时艰", 'n', 'h', 30, SIZE_MAX},
    {"004", "石景山区关于共同应对新型冠状病毒感染的肺炎疫情支持企业发展的若干措施（暂行）", 'n',
     'h', 15, 15},
};

static void check_counts(const struct opened *o, const char *file)
{
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const struct expected *x = &expected[i];
        if (strncmp(x->file, file, 3) != 0)
            continue;
        struct counted c = count_items(o, x->title, x->kind, x->under);
        bool ok = c.clauses == x->clauses && c.placed == x->clauses &&
                  (x->tagged == SIZE_MAX || c.tagged == x->tagged);
        if (!CHECK(ok))
            printf("%s: %zu items, %zu with one tag, %zu in place\n", x->title, c.clauses, c.tagged,
                   c.placed);
    }
}

/* Headings without number that group clauses, in the file 004: four and seven, and the last chapter
 * of a set of rules. */
static void check_headings(const struct opened *o, const char *file)
{
    size_t headings = 0;
    if (strncmp(file, "004", 3) != 0)
        return;
    for (const struct doc_node *n = o->doc->root; n; n = doc_following(o->doc->root, n))
        headings += n->kind == DOC_HEADING;
    CHECK_INT(headings, 12);
}

static void test_seeds(const char *folder, const char *table)
{
    static const char *const files[] = {"000_ccc667133cbb2a91.txt", "001_9191d7ea8c34fb0b.txt",
                                        "002_e81c4866f1da0559.txt", "003_7ba840eb17dc4da7.txt",
                                        "004_0b84c6706dc59e60.txt"};
    static const size_t separate[] = {20, 18, 25, 4, 77};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct arena a;
        struct opened o;
        arena_init(&a);
        struct span path = arena_print(&a, "%s/seeds/%s", folder, files[i]);
        if (!file_exists(path.p))
            printf("skipped: %s is not here\n", files[i]);
        else if (open_file(&a, path.p, &o)) {
            size_t at = 0, n = 0;
            while (next_separate(&o.list, &at))
                n++;
            CHECK_INT(n, separate[i]);
            check_laws(&o);
            check_table(&a, table, span_z(files[i]), &o);
            check_counts(&o, files[i]);
            check_headings(&o, files[i]);
        }
        arena_release(&a);
    }
}

/* u_entries SHARED TABLE FILE... */
int main(int argc, char **argv)
{
    test_odd();
    test_duplicates();
    for (int i = 3; i < argc; i++) {
        struct arena a;
        struct opened o;
        arena_init(&a);
        if (open_file(&a, argv[i], &o))
            check_laws(&o);
        arena_release(&a);
        test_memory(argv[i]);
    }
    if (argc > 2)
        test_seeds(argv[1], argv[2]);
    return test_end();
}
