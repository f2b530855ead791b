/*
 * document_redactions.c: `huiqi document redactions`: what was hidden where, and an officer's word
 * on the doubtful ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"

struct redaction_options {
    const char *state;
    bool json;
};

static const struct option_spec specs[] = {
    {"state", "S", "list: doubtful (default), certain, confirmed, released or all", OPTION_TEXT,
     offsetof(struct redaction_options, state)},
    {"json", NULL, "list: as data", OPTION_FLAG, offsetof(struct redaction_options, json)},
};

static const struct option_example examples[] = {
    {"huiqi document redactions list", "what waits for a decision"},
    {"huiqi document redactions release 12 15", "no personal data: shown from now on"},
    {"huiqi document redactions confirm 13", "personal data: stays hidden"},
};

static const struct command_spec command = {
    .name = "document redactions",
    .usage = "list | release N... | confirm N...",
    .summary = "Personal data found on import, by kind, place and reason; never the data itself.\n"
               "A decision holds for every find of the same text, in later imports too, and is "
               "logged with who took it (HUIQI_USER).",
    .options = specs,
    .option_count = COUNT_OF(specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = -1,
};

static struct json *as_json(struct arena *a, const struct archive_redaction *x)
{
    struct json *j = json_object(a);
    const struct {
        const char *key;
        struct span value;
    } texts[] = {{"state", x->state},      {"kind", x->kind},     {"reason", x->reason},
                 {"file", x->source_name}, {"document", x->slug}, {"clause", x->path},
                 {"text", x->text}};
    JSON_SET(j, "id", json_int(a, x->id));
    JSON_SET(j, "line", json_int(a, x->line));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        json_set(j, span_z(texts[i].key), json_string(a, texts[i].value));
    return j;
}

static int list(struct desk *d, const struct redaction_options *o)
{
    struct span state = span_z(o->state ? o->state : "doubtful");
    struct archive_redaction *x = NULL;
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    if (span_eq(state, SPAN("all")))
        state = SPAN("");
    int r = document_archive_redactions(d->store, &d->arena, state, &x, &n, &d->err);
    if (r < 0)
        return desk_fail(d);
    if (o->json) {
        struct json *all = json_array(&d->arena);
        for (size_t i = 0; i < n; i++)
            json_add(all, as_json(&d->arena, &x[i]));
        return cli_print_json(all);
    }
    for (size_t i = 0; i < n; i++)
        buffer_print(&out, "%lld\t%.*s\t%.*s\t%.*s:%lld\t%.*s\t%.*s\n", (long long)x[i].id,
                     SPAN_ARG(x[i].state), SPAN_ARG(x[i].placeholder), SPAN_ARG(x[i].source_name),
                     (long long)x[i].line, SPAN_ARG(x[i].reason), SPAN_ARG(x[i].text));
    buffer_print(&out, "%zu 处\n", n);
    return cli_flush(&out, 0);
}

static int decide(struct desk *d, bool release, int count, char **ids)
{
    size_t decided = 0;
    for (int i = 0; i < count; i++) {
        char *end;
        int64_t id = strtoll(ids[i], &end, 10);
        size_t n = 0;
        if (*end || id < 1)
            return report_usage(&command, "'%s' is no number of a find", ids[i]);
        int r = document_archive_decide(d->store, &d->seal, &d->arena, id, release, desk_actor(),
                                        &n, &d->err);
        if (r < 0)
            return desk_fail(d);
        decided += n;
    }
    printf("%s %zu 处\n", release ? "放行" : "确认遮盖", decided);
    return 0;
}

int document_redactions(int argc, char **argv)
{
    struct redaction_options o = {0};
    struct desk d;
    int count = 0, r = options_parse(&command, argc, argv, &o, &count);

    if (r != OPTIONS_RUN)
        return r;
    bool listing = strcmp(argv[1], "list") == 0, release = strcmp(argv[1], "release") == 0;
    if (!listing && !release && strcmp(argv[1], "confirm") != 0)
        return report_usage(&command, "unknown: redactions %s", argv[1]);
    if (listing ? count != 1 : count < 2)
        return report_usage(&command, listing ? "'%s' is too much" : "which? (%s N)",
                            listing ? argv[2] : argv[1]);
    desk_init(&d);
    r = desk_open(&d, !listing);
    r = r < 0 ? desk_fail(&d) : listing ? list(&d, &o) : decide(&d, release, count - 1, argv + 2);
    desk_release(&d);
    return r;
}
