/*
 * fuzz_yaml.c: any bytes are either refused with a position or become a tree that prints as JSON
 * which our own parser accepts.
 */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer out = BUFFER_INIT;
    struct err e = ERR_INIT;
    struct json *j = NULL, *printed = NULL;
    struct arena a;

    arena_init(&a);
    if (yaml_parse(&a, span_of((const char *)data, size), SPAN("fuzz"), &j, &e) == 0) {
        json_print(&out, j, JSON_COMPACT);
        if (json_parse(&a, buffer_span(&out), SPAN("printed"), &printed, &e) < 0)
            BUG("a printed tree is refused: %s", e.message);
    } else if (e.line == 0 || e.column == 0 || !e.message[0])
        BUG("a refusal without place or sentence");
    buffer_release(&out);
    arena_release(&a);
    return 0;
}
