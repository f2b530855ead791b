/*
 * u_versions.c: versions of the library in the store: what may be published, what is in force when,
 * that nothing kept ever changes, and that a running server takes a new version up while requests
 * in flight keep theirs.
 */
#include "base/date.h"
#include "policy/match.h"
#include "policy/version.h"
#include "tests/identity/both.h"
#include "tests/unit/fault.h"
#include "web/edition.h"

static const char *folder;
static const struct actor publisher = {
    .account_id = 7, .name = {"发布甲", 9}, .roles = 1u << USER_PUBLISHER};
static const struct actor handler = {
    .account_id = 8, .name = {"经办乙", 9}, .roles = 1u << USER_HANDLER};

static void at(const char *now)
{
    setenv("HUIQI_NOW", now, 1);
}

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    CHECK(clock_read(span_z(text), &ms));
    return ms;
}

/* The files of the test's library with one text put for another, in every file. */
static struct library_files files_with(struct arena *a, const char *old, const char *now)
{
    struct library_files files = {0};
    struct err err = ERR_INIT;
    if (!CHECK(library_read_folder(a, folder, &files, &err) == 0))
        printf("%s\n", err.message);
    for (size_t i = 0; old && i < files.n; i++) {
        struct span *b = &files.at[i].bytes;
        size_t n;
        while ((n = span_find(*b, span_z(old))) != SIZE_MAX)
            *b = arena_print(a, "%.*s%s%.*s", (int)n, b->p, now,
                             SPAN_ARG(span_from(*b, n + strlen(old))));
    }
    return files;
}

struct published {
    int code;
    struct publication_report report;
    struct err err;
    size_t diags;
};

static struct published publish(struct arena *a, struct store *s, const struct actor *who,
                                const struct library_files *files, int64_t from)
{
    struct published x = {.err = ERR_INIT};
    struct diags diags;
    const struct publication p = {files->at, files->n, "test", from, SPAN("试")};
    diags_init(&diags, a);
    x.code = library_publish(a, s, who, &p, &x.report, &diags, &x.err);
    x.diags = diags.errors;
    return x;
}

static void check_refusals(struct store *s, struct arena *a)
{
    struct library_files good = files_with(a, NULL, NULL);
    struct library_files broken = files_with(a, "* 500", "* 五百");
    struct library_files wrong = files_with(a, "* 500", "* 600");

    TEST("who may not publish writes nothing");
    CHECK_INT(publish(a, s, &handler, &good, 0).code, E_FORBIDDEN);
    TEST("a library that does not check");
    struct published x = publish(a, s, &publisher, &broken, 0);
    CHECK(x.code == E_CHECK && x.diags > 0);
    TEST("an example that comes out otherwise");
    x = publish(a, s, &publisher, &wrong, 0);
    CHECK_INT(x.code, E_CHECK);
    CHECK_INT(x.report.failed, 1);
    CHECK_TEXT(x.report.failures->measure_id, "moon/crater/idle");
    TEST("the past cannot be changed");
    CHECK_INT(publish(a, s, &publisher, &good, clock_now_ms() - 1).code, E_INPUT);
    CHECK_INT(both_count(s, "SELECT count(*) FROM library_snapshot"), 0);
    CHECK_INT(both_count(s, "SELECT count(*) FROM library_release"), 0);
    CHECK_INT(both_count(s, "SELECT count(*) FROM audit_entry"), 0);
}

static void in_force(struct store *s, const char *when, const char *want)
{
    char hash[LIBRARY_HASH + 1] = "?";
    struct err err = ERR_INIT;
    int64_t ms = instant(when);
    CHECK_INT(library_published(s, ms, clock_now_ms(), hash, &err), 0);
    CHECK_TEXT(span_z(hash), want);
}

/* What the measure gives for thirty people under a version. */
static struct span amount_under(struct arena *a, struct store *s, const char *hash)
{
    struct library *l = NULL;
    struct diags diags;
    struct err err = ERR_INIT;
    struct span found = SPAN("");
    diags_init(&diags, a);
    if (!CHECK(library_load_version(s, span_z(hash), &l, &diags, &err) == 0)) {
        printf("%s\n", err.message);
        return found;
    }
    CHECK_TEXT(span_z(l->hash), hash);
    const struct measure *m = library_find(l, SPAN("moon/crater/idle"), NULL);
    if (CHECK(m && m->benefit_count == 1))
        found = arena_copy(a, m->benefits[0].amount.text);
    library_unref(l);
    return found;
}

static void check_history(struct store *s, struct arena *a)
{
    struct library_files one = files_with(a, NULL, NULL);
    struct library_files two = files_with(a, "* 500", "* 600");
    for (size_t i = 0; i < two.n; i++) {
        struct span *b = &two.at[i].bytes;
        size_t n = span_find(*b, SPAN("15000.00"));
        if (n != SIZE_MAX)
            *b = arena_print(a, "%.*s18000.00%.*s", (int)n, b->p, SPAN_ARG(span_from(*b, n + 8)));
    }

    TEST("a version in force at once, one from a day to come");
    at("2020-03-02T09:00:00");
    struct published x = publish(a, s, &publisher, &one, 0);
    CHECK_INT(x.code, 0);
    CHECK(x.report.release == 1 && !x.report.known);
    at("2020-03-03T09:00:00");
    struct published y = publish(a, s, &publisher, &two, instant("2020-04-01"));
    CHECK_INT(y.code, 0);
    in_force(s, "2020-03-02T08:59:59", "");
    in_force(s, "2020-03-02T09:00:00", x.report.hash);
    in_force(s, "2020-03-31T23:59:59", x.report.hash);
    in_force(s, "2020-04-01", y.report.hash);
    const struct json *changed = JSON_GET(JSON_GET(y.report.differences, "measures"), "changed");
    CHECK(changed && changed->n == 1);

    TEST("what is in force already is not published again");
    CHECK_INT(publish(a, s, &publisher, &one, 0).report.release, 0);

    TEST("each loads as it was published");
    CHECK_TEXT(amount_under(a, s, x.report.hash), "参保人数(上年末) * 500");
    CHECK_TEXT(amount_under(a, s, y.report.hash), "参保人数(上年末) * 600");
    CHECK_INT(both_count(s, "SELECT count(*) FROM library_file"), 8);
    CHECK_INT(both_count(s, "SELECT count(*) FROM library_blob"), 5);

    TEST("withdrawn the same day: the earlier one again; the record stays");
    struct version_release w;
    struct err err = ERR_INIT;
    at("2020-04-01T10:00:00");
    in_force(s, "2020-04-01T10:00:00", y.report.hash);
    CHECK_INT(library_withdraw(a, s, &publisher, 0, SPAN(""), &w, &err), E_INPUT);
    CHECK_INT(library_withdraw(a, s, &handler, 0, SPAN("限额有误"), &w, &err), E_FORBIDDEN);
    CHECK_INT(library_withdraw(a, s, &publisher, 0, SPAN("限额有误"), &w, &err), 0);
    CHECK_INT(w.withdraws, 2);
    in_force(s, "2020-04-01T10:00:00", x.report.hash);
    CHECK_INT(library_withdraw(a, s, &publisher, 2, SPAN("再来"), &w, &err), E_CONFLICT);
    TEST("as it was known before the withdrawal");
    char hash[LIBRARY_HASH + 1];
    CHECK_INT(library_published(s, instant("2020-04-01T09:00:00"), instant("2020-04-01T09:00:00"),
                                hash, &err),
              0);
    CHECK_TEXT(span_z(hash), y.report.hash);

    TEST("an earlier one again, by the beginning of its hash");
    struct publication_report again;
    y.report.hash[12] = '\0';
    CHECK_INT(
        library_republish(a, s, &publisher, span_z(y.report.hash), 0, SPAN("更正"), &again, &err),
        0);
    in_force(s, "2020-04-01T10:00:00", again.hash);
    CHECK_INT(library_republish(a, s, &publisher, SPAN("00000000"), 0, SPAN(""), &again, &err),
              E_NOT_FOUND);
    CHECK_INT(both_count(s, "SELECT count(*) FROM audit_entry"), 4);

    struct version_release *releases;
    size_t n;
    CHECK_INT(library_releases(a, s, &releases, &n, &err), 0);
    CHECK_INT(n, 4);
    CHECK_TEXT(releases[0].actor, "发布甲");
}

static void check_cache(struct store *s, struct arena *a)
{
    struct library_cache *c = NULL;
    struct version_release *releases;
    struct err err = ERR_INIT;
    size_t n;

    TEST("a case finds the library that it began under");
    CHECK_INT(library_cache_new(&c, &err), 0);
    CHECK_INT(library_releases(a, s, &releases, &n, &err), 0);
    struct arena request;
    arena_init(&request);
    struct library_lender lender = {c, s, &request};
    const struct library *first = NULL, *same = NULL;
    CHECK_INT(library_of(&lender, releases[n - 1].library, &first, &err), 0);
    CHECK_INT(library_of(&lender, releases[n - 1].library, &same, &err), 0);
    CHECK(first && first == same);
    CHECK_INT(library_of(&lender, SPAN("ffffffffffff"), &same, &err), E_NOT_FOUND);
    library_cache_free(c);
    CHECK_TEXT(releases[n - 1].library, first->hash); /* the request still holds it */
    arena_release(&request);
}

static struct edition *first_edition(void)
{
    struct arena a;
    struct diags diags;
    struct library *l = NULL;
    struct edition *e = NULL;
    struct err err = ERR_INIT;
    arena_init(&a);
    diags_init(&diags, &a);
    CHECK_INT(library_load(folder, &l, &diags, &err), 0);
    CHECK_INT(edition_new(l, false, &e, &err), 0);
    arena_release(&a);
    return e;
}

static void check_swap(struct store *s)
{
    struct shelf shelf;
    struct err err = ERR_INIT;
    char published[LIBRARY_HASH + 1];
    bool swapped = false;

    TEST("a published version is taken up; a request in flight keeps its own");
    shelf_init(&shelf, folder, first_edition());
    struct edition *mine = shelf_take(&shelf);
    struct span before = span_z(mine->library->hash);
    CHECK_INT(library_published(s, clock_now_ms(), clock_now_ms(), published, &err), 0);
    CHECK_INT(shelf_follow(&shelf, s, &swapped, &err), 0);
    CHECK(swapped);
    struct edition *next = shelf_take(&shelf);
    CHECK_TEXT(span_z(next->library->hash), published);
    CHECK(library_find(mine->library, SPAN("moon/crater/idle"), NULL) != NULL);
    CHECK_TEXT(span_z(mine->library->hash), before.p);
    CHECK(next != mine);
    CHECK_INT(shelf_follow(&shelf, s, &swapped, &err), 0);
    CHECK(!swapped);
    edition_unref(next);
    edition_unref(mine);
    shelf_release(&shelf);
}

static void check_tampering(struct store *s, struct arena *a)
{
    int64_t kept = 0, bad = 0;
    struct version_release *releases;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    struct diags diags;
    size_t n;

    TEST("a file changed in the store is found, and not loaded");
    CHECK_INT(library_versions_verify(s, &kept, &bad, &err), 0);
    CHECK(kept == 2 && bad == 0);
    CHECK_INT(store_execute(s,
                            "UPDATE library_file SET digest = (SELECT min(digest) FROM "
                            "library_blob WHERE digest <> library_file.digest) "
                            "WHERE path = 'facts/staff.yaml' AND library = (SELECT library FROM "
                            "library_release WHERE id = 1)",
                            &err),
              0);
    CHECK_INT(library_versions_verify(s, &kept, &bad, &err), 0);
    CHECK(kept == 2 && bad == 1);
    CHECK_INT(library_releases(a, s, &releases, &n, &err), 0);
    diags_init(&diags, a);
    int r = library_load_version(s, releases[n - 1].library, &l, &diags, &err);
    CHECK(r == E_STORE || r == E_CHECK);
}

static int read_all(void *context)
{
    struct store *s = context;
    struct arena a;
    struct version_release *releases;
    struct library_files files;
    struct err err = ERR_INIT;
    size_t n;
    arena_init(&a);
    int r = library_releases(&a, s, &releases, &n, &err);
    if (r == 0)
        r = library_version_files(&a, s, releases[0].library, &files, &err);
    arena_release(&a);
    return r;
}

static void suite(const char *url)
{
    struct store *s = both_open(url);
    struct arena a;
    if (!s)
        return;
    arena_init(&a);
    at("2020-03-02T08:00:00");
    check_refusals(s, &a);
    check_history(s, &a);
    check_cache(s, &a);
    check_swap(s);
    TEST("every allocation may fail");
    fault_loop(read_all, s);
    check_tampering(s, &a);
    arena_release(&a);
    store_close(s);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/publishing/library";
    return both_run(suite);
}
