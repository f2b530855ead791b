/*
 * u_cases.c: facts in, findings out. Every file of cases/ is a list of cases over the invented
 * library:
 *
 *     {"name":, "date":, "known_by":, "region":, "measure":, "reading":, "set": {}, "facts": {},
 *      "expect": {...} | "error": "E_NAME", "place": "2:3", "hint": "..."}
 *
 * `expect` is part of the JSON of the check-up: an object must have the members named; a list must
 * have an element that fits each one named, in any order; [] is the empty list; {"absent": {...}}
 * in a list: no element fits.
 */
#include "base/file.h"
#include "base/json.h"
#include "policy/match.h"
#include "tests/unit/test.h"

struct suite {
    struct library *library;
    const char *path;
    struct arena arena; /* of one case */
};

/* ---- comparing ---- */

static bool fits(const struct json *got, const struct json *want);

static bool has_member_that_fits(const struct json *list, const struct json *want)
{
    JSON_EACH(e, list)
    {
        if (fits(e, want))
            return true;
    }
    return false;
}

static bool list_fits(const struct json *got, const struct json *want)
{
    if (!got || got->kind != JSON_ARRAY || (want->n == 0 && got->n != 0))
        return false;
    JSON_EACH(w, want)
    {
        const struct json *absent = JSON_GET(w, "absent");
        if (absent ? has_member_that_fits(got, absent) : !has_member_that_fits(got, w))
            return false;
    }
    return true;
}

static bool object_fits(const struct json *got, const struct json *want)
{
    JSON_EACH(w, want)
    {
        if (!fits(json_get(got, w->key), w))
            return false;
    }
    return got && got->kind == JSON_OBJECT;
}

static bool fits(const struct json *got, const struct json *want)
{
    if (want->kind == JSON_OBJECT)
        return object_fits(got, want);
    if (want->kind == JSON_ARRAY)
        return list_fits(got, want);
    return got && got->kind == want->kind && span_eq(got->text, want->text);
}

/* ---- one case ---- */

static bool read_day(const struct json *c, const char *key, struct date *ret)
{
    const struct json *j = json_get(c, span_z(key));
    return !j || date_parse(json_text(j), ret);
}

static int read_options(struct suite *s, const struct json *c, struct match_options *o,
                        struct err *err)
{
    const struct json *set = JSON_GET(c, "set"), *measure = JSON_GET(c, "measure");
    struct override *at = ARENA_ARRAY(&s->arena, struct override, set ? set->n + 1 : 1);
    struct span near;
    *o = (struct match_options){.as_of = {2020, 3, 9}, .trace = true, .overrides = at};
    CHECK(read_day(c, "date", &o->as_of) && read_day(c, "known_by", &o->known_by));
    o->facts_known_by = JSON_GET(c, "known_by") != NULL;
    o->region = json_text(JSON_GET(c, "region"));
    o->reading = json_text(JSON_GET(c, "reading"));
    if (measure)
        CHECK((o->only = library_find(s->library, json_text(measure), &near)) != NULL);
    JSON_EACH(p, set)
    {
        at[o->override_count].parameter = map_get(&s->library->parameter_by_name, p->key);
        if (!CHECK(at[o->override_count].parameter != NULL))
            return E_NAME;
        int r = feel_from_json(&s->arena, p, at[o->override_count].parameter->type,
                               &at[o->override_count].value, err);
        if (r < 0)
            return r;
        o->override_count++;
    }
    return 0;
}

static int run(struct suite *s, const struct json *c, struct json **ret, struct err *err)
{
    struct match_options options;
    struct subject subject;
    struct checkup *checkup = NULL;
    int r = read_options(s, c, &options, err);
    if (r == 0)
        r = subject_from_json(&s->arena, s->library, JSON_GET(c, "facts"), SPAN("facts"), &subject,
                              err);
    if (r == 0)
        r = match(&s->arena, s->library, &subject, &options, &checkup, err);
    if (r == 0)
        *ret = checkup_json(&s->arena, checkup);
    return r;
}

static void show(const struct json *got)
{
    struct buffer out = BUFFER_INIT;
    json_print(&out, got, JSON_COMPACT);
    printf("  got %.4000s\n", out.p);
    buffer_release(&out);
}

static void check_error(const struct json *c, int r, const struct err *err)
{
    const struct json *hint = JSON_GET(c, "hint"), *says = JSON_GET(c, "says");
    CHECK_TEXT(span_z(r < 0 ? err_name(r) : "no error"), json_text(JSON_GET(c, "error")).p);
    if (hint && !CHECK(span_find(span_z(err->hint), json_text(hint)) != SIZE_MAX))
        printf("  hint %s\n", err->hint);
    if (says && !CHECK(span_find(span_z(err->message), json_text(says)) != SIZE_MAX))
        printf("  message %s\n", err->message);
    CHECK(err->line > 0 && err->column > 0);
}

static void run_case(struct suite *s, const struct json *c)
{
    struct err err = ERR_INIT;
    struct json *got = NULL;
    struct span name;
    arena_init(&s->arena);
    name = arena_print(&s->arena, "%s: %.*s", s->path, SPAN_ARG(json_text(JSON_GET(c, "name"))));
    TEST(name.p);
    int r = run(s, c, &got, &err);
    if (JSON_GET(c, "error"))
        check_error(c, r, &err);
    else if (!CHECK_INT(r, 0))
        printf("  %s (%s)\n", err.message, err.hint);
    else if (!CHECK(fits(got, JSON_GET(c, "expect"))))
        show(got);
    TEST("");
    arena_release(&s->arena);
}

static int run_file(void *context, const char *path)
{
    struct suite *s = context;
    struct arena a;
    struct span text;
    struct json *cases;
    struct err err = ERR_INIT;
    arena_init(&a);
    const char *base = strrchr(path, '/');
    s->path = base ? base + 1 : path;
    int r = file_read(&a, path, 1u << 20, &text, &err);
    if (r == 0)
        r = json_parse(&a, text, span_z(path), &cases, &err);
    if (!CHECK_INT(r, 0))
        printf("  %s:%u: %s\n", path, (unsigned)err.line, err.message);
    else
        JSON_EACH(c, cases)
    run_case(s, c);
    arena_release(&a);
    return 0;
}

int main(int argc, char **argv)
{
    struct suite s = {.library = NULL};
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    if (argc != 3)
        return 2;
    arena_init(&a);
    diags_init(&diags, &a);
    if (!CHECK_INT(library_load(argv[1], &s.library, &diags, &err), 0)) {
        struct buffer out = BUFFER_INIT;
        diags_print(&out, &diags);
        printf("%s%s\n", out.p, err.message);
        buffer_release(&out);
    } else
        CHECK_INT(file_walk(&a, argv[2], SPAN(".json"), run_file, &s, &err), 0);
    library_unref(s.library);
    arena_release(&a);
    return test_end();
}
