/*
 * u_accounts.c: organisations in time, accounts, rights, delegation, seats, sessions, masking: what
 * is allowed and what is refused, on both engines. Dates around the first and the last day.
 */
#include "identity/audit.h"
#include "identity/masking.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "tests/identity/both.h"
#include "tests/unit/fault.h"

#define GOOD "correct horse 1"

static struct arena arena; /* of all answers */

static struct date day(const char *text)
{
    struct date d = {0};
    CHECK(date_parse(span_z(text), &d));
    return d;
}

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)
#define REFUSED(call, code)                                                                        \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        CHECK_INT((call), code);                                                                   \
    } while (0)

/* ---- organisations ---- */

static int64_t organisation(struct store *s, const char *name, const char *on)
{
    struct organisation_row row = {0};
    struct err err = ERR_INIT;
    return organisation_find(s, &arena, span_z(name), day(on), &row, &err) == 0 ? row.id : 0;
}

static bool within(struct store *s, const char *name, const char *top, const char *on)
{
    bool ret = false;
    OK(organisation_within(s, organisation(s, name, on), organisation(s, top, on), day(on), &ret,
                           &err));
    return ret;
}

static void check_organisations(struct store *s)
{
    static const struct span aliases[] = {{"甲区人社", 12}, {"甲人", 6}};
    static const struct organisation_new rows[] = {
        {{"甲区人社局", 15}, {"department", 10}, {"甲区政府", 12}, aliases, 2},
        {{"甲区政府", 12}, {"government", 10}, {"甲市", 6}, NULL, 0},
        {{"甲市", 6}, {"government", 10}, {NULL, 0}, NULL, 0},
        {{"乙区政府", 12}, {"government", 10}, {"甲市", 6}, NULL, 0},
    };
    struct organisation_new hall = {SPAN("甲区大厅"), SPAN("centre"), SPAN("甲区人社局"), NULL, 0};
    size_t n = 0;
    int64_t id = 0;

    TEST("seeding: parents whatever the order; again nothing");
    OK(organisations_seed(s, rows, COUNT_OF(rows), &n, &err));
    CHECK_INT(n, 4);
    OK(organisations_seed(s, rows, COUNT_OF(rows), &n, &err));
    CHECK_INT(n, 0);
    CHECK(organisation(s, "甲人", "1990-01-01") == organisation(s, "甲区人社局", "2020-01-01"));
    CHECK_INT(organisation(s, "丙", "2020-01-01"), 0);
    CHECK(within(s, "甲区人社局", "甲市", "2020-01-01"));
    CHECK(within(s, "甲市", "甲市", "2020-01-01"));
    CHECK(!within(s, "甲市", "甲区人社局", "2020-01-01"));
    CHECK(!within(s, "甲区人社局", "乙区政府", "2020-01-01"));

    TEST("a new one is there from its day on");
    OK(organisation_add(s, &operator_, &hall, day("2020-03-01"), &id, &err));
    CHECK_INT(organisation(s, "甲区大厅", "2020-02-29"), 0);
    CHECK_INT(organisation(s, "甲区大厅", "2020-03-01"), id);
    REFUSED(organisation_add(s, &operator_, &hall, day("2020-03-02"), &id, &err), E_CONFLICT);
    hall.name = SPAN("甲区大厅二");
    hall.parent = SPAN("没有");
    REFUSED(organisation_add(s, &operator_, &hall, day("2020-03-02"), &id, &err), E_NOT_FOUND);

    TEST("a move counts from its day on; no circle");
    OK(organisation_move(s, &operator_, organisation(s, "甲区大厅", "2020-03-01"),
                         organisation(s, "乙区政府", "2020-03-01"), day("2020-07-01"), &err));
    CHECK(within(s, "甲区大厅", "甲区人社局", "2020-06-30"));
    CHECK(!within(s, "甲区大厅", "甲区人社局", "2020-07-01"));
    CHECK(within(s, "甲区大厅", "乙区政府", "2020-07-01"));
    REFUSED(organisation_move(s, &operator_, organisation(s, "甲市", "2020-03-01"),
                              organisation(s, "甲区大厅", "2020-03-01"), day("2020-08-01"), &err),
            E_CONFLICT);
}

/* ---- accounts ---- */

static int64_t account(struct store *s, const char *login)
{
    struct account_row row = {0};
    struct err err = ERR_INIT;
    return account_find(s, &arena, span_z(login), &row, &err) == 0 ? row.id : 0;
}

static void make(struct store *s, const char *login)
{
    int64_t id = 0;
    OK(account_add(s, &operator_, span_z(login), SPAN(""), SPAN(GOOD), &id, &err));
    CHECK(id > 0);
}

static void give(struct store *s, const char *login, enum user_role role, const char *place,
                 const char *since, const char *until)
{
    struct right_new x = {.account_id = account(s, login),
                          .organisation_id = place ? organisation(s, place, since) : 0,
                          .role = role,
                          .since = day(since),
                          .has_until = until != NULL};
    int64_t id;
    if (until)
        x.until = day(until);
    OK(right_grant(s, &operator_, &x, &id, &err));
}

static struct actor as(struct store *s, const char *login, const char *on)
{
    struct actor who = {0};
    OK(actor_of_account(s, &arena, span_z(login), day(on), &who, &err));
    return who;
}

static void check_accounts(struct store *s)
{
    struct account_row *rows;
    size_t n = 0;
    int64_t id = 0;

    TEST("accounts: made, listed, refused");
    make(s, "jbr-01");
    make(s, "jbr-02");
    make(s, "admin");
    make(s, "district");
    REFUSED(account_add(s, &operator_, SPAN("jbr-01"), SPAN(""), SPAN(GOOD), &id, &err),
            E_CONFLICT);
    static const char *const bad[] = {"", "Upper", "has space", "-first", "名"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        REFUSED(account_add(s, &operator_, span_z(bad[i]), SPAN(""), SPAN(GOOD), &id, &err),
                E_INPUT);
    REFUSED(account_add(s, &operator_, SPAN("x"), SPAN(""), SPAN("ninechars"), &id, &err), E_INPUT);
    REFUSED(account_add(s, &operator_, SPAN("sameasname"), SPAN(""), SPAN("sameasname"), &id, &err),
            E_INPUT);
    OK(account_list(s, &arena, SPAN(""), 3, &rows, &n, &err));
    CHECK_INT(n, 3);
    OK(account_list(s, &arena, rows[2].login, 3, &rows, &n, &err));
    CHECK_INT(n, 1);
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM account WHERE password LIKE '$argon2id$%'"), 4);
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM audit_entry WHERE act = 'account.add'"), 4);
}

static void check_rights(struct store *s)
{
    struct right_new x = {
        .account_id = account(s, "jbr-02"), .role = USER_HANDLER, .since = day("2020-01-01")};
    int64_t id = 0;

    TEST("rights: from the first to the last day");
    give(s, "jbr-01", USER_HANDLER, "甲区人社局", "2020-03-01", "2020-03-31");
    give(s, "jbr-01", USER_REVIEWER, "甲区人社局", "2020-03-10", NULL);
    give(s, "admin", USER_ADMINISTRATOR, NULL, "2020-01-01", NULL);
    give(s, "district", USER_ADMINISTRATOR, "甲区政府", "2020-01-01", NULL);
    CHECK_INT(as(s, "jbr-01", "2020-02-29").roles, 0);
    CHECK_INT(as(s, "jbr-01", "2020-03-01").roles, 1u << USER_HANDLER);
    CHECK_INT(as(s, "jbr-01", "2020-03-31").roles, 1u << USER_HANDLER | 1u << USER_REVIEWER);
    CHECK_INT(as(s, "jbr-01", "2020-04-01").roles, 1u << USER_REVIEWER);
    CHECK(span_eq(as(s, "jbr-01", "2020-03-01").organisation, SPAN("甲区人社局")));

    TEST("rights: in their place only");
    REFUSED(right_grant(s, &operator_, &x, &id, &err), E_INPUT); /* a handler of nothing */
    x.role = USER_AGENT;
    x.organisation_id = organisation(s, "甲区人社局", "2020-01-01");
    REFUSED(right_grant(s, &operator_, &x, &id, &err), E_INPUT);
    x.role = USER_HANDLER;
    x.organisation_id = 99999;
    REFUSED(right_grant(s, &operator_, &x, &id, &err), E_NOT_FOUND);

    TEST("rights: by whom");
    struct actor handler = as(s, "jbr-01", "2020-03-10"),
                 district = as(s, "district", "2020-03-10");
    struct actor admin = as(s, "admin", "2020-03-10");
    x.organisation_id = organisation(s, "乙区政府", "2020-01-01");
    REFUSED(right_grant(s, &handler, &x, &id, &err), E_FORBIDDEN);
    REFUSED(right_grant(s, &district, &x, &id, &err), E_FORBIDDEN);
    x.organisation_id = organisation(s, "甲区人社局", "2020-01-01");
    OK(right_grant(s, &district, &x, &id, &err));
    x.role = USER_ADMINISTRATOR;
    x.organisation_id = 0;
    REFUSED(right_grant(s, &district, &x, &id, &err), E_FORBIDDEN);
    x.account_id = admin.account_id;
    x.role = USER_HANDLER;
    x.organisation_id = organisation(s, "甲区人社局", "2020-01-01");
    REFUSED(right_grant(s, &admin, &x, &id, &err), E_FORBIDDEN); /* to himself */

    TEST("nobody climbs by the password of another");
    REFUSED(account_set_password(s, &district, admin.account_id, SPAN(GOOD), &err), E_FORBIDDEN);
    REFUSED(account_disable(s, &district, admin.account_id, true, &err), E_FORBIDDEN);
    REFUSED(account_set_password(s, &handler, account(s, "jbr-02"), SPAN(GOOD), &err), E_FORBIDDEN);
    OK(account_set_password(s, &district, account(s, "jbr-02"), SPAN(GOOD), &err));
    OK(account_set_password(s, &handler, handler.account_id, SPAN(GOOD), &err)); /* his own */
    REFUSED(account_disable(s, &admin, admin.account_id, true, &err), E_CONFLICT);
}

static void check_sight(struct store *s)
{
    static const struct {
        const char *login, *organisation;
        bool sees;
    } rows[] = {{"jbr-01", "甲区人社局", true},   {"jbr-01", "甲区大厅", true},
                {"jbr-01", "甲区政府", false},    {"jbr-01", "乙区政府", false},
                {"district", "甲区人社局", true}, {"district", "乙区政府", false},
                {"admin", "乙区政府", true}};
    const struct actor nobody = {.account_id = 1};
    bool sees = true;

    TEST("departments see their own");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct actor who = as(s, rows[i].login, "2020-03-10");
        OK(actor_sees_organisation(s, &who, organisation(s, rows[i].organisation, "2020-03-10"),
                                   day("2020-03-10"), &sees, &err));
        if (!CHECK_INT(sees, rows[i].sees))
            printf("%s %s\n", rows[i].login, rows[i].organisation);
    }
    OK(actor_sees_organisation(s, &nobody, organisation(s, "甲市", "2020-03-10"), day("2020-03-10"),
                               &sees, &err));
    CHECK(!sees);
    struct actor moved = as(s, "jbr-01", "2020-07-01"); /* the hall has left */
    OK(actor_sees_organisation(s, &moved, organisation(s, "甲区大厅", "2020-07-01"),
                               day("2020-07-01"), &sees, &err));
    CHECK(!sees);
}

/* ---- delegation ---- */

static void check_delegation(struct store *s)
{
    struct delegation_new x = {.from_account = account(s, "jbr-01"),
                               .to_account = account(s, "jbr-02"),
                               .organisation_id = organisation(s, "甲区人社局", "2020-03-10"),
                               .roles = 1u << USER_REVIEWER,
                               .since = day("2020-03-12"),
                               .until = day("2020-03-13")};
    struct actor giver = as(s, "jbr-01", "2020-03-10"), taker = as(s, "jbr-02", "2020-03-10");
    struct seat *seats = NULL;
    size_t n = 0;
    int64_t id = 0;

    TEST("delegation: who, what, how long");
    REFUSED(delegation_add(s, &taker, &x, &id, &err), E_FORBIDDEN);
    x.roles = 1u << USER_FINANCE;
    REFUSED(delegation_add(s, &giver, &x, &id, &err), E_FORBIDDEN); /* he has it not */
    x.roles = 1u << USER_REVIEWER;
    x.until = day("2020-03-11");
    REFUSED(delegation_add(s, &giver, &x, &id, &err), E_INPUT);
    x.until = day("2021-03-13"); /* 367 days */
    REFUSED(delegation_add(s, &giver, &x, &id, &err), E_INPUT);
    x.until = day("2020-03-13");
    OK(delegation_add(s, &giver, &x, &id, &err));

    TEST("delegation: a seat of its own, on its days, shown with both");
    OK(account_seats(s, &arena, x.to_account, day("2020-03-11"), &seats, &n, &err));
    CHECK_INT(n, 1);
    OK(account_seats(s, &arena, x.to_account, day("2020-03-14"), &seats, &n, &err));
    CHECK_INT(n, 1);
    OK(account_seats(s, &arena, x.to_account, day("2020-03-13"), &seats, &n, &err));
    if (CHECK_INT(n, 2)) {
        CHECK_INT(seats[0].roles, 1u << USER_HANDLER);
        CHECK_INT(seats[1].roles, 1u << USER_REVIEWER);
        CHECK_INT(seats[1].delegation_id, id);
    }
    struct actor stand_in = as(s, "jbr-02/jbr-01", "2020-03-12");
    CHECK_INT(stand_in.account_id, x.to_account);
    CHECK_INT(stand_in.for_account_id, x.from_account);
    CHECK_INT(stand_in.delegation_id, id);
    CHECK_INT(stand_in.roles, 1u << USER_REVIEWER);

    TEST("delegation: not handed on; ends with the giver's own right");
    struct delegation_new on = x;
    on.from_account = x.to_account;
    on.to_account = account(s, "admin");
    int64_t other;
    REFUSED(delegation_add(s, &stand_in, &on, &other, &err), E_FORBIDDEN);
    OK(account_disable(s, &operator_, x.from_account, true, &err));
    OK(account_seats(s, &arena, x.to_account, day("2020-03-13"), &seats, &n, &err));
    CHECK_INT(n, 1);
    OK(account_disable(s, &operator_, x.from_account, false, &err));
    REFUSED(delegation_end(s, &taker, id, day("2020-03-12"), &err), E_FORBIDDEN);
    OK(delegation_end(s, &giver, id, day("2020-03-12"), &err));
    REFUSED(delegation_end(s, &giver, id, day("2020-03-13"), &err), E_CONFLICT);
    OK(account_seats(s, &arena, x.to_account, day("2020-03-13"), &seats, &n, &err));
    CHECK_INT(n, 1);
    on = x;
    on.from_account = account(s, "district");
    on.organisation_id = organisation(s, "甲区政府", "2020-03-10");
    on.roles = 0;
    REFUSED(delegation_add(s, &operator_, &on, &other, &err), E_FORBIDDEN); /* administrator's */
}

/* ---- sessions ---- */

static enum sign_in try(struct store *s, const char *login, const char *password, char *token)
{
    enum sign_in how = SIGN_IN_REFUSED;
    OK(session_sign_in(s, &arena, span_z(login), span_z(password), &how, token, &err));
    return how;
}

static int whose(struct store *s, const char *token, struct actor *ret)
{
    struct err err = ERR_INIT;
    return actor_of_session(s, &arena, span_z(token), date_today(), ret, NULL, &err);
}

static void now(const char *text)
{
    setenv("HUIQI_NOW", text, 1);
}

static void check_lock(struct store *s, char *token)
{
    TEST("five wrong passwords lock for a quarter of an hour");
    now("2020-03-10T09:00:00");
    for (int i = 0; i < SIGN_IN_TRIES - 1; i++)
        CHECK_INT(try(s, "jbr-01", "wrong password", token), SIGN_IN_REFUSED);
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE); /* which forgets the four */
    for (int i = 0; i < SIGN_IN_TRIES; i++)
        CHECK_INT(try(s, "jbr-01", "wrong password", token), SIGN_IN_REFUSED);
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_REFUSED);
    now("2020-03-10T09:14:59");
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_REFUSED);
    now("2020-03-10T09:15:00");
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    CHECK_INT(try(s, "nobody", GOOD, token), SIGN_IN_REFUSED);
    CHECK_INT(try(s, "jbr-01", "", token), SIGN_IN_REFUSED);
}

static void check_life(struct store *s, char *token)
{
    struct actor who = {0};

    TEST("a session: idle for two hours, twelve in all");
    now("2020-03-10T10:00:00");
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM account_session WHERE ended_at = 0") > 0, 1);
    now("2020-03-10T11:59:59");
    CHECK_INT(whose(s, token, &who), 0);
    CHECK_INT(who.roles, 1u << USER_HANDLER | 1u << USER_REVIEWER);
    now("2020-03-10T13:59:58");
    CHECK_INT(whose(s, token, &who), 0); /* used an hour and 59 minutes ago */
    now("2020-03-10T15:59:58");
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
    now("2020-03-10T10:00:00");
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    for (int hour = 11; hour < 22; hour++) {
        char text[24];
        snprintf(text, sizeof text, "2020-03-10T%02d:00:00", hour);
        now(text);
        CHECK_INT(whose(s, token, &who), 0);
    }
    now("2020-03-10T22:00:00");
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
}

static void check_end(struct store *s, char *token)
{
    struct actor who = {0};
    size_t n = 0;

    TEST("a session ends: signed out, revoked, new password, disabled, forged");
    now("2020-03-10T10:00:00");
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    CHECK_INT(whose(s, token, &who), 0);
    OK(session_sign_out(s, &who, span_z(token), &err));
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
    OK(session_sign_out(s, &who, span_z(token), &err));
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    OK(session_end_all(s, &operator_, account(s, "jbr-01"), &n, &err));
    CHECK(n > 0);
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_DONE);
    OK(account_set_password(s, &operator_, account(s, "jbr-01"), SPAN(GOOD "2"), &err));
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
    CHECK_INT(try(s, "jbr-01", GOOD, token), SIGN_IN_REFUSED);
    CHECK_INT(try(s, "jbr-01", GOOD "2", token), SIGN_IN_DONE);
    OK(account_disable(s, &operator_, account(s, "jbr-01"), true, &err));
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND);
    CHECK_INT(try(s, "jbr-01", GOOD "2", token), SIGN_IN_REFUSED);
    OK(account_disable(s, &operator_, account(s, "jbr-01"), false, &err));
    CHECK_INT(whose(s, token, &who), E_NOT_FOUND); /* it does not come back */
    CHECK_INT(whose(s, "0123456789012345678901234567890123456789012", &who), E_NOT_FOUND);
    CHECK_INT(whose(s, "", &who), E_NOT_FOUND);
}

static void check_seat(struct store *s, char *token)
{
    struct seat *seats = NULL;
    struct actor who = {0};
    size_t n = 0;

    TEST("another seat; one that is not his");
    give(s, "jbr-02", USER_WINDOW, "甲区大厅", "2020-03-01", NULL);
    CHECK_INT(try(s, "jbr-02", GOOD, token), SIGN_IN_DONE);
    OK(account_seats(s, &arena, account(s, "jbr-02"), day("2020-03-10"), &seats, &n, &err));
    if (!CHECK_INT(n, 2))
        return;
    CHECK_INT(whose(s, token, &who), 0);
    CHECK_INT(who.roles, 1u << USER_HANDLER);
    OK(session_take_seat(s, &arena, span_z(token), &seats[1], day("2020-03-10"), &err));
    CHECK_INT(whose(s, token, &who), 0);
    CHECK_INT(who.roles, 1u << USER_WINDOW);
    struct seat foreign = {.organisation_id = organisation(s, "乙区政府", "2020-03-10")};
    REFUSED(session_take_seat(s, &arena, span_z(token), &foreign, day("2020-03-10"), &err),
            E_NOT_FOUND);
}

static void check_sessions(struct store *s)
{
    char token[SESSION_TOKEN + 1] = "";

    check_lock(s, token);
    check_life(s, token);
    check_end(s, token);
    check_seat(s, token);
    TEST("no token and no password stands in the store or in the log");
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM audit_entry WHERE detail LIKE '%correct%'"), 0);
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM account_session WHERE LENGTH(hash) <> 64"), 0);
    CHECK(both_count(s, "SELECT COUNT(*) FROM audit_entry WHERE class = 'sign-in'") > 20);
}

/* ---- masking ---- */

static void check_masking(void)
{
    static const struct {
        enum mask_kind kind;
        const char *text, *shown;
    } rows[] = {
        {MASK_NAME, "张三", "张*"},
        {MASK_NAME, "欧阳示例", "欧***"},
        {MASK_NAME, "王", "*"},
        {MASK_PHONE,
         "138"
         "00000000",
         "138****0000"},
        {MASK_PHONE, "12345678", "1*******"},
        {MASK_IDENTITY,
         "110101"
         "199001011237",
         "1101************37"},
        {MASK_ACCOUNT, "6222000000001234", "************1234"},
        {MASK_ADDRESS, "示例市示例区示例路一号", "示例市示例区*****"},
        {MASK_NAME, "", ""},
    };
    const struct actor finance = {.roles = 1u << USER_FINANCE}, agent = {.roles = 1u << USER_AGENT};
    const struct actor admin = {.roles = 1u << USER_ADMINISTRATOR}, nobody = {0};

    TEST("masking");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        CHECK_TEXT(mask_text(&arena, rows[i].kind, span_z(rows[i].text)), rows[i].shown);
    CHECK(mask_sees(&finance, MASK_ACCOUNT, false));
    CHECK(!mask_sees(&finance, MASK_IDENTITY, false));
    CHECK(!mask_sees(&agent, MASK_NAME, false));
    CHECK(mask_sees(&agent, MASK_ACCOUNT, true));
    CHECK(!mask_sees(&nobody, MASK_NAME, true));
    for (int i = 0; i < MASK_KINDS; i++)
        CHECK(!mask_sees(&admin, (enum mask_kind)i, true));
}

struct look {
    struct store *store;
    const char *token;
};

static int look_up(void *context)
{
    const struct look *x = context;
    struct actor who;
    struct err err = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r = actor_of_session(x->store, &a, span_z(x->token), date_today(), &who, NULL, &err);
    arena_release(&a);
    return r;
}

static void check_memory(struct store *s)
{
    char token[SESSION_TOKEN + 1] = "";
    struct look x = {s, token};

    TEST("memory that ends while a token is looked up");
    CHECK_INT(try(s, "jbr-02", GOOD, token), SIGN_IN_DONE);
    fault_loop(look_up, &x);
}

static void suite(const char *url)
{
    struct store *s;
    struct audit_report report = {0};

    now("2020-03-10T09:00:00");
    s = both_open(url);
    if (!s)
        return;
    arena_init(&arena);
    check_organisations(s);
    check_accounts(s);
    check_rights(s);
    check_sight(s);
    check_delegation(s);
    check_sessions(s);
    check_memory(s);
    check_masking();
    TEST("the log of all this is sound");
    OK(audit_verify(s, &arena, 0, SPAN(""), &report, &err));
    CHECK_INT(report.problems, 0);
    arena_release(&arena);
    store_close(s);
}

int main(void)
{
    return both_run(suite);
}
