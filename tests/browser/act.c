/*
 * act.c: what follows a check-up, in a real browser, everybody in a session of his own: an agency
 * applies, supplies what is missing, is made public, objected to, approved and paid, and the money
 * is claimed back; and a project of 免申即享 from its record to its payment.
 *
 *     act STAGE BASE-URL CHROMEDRIVER-PORT AXE.JS FOLDER-OF-PAPERS [FOLDER-FOR-PICTURES]
 *
 * Stage "apply" runs on 2020-09-28, "pay" when the days of publication are over.
 * tests/browser/act.sh makes accounts, funds and papers, and starts the server at each of the two
 * moments.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "tests/browser/trip.h"

#define GO "main form .btn-primary"

struct play {
    struct trip t;
    const char *papers;
    char link[200]; /* the case that the play is about */
};

/* ---- a case ---- */

static void keep_link(struct play *p)
{
    struct span path = script_text(&p->t, "return location.pathname");

    snprintf(p->link, sizeof p->link, "%.*s", SPAN_ARG(path));
}

static void open_act(struct play *p, const char *act)
{
    char path[300];

    snprintf(path, sizeof path, "%s/do/%s", p->link, act);
    go(&p->t, path);
}

/* Opens the page of an act that asks for nothing and does it. */
static void does(struct play *p, const char *act)
{
    open_act(p, act);
    leave(&p->t, GO);
    CHECK(at(&p->t, p->link) && !at(&p->t, "/do/"));
}

static void hand_in(struct play *p, const char *material)
{
    char css[100], path[400];

    snprintf(css, sizeof css, "[id=\"m.%s\"]", material);
    snprintf(path, sizeof path, "%s/paper.pdf", p->papers);
    CHECK(wd_keys(&p->t.w, css, path));
}

static void check(struct play *p, const char *css)
{
    CHECK(wd_click(&p->t.w, css));
}

/* ---- from the check-up to the clawback ---- */

static const char agency[] =
    "{\"注册地\": \"北京市/门头沟区\", \"主体类型\": \"企业\", \"职业中介许可\": true, "
    "\"推荐上岗批次\": [{\"id\": \"a\", \"推荐上岗人数\": 50, \"上岗日期\": \"2020-02-10\", "
    "\"用人单位是否急聘公告重点企业\": true, \"推荐证明材料\": \"劳务协议\"}], "
    "\"推荐上岗批次.complete\": true}";

static void apply(struct play *p)
{
    struct trip *t = &p->t;

    TEST("check-up, apply");
    somebody(&p->t);
    go(t, "/checkups");
    check(p, ".start-form summary");
    CHECK(wd_type(&t->w, "#facts", agency));
    leave(t, ".start-form button[type=submit]");
    go(t, "/checkups/findings/beijing/mentougou/placement-aid");
    look(t, "finding");
    leave(t, "#apply p a:not(.btn)");
    look(t, "guide");
    leave(t, "main .btn-primary");
    says(t, "请先登录");
    leave(t, ".notice .btn-primary");
    sign_in(&p->t, "firm");
    CHECK(at(t, "/cases/new/"));
    look(t, "begin");
    leave(t, GO);
    keep_link(p);
    says(t, "草稿");
    open_act(p, "submit");
    CHECK(!there(t, "[id=\"f.抽查户数\"]")); /* the office's */
    CHECK(wd_type(&t->w, "[id=\"f.申报上岗人数\"]", "50"));
    leave(t, "button[formaction]");
    says(t, "填写草稿");
    open_act(p, "submit");
    CHECK_TEXT(script_text(t, "return document.getElementById('f.申报上岗人数').value"), "50");
    leave(t, GO);
    says(t, "还缺：推荐上岗人员名册");
    look(t, "lacking");
    hand_in(p, "form");
    hand_in(p, "roster");
    hand_in(p, "proof");
    leave(t, GO);
    says(t, "已收件");
    look(t, "received");
}

static void tell_and_supply(struct play *p)
{
    struct trip *t = &p->t;

    TEST("notice to supply, supply");
    as(&p->t, "jingban");
    go(t, "/desk");
    look(t, "desk");
    check(p, "td input[type=checkbox]");
    leave(t, GO);
    says(t, "已办理 1 件");
    leave(t, "table.desk-table a");
    look(t, "case-of-office");
    open_act(p, "tell");
    check(p, "#missing\\.roster");
    look(t, "tell");
    leave(t, GO);
    says(t, "待补正");
    as(&p->t, "firm");
    go(t, "/inbox");
    says(t, "补正告知");
    CHECK_TEXT(script_text(t, "return document.querySelector('.count').firstChild.data"), "1");
    look(t, "inbox");
    leave(t, ".rows form button");
    CHECK(!there(t, ".count"));
    leave(t, ".rows a");
    look(t, "to-supply");
    open_act(p, "supply");
    CHECK(!there(t, "[id=\"m.form\"]")); /* only what was named */
    hand_in(p, "roster");
    look(t, "supply");
    leave(t, GO);
    says(t, "已收件");
}

static void review_and_publish(struct play *p)
{
    struct trip *t = &p->t;

    TEST("review, publish, objection");
    as(&p->t, "jingban");
    does(p, "accept");
    says(t, "24,000.00");
    says(t, "符合");
    CHECK(there(t, ".conditions .mark-yes"));
    look(t, "review");
    go(t, "/due");
    says(t, "2020-10-12"); /* the fifth working day: the holidays lie between */
    look(t, "due");
    open_act(p, "list");
    CHECK(wd_type(&t->w, "[id=\"f.抽查户数\"]", "3"));
    leave(t, GO);
    says(t, "公示中");
    somebody(&p->t);
    go(t, "/publicity");
    look(t, "publicity");
    leave(t, "table a");
    leave(t, GO);
    CHECK(there(t, ".error-summary a[href=\"#reason\"]"));
    look(t, "objection");
    CHECK(wd_type(&t->w, "#reason", "名册里有人没有上岗"));
    leave(t, GO);
    says(t, "异议已收到");
    as(&p->t, "jingban");
    go(t, p->link);
    says(t, "名册里有人没有上岗");
    does(p, "again");
    says(t, "公示中");
}

static void decide_and_pay(struct play *p)
{
    struct trip *t = &p->t;

    TEST("decision, payment");
    as(&p->t, "shenhe");
    open_act(p, "approve");
    leave(t, GO);
    CHECK(there(t, ".error-summary")); /* which fund? */
    check(p, "#fund option[value^=mtg]");
    look(t, "approve");
    leave(t, GO);
    says(t, "拨付中");
    as(&p->t, "caiwu1");
    go(t, "/funds");
    look(t, "funds");
    leave(t, ".rows h3 a[href$=mtg-jobs-2020]");
    says(t, "6,000.00 元");
    CHECK(there(t, ".notice-warn")); /* over 70 % */
    look(t, "fund");
    CHECK(wd_type(&t->w, "#title", "九月第一批"));
    leave(t, GO);
    leave(t, GO);
    says(t, "制作人不能复核自己的批次");
    as(&p->t, "caiwu2");
    go(t, "/payments/1");
    leave(t, GO);
    says(t, "待交银行");
    as(&p->t, "caiwu1");
    go(t, "/payments/1");
    look(t, "payment");
    leave(t, GO);
    char reply[400];
    snprintf(reply, sizeof reply, "%s/wrong.csv", p->papers);
    CHECK(wd_keys(&t->w, "#file", reply));
    leave(t, GO);
    says(t, "HQ9-9");
    look(t, "reply-wrong");
    go(t, "/payments/1");
    snprintf(reply, sizeof reply, "%s/reply-1.csv", p->papers);
    CHECK(wd_keys(&t->w, "#file", reply));
    leave(t, GO);
    says(t, "已结清");
    as(&p->t, "jingban");
    does(p, "pay");
    says(t, "已拨付");
}

static void claim_back(struct play *p)
{
    struct trip *t = &p->t;

    TEST("clawback");
    as(&p->t, "shenhe");
    go(t, "/funds/mtg-jobs-2020");
    leave(t, "table a");
    leave(t, GO);
    CHECK(there(t, ".error-summary a[href=\"#cites\"]"));
    CHECK(wd_type(&t->w, "#cites", "稳定就业政策/五"));
    CHECK(wd_type(&t->w, "#reason", "名册不实"));
    look(t, "claim-new");
    leave(t, GO);
    says(t, "骗取");
    as(&p->t, "caiwu1");
    go(t, "/clawbacks");
    leave(t, "table a");
    look(t, "claim");
    CHECK(wd_type(&t->w, "#amount", "24000"));
    CHECK(wd_type(&t->w, "#reference", "SK-1"));
    leave(t, GO);
    says(t, "已还清");
}

/* ---- 免申即享 ---- */

static const struct {
    const char *name, *text;
} record[] = {{"code", "jobs-kept"},
              {"measure", "000-G09"},
              {"purpose", "其他稳岗支出"},
              {"title", "失业保险稳岗返还"},
              {"audience", "静安区参保企业"},
              {"content", "按上年实缴失业保险费返还一部分"},
              {"conditions", "上年不裁员或少裁员"},
              {"times", "1"},
              {"period", "三月至六月"},
              {"opens", "2020-03-01"},
              {"department", "静安区人力资源和社会保障局"},
              {"paid_by", "公示期满后"},
              {"contact", "区政务服务热线"},
              {"kind", "一键确认"},
              {"notes", "无"},
              {"source", "关于实施失业保险稳岗返还政策的操作细则"},
              {"push\\.to", "符合条件的企业"},
              {"push\\.content", "确认通知"},
              {"push\\.cycle", "每月"}};

static void define_project(struct play *p)
{
    struct trip *t = &p->t;

    TEST("免申即享: project, run");
    as(&p->t, "js-jingban");
    go(t, "/direct");
    leave(t, "main .btn-primary");
    leave(t, GO); /* empty: said on the page */
    CHECK(there(t, ".error-summary"));
    look(t, "project-new");
    for (size_t i = 0; i < COUNT_OF(record); i++) {
        char css[60];
        snprintf(css, sizeof css, "#%s", record[i].name);
        CHECK(wd_type(&t->w, css, record[i].text));
    }
    check(p, "#fund option[value=jobs-2020]");
    leave(t, GO);
    CHECK(at(t, "/direct/jobs-kept"));
    look(t, "project");
    check(p, "#reading option[value=headcount-first]");
    CHECK(wd_type(&t->w, "#basis", "操作细则"));
    leave(t, "#adopt button");
    as(&p->t, "js-shenhe");
    go(t, "/direct/jobs-kept");
    leave(t, "#approve button");
    says(t, "已上线");
    as(&p->t, "js-jingban");
    go(t, "/direct/jobs-kept");
    leave(t, "#run button");
    look(t, "run");
    CHECK(there(t, "table tbody tr:nth-child(6)")); /* five groups and the whole */
    leave(t, "#open button");
    leave(t, "main table tbody tr:nth-child(2) a");
    says(t, "91000000000000019G");
    look(t, "run-confirm");
}

static void confirm_project(struct play *p)
{
    struct trip *t = &p->t;

    TEST("免申即享: confirm");
    as(&p->t, "js-firm");
    go(t, "/inbox");
    says(t, "请确认");
    leave(t, ".rows a");
    keep_link(p);
    look(t, "to-confirm");
    does(p, "confirm");
    says(t, "已确认");
}

static void publish_project(struct play *p)
{
    struct trip *t = &p->t;

    TEST("免申即享: publish");
    as(&p->t, "js-shenhe");
    go(t, p->link);
    look(t, "direct-review");
    does(p, "publish");
    somebody(&p->t);
    go(t, "/publicity");
    says(t, "4,200.00");
}

static void pay_project(struct play *p)
{
    struct trip *t = &p->t;
    char reply[400];

    TEST("免申即享: payment");
    as(&p->t, "js-firm");
    go(t, "/inbox");
    leave(t, ".rows a");
    keep_link(p);
    as(&p->t, "js-caiwu");
    go(t, "/desk");
    says(t, "待拨付");
    go(t, "/funds/jobs-2020");
    CHECK(wd_type(&t->w, "#title", "十月第一批"));
    leave(t, GO);
    CHECK(at(t, "/payments/2"));
    as(&p->t, "js-caiwu2");
    go(t, "/payments/2");
    leave(t, GO);
    as(&p->t, "js-caiwu");
    does(p, "order");
    go(t, "/payments/2");
    leave(t, GO);
    snprintf(reply, sizeof reply, "%s/reply-2.csv", p->papers);
    CHECK(wd_keys(&t->w, "#file", reply));
    leave(t, GO);
    says(t, "已结清");
    does(p, "arrive");
    says(t, "已兑现");
    as(&p->t, "js-firm");
    go(t, "/inbox");
    says(t, "款项已拨付");
    go(t, "/inbox?lang=en");
    says(t, "the money has been sent");
    look(t, "english-inbox");
    go(t, p->link);
    look(t, "english-case");
}

/* ---- a phone ---- */

static void phone(struct play *p)
{
    static const char *const offices[] = {"/desk", "/due", "/funds", "/direct",
                                          "/direct/jobs-kept"};
    struct trip *t = &p->t;

    TEST("phone");
    t->phone = true;
    as(&p->t, "js-firm");
    go(t, "/guide");
    look(t, "guides");
    go(t, "/guide/beijing/mentougou/placement-aid");
    look(t, "guide");
    go(t, "/cases");
    look(t, "cases");
    go(t, "/inbox");
    look(t, "inbox");
    go(t, p->link);
    look(t, "case");
    as(&p->t, "js-jingban");
    for (size_t i = 0; i < COUNT_OF(offices); i++) {
        go(t, offices[i]);
        look(t, "office");
    }
    go(t, p->link);
    look(t, "case-of-office");
}

static const struct {
    const char *name;
    void (*act[9])(struct play *); /* ends with NULL */
} stages[] = {{"apply",
               {apply, tell_and_supply, review_and_publish, decide_and_pay, claim_back,
                define_project, confirm_project, publish_project}},
              {"pay", {pay_project, phone}}};

int main(int argc, char **argv)
{
    struct play p = {0};
    struct arena process;
    struct err err = ERR_INIT;

    if (argc < 6) {
        fputs("usage: act STAGE BASE-URL CHROMEDRIVER-PORT AXE.JS FOLDER-OF-PAPERS "
              "[FOLDER-FOR-PICTURES]\n",
              stderr);
        return 2;
    }
    arena_init(&process);
    p.t.base = argv[2];
    p.t.port = (int)strtol(argv[3], NULL, 10);
    p.papers = argv[5];
    p.t.pictures = argc > 6 ? argv[6] : NULL;
    p.t.plain = !p.t.pictures; /* where nothing is looked at everything works without script */
    if (file_read(&process, argv[4], 8u << 20, &p.t.axe, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(stages); i++)
        for (size_t k = 0; strcmp(stages[i].name, argv[1]) == 0 && stages[i].act[k]; k++)
            if (p.t.pictures || stages[i].act[k] != phone)
                stages[i].act[k](&p);
    if (p.t.w.session.n)
        wd_close(&p.t.w);
    arena_release(&process);
    return trip_end(test_passed, test_failed);
}
