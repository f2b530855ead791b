/*
 * checkup_session.c: the answers of a check-up in the session. The tree of a session is read-only;
 * a change builds a new object that shares everything that stays.
 */
#include "web/checkup.h"

/* ---- trees that share ---- */

static struct json *share(struct arena *a, const struct json *j)
{
    struct json *copy = ARENA_NEW(a, struct json);
    if (copy) {
        *copy = *j;
        copy->next = NULL;
    }
    return copy;
}

/* The object with one member replaced, added or (NULL) left out. */
static struct json *with(struct arena *a, const struct json *object, struct span key,
                         struct json *value)
{
    struct json *fresh = json_object(a);
    bool done = false;

    JSON_EACH(m, object)
    {
        if (!span_eq(m->key, key)) {
            json_set(fresh, m->key, share(a, m));
        } else if (value && !done) {
            json_set(fresh, key, value);
            done = true;
        }
    }
    if (value && !done)
        json_set(fresh, key, value);
    return fresh;
}

/* ---- in and out of the session ---- */

void answers_load(struct request *req, const struct app *app, struct answers *ret)
{
    const struct json *j = session_get(&req->session, SPAN("checkup"));
    struct decimal asked;

    *ret = (struct answers){.req = req, .app = app, .begun = j != NULL};
    ret->person = span_eq(json_text(JSON_GET(j, "kind")), SPAN("person"));
    ret->facts = JSON_GET(j, "facts");
    ret->skipped = JSON_GET(j, "skipped");
    if (!decimal_parse(json_text(JSON_GET(j, "asked")), &asked) ||
        !decimal_to_int(asked, &ret->asked))
        ret->asked = 0;
    if (!ret->facts)
        ret->facts = json_object(req->arena);
}

void answers_begin(struct answers *s, bool person, const struct json *facts)
{
    s->begun = true;
    s->person = person;
    s->facts = facts ? facts : json_object(s->req->arena);
    s->skipped = NULL;
    s->asked = 0;
}

void answers_save(struct answers *s)
{
    struct arena *a = s->req->arena;
    struct json *j = json_object(a);

    JSON_SET(j, "kind", json_string(a, s->person ? SPAN("person") : SPAN("enterprise")));
    JSON_SET(j, "facts", s->facts ? share(a, s->facts) : json_object(a));
    JSON_SET(j, "skipped", s->skipped ? share(a, s->skipped) : json_array(a));
    JSON_SET(j, "asked", json_int(a, s->asked));
    session_set(&s->req->session, SPAN("checkup"), j);
}

int answers_read(struct answers *s, struct err *err)
{
    int r = subject_from_json(s->req->arena, s->app->library, s->facts, SPAN("answers"),
                              &s->subject, err);
    if (r == 0)
        s->subject.kind = s->person ? SPAN("person") : SPAN("enterprise");
    return r;
}

int answers_check(struct answers *s, bool trace, struct checkup **ret, struct err *err)
{
    struct match_options options = {
        .as_of = s->req->as_of, .known_by = s->req->as_of, .trace = trace};
    int r = answers_read(s, err);
    return r < 0 ? r : match(s->req->arena, s->app->library, &s->subject, &options, ret, err);
}

/* ---- skipped questions ---- */

static bool names_key(const struct json *j, struct fact_key k)
{
    return span_eq(json_text(JSON_GET(j, "fact")), k.fact->name) &&
           span_eq(json_text(JSON_GET(j, "item")), k.item) &&
           span_eq(json_text(JSON_GET(j, "period")), k.period);
}

bool answers_skipped(const struct answers *s, struct fact_key k)
{
    JSON_EACH(j, s->skipped)
    if (names_key(j, k))
        return true;
    return false;
}

static void set_skipped(struct answers *s, struct fact_key k, bool skipped)
{
    struct arena *a = s->req->arena;
    struct json *all = json_array(a);

    JSON_EACH(j, s->skipped)
    if (!names_key(j, k))
        json_add(all, share(a, j));
    if (skipped) {
        struct json *j = json_object(a);
        JSON_SET(j, "fact", json_string(a, k.fact->name));
        JSON_SET(j, "item", json_string(a, k.item));
        JSON_SET(j, "period", json_string(a, k.period));
        json_add(all, j);
    }
    s->skipped = all;
}

/* ---- values ---- */

/* The member of a fact with one of its periods changed; NULL when nothing is left of it. */
static struct json *with_period(struct arena *a, const struct json *old, struct fact_key k,
                                struct json *value)
{
    if (!k.fact->period)
        return value;
    struct json *periods = with(a, old && old->kind == JSON_OBJECT ? old : NULL, k.period, value);
    return periods && periods->n ? periods : NULL;
}

static struct json *with_fact(struct arena *a, const struct json *holder, struct fact_key k,
                              struct json *value)
{
    return with(a, holder, k.fact->name, with_period(a, json_get(holder, k.fact->name), k, value));
}

static struct span id_of(struct arena *a, const struct json *item, size_t number)
{
    struct span id = json_text(JSON_GET(item, "id"));
    return id.n ? id : arena_print(a, "%zu", number);
}

static struct json *with_item(struct arena *a, const struct json *list, struct fact_key k,
                              struct json *value)
{
    struct json *fresh = json_array(a);
    size_t number = 0;

    JSON_EACH(item, list)
    {
        number++;
        json_add(fresh, span_eq(id_of(a, item, number), k.item) ? with_fact(a, item, k, value)
                                                                : share(a, item));
    }
    return fresh;
}

static struct span complete_key(struct arena *a, const struct item_kind *kind)
{
    return arena_print(a, "%.*s.complete", SPAN_ARG(kind->list));
}

/* Facts of an only item stand at the top level: there is no list then. */
static void drop_list(struct answers *s, const struct item_kind *kind)
{
    struct arena *a = s->req->arena;
    s->facts = with(a, with(a, s->facts, kind->list, NULL), complete_key(a, kind), NULL);
}

void answers_put(struct answers *s, struct fact_key k, struct json *value)
{
    struct arena *a = s->req->arena;
    const struct item_kind *kind = k.fact->of;

    set_skipped(s, k, false);
    if (kind && k.item.n) {
        s->facts =
            with(a, s->facts, kind->list, with_item(a, json_get(s->facts, kind->list), k, value));
        return;
    }
    if (kind)
        drop_list(s, kind);
    s->facts = with_fact(a, s->facts, k, value);
}

void answers_skip(struct answers *s, struct fact_key k)
{
    if (answers_find(s, k))
        answers_put(s, k, NULL);
    set_skipped(s, k, true);
}

void answers_no_items(struct answers *s, const struct item_kind *kind, bool none)
{
    struct arena *a = s->req->arena;
    const struct library *l = s->app->library;

    drop_list(s, kind);
    if (!none)
        return;
    for (size_t i = 0; i < l->fact_count; i++)
        if (l->facts[i]->of == kind && json_get(s->facts, l->facts[i]->name))
            s->facts = with(a, s->facts, l->facts[i]->name, NULL);
    s->facts = with(a, s->facts, kind->list, json_array(a));
    s->facts = with(a, s->facts, complete_key(a, kind), json_bool(a, true));
}

const struct fact_value *answers_find(const struct answers *s, struct fact_key k)
{
    for (size_t i = 0; i < s->subject.n; i++) {
        const struct fact_value *v = &s->subject.values[i];
        if (v->fact == k.fact && span_eq(v->item, k.item) && span_eq(v->period, k.period))
            return v;
    }
    return NULL;
}

/* ---- items by number ---- */

static const struct item_list *list_of(const struct answers *s, const struct item_kind *kind)
{
    for (size_t i = 0; i < s->subject.list_count; i++)
        if (s->subject.lists[i].kind == kind)
            return &s->subject.lists[i];
    return NULL;
}

int64_t answers_item_number(const struct answers *s, struct fact_key k)
{
    const struct item_list *list = k.fact->of ? list_of(s, k.fact->of) : NULL;
    for (size_t i = 0; list && k.item.n && i < list->n; i++)
        if (span_eq(list->ids[i], k.item))
            return (int64_t)i + 1;
    return 0;
}

bool answers_item_id(const struct answers *s, const struct item_kind *kind, int64_t number,
                     struct span *ret)
{
    const struct item_list *list = kind ? list_of(s, kind) : NULL;
    *ret = SPAN("");
    if (number == 0)
        return true;
    if (!list || number < 0 || (uint64_t)number > list->n)
        return false;
    *ret = list->ids[number - 1];
    return true;
}
