/* audit_int.h: what the two halves of the log share: how its hashes are made. */
#ifndef HUIQI_IDENTITY_AUDIT_INT_H
#define HUIQI_IDENTITY_AUDIT_INT_H
#include <sodium.h>
#include "identity/audit.h"

#define AUDIT_BYTES 32

struct audit_hash {
    crypto_generichash_state state;
};
/* Every field is hashed as LENGTH:BYTES, so that no two lists of fields give the same bytes. */
void audit_hash_begin(struct audit_hash *h, const char *what);
void audit_hash_text(struct audit_hash *h, struct span s);
void audit_hash_int(struct audit_hash *h, int64_t i);
void audit_hash_end(struct audit_hash *h, unsigned char out[AUDIT_BYTES]);
void audit_hex(const unsigned char in[AUDIT_BYTES], char out[AUDIT_HASH + 1]);

void audit_hash_run(struct span nonce, int64_t started_at, unsigned char out[AUDIT_BYTES]);
/* Over the hash before and everything in the row but id and hash. */
void audit_hash_entry(const unsigned char before[AUDIT_BYTES], const struct audit_row *row,
                      unsigned char out[AUDIT_BYTES]);
/* before: hash of the seal before as text, empty for the first. */
void audit_hash_seal(struct span before, int64_t number, struct span nonce, int64_t upto,
                     struct span tip, int64_t at, char out[AUDIT_HASH + 1]);

/* Columns of audit_entry in the order that audit_read_row takes them. */
#define AUDIT_COLUMNS                                                                              \
    "id, run_id, seq, at, class, act, object_kind, object, account_id, actor, organisation_id,"    \
    " organisation, subject_id, delegation_id, for_account_id, detail, hash"
/* Texts are those of the statement: valid until its next step. */
void audit_read_row(const struct stmt *st, struct audit_row *ret);
#endif
