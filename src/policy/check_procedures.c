/*
 * check_procedures.c: what can be proved of a procedure before a case runs by it.
 */
#include "policy/library_int.h"
#include "policy/procedure.h"

void check_procedures(struct loader *l)
{
    UNUSED(l);
}
