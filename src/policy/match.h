/*
 * match.h: findings. A measure and a subject at a date give one finding (one per item when the
 * measure runs `each` item). The finding is the contract of docs/finding.md; here it is a struct
 * that finding_json turns into it.
 */
#ifndef HUIQI_POLICY_MATCH_H
#define HUIQI_POLICY_MATCH_H
#include "policy/library.h"

/* ---- what is known about a subject ---- */

enum basis { BASIS_VERIFIED, BASIS_DECLARED, BASIS_FORECAST, BASIS_ACCRUED, BASES };

struct fact_value {
    const struct fact *fact;
    struct span item;   /* empty = the subject */
    struct span period; /* canonical; empty when timeless */
    struct value value; /* VALUE_NULL = known to be absent */
    struct span source;
    bool has_date;
    struct date date; /* when it was observed */
    enum basis basis;
    bool conflict; /* another holder says otherwise */
};

struct item_list {
    const struct item_kind *kind;
    const struct span *ids;
    size_t n;
    bool given, complete;
    bool flat; /* facts of this kind stood at the top level: one item without id */
};

/* What became of another measure: declared by the subject, or from the ledger of cases. */
struct outcome_record {
    const struct measure *measure;
    struct span item;
    bool has[OUTCOME_PARTS];
    struct value at[OUTCOME_PARTS]; /* BOOLEAN, NUMBER, DATE or NULL */
};
/* Cases on record: fills what it knows of *ret, and leaves the rest alone. */
struct ledger {
    void (*lookup)(void *context, const struct measure *m, struct span item,
                   struct outcome_record *ret);
    void *context;
};

struct subject {
    struct span kind; /* "enterprise", "person" */
    struct span id;   /* code or empty */
    const struct fact_value *values;
    size_t n;
    const struct item_list *lists;
    size_t list_count;
    const struct outcome_record *outcomes;
    size_t outcome_count;
};

/* Reads the JSON of docs/authoring.md ("As input"). E_NAME with nearest names, E_TYPE, E_INPUT with
   positions. Also reads {"value":, "source":, "date":, "basis":} in place of a bare value. */
NODISCARD int subject_from_json(struct arena *request, const struct library *l,
                                const struct json *j, struct span file, struct subject *ret,
                                struct err *err);

/* ---- the question ---- */

struct override { /* --set 参数=值, examples */
    const struct parameter *parameter;
    struct value value;
};
struct match_options {
    struct date as_of;
    struct date known_by; /* published values later than this are not seen; month 0 = as_of */
    bool facts_known_by;  /* known_by was asked for: facts observed later are not seen either */
    struct span region;   /* narrows the list; never a fact; empty = all */
    const struct measure *only; /* NULL = all addressed to the subject */
    struct span reading;        /* id; empty = default of each */
    const struct override *overrides;
    size_t override_count;
    const struct ledger *ledger; /* NULL = only what the subject declares */
    bool trace;                  /* facts used and worked formulas; off only for benchmarks */
};

/* ---- the answer ---- */

struct result {
    const struct benefit *benefit;
    bool has_value, has_min, has_max;
    struct value value, min, max;
    enum basis basis;
    struct span worked;
};
struct condition_finding {
    const struct condition *condition;
    struct value truth; /* BOOLEAN, UNKNOWN or ERROR */
    const struct feel_use *uses;
    bool near; /* the one false condition on a fact that the applicant may change */
};
struct date_finding {
    struct span what;
    struct words title;
    bool known;
    struct date date;
    struct span certainty; /* fixed | event | reading | unknown */
    struct span cites;
    bool has_safe; /* the earliest day that it may turn out to be: if the event came today, or by
                      another reading */
    struct date safe;
    const struct notice *notice; /* that set it; NULL = the measure's own text */
    const struct round *round;   /* NULL = not of a round */
};
struct reading_finding {
    const struct reading *reading;
    bool used;
    enum status status;
    struct span answer;               /* as in the finding; empty = none */
    const struct result *results;     /* same order as the measure's benefits */
    const struct date_finding *dates; /* same order as the finding's */
    size_t date_count;
};
enum group { GROUP_CAN, GROUP_CONFIRM, GROUP_SUPPLY, GROUP_NEAR, GROUP_NOT, GROUP_TIME, GROUPS };
extern const struct closed_word
    group_words[GROUPS]; /* 可享 待确认 待补充 差一步 不符合 未到期或已过期 */

/* What a relation of the measure computes; NULL values where it says nothing. */
struct relation_finding {
    struct value when, cap, amount, times;
};
/* One measure that the finding rests on. */
struct chain_finding {
    const struct chain_link *link;
    enum status status;
    enum timing timing;
    bool judged, applied, known; /* known: whether it was applied for */
    bool has_last;               /* last day to apply for it */
    struct date last;
};

struct finding {
    const struct measure *measure;
    struct span subject_kind, item;
    enum status status;
    enum timing timing;
    struct span answer; /* empty = none */
    const struct result *results;
    const struct condition_finding *conditions;
    const struct date_finding *dates;
    size_t date_count;
    const struct missing *missing;
    const struct missing *later; /* undetermined: what figures and dates lack; asked once the
                                    conditions are settled */
    const struct reading_finding *readings;
    const struct measure *const *excluded_by;
    size_t excluded_count;
    const struct chain_finding *chain;
    size_t chain_count;
    bool has_chain_last; /* the earliest last day among what is not applied for yet, own included */
    struct date chain_last;
    const struct relation_finding *relations; /* beside those of the measure */
    /* Rows that pass on one rule: the finding that stands for them; NULL = this one. */
    const struct finding *card;
    const struct finding *const *sources; /* of the card: the others */
    size_t source_count;
    bool in_part, left_out; /* of the bundle: tied to others; not in the safe set */
    struct decimal less;    /* what others take off its amount in the safe set */
    enum group group;
    const struct failure *failure; /* first run-time failure or NULL */
    bool other_side; /* another applies (landlord, agency); the subject is who gets it */
    bool late;       /* past the last day, yet open: `late` of the measure says at what price */
    bool no_item;    /* the measure runs over items of a kind of which the subject has none */
};
/* Why a finding is not in a set. */
struct bundle_reason {
    const struct finding *finding, *by; /* NULL by: a bar, something enjoyed before, or a need */
    const struct relation *relation;
    bool soft; /* bites in the safe set only */
};
/* Measures that rules tie together, and the best permitted choice among them. */
struct bundle_part {
    const struct finding *const *members;
    size_t n;
    enum nature nature;      /* of the money that is compared; NATURES = none is exact */
    const bool *best, *safe; /* n each: as the text surely says; as if what it leaves open held */
    const struct decimal *best_amounts, *safe_amounts;
    struct decimal best_value, safe_value;
    const bool *runner_up; /* the best other set, or NULL */
    struct decimal runner_up_value;
    const struct finding *open; /* an amount that nobody knows could make open_set the better one */
    const bool *open_set;
    const bool *other_set; /* gives more money of another nature: not to be compared */
    enum nature other_nature;
    struct decimal other_value;
    const struct bundle_reason *reasons;
    size_t reason_count;
    const struct relation *const *questions; /* their `ask`, or what their `when` lacks */
    size_t question_count;
    bool proved; /* false: too many sets to look at all of them */
};

struct checkup {
    const struct library *library;
    struct subject subject;
    struct match_options options;
    struct finding *findings; /* by group, then amount (largest first), then deadline */
    size_t n;
    const struct bundle_part *parts; /* findings that are in none stand on their own */
    size_t part_count;
};

NODISCARD int match(struct arena *request, const struct library *l, const struct subject *s,
                    const struct match_options *options, struct checkup **ret, struct err *err);

/* The contract as JSON: the whole check-up, or one finding. */
struct json *checkup_json(struct arena *request, const struct checkup *c);
struct json *finding_json(struct arena *request, const struct checkup *c, const struct finding *f);

/* What may be had together: part by part. */
struct json *bundle_json(struct arena *request, const struct checkup *c);

/* Totals apart by nature; exact amounts apart from upper bounds. Only eligible and in time. */
struct total {
    enum nature nature;
    struct decimal exact, verified, upper; /* 元 */
    size_t exact_count, upper_count, unpublished_count;
};
size_t checkup_totals(const struct checkup *c,
                      struct total ret[NATURES]); /* returns how many natures are used */

/* The next questions: missing facts of cause ASK, the one that could decide most findings first
 * (ask.c says how ties are broken). */
struct question {
    const struct fact *fact;
    struct span item, period;
    size_t settles; /* findings that wait for it */
    size_t reach;   /* measures of the check-up that read it at all */
    struct decimal
        at_stake; /* 元, sum of known upper values of those findings; zero when unknown */
};
NODISCARD int checkup_questions(struct arena *request, const struct checkup *c, size_t limit,
                                const struct question **ret, size_t *ret_n, struct err *err);

/* The sentence of a condition for people, with the figures in it: met, not met, unknown. */
struct span condition_sentence(struct arena *request, const struct library *l,
                               const struct condition_finding *c, bool english);
/* One line of what a finding gives: "返还 21,600.00 元", "最高 10,000,000.00 元（上限，非应付额）",
 * "标准未公布". */
struct span finding_gives(struct arena *request, const struct finding *f, bool english);
/* One result without its name: "21,600.00 元". */
struct span result_words_of(struct arena *request, const struct result *r, bool english);
/* "21,600.00 元". */
struct span money_words(struct arena *request, struct decimal d, bool english);
#endif
