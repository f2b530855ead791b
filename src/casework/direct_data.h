/*
 * direct_data.h: the data that benefits without an application stand on (S067, S068).
 *
 *     demand:    a project needs a fact of a data unit -> it is supplied, or refused with the
 * clause that forbids it; not yet collected public data within 15 working days objection: a subject
 * says that one datum about it is wrong -> asked of the unit it comes from
 *                -> corrected, or kept with the reason -> what turns in the matches is recorded
 *
 * All that changes runs inside the caller's transaction and leaves an event.
 */
#ifndef HUIQI_CASEWORK_DIRECT_DATA_H
#define HUIQI_CASEWORK_DIRECT_DATA_H
#include "casework/direct.h"

#define DEMAND_DAYS 15 /* working days to collect what nobody has yet; 三/（二） of the plan */

/* ---- demands ---- */

struct demand_new {
    struct span project; /* code */
    struct span fact;    /* of the library */
    struct span unit;    /* empty = the holder that the library names */
    struct span why;     /* what the project computes from it */
    struct span cycle;   /* how often it is refreshed: 每月 ...; empty = not said */
    bool collected;      /* the unit has it already; else it has to be collected: DEMAND_DAYS */
};
/* Roles: handler, publisher. E_NOT_FOUND: project, fact; E_CONFLICT: asked already; E_INPUT: no
 * unit is named anywhere. */
NODISCARD int demand_add(struct arena *request, const struct office *o, const struct actor *who,
                         const struct demand_new *n, int64_t *ret_id, struct err *err);
struct demand_answer {
    struct span how;     /* interface, list, table */
    struct span quality; /* whole, in time, fit for use; empty = not said */
    struct span cycle;   /* how often it is refreshed; empty = as it was asked for */
};
/* Answered by the unit: supplied. Of a counterparty only by the unit that was asked. */
NODISCARD int demand_supply(struct arena *request, const struct office *o, const struct actor *who,
                            int64_t id, const struct demand_answer *x, struct err *err);
/* Refused: only with the clause that forbids it (E_INPUT without). */
NODISCARD int demand_refuse(struct arena *request, const struct office *o, const struct actor *who,
                            int64_t id, struct span cites, struct span reason, struct err *err);

struct demand {
    int64_t id;
    struct span project, fact, unit, why, cycle, state, due, asked_on, answered_on, answer, cites,
        quality;
    bool collected, late;
};
/* Of a project (empty = all), oldest first. */
NODISCARD int demand_list(struct arena *request, struct store *s, struct span project,
                          struct demand **ret, size_t *ret_n, struct err *err);
struct json *demand_json(struct arena *request, const struct demand *d);

/* ---- objections ---- */

struct objection_new {
    int64_t subject_id;
    struct span key;    /* "参保人数@2019-12" */
    struct span value;  /* what it should be, as the subject says */
    struct span source; /* whose statement is wrong; empty = the newest */
    struct span reason;
};
/* The subject's agent, a window, a handler. E_NOT_FOUND: nobody has said the fact; E_CONFLICT: an
 * objection to it is open. */
NODISCARD int objection_add(struct arena *request, const struct office *o, const struct actor *who,
                            const struct objection_new *n, int64_t *ret_id, struct err *err);
/* Sent to the unit that the datum comes from. Roles: handler, reviewer. */
NODISCARD int objection_ask(struct arena *request, const struct office *o, const struct actor *who,
                            int64_t id, struct err *err);
/* The unit agrees: the value that it states becomes its statement, verified, and what turns in the
 * matches of the subject is recorded. Not by who objected. Roles: handler, reviewer. */
NODISCARD int objection_correct(struct arena *request, const struct office *o,
                                const struct actor *who, int64_t id, struct span value,
                                struct span reason, struct err *err);
NODISCARD int objection_keep(struct arena *request, const struct office *o, const struct actor *who,
                             int64_t id, struct span reason, struct err *err);

struct objection {
    int64_t id, subject_id, account_id;
    struct span subject_code, subject_name, key, said, source, claimed, reason, state, asked_on,
        answered_on, answer, value, turned; /* turned: JSON [{measure, item, before, after}] */
};
NODISCARD int objection_load(struct arena *request, struct store *s, int64_t id,
                             struct objection *ret, struct err *err);
/* Of a subject (0 = all), open ones first. */
NODISCARD int objection_list(struct arena *request, struct store *s, int64_t subject_id,
                             struct objection **ret, size_t *ret_n, struct err *err);
struct json *objection_json(struct arena *request, const struct objection *x);
#endif
