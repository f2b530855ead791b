/*
 * reader.h: any file as text. What a file is, its bytes say, never its name: UTF-8 text is taken as
 * it is, everything else is converted: UTF-16 and GB18030 text, PDF (pdftotext, a child process
 * under limits), Word (DOCX), HTML. The tree is made from the text, and its positions count there.
 *
 * All input is hostile: bounded in memory and time, no network, no shell, no entities.
 */
#ifndef HUIQI_DOCUMENT_READER_H
#define HUIQI_DOCUMENT_READER_H
#include "base/arena.h"
#include "base/err.h"
#include "base/vector.h"

enum reader_kind { READER_TEXT, READER_PDF, READER_DOCX, READER_HTML };

VECTOR_OF(struct span, note_vector);

struct reader_text {
    enum reader_kind kind;
    const char *encoding;     /* of the file: "UTF-8", "GB18030" ... */
    struct span text;         /* UTF-8; the bytes themselves where nothing had to be done */
    struct note_vector notes; /* what was done or looks damaged, in sentences for the user */
};

/* E_INPUT (not a kind we read, damaged, encrypted), E_LIMIT, E_ENCODING, E_MEMORY with hint. Text
   in an encoding that nothing fits passes unchanged: document_parse names the place. */
NODISCARD int reader_read(struct arena *a, struct span bytes, struct span file,
                          struct reader_text *ret, struct err *err);
const char *reader_kind_name(enum reader_kind kind);
#endif
