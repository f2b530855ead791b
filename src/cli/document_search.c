/*
 * document_search.c: `huiqi document search`: clauses by their words, with facets and typing help.
 */
#include <inttypes.h>
#include <stdio.h>
#include "cli/document_commands.h"
#include "cli/document_open.h"
#include "cli/load.h"
#include "cli/options.h"
#include "document/search.h"
#include "policy/library.h"

struct search_options {
    bool json, suggest, facets;
    const char *region, *issuer, *year, *type, *tag, *in_force, *page, *limit, *library;
};

#define AT(member) offsetof(struct search_options, member)
static const struct option_spec search_specs[] = {
    {"region", "REGION", "only of this region and below it: 上海市/静安区", OPTION_TEXT,
     AT(region)},
    {"issuer", "OFFICE", "only what this office issued", OPTION_TEXT, AT(issuer)},
    {"year", "YEAR", "only what was issued in this year", OPTION_TEXT, AT(year)},
    {"type", "TYPE", "only this type: 通知, 若干措施 ...", OPTION_TEXT, AT(type)},
    {"tag", "TAG", "only with this tag", OPTION_TEXT, AT(tag)},
    {"in-force", "DATE", "without what is known not to be in force that day", OPTION_TEXT,
     AT(in_force)},
    {"page", "N", "the n-th page, from 1", OPTION_TEXT, AT(page)},
    {"limit", "N", "documents on a page (20, at most 100)", OPTION_TEXT, AT(limit)},
    {"facets", NULL, "how many documents of each region, office, year, type, tag", OPTION_FLAG,
     AT(facets)},
    {"suggest", NULL, "what may be meant by the beginning of a word, or by wgfh for 稳岗返还",
     OPTION_FLAG, AT(suggest)},
    {"json", NULL, "as data", OPTION_FLAG, AT(json)},
    {"library", "DIR", "where the synonyms are (default: as 'match')", OPTION_TEXT, AT(library)},
};

static const struct option_example search_examples[] = {
    {"huiqi document search 贷款 贴息", "clauses with both words, or their synonyms"},
    {"huiqi document search '\"小微企业\" -餐饮' --year 2020", "a phrase as it stands; a word not"},
    {"huiqi document search 沪府办〔2020〕12号", "a 文号, in any brackets"},
};

static const struct command_spec search_command = {
    .name = "document search",
    .usage = "WORD... [--region R] [--year Y] [--json]",
    .summary = "Finds clauses of the imported documents: words of one character up, all of them in "
               "one clause or its title.\n"
               "\"Quoted\" words stand as they are, -word must not occur. At most 5,000 hits are "
               "ranked; counts above read 5000+.",
    .options = search_specs,
    .option_count = COUNT_OF(search_specs),
    .examples = search_examples,
    .example_count = COUNT_OF(search_examples),
    .least = 0,
    .most = -1,
};

/* ---- printing ---- */

static void print_pieces(struct buffer *out, const struct search_pieces *p)
{
    for (size_t i = 0; i < p->n; i++) {
        buffer_add_z(out, p->at[i].mark ? "【" : "");
        buffer_add(out, p->at[i].text);
        buffer_add_z(out, p->at[i].mark ? "】" : "");
    }
}

static void print_row(struct buffer *out, const struct search_row *row)
{
    print_pieces(out, &row->title);
    buffer_print(out, "%s%.*s\n  %.*s", row->number.n ? " " : "", SPAN_ARG(row->number),
                 SPAN_ARG(row->slug));
    buffer_print(out, "%s%.*s%s%.*s\n", row->region.n ? " · " : "", SPAN_ARG(row->region),
                 row->issued.n ? " · " : "", SPAN_ARG(row->issued));
    for (size_t i = 0; i < row->clause_count; i++) {
        const struct search_found *c = &row->clauses[i];
        buffer_print(out, "  %.*s  ", SPAN_ARG(c->path));
        print_pieces(out, &c->heading);
        buffer_add_z(out, c->heading.n && c->text.n ? "  " : "");
        print_pieces(out, &c->text);
        buffer_byte(out, '\n');
    }
    if (row->hits > row->clause_count)
        buffer_print(out, "  共 %zu 处\n", row->hits);
}

static const char *const hints[] = {
    [SEARCH_HINT_NONE] = NULL,
    [SEARCH_HINT_EMPTY] = "没有可查的词",
    [SEARCH_HINT_ONLY_EXCLUDED] = "除了要排除的词，还要给出要查的词",
    [SEARCH_HINT_QUOTE] = "引号没有闭合，已取到末尾",
    [SEARCH_HINT_MANY] = "词太多，多出的没有查",
    [SEARCH_HINT_SPLIT] = "原词命中少，已补上拆开后各词都有的条款",
};

static void print_facets(struct buffer *out, const struct docsearch_result *r)
{
    static const char *const kinds[SEARCH_FACETS] = {"地区", "机关", "年份", "种类", "标签"};

    for (size_t i = 0; i < r->facet_count; i++)
        buffer_print(out, "%s\t%.*s\t%" PRId64 "\n", kinds[r->facets[i].kind],
                     SPAN_ARG(r->facets[i].value), r->facets[i].documents);
}

static void print_result(struct buffer *out, const struct docsearch_result *r, bool facets)
{
    if (hints[r->hint])
        buffer_print(out, "提示：%s\n", hints[r->hint]);
    if (r->synonyms.n)
        buffer_print(out, "也查了：%.*s\n", SPAN_ARG(r->synonyms));
    buffer_print(out, "%zu%s 份文件，%zu%s 处\n", r->documents, r->more ? "+" : "", r->hits,
                 r->more ? "+" : "");
    if (facets)
        print_facets(out, r);
    for (size_t i = 0; i < r->row_count; i++)
        print_row(out, &r->rows[i]);
}

/* ---- the question ---- */

static struct span join_words(struct arena *a, int n, char **words)
{
    struct buffer b = BUFFER_INIT;

    for (int i = 0; i < n; i++)
        buffer_print(&b, "%s%s", i ? " " : "", words[i]);
    struct span text = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

/* A whole number from `least` to `most`; absent: `otherwise`. */
static bool read_number(const char *text, int64_t least, int64_t most, int64_t otherwise,
                        int64_t *ret)
{
    int64_t n = 0;

    *ret = otherwise;
    if (!text)
        return true;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || n > most)
            return false;
        n = n * 10 + (*p - '0');
    }
    *ret = n;
    return *text && n >= least && n <= most;
}

static int bad_number(const char *option, const char *text)
{
    return report_usage(&search_command, "--%s %s: not a number in its range", option, text);
}

static int read_question(const struct search_options *from, struct docsearch_options *o)
{
    int64_t page, limit;

    o->region = span_z(from->region);
    o->issuer = span_z(from->issuer);
    o->type = span_z(from->type);
    o->tag = span_z(from->tag);
    o->today = date_today();
    if (!read_number(from->year, 1, 9999, 0, &o->year))
        return bad_number("year", from->year);
    if (!read_number(from->page, 1, 1000000, 1, &page))
        return bad_number("page", from->page);
    if (!read_number(from->limit, 1, DOCSEARCH_PAGE_MOST, DOCSEARCH_PAGE, &limit))
        return bad_number("limit", from->limit);
    o->page = (size_t)page - 1;
    o->per_page = (size_t)limit;
    o->has_in_force = from->in_force != NULL;
    if (o->has_in_force && !date_parse(span_z(from->in_force), &o->in_force))
        return report_usage(&search_command, "--in-force %s: not a date like 2020-03-09",
                            from->in_force);
    return OPTIONS_RUN;
}

static int open_search(struct docsearch **ret, struct err *err)
{
    struct store *s = NULL;
    int r = store_open(store_url(), &s, err);

    if (r == 0)
        r = store_migrate(s, err);
    store_close(s);
    return r < 0 ? r : docsearch_open(store_url(), ret, err);
}

static int run_search(struct docsearch *d, struct arena *a, const struct search_options *from,
                      struct docsearch_options *o, struct buffer *out, struct err *err)
{
    const char *folder = library_folder(from->library);
    struct search_synonyms *synonyms = NULL;
    struct docsearch_result result = {0};
    int r = folder ? search_synonyms_load(a, folder, &synonyms, err) : 0;

    o->synonyms = synonyms;
    if (r == 0)
        r = docsearch_run(d, a, o, &result, err);
    if (r < 0)
        return r;
    if (from->json) {
        json_print(out, docsearch_json(a, &result), JSON_PRETTY);
        buffer_byte(out, '\n');
    } else {
        print_result(out, &result, from->facets);
    }
    return 0;
}

static int run_suggest(struct docsearch *d, struct arena *a, const struct search_options *from,
                       const struct docsearch_options *o, struct buffer *out, struct err *err)
{
    struct search_suggestion *list = NULL;
    struct json *array = json_array(a);
    size_t n = 0;
    int r = docsearch_suggest(d, a, o->text, o->per_page, &list, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *j = json_object(a);
        JSON_SET(j, "text", json_string(a, list[i].text));
        JSON_SET(j, "kind", json_string(a, list[i].kind));
        json_add(array, j);
        if (!from->json)
            buffer_print(out, "%.*s\t%.*s\n", SPAN_ARG(list[i].kind), SPAN_ARG(list[i].text));
    }
    if (r == 0 && from->json) {
        json_print(out, array, JSON_PRETTY);
        buffer_byte(out, '\n');
    }
    return r;
}

int document_search(int argc, char **argv)
{
    struct search_options from = {0};
    struct docsearch_options o = {0};
    struct docsearch *d = NULL;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct arena a;
    int count = 0, status = options_parse(&search_command, argc, argv, &from, &count);

    if (status == OPTIONS_RUN)
        status = read_question(&from, &o);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&a);
    o.text = join_words(&a, count, argv + 1);
    int r = open_search(&d, &err);
    if (r == 0)
        r = from.suggest ? run_suggest(d, &a, &from, &o, &out, &err)
                         : run_search(d, &a, &from, &o, &out, &err);
    if (r == 0 && (a.failed || buffer_failed(&out)))
        r = err_memory(&err);
    docsearch_close(d);
    arena_release(&a);
    if (r < 0) {
        buffer_release(&out);
        return report_err(&err);
    }
    return cli_flush(&out, 0);
}
