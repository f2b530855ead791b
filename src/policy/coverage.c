/*
 * coverage.c: see coverage.h.
 */
#include "policy/coverage.h"
#include "base/utf8.h"
#include "base/vector.h"

enum column {
    COL_CATALOGUE,
    COL_REGION,
    COL_KIND,
    COL_PRECISION,
    COL_TITLE,
    COL_DOCUMENT,
    COLUMNS
};
static const struct {
    const char *name;
    size_t offset;
    bool required;
} columns[COLUMNS] = {
    [COL_CATALOGUE] = {"catalogue", offsetof(struct catalogue_row, catalogue), true},
    [COL_REGION] = {"region", offsetof(struct catalogue_row, region), true},
    [COL_KIND] = {"kind", offsetof(struct catalogue_row, kind), true},
    [COL_PRECISION] = {"precision", offsetof(struct catalogue_row, precision), true},
    [COL_TITLE] = {"title", offsetof(struct catalogue_row, title), false},
    [COL_DOCUMENT] = {"document", offsetof(struct catalogue_row, document), false},
};

/* ---- reading ---- */

static struct span next_line(struct span *rest)
{
    struct span line = {NULL, 0};
    if (!span_split(rest, '\n', &line))
        return line;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* Which field of a line each column is. */
static int read_header(struct span header, struct span file, size_t at[COLUMNS], struct err *err)
{
    struct span rest = header, name;
    for (size_t i = 0; i < COLUMNS; i++)
        at[i] = SIZE_MAX;
    for (size_t field = 0; span_split(&rest, '\t', &name); field++)
        for (size_t i = 0; i < COLUMNS; i++)
            if (span_eq(span_trim(name), span_z(columns[i].name)))
                at[i] = field;
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].required && at[i] == SIZE_MAX) {
            err_set(err, E_INPUT, "the catalogue has no column '%s'", columns[i].name);
            err_hint(err, "its first line names the columns, separated by tabs");
            err_at(err, file, 1, 1);
            return E_INPUT;
        }
    return 0;
}

static void read_row(struct span line, const size_t at[COLUMNS], struct catalogue_row *row)
{
    struct span rest = line, field;
    for (size_t n = 0; span_split(&rest, '\t', &field); n++)
        for (size_t i = 0; i < COLUMNS; i++)
            if (at[i] == n)
                *(struct span *)((char *)row + columns[i].offset) = span_trim(field);
}

/* ---- judging ---- */

/* A row may name several regions, separated by ';'; the measure is in one of them, or says all. */
static bool region_fits(struct span measure, struct span row)
{
    struct span rest = row, part;
    if (span_eq(measure, row))
        return true;
    while (span_split(&rest, ';', &part))
        if (span_eq(span_trim(part), measure))
            return true;
    return false;
}

static bool manual_stated(const struct measure *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->condition_count; i++) {
        const struct condition *c = &m->conditions[i];
        if (!c->manual)
            continue;
        n++;
        if (!c->owner.n || !c->cites.n)
            return false;
    }
    return n > 0;
}

static bool figure_executed(const struct measure *m)
{
    for (size_t i = 0; i < m->benefit_count; i++) {
        const struct benefit *b = &m->benefits[i];
        if (b->amount.expr || b->cap.expr || b->min.expr || b->max.expr)
            return true;
    }
    return false;
}

static bool executed(const struct measure *m)
{
    bool any = m->test.expr || m->date_count || m->apply_to.expr || figure_executed(m);
    for (size_t i = 0; i < m->condition_count; i++)
        any = any || m->conditions[i].test.expr;
    return any;
}

static const char *problem_of(const struct catalogue_row *row)
{
    const struct measure *m = row->measure;
    if (!m)
        return "未收录";
    if (!span_eq(kind_words[m->kind].yaml, row->kind))
        return "种类与目录不一致";
    if (!span_eq(precision_words[m->precision].yaml, row->precision))
        return "精度与目录不一致";
    if (!region_fits(m->region, row->region))
        return "地区与目录不一致";
    if (!m->document || !m->cites.n)
        return "没有引用条款";
    if (!executed(m) && !manual_stated(m))
        return "没有可执行的条件、数额或日期，人工条件也不完整";
    return NULL;
}

static void judge(const struct library *l, struct catalogue_row *row)
{
    const struct measure *m = map_get(&l->measure_by_catalogue, row->catalogue);
    row->measure = m;
    row->problem = problem_of(row);
    for (size_t i = 0; m && i < m->condition_count; i++) {
        row->conditions++;
        row->manual += m->conditions[i].manual;
    }
    row->manual_only = !row->problem && !executed(m);
}

VECTOR_OF(struct catalogue_row, row_vector);

int coverage_compute(struct arena *request, const struct library *l, struct span text,
                     struct span file, struct coverage_report *ret, struct err *err)
{
    size_t at[COLUMNS], bad = utf8_check(text);
    struct row_vector rows = {0};
    if (bad != SIZE_MAX) {
        uint32_t line, column;
        utf8_position(text, bad, &line, &column);
        err_set(err, E_ENCODING, "the catalogue is not UTF-8");
        err_at(err, file, line, column);
        return E_ENCODING;
    }
    struct span rest = text;
    int r = read_header(next_line(&rest), file, at, err);
    if (r < 0)
        return r;
    struct coverage_report report = {0};
    while (rest.p) {
        struct span line = next_line(&rest);
        if (!span_trim(line).n)
            continue;
        struct catalogue_row *row = VECTOR_PUSH(request, &rows, struct catalogue_row);
        if (!row)
            return err_memory(err);
        read_row(line, at, row);
        judge(l, row);
        report.covered += row->problem == NULL;
    }
    report.rows = rows.at;
    report.n = rows.n;
    *ret = report;
    return 0;
}
