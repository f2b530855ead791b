/*
 * publishing.c: drafts of measures. See publishing.h.
 */
#include "casework/publishing.h"

#include <inttypes.h>
#include <stdio.h>
#include "base/date.h"
#include "casework/sql.h"
#include "identity/audit.h"

/* ---- reading ---- */

#define DRAFT_COLUMNS                                                                              \
    "SELECT id, COALESCE(release_id, 0), title, document, disclosure, tags, review,"               \
    " interpretation, state, content,"                                                             \
    " (SELECT COUNT(*) FROM draft_event e WHERE e.draft_id = draft.id) FROM draft"

static void read_draft(struct arena *a, const struct stmt *st, struct draft *ret)
{
    *ret = (struct draft){.id = stmt_get_int(st, 0),
                          .release_id = stmt_get_int(st, 1),
                          .title = sql_text(a, st, 2),
                          .document = sql_text(a, st, 3),
                          .disclosure = sql_text(a, st, 4),
                          .tags = sql_text(a, st, 5),
                          .review = sql_text(a, st, 6),
                          .interpretation = sql_text(a, st, 7),
                          .state = sql_text(a, st, 8),
                          .content = sql_text(a, st, 9),
                          .event_count = stmt_get_int(st, 10)};
}

static int read_files(struct arena *a, struct store *s, struct draft *d, struct err *err)
{
    struct library_files files = {0};
    struct stmt *st;
    int r = sql_open(s, "SELECT path, bytes FROM draft_file WHERE draft_id = $1 ORDER BY path",
                     ARGS(INT(d->id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct library_file *f = VECTOR_PUSH(a, &files, struct library_file);
        if (f)
            *f = (struct library_file){sql_text(a, st, 0), sql_text(a, st, 1)};
        if (a->failed)
            break;
    }
    stmt_done(st);
    d->files = files.at;
    d->file_count = files.n;
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int draft_get(struct arena *request, struct store *s, int64_t id, struct draft *ret,
              struct err *err)
{
    struct draft d;
    struct stmt *st;
    int r = sql_open(s, DRAFT_COLUMNS " WHERE id = $1", ARGS(INT(id)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_draft(request, st, &d);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "no draft %" PRId64, id);
        err_hint(err, "'huiqi draft list' shows them");
    }
    if (r > 0)
        r = request->failed ? err_memory(err) : read_files(request, s, &d, err);
    if (r == 0)
        *ret = d;
    return r;
}

int draft_list(struct arena *request, struct store *s, struct draft **ret, size_t *ret_n,
               struct err *err)
{
    VECTOR_OF(struct draft, drafts) v = {0};
    struct stmt *st;
    int r = sql_open(s, DRAFT_COLUMNS " ORDER BY id DESC LIMIT 1000", NO_ARGS, &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct draft *d = VECTOR_PUSH(request, &v, struct draft);
        if (d)
            read_draft(request, st, d);
        if (request->failed)
            break;
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

int draft_events(struct arena *request, struct store *s, int64_t id, struct draft_event **ret,
                 size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct draft_event, events) v = {0};
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT at, account_id, for_account_id, act, detail, actor, organisation"
                     " FROM draft_event WHERE draft_id = $1 ORDER BY id",
                     ARGS(INT(id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct draft_event *e = VECTOR_PUSH(request, &v, struct draft_event);
        if (e)
            *e = (struct draft_event){.at = stmt_get_int(st, 0),
                                      .account_id = stmt_get_int(st, 1),
                                      .for_account_id = stmt_get_int(st, 2),
                                      .act = sql_text(request, st, 3),
                                      .detail = sql_text(request, st, 4),
                                      .actor = sql_text(request, st, 5),
                                      .organisation = sql_text(request, st, 6)};
        if (request->failed)
            break;
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- changing ---- */

enum change { CHANGE_NEW, CHANGE_PUT, CHANGE_SET, CHANGE_APPROVE, CHANGE_PUBLISH, CHANGE_WITHDRAW };
static const char *const change_names[] = {"new", "edit", "set", "approve", "publish", "withdraw"};
struct draft_change {
    enum change what;
    const struct actor *who;
    int64_t id, seen, release_id;
    struct span name, text; /* title and document, path and bytes, field and text, content */
};

static int note(struct store *s, const struct draft_change *c, struct span detail, struct err *err)
{
    char object[32];
    int n = snprintf(object, sizeof object, "%" PRId64, c->id);
    struct span act = span_z(change_names[c->what]);
    static const char *const acts[] = {"draft.new",     "draft.edit",    "draft.set",
                                       "draft.approve", "draft.publish", "draft.withdraw"};
    const struct audit_entry e = {c->what >= CHANGE_APPROVE ? AUDIT_DECISION : AUDIT_CHANGE,
                                  span_z(acts[c->what]),
                                  SPAN("draft"),
                                  span_of(object, (size_t)n),
                                  {NULL, 0}};
    int r = sql_run(s,
                    "INSERT INTO draft_event (draft_id, at, act, detail, account_id,"
                    " for_account_id, actor, organisation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    ARGS(INT(c->id), INT(clock_now_ms()), TEXT(act), TEXT(detail),
                         INT(c->who->account_id), INT(c->who->for_account_id), TEXT(c->who->name),
                         TEXT(c->who->organisation)),
                    err);
    return r < 0 ? r : audit_add(s, c->who, &e, err);
}

static int make(struct store *s, struct draft_change *c, struct err *err)
{
    return sql_insert(s,
                      "INSERT INTO draft (title, document, disclosure, tags, review,"
                      " interpretation, state, content) VALUES ($1, $2, '', '', '', '', 'draft',"
                      " ''){new id}",
                      ARGS(TEXT(c->name), TEXT(c->text)), &c->id, err);
}

static int put_file(struct store *s, const struct draft_change *c, struct err *err)
{
    int r = sql_run(s, "DELETE FROM draft_file WHERE draft_id = $1 AND path = $2",
                    ARGS(INT(c->id), TEXT(c->name)), err);
    if (r == 0 && c->text.n)
        r = sql_run(s, "INSERT INTO draft_file (draft_id, path, bytes) VALUES ($1, $2, $3)",
                    ARGS(INT(c->id), TEXT(c->name), BLOB(c->text)), err);
    return r;
}

/* One statement for each: the store keeps statements by their literal. */
static int set_field(struct store *s, const struct draft_change *c, struct err *err)
{
#define FIELD(name)                                                                                \
    {                                                                                              \
#name, "UPDATE draft SET " #name " = $2 WHERE id = $1"                                     \
    }
    static const struct {
        const char *name, *sql;
    } fields[] = {FIELD(disclosure),     FIELD(tags),     FIELD(review),
                  FIELD(interpretation), FIELD(document), FIELD(title)};
#undef FIELD
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (span_eq(span_z(fields[i].name), c->name))
            return sql_run(s, fields[i].sql, ARGS(INT(c->id), TEXT(c->text)), err);
    return err_set(err, E_NAME, "a draft has no '%.*s'", SPAN_ARG(c->name));
}

/* Any edit takes an approval back: what was approved were other bytes. */
static int edited(struct store *s, const struct draft_change *c, struct err *err)
{
    return sql_run(s, "UPDATE draft SET state = 'draft', content = '' WHERE id = $1",
                   ARGS(INT(c->id)), err);
}

static int still_open(struct store *s, int64_t id, struct err *err)
{
    int64_t found;
    int r = sql_int(s,
                    "SELECT CASE WHEN state IN ('draft', 'approved') THEN 1 ELSE 0 END"
                    " FROM draft WHERE id = $1",
                    ARGS(INT(id)), -1, &found, err);
    if (r < 0 || found == 1)
        return r;
    return found < 0 ? err_set(err, E_NOT_FOUND, "no draft %" PRId64, id)
                     : err_set(err, E_CONFLICT, "draft %" PRId64 " was published", id);
}

/* Whoever decides, decides on what was read. */
static int is_as_seen(struct store *s, const struct draft_change *c, struct err *err)
{
    int64_t events;
    int r = c->seen ? sql_int(s, "SELECT COUNT(*) FROM draft_event WHERE draft_id = $1",
                              ARGS(INT(c->id)), 0, &events, err)
                    : 0;
    if (r < 0 || !c->seen || events == c->seen)
        return r;
    r = err_set(err, E_CONFLICT, "draft %" PRId64 " was changed meanwhile", c->id);
    err_hint(err, "look at it again");
    return r;
}

static int write_one(struct store *s, const struct draft_change *c, struct err *err)
{
    int r = c->what == CHANGE_PUT   ? put_file(s, c, err)
            : c->what == CHANGE_SET ? set_field(s, c, err)
                                    : 0;
    if (r == 0 && (c->what == CHANGE_PUT || c->what == CHANGE_SET))
        r = edited(s, c, err);
    if (r == 0 && c->what == CHANGE_APPROVE)
        r = sql_run(s, "UPDATE draft SET state = 'approved', content = $2 WHERE id = $1",
                    ARGS(INT(c->id), TEXT(c->text)), err);
    if (r == 0 && c->what == CHANGE_PUBLISH)
        r = sql_run(s, "UPDATE draft SET state = 'published', release_id = $2 WHERE id = $1",
                    ARGS(INT(c->id), INT(c->release_id)), err);
    if (r == 0 && c->what == CHANGE_WITHDRAW)
        r = sql_run(s, "UPDATE draft SET state = 'withdrawn' WHERE id = $1", ARGS(INT(c->id)), err);
    return r < 0 ? r : note(s, c, c->what == CHANGE_PUT ? c->name : c->text, err);
}

static int write_new(struct store *s, void *context, struct err *err)
{
    struct draft_change *c = context;
    int r = make(s, c, err);
    return r < 0 ? r : note(s, c, c->text, err);
}

static int write_approval(struct store *s, void *context, struct err *err)
{
    const struct draft_change *c = context;
    int r = still_open(s, c->id, err);
    if (r == 0)
        r = is_as_seen(s, c, err);
    return r < 0 ? r : write_one(s, c, err);
}

/* The release that it was published by stays with it. */
static int write_withdrawn(struct store *s, void *context, int64_t release, struct err *err)
{
    UNUSED(release);
    return write_one(s, context, err);
}

/* With the release, in its transaction. */
static int write_with(struct store *s, void *context, int64_t release, struct err *err)
{
    struct draft_change *c = context;
    int r = is_as_seen(s, c, err);
    c->release_id = release;
    return r < 0 ? r : write_one(s, c, err);
}

static int may(const struct actor *who, unsigned roles, struct err *err)
{
    if (who->program || (who->roles & roles))
        return 0;
    int r = err_set(err, E_FORBIDDEN, "drafts are for publishers and reviewers");
    err_hint(err, "an account with the role 'publisher' can write them");
    return r;
}
#define WRITERS   (1u << USER_PUBLISHER)
#define APPROVERS (1u << USER_PUBLISHER | 1u << USER_REVIEWER)

int draft_new(struct store *s, const struct actor *who, struct span title, struct span document,
              int64_t *ret_id, struct err *err)
{
    struct draft_change c = {.what = CHANGE_NEW, .who = who, .name = title, .text = document};
    int r = may(who, WRITERS, err);
    if (r == 0 && !span_trim(title).n)
        r = err_set(err, E_INPUT, "a draft needs a title");
    if (r == 0)
        r = store_write(s, write_new, &c, err);
    if (r == 0)
        *ret_id = c.id;
    return r;
}

/* "measures/moon/idle.yaml": below the folder, no way out of it. */
static bool is_path(struct span path)
{
    return path.n && path.n < 300 && path.p[0] != '/' && span_find(path, SPAN("..")) == SIZE_MAX &&
           span_find(path, SPAN("\\")) == SIZE_MAX && span_find(path, SPAN("//")) == SIZE_MAX;
}

static int check_text(const struct draft_text *x, struct err *err)
{
    int r = 0;
    if (x->is_file && !is_path(x->name)) {
        r = err_set(err, E_INPUT, "'%.*s' is no path of a library", SPAN_ARG(x->name));
        err_hint(err, "such as measures/moon/idle.yaml");
    } else if (x->is_file && x->text.n > LIBRARY_FILE_MAX) {
        r = err_set(err, E_LIMIT, "a file has at most %u bytes", LIBRARY_FILE_MAX);
    } else if (!x->is_file && x->text.n > DRAFT_TEXT_MAX) {
        r = err_set(err, E_LIMIT, "a text has at most %d bytes", DRAFT_TEXT_MAX);
    }
    return r;
}

static const struct library_file *file_of(const struct draft *d, struct span path)
{
    for (size_t i = 0; i < d->file_count; i++)
        if (span_eq(d->files[i].path, path))
            return &d->files[i];
    return NULL;
}

static bool is_same(const struct draft *d, const struct draft_text *x)
{
    const struct {
        const char *name;
        struct span text;
    } fields[] = {{"disclosure", d->disclosure}, {"tags", d->tags},
                  {"review", d->review},         {"interpretation", d->interpretation},
                  {"document", d->document},     {"title", d->title}};
    const struct library_file *f = x->is_file ? file_of(d, x->name) : NULL;
    for (size_t i = 0; i < COUNT_OF(fields) && !x->is_file; i++)
        if (span_eq(span_z(fields[i].name), x->name))
            return span_eq(fields[i].text, x->text);
    return x->is_file && (f ? span_eq(f->bytes, x->text) : !x->text.n);
}

struct draft_writing {
    struct arena *arena;
    struct draft_change change;
    const struct draft_text *at;
    size_t n;
};

static int write_texts(struct store *s, void *context, struct err *err)
{
    struct draft_writing *w = context;
    struct draft d;
    int r = still_open(s, w->change.id, err);
    if (r == 0)
        r = is_as_seen(s, &w->change, err);
    if (r == 0)
        r = draft_get(w->arena, s, w->change.id, &d, err);
    for (size_t i = 0, files = 0; i < w->n && r == 0; i++) {
        const struct draft_text *x = &w->at[i];
        files += x->is_file && x->text.n && !file_of(&d, x->name);
        if (d.file_count + files > DRAFT_FILES_MAX)
            return err_set(err, E_LIMIT, "a draft has at most %d files", DRAFT_FILES_MAX);
        w->change.what = x->is_file ? CHANGE_PUT : CHANGE_SET;
        w->change.name = x->name;
        w->change.text = x->text;
        if (!is_same(&d, x))
            r = write_one(s, &w->change, err);
    }
    return r;
}

int draft_write(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                int64_t seen, const struct draft_text *at, size_t n, struct err *err)
{
    struct draft_writing w = {request, {.who = who, .id = id, .seen = seen}, at, n};
    int r = may(who, WRITERS, err);
    for (size_t i = 0; i < n && r == 0; i++)
        r = check_text(&at[i], err);
    return r < 0 ? r : store_write(s, write_texts, &w, err);
}

int draft_put(struct arena *request, struct store *s, const struct actor *who, int64_t id,
              struct span path, struct span bytes, struct err *err)
{
    const struct draft_text x = {true, path, bytes};
    return draft_write(request, s, who, id, 0, &x, 1, err);
}

int draft_set(struct arena *request, struct store *s, const struct actor *who, int64_t id,
              struct span name, struct span text, struct err *err)
{
    const struct draft_text x = {false, name, text};
    return draft_write(request, s, who, id, 0, &x, 1, err);
}

/* ---- checking ---- */

int draft_files(struct arena *request, const struct draft *d, const struct library_files *base,
                struct library_files *ret, struct err *err)
{
    struct library_file *at =
        ARENA_ARRAY(request, struct library_file, base->n + d->file_count + 1);
    size_t n = 0, i = 0, k = 0;
    if (!at)
        return err_memory(err);
    while (i < base->n || k < d->file_count) {
        int order = i == base->n         ? 1
                    : k == d->file_count ? -1
                                         : span_compare(base->at[i].path, d->files[k].path);
        if (order < 0)
            at[n++] = base->at[i++];
        else
            at[n++] = d->files[k++];
        i += order == 0;
    }
    *ret = (struct library_files){.at = at, .n = n};
    return 0;
}

static struct publication publication_of(const struct library_files *files, int64_t from_at,
                                         struct span reason)
{
    return (struct publication){files->at, files->n, "draft", from_at, reason, NULL};
}

int draft_check(struct arena *request, const struct draft *d, const struct library_files *base,
                struct publication_report *ret, struct diags *diags, struct err *err)
{
    struct library_files files;
    int r = draft_files(request, d, base, &files, err);
    if (r < 0)
        return r;
    const struct publication p = publication_of(&files, 0, d->title);
    return library_prove(request, &p, NULL, ret, diags, err);
}

/* ---- approval ---- */

static int is_complete(const struct draft *d, struct err *err)
{
    const struct {
        const char *what;
        struct span text;
    } needs[] = {{"disclosure attribute (--disclosure)", d->disclosure},
                 {"tags (--tags)", d->tags},
                 {"conclusion of the review (--review)", d->review},
                 {"interpretation (--interpretation)", d->interpretation}};
    if (!d->file_count)
        return err_set(err, E_CHECK, "draft %" PRId64 " has no file", d->id);
    for (size_t i = 0; i < COUNT_OF(needs); i++)
        if (!span_trim(needs[i].text).n)
            return err_set(err, E_CHECK, "draft %" PRId64 " lacks its %s", d->id, needs[i].what);
    return 0;
}

static bool same_person(const struct actor *who, const struct draft_event *x)
{
    const int64_t now[] = {who->account_id, who->for_account_id};
    const int64_t then[] = {x->account_id, x->for_account_id};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            if (now[i] && now[i] == then[k])
                return true;
    return !who->account_id && !x->account_id && span_eq(who->name, x->actor);
}

static int second_person(struct arena *a, struct store *s, const struct actor *who, int64_t id,
                         struct err *err)
{
    struct draft_event *at;
    size_t n;
    int r = draft_events(a, s, id, &at, &n, err);
    for (size_t i = 0; i < n && r == 0; i++)
        if (!span_eq(at[i].act, SPAN("approve")) && same_person(who, &at[i]))
            r = err_set(err, E_FORBIDDEN, "whoever wrote a draft does not approve it");
    return r;
}

int draft_approve(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                  int64_t seen, const struct library_files *base, struct diags *diags,
                  struct err *err)
{
    struct draft_change c = {.what = CHANGE_APPROVE, .who = who, .id = id};
    struct publication_report report = {0};
    struct library_files own;
    struct draft d;
    char hash[LIBRARY_HASH + 1];
    int r = may(who, APPROVERS, err);
    if (r == 0)
        r = draft_get(request, s, id, &d, err);
    c.seen = seen ? seen : r == 0 ? d.event_count : 0;
    if (r == 0)
        r = is_complete(&d, err);
    if (r == 0)
        r = second_person(request, s, who, id, err);
    if (r == 0)
        r = draft_check(request, &d, base, &report, diags, err);
    if (r < 0)
        return r;
    own =
        (struct library_files){.at = (struct library_file *)(uintptr_t)d.files, .n = d.file_count};
    library_hash_files(own.at, own.n, hash);
    c.text = span_z(hash);
    return store_write(s, write_approval, &c, err);
}

/* ---- in force ---- */

int draft_publish(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                  const struct library_files *base, int64_t from_at, struct publication_report *ret,
                  struct diags *diags, struct err *err)
{
    struct draft_change c = {.what = CHANGE_PUBLISH, .who = who, .id = id};
    struct library_files files;
    struct draft d;
    char hash[LIBRARY_HASH + 1];
    int r = draft_get(request, s, id, &d, err);
    if (r < 0)
        return r;
    library_hash_files(d.files, d.file_count, hash);
    if (!span_eq(d.state, SPAN("approved")) || !span_eq(d.content, span_z(hash))) {
        r = err_set(err, E_CONFLICT, "draft %" PRId64 " is not approved", id);
        err_hint(err, "a second person approves it: huiqi draft approve %" PRId64, id);
        return r;
    }
    r = draft_files(request, &d, base, &files, err);
    if (r < 0)
        return r;
    struct publication p = publication_of(&files, from_at, d.title);
    const struct release_step with = {write_with, &c};
    p.with = &with;
    c.seen = d.event_count;
    c.text = d.content;
    r = library_publish(request, s, who, &p, ret, diags, err);
    if (r == 0 && !ret->release)
        r = err_set(err, E_CONFLICT, "draft %" PRId64 " changes nothing", id);
    return r;
}

int draft_withdraw(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                   struct span reason, struct err *err)
{
    struct draft_change c = {.what = CHANGE_WITHDRAW, .who = who, .id = id, .text = reason};
    struct version_release made;
    struct draft d;
    int r = draft_get(request, s, id, &d, err);
    if (r == 0 && !d.release_id)
        r = err_set(err, E_CONFLICT, "draft %" PRId64 " was not published", id);
    if (r < 0)
        return r;
    const struct release_step with = {write_withdrawn, &c};
    return library_withdraw_with(request, s, who, d.release_id, reason, &with, &made, err);
}
