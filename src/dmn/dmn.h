/*
 * dmn.h: decision models of the standard (OMG DMN 1.1 to 1.5) from XML, checked, compiled and run.
 * The door of the folder.
 *
 *     XML -> elements and types -> requirement graph -> logic lowered onto the FEEL tree -> steps
 * -> values
 *
 * Boxed expressions and decision tables become the same tree that text becomes, so one checker,
 * compiler and machine serves them all. What is wrong in a model is a diagnostic; what can still be
 * run, runs, and what cannot is a null with a problem.
 *
 * A loaded model is immutable and lives in the program arena; many threads may run it, each with
 * its own run.
 */
#ifndef HUIQI_DMN_DMN_H
#define HUIQI_DMN_DMN_H
#include "feel/feel.h"

/* Named limits; each is reached by a test. (Of the XML: xml.h.) */
#define DMN_MODELS_MAX        50         /* models that one imports, directly or not */
#define DMN_CHAIN_MAX         500        /* requirements after one another: recursion */
#define DMN_LOGIC_MAX         (2u << 20) /* bytes of the texts of one decision */
#define DMN_SERVICE_DEPTH_MAX 40         /* services that call services while running: recursion */
#define DMN_CALLS_MAX         100000     /* calls of services in one run: time */

struct dmn;         /* a model with everything it imports */
struct dmn_element; /* input data, decision, business knowledge model, decision service */

enum dmn_kind { DMN_INPUT, DMN_DECISION, DMN_BKM, DMN_SERVICE };

/*
 * Reads the file and what it imports (files *.dmn beside it, found by namespace). E_IO, E_SYNTAX,
 * E_LIMIT, E_FORBIDDEN in err when a file is no model; what is wrong inside is in diags and *ret is
 * set all the same.
 */
NODISCARD int dmn_load(struct arena *program, const char *path, struct dmn **ret,
                       struct diags *diags, struct err *err);

/* As dmn_load, of a text that outlives the program; imports are not found. `file` is for messages.
 */
NODISCARD int dmn_load_text(struct arena *program, struct span text, struct span file,
                            struct dmn **ret, struct diags *diags, struct err *err);

/* As dmn_load_text; the other n - 1 texts are what may be imported, found by namespace. All outlive
 * the program. */
struct dmn_source {
    struct span text, file;
};
NODISCARD int dmn_load_texts(struct arena *program, const struct dmn_source *sources, size_t n,
                             struct dmn **ret, struct diags *diags, struct err *err);

/*
 * As dmn_load_text, for a host whose facts may be unknown (policy): unknown passes through by
 * Kleene's logic, a mistake of a run is an ERROR and never a null. Item definitions say more:
 * huiqi:unit="万元" makes a number one with a unit, allowed values that are texts a closed set, and
 * entries of tables that compare with such a type keep to it.
 */
NODISCARD int dmn_load_strict(struct arena *program, struct span text, struct span file,
                              struct dmn **ret, struct diags *diags, struct err *err);
#define DMN_HUIQI_NS "urn:huiqi:dmn" /* of attributes that the standard does not have: unit, en */

/* A decision of a model loaded by dmn_load_strict as a function of the inputs it rests on, in the
 * order of the file. */
struct dmn_function {
    struct value value;      /* VALUE_FUNCTION; many threads may call it */
    const struct type *type; /* TYPE_FUNCTION with types of parameters and result */
    size_t input_count;
    const struct dmn_element *const *inputs;
};
/* E_MEMORY or 0. */
NODISCARD int dmn_function(struct arena *program, const struct dmn *m, const struct dmn_element *e,
                           struct dmn_function *ret);
/* For people: the tables of a decision and of those it rests on (NULL: of all), as describe.c says.
 * NULL without memory. */
struct json *dmn_decision_json(struct arena *a, const struct dmn *m, const struct dmn_element *e);
/* Where an element stands. */
uint32_t dmn_line(const struct dmn_element *e);
/* What the attribute of DMN_HUIQI_NS says of an element (NULL: of the whole), or the empty span. */
struct span dmn_extra(const struct dmn *m, const struct dmn_element *e, struct span name);

struct span dmn_name(const struct dmn *m);
size_t dmn_element_count(const struct dmn *m); /* of the model itself, in the order of the file */
const struct dmn_element *dmn_element_at(const struct dmn *m, size_t i);
/* By name; ns: namespace of an imported model, or empty. NULL when there is none. */
const struct dmn_element *dmn_find(const struct dmn *m, struct span ns, struct span name);
/* All elements, those of imported models included; at i has the index i. */
size_t dmn_any_count(const struct dmn *m);
const struct dmn_element *dmn_any_at(const struct dmn *m, size_t i);
size_t dmn_index(const struct dmn_element *e);
/* Namespace of the imported model that e is of; empty when it is m's own. */
struct span dmn_space(const struct dmn *m, const struct dmn_element *e);
bool dmn_is_broken(const struct dmn_element *e);
/* The i-th element that e requires; of a service its parameters. NULL beyond the last. */
const struct dmn_element *dmn_need_at(const struct dmn_element *e, size_t i);
/* Where bytes start..end of the compiled logic stand in the file; false, and nothing said, when
 * expr is no logic of m. */
bool dmn_place(const struct dmn *m, const struct feel_expr *expr, uint32_t start, uint32_t end,
               struct diag *ret);
enum dmn_kind dmn_kind(const struct dmn_element *e);
struct span dmn_element_name(const struct dmn_element *e);
const struct type *dmn_type(const struct dmn_element *e);

struct dmn_calls {
    uint32_t depth, count;
};

/* One evaluation: inputs are set, then decisions are asked for; each is evaluated once. */
struct dmn_run {
    struct feel_run feel; /* arena, calendar, as_of: the caller's; problems: what made a null */
    const struct dmn *model;
    struct value *values; /* by element */
    uint8_t *states;
    struct dmn_calls *calls; /* of services, shared by the frames within one another */
};
NODISCARD int dmn_run_init(struct dmn_run *r, const struct dmn *m, struct arena *request);
/* A run of the same model with what is set in `from`, in the same arena. */
NODISCARD int dmn_run_copy(struct dmn_run *r, const struct dmn_run *from);
/* An input, or a decision whose value is given instead of computed. Coerced to its type. */
void dmn_set(struct dmn_run *r, const struct dmn_element *e, struct value v);
/* The value of a decision; of a service its output (a context when there are several). Never fails:
 * null and problems. */
struct value dmn_decide(struct dmn_run *r, const struct dmn_element *e);
/*
 * Why the decision or service e has its value: explain.c says what is in it. r: set up, its inputs
 * set, nothing decided. NULL without memory.
 */
struct json *dmn_explain(struct dmn_run *r, const struct dmn_element *e);

#endif
