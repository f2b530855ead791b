/*
 * import_json.c: statements about subjects that are kept or refused as a whole: a JSON file, and
 * `set`. Everything is read and checked before the transaction begins.
 */
#include "base/map.h"
#include "base/vector.h"
#include "policy/subjects_int.h"

/* ---- a file of subjects ---- */

struct entry {
    struct span code, name;
    struct subject subject;
};
struct file {
    struct arena *request;
    struct arena scratch; /* of one transaction */
    struct store *store;
    const struct library *library;
    const struct import_options *options;
    VECTOR_OF(struct entry, entries) entries;
    size_t facts;
};

static int at_key(const struct file *f, const struct json *j, int code, struct err *err)
{
    err_at(err, f->options->file, j->key_line, j->key_column);
    return code;
}

static int check_ids(const struct subject *s, struct err *err)
{
    for (size_t i = 0; i < s->list_count; i++)
        for (size_t k = 0; k < s->lists[i].n; k++) {
            int r = s->lists[i].flat ? 0 : item_id_check(s->lists[i].ids[k], err);
            if (r < 0)
                return r;
        }
    return 0;
}

/* {"subject": {"kind":, "id":, "name":}, facts}; kind and id must agree with the command and the
 * key. */
static int check_self(const struct file *f, const struct json *j, struct entry *e, struct err *err)
{
    const struct json *self = JSON_GET(j, "subject"), *kind = JSON_GET(self, "kind"),
                      *id = JSON_GET(self, "id");

    e->name = f->options->kind->named ? span_trim(json_text(JSON_GET(self, "name"))) : SPAN("");
    if (kind && !span_eq(json_text(kind), f->options->kind->kind)) {
        err_set(err, E_INPUT, "这里的主体是 %.*s", SPAN_ARG(json_text(kind)));
        err_hint(err, "用 huiqi %.*s import", SPAN_ARG(json_text(kind)));
        err_at(err, f->options->file, kind->line, kind->column);
        return E_INPUT;
    }
    if (id && !span_eq(json_text(id), j->key)) {
        err_set(err, E_INPUT, "subject.id 与代码“%.*s”不同", SPAN_ARG(j->key));
        err_at(err, f->options->file, id->line, id->column);
        return E_INPUT;
    }
    return 0;
}

static int read_entry(struct file *f, const struct json *j, struct err *err)
{
    struct entry *e = VECTOR_PUSH(f->request, &f->entries, struct entry);
    int r;

    if (!e)
        return err_memory(err);
    r = f->options->kind->check(f->request, j->key, &e->code, err);
    if (r < 0)
        return at_key(f, j, r, err);
    r = check_self(f, j, e, err);
    if (r == 0)
        r = subject_from_json(f->request, f->library, j, f->options->file, &e->subject, err);
    if (r == 0 && (r = check_ids(&e->subject, err)) < 0)
        return at_key(f, j, r, err);
    return r;
}

/* One subject alone, as --facts reads it: its code is what `subject` says. */
static int read_alone(struct file *f, const struct json *root, const struct json *self,
                      struct err *err)
{
    const struct json *id = JSON_GET(self, "id");
    struct json *entry = ARENA_NEW(f->request, struct json);

    if (!entry)
        return err_memory(err);
    if (!id) {
        err_set(err, E_INPUT, "subject 没有 id：不知道是谁的事实");
        err_hint(err, "{\"subject\": {\"kind\": ..., \"id\": 代码, \"name\": 名称}, 事实: 值}");
        err_at(err, f->options->file, self->line, self->column);
        return E_INPUT;
    }
    *entry = *root;
    entry->key = json_text(id);
    entry->key_line = id->line;
    entry->key_column = id->column;
    return read_entry(f, entry, err);
}

static int read_file(struct file *f, struct span text, struct err *err)
{
    struct json *root;
    const struct json *self;
    int r = json_parse(f->request, text, f->options->file, &root, err);

    if (r < 0)
        return r;
    if (root->kind != JSON_OBJECT) {
        err_set(err, E_INPUT, "应为 {代码: {事实: 值}}");
        err_hint(err, "export --json 输出的就是这种文件");
        err_at(err, f->options->file, root->line, root->column);
        return E_INPUT;
    }
    self = JSON_GET(root, "subject");
    if (self)
        return read_alone(f, root, self, err);
    JSON_EACH(j, root)
    {
        r = read_entry(f, j, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- writing it ---- */

static int put(struct file *f, int64_t subject, struct fact_event *e, struct err *err)
{
    bool written = false;
    int r;

    if (!e->source.n)
        e->source = f->options->source;
    r = subject_add_event(&f->scratch, f->store, subject, e, &written, err);
    f->facts += written;
    return r;
}

/* What is said by the mere form of the file: items are there, lists are complete or not. */
static int put_truth(struct file *f, int64_t subject, struct span name, struct span item, bool yes,
                     bool withdrawn, struct err *err)
{
    return put(f, subject,
               &(struct fact_event){.fact = name,
                                    .item = item,
                                    .period = SPAN(""),
                                    .value = value_boolean(yes),
                                    .withdrawn = withdrawn,
                                    .basis = f->options->basis,
                                    .observed = f->options->observed},
               err);
}

/* `usual` = what holds when nobody says so: then an older word is taken back, and nothing is
 * written where there is none. */
static int put_complete(struct file *f, int64_t subject, struct span list, bool yes, bool usual,
                        struct err *err)
{
    struct span name = arena_print(&f->scratch, "%.*s.complete", SPAN_ARG(list));
    return name.p ? put_truth(f, subject, name, SPAN(""), yes, yes == usual, err) : err_memory(err);
}

static int put_value(struct file *f, int64_t subject, const struct fact_value *v, struct err *err)
{
    struct fact_event e = {.fact = v->fact->name,
                           .item = v->item,
                           .period = v->period,
                           .value = v->value,
                           .source = v->source,
                           .basis = v->source.n || v->has_date ? v->basis : f->options->basis,
                           .observed = v->has_date ? v->date : f->options->observed};
    int r = put(f, subject, &e, err);

    if (r == 0 && v->value.kind == VALUE_LIST && !v->item.n)
        r = put_complete(f, subject, v->fact->name, v->value.list->coverage != COVERAGE_PARTIAL,
                         true, err);
    return r;
}

/* An item without facts must be said to be there; of one with facts only an older "no more" is
 * taken back. */
static int put_items(struct file *f, int64_t subject, const struct subject *s,
                     const struct item_list *list, struct err *err)
{
    struct map told;
    int r = 0;

    map_init(&told, &f->scratch);
    for (size_t i = 0; i < s->n && r == 0; i++)
        if (s->values[i].fact->of == list->kind)
            r = map_put(&told, s->values[i].item, &told) < 0 ? err_memory(err) : 0;
    for (size_t i = 0; i < list->n && r == 0; i++)
        r = put_truth(f, subject, list->kind->list, list->ids[i], true,
                      map_get(&told, list->ids[i]) != NULL, err);
    return r;
}

static int put_list(struct file *f, int64_t subject, const struct subject *s,
                    const struct item_list *list, struct err *err)
{
    int r;

    if (!list->given || list->flat)
        return 0;
    r = put_complete(f, subject, list->kind->list, list->complete, false, err);
    return r < 0 ? r : put_items(f, subject, s, list, err);
}

static int put_entry(struct file *f, const struct entry *e, struct err *err)
{
    int64_t subject = 0;
    int r = subject_put(f->store, f->options->kind->kind, e->code, e->name, &subject, err);

    for (size_t i = 0; i < e->subject.n && r == 0; i++)
        r = put_value(f, subject, &e->subject.values[i], err);
    for (size_t i = 0; i < e->subject.list_count && r == 0; i++)
        r = put_list(f, subject, &e->subject, &e->subject.lists[i], err);
    return r;
}

static int put_all(struct store *s, void *context, struct err *err)
{
    struct file *f = context;
    int r = 0;

    UNUSED(s);
    f->facts = 0;
    for (size_t i = 0; i < f->entries.n && r == 0; i++) {
        arena_clear(&f->scratch);
        r = put_entry(f, &f->entries.at[i], err);
    }
    return r;
}

int subjects_import_json(struct arena *request, struct store *s, const struct library *l,
                         struct span json, const struct import_options *o,
                         struct import_report *ret, struct err *err)
{
    struct file f = {.request = request, .store = s, .library = l, .options = o};
    int r;

    arena_init(&f.scratch);
    r = read_file(&f, json, err);
    if (r == 0 && s)
        r = store_write(s, put_all, &f, err);
    arena_release(&f.scratch);
    if (r == 0)
        *ret = (struct import_report){.rows = f.entries.n, .good = f.entries.n, .facts = f.facts};
    return r;
}

/* ---- set ---- */

struct setting {
    struct arena *request;
    struct span code, name;
    struct statement *said;
    size_t n, facts;
    const struct import_options *options;
};

static int write_setting(struct store *s, void *context, struct err *err)
{
    struct setting *t = context;

    t->facts = 0;
    return subject_state(t->request, s, t->code, t->name, t->said, t->n, t->options, &t->facts,
                         err);
}

static int once(const struct setting *t, const struct fact_key *key, struct err *err)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct fact_key *k = t->said[i].key;
        if (span_eq(k->name, key->name) && span_eq(k->item, key->item) &&
            span_eq(k->period, key->period))
            return err_set(err, E_INPUT, "“%.*s”写了两次", SPAN_ARG(key->name));
    }
    return 0;
}

static int read_assignment(struct setting *t, const struct library *l, const struct assignment *a,
                           struct err *err)
{
    struct fact_key *key = ARENA_NEW(t->request, struct fact_key);
    struct statement *said = &t->said[t->n];
    struct span value = span_trim(a->value);
    int r;

    if (!key)
        return err_memory(err);
    if (t->options->kind->named && span_eq(span_trim(a->key), SPAN("名称"))) {
        t->name = value;
        return 0;
    }
    *said = (struct statement){.key = key, .given = value.n > 0, .withdrawn = value.n == 0};
    r = fact_key_parse(t->request, l, a->key, key, err);
    if (r == 0 && said->given)
        r = fact_key_read(t->request, l, key, value, &said->value, err);
    if (r == 0)
        r = once(t, key, err);
    t->n += r == 0;
    return r;
}

int subject_set(struct arena *request, struct store *s, const struct library *l, struct span code,
                const struct assignment *at, size_t n, const struct import_options *o,
                struct import_report *ret, struct err *err)
{
    struct setting t = {
        .request = request, .options = o, .said = ARENA_ARRAY(request, struct statement, n + 1)};
    int r = t.said ? o->kind->check(request, code, &t.code, err) : err_memory(err);

    for (size_t i = 0; i < n && r == 0; i++) {
        r = read_assignment(&t, l, &at[i], err);
        if (r < 0 && is_data_error(r))
            err_at(err,
                   arena_print(request, "%.*s=%.*s", SPAN_ARG(at[i].key), SPAN_ARG(at[i].value)), 0,
                   0);
    }
    if (r == 0 && s)
        r = store_write(s, write_setting, &t, err);
    if (r == 0)
        *ret = (struct import_report){.rows = 1, .good = 1, .facts = t.facts};
    return r;
}
