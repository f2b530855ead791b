/*
 * app.c: what the pages stand on, set up once.
 */
#include "web/app.h"

#include <sodium.h>

#include "base/date.h"
#include "identity/keys.h"
#include "identity/sessions.h"
#include "jobs/outbox.h"
#include "store/store.h"
#include "web/people.h"

/* The database remembers which libraries it has seen. */
static int remember_library(struct store *s, void *context, struct err *err)
{
    const struct library *l = context;
    struct stmt *st;
    int r = store_prepare(
        s,
        "INSERT INTO library_version (hash, first_seen, measures) VALUES ($1, $2, $3) "
        "ON CONFLICT (hash) DO NOTHING",
        &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(l->hash));
    stmt_int(st, 2, clock_now_ms());
    stmt_int(st, 3, (int64_t)l->measure_count);
    return stmt_run(st, err);
}

int app_make_database(struct app *app, struct err *err)
{
    struct store *s = NULL;
    size_t seeded;
    int r = store_open(app->database, &s, err);

    if (r == 0)
        r = store_migrate(s, err);
    if (r == 0)
        r = store_write(s, remember_library, app->library, err);
    if (r == 0)
        r = people_seed(s, app->library, &seeded, err);
    store_close(s);
    if (r == 0 && !app->pool)
        r = store_pool_new(app->database, &app->pool, err);
    return r < 0 || app->docsearch ? r : docsearch_open(app->database, &app->docsearch, err);
}

int app_identify(void *context, struct arena *request, struct span token, struct actor *ret,
                 struct err *err)
{
    const struct app *app = context;
    struct store *s = NULL;

    if (!app->pool)
        return E_NOT_FOUND;
    int r = store_pool_take(app->pool, &s, err);
    if (r < 0)
        return r;
    r = actor_of_session(s, request, token, date_today(), ret, NULL, err);
    store_pool_give(app->pool, s);
    return r;
}

int app_sign_on(struct app *app, struct arena *process, struct err *err)
{
    struct oidc_config *config = ARENA_NEW(process, struct oidc_config);
    int r = config ? oidc_config_read(process, config, err) : err_memory(err);

    return r < 0 || !config->issuer ? r : oidc_new(config, &app->oidc, err);
}

int app_session_load(void *context, struct span token, struct arena *request, struct span *ret,
                     struct err *err)
{
    const struct app *app = context;
    struct store *s = NULL;
    int r = app->pool ? store_pool_take(app->pool, &s, err) : E_NOT_FOUND;

    if (r < 0)
        return r;
    r = session_data_load(s, request, token, ret, err);
    store_pool_give(app->pool, s);
    return r;
}

int app_session_save(void *context, struct span token, struct span text, struct err *err)
{
    const struct app *app = context;
    struct store *s = NULL;
    int r = app->pool ? store_pool_take(app->pool, &s, err) : 0;

    if (r < 0 || !s)
        return r;
    r = session_data_save(s, token, text, err);
    store_pool_give(app->pool, s);
    return r;
}

/* What cannot be taken away now goes with the old sessions: nobody can reach it. */
void app_session_drop(void *context, struct span token)
{
    struct err quiet = ERR_INIT;
    (void)!app_session_save(context, token, (struct span){0}, &quiet);
}

/* ---- visitors ---- */

static void visitor_hash(const unsigned char hash[SESSION_HASH], char out[2 * SESSION_HASH + 1])
{
    sodium_bin2hex(out, 2 * SESSION_HASH + 1, hash, SESSION_HASH);
}

static int load_visitor(void *data, const unsigned char hash[SESSION_HASH], int64_t now,
                        struct arena *request, struct span *ret, struct err *err)
{
    const struct app *app = data;
    char text[2 * SESSION_HASH + 1];
    struct store *s = NULL;
    int r = app->pool ? store_pool_take(app->pool, &s, err) : E_NOT_FOUND;

    if (r < 0)
        return r;
    visitor_hash(hash, text);
    r = visitor_load(s, request, span_z(text), now, ret, err);
    store_pool_give(app->pool, s);
    return r;
}

static int save_visitor(void *data, const unsigned char hash[SESSION_HASH], struct span sealed,
                        int64_t now, struct err *err)
{
    const struct app *app = data;
    char text[2 * SESSION_HASH + 1];
    struct store *s = NULL;
    int r = app->pool ? store_pool_take(app->pool, &s, err) : 0;

    if (r < 0 || !s)
        return r;
    visitor_hash(hash, text);
    r = visitor_save(s, span_z(text), sealed, now, err);
    store_pool_give(app->pool, s);
    return r;
}

static void drop_visitor(void *data, const unsigned char hash[SESSION_HASH])
{
    struct err quiet = ERR_INIT;
    (void)!save_visitor(data, hash, (struct span){0}, clock_now_ms(), &quiet);
}

struct session_store app_visitors(struct app *app)
{
    return (struct session_store){app, load_visitor, save_visitor, drop_visitor, NULL};
}

int app_form_key(struct app *app, unsigned char ret[SESSION_KEY], struct err *err)
{
    struct store *s = NULL;
    int r = store_pool_take(app->pool, &s, err);

    _Static_assert(SITE_KEY == SESSION_KEY, "a key of the site is one of sessions");
    if (r < 0)
        return r;
    r = site_key(s, SPAN("form"), ret, err);
    store_pool_give(app->pool, s);
    return r;
}

int64_t app_unread(void *context, struct arena *request, const struct actor *who)
{
    const struct app *app = context;
    struct store *s = NULL;
    struct err ignored = ERR_INIT;
    int64_t n = 0;

    if (!app->pool || store_pool_lend(app->pool, request, &s, &ignored) < 0 ||
        message_unread(s, who->account_id, &n, &ignored) < 0)
        return 0;
    return n;
}

/* Until the first swap the application itself is a view, too: of the first edition. */
static void view(struct app *app, const struct edition *e)
{
    app->library = e->library;
    app->search = e->search;
    app->synonyms = e->synonyms;
    app->tags = &e->tags;
}

int app_init(struct app *app, struct arena *process, const char *library, const char *documents,
             struct diags *diags, struct err *err)
{
    const char *folder = library_folder(library);
    struct edition *e = NULL;
    int r = library_load(folder, &app->library, diags, err);

    app->docsearch = NULL;
    app->pool = NULL;
    if (r == 0)
        r = edition_new(app->library, false, &e, err);
    if (r < 0) {
        app->library = NULL;
        return r;
    }
    app->shelf = ARENA_NEW(process, struct shelf);
    if (!app->shelf) {
        edition_unref(e);
        app->library = NULL;
        return err_memory(err);
    }
    shelf_init(app->shelf, folder, e);
    view(app, e);
    r = library_cache_new(&app->versions, err);
    if (r < 0)
        return r;
    if (documents) {
        r = corpus_load(process, documents, &app->corpus, err);
        if (r < 0)
            return r;
        app->has_corpus = true;
    }
    app->database = store_url();
    return 0;
}

/* Cases that begin under a folder must find it again, whatever becomes of the folder. */
static int keep_unpublished(const struct app *app, struct store *s, struct err *err)
{
    struct arena arena;
    struct edition *e = shelf_take(app->shelf);
    int r = 0;
    arena_init(&arena);
    if (!e->published)
        r = library_keep_folder(&arena, s, e->library, app->shelf->folder, err);
    arena_release(&arena);
    edition_unref(e);
    return r;
}

int app_take_up(struct app *app, struct err *err)
{
    struct store *s = NULL;
    struct edition *e;
    bool swapped = false;
    int r = store_open(app->database, &s, err);

    if (r == 0)
        r = shelf_follow(app->shelf, s, &swapped, err);
    if (r == 0)
        r = keep_unpublished(app, s, err);
    store_close(s);
    if (r < 0)
        return r;
    e = shelf_take(app->shelf);
    view(app, e);
    edition_unref(e);
    return 0;
}

int app_follow(struct app *app, struct err *err)
{
    return follower_start(app->shelf, app->database, &app->follower, err);
}

static void leave(void *edition)
{
    edition_unref(edition);
}

void *app_enter(void *context, struct arena *request)
{
    const struct app *app = context;
    struct app *mine = ARENA_NEW(request, struct app);
    struct edition *e;

    if (!mine || !app->shelf)
        return mine ? context : NULL;
    e = shelf_take(app->shelf);
    *mine = *app;
    view(mine, e);
    if (arena_defer(request, leave, e) < 0) {
        edition_unref(e);
        return NULL;
    }
    return mine;
}

void app_release(struct app *app)
{
    follower_stop(app->follower);
    library_cache_free(app->versions);
    store_pool_free(app->pool);
    oidc_free(app->oidc);
    docsearch_close(app->docsearch);
    if (app->shelf)
        shelf_release(app->shelf);
    else
        library_unref(app->library);
}
