/*
 * fuzz_csv.c: any bytes end in rows or in refusals with a place and a sentence, each step going on;
 * fields printed as CSV are read back as they were (but for the apostrophe before a formula).
 */
#include "base/buffer.h"
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(struct arena *a, const struct csv_row *row)
{
    struct buffer out = BUFFER_INIT;
    struct err e = ERR_INIT;
    struct csv_row second;
    struct csv c;

    for (size_t i = 0; i < row->n; i++) {
        if (i)
            buffer_byte(&out, ',');
        csv_print(&out, row->at[i].text);
    }
    csv_init(&c, buffer_span(&out), SPAN("again"));
    int r = csv_next(&c, a, &second, &e);
    if (r == 0 && row->n == 1 && !row->at[0].text.n)
        goto done; /* one empty field is an empty line */
    if (r <= 0)
        BUG("printed fields are refused: %s", e.message);
    if (second.n != row->n)
        BUG("%zu fields became %zu", row->n, second.n);
    for (size_t i = 0; i < row->n; i++) {
        struct span was = row->at[i].text, is = second.at[i].text;
        if (!span_eq(was, is) &&
            !(is.n == was.n + 1 && is.p[0] == '\'' && span_eq(was, span_from(is, 1))))
            BUG("a field became another");
    }
done:
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_row row;
    struct csv c;
    struct arena a;
    size_t last = 0;

    arena_init(&a);
    csv_init(&c, span_of((const char *)data, size), SPAN("fuzz"));
    for (int r = 1; r != 0;) {
        struct err e = ERR_INIT;
        arena_clear(&a);
        r = csv_next(&c, &a, &row, &e);
        if (r < 0 && (e.line == 0 || e.column == 0 || !e.message[0] || !e.hint[0]))
            BUG("a refusal without place or sentence");
        if (r < 0)
            csv_skip(&c);
        else if (r > 0)
            again(&a, &row);
        if (r != 0 && c.at <= last)
            BUG("no progress at %zu", c.at);
        last = c.at;
    }
    if (c.again > size + CSV_FIELD_MAX)
        BUG("too much was read twice");
    arena_release(&a);
    return 0;
}
