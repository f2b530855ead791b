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
    *all = (struct sessions){.store = store};
    randombytes_buf(all->key, sizeof all->key);
    return 0;
}

void sessions_use_key(struct sessions *all, const unsigned char key[SESSION_KEY])
{
    memcpy(all->key, key, SESSION_KEY);
}

/* ---- ids ---- */

#define ID_RANDOM 16
#define ID_SEAL   16

static void seal_id(const struct sessions *all, const unsigned char random[ID_RANDOM],
                    unsigned char seal[ID_SEAL])
{
    static const char use[] = "huiqi visitor 1";
    crypto_generichash_state h;

    crypto_generichash_init(&h, all->key, SESSION_KEY, ID_SEAL);
    crypto_generichash_update(&h, (const unsigned char *)use, sizeof use);
    crypto_generichash_update(&h, random, ID_RANDOM);
    crypto_generichash_final(&h, seal, ID_SEAL);
}

static bool id_is_ours(const struct sessions *all, struct span id)
{
    unsigned char raw[ID_RANDOM + ID_SEAL], seal[ID_SEAL];
    size_t n = 0;

    if (!id_shape(id) ||
        sodium_base642bin(raw, sizeof raw, id.p, id.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof raw)
        return false;
    seal_id(all, raw, seal);
    return sodium_memcmp(raw + ID_RANDOM, seal, ID_SEAL) == 0;
}

struct span session_name(struct session *s)
{
    unsigned char raw[ID_RANDOM + ID_SEAL];

    if (!s->named) {
        randombytes_buf(raw, ID_RANDOM);
        seal_id(s->all, raw, raw + ID_RANDOM);
        sodium_bin2base64(s->id, sizeof s->id, raw, sizeof raw,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        s->named = s->fresh = true;
        s->dropped = false;
    }
    return span_of(s->id, SESSION_ID);
}

/* ---- data under seal ---- */

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define B64   sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* Made of the id or the token, which stand in no store, and the key of the site. */
static void data_key(const struct session *s, unsigned char out[32])
{
    static const char use[] = "huiqi session data 1";
    struct span secret = s->kept ? s->account : span_of(s->id, SESSION_ID);
    crypto_generichash_state h;

    crypto_generichash_init(&h, s->all->key, SESSION_KEY, 32);
    crypto_generichash_update(&h, (const unsigned char *)use, sizeof use);
    crypto_generichash_update(&h, (const unsigned char *)secret.p, secret.n);
    crypto_generichash_final(&h, out, 32);
}

static int seal_data(const struct session *s, struct span text, struct span *ret, struct err *err)
{
    size_t raw_n = NONCE + text.n + MAC, n = sodium_base64_ENCODED_LEN(raw_n, B64);
    unsigned char *raw = arena_alloc(s->arena, raw_n), key[32];
    char *out = arena_alloc(s->arena, n);

    if (!raw || !out)
        return err_memory(err);
    data_key(s, key);
    randombytes_buf(raw, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + NONCE, NULL, (const unsigned char *)text.p,
                                               text.n, NULL, 0, NULL, raw, key);
    sodium_memzero(key, sizeof key);
    sodium_bin2base64(out, n, raw, raw_n, B64);
    *ret = span_of(out, n - 1);
    return 0;
}

/* 1 = opened; 0 = it is not ours: of another key, or damaged. */
static int open_data(const struct session *s, struct span sealed, struct span *ret, struct err *err)
{
    unsigned char *raw = arena_alloc(s->arena, sealed.n + 1), key[32];
    char *out = arena_alloc(s->arena, sealed.n + 1);
    size_t n = 0;

    if (!raw || !out)
        return err_memory(err);
    if (sodium_base642bin(raw, sealed.n + 1, sealed.p, sealed.n, NULL, &n, NULL, B64) != 0 ||
        n < NONCE + MAC)
        return 0;
    data_key(s, key);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)out, NULL, NULL,
                                                         raw + NONCE, n - NONCE, NULL, 0, raw, key);
    sodium_memzero(key, sizeof key);
    *ret = span_of(out, n - NONCE - MAC);
    return bad ? 0 : 1;
}

/* What cannot be opened is as if it were not there. */
static int read_data(struct session *s, struct span sealed, struct err *err)
{
    struct span text;
    int r = open_data(s, sealed, &text, err);

    if (r <= 0)
        return r;
    r = json_parse(s->arena, text, SPAN("session"), &s->data, err);
    if (r < 0)
        return err_set(err, r, "the session cannot be read");
    s->live = true;
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
    if (!id_is_ours(all, cookie))
        return 0;
    memcpy(s->id, cookie.p, SESSION_ID);
    s->named = true;
    hash_id(s->id, hash);
    struct err quiet = ERR_INIT;
    int r = all->store.load(all->store.data, hash, clock_now_ms(), request, &text, &quiet);
    if (r == E_NOT_FOUND)
        return 0;
    if (r < 0 && err)
        *err = quiet;
    return r < 0 ? r : read_data(s, text, err);
}

int session_sign(struct session *s, struct span token, struct err *err)
{
    const struct session_keep *keep = &s->all->keep;
    struct err quiet = ERR_INIT;
    struct span text;

    s->account = token;
    if (!keep->load)
        return 0;
    s->kept = true;
    s->live = s->dirty = false;
    s->data = NULL;
    int r = keep->load(keep->context, token, s->arena, &text, &quiet);
    if (r == E_NOT_FOUND)
        return 0;
    if (r < 0 && err)
        *err = quiet;
    return r < 0 ? r : read_data(s, text, err);
}

void session_begin(struct session *s)
{
    if (s->live)
        return;
    if (!s->kept)
        (void)session_name(s);
    s->data = json_object(s->arena);
    s->live = s->dirty = true;
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

    if (s->kept)
        s->all->keep.drop(s->all->keep.context, s->account);
    if (s->named) {
        hash_id(s->id, hash);
        s->all->store.drop(s->all->store.data, hash);
        s->dropped = true;
    }
    s->named = s->live = s->dirty = s->fresh = s->kept = false;
    s->data = NULL;
}

static int save(const struct session *s, struct span clear, struct err *err)
{
    unsigned char hash[SESSION_HASH];
    struct span text;
    int r = seal_data(s, clear, &text, err);

    if (r < 0)
        return r;
    if (s->kept)
        return s->all->keep.save(s->all->keep.context, s->account, text, err);
    hash_id(s->id, hash);
    return s->all->store.save(s->all->store.data, hash, text, clock_now_ms(), err);
}

int session_close(struct session *s, struct err *err)
{
    struct buffer text = BUFFER_INIT;
    int r;
    if (!s->live || !s->dirty)
        return 0;
    if (!s->data)
        return err_memory(err);
    json_print(&text, s->data, JSON_COMPACT);
    if (buffer_failed(&text))
        r = err_memory(err);
    else if (text.n > SESSION_BYTES)
        r = err_set(err, E_LIMIT, "the session holds more than %u bytes", SESSION_BYTES);
    else
        r = save(s, buffer_span(&text), err);
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
        (void)session_name(s);
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
    if ((s->account.n == 0 && (!s->named || s->fresh)) || token.n != CSRF_TOKEN)
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
