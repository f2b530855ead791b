/*
 * register_batch.h: an outside list taken into a register as one proposal (S171 to S173).
 *
 * A file (CSV, columns by their header) is compared with what the register holds: who is new, who
 * has changed, who is gone, who is as before, and which rows cannot be read. All of it is kept as a
 * batch with the source and the date of the list. A second person agrees with the batch as a whole
 * or row by row; whoever is new becomes a proposed entry at once and is published with the batch or
 * alone (registers.h); whoever is gone is taken off only when somebody has agreed. Where a row
 * could not be read nobody is held to be gone: he may stand in that row.
 *
 * Texts given back live in the arena.
 */
#ifndef HUIQI_CASEWORK_REGISTER_BATCH_H
#define HUIQI_CASEWORK_REGISTER_BATCH_H
#include "casework/registers.h"

#define REGISTER_BATCH_MAX 10000 /* rows of one file */

/* COLUMN(ID, "word", zh, headers that mean it) */
#define REGISTER_COLUMN_LIST(COLUMN)                                                               \
    COLUMN(CODE, "code", "统一社会信用代码",                                                       \
           "统一社会信用代码|社会信用代码|信用代码|统一信用代码|证件号码|编号")                    \
    COLUMN(NAME, "name", "名称",                                                                   \
           "名称|企业名称|单位名称|主体名称|当事人|机构名称|物品名称|姓名|经营主体名称")           \
    COLUMN(TIER, "tier", "等级", "等级|级别|类别|分类|层级")                                       \
    COLUMN(FROM, "from", "列入日期", "列入日期|列入时间|认定日期|起始日期|生效日期|公布日期")      \
    COLUMN(TO, "to", "有效期至", "有效期至|截止日期|到期日|失效日期|届满日期")                     \
    COLUMN(REASON, "reason", "列入原因", "列入原因|列入事由|事由|原因|理由|违法事实")              \
    COLUMN(CITES, "cites", "依据", "依据|列入依据|决定书文号|文号|法律依据")
#define REGISTER_COLUMN_ENUM(id, word, zh, headers) REGISTER_COLUMN_##id,
enum register_column { REGISTER_COLUMN_LIST(REGISTER_COLUMN_ENUM) REGISTER_COLUMNS_KNOWN };

/* CHANGE(ID, "word", zh, en): what a row means against the register. */
#define REGISTER_CHANGE_LIST(CHANGE)                                                               \
    CHANGE(ADDED, "added", "新增", "added")                                                        \
    CHANGE(CHANGED, "changed", "变更", "changed")                                                  \
    CHANGE(GONE, "gone", "不在新名单上", "gone")                                                   \
    CHANGE(UNSURE, "unsure", "没读到，先补正问题行", "not read: mend the bad rows first")          \
    CHANGE(SAME, "same", "无变化", "as before")                                                    \
    CHANGE(BAD, "bad", "有问题", "bad")
#define REGISTER_CHANGE_ENUM(id, word, zh, en) REGISTER_ROW_##id,
enum register_row_change { REGISTER_CHANGE_LIST(REGISTER_CHANGE_ENUM) REGISTER_ROW_CHANGES };
/* VERDICT(ID, "word", zh, en) */
#define REGISTER_VERDICT_LIST(VERDICT)                                                             \
    VERDICT(NONE, "", "", "")                                                                      \
    VERDICT(WAITING, "waiting", "待审核", "to be examined")                                        \
    VERDICT(AGREED, "agreed", "同意", "agreed")                                                    \
    VERDICT(REFUSED, "refused", "不同意", "refused")                                               \
    VERDICT(SUPERSEDED, "superseded", "由更新的名单取代", "replaced by a newer list")
#define REGISTER_VERDICT_ENUM(id, word, zh, en) REGISTER_VERDICT_##id,
enum register_verdict { REGISTER_VERDICT_LIST(REGISTER_VERDICT_ENUM) REGISTER_VERDICTS };
extern const struct closed_word register_row_words[REGISTER_ROW_CHANGES],
    register_verdict_words[REGISTER_VERDICTS];

struct register_row {
    int64_t seq;           /* in the batch, from 1 */
    uint32_t line, column; /* of the file; 0 = the row stands for an entry that is not in it */
    enum register_row_change change;
    enum register_verdict verdict;
    struct span code, name, tier, from_day, to_day, reason, cites;
    struct span what;          /* what changes, in words */
    struct span problem, hint; /* of a bad row */
    int64_t entry_id;          /* 0 = none (yet) */
    enum register_state state; /* of that entry */
    struct span decided_by;
    int64_t decided_at;
};
struct register_header {
    struct span title;
    int use; /* enum register_column; -1 = not read */
};
struct register_batch {
    int64_t id, at, account_id, for_account_id; /* id 0 = only tried */
    struct span name_of_list, subject_kind, file, source, list_day, reason, cites, actor,
        organisation;
    bool part;          /* the file is no whole list: nobody is gone */
    struct span unread; /* headers that nothing was taken from, 、 between them */
    size_t counts[REGISTER_ROW_CHANGES];
    size_t waiting, to_publish; /* rows; entries */
    struct register_row *rows;
    size_t n;
};

/* ---- reading a file: no database ---- */

struct register_file {
    struct register_row *rows; /* as they stand; BAD where they cannot be read, else ADDED */
    size_t n, bad;
    struct span unread;
};
struct register_file_options {
    struct span subject_kind, file;
    const struct span *columns; /* "header=word": over the headers that are known */
    size_t column_n;
};
/* E_INPUT with a hint where no row could be read: no header, no code and no name, a column twice.
 */
NODISCARD int register_file_read(struct arena *a, struct span csv,
                                 const struct register_file_options *o, struct register_file *ret,
                                 struct err *err);

/* ---- importing, examining, publishing ---- */

struct register_import {
    struct span name_of_list, csv;
    struct register_file_options file;
    struct span source, list_day; /* whose list, of which day: both required */
    struct span reason, cites;    /* where a row says nothing itself */
    bool part, dry;
};
/* E_FORBIDDEN, E_NOT_FOUND, E_INPUT, E_LIMIT. With `dry` nothing is written. */
NODISCARD int register_import(struct arena *request, struct store *s, const struct library *l,
                              const struct actor *who, const struct register_import *x,
                              struct register_batch *ret, struct err *err);
struct register_verdict_given {
    bool agree;
    const int64_t *rows; /* seq; NULL = every row that waits */
    size_t n;
    struct span reason; /* required to refuse */
};
/* For a reviewer who did not import it. *ret_done = rows decided; rows that were decided meanwhile
 * are passed over. */
NODISCARD int register_batch_decide(struct arena *request, struct store *s, const struct library *l,
                                    const struct actor *who, int64_t id,
                                    const struct register_verdict_given *v, size_t *ret_done,
                                    struct err *err);
/* Every agreed new entry, from its own day (the outside list's), else from_day, else today. */
NODISCARD int register_batch_publish(struct arena *request, struct store *s,
                                     const struct library *l, const struct actor *who, int64_t id,
                                     struct span from_day, size_t *ret_done, struct err *err);
/* With its rows; E_NOT_FOUND. */
NODISCARD int register_batch_get(struct arena *request, struct store *s, int64_t id,
                                 struct register_batch *ret, struct err *err);
/* Newest first, without rows; list empty = of any. */
NODISCARD int register_batch_list(struct arena *request, struct store *s, struct span name_of_list,
                                  struct register_batch **ret, size_t *ret_n, struct err *err);
struct json *register_batch_json(struct arena *a, const struct register_batch *b);
#endif
