/*
 * case_intake.c: see case_intake.h.
 */
#include "casework/case_intake.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/cases_int.h"
#include "casework/sql.h"
#include "document/document.h"

/* ---- the name ---- */

static struct span *slot_of(struct span word, struct intake_name *n)
{
    return span_eq(word, SPAN("单位"))     ? &n->unit
           : span_eq(word, SPAN("申请人")) ? &n->person
           : span_eq(word, SPAN("业务"))   ? &n->business
           : span_eq(word, SPAN("时间"))   ? &n->time
                                           : NULL;
}

/* What stands before the next slot of a pattern. */
static struct span literal(struct span *pattern)
{
    size_t at = span_find(*pattern, SPAN("{"));
    struct span text = span_of(pattern->p, at == SIZE_MAX ? pattern->n : at);

    *pattern = span_from(*pattern, text.n);
    return text;
}

bool intake_match(struct span pattern, struct span name, struct intake_name *ret)
{
    struct span text = literal(&pattern);

    *ret = (struct intake_name){.unit = {NULL, 0}};
    if (!span_starts(name, text))
        return false;
    name = span_from(name, text.n);
    while (pattern.n) {
        size_t end = span_find(pattern, SPAN("}")), at;
        struct span *slot = end == SIZE_MAX ? NULL : slot_of(span_of(pattern.p + 1, end - 1), ret);
        if (!slot)
            return false;
        pattern = span_from(pattern, end + 1);
        text = literal(&pattern);
        at = text.n ? span_find(name, text) : pattern.n ? SIZE_MAX : name.n;
        if (at == SIZE_MAX || at == 0)
            return false;
        *slot = span_trim(span_of(name.p, at));
        name = span_from(name, at + text.n);
    }
    return name.n == 0;
}

/* "a/b/name.pdf" */
static struct span plain_name(struct span path)
{
    size_t from = path.n, to = path.n;

    while (from > 0 && path.p[from - 1] != '/')
        from--;
    struct span name = span_from(path, from);
    to = name.n;
    if (to > 4 && span_eq(span_from(name, to - 4), SPAN(".pdf")))
        name.n = to - 4;
    return name;
}

/* "20200310", "2020-03-10" */
static bool is_day(struct span text)
{
    char iso[11];
    struct date d;

    if (text.n == 10)
        return date_parse(text, &d);
    if (text.n != 8)
        return false;
    memcpy(iso, text.p, 4);
    iso[4] = iso[7] = '-';
    memcpy(iso + 5, text.p + 4, 2);
    memcpy(iso + 8, text.p + 6, 2);
    return date_parse(span_of(iso, 10), &d);
}

static int check_package(const struct intake *in, struct intake_name *name, struct err *err)
{
    if (!intake_match(in->pattern, plain_name(in->file_name), name) ||
        (name->time.n && !is_day(name->time))) {
        err_set(err, E_INPUT, "文件名“%.*s”不合要求", SPAN_ARG(plain_name(in->file_name)));
        err_hint(err, "写成 %.*s.pdf，时间写成 20200310", SPAN_ARG(in->pattern));
        return E_INPUT;
    }
    return span_starts(in->bytes, SPAN("%PDF-"))
               ? 0
               : err_set(err, E_INPUT, "材料须是按清单顺序合成的一个 PDF");
}

/* ---- who applies ---- */

static int find_by_name(struct arena *a, struct store *s, struct span name, struct span *ret,
                        struct err *err)
{
    struct stmt *st = NULL;
    int n = 0, r = sql_open(s,
                            "SELECT code FROM subject WHERE kind = 'enterprise' AND name = $1"
                            " ORDER BY code LIMIT 2",
                            ARGS(TEXT(name)), &st, err);

    while (r >= 0 && (r = stmt_step(st, err)) > 0 && ++n == 1)
        *ret = sql_text(a, st, 0);
    stmt_done(st);
    if (r < 0 || n == 1)
        return r < 0 ? r : 0;
    err_set(err, E_NOT_FOUND, n ? "有几家企业叫“%.*s”" : "没有企业“%.*s”", SPAN_ARG(name));
    err_hint(err, "用 --for 写明统一社会信用代码");
    return E_NOT_FOUND;
}

/* ---- the case ---- */

static struct json *materials_of(struct arena *a, const struct case_file *f, int64_t paper)
{
    struct json *all = json_object(a);

    for (size_t i = 0; i < f->procedure->material_count; i++) {
        const struct material_view *m = &f->view->materials[i];
        struct json *one = json_object(a);
        if (m->there || m->held || (!m->needed && !m->unknown) || m->material->later)
            continue;
        JSON_SET(one, "paper", json_int(a, paper));
        json_set(all, m->material->id, one);
    }
    return all;
}

/* The act by which the applicant hands it in. */
static struct span handing_in(const struct case_file *f)
{
    const struct procedure *p = f->procedure;

    for (size_t i = 0; i < p->act_count; i++) {
        size_t to = procedure_state_index(p, p->acts[i].to);
        bool from = false, his = false;
        for (size_t k = 0; k < p->acts[i].from_count; k++)
            from |= span_eq(p->acts[i].from[k], p->states[f->view->state].id);
        for (size_t k = 0; k < p->acts[i].who_count; k++)
            his |= span_eq(p->acts[i].who[k], SPAN("applicant"));
        if (from && his && to != SIZE_MAX && p->states[to].phase != PHASE_DRAFT)
            return p->acts[i].id;
    }
    return SPAN("submit");
}

static struct span title_of(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].id, id))
            return p->materials[i].title.zh;
    return id;
}

static int write_receipt(struct arena *a, const struct case_file *f, struct intake_receipt *ret,
                         struct err *err)
{
    struct span *at = ARENA_ARRAY(a, struct span, f->view->missing_count + 1);

    if (!at)
        return err_memory(err);
    ret->number = f->row.number;
    ret->subject_name = f->row.subject_name;
    ret->state = f->procedure->states[f->view->state].title.zh;
    ret->submitted = f->view->phase != PHASE_DRAFT;
    ret->missing = at;
    for (size_t i = 0; i < f->view->missing_count && !ret->submitted; i++)
        at[ret->missing_count++] = title_of(f->procedure, f->view->missing[i]);
    return 0;
}

static int hand_in(struct arena *a, const struct office *o, const struct actor *who,
                   const struct intake *in, const struct case_file *f, int64_t paper,
                   struct span key, struct intake_receipt *ret, struct err *err)
{
    struct json *data = json_object(a);
    struct case_act act = {.act = SPAN("fill"), .data = data, .party = SPAN("applicant")};
    struct case_file *after = NULL;
    struct err why = ERR_INIT;
    enum refusal refusal = REFUSAL_NONE;
    int r;

    JSON_SET(data, "materials", materials_of(a, f, paper));
    JSON_SET(data, "channel", json_string(a, SPAN("email")));
    if (in->fields)
        JSON_SET(data, "fields", (struct json *)(uintptr_t)in->fields);
    r = case_do(a, o, who, f->row.id, &act, &after, &refusal, err);
    if (r < 0)
        return r;
    act = (struct case_act){.act = handing_in(f), .party = SPAN("applicant"), .key = key};
    r = case_do(a, o, who, f->row.id, &act, NULL, &refusal, &why);
    if (r < 0 && refusal == REFUSAL_NONE) {
        if (err)
            *err = why;
        return r;
    }
    if (r < 0)
        ret->why = arena_copy(a, span_z(why.message));
    r = case_open(a, o, who, f->row.id, &after, err);
    return r == 0 ? write_receipt(a, after, ret, err) : r;
}

int case_take_in(struct arena *request, const struct office *o, const struct actor *who,
                 const struct intake *in, struct intake_receipt *ret, struct err *err)
{
    struct case_start start = {
        .procedure = in->procedure, .subject_kind = ENTERPRISE_KIND.kind, .subject_code = in->code};
    struct paper_new paper = {.kind = SPAN(""),
                              .name = in->file_name,
                              .media = SPAN("application/pdf"),
                              .valid_to = SPAN(""),
                              .source = SPAN("申请人（电子邮件）"),
                              .bytes = in->bytes};
    char digest[DOC_SHA256_HEX + 1] = "";
    struct intake_name name;
    struct case_file *f = NULL;
    int64_t id = 0, paper_id = 0;
    int r = check_package(in, &name, err);

    *ret = (struct intake_receipt){.submitted = false};
    if (r == 0 && !start.subject_code.n)
        r = find_by_name(request, o->store, name.unit, &start.subject_code, err);
    if (r < 0)
        return r;
    doc_sha256(in->bytes, digest);
    start.key = arena_print(request, "email/%.*s/%.64s", SPAN_ARG(in->procedure), digest);
    r = case_begin(request, o, who, &start, &id, err);
    if (r == 0)
        r = case_open(request, o, who, id, &f, err);
    if (r < 0)
        return r;
    if (f->event_count > 1) /* the same package came before */
        return write_receipt(request, f, ret, err);
    r = paper_add(request, o, who, f->row.subject_id, &paper, &paper_id, err);
    return r < 0 ? r
                 : hand_in(request, o, who, in, f, paper_id,
                           arena_print(request, "%.*s/in", SPAN_ARG(start.key)), ret, err);
}
