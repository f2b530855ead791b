/*
 * drafts.c: measures before they are published, in the browser (docs/publishing.md): a text is
 * uploaded and measures proposed from it, or a measure in force is taken up; tags, review and
 * interpretation; check with every example; approval by a second person; in force from a date;
 * withdrawn. One file of a draft is draft_form.c.
 */
#include "web/drafts.h"

#include <inttypes.h>

#include "document/archive.h"
#include "document/draft.h"
#include "document/reader.h"
#include "web/handlers.h"
#include "web/shape.h"

struct span draft_link(struct request *req, int64_t id)
{
    return arena_print(req->arena, "/drafts/%" PRId64, id);
}

struct span draft_file_link(struct request *req, int64_t id, struct span path)
{
    struct span rest = shape_link(req, "files", path);
    return arena_print(req->arena, "/drafts/%" PRId64 "%.*s", id, SPAN_ARG(rest));
}

int draft_of_request(struct desk *d, struct draft *ret)
{
    return draft_get(d->req->arena, d->office.store, request_value(d->req, "id")->number, ret,
                     &d->res->err);
}

int draft_base_of(struct desk *d, int64_t at, struct library_files *ret)
{
    const char *folder = d->app->shelf ? d->app->shelf->folder : library_folder(NULL);
    return draft_base(d->req->arena, d->office.store, folder, at, ret, &d->res->err);
}

bool draft_may_write(const struct desk *d, const struct draft *x)
{
    return actor_is(&d->who, USER_PUBLISHER) &&
           (span_eq(x->state, SPAN("draft")) || span_eq(x->state, SPAN("approved")));
}

/* ---- what went wrong ---- */

bool draft_is_refusal(const struct request *req, int r)
{
    return !req->wants_json &&
           (r == E_INPUT || r == E_CONFLICT || r == E_FORBIDDEN || r == E_LIMIT || r == E_CHECK ||
            r == E_ENCODING || r == E_NOT_FOUND || r == E_SYNTAX || r == E_NAME);
}

int draft_refuse(struct desk *d, int r, const char *field)
{
    const char *key = r == E_FORBIDDEN  ? "draft.forbidden"
                      : r == E_CONFLICT ? "draft.conflict"
                      : r == E_CHECK    ? "draft.check_failed"
                                        : "draft.refused";
    struct json *args = json_object(d->req->arena);

    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(d->res->err.message))));
    request_error(d->req, d->res->err.field ? d->res->err.field : field, key, args);
    d->res->err = (struct err)ERR_INIT;
    return r == E_FORBIDDEN ? 403 : r == E_CONFLICT ? 409 : 422;
}

static bool holds(const struct draft *x, struct span path)
{
    for (size_t i = 0; i < x->file_count; i++)
        if (span_eq(x->files[i].path, path))
            return true;
    return false;
}

static struct span without_label(struct span file)
{
    return span_starts(file, SPAN("draft/")) ? span_from(file, 6) : file;
}

void draft_add_diags(struct desk *d, const struct draft *x, const struct diags *diags)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    for (const struct diag *g = diags->first; g; g = g->next) {
        struct span path = without_label(g->file);
        struct json *o = json_object(req->arena);
        if (g->level != DIAG_ERROR && !holds(x, path))
            continue; /* warnings about what the draft does not touch */
        JSON_SET(o, "is_error", json_bool(req->arena, g->level == DIAG_ERROR));
        shape_set(req, o, "file", arena_copy(req->arena, path));
        JSON_SET(o, "line", json_int(req->arena, g->line));
        shape_set(req, o, "message", arena_copy(req->arena, g->message));
        shape_set(req, o, "hint", arena_copy(req->arena, g->hint));
        shape_set(req, o, "source", arena_copy(req->arena, g->source));
        if (holds(x, path))
            JSON_SET(o, "link", shape_text(req, draft_file_link(req, x->id, path)));
        json_add(list, o);
    }
    JSON_SET(d->res->data, "diagnostics", list);
    JSON_SET(d->res->data, "has_diagnostics", json_bool(req->arena, list && list->n > 0));
}

int draft_add_trial(struct desk *d, const struct draft *x)
{
    struct request *req = d->req;
    struct library_files base;
    struct json *trial = NULL;
    struct diags diags;
    int r = draft_base_of(d, clock_now_ms(), &base);

    diags_init(&diags, req->arena);
    if (r == 0)
        r = draft_try(req->arena, x, &base, &trial, &diags, &d->res->err);
    draft_add_diags(d, x, &diags);
    if (r < 0)
        return r;
    JSON_EACH(e, JSON_GET(trial, "examples"))
    {
        struct json *o = (struct json *)(uintptr_t)e;
        struct span title = json_text(is_english(req) ? JSON_GET(e, "title_en") : NULL);
        JSON_SET(o, "say", shape_text(req, title.n ? title : json_text(JSON_GET(e, "title"))));
        JSON_SET(o, "link",
                 shape_text(req, draft_file_link(req, x->id, json_text(JSON_GET(e, "file")))));
    }
    const struct json *failed = JSON_GET(trial, "failed"), *count = JSON_GET(trial, "count");
    JSON_SET(trial, "has_failed", json_bool(req->arena, !span_eq(json_text(failed), SPAN("0"))));
    JSON_SET(trial, "none", json_bool(req->arena, span_eq(json_text(count), SPAN("0"))));
    JSON_SET(d->res->data, "trial", trial);
    return 0;
}

/* ---- all drafts ---- */

static struct json *state_of(struct request *req, struct span state)
{
    struct span key = arena_print(req->arena, "draft.is_%.*s", SPAN_ARG(state));
    return shape_text(req, key.p ? request_say(req, key.p, NULL) : key);
}

int drafts_list(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct draft *at = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = draft_list(req->arena, d.office.store, &at, &n, &res->err);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "id", json_int(req->arena, at[i].id));
        JSON_SET(o, "link", shape_text(req, draft_link(req, at[i].id)));
        JSON_SET(o, "title", shape_text(req, at[i].title));
        JSON_SET(o, "state", shape_text(req, at[i].state));
        JSON_SET(o, "state_say", state_of(req, at[i].state));
        shape_set(req, o, "tags", at[i].tags);
        shape_set(req, o, "document", at[i].document);
        json_add(list, o);
    }
    JSON_SET(res->data, "drafts", list);
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    JSON_SET(res->data, "may_write", json_bool(req->arena, actor_is(&d.who, USER_PUBLISHER)));
    res->template = "drafts";
    res->title = "draft.title";
    return r < 0 ? r : 200;
}

/* ---- beginning: from a text, from a measure in force ---- */

int drafts_new(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    res->template = "draft_new";
    res->title = "draft.new";
    JSON_SET(res->data, "measure", shape_text(req, request_text(req, "measure")));
    return 200;
}

struct proposal {
    struct span document; /* slug in the archive */
    struct draft_text *at;
    size_t n;
};

static const struct upload *uploaded(const struct request *req)
{
    for (size_t i = 0; i < req->uploads.n; i++)
        if (span_eq(req->uploads.at[i].field, SPAN("file")))
            return &req->uploads.at[i];
    return NULL;
}

/* shanghai/jingan/rules -> measures/drafts/shanghai-jingan-rules.yaml */
static struct span path_of(struct request *req, struct span id)
{
    struct span path =
        arena_print(req->arena, "measures/drafts/%.*s.yaml", SPAN_ARG(id.n ? id : SPAN("text")));
    char *name = path.p ? (char *)(uintptr_t)path.p + strlen("measures/drafts/") : NULL;

    for (; name && *name; name++)
        if (*name == '/')
            *name = '-';
    return path;
}

static int propose_entry(struct desk *d, const struct draft_source *source,
                         const struct doc_entry *e, struct proposal *ret)
{
    struct buffer out = BUFFER_INIT;
    size_t count = 0;
    int r = draft_measures(d->req->arena, source, e, NULL, &out, &count, &d->res->err);

    if (r == 0 && count) {
        struct span text = arena_copy(d->req->arena, buffer_span(&out));
        ret->at[ret->n++] = (struct draft_text){true, path_of(d->req, e->id), text};
        if (buffer_failed(&out))
            r = err_memory(&d->res->err);
    }
    buffer_release(&out);
    return r;
}

static int propose_all(struct desk *d, const struct doc *doc, struct proposal *ret)
{
    struct arena *a = d->req->arena;
    struct doc_entries entries;
    struct mentions mentions;
    struct names names;
    struct span region = request_text(d->req, "region");
    struct mention_setting setting = {.names = &names, .entries = &entries, .region = region};
    int r = names_load(a, d->app->shelf ? d->app->shelf->folder : "", &names, &d->res->err);

    if (r == 0)
        r = document_entries(doc, a, &entries, &d->res->err);
    if (r == 0)
        r = mentions_find(a, doc, doc->root, &setting, &mentions, &d->res->err);
    if (r < 0)
        return r;
    const struct draft_source source = {doc, &entries, &mentions, &names, region, true};
    ret->at = ARENA_ARRAY(a, struct draft_text, entries.n + 1);
    for (size_t i = 0; i < entries.n && r == 0 && ret->at && ret->n < DRAFT_FILES_MAX; i++)
        if (doc_entry_separate(&entries.at[i]) && !(entries.at[i].flags & DOC_FLAG_NO_BODY))
            r = propose_entry(d, &source, &entries.at[i], ret);
    return r < 0 ? r : ret->at ? 0 : err_memory(&d->res->err);
}

/* The text goes into the archive, masked and sealed, and measures are proposed from it. */
static int read_text(struct desk *d, struct span bytes, struct span name, struct proposal *ret)
{
    struct arena *a = d->req->arena;
    struct archive_report report = {0};
    struct reader_text text = {0};
    struct doc *doc = NULL;
    int r = reader_read(a, bytes, name, &text, &d->res->err);

    if (r == 0 && !span_trim(text.text).n)
        r = err_set(&d->res->err, E_INPUT, "there is no text in the file");
    if (r == 0)
        r = document_parse(a, text.text, name, &doc, &d->res->err);
    if (r < 0)
        return r;
    const struct archive_file file = {name, bytes, &text, doc, d->app->tags};
    r = document_archive_put(d->office.store, d->office.seal, a, &file, &report, &d->res->err);
    if (r == 0 && report.entry_count)
        ret->document = report.entries[0].slug;
    return r < 0 ? r : propose_all(d, doc, ret);
}

/* The file of the version in force that holds the measure. */
static int take_measure(struct desk *d, struct span id, struct proposal *ret)
{
    const struct measure *m = library_find(d->office.library, id, NULL);
    struct library_files base;
    int r = draft_base_of(d, clock_now_ms(), &base);

    if (r == 0 && !m)
        r = err_set(&d->res->err, E_NOT_FOUND, "没有这个措施：%.*s", SPAN_ARG(id));
    if (r < 0)
        return r;
    ret->at = ARENA_NEW(d->req->arena, struct draft_text);
    for (size_t i = 0; ret->at && i < base.n; i++)
        if (span_ends(m->place.file, base.at[i].path)) {
            *ret->at = (struct draft_text){true, base.at[i].path, base.at[i].bytes};
            ret->n = 1;
        }
    return ret->n ? 0 : err_set(&d->res->err, E_NOT_FOUND, "这个措施没有单独的文件");
}

static int gather(struct desk *d, struct proposal *p)
{
    struct span measure = request_text(d->req, "measure"), text = request_text(d->req, "text");
    const struct upload *u = uploaded(d->req);

    *p = (struct proposal){.document = SPAN("")};
    if (measure.n)
        return take_measure(d, measure, p);
    if (u)
        return read_text(d, u->bytes, u->name.n ? u->name : SPAN("text"), p);
    return text.n ? read_text(d, text, SPAN("text"), p) : 0;
}

static int begin(struct desk *d, int64_t *ret)
{
    struct proposal p;
    int r = gather(d, &p);

    if (r == 0)
        r = draft_new(d->office.store, &d->who, request_text(d->req, "title"), p.document, ret,
                      &d->res->err);
    if (r == 0 && p.n)
        r = draft_write(d->req->arena, d->office.store, &d->who, *ret, 0, p.at, p.n, &d->res->err);
    if (r == 0)
        request_flash(d->req, p.n ? "draft.begun" : "draft.begun_empty", NULL);
    return r;
}

int drafts_begin(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int64_t id = 0;
    int status = 422, r = office_open(req, res, app, &d);

    if (r < 0)
        return r;
    if (!req->errors)
        r = begin(&d, &id);
    if (r == 0 && !req->errors)
        return response_redirect(req, res, draft_link(req, id));
    if (r < 0 && !draft_is_refusal(req, r))
        return r;
    if (r < 0)
        status = draft_refuse(&d, r, "file");
    r = drafts_new(req, res, app);
    return r < 0 ? r : status;
}

/* ---- one draft ---- */

static void add_files(struct desk *d, const struct draft *x)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < x->file_count; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "path", shape_text(d->req, x->files[i].path));
        JSON_SET(o, "link", shape_text(d->req, draft_file_link(d->req, x->id, x->files[i].path)));
        JSON_SET(o, "bytes", json_int(d->req->arena, (int64_t)x->files[i].bytes.n));
        json_add(list, o);
    }
    JSON_SET(d->res->data, "files", list);
    JSON_SET(d->res->data, "has_files", json_bool(d->req->arena, x->file_count > 0));
}

static int add_events(struct desk *d, const struct draft *x, bool *ret_own)
{
    struct json *list = json_array(d->req->arena);
    struct draft_event *at = NULL;
    size_t n = 0;
    int r = draft_events(d->req->arena, d->office.store, x->id, &at, &n, &d->res->err);

    for (size_t i = n; i-- > 0 && r == 0;) {
        struct json *o = json_object(d->req->arena);
        struct span key = arena_print(d->req->arena, "draft.did_%.*s", SPAN_ARG(at[i].act));
        bool decision = !span_eq(at[i].act, SPAN("edit")) && !span_eq(at[i].act, SPAN("set"));
        JSON_SET(o, "act", shape_text(d->req, key.p ? request_say(d->req, key.p, NULL) : key));
        JSON_SET(o, "at", shape_moment(d->req, at[i].at));
        JSON_SET(o, "by", shape_text(d->req, shape_actor(d->req, at[i].actor)));
        if (!decision || span_eq(at[i].act, SPAN("withdraw")))
            shape_set(d->req, o, "detail", at[i].detail.n > 90 ? SPAN("…") : at[i].detail);
        json_add(list, o);
        if (!span_eq(at[i].act, SPAN("approve")) && d->who.account_id &&
            (at[i].account_id == d->who.account_id || at[i].for_account_id == d->who.account_id))
            *ret_own = true;
    }
    JSON_SET(d->res->data, "events", list);
    return r;
}

static struct json *typed_or(struct request *req, const char *name, struct span stored)
{
    const struct span *sent = wire_find(&req->form, span_z(name));
    return shape_text(req, sent ? *sent : stored);
}

static void add_draft(struct desk *d, const struct draft *x)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", json_int(req->arena, x->id));
    JSON_SET(o, "link", shape_text(req, draft_link(req, x->id)));
    JSON_SET(o, "seen", json_int(req->arena, x->event_count));
    JSON_SET(o, "state", shape_text(req, x->state));
    JSON_SET(o, "state_say", state_of(req, x->state));
    shape_set(req, o, "document", x->document);
    if (x->document.n)
        JSON_SET(o, "document_link", shape_text(req, shape_link(req, "documents", x->document)));
    JSON_SET(o, "name", typed_or(req, "title", x->title));
    JSON_SET(o, "disclosure", typed_or(req, "disclosure", x->disclosure));
    JSON_SET(o, "tags", typed_or(req, "tags", x->tags));
    JSON_SET(o, "review", typed_or(req, "review", x->review));
    JSON_SET(o, "interpretation", typed_or(req, "interpretation", x->interpretation));
    if (x->release_id)
        JSON_SET(o, "release", json_int(req->arena, x->release_id));
    JSON_SET(d->res->data, "draft", o);
    JSON_SET(d->res->data, "title", shape_text(req, x->title));
}

/* What approval still needs, in the order of the form. */
static void add_missing(struct desk *d, const struct draft *x)
{
    const struct {
        const char *key;
        bool there;
    } rows[] = {{"draft.files", x->file_count > 0},
                {"draft.disclosure", span_trim(x->disclosure).n > 0},
                {"draft.tags", span_trim(x->tags).n > 0},
                {"draft.review", span_trim(x->review).n > 0},
                {"draft.interpretation", span_trim(x->interpretation).n > 0}};
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (!rows[i].there)
            json_add(list, shape_text(d->req, request_say(d->req, rows[i].key, NULL)));
    JSON_SET(d->res->data, "missing", list);
    JSON_SET(d->res->data, "has_missing", json_bool(d->req->arena, list && list->n > 0));
}

static void add_options(struct desk *d, const struct draft *x)
{
    static const char *const values[] = {"主动公开", "依申请公开", "不予公开"};
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < COUNT_OF(values); i++)
        shape_option(d->req, list, span_z(values[i]), span_z(values[i]),
                     span_eq(x->disclosure, span_z(values[i])));
    JSON_SET(d->res->data, "disclosures", list);
}

static int show_draft(struct desk *d)
{
    struct draft x;
    bool own = false;
    int r = draft_of_request(d, &x);

    if (r == 0)
        r = add_events(d, &x, &own);
    if (r < 0)
        return r;
    bool open = span_eq(x.state, SPAN("draft")), approved = span_eq(x.state, SPAN("approved"));
    bool decides = actor_is(&d->who, USER_PUBLISHER) || actor_is(&d->who, USER_REVIEWER);
    const struct {
        const char *name;
        bool may;
    } flags[] = {
        {"may_write", draft_may_write(d, &x)},
        {"may_approve", open && decides && !own && x.file_count},
        {"own_draft", open && decides && own},
        {"may_publish", approved && actor_is(&d->who, USER_PUBLISHER)},
        {"may_withdraw", span_eq(x.state, SPAN("published")) && actor_is(&d->who, USER_PUBLISHER)},
        {"is_open", open || approved}};
    add_draft(d, &x);
    add_files(d, &x);
    add_options(d, &x);
    if (open)
        add_missing(d, &x);
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        json_set(d->res->data, span_z(flags[i].name), json_bool(d->req->arena, flags[i].may));
    d->res->template = "draft";
    return 0;
}

int drafts_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = show_draft(&d);
    return r < 0 ? r : 200;
}

/* ---- acts ---- */

struct deciding {
    struct desk *desk;
    struct draft x;
    struct library_files base;
    struct diags diags;
    int64_t seen;
};

static int act_set(struct deciding *c)
{
    static const char *const names[] = {"title", "disclosure", "tags", "review", "interpretation"};
    struct request *req = c->desk->req;
    struct draft_text at[COUNT_OF(names)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct span *sent = wire_find(&req->form, span_z(names[i]));
        if (sent && (i > 0 || span_trim(*sent).n))
            at[n++] = (struct draft_text){false, span_z(names[i]), span_trim(*sent)};
    }
    return draft_write(req->arena, c->desk->office.store, &c->desk->who, c->x.id, c->seen, at, n,
                       &c->desk->res->err);
}

static int act_add(struct deciding *c)
{
    struct request *req = c->desk->req;
    const struct upload *u = uploaded(req);
    struct proposal p = {.document = SPAN("")};
    struct draft_text x = {true, request_text(req, "path"), u ? u->bytes : SPAN("")};
    int r = 0;

    if (request_text(req, "measure").n) {
        r = take_measure(c->desk, request_text(req, "measure"), &p);
        if (r == 0)
            x = p.at[0];
    } else if (!x.text.n) {
        x.text = SPAN("measures: []\n");
    }
    if (r == 0 && holds(&c->x, x.name))
        r = err_set(&c->desk->res->err, E_CONFLICT, "the draft has this file");
    return r < 0 ? r
                 : draft_write(req->arena, c->desk->office.store, &c->desk->who, c->x.id, c->seen,
                               &x, 1, &c->desk->res->err);
}

static int act_drop(struct deciding *c)
{
    const struct draft_text x = {true, request_text(c->desk->req, "path"), SPAN("")};
    return draft_write(c->desk->req->arena, c->desk->office.store, &c->desk->who, c->x.id, c->seen,
                       &x, 1, &c->desk->res->err);
}

static int act_approve(struct deciding *c)
{
    int r = draft_base_of(c->desk, clock_now_ms(), &c->base);
    return r < 0 ? r
                 : draft_approve(c->desk->req->arena, c->desk->office.store, &c->desk->who, c->x.id,
                                 c->seen, &c->base, &c->diags, &c->desk->res->err);
}

/* Midnight of a day to come; today and nothing mean now. */
static int64_t begin_of(const struct request *req)
{
    const struct input *day = request_value(req, "from");
    int64_t at = 0;

    if (!day->given || date_compare(day->date, date_today()) == 0 || !clock_read(day->text, &at))
        return 0;
    return at;
}

static int act_publish(struct deciding *c)
{
    struct publication_report report = {0};
    int64_t from = begin_of(c->desk->req);
    int r = draft_base_of(c->desk, from ? from : clock_now_ms(), &c->base);
    return r < 0 ? r
                 : draft_publish(c->desk->req->arena, c->desk->office.store, &c->desk->who, c->x.id,
                                 &c->base, from, &report, &c->diags, &c->desk->res->err);
}

static int act_withdraw(struct deciding *c)
{
    return draft_withdraw(c->desk->req->arena, c->desk->office.store, &c->desk->who, c->x.id,
                          request_text(c->desk->req, "reason"), &c->desk->res->err);
}

/* The whole library with the draft in it: nothing is written. */
static int act_check(struct deciding *c)
{
    struct publication_report report = {0};
    struct json *args = json_object(c->desk->req->arena);
    int r = draft_base_of(c->desk, clock_now_ms(), &c->base);
    if (r == 0)
        r = draft_check(c->desk->req->arena, &c->x, &c->base, &report, &c->diags,
                        &c->desk->res->err);
    JSON_SET(args, "count", json_int(c->desk->req->arena, (int64_t)report.examples));
    if (r == 0)
        JSON_SET(c->desk->res->data, "checked",
                 shape_text(c->desk->req, request_say(c->desk->req, "draft.checked", args)));
    return r;
}

static const struct draft_act {
    const char *name, *field, *flash;
    int (*run)(struct deciding *);
    bool stays; /* shows the draft again, with what was found */
} acts[] = {{"set", "disclosure", "draft.saved", act_set, false},
            {"add", "path", "draft.saved", act_add, false},
            {"drop", "path", "draft.dropped", act_drop, false},
            {"check", "check", NULL, act_check, true},
            {"approve", "approve", "draft.approved_done", act_approve, false},
            {"publish", "from", "draft.published_done", act_publish, false},
            {"withdraw", "reason", "draft.withdrawn_done", act_withdraw, false}};

static const struct draft_act *act_of(const struct request *req)
{
    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (span_eq(request_text(req, "act"), span_z(acts[i].name)))
            return &acts[i];
    return &acts[0];
}

int drafts_act(struct request *req, struct response *res, void *app)
{
    const struct draft_act *act = act_of(req);
    struct deciding c = {.seen = request_value(req, "seen")->number};
    struct desk d;
    int again, status = 422, r = office_open(req, res, app, &d);

    c.desk = &d;
    diags_init(&c.diags, req->arena);
    if (r == 0)
        r = draft_of_request(&d, &c.x);
    if (r < 0)
        return r;
    if (!req->errors)
        r = act->run(&c);
    if (r == 0 && !req->errors && !act->stays) {
        request_flash(req, act->flash, NULL);
        return response_redirect(req, res, draft_link(req, c.x.id));
    }
    if (r < 0 && !draft_is_refusal(req, r))
        return r;
    if (r == E_CHECK && !c.diags.errors && c.base.n) /* examples: which, got and expected */
        again = draft_add_trial(&d, &c.x);
    else
        draft_add_diags(&d, &c.x, &c.diags);
    if (r < 0)
        status = draft_refuse(&d, r, act->field);
    again = show_draft(&d);
    return again < 0 ? again : r == 0 && !req->errors ? 200 : status;
}
