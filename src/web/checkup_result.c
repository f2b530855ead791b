/*
 * checkup_result.c: a check-up as a page: what to do first, what it adds up to, and the findings by
 * group as short cards, filtered by region and kind; long groups show their beginning. What a card
 * leaves out is on the page of the finding (checkup_finding.c).
 */
#include "http/escape.h"
#include "web/checkup_view.h"

#define ACTS 5 /* at the top of the result */

/* ---- money ---- */

struct span money_say(struct request *req, struct decimal d)
{
    char digits[DECIMAL_PLAIN];
    size_t n = decimal_fixed(d, 2, digits, sizeof digits), whole = 0;
    struct buffer b = BUFFER_INIT;
    struct json *args = json_object(req->arena);

    while (whole < n && digits[whole] != '.')
        whole++;
    for (size_t i = 0; i < whole; i++) {
        if (i > (digits[0] == '-') && (whole - i) % 3 == 0)
            buffer_byte(&b, ',');
        buffer_byte(&b, digits[i]);
    }
    if (!span_eq(span_of(digits + whole, n - whole), SPAN(".00")))
        buffer_add(&b, span_of(digits + whole, n - whole));
    JSON_SET(args, "number", json_string(req->arena, arena_copy(req->arena, buffer_span(&b))));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return request_say(req, "checkup.money", args);
}

/* ---- acts ---- */

struct act {
    const struct finding *finding;
    const char *key;  /* the sentence */
    struct date date; /* safe date; far in the future when none */
    bool has_date;
};
VECTOR_OF(struct act, act_list);

static bool acts_on(const struct finding *f, const char **ret_key)
{
    const struct measure *m = f->measure;
    bool due = span_eq(f->answer, SPAN("due")) || span_eq(f->answer, SPAN("breached"));

    if (m->product || f->excluded_count || f->left_out || !is_listed(f))
        return false;
    if (m->kind == KIND_DUTY && f->group == GROUP_CAN && due)
        *ret_key = "checkup.act.duty";
    else if (m->kind == KIND_DUTY || m->kind == KIND_PROHIBITION || m->kind == KIND_INDICATOR)
        return false;
    else if (f->group == GROUP_CAN && m->apply_mode == APPLY_APPLICATION)
        *ret_key = "checkup.act.apply";
    else if (f->group == GROUP_CAN && m->apply_mode == APPLY_ANNOUNCED)
        *ret_key = "checkup.act.await";
    else if (f->group == GROUP_CONFIRM && m->apply_mode == APPLY_APPLICATION)
        *ret_key = "checkup.act.confirm";
    else if (f->group == GROUP_NEAR)
        *ret_key = "checkup.act.near";
    else
        return false;
    return true;
}

/* By safe date; without one behind those with one, in the order of the findings (group, then
 * amount). */
static void insert_act(struct view *v, struct act_list *list, struct act act)
{
    struct act *slot = VECTOR_PUSH(v->arena, list, struct act);
    size_t at = list->n - 1;

    if (!slot)
        return;
    while (at > 0 && date_compare(act.date, list->at[at - 1].date) < 0) {
        list->at[at] = list->at[at - 1];
        at--;
    }
    list->at[at] = act;
}

static struct json *act_shape(struct view *v, const struct act *act)
{
    struct json *o = json_object(v->arena), *args = json_object(v->arena);
    const struct measure *m = act->finding->measure;

    JSON_SET(args, "title", text(v, words_in(m->title, v->english)));
    JSON_SET(args, "who", text(v, m->authority));
    JSON_SET(o, "act_say", text(v, say(v, act->key, args)));
    JSON_SET(o, "act_link", text(v, finding_link(v, "findings", act->finding)));
    JSON_SET(o, "act_gives", text(v, finding_gives(v->arena, act->finding, v->english)));
    JSON_SET(o, "act_who", text(v, m->authority));
    JSON_SET(o, "act_step", text(v, m->step_count ? words_in(m->steps[0], v->english) : SPAN("")));
    JSON_SET(o, "act_date", text(v, act->has_date ? day_text(v->arena, act->date) : SPAN("")));
    JSON_SET(
        o, "act_when",
        text(v, say(v, m->apply_mode == APPLY_ANNOUNCED ? "checkup.await_date" : "checkup.no_date",
                    NULL)));
    return o;
}

/* Credit products are one act together: choose among them. */
static void add_comparison(struct view *v, struct json *acts)
{
    struct json *o = json_object(v->arena), *args = json_object(v->arena);
    int64_t n = 0;

    for (size_t i = 0; i < v->checkup->n; i++)
        n += v->checkup->findings[i].measure->product && v->checkup->findings[i].group == GROUP_CAN;
    if (!n)
        return;
    JSON_SET(args, "count", json_int(v->arena, n));
    JSON_SET(o, "act_say", text(v, say(v, "checkup.act.compare", args)));
    JSON_SET(o, "act_link", json_string(v->arena, SPAN("/products/compare")));
    JSON_SET(o, "act_when", text(v, say(v, "checkup.no_date", NULL)));
    json_add(acts, o);
}

static struct json *acts_shape(struct view *v)
{
    struct date day;
    struct act_list list = {0};
    struct json *acts = json_array(v->arena);

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        struct act act = {.finding = f, .date = {DATE_YEAR_MAX, 12, 31}};
        if (!acts_on(f, &act.key))
            continue;
        act.has_date = safe_day(f, &day) && date_compare(day, v->req->as_of) >= 0;
        if (act.has_date)
            act.date = day;
        insert_act(v, &list, act);
    }
    for (size_t i = 0; i < list.n && i < ACTS; i++)
        json_add(acts, act_shape(v, &list.at[i]));
    if (acts && acts->n < ACTS)
        add_comparison(v, acts);
    return acts;
}

/* ---- totals ---- */

static struct decimal largest(const struct total *t, size_t n)
{
    struct decimal most = DECIMAL_ZERO;
    for (size_t i = 0; i < n; i++) {
        struct decimal sum = decimal_add(t[i].exact, t[i].upper, NULL);
        if (decimal_compare(sum, most) > 0)
            most = sum;
    }
    return most;
}

/* Hundredths of the largest, for the widths of bars. */
static struct json *share_of(struct view *v, struct decimal part, struct decimal most)
{
    char out[DECIMAL_PLAIN];
    struct decimal d = decimal_sign(most) > 0
                           ? decimal_div(decimal_mul(part, decimal_from_int(100), NULL), most, NULL)
                           : DECIMAL_ZERO;
    return json_string(v->arena,
                       arena_copy(v->arena, span_of(out, decimal_fixed(d, 1, out, sizeof out))));
}

static struct json *total_shape(struct view *v, const struct total *t, struct decimal most)
{
    struct json *o = json_object(v->arena);
    struct span id = nature_words[t->nature].yaml;

    JSON_SET(o, "nature_word", text(v, words_in(nature_words[t->nature].title, v->english)));
    JSON_SET(o, "nature_note",
             text(v, say(v, arena_print(v->arena, "checkup.nature.%.*s", SPAN_ARG(id)).p, NULL)));
    JSON_SET(o, "exact_words", text(v, t->exact_count ? money_say(v->req, t->exact) : SPAN("")));
    JSON_SET(o, "upper_words", text(v, t->upper_count ? money_say(v->req, t->upper) : SPAN("")));
    JSON_SET(o, "exact_count", json_int(v->arena, (int64_t)t->exact_count));
    JSON_SET(o, "upper_count", json_int(v->arena, (int64_t)t->upper_count));
    JSON_SET(o, "unpublished_count", json_int(v->arena, (int64_t)t->unpublished_count));
    set_flag(v, o, "has_unpublished", t->unpublished_count > 0);
    JSON_SET(o, "bar_exact", share_of(v, t->exact, most));
    JSON_SET(o, "bar_upper", share_of(v, t->upper, most));
    return o;
}

static void add_totals(struct view *v, struct json *data)
{
    struct total totals[NATURES];
    size_t n = checkup_totals(v->checkup, totals);
    struct decimal most = largest(totals, n);
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < n; i++)
        json_add(list, total_shape(v, &totals[i], most));
    JSON_SET(data, "totals", list);
    set_flag(v, data, "has_totals", n > 0);
    set_flag(v, data, "has_bars", decimal_sign(most) > 0);
}

/* ---- groups ---- */

#define BEGINNING 8  /* cards of a group on the whole result */
#define PAGE      40 /* cards of one group on its own page */

static bool has_choice(const struct json *list, struct span value)
{
    JSON_EACH(o, list)
    if (span_eq(json_text(JSON_GET(o, "value")), value))
        return true;
    return false;
}

/* Of a list of regions the one asked for, or one within it. */
static bool in_region(struct span regions, struct span wanted)
{
    struct span part;
    while (span_split(&regions, ';', &part))
        if (region_within(part, wanted))
            return true;
    return !wanted.n;
}

static bool is_wanted(struct view *v, const struct finding *f)
{
    struct span kind = request_text(v->req, "kind");
    return is_listed(f) && in_region(f->measure->region, request_text(v->req, "region")) &&
           (!kind.n || span_eq(kind, kind_words[f->measure->kind].yaml));
}

static void add_filters(struct view *v, struct json *data)
{
    struct json *regions = json_array(v->arena), *kinds = json_array(v->arena);
    struct span region = request_text(v->req, "region"), kind = request_text(v->req, "kind"), part;
    bool used[KINDS] = {false};

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct measure *m = v->checkup->findings[i].measure;
        struct span rest = m->region;
        used[m->kind] = true;
        while (span_split(&rest, ';', &part))
            if (!has_choice(regions, part))
                shape_option(v->req, regions, part, part, span_eq(part, region));
    }
    for (size_t k = 0; k < KINDS; k++)
        if (used[k])
            shape_option(v->req, kinds, kind_words[k].yaml,
                         words_in(kind_words[k].title, v->english),
                         span_eq(kind_words[k].yaml, kind));
    JSON_SET(data, "regions", regions);
    JSON_SET(data, "kinds", kinds);
    set_flag(v, data, "filtered", region.n || kind.n);
}

/* The address of one group, with the filters that are on. */
static struct span group_link(struct view *v, enum group g, int64_t page)
{
    struct buffer b = BUFFER_INIT;
    static const char *const filters[] = {"region", "kind"};

    buffer_print(&b, "/checkups/result?group=%.*s", SPAN_ARG(group_words[g].yaml));
    for (size_t i = 0; i < COUNT_OF(filters); i++)
        if (request_text(v->req, filters[i]).n) {
            buffer_print(&b, "&%s=", filters[i]);
            escape_percent(&b, request_text(v->req, filters[i]));
        }
    if (page > 1)
        buffer_print(&b, "&page=%lld", (long long)page);
    struct span link = arena_copy(v->arena, buffer_span(&b));
    v->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return link;
}

static void add_pages(struct view *v, enum group g, size_t n, int64_t page, struct json *o)
{
    size_t pages = n ? (n - 1) / PAGE + 1 : 1;

    set_flag(v, o, "has_before", page > 1);
    set_flag(v, o, "has_after", (size_t)page < pages);
    set_flag(v, o, "has_pages", pages > 1);
    JSON_SET(o, "before_link", text(v, group_link(v, g, page - 1)));
    JSON_SET(o, "after_link", text(v, group_link(v, g, page + 1)));
    JSON_SET(o, "page_number", json_int(v->arena, page));
    set_count(v, o, "page_count", pages);
}

static struct json *group_shape(struct view *v, enum group g, bool alone)
{
    struct json *o = json_object(v->arena), *cards = json_array(v->arena);
    struct span id = group_words[g].yaml;
    int64_t page =
        alone && request_value(v->req, "page")->given ? request_value(v->req, "page")->number : 1;
    size_t first = (size_t)(page - 1) * PAGE, most = alone ? PAGE : BEGINNING, n = 0;

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        if (f->group != g || !is_wanted(v, f))
            continue;
        if (n >= first && n - first < most)
            json_add(cards, finding_card(v, f));
        n++;
    }
    JSON_SET(o, "group_id", text(v, id));
    JSON_SET(o, "group_word", text(v, words_in(group_words[g].title, v->english)));
    JSON_SET(o, "group_note",
             text(v, say(v, arena_print(v->arena, "checkup.group.%.*s", SPAN_ARG(id)).p, NULL)));
    JSON_SET(o, "group_tag", json_string(v->arena, span_z(group_tag(g))));
    JSON_SET(o, "group_link", text(v, group_link(v, g, 1)));
    set_count(v, o, "group_count", n);
    set_flag(v, o, "group_open", alone || g == GROUP_CAN || g == GROUP_CONFIRM || g == GROUP_NEAR);
    set_flag(v, o, "group_any", n > 0);
    set_flag(v, o, "group_more", !alone && n > most);
    set_flag(v, o, "near_group", g == GROUP_NEAR);
    JSON_SET(o, "findings", cards);
    add_pages(v, g, n, page, o);
    return o;
}

static bool group_asked(struct view *v, enum group *ret)
{
    for (size_t g = 0; g < GROUPS; g++)
        if (span_eq(request_text(v->req, "group"), group_words[g].yaml)) {
            *ret = (enum group)g;
            return true;
        }
    return false;
}

static void add_groups(struct view *v, struct json *data)
{
    struct json *groups = json_array(v->arena);
    enum group only = GROUPS;
    bool alone = group_asked(v, &only);

    for (size_t g = 0; g < GROUPS && !v->arena->failed; g++)
        if (!alone || g == only)
            json_add(groups, group_shape(v, (enum group)g, alone));
    JSON_SET(data, "groups", groups);
    set_flag(v, data, "alone", alone);
    if (alone)
        JSON_SET(data, "chosen_group", text(v, group_words[only].yaml));
}

static void add_whole(struct view *v, struct json *data)
{
    struct json *acts = acts_shape(v);
    bool open = false;

    for (size_t i = 0; i < v->checkup->n; i++)
        open |= finding_is_current(&v->checkup->findings[i], v->req->as_of);
    JSON_SET(data, "acts", acts);
    set_flag(v, data, "has_acts", acts && acts->n > 0);
    set_flag(v, data, "nothing_open", !open);
    add_totals(v, data);
    add_sets(v, data);
    add_other_side(v, data);
}

int result_shape(struct answers *s, struct checkup *c, struct json **ret, struct err *err)
{
    struct view v = view_of(s, c);
    struct json *data = json_object(v.arena);
    enum group only;
    bool alone = group_asked(&v, &only);
    int r = 0;

    if (!alone)
        add_whole(&v, data);
    if (!alone || only == GROUP_NEAR)
        r = add_advice(&v, data, err);
    add_groups(&v, data);
    add_filters(&v, data);
    set_count(&v, data, "all_count", c->n);
    set_count(&v, data, "answer_count", s->subject.n);
    set_flag(&v, data, "person", s->person);
    *ret = data;
    return r;
}
