/*
 * facts.c: a subject and its facts out of JSON (or the YAML of an example), as docs/finding.md
 * describes. Nothing is guessed: a name that nobody declared, a value of another type, a period of
 * another kind is an error with its place and what to write instead.
 */
#include <stdarg.h>
#include <stdio.h>
#include "base/map.h"
#include "policy/match_int.h"

struct reader {
    struct arena *arena;
    const struct library *library;
    struct span file;
    struct err *err;
    VECTOR_OF(struct fact_value, value_vector) values;
    VECTOR_OF(struct item_list, list_vector) lists;
    const struct json *root;
    bool person, enterprise; /* facts of each were given */
};

/* ---- complaints ---- */

static int at_value(struct reader *r, const struct json *j, int code)
{
    if (j->line)
        err_at(r->err, r->file, j->line, j->column);
    return code;
}

static int at_key(struct reader *r, const struct json *j, int code)
{
    if (j->key_line)
        err_at(r->err, r->file, j->key_line, j->key_column);
    return code;
}

static bool is_null(const struct json *j)
{
    return j->kind == JSON_NULL ||
           (j->kind == JSON_STRING && j->plain && span_eq(j->text, SPAN("null")));
}

static const struct item_kind *kind_by_list(const struct library *l, struct span name)
{
    for (size_t i = 0; i < l->item_kind_count; i++)
        if (span_eq(l->item_kinds[i]->list, name))
            return l->item_kinds[i];
    return NULL;
}

static struct span nearest_name(const struct reader *r, struct span word)
{
    struct span best = map_nearest(&r->library->fact_by_name, word);
    size_t limit = best.n ? edit_distance(word, best, word.n) : word.n / 6 + 1;
    for (size_t i = 0; i < r->library->item_kind_count; i++) {
        struct span name = r->library->item_kinds[i]->list;
        size_t d = edit_distance(word, name, limit);
        if (d < limit) {
            best = name;
            limit = d;
        }
    }
    return best;
}

static int unknown_name(struct reader *r, const struct json *j, struct span name)
{
    struct span near = nearest_name(r, name);
    if (map_get(&r->library->parameter_by_name, name)) {
        err_set(r->err, E_NAME, "'%.*s' is a parameter, not a fact", SPAN_ARG(name));
        err_hint(r->err, "parameters come from the library; --set %.*s=VALUE tries another value",
                 SPAN_ARG(name));
        return at_key(r, j, E_NAME);
    }
    err_set(r->err, E_NAME, "unknown fact '%.*s'", SPAN_ARG(name));
    if (near.n)
        err_hint(r->err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(r->err, "'huiqi library facts' lists the names");
    return at_key(r, j, E_NAME);
}

static int bad_fact(struct reader *r, const struct json *j, const struct fact *f, int code,
                    const char *format, ...) PRINTF_LIKE(5, 6);
static int bad_fact(struct reader *r, const struct json *j, const struct fact *f, int code,
                    const char *format, ...)
{
    char text[ERR_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(r->err, code, "%.*s: %s", SPAN_ARG(f->name), text);
    return at_value(r, j, code);
}

/* ---- values ---- */

static int number_limits(struct reader *r, const struct json *j, const struct fact *f,
                         struct decimal d)
{
    char limit[DECIMAL_TEXT];
    bool low = f->has_min && decimal_compare(d, f->min) < 0,
         high = f->has_max && decimal_compare(d, f->max) > 0;
    if (!decimal_is_finite(d))
        return bad_fact(r, j, f, E_INPUT, "a finite number is needed");
    if (f->whole && !decimal_is_integer(d)) {
        int code = bad_fact(r, j, f, E_RANGE, "a whole number is needed, not %.*s",
                            SPAN_ARG(json_text(j)));
        err_hint(r->err, "counted in %.*s", SPAN_ARG(f->unit.n ? f->unit : SPAN("ones")));
        return code;
    }
    if (!low && !high)
        return 0;
    size_t n = decimal_scientific(low ? f->min : f->max, limit, sizeof limit);
    if (decimal_is_integer(low ? f->min : f->max))
        n = decimal_fixed(low ? f->min : f->max, 0, limit, sizeof limit);
    bad_fact(r, j, f, E_RANGE, "%.*s is %s %.*s", SPAN_ARG(json_text(j)), low ? "below" : "above",
             (int)n, limit);
    err_hint(r->err, "%s %.*s%s%.*s", low ? "at least" : "at most", (int)n, limit,
             f->unit.n ? " " : "", SPAN_ARG(f->unit));
    return E_RANGE;
}

static void type_hint(struct reader *r, const struct fact *f)
{
    switch (f->type->kind) {
    case TYPE_NUMBER:
        err_hint(r->err, "a plain number%s%.*s, such as 1200.50 (a percentage as 0.055)",
                 f->unit.n ? " in " : "", SPAN_ARG(f->unit));
        break;
    case TYPE_BOOLEAN:
        err_hint(r->err, "true, false, null, or leave it out when unknown");
        break;
    case TYPE_DATE:
        err_hint(r->err, "write it as \"2020-03-09\"");
        break;
    case TYPE_LIST:
        err_hint(r->err, "write it as [\"...\", \"...\"]");
        break;
    default:
        break;
    }
}

struct value fact_absent(struct arena *a, const struct fact *f)
{
    return f->type->kind == TYPE_LIST ? value_list(a, NULL, 0) : VALUE_NULL_V;
}

static int read_value(struct reader *r, const struct json *j, const struct fact *f,
                      struct value *ret)
{
    struct err inner = ERR_INIT;
    if (is_null(j)) {
        *ret = fact_absent(r->arena, f);
        return ret->kind == VALUE_ERROR ? err_memory(r->err) : 0;
    }
    int code = feel_from_json(r->arena, j, f->type, ret, &inner);
    if (code == E_MEMORY)
        return err_memory(r->err);
    if (code < 0) {
        bad_fact(r, j, f, code, "%s", inner.message);
        if (inner.line)
            err_at(r->err, r->file, inner.line, inner.column);
        if (inner.hint[0])
            err_hint(r->err, "%s", inner.hint);
        else
            type_hint(r, f);
        return code;
    }
    code = place_read(r->library, f, ret, &inner);
    if (code < 0) {
        bad_fact(r, j, f, code, "%s", inner.message);
        err_hint(r->err, "%s", inner.hint);
        return code;
    }
    return ret->kind == VALUE_NUMBER ? number_limits(r, j, f, ret->number) : 0;
}

int fact_read(struct arena *request, const struct library *l, const struct fact *f,
              const struct json *j, struct span file, struct value *ret, struct err *err)
{
    struct reader r = {.arena = request, .library = l, .file = file, .err = err, .root = j};
    return read_value(&r, j, f, ret);
}

static int read_basis(struct reader *r, const struct json *j, const struct fact *f,
                      struct fact_value *v)
{
    static const char *const names[BASES] = {"verified", "declared", "forecast", "accrued"};
    for (size_t i = 0; i < BASES; i++)
        if (span_eq(json_text(j), span_z(names[i]))) {
            v->basis = (enum basis)i;
            return 0;
        }
    int code = bad_fact(r, j, f, E_INPUT, "unknown basis '%.*s'", SPAN_ARG(json_text(j)));
    err_hint(r->err, "verified, declared, forecast or accrued");
    return code;
}

/* {"value":, "source":, "date":, "basis":, "unit":} */
static int read_long(struct reader *r, const struct json *j, const struct fact *f,
                     struct fact_value *v)
{
    JSON_EACH(m, j)
    {
        int code = 0;
        if (span_eq(m->key, SPAN("value")))
            code = read_value(r, m, f, &v->value);
        else if (span_eq(m->key, SPAN("source")))
            v->source = json_text(m);
        else if (span_eq(m->key, SPAN("basis")))
            code = read_basis(r, m, f, v);
        else if (span_eq(m->key, SPAN("date"))) {
            v->has_date = date_parse(json_text(m), &v->date);
            if (!v->has_date)
                code = bad_fact(r, m, f, E_INPUT, "'%.*s' is no date (YYYY-MM-DD)",
                                SPAN_ARG(json_text(m)));
        } else if (span_eq(m->key, SPAN("unit"))) {
            if (!span_eq(json_text(m), f->unit))
                code = bad_fact(r, m, f, E_TYPE, "is in %.*s, not in %.*s",
                                SPAN_ARG(f->unit.n ? f->unit : SPAN("no unit")),
                                SPAN_ARG(json_text(m)));
        } else {
            code = bad_fact(r, m, f, E_NAME, "unknown key '%.*s'", SPAN_ARG(m->key));
            err_hint(r->err, "value, source, date, basis, unit");
        }
        if (code < 0)
            return code;
    }
    return 0;
}

static int add_value(struct reader *r, const struct json *j, const struct fact *f, struct span item,
                     struct span period)
{
    struct fact_value v = {.fact = f, .item = item, .period = period, .basis = BASIS_DECLARED};
    int code = JSON_GET(j, "value") ? read_long(r, j, f, &v) : read_value(r, j, f, &v.value);
    if (code < 0)
        return code;
    struct fact_value *slot = VECTOR_PUSH(r->arena, &r->values, struct fact_value);
    if (!slot)
        return err_memory(r->err);
    *slot = v;
    if (!f->of)
        *(f->of_person ? &r->person : &r->enterprise) = true;
    return 0;
}

/* ---- periods ---- */

static int bad_period(struct reader *r, const struct json *j, const struct fact *f)
{
    static const char *const kinds[] = {[PERIOD_YEAR] = "year",
                                        [PERIOD_QUARTER] = "quarter",
                                        [PERIOD_MONTH] = "month",
                                        [PERIOD_DAY] = "day"};
    static const char *const samples[] = {[PERIOD_YEAR] = "2019",
                                          [PERIOD_QUARTER] = "2019Q4",
                                          [PERIOD_MONTH] = "2019-12",
                                          [PERIOD_DAY] = "2019-12-31"};
    err_set(r->err, E_INPUT, "%.*s: '%.*s' is no %s", SPAN_ARG(f->name), SPAN_ARG(j->key),
            kinds[f->period]);
    err_hint(r->err, "the fact is told by %s: {\"%s\": ...}", kinds[f->period], samples[f->period]);
    return at_key(r, j, E_INPUT);
}

static int read_periods(struct reader *r, const struct json *j, const struct fact *f,
                        struct span item)
{
    struct period p;
    if (j->kind != JSON_OBJECT) {
        struct json shown = *j;
        shown.key = json_text(j).n ? json_text(j) : SPAN("null");
        shown.key_line = j->line;
        shown.key_column = j->column;
        return bad_period(r, &shown, f);
    }
    JSON_EACH(m, j)
    {
        if (!period_parse(m->key, &p) || p.kind != f->period)
            return bad_period(r, m, f);
        int code = add_value(r, m, f, item, m->key);
        if (code < 0)
            return code;
        if (date_compare(p.last, p.first) < 0)
            return bad_period(r, m, f);
    }
    return 0;
}

/* ---- items ---- */

static struct item_list *list_of(struct reader *r, const struct item_kind *kind)
{
    for (size_t i = 0; i < r->lists.n; i++)
        if (r->lists.at[i].kind == kind)
            return &r->lists.at[i];
    struct item_list *list = VECTOR_PUSH(r->arena, &r->lists, struct item_list);
    if (list)
        list->kind = kind;
    return list;
}

/* Facts of an item at the top level: one item without an id. */
static int flat_item(struct reader *r, const struct json *j, const struct fact *f)
{
    struct item_list *list = list_of(r, f->of);
    struct span *id = ARENA_NEW(r->arena, struct span);
    if (!list || !id)
        return err_memory(r->err);
    if (list->given && !list->flat) {
        err_set(r->err, E_CONFLICT, "'%.*s' stands beside the list '%.*s'", SPAN_ARG(f->name),
                SPAN_ARG(f->of->list));
        err_hint(r->err, "put it into an item of the list");
        return at_key(r, j, E_CONFLICT);
    }
    if (!list->flat) {
        *id = SPAN("");
        list->ids = id;
        list->n = 1;
    }
    list->given = list->flat = true;
    return 0;
}

static int read_fact(struct reader *r, const struct json *j, const struct fact *f, struct span item)
{
    return f->period ? read_periods(r, j, f, item) : add_value(r, j, f, item, SPAN(""));
}

static int read_item(struct reader *r, const struct json *j, const struct item_kind *kind,
                     struct span id)
{
    JSON_EACH(m, j)
    {
        const struct fact *f = map_get(&r->library->fact_by_name, m->key);
        if (span_eq(m->key, SPAN("id")) || span_ends(m->key, SPAN(".complete")))
            continue;
        if (!f)
            return unknown_name(r, m, m->key);
        if (f->of != kind) {
            err_set(r->err, E_NAME, "'%.*s' is no fact of %.*s", SPAN_ARG(m->key),
                    SPAN_ARG(kind->list));
            err_hint(r->err, "it belongs to %.*s",
                     SPAN_ARG(f->of ? f->of->list : SPAN("the top level")));
            return at_key(r, m, E_NAME);
        }
        int code = read_fact(r, m, f, id);
        if (code < 0)
            return code;
    }
    return 0;
}

/* The id of an item; an item without one goes by its position. */
static int item_id(struct reader *r, const struct json *j, const struct span *before, size_t n,
                   struct span *ret)
{
    const struct json *id = JSON_GET(j, "id");
    *ret = id ? json_text(id) : arena_print(r->arena, "%zu", n + 1);
    if (!ret->p)
        return id ? (err_set(r->err, E_TYPE, "an id is a text"), at_value(r, id, E_TYPE))
                  : err_memory(r->err);
    if (!ret->n)
        return err_set(r->err, E_INPUT, "an empty id"), at_value(r, id ? id : j, E_INPUT);
    for (size_t i = 0; i < n; i++)
        if (span_eq(before[i], *ret)) {
            err_set(r->err, E_CONFLICT, "two items have the id '%.*s'", SPAN_ARG(*ret));
            return at_value(r, id ? id : j, E_CONFLICT);
        }
    return 0;
}

static int not_a_list(struct reader *r, const struct json *j, struct span list)
{
    err_set(r->err, E_TYPE, "'%.*s' is a list of items", SPAN_ARG(list));
    err_hint(r->err, "\"%.*s\": [{\"id\": \"1\", ...}], \"%.*s.complete\": true", SPAN_ARG(list),
             SPAN_ARG(list));
    return at_value(r, j, E_TYPE);
}

static int read_items(struct reader *r, const struct json *j, const struct item_kind *kind)
{
    struct item_list *list = list_of(r, kind);
    struct span *ids = ARENA_ARRAY(r->arena, struct span, j->n + 1);
    size_t n = 0;
    if (!list || !ids)
        return err_memory(r->err);
    if (j->kind != JSON_ARRAY)
        return not_a_list(r, j, kind->list);
    if (list->flat) {
        err_set(r->err, E_CONFLICT, "facts of '%.*s' also stand at the top level",
                SPAN_ARG(kind->list));
        return at_key(r, j, E_CONFLICT);
    }
    list->given = true;
    JSON_EACH(item, j)
    {
        if (item->kind != JSON_OBJECT)
            return not_a_list(r, item, kind->list);
        int code = item_id(r, item, ids, n, &ids[n]);
        if (code == 0)
            code = read_item(r, item, kind, ids[n]);
        if (code < 0)
            return code;
        n++;
    }
    list = list_of(r, kind); /* the vector may have moved */
    list->ids = ids;
    list->n = n;
    return 0;
}

/* ---- completeness ---- */

static int read_truth(struct reader *r, const struct json *j, bool *ret)
{
    bool plain = j->kind == JSON_STRING && j->plain;
    bool yes = j->kind == JSON_TRUE || (plain && span_eq(j->text, SPAN("true")));
    bool no = j->kind == JSON_FALSE || (plain && span_eq(j->text, SPAN("false")));
    if (!yes && !no) {
        err_set(r->err, E_TYPE, "'%.*s' is true or false", SPAN_ARG(j->key));
        return at_value(r, j, E_TYPE);
    }
    *ret = yes;
    return 0;
}

/* "X.complete": of a kind of items, or of a fact that is a list of texts. */
static int read_complete(struct reader *r, const struct json *j)
{
    struct span name = span_of(j->key.p, j->key.n - strlen(".complete"));
    const struct item_kind *kind = kind_by_list(r->library, name);
    const struct fact *f = map_get(&r->library->fact_by_name, name);
    bool complete = false;
    if (!kind && !f)
        return unknown_name(r, j, name);
    int code = read_truth(r, j, &complete);
    if (code < 0)
        return code;
    if (!kind) {
        if (f->is_list)
            return 0; /* used by mark_partial */
        err_set(r->err, E_TYPE, "'%.*s' is no list", SPAN_ARG(name));
        return at_key(r, j, E_TYPE);
    }
    struct item_list *list = list_of(r, kind);
    if (!list)
        return err_memory(r->err);
    list->complete = complete;
    return 0;
}

static bool says_partial(struct reader *r, const struct fact_value *v)
{
    struct span key = arena_print(r->arena, "%.*s.complete", SPAN_ARG(v->fact->name));
    const struct json *j = v->item.n ? NULL : json_get(r->root, key);
    return j && (j->kind == JSON_FALSE || span_eq(json_text(j), SPAN("false")));
}

bool fact_value_partial(struct arena *a, struct fact_value *v)
{
    const struct list *old = v->value.list;
    struct list *list = arena_alloc(a, sizeof *list + old->n * sizeof old->at[0]);
    if (!list)
        return false;
    memcpy(list, old, sizeof *list + old->n * sizeof old->at[0]);
    list->coverage = COVERAGE_PARTIAL;
    list->missing =
        missing_one(a, v->fact->name, v->item, v->period, v->fact->cause, v->fact->holder);
    v->value.list = list;
    return list->missing != NULL;
}

/* A plain list of texts is complete unless it says otherwise: then absence is unknown. */
static int mark_partial(struct reader *r, struct fact_value *v)
{
    if (v->value.kind != VALUE_LIST || !says_partial(r, v))
        return 0;
    return fact_value_partial(r->arena, v) ? 0 : err_memory(r->err);
}

/* ---- the whole ---- */

static int read_subject(struct reader *r, const struct json *j, struct subject *s)
{
    const struct json *kind = JSON_GET(j, "kind"), *id = JSON_GET(j, "id");
    bool known = !kind;
    for (size_t i = 0; i < ROLES; i++)
        known = known || span_eq(json_text(kind), role_words[i].yaml);
    if (j->kind != JSON_OBJECT || !known) {
        err_set(r->err, E_INPUT, "unknown kind of subject");
        err_hint(r->err, "{\"kind\": \"enterprise\"} or person, sole-trader, bank, landlord, "
                         "department, organisation");
        return at_value(r, j, E_INPUT);
    }
    if (kind)
        s->kind = json_text(kind);
    if (id)
        s->id = json_text(id);
    return 0;
}

/* "outcomes": {"measure": {"已申请": true, "金额": 6000}}; null = never applied for. */
static int read_outcome_part(struct reader *r, const struct json *j, struct outcome_record *o)
{
    for (size_t i = OUTCOME_APPLIED; i < OUTCOME_PARTS; i++) {
        if (!span_eq(outcome_parts[i].name, j->key))
            continue;
        int code = feel_from_json(r->arena, j, outcome_parts[i].type, &o->at[i], r->err);
        o->has[i] = code == 0;
        return code < 0 ? at_value(r, j, code) : 0;
    }
    err_set(r->err, E_NAME, "'%.*s' is no part of an outcome", SPAN_ARG(j->key));
    err_hint(r->err, "已申请 已获批 已拨付 已享完 金额 月数 次数 申请日 获批日 拨付日");
    return at_key(r, j, E_NAME);
}

static int read_outcome(struct reader *r, const struct json *j, struct outcome_record *o)
{
    struct span near = {NULL, 0};
    o->measure = library_find(r->library, j->key, &near);
    if (!o->measure) {
        err_set(r->err, E_NAME, "outcome of an unknown measure '%.*s'", SPAN_ARG(j->key));
        if (near.n)
            err_hint(r->err, "did you mean '%.*s'?", SPAN_ARG(near));
        return at_key(r, j, E_NAME);
    }
    bool never = j->kind == JSON_NULL || (j->plain && span_eq(j->text, SPAN("null")));
    if (never) {
        o->has[OUTCOME_APPLIED] = true;
        o->at[OUTCOME_APPLIED] = VALUE_FALSE_V;
        return 0;
    }
    if (j->kind != JSON_OBJECT) {
        err_set(r->err, E_TYPE, "an outcome is an object, or null when nobody applied");
        return at_value(r, j, E_TYPE);
    }
    JSON_EACH(m, j)
    {
        int code = span_eq(m->key, SPAN("item")) ? (o->item = json_text(m), 0)
                                                 : read_outcome_part(r, m, o);
        if (code < 0)
            return code;
    }
    return 0;
}

static int read_outcomes(struct reader *r, const struct json *j, struct subject *s)
{
    struct outcome_record *at = ARENA_ARRAY(r->arena, struct outcome_record, j->n + 1);
    if (!at)
        return err_memory(r->err);
    if (j->kind != JSON_OBJECT) {
        err_set(r->err, E_TYPE, "'outcomes' is an object: measure -> what became of it");
        return at_value(r, j, E_TYPE);
    }
    JSON_EACH(m, j)
    {
        int code = read_outcome(r, m, &at[s->outcome_count]);
        if (code < 0)
            return code;
        s->outcome_count++;
    }
    s->outcomes = at;
    return 0;
}

static int read_member(struct reader *r, const struct json *j, struct subject *s)
{
    const struct fact *f = map_get(&r->library->fact_by_name, j->key);
    const struct item_kind *kind = kind_by_list(r->library, j->key);
    int code = 0;
    if (span_eq(j->key, SPAN("subject")))
        return read_subject(r, j, s);
    if (span_eq(j->key, SPAN("outcomes")))
        return read_outcomes(r, j, s);
    if (span_ends(j->key, SPAN(".complete")))
        return read_complete(r, j);
    if (kind)
        return read_items(r, j, kind);
    if (!f)
        return unknown_name(r, j, j->key);
    if (f->of)
        code = flat_item(r, j, f);
    return code < 0 ? code : read_fact(r, j, f, SPAN(""));
}

int subject_from_json(struct arena *request, const struct library *l, const struct json *j,
                      struct span file, struct subject *ret, struct err *err)
{
    struct reader r = {.arena = request, .library = l, .file = file, .err = err, .root = j};
    struct subject s = {.kind = {NULL, 0}};
    int code = 0;
    if (!j || j->kind != JSON_OBJECT) {
        err_set(err, E_INPUT, "facts are an object: {\"fact\": value}");
        return j ? at_value(&r, j, E_INPUT) : E_INPUT;
    }
    JSON_EACH(m, j)
    {
        code = read_member(&r, m, &s);
        if (code < 0)
            return code;
    }
    for (size_t i = 0; i < r.values.n && code == 0; i++)
        code = mark_partial(&r, &r.values.at[i]);
    if (code < 0 || request->failed)
        return err_memory(err);
    if (!s.kind.n)
        s.kind = r.person && !r.enterprise ? SPAN("person") : SPAN("enterprise");
    s.values = r.values.at;
    s.n = r.values.n;
    s.lists = r.lists.at;
    s.list_count = r.lists.n;
    *ret = s;
    return 0;
}
