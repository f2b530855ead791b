/*
 * entries.c: finds the separate documents of a parsed file and names them; entries_head.c and
 * entries_foot.c read what their heads and feet say.
 */
#include "document/entries.h"
#include "base/vector.h"

VECTOR_OF(struct doc_entry, entry_vector);

static bool is_entry(const struct doc_node *n)
{
    return n->kind == DOC_PART || n->kind == DOC_ENTRY || n->kind == DOC_BULLETIN;
}

static void entry_fill(struct doc_entry *e, const struct doc_node *n, enum doc_entry_kind kind)
{
    e->kind = kind;
    e->node = e->body = n;
    e->start = n->start;
    e->end = n->end;
    e->line = n->line;
    e->end_line = n->end_line;
    e->title.text = e->body_title = n->title;
    e->id = n->step;
}

static enum doc_entry_kind kind_of(const struct doc_node *n)
{
    return n->kind == DOC_ENTRY      ? DOC_ENTRY_DIGEST
           : n->kind == DOC_BULLETIN ? DOC_ENTRY_BULLETIN
                                     : DOC_ENTRY_PART;
}

int document_entries(const struct doc *doc, struct arena *arena, struct doc_entries *ret,
                     struct err *err)
{
    struct entry_vector v = {0};
    const struct doc_node *n = doc->root;
    for (; n; n = doc_following(doc->root, n)) {
        if (!is_entry(n))
            continue;
        struct doc_entry *e = VECTOR_PUSH(arena, &v, struct doc_entry);
        if (!e)
            return err_memory(err);
        entry_fill(e, n, kind_of(n));
    }
    if (v.n == 0) {
        struct doc_entry *e = VECTOR_PUSH(arena, &v, struct doc_entry);
        if (!e)
            return err_memory(err);
        entry_fill(e, doc->root, DOC_ENTRY_DOCUMENT);
    }
    *ret = (struct doc_entries){.at = v.at, .n = v.n, .frame_title = doc->root->title};
    return 0;
}

bool doc_entry_separate(const struct doc_entry *e)
{
    return e->kind != DOC_ENTRY_ANNEX || !e->within || e->within->kind != DOC_ENTRY_DOCUMENT;
}

const struct doc_entry *doc_entry_of(const struct doc_entries *list, const struct doc_node *node)
{
    for (; node; node = node->parent)
        for (size_t i = 0; i < list->n; i++)
            if (list->at[i].node == node)
                return &list->at[i];
    return NULL;
}

const char *doc_entry_kind_name(enum doc_entry_kind kind)
{
    static const char *const names[DOC_ENTRY_KINDS] = {"document", "part",     "annex",
                                                       "digest",   "bulletin", "catalogue"};
    return names[kind];
}

const char *doc_flag_name(unsigned bit)
{
    static const char *const names[DOC_FLAG_COUNT] = {
        "no-number",     "no-date",        "no-issuer",     "no-body",
        "dates-differ",  "issuers-differ", "year-inferred", "region-inferred",
        "missing-annex", "duplicate",      "truncated"};
    return bit < DOC_FLAG_COUNT ? names[bit] : "unknown";
}

const char *doc_relation_name(enum doc_relation relation)
{
    static const char *const names[] = {"issues", "forwards", "interprets"};
    return names[relation];
}
