/*
 * case.c: `huiqi case`: begin|do|show|list|paper|tick|verify: cases from the command line, for
 * offices that script and for whoever wants to see what a page does.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "casework/case_counts.h"
#include "casework/case_events.h"
#include "casework/case_dropped.h"
#include "casework/case_intake.h"
#include "casework/case_returned.h"
#include "casework/case_trail.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"

struct case_options {
    const char *library, *as, *subject, *person, *item, *key, *reason, *amount, *party, *seen,
        *data;
    const char *queue, *procedure, *due, *kind, *valid, *parent, *listed, *unlisted, *pattern;
    struct option_list with, material, missing, set;
    bool json, csv, mine, open, english;
};

static const struct option_spec options[] = {
    OPT_TEXT(struct case_options, library, "library", "DIR", "规则库所在的文件夹"),
    OPT_TEXT(struct case_options, as, "as", "LOGIN",
             "以哪个账户办理（默认：本机操作员，作为程序）"),
    OPT_TEXT(struct case_options, subject, "for", "CODE", "企业的统一社会信用代码"),
    OPT_TEXT(struct case_options, person, "person", "ID", "个人的编号"),
    OPT_TEXT(struct case_options, item, "item", "ID", "一件具体的事项，如一笔贷款"),
    OPT_MANY(struct case_options, with, "with", "FIELD=VALUE", "填一个字段；可多次"),
    OPT_MANY(struct case_options, material, "material", "ID=PAPER",
             "交一份材料：材料的编号=材料号（huiqi case paper），或 =yes"),
    OPT_MANY(struct case_options, missing, "missing", "ID", "要补正的材料或字段；可多次"),
    OPT_MANY(struct case_options, set, "set", "NAME=VALUE",
             "步骤的其他内容，如 party=、organisation=；可多次"),
    OPT_TEXT(struct case_options, reason, "reason", "TEXT", "理由"),
    OPT_TEXT(struct case_options, amount, "amount", "元", "金额（部分同意时）"),
    OPT_TEXT(struct case_options, party, "party", "ID", "以哪一方的身份（默认：第一个可以办的）"),
    OPT_TEXT(struct case_options, seen, "seen", "N", "看到的事件数：其后有变动则不办"),
    OPT_TEXT(struct case_options, key, "key", "TEXT", "同一个 key 只办一次"),
    OPT_TEXT(struct case_options, queue, "queue", "ORGANISATION", "list：一个部门的待办"),
    OPT_FLAG(struct case_options, mine, "mine", "list：我手上的"),
    OPT_TEXT(struct case_options, procedure, "procedure", "ID", "list：一个事项的"),
    OPT_TEXT(struct case_options, due, "due", "D", "list：这一天之前到期的"),
    OPT_FLAG(struct case_options, open, "open", "list：只看未办结的"),
    OPT_TEXT(struct case_options, parent, "part-of", "NUMBER", "begin：作为这个办件的一个分项"),
    OPT_TEXT(struct case_options, listed, "listed", "ACT", "returned：名单内的办哪一步"),
    OPT_TEXT(struct case_options, unlisted, "unlisted", "ACT",
             "returned：不在名单内的办哪一步（默认：不动）"),
    OPT_TEXT(struct case_options, pattern, "pattern", "TEXT",
             "intake：文件名怎么写（默认：" INTAKE_PATTERN "）"),
    OPT_TEXT(struct case_options, kind, "kind", "TEXT", "paper：哪一种材料（事项里的 held）"),
    OPT_TEXT(struct case_options, valid, "valid-to", "D", "paper：有效期至"),
    OPT_FLAG(struct case_options, csv, "csv", "trail：表格"),
    OPT_FLAG(struct case_options, json, "json", "print JSON"),
    OPT_FLAG(struct case_options, english, "english", "words in English"),
};

static const struct option_example examples[] = {
    {"huiqi case begin direct/confirm --for CODE", "新建一件"},
    {"huiqi case do NUMBER submit --with 人数=12 --material plan=3", "办一步"},
    {"huiqi case do NUMBER tell --missing plan --as login", "一次性告知补正"},
    {"huiqi case show NUMBER", "一件的全部情况"},
    {"huiqi case list --queue 部门 --open", "一个部门的待办，按到期先后"},
    {"huiqi case paper plan.pdf --for CODE --kind 建设工程规划许可证", "存一份材料，加密保存"},
    {"huiqi case returned list.csv --procedure ID --listed confirm --unlisted deny --as trade",
     "部门确认的名单回传，一次办完"},
    {"huiqi case trail NUMBER --csv", "全过程记录，供审计和复议"},
    {"huiqi case tick", "把已到期的时限写入办件"},
};
#define SPEC(which, how, what, low, high)                                                          \
    static const struct command_spec which##_spec = {.name = "case " #which,                       \
                                                     .usage = how,                                 \
                                                     .summary = what,                              \
                                                     OPTIONS_OF(options),                          \
                                                     EXAMPLES_OF(examples),                        \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(begin, "PROCEDURE --for CODE", "新建一个办件。", 1, 1);
SPEC(do, "NUMBER ACT", "在一个办件上办一步；不能办的，说明为什么。", 2, 2);
SPEC(show, "NUMBER", "一个办件：状态、时限、材料、字段、可办的步骤、经过。", 1, 1);
SPEC(list, "", "办件清单：部门的、我的、企业的、事项的。", 0, 0);
SPEC(paper, "FILE --for CODE", "存一份材料，以后的办件可以再用。", 1, 1);
SPEC(returned, "FILE --procedure ID --listed ACT [--unlisted ACT --reason TEXT]",
     "名单回传：等名单的办件一次办完，名单内的、不在名单内或未确认的各办一步。", 1, 1);
SPEC(intake, "FILE.pdf --procedure ID [--for CODE] [--pattern TEXT] [--with FIELD=VALUE]",
     "电子邮件来的申请：核对文件名和格式，建办件、存材料、提交，打印回执。", 1, 1);
SPEC(inbox, "FOLDER",
     "收下 FOLDER/事项/new 里的申请：建办件、交材料，写回执，移到 cur 或 refused。有退回的以 1 "
     "退出。\n"
     "设了 HUIQI_INTAKE=FOLDER 的，huiqi serve 每分钟做一次。",
     1, 1);
SPEC(trail, "NUMBER [--csv|--json]",
     "一个办件的全过程记录：每一步办理和决定（前后状态和字段）、查看、通知、资金，谁在何时，\n"
     "并与留痕日志核对；不一致的以 1 退出。敏感字段不公开，调取本身也留痕。",
     1, 1);
SPEC(counts, "[--procedure ID]",
     "统计：渠道、预填、一次受理、自动决定、绿色通道用时（最近的 1000 件）。", 0, 0);
SPEC(tick, "", "把时间带来的后果（到期）写入办件；serve 会定时做这件事。", 0, 0);
SPEC(verify, "", "由事件重算每个办件的状态和时限，与存表比较；有不同则退出码 1。", 0, 0);

struct desk {
    struct cli_office o;
    struct case_options options;
};

/* ---- output ---- */

static struct span text_of(const struct json *j, const char *key)
{
    return json_text(json_get(j, span_z(key)));
}

static void print_row(struct buffer *out, const struct json *j)
{
    cli_column(out, text_of(j, "number"), 20);
    cli_column(out, text_of(j, "state_title"), 16);
    cli_column(out, text_of(j, "due").n ? span_of(text_of(j, "due").p, 16) : SPAN("—"), 20);
    cli_column(out, text_of(j, "subject"), 20);
    buffer_add(out, text_of(j, "title"));
    buffer_byte(out, '\n');
}

static void print_clock(struct buffer *out, const struct json *c)
{
    buffer_add_z(out, "  ");
    cli_column(out, text_of(c, "title"), 24);
    cli_column(out, text_of(c, "state_title"), 12);
    if (text_of(c, "due_day").n)
        cli_column(out, text_of(c, "due_day"), 12);
    if (text_of(c, "left").n)
        buffer_print(out, "剩 %.*s %.*s", SPAN_ARG(text_of(c, "left")),
                     SPAN_ARG(text_of(c, "unit_title")));
    if (text_of(c, "day").n || text_of(c, "why").n)
        buffer_print(out, "（%.*s）",
                     SPAN_ARG(text_of(c, "day").n ? text_of(c, "day") : text_of(c, "why")));
    buffer_byte(out, '\n');
}

/* What is this party's turn, with what is still in the way. */
static void print_act(struct buffer *out, const struct json *a)
{
    struct span refusal = text_of(a, "refusal");

    if (span_eq(refusal, SPAN("state")) || span_eq(refusal, SPAN("actor")))
        return;
    buffer_add_z(out, "  ");
    cli_column(out, text_of(a, "act"), 14);
    buffer_add(out, text_of(a, "title"));
    if (refusal.n && !span_eq(refusal, SPAN("none")))
        buffer_print(out, "（%.*s）", SPAN_ARG(text_of(a, "refusal_title")));
    buffer_byte(out, '\n');
}

static void print_event(struct buffer *out, const struct json *e)
{
    buffer_print(out, "  %.*s  %.*s  %.*s%s%.*s\n", 16, text_of(e, "at").p,
                 SPAN_ARG(text_of(e, "by_title")),
                 SPAN_ARG(text_of(e, "title").n ? text_of(e, "title") : text_of(e, "act")),
                 text_of(e, "reason").n ? "：" : "", SPAN_ARG(text_of(e, "reason")));
}

static void print_case(struct buffer *out, const struct json *j)
{
    const struct json *view = JSON_GET(j, "view");

    buffer_print(out, "%.*s  %.*s\n%.*s  %.*s\n状态：%.*s", SPAN_ARG(text_of(j, "number")),
                 SPAN_ARG(text_of(j, "title")), SPAN_ARG(text_of(j, "subject")),
                 SPAN_ARG(text_of(j, "subject_name")), SPAN_ARG(text_of(j, "state_title")));
    if (text_of(j, "amount").n)
        buffer_print(out, "  金额：%.*s 元", SPAN_ARG(text_of(j, "amount")));
    buffer_add_z(out, "\n时限\n");
    JSON_EACH(c, JSON_GET(view, "clocks"))
    print_clock(out, c);
    buffer_add_z(out, "可办\n");
    JSON_EACH(a, JSON_GET(view, "acts"))
    print_act(out, a);
    buffer_add_z(out, "经过\n");
    JSON_EACH(e, JSON_GET(j, "history"))
    print_event(out, e);
}

static int show_file(struct desk *d, const struct case_file *f)
{
    struct json *j = case_json(&d->o.arena, f, d->options.english);
    struct buffer out = BUFFER_INIT;

    if (d->o.arena.failed)
        return report_err(&(struct err){.code = E_MEMORY});
    if (d->options.json)
        return cli_print_json(j);
    print_case(&out, j);
    return cli_flush(&out, 0);
}

/* ---- what an act carries ---- */

static int add_materials(struct desk *d, struct json *data)
{
    struct json *given = NULL, *materials = json_object(&d->o.arena);
    int r = cli_pairs(&d->o.arena, &d->options.material, "material", &given, &d->o.err);

    if (r < 0)
        return r;
    JSON_EACH(m, given)
    {
        struct json *one = json_object(&d->o.arena);
        int64_t id = 0;
        struct decimal n;
        if (decimal_parse(json_text(m), &n) && decimal_to_int(n, &id))
            JSON_SET(one, "paper", json_int(&d->o.arena, id));
        json_set(materials, m->key, one);
    }
    JSON_SET(data, "materials", materials);
    return 0;
}

static int act_data(struct desk *d, struct json **ret)
{
    struct arena *a = &d->o.arena;
    struct json *data = NULL, *fields = NULL, *missing = json_array(a);
    int r = cli_pairs(a, &d->options.set, "set", &data, &d->o.err);

    if (r == 0)
        r = cli_pairs(a, &d->options.with, "with", &fields, &d->o.err);
    if (r < 0)
        return r;
    if (fields->n)
        JSON_SET(data, "fields", fields);
    for (size_t i = 0; i < d->options.missing.n; i++)
        json_add(missing, json_string(a, span_z(d->options.missing.at[i])));
    if (missing->n)
        JSON_SET(data, "missing", missing);
    if (d->options.reason)
        JSON_SET(data, "reason", json_string(a, span_z(d->options.reason)));
    if (d->options.amount)
        JSON_SET(data, "amount", json_string(a, span_z(d->options.amount)));
    if (d->options.material.n)
        r = add_materials(d, data);
    *ret = data;
    return r < 0 ? r : a->failed ? err_memory(&d->o.err) : 0;
}

static struct span key_of(const struct desk *d)
{
    return span_z(d->options.key);
}

/* ---- subcommands ---- */

static int find_case(struct desk *d, const char *number, struct case_row *ret)
{
    return case_find(&d->o.arena, &d->o.office, span_z(number), ret, &d->o.err);
}

static int run_begin(struct desk *d, char **argv)
{
    struct case_start start = {
        .procedure = span_z(argv[1]),
        .subject_kind = d->options.person ? PERSON_KIND.kind : ENTERPRISE_KIND.kind,
        .subject_code = span_z(d->options.person ? d->options.person : d->options.subject),
        .item = span_z(d->options.item),
        .key = key_of(d)};
    struct case_file *file = NULL;
    struct case_row parent = {0};
    struct json *data = NULL;
    int64_t id = 0;
    int r;

    if (!start.subject_code.n)
        return report_usage(&begin_spec, "--for CODE or --person ID says for whom");
    r = act_data(d, &data);
    if (r == 0 && d->options.parent)
        r = find_case(d, d->options.parent, &parent);
    start.parent_id = parent.id;
    start.data = data;
    if (r == 0)
        r = cli_office_keep(&d->o, d->options.library);
    if (r == 0)
        r = case_begin(&d->o.arena, &d->o.office, &d->o.who, &start, &id, &d->o.err);
    if (r == 0)
        r = case_open(&d->o.arena, &d->o.office, &d->o.who, id, &file, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : show_file(d, file);
}

static int run_do(struct desk *d, char **argv)
{
    struct case_act act = {
        .act = span_z(argv[2]), .key = key_of(d), .party = span_z(d->options.party)};
    struct case_file *file = NULL;
    struct json *data = NULL;
    struct case_row row;
    enum refusal refusal = REFUSAL_NONE;
    struct decimal seen;
    int r = act_data(d, &data);

    act.data = data;
    if (d->options.seen &&
        (!decimal_parse(span_z(d->options.seen), &seen) || !decimal_to_int(seen, &act.seen)))
        return report_usage(&do_spec, "--seen takes a number");
    if (r == 0)
        r = find_case(d, argv[1], &row);
    if (r == 0)
        r = case_do(&d->o.arena, &d->o.office, &d->o.who, row.id, &act, &file, &refusal, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : file ? show_file(d, file) : 0;
}

static int run_show(struct desk *d, char **argv)
{
    struct case_file *file = NULL;
    struct case_row row;
    int r = find_case(d, argv[1], &row);

    if (r == 0)
        r = case_open(&d->o.arena, &d->o.office, &d->o.who, row.id, &file, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : show_file(d, file);
}

static int list_query(struct desk *d, struct case_query *q)
{
    const struct case_options *o = &d->options;
    struct subject_row subject;
    struct date due;
    int r = 0;

    *q = (struct case_query){.phase = PHASES, .limit = CASE_LIST_MOST, .open_only = o->open};
    q->organisation = span_z(o->queue);
    q->procedure = span_z(o->procedure);
    q->handler = o->mine ? d->o.who.account_id : 0;
    if (o->due && !date_parse(span_z(o->due), &due))
        return err_set(&d->o.err, E_USAGE, "--due：不是日期：%s", o->due);
    if (o->due)
        q->due_before = date_days(due) * INT64_C(86400000) - INT64_C(8) * 3600000;
    if (o->subject || o->person)
        r = subject_find(&d->o.arena, d->o.store,
                         o->person ? PERSON_KIND.kind : ENTERPRISE_KIND.kind,
                         span_z(o->person ? o->person : o->subject), &subject, &d->o.err);
    if (r == 0 && (o->subject || o->person))
        q->subject_id = subject.id;
    return r;
}

static int run_list(struct desk *d, char **argv)
{
    struct case_query q;
    struct case_row *rows = NULL;
    struct json *list = json_array(&d->o.arena);
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    int r = list_query(d, &q);

    UNUSED(argv);
    if (r == 0)
        r = case_list(&d->o.arena, &d->o.office, &q, &rows, &n, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    for (size_t i = 0; i < n; i++) {
        struct json *j = case_row_json(&d->o.arena, d->o.library, &rows[i], d->options.english);
        json_add(list, j);
        print_row(&out, j);
    }
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static struct span base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return span_z(slash ? slash + 1 : path);
}

static int run_paper(struct desk *d, char **argv)
{
    struct paper_new p = {.kind = span_z(d->options.kind),
                          .name = base_name(argv[1]),
                          .valid_to = span_z(d->options.valid),
                          .source = SPAN("申请人"),
                          .media = SPAN("application/octet-stream")};
    struct subject_row subject;
    int64_t id = 0;
    int r;

    if (!d->options.subject)
        return report_usage(&paper_spec, "--for CODE says whose paper it is");
    r = file_read(&d->o.arena, argv[1], PAPER_BYTES, &p.bytes, &d->o.err);
    if (r == 0)
        r = subject_find(&d->o.arena, d->o.store, ENTERPRISE_KIND.kind, span_z(d->options.subject),
                         &subject, &d->o.err);
    if (r == 0)
        r = paper_add(&d->o.arena, &d->o.office, &d->o.who, subject.id, &p, &id, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    printf("材料 %" PRId64 "\n", id);
    return 0;
}

static int print_returned(const struct returned_result *x)
{
    struct buffer out = BUFFER_INIT;

    buffer_print(&out, "名单 %zu 行；名单内 %zu 件，不在名单内 %zu 件，未动 %zu 件\n", x->lines,
                 x->listed, x->unlisted, x->left);
    for (size_t i = 0; i < x->problem_count; i++) {
        cli_column(&out, x->problems[i].code, 20);
        cli_column(&out, x->problems[i].number.n ? x->problems[i].number : SPAN("—"), 20);
        buffer_print(&out, "%.*s\n", SPAN_ARG(x->problems[i].why));
    }
    return cli_flush(&out, x->problem_count ? 1 : 0);
}

static int run_returned(struct desk *d, char **argv)
{
    struct returned_list list = {.procedure = span_z(d->options.procedure),
                                 .listed = span_z(d->options.listed),
                                 .unlisted = span_z(d->options.unlisted),
                                 .reason = span_z(d->options.reason)};
    struct returned_result x;
    int r;

    if (!list.procedure.n || !list.listed.n)
        return report_usage(&returned_spec, "--procedure and --listed are needed");
    r = file_read(&d->o.arena, argv[1], PAPER_BYTES, &list.text, &d->o.err);
    if (r == 0)
        r = cases_returned(&d->o.arena, &d->o.office, &d->o.who, &list, &x, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_returned(&x);
}

static int print_receipt(const struct intake_receipt *x)
{
    struct buffer out = BUFFER_INIT;

    buffer_print(&out, "回执：%.*s  办件 %.*s  %.*s\n", SPAN_ARG(x->subject_name),
                 SPAN_ARG(x->number), SPAN_ARG(x->state));
    if (!x->submitted)
        buffer_print(&out, "没有提交：%.*s\n", SPAN_ARG(x->why));
    for (size_t i = 0; i < x->missing_count; i++)
        buffer_print(&out, "  还缺 %.*s\n", SPAN_ARG(x->missing[i]));
    return cli_flush(&out, x->submitted ? 0 : 1);
}

static int run_intake(struct desk *d, char **argv)
{
    struct intake in = {.procedure = span_z(d->options.procedure),
                        .pattern =
                            d->options.pattern ? span_z(d->options.pattern) : SPAN(INTAKE_PATTERN),
                        .file_name = base_name(argv[1]),
                        .code = span_z(d->options.subject)};
    struct intake_receipt receipt;
    struct json *data = NULL;
    int r;

    if (!in.procedure.n)
        return report_usage(&intake_spec, "--procedure is needed");
    r = file_read(&d->o.arena, argv[1], PAPER_BYTES, &in.bytes, &d->o.err);
    if (r == 0)
        r = act_data(d, &data);
    in.fields = JSON_GET(data, "fields");
    if (r == 0)
        r = cli_office_keep(&d->o, d->options.library);
    if (r == 0)
        r = case_take_in(&d->o.arena, &d->o.office, &d->o.who, &in, &receipt, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_receipt(&receipt);
}

/* ---- the whole record ---- */

static void print_changes(struct buffer *out, const struct json *line)
{
    JSON_EACH(c, JSON_GET(line, "changes"))
    {
        struct span old = text_of(c, "before");
        buffer_print(out, "      %.*s：%.*s%s%.*s\n", SPAN_ARG(text_of(c, "title")), SPAN_ARG(old),
                     old.n ? " → " : "", SPAN_ARG(text_of(c, "after")));
    }
    JSON_EACH(m, JSON_GET(line, "papers"))
    buffer_print(out, "      + %.*s\n", SPAN_ARG(json_text(m)));
}

static void print_line(struct buffer *out, const struct json *line)
{
    static const char *const keys[] = {"party", "actor", "organisation", "amount", "reason"};

    buffer_print(out, "%s %.*s  ", JSON_GET(line, "key") ? "*" : " ",
                 SPAN_ARG(text_of(line, "at")));
    cli_column(out, text_of(line, "kind_title"), 6);
    buffer_print(out, "%.*s", SPAN_ARG(text_of(line, "title")));
    if (text_of(line, "after").n)
        buffer_print(out, "  [%.*s → %.*s]", SPAN_ARG(text_of(line, "before")),
                     SPAN_ARG(text_of(line, "after")));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (json_text(json_get(line, span_z(keys[i]))).n)
            buffer_print(out, "  %.*s", SPAN_ARG(json_text(json_get(line, span_z(keys[i])))));
    buffer_byte(out, '\n');
    print_changes(out, line);
}

static int print_trail(struct desk *d, const struct json *j)
{
    int status = JSON_GET(j, "problems")->n ? 1 : 0;
    struct buffer out = BUFFER_INIT;

    if (d->options.json) {
        int printed = cli_print_json(j);
        return printed ? printed : status;
    }
    if (d->options.csv) {
        case_trail_csv(j, d->options.english, &out);
        return cli_flush(&out, status);
    }
    buffer_print(&out, "%.*s  %.*s  %.*s\n", SPAN_ARG(text_of(j, "number")),
                 SPAN_ARG(text_of(j, "title")), SPAN_ARG(text_of(j, "subject_name")));
    JSON_EACH(line, JSON_GET(j, "lines"))
    print_line(&out, line);
    JSON_EACH(p, JSON_GET(j, "problems"))
    buffer_print(&out, "! %.*s\n", SPAN_ARG(json_text(p)));
    if (text_of(j, "head").n)
        buffer_print(&out, "head %.*s\n", SPAN_ARG(text_of(j, "head")));
    return cli_flush(&out, status);
}

static int run_trail(struct desk *d, char **argv)
{
    struct json *j = NULL;
    struct case_row row;
    int r = find_case(d, argv[1], &row);

    if (r == 0)
        r = case_trail(&d->o.arena, &d->o.office, &d->o.who, row.id, d->options.english, &j,
                       &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_trail(d, j);
}

static int run_inbox(struct desk *d, char **argv)
{
    struct dropped_count x;
    int r = cli_office_keep(&d->o, d->options.library);

    if (r == 0)
        r = case_take_folder(&d->o.arena, &d->o.office, &d->o.who, span_z(argv[1]), &x, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    printf("收件 %zu（其中 %zu 件待补），退回 %zu\n", x.taken, x.waiting, x.refused);
    if (x.unreadable)
        printf("读不出 %zu，留在原处\n", x.unreadable);
    return x.refused || x.unreadable ? 1 : 0;
}

static void print_share(const char *what, int64_t part, int64_t whole)
{
    printf("%s %" PRId64 "/%" PRId64, what, part, whole);
    if (whole)
        printf("（%" PRId64 " %%）", part * 100 / whole);
    printf("\n");
}

static int run_counts(struct desk *d, char **argv)
{
    struct case_counts x;
    int r = case_count(&d->o.arena, &d->o.office, span_z(d->options.procedure), &x, &d->o.err);

    UNUSED(argv);
    if (r < 0)
        return report_err(&d->o.err);
    printf("办件 %" PRId64 "\n", x.cases);
    for (size_t i = 0; i < x.channel_count; i++)
        printf("渠道 %.*s %" PRId64 "\n", SPAN_ARG(x.channels[i].word), x.channels[i].n);
    print_share("预填", x.prefilled, x.fields);
    print_share("一次受理", x.submitted - x.told, x.submitted);
    print_share("自动决定", x.by_program, x.decided);
    print_share("逾期视为放弃", x.waived, x.cases);
    printf("绿色通道 %" PRId64 " 件，平均 %" PRId64 " 小时\n", x.green,
           x.green_ended ? x.green_ms / x.green_ended / 3600000 : 0);
    return 0;
}

/* Days of events come from the version in force, where one is published: as the timer of `serve`
 * has it. */
static int use_published(struct desk *d)
{
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    int r = library_published(d->o.store, now, now, hash, &d->o.err);

    return r < 0 || !hash[0]
               ? r
               : library_of(&d->o.lender, span_z(hash), &d->o.office.library, &d->o.err);
}

static int run_tick(struct desk *d, char **argv)
{
    size_t n = 0;
    int r = use_published(d);

    if (r == 0)
        r = cases_take_days(&d->o.arena, &d->o.office, &n, &d->o.err);
    if (r == 0)
        r = cases_tick(&d->o.arena, &d->o.office, 100000, &n, &d->o.err);

    UNUSED(argv);
    if (r == 0 || n)
        printf("有变动的办件 %zu 个\n", n);
    return r < 0 ? report_err(&d->o.err) : 0;
}

static int run_verify(struct desk *d, char **argv)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct buffer out = BUFFER_INIT;
    int r = cases_verify(&d->o.office, &v, &d->o.err);

    UNUSED(argv);
    buffer_print(&out, "办件 %" PRId64 " 个，与事件不符 %" PRId64 " 个\n", v.rows, v.wrong);
    buffer_add(&out, buffer_span(&v.lines));
    buffer_release(&v.lines);
    if (r == 0)
        return cli_flush(&out, v.wrong ? 1 : 0);
    buffer_release(&out);
    return report_err(&d->o.err);
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
    static int case_cmd_##name(int argc, char **argv)                                              \
    {                                                                                              \
        return run(&name##_spec, run_##name, argc, argv);                                          \
    }
SUBCOMMAND(begin)
SUBCOMMAND(do)
SUBCOMMAND(show)
SUBCOMMAND(list)
SUBCOMMAND(paper)
SUBCOMMAND(returned)
SUBCOMMAND(intake)
SUBCOMMAND(inbox)
SUBCOMMAND(trail)
SUBCOMMAND(counts)
SUBCOMMAND(tick)
SUBCOMMAND(verify)

int cmd_case(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"begin", case_cmd_begin, "新建一个办件", NULL},
        {"do", case_cmd_do, "办一步", NULL},
        {"show", case_cmd_show, "一个办件的全部情况", NULL},
        {"list", case_cmd_list, "办件清单，按到期先后", NULL},
        {"paper", case_cmd_paper, "存一份材料", NULL},
        {"returned", case_cmd_returned, "名单回传，一次办完", NULL},
        {"intake", case_cmd_intake, "电子邮件来的申请", NULL},
        {"inbox", case_cmd_inbox, "邮件网关放进文件夹的申请，一次收完", NULL},
        {"trail", case_cmd_trail, "全过程记录：办理、决定、查看、通知、资金，供审计和复议", NULL},
        {"counts", case_cmd_counts, "渠道、预填、一次受理、自动决定", NULL},
        {"tick", case_cmd_tick, "写入已到期的时限", NULL},
        {"verify", case_cmd_verify, "由事件重算并比较", NULL},
    };
    static const struct command_group group = {
        .name = "case",
        .summary = "办件：按事项的定义申请、办理、计时。What stands where is worked out from "
                   "the events; a refusal says why.",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
