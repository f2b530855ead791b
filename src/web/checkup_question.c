/*
 * checkup_question.c: one question as a form: which kind of input a fact asks for, what the answer
 * settles, and the way back from the form's text to the fact's value. Lenient where people write
 * naturally (full-width digits, thousands separators, 5%, 静安区), strict about everything else;
 * what cannot be read stays in its field.
 */
#include "base/utf8.h"
#include "http/escape.h"
#include "web/shape.h"
#include "web/checkup.h"

#define SUGGESTIONS 30 /* of a free text, from the library's examples */

/* ---- words ---- */

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

struct span period_words(struct request *req, struct span period)
{
    static const char *const keys[] = {[PERIOD_YEAR] = "checkup.period.year",
                                       [PERIOD_QUARTER] = "checkup.period.quarter",
                                       [PERIOD_MONTH] = "checkup.period.month",
                                       [PERIOD_DAY] = "checkup.period.day"};
    struct json *args = json_object(req->arena);
    struct period p;

    if (!period.n || !period_parse(period, &p) || p.kind == PERIOD_NONE)
        return period;
    JSON_SET(args, "year", json_int(req->arena, p.first.year));
    JSON_SET(args, "quarter", json_int(req->arena, (p.first.month + 2) / 3));
    JSON_SET(args, "day", json_int(req->arena, p.first.day));
    JSON_SET(args, "month",
             is_english(req) ? json_string(req->arena, span_z(months[p.first.month - 1]))
                             : json_int(req->arena, p.first.month));
    return request_say(req, keys[p.kind], args);
}

struct span key_words(struct request *req, struct fact_key k)
{
    struct json *args = json_object(req->arena);
    struct span period = period_words(req, k.period);

    struct span name = is_english(req) && k.fact->title.en.n ? k.fact->title.en : k.fact->name;

    if (!k.item.n && !period.n)
        return name;
    JSON_SET(args, "fact", json_string(req->arena, name));
    JSON_SET(args, "item", json_string(req->arena, k.item));
    JSON_SET(args, "period", json_string(req->arena, period));
    return request_say(req,
                       !period.n  ? "checkup.about_item"
                       : k.item.n ? "checkup.about_both"
                                  : "checkup.about_period",
                       args);
}

struct span question_link(struct answers *s, struct fact_key k, const char *back)
{
    struct buffer b = BUFFER_INIT;
    int64_t number = answers_item_number(s, k);

    buffer_add_z(&b, "/checkups/question?fact=");
    escape_percent(&b, k.fact->name);
    if (k.period.n) {
        buffer_add_z(&b, "&period=");
        escape_percent(&b, k.period);
    }
    if (number)
        buffer_print(&b, "&item=%lld", (long long)number);
    if (back)
        buffer_print(&b, "&back=%s", back);
    struct span link = arena_copy(s->req->arena, buffer_span(&b));
    s->req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return link;
}

/* ---- the next question ---- */

int question_next(struct answers *s, struct checkup *c, struct question *ret, bool *ret_any,
                  struct err *err)
{
    const struct question *all;
    size_t n;
    int r = checkup_questions(s->req->arena, c, SIZE_MAX, &all, &n, err);

    *ret_any = false;
    for (size_t i = 0; r == 0 && i < n && !*ret_any; i++) {
        if (answers_skipped(s, (struct fact_key){all[i].fact, all[i].item, all[i].period}))
            continue;
        *ret = all[i];
        *ret_any = true;
    }
    return r;
}

/* ---- shape ---- */

static const struct type *type_of(const struct fact *f)
{
    const struct type *t = f->type;
    if (t->kind == TYPE_DATED)
        t = t->element;
    return t;
}

static const struct type *element_of(const struct fact *f)
{
    const struct type *t = type_of(f);
    return t->kind == TYPE_LIST ? t->element : t;
}

/* The texts that the field shows: what was sent, or the present answer. */
static struct json *shown_values(struct answers *s, const struct question *q, bool sent)
{
    struct arena *a = s->req->arena;
    struct json *all = json_array(a);
    const struct fact_value *v = answers_find(s, (struct fact_key){q->fact, q->item, q->period});

    if (sent) {
        for (const struct input *i = request_value(s->req, "value"); i && i->given; i = i->next)
            json_add(all, json_string(a, i->text));
        return all;
    }
    if (!v || v->value.kind == VALUE_NULL)
        return all;
    bool list = v->value.kind == VALUE_LIST;
    for (size_t i = 0; i < (list ? v->value.list->n : 1); i++) {
        struct buffer b = BUFFER_INIT;
        value_text(&b, list ? v->value.list->at[i] : v->value);
        json_add(all, json_string(a, arena_copy(a, buffer_span(&b))));
        a->failed |= buffer_failed(&b);
        buffer_release(&b);
    }
    if (list && v->value.list->n == 0)
        json_add(all, json_string(a, SPAN("none")));
    return all;
}

static bool has_text(const struct json *all, struct span text)
{
    JSON_EACH(j, all)
    if (span_eq(json_text(j), text))
        return true;
    return false;
}

/* Choices have ids value, value-2 ...: the summary of errors leads to the first. */
static void add_option(struct request *req, struct json *list, struct span value, struct span title,
                       const struct json *shown)
{
    struct json *o = json_object(req->arena);
    JSON_SET(o, "value", json_string(req->arena, value));
    JSON_SET(o, "title", json_string(req->arena, title));
    JSON_SET(o, "checked", json_bool(req->arena, has_text(shown, value)));
    JSON_SET(o, "id",
             json_string(req->arena, list && list->n
                                         ? arena_print(req->arena, "value-%zu", list->n + 1)
                                         : SPAN("value")));
    json_add(list, o);
}

static struct json *options_of(struct answers *s, const struct fact *f, const struct json *shown)
{
    struct request *req = s->req;
    struct json *list = json_array(req->arena);
    const struct type *t = element_of(f);

    if (t->kind == TYPE_BOOLEAN) {
        add_option(req, list, SPAN("true"), request_say(req, "checkup.yes", NULL), shown);
        add_option(req, list, SPAN("false"), request_say(req, "checkup.no", NULL), shown);
    }
    for (size_t i = 0; i < t->value_count; i++)
        add_option(req, list, t->values[i], t->values[i], shown);
    return list;
}

static void suggest(struct request *req, struct json *list, const struct json *value)
{
    if (value && value->kind == JSON_ARRAY) {
        JSON_EACH(item, value)
        suggest(req, list, item);
        return;
    }
    struct span text = json_text(value);
    if (text.n && list->n < SUGGESTIONS && !has_text(list, text))
        json_add(list, json_string(req->arena, text));
}

/* What the library's own examples say of this fact: the shortest way to show how an answer looks.
 */
static struct json *suggestions_of(struct answers *s, const struct fact *f)
{
    struct json *list = json_array(s->req->arena);
    const struct library *l = s->app->library;

    if (!list || element_of(f)->kind != TYPE_STRING)
        return list;
    for (size_t i = 0; i < l->measure_count; i++)
        for (size_t k = 0; k < l->measures[i]->example_count; k++)
            suggest(s->req, list, json_get(l->measures[i]->examples[k].facts, f->name));
    return list;
}

bool fact_is_rate(const struct fact *f)
{
    return type_of(f)->kind == TYPE_NUMBER && !f->unit.n && f->has_max &&
           decimal_compare(f->max, DECIMAL_ONE) <= 0;
}

static const char *input_of(const struct fact *f)
{
    const struct type *t = type_of(f), *e = element_of(f);
    if (t->kind == TYPE_LIST)
        return e->value_count ? "is_many" : "is_text";
    if (t->kind == TYPE_BOOLEAN || e->value_count)
        return "is_choice";
    return t->kind == TYPE_NUMBER ? "is_number" : t->kind == TYPE_DATE ? "is_date" : "is_text";
}

static struct span joined(struct request *req, const struct json *shown)
{
    struct buffer b = BUFFER_INIT;
    JSON_EACH(j, shown)
    {
        if (b.n)
            buffer_add_z(&b, "、");
        if (!span_eq(json_text(j), SPAN("none")))
            buffer_add(&b, json_text(j));
    }
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static void add_worth(struct answers *s, const struct question *q, struct json *o)
{
    struct arena *a = s->req->arena;
    struct json *args = json_object(a);

    JSON_SET(args, "settles", json_int(a, (int64_t)q->settles));
    JSON_SET(args, "amount", json_string(a, money_say(s->req, q->at_stake)));
    if (q->settles)
        JSON_SET(o, "worth",
                 json_string(a, request_say(s->req,
                                            decimal_sign(q->at_stake) > 0 ? "checkup.worth_amount"
                                                                          : "checkup.worth",
                                            args)));
}

static void add_input(struct answers *s, const struct question *q, bool sent, struct json *o)
{
    struct request *req = s->req;
    struct arena *a = req->arena;
    const struct fact *f = q->fact;
    struct json *shown = shown_values(s, q, sent), *options = options_of(s, f, shown),
                *suggestions = suggestions_of(s, f);
    bool money = span_eq(f->unit, SPAN("元"));

    json_set(o, span_z(input_of(f)), json_bool(a, true));
    JSON_SET(o, "options", options);
    JSON_SET(o, "columns", json_bool(a, options && options->n > 8));
    JSON_SET(o, "none_id", json_string(a, SPAN("value-none")));
    JSON_SET(o, "none_checked", json_bool(a, has_text(shown, SPAN("none"))));
    JSON_SET(o, "suggestions", suggestions);
    JSON_SET(o, "has_suggestions", json_bool(a, suggestions && suggestions->n > 0));
    JSON_SET(o, "shown", json_string(a, joined(req, shown)));
    JSON_SET(o, "unit", json_string(a, f->unit));
    JSON_SET(o, "is_money", json_bool(a, money));
    JSON_SET(o, "is_percent", json_bool(a, fact_is_rate(f)));
    JSON_SET(o, "inputmode", json_string(a, f->whole ? SPAN("numeric") : SPAN("decimal")));
}

struct json *question_shape(struct answers *s, const struct question *q, bool sent)
{
    struct request *req = s->req;
    struct arena *a = req->arena;
    struct fact_key k = {q->fact, q->item, q->period};
    struct json *o = json_object(a);
    bool english = is_english(req);

    JSON_SET(o, "text", json_string(a, words_in(q->fact->question, english)));
    JSON_SET(o, "fact", json_string(a, q->fact->name));
    JSON_SET(o, "item", json_int(a, answers_item_number(s, k)));
    JSON_SET(o, "period", json_string(a, q->period));
    JSON_SET(o, "period_words", json_string(a, period_words(req, q->period)));
    JSON_SET(o, "item_words", json_string(a, q->item));
    JSON_SET(o, "of",
             json_string(a, q->fact->of ? words_in(q->fact->of->title, english) : SPAN("")));
    JSON_SET(o, "only_item", json_bool(a, q->fact->of && !q->item.n));
    JSON_SET(o, "help", json_string(a, words_in(q->fact->help, english)));
    JSON_SET(o, "purpose", json_string(a, shape_purpose(req, q->fact)));
    JSON_SET(o, "holder",
             json_string(a, span_eq(q->fact->holder, SPAN("申请人")) ? SPAN("") : q->fact->holder));
    JSON_SET(o, "error", json_string(a, req->errors ? req->errors->message : SPAN("")));
    add_worth(s, q, o);
    add_input(s, q, sent, o);
    return o;
}

/* ---- back from the form ---- */

static struct json *refuse(struct request *req, const char *key, const struct fact *f)
{
    struct json *args = json_object(req->arena);
    char text[DECIMAL_PLAIN];

    JSON_SET(args, "unit", json_string(req->arena, f->unit));
    if (f->has_min)
        JSON_SET(args, "min",
                 json_string(req->arena,
                             arena_copy(req->arena,
                                        span_of(text, decimal_plain(f->min, text, sizeof text)))));
    if (f->has_max)
        JSON_SET(args, "max",
                 json_string(req->arena,
                             arena_copy(req->arena,
                                        span_of(text, decimal_plain(f->max, text, sizeof text)))));
    request_error(req, "value", key, args);
    return NULL;
}

static bool utf8_next(struct span s, size_t *at, uint32_t *ret)
{
    size_t length;
    *ret = utf8_decode(span_from(s, *at), &length);
    *at += length;
    return length > 0;
}

/* １２，０００ -> 12000; a percent sign at the end is told. */
static struct span plain_number(struct request *req, struct span s, bool *ret_percent)
{
    struct buffer b = BUFFER_INIT;
    size_t at = 0;
    uint32_t rune;

    *ret_percent = false;
    while (at < s.n && utf8_next(s, &at, &rune)) {
        if (rune >= 0xff10 && rune <= 0xff19)
            rune = rune - 0xff10 + '0';
        if (rune == ',' || rune == 0xff0c || rune == ' ' || rune == 0x3000)
            continue;
        if (rune == '%' || rune == 0xff05)
            *ret_percent = at == s.n;
        else
            buffer_rune(&b, rune == 0xff0e ? '.' : rune);
    }
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static bool too_precise(struct decimal d, int places)
{
    return decimal_compare(d, decimal_round(d, places, ROUND_DOWN, NULL)) != 0;
}

static struct json *number_value(struct request *req, const struct fact *f, struct span text)
{
    char out[DECIMAL_PLAIN];
    struct decimal d;
    bool percent;
    struct span digits = plain_number(req, text, &percent);

    if (!digits.n || digits.n > DECIMAL_TEXT || !decimal_parse(digits, &d) ||
        !decimal_is_finite(d) || (percent && f->unit.n))
        return refuse(req, f->unit.n ? "checkup.bad.number_unit" : "checkup.bad.number", f);
    if (percent)
        d = decimal_div(d, decimal_from_int(100), NULL);
    if (f->whole && !decimal_is_integer(d))
        return refuse(req, "checkup.bad.whole", f);
    if (f->has_min && decimal_compare(d, f->min) < 0)
        return refuse(req, "checkup.bad.min", f);
    if (f->has_max && decimal_compare(d, f->max) > 0)
        return refuse(req, "checkup.bad.max", f);
    if (span_eq(f->unit, SPAN("元")) && too_precise(d, 2))
        return refuse(req, "checkup.bad.places", f);
    return json_number(req->arena,
                       arena_copy(req->arena, span_of(out, decimal_plain(d, out, sizeof out))));
}

static bool in_type(const struct type *t, struct span text)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (span_eq(t->values[i], text))
            return true;
    return t->value_count == 0;
}

/* Does `path` (上海市/静安区) mean what somebody wrote (静安区, 上海市静安区)? */
static bool same_place(struct span path, struct span written)
{
    size_t k = 0;

    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] == '/')
            continue;
        if (k == written.n || path.p[i] != written.p[k])
            break;
        if (i + 1 == path.n && k + 1 == written.n)
            return true;
        k++;
    }
    return path.n > written.n && span_ends(path, written) && path.p[path.n - written.n - 1] == '/';
}

/* A place written short becomes the path that the library knows. */
static struct span full_text(struct answers *s, const struct fact *f, struct span text)
{
    JSON_EACH(j, suggestions_of(s, f))
    if (same_place(json_text(j), text))
        return json_text(j);
    return text;
}

static struct json *closed_list(struct request *req, const struct fact *f)
{
    struct json *list = json_array(req->arena);
    bool none = false;

    for (const struct input *i = request_value(req, "value"); i && i->given; i = i->next) {
        if (span_eq(i->text, SPAN("none")))
            none = true;
        else if (!in_type(element_of(f), i->text))
            return refuse(req, "checkup.bad.choice", f);
        else
            json_add(list, json_string(req->arena, i->text));
    }
    if (none && list && list->n)
        return refuse(req, "checkup.bad.none_and", f);
    return none || (list && list->n) ? list : refuse(req, "checkup.bad.many", f);
}

/* Words with 、 , ; or a new line between them. */
static struct json *open_list(struct request *req, const struct fact *f, struct span text)
{
    struct json *list = json_array(req->arena);
    size_t at = 0, start = 0, before;
    uint32_t rune;

    while (at <= text.n) {
        before = at;
        bool more = at < text.n && utf8_next(text, &at, &rune);
        if (more && rune != 0x3001 && rune != ',' && rune != 0xff0c && rune != ';' &&
            rune != 0xff1b && rune != '\n')
            continue;
        struct span word = span_trim(span_of(text.p + start, before - start));
        if (word.n)
            json_add(list, json_string(req->arena, word));
        start = at;
        if (!more)
            break;
    }
    return list && list->n ? list : refuse(req, "checkup.bad.text", f);
}

struct json *question_value(struct answers *s, const struct fact *f)
{
    struct request *req = s->req;
    const struct type *t = type_of(f);
    struct span text = request_value(req, "value")->text;
    struct date d;

    if (t->kind == TYPE_LIST)
        return element_of(f)->value_count ? closed_list(req, f) : open_list(req, f, text);
    if (!text.n)
        return refuse(req,
                      span_eq(span_z(input_of(f)), SPAN("is_choice")) ? "checkup.bad.choice"
                                                                      : "checkup.bad.empty",
                      f);
    if (t->kind == TYPE_BOOLEAN && !span_eq(text, SPAN("true")) && !span_eq(text, SPAN("false")))
        return refuse(req, "checkup.bad.choice", f);
    if (t->kind == TYPE_BOOLEAN)
        return json_bool(req->arena, span_eq(text, SPAN("true")));
    if (t->kind == TYPE_NUMBER)
        return number_value(req, f, text);
    if (t->kind == TYPE_DATE && !field_date(text, &d))
        return refuse(req, "checkup.bad.date", f);
    if (t->value_count)
        return in_type(t, text) ? json_string(req->arena, text)
                                : refuse(req, "checkup.bad.choice", f);
    return json_string(req->arena, t->kind == TYPE_DATE ? text : full_text(s, f, text));
}
