/*
 * load_registers.c: lists with coverage (`registers:`) and organisations with their aliases
 * (`organisations:`).
 *
 * A register becomes a FEEL list: of texts, or of contexts with one declared shape. What is not in
 * a partial or open one is not simply absent (law 15): the list carries what would complete it.
 */
#include "policy/library_int.h"

#define AT(member) .offset = offsetof(struct library_register, member)

static void read_later(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k), UNUSED(base);
}

static const struct key source_keys[] = {
    {.name = "document", .read = read_text, AT(source_document)},
    {.name = "clause", .read = read_text, AT(source_clause)},
    {.name = "text",
     .read = read_later}, /* where it comes from when no document of the library says it */
};
static const struct shape source_shape = {"source", source_keys, COUNT_OF(source_keys),
                                          0,        NO_PLACE,    NULL};
const char *const register_lists[] = {"table", "white", "black", "key", "record"};
const char *const register_effects[] = {"no-application", "early-repayment", "later-payment"};

static void read_kept(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    const struct key word = {.name = k->name, .extra = register_lists, .extra_count = 5};
    struct span text = {NULL, 0};
    read_choice(l, j, &word, &text);
    for (size_t i = 0; i < COUNT_OF(register_lists); i++)
        if (span_eq(text, span_z(register_lists[i])))
            ((struct library_register *)base)->kept = (enum register_list)i;
}

static void read_effects(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct {
        const struct span *at;
        size_t n;
    } words = {NULL, 0};
    const struct key list = {
        .name = k->name, .second = sizeof words.at, .extra = register_effects, .extra_count = 3};
    read_choices(l, j, &list, &words);
    for (size_t i = 0; i < words.n; i++)
        for (size_t e = 0; e < COUNT_OF(register_effects); e++)
            if (span_eq(words.at[i], span_z(register_effects[e])))
                ((struct library_register *)base)->effects |= 1u << e;
}

static const struct key register_keys[] = {
    {.name = "register", .read = read_text, AT(name), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, AT(title), .flags = KEY_REQUIRED},
    {.name = "coverage", .read = read_later, .flags = KEY_REQUIRED},
    {.name = "fields", .read = read_later},
    {.name = "entries", .read = read_later},
    {.name = "list", .read = read_kept},
    {.name = "keeper", .read = read_text, AT(keeper)},
    {.name = "effects", .read = read_effects},
    {.name = "months",
     .read = read_decimal,
     AT(months),
     .second = offsetof(struct library_register, has_months)},
    {.name = "fact", .read = read_text, AT(fact)},
    {.name = "source", .read = read_same, .extra = &source_shape, .flags = KEY_REQUIRED},
};
static const struct shape register_shape = {"register",
                                            register_keys,
                                            COUNT_OF(register_keys),
                                            sizeof(struct library_register),
                                            offsetof(struct library_register, place),
                                            NULL};

/* In the order of enum coverage. */
static const struct closed_word coverage_words[] = {PLAIN_WORD("complete"), PLAIN_WORD("partial"),
                                                    PLAIN_WORD("open")};

static const struct type *fields_type(struct loader *l, const struct json *fields)
{
    if (fields->kind != JSON_OBJECT) {
        hint(l, COMPLAIN(l, fields, E_TYPE, "'fields' must be a map"),
             "fields: {代码: string, 名称: string}");
        return NULL;
    }
    struct type_member *members =
        need(l, ARENA_ARRAY(l->program, struct type_member, fields->n ? fields->n : 1));
    size_t n = 0;
    JSON_EACH(f, fields)
    {
        const struct type *t = members ? type_named(l, f, (struct span){NULL, 0}, NULL, 0) : NULL;
        if (t)
            members[n++] = (struct type_member){f->key, t};
    }
    return members ? need(l, (void *)type_context(l->program, members, n)) : NULL;
}

static bool entry_context(struct loader *l, const struct json *e, const struct type *t,
                          struct value *ret)
{
    struct context *c =
        need(l, arena_alloc(l->program, sizeof *c + t->member_count * sizeof c->at[0]));
    if (!c)
        return false;
    for (size_t i = 0; i < t->member_count; i++) {
        const struct type_member *m = &t->members[i];
        const struct json *v = json_get(e, m->name);
        c->at[c->n] = (struct context_entry){m->name, VALUE_NULL_V};
        if (!is_absent(v) && !value_of(l, v, m->type, &c->at[c->n].value))
            return false;
        c->n++;
    }
    JSON_EACH(member, e)
    {
        if (!type_member_find(t, member->key))
            hint(l, COMPLAIN_KEY(l, member, E_NAME, "unknown field '%.*s'", SPAN_ARG(member->key)),
                 "declare it in 'fields'");
    }
    *ret = (struct value){.kind = VALUE_CONTEXT, .context = c};
    return true;
}

static bool entry_value(struct loader *l, const struct json *e, const struct type *t,
                        struct value *ret)
{
    if (t->kind != TYPE_CONTEXT)
        return value_of(l, e, t, ret);
    if (e->kind == JSON_OBJECT)
        return entry_context(l, e, t, ret);
    hint(l, COMPLAIN(l, e, E_TYPE, "an entry of a register with 'fields' is a map"),
         "- {%.*s: ...}", SPAN_ARG(t->member_count ? t->members[0].name : SPAN("field")));
    return false;
}

static void read_entries(struct loader *l, const struct json *entries, const struct type *t,
                         enum coverage coverage, struct library_register *r)
{
    size_t room = entries && entries->kind == JSON_ARRAY ? entries->n : 0;
    struct list *list = need(l, arena_alloc(l->program, sizeof *list + room * sizeof list->at[0]));
    if (!list)
        return;
    list->coverage = coverage;
    if (coverage != COVERAGE_COMPLETE)
        list->missing =
            need(l, (void *)missing_one(
                        l->program, r->name, SPAN(""), SPAN(""),
                        coverage == COVERAGE_OPEN ? CAUSE_RECOGNITION : CAUSE_REGISTER, SPAN("")));
    if (!is_absent(entries) && entries->kind != JSON_ARRAY)
        hint(l, COMPLAIN(l, entries, E_TYPE, "'entries' must be a list"),
             "entries: [旅游, 住宿餐饮]");
    else
        JSON_EACH(e, entries)
        {
            if (entry_value(l, e, t, &list->at[list->n]))
                list->n++;
        }
    r->list = (struct value){.kind = VALUE_LIST, .list = list};
    r->type = need(l, (void *)type_list(l->program, t));
}

/* What only a list that somebody keeps can have. */
static void kept_needs(struct loader *l, const struct json *j, const struct library_register *r)
{
    int64_t months = 0;
    if (r->kept == REGISTER_TABLE && (r->effects || r->fact.n || r->keeper.n))
        hint(l, COMPLAIN(l, j, E_INPUT, "'keeper', 'effects', 'months' and 'fact' need a 'list'"),
             "list: white, black, key or record");
    if (r->kept != REGISTER_TABLE && !r->keeper.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a list that is kept needs a 'keeper'"),
             "keeper: the office that publishes it");
    if (r->has_months && (!decimal_to_int(r->months, &months) || months < 1 || months > 1200))
        COMPLAIN(l, JSON_GET(j, "months"), E_RANGE, "'months' is a whole number from 1 to 1200");
}

static void read_register(struct loader *l, const struct json *j, struct library_register *r)
{
    kept_needs(l, j, r);
    const struct json *coverage = JSON_GET(j, "coverage"), *fields = JSON_GET(j, "fields");
    int how = is_absent(coverage)
                  ? -1
                  : word_of(l, coverage, coverage_words, COUNT_OF(coverage_words), "coverage");
    const struct type *t = is_absent(fields) ? &TYPE_STRING_T : fields_type(l, fields);
    if (how >= 0 && t)
        read_entries(l, JSON_GET(j, "entries"), t, (enum coverage)how, r);
    if (how == COVERAGE_COMPLETE && r->list.kind == VALUE_LIST && r->list.list->n == 0)
        hint(l, COMPLAIN(l, j, E_INPUT, "an empty register cannot be complete"),
             "coverage: partial");
}

void load_registers(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct library_register *r = need(l, ARENA_NEW(l->program, struct library_register));
        if (!r || !read_shape(l, e, &register_shape, r) || !r->name.n)
            continue;
        read_register(l, e, r);
        struct library_register **slot =
            r->type ? need(l, VECTOR_PUSH(l->program, &l->registers, struct library_register *))
                    : NULL;
        if (slot)
            *slot = r;
    }
}

/* ---- organisations ---- */

#define ORG_AT(member) .offset = offsetof(struct organisation, member)
static const char *const organisation_kinds[] = {"department",  "bank",  "guarantor",
                                                 "association", "fund",  "park",
                                                 "company",     "other", "government"};
static const struct key organisation_keys[] = {
    {.name = "organisation", .read = read_text, ORG_AT(name), .flags = KEY_REQUIRED},
    {.name = "kind",
     .read = read_choice,
     ORG_AT(kind),
     .extra = organisation_kinds,
     .extra_count = COUNT_OF(organisation_kinds),
     .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, ORG_AT(region)},
    {.name = "parent", .read = read_text, ORG_AT(parent)},
    {.name = "title", .read = read_words, ORG_AT(title)},
    {.name = "aliases",
     .read = read_texts,
     ORG_AT(aliases),
     .second = offsetof(struct organisation, alias_count)},
    {.name = "channels",
     .read = read_texts,
     ORG_AT(channels),
     .second = offsetof(struct organisation, channel_count)},
};
static const struct shape organisation_shape = {"organisation",
                                                organisation_keys,
                                                COUNT_OF(organisation_keys),
                                                sizeof(struct organisation),
                                                offsetof(struct organisation, place),
                                                NULL};

static void name_organisation(struct loader *l, const struct json *j, struct span name,
                              struct organisation *o)
{
    struct organisation *other = map_get(&l->library->organisation_by_name, name);
    if (other && other != o)
        COMPLAIN(l, j, E_CONFLICT, "'%.*s' also names %.*s", SPAN_ARG(name), SPAN_ARG(other->name));
    else if (map_put(&l->library->organisation_by_name, name, o) < 0)
        l->failed = true;
}

void load_organisations(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct organisation *o = need(l, ARENA_NEW(l->program, struct organisation));
        if (!o || !read_shape(l, e, &organisation_shape, o) || !o->name.n)
            continue;
        struct organisation **slot =
            need(l, VECTOR_PUSH(l->program, &l->organisations, struct organisation *));
        if (slot)
            *slot = o;
        name_organisation(l, e, o->name, o);
        for (size_t i = 0; i < o->alias_count; i++)
            name_organisation(l, e, o->aliases[i], o);
    }
}
