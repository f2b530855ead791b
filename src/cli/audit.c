/*
 * audit.c: `huiqi audit`: the log of reads, changes and decisions: lists, verifies and seals it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "identity/audit.h"

static int open_database(struct store **ret, struct err *err)
{
    int r = store_open(store_url(), ret, err);
    return r == 0 ? store_migrate(*ret, err) : r;
}

/* ---- verify ---- */

struct verify_options {
    const char *expect;
    bool json;
};

static const struct option_spec verify_option_list[] = {
    {"expect", "NUMBER:HASH", "the seal of this number must have this hash, noted earlier",
     OPTION_TEXT, offsetof(struct verify_options, expect)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct verify_options, json)},
};
static const struct option_example verify_examples[] = {
    {"huiqi audit verify", "recompute every chain; exit 1 when anything was changed or cut off"},
    {"huiqi audit verify --expect 120:6f1c...",
     "and compare with the head that was noted outside of the database"},
};
static const struct command_spec verify_spec = {
    .name = "audit verify",
    .usage = "[--expect NUMBER:HASH] [--json]",
    .summary =
        "Recomputes the hash chain of every run and the common chain of seals. Exit 1 when an\n"
        "entry was changed, taken out, or cut off after it was sealed. The last line but one is\n"
        "the head: note it elsewhere, so that cutting off the end of everything shows too.",
    .options = verify_option_list,
    .option_count = COUNT_OF(verify_option_list),
    .examples = verify_examples,
    .example_count = COUNT_OF(verify_examples),
};

static bool read_expect(const char *text, int64_t *ret_number, struct span *ret_hash)
{
    struct span rest = span_z(text), number;
    char *end;

    if (!text)
        return true;
    if (!span_split(&rest, ':', &number) || rest.n != AUDIT_HASH || number.n == 0)
        return false;
    *ret_number = strtoll(number.p, &end, 10);
    *ret_hash = rest;
    return end == rest.p - 1 && *ret_number > 0;
}

static struct json *report_json(struct arena *a, const struct audit_report *report)
{
    struct json *o = json_object(a), *list = json_array(a);

    JSON_SET(o, "runs", json_int(a, report->runs));
    JSON_SET(o, "entries", json_int(a, report->entries));
    JSON_SET(o, "seals", json_int(a, report->seals));
    JSON_SET(o, "unsealed", json_int(a, report->unsealed));
    JSON_SET(o, "head_number", json_int(a, report->head_number));
    JSON_SET(o, "head", json_string(a, report->head));
    JSON_SET(o, "problems", json_int(a, report->problems));
    for (int64_t i = 0; i < report->problems && i < AUDIT_PROBLEMS; i++)
        json_add(list, json_string(a, report->texts[i]));
    JSON_SET(o, "problem_list", list);
    return o;
}

static void print_report(struct buffer *out, const struct audit_report *report)
{
    for (int64_t i = 0; i < report->problems && i < AUDIT_PROBLEMS; i++)
        buffer_print(out, "%.*s\n", SPAN_ARG(report->texts[i]));
    if (report->head_number)
        buffer_print(out, "head %" PRId64 ":%.*s\n", report->head_number, SPAN_ARG(report->head));
    buffer_print(out,
                 "%" PRId64 " runs, %" PRId64 " entries (%" PRId64 " not sealed yet), %" PRId64
                 " seals, %" PRId64 " problems\n",
                 report->runs, report->entries, report->unsealed, report->seals, report->problems);
}

static int verify(int argc, char **argv)
{
    struct verify_options o = {0};
    struct audit_report report = {0};
    struct buffer out = BUFFER_INIT;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    struct span hash = {NULL, 0};
    int64_t number = 0;
    int count, status = options_parse(&verify_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!read_expect(o.expect, &number, &hash))
        return report_usage(&verify_spec, "--expect takes NUMBER:HASH as verify prints it");
    arena_init(&a);
    int r = open_database(&s, &err);
    if (r == 0)
        r = audit_verify(s, &a, number, hash, &report, &err);
    if (r < 0) {
        status = report_err(&err);
    } else if (o.json) {
        status = cli_print_json(report_json(&a, &report));
    } else {
        print_report(&out, &report);
        status = cli_flush(&out, 0);
    }
    store_close(s);
    arena_release(&a);
    return status ? status : report.problems ? 1 : 0;
}

/* ---- list ---- */

struct list_options {
    const char *class, *object, *account, *act, *from, *to, *limit, *before;
    bool json;
};

static const struct option_spec list_option_list[] = {
    {"class", "CLASS", "sign-in, read, change or decision", OPTION_TEXT,
     offsetof(struct list_options, class)},
    {"object", "KIND[/NAME]", "what it was about: case, or case/2020-17", OPTION_TEXT,
     offsetof(struct list_options, object)},
    {"account", "ID", "by this account, or in its place", OPTION_TEXT,
     offsetof(struct list_options, account)},
    {"act", "ACT", "such as account.grant", OPTION_TEXT, offsetof(struct list_options, act)},
    {"from", "DATE", "from the beginning of this day (Asia/Shanghai)", OPTION_TEXT,
     offsetof(struct list_options, from)},
    {"to", "DATE", "to the end of this day", OPTION_TEXT, offsetof(struct list_options, to)},
    {"before", "ID", "entries older than this one: the next page", OPTION_TEXT,
     offsetof(struct list_options, before)},
    {"limit", "N", "at most so many (100; most 10000)", OPTION_TEXT,
     offsetof(struct list_options, limit)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct list_options, json)},
};
static const struct option_example list_examples[] = {
    {"huiqi audit list --class read --from 2020-03-01", "who has read personal data since then"},
    {"huiqi audit list --object account/7 --json", "everything about an account"},
};
static const struct command_spec list_spec = {
    .name = "audit list",
    .usage = "[OPTIONS]",
    .summary = "The entries of the log, newest first.",
    .options = list_option_list,
    .option_count = COUNT_OF(list_option_list),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
};

static bool read_number(const char *text, int64_t *ret)
{
    char *end;
    if (!text)
        return true;
    *ret = strtoll(text, &end, 10);
    return *text && !*end && *ret > 0;
}

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static bool read_day(const char *text, int64_t days, int64_t *ret)
{
    struct date d;
    if (!text)
        return true;
    if (!date_parse(span_z(text), &d) || d.year < 1970 || d.year > 9999)
        return false;
    *ret = (date_days(d) + days) * DAY_MS - INT64_C(8) * 60 * 60 * 1000; /* Asia/Shanghai */
    return true;
}

static const char *read_filter(const struct list_options *o, struct audit_filter *f)
{
    struct span object = span_z(o->object);
    int64_t limit = 0;

    f->has_class = o->class != NULL;
    if (o->class && !audit_class_parse(span_z(o->class), &f->class))
        return "--class is sign-in, read, change or decision";
    if (object.n && span_split(&object, '/', &f->object_kind))
        f->object = object;
    f->act = span_z(o->act);
    if (!read_number(o->account, &f->account_id) || !read_number(o->before, &f->before) ||
        !read_number(o->limit, &limit) || limit > AUDIT_PAGE_MAX)
        return "--account, --before and --limit are numbers";
    f->limit = (int)limit;
    if (!read_day(o->from, 0, &f->from) || !read_day(o->to, 1, &f->to))
        return "--from and --to are dates such as 2020-03-09";
    return NULL;
}

static void print_row(struct buffer *out, const struct audit_row *row)
{
    char at[DATE_TEXT];
    size_t n = clock_print(row->at, at);

    buffer_print(out, "%" PRId64 " %.*s %.*s %.*s", row->id, (int)n, at,
                 SPAN_ARG(audit_class_name(row->class)), SPAN_ARG(row->act));
    buffer_print(out, " %.*s/%.*s by %.*s", SPAN_ARG(row->object_kind), SPAN_ARG(row->object),
                 SPAN_ARG(row->actor));
    if (row->account_id)
        buffer_print(out, " (account %" PRId64 ")", row->account_id);
    if (row->organisation.n)
        buffer_print(out, " at %.*s", SPAN_ARG(row->organisation));
    if (row->delegation_id)
        buffer_print(out, " for account %" PRId64 " by delegation %" PRId64, row->for_account_id,
                     row->delegation_id);
    buffer_print(out, "%s%.*s\n", row->detail.n ? " " : "", SPAN_ARG(row->detail));
}

static int print_rows(struct arena *a, const struct audit_row *rows, size_t n, bool json)
{
    struct buffer out = BUFFER_INIT;

    if (json) {
        struct json *list = json_array(a);
        for (size_t i = 0; i < n; i++)
            json_add(list, audit_row_json(a, &rows[i]));
        return cli_print_json(list);
    }
    for (size_t i = 0; i < n; i++)
        print_row(&out, &rows[i]);
    return cli_flush(&out, 0);
}

static int list(int argc, char **argv)
{
    struct list_options o = {0};
    struct audit_filter f = {0};
    struct audit_row *rows = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int count, status = options_parse(&list_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    const char *wrong = read_filter(&o, &f);
    if (wrong)
        return report_usage(&list_spec, "%s", wrong);
    arena_init(&a);
    int r = open_database(&s, &err);
    if (r == 0)
        r = audit_list(s, &a, &f, &rows, &n, &err);
    status = r < 0 ? report_err(&err) : print_rows(&a, rows, n, o.json);
    store_close(s);
    arena_release(&a);
    return status;
}

/* ---- seal ---- */

static const struct option_example seal_examples[] = {
    {"huiqi audit seal", "before a backup: everything is covered"}};
static const struct command_spec seal_spec = {
    .name = "audit seal",
    .usage = "",
    .summary =
        "Seals what was written since into the common chain, as the server does at intervals.",
    .examples = seal_examples,
    .example_count = COUNT_OF(seal_examples),
};

static int seal(int argc, char **argv)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(&seal_spec, argc, argv, NULL, &count);

    if (status != OPTIONS_RUN)
        return status;
    int r = open_database(&s, &err);
    if (r == 0)
        r = audit_seal(s, &err);
    store_close(s);
    return r < 0 ? report_err(&err) : 0;
}

int cmd_audit(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list, "the entries, newest first, by class, object, account and time", NULL},
        {"verify", verify, "recomputes every chain; exit 1 when anything was changed or cut off",
         NULL},
        {"seal", seal, "seals what was written since", NULL}};
    static const struct command_group group = {
        .name = "audit",
        .summary =
            "全过程留痕：谁在何时读了什么、改了什么、决定了什么；可验证未被改动（docs/audit.md）。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
