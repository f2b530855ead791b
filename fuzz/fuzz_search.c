/*
 * fuzz_search.c: a query and a text, parted by the first line break. Tokens lie inside the text, in
 * order; shown pieces put together are the text; any query is answered, by FTS5 too, and a query
 * that is the text itself marks something when it has a token at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "document/search_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct order {
    size_t start, end, count, n;
};

static int check_token(void *context, const struct token *t)
{
    struct order *o = context;

    if (t->start >= t->end || t->end > o->n || t->start < o->start)
        BUG("a token outside or out of order");
    if (!t->text.n || t->text.n > TOKEN_MAX)
        BUG("a token of %zu bytes", t->text.n);
    if (t->colocated && o->count == 0)
        BUG("the first token has nothing to stand beside");
    if (token_code(t->text) < 0)
        BUG("a negative code");
    o->start = t->start;
    o->count++;
    return 0;
}

static size_t check_tokens(struct span text, enum tokens_of what)
{
    struct order o = {.n = text.n};
    (void)tokens_each(text, what, check_token, &o);
    return o.count;
}

static void check_pieces(struct arena *a, const struct search_query *q, struct span text)
{
    struct search_pieces p;
    size_t at = 0;

    (void)show_pieces(a, q, text, text.n + 1, &p);
    for (size_t i = 0; i < p.n; at += p.at[i++].text.n)
        if (at + p.at[i].text.n > text.n ||
            memcmp(text.p + at, p.at[i].text.p, p.at[i].text.n) != 0)
            BUG("a piece that is not the text");
    if (at != text.n)
        BUG("pieces lack something");
    (void)show_pieces(a, q, text, 10, &p);
}

static char folder[] = "/tmp/huiqi-fuzz.XXXXXX";

static void clean_up(void)
{
    static const char *const files[] = {"/search.db", "/search.db-wal", "/search.db-shm", ""};
    char path[80];

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        snprintf(path, sizeof(path), "%s%s", folder, files[i]);
        (void)remove(path);
    }
}

static struct docsearch *empty_search(void)
{
    static struct docsearch *d;
    char url[80];
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (d)
        return d;
    if (!mkdtemp(folder) || atexit(clean_up) != 0)
        BUG("no folder");
    snprintf(url, sizeof(url), "sqlite:%s/search.db", folder);
    if (store_open(url, &s, &err) < 0 || store_migrate(s, &err) < 0 ||
        docsearch_open(url, &d, &err) < 0)
        BUG("%s", err.message);
    store_close(s);
    return d;
}

static void check_run(struct arena *a, struct span query)
{
    struct docsearch_options o = {.text = query, .today = {2020, 3, 9}};
    struct docsearch_result r;
    struct search_suggestion *list;
    struct err err = ERR_INIT;
    size_t n;

    /* without a document there is nothing to find, but FTS5 reads the query */
    if (docsearch_run(empty_search(), a, &o, &r, &err) < 0 ||
        docsearch_suggest(empty_search(), a, query, 5, &list, &n, &err) < 0)
        BUG("a query failed: %s", err.message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size), query = {NULL, 0};
    struct docsearch_options o = {0};
    struct search_query q, split;
    struct buffer b = BUFFER_INIT;
    struct arena a;
    struct err err = ERR_INIT;
    bool changed;

    span_split(&text, '\n', &query);
    arena_init(&a);
    o.text = query;
    (void)check_tokens(text, TOKENS_TEXT);
    (void)check_tokens(query, TOKENS_QUERY);
    tokens_initials(&b, text);
    tokens_pattern(&b, text);
    if (query_read(&a, &o, &q, &err) < 0 || query_split(&a, &q, &split, &changed, &err) < 0)
        BUG("%s", err.message);
    query_match(&b, &q);
    check_pieces(&a, &q, text);
    if (size < 400)
        check_run(&a, query);
    buffer_release(&b);
    arena_release(&a);
    return 0;
}
