/* graph_picture.c: see graph_picture.h. */
#include "web/graph_picture.h"
#include "base/buffer.h"
#include "document/references.h"

static enum relation_kind kind_of(struct span name)
{
    for (int k = 0; k < RELATION_KINDS; k++)
        if (span_eq(name, span_z(relation_name((enum relation_kind)k))))
            return (enum relation_kind)k;
    return span_eq(name, SPAN("explains")) ? RELATION_INTERPRETS : RELATION_CITES;
}

const char *graph_kind(struct span kind)
{
    return relation_name(kind_of(kind));
}

/* Of a text that is only named its number and its title tell: 沪... and 上海市... are a city's. */
static bool is_city(const struct picture_text *t)
{
    static const char *const signs[] = {"沪", "京", "豫", "上海", "北京", "河南", "郑州"};

    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (span_starts(t->number, span_z(signs[i])) || span_starts(t->title, span_z(signs[i])))
            return true;
    return span_find(t->title, SPAN("本市")) != SIZE_MAX;
}

static enum text_level level_of(const struct picture_text *t)
{
    if (!t->region.n)
        return is_city(t) ? LEVEL_CITY : LEVEL_STATE;
    return span_find(t->region, SPAN("/")) == SIZE_MAX ? LEVEL_CITY : LEVEL_DISTRICT;
}

struct span graph_picture(struct arena *a, const struct picture_text *texts, size_t n,
                          const struct picture_edge *edges, size_t m)
{
    struct references r = {.texts = ARENA_ARRAY(a, struct reference_text, n + 1),
                           .relations = ARENA_ARRAY(a, struct relation, m + 1),
                           .text_count = n,
                           .relation_count = m};
    struct buffer b = BUFFER_INIT;

    if (!r.texts || !r.relations)
        return (struct span){NULL, 0};
    for (size_t i = 0; i < n; i++)
        r.texts[i] = (struct reference_text){.id = texts[i].id,
                                             .title = texts[i].title,
                                             .number = texts[i].number,
                                             .region = texts[i].region,
                                             .level = level_of(&texts[i]),
                                             .held = texts[i].held,
                                             .link = texts[i].link};
    for (size_t i = 0; i < m; i++)
        r.relations[i] = (struct relation){.kind = kind_of(edges[i].kind),
                                           .how = HOW_DECLARED,
                                           .from = edges[i].from,
                                           .to = edges[i].to};
    references_svg(&b, a, &r);
    struct span picture = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return picture;
}
