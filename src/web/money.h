/*
 * money.h: what the pages of money (money.c) give to the acts on a fund (fund_acts.c).
 */
#ifndef HUIQI_WEB_MONEY_H
#define HUIQI_WEB_MONEY_H
#include "casework/funds.h"
#include "web/office.h"

/* An amount of 分 as people read it. */
struct json *fund_yuan(struct request *req, int64_t fen);
/* Whether a page can show the refusal: then it stands at the field. */
bool money_say_why(struct desk *d, const char *field, int r);
/* The page of a fund: 200 or a code. */
int money_show_fund(struct desk *d, struct span code);
/* fund_acts.c: what was paid first and lacks its approval, and days of payment, of a fund. */
NODISCARD int fund_add_dates(struct desk *d, const struct fund *f);
#endif
