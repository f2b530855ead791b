/*
 * case_events.h: the day of a named event (疫情结束 …) reaches the cases that wait for it (S253). A
 * case keeps the rules of the library that it began under; the day on which something happened is
 * no rule. When the version in force knows a day that the case does not know, or has another one,
 * an event `event:NAME` is written into the case, once, with the day, the version and the document
 * that says so: clocks that start from it, duties that end n months after it and acts that may be
 * done from it on follow from that event as from any other, and those concerned are told.
 *
 * A day that a person entered in the case itself stands: it is that case's.
 */
#ifndef HUIQI_CASEWORK_CASE_EVENTS_H
#define HUIQI_CASEWORK_CASE_EVENTS_H
#include "casework/cases.h"

/*
 * Marks the open cases that need a day which the version in force (o->library) knows otherwise than
 * their own: the next tick writes it into each. Once a version, however many processes ask. *ret_n
 * = cases marked. For the timer, before cases_tick.
 */
NODISCARD int cases_take_days(struct arena *request, const struct office *o, size_t *ret_n,
                              struct err *err);
/* Which day a clock waits for, or which event's day moves it, by what document and version; empty =
 * neither. The arena's. */
struct span case_clock_day(struct arena *request, const struct case_file *f,
                           const struct clock_view *c, bool english);
#endif
