/*
 * zone.h: offsets of named time zones (IANA), from ICU's copy of the data: no file is read.
 *
 * Years outside its tables are served all the same: before them local mean time holds, behind them
 * the last rule, which repeats with the calendar every 400 years.
 */
#ifndef HUIQI_FEEL_ZONE_H
#define HUIQI_FEEL_ZONE_H
#include "base/date.h"

bool zone_known(struct span zone);
/* Seconds east of UTC when the clocks there show d. Skipped hours count by the clock before,
 * doubled ones are the first. */
int32_t zone_offset_local(struct span zone, const struct date_time *d);
/* The same at an instant, in seconds since 1970. */
int32_t zone_offset_at(struct span zone, int128 seconds);
#endif
