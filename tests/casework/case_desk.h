/*
 * case_desk.h: what the tests of cases and of 免申即享 share: an empty store of each engine, the
 * invented library of tests/casework/office, people with roles and organisations, one act in a
 * call.
 */
#ifndef HUIQI_TESTS_CASE_DESK_H
#define HUIQI_TESTS_CASE_DESK_H
#include "casework/cases.h"
#include "policy/version.h"
#include "tests/casework/pay_desk.h"

#define LABOUR  "环形山区劳动局"
#define FINANCE "环形山区财政局"

struct case_desk {
    struct money_desk m;
    const char *folder; /* of the library */
    struct library *library;
    struct library_cache *versions;
    struct library_lender lender;
    struct seal seal;
    struct office o;
    enum refusal refusal;
    struct case_file *file; /* after the last act */
    struct err err;
};

static inline void case_now(const char *text)
{
    setenv("HUIQI_NOW", text, 1);
}

static inline const struct json *case_data(struct case_desk *d, const char *text)
{
    struct json *j = NULL;
    struct err err = ERR_INIT;

    if (!text)
        return NULL;
    if (!CHECK(json_parse(&d->m.arena, span_z(text), SPAN("test"), &j, &err) == 0))
        printf("%s: %s\n", text, err.message);
    return j;
}

static inline struct actor case_officer(enum user_role role, const char *organisation,
                                        int64_t account)
{
    return (struct actor){.account_id = account,
                          .name = SPAN("办事员"),
                          .roles = 1u << role,
                          .organisation = span_z(organisation)};
}

static inline struct actor case_agent(int64_t subject, int64_t account)
{
    return (struct actor){.account_id = account,
                          .name = SPAN("企业"),
                          .roles = 1u << USER_AGENT,
                          .subject_id = subject};
}

/* A code of GB 32100 from a few letters and digits: register and import check them. */
static inline struct span case_code(struct case_desk *d, const char *little)
{
    static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char text[19] = "91000000MA0000000";
    unsigned sum = 0, weight = 1;

    memcpy(text + 17 - strlen(little), little, strlen(little));
    for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += (unsigned)(strchr(set, text[i]) - set) * weight;
    text[17] = set[(31 - sum % 31) % 31];
    return arena_copy(&d->m.arena, span_of(text, 18));
}

/* An enterprise with so many people; -1 = not known. */
struct case_firm {
    const char *code;
    int people;
    struct case_desk *d;
    int64_t id;
};

static inline int case_know(struct case_desk *d, int64_t subject, const char *fact,
                            struct value value, struct err *err)
{
    struct fact_event e = {.fact = span_z(fact),
                           .item = SPAN(""),
                           .period = SPAN(""),
                           .value = value,
                           .source = SPAN("名册"),
                           .basis = BASIS_VERIFIED,
                           .observed = {2023, 1, 1}};
    bool written;
    return subject_add_event(&d->m.arena, d->m.s, subject, &e, &written, err);
}

static inline int case_firm_put(struct store *s, void *context, struct err *err)
{
    struct case_firm *f = context;
    int r =
        subject_put(s, ENTERPRISE_KIND.kind, case_code(f->d, f->code), SPAN("某厂"), &f->id, err);

    if (r == 0 && f->people >= 0)
        r = case_know(f->d, f->id, "从业人员",
                      (struct value){.kind = VALUE_NUMBER, .number = decimal_from_int(f->people)},
                      err);
    return r;
}

static inline int64_t case_firm(struct case_desk *d, const char *code, int people)
{
    struct case_firm f = {code, people, d, 0};
    struct err err = ERR_INIT;

    if (!CHECK(store_write(d->m.s, case_firm_put, &f, &err) == 0))
        printf("%s\n", err.message);
    return f.id;
}

static inline void case_said(struct case_desk *d, const char *what, int r, int want)
{
    if (r != want)
        printf("%s: %d, wanted %d: %s\n", what, r, want, d->err.message);
    CHECK_INT(r, want);
}

/* The case; 0 when it was refused with `want`. */
static inline int64_t case_begins(struct case_desk *d, const struct actor *who,
                                  const struct case_start *start, int want)
{
    int64_t id = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "begin", case_begin(&d->m.arena, &d->o, who, start, &id, &d->err), want);
    return want == 0 ? id : 0;
}

static inline int64_t case_new(struct case_desk *d, const struct actor *who, const char *procedure,
                               const char *code)
{
    return case_begins(d, who,
                       &(struct case_start){.procedure = span_z(procedure),
                                            .subject_kind = ENTERPRISE_KIND.kind,
                                            .subject_code = case_code(d, code)},
                       0);
}

static inline int case_acts(struct case_desk *d, const struct actor *who, int64_t id,
                            const struct case_act *act)
{
    d->err = (struct err)ERR_INIT;
    d->file = NULL;
    return case_do(&d->m.arena, &d->o, who, id, act, &d->file, &d->refusal, &d->err);
}

static inline void case_does(struct case_desk *d, const struct actor *who, int64_t id,
                             const char *name, const char *data, int want)
{
    struct case_act act = {.act = span_z(name), .data = case_data(d, data)};
    case_said(d, name, case_acts(d, who, id, &act), want);
}

/* Refused, and why. */
static inline void case_refuses(struct case_desk *d, const struct actor *who, int64_t id,
                                const char *name, const char *data, enum refusal why)
{
    case_does(d, who, id, name, data, E_CONFLICT);
    CHECK_INT(d->refusal, why);
}

static inline struct case_file *case_look(struct case_desk *d, int64_t id)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct case_file *f = NULL;

    d->err = (struct err)ERR_INIT;
    case_said(d, "look", case_open(&d->m.arena, &d->o, &program, id, &f, &d->err), 0);
    return f;
}

static inline void case_is(struct case_desk *d, int64_t id, const char *state)
{
    struct case_file *f = case_look(d, id);
    if (f)
        CHECK_TEXT(f->procedure->states[f->view->state].id, state);
}

static inline size_t case_ticks(struct case_desk *d)
{
    size_t n = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "tick", cases_tick(&d->m.arena, &d->o, 1000, &n, &d->err), 0);
    return n;
}

/* Rows against events, money against its rules. */
static inline int64_t case_wrong(struct case_desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};

    d->err = (struct err)ERR_INIT;
    case_said(d, "verify", cases_verify(&d->o, &v, &d->err), 0);
    if (v.wrong)
        printf("%.*s", (int)v.lines.n, v.lines.p);
    buffer_release(&v.lines);
    return v.wrong;
}

static inline void case_all_right(struct case_desk *d)
{
    CHECK_INT(case_wrong(d), 0);
    CHECK_INT(money_wrong(&d->m), 0);
}

/* ---- opening ---- */

static inline bool case_library(struct case_desk *d)
{
    struct diags diags;
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    bool ok;

    diags_init(&diags, &d->m.arena);
    ok = CHECK(library_load(d->folder, &d->library, &diags, &err) == 0);
    diags_print(&out, &diags);
    if (!ok)
        printf("%s %s\n", out.p, err.message);
    buffer_release(&out);
    return ok;
}

static inline void case_use(struct case_desk *d, struct store *s)
{
    d->lender = (struct library_lender){d->versions, s, &d->m.arena};
    d->o = (struct office){.store = s,
                           .library = d->library,
                           .library_of = library_of,
                           .context = &d->lender,
                           .seal = &d->seal};
}

static inline bool case_desk_open(struct case_desk *d, const char *key)
{
    struct err err = ERR_INIT;

    arena_init(&d->m.arena);
    d->m.s = money_open(d->m.url);
    memset(&d->seal.key, *key, sizeof d->seal.key);
    if (!d->m.s || !case_library(d) || !CHECK_INT(library_cache_new(&d->versions, &err), 0))
        return false;
    case_use(d, d->m.s);
    return CHECK_INT(library_keep_folder(&d->m.arena, d->m.s, d->library, d->folder, &err), 0);
}

static inline void case_desk_close(struct case_desk *d)
{
    store_close(d->m.s);
    library_unref(d->library);
    arena_release(&d->m.arena);
    library_cache_free(d->versions);
}

/* A schema of its own, which is empty: other tests share the database. */
static inline bool case_schema(const char *postgres, const char *name, char *ret, size_t room)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    char sql[200];
    bool ok = CHECK_INT(store_open(postgres, &s, &err), 0);

    snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", name, name);
    ok = ok && CHECK_INT(store_execute(s, sql, &err), 0);
    store_close(s);
    snprintf(ret, room, "%s%coptions=-csearch_path%%3D%s", postgres,
             strchr(postgres, '?') ? '&' : '?', name);
    return ok;
}

static inline int case_main(int argc, char **argv, const char *name, void (*f)(struct case_desk *))
{
    char folder[] = "/tmp/huiqi-cases.XXXXXX", sqlite[128], postgres[400], command[160];
    const char *shared = getenv("HUIQI_TEST_POSTGRES");

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    snprintf(sqlite, sizeof sqlite, "sqlite:%s/test.db", folder);
    for (int i = 0; i < 2; i++) {
        struct case_desk d = {.m = {.url = i ? postgres : sqlite}, .folder = argv[1]};
        if (i && (!shared || !*shared)) {
            printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
            break;
        }
        if (i && !case_schema(shared, name, postgres, sizeof postgres))
            break;
        case_now("2023-03-01T09:00:00");
        if (case_desk_open(&d, "k"))
            f(&d);
        case_desk_close(&d);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
#endif
