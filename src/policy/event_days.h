/*
 * event_days.h: what day a library gives a named event (疫情结束 …) for a place, and who needs it
 * (S253). What is asked here is a fact, not a rule: a case keeps the rules of its own version, and
 * still has to hear of a day that was announced later (casework/case_events.h).
 */
#ifndef HUIQI_POLICY_EVENT_DAYS_H
#define HUIQI_POLICY_EVENT_DAYS_H
#include "policy/procedure.h"

struct event_day {
    bool known;
    struct date day;
    struct span source;  /* the document that says so, as the library has it */
    struct span through; /* another event that this one was declared to be; empty = itself */
};
/* The value of the narrowest region that holds the place and was published by a day; else that of
 * an event which it was declared to be the same as. */
struct event_day event_day(const struct parameter *p, struct span place, struct date known_by);
/* Does an expression of the procedure, or of a measure that it carries out, read the event? `p` of
 * the same library. */
bool event_needed(const struct procedure *x, const struct parameter *p);
/* ... or does this formula? Facts that are computed are not looked into. */
bool event_read(const struct formula *f, const struct parameter *p);
#endif
