/*
 * run_general.c: the acts that every procedure knows without naming them: drafts, the desk, notes,
 * letters, appointments, withdrawal; and what the program reports. A table says who may do each,
 * when, and with what.
 */
#include "casework/run_int.h"

enum { BY_APPLICANT = 1, BY_OFFICE = 2, BY_PROGRAM = 4 };
enum { WHILE_OPEN, ALWAYS };

struct general {
    const char *name;
    bool prefix; /* "event:NAME" */
    unsigned who;
    int when;
    bool reason;
    const char *asks; /* a member of the data that has to be there; NULL = none */
    enum refusal (*check)(struct attempt *t, int *ret_code);
};

static enum refusal bad_input(struct attempt *t, int *ret_code, const char *text)
{
    *ret_code = err_set(t->err, E_INPUT, "%s", text);
    return REFUSAL_NONE;
}

/* ---- drafts ---- */

static bool is_promised(struct run *r, struct span id)
{
    size_t i = material_index(r->p, id);
    return i != SIZE_MAX && r->p->materials[i].later && !r->papers[i].there;
}

static bool of_others(const struct procedure *p, struct span field)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct procedure_act *a = &p->acts[i];
        bool sets = false, his = false;
        for (size_t k = 0; k < a->set_count; k++)
            sets = sets || span_eq(a->sets[k], field);
        for (size_t k = 0; k < a->who_count; k++)
            his = his || span_eq(a->who[k], SPAN("applicant"));
        if (sets && !his)
            return true;
    }
    return false;
}

/* A draft and what is being supplied are filled in piece by piece; later, only papers that were
 * promised are still taken. */
static enum refusal check_fill(struct attempt *t, int *ret_code)
{
    enum phase phase = run_phase(t->run);

    JSON_EACH(j, JSON_GET(t->data, "fields"))
    {
        if (of_others(t->run->p, j->key))
            return attempt_refuse(t, REFUSAL_ACTOR, "“%.*s”不由您填写", SPAN_ARG(j->key));
        if (phase != PHASE_DRAFT && phase != PHASE_SUPPLY)
            return attempt_refuse(t, REFUSAL_STATE, "已经提交，内容不能再改");
    }
    JSON_EACH(j, JSON_GET(t->data, "materials"))
    {
        if (phase != PHASE_DRAFT && phase != PHASE_SUPPLY && !is_promised(t->run, j->key))
            return attempt_refuse(t, REFUSAL_STATE, "已经提交，材料不能再换");
    }
    *ret_code = run_apply_data(t->run, t->data, true, t->err);
    return REFUSAL_NONE;
}

/* ---- the desk ---- */

static enum refusal check_party(struct attempt *t, int *ret_code)
{
    struct span party = json_text(JSON_GET(t->data, "party"));

    if (party.n && !attempt_is_office(t->run->p, party))
        return bad_input(t, ret_code, "没有这个办理方");
    return REFUSAL_NONE;
}

/* Somebody has to be waiting for somebody. */
static enum refusal check_hurry(struct attempt *t, int *ret_code)
{
    UNUSED(ret_code);
    for (size_t i = 0; i < t->run->p->clock_count; i++) {
        const struct clock_run *c = &t->run->clocks[i];
        if (!span_eq(c->clock->owner, SPAN("applicant")) &&
            (c->state == CLOCK_RUNNING || c->state == CLOCK_LAPSED))
            return REFUSAL_NONE;
    }
    if (run_phase(t->run) == PHASE_DRAFT || run_phase(t->run) == PHASE_SUPPLY)
        return attempt_refuse(t, REFUSAL_STATE, "现在等的是申请人");
    return REFUSAL_NONE;
}

static enum refusal check_book(struct attempt *t, int *ret_code)
{
    struct span at = json_text(JSON_GET(t->data, "at"));
    struct date day, today;

    if (!at.n && json_text(JSON_GET(t->data, "slot")).n)
        return REFUSAL_NONE; /* a slot says when */
    if (!at.n)
        return attempt_refuse(t, REFUSAL_MISSING, "“book”还缺 at 或 slot");
    if (at.n < 10 || !date_parse(span_of(at.p, 10), &day))
        return bad_input(t, ret_code, "预约时间写成 2024-05-06 09:30");
    if (clock_date(t->run->time, &today) && date_compare(day, today) < 0)
        return bad_input(t, ret_code, "预约时间已经过去");
    return REFUSAL_NONE;
}

/* ---- withdrawal ---- */

static enum refusal check_withdraw(struct attempt *t, int *ret_code)
{
    UNUSED(ret_code);
    return t->run->decision == DECISION_NONE
               ? REFUSAL_NONE
               : attempt_refuse(t, REFUSAL_STATE, "已经作出决定，不能撤回");
}

/* ---- what the program reports ---- */

static enum refusal check_lapse(struct attempt *t, int *ret_code)
{
    UNUSED(ret_code);
    if (t->run->lapses.n && span_eq(t->run->lapses.at[0].act, t->name))
        return REFUSAL_NONE;
    return attempt_refuse(t, REFUSAL_STATE, "这个时钟没有到期");
}

static enum refusal check_event(struct attempt *t, int *ret_code)
{
    struct date d;

    if (!date_parse(json_text(JSON_GET(t->data, "date")), &d))
        return bad_input(t, ret_code, "事件须有日期，写成 2024-05-06");
    return REFUSAL_NONE;
}

/* ---- the table ---- */

static const struct general generals[] = {
    {"fill", false, BY_APPLICANT | BY_PROGRAM, WHILE_OPEN, false, NULL, check_fill},
    {"assign", false, BY_OFFICE | BY_PROGRAM, WHILE_OPEN, false, "account", check_party},
    {"take", false, BY_OFFICE, WHILE_OPEN, false, NULL, NULL},
    {"transfer", false, BY_OFFICE, WHILE_OPEN, true, "organisation", check_party},
    {"return", false, BY_OFFICE, WHILE_OPEN, true, NULL, check_party},
    {"expedite", false, BY_OFFICE, WHILE_OPEN, true, NULL, NULL},
    {"ordinary", false, BY_OFFICE, WHILE_OPEN, true, NULL, NULL},
    {"hurry", false, BY_APPLICANT, WHILE_OPEN, false, NULL, check_hurry},
    {"note", false, BY_OFFICE | BY_PROGRAM, ALWAYS, false, "text", NULL},
    {"mail-in", false, BY_OFFICE, ALWAYS, false, "contents", NULL},
    {"mail-out", false, BY_OFFICE, ALWAYS, false, "contents", NULL},
    {"book", false, BY_APPLICANT | BY_OFFICE, WHILE_OPEN, false, NULL, check_book},
    {"unbook", false, BY_APPLICANT | BY_OFFICE, WHILE_OPEN, false, NULL, NULL},
    {"withdraw", false, BY_APPLICANT, WHILE_OPEN, false, NULL, check_withdraw},
    {"lapse:", true, BY_PROGRAM, ALWAYS, false, NULL, check_lapse},
    {"event:", true, BY_OFFICE | BY_PROGRAM, ALWAYS, false, "date", check_event},
    {"sub:", true, BY_PROGRAM, ALWAYS, false, NULL, NULL},
    {"unopened:", true, BY_PROGRAM, ALWAYS, false, NULL, NULL},
};

static const struct general *general_named(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(generals); i++) {
        struct span own = span_z(generals[i].name);
        if (generals[i].prefix ? span_starts(name, own) && name.n > own.n : span_eq(name, own))
            return &generals[i];
    }
    return NULL;
}

bool general_known(struct span name)
{
    return general_named(name) != NULL;
}

static unsigned who_is(const struct procedure *p, struct span actor)
{
    if (span_eq(actor, SPAN("applicant")))
        return BY_APPLICANT;
    if (span_eq(actor, SPAN("program")))
        return BY_PROGRAM;
    return attempt_is_office(p, actor) ? BY_OFFICE : 0;
}

static bool has_member(const struct attempt *t, const char *name)
{
    return span_trim(json_text(json_get(t->data, span_z(name)))).n > 0;
}

enum refusal general_check(struct attempt *t, int *ret_code)
{
    const struct general *g = general_named(t->name);

    if (!(g->who & who_is(t->run->p, t->actor)))
        return attempt_refuse(t, REFUSAL_ACTOR, "“%s”不由您办理", g->name);
    if (!t->run->opened || (g->when == WHILE_OPEN && run_closed(t->run)))
        return attempt_refuse(t, REFUSAL_STATE, t->run->opened ? "办件已经办结" : "办件还没有开始");
    if (g->reason && !has_member(t, "reason"))
        return attempt_refuse(t, REFUSAL_REASON, "“%s”须说明理由", g->name);
    if (g->asks && !has_member(t, g->asks))
        return attempt_refuse(t, REFUSAL_MISSING, "“%s”还缺 %s", g->name, g->asks);
    return g->check ? g->check(t, ret_code) : REFUSAL_NONE;
}
