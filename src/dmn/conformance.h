/*
 * conformance.h: files of the conformance kit (DMN TCK): cases with inputs and expected results,
 * run against the model that stands beside the file.
 *
 * Numbers are equal when they are exactly, or when fewer digits are expected than there are and the
 * difference is below 1e-8. The error flag is compared both ways: a null made by an error is not
 * the null that a model yields. A file in which no result has the attribute errorResult says
 * nothing about errors, and only values are compared. Where the kit contradicts itself about one
 * error (a table in conformance.c) the value alone decides, and the result says so.
 */
#ifndef HUIQI_DMN_CONFORMANCE_H
#define HUIQI_DMN_CONFORMANCE_H
#include "base/err.h"

struct dmn_case_result {
    const char *file;
    struct span id; /* of the case */
    bool passed;
    bool by_value;       /* a flag that differs was let pass: see above */
    struct span message; /* which result failed, expected and got; valid during the call */
};

typedef void dmn_case_report(void *context, const struct dmn_case_result *result);

/* Is it such a file? Looks at the root element only. */
bool dmn_is_conformance(const char *path);
/* E_IO, E_SYNTAX, E_INPUT when file or model cannot be read. *ret_model_errors: mistakes that the
 * model has. */
NODISCARD int dmn_test_file(const char *path, dmn_case_report *report, void *context,
                            size_t *ret_model_errors, struct err *err);
#endif
