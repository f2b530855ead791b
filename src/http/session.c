/*
 * session.c: see session.h.
 */
#include "http/session.h"
#include <sodium.h>
#include "base/date.h"

static void hash_id(const char id[SESSION_ID + 1], unsigned char hash[SESSION_HASH])
{
    crypto_generichash(hash, SESSION_HASH, (const unsigned char *)id, SESSION_ID, NULL, 0);
}

static bool id_shape(struct span s)
{
    if (s.n != SESSION_ID)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
        if (!good)
            return false;
    }
    return true;
}

int sessions_init(struct sessions *all, struct session_store store, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    all->store = store;
    randombytes_buf(all->key, sizeof all->key);
    return 0;
}

void sessions_release(struct sessions *all)
{
    if (all->store.free)
        all->store.free(all->store.data);
    sodium_memzero(all, sizeof *all);
}

int session_open(struct session *s, struct sessions *all, struct span cookie, struct arena *request,
                 struct err *err)
{
    unsigned char hash[SESSION_HASH];
    struct span text;
    *s = (struct session){.all = all, .arena = request};
    if (!id_shape(cookie))
        return 0;
    memcpy(s->id, cookie.p, SESSION_ID);
    hash_id(s->id, hash);
    int r = all->store.load(all->store.data, hash, clock_now_ms(), request, &text, NULL);
    if (r == E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = json_parse(request, text, SPAN("session"), &s->data, err);
    if (r < 0)
        return err_set(err, r, "the session cannot be read");
    s->live = true;
    return 0;
}

void session_begin(struct session *s)
{
    unsigned char random[32];
    if (s->live)
        return;
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(s->id, sizeof s->id, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    s->data = json_object(s->arena);
    s->live = s->fresh = s->dirty = true;
    s->dropped = false;
}

const struct json *session_get(const struct session *s, struct span key)
{
    return json_get(s->data, key);
}

void session_set(struct session *s, struct span key, struct json *value)
{
    session_begin(s);
    struct json *fresh = json_object(s->arena);
    struct json *next = s->data ? s->data->first : NULL;
    while (next && fresh) {
        struct json *member = next;
        next = member->next;
        if (!span_eq(member->key, key)) {
            member->next = NULL;
            json_set(fresh, member->key, member);
        }
    }
    if (value)
        json_set(fresh, key, value);
    s->data = fresh;
    s->dirty = true;
}

void session_drop(struct session *s)
{
    unsigned char hash[SESSION_HASH];
    if (!s->live)
        return;
    hash_id(s->id, hash);
    s->all->store.drop(s->all->store.data, hash);
    s->live = s->dirty = s->fresh = false;
    s->dropped = true;
    s->data = NULL;
}

int session_close(struct session *s, struct err *err)
{
    unsigned char hash[SESSION_HASH];
    struct buffer text = BUFFER_INIT;
    int r;
    if (!s->live || !s->dirty)
        return 0;
    if (!s->data)
        return err_memory(err);
    json_print(&text, s->data, JSON_COMPACT);
    hash_id(s->id, hash);
    if (buffer_failed(&text))
        r = err_memory(err);
    else if (text.n > SESSION_BYTES)
        r = err_set(err, E_LIMIT, "the session holds more than %u bytes", SESSION_BYTES);
    else
        r = s->all->store.save(s->all->store.data, hash, buffer_span(&text), clock_now_ms(), err);
    buffer_release(&text);
    if (r == 0)
        s->dirty = false;
    return r;
}

static void secret_of(const struct session *s, unsigned char secret[32])
{
    static const char use[] = "huiqi form token 1";
    crypto_generichash_state h;

    if (s->account.n == 0) {
        crypto_generichash(secret, 32, (const unsigned char *)s->id, SESSION_ID, s->all->key,
                           SESSION_KEY);
        return;
    }
    crypto_generichash_init(&h, NULL, 0, 32);
    crypto_generichash_update(&h, (const unsigned char *)use, sizeof use);
    crypto_generichash_update(&h, (const unsigned char *)s->account.p, s->account.n);
    crypto_generichash_final(&h, secret, 32);
}

struct span session_token(struct session *s)
{
    unsigned char raw[64];
    if (s->account.n == 0)
        session_begin(s);
    secret_of(s, raw + 32);
    randombytes_buf(raw, 32);
    for (size_t i = 0; i < 32; i++)
        raw[32 + i] ^= raw[i];
    char *text = arena_alloc(s->arena, CSRF_TOKEN + 1);
    if (!text)
        return (struct span){0};
    sodium_bin2base64(text, CSRF_TOKEN + 1, raw, sizeof raw,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return span_of(text, CSRF_TOKEN);
}

bool session_token_ok(const struct session *s, struct span token)
{
    unsigned char raw[64], secret[32];
    size_t n = 0;
    if ((s->account.n == 0 && (!s->live || s->fresh)) || token.n != CSRF_TOKEN)
        return false;
    if (sodium_base642bin(raw, sizeof raw, token.p, token.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof raw)
        return false;
    for (size_t i = 0; i < 32; i++)
        raw[32 + i] ^= raw[i];
    secret_of(s, secret);
    return sodium_memcmp(raw + 32, secret, 32) == 0;
}
