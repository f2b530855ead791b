/*
 * load_relations.c: rules between measures: `relations:` of a measure, and `between:` of a
 * document, which all its measures inherit (law 18). Whom a relation means is resolved when every
 * measure is read: ids, or all of a class, a family or a document.
 */
#include "policy/library_int.h"

const struct closed_word relation_words[RELATIONS] = {
    [RELATION_STACKS] = CLOSED_WORD("stacks", "可同享", "together"),
    [RELATION_EXCLUDES] = CLOSED_WORD("excludes", "不可同享", "not together"),
    [RELATION_CHOOSE_ONE] = CLOSED_WORD("choose-one", "择一享受", "choose one"),
    [RELATION_HIGHER_OF] = CLOSED_WORD("higher-of", "从高不重复", "the higher one"),
    [RELATION_NOT_REPEATED] = CLOSED_WORD("not-repeated", "不重复享受", "not repeated"),
    [RELATION_DEDUCT] = CLOSED_WORD("deduct", "核减", "deducted"),
    [RELATION_TOP_UP] = CLOSED_WORD("top-up", "在此之上另加", "on top of"),
    [RELATION_PREREQUISITE] = CLOSED_WORD("prerequisite", "以此为前提", "presupposes"),
    [RELATION_AFTER] = CLOSED_WORD("after", "享完后方可", "only after"),
    [RELATION_ONCE_ONLY] = CLOSED_WORD("once-only", "一次性", "once only"),
    [RELATION_LIMIT] = CLOSED_WORD("limit", "合计上限", "together at most"),
    [RELATION_BAR] = CLOSED_WORD("bar", "禁止申请", "barred"),
};

static const char *const levels[] = {"any", "other"};

static void read_levels(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct span word = {NULL, 0};
    struct key choice = *k;
    choice.offset = 0;
    read_choice(l, j, &choice, &word);
    ((struct relation *)base)->other_level = span_eq(word, SPAN("other"));
}

#define AT(member) .offset = offsetof(struct relation, member)
static const struct key relation_keys[] = {
    {.name = "kind",
     .read = read_word,
     AT(kind),
     .extra = relation_words,
     .extra_count = RELATIONS,
     .flags = KEY_REQUIRED},
    {.name = "with", .read = read_texts, AT(with), .second = offsetof(struct relation, with_count)},
    {.name = "except",
     .read = read_texts,
     AT(except),
     .second = offsetof(struct relation, except_count)},
    {.name = "levels", .read = read_levels, .extra = levels, .extra_count = COUNT_OF(levels)},
    {.name = "title", .read = read_words, AT(title), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, AT(cites)},
    {.name = "rule", .read = read_text, AT(rule)},
    {.name = "soft", .read = read_bool, AT(soft)},
    {.name = "ask", .read = read_words, AT(ask)},
    {.name = "all", .read = read_bool, AT(all)},
    {.name = "when", .read = read_formula, AT(when)},
    {.name = "cap", .read = read_formula, AT(cap)},
    {.name = "amount", .read = read_formula, AT(amount)},
    {.name = "times", .read = read_formula, AT(times)},
    {.name = "of", .read = read_text, AT(of)},
};

static void relation_finish(struct loader *l, const struct json *j, void *base)
{
    const struct relation *r = base;
    if (r->soft && !r->ask.zh.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a soft relation needs the question to the office"),
             "add ask: {zh: ..., en: ...}");
    if (r->cap.text.n && r->kind != RELATION_LIMIT)
        hint(l, COMPLAIN(l, j, E_INPUT, "'cap' is for kind limit"), "drop it");
    if (r->amount.text.n && r->kind != RELATION_DEDUCT)
        hint(l, COMPLAIN(l, j, E_INPUT, "'amount' is for kind deduct"), "drop it");
    if (r->of.n && r->kind != RELATION_DEDUCT)
        hint(l, COMPLAIN_KEY(l, JSON_GET(j, "of"), E_INPUT, "'of' is for kind deduct"), "drop it");
}
const struct shape relation_shape = {"relation",
                                     relation_keys,
                                     COUNT_OF(relation_keys),
                                     sizeof(struct relation),
                                     offsetof(struct relation, place),
                                     relation_finish};

/* ---- inheriting ---- */

static bool overridden(const struct relation *r, const struct span *without, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(r->rule, without[i]))
            return true;
    return false;
}

void inherit_relations(struct loader *l, struct measure *m, const struct span *without, size_t n)
{
    size_t room = m->relation_count, count = 0;
    for (const struct library_document *d = m->document; d; d = d->within)
        room += d->between_count;
    struct relation *all = need(l, ARENA_ARRAY(l->program, struct relation, room ? room : 1));
    if (!all)
        return;
    for (const struct library_document *d = m->document; d; d = d->within)
        for (size_t i = 0; i < d->between_count; i++)
            if (!overridden(&d->between[i], without, n))
                all[count++] = d->between[i];
    for (size_t i = 0; i < m->relation_count; i++, count++) {
        all[count] = m->relations[i];
        all[count].document = m->document;
    }
    m->relations = all;
    m->relation_count = count;
}

/* ---- whom it means ---- */

static size_t depth_of(struct span region)
{
    size_t n = 1;
    for (size_t i = 0; i < region.n; i++)
        n += region.p[i] == '/';
    return n;
}

static bool in_document(const struct measure *m, struct span id)
{
    for (const struct library_document *d = m->document; d; d = d->within)
        if (span_eq(d->id, id))
            return true;
    return false;
}

/* Does the word of `with` mean this measure? */
static bool means(struct span word, const struct measure *self, const struct measure *m)
{
    if (span_starts(word, SPAN("class:"))) {
        struct span name = span_from(word, strlen("class:"));
        name = name.n ? name : self->same_class;
        return name.n && span_eq(m->same_class, name);
    }
    if (span_starts(word, SPAN("family:")))
        return m->family && span_eq(m->family->id, span_from(word, strlen("family:")));
    if (span_starts(word, SPAN("document:")))
        return in_document(m, span_from(word, strlen("document:")));
    return span_eq(m->id, word);
}

static bool is_pattern(struct span word)
{
    return span_find(word, SPAN(":")) != SIZE_MAX;
}

static bool is_target(const struct relation *r, const struct measure *self, const struct measure *m)
{
    bool named = false;
    if (m == self || (r->other_level && depth_of(m->region) == depth_of(self->region)))
        return false;
    for (size_t i = 0; i < r->with_count; i++)
        named = named || means(r->with[i], self, m);
    for (size_t i = 0; i < r->except_count; i++)
        named = named && !means(r->except[i], self, m);
    return named;
}

static void check_names(struct loader *l, const struct measure *m, const struct relation *r,
                        const struct span *names, size_t n)
{
    const struct map *by_id = &l->library->measure_by_id;
    for (size_t i = 0; i < n; i++) {
        if (is_pattern(names[i]) || map_get(by_id, names[i]) == m) {
            if (!is_pattern(names[i]) && !r->rule.n)
                COMPLAIN_AT(l, r->place, E_CONFLICT, "'%.*s' relates to itself",
                            SPAN_ARG(names[i]));
            continue;
        }
        if (map_get(by_id, names[i]))
            continue;
        struct diag *g =
            COMPLAIN_AT(l, r->place, E_NAME, "unknown measure '%.*s'", SPAN_ARG(names[i]));
        struct span near = map_nearest(by_id, names[i]);
        hint(l, g, near.n ? "did you mean '%.*s'?" : "an id, class:, family: or document:%.*s",
             SPAN_ARG(near));
    }
}

static void link_relation(struct loader *l, const struct measure *m, struct relation *r)
{
    check_names(l, m, r, r->with, r->with_count);
    check_names(l, m, r, r->except, r->except_count);
    if (!r->with_count)
        return;
    size_t n = 0;
    const struct measure **found =
        need(l, ARENA_ARRAY(l->scratch, const struct measure *, l->measures.n + 1));
    for (size_t i = 0; found && i < l->measures.n; i++)
        if (is_target(r, m, l->measures.at[i]))
            found[n++] = l->measures.at[i];
    const struct measure **at = need(l, ARENA_ARRAY(l->program, const struct measure *, n + 1));
    if (at && n)
        memcpy(at, found, n * sizeof *at);
    r->target_count = at ? n : 0;
    r->targets = at;
}

void link_relations(struct loader *l)
{
    for (size_t i = 0; i < l->measures.n; i++) {
        const struct measure *m = l->measures.at[i];
        for (size_t k = 0; k < m->relation_count; k++)
            link_relation(l, m, (struct relation *)(uintptr_t)&m->relations[k]);
    }
}
