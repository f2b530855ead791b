/*
 * dmn_int.h: what the files of this folder share: the model in memory.
 *
 * xml -> load.c (elements, imports, requirements) -> types.c (item definitions) -> graph.c (order,
 * cycles, names in scope) -> lower.c, table.c (logic) -> run.c.
 */
#ifndef HUIQI_DMN_DMN_INT_H
#define HUIQI_DMN_DMN_INT_H
#include "base/vector.h"
#include "dmn/dmn.h"
#include "dmn/xml.h"
#include "feel/spec.h"

struct dmn_model;

/* What an element requires, and under which name of an import it is seen (empty: its own). */
struct dmn_need {
    struct dmn_element *element;
    struct span prefix;
    const struct xml *at;
};

struct dmn_need_vector {
    struct dmn_need *at;
    size_t n, room;
};

/* How a name in scope gets its value: one element, or a context of several elements of an import.
 */
struct dmn_name_in_scope {
    const struct dmn_need *needs; /* one, or those with one prefix */
    size_t n;
    bool is_import;
};

struct dmn_element {
    enum dmn_kind kind;
    struct dmn_model *model;
    const struct xml *xml;
    struct span name, id;
    uint32_t index; /* in the whole */
    const struct type
        *type; /* of its variable; of knowledge models and services: Any, they are functions */
    const struct type *result; /* of knowledge models and services: what they yield */
    struct dmn_need_vector
        needs; /* information and knowledge, sorted so that those of one prefix stand together */
    struct dmn_need_vector outputs, encapsulated,
        params;            /* of a service; params: input data, then input decisions */
    uint8_t mark;          /* of the search for cycles */
    uint32_t height;       /* longest chain of requirements below */
    bool broken;           /* logic that is there and could not be compiled */
    struct feel_let *lets; /* names in scope, beside: */
    struct dmn_name_in_scope *sources;
    size_t let_count;
    const struct feel_expr *logic;   /* NULL: none */
    const struct feel_piece *pieces; /* of its text: places in the file */
    size_t piece_count;
    struct feel_callable callable; /* of a service */
};

struct dmn_item {
    const struct xml *xml;
    const struct type *type;
    bool busy;
};

struct dmn_import {
    struct span name, ns;
    struct dmn_model *model; /* NULL when it was not found */
};

struct dmn_model {
    struct dmn *whole;
    struct span path, text, ns, name;
    const struct xml *root;
    VECTOR_OF(struct dmn_import, dmn_imports) imports;
    struct map by_id, by_name; /* of struct dmn_element */
    struct map items,
        types; /* of struct dmn_item; of struct type, by the names that expressions write */
    struct feel_vocabulary vocabulary; /* only its member names are used */
};

/* Where a compiled table comes from. */
struct dmn_table {
    const struct feel_table *table;
    const struct dmn_element *element;
    const struct xml *xml;
};

struct dmn {
    bool strict; /* of dmn_load_strict: unknown passes, mistakes are errors; types have units and
                    closed sets */
    struct arena *program;
    struct diags *diags;              /* while loading */
    bool alone;                       /* there is no folder to look in for what is imported, but: */
    const struct dmn_source *sources; /* texts */
    size_t source_count;
    VECTOR_OF(struct dmn_model *, dmn_models) models; /* the first is the one asked for */
    VECTOR_OF(struct dmn_element *, dmn_elements) elements;
    VECTOR_OF(struct dmn_table, dmn_tables) tables;
};

/* load.c */
struct diag *dmn_report(struct dmn_model *m, const struct xml *at, enum diag_level level, int code,
                        const char *format, ...) PRINTF_LIKE(5, 6);
/* The same to a list of the caller. */
struct diag *dmn_report_to(struct diags *d, const struct dmn_model *m, const struct xml *at,
                           enum diag_level level, int code, struct span message);
void dmn_hint(struct dmn_model *m, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);

/* types.c */
/* Types of all item definitions of m, into m->types. Imported models are done before. */
NODISCARD int dmn_types(struct dmn_model *m);
/* The type that an attribute typeRef (or a text) names; ANY with a report when it names none. An
 * empty ref is ANY. */
const struct type *dmn_type_ref(struct dmn_model *m, struct span ref, const struct xml *at);
/* The name under which m->types has it, or the standard's own name. */
struct span dmn_type_name(struct span ref);

/* Any value that passes the unary tests of the constraint; NULL when there are none. name: for
 * messages. */
const struct type *dmn_bounded(struct dmn_model *m, const struct xml *constraint, struct span name);

/* strict.c: t with the unit and the closed set of texts that its item definition x says; t itself
 * in spec mode. */
const struct type *dmn_strict_type(struct dmn_model *m, const struct xml *x, const struct type *t);

/* Texts in the cells of e's table that no value of a closed set is are errors. */
void dmn_strict_cells(struct dmn_element *e);
/* By index: what e rests on, itself included. NULL without memory. */
bool *dmn_rests_on(struct arena *a, const struct dmn *m, const struct dmn_element *e);

/* graph.c */
NODISCARD int dmn_graph(struct dmn *m);
/* lower.c: compiles the logic of e, or marks it broken. */
NODISCARD int dmn_lower(struct dmn_element *e);

/* While one logic is lowered. */
struct lowering {
    struct dmn_model *model;
    const struct dmn_element *element;
    struct arena *arena;
    struct feel_unit unit;
    VECTOR_OF(struct feel_piece, piece_vector) pieces;
    uint32_t tables; /* inputs of tables get names by number */
};
struct node *lower_expression(struct lowering *l, const struct xml *x, const struct scope *scope);
struct node *lower_text(struct lowering *l, const struct xml *text, const struct scope *scope);
struct node *lower_tests(struct lowering *l, const struct xml *text, const struct scope *scope,
                         struct node *x);
struct node *lower_coerced(struct lowering *l, struct node *n, struct span type_ref,
                           const struct xml *at);
struct node *lower_new(struct lowering *l, enum node_kind kind, const struct xml *at);
struct span lower_name(struct lowering *l, const struct xml *at, struct span name);
const struct scope *lower_scope(struct lowering *l, const struct scope *outer, struct span name);
/* table.c */
/* What the attribute hitPolicy says; UNIQUE for anything else. */
enum hit_policy dmn_policy(const struct xml *table);
struct node *lower_table(struct lowering *l, const struct xml *x, const struct scope *scope);
#endif
