/*
 * case_visits.h: visits to a hall (S099): slots per place, procedure and capacity; a case books
 * one, moves it, gives it back; whoever comes is called and served, and what waiting took is
 * measured against its target. Who has booked nothing draws a number.
 *
 * Nothing runs here: that somebody did not come shows when his slot is over.
 */
#ifndef HUIQI_CASEWORK_CASE_VISITS_H
#define HUIQI_CASEWORK_CASE_VISITS_H
#include "base/date.h"
#include "casework/cases.h"

#define VISIT_SLOTS_MOST 500 /* of one day that is opened, and of a list */
#define VISIT_WAIT       10  /* minutes that a general matter waits at most, as a target ... */
#define VISIT_WAIT_LONG  30  /* ... a complex one ... */
#define VISIT_SERVICE    20  /* ... and that the window takes */

struct visit_plan {
    struct span organisation, place;
    struct span procedure; /* empty = for anything */
    struct date day;
    int from, to, each; /* minutes of the day; length of a slot */
    int64_t capacity;
    bool complex;
};
struct visit_slot {
    int64_t id, starts_at, ends_at, capacity, taken;
    struct span organisation, place, procedure;
    bool complex;
};
struct visit_slot_query {
    struct span organisation; /* empty = any */
    int64_t case_id;          /* those that this case may book; 0 = all */
    int64_t from, to;         /* begin in [from, to) */
    bool free_only;
};
enum visit_state { VISIT_BOOKED, VISIT_CAME, VISIT_CALLED, VISIT_DONE, VISIT_MISSED, VISIT_STATES };
extern const struct closed_word visit_words[VISIT_STATES];
struct visit_row {
    int64_t id, number, starts_at, came_at, called_at, done_at; /* starts_at 0 = drew a number */
    struct span organisation, place, case_number, procedure, subject;
    enum visit_state state;
    bool complex;
};
struct visit_report {
    int64_t booked, came, missed, walked_in, called, served;
    int64_t wait_ms, wait_most, in_time; /* of those who were called */
    int64_t service_ms, service_in_time; /* of those who were served */
};

/* Slots of a day that are there already stay as they are; *ret_n = new ones. By people of the
 * organisation, or the program. */
NODISCARD int visit_open(struct arena *request, const struct office *o, const struct actor *who,
                         const struct visit_plan *p, size_t *ret_n, struct err *err);
NODISCARD int visit_slots(struct arena *request, struct store *s, const struct visit_slot_query *q,
                          struct visit_slot **ret, size_t *ret_n, struct err *err);
/* A number for who comes without a booking. */
NODISCARD int visit_walk_in(struct arena *request, const struct office *o, const struct actor *who,
                            struct span organisation, struct span place, bool complex,
                            int64_t *ret_id, struct err *err);
/* "come", "call", "done": in this order. */
NODISCARD int visit_step(struct arena *request, const struct office *o, const struct actor *who,
                         int64_t id, struct span step, struct err *err);
/* Of a day, as they are to be called. */
NODISCARD int visit_list(struct arena *request, struct store *s, struct span organisation,
                         struct date day, struct visit_row **ret, size_t *ret_n, struct err *err);
/* From one day to another, both included. */
NODISCARD int visit_count(struct arena *request, struct store *s, struct span organisation,
                          struct date from, struct date to, struct visit_report *ret,
                          struct err *err);
/* "2024-05-06 09:30" of Asia/Shanghai. */
bool visit_moment(struct span text, int64_t *ret);
struct span visit_say(struct arena *request, int64_t at);
#endif
