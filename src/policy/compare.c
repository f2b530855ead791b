/*
 * compare.c: see compare.h.
 */
#include "policy/compare.h"
#include <stdlib.h>
#include "policy/match_int.h"

#define CELL_WORD(id, y, z, e) [CELL_##id] = CLOSED_WORD(y, z, e),
const struct closed_word cell_words[CELL_KINDS] = {CELL_LIST(CELL_WORD)};

/* ---- the districts ---- */

VECTOR_OF(struct span, region_vector);

static bool knows(const struct region_vector *v, struct span region)
{
    for (size_t i = 0; i < v->n; i++)
        if (span_eq(v->at[i], region))
            return true;
    return false;
}

static int by_name(const void *x, const void *y)
{
    return span_compare(*(const struct span *)x, *(const struct span *)y);
}

/* Every region of a measure or document that no other lies within. */
static int take_regions(struct arena *a, const struct library *l, struct region_vector *ret)
{
    struct region_vector all = {0};
    for (size_t i = 0; i < l->measure_count + l->document_count; i++) {
        struct span rest = i < l->measure_count ? l->measures[i]->region
                                                : l->documents[i - l->measure_count]->region;
        struct span part;
        while (span_split(&rest, ';', &part)) {
            struct span *at = knows(&all, part) ? NULL : VECTOR_PUSH(a, &all, struct span);
            if (at)
                *at = part;
        }
    }
    for (size_t i = 0; i < all.n; i++) {
        bool leaf = all.at[i].n && !span_eq(all.at[i], SPAN("全国"));
        for (size_t k = 0; k < all.n; k++)
            leaf = leaf && (k == i || !region_within(all.at[k], all.at[i]));
        struct span *at = leaf ? VECTOR_PUSH(a, ret, struct span) : NULL;
        if (at)
            *at = all.at[i];
    }
    if (ret->n)
        qsort(ret->at, ret->n, sizeof *ret->at, by_name);
    return a->failed ? E_MEMORY : 0;
}

/* ---- the subject elsewhere ---- */

static struct span place_of_subject(const struct subject *s, const struct fact *vary)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->values[i].fact == vary && s->values[i].value.kind == VALUE_STRING)
            return s->values[i].value.string;
    return SPAN("");
}

/* Every place of the subject that was the varied one moves with it. */
static int moved(struct arena *a, const struct subject *s, const struct fact *vary,
                 struct span region, struct subject *ret)
{
    struct span old = place_of_subject(s, vary);
    struct fact_value *all = ARENA_ARRAY(a, struct fact_value, s->n + 1);
    size_t n = 0;
    if (!all)
        return E_MEMORY;
    for (size_t i = 0; i < s->n; i++) {
        all[n] = s->values[i];
        bool moves = all[n].fact->link.n && all[n].value.kind == VALUE_STRING &&
                     span_eq(all[n].value.string, old);
        if (moves)
            all[n].value = value_string(region);
        n++;
    }
    if (!old.n)
        all[n++] = (struct fact_value){.fact = vary, .value = value_string(region)};
    *ret = *s;
    ret->values = all;
    ret->n = n;
    return 0;
}

/* ---- cells ---- */

static bool is_of(struct span regions, struct span region)
{
    struct span part;
    while (span_split(&regions, ';', &part))
        if (span_eq(part, region))
            return true;
    return false;
}

static bool covers(struct span regions, struct span region)
{
    struct span part;
    while (span_split(&regions, ';', &part))
        if (region_within(region, part))
            return true;
    return false;
}

/* The member that speaks for the district: its own, else that of what lies around it. */
static const struct measure *member_of(const struct family *f, struct span region)
{
    const struct measure *best = NULL;
    for (size_t i = 0; i < f->member_count; i++) {
        const struct measure *m = f->members[i];
        if (is_of(m->region, region))
            return m;
        if (covers(m->region, region) && (!best || m->region.n > best->region.n))
            best = m;
    }
    return best;
}

static bool rests_on_missing_text(const struct measure *m)
{
    for (size_t i = 0; i < m->condition_count; i++)
        if (m->conditions[i].manual && m->conditions[i].reason == REASON_TEXT_NOT_HELD)
            return true;
    return false;
}

static bool has_document(const struct library *l, struct span region)
{
    for (size_t i = 0; i < l->document_count; i++)
        if (is_of(l->documents[i]->region, region))
            return true;
    return false;
}

static struct compare_cell cell_of(const struct library *l, const struct family *f,
                                   struct span region, const struct checkup *c)
{
    const struct measure *m = member_of(f, region);
    struct compare_cell cell = {.measure = m};
    if (!m) {
        cell.kind = has_document(l, region) ? CELL_NOT_STATED : CELL_NO_DOCUMENT;
        return cell;
    }
    cell.kind = rests_on_missing_text(m)   ? CELL_CITY_NOT_HELD
                : is_of(m->region, region) ? CELL_VALUE
                                           : CELL_CITY;
    for (size_t i = 0; i < c->n && !cell.finding; i++)
        if (c->findings[i].measure == m)
            cell.finding = &c->findings[i];
    return cell;
}

/* ---- the table ---- */

/* Of one family a district needs one measure, not the whole library; none where it is not for the
 * subject. */
static const struct measure *only_member(const struct comparison *c, size_t column,
                                         const struct subject *s)
{
    const struct measure *m = member_of(c->rows[0].family, c->regions[column]);
    unsigned roles = roles_of(s);
    return m && ((m->addressees & roles) || (roles & 1u << m->beneficiary)) ? m : NULL;
}

static int fill_column(struct arena *a, const struct library *l, const struct subject *s,
                       const struct match_options *options, struct comparison *c, size_t column,
                       struct err *err)
{
    struct subject there;
    struct checkup nothing = {.n = 0}, *checkup = &nothing;
    struct match_options narrow = *options;
    int r = moved(a, s, c->vary, c->regions[column], &there);
    if (r < 0)
        return err_memory(err);
    if (c->row_count == 1)
        narrow.only = only_member(c, column, &there);
    if (narrow.only || c->row_count > 1)
        r = match(a, l, &there, &narrow, &checkup, err);
    for (size_t i = 0; r == 0 && i < c->row_count; i++)
        ((struct compare_cell *)(uintptr_t)c->rows[i].cells)[column] =
            cell_of(l, c->rows[i].family, c->regions[column], checkup);
    return r;
}

int compare_places(struct arena *request, const struct library *l, const struct subject *s,
                   const struct match_options *options, const struct fact *vary,
                   const struct family *only, struct comparison *ret, struct err *err)
{
    struct region_vector regions = {0};
    size_t n = only ? 1 : l->family_count;
    struct comparison_row *rows = ARENA_ARRAY(request, struct comparison_row, n + 1);
    if (!rows || take_regions(request, l, &regions) < 0)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        rows[i].family = only ? only : l->families[i];
        rows[i].cells = ARENA_ARRAY(request, struct compare_cell, regions.n + 1);
        if (!rows[i].cells)
            return err_memory(err);
    }
    *ret = (struct comparison){vary, regions.at, regions.n, rows, n};
    for (size_t i = 0; i < regions.n; i++) {
        int r = fill_column(request, l, s, options, ret, i, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- as JSON ---- */

static struct json *cell_json(struct arena *a, struct span region, const struct compare_cell *cell)
{
    struct json *j = json_object(a);
    const struct finding *f = cell->finding;
    bool gives = f && f->status != STATUS_INELIGIBLE;
    struct span words = gives ? finding_gives(a, f, false) : SPAN(""),
                words_en = gives ? finding_gives(a, f, true) : SPAN("");
    JSON_SET(j, "region", json_string(a, region));
    JSON_SET(j, "kind", json_string(a, cell_words[cell->kind].yaml));
    JSON_SET(j, "measure", cell->measure ? json_string(a, cell->measure->id) : json_null(a));
    JSON_SET(j, "status", f ? json_string(a, status_words[f->status].yaml) : json_null(a));
    JSON_SET(j, "group", f ? json_string(a, group_words[f->group].title.zh) : json_null(a));
    JSON_SET(j, "gives", json_string(a, words.p ? words : SPAN("")));
    JSON_SET(j, "gives_en", json_string(a, words_en.p ? words_en : SPAN("")));
    return j;
}

struct json *comparison_json(struct arena *request, const struct comparison *c)
{
    struct json *j = json_object(request), *rows = json_array(request),
                *regions = json_array(request);
    for (size_t i = 0; i < c->region_count; i++)
        json_add(regions, json_string(request, c->regions[i]));
    for (size_t i = 0; i < c->row_count; i++) {
        struct json *row = json_object(request), *cells = json_array(request);
        for (size_t k = 0; k < c->region_count; k++)
            json_add(cells, cell_json(request, c->regions[k], &c->rows[i].cells[k]));
        JSON_SET(row, "family", json_string(request, c->rows[i].family->id));
        JSON_SET(row, "title", json_string(request, c->rows[i].family->title.zh));
        JSON_SET(row, "title_en", json_string(request, c->rows[i].family->title.en));
        JSON_SET(row, "cells", cells);
        json_add(rows, row);
    }
    JSON_SET(j, "vary", json_string(request, c->vary->name));
    JSON_SET(j, "regions", regions);
    JSON_SET(j, "rows", rows);
    return request->failed ? NULL : j;
}
