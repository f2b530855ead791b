/*
 * load.c: see load.h.
 */
#include "cli/load.h"
#include <stdio.h>
#include "base/utf8.h"

int cli_load_library(const char *option, struct library **ret)
{
    struct arena arena;
    struct diags diags;
    struct err err = ERR_INIT;
    int status = OPTIONS_RUN;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int r = library_load(library_folder(option), ret, &diags, &err);
    if (r < 0) {
        struct buffer out = BUFFER_INIT;
        diags_print(&out, &diags);
        fwrite(out.p, 1, out.n, stderr);
        status = diags.errors ? 2 : report_err(&err);
        if (diags.errors)
            fprintf(stderr,
                    "huiqi: 文库有误，未能载入（the library has %zu errors; 'huiqi library check' "
                    "lists them）\n",
                    diags.errors);
        buffer_release(&out);
    }
    arena_release(&arena);
    return status;
}

void cli_column(struct buffer *out, struct span text, size_t width)
{
    size_t n = utf8_width(text);
    buffer_add(out, text);
    do
        buffer_byte(out, ' ');
    while (++n < width && !out->failed);
}

int cli_flush(struct buffer *out, int status)
{
    struct err err = ERR_INIT;
    if (buffer_failed(out))
        status = report_err((err_memory(&err), &err));
    else if (fwrite(out->p, 1, out->n, stdout) != out->n || fflush(stdout) != 0)
        status = 2;
    buffer_release(out);
    return status;
}

int cli_print_json(const struct json *j)
{
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    if (!j)
        return report_err((err_memory(&err), &err));
    json_print(&out, j, JSON_PRETTY);
    if (out.n == 0 || out.p[out.n - 1] != '\n')
        buffer_byte(&out, '\n');
    return cli_flush(&out, 0);
}
