/*
 * options.c: see options.h. Prints, as only src/cli may; knows nothing of any one command.
 */
#include "cli/options.h"
#include <stdarg.h>
#include <stdio.h>
#include "base/map.h"

void options_help(const struct command_spec *c)
{
    printf("usage: huiqi %s %s\n\n%s\n\noptions:\n", c->name, c->usage, c->summary);
    for (size_t i = 0; i < c->option_count; i++) {
        const struct option_spec *o = &c->options[i];
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->argument ? " " : "",
                 o->argument ? o->argument : "");
        printf("  %-24s %s\n", left, o->help);
    }
    printf("  %-24s %s\n", "--help", "this text");
    if (c->example_count > 0)
        printf("\nexamples:\n");
    for (size_t i = 0; i < c->example_count; i++)
        printf("  %s\n      %s\n", c->examples[i].command, c->examples[i].meaning);
}

int report_usage(const struct command_spec *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "huiqi %s: ", c->name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nusage: huiqi %s %s\n", c->name, c->usage);
    fprintf(stderr, "try 'huiqi %s --help'\n", c->name);
    va_end(args);
    return 2;
}

int report_err(const struct err *err)
{
    fprintf(stderr, "huiqi: ");
    if (err->file[0])
        fprintf(stderr, "%s:", err->file);
    if (err->line)
        fprintf(stderr, "%u:%u:", (unsigned)err->line, (unsigned)err->column);
    fprintf(stderr, "%serror: %s\n", err->file[0] || err->line ? " " : "", err->message);
    if (err->hint[0])
        fprintf(stderr, "  hint: %s\n", err->hint);
    return err_exit(err->code);
}

static const struct option_spec *find(const struct command_spec *c, struct span name)
{
    for (size_t i = 0; i < c->option_count; i++)
        if (span_eq(span_z(c->options[i].name), name))
            return &c->options[i];
    return NULL;
}

const char *nearest_name(const void *rows, size_t n, size_t size, struct span word)
{
    const char *best = NULL;
    size_t best_distance = word.n / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        const char *name = *(const char *const *)(const void *)((const char *)rows + i * size);
        size_t d = edit_distance(word, span_z(name), best_distance);
        if (d < best_distance) {
            best = name;
            best_distance = d;
        }
    }
    return best;
}

static int unknown_option(const struct command_spec *c, struct span name)
{
    const char *near = nearest_name(c->options, c->option_count, sizeof *c->options, name);
    if (near)
        return report_usage(c, "unknown option --%.*s, did you mean --%s?", SPAN_ARG(name), near);
    return report_usage(c, "unknown option --%.*s", SPAN_ARG(name));
}

static int take_one_more(const struct command_spec *c, const struct option_spec *o,
                         struct option_list *list, const char *value)
{
    if (list->n == OPTION_MANY_MAX)
        return report_usage(c, "more than %d times --%s", OPTION_MANY_MAX, o->name);
    list->at[list->n++] = value;
    return OPTIONS_RUN;
}

/* One argument that begins with --; *at moves over a value that follows. */
static int take(const struct command_spec *c, int argc, char **argv, int *at, void *values)
{
    struct span name = span_z(argv[*at] + 2);
    const char *equals = strchr(argv[*at], '=');
    if (equals)
        name.n = (size_t)(equals - name.p);
    const struct option_spec *o = find(c, name);
    if (!o)
        return unknown_option(c, name);
    if (o->kind == OPTION_FLAG) {
        if (equals)
            return report_usage(c, "--%s takes no value", o->name);
        *(bool *)((char *)values + o->offset) = true;
        return OPTIONS_RUN;
    }
    if (!equals && *at + 1 >= argc)
        return report_usage(c, "--%s needs a value: --%s %s", o->name, o->name, o->argument);
    const char *value = equals ? equals + 1 : argv[++*at];
    if (o->kind == OPTION_MANY)
        return take_one_more(c, o, (struct option_list *)((char *)values + o->offset), value);
    *(const char **)((char *)values + o->offset) = value;
    return OPTIONS_RUN;
}

/* ---- what a command cannot do without: the options of its usage outside of brackets ---- */

/* The next word of a usage that stands outside of brackets; false at its end. */
static bool next_word(struct span *usage, struct span *ret)
{
    int depth = 0;

    while (span_split(usage, ' ', ret)) {
        bool inside = depth > 0 || span_starts(*ret, SPAN("["));
        for (size_t i = 0; i < ret->n; i++)
            depth += (ret->p[i] == '[') - (ret->p[i] == ']');
        if (!inside && ret->n)
            return true;
    }
    return false;
}

/* "A B | C D" are two ways of calling it: nothing is needed in both. */
static bool has_ways(const struct command_spec *c)
{
    return strstr(c->usage, " | ") != NULL;
}

static bool is_there(const struct option_spec *o, const void *values)
{
    const char *at = (const char *)values + o->offset;

    if (o->kind == OPTION_FLAG)
        return true;
    if (o->kind == OPTION_MANY)
        return ((const struct option_list *)(const void *)at)->n > 0;
    return *(const char *const *)(const void *)at != NULL;
}

/* The option that a word of the usage asks for and that was not given, or NULL. */
static const struct option_spec *lacking(const struct command_spec *c, struct span word,
                                         const void *values)
{
    const struct option_spec *o = span_starts(word, SPAN("--")) && !memchr(word.p, '|', word.n)
                                      ? find(c, span_from(word, 2))
                                      : NULL;

    return o && !is_there(o, values) ? o : NULL;
}

/* Calls it once as it is meant, so that nobody has to look for the help. */
static void show_example(const struct command_spec *c)
{
    size_t n = strlen(c->name);

    for (size_t i = 0; i < c->example_count; i++) {
        const char *text = c->examples[i].command;
        if (strncmp(text, "huiqi ", 6) == 0 && strncmp(text + 6, c->name, n) == 0 &&
            (text[6 + n] == ' ' || !text[6 + n])) {
            fprintf(stderr, "for example: %s\n", text);
            return;
        }
    }
}

static int needs_options(const struct command_spec *c, const void *values)
{
    struct span usage = span_z(c->usage), word;
    const struct option_spec *o;
    int n = 0;

    while (!has_ways(c) && next_word(&usage, &word)) {
        o = lacking(c, word, values);
        if (!o)
            continue;
        if (!n++)
            fprintf(stderr, "huiqi %s: needs ", c->name);
        fprintf(stderr, "%s--%s %s", n > 1 ? ", " : "", o->name, o->argument);
    }
    if (!n)
        return OPTIONS_RUN;
    fprintf(stderr, "\nusage: huiqi %s %s\n", c->name, c->usage);
    show_example(c);
    fprintf(stderr, "try 'huiqi %s --help'\n", c->name);
    return 2;
}

static int too_few(const struct command_spec *c)
{
    int r = report_usage(c, "something is missing");

    show_example(c);
    return r;
}

int options_parse(const struct command_spec *c, int argc, char **argv, void *values, int *ret_count)
{
    int operands = 0;
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        if (ended || strncmp(argv[i], "--", 2) != 0) {
            argv[1 + operands++] = argv[i];
        } else if (argv[i][2] == 0) {
            ended = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            options_help(c);
            return 0;
        } else {
            int r = take(c, argc, argv, &i, values);
            if (r != OPTIONS_RUN)
                return r;
        }
    }
    if (operands < c->least)
        return too_few(c);
    if (c->most >= 0 && operands > c->most)
        return report_usage(c, "'%s' is one argument too many", argv[1 + c->most]);
    *ret_count = operands;
    return needs_options(c, values);
}

/* ---- groups ---- */

static void group_help(const struct command_group *g, FILE *to)
{
    fprintf(to, "usage: huiqi %s SUBCOMMAND [ARGUMENTS]\n\n%s\n\n", g->name, g->summary);
    for (size_t i = 0; i < g->n; i++) {
        fprintf(to, "  %-10s %s\n", g->at[i].name, g->at[i].help);
        if (g->at[i].usage)
            fprintf(to, "             %s\n", g->at[i].usage);
    }
    fprintf(to, "\n'huiqi %s SUBCOMMAND --help' teaches one, with examples.\n", g->name);
}

int group_run(const struct command_group *g, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        group_help(g, argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(argv[1], g->at[i].name) == 0)
            return g->at[i].run(argc - 1, argv + 1);
    const char *near = nearest_name(g->at, g->n, sizeof *g->at, span_z(argv[1]));
    fprintf(stderr, "huiqi %s: unknown subcommand '%s'", g->name, argv[1]);
    if (near)
        fprintf(stderr, ", did you mean '%s'?", near);
    fprintf(stderr, "\ntry 'huiqi %s --help'\n", g->name);
    return 2;
}
