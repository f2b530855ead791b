/*
 * feel_line.c: see feel_line.h.
 */
#include "cli/feel_line.h"
#include <stdio.h>
#include "cli/feel_tables.h"

static void print_diags(const struct diags *diags)
{
    struct buffer out = BUFFER_INIT;
    diags_print(&out, diags);
    fwrite(out.p, 1, out.n, stderr);
    buffer_release(&out);
}

/* Why a text did not compile. */
static void print_refusal(const struct diags *diags, int code)
{
    print_diags(diags);
    if (!diags->first)
        fprintf(stderr, "huiqi feel: %s\n", err_text(code, false));
}

static void print_use(struct buffer *out, const struct feel_use *u)
{
    buffer_print(out, "  %.*s", SPAN_ARG(u->name));
    if (u->period.n > 0)
        buffer_print(out, "(%.*s)", SPAN_ARG(u->period));
    buffer_add_z(out, " = ");
    value_print(out, u->value);
    buffer_byte(out, '\n');
}

static void print_explanation(struct buffer *out, const struct feel_expr *e, struct feel_run *run)
{
    feel_explain(out, e);
    buffer_add_z(out, "worked\n  ");
    feel_worked(out, e, run);
    buffer_add_z(out, "\nfacts\n");
    for (const struct feel_use *u = run->uses; u; u = u->next)
        print_use(out, u);
    buffer_add_z(out, "value\n  ");
}

int feel_evaluate(struct session *s, struct span text, bool explain)
{
    struct arena a;
    struct diags diags;
    const struct feel_expr *e;
    arena_init(&a);
    diags_init(&diags, &a);
    int r = session_compile(s, &a, text, &e, &diags);
    if (r < 0) {
        print_refusal(&diags, r);
        arena_release(&a);
        return err_exit(r);
    }
    struct feel_run run = session_run(s, &a);
    struct buffer out = BUFFER_INIT;
    run.trace = explain;
    struct value v = feel_run(e, &run);
    if (explain)
        print_explanation(&out, e, &run);
    if (value_is_failed(v))
        session_failure(&diags, text, v.failure)->level = DIAG_WARNING;
    if (v.kind == VALUE_ERROR) {
        session_failure(&diags, text, v.failure);
        print_diags(&diags);
        r = v.failure->code;
    } else {
        value_print(&out, v);
        buffer_byte(&out, '\n');
        print_diags(&diags);
    }
    fwrite(out.p, 1, out.n, stdout);
    buffer_release(&out);
    arena_release(&a);
    return r < 0 ? err_exit(r) : 0;
}

/* ---- commands of the prompt ---- */

static int line_type(struct session *s, struct span text)
{
    struct arena a;
    struct diags diags;
    const struct feel_expr *e;
    arena_init(&a);
    diags_init(&diags, &a);
    int r = session_compile(s, &a, text, &e, &diags);
    if (r < 0)
        print_refusal(&diags, r);
    else {
        struct buffer out = BUFFER_INIT;
        type_print(&out, feel_type(e));
        printf("%.*s\n", SPAN_ARG(buffer_span(&out)));
        buffer_release(&out);
    }
    arena_release(&a);
    return r < 0 ? err_exit(r) : 0;
}

static int line_explain(struct session *s, struct span text)
{
    return feel_evaluate(s, text, true);
}

static int line_functions(struct session *s, struct span word)
{
    struct buffer out = BUFFER_INIT;
    UNUSED(s);
    bool any = feel_tables_print(&out, word, false);
    if (any)
        fwrite(out.p, 1, out.n, stdout);
    else
        fprintf(stderr, "nothing in the tables has '%.*s'\n", SPAN_ARG(word));
    buffer_release(&out);
    return any ? 0 : err_exit(E_INPUT);
}

static int line_names(struct session *s, struct span word)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < s->vocabulary.names.n; i++) {
        const struct feel_name *name = s->vocabulary.names.entries[i].value;
        if (word.n > 0 && span_find(name->name, word) == SIZE_MAX)
            continue;
        buffer_print(&out, "%.*s: ", SPAN_ARG(name->name));
        type_print(&out, name->type);
        buffer_byte(&out, '\n');
    }
    fwrite(out.p, 1, out.n, stdout);
    buffer_release(&out);
    return 0;
}

static int line_spec(struct session *s, struct span none)
{
    UNUSED(none);
    s->mode = FEEL_SPEC;
    printf("spec mode: what fails is null, with the reason\n");
    return 0;
}

static int line_strict(struct session *s, struct span none)
{
    UNUSED(none);
    s->mode = FEEL_STRICT;
    printf("strict mode: only declared names, static types; what fails is an error\n");
    return 0;
}

static int line_help(struct session *s, struct span none)
{
    UNUSED(s);
    UNUSED(none);
    for (size_t i = 0; i < line_command_count; i++) {
        const struct line_command *c = &line_commands[i];
        printf("  %s%s%-*s %s\n", c->name, c->argument ? " " : "",
               (int)(20 - strlen(c->name) - (c->argument ? 1 : 0)), c->argument ? c->argument : "",
               c->help);
    }
    printf("Tab completes names; the arrows bring earlier lines; Ctrl-D ends.\n");
    return 0;
}

const struct line_command line_commands[] = {
    {":type", "EXPR", "its static type, without a run", line_type},
    {":explain", "EXPR", "every stage: tokens, tree, typed tree, steps; then the numbers",
     line_explain},
    {":functions", "[WORD]", "functions, operators and properties with that word, or all",
     line_functions},
    {":names", "[WORD]", "names of --facts with their types", line_names},
    {":spec", NULL, "from here on the standard to the letter", line_spec},
    {":strict", NULL, "from here on closed names and static types", line_strict},
    {":help", NULL, "these lines", line_help},
    {":quit", NULL, "leaves", NULL},
};
const size_t line_command_count = COUNT_OF(line_commands);

static const struct line_command *command_of(struct span word)
{
    for (size_t i = 0; i < line_command_count; i++)
        if (span_eq(span_z(line_commands[i].name), word))
            return &line_commands[i];
    return NULL;
}

static int run_command(struct session *s, struct span line, bool *ret_quit)
{
    size_t blank = span_find(line, SPAN(" "));
    struct span word = blank == SIZE_MAX ? line : span_of(line.p, blank);
    struct span argument = span_trim(span_from(line, word.n));
    const struct line_command *c = command_of(word);
    bool needs = c && c->argument && c->argument[0] != '[';
    if (!c)
        fprintf(stderr, "no command '%.*s'; :help lists them\n", SPAN_ARG(word));
    else if (needs && argument.n == 0)
        fprintf(stderr, "%s needs an expression\n", c->name);
    else if (!c->argument && argument.n > 0)
        fprintf(stderr, "%s stands alone\n", c->name);
    else if (c->run)
        return c->run(s, argument);
    else {
        *ret_quit = true;
        return 0;
    }
    return err_exit(E_INPUT);
}

int feel_line(struct session *s, struct span line, bool explain, bool *ret_quit)
{
    line = span_trim(line);
    if (line.n == 0)
        return 0;
    return line.p[0] == ':' ? run_command(s, line, ret_quit) : feel_evaluate(s, line, explain);
}
