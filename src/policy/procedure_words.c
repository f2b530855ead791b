/*
 * procedure_words.c: the closed words of procedures as tables, made from the X-lists of
 * procedure.h.
 */
#include "policy/procedure.h"

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),

const struct closed_word procedure_kind_words[PROCEDURE_KINDS] = {PROCEDURE_KIND_LIST(ROW)};
const struct closed_word phase_words[PHASES] = {PHASE_LIST(ROW)};
const struct closed_word decision_words[DECISIONS] = {DECISION_LIST(ROW)};
const struct closed_word lapse_words[LAPSES] = {LAPSE_LIST(ROW)};
const struct closed_word limit_unit_words[LIMIT_UNITS] = {LIMIT_UNIT_LIST(ROW)};
const struct closed_word actor_words[ACTOR_KINDS] = {ACTOR_KIND_LIST(ROW)};
const struct closed_word paper_form_words[PAPER_FORMS] = {PAPER_FORM_LIST(ROW)};

const struct guide_word guide_words[GUIDE_WORDS] = {
    {CLOSED_WORD("code", "事项编码", "code"), false},
    {CLOSED_WORD("fee", "收费", "fee"), true},
    {CLOSED_WORD("place", "地点", "place"), true},
    {CLOSED_WORD("hours", "时间", "hours"), true},
    {CLOSED_WORD("result", "结果", "result"), true},
    {CLOSED_WORD("basis", "设定依据", "basis"), false},
    {CLOSED_WORD("consult", "咨询部门", "ask at"), true},
    {CLOSED_WORD("phone_kind", "咨询", "phone"), false},
};

const struct closed_word channel_words[CHANNEL_WORDS] = {
    ROW(x, "online", "网上", "online") ROW(x, "counter", "窗口", "at the counter")
        ROW(x, "mail", "邮寄", "by mail") ROW(x, "email", "电子邮件", "by e-mail")
            ROW(x, "phone", "电话", "by phone") ROW(x, "app", "移动端", "in an app")};
