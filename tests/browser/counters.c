/*
 * counters.c: what else an office does by form, in a real browser: visits of a hall; a demand for
 * data, its answer, an objection to one datum and its correction; a voucher granted, used, handed
 * in and settled; money claimed back by instalments; a link for a new password. Each form is also
 * refused once: the summary names the field and leads there.
 *
 *     counters BASE-URL CHROMEDRIVER-PORT AXE.JS [FOLDER-FOR-PICTURES]
 *
 * Runs behind act.c on its store (tests/browser/act.sh). Without a folder for pictures the pages'
 * scripts are off.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tests/browser/trip.h"

#define FORM(act)    "main form:has(input[name=act][value=" act "]) "
#define PROVIDER     "91000000000000115R"
#define HOLDER       "91000000000000019G"
#define NEW_PASSWORD "another-invented-1"

/* The page of a refused form: the first line of the summary names the field and, clicked, puts the
 * focus there; the field says that it is described by the message. */
static void refused(struct trip *t, const char *field, const char *name)
{
    char script[300];

    CHECK_TEXT(script_text(t, "return document.activeElement.className"), "error-summary");
    CHECK(wd_click(&t->w, ".error-summary a"));
    CHECK_TEXT(script_text(t, "return document.activeElement.name"), field);
    snprintf(
        script, sizeof script,
        "const e = document.querySelector('[aria-invalid=true]'); return e.name + ' ' + "
        "e.getAttribute('aria-describedby').split(' ').every(i => document.getElementById(i))");
    struct span said = script_text(t, script);
    CHECK(span_starts(said, span_z(field)) && span_ends(said, SPAN(" true")));
    look(t, name);
}

/* English and Chinese, and a phone that is as wide as 390 pixels. */
static void both(struct trip *t, const char *path, const char *name)
{
    char english[300];

    if (!t->pictures)
        return;
    snprintf(english, sizeof english, "%s%slang=en", path, strchr(path, '?') ? "&" : "?");
    go(t, english);
    look(t, name);
    memcpy(english + strlen(english) - 2, "zh", 2);
    go(t, english);
    look(t, name);
}

static void set(struct trip *t, const char *css, const char *value)
{
    char script[300];

    snprintf(script, sizeof script, "document.querySelector('%s').value = '%s'; return 'set'", css,
             value);
    CHECK_TEXT(script_text(t, script), "set");
}

static void visits(struct trip *t)
{
    TEST("visits");
    as(t, "js-chuangkou");
    go(t, "/visits");
    both(t, "/visits", "visits-none");
    CHECK(wd_type(&t->w, "#place", "一层大厅"));
    set(t, "#on", "2020-10-20");
    set(t, "#from", "12:00");
    set(t, "#to", "09:00");
    leave(t, "main form:nth-of-type(2) .btn-primary");
    refused(t, "from", "visits-refused");
    CHECK_TEXT(script_text(t, "return document.getElementById('place').value"), "一层大厅");
    set(t, "#to", "17:00");
    leave(t, "main form:nth-of-type(2) .btn-primary");
    says(t, "新开时段 10 个");
    CHECK(wd_type(&t->w, "#walk-place", "一层大厅"));
    leave(t, "main form:first-of-type .btn-primary");
    says(t, "现场取号");
    look(t, "visits");
    leave(t, "main td form button"); /* called */
    leave(t, "main td form button"); /* done */
    CHECK(!there(t, "main td form button"));
    both(t, "/visits", "visits-done");
}

static void demand(struct trip *t)
{
    TEST("data: demand, answer, refusal by law");
    as(t, "js-jingban");
    go(t, "/data");
    CHECK(wd_type(&t->w, "#d-fact", "参保人树"));
    CHECK(wd_type(&t->w, "#d-why", "核对裁员率"));
    leave(t, FORM("demand") ".btn-primary");
    refused(t, "fact", "demand-refused");
    CHECK_TEXT(script_text(t, "return document.getElementById('d-why').value"), "核对裁员率");
    CHECK(wd_type(&t->w, "#d-fact", "参保人数"));
    CHECK(wd_type(&t->w, "#d-cycle", "每月"));
    leave(t, FORM("demand") ".btn-primary");
    says(t, "待答复");
    says(t, "2020-11-10"); /* the fifteenth working day */
    both(t, "/data", "demand");
    leave(t, FORM("supply") ".btn-primary");
    refused(t, "how", "supply-refused");
    CHECK(wd_type(&t->w, FORM("supply") "input[name=how]", "库表"));
    CHECK(wd_click(&t->w, FORM("supply") "select option:nth-child(2)"));
    leave(t, FORM("supply") ".btn-primary");
    says(t, "全面、及时、可用");
    CHECK(wd_type(&t->w, "#d-fact", "企业规模"));
    CHECK(wd_type(&t->w, "#d-why", "核对规模"));
    leave(t, FORM("demand") ".btn-primary");
    CHECK(wd_click(&t->w, "details:has(input[value=refuse]) summary"));
    leave(t, FORM("refuse") "button");
    refused(t, "cites", "refuse-refused"); /* the fold stays open */
    CHECK(wd_type(&t->w, FORM("refuse") "input[name=cites]", "《示例法》第三条"));
    CHECK(wd_type(&t->w, FORM("refuse") "input[name=reason]", "法律禁止提供"));
    leave(t, FORM("refuse") "button");
    says(t, "依法不提供");
}

static void objection(struct trip *t)
{
    TEST("data: objection, correction");
    as(t, "js-firm");
    go(t, "/data");
    CHECK(!there(t, "#d-fact")); /* the office's */
    both(t, "/data", "data-of-firm");
    CHECK(wd_type(&t->w, "#fact", "参保人数@2019-12"));
    CHECK(wd_type(&t->w, "#value", "三十"));
    CHECK(wd_type(&t->w, "#reason", "少算两人"));
    leave(t, FORM("object") ".btn-primary");
    refused(t, "value", "objection-refused");
    CHECK(wd_type(&t->w, "#value", "30"));
    leave(t, FORM("object") ".btn-primary");
    says(t, "少算两人");
    as(t, "js-shenhe");
    go(t, "/data");
    leave(t, FORM("ask") "button");
    says(t, "核实中");
    leave(t, "main form:has(button[value=correct]) .btn-primary");
    refused(t, "value", "correction-refused");
    CHECK(wd_type(&t->w, "main form:has(button[value=correct]) input[name=value]", "30"));
    CHECK(wd_type(&t->w, "main form:has(button[value=correct]) input[name=reason]", "名册相符"));
    leave(t, "main form:has(button[value=correct]) .btn-primary");
    says(t, "已更正");
    look(t, "corrected");
}

static void voucher(struct trip *t)
{
    TEST("voucher: granted, used, handed in, settled");
    as(t, "js-jingban");
    go(t, "/vouchers");
    CHECK(wd_type(&t->w, "#holder", "9100"));
    leave(t, "main form .btn-primary");
    refused(t, "holder", "voucher-refused");
    CHECK(wd_type(&t->w, "#holder", HOLDER));
    leave(t, "main form .btn-primary");
    CHECK(at(t, "/vouchers/compute-2020-0001"));
    as(t, "js-firm");
    go(t, "/vouchers");
    leave(t, "table a");
    both(t, "/vouchers/compute-2020-0001", "voucher-issued");
    CHECK(wd_type(&t->w, "#provider", PROVIDER));
    CHECK(wd_type(&t->w, "#contract", "HT-7"));
    CHECK(wd_type(&t->w, "#amount", "很多"));
    leave(t, FORM("use") ".btn-primary");
    refused(t, "amount", "use-refused");
    CHECK(wd_type(&t->w, "#amount", "30000"));
    leave(t, FORM("use") ".btn-primary");
    says(t, "HT-7");
    as(t, "js-jingban");
    go(t, "/vouchers/compute-2020-0001");
    CHECK(wd_type(&t->w, "#acceptance", "验收单"));
    CHECK(wd_type(&t->w, "#accepted", "40000"));
    leave(t, FORM("redeem") ".btn-primary");
    refused(t, "amount", "redeem-refused");
    CHECK(wd_type(&t->w, "#accepted", "30000"));
    leave(t, FORM("redeem") ".btn-primary");
    as(t, "js-caiwu");
    go(t, "/vouchers/compute-2020-0001");
    leave(t, FORM("settle") ".btn-primary");
    says(t, "15,000.00"); /* half of what was accepted */
    both(t, "/vouchers/compute-2020-0001", "voucher-settled");
}

static void instalments(struct trip *t)
{
    TEST("clawback: plan, repayment");
    as(t, "js-shenhe");
    go(t, "/funds/jobs-2020");
    leave(t, "table a[href*='/clawbacks/new']");
    CHECK(wd_click(&t->w, "#cause option[value=overpaid]"));
    CHECK(wd_type(&t->w, "#amount", "1200"));
    CHECK(wd_type(&t->w, "#cites", "操作细则/八"));
    CHECK(wd_type(&t->w, "#reason", "多算一个月"));
    leave(t, "main form .btn-primary");
    as(t, "js-caiwu");
    go(t, "/clawbacks");
    leave(t, "table tbody tr:has(td) a[href$='/clawbacks/2']");
    CHECK(wd_type(&t->w, "#plan", "2020-11-30 600\n2020-12-31 500"));
    leave(t, FORM("plan") "button");
    refused(t, "plan", "plan-refused");
    CHECK(wd_type(&t->w, "#plan", "2020-11-30 600\n2020-12-31 600"));
    leave(t, FORM("plan") "button");
    says(t, "2020-12-31");
    CHECK(wd_type(&t->w, "#amount", "600"));
    leave(t, FORM("repay") ".btn-primary");
    refused(t, "reference", "repay-refused");
    CHECK(wd_type(&t->w, "#reference", "SK-2"));
    leave(t, FORM("repay") ".btn-primary");
    says(t, "SK-2");
    both(t, "/clawbacks/2", "claim-in-instalments");
}

static void new_password(struct trip *t)
{
    char link[300];

    TEST("a link for a new password");
    as(t, "guanli");
    go(t, "/accounts/xin-shenji");
    leave(t, "form[action$='/link'] button");
    look(t, "link");
    struct span address = script_text(t, "return document.querySelector('main code').innerText");
    size_t path = span_find(address, SPAN("/new-password/"));
    if (!CHECK(path != SIZE_MAX))
        return;
    snprintf(link, sizeof link, "%.*s", SPAN_ARG(span_from(address, path)));
    somebody(t);
    both(t, link, "new-password");
    go(t, link);
    CHECK(wd_type(&t->w, "#new", NEW_PASSWORD));
    CHECK(wd_type(&t->w, "#again", "not-the-same-1"));
    leave(t, "main form .btn-primary");
    refused(t, "again", "password-refused");
    CHECK_TEXT(script_text(t, "return document.getElementById('new').value"), "");
    CHECK(wd_type(&t->w, "#new", NEW_PASSWORD));
    CHECK(wd_type(&t->w, "#again", NEW_PASSWORD));
    leave(t, "main form .btn-primary");
    CHECK(at(t, "/sign-in"));
    CHECK(wd_type(&t->w, "#login", "xin-shenji"));
    CHECK(wd_type(&t->w, "#password", NEW_PASSWORD));
    leave(t, "main form .btn-primary");
    CHECK(!at(t, "/sign-in"));
    go(t, link); /* once */
    CHECK(!there(t, "#new"));
}

static void phone(struct trip *t)
{
    static const char *const paths[] = {"/visits", "/data", "/vouchers/compute-2020-0001",
                                        "/clawbacks/2", "/direct/new?q=%E7%A8%B3%E5%B2%97"};
    static const char *const people[] = {"js-chuangkou", "js-jingban", "js-firm", "js-caiwu",
                                         "js-jingban"};

    TEST("counters on a phone");
    t->phone = true;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        as(t, people[i]);
        go(t, paths[i]);
        look(t, "phone");
    }
}

int main(int argc, char **argv)
{
    static void (*const journeys[])(struct trip *) = {visits,  demand,      objection,
                                                      voucher, instalments, new_password};
    struct trip t = {0};
    struct arena process;
    struct err err = ERR_INIT;

    if (argc < 4) {
        fputs("usage: counters BASE-URL CHROMEDRIVER-PORT AXE.JS [FOLDER-FOR-PICTURES]\n", stderr);
        return 2;
    }
    arena_init(&process);
    t.base = argv[1];
    t.port = (int)strtol(argv[2], NULL, 10);
    t.pictures = argc > 4 ? argv[4] : NULL;
    t.plain = !t.pictures;
    if (file_read(&process, argv[3], 8u << 20, &t.axe, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(journeys); i++)
        journeys[i](&t);
    if (t.pictures)
        phone(&t);
    if (t.w.session.n)
        wd_close(&t.w);
    arena_release(&process);
    return trip_end(test_passed, test_failed);
}
