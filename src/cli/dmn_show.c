/*
 * dmn_show.c: `huiqi dmn show`: the requirement graph and the decision tables of a model, for
 * people.
 */
#include <stdio.h>
#include "base/file.h"
#include "cli/dmn.h"
#include "dmn/show.h"

struct show_values {
    bool html, svg;
};
static const struct option_spec options[] = {
    {"html", NULL, "a page: the graph and the tables", OPTION_FLAG,
     offsetof(struct show_values, html)},
    {"svg", NULL, "the graph as a picture", OPTION_FLAG, offsetof(struct show_values, svg)},
};
static const struct option_example examples[] = {
    {"huiqi dmn show loan.dmn", "what requires what, and the tables, as text"},
    {"huiqi dmn show loan.dmn --html > loan.html", "the same as a page"},
};
static const struct command_spec spec = {
    .name = "dmn show",
    .usage = "MODEL [--html | --svg]",
    .summary =
        "Shows a decision model: every element with what it requires, and the decision tables.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

int dmn_show(int argc, char **argv)
{
    struct show_values o = {0};
    int count, status = options_parse(&spec, argc, argv, &o, &count);
    if (status != OPTIONS_RUN)
        return status;
    struct arena program;
    struct diags diags;
    struct dmn *m;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    arena_init(&program);
    diags_init(&diags, &program);
    int r = dmn_load(&program, argv[1], &m, &diags, &err);
    dmn_print_diags(&diags);
    if (r == 0)
        (o.html ? dmn_show_html : o.svg ? dmn_show_svg : dmn_show_text)(&out, m);
    fwrite(out.p, 1, out.n, stdout);
    status = r < 0 ? report_err(&err) : buffer_failed(&out) ? 2 : 0;
    buffer_release(&out);
    arena_release(&program);
    return status;
}
