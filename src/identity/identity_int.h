/* identity_int.h: small helps that the files of this folder share. */
#ifndef HUIQI_IDENTITY_IDENTITY_INT_H
#define HUIQI_IDENTITY_IDENTITY_INT_H
#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"

/* A day as the store writes it; the text lives in out. */
static inline struct span identity_day(struct date d, char out[DATE_TEXT])
{
    return span_of(out, date_print(d, out));
}
/* A number as the log names things. */
static inline struct span identity_number(int64_t i, char out[24])
{
    int n = snprintf(out, 24, "%" PRId64, i);
    return span_of(out, n > 0 ? (size_t)n : 0);
}
#endif
