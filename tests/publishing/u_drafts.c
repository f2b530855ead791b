/*
 * u_drafts.c: measures before they are published: edits and what was seen, four eyes, what approval
 * needs, release and draft in one transaction, withdrawal, the draft's own examples, what store
 * verify finds. Then files changed field by field as forms do it (draft_edit.h), without a store.
 */
#include "base/date.h"
#include "casework/publishing.h"
#include "policy/draft_edit.h"
#include "tests/identity/both.h"
#include "tests/unit/fault.h"

static const char *folder;
#define PERSON(id, text, role)                                                                     \
    {                                                                                              \
        .account_id = (id), .name = {(text), sizeof(text) - 1}, .roles = 1u << USER_##role         \
    }
static const struct actor writer = PERSON(1, "起草一", PUBLISHER),
                          second = PERSON(2, "发布二", PUBLISHER),
                          reviewer = PERSON(3, "审核三", REVIEWER),
                          handler = PERSON(4, "经办四", HANDLER);

struct desk {
    struct store *s;
    struct arena a;
    struct library_files base;
    struct span idle; /* the measure's file in the folder */
};

#define PATH SPAN("measures/idle.yaml")

static struct span replaced(struct arena *a, struct span text, const char *old, const char *now)
{
    size_t at = span_find(text, span_z(old));
    if (!CHECK(at != SIZE_MAX))
        return text;
    struct span rest = span_from(text, at + strlen(old));
    return arena_print(a, "%.*s%s%.*s", (int)at, text.p, now, SPAN_ARG(rest));
}

static struct draft get(struct desk *d, int64_t id)
{
    struct draft x = {0};
    struct err err = ERR_INIT;
    if (!CHECK_INT(draft_get(&d->a, d->s, id, &x, &err), 0))
        printf("%s\n", err.message);
    return x;
}

static int approve(struct desk *d, const struct actor *who, int64_t id, int64_t seen)
{
    struct diags diags;
    struct err err = ERR_INIT;
    diags_init(&diags, &d->a);
    return draft_approve(&d->a, d->s, who, id, seen, &d->base, &diags, &err);
}

static int publish(struct desk *d, const struct actor *who, int64_t id)
{
    struct publication_report report;
    struct diags diags;
    struct err err = ERR_INIT;
    diags_init(&diags, &d->a);
    return draft_publish(&d->a, d->s, who, id, &d->base, 0, &report, &diags, &err);
}

static int put(struct desk *d, const struct actor *who, int64_t id, int64_t seen, struct span path,
               struct span text)
{
    struct err err = ERR_INIT;
    const struct draft_text x = {true, path, text};
    return draft_write(&d->a, d->s, who, id, seen, &x, 1, &err);
}

static int set(struct desk *d, int64_t id, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    return draft_set(&d->a, d->s, &writer, id, span_z(name), span_z(text), &err);
}

static int64_t check_writing(struct desk *d)
{
    struct err err = ERR_INIT;
    struct span good =
        replaced(&d->a, replaced(&d->a, d->idle, "* 500", "* 600"), "15000.00", "18000.00");
    int64_t id = 0;

    TEST("who may begin, and with what");
    CHECK_INT(draft_new(d->s, &handler, SPAN("提高"), SPAN(""), &id, &err), E_FORBIDDEN);
    CHECK_INT(draft_new(d->s, &writer, SPAN("  "), SPAN(""), &id, &err), E_INPUT);
    CHECK_INT(draft_new(d->s, &writer, SPAN("提高"), SPAN(""), &id, &err), 0);
    CHECK_INT(put(d, &handler, id, 0, PATH, good), E_FORBIDDEN);
    CHECK_INT(put(d, &writer, id, 0, SPAN("../x.yaml"), good), E_INPUT);
    CHECK_INT(put(d, &writer, id + 1, 0, PATH, good), E_NOT_FOUND);
    CHECK_INT(set(d, id, "colour", "red"), E_NAME);

    TEST("edits: what was seen, what is as it was");
    CHECK_INT(get(d, id).event_count, 1);
    CHECK_INT(put(d, &writer, id, 1, PATH, good), 0);
    CHECK_INT(get(d, id).event_count, 2);
    CHECK_INT(put(d, &second, id, 1, PATH, d->idle), E_CONFLICT);
    CHECK_INT(put(d, &second, id, 2, PATH, good), 0);
    CHECK_INT(get(d, id).event_count, 2);
    CHECK(span_eq(get(d, id).files[0].bytes, good));

    TEST("several edits are written together or not at all");
    const struct draft_text two[] = {{false, SPAN("tags"), SPAN("补助")},
                                     {false, SPAN("colour"), SPAN("red")}};
    CHECK_INT(draft_write(&d->a, d->s, &writer, id, 0, two, 2, &err), E_NAME);
    CHECK_INT(get(d, id).tags.n, 0);
    return id;
}

static void check_approval(struct desk *d, int64_t id)
{
    TEST("what approval needs");
    CHECK_INT(approve(d, &second, id, 0), E_CHECK);
    CHECK_INT(set(d, id, "disclosure", "主动公开") | set(d, id, "tags", "补助") |
                  set(d, id, "review", "通过") | set(d, id, "interpretation", "每人600元"),
              0);
    CHECK_INT(approve(d, &handler, id, 0), E_FORBIDDEN);
    CHECK_INT(approve(d, &writer, id, 0), E_FORBIDDEN);

    TEST("not in the writer's name either");
    struct actor deputy = reviewer;
    deputy.account_id = 9;
    deputy.for_account_id = writer.account_id;
    CHECK_INT(approve(d, &deputy, id, 0), E_FORBIDDEN);

    TEST("not what was not seen");
    CHECK_INT(approve(d, &reviewer, id, 2), E_CONFLICT);
    CHECK_TEXT(get(d, id).state, "draft");
    CHECK_INT(publish(d, &writer, id), E_CONFLICT);
    CHECK_INT(approve(d, &reviewer, id, get(d, id).event_count), 0);
    CHECK_TEXT(get(d, id).state, "approved");

    TEST("an edit takes the approval back, the same text again does not");
    CHECK_INT(set(d, id, "tags", "补助"), 0);
    CHECK_TEXT(get(d, id).state, "approved");
    CHECK_INT(set(d, id, "tags", "就业"), 0);
    CHECK_TEXT(get(d, id).state, "draft");
    CHECK_INT(publish(d, &writer, id), E_CONFLICT);
    CHECK_INT(approve(d, &reviewer, id, 0), 0);
}

#define RELEASES "SELECT count(*) FROM library_release"

/* What stops the draft's half stops the release. */
static void check_together(struct desk *d, int64_t id)
{
    struct err err = ERR_INIT;
    struct draft x = get(d, id);
    int64_t before = both_count(d->s, RELEASES);

    TEST("release and draft: both or none");
    CHECK_INT(publish(d, &reviewer, id), E_FORBIDDEN);
    CHECK_INT(store_execute(d->s, "ALTER TABLE draft_event RENAME TO draft_gone", &err), 0);
    CHECK(publish(d, &writer, id) < 0);
    CHECK_INT(store_execute(d->s, "ALTER TABLE draft_gone RENAME TO draft_event", &err), 0);
    CHECK_INT(both_count(d->s, RELEASES), before);
    CHECK_TEXT(get(d, id).state, "approved");

    TEST("published");
    CHECK_INT(publish(d, &writer, id), 0);
    CHECK_INT(both_count(d->s, RELEASES), before + 1);
    CHECK_TEXT(get(d, id).state, "published");
    CHECK(get(d, id).release_id > 0);
    CHECK_INT(set(d, id, "tags", "x"), E_CONFLICT);
    CHECK_INT(publish(d, &writer, id), E_CONFLICT);
    CHECK(span_eq(get(d, id).content, x.content));

    TEST("withdrawn, with a reason, once");
    CHECK_INT(draft_withdraw(&d->a, d->s, &writer, id, SPAN(""), &err), E_INPUT);
    CHECK_INT(draft_withdraw(&d->a, d->s, &reviewer, id, SPAN("有误"), &err), E_FORBIDDEN);
    CHECK_TEXT(get(d, id).state, "published");
    CHECK_INT(draft_withdraw(&d->a, d->s, &writer, id, SPAN("有误"), &err), 0);
    CHECK_TEXT(get(d, id).state, "withdrawn");
    CHECK_INT(draft_withdraw(&d->a, d->s, &writer, id, SPAN("有误"), &err), E_CONFLICT);
}

/* ---- examples ---- */

static struct json *trial(struct desk *d, struct span text, int wanted, struct diags *diags)
{
    struct library_file file = {PATH, text};
    const struct draft x = {.files = &file, .file_count = 1};
    struct json *o = NULL;
    struct err err = ERR_INIT;
    diags_init(diags, &d->a);
    CHECK_INT(draft_try(&d->a, &x, &d->base, &o, diags, &err), wanted);
    return o;
}

static void check_trial(struct desk *d)
{
    struct diags diags;
    struct json *o = trial(d, d->idle, 0, &diags);

    TEST("an example that passes");
    CHECK_TEXT(json_text(JSON_GET(o, "count")), "1");
    CHECK_TEXT(json_text(JSON_GET(o, "failed")), "0");

    TEST("one that does not says what came out, where and instead of what");
    o = trial(d, replaced(&d->a, d->idle, "* 500", "* 600"), 0, &diags);
    CHECK_TEXT(json_text(JSON_GET(o, "failed")), "1");
    const struct json *x = JSON_GET(o, "examples")->first, *m = JSON_GET(x, "differences")->first;
    CHECK_TEXT(json_text(JSON_GET(x, "file")), "measures/idle.yaml");
    CHECK_TEXT(json_text(JSON_GET(x, "line")), "26");
    CHECK(span_starts(json_text(JSON_GET(m, "got")), SPAN("18000")));
    CHECK_TEXT(json_text(JSON_GET(m, "expected")), "15000.00");

    TEST("a file that does not load: the line of the mistake");
    (void)trial(d, replaced(&d->a, d->idle, "if: 是否停工", "if: 是否停业"), E_CHECK, &diags);
    CHECK(diags.first && diags.first->line == 15);
}

/* ---- store verify ---- */

static int64_t wrong(struct desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct err err = ERR_INIT;
    if (!CHECK_INT(drafts_verify(d->s, &v, &err), 0))
        printf("%s\n", err.message);
    CHECK(v.rows > 0);
    buffer_release(&v.lines);
    return v.wrong;
}

static void check_verify(struct desk *d, int64_t id)
{
    struct err err = ERR_INIT;
    struct span set_state =
        arena_print(&d->a, "UPDATE draft SET state = 'published' WHERE id = %d", (int)id);
    TEST("verify finds a state that its events do not give");
    CHECK_INT(wrong(d), 0);
    CHECK_INT(store_execute(d->s, set_state.p, &err), 0);
    CHECK_INT(wrong(d), 1);
    CHECK_INT(store_execute(d->s, "UPDATE draft SET state = 'withdrawn'", &err), 0);
    CHECK_INT(wrong(d), 0);
    TEST("and bytes that nobody approved");
    CHECK_INT(store_execute(d->s, "UPDATE draft_file SET path = 'measures/other.yaml'", &err), 0);
    CHECK_INT(wrong(d), 1);
}

static int read_all(void *context)
{
    struct store *s = context;
    struct arena a;
    struct draft *at, x;
    struct draft_event *events;
    struct err err = ERR_INIT;
    size_t n;
    arena_init(&a);
    int r = draft_list(&a, s, &at, &n, &err);
    if (r == 0)
        r = draft_get(&a, s, 1, &x, &err);
    if (r == 0)
        r = draft_events(&a, s, 1, &events, &n, &err);
    if (r == 0 && !draft_json(&a, &x, events, n))
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void suite(const char *url)
{
    struct desk d = {.s = both_open(url)};
    struct err err = ERR_INIT;
    if (!d.s)
        return;
    arena_init(&d.a);
    setenv("HUIQI_NOW", "2020-03-09T09:00:00", 1);
    CHECK_INT(draft_base(&d.a, d.s, folder, clock_now_ms(), &d.base, &err), 0);
    for (size_t i = 0; i < d.base.n; i++)
        if (span_eq(d.base.at[i].path, PATH))
            d.idle = d.base.at[i].bytes;
    check_trial(&d);
    int64_t id = check_writing(&d);
    check_approval(&d, id);
    check_together(&d, id);
    TEST("every allocation may fail");
    fault_loop(read_all, d.s);
    check_verify(&d, id);
    arena_release(&d.a);
    store_close(d.s);
}

/* ---- fields ---- */

static const char *const sheet = "# ours\n"
                                 "document: moon/rules\n"
                                 "measures:\n"
                                 "  - measure: moon/one   # the first\n"
                                 "    title: {zh: 一, en: One}\n"
                                 "    kind: subsidy\n"
                                 "    conditions:\n"
                                 "      - if: 甲\n"
                                 "        cites: 一/1\n"
                                 "      - if: '乙 = \"x\"'\n"
                                 "        cites: 一/2\n"
                                 "    # about examples\n"
                                 "    examples:\n"
                                 "      - name: e\n"
                                 "        facts: {参保人数: {\"2019-12\": 30}}\n"
                                 "  # the second\n"
                                 "  - measure: moon/two\n"
                                 "    title: {zh: 二, en: Two}\n"
                                 "    kind: waiver\n"
                                 "extra: [a, b]\n";

static void edit(const char *name, struct span yaml, size_t which, const struct draft_edit *at,
                 size_t n, const char *old, const char *now)
{
    struct arena a;
    struct span got = {0};
    struct err err = ERR_INIT;

    TEST(name);
    arena_init(&a);
    if (!CHECK_INT(draft_edit_file(&a, yaml, SPAN("x.yaml"), which, at, n, &got, &err), 0))
        printf("%s\n", err.message);
    struct span want = *old ? replaced(&a, yaml, old, now) : yaml;
    if (!CHECK(span_eq(got, want)))
        printf("%.*s\n", SPAN_ARG(got));
    arena_release(&a);
}

#define TEXT_EDIT(path, text)                                                                      \
    {                                                                                              \
        DRAFT_EDIT_TEXT, {(path), sizeof(path) - 1},                                               \
        {                                                                                          \
            (text), sizeof(text) - 1                                                               \
        }                                                                                          \
    }
static void check_edits(void)
{
    const struct span yaml = span_z(sheet);
    const struct draft_edit same[] = {TEXT_EDIT("title.zh", "一"),
                                      TEXT_EDIT("conditions.1.if", "乙 = \"x\"\r\n"),
                                      TEXT_EDIT("conditions.2.if", ""), TEXT_EDIT("plain.zh", " ")};
    const struct draft_edit title[] = {TEXT_EDIT("title.en", "One, more: yes")};
    const struct draft_edit kind[] = {TEXT_EDIT("kind", "refund")};
    const struct draft_edit tags[] = {{DRAFT_EDIT_WORDS, SPAN("tags"), SPAN(" 就业　补助、 ")}};
    const struct draft_edit more[] = {TEXT_EDIT("conditions.2.if", "丙"),
                                      TEXT_EDIT("conditions.2.text.zh", "说明"),
                                      TEXT_EDIT("conditions.2.text.en", "say")};
    const struct draft_edit less[] = {{DRAFT_EDIT_DROP, SPAN("conditions.0"), SPAN("1")}};
    const struct draft_edit two[] = {TEXT_EDIT("conditions.0.if", "甲\n  and 乙")};

    edit("nothing changed: not a byte", yaml, 0, same, COUNT_OF(same), "", "");
    edit("a text of two languages", yaml, 0, title, 1, "title: {zh: 一, en: One}",
         "title: {zh: 一, en: 'One, more: yes'}");
    edit("of the second measure", yaml, 1, kind, 1, "kind: waiver", "kind: refund");
    edit("a member that was not there", yaml, 1, tags, 1, "kind: waiver\n",
         "kind: waiver\n    tags: [就业, 补助]\n");
    edit("one more condition; the comment behind stays", yaml, 0, more, COUNT_OF(more),
         "cites: 一/2\n", "cites: 一/2\n      - if: 丙\n        text: {zh: 说明, en: say}\n");
    edit("one less", yaml, 0, less, 1, "      - if: 甲\n        cites: 一/1\n", "");
    edit("lines in an expression", yaml, 0, two, 1, "- if: 甲\n", "- if: \"甲\\n  and 乙\"\n");
}

static int refused(const char *text, size_t which, const char *path)
{
    struct arena a;
    struct span got;
    struct err err = ERR_INIT;
    const struct draft_edit e = {DRAFT_EDIT_TEXT, span_z(path), SPAN("x")};
    arena_init(&a);
    int r = draft_edit_file(&a, span_z(text), SPAN("x.yaml"), which, &e, 1, &got, &err);
    arena_release(&a);
    return r;
}

static void check_refusals(void)
{
    TEST("what a form cannot change");
    CHECK_INT(refused(sheet, 2, "kind"), E_NOT_FOUND);
    CHECK_INT(refused("", 0, "kind"), E_NOT_FOUND);
    CHECK_INT(refused("measures: [{measure: a, kind: b}]\n", 0, "kind"), E_INPUT);
    CHECK_INT(refused("measures: [\n", 0, "kind"), E_SYNTAX);
    CHECK_INT(refused(sheet, 0, "kind.deeper"), E_INPUT);
    CHECK_INT(refused(sheet, 0, "title"), E_INPUT);
    CHECK_INT(refused(sheet, 0, "conditions.9.if"), E_INPUT);
    CHECK_INT(refused(sheet, 0, "a.b.c.d.e.f.g.h"), E_INPUT);
    CHECK_INT(refused(sheet, 0, "Bad Key"), E_INPUT);
}

static int edit_once(void *context)
{
    struct arena a;
    struct span got;
    struct err err = ERR_INIT;
    const struct draft_edit e[] = {TEXT_EDIT("title.zh", "三"), TEXT_EDIT("dates.0.what", "x")};
    UNUSED(context);
    arena_init(&a);
    int r = draft_edit_file(&a, span_z(sheet), SPAN("x.yaml"), 0, e, 2, &got, &err);
    arena_release(&a);
    return r;
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/publishing/library";
    check_edits();
    check_refusals();
    TEST("every allocation of an edit may fail");
    fault_loop(edit_once, NULL);
    return both_run(suite);
}
