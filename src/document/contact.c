/*
 * contact.c: which lines tell whom to ask.
 */
#include "document/document_int.h"

static const char *const labels[] = {"联系部门", "联系地址", "咨询电话", "联系电话", "联系人",
                                     "受理部门", "邮箱",     "电子邮箱", "联系单位", "联系方式",
                                     "地址",     "电话",     "传真",     "邮编",     "咨询热线",
                                     "监督电话", "受理地址", "办公地址", "服务热线", "联系邮箱",
                                     "咨询地址", "联系科室", "业务咨询", "受理电话", NULL};

/* Ends of labels that a unit or subject may stand before: "某局联系科室：", "补贴审批电话:". */
static const char *const label_ends[] = {"联系科室", "联系部门", "联系人",   "联系电话", "咨询电话",
                                         "咨询部门", "审批部门", "审批电话", "申请部门", "申请电话",
                                         "办理部门", "部门电话", "牵头单位", NULL};

#define LABEL_MAX 30 /* characters before the colon */

/* The text before the first colon without blanks ("联 系 人"); empty = too long or more than a
 * label. */
static struct span label_of(struct span text, char room[4 * LABEL_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < 4 * LABEL_MAX; i++) {
        unsigned char c = (unsigned char)text.p[i];
        struct span rest = span_from(text, i);
        if (c == ':' || (c == 0xEF && span_starts(rest, SPAN("："))))
            return span_of(room, n);
        if ((c == 0xEF && (span_starts(rest, SPAN("，")) || span_starts(rest, SPAN("；")))) ||
            (c == 0xE3 && span_starts(rest, SPAN("。"))))
            break;
        if (c != ' ')
            room[n++] = (char)c;
    }
    return (struct span){0};
}

/* "联系人：", "联系单位和咨询电话：" : a label, then a colon within a few characters. */
bool contact_label(struct span text)
{
    char room[4 * LABEL_MAX];
    struct span label = label_of(text, room);
    if (label.n == 0)
        return false;
    struct enumerator e;
    if (word_ends_any(label, label_ends) && !enumerator_read(text, &e))
        return true;
    for (const char *const *l = labels; *l; l++)
        if (span_starts(label, span_z(*l)) && text_runes(span_from(label, strlen(*l)), 8) < 8)
            return true;
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
