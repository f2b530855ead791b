/*
 * load_facts.c: kinds of items and facts: the sections `items:` and `facts:`.
 */
#include "policy/library_int.h"

#define AT(member) .offset = offsetof(struct fact, member)

/* ---- items ---- */

static const struct key item_keys[] = {
    {.name = "item",
     .read = read_text,
     .offset = offsetof(struct item_kind, id),
     .flags = KEY_REQUIRED},
    {.name = "list",
     .read = read_text,
     .offset = offsetof(struct item_kind, list),
     .flags = KEY_REQUIRED},
    {.name = "title",
     .read = read_words,
     .offset = offsetof(struct item_kind, title),
     .flags = KEY_REQUIRED},
};
static const struct shape item_shape = {"kind of item",           item_keys, COUNT_OF(item_keys),
                                        sizeof(struct item_kind), NO_PLACE,  NULL};

void load_items(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct item_kind *item = need(l, ARENA_NEW(l->program, struct item_kind));
        if (!item || !read_shape(l, e, &item_shape, item))
            continue;
        if (map_get(&l->item_by_id, item->id))
            COMPLAIN(l, e, E_CONFLICT, "a second kind of item '%.*s'", SPAN_ARG(item->id));
        struct item_kind **slot =
            need(l, VECTOR_PUSH(l->program, &l->item_kinds, struct item_kind *));
        if (slot)
            *slot = item;
        if (map_put(&l->item_by_id, item->id, item) < 0)
            l->failed = true;
    }
}

/* ---- types ---- */

enum type_word { WORD_NUMBER, WORD_BOOLEAN, WORD_STRING, WORD_DATE, WORD_LIST };
#define TYPE_ROW(word)                                                                             \
    {                                                                                              \
        {word, sizeof(word) - 1},                                                                  \
        {                                                                                          \
            {NULL, 0},                                                                             \
            {                                                                                      \
                NULL, 0                                                                            \
            }                                                                                      \
        }                                                                                          \
    }
static const struct closed_word type_words[] = {TYPE_ROW("number"), TYPE_ROW("boolean"),
                                                TYPE_ROW("string"), TYPE_ROW("date"),
                                                TYPE_ROW("list")};

static const struct type *string_type(struct loader *l, const struct span *values, size_t n)
{
    return n ? need(l, (void *)type_enumeration(l->program, values, n)) : &TYPE_STRING_T;
}

const struct type *type_named(struct loader *l, const struct json *j, struct span unit,
                              const struct span *values, size_t value_count)
{
    const struct type *t;
    int word = word_of(l, j, type_words, COUNT_OF(type_words), "type");
    if (word >= 0 && unit.n && word != WORD_NUMBER)
        hint(l, COMPLAIN(l, j, E_TYPE, "only a number has a unit"), "leave 'unit' out");
    if (value_count && word != WORD_STRING && word != WORD_LIST && word >= 0)
        hint(l, COMPLAIN(l, j, E_TYPE, "only texts have 'values'"), "a number has 'min' and 'max'");
    switch (word) {
    case WORD_NUMBER:
        return need(l, (void *)type_number(l->program, unit));
    case WORD_BOOLEAN:
        return &TYPE_BOOLEAN_T;
    case WORD_STRING:
        return string_type(l, values, value_count);
    case WORD_DATE:
        return &TYPE_DATE_T;
    case WORD_LIST:
        t = string_type(l, values, value_count);
        return t ? need(l, (void *)type_list(l->program, t)) : NULL;
    default:
        return NULL;
    }
}

/* ---- facts ---- */

static void read_of(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct fact *f = base;
    UNUSED(k);
    if (!want_text(l, j, "of") || span_eq(j->text, SPAN("enterprise")))
        return;
    f->of_person = span_eq(j->text, SPAN("person"));
    if (f->of_person)
        return;
    f->of = map_get(&l->item_by_id, j->text);
    if (f->of)
        return;
    struct diag *g = COMPLAIN(l, j, E_NAME, "unknown kind of item '%.*s'", SPAN_ARG(j->text));
    struct span near = map_nearest(&l->item_by_id, j->text);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "enterprise, person, or an 'item' of library/facts");
}

/* In the order of enum period_kind, from PERIOD_YEAR on. */
static const struct closed_word period_words[] = {TYPE_ROW("year"), TYPE_ROW("quarter"),
                                                  TYPE_ROW("month"), TYPE_ROW("day")};

static void read_period(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k);
    int i = word_of(l, j, period_words, COUNT_OF(period_words), "period");
    if (i >= 0)
        ((struct fact *)base)->period = (uint8_t)(PERIOD_YEAR + i);
}

/* What the absence of a fact means; the other causes belong to parameters. */
static void read_cause(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    static const struct closed_word words[] = {TYPE_ROW("ask"), TYPE_ROW("recognition"),
                                               TYPE_ROW("event"), TYPE_ROW("register"),
                                               TYPE_ROW("text")};
    static const enum cause causes[] = {CAUSE_ASK, CAUSE_RECOGNITION, CAUSE_EVENT, CAUSE_REGISTER,
                                        CAUSE_TEXT};
    UNUSED(k);
    int i = word_of(l, j, words, COUNT_OF(words), "cause");
    if (i >= 0)
        ((struct fact *)base)->cause = causes[i];
}

/* `type`, `values` and `in_list` depend on one another: fact_finish reads them. */
static void read_later(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k), UNUSED(base);
}

/* How a place ties a subject to a region. */
static const char *const links[] = {"registered", "taxed",    "insured",
                                    "operating",  "property", "residence"};

static const struct key fact_keys[] = {
    {.name = "fact", .read = read_text, AT(name), .flags = KEY_REQUIRED},
    {.name = "of", .read = read_of},
    {.name = "type", .read = read_later, .flags = KEY_REQUIRED},
    {.name = "unit", .read = read_text, AT(unit)},
    {.name = "whole", .read = read_bool, AT(whole)},
    {.name = "min", .read = read_decimal, AT(min), .second = offsetof(struct fact, has_min)},
    {.name = "max", .read = read_decimal, AT(max), .second = offsetof(struct fact, has_max)},
    {.name = "period", .read = read_period},
    {.name = "values", .read = read_later},
    {.name = "holder", .read = read_text, AT(holder)},
    {.name = "cause", .read = read_cause},
    {.name = "change",
     .read = read_word,
     AT(change),
     .extra = change_words,
     .extra_count = CHANGES},
    {.name = "link", .read = read_choice, AT(link), .extra = links, .extra_count = COUNT_OF(links)},
    {.name = "place", .read = read_bool, AT(is_place)},
    {.name = "sensitive", .read = read_bool, AT(sensitive)},
    {.name = "purpose", .read = read_words, AT(purpose)},
    {.name = "keep_months",
     .read = read_decimal,
     AT(keep_months),
     .second = offsetof(struct fact, has_keep_months)},
    {.name = "title", .read = read_words, AT(title)},
    {.name = "question", .read = read_words, AT(question)},
    {.name = "help", .read = read_words, AT(help)},
    {.name = "computed", .read = read_formula, AT(computed)},
    {.name = "asks", .read = read_text, AT(asks)},
    {.name = "in_list", .read = read_later},
};

/* The closed set of a text fact: a list of texts. */
static const struct span *fact_values(struct loader *l, const struct json *j, size_t *ret_n)
{
    struct {
        const struct span *at;
        size_t n;
    } values = {NULL, 0};
    struct key k = {.name = "values", .offset = 0, .second = sizeof values.at};
    const struct json *v = JSON_GET(j, "values");
    if (!is_absent(v))
        read_texts(l, v, &k, &values);
    *ret_n = values.n;
    return values.at;
}

/* What is sensitive is kept for a purpose and a time, then deleted. */
static void sensitive_needs(struct loader *l, const struct json *j, const struct fact *f)
{
    int64_t months = 0;
    bool whole = decimal_to_int(f->keep_months, &months) && months > 0 && months <= KEEP_MONTHS_MAX;
    if (f->sensitive && (!f->purpose.zh.n || !f->has_keep_months))
        hint(l, COMPLAIN(l, j, E_INPUT, "a sensitive fact needs 'purpose' and 'keep_months'"),
             "purpose: {zh: 用来做什么, en: what for}, keep_months: 12");
    if (f->has_keep_months && !whole)
        hint(l,
             COMPLAIN(l, JSON_GET(j, "keep_months"), E_RANGE, "'keep_months' is 1 to %d",
                      KEEP_MONTHS_MAX),
             "whole months behind the day of the fact");
}

/* In English it is English; in Chinese it is its name. */
static void title_needs(struct loader *l, const struct json *j, const struct fact *f)
{
    const struct json *title = JSON_GET(j, "title");

    if (!is_absent(title) && !f->title.en.n)
        hint(l, COMPLAIN(l, title, E_INPUT, "a fact's 'title' is what it is called in English"),
             "title: {en: number of employees}");
    for (size_t i = 0; i < f->title.en.n; i++)
        if ((unsigned char)f->title.en.p[i] >= 0xE3) { /* Chinese begins at U+3000 */
            COMPLAIN(l, title, E_INPUT, "the English title of '%.*s' holds Chinese",
                     SPAN_ARG(f->name));
            break;
        }
    if (f->title.zh.n && !span_eq(f->title.zh, f->name))
        COMPLAIN(l, title, E_INPUT, "in Chinese a fact is called by its name, '%.*s'",
                 SPAN_ARG(f->name));
}

static void fact_needs(struct loader *l, const struct json *j, const struct fact *f)
{
    sensitive_needs(l, j, f);
    title_needs(l, j, f);
    if (f->cause == CAUSE_ASK && !f->question.zh.n && !f->computed.text.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a fact that is asked for needs a 'question'"),
             "add question: {zh: ..., en: ...}, or say the cause of its absence");
    if (f->cause != CAUSE_ASK && !f->holder.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a fact that is not asked for needs a 'holder'"),
             "who decides or publishes it?");
    if (f->type && f->type->kind != TYPE_NUMBER && (f->whole || f->has_min || f->has_max))
        COMPLAIN(l, j, E_TYPE, "'whole', 'min' and 'max' are for numbers");
    if (f->link.n && f->type && f->type->kind != TYPE_STRING)
        hint(l, COMPLAIN(l, JSON_GET(j, "link"), E_TYPE, "'link' is for places"), "type: string");
    if (f->is_place && f->type && f->type->kind != TYPE_STRING)
        hint(l, COMPLAIN(l, JSON_GET(j, "place"), E_TYPE, "'place' is for texts"), "type: string");
    if (f->has_min && f->has_max && decimal_compare(f->min, f->max) > 0)
        COMPLAIN(l, JSON_GET(j, "max"), E_RANGE, "'max' is below 'min'");
}

static void fact_finish(struct loader *l, const struct json *j, void *base)
{
    struct fact *f = base;
    size_t n = 0;
    const struct span *values = fact_values(l, j, &n);
    const struct json *type = JSON_GET(j, "type"), *in_list = JSON_GET(j, "in_list");
    f->type = is_absent(type) ? NULL : type_named(l, type, f->unit, values, n);
    f->is_list = f->type && f->type->kind == TYPE_LIST;
    if (f->type && !is_absent(in_list))
        f->has_in_list = value_of(l, in_list, f->type, &f->in_list);
    if (!is_absent(in_list) && !f->of)
        hint(l, COMPLAIN(l, in_list, E_INPUT, "'in_list' is for facts of items"), "add 'of: KIND'");
    fact_needs(l, j, f);
}

static const struct shape fact_shape = {
    "fact",     fact_keys, COUNT_OF(fact_keys), sizeof(struct fact), offsetof(struct fact, place),
    fact_finish};

void load_facts(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct fact *f = need(l, ARENA_NEW(l->program, struct fact));
        if (!f || !read_shape(l, e, &fact_shape, f) || !f->type || !f->name.n)
            continue;
        struct fact **slot = need(l, VECTOR_PUSH(l->program, &l->facts, struct fact *));
        if (slot)
            *slot = f;
    }
}
