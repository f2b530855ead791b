/*
 * direct.h: 免申即享: measures that reach who is entitled without an application (S063 to S066).
 *
 *     project: the record (12 fields, push rule), how much is asked of the enterprise (mode), the
 *              reading adopted; drafted by one person, set live by another
 *     run:     everybody as of a day, each in exactly one of five groups, with why
 *     case:    one per ground, opened by the program: notice, confirmation, 公示, objection,
 * payment
 *
 * A run never pays by itself. It opens cases for `pay` and `confirm`; the same ground has the same
 * case in every run, so a refresh neither repeats nor forgets. Nothing is opened while a reading, a
 * recognition or a text is open: those stand in `unknown`, by what is missing and who holds it.
 */
#ifndef HUIQI_CASEWORK_DIRECT_H
#define HUIQI_CASEWORK_DIRECT_H
#include "casework/cases.h"

/* DIRECT_GROUP(ID, "word", zh, en): every subject is in one. */
#define DIRECT_GROUP_LIST(DIRECT_GROUP)                                                            \
    DIRECT_GROUP(PAY, "pay", "直接兑现", "to be paid")                                             \
    DIRECT_GROUP(CONFIRM, "confirm", "待企业确认", "to confirm")                                   \
    DIRECT_GROUP(UNKNOWN, "unknown", "信息不全", "not known")                                      \
    DIRECT_GROUP(NO, "no", "不符合", "not entitled")                                               \
    DIRECT_GROUP(BARRED, "barred", "受限", "barred")
#define DIRECT_GROUP_ENUM(id, word, zh, en) DIRECT_##id,
enum direct_group { DIRECT_GROUP_LIST(DIRECT_GROUP_ENUM) DIRECT_GROUPS };
extern const struct closed_word direct_group_words[DIRECT_GROUPS];

/* How much is asked of the enterprise (S065). */
#define DIRECT_MODE_LIST(DIRECT_MODE)                                                              \
    DIRECT_MODE(STRAIGHT, "direct", "直接兑现", "paid directly")                                   \
    DIRECT_MODE(ONE_TAP, "confirm", "一键确认", "confirmed in one step")                           \
    DIRECT_MODE(SCAN, "scan", "扫码识别", "identified on site")
#define DIRECT_MODE_ENUM(id, word, zh, en) DIRECT_MODE_##id,
enum direct_mode { DIRECT_MODE_LIST(DIRECT_MODE_ENUM) DIRECT_MODES };
extern const struct closed_word direct_mode_words[DIRECT_MODES];

struct direct_question {
    bool by_law;  /* the law asks for an application */
    bool adverse; /* it may also be to the enterprise's disadvantage */
    bool on_site; /* who it is has to be seen on the spot */
};
struct direct_choice {
    enum direct_mode mode;
    bool gap;         /* no text decides this combination: the choice is recorded as ours */
    struct words why; /* with the rule, or the gap */
};
struct direct_choice direct_choose(struct direct_question q);

struct direct_project {
    int64_t id;
    struct span code, title, measure, procedure, subject_kind, organisation, fund;
    const struct json *record; /* as defined: the 12 fields and push rule */
    enum direct_mode mode;
    struct span gap, reading, reading_basis, state;
    int64_t reading_by, created_at, created_by, approved_at, approved_by;
};

/*
 * Drafts a project from its record (docs/direct.md). E_INPUT with the field that is missing;
 * E_NOT_FOUND: measure, procedure, fund; E_CONFLICT: the code is taken; E_CHECK: a title that
 * contains 免申即享 (S063), a measure that has readings while none is adopted is still a draft.
 */
NODISCARD int direct_define(struct arena *request, const struct office *o, const struct actor *who,
                            const struct json *record, struct span file, int64_t *ret_id,
                            struct err *err);
/* Adopts a reading of the measure under a document. Of a draft only. */
NODISCARD int direct_adopt(struct arena *request, const struct office *o, const struct actor *who,
                           struct span code, struct span reading, struct span basis,
                           struct err *err);
/* By another person than who drafted it; E_CHECK while a reading is open. */
NODISCARD int direct_approve(struct arena *request, const struct office *o, const struct actor *who,
                             struct span code, struct err *err);
NODISCARD int direct_stop(struct arena *request, const struct office *o, const struct actor *who,
                          struct span code, struct span reason, struct err *err);
NODISCARD int direct_find(struct arena *request, const struct office *o, struct span code,
                          struct direct_project *ret, struct err *err);
NODISCARD int direct_list(struct arena *request, const struct office *o,
                          struct direct_project **ret, size_t *ret_n, struct err *err);
struct json *direct_project_json(struct arena *request, const struct library *l,
                                 const struct direct_project *p, bool english);

/* ---- runs ---- */

struct direct_run {
    int64_t id, project_id, previous_id, population, amount, opened, started_at, finished_at,
        account_id;
    int64_t groups[DIRECT_GROUPS]; /* their sum is the population */
    struct span as_of, library, state;
};
/*
 * Divides everybody as of a day. Rights: handler, reviewer, publisher, administrator. An
 * interrupted run of the same day and library goes on where it stopped. *ret = the finished run.
 */
NODISCARD int direct_divide(struct arena *request, const struct office *o, const struct actor *who,
                            struct span code, struct date as_of, struct direct_run *ret,
                            struct err *err);
/* Opens the cases of the newest finished run that are not there yet; *ret_opened counts the new
 * ones. The project has to be live (E_CONFLICT). A case that cannot be opened keeps none of the
 * others waiting; the first such error is returned at the end. */
NODISCARD int direct_open_cases(struct arena *request, const struct office *o,
                                const struct actor *who, int64_t run_id, size_t *ret_opened,
                                struct err *err);
NODISCARD int direct_run_find(struct arena *request, const struct office *o, int64_t id,
                              struct direct_run *ret, struct err *err);
/* Newest first. */
NODISCARD int direct_runs(struct arena *request, const struct office *o, int64_t project_id,
                          struct direct_run **ret, size_t *ret_n, struct err *err);
struct json *direct_run_json(struct arena *request, const struct direct_run *r, bool english);

struct direct_place {
    int64_t subject_id, amount;
    struct span subject_code, subject_name, item, why, ground;
    enum direct_group group; /* of moves also DIRECT_GROUPS: it was there and is no longer */
    enum direct_group was;   /* of moves; DIRECT_GROUPS = was not there */
    int64_t was_amount;
    struct span was_why;
    struct span case_number, case_state; /* empty = no case */
};
/* A page of one group behind (after_subject, after_item). */
NODISCARD int direct_places(struct arena *request, const struct office *o, int64_t run_id,
                            enum direct_group group, int64_t after_subject, struct span after_item,
                            size_t limit, struct direct_place **ret, size_t *ret_n,
                            struct err *err);
/* Who is in another group, or has another amount, than in the run before; new ones, and at the end
 * those that are no longer anywhere. */
NODISCARD int direct_moves(struct arena *request, const struct office *o, int64_t run_id,
                           size_t limit, struct direct_place **ret, size_t *ret_n, struct err *err);
/* Of `unknown`: how many wait for each missing thing and who holds it. Most first. */
struct direct_lack {
    struct span fact, holder, cause;
    int64_t n;
};
NODISCARD int direct_lacks(struct arena *request, const struct office *o, int64_t run_id,
                           struct direct_lack **ret, size_t *ret_n, struct err *err);
struct json *direct_place_json(struct arena *request, const struct direct_place *p, bool english);

/* What became of everybody whom a run of the project put under pay or confirm, each ground once: by
 * the state of its case (兑现、放弃、未回应、退票 ...), in the order of the procedure. */
struct direct_result {
    struct span state;  /* of the case; empty = it has none yet */
    struct words title; /* of the state */
    int64_t n, amount;  /* 分, as the newest run that knows the ground says */
};
NODISCARD int direct_results(struct arena *request, const struct office *o,
                             const struct direct_project *p, struct direct_result **ret,
                             size_t *ret_n, struct err *err);
struct json *direct_results_json(struct arena *request, const struct direct_result *at, size_t n,
                                 bool english);

/* ---- which policies (S063) ---- */

/*
 * A policy that gives something, as a list of a year shows it: what stands between it and paying
 * without an application (as far as its rule says so), whether the year picked it, its project.
 */
struct direct_policy {
    const struct measure *measure;
    size_t readings;    /* between which one has to be adopted; 0 = the text has one */
    size_t recognised;  /* conditions that a person decides */
    bool exact;         /* some amount can be computed */
    bool picked, asked; /* asked: the year has decided, one way or the other */
    struct span item, reason, decided_by; /* code of the service item that is applied for */
    int64_t decided_at;
    struct span project, state; /* the newest of the measure; empty = none */
};
/* Policies of an authority (empty = all) in a region and what lies in it (empty = all). */
NODISCARD int direct_policies(struct arena *request, const struct office *o, int year,
                              struct span authority, struct span region, struct direct_policy **ret,
                              size_t *ret_n, struct err *err);
/* Once a year, with its reason: picked or not yet. A picked one needs the code of a service item
 * that is applied for, whose name does not contain 免申即享. Roles: publisher, reviewer. */
struct direct_pick {
    int year;
    struct span measure, item, item_title, reason;
    bool ripe;
};
NODISCARD int direct_pick(struct arena *request, const struct office *o, const struct actor *who,
                          const struct direct_pick *p, struct err *err);
struct json *direct_policy_json(struct arena *request, const struct direct_policy *p, bool english);

/* Five groups sum to the whole in every finished run, each ground has one case at most. */
NODISCARD int direct_verify(struct store *s, int64_t *ret_runs, int64_t *ret_bad, struct err *err);
#endif
