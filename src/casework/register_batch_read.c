/*
 * register_batch_read.c: batches of registers from their rows, and as JSON. See register_batch.h.
 */
#include "base/vector.h"
#include "casework/register_batch.h"
#include "casework/sql.h"

#define ROW(id, word, zh, en) CLOSED_WORD(word, zh, en),
const struct closed_word register_row_words[REGISTER_ROW_CHANGES] = {REGISTER_CHANGE_LIST(ROW)};
const struct closed_word register_verdict_words[REGISTER_VERDICTS] = {REGISTER_VERDICT_LIST(ROW)};

static int word_index(const struct closed_word *words, size_t n, struct span word)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(words[i].yaml, word))
            return (int)i;
    return 0;
}

#define BATCH_COLUMNS                                                                              \
    "SELECT id, register, subject_kind, at, file, source, list_day, part, unread, reason, cites,"  \
    " account_id, for_account_id, actor, organisation FROM register_batch"

static void batch_read(struct arena *a, const struct stmt *st, struct register_batch *ret)
{
    *ret = (struct register_batch){.id = stmt_get_int(st, 0),
                                   .name_of_list = sql_text(a, st, 1),
                                   .subject_kind = sql_text(a, st, 2),
                                   .at = stmt_get_int(st, 3),
                                   .file = sql_text(a, st, 4),
                                   .source = sql_text(a, st, 5),
                                   .list_day = sql_text(a, st, 6),
                                   .part = stmt_get_int(st, 7) != 0,
                                   .unread = sql_text(a, st, 8),
                                   .reason = sql_text(a, st, 9),
                                   .cites = sql_text(a, st, 10),
                                   .account_id = stmt_get_int(st, 11),
                                   .for_account_id = stmt_get_int(st, 12),
                                   .actor = sql_text(a, st, 13),
                                   .organisation = sql_text(a, st, 14)};
}

static void row_read(struct arena *a, const struct stmt *st, struct register_row *ret)
{
    *ret = (struct register_row){
        .seq = stmt_get_int(st, 0),
        .line = (uint32_t)stmt_get_int(st, 1),
        .column = (uint32_t)stmt_get_int(st, 2),
        .change = (enum register_row_change)word_index(register_row_words, REGISTER_ROW_CHANGES,
                                                       stmt_get_text(st, 3)),
        .verdict = (enum register_verdict)word_index(register_verdict_words, REGISTER_VERDICTS,
                                                     stmt_get_text(st, 4)),
        .code = sql_text(a, st, 5),
        .name = sql_text(a, st, 6),
        .tier = sql_text(a, st, 7),
        .from_day = sql_text(a, st, 8),
        .to_day = sql_text(a, st, 9),
        .reason = sql_text(a, st, 10),
        .cites = sql_text(a, st, 11),
        .what = sql_text(a, st, 12),
        .problem = sql_text(a, st, 13),
        .hint = sql_text(a, st, 14),
        .entry_id = stmt_get_int(st, 15),
        .decided_at = stmt_get_int(st, 16),
        .decided_by = sql_text(a, st, 17),
        .state = (enum register_state)word_index(register_state_words, REGISTER_STATES,
                                                 stmt_get_text(st, 18)),
    };
}

/* Where a new entry was examined alone, that is what became of the row. */
static void follow_entry(struct register_row *x)
{
    if (x->change != REGISTER_ROW_ADDED || x->verdict != REGISTER_VERDICT_WAITING)
        return;
    if (x->state == REGISTER_STATE_REFUSED)
        x->verdict = REGISTER_VERDICT_REFUSED;
    else if (x->state != REGISTER_STATE_PROPOSED)
        x->verdict = REGISTER_VERDICT_AGREED;
}

static void note(struct register_batch *b, const struct register_row *x)
{
    b->counts[x->change]++;
    b->waiting += x->verdict == REGISTER_VERDICT_WAITING;
    b->to_publish += x->change == REGISTER_ROW_ADDED && x->state == REGISTER_STATE_APPROVED;
}

static int read_rows(struct arena *a, struct store *s, struct register_batch *b, bool kept,
                     struct err *err)
{
    VECTOR_OF(struct register_row, rows) v = {0};
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT r.seq, r.line, r.col, r.change, r.verdict, r.code, r.name, r.tier,"
                     " r.from_day, r.to_day, r.reason, r.cites, r.what, r.problem, r.hint,"
                     " r.entry_id, r.decided_at, r.decided_by, COALESCE(e.state, '')"
                     " FROM register_batch_row r LEFT JOIN register_entry e ON e.id = r.entry_id"
                     " WHERE r.batch_id = $1 ORDER BY r.seq",
                     ARGS(INT(b->id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && !a->failed) {
        struct register_row *x = VECTOR_PUSH(a, &v, struct register_row);
        if (!x)
            break;
        row_read(a, st, x);
        follow_entry(x);
        note(b, x);
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    if (kept) {
        b->rows = v.at;
        b->n = v.n;
    }
    return 0;
}

int register_batch_get(struct arena *request, struct store *s, int64_t id,
                       struct register_batch *ret, struct err *err)
{
    struct register_batch b;
    struct stmt *st;
    int r = sql_open(s, BATCH_COLUMNS " WHERE id = $1", ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        batch_read(request, st, &b);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "no imported list %lld", (long long)id);
        err_hint(err, "'huiqi register batch' shows them");
    }
    if (r > 0)
        r = request->failed ? err_memory(err) : read_rows(request, s, &b, true, err);
    if (r == 0)
        *ret = b;
    return r;
}

int register_batch_list(struct arena *request, struct store *s, struct span name_of_list,
                        struct register_batch **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct register_batch, batches) v = {0};
    struct stmt *st;
    int r = sql_open(s, BATCH_COLUMNS " WHERE $1 = '' OR register = $1 ORDER BY id DESC LIMIT 100",
                     ARGS(TEXT(name_of_list)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && !request->failed) {
        struct register_batch *b = VECTOR_PUSH(request, &v, struct register_batch);
        if (b)
            batch_read(request, st, b);
    }
    stmt_done(st);
    for (size_t i = 0; i < v.n && r == 0; i++)
        r = read_rows(request, s, &v.at[i], false, err);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- as JSON ---- */

static void set(struct arena *a, struct json *o, const char *key, struct span text)
{
    json_set(o, span_z(key), text.n ? json_string(a, text) : json_null(a));
}

static struct json *row_json(struct arena *a, const struct register_row *x)
{
    struct json *o = json_object(a);

    JSON_SET(o, "row", json_int(a, x->seq));
    JSON_SET(o, "line", x->line ? json_int(a, x->line) : json_null(a));
    JSON_SET(o, "column", x->column ? json_int(a, x->column) : json_null(a));
    set(a, o, "change", register_row_words[x->change].yaml);
    set(a, o, "verdict", register_verdict_words[x->verdict].yaml);
    set(a, o, "code", x->code);
    set(a, o, "name", x->name);
    set(a, o, "tier", x->tier);
    set(a, o, "from", x->from_day);
    set(a, o, "to", x->to_day);
    set(a, o, "reason", x->reason);
    set(a, o, "cites", x->cites);
    set(a, o, "what", x->what);
    set(a, o, "problem", x->problem);
    set(a, o, "hint", x->hint);
    JSON_SET(o, "entry", x->entry_id ? json_int(a, x->entry_id) : json_null(a));
    set(a, o, "state", x->entry_id ? register_state_words[x->state].yaml : (struct span){"", 0});
    set(a, o, "decided_by", x->decided_by);
    return o;
}

struct json *register_batch_json(struct arena *a, const struct register_batch *b)
{
    struct json *o = json_object(a), *counts = json_object(a), *rows = json_array(a);
    char at[DATE_TEXT];

    JSON_SET(o, "batch", b->id ? json_int(a, b->id) : json_null(a));
    set(a, o, "register", b->name_of_list);
    set(a, o, "kind", b->subject_kind);
    set(a, o, "at", arena_copy(a, span_of(at, clock_print(b->at, at))));
    set(a, o, "file", b->file);
    set(a, o, "source", b->source);
    set(a, o, "list_day", b->list_day);
    JSON_SET(o, "whole", json_bool(a, !b->part));
    set(a, o, "unread", b->unread);
    set(a, o, "reason", b->reason);
    set(a, o, "cites", b->cites);
    set(a, o, "by", b->actor);
    set(a, o, "organisation", b->organisation);
    for (size_t i = 0; i < REGISTER_ROW_CHANGES; i++)
        json_set(counts, register_row_words[i].yaml, json_int(a, (int64_t)b->counts[i]));
    JSON_SET(o, "counts", counts);
    JSON_SET(o, "waiting", json_int(a, (int64_t)b->waiting));
    JSON_SET(o, "to_publish", json_int(a, (int64_t)b->to_publish));
    for (size_t i = 0; i < b->n; i++)
        json_add(rows, row_json(a, &b->rows[i]));
    JSON_SET(o, "rows", rows);
    return a->failed ? NULL : o;
}
