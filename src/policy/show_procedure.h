/*
 * show_procedure.h: a procedure for people and programs: limits and triggers as sentences, the
 * definition as JSON. `procedure show` and the pages of the guide use it. All in the request
 * arena; what runs out of memory leaves arena->failed set.
 */
#ifndef HUIQI_POLICY_SHOW_PROCEDURE_H
#define HUIQI_POLICY_SHOW_PROCEDURE_H
#include "policy/procedure.h"

/* "2个工作日", "至 截止日", "次月月底"; "2 working days", "until ...". Empty when none is given. */
struct span limit_text(struct arena *request, const struct limit *limit, bool english);
/* The title of an act, or of the lapse of a clock ("lapse:CLOCK"). */
struct span happening_text(struct arena *request, const struct procedure *p, struct span name,
                           bool english);
/* What starts, stops or ends a clock, by title: "提交、补正中最先发生的". Empty when nothing does.
 */
struct span trigger_text(struct arena *request, const struct procedure *p, const struct trigger *t,
                         bool english);
/* 申请人, 系统, 任何人 or a party's title; the id itself when nobody bears it. */
struct span actor_title(const struct procedure *p, struct span who, bool english);
/* Titles of an act and a state by id; the id itself when there is none. */
struct span act_title(const struct procedure *p, struct span id, bool english);
struct span state_title(const struct procedure *p, struct span id, bool english);

/* What the guide says under one of guide_words[]; "文中没有写" where it owes a word and has none;
 * empty when there is nothing to say. */
struct span guide_text(const struct procedure *p, const struct guide_word *key, bool english);
/* 网上、窗口: the ways to apply; empty when none is given. */
struct span channels_text(struct arena *request, const struct procedure *p, bool english);
/* Whether one of the party's acts is the decision: who approves, beside who handles. */
bool party_decides(const struct procedure *p, const struct party *party);

/* A line of a list: id, title, kind, region, authority, document, numbers of its parts. NULL
 * without memory. */
struct json *procedure_line_json(struct arena *request, const struct procedure *p);
/* All of it; keys as in docs/procedures.md, flags as `flags: [...]`. */
struct json *procedure_json(struct arena *request, const struct procedure *p);
#endif
