/*
 * store_verify.c: `huiqi store verify`: every area rebuilds what is derived from its histories,
 * compares, and says what contradicts itself. The areas are the lines of verify.def.
 */
#include <inttypes.h>
#include <stdio.h>

#include "casework/direct.h"
#include "casework/funds.h"
#include "casework/publishing.h"
#include "casework/registers.h"
#include "cli/load.h"
#include "cli/store_int.h"
#include "document/follow.h"
#include "document/search.h"
#include "identity/audit.h"
#include "jobs/outbox.h"
#include "policy/subjects.h"
#include "policy/version.h"
#include "store/verify.h"

/* ---- areas that count only ---- */

static int counted(int (*f)(struct store *, int64_t *, int64_t *, struct err *), struct store *s,
                   struct verify *v, struct err *err)
{
    return f(s, &v->rows, &v->wrong, err);
}

static int verify_subjects(struct store *s, struct verify *v, struct err *err)
{
    return counted(subjects_verify, s, v, err);
}

static int verify_documents(struct store *s, struct verify *v, struct err *err)
{
    return counted(search_verify_archive, s, v, err);
}

static int verify_index(struct store *s, struct verify *v, struct err *err)
{
    return counted(search_verify, s, v, err);
}

static int verify_relations(struct store *s, struct verify *v, struct err *err)
{
    return counted(follow_verify, s, v, err);
}

static int verify_library(struct store *s, struct verify *v, struct err *err)
{
    return counted(library_versions_verify, s, v, err);
}

/* Each case under the version that it began under; a version that is not kept is a wrong row. */
static int verify_cases(struct store *s, struct verify *v, struct err *err)
{
    struct library_cache *cache = NULL;
    struct arena a;
    int r = library_cache_new(&cache, err);

    if (r < 0)
        return r;
    arena_init(&a);
    struct library_lender lender = {cache, s, &a};
    const struct office o = {.store = s, .library_of = library_of, .context = &lender};
    r = cases_verify(&o, v, err);
    arena_release(&a); /* gives back the versions lent to it */
    library_cache_free(cache);
    return r;
}

static int verify_direct(struct store *s, struct verify *v, struct err *err)
{
    return counted(direct_verify, s, v, err);
}

static int verify_log(struct store *s, struct verify *v, struct err *err)
{
    struct audit_report report = {0};
    struct arena a;

    arena_init(&a);
    int r = audit_verify(s, &a, 0, (struct span){0}, &report, err);
    v->rows = report.entries;
    for (int64_t i = 0; r == 0 && i < report.problems; i++)
        verify_wrong(v, "%.*s", i < AUDIT_PROBLEMS ? (int)report.texts[i].n : 0,
                     i < AUDIT_PROBLEMS ? report.texts[i].p : "");
    arena_release(&a);
    return r;
}

/* ---- the table ---- */

struct part {
    const char *name;
    int (*verify)(struct store *, struct verify *, struct err *);
    const char *what;
};

static const struct part parts[] = {
#define VERIFY(function, name, what) {name, function, what},
#include "cli/verify.def"
#undef VERIFY
};

struct verify_options {
    const char *only;
    bool json;
};

static const struct option_spec options[] = {
    {"only", "NAME",
     "one area: facts, documents, index, relations, library, registers,\n"
     "                           jobs, messages, cases, direct, money, audit",
     OPTION_TEXT, offsetof(struct verify_options, only)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct verify_options, json)},
};
static const struct option_example examples[] = {
    {"huiqi store verify", "逐层重算并与存表比较；恢复备份、断电之后运行"},
    {"huiqi store verify --only jobs --json", "只查后台任务，结果供程序读取"},
};
static const struct command_spec spec = {
    .name = "store verify",
    .usage = "[--only NAME] [--json]",
    .summary =
        "Rebuilds in every area what is derived from the histories, compares, and looks for\n"
        "what contradicts itself. One line an area, and one for each of the first wrong\n"
        "rows; exit 1 when anything is wrong. Reads only; the server may go on.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

static void print_lines(struct buffer *out, const struct verify *v)
{
    struct span rest = buffer_span(&v->lines), line;

    while (rest.n && span_split(&rest, '\n', &line))
        if (line.n)
            buffer_print(out, "  - %.*s\n", SPAN_ARG(line));
}

static void add_part(struct arena *a, struct json *list, const struct part *p,
                     const struct verify *v)
{
    struct json *j = json_object(a), *lines = json_array(a);
    struct span rest = arena_copy(a, buffer_span(&v->lines)), line;

    while (rest.n && span_split(&rest, '\n', &line))
        if (line.n)
            json_add(lines, json_string(a, line));
    JSON_SET(j, "name", json_string(a, span_z(p->name)));
    JSON_SET(j, "rows", json_int(a, v->rows));
    JSON_SET(j, "wrong", json_int(a, v->wrong));
    JSON_SET(j, "lines", lines);
    json_add(list, j);
}

static int run_parts(struct store *s, const char *only, struct arena *a, struct json *list,
                     struct buffer *out, int64_t *wrong, struct err *err)
{
    int r = 0;

    for (size_t i = 0; i < COUNT_OF(parts) && r == 0; i++) {
        struct verify v = {.lines = BUFFER_INIT};
        if (only && strcmp(only, parts[i].name) != 0)
            continue;
        r = parts[i].verify(s, &v, err);
        buffer_print(out, "%s %" PRId64 "，不符 %" PRId64 "\n", parts[i].what, v.rows, v.wrong);
        print_lines(out, &v);
        add_part(a, list, &parts[i], &v);
        *wrong += v.wrong;
        buffer_release(&v.lines);
    }
    return r;
}

static bool is_part(const char *name)
{
    for (size_t i = 0; name && i < COUNT_OF(parts); i++)
        if (strcmp(name, parts[i].name) == 0)
            return true;
    return name == NULL;
}

int store_verify_command(int argc, char **argv)
{
    struct verify_options o = {0};
    struct buffer out = BUFFER_INIT;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    int64_t wrong = 0;
    int count, status = options_parse(&spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!is_part(o.only))
        return report_usage(&spec, "there is no area %s", o.only);
    arena_init(&a);
    struct json *list = json_array(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = run_parts(s, o.only, &a, list, &out, &wrong, &err);
    store_close(s);
    if (r < 0)
        status = report_err(&err);
    else if (o.json)
        status = cli_print_json(a.failed ? NULL : list);
    else
        status = cli_flush(&out, 0);
    buffer_release(&out);
    arena_release(&a);
    return status ? status : wrong > 0;
}
