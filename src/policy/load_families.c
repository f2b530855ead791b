/*
 * load_families.c: `families:`: one shared rule, parameters by row. Each row expands to the tree of
 * one measure, which is then read as any other, so that everything behind the loader knows
 * measures only.
 *
 * A slot is a definition (`let`) of every row's measure and, in braces, a piece of its texts. Nodes
 * keep the places of their file: a mistake in the shared rule points there and names the row, one
 * in a value points to the row.
 */
#include "base/utf8.h"
#include "policy/library_int.h"

/* ---- slots ---- */

static const char *const slot_types[] = {[FAMILY_NUMBER] = "number",
                                         [FAMILY_BOOLEAN] = "boolean",
                                         [FAMILY_STRING] = "string",
                                         [FAMILY_DATE] = "date",
                                         [FAMILY_LIST] = "list",
                                         [FAMILY_TEXT] = "text",
                                         [FAMILY_EXPRESSION] = "expression"};

static void read_slot_type(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct span word = {NULL, 0};
    struct key choice = *k;
    choice.offset = 0;
    read_choice(l, j, &choice, &word);
    for (size_t i = 0; i < FAMILY_TYPES; i++)
        if (span_eq(word, span_z(slot_types[i])))
            ((struct family_slot *)base)->kind = (enum family_slot_kind)i;
}

static void keep_tree(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l);
    *(const struct json **)field_of(base, k) = j;
}

#define SLOT_AT(member) .offset = offsetof(struct family_slot, member)
static const struct key slot_keys[] = {
    {.name = "type",
     .read = read_slot_type,
     .extra = slot_types,
     .extra_count = FAMILY_TYPES,
     .flags = KEY_REQUIRED},
    {.name = "unit", .read = read_text, SLOT_AT(unit)},
    {.name = "title", .read = read_words, SLOT_AT(title)},
    {.name = "optional", .read = read_bool, SLOT_AT(optional)},
    {.name = "default", .read = keep_tree, SLOT_AT(otherwise)},
};
static const struct shape slot_shape = {
    "slot", slot_keys, COUNT_OF(slot_keys), sizeof(struct family_slot), NO_PLACE, NULL};

static void read_slots(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    struct family *f = base;
    UNUSED(k);
    if (j->kind != JSON_OBJECT) {
        hint(l, COMPLAIN(l, j, E_TYPE, "'slots' must be a map"), "slots: {比例: {type: number}}");
        return;
    }
    struct family_slot *at = need(l, ARENA_ARRAY(l->program, struct family_slot, j->n ? j->n : 1));
    JSON_EACH(e, j)
    {
        if (at && read_shape(l, e, &slot_shape, &at[f->slot_count]))
            at[f->slot_count++].name = e->key;
    }
    f->slots = at;
}

/* ---- the family ---- */

#define FAMILY_AT(member) .offset = offsetof(struct family, member)
static const struct key family_keys[] = {
    {.name = "family", .read = read_text, FAMILY_AT(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, FAMILY_AT(title), .flags = KEY_REQUIRED},
    {.name = "slots", .read = read_slots},
    {.name = "measure", .read = keep_tree, FAMILY_AT(rule)},
    {.name = "rows", .read = keep_tree, FAMILY_AT(rows)},
};
static const struct shape family_shape = {"family",
                                          family_keys,
                                          COUNT_OF(family_keys),
                                          sizeof(struct family),
                                          offsetof(struct family, place),
                                          NULL};

struct expansion {
    struct loader *l;
    const struct family *family;
    const struct json *row;
    const struct json **values; /* beside the slots of the family; NULL = not given */
};

static size_t slot_index(const struct family *f, struct span name)
{
    size_t i = 0;
    while (i < f->slot_count && !span_eq(f->slots[i].name, name))
        i++;
    return i;
}

/* ---- values of a row ---- */

static bool list_fits(struct loader *l, const struct json *v)
{
    bool fits = v->kind == JSON_ARRAY;
    if (!fits)
        hint(l, COMPLAIN(l, v, E_TYPE, "'%.*s' is a list", SPAN_ARG(v->key)), "write [a, b]");
    JSON_EACH(e, fits ? v : NULL)
    fits = want_text(l, e, "element") && fits;
    return fits;
}

static bool value_fits(struct loader *l, const struct family_slot *s, const struct json *v)
{
    static const struct type *const types[FAMILY_TYPES] = {[FAMILY_NUMBER] = &TYPE_NUMBER_T,
                                                           [FAMILY_BOOLEAN] = &TYPE_BOOLEAN_T,
                                                           [FAMILY_STRING] = &TYPE_STRING_T,
                                                           [FAMILY_DATE] = &TYPE_DATE_T};
    struct words words;
    struct value value;
    switch (s->kind) {
    case FAMILY_TEXT:
        return v->kind == JSON_OBJECT ? read_shape(l, v, &words_shape, &words)
                                      : want_text(l, v, "text");
    case FAMILY_LIST:
        return list_fits(l, v);
    case FAMILY_EXPRESSION:
        return want_text(l, v, "expression");
    default:
        return value_of(l, v, types[s->kind], &value);
    }
}

static void unknown_slot(struct loader *l, const struct family *f, const struct json *v)
{
    struct map known;
    struct diag *g = COMPLAIN_KEY(l, v, E_NAME, "unknown slot '%.*s' of the family '%.*s'",
                                  SPAN_ARG(v->key), SPAN_ARG(f->id));
    map_init(&known, l->scratch);
    for (size_t i = 0; i < f->slot_count; i++)
        if (map_put(&known, f->slots[i].name, l) < 0)
            l->failed = true;
    struct span near = map_nearest(&known, v->key);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "declare it under 'slots'");
}

static void take_values(struct expansion *x)
{
    const struct family *f = x->family;
    const struct json *set = JSON_GET(x->row, "set");
    JSON_EACH(v, set)
    {
        size_t i = slot_index(f, v->key);
        if (i == f->slot_count)
            unknown_slot(x->l, f, v);
        else if (!is_absent(v) && value_fits(x->l, &f->slots[i], v))
            x->values[i] = v;
    }
    for (size_t i = 0; i < f->slot_count; i++) {
        const struct family_slot *s = &f->slots[i];
        if (x->values[i] || json_get(set, s->name))
            continue;
        x->values[i] = s->otherwise;
        if (!s->otherwise && !s->optional)
            hint(x->l,
                 COMPLAIN(x->l, x->row, E_INPUT, "the row does not set '%.*s'", SPAN_ARG(s->name)),
                 "add it under 'set', or give the slot a default, or make it optional");
    }
}

/* ---- a slot within a text ---- */

static void list_words(struct buffer *out, const struct json *v, bool english)
{
    size_t n = 0;
    JSON_EACH(e, v)
    buffer_print(out, "%s%.*s", n++ ? (english ? ", " : "、") : "", SPAN_ARG(json_text(e)));
}

static void percent_words(struct buffer *out, struct span digits)
{
    char text[DECIMAL_TEXT];
    struct decimal d, hundred;
    if (!decimal_parse(digits, &d) || !decimal_parse(SPAN("100"), &hundred))
        return;
    d = decimal_mul(d, hundred, NULL);
    size_t n = decimal_plain(d, text, sizeof text);
    buffer_print(out, "%.*s%%", (int)n, text);
}

/* {名} or {名%}; false when the braces hold no slot that is given. */
static bool slot_words(const struct expansion *x, struct buffer *out, struct span name,
                       bool english)
{
    bool percent = span_ends(name, SPAN("%"));
    size_t i = slot_index(x->family, percent ? span_of(name.p, name.n - 1) : name);
    const struct json *v = i < x->family->slot_count ? x->values[i] : NULL;
    if (!v)
        return false;
    if (percent)
        percent_words(out, json_text(v));
    else if (v->kind == JSON_ARRAY)
        list_words(out, v, english);
    else if (v->kind == JSON_OBJECT)
        buffer_add(out, json_text(english ? JSON_GET(v, "en") : JSON_GET(v, "zh")));
    else
        buffer_add(out, json_text(v));
    return true;
}

static struct span filled(const struct expansion *x, struct span text, bool english)
{
    struct buffer out = BUFFER_INIT;
    struct span rest = text, made = text;
    bool any = false;
    for (size_t open; (open = span_find(rest, SPAN("{"))) != SIZE_MAX;) {
        struct span behind = span_from(rest, open + 1);
        size_t close = span_find(behind, SPAN("}"));
        if (close == SIZE_MAX)
            break;
        buffer_add(&out, span_of(rest.p, open));
        if (slot_words(x, &out, span_of(behind.p, close), english))
            any = true;
        else
            buffer_print(&out, "{%.*s}", (int)close, behind.p);
        rest = span_from(behind, close + 1);
    }
    buffer_add(&out, rest);
    if (any)
        made = arena_copy(x->l->program, buffer_span(&out));
    x->l->failed = x->l->failed || buffer_failed(&out);
    buffer_release(&out);
    return made;
}

/* ---- the tree ---- */

/* `when: 名` keeps a part where the slot is given and not false, `when: not 名` the other way. */
static bool is_kept(const struct expansion *x, const struct json *part)
{
    const struct json *when = JSON_GET(part, "when");
    struct span name = span_trim(json_text(when));
    bool negated = span_starts(name, SPAN("not "));
    if (!when)
        return true;
    if (negated)
        name = span_trim(span_from(name, strlen("not ")));
    size_t i = slot_index(x->family, name);
    if (i == x->family->slot_count) {
        hint(x->l, COMPLAIN(x->l, when, E_NAME, "'when' names no slot: '%.*s'", SPAN_ARG(name)),
             "when: SLOT keeps a part where the slot is given and not false; when: not SLOT");
        return true;
    }
    bool given = x->values[i] && !span_eq(json_text(x->values[i]), SPAN("false"));
    return given != negated;
}

static void add_copies(const struct expansion *x, struct json *to, const struct json *from,
                       bool english);

static struct json *copy_of(const struct expansion *x, const struct json *j, bool english)
{
    struct json *copy = need(x->l, ARENA_NEW(x->l->program, struct json));
    if (!copy)
        return NULL;
    *copy = (struct json){.kind = j->kind,
                          .plain = j->plain,
                          .line = j->line,
                          .column = j->column,
                          .text = j->text,
                          .key = filled(x, j->key, false), /* {名}: 1 of an example */
                          .key_line = j->key_line,
                          .key_column = j->key_column};
    if (j->kind == JSON_STRING)
        copy->text = filled(x, j->text, english);
    else
        add_copies(x, copy, j, english);
    return copy;
}

/* Appends as it stands: the key and its place are the copy's own. */
static void append(struct json *to, struct json *child)
{
    if (!to || !child)
        return;
    if (to->last)
        to->last->next = child;
    else
        to->first = child;
    to->last = child;
    to->n++;
}

static void add_copies(const struct expansion *x, struct json *to, const struct json *from,
                       bool english)
{
    JSON_EACH(e, from)
    {
        bool member = from->kind == JSON_OBJECT;
        if (member && span_eq(e->key, SPAN("when")))
            continue;
        if (e->kind != JSON_OBJECT || is_kept(x, e))
            append(to, copy_of(x, e, english || (member && span_eq(e->key, SPAN("en")))));
    }
}

/* A slot's value as FEEL; the place is that of the value. */
static void literal(struct buffer *out, const struct family_slot *s, const struct json *v)
{
    struct span text = json_text(v);
    switch (s->kind) {
    case FAMILY_NUMBER:
        if (s->unit.n)
            buffer_print(out, "with unit(%.*s, \"%.*s\")", SPAN_ARG(text), SPAN_ARG(s->unit));
        else
            buffer_add(out, text);
        break;
    case FAMILY_STRING:
        buffer_print(out, "\"%.*s\"", SPAN_ARG(text));
        break;
    case FAMILY_DATE:
        buffer_print(out, "date(\"%.*s\")", SPAN_ARG(text));
        break;
    case FAMILY_LIST:
        buffer_byte(out, '[');
        JSON_EACH(e, v)
        buffer_print(out, "%s\"%.*s\"", e == v->first ? "" : ", ", SPAN_ARG(json_text(e)));
        buffer_byte(out, ']');
        break;
    default:
        buffer_add(out, text);
    }
}

static struct json *definition(const struct expansion *x, size_t i)
{
    const struct family_slot *s = &x->family->slots[i];
    struct buffer out = BUFFER_INIT;
    struct json *j = need(x->l, ARENA_NEW(x->l->program, struct json));
    literal(&out, s, x->values[i]);
    if (j)
        *j = (struct json){.kind = JSON_STRING,
                           .plain = s->kind != FAMILY_EXPRESSION || x->values[i]->plain,
                           .line = x->values[i]->line,
                           .column = x->values[i]->column,
                           .text = arena_copy(x->l->program, buffer_span(&out)),
                           .key = s->name,
                           .key_line = x->values[i]->key_line,
                           .key_column = x->values[i]->key_column};
    x->l->failed = x->l->failed || buffer_failed(&out);
    buffer_release(&out);
    return j;
}

/* The slots first; then the shared definitions, replaced where the row has its own; then the row's
 * further ones. */
static void add_lets(const struct expansion *x, struct json *to)
{
    const struct json *shared = JSON_GET(x->family->rule, "let"), *own = JSON_GET(x->row, "let");
    struct json *let = json_object(x->l->program);
    for (size_t i = 0; i < x->family->slot_count; i++)
        if (x->values[i] && x->family->slots[i].kind != FAMILY_TEXT)
            append(let, definition(x, i));
    JSON_EACH(e, shared)
    {
        const struct json *mine = json_get(own, e->key);
        append(let, copy_of(x, mine ? mine : e, false));
    }
    JSON_EACH(e, own)
    {
        if (!json_get(shared, e->key))
            append(let, copy_of(x, e, false));
    }
    if (let && let->n)
        JSON_SET(to, "let", let);
    else if (!let)
        x->l->failed = true;
}

static bool is_own(struct span key)
{
    return span_eq(key, SPAN("set")) || span_eq(key, SPAN("more")) || span_eq(key, SPAN("let")) ||
           span_eq(key, SPAN("examples"));
}

/* Examples of the shared rule, of the row and under its `more`, in this order. */
static void add_examples(const struct expansion *x, struct json *to)
{
    static const struct span key = {"examples", 8};
    const struct json *from[] = {json_get(x->family->rule, key), json_get(x->row, key),
                                 json_get(JSON_GET(x->row, "more"), key)};
    struct json *all = NULL;
    for (size_t i = 0; i < COUNT_OF(from); i++)
        if (from[i] && all)
            add_copies(x, all, from[i], false);
        else if (from[i])
            all = copy_of(x, from[i], false);
    append(to, all);
}

/* What the row gives replaces; what stands under `more` is added. */
static void add_lists(const struct expansion *x, struct json *to)
{
    JSON_EACH(e, JSON_GET(x->row, "more"))
    {
        struct json *list = (struct json *)(uintptr_t)json_get(to, e->key);
        if (span_eq(e->key, SPAN("examples")))
            continue;
        if (list && list->kind == e->kind)
            add_copies(x, list, e, false);
        else
            append(to, copy_of(x, e, false));
    }
}

static struct json *expand(const struct expansion *x)
{
    struct json *to = need(x->l, json_object(x->l->program));
    if (!to)
        return NULL;
    to->line = x->row->line;
    to->column = x->row->column;
    JSON_EACH(e, x->row)
    {
        if (!is_own(e->key))
            append(to, copy_of(x, e, false));
    }
    JSON_EACH(e, x->family->rule)
    {
        if (!is_own(e->key) && !json_get(x->row, e->key))
            append(to, copy_of(x, e, false));
    }
    add_lets(x, to);
    add_lists(x, to);
    add_examples(x, to);
    return to;
}

/* ---- loading ---- */

/* A mistake in the shared rule says which row met it. */
static void name_row(struct loader *l, const struct diag *before, const struct json *row)
{
    struct span id = json_text(JSON_GET(row, "measure"));
    if (!id.n)
        id = json_text(JSON_GET(row, "product"));
    for (struct diag *g = before ? before->next : l->diags->first; g; g = g->next)
        if (g->line != row->line)
            g->message = arena_print(l->diags->arena, "%.*s (row '%.*s', line %u)",
                                     SPAN_ARG(g->message), SPAN_ARG(id), (unsigned)row->line);
}

static void load_row(struct loader *l, const struct family *f, const struct json *row)
{
    struct expansion x = {.l = l, .family = f, .row = row};
    const struct diag *before = l->diags->last;
    if (row->kind != JSON_OBJECT) {
        hint(l, COMPLAIN(l, row, E_TYPE, "a row must be a map"), "- measure: ID");
        return;
    }
    x.values =
        need(l, ARENA_ARRAY(l->program, const struct json *, f->slot_count ? f->slot_count : 1));
    if (!x.values)
        return;
    take_values(&x);
    size_t errors = l->diags->errors;
    struct json *tree = expand(&x);
    if (tree && l->diags->errors == errors)
        load_measure_row(l, tree, f, x.values);
    if (l->diags->last != before)
        name_row(l, before, row);
}

static void load_family(struct loader *l, const struct json *e)
{
    struct family *f = need(l, ARENA_NEW(l->program, struct family));
    if (!f || !read_shape(l, e, &family_shape, f) || !f->id.n)
        return;
    if (map_get(&l->library->family_by_id, f->id)) {
        COMPLAIN(l, e, E_CONFLICT, "a second family '%.*s'", SPAN_ARG(f->id));
        return;
    }
    struct family **slot = need(l, VECTOR_PUSH(l->program, &l->families, struct family *));
    if (!slot || map_put(&l->library->family_by_id, f->id, f) < 0) {
        l->failed = true;
        return;
    }
    *slot = f;
    if (f->rule && f->rule->kind != JSON_OBJECT)
        hint(l, COMPLAIN(l, f->rule, E_TYPE, "'measure' of a family is the shared rule: a map"),
             "measure: {kind: ..., conditions: [...]}");
    else
        JSON_EACH(row, f->rows)
    load_row(l, f, row);
}

void load_families(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    load_family(l, e);
}

/* ---- members ---- */

/* Rows, and measures that name the family: in the order of the library. */
void join_families(struct loader *l)
{
    for (size_t i = 0; i < l->measures.n; i++) {
        struct measure *m = l->measures.at[i];
        if (m->family_id.n && !m->family)
            m->family = map_get(&l->library->family_by_id, m->family_id);
        if (m->family_id.n && !m->family)
            hint(l,
                 COMPLAIN_AT(l, m->place, E_NAME, "unknown family '%.*s'", SPAN_ARG(m->family_id)),
                 "declare it under 'families'");
        if (m->family)
            ((struct family *)(uintptr_t)m->family)->member_count++;
    }
    for (size_t i = 0; i < l->families.n; i++) {
        struct family *f = l->families.at[i];
        f->members = need(l, ARENA_ARRAY(l->program, const struct measure *, f->member_count + 1));
        f->member_count = 0;
    }
    for (size_t i = 0; i < l->measures.n; i++) {
        struct family *f = (struct family *)(uintptr_t)l->measures.at[i]->family;
        if (f && f->members)
            f->members[f->member_count++] = l->measures.at[i];
    }
}
