/*
 * version_publish.c: what a library must pass before it is published: the check, and every example
 * of its own. Then snapshot and release in one transaction; a failed check leaves the old version
 * in force.
 */
#include <inttypes.h>
#include "base/date.h"
#include "base/map.h"
#include "policy/examples.h"
#include "policy/show.h"
#include "policy/version_int.h"

#define FAILURES_KEPT 50

/* ---- counts and differences ---- */

struct json *library_counts(struct arena *a, const struct library *l)
{
    struct json *o = json_object(a);
    size_t products = 0;
    for (size_t i = 0; i < l->measure_count; i++)
        products += l->measures[i]->product;
    const struct {
        const char *name;
        size_t n;
    } rows[] = {{"measures", l->measure_count - products},
                {"products", products},
                {"facts", l->fact_count},
                {"parameters", l->parameter_count},
                {"registers", l->register_count},
                {"documents", l->document_count},
                {"organisations", l->organisation_count}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        json_set(o, span_z(rows[i].name), json_int(a, (int64_t)rows[i].n));
    return a->failed ? NULL : o;
}

/* Everything of one kind: name -> what it says, as text. */
struct prints {
    struct arena *arena;
    struct map at;
    bool failed;
};

static void print_entry(struct prints *p, struct span name, const struct json *j,
                        const struct value *list)
{
    struct buffer b = BUFFER_INIT;
    struct span *text = ARENA_NEW(p->arena, struct span);
    if (j)
        json_print(&b, j, JSON_COMPACT);
    if (list)
        value_print(&b, *list);
    if (text)
        *text = arena_copy(p->arena, buffer_span(&b));
    name = arena_copy(p->arena, name); /* outlives its library */
    if (!text || !text->p || !name.p || buffer_failed(&b) || map_put(&p->at, name, text) < 0)
        p->failed = true;
    buffer_release(&b);
}

static void print_measures(struct prints *p, const struct library *l)
{
    for (size_t i = 0; i < l->measure_count; i++)
        print_entry(p, l->measures[i]->id, measure_json(p->arena, l, l->measures[i]), NULL);
}

static void print_named(struct prints *p, const struct library *l, struct span section)
{
    struct json *all = vocabulary_json(p->arena, l);
    JSON_EACH(e, json_get(all, section))
    print_entry(p, json_text(JSON_GET(e, "name")), e, NULL);
    p->failed = p->failed || !all;
}

static void print_facts(struct prints *p, const struct library *l)
{
    print_named(p, l, SPAN("facts"));
}

static void print_parameters(struct prints *p, const struct library *l)
{
    print_named(p, l, SPAN("parameters"));
}

static void print_registers(struct prints *p, const struct library *l)
{
    for (size_t i = 0; i < l->register_count; i++)
        print_entry(p, l->registers[i]->name, NULL, &l->registers[i]->list);
}

static void print_documents(struct prints *p, const struct library *l)
{
    for (size_t i = 0; i < l->document_count; i++) {
        const struct library_document *d = l->documents[i];
        struct json *o = json_object(p->arena);
        JSON_SET(o, "title", json_string(p->arena, d->title));
        JSON_SET(o, "number", json_string(p->arena, d->number));
        JSON_SET(o, "from", json_string(p->arena, d->in_force_from.text));
        JSON_SET(o, "to", json_string(p->arena, d->in_force_to.text));
        print_entry(p, d->id, o, NULL);
    }
}

static const struct {
    const char *name;
    void (*print)(struct prints *p, const struct library *l);
} sections[] = {{"measures", print_measures},
                {"facts", print_facts},
                {"parameters", print_parameters},
                {"registers", print_registers},
                {"documents", print_documents}};

static struct json *compare(struct arena *a, const struct prints *old, const struct prints *now)
{
    struct json *o = json_object(a), *added = json_array(a), *removed = json_array(a),
                *changed = json_array(a);
    for (size_t i = 0; i < now->at.n; i++) {
        const struct map_entry *e = &now->at.entries[i];
        const struct span *before = map_get(&old->at, e->key);
        if (!before)
            json_add(added, json_string(a, e->key));
        else if (!span_eq(*before, *(const struct span *)e->value))
            json_add(changed, json_string(a, e->key));
    }
    for (size_t i = 0; i < old->at.n; i++)
        if (!map_get(&now->at, old->at.entries[i].key))
            json_add(removed, json_string(a, old->at.entries[i].key));
    JSON_SET(o, "added", added);
    JSON_SET(o, "removed", removed);
    JSON_SET(o, "changed", changed);
    return o;
}

struct json *library_differences(struct arena *request, const struct library *old,
                                 const struct library *now)
{
    struct json *o = json_object(request);
    bool failed = false;
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        struct prints before = {.arena = request}, after = {.arena = request};
        map_init(&before.at, request);
        map_init(&after.at, request);
        if (old)
            sections[i].print(&before, old);
        sections[i].print(&after, now);
        json_set(o, span_z(sections[i].name), compare(request, &before, &after));
        failed = failed || before.failed || after.failed;
    }
    return failed || request->failed ? NULL : o;
}

/* ---- the proof ---- */

static void note_failure(struct arena *a, struct publication_report *report,
                         const struct measure *m, const struct example *x,
                         const struct mismatch *first)
{
    struct publication_failure **at = &report->failures;
    report->failed++;
    if (report->failed > FAILURES_KEPT)
        return;
    while (*at)
        at = &(*at)->next;
    struct publication_failure *f = *at = ARENA_NEW(a, struct publication_failure);
    if (!f)
        return;
    f->measure_id = arena_copy(a, m->id);
    f->example = arena_copy(a, x->name);
    f->what = arena_copy(a, first->what);
    f->got = arena_copy(a, first->got);
    f->expected = arena_copy(a, first->expected);
    f->file = arena_copy(a, x->place.file);
    f->line = x->place.line;
}

static int prove_measure(struct arena *keep, struct arena *scratch, const struct library *l,
                         const struct measure *m, struct publication_report *report)
{
    for (size_t i = 0; i < m->example_count; i++) {
        const struct mismatch *first = NULL;
        int r = example_run(scratch, l, m, &m->examples[i], &first);
        if (r < 0)
            return r;
        report->examples++;
        if (first)
            note_failure(keep, report, m, &m->examples[i], first);
        arena_clear(scratch);
    }
    return 0;
}

static int prove_examples(struct arena *request, const struct library *l,
                          struct publication_report *report, struct err *err)
{
    struct arena scratch;
    int r = 0;
    arena_init(&scratch);
    for (size_t i = 0; i < l->measure_count && r == 0; i++)
        r = prove_measure(request, &scratch, l, l->measures[i], report);
    arena_release(&scratch);
    if (r < 0 || request->failed)
        return err_memory(err);
    if (!report->failed)
        return 0;
    const struct publication_failure *f = report->failures;
    r = err_set(err, E_CHECK, "%zu of %zu examples fail; first %.*s, %.*s: %.*s", report->failed,
                report->examples, SPAN_ARG(f->measure_id), SPAN_ARG(f->example), SPAN_ARG(f->what));
    err_at(err, f->file, f->line, 1);
    err_hint(err, "got %.*s, expected %.*s", SPAN_ARG(f->got), SPAN_ARG(f->expected));
    return r;
}

int library_prove(struct arena *request, const struct publication *p, struct library **ret_library,
                  struct publication_report *ret, struct diags *diags, struct err *err)
{
    struct library *l = NULL;
    *ret = (struct publication_report){0};
    if (p->n > VERSION_FILES_MAX)
        return err_set(err, E_LIMIT, "a library has at most %d files", VERSION_FILES_MAX);
    int r = library_load_files(p->label, p->files, p->n, &l, diags, err);
    if (r == 0) {
        memcpy(ret->hash, l->hash, sizeof ret->hash);
        ret->counts = library_counts(request, l);
        r = prove_examples(request, l, ret, err);
    }
    if (r == 0 && ret_library)
        *ret_library = l;
    else
        library_unref(l);
    return r;
}

/* ---- publishing ---- */

static int may_publish(const struct actor *who, struct span reason, struct err *err)
{
    if (!actor_is(who, USER_PUBLISHER)) {
        int r = err_set(err, E_FORBIDDEN, "publishing is for publishers");
        err_hint(err, "an account with the role 'publisher' can do it");
        return r;
    }
    if (reason.n > VERSION_REASON_MAX)
        return err_set(err, E_LIMIT, "a reason has at most %d bytes", VERSION_REASON_MAX);
    return 0;
}

/* The past cannot be changed: findings that were given then named another version. */
static int release_from(int64_t asked, int64_t *ret, struct err *err)
{
    int64_t now = clock_now_ms();
    if (asked && asked < now) {
        int r = err_set(err, E_INPUT, "a version cannot be in force from an instant that is past");
        err_hint(err, "leave it out for now, or name a day to come");
        return r;
    }
    *ret = asked ? asked : now;
    return 0;
}

/* Against what is in force when the new one begins. An old version that this program no longer
 * loads is compared with nothing, and the tree says so. */
static int find_differences(struct arena *request, struct store *s, const struct library *now,
                            int64_t from_at, struct publication_report *report, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    struct library *old = NULL;
    struct diags ignored;
    struct err unused = ERR_INIT;
    int r = library_published(s, from_at, clock_now_ms(), hash, err);
    if (r < 0)
        return r;
    diags_init(&ignored, request);
    if (hash[0] && library_load_version(s, span_z(hash), &old, &ignored, &unused) == E_MEMORY)
        return err_memory(err);
    report->differences = library_differences(request, old, now);
    library_unref(old);
    JSON_SET(report->differences, "before",
             hash[0] ? json_string(request, arena_copy(request, span_z(hash)))
                     : json_null(request));
    if (hash[0] && !old)
        JSON_SET(report->differences, "before_unreadable", json_bool(request, true));
    return report->differences ? 0 : err_memory(err);
}

static struct span text_of(struct arena *a, const struct json *j)
{
    struct buffer b = BUFFER_INIT;
    json_print(&b, j, JSON_COMPACT);
    struct span text = arena_copy(a, buffer_span(&b));
    a->failed = a->failed || buffer_failed(&b);
    buffer_release(&b);
    return text;
}

struct writing {
    const struct publication *publication;
    struct publication_report *report;
    struct release_row row;
    struct span counts;
    bool keep; /* false: the snapshot is there */
};

/* What is in force already needs no release; a date to come is always one. */
static int release_unless_same(struct store *s, struct writing *w, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    int64_t id, now = clock_now_ms();
    int r = version_in_force(s, w->row.from_at, now, 0, &id, hash, err);
    if (r < 0)
        return r;
    w->report->release = 0;
    if (span_eq(span_z(hash), w->row.library))
        return 0;
    return version_release_add(s, &w->row, &w->report->release, err);
}

static int run_step(struct store *s, const struct release_step *with, int64_t release,
                    struct err *err)
{
    return with && release ? with->run(s, with->context, release, err) : 0;
}

static int write_release(struct store *s, void *context, struct err *err)
{
    struct writing *w = context;
    const struct publication *p = w->publication;
    int r = w->keep
                ? version_keep(s, w->row.library, p->files, p->n, w->counts, &w->report->known, err)
                : 0;
    if (r == 0)
        r = release_unless_same(s, w, err);
    return r < 0 ? r : run_step(s, p ? p->with : NULL, w->report->release, err);
}

static int count_examples(struct arena *a, struct publication_report *report)
{
    JSON_SET(report->counts, "examples", json_int(a, (int64_t)report->examples));
    return a->failed ? E_MEMORY : 0;
}

int library_publish(struct arena *request, struct store *s, const struct actor *who,
                    const struct publication *p, struct publication_report *ret,
                    struct diags *diags, struct err *err)
{
    struct library *l = NULL;
    struct writing w = {.publication = p, .report = ret, .keep = true};
    *ret = (struct publication_report){0};
    int r = may_publish(who, p->reason, err);
    if (r == 0)
        r = release_from(p->from_at, &w.row.from_at, err);
    if (r == 0)
        r = library_prove(request, p, &l, ret, diags, err);
    if (r == 0)
        r = find_differences(request, s, l, w.row.from_at, ret, err);
    if (r == 0 && count_examples(request, ret) < 0)
        r = err_memory(err);
    if (r == 0) {
        w.counts = text_of(request, ret->counts);
        w.row.who = who;
        w.row.library = span_z(ret->hash);
        w.row.reason = p->reason;
        w.row.differences = text_of(request, ret->differences);
        ret->from_at = w.row.from_at;
        r = request->failed ? err_memory(err) : store_write(s, write_release, &w, err);
    }
    library_unref(l);
    return r;
}

/* ---- keeping what is in use ---- */

struct keeping {
    struct span hash, counts;
    const struct library_files *files;
};

static int write_kept(struct store *s, void *context, struct err *err)
{
    const struct keeping *k = context;
    bool known;
    return version_keep(s, k->hash, k->files->at, k->files->n, k->counts, &known, err);
}

int library_keep_folder(struct arena *request, struct store *s, const struct library *l,
                        const char *folder, struct err *err)
{
    struct library_files files;
    char made[LIBRARY_HASH + 1];
    bool known;
    int r = version_is_kept(s, span_z(l->hash), &known, err);
    if (r < 0 || known)
        return r;
    r = library_read_folder(request, folder, &files, err);
    if (r < 0)
        return r;
    library_hash_files(files.at, files.n, made);
    if (strcmp(made, l->hash) != 0)
        return err_set(err, E_CONFLICT, "the files of %s changed since they were loaded", folder);
    struct keeping k = {span_z(l->hash), text_of(request, library_counts(request, l)), &files};
    return request->failed ? err_memory(err) : store_write(s, write_kept, &k, err);
}

int library_republish(struct arena *request, struct store *s, const struct actor *who,
                      struct span hash, int64_t from_at, struct span reason,
                      struct publication_report *ret, struct err *err)
{
    struct library *l = NULL;
    struct diags diags;
    struct writing w = {.report = ret};
    *ret = (struct publication_report){.known = true};
    diags_init(&diags, request);
    int r = may_publish(who, reason, err);
    if (r == 0)
        r = release_from(from_at, &w.row.from_at, err);
    if (r == 0)
        r = version_find(request, s, hash, &w.row.library, err);
    if (r == 0)
        r = library_load_version(s, w.row.library, &l, &diags, err);
    if (r == 0)
        r = find_differences(request, s, l, w.row.from_at, ret, err);
    if (r == 0) {
        memcpy(ret->hash, l->hash, sizeof ret->hash);
        ret->counts = library_counts(request, l);
        ret->from_at = w.row.from_at;
        w.row.who = who;
        w.row.reason = reason;
        w.row.differences = text_of(request, ret->differences);
        r = request->failed ? err_memory(err) : store_write(s, write_release, &w, err);
    }
    library_unref(l);
    return r;
}

/* ---- withdrawing ---- */

struct taking_back {
    struct arena *arena;
    const struct actor *who;
    int64_t release, made;
    struct span reason;
    const struct release_step *with;
};

static int current_release(struct store *s, int64_t *ret, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    int r = version_in_force(s, now, now, 0, ret, hash, err);
    if (r == 0 && *ret == 0) {
        r = err_set(err, E_NOT_FOUND, "no version of the library is published");
        err_hint(err, "'huiqi library publish FOLDER' publishes one");
    }
    return r;
}

static int write_withdrawal(struct store *s, void *context, struct err *err)
{
    struct taking_back *t = context;
    struct version_release x;
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms(), which = t->release, before;
    int r = which ? 0 : current_release(s, &which, err);
    if (r == 0)
        r = version_release_get(t->arena, s, which, &x, err);
    if (r == 0 && x.withdrawn_by)
        r = err_set(err, E_CONFLICT, "release %" PRId64 " was withdrawn already", which);
    if (r == 0)
        r = version_in_force(s, now, now, which, &before, hash, err);
    if (r < 0)
        return r;
    const struct release_row row = {.who = t->who,
                                    .library = span_z(hash),
                                    .from_at = now,
                                    .withdraws = which,
                                    .reason = t->reason,
                                    .differences = SPAN("{}")};
    r = version_release_add(s, &row, &t->made, err);
    return r < 0 ? r : run_step(s, t->with, t->made, err);
}

int library_withdraw(struct arena *request, struct store *s, const struct actor *who,
                     int64_t release, struct span reason, struct version_release *ret,
                     struct err *err)
{
    return library_withdraw_with(request, s, who, release, reason, NULL, ret, err);
}

int library_withdraw_with(struct arena *request, struct store *s, const struct actor *who,
                          int64_t release, struct span reason, const struct release_step *with,
                          struct version_release *ret, struct err *err)
{
    struct taking_back t = {request, who, release, 0, reason, with};
    int r = may_publish(who, reason, err);
    if (r == 0 && !span_trim(reason).n) {
        r = err_set(err, E_INPUT, "a withdrawal needs a reason");
        err_hint(err, "--reason '...'");
    }
    if (r == 0)
        r = store_write(s, write_withdrawal, &t, err);
    return r < 0 ? r : version_release_get(request, s, t.made, ret, err);
}
