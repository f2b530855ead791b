/*
 * seal.c: see seal.h. The key file is text ("huiqi-key-1" and 64 hexadecimal digits), so that it
 * can be printed and kept in a safe.
 */
#include "document/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/date.h"

#define KEY_HEAD "huiqi-key-1 "
#define KEY_TEXT (sizeof KEY_HEAD - 1 + 64 + 1) /* with the line end */
#define FORMAT   1                              /* first byte of a sealed value */
#define NONCE    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG      crypto_aead_xchacha20poly1305_ietf_ABYTES

/* ---- the key file ---- */

static int key_path(const char *url, char ret[ERR_FILE], struct err *err)
{
    const char *named = getenv("HUIQI_KEY_FILE");
    bool embedded = strncmp(url, "sqlite:", 7) == 0;
    int n = named && *named ? snprintf(ret, ERR_FILE, "%s", named)
            : embedded      ? snprintf(ret, ERR_FILE, "%s.key", url + 7)
                            : snprintf(ret, ERR_FILE, "var/huiqi.key");

    if (n < 0 || n >= ERR_FILE)
        return err_set(err, E_LIMIT, "the name of the key file is too long");
    return 0;
}

static int key_parse(struct seal *seal, const char *text, size_t n, struct err *err)
{
    size_t head = sizeof KEY_HEAD - 1, got = 0;

    if (n >= KEY_TEXT - 1 && memcmp(text, KEY_HEAD, head) == 0 &&
        sodium_hex2bin(seal->key, sizeof seal->key, text + head, 64, NULL, &got, NULL) == 0 &&
        got == sizeof seal->key)
        return 0;
    err_set(err, E_INPUT, "%s is not a key file of huiqi", seal->path);
    err_hint(err, "restore it from the backup; HUIQI_KEY_FILE names another place");
    return E_INPUT;
}

/* 1 = read, 0 = there is none. */
static int key_read(struct seal *seal, struct err *err)
{
    char text[KEY_TEXT];
    struct stat st;
    int r, fd = open(seal->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || fstat(fd, &st) < 0) {
        r = err_set(err, E_IO, "cannot read the key file %s: %s", seal->path, strerror(errno));
    } else if (S_ISREG(st.st_mode) && (st.st_mode & 077)) {
        r = err_set(err, E_FORBIDDEN, "others may read the key file %s", seal->path);
        err_hint(err, "chmod 600 %s", seal->path);
    } else {
        ssize_t n = read(fd, text, sizeof text);
        r = key_parse(seal, text, n < 0 ? 0 : (size_t)n, err);
        sodium_memzero(text, sizeof text);
    }
    if (fd >= 0)
        close(fd);
    return r < 0 ? r : 1;
}

static int write_key(int fd, const struct seal *seal)
{
    char text[KEY_TEXT + 1];
    size_t head = sizeof KEY_HEAD - 1;

    memcpy(text, KEY_HEAD, head);
    sodium_bin2hex(text + head, 65, seal->key, sizeof seal->key);
    text[head + 64] = '\n';
    bool ok = write(fd, text, KEY_TEXT) == (ssize_t)KEY_TEXT && fsync(fd) == 0;
    sodium_memzero(text, sizeof text);
    return ok ? 0 : -1;
}

/* Written under another name and linked: whoever finds the file finds all of it, and of two
 * programs that make one at the same time one wins. */
static int key_make(struct seal *seal, struct err *err)
{
    char name[ERR_FILE + 8];
    int r = 0;

    snprintf(name, sizeof name, "%s.XXXXXX", seal->path);
    int fd = mkostemp(name, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        err_set(err, E_IO, "cannot make the key file %s: %s", seal->path, strerror(errno));
        err_hint(err, "make its folder, or name another place in HUIQI_KEY_FILE");
        return E_IO;
    }
    randombytes_buf(seal->key, sizeof seal->key);
    if (write_key(fd, seal) < 0 || (link(name, seal->path) < 0 && errno != EEXIST))
        r = err_set(err, E_IO, "cannot write the key file %s: %s", seal->path, strerror(errno));
    unlink(name);
    close(fd);
    if (r == 0)
        r = key_read(seal, err); /* ours, or the other program's */
    return r < 0 ? r : 0;
}

/* ---- the database's memory of its key ---- */

static void fingerprint(const struct seal *seal, char ret_hex[SEAL_DIGEST_HEX])
{
    seal_digest(seal, SPAN("huiqi: fingerprint of the key"), ret_hex);
}

/* *ret_known: this key was used here; *ret_any: some key was. */
static int known_keys(struct store *s, const char *print, bool *ret_known, bool *ret_any,
                      struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT fingerprint FROM seal_key", &st, err);

    if (r < 0)
        return r;
    *ret_known = *ret_any = false;
    while ((r = stmt_step(st, err)) > 0) {
        *ret_any = true;
        *ret_known |= span_eq(stmt_get_text(st, 0), span_z(print));
    }
    stmt_done(st);
    return r;
}

static int no_key(const struct seal *seal, struct err *err)
{
    err_set(err, E_NOT_FOUND, "no key file %s", seal->path);
    err_hint(err, "the originals of this database were sealed with a key: restore its file, or "
                  "name it in HUIQI_KEY_FILE");
    return E_NOT_FOUND;
}

int seal_load(struct store *s, const char *url, bool make, struct seal *ret, struct err *err)
{
    struct seal seal = {0};
    char print[SEAL_DIGEST_HEX] = "";
    bool known, any;

    if (sodium_init() < 0)
        return err_set(err, E_IO, "libsodium cannot start: no random numbers");
    int r = key_path(url, seal.path, err);
    int have = r < 0 ? r : key_read(&seal, err);
    if (have < 0)
        return have;
    if (have)
        fingerprint(&seal, print);
    r = known_keys(s, print, &known, &any, err);
    if (r == 0 && have && any && !known) {
        r = err_set(err, E_CONFLICT, "%s is not the key of this database", seal.path);
        err_hint(err, "each database has its own key file; HUIQI_KEY_FILE names the place");
    } else if (r == 0 && !have) {
        r = make && !any ? key_make(&seal, err) : no_key(&seal, err);
    }
    if (r == 0)
        *ret = seal;
    seal_forget(&seal);
    return r;
}

int seal_note(struct store *s, const struct seal *seal, struct err *err)
{
    char print[SEAL_DIGEST_HEX];
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO seal_key (fingerprint, first_used) VALUES ($1, $2)"
                          " ON CONFLICT DO NOTHING",
                          &st, err);

    if (r < 0)
        return r;
    fingerprint(seal, print);
    stmt_text(st, 1, span_z(print));
    stmt_int(st, 2, clock_now_ms());
    return stmt_run(st, err);
}

void seal_forget(struct seal *seal)
{
    sodium_memzero(seal, sizeof *seal);
}

/* ---- sealing ---- */

struct span seal_close(struct arena *a, const struct seal *seal, struct span about,
                       struct span plain)
{
    unsigned char *p = arena_alloc(a, 1 + NONCE + plain.n + TAG);
    unsigned long long n = 0;

    if (!p)
        return (struct span){NULL, 0};
    p[0] = FORMAT;
    randombytes_buf(p + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        p + 1 + NONCE, &n, (const unsigned char *)(plain.p ? plain.p : ""), plain.n,
        (const unsigned char *)about.p, about.n, NULL, p + 1, seal->key);
    return span_of((char *)p, 1 + NONCE + (size_t)n);
}

int seal_open(struct arena *a, const struct seal *seal, struct span about, struct span sealed,
              struct span *ret, struct err *err)
{
    const unsigned char *p = (const unsigned char *)sealed.p;
    unsigned long long n = 0;

    if (sealed.n >= 1 + NONCE + TAG && p[0] == FORMAT) {
        unsigned char *plain = arena_alloc(a, sealed.n - NONCE - TAG);
        if (!plain)
            return err_memory(err);
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                plain, &n, NULL, p + 1 + NONCE, sealed.n - 1 - NONCE,
                (const unsigned char *)about.p, about.n, p + 1, seal->key) == 0) {
            *ret = span_of((char *)plain, (size_t)n);
            return 0;
        }
    }
    err_set(err, E_CONFLICT, "what is sealed here does not open: %.*s", SPAN_ARG(about));
    err_hint(err, "it was changed, or sealed with another key than %s", seal->path);
    return E_CONFLICT;
}

void seal_digest(const struct seal *seal, struct span text, char ret_hex[SEAL_DIGEST_HEX])
{
    unsigned char hash[32];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)(text.p ? text.p : ""), text.n,
                       seal->key, sizeof seal->key);
    sodium_bin2hex(ret_hex, SEAL_DIGEST_HEX, hash, sizeof hash);
}
