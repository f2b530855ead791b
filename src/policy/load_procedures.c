/*
 * load_procedures.c: procedures of casework: the section `procedures:` (docs/procedures.md). Read
 * when the measures are known, because procedures name them. What names other parts of the same
 * procedure is checked in check_procedures.c; expressions are compiled in compile_procedures.c.
 */
#include <stdlib.h>
#include "policy/library_int.h"
#include "policy/procedure.h"

#define WORD_KEY(key, at, table, count)                                                            \
    {                                                                                              \
        .name = key, .read = read_word, .offset = (at), .extra = (table), .extra_count = (count)   \
    }

/* ---- small readers ---- */

/* A flag of an act: extra_count is its bit. */
static void read_flag(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    bool set = false;
    struct key plain = {.name = k->name};
    read_bool(l, j, &plain, &set);
    if (set)
        *(unsigned *)field_of(base, k) |= (unsigned)k->extra_count;
}

/* A count from 0 to 9999. */
static bool count_of(struct loader *l, const struct json *j, const char *what, uint32_t *ret)
{
    struct span t = json_text(j);
    uint32_t n = 0;
    bool digits = t.n > 0 && t.n <= 4;
    for (size_t i = 0; digits && i < t.n; i++) {
        digits = t.p[i] >= '0' && t.p[i] <= '9';
        n = n * 10 + (uint32_t)(t.p[i] - '0');
    }
    if (digits)
        *ret = n;
    else if (want_text(l, j, what))
        hint(l, COMPLAIN(l, j, E_TYPE, "'%s' is no count", what), "a whole number up to 9999");
    return digits;
}

static void read_count(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    (void)count_of(l, j, k->name, field_of(base, k));
}

static void read_json_map(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (j->kind == JSON_OBJECT)
        *(const struct json **)field_of(base, k) = j;
    else
        hint(l, COMPLAIN(l, j, E_TYPE, "'%s' must be a map", k->name), "%s: {name: value}",
             k->name);
}

static void read_json_list(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (j->kind == JSON_ARRAY)
        *(const struct json **)field_of(base, k) = j;
    else
        hint(l, COMPLAIN(l, j, E_TYPE, "'%s' must be a list", k->name),
             "begin each element with '- '");
}

/* Read by the `finish` of the shape: they depend on one another. */
static void read_later(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k), UNUSED(base);
}

/* One text or a list of them. */
static void read_names(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct json list = {.kind = JSON_ARRAY, .line = j->line, .column = j->column, .n = 1};
    struct json one = *j;
    if (j->kind != JSON_STRING) {
        read_texts(l, j, k, base);
        return;
    }
    one.next = NULL;
    list.first = list.last = &one;
    read_texts(l, &list, k, base);
}

/* ---- parties ---- */

#define PARTY(member) .offset = offsetof(struct party, member)
static const struct key party_keys[] = {
    {.name = "party", .read = read_text, PARTY(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, PARTY(title), .flags = KEY_REQUIRED},
    {.name = "actor",
     .read = read_word,
     PARTY(kind),
     .extra = actor_words,
     .extra_count = ACTOR_KINDS,
     .flags = KEY_REQUIRED},
    {.name = "organisation", .read = read_text, PARTY(organisation)},
    {.name = "by", .read = read_formula, PARTY(by)},
    {.name = "cites", .read = read_text, PARTY(cites)},
};
static void party_finish(struct loader *l, const struct json *j, void *base)
{
    const struct party *p = base;
    bool said = !is_absent(JSON_GET(j, "actor"));
    if (said &&
        (p->kind == ACTOR_APPLICANT || p->kind == ACTOR_ANYBODY || p->kind == ACTOR_PROGRAM))
        hint(l,
             COMPLAIN(l, JSON_GET(j, "actor"), E_CONFLICT, "'%.*s' is known without being declared",
                      SPAN_ARG(actor_words[p->kind].yaml)),
             "window, handler, reviewer, finance or counterparty");
    if (p->organisation.n && p->by.text.n)
        hint(l, COMPLAIN(l, j, E_CONFLICT, "both 'organisation' and 'by'"),
             "either one organisation, or an expression that names it");
}
static const struct shape party_shape = {"party",
                                         party_keys,
                                         COUNT_OF(party_keys),
                                         sizeof(struct party),
                                         offsetof(struct party, place),
                                         party_finish};

/* ---- fields ---- */

#define FIELD(member) .offset = offsetof(struct procedure_field, member)
static const struct key field_keys[] = {
    {.name = "field", .read = read_text, FIELD(name)},
    {.name = "fact", .read = read_text, FIELD(name)},
    {.name = "type", .read = read_later},
    {.name = "unit", .read = read_text, FIELD(unit)},
    {.name = "title", .read = read_words, FIELD(title)},
    {.name = "help", .read = read_words, FIELD(help)},
    {.name = "min",
     .read = read_decimal,
     FIELD(min),
     .second = offsetof(struct procedure_field, has_min)},
    {.name = "max",
     .read = read_decimal,
     FIELD(max),
     .second = offsetof(struct procedure_field, has_max)},
    {.name = "whole", .read = read_bool, FIELD(whole)},
    {.name = "in", .read = read_later},
    {.name = "required", .read = read_bool, FIELD(required)},
    {.name = "sensitive", .read = read_bool, FIELD(sensitive)},
    {.name = "shown_if", .read = read_formula, FIELD(shown_if)},
};

static void of_library(struct loader *l, const struct json *j, struct procedure_field *f)
{
    static const char *const own[] = {"type", "unit", "min", "max", "whole", "in", "sensitive"};
    const struct json *name = JSON_GET(j, "fact");
    f->fact = map_get(&l->library->fact_by_name, f->name);
    if (!f->fact) {
        struct span near = map_nearest(&l->library->fact_by_name, f->name);
        hint(l, COMPLAIN(l, name, E_NAME, "unknown fact '%.*s'", SPAN_ARG(f->name)),
             near.n ? "did you mean '%.*s'?"
                    : "a fact of the library, or a 'field' with a type%.*s",
             SPAN_ARG(near));
        return;
    }
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (!is_absent(json_get(j, span_z(own[i]))))
            hint(l,
                 COMPLAIN_KEY(l, json_get(j, span_z(own[i])), E_CONFLICT, "the library says '%s'",
                              own[i]),
                 "drop it");
    if (f->fact->period)
        hint(l, COMPLAIN(l, name, E_TYPE, "'%.*s' is told by period", SPAN_ARG(f->name)),
             "expressions read it as it is; what the form asks is a 'field' of its own");
    f->type = f->fact->type;
    f->unit = f->fact->unit;
    f->sensitive = f->fact->sensitive;
    f->whole = f->fact->whole;
    f->has_min = f->fact->has_min;
    f->has_max = f->fact->has_max;
    f->min = f->fact->min;
    f->max = f->fact->max;
    if (!f->title.zh.n)
        f->title = (struct words){f->name, f->name};
    if (!f->help.zh.n)
        f->help = f->fact->question;
}

/* The values of `in:`, each of the field's type. */
static void read_in(struct loader *l, const struct json *j, struct procedure_field *f)
{
    struct value *at = need(l, ARENA_ARRAY(l->program, struct value, j->n + 1));
    size_t n = 0;
    JSON_EACH(e, at ? j : NULL)
    {
        n += value_of(l, e, f->type, &at[n]);
    }
    f->has_in_list = n > 0;
    if (n)
        f->in_list = value_list(l->program, at, n);
    if (f->in_list.kind == VALUE_ERROR)
        l->failed = true;
}

/* A text that is one of several is an enumeration, so that `= "typo"` is a mistake. */
static const struct type *own_type(struct loader *l, const struct json *j, const struct json *in,
                                   struct span unit)
{
    struct {
        const struct span *at;
        size_t n;
    } values = {NULL, 0};
    struct key k = {.name = "in", .second = sizeof values.at};
    const struct json *type = JSON_GET(j, "type");
    if (!is_absent(in) && span_eq(json_text(type), SPAN("string")))
        read_texts(l, in, &k, &values);
    if (span_eq(json_text(type), SPAN("list"))) {
        hint(l, COMPLAIN(l, type, E_TYPE, "a field holds one value"),
             "number, string, boolean or date");
        return NULL;
    }
    return type_named(l, type, unit, values.at, values.n);
}

static void of_its_own(struct loader *l, const struct json *j, struct procedure_field *f)
{
    const struct json *in = JSON_GET(j, "in");
    if (is_absent(JSON_GET(j, "type"))) {
        hint(l, COMPLAIN(l, j, E_INPUT, "a field without 'type'"),
             "type: number, string, boolean or date; or 'fact:' for one of the library");
        return;
    }
    f->type = own_type(l, j, in, f->unit);
    if (!f->title.zh.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a field without 'title'"),
             "add title: {zh: ..., en: ...}");
    if (f->type && f->type->kind != TYPE_NUMBER && (f->whole || f->has_min || f->has_max))
        COMPLAIN(l, j, E_TYPE, "'whole', 'min' and 'max' are for numbers");
    if (f->has_min && f->has_max && decimal_compare(f->min, f->max) > 0)
        COMPLAIN(l, JSON_GET(j, "max"), E_RANGE, "'max' is below 'min'");
    if (f->type && !is_absent(in) && in->kind == JSON_ARRAY)
        read_in(l, in, f);
    else if (!is_absent(in) && in->kind != JSON_ARRAY)
        hint(l, COMPLAIN(l, in, E_TYPE, "'in' must be a list"), "in: [one, two]");
}

static void field_finish(struct loader *l, const struct json *j, void *base)
{
    struct procedure_field *f = base;
    bool own = !is_absent(JSON_GET(j, "field")), fact = !is_absent(JSON_GET(j, "fact"));
    f->local = UINT32_MAX;
    if (own == fact)
        hint(
            l,
            COMPLAIN(l, j, E_INPUT, own ? "both 'field' and 'fact'" : "neither 'field' nor 'fact'"),
            "a field has a name of its own, or is a fact of the library");
    else if (fact)
        of_library(l, j, f);
    else
        of_its_own(l, j, f);
}
static const struct shape field_shape = {"field",
                                         field_keys,
                                         COUNT_OF(field_keys),
                                         sizeof(struct procedure_field),
                                         offsetof(struct procedure_field, place),
                                         field_finish};

/* ---- materials ---- */

#define PAPER(member) .offset = offsetof(struct material, member)

/* true, or the clock within which it may come later. */
static void read_late(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct material *m = base;
    if (!want_text(l, j, k->name) || span_eq(j->text, SPAN("false")))
        return;
    m->later = true;
    if (!span_eq(j->text, SPAN("true")))
        m->later_clock = span_trim(j->text);
}

static const struct key material_keys[] = {
    {.name = "material", .read = read_text, PAPER(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, PAPER(title), .flags = KEY_REQUIRED},
    {.name = "note", .read = read_words, PAPER(note)},
    {.name = "needed_if", .read = read_formula, PAPER(needed_if)},
    WORD_KEY("form", offsetof(struct material, form), paper_form_words, PAPER_FORMS),
    {.name = "copies", .read = read_count, PAPER(copies)},
    {.name = "sign", .read = read_bool, PAPER(sign)},
    {.name = "seal", .read = read_bool, PAPER(seal)},
    {.name = "held", .read = read_text, PAPER(held)},
    {.name = "later", .read = read_late},
    {.name = "cites", .read = read_text, PAPER(cites)},
};
static void material_finish(struct loader *l, const struct json *j, void *base)
{
    UNUSED(l);
    if (is_absent(JSON_GET(j, "form")))
        ((struct material *)base)->form = PAPER_ANY;
}
static const struct shape material_shape = {"material",
                                            material_keys,
                                            COUNT_OF(material_keys),
                                            sizeof(struct material),
                                            offsetof(struct material, place),
                                            material_finish};

/* ---- states ---- */

#define STATE(member) .offset = offsetof(struct procedure_state, member)
static const struct key state_keys[] = {
    {.name = "state", .read = read_text, STATE(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, STATE(title), .flags = KEY_REQUIRED},
    {.name = "phase",
     .read = read_word,
     STATE(phase),
     .extra = phase_words,
     .extra_count = PHASES,
     .flags = KEY_REQUIRED},
    WORD_KEY("ends", offsetof(struct procedure_state, ends), decision_words, DECISIONS),
};
static void state_finish(struct loader *l, const struct json *j, void *base)
{
    const struct procedure_state *s = base;
    const struct json *ends = JSON_GET(j, "ends");
    if (is_absent(JSON_GET(j, "phase")))
        return;
    if (s->phase == PHASE_ENDED && s->ends == DECISION_NONE)
        hint(l, COMPLAIN(l, j, E_INPUT, "an ended state without 'ends'"),
             "how does the case end: done, granted, refused, waived, void ...?");
    if (s->phase != PHASE_ENDED && !is_absent(ends))
        hint(l, COMPLAIN_KEY(l, ends, E_CONFLICT, "'ends' in a state that is not ended"),
             "phase: ended, or drop it");
}
static const struct shape state_shape = {"state",
                                         state_keys,
                                         COUNT_OF(state_keys),
                                         sizeof(struct procedure_state),
                                         offsetof(struct procedure_state, place),
                                         state_finish};

/* ---- acts ---- */

#define ACT(member) .offset = offsetof(struct procedure_act, member)
#define ACT_NAMES(key, member, count)                                                              \
    {                                                                                              \
        .name = key, .read = read_names, ACT(member),                                              \
        .second = offsetof(struct procedure_act, count)                                            \
    }
#define ACT_FLAG(key, bit)                                                                         \
    {                                                                                              \
        .name = key, .read = read_flag, ACT(flags), .extra_count = (bit)                           \
    }

#define GUARD(member) .offset = offsetof(struct condition, member)
static const struct key guard_keys[] = {
    {.name = "if", .read = read_formula, GUARD(test), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, GUARD(cites)},
    {.name = "text", .read = read_words, GUARD(text)},
};
static const struct shape guard_shape = {"condition",
                                         guard_keys,
                                         COUNT_OF(guard_keys),
                                         sizeof(struct condition),
                                         offsetof(struct condition, place),
                                         NULL};

/* One expression, one condition, or a list of conditions. */
static void read_guards(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct procedure_act *a = base;
    struct key list = {.name = k->name,
                       .offset = offsetof(struct procedure_act, conditions),
                       .second = offsetof(struct procedure_act, condition_count),
                       .extra = &guard_shape};
    if (j->kind == JSON_ARRAY) {
        read_list(l, j, &list, base);
        return;
    }
    a->conditions = need(l, ARENA_NEW(l->program, struct condition));
    if (!a->conditions)
        return;
    if (j->kind == JSON_OBJECT)
        (void)read_shape(l, j, &guard_shape, a->conditions);
    else if (want_text(l, j, k->name))
        a->conditions->test = formula_of(l, j);
    a->conditions->place = place_of(l, j);
    a->condition_count = 1;
}

static void read_quorum(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct procedure_act *a = base;
    a->all = span_eq(json_text(j), SPAN("all"));
    if (!a->all)
        (void)count_of(l, j, k->name, &a->quorum);
}

static void read_promoted(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    const struct map *facts = &l->library->fact_by_name;
    if (!want_text(l, j, k->name))
        return;
    const struct fact *f = map_get(facts, j->text);
    struct span near = f ? (struct span){NULL, 0} : map_nearest(facts, j->text);
    if (!f)
        hint(l, COMPLAIN(l, j, E_NAME, "unknown fact '%.*s'", SPAN_ARG(j->text)),
             near.n ? "did you mean '%.*s'?" : "a fact of the library%.*s", SPAN_ARG(near));
    ((struct promotion *)base)->fact = f;
}

#define PROMOTION(member) .offset = offsetof(struct promotion, member)
static const struct key promotion_keys[] = {
    {.name = "fact", .read = read_promoted, .flags = KEY_REQUIRED},
    {.name = "value", .read = read_formula, PROMOTION(value), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, PROMOTION(cites)},
};
static const struct shape promotion_shape = {"promotion",
                                             promotion_keys,
                                             COUNT_OF(promotion_keys),
                                             sizeof(struct promotion),
                                             offsetof(struct promotion, place),
                                             NULL};

static const char *const register_acts[] = {"propose", "remove"};
static const struct key register_keys[] = {
    {.name = "name", .read = read_text, ACT(reg), .flags = KEY_REQUIRED},
    {.name = "act",
     .read = read_choice,
     ACT(reg_act),
     .extra = register_acts,
     .extra_count = COUNT_OF(register_acts),
     .flags = KEY_REQUIRED},
};
static const struct shape register_shape = {"register", register_keys, COUNT_OF(register_keys),
                                            0,          NO_PLACE,      NULL};

static const struct key act_keys[] = {
    {.name = "act", .read = read_text, ACT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, ACT(title), .flags = KEY_REQUIRED},
    {.name = "who",
     .read = read_names,
     ACT(who),
     .second = offsetof(struct procedure_act, who_count),
     .flags = KEY_REQUIRED},
    ACT_NAMES("from", from, from_count),
    {.name = "to", .read = read_text, ACT(to)},
    {.name = "if", .read = read_guards},
    ACT_NAMES("asks", asks, ask_count),
    ACT_NAMES("sets", sets, set_count),
    WORD_KEY("decision", offsetof(struct procedure_act, decision), decision_words, DECISIONS),
    {.name = "amount", .read = read_formula, ACT(amount)},
    {.name = "fund", .read = read_text, ACT(fund)},
    {.name = "quorum", .read = read_quorum},
    ACT_NAMES("notices", notices, notice_count),
    ACT_NAMES("opens", opens, open_count),
    {.name = "promotes",
     .read = read_list,
     ACT(promotes),
     .second = offsetof(struct procedure_act, promote_count),
     .extra = &promotion_shape},
    {.name = "date_as", .read = read_text, ACT(date_as)},
    {.name = "register", .read = read_same, .extra = &register_shape},
    {.name = "sample", .read = read_decimal, ACT(sample)},
    {.name = "cites", .read = read_text, ACT(cites)},
    ACT_FLAG("lists_missing", ACT_LISTS_MISSING),
    ACT_FLAG("supplies", ACT_SUPPLIES),
    ACT_FLAG("reason", ACT_REASON),
    ACT_FLAG("remedy", ACT_REMEDY),
    ACT_FLAG("commits", ACT_COMMITS),
    ACT_FLAG("publishes", ACT_PUBLISHES),
    ACT_FLAG("reserves", ACT_RESERVES),
    ACT_FLAG("pays", ACT_PAYS),
    ACT_FLAG("releases", ACT_RELEASES),
    ACT_FLAG("claims_back", ACT_CLAIMS_BACK),
    ACT_FLAG("recognises", ACT_RECOGNISES),
    ACT_FLAG("other_person", ACT_OTHER_PERSON),
    ACT_FLAG("returns", ACT_RETURNS),
    ACT_FLAG("again", ACT_OPEN_ENDED),
};
static void act_finish(struct loader *l, const struct json *j, void *base)
{
    const struct procedure_act *a = base;
    struct decimal one, none;
    bool range = decimal_parse(SPAN("1"), &one) && decimal_parse(SPAN("0"), &none);
    const struct json *sample = JSON_GET(j, "sample");
    if (range && !is_absent(sample) &&
        (decimal_compare(a->sample, none) <= 0 || decimal_compare(a->sample, one) > 0))
        hint(l, COMPLAIN(l, sample, E_RANGE, "'sample' is a share"), "above 0, at most 1: 0.05");
    if (a->quorum > a->who_count && a->who_count)
        hint(l,
             COMPLAIN(l, JSON_GET(j, "quorum"), E_RANGE, "a quorum of %u among %zu",
                      (unsigned)a->quorum, a->who_count),
             "at most as many as 'who' names");
    if (a->amount.text.n && a->decision == DECISION_NONE)
        hint(l, COMPLAIN(l, JSON_GET(j, "amount"), E_CONFLICT, "'amount' without 'decision'"),
             "an amount is what a decision grants");
}
static const struct shape act_shape = {"act",
                                       act_keys,
                                       COUNT_OF(act_keys),
                                       sizeof(struct procedure_act),
                                       offsetof(struct procedure_act, place),
                                       act_finish};

/* ---- limits ---- */

/* "working-days", and "day" beside "days". */
static int unit_of(struct loader *l, const struct json *j, struct span word)
{
    struct json at = *j;
    int i = closed_word_find(limit_unit_words, LIMIT_UNITS, word);
    for (int k = 0; i < 0 && k < LIMIT_UNITS; k++) {
        struct span plural = limit_unit_words[k].yaml;
        if (plural.n == word.n + 1 && span_starts(plural, word))
            i = k;
    }
    at.kind = JSON_STRING;
    at.text = word;
    return i >= 0 ? i : word_of(l, &at, limit_unit_words, LIMIT_UNITS, "unit");
}

/* "2 working-days". */
static void read_plain_limit(struct loader *l, const struct json *j, struct limit *limit)
{
    struct span rest = span_trim(json_text(j)), n;
    struct json number = *j;
    if (!span_split(&rest, ' ', &n) || !span_trim(rest).n) {
        hint(l, COMPLAIN(l, j, E_INPUT, "'%.*s' is no limit", SPAN_ARG(json_text(j))),
             "2 working-days, 3 months, or {until: date}");
        return;
    }
    number.text = n;
    int unit = unit_of(l, j, span_trim(rest));
    if (unit < 0 || !count_of(l, &number, "limit", &limit->n))
        return;
    limit->unit = (enum limit_unit)unit;
    limit->given = true;
    if (limit->n == 0)
        hint(l, COMPLAIN(l, j, E_RANGE, "a limit of nothing"), "one at least");
}

static void read_at(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct limit *limit = base;
    struct span t = json_text(j);
    bool ok = t.n == 5 && t.p[2] == ':';
    for (size_t i = 0; ok && i < 5; i++)
        ok = i == 2 || (t.p[i] >= '0' && t.p[i] <= '9');
    unsigned hour = ok ? (unsigned)(t.p[0] - '0') * 10 + (unsigned)(t.p[1] - '0') : 24;
    unsigned minute = ok ? (unsigned)(t.p[3] - '0') * 10 + (unsigned)(t.p[4] - '0') : 0;
    if (!want_text(l, j, k->name))
        return;
    if (!ok || hour > 23 || minute > 59) {
        hint(l, COMPLAIN(l, j, E_INPUT, "'%.*s' is no hour of the day", SPAN_ARG(t)),
             "\"18:00\"; a day without an hour ends at midnight");
        return;
    }
    limit->has_time = true;
    limit->hour = (uint8_t)hour;
    limit->minute = (uint8_t)minute;
}

static void read_unit(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (!want_text(l, j, k->name))
        return;
    int unit = unit_of(l, j, span_trim(j->text));
    if (unit >= 0)
        ((struct limit *)base)->unit = (enum limit_unit)unit;
}

static void read_month_end(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct limit *limit = base;
    limit->month_end = count_of(l, j, k->name, &limit->n);
    limit->unit = LIMIT_MONTHS;
}

#define LIMIT(member) .offset = offsetof(struct limit, member)
static const struct key limit_keys[] = {
    {.name = "n", .read = read_formula, LIMIT(amount)},
    {.name = "unit", .read = read_unit},
    {.name = "until", .read = read_formula, LIMIT(until)},
    {.name = "month_end", .read = read_month_end},
    {.name = "at", .read = read_at},
};

/* A literal number needs no expression. */
static void settle_count(struct loader *l, const struct json *j, struct limit *limit)
{
    struct span t = limit->amount.text;
    bool digits = t.n > 0;
    for (size_t i = 0; i < t.n; i++)
        digits = digits && t.p[i] >= '0' && t.p[i] <= '9';
    if (!digits || !count_of(l, JSON_GET(j, "n"), "n", &limit->n))
        return;
    limit->amount = (struct formula){.place = limit->amount.place};
    if (limit->n == 0)
        hint(l, COMPLAIN(l, JSON_GET(j, "n"), E_RANGE, "a limit of nothing"), "one at least");
}

static void limit_finish(struct loader *l, const struct json *j, void *base)
{
    struct limit *limit = base;
    bool count = limit->amount.text.n, until = limit->until.text.n;
    limit->given = true;
    if (count + until + limit->month_end != 1)
        hint(l, COMPLAIN(l, j, E_INPUT, "a limit is one of 'n', 'until' and 'month_end'"),
             "{n: 3, unit: months}, {until: 截止日}, {month_end: 1}");
    if (count != !is_absent(JSON_GET(j, "unit")))
        hint(l, COMPLAIN(l, j, E_INPUT, "'n' and 'unit' belong together"),
             "{n: 3, unit: working-days}");
    if (limit->has_time && count && limit->unit <= LIMIT_HOURS)
        hint(l, COMPLAIN(l, JSON_GET(j, "at"), E_CONFLICT, "'at' with minutes or hours"),
             "they run from the moment: drop it");
    if (count)
        settle_count(l, j, limit);
}
static const struct shape limit_shape = {
    "limit", limit_keys, COUNT_OF(limit_keys), sizeof(struct limit), NO_PLACE, limit_finish};

static void read_limit(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct limit *limit = field_of(base, k);
    if (j->kind == JSON_OBJECT)
        (void)read_shape(l, j, &limit_shape, limit);
    else if (want_text(l, j, k->name))
        read_plain_limit(l, j, limit);
}

/* ---- clocks ---- */

#define CLOCK(member) .offset = offsetof(struct clock, member)

#define TRIGGER_ACTS                                                                               \
    .read = read_names, .offset = offsetof(struct trigger, acts),                                  \
    .second = offsetof(struct trigger, n)
static const struct key trigger_keys[] = {
    {.name = "first", TRIGGER_ACTS},
    {.name = "last", TRIGGER_ACTS},
};
static void trigger_finish(struct loader *l, const struct json *j, void *base)
{
    struct trigger *t = base;
    t->first = !is_absent(JSON_GET(j, "first"));
    t->last = !is_absent(JSON_GET(j, "last"));
    if (t->first == t->last)
        hint(l, COMPLAIN(l, j, E_INPUT, "either 'first' or 'last'"), "{last: [accept, pay]}");
}
static const struct shape trigger_shape = {
    "trigger", trigger_keys,  COUNT_OF(trigger_keys), sizeof(struct trigger),
    NO_PLACE,  trigger_finish};

static void read_trigger(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    static const struct key list = {.name = "trigger", TRIGGER_ACTS};
    struct key named = list;
    named.name = k->name;
    if (j->kind == JSON_OBJECT)
        (void)read_shape(l, j, &trigger_shape, field_of(base, k));
    else
        read_names(l, j, &named, field_of(base, k));
}

static const struct key clock_keys[] = {
    {.name = "clock", .read = read_text, CLOCK(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, CLOCK(title), .flags = KEY_REQUIRED},
    {.name = "owner", .read = read_text, CLOCK(owner), .flags = KEY_REQUIRED},
    {.name = "starts", .read = read_trigger, CLOCK(starts)},
    {.name = "from", .read = read_formula, CLOCK(from)},
    {.name = "same_day", .read = read_bool, CLOCK(same_day)},
    {.name = "limit", .read = read_limit, CLOCK(limit), .flags = KEY_REQUIRED},
    {.name = "moves", .read = read_bool, CLOCK(moves)},
    {.name = "stops", .read = read_trigger, CLOCK(stops)},
    {.name = "resumes", .read = read_trigger, CLOCK(resumes)},
    {.name = "ends", .read = read_trigger, CLOCK(ends)},
    {.name = "only_in", .read = read_text, CLOCK(only_in)},
    {.name = "warn", .read = read_limit, CLOCK(warn)},
    {.name = "extended_by", .read = read_trigger, CLOCK(extended_by)},
    {.name = "extension", .read = read_limit, CLOCK(extension)},
    {.name = "extensions", .read = read_count, CLOCK(extensions)},
    {.name = "lapse",
     .read = read_word,
     CLOCK(lapse),
     .extra = lapse_words,
     .extra_count = LAPSES,
     .flags = KEY_REQUIRED},
    {.name = "lapse_to", .read = read_text, CLOCK(lapse_to)},
    {.name = "cites", .read = read_text, CLOCK(cites)},
};
static void clock_finish(struct loader *l, const struct json *j, void *base)
{
    const struct clock *c = base;
    bool starts = c->starts.n > 0, from = c->from.text.n > 0;
    if (starts == from)
        hint(l,
             COMPLAIN(l, j, E_INPUT, starts ? "both 'starts' and 'from'" : "a clock without start"),
             "starts: [act], or from: a date or an expression");
    if ((c->extended_by.n > 0) != c->extension.given)
        hint(l, COMPLAIN(l, j, E_INPUT, "'extended_by' and 'extension' belong together"),
             "extended_by: [act], extension: 3 months, extensions: 2");
    if (c->extended_by.n && !c->extensions)
        hint(l, COMPLAIN(l, j, E_INPUT, "how often may it be extended?"), "extensions: 1");
    if (!c->extended_by.n && c->extensions)
        hint(l, COMPLAIN(l, JSON_GET(j, "extensions"), E_INPUT, "'extensions' of nothing"),
             "extended_by: [act], extension: 3 months");
    if (c->warn.until.text.n || c->warn.month_end)
        hint(l, COMPLAIN(l, JSON_GET(j, "warn"), E_INPUT, "'warn' is a time before the end"),
             "warn: 10 days");
}
static const struct shape clock_shape = {"clock",
                                         clock_keys,
                                         COUNT_OF(clock_keys),
                                         sizeof(struct clock),
                                         offsetof(struct clock, place),
                                         clock_finish};

/* ---- notices, runs ---- */

#define NOTICE(member) .offset = offsetof(struct notice_template, member)
static const struct key notice_keys[] = {
    {.name = "notice", .read = read_text, NOTICE(id), .flags = KEY_REQUIRED},
    {.name = "to", .read = read_text, NOTICE(to), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, NOTICE(title), .flags = KEY_REQUIRED},
    {.name = "text", .read = read_words, NOTICE(text), .flags = KEY_REQUIRED},
};
static const struct shape notice_shape = {"notice",
                                          notice_keys,
                                          COUNT_OF(notice_keys),
                                          sizeof(struct notice_template),
                                          offsetof(struct notice_template, place),
                                          NULL};

#define RUN(member) .offset = offsetof(struct procedure_run, member)
static const struct key run_keys[] = {
    {.name = "run", .read = read_text, RUN(name), .flags = KEY_REQUIRED},
    {.name = "facts", .read = read_json_map, RUN(facts)},
    {.name = "parameters", .read = read_json_map, RUN(parameters)},
    {.name = "steps", .read = read_json_list, RUN(steps), .flags = KEY_REQUIRED},
};
static const struct shape run_shape = {"run",
                                       run_keys,
                                       COUNT_OF(run_keys),
                                       sizeof(struct procedure_run),
                                       offsetof(struct procedure_run, place),
                                       NULL};

/* ---- the procedure ---- */

#define AT(member) .offset = offsetof(struct procedure, member)
#define COUNTED(member, count)                                                                     \
    .offset = offsetof(struct procedure, member), .second = offsetof(struct procedure, count)
#define LIST(key, member, count, shape)                                                            \
    {                                                                                              \
        .name = key, .read = read_list, COUNTED(member, count), .extra = &(shape)                  \
    }

static void read_measures(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct {
        const struct span *at;
        size_t n;
    } ids = {NULL, 0};
    struct key list = {.name = k->name, .second = sizeof ids.at};
    struct procedure *p = base;
    struct span near = {NULL, 0};
    read_names(l, j, &list, &ids);
    const struct measure **at = need(l, ARENA_ARRAY(l->program, const struct measure *, ids.n + 1));
    p->measures = at;
    p->measure_count = 0;
    for (size_t i = 0; at && i < ids.n; i++) {
        const struct measure *m = library_find(l->library, span_trim(ids.at[i]), &near);
        if (m)
            at[p->measure_count++] = m;
        else
            hint(l, COMPLAIN(l, j, E_NAME, "unknown measure '%.*s'", SPAN_ARG(ids.at[i])),
                 near.n ? "did you mean '%.*s'?" : "its id or its catalogue number%.*s",
                 SPAN_ARG(near));
    }
}

static const struct key window_keys[] = {
    {.name = "from", .read = read_formula, AT(window_from)},
    {.name = "to", .read = read_formula, AT(window_to)},
    {.name = "times", .read = read_count, AT(window_times)},
    {.name = "quota", .read = read_count, AT(window_quota)},
    {.name = "waiting", .read = read_bool, AT(window_waits)},
    {.name = "directions", .read = read_text, AT(window_directions)},
    {.name = "cites", .read = read_text, AT(window_cites)},
};
static const struct key reapply_keys[] = {
    {.name = "allowed", .read = read_bool, AT(may_reapply), .flags = KEY_REQUIRED},
    {.name = "cites", .read = read_text, AT(reapply_cites), .flags = KEY_REQUIRED},
};
static const struct shape reapply_shape = {"reapply", reapply_keys, COUNT_OF(reapply_keys),
                                           0,         NO_PLACE,     NULL};
static const struct shape window_shape = {"window", window_keys, COUNT_OF(window_keys),
                                          0,        NO_PLACE,    NULL};

static const struct key procedure_keys[] = {
    {.name = "procedure", .read = read_text, AT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, AT(title), .flags = KEY_REQUIRED},
    {.name = "plain", .read = read_words, AT(plain), .flags = KEY_REQUIRED},
    {.name = "kind",
     .read = read_word,
     AT(kind),
     .extra = procedure_kind_words,
     .extra_count = PROCEDURE_KINDS,
     .flags = KEY_SHARED},
    {.name = "catalogue", .read = read_names, COUNTED(catalogue, catalogue_count)},
    {.name = "document", .read = read_document, AT(document), .flags = KEY_SHARED},
    {.name = "cites", .read = read_text, AT(cites), .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, AT(region), .flags = KEY_SHARED},
    {.name = "authority", .read = read_text, AT(authority), .flags = KEY_SHARED},
    {.name = "applicant",
     .read = read_word,
     AT(applicant),
     .extra = role_words,
     .extra_count = ROLES,
     .flags = KEY_SHARED},
    {.name = "each", .read = read_item_kind, AT(each), .flags = KEY_SHARED},
    {.name = "measures", .read = read_measures},
    {.name = "fund", .read = read_text, AT(fund), .flags = KEY_SHARED},
    {.name = "window", .read = read_same, .extra = &window_shape, .flags = KEY_SHARED},
    {.name = "reapply", .read = read_same, .extra = &reapply_shape},
    {.name = "channels",
     .read = read_choices,
     COUNTED(channels, channel_count),
     .extra = channel_names,
     .extra_count = CHANNELS,
     .flags = KEY_SHARED},
    {.name = "guide", .read = read_json_map, AT(guide), .flags = KEY_SHARED},
    LIST("parties", parties, party_count, party_shape),
    LIST("fields", fields, field_count, field_shape),
    LIST("materials", materials, material_count, material_shape),
    LIST("states", states, state_count, state_shape),
    LIST("acts", acts, act_count, act_shape),
    LIST("clocks", clocks, clock_count, clock_shape),
    LIST("notices", notices, notice_count, notice_shape),
    LIST("notes", notes, note_count, words_shape),
    LIST("runs", runs, run_count, run_shape),
};
const struct shape procedure_shape = {"procedure",
                                      procedure_keys,
                                      COUNT_OF(procedure_keys),
                                      sizeof(struct procedure),
                                      offsetof(struct procedure, place),
                                      NULL};

/* What must be said by the procedure or by the head of its file. */
static void procedure_needs(struct loader *l, const struct json *j)
{
    static const char *const keys[] = {"kind", "document", "region", "authority", "applicant"};
    static const char *const own[] = {"states", "acts"};
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (is_absent(json_get(j, span_z(keys[i]))) &&
            is_absent(json_get(l->source->tree, span_z(keys[i]))))
            hint(l, COMPLAIN(l, j, E_INPUT, "procedure without '%s'", keys[i]),
                 "add %s: ... here or at the head of the file", keys[i]);
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (is_absent(json_get(j, span_z(own[i]))))
            hint(l, COMPLAIN(l, j, E_INPUT, "procedure without '%s'", own[i]),
                 "huiqi procedure new ID writes a skeleton");
}

static void add_procedure(struct loader *l, struct procedure *p, const struct json *j, bool sound)
{
    struct loaded_procedure *slot =
        need(l, VECTOR_PUSH(l->scratch, &l->procedures, struct loaded_procedure));
    if (slot)
        *slot = (struct loaded_procedure){
            .procedure = p, .tree = j, .source = l->source, .sound = sound};
}

static void load_procedure(struct loader *l, const struct json *e, const struct procedure *start)
{
    struct procedure *p = need(l, ARENA_NEW(l->program, struct procedure));
    size_t errors = l->diags->errors;
    if (!p)
        return;
    *p = *start;
    if (!read_shape(l, e, &procedure_shape, p))
        return;
    procedure_needs(l, e);
    compile_procedure(l, p);
    add_procedure(l, p, e, l->diags->errors == errors);
}

void load_procedures(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct procedure defaults = {0};
    UNUSED(k), UNUSED(base);
    read_shared(l, l->source->tree, &procedure_shape, &defaults);
    JSON_EACH(e, j)
    load_procedure(l, e, &defaults);
}

/* ---- the list of the library ---- */

static int by_id(const void *x, const void *y)
{
    const struct procedure *a = ((const struct loaded_procedure *)x)->procedure,
                           *b = ((const struct loaded_procedure *)y)->procedure;
    return span_compare(a->id, b->id);
}

void publish_procedures(struct loader *l)
{
    struct library *lib = l->library;
    size_t n = l->procedures.n;
    const struct procedure **at = need(l, ARENA_ARRAY(l->program, const struct procedure *, n + 1));
    if (!at)
        return;
    if (n)
        qsort(l->procedures.at, n, sizeof *l->procedures.at, by_id);
    for (size_t i = 0; i < n; i++) {
        struct procedure *p = l->procedures.at[i].procedure;
        p->index = i;
        at[i] = p;
        if (p->id.n && map_get(&lib->procedure_by_id, p->id))
            hint(l,
                 COMPLAIN_AT(l, p->place, E_CONFLICT, "a second procedure '%.*s'", SPAN_ARG(p->id)),
                 "ids are unique over the library");
        else if (p->id.n && map_put(&lib->procedure_by_id, p->id, p) < 0)
            l->failed = true;
    }
    lib->procedures = at;
    lib->procedure_count = n;
}
