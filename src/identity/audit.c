/*
 * audit.c: adds to the log, seals and lists it. The tip of the chain that a connection writes is
 * kept with the connection (store_chain), so adding reads nothing and conflicts with nobody.
 */
#include "identity/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/date.h"
#include "identity/audit_int.h"

#define NONCE_BYTES 16
#define NONCE_TEXT  (2 * NONCE_BYTES)
/* Entries before the last one that a seal has seen are looked at again: their transactions may have
 * ended late. */
#define SEAL_WINDOW 20000
#define SEAL_RUNS   100 /* sealed in one transaction */

static const char *const class_names[] = {"sign-in", "read", "change", "decision"};

struct span audit_class_name(enum audit_class class)
{
    return span_z(class_names[class]);
}

bool audit_class_parse(struct span name, enum audit_class *ret)
{
    for (size_t i = 0; i < COUNT_OF(class_names); i++)
        if (span_eq(name, span_z(class_names[i]))) {
            *ret = (enum audit_class)i;
            return true;
        }
    return false;
}

/* ---- hashes ---- */

void audit_hash_begin(struct audit_hash *h, const char *what)
{
    crypto_generichash_init(&h->state, NULL, 0, AUDIT_BYTES);
    audit_hash_text(h, span_z(what));
}

void audit_hash_text(struct audit_hash *h, struct span s)
{
    char length[24];
    int n = snprintf(length, sizeof length, "%zu:", s.n);
    crypto_generichash_update(&h->state, (const unsigned char *)length, (unsigned long long)n);
    if (s.n)
        crypto_generichash_update(&h->state, (const unsigned char *)s.p, s.n);
}

void audit_hash_int(struct audit_hash *h, int64_t i)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, i);
    audit_hash_text(h, span_of(text, (size_t)n));
}

void audit_hash_end(struct audit_hash *h, unsigned char out[AUDIT_BYTES])
{
    crypto_generichash_final(&h->state, out, AUDIT_BYTES);
}

void audit_hex(const unsigned char in[AUDIT_BYTES], char out[AUDIT_HASH + 1])
{
    sodium_bin2hex(out, AUDIT_HASH + 1, in, AUDIT_BYTES);
}

void audit_hash_run(struct span nonce, int64_t started_at, unsigned char out[AUDIT_BYTES])
{
    struct audit_hash h;
    audit_hash_begin(&h, "huiqi audit run 1");
    audit_hash_text(&h, nonce);
    audit_hash_int(&h, started_at);
    audit_hash_end(&h, out);
}

void audit_hash_entry(const unsigned char before[AUDIT_BYTES], const struct audit_row *row,
                      unsigned char out[AUDIT_BYTES])
{
    char hex[AUDIT_HASH + 1];
    struct audit_hash h;

    audit_hex(before, hex);
    audit_hash_begin(&h, "huiqi audit entry 1");
    audit_hash_text(&h, span_of(hex, AUDIT_HASH));
    audit_hash_int(&h, row->seq);
    audit_hash_int(&h, row->at);
    audit_hash_text(&h, audit_class_name(row->class));
    audit_hash_text(&h, row->act);
    audit_hash_text(&h, row->object_kind);
    audit_hash_text(&h, row->object);
    audit_hash_int(&h, row->account_id);
    audit_hash_text(&h, row->actor);
    audit_hash_int(&h, row->organisation_id);
    audit_hash_text(&h, row->organisation);
    audit_hash_int(&h, row->subject_id);
    audit_hash_int(&h, row->delegation_id);
    audit_hash_int(&h, row->for_account_id);
    audit_hash_text(&h, row->detail);
    audit_hash_end(&h, out);
}

void audit_hash_seal(struct span before, int64_t number, struct span nonce, int64_t upto,
                     struct span tip, int64_t at, char out[AUDIT_HASH + 1])
{
    unsigned char raw[AUDIT_BYTES];
    struct audit_hash h;

    audit_hash_begin(&h, "huiqi audit seal 1");
    audit_hash_text(&h, before);
    audit_hash_int(&h, number);
    audit_hash_text(&h, nonce);
    audit_hash_int(&h, upto);
    audit_hash_text(&h, tip);
    audit_hash_int(&h, at);
    audit_hash_end(&h, raw);
    audit_hex(raw, out);
}

/* ---- adding ---- */

static int begin_run(struct store *s, struct store_chain *chain, struct err *err)
{
    unsigned char random[NONCE_BYTES];
    char nonce[NONCE_TEXT + 1];
    int64_t now = clock_now_ms(), id;
    struct stmt *st;

    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(nonce, sizeof nonce, random, sizeof random);
    int r = store_prepare(s,
                          "INSERT INTO audit_run (nonce, program, process, started_at)"
                          " VALUES ($1, $2, $3, $4){new id}",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_of(nonce, NONCE_TEXT));
    stmt_text(st, 2, SPAN("huiqi " HUIQI_VERSION));
    stmt_int(st, 3, getpid());
    stmt_int(st, 4, now);
    r = stmt_insert(st, &id, err);
    if (r < 0)
        return r;
    chain->run_id = id;
    chain->entries = 0;
    audit_hash_run(span_of(nonce, NONCE_TEXT), now, chain->tip);
    return 0;
}

static int write_row(struct store *s, const struct audit_row *row, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s,
                      "INSERT INTO audit_entry (run_id, seq, at, class, act, object_kind,"
                      " object, account_id, actor, organisation_id, organisation, subject_id,"
                      " delegation_id, for_account_id, detail, hash) VALUES"
                      " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                      &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, row->run_id);
    stmt_int(st, 2, row->seq);
    stmt_int(st, 3, row->at);
    stmt_text(st, 4, audit_class_name(row->class));
    stmt_text(st, 5, row->act);
    stmt_text(st, 6, row->object_kind);
    stmt_text(st, 7, row->object);
    stmt_int(st, 8, row->account_id);
    stmt_text(st, 9, row->actor);
    stmt_int(st, 10, row->organisation_id);
    stmt_text(st, 11, row->organisation);
    stmt_int(st, 12, row->subject_id);
    stmt_int(st, 13, row->delegation_id);
    stmt_int(st, 14, row->for_account_id);
    stmt_text(st, 15, row->detail);
    stmt_text(st, 16, row->hash);
    return stmt_post(st, err);
}

int audit_add(struct store *s, const struct actor *who, const struct audit_entry *e,
              struct err *err)
{
    struct store_chain *chain = store_chain(s);
    unsigned char tip[AUDIT_BYTES];
    char hash[AUDIT_HASH + 1];

    if (!store_in_transaction(s))
        BUG("an entry of the log belongs into the transaction of the change");
    if (e->detail.n && e->detail.p[0] != '{')
        BUG("the detail of an entry is a JSON object");
    int r = chain->run_id ? 0 : begin_run(s, chain, err);
    if (r < 0)
        return r;
    struct audit_row row = {.run_id = chain->run_id,
                            .seq = chain->entries + 1,
                            .at = clock_now_ms(),
                            .class = e->class,
                            .act = e->act,
                            .object_kind = e->object_kind,
                            .object = e->object,
                            .account_id = who->account_id,
                            .actor = who->name,
                            .organisation_id = who->organisation_id,
                            .organisation = who->organisation,
                            .subject_id = who->subject_id,
                            .delegation_id = who->delegation_id,
                            .for_account_id = who->for_account_id,
                            .detail = e->detail};
    audit_hash_entry(chain->tip, &row, tip);
    audit_hex(tip, hash);
    row.hash = span_of(hash, AUDIT_HASH);
    r = write_row(s, &row, err);
    if (r < 0)
        return r;
    chain->entries = row.seq;
    memcpy(chain->tip, tip, sizeof tip);
    return 0;
}

struct alone {
    const struct actor *who;
    const struct audit_entry *entry;
};

static int add_alone(struct store *s, void *context, struct err *err)
{
    const struct alone *x = context;
    return audit_add(s, x->who, x->entry, err);
}

int audit_add_alone(struct store *s, const struct actor *who, const struct audit_entry *e,
                    struct err *err)
{
    return store_write(s, add_alone, &(struct alone){who, e}, err);
}

/* ---- sealing ---- */

/* A run and how far it has come. */
struct reach {
    struct reach *next;
    int64_t run_id, upto, entry_id;
};

static int last_seal(struct store *s, struct arena *a, int64_t *ret_number, struct span *ret_hash,
                     int64_t *ret_entry, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT number, hash, entry_id FROM audit_seal ORDER BY number DESC LIMIT 1", &st, err);

    if (r < 0)
        return r;
    *ret_number = *ret_entry = 0;
    *ret_hash = (struct span){NULL, 0};
    r = stmt_step(st, err);
    if (r > 0) {
        *ret_number = stmt_get_int(st, 0);
        *ret_hash = arena_copy(a, stmt_get_text(st, 1));
        *ret_entry = stmt_get_int(st, 2);
        r = ret_hash->p ? 0 : err_memory(err);
    }
    stmt_done(st);
    return r;
}

/* In the order of their last entries: whatever has been sealed, what is left lies behind the
 * entry_id of the last seal and is found again. */
static int find_reaches(struct store *s, struct arena *a, int64_t after, struct reach **ret,
                        struct err *err)
{
    struct reach **end = ret;
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT run_id, MAX(seq), MAX(id) FROM audit_entry WHERE id > $1"
                          " GROUP BY run_id ORDER BY MAX(id)",
                          &st, err);
    *ret = NULL;
    if (r < 0)
        return r;
    stmt_int(st, 1, after);
    while ((r = stmt_step(st, err)) > 0) {
        struct reach *x = ARENA_NEW(a, struct reach);
        if (!x) {
            r = err_memory(err);
            break;
        }
        *x = (struct reach){NULL, stmt_get_int(st, 0), stmt_get_int(st, 1), stmt_get_int(st, 2)};
        *end = x;
        end = &x->next;
    }
    stmt_done(st);
    return r;
}

struct sealing {
    struct arena *arena;
    struct reach *first;       /* what is still to be sealed */
    struct reach *behind;      /* set by a transaction that went well */
    int64_t number, entry;     /* of the last seal */
    char hash[AUDIT_HASH + 1]; /* likewise; empty = there is none yet */
};

/* The nonce of the run and the hash of its entry, where no seal covers it yet; else ret_tip stays
 * empty. */
static int what_to_seal(struct store *s, struct arena *a, const struct reach *x,
                        struct span *ret_nonce, struct span *ret_tip, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s,
        "SELECT r.nonce, e.hash FROM audit_entry e JOIN audit_run r ON r.id = e.run_id WHERE"
        " e.run_id = $1 AND e.seq = $2 AND NOT EXISTS (SELECT 1 FROM audit_seal z WHERE"
        " z.run_id = e.run_id AND z.upto >= e.seq)",
        &st, err);
    *ret_tip = (struct span){NULL, 0};
    if (r < 0)
        return r;
    stmt_int(st, 1, x->run_id);
    stmt_int(st, 2, x->upto);
    r = stmt_step(st, err);
    if (r > 0) {
        *ret_nonce = arena_copy(a, stmt_get_text(st, 0));
        *ret_tip = arena_copy(a, stmt_get_text(st, 1));
        r = a->failed ? err_memory(err) : 0;
    }
    stmt_done(st);
    return r;
}

static int seal_one(struct store *s, struct sealing *z, const struct reach *x, struct err *err)
{
    struct span nonce, tip;
    char hash[AUDIT_HASH + 1];
    int64_t now = clock_now_ms();
    struct stmt *st;
    int r = what_to_seal(s, z->arena, x, &nonce, &tip, err);

    if (r < 0 || !tip.p)
        return r;
    r = store_prepare(s,
                      "INSERT INTO audit_seal (number, run_id, nonce, upto, tip, at, entry_id,"
                      " hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      &st, err);
    if (r < 0)
        return r;
    z->number++;
    z->entry = x->entry_id > z->entry ? x->entry_id : z->entry;
    audit_hash_seal(span_z(z->hash), z->number, nonce, x->upto, tip, now, hash);
    memcpy(z->hash, hash, sizeof hash);
    stmt_int(st, 1, z->number);
    stmt_int(st, 2, x->run_id);
    stmt_text(st, 3, nonce);
    stmt_int(st, 4, x->upto);
    stmt_text(st, 5, tip);
    stmt_int(st, 6, now);
    stmt_int(st, 7, z->entry);
    stmt_text(st, 8, span_of(hash, AUDIT_HASH));
    return stmt_run(st, err);
}

/* A few runs. Two that seal at once meet at the number: the second tries again and finds less to
 * do. */
static int seal_some(struct store *s, void *context, struct err *err)
{
    struct sealing *z = context;
    struct err once = ERR_INIT;
    struct span hash;
    int r = last_seal(s, z->arena, &z->number, &hash, &z->entry, &once);

    z->hash[0] = 0;
    if (r == 0 && hash.n == AUDIT_HASH)
        memcpy(z->hash, hash.p, AUDIT_HASH + 1);
    z->behind = z->first;
    for (int n = 0; r == 0 && z->behind && n < SEAL_RUNS; n++, z->behind = z->behind->next)
        r = seal_one(s, z, z->behind, &once);
    if (r == E_CONFLICT)
        return err_set(err, E_BUSY, "another program seals");
    if (r < 0 && err)
        *err = once;
    return r;
}

/* In transactions of bounded length: one that is killed takes back little, and the next goes on. */
int audit_seal(struct store *s, struct err *err)
{
    struct sealing z = {.first = NULL};
    struct arena a;
    struct span hash;
    int64_t number, entry;

    arena_init(&a);
    z.arena = &a;
    int r = last_seal(s, &a, &number, &hash, &entry, err);
    if (r == 0)
        r = find_reaches(s, &a, entry - SEAL_WINDOW, &z.first, err);
    while (r == 0 && z.first) {
        r = store_write(s, seal_some, &z, err);
        z.first = z.behind;
    }
    arena_release(&a);
    return r;
}

/* ---- reading ---- */

void audit_read_row(const struct stmt *st, struct audit_row *ret)
{
    *ret = (struct audit_row){.id = stmt_get_int(st, 0),
                              .run_id = stmt_get_int(st, 1),
                              .seq = stmt_get_int(st, 2),
                              .at = stmt_get_int(st, 3),
                              .act = stmt_get_text(st, 5),
                              .object_kind = stmt_get_text(st, 6),
                              .object = stmt_get_text(st, 7),
                              .account_id = stmt_get_int(st, 8),
                              .actor = stmt_get_text(st, 9),
                              .organisation_id = stmt_get_int(st, 10),
                              .organisation = stmt_get_text(st, 11),
                              .subject_id = stmt_get_int(st, 12),
                              .delegation_id = stmt_get_int(st, 13),
                              .for_account_id = stmt_get_int(st, 14),
                              .detail = stmt_get_text(st, 15),
                              .hash = stmt_get_text(st, 16)};
    (void)audit_class_parse(stmt_get_text(st, 4), &ret->class); /* the table knows no other */
}

#define LIST_SQL(narrow)                                                                           \
    "SELECT " AUDIT_COLUMNS " FROM audit_entry WHERE " narrow                                      \
    " AND ($3 = '' OR class = $3) AND ($4 = '' OR act = $4) AND at >= $5 AND at < $6 AND id < $7"  \
    " AND (account_id = $8 OR for_account_id = $8 OR $8 = 0)"                                      \
    " AND ($1 = '' OR object_kind = $1) AND ($2 = '' OR object = $2)"                              \
    " ORDER BY id DESC LIMIT $9"

static const char *list_sql(const struct audit_filter *f)
{
    if (f->object_kind.n && f->object.n)
        return LIST_SQL("object_kind = $1 AND object = $2");
    if (f->from)
        return LIST_SQL("at >= $5");
    return LIST_SQL("id < $7");
}

static void copy_texts(struct arena *a, struct audit_row *row)
{
    struct span *const texts[] = {&row->act,          &row->object_kind, &row->object, &row->actor,
                                  &row->organisation, &row->detail,      &row->hash};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = arena_copy(a, *texts[i]);
}

static void bind_filter(struct stmt *st, const struct audit_filter *f, int limit)
{
    stmt_text(st, 1, f->object_kind);
    stmt_text(st, 2, f->object);
    stmt_text(st, 3, f->has_class ? audit_class_name(f->class) : SPAN(""));
    stmt_text(st, 4, f->act);
    stmt_int(st, 5, f->from);
    stmt_int(st, 6, f->to ? f->to : INT64_MAX);
    stmt_int(st, 7, f->before ? f->before : INT64_MAX);
    stmt_int(st, 8, f->account_id);
    stmt_int(st, 9, limit);
}

int audit_list(struct store *s, struct arena *a, const struct audit_filter *f,
               struct audit_row **ret, size_t *ret_n, struct err *err)
{
    int limit = f->limit <= 0 ? AUDIT_PAGE : f->limit > AUDIT_PAGE_MAX ? AUDIT_PAGE_MAX : f->limit;
    struct audit_row *rows = ARENA_ARRAY(a, struct audit_row, (size_t)limit);
    struct stmt *st;
    size_t n = 0;

    if (!rows)
        return err_memory(err);
    int r = store_prepare(s, list_sql(f), &st, err);
    if (r < 0)
        return r;
    bind_filter(st, f, limit);
    while ((r = stmt_step(st, err)) > 0 && n < (size_t)limit) {
        audit_read_row(st, &rows[n]);
        copy_texts(a, &rows[n++]);
    }
    stmt_done(st);
    if (r < 0)
        return r;
    if (a->failed)
        return err_memory(err);
    *ret = rows;
    *ret_n = n;
    return 0;
}

struct json *audit_row_json(struct arena *a, const struct audit_row *row)
{
    struct json *o = json_object(a), *detail = NULL;
    char at[DATE_TEXT];

    JSON_SET(o, "id", json_int(a, row->id));
    JSON_SET(o, "at", json_string(a, arena_copy(a, span_of(at, clock_print(row->at, at)))));
    JSON_SET(o, "class", json_string(a, audit_class_name(row->class)));
    JSON_SET(o, "act", json_string(a, row->act));
    JSON_SET(o, "object_kind", json_string(a, row->object_kind));
    JSON_SET(o, "object", json_string(a, row->object));
    JSON_SET(o, "account", json_int(a, row->account_id));
    JSON_SET(o, "actor", json_string(a, row->actor));
    JSON_SET(o, "organisation", json_string(a, row->organisation));
    JSON_SET(o, "subject", json_int(a, row->subject_id));
    JSON_SET(o, "delegation", json_int(a, row->delegation_id));
    JSON_SET(o, "for_account", json_int(a, row->for_account_id));
    if (row->detail.n && json_parse(a, row->detail, SPAN("detail"), &detail, NULL) == 0)
        JSON_SET(o, "detail", detail);
    JSON_SET(o, "run", json_int(a, row->run_id));
    JSON_SET(o, "seq", json_int(a, row->seq));
    JSON_SET(o, "hash", json_string(a, row->hash));
    return o;
}
