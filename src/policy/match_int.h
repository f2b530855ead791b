/*
 * match_int.h: what the files of matching share.
 *
 *   facts.c         JSON -> subject
 *   values.c        subject + library + date -> value of every name, each computed once
 *   evaluate.c      one measure x one frame -> conditions, status, results of each reading
 *   results.c       figures: rounding, bounds, basis, worked formula
 *   dates.c         windows and timing
 *   outcome.c       what became of other measures
 *   recognition.c   what a published criterion makes of a recognition
 *   match.c         the list of measures, items, groups, order
 *   bundle.c        what may be had together (choose.c); same.c: rows that pass on one rule
 *   finding_json.c, bundle_json.c, sentence.c, totals.c, ask.c    the answer
 *
 * Everything lives in the request arena; nothing is freed alone.
 */
#ifndef HUIQI_POLICY_MATCH_INT_H
#define HUIQI_POLICY_MATCH_INT_H
#include "base/vector.h"
#include "policy/match.h"

/* ---- facts.c ---- */

/* Marks a list of texts as not the whole of it; v->value is a list. False without memory. */
bool fact_value_partial(struct arena *a, struct fact_value *v);
/* Of a fact that is a place: a path of regions, or an error. */
NODISCARD int place_read(const struct library *l, const struct fact *f, struct value *v,
                         struct err *err);

/* One value of a fact, from text as people and JSON give it; `file` is for messages. E_TYPE,
   E_INPUT, E_RANGE with what is allowed. */
NODISCARD int fact_read(struct arena *request, const struct library *l, const struct fact *f,
                        const struct json *j, struct span file, struct value *ret, struct err *err);

/* ---- values.c ---- */

/* What is known of one slot in one frame. */
struct slot_state {
    bool ready, busy;
    bool regional; /* depends on a parameter that differs by region: holds for region number
                      `region` only */
    bool told;     /* rests on at least one fact or published value */
    uint8_t basis; /* enum basis: the weakest it rests on */
    uint32_t region;
    const struct feel_use *inner; /* of a computed fact: what it was computed from */
};

/* The subject, or one of its items: a value for every slot of the vocabulary. */
struct frame {
    struct frame *next;
    const struct item_kind *kind; /* NULL = the subject */
    struct span item;
    struct value *slots;
    struct slot_state *states;
};

/* What the finding of another measure says, in short. */
struct judgement {
    bool ready;
    enum status status;
    enum timing timing;
    struct value can_apply; /* BOOLEAN or UNKNOWN */
    bool has_deadline;
    struct date deadline;
};

struct values {
    struct arena *arena;
    const struct library *library;
    const struct subject *subject;
    const struct match_options *options;
    struct frame *subject_frame;
    struct frame *items; /* frames of items that are kept */
    size_t item_frames;
    struct frame *spare;    /* for further items, one at a time */
    uint32_t *heads, *next; /* hash of (slot, item) over subject->values: index + 1 */
    size_t mask;
    struct span region; /* of the measure at hand: chooses the values of parameters */
    uint32_t region_number;
    bool touched_region;  /* a parameter that differs by region was read */
    bool events_supposed; /* events without a date count as of `supposed`: for the earliest day a */
    struct date supposed; /* deadline may turn out to be, or the latest */
    const struct measure *measure;  /* being judged */
    const struct procedure *guards; /* whose expressions ask; NULL = a measure's */
    struct judgement *judgements;   /* by index of the measure; of the subject, not of items */
};

NODISCARD int values_init(struct values *v, struct arena *request, const struct library *l,
                          const struct subject *s, const struct match_options *o);
void values_region(struct values *v, struct span region);
/* The frame of an item; NULL without memory. Beyond the first ones it is good until the next call.
 */
struct frame *values_item(struct values *v, const struct item_kind *kind, struct span item);
/* Makes the slots ready that a measure reads. */
void values_ensure(struct values *v, struct frame *f, const uint32_t *slots, size_t n);

/* One evaluation. */
struct evaluation {
    struct values *values;
    struct frame *frame;
    const struct value *locals;
    const struct let *lets;           /* beside locals */
    const struct feel_use **let_uses; /* beside locals */
    size_t let_count;
};
struct value evaluate(const struct evaluation *e, const struct feel_expr *x,
                      const struct feel_use **ret_uses);
/* The run as `evaluate` makes it, for feel_worked. */
struct feel_run run_of(struct evaluation *e);
/* The weakest basis of what was used; BASIS_DECLARED when nothing was. */
enum basis basis_of(const struct evaluation *e, const struct feel_use *uses, enum basis so_far,
                    bool *told);
enum basis weaker(enum basis x, enum basis y);
const struct fact_value *values_given(const struct values *v, const struct fact *f,
                                      struct span item, struct span period);
const struct item_list *subject_list_of(const struct subject *s, const struct item_kind *kind);

/* What an expression gives in a frame; says in `state` what it rests on. */
struct value values_compute(struct values *v, struct frame *f, const struct feel_expr *x,
                            struct slot_state *state);

/* ---- recognition.c ---- */

/* By the criterion in force; false = there is none. Of a fact, and of a manual condition. */
bool criterion_value(struct values *v, struct frame *f, const struct recognition *r,
                     struct slot_state *state, struct value *ret);
bool criterion_truth(const struct evaluation *e, const struct recognition *r, struct value *ret,
                     const struct feel_use **ret_uses);

/* ---- evaluate.c ---- */

/* A measure under one reading. */
struct parts {
    const struct let *lets;
    const struct condition *conditions;
    const struct benefit *benefits;
    const struct measure_date *dates;
    struct formula test;
};
struct outcome {
    enum status status;
    struct condition_finding *conditions;
    struct result *results;
    struct value test;
    const struct value *locals;
    const struct feel_use **let_uses;
    const struct missing
        *missing; /* what the conditions lack; once they are settled, also the figures */
    const struct missing *of_figures;
    const struct failure *failure;
};
struct parts parts_of_measure(const struct measure *m, const struct reading *r);
/* As evaluate; the uses include those of the definitions it names and of computed facts. */
struct value evaluate_whole(const struct evaluation *e, const struct feel_expr *x,
                            const struct feel_use **ret_uses);
/* The definitions alone; e->locals then holds them. */
NODISCARD int evaluate_lets(struct evaluation *e, const struct measure *m, const struct let *lets);
NODISCARD int evaluate_parts(struct values *v, struct frame *f, const struct measure *m,
                             const struct parts *p, struct outcome *ret);
/* Adds what v lacks. */
void note_value(struct arena *a, struct value v, const struct missing **missing,
                const struct failure **failure);

/* ---- results.c ---- */
/* What the conditions rest on. */
struct ground {
    enum basis basis;
    bool told;
};
void find_result(struct evaluation *e, const struct benefit *b, enum status status,
                 struct ground ground, struct result *ret, const struct missing **missing,
                 const struct failure **failure);
/* Amounts off which something may have to be taken, nobody said whether: they are upper bounds (law
 * 2). */
void bound_deducted(struct evaluation *e, const struct measure *m, struct result *results,
                    const struct missing **missing, const struct failure **failure);
void hide_figures(const struct measure *m, struct result *results);
bool is_in_yuan(const struct benefit *b); /* shown with two decimals */
/* The formula shown beside a figure, or NULL; *ret_low is the lower end where there is a corridor,
 * else NULL. */
const struct formula *shown_formula(const struct benefit *b, const struct formula **ret_low);
/* The sum of what a finding gives for certain in one nature; false when it gives nothing certain.
 */
bool finding_amount(const struct finding *f, struct decimal *ret);

/* ---- dates.c ---- */
NODISCARD int find_dates(struct evaluation *e, const struct measure *m, const struct parts *p,
                         struct finding *ret, const struct missing **missing,
                         const struct failure **failure);
/* The last day to apply, when it is known; the safe one where it is in doubt. */
bool finding_deadline(const struct finding *f, struct date *ret);

/* ---- outcome.c ---- */

/* outcome("id") as an expression sees it. */
struct value outcome_value(struct values *v, struct frame *f, struct span id);
void outcome_known(const struct values *v, const struct measure *m, struct span item,
                   struct outcome_record *ret);
/* The other measure's finding in short; kept for the check-up. */
NODISCARD int judge(struct values *v, struct frame *from, const struct measure *m,
                    struct judgement *ret);
/* The value of a definition once the measures that change it have been asked. e->locals up to it
 * are there. */
struct value changed(const struct evaluation *e, const struct measure *m, size_t let,
                     struct value old);

/* ---- bundle.c ---- */
/* The parts of a check-up; sets excluded_by, in_part, left_out and less of the findings. */
NODISCARD int find_bundle(struct values *v, struct finding *findings, size_t n,
                          const struct bundle_part **ret, size_t *ret_n);

/* ---- finding_json.c ---- */
struct span money_text(struct arena *a, struct decimal d); /* "21600.00" */

/* ---- match.c ---- */
unsigned roles_of(const struct subject *s); /* a bit of enum role each */

/* ---- same.c ---- */
/* Rows that pass on one rule: card and sources; the strictest window. */
NODISCARD int find_same(struct arena *request, struct finding *findings, size_t n);

/* ---- places ---- */
/* facts.c: what null says of a fact, known to be absent: a list of nothing, else null. */
struct value fact_absent(struct arena *a, const struct fact *f);
#endif
