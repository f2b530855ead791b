/*
 * procedure_window.c: `huiqi procedure window`: when calls take applications, and the notices that
 * extend or close them.
 */
#include <stdio.h>

#include "casework/case_windows.h"
#include "cli/load.h"
#include "cli/office.h"
#include "cli/procedure.h"

struct window_values {
    const char *library, *as, *to, *at, *document, *reason;
    bool close, all, json;
};
static const struct option_spec options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct window_values, library)},
    {"as", "LOGIN", "以哪个账户办理（默认：本机操作员）", OPTION_TEXT,
     offsetof(struct window_values, as)},
    {"to", "D", "延长到这一天", OPTION_TEXT, offsetof(struct window_values, to)},
    {"at", "HH:MM", "延长到的时刻（默认：当天结束）", OPTION_TEXT,
     offsetof(struct window_values, at)},
    {"close", NULL, "现在截止", OPTION_FLAG, offsetof(struct window_values, close)},
    {"document", "TEXT", "依据哪一份通知", OPTION_TEXT, offsetof(struct window_values, document)},
    {"reason", "TEXT", "理由，随通知告知申请人", OPTION_TEXT,
     offsetof(struct window_values, reason)},
    {"all", NULL, "清单也列常年受理的", OPTION_FLAG, offsetof(struct window_values, all)},
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct window_values, json)},
};
static const struct option_example examples[] = {
    {"huiqi procedure window", "calls: planned, open, extended, closed, until further notice"},
    {"huiqi procedure window beijing/fengtai/software-call --to 2020-02-24 --at 18:00 --document "
     "延期通知",
     "an extension: drafts go on, their applicants are told"},
    {"huiqi procedure window ID --close --document 通知 --reason 名额已满", "closed at once"},
};
static const struct command_spec spec = {
    .name = "procedure window",
    .usage = "[ID [--to D [--at HH:MM] | --close] --document TEXT [--reason TEXT]]",
    .summary = "受理时间。Lists when procedures take applications; with an ID and --to or --close, "
               "a notice "
               "that\n"
               "amends it: the closing clock of drafts moves with it, and every applicant with an "
               "open case "
               "is\n"
               "told. Notices are kept in the database.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .most = 1,
};

static struct span day_span(struct arena *a, bool given, struct date d)
{
    char text[DATE_TEXT];
    return given ? arena_copy(a, span_of(text, date_print(d, text))) : SPAN("");
}

static struct span end_span(struct arena *a, const struct call_window *w)
{
    struct span day = day_span(a, w->has_to, w->to);
    return w->has_to && w->hour < 24
               ? arena_print(a, "%.*s %02d:%02d", SPAN_ARG(day), w->hour, w->minute)
               : day;
}

static void add_line(struct arena *a, struct buffer *out, struct json *list,
                     const struct procedure *p, const struct call_window *w)
{
    struct span from = day_span(a, w->has_from, w->from), to = end_span(a, w);
    struct json *j = json_object(a);

    JSON_SET(j, "procedure", json_string(a, p->id));
    JSON_SET(j, "state", json_string(a, call_words[w->state].yaml));
    JSON_SET(j, "from", json_string(a, from));
    JSON_SET(j, "to", json_string(a, to));
    JSON_SET(j, "document", json_string(a, w->document));
    json_add(list, j);
    cli_column(out, p->id, 44);
    cli_column(out, call_words[w->state].title.zh, 14);
    cli_column(out, from, 12);
    cli_column(out, to, 18);
    buffer_print(out, "%.*s%s%.*s\n", SPAN_ARG(p->title.zh), w->document.n ? "；" : "",
                 SPAN_ARG(w->document));
}

static int list(struct cli_office *o, const struct window_values *v, const char *id)
{
    struct buffer out = BUFFER_INIT;
    struct json *all = json_array(&o->arena);
    const struct procedure *only = NULL;
    int r = 0, status = id ? cli_procedure(o->library, id, &only) : OPTIONS_RUN;

    if (status != OPTIONS_RUN)
        return status;
    for (size_t i = 0; r == 0 && i < o->library->procedure_count; i++) {
        const struct procedure *p = o->library->procedures[i];
        struct call_window w;
        if (only ? p != only : !v->all && !procedure_closes(p))
            continue;
        r = window_look(&o->arena, o->store, o->library, p, &w, &o->err);
        if (r == 0)
            add_line(&o->arena, &out, all, p, &w);
    }
    if (r == 0 && !v->json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return r < 0 ? report_err(&o->err) : cli_print_json(o->arena.failed ? NULL : all);
}

/* "18:00" */
static bool read_time(const char *text, int *hour, int *minute)
{
    int n = 0;
    return !text || (sscanf(text, "%2d:%2d%n", hour, minute, &n) == 2 && !text[n]);
}

static int amend(struct cli_office *o, const struct window_values *v, const char *id)
{
    struct window_change c = {.procedure = span_z(id),
                              .document = span_z(v->document),
                              .reason = span_z(v->reason),
                              .closes = v->close,
                              .hour = 24};
    size_t told = 0;
    int r;

    if (v->close == (v->to != NULL))
        return report_usage(&spec, "either --to or --close");
    if ((v->to && !date_parse(span_z(v->to), &c.to)) || !read_time(v->at, &c.hour, &c.minute))
        return report_usage(&spec, "--to 2020-02-24 --at 18:00");
    r = window_amend(&o->arena, &o->office, &o->who, &c, &told, &o->err);
    if (r < 0)
        return report_err(&o->err);
    printf("已告知办件 %zu 个的申请人\n", told);
    return list(o, v, id);
}

int procedure_window(int argc, char **argv)
{
    struct window_values v = {0};
    struct cli_office o = {.err = ERR_INIT};
    int operands, status = options_parse(&spec, argc, argv, &v, &operands);

    if (status != OPTIONS_RUN)
        return status;
    if (!operands && (v.to || v.close))
        return report_usage(&spec, "which procedure?");
    status = cli_office_open(&o, v.library, v.as);
    if (status == OPTIONS_RUN)
        status = v.to || v.close ? amend(&o, &v, argv[1]) : list(&o, &v, operands ? argv[1] : NULL);
    cli_office_close(&o);
    return status;
}
