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
    {"地址", "counter", WORD_LABEL},
    {"服务大厅", "counter", WORD_LABEL},
};

/* Stems of industries. One is a mention where 业, 行业, 企业 or 产业 follows, alone or at the end
 * of a list. */
static const char *const industries[] = {"农",
                                         "制造",
                                         "装备制造",
                                         "批发",
                                         "零售",
                                         "批发零售",
                                         "住宿",
                                         "餐饮",
                                         "住宿餐饮",
                                         "旅游",
                                         "文化旅游",
                                         "文旅",
                                         "文化",
                                         "娱乐",
                                         "文化娱乐",
                                         "体育",
                                         "交通运输",
                                         "运输",
                                         "交通",
                                         "物流",
                                         "仓储",
                                         "快递",
                                         "邮政",
                                         "会展",
                                         "展览",
                                         "展会",
                                         "商业零售",
                                         "教育",
                                         "培训",
                                         "养老",
                                         "家政",
                                         "建筑",
                                         "房地产",
                                         "软件",
                                         "信息服务",
                                         "信息技术",
                                         "软件和信息服务",
                                         "软件和信息技术服务",
                                         "生物医药",
                                         "医药健康",
                                         "医药",
                                         "医疗器械",
                                         "新材料",
                                         "新能源",
                                         "新能源汽车",
                                         "人工智能",
                                         "集成电路",
                                         "科技服务",
                                         "节能环保",
                                         "电子商务",
                                         "电商",
                                         "影院",
                                         "影视",
                                         "演艺",
                                         "出版",
                                         "广告",
                                         "租赁",
                                         "商务服务",
                                         "服务",
                                         "生活服务",
                                         "现代服务",
                                         "生产性服务",
                                         "工",
                                         "建材",
                                         "汽车",
                                         "纺织",
                                         "食品",
                                         "酒店",
                                         "旅行社",
                                         "民宿",
                                         "商贸",
                                         "外贸",
                                         "会议展览",
                                         "人力资源服务",
                                         "物业服务",
                                         "客运",
                                         "航空",
                                         "航运",
                                         "电力",
                                         "能源",
                                         "文化创意",
                                         "文创",
                                         "健康",
                                         "大数据",
                                         "云计算",
                                         "互联网",
                                         "金融",
                                         "保险",
                                         "批发和零售",
                                         "住宿和餐饮",
                                         "交通运输仓储和邮政",
                                         "信息传输",
                                         "居民服务",
                                         "卫生",
                                         "采矿",
                                         "商业网点",
                                         NULL};

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
    if (starts_at(c->s, end, "店") || ends_before(c->s, at, "全国"))
        return end;
    if (span_starts(w->text, SPAN("规模以")))
        end += any_at(c->s, end, tails, NULL);
    mention_add(c, MENTION_SIZE, at, end, w->value);
    return end;
}

/* ---- industries ---- */

static const char *const industry_tails[] = {
    "业", "行业", "产业", "企业", "等行业", "类企业", "等企业", "等产业", "领域", "等领域", NULL};

/* Bytes of what makes the stem an industry: a tail, or a list that ends with one. */
static bool industry_list(const struct scan *c, size_t at, size_t *ret_own)
{
    size_t own = any_at(c->s, at, industry_tails, NULL);
    *ret_own = own;
    if (own)
        return true;
    for (unsigned n = 0; n < 16 && starts_at(c->s, at, "、"); n++) {
        at += 3;
        if (at + 3 > c->s.n)
            return false;
        const struct word *w = words_at(c->index, c->s, at);
        if (!w || w->kind != WORD_INDUSTRY)
            return false;
        at += w->text.n;
        if (any_at(c->s, at, industry_tails, NULL))
            return true;
    }
    return false;
}

/* 就业, 企业 and 工业 begin with or end in the same characters. */
static bool short_stem(const struct word *w)
{
    return w->text.n == 3;
}

size_t mention_industry(struct scan *c, size_t at, const struct word *w)
{
    size_t end = at + w->text.n, own;
    static const char *const weak[] = {"企业", "类企业", "等企业", "领域", "等领域", NULL};
    static const char *const general[] = {"服务", "健康", "培训", "卫生",
                                          "教育", "金融", "保险", NULL};
    if (!industry_list(c, end, &own))
        return end;
    if (short_stem(w) && !starts_at(c->s, end, "业"))
        return end;
    if (own && any_at(c->s, end, weak, NULL) == own && any_at(c->s, at, general, NULL) == w->text.n)
        return end; /* 服务企业 serves enterprises */
    if (own && starts_at(c->s, end, "业"))
        end += 3;
    mention_add(c, MENTION_INDUSTRY, at, end, w->value);
    return end;
}
