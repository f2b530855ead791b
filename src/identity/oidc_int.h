/*
 * oidc_int.h: what the files of OpenID Connect share: questions to the provider (oidc_fetch.c), the
 * ID token (oidc_token.c). The way of an attempt is in oidc.c.
 */
#ifndef HUIQI_IDENTITY_OIDC_INT_H
#define HUIQI_IDENTITY_OIDC_INT_H
#include <pthread.h>

#include "base/json.h"
#include "identity/oidc.h"

struct oidc {
    struct oidc_config config;
    bool loopback; /* the issuer is http on this machine: a test */
    pthread_mutex_t lock;
    /* under the lock: the provider's description and keys as they came, and since when */
    struct buffer description, keys;
    int64_t description_at, keys_at;
    int64_t failed_at; /* it did not answer; 0 = it did */
};

/* An address that may be asked, or sent a browser to. */
bool oidc_url_ok(struct span url, bool loopback);
/* The issuer is http on this machine. */
bool oidc_is_loopback(struct span url);

/* Endpoints, of the provider's description. Texts live in the arena. */
struct oidc_provider {
    struct span authorization, token, keys;
    struct span end;  /* where people sign out there; empty = nowhere */
    bool post_secret; /* takes the client's secret in the body only */
};
NODISCARD int oidc_discover(struct oidc *o, struct arena *a, struct oidc_provider *ret,
                            struct err *err);
/* The set of keys (JWKS); `fresh`: not the kept one. *ret_fresh says whether it was fetched now. */
NODISCARD int oidc_keys(struct oidc *o, struct arena *a, const struct oidc_provider *p, bool fresh,
                        bool *ret_fresh, struct span *ret, struct err *err);
/* Exchanges the code; *ret is the ID token, not verified. E_FORBIDDEN: the provider refuses it. */
NODISCARD int oidc_exchange(struct oidc *o, struct arena *a, const struct oidc_provider *p,
                            struct span code, struct span verifier, struct span *ret,
                            struct err *err);
/* "&name=value" with the value escaped. */
void oidc_parameter(struct buffer *out, const char *name, struct span value);

struct oidc_expect {
    struct span issuer, client_id, nonce;
    int64_t now; /* ms */
};
/*
 * Verifies signature and claims. E_NOT_FOUND: signed with a key that is not in `keys` (it may be
 * newer); E_FORBIDDEN: it does not hold, err says why in words of our own. *ret lives in the arena.
 */
NODISCARD int oidc_token_read(struct arena *a, struct span token, struct span keys,
                              const struct oidc_expect *x, const struct json **ret,
                              struct err *err);
#endif
