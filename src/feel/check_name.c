/*
 * check_name.c: what a name means: a local, a member of what is filtered, a let, a fact, a
 * function; or that nobody declared it, with what was probably meant.
 */
#include "feel/check_int.h"
#include "feel/lex.h"
#include "feel/name.h"

void check_collect(struct map *m, struct span name)
{
    if (name.n && map_put(m, name, m) < 0)
        return; /* the arena remembers */
}

/* Every name in scope: for the nearest one. */
static void collect_names(struct checker *c, struct map *m)
{
    map_init(m, c->arena);
    for (const struct local *l = c->locals; l; l = l->outer) {
        check_collect(m, l->name);
        for (size_t i = 0; l->item && i < l->type->member_count; i++)
            check_collect(m, l->type->members[i].name);
    }
    for (size_t i = 0; i < c->how->let_count; i++)
        check_collect(m, c->how->lets[i].name);
    for (size_t i = 0; c->how->vocabulary && i < c->how->vocabulary->names.n; i++)
        check_collect(m, c->how->vocabulary->names.entries[i].key);
    uint32_t refused = c->how->mode == FEEL_SPEC ? B_STRICT : B_SPEC;
    for (size_t i = 0; i < builtin_count; i++)
        if (!(builtins[i].flags & refused))
            check_collect(m, span_z(builtins[i].name));
}

/* Operators that people write in words behind a name without a space. */
static const struct {
    const char *word, *op;
} word_operators[] = {
    {"大于等于", ">="}, {"小于等于", "<="}, {"不小于", ">="},
    {"不低于", ">="},   {"不少于", ">="},   {"不超过", "<="},
    {"不大于", "<="},   {"不高于", "<="},   {"大于", ">"},
    {"超过", ">"},      {"高于", ">"},      {"小于", "<"},
    {"低于", "<"},      {"少于", "<"},      {"不等于", "!="},
    {"等于", "="},      {"属于", "in"},     {"不属于", "not(... in ...)"},
};

/* 企业人数大于300: a declared name and an operator in words. */
static bool hint_word_operator(struct checker *c, struct diag *g, const struct node *n)
{
    const struct map *names = &c->how->vocabulary->names;

    for (size_t i = 0; i < COUNT_OF(word_operators); i++) {
        size_t at = span_find(n->name, span_z(word_operators[i].word));
        if (at == SIZE_MAX || !map_get(names, span_trim(span_of(n->name.p, at))))
            continue;
        source_hint(c->source, g, "write %s for %s", word_operators[i].op, word_operators[i].word);
        return true;
    }
    return false;
}

/* Names that have the word in them: 人数 finds 企业人数. */
static bool hint_containing(struct checker *c, struct diag *g, const struct map *all,
                            struct span word)
{
    enum { SHOWN = 3 };
    struct buffer found = BUFFER_INIT;
    int count = 0;

    for (size_t i = 0; i < all->n && word.n >= 4 && count < SHOWN; i++)
        if (span_find(all->entries[i].key, word) != SIZE_MAX)
            buffer_print(&found, "%s`%.*s`", count++ ? ", " : "", SPAN_ARG(all->entries[i].key));
    if (count)
        source_hint(c->source, g, "names with it: %.*s", SPAN_ARG(buffer_span(&found)));
    buffer_release(&found);
    return count > 0;
}

/* Functions of the standard that strict mode refuses, and what to write there; the last line is for
 * the others. */
static const struct {
    const char *name, *instead;
} refused_functions[] = {
    {"now", "a rule reads no clock: give the date as a fact; the as-of date chooses parameters"},
    {"today", "a rule reads no clock: give the date as a fact; the as-of date chooses parameters"},
    {"is", "write ="},
    {"range", "write the range itself: [18..21)"},
    {"context", "write the context itself: {name: value}"},
    {"context merge", "write the context itself, or context put(context, name, value)"},
    {NULL, "compare the ends, or write x in [a..b]"},
};

/* Is it a function of the standard that this mode does not have? */
static bool refused_function(struct checker *c, const struct node *n)
{
    size_t i = 0;

    if (c->how->mode != FEEL_STRICT || builtin_find(n->name) < 0 ||
        builtin_find_in(n->name, FEEL_STRICT) >= 0)
        return false;
    struct diag *g = source_error(c->source, E_NAME, n->start, n->end,
                                  "`%.*s` is refused in strict mode", SPAN_ARG(n->name));
    while (refused_functions[i].name && !span_eq(span_z(refused_functions[i].name), n->name))
        i++;
    if (g)
        source_hint(c->source, g, "%s", refused_functions[i].instead);
    return true;
}

static void undeclared(struct checker *c, const struct node *n)
{
    struct span nearest, text = check_source(c, n);
    struct map all;
    if (refused_function(c, n))
        return;
    struct diag *g =
        source_error(c->source, E_NAME, n->start, n->end, "undeclared name `%.*s`", SPAN_ARG(text));

    if (!g)
        return;
    collect_names(c, &all);
    nearest = map_nearest(&all, n->name);
    if (nearest.n)
        source_hint(c->source, g, "did you mean `%.*s`?", SPAN_ARG(nearest));
    else if (!(c->how->vocabulary && hint_word_operator(c, g, n)) &&
             !hint_containing(c, g, &all, n->name))
        source_hint(c->source, g,
                    "a text stands in double quotes; facts are listed by `huiqi library facts`");
}

static const char *period_example(uint8_t period)
{
    static const char *const examples[] = {
        [PERIOD_NONE] = "@\"2020-03-09\"", [PERIOD_YEAR] = "\"2019\"",
        [PERIOD_QUARTER] = "\"2019Q4\"",   [PERIOD_MONTH] = "\"2019-12\"",
        [PERIOD_DAY] = "\"2019-12-31\"",
    };
    return period < COUNT_OF(examples) ? examples[period] : examples[0];
}

static const struct type *slot_name(struct checker *c, struct node *n,
                                    const struct feel_name *found, bool called)
{
    n->ref = found->type->kind == TYPE_DATED ? REF_DATED : REF_SLOT;
    n->index = found->slot;
    if (c->used)
        c->used[found->slot / 64] |= UINT64_C(1) << found->slot % 64;
    if (n->ref == REF_SLOT || called)
        return found->type;
    if (!found->type->bare) {
        bool by_id = found->type->period == DATED_BY_ID;
        struct diag *g = check_error(c, n,
                                     by_id ? "`%.*s` needs an id in brackets"
                                           : "`%.*s` is a fact by period and has no present value",
                                     SPAN_ARG(n->name));
        check_hint(c, g, by_id ? "%.*s(%s)" : "say which period: %.*s(%s)", SPAN_ARG(n->name),
                   by_id ? "\"id\"" : period_example(found->type->period));
    }
    return found->type->element;
}

static const struct type *local_name(struct node *n, const struct local *l)
{
    const struct type_member *m;

    n->index = l->index;
    if (span_eq(l->name, n->name)) {
        n->ref = REF_LOCAL;
        return l->type;
    }
    m = l->item && l->type->kind == TYPE_CONTEXT ? type_member_find(l->type, n->name) : NULL;
    if (m)
        n->ref = REF_MEMBER;
    return m ? m->type : NULL;
}

static const struct type *let_name(struct checker *c, struct node *n)
{
    for (size_t i = c->how->let_count; i-- > 0;)
        if (span_eq(lex_normal(c->arena, c->how->lets[i].name), n->name)) {
            n->ref = REF_LOCAL;
            n->index = (uint32_t)i;
            return or_any(c->how->lets[i].type);
        }
    return NULL;
}

static const struct type *builtin_name(struct checker *c, struct node *n, int row, bool called)
{
    n->ref = REF_BUILTIN;
    n->index = (uint32_t)row;
    if (!called && c->strict && c->source->code != E_SYNTAX) { /* `not x` was reported already */
        struct diag *g = check_error(c, n, "`%.*s` is a function", SPAN_ARG(n->name));
        check_hint(c, g, "call it: %s", builtins[row].example);
    }
    return &TYPE_ANY_T;
}

/* In a filter of elements of any type, or of contexts with different members: does the name mean a
 * member of them, or what it means outside? */
static void refuse_doubt(struct checker *c, const struct node *n)
{
    struct diag *g = source_error(c->source, E_NAME, n->start, n->end,
                                  "`%.*s` may be a member of some elements, which are not alike",
                                  SPAN_ARG(n->name));
    source_hint(c->source, g,
                "write item.%.*s, or ask with `some` or `for`, which name the element",
                SPAN_ARG(n->name));
}

const struct type *check_name(struct checker *c, struct node *n, bool called)
{
    const struct feel_name *found;
    const struct type *t;
    bool doubt = false;
    int row;

    for (const struct local *l = c->locals; l; l = l->outer) {
        t = local_name(n, l);
        if (t && doubt)
            refuse_doubt(c, n);
        if (t)
            return t;
        doubt |= c->strict && l->item &&
                 (l->type->kind == TYPE_ANY || (l->type->kind == TYPE_CONTEXT && l->type->open));
    }
    t = let_name(c, n);
    found = c->how->vocabulary ? map_get(&c->how->vocabulary->names, n->name) : NULL;
    if (doubt && (t || found))
        refuse_doubt(c, n);
    if (t)
        return t;
    if (found)
        return slot_name(c, n, found, called);
    row = builtin_find_in(n->name, FEEL_STRICT);
    if (row >= 0)
        return builtin_name(c, n, row, called);
    n->ref = REF_NONE;
    undeclared(c, n);
    return NULL;
}
