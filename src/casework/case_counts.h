/*
 * case_counts.h: how cases come and go: by which channel things are handed over (S097, S102), how
 * much of a form was filled in already, how often the first submission was enough, what was decided
 * without a person (S078), what was waived by lapse (S095), how long the green lane takes (S096).
 */
#ifndef HUIQI_CASEWORK_CASE_COUNTS_H
#define HUIQI_CASEWORK_CASE_COUNTS_H
#include "casework/cases.h"

#define COUNTS_CASES_MOST 1000

struct channel_count {
    struct span word;
    int64_t n;
};
struct case_counts {
    int64_t cases;
    struct channel_count channels[12]; /* of hand-overs of the applicant; most first */
    size_t channel_count;
    int64_t fields, prefilled; /* that apply and are known; of these, not typed in the case */
    int64_t submitted, told;   /* left the draft; of these, told once that something is missing */
    int64_t decided, by_program;
    int64_t waived;
    int64_t green, green_ended, green_ms; /* from the opening to the end */
};
/* Of the newest cases of a procedure; empty = of all. */
NODISCARD int case_count(struct arena *request, const struct office *o, struct span procedure,
                         struct case_counts *ret, struct err *err);
#endif
