/*
 * show_procedure.c: see show_procedure.h. Formulas are shown as their authors wrote them.
 */
#include "policy/show_procedure.h"
#include "policy/show.h"

/* ---- titles ---- */

static struct span in(struct words w, bool english)
{
    return english ? w.en : w.zh;
}

struct span actor_title(const struct procedure *p, struct span who, bool english)
{
    static const enum actor_kind known[] = {ACTOR_APPLICANT, ACTOR_ANYBODY, ACTOR_PROGRAM};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(who, actor_words[known[i]].yaml))
            return in(actor_words[known[i]].title, english);
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(who, p->parties[i].id))
            return in(p->parties[i].title, english);
    return who;
}

struct span act_title(const struct procedure *p, struct span id, bool english)
{
    size_t i = procedure_act_index(p, id);
    return i == SIZE_MAX ? id : in(p->acts[i].title, english);
}

struct span state_title(const struct procedure *p, struct span id, bool english)
{
    size_t i = procedure_state_index(p, id);
    return i == SIZE_MAX ? id : in(p->states[i].title, english);
}

/* ---- the guide ---- */

struct span guide_text(const struct procedure *p, const struct guide_word *key, bool english)
{
    const struct json *e = json_get(p->guide, key->word.yaml);
    struct words w = {json_text(JSON_GET(e, "zh")), json_text(JSON_GET(e, "en"))};
    if (e)
        return e->kind == JSON_OBJECT ? in(w, english) : json_text(e);
    bool asked = span_eq(key->word.yaml, SPAN("consult")) && json_get(p->guide, SPAN("phone_kind"));
    if (!key->owed || asked || p->kind == PROCEDURE_INTERNAL)
        return (struct span){"", 0};
    return english ? SPAN("not stated") : SPAN("文中没有写");
}

struct span channels_text(struct arena *a, const struct procedure *p, bool english)
{
    struct span all = {"", 0};
    for (size_t i = 0; i < p->channel_count; i++) {
        struct span one = p->channels[i];
        for (size_t k = 0; k < CHANNEL_WORDS; k++)
            if (span_eq(one, channel_words[k].yaml))
                one = in(channel_words[k].title, english);
        all = arena_print(a, "%.*s%s%.*s", SPAN_ARG(all),
                          i == 0    ? ""
                          : english ? ", "
                                    : "、",
                          SPAN_ARG(one));
    }
    return all;
}

bool party_decides(const struct procedure *p, const struct party *party)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct procedure_act *act = &p->acts[i];
        if (act->decision != DECISION_GRANTED && act->decision != DECISION_REFUSED)
            continue;
        for (size_t k = 0; k < act->who_count; k++)
            if (span_eq(act->who[k], party->id))
                return true;
    }
    return false;
}

/* ---- sentences ---- */

static struct span month_end_text(struct arena *a, uint32_t n, bool english)
{
    if (n == 0)
        return english ? SPAN("the end of the month") : SPAN("当月月底");
    if (n == 1)
        return english ? SPAN("the end of the next month") : SPAN("次月月底");
    return english ? arena_print(a, "the end of the %u. month after", (unsigned)n)
                   : arena_print(a, "其后第%u个月月底", (unsigned)n);
}

/* A day that is written as one is shown as one. */
static struct span day_text(struct span formula)
{
    static const char head[] = "date(\"", tail[] = "\")";
    if (!span_starts(formula, span_z(head)) || !span_ends(formula, span_z(tail)))
        return formula;
    return span_of(formula.p + strlen(head), formula.n - strlen(head) - strlen(tail));
}

struct span limit_text(struct arena *a, const struct limit *limit, bool english)
{
    struct span unit = in(limit_unit_words[limit->unit].title, english), text;
    if (!limit->given)
        return (struct span){NULL, 0};
    if (limit->until.text.n)
        text = arena_print(a, english ? "until %.*s" : "至 %.*s",
                           SPAN_ARG(day_text(limit->until.text)));
    else if (limit->month_end)
        text = month_end_text(a, limit->n, english);
    else if (limit->amount.text.n)
        text = arena_print(a, "（%.*s）%s%.*s", SPAN_ARG(limit->amount.text), english ? " " : "",
                           SPAN_ARG(unit));
    else
        text = arena_print(a, english ? "%u %.*s" : "%u%.*s", (unsigned)limit->n, SPAN_ARG(unit));
    return limit->has_time
               ? arena_print(a, english ? "%.*s, %02u:%02u" : "%.*s，%02u:%02u 止", SPAN_ARG(text),
                             (unsigned)limit->hour, (unsigned)limit->minute)
               : text;
}

/* An act by its title, a lapse by the clock's. */
struct span happening_text(struct arena *a, const struct procedure *p, struct span name,
                           bool english)
{
    if (span_starts(name, SPAN("event:")))
        return span_from(name, strlen("event:"));
    if (!span_starts(name, SPAN("lapse:")))
        return act_title(p, name, english);
    struct span id = span_from(name, strlen("lapse:")), title = id;
    for (size_t i = 0; i < p->clock_count; i++)
        if (span_eq(p->clocks[i].id, id))
            title = in(p->clocks[i].title, english);
    return arena_print(a, english ? "lapse of %.*s" : "%.*s届满", SPAN_ARG(title));
}

struct span trigger_text(struct arena *a, const struct procedure *p, const struct trigger *t,
                         bool english)
{
    struct span text = {NULL, 0};
    for (size_t i = 0; i < t->n; i++) {
        struct span one = happening_text(a, p, t->acts[i], english);
        text =
            i ? arena_print(a, "%.*s%s%.*s", SPAN_ARG(text), english ? ", " : "、", SPAN_ARG(one))
              : one;
    }
    if (t->n < 2 || !(t->first || t->last))
        return text;
    if (english)
        return arena_print(a, "the %s of: %.*s", t->first ? "first" : "last", SPAN_ARG(text));
    return arena_print(a, "%.*s中%s发生的", SPAN_ARG(text), t->first ? "最先" : "最后");
}

/* ---- JSON ---- */

static void set_text(struct arena *a, struct json *o, struct span key, struct span text)
{
    if (text.n)
        json_set(o, key, json_string(a, text));
}

static void set_words(struct arena *a, struct json *o, struct span key, struct words w)
{
    if (w.zh.n)
        json_set(o, key, words_json(a, w));
}

static void set_spans(struct arena *a, struct json *o, struct span key, const struct span *at,
                      size_t n)
{
    struct json *list = n ? json_array(a) : NULL;
    for (size_t i = 0; i < n; i++)
        json_add(list, json_string(a, at[i]));
    if (n)
        json_set(o, key, list);
}

static void set_true(struct arena *a, struct json *o, struct span key, bool set)
{
    if (set)
        json_set(o, key, json_bool(a, true));
}

static void set_count(struct arena *a, struct json *o, struct span key, size_t n)
{
    if (n)
        json_set(o, key, json_int(a, (int64_t)n));
}

static void set_decimal(struct arena *a, struct json *o, struct span key, struct decimal d)
{
    char text[DECIMAL_TEXT];
    size_t n = decimal_plain(d, text, sizeof text);
    json_set(o, key, json_number(a, arena_copy(a, span_of(text, n))));
}

/* Takes what was printed into the arena. */
static struct json *printed(struct arena *a, struct buffer *b)
{
    struct json *j;
    if (buffer_failed(b))
        a->failed = true;
    j = json_string(a, arena_copy(a, buffer_span(b)));
    buffer_release(b);
    return j;
}

static struct json *type_json(struct arena *a, const struct type *t)
{
    struct buffer b = BUFFER_INIT;
    type_print(&b, t);
    return printed(a, &b);
}

static struct json *value_json(struct arena *a, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_text(&b, v);
    return printed(a, &b);
}

static struct json *words_of(struct arena *a, const struct closed_word *w)
{
    struct json *o = json_object(a);
    JSON_SET(o, "word", json_string(a, w->yaml));
    JSON_SET(o, "zh", json_string(a, w->title.zh));
    JSON_SET(o, "en", json_string(a, w->title.en));
    return o;
}

static struct json *party_json(struct arena *a, const struct party *p)
{
    struct json *o = json_object(a);
    JSON_SET(o, "party", json_string(a, p->id));
    set_words(a, o, SPAN("title"), p->title);
    JSON_SET(o, "actor", json_string(a, actor_words[p->kind].yaml));
    set_text(a, o, SPAN("organisation"), p->organisation);
    set_text(a, o, SPAN("by"), p->by.text);
    set_text(a, o, SPAN("cites"), p->cites);
    return o;
}

static struct json *field_json(struct arena *a, const struct procedure_field *f)
{
    struct json *o = json_object(a), *list = f->has_in_list ? json_array(a) : NULL;
    json_set(o, f->fact ? SPAN("fact") : SPAN("field"), json_string(a, f->name));
    if (f->type)
        JSON_SET(o, "type", type_json(a, f->type));
    set_words(a, o, SPAN("title"), f->title);
    set_words(a, o, SPAN("help"), f->help);
    set_text(a, o, SPAN("unit"), f->unit);
    set_text(a, o, SPAN("shown_if"), f->shown_if.text);
    set_true(a, o, SPAN("required"), f->required);
    set_true(a, o, SPAN("sensitive"), f->sensitive);
    set_true(a, o, SPAN("whole"), f->whole);
    if (f->has_min)
        set_decimal(a, o, SPAN("min"), f->min);
    if (f->has_max)
        set_decimal(a, o, SPAN("max"), f->max);
    for (size_t i = 0; list && i < f->in_list.list->n; i++)
        json_add(list, value_json(a, f->in_list.list->at[i]));
    if (list)
        JSON_SET(o, "in", list);
    return o;
}

static struct json *material_json(struct arena *a, const struct material *m)
{
    struct json *o = json_object(a);
    JSON_SET(o, "material", json_string(a, m->id));
    set_words(a, o, SPAN("title"), m->title);
    set_words(a, o, SPAN("note"), m->note);
    set_text(a, o, SPAN("needed_if"), m->needed_if.text);
    JSON_SET(o, "form", json_string(a, paper_form_words[m->form].yaml));
    set_count(a, o, SPAN("copies"), m->copies);
    set_true(a, o, SPAN("sign"), m->sign);
    set_true(a, o, SPAN("seal"), m->seal);
    set_text(a, o, SPAN("held"), m->held);
    set_true(a, o, SPAN("later"), m->later);
    set_text(a, o, SPAN("later_clock"), m->later_clock);
    set_text(a, o, SPAN("cites"), m->cites);
    return o;
}

static struct json *state_json(struct arena *a, const struct procedure_state *s)
{
    struct json *o = json_object(a);
    JSON_SET(o, "state", json_string(a, s->id));
    set_words(a, o, SPAN("title"), s->title);
    JSON_SET(o, "phase", json_string(a, phase_words[s->phase].yaml));
    if (s->phase == PHASE_ENDED)
        JSON_SET(o, "ends", json_string(a, decision_words[s->ends].yaml));
    return o;
}

static const struct flag_name {
    unsigned bit;
    const char *name;
} flag_names[] = {
    {ACT_LISTS_MISSING, "lists_missing"},
    {ACT_SUPPLIES, "supplies"},
    {ACT_REASON, "reason"},
    {ACT_REMEDY, "remedy"},
    {ACT_COMMITS, "commits"},
    {ACT_PUBLISHES, "publishes"},
    {ACT_RESERVES, "reserves"},
    {ACT_PAYS, "pays"},
    {ACT_RELEASES, "releases"},
    {ACT_CLAIMS_BACK, "claims_back"},
    {ACT_RECOGNISES, "recognises"},
    {ACT_OTHER_PERSON, "other_person"},
    {ACT_RETURNS, "returns"},
    {ACT_OPEN_ENDED, "again"},
};

static void set_flags(struct arena *a, struct json *o, unsigned flags)
{
    struct json *list = flags ? json_array(a) : NULL;
    for (size_t i = 0; i < COUNT_OF(flag_names); i++)
        if (flags & flag_names[i].bit)
            json_add(list, json_string(a, span_z(flag_names[i].name)));
    if (flags)
        JSON_SET(o, "flags", list);
}

static void set_conditions(struct arena *a, struct json *o, const struct procedure_act *act)
{
    struct json *list = act->condition_count ? json_array(a) : NULL;
    for (size_t i = 0; i < act->condition_count; i++) {
        const struct condition *c = &act->conditions[i];
        struct json *e = json_object(a);
        JSON_SET(e, "if", json_string(a, c->test.text));
        set_words(a, e, SPAN("text"), c->text);
        set_text(a, e, SPAN("cites"), c->cites);
        json_add(list, e);
    }
    if (list)
        JSON_SET(o, "if", list);
}

static void set_promotions(struct arena *a, struct json *o, const struct procedure_act *act)
{
    struct json *list = act->promote_count ? json_array(a) : NULL;
    for (size_t i = 0; i < act->promote_count; i++) {
        const struct promotion *p = &act->promotes[i];
        struct json *e = json_object(a);
        JSON_SET(e, "fact", json_string(a, p->fact->name));
        JSON_SET(e, "value", json_string(a, p->value.text));
        set_text(a, e, SPAN("cites"), p->cites);
        json_add(list, e);
    }
    if (list)
        JSON_SET(o, "promotes", list);
}

static struct json *act_json(struct arena *a, const struct procedure_act *act)
{
    struct json *o = json_object(a);
    JSON_SET(o, "act", json_string(a, act->id));
    set_words(a, o, SPAN("title"), act->title);
    set_spans(a, o, SPAN("who"), act->who, act->who_count);
    set_spans(a, o, SPAN("from"), act->from, act->from_count);
    set_text(a, o, SPAN("to"), act->to);
    set_conditions(a, o, act);
    set_spans(a, o, SPAN("asks"), act->asks, act->ask_count);
    set_spans(a, o, SPAN("sets"), act->sets, act->set_count);
    if (act->decision != DECISION_NONE)
        JSON_SET(o, "decision", json_string(a, decision_words[act->decision].yaml));
    set_text(a, o, SPAN("amount"), act->amount.text);
    set_text(a, o, SPAN("fund"), act->fund);
    if (act->all)
        JSON_SET(o, "quorum", json_string(a, SPAN("all")));
    else
        set_count(a, o, SPAN("quorum"), act->quorum);
    set_spans(a, o, SPAN("notices"), act->notices, act->notice_count);
    set_spans(a, o, SPAN("opens"), act->opens, act->open_count);
    set_promotions(a, o, act);
    set_text(a, o, SPAN("date_as"), act->date_as);
    set_text(a, o, SPAN("register"), act->reg);
    set_text(a, o, SPAN("register_act"), act->reg_act);
    set_flags(a, o, act->flags);
    set_text(a, o, SPAN("cites"), act->cites);
    return o;
}

static void set_limit(struct arena *a, struct json *o, struct span key, const struct limit *limit)
{
    struct json *e = limit->given ? json_object(a) : NULL;
    if (!e)
        return;
    JSON_SET(e, "zh", json_string(a, limit_text(a, limit, false)));
    JSON_SET(e, "en", json_string(a, limit_text(a, limit, true)));
    if (limit->until.text.n)
        JSON_SET(e, "until", json_string(a, limit->until.text));
    else if (limit->month_end)
        JSON_SET(e, "month_end", json_int(a, limit->n));
    else if (limit->amount.text.n)
        JSON_SET(e, "n", json_string(a, limit->amount.text));
    else
        JSON_SET(e, "n", json_int(a, limit->n));
    if (!limit->until.text.n && !limit->month_end)
        JSON_SET(e, "unit", json_string(a, limit_unit_words[limit->unit].yaml));
    if (limit->has_time)
        JSON_SET(e, "at",
                 json_string(a, arena_print(a, "%02u:%02u", (unsigned)limit->hour,
                                            (unsigned)limit->minute)));
    json_set(o, key, e);
}

static void set_trigger(struct arena *a, struct json *o, struct span key, const struct trigger *t)
{
    struct json *e;
    if (!t->first && !t->last) {
        set_spans(a, o, key, t->acts, t->n);
        return;
    }
    e = json_object(a);
    set_spans(a, e, t->first ? SPAN("first") : SPAN("last"), t->acts, t->n);
    json_set(o, key, e);
}

static struct json *clock_json(struct arena *a, const struct clock *c)
{
    struct json *o = json_object(a);
    JSON_SET(o, "clock", json_string(a, c->id));
    set_words(a, o, SPAN("title"), c->title);
    JSON_SET(o, "owner", json_string(a, c->owner));
    set_trigger(a, o, SPAN("starts"), &c->starts);
    set_text(a, o, SPAN("from"), c->from.text);
    set_true(a, o, SPAN("same_day"), c->same_day);
    set_limit(a, o, SPAN("limit"), &c->limit);
    set_true(a, o, SPAN("moves"), c->moves);
    set_trigger(a, o, SPAN("stops"), &c->stops);
    set_trigger(a, o, SPAN("resumes"), &c->resumes);
    set_trigger(a, o, SPAN("ends"), &c->ends);
    set_text(a, o, SPAN("only_in"), c->only_in);
    set_limit(a, o, SPAN("warn"), &c->warn);
    set_trigger(a, o, SPAN("extended_by"), &c->extended_by);
    set_limit(a, o, SPAN("extension"), &c->extension);
    set_count(a, o, SPAN("extensions"), c->extensions);
    JSON_SET(o, "lapse", words_of(a, &lapse_words[c->lapse]));
    set_text(a, o, SPAN("lapse_to"), c->lapse_to);
    set_text(a, o, SPAN("cites"), c->cites);
    return o;
}

static struct json *notice_json(struct arena *a, const struct notice_template *n)
{
    struct json *o = json_object(a);
    JSON_SET(o, "notice", json_string(a, n->id));
    JSON_SET(o, "to", json_string(a, n->to));
    set_words(a, o, SPAN("title"), n->title);
    set_words(a, o, SPAN("text"), n->text);
    return o;
}

static struct json *run_json(struct arena *a, const struct procedure_run *r)
{
    struct json *o = json_object(a);
    JSON_SET(o, "run", json_string(a, r->name));
    set_count(a, o, SPAN("steps"), r->steps->n);
    return o;
}

static void set_window(struct arena *a, struct json *o, const struct procedure *p)
{
    struct json *e = json_object(a);
    if (!p->window_from.text.n && !p->window_to.text.n && !p->window_times && !p->window_quota &&
        !p->window_directions.n)
        return;
    set_text(a, e, SPAN("from"), p->window_from.text);
    set_text(a, e, SPAN("to"), p->window_to.text);
    if (p->window_times)
        set_count(a, e, SPAN("times"), p->window_times);
    if (p->window_quota)
        set_count(a, e, SPAN("quota"), p->window_quota);
    if (p->window_quota)
        JSON_SET(e, "waiting", json_bool(a, p->window_waits));
    set_text(a, e, SPAN("directions"), p->window_directions);
    set_text(a, e, SPAN("cites"), p->window_cites);
    JSON_SET(o, "window", e);
}

static void set_reapply(struct arena *a, struct json *o, const struct procedure *p)
{
    struct json *e = json_object(a);
    if (!p->reapply_cites.n)
        return;
    JSON_SET(e, "allowed", json_bool(a, p->may_reapply));
    set_text(a, e, SPAN("cites"), p->reapply_cites);
    JSON_SET(o, "reapply", e);
}

static void set_head(struct arena *a, struct json *o, const struct procedure *p)
{
    JSON_SET(o, "procedure", json_string(a, p->id));
    set_words(a, o, SPAN("title"), p->title);
    set_words(a, o, SPAN("plain"), p->plain);
    JSON_SET(o, "kind", words_of(a, &procedure_kind_words[p->kind]));
    set_spans(a, o, SPAN("catalogue"), p->catalogue, p->catalogue_count);
    set_text(a, o, SPAN("region"), p->region);
    set_text(a, o, SPAN("authority"), p->authority);
    JSON_SET(o, "applicant", words_of(a, &role_words[p->applicant]));
    if (p->document)
        JSON_SET(o, "document", json_string(a, p->document->id));
    set_text(a, o, SPAN("cites"), p->cites);
}

struct json *procedure_line_json(struct arena *a, const struct procedure *p)
{
    struct json *o = json_object(a);
    set_head(a, o, p);
    JSON_SET(o, "states", json_int(a, (int64_t)p->state_count));
    JSON_SET(o, "acts", json_int(a, (int64_t)p->act_count));
    JSON_SET(o, "clocks", json_int(a, (int64_t)p->clock_count));
    JSON_SET(o, "runs", json_int(a, (int64_t)p->run_count));
    return a->failed ? NULL : o;
}

/* The library's own tree cannot hang in two places. */
static struct json *guide_json(struct arena *a, const struct json *guide)
{
    struct json *o = json_object(a);
    JSON_EACH(e, guide)
    {
        struct words w = {json_text(JSON_GET(e, "zh")), json_text(JSON_GET(e, "en"))};
        json_set(o, e->key,
                 e->kind == JSON_OBJECT ? words_json(a, w) : json_string(a, json_text(e)));
    }
    return o;
}

/* Calls `make` for each of n elements of `size` bytes. */
static void set_each(struct arena *a, struct json *o, struct span key, const void *at, size_t n,
                     size_t size, struct json *(*make)(struct arena *a, const void *e))
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++)
        json_add(list, make(a, (const char *)at + i * size));
    json_set(o, key, list);
}

#define MAKER(name, type)                                                                          \
    static struct json *make_##name(struct arena *a, const void *e)                                \
    {                                                                                              \
        return name##_json(a, (const struct type *)e);                                             \
    }
MAKER(party, party)
MAKER(field, procedure_field)
MAKER(material, material)
MAKER(state, procedure_state)
MAKER(act, procedure_act)
MAKER(clock, clock)
MAKER(notice, notice_template)
MAKER(run, procedure_run)
static struct json *make_note(struct arena *a, const void *e)
{
    return words_json(a, *(const struct words *)e);
}

struct json *procedure_json(struct arena *a, const struct procedure *p)
{
    struct json *o = json_object(a), *measures = json_array(a);
    set_head(a, o, p);
    if (p->document)
        JSON_SET(o, "document_title", json_string(a, p->document->title));
    if (p->each)
        JSON_SET(o, "each", json_string(a, p->each->id));
    for (size_t i = 0; i < p->measure_count; i++)
        json_add(measures, json_string(a, p->measures[i]->id));
    if (p->measure_count)
        JSON_SET(o, "measures", measures);
    set_text(a, o, SPAN("fund"), p->fund);
    set_window(a, o, p);
    set_reapply(a, o, p);
    set_spans(a, o, SPAN("channels"), p->channels, p->channel_count);
    if (p->guide)
        JSON_SET(o, "guide", guide_json(a, p->guide));
#define EACH(key, at, count, maker) set_each(a, o, SPAN(key), at, count, sizeof *(at), make_##maker)
    EACH("parties", p->parties, p->party_count, party);
    EACH("fields", p->fields, p->field_count, field);
    EACH("materials", p->materials, p->material_count, material);
    EACH("states", p->states, p->state_count, state);
    EACH("acts", p->acts, p->act_count, act);
    EACH("clocks", p->clocks, p->clock_count, clock);
    EACH("notices", p->notices, p->notice_count, notice);
    EACH("notes", p->notes, p->note_count, note);
    EACH("runs", p->runs, p->run_count, run);
#undef EACH
    return a->failed ? NULL : o;
}
