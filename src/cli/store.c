/*
 * store.c: `huiqi store verify`: rebuilds what is derived from the histories and compares.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "document/follow.h"
#include "document/search.h"
#include "policy/subjects.h"
#include "policy/version.h"
#include "store/store.h"

static const struct option_example examples[] = {{"huiqi store verify", "重算现值并与存表比较"}};
static const struct command_spec spec = {
    .name = "store verify",
    .usage = "",
    .summary = "Rebuilds the present values from the histories and compares; exit 1 "
               "when anything differs.",
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

static int verify(int argc, char **argv)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int64_t rows = 0, bad = 0, documents = 0, differ = 0, indexed = 0, lost = 0, said = 0,
            wrong = 0, versions = 0, broken = 0;
    int count, r, status = options_parse(&spec, argc, argv, NULL, &count);

    if (status != OPTIONS_RUN)
        return status;
    r = store_open(store_url(), &s, &err);
    if (r == 0)
        r = store_migrate(s, &err);
    if (r == 0)
        r = subjects_verify(s, &rows, &bad, &err);
    if (r == 0)
        r = search_verify_archive(s, &documents, &differ, &err);
    if (r == 0)
        r = search_verify(s, &indexed, &lost, &err);
    if (r == 0)
        r = follow_verify(s, &said, &wrong, &err);
    if (r == 0)
        r = library_versions_verify(s, &versions, &broken, &err);
    store_close(s);
    if (r < 0)
        return report_err(&err);
    printf("事实现值 %" PRId64 " 条，与历史不符 %" PRId64 " 条\n", rows, bad);
    printf("可检索文件 %" PRId64 " 份，与档案不符 %" PRId64 " 处；索引 %" PRId64
           " 行，查不到 %" PRId64 " 行\n",
           documents, differ, indexed, lost);
    printf("句中事实与文件关系 %" PRId64 " 条，与正文不符 %" PRId64 " 条\n", said, wrong);
    printf("规则库版本 %" PRId64 " 个，与其指纹不符 %" PRId64 " 个\n", versions, broken);
    return bad || differ || lost || wrong || broken ? 1 : 0;
}

int cmd_store(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"verify", verify, "rebuilds the present values from the histories and compares", NULL}};
    static const struct command_group group = {
        .name = "store", .summary = "数据库。", .at = subcommands, .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
