/*
 * references.c: texts and the citations between them: resolving a number, a title, a nickname; what
 * kind of relation the words around a citation say.
 */
#include "document/references_int.h"
#include "document/mention_int.h"

static const char *const relation_names[] = {"implements", "based-on",   "amends",   "repeals",
                                             "extends",    "interprets", "forwards", "issues",
                                             "cites",      "same-text"};

const char *relation_name(enum relation_kind kind)
{
    return relation_names[kind];
}

/* ---- titles ---- */

static struct span strip_end(struct span s, const char *const *words)
{
    size_t n;
    while ((n = any_before(s, s.n, words, NULL)))
        s.n -= n;
    return s;
}

struct span title_core(struct arena *a, struct span title)
{
    static const char *const ends[] = {"的通知", "（试行）", "（暂行）", "的公告",
                                       "的通告", "（略）",   NULL};
    static const char *const heads[] = {"关于印发", "印发",     "关于转发", "转发",
                                        "关于发布", "关于贯彻", "关于",     NULL};
    struct span s = strip_end(name_fold(a, title), ends);
    size_t about = span_find(s, SPAN("关于"));
    if (about != SIZE_MAX && about > 0 && about <= 90)
        s = span_from(s, about); /* 某某委员会关于... */
    for (size_t n; (n = any_at(s, 0, heads, NULL)) && s.n - n >= 12;)
        s = span_from(s, n);
    return s;
}

/* Shared pairs of neighbouring characters, in hundredths of the longer title's. */
static unsigned title_likeness(struct span a, struct span b)
{
    size_t shared = 0, pairs_a = a.n / 3, pairs_b = b.n / 3;
    if (a.n < 18 || b.n < 18)
        return 0;
    for (size_t i = 0; i + 6 <= a.n; i += 3)
        if (memmem(b.p, b.n, a.p + i, 6))
            shared++;
    size_t most = pairs_a > pairs_b ? pairs_a : pairs_b;
    return (unsigned)(shared * 100 / (most > 1 ? most - 1 : 1));
}

/* ---- texts ---- */

static bool is_law(struct span title)
{
    static const char *const ends[] = {"法", "条例", "法典", "实施细则条例", NULL};
    static const char *const not [] = {"办法", "方法", "立法", "执法", NULL};
    return any_before(title, title.n, ends, NULL) && !any_before(title, title.n, not, NULL);
}

static enum text_level level_of(struct span number, struct span title, struct span region)
{
    static const char *const state[] = {"国",   "财",   "税",   "工信部", "人社",
                                        "发改", "银",   "建",   "商务部", "文旅",
                                        "民发", "中华", "中国", "医保",   NULL};
    static const char *const city[] = {"京", "沪", "津", "渝", "北京市", "上海市", NULL};
    size_t strokes = 0;
    for (size_t i = 0; i < region.n; i++)
        strokes += region.p[i] == '/';
    if (region.n)
        return strokes ? LEVEL_DISTRICT : LEVEL_CITY;
    if (any_at(number, 0, city, NULL) || (!number.n && any_at(title, 0, city, NULL)))
        return LEVEL_CITY;
    if (any_at(number, 0, state, NULL) || any_at(title, 0, state, NULL))
        return LEVEL_STATE;
    if (any_at(title, 0, city, NULL))
        return LEVEL_CITY;
    return is_law(title) ? LEVEL_STATE : LEVEL_UNKNOWN;
}

static void map_text(struct linking *l, struct map *m, struct span key, size_t index)
{
    if (key.n && !map_get(m, key) && map_put(m, key, (void *)(uintptr_t)(index + 1)) < 0)
        l->arena->failed = true;
}

static size_t found_in(const struct map *m, struct span key)
{
    uintptr_t i = key.n ? (uintptr_t)map_get(m, key) : 0;
    return i ? (size_t)i - 1 : NO_TEXT;
}

static size_t text_add(struct linking *l, struct reference_text t)
{
    struct reference_text *slot = VECTOR_PUSH(l->arena, &l->texts, struct reference_text);
    if (!slot)
        return 0;
    size_t index = l->texts.n - 1;
    t.level = level_of(t.number, t.title, t.region);
    t.law = is_law(t.title);
    t.core = title_core(l->arena, t.title);
    *slot = t;
    map_text(l, &l->by_number, name_fold(l->arena, t.number), index);
    map_text(l, &l->by_title, t.core, index);
    return index;
}

const struct doc_entry *separate_entry(const struct doc_entry *e)
{
    while (e && !doc_entry_separate(e) && e->within)
        e = e->within;
    return e;
}

size_t text_of_entry(const struct linking *l, const struct doc_entry *e)
{
    e = separate_entry(e);
    return e ? found_in(&l->by_entry, span_of((const char *)&e, sizeof e)) : NO_TEXT;
}

static void map_entry(struct linking *l, const struct doc_entry *e, size_t index)
{
    map_text(l, &l->by_entry, arena_copy(l->arena, span_of((const char *)&e, sizeof e)), index);
}

/* The body that follows its notice is the notice's text, not another one. */
static bool body_of_last(struct linking *l, const struct doc_entry *e)
{
    const struct reference_text *last = l->texts.n ? &l->texts.at[l->texts.n - 1] : NULL;
    return e->kind == DOC_ENTRY_PART && !e->number.text.n && last && last->entry &&
           last->entry->kind != DOC_ENTRY_CATALOGUE && last->core.n &&
           span_eq(last->core, title_core(l->arena, e->title.text));
}

static void add_entries(struct linking *l, const struct reference_file *f)
{
    for (size_t i = 0; i < f->entries->n; i++) {
        const struct doc_entry *e = &f->entries->at[i];
        if (separate_entry(e) != e)
            continue;
        if (body_of_last(l, e)) {
            map_entry(l, e, l->texts.n - 1);
            continue;
        }
        size_t index = text_add(l, (struct reference_text){.file = f,
                                                           .entry = e,
                                                           .id = e->id,
                                                           .title = e->title.text,
                                                           .number = e->number.text,
                                                           .region = e->region,
                                                           .held = !(e->flags & DOC_FLAG_NO_BODY)});
        map_entry(l, e, index);
        map_text(l, &l->by_title, title_core(l->arena, e->body_title), index);
        if (e->enclosed)
            map_text(l, &l->by_title, title_core(l->arena, e->enclosed->title), index);
    }
}

#define FUZZY_MAX 5000 /* titles: beyond, each citation would be compared too often */

/* The most alike title of at least 85 hundredths. */
static size_t alike(struct linking *l, struct span core)
{
    size_t best = NO_TEXT;
    unsigned most = 84;
    for (size_t i = 0; i < l->by_title.n && l->by_title.n <= FUZZY_MAX; i++) {
        unsigned n = title_likeness(core, l->by_title.entries[i].key);
        if (n > most) {
            most = n;
            best = (size_t)(uintptr_t)l->by_title.entries[i].value - 1;
        }
    }
    return best;
}

/* A text that the library knows becomes a node under its id. */
static size_t text_declared(struct linking *l, struct span number, struct span core)
{
    const struct name_text *t = NULL;
    if (!l->names)
        return NO_TEXT;
    if (number.n)
        t = map_get(&l->names->by_number, number);
    if (!t && core.n)
        t = map_get(&l->names->by_title, core);
    if (!t)
        return NO_TEXT;
    return text_add(l, (struct reference_text){.id = t->id,
                                               .title = t->title,
                                               .number = t->number,
                                               .region = t->region,
                                               .held = t->held});
}

size_t text_cited(struct linking *l, struct span number, struct span title,
                  enum reference_how *ret_how)
{
    struct span n = name_fold(l->arena, number), core = title_core(l->arena, title);
    size_t i = found_in(&l->by_number, n);
    *ret_how = HOW_NUMBER;
    if (i != NO_TEXT)
        return i;
    *ret_how = HOW_TITLE;
    if ((i = found_in(&l->by_title, core)) != NO_TEXT &&
        (!n.n || !l->texts.at[i].number.n || span_eq(l->texts.at[i].number, n)))
        goto found;
    *ret_how = HOW_FUZZY;
    if (!n.n && (i = alike(l, core)) != NO_TEXT)
        return i;
    *ret_how = n.n ? HOW_NUMBER : HOW_TITLE;
    if ((i = text_declared(l, n, name_fold(l->arena, title))) != NO_TEXT)
        return i;
    return text_add(l, (struct reference_text){.title = name_fold(l->arena, title), .number = n});
found:
    if (n.n && !l->texts.at[i].number.n) { /* a later citation gives the number */
        l->texts.at[i].number = n;
        map_text(l, &l->by_number, n, i);
    }
    return i;
}

/* ---- kinds ---- */

struct cue {
    const char *word;
    enum relation_kind kind;
};
static const struct cue cues_before[] = {
    {"根据", RELATION_IMPLEMENTS},     {"依据", RELATION_IMPLEMENTS}, {"依照", RELATION_IMPLEMENTS},
    {"贯彻落实", RELATION_IMPLEMENTS}, {"贯彻", RELATION_IMPLEMENTS}, {"落实", RELATION_IMPLEMENTS},
    {"贯彻执行", RELATION_IMPLEMENTS}, {"转发", RELATION_FORWARDS},   {"修订", RELATION_AMENDS},
    {"修改", RELATION_AMENDS},         {"废止", RELATION_REPEALS},    {"印发", RELATION_ISSUES},
    {"解读", RELATION_INTERPRETS},
};
static const struct cue cues_after[] = {
    {"同时废止", RELATION_REPEALS},    {"予以废止", RELATION_REPEALS},
    {"自行废止", RELATION_REPEALS},    {"停止执行", RELATION_REPEALS},
    {"即行废止", RELATION_REPEALS},    {"废止", RELATION_REPEALS},
    {"有效期延长", RELATION_EXTENDS},  {"继续有效", RELATION_EXTENDS},
    {"的解读", RELATION_INTERPRETS},   {"解读", RELATION_INTERPRETS},
    {"相关问答", RELATION_INTERPRETS}, {"作如下修改", RELATION_AMENDS},
    {"修改如下", RELATION_AMENDS},     {"进行修订", RELATION_AMENDS},
};

/* The sentence around [from, to) of the node's text: to the next stop on both sides. */
static struct span sentence_before(struct span s, size_t from)
{
    static const char *const stops[] = {"。", "；", "！", "？", NULL};
    size_t at = from;
    while (at > 0 && from - at < 900 && !any_before(s, at, stops, NULL))
        at--;
    return span_of(s.p + at, from - at);
}

static struct span sentence_after(struct span s, size_t to)
{
    static const char *const stops[] = {"。", "；", "《", "！", "？", NULL};
    size_t at = to;
    while (at < s.n && at - to < 90 && !any_at(s, at, stops, NULL))
        at++;
    return span_of(s.p + to, at - to);
}

/* To the end of the sentence, other titles included. */
static struct span whole_after(struct span s, size_t to)
{
    size_t at = to;
    while (at < s.n && at - to < 600 &&
           !any_at(s, at, (const char *const[]){"。", "；", NULL}, NULL))
        at++;
    return span_of(s.p + to, at - to);
}

/* The words of a list of citations: 《甲》《乙》（文号）. */
static struct span before_list(struct span s, size_t from)
{
    static const char *const links[] = {"、", "和", "及", "以及", "，", NULL};
    struct span b = sentence_before(s, from);
    for (;;) {
        struct span c = b;
        c.n -= any_before(c, c.n, links, NULL);
        if (span_ends(c, SPAN("）")) || span_ends(c, SPAN(")"))) /* （文号） */
            while (c.n && !span_ends(c, SPAN("《")) && !span_ends(c, SPAN("》")))
                c.n--;
        if (!span_ends(c, SPAN("》")))
            return b;
        while (c.n >= 3 && !span_ends(c, SPAN("《")))
            c.n--;
        if (c.n < 3)
            return b;
        c.n -= 3;
        b = c;
    }
}

/* A verb far from the title governs something else, unless the sentence says why a text is made. */
static bool governs(struct span before, size_t verb_end, struct span sentence_behind)
{
    static const char *const reasons[] = {"制定", "制订", "现就", "通知如下",
                                          "特制", "现将", "如下", NULL};
    return before.n - verb_end <= 45 || word_has_any(before, reasons) ||
           word_has_any(sentence_behind, reasons);
}

/* 按照...要求 in the opening paragraphs says what the text carries out. */
static bool opening(const struct doc_node *n)
{
    static const char *const steps[] = {"段1", "段2", "段3", NULL};
    return n->kind == DOC_PARAGRAPH && any_at(n->step, 0, steps, NULL) == n->step.n &&
           n->parent->kind != DOC_CLAUSE;
}

static bool as_asked(const struct doc_node *n, struct span before, struct span behind)
{
    static const char *const by[] = {"按照", "依据", "依照", NULL};
    static const char *const asked[] = {"要求", "精神", "部署", "规定", "如下", NULL};
    return opening(n) && word_has_any(before, by) && word_has_any(behind, asked);
}

static enum relation_kind kind_said(const struct doc_node *n, size_t from, size_t to)
{
    struct span s = n->text, b = before_list(s, from), a = sentence_after(s, to);
    for (size_t i = 0; i < COUNT_OF(cues_after); i++)
        if (span_find(a, span_z(cues_after[i].word)) != SIZE_MAX)
            return cues_after[i].kind;
    size_t best = 0;
    enum relation_kind kind = RELATION_CITES;
    for (size_t i = 0; i < COUNT_OF(cues_before); i++)
        for (size_t at = 0, k;
             (k = span_find(span_from(b, at), span_z(cues_before[i].word))) != SIZE_MAX;
             at += k + 3)
            if (at + k + 1 > best && governs(b, at + k + strlen(cues_before[i].word), a)) {
                best = at + k + 1;
                kind = cues_before[i].kind;
            }
    return kind == RELATION_CITES && as_asked(n, b, whole_after(s, to)) ? RELATION_IMPLEMENTS
                                                                        : kind;
}

/* What the heading's own words say of the text it names. */
static enum relation_kind kind_of_heading(struct span title, enum relation_kind said)
{
    static const char *const explains[] = {"解读", "问答", "有关问题说明", "问题说明", NULL};
    static const char *const carries[] = {"办理流程", "流程",     "落实",     "贯彻", "实施细则",
                                          "实施意见", "实施办法", "具体措施", NULL};
    if (word_has_any(title, explains))
        return RELATION_INTERPRETS;
    if (said == RELATION_CITES && word_has_any(title, carries))
        return RELATION_IMPLEMENTS;
    return said;
}

static bool is_form(struct span title)
{
    static const char *const forms[] = {"许可证", "证书",   "报告",   "申请表", "登记表", "承诺书",
                                        "证明",   "协议",   "通关单", "统计表", "一览表", "合同",
                                        "执照",   "申请书", "情况表", "手册",   NULL};
    return title.n <= 12 || any_before(title, title.n, forms, NULL) > 0; /* 《要点》: itself */
}

/* ---- citations ---- */

/* One relation a pair and kind; a plain citation gives way to anything said more exactly. */
static void relate(struct linking *l, struct relation r)
{
    if (r.from == NO_TEXT || r.to == NO_TEXT || r.from == r.to)
        return;
    size_t ends[2] = {r.from, r.to};
    struct span key = arena_copy(l->arena, span_of((const char *)ends, sizeof ends));
    size_t other = found_in(&l->by_pair, key);
    if (other != NO_TEXT) {
        struct relation *o = &l->relations.at[other];
        if (o->kind == RELATION_CITES)
            *o = r;
        if (o->kind == r.kind || r.kind == RELATION_CITES)
            return;
    }
    struct relation *slot = VECTOR_PUSH(l->arena, &l->relations, struct relation);
    if (!slot)
        return;
    *slot = r;
    map_text(l, &l->by_pair, key, l->relations.n - 1);
}

/* A number in brackets right behind the title belongs to it. */
static const struct mention *number_of_title(const struct mentions *all, size_t i)
{
    const struct mention *t = &all->at[i], *n = i + 1 < all->n ? &all->at[i + 1] : NULL;
    if (!n || n->kind != MENTION_NUMBER || n->node != t->node || n->from - t->to > 12)
        return NULL;
    return n;
}

static bool in_heading(const struct doc_entry *e, const struct mention *m)
{
    return m->start >= e->title.start && m->end <= e->title.end;
}

static size_t cited_by(struct linking *l, const struct mention *m, const struct mention *number,
                       enum reference_how *ret_how)
{
    if (m->kind == MENTION_NICKNAME) {
        struct span none = {NULL, 0};
        bool numbered = span_find(m->meant, SPAN("〔")) != SIZE_MAX;
        struct span title = m->meant.n ? m->meant : m->value;
        size_t to = text_cited(l, numbered ? m->meant : none, numbered ? none : title, ret_how);
        *ret_how = HOW_NICKNAME;
        return to;
    }
    if (m->kind == MENTION_NUMBER)
        return text_cited(l, m->value, (struct span){NULL, 0}, ret_how);
    return text_cited(l, number ? number->value : (struct span){NULL, 0}, m->value, ret_how);
}

/* Mention i of the file as a citation; returns the mention after it. */
static size_t cite(struct linking *l, const struct reference_file *f, size_t i)
{
    const struct mention *m = &f->mentions->at[i], *number = NULL;
    if (m->kind != MENTION_TITLE && m->kind != MENTION_NUMBER && m->kind != MENTION_NICKNAME)
        return i + 1;
    if (m->kind == MENTION_TITLE)
        number = number_of_title(f->mentions, i);
    const struct doc_entry *e = doc_entry_of(f->entries, m->node);
    size_t from = text_of_entry(l, e), next = number ? i + 2 : i + 1;
    if (from == NO_TEXT || (m->kind == MENTION_TITLE && !number && is_form(m->value)))
        return next;
    if (m->kind == MENTION_NUMBER && e->number.end > m->start && e->number.start < m->end)
        return next; /* its own */
    enum reference_how how;
    size_t to = cited_by(l, m, number, &how);
    enum relation_kind kind = kind_said(m->node, m->from, number ? number->to : m->to);
    if (in_heading(separate_entry(e), m)) {
        kind = kind_of_heading(separate_entry(e)->title.text, kind);
        how = HOW_HEADING;
    } else if (kind == RELATION_ISSUES && separate_entry(e)->kind != DOC_ENTRY_DIGEST)
        kind = RELATION_CITES; /* only a heading issues a text */
    if (kind == RELATION_IMPLEMENTS && l->texts.at[to].law)
        kind = RELATION_BASED_ON;
    relate(l, (struct relation){.kind = kind,
                                .how = how,
                                .from = from,
                                .to = to,
                                .node = m->node,
                                .start = m->start,
                                .end = number ? number->end : m->end});
    return next;
}

/* The heading's enclosed text: 关于印发《...》的通知 issues it, when it is a text of its own. */
static void relate_enclosed(struct linking *l, size_t from)
{
    static const enum relation_kind kinds[] = {
        [DOC_RELATION_ISSUES] = RELATION_ISSUES,
        [DOC_RELATION_FORWARDS] = RELATION_FORWARDS,
        [DOC_RELATION_INTERPRETS] = RELATION_INTERPRETS,
    };
    const struct doc_entry *e = l->texts.at[from].entry;
    if (!e || !e->enclosed || !e->enclosed->title.n || e->enclosed->relation == DOC_RELATION_ISSUES)
        return;
    enum reference_how how;
    enum relation_kind kind = kinds[e->enclosed->relation];
    size_t to = text_cited(l, e->enclosed->number, e->enclosed->title, &how);
    relate(l, (struct relation){.kind = kind,
                                .how = HOW_HEADING,
                                .from = from,
                                .to = to,
                                .node = e->node,
                                .start = e->title.start,
                                .end = e->title.end});
}

/* A title inside the title: 〈...〉, <...>. */
static struct span inner_title(struct span s)
{
    static const char *const opens[] = {"〈", "<", "＜", NULL}, *const closes[] = {"〉", ">", "＞",
                                                                                   NULL};
    for (size_t i = 0; i < s.n; i++) {
        size_t o = any_at(s, i, opens, NULL);
        for (size_t k = i + o; o && k < s.n; k++)
            if (any_at(s, k, closes, NULL))
                return k - i - o >= 30 ? span_of(s.p + i + o, k - i - o) : span_of(s.p, 0);
    }
    return span_of(s.p, 0);
}

static void relate_heading(struct linking *l, size_t from, size_t to)
{
    const struct doc_entry *e = l->texts.at[from].entry;
    relate(l, (struct relation){.kind = kind_of_heading(e->title.text, RELATION_CITES),
                                .how = HOW_HEADING,
                                .from = from,
                                .to = to,
                                .node = e->node,
                                .start = e->title.start,
                                .end = e->title.end});
}

/* What the title itself names: 关于落实京政办发〔2020〕7号文的通知. */
static void relate_title(struct linking *l, size_t from)
{
    const struct doc_entry *e = l->texts.at[from].entry;
    enum reference_how how;
    struct span none = {NULL, 0}, number, folded, inner;
    size_t end = 0;
    if (!e || !e->title.text.n)
        return;
    folded = name_fold(l->arena, e->title.text);
    while (source_number_in(l->arena, folded, end, &number, &end)) {
        relate_heading(l, from, text_cited(l, number, none, &how));
        size_t and = any_at(folded, end, (const char *const[]){"和", "、", NULL}, NULL), last;
        struct quantity q;
        if (and&&quantity_read(folded, end + and, &q) && starts_at(folded, q.end, "号") &&
            (last = span_find(number, SPAN("〕"))) != SIZE_MAX)
            relate_heading(
                l, from,
                text_cited(l,
                           arena_print(l->arena, "%.*s%.*s", (int)(last + 3), number.p,
                                       (int)(q.end + 3 - end - and), folded.p + end + and),
                           none, &how));
    }
    inner = inner_title(e->title.text);
    if (inner.n)
        relate_heading(l, from, text_cited(l, none, inner, &how));
}

/* Equal titles of two texts held: one text, printed twice. */
static void relate_same(struct linking *l)
{
    for (size_t i = 0; i < l->texts.n; i++)
        for (size_t k = 0; k < i && l->texts.at[i].entry; k++) {
            const struct reference_text *a = &l->texts.at[i], *b = &l->texts.at[k];
            if (!b->entry || a->title.n < 24 || !span_eq(a->region, b->region))
                continue;
            bool number = a->number.n && span_eq(a->number, b->number);
            bool title = (!a->number.n || !b->number.n) && span_eq(a->core, b->core);
            if (number || title)
                relate(l, (struct relation){.kind = RELATION_SAME_TEXT,
                                            .how = number ? HOW_NUMBER : HOW_TITLE,
                                            .from = i,
                                            .to = k,
                                            .node = a->entry->node,
                                            .start = a->entry->title.start,
                                            .end = a->entry->title.end});
        }
}

/* ---- what the library declares ---- */

/* The graph's kind for the library's word. */
static enum relation_kind declared_kind(struct span word)
{
    static const struct {
        const char *word;
        enum relation_kind kind;
    } words[] = {{"explains", RELATION_INTERPRETS},
                 {"replaces", RELATION_REPEALS},
                 {"excerpt-of", RELATION_CITES},
                 {"digest-of", RELATION_CITES}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (span_eq(word, span_z(words[i].word)))
            return words[i].kind;
    for (size_t i = 0; i < RELATION_KINDS; i++)
        if (span_eq(word, span_z(relation_names[i])))
            return (enum relation_kind)i;
    return RELATION_CITES;
}

static size_t declared_text(struct linking *l, const struct name_text *t)
{
    enum reference_how how;
    size_t i = text_cited(l, t->number, t->title, &how);
    if (!l->texts.at[i].id.n)
        l->texts.at[i].id = t->id;
    if (!l->texts.at[i].region.n) {
        l->texts.at[i].region = t->region;
        l->texts.at[i].level = level_of(t->number, t->title, t->region);
    }
    l->texts.at[i].held |= t->held;
    return i;
}

static const struct name_text *text_named(const struct names *names, struct span id)
{
    for (size_t i = 0; id.n && i < names->text_count; i++)
        if (span_eq(names->texts[i]->id, id))
            return names->texts[i];
    return NULL;
}

static void relate_declared(struct linking *l)
{
    enum reference_how how;
    for (size_t i = 0; i < l->names->text_count; i++)
        declared_text(l, l->names->texts[i]);
    for (size_t i = 0; i < l->names->relation_count; i++) {
        const struct name_relation *r = &l->names->relations[i];
        const struct name_text *to = text_named(l->names, r->document);
        size_t from = declared_text(l, r->from);
        relate(l, (struct relation){.kind = declared_kind(r->kind),
                                    .how = HOW_DECLARED,
                                    .from = from,
                                    .to = to ? declared_text(l, to)
                                             : text_cited(l, r->number, r->title, &how)});
    }
}

/* Titles leave the program everywhere: from here on they are masked. */
static void mask_titles(struct linking *l)
{
    for (size_t i = 0; i < l->texts.n; i++) {
        struct reference_text *t = &l->texts.at[i];
        if (t->entry && t->title.n)
            t->title = doc_masked(l->arena, t->file->doc, t->entry->node, t->title);
    }
}

static void linking_init(struct linking *l)
{
    map_init(&l->by_number, l->arena);
    map_init(&l->by_title, l->arena);
    map_init(&l->by_pair, l->arena);
    map_init(&l->by_entry, l->arena);
}

static void relate_headings(struct linking *l)
{
    size_t held = l->texts.n;
    for (size_t i = 0; i < held; i++) {
        relate_enclosed(l, i);
        relate_title(l, i);
    }
}

static void relate_citations(struct linking *l, const struct reference_file *f)
{
    for (size_t m = 0; m < f->mentions->n && !l->arena->failed;)
        m = cite(l, f, m);
}

int references_said(struct arena *arena, const struct reference_file *file, struct references *ret,
                    struct err *err)
{
    struct linking l = {.arena = arena, .files = file, .file_count = 1};
    linking_init(&l);
    add_entries(&l, file);
    relate_headings(&l);
    relate_citations(&l, file);
    mask_titles(&l);
    if (arena->failed)
        return err_memory(err);
    *ret = (struct references){.texts = l.texts.at,
                               .text_count = l.texts.n,
                               .relations = l.relations.at,
                               .relation_count = l.relations.n};
    return 0;
}

int references_find(struct arena *arena, const struct reference_file *files, size_t count,
                    const struct names *names, bool whole_library, struct references *ret,
                    struct err *err)
{
    struct linking l = {.arena = arena, .names = names, .files = files, .file_count = count};
    linking_init(&l);
    for (size_t i = 0; i < count; i++)
        add_entries(&l, &files[i]);
    relate_headings(&l);
    for (size_t i = 0; i < count; i++) {
        relate_citations(&l, &files[i]);
        referrals_find(&l, &files[i]);
    }
    if (whole_library && names)
        relate_declared(&l);
    relate_same(&l);
    clauses_compare(&l);
    mask_titles(&l);
    if (arena->failed)
        return err_memory(err);
    *ret = (struct references){
        .texts = l.texts.at,
        .text_count = l.texts.n,
        .relations = l.relations.at,
        .relation_count = l.relations.n,
        .referrals = l.referrals.at,
        .referral_count = l.referrals.n,
        .quotations = l.quotations.at,
        .quotation_count = l.quotations.n,
        .duplicates = l.duplicates.at,
        .duplicate_count = l.duplicates.n,
        .conflicts = l.conflicts.at,
        .conflict_count = l.conflicts.n,
        .floors = l.floors.at,
        .floor_count = l.floors.n,
    };
    return 0;
}
