/*
 * changes.c: what differs between two check-ups (whatif.h).
 */
#include "policy/match_int.h"
#include "policy/whatif.h"

static bool is_of(const struct finding *f, const struct finding *g)
{
    return span_eq(f->measure->id, g->measure->id) && span_eq(f->item, g->item);
}

/* Both check-ups are mostly in one order: the search begins where the last one ended. */
static const struct finding *twin(const struct checkup *c, const struct finding *f, size_t *hint)
{
    for (size_t i = 0; i < c->n; i++) {
        size_t k = (*hint + i) % c->n;
        if (is_of(&c->findings[k], f)) {
            *hint = k + 1;
            return &c->findings[k];
        }
    }
    return NULL;
}

static bool same_value(bool has_x, struct value x, bool has_y, struct value y)
{
    return has_x == has_y && (!has_x || value_same(x, y));
}

static bool same_results(const struct finding *x, const struct finding *y)
{
    if (x->measure->benefit_count != y->measure->benefit_count)
        return false;
    for (size_t i = 0; i < x->measure->benefit_count; i++) {
        const struct result *a = &x->results[i], *b = &y->results[i];
        if (!same_value(a->has_value, a->value, b->has_value, b->value) ||
            !same_value(a->has_min, a->min, b->has_min, b->min) ||
            !same_value(a->has_max, a->max, b->has_max, b->max))
            return false;
    }
    return true;
}

static bool same_dates(const struct finding *x, const struct finding *y)
{
    if (x->date_count != y->date_count)
        return false;
    for (size_t i = 0; i < x->date_count; i++)
        if (x->dates[i].known != y->dates[i].known ||
            (x->dates[i].known && date_compare(x->dates[i].date, y->dates[i].date) != 0))
            return false;
    return true;
}

static bool same(const struct finding *x, const struct finding *y)
{
    return x->status == y->status && x->timing == y->timing && x->group == y->group &&
           span_eq(x->answer, y->answer) && x->left_out == y->left_out && same_results(x, y) &&
           same_dates(x, y);
}

int checkup_changes(struct arena *request, const struct checkup *before,
                    const struct checkup *after, const struct change **ret, size_t *ret_n)
{
    struct change *all = ARENA_ARRAY(request, struct change, before->n + after->n + 1);
    size_t n = 0, hint = 0;
    if (!all)
        return E_MEMORY;
    for (size_t i = 0; i < after->n; i++) {
        const struct finding *f = &after->findings[i], *old = twin(before, f, &hint);
        if (!old || !same(old, f))
            all[n++] = (struct change){old, f};
    }
    hint = 0;
    for (size_t i = 0; i < before->n; i++)
        if (!twin(after, &before->findings[i], &hint))
            all[n++] = (struct change){&before->findings[i], NULL};
    *ret = all;
    *ret_n = n;
    return 0;
}

/* ---- as JSON ---- */

static struct json *side_json(struct arena *a, const struct finding *f)
{
    if (!f)
        return json_null(a);
    struct json *j = json_object(a);
    bool shown = f->status != STATUS_INELIGIBLE;
    struct span gives = shown ? finding_gives(a, f, false) : SPAN(""),
                gives_en = shown ? finding_gives(a, f, true) : SPAN("");
    JSON_SET(j, "status", json_string(a, status_words[f->status].yaml));
    JSON_SET(j, "timing", json_string(a, timing_words[f->timing].yaml));
    JSON_SET(j, "group", json_string(a, group_words[f->group].title.zh));
    JSON_SET(j, "answer", f->answer.n ? json_string(a, f->answer) : json_null(a));
    JSON_SET(j, "gives", json_string(a, gives.p ? gives : SPAN("")));
    JSON_SET(j, "gives_en", json_string(a, gives_en.p ? gives_en : SPAN("")));
    return j;
}

struct json *changes_json(struct arena *request, const struct change *changes, size_t n)
{
    struct json *all = json_array(request);
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = changes[i].after ? changes[i].after : changes[i].before;
        struct json *j = json_object(request);
        JSON_SET(j, "measure", json_string(request, f->measure->id));
        JSON_SET(j, "catalogue",
                 f->measure->catalogue.n ? json_string(request, f->measure->catalogue)
                                         : json_null(request));
        JSON_SET(j, "title", json_string(request, f->measure->title.zh));
        JSON_SET(j, "title_en", json_string(request, f->measure->title.en));
        JSON_SET(j, "item", json_string(request, f->item.p ? f->item : SPAN("")));
        JSON_SET(j, "before", side_json(request, changes[i].before));
        JSON_SET(j, "after", side_json(request, changes[i].after));
        json_add(all, j);
    }
    return all;
}
