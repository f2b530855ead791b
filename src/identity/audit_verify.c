/*
 * audit_verify.c: proves the log: recomputes the chain of every run and the common chain of seals,
 * and compares the two. Reads in pages, outside of a transaction: entries are only ever added.
 */
#include <inttypes.h>

#include "identity/audit_int.h"

#define PAGE 1000

struct walk {
    struct store *store;
    struct arena *arena; /* of the report */
    struct audit_report *report;
    int64_t expect_number;
    struct span expect_hash;
    struct err *err;
};

static int note(struct walk *w, const char *format, ...) PRINTF_LIKE(2, 3);

static int note(struct walk *w, const char *format, ...)
{
    struct buffer text = BUFFER_INIT;
    va_list args;

    if (w->report->problems++ >= AUDIT_PROBLEMS)
        return 0;
    va_start(args, format);
    buffer_vprint(&text, format, args);
    va_end(args);
    struct span copy =
        buffer_failed(&text) ? (struct span){NULL, 0} : arena_copy(w->arena, buffer_span(&text));
    buffer_release(&text);
    w->report->texts[w->report->problems - 1] = copy;
    return copy.p ? 0 : err_memory(w->err);
}

/* ---- one run ---- */

struct seal {
    int64_t number, upto;
    struct span tip;
};

struct run {
    int64_t id, started_at;
    struct span nonce;
    struct seal *seals; /* by upto */
    size_t seal_count, seal_at;
    int64_t seq; /* of the last entry seen */
    unsigned char tip[AUDIT_BYTES];
};

static int load_seals(struct walk *w, struct arena *a, struct run *run)
{
    struct stmt *st;
    size_t n = 0;
    int r = store_prepare(w->store,
                          "SELECT number, upto, tip, (SELECT COUNT(*) FROM audit_seal c WHERE"
                          " c.run_id = $1) FROM audit_seal WHERE run_id = $1 ORDER BY upto",
                          &st, w->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, run->id);
    while ((r = stmt_step(st, w->err)) > 0) {
        if (n == 0) {
            run->seal_count = (size_t)stmt_get_int(st, 3);
            run->seals = ARENA_ARRAY(a, struct seal, run->seal_count);
        }
        if (!run->seals || n >= run->seal_count)
            break;
        run->seals[n++] = (struct seal){stmt_get_int(st, 0), stmt_get_int(st, 1),
                                        arena_copy(a, stmt_get_text(st, 2))};
    }
    stmt_done(st);
    run->seal_count = n;
    return r < 0 ? r : a->failed ? err_memory(w->err) : 0;
}

static int check_seals_at(struct walk *w, struct run *run, struct span hash)
{
    int r = 0;
    while (r == 0 && run->seal_at < run->seal_count && run->seals[run->seal_at].upto <= run->seq) {
        const struct seal *z = &run->seals[run->seal_at++];
        if (z->upto != run->seq || !span_eq(z->tip, hash))
            r = note(
                w, "run %" PRId64 ": entry %" PRId64 " is not the one that seal %" PRId64 " covers",
                run->id, z->upto, z->number);
    }
    return r;
}

static int check_entry(struct walk *w, struct run *run, const struct audit_row *row)
{
    unsigned char hash[AUDIT_BYTES];
    char hex[AUDIT_HASH + 1];
    int r = 0;

    if (row->seq != run->seq + 1)
        r = note(w, "run %" PRId64 ": entries %" PRId64 " to %" PRId64 " are missing", run->id,
                 run->seq + 1, row->seq - 1);
    run->seq = row->seq;
    audit_hash_entry(run->tip, row, hash);
    audit_hex(hash, hex);
    if (r == 0 && !span_eq(row->hash, span_of(hex, AUDIT_HASH)))
        r = note(w,
                 "run %" PRId64 ": entry %" PRId64 " (id %" PRId64 ") was changed, or what is"
                 " before it",
                 run->id, row->seq, row->id);
    /* go on from what is stored: one change gives one problem */
    if (sodium_hex2bin(run->tip, sizeof run->tip, row->hash.p, row->hash.n, NULL, NULL, NULL) != 0)
        memcpy(run->tip, hash, sizeof hash);
    w->report->entries++;
    return r < 0 ? r : check_seals_at(w, run, row->hash);
}

/* Up to PAGE entries; *ret_more = there may be others. */
static int walk_page(struct walk *w, struct run *run, bool *ret_more)
{
    struct audit_row row;
    struct stmt *st;
    int n = 0;
    int r = store_prepare(w->store,
                          "SELECT " AUDIT_COLUMNS " FROM audit_entry WHERE run_id = $1 AND seq > $2"
                          " ORDER BY seq LIMIT 1000",
                          &st, w->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, run->id);
    stmt_int(st, 2, run->seq);
    while ((r = stmt_step(st, w->err)) > 0) {
        n++;
        audit_read_row(st, &row);
        r = check_entry(w, run, &row);
        if (r < 0)
            break;
    }
    stmt_done(st);
    *ret_more = n == PAGE;
    return r;
}

static int check_run(struct walk *w, struct arena *a, struct run *run)
{
    bool more = true;
    int r = load_seals(w, a, run);

    audit_hash_run(run->nonce, run->started_at, run->tip);
    while (r == 0 && more)
        r = walk_page(w, run, &more);
    for (size_t i = run->seal_at; r == 0 && i < run->seal_count; i++)
        r = note(w,
                 "run %" PRId64 ": seal %" PRId64 " covers %" PRId64 " entries, %" PRId64
                 " are there: the end was cut off",
                 run->id, run->seals[i].number, run->seals[i].upto, run->seq);
    int64_t sealed = run->seal_count ? run->seals[run->seal_count - 1].upto : 0;
    if (run->seq > sealed)
        w->report->unsealed += run->seq - sealed;
    w->report->runs++;
    return r;
}

static int next_run(struct walk *w, struct arena *a, struct run *ret, bool *ret_any)
{
    struct stmt *st;
    int r = store_prepare(w->store,
                          "SELECT id, nonce, started_at FROM audit_run WHERE id > $1 ORDER BY id"
                          " LIMIT 1",
                          &st, w->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, ret->id);
    r = stmt_step(st, w->err);
    *ret_any = r > 0;
    if (r > 0) {
        *ret = (struct run){.id = stmt_get_int(st, 0),
                            .nonce = arena_copy(a, stmt_get_text(st, 1)),
                            .started_at = stmt_get_int(st, 2)};
        r = ret->nonce.p ? 0 : err_memory(w->err);
    }
    stmt_done(st);
    return r;
}

static int check_runs(struct walk *w)
{
    struct run run = {0};
    struct arena a;
    bool any = true;
    int r = 0;

    arena_init(&a);
    while (r == 0 && any) {
        arena_clear(&a);
        r = next_run(w, &a, &run, &any);
        if (r == 0 && any)
            r = check_run(w, &a, &run);
    }
    arena_release(&a);
    return r;
}

/* ---- the common chain ---- */

static int check_seal(struct walk *w, const struct stmt *st, struct span before)
{
    int64_t number = stmt_get_int(st, 0);
    struct span hash = stmt_get_text(st, 6);
    char want[AUDIT_HASH + 1];
    int r = 0;

    if (number != w->report->head_number + 1)
        r = note(w, "seals %" PRId64 " to %" PRId64 " are missing", w->report->head_number + 1,
                 number - 1);
    audit_hash_seal(before, number, stmt_get_text(st, 2), stmt_get_int(st, 3), stmt_get_text(st, 4),
                    stmt_get_int(st, 5), want);
    if (r == 0 && !span_eq(hash, span_of(want, AUDIT_HASH)))
        r = note(w, "seal %" PRId64 " was changed, or what is before it", number);
    if (r == 0 && stmt_is_null(st, 7))
        r = note(w, "run %" PRId64 " is gone, which seal %" PRId64 " covers", stmt_get_int(st, 1),
                 number);
    else if (r == 0 && !span_eq(stmt_get_text(st, 7), stmt_get_text(st, 2)))
        r = note(w, "run %" PRId64 " is not the one that seal %" PRId64 " covers",
                 stmt_get_int(st, 1), number);
    if (r == 0 && number == w->expect_number && !span_eq(hash, w->expect_hash))
        r = note(w, "seal %" PRId64 " is not the one that was noted", number);
    return r;
}

static int seals_page(struct walk *w, bool *ret_more)
{
    struct stmt *st;
    int n = 0;
    int r = store_prepare(w->store,
                          "SELECT z.number, z.run_id, z.nonce, z.upto, z.tip, z.at, z.hash, r.nonce"
                          " FROM audit_seal z LEFT JOIN audit_run r ON r.id = z.run_id"
                          " WHERE z.number > $1 ORDER BY z.number LIMIT 1000",
                          &st, w->err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->report->head_number);
    while ((r = stmt_step(st, w->err)) > 0) {
        n++;
        r = check_seal(w, st, w->report->head);
        w->report->head_number = stmt_get_int(st, 0);
        w->report->seals++;
        w->report->head = arena_copy(w->arena, stmt_get_text(st, 6));
        if (r == 0 && !w->report->head.p)
            r = err_memory(w->err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    *ret_more = n == PAGE;
    return r;
}

static int check_chain(struct walk *w)
{
    bool more = true;
    int r = 0;

    while (r == 0 && more)
        r = seals_page(w, &more);
    if (r == 0 && w->expect_number > w->report->head_number)
        r = note(w, "seal %" PRId64 " was noted, the last one is %" PRId64 ": the end was cut off",
                 w->expect_number, w->report->head_number);
    return r;
}

int audit_verify(struct store *s, struct arena *a, int64_t expect_number, struct span expect_hash,
                 struct audit_report *ret, struct err *err)
{
    struct audit_report report = {.texts = ARENA_ARRAY(a, struct span, AUDIT_PROBLEMS)};
    struct walk w = {s, a, &report, expect_number, expect_hash, err};

    if (!report.texts)
        return err_memory(err);
    int r = check_chain(&w); /* first: what it covers is there for the second */
    if (r == 0)
        r = check_runs(&w);
    if (r < 0)
        return r;
    *ret = report;
    return 0;
}
