/*
 * clocks.h: one clock of a case: when it starts, stops, goes on, is extended, ends or runs out, and
 * how much of it is used (S252). docs/clocks.md says by which rules; 民法典 200 to 203 are among
 * them. Pure: what the clock saw is kept as marks, and everything else follows from these.
 *
 * A moment is ms since 1970; days are those of Asia/Shanghai, counted from 1970-01-01. A clock that
 * ends with a day lapses at its 24:00, which is 0:00 of the next.
 */
#ifndef HUIQI_CASEWORK_CLOCKS_H
#define HUIQI_CASEWORK_CLOCKS_H
#include "base/vector.h"
#include "casework/run.h"

/* Of a limit, in its unit: a rule that asks for more is a mistake. */
#define CLOCK_LIMIT_MAX 100000

int64_t clock_day(int64_t at);       /* the day of a moment */
int64_t clock_midnight(int64_t day); /* its first moment */
bool clock_date(int64_t at, struct date *ret);

/*
 * The last day of `n` units after `start`; the start itself counts when same_day. Units of days and
 * longer only. E_NOT_FOUND where the calendar does not know the year.
 */
NODISCARD int clock_last_day(const struct calendar *c, enum limit_unit unit, int64_t n,
                             int64_t start, bool same_day, int64_t *ret, struct err *err);

/* What a clock sees of its case. */
struct clock_sight {
    struct arena *arena;
    const struct calendar *calendar;
    struct value (*value)(void *context, const struct formula *f);
    void *context;
    struct span state; /* that the case is in: for only_in */
};

enum clock_mark_kind { MARK_START, MARK_STOP, MARK_RESUME, MARK_EXTEND };
struct clock_mark {
    enum clock_mark_kind kind;
    int64_t at;
};
VECTOR_OF(struct clock_mark, clock_marks);

enum clock_trigger { TRIGGER_START, TRIGGER_STOP, TRIGGER_RESUME, TRIGGER_END, TRIGGER_EXTEND };
struct clock_run {
    const struct clock *clock;
    enum clock_state state;
    int64_t closes_at;        /* a notice has amended the call: instead of `until`; 0 = none */
    struct clock_marks marks; /* since it last started */
    bool *seen[5];            /* by enum clock_trigger: which of {last: [...]} have happened */
    bool ever, held, outside; /* started before; stopped by an act; not in its state */
    struct span held_by;
    int64_t closed; /* when it ended or lapsed */
    uint32_t extended;
    bool late;
    /* worked out from the marks */
    bool has_due;
    int64_t due, due_day, warn;
    int64_t start_day, from; /* from: day or moment that the running stretch counts from */
    int64_t used, left;      /* used before it; left while it is stopped */
    struct span lacks;       /* what its end or start waits for */
};

NODISCARD int clock_init(struct arena *a, const struct clock *c, struct clock_run *ret,
                         struct err *err);
/* Something happened by this name; `supplies`: it hands in what was asked for, which sets clocks
 * going again that name no act for that. */
NODISCARD int clock_event(struct clock_run *r, const struct clock_sight *s, struct span name,
                          bool supplies, int64_t at, struct err *err);
/* The case may be in another state: only_in. */
NODISCARD int clock_enter(struct clock_run *r, const struct clock_sight *s, int64_t at,
                          struct err *err);
/* Values may have changed: dates that it starts from, limits that are formulas. */
NODISCARD int clock_refresh(struct clock_run *r, const struct clock_sight *s, int64_t at,
                            struct err *err);
/* It has run out; one that renews itself starts again. */
NODISCARD int clock_lapse(struct clock_run *r, const struct clock_sight *s, int64_t at,
                          struct err *err);
void clock_end(struct clock_run *r, int64_t at);
static inline bool clock_active(const struct clock_run *r)
{
    return r->state == CLOCK_RUNNING || r->state == CLOCK_STOPPED;
}
/* May it be extended once more? */
bool clock_extendable(const struct clock_run *r);
bool clock_names(const struct trigger *t, struct span name);
void clock_look(const struct clock_run *r, const struct clock_sight *s, int64_t now,
                struct clock_view *ret);
/* In what used and left count. */
enum limit_unit clock_unit(const struct clock *c);
#endif
