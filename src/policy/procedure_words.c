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
