/*
 * oidc.c: an attempt to sign on with another authority, from the button to the session. See oidc.h;
 * questions to the provider are in oidc_fetch.c, the ID token in oidc_token.c.
 */
#include "identity/oidc.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "identity/accounts_int.h"
#include "identity/audit_int.h"
#include "identity/identity_int.h"
#include "identity/oidc_int.h"

#define RANDOM_TEXT 43 /* 32 random bytes in base64url */
#define CODE_MOST   4096

#define OUTCOME_WORD(id, word) word,
static const char *const outcome_words[] = {OIDC_OUTCOME_LIST(OUTCOME_WORD)};

const char *oidc_outcome_word(enum oidc_outcome x)
{
    return outcome_words[x];
}

/* ---- setting up ---- */

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* What stands in the environment can be read by too many: better from a file. */
static int read_secret(struct arena *process, const char **ret, struct err *err)
{
    const char *path = variable("HUIQI_OIDC_CLIENT_SECRET_FILE");
    struct span text;

    *ret = variable("HUIQI_OIDC_CLIENT_SECRET");
    if (!path)
        return 0;
    if (*ret)
        return err_set(err, E_USAGE,
                       "HUIQI_OIDC_CLIENT_SECRET and HUIQI_OIDC_CLIENT_SECRET_FILE are both set");
    int r = file_read(process, path, 4096, &text, err);
    if (r < 0)
        return r;
    struct span word = arena_copy(process, span_trim(text));
    *ret = word.p;
    return word.p ? 0 : err_memory(err);
}

int oidc_config_read(struct arena *process, struct oidc_config *ret, struct err *err)
{
    struct oidc_config c = {.issuer = variable("HUIQI_OIDC_ISSUER"),
                            .client_id = variable("HUIQI_OIDC_CLIENT_ID"),
                            .redirect = variable("HUIQI_OIDC_REDIRECT"),
                            .after = variable("HUIQI_OIDC_AFTER"),
                            .name = variable("HUIQI_OIDC_NAME"),
                            .claim = variable("HUIQI_OIDC_CLAIM"),
                            .ca_file = variable("HUIQI_CA_FILE"),
                            .proxy = variable("HUIQI_OIDC_PROXY")};
    int r = 0;

    if (c.issuer && (!c.client_id || !c.redirect)) {
        r = err_set(err, E_USAGE,
                    "HUIQI_OIDC_ISSUER needs HUIQI_OIDC_CLIENT_ID and HUIQI_OIDC_REDIRECT");
        err_hint(err, "HUIQI_OIDC_REDIRECT is this site's https://.../sign-on/return, as registered"
                      " with the provider");
        return r;
    }
    if (c.issuer)
        r = read_secret(process, &c.client_secret, err);
    if (r == 0)
        *ret = c;
    return r;
}

int oidc_new(const struct oidc_config *config, struct oidc **ret, struct err *err)
{
    struct span issuer = span_z(config->issuer);
    bool loopback = oidc_is_loopback(issuer);

    if (!oidc_url_ok(issuer, loopback) || !oidc_url_ok(span_z(config->redirect), loopback))
        return err_set(err, E_USAGE,
                       "HUIQI_OIDC_ISSUER and HUIQI_OIDC_REDIRECT are https addresses");
    if (config->after && !oidc_url_ok(span_z(config->after), loopback))
        return err_set(err, E_USAGE, "HUIQI_OIDC_AFTER is an https address");
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    struct oidc *o = alloc_new(sizeof *o);
    if (!o)
        return err_memory(err);
    if (pthread_mutex_init(&o->lock, NULL) != 0) {
        alloc_free(o);
        return err_memory(err);
    }
    o->config = *config;
    o->loopback = loopback;
    buffer_init(&o->description);
    buffer_init(&o->keys);
    *ret = o;
    return 0;
}

void oidc_free(struct oidc *o)
{
    if (!o)
        return;
    buffer_release(&o->description);
    buffer_release(&o->keys);
    pthread_mutex_destroy(&o->lock);
    alloc_free(o);
}

const char *oidc_name(const struct oidc *o)
{
    return o->config.name;
}

/* ---- the log ---- */

/* Why it did not go well, without anything that came from outside. */
static int log_refusal(struct store *s, struct arena *a, int64_t account, struct span name,
                       enum oidc_outcome why, const char *problem, struct err *err)
{
    const struct actor who = {.account_id = account, .name = name};
    struct json *detail = json_object(a);
    struct buffer text = BUFFER_INIT;
    char id[24];

    JSON_SET(detail, "how", json_string(a, SPAN("oidc")));
    JSON_SET(detail, "why", json_string(a, span_z(outcome_words[why])));
    if (problem && *problem)
        JSON_SET(detail, "problem", json_string(a, span_z(problem)));
    json_print(&text, detail, JSON_COMPACT);
    const struct audit_entry e = {AUDIT_SIGN_IN, SPAN("account.refused-oidc"), SPAN("account"),
                                  account ? identity_number(account, id) : (struct span){0},
                                  buffer_span(&text)};
    int r = a->failed || buffer_failed(&text) ? err_memory(err) : audit_add_alone(s, &who, &e, err);
    buffer_release(&text);
    return r;
}

/* ---- the beginning ---- */

struct attempt {
    struct span hash, visitor, nonce, verifier, target;
    int64_t expires_at, used_at;
};

static void make_text(char out[RANDOM_TEXT + 1])
{
    unsigned char random[32];

    randombytes_buf(random, sizeof random);
    sodium_bin2base64(out, RANDOM_TEXT + 1, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void hash_text(const char *what, struct span text, char out[AUDIT_HASH + 1])
{
    unsigned char raw[AUDIT_BYTES];
    struct audit_hash h;

    audit_hash_begin(&h, what);
    audit_hash_text(&h, text);
    audit_hash_end(&h, raw);
    audit_hex(raw, out);
}

/* Anybody can press the button: there is an end to it. */
static int check_crowd(struct store *s, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s, "SELECT 1 FROM sign_on WHERE expires_at > $1 LIMIT 1 OFFSET $2", &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, clock_now_ms());
    stmt_int(st, 2, OIDC_ATTEMPTS_MOST - 1);
    r = stmt_step(st, err);
    stmt_done(st);
    return r > 0 ? err_set(err, E_BUSY, "too many people are signing on just now") : r;
}

static int put_attempt(struct store *s, void *context, struct err *err)
{
    const struct attempt *x = context;
    struct stmt *st;
    int64_t now = clock_now_ms();
    int r = store_prepare(s,
                          "INSERT INTO sign_on (hash, visitor, nonce, verifier, target, created_at,"
                          " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, x->hash);
    stmt_text(st, 2, x->visitor);
    stmt_text(st, 3, x->nonce);
    stmt_text(st, 4, x->verifier);
    stmt_text(st, 5, x->target);
    stmt_int(st, 6, now);
    stmt_int(st, 7, now + OIDC_ATTEMPT_MS);
    return stmt_run(st, err);
}

/* PKCE, S256: what the provider is shown of the verifier. */
static void challenge(const char verifier[RANDOM_TEXT + 1], char out[RANDOM_TEXT + 1])
{
    unsigned char raw[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(raw, (const unsigned char *)verifier, RANDOM_TEXT);
    sodium_bin2base64(out, RANDOM_TEXT + 1, raw, sizeof raw,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool asks_for_mail(const struct oidc_config *c)
{
    return c->claim && strcmp(c->claim, "email") == 0;
}

static struct span print_address(struct arena *a, const struct oidc_config *c, struct span endpoint,
                                 const char *state, const char *nonce, const char *verifier)
{
    struct buffer out = BUFFER_INIT;
    char shown[RANDOM_TEXT + 1];

    challenge(verifier, shown);
    buffer_add(&out, endpoint);
    buffer_print(&out, "%cresponse_type=code",
                 span_find(endpoint, SPAN("?")) == SIZE_MAX ? '?' : '&');
    oidc_parameter(&out, "scope", asks_for_mail(c) ? SPAN("openid email") : SPAN("openid profile"));
    oidc_parameter(&out, "client_id", span_z(c->client_id));
    oidc_parameter(&out, "redirect_uri", span_z(c->redirect));
    oidc_parameter(&out, "state", span_z(state));
    oidc_parameter(&out, "nonce", span_z(nonce));
    oidc_parameter(&out, "code_challenge", span_z(shown));
    oidc_parameter(&out, "code_challenge_method", SPAN("S256"));
    struct span copy = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

int oidc_begin(struct oidc *o, struct store *s, struct arena *a, struct span visitor,
               struct span target, struct span *ret_url, struct err *err)
{
    char state[RANDOM_TEXT + 1], nonce[RANDOM_TEXT + 1], verifier[RANDOM_TEXT + 1];
    char hash[AUDIT_HASH + 1], browser[AUDIT_HASH + 1];
    struct oidc_provider p;
    struct err problem = ERR_INIT;
    int r = oidc_discover(o, a, &p, &problem);

    if (r == E_IO && log_refusal(s, a, 0, SPAN(""), OIDC_PROVIDER, problem.message, err) < 0)
        return err ? err->code : E_STORE;
    if (r < 0) {
        if (err)
            *err = problem;
        return r;
    }
    make_text(state);
    make_text(nonce);
    make_text(verifier);
    hash_text("huiqi sign-on 1", span_z(state), hash);
    hash_text("huiqi visitor 1", visitor, browser);
    struct attempt x = {.hash = span_z(hash),
                        .visitor = span_z(browser),
                        .nonce = span_z(nonce),
                        .verifier = span_z(verifier),
                        .target = target};
    struct span url = print_address(a, &o->config, p.authorization, state, nonce, verifier);
    if (!url.p)
        return err_memory(err);
    r = check_crowd(s, err);
    if (r == 0)
        r = store_write(s, put_attempt, &x, err);
    if (r == 0)
        *ret_url = url;
    return r;
}

int oidc_leave(struct oidc *o, struct arena *a, struct span *ret_url, struct err *err)
{
    struct oidc_provider p;
    struct buffer out = BUFFER_INIT;
    int r = oidc_discover(o, a, &p, err);

    *ret_url = (struct span){0};
    if (r < 0 || !p.end.n)
        return r;
    buffer_add(&out, p.end);
    oidc_parameter(&out, "client_id", span_z(o->config.client_id));
    if (!buffer_failed(&out) && span_find(p.end, SPAN("?")) == SIZE_MAX)
        out.p[p.end.n] = '?';
    if (o->config.after)
        oidc_parameter(&out, "post_logout_redirect_uri", span_z(o->config.after));
    *ret_url = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return ret_url->p ? 0 : err_memory(err);
}

/* ---- the way back ---- */

struct taking {
    struct arena *a;
    struct span hash, visitor;
    struct attempt found;
    enum oidc_outcome outcome; /* DONE: the attempt is ours now */
    const char *problem;       /* of another outcome; NULL = nothing was begun */
};

static int read_attempt(struct store *s, struct taking *t, bool *ret_found, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT visitor, nonce, verifier, target, expires_at, used_at"
                          " FROM sign_on WHERE hash = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, t->hash);
    r = stmt_step(st, err);
    if (r > 0)
        t->found = (struct attempt){.visitor = arena_copy(t->a, stmt_get_text(st, 0)),
                                    .nonce = arena_copy(t->a, stmt_get_text(st, 1)),
                                    .verifier = arena_copy(t->a, stmt_get_text(st, 2)),
                                    .target = arena_copy(t->a, stmt_get_text(st, 3)),
                                    .expires_at = stmt_get_int(st, 4),
                                    .used_at = stmt_get_int(st, 5)};
    stmt_done(st);
    *ret_found = r > 0;
    return r < 0 ? r : t->a->failed ? err_memory(err) : 0;
}

/* Once only: whoever comes with it again finds it used. What was secret in it goes. */
static int use_up(struct store *s, const struct taking *t, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE sign_on SET used_at = $2, nonce = '', verifier = ''"
                          " WHERE hash = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, t->hash);
    stmt_int(st, 2, clock_now_ms());
    return stmt_run(st, err);
}

static int take(struct store *s, void *context, struct err *err)
{
    struct taking *t = context;
    bool found = false;
    int r = read_attempt(s, t, &found, err);

    t->outcome = OIDC_STATE;
    t->problem = NULL;
    if (r < 0 || !found)
        return r;
    if (t->found.used_at)
        t->problem = "the attempt was used before";
    else if (!span_eq(t->found.visitor, t->visitor))
        t->problem = "the attempt was begun by another browser";
    if (t->problem)
        return 0;
    bool late = clock_now_ms() >= t->found.expires_at;
    t->outcome = late ? OIDC_LATE : OIDC_DONE;
    t->problem = late ? "the attempt was begun too long ago" : NULL;
    return use_up(s, t, err);
}

static int take_attempt(struct store *s, struct arena *a, const struct oidc_answer *x,
                        struct taking *ret, struct err *err)
{
    char hash[AUDIT_HASH + 1], browser[AUDIT_HASH + 1];
    int r;

    hash_text("huiqi sign-on 1", x->state, hash);
    hash_text("huiqi visitor 1", x->visitor, browser);
    *ret = (struct taking){
        .a = a, .hash = arena_copy(a, span_z(hash)), .visitor = arena_copy(a, span_z(browser))};
    if (a->failed)
        return err_memory(err);
    r = store_write(s, take, ret, err);
    return r;
}

/* ---- who it is ---- */

/* Verified; keys that are older than the token's are fetched anew, once. */
static int read_token(struct oidc *o, struct arena *a, const struct oidc_provider *p,
                      struct span token, struct span nonce, const struct json **ret,
                      struct err *err)
{
    const struct oidc_expect x = {span_z(o->config.issuer), span_z(o->config.client_id), nonce,
                                  clock_now_ms()};
    struct err first = ERR_INIT;
    struct span keys = {0};
    bool fresh = false;
    int r = oidc_keys(o, a, p, false, &fresh, &keys, err);

    if (r < 0)
        return r;
    r = oidc_token_read(a, token, keys, &x, ret, &first);
    if (r == E_NOT_FOUND && !fresh) {
        r = oidc_keys(o, a, p, true, &fresh, &keys, err);
        return r < 0 ? r : oidc_token_read(a, token, keys, &x, ret, err);
    }
    if (r < 0 && err)
        *err = first;
    return r;
}

static struct span string_of(const struct json *claims, const char *name)
{
    const struct json *j = json_get(claims, span_z(name));
    return j && j->kind == JSON_STRING ? j->text : (struct span){0};
}

/* Empty = it does not say. A mail address counts when the provider has verified it. */
static struct span login_of(const struct oidc_config *c, const struct json *claims)
{
    const struct json *verified = JSON_GET(claims, "email_verified");
    struct span login = string_of(claims, c->claim ? c->claim : "preferred_username");

    if (asks_for_mail(c) && !(verified && verified->kind == JSON_TRUE))
        return (struct span){0};
    if (!c->claim && login.n == 0)
        login = string_of(claims, "sub");
    return login.n <= LOGIN_MOST ? login : (struct span){0};
}

/* From the code to the claims: *ret_outcome is DONE, PROVIDER or TOKEN; err says why not. */
static int ask_provider(struct oidc *o, struct arena *a, const struct oidc_answer *x,
                        const struct attempt *attempt, const struct json **ret,
                        enum oidc_outcome *ret_outcome, struct err *err)
{
    struct oidc_provider p;
    struct span token = {0};
    int r = oidc_discover(o, a, &p, err);

    if (r == 0)
        r = oidc_exchange(o, a, &p, x->code, attempt->verifier, &token, err);
    if (r == 0)
        r = read_token(o, a, &p, token, attempt->nonce, ret, err);
    *ret_outcome = r == 0                                 ? OIDC_DONE
                   : r == E_FORBIDDEN || r == E_NOT_FOUND ? OIDC_TOKEN
                                                          : OIDC_PROVIDER;
    return r == E_MEMORY ? r : 0;
}

struct ending {
    struct store *s;
    struct arena *a;
    struct oidc_result *ret;
};

static int refused(const struct ending *e, enum oidc_outcome why, int64_t account, struct span name,
                   const char *problem, struct err *err)
{
    e->ret->outcome = why;
    return log_refusal(e->s, e->a, account, name, why, problem, err);
}

static int open_session(const struct ending *e, const struct oidc_config *c,
                        const struct json *claims, struct err *err)
{
    struct span login = login_of(c, claims);
    struct account_row account;
    struct err quiet = ERR_INIT;

    if (login.n == 0)
        return refused(e, OIDC_CLAIM, 0, SPAN(""), NULL, err);
    int r = account_find(e->s, e->a, login, &account, &quiet);
    if (r == E_NOT_FOUND) {
        e->ret->login = login;
        return refused(e, OIDC_NO_ACCOUNT, 0, SPAN(""), NULL, err);
    }
    if (r == 0 && account.disabled_at)
        return refused(e, OIDC_DISABLED, account.id, account.name, NULL, err);
    if (r == 0)
        r = session_vouched(e->s, e->a, account.id, SPAN("oidc"), e->ret->token, &quiet);
    if (r == 0)
        e->ret->outcome = OIDC_DONE;
    else if (err)
        *err = quiet;
    return r;
}

int oidc_end(struct oidc *o, struct store *s, struct arena *a, const struct oidc_answer *x,
             struct oidc_result *ret, struct err *err)
{
    struct ending e = {s, a, ret};
    struct err problem = ERR_INIT;
    const struct json *claims = NULL;
    enum oidc_outcome outcome;
    struct taking t;

    *ret = (struct oidc_result){.outcome = OIDC_STATE};
    if (x->state.n != RANDOM_TEXT)
        return 0; /* never given by us: nothing was begun, and nothing ends */
    int r = take_attempt(s, a, x, &t, err);
    if (r < 0 || (t.outcome == OIDC_STATE && !t.problem))
        return r;
    if (t.outcome != OIDC_DONE)
        return refused(&e, t.outcome, 0, SPAN(""), t.problem, err);
    ret->target = t.found.target;
    if (x->issuer.n && !span_eq(x->issuer, span_z(o->config.issuer)))
        return refused(&e, OIDC_STATE, 0, SPAN(""), "another provider answered (iss)", err);
    if (x->error.n || x->code.n == 0 || x->code.n > CODE_MOST)
        return refused(&e, OIDC_DENIED, 0, SPAN(""), x->error.n ? NULL : "no code came", err);
    r = ask_provider(o, a, x, &t.found, &claims, &outcome, &problem);
    if (r < 0)
        return err_memory(err);
    if (outcome != OIDC_DONE)
        return refused(&e, outcome, 0, SPAN(""), problem.message, err);
    return open_session(&e, &o->config, claims, err);
}
