/*
 * procedure_shape.c: see procedure_shape.h.
 */
#include <string.h>

#include "policy/show_procedure.h"
#include "web/procedure_shape.h"

struct json *clock_shape(struct request *req, const struct procedure *p, const struct clock *c)
{
    struct json *o = json_object(req->arena);
    bool english = is_english(req);

    JSON_SET(o, "id", shape_text(req, c->id));
    JSON_SET(o, "title", shape_text(req, words_in(c->title, english)));
    JSON_SET(o, "owner", shape_text(req, actor_title(p, c->owner, english)));
    JSON_SET(o, "limit", shape_text(req, limit_text(req->arena, &c->limit, english)));
    JSON_SET(o, "starts",
             shape_text(req, c->starts.n ? trigger_text(req->arena, p, &c->starts, english)
                                         : c->from.text));
    JSON_SET(o, "stops", shape_text(req, trigger_text(req->arena, p, &c->stops, english)));
    JSON_SET(o, "ends", shape_text(req, trigger_text(req->arena, p, &c->ends, english)));
    JSON_SET(o, "lapse", shape_text(req, words_in(lapse_words[c->lapse].title, english)));
    JSON_SET(o, "cites", shape_text(req, c->cites));
    JSON_SET(o, "extensions", json_int(req->arena, c->extensions));
    JSON_SET(o, "extension", shape_text(req, limit_text(req->arena, &c->extension, english)));
    JSON_SET(o, "extends", json_bool(req->arena, c->extensions > 0));
    return o;
}

struct span field_title(struct request *req, const struct procedure_field *f)
{
    struct span own = words_in(f->title, is_english(req)),
                question = f->fact ? words_in(f->fact->question, is_english(req)) : own;
    bool chinese = is_english(req) && (!f->title.en.n || span_eq(f->title.en, f->title.zh));

    if (own.n && !(chinese && question.n))
        return own;
    return question.n ? question : f->name;
}

static const struct {
    const char *sign, *zh, *en;
} test_signs[] = {
    {" != \"", "不是“", " is not “"}, {" = \"", "为“", " is “"}, {"\"", "”", "”"},
    {" >= ", " ≥ ", " ≥ "},           {" <= ", " ≤ ", " ≤ "},    {" and ", "，且", ", and "},
    {" or ", "，或", ", or "},
};

/* One sign of `test` from `at` on, or one byte of it. */
static size_t say_piece(struct buffer *out, struct span test, size_t at, bool english)
{
    for (size_t i = 0; i < COUNT_OF(test_signs); i++)
        if (span_starts(span_from(test, at), span_z(test_signs[i].sign))) {
            buffer_add_z(out, english ? test_signs[i].en : test_signs[i].zh);
            return at + strlen(test_signs[i].sign);
        }
    buffer_byte(out, test.p[at]);
    return at + 1;
}

struct span test_say(struct request *req, struct span test)
{
    bool english = is_english(req), not_ = span_starts(test, SPAN("not("));
    struct span inner = not_ ? span_of(test.p + 4, test.n - 5) : test;
    struct buffer b = BUFFER_INIT;

    if (test.n < 6 || memchr(inner.p, '(', inner.n) || memchr(inner.p, '[', inner.n))
        return test;
    if (!memchr(inner.p, ' ', inner.n)) /* a fact that is true or false */
        return arena_print(req->arena, "%.*s%s", SPAN_ARG(inner),
                           english ? (not_ ? ": no" : ": yes") : (not_ ? "：否" : "：是"));
    if (not_)
        return test;
    for (size_t at = 0; at < test.n;)
        at = say_piece(&b, test, at, english);
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

struct json *material_shape(struct request *req, const struct material *m)
{
    struct json *o = json_object(req->arena);
    bool english = is_english(req);

    JSON_SET(o, "id", shape_text(req, m->id));
    JSON_SET(o, "title", shape_text(req, words_in(m->title, english)));
    JSON_SET(o, "note", shape_text(req, words_in(m->note, english)));
    JSON_SET(o, "form_title", shape_text(req, words_in(paper_form_words[m->form].title, english)));
    JSON_SET(o, "copies", m->copies ? json_int(req->arena, m->copies) : json_null(req->arena));
    JSON_SET(o, "sign", json_bool(req->arena, m->sign));
    JSON_SET(o, "seal", json_bool(req->arena, m->seal));
    JSON_SET(o, "needed_if", shape_text(req, m->needed_if.text));
    JSON_SET(o, "needed_say", shape_text(req, test_say(req, m->needed_if.text)));
    JSON_SET(o, "held_kind", shape_text(req, m->held));
    JSON_SET(o, "later", json_bool(req->arena, m->later));
    JSON_SET(o, "cites", shape_text(req, m->cites));
    return o;
}

struct span guide_link(struct request *req, const struct procedure *p)
{
    return shape_link(req, "guide", p->id);
}

bool field_of_others(const struct procedure *p, struct span field, struct span party)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct procedure_act *a = &p->acts[i];
        bool sets = false, his = false;
        for (size_t k = 0; k < a->set_count; k++)
            sets |= span_eq(a->sets[k], field);
        for (size_t k = 0; k < a->who_count; k++)
            his |= span_eq(a->who[k], party);
        if (sets && !his)
            return true;
    }
    return false;
}

static bool carries_out(const struct procedure *p, const struct measure *m)
{
    for (size_t i = 0; i < p->measure_count; i++)
        if (p->measures[i] == m)
            return true;
    return false;
}

/* Whether an applicant opens it: others are opened by an office or by the program. */
static bool is_begun(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t k = 0; p->acts[i].from_count == 0 && k < p->acts[i].who_count; k++)
            if (span_eq(p->acts[i].who[k], SPAN("applicant")))
                return true;
    return false;
}

struct json *procedures_for(struct request *req, const struct library *l, const struct measure *m,
                            struct span item)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        if (!carries_out(p, m) || !is_begun(p))
            continue;
        struct json *o = json_object(req->arena);
        struct span begin = shape_link(req, "cases/new", p->id);
        if (item.n)
            begin = arena_print(req->arena, "%.*s?item=%.*s", SPAN_ARG(begin),
                                SPAN_ARG(span_from(shape_link(req, "i", item), 3)));
        JSON_SET(o, "title", shape_text(req, words_in(p->title, is_english(req))));
        JSON_SET(o, "plain", shape_text(req, words_in(p->plain, is_english(req))));
        JSON_SET(o, "guide", shape_text(req, guide_link(req, p)));
        JSON_SET(o, "begin", shape_text(req, begin));
        json_add(list, o);
    }
    return list;
}
