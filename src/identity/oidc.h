/*
 * oidc.h: signing on with another authority, where a site has one (OpenID Connect Core 1.0:
 * authorization code with PKCE S256, state and nonce). Local accounts stay the default; what comes
 * from elsewhere is only who somebody is: it maps to an account that is there already, and never
 * makes one, nor a role.
 *
 * The way: oidc_begin notes the attempt in the store and gives the address at the provider; the
 * provider sends the browser back; oidc_end takes the attempt (once), asks the provider for the ID
 * token, verifies it with the provider's keys, and opens a session (session_vouched). As attempts
 * are rows, the way back may end at another process.
 *
 * Every attempt that ends is in the log, with its reason, and without names, tokens and codes. A
 * struct oidc is used by any thread; it keeps the provider's description and keys for an hour.
 */
#ifndef HUIQI_IDENTITY_OIDC_H
#define HUIQI_IDENTITY_OIDC_H
#include "identity/sessions.h"

#define OIDC_ATTEMPT_MS    (INT64_C(10) * 60 * 1000) /* from the button to the way back */
#define OIDC_SKEW_MS       (INT64_C(60) * 1000)      /* of the provider's clock */
#define OIDC_AGE_MS        (INT64_C(10) * 60 * 1000) /* of an ID token, which is fresh here */
#define OIDC_CACHE_MS      (INT64_C(60) * 60 * 1000) /* of the provider's description and keys */
#define OIDC_REST_MS       (INT64_C(10) * 1000)      /* after a provider did not answer */
#define OIDC_TIMEOUT_MS    5000L        /* of one question: a thread of the server waits */
#define OIDC_ANSWER_MOST   (256u << 10) /* bytes of one answer */
#define OIDC_TOKEN_MOST    (32u << 10)  /* bytes of an ID token */
#define OIDC_KEYS_MOST     50           /* of a provider */
#define OIDC_ATTEMPTS_MOST 10000        /* open at once */

struct oidc_config {
    const char *issuer; /* "https://sso.example.gov.cn/realms/x"; NULL = this site has none */
    const char *client_id, *client_secret; /* secret NULL: a public client */
    const char *redirect; /* this site's "https://.../sign-on/return", as registered there */
    const char *after;    /* where the provider sends people who signed out there, as registered;
                             NULL = nowhere */
    const char *name;     /* on the button */
    const char *claim;    /* that names the account; NULL = preferred_username, else sub */
    const char *ca_file, *proxy;
};
/* From HUIQI_OIDC_ISSUER and its like (docs/accounts.md); texts live in `process`. E_USAGE. */
NODISCARD int oidc_config_read(struct arena *process, struct oidc_config *ret, struct err *err);

struct oidc;
/* Asks nobody anything yet. The config's texts must outlive it. E_USAGE: an address that is not
 * https (http only where everything is on loopback). */
NODISCARD int oidc_new(const struct oidc_config *config, struct oidc **ret, struct err *err);
void oidc_free(struct oidc *o); /* accepts NULL */
const char *oidc_name(const struct oidc *o);

/* How an attempt ended: OUTCOME(ID, "word of the log"). */
#define OIDC_OUTCOME_LIST(OUTCOME)                                                                 \
    OUTCOME(DONE, "done")                                                                          \
    OUTCOME(STATE, "state")           /* not begun here, by this browser, or used already */       \
    OUTCOME(LATE, "late")             /* begun too long ago */                                     \
    OUTCOME(DENIED, "denied")         /* the provider said no */                                   \
    OUTCOME(PROVIDER, "provider")     /* it does not answer, or not as it must */                  \
    OUTCOME(TOKEN, "token")           /* the ID token does not hold */                             \
    OUTCOME(CLAIM, "claim")           /* it does not name an account */                            \
    OUTCOME(NO_ACCOUNT, "no-account") /* it names one that is not here */                          \
    OUTCOME(DISABLED, "disabled")
#define OIDC_OUTCOME_ENUM(id, word) OIDC_##id,
enum oidc_outcome { OIDC_OUTCOME_LIST(OIDC_OUTCOME_ENUM) OIDC_OUTCOMES };
const char *oidc_outcome_word(enum oidc_outcome x);

/*
 * `visitor`: what only this browser knows (its id); `target`: where it wants to go, kept for the
 * end. E_IO: the provider does not answer; E_BUSY: too many attempts are open.
 */
NODISCARD int oidc_begin(struct oidc *o, struct store *s, struct arena *a, struct span visitor,
                         struct span target, struct span *ret_url, struct err *err);

/* Where somebody signs out at the provider too (RP-initiated logout 1.0; this program keeps no ID
 * token, so it says its name only). Empty: the provider has no such place. E_IO as above. */
NODISCARD int oidc_leave(struct oidc *o, struct arena *a, struct span *ret_url, struct err *err);

/* What the browser brings back. */
struct oidc_answer {
    struct span visitor, state, code, error, issuer;
};
struct oidc_result {
    enum oidc_outcome outcome;
    struct span login;  /* NO_ACCOUNT: the one that is missing, for its owner's eyes */
    struct span target; /* DONE */
    char token[SESSION_TOKEN + 1];
};
/* 0 with an outcome; negative when this machine is at fault (memory, store). */
NODISCARD int oidc_end(struct oidc *o, struct store *s, struct arena *a,
                       const struct oidc_answer *x, struct oidc_result *ret, struct err *err);
#endif
