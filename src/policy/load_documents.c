/*
 * load_documents.c: what the library says of each official text: `documents:`.
 */
#include "policy/library_int.h"

#define AT(member)          .offset = offsetof(struct library_document, member)
#define RELATION_AT(member) .offset = offsetof(struct document_relation, member)

static const char *const document_relations[] = {"implements", "amends",    "replaces",  "repeals",
                                                 "cites",      "based-on",  "explains",  "extends",
                                                 "forwards",   "digest-of", "excerpt-of"};
static const struct key document_relation_keys[] = {
    {.name = "kind",
     .read = read_choice,
     RELATION_AT(kind),
     .extra = document_relations,
     .extra_count = COUNT_OF(document_relations),
     .flags = KEY_REQUIRED},
    {.name = "document", .read = read_text, RELATION_AT(document)},
    {.name = "title", .read = read_text, RELATION_AT(title)},
    {.name = "number", .read = read_text, RELATION_AT(number)},
    {.name = "held", .read = read_bool, RELATION_AT(held)},
};

static void document_relation_finish(struct loader *l, const struct json *j, void *base)
{
    struct document_relation *r = base;
    if (!r->document.n && !r->title.n && !r->number.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a relation names no text"),
             "document:, title: or number:");
    if (r->held && !r->document.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a text that is held has an id"), "document: ID");
}
static const struct shape document_relation_shape = {"relation",
                                                     document_relation_keys,
                                                     COUNT_OF(document_relation_keys),
                                                     sizeof(struct document_relation),
                                                     NO_PLACE,
                                                     document_relation_finish};

static const char *const certainties[] = {"printed", "inferred"};

static void read_certainty(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct span word = {NULL, 0};
    struct key inner = *k;
    inner.offset = 0;
    read_choice(l, j, &inner, &word);
    ((struct library_document *)base)->from_inferred = span_eq(word, SPAN("inferred"));
}

static const struct key force_keys[] = {
    {.name = "from", .read = read_formula, AT(in_force_from)},
    {.name = "to", .read = read_formula, AT(in_force_to)},
    {.name = "certainty",
     .read = read_certainty,
     .extra = certainties,
     .extra_count = COUNT_OF(certainties)},
    {.name = "why", .read = read_words, AT(from_why)},
};

static void force_finish(struct loader *l, const struct json *j, void *base)
{
    struct library_document *d = base;
    if (d->from_inferred && !d->from_why.zh.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "an inferred date needs a reason"),
             "add why: {zh: ..., en: ...}");
}
static const struct shape force_shape = {"period in force", force_keys,  COUNT_OF(force_keys), 0,
                                         NO_PLACE,          force_finish};

static const struct key source_keys[] = {
    {.name = "file", .read = read_text, AT(file), .flags = KEY_REQUIRED},
    {.name = "sha256", .read = read_text, AT(sha256)},
};
static const struct shape source_shape = {"source", source_keys, COUNT_OF(source_keys),
                                          0,        NO_PLACE,    NULL};

/* `within: {document, clause}`: the parent may stand later, so its id waits in a map until
 * link_documents. */
struct within {
    struct span document, clause;
};
static const struct key within_keys[] = {
    {.name = "document",
     .read = read_text,
     .offset = offsetof(struct within, document),
     .flags = KEY_REQUIRED},
    {.name = "clause", .read = read_text, .offset = offsetof(struct within, clause)},
};
static const struct shape within_shape = {
    "parent", within_keys, COUNT_OF(within_keys), sizeof(struct within), NO_PLACE, NULL};

static void read_within(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct library_document *d = base;
    struct within w = {0};
    UNUSED(k);
    if (!read_shape(l, j, &within_shape, &w))
        return;
    d->within_id = w.document;
    d->within_clause = w.clause;
}

static const struct key document_keys[] = {
    {.name = "document", .read = read_text, AT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_text, AT(title), .flags = KEY_REQUIRED},
    {.name = "number", .read = read_text, AT(number)},
    {.name = "issuers",
     .read = read_texts,
     AT(issuers),
     .second = offsetof(struct library_document, issuer_count)},
    {.name = "type", .read = read_text, AT(type), .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, AT(region), .flags = KEY_REQUIRED},
    {.name = "issued",
     .read = read_date,
     AT(issued),
     .second = offsetof(struct library_document, has_issued)},
    {.name = "in_force", .read = read_same, .extra = &force_shape},
    {.name = "source", .read = read_same, .extra = &source_shape},
    {.name = "within", .read = read_within},
    {.name = "relations",
     .read = read_list,
     AT(relations),
     .second = offsetof(struct library_document, relation_count),
     .extra = &document_relation_shape},
    {.name = "missing",
     .read = read_texts,
     AT(missing),
     .second = offsetof(struct library_document, missing_count)},
    {.name = "rules",
     .read = read_list,
     AT(rules),
     .second = offsetof(struct library_document, rule_count),
     .extra = &condition_shape},
    {.name = "between",
     .read = read_list,
     AT(between),
     .second = offsetof(struct library_document, between_count),
     .extra = &relation_shape},
};

static void document_finish(struct loader *l, const struct json *j, void *base)
{
    struct library_document *d = base;
    struct condition *rules = (struct condition *)d->rules;
    for (size_t i = 0; i < d->rule_count; i++) {
        if (!rules[i].id.n)
            hint(l, COMPLAIN_AT(l, rules[i].place, E_INPUT, "a rule of a document needs an id"),
                 "add rule: ID");
        if (!rules[i].document)
            rules[i].document = d;
    }
    struct relation *between = (struct relation *)d->between;
    for (size_t i = 0; i < d->between_count; i++) {
        between[i].document = d;
        if (!between[i].rule.n)
            hint(l, COMPLAIN_AT(l, between[i].place, E_INPUT, "a rule of a document needs an id"),
                 "add rule: ID");
    }
    if (d->sha256.n && d->sha256.n != 64)
        hint(l, COMPLAIN(l, JSON_GET(j, "source"), E_INPUT, "'sha256' has 64 hexadecimal digits"),
             "huiqi document read FILE --json shows it");
}
static const struct shape document_shape = {"document",
                                            document_keys,
                                            COUNT_OF(document_keys),
                                            sizeof(struct library_document),
                                            offsetof(struct library_document, place),
                                            document_finish};

void load_documents(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct map *by_id = &l->library->document_by_id;
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct library_document *d = need(l, ARENA_NEW(l->program, struct library_document));
        if (!d || !read_shape(l, e, &document_shape, d) || !d->id.n)
            continue;
        if (map_get(by_id, d->id)) {
            COMPLAIN(l, JSON_GET(e, "document"), E_CONFLICT, "a second document '%.*s'",
                     SPAN_ARG(d->id));
            continue;
        }
        struct library_document **slot =
            need(l, VECTOR_PUSH(l->program, &l->documents, struct library_document *));
        if (slot)
            *slot = d;
        if (map_put(by_id, d->id, d) < 0)
            l->failed = true;
    }
}

static bool within_itself(const struct library_document *d)
{
    size_t depth = 0;
    for (const struct library_document *up = d->within; up; up = up->within)
        if (up == d || depth++ > 64)
            return true;
    return false;
}

static void hint_near(struct loader *l, struct diag *g, const struct map *m, struct span word)
{
    struct span near = map_nearest(m, word);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "declare it in library/documents");
}

void link_documents(struct loader *l)
{
    const struct map *by_id = &l->library->document_by_id;
    for (size_t i = 0; i < l->documents.n; i++) {
        struct library_document *d = l->documents.at[i];
        if (d->within_id.n) {
            d->within = map_get(by_id, d->within_id);
            if (!d->within)
                hint_near(l,
                          COMPLAIN_AT(l, d->place, E_NAME, "unknown document '%.*s'",
                                      SPAN_ARG(d->within_id)),
                          by_id, d->within_id);
        }
    }
    for (size_t i = 0; i < l->documents.n; i++)
        if (within_itself(l->documents.at[i])) {
            COMPLAIN_AT(l, l->documents.at[i]->place, E_CONFLICT, "'%.*s' lies within itself",
                        SPAN_ARG(l->documents.at[i]->id));
            l->documents.at[i]->within = NULL;
        }
}

const struct library_document *document_of(struct loader *l, const struct json *j)
{
    const struct map *by_id = &l->library->document_by_id;
    if (!want_text(l, j, "document"))
        return NULL;
    const struct library_document *d = map_get(by_id, j->text);
    if (!d)
        hint_near(l, COMPLAIN(l, j, E_NAME, "unknown document '%.*s'", SPAN_ARG(j->text)), by_id,
                  j->text);
    return d;
}
