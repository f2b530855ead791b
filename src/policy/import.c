/*
 * import.c: enterprises from CSV. A row is kept whole or refused whole, with line, column and reason.
 */
#include "base/csv.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "identity/uscc.h"
#include "policy/subjects.h"

#define ROWS_PER_TRANSACTION 1000
#define PROBLEMS_MAX 10000

enum column_kind { COLUMN_CODE, COLUMN_NAME, COLUMN_FACT };
struct column {
    enum column_kind kind;
    const struct fact *fact;
    struct span title, period;
};

struct import {
    struct arena *request; /* for the report and the columns */
    struct arena rows;     /* for the rows of one transaction */
    struct store *store;
    const struct library *library;
    struct csv csv;
    struct span source;
    struct date observed;
    struct column *columns;
    size_t n;
    struct import_report report, before; /* before: as it was when the transaction began, for a repetition */
    struct csv start;                    /* where the transaction began */
    bool more;
};

/* ---- columns ---- */

static int column_error(const struct import *m, const struct csv_field *f, struct err *err, const char *hint_format, struct span hint)
{
    err_set(err, E_NAME, "没有这一列：%.*s", SPAN_ARG(f->text));
    err_hint(err, hint_format, SPAN_ARG(hint));
    err_at(err, m->csv.file, f->line, f->column);
    return E_NAME;
}

static int read_column(struct import *m, const struct csv_field *f, struct column *c, struct err *err)
{
    struct span rest = span_trim(f->text), name;
    const struct library *l = m->library;

    c->title = arena_copy(m->request, rest);
    if (span_eq(rest, SPAN("统一社会信用代码"))) {
        c->kind = COLUMN_CODE;
        return 0;
    }
    if (span_eq(rest, SPAN("名称"))) {
        c->kind = COLUMN_NAME;
        return 0;
    }
    c->kind = COLUMN_FACT;
    span_split(&rest, '@', &name);
    c->fact = map_get(&l->fact_by_name, name);
    if (!c->fact || c->fact->of) {
        struct span near = map_nearest(&l->fact_by_name, name);
        return near.n ? column_error(m, f, err, "最接近的是“%.*s”；huiqi library facts 列出全部", near)
                      : column_error(m, f, err, "列名用词汇表里的事实：huiqi library facts%.*s", (struct span){NULL, 0});
    }
    struct period p;
    if (c->fact->period != PERIOD_NONE && (!rest.n || !period_parse(rest, &p) || p.kind != c->fact->period))
        return column_error(m, f, err, "这个事实按期记录，写作 事实@期间，例如 %.*s@2019 或 @2019-12", name);
    if (c->fact->period == PERIOD_NONE && rest.n)
        return column_error(m, f, err, "“%.*s”没有期间，去掉 @ 及其后", name);
    c->period = arena_copy(m->request, rest);
    return m->request->failed ? err_memory(err) : 0;
}

static int read_header(struct import *m, struct err *err)
{
    struct csv_row row;
    bool has_code = false;
    int r = csv_next(&m->csv, m->request, &row, err);

    if (r < 0)
        return r;
    if (r == 0) {
        err_set(err, E_INPUT, "文件是空的");
        err_hint(err, "第一行是列名：统一社会信用代码,名称,...");
        err_at(err, m->csv.file, 1, 1);
        return E_INPUT;
    }
    m->columns = ARENA_ARRAY(m->request, struct column, row.n);
    if (!m->columns)
        return err_memory(err);
    for (m->n = 0; m->n < row.n; m->n++) {
        r = read_column(m, &row.at[m->n], &m->columns[m->n], err);
        if (r < 0)
            return r;
        has_code |= m->columns[m->n].kind == COLUMN_CODE;
    }
    if (!has_code) {
        err_set(err, E_INPUT, "缺少“统一社会信用代码”一列");
        err_at(err, m->csv.file, row.line, 1);
        return E_INPUT;
    }
    return 0;
}

/* ---- cells ---- */

static struct json *list_cell(struct arena *a, struct span cell)
{
    struct json *list = json_array(a);

    while (cell.n) {
        size_t at = 0, cut = 0;
        while (at < cell.n && !cut) {
            struct span rest = span_from(cell, at);
            cut = rest.p[0] == ';' ? 1 : span_starts(rest, SPAN("、")) || span_starts(rest, SPAN("；")) ? strlen("、") : 0;
            at += cut ? 0 : 1;
        }
        struct span item = span_trim(span_of(cell.p, at));
        if (item.n)
            json_add(list, json_string(a, item));
        cell = span_from(cell, at + cut);
    }
    return list;
}

static struct json *cell_json(struct arena *a, const struct fact *fact, struct span cell)
{
    struct decimal d;

    if (span_eq(cell, SPAN("null")))
        return json_null(a);
    if (fact->is_list)
        return list_cell(a, cell);
    if (fact->type->kind == TYPE_BOOLEAN && (span_eq(cell, SPAN("true")) || span_eq(cell, SPAN("是"))))
        return json_bool(a, true);
    if (fact->type->kind == TYPE_BOOLEAN && (span_eq(cell, SPAN("false")) || span_eq(cell, SPAN("否"))))
        return json_bool(a, false);
    if (fact->type->kind == TYPE_NUMBER && decimal_parse(cell, &d))
        return json_number(a, cell);
    return json_string(a, cell);
}

/* The limits that a fact declares beyond its type. */
static int check_limits(const struct fact *fact, struct value v, struct err *err)
{
    if (v.kind != VALUE_NUMBER)
        return 0;
    if (fact->whole && !decimal_is_integer(v.number))
        return err_set(err, E_INPUT, "“%.*s”应为整数", SPAN_ARG(fact->name));
    if ((fact->has_min && decimal_compare(v.number, fact->min) < 0) || (fact->has_max && decimal_compare(v.number, fact->max) > 0))
        return err_set(err, E_RANGE, "“%.*s”超出允许的范围", SPAN_ARG(fact->name));
    return 0;
}

static int write_cell(struct import *m, int64_t subject, const struct column *c, struct span cell, struct err *err)
{
    struct fact_event e = {.fact = c->fact->name, .period = c->period, .source = m->source, .basis = BASIS_DECLARED,
                           .observed = m->observed, .value = VALUE_NULL_V};
    struct json *j = cell_json(&m->rows, c->fact, cell);
    bool written = false;
    int r = 0;

    if (!j)
        return err_memory(err);
    if (j->kind != JSON_NULL)
        r = feel_from_json(&m->rows, j, c->fact->type, &e.value, err);
    if (r == 0)
        r = check_limits(c->fact, e.value, err);
    if (r == 0)
        r = subject_add_event(&m->rows, m->store, subject, &e, &written, err);
    m->report.facts += written;
    return r;
}

/* ---- rows ---- */

static int problem(struct import *m, uint32_t line, uint32_t column, struct span field, const struct err *why, struct err *err)
{
    struct import_problem *p;

    m->report.bad++;
    if (m->report.bad > PROBLEMS_MAX)
        return 0; /* counted, not kept */
    p = ARENA_NEW(m->request, struct import_problem);
    if (!p)
        return err_memory(err);
    p->line = line;
    p->column = column;
    p->field = arena_copy(m->request, field);
    p->reason = arena_copy(m->request, span_z(why->message));
    p->hint = arena_copy(m->request, span_z(why->hint));
    if (m->report.last)
        m->report.last->next = p;
    else
        m->report.problems = p;
    m->report.last = p;
    return m->request->failed ? err_memory(err) : 0;
}

static bool is_data_error(int r)
{
    return r == E_INPUT || r == E_TYPE || r == E_RANGE || r == E_NAME || r == E_ENCODING || r == E_SYNTAX;
}

/* Checks every cell before the first is written, so that a bad row leaves nothing. */
static int check_row(struct import *m, const struct csv_row *row, size_t *ret_cell, struct err *why)
{
    char code[USCC_LENGTH + 1];

    *ret_cell = 0;
    if (row->n != m->n)
        return err_set(why, E_INPUT, "这一行有 %zu 格，表头有 %zu 列", row->n, m->n);
    for (size_t i = 0; i < m->n; i++) {
        const struct column *c = &m->columns[i];
        struct span cell = span_trim(row->at[i].text);
        struct value v = VALUE_NULL_V;
        int r = 0;

        *ret_cell = i;
        if (c->kind == COLUMN_CODE) {
            r = uscc_check(cell, code, why);
        } else if (c->kind == COLUMN_FACT && cell.n) {
            struct json *j = cell_json(&m->rows, c->fact, cell);
            if (!j)
                return err_memory(why);
            if (j->kind != JSON_NULL)
                r = feel_from_json(&m->rows, j, c->fact->type, &v, why);
            if (r == 0)
                r = check_limits(c->fact, v, why);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

static int write_row(struct import *m, const struct csv_row *row, struct err *err)
{
    char code[USCC_LENGTH + 1] = "";
    struct span name = {NULL, 0};
    int64_t subject = 0;
    int r = 0;

    for (size_t i = 0; i < m->n && r == 0; i++) {
        if (m->columns[i].kind == COLUMN_CODE)
            r = uscc_check(span_trim(row->at[i].text), code, err);
        else if (m->columns[i].kind == COLUMN_NAME)
            name = span_trim(row->at[i].text);
    }
    if (r == 0)
        r = subject_put(m->store, SPAN("enterprise"), span_z(code), name, &subject, err);
    for (size_t i = 0; i < m->n && r == 0; i++) {
        struct span cell = span_trim(row->at[i].text);
        if (m->columns[i].kind == COLUMN_FACT && cell.n)
            r = write_cell(m, subject, &m->columns[i], cell, err);
    }
    return r;
}

static int take_one(struct import *m, bool *ret_more, struct err *err)
{
    struct csv_row row;
    struct err why = ERR_INIT;
    size_t cell = 0;
    int r = csv_next(&m->csv, &m->rows, &row, &why);

    *ret_more = r != 0;
    if (r == 0)
        return 0;
    m->report.rows++;
    if (r < 0) {
        if (!is_data_error(r) && r != E_LIMIT)
            return err_set(err, r, "%s", why.message);
        csv_skip(&m->csv);
        return problem(m, why.line, why.column, (struct span){NULL, 0}, &why, err);
    }
    r = check_row(m, &row, &cell, &why);
    if (is_data_error(r)) {
        const struct csv_field *at = cell < row.n ? &row.at[cell] : &row.at[0];
        return problem(m, at->line, at->column, cell < m->n ? m->columns[cell].title : (struct span){NULL, 0}, &why, err);
    }
    if (r == 0)
        r = write_row(m, &row, err);
    if (r == 0)
        m->report.good++;
    return r;
}

/* The rows of one transaction; may be repeated after E_BUSY, so it begins where the transaction began. */
static int take_many(struct store *s, void *context, struct err *err)
{
    struct import *m = context;

    UNUSED(s);
    m->csv = m->start;
    m->report = m->before;
    if (m->report.last)
        m->report.last->next = NULL; /* problems of the attempt that was rolled back */
    arena_clear(&m->rows);
    m->more = true;
    for (int i = 0; i < ROWS_PER_TRANSACTION && m->more; i++) {
        int r = take_one(m, &m->more, err);
        if (r < 0)
            return r;
    }
    return 0;
}

int subjects_import(struct arena *request, struct store *s, const struct library *l, struct span csv, struct span file,
                    struct span source, struct date observed, void (*progress)(void *, size_t rows), void *context,
                    struct import_report *ret, struct err *err)
{
    struct import m = {.request = request, .store = s, .library = l, .source = source, .observed = observed, .more = true};
    int r;

    arena_init(&m.rows);
    csv_init(&m.csv, csv, file);
    r = read_header(&m, err);
    while (r == 0 && m.more) {
        m.start = m.csv;
        m.before = m.report;
        r = store_write(s, take_many, &m, err);
        if (progress)
            progress(context, m.report.rows);
    }
    arena_release(&m.rows);
    if (r < 0)
        return r;
    *ret = m.report;
    return 0;
}
