/*
 * register.c: `huiqi register`: lists that an office keeps (white, black, key lists, records): who
 * is on them, from when to when, why, and every step from proposal to removal.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "casework/registers.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/register_int.h"
#include "cli/who.h"
#include "identity/audit.h"

struct register_values {
    const char *library, *as, *code, *kind, *name, *tier, *reason, *cites, *from, *to, *as_of,
        *known, *state, *ending, *until;
    bool json, refuse, keep, remove;
};
#define O(name, member, argument, help)                                                            \
    {                                                                                              \
        name, argument, help, OPTION_TEXT, offsetof(struct register_values, member)                \
    }
#define F(name, member, help)                                                                      \
    {                                                                                              \
        name, NULL, help, OPTION_FLAG, offsetof(struct register_values, member)                    \
    }
#define O_LIBRARY O("library", library, "DIR", "the policy library (HUIQI_LIBRARY, ./library)")
#define O_AS      O("as", as, "LOGIN", WHO_HELP)
#define O_JSON    F("json", json, "as JSON")
#define O_REASON  O("reason", reason, "TEXT", "why")
#define O_CITES   O("cites", cites, "TEXT", "document and clause that it rests on")
#define O_CODE    O("code", code, "CODE", "统一社会信用代码 or the id of a person")
#define O_KIND    O("kind", kind, "KIND", "enterprise (default) or person")

/* What every command has open. */
struct desk {
    struct arena arena;
    struct store *store;
    struct library *library;
    struct actor who;
    struct err err;
    const struct register_values *v;
};

static int desk_open(struct desk *d, const struct register_values *v, bool library)
{
    *d = (struct desk){.err = ERR_INIT, .v = v};
    arena_init(&d->arena);
    int status = library ? cli_load_library(v->library, &d->library) : OPTIONS_RUN;
    if (status != OPTIONS_RUN)
        return status;
    int r = cli_store(&d->store, &d->err);
    if (r == 0)
        r = cli_who(&d->arena, d->store, v->as, &d->who, &d->err);
    return r < 0 ? report_err(&d->err) : OPTIONS_RUN;
}

static int desk_close(struct desk *d, int status)
{
    store_close(d->store);
    library_unref(d->library);
    arena_release(&d->arena);
    return status;
}

/* ---- what a person reads ---- */

static void print_entry(struct buffer *out, const struct register_entry *e)
{
    buffer_print(out, "%" PRId64 "  %.*s  %.*s%s%.*s", e->id, SPAN_ARG(e->name_of_list),
                 SPAN_ARG(e->subject_code), e->subject_code.n && e->name.n ? " " : "",
                 SPAN_ARG(e->name));
    buffer_print(out, "  %.*s", SPAN_ARG(register_state_words[e->state].title.zh));
    if (e->tier.n)
        buffer_print(out, "  %.*s", SPAN_ARG(e->tier));
    if (e->from_day.n)
        buffer_print(out, "  %.*s 至 %.*s", SPAN_ARG(e->from_day),
                     SPAN_ARG(!e->to_day.n                                      ? SPAN("长期")
                              : span_eq(e->to_day, SPAN(REGISTER_UNTIL_NOTICE)) ? SPAN("另行通知")
                                                                                : e->to_day));
    if (e->objected)
        buffer_add_z(out, "  有异议");
    buffer_byte(out, '\n');
}

static void print_events(struct buffer *out, const struct register_entry *e)
{
    char at[DATE_TEXT];
    for (size_t i = 0; i < e->event_count; i++) {
        const struct register_event *x = &e->events[i];
        size_t n = clock_print(x->at, at);
        buffer_print(out, "    %.*s  %.*s  %.*s", (int)n, at,
                     SPAN_ARG(register_step_words[x->step].title.zh), SPAN_ARG(x->actor));
        if (x->organisation.n)
            buffer_print(out, "（%.*s）", SPAN_ARG(x->organisation));
        if (x->reason.n)
            buffer_print(out, "：%.*s", SPAN_ARG(x->reason));
        if (x->cites.n)
            buffer_print(out, "（%.*s）", SPAN_ARG(x->cites));
        buffer_byte(out, '\n');
    }
}

/* Who stands on a list of persons is personal data: looking is written down. */
static int log_look(struct desk *d, const struct register_entry *at, size_t n)
{
    bool person = false;
    for (size_t i = 0; i < n; i++)
        person = person || span_eq(at[i].subject_kind, SPAN("person"));
    const struct audit_entry e = {AUDIT_READ,
                                  SPAN("register.list"),
                                  SPAN("register"),
                                  n ? at[0].name_of_list : SPAN(""),
                                  {NULL, 0}};
    return person ? audit_add_alone(d->store, &d->who, &e, &d->err) : 0;
}

static int print_entries(struct desk *d, const struct register_entry *at, size_t n, bool events)
{
    struct buffer out = BUFFER_INIT;
    struct json *list = json_array(&d->arena);
    int r = log_look(d, at, n);
    if (r < 0)
        return report_err(&d->err);
    for (size_t i = 0; i < n && d->v->json; i++)
        json_add(list, register_entry_json(&d->arena, &at[i]));
    if (d->v->json)
        return cli_print_json(events ? list->first : list);
    for (size_t i = 0; i < n; i++) {
        print_entry(&out, &at[i]);
        if (events)
            print_events(&out, &at[i]);
    }
    return cli_flush(&out, 0);
}

static int show_entry(struct desk *d, int64_t id)
{
    struct register_entry e;
    int r = register_get(&d->arena, d->store, id, &e, &d->err);
    return r < 0 ? report_err(&d->err) : print_entries(d, &e, 1, true);
}

/* ---- list, show ---- */

static const struct option_spec list_options[] = {
    O_CODE,
    O_KIND,
    O("state", state, "STATE", "proposed, approved, refused, published or removed"),
    O("as-of", as_of, "DAY", "only who stood on the list on that day"),
    O("known", known, "INSTANT", "as it was known then"),
    O_LIBRARY,
    O_AS,
    O_JSON,
};
static const struct option_example list_examples[] = {
    {"huiqi register list", "which lists there are, and what standing on one means"},
    {"huiqi register list 旅游市场黑名单", "its entries"},
    {"huiqi register list --code 91000000000000115R", "everything about one enterprise"},
};
static const struct command_spec list_spec = {
    .name = "register list",
    .usage = "[REGISTER] [--code CODE] [--state STATE] [--as-of DAY [--known INSTANT]] [--json]",
    .summary = "名单。Without arguments the lists that the library knows; else their entries.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
    .most = 1,
};
static const struct option_example show_examples[] = {
    {"huiqi register show 12", "one entry with every step"},
    {"huiqi register show 旅游市场黑名单 --as-of 2022-03-01", "who stood on the list that day"},
};
static const struct command_spec show_spec = {
    .name = "register show",
    .usage = "ENTRY|REGISTER [--as-of DAY [--known INSTANT]] [--json]",
    .summary = "One entry with every step and its reason, or who stands on a list: today, on a "
               "day, and as that was known at an instant.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = show_examples,
    .example_count = COUNT_OF(show_examples),
    .least = 1,
    .most = 1,
};

static int print_lists(const struct library *l)
{
    static const char *const effects[] = {"不得申请", "提前收回", "暂不自动兑现"};
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < l->register_count; i++) {
        const struct library_register *r = l->registers[i];
        if (r->kept == REGISTER_TABLE)
            continue;
        cli_column(&out, r->name, 36);
        cli_column(&out, span_z(register_lists[r->kept]), 8);
        cli_column(&out, r->keeper, 30);
        for (size_t k = 0; k < COUNT_OF(effects); k++)
            if (r->effects >> k & 1)
                buffer_print(&out, " %s", effects[k]);
        buffer_byte(&out, '\n');
    }
    return cli_flush(&out, 0);
}

static int read_query(struct desk *d, const struct register_values *v, struct register_query *q)
{
    struct date day;
    bool known = false;
    q->subject_code = span_z(v->code);
    q->subject_kind = span_z(v->kind ? v->kind : "enterprise");
    q->day = span_z(v->as_of);
    for (size_t i = 0; v->state && i < REGISTER_STATES; i++)
        if (span_eq(register_state_words[i].yaml, span_z(v->state))) {
            q->state = (enum register_state)i;
            q->has_state = known = true;
        }
    if (v->state && !known)
        return err_set(&d->err, E_USAGE, "--state: no state '%s'", v->state);
    if (v->as_of && !date_parse(q->day, &day))
        return err_set(&d->err, E_USAGE, "--as-of: '%s' is no date", v->as_of);
    if (v->known && !clock_read(span_z(v->known), &q->known_at))
        return err_set(&d->err, E_USAGE, "--known: '%s' is no date or instant", v->known);
    return 0;
}

static int print_query(struct desk *d, struct register_query *q)
{
    struct register_entry *at;
    size_t n;
    if (q->name_of_list.n && !map_get(&d->library->register_by_name, q->name_of_list)) {
        struct span near = map_nearest(&d->library->register_by_name, q->name_of_list);
        err_set(&d->err, E_NOT_FOUND, "no register '%.*s'", SPAN_ARG(q->name_of_list));
        if (near.n)
            err_hint(&d->err, "did you mean '%.*s'?", SPAN_ARG(near));
        return report_err(&d->err);
    }
    int r = read_query(d, d->v, q);
    if (r == 0)
        r = register_list(&d->arena, d->store, q, &at, &n, &d->err);
    return r < 0 ? report_err(&d->err) : print_entries(d, at, n, false);
}

static int list(int argc, char **argv)
{
    struct register_values v = {0};
    struct register_query q = {0};
    struct desk d;
    int count, status = options_parse(&list_spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    status = desk_open(&d, &v, true);
    if (status != OPTIONS_RUN)
        return desk_close(&d, status);
    if (count)
        q.name_of_list = span_z(argv[1]);
    status = count || v.code || v.state || v.as_of || v.json ? print_query(&d, &q)
                                                             : print_lists(d.library);
    return desk_close(&d, status);
}

static bool entry_number(const char *text, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return end != text && !*end && *ret > 0;
}

static int show(int argc, char **argv)
{
    struct register_values v = {0};
    struct desk d;
    int64_t id;
    int count, status = options_parse(&show_spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    status = desk_open(&d, &v, true);
    if (status != OPTIONS_RUN)
        return desk_close(&d, status);
    if (entry_number(argv[1], &id))
        return desk_close(&d, show_entry(&d, id));
    char text[DATE_TEXT];
    date_print(date_today(), text);
    struct register_query q = {.name_of_list = span_z(argv[1])};
    if (!v.as_of)
        v.as_of = text;
    return desk_close(&d, print_query(&d, &q));
}

/* ---- propose ---- */

static const struct option_spec propose_options[] = {
    O_CODE,
    O_KIND,
    O("name", name, "TEXT", "of a thing that has no code, or as the list shows it"),
    O("tier", tier, "TEXT", "class on the list, such as A"),
    O_REASON,
    O_CITES,
    O_LIBRARY,
    O_AS,
    O_JSON,
};
static const struct option_example propose_examples[] = {
    {"huiqi register propose 旅游市场黑名单 --code 91000000000000115R --reason '逾期未归还'",
     "a reviewer examines it next"},
};
static const struct command_spec propose_spec = {
    .name = "register propose",
    .usage = "REGISTER --code CODE | --name TEXT, --reason TEXT [OPTIONS]",
    .summary = "推荐列入名单。Nothing holds before a second person has examined and a publisher "
               "published it.",
    .options = propose_options,
    .option_count = COUNT_OF(propose_options),
    .examples = propose_examples,
    .example_count = COUNT_OF(propose_examples),
    .least = 1,
    .most = 1,
};

static int propose(int argc, char **argv)
{
    struct register_values v = {0};
    struct desk d;
    int64_t id = 0;
    int count, status = options_parse(&propose_spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    status = desk_open(&d, &v, true);
    if (status != OPTIONS_RUN)
        return desk_close(&d, status);
    const char *kind = v.kind ? v.kind : v.code ? "enterprise" : "";
    const struct register_new x = {.name_of_list = span_z(argv[1]),
                                   .subject_kind = span_z(kind),
                                   .subject_code = span_z(v.code),
                                   .name = span_z(v.name),
                                   .tier = span_z(v.tier),
                                   .reason = span_z(v.reason),
                                   .cites = span_z(v.cites)};
    int r = register_propose(&d.arena, d.store, d.library, &d.who, &x, &id, &d.err);
    return desk_close(&d, r < 0 ? report_err(&d.err) : show_entry(&d, id));
}

/* ---- the other steps ---- */

static int take_step(const struct command_spec *spec, int argc, char **argv,
                     enum register_step (*which)(const struct register_values *v))
{
    struct register_values v = {0};
    struct desk d;
    int64_t id;
    int count, status = options_parse(spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (!entry_number(argv[1], &id))
        return report_usage(spec, "'%s' is no number of an entry", argv[1]);
    if (v.keep && v.remove)
        return report_usage(spec, "--keep or --remove, not both");
    status = desk_open(&d, &v, true);
    if (status != OPTIONS_RUN)
        return desk_close(&d, status);
    const struct register_change c = {.step = which(&v),
                                      .from_day = span_z(v.from),
                                      .to_day = span_z(v.to),
                                      .tier = span_z(v.tier),
                                      .reason = span_z(v.reason),
                                      .cites = span_z(v.cites)};
    int r = register_do(&d.arena, d.store, d.library, &d.who, id, &c, &d.err);
    return desk_close(&d, r < 0 ? report_err(&d.err) : show_entry(&d, id));
}

#define STEP_SPEC(word, use, text, typed, meaning)                                                 \
    static const struct option_example word##_examples[] = {{typed, meaning}};                     \
    static const struct command_spec word##_spec = {                                               \
        .name = "register " #word,                                                                 \
        .usage = use,                                                                              \
        .summary = text,                                                                           \
        .options = word##_options,                                                                 \
        .option_count = COUNT_OF(word##_options),                                                  \
        .examples = word##_examples,                                                               \
        .example_count = 1,                                                                        \
        .least = 1,                                                                                \
        .most = 1,                                                                                 \
    }

static const struct option_spec review_options[] = {
    F("refuse", refuse, "does not agree; needs a reason"),
    O_REASON,
    O_CITES,
    O_LIBRARY,
    O_AS,
    O_JSON};
STEP_SPEC(review, "ENTRY [--refuse --reason TEXT] [--as LOGIN]",
          "审核推荐。By a second person: whoever proposed it cannot, nor anybody in his name.",
          "huiqi register review 12 --as sh-02", "agrees; a publisher publishes it");
static enum register_step review_step(const struct register_values *v)
{
    return v->refuse ? REGISTER_STEP_REFUSE : REGISTER_STEP_APPROVE;
}
static int review(int argc, char **argv)
{
    return take_step(&review_spec, argc, argv, review_step);
}

static const struct option_spec publish_options[] = {
    O("from", from, "DAY", "first day on the list; default today, never earlier"),
    O("to", to, "DAY", "last day; default as the library says of the list"),
    O_REASON,
    O_CITES,
    O_LIBRARY,
    O_AS,
    O_JSON};
STEP_SPEC(publish, "ENTRY [--from DAY] [--to DAY] [--as LOGIN]",
          "公布。From that day on the entry is on the list, and rules see it.",
          "huiqi register publish 12 --from 2022-03-01", "on the list from that day");
static enum register_step publish_step(const struct register_values *v)
{
    UNUSED(v);
    return REGISTER_STEP_PUBLISH;
}
static int publish(int argc, char **argv)
{
    return take_step(&publish_spec, argc, argv, publish_step);
}

static const struct option_spec adjust_options[] = {O("tier", tier, "TEXT", "another class"),
                                                    O("to", to, "DAY", "another last day"),
                                                    O_REASON,
                                                    O_CITES,
                                                    O_LIBRARY,
                                                    O_AS,
                                                    O_JSON};
STEP_SPEC(adjust, "ENTRY [--tier TEXT] [--to DAY] --reason TEXT",
          "动态调整。Another class or another last day of an entry on the list.",
          "huiqi register adjust 12 --tier B --reason '年度评价'", "another class from now on");
static enum register_step adjust_step(const struct register_values *v)
{
    UNUSED(v);
    return REGISTER_STEP_ADJUST;
}
static int adjust(int argc, char **argv)
{
    return take_step(&adjust_spec, argc, argv, adjust_step);
}

static const struct option_spec extend_options[] = {
    O("ending", ending, "DAY..DAY", "entries whose last day lies within"),
    O("until", until, "DAY|notice", "the new last day; notice: until another notice (另行通知)"),
    O_REASON,
    O_CITES,
    O_LIBRARY,
    O_AS,
    O_JSON};
STEP_SPEC(extend, "LIST --ending DAY..DAY --until DAY --reason TEXT --cites TEXT",
          "到期自动顺延。Entries of a list that end within a period hold longer, without an "
          "application; their enterprises are told. Run again it finds none that it has moved.",
          "huiqi register extend 停车场备案 --ending 2020-01-24..2020-05-31 --until 2020-06-30 "
          "--reason '疫情期间到期' --cites '措施 第三条'",
          "all that would have ended meanwhile");

/* "2020-01-24..2020-05-31" */
static bool read_period(const char *text, struct span *from, struct span *to)
{
    struct span s = span_z(text);
    size_t dots = span_find(s, SPAN(".."));
    if (dots == SIZE_MAX)
        return false;
    *from = span_of(s.p, dots);
    *to = span_from(s, dots + 2);
    return true;
}

static int extend(int argc, char **argv)
{
    struct register_values v = {0};
    struct desk d;
    size_t n = 0, told = 0;
    int count, status = options_parse(&extend_spec, argc, argv, &v, &count);
    if (status != OPTIONS_RUN)
        return status;
    bool open = v.until && strcmp(v.until, "notice") == 0;
    struct register_extension x = {.name_of_list = span_z(argv[1]),
                                   .last_day = span_z(open ? REGISTER_UNTIL_NOTICE : v.until),
                                   .reason = span_z(v.reason),
                                   .cites = span_z(v.cites)};
    if (!v.ending || !v.until || !read_period(v.ending, &x.from_day, &x.to_day))
        return report_usage(&extend_spec, "--ending DAY..DAY and --until DAY are needed");
    status = desk_open(&d, &v, true);
    if (status != OPTIONS_RUN)
        return desk_close(&d, status);
    int r = register_extend(&d.arena, d.store, d.library, &d.who, &x, &n, &told, &d.err);
    if (r < 0)
        return desk_close(&d, report_err(&d.err));
    struct json *o = json_object(&d.arena);
    JSON_SET(o, "extended", json_int(&d.arena, (int64_t)n));
    JSON_SET(o, "told", json_int(&d.arena, (int64_t)told));
    if (v.json)
        return desk_close(&d, cli_print_json(o));
    printf("自动顺延 %zu 条，通知 %zu 人\n", n, told);
    return desk_close(&d, 0);
}

static const struct option_spec object_options[] = {O_REASON, O_CITES, O_LIBRARY, O_AS, O_JSON};
STEP_SPEC(object, "ENTRY --reason TEXT [--as LOGIN]",
          "提出异议。By the enterprise itself, or by a window for it. The entry stays meanwhile.",
          "huiqi register object 12 --reason '款项已归还' --as qy-01",
          "an office answers: register answer");
static enum register_step object_step(const struct register_values *v)
{
    UNUSED(v);
    return REGISTER_STEP_OBJECT;
}
static int object(int argc, char **argv)
{
    return take_step(&object_spec, argc, argv, object_step);
}

static const struct option_spec answer_options[] = {F("keep", keep, "it stays on the list"),
                                                    F("remove", remove, "it comes off the list"),
                                                    O_REASON,
                                                    O_CITES,
                                                    O_LIBRARY,
                                                    O_AS,
                                                    O_JSON};
STEP_SPEC(answer, "ENTRY --keep|--remove --reason TEXT",
          "答复异议。Keeps the entry, or takes it off the list, and says why.",
          "huiqi register answer 12 --keep --reason '凭证不符'", "the objection is answered");
static enum register_step answer_step(const struct register_values *v)
{
    return v->remove ? REGISTER_STEP_REMOVE : REGISTER_STEP_KEEP;
}
static int answer(int argc, char **argv)
{
    return take_step(&answer_spec, argc, argv, answer_step);
}

static const struct option_spec remove_options[] = {
    O("from", from, "DAY", "first day off the list; default today"),
    O_REASON,
    O_CITES,
    O_LIBRARY,
    O_AS,
    O_JSON};
STEP_SPEC(remove, "ENTRY [--from DAY] --reason TEXT",
          "移出名单。From that day on; the history stays.",
          "huiqi register remove 12 --reason '期满'", "off the list from today on");
static enum register_step remove_step(const struct register_values *v)
{
    UNUSED(v);
    return REGISTER_STEP_REMOVE;
}
static int remove_entry(int argc, char **argv)
{
    return take_step(&remove_spec, argc, argv, remove_step);
}

int cmd_register(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list, "the lists, or their entries", NULL},
        {"show", show, "one entry with every step, or a list as of a day", NULL},
        {"propose", propose, "推荐: somebody is to be put on a list", NULL},
        {"review", review, "审核: a second person agrees or refuses", NULL},
        {"publish", publish, "公布: on the list from a day on", NULL},
        {"adjust", adjust, "调整: another class or last day", NULL},
        {"extend", extend, "顺延: all that end within a period, without an application", NULL},
        {"object", object, "异议: the enterprise disagrees", NULL},
        {"answer", answer, "答复: the office keeps or removes it", NULL},
        {"remove", remove_entry, "移出: off the list", NULL},
        {"import", register_import_run, "导入: an outside list, as one proposal", NULL},
        {"batch", register_batch_run, "批次: what was imported, row by row", NULL},
        {"batch-review", register_batch_review_run, "审核整批: as a whole or by row", NULL},
        {"batch-publish", register_batch_publish_run, "公布整批", NULL},
    };
    static const struct command_group group = {
        .name = "register",
        .summary = "名单登记。White, black and key lists and records that an office keeps: "
                   "proposed, examined by a second person, published, changed, removed.",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
