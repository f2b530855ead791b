/*
 * search_archive.c: what is searched follows the archive: called for each version that is filed or
 * changed, inside the transaction that does it (archive_hooks.def).
 */
#include "base/vector.h"
#include "document/archive.h"
#include "document/search.h"
#include "document/tags.h"

NODISCARD int search_follow(const struct archive_change *c, struct err *err);

VECTOR_OF(struct span, names);

static struct names issuers_of(struct arena *a, const struct archive_version *v)
{
    struct names list = {0};
    struct json *j = NULL;
    struct err ignored = ERR_INIT; /* what the archive wrote is JSON */

    if (json_parse(a, v->issuers, SPAN("issuers"), &j, &ignored) < 0)
        return list;
    JSON_EACH(name, j)
    {
        struct span *slot = VECTOR_PUSH(a, &list, struct span);
        if (slot)
            *slot = json_text(name);
    }
    return list;
}

static void read_validity(struct arena *a, const struct archive_version *v, struct search_entry *e)
{
    struct json *meta = NULL;
    struct err ignored = ERR_INIT;

    if (json_parse(a, v->meta, SPAN("meta"), &meta, &ignored) < 0)
        return;
    const struct json *validity = JSON_GET(meta, "validity");
    e->in_from = json_text(JSON_GET(validity, "from"));
    e->in_to = json_text(JSON_GET(validity, "to"));
}

#define HEAD_MOST 300 /* bytes besides the title: date, office */

/* What has no path of its own is the document; its head is found by the title. */
static struct search_clause clause_of(const struct archive_version *v,
                                      const struct archive_clause *c)
{
    struct search_clause clause = {c->path, c->title, c->text};

    if (c->path.n)
        return clause;
    clause.heading = (struct span){NULL, 0};
    if (c->text.n < v->title.n + HEAD_MOST && span_find(c->text, v->title) != SIZE_MAX)
        clause.text = (struct span){NULL, 0};
    return clause;
}

/* Clause number n of the search is position n - 1 of the archive. */
static struct search_clause *clauses_of(const struct archive_change *c)
{
    struct search_clause *list =
        ARENA_ARRAY(c->arena, struct search_clause, c->clause_count ? c->clause_count : 1);

    for (size_t i = 0; list && i < c->clause_count; i++)
        list[i] = clause_of(c->version, &c->clauses[i]);
    return list;
}

/* Only the newest version of a document is searched, and no frame: what stands between the
 * documents of a file. */
int search_follow(const struct archive_change *c, struct err *err)
{
    const struct archive_version *v = c->version;
    struct names issuers;
    struct search_entry e = {.id = v->document,
                             .slug = v->slug,
                             .title = v->title,
                             .number = v->doc_number,
                             .region = v->region,
                             .type = v->type,
                             .issued = v->issued};

    if (v->number < v->latest || span_eq(v->kind, SPAN("frame")))
        return 0;
    issuers = issuers_of(c->arena, v);
    e.issuers = issuers.at, e.issuer_count = issuers.n;
    read_validity(c->arena, v, &e);
    struct span *tags = NULL;
    int r = document_archive_tags(c->store, c->arena, v->document, &tags, &e.tag_count, err);
    if (r < 0)
        return r;
    e.tags = tags;
    e.clauses = clauses_of(c);
    e.clause_count = c->clause_count;
    if (c->arena->failed)
        return err_memory(err);
    return search_put(c->store, c->arena, &e, err);
}
