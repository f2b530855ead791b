/*
 * names.h: what facts and parameters are called in English. Names in rules are Chinese and stay so;
 * an English page or answer says the title, and keeps the name beside it where somebody has to
 * write it.
 */
#ifndef HUIQI_POLICY_NAMES_H
#define HUIQI_POLICY_NAMES_H
#include "policy/library.h"

/* The English title of a fact or parameter; the name itself in Chinese, or where nothing is titled.
 */
struct span name_words(const struct library *l, struct span name, bool english);
/* An expression with its names in words: 参保人数(上年) >= 3 -> insured employees (last year) >= 3.
 * What has no English stays as it is. Without memory the text itself. */
struct span formula_words(struct arena *request, const struct library *l, struct span text,
                          bool english);
#endif
