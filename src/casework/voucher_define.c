/*
 * voucher_define.c: a programme of vouchers from its definition; its face where no text states it
 * (voucher.h).
 */
#include <inttypes.h>

#include "casework/sql.h"
#include "casework/voucher_int.h"

#define LINE_MAX_BYTES 300
#define COUNT_MAX      1000000

enum key_kind { KEY_LINE, KEY_CODE, KEY_MONEY, KEY_SHARE, KEY_COUNT, KEY_DAY, KEY_PAYS };
struct key {
    const char *name;
    enum key_kind kind;
    bool needed;
    size_t offset;
};
#define AT(member) offsetof(struct voucher_programme, member)
static const struct key keys[] = {
    {"voucher", KEY_CODE, true, AT(code)},
    {"name", KEY_LINE, true, AT(name)},
    {"kind", KEY_LINE, true, AT(kind)},
    {"fund", KEY_LINE, true, AT(fund)},
    {"purpose", KEY_LINE, false, AT(purpose)},
    {"measure", KEY_LINE, true, AT(measure)},
    {"quota", KEY_COUNT, false, AT(quota)},
    {"per_holder", KEY_COUNT, false, AT(per_holder)},
    {"face", KEY_MONEY, false, AT(face)},
    {"share", KEY_SHARE, false, AT(share)},
    {"months", KEY_COUNT, false, AT(months)},
    {"until", KEY_DAY, false, AT(last_day)},
    {"providers", KEY_LINE, true, AT(providers)},
    {"pays", KEY_PAYS, false, AT(pays_holder)},
    {"cites", KEY_LINE, true, AT(cites)},
    {"notice_days", KEY_COUNT, false, AT(notice_days)},
};

static bool is_line(struct span text)
{
    return text.n > 0 && text.n <= LINE_MAX_BYTES && !memchr(text.p, '\n', text.n);
}

static bool is_code(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.p[i], 37))
            return false;
    return text.n > 0 && text.n <= 40;
}

static bool count_of(struct span text, int64_t *ret)
{
    struct decimal number;
    return decimal_parse(text, &number) && decimal_to_int(number, ret) && *ret > 0 &&
           *ret <= COUNT_MAX;
}

static int read_text(const struct key *k, struct span text, void *field, struct err *err)
{
    struct date day;

    if (k->kind == KEY_CODE && !is_code(text))
        return err_set(err, E_INPUT, "代码由小写字母、数字和 - 组成，最多 40 个");
    if (k->kind == KEY_LINE && !is_line(text))
        return err_set(err, E_INPUT, "这里要写一行不长的文字");
    *(struct span *)field = text;
    return k->kind == KEY_DAY ? money_date(text, "until", &day, err) : 0;
}

static int read_value(const struct key *k, struct span text, void *field, struct err *err)
{
    switch (k->kind) {
    case KEY_MONEY:
        return money_parse(text, field, err);
    case KEY_SHARE:
        return share_parse(text, field, err);
    case KEY_COUNT:
        return count_of(text, field) ? 0
                                     : err_set(err, E_INPUT, "这里写 1 到 %d 的整数", COUNT_MAX);
    case KEY_PAYS:
        *(bool *)field = span_eq(text, SPAN("holder"));
        return *(bool *)field || span_eq(text, SPAN("provider"))
                   ? 0
                   : err_set(err, E_INPUT, "pays 是 provider 或 holder");
    default:
        return read_text(k, text, field, err);
    }
}

static const struct key *key_named(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (span_eq(span_z(keys[i].name), name))
            return &keys[i];
    return NULL;
}

static int read_definition(const struct json *j, struct span file, struct voucher_programme *p,
                           struct err *err)
{
    if (!j || j->kind != JSON_OBJECT)
        return err_set(err, E_INPUT, "这里要写 键: 值");
    JSON_EACH(m, j)
    {
        const struct key *k = key_named(m->key);
        int r = k ? read_value(k, span_trim(json_text(m)), (char *)p + k->offset, err)
                  : err_set(err, E_NAME, "没有这个键：%.*s", SPAN_ARG(m->key));
        if (!k)
            err_hint(err, "docs/examples/voucher.yaml 写着所有的键");
        if (r < 0) {
            err_at(err, file, m->line, m->column);
            return r;
        }
    }
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (keys[i].needed && !json_get(j, span_z(keys[i].name)))
            return err_set(err, E_INPUT, "缺少 %s", keys[i].name);
    if ((p->months > 0) == (p->last_day.n > 0))
        return err_set(err, E_INPUT, "有效期写 months 或 until，写一个");
    return p->share.up == 0 ? err_set(err, E_INPUT, "share 要大于零") : 0;
}

static int insert_programme(struct store *s, const struct voucher_programme *p,
                            struct span definition, struct span actor, int64_t *ret,
                            struct err *err)
{
    return sql_insert(
        s,
        "INSERT INTO voucher_programme (code, name, kind, fund_id, purpose, measure, quota,"
        " per_holder, face, face_basis, share_up, share_down, months, last_day, providers,"
        " pays_holder, cites, definition, created_at, actor, notice_days) VALUES ($1, $2, $3, $4, "
        "$5, $6, $7,"
        " $8, $9, '', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20){new id}",
        ARGS(TEXT(p->code), TEXT(p->name), TEXT(p->kind), INT(p->fund_id), TEXT(p->purpose),
             TEXT(p->measure), INT(p->quota), INT(p->per_holder), INT(p->face), INT(p->share.up),
             INT(p->share.down), INT(p->months), TEXT(p->last_day), TEXT(p->providers),
             INT(p->pays_holder), TEXT(p->cites), TEXT(definition), INT(clock_now_ms()),
             TEXT(actor), INT(p->notice_days)),
        ret, err);
}

/* The code is free, and the fund knows the purpose. */
static int check_place(struct store *s, const struct voucher_programme *p, const struct fund *f,
                       struct err *err)
{
    int64_t there = 0;
    int r = sql_int(s, "SELECT id FROM voucher_programme WHERE code = $1", ARGS(TEXT(p->code)), 0,
                    &there, err);

    if (r == 0 && there)
        return err_set(err, E_CONFLICT, "已经有券 %.*s", SPAN_ARG(p->code));
    if (r == 0 && p->purpose.n && !fund_part_find(f, PART_PURPOSE, p->purpose))
        return err_set(err, E_NOT_FOUND, "资金“%.*s”没有用途“%.*s”", SPAN_ARG(f->code),
                       SPAN_ARG(p->purpose));
    return r;
}

int voucher_define(struct arena *request, struct store *s, const struct actor *who,
                   const struct json *definition, struct span file, int64_t *ret_id,
                   struct err *err)
{
    struct voucher_programme p = {
        .share = {1, 1}, .purpose = SPAN(""), .last_day = SPAN(""), .face_basis = SPAN("")};
    struct span actor = actor_label(request, who), words = json_words(request, definition);
    int64_t id = 0;
    struct fund f;
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = read_definition(definition, file, &p, err);
    if (r == 0)
        r = fund_load(request, s, p.fund, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = check_place(s, &p, &f, err);
    if (r == 0 && (!actor.p || !words.p))
        r = err_memory(err);
    if (r < 0)
        return r;
    p.fund_id = f.id;
    r = insert_programme(s, &p, words, actor, &id, err);
    if (r == 0)
        r = voucher_note(request, s, who, id, 0, "define", NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

int voucher_set_face(struct arena *request, struct store *s, const struct actor *who,
                     struct span programme, int64_t face, struct span cites, struct err *err)
{
    struct voucher_programme p;
    struct json *detail = json_object(request);
    struct fund f;
    int r = actor_need(who, ROLE_BIT(REVIEWER), err);

    if (r == 0 && (face <= 0 || !is_line(span_trim(cites)))) {
        r = err_set(err, E_INPUT, "要写大于零的面值和写明面值的文件");
        err_hint(err, "没有公布的面值不能自己定");
    }
    if (r == 0)
        r = voucher_programme_load(request, s, programme, &p, err);
    if (r == 0)
        r = fund_load_id(request, s, p.fund_id, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = sql_run(s, "UPDATE voucher_programme SET face = $2, face_basis = $3 WHERE id = $1",
                    ARGS(INT(p.id), INT(face), TEXT(span_trim(cites))), err);
    JSON_SET(detail, "face", money_json(request, face));
    JSON_SET(detail, "cites", json_string(request, cites));
    return r < 0 ? r : voucher_note(request, s, who, p.id, 0, "face", detail, err);
}
