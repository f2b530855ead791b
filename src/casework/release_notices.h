/*
 * release_notices.h: when another version of the library comes into force (a measure, a figure, the
 * day of an event), each enterprise that an account stands for is judged under the version before
 * and under the new one, and its agents are told what differs for it: what it may have now, what no
 * more, which last day moved. Who has no account learns it on his next check-up.
 *
 * A version is told once, however many processes ask, and however often one is killed: what has
 * been told is a row, and a message has a key. The very first version tells nobody anything.
 */
#ifndef HUIQI_CASEWORK_RELEASE_NOTICES_H
#define HUIQI_CASEWORK_RELEASE_NOTICES_H
#include "policy/library.h"
#include "store/store.h"

#define RELEASE_NOTICE_LINES 12 /* measures named in one message; the rest is counted */

struct release_news {
    struct store *store;
    int (*library_of)(void *context, struct span hash, const struct library **ret, struct err *err);
    void *context;
    bool (*stop)(void *); /* asked between subjects; may be NULL */
    void *stop_context;
};
/* *ret_told = messages written. Nothing to do: 0. */
NODISCARD int release_notices(const struct release_news *n, size_t *ret_told, struct err *err);
#endif
