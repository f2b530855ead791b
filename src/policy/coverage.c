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

/* A formula that reads something: a fact, a parameter, a definition. `true` decides nothing. */
static bool reads(const struct formula *f)
{
    size_t n = 0;
    if (!f->expr)
        return false;
    (void)feel_slots(f->expr, &n);
    return n > 0 || feel_lets(f->expr) != 0;
}

/* Conditions of the document count where the measure has none of its own to execute. */
static bool condition_executed(const struct measure *m)
{
    for (size_t i = 0; i < m->condition_count; i++)
        if (reads(&m->conditions[i].test))
            return true;
    return reads(&m->test);
}

/* A figure may be a constant of the text: "at most 10,000,000 yuan". */
static bool figure_executed(const struct measure *m)
{
    for (size_t i = 0; i < m->benefit_count; i++) {
        const struct benefit *b = &m->benefits[i];
        if (b->amount.expr || b->cap.expr || b->min.expr || b->max.expr)
            return true;
    }
    return false;
}

/* How long it is in force counts where that is what the row is about. */
static bool date_executed(const struct measure *m)
{
    return m->date_count || m->apply_from.expr || m->apply_to.expr || m->round_count ||
           (m->precision == PRECISION_DATE && m->in_force_to.expr);
}

static bool executed(const struct measure *m)
{
    return condition_executed(m) || figure_executed(m) || date_executed(m);
}

/* The manual condition that does not say everything, or NULL; *ret_n counts all of them. */
static const struct condition *unstated(const struct measure *m, size_t *ret_n)
{
    const struct condition *first = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < m->condition_count; i++) {
        const struct condition *c = &m->conditions[i];
        *ret_n += c->manual;
        if (c->manual && !first && (!c->owner.n || !c->cites.n))
            first = c;
    }
    return first;
}

struct judge {
    struct arena *arena;
    const struct library *library;
    const struct corpus *texts; /* NULL = clauses are not looked up */
};

static struct span differs(const struct judge *j, const char *what, struct span ours,
                           struct span theirs)
{
    return arena_print(j->arena, "%s与目录不一致：文库 %.*s，目录 %.*s", what, SPAN_ARG(ours),
                       SPAN_ARG(theirs));
}

static struct span decision_problem(const struct judge *j, const struct measure *m)
{
    size_t manual = 0;
    const struct condition *c = unstated(m, &manual);
    if (executed(m))
        return (struct span){NULL, 0};
    if (c)
        return arena_print(j->arena, "人工条件“%.*s”没有%s", SPAN_ARG(c->text.zh),
                           c->owner.n ? "写明条款" : "写明由谁认定");
    if (!manual)
        return SPAN("没有可执行的条件、数额或日期，也没有人工条件");
    return (struct span){NULL, 0};
}

/* A text that is not in the folder resolves nothing and refuses nothing. */
static bool resolves(const struct judge *j, const struct measure *m)
{
    const struct corpus_text *text = NULL;
    return !j->texts || clause_find(j->texts, m->document, m->cites, &text) || !text;
}

static struct span problem_of(const struct judge *j, const struct catalogue_row *row)
{
    const struct measure *m = row->measure;
    if (!m)
        return SPAN("未收录");
    if (!span_eq(kind_words[m->kind].yaml, row->kind))
        return differs(j, "种类", kind_words[m->kind].yaml, row->kind);
    if (!span_eq(precision_words[m->precision].yaml, row->precision))
        return differs(j, "精度", precision_words[m->precision].yaml, row->precision);
    if (!region_fits(m->region, row->region))
        return differs(j, "地区", m->region, row->region);
    if (!m->document || !m->cites.n)
        return SPAN("没有引用条款");
    if (!resolves(j, m))
        return arena_print(j->arena, "原文中没有条款 %.*s（%.*s）", SPAN_ARG(m->cites),
                           SPAN_ARG(m->document->id));
    return decision_problem(j, m);
}

static void judge_row(const struct judge *j, struct catalogue_row *row)
{
    const struct measure *m = map_get(&j->library->measure_by_catalogue, row->catalogue);
    row->measure = m;
    row->problem = problem_of(j, row);
    for (size_t i = 0; m && i < m->condition_count; i++) {
        row->conditions++;
        row->manual += m->conditions[i].manual;
    }
    row->manual_only = !row->problem.n && !executed(m);
}

VECTOR_OF(struct catalogue_row, row_vector);

int coverage_compute(struct arena *request, const struct library *l, struct span text,
                     struct span file, const struct corpus *texts, struct coverage_report *ret,
                     struct err *err)
{
    size_t at[COLUMNS], bad = utf8_check(text);
    const struct judge judge = {request, l, texts};
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
        judge_row(&judge, row);
        report.covered += row->problem.n == 0;
    }
    report.rows = rows.at;
    report.n = rows.n;
    *ret = report;
    return 0;
}
