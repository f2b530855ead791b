/*
 * library.h: a loaded library: facts, parameters, registers, documents, measures and products,
 * checked and compiled. Built once by library_load into one program arena, immutable afterwards,
 * shared by all threads, counted by references while a newer one is swapped in. Named by the hash
 * of its files.
 *
 * docs/authoring.md describes the files; load.c reads them, check.c compiles expressions and checks
 * what crosses files.
 */
#ifndef HUIQI_POLICY_LIBRARY_H
#define HUIQI_POLICY_LIBRARY_H
#include "base/diags.h"
#include "base/json.h"
#include "base/vector.h"
#include "calendar/calendar.h"
#include "dmn/dmn.h"
#include "feel/feel.h"

/* A text for people in both languages. */
struct words {
    struct span zh, en;
};
static inline struct span words_in(struct words w, bool english)
{
    return english && w.en.n ? w.en : w.zh;
}

/* Where something stands in its file: for messages. */
struct place {
    struct span file;
    uint32_t line, column;
};

/* An expression of a file with what it needs to be shown. NULL expr = not given. */
struct formula {
    struct span text;
    const struct feel_expr *expr;
    struct place place;
};

/* X-lists of closed words: one place each. WORD(ID, "yaml word", zh, en) */
#define KIND_LIST(WORD)                                                                            \
    WORD(SUBSIDY, "subsidy", "补贴奖励", "subsidy")                                                \
    WORD(INTEREST, "interest", "贴息", "interest subsidy")                                         \
    WORD(WAIVER, "waiver", "减免", "waiver")                                                       \
    WORD(REFUND, "refund", "返还", "refund")                                                       \
    WORD(DEFERRAL, "deferral", "缓缴延期", "deferral")                                             \
    WORD(CREDIT, "credit", "信贷", "credit")                                                       \
    WORD(GUARANTEE, "guarantee", "担保", "guarantee")                                              \
    WORD(TAX, "tax", "税收", "tax")                                                                \
    WORD(PRICE, "price", "价格", "price")                                                          \
    WORD(QUOTA, "quota", "额度指标", "quota")                                                      \
    WORD(STATUS, "status", "资格名单", "status")                                                   \
    WORD(PROCEDURE, "procedure", "办事便利", "procedure")                                          \
    WORD(PROHIBITION, "prohibition", "禁止限制", "prohibition")                                    \
    WORD(DUTY, "duty", "义务", "duty")                                                             \
    WORD(INDICATOR, "indicator", "考核指标", "indicator")                                          \
    WORD(SERVICE, "service", "服务", "service")
#define PRECISION_LIST(WORD)                                                                       \
    WORD(EXACT, "exact", "可算准数", "exact")                                                      \
    WORD(CAP, "cap", "只有上限", "upper limit only")                                               \
    WORD(RANGE, "range", "区间", "range")                                                          \
    WORD(RATE, "rate", "比率", "rate")                                                             \
    WORD(DATE, "date", "期限日期", "date")                                                         \
    WORD(DECIDE, "decide", "可判定", "yes or no")                                                  \
    WORD(UNPUBLISHED, "unpublished", "标准未公布", "not published")
#define NATURE_LIST(WORD)                                                                          \
    WORD(RECEIVED, "received", "到手", "received")                                                 \
    WORD(NOT_CHARGED, "not-charged", "免收", "not charged")                                        \
    WORD(POSTPONED, "postponed", "缓缴", "postponed")                                              \
    WORD(LENT, "lent", "借入", "lent")                                                             \
    WORD(RETURNED, "temporarily-returned", "暂退", "temporarily returned")                         \
    WORD(THIRD_PARTY, "third-party", "付给第三方", "paid to a third party")
#define REASON_LIST(WORD)                                                                          \
    WORD(RECOGNITION, "recognition", "须经认定", "recognised by an authority")                     \
    WORD(NO_CRITERION, "no-criterion", "文中无标准", "no criterion in the text")                   \
    WORD(DISCRETION, "discretion", "由办理机构裁量", "at the discretion of the office")            \
    WORD(TEXT_NOT_HELD, "text-not-held", "依据的文件未收录", "the text it refers to is not held")  \
    WORD(GARBLED_TEXT, "garbled-text", "原文有脱误", "the text is garbled")                        \
    WORD(OUTSIDE_EVENT, "outside-event", "取决于外部事件", "depends on an outside event")
#define ROLE_LIST(WORD)                                                                            \
    WORD(ENTERPRISE, "enterprise", "企业", "enterprise")                                           \
    WORD(SOLE_TRADER, "sole-trader", "个体工商户", "sole trader")                                  \
    WORD(PERSON, "person", "个人", "person")                                                       \
    WORD(BANK, "bank", "银行", "bank")                                                             \
    WORD(LANDLORD, "landlord", "出租方", "landlord")                                               \
    WORD(DEPARTMENT, "department", "部门", "department")                                           \
    WORD(ORGANISATION, "organisation", "其他单位", "other organisation")
#define STATUS_LIST(WORD)                                                                          \
    WORD(ELIGIBLE, "eligible", "符合", "eligible")                                                 \
    WORD(INELIGIBLE, "ineligible", "不符合", "not eligible")                                       \
    WORD(UNDETERMINED, "undetermined", "待补充", "undetermined")                                   \
    WORD(NEEDS_RECOGNITION, "needs-recognition", "待认定", "needs recognition")
#define TIMING_LIST(WORD)                                                                          \
    WORD(NOT_YET, "not-yet", "未到期", "not yet")                                                  \
    WORD(OPEN, "open", "受理中", "open")                                                           \
    WORD(CLOSED, "closed", "申请已截止", "applications closed")                                    \
    WORD(UNKNOWN_START, "unknown-start", "开始时间待通知", "start not announced")                  \
    WORD(UNKNOWN_END, "unknown-end", "截止时间待定", "end not known")                              \
    WORD(EXPIRED, "expired", "已失效", "no longer in force")

#define WORD_ENUM_KIND(id, y, z, e)      KIND_##id,
#define WORD_ENUM_PRECISION(id, y, z, e) PRECISION_##id,
#define WORD_ENUM_NATURE(id, y, z, e)    NATURE_##id,
#define WORD_ENUM_REASON(id, y, z, e)    REASON_##id,
#define WORD_ENUM_ROLE(id, y, z, e)      ROLE_##id,
#define WORD_ENUM_STATUS(id, y, z, e)    STATUS_##id,
#define WORD_ENUM_TIMING(id, y, z, e)    TIMING_##id,
enum measure_kind { KIND_LIST(WORD_ENUM_KIND) KINDS };
enum precision { PRECISION_LIST(WORD_ENUM_PRECISION) PRECISIONS };
enum nature { NATURE_LIST(WORD_ENUM_NATURE) NATURES };
enum manual_reason { REASON_LIST(WORD_ENUM_REASON) REASONS };
enum role { ROLE_LIST(WORD_ENUM_ROLE) ROLES };
enum status { STATUS_LIST(WORD_ENUM_STATUS) STATUSES };
enum timing { TIMING_LIST(WORD_ENUM_TIMING) TIMINGS };
enum result_kind {
    RESULT_MONEY,
    RESULT_RATE,
    RESULT_DATE,
    RESULT_COUNT,
    RESULT_TEXT,
    RESULT_KINDS
};
enum apply_mode { APPLY_APPLICATION, APPLY_AUTOMATIC, APPLY_ANNOUNCED, APPLY_NONE, APPLY_MODES };
enum fact_change {
    CHANGE_PAST,
    CHANGE_FIXED,
    CHANGE_BY_TIME,
    CHANGE_BY_AUTHORITY,
    CHANGE_BY_APPLICANT,
    CHANGES
};

struct closed_word {
    struct span yaml;
    struct words title;
};
#define CLOSED_WORD(word, zh, en)                                                                  \
    {                                                                                              \
        SPAN_INIT(word),                                                                           \
        {                                                                                          \
            SPAN_INIT(zh), SPAN_INIT(en)                                                           \
        }                                                                                          \
    }
/* One table per X-list, indexed by its enum (words.c). */
extern const struct closed_word kind_words[KINDS], precision_words[PRECISIONS],
    nature_words[NATURES], reason_words[REASONS], role_words[ROLES], status_words[STATUSES],
    timing_words[TIMINGS], result_words[RESULT_KINDS], apply_words[APPLY_MODES],
    change_words[CHANGES];

struct item_kind {
    struct span id;   /* "loan" */
    struct span list; /* 贷款 */
    struct words title;
    uint32_t list_slot;
};

struct recognition; /* recognition.h */

#define KEEP_MONTHS_MAX 120 /* of a sensitive fact */

struct fact {
    struct span name;
    struct words title; /* zh: the name; en: what pages in English call it; empty = the name */
    const struct item_kind *of; /* NULL = the subject itself */
    bool of_person;
    const struct type
        *type; /* element type; the vocabulary holds TYPE_DATED of it when `period` is set */
    uint32_t slot;
    uint8_t period; /* enum period_kind */
    bool whole, has_min, has_max, sensitive, is_list;
    struct decimal min, max;
    struct span unit, holder;
    struct span link;     /* a place: how it ties the subject to a region; empty = it does not */
    bool is_place;        /* a place that ties the subject to no region */
    struct words purpose; /* of what is sensitive: what it may be used for (S257) */
    bool has_keep_months;
    struct decimal keep_months; /* ... and how long it is kept behind the day it was observed */
    enum cause cause;
    enum fact_change change;
    struct words question, help;
    struct formula computed;
    struct span asks; /* of a computed fact: what to ask for while nobody has told any of its parts;
                         empty = the parts */
    bool has_in_list;
    struct value in_list;
    const struct recognition *recognition; /* who decides it, and by which criteria; or NULL */
    struct place place;
};

struct parameter_value {
    struct date from;
    bool has_to;
    struct date to;
    struct span region; /* empty = everywhere */
    struct value value;
    struct span source;
    bool has_known;
    struct date known; /* when it was published; absent = from */
};
/* A recorded declaration that two events are one in a territory. */
struct event_union {
    struct span event, region, source;
    const struct parameter *other;
};
struct parameter {
    struct span name;
    const struct type *type;
    uint32_t slot;
    struct words title;
    struct span unit, holder;
    bool event;
    bool has_known_until;
    struct date known_until;
    const struct parameter_value *values; /* by from, ascending */
    size_t value_count;
    const struct event_union *united; /* of an event */
    size_t united_count;
    struct place place;
};

/* Lists of names that an office keeps (casework/registers.h), and what stands on them means. */
enum register_list {
    REGISTER_TABLE,
    REGISTER_WHITE,
    REGISTER_BLACK,
    REGISTER_KEY,
    REGISTER_RECORD
};
enum register_effect {
    REGISTER_NO_APPLICATION = 1 << 0,  /* who is on it may begin no application */
    REGISTER_EARLY_REPAYMENT = 1 << 1, /* what was lent or temporarily returned falls due */
    REGISTER_LATER_PAYMENT = 1 << 2,   /* nothing is paid automatically: a person looks first */
};
extern const char *const register_lists[5], *const register_effects[3]; /* as in the files */
struct library_register {
    struct span name;
    struct words title;
    enum register_list kept; /* REGISTER_TABLE = nobody keeps it: it changes with the library */
    struct span keeper;      /* the office */
    unsigned effects;        /* bit per enum register_effect */
    bool has_months;
    struct decimal months; /* how long an entry lasts; else until it is removed */
    struct span fact;      /* boolean of the subject: whether it is on the list; empty = none */
    uint32_t slot;
    const struct type *type; /* list of texts or of contexts */
    struct value list;       /* with its coverage */
    struct span source_document, source_clause;
    struct place place;
};

struct condition;
struct relation;

struct document_relation {
    struct span kind, document, title, number;
    bool held;
};
struct library_document {
    struct span id, title, number, type, region;
    const struct span *issuers;
    size_t issuer_count;
    bool has_issued;
    struct date issued;
    struct formula in_force_from, in_force_to;
    bool from_inferred; /* not printed: the finding's date has certainty "reading" */
    struct words from_why;
    struct span file, sha256; /* which text; empty when `within` another or not held */
    const struct library_document *within;
    struct span within_id, within_clause;
    const struct document_relation *relations;
    size_t relation_count;
    const struct span *missing;
    size_t missing_count;
    const struct condition *rules; /* law 18 */
    size_t rule_count;
    const struct relation *between; /* rules between measures that all of them inherit */
    size_t between_count;
    struct place place;
};

struct condition {
    struct span id;      /* rule id or empty */
    bool is_row;         /* a rule that is also a measure of its own (load_rules.c) */
    struct formula test; /* NULL expr for manual */
    bool soft;
    bool manual;
    enum manual_reason reason;
    struct span owner;
    struct words text; /* neutral label; for manual the text itself */
    struct span cites; /* clause relative to the measure's document, or to `document` */
    const struct library_document *document; /* the one that cites refers to */
    const struct recognition *recognition; /* of a manual one: who decides it, by which criteria */
    struct place place;
};

struct let {
    struct span name;
    struct formula formula;
};

struct benefit {
    struct span name;
    enum result_kind kind;
    enum precision precision;
    enum nature nature;
    struct span unit;
    struct formula amount, cap, min, max;
    struct words text;
    enum decimal_round round;
    struct span cites;
    struct place place;
};

struct measure_date {
    struct span what;
    struct words title;
    struct formula is;
    struct span cites;
};

/* 另行通知: what an announcement, an extension or a correction says of the window, and when it was
 * known. The latest one known counts; what it leaves out stays. */
struct notice {
    struct date known;
    struct formula from, to;
    struct words title;
    const struct library_document *document; /* NULL = not held: the title names it */
    struct span cites;
    struct place place;
};
/* One of several windows: the measure is open while one of them is. */
struct round {
    struct span id;
    struct words title;
    struct formula from, to;
    struct span cites;
    struct place place;
};

struct reading {
    struct span id;
    struct words title;
    const struct let *lets; /* the whole let list with this reading's replacements, compiled */
    size_t set_count;       /* how many it replaces */
    /* everything that depends on the lets, compiled against them: same order and count as in the
     * measure */
    struct condition *conditions;
    struct benefit *benefits;
    struct formula test;
    struct measure_date *dates;
};

/* A rule between measures. Without `with` (and without what its kind computes) it is a note. */
enum relation_kind {
    RELATION_STACKS,
    RELATION_EXCLUDES,
    RELATION_CHOOSE_ONE,
    RELATION_HIGHER_OF,
    RELATION_NOT_REPEATED,
    RELATION_DEDUCT,
    RELATION_TOP_UP,
    RELATION_PREREQUISITE,
    RELATION_AFTER,
    RELATION_ONCE_ONLY,
    RELATION_LIMIT,
    RELATION_BAR,
    RELATIONS
};
extern const struct closed_word relation_words[RELATIONS];
struct relation {
    enum relation_kind kind;
    const struct span *with, *except; /* as written */
    size_t with_count, except_count;
    bool other_level;                     /* only measures of another administrative level */
    const struct measure *const *targets; /* whom `with` means */
    size_t target_count;
    struct words title;
    struct span cites, rule;                 /* rule: of a document, for `overrides` */
    const struct library_document *document; /* the one that cites refers to */
    bool soft;                               /* the text leaves it open; `ask` is the question */
    struct words ask;
    bool all;                                /* prerequisite: every one, not any one */
    struct formula when, cap, amount, times; /* not given = always; -; the other's; once */
    struct span of; /* deduct: the result that it is taken off; not given = any that is money */
    struct place place;
};

struct organisation {
    struct span name, kind, region, parent;
    struct words title;
    const struct span *aliases, *channels;
    size_t alias_count, channel_count;
    struct place place;
};

struct contact {
    struct words role;
    struct span organisation, channel;
};

struct example {
    struct span name;
    struct date as_of;
    const struct json *facts, *parameters, *expect;
    struct span reading;
    struct place place;
};

/* One shared rule with parameters by row (docs/authoring.md, "Families"). */
enum family_slot_kind {
    FAMILY_NUMBER,
    FAMILY_BOOLEAN,
    FAMILY_STRING,
    FAMILY_DATE,
    FAMILY_LIST,
    FAMILY_TEXT, /* for texts only */
    FAMILY_EXPRESSION,
    FAMILY_TYPES
};
struct family_slot {
    struct span name, unit;
    enum family_slot_kind kind;
    struct words title;
    bool optional;
    const struct json *otherwise; /* the default, or NULL */
};
struct family {
    struct span id;
    struct words title;
    struct family_slot *slots;
    size_t slot_count;
    const struct json *rule, *rows; /* as in the file; NULL = the members stand on their own */
    const struct measure **members; /* in the order of the library */
    size_t member_count;
    struct place place;
};

struct measure {
    size_t index; /* in the library */
    struct span id, catalogue, region, authority;
    const struct span *catalogues; /* all its numbers; `catalogue` is the first */
    size_t catalogue_count;
    bool product;
    struct span same_class; /* 同类: what kind of benefit it is, for rules between measures */
    struct span same_as_id;
    const struct measure *same_as; /* the one whose rule it passes on: shown as one card */
    struct span family_id;
    const struct family *family;             /* NULL = none */
    const struct json *const *family_values; /* of a row, beside the slots; elements may be NULL */
    struct span institution, product_type;
    struct words title, plain;
    enum measure_kind kind;
    enum precision precision;
    const struct library_document *document;
    struct span cites;
    unsigned addressees; /* bit per enum role */
    enum role applicant, beneficiary;
    const struct item_kind *each;              /* NULL = the subject itself */
    struct formula in_force_from, in_force_to; /* own or the document's */
    bool from_inferred;
    struct span in_force_cites;
    enum apply_mode apply_mode;
    struct formula apply_from, apply_to;
    struct span late, apply_cites;
    const struct notice *notices; /* by the day they were known */
    size_t notice_count;
    const struct round *rounds; /* instead of from and to */
    size_t round_count;
    const struct span *channels, *tags;
    size_t channel_count, tag_count;
    const struct condition *conditions; /* inherited rules first */
    size_t condition_count;
    const struct let *lets;
    size_t let_count;
    const struct benefit *benefits;
    size_t benefit_count;
    struct formula test;
    struct words next;
    const struct measure_date *dates;
    size_t date_count;
    const struct reading *
        readings; /* readings[0] is the default and equals the measure itself; none = unambiguous */
    size_t reading_count;
    const struct relation *relations;
    size_t relation_count;
    const struct measure_change *changes;
    size_t change_count;
    const struct chain_link *chain; /* what it rests on: outcome(...), and who changes it */
    size_t chain_count;
    const struct words *materials, *steps, *notes;
    size_t material_count, step_count, note_count;
    const struct contact *contacts;
    size_t contact_count;
    const struct example *examples;
    size_t example_count;
    const uint32_t
        *slots; /* of the vocabulary, that any of its expressions reads (computed facts expanded) */
    size_t slot_count;
    struct place place;
};

/* What outcome("id") tells of another measure: the members of its context. */
enum outcome_part_id {
    OUTCOME_CAN_APPLY, /* from its own finding; the others are declared, or from the ledger */
    OUTCOME_LAST_DAY,
    OUTCOME_APPLIED,
    OUTCOME_APPROVED,
    OUTCOME_PAID,
    OUTCOME_EXHAUSTED,
    OUTCOME_AMOUNT,
    OUTCOME_MONTHS,
    OUTCOME_TIMES,
    OUTCOME_APPLIED_ON,
    OUTCOME_APPROVED_ON,
    OUTCOME_PAID_ON,
    OUTCOME_PARTS
};
struct outcome_part {
    struct span name, unit; /* 可申请; of numbers: 元 */
    const struct type *type;
};
extern const struct outcome_part outcome_parts[OUTCOME_PARTS];

/* One measure changes a definition of another. */
struct measure_change {
    struct span measure_id, name; /* whose, and which definition */
    const struct measure *measure;
    size_t index;      /* in its lets */
    struct formula to; /* sees the other's definitions up to that one, itself included */
    struct words title;
    struct span cites;
    struct place place;
};
/* A measure that another one rests on. */
struct chain_link {
    const struct measure *measure;
    enum { LINK_ASKS, LINK_CHANGES } kind;
    bool judged;                         /* its finding is needed, not only what became of it */
    const struct measure_change *change; /* of LINK_CHANGES */
};

/* What a vocabulary slot is. */
enum slot_kind {
    SLOT_FACT,
    SLOT_ITEMS,
    SLOT_PARAMETER,
    SLOT_REGISTER,
    SLOT_DECISION,
    SLOT_OUTCOME,
    SLOT_TODAY,
    SLOT_THIS_YEAR,
    SLOT_LAST_YEAR,
    SLOT_THIS_MONTH,
    SLOT_LAST_MONTH,
    SLOT_LAST_YEAR_END
};
struct slot {
    enum slot_kind kind;
    struct span name;
    union {
        const struct fact *fact;
        const struct item_kind *items;
        const struct parameter *parameter;
        const struct library_register *reg;
        const struct decision *decision;
    };
};

/* A DMN model: one file of shared decision tables. */
struct decision_model {
    struct span id; /* name of the file without folder and ending */
    struct words title;
    struct span source; /* the text that it puts into tables; may be empty */
    const struct dmn *dmn;
    struct place place;
};

/* A decision of a model: a function of the vocabulary. */
struct decision {
    struct span name;
    const struct decision_model *model;
    const struct dmn_element *element;
    struct dmn_function function;
    uint32_t slot;
    struct place place;
};

struct procedure; /* procedure.h */

struct library {
    struct arena arena; /* of the program lifetime; holds everything, this struct included in its
                           first block or beside */
    char hash[65];      /* SHA-256 over sorted (path, bytes) of all files */
    struct feel_vocabulary vocabulary;
    const struct slot *slots; /* one per vocabulary slot */
    const struct calendar *calendar;
    const struct item_kind **item_kinds;
    size_t item_kind_count;
    const struct fact **facts;
    size_t fact_count;
    const struct parameter **parameters;
    size_t parameter_count;
    const struct library_register **registers;
    size_t register_count;
    const struct decision_model **decision_models;
    size_t decision_model_count;
    const struct decision **decisions;
    size_t decision_count;
    const struct library_document **documents;
    size_t document_count;
    const struct organisation **organisations;
    size_t organisation_count;
    const struct family **families;
    size_t family_count;
    const struct measure **measures;
    size_t measure_count;                /* products included; by catalogue number, then id */
    const struct procedure **procedures; /* by id */
    size_t procedure_count;
    const struct recognition **recognitions;
    size_t recognition_count;
    struct map decision_model_by_id, fact_by_name, parameter_by_name, register_by_name,
        document_by_id, organisation_by_name /* aliases too */, measure_by_id, measure_by_catalogue,
        family_by_id, procedure_by_id, recognition_by_manual;
    int references; /* atomic */
};

#define LIBRARY_FILE_MAX (8u << 20) /* bytes of one file: a library is written by hand */

/*
 * Loads and checks a folder. All problems are in diags (positions, hints): E_CHECK when any is an
 * error, but E_INPUT when a file could not be read as YAML at all (broken, truncated, too long, not
 * UTF-8).
 */
NODISCARD int library_load(const char *folder, struct library **ret, struct diags *diags,
                           struct err *err);
/* A file by its path below the folder, with / between. */
struct library_file {
    struct span path, bytes;
};
VECTOR_OF(struct library_file, library_files);
/*
 * The same from files in memory: a version of the store, or a folder that is to become one. The
 * order of `files` does not matter, paths must differ; texts are copied. Messages show LABEL/path.
 * The hash is that of a folder with the same files.
 */
NODISCARD int library_load_files(const char *label, const struct library_file *files, size_t n,
                                 struct library **ret, struct diags *diags, struct err *err);
/* All files that library_load(folder) would read, sorted by path; E_IO when one cannot be read. */
NODISCARD int library_read_folder(struct arena *request, const char *folder,
                                  struct library_files *ret, struct err *err);
/* The hash of files that are sorted by path. */
void library_hash_files(const struct library_file *files, size_t n, char ret[65]);
struct library *library_ref(struct library *l);
void library_unref(struct library *l); /* accepts NULL */
/* By id or catalogue number; NULL with the nearest in *ret_nearest. */
const struct measure *library_find(const struct library *l, struct span id,
                                   struct span *ret_nearest);
/* "上海市/静安区" lies within "上海市"; everything lies within "全国" and the empty region. */
bool region_within(struct span place, struct span region);
/* The folder to use: --library, HUIQI_LIBRARY, ./library, the installed one. */
const char *library_folder(const char *option);
#endif
