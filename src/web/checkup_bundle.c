/*
 * checkup_bundle.c: on the page of a check-up: which of the measures that rules tie together to
 * choose, why not the others, and what to ask the office.
 */
#include "web/checkup.h"
#include "web/handlers.h"

static struct json *text_of(struct request *req, struct span s)
{
    return json_string(req->arena, s.p ? s : SPAN(""));
}

static struct json *titles_of(struct request *req, const struct bundle_part *p, const bool *set,
                              bool english)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; set && i < p->n; i++) {
        if (!set[i])
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", text_of(req, words_in(p->members[i]->measure->title, english)));
        JSON_SET(o, "item", text_of(req, p->members[i]->item));
        json_add(list, o);
    }
    return list;
}

static bool is_one_set(const struct bundle_part *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->best[i] != p->safe[i])
            return false;
    return true;
}

static struct json *reasons_of(struct request *req, const struct bundle_part *p, bool english)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < p->reason_count; i++) {
        const struct bundle_reason *r = &p->reasons[i];
        struct json *o = json_object(req->arena);
        if (i && r->finding == r[-1].finding && r->relation == r[-1].relation)
            continue;
        JSON_SET(o, "title", text_of(req, words_in(r->finding->measure->title, english)));
        JSON_SET(o, "why", text_of(req, words_in(r->relation->title, english)));
        JSON_SET(o, "cites", text_of(req, r->relation->cites));
        json_add(list, o);
    }
    return list;
}

static struct json *questions_of(struct request *req, const struct bundle_part *p, bool english)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < p->question_count; i++) {
        const struct relation *r = p->questions[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "question", text_of(req, words_in(r->ask.zh.n ? r->ask : r->title, english)));
        json_add(list, o);
    }
    return list;
}

static struct json *part_shape(struct request *req, const struct bundle_part *p, bool english)
{
    struct json *o = json_object(req->arena), *questions = questions_of(req, p, english);
    bool money = p->nature < NATURES;
    JSON_SET(o, "safe", titles_of(req, p, p->safe, english));
    JSON_SET(o, "safe_words", text_of(req, money ? money_say(req, p->safe_value) : SPAN("")));
    JSON_SET(o, "two_sets", json_bool(req->arena, !is_one_set(p)));
    JSON_SET(o, "best", titles_of(req, p, p->best, english));
    JSON_SET(o, "best_words", text_of(req, money ? money_say(req, p->best_value) : SPAN("")));
    JSON_SET(o, "reasons", reasons_of(req, p, english));
    JSON_SET(o, "has_questions", json_bool(req->arena, questions && questions->n > 0));
    JSON_SET(o, "bundle_questions", questions);
    return o;
}

void add_bundle(struct request *req, const struct checkup *c, bool english, struct json *data)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < c->part_count; i++)
        if (c->parts[i].n > 1 || c->parts[i].reason_count)
            json_add(list, part_shape(req, &c->parts[i], english));
    JSON_SET(data, "bundle", list);
    JSON_SET(data, "has_bundle", json_bool(req->arena, list && list->n > 0));
}
