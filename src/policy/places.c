/*
 * places.c: a place as somebody wrote it -> a path of the region tree (上海市/静安区). A place
 * written otherwise must not end in a refusal: what can only mean one region of the library is read
 * as that region, anything else is an error.
 */
#include "policy/match_int.h"

/* What a first step of a path ends with, and what any step ends with. */
static const char *const first_ends[] = {"省", "市", "自治区", "特别行政区", "境外", "国外"};
static const char *const ends[] = {"省", "市", "区", "县",   "旗",   "州",
                                   "盟", "镇", "乡", "街道", "境外", "国外"};

static bool ends_with_one(struct span s, const char *const *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_ends(s, span_z(all[i])))
            return true;
    return false;
}

static bool is_path(struct span text)
{
    struct span rest = text, step;
    bool first = true;
    while (span_split(&rest, '/', &step)) {
        if (!step.n || !(first ? ends_with_one(step, first_ends, COUNT_OF(first_ends))
                               : ends_with_one(step, ends, COUNT_OF(ends))))
            return false;
        first = false;
    }
    return !first && text.p[text.n - 1] != '/';
}

/* 静安区 and 郑州市/上街区 end a path; 上海市静安区 is one without its strokes. */
static bool means(struct span text, struct span region)
{
    size_t k = 0;
    if (span_ends(region, text) && text.n < region.n && region.p[region.n - text.n - 1] == '/')
        return true;
    for (size_t i = 0; i < region.n; i++) {
        if (region.p[i] == '/')
            continue;
        if (k == text.n || text.p[k++] != region.p[i])
            return false;
    }
    return k == text.n;
}

/* The one region of the library that the text means; empty = none, or several. */
static struct span region_meant(const struct library *l, struct span text)
{
    struct span found = {NULL, 0}, region;
    for (size_t i = 0; i < l->measure_count; i++) {
        struct span all = l->measures[i]->region;
        while (span_split(&all, ';', &region)) {
            if (span_eq(region, text))
                return text;
            if (!means(text, region))
                continue;
            if (found.n && !span_eq(found, region))
                return SPAN("");
            found = region;
        }
    }
    return found;
}

int place_read(const struct library *l, const struct fact *f, struct value *v, struct err *err)
{
    if (!(f->link.n || f->is_place) || v->kind != VALUE_STRING)
        return 0;
    struct span region = region_meant(l, v->string);
    if (region.n) {
        v->string = region;
        return 0;
    }
    if (v->string.n && is_path(v->string))
        return 0;
    err_set(err, E_INPUT, "a place is a path of regions, not \"%.*s\"", SPAN_ARG(v->string));
    err_hint(err, "write it as \"上海市/静安区\"");
    return E_INPUT;
}
