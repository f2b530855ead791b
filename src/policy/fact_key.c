/*
 * fact_key.c: how a fact is named and its value written as text: columns of CSV, `set`, rows of
 * events. One notation, one reader. Nothing here touches the store.
 */
#include "base/map.h"
#include "base/utf8.h"
#include "policy/match_int.h"
#include "policy/subjects_int.h"

#define COMPLETE SPAN(".complete")

const struct item_kind *item_kind_by_list(const struct library *l, struct span name)
{
    for (size_t i = 0; i < l->item_kind_count; i++)
        if (span_eq(l->item_kinds[i]->list, name))
            return l->item_kinds[i];
    return NULL;
}

/* ---- names ---- */

static struct span nearest_list(const struct library *l, struct span word)
{
    struct span best = {NULL, 0};
    size_t limit = utf8_count(word) / 3 + 2;

    for (size_t i = 0; i < l->item_kind_count; i++) {
        size_t d = edit_distance(word, l->item_kinds[i]->list, limit);
        if (d < limit) {
            best = l->item_kinds[i]->list;
            limit = d;
        }
    }
    return best;
}

static int unknown(struct err *err, const char *what, struct span name, struct span near)
{
    err_set(err, E_NAME, "没有%s：“%.*s”", what, SPAN_ARG(name));
    if (near.n)
        err_hint(err, "最接近的是“%.*s”；huiqi library facts 列出全部", SPAN_ARG(near));
    else
        err_hint(err, "huiqi library facts 列出全部");
    return E_NAME;
}

static int complete_key(struct arena *a, const struct library *l, struct span text,
                        struct fact_key *k, struct err *err)
{
    struct span name = span_of(text.p, text.n - COMPLETE.n);
    const struct fact *f = map_get(&l->fact_by_name, name);

    k->kind = KEY_COMPLETE;
    k->items = item_kind_by_list(l, name);
    k->fact = k->items ? NULL : f;
    if (!k->items && (!f || !f->is_list))
        return f ? err_set(err, E_TYPE, "“%.*s”不是列表，没有“是否完整”", SPAN_ARG(name))
                 : unknown(err, "这个列表", name, nearest_list(l, name));
    k->name = arena_print(a, "%.*s.complete", SPAN_ARG(name));
    return k->name.p ? 0 : err_memory(err);
}

int item_id_check(struct span id, struct err *err)
{
    bool bad = id.n == 0 || id.n > ITEM_ID_MAX || utf8_check(id) != SIZE_MAX;

    for (size_t i = 0; i < id.n && !bad; i++)
        bad = (unsigned char)id.p[i] < ' ' || id.p[i] == 0x7f;
    if (!bad)
        return 0;
    err_set(err, E_INPUT, "对象的编号应有 1 至 %d 个字节，不含控制字符", ITEM_ID_MAX);
    err_hint(err, "写作 贷款/L1.贷款本金");
    return E_INPUT;
}

static int check_period(const struct fact *f, struct span name, struct span period, struct err *err)
{
    static const char *const samples[] = {[PERIOD_YEAR] = "2019",
                                          [PERIOD_QUARTER] = "2019Q4",
                                          [PERIOD_MONTH] = "2019-12",
                                          [PERIOD_DAY] = "2019-12-31"};
    struct period p;

    if (f->period == PERIOD_NONE && period.p) {
        err_set(err, E_INPUT, "“%.*s”不分期间", SPAN_ARG(name));
        err_hint(err, "去掉 @ 及其后");
        return E_INPUT;
    }
    if (f->period == PERIOD_NONE || (period.n && period_parse(period, &p) && p.kind == f->period))
        return 0;
    err_set(err, E_INPUT, "“%.*s”按期间记录，“%.*s”不是它的期间", SPAN_ARG(name), SPAN_ARG(period));
    err_hint(err, "写作 %.*s@%s", SPAN_ARG(name), samples[f->period]);
    return E_INPUT;
}

/* FACT[@PERIOD]; of `kind` when it stands behind an item. */
static int fact_part(const struct library *l, struct span text, const struct item_kind *kind,
                     struct fact_key *k, struct err *err)
{
    struct span rest = text, name;

    span_split(&rest, '@', &name);
    k->kind = KEY_FACT;
    k->fact = map_get(&l->fact_by_name, name);
    if (!k->fact && !kind && item_kind_by_list(l, name)) {
        err_set(err, E_NAME, "“%.*s”是对象的列表，不是事实", SPAN_ARG(name));
        err_hint(err, "写作 %.*s/编号.事实，例如 贷款/L1.贷款本金；%.*s.complete=是 表示已列全",
                 SPAN_ARG(name), SPAN_ARG(name));
        return E_NAME;
    }
    if (!k->fact)
        return unknown(err, "这个事实", name, map_nearest(&l->fact_by_name, name));
    if (kind && k->fact->of != kind) {
        err_set(err, E_NAME, "“%.*s”不是“%.*s”的事实", SPAN_ARG(name), SPAN_ARG(kind->list));
        err_hint(err, "它属于%.*s", SPAN_ARG(k->fact->of ? k->fact->of->list : SPAN("主体本身")));
        return E_NAME;
    }
    k->name = k->fact->name;
    k->period = rest;
    int r = check_period(k->fact, name, rest, err);
    if (!rest.p)
        k->period = SPAN("");
    return r;
}

static int item_key(const struct library *l, struct span list, struct span rest, struct fact_key *k,
                    struct err *err)
{
    const struct item_kind *kind = item_kind_by_list(l, list);
    size_t dot = rest.n;

    if (!kind)
        return unknown(err, "这个列表", list, nearest_list(l, list));
    while (dot > 0 && rest.p[dot - 1] != '.')
        dot--;
    k->item = dot ? span_of(rest.p, dot - 1) : rest;
    int r = item_id_check(k->item, err);
    if (r < 0)
        return r;
    if (dot)
        return fact_part(l, span_from(rest, dot), kind, k, err);
    k->kind = KEY_ITEM;
    k->items = kind;
    k->name = kind->list;
    return 0;
}

int fact_key_parse(struct arena *request, const struct library *l, struct span text,
                   struct fact_key *ret, struct err *err)
{
    struct fact_key k = {.item = SPAN(""), .period = SPAN("")};
    struct span rest = span_trim(text), list;
    int r;

    if (!rest.n) {
        err_set(err, E_NAME, "没有写事实的名称");
        err_hint(err, "huiqi library facts 列出全部");
        return E_NAME;
    }
    if (span_ends(rest, COMPLETE)) {
        r = complete_key(request, l, rest, &k, err);
    } else {
        struct span whole = rest;
        span_split(&rest, '/', &list);
        r = rest.p ? item_key(l, list, rest, &k, err) : fact_part(l, whole, NULL, &k, err);
    }
    if (r == 0)
        *ret = k;
    return r;
}

/* ---- values ---- */

/* Bytes of a separator of lists at the start of s, 0 = none. */
static size_t separator(struct span s)
{
    return span_starts(s, SPAN(";"))                                  ? 1
           : span_starts(s, SPAN("、")) || span_starts(s, SPAN("；")) ? strlen("、")
                                                                      : 0;
}

struct json *fact_list_cell(struct arena *a, struct span cell)
{
    struct json *list = json_array(a);

    while (cell.n) {
        size_t at = 0, cut = 0;
        while (at < cell.n && !(cut = separator(span_from(cell, at))))
            at++;
        struct span item = span_trim(span_of(cell.p, at));
        if (item.n)
            json_add(list, json_string(a, item));
        cell = span_from(cell, at + cut);
    }
    return list;
}

static bool says(struct span cell, bool yes)
{
    return yes ? span_eq(cell, SPAN("true")) || span_eq(cell, SPAN("是"))
               : span_eq(cell, SPAN("false")) || span_eq(cell, SPAN("否"));
}

static struct json *cell_json(struct arena *a, const struct fact *fact, struct span cell)
{
    if (fact->is_list)
        return fact_list_cell(a, cell);
    if (fact->type->kind == TYPE_BOOLEAN && (says(cell, true) || says(cell, false)))
        return json_bool(a, says(cell, true));
    return json_string(a, cell);
}

static int not_that(const struct fact *f, struct span cell, const struct err *inner, int code,
                    struct err *err)
{
    int n = (int)(cell.n < 60 ? cell.n : 60);

    switch (f->type->kind) {
    case TYPE_NUMBER:
        err_set(err, code, "应为数字，这里是“%.*s”", n, cell.p);
        err_hint(err, "只写数字，不带单位、百分号和千位分隔符；5%% 写作 0.05%s%.*s",
                 f->unit.n ? "；单位是" : "", SPAN_ARG(f->unit));
        break;
    case TYPE_BOOLEAN:
        err_set(err, code, "应为 是 或 否，这里是“%.*s”", n, cell.p);
        err_hint(err, "不知道的就不写");
        break;
    case TYPE_DATE:
        err_set(err, code, "不是日期：“%.*s”", n, cell.p);
        err_hint(err, "写作 2020-03-09");
        break;
    default:
        err_set(err, code, "不是允许的值：“%.*s”", n, cell.p);
        err_hint(err, "%s", inner->hint[0] ? inner->hint : inner->message);
    }
    return code;
}

int fact_limits(const struct fact *f, struct value v, struct err *err)
{
    char text[DECIMAL_TEXT];

    if (v.kind != VALUE_NUMBER)
        return 0;
    if (f->whole && !decimal_is_integer(v.number))
        return err_set(err, E_RANGE, "应为整数");
    bool low = f->has_min && decimal_compare(v.number, f->min) < 0,
         high = f->has_max && decimal_compare(v.number, f->max) > 0;
    if (!low && !high)
        return 0;
    size_t n = decimal_plain(low ? f->min : f->max, text, sizeof text);
    return err_set(err, E_RANGE, low ? "不能小于 %.*s" : "不能大于 %.*s", (int)n, text);
}

static int truth_cell(struct span cell, struct value *ret, struct err *err)
{
    if (!says(cell, true) && !says(cell, false)) {
        err_set(err, E_TYPE, "应为 是 或 否，这里是“%.*s”", (int)(cell.n < 60 ? cell.n : 60),
                cell.p);
        return E_TYPE;
    }
    *ret = value_boolean(says(cell, true));
    return 0;
}

static int place_cell(const struct library *l, const struct fact *f, struct span cell,
                      struct value *v, struct err *err)
{
    struct err inner = ERR_INIT;
    int r = place_read(l, f, v, &inner);
    if (r < 0)
        err_set(err, r, "应为地区路径，例如 上海市/静安区，这里是“%.*s”",
                (int)(cell.n < 60 ? cell.n : 60), cell.p);
    return r;
}

int fact_key_read(struct arena *request, const struct library *l, const struct fact_key *k,
                  struct span cell, struct value *ret, struct err *err)
{
    struct err inner = ERR_INIT;
    struct value v = VALUE_NULL_V;

    if (k->kind != KEY_FACT)
        return truth_cell(cell, ret, err);
    if (!span_eq(cell, SPAN("null"))) {
        struct json *j = cell_json(request, k->fact, cell);
        int r = request->failed || !j ? E_MEMORY
                                      : feel_from_json(request, j, k->fact->type, &v, &inner);
        if (r == E_MEMORY)
            return err_memory(err);
        if (r < 0)
            return not_that(k->fact, cell, &inner, r, err);
        r = fact_limits(k->fact, v, err);
        if (r == 0)
            r = place_cell(l, k->fact, cell, &v, err);
        if (r < 0)
            return r;
    }
    *ret = v;
    return 0;
}
