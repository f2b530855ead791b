/*
 * analyse.h: what a decision table leaves open and what it says twice, found by comparing regions,
 * not by trying values. For every table of the model itself (of imported models: check them):
 *
 *   UNIQUE    two rules for one input: an error
 *   ANY       two rules with different outputs for one input: an error
 *   FIRST     a rule that earlier ones hide: a warning
 *   all       a rule that no input can hit: a warning; inputs that no rule hits, when there is no
 *             default: a warning, or a note where the policy takes any number of rules
 *
 * Each with rule numbers and an example input. Columns are compared as cut by axis.h. A cell that
 * is no fixed set may let everything or nothing pass; so that what is reported is true all the
 * same, it counts as whatever reports less, and a note names the column.
 */
#ifndef HUIQI_DMN_ANALYSE_H
#define HUIQI_DMN_ANALYSE_H
#include "base/diags.h"
#include "dmn/dmn.h"

/* Named limits, each reached by a test. */
#define ANALYSE_WORK_MAX                                                                           \
    100000000 /* words of sets compared in a table: time; a note says where it stopped */
#define ANALYSE_FINDINGS_MAX 20 /* of one kind in one table; further ones are counted */

/* E_MEMORY or 0. What is found goes into diags, placed in the model's file. */
NODISCARD int dmn_analyse(const struct dmn *m, struct diags *diags);
#endif
