/*
 * document_tag.c: `huiqi document tag`: the catalogue of tags, those of a document, and a person's
 * word on them.
 */
#include <stdio.h>
#include "base/map.h"
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"
#include "document/tags.h"

struct tag_options {
    const char *library;
    bool json;
};

static const struct option_spec specs[] = {
    {"library", "DIR", "where the catalogue is (default: as 'match')", OPTION_TEXT,
     offsetof(struct tag_options, library)},
    {"json", NULL, "as data", OPTION_FLAG, offsetof(struct tag_options, json)},
};

static const struct option_example examples[] = {
    {"huiqi document tag", "the catalogue, with how many documents have each"},
    {"huiqi document tag some-notice", "the tags of a document"},
    {"huiqi document tag some-notice +就业 +贴息 -房租", "give two, take one away"},
};

static const struct command_spec command = {
    .name = "document tag",
    .usage = "[ID [+TAG|-TAG]...]",
    .summary =
        "What documents are about, in the words of the catalogue (library/registers/tags.yaml).\n"
        "Import gives the tags that title and headings name; what a person says here stays, "
        "and is logged with who said it (HUIQI_USER).",
    .options = specs,
    .option_count = COUNT_OF(specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 0,
    .most = -1,
};

static int64_t documents_with(const struct archive_facets *f, struct span tag)
{
    for (size_t i = 0; i < f->n; i++)
        if (span_eq(f->at[i].value, tag))
            return f->at[i].documents;
    return 0;
}

static int list_catalogue(struct desk *d, const struct doc_tags *tags, bool json)
{
    const struct archive_filter all = {0};
    struct json *list = json_array(&d->arena);
    struct archive_page page;
    struct buffer out = BUFFER_INIT;
    int r = document_archive_browse(d->store, &d->arena, &all, 0, 1, &page, &d->err);

    if (r < 0)
        return desk_fail(d);
    for (size_t i = 0; i < tags->n; i++) {
        const struct doc_tag *t = &tags->at[i];
        int64_t n = documents_with(&page.tags, t->name);
        struct json *o = json_object(&d->arena);
        JSON_SET(o, "kind", json_string(&d->arena, t->kind));
        JSON_SET(o, "tag", json_string(&d->arena, t->name));
        JSON_SET(o, "documents", json_int(&d->arena, n));
        json_add(list, o);
        cli_column(&out, t->kind, 10);
        cli_column(&out, t->name, 20);
        buffer_print(&out, "%lld\n", (long long)n);
    }
    if (!json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int list_tags(struct desk *d, struct span slug, bool json)
{
    struct json *list = json_array(&d->arena);
    struct archive_version *v = NULL;
    struct buffer out = BUFFER_INIT;
    struct span *tags = NULL;
    size_t n = 0;
    int r = document_archive_get(d->store, &d->arena, slug, 0, &v, &d->err);

    if (r == 0)
        r = document_archive_tags(d->store, &d->arena, v->document, &tags, &n, &d->err);
    if (r < 0)
        return desk_fail(d);
    for (size_t i = 0; i < n; i++) {
        json_add(list, json_string(&d->arena, tags[i]));
        buffer_print(&out, "%.*s\n", SPAN_ARG(tags[i]));
    }
    if (!json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

/* One character other, or a part of it; for the hint. */
static struct span near_tag(const struct doc_tags *tags, struct span word)
{
    for (size_t i = 0; i < tags->n; i++)
        for (size_t k = 0; k < tags->at[i].word_count; k++) {
            struct span known = tags->at[i].words[k];
            if (edit_distance(known, word, 1) < 2 || span_find(known, word) != SIZE_MAX ||
                span_find(word, known) != SIZE_MAX)
                return tags->at[i].name;
        }
    return (struct span){NULL, 0};
}

static int read_word(struct desk *d, const struct doc_tags *tags, struct span text,
                     struct doc_tag_word *ret)
{
    const struct doc_tag *tag = text.n > 1 ? doc_tags_find(tags, span_from(text, 1)) : NULL;

    if (text.n < 2 || (text.p[0] != '+' && text.p[0] != '-'))
        return report_usage(&command, "'%.*s' is neither +TAG nor -TAG", SPAN_ARG(text));
    if (!tag) {
        struct span near = near_tag(tags, span_from(text, 1));
        err_set(&d->err, E_NAME, "no tag '%.*s' in the catalogue", SPAN_ARG(span_from(text, 1)));
        err_hint(&d->err, near.n ? "did you mean '%.*s'?" : "'huiqi document tag' lists them%.*s",
                 SPAN_ARG(near));
        return desk_fail(d);
    }
    *ret = (struct doc_tag_word){.tag = tag->name, .has = text.p[0] == '+'};
    return 0;
}

/* All of them are read before the first is written. */
static int say(struct desk *d, const struct doc_tags *tags, char **argv, size_t n)
{
    struct doc_tag_word *words = ARENA_ARRAY(&d->arena, struct doc_tag_word, n);
    int r = words ? 0 : err_memory(&d->err);

    if (r < 0)
        return desk_fail(d);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = read_word(d, tags, span_z(argv[2 + i]), &words[i]);
    if (r != 0)
        return r;
    if (document_archive_tag(d->store, &d->arena, span_z(argv[1]), words, n, desk_actor(),
                             &d->err) < 0)
        return desk_fail(d);
    for (size_t i = 0; i < n; i++)
        printf("%s %.*s%s\n", words[i].has ? "标上" : "取下", SPAN_ARG(words[i].tag),
               words[i].changed ? "" : "（本来如此）");
    return 0;
}

int document_tag(int argc, char **argv)
{
    struct tag_options o = {0};
    struct doc_tags tags = {0};
    struct desk d;
    int count = 0, r = options_parse(&command, argc, argv, &o, &count);

    if (r != OPTIONS_RUN)
        return r;
    const char *folder = library_folder(o.library);
    desk_init(&d);
    r = folder ? doc_tags_load(&d.arena, folder, &tags, &d.err) : 0;
    if (r == 0)
        r = desk_open(&d, false);
    if (r < 0)
        r = desk_fail(&d);
    else if (count == 0)
        r = list_catalogue(&d, &tags, o.json);
    else if (count == 1)
        r = list_tags(&d, span_z(argv[1]), o.json);
    else
        r = say(&d, &tags, argv, (size_t)count - 1);
    desk_release(&d);
    return r;
}
