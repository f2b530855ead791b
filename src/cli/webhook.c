/*
 * webhook.c: `huiqi webhook`: other systems that are told of what happens here. The secret is made
 * here, shown once, and kept sealed.
 */
#include <sodium.h>
#include <stdio.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/document_desk.h"
#include "cli/load.h"
#include "cli/rows.h"
#include "cli/work.h"
#include "identity/audit.h"

#define SECRET_BYTES 32
#define SECRET_TEXT  64

struct hook_options {
    const char *kinds;
    bool json;
};

/* ---- add ---- */

static const struct option_spec add_options[] = {
    {"kinds", "WORDS", "which messages: 'case.* payment.done'; default all", OPTION_TEXT,
     offsetof(struct hook_options, kinds)},
};
static const struct option_example add_examples[] = {
    {"huiqi webhook add treasury https://pay.example.gov.cn/huiqi --kinds 'payment.*'",
     "国库系统只收支付消息；打印一次密钥"}};
static const struct command_spec add_spec = {
    .name = "webhook add",
    .usage = "NAME URL [--kinds WORDS]",
    .summary =
        "A system that listens: each message of these kinds is posted to URL as JSON, signed as "
        "the\n"
        "Standard Webhooks specification has it (webhook-id, webhook-timestamp,\n"
        "webhook-signature). The secret is printed once. The same NAME again replaces address,\n"
        "kinds and secret.",
    .options = add_options,
    .option_count = COUNT_OF(add_options),
    .examples = add_examples,
    .example_count = COUNT_OF(add_examples),
    .least = 2,
    .most = 2,
};

static int log_hook(struct store *s, const char *act, struct span name, struct err *err)
{
    struct actor who = work_operator();
    struct audit_entry entry = {
        .class = AUDIT_CHANGE, .act = span_z(act), .object_kind = SPAN("webhook"), .object = name};
    return audit_add(s, &who, &entry, err);
}

struct adding {
    const struct webhook *hook;
    const struct seal *seal;
};

static int add_within(struct store *s, void *context, struct err *err)
{
    const struct adding *x = context;
    int r = webhook_put(s, x->hook, err);

    if (r == 0)
        r = seal_note(s, x->seal, err);
    return r < 0 ? r : log_hook(s, "webhook.add", x->hook->name, err);
}

static int add(int argc, char **argv)
{
    struct hook_options o = {0};
    unsigned char secret[SECRET_BYTES];
    char text[SECRET_TEXT];
    struct desk d;
    int count, status = options_parse(&add_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    desk_init(&d);
    int r = desk_open(&d, true);
    if (r == 0) {
        randombytes_buf(secret, sizeof secret);
        struct webhook hook = {
            .name = span_z(argv[1]), .url = span_z(argv[2]), .kinds = span_z(o.kinds)};
        hook.secret = seal_close(&d.arena, &d.seal, work_secret_place(&d.arena, hook.name),
                                 span_of((char *)secret, sizeof secret));
        r = hook.secret.p
                ? store_write(d.store, add_within, &(struct adding){&hook, &d.seal}, &d.err)
                : err_memory(&d.err);
    }
    status = r < 0 ? desk_fail(&d) : 0;
    if (r == 0) {
        sodium_bin2base64(text, sizeof text, secret, sizeof secret, sodium_base64_VARIANT_ORIGINAL);
        printf("%s 已登记。密钥（只显示这一次）：\nwhsec_%s\n", argv[1], text);
    }
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    desk_release(&d);
    return status;
}

/* ---- stop, test ---- */

struct named {
    struct span name;
    const char *act;
};

static int stop_within(struct store *s, void *context, struct err *err)
{
    const struct named *x = context;
    int r = webhook_stop(s, x->name, err);
    return r < 0 ? r : log_hook(s, x->act, x->name, err);
}

static int check_name(struct store *s, struct span name, struct err *err)
{
    struct webhook *hooks = NULL;
    struct arena a;
    size_t n = 0, i = 0;

    arena_init(&a);
    int r = webhook_list(s, &a, &hooks, &n, err);
    while (r == 0 && i < n && !(hooks[i].active && span_eq(hooks[i].name, name)))
        i++;
    if (r == 0 && i == n)
        r = err_set(err, E_NOT_FOUND, "there is no webhook %.*s", SPAN_ARG(name));
    arena_release(&a);
    return r;
}

static int test_within(struct store *s, void *context, struct err *err)
{
    const struct named *x = context;
    char key[33];
    unsigned char raw[16];

    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(key, sizeof key, raw, sizeof raw);
    struct outgoing m = {.channel = MESSAGE_WEBHOOK,
                         .to = x->name,
                         .key = span_z(key),
                         .kind = SPAN("webhook.test"),
                         .subject_zh = SPAN("测试消息"),
                         .subject_en = SPAN("A test"),
                         .text_zh = SPAN("如能验证签名，即已接通。"),
                         .text_en = SPAN("If the signature holds, everything is set up.")};
    int r = check_name(s, x->name, err);
    if (r == 0)
        r = message_add(s, &m, NULL, err);
    return r < 0 ? r : log_hook(s, x->act, x->name, err);
}

static int with_name(const struct command_spec *spec, int argc, char **argv, const char *act,
                     int (*f)(struct store *, void *, struct err *), const char *done)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, status = options_parse(spec, argc, argv, NULL, &count);

    if (status != OPTIONS_RUN)
        return status;
    struct named x = {span_z(argv[1]), act};
    int r = rows_open(&s, &err);
    if (r == 0)
        r = store_write(s, f, &x, &err);
    store_close(s);
    if (r < 0)
        return report_err(&err);
    printf("%s: %s\n", argv[1], done);
    return 0;
}

static const struct option_example stop_examples[] = {
    {"huiqi webhook stop treasury", "nothing more goes there; add it again to go on"}};
static const struct command_spec stop_spec = {
    .name = "webhook stop",
    .usage = "NAME",
    .summary = "Ends a webhook. What still waits for it dies with the reason.",
    .examples = stop_examples,
    .example_count = COUNT_OF(stop_examples),
    .least = 1,
    .most = 1,
};
static int stop(int argc, char **argv)
{
    return with_name(&stop_spec, argc, argv, "webhook.stop", stop_within, "已停用");
}

static const struct option_example test_examples[] = {
    {"huiqi webhook test treasury && huiqi job run", "send a message of the kind webhook.test"}};
static const struct command_spec test_spec = {
    .name = "webhook test",
    .usage = "NAME",
    .summary = "Puts a test message into the outbox, of the kind webhook.test.",
    .examples = test_examples,
    .example_count = COUNT_OF(test_examples),
    .least = 1,
    .most = 1,
};
static int test(int argc, char **argv)
{
    return with_name(&test_spec, argc, argv, "webhook.test", test_within, "测试消息已排队");
}

/* ---- list ---- */

static const struct option_spec list_options[] = {
    {"json", NULL, "as JSON", OPTION_FLAG, offsetof(struct hook_options, json)},
};
static const struct option_example list_examples[] = {
    {"huiqi webhook list", "who listens to what"}};
static const struct command_spec list_spec = {
    .name = "webhook list",
    .usage = "[--json]",
    .summary = "Systems that are told of what happens here; never their secrets.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
};

static int print_hooks(struct arena *a, const struct webhook *hooks, size_t n, bool json)
{
    struct buffer out = BUFFER_INIT;
    struct json *list = json_array(a);

    for (size_t i = 0; i < n; i++) {
        const struct webhook *h = &hooks[i];
        struct json *j = json_object(a);
        JSON_SET(j, "name", json_string(a, h->name));
        JSON_SET(j, "url", json_string(a, h->url));
        JSON_SET(j, "kinds", json_string(a, h->kinds));
        JSON_SET(j, "active", json_bool(a, h->active));
        JSON_SET(j, "created_at", json_string(a, rows_time(a, h->created_at)));
        json_add(list, j);
        cli_column(&out, h->name, 16);
        cli_column(&out, h->active ? SPAN("启用") : SPAN("停用"), 6);
        cli_column(&out, h->kinds.n ? h->kinds : SPAN("*"), 24);
        buffer_add(&out, h->url);
        buffer_byte(&out, '\n');
    }
    if (!json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int list(int argc, char **argv)
{
    struct hook_options o = {0};
    struct webhook *hooks = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int count, status = options_parse(&list_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = webhook_list(s, &a, &hooks, &n, &err);
    status = r < 0 ? report_err(&err) : print_hooks(&a, hooks, n, o.json);
    store_close(s);
    arena_release(&a);
    return status;
}

int cmd_webhook(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"add", add, "a system that listens; prints its secret once", NULL},
        {"list", list, "who listens to what", NULL},
        {"stop", stop, "ends one", NULL},
        {"test", test, "puts a test message into the outbox", NULL}};
    static const struct command_group group = {
        .name = "webhook",
        .summary = "对外推送：其他系统收到经签名的消息（Standard Webhooks）。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
