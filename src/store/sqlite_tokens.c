/*
 * sqlite_tokens.c: tokens.h as the tokenizer `huiqi` of FTS5, by its extension API. Tables made
 * with it can only be read by a program that has it: ours.
 */
#include <sqlite3.h>

#include "store/store_int.h"
#include "store/tokens.h"

/* The tokenizer has no state; FTS5 wants an object. */
static const char only_one;

static int make(void *context, const char **args, int n, Fts5Tokenizer **ret)
{
    UNUSED(context), UNUSED(args), UNUSED(n);
    *ret = (Fts5Tokenizer *)(uintptr_t)&only_one;
    return SQLITE_OK;
}

static void unmake(Fts5Tokenizer *t)
{
    UNUSED(t);
}

struct sink {
    void *context;
    int (*emit)(void *, int, const char *, int, int, int);
};

static int pass_on(void *context, const struct token *t)
{
    struct sink *s = context;
    return s->emit(s->context, t->colocated ? FTS5_TOKEN_COLOCATED : 0, t->text.p, (int)t->text.n,
                   (int)t->start, (int)t->end);
}

static int tokenize(Fts5Tokenizer *t, void *context, int flags, const char *text, int n,
                    int (*emit)(void *, int, const char *, int, int, int))
{
    UNUSED(t);
    struct sink s = {context, emit};
    return tokens_each(span_of(text, n > 0 ? (size_t)n : 0),
                       flags & FTS5_TOKENIZE_QUERY ? TOKENS_QUERY : TOKENS_TEXT, pass_on, &s);
}

static int find_api(sqlite3 *db, fts5_api **ret)
{
    sqlite3_stmt *st = NULL;
    int r = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);

    if (r != SQLITE_OK)
        return r;
    r = sqlite3_bind_pointer(st, 1, ret, "fts5_api_ptr", NULL);
    if (r == SQLITE_OK)
        (void)sqlite3_step(st);
    return sqlite3_finalize(st);
}

int sqlite_add_tokenizer(sqlite3 *db, struct err *err)
{
    fts5_tokenizer methods = {make, unmake, tokenize};
    fts5_api *api = NULL;
    int r = find_api(db, &api);

    if (r == SQLITE_NOMEM)
        return err_memory(err);
    if (r != SQLITE_OK || !api)
        return err_set(err, E_STORE, "this SQLite has no full-text search (FTS5)");
    r = api->xCreateTokenizer(api, "huiqi", NULL, &methods, NULL);
    return r == SQLITE_OK ? 0 : err_set(err, E_STORE, "SQLite: %s", sqlite3_errmsg(db));
}
