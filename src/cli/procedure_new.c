/*
 * procedure_new.c: `huiqi procedure new ID`: a skeleton that passes `procedure check` and whose
 * runs come true; what its author has to say is marked TODO.
 */
#include <stdio.h>
#include "cli/procedure.h"

struct new_values {
    const char *library, *document;
};
static const struct option_spec options[] = {
    {"library", "DIR", "where --document is looked up (else HUIQI_LIBRARY, ./library, installed)",
     OPTION_TEXT, offsetof(struct new_values, library)},
    {"document", "ID", "the document that the procedure rests on; else the skeleton declares one",
     OPTION_TEXT, offsetof(struct new_values, document)},
};
static const struct option_example examples[] = {
    {"huiqi procedure new shanghai/jingan/rent > library/procedures/shanghai/jingan/rent.yaml",
     "then: huiqi procedure check shanghai/jingan/rent"},
    {"huiqi procedure new shanghai/rent --document ID", "on a document of the library"},
};
static const struct command_spec spec = {
    .name = "procedure new",
    .usage = "ID [--document DOCUMENT]",
    .summary =
        "新建事项的骨架。Prints an application with a notice to supply, a decision and three "
        "clocks, "
        "and runs on either\n"
        "side of each limit. It passes the check as it is: replace the texts marked TODO, the "
        "clauses and the\n"
        "limits by what the document says, and drop what it does not say.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

static const char own_document[] =
    "# TODO: a document of the library instead: huiqi procedure new $ID --document DOCUMENT\n"
    "organisations:\n"
    "  - {organisation: $AUTHORITY, kind: department}\n"
    "documents:\n"
    "  - document: $DOCUMENT\n"
    "    title: TODO 题名\n"
    "    issuers: [$AUTHORITY]\n"
    "    type: 通知\n"
    "    region: $REGION\n"
    "    source: {file: \"TODO\"}\n\n";

static const char skeleton[] =
    "document: $DOCUMENT\n"
    "region: $REGION\n"
    "authority: $AUTHORITY\n"
    "applicant: enterprise\n"
    "channels: [online]\n"
    "procedures:\n"
    "  - procedure: $ID\n"
    "    title: {zh: TODO 事项名称, en: TODO title}\n"
    "    plain: {zh: TODO 一句话。, en: TODO one plain sentence.}\n"
    "    kind: application               # recognition permit filing claim request objection ...\n"
    "    catalogue: []                   # rows that it carries out\n"
    "    cites: 一\n"
    "    guide: {fee: {zh: 不收费, en: none}, result: {zh: TODO 结果, en: TODO result}}\n"
    "    parties:\n"
    "      - {party: office, actor: handler, title: {zh: 经办, en: office}}\n"
    "      - {party: chief, actor: reviewer, title: {zh: 审核人, en: reviewer}}\n"
    "    fields:                         # or `fact:` for a fact of the library\n"
    "      - {field: 待定数, type: number, min: 0, required: true, title: {zh: TODO 填报项, en: "
    "TODO asked for}}\n"
    "    materials:\n"
    "      - {material: form, title: {zh: TODO 材料, en: TODO paper}, form: form, cites: 一}\n"
    "    states:\n"
    "      - {state: draft, title: {zh: 草稿, en: draft}, phase: draft}\n"
    "      - {state: received, title: {zh: 已收件, en: received}, phase: submitted}\n"
    "      - {state: supply, title: {zh: 待补正, en: to be supplied}, phase: supply}\n"
    "      - {state: review, title: {zh: 审核中, en: under review}, phase: review}\n"
    "      - {state: granted, title: {zh: 已同意, en: granted}, phase: ended, ends: granted}\n"
    "      - {state: refused, title: {zh: 不予同意, en: refused}, phase: ended, ends: refused}\n"
    "      - {state: closed, title: {zh: 视为放弃, en: waived}, phase: ended, ends: waived}\n"
    "    acts:\n"
    "      - {act: begin, title: {zh: 新建申请, en: begin}, who: applicant, to: draft}\n"
    "      - {act: submit, title: {zh: 提交, en: submit}, who: applicant, from: draft, to: "
    "received, asks: all, if: [{if: '待定数 >= 1', cites: 一, text: {zh: TODO 条件, en: TODO "
    "condition}}], cites: 一}\n"
    "      - {act: tell, title: {zh: 一次性告知补正, en: say what is missing}, who: office, from: "
    "received, to: supply, lists_missing: true, notices: [missing], cites: 一}\n"
    "      - {act: supply, title: {zh: 补正, en: supply}, who: applicant, from: supply, to: "
    "received, supplies: true, asks: [missing]}\n"
    "      - {act: accept, title: {zh: 受理, en: accept}, who: office, from: received, to: review, "
    "cites: 一}\n"
    "      - {act: grant, title: {zh: 同意, en: grant}, who: chief, from: review, to: granted, "
    "decision: granted, other_person: true, cites: 一}\n"
    "      - {act: refuse, title: {zh: 不予同意, en: refuse}, who: chief, from: review, to: "
    "refused, decision: refused, reason: true, remedy: true, notices: [refused], cites: 一}\n";
static const char skeleton_clocks[] =
    "    clocks:                         # only the limits that the document sets\n"
    "      - {clock: complete, title: {zh: 收件审查, en: completeness}, owner: office, starts: "
    "[submit, supply], limit: 5 working-days, ends: [tell, accept], lapse: not-stated, cites: 一}\n"
    "      - {clock: supply, title: {zh: 补正期限, en: time to supply}, owner: applicant, starts: "
    "[tell], limit: 10 working-days, ends: [supply], lapse: waived, lapse_to: closed, cites: 一}\n"
    "      - {clock: decide, title: {zh: 审核, en: decision}, owner: chief, starts: [accept], "
    "limit: 10 working-days, ends: [grant, refuse], lapse: not-stated, cites: 一}\n"
    "    notices:\n"
    "      - {notice: missing, to: applicant, title: {zh: 补正告知, en: What is missing}, text: "
    "{zh: \"办件{{number}}：请一次性补齐：{{#missing}}{{title}}；{{/missing}}\", en: \"Case "
    "{{number}}: please supply: {{#missing}}{{title}}; {{/missing}}\"}}\n"
    "      - {notice: refused, to: applicant, title: {zh: 不予同意, en: Refused}, text: {zh: "
    "\"办件{{number}}：{{reason}}\", en: \"Case {{number}}: {{reason}}\"}}\n"
    "    runs:\n"
    "      - run: each on its last day\n"
    "        steps:\n"
    "          - {at: 2023-03-01 10:00, do: begin, with: {待定数: 1}}\n"
    "          - {do: submit, with: {form: file}}\n"
    "          - {expect: {state: received, clocks: {complete: {due: 2023-03-08, state: "
    "running}}}}\n"
    "          - {at: 2023-03-08 17:00, do: accept, by: office}\n"
    "          - {at: 2023-03-22 17:00, expect: {overdue: []}}\n"
    "          - {do: grant, by: chief}\n"
    "          - {expect: {state: granted, decision: granted}}\n"
    "      - run: each a day late\n"
    "        steps:\n"
    "          - {at: 2023-03-01 10:00, do: begin, with: {待定数: 1}}\n"
    "          - {do: submit, with: {form: file}}\n"
    "          - {at: 2023-03-09 09:00, expect: {overdue: [complete]}}\n"
    "          - {do: accept, by: office}\n"
    "          - {at: 2023-03-24 09:00, expect: {overdue: [decide]}}\n"
    "          - {do: refuse, by: chief, reason: TODO 理由}\n"
    "          - {expect: {state: refused}}\n"
    "      - run: not supplied\n"
    "        steps:\n"
    "          - {at: 2023-03-01 10:00, do: begin, with: {待定数: 0}}\n"
    "          - {do: submit, with: {form: file}, refused: condition}\n"
    "          - {do: submit, with: {待定数: 1, form: file}}\n"
    "          - {at: 2023-03-02 09:00, do: tell, by: office, missing: [form]}\n"
    "          - {expect: {state: supply, clocks: {supply: {due: 2023-03-16, state: running}}}}\n"
    "          - {at: 2023-03-17 00:00, expect: {state: closed, decision: waived}}\n";

struct filling {
    struct span id, document, region, authority;
};

static struct span value_of(const struct filling *f, struct span rest, size_t *ret_length)
{
    const struct {
        struct span name, value;
    } all[] = {{SPAN("$ID"), f->id},
               {SPAN("$DOCUMENT"), f->document},
               {SPAN("$REGION"), f->region},
               {SPAN("$AUTHORITY"), f->authority}};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (span_starts(rest, all[i].name)) {
            *ret_length = all[i].name.n;
            return all[i].value;
        }
    *ret_length = 1;
    return span_of(rest.p, 1);
}

static void fill(struct buffer *out, const char *text, const struct filling *f)
{
    for (struct span rest = span_z(text); rest.n;) {
        size_t n = 0;
        buffer_add(out, value_of(f, rest, &n));
        rest = span_from(rest, n);
    }
}

static bool id_ok(struct span id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9') ||
              id.p[i] == '-' || (id.p[i] == '/' && i > 0 && i + 1 < id.n)))
            return false;
    return id.n > 0;
}

static int print_skeleton(const struct filling *f, bool own)
{
    struct buffer out = BUFFER_INIT;
    buffer_print(&out, "# library/procedures/%.*s.yaml\n", SPAN_ARG(f->id));
    if (own)
        fill(&out, own_document, f);
    fill(&out, skeleton, f);
    fill(&out, skeleton_clocks, f);
    return cli_flush(&out, 0);
}

static int on_document(const char *library, const char *id, struct filling *f)
{
    struct library *l = NULL;
    struct err err = ERR_INIT;
    int status = cli_load_library(library, &l);
    if (status != OPTIONS_RUN)
        return status;
    const struct library_document *d = map_get(&l->document_by_id, span_z(id));
    if (d) {
        f->document = d->id;
        f->region = d->region;
        f->authority = d->issuer_count ? d->issuers[0] : f->authority;
        status = print_skeleton(f, false);
    } else {
        struct span near = map_nearest(&l->document_by_id, span_z(id));
        err_set(&err, E_NOT_FOUND, "no document '%s'", id);
        err_hint(&err, near.n ? "did you mean '%.*s'?" : "library/documents declares them%.*s",
                 SPAN_ARG(near));
        status = report_err(&err);
    }
    library_unref(l);
    return status;
}

int procedure_new(int argc, char **argv)
{
    struct new_values values = {0};
    struct filling f = {.document = SPAN("todo/document"),
                        .region = SPAN("上海市"),
                        .authority = SPAN("TODO主管部门")};
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    f.id = span_z(argv[1]);
    if (!id_ok(f.id))
        return report_usage(&spec, "'%s' is no id: a-z, 0-9, '-', and '/' between parts", argv[1]);
    return values.document ? on_document(values.library, values.document, &f)
                           : print_skeleton(&f, true);
}
