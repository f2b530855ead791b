/*
 * place.c: `huiqi place`: import|list|near|show|gaps: service points, what is done there, which is
 * near, who reaches none.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "base/file.h"
#include "casework/places.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"

#define FILE_MOST (8u << 20)

struct place_options {
    const char *library, *as, *from, *at, *item, *region, *channel, *minutes, *speed;
    bool origins, ways, open, json, english;
};
static const struct option_spec options[] = {
    OPT_TEXT(struct place_options, library, "library", "DIR", "规则库所在的文件夹"),
    OPT_TEXT(struct place_options, as, "as", "LOGIN", "以哪个账户办理（默认：本机操作员）"),
    OPT_FLAG(struct place_options, origins, "origins", "import：起点（社区、园区）的表"),
    OPT_FLAG(struct place_options, ways, "ways", "import：从起点到网点几分钟的表"),
    OPT_TEXT(struct place_options, from, "from", "CODE", "near：从哪个起点"),
    OPT_TEXT(struct place_options, at, "at", "LAT,LON", "near：从这个位置，如 31.2304,121.4737"),
    OPT_TEXT(struct place_options, item, "item", "ID", "能办这个事项的"),
    OPT_TEXT(struct place_options, region, "region", "R", "这个地区的"),
    OPT_TEXT(struct place_options, channel, "channel", "C", "有这种渠道的，如 counter"),
    OPT_TEXT(struct place_options, minutes, "minutes", "N", "多少分钟以内（gaps 默认 15）"),
    OPT_TEXT(struct place_options, speed, "speed", "M/H",
             "没有写明分钟的按直线估算，每小时多少米（默认 5000，步行）"),
    OPT_FLAG(struct place_options, open, "open", "只看现在不关门的"),
    OPT_FLAG(struct place_options, json, "json", "print JSON"),
    OPT_FLAG(struct place_options, english, "english", "words in English"),
};
static const struct option_example examples[] = {
    {"huiqi place import docs/examples/points.csv", "登记网点；同一编号的以新的为准"},
    {"huiqi place import docs/examples/origins.csv --origins", "登记起点：社区、园区、楼宇"},
    {"huiqi place near --from A1 --item shanghai/construction-permit --minutes 15",
     "15 分钟以内能办这个事项的网点，近的在前"},
    {"huiqi place gaps --minutes 10", "哪些起点 10 分钟以内到不了，哪些说不出"},
};
#define SPEC(which, how, what, low, high)                                                          \
    static const struct command_spec which##_spec = {.name = "place " #which,                      \
                                                     .usage = how,                                 \
                                                     .summary = what,                              \
                                                     OPTIONS_OF(options),                          \
                                                     EXAMPLES_OF(examples),                        \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(import, "FILE.csv [--origins | --ways]",
     "登记网点、起点，或量得的路程。第一行是列名；有一行不对就一行也不登记。", 1, 1);
SPEC(near, "[--from CODE | --at LAT,LON] [--item ID] [--minutes N] [--open]",
     "网点，近的在前。写明的分钟优先；没有的按直线估算，实际只会更远；没有位置的排在最后。", 0, 0);
SPEC(show, "CODE", "一个网点：能办什么，什么时间，哪些渠道。", 1, 1);
SPEC(gaps, "[--item ID] [--region R] [--minutes N]",
     "每个起点最近的网点：到不了的在前，说不出的其次；合计。", 0, 0);

struct desk {
    struct cli_office o;
    struct place_options options;
};

static struct span text_of(const struct json *j, const char *key)
{
    return json_text(json_get(j, span_z(key)));
}

static bool whole(const char *text, int64_t *ret)
{
    struct decimal d;
    return !text || (decimal_parse(span_z(text), &d) && decimal_to_int(d, ret) && *ret > 0);
}

static int read_query(struct desk *d, struct place_query *q)
{
    const struct place_options *x = &d->options;
    struct span longitude = span_z(x->at), latitude = {NULL, 0};

    *q = (struct place_query){.origin = span_z(x->from),
                              .procedure = span_z(x->item),
                              .region = span_z(x->region),
                              .channel = span_z(x->channel),
                              .open_at = x->open ? clock_now_ms() : 0};
    if (!whole(x->minutes, &q->minutes) || !whole(x->speed, &q->speed))
        return err_set(&d->o.err, E_USAGE, "--minutes 和 --speed 是大于零的整数");
    if (x->at &&
        (!span_split(&longitude, ',', &latitude) || !spot_parse(latitude, longitude, &q->from)))
        return err_set(&d->o.err, E_USAGE, "--at 写成 31.2304,121.4737");
    if (q->procedure.n && !procedure_find(d->o.library, q->procedure, NULL))
        return err_set(&d->o.err, E_NOT_FOUND, "没有事项 %.*s", SPAN_ARG(q->procedure));
    return 0;
}

static int run_import(struct desk *d, char **argv)
{
    enum place_table table = d->options.origins ? PLACE_ORIGINS
                             : d->options.ways  ? PLACE_WAYS
                                                : PLACE_POINTS;
    struct span text;
    size_t n = 0;
    int r = file_read(&d->o.arena, argv[1], FILE_MOST, &text, &d->o.err);

    if (r == 0)
        r = place_import(&d->o.arena, &d->o.office, &d->o.who, table, text, span_z(argv[1]), &n,
                         &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    printf("登记 %zu 行\n", n);
    return 0;
}

static void print_found(struct buffer *out, const struct json *j)
{
    struct span minutes = text_of(j, "minutes");
    bool line = span_eq(text_of(j, "way"), SPAN("line"));

    cli_column(out, text_of(j, "code"), 10);
    cli_column(out, text_of(j, "name"), 30);
    cli_column(out, text_of(j, "kind_title"), 14);
    if (minutes.n)
        buffer_print(out, "%s%.*s 分钟%s", line ? "直线至少 " : "", SPAN_ARG(minutes),
                     line ? "（估算）" : "");
    else
        buffer_add_z(out, "距离不明");
    if (text_of(j, "hours").n)
        buffer_print(out, "  %.*s", SPAN_ARG(text_of(j, "hours")));
    if (JSON_GET(j, "item_stated") && JSON_GET(j, "item_stated")->kind == JSON_FALSE)
        buffer_add_z(out, "  （没有写明能办哪些事项）");
    buffer_byte(out, '\n');
}

static int run_near(struct desk *d, char **argv)
{
    struct json *list = json_array(&d->o.arena);
    struct place_found *at = NULL;
    struct buffer out = BUFFER_INIT;
    struct place_query q;
    size_t n = 0;
    int r = read_query(d, &q);

    UNUSED(argv);
    if (r == 0)
        r = place_near(&d->o.arena, &d->o.office, &q, &at, &n, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    for (size_t i = 0; i < n; i++) {
        struct json *j = place_found_json(&d->o.arena, d->o.library, &at[i], d->options.english);
        json_add(list, j);
        print_found(&out, j);
    }
    if (!n)
        buffer_add_z(&out, "没有这样的网点\n");
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int run_show(struct desk *d, char **argv)
{
    static const char *const keys[] = {"kind_title", "organisation", "region", "address",
                                       "hours",      "channels",     "source"};
    struct buffer out = BUFFER_INIT;
    struct service_point p;
    struct json *j;
    int r = place_find(&d->o.arena, d->o.store, span_z(argv[1]), &p, &d->o.err);

    if (r < 0)
        return report_err(&d->o.err);
    j = place_json(&d->o.arena, d->o.library, &p, d->options.english);
    if (d->options.json)
        return cli_print_json(j);
    buffer_print(&out, "%.*s  %.*s\n", SPAN_ARG(p.code), SPAN_ARG(p.name));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (text_of(j, keys[i]).n)
            buffer_print(&out, "  %.*s\n", SPAN_ARG(text_of(j, keys[i])));
    buffer_add_z(&out, p.item_count ? "能办\n" : "没有写明能办哪些事项\n");
    JSON_EACH(item, JSON_GET(j, "items"))
    buffer_print(&out, "  %.*s  %.*s\n", SPAN_ARG(text_of(item, "id")),
                 SPAN_ARG(text_of(item, "title")));
    return cli_flush(&out, 0);
}

static void print_reach(struct buffer *out, const struct place_reach *x)
{
    cli_column(out, x->code, 10);
    cli_column(out, x->name, 24);
    cli_column(out,
               x->within                 ? SPAN("到得了")
               : x->basis == WAY_UNKNOWN ? SPAN("说不出")
                                         : SPAN("到不了"),
               8);
    if (x->nearest.n)
        buffer_print(out, "%.*s %" PRId64 " 分钟", SPAN_ARG(x->nearest), x->minutes);
    buffer_byte(out, '\n');
}

static int run_gaps(struct desk *d, char **argv)
{
    struct json *whole_json = json_object(&d->o.arena), *list = json_array(&d->o.arena);
    struct place_reach *at = NULL;
    struct buffer out = BUFFER_INIT;
    struct place_cover c;
    struct place_query q;
    size_t n = 0;
    int r = read_query(d, &q);

    UNUSED(argv);
    if (r == 0)
        r = place_gaps(&d->o.arena, &d->o.office, &q, &at, &n, &c, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    for (size_t i = 0; i < n; i++) {
        json_add(list, place_reach_json(&d->o.arena, &at[i]));
        print_reach(&out, &at[i]);
    }
    buffer_print(&out,
                 "到得了 %" PRId64 "（%" PRId64 " 户），到不了 %" PRId64 "（%" PRId64
                 " 户），说不出 %" PRId64 "（%" PRId64 " 户）\n",
                 c.within, c.weight_within, c.beyond, c.weight_beyond, c.unknown, c.weight_unknown);
    JSON_SET(whole_json, "cover", place_cover_json(&d->o.arena, &c));
    JSON_SET(whole_json, "origins", list);
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(whole_json);
}

static int run(const struct command_spec *spec, int (*f)(struct desk *, char **), int argc,
               char **argv)
{
    struct desk d = {.o = {.err = ERR_INIT}};
    int count, status = options_parse(spec, argc, argv, &d.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    status = cli_office_open(&d.o, d.options.library, d.options.as);
    if (status == OPTIONS_RUN)
        status = f(&d, argv);
    cli_office_close(&d.o);
    return status;
}

#define SUBCOMMAND(name)                                                                           \
    static int place_cmd_##name(int argc, char **argv)                                             \
    {                                                                                              \
        return run(&name##_spec, run_##name, argc, argv);                                          \
    }
SUBCOMMAND(import)
SUBCOMMAND(near)
SUBCOMMAND(show)
SUBCOMMAND(gaps)

int cmd_place(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"import", place_cmd_import, "登记网点、起点、路程", NULL},
        {"near", place_cmd_near, "网点，近的在前；能办什么、开不开门", NULL},
        {"show", place_cmd_show, "一个网点", NULL},
        {"gaps", place_cmd_gaps, "多少分钟以内到得了谁，到不了谁", NULL},
    };
    static const struct command_group group = {
        .name = "place",
        .summary = "服务网点：大厅、窗口、银行、自助终端能办什么，最近的在哪里，15 分钟圈的缺口。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
