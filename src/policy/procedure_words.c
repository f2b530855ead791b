/*
 * procedure_words.c: the closed words of procedures as tables, made from the X-lists of
 * procedure.h.
 */
#include "policy/procedure.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
#define ROW(id, y, z, e) {TEXT(y), {TEXT(z), TEXT(e)}},

const struct closed_word procedure_kind_words[PROCEDURE_KINDS] = {PROCEDURE_KIND_LIST(ROW)};
const struct closed_word phase_words[PHASES] = {PHASE_LIST(ROW)};
const struct closed_word decision_words[DECISIONS] = {DECISION_LIST(ROW)};
const struct closed_word lapse_words[LAPSES] = {LAPSE_LIST(ROW)};
const struct closed_word limit_unit_words[LIMIT_UNITS] = {LIMIT_UNIT_LIST(ROW)};
const struct closed_word actor_words[ACTOR_KINDS] = {ACTOR_KIND_LIST(ROW)};
const struct closed_word paper_form_words[PAPER_FORMS] = {PAPER_FORM_LIST(ROW)};

const struct guide_word guide_words[GUIDE_WORDS] = {
    {{TEXT("code"), {TEXT("事项编码"), TEXT("code")}}, false},
    {{TEXT("fee"), {TEXT("收费"), TEXT("fee")}}, true},
    {{TEXT("place"), {TEXT("地点"), TEXT("place")}}, true},
    {{TEXT("hours"), {TEXT("时间"), TEXT("hours")}}, true},
    {{TEXT("result"), {TEXT("结果"), TEXT("result")}}, true},
    {{TEXT("basis"), {TEXT("设定依据"), TEXT("basis")}}, false},
    {{TEXT("consult"), {TEXT("咨询部门"), TEXT("ask at")}}, true},
    {{TEXT("phone_kind"), {TEXT("咨询"), TEXT("phone")}}, false},
};

const struct closed_word channel_words[CHANNEL_WORDS] = {
    ROW(x, "online", "网上", "online") ROW(x, "counter", "窗口", "at the counter")
        ROW(x, "mail", "邮寄", "by mail") ROW(x, "email", "电子邮件", "by e-mail")
            ROW(x, "phone", "电话", "by phone") ROW(x, "app", "移动端", "in an app")};
