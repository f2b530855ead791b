/*
 * entries_foot.c: what the end of a text says of itself: from when to when it is in force and what
 * overrides that, which annexes it names and does not bring, which text it issues or explains.
 */
#include "document/entries_int.h"

/* ---- sentences ---- */

bool next_sentence(struct span *rest, struct span *ret)
{
    struct span s = span_trim(*rest);
    if (s.n == 0)
        return false;
    size_t at = span_find(s, SPAN("。"));
    *ret = at == SIZE_MAX ? s : span_of(s.p, at + 3);
    *rest = at == SIZE_MAX ? span_of(s.p + s.n, 0) : span_from(s, at + 3);
    return true;
}

/* The next node of the entry itself: annexes and parts inside it speak for themselves. */
static const struct doc_node *next_own(const struct doc_entry *e, const struct doc_node *n)
{
    const struct doc_node *start = e->node;
    bool other = n != start && n != e->body && n->kind == DOC_PART;
    if (!other)
        return doc_following(start, n);
    while (n != start && !n->next)
        n = n->parent;
    return n == start ? NULL : n->next;
}

/* ---- validity ---- */

static const char *const force[] = {"施行",   "实施", "执行",   "生效",
                                    "有效期", "试行", "适用于", NULL};

static size_t digits_at(struct span s, size_t at, uint32_t *ret)
{
    size_t n = 0;
    *ret = 0;
    for (; at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9' && n < 4; n++)
        *ret = *ret * 10 + (uint32_t)(s.p[at + n] - '0');
    return n;
}

/* 五年, 2 个月: months; 0 = none */
static uint32_t months_at(struct span s)
{
    uint32_t n = 0;
    s = span_trim(s);
    size_t used = digits_at(s, 0, &n);
    if (!used)
        used = chinese_number(s, &n);
    struct span rest = span_trim(span_from(s, used));
    if (!used || n == 0 || n > 50)
        return 0;
    if (span_starts(rest, SPAN("年")))
        return n * 12;
    return span_starts(rest, SPAN("个月")) ? n : 0;
}

/* "2020年底", "2020年12月底": the last day. */
static bool end_of_time(struct span s, struct date *ret)
{
    uint32_t year, month = 12;
    s = span_trim(s);
    size_t n = digits_at(s, 0, &year);
    struct span rest = span_trim(span_from(s, n));
    if (n != 4 || !span_starts(rest, SPAN("年")))
        return false;
    rest = span_trim(span_from(rest, 3));
    n = digits_at(rest, 0, &month);
    if (n) {
        rest = span_trim(span_from(rest, n));
        if (!span_starts(rest, SPAN("月")))
            return false;
        rest = span_from(rest, 3);
    } else
        month = 12;
    return span_starts(rest, SPAN("底")) && month >= 1 && month <= 12 &&
           date_make(year, month, date_month_length(year, (int)month), ret);
}

/* 自2023年6月1日起施行, 自印发之日起实施 */
static void read_from(struct doc_validity *v, struct span s)
{
    static const char *const days[] = {"印发之日", "发布之日", "公布之日", "下发之日",
                                       "发文之日", "公开之日", NULL};
    size_t from = 0, at;
    while (!v->from.year && !v->from_event.n &&
           (at = span_find(span_from(s, from), SPAN("自"))) != SIZE_MAX) {
        from += at + 3;
        struct span rest = span_trim(span_from(s, from));
        size_t n = head_date(rest, 0, &v->from);
        if (n && !span_starts(span_from(rest, n), SPAN("起"))) {
            v->from = (struct date){0};
            continue;
        }
        for (const char *const *d = days; *d; d++)
            if (span_starts(rest, span_z(*d)))
                v->from_event = span_of(rest.p, strlen(*d));
    }
}

static struct span event_of(struct span s)
{
    static const char *const stops[] = {"（", "(", "。", "；", "，", NULL};
    size_t end = s.n;
    for (const char *const *w = stops; *w; w++) {
        size_t at = span_find(s, span_z(*w));
        end = at < end ? at : end;
    }
    return span_trim(span_of(s.p, end));
}

/* 有效期至..., 有效期五年, 有效期为...期间 */
static void read_term(struct doc_validity *v, struct span s)
{
    static const char *const leads[] = {"原则上", "原则", "截止", "截至", "至",
                                        "到",     "为",   "：",   NULL};
    size_t at = span_find(s, SPAN("有效期"));
    size_t term = at == SIZE_MAX ? span_find(s, SPAN("执行期限为")) : SIZE_MAX;
    if (term != SIZE_MAX)
        at = term + 3; /* the word is longer by one character */
    while (at != SIZE_MAX && span_starts(span_from(s, at + 9), SPAN("】"))) {
        size_t more = span_find(span_from(s, at + 9), SPAN("有效期"));
        at = more == SIZE_MAX ? SIZE_MAX : at + 9 + more;
    }
    if (at == SIZE_MAX)
        return;
    struct span rest = span_trim(span_from(s, at + 9));
    if (span_starts(rest, SPAN("限")))
        rest = span_trim(span_from(rest, 3));
    for (const char *const *w = leads; *w; w++)
        if (span_starts(rest, span_z(*w)))
            rest = span_trim(span_from(rest, strlen(*w)));
    if (head_date(rest, 0, &v->to) || end_of_time(rest, &v->to))
        return;
    v->months = months_at(rest);
    struct span event = event_of(rest);
    if (!v->months && text_runes(event, 4) >= 4)
        v->to_event = event;
}

/* 试行一年, 自...结束之日起停止执行, 适用于疫情防控期间 */
static void read_end(struct doc_validity *v, struct span s)
{
    size_t at = span_find(s, SPAN("试行")), stop = span_find(s, SPAN("停止执行"));
    if (!v->months && !v->to.year && !v->to_event.n && at != SIZE_MAX)
        v->months = months_at(span_from(s, at + 6));
    if (stop != SIZE_MAX && !v->to_event.n) {
        struct span head = span_of(s.p, stop);
        size_t from = SIZE_MAX;
        for (size_t i = 0; i + 3 <= head.n; i++)
            if (memcmp(head.p + i, "自", 3) == 0)
                from = i;
        if (from != SIZE_MAX && span_ends(span_trim(head), SPAN("之日起")))
            v->to_event = span_of(head.p + from + 3, span_trim(head).n - from - 3 - 9);
    }
    at = span_find(s, SPAN("适用于"));
    if (at != SIZE_MAX && !v->to.year && !v->to_event.n && !v->months) {
        struct span event = event_of(span_from(s, at + 9));
        if (span_ends(event, SPAN("期间")))
            v->to_event = event;
    }
}

static void read_exceptions(struct doc_validity *v, struct span s)
{
    static const char *const own[] = {"具体政策", "具体措施",   "文中具体", "另有期限",
                                      "明确期限", "明确执行期", "有明确",   NULL};
    static const char *const above[] = {"国家", "上级", "北京市出台", "本市有", "市级", NULL};
    static const char *const yield[] = {"从其规定", "除外", "遵照执行", "为准", NULL};
    if (!word_has_any(s, yield))
        return;
    v->own_terms_prevail |= word_has_any(s, own);
    v->superior_prevails |= word_has_any(s, above);
}

/* Does a sentence speak of the force of the whole text? */
static bool about_force(struct span s)
{
    static const char *const verbs[] = {"起施行",   "起实施", "起执行",   "起生效", "有效期",
                                        "停止执行", "试行",   "执行期限", NULL};
    if (!word_has_any(s, force) || !text_about_itself(s))
        return false;
    return word_has_any(s, verbs) ||
           (span_find(s, SPAN("适用于")) != SIZE_MAX && span_find(s, SPAN("期间")) != SIZE_MAX);
}

static void date_validity(struct doc_entry *e)
{
    struct doc_validity *v = &e->validity;
    if (!v->from.year && v->from_event.n)
        v->from = e->date;
    if (v->months && v->from.year && !v->to.year) {
        struct date end;
        if (date_add_months(v->from, v->months, &end))
            (void)date_add_days(end, -1, &v->to);
    }
}

static void read_validity(struct entries *x, struct doc_entry *e, const struct doc_node *n)
{
    struct span rest = n->text, s;
    const char *first = NULL;
    size_t end = 0;
    while (next_sentence(&rest, &s)) {
        bool yields = first && (span_find(s, SPAN("从其规定")) != SIZE_MAX ||
                                span_find(s, SPAN("遵照执行")) != SIZE_MAX ||
                                span_find(s, SPAN("有效期")) != SIZE_MAX);
        if (!about_force(s) && !yields)
            continue;
        read_from(&e->validity, s);
        read_term(&e->validity, s);
        read_end(&e->validity, s);
        read_exceptions(&e->validity, s);
        first = first ? first : s.p;
        end = (size_t)(s.p + s.n - first);
    }
    if (first)
        e->validity.text = fact_in(x, n, span_of(first, end));
}

/* "停征时限：自…至…": a clause whose heading asks for nothing else. */
static void read_term_clause(struct entries *x, struct doc_entry *e, const struct doc_node *n)
{
    static const char *const titles[] = {"时限",     "执行期限", "实施期限",
                                         "有效期限", "执行时间", NULL};
    struct date from, to;
    size_t len, at;
    if (n->parent != e->body || e->validity.text.text.n || !word_ends_any(n->title, titles))
        return;
    at = head_date_find(n->text, 0, &len, &from);
    if (at == SIZE_MAX)
        return;
    size_t next = head_date_find(n->text, at + len, &len, &to);
    e->validity.from = from;
    if (next != SIZE_MAX)
        e->validity.to = to;
    e->validity.text = fact_in(x, n, n->text);
}

/* The last word counts: the end of the text says it, an introduction may say it too. */
void entry_validity(struct entries *x, struct doc_entry *e)
{
    for (const struct doc_node *n = e->node; n; n = next_own(e, n))
        if (n->kind != DOC_CELL && n->kind != DOC_FIELD && n->text.n)
            read_validity(x, e, n);
    for (const struct doc_node *n = e->body->first; n; n = n->next)
        read_term_clause(x, e, n);
    date_validity(e);
}

/* ---- what is missing ---- */

#define MISSING_MAX 200 /* annexes and pending matters that an entry lists */

static bool in_file(const struct doc_entry *e, struct span title)
{
    for (const struct doc_node *n = e->node->first; n; n = doc_following(e->node, n))
        if (n->kind == DOC_PART && n->title.n &&
            (doc_same_title(n->title, title) || doc_title_ends(n->title, title) ||
             doc_title_ends(title, n->title)))
            return true;
    return false;
}

static void missing_add(struct entries *x, struct doc_entry *e, struct missing_vector *v,
                        struct doc_fact what, const char *cause)
{
    struct doc_missing *m =
        v->n < MISSING_MAX ? VECTOR_PUSH(x->arena, v, struct doc_missing) : NULL;
    if (!m)
        return;
    *m = (struct doc_missing){.what = what, .cause = cause};
    e->missing = v->at;
    e->missing_count = v->n;
    e->flags |= strcmp(cause, "pending") == 0 ? DOC_FLAG_PENDING : DOC_FLAG_MISSING_ANNEX;
}

/* "附件 1：title", "2.title": what stands behind the mark. */
static struct span annex_title(struct span s)
{
    static const char *const words[] = {"相关附件", "附件", "附表", "附", NULL};
    for (const char *const *w = words; *w; w++)
        if (span_starts(s, span_z(*w))) {
            size_t wide = span_find(s, SPAN("：")), narrow = span_find(s, SPAN(":"));
            size_t at = wide < narrow ? wide + 3 : narrow + 1;
            s = wide == SIZE_MAX && narrow == SIZE_MAX ? span_from(s, strlen(*w))
                                                       : span_from(s, at);
            break;
        }
    struct enumerator e;
    s = span_trim(s);
    if (enumerator_read(s, &e))
        s = span_trim(span_from(s, e.length));
    if (span_starts(s, SPAN("《")) && span_ends(s, SPAN("》")))
        s = span_of(s.p + 3, s.n - 6);
    return s;
}

static bool left_out(struct span s)
{
    static const char *const marks[] = {"（略）", "(略)", "(略）", "（略)", NULL};
    return word_ends_any(s, marks);
}

static bool listed_before(const struct missing_vector *v, struct span title)
{
    for (size_t i = 0; i < v->n; i++)
        if (doc_same_title(v->at[i].what.text, title))
            return true;
    return false;
}

static void annex_line(struct entries *x, struct doc_entry *e, struct missing_vector *v,
                       const struct doc_node *n)
{
    struct span s = span_trim(n->text), title = annex_title(s);
    if (!title.n || v->n >= MISSING_MAX || listed_before(v, title))
        return;
    if (left_out(s))
        missing_add(x, e, v, fact_in(x, n, title), "omitted");
    else if (!in_file(e, title))
        missing_add(x, e, v, fact_in(x, n, title), "absent");
}

static bool is_annex_line(const struct doc_node *n)
{
    if (n->kind == DOC_FIELD)
        return span_eq(n->step, SPAN("附件"));
    struct span s = n->text;
    return n->kind == DOC_PARAGRAPH && text_runes(s, 81) <= 80 &&
           (span_starts(s, SPAN("附件")) || span_starts(s, SPAN("附表"))) &&
           (span_find(s, SPAN("：")) != SIZE_MAX || span_find(s, SPAN(":")) != SIZE_MAX);
}

static struct span annex_word(struct span s)
{
    size_t at = span_find(s, SPAN("附"));
    return at == SIZE_MAX ? s : span_of(s.p + at, 6);
}

/* 详见附件 where no list names one, 另行制定. */
static void text_line(struct entries *x, struct doc_entry *e, struct missing_vector *v,
                      const struct doc_node *n, bool annexes)
{
    static const char *const see[] = {"见附件", "见附表", "（附件", NULL};
    static const char *const later[] = {"另行制定", "另行通知", "另行公布",
                                        "另行发布", "另行规定", NULL};
    size_t which;
    size_t at = annexes ? SIZE_MAX : words_find(n->text, 0, see, &which);
    if (at == SIZE_MAX && !annexes)
        at = span_find(n->text, SPAN("(附件"));
    if (at != SIZE_MAX && !listed_before(v, SPAN("附件")))
        missing_add(x, e, v, fact_in(x, n, annex_word(span_from(n->text, at))), "absent");
    at = words_find(n->text, 0, later, &which);
    if (at != SIZE_MAX)
        missing_add(x, e, v, fact_in(x, n, span_of(n->text.p + at, 12)), "pending");
}

void entry_missing(struct entries *x, struct doc_entry *e)
{
    struct missing_vector v = {0};
    for (const struct doc_node *n = e->node->first; n; n = next_own(e, n))
        if (is_annex_line(n))
            annex_line(x, e, &v, n);
    bool annexes = v.n > 0;
    for (const struct doc_node *n = e->node->first; n && !annexes; n = doc_following(e->node, n))
        annexes |= n->kind == DOC_PART && n != e->body;
    for (const struct doc_node *n = e->node->first; n; n = next_own(e, n))
        if (n->text.n && n->kind != DOC_FIELD && n->kind != DOC_CELL && !is_annex_line(n))
            text_line(x, e, &v, n, annexes);
}

/* ---- what the text issues, forwards, explains ---- */

static struct span quoted(struct span s)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"《", "》"}, {"〈", "〉"}, {"<", ">"}, {"＜", "＞"}};
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        size_t at = span_find(s, span_z(marks[i].open)), n = strlen(marks[i].open);
        size_t close = s.n, m = strlen(marks[i].close);
        if (at == SIZE_MAX)
            continue;
        while (close > at + n + m && memcmp(s.p + close - m, marks[i].close, m) != 0)
            close--;
        if (close > at + n + m)
            return span_of(s.p + at + n, close - m - at - n);
    }
    return (struct span){0};
}

static bool relation_of(struct span title, enum doc_relation *ret)
{
    static const struct {
        const char *word;
        enum doc_relation relation;
    } words[] = {{"解读", DOC_RELATION_INTERPRETS},
                 {"有关问题说明", DOC_RELATION_INTERPRETS},
                 {"问答", DOC_RELATION_INTERPRETS},
                 {"转发", DOC_RELATION_FORWARDS},
                 {"印发", DOC_RELATION_ISSUES}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (span_find(title, span_z(words[i].word)) != SIZE_MAX) {
            *ret = words[i].relation;
            return true;
        }
    return false;
}

/* The first cited title of the text, and the 文号 behind it. */
static void first_citation(struct doc_enclosed *c, const struct doc_entry *e)
{
    for (const struct doc_node *n = e->node->first; n && !c->title.n; n = doc_following(e->node, n))
        for (size_t i = 0; i < n->mark_count; i++) {
            if (n->marks[i].kind != DOC_MARK_CITATION)
                continue;
            c->title =
                span_of(n->text.p + n->marks[i].start + 3, n->marks[i].end - n->marks[i].start - 6);
            if (i + 1 < n->mark_count && n->marks[i + 1].kind == DOC_MARK_NUMBER &&
                n->marks[i + 1].start <= n->marks[i].end + 3)
                c->number = span_of(n->text.p + n->marks[i + 1].start,
                                    n->marks[i + 1].end - n->marks[i + 1].start);
            break;
        }
}

void entry_enclosed(struct entries *x, struct doc_entry *e)
{
    enum doc_relation relation;
    bool related = relation_of(e->title.text, &relation);
    if (!related && e->body == e->node)
        return;
    struct doc_enclosed *c = ARENA_NEW(x->arena, struct doc_enclosed);
    if (!c)
        return;
    c->relation = related ? relation : DOC_RELATION_ISSUES;
    c->title = e->body != e->node ? e->body_title : quoted(e->title.text);
    c->node = e->body != e->node ? e->body : NULL;
    if (!c->title.n)
        first_citation(c, e);
    e->enclosed = c;
}
