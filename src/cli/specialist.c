/*
 * specialist.c: `huiqi specialist`: lists of helpers and experts; experts drawn by lot for a case,
 * replaced where they decline, and what they gave (docs/cases.md).
 */
#include <inttypes.h>
#include <stdio.h>

#include "casework/specialists.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"

struct specialist_options {
    const char *library, *as, *kind, *organisation, *field, *procedure, *contact, *since, *until,
        *cites, *from, *to, *count, *avoid, *reason, *score, *remark, *on;
    bool json;
};

static const struct option_spec options[] = {
    OPT_TEXT(struct specialist_options, library, "library", "DIR", "规则库所在的文件夹"),
    OPT_TEXT(struct specialist_options, as, "as", "LOGIN", "以哪个账户办理（默认：本机操作员）"),
    OPT_TEXT(struct specialist_options, kind, "kind", "KIND", "helper 项目专员，expert 评审专家"),
    OPT_TEXT(struct specialist_options, organisation, "organisation", "NAME", "add：所在单位"),
    OPT_TEXT(struct specialist_options, field, "field", "TEXT",
             "专业领域；add：多个用“;”分开；draw：要哪一个"),
    OPT_TEXT(struct specialist_options, procedure, "procedure", "ID",
             "专员帮办的事项；add：多个用“;”分开，不写为全部"),
    OPT_TEXT(struct specialist_options, contact, "contact", "TEXT", "add：专员的办公联系方式"),
    OPT_TEXT(struct specialist_options, since, "since", "D", "add：从哪一天起（默认今天）"),
    OPT_TEXT(struct specialist_options, until, "until", "D", "add：到哪一天；end：最后一天"),
    OPT_TEXT(struct specialist_options, cites, "cites", "DOCUMENT", "add：聘任的文件"),
    OPT_TEXT(struct specialist_options, from, "from", "D", "away：从哪一天起不在"),
    OPT_TEXT(struct specialist_options, to, "to", "D", "away：到哪一天"),
    OPT_TEXT(struct specialist_options, on, "on", "D", "list：这一天在任的"),
    OPT_TEXT(struct specialist_options, count, "count", "N", "draw：抽几位"),
    OPT_TEXT(struct specialist_options, avoid, "avoid", "NAMES", "draw：另须回避的单位，用“;”分开"),
    OPT_TEXT(struct specialist_options, reason, "reason", "TEXT",
             "draw：再次抽取的理由；decline：理由"),
    OPT_TEXT(struct specialist_options, score, "score", "N", "score：0 到 100，最多两位小数"),
    OPT_TEXT(struct specialist_options, remark, "remark", "TEXT", "score：意见"),
    OPT_FLAG(struct specialist_options, json, "json", "print JSON"),
};
static const struct option_example examples[] = {
    {"huiqi specialist add 专家甲 --kind expert --organisation 某大学 --field 生物医药 --cites "
     "聘书",
     "把一位评审专家列入专家库"},
    {"huiqi specialist list --procedure beijing/fengtai/zero-visit --on 2020-02-12",
     "一个事项的项目专员一览表"},
    {"huiqi specialist draw NUMBER --field 生物医药 --count 3", "为一个办件随机抽取三位"},
    {"huiqi specialist decline PANEL ID --reason 出差", "不参加的由下一位递补"},
    {"huiqi specialist score PANEL ID --score 86.5", "录入一位的评分"},
    {"huiqi specialist show NUMBER", "种子、抽中的人、评分和平均分"},
};
#define SPEC(which, how, what, low, high)                                                          \
    static const struct command_spec which##_spec = {.name = "specialist " #which,                 \
                                                     .usage = how,                                 \
                                                     .summary = what,                              \
                                                     OPTIONS_OF(options),                          \
                                                     EXAMPLES_OF(examples),                        \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(add, "NAME --kind KIND --organisation NAME --cites DOCUMENT", "列入专员表或专家库。", 1, 1);
SPEC(list, "[--kind KIND] [--field TEXT] [--procedure ID] [--on D]", "专员表、专家库。", 0, 0);
SPEC(end, "ID [--until D]", "解聘：最后一天，默认今天。", 1, 1);
SPEC(away, "ID [--from D --to D]", "不在的日子；不写日期为已回来。", 1, 1);
SPEC(draw, "NUMBER --field TEXT --count N",
     "随机抽取：按种子的 SHA-256 排序，取前几位；与申请人同单位的回避。种子和次序都留存。", 1, 1);
SPEC(decline, "PANEL ID --reason TEXT", "不参加：次序里的下一位递补。", 2, 2);
SPEC(score, "PANEL ID --score N", "录入评分，每人一次；都评完才有平均分。", 2, 2);
SPEC(show, "NUMBER", "一个办件的抽取和评分。", 1, 1);

struct bench {
    struct cli_office o;
    struct specialist_options options;
};

static struct span text_of(const struct json *j, const char *key)
{
    return json_text(json_get(j, span_z(key)));
}

/* ---- output ---- */

static void print_one(struct buffer *out, const struct json *j)
{
    static const struct {
        const char *key;
        int width;
    } columns[] = {{"id", 6},     {"kind_title", 10}, {"name", 14},  {"organisation", 24},
                   {"field", 16}, {"since", 12},      {"until", 12}, {"procedure", 30},
                   {"contact", 0}};

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        struct span text = text_of(j, columns[i].key);
        if (columns[i].width)
            cli_column(out, text.n ? text : SPAN("—"), columns[i].width);
        else
            buffer_add(out, text);
    }
    buffer_byte(out, '\n');
}

static void print_panel(struct buffer *out, const struct json *j)
{
    buffer_print(out, "第 %.*s 次抽取  %.*s  种子 %.*s", SPAN_ARG(text_of(j, "panel")),
                 SPAN_ARG(text_of(j, "field")), SPAN_ARG(text_of(j, "seed")));
    if (text_of(j, "mean").n)
        buffer_print(out, "  平均分 %.*s", SPAN_ARG(text_of(j, "mean")));
    buffer_byte(out, '\n');
    JSON_EACH(m, JSON_GET(j, "members"))
    {
        buffer_add_z(out, "  ");
        cli_column(out, text_of(m, "specialist"), 6);
        cli_column(out, text_of(m, "name"), 14);
        cli_column(out, text_of(m, "organisation"), 24);
        if (text_of(m, "declined").n)
            buffer_print(out, "不参加：%.*s", SPAN_ARG(text_of(m, "declined")));
        buffer_add(out, text_of(m, "score"));
        buffer_byte(out, '\n');
    }
}

static int print_list(const struct bench *b, const struct json *list,
                      void (*print)(struct buffer *, const struct json *))
{
    struct buffer out = BUFFER_INIT;

    if (b->options.json)
        return cli_print_json(list);
    JSON_EACH(j, list)
    print(&out, j);
    return cli_flush(&out, 0);
}

/* ---- subcommands ---- */

static int kind_of(struct bench *b, enum specialist_kind *ret)
{
    for (int k = 0; k < SPECIALIST_KINDS; k++)
        if (span_eq(span_z(b->options.kind), specialist_words[k].yaml)) {
            *ret = (enum specialist_kind)k;
            return 0;
        }
    return err_set(&b->o.err, E_USAGE, "--kind 是 helper 或 expert");
}

static int number_of(struct bench *b, const char *text, const char *what, int64_t *ret)
{
    struct decimal d;

    if (text && decimal_parse(span_z(text), &d) && decimal_to_int(d, ret) && *ret > 0)
        return 0;
    return err_set(&b->o.err, E_USAGE, "%s 是一个正整数", what);
}

static int list_of(struct bench *b, const struct specialist_query *q)
{
    struct json *list = json_array(&b->o.arena);
    struct specialist *at = NULL;
    size_t n = 0;
    int r = specialist_list(&b->o.arena, b->o.store, q, &at, &n, &b->o.err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, specialist_json(&b->o.arena, &at[i]));
    return r < 0 ? report_err(&b->o.err) : print_list(b, list, print_one);
}

static int run_add(struct bench *b, char **argv)
{
    const struct specialist_options *o = &b->options;
    struct specialist x = {.name = span_trim(span_z(argv[1])),
                           .organisation = span_z(o->organisation),
                           .field = span_z(o->field),
                           .procedure = span_z(o->procedure),
                           .contact = span_z(o->contact),
                           .since = span_z(o->since),
                           .until = span_z(o->until),
                           .cites = span_z(o->cites)};
    int64_t id = 0;
    int r = kind_of(b, &x.kind);

    if (r == 0)
        r = specialist_add(&b->o.arena, b->o.store, &b->o.who, &x, &id, &b->o.err);
    if (r < 0)
        return report_err(&b->o.err);
    x.id = id;
    struct json *list = json_array(&b->o.arena);
    json_add(list, specialist_json(&b->o.arena, &x));
    return print_list(b, list, print_one);
}

static int run_list(struct bench *b, char **argv)
{
    struct specialist_query q = {.has_kind = b->options.kind != NULL,
                                 .field = span_z(b->options.field),
                                 .procedure = span_z(b->options.procedure),
                                 .day = span_z(b->options.on)};
    int r = q.has_kind ? kind_of(b, &q.kind) : 0;

    UNUSED(argv);
    return r < 0 ? report_err(&b->o.err) : list_of(b, &q);
}

static int run_end(struct bench *b, char **argv)
{
    int64_t id = 0;
    int r = number_of(b, argv[1], "ID", &id);

    if (r == 0)
        r = specialist_end(&b->o.arena, b->o.store, &b->o.who, id, span_z(b->options.until),
                           &b->o.err);
    return r < 0 ? report_err(&b->o.err) : 0;
}

static int run_away(struct bench *b, char **argv)
{
    int64_t id = 0;
    int r = number_of(b, argv[1], "ID", &id);

    if (r == 0)
        r = specialist_away(&b->o.arena, b->o.store, &b->o.who, id, span_z(b->options.from),
                            span_z(b->options.to), &b->o.err);
    return r < 0 ? report_err(&b->o.err) : 0;
}

static int show_panels(struct bench *b, int64_t case_id)
{
    struct json *list = NULL;
    int r = panels_json(&b->o.arena, b->o.store, case_id, &list, &b->o.err);

    return r < 0 ? report_err(&b->o.err) : print_list(b, list, print_panel);
}

static int run_draw(struct bench *b, char **argv)
{
    struct panel_draw x = {.field = span_z(b->options.field),
                           .avoid = span_z(b->options.avoid),
                           .reason = span_z(b->options.reason)};
    struct case_row row;
    int64_t id = 0;
    int r = number_of(b, b->options.count, "--count", &x.wanted);

    if (r == 0)
        r = case_find(&b->o.arena, &b->o.office, span_z(argv[1]), &row, &b->o.err);
    if (r < 0)
        return report_err(&b->o.err);
    x.case_id = row.id;
    r = panel_draw(&b->o.arena, &b->o.office, &b->o.who, &x, &id, &b->o.err);
    return r < 0 ? report_err(&b->o.err) : show_panels(b, row.id);
}

static int run_show(struct bench *b, char **argv)
{
    struct case_file *f = NULL;
    struct case_row row;
    int r = case_find(&b->o.arena, &b->o.office, span_z(argv[1]), &row, &b->o.err);

    if (r == 0) /* who has no part in it sees nothing of it */
        r = case_open(&b->o.arena, &b->o.office, &b->o.who, row.id, &f, &b->o.err);
    if (r == 0 && !b->o.who.program &&
        (span_eq(f->party, SPAN("applicant")) || case_of_counterparty(f)))
        r = err_set(&b->o.err, E_FORBIDDEN, "评审由部门查看");
    return r < 0 ? report_err(&b->o.err) : show_panels(b, row.id);
}

static int case_of_panel(struct bench *b, int64_t panel, int64_t *ret)
{
    struct stmt *st;
    int r = store_prepare(b->o.store, "SELECT case_id FROM panel WHERE id = $1", &st, &b->o.err);

    if (r < 0)
        return r;
    stmt_int(st, 1, panel);
    r = stmt_step(st, &b->o.err);
    *ret = r > 0 ? stmt_get_int(st, 0) : 0;
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int on_member(struct bench *b, char **argv, bool declines)
{
    int64_t panel = 0, id = 0, case_id = 0;
    int r = number_of(b, argv[1], "PANEL", &panel);

    if (r == 0)
        r = number_of(b, argv[2], "ID", &id);
    if (r == 0 && declines)
        r = panel_decline(&b->o.arena, &b->o.office, &b->o.who, panel, id,
                          span_z(b->options.reason), &b->o.err);
    else if (r == 0)
        r = panel_score(&b->o.arena, &b->o.office, &b->o.who, panel, id, span_z(b->options.score),
                        span_z(b->options.remark), &b->o.err);
    if (r == 0)
        r = case_of_panel(b, panel, &case_id);
    return r < 0 ? report_err(&b->o.err) : show_panels(b, case_id);
}

static int run_decline(struct bench *b, char **argv)
{
    return on_member(b, argv, true);
}

static int run_score(struct bench *b, char **argv)
{
    return on_member(b, argv, false);
}

static int run(const struct command_spec *spec, int (*f)(struct bench *, char **), int argc,
               char **argv)
{
    struct bench b = {.o = {.err = ERR_INIT}};
    int count, status = options_parse(spec, argc, argv, &b.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    status = cli_office_open(&b.o, b.options.library, b.options.as);
    if (status == OPTIONS_RUN)
        status = f(&b, argv);
    cli_office_close(&b.o);
    return status;
}

#define SUBCOMMAND(name)                                                                           \
    static int specialist_cmd_##name(int argc, char **argv)                                        \
    {                                                                                              \
        return run(&name##_spec, run_##name, argc, argv);                                          \
    }
SUBCOMMAND(add)
SUBCOMMAND(list)
SUBCOMMAND(end)
SUBCOMMAND(away)
SUBCOMMAND(draw)
SUBCOMMAND(decline)
SUBCOMMAND(score)
SUBCOMMAND(show)

int cmd_specialist(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"add", specialist_cmd_add, "列入专员表或专家库", NULL},
        {"list", specialist_cmd_list, "专员表、专家库", NULL},
        {"end", specialist_cmd_end, "解聘", NULL},
        {"away", specialist_cmd_away, "不在的日子", NULL},
        {"draw", specialist_cmd_draw, "为一个办件随机抽取专家", NULL},
        {"decline", specialist_cmd_decline, "不参加的，下一位递补", NULL},
        {"score", specialist_cmd_score, "录入评分", NULL},
        {"show", specialist_cmd_show, "一个办件的抽取和评分", NULL},
    };
    static const struct command_group group = {
        .name = "specialist",
        .summary = "专员与专家：项目专员一览表、评审专家库。Experts are drawn by lot with a seed "
                   "that is kept; nobody of the applicant's organisation judges it.",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
