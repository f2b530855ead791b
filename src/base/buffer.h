/*
 * buffer.h: growing text. Failure is sticky: after the first failed growth every later call does
 * nothing, and buffer_failed tells at the end. `p` is never NULL and always zero-terminated.
 */
#ifndef HUIQI_BASE_BUFFER_H
#define HUIQI_BASE_BUFFER_H
#include "base/base.h"
#include <stdarg.h>

struct buffer {
    char *p;
    size_t n, room;
    bool failed;
};

#define BUFFER_INIT                                                                                \
    {                                                                                              \
        .p = buffer_empty, .n = 0, .room = 0, .failed = false                                      \
    }
extern char buffer_empty[1];

void buffer_init(struct buffer *b);
void buffer_release(struct buffer *b);
void buffer_clear(struct buffer *b); /* empties, keeps the memory, forgets a failure */
void buffer_add(struct buffer *b, struct span s);
void buffer_add_z(struct buffer *b, const char *z);
void buffer_byte(struct buffer *b, char c);
void buffer_rune(struct buffer *b, uint32_t rune); /* as UTF-8 */
/* Text between tags of XML or HTML, or within a quoted attribute. What XML 1.0 allows nowhere (most
 * controls, bytes that are not UTF-8) becomes U+FFFD. */
void buffer_escape(struct buffer *b, struct span s);
void buffer_print(struct buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_vprint(struct buffer *b, const char *format, va_list args);
static inline struct span buffer_span(const struct buffer *b)
{
    return (struct span){b->p, b->n};
}
static inline bool buffer_failed(const struct buffer *b)
{
    return b->failed;
}
#endif
