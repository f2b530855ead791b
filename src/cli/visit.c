/*
 * visit.c: `huiqi visit`: slots|open|list|number|come|call|done|report: who comes to a hall, when,
 * and how long he waits. A case books by `huiqi case do NUMBER book`.
 */
#include <inttypes.h>
#include <stdio.h>

#include "casework/case_visits.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"

struct visit_options {
    const char *library, *as, *organisation, *place, *procedure, *on, *from, *to, *each, *capacity;
    const char *matter;
    bool complex, free, json;
};
static const struct option_spec options[] = {
    {"library", "DIR", "规则库所在的文件夹", OPTION_TEXT, offsetof(struct visit_options, library)},
    {"as", "LOGIN", "以哪个账户办理（默认：本机操作员）", OPTION_TEXT,
     offsetof(struct visit_options, as)},
    {"organisation", "NAME", "哪个部门或中心", OPTION_TEXT,
     offsetof(struct visit_options, organisation)},
    {"place", "TEXT", "哪个大厅、哪个区", OPTION_TEXT, offsetof(struct visit_options, place)},
    {"procedure", "ID", "open：只给这个事项（默认：任何事项）", OPTION_TEXT,
     offsetof(struct visit_options, procedure)},
    {"on", "D", "哪一天（默认：今天）；report：从这一天起", OPTION_TEXT,
     offsetof(struct visit_options, on)},
    {"from", "HH:MM", "open：几点起", OPTION_TEXT, offsetof(struct visit_options, from)},
    {"to", "HH:MM|D", "open：几点止；report：到哪一天", OPTION_TEXT,
     offsetof(struct visit_options, to)},
    {"each", "MINUTES", "open：每段几分钟（默认 30）", OPTION_TEXT,
     offsetof(struct visit_options, each)},
    {"capacity", "N", "open：每段几个名额（默认 1）", OPTION_TEXT,
     offsetof(struct visit_options, capacity)},
    {"complex", NULL, "复杂事项：等候目标 30 分钟，一般的 10 分钟", OPTION_FLAG,
     offsetof(struct visit_options, complex)},
    {"case", "NUMBER", "slots：这个办件可以约的", OPTION_TEXT,
     offsetof(struct visit_options, matter)},
    {"free", NULL, "slots：只看有空位的", OPTION_FLAG, offsetof(struct visit_options, free)},
    {"json", NULL, "print JSON", OPTION_FLAG, offsetof(struct visit_options, json)},
};
static const struct option_example examples[] = {
    {"huiqi visit open --organisation 政务服务中心 --place 一层大厅 --on 2023-10-08 --from 09:00 "
     "--to 12:00 --capacity 3",
     "开放一个上午，每半小时三个名额"},
    {"huiqi visit slots --case NUMBER --free", "一个办件可以约的时段"},
    {"huiqi case do NUMBER book --set slot=12", "预约；再约一次就是改期，unbook 取消"},
    {"huiqi visit number --organisation 政务服务中心 --place 一层大厅", "没有预约的取号"},
    {"huiqi visit report --on 2023-10-01 --to 2023-10-31", "等候、办理时间与目标，未到的人数"},
};
#define SPEC(which, how, what, low, high)                                                          \
    static const struct command_spec which##_spec = {.name = "visit " #which,                      \
                                                     .usage = how,                                 \
                                                     .summary = what,                              \
                                                     .options = options,                           \
                                                     .option_count = COUNT_OF(options),            \
                                                     .examples = examples,                         \
                                                     .example_count = COUNT_OF(examples),          \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(open, "--organisation NAME --place TEXT --from HH:MM --to HH:MM [...]",
     "开放一天的预约时段；已经有的不变。", 0, 0);
SPEC(slots, "[--organisation NAME | --case NUMBER] [--on D] [--free]",
     "预约时段：名额、已约；一个办件可以约的。", 0, 0);
SPEC(list, "[--organisation NAME] [--on D]", "一天的来访：预约的、取号的，等候的在前。", 0, 0);
SPEC(number, "--organisation NAME --place TEXT [--complex]", "取号：没有预约的人。", 0, 0);
SPEC(come, "ID", "预约的人到了，发号。", 1, 1);
SPEC(call, "ID", "叫号：到窗口。", 1, 1);
SPEC(done, "ID", "窗口办完。", 1, 1);
SPEC(report, "[--organisation NAME] [--on D] [--to D]",
     "等候和窗口办理的时间，达到目标（一般 10 分钟、复杂 30 分钟、窗口 20 分钟）的比例，未到。", 0,
     0);

struct hall {
    struct cli_office o;
    struct visit_options options;
};

/* ---- what was said ---- */

static int day_of(struct hall *h, const char *text, struct date *ret)
{
    *ret = date_today();
    return !text || date_parse(span_z(text), ret)
               ? 0
               : err_set(&h->o.err, E_USAGE, "不是日期：%s（写成 2023-10-08）", text);
}

static int minute_of(struct hall *h, const char *text, int *ret)
{
    int64_t at = 0;
    struct span moment = arena_print(&h->o.arena, "1970-01-01 %s", text ? text : "");

    if (!moment.p || moment.n != 16 || !visit_moment(moment, &at)) {
        err_set(&h->o.err, E_USAGE, "不是时间：%s", text ? text : "");
        err_hint(&h->o.err, "时间写成 09:30，例如 --from 09:00 --to 12:00");
        return E_USAGE;
    }
    *ret = (moment.p[11] - '0') * 600 + (moment.p[12] - '0') * 60 + (moment.p[14] - '0') * 10 +
           (moment.p[15] - '0');
    return 0;
}

static int number_of(struct hall *h, const char *text, int64_t otherwise, int64_t *ret)
{
    struct decimal d;

    *ret = otherwise;
    return !text || (decimal_parse(span_z(text), &d) && decimal_to_int(d, ret))
               ? 0
               : err_set(&h->o.err, E_USAGE, "不是整数：%s", text);
}

/* ---- subcommands ---- */

static int visit_run_open(struct hall *h, char **argv)
{
    const struct visit_options *o = &h->options;
    struct visit_plan p = {.organisation = span_z(o->organisation),
                           .place = span_z(o->place),
                           .procedure = o->procedure ? span_z(o->procedure) : SPAN(""),
                           .complex = o->complex};
    int64_t each = 30;
    size_t n = 0;
    int r = day_of(h, o->on, &p.day);

    UNUSED(argv);
    if (r == 0)
        r = minute_of(h, o->from, &p.from);
    if (r == 0)
        r = minute_of(h, o->to, &p.to);
    if (r == 0)
        r = number_of(h, o->each, 30, &each);
    if (r == 0)
        r = number_of(h, o->capacity, 1, &p.capacity);
    p.each = each > 0 && each <= 24 * 60 ? (int)each : 0;
    if (r == 0)
        r = visit_open(&h->o.arena, &h->o.office, &h->o.who, &p, &n, &h->o.err);
    if (r < 0)
        return report_err(&h->o.err);
    printf("新开时段 %zu 个\n", n);
    return 0;
}

static struct json *slot_json(struct arena *a, const struct visit_slot *s)
{
    struct json *j = json_object(a);

    JSON_SET(j, "slot", json_int(a, s->id));
    JSON_SET(j, "at", json_string(a, visit_say(a, s->starts_at)));
    JSON_SET(j, "until", json_string(a, visit_say(a, s->ends_at)));
    JSON_SET(j, "organisation", json_string(a, s->organisation));
    JSON_SET(j, "place", json_string(a, s->place));
    JSON_SET(j, "procedure", json_string(a, s->procedure));
    JSON_SET(j, "capacity", json_int(a, s->capacity));
    JSON_SET(j, "taken", json_int(a, s->taken));
    JSON_SET(j, "complex", json_bool(a, s->complex));
    return j;
}

static void print_slot(struct buffer *out, struct arena *a, const struct visit_slot *s)
{
    buffer_print(out, "%6" PRId64 "  %.*s  %" PRId64 "/%" PRId64 "  ", s->id,
                 SPAN_ARG(visit_say(a, s->starts_at)), s->taken, s->capacity);
    cli_column(out, s->organisation, 24);
    cli_column(out, s->place, 16);
    buffer_add(out, s->procedure.n ? s->procedure : SPAN("任何事项"));
    buffer_byte(out, '\n');
}

static int slot_query(struct hall *h, struct visit_slot_query *q)
{
    const struct visit_options *o = &h->options;
    struct case_row row;
    struct date day;
    int r = day_of(h, o->on, &day);

    *q = (struct visit_slot_query){.organisation = span_z(o->organisation), .free_only = o->free};
    q->from = clock_now_ms();
    q->to = CASE_NO_DUE;
    if (r == 0 && o->on) {
        q->from = (date_days(day) * 24 - 8) * INT64_C(3600000);
        q->to = q->from + INT64_C(24) * 3600000;
    }
    if (r == 0 && o->matter) {
        r = case_find(&h->o.arena, &h->o.office, span_z(o->matter), &row, &h->o.err);
        q->case_id = r == 0 ? row.id : 0;
    }
    return r;
}

static int run_slots(struct hall *h, char **argv)
{
    struct visit_slot_query q;
    struct visit_slot *at = NULL;
    struct json *list = json_array(&h->o.arena);
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    int r = slot_query(h, &q);

    UNUSED(argv);
    if (r == 0)
        r = visit_slots(&h->o.arena, h->o.store, &q, &at, &n, &h->o.err);
    if (r < 0)
        return report_err(&h->o.err);
    for (size_t i = 0; i < n; i++) {
        json_add(list, slot_json(&h->o.arena, &at[i]));
        print_slot(&out, &h->o.arena, &at[i]);
    }
    if (!h->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static struct json *visit_json(struct arena *a, const struct visit_row *v)
{
    struct json *j = json_object(a);

    JSON_SET(j, "visit", json_int(a, v->id));
    JSON_SET(j, "number", json_int(a, v->number));
    JSON_SET(j, "state", json_string(a, visit_words[v->state].yaml));
    JSON_SET(j, "booked_for", json_string(a, v->starts_at ? visit_say(a, v->starts_at) : SPAN("")));
    JSON_SET(j, "place", json_string(a, v->place));
    JSON_SET(j, "case", json_string(a, v->case_number));
    JSON_SET(j, "subject_name", json_string(a, v->subject));
    return j;
}

static int run_list(struct hall *h, char **argv)
{
    struct json *list = json_array(&h->o.arena);
    struct buffer out = BUFFER_INIT;
    struct visit_row *at = NULL;
    struct date day;
    size_t n = 0;
    int r = day_of(h, h->options.on, &day);

    UNUSED(argv);
    if (r == 0)
        r = visit_list(&h->o.arena, h->o.store, span_z(h->options.organisation), day, &at, &n,
                       &h->o.err);
    if (r < 0)
        return report_err(&h->o.err);
    for (size_t i = 0; i < n; i++) {
        json_add(list, visit_json(&h->o.arena, &at[i]));
        buffer_print(&out, "%6" PRId64 "  %s%-4" PRId64 "  %.*s  ", at[i].id,
                     at[i].number ? "号 " : "   ", at[i].number,
                     SPAN_ARG(at[i].starts_at ? visit_say(&h->o.arena, at[i].starts_at)
                                              : SPAN("取号            ")));
        cli_column(&out, visit_words[at[i].state].title.zh, 8);
        cli_column(&out, at[i].place, 16);
        buffer_print(&out, "%.*s %.*s\n", SPAN_ARG(at[i].case_number), SPAN_ARG(at[i].subject));
    }
    if (!h->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int run_number(struct hall *h, char **argv)
{
    int64_t id = 0;
    int r = visit_walk_in(&h->o.arena, &h->o.office, &h->o.who, span_z(h->options.organisation),
                          span_z(h->options.place), h->options.complex, &id, &h->o.err);

    UNUSED(argv);
    if (r < 0)
        return report_err(&h->o.err);
    printf("来访 %" PRId64 "\n", id);
    return 0;
}

static int step(struct hall *h, char **argv)
{
    int64_t id = 0;
    int r = number_of(h, argv[1], 0, &id);

    if (r == 0)
        r = visit_step(&h->o.arena, &h->o.office, &h->o.who, id, span_z(argv[0]), &h->o.err);
    return r < 0 ? report_err(&h->o.err) : 0;
}

/* "80 %"; of nothing there is no share. */
static struct span share(struct arena *a, int64_t part, int64_t whole)
{
    return whole ? arena_print(a, "%" PRId64 " %%", part * 100 / whole) : SPAN("—");
}

static int64_t mean_minutes(int64_t ms, int64_t n)
{
    return n ? ms / n / 60000 : 0;
}

static int run_report(struct hall *h, char **argv)
{
    struct visit_report x;
    struct date from, to;
    int r = day_of(h, h->options.on, &from);

    UNUSED(argv);
    to = from;
    if (r == 0 && h->options.to)
        r = day_of(h, h->options.to, &to);
    if (r == 0)
        r = visit_count(&h->o.arena, h->o.store, span_z(h->options.organisation), from, to, &x,
                        &h->o.err);
    if (r < 0)
        return report_err(&h->o.err);
    printf("预约 %" PRId64 "，取号 %" PRId64 "，到 %" PRId64 "，未到 %" PRId64 "\n", x.booked,
           x.walked_in, x.came, x.missed);
    const struct span covered = share(&h->o.arena, x.booked, x.booked + x.walked_in),
                      waited = share(&h->o.arena, x.in_time, x.called),
                      served = share(&h->o.arena, x.service_in_time, x.served);
    printf("预约覆盖 %.*s\n", SPAN_ARG(covered));
    printf("等候：%" PRId64 " 人，平均 %" PRId64 " 分钟，最长 %" PRId64 " 分钟，达标 %.*s\n",
           x.called, mean_minutes(x.wait_ms, x.called), x.wait_most / 60000, SPAN_ARG(waited));
    printf("窗口：%" PRId64 " 人，平均 %" PRId64 " 分钟，达标 %.*s\n", x.served,
           mean_minutes(x.service_ms, x.served), SPAN_ARG(served));
    return 0;
}

static int run(const struct command_spec *spec, int (*f)(struct hall *, char **), int argc,
               char **argv)
{
    struct hall h = {.o = {.err = ERR_INIT}};
    int count, status = options_parse(spec, argc, argv, &h.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    status = cli_office_open(&h.o, h.options.library, h.options.as);
    if (status == OPTIONS_RUN)
        status = f(&h, argv);
    cli_office_close(&h.o);
    return status;
}

#define SUBCOMMAND(name, f)                                                                        \
    static int visit_cmd_##name(int argc, char **argv)                                             \
    {                                                                                              \
        return run(&name##_spec, f, argc, argv);                                                   \
    }
SUBCOMMAND(open, visit_run_open)
SUBCOMMAND(slots, run_slots)
SUBCOMMAND(list, run_list)
SUBCOMMAND(number, run_number)
SUBCOMMAND(come, step)
SUBCOMMAND(call, step)
SUBCOMMAND(done, step)
SUBCOMMAND(report, run_report)

int cmd_visit(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"open", visit_cmd_open, "开放预约时段", NULL},
        {"slots", visit_cmd_slots, "时段和空位", NULL},
        {"list", visit_cmd_list, "一天的来访", NULL},
        {"number", visit_cmd_number, "取号", NULL},
        {"come", visit_cmd_come, "到场", NULL},
        {"call", visit_cmd_call, "叫号", NULL},
        {"done", visit_cmd_done, "办完", NULL},
        {"report", visit_cmd_report, "等候与办理的时间", NULL},
    };
    static const struct command_group group = {
        .name = "visit",
        .summary =
            "预约、取号与等候。Slots per place and procedure, who came, who waited how long.",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
