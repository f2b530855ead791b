/*
 * case_intake.h: an application that came by e-mail (S081): one PDF whose name says who applies for
 * what and when. The name is compared with the pattern that the call gives; the case is begun, the
 * paper kept for every material that is asked for, the case handed in; the receipt says where it
 * stands, or what is missing, once and completely. The same file is the same case.
 */
#ifndef HUIQI_CASEWORK_CASE_INTAKE_H
#define HUIQI_CASEWORK_CASE_INTAKE_H
#include "casework/cases.h"

#define INTAKE_PATTERN "{单位}+{申请人}+{业务}+{时间}"

struct intake {
    struct span procedure;
    struct span pattern; /* {单位} {申请人} {业务} {时间}, and what stands between them */
    struct span file_name; /* with or without folders */
    struct span bytes;
    struct span code;          /* of the enterprise; empty = the one of that name */
    const struct json *fields; /* may be NULL */
};
struct intake_receipt {
    struct span number, subject_name, state; /* of the case; in words */
    bool submitted;
    struct span why;            /* not handed in: what stands against it */
    const struct span *missing; /* titles */
    size_t missing_count;
};
/* By a window clerk, or the program. E_INPUT: the name does not fit, or it is no PDF; E_NOT_FOUND:
 * no such enterprise, or several of the name. */
NODISCARD int case_take_in(struct arena *request, const struct office *o, const struct actor *who,
                           const struct intake *in, struct intake_receipt *ret, struct err *err);
/* The parts of a name by a pattern, in the order above; false = it does not fit. */
struct intake_name {
    struct span unit, person, business, time;
};
bool intake_match(struct span pattern, struct span name, struct intake_name *ret);
#endif
