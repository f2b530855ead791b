/*
 * subject.c: `huiqi enterprise` and `huiqi person`: import|list|show|set|export: what is known
 * about subjects, in the store. One implementation; the kinds differ by struct subject_kind and by
 * the text of their help.
 *
 * The database is opened only when the input is found good, so that bad input leaves nothing
 * behind.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/map.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "policy/subjects.h"
#include "store/store.h"

#define FILE_MAX  (256u << 20)
#define LIST_PAGE 1000

struct subject_options {
    const char *library, *source, *date, *basis;
    bool json;
};

/* What every subcommand needs; opened once, released once. */
struct desk {
    const struct subject_kind *kind;
    const struct command_spec *spec;
    struct arena arena;
    struct store *store;
    struct library *library;
    struct err err;
    struct subject_options options;
    struct date date; /* observed on, or as of */
    enum basis basis;
    size_t exported;
};

static const struct option_spec options[] = {
    {"library", "DIR", "规则库所在的文件夹 (default: HUIQI_LIBRARY, ./library, the installed one)",
     OPTION_TEXT, offsetof(struct subject_options, library)},
    {"source", "WHO", "事实的来源，如“社会保险经办机构” (default: 申请人)", OPTION_TEXT,
     offsetof(struct subject_options, source)},
    {"date", "D", "import, set: 观察到事实的日期; show, export: as of (default: today)",
     OPTION_TEXT, offsetof(struct subject_options, date)},
    {"basis", "B", "declared (default), verified, forecast or accrued", OPTION_TEXT,
     offsetof(struct subject_options, basis)},
    {"json", NULL, "print JSON", OPTION_FLAG, offsetof(struct subject_options, json)},
};

#define USAGE(code)                                                                                \
    "import FILE.csv|FILE.json... | list | show " code " | set " code                              \
    " FACT=VALUE... | export [" code "...]"
#define NOTATION                                                                                            \
    "Facts are kept with source and date; nothing is overwritten: `set` appends. How to name "              \
    "them, in columns and in `set`:\n"                                                                      \
    "  企业规模=小型               a fact (huiqi library facts lists them)\n"                         \
    "  参保人数@2019-12=28         a fact of a period: 2019, 2019Q4, 2019-12 or 2019-12-31\n"           \
    "  行业=旅游、会展             a list;  行业.complete=否: the list is not complete\n"         \
    "  贷款/L1.贷款本金=1000000    a fact of the item L1 of a list;  贷款/L1=是|否: it is there " \
    "or not\n"                                                                                              \
    "  贷款.complete=是            all items of the list are here: sums and counts are exact\n"          \
    "  贷款本金=1000000            a fact of the only item, without a list\n"                           \
    "  企业规模=null               known to be absent;  企业规模= (set only): what this source "    \
    "said is taken back"

static const struct option_example enterprise_examples[] = {
    {"huiqi enterprise import firms.csv", "导入；坏行逐条报告，好行保留"},
    {"huiqi enterprise import samples/2020/*.json", "虚构的示例企业，一个文件一家"},
    {"huiqi enterprise show CODE", "一家企业已知的事实"},
    {"huiqi enterprise set CODE 企业规模=小型 参保人数@2019-12=28 贷款/L1.贷款本金=1000000",
     "登记三个事实"},
    {"huiqi enterprise export --json >facts.json",
     "全部企业；import facts.json 读回，有一处错误就全部不写"},
};
static const struct command_spec enterprise_spec = {
    .name = "enterprise",
    .usage = USAGE("CODE"),
    .summary = "企业及其事实：导入、查看、登记、导出。CODE 是统一社会信用代码。CSV columns: "
               "统一社会信用代码, 名称, then facts; an empty cell "
               "is unknown.\n" NOTATION,
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = enterprise_examples,
    .example_count = COUNT_OF(enterprise_examples),
    .least = 1,
    .most = -1,
};

static const struct option_example person_examples[] = {
    {"huiqi person import people.csv", "导入；第一列是编号"},
    {"huiqi person set P-0001 投诉渠道=网络", "登记一个事实"},
    {"huiqi person export --json", "全部个人"},
};
static const struct command_spec person_spec = {
    .name = "person",
    .usage = USAGE("ID"),
    .summary = "个人及其事实：导入、查看、登记、导出。ID is an opaque number of your own: names "
               "and identity numbers of persons are not kept. "
               "CSV columns: 编号, then facts; an empty cell is unknown.\n" NOTATION,
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = person_examples,
    .example_count = COUNT_OF(person_examples),
    .least = 1,
    .most = -1,
};

/* ---- the desk ---- */

static int read_date(struct desk *d)
{
    d->date = date_today();
    if (!d->options.date ||
        (date_parse(span_z(d->options.date), &d->date) && d->date.year > 0 && d->date.year < 10000))
        return 0;
    err_set(&d->err, E_USAGE, "--date：不是日期：%s", d->options.date);
    err_hint(&d->err, "写作 2020-03-09");
    return E_USAGE;
}

static int read_basis(struct desk *d)
{
    static const char *const names[BASES] = {"verified", "declared", "forecast", "accrued"};

    d->basis = BASIS_DECLARED;
    for (int i = 0; d->options.basis && i < BASES; i++)
        if (strcmp(d->options.basis, names[i]) == 0) {
            d->basis = (enum basis)i;
            return 0;
        }
    if (!d->options.basis)
        return 0;
    err_set(&d->err, E_USAGE, "--basis：没有“%s”", d->options.basis);
    err_hint(&d->err, "declared, verified, forecast or accrued");
    return E_USAGE;
}

/* OPTIONS_RUN, or the exit status when the error has been said. */
static int desk_open(struct desk *d)
{
    if (read_date(d) < 0 || read_basis(d) < 0)
        return report_err(&d->err);
    return cli_load_library(d->options.library, &d->library);
}

static int open_store(struct desk *d)
{
    int r = store_open(store_url(), &d->store, &d->err);
    return r < 0 ? r : store_migrate(d->store, &d->err);
}

static struct import_options import_options(const struct desk *d, struct span file)
{
    return (struct import_options){.kind = d->kind,
                                   .file = file,
                                   .source = d->options.source ? span_z(d->options.source)
                                                               : SPAN("申请人"),
                                   .basis = d->basis,
                                   .observed = d->date};
}

/* The code as it is stored: checked, capitals. */
static int code_of(struct desk *d, const char *text, struct span *ret)
{
    return d->kind->check(&d->arena, span_trim(span_z(text)), ret, &d->err);
}

/* ---- import ---- */

static void show_progress(void *context, size_t rows)
{
    UNUSED(context);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu 行\r", rows);
}

static void print_problems(const char *file, const struct import_report *report)
{
    for (const struct import_problem *p = report->problems; p; p = p->next) {
        fprintf(stderr, "%s:%u:%u: error: %.*s%s%.*s\n", file, p->line, p->column,
                SPAN_ARG(p->field), p->field.n ? "：" : "", SPAN_ARG(p->reason));
        if (p->hint.n)
            fprintf(stderr, "  hint: %.*s\n", SPAN_ARG(p->hint));
    }
}

typedef int import_function(struct arena *, struct store *, const struct library *, struct span,
                            const struct import_options *, struct import_report *, struct err *);

static int import_file(struct desk *d, const char *path, struct import_report *total)
{
    struct import_report report = {0};
    struct import_options o = import_options(d, span_z(path));
    struct span text;
    int r = file_read(&d->arena, path, FILE_MAX, &text, &d->err);

    if (r < 0)
        return r;
    o.progress = show_progress;
    import_function *import =
        span_starts(span_trim(text), SPAN("{")) || span_ends(o.file, SPAN(".json"))
            ? subjects_import_json
            : subjects_import;
    r = import(&d->arena, NULL, d->library, text, &o, &report, &d->err);
    if (r == 0 && !d->store)
        r = open_store(d);
    if (r == 0)
        r = import(&d->arena, d->store, d->library, text, &o, &report, &d->err);
    if (r < 0)
        return r;
    print_problems(path, &report);
    total->rows += report.rows;
    total->good += report.good;
    total->bad += report.bad;
    total->facts += report.facts;
    return 0;
}

/* File after file: one that cannot be read ends it, and what was kept before stays. */
static int import_files(struct desk *d, int argc, char **argv)
{
    struct import_report total = {0};
    int r = 0;

    if (argc < 3)
        return report_usage(d->spec, "import takes a file");
    for (int i = 2; i < argc && r == 0; i++)
        r = import_file(d, argv[i], &total);
    if (r == 0 || total.rows)
        printf("读入 %zu 行：%zu 行保留，%zu 行有误；新记 %zu 个事实\n", total.rows, total.good,
               total.bad, total.facts);
    if (r < 0)
        return report_err(&d->err);
    return total.bad ? 2 : 0;
}

/* ---- list, show, export ---- */

/* Calls f for every subject of the kind; the arena of rows is cleared page by page. */
static int each_subject(struct desk *d, int (*f)(struct desk *, const struct subject_row *))
{
    struct arena rows;
    struct subject_row *at;
    char after[128] = ""; /* codes have at most 64 bytes */
    size_t n = LIST_PAGE;
    int r = 0;

    arena_init(&rows);
    while (r == 0 && n == LIST_PAGE) {
        arena_clear(&rows);
        r = subject_list(&rows, d->store, d->kind->kind, span_z(after), LIST_PAGE, &at, &n,
                         &d->err);
        for (size_t i = 0; i < n && r == 0; i++)
            r = f(d, &at[i]);
        if (r == 0 && n)
            snprintf(after, sizeof after, "%.*s", SPAN_ARG(at[n - 1].code));
    }
    arena_release(&rows);
    return r;
}

static int print_row(struct desk *d, const struct subject_row *row)
{
    UNUSED(d);
    printf("%.*s%s%.*s\n", SPAN_ARG(row->code), row->name.n ? "  " : "", SPAN_ARG(row->name));
    return 0;
}

static int list_all(struct desk *d, int argc, char **argv)
{
    if (argc != 2)
        return report_usage(d->spec, "list takes nothing: %s", argv[2]);
    int r = open_store(d);
    if (r == 0)
        r = each_subject(d, print_row);
    return r < 0 ? report_err(&d->err) : 0;
}

static void print_value(struct buffer *out, struct value v)
{
    if (v.kind != VALUE_LIST) {
        value_text(out, v);
        return;
    }
    for (size_t i = 0; i < v.list->n; i++) {
        buffer_add_z(out, i ? "、" : "");
        value_text(out, v.list->at[i]);
    }
}

static void show_fact(struct buffer *out, const struct fact_value *v)
{
    char day[DATE_TEXT];

    date_print(v->date, day);
    buffer_add_z(out, "  ");
    if (v->item.n)
        buffer_print(out, "%.*s/%.*s.", SPAN_ARG(v->fact->of->list), SPAN_ARG(v->item));
    buffer_print(out, "%.*s%s%.*s = ", SPAN_ARG(v->fact->name), v->period.n ? "@" : "",
                 SPAN_ARG(v->period));
    print_value(out, v->value);
    buffer_print(out, "%s%.*s   （%.*s，%s%s）\n", v->fact->unit.n ? " " : "",
                 SPAN_ARG(v->fact->unit), SPAN_ARG(v->source), day,
                 v->conflict ? "，来源之间不一致" : "");
}

static void show_subject(struct buffer *out, const struct subject_row *row, const struct subject *s,
                         size_t unused)
{
    buffer_print(out, "%.*s%s%.*s：%zu 个事实\n", SPAN_ARG(row->code), row->name.n ? " " : "",
                 SPAN_ARG(row->name), s->n);
    for (size_t i = 0; i < s->n; i++)
        show_fact(out, &s->values[i]);
    for (size_t i = 0; i < s->list_count; i++)
        if (!s->lists[i].flat)
            buffer_print(out, "  %.*s：%zu 项，%s\n", SPAN_ARG(s->lists[i].kind->list),
                         s->lists[i].n, s->lists[i].complete ? "已列全" : "未必列全");
    if (unused)
        buffer_print(out, "  另有 %zu 个事实，现在的规则库已不使用\n", unused);
}

/* {"subject": {"kind":, "id":, "name":}, facts}: what --facts and import read. */
static struct json *named_json(struct desk *d, struct arena *a, const struct subject_row *row,
                               const struct subject *s)
{
    struct json *j = subject_json(a, d->library, s);
    struct json *self = j ? j->first : NULL; /* "subject" comes first */

    if (row->name.n)
        JSON_SET(self, "name", json_string(a, row->name));
    return j;
}

static int load(struct desk *d, struct arena *a, const struct subject_row *row, struct subject *ret,
                size_t *ret_unused)
{
    return subject_load_counting(a, d->store, d->library, d->kind->kind, row->code, d->date,
                                 date_today(), ret, ret_unused, &d->err);
}

static int show(struct desk *d, int argc, char **argv)
{
    struct buffer out = BUFFER_INIT;
    struct subject_row row = {0};
    struct subject subject;
    struct span code;
    size_t unused = 0;

    if (argc != 3)
        return report_usage(d->spec, "show takes one code");
    int r = code_of(d, argv[2], &code);
    if (r == 0)
        r = open_store(d);
    if (r == 0)
        r = subject_find(&d->arena, d->store, d->kind->kind, code, &row, &d->err);
    if (r == 0)
        r = load(d, &d->arena, &row, &subject, &unused);
    if (r < 0)
        return report_err(&d->err);
    if (d->options.json)
        return cli_print_json(named_json(d, &d->arena, &row, &subject));
    show_subject(&out, &row, &subject, unused);
    return cli_flush(&out, 0);
}

static void export_csv(struct buffer *out, const struct subject *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct fact_value *v = &s->values[i];
        struct buffer text = BUFFER_INIT;
        print_value(&text, v->value);
        const struct span cells[] = {s->id,     v->fact->name,      v->item,
                                     v->period, buffer_span(&text), v->source};
        for (size_t k = 0; k < COUNT_OF(cells); k++) {
            csv_print(out, cells[k]);
            buffer_byte(out, k + 1 < COUNT_OF(cells) ? ',' : '\n');
        }
        out->failed = out->failed || text.failed;
        buffer_release(&text);
    }
}

static void export_json(struct desk *d, struct arena *a, struct buffer *out,
                        const struct subject_row *row, const struct subject *s)
{
    struct json *j = named_json(d, a, row, s), *code = json_string(a, row->code);

    out->failed = out->failed || !j || !code || a->failed;
    if (out->failed)
        return;
    buffer_add_z(out, d->exported ? ",\n" : "{\n");
    json_print(out, code, JSON_COMPACT);
    buffer_add_z(out, ": ");
    json_print(out, j, JSON_COMPACT);
}

/* One subject to stdout; memory is that of one subject. */
static int export_row(struct desk *d, const struct subject_row *row)
{
    struct buffer out = BUFFER_INIT;
    struct arena a;
    struct subject subject;

    arena_init(&a);
    int r = load(d, &a, row, &subject, NULL);
    if (r == 0 && d->options.json)
        export_json(d, &a, &out, row, &subject);
    else if (r == 0)
        export_csv(&out, &subject);
    if (r == 0 && out.failed)
        r = err_memory(&d->err);
    if (r == 0 && fwrite(out.p, 1, out.n, stdout) != out.n)
        r = err_set(&d->err, E_IO, "standard output cannot be written");
    d->exported++;
    buffer_release(&out);
    arena_release(&a);
    return r;
}

/* The subjects named; none is printed before all are found. */
static int find_all(struct desk *d, int argc, char **argv, struct subject_row *rows)
{
    struct map seen;
    int r = 0;

    map_init(&seen, &d->arena);
    for (int i = 2; i < argc && r == 0; i++) {
        struct span code;
        r = code_of(d, argv[i], &code);
        if (r == 0)
            r = subject_find(&d->arena, d->store, d->kind->kind, code, &rows[i - 2], &d->err);
        if (r == 0 && map_get(&seen, code))
            r = err_set(&d->err, E_USAGE, "%s 写了两次", argv[i]);
        if (r == 0 && map_put(&seen, code, rows) < 0)
            r = err_memory(&d->err);
    }
    return r;
}

static int export_some(struct desk *d, int argc, char **argv)
{
    struct subject_row *rows = ARENA_ARRAY(&d->arena, struct subject_row, (size_t)argc);
    int r = rows ? find_all(d, argc, argv, rows) : err_memory(&d->err);

    if (r == 0 && !d->options.json)
        printf("%.*s,事实,对象,期间,值,来源\n", SPAN_ARG(d->kind->column));
    if (argc == 2)
        return r < 0 ? r : each_subject(d, export_row);
    for (int i = 0; i < argc - 2 && r == 0; i++)
        r = export_row(d, &rows[i]);
    return r;
}

static int export(struct desk *d, int argc, char **argv)
{
    int r = open_store(d);

    if (r == 0)
        r = export_some(d, argc, argv);
    if (r < 0)
        return report_err(&d->err);
    if (d->options.json)
        fputs(d->exported ? "\n}\n" : "{}\n", stdout);
    return 0;
}

/* ---- set ---- */

static int set(struct desk *d, int argc, char **argv)
{
    struct import_options o = import_options(d, SPAN("set"));
    struct import_report report = {0};
    struct assignment *at = ARENA_ARRAY(&d->arena, struct assignment, (size_t)argc);
    size_t n = argc > 3 ? (size_t)argc - 3 : 0;

    if (n == 0)
        return report_usage(d->spec, "set takes a code and FACT=VALUE");
    for (size_t i = 0; at && i < n; i++) {
        at[i].value = span_z(argv[i + 3]);
        if (!span_split(&at[i].value, '=', &at[i].key) || !at[i].value.p)
            return report_usage(d->spec, "写作 事实=值：%s", argv[i + 3]);
    }
    struct span code = span_trim(span_z(argv[2]));
    int r = at ? subject_set(&d->arena, NULL, d->library, code, at, n, &o, &report, &d->err)
               : err_memory(&d->err);
    if (r == 0)
        r = open_store(d);
    if (r == 0)
        r = subject_set(&d->arena, d->store, d->library, code, at, n, &o, &report, &d->err);
    if (r < 0)
        return report_err(&d->err);
    printf("新记 %zu 个事实\n", report.facts);
    return 0;
}

/* ---- the commands ---- */

static const struct verb {
    const char *name;
    int (*run)(struct desk *, int argc, char **argv);
} verbs[] = {
    {"import", import_files}, {"list", list_all}, {"show", show}, {"set", set}, {"export", export}};

static int dispatch(struct desk *d, int argc, char **argv)
{
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (strcmp(argv[1], verbs[i].name) == 0) {
            int status = desk_open(d);
            return status == OPTIONS_RUN ? verbs[i].run(d, argc, argv) : status;
        }
    const char *near = nearest_name(verbs, COUNT_OF(verbs), sizeof verbs[0], span_z(argv[1]));
    return near ? report_usage(d->spec, "unknown: %s %s, did you mean %s?", d->spec->name, argv[1],
                               near)
                : report_usage(d->spec, "unknown: %s %s", d->spec->name, argv[1]);
}

static int run(const struct subject_kind *kind, const struct command_spec *spec, int argc,
               char **argv)
{
    struct desk d = {.kind = kind, .spec = spec, .err = ERR_INIT};
    int count, status = options_parse(spec, argc, argv, &d.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    status = dispatch(&d, count + 1, argv);
    store_close(d.store);
    library_unref(d.library);
    arena_release(&d.arena);
    return status;
}

int cmd_enterprise(int argc, char **argv)
{
    return run(&ENTERPRISE_KIND, &enterprise_spec, argc, argv);
}

int cmd_person(int argc, char **argv)
{
    return run(&PERSON_KIND, &person_spec, argc, argv);
}
