/*
 * import.c: subjects from CSV. A row is kept whole or refused whole, with line, column and reason.
 * All cells of a row are read before the first is written.
 */
#include "base/csv.h"
#include "base/map.h"
#include "policy/subjects_int.h"

#define ROWS_PER_TRANSACTION 1000
#define PROBLEMS_MAX         10000
#define NAME_MAX_BYTES       600

enum column_kind { COLUMN_CODE, COLUMN_NAME, COLUMN_FACT };
struct column {
    enum column_kind kind;
    struct fact_key key;
    struct span title;
};

struct import {
    struct arena *request; /* for the report and the columns */
    struct arena rows;     /* for one row */
    struct store *store;
    const struct library *library;
    const struct import_options *options;
    struct csv csv;
    struct column *columns;
    struct statement *cells; /* of the row at hand, one a column */
    size_t n;
    struct span code, name; /* of the row at hand */
    struct import_report report,
        before;       /* before: as it was when the transaction began, for a repetition */
    struct csv start; /* where the transaction began */
    bool more;
};

bool is_data_error(int r)
{
    return r == E_INPUT || r == E_TYPE || r == E_RANGE || r == E_NAME || r == E_ENCODING ||
           r == E_SYNTAX || r == E_LIMIT;
}

/* ---- columns ---- */

static int read_column(struct import *m, const struct csv_field *f, struct column *c,
                       struct err *err)
{
    const struct subject_kind *kind = m->options->kind;

    c->title = arena_copy(m->request, span_trim(f->text));
    if (m->request->failed)
        return err_memory(err);
    if (span_eq(c->title, kind->column)) {
        c->kind = COLUMN_CODE;
        return 0;
    }
    if (span_eq(c->title, SPAN("名称")) && kind->named) {
        c->kind = COLUMN_NAME;
        return 0;
    }
    if (span_eq(c->title, SPAN("名称"))) {
        err_set(err, E_NAME, "个人只登记编号，不登记姓名");
        err_hint(err, "去掉这一列");
        return E_NAME;
    }
    if (span_eq(c->title, ENTERPRISE_KIND.column) || span_eq(c->title, PERSON_KIND.column)) {
        err_set(err, E_NAME, "这里要的是“%.*s”，不是“%.*s”", SPAN_ARG(kind->column),
                SPAN_ARG(c->title));
        err_hint(err, "企业用 huiqi enterprise import，个人用 huiqi person import");
        return E_NAME;
    }
    c->kind = COLUMN_FACT;
    return fact_key_parse(m->request, m->library, c->title, &c->key, err);
}

static int once(struct map *seen, struct column *c, struct err *err)
{
    if (map_get(seen, c->title)) {
        err_set(err, E_INPUT, "“%.*s”有两列", SPAN_ARG(c->title));
        err_hint(err, "一个事实只留一列");
        return E_INPUT;
    }
    return map_put(seen, c->title, c) < 0 ? err_memory(err) : 0;
}

static int read_columns(struct import *m, const struct csv_row *row, bool *ret_code,
                        struct err *err)
{
    struct map seen;

    map_init(&seen, m->request);
    for (m->n = 0; m->n < row->n; m->n++) {
        struct column *c = &m->columns[m->n];
        int r = read_column(m, &row->at[m->n], c, err);
        if (r == 0)
            r = once(&seen, c, err);
        if (r < 0) {
            err_at(err, m->csv.file, row->at[m->n].line, row->at[m->n].column);
            return r;
        }
        *ret_code |= c->kind == COLUMN_CODE;
    }
    return 0;
}

static int read_header(struct import *m, struct err *err)
{
    struct csv_row row;
    bool has_code = false;
    struct span code = m->options->kind->column;
    int r = csv_next(&m->csv, m->request, &row, err);

    if (r == 0) {
        err_set(err, E_INPUT, "文件是空的");
        err_at(err, m->csv.file, 1, 1);
        r = E_INPUT;
    } else if (r > 0) {
        m->columns = ARENA_ARRAY(m->request, struct column, row.n);
        m->cells = ARENA_ARRAY(m->request, struct statement, row.n);
        r = m->columns && m->cells ? read_columns(m, &row, &has_code, err) : err_memory(err);
        if (r == 0 && !has_code) {
            r = err_set(err, E_INPUT, "缺少“%.*s”一列", SPAN_ARG(code));
            err_at(err, m->csv.file, row.line, 1);
        }
    }
    if (r < 0 && is_data_error(r))
        err_hint(err, "第一行是列名：%.*s,事实,事实@期间", SPAN_ARG(code));
    return r;
}

/* ---- one row ---- */

static int read_name(struct import *m, struct span cell, struct err *why)
{
    if (cell.n > NAME_MAX_BYTES)
        return err_set(why, E_LIMIT, "名称过长");
    m->name = cell;
    return 0;
}

static int read_cell(struct import *m, size_t i, struct span cell, struct err *why)
{
    const struct column *c = &m->columns[i];
    struct statement *said = &m->cells[i];

    *said = (struct statement){.key = &c->key};
    switch (c->kind) {
    case COLUMN_CODE:
        return m->options->kind->check(&m->rows, cell, &m->code, why);
    case COLUMN_NAME:
        return read_name(m, cell, why);
    case COLUMN_FACT:
        break;
    }
    said->given = cell.n > 0;
    return cell.n ? fact_key_read(&m->rows, m->library, &c->key, cell, &said->value, why) : 0;
}

/* *ret_cell = the one at fault. */
static int read_row(struct import *m, const struct csv_row *row, size_t *ret_cell, struct err *why)
{
    *ret_cell = 0;
    m->code = m->name = (struct span){NULL, 0};
    if (row->n != m->n) {
        *ret_cell = row->n < m->n ? row->n - 1 : m->n;
        err_set(why, E_INPUT, "这一行有 %zu 格，表头有 %zu 列", row->n, m->n);
        err_hint(why, "值里有逗号时用双引号括起来");
        return E_INPUT;
    }
    for (size_t i = 0; i < m->n; i++) {
        int r = read_cell(m, i, span_trim(row->at[i].text), why);
        if (r < 0) {
            *ret_cell = i;
            return r;
        }
    }
    return 0;
}

static int event_of(const struct statement *said, const struct import_options *o,
                    struct fact_event *ret)
{
    *ret = (struct fact_event){.fact = said->key->name,
                               .item = said->key->item,
                               .period = said->key->period,
                               .value = said->value,
                               .withdrawn = said->withdrawn,
                               .source = o->source,
                               .basis = o->basis,
                               .observed = o->observed};
    return said->given || said->withdrawn;
}

int subject_state(struct arena *request, struct store *s, struct span code, struct span name,
                  const struct statement *at, size_t n, const struct import_options *o,
                  size_t *facts, struct err *err)
{
    int64_t subject = 0;
    bool is_new = false;
    int r = subject_make(s, o->kind->kind, code, name, &subject, &is_new, err);

    for (size_t i = 0; i < n && r == 0; i++) {
        struct fact_event e;
        bool written = false;
        if (event_of(&at[i], o, &e))
            r = subject_tell(request, s, subject, is_new, &e, &written, err);
        *facts += written;
    }
    return r;
}

/* ---- rows ---- */

static int problem(struct import *m, uint32_t line, uint32_t column, struct span field,
                   const struct err *why, struct err *err)
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

static int fail(struct err *err, const struct err *why, int code)
{
    if (err && err->code == 0)
        *err = *why;
    return code;
}

/* Rows of commas alone are what spreadsheets leave behind the last one. */
static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (span_trim(row->at[i].text).n)
            return false;
    return true;
}

static int take_row(struct import *m, const struct csv_row *row, struct err *err)
{
    struct err why = ERR_INIT;
    size_t cell;
    int r = read_row(m, row, &cell, &why);

    if (r < 0 && is_data_error(r)) {
        const struct csv_field *at = &row->at[cell < row->n ? cell : row->n - 1];
        struct span title = cell < m->n ? m->columns[cell].title : (struct span){NULL, 0};
        return problem(m, at->line, at->column, title, &why, err);
    }
    if (r == 0)
        r = subject_state(&m->rows, m->store, m->code, m->name, m->cells, m->n, m->options,
                          &m->report.facts, &why);
    if (r < 0)
        return fail(err, &why, r);
    m->report.good++;
    return 0;
}

static int take_one(struct import *m, struct err *err)
{
    struct csv_row row;
    struct err why = ERR_INIT;
    int r;

    arena_clear(&m->rows);
    r = csv_next(&m->csv, &m->rows, &row, &why);
    m->more = r != 0;
    if (r == 0 || (r > 0 && is_blank(&row)))
        return 0;
    m->report.rows++;
    if (r > 0)
        return take_row(m, &row, err);
    if (!is_data_error(r))
        return fail(err, &why, r);
    csv_skip(&m->csv);
    return problem(m, why.line, why.column, (struct span){NULL, 0}, &why, err);
}

/* The rows of one transaction; may be repeated after E_BUSY, so it begins where the transaction
 * began. */
static int take_many(struct store *s, void *context, struct err *err)
{
    struct import *m = context;
    int r = 0;

    UNUSED(s);
    m->csv = m->start;
    m->report = m->before;
    if (m->report.last)
        m->report.last->next = NULL; /* problems of the attempt that was rolled back */
    m->more = true;
    for (int i = 0; i < ROWS_PER_TRANSACTION && m->more && r == 0; i++)
        r = take_one(m, err);
    return r;
}

int subjects_import(struct arena *request, struct store *s, const struct library *l,
                    struct span csv, const struct import_options *o, struct import_report *ret,
                    struct err *err)
{
    struct import m = {.request = request, .store = s, .library = l, .options = o, .more = true};
    int r;

    arena_init(&m.rows);
    csv_init(&m.csv, csv, o->file);
    r = read_header(&m, err);
    while (r == 0 && m.more && s) {
        m.start = m.csv;
        m.before = m.report;
        r = store_write(s, take_many, &m, err);
        if (o->progress)
            o->progress(o->context, m.report.rows);
    }
    arena_release(&m.rows);
    if (r == 0)
        *ret = m.report;
    return r;
}
