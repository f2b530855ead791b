/*
 * u_run.c: the engine of cases over an invented library (tests/casework/moon): what an event holds,
 * lapses written and not written, histories that nobody should have written, random acts, failing
 * allocations, and scripts that must fail. Argument: the library.
 */
#include "base/buffer.h"
#include "casework/clocks.h"
#include "casework/scripts.h"
#include "tests/unit/fault.h"

static const struct library *library;
static struct arena arena;

#define ROOM 200
struct history {
    const struct procedure *procedure;
    struct subject subject;
    struct case_event events[ROOM];
    size_t n;
    int64_t now;
    const char *actor;
    int64_t account;
};

static int64_t at(const char *text, int hour)
{
    struct date d = {1970, 1, 1};
    CHECK(date_parse(span_z(text), &d));
    return clock_midnight(date_days(d)) + hour * INT64_C(3600000);
}

static const struct json *json_z(const char *text)
{
    struct json *j = NULL;
    struct err err = ERR_INIT;
    if (json_parse(&arena, span_z(text), SPAN("test"), &j, &err) < 0)
        printf("%s\n", err.message);
    CHECK(j != NULL);
    return j;
}

static void begin(struct history *h, const char *procedure, const char *facts)
{
    memset(h, 0, sizeof *h);
    h->procedure = procedure_find(library, span_z(procedure), NULL);
    CHECK(h->procedure != NULL);
    CHECK_INT(subject_from_json(&arena, library, json_z(facts), SPAN("test"), &h->subject, NULL),
              0);
    h->now = at("2023-03-01", 9);
    h->actor = "applicant";
    h->account = 1;
}

static const struct span on_file[] = {{"执照", sizeof "执照" - 1}};

static struct run_question question(const struct history *h)
{
    return (struct run_question){.library = library,
                                 .procedure = h->procedure,
                                 .subject = &h->subject,
                                 .events = h->events,
                                 .n = h->n,
                                 .now = h->now,
                                 .actor = span_z(h->actor),
                                 .account_id = h->account,
                                 .held = on_file,
                                 .held_count = COUNT_OF(on_file)};
}

static struct case_view *view(const struct history *h)
{
    struct run_question q = question(h);
    struct case_view *v = NULL;
    struct err err = ERR_INIT;
    if (run_open(&arena, &q, &v, &err) < 0)
        printf("%s\n", err.message);
    CHECK(v != NULL);
    return v;
}

/* The refusal; on success the event is in the history. */
static enum refusal act(struct history *h, const char *who, const char *name, const char *data)
{
    struct run_question q;
    enum refusal refusal = REFUSAL_NONE;
    int code;

    h->actor = who;
    h->account = span_eq(span_z(who), SPAN("applicant")) ? 1 : who[0];
    q = question(h);
    code = run_try(&arena, &q, span_z(name), data ? json_z(data) : NULL, &h->events[h->n], &refusal,
                   NULL);
    if (code == 0 && h->n + 1 < ROOM)
        h->n++;
    CHECK(code == 0 || (code == E_CONFLICT) == (refusal != REFUSAL_NONE));
    return refusal;
}

static struct span state_of(const struct history *h)
{
    return h->procedure->states[view(h)->state].id;
}

static void write_lapses(struct history *h)
{
    for (const struct case_view *v = view(h); v && v->lapse_count && h->n + 1 < ROOM; v = view(h))
        h->events[h->n++] = v->lapses[0];
}

/* ---- events ---- */

static void test_event(void)
{
    struct history h;
    const struct case_event *e;

    TEST("what an event holds");
    begin(&h, "moon/papers", "{\"从业人员\": 5}");
    CHECK_INT(act(&h, "applicant", "begin", "{\"fields\": {\"账户\": \"基本户\"}}"), REFUSAL_NONE);
    h.now += 60000;
    CHECK_INT(act(&h, "applicant", "submit", "{\"materials\": {\"form\": {\"paper\": 7}}}"),
              REFUSAL_NONE);
    e = &h.events[1];
    CHECK_INT(e->seq, 2);
    CHECK_INT(e->at, h.now);
    CHECK_TEXT(e->by, "applicant");
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(JSON_GET(e->data, "materials"), "form"), "paper")), "7");
    /* what is on file is used by name */
    CHECK(JSON_GET(JSON_GET(JSON_GET(e->data, "materials"), "licence"), "held") != NULL);
    CHECK_INT(act(&h, "office", "tell", "{\"missing\": [\"form\", \"form of his own\"]}"),
              REFUSAL_NONE); /* E_NAME: no refusal, no event */
    CHECK_INT(h.n, 2);
    CHECK_INT(act(&h, "office", "tell", "{\"missing\": [\"form\"], \"reason\": \"模糊\"}"),
              REFUSAL_NONE);
    CHECK_TEXT(json_text(JSON_GET(h.events[2].data, "reason")), "模糊");
    CHECK_INT(view(&h)->asked_count, 1);
    begin(&h, "moon/money", "{\"从业人员\": 12}");
    CHECK_INT(act(&h, "applicant", "begin", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "applicant", "submit", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "office", "refuse", "{\"reason\": \"不实\"}"), REFUSAL_NONE);
    CHECK(json_text(JSON_GET(h.events[2].data, "remedy")).n > 0);
    h.n = 2;
    CHECK_INT(act(&h, "office", "grant", "{\"amount\": \"1000\"}"), REFUSAL_NONE);
    CHECK_TEXT(json_text(JSON_GET(h.events[2].data, "amount")), "1000.00");
    CHECK_TEXT(json_text(JSON_GET(h.events[2].data, "computed")), "1200.00");
    h.n = 2;
    CHECK_INT(act(&h, "office", "grant", "{\"amount\": \"0.001\"}"), REFUSAL_NONE);
    CHECK_INT(h.n, 2); /* finer than a 分 */
}

static int told_amount(void *context, const struct case_view *v, bool *ret_has, struct decimal *ret,
                       struct err *err)
{
    UNUSED(err);
    CHECK(v->locals != NULL);
    *ret = decimal_from_int(*(const int *)context);
    *ret_has = true;
    return 0;
}

static void test_amount_of(void)
{
    struct history h;
    struct run_question q;
    struct case_event e;
    enum refusal refusal;
    int figure = 77;

    TEST("the amount of somebody else's finding");
    begin(&h, "moon/money", "{\"从业人员\": 12}");
    CHECK_INT(act(&h, "applicant", "begin", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "applicant", "submit", NULL), REFUSAL_NONE);
    h.actor = "office";
    q = question(&h);
    q.amount_of = told_amount;
    q.context = &figure;
    CHECK_INT(run_try(&arena, &q, SPAN("grant"), NULL, &e, &refusal, NULL), 0);
    CHECK_TEXT(json_text(JSON_GET(e.data, "amount")), "77.00");
}

/* ---- time ---- */

static bool same_view(const struct case_view *a, const struct case_view *b)
{
    bool same = a->state == b->state && a->phase == b->phase && a->decision == b->decision;

    for (size_t i = 0; i < a->procedure->clock_count; i++)
        same = same && a->clocks[i].state == b->clocks[i].state &&
               a->clocks[i].due == b->clocks[i].due && a->clocks[i].left == b->clocks[i].left &&
               a->clocks[i].started == b->clocks[i].started;
    return same;
}

static void test_lapses(void)
{
    struct history h;
    const struct case_view *before, *after;

    TEST("lapses written and not written are the same");
    begin(&h, "moon/time", "{}");
    CHECK_INT(act(&h, "applicant", "begin", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "applicant", "silent", NULL), REFUSAL_NONE);
    h.now = at("2023-04-05", 9);
    before = view(&h);
    CHECK_INT(before->lapse_count, 3); /* answer; the monthly report of 21 and 31 March */
    CHECK_TEXT(before->lapses[0].act, "lapse:answer");
    CHECK_INT(before->lapses[0].at, at("2023-03-12", 0));
    CHECK_INT(before->lapses[0].seq, 3);
    CHECK_TEXT(before->lapses[1].act, "lapse:report");
    write_lapses(&h);
    after = view(&h);
    CHECK_INT(after->lapse_count, 0);
    CHECK(same_view(before, after));
    CHECK_INT(act(&h, "program", "lapse:use", NULL), REFUSAL_STATE);
    h.now = at("2023-04-12", 0);
    CHECK_INT(act(&h, "program", "lapse:report", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "program", "lapse:use", NULL), REFUSAL_NONE);
    CHECK_TEXT(state_of(&h), "gone");
}

/* An event that was written before a lapse that came earlier: the part of a whole that ended. */
static void test_late_lapse(void)
{
    struct history h;

    TEST("a lapse after an event that came later");
    begin(&h, "moon/time", "{}");
    CHECK_INT(act(&h, "applicant", "begin", NULL), REFUSAL_NONE);
    CHECK_INT(act(&h, "applicant", "silent", NULL), REFUSAL_NONE);
    h.now = at("2023-03-14", 9);
    h.events[h.n++] = (struct case_event){
        .seq = 3, .at = h.now, .act = SPAN("sub:moon/window"), .by = SPAN("program")};
    const struct case_view *v = view(&h);
    CHECK_INT(v->lapse_count, 1);
    CHECK_INT(v->lapses[0].at, h.now);
    write_lapses(&h);
    CHECK(same_view(v, view(&h)));
    CHECK_INT(view(&h)->clocks[3].due, at("2023-04-12", 0)); /* counts from when it lapsed */
}

/* ---- histories that nobody should have written ---- */

static void test_garbage(void)
{
    static const char *const acts[] = {
        "begin", "nothing",  "lapse:", "lapse:none", "event:", "lapse:public",    "pay",
        "sub:",  "withdraw", "",       "grant",      "wake",   "event:活动结束日"};
    static const char *const data[] = {
        "{}",
        "[]",
        "7",
        "{\"fields\": {\"账户\": {}, \"从业人员\": \"many\", \"x\": 1}}",
        "{\"materials\": [1, 2]}",
        "{\"missing\": {\"a\": \"b\"}, \"amount\": \"lots\"}",
        "{\"date\": \"2023-99-99\", \"fields\": 4}",
        "{\"materials\": {\"form\": null, \"y\": {}}}"};
    struct history h;

    TEST("garbage in a history");
    for (size_t p = 0; p < library->procedure_count; p++) {
        char id[64];
        snprintf(id, sizeof id, "%.*s", SPAN_ARG(library->procedures[p]->id));
        begin(&h, id, "{}");
        for (size_t i = 0; i < 150; i++) {
            h.events[h.n++] = (struct case_event){.at = h.now - (int64_t)(i * 12345),
                                                  .act = span_z(acts[(i * 7) % COUNT_OF(acts)]),
                                                  .by = span_z(i % 3 ? "office" : "ghost"),
                                                  .data = json_z(data[i % COUNT_OF(data)])};
            if (i % 10 == 0)
                CHECK(view(&h)->state < h.procedure->state_count);
        }
    }
}

/* ---- random acts ---- */

static uint64_t seed = 7;
static uint32_t random_below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static const char *const random_data[] = {
    NULL,
    "{\"reason\": \"因为\", \"text\": \"话\", \"contents\": \"件\", \"organisation\": \"o\"}",
    "{\"fields\": {\"账户\": \"基本户\", \"从业人员\": 3}, \"materials\": {\"form\": {}, "
    "\"proof\": {}}}",
    "{\"fields\": {\"核定\": 5}}",
    "{\"missing\": [\"form\"], \"reason\": \"因为\"}",
    "{\"date\": \"2023-09-01\", \"at\": \"2024-12-01 09:00\", \"account\": \"3\"}"};
static const char *const general[] = {
    "fill", "assign",  "take", "transfer", "return",          "hurry",
    "note", "mail-in", "book", "withdraw", "event:活动结束日"};
static const char *const actors[] = {"applicant", "office", "chief", "treasury", "bank", "program"};

static void random_step(struct history *h)
{
    const struct procedure *p = h->procedure;
    size_t i = random_below((uint32_t)(p->act_count + COUNT_OF(general)));
    /* the event keeps the name, so it lives as long as the history */
    struct span name = i < p->act_count ? arena_print(&arena, "%.*s", SPAN_ARG(p->acts[i].id))
                                        : span_z(general[i - p->act_count]);
    const char *actor = actors[random_below(COUNT_OF(actors))];
    const char *data = random_data[random_below(COUNT_OF(random_data))];
    const struct case_view *pending;

    h->now += random_below(5) ? (int64_t)random_below(40) * 3600000 : 0;
    pending = view(h);
    write_lapses(h);
    CHECK(same_view(pending, view(h)));
    CHECK_INT(view(h)->lapse_count, 0);
    (void)act(h, actor, name.p, data);
    CHECK(view(h)->state < p->state_count);
}

static void test_random(void)
{
    struct history h;
    size_t done = 0;

    TEST("random acts");
    for (size_t i = 0; i < 60; i++) {
        char id[64];
        snprintf(id, sizeof id, "%.*s",
                 SPAN_ARG(library->procedures[i % library->procedure_count]->id));
        begin(&h, id, "{\"从业人员\": 5}");
        (void)act(&h, "applicant", "begin", NULL);
        for (size_t k = 0; k < 60 && h.n + 20 < ROOM; k++)
            random_step(&h);
        done += h.n;
        for (size_t k = 1; k < h.n; k++)
            CHECK(h.events[k].at >= h.events[k - 1].at);
        arena_clear(&arena);
    }
    CHECK(done > 200);
}

/* ---- JSON ---- */

static void test_json(void)
{
    struct history h;
    const struct json *zh, *en, *first;

    TEST("the view as JSON");
    begin(&h, "moon/papers", "{\"从业人员\": 100}");
    CHECK_INT(act(&h, "applicant", "begin", "{\"fields\": {\"账户\": \"一般户\"}}"), REFUSAL_NONE);
    h.actor = "applicant";
    zh = case_view_json(&arena, view(&h), false);
    en = case_view_json(&arena, view(&h), true);
    CHECK_TEXT(json_text(JSON_GET(zh, "state")), "draft");
    CHECK_TEXT(json_text(JSON_GET(zh, "state_title")), "草稿");
    CHECK_TEXT(json_text(JSON_GET(en, "state_title")), "draft");
    CHECK_INT(JSON_GET(zh, "missing")->n, 3); /* 原因, form, roll */
    first = JSON_GET(en, "missing")->first;
    CHECK_TEXT(json_text(JSON_GET(first, "title")), "why");
    CHECK_INT(JSON_GET(zh, "materials")->n, 4);
    CHECK_INT(JSON_GET(zh, "clocks")->n, 1);
    JSON_EACH(a, JSON_GET(zh, "acts"))
    {
        struct span id = json_text(JSON_GET(a, "act"));
        const char *want = span_eq(id, SPAN("begin"))    ? "state"
                           : span_eq(id, SPAN("submit")) ? "missing"
                                                         : NULL;
        if (want || span_eq(id, SPAN("accept")))
            CHECK_TEXT(json_text(JSON_GET(a, "refusal")), want ? want : "actor");
    }
    struct buffer text = BUFFER_INIT;
    json_print(&text, zh, JSON_PRETTY);
    CHECK(!buffer_failed(&text) && text.n > 1000);
    buffer_release(&text);
}

/* ---- scripts that must fail ---- */

static const struct script_failure *play(const char *procedure, const char *steps)
{
    const struct procedure *p = procedure_find(library, span_z(procedure), NULL);
    struct procedure_run *run = ARENA_NEW(&arena, struct procedure_run);
    const struct script_failure *first = NULL;
    struct json *j = NULL;

    CHECK_INT(yaml_parse(&arena, span_z(steps), SPAN("test"), &j, NULL), 0);
    *run = (struct procedure_run){.name = SPAN("wrong"), .steps = j};
    CHECK_INT(script_run(&arena, library, p, run, &first), 0);
    return first;
}

static const struct {
    const char *procedure, *steps, *what, *got, *expected;
    uint32_t line;
} wrong[] = {
    {"moon/joint", "- {at: 2023-03-01, do: begin}\n- {expect: {state: first}}", "state", "draft",
     "first", 2},
    {"moon/joint", "- {at: 2023-03-01, do: submit}", "do submit", NULL, "done", 1},
    {"moon/joint", "- {at: 2023-03-01, do: begin, refused: state}", "refused", "done", "state", 1},
    {"moon/joint", "- {at: 2023-03-01, do: submit, refused: actor}", "refused", NULL, "actor", 1},
    {"moon/joint", "- {at: 2023-03-01, do: begin}\n- {at: 2023-02-01}", "at", "2023-02-01", NULL,
     2},
    {"moon/joint", "- {at: 2023-03-01, do: begin}\n- {expect: {may: []}}", "may", "[submit]", "[]",
     2},
    {"moon/joint", "- {at: 2023-03-01, do: begin}\n- {expect: {due: 2023-03-02}}", "due", "none",
     "2023-03-02", 2},
    {"moon/money", "- {at: 2023-03-01, do: begin}\n- {expect: {amount: 1}}", "amount", "none", "1",
     2},
    {"moon/money", "- {at: 2023-03-01, do: begin}\n- {expect: {facts: {核定: 1}}}", "核定",
     "unknown", "1", 2},
    {"moon/time",
     "- {at: 2023-03-01, do: begin}\n- {do: silent}\n- {at: 2023-03-05, expect: {clocks: {answer: "
     "{left: 9}}}}",
     "answer.left", "6", "9", 3},
    {"moon/time",
     "- {at: 2023-03-01, do: begin}\n- {do: silent}\n- {expect: {clocks: {answer: {due: "
     "2023-03-12}}}}",
     "answer.due", "2023-03-11", "2023-03-12", 3},
    {"moon/time", "- {at: 2023-03-01, do: begin}\n- {expect: {overdue: [answer], decision: none}}",
     "overdue", "[]", "[answer]", 2},
};

static void test_wrong(void)
{
    TEST("scripts that must fail");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct script_failure *f = play(wrong[i].procedure, wrong[i].steps);
        if (!CHECK(f != NULL)) {
            printf("  row %zu\n", i);
            continue;
        }
        CHECK_TEXT(f->what, wrong[i].what);
        if (wrong[i].got)
            CHECK_TEXT(f->got, wrong[i].got);
        if (wrong[i].expected)
            CHECK_TEXT(f->expected, wrong[i].expected);
        CHECK_INT(f->line, wrong[i].line);
        CHECK(f->view.n > 0 && !f->next);
    }
}

/* ---- failing allocations ---- */

static struct history faulty;

static int open_and_try(void *context)
{
    struct history *h = context;
    struct run_question q = question(h);
    struct case_view *v = NULL;
    struct case_event e;
    enum refusal refusal;
    struct arena a;
    int code;

    arena_init(&a);
    code = run_open(&a, &q, &v, NULL);
    if (code == 0)
        code = run_try(&a, &q, SPAN("grant"), NULL, &e, &refusal, NULL);
    if (code == 0 && !case_view_json(&a, v, true))
        code = E_MEMORY;
    if (code == 0 && a.failed)
        code = E_MEMORY;
    arena_release(&a);
    return code;
}

static void test_fault(void)
{
    TEST("failing allocations");
    begin(&faulty, "moon/money", "{\"从业人员\": 12}");
    CHECK_INT(act(&faulty, "applicant", "begin", NULL), REFUSAL_NONE);
    CHECK_INT(act(&faulty, "applicant", "submit", NULL), REFUSAL_NONE);
    faulty.actor = "office";
    fault_loop(open_and_try, &faulty);
}

int main(int argc, char **argv)
{
    struct library *l = NULL;
    struct diags diags;
    struct arena messages;
    struct buffer out = BUFFER_INIT;

    if (argc < 2)
        return 2;
    arena_init(&arena);
    arena_init(&messages);
    diags_init(&diags, &messages);
    CHECK_INT(library_load(argv[1], &l, &diags, NULL), 0);
    diags_print(&out, &diags);
    if (diags.errors)
        printf("%s", out.p);
    buffer_release(&out);
    library = l;
    if (l) {
        test_event();
        test_amount_of();
        test_lapses();
        test_late_lapse();
        test_garbage();
        test_random();
        test_json();
        test_wrong();
        test_fault();
        library_unref(l);
    }
    arena_release(&arena);
    arena_release(&messages);
    return test_end();
}
