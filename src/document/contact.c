/*
 * contact.c: which lines tell whom to ask.
 */
#include "document/document_int.h"

static const char *const labels[] = {"联系部门", "联系地址", "咨询电话", "联系电话", "联系人",
                                     "受理部门", "邮箱",     "电子邮箱", "联系单位", "联系方式",
                                     "地址",     "电话",     "传真",     "邮编",     "咨询热线",
                                     "监督电话", "受理地址", "办公地址", "服务热线", "联系邮箱",
                                     "咨询地址", "联系科室", "业务咨询", "受理电话", NULL};

/* "联系人：", "联系单位和咨询电话：" : a label, then a colon within a few characters. */
bool contact_label(struct span text)
{
    for (const char *const *l = labels; *l; l++) {
        struct span label = span_z(*l);
        if (!span_starts(text, label))
            continue;
        struct span rest = span_from(text, label.n);
        if (rest.n > 40)
            rest.n = 40;
        size_t wide = span_find(rest, SPAN("：")), narrow = span_find(rest, SPAN(":"));
        size_t colon = wide < narrow ? wide : narrow;
        if (colon != SIZE_MAX && text_runes(span_of(rest.p, colon), 8) < 8)
            return true;
    }
    return false;
}

/* Inside an open block a short line with a number goes on with it. */
bool contact_line(struct span text, bool inside)
{
    if (contact_label(text))
        return text_runes(text, 81) <= 80;
    struct enumerator e;
    return inside && text_runes(text, 41) <= 40 && text_has_phone(text) &&
           !enumerator_read(text, &e);
}
