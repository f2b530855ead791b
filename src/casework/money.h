/*
 * money.h: amounts in 分, and how they are divided. Integers only; everything that could overflow
 * is checked, every division says who gets the odd 分 (law 5, S092).
 */
#ifndef HUIQI_CASEWORK_MONEY_H
#define HUIQI_CASEWORK_MONEY_H
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "identity/actor.h"

#define MONEY_MAX       INT64_C(10000000000000000) /* 分: 100 万亿元; sums stay far from int64 */
#define MONEY_TEXT      32
#define MONEY_PARTS_MAX 32 /* levels of one fund */

/* False, *ret untouched, when the sum is beyond ±MONEY_MAX. */
NODISCARD bool money_add(int64_t a, int64_t b, int64_t *ret);
/* 1500000, 1500000.00, 150万, 1.5 亿元 -> 分. E_INPUT, E_RANGE (no sign, at most MONEY_MAX). */
NODISCARD int money_parse(struct span text, int64_t *ret, struct err *err);
/* "1500000.00": 元 with two decimals. */
size_t money_print(int64_t fen, char out[MONEY_TEXT]);
/* The same in an arena. */
struct span fen_text(struct arena *a, int64_t fen);

struct share {
    int64_t up, down; /* up/down of the whole; 0 <= up <= down <= SHARE_MAX, down > 0 */
};
#define SHARE_MAX 1000000
/* "60%", "0.6", "3/5", "1". E_INPUT. */
NODISCARD int share_parse(struct span text, struct share *ret, struct err *err);
/* True when the shares are exactly the whole. */
bool shares_whole(const struct share *at, size_t n);

/*
 * Divides `amount` (not negative) by shares that are the whole: each gets the whole 分 of its
 * share; the odd ones go to `taker`, or with taker = n one each to the largest fractions, the first
 * of equals. n at most MONEY_PARTS_MAX.
 */
void money_split(int64_t amount, const struct share *at, size_t n, size_t taker, int64_t *ret);

/*
 * Shares of `amount` in proportion to `asked` (each positive, their sum above amount), as
 * multiples of `unit` 分: rounded down, then one unit each to the largest fractions, the first of
 * equals (largest remainder). What is smaller than a unit stays. E_MEMORY, E_RANGE (sum too large).
 */
NODISCARD int money_pro_rata(struct arena *request, int64_t amount, int64_t unit,
                             const int64_t *asked, size_t n, int64_t *ret, struct err *err);

/* Who acts, as records of money show it: the name, and for whom. Empty only without memory. */
struct span actor_label(struct arena *a, const struct actor *actor);
/* Two actors are one person: by account; without accounts by name. */
bool actor_same(int64_t account_a, struct span name_a, int64_t account_b, struct span name_b);
/* E_FORBIDDEN unless the actor has one of the roles (bits 1 << enum user_role). */
NODISCARD int actor_need(const struct actor *a, unsigned roles, struct err *err);
/* Today as an ISO text. */
struct span money_today(char out[DATE_TEXT]);
/* An ISO date of the years 1900 to 2999, or E_INPUT naming `what`. */
NODISCARD int money_date(struct span text, const char *what, struct date *ret, struct err *err);
#endif
