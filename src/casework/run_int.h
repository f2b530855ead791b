/*
 * run_int.h: what the files of the engine share.
 *
 *   run.c          events replayed, lapses worked out, the view
 *   run_look.c     fields and materials: what is needed, what is there
 *   run_try.c      may this be done now, and what would it be
 *   run_general.c  the acts that every procedure knows
 *   run_view.c     the view as JSON
 *   clocks.c       one clock
 */
#ifndef HUIQI_CASEWORK_RUN_INT_H
#define HUIQI_CASEWORK_RUN_INT_H
#include "casework/clocks.h"

/* A paper, as the events tell it. */
struct paper_run {
    const struct json *data;
    bool there, held, refused; /* refused: "none": not on file, whatever the kind says */
    bool promised;
};
VECTOR_OF(struct span, span_vector);
VECTOR_OF(struct override, override_vector);
VECTOR_OF(struct case_event, event_vector);

struct run {
    struct arena *arena;
    const struct run_question *q;
    const struct procedure *p;
    int64_t time;   /* of what was applied last */
    size_t applied; /* events of q */
    size_t entered; /* applied when the case came into its state */
    bool opened, withdrawn;
    size_t state;
    enum decision_kind decision;
    bool has_amount;
    struct decimal amount;
    struct local_value *locals;
    struct clock_run *clocks;
    struct paper_run *papers;
    struct span_vector asked, named; /* still open; ever named as missing */
    struct override_vector overrides;
    struct event_vector lapses;
    struct clock_sight sight;
    struct procedure_scope *scope; /* NULL = to be made anew */
    struct date scope_day;
    int code; /* of a scope that could not be made */
    struct err *err;
};

/* Replays the events and works out what time has brought. */
NODISCARD int run_init(struct run *r, struct arena *request, const struct run_question *q,
                       struct err *err);
NODISCARD int run_make_view(struct run *r, struct case_view *v, struct err *err);
enum phase run_phase(const struct run *r);
static inline bool run_closed(const struct run *r)
{
    return r->withdrawn || run_phase(r) == PHASE_ENDED;
}
struct value run_value(struct run *r, const struct formula *f, const struct missing **ret_missing);
struct value run_local(struct run *r, uint32_t local);
/* How many of the parties have to do the act. */
size_t run_needed(const struct procedure_act *a);
/* The act's events since the case came into its state. */
size_t run_times(const struct run *r, struct span act, struct span by, int64_t account);
/* Fields, materials and what was asked for; names that the procedure does not have are passed over,
 * values that do not fit, too: `strict` makes them errors. */
NODISCARD int run_apply_data(struct run *r, const struct json *data, bool strict, struct err *err);

/* ---- run_look.c ---- */

NODISCARD int run_look_fields(struct run *r, struct field_view **ret, struct err *err);
NODISCARD int run_look_materials(struct run *r, struct material_view **ret, struct err *err);
/* What is not there of what an act asks for. */
struct lack {
    struct span_vector ids;
    const struct missing *unknown; /* facts without which it is not known what is needed */
};
NODISCARD int run_lack(struct run *r, const struct span *asks, size_t n, struct lack *ret,
                       struct err *err);
NODISCARD int run_lack_all(struct run *r, struct lack *ret, struct err *err);
bool run_later_done(struct run *r, struct span clock);
size_t material_index(const struct procedure *p, struct span id);

/* ---- run_try.c ---- */

struct attempt {
    struct run *run;
    const struct procedure_act *act; /* NULL: a general one */
    struct span name, actor;
    int64_t account;
    const struct json *data;
    bool preview; /* what comes with the act is not asked for */
    struct condition_finding *conditions;
    const struct missing *missing;
    struct lack lack;
    struct json *made; /* the event's data */
    struct err *err;
};
/* The refusal, or REFUSAL_NONE; *ret_code < 0 = a failure. */
enum refusal attempt_check(struct attempt *t, int *ret_code);
/* Sets the error of a refusal and returns it. */
enum refusal attempt_refuse(struct attempt *t, enum refusal why, const char *format, ...)
    PRINTF_LIKE(3, 4);
bool attempt_is_office(const struct procedure *p, struct span actor);

/* ---- remedies.c ---- */

/* What a refusal says of remedies: within which days and months, by which laws, on a day (S080). */
struct span remedy_text(struct arena *a, const struct library *l, const struct procedure *p,
                        struct date on);

/* ---- run_general.c ---- */

bool general_known(struct span name);
enum refusal general_check(struct attempt *t, int *ret_code);
#endif
