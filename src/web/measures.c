/*
 * measures.c: 找政策 and 金融产品: search with filters, and one measure with conditions, clauses,
 * formulas, window, papers and a worked example. The same handlers serve measures and products; the
 * engine itself answers the filters of size and industry (what it finds ineligible for such an
 * enterprise is left out) and of status (the timing of a finding without facts).
 */
#include "http/escape.h"
#include "policy/match.h"
#include "policy/show.h"
#include "web/checkup.h"
#include "web/handlers.h"
#include "web/procedure_shape.h"
#include "web/shape.h"

#define PAGE 50 /* rows of a page */

struct row {
    const struct measure *measure;
    const struct finding *finding; /* for the filter's facts; of rows that are shown */
    struct checkup *checkup;
    unsigned score;
    bool found; /* the two below are known */
    enum timing timing;
    enum status status;
    struct decimal amount; /* largest known figure in 元, else -1 */
    struct date deadline;  /* year 0 = none known */
};

/* ---- what the engine says without a subject ---- */

static int probe(struct arena *a, struct request *req, const struct app *app,
                 const struct measure *m, const struct subject *subject, struct row *ret,
                 struct err *err)
{
    struct match_options options = {.as_of = req->as_of, .known_by = req->as_of, .only = m};
    int r = match(a, app->library, subject, &options, &ret->checkup, err);

    if (r < 0)
        return r;
    ret->measure = m;
    ret->finding = ret->checkup->n ? &ret->checkup->findings[0] : NULL;
    ret->found = ret->finding != NULL;
    if (ret->found) {
        ret->timing = ret->finding->timing;
        ret->status = ret->finding->status;
    }
    return 0;
}

static void note_amount(struct row *row, struct value v)
{
    if (v.kind == VALUE_NUMBER && decimal_compare(v.number, row->amount) > 0)
        row->amount = v.number;
}

static void note_figures(struct row *row)
{
    const struct finding *f = row->finding;

    row->amount = decimal_from_int(-1);
    for (size_t i = 0; f && i < row->measure->benefit_count; i++) {
        const struct result *result = &f->results[i];
        if (row->measure->benefits[i].kind != RESULT_MONEY)
            continue;
        if (result->has_value)
            note_amount(row, result->value);
        if (result->has_max)
            note_amount(row, result->max);
    }
    for (size_t i = 0; f && i < f->date_count; i++)
        if (f->dates[i].known && span_eq(f->dates[i].what, SPAN("apply-by")) &&
            (!row->deadline.year || date_compare(f->dates[i].date, row->deadline) < 0))
            row->deadline = f->dates[i].date;
}

/* ---- filters ---- */

static struct json *filter_facts(struct request *req)
{
    struct json *facts = json_object(req->arena);
    struct span size = request_text(req, "size"), industry = request_text(req, "industry");

    if (size.n)
        json_set(facts, SPAN("企业规模"), shape_text(req, size));
    if (industry.n) {
        struct json *list = json_array(req->arena);
        json_add(list, shape_text(req, industry));
        json_set(facts, SPAN("行业"), list);
    }
    return facts;
}

/* A wish for a district finds the district's own measures and those of the city above it. */
static bool in_region(struct span measure_region, struct span wish)
{
    return !wish.n || span_starts(measure_region, wish) || span_starts(wish, measure_region);
}

static bool fits(struct request *req, const struct measure *m, bool products)
{
    struct span authority = request_text(req, "authority"), kind = request_text(req, "kind");

    return m->product == products && in_region(m->region, request_text(req, "region")) &&
           (!authority.n || span_eq(authority, products ? m->institution : m->authority)) &&
           (!kind.n || span_eq(kind, kind_words[m->kind].yaml));
}

static bool fits_finding(struct request *req, const struct row *row)
{
    struct span status = request_text(req, "status");

    if (!row->found)
        return !status.n;
    if (status.n && !span_eq(status, timing_words[row->timing].yaml))
        return false;
    return row->status != STATUS_INELIGIBLE ||
           !(request_text(req, "size").n || request_text(req, "industry").n);
}

static int compare_rows(const struct row *a, const struct row *b, struct span by)
{
    if (span_eq(by, SPAN("amount")))
        return decimal_compare(b->amount, a->amount);
    if (span_eq(by, SPAN("deadline"))) {
        if (!a->deadline.year != !b->deadline.year)
            return a->deadline.year ? -1 : 1;
        return a->deadline.year ? date_compare(a->deadline, b->deadline) : 0;
    }
    return (a->score < b->score) - (a->score > b->score);
}

/* Insertion: stable, and the lists are of hundreds. */
static void sort_rows(struct row *at, size_t n, struct span by)
{
    for (size_t i = 1; i < n; i++) {
        struct row row = at[i];
        size_t k = i;
        while (k > 0 && compare_rows(&at[k - 1], &row, by) > 0) {
            at[k] = at[k - 1];
            k--;
        }
        at[k] = row;
    }
}

/* ---- the form of the filters ---- */

static void add_choice(struct request *req, struct json *list, struct span value, struct span title,
                       struct span chosen)
{
    JSON_EACH(child, list)
    if (span_eq(json_text(JSON_GET(child, "value")), value))
        return;
    shape_option(req, list, value, title, span_eq(value, chosen));
}

static struct json *word_options(struct request *req, const char *key,
                                 const struct closed_word *words, size_t n)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < n; i++)
        add_choice(req, list, words[i].yaml, words_in(words[i].title, is_english(req)),
                   request_text(req, key));
    return list;
}

static struct json *value_options(struct request *req, const struct app *app, struct span fact_name,
                                  const char *key)
{
    const struct fact *fact = map_get(&app->library->fact_by_name, fact_name);
    struct json *list = json_array(req->arena);
    const struct type *t = fact && fact->type->kind == TYPE_LIST ? fact->type->element
                           : fact                                ? fact->type
                                                                 : NULL;

    for (size_t i = 0; t && i < t->value_count; i++)
        add_choice(req, list, t->values[i], t->values[i], request_text(req, key));
    return list;
}

static void add_filters(struct request *req, const struct app *app, bool products,
                        struct json *data)
{
    struct json *regions = json_array(req->arena), *authorities = json_array(req->arena);

    for (size_t i = 0; i < app->library->measure_count; i++) {
        const struct measure *m = app->library->measures[i];
        if (m->product != products)
            continue;
        struct span office = products ? m->institution : m->authority;
        add_choice(req, regions, m->region, m->region, request_text(req, "region"));
        if (office.n)
            add_choice(req, authorities, office, office, request_text(req, "authority"));
    }
    JSON_SET(data, "regions", regions);
    JSON_SET(data, "authorities", authorities);
    JSON_SET(data, "kinds", word_options(req, "kind", kind_words, KINDS));
    JSON_SET(data, "statuses", word_options(req, "status", timing_words, TIMINGS));
    JSON_SET(data, "sizes", value_options(req, app, SPAN("企业规模"), "size"));
    JSON_SET(data, "industries", value_options(req, app, SPAN("行业"), "industry"));
    JSON_SET(data, "q", shape_text(req, request_text(req, "q")));
    struct span sort = request_text(req, "sort");
    JSON_SET(data, "by_amount", json_bool(req->arena, span_eq(sort, SPAN("amount"))));
    JSON_SET(data, "by_deadline", json_bool(req->arena, span_eq(sort, SPAN("deadline"))));
}

/* ---- the list ---- */

/* Without facts most figures follow from nothing yet: then a line "amount pending" would only be
 * noise. */
static bool says_something(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].has_value || f->results[i].has_min || f->results[i].has_max ||
            f->measure->benefits[i].text.zh.n)
            return true;
    return false;
}

static void set_gives(struct request *req, const struct finding *f, struct json *o)
{
    if (says_something(f))
        JSON_SET(o, "gives", shape_text(req, finding_gives(req->arena, f, is_english(req))));
}

static const char *timing_tag(enum timing t)
{
    return t == TIMING_OPEN ? "yes" : t == TIMING_CLOSED || t == TIMING_EXPIRED ? "no" : "maybe";
}

static struct json *row_json(struct request *req, const struct row *row)
{
    const struct measure *m = row->measure;
    struct json *o = measure_line_json(req->arena, m);

    JSON_SET(o, "link", shape_text(req, shape_measure_link(req, m)));
    JSON_SET(o, "kind_word", shape_word(req, &kind_words[m->kind]));
    JSON_SET(o, "precision_word", shape_word(req, &precision_words[m->precision]));
    if (row->finding) {
        JSON_SET(o, "timing", shape_word(req, &timing_words[row->finding->timing]));
        JSON_SET(o, "timing_tag",
                 json_string(req->arena, span_z(timing_tag(row->finding->timing))));
        set_gives(req, row->finding, o);
    }
    if (row->deadline.year)
        JSON_SET(o, "deadline", shape_date(req, row->deadline));
    shape_say(req, o);
    return o;
}

/* Judged in a scratch: of hundreds only those of a page are kept. */
static int judge_row(struct arena *scratch, struct request *req, const struct app *app,
                     const struct measure *m, const struct subject *subject, struct row *ret,
                     struct err *err)
{
    int r;

    arena_clear(scratch);
    r = probe(scratch, req, app, m, subject, ret, err);
    if (r == 0)
        note_figures(ret);
    ret->finding = NULL;
    ret->checkup = NULL;
    return r;
}

static int find_rows(struct request *req, const struct app *app, bool products,
                     const struct subject *subject, struct row **ret, size_t *ret_n,
                     struct err *err)
{
    struct search_hit *hits;
    struct arena scratch;
    size_t count, n = 0;
    int r = search_measures(req->arena, app->search, request_text(req, "q"), &hits, &count, err);
    struct row *rows = r == 0 ? ARENA_ARRAY(req->arena, struct row, count ? count : 1) : NULL;

    arena_init(&scratch);
    if (r == 0 && !rows)
        r = err_memory(err);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!fits(req, hits[i].measure, products))
            continue;
        rows[n] = (struct row){.score = hits[i].score};
        r = judge_row(&scratch, req, app, hits[i].measure, subject, &rows[n], err);
        n += r == 0 && fits_finding(req, &rows[n]);
    }
    arena_release(&scratch);
    if (r < 0)
        return r;
    sort_rows(rows, n, request_text(req, "sort"));
    *ret = rows;
    *ret_n = n;
    return 0;
}

/* Is anything open on this date? When not, the page says so and offers dates when something was. */
static bool any_open(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].found &&
            (rows[i].timing == TIMING_OPEN || rows[i].timing == TIMING_UNKNOWN_END ||
             rows[i].timing == TIMING_UNKNOWN_START))
            return true;
    return false;
}

/* This list with another page. */
static struct span page_link(struct request *req, bool products, int64_t page)
{
    static const char *const kept[] = {"q",        "region", "authority", "kind",
                                       "industry", "size",   "status",    "sort"};
    struct buffer b = BUFFER_INIT;

    buffer_print(&b, "%s?page=%d", products ? "/products" : "/measures", (int)page);
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        if (!request_text(req, kept[i]).n)
            continue;
        buffer_print(&b, "&%s=", kept[i]);
        escape_percent(&b, request_text(req, kept[i]));
    }
    struct span link = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return link;
}

static void add_paging(struct request *req, bool products, size_t n, int64_t page,
                       struct json *data)
{
    int64_t pages = ((int64_t)n + PAGE - 1) / PAGE;
    struct json *o = json_object(req->arena);

    if (pages < 2)
        return;
    JSON_SET(o, "page", json_int(req->arena, page));
    JSON_SET(o, "pages", json_int(req->arena, pages));
    if (page > 1)
        JSON_SET(o, "before", shape_text(req, page_link(req, products, page - 1)));
    if (page < pages)
        JSON_SET(o, "after", shape_text(req, page_link(req, products, page + 1)));
    JSON_SET(data, "paging", o);
}

static int list(struct request *req, struct response *res, const struct app *app, bool products)
{
    const struct input *asked = request_value(req, "page");
    struct json *items = json_array(req->arena);
    struct subject subject;
    struct row *rows;
    size_t n = 0, from = asked->given ? (size_t)(asked->number - 1) * PAGE : 0;
    int r = subject_from_json(req->arena, app->library, filter_facts(req), SPAN("filter"), &subject,
                              &res->err);

    if (r == 0)
        r = find_rows(req, app, products, &subject, &rows, &n, &res->err);
    for (size_t i = from; r == 0 && i < n && i < from + PAGE; i++) {
        r = probe(req->arena, req, app, rows[i].measure, &subject, &rows[i], &res->err);
        json_add(items, row_json(req, &rows[i]));
    }
    if (r < 0)
        return r;
    add_paging(req, products, n, asked->given ? asked->number : 1, res->data);
    JSON_SET(res->data, "items", items);
    JSON_SET(res->data, "count", json_int(req->arena, (int64_t)n));
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    JSON_SET(res->data, "nothing_open", json_bool(req->arena, n > 0 && !any_open(rows, n)));
    JSON_SET(res->data, "is_products", json_bool(req->arena, products));
    JSON_SET(res->data, "here", shape_text(req, products ? SPAN("/products") : SPAN("/measures")));
    add_filters(req, app, products, res->data);
    res->template = "measures";
    res->title = products ? "products.title" : "measures.title";
    return 200;
}

int measures_list(struct request *req, struct response *res, void *context)
{
    return list(req, res, context, false);
}

int products_list(struct request *req, struct response *res, void *context)
{
    return list(req, res, context, true);
}

/* ---- one measure ---- */

static void add_conditions(struct request *req, const struct app *app, const struct measure *m,
                           struct json *data)
{
    struct json *conditions = json_array(req->arena);

    for (size_t i = 0; i < m->condition_count; i++) {
        const struct condition *c = &m->conditions[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "text", shape_text(req, words_in(c->text, is_english(req))));
        shape_formula(req, o, "formula", app->library, c->test.text);
        JSON_SET(o, "soft", json_bool(req->arena, c->soft));
        JSON_SET(o, "manual", json_bool(req->arena, c->manual));
        if (c->manual) {
            JSON_SET(o, "owner", shape_text(req, c->owner));
            JSON_SET(o, "reason", shape_word(req, &reason_words[c->reason]));
        }
        JSON_SET(o, "inherited", json_bool(req->arena, c->id.n > 0));
        JSON_SET(o, "citation",
                 shape_citation(req, app, c->document ? c->document : m->document, c->cites));
        json_add(conditions, o);
    }
    JSON_SET(data, "conditions", conditions);
    JSON_SET(data, "has_conditions", json_bool(req->arena, m->condition_count > 0));
}

static void add_benefits(struct request *req, const struct app *app, const struct measure *m,
                         struct json *data)
{
    struct json *benefits = json_array(req->arena);

    for (size_t i = 0; i < m->benefit_count; i++) {
        const struct benefit *b = &m->benefits[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "name", shape_text(req, b->name));
        JSON_SET(o, "precision", shape_word(req, &precision_words[b->precision]));
        if (b->kind == RESULT_MONEY)
            JSON_SET(o, "nature", shape_word(req, &nature_words[b->nature]));
        shape_set(req, o, "unit", b->unit);
        shape_formula(req, o, "amount", app->library, b->amount.text);
        shape_formula(req, o, "cap", app->library, b->cap.text);
        shape_formula(req, o, "min", app->library, b->min.text);
        shape_formula(req, o, "max", app->library, b->max.text);
        shape_set(req, o, "text", words_in(b->text, is_english(req)));
        if (m->document)
            JSON_SET(o, "citation", shape_citation(req, app, m->document, b->cites));
        json_add(benefits, o);
    }
    JSON_SET(data, "benefits", benefits);
    struct json *lets = json_array(req->arena);
    for (size_t i = 0; i < m->let_count; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "name", shape_text(req, m->lets[i].name));
        shape_formula(req, o, "formula", app->library, m->lets[i].formula.text);
        json_add(lets, o);
    }
    JSON_SET(data, "lets", lets);
    JSON_SET(data, "has_lets", json_bool(req->arena, m->let_count > 0));
}

static void add_dates(struct request *req, const struct finding *f, struct json *data)
{
    struct json *dates = json_array(req->arena);

    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, words_in(d->title, is_english(req))));
        if (d->known)
            JSON_SET(o, "date", shape_date(req, d->date));
        JSON_SET(o, "reading", json_bool(req->arena, span_eq(d->certainty, SPAN("reading"))));
        JSON_SET(o, "event", json_bool(req->arena, span_eq(d->certainty, SPAN("event"))));
        json_add(dates, o);
    }
    JSON_SET(data, "dates", dates);
    JSON_SET(data, "timing", shape_word(req, &timing_words[f->timing]));
    JSON_SET(data, "timing_tag", json_string(req->arena, span_z(timing_tag(f->timing))));
    set_gives(req, f, data);
}

/* The first example whose finding has a figure, worked before the reader's eyes. */
static void add_example(struct request *req, const struct app *app, const struct measure *m,
                        struct json *data)
{
    for (size_t i = 0; i < m->example_count; i++) {
        const struct example *e = &m->examples[i];
        struct match_options options = {.as_of = e->as_of,
                                        .known_by = e->as_of,
                                        .only = m,
                                        .reading = e->reading,
                                        .trace = true};
        struct subject subject;
        struct checkup *c;
        struct err ignored = ERR_INIT;
        if (e->parameters || !JSON_GET(e->expect, "results") ||
            subject_from_json(req->arena, app->library, e->facts, SPAN("example"), &subject,
                              &ignored) < 0 ||
            match(req->arena, app->library, &subject, &options, &c, &ignored) < 0 || c->n == 0 ||
            c->findings[0].status != STATUS_ELIGIBLE)
            continue;
        struct json *o = json_object(req->arena), *lines = json_array(req->arena),
                    *facts = json_array(req->arena);
        for (size_t k = 0; k < subject.n; k++) {
            struct buffer b = BUFFER_INIT;
            const struct fact_value *v = &subject.values[k];
            value_text(&b, v->value);
            struct json *fact = json_object(req->arena);
            JSON_SET(fact, "name",
                     shape_text(req, words_in((struct words){v->fact->name, v->fact->title.en},
                                              is_english(req))));
            shape_set(req, fact, "period", v->period);
            JSON_SET(fact, "value", shape_text(req, arena_copy(req->arena, buffer_span(&b))));
            shape_set(req, fact, "unit", v->fact->unit);
            json_add(facts, fact);
            buffer_release(&b);
        }
        for (size_t k = 0; k < m->benefit_count; k++) {
            const struct result *result = &c->findings[0].results[k];
            if (!result->worked.n)
                continue;
            struct json *line = json_object(req->arena);
            JSON_SET(line, "name", shape_text(req, m->benefits[k].name));
            JSON_SET(line, "worked", shape_text(req, result->worked));
            json_add(lines, line);
        }
        JSON_SET(o, "name", shape_text(req, e->name));
        JSON_SET(o, "as_of", shape_date(req, e->as_of));
        JSON_SET(o, "facts", facts);
        JSON_SET(o, "lines", lines);
        JSON_SET(o, "gives",
                 shape_text(req, finding_gives(req->arena, &c->findings[0], is_english(req))));
        JSON_SET(data, "example", o);
        return;
    }
}

/* The decision tables that its conditions and figures rest on, each once. */
static void add_tables(struct request *req, const struct app *app, const struct measure *m,
                       struct json *data)
{
    struct json *list = json_array(req->arena);
    const struct library *l = app->library;
    for (size_t i = 0; i < l->decision_model_count; i++) {
        bool used = false;
        for (size_t k = 0; k < m->slot_count; k++)
            used = used || (l->slots[m->slots[k]].kind == SLOT_DECISION &&
                            l->slots[m->slots[k]].decision->model == l->decision_models[i]);
        if (used)
            json_add(list, shape_decision(req, l->decision_models[i]));
    }
    JSON_SET(data, "tables", list);
    JSON_SET(data, "has_tables", json_bool(req->arena, list && list->n > 0));
}

static int show(struct request *req, struct response *res, const struct app *app, bool product)
{
    struct span id = request_param(req, "id"), nearest = {NULL, 0};
    const struct measure *m = library_find(app->library, id, &nearest);
    struct subject subject;
    struct row row = {0};
    int r;

    if (!m || m->product != product)
        return err_set(&res->err, E_NOT_FOUND, "没有这一项：%.*s", SPAN_ARG(id));
    r = subject_from_json(req->arena, app->library, json_object(req->arena), SPAN("filter"),
                          &subject, &res->err);
    if (r == 0)
        r = probe(req->arena, req, app, m, &subject, &row, &res->err);
    if (r < 0)
        return r;
    struct json *j = measure_json(req->arena, app->library, m);
    if (!j)
        return err_memory(&res->err);
    shape_say(req, j);
    JSON_SET(res->data, "measure", j);
    JSON_SET(res->data, "title", shape_text(req, words_in(m->title, is_english(req))));
    JSON_SET(res->data, "kind_word", shape_word(req, &kind_words[m->kind]));
    JSON_SET(res->data, "precision_word", shape_word(req, &precision_words[m->precision]));
    JSON_SET(res->data, "mode_word", shape_word(req, &apply_words[m->apply_mode]));
    JSON_SET(res->data, "citation", shape_citation(req, app, m->document, m->cites));
    JSON_SET(res->data, "has_steps", json_bool(req->arena, m->step_count > 0));
    JSON_SET(res->data, "has_materials", json_bool(req->arena, m->material_count > 0));
    JSON_SET(res->data, "has_contacts", json_bool(req->arena, m->contact_count > 0));
    JSON_SET(res->data, "has_readings", json_bool(req->arena, m->reading_count > 0));
    JSON_SET(res->data, "has_relations", json_bool(req->arena, m->relation_count > 0));
    JSON_SET(res->data, "has_notes", json_bool(req->arena, m->note_count > 0));
    JSON_SET(res->data, "is_products", json_bool(req->arena, product));
    struct json *ways = procedures_for(req, app->library, m, SPAN(""));
    JSON_SET(res->data, "ways", ways);
    JSON_SET(res->data, "has_ways", json_bool(req->arena, ways && ways->n > 0));
    add_conditions(req, app, m, res->data);
    add_benefits(req, app, m, res->data);
    add_tables(req, app, m, res->data);
    if (row.finding)
        add_dates(req, row.finding, res->data);
    add_example(req, app, m, res->data);
    gloss_add(req, res->data);
    res->template = "measure";
    return 200;
}

int measures_show(struct request *req, struct response *res, void *context)
{
    return show(req, res, context, false);
}

int products_show(struct request *req, struct response *res, void *context)
{
    return show(req, res, context, true);
}
