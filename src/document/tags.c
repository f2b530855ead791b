/*
 * tags.c: see tags.h. Rows are written before the words to search (archive_hooks.def), which carry
 * them.
 */
#include "document/tags.h"
#include "document/archive_int.h"
#include "document/catalogue.h"

NODISCARD int tags_follow(const struct archive_change *c, struct err *err);

/* ---- the catalogue ---- */

/* Moves "-" out of the words. */
static size_t take_mark(struct doc_tag *tag, struct span *words, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (span_eq(words[i], SPAN("-")))
            tag->by_hand = true;
        else
            words[kept++] = words[i];
    return kept;
}

bool doc_tags_add(struct arena *a, struct doc_tags *tags, struct span entry)
{
    struct doc_tag tag = {0};
    struct span words[CATALOGUE_WORDS];
    size_t colon = span_find(entry, SPAN("："));

    if (colon == SIZE_MAX)
        return false;
    tag.kind = span_trim(span_of(entry.p, colon));
    tag.word_count = catalogue_words(span_from(entry, colon + strlen("：")), words);
    tag.word_count = take_mark(&tag, words, tag.word_count);
    struct span *copy = ARENA_ARRAY(a, struct span, tag.word_count + 1);
    if (!copy || tag.word_count == 0)
        return false;
    for (size_t i = 0; i < tag.word_count; i++)
        copy[i] = words[i];
    tag.name = copy[0];
    tag.words = copy;
    struct doc_tag *slot = VECTOR_PUSH(a, tags, struct doc_tag);
    if (slot)
        *slot = tag;
    return slot;
}

struct loading {
    struct arena *arena;
    struct doc_tags *tags;
};

static int take(void *context, struct span entry, struct err *err)
{
    struct loading *l = context;

    doc_tags_add(l->arena, l->tags, entry);
    return l->arena->failed ? err_memory(err) : 0;
}

int doc_tags_load(struct arena *a, const char *folder, struct doc_tags *ret, struct err *err)
{
    struct loading l = {a, ret};

    *ret = (struct doc_tags){0};
    return catalogue_load(a, folder, SPAN(TAG_REGISTER), take, &l, err);
}

const struct doc_tag *doc_tags_find(const struct doc_tags *tags, struct span word)
{
    for (size_t i = 0; i < tags->n; i++)
        for (size_t k = 0; k < tags->at[i].word_count; k++)
            if (span_eq(tags->at[i].words[k], word))
                return &tags->at[i];
    return NULL;
}

/* ---- what a document says itself ---- */

#define HEADINGS_LEAST 2 /* with a word of a tag that the title does not have */

static bool has_word(const struct doc_tag *tag, struct span text)
{
    for (size_t i = 0; i < tag->word_count; i++)
        if (span_find(text, tag->words[i]) != SIZE_MAX)
            return true;
    return false;
}

static bool is_about(const struct archive_change *c, const struct doc_tag *tag)
{
    size_t n = 0;

    if (tag->by_hand)
        return false;
    if (has_word(tag, c->version->title))
        return true;
    for (size_t i = 0; i < c->clause_count && n < HEADINGS_LEAST; i++)
        n += c->clauses[i].path.n && c->clauses[i].title.n && has_word(tag, c->clauses[i].title);
    return n == HEADINGS_LEAST;
}

/* ---- rows ---- */

static int run_tag(struct store *s, const char *sql, int64_t document, struct span tag, bool has,
                   struct span actor, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, document);
    stmt_text(st, 2, tag);
    stmt_int(st, 3, has);
    stmt_text(st, 4, actor);
    return stmt_run(st, err);
}

static int forget_guessed(struct store *s, int64_t document, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "DELETE FROM document_tag WHERE document_id = $1 AND actor = ''", &st,
                          err);

    if (r < 0)
        return r;
    stmt_int(st, 1, document);
    return stmt_run(st, err);
}

/* A new version is looked at afresh; what a person said (actor) stays. */
int tags_follow(const struct archive_change *c, struct err *err)
{
    int64_t document = c->version->document;
    int r = 0;

    if (!c->tags || c->version->number < c->version->latest ||
        span_eq(c->version->kind, SPAN("frame")))
        return 0;
    if (c->version->number > 1)
        r = forget_guessed(c->store, document, err);
    for (size_t i = 0; r == 0 && i < c->tags->n; i++)
        if (is_about(c, &c->tags->at[i]))
            r = run_tag(c->store,
                        "INSERT INTO document_tag (document_id, tag, has, actor)"
                        " VALUES ($1, $2, $3, $4) ON CONFLICT (document_id, tag) DO NOTHING",
                        document, c->tags->at[i].name, true, SPAN(""), err);
    return r;
}

VECTOR_OF(struct span, names);

int document_archive_tags(struct store *s, struct arena *a, int64_t document, struct span **ret,
                          size_t *ret_n, struct err *err)
{
    struct names list = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT tag FROM document_tag WHERE document_id = $1 AND has = 1"
                          " ORDER BY tag",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, document);
    while ((r = stmt_step(st, err)) > 0) {
        struct span *slot = VECTOR_PUSH(a, &list, struct span);
        if (slot)
            *slot = arena_copy(a, stmt_get_text(st, 0));
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = list.at;
    *ret_n = list.n;
    return 0;
}

/* ---- a person's words ---- */

struct saying {
    struct arena *arena;
    struct span slug, actor;
    struct doc_tag_word *words;
    size_t n;
};

static int log_word(struct store *s, const struct saying *w, const struct doc_tag_word *word,
                    int64_t document, struct err *err)
{
    struct json *detail = json_object(w->arena);
    struct buffer text = BUFFER_INIT;
    int r;

    json_set(detail, word->has ? SPAN("tag") : SPAN("untag"), json_string(w->arena, word->tag));
    json_print(&text, detail, JSON_COMPACT);
    r = w->arena->failed || buffer_failed(&text)
            ? err_memory(err)
            : archive_log(s,
                          &(struct archive_log_line){.kind = "tag",
                                                     .document = document,
                                                     .actor = w->actor,
                                                     .detail = buffer_span(&text)},
                          err);
    buffer_release(&text);
    return r;
}

static int put_word(struct store *s, const struct saying *w, struct doc_tag_word *word,
                    int64_t document, struct err *err)
{
    struct span *before;
    size_t n = 0;
    bool had = false;
    int r = document_archive_tags(s, w->arena, document, &before, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        had = had || span_eq(before[i], word->tag);
    word->changed = had != word->has;
    if (r < 0 || !word->changed)
        return r;
    r = run_tag(s,
                "INSERT INTO document_tag (document_id, tag, has, actor) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (document_id, tag) DO UPDATE SET has = $3, actor = $4",
                document, word->tag, word->has, w->actor, err);
    return r < 0 ? r : log_word(s, w, word, document, err);
}

static int say(struct store *s, void *context, struct err *err)
{
    struct saying *w = context;
    struct archive_version *v = NULL;
    bool changed = false;
    int r = document_archive_get(s, w->arena, w->slug, 0, &v, err);

    for (size_t i = 0; r == 0 && i < w->n; i++) {
        r = put_word(s, w, &w->words[i], v->document, err);
        changed = changed || w->words[i].changed;
    }
    return r < 0 || !changed ? r : archive_version_changed(s, w->arena, v->id, err);
}

int document_archive_tag(struct store *s, struct arena *a, struct span slug,
                         struct doc_tag_word *words, size_t n, struct span actor, struct err *err)
{
    struct saying w = {.arena = a, .slug = slug, .actor = actor, .words = words, .n = n};

    return store_write(s, say, &w, err);
}
