/*
 * message.c: `huiqi message`: what the outbox sent, will send or could not send. Addresses are
 * shown masked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/rows.h"
#include "jobs/outbox.h"

struct list_options {
    const char *channel, *state, *kind, *to, *before, *most;
    bool unread, json;
};

static const struct option_spec list_options[] = {
    OPT_TEXT(struct list_options, channel, "channel", "C", "inbox, mail or webhook"),
    OPT_TEXT(struct list_options, state, "state", "S", "waiting, sending, sent, dead or cancelled"),
    OPT_TEXT(struct list_options, kind, "kind", "K", "what it tells, such as case.supplement"),
    OPT_TEXT(struct list_options, to, "to", "R",
             "number of an account, mail address, name of a webhook"),
    OPT_FLAG(struct list_options, unread, "unread", "of inboxes: not read yet"),
    OPT_TEXT(struct list_options, before, "before", "N", "older than message N: the next page"),
    OPT_TEXT(struct list_options, most, "most", "N",
             "at most so many (50; most 10000), newest first"),
    OPT_AS_JSON(struct list_options),
};
static const struct option_example list_examples[] = {
    {"huiqi message list --state dead", "没送到的通知和原因"},
    {"huiqi message list --channel inbox --to 5 --unread", "账号 5 未读的站内信"},
};
static const struct command_spec list_spec = {
    .name = "message list",
    .usage = "[OPTIONS]",
    .summary =
        "通知：站内信、邮件、对外推送（webhook）。A message is written in the transaction of what "
        "it\n"
        "tells and sent by a job; each one goes once to each recipient, and is tried again with\n"
        "growing pauses for a day before it is dead.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
};

static const struct option_spec show_options[] = {
    OPT_AS_JSON(struct list_options),
};
static const struct option_example show_examples[] = {
    {"huiqi message show 12", "the texts, the state, and why the last attempt failed"}};
static const struct command_spec show_spec = {
    .name = "message show",
    .usage = "N [--json]",
    .summary = "One message with its texts.",
    OPTIONS_OF(show_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};

static struct json *as_json(struct arena *a, const struct message_row *m, bool texts)
{
    struct json *j = json_object(a);
    const struct {
        const char *key;
        struct span value;
        bool text;
    } fields[] = {
        {"channel", span_z(message_channel_name(m->channel)), false},
        {"to", message_mask_address(a, m->to), false},
        {"state", m->state, false},
        {"kind", m->kind, false},
        {"object_kind", m->object_kind, false},
        {"object", m->object, false},
        {"key", m->key, false},
        {"uid", m->uid, false},
        {"subject_zh", m->subject_zh, false},
        {"subject_en", m->subject_en, false},
        {"text_zh", m->text_zh, true},
        {"text_en", m->text_en, true},
        {"data", m->data, true},
        {"error", m->error, false},
        {"created_at", rows_time(a, m->created_at), false},
        {"sent_at", rows_time(a, m->sent_at), false},
        {"read_at", rows_time(a, m->read_at), false},
        {"due_at", rows_time(a, m->due_at), false},
    };

    JSON_SET(j, "id", json_int(a, m->id));
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (texts || !fields[i].text)
            json_set(j, span_z(fields[i].key), json_string(a, fields[i].value));
    JSON_SET(j, "attempts", json_int(a, m->attempts));
    JSON_SET(j, "job", json_int(a, m->job_id));
    return j;
}

static void print_row(struct buffer *out, struct arena *a, const struct message_row *m)
{
    buffer_print(out, "%-6" PRId64 " ", m->id);
    cli_column(out, m->state, 10);
    cli_column(out, span_z(message_channel_name(m->channel)), 8);
    cli_column(out, message_mask_address(a, m->to), 24);
    cli_column(out, rows_time(a, m->sent_at ? m->sent_at : m->created_at), 20);
    buffer_add(out, m->subject_zh.n ? m->subject_zh : m->subject_en);
    if (m->error.n && m->sent_at == 0)
        buffer_print(out, "（%.*s）", SPAN_ARG(m->error));
    buffer_byte(out, '\n');
}

static int print_rows(struct arena *a, const struct message_row *rows, size_t n, bool json)
{
    struct buffer out = BUFFER_INIT;
    bool waiting_mail = false;

    if (json) {
        struct json *list = json_array(a);
        for (size_t i = 0; i < n; i++)
            json_add(list, as_json(a, &rows[i], false));
        return cli_print_json(list);
    }
    for (size_t i = 0; i < n; i++) {
        print_row(&out, a, &rows[i]);
        waiting_mail |= rows[i].channel == MESSAGE_MAIL && span_eq(rows[i].state, SPAN("waiting"));
    }
    if (n == 0)
        buffer_add_z(&out, "没有这样的通知\n");
    if (waiting_mail && !getenv("HUIQI_SMTP"))
        buffer_add_z(&out, "提示：邮件由设有 HUIQI_SMTP 的进程发送（docs/operations.md）\n");
    return cli_flush(&out, 0);
}

static const char *read_filter(const struct list_options *o, struct message_filter *f)
{
    static const char *const states[] = {"waiting", "sending", "sent", "dead", "cancelled"};
    bool known = o->state == NULL;

    for (size_t i = 0; i < COUNT_OF(states) && !known; i++)
        known = strcmp(o->state, states[i]) == 0;
    if (!known)
        return "--state is waiting, sending, sent, dead or cancelled";
    if (o->channel && message_channel_of(span_z(o->channel)) == MESSAGE_CHANNELS)
        return "--channel is inbox, mail or webhook";
    if (!rows_number(o->most, ROWS_MOST, 50, &f->most) ||
        !rows_number(o->before, INT64_MAX, 0, &f->before))
        return "--most (up to 10000) and --before are numbers";
    f->channel = o->unread ? SPAN("inbox") : span_z(o->channel);
    f->state = span_z(o->state);
    f->kind = span_z(o->kind);
    f->to = span_z(o->to);
    f->unread = o->unread;
    return NULL;
}

static int list(int argc, char **argv)
{
    struct list_options o = {0};
    struct message_filter f = {0};
    struct message_row *rows = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int count, status = options_parse(&list_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    const char *wrong = read_filter(&o, &f);
    if (wrong)
        return report_usage(&list_spec, "%s", wrong);
    arena_init(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = message_list(s, &a, &f, &rows, &n, &err);
    status = r < 0 ? report_err(&err) : print_rows(&a, rows, n, o.json);
    store_close(s);
    arena_release(&a);
    return status;
}

static int print_one(struct arena *a, const struct message_row *m, bool json)
{
    struct buffer out = BUFFER_INIT;

    if (json)
        return cli_print_json(as_json(a, m, true));
    print_row(&out, a, m);
    buffer_print(&out, "%.*s  %.*s/%.*s  尝试 %" PRId64 " 次\n", SPAN_ARG(m->kind),
                 SPAN_ARG(m->object_kind), SPAN_ARG(m->object), m->attempts);
    buffer_print(&out, "\n%.*s\n%.*s\n\n%.*s\n%.*s\n", SPAN_ARG(m->subject_zh),
                 SPAN_ARG(m->text_zh), SPAN_ARG(m->subject_en), SPAN_ARG(m->text_en));
    return cli_flush(&out, 0);
}

static int show(int argc, char **argv)
{
    struct list_options o = {0};
    struct message_row *rows = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int64_t id;
    int count, status = options_parse(&show_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!rows_number(argv[1], INT64_MAX, 0, &id))
        return report_usage(&show_spec, "not a number: %s", argv[1]);
    arena_init(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = message_list(s, &a, &(struct message_filter){.id = id, .most = 1}, &rows, &n, &err);
    if (r == 0 && n == 0)
        r = err_set(&err, E_NOT_FOUND, "there is no message %" PRId64, id);
    status = r < 0 ? report_err(&err) : print_one(&a, &rows[0], o.json);
    store_close(s);
    arena_release(&a);
    return status;
}

static const struct option_example retry_examples[] = {
    {"huiqi message retry 12 15", "dead or cancelled ones, at once and with all their attempts"}};
static const struct command_spec retry_spec = {
    .name = "message retry",
    .usage = "N...",
    .summary = "Sends again what is dead or cancelled. Logged with who said so (HUIQI_USER).",
    EXAMPLES_OF(retry_examples),
    .least = 1,
    .most = -1,
};
static int retry(int argc, char **argv)
{
    static const struct rows_change change = {&retry_spec, message_retry, "message",
                                              "message.retry", "等待重发"};
    return rows_change_all(&change, argc, argv);
}

int cmd_message(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list, "messages by channel, state, kind and recipient, newest first", NULL},
        {"show", show, "one message with its texts", NULL},
        {"retry", retry, "dead or cancelled ones go out again", NULL}};
    static const struct command_group group = {
        .name = "message",
        .summary = "通知：站内信、邮件、对外推送，与所通知的事项同时写入，送达一次，失败自动重试。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
