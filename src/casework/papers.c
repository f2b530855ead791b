/*
 * papers.c: papers on file. The bytes are sealed; what is listed is name, kind, size and how long a
 * paper is good for. Whoever opens one is in the log (S083, S256).
 */
#include <inttypes.h>

#include "base/utf8.h"
#include "base/vector.h"
#include "casework/cases_int.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define PAPER_COLUMNS "id, subject_id, size, stored_at, kind, name, media, valid_to, source"

static int read_paper(struct arena *a, const struct stmt *st, struct paper_row *ret,
                      struct err *err)
{
    *ret = (struct paper_row){.id = stmt_get_int(st, 0),
                              .subject_id = stmt_get_int(st, 1),
                              .size = stmt_get_int(st, 2),
                              .stored_at = stmt_get_int(st, 3),
                              .kind = arena_copy(a, stmt_get_text(st, 4)),
                              .name = arena_copy(a, stmt_get_text(st, 5)),
                              .media = arena_copy(a, stmt_get_text(st, 6)),
                              .valid_to = arena_copy(a, stmt_get_text(st, 7)),
                              .source = arena_copy(a, stmt_get_text(st, 8))};
    return a->failed ? err_memory(err) : 0;
}

/* What a sealed paper is bound to: it opens in no other place. */
static struct span about(struct arena *a, int64_t subject_id, const char *digest)
{
    return arena_print(a, "paper/%" PRId64 "/%s", subject_id, digest);
}

struct add_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    int64_t subject_id, id;
    const struct paper_new *paper;
};

static int insert_paper(struct add_call *c, const char *digest, struct span sealed, struct err *err)
{
    const struct paper_new *p = c->paper;
    struct stmt *st;
    int r = store_prepare(c->office->store,
                          "INSERT INTO paper (subject_id, kind, name, media, size, digest,"
                          " valid_to, source, account_id, stored_at, sealed)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11){new id}",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, c->subject_id);
    stmt_text(st, 2, p->kind);
    stmt_text(st, 3, p->name);
    stmt_text(st, 4, p->media);
    stmt_int(st, 5, (int64_t)p->bytes.n);
    stmt_text(st, 6, span_z(digest));
    stmt_text(st, 7, p->valid_to);
    stmt_text(st, 8, p->source);
    stmt_int(st, 9, c->who->account_id);
    stmt_int(st, 10, clock_now_ms());
    stmt_blob(st, 11, sealed);
    return stmt_insert(st, &c->id, err);
}

static int log_paper(const struct office *o, const struct actor *who, enum audit_class class,
                     const char *act, struct arena *a, int64_t id, struct err *err)
{
    struct audit_entry entry = {.class = class,
                                .act = span_z(act),
                                .object_kind = SPAN("paper"),
                                .object = arena_print(a, "%" PRId64, id)};
    return a->failed ? err_memory(err) : audit_add(o->store, who, &entry, err);
}

static int add_within(struct store *s, void *context, struct err *err)
{
    struct add_call *c = context;
    char digest[SEAL_DIGEST_HEX];
    struct span sealed;
    int r = seal_note(s, c->office->seal, err);

    if (r < 0)
        return r;
    seal_digest(c->office->seal, c->paper->bytes, digest);
    sealed = seal_close(c->arena, c->office->seal, about(c->arena, c->subject_id, digest),
                        c->paper->bytes);
    if (c->arena->failed)
        return err_memory(err);
    r = insert_paper(c, digest, sealed, err);
    return r == 0 ? log_paper(c->office, c->who, AUDIT_CHANGE, "paper.add", c->arena, c->id, err)
                  : r;
}

static int check_paper(const struct office *o, const struct paper_new *p, struct err *err)
{
    struct date d;

    if (!o->seal)
        return err_set(err, E_FORBIDDEN, "没有密钥，不能保存材料");
    if (p->bytes.n == 0)
        return err_set(err, E_INPUT, "文件是空的：%.*s", SPAN_ARG(p->name));
    if (p->bytes.n > PAPER_BYTES) {
        err_set(err, E_LIMIT, "文件超过 %u MB：%.*s", PAPER_BYTES >> 20, SPAN_ARG(p->name));
        err_hint(err, "分成几个文件，或降低扫描精度");
        return E_LIMIT;
    }
    if (p->name.n == 0 || p->name.n > 200 || utf8_check(p->name) != SIZE_MAX)
        return err_set(err, E_INPUT, "文件名为空、太长或不是 UTF-8");
    if (p->valid_to.n && !date_parse(p->valid_to, &d))
        return err_set(err, E_INPUT, "有效期不是日期：%.*s", SPAN_ARG(p->valid_to));
    return 0;
}

int paper_add(struct arena *request, const struct office *o, const struct actor *who,
              int64_t subject_id, const struct paper_new *p, int64_t *ret_id, struct err *err)
{
    struct add_call c = {
        .arena = request, .office = o, .who = who, .subject_id = subject_id, .paper = p};
    int r = check_paper(o, p, err);

    if (r == 0 && !who->program && !actor_is(who, USER_WINDOW) && who->subject_id != subject_id)
        r = err_set(err, E_FORBIDDEN, "您不能为这个对象存放材料");
    if (r == 0)
        r = store_write(o->store, add_within, &c, err);
    if (r == 0)
        *ret_id = c.id;
    return r;
}

int paper_list(struct arena *request, const struct office *o, int64_t subject_id, struct date on,
               struct paper_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct paper_row, rows) v = {0};
    char day[DATE_TEXT];
    size_t n = date_print(on, day);
    struct stmt *st;
    int r = store_prepare(o->store,
                          "SELECT " PAPER_COLUMNS " FROM paper WHERE subject_id = $1"
                          " AND (valid_to = '' OR valid_to >= $2) ORDER BY id DESC",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, subject_id);
    stmt_text(st, 2, (struct span){day, n});
    while ((r = stmt_step(st, err)) > 0) {
        struct paper_row *row = VECTOR_PUSH(request, &v, struct paper_row);
        r = row ? read_paper(request, st, row, err) : err_memory(err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- opening ---- */

/* Where a paper is used, as what. */
struct paper_place {
    int64_t case_id;
    struct span material;
};
VECTOR_OF(struct paper_place, paper_places);

static int read_places(const struct office *o, struct arena *a, int64_t paper,
                       struct paper_places *ret, struct err *err)
{
    struct stmt *st = NULL;
    int r = sql_open(o->store, "SELECT case_id, material FROM paper_use WHERE paper_id = $1",
                     ARGS(INT(paper)), &st, err);

    while (r >= 0 && (r = stmt_step(st, err)) > 0) {
        struct paper_place *to = VECTOR_PUSH(a, ret, struct paper_place);
        if (!to) {
            r = err_memory(err);
            break;
        }
        *to = (struct paper_place){stmt_get_int(st, 0), sql_text(a, st, 1)};
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* Does he read this paper there, as one of his parties? */
static int sees_there(struct arena *a, const struct office *o, const struct actor *who,
                      const struct paper_place *place, bool *ret, struct err *err)
{
    struct case_work w = {.arena = a, .office = o, .who = who, .now = clock_now_ms()};
    int r = case_work_load(&w, place->case_id, err);

    if (r == 0)
        r = case_parties_of(&w, err);
    for (size_t i = 0; r == 0 && i < w.file.party_count; i++) {
        w.file.party = w.file.parties[i];
        if (!span_eq(w.file.party, SPAN("applicant"))) /* a window clerk types, he does not read */
            *ret = *ret || case_may_see(&w.file, place->material);
    }
    return r;
}

/* A case that uses the paper, and in which the actor has a part that reads it. */
static int has_part(struct arena *a, const struct office *o, const struct actor *who, int64_t paper,
                    bool *ret, struct err *err)
{
    struct paper_places places = {0};
    int r = read_places(o, a, paper, &places, err);

    *ret = false;
    for (size_t i = 0; r == 0 && i < places.n && !*ret; i++)
        r = sees_there(a, o, who, &places.at[i], ret, err);
    return r;
}

struct open_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    int64_t id;
    struct paper_row row;
    struct span bytes;
};

static int read_sealed(struct open_call *c, struct span *ret_sealed, char digest[SEAL_DIGEST_HEX],
                       struct err *err)
{
    struct stmt *st;
    int r = store_prepare(c->office->store,
                          "SELECT " PAPER_COLUMNS ", digest, sealed FROM paper WHERE id = $1", &st,
                          err);
    if (r < 0)
        return r;
    stmt_int(st, 1, c->id);
    r = stmt_step(st, err);
    if (r > 0) {
        struct span d = stmt_get_text(st, 9);
        r = read_paper(c->arena, st, &c->row, err);
        memset(digest, 0, SEAL_DIGEST_HEX);
        memcpy(digest, d.p, d.n < SEAL_DIGEST_HEX ? d.n : SEAL_DIGEST_HEX - 1);
        *ret_sealed = arena_copy(c->arena, stmt_get_text(st, 10));
    } else if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "没有这份材料");
    }
    stmt_done(st);
    return r;
}

static int open_within(struct store *s, void *context, struct err *err)
{
    struct open_call *c = context;
    char digest[SEAL_DIGEST_HEX];
    struct span sealed = {NULL, 0};
    bool part = false;
    int r = read_sealed(c, &sealed, digest, err);

    UNUSED(s);
    if (r == 0 && c->who->subject_id != c->row.subject_id)
        r = has_part(c->arena, c->office, c->who, c->id, &part, err);
    if (r == 0 && !part && c->who->subject_id != c->row.subject_id && !c->who->program)
        r = err_set(err, E_FORBIDDEN, "您没有办理用到这份材料的办件");
    if (r == 0)
        r = log_paper(c->office, c->who, AUDIT_READ, "paper.open", c->arena, c->id, err);
    if (r == 0)
        r = seal_open(c->arena, c->office->seal, about(c->arena, c->row.subject_id, digest), sealed,
                      &c->bytes, err);
    return r;
}

int paper_open(struct arena *request, const struct office *o, const struct actor *who, int64_t id,
               struct paper_row *ret, struct span *ret_bytes, struct err *err)
{
    struct open_call c = {.arena = request, .office = o, .who = who, .id = id};
    int r = o->seal ? store_write(o->store, open_within, &c, err)
                    : err_set(err, E_FORBIDDEN, "没有密钥，不能打开材料");
    if (r < 0)
        return r;
    *ret = c.row;
    *ret_bytes = c.bytes;
    return 0;
}
