/*
 * export_akn.c: a document as Akoma Ntoso 3.0 (OASIS LegalDocML): <doc> with its identification as
 * work, expression and manifestation; clauses as nested hierarchical elements, their enumerators
 * (一、 （一） 第三条) as <num>.
 */
#include "document/export.h"
#include "base/date.h"
#include "document/document.h"

struct akn {
    struct buffer *out;
    const struct export_input *in;
    struct arena *arena;
    const char *open[DOC_DEPTH_MAX + 2]; /* names of open elements, by depth */
    int64_t depths[DOC_DEPTH_MAX + 2];
    size_t n;
};

static void element(struct buffer *out, const char *tag, struct span text)
{
    buffer_print(out, "<%s>", tag);
    buffer_escape(out, text);
    buffer_print(out, "</%s>\n", tag);
}

/* A part of an IRI: bytes that may stand there, the rest by percent. */
static void iri(struct buffer *out, struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.' || c == '_';
        if (plain)
            buffer_byte(out, (char)c);
        else
            buffer_print(out, "%%%02X", c);
    }
}

/* ---- meta ---- */

/* /akn/cn/doc/DATE/SLUG; expression: /zho@v2; manifestation: .xml */
static void uris(struct akn *k, const char *suffix, const char *ending)
{
    const struct archive_version *v = k->in->version;
    static const char *const tags[] = {"FRBRthis", "FRBRuri"};
    for (size_t i = 0; i < 2; i++) {
        buffer_print(k->out, "<%s value=\"/akn/cn/doc/", tags[i]);
        iri(k->out, v->issued.n ? v->issued : SPAN("undated"));
        buffer_byte(k->out, '/');
        iri(k->out, v->slug);
        buffer_print(k->out, "%s%s%s\"/>\n", suffix, i == 0 ? "/!main" : "", ending);
    }
}

static void dated(struct akn *k, bool issued)
{
    const struct archive_version *v = k->in->version;
    char at[DATE_TEXT];
    size_t n = clock_print(v->imported_at, at);
    buffer_print(k->out, "<FRBRdate date=\"");
    buffer_escape(k->out, issued && v->issued.n ? v->issued : span_of(at, n < 10 ? n : 10));
    buffer_print(k->out, "\" name=\"%s\"/>\n<FRBRauthor href=\"#%s\"/>\n",
                 issued && v->issued.n ? "issued" : "import", issued ? "issuer-1" : "huiqi");
}

static void identification(struct akn *k)
{
    const struct archive_version *v = k->in->version;
    struct span expression = arena_print(k->arena, "/zho@v%lld", (long long)v->number);
    buffer_add_z(k->out, "<identification source=\"#huiqi\">\n<FRBRWork>\n");
    uris(k, "", "");
    dated(k, true);
    buffer_add_z(k->out, "<FRBRcountry value=\"cn\"/>\n");
    if (v->doc_number.n) {
        buffer_add_z(k->out, "<FRBRnumber value=\"");
        buffer_escape(k->out, v->doc_number);
        buffer_add_z(k->out, "\"/>\n");
    }
    buffer_add_z(k->out, "</FRBRWork>\n<FRBRExpression>\n");
    uris(k, expression.p ? expression.p : "", "");
    dated(k, true);
    buffer_add_z(k->out, "<FRBRlanguage language=\"zho\"/>\n</FRBRExpression>\n"
                         "<FRBRManifestation>\n");
    uris(k, expression.p ? expression.p : "", ".xml");
    dated(k, false);
    buffer_add_z(k->out, "<FRBRformat value=\"application/akn+xml\"/>\n</FRBRManifestation>\n"
                         "</identification>\n");
}

static void organisation(struct akn *k, const char *id, size_t number, struct span name)
{
    buffer_print(k->out, "<TLCOrganization eId=\"%s", id);
    if (number)
        buffer_print(k->out, "-%zu", number);
    buffer_add_z(k->out, "\" href=\"/akn/ontology/organization/cn/");
    iri(k->out, name);
    buffer_add_z(k->out, "\" showAs=\"");
    buffer_escape(k->out, name);
    buffer_add_z(k->out, "\"/>\n");
}

static void meta(struct akn *k)
{
    struct json *issuers = NULL;
    struct err ignored = ERR_INIT;
    size_t n = 0;
    buffer_add_z(k->out, "<meta>\n");
    identification(k);
    buffer_add_z(k->out, "<references source=\"#huiqi\">\n");
    organisation(k, "huiqi", 0, SPAN("huiqi"));
    if (json_parse(k->arena, k->in->version->issuers, SPAN(""), &issuers, &ignored) == 0)
        JSON_EACH(issuer, issuers)
    organisation(k, "issuer", ++n, json_text(issuer));
    if (n == 0)
        organisation(k, "issuer", 1, SPAN("unknown"));
    buffer_add_z(k->out, "</references>\n</meta>\n");
}

/* ---- body ---- */

/* What Akoma Ntoso has a word for; all else is a hcontainer with our word. */
static const char *word_for(const struct archive_clause *c)
{
    if (!span_starts(c->mark, SPAN("第")))
        return "hcontainer";
    return span_find(c->mark, SPAN("章")) != SIZE_MAX   ? "chapter"
           : span_find(c->mark, SPAN("节")) != SIZE_MAX ? "section"
           : span_find(c->mark, SPAN("条")) != SIZE_MAX ? "article"
                                                        : "hcontainer";
}

static void close_to(struct akn *k, int64_t depth)
{
    while (k->n && k->depths[k->n - 1] >= depth)
        buffer_print(k->out, "</%s>\n", k->open[--k->n]);
}

static void clause(struct akn *k, size_t i)
{
    const struct archive_clause *c = &k->in->clauses[i];
    bool parent = i + 1 < k->in->n && k->in->clauses[i + 1].depth > c->depth &&
                  !span_eq(k->in->clauses[i + 1].kind, SPAN("cell"));
    struct span body = export_body(c);
    const char *word = word_for(c);
    if (span_eq(c->kind, SPAN("cell")) || k->n >= COUNT_OF(k->open))
        return;
    close_to(k, c->depth);
    buffer_print(k->out, "<%s eId=\"c_%lld\"", word, (long long)c->position);
    if (word[0] == 'h')
        buffer_print(k->out, " name=\"%.*s\"", SPAN_ARG(c->kind));
    buffer_add_z(k->out, ">\n");
    if (c->mark.n)
        element(k->out, "num", c->mark);
    if (c->title.n && body.n < c->text.n)
        element(k->out, "heading", c->title);
    if (parent && body.n) {
        buffer_add_z(k->out, "<intro>");
        element(k->out, "p", body);
        buffer_add_z(k->out, "</intro>\n");
    } else if (!parent) {
        buffer_add_z(k->out, "<content>");
        element(k->out, "p", body);
        buffer_add_z(k->out, "</content>\n");
    }
    k->depths[k->n] = c->depth;
    k->open[k->n++] = word;
}

static void preface(struct akn *k)
{
    const struct archive_version *v = k->in->version;
    buffer_add_z(k->out, "<preface>\n<longTitle><p>");
    buffer_add_z(k->out, "<docTitle>");
    buffer_escape(k->out, export_title(k->in));
    buffer_add_z(k->out, "</docTitle>");
    if (v->doc_number.n) {
        buffer_add_z(k->out, "<docNumber>");
        buffer_escape(k->out, v->doc_number);
        buffer_add_z(k->out, "</docNumber>");
    }
    if (v->issued.n) {
        buffer_add_z(k->out, "<docDate date=\"");
        buffer_escape(k->out, v->issued);
        buffer_add_z(k->out, "\">");
        buffer_escape(k->out, v->issued);
        buffer_add_z(k->out, "</docDate>");
    }
    buffer_add_z(k->out, "</p></longTitle>\n</preface>\n");
}

void export_akn(struct buffer *out, struct arena *a, const struct export_input *in)
{
    struct akn k = {.out = out, .in = in, .arena = a};
    buffer_add_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n"
                      "<doc name=\"");
    buffer_escape(out, in->version->type.n ? in->version->type : SPAN("公文"));
    buffer_add_z(out, "\">\n");
    meta(&k);
    preface(&k);
    buffer_add_z(out, "<mainBody>\n");
    for (size_t i = 0; i < in->n; i++)
        clause(&k, i);
    close_to(&k, 0);
    if (in->n == 0)
        buffer_add_z(out, "<p/>\n");
    buffer_add_z(out, "</mainBody>\n</doc>\n</akomaNtoso>\n");
    if (a->failed)
        out->failed = true;
}
