/*
 * mail.c: a message as a mail, sent by SMTP. Everything that could be read as a header is either
 * checked when the message is added (the address) or written in base64 (subject and text).
 */
#include <curl/curl.h>
#include <sodium.h>

#include "base/date.h"
#include "base/utf8.h"
#include "jobs/outbox_int.h"

#define WORD_BYTES 42 /* of an encoded word: 75 characters with its frame */
#define LINE_BYTES 57 /* of a line of base64: 76 characters */

static void add_base64(struct buffer *out, struct span s)
{
    char text[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    sodium_bin2base64(text, sizeof text, (const unsigned char *)s.p, s.n,
                      sodium_base64_VARIANT_ORIGINAL);
    buffer_add_z(out, text);
}

/* RFC 2047: words of whole characters, each on a line of its own. */
static void add_encoded(struct buffer *out, struct span s)
{
    for (bool first = true; s.n > 0; first = false) {
        size_t n = 0, length = 0;
        while (n < s.n && n + 4 <= WORD_BYTES) {
            (void)utf8_decode(span_from(s, n), &length);
            n += length;
        }
        buffer_add_z(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        add_base64(out, span_of(s.p, n));
        buffer_add_z(out, "?=");
        s = span_from(s, n);
    }
}

static void add_date(struct buffer *out, int64_t ms)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t local = ms / 1000 + 8 * 3600;
    int second = (int)(local % 86400);
    struct date d;

    if (!date_from_days(local / 86400, &d))
        return;
    buffer_print(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0800\r\n", days[date_weekday(d) - 1],
                 d.day, months[d.month - 1], (int)d.year, second / 3600, second / 60 % 60,
                 second % 60);
}

/* The one in the recipient's language, else both: Chinese, `between`, English. */
static void add_languages(struct buffer *out, const struct message_row *m, struct span zh,
                          struct span en, const char *between)
{
    bool want_zh = zh.n && (en.n == 0 || !span_eq(m->language, SPAN("en")));
    bool want_en = en.n && (zh.n == 0 || !span_eq(m->language, SPAN("zh")));

    if (want_zh)
        buffer_add(out, zh);
    if (want_zh && want_en)
        buffer_add_z(out, between);
    if (want_en)
        buffer_add(out, en);
}

void mail_print(struct buffer *out, const struct message_row *m, struct span from, int64_t date_ms)
{
    struct buffer subject = BUFFER_INIT, text = BUFFER_INIT;
    size_t at = span_find(from, SPAN("@"));
    struct span rest;

    add_languages(&subject, m, m->subject_zh, m->subject_en, " / ");
    add_languages(&text, m, m->text_zh, m->text_en, "\n\n");
    buffer_byte(&text, '\n');
    add_date(out, date_ms);
    buffer_print(out, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", SPAN_ARG(from), SPAN_ARG(m->to));
    add_encoded(out, buffer_span(&subject));
    buffer_print(out,
                 "\r\nMessage-ID: <%.*s%.*s>\r\nMIME-Version: 1.0\r\n"
                 "Auto-Submitted: auto-generated\r\n"
                 "Content-Type: text/plain; charset=UTF-8\r\n"
                 "Content-Transfer-Encoding: base64\r\n\r\n",
                 SPAN_ARG(m->uid), SPAN_ARG(span_from(from, at)));
    for (rest = buffer_span(&text); rest.n > 0;) {
        size_t n = rest.n < LINE_BYTES ? rest.n : LINE_BYTES;
        add_base64(out, span_of(rest.p, n));
        buffer_add_z(out, "\r\n");
        rest = span_from(rest, n);
    }
    out->failed |= subject.failed || text.failed;
    buffer_release(&subject);
    buffer_release(&text);
}

int mail_check_config(const struct mail_config *c, struct err *err)
{
    struct span url = span_z(c->url);

    if (!span_starts(url, SPAN("smtp://")) && !span_starts(url, SPAN("smtps://")))
        return err_set(err, E_USAGE, "not a mail server: smtp://HOST:PORT or smtps://HOST:PORT");
    if (span_find(url, SPAN("@")) != SIZE_MAX)
        return err_set(err, E_USAGE, "the mail server's address holds no user and no password");
    if (!mail_address_ok(span_z(c->from)))
        return err_set(err, E_USAGE, "mail needs the address of a sender");
    return 0;
}

static bool set_server(CURL *curl, const struct mail_config *c, const char *from)
{
    static const long tls[] = {[MAIL_TLS_REQUIRE] = CURLUSESSL_ALL,
                               [MAIL_TLS_TRY] = CURLUSESSL_TRY,
                               [MAIL_TLS_NONE] = CURLUSESSL_NONE};

    return curl_easy_setopt(curl, CURLOPT_URL, c->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USE_SSL, tls[c->tls]) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from) == CURLE_OK &&
           (!c->user || curl_easy_setopt(curl, CURLOPT_USERNAME, c->user) == CURLE_OK) &&
           (!c->password || curl_easy_setopt(curl, CURLOPT_PASSWORD, c->password) == CURLE_OK);
}

/* A reply of 5yz to the recipient or the text will be the same tomorrow. */
static int transfer(struct net *n, struct err *err)
{
    long code = 0;
    int r = net_run(n, "the mail server", &code, err);

    if (r == E_IO && code >= 550 && code < 560 && n->job->verdict == JOB_TRY_AGAIN)
        n->job->verdict = JOB_GIVE_UP;
    return r;
}

int mail_send(struct job *job, const struct outbox_config *c, const struct message_row *m,
              struct err *err)
{
    struct buffer mail = BUFFER_INIT;
    struct span to = arena_print(job->arena, "<%.*s>", SPAN_ARG(m->to));
    struct span from = arena_print(job->arena, "<%s>", c->mail.from);
    struct curl_slist *recipients = to.p ? curl_slist_append(NULL, to.p) : NULL;
    struct net n = {0};
    int r = 0;

    mail_print(&mail, m, span_z(c->mail.from), clock_now_ms());
    if (buffer_failed(&mail) || !recipients || !from.p)
        r = err_memory(err);
    if (r == 0)
        r = net_open(&n, job, c, "smtp,smtps", err);
    if (r == 0) {
        net_upload(&n, buffer_span(&mail));
        r = set_server(n.curl, &c->mail, from.p) &&
                    curl_easy_setopt(n.curl, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK
                ? transfer(&n, err)
                : err_memory(err);
    }
    net_close(&n);
    curl_slist_free_all(recipients);
    buffer_release(&mail);
    return r;
}
