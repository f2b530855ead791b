/*
 * draft.c: which clauses are measures, of which kind, with which figures, and the YAML of it.
 */
#include "document/draft.h"
#include "document/mention_int.h"
#include "document/path.h"

struct drafting {
    struct arena *arena;
    const struct draft_source *source;
    const struct doc_entry *entry;
    struct buffer *out;
    size_t count;
    struct span id, region, authority;
    bool known;     /* the library has the document, perhaps with rules that measures inherit */
    bool elsewhere; /* a condition of the measure lies in a text not held */
};

/* ---- kinds ---- */

struct kind_word {
    const char *word, *kind, *nature, *english;
};
/* The first word found decides: what is rarer stands before what is general. */
static const struct kind_word kinds[] = {
    {"贴息", "interest", "received", "Interest subsidy"},
    {"免征", "waiver", "not-charged", "Charge waived"},
    {"停征", "waiver", "not-charged", "Charge suspended"},
    {"免收", "waiver", "not-charged", "Charge waived"},
    {"免除", "waiver", "not-charged", "Charge waived"},
    {"减免", "waiver", "not-charged", "Charge reduced or waived"},
    {"减半", "waiver", "not-charged", "Charge halved"},
    {"返还", "refund", "received", "Refund"},
    {"退还", "refund", "received", "Refund"},
    {"暂退", "refund", "temporarily-returned", "Returned for a time"},
    {"缓缴", "deferral", "postponed", "Payment deferred"},
    {"延期缴纳", "deferral", "postponed", "Payment deferred"},
    {"延长缴费", "deferral", "postponed", "Payment deferred"},
    {"征收期", "deferral", "postponed", "Payment deferred"},
    {"担保费", "guarantee", "third-party", "Guarantee"},
    {"融资担保", "guarantee", "third-party", "Guarantee"},
    {"补贴", "subsidy", "received", "Subsidy"},
    {"补助", "subsidy", "received", "Subsidy"},
    {"奖励", "subsidy", "received", "Reward"},
    {"资助", "subsidy", "received", "Subsidy"},
    {"资金支持", "subsidy", "received", "Subsidy"},
    {"税收优惠", "tax", "not-charged", "Tax relief"},
    {"加计扣除", "tax", "not-charged", "Tax deduction"},
    {"增值税", "tax", "not-charged", "Tax relief"},
    {"贷款额度", "credit", "lent", "Credit"},
    {"信用贷款", "credit", "lent", "Credit"},
    {"贷款", "credit", "lent", "Credit"},
    {"预留", "quota", "received", "Reserved share"},
    {"不得", "prohibition", "received", "Prohibition"},
    {"禁止", "prohibition", "received", "Prohibition"},
    {"延长", "deferral", "postponed", "Term extended"},
    {"顺延", "deferral", "postponed", "Term extended"},
    {"受理", "procedure", "received", "Procedure"},
    {"办结", "procedure", "received", "Procedure"},
    {"核发", "procedure", "received", "Procedure"},
    {"办理", "procedure", "received", "Procedure"},
    {"应当", "duty", "received", "Duty"},
    {"力争", "indicator", "received", "Target"},
    {"达到", "indicator", "received", "Target"},
};

static const struct kind_word *kind_in(struct span s)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (span_find(s, span_z(kinds[i].word)) != SIZE_MAX)
            return &kinds[i];
    return NULL;
}

/* Kinds that are a measure without any figure. */
static bool without_figure(const struct kind_word *k)
{
    return strcmp(k->kind, "waiver") == 0 || strcmp(k->kind, "deferral") == 0;
}

/* ---- the words and mentions of a clause ---- */

/* Paragraphs and bullets under a clause are its words; numbered clauses are their own. */
static bool own_child(const struct doc_node *n)
{
    return n->kind == DOC_PARAGRAPH || n->kind == DOC_ITEM;
}

static const struct mention *mention_after(const struct drafting *d, size_t start)
{
    const struct mentions *all = d->source->mentions;
    size_t lo = 0, hi = all->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (all->at[mid].start < start)
            lo = mid + 1;
        else
            hi = mid;
    }
    return all->at + lo;
}

/* The next mention of the clause's own words from m on; NULL at the end. */
static const struct mention *own_mention(const struct drafting *d, const struct doc_node *n,
                                         const struct mention *m)
{
    const struct mention *end = d->source->mentions->at + d->source->mentions->n;
    for (; m < end && m->start < n->end; m++)
        if (m->node == n || (m->node->parent == n && own_child(m->node)))
            return m;
    return NULL;
}

static const struct mention *first_mention(const struct drafting *d, const struct doc_node *n)
{
    return d->source->mentions->n ? own_mention(d, n, mention_after(d, n->start)) : NULL;
}

static bool grants_figure(const struct mention *m)
{
    bool floor = m->bound == BOUND_LEAST || m->bound == BOUND_MORE || m->bound == BOUND_LESS;
    return (m->kind == MENTION_MONEY || m->kind == MENTION_RATIO) && !floor;
}

static bool has_grant(const struct drafting *d, const struct doc_node *n)
{
    for (const struct mention *m = first_mention(d, n); m; m = own_mention(d, n, m + 1))
        if (grants_figure(m))
            return true;
    return false;
}

static bool has_limit(const struct drafting *d, const struct doc_node *n)
{
    for (const struct mention *m = first_mention(d, n); m; m = own_mention(d, n, m + 1))
        if (m->kind == MENTION_LIMIT || m->kind == MENTION_WINDOW || m->kind == MENTION_ANCHORED)
            return true;
    return false;
}

static struct span own_words(const struct drafting *d, const struct doc_node *n)
{
    struct buffer b = BUFFER_INIT;
    buffer_add(&b, n->title);
    buffer_byte(&b, ' ');
    buffer_add(&b, n->text);
    for (const struct doc_node *c = n->first; c; c = c->next)
        if (own_child(c))
            buffer_add(&b, c->text);
    struct span words = arena_copy(d->arena, buffer_span(&b));
    d->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return words;
}

static const struct kind_word *decidable(const struct drafting *d, const struct doc_node *n)
{
    bool clause = n->kind == DOC_CLAUSE || (n->kind == DOC_ITEM && n->mark.n);
    if (!clause || (!n->text.n && !n->title.n))
        return NULL;
    const struct kind_word *k = kind_in(own_words(d, n));
    if (!k)
        return NULL;
    bool grants = has_grant(d, n), limit = has_limit(d, n);
    bool answers = strcmp(k->kind, "procedure") == 0 || strcmp(k->kind, "duty") == 0 ||
                   strcmp(k->kind, "prohibition") == 0;
    if (answers)
        return limit ? k : NULL;
    return grants || (without_figure(k) && n->text.n > 30) ? k : NULL;
}

/* ---- YAML ---- */

static void quoted(struct buffer *out, struct span s)
{
    buffer_byte(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            buffer_byte(out, '\\');
        if (c >= 0x20 && c != 0x7F)
            buffer_byte(out, (char)c);
        else
            buffer_byte(out, ' ');
    }
    buffer_byte(out, '"');
}

/* Masked, cut at a sentence or at `most` characters. */
static struct span phrase(const struct drafting *d, const struct doc_node *n, struct span s,
                          size_t most)
{
    static const char *const ends[] = {"。", "；", NULL};
    size_t at = 0, count = 0;
    struct span shown = span_trim(doc_masked(d->arena, d->source->doc, n, s));
    while (at < shown.n && count < most && !any_at(shown, at, ends, NULL)) {
        at++;
        while (at < shown.n && ((unsigned char)shown.p[at] & 0xC0) == 0x80)
            at++;
        count++;
    }
    return at ? span_of(shown.p, at) : SPAN("（无文字）");
}

static void words(struct buffer *out, struct span zh, struct span en)
{
    buffer_add_z(out, "{zh: ");
    quoted(out, zh);
    buffer_add_z(out, ", en: ");
    quoted(out, en);
    buffer_byte(out, '}');
}

static void cites(const struct drafting *d, const struct doc_node *n)
{
    struct span path = doc_path(d->arena, d->source->doc, n);
    quoted(d->out, doc_masked(d->arena, d->source->doc, n, path));
}

/* ---- figures ---- */

struct figure {
    const char *kind, *precision;
    struct span low, high; /* high: of a range */
    bool text;             /* no plain figure: shown as words */
};

static bool plain(struct span s)
{
    struct decimal d;
    return s.n && decimal_parse(s, &d);
}

static struct figure figure_of(const struct mention *m)
{
    bool money = m->kind == MENTION_MONEY, cap = m->bound == BOUND_MOST;
    struct span v = m->value;
    while (v.n && strchr("<>=", v.p[0]))
        v = span_from(v, 1);
    struct span unit = money ? SPAN(" 元") : SPAN("");
    bool fits = span_ends(v, unit);
    if (fits)
        v.n -= unit.n;
    size_t dots = span_find(v, SPAN(".."));
    if (fits && dots != SIZE_MAX && plain(span_of(v.p, dots)) && plain(span_from(v, dots + 2)))
        return (struct figure){money ? "money" : "rate", "range", span_of(v.p, dots),
                               span_from(v, dots + 2), false};
    if (!fits || !plain(v))
        return (struct figure){"text", "decide", m->text, {NULL, 0}, true};
    return (struct figure){money ? "money" : "rate",
                           cap     ? "cap"
                           : money ? "exact"
                                   : "rate",
                           v,
                           {NULL, 0},
                           false};
}

static void write_figure(struct drafting *d, const struct mention *m, const struct kind_word *k,
                         size_t index)
{
    struct figure f = figure_of(m);
    struct buffer *out = d->out;
    const char *name = f.text ? "说明" : m->kind == MENTION_MONEY ? "金额" : "比例";
    buffer_print(out, "      - name: %s%zu\n        kind: %s\n        precision: %s\n", name, index,
                 f.kind, f.precision);
    if (strcmp(f.kind, "money") == 0)
        buffer_print(out, "        nature: %s\n        unit: 元\n", k->nature);
    if (f.text) {
        buffer_add_z(out, "        text: ");
        words(out, doc_masked(d->arena, d->source->doc, m->node, f.low), m->value);
        buffer_byte(out, '\n');
    } else if (f.high.n)
        buffer_print(out, "        min: '%.*s'\n        max: '%.*s'\n", SPAN_ARG(f.low),
                     SPAN_ARG(f.high));
    else
        buffer_print(out, "        %s: '%.*s'\n",
                     strcmp(f.precision, "cap") == 0 ? "cap" : "amount", SPAN_ARG(f.low));
    buffer_add_z(out, "        cites: ");
    cites(d, m->node);
    buffer_byte(out, '\n');
}

/* The measure is as exact as its best result. */
static const char *precision_of(const struct drafting *d, const struct doc_node *n)
{
    static const char *const order[] = {"exact", "cap", "range", "rate", "decide", NULL};
    size_t best = COUNT_OF(order) - 1;
    for (const struct mention *m = first_mention(d, n); m; m = own_mention(d, n, m + 1))
        if (grants_figure(m)) {
            const char *p = figure_of(m).precision;
            for (size_t i = 0; i < best && order[i]; i++)
                if (strcmp(order[i], p) == 0)
                    best = i;
        }
    return order[best] ? order[best] : "decide";
}

static void write_benefit(struct drafting *d, const struct doc_node *n, const struct kind_word *k)
{
    size_t index = 0;
    for (const struct mention *m = first_mention(d, n); m && index < 12;
         m = own_mention(d, n, m + 1)) {
        if (!grants_figure(m))
            continue;
        if (index++ == 0)
            buffer_add_z(d->out, "    benefit:\n");
        write_figure(d, m, k, index);
    }
}

/* ---- conditions ---- */

static const char *reason_for(struct span s)
{
    static const char *const recognised[] = {"认定", "评审", "审定", "核定", "评定", NULL};
    static const char *const elsewhere[] = {"有关规定", "相关规定", "《", "另行", NULL};
    static const char *const vague[] = {"较大", "适当", "酌情", "原则上", "严重", "优质", NULL};
    if (word_has_any(s, elsewhere))
        return "text-not-held";
    if (word_has_any(s, recognised))
        return "recognition";
    return word_has_any(s, vague) ? "discretion" : "no-criterion";
}

static void write_condition(struct drafting *d, const struct doc_node *n)
{
    struct span s = n->text.n ? n->text : n->title;
    struct span zh = phrase(d, n, s, 120);
    buffer_add_z(d->out, "      - manual: ");
    words(d->out, zh, SPAN("Draft: a condition of this clause, to be written as facts"));
    buffer_add_z(d->out, "\n        owner: ");
    quoted(d->out, d->authority);
    const char *reason = reason_for(s);
    d->elsewhere |= strcmp(reason, "text-not-held") == 0;
    buffer_print(d->out, "\n        reason: %s\n        cites: ", reason);
    cites(d, n);
    buffer_byte(d->out, '\n');
}

static bool names_conditions(const struct doc_node *n)
{
    static const char *const heads[] = {"条件", "对象", "范围", "资格", NULL};
    struct span head = n->title.n ? n->title : n->text;
    if (head.n > 60)
        head.n = 60;
    return n->kind == DOC_CLAUSE && word_has_any(head, heads);
}

/* The clauses under and beside `n` that say for whom it is. */
static size_t write_listed(struct drafting *d, const struct doc_node *group)
{
    size_t n = 0;
    for (const struct doc_node *c = group ? group->first : NULL; c && n < 30; c = c->next) {
        if (!names_conditions(c))
            continue;
        size_t before = n;
        for (const struct doc_node *i = c->first; i && n < 30; i = i->next)
            if (i->text.n) {
                write_condition(d, i);
                n++;
            }
        if (n == before) {
            write_condition(d, c);
            n++;
        }
    }
    return n;
}

static void write_conditions(struct drafting *d, const struct doc_node *n)
{
    buffer_add_z(d->out, "    conditions:\n");
    size_t listed = write_listed(d, n);
    if (listed == 0 && n->parent && n->parent->kind == DOC_CLAUSE)
        listed = write_listed(d, n->parent);
    if (listed == 0 && n->parent && n->parent->parent && n->parent->kind == DOC_CLAUSE)
        listed = write_listed(d, n->parent->parent); /* 一、申报对象 beside 二、奖励标准 */
    if (listed == 0)
        write_condition(d, n->text.n || !n->first ? n : n->first);
}

/* ---- windows, channels, departments ---- */

static bool full_date(struct span s)
{
    struct date ignored;
    return date_parse(s, &ignored);
}

static void write_window(struct drafting *d, const struct mention *m)
{
    size_t dots = span_find(m->value, SPAN(".."));
    struct span from = span_of(m->value.p, dots), to = span_from(m->value, dots + 2);
    if (full_date(from))
        buffer_print(d->out, "      from: %.*s\n", SPAN_ARG(from));
    if (full_date(to))
        buffer_print(d->out, "      to: %.*s\n", SPAN_ARG(to));
}

static const struct mention *window_of(const struct drafting *d, const struct doc_node *n)
{
    for (const struct mention *m = first_mention(d, n); m; m = own_mention(d, n, m + 1)) {
        size_t dots = m->kind == MENTION_WINDOW ? span_find(m->value, SPAN("..")) : SIZE_MAX;
        if (dots != SIZE_MAX &&
            (full_date(span_of(m->value.p, dots)) || full_date(span_from(m->value, dots + 2))))
            return m;
    }
    return NULL;
}

static const char *mode_of(struct span s)
{
    static const char *const automatic[] = {"免申即享", "无需申请", "无需提交",
                                            "自动",     "无需企业", NULL};
    static const char *const later[] = {"另行通知", "另行公布", NULL};
    static const char *const apply[] = {"申请", "申报", "报名", "提交", NULL};
    return word_has_any(s, automatic) ? "automatic"
           : word_has_any(s, later)   ? "announced"
           : word_has_any(s, apply)   ? "application"
                                      : "none";
}

static void write_channels(struct drafting *d, struct span s)
{
    static const struct {
        const char *word, *channel;
    } channels[] = {{"网上", "online"},  {"登录", "online"},  {"线上", "online"},
                    {"窗口", "counter"}, {"大厅", "counter"}, {"现场", "counter"},
                    {"邮寄", "mail"},    {"快递", "mail"},    {"电子邮件", "email"},
                    {"邮箱", "email"},   {"电话", "phone"},   {"APP", "app"}};
    const char *last = "";
    for (size_t i = 0; i < COUNT_OF(channels); i++) {
        if (span_find(s, span_z(channels[i].word)) == SIZE_MAX ||
            strcmp(last, channels[i].channel) == 0)
            continue;
        buffer_add_z(d->out, *last ? ", " : "      channels: [");
        buffer_add_z(d->out, channels[i].channel);
        last = channels[i].channel;
    }
    if (*last)
        buffer_add_z(d->out, "]\n");
}

static void write_apply(struct drafting *d, const struct doc_node *n, struct span s)
{
    const struct mention *window = window_of(d, n);
    buffer_print(d->out, "    apply:\n      mode: %s\n", mode_of(s));
    if (window)
        write_window(d, window);
    write_channels(d, s);
    if (window) {
        buffer_add_z(d->out, "      cites: ");
        cites(d, window->node);
        buffer_byte(d->out, '\n');
    }
}

/* The department that a clause names as responsible; else the one that leads; else none. */
static struct span responsible(const struct drafting *d, const struct doc_node *n)
{
    struct span named = {NULL, 0};
    for (const struct mention *m = first_mention(d, n); m; m = own_mention(d, n, m + 1)) {
        struct span name = m->meant.n ? m->meant : m->value;
        if (m->kind != MENTION_UNIT)
            continue;
        if (m->role == ROLE_LEAD || m->role == ROLE_RESPONSIBLE)
            return name;
        if (!named.n && m->role != ROLE_CONSULT)
            named = name;
    }
    return named;
}

static void write_contacts(struct drafting *d, const struct doc_node *n)
{
    size_t count = 0;
    for (const struct mention *m = first_mention(d, n); m && count < 8;
         m = own_mention(d, n, m + 1)) {
        bool takes_part = m->kind == MENTION_UNIT && m->role != ROLE_NAMED;
        if (!takes_part)
            continue;
        if (count++ == 0)
            buffer_add_z(d->out, "    contacts:\n");
        bool lead = m->role == ROLE_LEAD || m->role == ROLE_RESPONSIBLE;
        buffer_add_z(d->out, "      - {role: ");
        words(d->out, lead ? SPAN("主管") : SPAN("配合"),
              lead ? SPAN("In charge") : SPAN("Takes part"));
        buffer_add_z(d->out, ", organisation: ");
        quoted(d->out, m->meant.n ? m->meant : m->value);
        buffer_add_z(d->out, "}\n");
    }
}

/* Limits and times on events have no fact to count from yet: an author gives them one. */
static void write_notes(struct drafting *d, const struct doc_node *n)
{
    size_t count = 0;
    for (const struct mention *m = first_mention(d, n); m && count < 8;
         m = own_mention(d, n, m + 1)) {
        if (m->kind != MENTION_LIMIT && m->kind != MENTION_ANCHORED)
            continue;
        if (count++ == 0)
            buffer_add_z(d->out, "    notes:\n");
        buffer_add_z(d->out, "      - ");
        words(d->out, doc_masked(d->arena, d->source->doc, m->node, m->text), m->value);
        buffer_byte(d->out, '\n');
    }
}

/* ---- a measure ---- */

static const char *addressee(struct span s)
{
    static const char *const persons[] = {"高校毕业生", "劳动者",   "个人",
                                          "职工个人",   "失业人员", NULL};
    static const char *const firms[] = {"企业", "单位", "工商户", "纳税人", "机构", NULL};
    return word_has_any(s, persons) && !word_has_any(s, firms) ? "person" : "enterprise";
}

/* With nothing known an authority has to look, or a text is missing. */
static void write_example(struct drafting *d)
{
    struct date as_of = d->entry->date;
    if (!as_of.year)
        as_of = (struct date){2020, 1, 1};
    buffer_print(d->out,
                 "    examples:\n      - name: nothing known\n        as_of: %04d-%02d-%02d\n"
                 "        facts: {}\n        expect: {status: %s}\n",
                 (int)as_of.year, as_of.month, as_of.day,
                 d->elsewhere ? "undetermined" : "needs-recognition");
}

static void write_measure(struct drafting *d, const struct doc_node *n, const struct kind_word *k)
{
    struct buffer *out = d->out;
    struct span text = own_words(d, n), saved = d->authority, named = responsible(d, n);
    struct span title = phrase(d, n, n->title.n ? n->title : n->text, 40);
    if (named.n)
        d->authority = named;
    d->elsewhere = false;
    d->count++;
    buffer_print(out, "  - measure: %.*s/draft-%zu\n    title: ", SPAN_ARG(d->id), d->count);
    words(out, title, arena_print(d->arena, "Draft %zu: %s", d->count, k->english));
    buffer_add_z(out, "\n    plain: ");
    words(out, phrase(d, n, n->text.n ? n->text : n->title, 80),
          SPAN("Draft made from the text; to be put into one plain sentence."));
    buffer_print(out, "\n    kind: %s\n    precision: %s\n    authority: ", k->kind,
                 precision_of(d, n));
    quoted(out, d->authority);
    buffer_print(out, "\n    addressee: [%s]\n    applicant: %s\n    cites: ", addressee(text),
                 addressee(text));
    cites(d, n);
    buffer_byte(out, '\n');
    write_apply(d, n, text);
    write_conditions(d, n);
    write_benefit(d, n, k);
    if (strcmp(k->kind, "procedure") == 0)
        buffer_add_z(out, "    next: {zh: 按所引条款办理, en: As the cited clause says}\n");
    if (strcmp(k->kind, "indicator") == 0 && !has_grant(d, n)) {
        buffer_add_z(out,
                     "    benefit:\n      - name: 目标\n        kind: text\n        precision: "
                     "decide\n        text: {zh: 见条款, en: See the clause}\n        cites: ");
        cites(d, n);
        buffer_byte(out, '\n');
    }
    write_contacts(d, n);
    write_notes(d, n);
    if (!d->known)
        write_example(d);
    d->authority = saved;
}

/* ---- the document ---- */

/* Lower-case words of ASCII joined by - and /. */
static struct span safe_id(struct arena *a, struct span id)
{
    struct buffer b = BUFFER_INIT;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i] >= 'A' && id.p[i] <= 'Z' ? (char)(id.p[i] + 32) : id.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool join = (c == '-' || c == '/') && b.n && b.p[b.n - 1] != '-' && b.p[b.n - 1] != '/';
        if (word || join)
            buffer_byte(&b, c);
    }
    while (b.n && (b.p[b.n - 1] == '-' || b.p[b.n - 1] == '/'))
        b.n--;
    struct span s = b.n ? arena_copy(a, buffer_span(&b)) : SPAN("text");
    buffer_release(&b);
    return s;
}

static struct span file_name(struct span path)
{
    size_t from = 0;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '/')
            from = i + 1;
    struct span name = span_from(path, from);
    return span_ends(name, SPAN(".txt")) ? span_of(name.p, name.n - 4) : name;
}

static const struct name_text *declared(const struct drafting *d)
{
    const struct doc_entry *e = d->entry;
    if (!d->source->names)
        return NULL;
    const struct name_text *t = e->number.text.n ? map_get(&d->source->names->by_number,
                                                           name_fold(d->arena, e->number.text))
                                                 : NULL;
    return t ? t : map_get(&d->source->names->by_title, name_fold(d->arena, e->title.text));
}

static void write_document(struct drafting *d)
{
    const struct doc_entry *e = d->entry;
    struct buffer *out = d->out;
    char hash[DOC_SHA256_HEX];
    doc_sha256(d->source->doc->bytes, hash);
    buffer_print(out, "documents:\n  - document: %.*s\n    title: ", SPAN_ARG(d->id));
    quoted(out, e->title.text.n ? doc_masked(d->arena, d->source->doc, e->node, e->title.text)
                                : SPAN("〔无题〕"));
    if (e->number.text.n) {
        buffer_add_z(out, "\n    number: ");
        quoted(out, e->number.text);
    }
    buffer_add_z(out, "\n    issuers: [");
    for (size_t i = 0; i < e->issuer_count; i++) {
        buffer_add_z(out, i ? ", " : "");
        quoted(out, e->issuers[i].text);
    }
    buffer_add_z(out, "]\n    type: ");
    quoted(out, e->type.n ? e->type : SPAN("文件"));
    buffer_add_z(out, "\n    region: ");
    quoted(out, d->region);
    if (e->date.year)
        buffer_print(out, "\n    issued: %04d-%02d-%02d", (int)e->date.year, e->date.month,
                     e->date.day);
    buffer_byte(out, '\n');
    if (d->source->stored)
        return;
    buffer_add_z(out, "    source: {file: ");
    quoted(out, file_name(d->source->doc->file));
    buffer_print(out, ", sha256: %s}\n", hash);
}

static void begin(struct drafting *d)
{
    const struct name_text *known = declared(d);
    buffer_add_z(d->out,
                 "# Draft made by 'huiqi document draft': figures, windows and departments are "
                 "from the text, conditions wait for an author.\n");
    d->known = known != NULL;
    if (known)
        d->id = known->id;
    else
        write_document(d);
    buffer_print(d->out, "document: %.*s\nregion: ", SPAN_ARG(d->id));
    quoted(d->out, d->region);
    buffer_add_z(d->out, "\nauthority: ");
    quoted(d->out, d->authority);
    buffer_add_z(d->out, "\nmeasures:\n");
}

static void draft_one(struct drafting *d, const struct doc_node *n, const struct kind_word *k)
{
    if (d->count == 0)
        begin(d);
    write_measure(d, n, k);
}

int draft_measures(struct arena *arena, const struct draft_source *source,
                   const struct doc_entry *entry, const struct doc_node *clause, struct buffer *out,
                   size_t *ret_count, struct err *err)
{
    static const struct kind_word service = {"", "service", "received", "Service"};
    struct drafting d = {.arena = arena, .source = source, .entry = entry, .out = out};
    d.id = safe_id(arena, entry->id);
    d.region = entry->region.n ? entry->region : source->region.n ? source->region : SPAN("中国");
    d.authority = entry->issuer_count && entry->issuers[0].text.n ? entry->issuers[0].text
                                                                  : SPAN("〔主管部门〕");
    if (clause) {
        const struct kind_word *k = kind_in(own_words(&d, clause));
        draft_one(&d, clause, k ? k : &service);
    }
    for (const struct doc_node *n = entry->node; n && !clause && d.count < DRAFT_MEASURES_MAX;
         n = doc_following(entry->node, n)) {
        const struct kind_word *k = decidable(&d, n);
        if (k)
            draft_one(&d, n, k);
    }
    if (arena->failed || buffer_failed(out))
        return err_memory(err);
    *ret_count = d.count;
    return 0;
}
