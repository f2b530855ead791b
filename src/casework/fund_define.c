/*
 * fund_define.c: a definition (docs/money.md) becomes a fund; its budget and state change. What is
 * reserved under the shares of a fund stays divided by them: parts are never changed afterwards.
 */
#include "base/map.h"
#include "base/vector.h"
#include "casework/funds.h"
#include "casework/funds_int.h"
#include "casework/ledger.h"
#include "casework/sql.h"
#include <inttypes.h>

#define NAME_MAX_BYTES 300
#define PARTS_MAX      200 /* of one kind: what a person writes */

struct definition {
    struct arena *arena;
    struct span file;
    struct err *err;
    struct span code, name, region, holder, remainder;
    int64_t budget, rounding;
    bool hard, planned, reuse;
    enum fund_order order;
    bool has_order;
    struct fund_part *parts;
    size_t part_count, room;
};

typedef int key_reader(struct definition *d, const struct json *j, void *field);
struct define_key {
    struct span name;
    key_reader *read;
    size_t offset;
};

static int wrong(const struct definition *d, const struct json *j, int code, const char *what)
{
    err_set(d->err, code, "%s", what);
    err_at(d->err, d->file, j->line, j->column);
    return code;
}

/* Reads a map by a table of keys; an unknown key names the nearest one. */
static int read_map(struct definition *d, const struct json *j, const struct define_key *keys,
                    size_t n, void *base)
{
    struct map names;
    int r = 0;

    if (j->kind != JSON_OBJECT)
        return wrong(d, j, E_INPUT, "这里要写 键: 值");
    map_init(&names, d->arena);
    for (size_t i = 0; i < n && r == 0; i++)
        r = map_put(&names, keys[i].name, (void *)(uintptr_t)&keys[i]);
    if (r < 0)
        return err_memory(d->err);
    for (const struct json *c = j->first; c && r == 0; c = c->next) {
        const struct define_key *k = map_get(&names, c->key);
        if (k) {
            r = k->read(d, c, (char *)base + k->offset);
            continue;
        }
        struct span near = map_nearest(&names, c->key);
        r = wrong(d, c, E_NAME, "没有这个键");
        err_hint(d->err, "%.*s：%s%.*s", SPAN_ARG(c->key), near.n ? "是不是 " : "见 docs/money.md",
                 SPAN_ARG(near));
    }
    return r;
}

/* ---- readers of values ---- */

static int read_words(struct definition *d, const struct json *j, void *field)
{
    struct span text = span_trim(json_text(j));

    if (text.n == 0 || text.n > NAME_MAX_BYTES || memchr(text.p, '\n', text.n))
        return wrong(d, j, E_INPUT, "这里要写一行不长的文字");
    *(struct span *)field = text;
    return 0;
}

static int read_code(struct definition *d, const struct json *j, void *field)
{
    struct span text = json_text(j);

    for (size_t i = 0; i < text.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.p[i]))
            text.n = 0;
    if (text.n == 0 || text.n > 80)
        return wrong(d, j, E_INPUT, "代码由小写字母、数字和 - 组成，最多 80 个");
    *(struct span *)field = text;
    return 0;
}

static int placed(const struct definition *d, const struct json *j, int r)
{
    if (r < 0)
        err_at(d->err, d->file, j->line, j->column);
    return r;
}

static int read_cap(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    d->hard = true;
    return placed(d, j, money_parse(json_text(j), &d->budget, d->err));
}

static int read_planned(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    d->planned = true;
    return placed(d, j, money_parse(json_text(j), &d->budget, d->err));
}

static int read_order(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    for (size_t i = 0; i < FUND_ORDERS; i++)
        if (span_eq(fund_order_words[i].yaml, json_text(j))) {
            d->order = (enum fund_order)i;
            d->has_order = true;
            return 0;
        }
    return wrong(d, j, E_INPUT,
                 "先后顺序是 complete-application、approval、pro-rata 或 not-stated");
}

static int read_rounding(struct definition *d, const struct json *j, void *field)
{
    bool yuan = span_eq(json_text(j), SPAN("元"));

    if (!yuan && !span_eq(json_text(j), SPAN("分")))
        return wrong(d, j, E_INPUT, "比例分配的取整单位是 分 或 元");
    *(int64_t *)field = yuan ? 100 : 1;
    return 0;
}

static int read_flag(struct definition *d, const struct json *j, void *field)
{
    struct span t = json_text(j);
    bool yes = j->kind == JSON_TRUE || span_eq(t, SPAN("true")) || span_eq(t, SPAN("是"));
    bool no = j->kind == JSON_FALSE || span_eq(t, SPAN("false")) || span_eq(t, SPAN("否"));

    if (!yes && !no)
        return wrong(d, j, E_INPUT, "这里写 是 或 否");
    *(bool *)field = yes;
    return 0;
}

/* ---- parts ---- */

static int read_share(struct definition *d, const struct json *j, void *field)
{
    return placed(d, j, share_parse(json_text(j), &((struct fund_part *)field)->share, d->err));
}

static int read_most(struct definition *d, const struct json *j, void *field)
{
    struct fund_part *p = field;

    p->has_most = true;
    return placed(d, j, money_parse(json_text(j), &p->most, d->err));
}

static int read_each(struct definition *d, const struct json *j, void *field)
{
    struct fund_part *p = field;
    int r = placed(d, j, money_parse(json_text(j), &p->each, d->err));

    p->has_each = true;
    return r == 0 && p->each == 0 ? wrong(d, j, E_INPUT, "每份金额要大于零") : r;
}

static int read_day(struct definition *d, const struct json *j, void *field)
{
    struct date day;
    int r = placed(d, j, money_date(json_text(j), "日期", &day, d->err));

    *(struct span *)field = json_text(j);
    return r;
}

#define PART(member) offsetof(struct fund_part, member)
static const struct define_key level_keys[] = {{SPAN_INIT("name"), read_words, PART(name)},
                                               {SPAN_INIT("share"), read_share, 0}};
static const struct define_key source_keys[] = {{SPAN_INIT("name"), read_words, PART(name)},
                                                {SPAN_INIT("level"), read_words, PART(level)},
                                                {SPAN_INIT("amount"), read_most, 0}};
static const struct define_key purpose_keys[] = {{SPAN_INIT("name"), read_words, PART(name)},
                                                 {SPAN_INIT("cap"), read_most, 0},
                                                 {SPAN_INIT("each"), read_each, 0}};
static const struct define_key period_keys[] = {{SPAN_INIT("name"), read_words, PART(name)},
                                                {SPAN_INIT("from"), read_day, PART(starts)},
                                                {SPAN_INIT("to"), read_day, PART(ends)},
                                                {SPAN_INIT("cap"), read_most, 0}};
static const struct {
    const struct define_key *keys;
    size_t n;
} part_keys[PART_KINDS] = {[PART_LEVEL] = {level_keys, COUNT_OF(level_keys)},
                           [PART_SOURCE] = {source_keys, COUNT_OF(source_keys)},
                           [PART_PURPOSE] = {purpose_keys, COUNT_OF(purpose_keys)},
                           [PART_PERIOD] = {period_keys, COUNT_OF(period_keys)}};

/* What a part must say, and must not say twice. */
static int check_part(struct definition *d, const struct json *j, const struct fund_part *p)
{
    if (p->name.n == 0)
        return wrong(d, j, E_INPUT, "缺 name");
    for (size_t i = 0; i + 1 < d->part_count; i++)
        if (d->parts[i].kind == p->kind && span_eq(d->parts[i].name, p->name))
            return wrong(d, j, E_INPUT, "名称重复");
    if (p->kind == PART_LEVEL && p->share.up == 0)
        return wrong(d, j, E_INPUT, "缺 share：该级承担的比例，大于零");
    if (p->kind == PART_PERIOD && (!p->starts.n || !p->ends.n))
        return wrong(d, j, E_INPUT, "缺 from 或 to：期间的首日与末日");
    if (p->kind == PART_PERIOD && span_compare(p->starts, p->ends) > 0)
        return wrong(d, j, E_INPUT, "期间的末日在首日之前");
    return 0;
}

static int read_part(struct definition *d, const struct json *j, enum fund_part_kind kind)
{
    struct fund_part *p =
        vector_push(d->arena, (void **)&d->parts, &d->part_count, &d->room, sizeof *p);

    if (!p)
        return err_memory(d->err);
    p->kind = kind;
    p->share.down = 1;
    int r = read_map(d, j, part_keys[kind].keys, part_keys[kind].n, p);
    return r < 0 ? r : check_part(d, j, p);
}

static int read_parts(struct definition *d, const struct json *j, enum fund_part_kind kind)
{
    int r = 0;

    if (j->kind != JSON_ARRAY || j->n == 0)
        return wrong(d, j, E_INPUT, "这里要写一个列表");
    if (j->n > (kind == PART_LEVEL ? MONEY_PARTS_MAX : PARTS_MAX))
        return wrong(d, j, E_LIMIT, "列表太长");
    for (const struct json *c = j->first; c && r == 0; c = c->next)
        r = read_part(d, c, kind);
    return r;
}

static int read_levels(struct definition *d, const struct json *j, void *field)
{
    struct share shares[MONEY_PARTS_MAX];
    size_t n = 0;

    UNUSED(field);
    int r = read_parts(d, j, PART_LEVEL);
    for (size_t i = 0; r == 0 && i < d->part_count; i++)
        if (d->parts[i].kind == PART_LEVEL)
            shares[n++] = d->parts[i].share;
    if (r == 0 && !shares_whole(shares, n))
        r = wrong(d, j, E_CHECK, "各级比例之和不等于 1");
    return r;
}

static int read_sources(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    return read_parts(d, j, PART_SOURCE);
}

static int read_purposes(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    return read_parts(d, j, PART_PURPOSE);
}

static int read_periods(struct definition *d, const struct json *j, void *field)
{
    UNUSED(field);
    return read_parts(d, j, PART_PERIOD);
}

#define OF(member) offsetof(struct definition, member)
static const struct define_key fund_keys[] = {
    {SPAN_INIT("fund"), read_code, OF(code)},
    {SPAN_INIT("name"), read_words, OF(name)},
    {SPAN_INIT("region"), read_words, OF(region)},
    {SPAN_INIT("holder"), read_words, OF(holder)},
    {SPAN_INIT("cap"), read_cap, 0},
    {SPAN_INIT("planned"), read_planned, 0},
    {SPAN_INIT("order"), read_order, 0},
    {SPAN_INIT("remainder"), read_words, OF(remainder)},
    {SPAN_INIT("rounding"), read_rounding, OF(rounding)},
    {SPAN_INIT("reuse"), read_flag, OF(reuse)},
    {SPAN_INIT("levels"), read_levels, 0},
    {SPAN_INIT("sources"), read_sources, 0},
    {SPAN_INIT("purposes"), read_purposes, 0},
    {SPAN_INIT("periods"), read_periods, 0},
};

/* Who gets the odd 分 is named as soon as there is something to divide. */
static int check_remainder(struct definition *d, const struct json *j)
{
    bool levels = false, found = span_eq(d->remainder, SPAN("largest"));

    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].kind == PART_LEVEL) {
            levels = true;
            found |= span_eq(d->remainder, d->parts[i].name);
        }
    if (!levels && !d->remainder.n)
        d->remainder = SPAN("largest");
    else if (!found)
        return wrong(d, j, E_CHECK,
                     "remainder：除不尽的零头归谁：largest（小数最大者）或某一级的名称");
    return 0;
}

/* Two periods that share a day would leave open where money belongs. */
static int check_periods(struct definition *d, const struct json *j)
{
    for (size_t i = 0; i < d->part_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct fund_part *a = &d->parts[i], *b = &d->parts[k];
            if (a->kind == PART_PERIOD && b->kind == PART_PERIOD &&
                span_compare(a->starts, b->ends) <= 0 && span_compare(b->starts, a->ends) <= 0)
                return wrong(d, j, E_CHECK, "期间互相重叠");
        }
    return 0;
}

/* Shares of the whole and limits inside it could contradict each other. */
static int check_pro_rata(struct definition *d, const struct json *j)
{
    for (size_t i = 0; d->order == FUND_ORDER_PRO_RATA && i < d->part_count; i++)
        if (d->parts[i].kind == PART_PURPOSE && (d->parts[i].has_most || d->parts[i].has_each))
            return wrong(d, j, E_CHECK, "按比例分配的资金不能有限额或按份的用途：分设资金");
    return 0;
}

static int read_definition(struct definition *d, const struct json *j)
{
    int r = read_map(d, j, fund_keys, COUNT_OF(fund_keys), d);

    if (r < 0)
        return r;
    if (!d->code.n || !d->name.n || !d->holder.n || !d->region.n)
        return wrong(d, j, E_INPUT, "要写 fund（代码）、name、region 和 holder");
    if (d->hard == d->planned)
        return wrong(d, j, E_INPUT, "要写 cap（上限，不得突破）或 planned（计划数）之一");
    if (!d->has_order)
        return wrong(d, j, E_INPUT, "要写 order；文件没有规定时写 not-stated");
    r = check_remainder(d, j);
    if (r == 0)
        r = check_pro_rata(d, j);
    return r < 0 ? r : check_periods(d, j);
}

/* ---- into the store ---- */

static int insert_part(struct store *s, int64_t fund_id, size_t position, const struct fund_part *p,
                       struct err *err)
{
    static const char *const words[PART_KINDS] = {
        [PART_LEVEL] = "level",
        [PART_SOURCE] = "source",
        [PART_PURPOSE] = "purpose",
        [PART_PERIOD] = "period",
    };
    const struct sql_arg none = {.kind = SQL_NULL};

    return sql_run(s,
                   "INSERT INTO fund_part (fund_id, kind, position, name, up, down, most, each,"
                   " starts, ends, level, state)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open')",
                   ARGS(INT(fund_id), TEXT(span_z(words[p->kind])), INT((int64_t)position),
                        TEXT(p->name), INT(p->share.up), INT(p->share.down),
                        p->has_most ? INT(p->most) : none, p->has_each ? INT(p->each) : none,
                        TEXT(p->starts), TEXT(p->ends), TEXT(p->level)),
                   err);
}

static int insert_fund(struct arena *request, struct store *s, const struct definition *d,
                       const struct json *j, int64_t *ret, struct err *err)
{
    struct span text = json_words(request, j);

    if (!text.p)
        return err_memory(err);
    int r = sql_insert(
        s,
        "INSERT INTO fund (code, name, region, holder, budget, hard, ordering, remainder,"
        " rounding, reuse, state, definition, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12) {new id}",
        ARGS(TEXT(d->code), TEXT(d->name), TEXT(d->region), TEXT(d->holder), INT(d->budget),
             INT(d->hard), TEXT(fund_order_words[d->order].yaml), TEXT(d->remainder),
             INT(d->rounding), INT(d->reuse), TEXT(text), INT(clock_now_ms())),
        ret, err);
    for (size_t i = 0; r == 0 && i < d->part_count; i++)
        r = insert_part(s, *ret, i, &d->parts[i], err);
    return r;
}

static int post_budget(struct arena *request, struct store *s, const struct actor *who,
                       const struct fund *f, int64_t by, struct span reason, struct err *err)
{
    const struct ledger_post p = {.kind = "budget",
                                  .from = by > 0 ? ACCOUNT_BUDGET : ACCOUNT_FREE,
                                  .to = by > 0 ? ACCOUNT_FREE : ACCOUNT_BUDGET,
                                  .after = by > 0 ? by : -by,
                                  .actor = who,
                                  .reason = reason};

    return by ? ledger_post(request, s, f, &p, err) : 0;
}

static int code_free(struct store *s, const struct definition *d, const struct json *j)
{
    int64_t id = 0;
    int r = sql_int(s, "SELECT id FROM fund WHERE code = $1", ARGS(TEXT(d->code)), 0, &id, d->err);

    if (r == 0 && id)
        r = wrong(d, j, E_CONFLICT, "这个代码的资金已经有了");
    return r;
}

int fund_add(struct arena *request, struct store *s, const struct actor *who,
             const struct json *definition, struct span file, int64_t *ret_id, struct err *err)
{
    struct err own = ERR_INIT;
    struct definition d = {.arena = request, .file = file, .err = err ? err : &own, .rounding = 1};
    struct fund f;
    int64_t id = 0;
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = read_definition(&d, definition);
    if (r == 0)
        r = code_free(s, &d, definition);
    if (r == 0)
        r = insert_fund(request, s, &d, definition, &id, err);
    if (r == 0)
        r = fund_load_id(request, s, id, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = post_budget(request, s, who, &f, d.budget, SPAN("设立"), err);
    if (r == 0)
        r = fund_note(request, s, who, id, "made", definition, NULL, err);
    if (r == 0)
        r = money_audit(request, s, who, false, "fund.add", "fund", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* ---- changes ---- */

static int check_reason(struct span reason, struct err *err)
{
    return span_trim(reason).n ? 0 : err_set(err, E_INPUT, "要写理由");
}

static int set_budget(struct store *s, const struct fund *f, int64_t by, struct err *err)
{
    struct fund_balance b;
    int64_t budget;
    int r = fund_balance(s, f->id, &b, err);

    if (r < 0)
        return r;
    if (by < 0 && f->hard && b.free + by < 0)
        return err_set(err, E_CONFLICT, "只能减去尚未占用的部分");
    if (!money_add(f->budget, by, &budget) || budget < 0)
        return err_set(err, E_RANGE, "预算过大或小于零");
    return sql_run(s, "UPDATE fund SET budget = $2 WHERE id = $1", ARGS(INT(f->id), INT(budget)),
                   err);
}

int fund_change(struct arena *request, struct store *s, const struct actor *who, struct span code,
                int64_t by, struct span reason, struct err *err)
{
    struct json *detail = json_object(request);
    struct fund f;
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = check_reason(reason, err);
    if (r == 0)
        r = fund_load(request, s, code, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = set_budget(s, &f, by, err);
    if (r == 0)
        r = post_budget(request, s, who, &f, by, reason, err);
    JSON_SET(detail, "by", money_json(request, by));
    JSON_SET(detail, "reason", json_string(request, reason));
    if (r == 0)
        r = fund_note(request, s, who, f.id, "budget", detail, NULL, err);
    if (r == 0)
        r = fund_watch(request, s, who, f.id, err);
    if (r == 0)
        r = money_audit(request, s, who, true, "fund.budget", "fund", f.id, detail, err);
    return r;
}

int fund_set_state(struct arena *request, struct store *s, const struct actor *who,
                   struct span code, struct span state, struct span reason, struct err *err)
{
    struct json *detail = json_object(request);
    struct fund f;
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = check_reason(reason, err);
    if (r == 0 && !span_eq(state, SPAN("open")) && !span_eq(state, SPAN("frozen")) &&
        !span_eq(state, SPAN("closed")))
        r = err_set(err, E_INPUT, "资金的状态是 open、frozen 或 closed");
    if (r == 0)
        r = fund_load(request, s, code, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = sql_run(s, "UPDATE fund SET state = $2 WHERE id = $1", ARGS(INT(f.id), TEXT(state)),
                    err);
    JSON_SET(detail, "state", json_string(request, state));
    JSON_SET(detail, "reason", json_string(request, reason));
    if (r == 0)
        r = fund_note(request, s, who, f.id, "state", detail, NULL, err);
    if (r == 0)
        r = money_audit(request, s, who, true, "fund.state", "fund", f.id, detail, err);
    return r;
}
