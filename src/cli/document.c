/*
 * document.c: `huiqi document read`: what the program sees in a file, as an outline, as data or as
 * text. Personal data leaves masked unless it is asked for.
 */
#include "cli/commands.h"
#include <stdio.h>
#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/document_commands.h"
#include "cli/options.h"
#include "document/document.h"
#include "document/path.h"
#include "document/reader.h"

#define PREVIEW 30 /* characters of text shown in the outline */

struct read_options {
    bool tree, json, text, lines, unmasked;
};

static const struct option_spec read_specs[] = {
    {"tree", NULL, "outline: path, kind, lines, first characters (the default)", OPTION_FLAG,
     offsetof(struct read_options, tree)},
    {"json", NULL, "the whole tree with positions, repairs and marks", OPTION_FLAG,
     offsetof(struct read_options, json)},
    {"text", NULL, "the repaired text, a paragraph a line", OPTION_FLAG,
     offsetof(struct read_options, text)},
    {"lines", NULL, "with the pieces of the original file below each node", OPTION_FLAG,
     offsetof(struct read_options, lines)},
    {"unmasked", NULL, "show names and mobile numbers of persons", OPTION_FLAG,
     offsetof(struct read_options, unmasked)},
};

static const struct option_example read_examples[] = {
    {"huiqi document read notice.txt", "the outline, with the paths that citations use"},
    {"huiqi document read notice.txt --json", "every node with its place in the file"},
};

static const struct command_spec read_command = {
    .name = "document read",
    .usage = "FILE [--tree|--json|--text]",
    .summary = "Reads a file of official documents (text, PDF, DOCX, HTML): repairs damaged marks, "
               "joins paragraphs, "
               "finds the outline.\n"
               "Every node keeps its place in the file; nothing is lost. '-' reads standard input.",
    .options = read_specs,
    .option_count = COUNT_OF(read_specs),
    .examples = read_examples,
    .example_count = COUNT_OF(read_examples),
    .least = 1,
    .most = 1,
};

struct output {
    struct buffer out;
    struct arena *arena;
    const struct doc *doc;
    struct read_options options;
};

static struct span shown(const struct output *o, const struct doc_node *n, struct span text)
{
    return o->options.unmasked ? text : doc_masked(o->arena, o->doc, n, text);
}

static void add_source(struct buffer *out, const struct output *o, size_t start, size_t end)
{
    if (o->options.unmasked)
        buffer_add(out, span_of(o->doc->bytes.p + start, end - start));
    else
        doc_masked_source(out, o->doc, start, end);
}

/* ---- tree ---- */

static const char *const piece_names[] = {"line", "blank", "page", "raw"};

static void tree_pieces(struct output *o, const struct doc_node *n)
{
    for (uint32_t i = 0; i < n->piece_count; i++) {
        const struct doc_piece *p = &o->doc->pieces[n->piece + i];
        buffer_print(&o->out, "\t%s\tL%u\t", piece_names[p->kind], p->line);
        size_t end = p->end;
        while (end > p->start &&
               (o->doc->bytes.p[end - 1] == '\n' || o->doc->bytes.p[end - 1] == '\r'))
            end--;
        add_source(&o->out, o, p->start, end);
        buffer_byte(&o->out, '\n');
    }
}

static void tree_line(struct output *o, const struct doc_node *n)
{
    struct span text = n->text.n ? n->text : n->title;
    text = shown(o, n, text);
    size_t cut = utf8_offset(text, PREVIEW);
    struct span path = doc_path(o->arena, o->doc, n);
    buffer_add(&o->out, shown(o, n, path));
    buffer_print(&o->out, "\t%s\tL%u", doc_kind_name(n->kind), n->line);
    if (n->end_line != n->line)
        buffer_print(&o->out, "-%u", n->end_line);
    buffer_byte(&o->out, '\t');
    buffer_add(&o->out, span_of(text.p, cut));
    buffer_add_z(&o->out, cut < text.n ? "…\n" : "\n");
    if (o->options.lines)
        tree_pieces(o, n);
}

static void print_tree(struct output *o)
{
    const struct doc_node *root = o->doc->root;
    for (const struct doc_node *n = root; n; n = doc_following(root, n))
        if (n != root || o->options.lines)
            tree_line(o, n);
}

/* ---- json ---- */

static struct json *json_place(struct output *o, const struct doc_node *n)
{
    struct arena *a = o->arena;
    struct json *j = json_object(a);
    JSON_SET(j, "start", json_int(a, (int64_t)n->start));
    JSON_SET(j, "end", json_int(a, (int64_t)n->end));
    JSON_SET(j, "text_end", json_int(a, (int64_t)n->text_end));
    JSON_SET(j, "line", json_int(a, n->line));
    JSON_SET(j, "column", json_int(a, n->column));
    JSON_SET(j, "end_line", json_int(a, n->end_line));
    JSON_SET(j, "end_column", json_int(a, n->end_column));
    return j;
}

static struct json *json_marks(struct output *o, const struct doc_node *n)
{
    struct arena *a = o->arena;
    struct json *list = json_array(a);
    for (size_t i = 0; i < n->mark_count; i++) {
        const struct doc_mark *m = &n->marks[i];
        struct json *j = json_object(a);
        struct span text = span_of(n->text.p + m->start, m->end - m->start);
        JSON_SET(j, "kind", json_string(a, span_z(doc_mark_name(m->kind))));
        JSON_SET(j, "text", json_string(a, shown(o, n, text)));
        JSON_SET(j, "offset", json_int(a, (int64_t)doc_source(o->doc, n, m->start)));
        json_add(list, j);
    }
    return list;
}

static struct json *json_pieces(struct output *o, const struct doc_node *n)
{
    struct arena *a = o->arena;
    struct json *list = json_array(a);
    for (uint32_t i = 0; i < n->piece_count; i++) {
        const struct doc_piece *p = &o->doc->pieces[n->piece + i];
        struct json *j = json_object(a);
        JSON_SET(j, "kind", json_string(a, span_z(piece_names[p->kind])));
        JSON_SET(j, "line", json_int(a, p->line));
        JSON_SET(j, "start", json_int(a, (int64_t)p->start));
        JSON_SET(j, "end", json_int(a, (int64_t)p->end));
        json_add(list, j);
    }
    return list;
}

static void set_text(struct output *o, const struct doc_node *n, struct json *j, struct span key,
                     struct span text)
{
    if (text.n)
        json_set(j, key, json_string(o->arena, shown(o, n, text)));
}

static struct json *json_node(struct output *o, const struct doc_node *n)
{
    struct arena *a = o->arena;
    struct json *j = json_object(a);
    JSON_SET(j, "kind", json_string(a, span_z(doc_kind_name(n->kind))));
    JSON_SET(j, "path", json_string(a, shown(o, n, doc_path(a, o->doc, n))));
    set_text(o, n, j, SPAN("mark"), n->mark);
    set_text(o, n, j, SPAN("title"), n->title);
    set_text(o, n, j, SPAN("text"), n->text);
    set_text(o, n, j, SPAN("date"), n->date);
    set_text(o, n, j, SPAN("unit"), n->unit);
    JSON_SET(j, "at", json_place(o, n));
    if (n->mark_count)
        JSON_SET(j, "marks", json_marks(o, n));
    if (o->options.lines)
        JSON_SET(j, "pieces", json_pieces(o, n));
    return j;
}

/* Nodes are made on the way in and put under the innermost open one. */
static struct json *json_tree(struct output *o)
{
    struct json *open[DOC_DEPTH_MAX + 1] = {NULL}, *children[DOC_DEPTH_MAX + 1] = {NULL};
    unsigned depth = 0;
    struct doc_walk w;
    doc_walk_init(&w, o->doc->root);
    while (doc_walk_next(&w) != DOC_DONE) {
        if (w.event == DOC_EXIT) {
            depth--;
            if (children[depth])
                JSON_SET(open[depth], "children", children[depth]);
            continue;
        }
        open[depth] = json_node(o, w.node);
        children[depth] = w.node->first ? json_array(o->arena) : NULL;
        if (depth > 0)
            json_add(children[depth - 1], open[depth]);
        depth++;
    }
    return open[0];
}

static struct json *json_repairs(struct output *o)
{
    struct arena *a = o->arena;
    struct json *list = json_array(a);
    for (size_t i = 0; i < o->doc->repair_count; i++) {
        const struct doc_repair *r = &o->doc->repairs[i];
        struct json *j = json_object(a);
        JSON_SET(j, "kind", json_string(a, r->kind == DOC_REPAIR ? SPAN("repair") : SPAN("note")));
        JSON_SET(j, "offset", json_int(a, (int64_t)r->offset));
        JSON_SET(j, "line", json_int(a, r->line));
        JSON_SET(j, "column", json_int(a, r->column));
        JSON_SET(j, "original", json_string(a, r->original));
        JSON_SET(j, "repaired", json_string(a, r->repaired));
        JSON_SET(j, "reason", json_string(a, span_z(r->reason)));
        json_add(list, j);
    }
    return list;
}

static void print_json(struct output *o)
{
    struct arena *a = o->arena;
    char hash[DOC_SHA256_HEX];
    struct json *j = json_object(a);
    doc_sha256(o->doc->bytes, hash);
    JSON_SET(j, "sha256", json_string(a, arena_copy(a, span_z(hash))));
    JSON_SET(j, "bytes", json_int(a, (int64_t)o->doc->bytes.n));
    JSON_SET(j, "lines", json_int(a, o->doc->lines));
    JSON_SET(j, "form", json_string(a, span_z(doc_form_name(o->doc->form))));
    JSON_SET(j, "joining", json_string(a, span_z(doc_joining_name(o->doc->joining))));
    JSON_SET(j, "repairs", json_repairs(o));
    JSON_SET(j, "tree", json_tree(o));
    json_print(&o->out, j, JSON_PRETTY);
    buffer_byte(&o->out, '\n');
}

/* ---- command ---- */

static int print_document(struct output *o)
{
    if (o->options.json)
        print_json(o);
    else if (o->options.text)
        doc_text(&o->out, o->doc, o->doc->root, o->options.unmasked);
    else
        print_tree(o);
    struct err err = ERR_INIT;
    if (buffer_failed(&o->out) || o->arena->failed) {
        err_memory(&err);
        return report_err(&err);
    }
    if (fwrite(o->out.p, 1, o->out.n, stdout) != o->out.n || fflush(stdout) != 0) {
        err_set(&err, E_IO, "cannot write the output");
        return report_err(&err);
    }
    return 0;
}

static int read_file(const char *path, struct read_options options)
{
    struct arena arena;
    struct err err = ERR_INIT;
    struct span bytes;
    struct reader_text text;
    struct output o = {.arena = &arena, .options = options};
    struct doc *doc;
    arena_init(&arena);
    buffer_init(&o.out);
    int r = file_read(&arena, path, DOC_FILE_MAX, &bytes, &err);
    if (r == 0)
        r = reader_read(&arena, bytes, span_z(path), &text, &err);
    if (r == 0)
        r = document_parse(&arena, text.text, span_z(path), &doc, &err);
    if (r == 0) {
        o.doc = doc;
        r = print_document(&o);
    } else {
        if (err.code == E_IO && !err.hint[0])
            err_hint(&err, "give the name of a file, or '-' for standard input");
        r = report_err(&err);
    }
    buffer_release(&o.out);
    arena_release(&arena);
    return r;
}

int document_read(int argc, char **argv)
{
    struct read_options options = {0};
    int count = 0;
    int r = options_parse(&read_command, argc, argv, &options, &count);
    if (r != OPTIONS_RUN)
        return r;
    if (options.tree + options.json + options.text > 1)
        return report_usage(&read_command, "--tree, --json and --text are alternatives");
    return read_file(argv[1], options);
}

/* ---- the table ---- */

static const struct subcommand subcommands[] = {
#define DOCUMENT_COMMAND(name, usage, help) {#name, document_##name, help, usage},
#include "cli/document_commands.def"
#undef DOCUMENT_COMMAND
};

int cmd_document(int argc, char **argv)
{
    static const struct command_group group = {
        .name = "document",
        .summary = "Official documents: what they say, where, and in which form.",
        .at = subcommands,
        .n = COUNT_OF(subcommands),
    };
    return group_run(&group, argc, argv);
}
