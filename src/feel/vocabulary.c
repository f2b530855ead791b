/*
 * vocabulary.c: the closed set of names of strict mode. Names of members are kept beside it,
 * because the parser must know how long a name after a dot is before anybody knows its type.
 */
#include "feel/feel.h"
#include "feel/lex.h"

void feel_vocabulary_init(struct feel_vocabulary *v, struct arena *program)
{
    *v = (struct feel_vocabulary){.slots = 0};
    map_init(&v->names, program);
    map_init(&v->members, program);
}

static void lengthen(struct feel_vocabulary *v, struct span name)
{
    if (name.n > v->longest)
        v->longest = name.n;
}

static int add_members(struct feel_vocabulary *v, const struct type *t, int depth)
{
    int r = 0;

    if (!t || depth > FEEL_DEPTH_MAX)
        return 0;
    for (size_t i = 0; i < t->member_count && r == 0; i++) {
        lengthen(v, t->members[i].name);
        r = map_put(&v->members, t->members[i].name, (void *)t->members[i].type);
        if (r == 0)
            r = add_members(v, t->members[i].type, depth + 1);
    }
    if (r == 0)
        r = add_members(v, t->element, depth + 1);
    return r == 0 ? add_members(v, t->result, depth + 1) : r;
}

int feel_declare(struct feel_vocabulary *v, struct span name, const struct type *type,
                 uint32_t *ret_slot)
{
    struct arena *a = v->names.arena;
    struct feel_name *entry;
    struct span normal;

    if (!lex_is_name(name) || lex_is_keyword(name))
        return E_INPUT;
    normal = lex_normal(a, name);
    entry = ARENA_NEW(a, struct feel_name);
    if (!normal.p || !entry)
        return E_MEMORY;
    if (map_get(&v->names, normal))
        return E_CONFLICT;
    *entry = (struct feel_name){.name = name, .type = type, .slot = v->slots};
    if (map_put(&v->names, normal, entry) < 0 || add_members(v, type, 0) < 0)
        return E_MEMORY;
    lengthen(v, normal);
    *ret_slot = v->slots++;
    return 0;
}
