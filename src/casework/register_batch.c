/*
 * register_batch.c: an outside list against a register: what it changes, kept as one proposal,
 * decided by a second person and published. See register_batch.h.
 */
#include "casework/register_batch.h"

#include <inttypes.h>

#include "base/map.h"
#include "base/vector.h"
#include "casework/registers_int.h"
#include "casework/sql.h"
#include "identity/audit.h"

struct known {
    struct register_entry entry;
    bool seen;
};
VECTOR_OF(struct register_row, planned_rows);
struct plan {
    struct register_work work;
    const struct register_import *x;
    struct map by_code, by_name; /* struct known of entries that stand or wait */
    struct planned_rows rows;
    struct register_batch batch;
};

static struct span day_now(struct arena *a)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(date_today(), text)));
}

/* ---- what the register holds ---- */

static bool is_open(const struct register_entry *e, struct span now)
{
    return e->state == REGISTER_STATE_PROPOSED || e->state == REGISTER_STATE_APPROVED ||
           (e->state == REGISTER_STATE_PUBLISHED &&
            (!e->to_day.n || span_compare(e->to_day, now) >= 0));
}

static int know(struct plan *p, const struct register_entry *e, struct err *err)
{
    struct known *k = ARENA_NEW(p->work.arena, struct known);
    int r = 0;

    if (!k)
        return err_memory(err);
    *k = (struct known){.entry = *e};
    if (e->subject_code.n)
        r = map_put(&p->by_code, e->subject_code, k);
    else if (e->name.n)
        r = map_put(&p->by_name, e->name, k);
    return r < 0 ? err_memory(err) : 0;
}

static int know_all(struct plan *p, struct err *err)
{
    struct register_query q = {.name_of_list = p->x->name_of_list};
    struct span now = day_now(p->work.arena);
    struct register_entry *at;
    size_t n = 0;
    int r;

    map_init(&p->by_code, p->work.arena);
    map_init(&p->by_name, p->work.arena);
    do {
        r = register_list(p->work.arena, p->work.store, &q, &at, &n, err);
        for (size_t i = 0; i < n && r == 0; i++) {
            q.after = at[i].id;
            if (is_open(&at[i], now))
                r = know(p, &at[i], err);
        }
    } while (r == 0 && n == REGISTER_LIST_MAX);
    return r;
}

/* ---- what the file changes ---- */

static struct known *find_known(const struct plan *p, const struct register_row *x)
{
    struct known *k = x->code.n ? map_get(&p->by_code, x->code) : NULL;

    if (!k && x->name.n)
        k = map_get(&p->by_name, x->name);
    for (size_t i = 0; !k && !x->code.n && i < p->by_code.n; i++) {
        struct known *other = p->by_code.entries[i].value;
        k = span_eq(other->entry.name, x->name) ? other : NULL;
    }
    return k;
}

/* "等级：A → B；..." for what the file says and the entry does not. */
static struct span differences(struct arena *a, const struct register_row *x,
                               const struct register_entry *e)
{
    const struct {
        const char *title;
        struct span was, is;
    } rows[] = {{"名称", e->name.n ? e->name : x->name, x->name},
                {"等级", e->tier, x->tier},
                {"有效期至", e->to_day, x->to_day}};
    struct span said = {"", 0};

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].is.n && !span_eq(rows[i].was, rows[i].is))
            said = arena_print(a, "%.*s%s%s：%.*s → %.*s", SPAN_ARG(said), said.n ? "；" : "",
                               rows[i].title, SPAN_ARG(rows[i].was.n ? rows[i].was : SPAN("—")),
                               SPAN_ARG(rows[i].is));
    return said;
}

static void against_known(struct plan *p, struct register_row *x, struct known *k)
{
    const struct register_entry *e = &k->entry;

    k->seen = true;
    x->entry_id = e->id;
    x->state = e->state;
    x->change = REGISTER_ROW_SAME;
    if (e->state != REGISTER_STATE_PUBLISHED)
        return;
    x->what = differences(p->work.arena, x, e);
    if (x->what.n)
        x->change = REGISTER_ROW_CHANGED;
}

static void spoil_past(struct plan *p, struct register_row *x)
{
    x->change = REGISTER_ROW_BAD;
    x->problem = arena_print(p->work.arena, "有效期已过：%.*s", SPAN_ARG(x->to_day));
    x->hint = SPAN("只登记仍在名单上的");
}

static int plan_row(struct plan *p, const struct register_row *given, struct span now,
                    struct err *err)
{
    struct register_row *x = VECTOR_PUSH(p->work.arena, &p->rows, struct register_row);
    struct known *k = find_known(p, given);

    if (!x)
        return err_memory(err);
    *x = *given;
    x->seq = (int64_t)p->rows.n;
    if (x->change == REGISTER_ROW_ADDED && x->to_day.n && span_compare(x->to_day, now) < 0)
        spoil_past(p, x);
    if (x->change == REGISTER_ROW_BAD && k)
        k->seen = true; /* he stands in the file, whatever else the row says */
    if (x->change != REGISTER_ROW_BAD && k)
        against_known(p, x, k);
    if (x->change == REGISTER_ROW_ADDED || x->change == REGISTER_ROW_CHANGED)
        x->verdict = REGISTER_VERDICT_WAITING;
    return 0;
}

static int plan_gone(struct plan *p, const struct map *known, bool unsure, struct err *err)
{
    for (size_t i = 0; i < known->n; i++) {
        const struct known *k = known->entries[i].value;
        const struct register_entry *e = &k->entry;
        struct register_row *x =
            k->seen ? NULL : VECTOR_PUSH(p->work.arena, &p->rows, struct register_row);
        struct span none = {"", 0};
        if (k->seen)
            continue;
        if (!x)
            return err_memory(err);
        *x = (struct register_row){.seq = (int64_t)p->rows.n,
                                   .change = unsure ? REGISTER_ROW_UNSURE : REGISTER_ROW_GONE,
                                   .verdict =
                                       unsure ? REGISTER_VERDICT_NONE : REGISTER_VERDICT_WAITING,
                                   .code = e->subject_code,
                                   .name = e->name,
                                   .tier = e->tier,
                                   .from_day = e->from_day,
                                   .to_day = e->to_day,
                                   .reason = none,
                                   .cites = none,
                                   .what = none,
                                   .problem = none,
                                   .hint = none,
                                   .decided_by = none,
                                   .entry_id = e->id,
                                   .state = e->state};
    }
    return 0;
}

static void count_rows(struct register_batch *b)
{
    memset(b->counts, 0, sizeof b->counts);
    b->waiting = b->to_publish = 0;
    for (size_t i = 0; i < b->n; i++) {
        b->counts[b->rows[i].change]++;
        b->waiting += b->rows[i].verdict == REGISTER_VERDICT_WAITING;
        b->to_publish += b->rows[i].change == REGISTER_ROW_ADDED && b->rows[i].entry_id &&
                         b->rows[i].state == REGISTER_STATE_APPROVED;
    }
}

static int plan_file(struct plan *p, struct err *err)
{
    struct register_file f = {0};
    struct span now = day_now(p->work.arena);
    int r = register_file_read(p->work.arena, p->x->csv, &p->x->file, &f, err);

    if (r == 0)
        r = know_all(p, err);
    for (size_t i = 0; i < f.n && r == 0; i++)
        r = plan_row(p, &f.rows[i], now, err);
    size_t bad = 0;
    for (size_t i = 0; i < p->rows.n; i++)
        bad += p->rows.at[i].change == REGISTER_ROW_BAD;
    if (r == 0 && !p->x->part)
        r = plan_gone(p, &p->by_code, bad > 0, err);
    if (r == 0 && !p->x->part)
        r = plan_gone(p, &p->by_name, bad > 0, err);
    if (r < 0)
        return r;
    p->batch.unread = f.unread;
    p->batch.rows = p->rows.at;
    p->batch.n = p->rows.n;
    count_rows(&p->batch);
    return p->work.arena->failed ? err_memory(err) : 0;
}

/* ---- keeping it ---- */

static int insert_batch(struct plan *p, struct err *err)
{
    struct register_batch *b = &p->batch;

    return sql_insert(p->work.store,
                      "INSERT INTO register_batch (register, subject_kind, at, file, source,"
                      " list_day, part, unread, reason, cites, account_id, for_account_id, actor,"
                      " organisation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                      " $13, $14){new id}",
                      ARGS(TEXT(b->name_of_list), TEXT(b->subject_kind), INT(b->at), TEXT(b->file),
                           TEXT(b->source), TEXT(b->list_day), INT(b->part), TEXT(b->unread),
                           TEXT(b->reason), TEXT(b->cites), INT(b->account_id),
                           INT(b->for_account_id), TEXT(b->actor), TEXT(b->organisation)),
                      &b->id, err);
}

static int insert_row(struct plan *p, const struct register_row *x, struct err *err)
{
    return sql_run(p->work.store,
                   "INSERT INTO register_batch_row (batch_id, seq, line, col, change, verdict,"
                   " code, name, tier, from_day, to_day, reason, cites, what, problem, hint,"
                   " entry_id, decided_at, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                   " $10, $11, $12, $13, $14, $15, $16, $17, 0, '')",
                   ARGS(INT(p->batch.id), INT(x->seq), INT(x->line), INT(x->column),
                        TEXT(register_row_words[x->change].yaml),
                        TEXT(register_verdict_words[x->verdict].yaml), TEXT(x->code), TEXT(x->name),
                        TEXT(x->tier), TEXT(x->from_day), TEXT(x->to_day), TEXT(x->reason),
                        TEXT(x->cites), TEXT(x->what), TEXT(x->problem), TEXT(x->hint),
                        INT(x->entry_id)),
                   err);
}

/* Whoever is new is proposed at once: where the row says no reason, the list is it. */
static int propose_row(struct plan *p, struct register_row *x, struct err *err)
{
    const struct register_batch *b = &p->batch;
    struct arena *a = p->work.arena;
    struct span reason = x->reason.n ? x->reason : b->reason;
    struct span list = arena_print(a, "%.*s %.*s", SPAN_ARG(b->source), SPAN_ARG(b->list_day));
    const struct register_new fresh = {
        .name_of_list = b->name_of_list,
        .subject_kind = x->code.n ? b->subject_kind : SPAN(""),
        .subject_code = x->code,
        .name = x->name,
        .tier = x->tier,
        .reason = reason.n ? reason : arena_print(a, "列入名单：%.*s", SPAN_ARG(list)),
        .cites = x->cites.n   ? arena_print(a, "%.*s；%.*s", SPAN_ARG(x->cites), SPAN_ARG(list))
                 : b->cites.n ? arena_print(a, "%.*s；%.*s", SPAN_ARG(b->cites), SPAN_ARG(list))
                              : list,
        .case_number = SPAN("")};

    if (a->failed)
        return err_memory(err);
    x->state = REGISTER_STATE_PROPOSED;
    return register_put_fresh(&p->work, &fresh, &x->entry_id, err);
}

/* What an earlier list proposed and nobody has decided is replaced by what this one says. */
static int supersede(struct plan *p, struct err *err)
{
    return sql_run(p->work.store,
                   "UPDATE register_batch_row SET verdict = 'superseded' WHERE verdict = 'waiting'"
                   " AND change IN ('changed', 'gone') AND batch_id IN (SELECT id FROM"
                   " register_batch WHERE register = $1 AND id <> $2)",
                   ARGS(TEXT(p->batch.name_of_list), INT(p->batch.id)), err);
}

static int log_batch(const struct register_work *w, const char *act, int64_t id, struct err *err)
{
    const struct audit_entry e = {AUDIT_DECISION,
                                  span_z(act),
                                  SPAN("register_batch"),
                                  arena_print(w->arena, "%" PRId64, id),
                                  {NULL, 0}};
    return e.object.p ? audit_add(w->store, w->who, &e, err) : err_memory(err);
}

static int keep(struct plan *p, struct err *err)
{
    int r = insert_batch(p, err);

    if (r == 0)
        r = supersede(p, err);
    for (size_t i = 0; i < p->batch.n && r == 0; i++) {
        struct register_row *x = &p->batch.rows[i];
        if (x->change == REGISTER_ROW_ADDED)
            r = propose_row(p, x, err);
        if (r == 0)
            r = insert_row(p, x, err);
    }
    return r < 0 ? r : log_batch(&p->work, "register.import", p->batch.id, err);
}

static int check_import(struct plan *p, struct err *err)
{
    const struct register_import *x = p->x;
    const struct library_register *reg;
    struct date d;
    int r = register_find(&p->work, x->name_of_list, &reg, err);

    if (r == 0)
        r = register_may(&p->work, REGISTER_STEP_PROPOSE, err);
    if (r == 0 && !span_trim(x->source).n) {
        r = err_set(err, E_INPUT, "whose list is it?");
        err_hint(err, "--source '市文化和旅游局'");
    }
    if (r == 0 && !date_parse(x->list_day, &d)) {
        r = err_set(err, E_INPUT, "of which day is the list?");
        err_hint(err, "--listed 2020-03-09");
    }
    if (r == 0 && span_compare(x->list_day, day_now(p->work.arena)) > 0)
        r = err_set(err, E_INPUT, "a list of a day to come: %.*s", SPAN_ARG(x->list_day));
    if (r == 0 && (x->source.n > REGISTER_REASON_MAX / 2 || x->reason.n > REGISTER_REASON_MAX ||
                   x->cites.n > REGISTER_REASON_MAX / 2))
        r = err_set(err, E_LIMIT, "source, reason or basis is too long");
    return r;
}

static void begin_batch(struct plan *p)
{
    const struct register_import *x = p->x;
    const struct actor *who = p->work.who;

    p->rows = (struct planned_rows){0};
    p->batch = (struct register_batch){.at = clock_now_ms(),
                                       .account_id = who->account_id,
                                       .for_account_id = who->for_account_id,
                                       .name_of_list = x->name_of_list,
                                       .subject_kind = x->file.subject_kind,
                                       .file = x->file.file,
                                       .source = span_trim(x->source),
                                       .list_day = x->list_day,
                                       .reason = x->reason,
                                       .cites = x->cites,
                                       .actor = who->name,
                                       .organisation = who->organisation,
                                       .part = x->part,
                                       .unread = SPAN("")};
}

static int import(struct store *s, void *context, struct err *err)
{
    struct plan *p = context;
    UNUSED(s);
    begin_batch(p);
    int r = plan_file(p, err);
    return r < 0 || p->x->dry ? r : keep(p, err);
}

int register_import(struct arena *request, struct store *s, const struct library *l,
                    const struct actor *who, const struct register_import *x,
                    struct register_batch *ret, struct err *err)
{
    struct plan p = {.work = {request, s, l, who}, .x = x};
    int r = check_import(&p, err);

    if (r == 0)
        r = x->dry ? import(s, &p, err) : store_write(s, import, &p, err);
    if (r == 0)
        *ret = p.batch;
    return r;
}

/* ---- deciding ---- */

struct deciding {
    struct register_work work;
    int64_t id;
    const struct register_verdict_given *given;
    struct span from_day; /* of publishing */
    size_t done;
};

static bool is_chosen(const struct register_verdict_given *v, int64_t seq)
{
    for (size_t i = 0; v->rows && i < v->n; i++)
        if (v->rows[i] == seq)
            return true;
    return !v->rows;
}

/* Four eyes for the rows whose entries somebody else once proposed: the batch is the proposal. */
static int second_person(const struct deciding *d, const struct register_batch *b, struct err *err)
{
    if (!register_same_person(d->work.who, b->account_id, b->for_account_id, b->actor))
        return 0;
    int r = err_set(err, E_FORBIDDEN, "whoever imported a list does not examine it");
    err_hint(err, "another reviewer does");
    return r;
}

static int change_entry(struct deciding *d, const struct register_batch *b,
                        const struct register_row *x, struct err *err)
{
    struct arena *a = d->work.arena;
    const struct register_change c = {
        .step = REGISTER_STEP_ADJUST,
        .tier = x->tier,
        .to_day = x->to_day,
        .name = x->name,
        .cites = arena_print(a, "%.*s %.*s", SPAN_ARG(b->source), SPAN_ARG(b->list_day)),
        .reason = arena_print(a, "新名单：%.*s", SPAN_ARG(x->what))};

    return register_step_within(&d->work, x->entry_id, &c, err);
}

/* Off the list from today; what only waited to get on it is refused. */
static int take_off(struct deciding *d, const struct register_batch *b,
                    const struct register_row *x, struct err *err)
{
    struct arena *a = d->work.arena;
    const struct register_change c = {
        .step = x->state == REGISTER_STATE_PUBLISHED ? REGISTER_STEP_REMOVE : REGISTER_STEP_REFUSE,
        .reason =
            arena_print(a, "不在 %.*s %.*s 的名单上", SPAN_ARG(b->source), SPAN_ARG(b->list_day))};
    return register_step_within(&d->work, x->entry_id, &c, err);
}

static int carry_out(struct deciding *d, const struct register_batch *b,
                     const struct register_row *x, struct err *err)
{
    const struct register_change c = {.step = d->given->agree ? REGISTER_STEP_APPROVE
                                                              : REGISTER_STEP_REFUSE,
                                      .reason = d->given->reason};

    if (x->change == REGISTER_ROW_ADDED)
        return register_step_within(&d->work, x->entry_id, &c, err);
    if (!d->given->agree)
        return 0;
    return x->change == REGISTER_ROW_CHANGED ? change_entry(d, b, x, err) : take_off(d, b, x, err);
}

static bool still_waits(const struct register_row *x)
{
    if (x->verdict != REGISTER_VERDICT_WAITING)
        return false;
    if (x->change == REGISTER_ROW_CHANGED)
        return x->state == REGISTER_STATE_PUBLISHED;
    return x->change == REGISTER_ROW_ADDED
               ? x->state == REGISTER_STATE_PROPOSED
               : x->state != REGISTER_STATE_REMOVED && x->state != REGISTER_STATE_REFUSED;
}

static int decide_row(struct deciding *d, const struct register_batch *b,
                      const struct register_row *x, struct err *err)
{
    enum register_verdict v = d->given->agree ? REGISTER_VERDICT_AGREED : REGISTER_VERDICT_REFUSED;
    int r = carry_out(d, b, x, err);

    if (r == 0)
        r = sql_run(d->work.store,
                    "UPDATE register_batch_row SET verdict = $3, decided_at = $4, decided_by = $5"
                    " WHERE batch_id = $1 AND seq = $2",
                    ARGS(INT(b->id), INT(x->seq), TEXT(register_verdict_words[v].yaml),
                         INT(clock_now_ms()), TEXT(d->work.who->name)),
                    err);
    d->done += r == 0;
    return r;
}

static int check_verdict(const struct deciding *d, const struct register_batch *b, struct err *err)
{
    int r = register_may(&d->work, REGISTER_STEP_APPROVE, err);

    if (r == 0)
        r = second_person(d, b, err);
    if (r == 0 && !d->given->agree && !span_trim(d->given->reason).n)
        r = err_set(err, E_INPUT, "a reason is needed");
    for (size_t i = 0; r == 0 && d->given->rows && i < d->given->n; i++)
        if (d->given->rows[i] < 1 || (size_t)d->given->rows[i] > b->n)
            r = err_set(err, E_INPUT, "the batch has no row %" PRId64, d->given->rows[i]);
    return r;
}

static int decide(struct store *s, void *context, struct err *err)
{
    struct deciding *d = context;
    struct register_batch b;
    int r = register_batch_get(d->work.arena, s, d->id, &b, err);

    d->done = 0;
    if (r == 0)
        r = check_verdict(d, &b, err);
    for (size_t i = 0; r == 0 && i < b.n; i++)
        if (still_waits(&b.rows[i]) && is_chosen(d->given, b.rows[i].seq))
            r = decide_row(d, &b, &b.rows[i], err);
    return r < 0 ? r : log_batch(&d->work, "register.batch", d->id, err);
}

int register_batch_decide(struct arena *request, struct store *s, const struct library *l,
                          const struct actor *who, int64_t id,
                          const struct register_verdict_given *v, size_t *ret_done, struct err *err)
{
    struct deciding d = {.work = {request, s, l, who}, .id = id, .given = v};
    int r = store_write(s, decide, &d, err);

    if (r == 0)
        *ret_done = d.done;
    return r;
}

static int publish_row(struct deciding *d, const struct register_row *x, struct err *err)
{
    const struct register_change c = {.step = REGISTER_STEP_PUBLISH,
                                      .from_day = x->from_day.n ? x->from_day : d->from_day,
                                      .to_day = x->to_day,
                                      .outside = x->from_day.n > 0};
    int r = register_step_within(&d->work, x->entry_id, &c, err);

    d->done += r == 0;
    return r;
}

static int publish(struct store *s, void *context, struct err *err)
{
    struct deciding *d = context;
    struct register_batch b;
    int r = register_batch_get(d->work.arena, s, d->id, &b, err);

    d->done = 0;
    if (r == 0)
        r = register_may(&d->work, REGISTER_STEP_PUBLISH, err);
    for (size_t i = 0; r == 0 && i < b.n; i++)
        if (b.rows[i].change == REGISTER_ROW_ADDED && b.rows[i].state == REGISTER_STATE_APPROVED)
            r = publish_row(d, &b.rows[i], err);
    return r < 0 ? r : log_batch(&d->work, "register.publish", d->id, err);
}

int register_batch_publish(struct arena *request, struct store *s, const struct library *l,
                           const struct actor *who, int64_t id, struct span from_day,
                           size_t *ret_done, struct err *err)
{
    struct deciding d = {.work = {request, s, l, who}, .id = id, .from_day = from_day};
    int r = store_write(s, publish, &d, err);

    if (r == 0)
        *ret_done = d.done;
    return r;
}
