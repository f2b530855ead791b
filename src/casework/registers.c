/*
 * registers.c: changing registers: proposing an entry and every step after it, in one transaction
 * with its event, the log and the fact that rules read. See registers.h.
 */
#include "casework/registers.h"

#include <inttypes.h>
#include "casework/agents.h"
#include "casework/clawback.h"
#include "casework/registers_int.h"
#include "casework/sql.h"
#include "identity/audit.h"
#include "policy/subjects.h"

static struct span day_text(struct arena *a, struct date d)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(d, text)));
}

static struct span today(struct arena *a)
{
    return day_text(a, date_today());
}

static int read_day(struct span text, const char *what, struct date *ret, struct err *err)
{
    int r = 0;
    if (!date_parse(text, ret)) {
        r = err_set(err, E_INPUT, "%s: '%.*s' is no date", what, SPAN_ARG(text));
        err_hint(err, "2020-03-09");
    }
    return r;
}

/* ---- rights ---- */

/* Anybody may object who has not signed in, once until that is answered. */
static int public_objects(const struct register_entry *e, struct err *err)
{
    return e->objected ? err_set(err, E_CONFLICT,
                                 "an objection to entry %" PRId64 " waits for an answer", e->id)
                       : 0;
}

/* The agent acts for his own enterprise only; what the program decides was decided in a case. */
static int may_step(const struct register_work *w, const struct register_entry *e,
                    enum register_step step, struct err *err)
{
    const struct register_rule *rule = &register_rules[step];
    bool may = w->who->program || (w->who->roles & rule->roles);
    if (step == REGISTER_STEP_OBJECT && !w->who->program && !w->who->account_id)
        return public_objects(e, err);
    if (may && step == REGISTER_STEP_OBJECT && !w->who->program &&
        !(w->who->roles & (1u << USER_WINDOW))) {
        struct subject_row own = {0};
        struct err ignored = ERR_INIT;
        may = subject_find(w->arena, w->store, e->subject_kind, e->subject_code, &own, &ignored) ==
                  0 &&
              own.id == w->who->subject_id;
    }
    if (may)
        return 0;
    int r =
        err_set(err, E_FORBIDDEN, "'%s' is not for this account", register_step_words[step].yaml.p);
    err_hint(err, "propose: handler; approve, refuse, adjust, keep, remove: reviewer; publish: "
                  "publisher; object: the agent of the enterprise, or a window");
    return r;
}

/* Four eyes: nobody examines what he proposed, nor in another's name what that one proposed. The
 * operator has no account: he is told apart by name. */
bool register_same_person(const struct actor *who, int64_t account_id, int64_t for_account_id,
                          struct span actor)
{
    const int64_t now[] = {who->account_id, who->for_account_id};
    const int64_t then[] = {account_id, for_account_id};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            if (now[i] && now[i] == then[k])
                return true;
    return !who->account_id && !account_id && span_eq(who->name, actor);
}

static bool same_person(const struct actor *who, const struct register_event *x)
{
    return register_same_person(who, x->account_id, x->for_account_id, x->actor);
}

static int second_person(const struct register_work *w, const struct register_entry *e,
                         struct err *err)
{
    for (size_t i = 0; i < e->event_count; i++) {
        if (e->events[i].step != REGISTER_STEP_PROPOSE || !same_person(w->who, &e->events[i]))
            continue;
        int r = err_set(err, E_FORBIDDEN, "whoever proposed an entry does not examine it");
        err_hint(err, "another reviewer does");
        return r;
    }
    return 0;
}

static int check_reason(struct span reason, bool needed, struct err *err)
{
    if (needed && !span_trim(reason).n) {
        int r = err_set(err, E_INPUT, "a reason is needed");
        err_hint(err, "--reason '...'");
        return r;
    }
    return reason.n <= REGISTER_REASON_MAX
               ? 0
               : err_set(err, E_LIMIT, "a reason has at most %d bytes", REGISTER_REASON_MAX);
}

/* ---- writing ---- */

static int add_event(const struct register_work *w, int64_t id, size_t seq,
                     const struct register_event *x, struct err *err)
{
    return sql_run(w->store,
                   "INSERT INTO register_event (entry_id, seq, at, act, from_day, to_day, tier,"
                   " reason, cites, account_id, for_account_id, actor, organisation)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                   ARGS(INT(id), INT((int64_t)seq), INT(x->at),
                        TEXT(register_step_words[x->step].yaml), TEXT(x->from_day), TEXT(x->to_day),
                        TEXT(x->tier), TEXT(x->reason), TEXT(x->cites), INT(w->who->account_id),
                        INT(w->who->for_account_id), TEXT(w->who->name),
                        TEXT(w->who->organisation)),
                   err);
}

static int log_step(const struct register_work *w, int64_t id, enum register_step step,
                    struct err *err)
{
    struct span act = arena_print(w->arena, "register.%s", register_step_words[step].yaml.p);
    struct span object = arena_print(w->arena, "%" PRId64, id);
    const struct audit_entry e = {AUDIT_DECISION, act, SPAN("register"), object, {NULL, 0}};
    return object.p ? audit_add(w->store, w->who, &e, err) : err_memory(err);
}

static struct register_event event_of(const struct register_work *w, enum register_step step)
{
    return (struct register_event){.at = clock_now_ms(),
                                   .step = step,
                                   .account_id = w->who->account_id,
                                   .for_account_id = w->who->for_account_id,
                                   .actor = w->who->name,
                                   .organisation = w->who->organisation,
                                   .from_day = SPAN(""),
                                   .to_day = SPAN(""),
                                   .tier = SPAN(""),
                                   .reason = SPAN(""),
                                   .cites = SPAN("")};
}

/* ---- the fact that rules read ---- */

static int say(const struct register_work *w, const struct library_register *reg, int64_t subject,
               bool listed, struct span day, struct err *err)
{
    const struct fact *f = map_get(&w->library->fact_by_name, reg->fact);
    struct fact_event x = {.fact = reg->fact,
                           .item = SPAN(""),
                           .period = SPAN(""),
                           .value = value_boolean(listed),
                           .source = f && f->holder.n ? f->holder : reg->keeper,
                           .basis = BASIS_VERIFIED};
    bool written;
    int r = read_day(day, "day", &x.observed, err);
    return r < 0 ? r : subject_add_event(w->arena, w->store, subject, &x, &written, err);
}

/* The day behind the last one; empty = there is none. */
static struct span day_after(struct arena *a, struct span day)
{
    struct date d;
    return day.n && date_parse(day, &d) && date_add_days(d, 1, &d) ? day_text(a, d) : SPAN("");
}

/* Listed from a day on; until then, and behind the last day, not listed. What was said of the day
 * behind an earlier last day is said again where that day lies within now. */
static int say_listed(const struct register_work *w, const struct register_entry *e,
                      const struct library_register *reg, struct span old_end, struct err *err)
{
    struct span now = today(w->arena), end = day_after(w->arena, e->to_day),
                old = day_after(w->arena, old_end);
    bool never = end.n && span_compare(end, e->from_day) <= 0;
    int64_t subject = 0;
    int r = subject_put(w->store, e->subject_kind, e->subject_code, SPAN(""), &subject, err);
    if (r == 0 && span_compare(now, e->from_day) < 0)
        r = say(w, reg, subject, false, now, err);
    if (r == 0)
        r = say(w, reg, subject, !never, e->from_day, err);
    if (r == 0 && old.n && (!end.n || span_compare(old, end) < 0))
        r = say(w, reg, subject, true, old, err);
    if (r == 0 && end.n && !never)
        r = say(w, reg, subject, false, end, err);
    return r;
}

static int tell_rules(const struct register_work *w, const struct register_entry *e,
                      struct span old_end, struct err *err)
{
    const struct library_register *reg = map_get(&w->library->register_by_name, e->name_of_list);
    if (!reg || !reg->fact.n || !e->subject_code.n || !e->from_day.n)
        return 0;
    return say_listed(w, e, reg, old_end, err);
}

/* ---- proposing ---- */

int register_find(const struct register_work *w, struct span name,
                  const struct library_register **ret, struct err *err)
{
    const struct library_register *reg = map_get(&w->library->register_by_name, name);
    if (reg && reg->kept != REGISTER_TABLE) {
        *ret = reg;
        return 0;
    }
    int r =
        err_set(err, E_NOT_FOUND,
                reg ? "'%.*s' is a table of the library, no list that is kept" : "no list '%.*s'",
                SPAN_ARG(name));
    struct span near = reg ? SPAN("") : map_nearest(&w->library->register_by_name, name);
    if (near.n)
        err_hint(err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(err, "'huiqi register list' names them; docs/registers.md says how one is added");
    return r;
}

static int canonical(struct arena *a, struct register_new *x, struct err *err)
{
    static const struct subject_kind *const kinds[] = {&ENTERPRISE_KIND, &PERSON_KIND};
    if (!x->subject_code.n)
        return x->name.n ? 0 : err_set(err, E_INPUT, "who or what? a code or a name is needed");
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (span_eq(kinds[i]->kind, x->subject_kind))
            return kinds[i]->check(a, x->subject_code, &x->subject_code, err);
    return 0;
}

/* Another entry of the same that is open, or holds today. */
static int refuse_double(const struct register_work *w, const struct register_new *x,
                         struct err *err)
{
    const struct register_query q = {.name_of_list = x->name_of_list,
                                     .subject_kind = x->subject_kind,
                                     .subject_code = x->subject_code};
    struct register_entry *at;
    struct span now = today(w->arena);
    size_t n;
    int r = register_list(w->arena, w->store, &q, &at, &n, err);
    for (size_t i = 0; i < n && r == 0; i++) {
        bool open = at[i].state == REGISTER_STATE_PROPOSED ||
                    at[i].state == REGISTER_STATE_APPROVED ||
                    (at[i].state == REGISTER_STATE_PUBLISHED &&
                     (!at[i].to_day.n || span_compare(at[i].to_day, now) >= 0));
        if (open && (x->subject_code.n || span_eq(at[i].name, x->name)))
            r = err_set(err, E_CONFLICT, "entry %" PRId64 " has it already: %s", at[i].id,
                        register_state_words[at[i].state].yaml.p);
    }
    return r;
}

/* `fresh`: whoever calls has seen that the list does not have it. */
static int put(const struct register_work *w, const struct register_new *given, bool fresh,
               int64_t *ret_id, struct err *err)
{
    struct register_new x = *given;
    struct register_event e = event_of(w, REGISTER_STEP_PROPOSE);
    const struct library_register *reg;
    int64_t id = 0;
    e.reason = x.reason;
    e.cites = x.cites;
    e.tier = x.tier;
    int r = register_find(w, x.name_of_list, &reg, err);
    if (r == 0)
        r = check_reason(x.reason, true, err);
    if (r == 0)
        r = canonical(w->arena, &x, err);
    if (r == 0 && !fresh)
        r = refuse_double(w, &x, err);
    if (r == 0)
        r = sql_insert(w->store,
                       "INSERT INTO register_entry (register, subject_kind, subject_code, name,"
                       " case_number, effects, region, state, tier, from_day, to_day, objected,"
                       " events) VALUES ($1, $2, $3, $4, $5, 0, '', 'proposed', $6, '', '', 0, 1)"
                       "{new id}",
                       ARGS(TEXT(x.name_of_list), TEXT(x.subject_kind), TEXT(x.subject_code),
                            TEXT(x.name), TEXT(x.case_number), TEXT(x.tier)),
                       &id, err);
    if (r == 0)
        r = add_event(w, id, 1, &e, err);
    if (r == 0)
        r = log_step(w, id, REGISTER_STEP_PROPOSE, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

int register_propose_within(struct arena *request, struct store *s, const struct library *l,
                            const struct actor *who, const struct register_new *x, int64_t *ret_id,
                            struct err *err)
{
    const struct register_work w = {request, s, l, who};
    int r = may_step(&w, NULL, REGISTER_STEP_PROPOSE, err);
    return r < 0 ? r : put(&w, x, false, ret_id, err);
}

int register_put_fresh(const struct register_work *w, const struct register_new *x, int64_t *ret_id,
                       struct err *err)
{
    return put(w, x, true, ret_id, err);
}

int register_may(const struct register_work *w, enum register_step step, struct err *err)
{
    return may_step(w, NULL, step, err);
}

/* ---- steps ---- */

/* The library says how long an entry lasts, where the publisher does not. */
static int last_day(const struct register_work *w, const struct library_register *reg,
                    const struct register_change *c, struct span from, struct span *ret,
                    struct err *err)
{
    struct date d;
    int64_t months = 0;
    int r = read_day(from, "from", &d, err);
    if (r < 0)
        return r;
    if (c->to_day.n) {
        *ret = c->to_day;
        r = read_day(c->to_day, "to", &d, err);
        if (r == 0 && span_compare(c->to_day, from) < 0)
            r = err_set(err, E_INPUT, "the last day lies before the first one");
        return r;
    }
    if (reg->has_months && decimal_to_int(reg->months, &months) && date_add_months(d, months, &d) &&
        date_add_days(d, -1, &d))
        *ret = day_text(w->arena, d);
    return 0;
}

/* What the step writes: days in full, so that replaying needs nothing else. */
static int fill(const struct register_work *w, const struct register_entry *e,
                const struct library_register *reg, const struct register_change *c,
                struct register_event *x, struct err *err)
{
    struct span from = c->from_day.n ? c->from_day : today(w->arena);
    struct date d;
    int r = 0;
    x->reason = c->reason;
    x->cites = c->cites;
    if (c->step == REGISTER_STEP_PUBLISH) {
        x->from_day = from;
        if (!c->outside && span_compare(from, today(w->arena)) < 0)
            r = err_set(err, E_INPUT, "an entry cannot be published for days that are past");
        if (r == 0)
            r = last_day(w, reg, c, from, &x->to_day, err);
    } else if (c->step == REGISTER_STEP_ADJUST) {
        x->tier = c->tier;
        if (c->to_day.n)
            r = last_day(w, reg, c, e->from_day, &x->to_day, err);
        if (r == 0 && !c->tier.n && !c->to_day.n && !c->name.n)
            r = err_set(err, E_INPUT, "what is to change? a tier or a last day");
    } else if (c->step == REGISTER_STEP_REMOVE) {
        r = read_day(from, "from", &d, err);
        if (r == 0 && date_add_days(d, -1, &d))
            x->to_day = day_text(w->arena, d);
        if (r == 0 && e->to_day.n && span_compare(x->to_day, e->to_day) > 0)
            r = err_set(err, E_CONFLICT, "it stands on the list until %.*s only",
                        SPAN_ARG(e->to_day));
        x->from_day = from;
    }
    return r;
}

static int check_state(const struct register_entry *e, enum register_step step, struct err *err)
{
    const struct register_rule *rule = &register_rules[step];
    if (!(rule->states >> e->state & 1))
        return err_set(err, E_CONFLICT, "entry %" PRId64 " is %s: '%s' does not follow", e->id,
                       register_state_words[e->state].yaml.p, register_step_words[step].yaml.p);
    if (rule->objected && !e->objected)
        return err_set(err, E_CONFLICT, "nobody objected to entry %" PRId64, e->id);
    return 0;
}

/* A list of a district means something for what that district grants. */
static struct span region_of(const struct library *l, const struct library_register *reg)
{
    const struct library_document *d = map_get(&l->document_by_id, reg->source_document);
    return d && d->region.n ? d->region : SPAN("");
}

static int write_step(const struct register_work *w, struct register_entry *e,
                      const struct register_event *x, const struct library_register *reg,
                      struct err *err)
{
    struct register_event *events =
        ARENA_ARRAY(w->arena, struct register_event, e->event_count + 1);
    if (!events)
        return err_memory(err);
    struct span old_end = e->to_day;
    memcpy(events, e->events, e->event_count * sizeof *events);
    events[e->event_count++] = *x;
    e->events = events;
    register_replay(e, INT64_MAX);
    if (x->step == REGISTER_STEP_PUBLISH) {
        e->effects = reg->effects;
        e->region = region_of(w->library, reg);
    }
    int r = add_event(w, e->id, e->event_count, x, err);
    if (r == 0)
        r = sql_run(w->store,
                    "UPDATE register_entry SET state = $2, tier = $3, from_day = $4, to_day = $5,"
                    " objected = $6, events = $7, effects = $8, region = $9, name = $10"
                    " WHERE id = $1",
                    ARGS(INT(e->id), TEXT(register_state_words[e->state].yaml), TEXT(e->tier),
                         TEXT(e->from_day), TEXT(e->to_day), INT(e->objected),
                         INT((int64_t)e->event_count), INT(e->effects), TEXT(e->region),
                         TEXT(e->name)),
                    err);
    if (r == 0)
        r = log_step(w, e->id, x->step, err);
    if (r == 0 && (x->step == REGISTER_STEP_PUBLISH || x->step == REGISTER_STEP_REMOVE ||
                   (x->step == REGISTER_STEP_ADJUST && x->to_day.n)))
        r = tell_rules(w, e, old_end, err);
    if (r == 0 && x->step == REGISTER_STEP_PUBLISH)
        r = claims_hasten(w->arena, w->store, w->who, e, err);
    return r;
}

int register_step_within(const struct register_work *w, int64_t id, const struct register_change *c,
                         struct err *err)
{
    struct register_entry e;
    struct register_event x = event_of(w, c->step);
    const struct library_register *reg = NULL;
    int r = register_get(w->arena, w->store, id, &e, err);
    if (r == 0)
        r = may_step(w, &e, c->step, err);
    if (r == 0)
        r = check_state(&e, c->step, err);
    if (r == 0 && register_rules[c->step].second)
        r = second_person(w, &e, err);
    if (r == 0)
        r = check_reason(c->reason, register_rules[c->step].reason, err);
    if (r == 0)
        r = register_find(w, e.name_of_list, &reg, err);
    if (r == 0)
        r = fill(w, &e, reg, c, &x, err);
    if (r == 0 && c->step == REGISTER_STEP_ADJUST && c->name.n)
        e.name = c->name;
    return r < 0 ? r : write_step(w, &e, &x, reg, err);
}

int register_remove_within(struct arena *request, struct store *s, const struct library *l,
                           const struct actor *who, struct span name_of_list,
                           struct span subject_kind, struct span subject_code, struct span reason,
                           struct err *err)
{
    const struct register_work w = {request, s, l, who};
    const struct register_query q = {.name_of_list = name_of_list,
                                     .subject_kind = subject_kind,
                                     .subject_code = subject_code,
                                     .has_state = true,
                                     .state = REGISTER_STATE_PUBLISHED};
    const struct register_change c = {.step = REGISTER_STEP_REMOVE, .reason = reason};
    struct span now = today(request);
    struct register_entry *at;
    size_t n;
    int r = register_list(request, s, &q, &at, &n, err);
    for (size_t i = 0; i < n && r == 0; i++)
        if (register_holds(&at[i], now))
            r = register_step_within(&w, at[i].id, &c, err);
    return r;
}

/* ---- in transactions of their own ---- */

struct proposing {
    struct register_work work;
    const struct register_new *x;
    int64_t id;
};

static int propose_alone(struct store *s, void *context, struct err *err)
{
    struct proposing *p = context;
    return register_propose_within(p->work.arena, s, p->work.library, p->work.who, p->x, &p->id,
                                   err);
}

int register_propose(struct arena *request, struct store *s, const struct library *l,
                     const struct actor *who, const struct register_new *x, int64_t *ret_id,
                     struct err *err)
{
    struct proposing p = {{request, s, l, who}, x, 0};
    int r = store_write(s, propose_alone, &p, err);
    if (r == 0)
        *ret_id = p.id;
    return r;
}

struct stepping {
    struct register_work work;
    int64_t id;
    const struct register_change *change;
};

static int step_alone(struct store *s, void *context, struct err *err)
{
    const struct stepping *x = context;
    UNUSED(s);
    return register_step_within(&x->work, x->id, x->change, err);
}

int register_do(struct arena *request, struct store *s, const struct library *l,
                const struct actor *who, int64_t id, const struct register_change *c,
                struct err *err)
{
    struct stepping x = {{request, s, l, who}, id, c};
    return store_write(s, step_alone, &x, err);
}

/* ---- extended by themselves ---- */

struct extending {
    struct register_work work;
    const struct register_extension *x;
    size_t extended, told;
};

static struct span say_extended(struct arena *a, const struct register_entry *e,
                                const struct register_extension *x, bool english)
{
    bool open = span_eq(x->last_day, SPAN(REGISTER_UNTIL_NOTICE));
    struct span until = !open ? x->last_day : english ? SPAN("another notice") : SPAN("另行通知");
    return arena_print(a,
                       english ? "%.*s: the entry that ends on %.*s holds until %.*s. Nothing has "
                                 "to be filed. (%.*s)"
                               : "%.*s：%.*s到期的，自动顺延到%.*s，不用申请。（%.*s）",
                       SPAN_ARG(e->name_of_list), SPAN_ARG(e->to_day), SPAN_ARG(until),
                       SPAN_ARG(x->cites));
}

static int tell_extended(struct extending *g, const struct register_entry *e, struct err *err)
{
    struct arena *a = g->work.arena;
    struct subject_row subject = {0};
    struct err unknown = ERR_INIT; /* whom nobody ever named has no agent */
    size_t n = 0;
    if (!e->subject_code.n ||
        subject_find(a, g->work.store, e->subject_kind, e->subject_code, &subject, &unknown) < 0)
        return 0;
    const struct outgoing m = {
        .channel = MESSAGE_INBOX,
        .key = arena_print(a, "register/%" PRId64 "/%.*s", e->id, SPAN_ARG(g->x->last_day)),
        .kind = SPAN("register.extended"),
        .object_kind = SPAN("register"),
        .object = e->name_of_list,
        .subject_zh = SPAN("期限自动顺延"),
        .subject_en = SPAN("Extended without an application"),
        .text_zh = say_extended(a, e, g->x, false),
        .text_en = say_extended(a, e, g->x, true)};
    int r =
        a->failed ? err_memory(err) : agents_tell(g->work.store, subject.id, today(a), &m, &n, err);
    g->told += n;
    return r;
}

static bool ends_within(const struct register_entry *e, const struct register_extension *x)
{
    return e->to_day.n && span_compare(e->to_day, x->from_day) >= 0 &&
           span_compare(e->to_day, x->to_day) <= 0;
}

static int check_extension(const struct register_extension *x, struct err *err)
{
    const struct {
        struct span day;
        const char *what;
    } days[] = {{x->from_day, "from"}, {x->to_day, "to"}, {x->last_day, "until"}};
    struct date d;
    int r = 0;
    for (size_t i = 0; r == 0 && i < COUNT_OF(days); i++)
        r = read_day(days[i].day, days[i].what, &d, err);
    if (r == 0 && span_compare(x->from_day, x->to_day) > 0)
        r = err_set(err, E_INPUT, "the period ends before it begins");
    if (r == 0 && span_compare(x->last_day, x->to_day) <= 0)
        r = err_set(err, E_INPUT, "the new last day lies within the period: it extends nothing");
    if (r == 0 && !span_trim(x->cites).n) {
        r = err_set(err, E_INPUT, "which text extends it?");
        err_hint(err, "--cites '文件 条款'");
    }
    return r < 0 ? r : check_reason(x->reason, true, err);
}

static int extend(struct store *s, void *context, struct err *err)
{
    struct extending *g = context;
    const struct register_extension *x = g->x;
    const struct register_change c = {.step = REGISTER_STEP_ADJUST,
                                      .to_day = x->last_day,
                                      .reason = x->reason,
                                      .cites = x->cites};
    struct register_query q = {
        .name_of_list = x->name_of_list, .has_state = true, .state = REGISTER_STATE_PUBLISHED};
    struct register_entry *at;
    size_t n = 0;
    int r;
    g->extended = g->told = 0;
    do {
        r = register_list(g->work.arena, s, &q, &at, &n, err);
        for (size_t i = 0; i < n && r == 0; i++) {
            q.after = at[i].id;
            if (!ends_within(&at[i], x))
                continue;
            r = register_step_within(&g->work, at[i].id, &c, err);
            if (r == 0)
                r = tell_extended(g, &at[i], err);
            g->extended += r == 0;
        }
    } while (r == 0 && n == REGISTER_LIST_MAX);
    return r;
}

int register_extend(struct arena *request, struct store *s, const struct library *l,
                    const struct actor *who, const struct register_extension *x,
                    size_t *ret_extended, size_t *ret_told, struct err *err)
{
    struct extending g = {.work = {request, s, l, who}, .x = x};
    const struct library_register *reg;
    int r = register_find(&g.work, x->name_of_list, &reg, err);
    if (r == 0)
        r = check_extension(x, err);
    if (r == 0)
        r = store_write(s, extend, &g, err);
    if (r == 0) {
        *ret_extended = g.extended;
        *ret_told = g.told;
    }
    return r;
}
