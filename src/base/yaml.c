/*
 * yaml.c: YAML text into the same tree. libyaml gives events with positions; what makes YAML
 * surprising (anchors, tags, merge keys, several documents, duplicate keys) is refused by name.
 */
#include "base/json.h"
#include "base/json_int.h"
#include "base/utf8.h"
#include <yaml.h>

struct reader {
    struct json_build build;
    struct span text, file;
    struct err *err;
    bool done; /* the document is complete */
};

static struct json_place place_of(yaml_mark_t m)
{
    return (struct json_place){(uint32_t)m.line + 1, (uint32_t)m.column + 1};
}

static int refuse(struct reader *r, int code, struct json_place at, const char *message,
                  const char *hint)
{
    err_set(r->err, code, "%s", message);
    err_at(r->err, r->file, at.line, at.column);
    if (hint)
        err_hint(r->err, "%s", hint);
    return code;
}

static bool wants_key(const struct reader *r)
{
    const struct json_build *b = &r->build;

    return b->depth && b->open[b->depth - 1]->kind == JSON_OBJECT && !b->has_key;
}

static int refuse_extras(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag,
                         struct json_place at)
{
    if (anchor)
        return refuse(r, E_SYNTAX, at, "anchors (&) are not used here",
                      "repeat the text, or quote a value that begins with &");
    if (tag)
        return refuse(r, E_SYNTAX, at, "tags (!) are not used here",
                      "quote a value that begins with !");
    return 0;
}

static int take_key(struct reader *r, struct span text, bool plain, struct json_place at)
{
    int code;

    if (plain && text.n == 0)
        return refuse(r, E_SYNTAX, at, "a key is missing", "write the name before the colon");
    if (plain && span_eq(text, SPAN("<<")))
        return refuse(r, E_SYNTAX, at, "merge keys (<<) are not used here", "repeat the members");
    code = json_build_key(&r->build, text, at);
    if (code == E_CONFLICT) {
        err_set(r->err, code, "duplicate key \"%.*s\"", SPAN_ARG(text));
        refuse(r, code, at, "duplicate key", "keep one of the two");
    }
    return code;
}

static int on_scalar(struct reader *r, const yaml_event_t *e)
{
    struct json_place at = place_of(e->start_mark);
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    int code = refuse_extras(r, e->data.scalar.anchor, e->data.scalar.tag, at);
    struct span text;
    struct json *j;

    if (code < 0)
        return code;
    text = arena_copy(r->build.arena,
                      span_of((const char *)e->data.scalar.value, e->data.scalar.length));
    if (!text.p)
        return err_memory(r->err);
    if (wants_key(r))
        return take_key(r, text, plain, at);
    j = json_build_node(&r->build, plain && text.n == 0 ? JSON_NULL : JSON_STRING, text, at);
    if (!j)
        return err_memory(r->err);
    j->plain = plain;
    return 0;
}

static int on_open(struct reader *r, enum json_kind kind, const yaml_char_t *anchor,
                   const yaml_char_t *tag, yaml_mark_t mark)
{
    struct json_place at = place_of(mark);
    int code = refuse_extras(r, anchor, tag, at);

    if (code < 0)
        return code;
    if (wants_key(r))
        return refuse(r, E_SYNTAX, at, "a key is a plain text, not a list or map",
                      "quote a key that begins with [ or {");
    if (r->build.depth == JSON_DEPTH)
        return refuse(r, E_LIMIT, at, "nested too deeply", "at most 64 levels are read");
    return json_build_node(&r->build, kind, (struct span){NULL, 0}, at) ? 0 : err_memory(r->err);
}

static int on_document(struct reader *r, const yaml_event_t *e)
{
    struct json_place at = place_of(e->start_mark);

    if (r->build.root)
        return refuse(r, E_SYNTAX, at, "a second document in one file",
                      "one file holds one document: remove the --- line");
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        return refuse(r, E_SYNTAX, at, "%TAG is not used here", "remove the line");
    return 0;
}

static int on_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document(r, e);
    case YAML_SCALAR_EVENT:
        return on_scalar(r, e);
    case YAML_ALIAS_EVENT:
        return refuse(r, E_SYNTAX, place_of(e->start_mark), "aliases (*) are not used here",
                      "quote a value that begins with *");
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, JSON_ARRAY, e->data.sequence_start.anchor, e->data.sequence_start.tag,
                       e->start_mark);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, JSON_OBJECT, e->data.mapping_start.anchor, e->data.mapping_start.tag,
                       e->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->build.depth--;
        return 0;
    case YAML_STREAM_END_EVENT:
        r->done = true;
        return 0;
    default:
        return 0;
    }
}

/* Hints by what libyaml says; the first whose words occur in its sentence. */
static const struct {
    const char *words, *hint;
} hints[] = {
    {"mapping values are not allowed", "quote a value that contains a colon and a space"},
    {"cannot start any token", "indent with spaces, and quote a value that begins with @ ` or %"},
    {"could not find expected ':'", "a key is followed by a colon and a space"},
    {"did not find expected key", "is the line indented like its neighbours, or a quote missing?"},
    {"did not find expected '-'", "is the line indented like the other items of its list?"},
    {"expected ',' or ']'", "a flow list is closed by ]; quote items that contain , [ ] { }"},
    {"expected ',' or '}'", "a flow map is closed by }; quote values that contain , [ ] { }"},
    {"unexpected end of stream", "a closing quote is missing"},
    {"escape character", "in double quotes a backslash is written \\\\; or use single quotes"},
    {"block sequence entries", "a list begins on a line of its own"},
    {"anchor", "quote a value that begins with & or *"},
};

static const char *hint_for(struct reader *r, const char *problem, struct json_place at)
{
    struct span rest = r->text, line = SPAN("");

    for (uint32_t i = 0; i < at.line && span_split(&rest, '\n', &line); i++)
        ;
    if (span_find(line, SPAN("：")) != SIZE_MAX && span_find(line, SPAN(": ")) == SIZE_MAX)
        return "use the ASCII colon and a space instead of ：";
    for (size_t i = 0; i < COUNT_OF(hints); i++)
        if (strstr(problem, hints[i].words))
            return hints[i].hint;
    return NULL;
}

/* libyaml stopped: its own sentence with our place and hint. */
static int explain(struct reader *r, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "syntax error";
    struct json_place at = place_of(parser->problem_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        return err_memory(r->err);
    if (parser->error == YAML_READER_ERROR) {
        utf8_position(r->text, parser->problem_offset, &at.line, &at.column);
        return refuse(r, E_ENCODING, at, "a control character", "remove it");
    }
    if (strstr(problem,
               "expected ':'")) /* libyaml notices on a later line: show where the key began */
        at = place_of(parser->context_mark);
    if (parser->context)
        err_set(r->err, E_SYNTAX, "%s, %s", problem, parser->context);
    return refuse(r, E_SYNTAX, at, problem, hint_for(r, problem, at));
}

static int run(struct reader *r)
{
    yaml_parser_t parser;
    int code = 0;

    if (!yaml_parser_initialize(&parser))
        return err_memory(r->err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)r->text.p, r->text.n);
    while (code == 0 && !r->done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            code = explain(r, &parser);
            break;
        }
        code = on_event(r, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return code;
}

int yaml_parse(struct arena *a, struct span text, struct span file, struct json **ret,
               struct err *err)
{
    struct reader r = {.build = {.arena = a}, .file = file, .err = err};
    struct json_place at = {1, 1};
    size_t bad;
    int code;

    if (span_starts(text, SPAN("\xef\xbb\xbf"))) /* byte order mark */
        text = span_from(text, 3);
    r.text = text.p ? text : SPAN("");
    if (text.n > JSON_SIZE)
        return refuse(&r, E_LIMIT, at, "the text is too long", "at most 64 MiB are read");
    bad = utf8_check(text);
    if (bad != SIZE_MAX) {
        utf8_position(text, bad, &at.line, &at.column);
        return refuse(&r, E_ENCODING, at, "not valid UTF-8", "save the file as UTF-8");
    }
    code = run(&r);
    if (code < 0)
        return code;
    if (!r.build.root && !json_build_node(&r.build, JSON_NULL, SPAN(""), at))
        return err_memory(err);
    *ret = r.build.root;
    return 0;
}
