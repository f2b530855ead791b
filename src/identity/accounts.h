/*
 * accounts.h: who may sign in, and as what (S249 to S256). An account holds rights: a role in an
 * organisation, or for a subject (an enterprise, a person), or in the whole place, each for a time.
 * It may hand rights on to another account for a time (delegation); what is done so shows both.
 *
 * A person acts in one seat at a time: the roles held in one organisation, or for one subject, his
 * own or by one delegation. An actor is a person in a seat.
 *
 * Passwords are kept as argon2id and never given back. Days are inclusive. Every change is written
 * to the log in its transaction. Texts given back live in the arena passed.
 */
#ifndef HUIQI_IDENTITY_ACCOUNTS_H
#define HUIQI_IDENTITY_ACCOUNTS_H
#include "base/date.h"
#include "identity/actor.h"
#include "store/store.h"

#define LOGIN_MOST        64   /* bytes: small letters, digits, - _ . and @ behind the first */
#define ACCOUNT_NAME_MOST 200  /* bytes */
#define PASSWORD_LEAST    10   /* characters */
#define PASSWORD_MOST     1000 /* bytes */
#define SEATS_MOST        200  /* of one account */

/* ---- roles ---- */

struct span user_role_word(enum user_role r);
struct span user_role_title(enum user_role r, bool english);
bool user_role_parse(struct span word, enum user_role *ret);

/* ---- accounts ---- */

struct account_row {
    int64_t id, created_at, locked_until, disabled_at; /* disabled_at 0 = in use */
    struct span login, name;
    bool has_password;
};
/* `password` empty = none yet. E_INPUT (form of login, weak password), E_CONFLICT (login taken),
 * E_FORBIDDEN (no administrator). */
NODISCARD int account_add(struct store *s, const struct actor *who, struct span login,
                          struct span name, struct span password, int64_t *ret_id, struct err *err);
NODISCARD int account_find(struct store *s, struct arena *a, struct span login,
                           struct account_row *ret, struct err *err);
NODISCARD int account_get(struct store *s, struct arena *a, int64_t id, struct account_row *ret,
                          struct err *err);
/* By login, behind `after`. */
NODISCARD int account_list(struct store *s, struct arena *a, struct span after, size_t limit,
                           struct account_row **ret, size_t *ret_n, struct err *err);
/* An administrator, or the account itself. Ends its sessions and unlocks it. */
NODISCARD int account_set_password(struct store *s, const struct actor *who, int64_t id,
                                   struct span password, struct err *err);
/*
 * A link with which the account's owner gives himself a password, once, within RESET_LIFE_MS: made
 * by an administrator, who never knows the password. The password before stays until then; a new
 * link ends the one before. `token` is the secret part of it.
 */
#define RESET_LIFE_MS (INT64_C(24) * 60 * 60 * 1000)
#define RESET_TOKEN   43
NODISCARD int account_reset_make(struct store *s, const struct actor *who, int64_t id,
                                 char token[RESET_TOKEN + 1], int64_t *ret_expires,
                                 struct err *err);
/* Whose it is; E_NOT_FOUND: unknown, used, over, or the account is closed. */
NODISCARD int account_reset_look(struct store *s, struct arena *a, struct span token,
                                 struct account_row *ret, struct err *err);
/* Unlocks the account and ends its sessions; E_INPUT: a weak password, the link stays. */
NODISCARD int account_reset_use(struct store *s, struct arena *a, struct span token,
                                struct span password, struct err *err);
/* Ends its sessions too; what it delegated counts no more. */
NODISCARD int account_disable(struct store *s, const struct actor *who, int64_t id, bool disabled,
                              struct err *err);

/* ---- rights ---- */

struct right_row {
    int64_t id, account_id, organisation_id, subject_id;
    enum user_role role;
    struct span organisation, subject; /* names; of a subject without name its code */
    struct span since, until;          /* until empty = without end */
};
struct right_new {
    int64_t account_id, organisation_id, subject_id;
    enum user_role role;
    struct date since;
    bool has_until;
    struct date until;
};
/*
 * By an administrator, below his organisation only, never to himself. An agent's right is for a
 * subject; a window's, handler's, reviewer's and finance officer's is in an organisation; a
 * counterparty's in either; the other roles are in an organisation or in the whole place (E_INPUT
 * else; right_fits says so beforehand).
 */
NODISCARD int right_fits(enum user_role role, int64_t organisation_id, int64_t subject_id,
                         struct err *err);
NODISCARD int right_grant(struct store *s, const struct actor *who, const struct right_new *x,
                          int64_t *ret_id, struct err *err);
/* The last day of it. */
NODISCARD int right_end(struct store *s, const struct actor *who, int64_t id, struct date last,
                        struct err *err);
/* All that the account ever held, oldest first. */
NODISCARD int right_list(struct store *s, struct arena *a, int64_t account_id,
                         struct right_row **ret, size_t *ret_n, struct err *err);

/* ---- delegation ---- */

struct delegation_row {
    int64_t id, from_account, to_account, organisation_id, subject_id;
    unsigned roles;
    struct span from_login, to_login, organisation, subject, since, until;
};
struct delegation_new {
    int64_t from_account, to_account, organisation_id, subject_id;
    unsigned roles; /* bit per enum user_role; 0 = all that the giver has there */
    struct date since, until;
};
/*
 * By the giver or an administrator; at most DELEGATION_DAYS. It carries what the giver holds
 * himself on the day of use, and nothing that was delegated to him. The right of an administrator
 * is not handed on.
 */
#define DELEGATION_DAYS 366
NODISCARD int delegation_add(struct store *s, const struct actor *who,
                             const struct delegation_new *x, int64_t *ret_id, struct err *err);
NODISCARD int delegation_end(struct store *s, const struct actor *who, int64_t id, struct date last,
                             struct err *err);
/* Given or received by the account. */
NODISCARD int delegation_list(struct store *s, struct arena *a, int64_t account_id,
                              struct delegation_row **ret, size_t *ret_n, struct err *err);

/* ---- actors ---- */

struct seat {
    int64_t organisation_id, subject_id, delegation_id, for_account_id;
    unsigned roles;
    struct span organisation, subject, subject_code, for_login;
};
/* In what seats the account may act on a day: its own first, by age of the right. An account
 * without rights has none. */
NODISCARD int account_seats(struct store *s, struct arena *a, int64_t account_id, struct date day,
                            struct seat **ret, size_t *ret_n, struct err *err);
/* A person in a seat; NULL = in none: signed in, without rights. */
struct actor actor_in_seat(const struct account_row *account, const struct seat *seat);
/*
 * For `--as LOGIN` of commands: the account in its first seat, or, as `LOGIN/PLACE`, in the one of
 * that organisation, subject (name or code) or giver. E_NOT_FOUND, E_FORBIDDEN (disabled).
 */
NODISCARD int actor_of_account(struct store *s, struct arena *a, struct span login, struct date day,
                               struct actor *ret, struct err *err);
/* Who works at the command line without --as: the operator, with all rights. */
struct actor actor_operator(void);
#endif
