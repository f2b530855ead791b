/*
 * fake_provider.h: a provider of OpenID Connect for the tests, on a loopback port: a thread that
 * answers one connection after the other. It signs what `mode` says with keys of its own, and looks
 * at what it is asked: address, secret, code, verifier.
 */
#ifndef HUIQI_TESTS_FAKE_PROVIDER_H
#define HUIQI_TESTS_FAKE_PROVIDER_H
#include <arpa/inet.h>
#include <cjose/cjose.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/date.h"

#define FAKE_CLIENT "huiqi test" /* a blank, so that it has to be escaped */
#define FAKE_SECRET "s3cret/with+signs"
#define FAKE_CODE   "code-0/1+2"

enum fake_mode {
    FAKE_GOOD,
    FAKE_GOOD_ES256,
    FAKE_GOOD_LIST, /* aud is a list, azp names us */
    FAKE_NONCE,
    FAKE_NO_NONCE,
    FAKE_EXPIRED,
    FAKE_NO_EXP,
    FAKE_FUTURE,
    FAKE_OLD,
    FAKE_NOT_YET,
    FAKE_ISSUER,
    FAKE_AUDIENCE,
    FAKE_NO_AZP,
    FAKE_AZP,
    FAKE_NO_SUB,
    FAKE_ALG_NONE,
    FAKE_ALG_HS256,
    FAKE_UNKNOWN_KEY,
    FAKE_OTHER_KEY, /* the name of a published key, signed with another */
    FAKE_BENT,      /* a claim changed behind the signature */
    FAKE_NO_TOKEN,
    FAKE_GARBAGE,
    FAKE_HUGE,
    FAKE_BAD_CODE, /* 400 */
    FAKE_BROKEN,   /* 500 */
    FAKE_OTHER_DESCRIPTION,
    FAKE_HTTP_ENDPOINT, /* its description names an address that is not https */
};

struct provider {
    int listener, port;
    pthread_t thread;
    volatile enum fake_mode mode;
    cjose_jwk_t *old_key, *new_key, *ec_key, *unpublished;
    volatile bool rotated; /* publishes and signs with the new key */
    volatile int descriptions, key_sets, tokens, faults;
    char nonce[64], challenge[64], login[80];
    char got[1 << 15];
    size_t n;
};

/* ---- texts ---- */

static inline void fake_base64(const void *data, size_t n, char *out, size_t room)
{
    sodium_bin2base64(out, room, data, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static inline void fake_claims(const struct provider *p, char *out, size_t room)
{
    enum fake_mode m = p->mode;
    long long now = clock_now_ms() / 1000;
    long long iat = m == FAKE_FUTURE ? now + 120 : m == FAKE_OLD ? now - 3600 : now;
    long long exp = m == FAKE_EXPIRED ? now - 61 : now + 300;
    const char *aud = m == FAKE_AUDIENCE    ? "\"somebody else\""
                      : m == FAKE_NO_AZP    ? "[\"somebody else\",\"" FAKE_CLIENT "\"]"
                      : m == FAKE_GOOD_LIST ? "[\"somebody else\",\"" FAKE_CLIENT
                                              "\"],\"azp\":\"" FAKE_CLIENT "\""
                      : m == FAKE_AZP ? "\"" FAKE_CLIENT "\",\"azp\":\"somebody else\""
                                      : "\"" FAKE_CLIENT "\"";
    char ends[60] = "", nonce[100] = "";

    if (m != FAKE_NO_EXP)
        snprintf(ends, sizeof ends, ",\"exp\":%lld", exp);
    if (m != FAKE_NO_NONCE)
        snprintf(nonce, sizeof nonce, ",\"nonce\":\"%s\"", m == FAKE_NONCE ? "another" : p->nonce);
    snprintf(out, room,
             "{\"iss\":\"http://127.0.0.1:%d%s\",\"aud\":%s%s,\"iat\":%lld%s%s%s,"
             "\"preferred_username\":\"%s\"}",
             p->port, m == FAKE_ISSUER ? "/other" : "", aud,
             m == FAKE_NO_SUB ? "" : ",\"sub\":\"s-1\"", iat, ends, nonce,
             m == FAKE_NOT_YET ? ",\"nbf\":9999999999" : "", p->login);
}

static inline void fake_unsigned(const char *alg, const char *claims, char *out, size_t room)
{
    char header[60], part[2][4096];
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"old\"}", alg);
    fake_base64(header, strlen(header), part[0], sizeof part[0]);
    fake_base64(claims, strlen(claims), part[1], sizeof part[1]);
    int n = snprintf(out, room, "%s.%s", part[0], part[1]);
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)FAKE_SECRET, strlen(FAKE_SECRET));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)out, (size_t)n);
    crypto_auth_hmacsha256_final(&state, mac);
    fake_base64(mac, sizeof mac, part[0], sizeof part[0]);
    snprintf(out + n, room - (size_t)n, ".%s", strcmp(alg, "none") == 0 ? "" : part[0]);
}

static inline bool fake_sign(const cjose_jwk_t *key, const char *alg, const char *kid,
                             const char *claims, char *out, size_t room)
{
    cjose_err e;
    cjose_header_t *h = cjose_header_new(&e);
    const char *text = NULL;
    bool ok = h && cjose_header_set(h, CJOSE_HDR_ALG, alg, &e) &&
              cjose_header_set(h, CJOSE_HDR_KID, kid, &e);
    cjose_jws_t *jws =
        ok ? cjose_jws_sign(key, h, (const uint8_t *)claims, strlen(claims), &e) : NULL;

    ok = jws && cjose_jws_export(jws, &text, &e);
    snprintf(out, room, "%s", ok ? text : "");
    cjose_jws_release(jws);
    cjose_header_release(h);
    return ok;
}

/* Another claim in the place of the signed ones. */
static inline void fake_bend(char *token)
{
    char *second = strchr(token, '.') + 1;
    second[8] = second[8] == 'A' ? 'B' : 'A';
}

static inline void fake_token(struct provider *p, char *out, size_t room)
{
    enum fake_mode m = p->mode;
    const char *kid = m == FAKE_UNKNOWN_KEY  ? "unknown"
                      : m == FAKE_GOOD_ES256 ? "ec"
                      : p->rotated           ? "new"
                                             : "old";
    const cjose_jwk_t *key = m == FAKE_UNKNOWN_KEY || m == FAKE_OTHER_KEY ? p->unpublished
                             : m == FAKE_GOOD_ES256                       ? p->ec_key
                             : p->rotated                                 ? p->new_key
                                                                          : p->old_key;
    char claims[2048];

    fake_claims(p, claims, sizeof claims);
    if (m == FAKE_ALG_NONE || m == FAKE_ALG_HS256)
        fake_unsigned(m == FAKE_ALG_NONE ? "none" : "HS256", claims, out, room);
    else if (!fake_sign(key, m == FAKE_GOOD_ES256 ? "ES256" : "RS256", kid, claims, out, room))
        p->faults++;
    if (m == FAKE_BENT)
        fake_bend(out);
}

/* ---- answers ---- */

static inline void fake_send(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        return;
}

static inline void fake_reply(int fd, int status, const char *body)
{
    char head[200];

    snprintf(head, sizeof head,
             "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n",
             status, strlen(body));
    fake_send(fd, head);
    fake_send(fd, body);
}

static inline void fake_describe(struct provider *p, int fd)
{
    char text[1024];
    const char *keys = p->mode == FAKE_HTTP_ENDPOINT ? "http://keys.example" : "http://127.0.0.1";

    p->descriptions++;
    snprintf(text, sizeof text,
             "{\"issuer\":\"http://127.0.0.1:%d%s\",\"authorization_endpoint\":"
             "\"http://127.0.0.1:%d/authorize?x=1\",\"token_endpoint\":"
             "\"http://127.0.0.1:%d/token\",\"jwks_uri\":\"%s:%d/keys\","
             "\"end_session_endpoint\":\"http://127.0.0.1:%d/leave\"}",
             p->port, p->mode == FAKE_OTHER_DESCRIPTION ? "/other" : "", p->port, p->port, keys,
             p->port, p->port);
    fake_reply(fd, 200, text);
}

/* A key as published, with its name and use. */
static inline void fake_add_key(char *out, size_t room, const cjose_jwk_t *key, const char *kid)
{
    cjose_err e;
    char *text = cjose_jwk_to_json(key, false, &e);
    size_t n = strlen(out);

    if (text)
        snprintf(out + n, room - n, ",{\"kid\":\"%s\",\"use\":\"sig\",%s", kid, text + 1);
    free(text);
}

static inline void fake_key_set(const struct provider *p, char *out, size_t room)
{
    snprintf(out, room, "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"old\",\"k\":\"AAAA\"}");
    fake_add_key(out, room, p->rotated ? p->new_key : p->old_key, p->rotated ? "new" : "old");
    fake_add_key(out, room, p->ec_key, "ec");
    snprintf(out + strlen(out), room - strlen(out), "]}");
}

/* The body, the verifier and the secret are what they have to be. */
static inline bool fake_is_right(const struct provider *p)
{
    static const char *const wanted[] = {
        "authorization: Basic aHVpcWklMjB0ZXN0OnMzY3JldCUyRndpdGglMkJzaWducw==\r\n",
        "grant_type=authorization_code&", "&code=code-0%2F1%2B2&", "&client_id=huiqi%20test&",
        "&redirect_uri=http%3A%2F%2F127.0.0.1%2Fsign-on%2Freturn&"};
    const char *at = strstr(p->got, "&code_verifier=");
    unsigned char raw[crypto_hash_sha256_BYTES];
    char shown[64];

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (!strstr(p->got, wanted[i]))
            return false;
    if (!at || strlen(at + 15) != 43 || strstr(p->got, "client_secret"))
        return false;
    crypto_hash_sha256(raw, (const unsigned char *)at + 15, 43);
    fake_base64(raw, sizeof raw, shown, sizeof shown);
    return strcmp(shown, p->challenge) == 0;
}

static inline void fake_give_token(struct provider *p, int fd)
{
    static char huge[600000];
    char token[8192], text[9000];

    p->tokens++;
    if (!fake_is_right(p))
        p->faults++;
    if (p->mode == FAKE_BAD_CODE || p->mode == FAKE_BROKEN) {
        fake_reply(fd, p->mode == FAKE_BROKEN ? 500 : 400, "{\"error\":\"invalid_grant\"}");
    } else if (p->mode == FAKE_NO_TOKEN || p->mode == FAKE_GARBAGE) {
        fake_reply(fd, 200, p->mode == FAKE_GARBAGE ? "{{{" : "{\"access_token\":\"x\"}");
    } else if (p->mode == FAKE_HUGE) {
        memset(huge, ' ', sizeof huge - 1);
        fake_reply(fd, 200, huge);
    } else {
        fake_token(p, token, sizeof token);
        snprintf(text, sizeof text, "{\"token_type\":\"Bearer\",\"id_token\":\"%s\"}", token);
        fake_reply(fd, 200, text);
    }
}

static inline bool fake_hear(struct provider *p, int fd)
{
    p->n = 0;
    for (;;) {
        ssize_t n = recv(fd, p->got + p->n, sizeof p->got - 1 - p->n, 0);
        if (n <= 0)
            return false;
        p->n += (size_t)n;
        p->got[p->n] = 0;
        const char *length = strcasestr(p->got, "\r\ncontent-length: ");
        const char *body = strstr(p->got, "\r\n\r\n");
        size_t want = length ? strtoul(length + 18, NULL, 10) : 0;
        if (body && p->n >= (size_t)(body + 4 - p->got) + want)
            return true;
    }
}

static inline void *fake_run(void *context)
{
    struct provider *p = context;
    char keys[8192];
    int fd;

    while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
        if (!fake_hear(p, fd)) {
            p->faults++;
        } else if (strncmp(p->got, "GET /.well-known/openid-configuration ", 38) == 0) {
            fake_describe(p, fd);
        } else if (strncmp(p->got, "GET /keys ", 10) == 0) {
            p->key_sets++;
            fake_key_set(p, keys, sizeof keys);
            fake_reply(fd, 200, keys);
        } else if (strncmp(p->got, "POST /token ", 12) == 0) {
            fake_give_token(p, fd);
        } else {
            p->faults++;
        }
        close(fd);
    }
    return NULL;
}

/* ---- starting and stopping ---- */

static inline bool fake_keys(struct provider *p)
{
    static const uint8_t e[] = {1, 0, 1};

    p->old_key = cjose_jwk_create_RSA_random(2048, e, sizeof e, NULL);
    p->new_key = cjose_jwk_create_RSA_random(2048, e, sizeof e, NULL);
    p->unpublished = cjose_jwk_create_RSA_random(2048, e, sizeof e, NULL);
    p->ec_key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    return p->old_key && p->new_key && p->unpublished && p->ec_key;
}

/* On the same port again after it was down. */
static inline bool fake_listen(struct provider *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)p->port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;
    int yes = 1;

    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->listener < 0 ||
        setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        bind(p->listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(p->listener, 8) < 0 ||
        getsockname(p->listener, (struct sockaddr *)&at, &n) < 0)
        return false;
    p->port = ntohs(at.sin_port);
    return pthread_create(&p->thread, NULL, fake_run, p) == 0;
}

static inline void fake_down(struct provider *p)
{
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
}

static inline bool fake_start(struct provider *p)
{
    memset(p, 0, sizeof *p);
    return sodium_init() >= 0 && fake_keys(p) && fake_listen(p);
}

static inline void fake_stop(struct provider *p)
{
    fake_down(p);
    cjose_jwk_release(p->old_key);
    cjose_jwk_release(p->new_key);
    cjose_jwk_release(p->unpublished);
    cjose_jwk_release(p->ec_key);
}
#endif
