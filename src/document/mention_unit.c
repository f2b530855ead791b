/*
 * mention_unit.c: departments, alone and in tags with their roles. The value is the prefix as
 * printed (区, 市, a place) with the department's word in its full form; a prefix that a list
 * prints only once is put back. What the name means in the document's region stands in `meant`.
 */
#include "document/mention_int.h"

/* ---- prefixes ---- */

static const char *const levels[] = {"市委", "区委", "市",   "区",   "县", "省",
                                     "本市", "本区", "我市", "我区", NULL};
/* Places whose names stand before a department's word in the texts at hand; others are read from
 * the region. */
static const char *const places[] = {
    "上海", "北京", "天津", "重庆",   "浦东",   "黄浦", "静安", "徐汇", "长宁", "普陀", "虹口",
    "杨浦", "宝山", "闵行", "嘉定",   "金山",   "松江", "青浦", "奉贤", "崇明", "东城", "西城",
    "朝阳", "海淀", "丰台", "石景山", "门头沟", "房山", "通州", "顺义", "昌平", "大兴", "怀柔",
    "平谷", "密云", "延庆", "国家",   "郑州",   "上街", "河南", "中国", "全国", NULL};

/* 地区, 园区, 社区: 区 is no level there. */
static bool false_level(struct span s, size_t at)
{
    static const char *const words[] = {"地区", "园区", "社区", "城区", "景区", "街区", "辖区",
                                        "都市", "城市", "新区", "城镇", "各区", "各市", NULL};
    return any_before(s, at, words, NULL) > 0;
}

/* A place that no table knows: what stands between a stop and 市, 区, 县 or 省, two to four
 * characters (环形山市). Its bytes, 0 = none. */
static size_t unknown_place(struct span s, size_t at)
{
    static const char *const verbs[] = {"由", "经", "报", "向", "在", "与", "和", "及", "按", "据",
                                        "送", "将", "受", "给", "为", "从", "对", "以", "各", "全",
                                        "本", "我", "原", "如", "省", "市", "区", "县", NULL};
    size_t from = at;
    while (from >= 3 && han_at(s, from - 3) && !any_before(s, from, verbs, NULL) && at - from <= 12)
        from -= 3;
    static const char *const not_places[] = {
        "配合", "纳入", "支持", "协助", "落实", "报送", "提交", "会同", "经过", "通过",
        "联系", "指导", "提请", "组织", "抄送", "上报", "其他", "相关", "所在", "所属",
        "注册", "推荐", "发挥", "协调", "鼓励", "参与", "服务", "加强", "依托", "积极",
        "成立", "同时", "主动", "建立", "开展", "推动", NULL};
    struct span run = span_of(s.p + from, at - from);
    return run.n >= 6 && run.n <= 12 && !word_has_any(run, not_places) ? run.n : 0;
}

/* One step back: a place with or without its level, or a level alone. */
static size_t prefix_step(struct span s, size_t at, bool first)
{
    size_t level = false_level(s, at) ? 0 : any_before(s, at, levels, NULL);
    if (level == 6 && (ends_before(s, at, "委") && !first)) /* 市委 and what follows are two */
        return at;
    size_t place = any_before(s, at - level, places, NULL);
    if (!place && level == 3)
        place = unknown_place(s, at - level);
    return at - level - place;
}

static size_t prefix_start(struct span s, size_t at)
{
    for (unsigned n = 0; n < 3; n++) {
        size_t to = prefix_step(s, at, n == 0);
        if (to == at)
            break;
        at = to;
    }
    return at;
}

/* Words that are departments only with a place before them. */
static bool needs_prefix(struct span word)
{
    static const char *const words[] = {
        "政府",   "法院",   "检察院",           "人民法院", "海关", "经委",     "科委",
        "农委",   "教委",   "金融局",           "外办",     "编办", "人民政府", "宣传部",
        "组织部", "统战部", "疾病预防控制中心", "疾控中心", NULL};
    return any_at(word, 0, words, NULL) == word.n;
}

/* 市政府, but not 中国政府: a place alone has no government of its own. */
static bool level_before(struct span s, size_t at)
{
    static const char *const also[] = {"海关", "分局", NULL};
    return any_before(s, at, levels, NULL) ||
           (any_at(s, at, also, NULL) && any_before(s, at, places, NULL));
}

/* 财政局 in 财政局长, 市政府采购. */
static bool goes_on(struct span s, size_t at)
{
    static const char *const more[] = {"长", "网站", "令", "公报", "职能", "换届", NULL};
    static const char *const of_government[] = {"采购", "投资", "数据", "规章", "部门", "机构",
                                                "信息", "性",   "守信", "购买", "引导", "补助",
                                                "服务", "承诺", "主导", "监管", "门户", "专项",
                                                "奖",   "职责", "平台", "资金", NULL};
    return any_at(s, at, more, NULL) ||
           (ends_before(s, at, "政府") && any_at(s, at, of_government, NULL));
}

/* ---- roles ---- */

static const struct {
    const char *word;
    enum mention_role role;
} role_before[] = {{"会同", ROLE_CONSULT},    {"会商", ROLE_CONSULT},   {"商请", ROLE_CONSULT},
                   {"征求", ROLE_CONSULT},    {"报请", ROLE_APPROVE},   {"报经", ROLE_APPROVE},
                   {"牵头单位：", ROLE_LEAD}, {"牵头部门：", ROLE_LEAD}},
  role_after[] = {{"牵头", ROLE_LEAD},    {"负责牵头", ROLE_LEAD},   {"配合", ROLE_JOINT},
                  {"批准", ROLE_APPROVE}, {"审批", ROLE_APPROVE},    {"审定", ROLE_APPROVE},
                  {"同意", ROLE_APPROVE}, {"审议通过", ROLE_APPROVE}};

static enum mention_role role_of(const struct scan *c, size_t from, size_t to)
{
    if (c->role != ROLE_NAMED)
        return c->role;
    for (size_t i = 0; i < COUNT_OF(role_before); i++)
        if (ends_before(c->s, from, role_before[i].word))
            return role_before[i].role;
    for (size_t i = 0; i < COUNT_OF(role_after); i++)
        if (starts_at(c->s, to, role_after[i].word))
            return role_after[i].role;
    return ROLE_NAMED;
}

static size_t add_unit(struct scan *c, size_t from, size_t to, struct span value, bool inferred)
{
    struct mention *m = mention_add(c, MENTION_UNIT, from, to, value);
    if (!m)
        return to;
    m->role = role_of(c, from, to);
    m->inferred = inferred;
    const struct name_body *b =
        c->set->names ? names_body(c->set->names, c->arena, value, c->region) : NULL;
    if (b)
        m->meant = b->name;
    return to;
}

/* ---- alone ---- */

/* 公安局交通警察总队, 委员会行政服务中心: an office of its own under the department. */
static size_t sub_office(struct span s, size_t at)
{
    static const char *const ends[] = {"中心", "总队", "支队", "大队", "分局", NULL};
    static const char *const stops[] = {"的", "在", "将", "为", "由", "和", "与", "对", "向",
                                        "开", "建", "推", "负", "会", "联", "组", "牵", "配",
                                        "等", "及", "要", "应", "可", "按", "以", "关", "制",
                                        "印", "进", "把", "通", "局", NULL};
    for (size_t i = at; han_at(s, i) && i - at <= 24; i += 3) {
        size_t n = i > at ? any_at(s, i, ends, NULL) : 0;
        if (n)
            return i + n;
        if (any_at(s, i, stops, NULL))
            return at;
    }
    return at;
}

/* Prefix [from, at), the department's word in full, and what stands below it up to `more`. */
static size_t named_part(struct scan *c, size_t from, size_t at, size_t end, size_t more,
                         struct span full)
{
    struct span prefix = name_fold(c->arena, span_of(c->s.p + from, at - from));
    struct span under = span_of(c->s.p + end, more - end);
    return add_unit(
        c, from, more,
        arena_print(c->arena, "%.*s%.*s%.*s", SPAN_ARG(prefix), SPAN_ARG(full), SPAN_ARG(under)),
        false);
}

static size_t named_unit(struct scan *c, size_t from, size_t at, size_t end, struct span full)
{
    return named_part(c, from, at, end, sub_office(c->s, end), full);
}

size_t mention_department(struct scan *c, size_t at, const struct word *w)
{
    size_t end = at + w->text.n, from = prefix_start(c->s, at);
    static const char *const all[] = {"各区", "各级", "各县", "各", NULL};
    if (goes_on(c->s, end) || (needs_prefix(w->text) && !level_before(c->s, at)))
        return end;
    if (any_before(c->s, from, all, NULL) || ends_before(c->s, from, "电子"))
        return end; /* 电子税务局 is a site */
    return named_unit(c, from, at, end, w->value);
}

/* 北京金融街服务局: a place, a name of up to ten characters, and a word that ends an office's name.
 */
size_t mention_organ(struct scan *c, size_t at, const struct word *w)
{
    size_t end = at + w->text.n, from = at, best = at;
    static const char *const stops[] = {"的", "由", "向", "在",   "和",
                                        "与", "对", "各", "会同", NULL};
    for (unsigned n = 0; n < 14 && from >= 3 && han_at(c->s, from - 3); n++) {
        from -= 3;
        if (any_at(c->s, from, stops, NULL))
            break;
        if (any_at(c->s, from, places, NULL) || any_at(c->s, from, levels, NULL) ||
            starts_at(c->s, from, "中共"))
            best = false_level(c->s, from + 3) ? best : from;
    }
    if (best == at || goes_on(c->s, end))
        return end;
    return add_unit(c, best, end, name_fold(c->arena, span_of(c->s.p + best, end - best)), false);
}

/* A declared name; its department's word in the full form. */
size_t mention_body(struct scan *c, size_t at, const struct word *w)
{
    size_t end = at + w->text.n;
    static const char *const regions[] = {"区", "市", "县", "省", "镇", NULL};
    if (goes_on(c->s, end) || any_before(c->s, end, regions, NULL)) /* a place is no office */
        return end;
    end = sub_office(c->s, end);
    for (size_t i = at + 3; i < end; i += 3) {
        const struct word *d = words_at(c->index, c->s, i);
        if (d && d->kind == WORD_DEPARTMENT && i + d->text.n <= end)
            return named_part(c, at, i, i + d->text.n, end, d->value);
    }
    struct mention *m = mention_add(c, MENTION_UNIT, at, end, name_fold(c->arena, w->text));
    if (m) {
        m->role = role_of(c, at, end);
        m->meant = w->value;
    }
    return end;
}

/* ---- tags ---- */

static const struct {
    const char *word;
    enum mention_role role;
} tags[] = {
    {"责任部门", ROLE_RESPONSIBLE}, {"责任单位", ROLE_RESPONSIBLE},
    {"责任主体", ROLE_RESPONSIBLE}, {"主责单位", ROLE_LEAD},
    {"主责部门", ROLE_LEAD},        {"牵头单位", ROLE_LEAD},
    {"牵头部门", ROLE_LEAD},        {"牵头", ROLE_LEAD},
    {"配合单位", ROLE_JOINT},       {"配合部门", ROLE_JOINT},
    {"协同单位", ROLE_JOINT},       {"配合", ROLE_JOINT},
    {"责任分工", ROLE_RESPONSIBLE},
};

/* The label of a tag at `at` with its colon; bytes, 0 = none. */
static size_t tag_label(struct span s, size_t at, enum mention_role *ret)
{
    static const char *const colons[] = {"：", ":", NULL};
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        if (!starts_at(s, at, tags[i].word))
            continue;
        size_t j = skip_blank(s, at + strlen(tags[i].word)), n = any_at(s, j, colons, NULL);
        if (n) {
            *ret = tags[i].role;
            return j + n - at;
        }
    }
    return 0;
}

static const char *const separators[] = {"、", "，", "；", ",", ";", " ", "。", "或", NULL};

/* The end of one name in a tag: a separator, the closing bracket of the tag, or a role's word. */
static size_t name_end(struct span s, size_t at, size_t close)
{
    static const char *const verbs[] = {"牵头", "配合", "会同", "负责", "等", "按职责", NULL};
    unsigned depth = 0;
    for (size_t i = at; i < close; i++) {
        if (starts_at(s, i, "（") || s.p[i] == '(')
            depth++;
        else if (depth && (starts_at(s, i, "）") || s.p[i] == ')'))
            depth--;
        else if (!depth &&
                 (any_at(s, i, separators, NULL) || (i > at && any_at(s, i, verbs, NULL))))
            return i;
    }
    return close;
}

/* The longest word for a department at the end of the name. */
static const struct word *department_of(const struct scan *c, size_t from, size_t to,
                                        size_t *ret_at)
{
    for (size_t i = from; i + 3 <= to; i += 3) {
        if (!han_at(c->s, i))
            return NULL;
        const struct word *w = words_at(c->index, c->s, i);
        if (w && w->kind == WORD_DEPARTMENT && i + w->text.n == to) {
            *ret_at = i;
            return w;
        }
    }
    return NULL;
}

static bool only_prefix(const struct scan *c, size_t from, size_t to)
{
    return from == to || prefix_start(c->s, to) <= from;
}

/* Figures, dashes and colons stand in numbers of persons, never in names of departments. */
static bool odd_name(struct span name)
{
    static const char *const marks[] = {"—", "：", "电话", "联系", "@", NULL};
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] >= '0' && name.p[i] <= '9')
            return true;
    return name.n < 6 || word_has_any(name, marks);
}

/* One name of a tag. `level` is what a list prints once: 区 or 市. */
static void tag_name(struct scan *c, size_t from, size_t to, struct span *level)
{
    size_t at = from, end = to;
    struct span name = span_of(c->s.p + from, to - from);
    size_t own = any_at(c->s, from, levels, NULL);
    const struct word *w = department_of(c, from, to, &at);
    if (odd_name(name))
        return;
    if (own == 3 && to - from > 3)
        *level = span_of(c->s.p + from, own);
    else if (w && any_at(c->s, from, places, NULL))
        *level = SPAN("");
    if (!w || !only_prefix(c, from, at)) {
        add_unit(c, from, end, name_fold(c->arena, name), false);
        return;
    }
    bool elided = from == at && level->n;
    struct span prefix = elided ? *level : span_of(c->s.p + from, at - from);
    add_unit(c, from, end, arena_print(c->arena, "%.*s%.*s", SPAN_ARG(prefix), SPAN_ARG(w->value)),
             elided);
}

/* What stands behind a name may give it a role: X牵头, Y配合. */
static enum mention_role role_behind(struct span s, size_t at, enum mention_role usual)
{
    if (starts_at(s, at, "牵头"))
        return ROLE_LEAD;
    if (starts_at(s, at, "配合"))
        return ROLE_JOINT;
    return usual;
}

/* In a group before 牵头 or 配合 all names take that role. */
static void group_role(struct scan *c, size_t first, enum mention_role role)
{
    for (size_t i = first; i < c->out.n; i++)
        c->out.at[i].role = role;
}

static size_t skip_separators(struct span s, size_t at, size_t close)
{
    static const char *const skips[] = {"、", "，",   "；",   ",",    ";",          " ",    "。",
                                        "等", "牵头", "配合", "负责", "按职责分工", "会同", NULL};
    enum mention_role role;
    size_t n;
    while (at < close && !tag_label(s, at, &role) && (n = any_at(s, at, skips, NULL)))
        at += n;
    return at;
}

static void tag_names(struct scan *c, size_t at, size_t close, enum mention_role role)
{
    struct span level = SPAN("");
    size_t group = c->out.n;
    while ((at = skip_separators(c->s, at, close)) < close) {
        size_t label = tag_label(c->s, at, &role);
        if (label) {
            at += label;
            group = c->out.n;
            continue;
        }
        size_t end = name_end(c->s, at, close);
        bool consult = ends_before(c->s, at, "会同");
        c->role = consult ? ROLE_CONSULT : role_behind(c->s, end, role);
        size_t before = c->out.n;
        if (end > at)
            tag_name(c, at, end, &level);
        if (c->role != role && !consult)
            group_role(c, group, c->role);
        if (c->role != role || starts_at(c->s, end, "；"))
            group = c->out.n;
        UNUSED(before);
        at = end > at ? end : at + 1;
    }
    c->role = ROLE_NAMED;
}

#define TAG_MAX 1500 /* bytes of a list of departments */

/* The closing bracket that belongs to the one before `at`, of either width. */
static size_t tag_close(struct span s, size_t at)
{
    unsigned depth = 1;
    for (size_t i = at; i < s.n && i - at < TAG_MAX; i++) {
        if (starts_at(s, i, "（") || s.p[i] == '(')
            depth++;
        else if ((starts_at(s, i, "）") || s.p[i] == ')') && --depth == 0)
            return i;
    }
    return 0;
}

/* （市商务委、上海海关）: a list of names that ends in departments, behind a sentence. */
static bool bare_tag(const struct scan *c, size_t open, size_t at, size_t close)
{
    static const char *const stops[] = {"。", "；", "”", "）", NULL};
    size_t names = 0, departments = 0, w;
    struct span level = SPAN("");
    UNUSED(level);
    if (!any_before(c->s, blank_before(c->s, open), stops, NULL))
        return false;
    while (at < close) {
        size_t end = name_end(c->s, at, close);
        if (end > at + 45)
            return false;
        if (end > at) {
            names++;
            departments += department_of(c, at, end, &w) != NULL;
        }
        at = skip_separators(c->s, end > at ? end : at + 1, close);
    }
    return names && departments * 2 >= names;
}

size_t mention_tag(struct scan *c, size_t at, size_t open)
{
    enum mention_role role;
    size_t close = tag_close(c->s, at + open), label = tag_label(c->s, at + open, &role);
    if (!close)
        return at;
    if (label) {
        tag_names(c, at + open + label, close, role);
        return close;
    }
    if (bare_tag(c, at, at + open, close)) {
        tag_names(c, at + open, close, ROLE_RESPONSIBLE);
        return close;
    }
    return at;
}
