/*
 * register_import.c: `huiqi register import` and what follows it: an outside list compared with a
 * register, examined as a whole or row by row, published.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "casework/register_batch.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/register_int.h"
#include "cli/who.h"
#include "identity/audit.h"

#define FILE_MOST (16u << 20)
#define ROWS_MOST 1000 /* numbers in --rows */

struct import_values {
    const char *library, *as, *kind, *source, *listed, *reason, *cites, *rows, *from, *list;
    struct option_list columns;
    bool json, dry, part, refuse, all;
};
#define O(name, member, argument, help)                                                            \
    {                                                                                              \
        name, argument, help, OPTION_TEXT, offsetof(struct import_values, member)                  \
    }
#define F(name, member, help)                                                                      \
    {                                                                                              \
        name, NULL, help, OPTION_FLAG, offsetof(struct import_values, member)                      \
    }
#define O_LIBRARY O("library", library, "DIR", "the policy library (HUIQI_LIBRARY, ./library)")
#define O_AS      O("as", as, "LOGIN", WHO_HELP)
#define O_JSON    F("json", json, "as JSON")

struct call {
    struct arena arena;
    struct store *store;
    struct library *library;
    struct actor who;
    struct err err;
    const struct import_values *v;
};

static int call_open(struct call *c, const struct import_values *v)
{
    *c = (struct call){.err = ERR_INIT, .v = v};
    arena_init(&c->arena);
    int status = cli_load_library(v->library, &c->library);
    if (status != OPTIONS_RUN)
        return status;
    int r = cli_store(&c->store, &c->err);
    if (r == 0)
        r = cli_who(&c->arena, c->store, v->as, &c->who, &c->err);
    return r < 0 ? report_err(&c->err) : OPTIONS_RUN;
}

static int call_close(struct call *c, int status)
{
    store_close(c->store);
    library_unref(c->library);
    arena_release(&c->arena);
    return status;
}

/* ---- what a person reads ---- */

static void print_place(struct buffer *out, const struct register_row *x)
{
    if (x->line)
        buffer_print(out, "  %" PRId64 "  第 %u 行  ", x->seq, x->line);
    else
        buffer_print(out, "  %" PRId64 "  名单第 %" PRId64 " 条  ", x->seq, x->entry_id);
}

static void print_row(struct buffer *out, const struct register_row *x)
{
    print_place(out, x);
    buffer_print(out, "%.*s  %.*s%s%.*s", SPAN_ARG(register_row_words[x->change].title.zh),
                 SPAN_ARG(x->code), x->code.n && x->name.n ? " " : "", SPAN_ARG(x->name));
    if (x->problem.n)
        buffer_print(out, "  %.*s%s%.*s", SPAN_ARG(x->problem), x->hint.n ? "；" : "",
                     SPAN_ARG(x->hint));
    if (x->what.n)
        buffer_print(out, "  %.*s", SPAN_ARG(x->what));
    if (x->verdict != REGISTER_VERDICT_NONE)
        buffer_print(out, "  %.*s", SPAN_ARG(register_verdict_words[x->verdict].title.zh));
    if (x->change == REGISTER_ROW_ADDED && x->entry_id)
        buffer_print(out, "  名单第 %" PRId64 " 条：%.*s", x->entry_id,
                     SPAN_ARG(register_state_words[x->state].title.zh));
    buffer_byte(out, '\n');
}

static void print_head(struct buffer *out, const struct register_batch *b)
{
    char at[DATE_TEXT];
    size_t n = clock_print(b->at, at);

    if (b->id)
        buffer_print(out, "批次 %" PRId64 "  ", b->id);
    else
        buffer_add_z(out, "试读，没有写入  ");
    buffer_print(out, "%.*s  来源 %.*s，名单日期 %.*s  %.*s %.*s\n ", SPAN_ARG(b->name_of_list),
                 SPAN_ARG(b->source), SPAN_ARG(b->list_day), (int)n, at, SPAN_ARG(b->actor));
    for (size_t i = 0; i < REGISTER_ROW_CHANGES; i++)
        if (b->counts[i] || i == REGISTER_ROW_BAD)
            buffer_print(out, " %.*s %zu", SPAN_ARG(register_row_words[i].title.zh), b->counts[i]);
    buffer_print(out, "；待审核 %zu，待公布 %zu\n", b->waiting, b->to_publish);
}

/* Looking at a list of persons is written down. */
static int log_look(struct call *c, const struct register_batch *b)
{
    const struct audit_entry e = {
        AUDIT_READ, SPAN("register.list"), SPAN("register"), b->name_of_list, {NULL, 0}};

    return span_eq(b->subject_kind, SPAN("person"))
               ? audit_add_alone(c->store, &c->who, &e, &c->err)
               : 0;
}

static int print_batch(struct call *c, const struct register_batch *b)
{
    struct buffer out = BUFFER_INIT;
    int r = log_look(c, b);

    if (r < 0)
        return report_err(&c->err);
    if (c->v->json)
        return cli_print_json(register_batch_json(&c->arena, b));
    print_head(&out, b);
    if (b->unread.n)
        buffer_print(&out, "  没有用到的列：%.*s（--column '列名=reason' 等可以指定）\n",
                     SPAN_ARG(b->unread));
    for (size_t i = 0; i < b->n; i++)
        if (c->v->all || b->rows[i].change != REGISTER_ROW_SAME)
            print_row(&out, &b->rows[i]);
    return cli_flush(&out, 0);
}

static int show_batch(struct call *c, int64_t id)
{
    struct register_batch b;
    int r = register_batch_get(&c->arena, c->store, id, &b, &c->err);

    return r < 0 ? report_err(&c->err) : print_batch(c, &b);
}

/* ---- import ---- */

static const struct option_spec import_options[] = {
    O("source", source, "TEXT", "whose list it is; required"),
    O("listed", listed, "DAY", "the date of the list; required"),
    F("dry-run", dry, "only say what it would change"),
    F("part", part, "the file is not the whole list: nobody is proposed for removal"),
    O("kind", kind, "KIND", "enterprise (default) or person"),
    {"column", "HEADER=WORD",
     "what a header means: code, name, tier, from, to, reason or cites; may be given several times",
     OPTION_MANY, offsetof(struct import_values, columns)},
    O("reason", reason, "TEXT", "where a row gives none"),
    O("cites", cites, "TEXT", "document and clause, where a row gives none"),
    F("all", all, "rows without a change too"),
    O_LIBRARY,
    O_AS,
    O_JSON};
static const struct option_example import_examples[] = {
    {"huiqi register import 旅游市场黑名单 名单.csv --source 市文化和旅游局 --listed 2022-03-01 "
     "--dry-run",
     "what would be new, changed or gone, and which rows cannot be read"},
    {"huiqi register import 旅游市场黑名单 名单.csv --source 市文化和旅游局 --listed 2022-03-01 "
     "--as jb-01",
     "one proposal; a reviewer examines it as a whole or by row"},
};
static const struct command_spec import_spec = {
    .name = "register import",
    .usage = "REGISTER FILE.csv --source TEXT --listed DAY [--dry-run] [--part] [OPTIONS]",
    .summary = "整批导入外部名单。Compares a list of another body with the register: who is new, "
               "changed or gone. Nothing changes before a second person agrees; rows that cannot "
               "be read are named with line and remedy, and while there are any nobody is held to "
               "be gone. Ends with 1 when a row could not be read.",
    .options = import_options,
    .option_count = COUNT_OF(import_options),
    .examples = import_examples,
    .example_count = COUNT_OF(import_examples),
    .least = 2,
    .most = 2,
};

static int do_import(struct call *c, char **argv)
{
    struct span columns[OPTION_MANY_MAX];
    const char *slash = strrchr(argv[2], '/');
    struct register_import x = {
        .name_of_list = span_z(argv[1]),
        .file = {.subject_kind = span_z(c->v->kind ? c->v->kind : "enterprise"),
                 .file = span_z(slash ? slash + 1 : argv[2]), /* no path of a machine */
                 .columns = columns,
                 .column_n = c->v->columns.n},
        .source = span_z(c->v->source),
        .list_day = span_z(c->v->listed),
        .reason = span_z(c->v->reason),
        .cites = span_z(c->v->cites),
        .part = c->v->part,
        .dry = c->v->dry};
    struct register_batch b = {0};

    for (size_t i = 0; i < c->v->columns.n; i++)
        columns[i] = span_z(c->v->columns.at[i]);
    int r = file_read(&c->arena, argv[2], FILE_MOST, &x.csv, &c->err);
    if (r == 0)
        r = register_import(&c->arena, c->store, c->library, &c->who, &x, &b, &c->err);
    if (r < 0)
        return report_err(&c->err);
    int status = print_batch(c, &b);
    return status ? status : b.counts[REGISTER_ROW_BAD] ? 1 : 0;
}

int register_import_run(int argc, char **argv)
{
    struct import_values v = {0};
    struct call c;
    int count, status = options_parse(&import_spec, argc, argv, &v, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (v.kind && !span_eq(span_z(v.kind), SPAN("enterprise")) &&
        !span_eq(span_z(v.kind), SPAN("person")))
        return report_usage(&import_spec, "--kind: enterprise or person, not '%s'", v.kind);
    status = call_open(&c, &v);
    return call_close(&c, status == OPTIONS_RUN ? do_import(&c, argv) : status);
}

/* ---- batch ---- */

static const struct option_spec batch_options[] = {
    O("list", list, "REGISTER", "only of this register"),
    F("all", all, "rows without a change too"), O_LIBRARY, O_AS, O_JSON};
static const struct option_example batch_examples[] = {
    {"huiqi register batch", "imported lists, newest first"},
    {"huiqi register batch 3", "one, row by row"},
};
static const struct command_spec batch_spec = {
    .name = "register batch",
    .usage = "[BATCH] [--list REGISTER] [--all] [--json]",
    .summary = "导入批次。Which outside lists were taken in, from whom, of which day, and what "
               "became of each row.",
    .options = batch_options,
    .option_count = COUNT_OF(batch_options),
    .examples = batch_examples,
    .example_count = COUNT_OF(batch_examples),
    .most = 1,
};

static bool read_number(const char *text, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return end != text && !*end && *ret > 0;
}

static int list_batches(struct call *c)
{
    struct buffer out = BUFFER_INIT;
    struct json *list = json_array(&c->arena);
    struct register_batch *at = NULL;
    size_t n = 0;
    int r = register_batch_list(&c->arena, c->store, span_z(c->v->list), &at, &n, &c->err);

    if (r < 0)
        return report_err(&c->err);
    for (size_t i = 0; i < n; i++) {
        if (c->v->json)
            json_add(list, register_batch_json(&c->arena, &at[i]));
        else
            print_head(&out, &at[i]);
    }
    return c->v->json ? cli_print_json(list) : cli_flush(&out, 0);
}

int register_batch_run(int argc, char **argv)
{
    struct import_values v = {0};
    struct call c;
    int64_t id = 0;
    int count, status = options_parse(&batch_spec, argc, argv, &v, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (count && !read_number(argv[1], &id))
        return report_usage(&batch_spec, "'%s' is no number of a batch", argv[1]);
    status = call_open(&c, &v);
    if (status == OPTIONS_RUN)
        status = id ? show_batch(&c, id) : list_batches(&c);
    return call_close(&c, status);
}

/* ---- batch-review, batch-publish ---- */

static const struct option_spec review_options[] = {
    O("rows", rows, "N,N-M", "only these rows (first column of 'register batch N')"),
    F("refuse", refuse, "does not agree; needs a reason"),
    O("reason", reason, "TEXT", "why"),
    O_LIBRARY,
    O_AS,
    O_JSON};
static const struct option_example review_examples[] = {
    {"huiqi register batch-review 3 --as sh-02", "agrees with every row that waits"},
    {"huiqi register batch-review 3 --rows 4,7-9 --refuse --reason 不是同一家 --as sh-02",
     "these rows are refused, the others still wait"},
};
static const struct command_spec review_spec = {
    .name = "register batch-review",
    .usage = "BATCH [--rows N,N-M] [--refuse --reason TEXT] [--as LOGIN]",
    .summary = "审核整批。By a second person: new entries go on to be published, changes are made, "
               "who is gone comes off the list.",
    .options = review_options,
    .option_count = COUNT_OF(review_options),
    .examples = review_examples,
    .example_count = COUNT_OF(review_examples),
    .least = 1,
    .most = 1,
};

/* "4,7-9" */
static bool read_rows(const char *text, int64_t *rows, size_t *ret_n)
{
    char *end = (char *)(uintptr_t)text;
    size_t n = 0;

    while (*end) {
        int64_t from = strtoll(end, &end, 10), to = from;
        if (*end == '-')
            to = strtoll(end + 1, &end, 10);
        if (from < 1 || to < from || to > REGISTER_BATCH_MAX * 2 || (*end && *end != ','))
            return false;
        for (int64_t i = from; i <= to; i++) {
            if (n == ROWS_MOST)
                return false;
            rows[n++] = i;
        }
        end += *end == ',';
    }
    *ret_n = n;
    return n > 0;
}

static int print_done(struct call *c, int64_t id, const char *what, size_t n)
{
    if (!c->v->json)
        printf("%s %zu 行\n", what, n);
    return show_batch(c, id);
}

static int do_review(struct call *c, int64_t id, const int64_t *rows, size_t n)
{
    const struct register_verdict_given g = {.agree = !c->v->refuse,
                                             .rows = c->v->rows ? rows : NULL,
                                             .n = n,
                                             .reason = span_z(c->v->reason)};
    size_t done = 0;
    int r = register_batch_decide(&c->arena, c->store, c->library, &c->who, id, &g, &done, &c->err);

    return r < 0 ? report_err(&c->err) : print_done(c, id, c->v->refuse ? "不同意" : "同意", done);
}

int register_batch_review_run(int argc, char **argv)
{
    struct import_values v = {0};
    int64_t id, rows[ROWS_MOST];
    struct call c;
    size_t n = 0;
    int count, status = options_parse(&review_spec, argc, argv, &v, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!read_number(argv[1], &id))
        return report_usage(&review_spec, "'%s' is no number of a batch", argv[1]);
    if (v.rows && !read_rows(v.rows, rows, &n))
        return report_usage(&review_spec, "--rows: '%s' is not like 4,7-9", v.rows);
    status = call_open(&c, &v);
    return call_close(&c, status == OPTIONS_RUN ? do_review(&c, id, rows, n) : status);
}

static const struct option_spec publish_options[] = {
    O("from", from, "DAY", "first day where a row gives none; default today, never earlier"),
    O_LIBRARY, O_AS, O_JSON};
static const struct option_example publish_examples[] = {
    {"huiqi register batch-publish 3 --as fb-03", "every new entry that was agreed"}};
static const struct command_spec publish_spec = {
    .name = "register batch-publish",
    .usage = "BATCH [--from DAY] [--as LOGIN]",
    .summary = "公布整批。New entries stand on the list from the day that the outside list gives, "
               "else from --from.",
    .options = publish_options,
    .option_count = COUNT_OF(publish_options),
    .examples = publish_examples,
    .example_count = COUNT_OF(publish_examples),
    .least = 1,
    .most = 1,
};

static int do_publish(struct call *c, int64_t id)
{
    size_t done = 0;
    int r = register_batch_publish(&c->arena, c->store, c->library, &c->who, id, span_z(c->v->from),
                                   &done, &c->err);

    return r < 0 ? report_err(&c->err) : print_done(c, id, "公布", done);
}

int register_batch_publish_run(int argc, char **argv)
{
    struct import_values v = {0};
    struct call c;
    int64_t id;
    int count, status = options_parse(&publish_spec, argc, argv, &v, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!read_number(argv[1], &id))
        return report_usage(&publish_spec, "'%s' is no number of a batch", argv[1]);
    status = call_open(&c, &v);
    return call_close(&c, status == OPTIONS_RUN ? do_publish(&c, id) : status);
}
