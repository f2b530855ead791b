/*
 * case_registers.c: cases and registers (registers.h): who stands on a black list may begin no
 * application; an act that says so proposes its applicant for a list, or takes him off.
 */
#include "casework/cases_int.h"
#include "casework/registers.h"

/* What asks for money or a place; objections, repairs and reports stay open to everybody. */
static bool is_application(const struct procedure *p)
{
    return p->kind == PROCEDURE_APPLICATION || p->kind == PROCEDURE_CALL;
}

static int find_bar(const struct case_work *w, struct register_bar *ret, struct err *err)
{
    const struct case_row *row = &w->file.row;
    const struct register_question q = {.subject_kind = row->subject_kind,
                                        .subject_code = row->subject_code,
                                        .effects = REGISTER_NO_APPLICATION,
                                        .region = w->file.procedure->region};

    return is_application(w->file.procedure)
               ? register_bar_find(w->arena, w->office->store, &q, ret, err)
               : 0;
}

int case_not_barred(const struct case_work *w, struct err *err)
{
    const struct case_row *row = &w->file.row;
    struct register_bar bar;
    int r = find_bar(w, &bar, err);

    if (r <= 0)
        return r;
    err_set(err, E_CONFLICT, "%.*s在“%.*s”内（自 %.*s 起至 %.*s），不能申请",
            SPAN_ARG(row->subject_code), SPAN_ARG(bar.name_of_list), SPAN_ARG(bar.from_day),
            SPAN_ARG(bar.to_day.n ? bar.to_day : SPAN("移出之日")));
    err_hint(err, "对列入有异议的，可以就名单第 %lld 条提出异议", (long long)bar.entry_id);
    return E_CONFLICT;
}

/* The procedure has said who decides: the entry shows him, and the rights are the case's. A list
 * that nobody keeps changes with the library only. */
int case_register_effect(struct case_work *w, const struct procedure_act *a,
                         const struct case_event *e, struct err *err)
{
    const struct case_row *row = &w->file.row;
    const struct library_register *list = map_get(&w->file.library->register_by_name, a->reg);
    struct actor by = *w->who;
    struct span reason = json_text(JSON_GET(e->data, "reason"));
    struct err refused = ERR_INIT;
    int64_t id;
    int r;

    if (!a->reg.n || !list || list->kept == REGISTER_TABLE)
        return 0;
    by.program = true;
    if (!reason.n)
        reason =
            arena_print(w->arena, "办件 %.*s：%.*s", SPAN_ARG(row->number), SPAN_ARG(a->title.zh));
    if (!reason.p)
        return err_memory(err);
    if (span_eq(a->reg_act, SPAN("remove")))
        return register_remove_within(w->arena, w->office->store, w->file.library, &by, a->reg,
                                      row->subject_kind, row->subject_code, reason, err);
    const struct register_new x = {.name_of_list = a->reg,
                                   .subject_kind = row->subject_kind,
                                   .subject_code = row->subject_code,
                                   .name = row->subject_name,
                                   .reason = reason,
                                   .cites = a->cites,
                                   .case_number = row->number};
    r = register_propose_within(w->arena, w->office->store, w->file.library, &by, &x, &id,
                                &refused);
    if (r == E_CONFLICT) /* it stands there, or is proposed, already: nothing to add */
        return 0;
    if (r < 0 && err)
        *err = refused;
    return r;
}
