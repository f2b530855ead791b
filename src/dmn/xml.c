/*
 * xml.c: libxml2's push parser feeding a tree of our own. The only file that knows libxml2.
 */
#include "dmn/xml.h"
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include "base/buffer.h"

struct reader {
    struct arena *arena;
    xmlParserCtxtPtr parser;
    struct xml *root, *open;
    struct buffer text; /* of the open element, as long as it has no elements inside */
    struct span file;
    size_t nodes, depth;
    struct err *err;
    int code; /* of the first mistake */
};

static struct span from_xml(const xmlChar *z)
{
    return span_z((const char *)z);
}

static void place(struct reader *r, int line, int column)
{
    err_at(r->err, r->file, line > 0 ? (uint32_t)line : 1, column > 0 ? (uint32_t)column : 1);
}

static void here(const struct reader *r, uint32_t *ret_line, uint32_t *ret_column)
{
    int line = xmlSAX2GetLineNumber(r->parser), column = xmlSAX2GetColumnNumber(r->parser);
    *ret_line = line > 0 ? (uint32_t)line : 1;
    *ret_column = column > 0 ? (uint32_t)column : 1;
}

static void stop(struct reader *r, int code, const char *message, const char *hint)
{
    uint32_t line, column;
    if (r->code < 0)
        return;
    here(r, &line, &column);
    r->code = code;
    err_set(r->err, code, "%s", message);
    if (hint)
        err_hint(r->err, "%s", hint);
    place(r, (int)line, (int)column);
    xmlStopParser(r->parser);
}

static struct span keep(struct reader *r, struct span s)
{
    return s.n > 0 ? arena_copy(r->arena, s) : (struct span){"", 0};
}

/* localname, prefix, URI, value begin, value end: five pointers an attribute. */
static void add_attributes(struct reader *r, struct xml *x, int count, const xmlChar **at)
{
    struct xml_attribute *last = NULL;
    for (int i = 0; i < count; i++, at += 5) {
        struct xml_attribute *a = ARENA_NEW(r->arena, struct xml_attribute);
        if (!a)
            return;
        a->name = keep(r, from_xml(at[0]));
        a->ns = keep(r, from_xml(at[2]));
        a->value = keep(r, span_of((const char *)at[3], (size_t)(at[4] - at[3])));
        if (last)
            last->next = a;
        else
            x->attributes = a;
        last = a;
    }
}

static void link_child(struct reader *r, struct xml *x)
{
    x->parent = r->open;
    if (!r->open)
        r->root = x;
    else if (r->open->last)
        r->open->last->next = x;
    else
        r->open->child = x;
    if (r->open)
        r->open->last = x;
    r->open = x;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **declared, int attributes, int defaulted,
                     const xmlChar **at)
{
    struct reader *r = context;
    struct xml *x;
    UNUSED(prefix), UNUSED(namespaces), UNUSED(declared), UNUSED(defaulted);
    r->nodes += 1 + (size_t)attributes;
    if (r->nodes > XML_NODES_LIMIT) {
        stop(r, E_LIMIT, "the file has more than 500000 elements and attributes",
             "split the model and import");
        return;
    }
    if (++r->depth > XML_DEPTH_LIMIT) {
        stop(r, E_LIMIT, "elements are nested more than 100 deep", NULL);
        return;
    }
    x = ARENA_NEW(r->arena, struct xml);
    if (!x) {
        stop(r, E_MEMORY, err_text(E_MEMORY, false), NULL);
        return;
    }
    x->name = keep(r, from_xml(name));
    x->ns = keep(r, from_xml(uri));
    here(r, &x->line, &x->column);
    x->text_line = x->line;
    x->text_column = x->column + 1;
    add_attributes(r, x, attributes, at);
    link_child(r, x);
    buffer_clear(&r->text);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = context;
    UNUSED(name), UNUSED(prefix), UNUSED(uri);
    if (!r->open)
        return;
    if (!r->open->child)
        r->open->text = keep(r, buffer_span(&r->text));
    buffer_clear(&r->text);
    r->open = r->open->parent;
    r->depth--;
}

static void on_text(void *context, const xmlChar *p, int n)
{
    struct reader *r = context;
    if (r->open && !r->open->child && n > 0)
        buffer_add(&r->text, span_of((const char *)p, (size_t)n));
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    UNUSED(name), UNUSED(id), UNUSED(system);
    stop(context, E_FORBIDDEN, "a DOCTYPE is not accepted",
         "remove it: models need no entities of their own");
}

static void on_error(void *context, xmlErrorPtr e)
{
    struct reader *r = context;
    if (r->code < 0 || !e || e->level < XML_ERR_ERROR)
        return;
    r->code = e->code == XML_ERR_NO_MEMORY ? E_MEMORY : E_SYNTAX;
    struct span message = span_trim(span_z(e->message));
    err_set(r->err, r->code, "not well-formed XML: %.*s", SPAN_ARG(message));
    place(r, e->line, e->int2);
}

static int feed(struct reader *r, struct span text)
{
    enum { CHUNK = 1 << 20 };
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .cdataBlock = on_text,
                         .internalSubset = on_doctype,
                         .serror = on_error};
    r->parser = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    if (!r->parser)
        return err_memory(r->err);
    xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOCDATA);
    for (size_t at = 0; at < text.n && r->code == 0; at += CHUNK) {
        size_t n = text.n - at < CHUNK ? text.n - at : CHUNK;
        (void)xmlParseChunk(r->parser, text.p + at, (int)n, 0);
    }
    if (r->code == 0)
        (void)xmlParseChunk(r->parser, text.p, 0, 1);
    bool well_formed = r->parser->wellFormed;
    if (r->parser->myDoc)
        xmlFreeDoc(r->parser->myDoc);
    xmlFreeParserCtxt(r->parser);
    if (r->code == 0 &&
        (!well_formed || !r->root)) { /* stopped without a word, as in a broken encoding */
        r->code = err_set(r->err, E_SYNTAX,
                          "not well-formed XML, or not in the encoding that it declares");
        err_hint(r->err, "save the file as UTF-8");
        place(r, r->open ? (int)r->open->line : 1, r->open ? (int)r->open->column : 1);
    }
    return r->code;
}

int xml_read(struct arena *a, struct span text, struct span file, struct xml **ret, struct err *err)
{
    struct err spare = ERR_INIT;
    struct reader r = {.arena = a, .file = file, .err = err ? err : &spare, .text = BUFFER_INIT};
    if (text.n > XML_SIZE_LIMIT) {
        err_set(err, E_LIMIT, "an XML file has at most 16 MB");
        err_at(err, file, 1, 1);
        return E_LIMIT;
    }
    xmlInitParser();
    int code = feed(&r, text);
    bool failed = a->failed || buffer_failed(&r.text);
    buffer_release(&r.text);
    if (failed)
        return err_memory(err);
    if (code == 0)
        *ret = r.root;
    return code;
}

/* ---- looking ---- */

bool xml_is(const struct xml *x, const char *name)
{
    return x && span_eq(x->name, span_z(name));
}

static struct xml *first_named(struct xml *x, const char *name)
{
    while (x && !xml_is(x, name))
        x = x->next;
    return x;
}

struct xml *xml_child(const struct xml *x, const char *name)
{
    return x ? first_named(x->child, name) : NULL;
}

struct xml *xml_again(const struct xml *x, const char *name)
{
    return x ? first_named(x->next, name) : NULL;
}

static const struct xml_attribute *attribute(const struct xml *x, const char *name)
{
    const struct xml_attribute *a = x ? x->attributes : NULL;
    while (a && (a->ns.n > 0 || !span_eq(a->name, span_z(name))))
        a = a->next;
    return a;
}

struct span xml_attribute(const struct xml *x, const char *name)
{
    const struct xml_attribute *a = attribute(x, name);
    return a ? a->value : (struct span){0};
}

bool xml_has(const struct xml *x, const char *name)
{
    return attribute(x, name) != NULL;
}

struct span xml_child_text(const struct xml *x, const char *name)
{
    const struct xml *child = xml_child(x, name);
    return child ? span_trim(child->text) : (struct span){0};
}
