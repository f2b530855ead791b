/*
 * mention.c: the walk over the nodes and, inside a text, from character to character. What begins
 * at a character is read by the file that knows the thing (mention_int.h).
 */
#include "document/mention_int.h"

static const char *const kind_names[] = {
#define MENTION(NAME, word, meaning) word,
#include "document/mention.def"
#undef MENTION
};

const char *mention_name(enum mention_kind kind)
{
    return kind_names[kind];
}

const char *mention_role_name(enum mention_role role)
{
    static const char *const names[] = {"named", "responsible", "lead",
                                        "joint", "consult",     "approve"};
    return names[role];
}

/* ---- small questions ---- */

size_t skip_blank(struct span s, size_t at)
{
    while (at < s.n && s.p[at] == ' ')
        at++;
    return at;
}

size_t blank_before(struct span s, size_t at)
{
    while (at > 0 && s.p[at - 1] == ' ')
        at--;
    return at;
}

bool starts_at(struct span s, size_t at, const char *word)
{
    return at <= s.n && span_starts(span_from(s, at), span_z(word));
}

bool ends_before(struct span s, size_t at, const char *word)
{
    return span_ends(span_of(s.p, at), span_z(word));
}

/* The byte that differs most often between Chinese characters is compared first: these lists are
 * asked at many places, and nearly always the answer is no. */
size_t any_at(struct span s, size_t at, const char *const *words, size_t *ret_index)
{
    size_t best = 0, room = at < s.n ? s.n - at : 0;
    const char *p = room ? s.p + at : "";
    for (size_t i = 0; words[i]; i++) {
        const char *w = words[i];
        if (room == 0 || w[0] != p[0] || (w[1] && (room < 2 || w[1] != p[1])))
            continue;
        size_t n = strlen(w);
        if (n <= best || n > room || memcmp(p, w, n) != 0)
            continue;
        best = n;
        if (ret_index)
            *ret_index = i;
    }
    return best;
}

size_t any_before(struct span s, size_t at, const char *const *words, size_t *ret_index)
{
    size_t best = 0;
    if (at == 0)
        return 0;
    for (size_t i = 0; words[i]; i++) {
        size_t n = strlen(words[i]);
        if (n <= best || n > at || words[i][n - 1] != s.p[at - 1] ||
            memcmp(s.p + at - n, words[i], n) != 0)
            continue;
        best = n;
        if (ret_index)
            *ret_index = i;
    }
    return best;
}

bool han_at(struct span s, size_t at)
{
    return at + 3 <= s.n && (unsigned char)s.p[at] >= 0xE4 && (unsigned char)s.p[at] <= 0xE9;
}

/* ---- adding ---- */

static bool secret_at(const struct scan *c, size_t start, size_t end)
{
    for (size_t i = c->secret; i < c->doc->secret_count && c->doc->secrets[i].start < end; i++)
        if (c->doc->secrets[i].end > start)
            return true;
    return false;
}

struct mention *mention_add(struct scan *c, enum mention_kind kind, size_t from, size_t to,
                            struct span value)
{
    struct mention m = {.kind = kind, .node = c->node, .from = (uint32_t)from, .to = (uint32_t)to};
    if (to <= from || to > c->s.n)
        return NULL;
    m.text = span_of(c->s.p + from, to - from);
    m.value = value;
    m.start = doc_source(c->doc, c->node, from);
    m.end = doc_source(c->doc, c->node, to - 1) + 1;
    if (secret_at(c, m.start, m.end))
        return NULL; /* what belongs to a person is no fact */
    struct mention *slot = VECTOR_PUSH(c->arena, &c->out, struct mention);
    if (slot)
        *slot = m;
    return slot;
}

/* ---- dispatch ---- */

static size_t word_at(struct scan *c, size_t at)
{
    const struct word *w = words_at(c->index, c->s, at);
    if (!w)
        return at;
    switch (w->kind) {
    case WORD_NUMERAL:
        return mention_number(c, at);
    case WORD_PERCENT:
        return mention_percent(c, at);
    case WORD_SHARE:
        return mention_share(c, at, w);
    case WORD_SIZE:
        return mention_size(c, at, w);
    case WORD_INDUSTRY:
        return mention_industry(c, at, w);
    case WORD_EPIDEMIC:
        return mention_epidemic(c, at, w);
    case WORD_FROM_DAY:
        return mention_from_day(c, at, w);
    case WORD_YEAR_HERE:
        return mention_from_now(c, at, w);
    case WORD_TODAY:
        mention_add(c, MENTION_LIMIT, at, at + w->text.n, w->value);
        return at + w->text.n;
    case WORD_DEPARTMENT:
        return mention_department(c, at, w);
    case WORD_ORGAN:
        return mention_organ(c, at, w);
    case WORD_BODY:
        return mention_body(c, at, w);
    case WORD_TAG:
        return at;
    case WORD_LABEL:
        return mention_label(c, at, w);
    }
    return at;
}

static size_t sign_at(struct scan *c, size_t at)
{
    if (starts_at(c->s, at, "《"))
        return mention_title(c, at);
    if (starts_at(c->s, at, "（"))
        return mention_tag(c, at, 3);
    if (starts_at(c->s, at, "〔") || starts_at(c->s, at, "【"))
        return mention_source_number(c, at, 3);
    return at;
}

/* Characters of three bytes: signs first, then words. */
static size_t wide_at(struct scan *c, size_t at)
{
    unsigned char lead = (unsigned char)c->s.p[at];
    size_t end = at;
    if (at + 3 > c->s.n)
        return at + 1;
    if (lead == 0xE3 || lead == 0xEF)
        end = sign_at(c, at);
    if (end == at) {
        unsigned rune = (lead & 15u) << 12 | ((unsigned char)c->s.p[at + 1] & 63u) << 6 |
                        ((unsigned char)c->s.p[at + 2] & 63u);
        if (c->index->starts[rune >> 3] >> (rune & 7u) & 1u)
            end = word_at(c, at);
    }
    return end > at ? end : at + 3;
}

static size_t narrow_at(struct scan *c, size_t at)
{
    size_t end = at;
    switch (c->s.p[at]) {
    case '(':
        end = mention_source_number(c, at, 1);
        end = end == at ? mention_tag(c, at, 1) : end;
        break;
    case '[':
        end = mention_source_number(c, at, 1);
        break;
    case 'h':
    case 'w':
        end = mention_web(c, at);
        break;
    case '@':
        end = mention_mail(c, at);
        break;
    default:
        if (c->s.p[at] >= '0' && c->s.p[at] <= '9')
            end = mention_number(c, at);
    }
    return end > at ? end : at + 1;
}

static void scan_text(struct scan *c)
{
    for (size_t at = 0; at < c->s.n;) {
        unsigned char byte = (unsigned char)c->s.p[at];
        if (byte < 0x80)
            at = narrow_at(c, at);
        else if (byte >= 0xE2 && byte <= 0xEF)
            at = wide_at(c, at);
        else
            at++;
    }
}

/* A later reader may reach back over an earlier, shorter mention: the later one stands. */
static void drop_covered(struct scan *c)
{
    size_t kept = c->first;
    for (size_t i = c->first; i < c->out.n; i++) {
        while (kept > c->first && c->out.at[kept - 1].to > c->out.at[i].from)
            kept--;
        c->out.at[kept++] = c->out.at[i];
    }
    c->out.n = kept;
}

/* The innermost entry around byte `at`: the walk only goes forward, so the search does. */
static const struct doc_entry *entry_at(struct scan *c, size_t at)
{
    const struct doc_entries *all = c->set->entries;
    if (!all)
        return NULL;
    while (c->next_entry < all->n && all->at[c->next_entry].start <= at)
        c->next_entry++;
    for (size_t i = c->next_entry; i-- > 0;)
        if (all->at[i].end > at)
            return &all->at[i];
    return NULL;
}

/* Region and year are those of the document around the node. */
static void enter_entry(struct scan *c, const struct doc_node *n)
{
    const struct doc_entry *e = entry_at(c, n->start);
    if (e == c->entry && c->year)
        return;
    c->entry = e;
    c->year = e && e->date.year ? e->date.year : c->set->year;
    if (!c->year && c->set->entries)
        c->year = c->set->entries->frame_date.year;
    if (!c->year)
        c->year = c->usual_year;
    c->region = e && e->region.n ? e->region : c->set->region;
}

static void scan_node(struct scan *c, const struct doc_node *n)
{
    if (n->kind == DOC_CELL || n->text.n == 0 || !n->seg_count)
        return; /* the row holds the text of its cells */
    enter_entry(c, n);
    c->node = n;
    c->s = n->text;
    c->first = c->out.n;
    while (c->secret < c->doc->secret_count && c->doc->secrets[c->secret].end <= n->start)
        c->secret++;
    scan_text(c);
    drop_covered(c);
}

/* ---- the year of dates that print none ---- */

#define YEAR_FIRST 1978
#define YEAR_COUNT 100

/* A year with its month is more likely the year of writing than one that stands alone. */
static bool names_month(struct span s, size_t at)
{
    struct quantity q;
    return quantity_read(s, skip_blank(s, at), &q) && starts_at(s, skip_blank(s, q.end), "月");
}

static void count_years(const struct doc *doc, unsigned counts[YEAR_COUNT])
{
    struct span s = doc->bytes;
    for (size_t at = 0; (at = at + 4) < s.n;) {
        const char *p = memmem(s.p + at, s.n - at, "年", 3);
        if (!p)
            return;
        at = (size_t)(p - s.p);
        size_t to = blank_before(s, at);
        struct quantity q;
        if (to < 4 || !quantity_read(s, to - 4, &q) || q.end != to || q.digits != 4)
            continue;
        int64_t year = 0;
        if (decimal_to_int(q.value, &year) && year >= YEAR_FIRST && year < YEAR_FIRST + YEAR_COUNT)
            counts[year - YEAR_FIRST] += names_month(s, at + 3) ? 3 : 1;
    }
}

/* The year that the file prints most; 0 when it prints none. */
static int usual_year(const struct doc *doc)
{
    unsigned counts[YEAR_COUNT] = {0};
    size_t best = 0;
    count_years(doc, counts);
    for (size_t i = 1; i < YEAR_COUNT; i++)
        if (counts[i] > counts[best])
            best = i;
    return counts[best] ? (int)best + YEAR_FIRST : 0;
}

int mentions_find(struct arena *arena, const struct doc *doc, const struct doc_node *start,
                  const struct mention_setting *setting, struct mentions *ret, struct err *err)
{
    struct mention_setting none = {.year = 0};
    struct scan c = {.arena = arena, .doc = doc, .set = setting ? setting : &none};
    struct word_index *index;
    if (words_index(arena, c.set->names, &index) < 0)
        return err_memory(err);
    c.index = index;
    c.usual_year = c.set->year ? c.set->year : usual_year(doc);
    for (const struct doc_node *n = start; n; n = doc_following(start, n))
        scan_node(&c, n);
    if (arena->failed)
        return err_memory(err);
    ret->at = c.out.at;
    ret->n = c.out.n;
    return 0;
}
