/*
 * oidc_token.c: an ID token: its form, its signature (by libcjose, RS256 and ES256 only), its
 * claims (OpenID Connect Core, 3.1.3.7). Everything in it is a stranger's until the signature
 * holds; what is handed to the library is small, of known form, and made anew from what was read
 * here.
 */
#include <cjose/cjose.h>
#include <sodium.h>

#include "base/date.h"
#include "identity/oidc_int.h"

#define NUMBER_MOST 12  /* digits of seconds since 1970 */
#define KID_MOST    500 /* bytes */
#define SUB_MOST    255

/* RSA below 2,048 bits is too weak; above 8,192 it costs too much. */
#define RSA_LEAST 256
#define RSA_MOST  1024
#define EC_BYTES  32

struct algorithm {
    const char *name, *kty, *crv, *fields[2]; /* members of a key */
    size_t least[2], most[2];                 /* bytes of these members, without leading zeros */
};
static const struct algorithm algorithms[] = {
    {"RS256", "RSA", NULL, {"n", "e"}, {RSA_LEAST, 1}, {RSA_MOST, 8}},
    {"ES256", "EC", "P-256", {"x", "y"}, {EC_BYTES, EC_BYTES}, {EC_BYTES, EC_BYTES}},
};

static int refuse(struct err *err, const char *why)
{
    return err_set(err, E_FORBIDDEN, "%s", why);
}

/* ---- form ---- */

/* base64url without padding; {NULL, 0} and *ret_r when it is not. */
static struct span decode(struct arena *a, struct span text, int *ret_r, struct err *err)
{
    unsigned char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;

    if (!out) {
        *ret_r = err_memory(err);
        return (struct span){0};
    }
    if (text.n == 0 || sodium_base642bin(out, text.n, text.p, text.n, NULL, &n, NULL,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        *ret_r = refuse(err, "the ID token is not base64url");
        return (struct span){0};
    }
    return span_of((char *)out, n);
}

static int read_object(struct arena *a, struct span text, const char *why, struct json **ret,
                       struct err *err)
{
    struct json *tree = NULL;
    struct err quiet = ERR_INIT; /* it would quote what it read */
    int r = json_parse(a, text, SPAN("token"), &tree, &quiet);

    if (r == E_MEMORY || a->failed)
        return err_memory(err);
    if (r < 0 || tree->kind != JSON_OBJECT)
        return refuse(err, why);
    *ret = tree;
    return 0;
}

static struct span text_of(const struct json *object, const char *key)
{
    const struct json *j = json_get(object, span_z(key));
    return j && j->kind == JSON_STRING ? j->text : (struct span){0};
}

struct parts {
    struct span kid;
    bool has_kid;
    const struct algorithm *algorithm;
};

/* "none", the HS family (whose key would be our secret) and everything else are not in the table.
 */
static int read_header(struct arena *a, struct span text, struct parts *ret, struct err *err)
{
    struct json *header = NULL;
    int r = 0;
    struct span raw = decode(a, text, &r, err);

    if (r == 0)
        r = read_object(a, raw, "the ID token has no JSON header", &header, err);
    if (r < 0)
        return r;
    *ret = (struct parts){0};
    for (size_t i = 0; i < COUNT_OF(algorithms); i++)
        if (span_eq(text_of(header, "alg"), span_z(algorithms[i].name)))
            ret->algorithm = &algorithms[i];
    if (!ret->algorithm)
        return refuse(err, "the ID token is not signed with RS256 or ES256");
    if (json_get(header, SPAN("crit")) || json_get(header, SPAN("b64")))
        return refuse(err, "the ID token has critical headers");
    const struct json *kid = json_get(header, SPAN("kid"));
    ret->has_kid = kid != NULL;
    ret->kid = text_of(header, "kid");
    if (kid && (kid->kind != JSON_STRING || kid->text.n > KID_MOST))
        return refuse(err, "the ID token names its key oddly");
    return 0;
}

/* ---- keys ---- */

/* The bytes of a member, leading zeros aside, are within their bounds. */
static int check_member(struct arena *a, const struct json *key, const struct algorithm *g,
                        size_t i, struct err *err)
{
    struct span text = text_of(key, g->fields[i]);
    struct err quiet = ERR_INIT;
    int r = 0;

    if (text.n == 0 || text.n > 2 * RSA_MOST)
        return E_FORBIDDEN;
    struct span raw = decode(a, text, &r, &quiet);
    if (r < 0)
        return r == E_MEMORY ? err_memory(err) : r;
    if (!g->crv)
        while (raw.n && raw.p[0] == 0)
            raw = span_from(raw, 1);
    return raw.n >= g->least[i] && raw.n <= g->most[i] ? 0 : E_FORBIDDEN;
}

static bool can_verify(const struct json *key)
{
    const struct json *ops = json_get(key, SPAN("key_ops"));
    bool any = ops == NULL;

    JSON_EACH(op, ops)
    any = any || span_eq(json_text(op), SPAN("verify"));
    return any;
}

static bool absent_or(const struct json *key, const char *member, const char *value)
{
    const struct json *j = json_get(key, span_z(member));
    return !j || span_eq(text_of(key, member), span_z(value));
}

/* 0 = of this kind, for signatures; E_FORBIDDEN = not. */
static int fits(struct arena *a, const struct json *key, const struct parts *p, struct err *err)
{
    const struct algorithm *g = p->algorithm;
    bool ok = key->kind == JSON_OBJECT && span_eq(text_of(key, "kty"), span_z(g->kty)) &&
              absent_or(key, "alg", g->name) && absent_or(key, "use", "sig") && can_verify(key) &&
              (!g->crv || span_eq(text_of(key, "crv"), span_z(g->crv))) &&
              (!p->has_kid || span_eq(text_of(key, "kid"), p->kid));
    int r = ok ? check_member(a, key, g, 0, err) : E_FORBIDDEN;

    return r == 0 ? check_member(a, key, g, 1, err) : r;
}

/* A key with nothing in it but what its kind needs; *ret is NULL when the library does not take it.
 */
static int make_key(struct arena *a, const struct json *key, const struct algorithm *g,
                    cjose_jwk_t **ret, struct err *err)
{
    struct json *o = json_object(a);
    struct buffer text = BUFFER_INIT;
    bool ok;

    JSON_SET(o, "kty", json_string(a, span_z(g->kty)));
    if (g->crv)
        JSON_SET(o, "crv", json_string(a, span_z(g->crv)));
    for (size_t i = 0; i < 2; i++)
        json_set(o, span_z(g->fields[i]), json_string(a, text_of(key, g->fields[i])));
    json_print(&text, o, JSON_COMPACT);
    ok = !a->failed && !buffer_failed(&text);
    *ret = ok ? cjose_jwk_import(text.p, text.n, NULL) : NULL;
    buffer_release(&text);
    return ok ? 0 : err_memory(err);
}

/* 1 = signed by this key: *ret is what was signed. */
static int try_key(struct arena *a, const struct json *key, const struct algorithm *g,
                   struct span token, struct span *ret, struct err *err)
{
    cjose_jwk_t *jwk = NULL;
    int r = make_key(a, key, g, &jwk, err);
    cjose_jws_t *jws = jwk ? cjose_jws_import(token.p, token.n, NULL) : NULL;
    uint8_t *plain = NULL; /* of jws */
    size_t n = 0;

    if (r == 0)
        r = jws && cjose_jws_verify(jws, jwk, NULL) &&
            cjose_jws_get_plaintext(jws, &plain, &n, NULL);
    if (r == 1) {
        *ret = arena_copy(a, span_of((char *)plain, n));
        r = ret->p ? 1 : err_memory(err);
    }
    if (jws)
        cjose_jws_release(jws);
    if (jwk)
        (void)cjose_jwk_release(jwk);
    return r;
}

static int verify(struct arena *a, struct span token, struct span keys, const struct parts *p,
                  struct span *ret, struct err *err)
{
    struct json *set = NULL;
    size_t seen = 0, tried = 0;
    int r = read_object(a, keys, "the provider's keys are not JSON", &set, err);

    if (r < 0)
        return r;
    JSON_EACH(key, JSON_GET(set, "keys"))
    {
        if (++seen > OIDC_KEYS_MOST)
            break;
        r = fits(a, key, p, err);
        if (r == E_FORBIDDEN)
            continue;
        if (r == 0)
            r = try_key(a, key, p->algorithm, token, ret, err);
        if (r != 0)
            return r < 0 ? r : 0;
        tried++;
    }
    return tried && p->has_kid ? refuse(err, "the signature of the ID token is wrong")
                               : err_set(err, E_NOT_FOUND,
                                         "the ID token is signed with a key that is not the"
                                         " provider's");
}

/* ---- claims ---- */

/* Seconds, perhaps with a fraction, as milliseconds. */
static bool read_time(const struct json *claims, const char *key, int64_t *ret)
{
    const struct json *j = json_get(claims, span_z(key));
    int64_t seconds = 0;
    size_t i = 0;

    if (!j || j->kind != JSON_NUMBER)
        return false;
    for (; i < j->text.n && j->text.p[i] >= '0' && j->text.p[i] <= '9'; i++) {
        if (i == NUMBER_MOST)
            return false;
        seconds = seconds * 10 + (j->text.p[i] - '0');
    }
    bool whole = i == j->text.n;
    bool fraction = !whole && i > 0 && j->text.p[i] == '.';
    for (i++; fraction && i < j->text.n; i++)
        fraction = j->text.p[i] >= '0' && j->text.p[i] <= '9';
    *ret = seconds * 1000;
    return j->text.n > 0 && (whole || fraction);
}

static int check_audience(const struct json *claims, struct span client, struct err *err)
{
    const struct json *aud = JSON_GET(claims, "aud"), *azp = JSON_GET(claims, "azp");
    bool named = aud && aud->kind == JSON_STRING && span_eq(aud->text, client);
    size_t others = 0;

    if (aud && aud->kind == JSON_ARRAY)
        JSON_EACH(one, aud)
        {
            bool us = one->kind == JSON_STRING && span_eq(one->text, client);
            named = named || us;
            others += !us;
        }
    if (!named)
        return refuse(err, "the ID token is for somebody else (aud)");
    if (azp ? azp->kind != JSON_STRING || !span_eq(azp->text, client) : others > 0)
        return refuse(err, "the ID token was issued to somebody else (azp)");
    return 0;
}

static int check_times(const struct json *claims, int64_t now, struct err *err)
{
    int64_t exp = 0, iat = 0, nbf = 0;

    if (!read_time(claims, "exp", &exp) || !read_time(claims, "iat", &iat))
        return refuse(err, "the ID token does not say when it was made and ends");
    if (now >= exp + OIDC_SKEW_MS)
        return refuse(err, "the ID token has expired");
    if (iat > now + OIDC_SKEW_MS)
        return refuse(err, "the ID token was made in the future");
    if (iat < now - OIDC_AGE_MS - OIDC_SKEW_MS)
        return refuse(err, "the ID token was made too long ago");
    if (JSON_GET(claims, "nbf") && (!read_time(claims, "nbf", &nbf) || nbf > now + OIDC_SKEW_MS))
        return refuse(err, "the ID token does not count yet");
    return 0;
}

static int check_claims(const struct json *claims, const struct oidc_expect *x, struct err *err)
{
    struct span sub = text_of(claims, "sub"), nonce = text_of(claims, "nonce");
    int r;

    if (!span_eq(text_of(claims, "iss"), x->issuer))
        return refuse(err, "the ID token is from another issuer");
    r = check_audience(claims, x->client_id, err);
    if (r == 0)
        r = check_times(claims, x->now, err);
    if (r < 0)
        return r;
    if (x->nonce.n == 0 || nonce.n != x->nonce.n ||
        sodium_memcmp(nonce.p, x->nonce.p, nonce.n) != 0)
        return refuse(err, "the ID token is not the one that was asked for (nonce)");
    if (sub.n == 0 || sub.n > SUB_MOST)
        return refuse(err, "the ID token is about nobody (sub)");
    return 0;
}

/* The library asserts that what it is given is base64url: it is looked at here before. */
static int check_parts(struct arena *a, const struct parts *p, struct span claims,
                       struct span signature, struct err *err)
{
    int r = 0;
    struct span raw = decode(a, claims, &r, err);

    if (r == 0)
        raw = decode(a, signature, &r, err);
    if (r < 0)
        return r;
    if (p->algorithm->crv ? raw.n != 2 * EC_BYTES : raw.n < RSA_LEAST || raw.n > RSA_MOST)
        return refuse(err, "the signature of the ID token has a wrong length");
    return 0;
}

int oidc_token_read(struct arena *a, struct span token, struct span keys,
                    const struct oidc_expect *x, const struct json **ret, struct err *err)
{
    struct span rest = token, header, signed_part, signature, plain = {0};
    struct json *claims = NULL;
    struct parts p;

    if (token.n > OIDC_TOKEN_MOST)
        return refuse(err, "the ID token is too long");
    if (!span_split(&rest, '.', &header) || !span_split(&rest, '.', &signed_part) ||
        !span_split(&rest, '.', &signature) || rest.p || header.n == 0 || signed_part.n == 0 ||
        signature.n == 0)
        return refuse(err, "the ID token has not three parts");
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    int r = read_header(a, header, &p, err);
    if (r == 0)
        r = check_parts(a, &p, signed_part, signature, err);
    if (r == 0)
        r = verify(a, token, keys, &p, &plain, err);
    if (r == 0)
        r = read_object(a, plain, "the ID token holds no JSON object", &claims, err);
    if (r == 0)
        r = check_claims(claims, x, err);
    if (r == 0)
        *ret = claims;
    return r;
}
