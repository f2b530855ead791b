/*
 * show.h: entries of a library as JSON: what `library show --json`, `library facts --json` and the
 * pages give. Built in the request arena; NULL without memory.
 */
#ifndef HUIQI_POLICY_SHOW_H
#define HUIQI_POLICY_SHOW_H
#include "policy/library.h"

struct json *words_json(struct arena *request, struct words w); /* {zh, en} */
struct json *fact_json(struct arena *request, const struct fact *f);
/* Everything of a measure; `needs` are the facts, parameters and registers that its expressions
 * read, with types. */
struct json *measure_json(struct arena *request, const struct library *l, const struct measure *m);
/* One line of a list: id, catalogue, title, kind, precision, region, document. */
struct json *measure_line_json(struct arena *request, const struct measure *m);
/* Facts, kinds of items, parameters, registers and ready-made names. */
struct json *vocabulary_json(struct arena *request, const struct library *l);
/* A model of decision tables with everything that a page shows. NULL without memory. */
struct json *decision_model_json(struct arena *a, const struct decision_model *m);
/* A family: its slots, and each member with its values (null = not given). NULL without memory. */
struct json *family_json(struct arena *request, const struct family *f);
#endif
