/*
 * versions.c: versions of the library in the browser (docs/publishing.md): what was published when,
 * why, what changed; publishing an earlier one again from a date, withdrawing with a reason.
 */
#include <inttypes.h>

#include "policy/version.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

/* Names of people are for the office. */
static bool sees_names(const struct actor *who)
{
    return actor_is(who, USER_PUBLISHER) || actor_is(who, USER_REVIEWER) ||
           actor_is(who, USER_AUDITOR) || actor_is(who, USER_ADMINISTRATOR);
}

static struct span release_link(struct request *req, int64_t id)
{
    return arena_print(req->arena, "/versions/%" PRId64, id);
}

/* ---- what changed ---- */

static struct json *names_of(struct desk *d, const struct json *list, bool measures)
{
    struct json *out = json_array(d->req->arena);

    JSON_EACH(e, list)
    {
        struct json *o = json_object(d->req->arena);
        const struct measure *m =
            measures ? library_find(d->office.library, json_text(e), NULL) : NULL;
        JSON_SET(o, "name", shape_text(d->req, json_text(e)));
        if (m)
            JSON_SET(o, "link", shape_text(d->req, shape_measure_link(d->req, m)));
        if (m)
            JSON_SET(o, "title", shape_text(d->req, words_in(m->title, is_english(d->req))));
        json_add(out, o);
    }
    return out;
}

static const struct {
    const char *section, *title;
} sections[] = {{"measures", "version.measures"},
                {"facts", "version.facts"},
                {"parameters", "version.parameters"},
                {"registers", "version.registers"},
                {"documents", "version.documents"}};
static const struct {
    const char *what, *title, *mark;
} ways[] = {{"added", "version.added", "+"},
            {"changed", "version.changed", "~"},
            {"removed", "version.removed", "−"}};

#define FEW_NAMES 30 /* shown at once; more are behind a fold */

/* "措施 +1 ~2" and, with names, everything by section and way. */
static void add_differences(struct desk *d, struct json *o, const struct json *tree, bool names)
{
    struct request *req = d->req;
    struct json *groups = json_array(req->arena);
    struct buffer line = BUFFER_INIT;

    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        const struct json *section = json_get(tree, span_z(sections[i].section));
        struct span title = request_say(req, sections[i].title, NULL);
        bool any = false;
        for (size_t k = 0; k < COUNT_OF(ways); k++) {
            const struct json *list = json_get(section, span_z(ways[k].what));
            if (!list || !list->n)
                continue;
            if (!any)
                buffer_print(&line, "%s%.*s", line.n ? "  " : "", SPAN_ARG(title));
            any = true;
            buffer_print(&line, " %s%zu", ways[k].mark, list->n);
            if (!names)
                continue;
            struct json *g = json_object(req->arena);
            JSON_SET(g, "title", shape_text(req, title));
            JSON_SET(g, "way", shape_text(req, request_say(req, ways[k].title, NULL)));
            JSON_SET(g, "names", names_of(d, list, i == 0));
            JSON_SET(g, "count", json_int(req->arena, (int64_t)list->n));
            JSON_SET(g, "few", json_bool(req->arena, list->n <= FEW_NAMES));
            json_add(groups, g);
        }
    }
    shape_set(req, o, "changes", arena_copy(req->arena, buffer_span(&line)));
    req->arena->failed |= buffer_failed(&line);
    buffer_release(&line);
    if (names)
        JSON_SET(d->res->data, "groups", groups);
    if (names)
        JSON_SET(d->res->data, "has_groups", json_bool(req->arena, groups && groups->n > 0));
}

static struct json *release_shape(struct desk *d, const struct version_release *x, bool names)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena), *tree = NULL;
    struct err ignored = ERR_INIT;

    JSON_SET(o, "id", json_int(req->arena, x->id));
    JSON_SET(o, "link", shape_text(req, release_link(req, x->id)));
    shape_set(req, o, "hash", x->library);
    shape_set(req, o, "short", x->library.n > 12 ? span_of(x->library.p, 12) : x->library);
    JSON_SET(o, "from", shape_moment(req, x->from_at));
    JSON_SET(o, "recorded", shape_moment(req, x->recorded_at));
    JSON_SET(o, "is_withdrawal", json_bool(req->arena, x->withdraw));
    JSON_SET(o, "withdrawn", json_bool(req->arena, x->withdrawn_by != 0));
    JSON_SET(o, "later", json_bool(req->arena, x->from_at > clock_now_ms()));
    if (x->withdraws)
        JSON_SET(o, "withdraws", json_int(req->arena, x->withdraws));
    shape_set(req, o, "reason", x->reason);
    shape_set(req, o, "organisation", x->organisation);
    if (sees_names(&d->who))
        shape_set(req, o, "by", shape_actor(req, x->actor));
    JSON_SET(o, "files", json_int(req->arena, x->files));
    if (x->differences.n &&
        json_parse(req->arena, x->differences, SPAN("differences"), &tree, &ignored) == 0)
        add_differences(d, o, tree, names);
    return o;
}

/* ---- pages ---- */

static int read_releases(struct desk *d, struct version_release **at, size_t *n,
                         char hash[LIBRARY_HASH + 1])
{
    int64_t now = clock_now_ms();
    int r = library_releases(d->req->arena, d->office.store, at, n, &d->res->err);

    return r < 0 ? r : library_published(d->office.store, now, now, hash, &d->res->err);
}

/* The release that gave what is in force: the latest that began and stands. */
static bool is_in_force(const struct version_release *x, const char *hash)
{
    return !x->withdraw && !x->withdrawn_by && x->from_at <= clock_now_ms() &&
           span_eq(x->library, span_z(hash));
}

int versions_list(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct version_release *at = NULL;
    char hash[LIBRARY_HASH + 1] = "";
    struct desk d;
    size_t n = 0;
    bool marked = false;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = read_releases(&d, &at, &n, hash);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct json *o = release_shape(&d, &at[i], false);
        bool in_force = !marked && is_in_force(&at[i], hash);
        JSON_SET(o, "in_force", json_bool(req->arena, in_force));
        marked = marked || in_force;
        json_add(list, o);
    }
    JSON_SET(res->data, "releases", list);
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    JSON_SET(res->data, "folder", json_bool(req->arena, !hash[0]));
    JSON_SET(res->data, "in_use", shape_text(req, span_of(d.office.library->hash, 12)));
    JSON_SET(res->data, "may_draft",
             json_bool(req->arena, actor_is(&d.who, USER_PUBLISHER) ||
                                       actor_is(&d.who, USER_REVIEWER) ||
                                       actor_is(&d.who, USER_AUDITOR)));
    res->template = "versions";
    res->title = "version.title";
    return r < 0 ? r : 200;
}

static int find_release(struct desk *d, struct version_release *ret, bool *ret_in_force)
{
    int64_t id = request_value(d->req, "id")->number;
    struct version_release *at = NULL;
    char hash[LIBRARY_HASH + 1] = "";
    size_t n = 0;
    bool marked = false;
    int r = read_releases(d, &at, &n, hash);

    for (size_t i = 0; i < n && r == 0; i++) {
        bool in_force = !marked && is_in_force(&at[i], hash);
        marked = marked || in_force;
        if (at[i].id != id)
            continue;
        *ret = at[i];
        *ret_in_force = in_force;
        return 0;
    }
    return r < 0 ? r : err_set(&d->res->err, E_NOT_FOUND, "没有这次发布");
}

static int show_release(struct desk *d)
{
    struct version_release x;
    bool in_force = false;
    int r = find_release(d, &x, &in_force);

    if (r < 0)
        return r;
    bool may = actor_is(&d->who, USER_PUBLISHER);
    struct json *o = release_shape(d, &x, true);
    JSON_SET(o, "in_force", json_bool(d->req->arena, in_force));
    JSON_SET(d->res->data, "release", o);
    JSON_SET(d->res->data, "may_withdraw",
             json_bool(d->req->arena, may && !x.withdraw && !x.withdrawn_by));
    JSON_SET(d->res->data, "may_again", json_bool(d->req->arena, may && x.library.n && !in_force));
    d->res->template = "version";
    d->res->title = "version.one";
    return 0;
}

int versions_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = show_release(&d);
    return r < 0 ? r : 200;
}

/* ---- acts ---- */

/* Midnight of a day to come; today and nothing mean now. */
static int64_t begin_of(const struct request *req)
{
    const struct input *day = request_value(req, "from");
    int64_t at = 0;

    if (!day->given || date_compare(day->date, date_today()) == 0 || !clock_read(day->text, &at))
        return 0;
    return at;
}

static int act(struct desk *d)
{
    struct request *req = d->req;
    struct publication_report report;
    struct version_release x, made;
    bool in_force;
    int r = find_release(d, &x, &in_force);

    if (r < 0)
        return r;
    if (span_eq(request_text(req, "act"), SPAN("withdraw")))
        return library_withdraw(req->arena, d->office.store, &d->who, x.id,
                                request_text(req, "reason"), &made, &d->res->err);
    return library_republish(req->arena, d->office.store, &d->who, x.library, begin_of(req),
                             request_text(req, "reason"), &report, &d->res->err);
}

int versions_act(struct request *req, struct response *res, void *app)
{
    struct json *args = json_object(req->arena);
    struct desk d;
    int again, r = office_open(req, res, app, &d);

    if (r < 0)
        return r;
    if (!req->errors)
        r = act(&d);
    if (r == 0 && !req->errors) {
        request_flash(req, "version.done", NULL);
        return response_redirect(req, res, SPAN("/versions"));
    }
    if (r < 0 && (req->wants_json || (r != E_INPUT && r != E_CONFLICT && r != E_LIMIT)))
        return r;
    JSON_SET(args, "detail",
             json_string(req->arena, arena_copy(req->arena, span_z(res->err.message))));
    if (r < 0)
        request_error(req, "reason",
                      r == E_CONFLICT                 ? "version.conflict"
                      : request_text(req, "reason").n ? "version.refused"
                                                      : "version.reason_needed",
                      args);
    res->err = (struct err)ERR_INIT;
    again = show_release(&d);
    return again < 0 ? again : r == E_CONFLICT ? 409 : 422;
}
