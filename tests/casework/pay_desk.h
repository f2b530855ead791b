/*
 * pay_desk.h: what the tests of payments and of claims share: steps of a batch in one call each.
 */
#ifndef HUIQI_TESTS_PAY_DESK_H
#define HUIQI_TESTS_PAY_DESK_H
#include "casework/payments.h"
#include "tests/casework/money_desk.h"

static const struct actor treasurer = {
    .account_id = 15, .name = {"财务戊", 9}, .roles = 1u << USER_FINANCE};

struct pay_step {
    enum { PAYEE, MAKE, APPROVE, CANCEL, SUBMIT, REPLY } what;
    const struct actor *who;
    const struct seal *seal;
    int64_t id; /* subject or batch */
    struct batch_new order;
    const char *account;
    struct span text;
    struct batch_made made;
    struct reply_outcome outcome;
};

static inline int pay_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct pay_step *p = context;

    switch (p->what) {
    case PAYEE:
        return payee_add(a, s, p->seal, p->who,
                         &(struct payee_new){p->id, SPAN("=测试公司 <甲>&乙"), SPAN("某银行"),
                                             span_z(p->account)},
                         &p->id, err);
    case MAKE:
        return batch_make(a, s, p->who, &p->order, &p->made, err);
    case APPROVE:
        return batch_approve(a, s, p->who, p->id, err);
    case CANCEL:
        return batch_cancel(a, s, p->who, p->id, SPAN("重做"), err);
    case SUBMIT:
        return batch_submit(a, s, p->seal, p->who, p->id, err);
    default:
        return batch_reply(a, s, p->who, p->id, p->text, SPAN("reply.csv"), &p->outcome, err);
    }
}

static inline int pay(struct money_desk *d, struct pay_step *p)
{
    return money_do_on(d->s, &d->arena, pay_run, p, NULL);
}

static inline void pay_account(struct money_desk *d, const struct seal *seal, int64_t subject,
                               const char *account)
{
    struct pay_step p = {
        .what = PAYEE, .who = &finance, .seal = seal, .id = subject, .account = account};
    CHECK_INT(pay(d, &p), 0);
}

/* All that is reserved: a batch that has been sent. */
static inline int64_t pay_sent(struct money_desk *d, const struct seal *seal, const char *fund)
{
    struct pay_step p = {.what = MAKE,
                         .who = &finance,
                         .seal = seal,
                         .order = {.fund = span_z(fund), .title = SPAN("三月")}};

    CHECK_INT(pay(d, &p), 0);
    p.id = p.made.id;
    p.what = APPROVE;
    p.who = &treasurer;
    CHECK_INT(pay(d, &p), 0);
    p.what = SUBMIT;
    CHECK_INT(pay(d, &p), 0);
    return p.id;
}

/* One line for each payment of a batch: 成功. */
static inline int pay_all(struct money_desk *d, int64_t batch)
{
    struct buffer b = BUFFER_INIT;
    struct payment *at = NULL;
    size_t n = 0;

    CHECK_INT(payment_list(&d->arena, d->s, batch, 0, 1000, &at, &n, NULL), 0);
    buffer_add_z(&b, "key,result,amount,date,reference\n");
    for (size_t i = 0; i < n; i++) {
        char amount[MONEY_TEXT];
        money_print(at[i].amount, amount);
        buffer_print(&b, "HQ%" PRId64 "-%" PRId64 ",paid,%s,2020-03-10,R%zu\n", batch,
                     at[i].position, amount, i);
    }
    struct pay_step p = {.what = REPLY, .who = &finance, .id = batch, .text = buffer_span(&b)};
    int r = pay(d, &p);
    buffer_release(&b);
    return r;
}
#endif
