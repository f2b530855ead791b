/*
 * shape.h: small pieces of the trees that pages are made of.
 */
#ifndef HUIQI_WEB_SHAPE_H
#define HUIQI_WEB_SHAPE_H
#include "web/app.h"

static inline bool is_english(const struct request *req)
{
    return req->language == LANGUAGE_EN;
}
/* Adds to every {zh, en} of the tree a member `say`: the text in the language of the request. */
void shape_say(struct request *req, struct json *tree);
/* {id, title} of a closed word, the title in the language of the request. */
struct json *shape_word(struct request *req, const struct closed_word *w);
struct json *shape_text(struct request *req, struct span s);
struct json *shape_date(struct request *req, struct date d);
/* Sets `key` only when there is text. */
void shape_set(struct request *req, struct json *o, const char *key, struct span text);
/* A list as NAME, and has_NAME: whether there is anything in it. */
void shape_list(struct request *req, struct json *data, const char *name, struct json *list);
/* The address of a page about something: "/measures/" + percent-encoded id. */
struct span shape_link(struct request *req, const char *folder, struct span id);
/* The page of a measure or product. */
struct span shape_measure_link(struct request *req, const struct measure *m);
/* {document, title, clause, link, text}: a citation; `text` when the clause resolves. NULL path =
 * the document itself. */
struct json *shape_citation(struct request *req, const struct app *app,
                            const struct library_document *d, struct span clause);
/* {link, title}: a model of decision tables. */
struct json *shape_decision(struct request *req, const struct decision_model *m);
/* Options of a filter: [{value, title, chosen}]. */
void shape_option(struct request *req, struct json *list, struct span value, struct span title,
                  bool chosen);
/* 20000000 -> 20,000,000: digits of a figure in groups; other text stays. */
struct span shape_grouped(struct request *req, struct span figure);
/* What a sensitive fact is used for and how long it is kept; empty for others. */
struct span shape_purpose(struct request *req, const struct fact *f);
/* Who did something, as people say it: the operator of the machine has no account. */
struct span shape_actor(struct request *req, struct span login);
/* An expression: `key` as it is in the library; in English `key`_en with its names in words. */
void shape_formula(struct request *req, struct json *o, const char *key, const struct library *l,
                   struct span text);
#endif
