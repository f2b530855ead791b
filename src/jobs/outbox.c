/*
 * outbox.c: messages as rows: added once inside the caller's transaction, listed, read, tried
 * again. What sends them is deliver.c.
 */
#include "jobs/outbox_int.h"

#include <sodium.h>

#include "base/date.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "jobs/jobs_int.h"
#include "store/verify.h"

static const char *const channels[MESSAGE_CHANNELS] = {"inbox", "mail", "webhook"};

const char *message_channel_name(enum message_channel c)
{
    return channels[c];
}

enum message_channel message_channel_of(struct span name)
{
    for (int i = 0; i < MESSAGE_CHANNELS; i++)
        if (span_eq(name, span_z(channels[i])))
            return (enum message_channel)i;
    return MESSAGE_CHANNELS;
}

/* ---- what may be a message ---- */

static bool is_number(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= 18 && s.p[0] != '0';
}

/* Dots inside of the local part are left to the mail server; what could end a line or a list is
 * not. */
bool mail_address_ok(struct span a)
{
    static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ".!#$%&'*+/=?^_`{|}~-";
    static const char domain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t at = span_find(a, SPAN("@"));

    if (a.n > MAIL_ADDRESS_MAX || at == SIZE_MAX || at == 0 || at > 64 || at + 1 >= a.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (i != at && (a.p[i] == 0 || !strchr(i < at ? local : domain, a.p[i])))
            return false;
    return a.p[at + 1] != '.' && a.p[at + 1] != '-' && a.p[a.n - 1] != '.';
}

bool webhook_name_ok(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n > 0 && s.n <= WEBHOOK_NAME_MAX;
}

static int check_recipient(const struct outgoing *m, struct err *err)
{
    switch (m->channel) {
    case MESSAGE_INBOX:
        return is_number(m->to) ? 0 : err_set(err, E_INPUT, "an inbox is the number of an account");
    case MESSAGE_MAIL: /* the address itself stays out of the error: it may be a person's */
        return mail_address_ok(m->to) ? 0 : err_set(err, E_INPUT, "not a mail address");
    default:
        return webhook_name_ok(m->to) ? 0 : err_set(err, E_INPUT, "not the name of a webhook");
    }
}

static int check_line(const char *what, struct span s, struct err *err)
{
    if (s.n > MESSAGE_LINE_MAX)
        return err_set(err, E_LIMIT, "%s of a message has at most %d bytes", what,
                       MESSAGE_LINE_MAX);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return err_set(err, E_INPUT, "%s of a message is one line without control characters",
                           what);
    if (utf8_check(s) != SIZE_MAX)
        return err_set(err, E_ENCODING, "%s of a message is not UTF-8", what);
    return 0;
}

static int check_text(const char *what, struct span s, struct err *err)
{
    if (s.n > MESSAGE_TEXT_MAX)
        return err_set(err, E_LIMIT, "%s of a message has at most %d bytes", what,
                       MESSAGE_TEXT_MAX);
    if (utf8_check(s) != SIZE_MAX || (s.n && memchr(s.p, 0, s.n)))
        return err_set(err, E_ENCODING, "%s of a message is not UTF-8", what);
    return 0;
}

static int check_data(struct span data, struct err *err)
{
    struct arena a;
    struct json *j = NULL;

    if (data.n == 0)
        return 0;
    arena_init(&a);
    int r = json_parse(&a, data, (struct span){0}, &j, err);
    if (r == 0 && j->kind != JSON_OBJECT)
        r = err_set(err, E_INPUT, "the data of a message is a JSON object");
    arena_release(&a);
    return r;
}

static int check_message(const struct outgoing *m, struct err *err)
{
    const struct {
        const char *what;
        struct span text;
    } lines[] = {{"the key", m->key},
                 {"the kind", m->kind},
                 {"the kind of the object", m->object_kind},
                 {"the object", m->object},
                 {"the subject", m->subject_zh},
                 {"the subject", m->subject_en}};
    int r = check_recipient(m, err);

    for (size_t i = 0; i < COUNT_OF(lines) && r == 0; i++)
        r = check_line(lines[i].what, lines[i].text, err);
    if (r == 0)
        r = check_text("the text", m->text_zh, err);
    if (r == 0)
        r = check_text("the text", m->text_en, err);
    if (r == 0)
        r = check_text("the data", m->data, err);
    if (r < 0)
        return r;
    if (m->key.n == 0 || m->kind.n == 0 || m->subject_zh.n + m->subject_en.n == 0)
        return err_set(err, E_INPUT, "a message has a key, a kind and a subject");
    if (m->language.n && !span_eq(m->language, SPAN("zh")) && !span_eq(m->language, SPAN("en")))
        return err_set(err, E_INPUT, "the language of a message is zh or en");
    return check_data(m->data, err);
}

/* ---- adding ---- */

#define KEY_HEX 33

/* Names the job: recipient and key without saying who it is. */
static void job_key(const struct outgoing *m, char out[KEY_HEX])
{
    crypto_generichash_state state;
    unsigned char raw[16];

    crypto_generichash_init(&state, NULL, 0, sizeof raw);
    crypto_generichash_update(&state, (const unsigned char *)m->to.p, m->to.n);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)m->key.p, m->key.n);
    crypto_generichash_final(&state, raw, sizeof raw);
    sodium_bin2hex(out, KEY_HEX, raw, sizeof raw);
}

static int insert(struct store *s, const struct outgoing *m, int64_t job_id, int64_t *ret_id,
                  struct err *err)
{
    static const char sql[] =
        "INSERT INTO message (uid, channel, recipient, key, kind, object_kind, object, language,"
        " subject_zh, subject_en, text_zh, text_en, data, job_id, created_at, sent_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        " ON CONFLICT (channel, recipient, key) DO NOTHING{new id}";
    const struct span texts[] = {
        span_z(channels[m->channel]),
        m->to,
        m->key,
        m->kind,
        m->object_kind,
        m->object,
        m->language,
        m->subject_zh,
        m->subject_en,
        m->text_zh,
        m->text_en,
        m->data.n ? m->data : SPAN("{}"),
    };
    int64_t now = clock_now_ms();
    unsigned char raw[16];
    char uid[KEY_HEX];
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(uid, sizeof uid, raw, sizeof raw);
    stmt_text(st, 1, span_z(uid));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        stmt_text(st, (int)i + 2, texts[i]);
    if (job_id)
        stmt_int(st, 14, job_id);
    else
        stmt_null(st, 14);
    stmt_int(st, 15, now);
    stmt_int(st, 16, job_id ? 0 : now);
    return stmt_insert(st, ret_id, err);
}

int message_add(struct store *s, const struct outgoing *m, int64_t *ret_id, struct err *err)
{
    int64_t job_id = 0, id = 0;
    char key[KEY_HEX];
    int r = check_message(m, err);

    if (r == 0 && m->channel != MESSAGE_INBOX) {
        job_key(m, key);
        struct job_order o = {.kind =
                                  m->channel == MESSAGE_MAIL ? SPAN(KIND_MAIL) : SPAN(KIND_WEBHOOK),
                              .key = span_z(key),
                              .run_at = m->send_at};
        r = job_enqueue(s, &o, &job_id, err);
    }
    if (r == 0 && (m->channel == MESSAGE_INBOX || job_id)) /* else it is there already */
        r = insert(s, m, job_id, &id, err);
    if (r == 0 && ret_id)
        *ret_id = id;
    return r;
}

int message_tell(struct store *s, const struct outgoing *m, struct err *err)
{
    struct webhook *hooks = NULL;
    struct arena a;
    size_t n = 0;

    arena_init(&a);
    int r = webhook_list(s, &a, &hooks, &n, err);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct outgoing one = *m;
        one.channel = MESSAGE_WEBHOOK;
        one.to = hooks[i].name;
        if (hooks[i].active && webhook_listens(hooks[i].kinds, m->kind))
            r = message_add(s, &one, NULL, err);
    }
    arena_release(&a);
    return r;
}

/* ---- looking ---- */

VECTOR_OF(struct message_row, row_vector);

static void read_row(struct arena *a, const struct stmt *st, struct message_row *m)
{
    struct span *texts[] = {&m->uid,         &m->to,      &m->key,      &m->kind,
                            &m->object_kind, &m->object,  &m->language, &m->subject_zh,
                            &m->subject_en,  &m->text_zh, &m->text_en,  &m->data,
                            &m->state,       &m->error};
    int64_t *numbers[] = {&m->id,      &m->job_id, &m->created_at, &m->sent_at,
                          &m->read_at, &m->due_at, &m->attempts};

    m->channel = message_channel_of(stmt_get_text(st, 0));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = arena_copy(a, stmt_get_text(st, (int)(1 + i)));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_get_int(st, (int)(1 + COUNT_OF(texts) + i));
}

#define STATE                                                                                      \
    "CASE WHEN m.sent_at > 0 THEN 'sent' WHEN j.state = 'running' THEN 'sending' ELSE j.state END"

int message_list(struct store *s, struct arena *request, const struct message_filter *f,
                 struct message_row **ret, size_t *ret_n, struct err *err)
{
    static const char sql[] =
        "SELECT m.channel, m.uid, m.recipient, m.key, m.kind, m.object_kind, m.object, m.language,"
        " m.subject_zh, m.subject_en, m.text_zh, m.text_en, m.data, " STATE
        ", COALESCE(j.error, ''), m.id, COALESCE(m.job_id, 0), m.created_at, m.sent_at, m.read_at,"
        " COALESCE(j.due_at, 0), COALESCE(j.attempts, 0)"
        " FROM message m LEFT JOIN job j ON j.id = m.job_id"
        " WHERE ($1 = '' OR m.channel = $1) AND ($2 = '' OR m.recipient = $2)"
        " AND ($3 = '' OR " STATE " = $3) AND ($4 = '' OR m.kind = $4)"
        " AND (CAST($5 AS BIGINT) = 0 OR m.read_at = 0) AND (CAST($6 AS BIGINT) = 0 OR m.id = $6)"
        " AND (CAST($7 AS BIGINT) = 0 OR m.id < $7) ORDER BY m.id DESC LIMIT $8";
    struct row_vector rows = {0};
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, f->channel);
    stmt_text(st, 2, f->to);
    stmt_text(st, 3, f->state);
    stmt_text(st, 4, f->kind);
    stmt_int(st, 5, f->unread);
    stmt_int(st, 6, f->id);
    stmt_int(st, 7, f->before);
    stmt_int(st, 8, f->most);
    while ((r = stmt_step(st, err)) > 0) {
        struct message_row *row = VECTOR_PUSH(request, &rows, struct message_row);
        if (row)
            read_row(request, st, row);
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = rows.at;
    *ret_n = rows.n;
    return 0;
}

#define NUMBER_TEXT 24
static struct span number_text(char out[NUMBER_TEXT], int64_t n)
{
    snprintf(out, NUMBER_TEXT, "%lld", (long long)n);
    return span_z(out);
}

int message_unread(struct store *s, int64_t account_id, int64_t *ret, struct err *err)
{
    char number[NUMBER_TEXT];
    struct stmt *st;
    int64_t n = 0;
    int r = store_prepare(s,
                          "SELECT COUNT(*) FROM message WHERE channel = 'inbox' AND recipient = $1"
                          " AND read_at = 0",
                          &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, number_text(number, account_id));
    r = stmt_step(st, err);
    if (r > 0)
        n = stmt_get_int(st, 0);
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = n;
    return 0;
}

struct span message_mask_address(struct arena *request, struct span to)
{
    size_t at = span_find(to, SPAN("@"));

    if (at == SIZE_MAX || at == 0)
        return to;
    return arena_print(request, "%c***%.*s", to.p[0], SPAN_ARG(span_from(to, at)));
}

/* ---- changing ---- */

int message_mark_read(struct store *s, int64_t account_id, int64_t id, struct err *err)
{
    char number[NUMBER_TEXT];
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE message SET read_at = CASE WHEN read_at = 0 THEN $3 ELSE read_at"
                          " END WHERE id = $1 AND channel = 'inbox' AND recipient = $2"
                          " RETURNING id",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_text(st, 2, number_text(number, account_id));
    stmt_int(st, 3, clock_now_ms());
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "no message %lld in this inbox", (long long)id);
    return r < 0 ? r : 0;
}

int message_retry(struct store *s, int64_t id, struct err *err)
{
    struct message_row *rows = NULL;
    struct arena a;
    size_t n = 0;

    arena_init(&a);
    int r = message_list(s, &a, &(struct message_filter){.id = id, .most = 1}, &rows, &n, err);
    if (r == 0 && n == 0)
        r = err_set(err, E_NOT_FOUND, "there is no message %lld", (long long)id);
    else if (r == 0 && rows[0].job_id == 0)
        r = err_set(err, E_CONFLICT, "message %lld lies in an inbox: it has arrived",
                    (long long)id);
    else if (r == 0)
        r = job_retry(s, rows[0].job_id, err);
    arena_release(&a);
    return r;
}

/* ---- what must hold ---- */

static const struct verify_rule rules[] = {
    {"a message to the outside without job, or one of an inbox with a job",
     "SELECT id, channel FROM message WHERE (channel = 'inbox') <> (job_id IS NULL)"},
    {"a message that is sent while its job is not done, or the other way round",
     "SELECT m.id, j.state FROM message m JOIN job j ON j.id = m.job_id"
     " WHERE (m.sent_at > 0) <> (j.state = 'done')"},
    {"a message of the inbox that did not arrive",
     "SELECT id, kind FROM message WHERE channel = 'inbox' AND sent_at = 0"},
    {"a message whose job is of another kind",
     "SELECT m.id, j.kind FROM message m JOIN job j ON j.id = m.job_id"
     " WHERE j.kind <> 'message-' || m.channel"},
    {"a job that sends no message",
     "SELECT id, kind FROM job WHERE kind IN ('" KIND_MAIL "', '" KIND_WEBHOOK "')"
     " AND NOT EXISTS (SELECT 1 FROM message WHERE job_id = job.id)"},
};

int outbox_verify(struct store *s, struct verify *v, struct err *err)
{
    int r = verify_count(s, v, "SELECT COUNT(*) FROM message", err);

    return r < 0 ? r : verify_rules(s, v, rules, COUNT_OF(rules), err);
}
