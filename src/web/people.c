/*
 * people.c: see people.h.
 */
#include "web/people.h"

#include "identity/organisations.h"

int people_seed(struct store *s, const struct library *l, size_t *ret_n, struct err *err)
{
    struct arena a;
    int r;

    arena_init(&a);
    struct organisation_new *rows =
        ARENA_ARRAY(&a, struct organisation_new, l->organisation_count + 1);
    for (size_t i = 0; rows && i < l->organisation_count; i++) {
        const struct organisation *o = l->organisations[i];
        rows[i] = (struct organisation_new){.name = o->name,
                                            .kind = o->kind,
                                            .parent = o->parent,
                                            .aliases = o->aliases,
                                            .alias_count = o->alias_count};
    }
    r = rows ? organisations_seed(s, rows, l->organisation_count, ret_n, err) : err_memory(err);
    arena_release(&a);
    return r;
}
