/*
 * openapi.c: /openapi.json (OpenAPI 3.1), made from the table of routes: paths, parameters, bodies.
 */
#include "identity/accounts.h"
#include "web/handlers.h"

static const char *const types[] = {
    [FIELD_TEXT] = "string",  [FIELD_INT] = "integer",   [FIELD_DATE] = "string",
    [FIELD_MONEY] = "string", [FIELD_NUMBER] = "string", [FIELD_CHOICE] = "string",
    [FIELD_BOOL] = "boolean", [FIELD_JSON] = "object",
};

static struct json *text(struct arena *a, const char *z)
{
    return json_string(a, span_z(z));
}

static struct json *schema_of(struct arena *a, const struct field *f)
{
    struct json *schema = json_object(a);
    JSON_SET(schema, "type", text(a, types[f->kind]));
    if (f->kind == FIELD_DATE)
        JSON_SET(schema, "format", text(a, "date"));
    if (f->kind == FIELD_MONEY)
        JSON_SET(schema, "pattern", text(a, "^[0-9]{1,15}(\\.[0-9]{1,2})?$"));
    if (f->kind == FIELD_TEXT)
        JSON_SET(schema, "maxLength", json_int(a, f->most > 0 ? f->most : FIELD_TEXT_MOST));
    if (f->kind == FIELD_INT && f->least < f->most) {
        JSON_SET(schema, "minimum", json_int(a, f->least));
        JSON_SET(schema, "maximum", json_int(a, f->most));
    }
    if (f->kind == FIELD_CHOICE) {
        struct json *list = json_array(a);
        for (size_t i = 0; f->choices && f->choices[i]; i++)
            json_add(list, text(a, f->choices[i]));
        JSON_SET(schema, "enum", list);
    }
    if (!(f->flags & FIELD_MANY))
        return schema;
    struct json *list = json_object(a);
    JSON_SET(list, "type", text(a, "array"));
    JSON_SET(list, "items", schema);
    return list;
}

static struct json *parameter(struct arena *a, struct span name, const char *in, bool required,
                              struct json *schema, const char *summary)
{
    struct json *p = json_object(a);
    JSON_SET(p, "name", json_string(a, name));
    JSON_SET(p, "in", text(a, in));
    JSON_SET(p, "required", json_bool(a, required));
    JSON_SET(p, "schema", schema);
    if (summary)
        JSON_SET(p, "description", text(a, summary));
    return p;
}

/* "/measures/{id*}" as OpenAPI writes it, its parameters added to the list. */
static struct span path_of(struct arena *a, const struct route *r, struct json *parameters)
{
    struct span rest = span_z(r->path), part = {0};
    struct buffer out = BUFFER_INIT;
    rest = span_from(rest, 1);
    while (span_split(&rest, '/', &part)) {
        buffer_byte(&out, '/');
        if (!span_starts(part, SPAN("{"))) {
            buffer_add(&out, part);
            continue;
        }
        struct span name = span_of(part.p + 1, part.n - (span_ends(part, SPAN("*}")) ? 3 : 2));
        struct json *schema = json_object(a);
        JSON_SET(schema, "type", text(a, "string"));
        json_add(parameters, parameter(a, name, "path", true, schema, NULL));
        buffer_print(&out, "{%.*s}", SPAN_ARG(name));
    }
    struct span path = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return path;
}

static struct json *body_of(struct arena *a, const struct route *r)
{
    struct json *properties = json_object(a), *required = json_array(a), *schema = json_object(a);
    for (size_t i = 0; i < r->field_count; i++) {
        const struct field *f = &r->fields[i];
        json_set(properties, span_z(f->name), schema_of(a, f));
        if (f->flags & FIELD_REQUIRED)
            json_add(required, text(a, f->name));
    }
    JSON_SET(schema, "type", text(a, "object"));
    JSON_SET(schema, "properties", properties);
    JSON_SET(schema, "required", required);
    struct json *media = json_object(a), *content = json_object(a), *body = json_object(a);
    JSON_SET(media, "schema", schema);
    JSON_SET(content, "application/json", media);
    JSON_SET(body, "content", content);
    return body;
}

static struct json *described(struct arena *a, const char *description)
{
    struct json *o = json_object(a);
    JSON_SET(o, "description", text(a, description));
    return o;
}

static struct json *responses_of(struct arena *a, const struct route *r)
{
    static const char bad[] = "error {status, code, title, advice, message, hint, fields}";
    struct json *responses = json_object(a);
    JSON_SET(responses, "200",
             described(a, "The answer; JSON with .json behind the path or by Accept."));
    if (r->field_count > 0)
        JSON_SET(responses, "422", described(a, bad));
    if (r->who) {
        JSON_SET(responses, "401", described(a, "Nobody has signed in."));
        JSON_SET(responses, "403", described(a, "Another role: error.needs says which would do."));
    }
    JSON_SET(responses, "default", described(a, bad));
    return responses;
}

/* The roles that may use it; "signed-in" = whoever has an account. */
static struct json *roles_of(struct arena *a, unsigned who)
{
    struct json *list = json_array(a);
    if (who & WHO_SIGNED_IN)
        json_add(list, text(a, "signed-in"));
    for (unsigned i = 0; i < USER_ROLES; i++)
        if (who >> i & 1)
            json_add(list, json_string(a, user_role_word((enum user_role)i)));
    return list;
}

static struct json *operation(struct arena *a, const struct route *r, struct span *ret_path)
{
    struct json *op = json_object(a), *parameters = json_array(a);
    *ret_path = path_of(a, r, parameters);
    for (size_t i = 0; i < r->field_count && r->method == METHOD_GET; i++) {
        const struct field *f = &r->fields[i];
        json_add(parameters, parameter(a, span_z(f->name), "query", f->flags & FIELD_REQUIRED,
                                       schema_of(a, f), f->summary));
    }
    if (r->summary)
        JSON_SET(op, "summary", text(a, r->summary));
    JSON_SET(op, "parameters", parameters);
    if (r->who)
        JSON_SET(op, "x-roles", roles_of(a, r->who));
    if (r->method != METHOD_GET && r->field_count > 0)
        JSON_SET(op, "requestBody", body_of(a, r));
    JSON_SET(op, "responses", responses_of(a, r));
    return op;
}

static struct json *member(struct json *object, struct span key)
{
    for (struct json *m = object ? object->first : NULL; m; m = m->next)
        if (span_eq(m->key, key))
            return m;
    return NULL;
}

static struct span verb(enum method m)
{
    return m == METHOD_POST     ? SPAN("post")
           : m == METHOD_PUT    ? SPAN("put")
           : m == METHOD_DELETE ? SPAN("delete")
           : m == METHOD_PATCH  ? SPAN("patch")
                                : SPAN("get");
}

static struct json *paths(struct arena *a)
{
    struct json *all = json_object(a);
    for (size_t i = 0; i < app_route_count; i++) {
        struct span path;
        struct json *op = operation(a, &app_routes[i], &path);
        struct json *at = member(all, path);
        if (!at) {
            at = json_object(a);
            json_set(all, path, at);
        }
        json_set(at, verb(app_routes[i].method), op);
    }
    return all;
}

int openapi_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct arena *a = req->arena;
    struct json *info = json_object(a);
    JSON_SET(info, "title", text(a, "huiqi"));
    JSON_SET(info, "version", text(a, app->version));
    JSON_SET(res->data, "openapi", text(a, "3.1.0"));
    JSON_SET(res->data, "info", info);
    JSON_SET(res->data, "paths", paths(a));
    return 200;
}
