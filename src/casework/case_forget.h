/*
 * case_forget.h: sensitive facts that closed cases hold are deleted behind their term, as those of
 * subjects are (S257; policy/subjects.h). What stays with the event: that something was there, the
 * clause under which it was asked, its purpose, and the day it was deleted. The log names fact and
 * number, never a value.
 */
#ifndef HUIQI_CASEWORK_CASE_FORGET_H
#define HUIQI_CASEWORK_CASE_FORGET_H
#include "casework/cases.h"
#include "policy/subjects.h"

#define CASE_FORGOTTEN "forgotten" /* member of an event's data */

/* Counts into at[].in_cases (by subjects_forget), and deletes unless `dry`. An open case keeps
 * everything: its purpose is not over. Administrators and the program. */
NODISCARD int cases_forget(struct arena *request, struct store *s, const struct library *l,
                           const struct actor *who, struct date day, bool dry, struct forgotten *at,
                           size_t n, struct err *err);
/* Whether anything was deleted from an event: what was worked out from it cannot be again. */
bool case_forgot(const struct case_event *e);
#endif
