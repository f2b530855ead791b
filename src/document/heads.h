/*
 * heads.h: heads of documents in a compilation that numbers them, and the lines around a document's
 * text that say whose it is: 文号, addressee, signature, date. Found by line, before lines are
 * joined: such lines never belong to the sentence before them.
 */
#ifndef HUIQI_DOCUMENT_HEADS_H
#define HUIQI_DOCUMENT_HEADS_H
#include "base/date.h"
#include "document/document_int.h"

enum head_form { HEAD_NONE, HEAD_DATED, HEAD_INDEX };

struct head_parts {
    enum head_form form;
    uint32_t serial;
    size_t serial_length;
    struct span date, issuers, title, number; /* parts of the text given */
    struct date day;
};

/* head_parse.c */
bool head_parse(struct span text, struct head_parts *ret);
/* A full date at `at`: its bytes, 0 = none. */
size_t head_date(struct span s, size_t at, struct date *ret);
size_t head_date_find(struct span s, size_t from, size_t *ret_n, struct date *ret);
/* The first 文号 at or behind `from`: any brackets, spaces inside. */
bool head_number(struct span s, size_t from, size_t *ret_at, size_t *ret_n);
bool head_is_number(struct span s);
/* A line that only states a 文号: in brackets, behind a label, with its date. */
bool head_number_line(struct span s, struct span *ret_number);
/* Ends like the name of a body. */
bool head_organ(struct span s);

/* heads.c: gives lines their roles. True when the file has heads. */
NODISCARD int heads_survey(struct build *b);
#endif
