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
/* Where somebody who has signed in goes on: `to` when it is a page of this server, else his
 * account. */
struct span sign_in_target(struct span to);
/* The browser's visitor becomes the account of this session (43 characters), and goes on to `to`.
 */
NODISCARD int sign_in_done(struct request *req, struct response *res, const char *token,
                           struct span to);
/* A field as it was sent, blanks too: passwords. */
struct span account_secret(const struct request *req, const char *name);
#endif
