/*
 * ical.h: the dates of a check-up as an iCalendar feed (RFC 5545): windows opening and closing,
 * deadlines of duties and procedures. All-day entries; the same check-up gives the same bytes.
 */
#ifndef HUIQI_POLICY_ICAL_H
#define HUIQI_POLICY_ICAL_H
#include "policy/match.h"

void checkup_ical(struct buffer *out, const struct checkup *c, bool english);
#endif
