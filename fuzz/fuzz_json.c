/*
 * fuzz_json.c: any bytes are either refused with a position or become a tree whose print parses
 * again to the same print.
 */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(struct buffer *first)
{
    struct buffer second = BUFFER_INIT;
    struct err e = ERR_INIT;
    struct json *j = NULL;
    struct arena a;

    arena_init(&a);
    if (json_parse(&a, buffer_span(first), SPAN("again"), &j, &e) < 0)
        BUG("a printed tree is refused: %s", e.message);
    json_print(&second, j, JSON_COMPACT);
    if (!span_eq(buffer_span(first), buffer_span(&second)))
        BUG("a printed tree parses to another");
    buffer_release(&second);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer out = BUFFER_INIT;
    struct err e = ERR_INIT;
    struct json *j = NULL;
    struct arena a;

    arena_init(&a);
    if (json_parse(&a, span_of((const char *)data, size), SPAN("fuzz"), &j, &e) == 0) {
        json_print(&out, j, JSON_COMPACT);
        again(&out);
    } else if (e.line == 0 || e.column == 0 || !e.message[0])
        BUG("a refusal without place or sentence");
    buffer_release(&out);
    arena_release(&a);
    return 0;
}
