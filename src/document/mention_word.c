/*
 * mention_word.c: the words that begin a mention, in one index by first character; industries and
 * size classes.
 */
#include "document/mention_int.h"

/* ---- tables ---- */

struct named {
    const char *word, *value;
    enum word_kind kind;
};

static const struct named table[] = {
    {"一", "", WORD_NUMERAL},
    {"二", "", WORD_NUMERAL},
    {"三", "", WORD_NUMERAL},
    {"四", "", WORD_NUMERAL},
    {"五", "", WORD_NUMERAL},
    {"六", "", WORD_NUMERAL},
    {"七", "", WORD_NUMERAL},
    {"八", "", WORD_NUMERAL},
    {"九", "", WORD_NUMERAL},
    {"十", "", WORD_NUMERAL},
    {"百", "", WORD_NUMERAL},
    {"两", "", WORD_NUMERAL},
    {"半", "", WORD_NUMERAL},
    {"０", "", WORD_NUMERAL},
    {"１", "", WORD_NUMERAL},
    {"２", "", WORD_NUMERAL},
    {"３", "", WORD_NUMERAL},
    {"４", "", WORD_NUMERAL},
    {"５", "", WORD_NUMERAL},
    {"６", "", WORD_NUMERAL},
    {"７", "", WORD_NUMERAL},
    {"８", "", WORD_NUMERAL},
    {"９", "", WORD_NUMERAL},
    {"〇", "", WORD_NUMERAL},
    {"百分之", "", WORD_PERCENT},
    {"一半", "0.5", WORD_SHARE},
    {"减半", "0.5", WORD_SHARE},
    {"折半", "0.5", WORD_SHARE},
    {"当日", "0 日", WORD_TODAY},
    {"当天", "0 日", WORD_TODAY},
    {"疫情", "疫情", WORD_EPIDEMIC},
    {"防疫", "疫情", WORD_EPIDEMIC},
    {"一级响应", "响应", WORD_EPIDEMIC},
    {"应急响应", "响应", WORD_EPIDEMIC},
    {"之日起", "", WORD_FROM_DAY},
    {"日期起", "", WORD_FROM_DAY},
    {"即日起", "公布", WORD_YEAR_HERE},
    {"中小微企业", "中型;小型;微型", WORD_SIZE},
    {"中小微", "中型;小型;微型", WORD_SIZE},
    {"中小企业", "中型;小型;微型", WORD_SIZE},
    {"中小型企业", "中型;小型", WORD_SIZE},
    {"小微企业", "小型;微型", WORD_SIZE},
    {"小型微利企业", "小型微利", WORD_SIZE},
    {"小微", "小型;微型", WORD_SIZE},
    {"大型企业", "大型", WORD_SIZE},
    {"中型企业", "中型", WORD_SIZE},
    {"小型企业", "小型", WORD_SIZE},
    {"微型企业", "微型", WORD_SIZE},
    {"大中型企业", "大型;中型", WORD_SIZE},
    {"大中小企业", "大型;中型;小型;微型", WORD_SIZE},
    {"规模以上企业", "规模以上", WORD_SIZE},
    {"规模以上", "规模以上", WORD_SIZE},
    {"规模以下", "规模以下", WORD_SIZE},
    {"规上企业", "规模以上", WORD_SIZE},
    {"个体工商户", "个体工商户", WORD_SIZE},
    {"个体户", "个体工商户", WORD_SIZE},
    {"小规模纳税人", "小规模纳税人", WORD_SIZE},
    {"管委会", "", WORD_ORGAN},
    {"管理局", "", WORD_ORGAN},
    {"服务局", "", WORD_ORGAN},
    {"监察队", "", WORD_ORGAN},
    {"监督所", "", WORD_ORGAN},
    {"总队", "", WORD_ORGAN},
    {"领导小组办公室", "", WORD_ORGAN},
    {"委办公室", "", WORD_ORGAN},
    {"联席会议办公室", "", WORD_ORGAN},
    {"地址", "counter", WORD_LABEL},
    {"服务大厅", "counter", WORD_LABEL},
};

/* Stems of industries. One is a mention where 业, 行业, 企业 or 产业 follows, alone or at the end
 * of a list. */
static const char *const industries[] = {"物流运输",       "制造",
                                         "装备制造",       "批发",
                                         "零售",           "批发零售",
                                         "住宿",           "餐饮",
                                         "住宿餐饮",       "旅游",
                                         "文化旅游",       "文旅",
                                         "文化",           "娱乐",
                                         "文化娱乐",       "体育",
                                         "交通运输",       "运输",
                                         "交通",           "物流",
                                         "仓储",           "快递",
                                         "邮政",           "会展",
                                         "展览",           "展会",
                                         "商业零售",       "教育",
                                         "培训",           "养老",
                                         "家政",           "建筑",
                                         "房地产",         "软件",
                                         "信息服务",       "信息技术",
                                         "软件和信息服务", "软件和信息技术服务",
                                         "生物医药",       "医药健康",
                                         "医药",           "医疗器械",
                                         "新材料",         "新能源",
                                         "新能源汽车",     "人工智能",
                                         "集成电路",       "科技服务",
                                         "节能环保",       "电子商务",
                                         "电商",           "影院",
                                         "影视",           "演艺",
                                         "出版",           "广告",
                                         "租赁",           "商务服务",
                                         "服务",           "生活服务",
                                         "生活性服务",     "现代服务",
                                         "生产性服务",     "建材",
                                         "汽车",           "纺织",
                                         "食品",           "酒店",
                                         "旅行社",         "民宿",
                                         "商贸",           "外贸",
                                         "会议展览",       "人力资源服务",
                                         "物业服务",       "客运",
                                         "航空",           "航运",
                                         "电力",           "能源",

                                         "文化创意",       "文创",
                                         "健康",           "大数据",
                                         "云计算",         "互联网",
                                         "金融",           "批发和零售",
                                         "住宿和餐饮",     "交通运输仓储和邮政",
                                         "信息传输",       "居民服务",
                                         "卫生",           "采矿",
                                         "商业网点",       NULL};

static const char *const labels[] = {
    "联系电话", "咨询电话", "电话",     "热线",     "邮箱",     "网址",     "联系地址", "办公地址",
    "受理地址", "咨询地址", "通讯地址", "邮寄地址", "收件地址", "办理地点", "受理地点", NULL};

/* ---- index ---- */

static unsigned chain_of(struct span s)
{
    unsigned rune = ((unsigned char)s.p[0] & 15u) << 12 | ((unsigned char)s.p[1] & 63u) << 6 |
                    ((unsigned char)s.p[2] & 63u);
    return (rune ^ rune >> 7) % WORD_CHAINS;
}

static void index_add(struct arena *a, struct word_index *x, struct span text, struct span value,
                      enum word_kind kind)
{
    if (text.n < 3 || (unsigned char)text.p[0] < 0xE2 || (unsigned char)text.p[0] > 0xEF)
        return;
    struct word *w = VECTOR_PUSH(a, &x->words, struct word);
    if (!w)
        return;
    uint32_t *slot = &x->chains[chain_of(text)];
    *w = (struct word){.text = text, .value = value, .kind = kind};
    while (*slot && x->words.at[*slot - 1].text.n >= text.n)
        slot = &x->words.at[*slot - 1].next;
    w->next = *slot;
    *slot = (uint32_t)x->words.n;
    unsigned rune = ((unsigned char)text.p[0] & 15u) << 12 | ((unsigned char)text.p[1] & 63u) << 6 |
                    ((unsigned char)text.p[2] & 63u);
    x->starts[rune >> 3] |= (uint8_t)(1u << (rune & 7u));
}

static void index_departments(struct arena *a, struct word_index *x)
{
#define DEPARTMENT(...)                                                                            \
    {                                                                                              \
        static const char *const forms[] = {__VA_ARGS__, NULL};                                    \
        for (size_t i = 0; forms[i]; i++)                                                          \
            index_add(a, x, span_z(forms[i]), span_z(forms[0]), WORD_DEPARTMENT);                  \
    }
#include "document/departments.def"
#undef DEPARTMENT
}

static bool is_office(const struct name_body *b)
{
    return span_eq(b->kind, SPAN("department")) || span_eq(b->kind, SPAN("government"));
}

static void index_names(struct arena *a, struct word_index *x, const struct names *names)
{
    for (size_t i = 0; i < names->bodies.n; i++) {
        const struct name_body *b = names->bodies.entries[i].value;
        if (is_office(b) && names->bodies.entries[i].key.n >= 12)
            index_add(a, x, names->bodies.entries[i].key, b->name, WORD_BODY);
    }
}

int words_index(struct arena *a, const struct names *names, struct word_index **ret)
{
    struct word_index *x = ARENA_NEW(a, struct word_index);
    if (!x)
        return E_MEMORY;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        index_add(a, x, span_z(table[i].word), span_z(table[i].value), table[i].kind);
    for (size_t i = 0; industries[i]; i++)
        index_add(a, x, span_z(industries[i]), span_z(industries[i]), WORD_INDUSTRY);
    for (size_t i = 0; labels[i]; i++)
        index_add(a, x, span_z(labels[i]), SPAN(""), WORD_LABEL);
    index_departments(a, x);
    if (names)
        index_names(a, x, names);
    if (a->failed)
        return E_MEMORY;
    *ret = x;
    return 0;
}

const struct word *words_at(const struct word_index *index, struct span s, size_t at)
{
    struct span rest = span_from(s, at);
    for (uint32_t i = index->chains[chain_of(rest)]; i; i = index->words.at[i - 1].next)
        if (span_starts(rest, index->words.at[i - 1].text))
            return &index->words.at[i - 1];
    return NULL;
}

/* ---- size classes ---- */

size_t mention_size(struct scan *c, size_t at, const struct word *w)
{
    size_t end = at + w->text.n;
    static const char *const tails[] = {"工业企业", "企业", NULL};
    static const char *const offices[] = {"服务中心", "服务局", "服务处", "促进局",
                                          "促进中心", "局",     "处",     NULL};
    if (any_at(c->s, end, offices, NULL)) /* part of a name */
        return end;
    if (span_starts(w->text, SPAN("规模以")))
        end += any_at(c->s, end, tails, NULL);
    mention_add(c, MENTION_SIZE, at, end, w->value);
    return end;
}

/* ---- industries ---- */

static const char *const tails[] = {"行业", "产业", "企业", "领域", "业", NULL};
static const char *const list_tails[] = {"行业", "产业", "企业", "领域", "类企业", NULL};
static const char *const sized[] = {"小微企业", "中小微企业", "中小企业", "中小型企业", NULL};

/* 业 in 失业, 就业 and the like makes no industry. */
static size_t tail_at(struct span s, size_t at)
{
    static const char *const other[] = {"失业", "就业", "企业", "作业", "营业", "创业",
                                        "专业", "事业", "毕业", "停业", "开业", "歇业",
                                        "从业", "职业", "产业", "行业", NULL};
    size_t n = any_at(s, at, tails, NULL);
    if (starts_at(s, at, "产业园")) /* a place */
        return 0;
    return n == 3 && any_before(s, at + 3, other, NULL) ? 0 : n;
}

#define LIST_MAX 24 /* members of a list of industries */
#define ITEM_MAX 36 /* bytes of a member: twelve characters */

struct member {
    size_t from, to, end; /* end: behind 业, when that is printed */
    bool known;
};

static bool industry_at(const struct scan *c, size_t from, size_t to)
{
    const struct word *w = from + 3 <= c->s.n ? words_at(c->index, c->s, from) : NULL;
    return w && w->kind == WORD_INDUSTRY && from + w->text.n == to;
}

/* 等高精尖产业: what ends an open list, with a few words between. */
static bool open_tail(struct span s, size_t at)
{
    for (size_t i = at + 3; i <= at + 36 && han_at(s, i); i += 3)
        if (any_at(s, i, list_tails, NULL))
            return true;
    return false;
}

/* A member from `at` on: to 、, to what ends the list, or to where it cannot be one. False: no
 * list. */
static bool member_read(const struct scan *c, size_t at, struct member *m, bool *ret_last)
{
    *m = (struct member){.from = at};
    *ret_last = false;
    const struct word *w = at + 3 <= c->s.n ? words_at(c->index, c->s, at) : NULL;
    size_t stem = w && w->kind == WORD_INDUSTRY ? w->text.n : 0;
    for (size_t i = at + stem; i - at <= ITEM_MAX; i += 3) {
        bool more = starts_at(c->s, i, "、");
        size_t tail = i > at ? tail_at(c->s, i) : 0;
        bool sizes = i > at && any_at(c->s, i, sized, NULL) > 0;
        bool open = starts_at(c->s, i, "等");
        if (open && !open_tail(c->s, i))
            return false;
        bool ends = tail || sizes || open;
        if (!ends && !more && han_at(c->s, i))
            continue;
        if (!ends && !more)
            return false;
        m->to = i;
        m->end = tail && starts_at(c->s, i, "业") ? i + 3 : i;
        m->known = industry_at(c, at, i);
        if (m->end > i && starts_at(c->s, m->end, "、"))
            ends = false; /* 制造业、零售业等 */
        *ret_last = ends;
        return i > at;
    }
    return false;
}

static size_t after_separator(struct span s, size_t at)
{
    return starts_at(s, at, "、") ? at + 3 : at;
}

/* 人工智能三大先导产业: the stem is the member. */
static void cut_to_stem(const struct scan *c, struct member *m)
{
    static const char *const counts[] = {"两大", "三大", "四大", "五大", "六大",
                                         "重点", "新兴", "先导", NULL};
    const struct word *w = words_at(c->index, c->s, m->from);
    if (m->known || !w || w->kind != WORD_INDUSTRY ||
        !any_at(c->s, m->from + w->text.n, counts, NULL))
        return;
    m->to = m->end = m->from + w->text.n;
    m->known = true;
}

/* An unknown member among known ones is an industry when it is short and says nothing of offices.
 */
static bool may_be_one(const struct scan *c, const struct member *m)
{
    static const char *const others[] = {"监管", "执法", "名单", "认证",   "申请", "生态",
                                         "社保", "的",   "商事", "招投标", "扶残", "专业服务",
                                         "三大", "基础", "政务", "民生",   NULL};
    struct span item = span_of(c->s.p + m->from, m->to - m->from);
    return m->known || (item.n <= 21 && !word_has_any(item, others));
}

/* Members of the list that begins at `at`; 0 = it is no list of industries. In 领域 only known
 * words are industries: offices have their fields, too. */
static size_t industry_list(const struct scan *c, size_t at, struct member members[LIST_MAX])
{
    size_t n = 0, known = 0, kept = 0;
    bool last = false;
    while (n < LIST_MAX && !last) {
        if (!member_read(c, at, &members[n], &last))
            return 0;
        at = after_separator(c->s, members[n].end);
        if (!last && at == members[n].end)
            last = true;
        cut_to_stem(c, &members[n]);
        known += members[n++].known;
    }
    if (!last || known * 2 < n)
        return 0;
    bool fields = starts_at(c->s, at, "领域") || starts_at(c->s, at, "等领域");
    for (size_t i = 0; i < n; i++)
        if (members[i].known || (!fields && may_be_one(c, &members[i])))
            members[kept++] = members[i];
    return kept;
}

/* 服务企业 serves enterprises; 金融企业 in 金融、财税等 is none of those meant. */
static bool only_verb(const struct scan *c, const struct member *m)
{
    static const char *const general[] = {"服务", "培训", "教育", "租赁", "保险", NULL};
    struct span word = span_of(c->s.p + m->from, m->to - m->from);
    return m->end == m->to && any_at(word, 0, general, NULL) == word.n;
}

size_t mention_industry(struct scan *c, size_t at, const struct word *w)
{
    struct member members[LIST_MAX];
    size_t n = industry_list(c, at, members), end = at + w->text.n;
    if (n == 0 || !members[0].known || (n == 1 && only_verb(c, &members[0])))
        return end;
    for (size_t i = 0; i < n; i++) {
        struct span item = span_of(c->s.p + members[i].from, members[i].to - members[i].from);
        mention_add(c, MENTION_INDUSTRY, members[i].from, members[i].end,
                    name_fold(c->arena, item));
        end = members[i].end;
    }
    return end;
}
