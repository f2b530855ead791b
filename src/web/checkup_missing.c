/*
 * checkup_missing.c: what is missing to qualify: everything that findings still wait for, by cause
 * and by who holds it, with how many findings wait; what can be answered is a link to its question.
 */
#include <stdlib.h>
#include "web/checkup_view.h"
#include "web/handlers.h"

struct lack {
    const struct missing *missing;
    const struct finding *finding; /* the last that waits */
    size_t waits;
};
VECTOR_OF(struct lack, lacks);

static bool same_lack(const struct missing *a, const struct missing *b)
{
    return a->cause == b->cause && span_eq(a->fact, b->fact) && span_eq(a->item, b->item) &&
           span_eq(a->period, b->period) && span_eq(a->holder, b->holder);
}

static bool still_open(const struct finding *f)
{
    return is_listed(f) && (f->group == GROUP_SUPPLY || f->group == GROUP_CONFIRM);
}

static bool take_lacks(struct view *v, struct lacks *all)
{
    for (size_t i = 0; i < v->checkup->n; i++)
        for (const struct missing *m =
                 still_open(&v->checkup->findings[i]) ? v->checkup->findings[i].missing : NULL;
             m; m = m->next) {
            size_t k = 0;
            while (k < all->n && !same_lack(all->at[k].missing, m))
                k++;
            if (k == all->n && !VECTOR_PUSH(v->arena, all, struct lack))
                return false;
            all->at[k].missing = m;
            all->at[k].finding = &v->checkup->findings[i];
            all->at[k].waits++;
        }
    return true;
}

static bool is_own(const struct lack *l)
{
    return span_eq(l->missing->holder, SPAN("申请人"));
}

/* By cause; in it by holder, oneself first; what most wait for first. */
static int by_place(const void *x, const void *y)
{
    const struct lack *a = x, *b = y;
    if (a->missing->cause != b->missing->cause)
        return a->missing->cause < b->missing->cause ? -1 : 1;
    if (is_own(a) != is_own(b))
        return is_own(a) ? -1 : 1;
    int r = span_compare(a->missing->holder, b->missing->holder);
    if (!r && a->waits != b->waits)
        r = a->waits > b->waits ? -1 : 1;
    if (!r)
        r = span_compare(a->missing->fact, b->missing->fact);
    if (!r)
        r = span_compare(a->missing->item, b->missing->item);
    return r ? r : span_compare(a->missing->period, b->missing->period);
}

static struct json *lack_shape(struct view *v, const struct lack *l)
{
    struct json *o = missing_line(v, l->finding, l->missing);
    set_count(v, o, "waits", l->waits);
    return o;
}

static struct json *holder_shape(struct view *v, const struct lacks *all, size_t *at)
{
    const struct missing *first = all->at[*at].missing;
    struct json *o = json_object(v->arena), *list = json_array(v->arena);

    while (*at < all->n && all->at[*at].missing->cause == first->cause &&
           span_eq(all->at[*at].missing->holder, first->holder))
        json_add(list, lack_shape(v, &all->at[(*at)++]));
    JSON_SET(o, "holder_say",
             text(v, first->holder.n ? first->holder : say(v, "checkup.authority", NULL)));
    JSON_SET(o, "lacks", list);
    return o;
}

static struct json *cause_shape(struct view *v, const struct lacks *all, size_t *at)
{
    enum cause cause = all->at[*at].missing->cause;
    struct json *o = json_object(v->arena), *list = json_array(v->arena);
    const char *name = cause_names[cause];
    size_t first = *at;

    while (*at < all->n && all->at[*at].missing->cause == cause)
        json_add(list, holder_shape(v, all, at));
    JSON_SET(o, "cause_id", text(v, span_z(name)));
    JSON_SET(o, "cause_say",
             text(v, say(v, arena_print(v->arena, "checkup.cause.%s", name).p, NULL)));
    JSON_SET(o, "cause_note",
             text(v, say(v, arena_print(v->arena, "checkup.cause_note.%s", name).p, NULL)));
    set_count(v, o, "cause_count", *at - first);
    JSON_SET(o, "holders", list);
    return o;
}

int checkups_missing(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct lacks all = {0};
    size_t at = 0, waiting = 0;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    struct view v = view_of(&s, c);
    struct json *causes = json_array(req->arena);
    if (!take_lacks(&v, &all))
        return err_memory(&res->err);
    if (all.n)
        qsort(all.at, all.n, sizeof *all.at, by_place);
    while (at < all.n && !req->arena->failed)
        json_add(causes, cause_shape(&v, &all, &at));
    for (size_t i = 0; i < c->n; i++)
        waiting += still_open(&c->findings[i]);
    JSON_SET(res->data, "causes", causes);
    set_flag(&v, res->data, "has_causes", all.n > 0);
    set_count(&v, res->data, "lack_count", all.n);
    set_count(&v, res->data, "waiting_count", waiting);
    res->template = "checkup_missing";
    res->title = "checkup.lacks_title";
    return 200;
}
