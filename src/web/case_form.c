/*
 * case_form.c: see case_form.h. The names of inputs: f.FIELD a field, m.MATERIAL a file,
 * p.MATERIAL a paper on file, later.MATERIAL a promise (容缺), missing what is to be supplied.
 */
#include <inttypes.h>

#include "casework/funds.h"
#include "web/case_form.h"
#include "web/procedure_shape.h"

/* ---- fields ---- */

static const struct type *type_of(const struct procedure_field *f)
{
    const struct type *t = f->fact ? f->fact->type : f->type;
    return t && t->kind == TYPE_DATED ? t->element : t;
}

static void add_options(struct request *req, struct json *o, const struct procedure_field *f,
                        struct span shown)
{
    struct json *list = json_array(req->arena);
    const struct type *t = type_of(f);
    const struct list *in = f->has_in_list && f->in_list.kind == VALUE_LIST ? f->in_list.list
                            : f->fact && f->fact->has_in_list && f->fact->in_list.kind == VALUE_LIST
                                ? f->fact->in_list.list
                                : NULL;

    for (size_t i = 0; t && i < t->value_count; i++)
        shape_option(req, list, t->values[i], t->values[i], span_eq(t->values[i], shown));
    for (size_t i = 0; in && !(t && t->value_count) && i < in->n; i++)
        if (in->at[i].kind == VALUE_STRING)
            shape_option(req, list, in->at[i].string, in->at[i].string,
                         span_eq(in->at[i].string, shown));
    JSON_SET(o, "options", list);
    JSON_SET(o, "is_choice", json_bool(req->arena, list && list->n > 0));
}

static struct span value_shown(struct request *req, struct value v)
{
    struct buffer b = BUFFER_INIT;

    if (v.kind == VALUE_UNKNOWN || v.kind == VALUE_NULL || v.kind == VALUE_ERROR)
        return (struct span){"", 0};
    value_text(&b, v);
    struct span s = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return s;
}

/* What was sent in this request, else what is known. */
static struct span field_shown(struct request *req, const struct field_view *f)
{
    struct span name = arena_print(req->arena, "f.%.*s", SPAN_ARG(f->field->name));
    const struct span *sent = wire_find(&req->form, name);
    return sent ? *sent : f->there ? value_shown(req, f->value) : (struct span){"", 0};
}

/* The value for people: 20,000,000 and 是, not 20000000 and true. */
static struct span field_say(struct request *req, const struct field_view *f)
{
    if (f->value.kind == VALUE_BOOLEAN)
        return request_say(req, f->value.boolean ? "cases.yes" : "cases.no", NULL);
    struct span plain = value_shown(req, f->value);
    return f->value.kind == VALUE_NUMBER ? shape_grouped(req, plain) : plain;
}

static struct json *field_shape(struct request *req, const struct field_view *f)
{
    struct json *o = json_object(req->arena);
    const struct procedure_field *p = f->field;
    struct span title = field_title(req, p), help = words_in(p->help, is_english(req)),
                shown = field_shown(req, f);
    const struct type *t = type_of(p);
    enum type_kind kind = t ? t->kind : TYPE_STRING;

    JSON_SET(o, "name", shape_text(req, p->name));
    JSON_SET(o, "title", shape_text(req, title));
    JSON_SET(o, "help", shape_text(req, span_eq(help, title) ? SPAN("") : help));
    JSON_SET(o, "purpose", shape_text(req, shape_purpose(req, p->fact)));
    JSON_SET(o, "unit", shape_text(req, p->unit.n ? p->unit : p->fact ? p->fact->unit : p->unit));
    JSON_SET(o, "required", json_bool(req->arena, p->required));
    JSON_SET(o, "value", shape_text(req, shown));
    JSON_SET(o, "source", shape_text(req, span_eq(f->source, SPAN("case")) ? SPAN("") : f->source));
    JSON_SET(o, "there", json_bool(req->arena, f->there));
    JSON_SET(o, "say", shape_text(req, f->there ? field_say(req, f) : SPAN("")));
    JSON_SET(o, "is_true", json_bool(req->arena, span_eq(shown, SPAN("true"))));
    JSON_SET(o, "is_false", json_bool(req->arena, span_eq(shown, SPAN("false"))));
    add_options(req, o, p, shown);
    bool choice = JSON_GET(o, "is_choice")->kind == JSON_TRUE;
    JSON_SET(o, "is_number", json_bool(req->arena, !choice && kind == TYPE_NUMBER));
    JSON_SET(o, "is_date", json_bool(req->arena, kind == TYPE_DATE));
    JSON_SET(o, "is_boolean", json_bool(req->arena, kind == TYPE_BOOLEAN));
    JSON_SET(o, "is_text",
             json_bool(req->arena, !choice && kind != TYPE_NUMBER && kind != TYPE_DATE &&
                                       kind != TYPE_BOOLEAN));
    return o;
}

static bool is_asked_for(const struct case_view *v, struct span id)
{
    for (size_t i = 0; i < v->asked_count; i++)
        if (span_eq(v->asked_for[i], id))
            return true;
    return false;
}

static bool among(const struct span *at, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(at[i], name))
            return true;
    return false;
}

/* Whoever supplies is shown what was named as missing; where nothing was, everything. */
static bool supplies(const struct case_file *f, const struct procedure_act *act, struct span id)
{
    return (act->flags & ACT_SUPPLIES) && (f->view->asked_count == 0 || is_asked_for(f->view, id));
}

/* A form asks the fields that the act sets; of the applicant in a draft, and of who supplies, all
 * that apply but those which an office fills in. */
static bool asks_field(const struct case_file *f, const struct procedure_act *act, bool fill,
                       struct span field)
{
    if (act && (among(act->sets, act->set_count, field) || among(act->asks, act->ask_count, field)))
        return case_may_see(f, field);
    if (case_of_counterparty(f) || field_of_others(f->procedure, field, f->party))
        return false;
    return fill ||
           (act && (supplies(f, act, field) || among(act->asks, act->ask_count, SPAN("all"))));
}

static bool asks_material(const struct case_file *f, const struct procedure_act *act, bool fill,
                          struct span id)
{
    if (!case_may_see(f, id))
        return false;
    return fill || (act && (supplies(f, act, id) || among(act->asks, act->ask_count, id) ||
                            among(act->asks, act->ask_count, SPAN("all"))));
}

/* ---- papers ---- */

static struct json *paper_line(struct request *req, const struct paper_row *p)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", json_int(req->arena, p->id));
    JSON_SET(o, "name", shape_text(req, p->name));
    JSON_SET(o, "link", shape_text(req, arena_print(req->arena, "/papers/%" PRId64, p->id)));
    return o;
}

/* Papers that the materials of a case hold, by their ids in the data of the events. */
static struct json *papers_of(struct desk *d, const struct material_view *m)
{
    struct json *o = json_object(d->req->arena);
    struct span id = json_text(JSON_GET(m->data, "paper"));

    JSON_SET(o, "id", shape_text(d->req, id));
    JSON_SET(o, "link",
             shape_text(d->req, arena_print(d->req->arena, "/papers/%.*s", SPAN_ARG(id))));
    return id.n ? o : json_null(d->req->arena);
}

static struct json *material_line(struct desk *d, const struct case_file *f,
                                  const struct material_view *m)
{
    struct json *o = material_shape(d->req, m->material);

    JSON_SET(o, "needed", json_bool(d->req->arena, m->needed));
    JSON_SET(o, "unknown", json_bool(d->req->arena, m->unknown));
    JSON_SET(o, "there", json_bool(d->req->arena, m->there));
    JSON_SET(o, "held", json_bool(d->req->arena, m->held));
    JSON_SET(o, "promised", json_bool(d->req->arena, m->promised));
    JSON_SET(o, "asked_for", json_bool(d->req->arena, is_asked_for(f->view, m->material->id)));
    JSON_SET(o, "absent",
             json_bool(d->req->arena, m->needed && !m->there && !m->held && !m->promised));
    JSON_SET(o, "paper", papers_of(d, m));
    return o;
}

void case_papers_shape(struct desk *d, const struct case_file *f)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < f->procedure->material_count; i++)
        if ((f->view->materials[i].needed || f->view->materials[i].unknown ||
             f->view->materials[i].there) &&
            case_may_see(f, f->procedure->materials[i].id))
            json_add(list, material_line(d, f, &f->view->materials[i]));
    shape_list(d->req, d->res->data, "materials", list);
}

void case_fields_shape(struct desk *d, const struct case_file *f)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < f->procedure->field_count; i++)
        if ((f->view->fields[i].shown || f->view->fields[i].there) &&
            case_may_see(f, f->procedure->fields[i].name))
            json_add(list, field_shape(d->req, &f->view->fields[i]));
    shape_list(d->req, d->res->data, "fields", list);
}

struct span paper_suffix(struct span name)
{
    size_t dot = name.n;

    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    struct span suffix = dot > 1 ? span_from(name, dot - 1) : (struct span){"", 0};
    for (size_t i = 1; i < suffix.n; i++)
        if (!((suffix.p[i] >= 'a' && suffix.p[i] <= 'z') ||
              (suffix.p[i] >= 'A' && suffix.p[i] <= 'Z') ||
              (suffix.p[i] >= '0' && suffix.p[i] <= '9')))
            return (struct span){"", 0};
    return suffix.n <= 6 ? suffix : (struct span){"", 0};
}

/* ---- the form ---- */

/* Everything that may be named as missing. */
static void add_choices(struct desk *d, const struct case_file *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < f->procedure->material_count; i++)
        if (f->view->materials[i].needed || f->view->materials[i].unknown)
            shape_option(req, list, f->procedure->materials[i].id,
                         words_in(f->procedure->materials[i].title, is_english(req)),
                         f->view->materials[i].needed && !f->view->materials[i].there &&
                             !f->view->materials[i].held);
    for (size_t i = 0; i < f->procedure->field_count; i++)
        if (f->view->fields[i].shown &&
            !field_of_others(f->procedure, f->procedure->fields[i].name, SPAN("applicant"))) {
            shape_option(req, list, f->procedure->fields[i].name,
                         field_title(req, &f->procedure->fields[i]), false);
        }
    shape_list(req, d->res->data, "missing", list);
}

static void add_fields(struct desk *d, const struct case_file *f, const struct procedure_act *act,
                       bool fill)
{
    struct json *fields = json_array(d->req->arena), *materials = json_array(d->req->arena);

    for (size_t i = 0; i < f->procedure->field_count; i++)
        if ((f->view->fields[i].shown || f->view->fields[i].unknown) &&
            asks_field(f, act, fill, f->procedure->fields[i].name))
            json_add(fields, field_shape(d->req, &f->view->fields[i]));
    for (size_t i = 0; i < f->procedure->material_count; i++)
        if ((f->view->materials[i].needed || f->view->materials[i].unknown) &&
            asks_material(f, act, fill, f->procedure->materials[i].id))
            json_add(materials, material_line(d, f, &f->view->materials[i]));
    shape_list(d->req, d->res->data, "fields", fields);
    shape_list(d->req, d->res->data, "materials", materials);
}

/* Papers on file that an applicant may hand in again. */
static int add_on_file(struct desk *d, const struct case_file *f)
{
    struct paper_row *rows = NULL;
    struct json *list = json_array(d->req->arena);
    size_t n = 0;
    int r = case_of_counterparty(f) ? 0
                                    : paper_list(d->req->arena, &d->office, f->row.subject_id,
                                                 date_today(), &rows, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, paper_line(d->req, &rows[i]));
    shape_list(d->req, d->res->data, "on_file", list);
    return r;
}

/* Values are "CODE" or "CODE PURPOSE"; a fund that is named already is only asked its purpose. */
static void add_fund_options(struct desk *d, const struct fund *f, bool named, struct json *list)
{
    struct request *req = d->req;
    struct span sent = request_form_text(req, "fund");
    size_t purposes = 0;

    for (size_t i = 0; i < f->part_count; i++) {
        const struct fund_part *p = &f->parts[i];
        if (p->kind != PART_PURPOSE)
            continue;
        struct span value =
            arena_print(req->arena, "%.*s %.*s", SPAN_ARG(f->code), SPAN_ARG(p->name));
        shape_option(req, list, value,
                     arena_print(req->arena, "%.*s：%.*s", SPAN_ARG(f->name), SPAN_ARG(p->name)),
                     span_eq(value, sent));
        purposes++;
    }
    if (!purposes && !named)
        shape_option(req, list, f->code, f->name, span_eq(f->code, sent));
}

/* The funds and purposes that money may be reserved in, where nothing has named them yet. */
static int add_funds(struct desk *d, const struct case_file *f, const struct procedure_act *act)
{
    const struct json *opening = f->event_count ? f->events[0].data : NULL;
    struct json *list = json_array(d->req->arena);
    struct span *codes = NULL;
    size_t n = 0;
    int r;

    struct span named = json_text(JSON_GET(opening, "fund"));

    if (!act || !list || !(act->flags & ACT_RESERVES) || json_text(JSON_GET(opening, "purpose")).n)
        return d->req->arena->failed ? err_memory(&d->res->err) : 0;
    if (!named.n)
        named = act->fund.n ? act->fund : f->procedure->fund;
    r = fund_list(d->req->arena, d->office.store, &codes, &n, &d->res->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct fund fund;
        if (named.n && !span_eq(named, codes[i]))
            continue;
        r = fund_load(d->req->arena, d->office.store, codes[i], false, &fund, &d->res->err);
        if (r == 0)
            add_fund_options(d, &fund, named.n > 0, list);
    }
    JSON_SET(d->res->data, "takes_fund", json_bool(d->req->arena, !named.n || list->n > 0));
    JSON_SET(d->res->data, "fund_named", json_bool(d->req->arena, named.n > 0));
    JSON_SET(d->res->data, "funds", list);
    return r;
}

static int add_flags(struct desk *d, const struct case_file *f, const struct procedure_act *act,
                     bool general_reason)
{
    struct json *data = d->res->data;
    unsigned flags = act ? act->flags : 0;

    JSON_SET(data, "needs_reason",
             json_bool(d->req->arena,
                       (flags & (ACT_REASON | ACT_RETURNS | ACT_LISTS_MISSING)) || general_reason));
    JSON_SET(data, "needs_remedy", json_bool(d->req->arena, (flags & ACT_REMEDY) != 0));
    JSON_SET(data, "commits", json_bool(d->req->arena, (flags & ACT_COMMITS) != 0));
    JSON_SET(data, "lists_missing", json_bool(d->req->arena, (flags & ACT_LISTS_MISSING) != 0));
    JSON_SET(data, "pays_back", json_bool(d->req->arena, (flags & ACT_CLAIMS_BACK) != 0));
    JSON_SET(data, "takes_amount",
             json_bool(d->req->arena,
                       act && (act->decision == DECISION_PARTLY || (flags & ACT_CLAIMS_BACK))));
    return add_funds(d, f, act);
}

int case_form_show(struct desk *d, struct case_file *f, struct span act_id, int status)
{
    struct request *req = d->req;
    size_t i = procedure_act_index(f->procedure, act_id);
    const struct procedure_act *act = i == SIZE_MAX ? NULL : &f->procedure->acts[i];
    bool fill = !act && span_eq(act_id, SPAN("fill")), general_reason = false, known = true;
    struct span title = act ? words_in(act->title, is_english(req)) : general_title(req, act_id);
    const struct case_row seen = case_row_seen(f);
    int r = add_on_file(d, f);

    if (r == 0 && !act)
        r = case_general_inputs(d, f, act_id, &known, &general_reason);
    if (!known)
        return err_set(&d->res->err, E_NOT_FOUND, "这个事项没有步骤“%.*s”", SPAN_ARG(act_id));
    JSON_SET(d->res->data, "title", shape_text(req, title));
    JSON_SET(d->res->data, "act", shape_text(req, act_id));
    JSON_SET(d->res->data, "line", case_line(d, &seen));
    JSON_SET(d->res->data, "link", shape_text(req, case_link(req, f->row.number)));
    JSON_SET(d->res->data, "in_draft",
             json_bool(req->arena, !fill && f->view->phase == PHASE_DRAFT &&
                                       span_eq(f->party, SPAN("applicant"))));
    JSON_SET(d->res->data, "seen", json_int(req->arena, (int64_t)f->event_count));
    JSON_SET(d->res->data, "key",
             shape_text(req, arena_print(req->arena, "web-%" PRId64 "-%" PRId64 "-%zu", f->row.id,
                                         d->who.account_id, f->event_count)));
    JSON_SET(d->res->data, "reason", shape_text(req, request_form_text(req, "reason")));
    JSON_SET(d->res->data, "amount", shape_text(req, request_form_text(req, "amount")));
    JSON_SET(d->res->data, "remedy", shape_text(req, request_form_text(req, "remedy")));
    if (r == 0)
        r = add_flags(d, f, act, general_reason);
    add_fields(d, f, act, fill);
    if (!case_of_counterparty(f))
        add_choices(d, f);
    d->res->template = "case_act";
    return r < 0 ? r : status;
}

/* ---- reading it ---- */

static int store_paper(struct desk *d, struct case_file *f, const struct material *m,
                       const struct upload *u, struct json *materials)
{
    struct arena *a = d->req->arena;
    struct json *o = json_object(a);
    struct paper_new paper = {.kind = m->held,
                              .name = u->name,
                              .media = u->media,
                              .source = SPAN("申请人"),
                              .bytes = u->bytes};
    int64_t id = 0;
    int r = paper_add(a, &d->office, &d->who, f->row.subject_id, &paper, &id, &d->res->err);

    JSON_SET(o, "paper", json_int(a, id));
    json_set(materials, m->id, o);
    return r;
}

static const struct upload *upload_of(const struct request *req, struct span field)
{
    for (size_t i = 0; i < req->uploads.n; i++)
        if (span_eq(req->uploads.at[i].field, field))
            return &req->uploads.at[i];
    return NULL;
}

static int read_material(struct desk *d, struct case_file *f, const struct material *m,
                         struct json *materials)
{
    struct arena *a = d->req->arena;
    const struct upload *u = upload_of(d->req, arena_print(a, "m.%.*s", SPAN_ARG(m->id)));
    const struct span *on_file =
        wire_find(&d->req->form, arena_print(a, "p.%.*s", SPAN_ARG(m->id)));
    const struct span *later =
        wire_find(&d->req->form, arena_print(a, "later.%.*s", SPAN_ARG(m->id)));
    struct json *o = json_object(a);

    if (u)
        return store_paper(d, f, m, u, materials);
    if (on_file && on_file->n)
        JSON_SET(o, "paper", json_string(a, *on_file));
    else if (later && later->n)
        JSON_SET(o, "promised", json_bool(a, true));
    else
        return 0;
    json_set(materials, m->id, o);
    return 0;
}

static void read_fields(struct desk *d, struct case_file *f, struct json *fields)
{
    struct arena *a = d->req->arena;

    for (size_t i = 0; i < f->procedure->field_count; i++) {
        struct span name = f->procedure->fields[i].name;
        const struct span *sent =
            wire_find(&d->req->form, arena_print(a, "f.%.*s", SPAN_ARG(name)));
        struct span value = sent ? span_trim(*sent) : (struct span){NULL, 0};
        if (value.n)
            json_set(fields, name, json_string(a, value));
    }
}

static void read_fund(struct desk *d, struct json *data)
{
    struct span purpose = request_form_text(d->req, "fund"), fund = {"", 0};

    span_split(&purpose, ' ', &fund);
    if (fund.n)
        JSON_SET(data, "fund", json_string(d->req->arena, fund));
    if (purpose.n)
        JSON_SET(data, "purpose", json_string(d->req->arena, purpose));
}

static void read_sent(struct desk *d, struct json *data)
{
    static const char *const texts[] = {"reason", "amount", "remedy", "order_decision"};
    struct arena *a = d->req->arena;
    struct json *missing = json_array(a);

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct span text = request_form_text(d->req, texts[i]);
        if (text.n)
            json_set(data, span_z(texts[i]), json_string(a, text));
    }
    for (size_t i = 0; i < d->req->form.n; i++) {
        const struct pair *p = &d->req->form.at[i];
        if (span_eq(p->name, SPAN("missing")))
            json_add(missing, json_string(a, p->value));
        if (span_starts(p->name, SPAN("set.")) && span_trim(p->value).n)
            json_set(data, span_from(p->name, 4), json_string(a, span_trim(p->value)));
    }
    if (missing && missing->n)
        JSON_SET(data, "missing", missing);
    read_fund(d, data);
}

int case_form_read(struct desk *d, struct case_file *f, struct json **ret)
{
    struct arena *a = d->req->arena;
    struct json *data = json_object(a), *fields = json_object(a), *materials = json_object(a);
    const struct json *body = request_value(d->req, "data")->json;
    int r = 0;

    if (body) { /* JSON: as the command line gives it */
        *ret = (struct json *)(uintptr_t)body;
        return 0;
    }
    read_fields(d, f, fields);
    for (size_t i = 0; r == 0 && i < f->procedure->material_count; i++)
        r = read_material(d, f, &f->procedure->materials[i], materials);
    if (fields && fields->n)
        JSON_SET(data, "fields", fields);
    if (materials && materials->n)
        JSON_SET(data, "materials", materials);
    read_sent(d, data);
    *ret = data;
    return r < 0 ? r : a->failed ? err_memory(&d->res->err) : 0;
}

/* ---- what is lacking ---- */

static void lacks(struct desk *d, const char *kind, struct span id, struct span title)
{
    struct json *args = json_object(d->req->arena);
    struct span name = arena_print(d->req->arena, "%s.%.*s", kind, SPAN_ARG(id));

    JSON_SET(args, "title", shape_text(d->req, title));
    request_error(d->req, name.p ? name.p : "act", "cases.lacks", args);
}

bool case_form_lacks(struct desk *d, const struct case_file *f, struct span act,
                     const struct json *data)
{
    size_t at = procedure_act_index(f->procedure, act), told = 0;
    const struct act_view *v = at == SIZE_MAX ? NULL : &f->view->acts[at];

    for (size_t i = 0; v && i < v->lacking_count; i++) {
        struct span id = v->lacking[i];
        size_t field = procedure_field_index(f->procedure, id);
        if (json_get(JSON_GET(data, "fields"), id) || json_get(JSON_GET(data, "materials"), id))
            continue;
        if (field != SIZE_MAX) {
            const struct procedure_field *p = &f->procedure->fields[field];
            lacks(d, "f", id, field_title(d->req, p));
            told++;
        }
        for (size_t k = 0; field == SIZE_MAX && k < f->procedure->material_count; k++)
            if (span_eq(f->procedure->materials[k].id, id)) {
                lacks(d, "m", id, words_in(f->procedure->materials[k].title, is_english(d->req)));
                told++;
            }
    }
    return told > 0;
}
