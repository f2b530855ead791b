/*
 * draft_form.c: one file of a draft: a measure of it as a form of its fields, with the file's text
 * beside it, both to be saved or only tried: the examples run and show what came out against what
 * was expected.
 */
#include "policy/draft_edit.h"
#include "web/drafts.h"
#include "web/handlers.h"
#include "web/shape.h"

struct sheet {
    struct desk *desk;
    struct draft draft;
    struct span path, bytes;
    size_t which;             /* number of the measure */
    const struct json *shown; /* its tree with what was typed; NULL = as the bytes say */
};

/* ---- the tree as a form fills itself from it ---- */

static void change(struct json *o, struct span key, struct json *value)
{
    struct json *m = (struct json *)(uintptr_t)json_get(o, key);
    if (m && value) {
        m->kind = value->kind;
        m->text = value->text;
    } else {
        json_set(o, key, value);
    }
}

/* Members that are not there say nothing: templates would look further out. */
static void fill_texts(struct request *req, struct json *o, const char *const *names)
{
    for (; *names; names++)
        if (!json_get(o, span_z(*names)))
            json_set(o, span_z(*names), shape_text(req, SPAN("")));
}

static void fill_words(struct request *req, struct json *o, const char *name)
{
    static const char *const languages[] = {"zh", "en", NULL};
    struct json *w = (struct json *)(uintptr_t)json_get(o, span_z(name));
    if (!w)
        json_set(o, span_z(name), w = json_object(req->arena));
    if (w && w->kind == JSON_OBJECT)
        fill_texts(req, w, languages);
}

static void fill_map(struct request *req, struct json *o, const char *name,
                     const char *const *members)
{
    struct json *m = (struct json *)(uintptr_t)json_get(o, span_z(name));
    if (!m)
        json_set(o, span_z(name), m = json_object(req->arena));
    if (m && m->kind == JSON_OBJECT)
        fill_texts(req, m, members);
}

static const char *const condition_texts[] = {"if", "cites", "owner", "reason", NULL},
                         *const benefit_texts[] = {"name", "kind",  "unit", "amount",
                                                   "cap",  "cites", NULL},
                         *const date_texts[] = {"what", "is", "cites", NULL},
                         *const apply_texts[] = {"mode", "from", "to", "cites", NULL},
                         *const force_texts[] = {"from", "to", "cites", NULL},
                         *const measure_texts[] = {"measure", "kind", "precision", "cites", NULL};

static const struct {
    const char *name;
    const char *const *texts;
    const char *words[3];
} lists[] = {{"conditions", condition_texts, {"text", "manual", NULL}},
             {"benefit", benefit_texts, {NULL}},
             {"dates", date_texts, {"title", NULL}}};

/* With numbers, and one more that is empty. */
static void fill_list(struct request *req, struct json *m, size_t which)
{
    struct json *list = (struct json *)(uintptr_t)json_get(m, span_z(lists[which].name));
    int64_t i = 0;
    if (!list)
        json_set(m, span_z(lists[which].name), list = json_array(req->arena));
    if (!list || list->kind != JSON_ARRAY)
        return;
    struct json *last = json_object(req->arena);
    JSON_SET(last, "is_new", json_bool(req->arena, true));
    json_add(list, last);
    for (struct json *o = list->first; o; o = o->next, i++) {
        if (o->kind != JSON_OBJECT)
            continue;
        JSON_SET(o, "i", json_int(req->arena, i));
        JSON_SET(o, "number", json_int(req->arena, i + 1));
        if (o != last)
            JSON_SET(o, "is_new", json_bool(req->arena, false));
        fill_texts(req, o, lists[which].texts);
        for (size_t k = 0; k < 3 && lists[which].words[k]; k++)
            fill_words(req, o, lists[which].words[k]);
    }
}

static struct span joined(struct request *req, const struct json *list)
{
    struct buffer b = BUFFER_INIT;
    JSON_EACH(w, list)
    buffer_print(&b, "%s%.*s", b.n ? " " : "", SPAN_ARG(json_text(w)));
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static void add_words(struct request *req, struct json *data, const char *name,
                      const struct closed_word *words, size_t n, struct span chosen)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < n; i++)
        shape_option(req, list, words[i].yaml, words_in(words[i].title, is_english(req)),
                     span_eq(words[i].yaml, chosen));
    json_set(data, span_z(name), list);
}

static void add_modes(struct request *req, struct json *data, struct span chosen)
{
    static const char *const modes[] = {"application", "automatic", "announced", "none"};
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct span key = arena_print(req->arena, "draft.mode_%s", modes[i]);
        shape_option(req, list, span_z(modes[i]), key.p ? request_say(req, key.p, NULL) : key,
                     span_eq(span_z(modes[i]), chosen));
    }
    JSON_SET(data, "modes", list);
}

static void add_form(struct sheet *s, struct json *m)
{
    struct request *req = s->desk->req;
    struct json *data = s->desk->res->data;
    struct span tags = joined(req, JSON_GET(m, "tags"));

    fill_texts(req, m, measure_texts);
    fill_words(req, m, "title");
    fill_words(req, m, "plain");
    fill_map(req, m, "apply", apply_texts);
    fill_map(req, m, "in_force", force_texts);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        fill_list(req, m, i);
    change(m, SPAN("tag_text"), shape_text(req, tags));
    JSON_SET(
        m, "examples_n",
        json_int(req->arena, JSON_GET(m, "examples") ? (int64_t)JSON_GET(m, "examples")->n : 0));
    add_words(req, data, "kinds", kind_words, KINDS, json_text(JSON_GET(m, "kind")));
    add_words(req, data, "precisions", precision_words, PRECISIONS,
              json_text(JSON_GET(m, "precision")));
    add_modes(req, data, json_text(JSON_GET(JSON_GET(m, "apply"), "mode")));
    JSON_SET(data, "m", m);
}

/* ---- the page ---- */

static const struct json *measure_at(const struct json *list, size_t which)
{
    const struct json *m = list ? list->first : NULL;
    while (m && which-- > 0)
        m = m->next;
    return m;
}

static void add_choice(struct sheet *s, const struct json *list)
{
    struct request *req = s->desk->req;
    struct json *out = json_array(req->arena);
    struct span link = draft_file_link(req, s->draft.id, s->path);
    int64_t i = 0;

    JSON_EACH(m, list)
    {
        struct json *o = json_object(req->arena);
        const struct json *title = JSON_GET(m, "title");
        struct span say = json_text(is_english(req) ? JSON_GET(title, "en") : NULL);
        JSON_SET(o, "title", shape_text(req, say.n ? say : json_text(JSON_GET(title, "zh"))));
        JSON_SET(
            o, "link",
            shape_text(req, arena_print(req->arena, "%.*s?measure=%d", SPAN_ARG(link), (int)i)));
        JSON_SET(o, "chosen", json_bool(req->arena, (size_t)i == s->which));
        json_add(out, o);
        i++;
    }
    JSON_SET(s->desk->res->data, "choice", out);
    JSON_SET(s->desk->res->data, "several", json_bool(req->arena, out && out->n > 1));
}

/* A text that cannot be read is shown with the place; then there is no form. */
static int add_tree(struct sheet *s)
{
    struct request *req = s->desk->req;
    struct json *file = NULL, *copy = NULL;
    struct err problem = ERR_INIT;
    int r = yaml_parse(req->arena, s->bytes, s->path, &file, &problem);

    if (r == E_MEMORY)
        return err_memory(&s->desk->res->err);
    if (r < 0) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "line", json_int(req->arena, problem.line));
        JSON_SET(o, "message", shape_text(req, arena_copy(req->arena, span_z(problem.message))));
        JSON_SET(s->desk->res->data, "unreadable", o);
        return 0;
    }
    const struct json *list = draft_edit_measures(file), *m = measure_at(list, s->which);
    add_choice(s, list);
    if (!m)
        return 0;
    r = draft_edit_tree(req->arena, s->shown ? s->shown : m, NULL, 0, &copy, &s->desk->res->err);
    if (r == 0)
        add_form(s, copy);
    return r == E_INPUT ? 0 : r;
}

static int show_sheet(struct sheet *s)
{
    struct request *req = s->desk->req;
    struct json *o = json_object(req->arena), *data = s->desk->res->data;
    int r = add_tree(s);

    JSON_SET(o, "path", shape_text(req, s->path));
    JSON_SET(o, "link", shape_text(req, draft_file_link(req, s->draft.id, s->path)));
    JSON_SET(o, "draft_link", shape_text(req, draft_link(req, s->draft.id)));
    JSON_SET(o, "draft_title", shape_text(req, s->draft.title));
    JSON_SET(o, "seen", json_int(req->arena, s->draft.event_count));
    JSON_SET(o, "which", json_int(req->arena, (int64_t)s->which));
    JSON_SET(o, "text", shape_text(req, s->bytes));
    JSON_SET(data, "sheet", o);
    JSON_SET(data, "title", shape_text(req, s->path));
    JSON_SET(data, "may_write", json_bool(req->arena, draft_may_write(s->desk, &s->draft)));
    s->desk->res->template = "draft_file";
    return r;
}

static int open_sheet(struct request *req, struct response *res, void *app, struct desk *d,
                      struct sheet *s)
{
    int r = office_open(req, res, app, d);

    *s = (struct sheet){.desk = d, .path = request_param(req, "path")};
    s->which = (size_t)request_value(req, "measure")->number;
    if (r == 0)
        r = draft_of_request(d, &s->draft);
    if (r < 0)
        return r;
    for (size_t i = 0; i < s->draft.file_count; i++)
        if (span_eq(s->draft.files[i].path, s->path)) {
            s->bytes = s->draft.files[i].bytes;
            return 0;
        }
    return err_set(&res->err, E_NOT_FOUND, "起草中没有这个文件");
}

int drafts_file(struct request *req, struct response *res, void *app)
{
    struct sheet s;
    struct desk d;
    int r = open_sheet(req, res, app, &d, &s);

    if (r == 0)
        r = show_sheet(&s);
    return r < 0 ? r : 200;
}

/* ---- changing ---- */

/* Browsers end lines with CR LF; a file of the library ends with a line end. */
static struct span as_file(struct request *req, struct span sent)
{
    struct buffer b = BUFFER_INIT;
    for (size_t i = 0; i < sent.n; i++)
        if (sent.p[i] != '\r')
            buffer_byte(&b, sent.p[i]);
    if (b.n && b.p[b.n - 1] != '\n')
        buffer_byte(&b, '\n');
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

/* m.PATH a text, w.PATH words, drop.PATH an item to take out. */
static size_t read_edits(struct request *req, struct draft_edit *at)
{
    static const struct {
        const char *prefix;
        enum draft_edit_how how;
    } rows[] = {{"m.", DRAFT_EDIT_TEXT}, {"w.", DRAFT_EDIT_WORDS}, {"drop.", DRAFT_EDIT_DROP}};
    size_t n = 0;

    for (size_t i = 0; i < req->form.n; i++)
        for (size_t k = 0; k < COUNT_OF(rows); k++)
            if (span_starts(req->form.at[i].name, span_z(rows[k].prefix)))
                at[n++] = (struct draft_edit){
                    rows[k].how, span_from(req->form.at[i].name, strlen(rows[k].prefix)),
                    req->form.at[i].value};
    return n;
}

static int change_fields(struct sheet *s)
{
    struct request *req = s->desk->req;
    struct draft_edit *at = ARENA_ARRAY(req->arena, struct draft_edit, req->form.n + 1);
    struct json *file = NULL, *typed = NULL;
    struct err *err = &s->desk->res->err;
    size_t n = at ? read_edits(req, at) : 0;
    int r = at ? yaml_parse(req->arena, s->bytes, s->path, &file, err) : err_memory(err);

    if (r == 0)
        r = draft_edit_tree(req->arena, measure_at(draft_edit_measures(file), s->which), at, n,
                            &typed, err);
    if (r < 0)
        return r;
    s->shown = typed;
    if (!json_text(JSON_GET(JSON_GET(typed, "title"), "zh")).n) {
        request_error(req, "m.title.zh", "draft.title_needed", NULL);
        return 0;
    }
    return draft_edit_file(req->arena, s->bytes, s->path, s->which, at, n, &s->bytes, err);
}

static int change_text(struct sheet *s)
{
    const struct span *sent = wire_find(&s->desk->req->form, SPAN("text"));

    s->bytes = sent ? as_file(s->desk->req, *sent) : SPAN("");
    if (!span_trim(s->bytes).n)
        request_error(s->desk->req, "text", "draft.text_needed", NULL);
    return 0;
}

/* The draft with the typed bytes in it, for a trial. */
static int try_typed(struct sheet *s)
{
    struct library_file *files =
        ARENA_ARRAY(s->desk->req->arena, struct library_file, s->draft.file_count + 1);
    struct draft x = s->draft;

    if (!files)
        return err_memory(&s->desk->res->err);
    for (size_t i = 0; i < x.file_count; i++) {
        files[i] = x.files[i];
        if (span_eq(files[i].path, s->path))
            files[i].bytes = s->bytes;
    }
    x.files = files;
    return draft_add_trial(s->desk, &x);
}

static int save(struct sheet *s)
{
    const struct draft_text x = {true, s->path, s->bytes};
    return draft_write(s->desk->req->arena, s->desk->office.store, &s->desk->who, s->draft.id,
                       request_value(s->desk->req, "seen")->number, &x, 1, &s->desk->res->err);
}

int drafts_edit(struct request *req, struct response *res, void *app)
{
    bool text = span_eq(request_text(req, "as"), SPAN("text"));
    bool trial = span_eq(request_text(req, "then"), SPAN("try"));
    struct sheet s;
    struct desk d;
    int again, status = 422, r = open_sheet(req, res, app, &d, &s);

    if (r < 0)
        return r;
    r = text ? change_text(&s) : change_fields(&s);
    if (r == 0 && !req->errors)
        r = trial ? try_typed(&s) : save(&s);
    if (r == 0 && !req->errors && !trial) {
        request_flash(req, "draft.saved", NULL);
        return response_redirect(req, res,
                                 arena_print(req->arena, "%.*s?measure=%d",
                                             SPAN_ARG(draft_file_link(req, s.draft.id, s.path)),
                                             (int)s.which));
    }
    if (r < 0 && !draft_is_refusal(req, r))
        return r;
    if (r < 0)
        status = draft_refuse(&d, r, text ? "text" : "m.title.zh");
    again = show_sheet(&s);
    return again < 0 ? again : r == 0 && !req->errors ? 200 : status;
}
