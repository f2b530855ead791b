/*
 * bundle_json.c: what may be had together, as JSON (docs/finding.md, "The best permitted set").
 */
#include "policy/match_int.h"

static struct json *text(struct arena *a, struct span s)
{
    return json_string(a, s.p ? s : SPAN(""));
}

static struct json *money_json(struct arena *a, struct decimal d)
{
    return json_string(a, money_text(a, d));
}

static struct json *member_json(struct arena *a, const struct finding *f)
{
    struct json *j = json_object(a);
    JSON_SET(j, "measure", text(a, f->measure->id));
    JSON_SET(j, "item", text(a, f->item));
    JSON_SET(j, "title", text(a, f->measure->title.zh));
    JSON_SET(j, "title_en", text(a, f->measure->title.en));
    return j;
}

static struct json *set_json(struct arena *a, const struct bundle_part *p, const bool *set,
                             const struct decimal *amounts)
{
    struct json *all = json_array(a);
    for (size_t i = 0; set && i < p->n; i++) {
        if (!set[i])
            continue;
        struct json *j = member_json(a, p->members[i]);
        if (amounts)
            JSON_SET(j, "counts", money_json(a, amounts[i]));
        json_add(all, j);
    }
    return all;
}

static struct json *reason_json(struct arena *a, const struct bundle_reason *r)
{
    struct json *j = json_object(a);
    JSON_SET(j, "measure", text(a, r->finding->measure->id));
    JSON_SET(j, "item", text(a, r->finding->item));
    JSON_SET(j, "by", r->by ? text(a, r->by->measure->id) : json_null(a));
    JSON_SET(j, "kind", text(a, relation_words[r->relation->kind].yaml));
    JSON_SET(j, "title", text(a, r->relation->title.zh));
    JSON_SET(j, "title_en", text(a, r->relation->title.en));
    JSON_SET(j, "document", text(a, r->relation->document ? r->relation->document->id : SPAN("")));
    JSON_SET(j, "cites", text(a, r->relation->cites));
    JSON_SET(j, "soft", json_bool(a, r->soft));
    return j;
}

static struct json *questions_json(struct arena *a, const struct bundle_part *p)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < p->question_count; i++) {
        const struct relation *r = p->questions[i];
        struct json *j = json_object(a);
        JSON_SET(j, "question", text(a, r->ask.zh.n ? r->ask.zh : r->title.zh));
        JSON_SET(j, "question_en", text(a, r->ask.zh.n ? r->ask.en : r->title.en));
        JSON_SET(j, "document", text(a, r->document ? r->document->id : SPAN("")));
        JSON_SET(j, "cites", text(a, r->cites));
        json_add(all, j);
    }
    return all;
}

/* The missing figure that could reverse the choice, with the set that it would make the better. */
static struct json *open_json(struct arena *a, const struct bundle_part *p)
{
    if (!p->open)
        return json_null(a);
    struct json *j = member_json(a, p->open);
    for (size_t i = 0; i < p->open->measure->benefit_count; i++) {
        const struct result *r = &p->open->results[i];
        if (r->benefit->kind == RESULT_MONEY && !r->has_value) {
            JSON_SET(j, "result", text(a, r->benefit->name));
            break;
        }
    }
    JSON_SET(j, "set", set_json(a, p, p->open_set, NULL));
    return j;
}

static struct json *nature_json(struct arena *a, enum nature nature)
{
    return nature < NATURES ? text(a, nature_words[nature].yaml) : json_null(a);
}

static struct json *other_json(struct arena *a, const struct bundle_part *p)
{
    if (!p->other_set)
        return json_null(a);
    struct json *j = json_object(a);
    JSON_SET(j, "nature", nature_json(a, p->other_nature));
    JSON_SET(j, "value", money_json(a, p->other_value));
    JSON_SET(j, "set", set_json(a, p, p->other_set, NULL));
    return j;
}

static struct json *part_json(struct arena *a, const struct bundle_part *p)
{
    struct json *j = json_object(a), *reasons = json_array(a), *members = json_array(a);
    for (size_t i = 0; i < p->n; i++)
        json_add(members, member_json(a, p->members[i]));
    for (size_t i = 0; i < p->reason_count; i++)
        json_add(reasons, reason_json(a, &p->reasons[i]));
    JSON_SET(j, "members", members);
    JSON_SET(j, "nature", nature_json(a, p->nature));
    JSON_SET(j, "best", set_json(a, p, p->best, p->best_amounts));
    JSON_SET(j, "best_value", money_json(a, p->best_value));
    JSON_SET(j, "safe", set_json(a, p, p->safe, p->safe_amounts));
    JSON_SET(j, "safe_value", money_json(a, p->safe_value));
    JSON_SET(j, "runner_up", p->runner_up ? set_json(a, p, p->runner_up, NULL) : json_null(a));
    JSON_SET(j, "runner_up_value", p->runner_up ? money_json(a, p->runner_up_value) : json_null(a));
    JSON_SET(j, "not_comparable", open_json(a, p));
    JSON_SET(j, "other_nature", other_json(a, p));
    JSON_SET(j, "reasons", reasons);
    JSON_SET(j, "questions", questions_json(a, p));
    JSON_SET(j, "proved", json_bool(a, p->proved));
    return j;
}

struct json *bundle_json(struct arena *request, const struct checkup *c)
{
    struct json *all = json_array(request);
    for (size_t i = 0; i < c->part_count; i++)
        json_add(all, part_json(request, &c->parts[i]));
    return all;
}
