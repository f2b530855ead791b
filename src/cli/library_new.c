/*
 * library_new.c: `huiqi library new KIND`: a template to fill in. docs/authoring.md explains the
 * keys.
 */
#include "cli/library.h"
#include <stdio.h>

struct template
{
    const char *kind, *folder, *text;
};
static const struct template templates[] = {
    {"fact", "facts",
     "facts:\n"
     "  - fact: 名称                    # Chinese, without month or year\n"
     "    type: number                  # number | boolean | string | date | list\n"
     "    unit: 元                      # numbers only\n"
     "    period: year                  # year | quarter | month | day; leave out when there is "
     "one present value\n"
     "    holder: 税务机关\n"
     "    cause: ask                    # ask | recognition | event | register | text\n"
     "    change: past                  # past | fixed | by-time | by-authority | by-applicant\n"
     "    question: {zh: 问题？, en: 'Question?'}\n"},
    {"parameter", "parameters",
     "parameters:\n"
     "  - parameter: 名称\n"
     "    type: number\n"
     "    unit: 元\n"
     "    title: {zh: 名称, en: Title}\n"
     "    holder: 发布机关\n"
     "    values:\n"
     "      - {from: 2020-01-01, value: 0, source: 出处}\n"
     "    known_until: 2020-12-31\n"},
    {"register", "registers",
     "registers:\n"
     "  - register: 名称\n"
     "    title: {zh: 名称, en: Title}\n"
     "    coverage: open                # complete | partial | open\n"
     "    entries: [甲, 乙]\n"
     "    source: {document: ID, clause: 一}\n"},
    {"document", "documents",
     "documents:\n"
     "  - document: REGION/ID\n"
     "    title: 题名                   # as printed\n"
     "    number: null                  # 文号\n"
     "    issuers: [发文机关]\n"
     "    type: 通知\n"
     "    region: 上海市/静安区\n"
     "    issued: null\n"
     "    in_force: {from: 2020-02-20, certainty: printed}\n"
     "    source: {file: \"000\"}\n"
     "    rules: []\n"},
    {"family", "measures",
     "addressee: [enterprise]           # defaults of all rows\n"
     "applicant: enterprise\n"
     "families:\n"
     "  - family: ID\n"
     "    title: {zh: 名称, en: Title}\n"
     "    slots:                        # what differs by row\n"
     "      比例: {type: number, title: {zh: 比例, en: share}}\n"
     "      所在区: {type: string}\n"
     "      认定单位: {type: text, optional: true}\n"
     "    measure:                      # the shared rule: any key of a measure\n"
     "      title: {zh: '名称（{比例%}）', en: 'Title ({比例%})'}\n"
     "      plain: {zh: '一句话。', en: 'One plain sentence.'}\n"
     "      kind: waiver\n"
     "      precision: exact\n"
     "      cites: 一\n"
     "      conditions:\n"
     "        - if: 'within region(注册地, 所在区)'\n"
     "          text: {zh: '注册在{所在区}', en: 'Registered in {所在区}'}\n"
     "          cites: 一/1\n"
     "        - when: 认定单位          # only in rows that set it\n"
     "          manual: {zh: '经{认定单位}认定', en: 'Recognised by {认定单位}'}\n"
     "          owner: '{认定单位}'\n"
     "          reason: recognition\n"
     "          cites: 一/1\n"
     "      benefit:\n"
     "        - {name: 减免, kind: money, precision: exact, nature: not-charged, unit: 元, amount: "
     "'基数 * 比例', cites: 一/2}\n"
     "    rows:\n"
     "      - measure: REGION/ID\n"
     "        catalogue: 000-G00\n"
     "        document: ID\n"
     "        region: 北京市/西城区\n"
     "        authority: 主管部门\n"
     "        set: {比例: 0.5, 所在区: 北京市/西城区}\n"
     "        examples:\n"
     "          - {name: half, as_of: 2020-03-09, facts: {注册地: 北京市/西城区, 基数: 1000}, "
     "expect: {status: eligible, results: {减免: 500.00}}}\n"},
    {"product", "products",
     "document: ID\n"
     "region: 上海市/静安区\n"
     "institution: 银行\n"
     "products:\n"
     "  - product: REGION/BANK/ID\n"
     "    catalogue: 000-K00\n"
     "    title: {zh: 名称, en: Title}\n"
     "    plain: {zh: 一句话。, en: One plain sentence.}\n"
     "    type: loan                    # rate loan quota extension channel cross-border fee "
     "credit-record authority\n"
     "    kind: credit\n"
     "    precision: cap\n"
     "    addressee: [enterprise]\n"
     "    applicant: enterprise\n"
     "    cites: 表/行1\n"
     "    conditions: []\n"
     "    benefit:\n"
     "      - {name: 额度, kind: money, precision: cap, nature: lent, unit: 元, cap: '10000000', "
     "cites: 表/行1}\n"
     "    examples:\n"
     "      - {name: any, as_of: 2020-03-09, facts: {}, expect: {status: eligible}}\n"},
};

static const char measure_text[] =
    "document: ID                      # defaults of all measures of the file\n"
    "region: 上海市/静安区\n"
    "authority: 主管部门\n"
    "measures:\n"
    "  - measure: REGION/ID\n"
    "    catalogue: 000-G00\n"
    "    title: {zh: 名称, en: Title}\n"
    "    plain: {zh: 一句话。, en: One plain sentence.}\n"
    "    kind: %.*s\n"
    "    precision: exact              # exact cap range rate date decide unpublished\n"
    "    addressee: [enterprise]\n"
    "    applicant: enterprise\n"
    "    beneficiary: enterprise\n"
    "    cites: 一\n"
    "    apply: {mode: application, from: 2020-03-01, to: 2020-12-31, channels: [online], cites: "
    "一/1}\n"
    "    conditions:\n"
    "      - if: '事实 <= 0.055'\n"
    "        text: {zh: 条件, en: Condition}\n"
    "        cites: 一/1\n"
    "      - manual: {zh: 由部门认定的条件, en: Decided by an authority}\n"
    "        owner: 主管部门\n"
    "        reason: recognition       # recognition no-criterion discretion text-not-held "
    "garbled-text outside-event\n"
    "        cites: 一/1\n"
    "    let:\n"
    "      比例: '0.5'\n"
    "    benefit:\n"
    "      - {name: 金额, kind: money, precision: exact, nature: received, unit: 元, amount: '比例 "
    "* 基数', cites: 一/2}\n"
    "    materials: [{zh: 材料, en: Document to hand in}]\n"
    "    steps: [{zh: 步骤, en: Step}]\n"
    "    examples:\n"
    "      - name: on the boundary\n"
    "        as_of: 2020-03-09\n"
    "        facts: {事实: 0.055, 基数: 10000}\n"
    "        expect: {status: needs-recognition}\n"
    "      - name: just above\n"
    "        as_of: 2020-03-09\n"
    "        facts: {事实: 0.0551}\n"
    "        expect: {status: ineligible}\n";

static const struct option_example examples[] = {
    {"huiqi library new refund > library/measures/new.yaml", "a measure of that kind"},
    {"huiqi library new fact", "a fact"},
};
static const struct command_spec spec = {
    .name = "library new",
    .usage = "KIND",
    .summary = "模板。Prints a file to begin with. KIND is fact, parameter, register, document, "
               "product, family, measure, or a kind of\n"
               "measure (subsidy, refund, waiver ...).",
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

int library_new(int argc, char **argv)
{
    int count, status = options_parse(&spec, argc, argv, NULL, &count);
    if (status != OPTIONS_RUN)
        return status;
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        if (strcmp(argv[1], templates[i].kind) == 0) {
            printf("# library/%s/NAME.yaml\n%s", templates[i].folder, templates[i].text);
            return 0;
        }
    for (size_t i = 0; i < KINDS; i++)
        if (span_eq(kind_words[i].yaml, span_z(argv[1])) ||
            (i == 0 && strcmp(argv[1], "measure") == 0)) {
            printf("# library/measures/REGION/NAME.yaml\n");
            printf(measure_text, SPAN_ARG(kind_words[i].yaml));
            return 0;
        }
    return report_usage(&spec, "no template for '%s'", argv[1]);
}
