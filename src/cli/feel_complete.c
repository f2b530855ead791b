/*
 * feel_complete.c: see feel_complete.h.
 */
#include "cli/feel_complete.h"
#include <stdlib.h>
#include "cli/feel_line.h"
#include "feel/builtins.h"
#include "feel/lex.h"

struct search {
    struct arena *arena;
    struct span text; /* up to the cursor */
    struct completion *found;
    bool failed;
};

/* A word goes on across letters, digits, _ and everything that is not ASCII. */
static bool in_word(unsigned char c)
{
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static bool starts_word(struct span text, size_t at)
{
    return in_word((unsigned char)text.p[at]) ? at == 0 || !in_word((unsigned char)text.p[at - 1])
                                              : text.p[at] == ':';
}

/* Bytes of the longest end of the text that begins the name; 0 = none. */
static size_t overlap(struct span text, struct span name)
{
    size_t from = text.n > name.n ? text.n - name.n : 0;
    for (size_t at = from; at < text.n; at++)
        if (starts_word(text, at) && span_starts(name, span_from(text, at)))
            return text.n - at;
    return 0;
}

/* A longer overlap throws the shorter ones away. */
static void offer(struct search *s, struct span name)
{
    struct completion *c = s->found;
    size_t n = overlap(s->text, name);
    if (n == 0 || n < c->typed)
        return;
    if (n > c->typed) {
        c->typed = n;
        c->n = 0;
    }
    struct span *at = VECTOR_PUSH(s->arena, c, struct span);
    if (at)
        *at = name;
    else
        s->failed = true;
}

static void offer_keywords(struct search *s)
{
    for (int kind = TOK_IF; kind <= TOK_NULL; kind++) {
        struct span quoted = span_z(token_name((enum token_kind)kind)); /* `then` */
        offer(s, span_of(quoted.p + 1, quoted.n - 2));
    }
}

static void offer_map(struct search *s, const struct map *m)
{
    for (size_t i = 0; i < m->n; i++)
        offer(s, m->entries[i].key);
}

static void offer_tables(struct search *s, enum feel_mode mode)
{
    uint32_t refused = mode == FEEL_SPEC ? B_STRICT : B_SPEC;
    for (size_t i = 0; i < builtin_count; i++)
        if (!(builtins[i].flags & refused))
            offer(s, span_z(builtins[i].name));
    for (size_t i = 0; i < property_count; i++)
        offer(s, span_z(properties[i].name));
}

static int by_bytes(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static void sort(struct completion *c)
{
    size_t kept = 0;
    if (c->n > 1)
        qsort(c->at, c->n, sizeof c->at[0], by_bytes);
    for (size_t i = 0; i < c->n; i++)
        if (kept == 0 || !span_eq(c->at[kept - 1], c->at[i]))
            c->at[kept++] = c->at[i];
    c->n = kept;
}

/* Of sorted names the first and the last have in common what all have; no character is cut. */
static struct span common_rest(const struct completion *c)
{
    struct span first = c->at[0], last = c->at[c->n - 1];
    size_t n = c->typed;
    while (n < first.n && n < last.n && first.p[n] == last.p[n])
        n++;
    while (n > c->typed && n < first.n && ((unsigned char)first.p[n] & 0xC0) == 0x80)
        n--;
    return span_of(first.p + c->typed, n - c->typed);
}

int feel_complete(struct arena *a, const struct session *session, struct span text,
                  struct completion *ret)
{
    struct search s = {.arena = a, .text = text, .found = ret};
    *ret = (struct completion){0};
    if (text.n > 0 && text.p[0] == ':')
        for (size_t i = 0; i < line_command_count; i++)
            offer(&s, span_z(line_commands[i].name));
    offer_keywords(&s);
    offer_map(&s, &session->vocabulary.names);
    offer_map(&s, &session->vocabulary.members);
    offer_tables(&s, session->mode);
    if (s.failed)
        return E_MEMORY;
    sort(ret);
    if (ret->n > 0)
        ret->missing = common_rest(ret);
    return 0;
}
