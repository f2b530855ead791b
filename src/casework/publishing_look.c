/*
 * publishing_look.c: what is seen of drafts: their examples with what came out, as JSON, and
 * whether the store still says of each what its events say. See publishing.h.
 */
#include "base/date.h"
#include "casework/publishing.h"
#include "casework/sql.h"
#include "policy/examples.h"

int draft_base(struct arena *request, struct store *s, const char *folder, int64_t at,
               struct library_files *ret, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    int r = library_published(s, at, clock_now_ms(), hash, err);
    if (r < 0)
        return r;
    return hash[0] ? library_version_files(request, s, span_z(hash), ret, err)
                   : library_read_folder(request, folder, ret, err);
}

/* ---- the draft's own examples ---- */

#define LABEL "draft" /* what messages call the folder */

struct trial {
    struct arena *keep, *scratch;
    const struct library *library;
    struct json *list;
    size_t count, failed;
};

static struct json *copy_text(struct arena *a, struct span s)
{
    return json_string(a, arena_copy(a, s));
}

static struct json *differences(struct arena *a, const struct mismatch *m)
{
    struct json *list = json_array(a);
    for (; m; m = m->next) {
        struct json *o = json_object(a);
        JSON_SET(o, "what", copy_text(a, m->what));
        JSON_SET(o, "got", copy_text(a, m->got));
        JSON_SET(o, "expected", copy_text(a, m->expected));
        json_add(list, o);
    }
    return list;
}

static int try_example(struct trial *t, const struct measure *m, const struct example *x)
{
    const struct mismatch *first = NULL;
    struct json *o = json_object(t->keep);
    char day[DATE_TEXT];
    int r = example_run(t->scratch, t->library, m, x, &first);
    if (r < 0)
        return r;
    t->count++;
    t->failed += first != NULL;
    JSON_SET(o, "measure", copy_text(t->keep, m->id));
    JSON_SET(o, "title", copy_text(t->keep, m->title.zh));
    JSON_SET(o, "title_en", copy_text(t->keep, m->title.en));
    JSON_SET(o, "name", copy_text(t->keep, x->name));
    JSON_SET(o, "as_of", copy_text(t->keep, span_of(day, date_print(x->as_of, day))));
    JSON_SET(o, "file", copy_text(t->keep, span_from(x->place.file, sizeof LABEL)));
    JSON_SET(o, "line", json_int(t->keep, x->place.line));
    JSON_SET(o, "passed", json_bool(t->keep, !first));
    JSON_SET(o, "differences", differences(t->keep, first));
    json_add(t->list, o);
    arena_clear(t->scratch);
    return 0;
}

static bool is_of(const struct draft *d, struct span file)
{
    struct span path = span_starts(file, SPAN(LABEL "/")) ? span_from(file, sizeof LABEL) : file;
    for (size_t i = 0; i < d->file_count; i++)
        if (span_eq(d->files[i].path, path))
            return true;
    return false;
}

static int try_measures(struct trial *t, const struct draft *d)
{
    int r = 0;
    for (size_t i = 0; i < t->library->measure_count; i++) {
        const struct measure *m = t->library->measures[i];
        for (size_t k = 0; k < m->example_count && r == 0; k++)
            if (is_of(d, m->examples[k].place.file))
                r = try_example(t, m, &m->examples[k]);
    }
    return r;
}

int draft_try(struct arena *request, const struct draft *d, const struct library_files *base,
              struct json **ret, struct diags *diags, struct err *err)
{
    struct library_files files;
    struct library *l = NULL;
    struct arena scratch;
    struct trial t = {.keep = request, .scratch = &scratch, .list = json_array(request)};
    struct json *o = json_object(request);
    int r = draft_files(request, d, base, &files, err);
    if (r == 0)
        r = library_load_files(LABEL, files.at, files.n, &l, diags, err);
    if (r < 0)
        return r;
    t.library = l;
    arena_init(&scratch);
    r = try_measures(&t, d);
    arena_release(&scratch);
    library_unref(l);
    JSON_SET(o, "examples", t.list);
    JSON_SET(o, "count", json_int(request, (int64_t)t.count));
    JSON_SET(o, "failed", json_int(request, (int64_t)t.failed));
    *ret = o;
    return r < 0 || request->failed ? err_memory(err) : 0;
}

/* ---- as JSON ---- */

static struct json *instant(struct arena *a, int64_t ms)
{
    char text[DATE_TEXT];
    return copy_text(a, span_of(text, clock_print(ms, text)));
}

static struct json *event_json(struct arena *a, const struct draft_event *x)
{
    struct json *o = json_object(a);
    JSON_SET(o, "at", instant(a, x->at));
    JSON_SET(o, "act", json_string(a, x->act));
    JSON_SET(o, "detail", json_string(a, x->detail));
    JSON_SET(o, "by", json_string(a, x->actor));
    JSON_SET(o, "organisation", json_string(a, x->organisation));
    return o;
}

struct json *draft_json(struct arena *a, const struct draft *d, const struct draft_event *events,
                        size_t n)
{
    struct json *o = json_object(a), *files = json_array(a), *list = json_array(a);
    const struct {
        const char *name;
        struct span text;
    } texts[] = {{"title", d->title},
                 {"state", d->state},
                 {"document", d->document},
                 {"disclosure", d->disclosure},
                 {"tags", d->tags},
                 {"review", d->review},
                 {"interpretation", d->interpretation},
                 {"content", d->content}};
    JSON_SET(o, "draft", json_int(a, d->id));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        json_set(o, span_z(texts[i].name), json_string(a, texts[i].text));
    JSON_SET(o, "release", d->release_id ? json_int(a, d->release_id) : json_null(a));
    JSON_SET(o, "seen", json_int(a, d->event_count));
    for (size_t i = 0; i < d->file_count; i++) {
        struct json *f = json_object(a);
        JSON_SET(f, "path", json_string(a, d->files[i].path));
        JSON_SET(f, "bytes", json_int(a, (int64_t)d->files[i].bytes.n));
        json_add(files, f);
    }
    for (size_t i = 0; events && i < n; i++)
        json_add(list, event_json(a, &events[i]));
    JSON_SET(o, "files", files);
    if (events)
        JSON_SET(o, "events", list);
    return a->failed ? NULL : o;
}

/* ---- verifying ---- */

/* What was approved is what is there. */
static int verify_content(struct arena *a, struct store *s, int64_t id, struct verify *v,
                          struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    struct draft d;
    int r = draft_get(a, s, id, &d, err);
    if (r < 0)
        return r;
    library_hash_files(d.files, d.file_count, hash);
    if (d.content.n && !span_eq(d.content, span_z(hash)))
        verify_wrong(v, "draft %lld has other files than were approved", (long long)id);
    return 0;
}

int drafts_verify(struct store *s, struct verify *v, struct err *err)
{
#define LAST "(SELECT e.act FROM draft_event e WHERE e.draft_id = d.id ORDER BY e.id DESC LIMIT 1)"
    static const struct verify_rule rules[] = {
        {"a draft whose state is not that of its last event",
         "SELECT d.id, d.state FROM draft d WHERE COALESCE(" LAST ", '') NOT IN"
         " (CASE d.state WHEN 'approved' THEN 'approve' WHEN 'published' THEN 'publish'"
         " WHEN 'withdrawn' THEN 'withdraw' ELSE 'new' END,"
         " CASE d.state WHEN 'draft' THEN 'edit' ELSE '-' END,"
         " CASE d.state WHEN 'draft' THEN 'set' ELSE '-' END)"},
        {"a published draft without its release",
         "SELECT id, state FROM draft WHERE state IN ('published', 'withdrawn') AND"
         " release_id IS NULL"},
        {"a draft with a release before it was published",
         "SELECT id, state FROM draft WHERE state IN ('draft', 'approved') AND"
         " release_id IS NOT NULL"},
        {"a withdrawn draft whose release stands",
         "SELECT d.id, d.state FROM draft d WHERE d.state = 'withdrawn' AND NOT EXISTS"
         " (SELECT 1 FROM library_release r WHERE r.withdraws = d.release_id)"},
    };
    struct arena a;
    struct draft *at = NULL;
    size_t n = 0;
    int r = verify_count(s, v, "SELECT COUNT(*) FROM draft", err);
    if (r == 0)
        r = verify_rules(s, v, rules, COUNT_OF(rules), err);
    arena_init(&a);
    if (r == 0)
        r = draft_list(&a, s, &at, &n, err);
    for (size_t i = 0; i < n && r == 0; i++)
        r = verify_content(&a, s, at[i].id, v, err);
    arena_release(&a);
    return r;
}
