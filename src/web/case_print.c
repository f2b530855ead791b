/*
 * case_print.c: the form of a procedure on paper (S077): what is filled in, which papers go with
 * it, what the applicant declares, where he signs and stamps, and a box for each office that acts.
 * Empty for a procedure, filled for a case.
 */
#include "web/case_form.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"

/* ---- boxes ---- */

static void add_box(struct request *req, struct json *list, struct span who, struct span what)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "who", shape_text(req, who));
    JSON_SET(o, "what", shape_text(req, what));
    json_add(list, o);
}

static bool says_something(const struct procedure_act *a)
{
    return a->decision != DECISION_NONE || a->set_count || (a->flags & ACT_RECOGNISES);
}

/* One for each office that decides, recognises or fills something in. */
static struct json *boxes(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);
    bool english = is_english(req);

    for (size_t i = 0; i < p->party_count; i++)
        for (size_t k = 0; k < p->act_count; k++) {
            bool his = false;
            for (size_t w = 0; w < p->acts[k].who_count; w++)
                his = his || span_eq(p->acts[k].who[w], p->parties[i].id);
            if (!his || !says_something(&p->acts[k]))
                continue;
            add_box(req, list, words_in(p->parties[i].title, english),
                    words_in(p->acts[k].title, english));
            break;
        }
    return list;
}

static bool declares(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++)
        if (p->acts[i].flags & ACT_COMMITS)
            return true;
    return false;
}

/* ---- lines ---- */

static struct json *field_line(struct request *req, const struct procedure_field *f,
                               struct span value)
{
    struct json *o = json_object(req->arena);
    struct span title = words_in(f->title, is_english(req));

    if (!title.n && f->fact)
        title = words_in(f->fact->question, is_english(req));
    JSON_SET(o, "title", shape_text(req, title.n ? title : f->name));
    JSON_SET(o, "unit", shape_text(req, f->unit.n ? f->unit : f->fact ? f->fact->unit : f->unit));
    JSON_SET(o, "value", shape_text(req, value));
    JSON_SET(o, "required", json_bool(req->arena, f->required));
    return o;
}

static struct span value_say(struct request *req, struct value v)
{
    struct buffer b = BUFFER_INIT;

    if (v.kind == VALUE_BOOLEAN)
        return request_say(req, v.boolean ? "cases.yes" : "cases.no", NULL);
    if (v.kind == VALUE_UNKNOWN || v.kind == VALUE_NULL || v.kind == VALUE_ERROR)
        return SPAN("");
    value_text(&b, v);
    struct span s = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return s;
}

/* f NULL: an empty form. */
static void add_fields(struct request *req, struct json *data, const struct procedure *p,
                       const struct case_file *f)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->field_count; i++) {
        const struct procedure_field *field = &p->fields[i];
        const struct field_view *v = f ? &f->view->fields[i] : NULL;
        if (field_of_others(p, field->name, SPAN("applicant")) || (v && !v->shown && !v->there) ||
            (f && !case_may_see(f, field->name)))
            continue;
        json_add(list, field_line(req, field, v && v->there ? value_say(req, v->value) : SPAN("")));
    }
    shape_list(req, data, "fields", list);
}

static void add_papers(struct request *req, struct json *data, const struct procedure *p,
                       const struct case_file *f)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material_view *v = f ? &f->view->materials[i] : NULL;
        if ((v && !v->needed && !v->unknown && !v->there) ||
            (f && !case_may_see(f, p->materials[i].id)))
            continue;
        struct json *o = material_shape(req, &p->materials[i]);
        JSON_SET(o, "there", json_bool(req->arena, v && v->there));
        JSON_SET(o, "held", json_bool(req->arena, v && v->held));
        JSON_SET(o, "promised", json_bool(req->arena, v && v->promised));
        json_add(list, o);
    }
    shape_list(req, data, "materials", list);
}

static int fill(struct request *req, struct response *res, const struct procedure *p,
                const struct case_file *f)
{
    struct json *data = res->data;

    JSON_SET(data, "title", shape_text(req, words_in(p->title, is_english(req))));
    JSON_SET(data, "authority", shape_text(req, p->authority));
    JSON_SET(data, "guide", shape_text(req, guide_link(req, p)));
    JSON_SET(data, "number", shape_text(req, f ? f->row.number : SPAN("")));
    JSON_SET(data, "subject_name", shape_text(req, f ? f->row.subject_name : SPAN("")));
    JSON_SET(data, "subject", shape_text(req, f ? f->row.subject_code : SPAN("")));
    JSON_SET(data, "declares", json_bool(req->arena, declares(p)));
    add_fields(req, data, p, f);
    add_papers(req, data, p, f);
    shape_list(req, data, "boxes", boxes(req, p));
    res->template = "case_print";
    return req->arena->failed ? err_memory(&res->err) : 200;
}

/* ---- pages ---- */

int forms_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span near = {NULL, 0};
    const struct procedure *p = procedure_find(app->library, request_param(req, "id"), &near);

    if (p)
        return fill(req, res, p, NULL);
    err_set(&res->err, E_NOT_FOUND, "没有这个事项");
    if (near.n)
        err_hint(&res->err, "是不是 %.*s？", SPAN_ARG(near));
    return E_NOT_FOUND;
}

int cases_print(struct request *req, struct response *res, void *app)
{
    struct case_file *f = NULL;
    struct case_row row;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    r = case_find(req->arena, &d.office, request_param(req, "number"), &row, &res->err);
    if (r == 0)
        r = case_open(req->arena, &d.office, &d.who, row.id, &f, &res->err);
    return r < 0 ? r : fill(req, res, f->procedure, f);
}
