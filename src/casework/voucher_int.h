/*
 * voucher_int.h: what the files of vouchers share.
 */
#ifndef HUIQI_CASEWORK_VOUCHER_INT_H
#define HUIQI_CASEWORK_VOUCHER_INT_H
#include "casework/funds_int.h"
#include "casework/voucher.h"

/* An event of a programme (voucher_id 0) or voucher, and a line of the log. */
NODISCARD int voucher_note(struct arena *request, struct store *s, const struct actor *who,
                           int64_t programme_id, int64_t voucher_id, const char *kind,
                           const struct json *detail, struct err *err);
#endif
