/*
 * reader_int.h: what the readers of formats share: reader.c chooses, each format has its file.
 */
#ifndef HUIQI_DOCUMENT_READER_INT_H
#define HUIQI_DOCUMENT_READER_INT_H
#include "base/buffer.h"
#include "document/reader.h"

/* Where a reader writes: one paragraph is one line; a blank line ends it for good, so that no
   paragraph is joined with the next. */
struct reader_out {
    struct arena *arena;
    struct buffer text;
    struct reader_text *result;
    struct span file;
    struct err *err;
};

void reader_note(struct arena *a, struct reader_text *t, const char *format, ...) PRINTF_LIKE(3, 4);
/* `number` as a Chinese numeral, 1 .. 99,999,999; else in digits. */
void reader_chinese(struct buffer *out, uint32_t number);

NODISCARD int reader_pdf(struct arena *a, struct span bytes, struct span file,
                         struct reader_text *ret, struct err *err);
NODISCARD int reader_docx(struct arena *a, struct span bytes, struct span file,
                          struct reader_text *ret, struct err *err);
/* `text` is UTF-8 already. */
NODISCARD int reader_html(struct arena *a, struct span text, struct span file,
                          struct reader_text *ret, struct err *err);

/* encoding.c: fills encoding and text (UTF-8, or the bytes unchanged when no encoding fits). */
NODISCARD int encoding_read(struct arena *a, struct span bytes, struct reader_text *ret,
                            struct err *err);
#endif
