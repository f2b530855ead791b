/*
 * cases_int.h: what the files of cases share.
 *
 *   case_load.c     a case from its tables: row, events, subject, library, parties
 *   cases.c         opening a case, doing an act, writing down lapses: the transactions
 *   case_derive.c   the tables that follow from the events
 *   case_events.c   days of events that a later version of the library knows
 *   case_effects.c  what an act means outside of its case
 *   case_desk.c     ... for desks: transfer, assign, green lane
 *   case_list.c     queues and lists
 *   case_money.c    ... for money
 *   case_notices.c  ... whom it is told
 *   case_findings.c what the rules say of it
 *   case_parties.c  who may be whom in a case
 *   case_json.c     a case for pages and commands
 *   case_registers.c lists that bar, and lists that acts put the applicant on
 *   case_tick.c     what time brings: lapses, and acts of the program
 *   case_verify.c   rows against events
 *   papers.c        papers on file
 */
#ifndef HUIQI_CASEWORK_CASES_INT_H
#define HUIQI_CASEWORK_CASES_INT_H
#include "casework/cases.h"

struct party_row {
    struct span party, organisation;
    int64_t account_id;
};

/* A case being changed, inside its transaction. */
struct case_work {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    int64_t now;
    struct case_file file;
    struct case_event *events; /* file.events, with room for more */
    size_t room;
    const struct party_row *party_rows;
    size_t party_row_count;
    const struct span *held; /* kinds of papers that were on file by now */
    size_t held_count;
    struct window_notice window;
    int64_t derived_at; /* as the row has it */
    bool as_anybody;    /* an act of the public: an objection */
    bool ticked;        /* the timer has looked: not again before tomorrow */
    unsigned depth;     /* of sub-cases that open sub-cases */
};

#define CASE_DEPTH 4

/* Columns of struct case_row, in the order that row_read expects; `c` casefile, `s` subject. */
#define CASE_COLUMNS                                                                               \
    "c.id, c.number, c.procedure, c.library, c.item, c.state, c.organisation, c.due_clock,"        \
    " c.due_owner, c.subject_id, c.parent_id, c.handler, s.kind, s.code, s.name, c.phase,"         \
    " c.decision, c.amount, c.due_at, c.paused, c.lane, c.opened_at, c.changed_at,"                \
    " c.closed_at, c.events"
#define CASE_TABLES " FROM casefile c JOIN subject s ON s.id = c.subject_id "
int case_row_read(struct arena *request, const struct stmt *st, struct case_row *ret,
                  struct err *err);

/* Everything but the view. */
NODISCARD int case_work_load(struct case_work *w, int64_t id, struct err *err);
/* The view at w->now for one party of the actor ("" = nobody's acts). */
NODISCARD int case_work_view(struct case_work *w, struct span party, struct err *err);
struct run_question case_work_question(const struct case_work *w, struct span party);

/* Who the actor may be: ids of parties, "applicant", "program"; the arena's. */
NODISCARD int case_parties_of(struct case_work *w, struct err *err);
/* Rows of case_party of a new case. */
NODISCARD int case_parties_make(struct case_work *w, struct err *err);
/* Parties that rules name, after fields have changed. */
NODISCARD int case_parties_name(struct case_work *w, struct err *err);
NODISCARD int case_parties_load(struct case_work *w, struct err *err);
struct span case_party_organisation(const struct case_work *w, struct span party);

/* Subject and papers as they were known at w->now. */
NODISCARD int case_work_known(struct case_work *w, struct err *err);
/* Locks the case's row first, so that two acts on one case wait for each other. */
NODISCARD int case_lock(struct store *s, int64_t id, struct err *err);
/* What time has brought becomes events, oldest first, as the program's; *ret_n counts them up. */
NODISCARD int case_write_lapses(struct case_work *w, size_t *ret_n, struct err *err);
/* Room in the call for an act by which somebody applies (case_calls.c): E_CONFLICT with
 * REFUSAL_LIMIT where he has applied as often as he may, the quota is used, or who was refused may
 * not apply again. On a waiting list the event says his place. */
NODISCARD int case_has_room(struct case_work *w, struct case_event *e, enum refusal *ret_refusal,
                            struct err *err);
/* Days of events that the library in force knows and the case did not (case_events.c), after the
 * lapses; *ret_n counts them up. The view is as of the last. `corrects`: also days that it knows
 * otherwise. */
NODISCARD int case_write_days(struct case_work *w, bool corrects, size_t *ret_n, struct err *err);
/* Lapses, then days of events, then what lapsed by these: before anything else is written. A day is
 * corrected by the timer only: whoever acts may have another version loaded than the one in force.
 */
NODISCARD int case_catch_up(struct case_work *w, bool corrects, size_t *ret_n, struct err *err);
/* One act by one of w->file.parties: tried, appended, its effects, its key, its entry in the log.
 */
NODISCARD int case_act_within(struct case_work *w, const struct case_act *act,
                              enum refusal *ret_refusal, struct err *err);
/* An act that the program does by itself as soon as its conditions hold. */
bool case_act_of_program(const struct procedure_act *a, struct span state);

/* Appends to the table and to w; the event gets the actor's marks. */
NODISCARD int case_append(struct case_work *w, struct case_event e, struct err *err);
/* The row as the view has it: also when a lapse is not written down yet. */
NODISCARD int case_fill_row(struct case_work *w, struct err *err);
/* Writes what follows from the events: row and clocks. */
NODISCARD int case_derive(struct case_work *w, struct err *err);
/* Money, registers, facts, messages, sub-cases: what the event brings besides. */
NODISCARD int case_effects(struct case_work *w, const struct case_event *e, struct err *err);
/* E_CONFLICT when the applicant stands on a list that bars applications. */
NODISCARD int case_not_barred(const struct case_work *w, struct err *err);
/* Proposes the applicant for the list of an act, or takes him off it. */
NODISCARD int case_register_effect(struct case_work *w, const struct procedure_act *a,
                                   const struct case_event *e, struct err *err);
/* Before the event of a transfer or an assignment is written: there is such an organisation or
 * account today, in the role of the party; the event then names it in full. E_NOT_FOUND,
 * E_CONFLICT. */
NODISCARD int case_settle(struct case_work *w, struct case_event *e, struct err *err);
/* A member of an object that may have it already. */
void case_put(struct json *data, struct span key, struct json *value);
/* Of case_settle and case_desk_effect: a booking (case_visits.c). */
NODISCARD int case_settle_visit(struct case_work *w, struct case_event *e, struct json *data,
                                struct err *err);
NODISCARD int case_visit_effect(struct case_work *w, const struct case_event *e, struct err *err);
/* Of case_effects: whose desk it is, which lane, who is reminded. */
NODISCARD int case_desk_effect(struct case_work *w, const struct case_event *e, struct err *err);
struct outgoing;
/* Into the inboxes of the applicant's agents or of a party's people ... */
NODISCARD int case_notify(const struct case_work *w, struct span to, struct outgoing *m,
                          struct err *err);
/* ... or of an organisation's. */
NODISCARD int case_notify_organisation(const struct case_work *w, struct span organisation,
                                       struct outgoing *m, struct err *err);
/* Of case_effects: money (case_money.c) and notices (case_notices.c). */
NODISCARD int case_money(struct case_work *w, const struct procedure_act *a,
                         const struct case_event *e, struct err *err);
/* Time has ended the case without a grant: nothing of it stays reserved. */
NODISCARD int case_money_freed(struct case_work *w, const struct case_event *e, struct err *err);
/* Of a lapse, and of clocks whose warning has come: each told once, to whose duty it is. */
NODISCARD int case_notice_lapse(const struct case_work *w, const struct case_event *e,
                                struct err *err);
NODISCARD int case_notice_due(const struct case_work *w, struct err *err);
NODISCARD int case_notices(struct case_work *w, const struct procedure_act *a,
                           const struct case_event *e, struct err *err);
/* E_CONFLICT when money claimed back keeps the subject from applying. */
NODISCARD int case_not_owing(struct case_work *w, struct err *err);
/* Opens a case inside the transaction of another one. */
NODISCARD int case_begin_within(struct case_work *w, const struct case_start *start,
                                int64_t *ret_id, struct err *err);
#endif
