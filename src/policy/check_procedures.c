/*
 * check_procedures.c: what can be proved of a procedure before a case runs by it: here that every
 * name means something, that what the law asks for is cited, that notices can be printed.
 */
#include "base/utf8.h"
#include "policy/check_procedures_int.h"

/* ---- places ---- */

const struct json *written(const struct inspection *in, const char *list, size_t n)
{
    const struct json *e = json_get(in->tree, span_z(list));
    for (e = e ? e->first : NULL; e && n; n--)
        e = e->next;
    return e;
}

/* The scalar that reads `word`, in a text, a list, or lists of a map. */
static const struct json *word_in(const struct json *j, struct span word)
{
    if (j && j->kind == JSON_STRING && span_eq(span_trim(j->text), word))
        return j;
    if (!j || (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT))
        return NULL;
    JSON_EACH(e, j)
    {
        const struct json *found = word_in(e, word); /* two levels: a trigger is a map of lists */
        if (found)
            return found;
    }
    return NULL;
}

struct diag *complain_word(const struct inspection *in, const struct json *j, struct span word,
                           const char *what)
{
    const struct json *at = word_in(j, word);
    return COMPLAIN(in->l, at ? at : j, E_NAME, "unknown %s '%.*s'", what, SPAN_ARG(word));
}

bool want_name(const struct inspection *in, const struct map *m, const struct json *j,
               struct span word, const char *what)
{
    if (map_get(m, word))
        return true;
    hint_named(in->l, complain_word(in, j, word, what), m, word);
    return false;
}

/* ---- the parts by name ---- */

struct part {
    const char *what;
    size_t list, count, size, id, place; /* offsets, and the size of one */
    size_t names;                        /* offset of the map */
    const char *const *reserved;         /* NULL at the end */
};
#define PART(what, member, number, type, id_member, map, words)                                    \
    {                                                                                              \
        (what), offsetof(struct procedure, member), offsetof(struct procedure, number),            \
            sizeof(struct type), offsetof(struct type, id_member), offsetof(struct type, place),   \
            offsetof(struct inspection, map), (words)                                              \
    }
static const char *const no_words[] = {NULL};
static const char *const actors[] = {"applicant", "program", "anybody", NULL};
static const char *const asked_words[] = {"all", "missing", NULL};
static const struct part parts[] = {
    PART("party", parties, party_count, party, id, parties, actors),
    PART("field", fields, field_count, procedure_field, name, inputs, asked_words),
    PART("material", materials, material_count, material, id, inputs, asked_words),
    PART("state", states, state_count, procedure_state, id, states, no_words),
    PART("act", acts, act_count, procedure_act, id, acts, no_words),
    PART("clock", clocks, clock_count, clock, id, clocks, no_words),
    PART("notice", notices, notice_count, notice_template, id, notices, no_words),
};

/* Ids stand in addresses, in "lapse:ID" and in lists. */
static bool id_ok(struct span id)
{
    static const char not_in_ids[] = "/:;,\"'{}[]#&?%<>|\\";
    for (size_t i = 0; i < id.n; i++)
        if ((unsigned char)id.p[i] <= ' ' || strchr(not_in_ids, id.p[i]))
            return false;
    return id.n > 0;
}

static bool is_reserved(const struct part *part, struct span id)
{
    for (size_t i = 0; part->reserved[i]; i++)
        if (span_eq(id, span_z(part->reserved[i])))
            return true;
    return false;
}

static void add_part(struct inspection *in, const struct part *part, char *entry)
{
    struct loader *l = in->l;
    struct span id = *(struct span *)(entry + part->id);
    struct place where = *(struct place *)(entry + part->place);
    struct map *names = (struct map *)((char *)in + part->names);
    if (!id_ok(id))
        hint(l,
             COMPLAIN_AT(l, where, E_INPUT, "'%.*s' is no name of a %s", SPAN_ARG(id), part->what),
             "letters, digits, '-' and '_'");
    else if (is_reserved(part, id))
        hint(l, COMPLAIN_AT(l, where, E_CONFLICT, "'%.*s' means something else", SPAN_ARG(id)),
             "choose another name for this %s", part->what);
    else if (map_get(names, id))
        hint(l,
             COMPLAIN_AT(l, where, E_CONFLICT, "a second '%.*s': a %s needs a name of its own",
                         SPAN_ARG(id), part->what),
             names == &in->inputs ? "fields and materials are handed in under their names"
                                  : "names are unique within a procedure");
    else if (map_put(names, id, entry) < 0)
        l->failed = true;
}

static void name_actors(struct inspection *in)
{
    bool ok = true;
    for (size_t i = 0; actors[i]; i++)
        ok = ok && map_put(&in->actors, span_z(actors[i]), (void *)(uintptr_t)actors[i]) == 0;
    for (size_t i = 0; i < in->p->party_count; i++)
        ok = ok &&
             map_put(&in->actors, in->p->parties[i].id, (void *)(uintptr_t)&in->p->parties[i]) == 0;
    if (!ok)
        in->l->failed = true;
}

static void name_parts(struct inspection *in)
{
    struct map *maps[] = {&in->parties, &in->inputs,  &in->states, &in->acts,
                          &in->clocks,  &in->notices, &in->actors};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        map_init(maps[i], in->l->scratch);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const struct part *part = &parts[i];
        char *at = *(char *const *)((const char *)in->p + part->list);
        size_t n = *(const size_t *)((const char *)in->p + part->count);
        for (size_t k = 0; k < n; k++)
            add_part(in, part, at + k * part->size);
    }
    name_actors(in);
}

/* ---- who ---- */

void want_actor(const struct inspection *in, const struct json *j, struct span who)
{
    (void)want_name(in, &in->actors, j, who, "party");
}

/* Whose delay it is, who is written to: not everybody. */
static void want_one_actor(const struct inspection *in, const struct json *j, struct span who)
{
    if (span_eq(who, SPAN("anybody")) || span_eq(who, SPAN("program")))
        hint(in->l, complain_word(in, j, who, "party"), "applicant, or one of 'parties'");
    else
        want_actor(in, j, who);
}

/* ---- acts ---- */

static void want_names(const struct inspection *in, const struct map *m, const struct json *j,
                       const struct span *at, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        (void)want_name(in, m, j, at[i], what);
}

static void asks(const struct inspection *in, const struct procedure_act *a, const struct json *j)
{
    for (size_t i = 0; i < a->ask_count; i++) {
        bool missing = span_eq(a->asks[i], SPAN("missing"));
        if (missing && !(a->flags & ACT_SUPPLIES))
            hint(in->l, COMPLAIN(in->l, j, E_CONFLICT, "'missing' in an act that supplies nothing"),
                 "supplies: true");
        if (!missing && !span_eq(a->asks[i], SPAN("all")))
            (void)want_name(in, &in->inputs, j, a->asks[i], "field or material");
    }
}

static void sets(const struct inspection *in, const struct procedure_act *a, const struct json *j)
{
    for (size_t i = 0; i < a->set_count; i++) {
        if (procedure_field_index(in->p, a->sets[i]) != SIZE_MAX)
            continue;
        struct diag *g = complain_word(in, j, a->sets[i], "field");
        if (map_get(&in->inputs, a->sets[i]))
            hint(in->l, g, "a material is asked for: asks: [%.*s]", SPAN_ARG(a->sets[i]));
        else
            hint_named(in->l, g, &in->inputs, a->sets[i]);
    }
}

/* A list that cases write into is kept: `list:` says by whom entries are made and what they mean. A
 * table of the library changes with the library only, and an act would change nothing. */
static void want_register(const struct inspection *in, const struct json *j, struct span name)
{
    struct loader *l = in->l;
    const struct library_register *list = map_get(&l->library->register_by_name, name);
    struct span near = map_nearest(&l->library->register_by_name, name);

    if (list && list->kept != REGISTER_TABLE)
        return;
    if (list)
        hint(l, COMPLAIN(l, j, E_CONFLICT, "no case writes into the table '%.*s'", SPAN_ARG(name)),
             "'list: white, black, key or record' in library/registers makes it one that is kept");
    else if (near.n)
        hint(l, complain_word(in, j, name, "register"), "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, complain_word(in, j, name, "register"),
             "declare it in library/registers, with list:");
}

static void act_names(const struct inspection *in, const struct procedure_act *a,
                      const struct json *j)
{
    const struct library *lib = in->l->library;
    for (size_t i = 0; i < a->who_count; i++)
        want_actor(in, JSON_GET(j, "who"), a->who[i]);
    want_names(in, &in->states, JSON_GET(j, "from"), a->from, a->from_count, "state");
    if (a->to.n)
        (void)want_name(in, &in->states, JSON_GET(j, "to"), a->to, "state");
    asks(in, a, JSON_GET(j, "asks"));
    sets(in, a, JSON_GET(j, "sets"));
    want_names(in, &in->notices, JSON_GET(j, "notices"), a->notices, a->notice_count, "notice");
    want_names(in, &lib->procedure_by_id, JSON_GET(j, "opens"), a->opens, a->open_count,
               "procedure");
    if (a->reg.n)
        want_register(in, JSON_GET(JSON_GET(j, "register"), "name"), a->reg);
}

/* A refusal rests on the condition that is not met, which its reason names. */
static bool grants(enum decision_kind decision)
{
    return decision == DECISION_GRANTED || decision == DECISION_PARTLY ||
           decision == DECISION_REVOKED;
}

static bool conditions_cite(const struct procedure_act *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->condition_count; i++)
        n += a->conditions[i].cites.n > 0;
    return n && n == a->condition_count;
}

/* An act that the applicant can hold against somebody rests on a clause. */
static void act_cites(const struct inspection *in, const struct procedure_act *a)
{
    static const unsigned lawful = ACT_PUBLISHES | ACT_CLAIMS_BACK | ACT_RECOGNISES;
    struct loader *l = in->l;
    check_clause(l, a->cites, a->place);
    for (size_t i = 0; i < a->condition_count; i++) {
        check_clause(l, a->conditions[i].cites, a->conditions[i].place);
        if (!a->conditions[i].cites.n && !a->cites.n)
            hint(l, WARN_AT(l, a->conditions[i].place, "a condition without 'cites'"),
                 "every condition rests on a clause, its own or the act's");
    }
    for (size_t i = 0; i < a->promote_count; i++)
        check_clause(l, a->promotes[i].cites, a->promotes[i].place);
    if (a->cites.n)
        return;
    if (grants(a->decision) && !conditions_cite(a))
        hint(l,
             COMPLAIN_AT(l, a->place, E_CHECK, "the decision '%.*s' without 'cites'",
                         SPAN_ARG(a->id)),
             "a decision names the clause that it rests on, or its conditions do");
    else if ((a->flags & lawful) || a->reg.n || a->promote_count)
        hint(l, WARN_AT(l, a->place, "the act '%.*s' without 'cites'", SPAN_ARG(a->id)),
             "which clause has it done?");
}

/* ---- clocks ---- */

/* Events of the case itself may have any name; but one that is nearly an event of the library is a
 * slip. */
bool is_event(const struct inspection *in, struct span name)
{
    const struct map *known = &in->l->library->parameter_by_name;
    const struct parameter *p = map_get(known, name);
    return p ? p->event : !map_nearest(known, name).n;
}

static void want_event(const struct inspection *in, const struct json *j, struct span name)
{
    struct span event = span_from(name, strlen("event:"));
    if (!is_event(in, event))
        hint_named(in->l, complain_word(in, j, name, "event in"),
                   &in->l->library->parameter_by_name, event);
}

static void want_lapse(const struct inspection *in, const struct json *j, struct span name)
{
    struct span clock = span_from(name, strlen("lapse:"));
    if (!map_get(&in->clocks, clock))
        hint_named(in->l, complain_word(in, j, name, "clock in"), &in->clocks, clock);
}

static void trigger_names(const struct inspection *in, const struct trigger *t,
                          const struct json *j)
{
    for (size_t i = 0; i < t->n; i++) {
        struct span name = t->acts[i];
        if (span_starts(name, SPAN("lapse:")))
            want_lapse(in, j, name);
        else if (span_starts(name, SPAN("event:")))
            want_event(in, j, name);
        else if (!procedure_is_general_act(name))
            (void)want_name(in, &in->acts, j, name, "act");
    }
}

static void clock_names(const struct inspection *in, const struct clock *c, const struct json *j)
{
    want_one_actor(in, JSON_GET(j, "owner"), c->owner);
    trigger_names(in, &c->starts, JSON_GET(j, "starts"));
    trigger_names(in, &c->stops, JSON_GET(j, "stops"));
    trigger_names(in, &c->resumes, JSON_GET(j, "resumes"));
    trigger_names(in, &c->ends, JSON_GET(j, "ends"));
    trigger_names(in, &c->extended_by, JSON_GET(j, "extended_by"));
    if (c->lapse_to.n)
        (void)want_name(in, &in->states, JSON_GET(j, "lapse_to"), c->lapse_to, "state");
    if (c->only_in.n)
        (void)want_name(in, &in->states, JSON_GET(j, "only_in"), c->only_in, "state");
}

/* The clock within which a paper may follow ends when it comes. */
static bool awaits_paper(const struct procedure *p, const struct clock *c)
{
    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].later_clock, c->id))
            return true;
    return false;
}

static void clock_pairs(const struct inspection *in, const struct clock *c)
{
    struct loader *l = in->l;
    check_clause(l, c->cites, c->place);
    if (!c->cites.n)
        hint(l, WARN_AT(l, c->place, "the clock '%.*s' without 'cites'", SPAN_ARG(c->id)),
             "which clause sets the limit?");
    if (c->stops.n && !c->resumes.n)
        hint(l,
             COMPLAIN_AT(l, c->place, E_CHECK, "the clock '%.*s' stops and never goes on",
                         SPAN_ARG(c->id)),
             "resumes: the acts after which its days count again");
    if (c->resumes.n && !c->stops.n)
        hint(l,
             COMPLAIN_AT(l, c->place, E_CHECK, "the clock '%.*s' resumes and is never stopped",
                         SPAN_ARG(c->id)),
             "stops: the acts that stop it");
    if (c->lapse == LAPSE_NOT_STATED && c->lapse_to.n)
        hint(l,
             COMPLAIN_AT(l, c->place, E_CONFLICT,
                         "the clock '%.*s' moves the case, but the text states no consequence",
                         SPAN_ARG(c->id)),
             "lapse: passes, waived, refused, approved, void ...; or drop lapse_to");
    if (!c->ends.n && !c->lapse_to.n && !c->only_in.n && !awaits_paper(in->p, c))
        hint(l, WARN_AT(l, c->place, "nothing ends the clock '%.*s'", SPAN_ARG(c->id)),
             "ends: the acts that it waits for");
}

/* ---- notices ---- */

/* The body of the tag that opens at `at`: {{#missing}}; its end in *ret_next, 0 = it never closes.
 */
static struct span tag_at(struct span text, size_t at, size_t *ret_next)
{
    struct span rest = span_from(text, at + 2);
    size_t end = span_find(rest, SPAN("}}"));
    *ret_next = end == SIZE_MAX ? 0 : at + 2 + end + 2;
    return span_trim(span_of(rest.p, end == SIZE_MAX ? rest.n : end));
}

#define TEMPLATE_DEPTH 8
/* What is wrong with a Mustache text; NULL = nothing. */
static const char *template_problem(struct span text)
{
    struct span open[TEMPLATE_DEPTH];
    size_t depth = 0, at = 0, next = 0;
    while ((at = span_find(span_from(text, next), SPAN("{{"))) != SIZE_MAX) {
        struct span tag = tag_at(text, next + at, &next);
        if (!next)
            return "'{{' that is never closed";
        char kind = tag.n ? tag.p[0] : '\0';
        struct span name = span_trim(span_from(tag, tag.n ? 1 : 0));
        if (!tag.n)
            return "an empty tag";
        if ((kind == '#' || kind == '^') && depth == TEMPLATE_DEPTH)
            return "sections too deep";
        if (kind == '#' || kind == '^')
            open[depth++] = name;
        if (kind == '/' && (depth == 0 || !span_eq(open[--depth], name)))
            return "a section that closes what is not open";
    }
    return depth ? "a section that is never closed" : NULL;
}

/* The directions of a call are the values that a field may have: others are refused there. */
static void directions(const struct inspection *in)
{
    struct span name = in->p->window_directions;
    size_t i = name.n ? procedure_field_index(in->p, name) : SIZE_MAX;

    if (name.n && (i == SIZE_MAX || !in->p->fields[i].has_in_list))
        hint(in->l,
             COMPLAIN(in->l, JSON_GET(in->tree, "window"), E_NAME,
                      "the directions '%.*s' are no field with a list", SPAN_ARG(name)),
             "fields: - {field: %.*s, type: string, in: [...]}", SPAN_ARG(name));
}

static bool is_sent(const struct procedure *p, struct span notice)
{
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t k = 0; k < p->acts[i].notice_count; k++)
            if (span_eq(p->acts[i].notices[k], notice))
                return true;
    return false;
}

static void notice(const struct inspection *in, const struct notice_template *n,
                   const struct json *j)
{
    const struct span texts[] = {n->title.zh, n->title.en, n->text.zh, n->text.en};
    struct loader *l = in->l;
    want_one_actor(in, JSON_GET(j, "to"), n->to);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *problem = template_problem(texts[i]);
        if (problem)
            hint(l,
                 COMPLAIN_AT(l, n->place, E_INPUT, "the text of '%.*s' has %s", SPAN_ARG(n->id),
                             problem),
                 "{{number}}, {{#missing}}{{title}}; {{/missing}}");
    }
    if (!is_sent(in->p, n->id))
        hint(l, WARN_AT(l, n->place, "no act sends the notice '%.*s'", SPAN_ARG(n->id)),
             "notices: [%.*s] in an act", SPAN_ARG(n->id));
}

/* ---- the rest ---- */

static void material(const struct inspection *in, const struct material *m, const struct json *j)
{
    struct loader *l = in->l;
    check_clause(l, m->cites, m->place);
    if (!m->cites.n)
        hint(l, WARN_AT(l, m->place, "the material '%.*s' without 'cites'", SPAN_ARG(m->id)),
             "which clause asks for it?");
    if (m->later_clock.n)
        (void)want_name(in, &in->clocks, JSON_GET(j, "later"), m->later_clock, "clock");
}

static bool has_part(const struct procedure *p, struct span party)
{
    bool has = false;
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t k = 0; k < p->acts[i].who_count; k++)
            has = has || span_eq(p->acts[i].who[k], party);
    for (size_t i = 0; i < p->clock_count; i++)
        has = has || span_eq(p->clocks[i].owner, party);
    for (size_t i = 0; i < p->notice_count; i++)
        has = has || span_eq(p->notices[i].to, party);
    return has;
}

static void party(const struct inspection *in, const struct party *p)
{
    struct loader *l = in->l;
    check_clause(l, p->cites, p->place);
    check_organisation(l, p->place, p->organisation);
    if (!has_part(in->p, p->id))
        hint(l, WARN_AT(l, p->place, "'%.*s' has no part in it", SPAN_ARG(p->id)),
             "no act, clock or notice names this party");
}

/* 办事指南: what the rest of the definition does not say. */
static void guide(const struct inspection *in)
{
    struct loader *l = in->l;
    struct map known;
    map_init(&known, l->scratch);
    for (size_t i = 0; i < GUIDE_WORDS; i++)
        if (map_put(&known, guide_words[i].word.yaml, (void *)(uintptr_t)&guide_words[i]) < 0)
            l->failed = true;
    JSON_EACH(e, in->p->guide)
    {
        struct diag *g;
        if (!map_get(&known, e->key)) {
            g = COMPLAIN_KEY(l, e, E_NAME, "unknown key '%.*s' of the guide", SPAN_ARG(e->key));
            hint(l, g, "one of: code, fee, place, hours, result, basis, consult, phone_kind");
        } else if (!span_eq(e->key, SPAN("code")) &&
                   !(json_text(JSON_GET(e, "zh")).n && json_text(JSON_GET(e, "en")).n)) {
            g = COMPLAIN_KEY(l, e, E_TYPE, "'%.*s' must say it in both languages",
                             SPAN_ARG(e->key));
            hint(l, g, "%.*s: {zh: ..., en: ...}", SPAN_ARG(e->key));
        }
    }
}

static void inspect_parts(const struct inspection *in)
{
    const struct procedure *p = in->p;
    for (size_t i = 0; i < p->party_count; i++)
        party(in, &p->parties[i]);
    for (size_t i = 0; i < p->material_count; i++)
        material(in, &p->materials[i], written(in, "materials", i));
    for (size_t i = 0; i < p->act_count; i++) {
        act_names(in, &p->acts[i], written(in, "acts", i));
        act_cites(in, &p->acts[i]);
    }
    for (size_t i = 0; i < p->clock_count; i++) {
        clock_names(in, &p->clocks[i], written(in, "clocks", i));
        clock_pairs(in, &p->clocks[i]);
    }
    for (size_t i = 0; i < p->notice_count; i++)
        notice(in, &p->notices[i], written(in, "notices", i));
}

static void inspect(struct loader *l, const struct loaded_procedure *loaded)
{
    struct inspection in = {.l = l, .p = loaded->procedure, .tree = loaded->tree};
    size_t errors = l->diags->errors;
    l->source = loaded->source;
    check_region(l, in.p->place, in.p->region);
    check_organisation(l, in.p->place, in.p->authority);
    check_clause(l, in.p->cites, in.p->place);
    name_parts(&in);
    guide(&in);
    directions(&in);
    check_clause(l, in.p->window_cites, in.p->place);
    check_clause(l, in.p->reapply_cites, in.p->place);
    inspect_parts(&in);
    if (l->diags->errors != errors)
        return; /* what leads nowhere because of a slip is not said twice */
    inspect_flow(&in);
    inspect_runs(&in);
}

void check_procedures(struct loader *l)
{
    for (size_t i = 0; i < l->procedures.n; i++)
        if (l->procedures.at[i].sound && !l->failed)
            inspect(l, &l->procedures.at[i]);
}
