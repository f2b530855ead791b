/*
 * keys.h: keys that all processes of a site share, such as that of the tokens of forms. A key is
 * made by the first process that asks for it and stays in the store. It protects what lives for
 * hours (a form that is open, a visitor's id); what has to stay secret when the database is read by
 * others is sealed elsewhere (document/seal.h).
 */
#ifndef HUIQI_IDENTITY_KEYS_H
#define HUIQI_IDENTITY_KEYS_H
#include "store/store.h"

#define SITE_KEY 32 /* bytes */

/* Not inside a transaction. Without a key in the store one is made. */
NODISCARD int site_key(struct store *s, struct span name, unsigned char ret[SITE_KEY],
                       struct err *err);
#endif
