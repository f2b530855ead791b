/*
 * huiqi/feel.h: FEEL, the expression language of OMG DMN 1.5, as a C library: libhuiqi.
 *
 *     engine -> vocabulary (names and types) -> program (one compiled expression) -> run (values
 * in) -> value (out)
 *
 * Threads. There are no global variables. An engine, a vocabulary and a program never change once a
 * program was compiled, so any number of threads may share them without a lock. A run belongs to
 * one thread at a time; give each thread its own.
 *
 * Memory. Everything comes from the engine's allocator (huiqi_allocator). What a function makes is
 * freed by its
 * ..._free, which takes NULL. A program keeps its vocabulary, a vocabulary its engine, a run its
 * vocabulary: they may be freed in any order. An evaluation that yields a number, a boolean or a
 * date allocates nothing.
 *
 * Errors. A function that can fail returns 0 or a negative enum huiqi_status and touches its ret_
 * arguments only on success. What is wrong in a text is a list of problems with line, column and
 * often a hint; what goes wrong while an expression runs is a value: in strict mode an error, in
 * spec mode null with a problem (huiqi_run_problem).
 *
 * Text is UTF-8 and need not end in a zero byte. Numbers are decimal128 and cross the border as
 * decimal text or as whole numbers, never as binary fractions.
 */
#ifndef HUIQI_FEEL_H
#define HUIQI_FEEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HUIQI_API        __attribute__((visibility("default")))
#define HUIQI_MUST_CHECK __attribute__((warn_unused_result))
#else
#define HUIQI_API
#define HUIQI_MUST_CHECK
#endif

/* ---- Basics ---- */

/* What a function that can fail returns. */
enum huiqi_status {
    HUIQI_OK = 0,
    HUIQI_NO_MEMORY = -1,  /* the allocator gave NULL */
    HUIQI_USAGE = -2,      /* called against the rules of this page */
    HUIQI_INPUT = -3,      /* a value or a name cannot be read */
    HUIQI_SYNTAX = -4,     /* a text is no expression */
    HUIQI_NAME = -5,       /* a name is not declared */
    HUIQI_TYPE = -6,       /* a value or an operand of another type is needed */
    HUIQI_LIMIT = -7,      /* a named limit is exceeded: size, depth, steps */
    HUIQI_NOT_FOUND = -8,  /* something asked for is not there */
    HUIQI_CONFLICT = -9,   /* declared already, or declared too late */
    HUIQI_IO = -10,        /* a file cannot be read */
    HUIQI_ENCODING = -12,  /* not UTF-8 */
    HUIQI_FORBIDDEN = -14, /* refused for safety */
    HUIQI_DIVISION = -17,  /* division by zero */
    HUIQI_RANGE = -18      /* out of range: overflow, index, calendar */
};

/* The general sentence of a status, in English; a constant string. Unknown numbers give one too. */
HUIQI_API const char *huiqi_status_text(int status);
/* The version of the library that is linked, such as "0.1.0"; a constant string. */
HUIQI_API const char *huiqi_version(void);

/* A view of text that somebody else owns; p may be NULL when n is 0. */
struct huiqi_text {
    const char *p;
    size_t n; /* bytes */
};

/* A view of a string that ends in a zero byte; NULL is the empty text. */
static inline struct huiqi_text huiqi_text(const char *z)
{
    struct huiqi_text t = {z, z ? strlen(z) : 0};
    return t;
}

/* One thing that is wrong. Its texts live as long as what it was asked of. */
struct huiqi_problem {
    int status;            /* negative enum huiqi_status */
    bool warning;          /* the result stands all the same */
    uint32_t line, column; /* 1-based, of its first character; 0 = no place is known */
    uint32_t length;       /* characters */
    struct huiqi_text message;
    struct huiqi_text hint; /* what to write instead; may be empty */
};

/* ---- Engine ---- */

/*
 * Where memory comes from. `resize` is realloc (old may be NULL) and must be aligned for every
 * type; `release` is free (p is never NULL). Both may be called by several threads at once when
 * threads share the engine. Regular expressions take theirs here, too. Outside of it are only a few
 * calendars of time zones (ICU's), kept by each thread that uses named zones until it ends, and
 * what reading a text takes while it lasts: capitals (ICU), models (libxml2).
 */
struct huiqi_allocator {
    void *(*resize)(void *context, void *old, size_t size);
    void (*release)(void *context, void *p);
    void *context;
};

/* The outermost object: it holds the allocator. */
struct huiqi_engine;

/* A new engine. allocator: copied; NULL means malloc. HUIQI_NO_MEMORY, or HUIQI_USAGE when a
 * function of it is missing. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_engine_new(const struct huiqi_allocator *allocator,
                                                struct huiqi_engine **ret_engine);
/* Gives the engine up; it lives on while a vocabulary of it does. */
HUIQI_API void huiqi_engine_free(struct huiqi_engine *engine);

/* ---- Vocabulary ---- */

/*
 * The names that expressions may use and their types. Declare all of them before the first program
 * is compiled; one thread at a time until then.
 */
struct huiqi_vocabulary;

/* An empty vocabulary of the engine. HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_vocabulary_new(struct huiqi_engine *engine,
                                                    struct huiqi_vocabulary **ret_vocabulary);
/* Gives the vocabulary up; it lives on while a program or a run of it does. */
HUIQI_API void huiqi_vocabulary_free(struct huiqi_vocabulary *vocabulary);
/*
 * Declares a name, which may hold spaces and be Chinese. type: as FEEL writes types: number,
 * string, boolean, date, time, date and time, days and time duration, years and months duration,
 * Any, list<...>, range<...>, context<name: type, ...>. *ret_index, which may be NULL, counts from
 * 0 in the order of declarations. HUIQI_INPUT: not a name; HUIQI_SYNTAX: not a type;
 * HUIQI_CONFLICT: declared already, or a program was compiled.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_declare(struct huiqi_vocabulary *vocabulary,
                                             struct huiqi_text name, struct huiqi_text type,
                                             uint32_t *ret_index);
/* Declares a number with a unit such as 元: strict mode refuses to add or compare numbers of two
 * units. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_declare_number(struct huiqi_vocabulary *vocabulary,
                                                    struct huiqi_text name, struct huiqi_text unit,
                                                    uint32_t *ret_index);
/* Declares a string that is one of n values: strict mode refuses to compare it with any other. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_declare_choice(struct huiqi_vocabulary *vocabulary,
                                                    struct huiqi_text name,
                                                    const struct huiqi_text *values, size_t n,
                                                    uint32_t *ret_index);
/* How many names are declared. */
HUIQI_API uint32_t huiqi_declared(const struct huiqi_vocabulary *vocabulary);

/* ---- Program ---- */

/* One compiled expression: immutable, shared by threads. */
struct huiqi_program;
/* What is wrong in a text. */
struct huiqi_problems;

/* Which front end reads the text. */
enum huiqi_mode {
    HUIQI_STRICT, /* static types, closed vocabulary; what is not set is unknown and passes by
                     Kleene's logic; what fails is an error value that no condition mistakes for
                     false */
    HUIQI_SPEC    /* the standard to the letter: what is not set, and what fails, is null */
};

/* How to compile; zeroed it means strict mode, any type, line 1. */
struct huiqi_compile {
    enum huiqi_mode mode;
    struct huiqi_text
        type; /* strict mode: what the result must be, as in huiqi_declare; empty = anything */
    struct huiqi_text file; /* for problems; may be empty */
    uint32_t line, column;  /* 1-based place of the text in that file; 0 = 1 */
};

/*
 * Compiles one expression (copied). how may be NULL. *ret_problems, when ret_problems is not NULL,
 * is set in every case, to NULL when nothing is to be said; free it. HUIQI_SYNTAX, HUIQI_NAME,
 * HUIQI_TYPE, HUIQI_LIMIT, HUIQI_ENCODING with problems; HUIQI_NO_MEMORY. Several threads may
 * compile with one vocabulary at once.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_compile(struct huiqi_vocabulary *vocabulary,
                                             struct huiqi_text text,
                                             const struct huiqi_compile *how,
                                             struct huiqi_program **ret_program,
                                             struct huiqi_problems **ret_problems);
/* Gives the program up. No thread may be evaluating it. */
HUIQI_API void huiqi_program_free(struct huiqi_program *program);
/* How many names the program can read. */
HUIQI_API size_t huiqi_program_needs(const struct huiqi_program *program);
/* The index (huiqi_declare) of the i-th of them; UINT32_MAX beyond the last. */
HUIQI_API uint32_t huiqi_program_need(const struct huiqi_program *program, size_t i);

/* How many problems; NULL has none. */
HUIQI_API size_t huiqi_problem_count(const struct huiqi_problems *problems);
/* The i-th, in the order of the text; zeroed beyond the last. Valid until the problems are freed.
 */
HUIQI_API struct huiqi_problem huiqi_problem_at(const struct huiqi_problems *problems, size_t i);
/* All of them as text for people, with the source line and a caret. Zero-terminated; valid until
 * the problems are freed. */
HUIQI_API const char *huiqi_problems_text(const struct huiqi_problems *problems);
/* Frees the problems. */
HUIQI_API void huiqi_problems_free(struct huiqi_problems *problems);

/* ---- Run: values in ---- */

/* Values for the names of a vocabulary, and room for results. One thread at a time. */
struct huiqi_run;
/* A value. It lives in its run: made ones until huiqi_run_clear, results until the next evaluation.
 * Never NULL. */
struct huiqi_value;

/* Why a value is missing. */
enum huiqi_cause {
    HUIQI_ASK,         /* nobody said yet */
    HUIQI_RECOGNITION, /* an authority decides it */
    HUIQI_PARAMETER,   /* a public value is not known for the date */
    HUIQI_EVENT,       /* an event without a date */
    HUIQI_FUTURE,      /* known later */
    HUIQI_REGISTER,    /* a list does not say */
    HUIQI_TEXT         /* it stands in a text that is not held */
};

/* A run of the vocabulary, nothing set; no further name can be declared. HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_run_new(struct huiqi_vocabulary *vocabulary,
                                             struct huiqi_run **ret_run);
/* Frees the run and every value in it. */
HUIQI_API void huiqi_run_free(struct huiqi_run *run);
/* Forgets all values: nothing is set again. Keeps the date and the memory. */
HUIQI_API void huiqi_run_clear(struct huiqi_run *run);
/* The date of today() in strict mode, YYYY-MM-DD; the day the run was made when never called.
 * HUIQI_INPUT. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_run_date(struct huiqi_run *run, struct huiqi_text date);
/* Whether evaluations note what they looked at (huiqi_use). Off at first. */
HUIQI_API void huiqi_run_trace(struct huiqi_run *run, bool on);

/*
 * The value of a name from text, read as its declared type: "1200.50", "2020-03-09", "P3D", "true",
 * any string. HUIQI_INPUT: it cannot be read; HUIQI_TYPE: a type that has no such text;
 * HUIQI_USAGE: no such index; HUIQI_NO_MEMORY.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_text(struct huiqi_run *run, uint32_t index,
                                              struct huiqi_text text);
/* The value of a name from JSON; numbers are read as decimals. HUIQI_INPUT, HUIQI_TYPE,
 * HUIQI_USAGE, HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_json(struct huiqi_run *run, uint32_t index,
                                              struct huiqi_text json);
/* The value of a number, whole. HUIQI_TYPE: the name is no number; HUIQI_USAGE. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_integer(struct huiqi_run *run, uint32_t index,
                                                 int64_t number);
/* The value of a boolean. HUIQI_TYPE, HUIQI_USAGE. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_boolean(struct huiqi_run *run, uint32_t index, bool truth);
/* Known to be absent: null, whatever the type. HUIQI_USAGE. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_null(struct huiqi_run *run, uint32_t index);
/* Not known, with a cause and who could tell (copied; may be empty). HUIQI_USAGE, HUIQI_NO_MEMORY.
 */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set_unknown(struct huiqi_run *run, uint32_t index,
                                                 enum huiqi_cause cause, struct huiqi_text holder);
/* A value made below, in the same run, or a result of it, which is then kept. HUIQI_TYPE,
 * HUIQI_USAGE, HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_set(struct huiqi_run *run, uint32_t index,
                                         const struct huiqi_value *value);
/* What went wrong in the last call on this run that returned HUIQI_INPUT or HUIQI_TYPE. Valid until
 * the next call. */
HUIQI_API struct huiqi_problem huiqi_run_error(const struct huiqi_run *run);

/* A new value of the run from text, read as the type. Errors as huiqi_set_text, and HUIQI_SYNTAX:
 * no type. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_make(struct huiqi_run *run, struct huiqi_text type,
                                          struct huiqi_text text,
                                          const struct huiqi_value **ret_value);
/* A list of n values of the same run. HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_make_list(struct huiqi_run *run,
                                               const struct huiqi_value *const *values, size_t n,
                                               const struct huiqi_value **ret_value);
/* A context of n entries; keys are copied. HUIQI_INPUT: a key twice; HUIQI_NO_MEMORY. */
HUIQI_API HUIQI_MUST_CHECK int huiqi_make_context(struct huiqi_run *run,
                                                  const struct huiqi_text *keys,
                                                  const struct huiqi_value *const *values, size_t n,
                                                  const struct huiqi_value **ret_value);

/* ---- Run: evaluation ---- */

/*
 * The value of the program with the values of the run. Never NULL and never fails: what goes wrong
 * is a value. Valid until the next evaluation in this run, or until the run is cleared or freed.
 */
HUIQI_API const struct huiqi_value *huiqi_evaluate(struct huiqi_run *run,
                                                   const struct huiqi_program *program);
/* Problems of the last evaluation in spec mode: what made its nulls. Further ones than the first
 * 100 are counted only. */
HUIQI_API size_t huiqi_run_problem_count(const struct huiqi_run *run);
/* The i-th of them, newest first; zeroed beyond the kept ones. Valid until the next evaluation. */
HUIQI_API struct huiqi_problem huiqi_run_problem(const struct huiqi_run *run, size_t i);

/* One look at a name during an evaluation. */
struct huiqi_use {
    struct huiqi_text name;
    const struct huiqi_value *value;
    uint32_t start, end; /* bytes of the expression's text */
};

/* The i-th name that the last evaluation looked at, in order; false beyond the last, or when the
 * trace was off. */
HUIQI_API bool huiqi_use_at(const struct huiqi_run *run, size_t i, struct huiqi_use *ret_use);
/*
 * The expression with the values of the run in the place of the names: "0.5 * (12000 + 9000)".
 * Returns the bytes that it needs and writes as many as fit, and a zero byte (room 0 writes
 * nothing). SIZE_MAX without memory.
 */
HUIQI_API size_t huiqi_worked(struct huiqi_run *run, const struct huiqi_program *program, char *out,
                              size_t room);

/* ---- Values out ---- */

/* Kinds of values. */
enum huiqi_kind {
    HUIQI_NULL,
    HUIQI_BOOLEAN,
    HUIQI_NUMBER,
    HUIQI_STRING,
    HUIQI_DATE,
    HUIQI_TIME,
    HUIQI_DATE_TIME,
    HUIQI_DAYS,   /* days and time duration */
    HUIQI_MONTHS, /* years and months duration */
    HUIQI_LIST,
    HUIQI_CONTEXT,
    HUIQI_RANGE_OF, /* from..to */
    HUIQI_FUNCTION,
    HUIQI_UNKNOWN, /* strict mode: something was not set; huiqi_missing_at says what */
    HUIQI_ERROR    /* strict mode: the computation failed; huiqi_failure says why */
};

/* The kind of a value. */
HUIQI_API enum huiqi_kind huiqi_kind(const struct huiqi_value *value);
/* A boolean; false when the value is none, *ret untouched. */
HUIQI_API bool huiqi_boolean(const struct huiqi_value *value, bool *ret_truth);
/* A whole number that fits; false when the value is none, *ret untouched. */
HUIQI_API bool huiqi_integer(const struct huiqi_value *value, int64_t *ret_number);
/* A string, without its quotes; empty for other kinds. Lives as long as the value. */
HUIQI_API struct huiqi_text huiqi_string(const struct huiqi_value *value);
/*
 * Any value as FEEL's string() writes it: numbers in plain decimal notation, dates in ISO form.
 * Returns the bytes that it needs and writes as many as fit, and a zero byte (room 0 writes
 * nothing). SIZE_MAX without memory.
 */
HUIQI_API size_t huiqi_print(struct huiqi_run *run, const struct huiqi_value *value, char *out,
                             size_t room);
/* As huiqi_print, as JSON: numbers as numbers, temporal values as strings. */
HUIQI_API size_t huiqi_json(struct huiqi_run *run, const struct huiqi_value *value, char *out,
                            size_t room);

/* Elements of a list, entries of a context; 0 for other kinds. */
HUIQI_API size_t huiqi_count(const struct huiqi_value *value);
/* The i-th element or the value of the i-th entry, from 0; NULL beyond the last. */
HUIQI_API const struct huiqi_value *huiqi_at(const struct huiqi_value *value, size_t i);
/* The key of the i-th entry of a context; empty beyond the last. */
HUIQI_API struct huiqi_text huiqi_key(const struct huiqi_value *value, size_t i);
/* The entry of that key, or NULL. */
HUIQI_API const struct huiqi_value *huiqi_member(const struct huiqi_value *value,
                                                 struct huiqi_text key);

/* Ends of a range. */
struct huiqi_range {
    const struct huiqi_value *low, *high; /* NULL = no end on that side */
    bool low_closed, high_closed;
};

/* The ends of a range; false when the value is none, *ret untouched. */
HUIQI_API bool huiqi_range(const struct huiqi_value *value, struct huiqi_range *ret_range);

/* One thing that an unknown lacks. */
struct huiqi_missing {
    struct huiqi_text name;
    struct huiqi_text item; /* id of the item that it is about; empty for the subject itself */
    enum huiqi_cause cause;
    struct huiqi_text holder; /* who could tell; may be empty */
};

/* The i-th thing that an unknown lacks, at least one, by name; false beyond the last or for other
 * kinds. */
HUIQI_API bool huiqi_missing_at(const struct huiqi_value *value, size_t i,
                                struct huiqi_missing *ret_missing);
/*
 * The bounds of an unknown number: decimal texts as huiqi_print writes them, empty without a bound
 * on that side; each room at least 64 bytes. False when nothing is known of it.
 */
HUIQI_API bool huiqi_bounds(const struct huiqi_value *value, char *low, char *high, size_t room);
/* Why a result is an error, or a null that an error made, with its place in the text last
 * evaluated; else false. */
HUIQI_API bool huiqi_failure(const struct huiqi_run *run, const struct huiqi_value *value,
                             struct huiqi_problem *ret_problem);

#ifdef __cplusplus
}
#endif
#endif
