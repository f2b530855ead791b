/*
 * fuzz_register.c: any bytes as an outside list end in rows and bad rows with their places and
 * sentences, or in a refusal with a sentence; a row that is good has a code or a name.
 */
#include "casework/register_batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct register_file_options o = {.subject_kind = SPAN("enterprise"),
                                            .file = SPAN("fuzz")};
    struct register_file f;
    struct err e = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r = register_file_read(&a, span_of((const char *)data, size), &o, &f, &e);
    if (r < 0 && !e.message[0])
        BUG("a refusal without a sentence");
    for (size_t i = 0; r == 0 && i < f.n; i++) {
        const struct register_row *x = &f.rows[i];
        bool bad = x->change == REGISTER_ROW_BAD;
        if (bad ? !x->line || !x->problem.n : !x->code.n && !x->name.n)
            BUG("a row that says nothing");
    }
    arena_release(&a);
    return 0;
}
