/*
 * rows.c: see rows.h.
 */
#include "cli/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "cli/work.h"
#include "identity/audit.h"

int rows_open(struct store **ret, struct err *err)
{
    struct store *s = NULL;
    int r = store_open(store_url(), &s, err);

    if (r == 0)
        r = store_migrate(s, err);
    if (r < 0) {
        store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

bool rows_number(const char *text, int64_t most, int64_t otherwise, int64_t *ret)
{
    char *end;

    *ret = otherwise;
    if (!text)
        return true;
    if (*text < '1' || *text > '9' || strlen(text) > 18)
        return false;
    *ret = strtoll(text, &end, 10);
    return *end == 0 && *ret <= most;
}

struct one {
    const struct rows_change *c;
    int64_t id;
    const char *text;
};

static int change_one(struct store *s, void *context, struct err *err)
{
    const struct one *o = context;
    struct actor who = work_operator();
    struct audit_entry entry = {.class = AUDIT_CHANGE,
                                .act = span_z(o->c->act),
                                .object_kind = span_z(o->c->object_kind),
                                .object = span_z(o->text)};
    int r = o->c->change(s, o->id, err);

    return r < 0 ? r : audit_add(s, &who, &entry, err);
}

int rows_change_all(const struct rows_change *c, int argc, char **argv)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int count, worst = 0, status = options_parse(c->spec, argc, argv, NULL, &count);

    if (status != OPTIONS_RUN)
        return status;
    for (int i = 1; i <= count; i++) {
        int64_t id;
        if (!rows_number(argv[i], INT64_MAX, 0, &id))
            return report_usage(c->spec, "not a number: %s", argv[i]);
    }
    if (rows_open(&s, &err) < 0)
        return report_err(&err);
    for (int i = 1; i <= count; i++) {
        struct one o = {.c = c, .text = argv[i]};
        struct err one = ERR_INIT;
        if (rows_number(argv[i], INT64_MAX, 0, &o.id) &&
            store_write(s, change_one, &o, &one) == 0) {
            printf("%s: %s\n", argv[i], c->done);
            continue;
        }
        status = report_err(&one);
        worst = status > worst ? status : worst;
    }
    store_close(s);
    return worst;
}

struct span rows_time(struct arena *request, int64_t ms)
{
    char text[DATE_TEXT];

    if (ms == 0)
        return (struct span){0};
    clock_print(ms, text);
    text[10] = ' ';
    return arena_copy(request, span_of(text, 19));
}
