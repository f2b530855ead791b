/*
 * organisations.h: departments, centres, banks as a tree in time, with the other names they go by
 * (S249). The store's tree is seeded from the library by whoever sees both; what changes later is
 * written with the day from which it counts, and nothing is overwritten.
 *
 * Days are inclusive. Texts given back live in the arena passed.
 */
#ifndef HUIQI_IDENTITY_ORGANISATIONS_H
#define HUIQI_IDENTITY_ORGANISATIONS_H
#include "base/date.h"
#include "identity/actor.h"
#include "store/store.h"

#define ORGANISATION_DEPTH 30  /* of the tree: climbing ends */
#define ORGANISATION_NAME  200 /* bytes of a name or alias */

struct organisation_new {
    struct span name, kind;
    struct span parent; /* a name; empty = nobody */
    const struct span *aliases;
    size_t alias_count;
};
struct organisation_row {
    int64_t id, parent_id; /* of the day asked for; 0 = nobody */
    struct span name, kind, parent, since, until;
};

/* Those that the store does not have yet, by name, as if they had always been; a transaction of its
 * own. Parents and aliases that are taken are left out. *ret_n = how many were new. */
NODISCARD int organisations_seed(struct store *s, const struct organisation_new *at, size_t n,
                                 size_t *ret_n, struct err *err);
/* From the day on. E_CONFLICT when a name is taken, E_NOT_FOUND for the parent, E_FORBIDDEN when
 * `who` is no administrator. */
NODISCARD int organisation_add(struct store *s, const struct actor *who,
                               const struct organisation_new *o, struct date from, int64_t *ret_id,
                               struct err *err);
/* Under another one (0 = nobody) from the day on; E_CONFLICT when that made a circle. */
NODISCARD int organisation_move(struct store *s, const struct actor *who, int64_t id,
                                int64_t parent_id, struct date from, struct err *err);
/* By name or by an alias of the day; E_NOT_FOUND with a hint. */
NODISCARD int organisation_find(struct store *s, struct arena *a, struct span name, struct date day,
                                struct organisation_row *ret, struct err *err);
/* All that exist on the day, by name. */
NODISCARD int organisation_list(struct store *s, struct arena *a, struct date day,
                                struct organisation_row **ret, size_t *ret_n, struct err *err);
/* Whether id is top or somewhere below it on the day. */
NODISCARD int organisation_within(struct store *s, int64_t id, int64_t top, struct date day,
                                  bool *ret, struct err *err);
/*
 * Whether what belongs to an organisation is for this actor's eyes: his own and those below it;
 * all of it for the program and for an auditor or administrator of the whole place.
 */
NODISCARD int actor_sees_organisation(struct store *s, const struct actor *who, int64_t id,
                                      struct date day, bool *ret, struct err *err);
#endif
