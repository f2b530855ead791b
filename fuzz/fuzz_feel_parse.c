/*
 * fuzz_feel_parse.c: any text is either refused with a place and a sentence, or becomes a typed
 * tree whose print is accepted again and prints the same.
 */
#include "calendar/calendar.h"
#include "feel/check.h"
#include "feel/lex.h"
#include "feel/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void declare(struct feel_vocabulary *v, struct span name, const struct type *type)
{
    uint32_t slot;

    if (type && feel_declare(v, name, type, &slot) < 0)
        BUG("a name of the fuzzer is refused");
}

static void vocabulary_of(struct arena *a, struct feel_vocabulary *v)
{
    static const struct span sizes[] = {{"大型", 6}, {"小型", 6}};
    static const struct type_member lease[] = {{{"起日", 6}, &TYPE_DATE_T},
                                               {{"a b", 3}, &TYPE_NUMBER_T}};

    feel_vocabulary_init(v, a);
    declare(v, SPAN("企业规模"), type_enumeration(a, sizes, 2));
    declare(v, SPAN("企业人数"), type_number(a, SPAN("人")));
    declare(v, SPAN("租约"), type_list(a, type_context(a, lease, 2)));
    declare(v, SPAN("月均参保人数"), type_dated(a, &TYPE_NUMBER_T, PERIOD_MONTH, false));
    declare(v, SPAN("LPR"), type_dated(a, &TYPE_NUMBER_T, PERIOD_NONE, true));
    declare(v, SPAN("x"), &TYPE_NUMBER_T);
    declare(v, SPAN("x-1"), &TYPE_STRING_T);
    declare(v, SPAN("days in week"), &TYPE_BOOLEAN_T);
    declare(v, SPAN("any"), &TYPE_ANY_T);
}

static void again(struct arena *a, const struct feel_compile *how, struct buffer *first)
{
    struct buffer second = BUFFER_INIT;
    struct checked checked;
    struct diags diags;

    diags_init(&diags, a);
    if (feel_front(a, buffer_span(first), how, &checked, &diags) < 0) {
        if (diags.first && diags.first->code == E_LIMIT) {
            buffer_release(&second);
            return;
        }
        BUG("a printed tree is refused: %.*s: %.*s", SPAN_ARG(buffer_span(first)),
            SPAN_ARG(diags.first ? diags.first->message : SPAN("?")));
    }
    tree_print(&second, checked.tree, NULL, NULL);
    if (!span_eq(buffer_span(first), buffer_span(&second)))
        BUG("a printed tree parses to another: %.*s and %.*s", SPAN_ARG(buffer_span(first)),
            SPAN_ARG(buffer_span(&second)));
    buffer_release(&second);
}

static void one(struct arena *a, struct span text, const struct feel_compile *how)
{
    struct buffer out = BUFFER_INIT;
    struct checked checked;
    struct diags diags;

    diags_init(&diags, a);
    if (feel_front(a, text, how, &checked, &diags) == 0) {
        tree_print(&out, checked.tree, NULL, NULL);
        again(a, how, &out);
        tree_dump(&out, checked.tree, text);
    } else if (!diags.errors || !diags.first->line || !diags.first->column ||
               !diags.first->message.n)
        BUG("a refusal without place or sentence");
    if (text.n < 1000)
        lex_dump(&out, a, text, feel_scope(a, how), how->mode == FEEL_STRICT);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct feel_vocabulary vocabulary;
    struct feel_compile how = {.vocabulary = &vocabulary};
    struct arena a;

    arena_init(&a);
    vocabulary_of(&a, &vocabulary);
    one(&a, text, &how);
    how.mode = FEEL_SPEC;
    one(&a, text, &how);
    arena_release(&a);
    return 0;
}
