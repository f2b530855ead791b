/*
 * registers.h: lists of names that an office keeps: white, black, key lists, records (S171 to
 * S173). The library says which lists there are, who keeps them and what standing on one means
 * (docs/registers.md); who stands on them is here.
 *
 * An entry is proposed, examined by a second person, published from a day on, changed, objected to,
 * removed. Every step is an event with a reason; events are never changed, and where an entry
 * stands follows from them (register_replay), also as it was known at an earlier instant. Days are
 * inclusive ISO dates. Publishing writes the fact of the list into the subject's facts in the same
 * transaction, so that rules see it. Texts given back live in the arena.
 */
#ifndef HUIQI_CASEWORK_REGISTERS_H
#define HUIQI_CASEWORK_REGISTERS_H
#include "base/date.h"
#include "base/json.h"
#include "identity/actor.h"
#include "policy/library.h"
#include "store/store.h"
#include "store/verify.h"

#define REGISTER_REASON_MAX 1000 /* bytes */
#define REGISTER_LIST_MAX   1000 /* entries of one list call */

/* STEP(ID, "word", zh, en) */
#define REGISTER_STEP_LIST(STEP)                                                                   \
    STEP(PROPOSE, "propose", "推荐", "proposed")                                                   \
    STEP(APPROVE, "approve", "审核同意", "approved")                                               \
    STEP(REFUSE, "refuse", "审核不同意", "refused")                                                \
    STEP(PUBLISH, "publish", "公布", "published")                                                  \
    STEP(ADJUST, "adjust", "调整", "adjusted")                                                     \
    STEP(OBJECT, "object", "提出异议", "objected to")                                              \
    STEP(KEEP, "keep", "异议不成立，维持", "kept after objection")                                 \
    STEP(REMOVE, "remove", "移出", "removed")
#define REGISTER_STATE_LIST(STATE)                                                                 \
    STATE(PROPOSED, "proposed", "待审核", "to be examined")                                        \
    STATE(APPROVED, "approved", "待公布", "to be published")                                       \
    STATE(REFUSED, "refused", "未列入", "not listed")                                              \
    STATE(PUBLISHED, "published", "在列", "listed")                                                \
    STATE(REMOVED, "removed", "已移出", "removed")
#define REGISTER_STEP_ENUM(id, word, zh, en)  REGISTER_STEP_##id,
#define REGISTER_STATE_ENUM(id, word, zh, en) REGISTER_STATE_##id,
enum register_step { REGISTER_STEP_LIST(REGISTER_STEP_ENUM) REGISTER_STEPS };
enum register_state { REGISTER_STATE_LIST(REGISTER_STATE_ENUM) REGISTER_STATES };
extern const struct closed_word register_step_words[REGISTER_STEPS],
    register_state_words[REGISTER_STATES];

struct register_event {
    int64_t at, account_id, for_account_id;
    enum register_step step;
    struct span from_day, to_day, tier, reason, cites, actor, organisation;
};
struct register_entry {
    int64_t id;
    struct span name_of_list; /* register of the library */
    struct span subject_kind, subject_code, name, case_number;
    unsigned effects;   /* bit per enum register_effect */
    struct span region; /* where they hold, and what lies in it; empty = everywhere */
    enum register_state state;
    struct span tier, from_day, to_day;
    bool objected;
    const struct register_event *events;
    size_t event_count;
};
/* Where an entry stands by its events up to an instant: state, days, tier, objection. */
void register_replay(struct register_entry *e, int64_t known_at);
/* Whether it stood on the list on a day. */
bool register_holds(const struct register_entry *e, struct span day);

struct register_new {
    struct span name_of_list, subject_kind, subject_code;
    struct span name;   /* of a thing, or as the list shows it; empty = the subject's */
    struct span tier;   /* A, B ...; may be empty */
    struct span reason; /* required */
    struct span cites;  /* document and clause */
    struct span case_number;
};
/* E_NOT_FOUND (list, with the nearest), E_CONFLICT (stands on it, or is proposed, already),
 * E_INPUT, E_FORBIDDEN. In a transaction of its own. */
NODISCARD int register_propose(struct arena *request, struct store *s, const struct library *l,
                               const struct actor *who, const struct register_new *x,
                               int64_t *ret_id, struct err *err);
/* The same inside the caller's transaction: what a case proposes. */
NODISCARD int register_propose_within(struct arena *request, struct store *s,
                                      const struct library *l, const struct actor *who,
                                      const struct register_new *x, int64_t *ret_id,
                                      struct err *err);
struct register_change {
    enum register_step step;
    struct span from_day; /* PUBLISH: from (today); REMOVE: the first day off the list (today) */
    struct span to_day;   /* PUBLISH, ADJUST: last day; empty = as the library says, as it is */
    struct span tier;     /* ADJUST; empty = as it is */
    struct span name;     /* ADJUST; empty = as it is */
    struct span reason;   /* required but for APPROVE and PUBLISH */
    struct span cites;
    bool outside; /* PUBLISH: the list of another body says the day, which may be past */
};
/*
 * One step. APPROVE and REFUSE are for a second person: not whoever proposed it, also not by
 * delegation. E_CONFLICT when the state does not allow it, E_FORBIDDEN.
 */
NODISCARD int register_do(struct arena *request, struct store *s, const struct library *l,
                          const struct actor *who, int64_t id, const struct register_change *c,
                          struct err *err);
/* What a case that decided so takes off a list: the subject's entry, if it stands on it. */
NODISCARD int register_remove_within(struct arena *request, struct store *s,
                                     const struct library *l, const struct actor *who,
                                     struct span name_of_list, struct span subject_kind,
                                     struct span subject_code, struct span reason, struct err *err);

/*
 * Extended by itself (S070): an entry whose last day lies within a period (of an emergency) gets a
 * later one without an application, and the enterprise is told. All of a list in one transaction;
 * run again it finds none of those that have moved. For a reviewer, as adjusting one.
 */
#define REGISTER_UNTIL_NOTICE "9999-12-31" /* another notice ends it (另行通知) */
struct register_extension {
    struct span name_of_list;
    struct span from_day, to_day; /* of the period, inclusive */
    struct span last_day;         /* the new one; REGISTER_UNTIL_NOTICE */
    struct span reason, cites;    /* both required: nothing is extended without a text */
};
NODISCARD int register_extend(struct arena *request, struct store *s, const struct library *l,
                              const struct actor *who, const struct register_extension *x,
                              size_t *ret_extended, size_t *ret_told, struct err *err);

struct register_query {
    struct span name_of_list;               /* empty = any */
    struct span subject_kind, subject_code; /* code empty = any */
    bool has_state;
    enum register_state state;
    struct span day;  /* only what stood on the list on the day; empty = any */
    int64_t known_at; /* 0 = now: as it was known at an instant */
    int64_t after;    /* id */
    size_t limit;     /* 0 = REGISTER_LIST_MAX */
};
/* By id, without events. */
NODISCARD int register_list(struct arena *request, struct store *s, const struct register_query *q,
                            struct register_entry **ret, size_t *ret_n, struct err *err);
/* With its events; E_NOT_FOUND. */
NODISCARD int register_get(struct arena *request, struct store *s, int64_t id,
                           struct register_entry *ret, struct err *err);
struct json *register_entry_json(struct arena *a, const struct register_entry *e);

/* ---- what standing on a list means ---- */

struct register_bar {
    int64_t entry_id;
    struct span name_of_list, from_day, to_day, tier, region;
    unsigned effects;
};
/* Entries with effects that hold for the subject on a day. *ret_n = 0: none. */
NODISCARD int register_bars(struct arena *request, struct store *s, struct span subject_kind,
                            struct span subject_code, struct date day, struct register_bar **ret,
                            size_t *ret_n, struct err *err);

/* Whether a list keeps a subject from something that is granted in a region. */
struct register_question {
    int64_t subject_id;                     /* 0 = by kind and code */
    struct span subject_kind, subject_code; /* of subject_id 0 */
    unsigned effects;                       /* any of these */
    struct span region;                     /* where it is granted */
    struct date day;                        /* year 0 = today */
};
/* 1 = it stands on such a list, *ret the entry that holds longest; 0 = on none. */
NODISCARD int register_bar_find(struct arena *request, struct store *s,
                                const struct register_question *q, struct register_bar *ret,
                                struct err *err);

/* For `huiqi store verify`: every entry stands where its events put it. */
NODISCARD int registers_verify(struct store *s, struct verify *v, struct err *err);
#endif
