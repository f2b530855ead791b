/*
 * load_measures.c: measures and credit products: `measures:` and `products:`, one set of keys for
 * both.
 *
 * Each measure begins as a copy of the defaults at the head of its file. When it is read, its
 * expressions are compiled at once: facts, parameters, registers and documents are there before the
 * first measure.
 */
#include <stdlib.h>
#include "policy/library_int.h"

#define AT(member) .offset = offsetof(struct measure, member)
#define COUNTED(member, count)                                                                     \
    .offset = offsetof(struct measure, member), .second = offsetof(struct measure, count)

/* ---- conditions (rules of documents too) ---- */

static void read_if(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k);
    if (want_text(l, j, "if"))
        ((struct condition *)base)->test = formula_of(l, j);
}

static void read_manual(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct condition *c = base;
    c->manual = true;
    read_words(l, j, k, base);
}

/* Made a measure when the measures are read (load_rules.c). */
static void read_row(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k);
    ((struct condition *)base)->is_row = true;
}

void read_document(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    *(const struct library_document **)field_of(base, k) = document_of(l, j);
}

#define CONDITION_AT(member) .offset = offsetof(struct condition, member)
static const struct key condition_keys[] = {
    {.name = "if", .read = read_if},
    {.name = "manual", .read = read_manual, CONDITION_AT(text)},
    {.name = "cites", .read = read_text, CONDITION_AT(cites), .flags = KEY_REQUIRED},
    {.name = "text", .read = read_words, CONDITION_AT(text)},
    {.name = "soft", .read = read_bool, CONDITION_AT(soft)},
    {.name = "owner", .read = read_text, CONDITION_AT(owner)},
    {.name = "reason",
     .read = read_word,
     CONDITION_AT(reason),
     .extra = reason_words,
     .extra_count = REASONS},
    {.name = "document", .read = read_document, CONDITION_AT(document)},
    {.name = "rule", .read = read_text, CONDITION_AT(id)},
    {.name = "row", .read = read_row},
};

static void manual_needs(struct loader *l, const struct json *j, const struct condition *c)
{
    if (!c->owner.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a manual condition needs an 'owner'"),
             "which authority decides?");
    if (is_absent(JSON_GET(j, "reason")))
        hint(l, COMPLAIN(l, j, E_INPUT, "a manual condition needs a 'reason'"),
             "recognition, no-criterion, discretion, text-not-held, garbled-text or outside-event");
    if (!is_absent(JSON_GET(j, "text")))
        hint(l,
             COMPLAIN_KEY(l, JSON_GET(j, "text"), E_CONFLICT, "a manual condition is its own text"),
             "drop 'text'");
}

static void condition_finish(struct loader *l, const struct json *j, void *base)
{
    struct condition *c = base;
    bool test = !is_absent(JSON_GET(j, "if"));
    if (test == c->manual)
        hint(l,
             COMPLAIN(l, j, E_INPUT, test ? "both 'if' and 'manual'" : "neither 'if' nor 'manual'"),
             "a condition is decided by an expression or by an authority");
    if (c->manual) {
        manual_needs(l, j, c);
        c->recognition = map_get(&l->library->recognition_by_manual, c->text.zh);
    }
    if (!c->manual && !c->text.zh.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a condition needs a 'text' for people"),
             "add text: {zh: ..., en: ...}");
    if (!c->manual && (c->owner.n || !is_absent(JSON_GET(j, "reason"))))
        hint(l, COMPLAIN(l, j, E_INPUT, "'owner' and 'reason' belong to manual conditions"),
             "drop them");
}
const struct shape condition_shape = {"condition",
                                      condition_keys,
                                      COUNT_OF(condition_keys),
                                      sizeof(struct condition),
                                      offsetof(struct condition, place),
                                      condition_finish};

/* ---- benefits ---- */

/* In the order of enum decimal_round. */
static const struct closed_word round_words[] = {
    PLAIN_WORD("half-even"), PLAIN_WORD("up"),    PLAIN_WORD("down"),   PLAIN_WORD("half-up"),
    PLAIN_WORD("half-down"), PLAIN_WORD("floor"), PLAIN_WORD("ceiling")};
#define BENEFIT_AT(member) .offset = offsetof(struct benefit, member)
static const struct key benefit_keys[] = {
    {.name = "name", .read = read_text, BENEFIT_AT(name), .flags = KEY_REQUIRED},
    {.name = "kind",
     .read = read_word,
     BENEFIT_AT(kind),
     .extra = result_words,
     .extra_count = RESULT_KINDS,
     .flags = KEY_REQUIRED},
    {.name = "precision",
     .read = read_word,
     BENEFIT_AT(precision),
     .extra = precision_words,
     .extra_count = PRECISIONS,
     .flags = KEY_REQUIRED},
    {.name = "nature",
     .read = read_word,
     BENEFIT_AT(nature),
     .extra = nature_words,
     .extra_count = NATURES},
    {.name = "unit", .read = read_text, BENEFIT_AT(unit)},
    {.name = "amount", .read = read_formula, BENEFIT_AT(amount)},
    {.name = "cap", .read = read_formula, BENEFIT_AT(cap)},
    {.name = "min", .read = read_formula, BENEFIT_AT(min)},
    {.name = "max", .read = read_formula, BENEFIT_AT(max)},
    {.name = "text", .read = read_words, BENEFIT_AT(text)},
    {.name = "round",
     .read = read_word,
     BENEFIT_AT(round),
     .extra = round_words,
     .extra_count = COUNT_OF(round_words)},
    {.name = "cites", .read = read_text, BENEFIT_AT(cites), .flags = KEY_REQUIRED},
};

/* Law 2: which figures each precision may and must have. */
static void figures_fit(struct loader *l, const struct json *j, const struct benefit *b)
{
    bool amount = b->amount.text.n, cap = b->cap.text.n, ends = b->min.text.n || b->max.text.n;
    const char *problem = NULL;
    switch (b->precision) {
    case PRECISION_EXACT:
    case PRECISION_DATE:
        problem = !amount ? "needs an 'amount'" : NULL;
        break;
    case PRECISION_CAP:
        problem = !cap ? "needs a 'cap'" : amount ? "has no 'amount': the text gives none" : NULL;
        break;
    case PRECISION_RANGE:
        problem = !ends ? "needs 'min' or 'max'" : NULL;
        break;
    case PRECISION_RATE:
        problem = !amount && !cap && !ends ? "needs 'amount', 'cap', 'min' or 'max'" : NULL;
        break;
    case PRECISION_UNPUBLISHED:
        problem = amount          ? "has no 'amount': the text gives none"
                  : !b->text.zh.n ? "needs a 'text'"
                                  : NULL;
        break;
    case PRECISION_DECIDE:
        problem = !b->text.zh.n && !amount ? "needs a 'text'" : NULL;
        break;
    default:
        break;
    }
    if (problem)
        hint(l,
             COMPLAIN(l, j, E_INPUT, "a result of precision %.*s %s",
                      SPAN_ARG(precision_words[b->precision].yaml), problem),
             "a figure is never shown without its formula, nor as more exact than the text");
}

static void benefit_finish(struct loader *l, const struct json *j, void *base)
{
    struct benefit *b = base;
    if (is_absent(JSON_GET(j, "round")))
        b->round = ROUND_HALF_UP;
    if (b->kind == RESULT_MONEY && is_absent(JSON_GET(j, "nature")))
        hint(l, COMPLAIN(l, j, E_INPUT, "money without 'nature'"),
             "received, not-charged, postponed, lent, temporarily-returned or third-party");
    if (b->kind == RESULT_MONEY && !b->unit.n)
        b->unit = SPAN("元");
    if (b->kind == RESULT_MONEY &&
        (span_eq(b->unit, SPAN("万元")) || span_eq(b->unit, SPAN("亿元"))))
        hint(l, COMPLAIN(l, JSON_GET(j, "unit"), E_TYPE, "results are in 元"),
             "with unit(x * 10000, \"元\")");
    figures_fit(l, j, b);
}
static const struct shape benefit_shape = {"result",
                                           benefit_keys,
                                           COUNT_OF(benefit_keys),
                                           sizeof(struct benefit),
                                           offsetof(struct benefit, place),
                                           benefit_finish};

/* ---- smaller parts ---- */

#define DATE_AT(member) .offset = offsetof(struct measure_date, member)
static const struct key date_keys[] = {
    {.name = "what", .read = read_text, DATE_AT(what), .flags = KEY_REQUIRED},
    {.name = "is", .read = read_formula, DATE_AT(is), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, DATE_AT(title), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, DATE_AT(cites), .flags = KEY_REQUIRED},
};
static const struct shape date_shape = {
    "date", date_keys, COUNT_OF(date_keys), sizeof(struct measure_date), NO_PLACE, NULL};

/* `let: {name: FEEL}`, in order; also `set` of a reading. */
struct let_list {
    struct let *at;
    size_t n;
};

static struct let_list lets_of(struct loader *l, const struct json *j, const char *what)
{
    struct let_list list = {NULL, 0};
    if (j->kind != JSON_OBJECT) {
        hint(l, COMPLAIN(l, j, E_TYPE, "'%s' must be a map", what), "%s: {名称: 'expression'}",
             what);
        return list;
    }
    list.at = need(l, ARENA_ARRAY(l->program, struct let, j->n ? j->n : 1));
    JSON_EACH(e, j)
    {
        if (list.at && want_text(l, e, what))
            list.at[list.n++] = (struct let){e->key, formula_of(l, e)};
    }
    return list;
}

static void read_lets(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct measure *m = base;
    struct let_list list = lets_of(l, j, k->name);
    m->lets = list.at;
    m->let_count = list.n;
}

/* The replacements wait in `lets` until join_readings makes the whole list of each reading. */
static void read_set(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct reading *r = base;
    struct let_list list = lets_of(l, j, k->name);
    r->lets = list.at;
    r->set_count = list.n;
}

#define READING_AT(member) .offset = offsetof(struct reading, member)
static const struct key reading_keys[] = {
    {.name = "reading", .read = read_text, READING_AT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, READING_AT(title), .flags = KEY_REQUIRED},
    {.name = "set", .read = read_set},
};
static const struct shape reading_shape = {
    "reading", reading_keys, COUNT_OF(reading_keys), sizeof(struct reading), NO_PLACE, NULL};

#define CHANGE_AT(member) .offset = offsetof(struct measure_change, member)
static const struct key change_keys[] = {
    {.name = "measure", .read = read_text, CHANGE_AT(measure_id), .flags = KEY_REQUIRED},
    {.name = "let", .read = read_text, CHANGE_AT(name), .flags = KEY_REQUIRED},
    {.name = "to", .read = read_formula, CHANGE_AT(to), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, CHANGE_AT(title), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, CHANGE_AT(cites), .flags = KEY_REQUIRED},
};
static const struct shape change_shape = {"change",
                                          change_keys,
                                          COUNT_OF(change_keys),
                                          sizeof(struct measure_change),
                                          offsetof(struct measure_change, place),
                                          NULL};

const char *const channel_names[CHANNELS] = {"online", "counter", "mail", "email", "phone", "app"};
#define CONTACT_AT(member) .offset = offsetof(struct contact, member)
static const struct key contact_keys[] = {
    {.name = "role", .read = read_words, CONTACT_AT(role), .flags = KEY_REQUIRED},
    {.name = "organisation", .read = read_text, CONTACT_AT(organisation), .flags = KEY_REQUIRED},
    {.name = "channel",
     .read = read_choice,
     CONTACT_AT(channel),
     .extra = channel_names,
     .extra_count = CHANNELS},
};
static const struct shape contact_shape = {
    "contact", contact_keys, COUNT_OF(contact_keys), sizeof(struct contact), NO_PLACE, NULL};

static void read_tree(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (j->kind == JSON_OBJECT)
        *(const struct json **)field_of(base, k) = j;
    else
        hint(l, COMPLAIN(l, j, E_TYPE, "'%s' must be a map", k->name), "%s: {name: value}",
             k->name);
}

#define EXAMPLE_AT(member) .offset = offsetof(struct example, member)
static const struct key example_keys[] = {
    {.name = "name", .read = read_text, EXAMPLE_AT(name), .flags = KEY_REQUIRED},
    {.name = "as_of", .read = read_date, EXAMPLE_AT(as_of), .flags = KEY_REQUIRED},
    {.name = "facts", .read = read_tree, EXAMPLE_AT(facts)},
    {.name = "parameters", .read = read_tree, EXAMPLE_AT(parameters)},
    {.name = "reading", .read = read_text, EXAMPLE_AT(reading)},
    {.name = "expect", .read = read_tree, EXAMPLE_AT(expect), .flags = KEY_REQUIRED},
};
static const struct shape example_shape = {"example",
                                           example_keys,
                                           COUNT_OF(example_keys),
                                           sizeof(struct example),
                                           offsetof(struct example, place),
                                           NULL};

/* ---- windows ---- */

static void read_certainty(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    static const struct closed_word words[] = {PLAIN_WORD("printed"), PLAIN_WORD("inferred")};
    UNUSED(k);
    ((struct measure *)base)->from_inferred =
        word_of(l, j, words, COUNT_OF(words), "certainty") == 1;
}

static const struct key force_keys[] = {
    {.name = "from", .read = read_formula, AT(in_force_from)},
    {.name = "to", .read = read_formula, AT(in_force_to)},
    {.name = "certainty", .read = read_certainty},
    {.name = "cites", .read = read_text, AT(in_force_cites)},
};
static const struct shape force_shape = {"period in force", force_keys, COUNT_OF(force_keys), 0,
                                         NO_PLACE,          NULL};

static const char *const late_words[] = {"waived", "refused", "late-fee", "automatic",
                                         "not-stated"};
#define NOTICE_AT(member) .offset = offsetof(struct notice, member)
static const struct key notice_keys[] = {
    {.name = "known", .read = read_date, NOTICE_AT(known), .flags = KEY_REQUIRED},
    {.name = "from", .read = read_formula, NOTICE_AT(from)},
    {.name = "to", .read = read_formula, NOTICE_AT(to)},
    {.name = "title", .read = read_words, NOTICE_AT(title), .flags = KEY_REQUIRED},
    {.name = "document", .read = read_document, NOTICE_AT(document)},
    {.name = "cites", .read = read_text, NOTICE_AT(cites)},
};
static void notice_finish(struct loader *l, const struct json *j, void *base)
{
    const struct notice *n = base;
    if (!n->from.text.n && !n->to.text.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a notice that says no date"), "from: or to:");
    if (n->document && !n->cites.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a notice that is held is cited"), "cites: CLAUSE");
}
static const struct shape notice_shape = {"notice",
                                          notice_keys,
                                          COUNT_OF(notice_keys),
                                          sizeof(struct notice),
                                          offsetof(struct notice, place),
                                          notice_finish};

#define ROUND_AT(member) .offset = offsetof(struct round, member)
static const struct key round_keys[] = {
    {.name = "round", .read = read_text, ROUND_AT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, ROUND_AT(title), .flags = KEY_REQUIRED},
    {.name = "from", .read = read_formula, ROUND_AT(from)},
    {.name = "to", .read = read_formula, ROUND_AT(to), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, ROUND_AT(cites)},
};
static const struct shape round_shape = {
    "round", round_keys, COUNT_OF(round_keys), sizeof(struct round), offsetof(struct round, place),
    NULL};

static const struct key apply_keys[] = {
    {.name = "mode",
     .read = read_word,
     AT(apply_mode),
     .extra = apply_words,
     .extra_count = APPLY_MODES,
     .flags = KEY_REQUIRED},
    {.name = "from", .read = read_formula, AT(apply_from)},
    {.name = "to", .read = read_formula, AT(apply_to)},
    {.name = "late",
     .read = read_choice,
     AT(late),
     .extra = late_words,
     .extra_count = COUNT_OF(late_words)},
    {.name = "channels",
     .read = read_choices,
     COUNTED(channels, channel_count),
     .extra = channel_names,
     .extra_count = CHANNELS},
    {.name = "cites", .read = read_text, AT(apply_cites)},
    {.name = "notices", .read = read_list, COUNTED(notices, notice_count), .extra = &notice_shape},
    {.name = "rounds", .read = read_list, COUNTED(rounds, round_count), .extra = &round_shape},
};

static int by_known(const void *x, const void *y)
{
    const struct notice *a = x, *b = y;
    return date_compare(a->known, b->known);
}

static void apply_finish(struct loader *l, const struct json *j, void *base)
{
    struct measure *m = base;
    if (m->round_count && (m->apply_from.text.n || m->apply_to.text.n || m->notice_count))
        hint(l, COMPLAIN(l, j, E_CONFLICT, "'rounds' beside 'from', 'to' or 'notices'"),
             "each round has its own from and to");
    if (m->notice_count)
        qsort((struct notice *)(uintptr_t)m->notices, m->notice_count, sizeof *m->notices,
              by_known);
}
static const struct shape apply_shape = {"window", apply_keys, COUNT_OF(apply_keys),
                                         0,        NO_PLACE,   apply_finish};

/* ---- the measure ---- */

static void read_addressees(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct measure *m = base;
    m->addressees = 0;
    if (j->kind != JSON_ARRAY)
        hint(l, COMPLAIN(l, j, E_TYPE, "'addressee' must be a list"), "addressee: [enterprise]");
    JSON_EACH(e, j)
    {
        int role = word_of(l, e, role_words, ROLES, k->name);
        if (role >= 0)
            m->addressees |= 1u << role;
    }
}

void read_item_kind(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (!want_text(l, j, k->name))
        return;
    *(const struct item_kind **)field_of(base, k) = map_get(&l->item_by_id, j->text);
    if (map_get(&l->item_by_id, j->text))
        return;
    struct diag *g = COMPLAIN(l, j, E_NAME, "unknown kind of item '%.*s'", SPAN_ARG(j->text));
    struct span near = map_nearest(&l->item_by_id, j->text);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "an 'item' of library/facts");
}

/* One number, or a list of them: rows that are the same text. */
static void read_catalogue(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct measure *m = base;
    struct key list = {.name = k->name,
                       .offset = offsetof(struct measure, catalogues),
                       .second = offsetof(struct measure, catalogue_count)};
    if (j->kind == JSON_ARRAY) {
        read_texts(l, j, &list, base);
    } else if (want_text(l, j, k->name)) {
        struct span *one = need(l, ARENA_NEW(l->program, struct span));
        if (!one)
            return;
        *one = span_trim(j->text);
        m->catalogues = one;
        m->catalogue_count = 1;
    }
    if (m->catalogue_count)
        m->catalogue = m->catalogues[0];
}

/* Read again when the measure's document is known: they name rules of it. */
static void read_later(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k), UNUSED(base);
}

static const char *const product_types[] = {"rate",      "loan",          "quota",
                                            "extension", "channel",       "cross-border",
                                            "fee",       "credit-record", "authority"};

#define WORDS_LIST(key, member, count)                                                             \
    {                                                                                              \
        .name = key, .read = read_list, COUNTED(member, count), .extra = &words_shape,             \
        .flags = KEY_SHARED                                                                        \
    }
#define LIST(key, member, count, shape)                                                            \
    {                                                                                              \
        .name = key, .read = read_list, COUNTED(member, count), .extra = &(shape)                  \
    }
static const struct key measure_keys[] = {
    {.name = "measure", .read = read_text, AT(id)},
    {.name = "product", .read = read_text, AT(id)},
    {.name = "catalogue", .read = read_catalogue},
    {.name = "same_as", .read = read_text, AT(same_as_id)},
    {.name = "family", .read = read_text, AT(family_id), .flags = KEY_SHARED},
    {.name = "title", .read = read_words, AT(title), .flags = KEY_REQUIRED},
    {.name = "plain", .read = read_words, AT(plain), .flags = KEY_REQUIRED},
    {.name = "kind",
     .read = read_word,
     AT(kind),
     .extra = kind_words,
     .extra_count = KINDS,
     .flags = KEY_SHARED},
    {.name = "precision",
     .read = read_word,
     AT(precision),
     .extra = precision_words,
     .extra_count = PRECISIONS,
     .flags = KEY_REQUIRED},
    {.name = "class", .read = read_text, AT(same_class), .flags = KEY_SHARED},
    {.name = "tags", .read = read_texts, COUNTED(tags, tag_count), .flags = KEY_SHARED},
    {.name = "addressee", .read = read_addressees, .flags = KEY_SHARED},
    {.name = "applicant",
     .read = read_word,
     AT(applicant),
     .extra = role_words,
     .extra_count = ROLES,
     .flags = KEY_SHARED},
    {.name = "beneficiary",
     .read = read_word,
     AT(beneficiary),
     .extra = role_words,
     .extra_count = ROLES,
     .flags = KEY_SHARED},
    {.name = "each", .read = read_item_kind, AT(each), .flags = KEY_SHARED},
    {.name = "region", .read = read_text, AT(region), .flags = KEY_SHARED},
    {.name = "authority", .read = read_text, AT(authority), .flags = KEY_SHARED},
    {.name = "institution", .read = read_text, AT(institution), .flags = KEY_SHARED},
    {.name = "type",
     .read = read_choice,
     AT(product_type),
     .extra = product_types,
     .extra_count = COUNT_OF(product_types),
     .flags = KEY_SHARED},
    {.name = "document", .read = read_document, AT(document), .flags = KEY_SHARED},
    {.name = "cites", .read = read_text, AT(cites), .flags = KEY_REQUIRED},
    {.name = "in_force", .read = read_same, .extra = &force_shape, .flags = KEY_SHARED},
    {.name = "apply", .read = read_same, .extra = &apply_shape, .flags = KEY_SHARED},
    LIST("conditions", conditions, condition_count, condition_shape),
    {.name = "overrides", .read = read_later},
    {.name = "let", .read = read_lets},
    LIST("benefit", benefits, benefit_count, benefit_shape),
    {.name = "test", .read = read_formula, AT(test)},
    {.name = "next", .read = read_words, AT(next)},
    LIST("dates", dates, date_count, date_shape),
    LIST("readings", readings, reading_count, reading_shape),
    LIST("relations", relations, relation_count, relation_shape),
    LIST("changes", changes, change_count, change_shape),
    WORDS_LIST("materials", materials, material_count),
    WORDS_LIST("steps", steps, step_count),
    {.name = "contacts",
     .read = read_list,
     COUNTED(contacts, contact_count),
     .extra = &contact_shape,
     .flags = KEY_SHARED},
    WORDS_LIST("notes", notes, note_count),
    LIST("examples", examples, example_count, example_shape),
};
const struct shape measure_shape = {"measure",
                                    measure_keys,
                                    COUNT_OF(measure_keys),
                                    sizeof(struct measure),
                                    offsetof(struct measure, place),
                                    NULL};

/* What must be said by the measure or by the head of its file. */
static void require(struct loader *l, const struct json *j, bool there, const char *key)
{
    if (!there)
        hint(l, COMPLAIN(l, j, E_INPUT, "measure without '%s'", key),
             "add %s: ... here or at the head of the file", key);
}

/* In the measure or at the head of its file? */
static bool given(const struct loader *l, const struct json *j, const char *key)
{
    return !is_absent(json_get(j, span_z(key))) ||
           !is_absent(json_get(l->source->tree, span_z(key)));
}

static void measure_needs(struct loader *l, const struct json *j, struct measure *m)
{
    static const char *const always[] = {"kind", "region", "document"}, *const measures[] = {
                                                                            "addressee",
                                                                            "applicant",
                                                                            "authority"};
    static const char *const products[] = {"institution", "type"};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        require(l, j, given(l, j, always[i]), always[i]);
    for (size_t i = 0; i < COUNT_OF(measures); i++)
        require(l, j, m->product || given(l, j, measures[i]), measures[i]);
    for (size_t i = 0; i < COUNT_OF(products); i++)
        require(l, j, !m->product || given(l, j, products[i]), products[i]);
    if (m->product && !m->addressees)
        m->addressees = 1u << ROLE_ENTERPRISE;
    if (!m->product && (m->institution.n || m->product_type.n) && !is_absent(JSON_GET(j, "type")))
        hint(l, COMPLAIN_KEY(l, JSON_GET(j, "type"), E_NAME, "'type' is for products"), "drop it");
}

static bool grants(enum measure_kind kind)
{
    return kind != KIND_PROHIBITION && kind != KIND_DUTY && kind != KIND_INDICATOR;
}

/* `readings[].set`: names not in `let` must be set by every reading; they come before the others.
 */
static void default_sets(struct loader *l, struct measure *m)
{
    const struct reading *first = m->reading_count ? &m->readings[0] : NULL;
    if (!first || first->set_count == 0)
        return;
    struct let *at = need(l, ARENA_ARRAY(l->program, struct let, m->let_count + first->set_count));
    if (!at)
        return;
    size_t n = 0;
    for (size_t i = 0; i < first->set_count; i++) {
        bool known = false;
        for (size_t k = 0; k < m->let_count; k++)
            known = known || span_eq(m->lets[k].name, first->lets[i].name);
        if (!known)
            at[n++] = first->lets[i];
    }
    for (size_t k = 0; k < m->let_count; k++) {
        at[n] = m->lets[k];
        for (size_t i = 0; i < first->set_count; i++)
            if (span_eq(first->lets[i].name, m->lets[k].name))
                at[n].formula = first->lets[i].formula;
        n++;
    }
    m->lets = at;
    m->let_count = n;
}

static void read_overrides(struct loader *l, const struct json *j, struct measure *m)
{
    struct {
        const struct span *at;
        size_t n;
    } rules = {NULL, 0};
    struct key k = {.name = "overrides", .offset = 0, .second = sizeof rules.at};
    if (!is_absent(j))
        read_texts(l, j, &k, &rules);
    inherit_rules(l, m, rules.at, rules.n);
    inherit_relations(l, m, rules.at, rules.n);
}

static void add_measure(struct loader *l, struct measure *m)
{
    struct measure **slot = need(l, VECTOR_PUSH(l->program, &l->measures, struct measure *));
    if (slot)
        *slot = m;
}

/* `start` holds the defaults of the file. */
static void load_measure(struct loader *l, const struct json *e, const struct measure *start,
                         bool product)
{
    struct measure *m = need(l, ARENA_NEW(l->program, struct measure));
    if (!m)
        return;
    *m = *start;
    m->product = product;
    size_t errors = l->diags->errors;
    if (!read_shape(l, e, &measure_shape, m))
        return;
    const struct json *id = json_get(e, product ? SPAN("product") : SPAN("measure"));
    if (is_absent(id)) {
        COMPLAIN(l, e, E_INPUT, "%s without an id", product ? "product" : "measure");
        return;
    }
    measure_needs(l, e, m);
    if (!given(l, e, "beneficiary"))
        m->beneficiary = m->applicant;
    if (!given(l, e, "apply"))
        m->apply_mode = grants(m->kind) ? APPLY_APPLICATION : APPLY_NONE;
    default_sets(l, m);
    read_overrides(l, JSON_GET(e, "overrides"), m);
    compile_measure(l, m);
    add_measure(l, m);
    if (l->diags->errors > errors && map_put(&l->unsound, m->id, m) < 0)
        l->failed = true;
}

static void load_all(struct loader *l, const struct json *j, bool product)
{
    JSON_EACH(e, j)
    load_measure(l, e, l->defaults, product);
}

void load_measure_row(struct loader *l, const struct json *e, const struct family *f,
                      const struct json *const *values)
{
    struct measure start = *l->defaults;
    start.family = f;
    start.family_values = values;
    load_measure(l, e, &start, JSON_GET(e, "product") != NULL);
}

void load_measures(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    load_all(l, j, false);
}

void load_products(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    load_all(l, j, true);
}
