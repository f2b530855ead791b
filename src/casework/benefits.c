/*
 * benefits.c: see benefits.h.
 */
#include "casework/benefits.h"

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

int benefit_note(struct arena *request, struct store *s, const struct actor *who,
                 int64_t reservation_id, struct span kind, int64_t amount, int64_t times,
                 struct err *err)
{
    char day[DATE_TEXT];
    struct span actor = actor_label(request, who);

    if (!actor.p)
        return err_memory(err);
    return sql_run(s,
                   "INSERT INTO benefit_event (subject_id, measure, part, item, about, level, kind,"
                   " on_day, amount, months, times, source, reservation_id, at, actor)"
                   " SELECT v.subject_id, v.measure, v.part, v.item, v.about, f.region, $2, $3, $4,"
                   " v.months * $5, $5, f.code, v.id, $6, $7"
                   " FROM reservation v JOIN fund f ON f.id = v.fund_id WHERE v.id = $1",
                   ARGS(INT(reservation_id), TEXT(kind), TEXT(money_today(day)), INT(amount),
                        INT(times), INT(clock_now_ms()), TEXT(actor)),
                   err);
}

/* ---- from elsewhere ---- */

static int check_outside(const struct benefit_outside *b, struct err *err)
{
    static const struct span kinds[] = {
        {"applied", 7}, {"approved", 8}, {"paid", 4}, {"refused", 7}};
    bool known = false;

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        known |= span_eq(kinds[i], b->kind);
    if (!known)
        return err_set(err, E_INPUT, "种类是 applied、approved、paid 或 refused");
    if (!span_trim(b->source).n)
        return err_set(err, E_INPUT, "要写来源：哪一单位、哪一文件或名单");
    if (!b->ground.measure.n || !b->ground.subject_id)
        return err_set(err, E_INPUT, "缺少措施或对象");
    if (b->amount < 0 || b->amount > MONEY_MAX || b->months < 0 || b->times < 0)
        return err_set(err, E_INPUT, "金额、月数、次数不能小于零");
    return 0;
}

int benefit_add(struct arena *request, struct store *s, const struct actor *who,
                const struct benefit_outside *b, int64_t *ret_id, struct err *err)
{
    char day[DATE_TEXT];
    struct span on = span_of(day, date_print(b->on.year ? b->on : date_today(), day));
    struct span actor = actor_label(request, who);
    int64_t id = 0;
    int r = actor_need(who, APPROVAL_ROLES | ROLE_BIT(WINDOW), err);

    if (r == 0)
        r = check_outside(b, err);
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_insert(
            s,
            "INSERT INTO benefit_event (subject_id, measure, part, item, about, level, kind,"
            " on_day, amount, months, times, source, at, actor)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) {new id}",
            ARGS(INT(b->ground.subject_id), TEXT(b->ground.measure), TEXT(b->ground.part),
                 TEXT(b->ground.item), TEXT(b->ground.about), TEXT(b->level), TEXT(b->kind),
                 TEXT(on), INT(b->amount), INT(b->months), INT(b->times), TEXT(b->source),
                 INT(clock_now_ms()), TEXT(actor)),
            &id, err);
    if (r == 0)
        r = money_audit(request, s, who, false, "benefit.add", "benefit", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* ---- looking ---- */

static void read_line(struct arena *a, const struct stmt *st, struct benefit_line *b)
{
    b->ground = (struct ground){.measure = sql_text(a, st, 0),
                                .part = sql_text(a, st, 1),
                                .item = sql_text(a, st, 2),
                                .about = sql_text(a, st, 3)};
    b->level = sql_text(a, st, 4);
    b->source = sql_text(a, st, 5);
    b->first_day = sql_text(a, st, 6);
    b->last_day = sql_text(a, st, 7);
    b->approved = stmt_get_int(st, 8);
    b->received = stmt_get_int(st, 9);
    b->months = stmt_get_int(st, 10);
    b->times = stmt_get_int(st, 11);
    b->refused = stmt_get_int(st, 12);
}

int benefits_of(struct arena *request, struct store *s, const struct benefit_query *q,
                struct benefit_line **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct benefit_line, lines) v = {0};
    struct benefit_line *line;
    struct stmt *st;
    int r = sql_open(
        s,
        "SELECT measure, part, item, about, level, source, MIN(on_day), MAX(on_day),"
        " CAST(SUM(CASE WHEN kind IN ('approved', 'released') THEN amount ELSE 0 END) AS BIGINT),"
        " CAST(SUM(CASE WHEN kind IN ('paid', 'returned', 'recovered') THEN amount ELSE 0 END)"
        " AS BIGINT), CAST(SUM(months) AS BIGINT), CAST(SUM(times) AS BIGINT),"
        " CAST(SUM(CASE WHEN kind = 'refused' THEN 1 ELSE 0 END) AS BIGINT)"
        " FROM benefit_event WHERE subject_id = $1 AND ($2 = '' OR measure = $2)"
        " AND ($3 = '' OR item = $3) AND ($4 = '' OR on_day >= $4) AND ($5 = '' OR on_day <= $5)"
        " GROUP BY measure, part, item, about, level, source"
        " ORDER BY MIN(on_day), measure, part, item, about, source",
        ARGS(INT(q->subject_id), TEXT(q->measure), TEXT(q->item), TEXT(q->from), TEXT(q->to)), &st,
        err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (line = VECTOR_PUSH(request, &v, struct benefit_line)) != NULL) {
        read_line(request, st, line);
        line->ground.subject_id = q->subject_id;
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- what does not stand together ---- */

static bool excluding(enum relation_kind k)
{
    return k == RELATION_EXCLUDES || k == RELATION_CHOOSE_ONE || k == RELATION_HIGHER_OF ||
           k == RELATION_NOT_REPEATED || k == RELATION_DEDUCT || k == RELATION_ONCE_ONLY;
}

static bool aims_at(const struct relation *r, const struct measure *target)
{
    for (size_t i = 0; i < r->target_count; i++)
        if (r->targets[i] == target)
            return true;
    return false;
}

static const struct relation *relation_to(const struct measure *from, const struct measure *to)
{
    for (size_t i = 0; i < from->relation_count; i++) {
        const struct relation *r = &from->relations[i];
        bool self = from == to && (r->kind == RELATION_ONCE_ONLY);
        if (excluding(r->kind) && (self || (from != to && aims_at(r, to))))
            return r;
    }
    return NULL;
}

int benefit_clashes(struct arena *request, const struct library *l, const struct measure *m,
                    const struct benefit_line *lines, size_t n, struct benefit_clash **ret,
                    size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct benefit_clash, clashes) v = {0};

    for (size_t i = 0; i < n; i++) {
        const struct measure *other = library_find(l, lines[i].ground.measure, NULL);
        if (!other || (lines[i].approved <= 0 && lines[i].received <= 0))
            continue;
        const struct relation *there = relation_to(m, other), *back = relation_to(other, m);
        if (!there && !back)
            continue;
        struct benefit_clash *c = VECTOR_PUSH(request, &v, struct benefit_clash);
        if (!c)
            return err_memory(err);
        *c = (struct benefit_clash){&lines[i], other, there ? there : back, !there};
    }
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

struct json *benefit_json(struct arena *request, const struct benefit_line *b)
{
    const struct {
        struct span key, text;
    } texts[] = {{SPAN("measure"), b->ground.measure},
                 {SPAN("part"), b->ground.part},
                 {SPAN("item"), b->ground.item},
                 {SPAN("about"), b->ground.about},
                 {SPAN("level"), b->level},
                 {SPAN("source"), b->source},
                 {SPAN("first"), b->first_day},
                 {SPAN("last"), b->last_day}};
    struct json *j = json_object(request);

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (texts[i].text.n)
            json_set(j, texts[i].key, json_string(request, texts[i].text));
    JSON_SET(j, "approved", money_json(request, b->approved));
    JSON_SET(j, "received", money_json(request, b->received));
    JSON_SET(j, "months", json_int(request, b->months));
    JSON_SET(j, "times", json_int(request, b->times));
    if (b->refused)
        JSON_SET(j, "refused", json_int(request, b->refused));
    return j;
}
