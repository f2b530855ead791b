/*
 * err.h: how things fail. A function that can fail returns 0 or a negative code of err.def; detail
 * goes to an optional struct err, which is written only on failure (a first error is kept: a later
 * one does not overwrite it). ret_ parameters are written only on success.
 *
 * Problems in rules, library files and documents are lists of diagnostics instead (diags.h), so
 * that one run reports many.
 */
#ifndef HUIQI_BASE_ERR_H
#define HUIQI_BASE_ERR_H
#include "base/base.h"

enum err_code {
    E_OK = 0,
#define ERR(name, number, http, exit, zh, en) E_##name = number,
#include "base/err.def"
#undef ERR
};

/* Texts are cut at these sizes so that an error can be reported without memory. */
#define ERR_TEXT 512
#define ERR_FILE 256

struct err {
    int code; /* 0 = nothing written yet */
    char message[ERR_TEXT];
    char hint[ERR_TEXT];   /* what to do next; may be empty */
    char file[ERR_FILE];   /* may be empty */
    uint32_t line, column; /* 1-based; 0 = unknown; column counts code points */
    const char *field;     /* the field of a form, or the option, at fault; static; may be NULL */
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        .code = 0                                                                                  \
    }

/* Writes the error unless one is there, and returns `code`, so that `return err_set(...)` reads
   well. err may be NULL. */
int err_set(struct err *err, int code, const char *format, ...) PRINTF_LIKE(3, 4);
void err_hint(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* Which field of a form is at fault; returns the code of the error, so that it can end a function.
 */
int err_field(struct err *err, int code, const char *field);
void err_at(struct err *err, struct span file, uint32_t line, uint32_t column);
int err_memory(struct err *err); /* E_MEMORY */

const char *err_text(int code, bool zh); /* the general sentence of a code */
const char *err_name(int code);          /* "E_INPUT" */
int err_http(int code);
int err_exit(int code);
#endif
