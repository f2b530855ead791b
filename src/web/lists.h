/*
 * lists.h: what the pages of registers (lists.c) and of their imported lists (batches.c) share.
 */
#ifndef HUIQI_WEB_LISTS_H
#define HUIQI_WEB_LISTS_H
#include "web/office.h"

/* Refusals that a page can show, as a sentence at a field, with their status. */
bool list_is_refusal(const struct request *req, int r);
void list_say_refusal(struct desk *d, int r, const char *field);
int list_status(int r);
/* The page of the list again, with what was typed. */
NODISCARD int list_show_again(struct desk *d);
/* Adds the outside lists that were taken into a list. */
NODISCARD int batches_of_list(struct desk *d, struct span list);
#endif
