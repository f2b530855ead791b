/*
 * session.h: what the server remembers of a visitor between requests, and the tokens that tie a
 * form to him.
 *
 * The cookie holds a random id with a seal of this site's key; the store knows only its hash. An id
 * without the seal is never adopted. Tokens of forms hang on the id and the key alone, so that any
 * process that has the key takes the form that another one has shown. Data is one JSON object of
 * bounded size, and exists only once something is put into it: of visitors in the store given (the
 * application's, or memory of this process), of people who have signed in where the application
 * keeps it (struct session_keep). Either gets it encrypted under a key made of what only the
 * browser holds (id, token): whoever reads the store learns nothing of it.
 * Stores are safe for any thread; struct session belongs to one request; of two requests of one
 * session that write at once, the later wins.
 */
#ifndef HUIQI_HTTP_SESSION_H
#define HUIQI_HTTP_SESSION_H
#include "base/json.h"

#define SESSION_ID      43 /* characters: 16 random bytes and their seal in base64url */
#define SESSION_HASH    32
#define SESSION_BYTES   (64u << 10) /* data of one session: a check-up's answers are below 8 KB */
#define SESSION_SEALED  (96u << 10) /* the same encrypted, in base64 */
#define SESSION_COUNT   20000       /* of the memory store; the least recently used goes first */
#define SESSION_TOTAL   (64u << 20) /* bytes of all data of the memory store */
#define SESSION_SECONDS (12 * 60 * 60) /* without a request */
#define SESSION_COOKIE  "huiqi"
#define CSRF_TOKEN      86 /* characters: 32 bytes of mask, 32 of masked secret */
#define SESSION_KEY     32

struct session_store {
    void *data;
    /* The data of a live session; E_NOT_FOUND when unknown or expired. Extends its life. */
    int (*load)(void *data, const unsigned char hash[SESSION_HASH], int64_t now_ms,
                struct arena *request, struct span *ret, struct err *err);
    int (*save)(void *data, const unsigned char hash[SESSION_HASH], struct span text,
                int64_t now_ms, struct err *err);
    void (*drop)(void *data, const unsigned char hash[SESSION_HASH]);
    void (*free)(void *data);
};

/* Where the data of people who have signed in lives, by the token that they signed in with. */
struct session_keep {
    void *context;
    /* E_NOT_FOUND: nothing is kept. */
    int (*load)(void *context, struct span token, struct arena *request, struct span *ret,
                struct err *err);
    int (*save)(void *context, struct span token, struct span text, struct err *err);
    void (*drop)(void *context, struct span token);
};

struct sessions {
    struct session_store store;
    struct session_keep keep;       /* load NULL: `store` is for everybody */
    unsigned char key[SESSION_KEY]; /* of ids and tokens; random until sessions_use_key */
};

struct session {
    struct sessions *all;
    struct arena *arena;
    struct json *data;   /* object; NULL until there is one */
    bool named;          /* has an id of ours */
    bool live;           /* has data */
    bool kept;           /* ... or would have it, in `keep` */
    bool fresh;          /* the visitor must be sent a cookie */
    bool dirty;          /* data must be saved */
    bool dropped;        /* the cookie must be deleted */
    struct span account; /* token of somebody who has signed in; empty = nobody. Then tokens of
                            forms hang on it: any process of the database knows them */
    char id[SESSION_ID + 1];
};

NODISCARD int session_store_memory(struct session_store *ret, struct err *err);
NODISCARD int sessions_init(struct sessions *all, struct session_store store, struct err *err);
void sessions_release(struct sessions *all);
/* The key that all processes of the site share. Before the first request. */
void sessions_use_key(struct sessions *all, const unsigned char key[SESSION_KEY]);

/* Looks at the cookie of a request; a stranger's or stale one gives an empty session. */
NODISCARD int session_open(struct session *s, struct sessions *all, struct span cookie,
                           struct arena *request, struct err *err);
/* From here on it is that of somebody who has signed in with this token. */
NODISCARD int session_sign(struct session *s, struct span token, struct err *err);
/* Makes sure of an id, which it gives back. */
struct span session_name(struct session *s);
/* Makes sure of a place for data. */
void session_begin(struct session *s);
const struct json *session_get(const struct session *s, struct span key);
/* Replaces a member; NULL removes it. The value must live as long as the request. */
void session_set(struct session *s, struct span key, struct json *value);
void session_drop(struct session *s);
/* Writes back what changed; E_LIMIT beyond SESSION_BYTES. A store or keeper gets text of at most
 * SESSION_SEALED bytes. */
NODISCARD int session_close(struct session *s, struct err *err);
/* A token for a form (makes sure of an id); every call gives another text of the same strength. */
struct span session_token(struct session *s);
bool session_token_ok(const struct session *s, struct span token);
#endif
