/*
 * fuzz_dump.c: any bytes as a backup of a store on PostgreSQL: what is told comes in order, names
 * are such that they can stand in SQL as they are, and a refusal has a sentence.
 */
#include "store/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    int versions, open, tables, sequences;
};

static void check_name(struct span name)
{
    bool quoted = name.n > 2 && name.p[0] == '"';

    if (name.n == 0 || (quoted && name.p[name.n - 1] != '"'))
        BUG("a name that is none");
    for (size_t i = quoted ? 1 : 0; i + (quoted ? 1 : 0) < name.n; i++) {
        char c = name.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (!quoted && !word)
            BUG("a name that would have to be quoted");
        if (quoted && (c == 0 || (c == '"' && name.p[++i] != '"')))
            BUG("a quoted name that ends in its middle");
    }
}

static int on_version(void *context, int64_t version, struct err *err)
{
    struct seen *s = context;
    UNUSED(err);
    if (s->versions++ || version <= 0)
        BUG("a second version, or none");
    return 0;
}

static int on_begin(void *context, const struct dump_table *t, struct err *err)
{
    struct seen *s = context;
    UNUSED(err);
    if (!s->versions || s->open++ || t->n == 0 || t->n > DUMP_COLUMNS)
        BUG("a table inside of another, or without columns");
    check_name(t->name);
    for (size_t i = 0; i < t->n; i++)
        check_name(t->columns[i]);
    return ++s->tables > 50 ? E_LIMIT : 0; /* the sink may end it */
}

static int on_row(void *context, struct span line, struct err *err)
{
    const struct seen *s = context;
    UNUSED(err);
    if (s->open != 1 || line.n == 0 || line.p[line.n - 1] != '\n' || span_eq(line, SPAN("\\.\n")))
        BUG("a row that is none");
    return 0;
}

static int on_end(void *context, struct err *err)
{
    struct seen *s = context;
    UNUSED(err);
    if (s->open-- != 1)
        BUG("an end without a beginning");
    return 0;
}

static int on_sequence(void *context, struct span table, struct span column, int64_t value,
                       struct err *err)
{
    struct seen *s = context;
    UNUSED(err);
    check_name(table);
    check_name(column);
    if (s->open || value < 0)
        BUG("a sequence among rows");
    s->sequences++;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union {
        const uint8_t *in;
        void *out;
    } bytes = {.in = data}; /* opened for reading only */
    struct seen s = {0};
    struct err e = ERR_INIT;
    const struct dump_sink sink = {&s, on_version, on_begin, on_row, on_end, on_sequence};
    FILE *f = size ? fmemopen(bytes.out, size, "r") : NULL;

    if (!f)
        return 0;
    int r = dump_read(f, "fuzz", &sink, &e);
    (void)fclose(f);
    if (r < 0 && r != E_LIMIT && !e.message[0])
        BUG("a refusal without a sentence");
    if (r == 0 && (s.open || !s.versions))
        BUG("well ended in the middle of a table");
    return 0;
}
