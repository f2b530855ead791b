/*
 * scripts.h: the scripted runs of a procedure, played by the engine: examples that say on which day
 * what is done by whom and what has to come of it (docs/procedures.md, "run"). No database: the
 * events are kept in the arena.
 */
#ifndef HUIQI_CASEWORK_SCRIPTS_H
#define HUIQI_CASEWORK_SCRIPTS_H
#include "casework/run.h"

#define SCRIPT_STEPS_MAX 1000

/* One thing that came out otherwise than expected. */
struct script_failure {
    const struct script_failure *next;
    uint32_t line, column; /* in the file of the procedure */
    struct span what, got, expected;
    struct span view; /* where the case stood, in a line */
};
/* Plays one run; *ret is NULL when all came true. Fails only without memory. */
NODISCARD int script_run(struct arena *request, const struct library *l, const struct procedure *p,
                         const struct procedure_run *run, const struct script_failure **ret);
#endif
