/*
 * axis.h: one column of a decision table as a line cut into regions: every value that a cell names
 * is a point, between two points is an open stretch; texts have their points and "any other". What
 * a cell lets pass is then a set of regions, exactly, and tables can be compared cell by cell
 * (analyse.c).
 *
 * A cell that is no fixed set (another name, a function) has no such set: it is opaque.
 */
#ifndef HUIQI_DMN_AXIS_H
#define HUIQI_DMN_AXIS_H
#include "dmn/dmn_int.h"

/* Named limit, reached by a test: points of one column, and so words of a set. */
#define AXIS_POINTS_MAX 2000

struct axis {
    struct arena *arena;
    uint8_t kind;         /* enum value_kind of the points; VALUE_NULL while there is none */
    bool has_null;        /* null is a region of its own: the last */
    struct value *points; /* in order; texts as they come */
    size_t n, regions, words;
    uint64_t *domain; /* regions in which an input can lie */
    bool full;        /* too many points: every further cell is opaque */
};

void axis_init(struct axis *x, struct arena *a);
/* First all cells are shown to the axis; false: the cell is opaque. */
bool axis_learn(struct axis *x, struct node *cell);
/* Then it is cut; E_MEMORY or 0. is_boolean: both truth values are points. */
NODISCARD int axis_cut(struct axis *x, bool is_boolean);
/* Then sets can be made (x->words each). False: the cell is opaque. */
bool axis_set(struct axis *x, struct node *cell, uint64_t *set);
void axis_fill(const struct axis *x, uint64_t *set); /* all regions of the domain */

static inline bool set_has(const uint64_t *set, size_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}
static inline void set_add(uint64_t *set, size_t i)
{
    set[i / 64] |= UINT64_C(1) << (i % 64);
}
/* What the set says, as unary tests: `[18..60)`, `not("a")`. */
void axis_print(struct buffer *out, const struct axis *x, const uint64_t *set);
/* One value of the set's first region, as FEEL text; false when none can be written. */
bool axis_example(struct buffer *out, const struct axis *x, const uint64_t *set);
#endif
