/*
 * regions.h: which region a text speaks of: 北京市/海淀区, 河南省/郑州市/上街区. Names are read
 * from the text; a province or city that it leaves out is supplied from a table (regions.def).
 */
#ifndef HUIQI_DOCUMENT_REGIONS_H
#define HUIQI_DOCUMENT_REGIONS_H
#include "base/arena.h"

struct region {
    struct span province, city, district; /* full names; empty = not known */
    bool inferred;                        /* something came from the table */
};

/* Adds to *r what `text` names; what is known stays. A district is taken only below the known
 * province and city, or when its name is the only one of the table. */
void region_read(struct region *r, struct span text);
/* The district that a long text names most, with what it lies in. */
void region_dominant(struct region *r, struct span text);
/* The province by the first character of a 文号: 沪府规. */
void region_by_number(struct region *r, struct span number);
/* "省/市/区"; empty when nothing is known, {NULL, 0} without memory. */
struct span region_path(struct arena *a, const struct region *r);
#endif
