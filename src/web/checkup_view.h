/*
 * checkup_view.h: what the pages of a check-up's result share: who looks, and the words of
 * findings, dates and money.
 */
#ifndef HUIQI_WEB_CHECKUP_VIEW_H
#define HUIQI_WEB_CHECKUP_VIEW_H
#include "base/vector.h"
#include "web/checkup.h"

struct view {
    struct answers *answers;
    struct checkup *checkup;
    struct request *req;
    struct arena *arena;
    bool english;
};

static inline struct view view_of(struct answers *s, struct checkup *c)
{
    return (struct view){s, c, s->req, s->req->arena, is_english(s->req)};
}

static inline struct json *text(struct view *v, struct span s)
{
    return json_string(v->arena, s.p ? s : SPAN(""));
}

static inline void set_flag(struct view *v, struct json *o, const char *key, bool b)
{
    json_set(o, span_z(key), json_bool(v->arena, b));
}

static inline void set_count(struct view *v, struct json *o, const char *key, size_t n)
{
    json_set(o, span_z(key), json_int(v->arena, (int64_t)n));
}

static inline struct span say(struct view *v, const char *key, const struct json *args)
{
    return request_say(v->req, key, args);
}

/* One card a rule, and the other side's claims on a list of their own. */
static inline bool is_listed(const struct finding *f)
{
    return !f->card && !f->other_side;
}

struct span day_text(struct arena *a, struct date d);
/* The first day after which it may be too late: the earliest end of the window that is known,
 * whichever reading or source it comes from; false when none is. */
bool safe_day(const struct finding *f, struct date *ret);
/* /checkups/findings/ID?item=N, or another folder of /checkups. */
struct span finding_link(struct view *v, const char *folder, const struct finding *f);
/* The finding that the address names; NULL = none. */
struct finding *finding_of_address(struct answers *s, struct checkup *c);
struct json *finding_card(struct view *v, const struct finding *f);
/* {say, link, recognisers}: one thing that the finding lacks, in words. */
struct json *missing_line(struct view *v, const struct finding *f, const struct missing *m);
/* "11,000 元", or empty when nobody knows a figure. */
bool gives_money(const struct finding *f);

/* checkup_sets.c: parts of the bundle, near misses, the other side's claims. */
void add_sets(struct view *v, struct json *data);
NODISCARD int add_advice(struct view *v, struct json *data, struct err *err);
void add_other_side(struct view *v, struct json *data);
/* Somebody else applies for what the subject gets, or is the subject's landlord. */
bool has_claimant(const struct view *v, const struct finding *f);
#endif
