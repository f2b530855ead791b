/*
 * huiqi/dmn.h: decision models of the standard (OMG DMN 1.1 to 1.5) in libhuiqi, beside
 * huiqi/feel.h, whose engine, runs, values and problems it shares.
 *
 *     engine -> model (XML in) -> run (inputs in) -> value of a decision or a service (out)
 *
 * Threads. A loaded model never changes: any number of threads may evaluate it at once, each with a
 * run of its own. There are no global variables.
 *
 * Memory. Everything comes from the engine's allocator, but what libxml2 needs while it reads: that
 * is made with malloc and freed within huiqi_model_load. A model keeps its engine, a run its model:
 * they may be freed in any order.
 *
 * Errors. A text that is no model is a negative status. What is wrong inside a model is a list of
 * problems with file, line and column, and breaks only the elements that need it. What goes wrong
 * while a decision is evaluated is null, as the standard says, with problems that say where
 * (huiqi_run_problem_count, huiqi_run_problem) and why (huiqi_failure).
 *
 * XML is untrusted: no DOCTYPE, no entities of its own, no network, no files; size, depth,
 * elements, chains of requirements and calls are bounded.
 */
#ifndef HUIQI_DMN_H
#define HUIQI_DMN_H
#include <huiqi/feel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Model ---- */

/* A decision model with everything it imports: immutable, shared by threads. */
struct huiqi_model;

/* The text of a model, and a name for it in problems (may be empty). */
struct huiqi_source {
    struct huiqi_text text, file;
};

/*
 * Loads the first of n texts (copied) as a model. The others are what it may import, in any order;
 * they are found by their namespace. *ret_problems, when ret_problems is not NULL, is set in every
 * case, to NULL when nothing is to be said; free it with huiqi_problems_free. HUIQI_OK also when
 * elements have mistakes: those are `broken` (huiqi_element_at) and yield null. HUIQI_SYNTAX: no
 * well-formed XML; HUIQI_INPUT: no DMN model; HUIQI_FORBIDDEN: a DOCTYPE; HUIQI_LIMIT; HUIQI_USAGE:
 * n is 0; HUIQI_NO_MEMORY. Several threads may load with one engine at once.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_model_load(struct huiqi_engine *engine,
                                                const struct huiqi_source *sources, size_t n,
                                                struct huiqi_model **ret_model,
                                                struct huiqi_problems **ret_problems);
/* Gives the model up; it lives on while a run of it does. */
HUIQI_API void huiqi_model_free(struct huiqi_model *model);
/* Its name, as the file says it. Lives as long as the model. */
HUIQI_API struct huiqi_text huiqi_model_name(const struct huiqi_model *model);

/* ---- Elements ---- */

/* What an element of a model is. */
enum huiqi_element_kind {
    HUIQI_INPUT_DATA, /* to be set in a run */
    HUIQI_DECISION,
    HUIQI_KNOWLEDGE, /* business knowledge model: a function that decisions call */
    HUIQI_SERVICE    /* decision service: decisions with the inputs that they need */
};

/* One element. Its texts live as long as the model. */
struct huiqi_element {
    enum huiqi_element_kind kind;
    struct huiqi_text name;
    struct huiqi_text type; /* of its value: an item definition, or a type as FEEL writes it */
    struct huiqi_text
        space;     /* namespace of the imported model that it is of; empty = the model's own
                    */
    uint32_t line; /* in its file */
    bool broken;   /* it has mistakes: asked for, it yields null */
};

/* How many elements: those of the model itself in the order of its file, then those of imported
 * models. */
HUIQI_API size_t huiqi_element_count(const struct huiqi_model *model);
/* The element with that index, from 0; false beyond the last, *ret untouched. */
HUIQI_API bool huiqi_element_at(const struct huiqi_model *model, uint32_t index,
                                struct huiqi_element *ret_element);
/* The index of the element of that name, of the model itself before imported ones. HUIQI_NAME:
 * there is none. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_element_find(const struct huiqi_model *model,
                                                  struct huiqi_text name, uint32_t *ret_index);
/*
 * The index of the i-th element that an element requires directly: input data, decisions and
 * functions; of a service its parameters, in their order. UINT32_MAX beyond the last.
 */
HUIQI_API uint32_t huiqi_element_need(const struct huiqi_model *model, uint32_t index, size_t i);

/* ---- Evaluation ---- */

/*
 * A run of the model. What huiqi/feel.h says of runs holds, with the index of an element as index
 * of a name: huiqi_set_text, huiqi_set_json, huiqi_set and the others give input data their values,
 * and decisions, too, which then are not computed. What is not set, or unknown, is null.
 * HUIQI_NO_MEMORY.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_model_run(struct huiqi_model *model,
                                               struct huiqi_run **ret_run);
/*
 * Sets the members of a JSON object by name; what is set already and not named stays. HUIQI_NAME:
 * no input or decision has such a name; HUIQI_INPUT, HUIQI_TYPE, HUIQI_SYNTAX: huiqi_run_error says
 * what and where; HUIQI_USAGE: not a run of a model; HUIQI_NO_MEMORY. After an error some may be
 * set.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_inputs(struct huiqi_run *run, struct huiqi_text json);
/*
 * The value of a decision with what is set in the run, everything that it requires computed first;
 * of a service the value of its output decision, or a context of them when there are several.
 * Never NULL and never fails: what goes wrong is null (huiqi_failure). Want of memory, or an index
 * that is neither a decision nor a service, is an error value. Valid until the next evaluation in
 * this run, or until the run is cleared or freed.
 */
HUIQI_API const struct huiqi_value *huiqi_decide(struct huiqi_run *run, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
