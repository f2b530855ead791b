/*
 * field.c: fields of a request, from text (query, form) or JSON members to typed values, and what a
 * handler asks of its request. See route.h.
 */
#include "http/route.h"
#include "base/map.h"
#include "base/utf8.h"
#include "http/escape.h"

#define MONEY_PLACES 2
#define MONEY_DIGITS 15 /* before the point: more than any budget */

void request_refuse(struct request *req, struct span field, struct span message)
{
    struct field_error **at = &req->errors;
    for (; *at; at = &(*at)->next)
        if (span_eq((*at)->name, field) && span_eq((*at)->message, message))
            return; /* said already, as for a date that is as-of and field at once */
    *at = ARENA_NEW(req->arena, struct field_error);
    if (*at)
        **at = (struct field_error){.name = field, .message = message};
}

void request_error(struct request *req, const char *field, const char *key, const struct json *args)
{
    request_refuse(req, span_z(field), request_say(req, key, args));
}

static void complain(struct request *req, const struct field *f, const char *key)
{
    struct json *args = json_object(req->arena);
    JSON_SET(
        args, "most",
        json_int(req->arena, f->kind == FIELD_TEXT && f->most == 0 ? FIELD_TEXT_MOST : f->most));
    JSON_SET(args, "least", json_int(req->arena, f->least));
    request_error(req, f->name, key, args);
}

static const char *read_text(const struct field *f, struct input *v)
{
    size_t most = f->most > 0 ? (size_t)f->most : FIELD_TEXT_MOST;
    return utf8_count(v->text) > most ? "field.long" : NULL;
}

static const char *read_int(const struct field *f, struct input *v)
{
    struct decimal d;
    if (v->text.n > 20 || !decimal_parse(v->text, &d) || !decimal_to_int(d, &v->number))
        return "field.int";
    if (f->least < f->most && (v->number < f->least || v->number > f->most))
        return "field.range";
    return NULL;
}

bool field_date(struct span s, struct date *ret)
{
    struct date d;
    if (!date_parse(s, &d) || d.year < 1900 || d.year > 2200)
        return false;
    *ret = d;
    return true;
}

static const char *read_date(const struct field *f, struct input *v)
{
    UNUSED(f);
    return field_date(v->text, &v->date) ? NULL : "field.date";
}

/* Digits, at most one point, at most two digits behind it. */
static bool money_shape(struct span s)
{
    size_t whole = 0, places = 0;
    bool point = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && !point)
            point = true;
        else if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        else if (point)
            places++;
        else
            whole++;
    }
    return whole > 0 && whole <= MONEY_DIGITS && places <= MONEY_PLACES && (!point || places > 0);
}

static const char *read_money(const struct field *f, struct input *v)
{
    UNUSED(f);
    return money_shape(v->text) && decimal_parse(v->text, &v->decimal) ? NULL : "field.money";
}

static const char *read_number(const struct field *f, struct input *v)
{
    UNUSED(f);
    return v->text.n <= DECIMAL_TEXT && decimal_parse(v->text, &v->decimal) ? NULL : "field.number";
}

static const char *read_choice(const struct field *f, struct input *v)
{
    for (size_t i = 0; f->choices && f->choices[i]; i++) {
        if (span_eq(v->text, span_z(f->choices[i]))) {
            v->choice = i;
            return NULL;
        }
    }
    return "field.choice";
}

static const char *read_bool(const struct field *f, struct input *v)
{
    static const char *const words[] = {"true", "1", "on", "yes", "false", "0", "off", "no"};
    UNUSED(f);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (span_eq(v->text, span_z(words[i]))) {
            v->truth = i < 4;
            return NULL;
        }
    }
    return "field.bool";
}

static const char *(*const readers[])(const struct field *f, struct input *v) = {
    [FIELD_TEXT] = read_text,   [FIELD_INT] = read_int,       [FIELD_DATE] = read_date,
    [FIELD_MONEY] = read_money, [FIELD_NUMBER] = read_number, [FIELD_CHOICE] = read_choice,
    [FIELD_BOOL] = read_bool,
};

static int read_json(struct request *req, const struct field *f, struct input *v)
{
    struct json *tree = NULL;
    if (v->json)
        return 0;
    int r = json_parse(req->arena, v->text, span_z(f->name), &tree, NULL);
    if (r == E_MEMORY)
        return r;
    v->json = tree;
    if (r < 0)
        complain(req, f, "field.json");
    v->given = r == 0;
    return 0;
}

/* Types one value in place. */
static int read_value(struct request *req, const struct field *f, struct input *v)
{
    v->text = span_trim(v->text);
    if (v->text.n == 0 && !v->json)
        return 0;
    v->given = true;
    if (f->kind == FIELD_JSON)
        return read_json(req, f, v);
    const char *problem = readers[f->kind](f, v);
    if (problem) {
        complain(req, f, problem);
        v->given = false;
    }
    return 0;
}

/* One more value of a field: the first goes into the table, further ones behind it. */
static int add_value(struct request *req, const struct field *f, struct input *head,
                     struct input value)
{
    struct input *slot = head;
    if (head->given && !(f->flags & FIELD_MANY)) {
        complain(req, f, "field.twice");
        return 0;
    }
    int r = read_value(req, f, &value);
    if (r < 0 || (!value.given && value.text.n == 0))
        return r;
    if (head->given) {
        while (slot->next)
            slot = slot->next;
        slot->next = ARENA_NEW(req->arena, struct input);
        slot = slot->next;
        if (!slot)
            return E_MEMORY;
    }
    *slot = value;
    return 0;
}

static int from_pairs(struct request *req, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n; i++) {
        for (size_t k = 0; k < req->route->field_count; k++) {
            const struct field *f = &req->route->fields[k];
            if (!span_eq(span_z(f->name), pairs->at[i].name))
                continue;
            int r = add_value(req, f, &req->values[k], (struct input){.text = pairs->at[i].value});
            if (r < 0)
                return r;
        }
    }
    return 0;
}

static struct input value_of_json(const struct field *f, const struct json *j)
{
    struct input v = {0};
    if (f->kind == FIELD_JSON && j->kind != JSON_NULL)
        v.json = j;
    else if (j->kind == JSON_TRUE || j->kind == JSON_FALSE)
        v.text = j->kind == JSON_TRUE ? SPAN("true") : SPAN("false");
    else
        v.text = json_text(j);
    return v;
}

static const struct field *field_named(const struct route *r, struct span name, size_t *ret_index)
{
    for (size_t k = 0; k < r->field_count; k++) {
        if (span_eq(span_z(r->fields[k].name), name)) {
            *ret_index = k;
            return &r->fields[k];
        }
    }
    return NULL;
}

static int from_member(struct request *req, const struct json *member)
{
    size_t k = 0;
    const struct field *f = field_named(req->route, member->key, &k);
    int r = 0;
    if (!f) {
        struct json *args = json_object(req->arena);
        JSON_SET(args, "name", json_string(req->arena, member->key));
        struct span name = arena_copy(req->arena, member->key);
        request_error(req, name.p ? name.p : "", "field.unknown", args);
        return 0;
    }
    bool simple = member->kind != JSON_ARRAY && member->kind != JSON_OBJECT;
    if (f->kind == FIELD_JSON || simple)
        return add_value(req, f, &req->values[k], value_of_json(f, member));
    if (member->kind != JSON_ARRAY || !(f->flags & FIELD_MANY)) {
        complain(req, f, "field.json");
        return 0;
    }
    JSON_EACH(item, member)
    {
        r = add_value(req, f, &req->values[k], value_of_json(f, item));
        if (r < 0)
            break;
    }
    return r;
}

int request_read_fields(struct request *req, struct err *err)
{
    size_t n = req->route->field_count;
    int r = 0;
    req->values = ARENA_ARRAY(req->arena, struct input, n ? n : 1);
    if (!req->values)
        return err_memory(err);
    r = from_pairs(req, req->method == METHOD_POST ? &req->form : &req->query);
    if (r == 0)
        r = from_pairs(req, &req->params);
    JSON_EACH(member, req->body)
    {
        if (r == 0)
            r = from_member(req, member);
    }
    for (size_t k = 0; r == 0 && k < n; k++) {
        bool refused = false; /* it was there, and something is said about it already */
        for (struct field_error *e = req->errors; e; e = e->next)
            refused = refused || span_eq(e->name, span_z(req->route->fields[k].name));
        if ((req->route->fields[k].flags & FIELD_REQUIRED) && !req->values[k].given && !refused)
            complain(req, &req->route->fields[k], "field.required");
    }
    return r < 0 ? err_set(err, r, "the fields cannot be read") : 0;
}

const struct input *request_value(const struct request *req, const char *name)
{
    size_t k = 0;
    if (!field_named(req->route, span_z(name), &k))
        BUG("route %s declares no field %s", req->route->path, name);
    return &req->values[k];
}

struct span request_text(const struct request *req, const char *name)
{
    return request_value(req, name)->text;
}

struct span request_param(const struct request *req, const char *name)
{
    const struct span *found = wire_find(&req->params, span_z(name));
    if (!found)
        BUG("route %s has no {%s}", req->route->path, name);
    return *found;
}

struct span request_say(const struct request *req, const char *key, const struct json *args)
{
    return texts_print(req->texts, req->language, span_z(key), args, req->arena);
}

void request_flash(struct request *req, const char *key, const struct json *args)
{
    session_set(&req->session, SPAN("flash"), json_string(req->arena, request_say(req, key, args)));
}

/* Header-safe: what is no plain ASCII is percent-encoded. */
static struct span header_url(struct span path, struct arena *request)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c <= 0x20 || c >= 0x7f)
            buffer_print(&out, "%%%02X", c);
        else
            buffer_byte(&out, path.p[i]);
    }
    struct span copy =
        buffer_failed(&out) ? (struct span){0} : arena_copy(request, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

int response_redirect(struct request *req, struct response *res, struct span path)
{
    if (!span_starts(path, SPAN("/")) || span_starts(path, SPAN("//")) ||
        span_find(path, SPAN("\\")) != SIZE_MAX)
        return err_set(&res->err, E_FORBIDDEN, "a redirect leads to a path of this server only");
    res->location = header_url(path, req->arena);
    return res->location.p ? 303 : err_memory(&res->err);
}
