/*
 * procedure.h: a procedure (事项) as the library holds it: how a kind of case runs. States, acts
 * that lead from one to the next, who may do them, fields, papers, clocks. docs/procedures.md
 * describes the files; load_procedures.c reads them, check_procedures.c proves what can be proved
 * (every state is reached and left, every clock starts), casework/run.c moves cases by them.
 *
 * Immutable, part of its library. A case keeps the library that it began under.
 */
#ifndef HUIQI_POLICY_PROCEDURE_H
#define HUIQI_POLICY_PROCEDURE_H
#include "policy/match.h"

/* X-lists of closed words, as in library.h: WORD(ID, "yaml word", zh, en) */
#define PROCEDURE_KIND_LIST(WORD)                                                                  \
    WORD(APPLICATION, "application", "申请", "application")                                        \
    WORD(RECOGNITION, "recognition", "认定", "recognition")                                        \
    WORD(PERMIT, "permit", "许可", "permit")                                                       \
    WORD(FILING, "filing", "备案", "filing")                                                       \
    WORD(CLAIM, "claim", "申报债权", "claim")                                                      \
    WORD(REQUEST, "request", "诉求", "request")                                                    \
    WORD(OBJECTION, "objection", "异议", "objection")                                              \
    WORD(REPAIR, "repair", "信用修复", "credit repair")                                            \
    WORD(CALL, "call", "项目征集", "project call")                                                 \
    WORD(REPORT, "report", "报告", "report")                                                       \
    WORD(SERVICE, "service", "服务", "service")                                                    \
    WORD(INTERNAL, "internal", "内部办理", "internal")
/* Where a case stands, whatever its procedure calls it: lists and statistics count these. */
#define PHASE_LIST(WORD)                                                                           \
    WORD(DRAFT, "draft", "草稿", "draft")                                                          \
    WORD(SUBMITTED, "submitted", "已提交", "submitted")                                            \
    WORD(SUPPLY, "supply", "待补正", "to be supplied")                                             \
    WORD(REVIEW, "review", "审核中", "under review")                                               \
    WORD(PUBLICITY, "publicity", "公示中", "made public")                                          \
    WORD(OBJECTED, "objected", "异议调查", "objection examined")                                   \
    WORD(DECIDED, "decided", "已决定", "decided")                                                  \
    WORD(PAYMENT, "payment", "拨付中", "being paid")                                               \
    WORD(SUSPENDED, "suspended", "中止", "suspended")                                              \
    WORD(DUTY, "duty", "履行中", "duties open")                                                    \
    WORD(ENDED, "ended", "已办结", "ended")
/* How a case ends, and what a decision says. */
#define DECISION_LIST(WORD)                                                                        \
    WORD(NONE, "none", "", "")                                                                     \
    WORD(GRANTED, "granted", "同意", "granted")                                                    \
    WORD(PARTLY, "partly", "部分同意", "granted in part")                                          \
    WORD(REFUSED, "refused", "不予同意", "refused")                                                \
    WORD(NOT_ACCEPTED, "not-accepted", "不予受理", "not accepted")                                 \
    WORD(WAIVED, "waived", "视为放弃", "waived")                                                   \
    WORD(WITHDRAWN, "withdrawn", "撤回", "withdrawn")                                              \
    WORD(REVOKED, "revoked", "撤销", "revoked")                                                    \
    WORD(VOID, "void", "失效", "void")                                                             \
    WORD(TRANSFERRED, "transferred", "移送", "transferred")                                        \
    WORD(DONE, "done", "办结", "done")
/* What follows when a clock runs out (S252, S095). */
#define LAPSE_LIST(WORD)                                                                           \
    WORD(NOT_STATED, "not-stated", "文中未写后果", "not stated")                                   \
    WORD(WAIVED, "waived", "视为放弃", "taken as waived")                                          \
    WORD(REFUSED, "refused", "视为不同意", "taken as refused")                                     \
    WORD(APPROVED, "approved", "视为同意", "taken as approved")                                    \
    WORD(RENEWED, "renewed", "自动顺延", "renewed")                                                \
    WORD(ESCALATED, "escalated", "提级督办", "escalated")                                          \
    WORD(VOID, "void", "自行失效", "void")                                                         \
    WORD(PASSES, "passes", "转入下一步", "passes on")
#define LIMIT_UNIT_LIST(WORD)                                                                      \
    WORD(MINUTES, "minutes", "分钟", "minutes")                                                    \
    WORD(HOURS, "hours", "小时", "hours")                                                          \
    WORD(DAYS, "days", "日", "days")                                                               \
    WORD(WORKING_DAYS, "working-days", "个工作日", "working days")                                 \
    WORD(WEEKS, "weeks", "周", "weeks")                                                            \
    WORD(MONTHS, "months", "个月", "months")                                                       \
    WORD(YEARS, "years", "年", "years")
/* Who does an act. The first three come from the procedure of the case itself; the program acts on
 * lapses and events. */
#define ACTOR_KIND_LIST(WORD)                                                                      \
    WORD(APPLICANT, "applicant", "申请人", "applicant")                                            \
    WORD(WINDOW, "window", "窗口", "window clerk")                                                 \
    WORD(HANDLER, "handler", "经办", "handler")                                                    \
    WORD(REVIEWER, "reviewer", "审核", "reviewer")                                                 \
    WORD(FINANCE, "finance", "财务", "finance officer")                                            \
    WORD(COUNTERPARTY, "counterparty", "相关方", "counterparty")                                   \
    WORD(ANYBODY, "anybody", "任何人", "anybody")                                                  \
    WORD(PROGRAM, "program", "系统", "the program")
#define PAPER_FORM_LIST(WORD)                                                                      \
    WORD(ORIGINAL, "original", "原件", "original")                                                 \
    WORD(COPY, "copy", "复印件", "copy")                                                           \
    WORD(SCAN, "scan", "扫描件", "scan")                                                           \
    WORD(FORM, "form", "表格", "form")                                                             \
    WORD(ELECTRONIC, "electronic", "电子文件", "electronic")                                       \
    WORD(ANY, "any", "不限", "any form")

#define WORD_ENUM_PROCEDURE(id, y, z, e) PROCEDURE_##id,
#define WORD_ENUM_PHASE(id, y, z, e)     PHASE_##id,
#define WORD_ENUM_DECISION(id, y, z, e)  DECISION_##id,
#define WORD_ENUM_LAPSE(id, y, z, e)     LAPSE_##id,
#define WORD_ENUM_LIMIT(id, y, z, e)     LIMIT_##id,
#define WORD_ENUM_ACTOR(id, y, z, e)     ACTOR_##id,
#define WORD_ENUM_PAPER(id, y, z, e)     PAPER_##id,
enum procedure_kind { PROCEDURE_KIND_LIST(WORD_ENUM_PROCEDURE) PROCEDURE_KINDS };
enum phase { PHASE_LIST(WORD_ENUM_PHASE) PHASES };
enum decision_kind { DECISION_LIST(WORD_ENUM_DECISION) DECISIONS };
enum lapse { LAPSE_LIST(WORD_ENUM_LAPSE) LAPSES };
enum limit_unit { LIMIT_UNIT_LIST(WORD_ENUM_LIMIT) LIMIT_UNITS };
enum actor_kind { ACTOR_KIND_LIST(WORD_ENUM_ACTOR) ACTOR_KINDS };
enum paper_form { PAPER_FORM_LIST(WORD_ENUM_PAPER) PAPER_FORMS };
/* One table per X-list (procedure_words.c). */
extern const struct closed_word procedure_kind_words[PROCEDURE_KINDS], phase_words[PHASES],
    decision_words[DECISIONS], lapse_words[LAPSES], limit_unit_words[LIMIT_UNITS],
    actor_words[ACTOR_KINDS], paper_form_words[PAPER_FORMS];

/* What a guide (办事指南, S074) says in words beside the rest of the definition, in the order in
 * which people read it. A row that is `owed` and has no word was looked for: the text is silent. */
struct guide_word {
    struct closed_word word;
    bool owed;
};
#define GUIDE_WORDS   8
#define CHANNEL_WORDS 6 /* ways to apply, as channel_names[] of the library */
extern const struct guide_word guide_words[GUIDE_WORDS];
extern const struct closed_word channel_words[CHANNEL_WORDS];

/* A party besides the applicant: an office with its organisation, or a counterparty (landlord,
 * bank) who sees his own step only. */
struct party {
    struct span id;
    struct words title;
    enum actor_kind kind;
    struct span organisation; /* of the library; empty = by `by`, or a person assigns it */
    struct formula by;        /* text: name of an organisation (S087); NULL expr = none */
    struct span cites;
    struct place place;
};

/* A fact of the case: laid over the applicant's facts for this case only. */
struct procedure_field {
    struct span name;        /* as expressions use it */
    const struct fact *fact; /* a fact of the library: filled in from what is known; or NULL */
    const struct type *type; /* of a field of its own */
    struct words title, help;
    struct span unit;
    struct formula shown_if; /* asked only then; NULL expr = always */
    bool required, sensitive, whole, has_min, has_max;
    struct decimal min, max;
    bool has_in_list;
    struct value in_list;
    uint32_t local; /* index among the names of the procedure */
    struct place place;
};

struct material {
    struct span id;
    struct words title, note;
    struct formula needed_if; /* NULL expr = always */
    enum paper_form form;
    uint32_t copies; /* 0 = not stated */
    bool sign, seal;
    struct span held; /* kind of a paper on file or made by an office: then it is not asked (S083);
                         empty = none */
    bool later;       /* may come later (容缺, S084) ... */
    struct span later_clock; /* ... within this clock; empty = none stated */
    struct span cites;
    struct place place;
};

struct procedure_state {
    struct span id;
    struct words title;
    enum phase phase;
    enum decision_kind ends; /* of PHASE_ENDED */
    struct place place;
};

struct limit {
    bool given;
    enum limit_unit unit;
    uint32_t n;
    struct formula amount; /* instead of n: a parameter or field; NULL expr = n */
    struct formula until;  /* instead of both: a date; NULL expr = none */
    bool month_end;        /* the end of the n-th month after the start's, 0 = its own */
    bool has_time;         /* the hour at which the last day ends ("18:00"); else 24:00 */
    uint8_t hour, minute;
};

/* What starts, stops or ends a clock: one of several acts, or the last of several that have all to
 * happen. Names of acts and of lapses of other clocks ("lapse:accept"). */
struct trigger {
    const struct span *acts;
    size_t n;
    bool first; /* only the first of them that happens: the others do not start it anew */
    bool last;  /* when all of them have happened; else each one alone */
};

struct clock {
    struct span id;
    struct words title;
    struct span owner;     /* "applicant" or id of a party: whose delay it is */
    struct trigger starts; /* n = 0: `from` */
    struct formula from;   /* a date (an event, a field); unknown = does not run, and says so */
    bool same_day;         /* the day of the start counts as the first (else 民法典 201) */
    struct limit limit;
    bool moves; /* a last day off moves to the next working day (民法典 203) */
    struct trigger stops, resumes, ends;
    struct limit warn; /* before the end */
    struct trigger extended_by;
    struct limit extension;
    uint32_t extensions; /* at most; 0 = none */
    enum lapse lapse;
    struct span lapse_to; /* state; empty = stays where it is */
    struct span only_in;  /* runs while the case is in this state; empty = any */
    struct span cites;
    struct place place;
};

struct notice_template {
    struct span id;
    struct span to;           /* "applicant" or id of a party */
    struct words title, text; /* Mustache over the case's view */
    struct place place;
};

struct promotion {
    const struct fact *fact; /* of the library: becomes one of the applicant's */
    struct formula value;
    struct span cites;
    struct place place;
};

/* What an act does beside moving the case. */
enum act_flag {
    ACT_LISTS_MISSING = 1 << 0, /* names once and completely what is to be supplied (S079) */
    ACT_SUPPLIES = 1 << 1,      /* hands it in */
    ACT_REASON = 1 << 2,        /* a reason has to be given */
    ACT_REMEDY = 1 << 3,        /* ... and the way of remedy is named (S080) */
    ACT_COMMITS = 1 << 4,       /* a written commitment of the applicant (S085) */
    ACT_PUBLISHES = 1 << 5,     /* the result is made public (S090) */
    ACT_RESERVES = 1 << 6,      /* the amount is reserved in the fund */
    ACT_PAYS = 1 << 7,          /* ... given to payment */
    ACT_RELEASES = 1 << 8,      /* ... given back */
    ACT_CLAIMS_BACK = 1 << 9,   /* what was paid is claimed back (S094) */
    ACT_RECOGNISES = 1 << 10,   /* the result becomes a fact with source, clause, date (S086) */
    ACT_OTHER_PERSON = 1 << 11, /* not by who did the act before (four eyes) */
    ACT_RETURNS = 1 << 12,      /* sends back to an earlier level, with a reason */
    ACT_OPEN_ENDED = 1 << 13,   /* may be done again without leaving the state */
};

struct procedure_act {
    struct span id;
    struct words title;
    const struct span *who; /* "applicant", "program", "anybody", or ids of parties */
    size_t who_count;
    const struct span *from; /* states; none = opens the case */
    size_t from_count;
    struct span to; /* empty = stays */
    struct condition
        *conditions; /* all have to hold; unknown = not yet, and says what is missing */
    size_t condition_count;
    const struct span *asks; /* fields and materials that must be there; "all" = whatever applies */
    size_t ask_count;
    const struct span *sets; /* fields that this actor fills in */
    size_t set_count;
    unsigned flags; /* bit per enum act_flag */
    enum decision_kind decision;
    struct formula amount; /* 元, with a decision; NULL expr = from the finding of the measure */
    struct span fund;      /* name of the fund; empty = the case's own */
    uint32_t quorum;       /* of several parties: how many; 0 = one, all of them = who_count */
    bool all;              /* every party in `who` has to do it (joint review, S088) */
    const struct span *notices;
    size_t notice_count;
    const struct span *opens; /* procedures: sub-cases (S101) */
    size_t open_count;
    struct promotion *promotes;
    size_t promote_count;
    struct span date_as; /* name under which expressions know the day it was last done; acts may
                            share one */
    uint32_t date_local; /* its index among the names of the procedure */
    struct span reg, reg_act; /* register that it proposes to or removes from */
    struct decimal sample;    /* share of cases drawn for a check; 0 = none (S089) */
    struct span cites;
    struct place place;
};

/* A scripted run: an example of the procedure, run by `huiqi procedure test`. */
struct procedure_run {
    struct span name;
    const struct json *facts, *parameters, *steps; /* as in the file */
    struct place place;
};

struct procedure {
    size_t index;
    struct span id;
    struct words title, plain;
    enum procedure_kind kind;
    const struct span *catalogue; /* S232, 000-W7, 000-G13 ... */
    size_t catalogue_count;
    const struct library_document *document;
    struct span cites, region, authority;
    enum role applicant;
    const struct item_kind *each;
    const struct measure *const *measures; /* what it carries out */
    size_t measure_count;
    struct span fund;
    struct formula window_from, window_to; /* S075; NULL expr = always open */
    uint32_t window_times, window_quota; /* applications of one in a year, of all; 0 = not stated */
    bool window_waits;                   /* beyond the quota: on a waiting list; else refused */
    struct span window_directions;       /* the field that says in which direction; empty = none */
    struct span window_cites;
    bool may_reapply; /* after a refusal; not stated where reapply_cites is empty (S080) */
    struct span reapply_cites;
    const struct span *channels;
    size_t channel_count;
    const struct json *guide; /* 办事指南: guide_words[] as words */
    const struct party *parties;
    size_t party_count;
    const struct procedure_field *fields;
    size_t field_count;
    const struct material *materials;
    size_t material_count;
    const struct procedure_state *states;
    size_t state_count;
    const struct procedure_act *acts;
    size_t act_count;
    const struct clock *clocks;
    size_t clock_count;
    const struct notice_template *notices;
    size_t notice_count;
    const struct words *notes;
    size_t note_count;
    const struct procedure_run *runs;
    size_t run_count;
    const struct span *locals; /* names of its own: fields, then dates of acts */
    size_t local_count;
    const uint32_t *slots; /* of the vocabulary, that its expressions read */
    size_t slot_count;
    struct place place;
};

/* By id; NULL with the nearest in *ret_nearest. */
const struct procedure *procedure_find(const struct library *l, struct span id,
                                       struct span *ret_nearest);
/* Indices into the arrays; SIZE_MAX when there is none. */
size_t procedure_state_index(const struct procedure *p, struct span id);
size_t procedure_act_index(const struct procedure *p, struct span id);
size_t procedure_field_index(const struct procedure *p, struct span name);
/* Does it take applications for a time only: by its window, or by a clock that closes drafts? */
bool procedure_closes(const struct procedure *p);
/* The clock that ends with a call: the applicant's, of a draft, to a fixed day (and hour). */
bool procedure_closing_clock(const struct procedure *p, const struct clock *c);
/* What every procedure knows without naming it: transfer, note, withdraw ... One that the
   procedure declares under the same name is its own. */
bool procedure_is_general_act(struct span name);

/*
 * What an expression of a procedure sees: the applicant's facts as of a day, over them the values
 * of the case. A field nobody has filled in is unknown (law 1).
 */
struct local_value {
    bool given;
    struct value value;
};
/* The applicant with the facts of the case (fields that are facts of the library) laid over his
   own: what the measures of the procedure are judged with. `item` of procedures with `each`. */
NODISCARD int procedure_subject(struct arena *request, const struct procedure *p,
                                const struct subject *s, struct span item,
                                const struct local_value *locals, struct subject *ret,
                                struct err *err);
struct procedure_scope;
NODISCARD int procedure_scope_new(struct arena *request, const struct library *l,
                                  const struct procedure *p, const struct subject *s,
                                  struct span item, const struct match_options *options,
                                  const struct local_value *locals, /* local_count */
                                  struct procedure_scope **ret, struct err *err);
/* The value of a formula of the procedure; *ret_missing (may be NULL) = what it lacks. */
struct value procedure_value(struct procedure_scope *scope, const struct formula *f,
                             const struct missing **ret_missing);
/* What a name of the procedure stands for: given in the case, or known of the applicant, or
 * unknown.
 */
struct value procedure_local(const struct procedure_scope *scope, uint32_t local);
/* A value for a field, from text as people and JSON give it; E_TYPE, E_INPUT with what is allowed.
 */
NODISCARD int procedure_read_field(struct arena *request, const struct library *l,
                                   const struct procedure_field *f, const struct json *j,
                                   struct value *ret, struct err *err);
#endif
