/*
 * json.c: the tree: readers, builders, printer, and the growing that both parsers share.
 */
#include "base/json.h"
#include "base/json_int.h"
#include "base/utf8.h"

/* Objects with more members than this get an index while they are parsed. */
#define INDEX_FROM 12

const struct json *json_get(const struct json *object, struct span key)
{
    if (!object || object->kind != JSON_OBJECT)
        return NULL;
    if (object->index && object->index->map.n == object->n)
        return map_get(&object->index->map, key);
    for (const struct json *j = object->first; j; j = j->next)
        if (span_eq(j->key, key))
            return j;
    return NULL;
}

struct span json_text(const struct json *j)
{
    if (!j || (j->kind != JSON_STRING && j->kind != JSON_NUMBER))
        return (struct span){NULL, 0};
    return j->text;
}

static struct json *new_node(struct arena *a, enum json_kind kind, struct span text)
{
    struct json *j = ARENA_NEW(a, struct json);

    if (j) {
        j->kind = kind;
        j->text = text;
    }
    return j;
}

struct json *json_object(struct arena *a)
{
    return new_node(a, JSON_OBJECT, SPAN(""));
}

struct json *json_array(struct arena *a)
{
    return new_node(a, JSON_ARRAY, SPAN(""));
}

struct json *json_string(struct arena *a, struct span s)
{
    return new_node(a, JSON_STRING, s);
}

struct json *json_number(struct arena *a, struct span digits)
{
    return new_node(a, JSON_NUMBER, digits);
}

struct json *json_int(struct arena *a, int64_t i)
{
    return new_node(a, JSON_NUMBER, arena_print(a, "%lld", (long long)i));
}

struct json *json_bool(struct arena *a, bool b)
{
    return new_node(a, b ? JSON_TRUE : JSON_FALSE, SPAN(""));
}

struct json *json_null(struct arena *a)
{
    return new_node(a, JSON_NULL, SPAN(""));
}

static void append(struct json *parent, struct json *child)
{
    if (child->next || child == parent->last)
        BUG("a node of a tree is added to a second parent");
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->n++;
}

void json_add(struct json *array, struct json *item)
{
    if (array && item)
        append(array, item);
}

void json_set(struct json *object, struct span key, struct json *value)
{
    if (!object || !value)
        return;
    value->key = key;
    append(object, value);
}

/* --- growing, for the parsers -------------------------------------------------------------- */

/* Keeps the index of an object in step with its newest member. */
static int index_member(struct arena *a, struct json *object, struct json *member)
{
    int r = 0;

    if (object->index)
        return map_put(&object->index->map, member->key, member);
    if (object->n <= INDEX_FROM)
        return 0;
    object->index = ARENA_NEW(a, struct json_index);
    if (!object->index)
        return E_MEMORY;
    map_init(&object->index->map, a);
    for (struct json *j = object->first; j && r == 0; j = j->next)
        r = map_put(&object->index->map, j->key, j);
    return r;
}

struct json *json_build_node(struct json_build *b, enum json_kind kind, struct span text,
                             struct json_place at)
{
    struct json *parent = b->depth ? b->open[b->depth - 1] : NULL;
    struct json *j = new_node(b->arena, kind, text);

    if (!j)
        return NULL;
    j->line = at.line;
    j->column = at.column;
    if (!parent)
        b->root = j;
    else if (parent->kind == JSON_ARRAY)
        append(parent, j);
    else {
        j->key_line = b->key_place.line;
        j->key_column = b->key_place.column;
        json_set(parent, b->key, j);
        b->has_key = false;
        if (index_member(b->arena, parent, j) < 0)
            return NULL;
    }
    if (kind == JSON_ARRAY || kind == JSON_OBJECT) {
        if (b->depth == JSON_DEPTH)
            BUG("the parser let a tree grow deeper than JSON_DEPTH");
        b->open[b->depth++] = j;
    }
    return j;
}

int json_build_key(struct json_build *b, struct span key, struct json_place at)
{
    if (json_get(b->open[b->depth - 1], key))
        return E_CONFLICT;
    b->key = key;
    b->key_place = at;
    b->has_key = true;
    return 0;
}

/* --- printing ------------------------------------------------------------------------------ */

/* The character behind a backslash, 'u' for the long form, 0 for a byte that stands for itself. */
static char escape_of(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return c < 0x20 || c == 0x7f ? 'u' : 0;
    }
}

static void print_string(struct buffer *out, struct span s)
{
    size_t done = 0;

    buffer_byte(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char e = escape_of((unsigned char)s.p[i]);
        if (!e)
            continue;
        buffer_add(out, span_of(s.p + done, i - done));
        done = i + 1;
        if (e == 'u')
            buffer_print(out, "\\u%04x", (unsigned)(unsigned char)s.p[i]);
        else {
            buffer_byte(out, '\\');
            buffer_byte(out, e);
        }
    }
    buffer_add(out, span_from(s, done));
    buffer_byte(out, '"');
}

static void print_newline(struct buffer *out, enum json_print how, size_t depth)
{
    if (how != JSON_PRETTY)
        return;
    buffer_byte(out, '\n');
    for (size_t i = 0; i < depth; i++)
        buffer_add(out, SPAN("  "));
}

static void print_node(struct buffer *out, const struct json *j, enum json_print how, size_t depth);

static void print_children(struct buffer *out, const struct json *j, enum json_print how,
                           size_t depth)
{
    bool object = j->kind == JSON_OBJECT;

    buffer_byte(out, object ? '{' : '[');
    JSON_EACH(child, j)
    {
        if (child != j->first)
            buffer_byte(out, ',');
        print_newline(out, how, depth + 1);
        if (object) {
            print_string(out, child->key);
            buffer_add(out, how == JSON_PRETTY ? SPAN(": ") : SPAN(":"));
        }
        print_node(out, child, how, depth + 1);
    }
    if (j->first)
        print_newline(out, how, depth);
    buffer_byte(out, object ? '}' : ']');
}

/* Recursion is bounded: parsers stop at JSON_DEPTH and trees built by code are as deep as the code.
 */
static void print_node(struct buffer *out, const struct json *j, enum json_print how, size_t depth)
{
    switch (j->kind) {
    case JSON_NULL:
        buffer_add(out, SPAN("null"));
        break;
    case JSON_FALSE:
        buffer_add(out, SPAN("false"));
        break;
    case JSON_TRUE:
        buffer_add(out, SPAN("true"));
        break;
    case JSON_NUMBER:
        buffer_add(out, j->text);
        break;
    case JSON_STRING:
        print_string(out, j->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        print_children(out, j, how, depth);
        break;
    }
}

void json_print(struct buffer *out, const struct json *j, enum json_print how)
{
    if (!j) {
        buffer_add(out, SPAN("null"));
        return;
    }
    print_node(out, j, how, 0);
    if (how == JSON_PRETTY)
        buffer_byte(out, '\n');
}
