/*
 * external.c: external Java functions that are answered here, by pure C equivalents. Anything else is null.
 */
#include "feel/machine.h"

const struct feel_callable *feel_external(struct span class_name, struct span signature)
{
    UNUSED(class_name);
    UNUSED(signature);
    return NULL; /* TABLE: the few that conformance models use */
}
