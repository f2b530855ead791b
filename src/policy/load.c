/*
 * load.c: a folder, or files in memory, into a library: collect, hash, parse every file, then
 * section by section in the order in which they need one another.
 */
#include "policy/library_int.h"
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/beside.h"
#include "base/file.h"
#include "base/trace.h"
#include "policy/library_paths.h"

/* ---- sections: keys at the head of a file ---- */

struct section {
    const char *key;
    read_function *load;
};
/* In the order of loading: each may refer to those before. */
static const struct section sections[] = {
    {"items", load_items},
    {"facts", load_facts},
    {"parameters", load_parameters},
    {"calendar", load_calendar},
    {"registers", load_registers},
    {"organisations", load_organisations},
    {"recognitions", load_recognitions},
    {"nicknames", load_nicknames},
    {"documents", load_documents},
    {"measures", load_measures},
    {"products", load_products},
    {"families", load_families},
    {"procedures", load_procedures},
};
#define SECTIONS_OF_VOCABULARY 5 /* after these the names of expressions are known */
#define SECTIONS_OF_DOCUMENTS  9 /* after these the documents are */
#define SECTIONS_OF_MEASURES   12

static bool has_measures(const struct json *tree)
{
    return JSON_GET(tree, "measures") || JSON_GET(tree, "products") || JSON_GET(tree, "families");
}

static bool is_section(struct span key)
{
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        if (span_eq(span_z(sections[i].key), key))
            return true;
    return false;
}

static void unknown_head(struct loader *l, const struct json *member)
{
    struct map known;
    struct diag *g = COMPLAIN_KEY(l, member, E_NAME, "unknown key '%.*s' at the head of a file",
                                  SPAN_ARG(member->key));
    map_init(&known, l->scratch);
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        if (map_put(&known, span_z(sections[i].key), l) < 0)
            l->failed = true;
    for (size_t i = 0; i < measure_shape.key_count; i++)
        if ((measure_shape.keys[i].flags & KEY_SHARED) &&
            map_put(&known, span_z(measure_shape.keys[i].name), l) < 0)
            l->failed = true;
    struct span near = map_nearest(&known, member->key);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g,
             "facts, parameters, calendar, registers, documents, organisations, recognitions, "
             "nicknames, measures, products, families or procedures");
}

static bool is_shared(const struct shape *s, struct span key)
{
    const struct key *k = shape_key(s, key);
    return k && (k->flags & KEY_SHARED);
}

/* Every key at the head is a section, or a default of the file's measures or procedures. */
static void check_head(struct loader *l, struct source *s)
{
    l->source = s;
    JSON_EACH(member, s->tree)
    {
        bool shared = (has_measures(s->tree) && is_shared(&measure_shape, member->key)) ||
                      (JSON_GET(s->tree, "procedures") && is_shared(&procedure_shape, member->key));
        if (!shared && !is_section(member->key))
            unknown_head(l, member);
    }
}

static void load_section(struct loader *l, const struct section *section)
{
    bool measures = section->load == load_measures || section->load == load_products ||
                    section->load == load_families;
    for (size_t i = 0; i < l->sources.n; i++) {
        struct source *s = l->sources.at[i];
        const struct json *j = json_get(s->tree, span_z(section->key));
        struct measure defaults = {0};
        if (is_absent(j))
            continue;
        l->source = s;
        l->defaults = &defaults;
        if (measures)
            read_shared(l, s->tree, &measure_shape, &defaults);
        if (j->kind == JSON_ARRAY)
            section->load(l, j, NULL, NULL);
        else
            hint(l, COMPLAIN(l, j, E_TYPE, "'%s' must be a list", section->key),
                 "begin each element with '- '");
    }
}

static void load_sections(struct loader *l, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        load_section(l, &sections[i]);
}

/* ---- files ---- */

static void hash_file(crypto_hash_sha256_state *hash, struct span relative, struct span bytes)
{
    uint64_t sizes[2] = {relative.n, bytes.n};
    for (size_t i = 0; i < 2; i++) {
        unsigned char eight[8];
        for (size_t b = 0; b < 8; b++)
            eight[b] = (unsigned char)(sizes[i] >> (8 * b));
        crypto_hash_sha256_update(hash, eight, sizeof eight);
    }
    crypto_hash_sha256_update(hash, (const unsigned char *)relative.p, relative.n);
    if (bytes.n)
        crypto_hash_sha256_update(hash, (const unsigned char *)bytes.p, bytes.n);
}

static void print_hash(crypto_hash_sha256_state *hash, char ret[65])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(hash, digest);
    sodium_bin2hex(ret, 65, digest, sizeof digest);
}

void library_hash_files(const struct library_file *files, size_t n, char ret[65])
{
    crypto_hash_sha256_state hash;
    crypto_hash_sha256_init(&hash);
    for (size_t i = 0; i < n; i++)
        hash_file(&hash, files[i].path, files[i].bytes);
    print_hash(&hash, ret);
}

static void unreadable(struct loader *l, struct source *s, const struct err *err)
{
    if (err->code == E_MEMORY) {
        l->failed = true;
        return;
    }
    struct place where = {s->path, err->line ? err->line : 1, err->column ? err->column : 1};
    struct diag *g = COMPLAIN_AT(l, where, err->code, "%s", err->message);
    hint(l, g, "%s", err->hint[0] ? err->hint : "the file was not read: is it whole?");
    l->unreadable = true;
}

/* A hand-written file ends its last line; one that does not was cut. */
static bool is_whole(struct loader *l, struct source *s)
{
    struct err err = ERR_INIT;
    if (s->text.n > 0 && s->text.p[s->text.n - 1] == '\n')
        return true;
    err_set(&err, E_INPUT,
            s->text.n ? "the last line does not end: is the file cut off?" : "the file is empty");
    err_hint(&err, "%s", s->text.n ? "when it is whole, add a line end" : "remove it, or fill it");
    uint32_t lines = 1;
    for (size_t i = 0; i < s->text.n; i++)
        lines += s->text.p[i] == '\n';
    err.line = lines;
    unreadable(l, s, &err);
    return false;
}

/* Says what is wrong with a file that was read; without a tree it has no sections. */
static void judge_file(struct loader *l, struct source *s)
{
    struct json *tree = s->tree;
    l->source = s;
    s->tree = NULL;
    if (s->err)
        unreadable(l, s, s->err);
    else if (!tree || !is_whole(l, s))
        return;
    else if (tree->kind != JSON_OBJECT)
        hint(l, COMPLAIN(l, tree, E_TYPE, "a library file is a map"),
             "facts: or measures: ... at its head");
    else
        s->tree = tree;
}

static struct err *kept(struct arena *a, const struct err *err)
{
    struct err *e = ARENA_NEW(a, struct err);
    if (e)
        *e = *err;
    return e;
}

/* One more file, shown as `path`; its text is still to come. NULL without memory. */
static struct source *new_source(struct loader *l, struct span path)
{
    struct source *s = need(l, ARENA_NEW(l->scratch, struct source));
    struct source **slot = need(l, VECTOR_PUSH(l->scratch, &l->sources, struct source *));
    if (!s || !slot)
        return NULL;
    *slot = s;
    s->path = arena_copy(l->program, path);
    s->shown = arena_copy(l->diags->arena, path);
    return s;
}

static int take_file(void *context, const char *path)
{
    struct loader *l = context;
    struct err err = ERR_INIT;
    struct source *s = new_source(l, span_z(path));
    if (!s)
        return E_MEMORY;
    if (file_read(l->program, path, LIBRARY_FILE_MAX, &s->text, &err) < 0) {
        s->text = (struct span){NULL, 0};
        s->err = need(l, kept(l->scratch, &err));
    }
    return l->failed ? E_MEMORY : 0;
}

/* ---- parsing, half of the load: in two threads ---- */

#define PARSE_ALONE ((size_t)256 << 10) /* less text than this is not worth a thread */

/* The files, taken one by one by whoever is free. Trees do not depend on who that is, and what is
 * wrong is said afterwards, in the order of the files. */
struct parsing {
    struct source *const *at;
    size_t n, next;
};
struct parser {
    struct parsing *work;
    struct arena *trees, *errors;
};

static void parse_files(struct parser *p)
{
    size_t i;
    while ((i = __atomic_fetch_add(&p->work->next, 1, __ATOMIC_RELAXED)) < p->work->n) {
        struct source *s = p->work->at[i];
        struct err err = ERR_INIT;
        if (s->err || !span_ends(s->path, SPAN(".yaml")))
            continue;
        if (yaml_parse(p->trees, s->text, s->path, &s->tree, &err) < 0) {
            s->tree = NULL;
            s->err = kept(p->errors, &err);
            p->errors->failed = p->errors->failed || !s->err;
        }
    }
}

static void *parse_beside(void *context)
{
    parse_files(context);
    return NULL;
}

static bool is_much(const struct loader *l)
{
    size_t bytes = 0;
    for (size_t i = 0; i < l->sources.n; i++)
        bytes += l->sources.at[i]->text.n;
    return bytes >= PARSE_ALONE && alloc_is_plain();
}

static void hash_files(struct loader *l)
{
    for (size_t i = 0; i < l->sources.n; i++)
        if (l->sources.at[i]->text.p)
            hash_file(l->hash, span_from(l->sources.at[i]->path, l->folder_length),
                      l->sources.at[i]->text);
}

static void parse_sources(struct loader *l)
{
    struct parsing work = {.at = l->sources.at, .n = l->sources.n};
    struct arena trees, errors;
    struct parser here = {&work, l->program, l->scratch}, beside = {&work, &trees, &errors};
    pthread_t thread;
    arena_init(&trees);
    arena_init(&errors);
    bool two = is_much(l) && pthread_create(&thread, NULL, parse_beside, &beside) == 0;
    hash_files(l);
    parse_files(&here);
    if (two)
        (void)pthread_join(thread, NULL);
    arena_adopt(l->program, &trees);
    arena_adopt(l->scratch, &errors);
    for (size_t i = 0; i < l->sources.n; i++)
        judge_file(l, l->sources.at[i]);
}

/* ---- the whole ---- */

static int by_catalogue(const void *x, const void *y)
{
    const struct measure *a = *(struct measure *const *)x, *b = *(struct measure *const *)y;
    if ((a->catalogue.n == 0) != (b->catalogue.n == 0))
        return a->catalogue.n == 0 ? 1 : -1;
    int r = span_compare(a->catalogue, b->catalogue);
    return r ? r : span_compare(a->id, b->id);
}

static void index_measure(struct loader *l, struct measure *m, struct map *map, struct span key,
                          const char *what)
{
    if (!key.n)
        return;
    if (map_get(map, key))
        COMPLAIN_AT(l, m->place, E_CONFLICT, "a second measure with the %s '%.*s'", what,
                    SPAN_ARG(key));
    else if (map_put(map, key, m) < 0)
        l->failed = true;
}

/* Rows that pass on one rule: `same_as` names the measure that carries it. */
static void link_same(struct loader *l, struct measure *m)
{
    const struct measure *other =
        m->same_as_id.n ? map_get(&l->library->measure_by_id, m->same_as_id) : NULL;
    struct span near = {NULL, 0};
    if (!m->same_as_id.n)
        return;
    if (!other) {
        struct diag *g = COMPLAIN_AT(l, m->place, E_NAME, "same_as an unknown measure '%.*s'",
                                     SPAN_ARG(m->same_as_id));
        near = map_nearest(&l->library->measure_by_id, m->same_as_id);
        hint(l, g, near.n ? "did you mean '%.*s'?" : "name a measure by its id%.*s",
             SPAN_ARG(near));
    } else if (other == m || other->same_as_id.n) {
        hint(l,
             COMPLAIN_AT(l, m->place, E_CONFLICT, "same_as '%.*s', which stands for another",
                         SPAN_ARG(m->same_as_id)),
             "name the measure that carries the rule");
    } else
        m->same_as = other;
}

/* A catalogue row may stand for several regions: the rows of one family then share its number. The
 * map keeps the first by id. */
static void index_catalogue(struct loader *l, struct measure *m, struct span number)
{
    struct map *map = &l->library->measure_by_catalogue;
    const struct measure *first = map_get(map, number);
    bool shared =
        first && m->family && first->family == m->family && !span_eq(first->region, m->region);
    if (!shared)
        index_measure(l, m, map, number, "catalogue number");
}

static void publish_arrays(struct loader *l)
{
    struct library *lib = l->library;
    if (l->measures.n)
        qsort(l->measures.at, l->measures.n, sizeof *l->measures.at, by_catalogue);
    for (size_t i = 0; i < l->measures.n; i++) {
        l->measures.at[i]->index = i;
        index_measure(l, l->measures.at[i], &lib->measure_by_id, l->measures.at[i]->id, "id");
        for (size_t k = 0; k < l->measures.at[i]->catalogue_count; k++)
            index_catalogue(l, l->measures.at[i], l->measures.at[i]->catalogues[k]);
    }
    for (size_t i = 0; i < l->measures.n; i++)
        link_same(l, l->measures.at[i]);
    join_families(l);
    link_relations(l);
    link_chains(l);
    lib->families = (void *)l->families.at;
    lib->family_count = l->families.n;
#define PUBLISH(field, vector)                                                                     \
    lib->field##s = (void *)l->vector.at;                                                          \
    lib->field##_count = l->vector.n
    PUBLISH(item_kind, item_kinds);
    PUBLISH(fact, facts);
    PUBLISH(parameter, parameters);
    PUBLISH(register, registers);
    PUBLISH(decision_model, decision_models);
    PUBLISH(decision, decisions);
    PUBLISH(document, documents);
    PUBLISH(organisation, organisations);
    PUBLISH(recognition, recognitions);
    PUBLISH(measure, measures);
#undef PUBLISH
}

static void init_maps(struct loader *l)
{
    struct library *lib = l->library;
    struct map *maps[] = {&lib->decision_model_by_id,
                          &lib->fact_by_name,
                          &lib->parameter_by_name,
                          &lib->register_by_name,
                          &lib->document_by_id,
                          &lib->measure_by_id,
                          &lib->measure_by_catalogue,
                          &lib->organisation_by_name,
                          &lib->family_by_id,
                          &lib->procedure_by_id,
                          &lib->recognition_by_manual,
                          &l->item_by_id,
                          &l->unsound};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        map_init(maps[i], l->program);
}

static void load_files(struct loader *l)
{
    for (size_t i = 0; i < l->sources.n; i++)
        if (l->sources.at[i]->tree)
            check_head(l, l->sources.at[i]);
    load_sections(l, 0, SECTIONS_OF_VOCABULARY);
    load_decisions(l);
    build_vocabulary(l);
    compile_facts(l);
    load_sections(l, SECTIONS_OF_VOCABULARY, SECTIONS_OF_DOCUMENTS);
    link_documents(l);
    for (size_t i = 0; i < l->documents.n; i++)
        compile_document(l, l->documents.at[i]);
    load_sections(l, SECTIONS_OF_DOCUMENTS, SECTIONS_OF_MEASURES);
    load_rule_rows(l);
    publish_arrays(l);
    load_sections(l, SECTIONS_OF_MEASURES, COUNT_OF(sections)); /* they name measures */
    publish_procedures(l);
    check_library(l);
    check_procedures(l);
    check_recognitions(l);
}

/* Where a load takes its files from: a folder, or files in memory, shown below a label. */
struct origin {
    const char *folder; /* or the label */
    const struct library_file *files;
    size_t n;
    bool memory;
};

static int no_folder(const char *folder, struct err *err)
{
    struct stat st;
    if (stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
        return 0;
    err_set(err, E_NOT_FOUND, "no library folder '%s'", folder);
    err_hint(err, "name it with --library or HUIQI_LIBRARY");
    return E_NOT_FOUND;
}

/* Length of the folder and one '/': what stands before the paths that are hashed. */
static size_t prefix_length(const char *folder)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return n + 1;
}

static int by_path(const void *x, const void *y)
{
    return span_compare((*(struct source *const *)x)->path, (*(struct source *const *)y)->path);
}

/* In the order in which a walk would meet them: the hash counts on it. */
static int take_memory(struct loader *l, const struct origin *from, struct err *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct library_file *f = &from->files[i];
        if (f->bytes.n > LIBRARY_FILE_MAX)
            return err_set(err, E_LIMIT, "%.*s is larger than %u bytes", SPAN_ARG(f->path),
                           LIBRARY_FILE_MAX);
        struct span path = arena_print(l->scratch, "%s/%.*s", from->folder, SPAN_ARG(f->path));
        struct source *s = path.p ? new_source(l, path) : NULL;
        if (!s)
            return err_memory(err);
        s->text = arena_copy(l->program, f->bytes);
    }
    if (l->sources.n)
        qsort(l->sources.at, l->sources.n, sizeof(*l->sources.at), by_path);
    return 0;
}

static int read_files(struct loader *l, const struct origin *from, struct err *err)
{
    crypto_hash_sha256_state hash;
    int r = from->memory ? 0 : no_folder(from->folder, err);
    if (r < 0)
        return r;
    l->folder_length = prefix_length(from->folder);
    l->hash = &hash;
    crypto_hash_sha256_init(&hash);
    r = from->memory ? take_memory(l, from, err)
                     : file_walk(l->scratch, from->folder, SPAN(""), take_file, l, err);
    if (r == 0) {
        parse_sources(l);
        print_hash(&hash, l->library->hash);
    }
    l->hash = NULL;
    return r;
}

static bool out_of_memory(const struct loader *l)
{
    return l->failed || l->program->failed || l->scratch->failed || l->diags->arena->failed;
}

static int load_into(struct loader *l, const struct origin *from, struct err *err)
{
    init_maps(l);
    l->calendar = need(l, calendar_new(l->program));
    l->library->calendar = l->calendar;
    int r = read_files(l, from, err);
    if (r == 0 && !out_of_memory(l))
        load_files(l);
    if (out_of_memory(l))
        return err_memory(err);
    if (r == 0 && l->diags->errors) {
        diags_to_err(l->diags, err);
        r = l->unreadable ? E_INPUT : E_CHECK;
    }
    return r;
}

static int load_from(const struct origin *from, struct library **ret, struct diags *diags,
                     struct err *err)
{
    struct arena scratch;
    struct loader l = {.diags = diags, .scratch = &scratch};
    struct library *lib = alloc_new(sizeof *lib);
    if (!lib)
        return err_memory(err);
    arena_init(&lib->arena);
    arena_init(&scratch);
    lib->references = 1;
    l.library = lib;
    l.program = &lib->arena;
    int r = load_into(&l, from, err);
    arena_release(&scratch);
    if (r < 0) {
        library_unref(lib);
        return r;
    }
    if (trace_on(TRACE_POLICY))
        trace_line(TRACE_POLICY, "library %s: %zu facts, %zu measures, %zu bytes", lib->hash,
                   lib->fact_count, lib->measure_count, lib->arena.used);
    *ret = lib;
    return 0;
}

int library_load(const char *folder, struct library **ret, struct diags *diags, struct err *err)
{
    const struct origin from = {.folder = folder};
    return load_from(&from, ret, diags, err);
}

int library_load_files(const char *label, const struct library_file *files, size_t n,
                       struct library **ret, struct diags *diags, struct err *err)
{
    const struct origin from = {.folder = label, .files = files, .n = n, .memory = true};
    return load_from(&from, ret, diags, err);
}

/* ---- the files themselves ---- */

struct collecting {
    struct arena *arena;
    struct library_files *files;
    size_t prefix;
    struct err *err;
};

static int collect_file(void *context, const char *path)
{
    struct collecting *c = context;
    struct library_file *f = VECTOR_PUSH(c->arena, c->files, struct library_file);
    if (!f)
        return err_memory(c->err);
    f->path = arena_copy(c->arena, span_from(span_z(path), c->prefix));
    return f->path.p ? file_read(c->arena, path, LIBRARY_FILE_MAX, &f->bytes, c->err)
                     : err_memory(c->err);
}

int library_read_folder(struct arena *request, const char *folder, struct library_files *ret,
                        struct err *err)
{
    struct library_files files = {0};
    struct collecting c = {request, &files, prefix_length(folder), err};
    int r = no_folder(folder, err);
    if (r == 0)
        r = file_walk(request, folder, SPAN(""), collect_file, &c, err);
    if (r == 0)
        *ret = files;
    return r;
}

/* ---- references ---- */

struct library *library_ref(struct library *l)
{
    __atomic_add_fetch(&l->references, 1, __ATOMIC_RELAXED);
    return l;
}

void library_unref(struct library *l)
{
    if (!l || __atomic_sub_fetch(&l->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    arena_release(&l->arena);
    alloc_free(l);
}

const struct measure *library_find(const struct library *l, struct span id,
                                   struct span *ret_nearest)
{
    const struct measure *m = map_get(&l->measure_by_id, id);
    if (!m)
        m = map_get(&l->measure_by_catalogue, id);
    if (m || !ret_nearest)
        return m;
    *ret_nearest = map_nearest(&l->measure_by_catalogue, id);
    if (!ret_nearest->n)
        *ret_nearest = map_nearest(&l->measure_by_id, id);
    return NULL;
}

const char *library_folder(const char *option)
{
    struct stat st;
    const char *environment = getenv("HUIQI_LIBRARY");
    if (option)
        return option;
    if (environment && environment[0])
        return environment;
    return stat("library", &st) == 0 && S_ISDIR(st.st_mode) ? "library" : HUIQI_LIBRARY_DIR;
}
