/*
 * ical.h: the dates of a check-up as an iCalendar feed (RFC 5545): windows opening and closing,
 * deadlines of duties and procedures. All-day entries; the same check-up gives the same bytes.
 */
#ifndef HUIQI_POLICY_ICAL_H
#define HUIQI_POLICY_ICAL_H
#include "policy/match.h"

/* What is over, and what is about others' duties, is no date for a calendar. */
bool ical_shows(const struct finding *x, const struct date_finding *d, struct date as_of);
void checkup_ical(struct buffer *out, const struct checkup *c, bool english);
#endif
