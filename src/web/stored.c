/*
 * stored.c: see stored.h.
 */
#include "web/stored.h"
#include "document/path.h"

int stored_open(const struct app *app, struct store **ret, struct err *err)
{
    *ret = NULL;
    return store_open(app->database, ret, err);
}

/* ---- what a text says of itself ---- */

static const struct json *meta_of(struct arena *a, const struct archive_version *v, const char *key)
{
    struct err ignored = ERR_INIT;
    struct json *meta = NULL;

    if (!v || json_parse(a, v->meta, SPAN("meta"), &meta, &ignored) < 0)
        return NULL;
    return json_get(meta, span_z(key));
}

static struct span meta_text(struct arena *a, const struct archive_version *v, const char *object,
                             const char *key)
{
    const struct json *o = meta_of(a, v, object), *j = o ? json_get(o, span_z(key)) : NULL;
    return j ? json_text(j) : (struct span){NULL, 0};
}

/* ---- the two sides of a document ---- */

/* A notice that issues rules is printed with them: its heading names their title. */
static bool same_document(const struct library_document *d, const struct archive_version *v,
                          struct span enclosed)
{
    if (d->region.n && v->region.n && !span_eq(d->region, v->region))
        return false;
    return doc_same_title(d->title, v->title) ||
           (enclosed.n && doc_same_title(d->title, enclosed)) ||
           (d->within_clause.n && doc_same_title(d->within_clause, v->title));
}

const struct library_document *stored_known(const struct app *app, struct arena *a,
                                            const struct archive_version *v)
{
    const struct library *l = app->library;
    struct span enclosed = meta_text(a, v, "enclosed", "title");

    for (size_t i = 0; v->title.n && i < l->document_count; i++)
        if (same_document(l->documents[i], v, enclosed))
            return l->documents[i];
    return NULL;
}

/* The newest stored text of a document of the library; none is no error. */
static int text_of(struct store *s, struct arena *a, const struct library_document *d,
                   int64_t number, const struct archive_version **ret, struct err *err)
{
    const struct archive_filter filter = {.region = d->region};
    struct archive_version *all, *one;
    size_t n;
    int r = document_archive_list(s, a, &filter, &all, &n, err);

    *ret = NULL;
    for (size_t i = 0; r == 0 && i < n && !*ret; i++)
        if (same_document(d, &all[i], meta_text(a, &all[i], "enclosed", "title")))
            *ret = &all[i];
    if (r == 0 && *ret && number && number != (*ret)->number) {
        r = document_archive_get(s, a, (*ret)->slug, number, &one, err);
        *ret = r == 0 ? one : NULL;
    }
    return r;
}

int stored_find(const struct app *app, struct store *s, struct arena *a, struct span name,
                int64_t number, struct stored_pair *ret, struct err *err)
{
    struct archive_version *v = NULL;
    int r;

    *ret = (struct stored_pair){.known = map_get(&app->library->document_by_id, name)};
    if (ret->known)
        return text_of(s, a, ret->known, number, &ret->text, err);
    r = document_archive_get(s, a, name, number, &v, err);
    if (r < 0)
        return r;
    ret->text = v;
    ret->known = stored_known(app, a, v);
    return 0;
}

/* ---- in force? ---- */

const char *stored_force_name(enum stored_force force)
{
    static const char *const names[] = {"unknown", "not_yet", "now", "over"};
    return names[force];
}

static struct span first_of(struct span a, struct span b, struct span c)
{
    return a.n ? a : b.n ? b : c;
}

struct stored_period stored_period_of(struct arena *a, const struct stored_pair *p,
                                      struct date as_of)
{
    const struct span none = {NULL, 0};
    struct stored_period t = {
        .from = first_of(p->known ? p->known->in_force_from.text : none,
                         meta_text(a, p->text, "validity", "from"), none),
        .to = first_of(p->known ? p->known->in_force_to.text : none,
                       meta_text(a, p->text, "validity", "to"),
                       meta_text(a, p->text, "validity", "to_event")),
    };
    struct date from, to;
    bool has_from = date_parse(t.from, &from), has_to = date_parse(t.to, &to);

    if (has_to && date_compare(as_of, to) > 0)
        t.force = FORCE_OVER;
    else if (has_from && date_compare(as_of, from) < 0)
        t.force = FORCE_NOT_YET;
    else if (has_from && (has_to || !t.to.n))
        t.force = FORCE_NOW;
    return t;
}
