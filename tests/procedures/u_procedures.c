/*
 * u_procedures.c: procedures as the library holds them: good/ entry by entry, each file of bad/
 * beside it, files that are cut, expressions over the values of a case, the ways, the picture, and
 * all of it without memory. argv[1] is the folder of this file.
 */
#include <libxml/parser.h>
#include "base/file.h"
#include "casework/diagram.h"
#include "policy/flow.h"
#include "policy/show_procedure.h"
#include "tests/library/beside.h"
#include "tests/unit/fault.h"

static const char *folder;

static const char *within(struct arena *a, const char *name)
{
    return arena_print(a, "%s/%s", folder, name).p;
}

static int load(struct arena *a, const char *path, struct library **ret, struct diags *d)
{
    struct err err = ERR_INIT;
    diags_init(d, a);
    return library_load(path, ret, d, &err);
}

/* ---- the good procedure ---- */

static const struct clock *clock_of(const struct procedure *p, const char *id)
{
    for (size_t i = 0; i < p->clock_count; i++)
        if (span_eq(p->clocks[i].id, span_z(id)))
            return &p->clocks[i];
    return NULL;
}

static const struct procedure_act *act_of(const struct procedure *p, const char *id)
{
    return &p->acts[procedure_act_index(p, span_z(id))];
}

static void test_head(const struct library *l, const struct procedure *p)
{
    struct span near = {NULL, 0};
    TEST("head");
    CHECK(!procedure_find(l, SPAN("moon/job"), &near));
    CHECK_TEXT(near, "moon/jobs");
    CHECK(p->kind == PROCEDURE_APPLICATION && p->catalogue_count == 2 && p->index == 0);
    CHECK(p->measure_count == 1 && p->measures[0] == library_find(l, SPAN("moon/jobs"), NULL));
    CHECK(p->document == map_get(&l->document_by_id, SPAN("moon/rules")) &&
          p->applicant == ROLE_ENTERPRISE);
    CHECK(p->window_from.expr && p->window_to.expr && p->channel_count == 2 && p->guide);
    CHECK_TEXT(p->fund, "稳岗资金");
    CHECK_INT(p->states[procedure_state_index(p, SPAN("closed"))].ends, DECISION_WAIVED);
    CHECK(procedure_state_index(p, SPAN("nowhere")) == SIZE_MAX);
    /* fields, then the days of acts: 提交日 is written by two */
    CHECK_INT(p->local_count, p->field_count + 2);
    CHECK_INT(act_of(p, "submit")->date_local, act_of(p, "hand-in")->date_local);
    CHECK(act_of(p, "pay")->date_local == UINT32_MAX);
}

static void test_parts(const struct library *l, const struct procedure *p)
{
    TEST("parts");
    const struct procedure_field *staff = &p->fields[procedure_field_index(p, SPAN("从业人员"))];
    CHECK(staff->fact == map_get(&l->fact_by_name, SPAN("从业人员")) && staff->required &&
          staff->whole && staff->has_min);
    const struct material *roll = &p->materials[2], *form = &p->materials[0];
    CHECK(roll->later && span_eq(roll->later_clock, SPAN("late")) && roll->needed_if.expr &&
          roll->form == PAPER_ANY);
    CHECK(form->copies == 2 && form->sign && form->seal && !form->later);
    CHECK_TEXT(p->materials[1].held, "营业执照");
    const struct procedure_act *grant = act_of(p, "grant"), *pay = act_of(p, "pay");
    CHECK(grant->all && grant->who_count == 2 && grant->condition_count == 2);
    CHECK_INT(grant->flags, ACT_RESERVES | ACT_PUBLISHES);
    CHECK_INT(grant->decision, DECISION_GRANTED);
    CHECK(pay->promote_count == 1 && pay->promotes[0].fact && pay->promotes[0].value.expr);
    CHECK_TEXT(pay->reg_act, "propose");
    CHECK_INT(pay->flags, ACT_PAYS | ACT_OTHER_PERSON);
    CHECK_INT(act_of(p, "submit")->flags, ACT_COMMITS);
    CHECK_TEXT(act_of(p, "submit")->asks[0], "all");
}

static void test_clocks(struct arena *a, const struct procedure *p)
{
    const struct clock *supply = clock_of(p, "supply"), *pay = clock_of(p, "pay"),
                       *decide = clock_of(p, "decide"), *notice = clock_of(p, "notice");
    TEST("clocks");
    CHECK(supply->limit.n == 10 && supply->limit.unit == LIMIT_DAYS && supply->limit.has_time &&
          supply->limit.hour == 18 && supply->moves && supply->warn.n == 2);
    CHECK(supply->lapse == LAPSE_WAIVED && span_eq(supply->lapse_to, SPAN("closed")));
    CHECK(decide->starts.last && !decide->starts.first && decide->limit.amount.expr &&
          decide->stops.n == 1 && decide->resumes.n == 1);
    CHECK(pay->starts.first && pay->starts.n == 2 && pay->limit.month_end && pay->limit.n == 1);
    CHECK(pay->extensions == 1 && pay->extension.unit == LIMIT_MONTHS && pay->extension.given);
    CHECK(notice->from.expr && notice->same_day && span_eq(notice->only_in, SPAN("draft")));
    CHECK_TEXT(limit_text(a, &supply->limit, false), "10日，18:00 止");
    CHECK_TEXT(limit_text(a, &supply->limit, true), "10 days, 18:00");
    CHECK_TEXT(limit_text(a, &pay->limit, false), "次月月底");
    CHECK_TEXT(limit_text(a, &decide->limit, false), "（审核天数）个工作日");
    CHECK_TEXT(limit_text(a, &clock_of(p, "late")->limit, true), "3 weeks");
    CHECK_TEXT(trigger_text(a, p, &pay->starts, false), "公示期满、公示届满中最先发生的");
    CHECK_TEXT(trigger_text(a, p, &pay->starts, true),
               "the first of: after publicity, lapse of publicity");
    CHECK_TEXT(actor_title(p, SPAN("program"), false), "系统");
    CHECK_TEXT(actor_title(p, SPAN("bank"), true), "bank");
}

/* ---- the ways ---- */

static bool leads(const struct procedure *p, const struct flow *f, const char *from, const char *to)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->ways[i].from == procedure_state_index(p, span_z(from)) &&
            f->ways[i].to == procedure_state_index(p, span_z(to)))
            return true;
    return false;
}

static void test_flow(struct arena *a, const struct procedure *p)
{
    struct flow f;
    struct err err = ERR_INIT;
    TEST("ways");
    if (!CHECK_INT(flow_find(a, p, &f, &err), 0))
        return;
    for (size_t i = 0; i < p->state_count; i++)
        CHECK(f.reached[i]);
    for (size_t i = 0; i < p->clock_count; i++)
        CHECK(flow_starts(&f, &p->clocks[i]));
    CHECK(leads(p, &f, "received", "review") && leads(p, &f, "public", "paying"));
    CHECK(leads(p, &f, "supply", "closed") && leads(p, &f, "draft", "closed")); /* by lapse */
    CHECK(!leads(p, &f, "review", "closed")); /* what was supplied is supplied */
    CHECK(!leads(p, &f, "paid", "claimed"));
    size_t supply = (size_t)(clock_of(p, "supply") - p->clocks);
    CHECK(flow_runs(&f, p, supply, procedure_state_index(p, SPAN("supply"))));
    CHECK(!flow_runs(&f, p, supply, procedure_state_index(p, SPAN("received"))));
}

/* ---- values of a case ---- */

struct scene {
    struct arena *a;
    const struct library *l;
    const struct procedure *p;
    struct subject subject;
    struct local_value *locals;
};

static void give(struct scene *s, const char *name, const char *text)
{
    const struct procedure_field *f = &s->p->fields[procedure_field_index(s->p, span_z(name))];
    struct err err = ERR_INIT;
    struct local_value *v = &s->locals[f->local];
    v->given =
        procedure_read_field(s->a, s->l, f, json_string(s->a, span_z(text)), &v->value, &err) == 0;
    CHECK(v->given);
}

static struct procedure_scope *look(struct scene *s)
{
    struct procedure_scope *scope = NULL;
    struct match_options options = {.as_of = {2023, 3, 1}};
    struct err err = ERR_INIT;
    CHECK_INT(procedure_scope_new(s->a, s->l, s->p, &s->subject, SPAN(""), &options, s->locals,
                                  &scope, &err),
              0);
    return scope;
}

static void test_scope(struct arena *a, const struct library *l, const struct procedure *p)
{
    struct scene s = {
        .a = a, .l = l, .p = p, .locals = ARENA_ARRAY(a, struct local_value, p->local_count + 1)};
    struct json *facts = json_object(a);
    struct err err = ERR_INIT;
    const struct missing *missing = NULL;
    const struct formula *amount = &act_of(p, "grant")->amount,
                         *needed = &p->materials[2].needed_if;
    TEST("values of a case");
    JSON_SET(facts, "从业人员", json_string(a, SPAN("99")));
    CHECK_INT(subject_from_json(a, l, facts, SPAN("facts"), &s.subject, &err), 0);
    struct procedure_scope *scope = look(&s);
    CHECK(value_is_unknown(procedure_value(scope, amount, &missing)));
    CHECK(missing && missing->cause == CAUSE_ASK);
    CHECK_TEXT(missing ? missing->fact : SPAN(""), "核定人数");
    CHECK(procedure_value(scope, needed, &missing).kind == VALUE_BOOLEAN && !missing);
    CHECK(!value_is_true(procedure_value(scope, needed, NULL)));
    /* What the case says comes before what is known of the applicant. */
    give(&s, "从业人员", "100");
    give(&s, "核定人数", "9");
    scope = look(&s);
    CHECK(value_is_true(procedure_value(scope, needed, NULL)));
    struct value v = procedure_value(scope, amount, NULL);
    struct decimal want;
    CHECK(decimal_parse(SPAN("4500"), &want) && v.kind == VALUE_NUMBER &&
          decimal_compare(v.number, want) == 0);
    /* The day of an act is not known before it happens. */
    CHECK(value_is_unknown(procedure_value(scope, &clock_of(p, "public")->limit.until, &missing)));
    CHECK(missing && missing->cause == CAUSE_EVENT);
    struct subject over;
    CHECK_INT(procedure_subject(a, p, &s.subject, SPAN(""), s.locals, &over, &err), 0);
    CHECK(over.n == 1 && over.values[0].basis == BASIS_DECLARED);
}

static void refuse(struct arena *a, const struct library *l, const struct procedure *p,
                   const char *field, const char *text, int code, const char *hint)
{
    struct value v;
    struct err err = ERR_INIT;
    const struct procedure_field *f = &p->fields[procedure_field_index(p, span_z(field))];
    CHECK_INT(procedure_read_field(a, l, f, json_string(a, span_z(text)), &v, &err), code);
    if (!CHECK(span_find(span_z(err.hint), span_z(hint)) != SIZE_MAX))
        printf("    %s / %s\n", err.message, err.hint);
}

static void test_fields(struct arena *a, const struct library *l, const struct procedure *p)
{
    TEST("fields");
    refuse(a, l, p, "补贴月数", "13", E_RANGE, "12");
    refuse(a, l, p, "补贴月数", "1.5", E_RANGE, "");
    refuse(a, l, p, "补贴月数", "three", E_INPUT, "");
    refuse(a, l, p, "账户种类", "专户", E_INPUT, "");
    refuse(a, l, p, "收到通知", "2023-02-30", E_INPUT, "");
}

/* ---- the picture, JSON ---- */

static size_t count(struct span text, const char *what)
{
    size_t n = 0, at = 0;
    while ((at = span_find(text, span_z(what))) != SIZE_MAX) {
        text = span_from(text, at + 1);
        n++;
    }
    return n;
}

static void test_picture(struct arena *a, const struct procedure *p, bool english)
{
    struct span svg, words;
    struct err err = ERR_INIT;
    TEST(english ? "picture in English" : "picture");
    if (!CHECK_INT(procedure_svg(a, p, english, &svg, &err), 0) ||
        !CHECK_INT(procedure_ways_text(a, p, english, &words, &err), 0))
        return;
    xmlDocPtr xml = xmlReadMemory(svg.p, (int)svg.n, "p.svg", NULL, XML_PARSE_NONET);
    CHECK(xml != NULL);
    xmlFreeDoc(xml);
    CHECK_INT(count(svg, "<rect"), p->state_count + 1);
    CHECK(count(svg, "<title id=") == 1 && count(svg, "role=\"img\"") == 1);
    CHECK_INT(count(words, english ? "to be supplied → waived: lapse of"
                                   : "待补正 → 视为放弃：补正期限届满"),
              1);
    CHECK_INT(count(words, english ? "under review → made public: grant (office, chief)"
                                   : "审核中 → 公示中：同意（经办、审核人）"),
              1);
}

static void test_escapes(struct arena *a, const struct procedure *p)
{
    struct procedure odd = *p;
    struct span svg;
    struct err err = ERR_INIT;
    TEST("a title with markup");
    odd.title.zh = SPAN("<b>&\"</b>");
    CHECK_INT(procedure_svg(a, &odd, false, &svg, &err), 0);
    CHECK_INT(count(svg, ">&lt;b&gt;&amp;&quot;&lt;/b&gt;</title>"), 1);
}

static void test_json(struct arena *a, const struct procedure *p)
{
    TEST("JSON");
    const struct json *j = procedure_json(a, p), *acts = JSON_GET(j, "acts");
    CHECK_TEXT(json_text(JSON_GET(j, "procedure")), "moon/jobs");
    CHECK(acts && acts->n == p->act_count && JSON_GET(j, "states")->n == p->state_count);
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(JSON_GET(j, "guide"), "fee"), "en")), "none");
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(j, "guide"), "code")), "310101");
    const struct json *first = JSON_GET(acts->first, "act");
    CHECK_TEXT(json_text(first), "begin");
    CHECK_TEXT(json_text(JSON_GET(procedure_line_json(a, p), "runs")), "8");
}

static void test_good(void)
{
    struct arena a;
    struct diags d;
    struct library *l = NULL;
    arena_init(&a);
    TEST("good");
    CHECK_INT(load(&a, within(&a, "good"), &l, &d), 0);
    CHECK_INT(d.errors + d.warnings, 0);
    const struct procedure *p = l ? procedure_find(l, SPAN("moon/jobs"), NULL) : NULL;
    if (CHECK(p != NULL)) {
        test_head(l, p);
        test_parts(l, p);
        test_clocks(&a, p);
        test_flow(&a, p);
        test_scope(&a, l, p);
        test_fields(&a, l, p);
        test_picture(&a, p, false);
        test_picture(&a, p, true);
        test_escapes(&a, p);
        test_json(&a, p);
    }
    library_unref(l);
    arena_release(&a);
}

/* ---- bad files ---- */

static int test_bad(void *context, const char *path)
{
    struct arena a;
    struct diags d;
    struct library *l = NULL;
    struct span text;
    UNUSED(context);
    TEST(path);
    arena_init(&a);
    if (CHECK(file_read(&a, path, LIBRARY_FILE_MAX, &text, NULL) == 0)) {
        const char *copy = beside_make(&a, within(&a, "good"), "procedures/added.yaml", text);
        bool wrong = span_find(text, SPAN(": error: ")) != SIZE_MAX;
        if (CHECK(copy != NULL)) {
            CHECK_INT(load(&a, copy, &l, &d), wrong ? E_CHECK : 0);
            beside_compare(&a, &d, text);
            beside_remove(copy);
        }
    }
    library_unref(l);
    arena_release(&a);
    return 0;
}

static void test_all_bad(void)
{
    struct arena a;
    arena_init(&a);
    CHECK_INT(file_walk(&a, within(&a, "bad"), SPAN(".yaml"), test_bad, NULL, NULL), 0);
    arena_release(&a);
}

/* ---- files that are cut ---- */

#define CUTS 40
/* A file that ends too soon is an error with a place, wherever it ends. */
static void test_cut(void)
{
    struct arena a;
    struct span whole;
    arena_init(&a);
    TEST("cut");
    const char *path = within(&a, "good/procedures/jobs.yaml");
    const char *copy = NULL;
    if (CHECK(file_read(&a, path, LIBRARY_FILE_MAX, &whole, NULL) == 0))
        copy = beside_make(&a, within(&a, "good"), "procedures/jobs.yaml", whole);
    for (size_t i = 1; copy && i < CUTS; i++) {
        struct span part = span_of(whole.p, whole.n * i / CUTS / 3 * 3);
        struct diags d;
        struct library *l = NULL;
        struct arena one;
        arena_init(&one);
        const char *file = arena_print(&one, "%s/procedures/jobs.yaml", copy).p;
        if (CHECK(file_write(file, part, NULL) == 0)) {
            int r = load(&one, copy, &l, &d);
            CHECK(r == 0 ? l != NULL : d.errors > 0 && d.first && d.first->line > 0);
        }
        library_unref(l);
        arena_release(&one);
    }
    if (CHECK(copy != NULL))
        beside_remove(copy);
    arena_release(&a);
}

/* ---- without memory ---- */

static int load_once(void *context)
{
    struct arena a;
    struct diags d;
    struct library *l = NULL;
    arena_init(&a);
    int r = load(&a, context, &l, &d);
    library_unref(l);
    arena_release(&a);
    return r;
}

/* What is wrong is said, or that memory ran out. */
static int load_wrong(void *context)
{
    int r = load_once(context);
    return r == E_CHECK ? 0 : r;
}

static void test_wrong(void)
{
    struct arena a;
    struct span text;
    arena_init(&a);
    TEST("a wrong definition without memory");
    const char *copy = NULL;
    if (CHECK(file_read(&a, within(&a, "bad/names.yaml"), LIBRARY_FILE_MAX, &text, NULL) == 0))
        copy = beside_make(&a, within(&a, "good"), "procedures/added.yaml", text);
    if (CHECK(copy != NULL)) {
        fault_loop(load_wrong, (void *)(uintptr_t)copy);
        beside_remove(copy);
    }
    arena_release(&a);
}

static int show_once(void *context)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct span svg;
    arena_init(&a);
    int r = procedure_svg(&a, context, false, &svg, &err);
    if (r == 0 && !procedure_json(&a, context))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void test_faults(void)
{
    struct arena a;
    struct diags d;
    struct library *l = NULL;
    arena_init(&a);
    TEST("loading without memory");
    const char *good = within(&a, "good");
    fault_loop(load_once, (void *)(uintptr_t)good);
    TEST("showing without memory");
    if (CHECK_INT(load(&a, good, &l, &d), 0))
        fault_loop(show_once, (void *)(uintptr_t)procedure_find(l, SPAN("moon/jobs"), NULL));
    library_unref(l);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/procedures";
    test_good();
    test_all_bad();
    test_cut();
    test_faults();
    test_wrong();
    xmlCleanupParser();
    return test_end();
}
