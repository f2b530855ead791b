/*
 * names.c: the names of bodies and texts out of the library's files, and how a printed name finds
 * its declared one.
 */
#include "document/names.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/vector.h"

#define NAMES_FILE_MAX (4u << 20) /* bytes of a file of the library */

VECTOR_OF(struct name_nick, nick_vector);
VECTOR_OF(struct name_relation, declared_vector);
VECTOR_OF(const struct name_text *, text_pointers);

struct loading {
    struct arena *arena;
    struct names *names;
    struct nick_vector nicks;
    struct declared_vector relations;
    struct text_pointers texts;
    struct err *err;
};

/* ---- folding ---- */

static const char *const dropped[] = {" ", "\t", "　", "“",  "”", "\"", "《", "》", "〈", "〉",
                                      "<", ">",  "＜", "＞", "‘", "’",  "【", "】", NULL};

static size_t dropped_at(struct span s)
{
    for (size_t i = 0; dropped[i]; i++)
        if (span_starts(s, span_z(dropped[i])))
            return strlen(dropped[i]);
    return 0;
}

static const struct {
    const char *from, *to;
} widths[] = {{"(", "（"}, {")", "）"}, {",", "，"}, {":", "："}, {";", "；"},
              {"[", "〔"}, {"]", "〕"}, {"％", "%"}, {"．", "."}};

/* No sign that is dropped or rewritten begins with the byte, nor goes on with it. */
static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    bool letter = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
    return letter || (byte >= 0x80 && byte != 0xE2 && byte != 0xE3 && byte != 0xEF);
}

struct span name_fold(struct arena *a, struct span s)
{
    struct buffer out = BUFFER_INIT;
    for (size_t at = 0, run; at < s.n;) {
        for (run = at; run < s.n && is_plain(s.p[run]); run++)
            ;
        buffer_add(&out, span_of(s.p + at, run - at));
        if ((at = run) == s.n)
            break;
        struct span rest = span_from(s, at);
        size_t n = dropped_at(rest), i = 0;
        while (!n && i < COUNT_OF(widths) && !span_starts(rest, span_z(widths[i].from)))
            i++;
        if (n) {
            at += n;
        } else if (i < COUNT_OF(widths)) {
            buffer_add_z(&out, widths[i].to);
            at += strlen(widths[i].from);
        } else
            buffer_byte(&out, s.p[at++]);
    }
    struct span folded = buffer_failed(&out) ? span_of(NULL, 0) : arena_copy(a, buffer_span(&out));
    a->failed |= buffer_failed(&out);
    buffer_release(&out);
    return folded;
}

/* ---- loading ---- */

static void put(struct loading *l, struct map *m, struct span key, void *value)
{
    if (key.n && map_put(m, key, value) < 0)
        l->arena->failed = true;
}

static void take_body(struct loading *l, const struct json *j)
{
    struct name_body *b = ARENA_NEW(l->arena, struct name_body);
    if (!b)
        return;
    *b = (struct name_body){.name = json_text(JSON_GET(j, "organisation")),
                            .region = json_text(JSON_GET(j, "region")),
                            .kind = json_text(JSON_GET(j, "kind"))};
    put(l, &l->names->bodies, b->name, b);
    JSON_EACH(alias, JSON_GET(j, "aliases"))
    put(l, &l->names->bodies, json_text(alias), b);
}

static void put_text(struct loading *l, struct map *m, struct span key, struct name_text *t)
{
    t->next = map_get(m, key);
    put(l, m, key, t);
}

static void take_text(struct loading *l, const struct json *j)
{
    struct name_text *t = ARENA_NEW(l->arena, struct name_text);
    struct name_text *other = ARENA_NEW(l->arena, struct name_text);
    if (!t || !other)
        return;
    *t = (struct name_text){.id = json_text(JSON_GET(j, "document")),
                            .title = json_text(JSON_GET(j, "title")),
                            .number = json_text(JSON_GET(j, "number")),
                            .region = json_text(JSON_GET(j, "region")),
                            .held = JSON_GET(j, "source") || JSON_GET(j, "within")};
    *other = *t;
    put_text(l, &l->names->by_title, name_fold(l->arena, t->title), t);
    if (t->number.n && !span_eq(t->number, SPAN("null")))
        put_text(l, &l->names->by_number, name_fold(l->arena, t->number), other);
    const struct name_text **slot = VECTOR_PUSH(l->arena, &l->texts, const struct name_text *);
    if (slot)
        *slot = t;
    JSON_EACH(e, JSON_GET(j, "relations"))
    {
        struct name_relation *r = VECTOR_PUSH(l->arena, &l->relations, struct name_relation);
        if (r)
            *r = (struct name_relation){.from = t,
                                        .kind = json_text(JSON_GET(e, "kind")),
                                        .document = json_text(JSON_GET(e, "document")),
                                        .title = json_text(JSON_GET(e, "title")),
                                        .number = json_text(JSON_GET(e, "number"))};
    }
}

static void take_nick(struct loading *l, const struct json *j)
{
    struct name_nick *n = VECTOR_PUSH(l->arena, &l->nicks, struct name_nick);
    if (n)
        *n = (struct name_nick){.nickname = name_fold(l->arena, json_text(JSON_GET(j, "nickname"))),
                                .region = json_text(JSON_GET(j, "region")),
                                .number = json_text(JSON_GET(j, "number")),
                                .title = json_text(JSON_GET(j, "title"))};
}

static int take_file(void *context, const char *path)
{
    struct loading *l = context;
    struct span text;
    struct json *j;
    int r = file_read(l->arena, path, NAMES_FILE_MAX, &text, l->err);
    if (r == 0)
        r = yaml_parse(l->arena, text, span_z(path), &j, l->err);
    if (r < 0)
        return r;
    JSON_EACH(e, JSON_GET(j, "organisations"))
    take_body(l, e);
    JSON_EACH(e, JSON_GET(j, "documents"))
    take_text(l, e);
    JSON_EACH(e, JSON_GET(j, "nicknames"))
    take_nick(l, e);
    return l->arena->failed ? err_memory(l->err) : 0;
}

int names_load(struct arena *arena, const char *folder, struct names *ret, struct err *err)
{
    static const char *const parts[] = {"organisations", "documents", "nicknames"};
    struct names names = {.nicks = NULL};
    struct loading l = {.arena = arena, .names = &names, .err = err};
    map_init(&names.bodies, arena);
    map_init(&names.by_number, arena);
    map_init(&names.by_title, arena);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct span path = arena_print(arena, "%s/%s", folder, parts[i]);
        if (!path.p)
            return err_memory(err);
        int r =
            file_exists(path.p) ? file_walk(arena, path.p, SPAN(".yaml"), take_file, &l, err) : 0;
        if (r < 0)
            return r;
    }
    names.nicks = l.nicks.at;
    names.nick_count = l.nicks.n;
    names.texts = l.texts.at;
    names.text_count = l.texts.n;
    names.relations = l.relations.at;
    names.relation_count = l.relations.n;
    *ret = names;
    return 0;
}

/* ---- looking up ---- */

struct span name_department(struct span stem)
{
#define DEPARTMENT(...)                                                                            \
    {                                                                                              \
        static const char *const forms[] = {__VA_ARGS__, NULL};                                    \
        for (size_t i = 0; forms[i]; i++)                                                          \
            if (span_eq(stem, span_z(forms[i])))                                                   \
                return span_z(forms[0]);                                                           \
    }
#include "document/departments.def"
#undef DEPARTMENT
    return (struct span){NULL, 0};
}

/* The step of the region that 区 or 市 means: the last one that ends with it. */
static struct span region_step(struct span region, struct span level)
{
    struct span rest = region, step, found = {NULL, 0};
    while (span_split(&rest, '/', &step))
        if (span_ends(step, level))
            found = step;
    return found;
}

/* Every form that a name may be declared in: prefix and word, both ways to write each. */
static const struct name_body *body_in_forms(const struct names *n, struct arena *a,
                                             struct span prefix, struct span stem)
{
    struct span full = name_department(stem);
    struct span forms[] = {arena_print(a, "%.*s%.*s", SPAN_ARG(prefix), SPAN_ARG(stem)),
                           arena_print(a, "%.*s%.*s", SPAN_ARG(prefix), SPAN_ARG(full))};
    for (size_t i = 0; i < (full.n ? 2u : 1u); i++) {
        const struct name_body *b = map_get(&n->bodies, forms[i]);
        if (b)
            return b;
    }
    return NULL;
}

const struct name_body *names_body(const struct names *n, struct arena *scratch, struct span name,
                                   struct span region)
{
    struct span printed = name_fold(scratch, name);
    const struct name_body *b = map_get(&n->bodies, printed);
    static const char *const signs[] = {"本区", "我区", "本市", "我市", "区", "市", "县"};
    for (size_t i = 0; !b && i < COUNT_OF(signs); i++) {
        struct span sign = span_z(signs[i]), level = sign.n > 3 ? span_from(sign, 3) : sign;
        struct span step = region_step(region, level);
        if (!span_starts(printed, sign) || !step.n)
            continue;
        b = body_in_forms(n, scratch, step, span_from(printed, sign.n));
        break;
    }
    return b;
}

static bool within(struct span region, struct span outer)
{
    return outer.n == 0 || region.n == 0 ||
           (span_starts(region, outer) && (region.n == outer.n || region.p[outer.n] == '/'));
}

/* Equal but for blanks and quotes? */
static bool same_nick(struct span printed, struct span nick)
{
    size_t k = 0;
    for (size_t at = 0; at < printed.n;) {
        size_t n = dropped_at(span_from(printed, at));
        if (n) {
            at += n;
            continue;
        }
        if (k >= nick.n || nick.p[k++] != printed.p[at++])
            return false;
    }
    return k == nick.n;
}

const struct name_nick *names_nick(const struct names *n, struct span printed, struct span region)
{
    for (size_t i = 0; i < n->nick_count; i++)
        if (same_nick(printed, n->nicks[i].nickname) && within(region, n->nicks[i].region))
            return &n->nicks[i];
    return NULL;
}
