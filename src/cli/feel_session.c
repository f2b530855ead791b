/*
 * feel_session.c: see feel_session.h.
 */
#include "cli/feel_session.h"
#include "base/file.h"

void session_init(struct session *s)
{
    *s = (struct session){.as_of = date_today()};
    arena_init(&s->arena);
    feel_vocabulary_init(&s->vocabulary, &s->arena);
}

void session_release(struct session *s)
{
    arena_release(&s->arena);
}

int session_declare(struct session *s, struct span name, const struct type *type,
                    struct value value, struct err *err)
{
    uint32_t slot;
    int r = type ? feel_declare(&s->vocabulary, name, type, &slot) : E_MEMORY;
    if (r < 0)
        return err_set(err, r, "\"%.*s\" cannot be a name: %s", SPAN_ARG(name), err_text(r, false));
    struct value *at = VECTOR_PUSH(&s->arena, &s->values, struct value);
    struct span *known = VECTOR_PUSH(&s->arena, &s->names, struct span);
    if (!at || !known)
        return err_memory(err);
    *at = value;
    *known = name;
    return 0;
}

int session_facts(struct session *s, const char *path, struct err *err)
{
    struct span text;
    struct json *facts;
    int r = file_read(&s->arena, path, JSON_SIZE, &text, err);
    if (r == 0)
        r = json_parse(&s->arena, text, span_z(path), &facts, err);
    if (r < 0)
        return r;
    if (facts->kind != JSON_OBJECT) {
        r = err_set(err, E_INPUT, "facts are an object: {\"name\": value, ...}");
        err_at(err, span_z(path), facts->line, facts->column);
        return r;
    }
    JSON_EACH(member, facts)
    {
        const struct type *type = feel_infer(&s->arena, member);
        struct value v;
        r = type ? feel_from_json(&s->arena, member, type, &v, err) : err_memory(err);
        if (r == 0)
            r = session_declare(s, member->key, type, v, err);
        if (r < 0) {
            err_at(err, span_z(path), member->key_line, member->key_column);
            return r;
        }
    }
    return 0;
}

int session_compile(struct session *s, struct arena *a, struct span text,
                    const struct feel_expr **ret, struct diags *diags)
{
    struct feel_compile how = {.mode = s->mode, .vocabulary = &s->vocabulary};
    return feel_compile(a, text, &how, ret, diags);
}

/* A dated name's value is a context by period; "" is the present value. What is not there is asked
 * for. */
static struct value dated(void *context, struct feel_run *run, uint32_t slot, struct value argument)
{
    struct session *s = context;
    struct buffer b = BUFFER_INIT;
    struct span none = {0};
    if (argument.kind != VALUE_NULL)
        value_text(&b, argument);
    struct span period = arena_copy(run->arena, buffer_span(&b));
    buffer_release(&b);
    struct value all = s->values.at[slot];
    const struct value *v = all.kind == VALUE_CONTEXT ? context_get(all.context, period) : NULL;
    if (v)
        return *v;
    return value_unknown(run->arena,
                         missing_one(run->arena, s->names.at[slot], none, period, CAUSE_ASK, none));
}

struct feel_run session_run(struct session *s, struct arena *a)
{
    return (struct feel_run){
        .arena = a,
        .slots = s->values.at,
        .dated = dated,
        .context = s,
        .calendar = s->calendar,
        .as_of = s->as_of,
    };
}

struct diag *session_failure(struct diags *diags, struct span text, const struct failure *f)
{
    struct diag *g = diags_add(diags, DIAG_ERROR, f->code, "%.*s", SPAN_ARG(f->message));
    if (g)
        diag_place(g, (struct span){0}, text, f->start, f->end > f->start ? f->end - f->start : 1,
                   1, 1);
    return g;
}
