/*
 * words.c: the closed words of the format as tables, made from the X-lists of library.h and the
 * short ones below.
 */
#include "policy/library_int.h"

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),

const struct closed_word kind_words[KINDS] = {KIND_LIST(ROW)};
const struct closed_word precision_words[PRECISIONS] = {PRECISION_LIST(ROW)};
const struct closed_word nature_words[NATURES] = {NATURE_LIST(ROW)};
const struct closed_word reason_words[REASONS] = {REASON_LIST(ROW)};
const struct closed_word role_words[ROLES] = {ROLE_LIST(ROW)};
const struct closed_word status_words[STATUSES] = {STATUS_LIST(ROW)};
const struct closed_word timing_words[TIMINGS] = {TIMING_LIST(ROW)};

/* In the order of their enums in library.h. */
const struct closed_word result_words[RESULT_KINDS] = {
    ROW(MONEY, "money", "金额", "money") ROW(RATE, "rate", "比率", "rate")
        ROW(DATE, "date", "日期", "date") ROW(COUNT, "count", "数量", "count")
            ROW(TEXT, "text", "文字", "text")};
const struct closed_word apply_words[APPLY_MODES] = {
    ROW(APPLICATION, "application", "申请", "on application")
        ROW(AUTOMATIC, "automatic", "免申即享", "automatic")
            ROW(ANNOUNCED, "announced", "另行通知", "to be announced")
                ROW(NONE, "none", "无需申请", "nothing to apply for")};
const struct closed_word change_words[CHANGES] = {
    ROW(PAST, "past", "已成事实", "past") ROW(FIXED, "fixed", "不可改变", "fixed")
        ROW(BY_TIME, "by-time", "随时间变化", "changes with time")
            ROW(BY_AUTHORITY, "by-authority", "由主管部门改变", "changed by an authority")
                ROW(BY_APPLICANT, "by-applicant", "申请人可以改变", "the applicant can change it")};

int closed_word_find(const struct closed_word *words, size_t n, struct span yaml)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(words[i].yaml, yaml))
            return (int)i;
    return -1;
}
