/*
 * name.h: which characters make names, and which names are in scope. Inside the front end.
 */
#ifndef HUIQI_FEEL_NAME_H
#define HUIQI_FEEL_NAME_H
#include "feel/lex.h"

bool rune_is_blank(uint32_t rune);      /* white space of FEEL */
bool rune_is_name_start(uint32_t rune); /* grammar rule 28 */
bool rune_is_name_part(uint32_t rune);  /* rule 29 */
/* May stand inside a name beside name parts: . / - ' + * and any mark that is not ASCII. */
bool rune_is_name_mark(uint32_t rune);
/* Punctuation, signs and digits of full width or from Chinese typing: legal in FEEL names, refused
 * by strict mode. */
bool rune_is_full_width(uint32_t rune);
/* Part of a word: a name part, and in strict mode not full-width. */
bool rune_is_word(uint32_t rune, bool strict);

uint32_t rune_at(struct span text, uint32_t at,
                 uint32_t *ret_length); /* 0 and length 0 at the end */
bool scope_has(const struct scope *scope, struct span normal);
size_t scope_longest(const struct scope *scope);
#endif
