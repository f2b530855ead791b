/*
 * case_parties.c: who may be whom in a case. The applicant is whoever acts for the subject; an
 * office is played by people of its organisation with the role that the procedure names; a
 * counterparty by the organisation or account it was assigned to (S249).
 */
#include "base/vector.h"
#include "casework/cases_int.h"

static const unsigned role_of_actor[ACTOR_KINDS] = {
    [ACTOR_WINDOW] = 1u << USER_WINDOW,
    [ACTOR_HANDLER] = 1u << USER_HANDLER,
    [ACTOR_REVIEWER] = 1u << USER_REVIEWER,
    [ACTOR_FINANCE] = 1u << USER_FINANCE,
    [ACTOR_COUNTERPARTY] = 1u << USER_COUNTERPARTY,
};

static const struct party_row *row_of_party(const struct case_work *w, struct span party)
{
    for (size_t i = 0; i < w->party_row_count; i++)
        if (span_eq(w->party_rows[i].party, party))
            return &w->party_rows[i];
    return NULL;
}

struct span case_party_organisation(const struct case_work *w, struct span party)
{
    const struct party_row *row = row_of_party(w, party);
    return row ? row->organisation : (struct span){NULL, 0};
}

static bool plays(const struct case_work *w, const struct party *p)
{
    const struct actor *who = w->who;
    const struct party_row *row = row_of_party(w, p->id);

    if (!row || !(who->roles & role_of_actor[p->kind]))
        return false;
    if (row->account_id)
        return row->account_id == who->account_id || row->account_id == who->for_account_id;
    return row->organisation.n && span_eq(row->organisation, who->organisation);
}

static bool is_applicant(const struct case_work *w)
{
    const struct actor *who = w->who;

    if (who->subject_id && who->subject_id == w->file.row.subject_id)
        return actor_is(who, USER_AGENT);
    /* a window clerk types for somebody who stands before him: the event shows both */
    return (who->roles >> USER_WINDOW & 1) && !who->program;
}

/* At the command line, without an account: all rights. A timer has none of people's. */
static bool is_operator(const struct actor *who)
{
    return who->program && who->roles;
}

int case_parties_of(struct case_work *w, struct err *err)
{
    VECTOR_OF(struct span, ids) v = {0};
    const struct procedure *p = w->file.procedure;
    bool ok = true;

#define ADD(text)                                                                                  \
    do {                                                                                           \
        struct span *to = VECTOR_PUSH(w->arena, &v, struct span);                                  \
        ok = ok && to;                                                                             \
        if (to)                                                                                    \
            *to = (text);                                                                          \
    } while (0)
    if (is_operator(w->who))
        ADD(SPAN("applicant"));
    for (size_t i = 0; i < p->party_count; i++)
        if (is_operator(w->who) || plays(w, &p->parties[i]))
            ADD(p->parties[i].id);
    if (!is_operator(w->who) && is_applicant(w))
        ADD(SPAN("applicant"));
    if (w->who->program)
        ADD(SPAN("program"));
    if (w->as_anybody)
        ADD(SPAN("anybody"));
#undef ADD
    w->file.parties = v.at;
    w->file.party_count = v.n;
    w->file.party = v.n ? v.at[0] : (struct span){NULL, 0};
    return ok ? 0 : err_memory(err);
}

/* ---- rows ---- */

int case_parties_load(struct case_work *w, struct err *err)
{
    VECTOR_OF(struct party_row, party_rows) v = {0};
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "SELECT party, organisation, account_id FROM case_party"
                          " WHERE case_id = $1 ORDER BY party",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    while ((r = stmt_step(st, err)) > 0) {
        struct party_row *row = VECTOR_PUSH(w->arena, &v, struct party_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = (struct party_row){arena_copy(w->arena, stmt_get_text(st, 0)),
                                  arena_copy(w->arena, stmt_get_text(st, 1)), stmt_get_int(st, 2)};
    }
    stmt_done(st);
    w->party_rows = v.at;
    w->party_row_count = v.n;
    return r < 0 ? r : w->arena->failed ? err_memory(err) : 0;
}

/* The organisation that the procedure names, or names by a rule; else the procedure's authority. A
 * counterparty that nobody names yet is assigned by a person. */
/* Who carries the case out where a party names nobody: the department that its opening names (of
 * a project of 免申即享), else the procedure's authority. */
static struct span lead_organisation(const struct case_work *w)
{
    struct span named = w->file.event_count
                            ? json_text(JSON_GET(w->file.events[0].data, "department"))
                        : w->who->program ? w->who->organisation
                                          : (struct span){NULL, 0};
    return named.n ? named : w->file.procedure->authority;
}

static struct span named_organisation(struct case_work *w, const struct party *p)
{
    struct match_options options = {.as_of = date_today()};
    struct procedure_scope *scope = NULL;
    struct err ignored = {0};

    if (p->organisation.n)
        return p->organisation;
    if (p->by.expr && w->file.view &&
        procedure_scope_new(w->arena, w->file.library, w->file.procedure, &w->file.subject,
                            w->file.row.item, &options, w->file.view->locals, &scope,
                            &ignored) == 0) {
        struct value v = procedure_value(scope, &p->by, NULL);
        if (v.kind == VALUE_STRING)
            return v.string;
    }
    return p->by.expr || p->kind == ACTOR_COUNTERPARTY ? (struct span){NULL, 0}
                                                       : lead_organisation(w);
}

static int name_party(const struct case_work *w, struct span party, struct span organisation,
                      struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "UPDATE case_party SET organisation = $3 WHERE case_id = $1"
                          " AND party = $2",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    stmt_text(st, 2, party);
    stmt_text(st, 3, organisation);
    return stmt_run(st, err);
}

/* A party that a rule names is known when the fields are: the bank of the account. It changes with
 * them only while the applicant has the case; afterwards a person may have moved it. */
int case_parties_name(struct case_work *w, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    enum phase phase = w->file.view->phase;
    bool changed = false;
    int r = 0;

    for (size_t i = 0; r == 0 && i < p->party_count; i++) {
        struct span was = case_party_organisation(w, p->parties[i].id), is;
        if (!p->parties[i].by.expr || (was.n && phase != PHASE_DRAFT && phase != PHASE_SUPPLY))
            continue;
        is = named_organisation(w, &p->parties[i]);
        if (!is.n || span_eq(is, was))
            continue;
        changed = true;
        r = name_party(w, p->parties[i].id, is, err);
    }
    return r == 0 && changed ? case_parties_load(w, err) : r;
}

static int put_party(struct case_work *w, const struct party *p, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "INSERT INTO case_party (case_id, party, organisation, account_id)"
                          " VALUES ($1, $2, $3, 0)"
                          " ON CONFLICT (case_id, party) DO UPDATE SET organisation ="
                          " CASE WHEN case_party.organisation = '' THEN excluded.organisation"
                          " ELSE case_party.organisation END",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    stmt_text(st, 2, p->id);
    stmt_text(st, 3, named_organisation(w, p));
    return stmt_run(st, err);
}

int case_parties_make(struct case_work *w, struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < w->file.procedure->party_count; i++)
        r = put_party(w, &w->file.procedure->parties[i], err);
    return r == 0 ? case_parties_load(w, err) : r;
}
