/*
 * cases.h: cases (办件) in the store. Events are appended; where a case stands is worked out from
 * them by run.h and kept in tables written in the same transaction, so that lists need not look at
 * events (S076, S252, S256).
 *
 * What an act means for money, registers, facts, messages and sub-cases happens in its transaction
 * too (effects.c): all of it, or nothing.
 *
 * A case is judged under the library that it began under, named by its hash.
 */
#ifndef HUIQI_CASEWORK_CASES_H
#define HUIQI_CASEWORK_CASES_H
#include "casework/run.h"
#include "document/seal.h"
#include "identity/actor.h"
#include "policy/subjects.h"
#include "store/store.h"
#include "store/verify.h"

#define CASE_NO_DUE    INT64_C(253402300799999) /* 9999-12-31: no clock runs */
#define CASE_EVENTS    10000                    /* of one case */
#define CASE_DATA      (256u << 10)             /* bytes of one event's data */
#define PAPER_BYTES    (10u << 20)              /* of one paper */
#define CASE_LIST_MOST 500

/* What casework needs of the program around it. One per thread: it holds a connection. */
struct office {
    struct store *store;
    const struct library *library; /* that new cases begin under */
    /* The library of a hash, alive as long as the office; NULL = only `library` is there. */
    int (*library_of)(void *context, struct span hash, const struct library **ret, struct err *err);
    void *context;
    /* A notice: a Mustache text over the view of a case. NULL = the text as it stands. */
    int (*render)(struct arena *request, struct span text, const struct json *view, bool english,
                  struct span *ret, struct err *err);
    const struct seal *seal; /* for papers; NULL = none can be stored or opened */
};

/* A line of a list; also the head of a case. Texts live in the request's arena. */
struct case_row {
    int64_t id;
    struct span number, procedure, library, item, state, organisation, due_clock, due_owner;
    int64_t subject_id, parent_id, handler;
    struct span subject_kind, subject_code, subject_name;
    enum phase phase;
    enum decision_kind decision;
    bool has_amount;
    int64_t amount; /* 分 */
    int64_t due_at; /* CASE_NO_DUE = no clock runs */
    bool paused, urgent;
    int64_t opened_at, changed_at, closed_at, events;
};

/* A case as it stands at a moment. */
struct case_file {
    struct case_row row;
    const struct library *library;
    const struct procedure *procedure;
    struct subject subject;
    const struct case_event *events;
    size_t event_count;
    struct case_view *view;
    struct span party;          /* that the actor is in it; empty = may only look */
    const struct span *parties; /* all that the actor may act as */
    size_t party_count;
};

struct case_start {
    struct span procedure;
    struct span subject_kind, subject_code;
    struct span item;
    int64_t parent_id;       /* 0 = none */
    const struct json *data; /* of the opening act; may be NULL */
    struct span key;         /* the same key gives the same case; empty = none */
};
/*
 * Opens a case by the procedure's opening act. Rights: the actor is the subject's agent, a window
 * clerk (both shown in the event), or the program. E_FORBIDDEN, E_CONFLICT (window closed, the
 * subject is barred), E_NOT_FOUND. *ret_id = the case.
 */
NODISCARD int case_begin(struct arena *request, const struct office *o, const struct actor *who,
                         const struct case_start *start, int64_t *ret_id, struct err *err);
/* By number or id. */
NODISCARD int case_find(struct arena *request, const struct office *o, struct span number,
                        struct case_row *ret, struct err *err);
/* As it stands now for this actor: lapses that time has brought are in it. E_FORBIDDEN when he has
 * no part in it. A look at personal data is logged. */
NODISCARD int case_open(struct arena *request, const struct office *o, const struct actor *who,
                        int64_t id, struct case_file **ret, struct err *err);

struct case_act {
    struct span act;
    const struct json *data; /* may be NULL */
    struct span party;       /* as whom; empty = the first that may */
    int64_t seen;            /* events that the actor had seen; 0 = any: a case that moved meanwhile
                                is E_CONFLICT */
    struct span key;         /* as in case_start */
};
/* One act with all it brings. *ret_refusal says why not (E_CONFLICT). *ret (may be NULL) = the case
 * afterwards; NULL for an act of "anybody", who need have no part in it, and for
 * one by which the actor gave it out of his hands. */
NODISCARD int case_do(struct arena *request, const struct office *o, const struct actor *who,
                      int64_t id, const struct case_act *act, struct case_file **ret,
                      enum refusal *ret_refusal, struct err *err);
/* Writes down what time has brought, and does what the program does by itself; *ret_n = events
 * written. For the timer. */
NODISCARD int case_tick(struct arena *request, const struct office *o, int64_t id, size_t *ret_n,
                        struct err *err);
/* All cases with a clock that is due by now, with a date that may have come, or with an act that
 * the program does when its conditions hold; at most `limit`. *ret_n = cases that something
 * happened in. A case that cannot be judged is passed over, and the first such error returned at
 * the end. */
NODISCARD int cases_tick(struct arena *request, const struct office *o, size_t limit, size_t *ret_n,
                         struct err *err);

enum case_order { CASES_BY_DUE, CASES_BY_NUMBER };
struct case_query {
    struct span organisation; /* its queue; empty = any */
    int64_t handler;          /* 0 = any */
    int64_t subject_id;       /* 0 = any */
    int64_t parent_id;        /* 0 = any */
    struct span procedure;    /* empty = any */
    enum phase phase;         /* PHASES = any */
    bool open_only, unassigned;
    int64_t due_before; /* 0 = any */
    enum case_order order;
    int64_t after_due,
        after_id; /* keyset of the last line of the page before; after_id 0 = first page */
    bool after_urgent;
    size_t limit;
};
NODISCARD int case_list(struct arena *request, const struct office *o, const struct case_query *q,
                        struct case_row **ret, size_t *ret_n, struct err *err);

/* People who can have a case on their desk in an organisation today, by login. */
struct case_holder {
    int64_t account_id;
    struct span login, name;
};
NODISCARD int case_holders(struct arena *request, const struct office *o, struct span organisation,
                           struct case_holder **ret, size_t *ret_n, struct err *err);

/* What the rules say of the case: the findings of a measure for its applicant, under its library,
 * with its fields laid over, as of the day of the complete application. */
NODISCARD int case_judge(struct arena *request, const struct case_file *file,
                         const struct measure *m, struct checkup **ret, struct err *err);
/* The measures of a case: of its procedure, or the one that its opening names (免申即享). NULL =
 * there is none at this index. */
const struct measure *case_measure(const struct case_file *file, size_t index);

/* ---- papers ---- */

struct paper_row {
    int64_t id, subject_id, size, stored_at;
    struct span kind, name, media, valid_to, source;
};
struct paper_new {
    struct span kind, name, media, valid_to, source, bytes;
};
/* Seals and stores; E_LIMIT beyond PAPER_BYTES. The name is masked of what looks personal. */
NODISCARD int paper_add(struct arena *request, const struct office *o, const struct actor *who,
                        int64_t subject_id, const struct paper_new *p, int64_t *ret_id,
                        struct err *err);
/* On file for the subject and valid on the day; newest first. */
NODISCARD int paper_list(struct arena *request, const struct office *o, int64_t subject_id,
                         struct date on, struct paper_row **ret, size_t *ret_n, struct err *err);
/* Opens it for somebody who has a part in a case that uses it (or its owner); logged. */
NODISCARD int paper_open(struct arena *request, const struct office *o, const struct actor *who,
                         int64_t id, struct paper_row *ret, struct span *ret_bytes,
                         struct err *err);

/* ---- checks ---- */

/* Rebuilds state, clocks and amounts from the events and compares; a line for each case that
 * differs, with the column. o->library may be NULL where library_of finds all of them. */
NODISCARD int cases_verify(const struct office *o, struct verify *v, struct err *err);

/* May the party that the file was opened as see this field or paper? A counterparty sees those of
 * his own acts; everybody else all. */
bool case_may_see(const struct case_file *f, struct span field_or_paper);
/* Is that party a counterparty: a bank, a landlord, a school, another department? */
bool case_of_counterparty(const struct case_file *f);
/* A counterparty sees the clocks that it owns. */
bool case_sees_clock(const struct case_file *f, struct span owner);
/* The head of the case, without what the party may not see: amount, decision, other people's
 * clocks. */
struct case_row case_row_seen(const struct case_file *f);
/* The case as JSON for pages and commands, without what its party may not see; null for f NULL. */
struct json *case_json(struct arena *request, const struct case_file *f, bool english);
struct json *case_row_json(struct arena *request, const struct library *l, const struct case_row *r,
                           bool english);
#endif
