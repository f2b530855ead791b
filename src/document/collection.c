/*
 * collection.c: phase two of a compilation whose documents have heads: groups (regions), documents
 * with the fields around their text, enclosed texts and annexes as parts of their own. What heads.c
 * marked by line comes here as one block for each role.
 */
#include "document/heads.h"
#include "document/outline_int.h"

static struct doc_node *add_field(struct outline *o, const struct block *k, size_t from,
                                  struct span step)
{
    struct doc_node *n = node_new(o->b, o->part, DOC_FIELD);
    o->count = 0; /* nothing before it goes on behind it */
    if (!n)
        return NULL;
    node_take(o->b, n, k, from ? block_source(o->b, k, from) : 0, SIZE_MAX);
    node_text(n, k, from, k->text.n);
    node_step(o->b, n, step);
    return n;
}

static struct doc_node *group_parent(const struct outline *o)
{
    return o->group_count ? o->groups[o->group_count - 1] : o->b->doc->root;
}

/* A group closes those of its own style and whatever is open inside them. */
static void open_group(struct outline *o, const struct block *k)
{
    struct enumerator e;
    enumerator_read(k->text, &e);
    for (unsigned i = 0; i < o->group_count; i++)
        if (o->group_styles[i] == e.style)
            o->group_count = i;
    if (o->group_count == GROUPS_MAX)
        o->group_count--;
    struct doc_node *n = node_new(o->b, group_parent(o), DOC_GROUP);
    if (!n)
        return;
    node_take(o->b, n, k, 0, SIZE_MAX);
    node_text(n, k, e.length, k->text.n);
    n->mark = span_trim(span_of(k->text.p, e.length));
    n->title = span_trim(n->text);
    node_title_step(o->b, n);
    o->group_styles[o->group_count] = e.style;
    o->groups[o->group_count++] = n;
    o->part = o->top = n;
    o->count = 0;
}

static void open_document(struct outline *o, const struct block *k)
{
    struct build *b = o->b;
    bool listed = o->heads < b->heads.n && b->heads.at[o->heads].listed;
    o->heads++;
    struct doc_node *n = node_new(b, group_parent(o), listed ? DOC_LISTED : DOC_PART);
    if (!n)
        return;
    size_t url = span_find(k->text, SPAN("http")), end = url == SIZE_MAX ? k->text.n : url;
    struct head_parts h;
    struct span text = span_of(k->text.p, end);
    bool parsed = head_parse(text, &h);
    size_t serial = parsed ? h.serial_length : 0;
    node_take(b, n, k, 0, url == SIZE_MAX ? SIZE_MAX : block_source(b, k, url));
    node_text(n, k, serial, end);
    n->mark = span_trim(span_of(k->text.p, serial));
    n->title = parsed ? h.title : n->text;
    n->date = parsed ? h.date : (struct span){0};
    n->unit = parsed ? h.issuers : (struct span){0};
    n->number = parsed ? h.number : (struct span){0};
    node_title_step(b, n);
    o->top = o->part = o->document = n;
    o->count = 0;
    o->form = false;
    o->contact_styles = 0;
    if (url != SIZE_MAX)
        add_field(o, k, url, SPAN("网址"));
}

/* The enclosed text or an annex: a part of its own inside the document. */
static void open_enclosed(struct outline *o, const struct block *k)
{
    struct build *b = o->b;
    struct doc_node *n = node_new(b, o->document ? o->document : b->doc->root, DOC_PART);
    if (!n)
        return;
    if (o->annex) {
        node_take(b, n, o->annex, 0, SIZE_MAX);
        n->mark = o->annex->text;
    }
    o->annex = NULL;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    n->title = n->text;
    node_title_step(b, n);
    o->part = n;
    o->count = 0;
    o->contact_styles = 0;
}

static void add_colophon(struct outline *o, const struct block *k)
{
    struct doc_node *n = node_new(o->b, o->b->doc->root, DOC_MASTHEAD);
    if (!n)
        return;
    node_take(o->b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    node_step(o->b, n, SPAN("报尾"));
    o->part = o->top = o->b->doc->root;
}

void collection_add(struct outline *o, const struct block *k)
{
    static const char *const steps[] = {
        [ROLE_URL] = "网址",  [ROLE_REPEAT] = "标题", [ROLE_NUMBER] = "文号", [ROLE_TO] = "主送",
        [ROLE_SIGN] = "署名", [ROLE_DATE] = "日期",   [ROLE_NOTE] = "附注",   [ROLE_LIST] = "附件"};
    o->contact = NULL;
    switch ((enum role)k->role) {
    case ROLE_GROUP:
        open_group(o, k);
        break;
    case ROLE_HEAD:
        open_document(o, k);
        break;
    case ROLE_TITLE:
        open_enclosed(o, k);
        break;
    case ROLE_ANNEX:
        o->annex = k;
        break;
    case ROLE_COLOPHON:
        add_colophon(o, k);
        break;
    default:
        add_field(o, k, 0, span_z(steps[k->role]));
    }
}
