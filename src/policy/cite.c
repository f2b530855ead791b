/*
 * cite.c: see cite.h.
 */
#include "policy/cite.h"
#include "base/file.h"
#include "base/vector.h"
#include "document/path.h"
#include "policy/procedure.h"
#include "policy/recognition.h"

/* ---- texts ---- */

VECTOR_OF(struct corpus_text, text_vector);
struct reader {
    struct arena *arena;
    struct text_vector texts;
    struct err *err;
};

static struct span file_name(struct span path)
{
    for (size_t i = path.n; i-- > 0;)
        if (path.p[i] == '/')
            return span_from(path, i + 1);
    return path;
}

static int take_text(void *context, const char *path)
{
    struct reader *r = context;
    struct span bytes, name = arena_copy(r->arena, file_name(span_z(path)));
    struct doc *doc = NULL;
    int code = file_read(r->arena, path, DOC_FILE_MAX, &bytes, r->err);
    if (code < 0)
        return code;
    code = document_parse(r->arena, bytes, name, &doc, r->err);
    if (code < 0)
        return code;
    struct corpus_text *t = VECTOR_PUSH(r->arena, &r->texts, struct corpus_text);
    if (!t)
        return err_memory(r->err);
    t->name = name;
    t->doc = doc;
    doc_sha256(bytes, t->sha256);
    return 0;
}

int corpus_load(struct arena *arena, const char *folder, struct corpus *ret, struct err *err)
{
    struct reader r = {.arena = arena, .err = err};
    int code = file_walk(arena, folder, SPAN(".txt"), take_text, &r, err);
    if (code < 0)
        return code;
    *ret = (struct corpus){r.texts.at, r.texts.n};
    return 0;
}

/* "000" names 000_ccc6.txt and 000.txt, not 0001.txt. */
static bool name_fits(struct span name, struct span prefix)
{
    struct span rest = span_from(name, prefix.n);
    if (!prefix.n || !span_starts(name, prefix))
        return false;
    char next = rest.n ? rest.p[0] : '.';
    return !((next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
             (next >= 'A' && next <= 'Z'));
}

static const struct corpus_text *own_text(const struct corpus *t, const struct library_document *d)
{
    for (size_t i = 0; i < t->n; i++)
        if (d->sha256.n && span_eq(span_z(t->at[i].sha256), d->sha256))
            return &t->at[i];
    for (size_t i = 0; i < t->n; i++)
        if (name_fits(t->at[i].name, d->file))
            return &t->at[i];
    return NULL;
}

const struct corpus_text *corpus_text_of(const struct corpus *t, const struct library_document *d,
                                         const struct doc_node **ret_base)
{
    const struct corpus_text *text = own_text(t, d);
    if (text && !(d->within && d->within_clause.n)) {
        *ret_base = text->doc->root;
        return text;
    }
    if (!d->within)
        return NULL;
    const struct doc_node *outer = NULL;
    const struct corpus_text *around = corpus_text_of(t, d->within, &outer);
    if (!around || !outer || !d->within_clause.n) {
        *ret_base = outer;
        return around;
    }
    const struct doc_node *base = doc_find_in(outer, d->within_clause);
    if (!base && outer == around->doc->root)
        base = doc_find(around->doc, d->within_clause);
    *ret_base = base;
    return around;
}

const struct doc_node *clause_find(const struct corpus *t, const struct library_document *d,
                                   struct span path, const struct corpus_text **ret_text)
{
    const struct doc_node *base = NULL, *found;
    const struct corpus_text *text = corpus_text_of(t, d, &base);
    *ret_text = text;
    if (!text || !base)
        return NULL;
    found = doc_find_in(base, path);
    if (found)
        return found;
    if (base != text->doc->root)
        return NULL;
    /* A text of one document: its paths begin in the part that bears its title, or with any part's
     * title. */
    found = doc_find(text->doc, path);
    if (!found && d->title.n && (base = doc_find(text->doc, d->title)) != NULL)
        found = doc_find_in(base, path);
    return found;
}

/* ---- citations ---- */

struct walk {
    void (*f)(void *context, const struct citation *c);
    void *context;
    struct span by;
    const struct procedure *procedure;
};

static void cite(const struct walk *w, const struct library_document *d, struct span clause,
                 struct place place)
{
    struct citation c = {d, clause, place, w->by, w->procedure};
    if (d && clause.n)
        w->f(w->context, &c);
}

static void of_measure(struct walk *w, const struct measure *m)
{
    w->by = m->id;
    cite(w, m->document, m->cites, m->place);
    cite(w, m->document, m->apply_cites, m->place);
    cite(w, m->document, m->in_force_cites, m->place);
    for (size_t i = 0; i < m->condition_count; i++)
        if (!m->conditions[i].id.n) /* rules count once, with their document */
            cite(w, m->conditions[i].document, m->conditions[i].cites, m->conditions[i].place);
    for (size_t i = 0; i < m->benefit_count; i++)
        cite(w, m->document, m->benefits[i].cites, m->benefits[i].place);
    for (size_t i = 0; i < m->notice_count; i++)
        cite(w, m->notices[i].document, m->notices[i].cites, m->notices[i].place);
    for (size_t i = 0; i < m->round_count; i++)
        cite(w, m->document, m->rounds[i].cites, m->rounds[i].place);
    for (size_t i = 0; i < m->date_count; i++)
        cite(w, m->document, m->dates[i].cites, m->dates[i].is.place);
    for (size_t i = 0; i < m->relation_count; i++)
        if (!m->relations[i].rule.n) /* those of documents count once, with their document */
            cite(w, m->document, m->relations[i].cites, m->relations[i].place);
}

static void of_act(const struct walk *w, const struct procedure_act *a)
{
    const struct library_document *d = w->procedure->document;
    cite(w, d, a->cites, a->place);
    for (size_t i = 0; i < a->condition_count; i++)
        cite(w, d, a->conditions[i].cites, a->conditions[i].place);
    for (size_t i = 0; i < a->promote_count; i++)
        cite(w, d, a->promotes[i].cites, a->promotes[i].place);
}

static void of_procedure(struct walk *w, const struct procedure *p)
{
    w->by = p->id;
    w->procedure = p;
    cite(w, p->document, p->cites, p->place);
    for (size_t i = 0; i < p->party_count; i++)
        cite(w, p->document, p->parties[i].cites, p->parties[i].place);
    for (size_t i = 0; i < p->material_count; i++)
        cite(w, p->document, p->materials[i].cites, p->materials[i].place);
    for (size_t i = 0; i < p->act_count; i++)
        of_act(w, &p->acts[i]);
    for (size_t i = 0; i < p->clock_count; i++)
        cite(w, p->document, p->clocks[i].cites, p->clocks[i].place);
}

static void of_source(const struct walk *w, const struct recognition_source *s, struct place place)
{
    cite(w, s->document, s->clause, place);
}

/* What a recogniser took over from the recognition counts once. */
static void of_recognition(struct walk *w, const struct recognition *r)
{
    w->by = r->fact_name.n ? r->fact_name : r->manual;
    of_source(w, &r->cites, r->place);
    for (size_t i = 0; i < r->recogniser_count; i++) {
        const struct recogniser *x = &r->recognisers[i];
        if (x->cites.clause.p != r->cites.clause.p)
            of_source(w, &x->cites, x->place);
        for (size_t k = 0; k < x->place_count; k++)
            of_source(w, &x->places[k].cites, x->places[k].place);
    }
    for (size_t i = 0; i < r->criterion_count; i++)
        of_source(w, &r->criteria[i].cites, r->criteria[i].place);
}

void citations_each(const struct library *l, void (*f)(void *context, const struct citation *c),
                    void *context)
{
    struct walk w = {f, context, {NULL, 0}, NULL};
    for (size_t i = 0; i < l->document_count; i++) {
        const struct library_document *d = l->documents[i];
        w.by = d->id;
        cite(&w, d->within, d->within_clause, d->place);
        for (size_t k = 0; k < d->rule_count; k++)
            cite(&w, d->rules[k].document, d->rules[k].cites, d->rules[k].place);
        for (size_t k = 0; k < d->between_count; k++)
            cite(&w, d, d->between[k].cites, d->between[k].place);
    }
    for (size_t i = 0; i < l->register_count; i++) {
        const struct library_register *r = l->registers[i];
        w.by = r->name;
        cite(&w, map_get(&l->document_by_id, r->source_document), r->source_clause, r->place);
    }
    for (size_t i = 0; i < l->recognition_count; i++)
        of_recognition(&w, l->recognitions[i]);
    for (size_t i = 0; i < l->measure_count; i++)
        of_measure(&w, l->measures[i]);
    for (size_t i = 0; i < l->procedure_count; i++)
        of_procedure(&w, l->procedures[i]);
}
