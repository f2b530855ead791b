/*
 * benefits.h: what a subject has had and holds (已享受政策台账, S058): from every measure, by part,
 * item and period, from this system's reservations and payments and, with their source named, from
 * elsewhere. Answers "had it before", "how often", "how many months", and what excludes what.
 *
 * Events are appended; a line of the ledger is a sum of them. Amounts are 分.
 */
#ifndef HUIQI_CASEWORK_BENEFITS_H
#define HUIQI_CASEWORK_BENEFITS_H
#include "casework/funds.h"

/* An event of a reservation. kind: approved, released, paid, returned, recovered; `times` -1, 0 or
 * 1 counts the benefit and its months. Inside the transaction of what it tells. */
NODISCARD int benefit_note(struct arena *request, struct store *s, const struct actor *who,
                           int64_t reservation_id, struct span kind, int64_t amount, int64_t times,
                           struct err *err);

/* What another office has paid or refused; its source is named. */
struct benefit_outside {
    struct ground ground;
    struct span kind;  /* applied, approved, paid, refused */
    struct span level; /* region that paid */
    struct date on;
    int64_t amount, months, times;
    struct span source; /* document, interface, list: never empty */
};
/* Roles: window, handler, reviewer, finance; in a transaction. E_INPUT. */
NODISCARD int benefit_add(struct arena *request, struct store *s, const struct actor *who,
                          const struct benefit_outside *b, int64_t *ret_id, struct err *err);

struct benefit_line {
    struct ground ground;
    struct span level, source, first_day, last_day;
    int64_t approved, received; /* received: paid less returned less recovered */
    int64_t months, times;
    int64_t refused; /* how often */
};
struct benefit_query {
    int64_t subject_id;
    struct span measure, item; /* empty = any */
    struct span from, to;      /* ISO days of the events; empty = open */
};
/* By measure, part, item, period and source. Rights are the caller's matter: what is read is of one
 * subject, and the read is to be logged. */
NODISCARD int benefits_of(struct arena *request, struct store *s, const struct benefit_query *q,
                          struct benefit_line **ret, size_t *ret_n, struct err *err);

/* Lines that a measure of the library is said not to stand together with. */
struct benefit_clash {
    const struct benefit_line *line;
    const struct measure *measure; /* that the line is of */
    const struct relation *relation;
    bool reversed; /* the other measure says so */
};
/* For the reviewer of a case of `m`: what of `lines` excludes it or is excluded by it; lines that
 * count for nothing (released, recovered in full) do not. */
NODISCARD int benefit_clashes(struct arena *request, const struct library *l,
                              const struct measure *m, const struct benefit_line *lines, size_t n,
                              struct benefit_clash **ret, size_t *ret_n, struct err *err);
struct json *benefit_json(struct arena *request, const struct benefit_line *b);
#endif
