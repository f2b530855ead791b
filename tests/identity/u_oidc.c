/*
 * u_oidc.c: signing on with another authority, against an invented provider: who is let in, who is
 * not and what the log says of it, attempts that come back twice, late or to another browser, keys
 * that change, a provider that is away; ID tokens that are bent, cut or invented, and no memory.
 * Blame src/identity/oidc*.c.
 */
#include "base/json.h"
#include "identity/audit.h"
#include "identity/oidc_int.h"
#include "tests/identity/both.h"
#include "tests/identity/fake_provider.h"
#include "tests/unit/fault.h"

#define BROWSER "browser-1"

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

struct site {
    struct provider provider;
    struct oidc_config config;
    struct oidc *oidc;
    struct store *store;
    struct arena arena;
    char issuer[64], state[64];
};

/* ---- one attempt ---- */

static void parameter(struct span url, const char *name, char *out, size_t room)
{
    char key[40];

    out[0] = 0;
    snprintf(key, sizeof key, "&%s=", name);
    size_t at = span_find(url, span_z(key));
    if (!CHECK(at != SIZE_MAX))
        return;
    struct span rest = span_from(url, at + strlen(key)), value = {0};
    (void)span_split(&rest, '&', &value);
    snprintf(out, room, "%.*s", SPAN_ARG(value));
}

/* Presses the button; the browser is at the provider then. */
static void begin(struct site *x)
{
    char want[200];
    struct span url = {0};

    OK(oidc_begin(x->oidc, x->store, &x->arena, SPAN(BROWSER), SPAN("/cases?x=1"), &url, &err));
    snprintf(want, sizeof want, "http://127.0.0.1:%d/authorize?x=1&response_type=code&",
             x->provider.port);
    CHECK(span_starts(url, span_z(want)));
    CHECK(span_find(url, SPAN("&code_challenge_method=S256")) != SIZE_MAX);
    CHECK(span_find(url, SPAN("&scope=openid%20profile&")) != SIZE_MAX);
    CHECK(span_find(url, SPAN("&client_id=huiqi%20test&")) != SIZE_MAX);
    parameter(url, "state", x->state, sizeof x->state);
    parameter(url, "nonce", x->provider.nonce, sizeof x->provider.nonce);
    parameter(url, "code_challenge", x->provider.challenge, sizeof x->provider.challenge);
    CHECK_INT(strlen(x->state), 43);
}

static struct oidc_result end(struct site *x, const char *browser, const char *code,
                              const char *error)
{
    struct oidc_answer answer = {
        span_z(browser), span_z(x->state), span_z(code), span_z(error), {0}};
    struct oidc_result result = {0};

    OK(oidc_end(x->oidc, x->store, &x->arena, &answer, &result, &err));
    return result;
}

static struct oidc_result sign_on(struct site *x)
{
    begin(x);
    return end(x, BROWSER, FAKE_CODE, "");
}

static struct audit_row newest(struct site *x)
{
    struct audit_filter f = {.has_class = true, .class = AUDIT_SIGN_IN, .limit = 1};
    struct audit_row *rows = NULL, none = {0};
    size_t n = 0;

    OK(audit_list(x->store, &x->arena, &f, &rows, &n, &err));
    return n ? rows[0] : none;
}

static void check_refused(struct site *x, const struct oidc_result *got, enum oidc_outcome want,
                          const char *problem)
{
    struct audit_row row = newest(x);
    char why[40];

    snprintf(why, sizeof why, "\"why\":\"%s\"", oidc_outcome_word(want));
    CHECK_INT(got->outcome, want);
    CHECK_INT(got->token[0], 0);
    CHECK_TEXT(row.act, "account.refused-oidc");
    bool ok = CHECK(span_find(row.detail, span_z(why)) != SIZE_MAX) &&
              CHECK(span_find(row.detail, span_z(problem)) != SIZE_MAX);
    if (!ok)
        printf("mode %d: %.*s\n", (int)x->provider.mode, SPAN_ARG(row.detail));
}

/* ---- outcomes ---- */

static void check_good(struct site *x, enum fake_mode mode)
{
    struct actor who = {0};
    struct session_row row = {0};

    x->provider.mode = mode;
    struct oidc_result got = sign_on(x);
    CHECK_INT(got.outcome, OIDC_DONE);
    CHECK_TEXT(got.target, "/cases?x=1");
    OK(actor_of_session(x->store, &x->arena, span_z(got.token), date_today(), &who, &row, &err));
    CHECK_TEXT(who.name, "经办一");
    CHECK_TEXT(row.how, "oidc");
    struct audit_row log = newest(x);
    CHECK_TEXT(log.act, "account.sign-in");
    CHECK_TEXT(log.detail, "{\"how\":\"oidc\"}");
}

static const struct {
    enum fake_mode mode;
    enum oidc_outcome want;
    const char *problem;
} refusals[] = {
    {FAKE_NONCE, OIDC_TOKEN, "(nonce)"},
    {FAKE_NO_NONCE, OIDC_TOKEN, "(nonce)"},
    {FAKE_EXPIRED, OIDC_TOKEN, "has expired"},
    {FAKE_NO_EXP, OIDC_TOKEN, "does not say when"},
    {FAKE_FUTURE, OIDC_TOKEN, "in the future"},
    {FAKE_OLD, OIDC_TOKEN, "too long ago"},
    {FAKE_NOT_YET, OIDC_TOKEN, "does not count yet"},
    {FAKE_ISSUER, OIDC_TOKEN, "another issuer"},
    {FAKE_AUDIENCE, OIDC_TOKEN, "(aud)"},
    {FAKE_NO_AZP, OIDC_TOKEN, "(azp)"},
    {FAKE_AZP, OIDC_TOKEN, "(azp)"},
    {FAKE_NO_SUB, OIDC_TOKEN, "(sub)"},
    {FAKE_ALG_NONE, OIDC_TOKEN, "three parts"},
    {FAKE_ALG_HS256, OIDC_TOKEN, "RS256 or ES256"},
    {FAKE_UNKNOWN_KEY, OIDC_TOKEN, "not the provider's"},
    {FAKE_OTHER_KEY, OIDC_TOKEN, "signature"},
    {FAKE_BENT, OIDC_TOKEN, "signature"},
    {FAKE_NO_TOKEN, OIDC_PROVIDER, "no ID token"},
    {FAKE_GARBAGE, OIDC_PROVIDER, "no JSON"},
    {FAKE_HUGE, OIDC_PROVIDER, "more than"},
    {FAKE_BAD_CODE, OIDC_TOKEN, "answered 400"},
    {FAKE_BROKEN, OIDC_PROVIDER, "answered 500"},
};

static void check_outcomes(struct site *x)
{
    TEST("let in");
    check_good(x, FAKE_GOOD);
    check_good(x, FAKE_GOOD_ES256);
    check_good(x, FAKE_GOOD_LIST);
    CHECK_INT(x->provider.descriptions, 1);
    CHECK_INT(x->provider.key_sets, 1);
    TEST("not let in");
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        x->provider.mode = refusals[i].mode;
        struct oidc_result got = sign_on(x);
        check_refused(x, &got, refusals[i].want, refusals[i].problem);
    }
    check_good(x, FAKE_GOOD);
    CHECK_INT(x->provider.faults, 0);
}

static void check_accounts(struct site *x)
{
    struct account_row row = {0};
    struct oidc_result got;

    TEST("a login that nobody has: no account is made");
    x->provider.mode = FAKE_GOOD;
    snprintf(x->provider.login, sizeof x->provider.login, "nobody-here");
    got = sign_on(x);
    check_refused(x, &got, OIDC_NO_ACCOUNT, "");
    CHECK_TEXT(got.login, "nobody-here");
    CHECK(span_find(newest(x).detail, SPAN("nobody")) == SIZE_MAX);
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM account"), 1);
    TEST("the login must be the same, letter by letter");
    snprintf(x->provider.login, sizeof x->provider.login, "JBR-01");
    got = sign_on(x);
    check_refused(x, &got, OIDC_NO_ACCOUNT, "");
    TEST("a login that is too long is none");
    memset(x->provider.login, 'a', LOGIN_MOST + 1);
    x->provider.login[LOGIN_MOST + 1] = 0;
    got = sign_on(x);
    check_refused(x, &got, OIDC_CLAIM, "");
    TEST("a closed account");
    snprintf(x->provider.login, sizeof x->provider.login, "jbr-01");
    OK(account_find(x->store, &x->arena, SPAN("jbr-01"), &row, &err));
    OK(account_disable(x->store, &operator_, row.id, true, &err));
    got = sign_on(x);
    check_refused(x, &got, OIDC_DISABLED, "");
    CHECK_INT(newest(x).account_id, row.id);
    OK(account_disable(x->store, &operator_, row.id, false, &err));
    check_good(x, FAKE_GOOD);
}

static void check_claim(struct site *x)
{
    struct oidc_config config = x->config;
    struct oidc *before = x->oidc;
    struct oidc_result got;

    TEST("the login is in a claim that is not there");
    config.claim = "staff_number";
    OK(oidc_new(&config, &x->oidc, &err));
    got = sign_on(x);
    check_refused(x, &got, OIDC_CLAIM, "");
    oidc_free(x->oidc);
    x->oidc = before;
}

/* ---- attempts ---- */

static void check_attempts(struct site *x)
{
    struct oidc_result got;
    int tokens;

    TEST("an attempt counts once");
    x->provider.mode = FAKE_GOOD;
    CHECK_INT(sign_on(x).outcome, OIDC_DONE);
    tokens = x->provider.tokens;
    got = end(x, BROWSER, FAKE_CODE, "");
    check_refused(x, &got, OIDC_STATE, "used before");
    CHECK_INT(x->provider.tokens, tokens); /* the provider was not asked */
    TEST("another browser does not end it, its own still can");
    begin(x);
    got = end(x, "browser-2", FAKE_CODE, "");
    check_refused(x, &got, OIDC_STATE, "another browser");
    CHECK_INT(end(x, BROWSER, FAKE_CODE, "").outcome, OIDC_DONE);
    TEST("what was never begun leaves no trace in the log");
    int64_t entries = both_count(x->store, "SELECT COUNT(*) FROM audit_entry");
    x->state[5] ^= 1;
    CHECK_INT(end(x, BROWSER, FAKE_CODE, "").outcome, OIDC_STATE);
    x->state[0] = 0;
    CHECK_INT(end(x, BROWSER, FAKE_CODE, "").outcome, OIDC_STATE);
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM audit_entry"), entries);
    TEST("the provider says no");
    begin(x);
    got = end(x, BROWSER, "", "access_denied");
    check_refused(x, &got, OIDC_DENIED, "");
    begin(x);
    got = end(x, BROWSER, "", "");
    check_refused(x, &got, OIDC_DENIED, "no code");
    TEST("in time, and too late");
    begin(x);
    setenv("HUIQI_NOW", "2020-03-10T09:09:59", 1);
    CHECK_INT(end(x, BROWSER, FAKE_CODE, "").outcome, OIDC_DONE);
    setenv("HUIQI_NOW", "2020-03-10T09:00:00", 1);
    begin(x);
    setenv("HUIQI_NOW", "2020-03-10T09:10:00", 1);
    got = end(x, BROWSER, FAKE_CODE, "");
    check_refused(x, &got, OIDC_LATE, "too long ago");
    setenv("HUIQI_NOW", "2020-03-10T09:00:00", 1);
}

/* Another process of the site, which knows the database and nothing else. */
static void check_processes(struct site *x)
{
    struct oidc *first = x->oidc;

    TEST("begun here, ended by another process");
    begin(x);
    OK(oidc_new(&x->config, &x->oidc, &err));
    CHECK_INT(end(x, BROWSER, FAKE_CODE, "").outcome, OIDC_DONE);
    oidc_free(x->oidc);
    x->oidc = first;
}

/* ---- keys, and a provider that is away ---- */

static void check_rotation(struct site *x)
{
    int sets = x->provider.key_sets;

    TEST("new keys are fetched when a token names one");
    check_good(x, FAKE_GOOD);
    CHECK_INT(x->provider.key_sets, sets);
    x->provider.rotated = true;
    check_good(x, FAKE_GOOD);
    CHECK_INT(x->provider.key_sets, sets + 1);
    check_good(x, FAKE_GOOD);
    CHECK_INT(x->provider.key_sets, sets + 1);
    TEST("a key that nobody knows is asked for once each time");
    x->provider.mode = FAKE_UNKNOWN_KEY;
    CHECK_INT(sign_on(x).outcome, OIDC_TOKEN);
    CHECK_INT(x->provider.key_sets, sets + 2);
    TEST("after an hour description and keys are asked for again");
    int descriptions = x->provider.descriptions;
    setenv("HUIQI_NOW", "2020-03-10T10:00:01", 1);
    check_good(x, FAKE_GOOD);
    CHECK_INT(x->provider.descriptions, descriptions + 1);
    setenv("HUIQI_NOW", "2020-03-10T09:00:00", 1);
    x->provider.rotated = false;
}

static void check_away(struct site *x)
{
    struct oidc *before = x->oidc;
    struct err away = ERR_INIT, soon = ERR_INIT;
    struct oidc_result got;
    struct span url = {0};

    TEST("the provider goes away in the middle");
    x->provider.mode = FAKE_GOOD;
    OK(oidc_new(&x->config, &x->oidc, &err));
    begin(x);
    fake_down(&x->provider);
    got = end(x, BROWSER, FAKE_CODE, "");
    check_refused(x, &got, OIDC_PROVIDER, "exchange");
    oidc_free(x->oidc);
    TEST("the provider is away: it is not asked again at once");
    OK(oidc_new(&x->config, &x->oidc, &err));
    CHECK_INT(oidc_begin(x->oidc, x->store, &x->arena, SPAN(BROWSER), SPAN("/"), &url, &away),
              E_IO);
    CHECK_TEXT(newest(x).act, "account.refused-oidc");
    CHECK_INT(oidc_begin(x->oidc, x->store, &x->arena, SPAN(BROWSER), SPAN("/"), &url, &soon),
              E_BUSY);
    CHECK(fake_listen(&x->provider));
    setenv("HUIQI_NOW", "2020-03-10T09:00:11", 1);
    check_good(x, FAKE_GOOD);
    oidc_free(x->oidc);
    setenv("HUIQI_NOW", "2020-03-10T09:00:00", 1);
    x->oidc = before;
}

static void check_description(struct site *x)
{
    static const enum fake_mode modes[] = {FAKE_OTHER_DESCRIPTION, FAKE_HTTP_ENDPOINT};

    TEST("a description that cannot be trusted");
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct oidc *o = NULL;
        struct err wrong = ERR_INIT;
        struct span url = {0};
        x->provider.mode = modes[i];
        OK(oidc_new(&x->config, &o, &err));
        CHECK_INT(oidc_begin(o, x->store, &x->arena, SPAN(BROWSER), SPAN("/"), &url, &wrong), E_IO);
        oidc_free(o);
    }
    x->provider.mode = FAKE_GOOD;
}

/* ---- configuration ---- */

static void check_config(void)
{
    static const struct {
        const char *issuer, *redirect;
        int want;
    } rows[] = {
        {"https://sso.example.gov.cn", "https://policy.example.gov.cn/sign-on/return", 0},
        {"https://sso.example.gov.cn/realms/x", "https://policy.example.gov.cn/sign-on/return", 0},
        {"http://127.0.0.1:9/x", "http://127.0.0.1/sign-on/return", 0},
        {"http://sso.example.gov.cn", "https://policy.example.gov.cn/sign-on/return", E_USAGE},
        {"http://127.0.0.1.example.com", "http://127.0.0.1/sign-on/return", E_USAGE},
        {"http://localhost.example.com", "http://127.0.0.1/sign-on/return", E_USAGE},
        {"https://sso.example.gov.cn", "http://policy.example.gov.cn/sign-on/return", E_USAGE},
        {"https://sso.example.gov.cn", "http://127.0.0.1/sign-on/return", E_USAGE},
        {"https://user:word@sso.example.gov.cn", "https://policy.example.gov.cn/x", E_USAGE},
        {"https://", "https://policy.example.gov.cn/x", E_USAGE},
        {"https:///x", "https://policy.example.gov.cn/x", E_USAGE},
        {"https://sso.example.gov.cn/a b", "https://policy.example.gov.cn/x", E_USAGE},
        {"ftp://sso.example.gov.cn", "https://policy.example.gov.cn/x", E_USAGE},
    };

    TEST("addresses that are taken");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct oidc_config c = {
            .issuer = rows[i].issuer, .client_id = "x", .redirect = rows[i].redirect};
        struct err wrong = ERR_INIT;
        struct oidc *o = NULL;
        if (!CHECK_INT(oidc_new(&c, &o, &wrong), rows[i].want))
            printf("%s\n", rows[i].issuer);
        oidc_free(o);
    }
}

static void check_environment(void)
{
    char path[] = "/tmp/huiqi-secret.XXXXXX";
    struct oidc_config c = {0};
    struct arena a;
    struct err wrong = ERR_INIT, twice = ERR_INIT;
    int fd = mkstemp(path);

    TEST("the environment");
    arena_init(&a);
    OK(oidc_config_read(&a, &c, &err));
    CHECK(c.issuer == NULL);
    setenv("HUIQI_OIDC_ISSUER", "https://sso.example.gov.cn", 1);
    CHECK_INT(oidc_config_read(&a, &c, &wrong), E_USAGE);
    setenv("HUIQI_OIDC_CLIENT_ID", "huiqi", 1);
    setenv("HUIQI_OIDC_REDIRECT", "https://policy.example.gov.cn/sign-on/return", 1);
    setenv("HUIQI_OIDC_CLIENT_SECRET_FILE", path, 1);
    CHECK(fd >= 0 && write(fd, " word \n", 7) == 7);
    OK(oidc_config_read(&a, &c, &err));
    CHECK_TEXT(span_z(c.client_secret), "word");
    setenv("HUIQI_OIDC_CLIENT_SECRET", "another", 1);
    CHECK_INT(oidc_config_read(&a, &c, &twice), E_USAGE);
    arena_release(&a);
    close(fd);
    unlink(path);
    unsetenv("HUIQI_OIDC_ISSUER");
}

/* ---- hostile tokens ---- */

struct reading {
    struct span token, keys;
    struct oidc_expect expect;
};

static int read_one(void *context)
{
    const struct reading *x = context;
    const struct json *claims = NULL;
    struct err err = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r = oidc_token_read(&a, x->token, x->keys, &x->expect, &claims, &err);
    arena_release(&a);
    return r;
}

static const char *const invented[] = {
    "", ".", "..", "...", "a.b.c", "e30.e30.e30", "e30.e30.e30.e30", "=.=.=", "\xff\xfe.a.b",
    /* {"alg":"none"}, {"alg":"RS256"}, {"alg":"RS256","crit":["x"]}, {"alg":["RS256"]} */
    "eyJhbGciOiJub25lIn0.e30.e30", "eyJhbGciOiJSUzI1NiJ9.e30.", "eyJhbGciOiJSUzI1NiJ9..e30",
    "eyJhbGciOiJSUzI1NiJ9.e30.e30", "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdfQ.e30.e30",
    "eyJhbGciOlsiUlMyNTYiXX0.e30.e30"};

static const char *const key_sets[] = {
    "",
    "[]",
    "{}",
    "{\"keys\":1}",
    "{\"keys\":[]}",
    "{\"keys\":[1,null,{},[],\"x\"]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"old\"}]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"old\",\"n\":1,\"e\":2}]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"old\",\"n\":\"\",\"e\":\"\"}]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"old\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", /* too weak */
    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"old\",\"k\":\"AQAB\"}]}",
    "{\"keys\":[{\"kty\":\"EC\"",
    "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"old\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}]"
    "}"};

static void check_bent(struct reading *x, char *token, size_t n)
{
    static const char strange[] = {'=', '\'', '+', '\n', ' ', '\x80', 'A'};
    size_t signature = (size_t)(strrchr(token, '.') - token);

    TEST("a token with one letter changed, or cut");
    for (size_t i = 0; i < signature; i++) {
        char was = token[i];
        token[i] = was == 'A' ? 'B' : 'A';
        if (read_one(x) == 0 && !CHECK(false))
            printf("letter %zu\n", i);
        token[i] = was;
    }
    for (size_t i = 0; i < n; i++) {
        x->token.n = i;
        if (read_one(x) == 0 && !CHECK(false))
            printf("cut at %zu\n", i);
    }
    x->token.n = n;
    TEST("a letter in each place that does not belong there");
    for (size_t i = 0; i < n; i++) {
        char was = token[i];
        token[i] = strange[i % sizeof strange];
        bool same = token[i] == was || (i > signature && token[i] == 'A');
        if (!same && read_one(x) == 0 && !CHECK(false))
            printf("place %zu\n", i);
        token[i] = was;
    }
    CHECK_INT(read_one(x), 0);
}

static void check_tokens(struct site *x)
{
    char token[8192], keys[8192];
    struct reading reading = {.expect = {span_z(x->issuer), SPAN(FAKE_CLIENT), SPAN("n-1"), 0}};

    reading.expect.now = clock_now_ms();
    x->provider.mode = FAKE_GOOD;
    snprintf(x->provider.nonce, sizeof x->provider.nonce, "n-1");
    fake_token(&x->provider, token, sizeof token);
    fake_key_set(&x->provider, keys, sizeof keys);
    reading.token = span_z(token);
    reading.keys = span_z(keys);
    TEST("no memory");
    fault_loop(read_one, &reading);
    check_bent(&reading, token, strlen(token));
    TEST("sets of keys that are none");
    for (size_t i = 0; i < COUNT_OF(key_sets); i++) {
        reading.keys = span_z(key_sets[i]);
        int r = read_one(&reading);
        if (!CHECK(r == E_FORBIDDEN || r == E_NOT_FOUND))
            printf("%s\n", key_sets[i]);
    }
    TEST("tokens that are none");
    reading.keys = span_z(keys);
    for (size_t i = 0; i < COUNT_OF(invented); i++) {
        reading.token = span_z(invented[i]);
        int r = read_one(&reading);
        if (!CHECK(r == E_FORBIDDEN || r == E_NOT_FOUND))
            printf("%s\n", invented[i]);
    }
}

/* ---- no memory on the way ---- */

/* From the button to the session, without looking at more than how it ends. */
static int whole_way(void *context)
{
    struct site *x = context;
    struct err err = ERR_INIT;
    struct oidc_result result = {0};
    struct span url = {0};
    struct arena a;

    arena_init(&a);
    int r = oidc_begin(x->oidc, x->store, &a, SPAN(BROWSER), SPAN("/"), &url, &err);
    if (r == 0) {
        parameter(url, "state", x->state, sizeof x->state);
        parameter(url, "nonce", x->provider.nonce, sizeof x->provider.nonce);
        parameter(url, "code_challenge", x->provider.challenge, sizeof x->provider.challenge);
        const struct oidc_answer answer = {
            SPAN(BROWSER), span_z(x->state), SPAN(FAKE_CODE), {0}, {0}};
        r = oidc_end(x->oidc, x->store, &a, &answer, &result, &err);
    }
    if (r == 0 && result.outcome != OIDC_DONE)
        r = E_CHECK;
    arena_release(&a);
    return r;
}

static int keep_something(void *context)
{
    struct site *x = context;
    struct span got = {0};
    struct err err = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r = session_data_save(x->store, SPAN("a token"), SPAN("{\"k\":1}"), &err);
    if (r == 0)
        r = session_data_load(x->store, &a, SPAN("a token"), &got, &err);
    if (r == 0)
        CHECK_TEXT(got, "{\"k\":1}");
    arena_release(&a);
    return r;
}

static void check_memory(struct site *x)
{
    struct err none = ERR_INIT;
    struct span got = {0};

    TEST("no memory on the way");
    x->provider.mode = FAKE_GOOD;
    fault_loop(whole_way, x);
    TEST("no memory for what pages remember");
    fault_loop(keep_something, x);
    OK(session_data_save(x->store, SPAN("a token"), SPAN("{\"k\":2}"), &err));
    OK(session_data_load(x->store, &x->arena, SPAN("a token"), &got, &err));
    CHECK_TEXT(got, "{\"k\":2}");
    OK(session_data_save(x->store, SPAN("a token"), SPAN(""), &err));
    CHECK_INT(session_data_load(x->store, &x->arena, SPAN("a token"), &got, &none), E_NOT_FOUND);
}

/* ---- nothing is told ---- */

static void check_silence(struct site *x)
{
    TEST("no token, code, secret or state stands in the store");
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM audit_entry WHERE detail LIKE '%code-0%'"
                                   " OR detail LIKE '%s3cret%' OR detail LIKE '%eyJ%'"),
              0);
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM sign_on WHERE used_at > 0 AND"
                                   " (verifier <> '' OR nonce <> '')"),
              0);
    CHECK(both_count(x->store, "SELECT COUNT(*) FROM sign_on WHERE used_at > 0") > 20);
}

static void check_purge(struct site *x)
{
    int64_t n = 0;

    TEST("old attempts and sessions go");
    setenv("HUIQI_NOW", "2020-03-10T23:00:00", 1);
    OK(sessions_purge(x->store, NULL, NULL, &n, &err));
    CHECK(n > 20);
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM sign_on"), 0);
    int64_t sessions = both_count(x->store, "SELECT COUNT(*) FROM account_session");
    CHECK(sessions > 5);
    setenv("HUIQI_NOW", "2020-04-20T09:00:00", 1);
    OK(sessions_purge(x->store, NULL, NULL, &n, &err));
    CHECK_INT(n, sessions);
    CHECK_INT(both_count(x->store, "SELECT COUNT(*) FROM account_session"), 0);
}

static void suite(const char *url)
{
    struct site x = {0};
    int64_t id;

    setenv("HUIQI_NOW", "2020-03-10T09:00:00", 1);
    x.store = both_open(url);
    if (!x.store || !CHECK(fake_start(&x.provider)))
        return;
    arena_init(&x.arena);
    snprintf(x.provider.login, sizeof x.provider.login, "jbr-01");
    snprintf(x.issuer, sizeof x.issuer, "http://127.0.0.1:%d", x.provider.port);
    x.config = (struct oidc_config){.issuer = x.issuer,
                                    .client_id = FAKE_CLIENT,
                                    .client_secret = FAKE_SECRET,
                                    .redirect = "http://127.0.0.1/sign-on/return"};
    OK(oidc_new(&x.config, &x.oidc, &err));
    OK(account_add(x.store, &operator_, SPAN("jbr-01"), SPAN("经办一"), SPAN(""), &id, &err));
    check_outcomes(&x);
    check_accounts(&x);
    check_claim(&x);
    check_attempts(&x);
    check_processes(&x);
    check_rotation(&x);
    check_away(&x);
    check_description(&x);
    check_tokens(&x);
    check_memory(&x);
    check_silence(&x);
    check_purge(&x);
    oidc_free(x.oidc);
    fake_stop(&x.provider);
    arena_release(&x.arena);
    store_close(x.store);
}

int main(void)
{
    check_config();
    check_environment();
    return both_run(suite);
}
