/*
 * library_int.h: what the loader's files share: the state of one load, reading YAML by descriptor
 * tables, and the order of work.
 *
 *   load.c             walk, hash, parse every file; sections in the order of their dependencies
 *   read.c             struct shape: keys -> fields; errors with place, hint and nearest word
 *   load_*.c           one file per section: its shapes
 *   vocabulary.c       facts, items, parameters, registers -> names of expressions
 *   compile.c          every expression, through feel_compile
 *   check.c            what crosses files (procedures: check_procedures_int.h)
 *
 * Everything that lasts lives in the library's arena; text of diagnostics lives in the caller's
 * (struct diags), so that they can be printed after a failed load.
 */
#ifndef HUIQI_POLICY_LIBRARY_INT_H
#define HUIQI_POLICY_LIBRARY_INT_H
#include "base/vector.h"
#include "policy/library.h"

/* A file of the library while it is loaded. */
struct source {
    struct span path;  /* as shown, in the program arena */
    struct span shown; /* the same in the arena of the diagnostics */
    struct span text;
    struct json *tree;
    struct err *err; /* why there is no text or no tree */
    uint32_t *lines; /* byte offset of each line; made by source_line */
    size_t line_count;
};

VECTOR_OF(struct source *, source_vector);
VECTOR_OF(struct item_kind *, item_kind_vector);
VECTOR_OF(struct fact *, fact_vector);
VECTOR_OF(struct parameter *, parameter_vector);
VECTOR_OF(struct library_register *, register_vector);
VECTOR_OF(struct decision_model *, decision_model_vector);
VECTOR_OF(struct decision *, decision_vector);
VECTOR_OF(struct library_document *, document_vector);
VECTOR_OF(struct organisation *, organisation_vector);
VECTOR_OF(struct measure *, measure_vector);
VECTOR_OF(struct family *, family_vector);
VECTOR_OF(struct slot, slot_vector);
VECTOR_OF(struct recognition *, recognition_vector);

/* A procedure with what its checks point at. */
struct procedure;
struct loaded_procedure {
    struct procedure *procedure;
    const struct json *tree;
    struct source *source;
    bool sound; /* read without mistakes: only then its flow is judged */
};
VECTOR_OF(struct loaded_procedure, procedure_vector);

struct loader {
    struct library *library;
    struct arena *program; /* the library's */
    struct arena *scratch; /* dies with the load */
    struct diags *diags;
    struct source *source; /* being read */
    bool failed;           /* no memory */
    bool unreadable;       /* a file was no YAML */
    size_t folder_length;  /* of the path prefix that the hash leaves out */
    void *hash;            /* crypto_hash_sha256_state */
    struct calendar *calendar;
    struct measure *defaults; /* of the file being read */
    struct source_vector sources;
    struct item_kind_vector item_kinds;
    struct fact_vector facts;
    struct parameter_vector parameters;
    struct register_vector registers;
    struct decision_model_vector decision_models;
    struct decision_vector decisions;
    struct document_vector documents;
    struct organisation_vector organisations;
    struct measure_vector measures;
    struct family_vector families;
    struct slot_vector slots;
    struct procedure_vector procedures;
    struct recognition_vector recognitions;
    struct map item_by_id;
    struct map tags; /* of the catalogue: name -> its register */
    struct map
        unsound; /* measures with mistakes of their own: what they should amount to is not judged */
};

/* ---- complaints ---- */

/* Puts g where j (or a key) stands; accepts NULL for both and gives g back for its hint. */
struct diag *place_value(struct loader *l, struct diag *g, const struct json *j);
struct diag *place_key(struct loader *l, struct diag *g, const struct json *j);
struct diag *place_at(struct loader *l, struct diag *g, struct place where, struct span word);
/* Diagnostics that came after `before` (NULL = from the first) speak of f's text: gives them the
   line of the file, and copies what would die with the library. */
void adopt_diags(struct loader *l, const struct diag *before, const struct formula *f);
void hint(struct loader *l, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
#define COMPLAIN(l, j, code, ...)                                                                  \
    place_value((l), diags_add((l)->diags, DIAG_ERROR, (code), __VA_ARGS__), (j))
#define COMPLAIN_KEY(l, j, code, ...)                                                              \
    place_key((l), diags_add((l)->diags, DIAG_ERROR, (code), __VA_ARGS__), (j))
#define COMPLAIN_AT(l, where, code, ...)                                                           \
    place_at((l), diags_add((l)->diags, DIAG_ERROR, (code), __VA_ARGS__), (where),                 \
             (struct span){NULL, 0})
#define WARN_AT(l, where, ...)                                                                     \
    place_at((l), diags_add((l)->diags, DIAG_WARNING, E_CHECK, __VA_ARGS__), (where),              \
             (struct span){NULL, 0})
/* Remembers that memory ran out; everything goes on until somebody looks. Gives p back. */
void *need(struct loader *l, void *p);

/* ---- reading by tables ---- */

struct key;
typedef void read_function(struct loader *l, const struct json *j, const struct key *k, void *base);

enum key_flags {
    KEY_REQUIRED = 1 << 0,
    KEY_SHARED = 1 << 1, /* may also stand at the head of a file, as a default of its measures */
};

struct key {
    const char *name;
    read_function *read;
    size_t offset; /* of the field in the struct of the shape */
    size_t second; /* of its count (lists) or of the bool that says it was given; 0 = none */
    unsigned flags;
    const void *extra; /* struct shape, struct closed_word, words */
    size_t extra_count;
};

struct shape {
    const char *what; /* "fact": for messages */
    const struct key *keys;
    size_t key_count;
    size_t size;  /* of the struct */
    size_t place; /* offset of its struct place, or NO_PLACE */
    void (*finish)(struct loader *l, const struct json *j,
                   void *base); /* may be NULL; after all keys */
};
#define NO_PLACE SIZE_MAX

static inline void *field_of(void *base, const struct key *k)
{
    return (char *)base + k->offset;
}

/* Fills base from a map; false when j is no map. */
bool read_shape(struct loader *l, const struct json *j, const struct shape *s, void *base);
/* Only the keys with KEY_SHARED; other members are left alone. */
void read_shared(struct loader *l, const struct json *j, const struct shape *s, void *base);
const struct key *shape_key(const struct shape *s, struct span name);

bool is_absent(const struct json *j); /* no node, an empty scalar, null */
bool want_text(struct loader *l, const struct json *j,
               const char *what); /* complains unless a scalar */
struct place place_of(struct loader *l, const struct json *j);
/* The expression of a scalar; its place is that of its first byte. */
struct formula formula_of(struct loader *l, const struct json *j);
bool date_of(struct loader *l, const struct json *j, struct date *ret);
/* A scalar as a value of a simple type (number, string, boolean, date). */
bool value_of(struct loader *l, const struct json *j, const struct type *t, struct value *ret);
/* Index in a table of closed words, or -1 with a complaint that lists or guesses. */
int word_of(struct loader *l, const struct json *j, const struct closed_word *words, size_t n,
            const char *what);

/* Readers of fields: struct span, spans with count, struct words, bool, int, struct decimal, struct
   date, struct formula, enum by closed words, span out of a list of C strings, shapes within (own
   struct or the same base). */
read_function read_text, read_texts, read_words, read_bool, read_decimal, read_date, read_formula,
    read_word, read_choice, read_choices, read_list, read_inner, read_same;
extern const struct shape words_shape;
/* A document by its id, a kind of items by its id. */
read_function read_document, read_item_kind;
#define CHANNELS 6
extern const char *const channel_names[CHANNELS]; /* ways to apply */

/* ---- closed words ---- */
/* A word of the format that is never shown. */
#define PLAIN_WORD(word)                                                                           \
    {                                                                                              \
        .yaml = { word, sizeof(word) - 1 }                                                         \
    }
int closed_word_find(const struct closed_word *words, size_t n, struct span yaml);

/* ---- sections ---- */
read_function load_items, load_facts, load_parameters, load_calendar, load_registers,
    load_documents, load_organisations, load_nicknames, load_measures, load_products, load_families,
    load_procedures, load_recognitions;
/* A row of a family: the tree that it expands to, its values beside the slots. */
void load_measure_row(struct loader *l, const struct json *e, const struct family *f,
                      const struct json *const *values);
void load_rule_rows(struct loader *l); /* rules of documents that are rows of a catalogue */
void join_families(struct loader *l);  /* members; before check_library */
extern const struct shape condition_shape, measure_shape, relation_shape, procedure_shape;
/* Relations of the document come first; those of `without` are left out. */
void inherit_relations(struct loader *l, struct measure *m, const struct span *without, size_t n);
/* outcome(...) and changes: what a measure rests on; no circles. When all measures are read. */
void link_chains(struct loader *l);
void compile_change(struct loader *l, struct measure_change *c);
void link_relations(struct loader *l); /* whom they mean; when all measures are read */
/* The element type of `type:` with unit and values. NULL after a complaint. */
const struct type *type_named(struct loader *l, const struct json *j, struct span unit,
                              const struct span *values, size_t value_count);
/* A document by its id, with a complaint when there is none. */
const struct library_document *document_of(struct loader *l, const struct json *j);
void load_decisions(struct loader *l); /* DMN models, before the vocabulary is built */
void link_documents(struct loader *l); /* `within` */

/* ---- after reading ---- */
void build_vocabulary(struct loader *l);
void compile_facts(struct loader *l);
void compile_document(struct loader *l, struct library_document *d);
void compile_measure(struct loader *l, struct measure *m);
/* Vocabulary slots read by a formula, computed facts expanded, set in a map of one byte per slot.
 */
void mark_slots(const struct library *lib, const struct feel_expr *e, uint8_t *used);
/* Joins inherited rules and a measure's own conditions. */
void inherit_rules(struct loader *l, struct measure *m, const struct span *without,
                   size_t without_count);
void check_library(struct loader *l);
/* load_recognition.c: after procedures, which recognisers name. */
void check_recognitions(struct loader *l);
/* procedures: names, then (compile_procedures.c) every expression; the list and its index; what
   their parts say of one another (check_procedures.c). */
void compile_procedure(struct loader *l, struct procedure *p);
void publish_procedures(struct loader *l);
void check_procedures(struct loader *l);
/* An expression with definitions before it; `want` may be NULL. */
void compile_formula(struct loader *l, struct formula *f, const struct feel_let *lets, size_t n,
                     const struct type *want);
/* The slots that are marked, as a list. */
void list_slots(struct loader *l, const uint8_t *used, const uint32_t **ret, size_t *ret_n);
/* A clause path as the house writes it; else a sentence about what is wrong. */
const char *clause_problem(struct span path);
/* check.c: the same complaints for every section. */
void check_clause(struct loader *l, struct span path, struct place where);
void check_organisation(struct loader *l, struct place where, struct span name);
void check_region(struct loader *l, struct place where, struct span region);
void hint_named(struct loader *l, struct diag *g, const struct map *m, struct span word);
/* A name that --facts may give: a fact, or a list of items. */
bool subject_name(const struct library *lib, struct span name);
#endif
