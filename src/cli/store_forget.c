/*
 * store_forget.c: `huiqi store forget`: sensitive facts whose time is over, counted or deleted. A
 * timer of the server does the same each day.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "casework/case_forget.h"
#include "cli/load.h"
#include "cli/store_int.h"
#include "cli/who.h"
#include "policy/subjects.h"

struct forget_options {
    const char *library, *as, *date;
    bool dry, json;
};
#define AT(member) offsetof(struct forget_options, member)
static const struct option_spec options[] = {
    {"dry-run", NULL, "count only", OPTION_FLAG, AT(dry)},
    {"date", "D", "as of this day instead of today; never a later one", OPTION_TEXT, AT(date)},
    {"as", "LOGIN", WHO_HELP, OPTION_TEXT, AT(as)},
    {"library", "DIR", "the policy library (HUIQI_LIBRARY, ./library)", OPTION_TEXT, AT(library)},
    {"json", NULL, "as data", OPTION_FLAG, AT(json)},
};
static const struct option_example examples[] = {
    {"huiqi store forget --dry-run", "每个敏感事实的用途、保存月数，已到期几条"},
    {"huiqi store forget", "删除已到期的，留痕；服务器每天自动做一次"},
};
static const struct command_spec spec = {
    .name = "store forget",
    .usage = "[--dry-run] [--date D] [--json]",
    .summary =
        "敏感事实到期删除。What is sensitive (health, family, wages) is kept for its purpose "
        "and for so many\nmonths behind the day of the fact (library: purpose, "
        "keep_months), then deleted from history and present and from cases that\nare closed; the "
        "case keeps that it was there, under which clause, and the day.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 0,
    .most = 0,
};

static int print_rows(struct arena *a, const struct forgotten *at, size_t n, bool json)
{
    struct json *list = json_array(a);
    struct buffer out = BUFFER_INIT;
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        const struct fact *f = at[i].fact;
        int64_t months = 0;
        (void)decimal_to_int(f->keep_months, &months);
        struct json *o = json_object(a);
        JSON_SET(o, "fact", json_string(a, f->name));
        JSON_SET(o, "purpose", json_string(a, f->purpose.zh));
        JSON_SET(o, "keep_months", json_int(a, months));
        JSON_SET(o, "events", json_int(a, at[i].events));
        JSON_SET(o, "in_cases", json_int(a, at[i].in_cases));
        json_add(list, o);
        cli_column(&out, f->name, 26);
        buffer_print(&out, "%3" PRId64 " 个月  到期 %-6" PRId64 " 办件内 %-6" PRId64 "  %.*s\n",
                     months, at[i].events, at[i].in_cases, SPAN_ARG(f->purpose.zh));
        sum += at[i].events + at[i].in_cases;
    }
    buffer_print(&out, "共 %" PRId64 " 条\n", sum);
    if (!json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int run(const struct forget_options *o, struct arena *a, struct store **s,
               const struct library *l, struct err *err)
{
    struct actor who;
    struct date day = date_today();
    struct forgotten *at = NULL;
    size_t n = 0;
    int r = 0;

    if (o->date && (!date_parse(span_z(o->date), &day) || date_compare(day, date_today()) > 0)) {
        err_set(err, E_INPUT, "'%s' is no day up to today", o->date);
        err_hint(err, "2020-03-09");
        return report_err(err);
    }
    r = cli_store(s, err);
    if (r == 0)
        r = cli_who(a, *s, o->as, &who, err);
    if (r == 0)
        r = subjects_forget(a, *s, l, &who, day, o->dry, &at, &n, err);
    if (r == 0)
        r = cases_forget(a, *s, l, &who, day, o->dry, at, n, err);
    return r < 0 ? report_err(err) : print_rows(a, at, n, o->json);
}

int store_forget_command(int argc, char **argv)
{
    struct forget_options o = {0};
    struct library *l = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    int count, r = options_parse(&spec, argc, argv, &o, &count);

    if (r != OPTIONS_RUN)
        return r;
    r = cli_load_library(o.library, &l);
    if (r != OPTIONS_RUN)
        return r;
    arena_init(&a);
    r = run(&o, &a, &s, l, &err);
    store_close(s);
    library_unref(l);
    arena_release(&a);
    return r;
}
