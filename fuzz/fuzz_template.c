/*
 * fuzz_template.c: any text as a template in both modes, rendered over a small tree. In page mode a
 * value must never bring a bare < or a quote into the output that the template itself did not hold.
 */
#include <stdlib.h>
#include "http/template.h"

static const char data[] =
    "{\"a\": \"QZ<QZ'QZ\\\">&\", \"b\": [1, {\"a\": \"javascript:x\"}], \"c\": "
    "{\"d\": true, \"a\": null}, \"\": 2}";

static bool holds(struct span s, const char *z)
{
    return span_find(s, span_z(z)) != SIZE_MAX;
}

/* Without raw tags and other delimiters no value may break out of its place. */
static bool broke_out(struct span text, struct span out)
{
    if (holds(text, "&") || holds(text, "{{{") || holds(text, "{{=") || holds(text, "QZ"))
        return false;
    return holds(out, "QZ<") || holds(out, "QZ'") || holds(out, "QZ\"");
}

static void one(enum template_mode mode, struct span text)
{
    struct arena a;
    struct diags diags;
    struct texts texts;
    struct json *tree = NULL;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    diags_init(&diags, &a);
    texts_init(&texts, &a);
    struct templates *set = templates_new(&a, mode);
    bool good =
        set &&
        texts_add(&texts, LANGUAGE_ZH, &a, SPAN("x: a {a} {b}\n"), SPAN("zh"), &diags) == 0 &&
        texts_add(&texts, LANGUAGE_EN, &a, SPAN("x: a {a} {b}\n"), SPAN("en"), &diags) == 0 &&
        json_parse(&a, span_z(data), SPAN("data"), &tree, NULL) == 0 &&
        templates_add(set, SPAN("main"), text, &diags) == 0 &&
        templates_add(set, SPAN("p"), SPAN("[{{a}}\n{{#b}}\n{{.}}\n{{/b}}]"), &diags) == 0 &&
        templates_link(set, &texts, &diags) == 0;
    if (good && (mode == TEMPLATE_PLAIN || diags.errors == 0)) {
        const struct json *frames[] = {tree};
        int r =
            template_render(templates_find(set, SPAN("main")), LANGUAGE_EN, frames, 1, &out, NULL);
        if (r == 0 && broke_out(text, buffer_span(&out)))
            abort();
        if (r == 0 && out.n > TEMPLATE_OUTPUT + text.n + (1u << 20))
            abort();
    }
    buffer_release(&out);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct span text = span_of((const char *)bytes, n);
    if (n > 4096)
        return 0;
    one(TEMPLATE_PLAIN, text);
    one(TEMPLATE_PAGE, text);
    return 0;
}
