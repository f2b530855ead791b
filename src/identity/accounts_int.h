/* accounts_int.h: what accounts.c, rights.c and sessions.c share. */
#ifndef HUIQI_IDENTITY_ACCOUNTS_INT_H
#define HUIQI_IDENTITY_ACCOUNTS_INT_H
#include <sodium.h>

#include "identity/accounts.h"
#include "identity/audit.h"

/* argon2id: memory of one attempt to sign in, and how often it is gone through. A server with a
 * thread a core has as many of these at most. */
#define PASSWORD_MEMORY (32u << 20)
#define PASSWORD_PASSES 3

NODISCARD int password_hash(struct span password, char out[crypto_pwhash_STRBYTES],
                            struct err *err);
NODISCARD int password_check(struct span login, struct span password, struct err *err);
/* Inside a transaction: the hash of a new one; unlocks, and ends the account's sessions. */
NODISCARD int password_put(struct store *s, int64_t account, const char *hash, struct err *err);
NODISCARD int account_audit(struct store *s, const struct actor *who, enum audit_class class,
                            const char *act, int64_t account, struct span detail, struct err *err);
NODISCARD int account_need_administrator(const struct actor *who, struct err *err);
/* Whether `who` may change this account: an administrator of an organisation only one whose rights
 * all lie below it, so that nobody climbs by the password of another. */
NODISCARD int account_need_reach(struct store *s, const struct actor *who, int64_t account,
                                 struct err *err);
/* 43 characters by chance; sodium has been initialised. */
void session_make_token(char token[44]);
/* What the store has of a token. */
void session_hash(struct span token, char out[65]);
/* Inside a transaction. */
NODISCARD int sessions_end_of(struct store *s, int64_t account, int64_t *ret_n, struct err *err);
#endif
