/*
 * check_procedures_int.h: one procedure under inspection, shared by the files that inspect it:
 *
 *   check_procedures.c      its parts by name, what each names, citations, notices
 *   check_flow.c            states reached and left, clocks that start, papers of refusals
 *   check_procedure_runs.c  its scripts
 */
#ifndef HUIQI_POLICY_CHECK_PROCEDURES_INT_H
#define HUIQI_POLICY_CHECK_PROCEDURES_INT_H
#include "policy/library_int.h"
#include "policy/procedure.h"

struct inspection {
    struct loader *l;
    const struct procedure *p;
    const struct json *tree;
    /* by name; the values are the parts themselves */
    struct map parties, inputs /* fields and materials */, states, acts, clocks, notices;
    struct map actors; /* parties, and who takes part without being declared */
};

/* The n-th entry of a list of the procedure, as written. */
const struct json *written(const struct inspection *in, const char *list, size_t n);
/* A complaint at the word itself, where it stands within j (a text, a list, a map of lists), else
   at j; NULL = no more are kept. */
struct diag *complain_word(const struct inspection *in, const struct json *j, struct span word,
                           const char *what);
/* Complains unless the map has the word: "unknown state 'x'", with the nearest. */
bool want_name(const struct inspection *in, const struct map *m, const struct json *j,
               struct span word, const char *what);
/* "applicant", "program", "anybody" or a party. */
void want_actor(const struct inspection *in, const struct json *j, struct span who);

/* May an event have this name, without "event:"? */
bool is_event(const struct inspection *in, struct span name);

void inspect_flow(const struct inspection *in);
void inspect_runs(const struct inspection *in);
#endif
