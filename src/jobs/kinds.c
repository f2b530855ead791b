/*
 * kinds.c: see kinds.h.
 */
#include "jobs/kinds.h"

#include "base/vector.h"

int job_kinds_add(struct job_kinds *k, const struct job_kind *kind, struct err *err)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->at[i].name, kind->name) == 0)
            return err_set(err, E_CONFLICT, "two handlers of the kind %s", kind->name);
    struct job_kind *slot = VECTOR_PUSH(k->process, k, struct job_kind);
    if (!slot)
        return err_memory(err);
    *slot = *kind;
    return 0;
}
