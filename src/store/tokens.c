/*
 * tokens.c: folding and cutting, rune by rune, with one character of memory.
 */
#include "store/tokens.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "base/map.h"
#include "base/utf8.h"

/* ---- folding ---- */

static const struct {
    uint16_t from, to;
} simple[] = {
#define SIMPLE(from, to) {from, to},
#define SOUNDS(letters)
#include "store/han.def"
#undef SIMPLE
#undef SOUNDS
};

#define SOUNDS_LINE 100
static const char sounds[][SOUNDS_LINE] = {
#define SIMPLE(from, to)
#define SOUNDS(letters) letters,
#include "store/han.def"
#undef SIMPLE
#undef SOUNDS
};

#define HAN_FIRST 0x4E00
#define HAN_LAST  0x9FFF

static uint32_t simplified(uint32_t c)
{
    size_t low = 0, high = COUNT_OF(simple);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (simple[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT_OF(simple) && simple[low].from == c ? simple[low].to : c;
}

/* What a rune is to the cutter. */
enum rune_class { RUNE_BREAK, RUNE_HAN, RUNE_WORD, RUNE_NOTHING };

struct rune {
    uint32_t c;
    enum rune_class class;
    size_t start, end; /* of the input */
};

static enum rune_class class_of(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? RUNE_WORD : RUNE_BREAK;
    if (c >= HAN_FIRST && c <= HAN_LAST)
        return RUNE_HAN;
    if (u_charType((UChar32)c) == U_NON_SPACING_MARK || u_charType((UChar32)c) == U_FORMAT_CHAR)
        return RUNE_NOTHING;
    if (u_hasBinaryProperty((UChar32)c, UCHAR_IDEOGRAPHIC) || (c >= 0x3041 && c <= 0x30FF) ||
        (c >= 0xAC00 && c <= 0xD7A3))
        return RUNE_HAN;
    return u_isalnum((UChar32)c) ? RUNE_WORD : RUNE_BREAK;
}

#define FOLD_MAX 32 /* runes that one rune may fold to; Unicode's longest has 18 */

/* A rune in its folded form: one to several runes. Returns how many. */
static size_t fold_rune(uint32_t c, uint32_t out[FOLD_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkd;
    UChar units[FOLD_MAX];
    int32_t length, at = 0;
    size_t n = 0;

    if (c >= HAN_FIRST && c <= HAN_LAST)
        return out[0] = simplified(c), 1;
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c < 0x80)
        return out[0] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c, 1;
    if (c == RUNE_BAD || (c >= 0xAC00 && c <= 0xD7A3))
        return out[0] = c == RUNE_BAD ? ' ' : c, 1;
    nfkd = unorm2_getNFKDInstance(&status);
    length = U_FAILURE(status)
                 ? -1
                 : unorm2_getDecomposition(nfkd, (UChar32)c, units, FOLD_MAX, &status);
    if (length < 0 || U_FAILURE(status))
        return out[0] = (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT), 1;
    while (at < length && n < FOLD_MAX) {
        UChar32 part;
        U16_NEXT(units, at, length, part);
        out[n++] = simplified((uint32_t)u_foldCase(part, U_FOLD_CASE_DEFAULT));
    }
    return n;
}

struct reader {
    struct span text;
    size_t at;                /* bytes read */
    uint32_t queue[FOLD_MAX]; /* of the rune before `at` */
    size_t queued, given, start;
};

/* The next folded rune; false at the end. Marks without width are passed over. */
static bool read_rune(struct reader *r, struct rune *ret)
{
    do {
        while (r->given == r->queued) {
            size_t length;
            if (r->at >= r->text.n)
                return false;
            uint32_t c = utf8_decode(span_from(r->text, r->at), &length);
            r->start = r->at;
            r->at += length;
            r->queued = fold_rune(c, r->queue);
            r->given = 0;
        }
        ret->c = r->queue[r->given++];
        ret->class = class_of(ret->c);
    } while (ret->class == RUNE_NOTHING);
    ret->start = r->start;
    ret->end = r->at;
    return true;
}

/* ---- cutting ---- */

struct cutter {
    struct reader in;
    enum tokens_of what;
    int (*emit)(void *, const struct token *);
    void *context;
    struct rune pending; /* the character before, when `has_pending`: its pair may follow */
    bool has_pending;
    bool paired;   /* the pending character ended a pair already */
    bool adjacent; /* nothing stood between the pending character and this one */
    char core[32]; /* year and number of a 文号 whose year comes next; empty = none */
    size_t core_n;
    int result;
};

static void give(struct cutter *k, struct token t)
{
    if (k->result == 0)
        k->result = k->emit(k->context, &t);
}

static void give_runes(struct cutter *k, const struct rune *first, const struct rune *second,
                       bool colocated)
{
    char text[8];
    size_t n = utf8_encode(first->c, text);

    if (second)
        n += utf8_encode(second->c, text + n);
    give(k, (struct token){.text = span_of(text, n),
                           .start = first->start,
                           .end = (second ? second : first)->end,
                           .colocated = colocated,
                           .joined = !second && k->paired});
}

/* Something follows the pending character that makes no pair with it. In a query its place counts
 * then, so that the chain keeps step with the text. */
static void settle(struct cutter *k)
{
    if (k->has_pending)
        give_runes(k, &k->pending, NULL, false);
    k->has_pending = false;
}

static void on_han(struct cutter *k, const struct rune *r)
{
    bool pair = k->has_pending && k->adjacent;

    if (!pair)
        settle(k);
    else if (k->what == TOKENS_QUERY)
        give_runes(k, &k->pending, r, false);
    else {
        give_runes(k, &k->pending, NULL, false);
        give_runes(k, &k->pending, r, true);
    }
    k->pending = *r;
    k->has_pending = k->adjacent = true;
    k->paired = pair;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* At a byte of the input, does a digit come (of any width)? */
static bool digit_at(const struct reader *in, size_t at, size_t *ret_length)
{
    uint32_t out[FOLD_MAX];
    uint32_t c = utf8_decode(span_from(in->text, at), ret_length);

    return at < in->text.n && fold_rune(c, out) == 1 && is_digit(out[0]);
}

/* Behind a digit: "." and a digit go on with the number; "," and just three digits too. Returns the
 * byte where it goes on, 0 = it ends. */
static size_t number_goes_on(const struct reader *in, bool *ret_point)
{
    char c = in->at < in->text.n && in->given == in->queued ? in->text.p[in->at] : 0;
    size_t at = in->at + 1, length, digits = 0;

    *ret_point = c == '.';
    if (c != '.' && c != ',')
        return 0;
    while (digits < 4 && digit_at(in, at, &length)) {
        at += length;
        digits++;
    }
    return (c == '.' && digits) || digits == 3 ? in->at + 1 : 0;
}

/* Only digits so far, but for points? */
static bool all_digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_digit((unsigned char)p[i]) && p[i] != '.')
            return false;
    return n > 0;
}

static void add_to_word(char word[TOKEN_MAX], size_t *n, uint32_t c)
{
    char utf8[4];
    size_t length = utf8_encode(c, utf8);

    if (*n + length <= TOKEN_MAX) {
        memcpy(word + *n, utf8, length);
        *n += length;
    }
}

static void give_word(struct cutter *k, const char *word, size_t n, size_t start, size_t end)
{
    bool year = k->core_n && n == 4 && memcmp(word, k->core, 4) == 0;

    if (!year || k->what == TOKENS_TEXT)
        give(k, (struct token){span_of(word, n), start, end, false, false});
    if (year)
        give(k, (struct token){span_of(k->core, k->core_n), start, end, k->what == TOKENS_TEXT,
                               false});
    k->core_n = 0;
}

/* Reads a word from its first rune on; *r is what follows it, false at the end. */
static bool on_word(struct cutter *k, struct rune *r)
{
    char word[TOKEN_MAX];
    size_t n = 0, start = r->start, end;
    bool more, point;

    settle(k);
    do {
        add_to_word(word, &n, r->c);
        end = r->end;
        size_t on = is_digit(r->c) && all_digits(word, n) ? number_goes_on(&k->in, &point) : 0;
        if (on) {
            k->in.at = on;
            if (point)
                add_to_word(word, &n, '.');
        }
        more = read_rune(&k->in, r);
    } while (more && r->class == RUNE_WORD);
    give_word(k, word, n, start, end);
    return more;
}

/* ---- 文号 ---- */

static bool one_of(uint32_t c, const char *set)
{
    struct span s = span_z(set);

    for (size_t length; s.n; s = span_from(s, length))
        if (utf8_decode(s, &length) == c)
            return true;
    return false;
}

static size_t copy_digits(struct reader *in, struct rune *r, char *out, size_t most, bool *ret_more)
{
    size_t n = 0;

    while (*ret_more && is_digit(r->c) && n < most) {
        out[n++] = (char)r->c;
        *ret_more = read_rune(in, r);
    }
    return n;
}

static void skip_blanks(struct reader *in, struct rune *r, bool *more)
{
    while (*more && (one_of(r->c, " \n\r\t　") || r->c == 0x7B2C /* 第 */))
        *more = read_rune(in, r);
}

#define OPENING "(〔[【﹝"
#define CLOSING ")〕]】﹞"

/* After an opening bracket: 2020〕12 makes the core 2020〕12, read ahead with a reader of its own.
 */
static void find_core(struct cutter *k)
{
    struct reader in = k->in;
    struct rune r = {0};
    char year[8], number[8];
    bool more = read_rune(&in, &r);
    size_t n;

    skip_blanks(&in, &r, &more);
    if (copy_digits(&in, &r, year, 5, &more) != 4)
        return;
    skip_blanks(&in, &r, &more);
    if (!more || !one_of(r.c, CLOSING))
        return;
    more = read_rune(&in, &r);
    skip_blanks(&in, &r, &more);
    n = copy_digits(&in, &r, number, 6, &more);
    size_t zeros = 0;
    while (zeros + 1 < n && number[zeros] == '0')
        zeros++;
    if (n == 0 || n > 5)
        return;
    memcpy(k->core, year, 4);
    memcpy(k->core + 4, "〕", 3);
    memcpy(k->core + 7, number + zeros, n - zeros);
    k->core_n = 7 + n - zeros;
}

static void on_break(struct cutter *k, const struct rune *r)
{
    k->adjacent = false;
    if (one_of(r->c, OPENING))
        find_core(k);
}

int tokens_each(struct span text, enum tokens_of what,
                int (*emit)(void *context, const struct token *t), void *context)
{
    struct cutter k = {.in = {.text = text}, .what = what, .emit = emit, .context = context};
    struct rune r;
    bool more = read_rune(&k.in, &r);

    while (more && k.result == 0) {
        if (r.class == RUNE_WORD) {
            more = on_word(&k, &r);
            k.adjacent = false;
            continue;
        }
        if (r.class == RUNE_HAN)
            on_han(&k, &r);
        else
            on_break(&k, &r);
        more = read_rune(&k.in, &r);
    }
    /* the last character of a chain is in its last pair already */
    if (k.has_pending && (what == TOKENS_TEXT || !k.paired))
        settle(&k);
    return k.result;
}

/* ---- other forms ---- */

#define CODE_PAIR (INT64_C(1) << 42)
#define CODE_WORD (INT64_C(1) << 60)

int64_t token_code(struct span folded)
{
    size_t first, second;
    uint32_t a = utf8_decode(folded, &first);

    if (class_of(a) == RUNE_HAN) {
        if (first == folded.n)
            return (int64_t)a;
        uint32_t b = utf8_decode(span_from(folded, first), &second);
        if (first + second == folded.n && class_of(b) == RUNE_HAN)
            return CODE_PAIR | (int64_t)a << 21 | (int64_t)b;
    }
    return CODE_WORD | (int64_t)(hash_bytes(folded) & (uint64_t)(CODE_WORD - 1));
}

static void add_blank(struct buffer *out)
{
    if (out->n == 0 || out->p[out->n - 1] != ' ')
        buffer_byte(out, ' ');
}

static int add_plain(void *context, const struct token *t)
{
    if (t->colocated)
        return 0;
    if (!t->joined)
        add_blank(context);
    buffer_add(context, t->text);
    return 0;
}

void tokens_plain(struct buffer *out, struct span text)
{
    (void)tokens_each(text, TOKENS_TEXT, add_plain, out);
    add_blank(out);
}

static bool ends_in_han(struct span s, bool at_end)
{
    size_t length, at = 0;

    if (at_end)
        for (at = s.n; at > 0 && ((unsigned char)s.p[at - 1] & 0xC0) == 0x80;)
            at--;
    if (at_end && at)
        at--;
    return s.n && class_of(utf8_decode(span_from(s, at), &length)) == RUNE_HAN;
}

void tokens_pattern(struct buffer *out, struct span phrase)
{
    struct buffer b = BUFFER_INIT;

    tokens_plain(&b, phrase);
    struct span core = span_trim(buffer_span(&b));
    buffer_add_z(out, ends_in_han(core, false) ? "%" : "% ");
    for (size_t i = 0; i < core.n; i++) {
        if (core.p[i] == '%' || core.p[i] == '_' || core.p[i] == '\\')
            buffer_byte(out, '\\');
        buffer_byte(out, core.p[i]);
    }
    buffer_add_z(out, ends_in_han(core, true) ? "%" : " %");
    out->failed |= buffer_failed(&b);
    buffer_release(&b);
}

static int add_key(void *context, const struct token *t)
{
    if (!t->colocated)
        buffer_add(context, t->text);
    return 0;
}

void tokens_key(struct buffer *out, struct span text)
{
    (void)tokens_each(text, TOKENS_TEXT, add_key, out);
}

static int add_initial(void *context, const struct token *t)
{
    size_t length;
    uint32_t c = utf8_decode(t->text, &length);

    if (t->colocated)
        return 0;
    if (c < HAN_FIRST || c > HAN_LAST) {
        buffer_add(context, t->text);
        return 0;
    }
    char letter = sounds[(c - HAN_FIRST) / SOUNDS_LINE][(c - HAN_FIRST) % SOUNDS_LINE];
    if (letter != '-')
        buffer_byte(context, letter);
    return 0;
}

void tokens_initials(struct buffer *out, struct span text)
{
    (void)tokens_each(text, TOKENS_TEXT, add_initial, out);
}
