/*
 * regex.c: see regex.h.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "feel/regex.h"
#include <pcre2.h>
#include "base/alloc.h"
#include "base/err.h"
#include "feel/pattern.h"

_Static_assert(PCRE2_UNSET == SIZE_MAX, "the ends of a group that is not part of the match");

struct regexes {
    pcre2_general_context *memory;
    pcre2_compile_context *compile;
    pcre2_match_context *limits;
    pcre2_match_data *data;
    uint32_t room; /* groups that data has room for */
    struct regex *kept[REGEX_KEPT];
    uint32_t next; /* the place to be used next */
};

/* ---- memory ---- */

static void *from_heap(size_t n, void *unused)
{
    UNUSED(unused);
    return alloc_new(n);
}

static void to_heap(void *p, void *unused)
{
    UNUSED(unused);
    alloc_free(p);
}

static void *from_arena(size_t n, void *arena)
{
    return arena_alloc(arena, n);
}

/* It goes with the arena. */
static void to_arena(void *p, void *arena)
{
    UNUSED(p);
    UNUSED(arena);
}

/* ---- compiling ---- */

struct how {
    uint32_t options; /* of PCRE2 */
    bool single_line, no_blanks, literal;
};

/* Flags of XPath: s m i x q. */
static bool read_flags(struct span flags, struct how *ret)
{
    struct how f = {.options = PCRE2_UTF};
    uint32_t syntax =
        PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF;
    for (size_t i = 0; i < flags.n; i++) {
        char c = flags.p[i];
        if (c != 's' && c != 'm' && c != 'i' && c != 'x' && c != 'q')
            return false;
        f.single_line |= c == 's';
        f.no_blanks |= c == 'x';
        f.literal |= c == 'q';
        f.options |= c == 'i' ? PCRE2_CASELESS : 0;
        syntax |= c == 'm' ? PCRE2_MULTILINE : 0;
    }
    f.options |=
        f.literal ? PCRE2_LITERAL : syntax; /* syntax does not go together with literal patterns */
    *ret = f;
    return true;
}

static int bad_pattern(struct buffer *why, size_t at, const char *what)
{
    buffer_print(why, "bad pattern at %zu: %s", at + 1, what);
    return E_INPUT;
}

/* PCRE2's code of a pattern in its own syntax. */
static int compile_own(pcre2_compile_context *context, struct span text, uint32_t options,
                       void **ret, struct buffer *why)
{
    PCRE2_UCHAR8 message[120] = {0};
    PCRE2_SIZE at = 0;
    int code = 0;
    *ret = pcre2_compile((PCRE2_SPTR)(text.p ? text.p : ""), text.n, options, &code, &at, context);
    if (*ret)
        return 0;
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return E_MEMORY;
    pcre2_get_error_message(code, message, sizeof message);
    return bad_pattern(why, at, (char *)message);
}

static int compile(pcre2_compile_context *context, struct span pattern, struct span flags,
                   struct regex *ret, struct buffer *why, size_t *ret_cost)
{
    struct buffer own = BUFFER_INIT;
    struct how f;
    size_t at = 0;
    const char *wrong = NULL;
    int r;
    if (!read_flags(flags, &f)) {
        buffer_add_z(why, "flags are of s, m, i, x, q");
        return E_INPUT;
    }
    if (f.literal)
        buffer_add(&own, pattern);
    else
        wrong = pattern_translate(pattern, f.single_line, f.no_blanks, &own, &at);
    *ret_cost = own.n;
    if (own.failed)
        r = E_MEMORY;
    else
        r = wrong ? bad_pattern(why, at, wrong)
                  : compile_own(context, buffer_span(&own), f.options, &ret->code, why);
    buffer_release(&own);
    if (r < 0)
        return r;
    pcre2_pattern_info(ret->code, PCRE2_INFO_CAPTURECOUNT, &ret->groups);
    ret->groups++;
    ret->literal = f.literal;
    return 0;
}

const struct regex *regex_constant(struct arena *program, struct span pattern, struct span flags)
{
    struct regex *r = ARENA_NEW(program, struct regex);
    pcre2_general_context *memory = pcre2_general_context_create(from_arena, to_arena, program);
    pcre2_compile_context *context = memory ? pcre2_compile_context_create(memory) : NULL;
    struct buffer why = BUFFER_INIT;
    size_t cost;
    bool good;
    if (!r || !context)
        return NULL;
    good = compile(context, pattern, flags, r, &why, &cost) == 0;
    buffer_release(&why);
    r->pattern = pattern;
    r->flags = flags;
    return good ? r : NULL;
}

bool regex_is(const struct regex *r, struct span pattern, struct span flags)
{
    return span_eq(r->pattern, pattern) && span_eq(r->flags, flags);
}

/* ---- the patterns of a run ---- */

static void regex_free(struct regex *r)
{
    if (!r)
        return;
    pcre2_code_free(r->code);
    alloc_free(r);
}

struct regexes *regexes_new(void)
{
    struct regexes *s = alloc_new(sizeof *s);
    if (!s)
        return NULL;
    s->memory = pcre2_general_context_create(from_heap, to_heap, NULL);
    if (s->memory) {
        s->compile = pcre2_compile_context_create(s->memory);
        s->limits = pcre2_match_context_create(s->memory);
    }
    if (!s->compile || !s->limits) {
        regexes_free(s);
        return NULL;
    }
    pcre2_set_match_limit(s->limits, REGEX_STEPS_MAX);
    pcre2_set_heap_limit(s->limits, REGEX_MEMORY_MAX);
    return s;
}

void regexes_free(struct regexes *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < REGEX_KEPT; i++)
        regex_free(s->kept[i]);
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->limits);
    pcre2_compile_context_free(s->compile);
    pcre2_general_context_free(s->memory);
    alloc_free(s);
}

/* The texts that it was made of are copied behind it: those of the run may go. */
static struct regex *regex_new(struct span pattern, struct span flags)
{
    struct regex *r = alloc_new(sizeof *r + pattern.n + flags.n);
    char *text = (char *)(r + 1);
    if (!r)
        return NULL;
    if (pattern.n > 0)
        memcpy(text, pattern.p, pattern.n);
    if (flags.n > 0)
        memcpy(text + pattern.n, flags.p, flags.n);
    r->pattern = span_of(text, pattern.n);
    r->flags = span_of(text + pattern.n, flags.n);
    return r;
}

int regexes_get(struct regexes *s, struct span pattern, struct span flags, const struct regex **ret,
                struct buffer *why, size_t *ret_cost)
{
    struct regex *made;
    int r;
    *ret_cost = 0;
    for (size_t i = 0; i < REGEX_KEPT; i++)
        if (s->kept[i] && regex_is(s->kept[i], pattern, flags)) {
            *ret = s->kept[i];
            return 0;
        }
    made = regex_new(pattern, flags);
    if (!made)
        return E_MEMORY;
    r = compile(s->compile, pattern, flags, made, why, ret_cost);
    if (r < 0) {
        regex_free(made);
        return r;
    }
    regex_free(s->kept[s->next]);
    s->kept[s->next] = made;
    s->next = (s->next + 1) % REGEX_KEPT;
    *ret = made;
    return 0;
}

int regexes_find(struct regexes *s, const struct regex *r, struct span text, size_t at,
                 const size_t **ret)
{
    int found;
    if (s->room < r->groups) {
        pcre2_match_data_free(s->data);
        s->data = pcre2_match_data_create(r->groups, s->memory);
        s->room = s->data ? r->groups : 0;
    }
    if (!s->data)
        return E_MEMORY;
    found =
        pcre2_match(r->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, at, 0, s->data, s->limits);
    if (found == PCRE2_ERROR_NOMATCH)
        return 0;
    if (found < 0)
        return found == PCRE2_ERROR_NOMEMORY ? E_MEMORY : E_LIMIT;
    *ret = pcre2_get_ovector_pointer(s->data);
    return 1;
}
