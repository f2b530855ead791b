/*
 * sessions.h: signing in and out (S249), and what a request's token stands for. Sessions are rows
 * of the store, so any process of a database knows them; a row holds the hash of the token.
 *
 * After SIGN_IN_TRIES wrong passwords in a row an account is locked for SIGN_IN_LOCK_MS. Whoever
 * signs in is told the same whether the name, the password or the lock was at fault; the log says
 * which. Texts given back live in the arena passed.
 */
#ifndef HUIQI_IDENTITY_SESSIONS_H
#define HUIQI_IDENTITY_SESSIONS_H
#include "identity/accounts.h"

#define SESSION_TOKEN   43 /* characters */
#define SIGN_IN_TRIES   5
#define SIGN_IN_LOCK_MS (INT64_C(15) * 60 * 1000)
#define SIGN_IN_LIFE_MS (INT64_C(12) * 60 * 60 * 1000)      /* of a session */
#define SIGN_IN_IDLE_MS (INT64_C(2) * 60 * 60 * 1000)       /* without a request */
#define SIGN_IN_KEPT_MS (INT64_C(30) * 24 * 60 * 60 * 1000) /* rows of sessions that are over */

enum sign_in { SIGN_IN_DONE, SIGN_IN_REFUSED };

struct session_row {
    int64_t account_id, created_at, seen_at, expires_at, ended_at;
    int64_t organisation_id, subject_id, delegation_id; /* the seat */
    struct span how, hash;
};

/* *ret_how says whether it went well; token then holds the new session's. */
NODISCARD int session_sign_in(struct store *s, struct arena *a, struct span login,
                              struct span password, enum sign_in *ret_how,
                              char token[SESSION_TOKEN + 1], struct err *err);
/* The same for somebody whom another authority vouches for. */
NODISCARD int session_vouched(struct store *s, struct arena *a, int64_t account_id, struct span how,
                              char token[SESSION_TOKEN + 1], struct err *err);
/* Who the token stands for, in the session's seat; E_NOT_FOUND when nobody (any more). ret_session
 * may be NULL. */
NODISCARD int actor_of_session(struct store *s, struct arena *a, struct span token, struct date day,
                               struct actor *ret, struct session_row *ret_session, struct err *err);
/* Takes another seat of account_seats; E_NOT_FOUND when the account has it not. */
NODISCARD int session_take_seat(struct store *s, struct arena *a, struct span token,
                                const struct seat *seat, struct date day, struct err *err);
/* E_NOT_FOUND is no failure: it is over. */
NODISCARD int session_sign_out(struct store *s, const struct actor *who, struct span token,
                               struct err *err);
/*
 * What pages remember of somebody who has signed in, a text; it ends with the session. E_NOT_FOUND
 * when there is none; an empty text forgets it.
 */
NODISCARD int session_data_load(struct store *s, struct arena *a, struct span token,
                                struct span *ret, struct err *err);
NODISCARD int session_data_save(struct store *s, struct span token, struct span text,
                                struct err *err);
/*
 * The same of a browser that nobody has signed in with, by the hash of its id (hexadecimal); `text`
 * comes encrypted (http/session.h). It ends VISITOR_LIFE_MS after its last use; of too many the
 * least recently used go first. An empty text forgets it.
 */
#define VISITOR_LIFE_MS SIGN_IN_LIFE_MS
#define VISITORS_MOST   100000
#define VISITORS_BYTES  (INT64_C(512) << 20)
NODISCARD int visitor_load(struct store *s, struct arena *a, struct span hash, int64_t now,
                           struct span *ret, struct err *err);
NODISCARD int visitor_save(struct store *s, struct span hash, struct span text, int64_t now,
                           struct err *err);
/* Leaves the last used ones, at most so many rows and bytes. */
NODISCARD int visitors_trim(struct store *s, int64_t rows, int64_t bytes, struct err *err);
/* Takes away what has been over for SIGN_IN_KEPT_MS, and data that no session can use any more, a
 * little at a time; `stop` (may be NULL) is asked in between. *ret_n = how many rows. */
NODISCARD int sessions_purge(struct store *s, bool (*stop)(void *), void *context, int64_t *ret_n,
                             struct err *err);
/* Newest first. */
NODISCARD int session_list(struct store *s, struct arena *a, int64_t account_id,
                           struct session_row **ret, size_t *ret_n, struct err *err);
/* All of an account; by an administrator or the account itself. */
NODISCARD int session_end_all(struct store *s, const struct actor *who, int64_t account_id,
                              size_t *ret_n, struct err *err);
#endif
