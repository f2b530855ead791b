/*
 * money.c: see money.h.
 */
#include "cli/money.h"

#include <stdio.h>

#include "base/utf8.h"
#include "cli/load.h"
#include "cli/rows.h"
#include "policy/subjects.h"

const struct option_spec money_look_options[] = {MONEY_JSON};
const struct option_spec money_plain_options[] = {MONEY_AS, MONEY_JSON};
const struct option_spec money_reason_options[] = {MONEY_REASON, MONEY_AS, MONEY_JSON};

/* ---- printing ---- */

static struct span shown(const struct json *j)
{
    switch (j ? j->kind : JSON_NULL) {
    case JSON_TRUE:
        return SPAN("是");
    case JSON_FALSE:
        return SPAN("否");
    default:
        return json_text(j);
    }
}

static void print_row(struct buffer *out, const struct money_command *m, const struct json *row)
{
    for (size_t i = 0; i < m->column_count; i++) {
        struct span text = shown(json_get(row, span_z(m->columns[i].key)));
        if (i + 1 < m->column_count)
            cli_column(out, text, m->columns[i].width);
        else
            buffer_add(out, text);
    }
    buffer_byte(out, '\n');
}

static void print_object(struct buffer *out, const struct json *j, int depth);

static void print_member(struct buffer *out, const struct json *m, int depth)
{
    struct span key = m->key;

    buffer_print(out, "%*s%.*s:", depth * 2, "", SPAN_ARG(key));
    if (m->kind != JSON_ARRAY && m->kind != JSON_OBJECT) {
        buffer_print(out, " %.*s\n", SPAN_ARG(shown(m)));
        return;
    }
    buffer_byte(out, '\n');
    if (m->kind == JSON_OBJECT)
        print_object(out, m, depth + 1);
    for (const struct json *c = m->kind == JSON_ARRAY ? m->first : NULL; c; c = c->next) {
        buffer_print(out, "%*s-", depth * 2 + 1, "");
        JSON_EACH(f, c)
        if (f->kind != JSON_ARRAY && f->kind != JSON_OBJECT)
            buffer_print(out, " %.*s=%.*s", SPAN_ARG(f->key), SPAN_ARG(shown(f)));
        buffer_byte(out, '\n');
    }
}

static void print_object(struct buffer *out, const struct json *j, int depth)
{
    JSON_EACH(m, j)
    print_member(out, m, depth);
}

static int print_result(const struct money_command *m, const struct money_call *c)
{
    struct buffer out = BUFFER_INIT;

    if (c->options.json) {
        int status = cli_print_json(c->result);
        return status ? status : c->status;
    }
    if (c->result->kind == JSON_OBJECT)
        print_object(&out, c->result, 0);
    for (const struct json *row = c->result->kind == JSON_ARRAY ? c->result->first : NULL; row;
         row = row->next)
        print_row(&out, m, row);
    if (c->result->kind == JSON_ARRAY && !c->result->first)
        buffer_print(&out, "%s\n", m->empty ? m->empty : "没有");
    return cli_flush(&out, c->status);
}

/* ---- running ---- */

struct run {
    const struct money_command *m;
    struct money_call *call;
};

static int run_once(struct store *s, void *context, struct err *err)
{
    struct run *r = context;
    return r->m->run(r->call, s, err);
}

static int run_in_store(const struct money_command *m, struct money_call *c, struct err *err)
{
    struct run run = {m, c};
    struct store *s = NULL;
    int r = cli_store(&s, err);

    if (r == 0)
        r = cli_who(&c->arena, s, c->options.as, &c->who, err);
    if (r == 0)
        r = m->reads ? run_once(s, &run, err) : store_write(s, run_once, &run, err);
    store_close(s);
    return r < 0 ? r : c->arena.failed ? err_memory(err) : 0;
}

int money_command_run(const struct money_command *m, int argc, char **argv)
{
    struct money_call c = {.operands = argv + 1};
    struct err err = ERR_INIT;
    int status = options_parse(m->spec, argc, argv, &c.options, &c.count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&c.arena);
    int r = run_in_store(m, &c, &err);
    if (r < 0)
        status = report_err(&err);
    else
        status = c.printed || !c.result ? c.status : print_result(m, &c);
    arena_release(&c.arena);
    return status;
}

/* ---- what was typed ---- */

int money_number_of(const char *text, const char *what, int64_t *ret, struct err *err)
{
    if (text && rows_number(text, INT64_MAX, 0, ret))
        return 0;
    return err_set(err, E_USAGE, "%s 要写一个编号：%s", what, text ? text : "");
}

int money_amount_of(const char *text, int64_t *ret, struct err *err)
{
    return text ? money_parse(span_z(text), ret, err) : err_set(err, E_USAGE, "缺少 --amount");
}

int money_day_of(const char *text, struct date *ret, struct err *err)
{
    *ret = (struct date){0};
    return text ? money_date(span_z(text), "日期", ret, err) : 0;
}

int money_subject_of(struct money_call *c, struct store *s, const char *text, int64_t *ret,
                     struct err *err)
{
    struct span code = money_span(text), person = SPAN("person/");
    bool is_person = span_starts(code, person);
    const struct subject_kind *kind = is_person ? &PERSON_KIND : &ENTERPRISE_KIND;
    struct subject_row row;
    int r = text ? 0 : err_set(err, E_USAGE, "缺少对象：统一社会信用代码，或 person/编号");

    if (r == 0)
        r = kind->check(&c->arena, is_person ? span_from(code, person.n) : code, &code, err);
    if (r == 0)
        r = subject_find(&c->arena, s, kind->kind, code, &row, err);
    if (r == 0)
        *ret = row.id;
    return r;
}

int money_fund_of(struct money_call *c, struct store *s, int64_t *ret, struct err *err)
{
    struct fund f;
    int r = c->options.fund ? fund_load(&c->arena, s, span_z(c->options.fund), false, &f, err) : 0;

    if (r == 0)
        *ret = c->options.fund ? f.id : 0;
    return r;
}

int money_page_of(const struct money_call *c, int64_t *ret_after, size_t *ret_most, struct err *err)
{
    int64_t after, most;

    if (!rows_number(c->options.after, INT64_MAX, 0, &after) ||
        !rows_number(c->options.most, MONEY_ROWS, MONEY_ROWS, &most))
        return err_set(err, E_USAGE, "--after 写编号，--most 写 1 到 %d", MONEY_ROWS);
    *ret_after = after;
    *ret_most = (size_t)most;
    return 0;
}
