/*
 * audits.c: the log for auditors: who read, changed and decided what, newest first, in words. The
 * acts that the log knows have a key audit.act_NAME each; an act of a procedure has the title that
 * the library gives it. JSON keeps the words of the log.
 */
#include "identity/audit.h"
#include "identity/organisations.h"
#include "web/account_pages.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

/* An auditor of an organisation sees what was done there and below it. */
static int sees_row(struct store *s, const struct request *req, const struct audit_row *row,
                    bool *ret, struct err *err)
{
    return actor_sees_organisation(s, &req->actor, row->organisation_id, date_today(), ret, err);
}

/* audit.act_ and the name with "_" for "." and "-"; `otherwise` where there is no such key. */
static struct span word_of(struct request *req, const char *what, struct span name,
                           struct span otherwise)
{
    struct span key = arena_print(req->arena, "audit.%s_%.*s", what, SPAN_ARG(name));
    char *p = key.p ? (char *)(uintptr_t)key.p : NULL;

    for (size_t i = sizeof "audit." - 1; p && i < key.n; i++)
        if (p[i] == '-' || p[i] == '.')
            p[i] = '_';
    const struct message *m = p ? texts_find(req->texts, req->language, key) : NULL;
    return m ? m->text : otherwise;
}

/* The first procedure that knows the act names it. */
static struct span act_title(struct request *req, const struct app *app, struct span act)
{
    for (size_t i = 0; i < app->library->procedure_count; i++) {
        const struct procedure *p = app->library->procedures[i];
        for (size_t k = 0; k < p->act_count; k++)
            if (span_eq(p->acts[k].id, act))
                return words_in(p->acts[k].title, is_english(req));
    }
    return act;
}

static struct span act_say(struct request *req, const struct app *app, struct span act)
{
    struct span known = word_of(req, "act", act, (struct span){0});

    if (known.n || !span_starts(act, SPAN("case.")))
        return known.n ? known : act;
    return arena_print(req->arena, "%.*s%.*s", SPAN_ARG(request_say(req, "audit.case_act", NULL)),
                       SPAN_ARG(act_title(req, app, span_from(act, 5))));
}

static struct json *row_shape(struct request *req, const struct app *app,
                              const struct audit_row *row)
{
    struct json *o = audit_row_json(req->arena, row);

    JSON_SET(o, "when", shape_moment(req, row->at));
    JSON_SET(o, "act_say", shape_text(req, act_say(req, app, row->act)));
    JSON_SET(o, "object_say",
             shape_text(req, arena_print(
                                 req->arena, "%.*s %.*s",
                                 SPAN_ARG(word_of(req, "kind", row->object_kind, row->object_kind)),
                                 SPAN_ARG(row->object))));
    JSON_SET(o, "actor_say", shape_text(req, shape_actor(req, row->actor)));
    return o;
}

/* One link for each class; which of them the list is about. */
static void add_classes(struct request *req, struct json *data, struct span chosen)
{
    struct json *list = json_array(req->arena);

    for (int i = 0; i < AUDIT_CLASSES; i++) {
        struct span name = audit_class_name((enum audit_class)i);
        shape_option(req, list, name, word_of(req, "class", name, name), span_eq(name, chosen));
    }
    JSON_SET(data, "classes", list);
    JSON_SET(data, "all", json_bool(req->arena, chosen.n == 0));
    shape_set(req, data, "class_chosen", chosen);
}

int audit_show(struct request *req, struct response *res, void *context)
{
    struct audit_filter f = {.object_kind = request_text(req, "kind"),
                             .object = request_text(req, "object"),
                             .account_id = request_value(req, "account")->number,
                             .before = request_value(req, "before")->number};
    const struct input *class = request_value(req, "class");
    struct json *list = json_array(req->arena);
    struct audit_row *rows = NULL;
    struct store *s = NULL;
    size_t n = 0;
    int r = account_store(context, req, &s, &res->err);

    f.has_class = class->given && audit_class_parse(class->text, &f.class);
    if (r == 0)
        r = audit_list(s, req->arena, &f, &rows, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool sees = false;
        r = sees_row(s, req, &rows[i], &sees, &res->err);
        if (sees)
            json_add(list, row_shape(req, context, &rows[i]));
    }
    JSON_SET(res->data, "entries", list);
    JSON_SET(res->data, "none", json_bool(req->arena, list && list->n == 0));
    add_classes(req, res->data, f.has_class ? class->text : (struct span){"", 0});
    if (r == 0 && n == AUDIT_PAGE)
        JSON_SET(res->data, "before", json_int(req->arena, rows[n - 1].id));
    res->template = "audit";
    res->title = "audit.title";
    return r < 0 ? r : 200;
}
