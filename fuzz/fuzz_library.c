/*
 * fuzz_library.c: one YAML file as the measures or procedures of a small library: diagnostics or a
 * library, never a crash. Facts, a document and a register stand in the first file, so that
 * expressions and references have something to find.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "casework/diagram.h"
#include "policy/show.h"
#include "policy/show_procedure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] =
    "items:\n"
    "  - {item: loan, list: 贷款, title: {zh: 贷款, en: loan}}\n"
    "facts:\n"
    "  - {fact: 人数, type: number, unit: 人, question: {zh: 问, en: ask}}\n"
    "  - {fact: 缴费, type: number, unit: 元, period: year, question: {zh: 问, en: ask}}\n"
    "  - {fact: 行业, type: string, values: [甲, 乙], question: {zh: 问, en: ask}}\n"
    "  - {fact: 本金, of: loan, type: number, unit: 元, question: {zh: 问, en: ask}}\n"
    "parameters:\n"
    "  - {parameter: 利率, type: number, title: {zh: 利率, en: rate}, holder: 某, values: [{from: "
    "2020-01-01, value: 0.04, source: 某}]}\n"
    "registers:\n"
    "  - {register: 名录, title: {zh: 名录, en: list}, coverage: open, entries: [甲], source: "
    "{document: d}}\n"
    "documents:\n"
    "  - {document: d, title: 文, type: 文, region: 月, rules: [{rule: r, if: '人数 > 0', cites: "
    "一, text: {zh: 好, en: ok}}]}\n";

/* A folder of this process, made once. */
static char folder[] = "/tmp/huiqi-fuzz-library-XXXXXX";
static char file[sizeof folder + 16];

static void remove_folder(void)
{
    char path[sizeof folder + 16];
    snprintf(path, sizeof path, "%s/base.yaml", folder);
    (void)unlink(path);
    (void)unlink(file);
    (void)rmdir(folder);
}

/* Without the care that file_write takes: it waits for the disk. */
static bool put(const char *path, const char *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(data, 1, size, f) == size;
    if (f)
        ok = fclose(f) == 0 && ok;
    return ok;
}

static void make_folder(void)
{
    char path[sizeof folder + 16];
    if (file[0])
        return;
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/base.yaml", folder);
    snprintf(file, sizeof file, "%s/fuzz.yaml", folder);
    if (!put(path, base, sizeof base - 1))
        abort();
    atexit(remove_folder);
}

static void show(const struct library *l)
{
    struct arena a;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    json_print(&out, vocabulary_json(&a, l), JSON_COMPACT);
    for (size_t i = 0; i < l->measure_count; i++)
        json_print(&out, measure_json(&a, l, l->measures[i]), JSON_COMPACT);
    for (size_t i = 0; i < l->procedure_count; i++) {
        struct span svg;
        json_print(&out, procedure_json(&a, l->procedures[i]), JSON_COMPACT);
        if (procedure_svg(&a, l->procedures[i], i % 2, &svg, NULL) < 0)
            abort();
    }
    buffer_release(&out);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    struct buffer out = BUFFER_INIT;
    make_folder();
    if (!put(file, (const char *)data, size))
        return 0;
    arena_init(&a);
    diags_init(&diags, &a);
    if (library_load(folder, &l, &diags, &err) == 0)
        show(l);
    else if (diags.errors == 0)
        abort();
    diags_print(&out, &diags); /* text of diagnostics outlives the library */
    buffer_release(&out);
    library_unref(l);
    arena_release(&a);
    return 0;
}
