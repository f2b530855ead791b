/*
 * account_pages.h: what the pages of accounts share.
 */
#ifndef HUIQI_WEB_ACCOUNT_PAGES_H
#define HUIQI_WEB_ACCOUNT_PAGES_H
#include "store/store.h"
#include "web/app.h"

/* A connection for this request; E_NOT_FOUND where the program has no database. */
NODISCARD int account_store(const struct app *app, struct request *req, struct store **ret,
                            struct err *err);
/* A field as it was sent, blanks too: passwords. */
struct span account_secret(const struct request *req, const char *name);
#endif
