/*
 * utf8.h: decoding, validation, positions. Malformed sequences, surrogates and values above
 * U+10FFFF are errors; nothing is replaced in silence.
 */
#ifndef HUIQI_BASE_UTF8_H
#define HUIQI_BASE_UTF8_H
#include "base/base.h"

#define RUNE_BAD UINT32_MAX
/* Decodes the code point at the start of s; *ret_length is its bytes (1 when bad, 0 at the end). */
uint32_t utf8_decode(struct span s, size_t *ret_length);
/* Writes 1 to 4 bytes; returns how many. */
size_t utf8_encode(uint32_t rune, char out[4]);
/* Offset of the first bad byte, or SIZE_MAX when s is valid UTF-8. */
size_t utf8_check(struct span s);
size_t utf8_count(struct span s); /* code points; each bad byte counts as one */
/* Byte offset of code point number `index` (0-based), or s.n when past the end. */
size_t utf8_offset(struct span s, size_t index);
/* Columns on a terminal: 2 for wide and full-width, 0 for combining, else 1. */
size_t utf8_width(struct span s);
/* Line and column (1-based, column in code points) of byte `offset`. */
void utf8_position(struct span s, size_t offset, uint32_t *ret_line, uint32_t *ret_column);
#endif
