/*
 * u_mustache.c: runs test files in the form of the Mustache specification: our own beside this file
 * and, where present, the specification's (MUSTACHE_SPEC, ../shared/mustache). Every case runs
 * twice: plain, and in page mode, where escaping looks at the markup.
 */
#include <stdlib.h>
#include "base/file.h"
#include "http/template.h"
#include "tests/unit/test.h"

/* Cases that page mode refuses by design: a partial inside of "<", and a partial that is missing.
 */
static const char *const refused[] = {"Recursion", "Failed Lookup"};

static bool page_refuses(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (span_eq(name, span_z(refused[i])))
            return true;
    return false;
}

static int build(struct templates *set, const struct json *test, struct diags *diags)
{
    int r = templates_add(set, SPAN(" main"), json_text(JSON_GET(test, "template")), diags);
    JSON_EACH(partial, JSON_GET(test, "partials"))
    {
        if (r == 0)
            r = templates_add(set, partial->key, json_text(partial), diags);
    }
    return r == 0 ? templates_link(set, NULL, diags) : r;
}

static void run_case(const struct json *test, enum template_mode mode)
{
    struct span name = json_text(JSON_GET(test, "name"));
    struct arena a;
    struct diags diags;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    arena_init(&a);
    diags_init(&diags, &a);
    struct templates *set = templates_new(&a, mode);
    const struct json *frames[] = {JSON_GET(test, "data")};
    struct span label =
        arena_print(&a, "%.*s (%s)", SPAN_ARG(name), mode == TEMPLATE_PAGE ? "page" : "plain");
    TEST(label.p);
    CHECK_INT(build(set, test, &diags), 0);
    if (mode == TEMPLATE_PAGE && page_refuses(name)) {
        CHECK(diags.errors > 0);
    } else if (CHECK_INT(diags.errors, 0)) {
        const struct template *t = templates_find(set, SPAN(" main"));
        CHECK_INT(template_render(t, LANGUAGE_ZH, frames, 1, &out, &err), 0);
        struct span want = arena_copy(&a, json_text(JSON_GET(test, "expected")));
        CHECK_TEXT(buffer_span(&out), want.p);
    }
    buffer_release(&out);
    arena_release(&a);
    TEST("");
}

static int run_file(void *context, const char *path)
{
    struct arena *a = context;
    struct span text;
    struct json *tree = NULL;
    struct err err = ERR_INIT;
    if (file_read(a, path, 1 << 20, &text, &err) < 0 ||
        json_parse(a, text, span_z(path), &tree, &err) < 0) {
        printf("%s: %s\n", path, err.message);
        CHECK(false);
        return 0;
    }
    JSON_EACH(test, JSON_GET(tree, "tests"))
    {
        run_case(test, TEMPLATE_PLAIN);
        run_case(test, TEMPLATE_PAGE);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct err err = ERR_INIT;
    const char *spec = getenv("MUSTACHE_SPEC");
    arena_init(&a);
    for (int i = 1; i < argc; i++) { /* folders: ours first, then where the specification may be */
        const char *folder = i > 1 && spec ? spec : argv[i];
        if (!file_exists(folder)) {
            printf("skipped: %s is not here, the cases of the specification did not run\n", folder);
            CHECK(i > 1);
        } else {
            CHECK_INT(file_walk(&a, folder, SPAN(".json"), run_file, &a, &err), 0);
        }
    }
    arena_release(&a);
    return test_end();
}
