/*
 * library_publish.c: `huiqi library publish|versions|withdraw|export`: versions of the library in
 * the store. `huiqi serve` takes what is published up without a restart.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/date.h"
#include "cli/library.h"
#include "cli/who.h"
#include "policy/version.h"

/* ---- what a person reads ---- */

static void print_instant(struct buffer *out, int64_t ms)
{
    char text[DATE_TEXT];
    size_t n = clock_print(ms, text);
    buffer_add(out, span_of(text, n));
}

static void print_side(struct buffer *out, const struct json *section, const char *side,
                       const char *sign)
{
    const struct json *list = json_get(section, span_z(side));
    if (list && list->n)
        buffer_print(out, " %s%zu", sign, list->n);
}

/* 措施 +2 -1 ~3 */
static void print_differences(struct buffer *out, const struct json *differences)
{
    static const struct {
        const char *key, *zh;
    } sections[] = {{"measures", "措施"},
                    {"facts", "事实"},
                    {"parameters", "参数"},
                    {"registers", "名录"},
                    {"documents", "文件"}};
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        const struct json *s = json_get(differences, span_z(sections[i].key));
        size_t n = 0;
        JSON_EACH(side, s)
        n += side->n;
        if (!n)
            continue;
        buffer_print(out, "  %s", sections[i].zh);
        print_side(out, s, "added", "+");
        print_side(out, s, "removed", "-");
        print_side(out, s, "changed", "~");
    }
}

/* ---- publish ---- */

struct publish_values {
    const char *from, *reason, *as, *version;
    bool json;
};
static const struct option_spec publish_options[] = {
    {"from", "INSTANT", "in force from a date or instant to come; default now", OPTION_TEXT,
     offsetof(struct publish_values, from)},
    {"reason", "TEXT", "why, in a sentence", OPTION_TEXT, offsetof(struct publish_values, reason)},
    {"version", "HASH", "a version that is kept already, instead of a folder", OPTION_TEXT,
     offsetof(struct publish_values, version)},
    {"as", "NAME", WHO_HELP, OPTION_TEXT, offsetof(struct publish_values, as)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct publish_values, json)},
};
static const struct option_example publish_examples[] = {
    {"huiqi library publish", "the folder in use becomes the version in force"},
    {"huiqi library publish library --from 2020-04-01 --reason '复工补贴'", "from a day to come"},
    {"huiqi library publish --version 9f2c41d0", "an earlier version again"},
};
static const struct command_spec publish_spec = {
    .name = "library publish",
    .usage = "[FOLDER] [--from INSTANT] [--reason TEXT] [--as NAME] [--json]",
    .summary =
        "发布文库。Checks every file, runs every example, keeps all files in the store and makes "
        "this the version in force.\n"
        "When a check or an example fails the earlier version stays in force: exit 1. A running "
        "server follows within a second.",
    .options = publish_options,
    .option_count = COUNT_OF(publish_options),
    .examples = publish_examples,
    .example_count = COUNT_OF(publish_examples),
    .most = 1,
};

static int read_from(const char *from, int64_t *ret, struct err *err)
{
    *ret = 0;
    if (!from || clock_read(span_z(from), ret))
        return 0;
    int r = err_set(err, E_USAGE, "--from: '%s' is no date or instant", from);
    err_hint(err, "2020-04-01, or 2020-04-01T08:00:00");
    return r;
}

struct publish_run {
    struct arena arena;
    struct store *store;
    struct actor who;
    struct diags diags;
    struct err err;
    struct publication_report report;
};

static int publish_folder(struct publish_run *p, const char *folder, int64_t from,
                          struct span reason)
{
    struct library_files files;
    int r = library_read_folder(&p->arena, folder, &files, &p->err);
    if (r < 0)
        return r;
    const struct publication what = {files.at, files.n, folder, from, reason};
    return library_publish(&p->arena, p->store, &p->who, &what, &p->report, &p->diags, &p->err);
}

static int publish(struct publish_run *p, const struct publish_values *v, const char *folder)
{
    int64_t from;
    struct span reason = span_z(v->reason);
    int r = read_from(v->from, &from, &p->err);
    if (r == 0)
        r = cli_store(&p->store, &p->err);
    if (r == 0)
        r = cli_who(&p->arena, p->store, v->as, &p->who, &p->err);
    if (r < 0)
        return r;
    if (v->version)
        return library_republish(&p->arena, p->store, &p->who, span_z(v->version), from, reason,
                                 &p->report, &p->err);
    return publish_folder(p, library_folder(folder), from, reason);
}

static struct json *report_json(struct arena *a, const struct publication_report *x)
{
    struct json *o = json_object(a);
    JSON_SET(o, "library", json_string(a, span_z(x->hash)));
    JSON_SET(o, "release", x->release ? json_int(a, x->release) : json_null(a));
    JSON_SET(o, "kept_before", json_bool(a, x->known));
    JSON_SET(o, "counts", x->counts);
    JSON_SET(o, "differences", x->differences);
    return a->failed ? NULL : o;
}

static int print_report(const struct publication_report *x)
{
    struct buffer out = BUFFER_INIT;
    buffer_print(&out, "版本 %.12s  示例 %zu\n", x->hash, x->examples);
    if (!x->release) {
        buffer_add_z(&out, "该版本已在施行，无需再发布\n");
        return cli_flush(&out, 0);
    }
    buffer_print(&out, "发布 %" PRId64 "  自 ", x->release);
    print_instant(&out, x->from_at);
    print_differences(&out, x->differences);
    buffer_byte(&out, '\n');
    return cli_flush(&out, 0);
}

/* Why nothing was published: every problem, and up to fifty examples. */
static int refuse(struct publish_run *p, int code)
{
    struct buffer out = BUFFER_INIT;
    diags_print(&out, &p->diags);
    for (const struct publication_failure *f = p->report.failures; f; f = f->next)
        buffer_print(&out, "%.*s:%u: %.*s %.*s: %.*s: got %.*s, expected %.*s\n", SPAN_ARG(f->file),
                     f->line, SPAN_ARG(f->measure_id), SPAN_ARG(f->example), SPAN_ARG(f->what),
                     SPAN_ARG(f->got), SPAN_ARG(f->expected));
    fwrite(out.p, 1, out.n, stderr);
    buffer_release(&out);
    if (code == E_CHECK || p->diags.errors)
        fprintf(stderr, "未发布：检查未通过，原版本继续施行\n");
    return p->diags.errors ? (code == E_CHECK ? 1 : 2) : report_err(&p->err);
}

int library_publish_command(int argc, char **argv)
{
    struct publish_values values = {0};
    struct publish_run p = {.err = ERR_INIT};
    int count, status = options_parse(&publish_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (values.version && count)
        return report_usage(&publish_spec, "a folder or --version, not both");
    arena_init(&p.arena);
    diags_init(&p.diags, &p.arena);
    int r = publish(&p, &values, count ? argv[1] : NULL);
    if (r < 0)
        status = refuse(&p, r);
    else
        status = values.json ? cli_print_json(report_json(&p.arena, &p.report))
                             : print_report(&p.report);
    store_close(p.store);
    arena_release(&p.arena);
    return status;
}

/* ---- versions ---- */

struct versions_values {
    const char *at;
    bool json;
};
static const struct option_spec versions_options[] = {
    {"at", "INSTANT", "which version was in force at a date or instant, as known then", OPTION_TEXT,
     offsetof(struct versions_values, at)},
    {"json", NULL, "as JSON, with every difference by name", OPTION_FLAG,
     offsetof(struct versions_values, json)},
};
static const struct option_example versions_examples[] = {
    {"huiqi library versions", "the newest first; * is in force"},
    {"huiqi library versions --at 2020-03-09T12:00", "what a finding of that noon rested on"},
};
static const struct command_spec versions_spec = {
    .name = "library versions",
    .usage = "[--at INSTANT] [--json]",
    .summary = "文库版本。What was published when, by whom, why, and what differs from the one "
               "before (+ new, - gone, ~ changed).",
    .options = versions_options,
    .option_count = COUNT_OF(versions_options),
    .examples = versions_examples,
    .example_count = COUNT_OF(versions_examples),
};

static void print_release(struct buffer *out, struct arena *a, const struct version_release *x,
                          bool current)
{
    struct json *differences = NULL;
    struct err ignored = ERR_INIT;
    buffer_print(out, "%c %" PRId64 "  %.12s  ", current ? '*' : ' ', x->id,
                 x->library.n ? x->library.p : "（无）      ");
    print_instant(out, x->from_at);
    buffer_print(out, "  %s", x->withdraw ? "撤回" : "发布");
    if (x->withdraws)
        buffer_print(out, " %" PRId64, x->withdraws);
    buffer_print(out, "  %.*s%s%.*s", SPAN_ARG(x->actor), x->reason.n ? "：" : "",
                 SPAN_ARG(x->reason));
    if (x->withdrawn_by)
        buffer_print(out, "  （已由 %" PRId64 " 撤回）", x->withdrawn_by);
    if (json_parse(a, x->differences, SPAN("differences"), &differences, &ignored) == 0)
        print_differences(out, differences);
    buffer_byte(out, '\n');
}

/* The newest that is in force and stands: `published` may be that of several releases. */
static int print_releases(struct arena *a, const struct version_release *at, size_t n,
                          struct span published, int64_t now)
{
    struct buffer out = BUFFER_INIT;
    const struct version_release *current = NULL;
    for (size_t i = 0; i < n; i++)
        if (!at[i].withdrawn_by && at[i].from_at <= now &&
            (!current || at[i].from_at > current->from_at))
            current = &at[i];
    for (size_t i = 0; i < n; i++)
        print_release(&out, a, &at[i], &at[i] == current && published.n);
    if (!n)
        buffer_add_z(&out, "尚未发布任何版本：huiqi library publish\n");
    return cli_flush(&out, 0);
}

static int show_versions(struct arena *a, struct store *s, const struct versions_values *v,
                         struct err *err)
{
    struct version_release *at = NULL;
    size_t n = 0;
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    if (v->at && !clock_read(span_z(v->at), &now))
        return err_set(err, E_USAGE, "--at: '%s' is no date or instant", v->at);
    int r = library_published(s, now, now, hash, err);
    if (r == 0)
        r = library_releases(a, s, &at, &n, err);
    if (r < 0)
        return r;
    if (v->json)
        return cli_print_json(library_releases_json(a, at, n, span_z(hash)));
    if (!v->at)
        return print_releases(a, at, n, span_z(hash), now);
    printf("%s\n", hash[0] ? hash : "-");
    return 0;
}

int library_versions_command(int argc, char **argv)
{
    struct versions_values values = {0};
    struct arena arena;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(&versions_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&arena);
    int r = cli_store(&s, &err);
    if (r == 0)
        r = show_versions(&arena, s, &values, &err);
    status = r < 0 ? report_err(&err) : r;
    store_close(s);
    arena_release(&arena);
    return status;
}

/* ---- export ---- */

struct export_values {
    const char *to;
};
static const struct option_spec export_options[] = {
    {"to", "FOLDER", "a folder that does not exist yet: required", OPTION_TEXT,
     offsetof(struct export_values, to)},
};
static const struct option_example export_examples[] = {
    {"huiqi library export --to /tmp/then", "the version in force as files"},
    {"huiqi library export 9f2c41d0 --to /tmp/then", "an earlier one, exactly as published"},
};
static const struct command_spec export_spec = {
    .name = "library export",
    .usage = "[VERSION] --to FOLDER",
    .summary = "导出版本。Writes the files of a version that is kept in the store; the folder has "
               "the same hash.",
    .options = export_options,
    .option_count = COUNT_OF(export_options),
    .examples = export_examples,
    .example_count = COUNT_OF(export_examples),
    .most = 1,
};

/* Every folder above the file; the first one must be new. */
static int make_folders(struct arena *a, const char *path, struct err *err)
{
    struct span copy = arena_copy(a, span_z(path));
    if (!copy.p)
        return err_memory(err);
    for (size_t i = 1; i < copy.n; i++) {
        if (copy.p[i] != '/')
            continue;
        struct span folder = arena_print(a, "%.*s", (int)i, copy.p);
        if (!folder.p)
            return err_memory(err);
        if (mkdir(folder.p, 0777) < 0 && errno != EEXIST)
            return err_set(err, E_IO, "%s: %s", folder.p, strerror(errno));
    }
    return 0;
}

static int write_file(struct arena *a, const char *folder, const struct library_file *f,
                      struct err *err)
{
    struct span path = arena_print(a, "%s/%.*s", folder, SPAN_ARG(f->path));
    int r = path.p ? make_folders(a, path.p, err) : err_memory(err);
    if (r < 0)
        return r;
    FILE *out = fopen(path.p, "wb");
    bool good = out && fwrite(f->bytes.p, 1, f->bytes.n, out) == f->bytes.n;
    if (out && fclose(out) != 0)
        good = false;
    return good ? 0 : err_set(err, E_IO, "%s: %s", path.p, strerror(errno));
}

static int export_version(struct arena *a, struct store *s, struct span version, const char *to,
                          struct err *err)
{
    struct library_files files = {0};
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    int r = version.n ? 0 : library_published(s, now, now, hash, err);
    if (r == 0 && !version.n && !hash[0])
        return err_set(err, E_NOT_FOUND, "no version of the library is published");
    if (r == 0)
        r = library_version_files(a, s, version.n ? version : span_z(hash), &files, err);
    if (r == 0 && mkdir(to, 0777) < 0)
        r = err_set(err, errno == EEXIST ? E_CONFLICT : E_IO, "%s: %s", to, strerror(errno));
    for (size_t i = 0; i < files.n && r == 0; i++)
        r = write_file(a, to, &files.at[i], err);
    if (r == 0)
        printf("%zu 个文件 -> %s\n", files.n, to);
    return r;
}

int library_export_command(int argc, char **argv)
{
    struct export_values values = {0};
    struct arena arena;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(&export_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (!values.to)
        return report_usage(&export_spec, "--to FOLDER is required");
    arena_init(&arena);
    int r = cli_store(&s, &err);
    if (r == 0)
        r = export_version(&arena, s, span_z(count ? argv[1] : ""), values.to, &err);
    status = r < 0 ? report_err(&err) : 0;
    store_close(s);
    arena_release(&arena);
    return status;
}

/* ---- withdraw ---- */

struct withdraw_values {
    const char *reason, *as;
    bool json;
};
static const struct option_spec withdraw_options[] = {
    {"reason", "TEXT", "why: required", OPTION_TEXT, offsetof(struct withdraw_values, reason)},
    {"as", "NAME", WHO_HELP, OPTION_TEXT, offsetof(struct withdraw_values, as)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct withdraw_values, json)},
};
static const struct option_example withdraw_examples[] = {
    {"huiqi library withdraw --reason '限额有误'", "the version in force; the one before it again"},
    {"huiqi library withdraw 7 --reason '不再施行'", "a release by its number, one to come, too"},
};
static const struct command_spec withdraw_spec = {
    .name = "library withdraw",
    .usage = "[RELEASE] --reason TEXT [--as NAME] [--json]",
    .summary = "撤回发布。At once the version that was in force without it is in force again. "
               "Nothing is erased.",
    .options = withdraw_options,
    .option_count = COUNT_OF(withdraw_options),
    .examples = withdraw_examples,
    .example_count = COUNT_OF(withdraw_examples),
    .most = 1,
};

static int print_withdrawal(struct arena *a, const struct version_release *x, bool json)
{
    struct buffer out = BUFFER_INIT;
    if (json)
        return cli_print_json(library_releases_json(a, x, 1, x->library));
    buffer_print(&out, "撤回 %" PRId64 "：", x->withdraws);
    if (x->library.n)
        buffer_print(&out, "现施行版本 %.12s\n", x->library.p);
    else
        buffer_add_z(&out, "现无已发布的版本\n");
    return cli_flush(&out, 0);
}

int library_withdraw_command(int argc, char **argv)
{
    struct withdraw_values values = {0};
    struct arena arena;
    struct store *s = NULL;
    struct actor who;
    struct version_release made;
    struct err err = ERR_INIT;
    int count, status = options_parse(&withdraw_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    long long release = count ? strtoll(argv[1], NULL, 10) : 0;
    if (count && release <= 0)
        return report_usage(&withdraw_spec, "'%s' is no number of a release", argv[1]);
    arena_init(&arena);
    int r = cli_store(&s, &err);
    if (r == 0)
        r = cli_who(&arena, s, values.as, &who, &err);
    if (r == 0)
        r = library_withdraw(&arena, s, &who, release, span_z(values.reason), &made, &err);
    status = r < 0 ? report_err(&err) : print_withdrawal(&arena, &made, values.json);
    store_close(s);
    arena_release(&arena);
    return status;
}
