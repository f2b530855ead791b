/*
 * release_notices.c: see release_notices.h.
 */
#include "casework/release_notices.h"

#include <inttypes.h>

#include "base/date.h"
#include "casework/agents.h"
#include "casework/sql.h"
#include "policy/subjects.h"
#include "policy/version.h"
#include "policy/whatif.h"

/* ---- which versions ---- */

struct told {
    int64_t at;
    char hash[LIBRARY_HASH + 1]; /* empty = nothing was ever told */
};

static int read_told(struct store *s, struct told *ret, struct err *err)
{
    struct stmt *st;
    int r =
        sql_open(s, "SELECT library FROM library_told ORDER BY id DESC LIMIT 1", NO_ARGS, &st, err);

    *ret = (struct told){0};
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    struct span hash = r > 0 ? stmt_get_text(st, 0) : SPAN("");
    if (hash.n == LIBRARY_HASH)
        memcpy(ret->hash, hash.p, LIBRARY_HASH);
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int put_told(struct store *s, void *context, struct err *err)
{
    const char *hash = context;
    struct stmt *st;
    int r = store_prepare(s, "INSERT INTO library_told (library, at) VALUES ($1, $2)", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(hash));
    stmt_int(st, 2, clock_now_ms());
    return stmt_run(st, err);
}

/* ---- what differs for a subject ---- */

/* What somebody is told of: what he has, might have, or had. */
static bool matters(const struct finding *f)
{
    return f && (f->group == GROUP_CAN || f->group == GROUP_CONFIRM);
}

static const struct date_finding *last_day(const struct finding *f)
{
    for (size_t i = 0; f && i < f->date_count; i++)
        if (span_eq(f->dates[i].what, SPAN("apply-by")))
            return &f->dates[i];
    for (size_t i = 0; f && i < f->date_count; i++)
        if (span_eq(f->dates[i].what, SPAN("in-force-to")))
            return &f->dates[i];
    return NULL;
}

static void add_day(struct buffer *out, const struct date_finding *d, bool english)
{
    char text[DATE_TEXT];

    if (d && d->known)
        buffer_add(out, span_of(text, date_print(d->date, text)));
    else
        buffer_add_z(out, english ? "not known" : "未定");
}

static bool same_day(const struct date_finding *x, const struct date_finding *y)
{
    bool known = x && x->known, other = y && y->known;
    return known == other && (!known || date_compare(x->date, y->date) == 0);
}

/* A last day that moved is news also for what lacks a fact still. */
static bool is_news(const struct change *c)
{
    const struct finding *f = c->after;
    bool open = f && c->before && f->group == GROUP_SUPPLY;
    return matters(c->before) || matters(f) ||
           (open && !same_day(last_day(c->before), last_day(f)));
}

static void add_change(struct buffer *out, const struct change *c, bool english)
{
    const struct measure *m = c->after ? c->after->measure : c->before->measure;
    const struct date_finding *was = last_day(c->before), *is = last_day(c->after);
    bool before = matters(c->before), after = matters(c->after);
    const char *what = after && !before   ? english ? "open to you now" : "现在可享或待确认"
                       : before && !after ? english ? "no longer open to you" : "不再可享"
                       : same_day(was, is) ? english ? "changed" : "内容有变"
                       : english           ? "its last day moved"
                                           : "期限有变";

    buffer_print(out, "%.*s%s%s", SPAN_ARG(words_in(m->title, english)), english ? ": " : "：",
                 what);
    if (!same_day(was, is)) {
        buffer_add_z(out, english ? "; last day " : "；截止日 ");
        add_day(out, is, english);
        buffer_add_z(out, english ? " (before: " : "（原为 ");
        add_day(out, was, english);
        buffer_add_z(out, english ? ")" : "）");
    }
    buffer_byte(out, '\n');
}

static struct span say(struct arena *a, const struct change *at, size_t n, bool english)
{
    struct buffer out = BUFFER_INIT;
    size_t said = 0, more = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_news(&at[i]))
            continue;
        if (said++ < RELEASE_NOTICE_LINES)
            add_change(&out, &at[i], english);
        else
            more++;
    }
    if (more)
        buffer_print(&out, english ? "and %zu more.\n" : "另有 %zu 项。\n", more);
    if (said)
        buffer_add_z(&out, english ? "A new check-up shows all of it, with its clauses."
                                   : "重新做一次政策体检可看到全部内容和依据条款。");
    struct span copy = !said                 ? SPAN("")
                       : buffer_failed(&out) ? (struct span){0}
                                             : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

/* ---- telling ---- */

struct telling {
    const struct release_news *news;
    const struct library *before, *after;
    char today[DATE_TEXT];
    struct span day;
    size_t told;
};
struct letter {
    struct outgoing m;
    int64_t subject;
    struct span day;
    size_t n;
};

static int send(struct store *s, void *context, struct err *err)
{
    struct letter *x = context;
    return agents_tell(s, x->subject, x->day, &x->m, &x->n, err);
}

static int checked(struct telling *t, struct arena *a, const struct library *l,
                   const struct subject_row *row, struct checkup **ret, struct err *err)
{
    const struct date today = date_today();
    const struct match_options options = {.as_of = today, .known_by = today};
    struct subject *subject = ARENA_NEW(a, struct subject);

    if (!subject)
        return err_memory(err);
    int r = subject_load(a, t->news->store, l, row->kind, row->code, today, today, subject, err);
    return r < 0 ? r : match(a, l, subject, &options, ret, err);
}

static int tell_one(struct telling *t, struct arena *a, const struct subject_row *row,
                    struct err *err)
{
    struct checkup *before = NULL, *after = NULL;
    const struct change *changes = NULL;
    size_t n = 0;
    int r = checked(t, a, t->before, row, &before, err);

    if (r == 0)
        r = checked(t, a, t->after, row, &after, err);
    if (r == 0 && checkup_changes(a, before, after, &changes, &n) < 0)
        r = err_memory(err);
    if (r < 0)
        return r;
    struct letter x = {.subject = row->id, .day = t->day};
    x.m = (struct outgoing){.channel = MESSAGE_INBOX,
                            .key = arena_print(a, "library/%.16s/%.16s/%" PRId64, t->before->hash,
                                               t->after->hash, row->id),
                            .kind = SPAN("library.changed"),
                            .object_kind = SPAN("library"),
                            .object = span_z(t->after->hash),
                            .subject_zh = SPAN("政策有变化，与您有关"),
                            .subject_en = SPAN("Policies have changed for you"),
                            .text_zh = say(a, changes, n, false),
                            .text_en = say(a, changes, n, true)};
    if (a->failed)
        return err_memory(err);
    r = x.m.text_zh.n ? store_write(t->news->store, send, &x, err) : 0;
    t->told += r == 0 ? x.n : 0;
    return r;
}

/* The next subject that somebody stands for. 1 = there is one. */
static int next_subject(struct telling *t, struct arena *a, int64_t after, struct subject_row *ret,
                        struct err *err)
{
    struct stmt *st;
    int r = sql_open(t->news->store,
                     "SELECT DISTINCT s.id, s.kind, s.code" AGENTS_SQL
                     " AND s.id > $2 ORDER BY s.id LIMIT 1",
                     ARGS(TEXT(t->day), INT(after)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        *ret = (struct subject_row){.id = stmt_get_int(st, 0),
                                    .kind = arena_copy(a, stmt_get_text(st, 1)),
                                    .code = arena_copy(a, stmt_get_text(st, 2))};
    stmt_done(st);
    return a->failed ? err_memory(err) : r;
}

/* 1 = everybody was told, 0 = stopped in between: the next run begins again, and finds its messages
 * written. */
static int tell_all(struct telling *t, struct err *err)
{
    int64_t after = 0;
    int r = 1;

    while (r > 0) {
        struct arena a;
        struct subject_row row;
        if (t->news->stop && t->news->stop(t->news->stop_context))
            return 0;
        arena_init(&a);
        r = next_subject(t, &a, after, &row, err);
        if (r > 0) {
            after = row.id;
            int told = tell_one(t, &a, &row, err);
            r = told < 0 ? told : 1;
        }
        arena_release(&a);
    }
    return r < 0 ? r : 1;
}

int release_notices(const struct release_news *n, size_t *ret_told, struct err *err)
{
    struct telling t = {.news = n};
    struct told last;
    char now[LIBRARY_HASH + 1];
    int64_t at = clock_now_ms();
    int r = read_told(n->store, &last, err);

    *ret_told = 0;
    if (r == 0)
        r = library_published(n->store, at, at, now, err);
    if (r < 0 || !now[0] || strcmp(now, last.hash) == 0)
        return r;
    t.day = span_of(t.today, date_print(date_today(), t.today));
    if (last.hash[0]) {
        r = n->library_of(n->context, span_z(last.hash), &t.before, err);
        if (r == 0)
            r = n->library_of(n->context, span_z(now), &t.after, err);
        if (r == 0)
            r = tell_all(&t, err);
        if (r <= 0)
            return r;
    }
    *ret_told = t.told;
    return store_write(n->store, put_told, now, err);
}
