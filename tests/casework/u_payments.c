/*
 * u_payments.c: batches on both engines: made by one, approved by another, one file each time, the
 * bank's reply taken whole or refused with positions, paid once. To blame:
 * src/casework/payment_*.c.
 */
#include <pthread.h>

#include "casework/benefits.h"
#include "tests/casework/pay_desk.h"
#include "tests/unit/fault.h"

#define FUND                                                                                                \
    "{fund: pay, name: 测试资金, region: 北京市/海淀区, holder: 区财政局, cap: 1000, order: " \
    "approval}"

static struct seal seal; /* a key of the test */

/* Reservations of 1.00, 2.00 ... yuan to subjects 1, 2 ... with accounts. */
static void reserve_some(struct money_desk *d, unsigned n)
{
    money_fund(d, FUND);
    for (unsigned i = 1; i <= n; i++) {
        struct fund_request q = money_request("pay", money_subject(d, i), 100 * i);
        CHECK_INT(money_reserve(d, &q, NULL), 0);
        pay_account(d, &seal, money_subject(d, i), "6222 0000 1111");
    }
}

static struct pay_step make(struct money_desk *d)
{
    struct pay_step p = {.what = MAKE,
                         .who = &finance,
                         .seal = &seal,
                         .order = {.fund = SPAN("pay"), .title = SPAN("三月")}};
    CHECK_INT(pay(d, &p), 0);
    p.id = p.made.id;
    return p;
}

/* ---- four eyes ---- */

static void check_eyes(struct money_desk *d)
{
    struct actor deputy = treasurer;
    struct pay_step p;

    TEST("the maker does not approve, nor who acts for him; handlers do not at all");
    reserve_some(d, 3);
    p = make(d);
    CHECK_INT(p.made.lines, 3);
    CHECK_INT(p.made.total, 600);
    p.what = SUBMIT;
    CHECK_INT(pay(d, &p), E_CONFLICT);
    p.what = APPROVE;
    CHECK_INT(pay(d, &p), E_FORBIDDEN);
    deputy.for_account_id = finance.account_id;
    p.who = &deputy;
    CHECK_INT(pay(d, &p), E_FORBIDDEN);
    p.who = &handler;
    CHECK_INT(pay(d, &p), E_FORBIDDEN);
    p.who = &reviewer;
    CHECK_INT(pay(d, &p), 0);
    CHECK_INT(pay(d, &p), E_CONFLICT);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation WHERE state = 'committed'"), 3);
    CHECK_INT(money_wrong(d), 0);

    TEST("what is in a batch is in no other, and is not released");
    p.what = MAKE;
    p.who = &finance;
    CHECK_INT(pay(d, &p), E_CONFLICT);

    TEST("cancelled: reserved as before");
    p.what = CANCEL;
    CHECK_INT(pay(d, &p), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation WHERE state = 'reserved'"), 3);
    CHECK_INT(money_wrong(d), 0);
    p = make(d);
    CHECK_INT(p.made.lines, 3);
    CHECK_INT(money_wrong(d), 0);
}

static void check_left_out(struct money_desk *d)
{
    struct fund_request q = money_request("pay", 0, 700);
    struct pay_step p;

    TEST("who has told no account is left out and named");
    reserve_some(d, 1);
    q.ground.subject_id = money_subject(d, 9);
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    p = make(d);
    CHECK_INT(p.made.lines, 1);
    CHECK_INT(p.made.left_out_n, 1);
    CHECK(p.made.left_out_n == 1 && strcmp(p.made.left_out[0].why, "no-payee") == 0);

    TEST("accounts that are none; an agent speaks for his own subject");
    struct actor own = agent;
    own.subject_id = money_subject(d, 9);
    struct pay_step a = {.what = PAYEE, .who = &own, .seal = &seal, .id = own.subject_id};
    static const char *const bad[] = {
        "", "1234", "12,345", "-1234567", "=cmd|'/c'", "12345678901234567890123456789012345678901"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        a.account = bad[i];
        CHECK_INT(pay(d, &a), E_INPUT);
    }
    a.account = "62220000-1";
    CHECK_INT(pay(d, &a), 0);
    a.id = money_subject(d, 1);
    CHECK_INT(pay(d, &a), E_FORBIDDEN);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payee WHERE tail = '00-1'"), 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payee WHERE CAST(sealed AS TEXT) LIKE"
                              " '%622200001111%' OR CAST(sealed AS TEXT) LIKE"
                              " '%363232323030303031313131%'"), /* as bytes in hexadecimal */
              0);
}

/* ---- the file ---- */

struct file_call {
    int64_t id;
    enum batch_format format;
    struct buffer out;
};

static int file_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct file_call *f = context;

    buffer_clear(&f->out);
    return batch_file(a, s, &seal, &finance, f->id, f->format, &f->out, err);
}

static void check_file(struct money_desk *d)
{
    struct file_call f = {.out = BUFFER_INIT}, again = {.out = BUFFER_INIT};
    struct batch b;

    TEST("no file before a second person");
    reserve_some(d, 2);
    f.id = make(d).id;
    CHECK_INT(money_do_on(d->s, &d->arena, file_run, &f, NULL), E_CONFLICT);
    struct pay_step p = {.what = CANCEL, .who = &finance, .id = f.id};
    CHECK_INT(pay(d, &p), 0);

    TEST("the file: lines, control total, no formula for a spreadsheet; the same each time");
    f.id = again.id = pay_sent(d, &seal, "pay");
    CHECK_INT(money_do_on(d->s, &d->arena, file_run, &f, NULL), 0);
    CHECK_INT(money_do_on(d->s, &d->arena, file_run, &again, NULL), 0);
    CHECK(f.out.n > 0 && span_eq(buffer_span(&f.out), buffer_span(&again.out)));
    CHECK(span_find(buffer_span(&f.out),
                    SPAN("-1,\"'=测试公司 <甲>&乙\",某银行,622200001111,1.00,")) != SIZE_MAX);
    CHECK(span_find(buffer_span(&f.out), SPAN("\n合计,2,,,3.00,sha256:")) != SIZE_MAX);
    CHECK_INT(batch_load(&d->arena, d->s, f.id, &b, NULL), 0);
    CHECK_INT(b.checksum.n, 64);

    TEST("as XML");
    f.format = BATCH_XML;
    CHECK_INT(money_do_on(d->s, &d->arena, file_run, &f, NULL), 0);
    CHECK(span_find(buffer_span(&f.out), SPAN("<Nm>=测试公司 &lt;甲&gt;&amp;乙</Nm>")) != SIZE_MAX);
    CHECK(span_find(buffer_span(&f.out), SPAN("<NbOfTxs>2</NbOfTxs><CtrlSum>3.00</CtrlSum>")) !=
          SIZE_MAX);
    CHECK(money_number(d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'payment.file'") > 0);
    buffer_release(&f.out);
    buffer_release(&again.out);
}

/* ---- replies ---- */

/* # in a text becomes the number of the batch. */
static int reply(struct money_desk *d, int64_t batch, const char *text, struct pay_step *p)
{
    struct buffer b = BUFFER_INIT;

    for (const char *c = text; *c; c++)
        if (*c == '#')
            buffer_print(&b, "%" PRId64, batch);
        else
            buffer_byte(&b, *c);
    *p = (struct pay_step){.what = REPLY,
                           .who = &finance,
                           .id = batch,
                           .text = arena_copy(&d->arena, buffer_span(&b))};
    buffer_release(&b);
    return pay(d, p);
}

#define HEAD "支付键,结果,金额,日期,流水号,原因\n"

static void check_refused_replies(struct money_desk *d)
{
    static const struct {
        const char *text;
        int code;
        uint32_t line, column;
    } bad[] = {
        {"", E_INPUT, 0, 0},
        {"支付键,金额\n", E_INPUT, 0, 0},
        {HEAD "HQ#-1,成功,1.00,,R,\nHQ#-9,成功,1.00,,R,\n", E_CHECK, 3, 1},
        {HEAD "HQ#-1,成功,1.00,,R,\nHQ999-2,成功,2.00,,R,\n", E_CHECK, 3, 1},
        {HEAD "HQ#-0,成功,1.00,,R,\n", E_CHECK, 2, 1},
        {HEAD "HQ#-01,成功,1.00,,R,\n", E_CHECK, 2, 1},
        {HEAD "HQ#-99999999999999999999,成功,1.00,,R,\n", E_CHECK, 2, 1},
        {HEAD "HQ#-1,成功,1.01,,R,\n", E_CHECK, 2, 1},
        {HEAD "HQ#-1,成功,1.00,,R,\nHQ#-1,成功,1.00,,R,\n", E_CHECK, 3, 1},
        {HEAD "HQ#-1,也许,1.00,,R,\n", E_CHECK, 2, 0},
        {HEAD "HQ#-1,成功,一元,,R,\n", E_CHECK, 2, 0},
        {HEAD "HQ#-1,成功,1.00,2020-02-30,R,\n", E_CHECK, 2, 0},
        {HEAD "HQ#-1,退回,1.00,,R,\n", E_CHECK, 2, 0},
        {HEAD "HQ#-1,成功,1.00,,R,\n合计,2,1.00\n", E_CHECK, 3, 0},
        {HEAD "HQ#-1,成功,1.00,,R,\n合计,1,2.00\n", E_CHECK, 3, 0},
        {HEAD "HQ#-1,成功,1.00,,R,\n\"HQ#-2,成功\n", E_CHECK, 3, 0},
        {HEAD "HQ#-1\n", E_CHECK, 2, 0},
        {HEAD "\xff\n", E_CHECK, 2, 0},
    };
    int64_t batch;

    TEST("a reply with one bad line changes nothing and says where");
    reserve_some(d, 3);
    batch = pay_sent(d, &seal, "pay");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct pay_step p;
        CHECK_INT(reply(d, batch, bad[i].text, &p), bad[i].code);
        bool placed =
            !bad[i].line || (p.outcome.problem_n > 0 && p.outcome.problems[0].line == bad[i].line &&
                             (!bad[i].column || p.outcome.problems[0].column == bad[i].column));
        if (!CHECK(placed))
            printf("%s", bad[i].text);
        CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payment WHERE state <> 'sent'"), 0);
    }
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payment_reply"), 0);
    CHECK_INT(money_wrong(d), 0);
}

static void check_reply(struct money_desk *d)
{
    struct benefit_line *lines = NULL;
    struct pay_step p;
    struct batch b;
    size_t n = 0;
    int64_t batch, first;

    TEST("paid and returned; the rest still waits");
    reserve_some(d, 3);
    batch = first = pay_sent(d, &seal, "pay");
    CHECK_INT(reply(d, batch,
                    HEAD "HQ#-1,成功,1.00,2020-03-10,R1,\nHQ#-2,退回,2.00,,R2,户名不符\n"
                         "HQ#-3,处理中,3.00,,,\n合计,3,,6.00\n",
                    &p),
              0);
    CHECK(p.outcome.paid == 1 && p.outcome.returned == 1 && p.outcome.unchanged == 1);
    CHECK_INT(batch_load(&d->arena, d->s, batch, &b, NULL), 0);
    CHECK_TEXT(b.state, "sent");
    CHECK(b.paid == 100 && b.returned == 200);
    CHECK_INT(money_wrong(d), 0);
    CHECK_INT(benefits_of(&d->arena, d->s,
                          &(struct benefit_query){.subject_id = money_subject(d, 1)}, &lines, &n,
                          NULL),
              0);
    CHECK(n == 1 && lines[0].received == 100 && lines[0].times == 1);

    TEST("the same reply again changes nothing; a line told again neither");
    CHECK_INT(reply(d, batch,
                    HEAD "HQ#-1,成功,1.00,2020-03-10,R1,\nHQ#-2,退回,2.00,,R2,户名不符\n"
                         "HQ#-3,处理中,3.00,,,\n合计,3,,6.00\n",
                    &p),
              0);
    CHECK(p.outcome.repeated);
    CHECK_INT(reply(d, batch, HEAD "HQ#-1,成功,1.00,,R1,\nHQ#-3,成功,3.00,,R3,\n", &p), 0);
    CHECK(p.outcome.paid == 1 && p.outcome.unchanged == 1);
    CHECK_INT(batch_load(&d->arena, d->s, batch, &b, NULL), 0);
    CHECK_TEXT(b.state, "settled");

    TEST("returned is not paid by the same reply's word, and not sent to the same account again");
    CHECK_INT(reply(d, batch, HEAD "HQ#-2,成功,2.00,,R2,\n", &p), E_CHECK);
    p = (struct pay_step){
        .what = MAKE, .who = &finance, .order = {.fund = SPAN("pay"), .title = SPAN("补付")}};
    CHECK_INT(pay(d, &p), E_CONFLICT);
    pay_account(d, &seal, money_subject(d, 2), "62229999");
    batch = pay_sent(d, &seal, "pay");
    CHECK_INT(pay_all(d, batch), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payment WHERE again_of IS NOT NULL"), 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation WHERE state = 'paid'"), 3);
    CHECK_INT(money_wrong(d), 0);

    TEST("returned after it was paid");
    CHECK_INT(reply(d, first, HEAD "HQ#-3,退回,3.00,,R9,账户已销\n", &p), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation WHERE state = 'reserved'"), 1);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- once ---- */

#define MAKERS 12

struct maker {
    const char *url;
    int code;
};

static void *make_one(void *context)
{
    struct maker *m = context;
    struct store *s = NULL;
    struct arena a;
    struct pay_step p = {.what = MAKE,
                         .who = &finance,
                         .seal = &seal,
                         .order = {.fund = SPAN("pay"), .title = SPAN("三月")}};

    arena_init(&a);
    m->code = store_open(m->url, &s, NULL);
    if (m->code == 0)
        m->code = money_do_on(s, &a, pay_run, &p, NULL);
    store_close(s);
    arena_release(&a);
    return NULL;
}

static void check_once(struct money_desk *d)
{
    struct maker makers[MAKERS] = {0};
    pthread_t threads[MAKERS];
    int made = 0;

    TEST("many who make a batch at once: one has it, each payment once");
    reserve_some(d, 5);
    for (size_t i = 0; i < MAKERS; i++) {
        makers[i].url = d->url;
        CHECK_INT(pthread_create(&threads[i], NULL, make_one, &makers[i]), 0);
    }
    for (size_t i = 0; i < MAKERS; i++) {
        pthread_join(threads[i], NULL);
        made += makers[i].code == 0;
    }
    CHECK_INT(made, 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM payment"), 5);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- no memory ---- */

static int starve(void *context)
{
    struct span text =
        SPAN(HEAD "HQ1-1,成功,1.00,2020-03-10,\"a\"\"b\",\n\"x\nHQ1-2,退,1,,,\n合计,1,9\n");
    struct reply reply;
    struct arena a;

    UNUSED(context);
    arena_init(&a);
    int r = reply_parse(&a, text, SPAN("f"), &reply, NULL);
    arena_release(&a);
    return r;
}

static void check_all(struct money_desk *d)
{
    static void (*const checks[])(struct money_desk *) = {
        check_eyes, check_left_out, check_file, check_refused_replies, check_reply, check_once};

    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        money_clear(d);
        checks[i](d);
    }
    money_clear(d);
}

int main(void)
{
    memset(seal.key, 7, sizeof seal.key);
    TEST("no memory: a reply is not read in part");
    fault_loop(starve, NULL);
    return money_main(check_all);
}
