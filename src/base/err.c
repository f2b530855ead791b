/*
 * err.c: codes and their sentences; filling in a struct err without memory.
 */
#include "base/err.h"
#include "base/utf8.h"
#include <stdarg.h>
#include <stdio.h>

struct err_info {
    int code, http, exit;
    const char *name, *zh, *en;
};

static const struct err_info infos[] = {
    {E_OK, 200, 0, "E_OK", "成功", "ok"},
#define ERR(name, number, http, exit, zh, en) {number, http, exit, "E_" #name, zh, en},
#include "base/err.def"
#undef ERR
};

static const struct err_info *info_of(int code)
{
    static const struct err_info unknown = {0, 500, 2, "E_UNKNOWN", "未知错误", "unknown error"};

    for (size_t i = 0; i < COUNT_OF(infos); i++)
        if (infos[i].code == code)
            return &infos[i];
    return &unknown;
}

const char *err_text(int code, bool zh)
{
    return zh ? info_of(code)->zh : info_of(code)->en;
}

const char *err_name(int code)
{
    return info_of(code)->name;
}

int err_http(int code)
{
    return info_of(code)->http;
}

int err_exit(int code)
{
    return info_of(code)->exit;
}

/* Cuts a text that filled its array back to the last whole code point. */
static void end_whole(char *z, size_t room)
{
    size_t n = strlen(z), bad;

    if (n + 1 < room)
        return;
    bad = utf8_check(span_of(z, n));
    if (bad != SIZE_MAX && bad + 4 > n)
        z[bad] = '\0';
}

int err_set(struct err *err, int code, const char *format, ...)
{
    va_list args;

    if (!err || err->code)
        return code;
    err->code = code;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    end_whole(err->message, sizeof err->message);
    return code;
}

void err_hint(struct err *err, const char *format, ...)
{
    va_list args;

    if (!err || !err->code || err->hint[0])
        return;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
    end_whole(err->hint, sizeof err->hint);
}

int err_field(struct err *err, int code, const char *field)
{
    if (err && err->code && !err->field)
        err->field = field;
    return code;
}

void err_at(struct err *err, struct span file, uint32_t line, uint32_t column)
{
    if (!err || !err->code)
        return;
    if (!err->file[0]) {
        snprintf(err->file, sizeof err->file, "%.*s", SPAN_ARG(file));
        end_whole(err->file, sizeof err->file);
    }
    if (err->line == 0) {
        err->line = line;
        err->column = column;
    }
}

int err_memory(struct err *err)
{
    return err_set(err, E_MEMORY, "%s", err_text(E_MEMORY, false));
}
