/*
 * options.h: command lines as data. A command describes itself once (usage, options with help,
 * examples); parsing, --help and the errors follow from the description.
 *
 * Options may stand before, between and after the operands; `--` ends them. `--name VALUE` and
 * `--name=VALUE` mean the same. An option unknown here is an error that names the nearest one,
 * exit 2.
 */
#ifndef HUIQI_CLI_OPTIONS_H
#define HUIQI_CLI_OPTIONS_H
#include "base/err.h"

enum option_kind {
    OPTION_FLAG, /* bool: true when given */
    OPTION_TEXT, /* const char *: the last one given counts */
    OPTION_MANY, /* struct option_list: each one given counts */
};

#define OPTION_MANY_MAX 200 /* of one option: what a person types, not data */
struct option_list {
    const char *at[OPTION_MANY_MAX];
    size_t n;
};

struct option_spec {
    const char *name;     /* without dashes */
    const char *argument; /* "FILE"; NULL for a flag */
    const char *help;
    enum option_kind kind;
    size_t offset; /* of the member in the command's struct of values */
};

/* Rows of a table whose values are a `type`, and the tables of a command_spec with their sizes. */
#define OPT_ROW(type, member, name, argument, help, kind)                                          \
    {                                                                                              \
        name, argument, help, kind, offsetof(type, member)                                         \
    }
#define OPT_TEXT(type, member, name, argument, help)                                               \
    OPT_ROW(type, member, name, argument, help, OPTION_TEXT)
#define OPT_MANY(type, member, name, argument, help)                                               \
    OPT_ROW(type, member, name, argument, help, OPTION_MANY)
#define OPT_FLAG(type, member, name, help) OPT_ROW(type, member, name, NULL, help, OPTION_FLAG)
#define OPT_AS_JSON(type)                  OPT_FLAG(type, json, "json", "as JSON")
#define OPTIONS_OF(table)                  .options = (table), .option_count = COUNT_OF(table)
#define EXAMPLES_OF(table)                 .examples = (table), .example_count = COUNT_OF(table)

struct option_example {
    const char *command; /* as typed, "huiqi feel '1 + 2'" */
    const char *meaning;
};

struct command_spec {
    const char *name;    /* "feel" or, for a subcommand, "library check" */
    const char *usage;   /* what follows the name */
    const char *summary; /* a paragraph: what it does and for whom */
    const struct option_spec *options;
    size_t option_count;
    const struct option_example *examples;
    size_t example_count;
    int least, most; /* operands; most -1 = any number */
};

/* A command that has commands of its own: "library check". */
struct subcommand {
    const char *name; /* first, as nearest_name wants it */
    int (*run)(int argc, char **argv);
    const char *help;  /* one line */
    const char *usage; /* what follows its name; NULL: its own --help says it */
};
struct command_group {
    const char *name;
    const char *summary; /* a paragraph */
    const struct subcommand *at;
    size_t n;
};
/* Runs the one that argv[1] names, with argv + 1. --help lists them; none, or one that is not there
 * (the nearest is named): exit 2. */
NODISCARD int group_run(const struct command_group *g, int argc, char **argv);
/*
 * The name nearest to a misspelt one among n rows of `size` bytes whose first member is a const
 * char *; NULL when none is near.
 */
const char *nearest_name(const void *rows, size_t n, size_t size, struct span word);

#define OPTIONS_RUN (-1)
/*
 * Fills `values` and moves the operands to the front: argv[1] .. argv[*ret_count]. Returns
 * OPTIONS_RUN, or the exit status when everything is said (help printed: 0; bad usage reported on
 * stderr: 2).
 */
NODISCARD int options_parse(const struct command_spec *c, int argc, char **argv, void *values,
                            int *ret_count);
void options_help(const struct command_spec *c); /* to stdout */
/* "huiqi: error" on stderr with place and hint; returns the exit status that belongs to its code.
 */
NODISCARD int report_err(const struct err *err);
/* Bad usage of c: a sentence and where to find help; returns 2. */
NODISCARD int report_usage(const struct command_spec *c, const char *format, ...) PRINTF_LIKE(2, 3);
#endif
