/*
 * search.c: search over many generated documents. The same number gives the same documents: words
 * by Zipf's law from a list of policy words and invented ones, titles with offices and 文号, three
 * to six clauses. Prints what queries of each kind take, the slowest included; asserts nothing
 * about time, but every answer has to have what was asked for.
 *
 *     bench/search DOCUMENTS [QUERIES]     the database is HUIQI_DATABASE, which must be empty
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/utf8.h"
#include "document/search.h"

#define VOCABULARY   20000
#define BATCH        500
#define CLAUSES_MOST 6

static double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double now(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

/* The process of PostgreSQL that serves us, 0 = none: its processor time counts too. */
static int64_t server;

static double server_busy(void)
{
    char path[64], line[100];
    double ns = 0;

    snprintf(path, sizeof(path), "/proc/%" PRId64 "/schedstat", server);
    FILE *f = server ? fopen(path, "r") : NULL;
    if (f && fgets(line, sizeof(line), f))
        ns = strtod(line, NULL);
    if (f)
        fclose(f);
    return ns / 1e6;
}

/* Processor time of this thread and the server's: what a busy machine disturbs less. */
static double busy(void)
{
    return clock_ms(CLOCK_THREAD_CPUTIME_ID) + server_busy();
}

static int find_server(const char *url, struct err *err)
{
    struct store *s = NULL;
    struct stmt *st;
    int r = store_open(url, &s, err);

    if (r == 0 && store_engine(s) == STORE_POSTGRES) {
        r = store_prepare(s,
                          "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                          " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                          &st, err);
        if (r == 0 && (r = stmt_step(st, err)) > 0)
            server = stmt_get_int(st, 0);
    }
    store_close(s);
    return r < 0 ? r : 0;
}

/* ---- numbers by chance, the same every time ---- */

struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *d)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return d->state;
}

static size_t below(struct dice *d, size_t n)
{
    return (size_t)(roll(d) % n);
}

/* ---- the language ---- */

static const char *const policy_words[] = {
    "企业",     "补贴",     "给予",     "支持",           "中小企业", "疫情",     "资金",
    "贷款",     "申请",     "社会保险", "政策",           "服务",     "部门",     "人员",
    "单位",     "项目",     "金融机构", "减免",           "租金",     "职工",     "稳岗返还",
    "失业保险", "小微企业", "贴息",     "担保",           "融资",     "复工复产", "税收",
    "缓缴",     "延期",     "标准",     "条件",           "材料",     "审核",     "公示",
    "拨付",     "财政",     "人力资源", "就业",           "培训",     "创业",     "高校毕业生",
    "农民工",   "招聘",     "利率",     "信贷",           "还款",     "续贷",     "保险费",
    "缴费",     "滞纳金",   "房产税",   "城镇土地使用税", "增值税",   "所得税",   "物资",
    "生产",     "运输",     "物流",     "医疗",           "防护",     "用水",     "用电",
    "用气",     "价格",     "优惠",     "下调",           "科技",     "创新",     "研发",
    "平台",     "数字化",   "信用",     "修复",           "合同",     "履行",     "仲裁",
    "法律",     "援助",     "绿色通道", "外贸",           "出口",     "进口",     "展会",
    "旅游",     "餐饮",     "住宿",     "文化",           "体育",     "电影",     "零售",
    "批发",     "园区",     "楼宇",     "孵化器",         "农业",     "种植",     "养殖",
    "粮食",     "市场",     "监管",     "许可",           "告知承诺", "容缺受理", "网上办理",
};
static const char characters[] = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分"
                                 "对成会可主发年动同工也能下过子说产种面而"
                                 "方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小"
                                 "物现实加量都两体制机当使点从业本去把性好应"
                                 "开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线"
                                 "内数正心反你明看原又么利比或但质气第向道命"
                                 "此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五"
                                 "果料象员革位入常文总次品式活设及管特件长求"
                                 "老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区"
                                 "强放决西被干做必战先回则任取据处队南给色光";

static struct span vocabulary[VOCABULARY];
static double weights[VOCABULARY]; /* sums, for a search */

static struct span invented_word(struct arena *a, struct dice *d)
{
    struct buffer b = BUFFER_INIT;
    size_t n = 2 + below(d, 100) / 60 + below(d, 100) / 85, count = sizeof(characters) / 3;

    while (n--)
        buffer_add(&b, span_of(characters + 3 * below(d, count), 3));
    struct span word = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
    return word;
}

/* Policy words are not the most frequent ones: those are the little words of any text. */
static void make_vocabulary(struct arena *a)
{
    struct dice d = {UINT64_C(0x9E3779B97F4A7C15)};
    double sum = 0;

    for (size_t i = 0; i < VOCABULARY; i++) {
        size_t known = i % 3 ? COUNT_OF(policy_words) : i / 3;
        vocabulary[i] =
            known < COUNT_OF(policy_words) ? span_z(policy_words[known]) : invented_word(a, &d);
        weights[i] = sum += 1.0 / (double)(i + 3);
    }
}

static struct span zipf_word(struct dice *d)
{
    double at = (double)(roll(d) >> 11) / 9007199254740992.0 * weights[VOCABULARY - 1];
    size_t low = 0, high = VOCABULARY - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (weights[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return vocabulary[low];
}

/* ---- documents ---- */

static const char *const provinces[] = {"甲省", "乙省", "丙省", "丁省", "戊市"};
static const char *const offices[] = {"人民政府",       "财政局",        "人力资源和社会保障局",
                                      "经济和信息化局", "科学技术局",    "商务局",
                                      "税务局",         "市场监督管理局"};
static const char *const types[] = {"通知", "若干措施", "实施细则", "办法", "意见", "公告"};

static void add_words(struct buffer *b, struct dice *d, size_t characters_wanted)
{
    size_t n = 0, since = 0;

    while (n < characters_wanted) {
        struct span word = zipf_word(d);
        buffer_add(b, word);
        n += word.n / 3;
        since += word.n / 3;
        if (since > 8 && below(d, 3) == 0) {
            buffer_add_z(b, below(d, 3) ? "，" : "。");
            since = 0;
        }
        if (below(d, 40) == 0)
            buffer_print(b, "%zu万元", 1 + below(d, 500));
    }
}

static struct span words_of(struct arena *a, struct dice *d, size_t characters_wanted)
{
    struct buffer b = BUFFER_INIT;
    add_words(&b, d, characters_wanted);
    struct span text = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
    return text;
}

struct made {
    struct search_entry entry;
    struct search_clause clauses[CLAUSES_MOST];
    struct span issuer, tag;
};

static void make_clauses(struct arena *a, struct dice *d, struct made *m)
{
    size_t n = 3 + below(d, CLAUSES_MOST - 2);

    for (size_t i = 0; i < n; i++) {
        m->clauses[i].path = arena_print(a, "%zu", i + 1);
        if (below(d, 2))
            m->clauses[i].heading = words_of(a, d, 6 + below(d, 8));
        m->clauses[i].text = words_of(a, d, 40 + below(d, 120));
    }
    m->entry.clauses = m->clauses;
    m->entry.clause_count = n;
}

static void make_document(struct arena *a, int64_t id, struct made *m)
{
    struct dice d = {(uint64_t)id * UINT64_C(0xD1342543DE82EF95) + 1};
    size_t province, city, district;

    for (int i = 0; i < 4; i++)
        (void)roll(&d);
    province = below(&d, COUNT_OF(provinces)), city = below(&d, 8), district = below(&d, 10);
    *m = (struct made){.entry = {.id = id}};
    m->entry.slug = arena_print(a, "document-%" PRId64, id);
    m->entry.region = arena_print(a, "%s/%zu市/%zu区", provinces[province], city, district);
    m->issuer =
        arena_print(a, "%zu市%zu区%s", city, district, offices[below(&d, COUNT_OF(offices))]);
    m->entry.type = span_z(types[below(&d, COUNT_OF(types))]);
    size_t year = 2010 + below(&d, 14);
    m->entry.issued = arena_print(a, "%zu-%02zu-%02zu", year, 1 + below(&d, 12), 1 + below(&d, 28));
    m->entry.number = arena_print(a, "%zu府办〔%zu〕%zu号", city, year, 1 + below(&d, 200));
    if (below(&d, 3) == 0)
        m->entry.in_to = arena_print(a, "%zu-12-31", year + below(&d, 4));
    struct span about = words_of(a, &d, 10 + below(&d, 12));
    m->entry.title = arena_print(a, "%.*s关于%.*s的%.*s", SPAN_ARG(m->issuer), SPAN_ARG(about),
                                 SPAN_ARG(m->entry.type));
    m->tag = span_z(policy_words[below(&d, 12)]);
    m->entry.issuers = &m->issuer, m->entry.issuer_count = 1;
    m->entry.tags = &m->tag, m->entry.tag_count = 1;
    make_clauses(a, &d, m);
}

struct batch {
    int64_t first, last;
};

static int write_batch(struct store *s, void *context, struct err *err)
{
    const struct batch *b = context;
    struct arena a;
    int r = 0;

    arena_init(&a);
    for (int64_t id = b->first; r == 0 && id <= b->last; id++) {
        struct made m;
        arena_clear(&a);
        make_document(&a, id, &m);
        r = search_put(s, &a, &m.entry, err);
    }
    arena_release(&a);
    return r;
}

static int fill(struct store *s, int64_t documents, struct err *err)
{
    int r = 0;

    for (int64_t id = 1; r == 0 && id <= documents; id += BATCH) {
        struct batch b = {id, id + BATCH - 1 < documents ? id + BATCH - 1 : documents};
        r = store_write(s, write_batch, &b, err);
    }
    /* what a server does from time to time by itself */
    if (r == 0 && store_engine(s) == STORE_POSTGRES)
        r = store_execute(s,
                          "VACUUM (ANALYZE) search_title, search_heading, search_text,"
                          " search_clause, search_document",
                          err);
    return r;
}

/* ---- questions ---- */

enum question_kind { ONE, TWO, PHRASE, WORDS, FILTERED, IN_FORCE, EXCLUDED, NUMBER, MISS, KINDS };
static const struct {
    const char *name;
    unsigned share; /* of a hundred */
} kinds[KINDS] = {{"one character", 15},       {"two characters", 25},
                  {"phrase of 3 to 8", 20},    {"two words", 10},
                  {"word and filters", 10},    {"word, in force", 5},
                  {"word without another", 5}, {"文号", 5},
                  {"found nowhere", 5}};

struct question {
    enum question_kind kind;
    struct docsearch_options o;
};

/* A word that somebody asks for: frequent ones as often as any. */
static struct span asked_word(struct dice *d)
{
    for (;;) {
        struct span w = below(d, 2) ? zipf_word(d) : vocabulary[below(d, VOCABULARY)];
        if (w.n >= 6)
            return w;
    }
}

static struct span part_of(struct span text, struct dice *d, size_t least, size_t most)
{
    size_t n = utf8_count(text), length = least + below(d, most - least + 1);
    size_t from = n > length ? below(d, n - length) : 0;
    struct span rest = span_from(text, utf8_offset(text, from));
    return span_of(rest.p, utf8_offset(rest, length));
}

static bool has_only_characters(struct span s)
{
    for (size_t length; s.n; s = span_from(s, length)) {
        uint32_t c = utf8_decode(s, &length);
        if (c < 0x4E00 || c > 0x9FFF)
            return false;
    }
    return true;
}

/* Cut out of a clause, without punctuation and parts of numbers. */
static struct span asked_phrase(struct arena *a, struct dice *d, int64_t documents)
{
    for (;;) {
        struct made m;
        make_document(a, 1 + (int64_t)below(d, (size_t)documents), &m);
        struct span part = part_of(m.clauses[0].text, d, 3, 8);
        if (has_only_characters(part))
            return part;
    }
}

static enum question_kind kind_by_share(struct dice *d)
{
    size_t at = below(d, 100), kind = 0;

    while (kind + 1 < KINDS && at >= kinds[kind].share)
        at -= kinds[kind++].share;
    return (enum question_kind)kind;
}

static void make_question(struct arena *a, struct dice *d, int64_t documents, struct question *q)
{
    struct made m;

    *q = (struct question){.kind = kind_by_share(d)};
    make_document(a, 1 + (int64_t)below(d, (size_t)documents), &m);
    date_make(2020, 3, 9, &q->o.today);
    q->o.text = asked_word(d);
    switch (q->kind) {
    case ONE:
        q->o.text = part_of(q->o.text, d, 1, 1);
        break;
    case TWO:
        q->o.text = part_of(q->o.text, d, 2, 2);
        break;
    case PHRASE:
        q->o.text = asked_phrase(a, d, documents);
        break;
    case WORDS:
        q->o.text = arena_print(a, "%.*s %.*s", SPAN_ARG(q->o.text), SPAN_ARG(asked_word(d)));
        break;
    case FILTERED:
        q->o.region = m.entry.region;
        if (below(d, 2))
            q->o.region = span_of(q->o.region.p, span_find(q->o.region, SPAN("/")));
        else
            q->o.type = m.entry.type, q->o.year = 2010 + (int64_t)below(d, 14);
        break;
    case IN_FORCE:
        q->o.has_in_force = true;
        q->o.in_force = q->o.today;
        break;
    case EXCLUDED:
        q->o.text = arena_print(a, "%.*s -%.*s", SPAN_ARG(q->o.text), SPAN_ARG(asked_word(d)));
        break;
    case NUMBER:
        q->o.text = m.entry.number;
        break;
    default:
        q->o.text = arena_print(a, "%.*s鑫淼", SPAN_ARG(q->o.text));
    }
}

/* ---- figures ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How long queries of one kind took: on the clock, and of the processor here. */
struct times {
    double *wall, *cpu;
    size_t n;
};

static bool times_init(struct times *t, size_t room)
{
    *t = (struct times){calloc(room, sizeof(double)), calloc(room, sizeof(double)), 0};
    return t->wall && t->cpu;
}

static void times_add(struct times *t, double wall, double cpu)
{
    t->wall[t->n] = wall;
    t->cpu[t->n++] = cpu;
}

static void times_print(const char *name, struct times *t)
{
    size_t n = t->n;

    if (!n)
        return;
    qsort(t->wall, n, sizeof(double), by_size);
    qsort(t->cpu, n, sizeof(double), by_size);
    printf("  %-24s %6zu queries  p50 %7.2f  p95 %7.2f  max %7.2f ms   processor p95 %7.2f ms\n",
           name, n, t->wall[n / 2], t->wall[n * 95 / 100], t->wall[n - 1], t->cpu[n * 95 / 100]);
}

static void times_release(struct times *t)
{
    free(t->wall);
    free(t->cpu);
}

/* A question made from a document finds something; one that was made to find nothing, nothing. */
static bool plausible(const struct question *q, const struct docsearch_result *r)
{
    if (q->kind == MISS)
        return r->documents == 0;
    if (q->kind == PHRASE || q->kind == NUMBER)
        return r->documents > 0 && r->row_count > 0;
    return r->documents >= r->row_count;
}

static int ask_one(struct docsearch *d, struct arena *a, const struct question *q,
                   struct times *kind, struct times *all, size_t *wrong, struct err *err)
{
    struct docsearch_result result;
    double began = now(), cpu = busy();
    int r = docsearch_run(d, a, &q->o, &result, err);

    cpu = busy() - cpu;
    began = now() - began;
    times_add(kind, began, cpu);
    times_add(all, began, cpu);
    if (r == 0 && !plausible(q, &result)) {
        printf("  wrong: %.*s: %zu documents\n", SPAN_ARG(q->o.text), result.documents);
        ++*wrong;
    }
    return r;
}

static int ask(struct docsearch *d, int64_t documents, size_t queries, struct err *err)
{
    struct times times[KINDS + 1] = {{0}};
    struct dice dice = {UINT64_C(88172645463325252)};
    struct arena a;
    size_t wrong = 0;
    int r = 0;

    arena_init(&a);
    for (size_t i = 0; i <= KINDS; i++)
        if (!times_init(&times[i], queries))
            r = err_memory(err);
    for (size_t i = 0; r == 0 && i < queries; i++) {
        struct question q;
        arena_clear(&a);
        make_question(&a, &dice, documents, &q);
        r = ask_one(d, &a, &q, &times[q.kind], &times[KINDS], &wrong, err);
    }
    for (size_t i = 0; i <= KINDS; i++) {
        times_print(i < KINDS ? kinds[i].name : "all", &times[i]);
        times_release(&times[i]);
    }
    arena_release(&a);
    return r < 0 ? r : wrong ? err_set(err, E_CHECK, "%zu answers are wrong", wrong) : 0;
}

static int suggest(struct docsearch *d, size_t queries, struct err *err)
{
    struct times times;
    struct dice dice = {UINT64_C(362436069)};
    struct arena a;
    int r = times_init(&times, queries) ? 0 : err_memory(err);

    arena_init(&a);
    for (size_t i = 0; r == 0 && i < queries; i++) {
        struct search_suggestion *list;
        size_t n;
        arena_clear(&a);
        struct span prefix = part_of(zipf_word(&dice), &dice, 1, 2);
        double began = now(), cpu = busy();
        r = docsearch_suggest(d, &a, prefix, 10, &list, &n, err);
        times_add(&times, now() - began, busy() - cpu);
    }
    if (r == 0)
        times_print("typing help", &times);
    times_release(&times);
    arena_release(&a);
    return r;
}

/* Memory of our own; pages of a mapped database, which the system takes back when it needs them,
 * apart. */
static void print_memory(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[200];

    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, "RssAnon:", 8) == 0)
            printf("  memory: %.1f MiB of its own", strtod(line + 8, NULL) / 1024);
        if (strncmp(line, "RssFile:", 8) == 0)
            printf(", %.1f MiB of mapped files\n", strtod(line + 8, NULL) / 1024);
    }
    if (f)
        fclose(f);
}

static int measure(const char *url, int64_t documents, size_t queries, struct err *err)
{
    struct docsearch *d = NULL;
    size_t count = 0, bytes = 0;
    double began = now();
    int r = docsearch_open(url, &d, err);

    if (r == 0)
        r = docsearch_size(d, &count, &bytes, err);
    if (r == 0) {
        printf("  cards of %zu documents: %.1f MiB in memory, read in %.0f ms\n", count,
               (double)bytes / 1048576, now() - began);
        r = find_server(url, err);
    }
    if (r == 0)
        r = ask(d, documents, queries, err);
    if (r == 0)
        r = suggest(d, queries, err);
    print_memory();
    docsearch_close(d);
    return r;
}

int main(int argc, char **argv)
{
    int64_t documents = argc > 1 ? strtoll(argv[1], NULL, 10) : 0;
    size_t queries = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 2000;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    double began = now();

    if (documents < 1 || queries < 1) {
        fprintf(stderr,
                "usage: search DOCUMENTS [QUERIES]; HUIQI_DATABASE names an empty database\n");
        return 2;
    }
    arena_init(&a);
    make_vocabulary(&a);
    int r = store_open(store_url(), &s, &err);
    if (r == 0)
        r = store_migrate(s, &err);
    if (r == 0 && !getenv("BENCH_FILLED"))
        r = fill(s, documents, &err);
    printf("search, %s: %" PRId64 " documents written in %.1f s\n",
           s && store_engine(s) == STORE_POSTGRES ? "PostgreSQL" : "SQLite", documents,
           (now() - began) / 1e3);
    store_close(s);
    if (r == 0)
        r = measure(store_url(), documents, queries, &err);
    arena_release(&a);
    if (r < 0)
        fprintf(stderr, "search: %s\n", err.message);
    return r < 0;
}
