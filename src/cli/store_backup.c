/*
 * store_backup.c: `huiqi store backup` and `huiqi store restore`.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/load.h"
#include "cli/store_int.h"
#include "cli/work.h"
#include "identity/audit.h"
#include "store/backup.h"

struct backup_options {
    bool quiet, json;
};

static const struct option_spec options[] = {
    {"quiet", NULL, "no progress on stderr", OPTION_FLAG, offsetof(struct backup_options, quiet)},
    {"json", NULL, "the result as JSON", OPTION_FLAG, offsetof(struct backup_options, json)},
};

static const struct option_example backup_examples[] = {
    {"huiqi store backup /backup/huiqi-2020-03-09.bak", "服务不停；同时写出 .sha256"},
    {"sha256sum -c huiqi-2020-03-09.bak.sha256", "备份是否完整"},
};
static const struct command_spec backup_spec = {
    .name = "store backup",
    .usage = "FILE [--quiet] [--json]",
    .summary =
        "Copies the whole store of one moment into FILE while others go on reading and writing,\n"
        "and its hash into FILE.sha256. SQLite: a database file. PostgreSQL: a dump of huiqi's "
        "own\n"
        "form, read in one snapshot. The key of sealed originals is not in it: keep its file, too\n"
        "(HUIQI_KEY_FILE; docs/operations.md).",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = backup_examples,
    .example_count = COUNT_OF(backup_examples),
    .least = 1,
    .most = 1,
};
static const struct option_example restore_examples[] = {
    {"HUIQI_DATABASE=sqlite:new.db huiqi store restore /backup/huiqi-2020-03-09.bak",
     "恢复到一个新库；随后 huiqi store verify、huiqi audit verify"}};
static const struct command_spec restore_spec = {
    .name = "store restore",
    .usage = "FILE [--quiet] [--json]",
    .summary = "Fills an empty store from a backup: all of it or nothing. Refused when the store\n"
               "has tables, when the hash is not that of FILE.sha256, when a newer program wrote\n"
               "it. Tables of an older program are brought up to date.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = restore_examples,
    .example_count = COUNT_OF(restore_examples),
    .least = 1,
    .most = 1,
};

/* On a terminal one line that changes, elsewhere nothing. */
static void tell(void *context, int64_t done, int64_t total)
{
    const bool *show = context;
    if (*show)
        fprintf(stderr, "\r%" PRId64 " / %" PRId64 "%s", done, total, done == total ? "\n" : "");
}

static int print_report(const struct backup_report *report, const char *what, const char *file,
                        bool json)
{
    struct arena a;

    if (!json) {
        printf("%s %s：%" PRId64 " 字节，版本 %" PRId64 "，sha256 %s\n", what, file, report->bytes,
               report->version, report->hash);
        if (report->skipped)
            printf("另有 %" PRId64 " 张不属于 huiqi 的表，未恢复\n", report->skipped);
        return 0;
    }
    arena_init(&a);
    struct json *j = json_object(&a);
    JSON_SET(j, "file", json_string(&a, span_z(file)));
    JSON_SET(j, "bytes", json_int(&a, report->bytes));
    JSON_SET(j, "version", json_int(&a, report->version));
    JSON_SET(j, "sha256", json_string(&a, span_z(report->hash)));
    int status = cli_print_json(a.failed ? NULL : j);
    arena_release(&a);
    return status;
}

/* Who loses the key loses the originals: say where it is. */
static void tell_key(struct store *s)
{
    struct seal seal;
    struct err err = ERR_INIT;

    if (seal_load(s, store_url(), false, &seal, &err) == 0)
        fprintf(stderr, "密钥文件 %s 不在备份内，请另存\n", seal.path);
    else
        fprintf(stderr, "huiqi: %s\n", err.message);
    seal_forget(&seal);
}

static bool has_sealed(struct store *s)
{
    struct stmt *st;
    bool any = false;

    if (store_prepare(s, "SELECT 1 FROM seal_key LIMIT 1", &st, NULL) < 0)
        return false;
    any = stmt_step(st, NULL) > 0;
    stmt_done(st);
    return any;
}

/* That somebody took everything away with him belongs in the log. */
static int log_act(struct store *s, const char *act, const struct backup_report *report,
                   struct err *err)
{
    struct actor who = work_operator();
    struct audit_entry entry = {.class = AUDIT_READ,
                                .act = span_z(act),
                                .object_kind = SPAN("store"),
                                .object = span_z(report->hash)};
    return audit_add_alone(s, &who, &entry, err);
}

int store_backup_command(int argc, char **argv)
{
    struct backup_options o = {0};
    struct backup_report report = {0};
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(&backup_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    bool show = !o.quiet && isatty(STDERR_FILENO);
    int r = rows_open(&s, &err);
    if (r == 0 && !file_exists(argv[1]))
        r = audit_seal(s, &err); /* what goes out of the house is sealed */
    if (r == 0)
        r = store_backup(s, argv[1], &(struct backup_watch){tell, &show}, &report, &err);
    if (r == 0)
        r = log_act(s, "store.backup", &report, &err);
    if (r == 0 && !o.quiet && has_sealed(s))
        tell_key(s);
    store_close(s);
    return r < 0 ? report_err(&err) : print_report(&report, "已备份到", argv[1], o.json);
}

int store_restore_command(int argc, char **argv)
{
    struct backup_options o = {0};
    struct backup_report report = {0};
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(&restore_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    bool show = !o.quiet && isatty(STDERR_FILENO);
    int r = store_open(store_url(), &s, &err);
    if (r == 0)
        r = store_restore(s, argv[1], &(struct backup_watch){tell, &show}, &report, &err);
    if (r == 0)
        r = log_act(s, "store.restore", &report, &err);
    store_close(s);
    return r < 0 ? report_err(&err) : print_report(&report, "已恢复", argv[1], o.json);
}
