/*
 * app.c: what the pages stand on, set up once.
 */
#include "web/app.h"

#include "base/date.h"
#include "store/store.h"

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
    int r = store_open(app->database, &s, err);

    if (r == 0)
        r = store_migrate(s, err);
    if (r == 0)
        r = store_write(s, remember_library, app->library, err);
    store_close(s);
    return r < 0 || app->docsearch ? r : docsearch_open(app->database, &app->docsearch, err);
}

int app_init(struct app *app, struct arena *process, const char *library, const char *documents,
             struct diags *diags, struct err *err)
{
    int r = library_load(library_folder(library), &app->library, diags, err);

    app->docsearch = NULL;
    if (r < 0)
        return r;
    app->search = search_index_new(process, app->library);
    if (!app->search)
        return err_memory(err);
    r = search_synonyms_load(process, library_folder(library), &app->synonyms, err);
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

void app_release(struct app *app)
{
    docsearch_close(app->docsearch);
    library_unref(app->library);
}
