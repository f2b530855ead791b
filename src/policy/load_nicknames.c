/*
 * load_nicknames.c: nicknames of official texts (`nicknames:`): only their form is looked at here.
 * src/document/names.c, which lies below this folder, reads and resolves them.
 */
#include "policy/library_int.h"

struct nickname {
    struct span nickname, region, number, title;
};
#define AT(member) .offset = offsetof(struct nickname, member)
static const struct key nickname_keys[] = {
    {.name = "nickname", .read = read_text, AT(nickname), .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, AT(region), .flags = KEY_REQUIRED},
    {.name = "number", .read = read_text, AT(number)},
    {.name = "title", .read = read_text, AT(title)},
};

static void nickname_finish(struct loader *l, const struct json *j, void *base)
{
    const struct nickname *n = base;
    if (!n->number.n && !n->title.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a nickname that means no text"), "number: or title:");
}
static const struct shape nickname_shape = {
    "nickname", nickname_keys,  COUNT_OF(nickname_keys), sizeof(struct nickname),
    NO_PLACE,   nickname_finish};

void load_nicknames(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct nickname n = {.title = {NULL, 0}};
        UNUSED(read_shape(l, e, &nickname_shape, &n));
    }
}
