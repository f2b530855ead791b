/*
 * case_windows.h: when a procedure takes applications (S075): what its definition says, and the
 * notices that came after it: an extension to another day and hour, an early close. A notice
 * amends the call for every case that has not been handed in yet, moves the closing clock of drafts
 * with it, and is told to everybody who has an open case. Notices are added, never changed.
 */
#ifndef HUIQI_CASEWORK_CASE_WINDOWS_H
#define HUIQI_CASEWORK_CASE_WINDOWS_H
#include "casework/cases.h"

enum call_state {
    CALL_PLANNED,
    CALL_OPEN,
    CALL_EXTENDED,
    CALL_CLOSED,
    CALL_UNTIL_NOTICE, /* its end, or its start, is a date that nobody knows yet */
    CALL_ALWAYS,
    CALL_STATES
};
extern const struct closed_word call_words[CALL_STATES];

struct call_window {
    enum call_state state;
    bool has_from, has_to;
    struct date from, to; /* first and last day */
    int hour, minute;     /* at which the last day ends; 24:00 unless a notice says otherwise */
    struct span document, reason; /* of the notice that holds; empty = the definition's own */
};
struct window_change {
    struct span procedure, document, reason;
    bool closes; /* at once; else: extended to ... */
    struct date to;
    int hour, minute; /* 24, 0 = the end of the day */
};

/* How it stands now. */
NODISCARD int window_look(struct arena *request, struct store *s, const struct library *l,
                          const struct procedure *p, struct call_window *ret, struct err *err);
/* By the program, or a publisher, handler or reviewer of the procedure's authority. *ret_told =
 * cases whose applicants are told. E_INPUT: no document, an end that is not later; E_CONFLICT:
 * always open. */
NODISCARD int window_amend(struct arena *request, const struct office *o, const struct actor *who,
                           const struct window_change *c, size_t *ret_told, struct err *err);
/* The last notice of a procedure by a moment, as the engine takes it. */
NODISCARD int window_notice(struct store *s, const struct procedure *p, int64_t at,
                            struct window_notice *ret, struct err *err);
#endif
