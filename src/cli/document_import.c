/*
 * document_import.c: `huiqi document import FILE...`: files into the store, each whole or not at
 * all, and a report of what was recognised in them and what not.
 */
#include <stdio.h>
#include <unistd.h>
#include "base/file.h"
#include "cli/document_commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"
#include "document/reader.h"
#include "document/tags.h"

struct import_options {
    const char *library;
    bool json, quiet;
};

static const struct option_spec specs[] = {
    {"library", "DIR", "where the catalogue of tags is (default: as 'match')", OPTION_TEXT,
     offsetof(struct import_options, library)},
    {"json", NULL, "the report as JSON, one object for each file", OPTION_FLAG,
     offsetof(struct import_options, json)},
    {"quiet", NULL, "one line for each file", OPTION_FLAG, offsetof(struct import_options, quiet)},
};

static const struct option_example examples[] = {
    {"huiqi document import notice.docx rules.pdf", "two files; what was recognised in each"},
};

static const struct command_spec command = {
    .name = "document import",
    .usage = "FILE... [--json]",
    .summary =
        "Files text, PDF, DOCX and HTML into the database: documents, versions, clauses. What a "
        "file is, its bytes say.\n"
        "A file is filed whole or not at all; the same bytes are not filed twice; a changed text "
        "becomes the next version of its document.\n"
        "Names, mobiles, ids, accounts and personal mailboxes are hidden before the first write; "
        "they and the original are kept sealed\n"
        "with the key beside the database (HUIQI_KEY_FILE): a backup needs both.",
    .options = specs,
    .option_count = COUNT_OF(specs),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = -1,
};

struct import {
    struct desk desk;
    struct import_options options;
    struct arena reports; /* of all files, for JSON; and the catalogue of tags */
    struct doc_tags tags;
    struct json *list;
    struct buffer out;
    size_t files, failed, documents;
};

static bool blank(struct span s)
{
    if (span_starts(s, SPAN("\xEF\xBB\xBF")))
        s = span_from(s, 3);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            return false;
    return true;
}

static int read_one(struct import *m, const char *path, struct archive_file *file,
                    struct reader_text *text, struct doc **doc)
{
    struct arena *a = &m->desk.arena;
    struct err *err = &m->desk.err;
    int r = file_read(a, path, DOC_FILE_MAX, &file->original, err);

    if (r == 0)
        r = reader_read(a, file->original, span_z(path), text, err);
    if (r == 0 && blank(text->text)) {
        r = err_set(err, E_INPUT, "there is no text in the file");
        err_at(err, span_z(path), 0, 0);
    }
    if (r == 0)
        r = document_parse(a, text->text, span_z(path), doc, err);
    if (r < 0)
        return r;
    file->name = span_z(path);
    file->text = text;
    file->doc = *doc;
    return 0;
}

static void print_notes(struct import *m, const struct reader_text *text)
{
    for (size_t i = 0; i < text->notes.n; i++)
        buffer_print(&m->out, "  注意：%.*s\n", SPAN_ARG(text->notes.at[i]));
}

static void print_entries(struct import *m, const struct archive_report *t)
{
    static const char *const outcomes[] = {"新", "新版本", "未变"};
    for (size_t i = 0; i < t->entry_count; i++) {
        const struct archive_entry *e = &t->entries[i];
        buffer_print(&m->out, "  %s\t%.*s\t第%lld版\t条款 %lld\t%.*s\n", outcomes[e->outcome],
                     SPAN_ARG(e->slug), (long long)e->number, (long long)e->clauses,
                     SPAN_ARG(e->title));
    }
}

static void print_report(struct import *m, const struct archive_report *t,
                         const struct reader_text *text)
{
    size_t n[3] = {0};
    for (size_t i = 0; i < t->entry_count; i++)
        n[t->entries[i].outcome]++;
    m->documents += n[ARCHIVE_NEW] + n[ARCHIVE_CHANGED];
    if (t->known) {
        buffer_print(&m->out, "%.*s: 已在库中，未作改动\n", SPAN_ARG(t->name));
        return;
    }
    buffer_print(&m->out,
                 "%.*s: %s（%s），文件 %zu 份（新 %zu，新版本 %zu，未变 %zu），条款 %zu，修复 %zu，"
                 "存疑文字 %zu，遮盖 %zu（待核 %zu），未识别 %zu\n",
                 SPAN_ARG(t->name), reader_kind_name(text->kind), text->encoding, t->entry_count,
                 n[ARCHIVE_NEW], n[ARCHIVE_CHANGED], n[ARCHIVE_SAME], t->clauses, t->repairs,
                 t->notes, t->masked, t->doubtful, t->raw);
    print_notes(m, text);
    if (!m->options.quiet)
        print_entries(m, t);
}

/* The report outlives the file: it is printed and read again. */
static void add_json(struct import *m, const struct archive_report *t)
{
    struct buffer b = BUFFER_INIT;
    struct json *copy = NULL;
    struct err ignored = ERR_INIT;
    json_print(&b, archive_report_json(&m->desk.arena, t), JSON_COMPACT);
    struct span text = arena_copy(&m->reports, buffer_span(&b));
    if (buffer_failed(&b) || !text.p ||
        json_parse(&m->reports, text, SPAN(""), &copy, &ignored) < 0)
        m->reports.failed = true;
    json_add(m->list, copy);
    buffer_release(&b);
}

static int import_one(struct import *m, const char *path)
{
    struct archive_file file = {.tags = &m->tags};
    struct archive_report report = {0};
    struct reader_text text = {0};
    struct doc *doc = NULL;
    int r = read_one(m, path, &file, &text, &doc);

    if (r == 0)
        r = desk_open(&m->desk, true);
    if (r == 0)
        r = document_archive_put(m->desk.store, &m->desk.seal, &m->desk.arena, &file, &report,
                                 &m->desk.err);
    if (r < 0)
        return r;
    if (m->options.json)
        add_json(m, &report);
    print_report(m, &report, &text);
    return 0;
}

static void progress(const struct import *m, int i, int count, const char *path)
{
    if (count > 1 && !m->options.json && isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K[%d/%d] %s", i, count, path);
}

/* What is known so far; a long list shows itself file by file. */
static int flush(struct import *m)
{
    bool ok = m->options.json || fwrite(m->out.p, 1, m->out.n, stdout) == m->out.n;
    ok = ok && fflush(stdout) == 0 && !buffer_failed(&m->out);
    buffer_clear(&m->out);
    if (!ok)
        return err_set(&m->desk.err, E_IO, "cannot write the output");
    return 0;
}

static int import_files(struct import *m, int count, char **paths)
{
    const char *folder = library_folder(m->options.library);
    int status = 0;

    if (folder && doc_tags_load(&m->reports, folder, &m->tags, &m->desk.err) < 0)
        return desk_fail(&m->desk);
    for (int i = 0; i < count; i++) {
        progress(m, i + 1, count, paths[i]);
        int r = import_one(m, paths[i]);
        if (count > 1 && !m->options.json && isatty(STDERR_FILENO))
            fprintf(stderr, "\r\033[K");
        if (r == 0)
            r = flush(m);
        m->files += r == 0;
        m->failed += r < 0;
        if (r < 0)
            status = desk_fail(&m->desk);
        m->desk.err = (struct err)ERR_INIT;
        arena_clear(&m->desk.arena);
    }
    return status;
}

int document_import(int argc, char **argv)
{
    struct import m = {.out = BUFFER_INIT};
    int count = 0, r = options_parse(&command, argc, argv, &m.options, &count);

    if (r != OPTIONS_RUN)
        return r;
    desk_init(&m.desk);
    arena_init(&m.reports);
    m.list = json_array(&m.reports);
    r = import_files(&m, count, argv + 1);
    if (m.options.json && !m.reports.failed) {
        int printed = cli_print_json(m.list);
        r = r ? r : printed;
    } else if (count > 1) {
        printf("文件 %zu 个导入，%zu 个未能导入；新增文件或版本 %zu\n", m.files, m.failed,
               m.documents);
    }
    buffer_release(&m.out);
    arena_release(&m.reports);
    desk_release(&m.desk);
    return r;
}
