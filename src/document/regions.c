/*
 * regions.c: see regions.h.
 */
#include "document/regions.h"
#include "document/document_int.h"

static const struct province {
    const char *name, *brief, *sign;
} provinces[] = {
#define PROVINCE(name, brief, sign) {name, brief, sign},
#define CITY(province, name, districts)
#include "document/regions.def"
#undef PROVINCE
#undef CITY
};

static const struct city {
    const char *province, *name, *districts;
} cities[] = {
#define PROVINCE(name, brief, sign)
#define CITY(province, name, districts) {province, name, districts},
#include "document/regions.def"
#undef PROVINCE
#undef CITY
};

static bool known(struct span have, const char *want)
{
    return have.n == 0 || span_eq(have, span_z(want));
}

/* The full name of a province, or a short one where no longer word begins. */
static void read_province(struct region *r, struct span text)
{
    for (size_t i = 0; i < COUNT_OF(provinces) && !r->province.n; i++)
        if (span_find(text, span_z(provinces[i].name)) != SIZE_MAX)
            r->province = span_z(provinces[i].name);
    for (size_t i = 0; i < COUNT_OF(provinces) && !r->province.n; i++)
        if (span_starts(text, span_z(provinces[i].brief)))
            r->province = span_z(provinces[i].name);
}

static void read_city(struct region *r, struct span text)
{
    for (size_t i = 0; i < COUNT_OF(cities) && !r->city.n; i++)
        if (*cities[i].name && known(r->province, cities[i].province) &&
            span_find(text, span_z(cities[i].name)) != SIZE_MAX) {
            r->inferred |= !r->province.n;
            r->province = span_z(cities[i].province);
            r->city = span_z(cities[i].name);
        }
}

/* Where the name of a district stands in text: "海淀区", "奉贤分局". */
static bool names_district(struct span text, struct span name, size_t *ret_at)
{
    size_t from = 0, at;
    while ((at = span_find(span_from(text, from), name)) != SIZE_MAX) {
        struct span rest = span_from(text, from + at + name.n);
        if (span_starts(rest, SPAN("区")) || span_starts(rest, SPAN("分局")) ||
            span_starts(rest, SPAN("公安分局"))) {
            *ret_at = from + at;
            return true;
        }
        from += at + name.n;
    }
    return false;
}

struct found {
    const struct city *city;
    struct span name;
    size_t at;
    unsigned count;
};

/* The first district of the table that text names, and how many cities have one of that name. */
static struct found find_district(const struct region *r, struct span text)
{
    struct found best = {.at = SIZE_MAX};
    if (span_find(text, SPAN("区")) == SIZE_MAX && span_find(text, SPAN("分局")) == SIZE_MAX)
        return best;
    for (size_t i = 0; i < COUNT_OF(cities); i++) {
        struct span rest = span_z(cities[i].districts), name;
        size_t at;
        if (!known(r->province, cities[i].province) ||
            (r->city.n && !span_eq(r->city, span_z(cities[i].name))))
            continue;
        while (span_split(&rest, ' ', &name)) {
            if (!names_district(text, name, &at))
                continue;
            unsigned count = best.count && span_eq(best.name, name) ? best.count + 1 : 1;
            if (at < best.at || count > 1)
                best = (struct found){.city = &cities[i], .name = name, .at = at, .count = count};
        }
    }
    return best;
}

/* 区 or 县 behind what is known already, for places that are in no table. */
static struct span plain_district(const struct region *r, struct span text)
{
    struct span above = r->city.n ? r->city : r->province;
    size_t at = above.n ? span_find(text, above) : SIZE_MAX;
    if (at == SIZE_MAX)
        return (struct span){0};
    struct span rest = span_from(text, at + above.n);
    for (size_t n = 6; n <= 15 && n + 3 <= rest.n; n += 3)
        if (memcmp(rest.p + n, "区", 3) == 0 || memcmp(rest.p + n, "县", 3) == 0)
            return span_of(rest.p, n + 3);
    return (struct span){0};
}

/* Cities that are provinces have districts only. */
static bool is_municipality(struct span province)
{
    return span_ends(province, SPAN("市"));
}

/* Bytes of two to `most` characters and the ending at the start of s; 0 = not so. */
static size_t named(struct span s, const char *ending, size_t most)
{
    static const char *const no[] = {"本", "全", "各", "我", "城", "按", "由", NULL};
    if (s.n < 9 || word_starts_any(s, no))
        return 0;
    for (size_t n = 0; n + 3 <= s.n && n <= 3 * most; n += 3) {
        if ((unsigned char)s.p[n] < 0xE4 || (unsigned char)s.p[n] > 0xE9)
            return 0;
        if (n >= 6 && memcmp(s.p + n, ending, 3) == 0)
            return n + 3;
    }
    return 0;
}

/* 某省某市某区 at the start, for places that are in no table. */
static void read_plain(struct region *r, struct span s)
{
    size_t n = named(s, "省", 4);
    if (n && !r->province.n)
        r->province = span_of(s.p, n);
    s = span_from(s, n);
    n = named(s, "市", 4);
    bool municipality = n && span_eq(span_of(s.p, n), r->province);
    if (n && !municipality && !r->city.n && !is_municipality(r->province))
        r->city = span_of(s.p, n);
    if (r->district.n || (!n && !r->city.n && !r->province.n))
        return;
    s = span_from(s, n);
    size_t area = named(s, "区", 4), county = named(s, "县", 4);
    n = area && (!county || area < county) ? area : county;
    if (n && span_find(span_of(s.p, n), SPAN("管理")) == SIZE_MAX)
        r->district = span_of(s.p, n);
}

void region_read(struct region *r, struct span text)
{
    read_province(r, text);
    read_city(r, text);
    read_plain(r, text);
    if (r->district.n)
        return;
    struct found f = find_district(r, text);
    if (f.count != 1 && !(f.count && r->province.n)) {
        if (f.count == 0)
            r->district = plain_district(r, text);
        return;
    }
    r->inferred |= !r->province.n || (!r->city.n && *f.city->name);
    r->province = span_z(f.city->province);
    r->city = span_z(f.city->name);
    size_t n = f.name.n; /* the name in the table, with 区 behind it in the text */
    r->district = span_of(text.p + f.at, n + 3);
    if (memcmp(text.p + f.at + n, "区", 3) != 0)
        r->district = f.name;
}

#define DOMINANT_BYTES (256u << 10)

/* Is `at` the end of a district's name? Only 区 is looked at: most text is passed over. */
void region_dominant(struct region *r, struct span text)
{
    struct found best = {0};
    if (text.n > DOMINANT_BYTES)
        text.n = DOMINANT_BYTES;
    for (size_t i = 0; i < COUNT_OF(cities); i++) {
        struct span rest = span_z(cities[i].districts), name;
        if (!known(r->province, cities[i].province))
            continue;
        while (span_split(&rest, ' ', &name)) {
            unsigned count = 0;
            size_t from = 0, at;
            while ((at = span_find(span_from(text, from), name)) != SIZE_MAX) {
                from += at + name.n;
                count += span_starts(span_from(text, from), SPAN("区"));
            }
            if (count > best.count)
                best = (struct found){.city = &cities[i], .name = name, .at = from, .count = count};
        }
    }
    if (!best.count)
        return;
    size_t from = 0, at;
    while ((at = span_find(span_from(text, from), best.name)) != SIZE_MAX) {
        from += at + best.name.n;
        if (!span_starts(span_from(text, from), SPAN("区")))
            continue;
        r->province = span_z(best.city->province);
        r->city = span_z(best.city->name);
        r->district = span_of(text.p + from - best.name.n, best.name.n + 3);
        r->inferred = true;
        return;
    }
}

void region_by_number(struct region *r, struct span number)
{
    for (size_t i = 0; i < COUNT_OF(provinces) && !r->province.n; i++)
        if (span_starts(number, span_z(provinces[i].sign))) {
            r->province = span_z(provinces[i].name);
            r->inferred = true;
        }
}

struct span region_path(struct arena *a, const struct region *r)
{
    const struct span parts[] = {r->province, r->city, r->district};
    char room[256];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!parts[i].n || n + parts[i].n + 4 > sizeof room)
            continue;
        if (n)
            room[n++] = '/';
        memcpy(room + n, parts[i].p, parts[i].n);
        n += parts[i].n;
        if (i == 2 && !span_ends(parts[i], SPAN("区")) && !span_ends(parts[i], SPAN("县"))) {
            memcpy(room + n, "区", 3);
            n += 3;
        }
    }
    return n ? arena_copy(a, span_of(room, n)) : (struct span){0};
}
