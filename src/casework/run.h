/*
 * run.h: where a case stands: a pure function of its procedure, its events and the moment. No
 * database, no clock of its own: what happened before and what time it is are arguments, so that a
 * script of a definition, a page and a timer get the same answer, and a lapse shows before anybody
 * has written it down (S076, S252).
 *
 *     run_open(...)          the case as its events tell, at a moment
 *     run_try(...)           may this actor do this act now, and what would it be: an event to
 * append
 *
 * All memory is the request's arena.
 */
#ifndef HUIQI_CASEWORK_RUN_H
#define HUIQI_CASEWORK_RUN_H
#include "policy/procedure.h"

/* Lapses that one look works out: further ones show when these are written. */
#define RUN_LAPSES_MAX 1000

/* One thing that happened: appended, never changed. */
struct case_event {
    int64_t seq;     /* 1, 2 ... within the case */
    int64_t at;      /* ms since 1970; never before the event before it */
    struct span act; /* of the procedure, or one of the general ones: "transfer", "note",
                        "lapse:CLOCK", "event:NAME" */
    struct span by;  /* "applicant", "program" or id of a party */
    int64_t account_id, for_account_id; /* 0 = the program */
    struct span organisation;
    const struct json *data; /* {"fields": {}, "materials": {id: {...}}, "missing": [], "reason":
                                "", "amount": "", ...} or NULL */
};

enum clock_state {
    CLOCK_WAITING,
    CLOCK_RUNNING,
    CLOCK_STOPPED,
    CLOCK_ENDED,
    CLOCK_LAPSED,
    CLOCK_STATES
};
extern const struct closed_word clock_state_words[CLOCK_STATES];
struct clock_view {
    const struct clock *clock;
    enum clock_state state;
    int64_t started; /* ms; 0 = not yet */
    bool has_due;
    int64_t due;        /* the moment it lapses: the end of its last day */
    int64_t warn;       /* 0 = none */
    bool late;          /* ended after it was due, or lapsed and still open */
    int64_t used, left; /* so far; a lapsed one has left < 0. In minutes, hours, days or working
                           days; weeks, months and dates count in days (clock_unit) */
    struct span why;    /* stopped: the act; waiting: what it waits for; else empty */
    uint32_t extended;
};
/* A duty that ran out and is still owed: nothing followed from the lapse, and the case is open. */
bool clock_overdue(const struct clock_view *c, enum phase phase);
struct material_view {
    const struct material *material;
    bool needed, unknown;       /* unknown: whether it is needed is not known */
    bool there, held, promised; /* promised: later (容缺) */
    const struct json *data;
};
struct field_view {
    const struct procedure_field *field;
    bool shown, unknown, there; /* unknown: whether it is shown is not known */
    struct value value;
    struct span source; /* "case", or where the known fact comes from */
};
/* Why an act cannot be done now. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_STATE,
    REFUSAL_ACTOR,
    REFUSAL_CONDITION,
    REFUSAL_UNKNOWN,
    REFUSAL_MISSING,
    REFUSAL_REASON,
    REFUSAL_WINDOW,
    REFUSAL_FOUR_EYES,
    REFUSAL_LIMIT,
    REFUSALS
};
extern const struct closed_word refusal_words[REFUSALS];
struct act_view {
    const struct procedure_act *act;
    enum refusal refusal;                       /* for the actor asked about; NONE = may be done */
    const struct condition_finding *conditions; /* parallel to the act's; NULL = not looked at: it
                                                   is not this actor's turn */
    const struct missing *missing;              /* what its conditions lack */
    const struct span *lacking; /* fields and materials that it asks for and that are not there */
    size_t lacking_count;
};
struct case_view {
    const struct procedure *procedure;
    bool opened;  /* the opening act has been done */
    size_t state; /* index into states */
    enum phase phase;
    enum decision_kind decision;
    bool has_amount;
    struct decimal amount;
    const struct clock_view *clocks; /* parallel to the procedure's */
    const struct material_view *materials;
    const struct field_view *fields;
    const struct act_view *acts;   /* parallel; refusal for the actor asked about */
    const struct clock_view *next; /* the running clock that is due first; NULL = none */
    bool paused;                   /* a clock of an office is stopped */
    const struct span *asked_for;  /* materials and fields named as missing and not yet supplied */
    size_t asked_count;
    const struct span *missing; /* needed for a complete application and not there */
    size_t missing_count;
    const struct case_event
        *lapses; /* that time has brought and nobody has written down yet, oldest first */
    size_t lapse_count;
    const struct local_value *locals;
    int64_t now;
};
/* A notice that amends when applications are taken (S075): case_windows.h. */
struct window_notice {
    bool given, closes;
    int64_t until; /* the first moment at which nothing is taken any more */
};
struct run_question {
    const struct library *library;
    const struct procedure *procedure;
    const struct subject *subject; /* the applicant's facts */
    struct span item;
    const struct match_options *options;
    const struct case_event *events;
    size_t n;
    int64_t now;
    struct span actor;       /* whose acts: "applicant", party id, "program"; empty = none */
    int64_t account_id;      /* for four eyes */
    const struct span *held; /* kinds of papers that are on file for the applicant */
    size_t held_count;
    struct window_notice window;
    /* The exact amount that the procedure's measures give, when a decision has no formula of its
     * own; *ret_has = false when none is exact. NULL = run_try judges them itself. */
    int (*amount_of)(void *context, const struct case_view *v, bool *ret_has, struct decimal *ret,
                     struct err *err);
    void *context;
};
NODISCARD int run_open(struct arena *request, const struct run_question *q, struct case_view **ret,
                       struct err *err);
/* Checks one act with its data; on 0 *ret is the event to append (seq and at set). E_CONFLICT with
 * *ret_refusal otherwise, and what is lacking in err. */
NODISCARD int run_try(struct arena *request, const struct run_question *q, struct span act,
                      const struct json *data, struct case_event *ret, enum refusal *ret_refusal,
                      struct err *err);
/* The view as JSON: what pages and commands show. */
struct json *case_view_json(struct arena *request, const struct case_view *v, bool english);
#endif
