/*
 * masking.c: see masking.h.
 */
#include "identity/masking.h"

#include "base/buffer.h"
#include "base/utf8.h"

#define R(role)                    (1u << USER_##role)
#define MASK_LINE(id, word, roles) {word, roles},
static const struct {
    const char *word;
    unsigned roles;
} kinds[] = {MASK_LIST(MASK_LINE)};

#define HIDDEN_LEAST 3
/* How many characters stay at both ends; of a text too short for that one stays at the front. */
static const struct {
    size_t front, back;
} kept[MASK_KINDS] = {
    [MASK_NAME] = {1, 0},    [MASK_PHONE] = {3, 4}, [MASK_IDENTITY] = {4, 2},
    [MASK_ACCOUNT] = {0, 4}, [MASK_MAIL] = {1, 0},  [MASK_ADDRESS] = {6, 0},
};

bool mask_kind_parse(struct span word, enum mask_kind *ret)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (span_eq(word, span_z(kinds[i].word))) {
            *ret = (enum mask_kind)i;
            return true;
        }
    return false;
}

bool mask_sees(const struct actor *who, enum mask_kind kind, bool own)
{
    if (own && (who->roles & R(AGENT)))
        return true;
    return (who->roles & kinds[kind].roles) != 0;
}

struct span mask_text(struct arena *a, enum mask_kind kind, struct span text)
{
    size_t n = utf8_count(text), front = kept[kind].front, back = kept[kind].back;
    struct buffer out = BUFFER_INIT;

    if (n < front + back + HIDDEN_LEAST) {
        front = n > 1;
        back = 0;
    }
    size_t from = utf8_offset(text, front), to = utf8_offset(text, n - back);
    buffer_add(&out, span_of(text.p, from));
    for (size_t i = front; i < n - back; i++)
        buffer_byte(&out, '*');
    buffer_add(&out, span_from(text, to));
    struct span masked =
        buffer_failed(&out) ? (struct span){NULL, 0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return masked;
}
