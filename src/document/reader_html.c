/*
 * reader_html.c: the text of a web page, as libxml2's HTML parser reports it (SAX: no tree, so no
 * depth to overflow). Paragraphs, headings, list items and rows of tables become lines; scripts,
 * styles, forms and frames are dropped. Nothing is fetched.
 */
#include <libxml/HTMLparser.h>
#include "base/utf8.h"
#include "document/document.h"
#include "document/reader_int.h"

#define LISTS_MAX 32 /* nested lists; deeper ones count on in the last */
#define INNER_BREAK                                                                                \
    1            /* in the text of a row: a paragraph ended inside a cell (no page holds it)       \
                  */
#define LAYOUT 8 /* that many of them in a row: the table is layout, not data */

enum tag_kind { TAG_INLINE, TAG_BLOCK, TAG_DROPPED, TAG_LIST, TAG_ITEM, TAG_CELL, TAG_BREAK };

struct tag {
    const char *name;
    enum tag_kind kind;
};

static const struct tag tags[] = {
    {"address", TAG_BLOCK},    {"article", TAG_BLOCK},    {"aside", TAG_BLOCK},
    {"blockquote", TAG_BLOCK}, {"body", TAG_BLOCK},       {"br", TAG_BREAK},
    {"button", TAG_DROPPED},   {"caption", TAG_BLOCK},    {"dd", TAG_BLOCK},
    {"div", TAG_BLOCK},        {"dl", TAG_BLOCK},         {"dt", TAG_BLOCK},
    {"figcaption", TAG_BLOCK}, {"figure", TAG_BLOCK},     {"footer", TAG_BLOCK},
    {"h1", TAG_BLOCK},         {"h2", TAG_BLOCK},         {"h3", TAG_BLOCK},
    {"h4", TAG_BLOCK},         {"h5", TAG_BLOCK},         {"h6", TAG_BLOCK},
    {"head", TAG_DROPPED},     {"header", TAG_BLOCK},     {"hr", TAG_BLOCK},
    {"iframe", TAG_DROPPED},   {"li", TAG_ITEM},          {"main", TAG_BLOCK},
    {"nav", TAG_BLOCK},        {"noframes", TAG_DROPPED}, {"noscript", TAG_DROPPED},
    {"object", TAG_DROPPED},   {"ol", TAG_LIST},          {"p", TAG_BLOCK},
    {"pre", TAG_BLOCK},        {"script", TAG_DROPPED},   {"section", TAG_BLOCK},
    {"select", TAG_DROPPED},   {"style", TAG_DROPPED},    {"svg", TAG_DROPPED},
    {"table", TAG_BLOCK},      {"tbody", TAG_BLOCK},      {"td", TAG_CELL},
    {"template", TAG_DROPPED}, {"textarea", TAG_DROPPED}, {"tfoot", TAG_BLOCK},
    {"th", TAG_CELL},          {"thead", TAG_BLOCK},      {"tr", TAG_BLOCK},
    {"ul", TAG_LIST},
};

struct page {
    struct buffer out, line; /* the text; the paragraph being made */
    bool space;              /* white space stands before the next word */
    bool cells;              /* the paragraph is a row with a cell in it */
    unsigned cell;           /* open cells */
    size_t breaks, columns;  /* of the row */
    unsigned dropped;        /* open elements whose text is dropped */
    struct {
        bool ordered;
        uint32_t next;
    } lists[LISTS_MAX];
    unsigned depth;
    size_t scripts;
    int code;
};

static enum tag_kind kind_of(const xmlChar *name)
{
    size_t lo = 0, hi = COUNT_OF(tags);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp((const char *)name, tags[mid].name);
        if (order == 0)
            return tags[mid].kind;
        if (order < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return TAG_INLINE;
}

/* A line, and a blank one so that nothing is joined to it. */
static void add_line(struct page *p, struct span s)
{
    s = span_trim(s);
    if (s.n == 0)
        return;
    buffer_add(&p->out, s);
    buffer_add_z(&p->out, "\n\n");
}

/* A table that only lays out the page: its cells are paragraphs. */
static void add_layout(struct page *p)
{
    size_t from = 0;
    for (size_t i = 0; i < p->line.n; i++)
        if (p->line.p[i] == INNER_BREAK || p->line.p[i] == '\t') {
            add_line(p, span_of(p->line.p + from, i - from));
            from = i + 1;
        }
    add_line(p, span_of(p->line.p + from, p->line.n - from));
}

static void end_paragraph(struct page *p)
{
    p->space = false;
    if (p->cell) {
        char last = p->line.n ? p->line.p[p->line.n - 1] : '\t';
        if (last == '\t' || last == INNER_BREAK)
            return;
        buffer_byte(&p->line, INNER_BREAK);
        p->breaks++;
        return;
    }
    if (p->breaks && (p->columns <= 1 || p->breaks > LAYOUT)) {
        add_layout(p);
    } else {
        for (size_t i = 0; p->breaks && i < p->line.n; i++)
            if (p->line.p[i] == INNER_BREAK)
                p->line.p[i] = ' ';
        add_line(p, buffer_span(&p->line));
    }
    buffer_clear(&p->line);
    p->cells = false;
    p->breaks = p->columns = 0;
}

static void open_cell(struct page *p)
{
    if (p->cell) {
        end_paragraph(p);
        p->cell++;
        return;
    }
    p->cell = 1;
    if (p->line.n && p->line.p[p->line.n - 1] == INNER_BREAK) {
        p->line.p[p->line.n - 1] = '\t'; /* the last cell ended with a paragraph */
        p->breaks--;
    } else if (p->cells) {
        buffer_byte(&p->line, '\t');
    }
    p->cells = true;
    p->columns++;
    p->space = false;
}

static void open_list(struct page *p, bool ordered, uint32_t first)
{
    end_paragraph(p);
    if (p->depth < LISTS_MAX) {
        p->lists[p->depth].ordered = ordered;
        p->lists[p->depth].next = first;
    }
    p->depth++;
}

static void open_item(struct page *p)
{
    unsigned at = p->depth > LISTS_MAX ? LISTS_MAX : p->depth;
    end_paragraph(p);
    if (at && p->lists[at - 1].ordered)
        buffer_print(&p->line, "%u. ", p->lists[at - 1].next++);
    else
        buffer_add_z(&p->line, "·");
}

/* <ol start="n"> */
static uint32_t list_start(const xmlChar **attributes)
{
    uint32_t n = 0;
    for (size_t i = 0; attributes && attributes[i]; i += 2)
        if (strcmp((const char *)attributes[i], "start") == 0 && attributes[i + 1])
            for (const xmlChar *d = attributes[i + 1]; *d >= '0' && *d <= '9' && n < 10000; d++)
                n = n * 10 + (uint32_t)(*d - '0');
    return n ? n : 1;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct page *p = context;
    enum tag_kind kind = kind_of(name);
    if (kind == TAG_DROPPED || p->dropped) {
        p->dropped += kind == TAG_DROPPED;
        p->scripts += kind == TAG_DROPPED && strcmp((const char *)name, "script") == 0;
        return;
    }
    switch (kind) {
    case TAG_BLOCK:
    case TAG_BREAK:
        end_paragraph(p);
        break;
    case TAG_LIST:
        open_list(p, name[0] == 'o', list_start(attributes));
        break;
    case TAG_ITEM:
        open_item(p);
        break;
    case TAG_CELL:
        open_cell(p);
        break;
    default:
        break;
    }
}

static void on_end(void *context, const xmlChar *name)
{
    struct page *p = context;
    enum tag_kind kind = kind_of(name);
    if (kind == TAG_DROPPED) {
        p->dropped -= p->dropped > 0;
        return;
    }
    if (p->dropped)
        return;
    p->cell -= kind == TAG_CELL && p->cell > 0;
    if (kind == TAG_LIST && p->depth)
        p->depth--;
    if (kind == TAG_BLOCK || kind == TAG_LIST || kind == TAG_ITEM)
        end_paragraph(p);
}

/* White space of any length is one blank. */
static void on_text(void *context, const xmlChar *text, int n)
{
    struct page *p = context;
    if (p->dropped)
        return;
    for (int i = 0; i < n; i++) {
        unsigned char c = text[i];
        if (c <= ' ') {
            p->space = true;
            continue;
        }
        if (p->space && p->line.n && (unsigned char)p->line.p[p->line.n - 1] > ' ')
            buffer_byte(&p->line, ' ');
        p->space = false;
        buffer_byte(&p->line, (char)c);
    }
}

static void on_error(void *context, xmlErrorPtr e)
{
    struct page *p = context;
    if (e && e->code == XML_ERR_NO_MEMORY)
        p->code = E_MEMORY;
    else if (e && e->level == XML_ERR_FATAL && p->code == 0)
        p->code = E_LIMIT; /* nesting beyond what libxml2 follows; all else it mends */
}

static int feed(struct page *p, struct span text)
{
    enum { CHUNK = 1 << 20 };
    htmlSAXHandler sax = {.startElement = on_start,
                          .endElement = on_end,
                          .characters = on_text,
                          .cdataBlock = NULL,
                          .ignorableWhitespace = on_text,
                          .initialized = XML_SAX2_MAGIC,
                          .serror = on_error};
    xmlInitParser();
    htmlParserCtxtPtr parser =
        htmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!parser)
        return E_MEMORY;
    htmlCtxtUseOptions(parser, HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
    for (size_t at = 0; at < text.n && p->code == 0 && !buffer_failed(&p->out); at += CHUNK) {
        size_t n = text.n - at < CHUNK ? text.n - at : CHUNK;
        (void)htmlParseChunk(parser, text.p + at, (int)n, 0);
    }
    if (p->code == 0)
        (void)htmlParseChunk(parser, text.p, 0, 1);
    if (parser->myDoc)
        xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
    p->cell = 0;
    end_paragraph(p);
    if (buffer_failed(&p->out) || buffer_failed(&p->line))
        return E_MEMORY;
    return p->code;
}

int reader_html(struct arena *a, struct span text, struct span file, struct reader_text *ret,
                struct err *err)
{
    struct page p = {.out = BUFFER_INIT, .line = BUFFER_INIT};
    size_t bad = utf8_check(text);
    int r = bad == SIZE_MAX ? feed(&p, text) : E_ENCODING;

    UNUSED(file);
    if (r == 0) {
        ret->text = arena_copy(a, buffer_span(&p.out));
        if (!ret->text.p)
            r = E_MEMORY;
        if (p.scripts)
            reader_note(a, ret, "略去脚本 %zu 段", p.scripts);
    }
    buffer_release(&p.out);
    buffer_release(&p.line);
    if (r == E_MEMORY)
        return err_memory(err);
    if (r == E_ENCODING) {
        err_set(err, E_ENCODING, "the page is in no encoding we know (at byte %zu)", bad);
        err_hint(err, "save it as UTF-8");
    } else if (r < 0) {
        err_set(err, r, "the page nests its elements too deep or cannot be read");
        err_hint(err, "save its text instead");
    }
    return r;
}
