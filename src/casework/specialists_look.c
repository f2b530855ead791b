/*
 * specialists_look.c: lists of specialists and what panels gave, as rows and as JSON
 * (specialists.h).
 */
#include "base/date.h"
#include "base/vector.h"
#include "casework/specialists.h"
#include "casework/sql.h"

const struct closed_word specialist_words[SPECIALIST_KINDS] = {
    [SPECIALIST_HELPER] = CLOSED_WORD("helper", "项目专员", "helper"),
    [SPECIALIST_EXPERT] = CLOSED_WORD("expert", "评审专家", "expert"),
};

VECTOR_OF(struct specialist, specialist_vector);

/* One of several that stand behind one another with ';'. */
static bool is_among(struct span list, struct span one)
{
    struct span rest = list, part;

    while (span_split(&rest, ';', &part))
        if (span_eq(span_trim(part), one))
            return true;
    return false;
}

static bool serves(const struct specialist *x, struct span day)
{
    bool away = x->away_from.n && span_compare(x->away_from, day) <= 0 &&
                (!x->away_to.n || span_compare(day, x->away_to) <= 0);
    return span_compare(x->since, day) <= 0 && (!x->until.n || span_compare(day, x->until) <= 0) &&
           !away;
}

static bool fits(const struct specialist *x, const struct specialist_query *q)
{
    return (!q->has_kind || x->kind == q->kind) && (!q->field.n || is_among(x->field, q->field)) &&
           (!q->procedure.n || !x->procedure.n || is_among(x->procedure, q->procedure)) &&
           (!q->day.n || serves(x, q->day));
}

static struct specialist read_row(struct arena *a, const struct stmt *st)
{
    return (struct specialist){.id = stmt_get_int(st, 0),
                               .kind = span_eq(stmt_get_text(st, 1), SPAN("expert"))
                                           ? SPECIALIST_EXPERT
                                           : SPECIALIST_HELPER,
                               .name = sql_text(a, st, 2),
                               .organisation = sql_text(a, st, 3),
                               .field = sql_text(a, st, 4),
                               .procedure = sql_text(a, st, 5),
                               .contact = sql_text(a, st, 6),
                               .since = sql_text(a, st, 7),
                               .until = sql_text(a, st, 8),
                               .away_from = sql_text(a, st, 9),
                               .away_to = sql_text(a, st, 10),
                               .cites = sql_text(a, st, 11)};
}

int specialist_list(struct arena *request, struct store *s, const struct specialist_query *q,
                    struct specialist **ret, size_t *ret_n, struct err *err)
{
    struct specialist_vector v = {0};
    struct stmt *st = NULL;
    int r = sql_open(s,
                     "SELECT id, kind, name, organisation, field, procedure, contact, since, until,"
                     " away_from, away_to, cites FROM specialist ORDER BY id",
                     NO_ARGS, &st, err);

    while (r == 0 && v.n < SPECIALISTS_MOST && (r = stmt_step(st, err)) > 0) {
        struct specialist x = read_row(request, st), *to;
        r = 0;
        if (!fits(&x, q))
            continue;
        to = VECTOR_PUSH(request, &v, struct specialist);
        r = to ? 0 : err_memory(err);
        if (to)
            *to = x;
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

struct json *specialist_json(struct arena *a, const struct specialist *x)
{
    const struct {
        const char *key;
        struct span text;
    } texts[] = {{"kind", specialist_words[x->kind].yaml},
                 {"kind_title", specialist_words[x->kind].title.zh},
                 {"name", x->name},
                 {"organisation", x->organisation},
                 {"field", x->field},
                 {"procedure", x->procedure},
                 {"contact", x->contact},
                 {"since", x->since},
                 {"until", x->until},
                 {"away_from", x->away_from},
                 {"away_to", x->away_to},
                 {"cites", x->cites}};
    struct json *j = json_object(a);

    JSON_SET(j, "id", json_int(a, x->id));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (texts[i].text.n)
            json_set(j, span_z(texts[i].key), json_string(a, texts[i].text));
    return j;
}

/* ---- panels ---- */

static struct json *hundredths(struct arena *a, int64_t n)
{
    char text[DECIMAL_TEXT];
    struct decimal d = decimal_div(decimal_from_int(n), decimal_from_int(100), NULL);
    size_t length = decimal_fixed(d, 2, text, sizeof text);

    return json_string(a, arena_copy(a, span_of(text, length)));
}

/* To a hundredth, halves up. */
static struct json *mean(struct arena *a, int64_t sum, int64_t n)
{
    return hundredths(a, (2 * sum + n) / (2 * n));
}

static struct json *member_json(struct arena *a, const struct stmt *st)
{
    struct json *j = json_object(a);

    JSON_SET(j, "specialist", json_int(a, stmt_get_int(st, 0)));
    JSON_SET(j, "name", json_string(a, sql_text(a, st, 1)));
    JSON_SET(j, "organisation", json_string(a, sql_text(a, st, 2)));
    if (stmt_get_text(st, 3).n)
        JSON_SET(j, "declined", json_string(a, sql_text(a, st, 3)));
    if (!stmt_is_null(st, 4))
        JSON_SET(j, "score", hundredths(a, stmt_get_int(st, 4)));
    if (stmt_get_text(st, 5).n)
        JSON_SET(j, "remark", json_string(a, sql_text(a, st, 5)));
    return j;
}

static int add_members(struct arena *a, struct store *s, int64_t panel, struct json *j,
                       struct err *err)
{
    struct json *list = json_array(a);
    int64_t sum = 0, sit = 0, scored = 0;
    struct stmt *st = NULL;
    int r = sql_open(s,
                     "SELECT x.id, x.name, x.organisation, m.declined, m.score, m.remark"
                     " FROM panel_member m JOIN specialist x ON x.id = m.specialist_id"
                     " WHERE m.panel_id = $1 ORDER BY m.position",
                     ARGS(INT(panel)), &st, err);

    while (r == 0 && (r = stmt_step(st, err)) > 0) {
        bool given = !stmt_is_null(st, 4);
        sit += stmt_get_text(st, 3).n == 0;
        scored += given;
        sum += given ? stmt_get_int(st, 4) : 0;
        json_add(list, member_json(a, st));
        r = 0;
    }
    stmt_done(st);
    JSON_SET(j, "members", list);
    JSON_SET(j, "scored", json_int(a, scored));
    if (r == 0 && scored && scored == sit)
        JSON_SET(j, "mean", mean(a, sum, scored));
    return r;
}

static struct json *panel_head(struct arena *a, const struct stmt *st)
{
    static const char *const keys[] = {"field", "seed", "reason", "actor"};
    struct json *j = json_object(a);
    char at[DATE_TEXT];

    JSON_SET(j, "panel", json_int(a, stmt_get_int(st, 0)));
    for (int i = 0; i < (int)COUNT_OF(keys); i++)
        if (stmt_get_text(st, i + 1).n)
            json_set(j, span_z(keys[i]), json_string(a, sql_text(a, st, i + 1)));
    JSON_SET(j, "wanted", json_int(a, stmt_get_int(st, 5)));
    size_t n = clock_print(stmt_get_int(st, 6), at);
    JSON_SET(j, "at", json_string(a, arena_copy(a, span_of(at, n))));
    return j;
}

static void set_pool(struct arena *a, struct json *j, struct span pool)
{
    struct json *tree = NULL;
    struct err ignored = ERR_INIT;

    if (json_parse(a, pool, SPAN("panel"), &tree, &ignored) == 0)
        JSON_SET(j, "pool", tree);
}

int panels_json(struct arena *request, struct store *s, int64_t case_id, struct json **ret,
                struct err *err)
{
    struct json *list = json_array(request);
    struct stmt *st = NULL;
    int r = sql_open(s,
                     "SELECT id, field, seed, reason, actor, wanted, at, pool FROM panel"
                     " WHERE case_id = $1 ORDER BY id",
                     ARGS(INT(case_id)), &st, err);

    while (r == 0 && (r = stmt_step(st, err)) > 0) {
        struct json *j = panel_head(request, st);
        set_pool(request, j, sql_text(request, st, 7));
        json_add(list, j);
        r = 0;
    }
    stmt_done(st);
    for (struct json *j = list ? list->first : NULL; r == 0 && j; j = j->next) {
        struct decimal d;
        int64_t id = 0;
        if (decimal_parse(json_text(JSON_GET(j, "panel")), &d) && decimal_to_int(d, &id))
            r = add_members(request, s, id, j, err);
    }
    *ret = list;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}
