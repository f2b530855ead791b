/*
 * uscc.h: the unified social credit code (统一社会信用代码, GB 32100-2015), key of an enterprise.
 *
 * 18 characters of 0-9 and A-Z without I, O, S, V, Z: registering authority, kind, six digits of
 * region, nine of the body, one check character.
 */
#ifndef HUIQI_IDENTITY_USCC_H
#define HUIQI_IDENTITY_USCC_H
#include "base/err.h"

#define USCC_LENGTH 18

/* Checks a code and writes it in capitals. E_INPUT with what is wrong: length, character and
 * position, check character. */
NODISCARD int uscc_check(struct span code, char ret[USCC_LENGTH + 1], struct err *err);
/* The check character of the first 17 characters; 0 when one of them is not allowed. */
char uscc_check_character(struct span first17);
#endif
