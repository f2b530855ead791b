/*
 * u_samples.c: the sample enterprises over the shipped library. Each can be read and judged, each
 * code is right in form and impossible in fact, and together they meet every region and every kind
 * of the library with a finding that is eligible, one that is not, and one that is open.
 * u_samples LIBRARY SAMPLES
 */
#include <stdlib.h>
#include "base/file.h"
#include "base/json.h"
#include "identity/uscc.h"
#include "policy/library.h"
#include "policy/match.h"
#include "tests/unit/test.h"

#define SAMPLES       60
#define REGIONS_MAX   64
#define FILE_LIMIT    (1u << 20)
#define NOBODY        "91000000" /* 000000 is no administrative division: no office could give it */
#define INVENTED      "虚构"
#define BIT(number)   (1u << (number))
#define WANTED_STATUS (BIT(STATUS_ELIGIBLE) | BIT(STATUS_INELIGIBLE) | BIT(STATUS_UNDETERMINED))

/* What was seen of one kind or region, and what can be seen: a measure without a condition is
 * always eligible, one for departments only meets no enterprise. */
struct tally {
    struct span name;
    unsigned seen, possible;
};
struct tour {
    struct arena *arena;
    const struct library *library;
    struct tally kinds[KINDS], regions[REGIONS_MAX];
    size_t region_count, files;
    struct span codes[SAMPLES + 1], names[SAMPLES + 1];
    struct err err;
};

static struct tally *region_of(struct tour *t, struct span name)
{
    for (size_t i = 0; i < t->region_count; i++)
        if (span_eq(t->regions[i].name, name))
            return &t->regions[i];
    if (t->region_count == REGIONS_MAX)
        return NULL;
    t->regions[t->region_count].name = name;
    return &t->regions[t->region_count++];
}

/* A condition can fail or stay open, but for soft ones; a manual one is never simply met. */
static unsigned possible(const struct measure *m)
{
    bool manual = false;
    unsigned ret = 0;
    if (!(m->addressees & BIT(ROLE_ENTERPRISE)))
        return 0;
    for (size_t i = 0; i < m->condition_count; i++) {
        manual = manual || m->conditions[i].manual;
        if (!m->conditions[i].manual && !m->conditions[i].soft)
            ret |= BIT(STATUS_INELIGIBLE) | BIT(STATUS_UNDETERMINED);
    }
    return manual ? ret : ret | BIT(STATUS_ELIGIBLE);
}

static void expect_all(struct tour *t)
{
    for (size_t i = 0; i < t->library->measure_count; i++) {
        const struct measure *m = t->library->measures[i];
        struct tally *region = region_of(t, m->region);
        if (!CHECK(region != NULL))
            return;
        region->possible |= possible(m);
        t->kinds[m->kind].possible |= possible(m);
    }
}

/* The year of the folder says which day the sample is made for. */
static struct date day_of(const char *path)
{
    return strstr(path, "/2023/") ? (struct date){2023, 3, 20} : (struct date){2020, 3, 9};
}

static bool known_before(const struct span *at, size_t n, struct span s)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(at[i], s))
            return true;
    return false;
}

static void check_invented(struct tour *t, const struct json *root)
{
    const struct json *self = JSON_GET(root, "subject");
    struct span code = json_text(JSON_GET(self, "id")), name = json_text(JSON_GET(self, "name"));
    char right[USCC_LENGTH + 1];

    CHECK(uscc_check(code, right, &t->err) == 0);
    CHECK(span_starts(code, SPAN(NOBODY)));
    CHECK(span_starts(name, SPAN(INVENTED)));
    CHECK(!known_before(t->codes, t->files, code) && !known_before(t->names, t->files, name));
    if (t->files < SAMPLES) {
        t->codes[t->files] = code;
        t->names[t->files] = name;
    }
}

static int judge(struct tour *t, const struct json *root, const char *path)
{
    struct match_options o = {.as_of = day_of(path)};
    struct subject s;
    struct checkup *c = NULL;
    int r = subject_from_json(t->arena, t->library, root, span_z(path), &s, &t->err);
    if (r == 0)
        r = match(t->arena, t->library, &s, &o, &c, &t->err);
    for (size_t i = 0; r == 0 && i < c->n; i++) {
        const struct finding *f = &c->findings[i];
        struct tally *region = region_of(t, f->measure->region);
        t->kinds[f->measure->kind].seen |= BIT(f->status);
        if (region)
            region->seen |= BIT(f->status);
    }
    CHECK(r < 0 || c->n > 0);
    return r;
}

static int visit(void *context, const char *path)
{
    struct tour *t = context;
    struct span text;
    struct json *root = NULL;
    int r = file_read(t->arena, path, FILE_LIMIT, &text, &t->err);
    if (r == 0)
        r = json_parse(t->arena, text, span_z(path), &root, &t->err);
    if (r == 0) {
        check_invented(t, root);
        r = judge(t, root, path);
    }
    if (r < 0)
        printf("%s: %s\n", path, t->err.message);
    CHECK(r == 0);
    t->files++;
    return 0;
}

static void check_tally(const struct tally *a)
{
    unsigned lacking = a->possible & WANTED_STATUS & ~a->seen;
    if (!CHECK(lacking == 0))
        for (int s = 0; s < STATUSES; s++)
            if (lacking & BIT(s))
                printf("%.*s: no sample is %.*s\n", SPAN_ARG(a->name),
                       SPAN_ARG(status_words[s].yaml));
}

static void tour(const struct library *l, const char *samples, struct arena *a)
{
    struct tour *t = ARENA_NEW(a, struct tour);
    if (!CHECK(t != NULL))
        return;
    *t = (struct tour){.arena = a, .library = l};
    for (int k = 0; k < KINDS; k++)
        t->kinds[k].name = kind_words[k].yaml;
    TEST("samples");
    expect_all(t);
    CHECK(file_walk(a, samples, SPAN(".json"), visit, t, &t->err) == 0);
    CHECK_INT(t->files, SAMPLES);
    TEST("every kind and region");
    for (int k = 0; k < KINDS; k++)
        check_tally(&t->kinds[k]);
    for (size_t i = 0; i < t->region_count; i++)
        check_tally(&t->regions[i]);
    CHECK(t->region_count > 20);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int r = argc > 2 ? library_load(argv[1], &l, &diags, &err) : E_INPUT;
    CHECK(r == 0);
    if (l)
        tour(l, argv[2], &arena);
    library_unref(l);
    arena_release(&arena);
    return test_end();
}
