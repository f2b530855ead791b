/*
 * feel_tables.c: see feel_tables.h. What can be said from the .def files is said from them; only
 * the headings of the groups stand here.
 */
#include "cli/feel_tables.h"
#include "feel/builtins.h"
#include "feel/value.h"

#define CELLS 4

/* One table on its way out: its heading and columns are written before its first row, or never. */
struct table {
    struct buffer *out;
    struct span word;
    bool markdown, begun, any;
    const char *heading;
    const char *columns[CELLS];
};

/* A cell must neither end nor split its table. */
static void print_cell(struct buffer *out, struct span cell)
{
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '|')
            buffer_byte(out, '\\');
        buffer_byte(out, cell.p[i]);
    }
}

static void print_markdown_head(struct table *t)
{
    buffer_print(t->out, "### %s\n\n|", t->heading);
    for (size_t i = 0; i < CELLS; i++)
        buffer_print(t->out, " %s |", t->columns[i]);
    buffer_add_z(t->out, "\n|");
    for (size_t i = 0; i < CELLS; i++)
        buffer_add_z(t->out, "---|");
    buffer_byte(t->out, '\n');
}

static void begin(struct table *t)
{
    if (t->any)
        buffer_byte(t->out, '\n');
    if (t->markdown)
        print_markdown_head(t);
    else
        buffer_print(t->out, "%s\n", t->heading);
    t->begun = t->any = true;
}

static bool wanted(const struct table *t, struct span name, struct span meaning)
{
    return t->word.n == 0 || span_find(name, t->word) != SIZE_MAX ||
           span_find(meaning, t->word) != SIZE_MAX;
}

/* First and last cell are FEEL, the others words. On a terminal: the first two on one line, the
 * others below. */
static void row(struct table *t, const struct span cells[CELLS])
{
    if (!t->begun)
        begin(t);
    if (!t->markdown) {
        buffer_print(t->out, "  %.*s: %.*s\n", SPAN_ARG(cells[0]), SPAN_ARG(cells[1]));
        for (size_t i = 2; i < CELLS; i++)
            if (cells[i].n > 0)
                buffer_print(t->out, "      %.*s\n", SPAN_ARG(cells[i]));
        return;
    }
    buffer_byte(t->out, '|');
    for (size_t i = 0; i < CELLS; i++) {
        const char *quote = (i == 0 || i == CELLS - 1) && cells[i].n > 0 ? "`" : "";
        buffer_print(t->out, " %s", quote);
        print_cell(t->out, cells[i]);
        buffer_print(t->out, "%s |", quote);
    }
    buffer_byte(t->out, '\n');
}

/* ---- functions ---- */

/* A group begins with the function named; the order is that of builtins.def. */
static const struct group {
    const char *first, *heading;
} groups[] = {
    {"not", "Logic"},
    {"number", "Conversion"},
    {"substring", "Text"},
    {"list contains", "Lists"},
    {"decimal", "Numbers"},
    {"day of year", "Dates"},
    {"period", "Periods and places"},
    {"get value", "Contexts"},
    {"before", "Ranges"},
    {"is", "Identity, clock and further contexts"},
};

static const char *heading_at(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        if (strcmp(groups[i].first, name) == 0)
            return groups[i].heading;
    return NULL;
}

/* Sets that have a name of their own; what is left is listed. */
static const struct kind_words {
    uint32_t kinds;
    const char *words;
} named_kinds[] = {
    {K_ANY, "any"},
    {K_ORDERED, "ordered"},
};

static void print_kinds(struct buffer *out, uint32_t kinds)
{
    const char *between = "";
    for (size_t i = 0; i < COUNT_OF(named_kinds); i++)
        if ((kinds & named_kinds[i].kinds) == named_kinds[i].kinds) {
            buffer_print(out, "%s%s", between, named_kinds[i].words);
            kinds &= ~named_kinds[i].kinds;
            between = " or ";
        }
    for (int i = 1; i <= VALUE_FUNCTION + 1; i++) {
        enum value_kind kind =
            i > VALUE_FUNCTION ? VALUE_NULL : (enum value_kind)i; /* null is said last */
        if (kinds & KIND_BIT(kind)) {
            buffer_print(out, "%s%s", between, value_kind_name(kind));
            between = " or ";
        }
    }
}

static void print_param(struct buffer *out, const struct builtin_param *p)
{
    buffer_print(out, "%s: ", p->name);
    print_kinds(out, p->kinds);
    if (p->elements) {
        buffer_add_z(out, " of ");
        print_kinds(out, p->elements);
    }
}

static void print_signature(struct buffer *out, const struct builtin *b)
{
    size_t optional = 0;
    buffer_print(out, "%s(", b->name);
    for (size_t i = 0; i < b->param_count; i++) {
        bool may_lack = i >= b->min && !(b->flags & B_MANY);
        optional += may_lack;
        buffer_print(out, "%s%s", may_lack ? "[" : "", i ? ", " : "");
        print_param(out, &b->params[i]);
    }
    if (b->flags & B_MANY)
        buffer_add_z(out, ", ...");
    while (optional-- > 0)
        buffer_byte(out, ']');
    buffer_byte(out, ')');
}

static const char *const result_words[] = {
    [R_BOOLEAN] = "boolean",
    [R_NUMBER] = "number",
    [R_STRING] = "string",
    [R_DATE] = "date",
    [R_TIME] = "time",
    [R_DATE_TIME] = "date and time",
    [R_DAYS] = "days and time duration",
    [R_MONTHS] = "years and months duration",
    [R_ANY] = "any",
    [R_LIST_NUMBER] = "list of number",
    [R_LIST_STRING] = "list of string",
    [R_LIST_ANY] = "list",
    [R_FIRST] = "like the first argument, unit kept",
    [R_COMMON] = "what the arguments have in common",
    [R_ELEMENT] = "an element of the list",
    [R_LIST_COMMON] = "list of what the arguments have in common",
    [R_GROWN] = "the list, with room for what is added",
    [R_FLAT] = "list of the innermost elements",
    [R_UNITED] = "list of what the lists have in common",
    [R_DURATION] = "either duration, as the text says",
    [R_MEMBER] = "the type of that entry",
    [R_ENTRIES] = "list of {key, value}",
    [R_PUT] = "the context with that entry",
    [R_UNIT] = "number with that unit",
};

static const char *mode_words(uint32_t flags)
{
    return flags & B_STRICT ? " (strict mode only)" : flags & B_SPEC ? " (spec mode only)" : "";
}

static void function_row(struct table *t, const struct builtin *b)
{
    struct buffer signature = BUFFER_INIT, meaning = BUFFER_INIT;
    print_signature(&signature, b);
    buffer_print(&meaning, "%s%s", b->meaning, mode_words(b->flags));
    if (wanted(t, span_z(b->name), span_z(b->meaning)))
        row(t, (struct span[]){buffer_span(&signature), span_z(result_words[b->result]),
                               buffer_span(&meaning), span_z(b->example)});
    buffer_release(&meaning);
    buffer_release(&signature);
}

static void print_functions(struct table *t)
{
    for (size_t i = 0; i < builtin_count; i++) {
        bool overload = i > 0 && strcmp(builtins[i].name, builtins[i - 1].name) == 0;
        const char *heading = overload ? NULL : heading_at(builtins[i].name);
        if (heading) {
            t->begun = false;
            t->heading = heading;
        }
        function_row(t, &builtins[i]);
    }
}

/* ---- operators ---- */

static const struct operator_group {
    enum node_op first, last;
    const char *heading;
} operator_groups[] = {
    {NOP_OR, NOP_AND, "Logic: and, or"},
    {NOP_EQ, NOP_NE, "Equality: =, !="},
    {NOP_LT, NOP_GE, "Order: <, <=, >, >="},
    {NOP_ADD, NOP_NEG, "Arithmetic: +, -, *, /, **"},
};

static void operator_row(struct table *t, const struct op_row *o)
{
    struct buffer form = BUFFER_INIT;
    if (o->op == NOP_NEG)
        buffer_print(&form, "-%s", value_kind_name(o->left));
    else
        buffer_print(&form, "%s %s %s", value_kind_name(o->left), op_text(o->op),
                     value_kind_name(o->right));
    if (wanted(t, buffer_span(&form), span_z(o->meaning)))
        row(t, (struct span[]){buffer_span(&form), span_z(value_kind_name(o->result)),
                               span_z(o->meaning), span_z(o->spec_only ? "--spec" : "")});
    buffer_release(&form);
}

static void print_operators(struct table *t)
{
    for (size_t g = 0; g < COUNT_OF(operator_groups); g++) {
        t->begun = false;
        t->heading = operator_groups[g].heading;
        for (size_t i = 0; i < op_row_count; i++)
            if (op_rows[i].op >= operator_groups[g].first &&
                op_rows[i].op <= operator_groups[g].last)
                operator_row(t, &op_rows[i]);
    }
}

/* ---- properties ---- */

static void print_properties(struct table *t)
{
    t->begun = false;
    t->heading = "Properties: what a dot reads";
    for (size_t i = 0; i < property_count; i++) {
        const struct property *p = &properties[i];
        struct buffer form = BUFFER_INIT;
        buffer_print(&form, "%s.%s", value_kind_name(p->kind), p->name);
        const char *result =
            p->result == VALUE_NULL ? "kind of the ends" : value_kind_name(p->result);
        if (wanted(t, buffer_span(&form), span_z(p->meaning)))
            row(t, (struct span[]){buffer_span(&form), span_z(result), span_z(p->meaning),
                                   span_z("")});
        buffer_release(&form);
    }
}

bool feel_tables_print(struct buffer *out, struct span word, bool markdown)
{
    struct table functions = {.out = out,
                              .word = word,
                              .markdown = markdown,
                              .columns = {"Function", "Result", "Meaning", "Example"}};
    struct table operators = {.out = out,
                              .word = word,
                              .markdown = markdown,
                              .columns = {"Operator", "Result", "Meaning", "Only with"}};
    print_functions(&functions);
    operators.any = functions.any;
    print_operators(&operators);
    operators.columns[0] = "Property";
    print_properties(&operators);
    return operators.any;
}
