/*
 * u_gold.c: inline facts against gold written by hand. A gold file names texts by their sha256 and
 * lists offset, length, kind and value of every mention in a range of the file; it holds no text.
 * Prints the table of docs/reading.md (precision and recall by kind), and as a test compares it
 * with the page.
 *
 *     u_gold LIBRARY PAGE TEXTS-FOLDER... -- GOLD...      test
 *     u_gold --table ...  | --wrong ...                   print the table, or what differs
 *
 * A mention is right when kind and value are equal and the places overlap; "place" counts those
 * whose bytes are the same, too.
 */
#include <stdlib.h>
#include "base/buffer.h"
#include "base/file.h"
#include "base/vector.h"
#include "document/mention.h"
#include "tests/unit/test.h"

struct gold {
    size_t start, end;
    struct span kind, value;
    bool found;
};
VECTOR_OF(struct gold, gold_vector);

struct section {
    struct span sha256, name;
    size_t start, end;
    struct gold_vector gold;
};
VECTOR_OF(struct section, section_vector);

struct text {
    char sha256[DOC_SHA256_HEX];
    struct doc *doc;
    struct mentions mentions;
};
VECTOR_OF(struct text, text_vector);

struct score {
    size_t gold, said, right, placed;
};

struct bench {
    struct arena arena;
    struct names names;
    struct text_vector texts;
    struct section_vector sections;
    struct score scores[MENTION_KINDS], bounds;
    size_t skipped;
    bool wrong;
};

static size_t number_of(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        n = n * 10 + (size_t)(s.p[i] - '0');
    return n;
}

/* ---- texts ---- */

static int take_text(void *context, const char *path)
{
    struct bench *b = context;
    struct err err = ERR_INIT;
    struct span bytes;
    struct doc_entries entries;
    struct text *t = VECTOR_PUSH(&b->arena, &b->texts, struct text);
    if (!t || file_read(&b->arena, path, DOC_FILE_MAX, &bytes, &err) < 0 ||
        document_parse(&b->arena, bytes, SPAN("gold"), &t->doc, &err) < 0 ||
        document_entries(t->doc, &b->arena, &entries, &err) < 0)
        return -1;
    struct mention_setting setting = {.names = &b->names, .entries = &entries};
    doc_sha256(bytes, t->sha256);
    return mentions_find(&b->arena, t->doc, t->doc->root, &setting, &t->mentions, &err);
}

static const struct text *text_of(const struct bench *b, struct span sha256)
{
    for (size_t i = 0; i < b->texts.n; i++)
        if (span_eq(span_z(b->texts.at[i].sha256), sha256))
            return &b->texts.at[i];
    return NULL;
}

/* ---- gold ---- */

static void gold_line(struct bench *b, struct span line)
{
    struct span fields[5] = {{NULL, 0}}, rest = line;
    for (size_t i = 0; i < COUNT_OF(fields) && span_split(&rest, '\t', &fields[i]); i++)
        ;
    if (line.n == 0 || line.p[0] == '#')
        return;
    if (span_eq(fields[0], SPAN("file"))) {
        struct section *s = VECTOR_PUSH(&b->arena, &b->sections, struct section);
        if (s)
            *s = (struct section){.sha256 = fields[1],
                                  .start = number_of(fields[2]),
                                  .end = number_of(fields[3]),
                                  .name = fields[4]};
        return;
    }
    struct section *s = b->sections.n ? &b->sections.at[b->sections.n - 1] : NULL;
    struct gold *g = s ? VECTOR_PUSH(&b->arena, &s->gold, struct gold) : NULL;
    if (g)
        *g = (struct gold){.start = number_of(fields[0]),
                           .end = number_of(fields[0]) + number_of(fields[1]),
                           .kind = fields[2],
                           .value = fields[3]};
}

static bool gold_read(struct bench *b, const char *path)
{
    struct span bytes, line;
    struct err err = ERR_INIT;
    if (file_read(&b->arena, path, 1 << 20, &bytes, &err) < 0)
        return false;
    while (span_split(&bytes, '\n', &line))
        gold_line(b, line);
    return true;
}

/* ---- comparing ---- */

static struct gold *gold_for(struct section *s, const struct mention *m)
{
    for (size_t i = 0; i < s->gold.n; i++) {
        struct gold *g = &s->gold.at[i];
        if (!g->found && span_eq(g->kind, span_z(mention_name(m->kind))) &&
            span_eq(g->value, m->value) && g->start < m->end && m->start < g->end)
            return g;
    }
    return NULL;
}

static bool bounded(struct span value)
{
    return value.n && (value.p[0] == '<' || value.p[0] == '>');
}

static void count(struct bench *b, struct score *s, const struct mention *m, const struct gold *g)
{
    UNUSED(b);
    s->said++;
    s->right += g != NULL;
    s->placed += g && g->start == m->start && g->end == m->end;
}

static void say_wrong(const struct section *s, const struct gold *g, const struct mention *m)
{
    if (m)
        printf("too much\t%.*s\t%zu+%zu\t%s\t%.*s\t%.*s\n", SPAN_ARG(s->name), m->start,
               m->end - m->start, mention_name(m->kind), SPAN_ARG(m->value), SPAN_ARG(m->text));
    else
        printf("missed\t%.*s\t%zu+%zu\t%.*s\t%.*s\n", SPAN_ARG(s->name), g->start,
               g->end - g->start, SPAN_ARG(g->kind), SPAN_ARG(g->value));
}

static void compare(struct bench *b, struct section *s, const struct text *t)
{
    for (size_t i = 0; i < t->mentions.n; i++) {
        const struct mention *m = &t->mentions.at[i];
        if (m->start < s->start || m->start >= s->end)
            continue;
        struct gold *g = gold_for(s, m);
        count(b, &b->scores[m->kind], m, g);
        if (bounded(m->value))
            count(b, &b->bounds, m, g);
        if (g)
            g->found = true;
        else if (b->wrong)
            say_wrong(s, NULL, m);
    }
    for (size_t i = 0; i < s->gold.n; i++) {
        const struct gold *g = &s->gold.at[i];
        for (size_t k = 0; k < MENTION_KINDS; k++)
            b->scores[k].gold += span_eq(g->kind, span_z(mention_name((enum mention_kind)k)));
        b->bounds.gold += bounded(g->value);
        if (!g->found && b->wrong)
            say_wrong(s, g, NULL);
    }
}

static void compare_all(struct bench *b)
{
    for (size_t i = 0; i < b->sections.n; i++) {
        const struct text *t = text_of(b, b->sections.at[i].sha256);
        if (t)
            compare(b, &b->sections.at[i], t);
        else
            b->skipped++;
    }
}

/* ---- the table ---- */

static void row(struct buffer *out, const char *name, const struct score *s)
{
    if (s->gold + s->said == 0)
        return;
    buffer_print(out, "| %s | %zu | %zu | %zu | %.3f | %.3f | %zu |\n", name, s->gold, s->said,
                 s->right, s->said ? (double)s->right / (double)s->said : 1.0,
                 s->gold ? (double)s->right / (double)s->gold : 1.0, s->placed);
}

static void table(struct buffer *out, const struct bench *b)
{
    struct score all = {0};
    buffer_add_z(out, "| Kind | Gold | Found | Right | Precision | Recall | Same bytes |\n");
    buffer_add_z(out, "|---|---|---|---|---|---|---|\n");
    for (size_t k = 0; k < MENTION_KINDS; k++) {
        const struct score *s = &b->scores[k];
        row(out, mention_name((enum mention_kind)k), s);
        all.gold += s->gold;
        all.said += s->said;
        all.right += s->right;
        all.placed += s->placed;
    }
    row(out, "all", &all);
    row(out, "of these with a cap or floor", &b->bounds);
}

static bool good(const struct bench *b)
{
    struct score all = {0};
    for (size_t k = 0; k < MENTION_KINDS; k++) {
        all.gold += b->scores[k].gold;
        all.said += b->scores[k].said;
        all.right += b->scores[k].right;
    }
    return all.right * 100 >= all.gold * 95 && all.right * 100 >= all.said * 95;
}

static void check_page(struct bench *b, const char *page)
{
    struct span bytes;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    table(&out, b);
    TEST("the page shows the table");
    CHECK(file_read(&b->arena, page, 1 << 20, &bytes, &err) == 0);
    if (!CHECK(span_find(bytes, buffer_span(&out)) != SIZE_MAX))
        printf("docs/reading.md should hold (tools/reading BUILD writes it):\n%s", out.p);
    TEST("precision and recall over all kinds");
    CHECK(good(b));
    buffer_release(&out);
}

static void read_arguments(struct bench *b, int argc, char **argv, int at)
{
    struct err err = ERR_INIT;
    bool texts = true;
    for (; at < argc; at++) {
        if (strcmp(argv[at], "--") == 0)
            texts = false;
        else if (!texts)
            CHECK(gold_read(b, argv[at]));
        else if (file_exists(argv[at]))
            CHECK(file_walk(&b->arena, argv[at], SPAN(".txt"), take_text, b, &err) == 0);
    }
}

int main(int argc, char **argv)
{
    struct bench b = {.skipped = 0};
    struct err err = ERR_INIT;
    int at = 1;
    bool print = argc > 1 && strcmp(argv[1], "--table") == 0;
    b.wrong = argc > 1 && strcmp(argv[1], "--wrong") == 0;
    at += print || b.wrong;
    arena_init(&b.arena);
    if (argc < at + 4 || names_load(&b.arena, argv[at], &b.names, &err) < 0) {
        fprintf(stderr, "usage: u_gold [--table|--wrong] LIBRARY PAGE TEXTS... -- GOLD...\n");
        return 2;
    }
    read_arguments(&b, argc, argv, at + 2);
    compare_all(&b);
    if (print || b.wrong) {
        struct buffer out = BUFFER_INIT;
        table(&out, &b);
        fputs(out.p, stdout);
        buffer_release(&out);
    } else if (b.skipped) {
        printf("skipped: %zu of %zu texts of the gold are not at hand\n", b.skipped, b.sections.n);
    } else
        check_page(&b, argv[at + 1]);
    arena_release(&b.arena);
    return test_end();
}
