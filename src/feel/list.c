/*
 * list.c: building lists of unknown length, with their coverage.
 */
#include "feel/machine.h"

void list_begin(struct list_builder *b, struct arena *a, struct machine *m)
{
    *b = (struct list_builder){.machine = m, .arena = a};
}

static bool list_grow(struct list_builder *b)
{
    if (b->n >= FEEL_LIST_MAX) {
        b->failed =
            value_failure(b->arena, E_LIMIT, "a list has more than %d elements", FEEL_LIST_MAX);
        return false;
    }
    size_t room = b->room ? b->room * 2 : 8;
    struct value *at = ARENA_ARRAY(b->arena, struct value, room);
    if (!at) {
        b->failed = VALUE_NO_MEMORY_V;
        return false;
    }
    if (b->n > 0)
        memcpy(at, b->at, b->n * sizeof *at);
    b->at = at;
    b->room = room;
    return true;
}

void list_add(struct list_builder *b, struct value v)
{
    if (b->failed.kind == VALUE_ERROR)
        return;
    if (v.kind == VALUE_ERROR) {
        b->failed = v;
        return;
    }
    if (!machine_charge(b->machine, 1) || (b->n == b->room && !list_grow(b)))
        return;
    b->at[b->n++] = v;
}

void list_incomplete(struct list_builder *b, enum coverage coverage, const struct missing *missing)
{
    if (b->coverage !=
        COVERAGE_PARTIAL) /* PARTIAL says more than OPEN: something may be missing altogether */
        b->coverage = coverage;
    b->missing = missing_union(b->arena, b->missing, missing);
}

void list_inherit(struct list_builder *b, const struct list *from)
{
    if (from->coverage != COVERAGE_COMPLETE)
        list_incomplete(b, from->coverage, from->missing);
}

struct value list_end(struct list_builder *b)
{
    if (b->failed.kind == VALUE_ERROR)
        return b->failed;
    struct list *l = arena_alloc(b->arena, sizeof *l + b->n * sizeof(struct value));
    if (!l)
        return VALUE_NO_MEMORY_V;
    l->n = b->n;
    l->coverage = b->coverage;
    l->missing = b->missing;
    if (b->n > 0)
        memcpy(l->at, b->at, b->n * sizeof *b->at);
    return (struct value){.kind = VALUE_LIST, .list = l};
}
