/*
 * scripts_int.h: what playing a script (scripts.c) and comparing what came of it (script_expect.c)
 * share.
 */
#ifndef HUIQI_CASEWORK_SCRIPTS_INT_H
#define HUIQI_CASEWORK_SCRIPTS_INT_H
#include "base/vector.h"
#include "casework/scripts.h"

VECTOR_OF(struct case_event, script_events);
VECTOR_OF(struct fact_value, script_facts);

struct script {
    struct arena *arena;
    const struct library *library;
    const struct procedure *procedure;
    const struct procedure_run *run;
    struct subject subject;
    struct match_options options;
    struct span item;
    struct span *held; /* every kind that its materials name: on file unless a step says "none" */
    size_t held_count;
    struct script_events events;
    struct script_facts promoted;
    int64_t now;
    const struct procedure_act *last; /* done last; NULL = none, or a general one */
    bool broken;                      /* a step could not be done: what follows means nothing */
    struct script_failure *first, *end;
};

struct run_question script_question(const struct script *s, struct span actor, int64_t account);
/* 0 or E_MEMORY; the failure is noted. */
NODISCARD int script_fail(struct script *s, const struct json *at, struct span what,
                          struct span got, struct span expected);
NODISCARD int script_look(struct script *s, struct span actor, struct case_view **ret);
NODISCARD int script_expect(struct script *s, const struct json *expect);
/* "2023-09-28", "2023-09-28 10:00", "2023-09-28 10:00:30": Asia/Shanghai. */
bool script_moment(struct span text, int64_t *ret);
#endif
