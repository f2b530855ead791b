/*
 * feel_session.h: names with values, for `huiqi feel`: what the policy library is to measures, in
 * small. Values of dated names come from a context keyed by period.
 */
#ifndef HUIQI_CLI_FEEL_SESSION_H
#define HUIQI_CLI_FEEL_SESSION_H
#include "base/vector.h"
#include "feel/feel.h"

struct session {
    struct arena arena; /* of everything that outlives one expression */
    struct feel_vocabulary vocabulary;
    VECTOR_OF(struct value, session_values) values; /* by slot */
    VECTOR_OF(struct span, session_names) names;
    struct calendar *calendar; /* NULL = knows no year */
    struct date as_of;
    enum feel_mode mode;
};

void session_init(struct session *s);
void session_release(struct session *s);
NODISCARD int session_declare(struct session *s, struct span name, const struct type *type,
                              struct value value, struct err *err);
/* The members of a JSON file, with the types that they show. */
NODISCARD int session_facts(struct session *s, const char *path, struct err *err);
NODISCARD int session_compile(struct session *s, struct arena *a, struct span text,
                              const struct feel_expr **ret, struct diags *diags);
/* A run of the session's values that lives in `a`. */
struct feel_run session_run(struct session *s, struct arena *a);
/* Line and column of a run-time error in the text, as for a diagnostic; NULL without memory. */
struct diag *session_failure(struct diags *diags, struct span text, const struct failure *f);
#endif
