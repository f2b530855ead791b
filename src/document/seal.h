/*
 * seal.h: what may not stand in the clear is sealed with one key (libsodium, XChaCha20-Poly1305):
 * the bytes of files and the personal data taken out of them. Each sealed value is bound to its
 * place (`about`): moved elsewhere in the database it does not open.
 *
 * The key is a file of mode 0600 beside the database, made on first use: HUIQI_KEY_FILE, else
 * PATH.key of sqlite:PATH, else var/huiqi.key. Who loses it loses the originals, not the masked
 * texts; a backup needs both. The database remembers the fingerprint of its key, so that a wrong
 * one is refused before anything is written with it.
 */
#ifndef HUIQI_DOCUMENT_SEAL_H
#define HUIQI_DOCUMENT_SEAL_H
#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

#define SEAL_DIGEST_HEX 65

struct seal {
    unsigned char key[32];
    char path[ERR_FILE]; /* of the key, for messages */
};

/* Reads the key of the database at `url`. `make`: where neither a key file nor anything sealed
   exists a key is made. E_NOT_FOUND, E_FORBIDDEN (others may read the file), E_CONFLICT (not the
   key of this database). */
NODISCARD int seal_load(struct store *s, const char *url, bool make, struct seal *ret,
                        struct err *err);
/* Notes in the database that this key is in use; part of the first transaction that seals. */
NODISCARD int seal_note(struct store *s, const struct seal *seal, struct err *err);
void seal_forget(struct seal *seal); /* wipes the key */

/* {NULL, 0} = no memory (noted in the arena). */
struct span seal_close(struct arena *a, const struct seal *seal, struct span about,
                       struct span plain);
/* E_CONFLICT when it was changed, moved or sealed with another key. */
NODISCARD int seal_open(struct arena *a, const struct seal *seal, struct span about,
                        struct span sealed, struct span *ret, struct err *err);
/* A digest that only the holder of the key can compute. */
void seal_digest(const struct seal *seal, struct span text, char ret_hex[SEAL_DIGEST_HEX]);
#endif
