/*
 * publish.c: the office's own pages in a real browser: a text is uploaded, drafted from, approved
 * by a second person, published, in force, withdrawn; an entry of a list is proposed, examined,
 * published, objected to and removed; every page of every role is looked at, also with errors
 * shown; the main ones are walked by key.
 *
 *     publish BASE-URL CHROMEDRIVER-PORT AXE.JS TEXT-FILE [FOLDER-FOR-PICTURES]
 *
 * tests/browser/act.sh makes the accounts. Without a folder for pictures the pages' scripts are
 * off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "tests/browser/trip.h"

#define GO "main form .btn-primary"
/* The list and the measure of the journeys, percent-encoded as addresses carry them. */
#define LIST    "/registers/%E6%97%85%E6%B8%B8%E5%B8%82%E5%9C%BA%E9%BB%91%E5%90%8D%E5%8D%95"
#define MEASURE "/measures/2020-02-24-befaafb5/draft-1"

struct office {
    struct trip t;
    const char *text;
};

/* A running server takes a version up within a second or two. */
static bool becomes(struct trip *t, const char *path, const char *text, bool there_then)
{
    const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};

    for (int i = 0; i < 50; i++) {
        go(t, path);
        if (wd_has_text(&t->w, text) == there_then)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

/* ---- a measure from its text to its withdrawal ---- */

static void begin_draft(struct office *o)
{
    struct trip *t = &o->t;

    TEST("draft: from a text");
    as(t, "fabu");
    go(t, "/drafts");
    look(t, "drafts-none");
    leave(t, "main .btn-primary");
    CHECK(wd_type(&t->w, "#title", " "));
    leave(t, GO);
    CHECK(there(t, ".error-summary"));
    look(t, "draft-new");
    CHECK(wd_type(&t->w, "#title", "环形山区稳岗补助"));
    CHECK(wd_keys(&t->w, "#file", o->text));
    CHECK(wd_type(&t->w, "#region", "上海市/静安区"));
    leave(t, GO);
    CHECK(at(t, "/drafts/1"));
    says(t, "批准之前还缺");
    look(t, "draft");
}

static void edit_draft(struct office *o)
{
    struct trip *t = &o->t;

    TEST("draft: form, trial, check");
    leave(t, ".rows a");
    look(t, "draft-file");
    CHECK(wd_type(&t->w, "[id=\"m.title.zh\"]", "环形山区稳岗补助（示例）"));
    leave(t, "button[value=try]");
    says(t, "试算");
    look(t, "draft-trial");
    CHECK_TEXT(script_text(t, "return document.getElementById('m.title.zh').value"),
               "环形山区稳岗补助（示例）"); /* what was typed stays */
    leave(t, "button[value=save]");
    says(t, "已保存");
    go(t, "/drafts/1");
    leave(t, "#check");
    says(t, "检查通过");
    look(t, "draft-checked");
    CHECK(wd_click(&t->w, "#disclosure option[value=主动公开]"));
    CHECK(wd_type(&t->w, "#tags", "就业 稳岗"));
    CHECK(wd_type(&t->w, "#review", "与上位文件一致"));
    CHECK(wd_type(&t->w, "#interpretation", "小微企业按参保人数领取补助"));
    leave(t, "main form.panel .btn-primary");
    CHECK(!wd_has_text(&t->w, "批准之前还缺"));
    CHECK(!there(t, "#approve")); /* not by who wrote it */
}

static void publish_draft(struct office *o)
{
    struct trip *t = &o->t;

    TEST("draft: approved by another, published, in force");
    as(t, "js-shenhe");
    go(t, "/drafts/1");
    look(t, "draft-to-approve");
    leave(t, "#approve");
    says(t, "已批准");
    as(t, "fabu");
    go(t, MEASURE);
    CHECK(!wd_has_text(&t->w, "环形山区稳岗补助（示例）"));
    go(t, "/drafts/1");
    look(t, "draft-to-publish");
    leave(t, "form.panel:has(#from) .btn-primary");
    says(t, "已发布");
    look(t, "draft-published");
    somebody(t);
    CHECK(becomes(t, MEASURE, "环形山区稳岗补助（示例）", true));
    go(t, "/versions");
    look(t, "versions");
    leave(t, "main .rows a");
    CHECK(wd_click(&t->w, "main details > summary"));
    says(t, "环形山区稳岗补助（示例）");
    CHECK(!wd_has_text(&t->w, "fabu")); /* names of people are for the office */
    look(t, "version");
}

static void withdraw_draft(struct office *o)
{
    struct trip *t = &o->t;

    TEST("draft: withdrawn the same day");
    as(t, "fabu");
    go(t, "/drafts/1");
    leave(t, "form.panel:has(#reason) .btn-primary");
    CHECK(there(t, ".error-summary"));
    look(t, "draft-withdraw");
    CHECK(wd_type(&t->w, "#reason", "限额有误"));
    leave(t, "form.panel:has(#reason) .btn-primary");
    says(t, "已撤回");
    look(t, "draft-withdrawn");
    somebody(t);
    CHECK(becomes(t, MEASURE, "环形山区稳岗补助（示例）", false));
    go(t, "/versions");
    says(t, "限额有误");
}

/* ---- an entry of a list ---- */

static void propose(struct office *o)
{
    struct trip *t = &o->t;

    TEST("list: proposed, examined, published");
    as(t, "js-jingban");
    go(t, "/registers");
    look(t, "lists");
    go(t, LIST);
    leave(t, "main form.panel .btn-primary");
    CHECK(there(t, ".error-summary"));
    look(t, "list-refused");
    CHECK(wd_type(&t->w, "#code", "91000000000000019G"));
    CHECK(wd_type(&t->w, "#reason", "不合理低价游，限期未改"));
    leave(t, "main form.panel .btn-primary");
    CHECK(at(t, "/entries/2")); /* 1: a provider of act.sh */
    says(t, "待审核");
    says(t, "虚构静海湾砂锅餐饮有限公司"); /* by name, not by code */
    as(t, "js-shenhe");
    go(t, LIST "/entries/2");
    look(t, "entry-to-examine");
    leave(t, "form.panel:has([value=approve]) .btn-primary");
    says(t, "待公布");
    somebody(t);
    go(t, LIST);
    CHECK(!wd_has_text(&t->w, "虚构静海湾砂锅餐饮有限公司")); /* nothing public yet */
    as(t, "fabu");
    go(t, LIST "/entries/2");
    look(t, "entry-to-publish");
    leave(t, "form.panel:has([value=publish]) .btn-primary");
    says(t, "在列");
}

static void object(struct office *o)
{
    struct trip *t = &o->t;

    TEST("list: objection, removal");
    as(t, "js-firm");
    go(t, LIST);
    look(t, "list-public");
    leave(t, ".rows h3 a");
    leave(t, "form.panel:has([value=object]) .btn-primary");
    CHECK(there(t, ".error-summary"));
    look(t, "entry-object");
    CHECK(wd_type(&t->w, "#reason", "已经整改"));
    leave(t, "form.panel:has([value=object]) .btn-primary");
    says(t, "有异议");
    as(t, "js-shenhe");
    go(t, LIST "/entries/2");
    look(t, "entry-to-answer");
    CHECK(wd_type(&t->w, "#answer-reason", "整改属实"));
    leave(t, "button[value=remove]");
    says(t, "已移出");
    look(t, "entry-removed");
    somebody(t);
    go(t, LIST);
    CHECK(!wd_has_text(&t->w, "虚构静海湾砂锅餐饮有限公司"));
}

/* ---- every page ---- */

static const struct {
    const char *who, *path;
} pages[] = {
    {NULL, "/sign-in"},
    {NULL, "/signed-out"},
    {NULL, "/new-password/none"},
    {NULL, "/guide"},
    {NULL, "/guide/shanghai/construction-permit"},
    {NULL, "/cases/new/shanghai/construction-permit"},
    {NULL, "/forms/shanghai/construction-permit"},
    {NULL, "/publicity"},
    {NULL, "/places"},
    {NULL, "/places/gaps"},
    {NULL, "/parameters"},
    {NULL, "/parameters/%E5%A4%B1%E4%B8%9A%E7%8E%87%E6%8E%A7%E5%88%B6%E7%9B%AE%E6%A0%87"},
    {NULL, "/statistics"},
    {NULL, "/decisions"},
    {NULL, "/decisions/enterprise-size"},
    {NULL, "/versions"},
    {"js-firm", "/cases"},
    {"js-firm", "/cases/2020092800000003"},
    {"js-firm", "/cases/new/shanghai/construction-permit"},
    {"js-firm", "/inbox"},
    {"js-firm", "/due"},
    {"js-firm", "/account"},
    {"js-firm", "/funds"}, /* not for him */
    {"js-jingban", "/cases/2020092800000001"},
    {"js-shenhe", "/cases/2020092800000003/trail"},
    {"js-firm", "/cases/2020092800000003/form"},
    {"js-jingban", "/desk"},
    {"js-jingban", "/desk/list"},
    {"js-jingban", "/desk?mine=yes"},
    {"js-jingban", "/due"},
    {"js-jingban", "/direct"},
    {"js-jingban", "/direct/policies"},
    {"js-jingban", "/direct/new"},
    {"js-jingban", "/direct/jobs-kept?group=no"},
    {"js-shenhe", "/cases/2020092800000003"},
    {"js-shenhe", "/cases/2020092800000003/do/transfer"},
    {"js-shenhe", "/clawbacks/new?reservation=2"},
    {"js-caiwu", "/funds"},
    {"js-caiwu", "/funds/jobs-2020"},
    {"js-caiwu", "/payments"},
    {"js-caiwu", "/payments/2"},
    {"js-caiwu", "/clawbacks"},
    {"js-caiwu", "/vouchers"},
    {"js-shenhe", "/specialists"},
    {"js-shenhe", "/registers/%E7%AE%97%E5%8A%9B%E6%9C%8D%E5%8A%A1%E5%95%86%E5%90%8D%E5%8D%95"},
    {"js-shenhe",
     "/registers/%E7%AE%97%E5%8A%9B%E6%9C%8D%E5%8A%A1%E5%95%86%E5%90%8D%E5%8D%95/batches/1"},
    {"js-jingban", "/data"},
    {"js-chuangkou", "/visits"},
    {"js-firm", "/vouchers"},
    {"js-chuangkou", "/cases/new/shanghai/construction-permit"},
    {"js-chuangkou", "/desk"},
    {"guanli", "/accounts"},
    {"guanli", "/accounts/js-jingban"},
    {"guanli", "/account"},
    {"shenji", "/audit"},
    {"shenji", "/audit?class=decision"},
    {"shenji", "/drafts"},
    {"shenji", "/drafts/1"},
};

/* In Chinese with axe and a picture; in English it has to fit and to have its texts. */
static void everywhere(struct office *o)
{
    struct trip *t = &o->t;
    const char *who = "nobody";

    TEST("every page");
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        char path[300];
        if (!pages[i].who && who)
            somebody(t);
        else if (pages[i].who && (!who || strcmp(who, pages[i].who) != 0))
            as(t, pages[i].who);
        who = pages[i].who;
        snprintf(path, sizeof path, "%s%slang=en", pages[i].path,
                 strchr(pages[i].path, '?') ? "&" : "?");
        go(t, path);
        glance(t, path);
        memcpy(path + strlen(path) - 2, "zh", 2);
        go(t, path);
        look(t, "page");
    }
}

static void mistakes(struct office *o)
{
    struct trip *t = &o->t;

    TEST("errors shown");
    somebody(t);
    go(t, "/sign-in");
    CHECK(wd_type(&t->w, "#login", "fabu"));
    CHECK(wd_type(&t->w, "#password", "not-his-password"));
    leave(t, GO);
    CHECK(there(t, ".error-summary"));
    look(t, "sign-in-refused");
    as(t, "js-chuangkou");
    go(t, "/cases/new/shanghai/construction-permit");
    leave(t, GO);
    CHECK(there(t, ".error-summary a[href=\"#code\"]"));
    look(t, "begin-refused");
    go(t, "/account");
    CHECK(wd_type(&t->w, "#old", "invented-password-1"));
    CHECK(wd_type(&t->w, "#new", "invented-password-2"));
    CHECK(wd_type(&t->w, "#again", "invented-password-3"));
    leave(t, "form[action=\"/account/password\"] button");
    CHECK(there(t, ".error-summary a[href=\"#again\"]"));
    look(t, "password-refused");
    as(t, "guanli");
    go(t, "/accounts");
    CHECK(wd_type(&t->w, "#login", "fabu"));
    leave(t, GO);
    CHECK(there(t, ".error-summary"));
    look(t, "account-refused");
}

/* People read names and sentences where programs keep codes. */
static void words(struct office *o)
{
    struct trip *t = &o->t;

    TEST("words, not codes");
    somebody(t);
    go(t, "/guide/shanghai/construction-permit");
    says(t, "现场审核结论为“通过”");
    as(t, "js-jingban");
    go(t, "/cases/2020092800000001"); /* of another office */
    says(t, "这一件不归您办理");
    go(t, "/direct/jobs-kept");
    CHECK(!wd_has_text(&t->w, "headcount-first"));
    as(t, "js-caiwu");
    go(t, "/payments/2");
    says(t, "示例就业资金");
    says(t, "虚构静海湾砂锅餐饮有限公司");
    as(t, "shenji");
    go(t, "/audit");
    says(t, "登录");
    CHECK(!wd_has_text(&t->w, "account.sign-in"));
}

static void phone(struct office *o)
{
    struct trip *t = &o->t;
    const char *who = "nobody";

    TEST("phone");
    t->phone = true;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        if (!pages[i].who && who)
            somebody(t);
        else if (pages[i].who && (!who || strcmp(who, pages[i].who) != 0))
            as(t, pages[i].who);
        who = pages[i].who;
        go(t, pages[i].path);
        glance(t, pages[i].path);
    }
    t->phone = false;
}

/* ---- by key ---- */

static void keys(struct office *o)
{
    static const char *const walked[] = {"/",         "/measures",
                                         "/guide",    "/guide/shanghai/construction-permit",
                                         "/checkups", "/products/compare"};
    static const char *const office[] = {"/desk",
                                         "/cases/2020092800000003",
                                         "/funds/jobs-2020",
                                         "/direct/jobs-kept",
                                         "/account",
                                         "/drafts/1",
                                         LIST};
    struct trip *t = &o->t;

    TEST("by key: every stop is reached and seen");
    somebody(t);
    for (size_t i = 0; i < COUNT_OF(walked); i++) {
        go(t, walked[i]);
        walk(t);
    }
    as(t, "js-shenhe");
    for (size_t i = 0; i < COUNT_OF(office); i++) {
        go(t, office[i]);
        walk(t);
    }
}

static void focus(struct trip *t, const char *css)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "document.querySelector('%s').focus(); return 'yes'", css);
    (void)wd_script(&t->w, buffer_span(&b));
    buffer_release(&b);
}

static void key_work(struct office *o)
{
    struct trip *t = &o->t;

    TEST("by key: signing in, folds, boxes, acts");
    somebody(t);
    go(t, "/sign-in");
    CHECK(wd_press(&t->w, KEY_TAB));
    CHECK(wd_press(&t->w, KEY_ENTER)); /* over the links at the top */
    CHECK_TEXT(script_text(t, "return document.activeElement.id"), "main");
    CHECK(wd_press(&t->w, KEY_TAB));
    CHECK_TEXT(script_text(t, "return document.activeElement.id"), "login");
    CHECK(wd_keys(&t->w, ":focus", "js-shenhe"));
    CHECK(wd_press(&t->w, KEY_TAB));
    enter(t, ":focus", "invented-password-1");
    CHECK(!at(t, "/sign-in"));
    go(t, "/direct/jobs-kept");
    focus(t, "main details summary");
    CHECK(wd_press(&t->w, KEY_SPACE));
    CHECK(there(t, "main details[open]"));
    CHECK(wd_press(&t->w, KEY_ENTER));
    CHECK(!there(t, "main details[open]"));
    go(t, "/desk");
    focus(t, "td input[type=checkbox]");
    CHECK(wd_press(&t->w, KEY_SPACE));
    CHECK(there(t, "td input[type=checkbox]:checked"));
    focus(t, GO);
    (void)wd_script(&t->w, SPAN("window.leaving = true; return 'yes'"));
    CHECK(wd_press(&t->w, KEY_SPACE));
    CHECK(arrived(t));
    says(t, "已办理 1 件");
}

int main(int argc, char **argv)
{
    static void (*const journeys[])(struct office *) = {begin_draft,    edit_draft, publish_draft,
                                                        withdraw_draft, propose,    object};
    static void (*const looks[])(struct office *) = {everywhere, mistakes, words,
                                                     keys,       key_work, phone};
    struct office o = {0};
    struct arena process;
    struct err err = ERR_INIT;

    if (argc < 5) {
        fputs("usage: publish BASE-URL CHROMEDRIVER-PORT AXE.JS TEXT-FILE [FOLDER-FOR-PICTURES]\n",
              stderr);
        return 2;
    }
    arena_init(&process);
    o.t.base = argv[1];
    o.t.port = (int)strtol(argv[2], NULL, 10);
    o.text = argv[4];
    o.t.pictures = argc > 5 ? argv[5] : NULL;
    o.t.plain = !o.t.pictures;
    if (file_read(&process, argv[3], 8u << 20, &o.t.axe, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(journeys); i++)
        journeys[i](&o);
    for (size_t i = 0; o.t.pictures && i < COUNT_OF(looks); i++)
        looks[i](&o);
    if (o.t.w.session.n)
        wd_close(&o.t.w);
    arena_release(&process);
    return trip_end(test_passed, test_failed);
}
