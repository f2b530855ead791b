/*
 * register_file.c: the file of an outside list: columns by their header, each row checked alone.
 * A row that cannot be read stays in the result with its place, what is wrong and what helps. See
 * register_batch.h.
 */
#include "base/csv.h"
#include "base/date.h"
#include "base/map.h"
#include "base/vector.h"
#include "casework/register_batch.h"
#include "policy/subjects.h"

#define NAME_MOST 200 /* bytes */
#define TIER_MOST 60

static const struct {
    const char *word, *title, *headers;
} columns[REGISTER_COLUMNS_KNOWN] = {
#define COLUMN_ROW(id, word, zh, headers) {word, zh, headers},
    REGISTER_COLUMN_LIST(COLUMN_ROW)};

VECTOR_OF(struct register_row, register_rows);
struct list_reading {
    struct arena *arena;
    const struct register_file_options *options;
    int at[REGISTER_COLUMNS_KNOWN]; /* which cell; -1 = none */
    size_t width;
    struct map seen; /* keys of rows -> their struct register_row */
    struct register_rows rows;
};

/* ---- the header ---- */

static bool names(const char *headers, struct span title)
{
    struct span rest = span_z(headers);

    while (rest.n) {
        size_t bar = span_find(rest, SPAN("|"));
        size_t n = bar == SIZE_MAX ? rest.n : bar;
        if (span_eq(span_of(rest.p, n), title))
            return true;
        rest = span_from(rest, bar == SIZE_MAX ? rest.n : n + 1);
    }
    return false;
}

static int column_of_word(struct span word)
{
    for (int i = 0; i < REGISTER_COLUMNS_KNOWN; i++)
        if (span_eq(word, span_z(columns[i].word)) || span_eq(word, span_z(columns[i].title)))
            return i;
    return -1;
}

/* What somebody said of a header goes before what the program knows of it. */
static int column_of(const struct list_reading *g, struct span title)
{
    for (size_t i = 0; i < g->options->column_n; i++) {
        struct span said = g->options->columns[i];
        size_t eq = span_find(said, SPAN("="));
        if (eq != SIZE_MAX && span_eq(span_trim(span_of(said.p, eq)), title))
            return column_of_word(span_trim(span_from(said, eq + 1)));
    }
    for (int i = 0; i < REGISTER_COLUMNS_KNOWN; i++)
        if (names(columns[i].headers, title))
            return i;
    return column_of_word(title);
}

static int check_columns(const struct list_reading *g, struct err *err)
{
    for (size_t i = 0; i < g->options->column_n; i++) {
        struct span said = g->options->columns[i];
        size_t eq = span_find(said, SPAN("="));
        if (eq != SIZE_MAX && column_of_word(span_trim(span_from(said, eq + 1))) >= 0)
            continue;
        int r = err_set(err, E_INPUT, "'%.*s' names no column", SPAN_ARG(said));
        err_hint(err, "列名=code, =name, =tier, =from, =to, =reason or =cites");
        return r;
    }
    return 0;
}

static int read_header(struct list_reading *g, const struct csv_row *row, struct span *ret_unread,
                       struct err *err)
{
    struct span unread = {"", 0};

    for (int i = 0; i < REGISTER_COLUMNS_KNOWN; i++)
        g->at[i] = -1;
    g->width = row->n;
    for (size_t i = 0; i < row->n; i++) {
        struct span title = span_trim(row->at[i].text);
        int use = column_of(g, title);
        if (use < 0) {
            unread = arena_print(g->arena, "%.*s%s%.*s", SPAN_ARG(unread), unread.n ? "、" : "",
                                 SPAN_ARG(title));
            continue;
        }
        if (g->at[use] >= 0) {
            int r = err_set(err, E_INPUT, "“%.*s”和第 %d 列都是%s", SPAN_ARG(title), g->at[use] + 1,
                            columns[use].title);
            err_at(err, g->options->file, row->at[i].line, row->at[i].column);
            err_hint(err, "one of them by another name: --column '列名=reason'");
            return r;
        }
        g->at[use] = (int)i;
    }
    *ret_unread = unread;
    if (g->at[REGISTER_COLUMN_CODE] >= 0 || g->at[REGISTER_COLUMN_NAME] >= 0)
        return 0;
    int r = err_set(err, E_INPUT, "no column with codes or names");
    err_at(err, g->options->file, row->line, 1);
    err_hint(err, "the first row names the columns: 统一社会信用代码,名称,等级,列入日期,有效期至,"
                  "列入原因,依据; others: --column '列名=code'");
    return r;
}

/* ---- one row ---- */

static struct span cell(const struct list_reading *g, const struct csv_row *row, int column)
{
    int i = g->at[column];
    return i >= 0 && (size_t)i < row->n ? span_trim(row->at[i].text) : (struct span){"", 0};
}

static size_t digits(struct span s, size_t at, int64_t *ret)
{
    size_t n = 0;

    *ret = 0;
    for (; at + n < s.n && n < 8 && s.p[at + n] >= '0' && s.p[at + n] <= '9'; n++)
        *ret = *ret * 10 + (s.p[at + n] - '0');
    return n;
}

/* 2020-03-09, 2020/3/9, 2020.3.9, 2020年3月9日, 20200309: as lists print days. */
static bool read_day(struct arena *a, struct span s, struct span *ret)
{
    int64_t part[3] = {0};
    size_t at = 0, n = digits(s, 0, &part[0]), parts = 0;
    struct date d;
    char text[DATE_TEXT];

    if (n == 8 && s.n == 8) {
        d = (struct date){(int)(part[0] / 10000), (int)(part[0] / 100 % 100), (int)(part[0] % 100)};
    } else {
        for (; parts < 3 && at < s.n; parts++) {
            n = digits(s, at, &part[parts]);
            if (!n)
                return false;
            at += n;
            while (at < s.n && (s.p[at] < '0' || s.p[at] > '9'))
                at++;
        }
        if (parts != 3 || at < s.n || part[0] < 1900 || part[0] > 9999 || part[1] > 12 ||
            part[2] > 31)
            return false;
        d = (struct date){(int)part[0], (int)part[1], (int)part[2]};
    }
    struct span printed = span_of(text, date_print(d, text));
    if (!date_parse(printed, &d))
        return false;
    *ret = arena_copy(a, printed);
    return true;
}

static int bad_day(struct span text, const char *what, struct err *why)
{
    int r = err_set(why, E_INPUT, "%s“%.*s”不是日期", what, SPAN_ARG(text));
    err_hint(why, "2020-03-09、2020/3/9 或 2020年3月9日");
    return r;
}

static int read_days(struct list_reading *g, const struct csv_row *row, struct register_row *x,
                     int *ret_at, struct err *why)
{
    struct span from = cell(g, row, REGISTER_COLUMN_FROM), to = cell(g, row, REGISTER_COLUMN_TO);

    *ret_at = g->at[REGISTER_COLUMN_FROM];
    if (from.n && !read_day(g->arena, from, &x->from_day))
        return bad_day(from, "列入日期", why);
    *ret_at = g->at[REGISTER_COLUMN_TO];
    if (to.n && !span_eq(to, SPAN("长期")) && !read_day(g->arena, to, &x->to_day))
        return bad_day(to, "有效期至", why);
    if (!x->from_day.n || !x->to_day.n || span_compare(x->from_day, x->to_day) <= 0)
        return 0;
    return err_set(why, E_INPUT, "有效期在列入日期之前就结束了");
}

static int read_who(struct list_reading *g, const struct csv_row *row, struct register_row *x,
                    int *ret_at, struct err *why)
{
    static const struct subject_kind *const kinds[] = {&ENTERPRISE_KIND, &PERSON_KIND};

    x->code = arena_copy(g->arena, cell(g, row, REGISTER_COLUMN_CODE));
    x->name = arena_copy(g->arena, cell(g, row, REGISTER_COLUMN_NAME));
    *ret_at = g->at[REGISTER_COLUMN_NAME];
    if (x->name.n > NAME_MOST)
        return err_set(why, E_LIMIT, "名称过长");
    *ret_at = g->at[REGISTER_COLUMN_CODE];
    if (!x->code.n && !x->name.n) {
        int r = err_set(why, E_INPUT, "没有代码，也没有名称");
        err_hint(why, "两者至少填一个");
        return r;
    }
    for (size_t i = 0; x->code.n && i < COUNT_OF(kinds); i++)
        if (span_eq(kinds[i]->kind, g->options->subject_kind))
            return kinds[i]->check(g->arena, x->code, &x->code, why);
    return 0;
}

static int read_texts(struct list_reading *g, const struct csv_row *row, struct register_row *x,
                      int *ret_at, struct err *why)
{
    const struct {
        int column;
        size_t most;
        struct span *to;
    } rows[] = {{REGISTER_COLUMN_TIER, TIER_MOST, &x->tier},
                {REGISTER_COLUMN_REASON, REGISTER_REASON_MAX, &x->reason},
                {REGISTER_COLUMN_CITES, REGISTER_REASON_MAX, &x->cites}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        *ret_at = g->at[rows[i].column];
        *rows[i].to = arena_copy(g->arena, cell(g, row, rows[i].column));
        if (rows[i].to->n > rows[i].most)
            return err_set(why, E_LIMIT, "%s过长：最多 %zu 字节", columns[rows[i].column].title,
                           rows[i].most);
    }
    return 0;
}

/* The same twice: the second row is the bad one. */
static int once(struct list_reading *g, struct register_row *x, struct err *why)
{
    struct span key = x->code.n ? x->code : x->name;
    const struct register_row *first = map_get(&g->seen, key);

    if (!first)
        return map_put(&g->seen, key, x) < 0 ? err_memory(why) : 0;
    int r = err_set(why, E_INPUT, "第 %u 行已经有 %.*s", first->line, SPAN_ARG(key));
    err_hint(why, "每个主体留一行");
    return r;
}

static int read_cells(struct list_reading *g, const struct csv_row *row, struct register_row *x,
                      int *ret_at, struct err *why)
{
    *ret_at = 0;
    if (row->n != g->width) {
        int r = err_set(why, E_INPUT, "这一行有 %zu 格，表头有 %zu 列", row->n, g->width);
        err_hint(why, "值里有逗号时用双引号括起来");
        return r;
    }
    int r = read_who(g, row, x, ret_at, why);
    if (r == 0)
        r = read_days(g, row, x, ret_at, why);
    if (r == 0)
        r = read_texts(g, row, x, ret_at, why);
    if (r < 0)
        return r;
    *ret_at = g->at[REGISTER_COLUMN_CODE];
    return once(g, x, why);
}

static struct register_row *new_row(struct list_reading *g, uint32_t line, struct err *err)
{
    struct register_row *x =
        g->rows.n < REGISTER_BATCH_MAX ? ARENA_NEW(g->arena, struct register_row) : NULL;

    if (!x && g->rows.n >= REGISTER_BATCH_MAX) {
        err_set(err, E_LIMIT, "a list of more than %d rows", REGISTER_BATCH_MAX);
        err_hint(err, "in several files, with --part");
        return NULL;
    }
    struct span none = {"", 0};
    if (x)
        *x = (struct register_row){.line = line,
                                   .column = 1,
                                   .code = none,
                                   .name = none,
                                   .tier = none,
                                   .from_day = none,
                                   .to_day = none,
                                   .reason = none,
                                   .cites = none,
                                   .what = none,
                                   .problem = none,
                                   .hint = none,
                                   .decided_by = none};
    return x;
}

static void spoil(struct list_reading *g, struct register_row *x, const struct err *why)
{
    x->change = REGISTER_ROW_BAD;
    x->problem = arena_copy(g->arena, span_z(why->message));
    x->hint = arena_copy(g->arena, span_z(why->hint));
}

static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (span_trim(row->at[i].text).n)
            return false;
    return true;
}

static bool of_the_data(int r)
{
    return r == E_INPUT || r == E_ENCODING || r == E_LIMIT || r == E_SYNTAX || r == E_TYPE ||
           r == E_RANGE || r == E_NAME;
}

/* A row is an object of its own, so that the map of seen keys can point to it. */
static int take_row(struct list_reading *g, const struct csv_row *row, struct err *err)
{
    struct err why = ERR_INIT;
    int at = 0;
    struct register_row *x = new_row(g, row->line, err);

    if (!x)
        return err && err->code ? err->code : err_memory(err);
    int r = read_cells(g, row, x, &at, &why);
    if (r < 0 && !of_the_data(r))
        return err_memory(err);
    if (at >= 0 && (size_t)at < row->n) {
        x->line = row->at[at].line;
        x->column = row->at[at].column;
    }
    if (r < 0)
        spoil(g, x, &why);
    struct register_row *kept = VECTOR_PUSH(g->arena, &g->rows, struct register_row);
    if (kept)
        *kept = *x;
    return g->arena->failed ? err_memory(err) : 0;
}

static int take_broken(struct list_reading *g, const struct err *why, struct err *err)
{
    struct register_row *x = new_row(g, why->line, err);

    if (!x)
        return err && err->code ? err->code : err_memory(err);
    x->column = why->column;
    spoil(g, x, why);
    struct register_row *kept = VECTOR_PUSH(g->arena, &g->rows, struct register_row);
    if (kept)
        *kept = *x;
    return g->arena->failed ? err_memory(err) : 0;
}

static int read_rows(struct list_reading *g, struct csv *c, struct err *err)
{
    struct csv_row row;
    int r = 0;

    for (;;) {
        struct err why = ERR_INIT;
        int got = csv_next(c, g->arena, &row, &why);
        if (got == 0)
            return 0;
        if (got > 0 && is_blank(&row))
            continue;
        if (got < 0 && !of_the_data(got))
            return err_memory(err);
        r = got > 0 ? take_row(g, &row, err) : take_broken(g, &why, err);
        if (r < 0)
            return r;
        if (got < 0)
            csv_skip(c);
    }
}

int register_file_read(struct arena *a, struct span csv, const struct register_file_options *o,
                       struct register_file *ret, struct err *err)
{
    struct list_reading g = {.arena = a, .options = o};
    struct span unread = {"", 0};
    struct csv_row row;
    struct csv c;

    map_init(&g.seen, a);
    csv_init(&c, csv, o->file);
    int r = check_columns(&g, err);
    if (r == 0)
        r = csv_next(&c, a, &row, err);
    if (r > 0)
        r = read_header(&g, &row, &unread, err);
    else if (r == 0) {
        r = err_set(err, E_INPUT, "the file is empty");
        err_hint(err, "the first row names the columns, such as 统一社会信用代码,名称,列入日期");
    }
    if (r == 0)
        r = read_rows(&g, &c, err);
    if (r < 0)
        return r;
    *ret = (struct register_file){.rows = g.rows.at, .n = g.rows.n, .unread = unread};
    for (size_t i = 0; i < g.rows.n; i++)
        ret->bad += g.rows.at[i].change == REGISTER_ROW_BAD;
    return a->failed ? err_memory(err) : 0;
}
