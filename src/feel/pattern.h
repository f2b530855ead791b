/*
 * pattern.h: regular expressions of XPath and XML Schema, written again for PCRE2.
 */
#ifndef HUIQI_FEEL_PATTERN_H
#define HUIQI_FEEL_PATTERN_H
#include "base/buffer.h"

#define PATTERN_DEPTH_MAX 100 /* groups and subtractions within one another */

/*
 * The pattern in PCRE2's syntax, to be compiled with UTF, UCP, DOLLAR_ENDONLY and
 * MATCH_UNSET_BACKREF. single_line is the flag s, no_blanks the flag x, which need no option then.
 * NULL, or why it is no pattern, with *ret_at its byte.
 */
const char *pattern_translate(struct span pattern, bool single_line, bool no_blanks,
                              struct buffer *out, size_t *ret_at);
#endif
