/*
 * u_outbox.c: messages, on both engines: once for each recipient, with their transaction or not at
 * all; mail and webhooks against servers that work, refuse, hang up and say nothing.
 */
#include <sodium.h>

#include "base/alloc.h"
#include "base/date.h"
#include "jobs/outbox_int.h"
#include "tests/jobs/fake_server.h"
#include "tests/jobs/jobs_desk.h"

#define START "2020-03-09T08:00:00"
#define CLEAN "DELETE FROM message; DELETE FROM job; DELETE FROM webhook"

struct post { /* the desk, its servers, and the worker's table */
    struct desk *d;
    struct fake *mail, *web;
    struct outbox_config config;
    char mail_url[64];
};

static const struct outgoing NOTE = {.channel = MESSAGE_MAIL,
                                     .to = {"clerk@example.com", 17},
                                     .key = {"case/1/supplement/1", 19},
                                     .kind = {"case.supplement", 15},
                                     .object_kind = {"case", 4},
                                     .object = {"1", 1},
                                     .subject_zh = {"补正通知", 12},
                                     .subject_en = {"What is missing", 15},
                                     .text_zh = {"请补交一份。", 18},
                                     .text_en = {"One paper is missing.", 21}};

/* ---- adding ---- */

struct order {
    struct outgoing m;
    int64_t id;
    int fail;
};

static int add(struct store *s, void *context, struct err *err)
{
    struct order *o = context;
    int r = message_add(s, &o->m, &o->id, err);
    return r < 0 ? r : o->fail;
}

static int64_t put(struct desk *d, const struct outgoing *m)
{
    struct order o = {.m = *m, .id = -1};
    struct err err = ERR_INIT;

    if (!CHECK(store_write(d->s, add, &o, &err) == 0))
        printf("%s\n", err.message);
    return o.id;
}

static int refuse(struct desk *d, const struct outgoing *m)
{
    struct order o = {.m = *m};
    struct err err = ERR_INIT;
    return store_write(d->s, add, &o, &err);
}

static void check_adding(struct desk *d)
{
    struct order o = {.m = NOTE, .fail = E_CHECK};
    struct outgoing m = NOTE;
    struct err err = ERR_INIT;

    TEST("a message exists if and only if its transaction does, and once for a recipient");
    CHECK_INT(store_write(d->s, add, &o, &err), E_CHECK);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 0);
    CHECK(put(d, &NOTE) > 0);
    CHECK_INT(put(d, &NOTE), 0);
    m.to = SPAN("other@example.com");
    CHECK(put(d, &m) > 0);
    m = NOTE;
    m.key = SPAN("case/1/supplement/2");
    CHECK(put(d, &m) > 0);
    m = NOTE;
    m.channel = MESSAGE_INBOX;
    m.to = SPAN("5");
    CHECK(put(d, &m) > 0);
    CHECK_INT(put(d, &m), 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), 4);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 3);
    CHECK_INT(desk_number(d, "SELECT COUNT(DISTINCT uid) FROM message"), 4);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE key LIKE '%example%'"), 0);
    desk_run(d, CLEAN);
}

static void check_refused(struct desk *d)
{
    static const char *const addresses[] = {
        "",         "clerk", "@example.com", "a@",      "a b@c.cn", "a@c.cn\r\nX",
        "a@b@c.cn", "a@.cn", "a@c.cn>",      "张@c.cn", "a,b@c.cn", "a@-c.cn",
    };
    char *longest = calloc(1, MESSAGE_TEXT_MAX + 2);

    TEST("what is no message");
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        struct outgoing m = NOTE;
        m.to = span_z(addresses[i]);
        CHECK_INT(refuse(d, &m), E_INPUT);
    }
    const struct {
        size_t offset;
        struct span value;
        int code;
    } wrongs[] = {
        {offsetof(struct outgoing, key), {NULL, 0}, E_INPUT},
        {offsetof(struct outgoing, kind), {NULL, 0}, E_INPUT},
        {offsetof(struct outgoing, subject_zh), SPAN("a\r\nBcc: x@y.cn"), E_INPUT},
        {offsetof(struct outgoing, subject_en), SPAN("\xff"), E_ENCODING},
        {offsetof(struct outgoing, text_zh), {"a\0b", 3}, E_ENCODING},
        {offsetof(struct outgoing, text_zh), {longest, MESSAGE_TEXT_MAX + 1}, E_LIMIT},
        {offsetof(struct outgoing, key), {longest, MESSAGE_LINE_MAX + 1}, E_LIMIT},
        {offsetof(struct outgoing, language), SPAN("fr"), E_INPUT},
        {offsetof(struct outgoing, data), SPAN("[1]"), E_INPUT},
        {offsetof(struct outgoing, data), SPAN("{"), E_SYNTAX},
    };
    if (longest)
        memset(longest, 'x', MESSAGE_TEXT_MAX + 1);
    for (size_t i = 0; longest && i < COUNT_OF(wrongs); i++) {
        struct outgoing m = NOTE;
        memcpy((char *)&m + wrongs[i].offset, &wrongs[i].value, sizeof(struct span));
        int r = refuse(d, &m);
        if (wrongs[i].code == E_SYNTAX)
            CHECK(r < 0);
        else
            CHECK_INT(r, wrongs[i].code);
    }
    struct outgoing m = NOTE;
    m.channel = MESSAGE_INBOX;
    CHECK_INT(refuse(d, &m), E_INPUT);
    m.channel = MESSAGE_WEBHOOK;
    CHECK_INT(refuse(d, &m), E_INPUT);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 0);
    free(longest);
}

/* ---- the inbox ---- */

static size_t count(struct desk *d, const struct message_filter *f, struct arena *a,
                    struct message_row **rows)
{
    struct err err = ERR_INIT;
    size_t n = 0;

    CHECK_INT(message_list(d->s, a, f, rows, &n, &err), 0);
    return n;
}

static void check_inbox(struct desk *d)
{
    struct outgoing m = NOTE;
    struct message_row *rows = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    int64_t unread = -1;

    arena_init(&a);
    TEST("an inbox: delivered by being there; read by its owner only");
    m.channel = MESSAGE_INBOX;
    m.to = SPAN("5");
    int64_t id = put(d, &m);
    CHECK_INT(message_unread(d->s, 5, &unread, &err), 0);
    CHECK_INT(unread, 1);
    CHECK_INT(
        count(d, &(struct message_filter){.to = SPAN("5"), .unread = true, .most = 9}, &a, &rows),
        1);
    CHECK_TEXT(rows[0].state, "sent");
    CHECK_TEXT(rows[0].subject_zh, "补正通知");
    CHECK_TEXT(rows[0].text_en, "One paper is missing.");
    CHECK_TEXT(rows[0].data, "{}");
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(message_mark_read(d->s, 6, id, &err), E_NOT_FOUND);
    err = (struct err)ERR_INIT;
    CHECK_INT(message_mark_read(d->s, 5, id, &err), 0);
    CHECK_INT(message_retry(d->s, id, &err), E_CONFLICT);
    err = (struct err)ERR_INIT;
    CHECK_INT(message_retry(d->s, id + 1000, &err), E_NOT_FOUND);
    CHECK_INT(store_commit(d->s, &err), 0);
    CHECK_INT(message_unread(d->s, 5, &unread, &err), 0);
    CHECK_INT(unread, 0);
    CHECK_INT(count(d, &(struct message_filter){.to = SPAN("6"), .most = 9}, &a, &rows), 0);
    CHECK_TEXT(message_mask_address(&a, SPAN("clerk@example.com")), "c***@example.com");
    CHECK_TEXT(message_mask_address(&a, SPAN("5")), "5");
    arena_release(&a);
    desk_run(d, CLEAN);
}

/* ---- sending ---- */

static struct worker_count work(struct post *p)
{
    struct worker_count n = {0};
    struct worker *w = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    struct job_kinds k = {.process = &a};

    arena_init(&a);
    if (!CHECK(outbox_kinds(&k, &p->config, &err) == 0 &&
               worker_new(&(struct worker_config){p->d->url, k.at, k.n}, &w, &err) == 0 &&
               worker_run(w, WORKER_UNTIL_IDLE, &n, &err) == 0))
        printf("%s\n", err.message);
    worker_free(w);
    arena_release(&a);
    return n;
}

static int64_t wrong(struct desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct err err = ERR_INIT;

    CHECK_INT(outbox_verify(d->s, &v, &err), 0);
    if (v.wrong)
        printf("%s", v.lines.p);
    buffer_release(&v.lines);
    return v.wrong + desk_wrong(d);
}

/* The text of the only message's state and error. */
static bool stands(struct desk *d, const char *state, const char *error)
{
    struct message_row *rows = NULL;
    struct arena a;

    arena_init(&a);
    size_t n = count(d, &(struct message_filter){.most = 9}, &a, &rows);
    bool ok = n == 1 && span_eq(rows[0].state, span_z(state)) &&
              (error[0] == 0 || span_find(rows[0].error, span_z(error)) != SIZE_MAX);
    if (!ok && n)
        printf("%.*s: %.*s\n", SPAN_ARG(rows[0].state), SPAN_ARG(rows[0].error));
    arena_release(&a);
    return ok;
}

static void check_mail(struct post *p)
{
    struct desk *d = p->d;

    TEST("a mail arrives once, and nothing of it is in the clear that could be a header");
    p->mail->mode = FAKE_FINE;
    put(d, &NOTE);
    CHECK(stands(d, "waiting", ""));
    CHECK_INT(work(p).done, 1);
    CHECK(stands(d, "sent", ""));
    CHECK_INT(work(p).done, 0);
    CHECK(strstr(p->mail->got, "MAIL FROM:<huiqi@example.org>") != NULL);
    CHECK(strstr(p->mail->got, "RCPT TO:<clerk@example.com>") != NULL);
    CHECK(strstr(p->mail->got, "Date: Mon, 09 Mar 2020 08:00:00 +0800\r\n") != NULL);
    CHECK(strstr(p->mail->got, "Content-Transfer-Encoding: base64") != NULL);
    CHECK(strstr(p->mail->got, "\r\n.\r\n") != NULL);
    CHECK_INT(wrong(d), 0);
    desk_run(d, CLEAN);
}

static const struct {
    const char *name;
    enum fake_mode mode;
    const char *state, *error;
} mail_trouble[] = {
    {"a server that says later", FAKE_LATER, "waiting", "the mail server"},
    {"a recipient that is none: dead at once", FAKE_NEVER, "dead", "550"},
    {"a server that hangs up", FAKE_CUT, "waiting", "the mail server"},
    {"a server that is silent", FAKE_SILENT, "waiting", "imed out"},
    {"encryption that fails is not passed over", FAKE_STARTTLS, "waiting", "the mail server"},
};

static void check_mail_trouble(struct post *p)
{
    struct desk *d = p->d;
    struct err err = ERR_INIT;

    for (size_t i = 0; i < COUNT_OF(mail_trouble); i++) {
        TEST(mail_trouble[i].name);
        p->mail->mode = mail_trouble[i].mode;
        p->config.mail.tls = p->mail->mode == FAKE_STARTTLS ? MAIL_TLS_REQUIRE : MAIL_TLS_NONE;
        p->config.timeout_ms = p->mail->mode == FAKE_SILENT ? 300 : 5000;
        int64_t id = put(d, &NOTE);
        CHECK_INT(work(p).failed, 1);
        CHECK(stands(d, mail_trouble[i].state, mail_trouble[i].error));
        CHECK(strstr(p->mail->got, "Subject") == NULL);
        CHECK_INT(wrong(d), 0);
        if (strcmp(mail_trouble[i].state, "dead") == 0) {
            TEST("a dead one goes out when an operator says so");
            p->mail->mode = FAKE_FINE;
            CHECK_INT(store_begin(d->s, &err), 0);
            CHECK_INT(message_retry(d->s, id, &err), 0);
            CHECK_INT(store_commit(d->s, &err), 0);
            CHECK_INT(work(p).done, 1);
            CHECK(stands(d, "sent", ""));
            CHECK_INT(wrong(d), 0);
        }
        desk_run(d, CLEAN);
    }
    TEST("without encryption where it is required nothing is said");
    p->mail->mode = FAKE_FINE;
    p->config.mail.tls = MAIL_TLS_REQUIRE;
    put(d, &NOTE);
    CHECK_INT(work(p).failed, 1);
    CHECK(strstr(p->mail->got, "MAIL FROM") == NULL);
    p->config.mail.tls = MAIL_TLS_NONE;
    desk_run(d, CLEAN);
}

static void check_retries(struct post *p)
{
    struct desk *d = p->d;
    int64_t now = clock_now_ms();
    int tries = 0;

    TEST("dead after so many attempts, over more than a day");
    p->mail->mode = FAKE_LATER;
    put(d, &NOTE);
    while (desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'waiting'") == 1 && tries < 99) {
        char text[DATE_TEXT];
        now = desk_number(d, "SELECT due_at FROM job");
        clock_print(now, text);
        text[19] = 0;
        desk_time(text);
        CHECK_INT(work(p).failed, 1);
        tries++;
    }
    CHECK_INT(tries, OUTBOX_ATTEMPTS);
    CHECK(stands(d, "dead", "451"));
    desk_time(START);
    CHECK(now - clock_now_ms() > INT64_C(24) * 3600 * 1000);
    p->mail->mode = FAKE_FINE;
    desk_run(d, CLEAN);
}

/* ---- how a mail is written ---- */

static void check_print(void)
{
    struct buffer out = BUFFER_INIT;
    struct message_row m = {.uid = SPAN("00ff"),
                            .to = SPAN("a@b.cn"),
                            .subject_zh = SPAN("一二三四五六七八九十一二三四五"),
                            .text_zh = SPAN("甲"),
                            .text_en = SPAN("A")};

    TEST("a subject in words of whole characters; both languages or the one that was chosen");
    mail_print(&out, &m, SPAN("x@y.cn"), 0);
    CHECK(strstr(out.p, "Date: Thu, 01 Jan 1970 08:00:00 +0800\r\n") == out.p);
    CHECK(strstr(out.p, "Subject: =?UTF-8?B?5LiA5LqM5LiJ5Zub5LqU5YWt5LiD5YWr5Lmd5Y2B5LiA5LqM5LiJ?="
                        "\r\n =?UTF-8?B?5Zub5LqU?=\r\n") != NULL);
    CHECK(strstr(out.p, "Message-ID: <00ff@y.cn>\r\n") != NULL);
    CHECK(strstr(out.p, "\r\n\r\n55SyCgpBCg==\r\n") != NULL); /* 甲, an empty line, A */
    buffer_clear(&out);
    m.language = SPAN("en");
    mail_print(&out, &m, SPAN("x@y.cn"), 0);
    CHECK(strstr(out.p, "\r\n\r\nQQo=\r\n") != NULL);
    for (const char *p = out.p, *end; (end = strstr(p, "\r\n")) != NULL; p = end + 2)
        CHECK(end - p <= 78);
    buffer_release(&out);
}

/* ---- webhooks ---- */

#define SECRET "a secret of the receiver"

static void put_hook(struct desk *d, const char *name, int port, const char *kinds)
{
    char url[64];
    struct err err = ERR_INIT;

    snprintf(url, sizeof url, "http://127.0.0.1:%d/hook", port);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(webhook_put(d->s,
                          &(struct webhook){.name = span_z(name),
                                            .url = span_z(url),
                                            .kinds = span_z(kinds),
                                            .secret = SPAN(SECRET)},
                          &err),
              0);
    CHECK_INT(store_commit(d->s, &err), 0);
}

static int tell(struct store *s, void *context, struct err *err)
{
    return message_tell(s, context, err);
}

static void tell_all(struct desk *d)
{
    struct outgoing m = NOTE;
    struct err err = ERR_INIT;

    CHECK_INT(store_write(d->s, tell, &m, &err), 0);
}

/* What a receiver does, written without the code under test: HMAC over id, time and body. */
static bool signature_holds(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n"), *id = strstr(request, "webhook-id: "),
               *time = strstr(request, "webhook-timestamp: "),
               *signature = strstr(request, "webhook-signature: v1,");
    unsigned char key[crypto_auth_hmacsha256_KEYBYTES] = {0}, mac[32], got[64];
    char text[4096];
    size_t n = 0;

    if (!body || !id || !time || !signature)
        return false;
    id += 12, time += 19, signature += 22;
    int length = snprintf(text, sizeof text, "%.*s.%.*s.%s", (int)strcspn(id, "\r"), id,
                          (int)strcspn(time, "\r"), time, body + 4);
    memcpy(key, SECRET, sizeof SECRET - 1); /* shorter than a block: padded with zeros */
    crypto_auth_hmacsha256(mac, (unsigned char *)text, (unsigned long long)length, key);
    return sodium_base642bin(got, sizeof got, signature, strcspn(signature, "\r"), NULL, &n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           n == sizeof mac && memcmp(got, mac, n) == 0;
}

static void check_webhook(struct post *p)
{
    struct desk *d = p->d;

    TEST("who listens to the kind is told, with a signature that holds");
    put_hook(d, "treasury", p->web->port, "payment.done case.*");
    put_hook(d, "bank", p->web->port, "payment.*");
    p->web->mode = FAKE_FINE;
    tell_all(d);
    tell_all(d);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), 1);
    CHECK_INT(work(p).done, 1);
    CHECK(stands(d, "sent", ""));
    CHECK(strstr(p->web->got, "POST /hook HTTP/1.1\r\n") == p->web->got);
    CHECK(strstr(p->web->got,
                 "{\"type\":\"case.supplement\",\"timestamp\":\"2020-03-09T08:00:00"
                 "+08:00\",\"data\":{\"object\":{\"kind\":\"case\",\"id\":\"1\"}") != NULL);
    CHECK(strstr(p->web->got, "补正通知") != NULL);
    CHECK(signature_holds(p->web->got));
    p->web->got[p->web->n - 2] = 'x';
    CHECK(!signature_holds(p->web->got));
    CHECK_INT(wrong(d), 0);
    desk_run(d, CLEAN);
}

static const struct {
    const char *name;
    enum fake_mode mode;
    const char *state, *error;
    int64_t wait_ms; /* 0 = not looked at */
} web_trouble[] = {
    {"a receiver that says later is asked later", FAKE_LATER, "waiting", "answered 503", 7000},
    {"a receiver that is gone: dead at once", FAKE_NEVER, "dead", "answered 410", 0},
    {"another place is not followed", FAKE_MOVED, "waiting", "answered 302", 30000},
    {"a receiver that hangs up", FAKE_CUT, "waiting", "the webhook", 30000},
    {"a receiver that is silent", FAKE_SILENT, "waiting", "imed out", 30000},
};

static void check_web_trouble(struct post *p)
{
    struct desk *d = p->d;
    struct err err = ERR_INIT;

    for (size_t i = 0; i < COUNT_OF(web_trouble); i++) {
        TEST(web_trouble[i].name);
        put_hook(d, "bank", p->web->port, "");
        p->web->mode = web_trouble[i].mode;
        p->config.timeout_ms = p->web->mode == FAKE_SILENT ? 300 : 5000;
        tell_all(d);
        CHECK_INT(work(p).failed, 1);
        CHECK(stands(d, web_trouble[i].state, web_trouble[i].error));
        if (web_trouble[i].wait_ms)
            CHECK_INT(desk_number(d, "SELECT due_at FROM job") - clock_now_ms(),
                      web_trouble[i].wait_ms);
        CHECK_INT(wrong(d), 0);
        desk_run(d, CLEAN);
    }
    TEST("a webhook that was stopped gets nothing, nor what still waits");
    put_hook(d, "bank", p->web->port, "");
    tell_all(d);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(webhook_stop(d->s, SPAN("bank"), &err), 0);
    CHECK_INT(webhook_stop(d->s, SPAN("none"), &err), E_NOT_FOUND);
    CHECK_INT(store_commit(d->s, &err), 0);
    int served = p->web->served;
    CHECK_INT(work(p).failed, 1);
    CHECK(stands(d, "dead", "no webhook bank"));
    CHECK_INT(p->web->served, served);
    desk_run(d, "DELETE FROM message; DELETE FROM job");
    tell_all(d);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), 0);
    desk_run(d, CLEAN);
}

static void check_hooks(struct desk *d)
{
    static const char *const urls[] = {"",
                                       "ftp://a/b",
                                       "http://",
                                       "http:///x",
                                       "https://u:p@a/",
                                       "https://a b",
                                       "file:///etc/passwd"};
    struct err err = ERR_INIT;

    TEST("addresses and names that are none; kinds as words");
    CHECK_INT(store_begin(d->s, &err), 0);
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        struct webhook w = {.name = SPAN("a"), .url = span_z(urls[i]), .secret = SPAN("s")};
        CHECK_INT(webhook_put(d->s, &w, &err), E_INPUT);
    }
    struct webhook named = {.name = SPAN("A b"), .url = SPAN("https://a/"), .secret = SPAN("s")};
    CHECK_INT(webhook_put(d->s, &named, &err), E_INPUT);
    named.name = SPAN("a");
    named.secret = (struct span){0};
    CHECK_INT(webhook_put(d->s, &named, &err), E_INPUT);
    store_rollback(d->s);
    CHECK(webhook_listens(SPAN(""), SPAN("case.begun")));
    CHECK(webhook_listens(SPAN("a  case.*"), SPAN("case.begun")));
    CHECK(webhook_listens(SPAN("case.begun"), SPAN("case.begun")));
    CHECK(!webhook_listens(SPAN("case.begun"), SPAN("case.begun.twice")));
    CHECK(!webhook_listens(SPAN("payment.*"), SPAN("case.begun")));

    TEST("the example of the Standard Webhooks specification");
    char signature[WEBHOOK_SIGNATURE];
    unsigned char secret[32];
    size_t n = 0;
    CHECK_INT(sodium_base642bin(secret, sizeof secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 32, NULL,
                                &n, NULL, sodium_base64_VARIANT_ORIGINAL),
              0);
    webhook_sign(span_of((char *)secret, n), SPAN("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                 SPAN("{\"test\": 2432232314}"), signature);
    CHECK_TEXT(span_z(signature), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void check_config(void)
{
    static const struct mail_config wrongs[] = {
        {.url = "mail.example.com", .from = "a@b.cn"},
        {.url = "smtp://user:word@mail.example.com", .from = "a@b.cn"},
        {.url = "smtp://mail.example.com", .from = NULL},
        {.url = "smtp://mail.example.com", .from = "nobody"},
    };
    struct arena a;
    struct err err = ERR_INIT;

    TEST("a mail server or sender that is none; no server, no mail");
    arena_init(&a);
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        struct outbox_config c = {.mail = wrongs[i]};
        struct job_kinds k = {.process = &a};
        CHECK_INT(outbox_kinds(&k, &c, &err), E_USAGE);
    }
    struct outbox_config none = {.ca_file = NULL};
    struct job_kinds k = {.process = &a};
    CHECK_INT(outbox_kinds(&k, &none, &err), 0);
    CHECK_INT(k.n, 1);
    CHECK(strcmp(k.at[0].name, KIND_WEBHOOK) == 0);
    err = (struct err)ERR_INIT;
    CHECK_INT(outbox_kinds(&k, &none, &err), E_CONFLICT);
    arena_release(&a);
}

static void check_verify(struct desk *d)
{
    static const char *const wrongs[] = {
        "UPDATE message SET sent_at = 5 WHERE channel = 'mail'",
        "UPDATE job SET state = 'done', progress = 100, lease = 1",
        "UPDATE message SET job_id = NULL",
        "UPDATE message SET channel = 'webhook' WHERE channel = 'mail'",
        "UPDATE message SET sent_at = 0 WHERE channel = 'inbox'",
        "DELETE FROM message WHERE channel = 'mail'",
    };
    struct outgoing inbox = NOTE;

    TEST("verify names what contradicts itself");
    inbox.channel = MESSAGE_INBOX;
    inbox.to = SPAN("5");
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        put(d, &NOTE);
        put(d, &inbox);
        struct verify before = {.lines = BUFFER_INIT}, after = {.lines = BUFFER_INIT};
        struct err err = ERR_INIT;
        CHECK_INT(outbox_verify(d->s, &before, &err), 0);
        CHECK_INT(before.rows, 2);
        CHECK_INT(before.wrong, 0);
        desk_run(d, wrongs[i]);
        CHECK_INT(outbox_verify(d->s, &after, &err), 0);
        CHECK(after.wrong > 0);
        buffer_release(&before.lines);
        buffer_release(&after.lines);
        desk_run(d, CLEAN);
    }
}

/* One run of the worker while the n-th allocation fails. */
static void work_without(struct post *p, uint64_t n)
{
    struct worker_count count = {0};
    struct worker *w = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    struct job_kinds k = {.process = &a};

    arena_init(&a);
    alloc_fail_after(n);
    int r = outbox_kinds(&k, &p->config, &err);
    if (r == 0)
        r = worker_new(&(struct worker_config){p->d->url, k.at, k.n}, &w, &err);
    if (r == 0)
        r = worker_run(w, WORKER_ONCE, &count, &err);
    alloc_fail_after(0);
    CHECK(r == 0 || r == E_MEMORY);
    worker_free(w);
    arena_release(&a);
}

static void check_memory(struct post *p)
{
    struct desk *d = p->d;
    int failures = 0;

    TEST("without memory: an error, and neither message nor job");
    store_close(d->s); /* a new connection has prepared nothing yet */
    d->s = desk_open(d->url);
    for (uint64_t n = 1; n < 400; n++) {
        alloc_fail_after(n);
        int r = refuse(d, &NOTE);
        alloc_fail_after(0);
        CHECK(r == 0 || r == E_MEMORY);
        CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM message"), r == 0);
        CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), r == 0);
        if (r == 0)
            break;
        failures++;
    }
    CHECK(failures > 0);

    TEST("without memory in the middle of sending: it is sent at last, and nothing contradicts");
    failures = 0;
    for (uint64_t n = 1; n < 1000; n += n < 60 ? 1 : 7) {
        desk_run(d, "UPDATE job SET state = 'waiting', worker = '', due_at = 0, attempts = 0"
                    " WHERE state <> 'done'");
        work_without(p, n);
        if (desk_number(d, "SELECT COUNT(*) FROM message WHERE sent_at > 0") == 1)
            break;
        failures++;
    }
    CHECK(failures > 3);
    CHECK(stands(d, "sent", ""));
    CHECK_INT(wrong(d), 0);
    desk_run(d, CLEAN);
}

static void check_engine(struct desk *d)
{
    static struct fake mail, web;
    struct post p = {.d = d, .mail = &mail, .web = &web};

    if (!CHECK(fake_start(&mail, true) && fake_start(&web, false)))
        return;
    snprintf(p.mail_url, sizeof p.mail_url, "smtp://127.0.0.1:%d", mail.port);
    p.config = (struct outbox_config){
        .mail = {.url = p.mail_url, .from = "huiqi@example.org", .tls = MAIL_TLS_NONE},
        .timeout_ms = 5000};
    desk_time(START);
    check_adding(d);
    check_refused(d);
    check_inbox(d);
    check_mail(&p);
    check_mail_trouble(&p);
    check_retries(&p);
    check_print();
    check_webhook(&p);
    check_web_trouble(&p);
    check_hooks(d);
    check_config();
    check_memory(&p);
    check_verify(d);
    fake_stop(&mail);
    fake_stop(&web);
}

int main(void)
{
    return desk_main(check_engine, CLEAN);
}
