/*
 * enterprise.c: `huiqi enterprise import|list|show|set|export`: what is known about enterprises, in the store.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "identity/uscc.h"
#include "policy/subjects.h"
#include "store/store.h"

#define FILE_MAX (256u << 20)
#define LIST_PAGE 100000

struct enterprise_options {
    const char *library, *source, *date, *format;
    bool json;
};

/* What every subcommand needs; opened once, released once. */
struct desk {
    struct arena arena;
    struct store *store;
    struct library *library;
    struct err err;
    struct enterprise_options options;
    struct date observed;
};

static const struct option_spec options[] = {
    {"library", "DIR", "规则库所在的文件夹 (default: HUIQI_LIBRARY, ./library, the installed one)", OPTION_TEXT,
     offsetof(struct enterprise_options, library)},
    {"source", "WHO", "事实的来源，如“社会保险经办机构” (default: 企业申报)", OPTION_TEXT, offsetof(struct enterprise_options, source)},
    {"date", "D", "观察到事实的日期 (default: today)", OPTION_TEXT, offsetof(struct enterprise_options, date)},
    {"json", NULL, "print JSON", OPTION_FLAG, offsetof(struct enterprise_options, json)},
};

static const struct option_example examples[] = {
    {"huiqi enterprise import firms.csv", "导入；坏行逐条报告，好行保留"},
    {"huiqi enterprise show CODE", "一家企业已知的事实"},
    {"huiqi enterprise set CODE 企业规模=小型 参保人数@2019-12=28", "登记两个事实"},
    {"huiqi enterprise export --json >facts.json", "全部企业"},
};

static const struct command_spec spec = {
    .name = "enterprise",
    .usage = "import FILE.csv | list | show CODE | set CODE FACT[@PERIOD]=VALUE... | export [CODE...]",
    .summary = "企业及其事实：导入、查看、登记、导出。Facts are kept with source and date; nothing is overwritten: `set` appends.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = -1,
};

/* OPTIONS_RUN, or the exit status when the error has been said. */
static int desk_open(struct desk *d)
{
    int r, status;

    d->observed = date_today();
    if (d->options.date && !date_parse(span_z(d->options.date), &d->observed)) {
        err_set(&d->err, E_USAGE, "不是日期：%s", d->options.date);
        err_hint(&d->err, "写作 2020-03-09");
        return report_err(&d->err);
    }
    status = cli_load_library(d->options.library, &d->library);
    if (status != OPTIONS_RUN)
        return status;
    r = store_open(store_url(), &d->store, &d->err);
    if (r == 0)
        r = store_migrate(d->store, &d->err);
    return r < 0 ? report_err(&d->err) : OPTIONS_RUN;
}

static struct span source_of(const struct desk *d)
{
    return d->options.source ? span_z(d->options.source) : SPAN("企业申报");
}

/* ---- import ---- */

static void show_progress(void *context, size_t rows)
{
    UNUSED(context);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu 行", rows);
}

static int import_file(struct desk *d, int argc, char **argv)
{
    struct import_report report;
    struct span text;
    int r;

    if (argc != 3)
        return report_usage(&spec, "import takes one file");
    r = file_read(&d->arena, argv[2], FILE_MAX, &text, &d->err);
    if (r == 0)
        r = subjects_import(&d->arena, d->store, d->library, text, span_z(argv[2]), source_of(d), d->observed, show_progress, NULL,
                            &report, &d->err);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r");
    if (r < 0)
        return report_err(&d->err);
    for (const struct import_problem *p = report.problems; p; p = p->next) {
        fprintf(stderr, "%s:%u:%u: %.*s%s%.*s\n", argv[2], p->line, p->column, SPAN_ARG(p->field), p->field.n ? "：" : "",
                SPAN_ARG(p->reason));
        if (p->hint.n)
            fprintf(stderr, "    %.*s\n", SPAN_ARG(p->hint));
    }
    printf("读入 %zu 行：%zu 行保留，%zu 行有误；新记 %zu 个事实\n", report.rows, report.good, report.bad, report.facts);
    return report.bad ? 2 : 0;
}

/* ---- list, show, export ---- */

static int list_all(struct desk *d)
{
    struct subject_row *rows;
    size_t n;

    if (subject_list(&d->arena, d->store, SPAN("enterprise"), 0, LIST_PAGE, &rows, &n, &d->err) < 0)
        return report_err(&d->err);
    for (size_t i = 0; i < n; i++)
        printf("%.*s  %.*s\n", SPAN_ARG(rows[i].code), SPAN_ARG(rows[i].name));
    return 0;
}

static int load(struct desk *d, struct span code, struct subject *ret)
{
    return subject_load(&d->arena, d->store, d->library, SPAN("enterprise"), code, d->observed, date_today(), ret, &d->err);
}

static void show_fact(const struct fact_value *v)
{
    struct buffer text = BUFFER_INIT;
    char day[DATE_TEXT];

    value_text(&text, v->value);
    date_print(v->date, day);
    printf("  %.*s%s%.*s%s%.*s = %.*s%s%.*s   （%.*s，%s%s）\n", SPAN_ARG(v->item), v->item.n ? "." : "", SPAN_ARG(v->fact->name),
           v->period.n ? "@" : "", SPAN_ARG(v->period), SPAN_ARG(buffer_span(&text)), v->fact->unit.n ? " " : "",
           SPAN_ARG(v->fact->unit), SPAN_ARG(v->source), day, v->conflict ? "，来源之间不一致" : "");
    buffer_release(&text);
}

static int show(struct desk *d, int argc, char **argv)
{
    struct subject subject;

    if (argc != 3)
        return report_usage(&spec, "show takes one code");
    if (load(d, span_z(argv[2]), &subject) < 0)
        return report_err(&d->err);
    if (d->options.json)
        return cli_print_json(subject_json(&d->arena, d->library, &subject));
    printf("%s：%zu 个事实\n", argv[2], subject.n);
    for (size_t i = 0; i < subject.n; i++)
        show_fact(&subject.values[i]);
    return 0;
}

static void export_csv(const struct subject *s)
{
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; i < s->n; i++) {
        const struct fact_value *v = &s->values[i];
        struct buffer text = BUFFER_INIT;
        const struct span cells[] = {s->id, v->fact->name, v->item, v->period, (value_text(&text, v->value), buffer_span(&text)), v->source};
        for (size_t k = 0; k < COUNT_OF(cells); k++) {
            csv_print(&out, cells[k]);
            buffer_byte(&out, k + 1 < COUNT_OF(cells) ? ',' : '\n');
        }
        buffer_release(&text);
    }
    fwrite(out.p, 1, out.n, stdout);
    buffer_release(&out);
}

static int export(struct desk *d, int argc, char **argv)
{
    struct json *all = json_object(&d->arena);
    struct subject_row *rows = NULL;
    size_t n = 0;

    if (argc == 2 && subject_list(&d->arena, d->store, SPAN("enterprise"), 0, LIST_PAGE, &rows, &n, &d->err) < 0)
        return report_err(&d->err);
    if (!d->options.json)
        printf("统一社会信用代码,事实,对象,期间,值,来源\n");
    for (size_t i = 0; i < (argc == 2 ? n : (size_t)argc - 2); i++) {
        struct span code = argc == 2 ? rows[i].code : span_z(argv[i + 2]);
        struct subject subject;
        if (load(d, code, &subject) < 0)
            return report_err(&d->err);
        if (d->options.json)
            json_set(all, code, subject_json(&d->arena, d->library, &subject));
        else
            export_csv(&subject);
    }
    return d->options.json ? cli_print_json(all) : 0;
}

/* ---- set ---- */


/* `set` is an import of one row, so that there is one way to read values: builds its CSV text. */
static int set(struct desk *d, int argc, char **argv)
{
    struct buffer header = BUFFER_INIT, row = BUFFER_INIT;
    struct import_report report = {0};
    int status = 2, r;

    if (argc < 4)
        return report_usage(&spec, "set takes a code and FACT=VALUE");
    buffer_add_z(&header, "统一社会信用代码");
    csv_print(&row, span_z(argv[2]));
    for (int i = 3; i < argc; i++) {
        struct span rest = span_z(argv[i]), name;
        if (!span_split(&rest, '=', &name) || !rest.p) {
            buffer_release(&header);
            buffer_release(&row);
            return report_usage(&spec, "写作 事实=值：%s", argv[i]);
        }
        buffer_byte(&header, ',');
        csv_print(&header, name);
        buffer_byte(&row, ',');
        csv_print(&row, rest);
    }
    buffer_byte(&header, '\n');
    buffer_add(&header, buffer_span(&row));
    r = buffer_failed(&header) ? err_memory(&d->err)
                               : subjects_import(&d->arena, d->store, d->library, buffer_span(&header), SPAN("set"), source_of(d),
                                                 d->observed, NULL, NULL, &report, &d->err);
    if (r < 0) {
        status = report_err(&d->err);
    } else if (report.bad) {
        fprintf(stderr, "huiqi: %.*s：%.*s\n    %.*s\n", SPAN_ARG(report.problems->field), SPAN_ARG(report.problems->reason),
                SPAN_ARG(report.problems->hint));
    } else {
        printf("新记 %zu 个事实\n", report.facts);
        status = 0;
    }
    buffer_release(&header);
    buffer_release(&row);
    return status;
}

static int dispatch(struct desk *d, int argc, char **argv)
{
    struct span verb = span_z(argv[1]);

    if (span_eq(verb, SPAN("import")))
        return import_file(d, argc, argv);
    if (span_eq(verb, SPAN("list")))
        return list_all(d);
    if (span_eq(verb, SPAN("show")))
        return show(d, argc, argv);
    if (span_eq(verb, SPAN("export")))
        return export(d, argc, argv);
    if (span_eq(verb, SPAN("set")))
        return set(d, argc, argv);
    return report_usage(&spec, "unknown: enterprise %s", argv[1]);
}

int cmd_enterprise(int argc, char **argv)
{
    struct desk d = {.err = ERR_INIT};
    int count, status = options_parse(&spec, argc, argv, &d.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    status = desk_open(&d);
    if (status == OPTIONS_RUN)
        status = dispatch(&d, count + 1, argv);
    store_close(d.store);
    library_unref(d.library);
    arena_release(&d.arena);
    return status;
}
