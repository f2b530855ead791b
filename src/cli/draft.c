/*
 * draft.c: `huiqi draft`: measures before they are published: files over the version in force,
 * checked with every example, approved by a second person, in force from a date.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/file.h"
#include "casework/publishing.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/who.h"

struct draft_values {
    const char *as, *document, *file, *path, *disclosure, *tags, *review, *interpretation, *from,
        *reason, *library, *value, *to, *region, *source, *draft;
    bool drop, json;
};
#define O(name, member, argument, help)                                                            \
    {                                                                                              \
        name, argument, help, OPTION_TEXT, offsetof(struct draft_values, member)                   \
    }
static const struct option_spec draft_options[] = {
    O("document", document, "SLUG", "the text in the archive that it is drafted from"),
    O("file", file, "FILE", "edit: the bytes of --path"),
    O("path", path, "PATH", "edit: where in the library, such as measures/moon/idle.yaml"),
    {"drop", NULL, "edit: takes --path out of the draft", OPTION_FLAG,
     offsetof(struct draft_values, drop)},
    O("disclosure", disclosure, "TEXT", "edit: disclosure attribute, such as 主动公开"),
    O("tags", tags, "WORDS", "edit: tags"),
    O("review", review, "TEXT", "edit: conclusion of the review"),
    O("interpretation", interpretation, "TEXT", "edit: what it means, for whom"),
    O("from", from, "INSTANT", "publish: in force from a day to come; default now"),
    O("reason", reason, "TEXT", "withdraw: why"),
    O("value", value, "VALUE", "value: a number, a date, a word"),
    O("to", to, "DAY", "value: its last day, where there is one"),
    O("region", region, "PLACE", "value: where it holds; default everywhere"),
    O("source", source, "TEXT", "value: the document that says so"),
    O("draft", draft, "DRAFT", "value: into this draft; default a new one"),
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct draft_values, json)},
    O("library", library, "DIR", "the files under it while nothing is published"),
    O("as", as, "LOGIN", WHO_HELP),
};

struct desk {
    struct arena arena;
    struct store *store;
    struct actor who;
    struct diags diags;
    struct err err;
    const struct draft_values *v;
    int64_t id;
    struct library_files base;
};
typedef int draft_verb(struct desk *d, const char *operand);

/* The version in force then, else the folder. */
static int read_base(struct desk *d, int64_t at)
{
    return draft_base(&d->arena, d->store, library_folder(d->v->library), at, &d->base, &d->err);
}

static int print_draft(const struct draft *of, const struct draft_event *at, size_t n)
{
    const struct draft x = *of;
    struct buffer out = BUFFER_INIT;
    char text[DATE_TEXT];
    buffer_print(&out, "%" PRId64 "  %.*s  %.*s\n", x.id, SPAN_ARG(x.title), SPAN_ARG(x.state));
    for (size_t i = 0; i < x.file_count; i++)
        buffer_print(&out, "  %.*s  %zu\n", SPAN_ARG(x.files[i].path), x.files[i].bytes.n);
    buffer_print(&out, "  公开属性 %.*s  标签 %.*s\n  审查结论 %.*s\n  解读 %.*s\n",
                 SPAN_ARG(x.disclosure), SPAN_ARG(x.tags), SPAN_ARG(x.review),
                 SPAN_ARG(x.interpretation));
    for (size_t i = 0; i < n; i++) {
        size_t length = clock_print(at[i].at, text);
        buffer_print(&out, "    %.*s  %.*s  %.*s\n", (int)length, text, SPAN_ARG(at[i].act),
                     SPAN_ARG(at[i].actor));
    }
    return cli_flush(&out, 0);
}

static int show_draft(struct desk *d)
{
    struct draft x;
    struct draft_event *at;
    size_t n = 0;
    int r = draft_get(&d->arena, d->store, d->id, &x, &d->err);
    if (r == 0)
        r = draft_events(&d->arena, d->store, d->id, &at, &n, &d->err);
    if (r < 0)
        return r;
    return d->v->json ? cli_print_json(draft_json(&d->arena, &x, at, n)) : print_draft(&x, at, n);
}

static int new_draft(struct desk *d, const char *title)
{
    int r = draft_new(d->store, &d->who, span_z(title), span_z(d->v->document), &d->id, &d->err);
    return r < 0 ? r : show_draft(d);
}

static int set_fields(struct desk *d)
{
    const struct {
        const char *name, *text;
    } fields[] = {{"document", d->v->document},
                  {"disclosure", d->v->disclosure},
                  {"tags", d->v->tags},
                  {"review", d->v->review},
                  {"interpretation", d->v->interpretation}};
    int r = 0;
    for (size_t i = 0; i < COUNT_OF(fields) && r == 0; i++)
        if (fields[i].text)
            r = draft_set(&d->arena, d->store, &d->who, d->id, span_z(fields[i].name),
                          span_z(fields[i].text), &d->err);
    return r;
}

static int edit(struct desk *d, const char *operand)
{
    struct span bytes = SPAN("");
    int r = 0;
    UNUSED(operand);
    if (d->v->path && !d->v->drop && !d->v->file)
        return err_set(&d->err, E_USAGE, "--path needs --file or --drop");
    if (d->v->file)
        r = file_read(&d->arena, d->v->file, LIBRARY_FILE_MAX, &bytes, &d->err);
    if (r == 0 && d->v->file && !bytes.n)
        r = err_set(&d->err, E_INPUT, "%s is empty; --drop takes a file out", d->v->file);
    if (r == 0 && d->v->path)
        r = draft_put(&d->arena, d->store, &d->who, d->id, span_z(d->v->path), bytes, &d->err);
    if (r == 0)
        r = set_fields(d);
    return r < 0 ? r : show_draft(d);
}

static int print_report(struct desk *d, const struct publication_report *report)
{
    struct json *o = json_object(&d->arena);
    JSON_SET(o, "draft", json_int(&d->arena, d->id));
    JSON_SET(o, "library", json_string(&d->arena, span_z(report->hash)));
    JSON_SET(o, "examples", json_int(&d->arena, (int64_t)report->examples));
    JSON_SET(o, "failed", json_int(&d->arena, (int64_t)report->failed));
    return cli_print_json(o);
}

static int check(struct desk *d, const char *operand)
{
    struct publication_report report = {0};
    struct draft x;
    int r = draft_get(&d->arena, d->store, d->id, &x, &d->err);
    UNUSED(operand);
    if (r == 0)
        r = read_base(d, clock_now_ms());
    if (r == 0)
        r = draft_check(&d->arena, &x, &d->base, &report, &d->diags, &d->err);
    if (r == 0 && d->v->json)
        return print_report(d, &report);
    if (r == 0)
        printf("示例 %zu，全部通过\n", report.examples);
    return r;
}

static int approve(struct desk *d, const char *operand)
{
    int r = read_base(d, clock_now_ms());
    UNUSED(operand);
    if (r == 0)
        r = draft_approve(&d->arena, d->store, &d->who, d->id, 0, &d->base, &d->diags, &d->err);
    return r < 0 ? r : show_draft(d);
}

static int publish(struct desk *d, const char *operand)
{
    struct publication_report report = {0};
    int64_t from = 0;
    UNUSED(operand);
    if (d->v->from && !clock_read(span_z(d->v->from), &from))
        return err_set(&d->err, E_USAGE, "--from: '%s' is no date or instant", d->v->from);
    int r = read_base(d, from ? from : clock_now_ms());
    if (r == 0)
        r = draft_publish(&d->arena, d->store, &d->who, d->id, &d->base, from, &report, &d->diags,
                          &d->err);
    if (r == 0 && !d->v->json)
        printf("版本 %.12s  发布 %" PRId64 "\n", report.hash, report.release);
    return r < 0 ? r : show_draft(d);
}

static int withdraw(struct desk *d, const char *operand)
{
    UNUSED(operand);
    int r = draft_withdraw(&d->arena, d->store, &d->who, d->id, span_z(d->v->reason), &d->err);
    return r < 0 ? r : show_draft(d);
}

static int show(struct desk *d, const char *operand)
{
    UNUSED(operand);
    return show_draft(d);
}

static int value(struct desk *d, const char *name)
{
    const struct draft_values *v = d->v;
    const struct parameter_new x = {span_z(v->value), span_z(v->from), span_z(v->to),
                                    span_z(v->region), span_z(v->source)};
    d->id = v->draft ? strtoll(v->draft, NULL, 10) : 0;
    if (v->draft && d->id <= 0)
        return err_set(&d->err, E_USAGE, "'%s' is no number of a draft", v->draft);
    int r = read_base(d, clock_now_ms());
    if (r == 0)
        r = draft_value(&d->arena, d->store, &d->who, &d->base, span_z(name), &x, &d->id, &d->err);
    return r < 0 ? r : show_draft(d);
}

static int list_drafts(struct desk *d, const char *operand)
{
    struct json *list = json_array(&d->arena);
    struct draft *at;
    size_t n = 0;
    struct buffer out = BUFFER_INIT;
    int r = draft_list(&d->arena, d->store, &at, &n, &d->err);
    UNUSED(operand);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n && d->v->json; i++)
        json_add(list, draft_json(&d->arena, &at[i], NULL, 0));
    if (d->v->json)
        return cli_print_json(list);
    for (size_t i = 0; i < n; i++)
        buffer_print(&out, "%" PRId64 "  %.*s  %.*s\n", at[i].id, SPAN_ARG(at[i].title),
                     SPAN_ARG(at[i].state));
    return cli_flush(&out, 0);
}

static int refuse(struct desk *d)
{
    struct buffer out = BUFFER_INIT;
    diags_print(&out, &d->diags);
    fwrite(out.p, 1, out.n, stderr);
    buffer_release(&out);
    return report_err(&d->err);
}

static int run(const struct command_spec *spec, draft_verb *verb, bool numbered, int argc,
               char **argv)
{
    struct draft_values v = {0};
    struct desk d = {.err = ERR_INIT, .v = &v};
    int count, status = options_parse(spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    d.id = numbered ? strtoll(argv[1], NULL, 10) : 0;
    if (numbered && d.id <= 0)
        return report_usage(spec, "'%s' is no number of a draft", argv[1]);
    arena_init(&d.arena);
    diags_init(&d.diags, &d.arena);
    int r = cli_store(&d.store, &d.err);
    if (r == 0)
        r = cli_who(&d.arena, d.store, v.as, &d.who, &d.err);
    if (r == 0)
        r = verb(&d, count ? argv[1] : NULL);
    status = r < 0 ? refuse(&d) : r;
    store_close(d.store);
    arena_release(&d.arena);
    return status;
}

#define VERB(word, verb, operands, numbered, use, text, typed)                                     \
    static int word##_command(int argc, char **argv)                                               \
    {                                                                                              \
        static const struct option_example examples[] = {{typed, text}};                           \
        static const struct command_spec spec = {.name = "draft " #word,                           \
                                                 .usage = use,                                     \
                                                 .summary = text,                                  \
                                                 .options = draft_options,                         \
                                                 .option_count = COUNT_OF(draft_options),          \
                                                 .examples = examples,                             \
                                                 .example_count = 1,                               \
                                                 .least = operands,                                \
                                                 .most = operands};                                \
        return run(&spec, verb, numbered, argc, argv);                                             \
    }
VERB(list, list_drafts, 0, false, "", "The drafts, the newest first.", "huiqi draft list")
VERB(new, new_draft, 1, false, "TITLE [--document SLUG]", "Begins a draft.",
     "huiqi draft new '停工补助（2020年）'")
VERB(show, show, 1, true, "DRAFT", "A draft with its files and every step.", "huiqi draft show 3")
VERB(edit, edit, 1, true, "DRAFT [--path PATH --file FILE] [--tags WORDS] ...",
     "Puts a file or a text into a draft; an approval is gone then.",
     "huiqi draft edit 3 --path measures/moon/idle.yaml --file idle.yaml")
VERB(value, value, 1, false, "NAME --value VALUE [--from DAY] [--region PLACE] --source TEXT",
     "A value of a parameter, or the day of an event, as a draft to be approved and published.\n"
     "--from is the day from which it holds; of an event the day of its announcement: today, or "
     "its\n"
     "own day when that is past.",
     "huiqi draft value 疫情结束日 --value 2020-07-20 --region 北京市 --source '...'")
VERB(check, check, 1, true, "DRAFT",
     "Checks the library with the draft in it and runs every example.", "huiqi draft check 3")
VERB(approve, approve, 1, true, "DRAFT [--as LOGIN]",
     "By a second person, when disclosure, tags, review and interpretation are there.",
     "huiqi draft approve 3 --as sh-02")
VERB(publish, publish, 1, true, "DRAFT [--from INSTANT]",
     "Makes what was approved part of the version in force.",
     "huiqi draft publish 3 --from 2020-04-01")
VERB(withdraw, withdraw, 1, true, "DRAFT --reason TEXT", "Takes a published draft back, at once.",
     "huiqi draft withdraw 3 --reason '限额有误'")

int cmd_draft(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list_command, "the drafts", NULL},
        {"new", new_command, "begins a draft", NULL},
        {"show", show_command, "one draft with every step", NULL},
        {"edit", edit_command, "its files, tags, review, interpretation", NULL},
        {"value", value_command, "a value of a parameter, the day of an event", NULL},
        {"check", check_command, "the library with it, and every example", NULL},
        {"approve", approve_command, "by a second person", NULL},
        {"publish", publish_command, "in force now, or from a day", NULL},
        {"withdraw", withdraw_command, "taken back at once", NULL},
    };
    static const struct command_group group = {.name = "draft",
                                               .summary =
                                                   "政策起草。Measures before they are published.",
                                               .at = subcommands,
                                               .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
