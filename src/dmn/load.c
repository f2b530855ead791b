/*
 * load.c: files to models: elements, imports, what requires what. Knows nothing of expressions.
 */
#include <stdarg.h>
#include "base/file.h"
#include "dmn/dmn_int.h"
#include "feel/source.h"

/* ---- reports ---- */

static struct span line_of(struct span text, uint32_t line)
{
    struct span part = {0};
    for (uint32_t i = 0; i < line; i++)
        if (!span_split(&text, '\n', &part))
            return (struct span){0};
    return part;
}

struct diag *dmn_report_to(struct diags *d, const struct dmn_model *m, const struct xml *at,
                           enum diag_level level, int code, struct span message)
{
    struct diag *g = diags_add(d, level, code, "%.*s", SPAN_ARG(message));
    if (!g)
        return NULL;
    g->file = m->path;
    g->line = at ? at->line : 1;
    g->column = at ? at->column : 1;
    g->length = 1;
    g->source = line_of(m->text, g->line);
    g->source_column = 1;
    return g;
}

struct diag *dmn_report(struct dmn_model *m, const struct xml *at, enum diag_level level, int code,
                        const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    struct diag *g;
    va_list args;
    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    g = dmn_report_to(m->whole->diags, m, at, level, code, buffer_span(&b));
    buffer_release(&b);
    return g;
}

void dmn_hint(struct dmn_model *m, struct diag *g, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    va_list args;
    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    if (g)
        diag_hint(m->whole->diags, g, "%.*s", SPAN_ARG(buffer_span(&b)));
    buffer_release(&b);
}

/* ---- one file ---- */

static const char *const dmn_namespaces[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", /* 1.1 */
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  /* 1.2 */
    "https://www.omg.org/spec/DMN/20191111/MODEL/", /* 1.3 */
    "https://www.omg.org/spec/DMN/20211108/MODEL/", /* 1.4 */
    "https://www.omg.org/spec/DMN/20230324/MODEL/", /* 1.5 */
};

static bool is_dmn(const struct xml *root)
{
    for (size_t i = 0; i < COUNT_OF(dmn_namespaces); i++)
        if (span_eq(root->ns, span_z(dmn_namespaces[i])))
            return xml_is(root, "definitions");
    return false;
}

static int read_root(struct arena *a, struct span file, struct span text, struct xml **ret,
                     struct err *err)
{
    int r = xml_read(a, text, file, ret, err);
    if (r == 0 && !is_dmn(*ret)) {
        r = err_set(err, E_INPUT, "no DMN model: the root is %.*s of namespace \"%.*s\"",
                    SPAN_ARG((*ret)->name), SPAN_ARG((*ret)->ns));
        err_hint(err, "DMN 1.1 to 1.5: <definitions xmlns=\"%s\">",
                 dmn_namespaces[COUNT_OF(dmn_namespaces) - 1]);
        err_at(err, file, (*ret)->line, (*ret)->column);
    }
    return r;
}

/* ---- elements ---- */

static const struct {
    const char *name;
    enum dmn_kind kind;
} element_kinds[] = {{"inputData", DMN_INPUT},
                     {"decision", DMN_DECISION},
                     {"businessKnowledgeModel", DMN_BKM},
                     {"decisionService", DMN_SERVICE}};

static struct span variable_name(struct dmn_model *m, const struct xml *x)
{
    struct span name = xml_attribute(xml_child(x, "variable"), "name");
    if (span_trim(name).n == 0)
        name = xml_attribute(x, "name");
    return lex_normal(m->whole->program, span_trim(name));
}

static int add_element(struct dmn_model *m, const struct xml *x, enum dmn_kind kind)
{
    struct dmn *whole = m->whole;
    struct dmn_element *e = ARENA_NEW(whole->program, struct dmn_element);
    struct dmn_element **slot = VECTOR_PUSH(whole->program, &whole->elements, struct dmn_element *);
    struct diag *g;
    if (!e || !slot)
        return E_MEMORY;
    *slot = e;
    *e = (struct dmn_element){.kind = kind,
                              .model = m,
                              .xml = x,
                              .name = variable_name(m, x),
                              .id = xml_attribute(x, "id"),
                              .index = (uint32_t)(whole->elements.n - 1),
                              .type = &TYPE_ANY_T};
    if (e->name.n == 0) {
        g = dmn_report(m, x, DIAG_ERROR, E_INPUT, "%.*s without a name", SPAN_ARG(x->name));
        dmn_hint(m, g, "give it the attribute name");
        return 0;
    }
    if (e->id.n > 0 && map_get(&m->by_id, e->id))
        dmn_report(m, x, DIAG_ERROR, E_CONFLICT, "a second element with the id \"%.*s\"",
                   SPAN_ARG(e->id));
    else if (e->id.n > 0 && map_put(&m->by_id, e->id, e) < 0)
        return E_MEMORY;
    if (map_get(&m->by_name, e->name)) {
        g = dmn_report(m, x, DIAG_WARNING, E_CONFLICT, "a second element with the name `%.*s`",
                       SPAN_ARG(e->name));
        dmn_hint(m, g, "names in one model are unique");
        return 0;
    }
    return map_put(&m->by_name, e->name, e);
}

static int add_elements(struct dmn_model *m)
{
    int r = 0;
    for (const struct xml *x = m->root->child; x && r == 0; x = x->next)
        for (size_t k = 0; k < COUNT_OF(element_kinds) && r == 0; k++)
            if (span_eq(x->ns, m->root->ns) && xml_is(x, element_kinds[k].name))
                r = add_element(m, x, element_kinds[k].kind);
    return r;
}

/* ---- imports ---- */

struct search {
    struct arena *a;
    struct span ns;
    char *found;
};

/* A file that is no model, or another one, is passed over. */
static int try_file(void *context, const char *path)
{
    struct search *s = context;
    struct span text;
    struct xml *root = NULL;
    struct err err = ERR_INIT;
    if (s->found)
        return 0;
    int r = file_read(s->a, path, XML_SIZE_LIMIT, &text, &err);
    if (r == 0)
        r = read_root(s->a, span_z(path), text, &root, &err);
    if (r < 0 || !span_eq(xml_attribute(root, "namespace"), s->ns))
        return r == E_MEMORY ? r : 0;
    s->found = (char *)arena_copy(s->a, span_z(path)).p;
    return s->found ? 0 : E_MEMORY;
}

static struct span folder_of(struct span path)
{
    while (path.n > 0 && path.p[path.n - 1] != '/')
        path.n--;
    return path.n > 0 ? path : SPAN("./");
}

static struct dmn_model *loaded(const struct dmn *whole, struct span ns)
{
    for (size_t i = 0; i < whole->models.n; i++)
        if (span_eq(whole->models.at[i]->ns, ns))
            return whole->models.at[i];
    return NULL;
}

static int load_file(struct dmn *whole, const char *path, struct dmn_model **ret, struct err *err);
static int load_model(struct dmn *whole, struct span path, struct span text, struct dmn_model **ret,
                      struct err *err);

/* The same among the texts that were given. One that is no model is passed over. */
static int find_source(struct dmn *whole, struct span ns, struct dmn_model **ret, struct err *err)
{
    for (size_t i = 1; i < whole->source_count; i++) {
        const struct dmn_source *s = &whole->sources[i];
        struct arena scratch;
        struct xml *root = NULL;
        arena_init(&scratch);
        int r = read_root(&scratch, s->file, s->text, &root, NULL);
        bool found = r == 0 && span_eq(xml_attribute(root, "namespace"), ns);
        arena_release(&scratch);
        if (r == E_MEMORY)
            return r;
        if (found)
            return load_model(whole, s->file, s->text, ret, err);
    }
    return 0;
}

/* The model of that namespace among the files beside m; *ret stays NULL when there is none. */
static int find_model(struct dmn_model *m, struct span ns, struct dmn_model **ret, struct err *err)
{
    struct arena *a = m->whole->program;
    struct arena scratch;
    struct span folder = arena_copy(a, folder_of(m->path));
    *ret = loaded(m->whole, ns);
    if (*ret || !folder.p)
        return folder.p ? 0 : E_MEMORY;
    if (m->whole->alone)
        return find_source(m->whole, ns, ret, err);
    arena_init(&scratch);
    struct search s = {.a = &scratch, .ns = ns};
    int r = file_walk(&scratch, folder.p, SPAN(".dmn"), try_file, &s, err);
    if (r == 0 && s.found) {
        struct span path = arena_copy(a, span_z(s.found));
        r = path.p ? load_file(m->whole, path.p, ret, err) : E_MEMORY;
    }
    arena_release(&scratch);
    return r;
}

static int add_import(struct dmn_model *m, const struct xml *x, struct err *err)
{
    struct span type = xml_attribute(x, "importType");
    struct dmn_import *i;
    int r;
    if (span_find(type, SPAN("/DMN/")) == SIZE_MAX) {
        struct diag *g = dmn_report(m, x, DIAG_WARNING, E_INPUT,
                                    "an import of type \"%.*s\" is not read", SPAN_ARG(type));
        dmn_hint(m, g, "only DMN models are imported");
        return 0;
    }
    i = VECTOR_PUSH(m->whole->program, &m->imports, struct dmn_import);
    if (!i)
        return E_MEMORY;
    i->name = lex_normal(m->whole->program, span_trim(xml_attribute(x, "name")));
    i->ns = xml_attribute(x, "namespace");
    struct dmn_model *found = NULL;
    size_t at = m->imports.n - 1;
    r = find_model(m, i->ns, &found, err);
    m->imports.at[at].model = found;
    if (r == 0 && !found) {
        struct diag *g = dmn_report(m, x, DIAG_ERROR, E_NOT_FOUND,
                                    "no model of namespace \"%.*s\" beside this file",
                                    SPAN_ARG(m->imports.at[at].ns));
        dmn_hint(m, g, "put the imported .dmn file into the same folder");
    }
    return r;
}

static int load_model(struct dmn *whole, struct span path, struct span text, struct dmn_model **ret,
                      struct err *err)
{
    struct arena *a = whole->program;
    struct dmn_model *m = ARENA_NEW(a, struct dmn_model);
    struct dmn_model **slot;
    struct xml *root = NULL;
    int r;
    if (!m)
        return err_memory(err);
    if (whole->models.n >= DMN_MODELS_MAX)
        return err_set(err, E_LIMIT, "more than %d models are imported", DMN_MODELS_MAX);
    *m = (struct dmn_model){.whole = whole, .path = path, .text = text};
    r = read_root(a, path, text, &root, err);
    if (r < 0)
        return r;
    m->root = root;
    m->ns = xml_attribute(root, "namespace");
    m->name = xml_attribute(root, "name");
    map_init(&m->by_id, a);
    map_init(&m->by_name, a);
    map_init(&m->items, a);
    map_init(&m->types, a);
    feel_vocabulary_init(&m->vocabulary, a);
    slot = VECTOR_PUSH(a, &whole->models, struct dmn_model *);
    if (!slot)
        return err_memory(err);
    *slot = m;
    *ret = m;
    XML_EACH(x, root, "import")
    {
        r = add_import(m, x, err);
        if (r < 0)
            return r;
    }
    return add_elements(m) < 0 ? err_memory(err) : 0;
}

static int load_file(struct dmn *whole, const char *path, struct dmn_model **ret, struct err *err)
{
    struct span file = arena_copy(whole->program, span_z(path)), text;
    int r = file_read(whole->program, path, XML_SIZE_LIMIT, &text, err);
    if (r < 0)
        return r;
    return file.p ? load_model(whole, file, text, ret, err) : err_memory(err);
}

/* ---- requirements ---- */

/* "#id" or "namespace#id" to an element, with the import's name when it is another model's.
 * Reports. */
static struct dmn_element *resolve(struct dmn_model *m, const struct xml *x,
                                   struct span *ret_prefix)
{
    struct span href = span_trim(xml_attribute(x, "href")), ns, id;
    struct dmn_model *in = m;
    size_t at = span_find(href, SPAN("#"));
    *ret_prefix = (struct span){0};
    ns = at == SIZE_MAX ? (struct span){0} : span_of(href.p, at);
    id = at == SIZE_MAX ? href : span_from(href, at + 1);
    if (ns.n > 0 && !span_eq(ns, m->ns)) {
        in = NULL;
        for (size_t i = 0; i < m->imports.n && !in; i++)
            if (span_eq(m->imports.at[i].ns, ns)) {
                in = m->imports.at[i].model;
                *ret_prefix = m->imports.at[i].name;
            }
    }
    struct dmn_element *e = in ? map_get(&in->by_id, id) : NULL;
    if (!e) {
        struct diag *g =
            dmn_report(m, x, DIAG_ERROR, E_NOT_FOUND, "no element \"%.*s\"", SPAN_ARG(href));
        struct span near = in ? map_nearest(&in->by_id, id) : (struct span){0};
        if (href.n == 0)
            dmn_hint(m, g, "the attribute href names an element: #id");
        else if (!in)
            dmn_hint(m, g, "no import has the namespace \"%.*s\"", SPAN_ARG(ns));
        else if (near.n > 0)
            dmn_hint(m, g, "did you mean #%.*s?", SPAN_ARG(near));
    }
    return e;
}

static int add_need(struct dmn_element *e, struct dmn_need_vector *v, const struct xml *x,
                    unsigned kinds)
{
    struct span prefix;
    struct dmn_element *to = resolve(e->model, x, &prefix);
    if (!to) {
        e->broken = true;
        return 0;
    }
    if (!(kinds & 1u << to->kind)) {
        struct diag *g =
            dmn_report(e->model, x, DIAG_ERROR, E_TYPE, "%.*s cannot be the %.*s `%.*s`",
                       SPAN_ARG(x->name), SPAN_ARG(to->xml->name), SPAN_ARG(to->name));
        dmn_hint(e->model, g, "refer to an element of the kind that the name says");
        return 0;
    }
    for (size_t i = 0; i < v->n; i++)
        if (v->at[i].element == to)
            return 0;
    struct dmn_need *n = VECTOR_PUSH(e->model->whole->program, v, struct dmn_need);
    if (!n)
        return E_MEMORY;
    *n = (struct dmn_need){to, prefix, x};
    return 0;
}

static const struct {
    const char *wrapper, *reference;
    unsigned kinds;
} requirement_kinds[] = {
    {"informationRequirement", "requiredDecision", 1u << DMN_DECISION},
    {"informationRequirement", "requiredInput", 1u << DMN_INPUT},
    {"knowledgeRequirement", "requiredKnowledge", 1u << DMN_BKM | 1u << DMN_SERVICE},
};

static int add_requirements(struct dmn_element *e)
{
    for (const struct xml *x = e->xml->child; x; x = x->next)
        for (size_t k = 0; k < COUNT_OF(requirement_kinds); k++) {
            const struct xml *ref = xml_child(x, requirement_kinds[k].reference);
            if (!xml_is(x, requirement_kinds[k].wrapper) || !ref)
                continue;
            if (add_need(e, &e->needs, ref, requirement_kinds[k].kinds) < 0)
                return E_MEMORY;
        }
    return 0;
}

static int add_service(struct dmn_element *e)
{
    const unsigned decision = 1u << DMN_DECISION, input = 1u << DMN_INPUT;
    XML_EACH(x, e->xml, "outputDecision")
    if (add_need(e, &e->outputs, x, decision) < 0)
        return E_MEMORY;
    XML_EACH(x, e->xml, "encapsulatedDecision")
    if (add_need(e, &e->encapsulated, x, decision) < 0)
        return E_MEMORY;
    XML_EACH(x, e->xml, "inputData")
    if (add_need(e, &e->params, x, input) < 0)
        return E_MEMORY;
    XML_EACH(x, e->xml, "inputDecision")
    if (add_need(e, &e->params, x, decision) < 0)
        return E_MEMORY;
    return 0;
}

static int link_elements(struct dmn *whole)
{
    for (size_t i = 0; i < whole->elements.n; i++) {
        struct dmn_element *e = whole->elements.at[i];
        int r = e->kind == DMN_SERVICE ? add_service(e) : add_requirements(e);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- the whole ---- */

static int compile_all(struct dmn *whole)
{
    int r = link_elements(whole);
    /* a model is put into the list before what it imports: types of imports first */
    for (size_t i = whole->models.n; i-- > 0 && r == 0;)
        r = dmn_types(whole->models.at[i]);
    if (r == 0)
        r = dmn_graph(whole);
    for (size_t i = 0; i < whole->elements.n && r == 0; i++)
        r = dmn_lower(whole->elements.at[i]);
    for (size_t i = 0; i < whole->elements.n && r == 0 && whole->strict; i++)
        dmn_strict_cells(whole->elements.at[i]);
    return r;
}

static struct dmn *whole_new(struct arena *program, struct diags *diags)
{
    struct dmn *whole = ARENA_NEW(program, struct dmn);
    if (whole) {
        whole->program = program;
        whole->diags = diags;
    }
    return whole;
}

static int finish(struct dmn *whole, int r, struct dmn **ret, struct err *err)
{
    if (r < 0)
        return r;
    if (compile_all(whole) < 0 || whole->program->failed)
        return err_memory(err);
    whole->diags = NULL;
    *ret = whole;
    return 0;
}

int dmn_load(struct arena *program, const char *path, struct dmn **ret, struct diags *diags,
             struct err *err)
{
    struct dmn *whole = whole_new(program, diags);
    struct dmn_model *m;
    return whole ? finish(whole, load_file(whole, path, &m, err), ret, err) : err_memory(err);
}

int dmn_load_text(struct arena *program, struct span text, struct span file, struct dmn **ret,
                  struct diags *diags, struct err *err)
{
    struct dmn *whole = whole_new(program, diags);
    struct dmn_model *m;
    if (!whole)
        return err_memory(err);
    whole->alone = true;
    return finish(whole, load_model(whole, file, text, &m, err), ret, err);
}

int dmn_load_texts(struct arena *program, const struct dmn_source *sources, size_t n,
                   struct dmn **ret, struct diags *diags, struct err *err)
{
    struct dmn *whole = whole_new(program, diags);
    struct dmn_model *m;
    if (!whole)
        return err_memory(err);
    whole->alone = true;
    whole->sources = sources;
    whole->source_count = n;
    return finish(whole, load_model(whole, sources[0].file, sources[0].text, &m, err), ret, err);
}

int dmn_load_strict(struct arena *program, struct span text, struct span file, struct dmn **ret,
                    struct diags *diags, struct err *err)
{
    struct dmn *whole = whole_new(program, diags);
    struct dmn_model *m;
    if (!whole)
        return err_memory(err);
    whole->alone = whole->strict = true;
    return finish(whole, load_model(whole, file, text, &m, err), ret, err);
}

/* ---- looking ---- */

struct span dmn_name(const struct dmn *m)
{
    return m->models.at[0]->name;
}

size_t dmn_element_count(const struct dmn *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->elements.n; i++)
        n += m->elements.at[i]->model == m->models.at[0];
    return n;
}

const struct dmn_element *dmn_element_at(const struct dmn *m, size_t i)
{
    for (size_t k = 0; k < m->elements.n; k++)
        if (m->elements.at[k]->model == m->models.at[0] && i-- == 0)
            return m->elements.at[k];
    return NULL;
}

static struct dmn_element *find_normal(const struct dmn_model *m, struct span name)
{
    struct dmn_element *e = map_get(&m->by_name, name);
    for (size_t i = 0; !e && i < m->by_name.n; i++)
        if (span_eq(xml_attribute(((struct dmn_element *)m->by_name.entries[i].value)->xml, "name"),
                    name))
            e = m->by_name.entries[i].value;
    return e;
}

const struct dmn_element *dmn_find(const struct dmn *m, struct span ns, struct span name)
{
    for (size_t i = 0; i < m->models.n; i++)
        if (ns.n == 0 || span_eq(m->models.at[i]->ns, ns)) {
            struct dmn_element *e = find_normal(m->models.at[i], name);
            if (e)
                return e;
        }
    return NULL;
}

size_t dmn_any_count(const struct dmn *m)
{
    return m->elements.n;
}

const struct dmn_element *dmn_any_at(const struct dmn *m, size_t i)
{
    return i < m->elements.n ? m->elements.at[i] : NULL;
}

size_t dmn_index(const struct dmn_element *e)
{
    return e->index;
}

struct span dmn_space(const struct dmn *m, const struct dmn_element *e)
{
    return e->model == m->models.at[0] ? (struct span){0} : e->model->ns;
}

bool dmn_is_broken(const struct dmn_element *e)
{
    return e->broken;
}

const struct dmn_element *dmn_need_at(const struct dmn_element *e, size_t i)
{
    const struct dmn_need_vector *v = e->kind == DMN_SERVICE ? &e->params : &e->needs;
    return i < v->n ? v->at[i].element : NULL;
}

bool dmn_place(const struct dmn *m, const struct feel_expr *expr, uint32_t start, uint32_t end,
               struct diag *ret)
{
    const struct dmn_element *e = NULL;
    for (size_t i = 0; expr && !e && i < m->elements.n; i++)
        if (m->elements.at[i]->logic == expr)
            e = m->elements.at[i];
    if (!e)
        return false;
    const struct source s = {.text = feel_text(expr),
                             .file = e->model->path,
                             .line = 1,
                             .column = 1,
                             .pieces = e->pieces,
                             .piece_count = e->piece_count};
    source_place(&s, ret, start, end);
    return true;
}

enum dmn_kind dmn_kind(const struct dmn_element *e)
{
    return e->kind;
}

struct span dmn_element_name(const struct dmn_element *e)
{
    return e->name;
}

const struct type *dmn_type(const struct dmn_element *e)
{
    return e->type;
}
