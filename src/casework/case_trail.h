/*
 * case_trail.h: all that is on record about one case, in the order of time (S256): who did what
 * with which state and fields before and after, who looked, whom it was told, what the money did,
 * each with its line in the log. For an audit and for a reconsideration (复议): the whole, on paper
 * or as a table.
 *
 * What is sensitive leaves the house as a mark, never in the clear. To ask for it is logged.
 */
#ifndef HUIQI_CASEWORK_CASE_TRAIL_H
#define HUIQI_CASEWORK_CASE_TRAIL_H
#include "casework/cases.h"

/* TRAIL_KIND(ID, "word", zh, en) */
#define TRAIL_KIND_LIST(TRAIL_KIND)                                                                \
    TRAIL_KIND(CHANGE, "change", "办理", "handling")                                               \
    TRAIL_KIND(DECISION, "decision", "决定", "decision")                                           \
    TRAIL_KIND(READ, "read", "查看", "reading")                                                    \
    TRAIL_KIND(MESSAGE, "message", "通知", "message")                                              \
    TRAIL_KIND(MONEY, "money", "资金", "money")                                                    \
    TRAIL_KIND(VISIT, "visit", "到场", "visit")
#define TRAIL_KIND_ENUM(id, word, zh, en) TRAIL_##id,
enum trail_kind { TRAIL_KIND_LIST(TRAIL_KIND_ENUM) TRAIL_KINDS };
extern const struct closed_word trail_kind_words[TRAIL_KINDS];

/*
 * Rights: who has a part in the case for an office, the auditor, the program; E_FORBIDDEN for the
 * applicant and for counterparties. *ret = {case, title, subject, ..., made, head: the newest seal,
 * counts, lines: [{n, at, kind, act, title, key, actor, organisation, on_behalf, before, after,
 * changes: [{field, title, before, after}], papers, reason, detail, log: {id, hash}}], problems}.
 * A problem: an event that the log knows otherwise, or not.
 */
NODISCARD int case_trail(struct arena *request, const struct office *o, const struct actor *who,
                         int64_t id, bool english, struct json **ret, struct err *err);
/* The lines as a table for a spreadsheet, with a head line. */
void case_trail_csv(const struct json *trail, bool english, struct buffer *out);

/* What the log keeps of an event's data: 64 hexadecimal digits over its text. */
struct span case_data_digest(struct arena *a, const struct json *data);
#endif
