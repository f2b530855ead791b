/*
 * remedies.c: what a refusal says of remedies (S080). The limits are facts of law, dated and
 * sourced in the library (parameters/remedies.yaml); no document of measures states them. A library
 * without them names the ways and no days.
 */
#include "casework/run_int.h"

static const struct parameter_value *in_force(const struct library *l, const char *name,
                                              struct date on)
{
    const struct parameter *p = map_get(&l->parameter_by_name, span_z(name));
    const struct parameter_value *found = NULL;

    for (size_t i = 0; p && i < p->value_count; i++) {
        const struct parameter_value *x = &p->values[i];
        if (x->value.kind == VALUE_NUMBER && !x->region.n && date_compare(x->from, on) <= 0 &&
            (!x->has_to || date_compare(on, x->to) <= 0))
            found = x;
    }
    return found;
}

static struct span figure(struct arena *a, const struct parameter_value *x)
{
    char text[DECIMAL_PLAIN];
    return arena_copy(a, span_of(text, decimal_plain(x->value.number, text, sizeof text)));
}

static struct span ways(struct arena *a, const struct parameter_value *review,
                        const struct parameter_value *action)
{
    if (!review || !action)
        return SPAN("不服本决定的，可以依法申请行政复议或者提起行政诉讼");
    return arena_print(a,
                       "不服本决定的，可以自收到之日起%.*s日内申请行政复议（%.*s），"
                       "或者在%.*s个月内提起行政诉讼（%.*s）",
                       SPAN_ARG(figure(a, review)), SPAN_ARG(review->source),
                       SPAN_ARG(figure(a, action)), SPAN_ARG(action->source));
}

struct span remedy_text(struct arena *a, const struct library *l, const struct procedure *p,
                        struct date on)
{
    struct span text =
        ways(a, in_force(l, "行政复议申请期限", on), in_force(l, "行政诉讼起诉期限", on));

    if (!p->reapply_cites.n)
        return text;
    return arena_print(a, "%.*s。%s（%.*s）", SPAN_ARG(text),
                       p->may_reapply ? "可以再次提出申请" : "同一事项不再受理申请",
                       SPAN_ARG(p->reapply_cites));
}
