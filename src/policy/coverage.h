/*
 * coverage.h: which rows of a catalogue the library decides. A row counts only if kind and
 * precision equal the catalogue's, its region and clause resolve, and at least one condition,
 * figure or date is executed, or every manual condition states owner, position and a reason from
 * the closed list.
 */
#ifndef HUIQI_POLICY_COVERAGE_H
#define HUIQI_POLICY_COVERAGE_H
#include "policy/cite.h"

struct catalogue_row {
    struct span catalogue, region, kind, precision, title, document;
    const struct measure *measure; /* NULL = none */
    struct span problem;           /* empty = covered; else why not, in Chinese */
    bool manual_only;              /* covered, and nothing in it is executed */
    size_t conditions, manual;     /* of the measure */
};
struct coverage_report {
    const struct catalogue_row *rows;
    size_t n, covered;
};

/* `text` is tab-separated with a header line that names at least catalogue, region, kind and
   precision; it must outlive the report. texts: against which the clause of each row is looked up;
   may be NULL. E_INPUT with position. */
NODISCARD int coverage_compute(struct arena *request, const struct library *l, struct span text,
                               struct span file, const struct corpus *texts,
                               struct coverage_report *ret, struct err *err);
#endif
