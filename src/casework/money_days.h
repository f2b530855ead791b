/*
 * money_days.h: what the days bring to money: vouchers whose last day is past lapse, their holders
 * are told before (where the programme says how many days) and after; whoever breaks the plan of a
 * claim is told. Run by a leased timer (src/cli/work.c); run again it finds nothing.
 */
#ifndef HUIQI_CASEWORK_MONEY_DAYS_H
#define HUIQI_CASEWORK_MONEY_DAYS_H
#include "casework/voucher.h"

struct money_days {
    size_t lapsed, warned, broken; /* vouchers, vouchers, claims */
};
/* In transactions of its own, one for each programme and claim: what cannot be done keeps none of
 * the others; the first such error is given back at the end. */
NODISCARD int money_days_run(struct arena *request, struct store *s, struct money_days *ret,
                             struct err *err);
#endif
