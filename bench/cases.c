/*
 * cases.c: queues with very many cases. Prints times; asserts nothing about them.
 *
 *     cases fill LIBRARY CASES TOKENS      fills the empty database HUIQI_DATABASE, writes tokens
 * of handlers who are signed in cases list LIBRARY                   lists and reservations inside
 * this program cases ask PORT PID TOKENS            pages of the server with this process number
 *
 * The first cases are made by the product itself, of twenty procedures on thirty days; the others
 * are copies of their rows for other applicants and organisations, so that `huiqi case verify`
 * accepts every one. Organisation 0 has a tenth of all cases, all open; of the others' three in ten
 * are closed. HUIQI_NOW has to be set.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "casework/cases.h"
#include "casework/funds.h"
#include "casework/sql.h"
#include "identity/sessions.h"

#define PROCEDURES 20
#define DAYS       30
#define OFFICES    500
#define HANDLERS   40 /* who ask: of the first so many organisations */
#define CHUNK      50000
#define SAMPLES    400

static const struct actor person = {.program = true, .name = {"bench", 5}, .roles = ~0u};

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double now_ms(void)
{
    return clock_of(CLOCK_MONOTONIC);
}

static int fail(const struct err *err)
{
    fprintf(stderr, "cases: %s\n", err->message);
    return 2;
}

/* ---- figures ---- */

struct figures {
    double wall[SAMPLES], processor[SAMPLES];
    size_t n;
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, struct figures *f)
{
    if (f->n == 0)
        return;
    qsort(f->wall, f->n, sizeof f->wall[0], by_size);
    qsort(f->processor, f->n, sizeof f->processor[0], by_size);
    printf("%-46s p50 %7.2f  p95 %7.2f  max %7.2f ms; processor p50 %6.2f  p95 %6.2f ms\n", what,
           f->wall[f->n / 2], f->wall[f->n * 95 / 100], f->wall[f->n - 1], f->processor[f->n / 2],
           f->processor[f->n * 95 / 100]);
    f->n = 0;
}

static void note(struct figures *f, double wall, double processor)
{
    if (f->n < SAMPLES) {
        f->wall[f->n] = wall;
        f->processor[f->n++] = processor;
    }
}

/* ---- whose processor time ---- */

/* Of all threads of a process, in ms. */
static double spent(int64_t pid)
{
    char path[300], line[100];
    struct dirent *e;
    double ns = 0;

    snprintf(path, sizeof path, "/proc/%" PRId64 "/task", pid);
    DIR *d = opendir(path);
    while (d && (e = readdir(d))) {
        snprintf(path, sizeof path, "/proc/%" PRId64 "/task/%s/schedstat", pid, e->d_name);
        FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (f && fgets(line, sizeof line, f))
            ns += strtod(line, NULL);
        if (f)
            fclose(f);
    }
    if (d)
        closedir(d);
    return ns / 1e6;
}

#define BACKENDS_MOST 64
struct processes {
    int64_t at[BACKENDS_MOST];
    size_t n;
};

/* On PostgreSQL its processes that serve anybody but us work for the page, too. */
static int find_backends(struct store *s, struct processes *p, struct err *err)
{
    struct stmt *st = NULL;
    int r = store_engine(s) == STORE_POSTGRES
                ? sql_open(s,
                           "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                           " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                           NO_ARGS, &st, err)
                : 0;

    while (st && (r = stmt_step(st, err)) > 0)
        if (p->n < BACKENDS_MOST)
            p->at[p->n++] = stmt_get_int(st, 0);
    stmt_done(st);
    return r;
}

static double spent_by(const struct processes *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += spent(p->at[i]);
    return sum;
}

/* ---- the first cases ---- */

struct filler {
    struct arena arena;
    struct store *store;
    struct office office;
    int64_t subject, cases, templates[2]; /* open ones, closed ones */
};

static const struct procedure_act *first_step(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++)
        if (p->acts[i].from_count && p->acts[i].to.n &&
            span_eq(p->acts[i].from[0], p->states[0].id))
            return &p->acts[i];
    return NULL;
}

/* What the form would ask is not the question here: the event is written as if it had been. */
static int add_event(struct filler *f, int64_t id, int seq, struct span act, struct span party,
                     struct err *err)
{
    return sql_run(f->store,
                   "INSERT INTO case_event (case_id, seq, at, act, party, account_id,"
                   " for_account_id, delegation_id, organisation, data)"
                   " VALUES ($1, $2, $3, $4, $5, 0, 0, 0, '', '')",
                   ARGS(INT(id), INT(seq), INT(clock_now_ms()), TEXT(act), TEXT(party)), err);
}

/* A case in a queue with a clock that runs; *ret_id 0 = this procedure has none. */
static int first_case(struct filler *f, const struct procedure *p, bool closed, int64_t *ret_id,
                      struct err *err)
{
    const struct procedure_act *step = first_step(p);
    struct case_start start = {
        .procedure = p->id, .subject_kind = SPAN("enterprise"), .subject_code = SPAN("bench-0")};
    struct err ignored = ERR_INIT;
    struct case_row row = {.closed_at = 0};
    struct case_file *file = NULL;
    size_t lapses = 0;
    int64_t id = 0;

    *ret_id = 0;
    if (!step || case_begin(&f->arena, &f->office, &person, &start, &id, &ignored) < 0)
        return 0;
    int r = add_event(f, id, 2, step->id, step->who[0], err);
    if (r == 0 && closed)
        r = add_event(f, id, 3, SPAN("withdraw"), SPAN("applicant"), err);
    if (r == 0 && case_tick(&f->arena, &f->office, id, &lapses, &ignored) == 0 &&
        case_open(&f->arena, &f->office, &person, id, &file, &ignored) == 0)
        row = file->row;
    if (r == 0 && (closed ? row.closed_at != 0 : row.id && row.due_at != CASE_NO_DUE))
        *ret_id = id;
    return r;
}

static int keep_template(struct filler *f, bool closed, int64_t id, struct err *err)
{
    int64_t *n = &f->templates[closed];
    return sql_run(f->store, "INSERT INTO bench_template (closed, n, id) VALUES ($1, $2, $3)",
                   ARGS(INT(closed), INT((*n)++), INT(id)), err);
}

static void set_day(int day)
{
    char text[40];
    snprintf(text, sizeof text, "2023-05-%02dT%02d:00:00", day + 1, 9 + day % 8);
    setenv("HUIQI_NOW", text, 1);
}

/* All days of one procedure; *ret_used = it serves. */
static int first_of(struct filler *f, const struct procedure *p, bool *ret_used, struct err *err)
{
    int64_t id = 0;
    int r = 0;

    *ret_used = false;
    for (int day = 0; r == 0 && day < DAYS; day++) {
        set_day(day);
        r = first_case(f, p, day % 10 == 9, &id, err);
        if (r == 0 && !id)
            return 0;
        if (r == 0)
            r = keep_template(f, day % 10 == 9, id, err);
        *ret_used = true;
        arena_clear(&f->arena);
    }
    return r;
}

static int first_cases(struct filler *f, struct err *err)
{
    const struct library *l = f->office.library;
    size_t used = 0;
    int r = store_execute(f->store,
                          "CREATE TABLE bench_template (closed {int}, n {int}, id {int},"
                          " PRIMARY KEY (closed, n))",
                          err);

    for (size_t i = 0; r == 0 && i < l->procedure_count && used < PROCEDURES; i++) {
        bool serves = false;
        r = first_of(f, l->procedures[i], &serves, err);
        used += serves;
    }
    printf("%zu procedures, %" PRId64 " open and %" PRId64 " closed cases to copy\n", used,
           f->templates[0], f->templates[1]);
    return r;
}

/* ---- copies ---- */

/* $1 first number, $2 last; $3 what ids begin behind; $4, $5 templates open and closed. */
#define NUMBERS                                                                                    \
    "WITH RECURSIVE g(i) AS (SELECT CAST($1 AS {int}) UNION ALL SELECT i + 1 FROM g WHERE i < $2)"
#define OFFICE "(CASE WHEN i % 10 = 0 THEN 0 ELSE 1 + i % 499 END)"
#define CLOSED "(CASE WHEN i % 10 IN (1, 2, 3) THEN 1 ELSE 0 END)"
#define COPIED                                                                                     \
    " FROM g JOIN bench_template b ON b.closed = " CLOSED " AND b.n = (i / 10) % (CASE WHEN"       \
    " " CLOSED " = 1 THEN CAST($5 AS {int}) ELSE CAST($4 AS {int}) END)"                           \
    " JOIN casefile t ON t.id = b.id"
static const char *const copies[] = {
    NUMBERS
    " INSERT INTO casefile (id, number, procedure, library, subject_id, item, opened_at, opened_by,"
    " events, state, phase, decision, amount, organisation, handler, due_at, due_clock, due_owner,"
    " paused, lane, changed_at, closed_at)"
    " SELECT CAST($3 AS {int}) + i, 'bench' || i, t.procedure, t.library,"
    " (SELECT MIN(id) FROM subject) + i % (SELECT COUNT(*) FROM subject), '', t.opened_at, 0,"
    " t.events, t.state, t.phase, t.decision, t.amount, 'office ' || " OFFICE ","
    " CASE WHEN (i / 10) % 3 = 0 THEN 1 + " OFFICE " ELSE 0 END, t.due_at, t.due_clock,"
    " t.due_owner, t.paused, CASE WHEN (i / 10) % 20 = 7 THEN 0 ELSE 1 END, t.changed_at,"
    " t.closed_at" COPIED,
    NUMBERS
    " INSERT INTO case_event (case_id, seq, at, act, party, account_id, for_account_id,"
    " delegation_id, organisation, data)"
    " SELECT CAST($3 AS {int}) + i, e.seq, e.at, e.act, e.party, e.account_id, e.for_account_id,"
    " e.delegation_id, e.organisation, e.data" COPIED " JOIN case_event e ON e.case_id = t.id",
    NUMBERS
    " INSERT INTO case_clock (case_id, clock, state, owner, started_at, due_at, warn_at, late)"
    " SELECT CAST($3 AS {int}) + i, k.clock, k.state, k.owner, k.started_at, k.due_at, k.warn_at,"
    " k.late" COPIED " JOIN case_clock k ON k.case_id = t.id",
    NUMBERS " INSERT INTO case_party (case_id, party, organisation, account_id)"
            " SELECT CAST($3 AS {int}) + i, p.party, CASE WHEN p.organisation = t.organisation"
            " THEN 'office ' || " OFFICE " ELSE p.organisation END, p.account_id" COPIED
            " JOIN case_party p ON p.case_id = t.id",
};

static int copy_chunk(struct filler *f, int64_t first, int64_t last, int64_t behind,
                      struct err *err)
{
    int r = store_begin(f->store, err);

    for (size_t i = 0; r == 0 && i < COUNT_OF(copies); i++)
        r = sql_run(
            f->store, copies[i],
            ARGS(INT(first), INT(last), INT(behind), INT(f->templates[0]), INT(f->templates[1])),
            err);
    return r == 0 ? store_commit(f->store, err) : r;
}

static int copy_all(struct filler *f, struct err *err)
{
    int64_t behind = 0;
    int r = sql_int(f->store, "SELECT MAX(id) FROM casefile", NO_ARGS, 0, &behind, err);

    for (int64_t at = 1; r == 0 && at <= f->cases; at += CHUNK) {
        int64_t last = at + CHUNK - 1;
        r = copy_chunk(f, at, last < f->cases ? last : f->cases, behind, err);
    }
    if (r == 0 && store_engine(f->store) == STORE_POSTGRES)
        r = store_execute(f->store,
                          "SELECT setval(pg_get_serial_sequence('casefile', 'id'),"
                          " (SELECT MAX(id) FROM casefile))",
                          err);
    return r == 0 ? store_execute(f->store, "ANALYZE", err) : r;
}

/* ---- people and organisations ---- */

static int make_places(struct filler *f, struct err *err)
{
    int r = store_begin(f->store, err);

    if (r == 0)
        r = sql_run(f->store,
                    NUMBERS " INSERT INTO subject (kind, code, name, created_at)"
                            " SELECT 'enterprise', 'bench-' || i, '示例公司' || i, 0 FROM g",
                    ARGS(INT(0), INT(f->cases / 10)), err);
    if (r == 0)
        r = sql_run(f->store,
                    NUMBERS " INSERT INTO organisation (name, kind, since, until)"
                            " SELECT 'office ' || i, 'department', '', '' FROM g",
                    ARGS(INT(0), INT(OFFICES - 1)), err);
    return r == 0 ? store_commit(f->store, err) : r;
}

/* The n-th account is the handler of the n-th organisation; he is signed in. */
static int make_handler(struct filler *f, int n, FILE *tokens, struct err *err)
{
    struct right_new right = {.role = USER_HANDLER, .since = {2020, 1, 1}};
    char login[32], office[32], token[SESSION_TOKEN + 1];

    snprintf(login, sizeof login, "handler-%d", n);
    snprintf(office, sizeof office, "office %d", n);
    int r = account_add(f->store, &person, span_z(login), span_z(login), SPAN(""),
                        &right.account_id, err);
    if (r == 0)
        r = sql_int(f->store, "SELECT id FROM organisation WHERE name = $1",
                    ARGS(TEXT(span_z(office))), 0, &right.organisation_id, err);
    if (r == 0)
        r = right_grant(f->store, &person, &right, &(int64_t){0}, err);
    if (r == 0)
        r = session_vouched(f->store, &f->arena, right.account_id, SPAN("bench"), token, err);
    if (r == 0)
        fprintf(tokens, "%s\n", token);
    return r;
}

static int open_desk(struct filler *f, const char *library, struct library **ret, struct err *err)
{
    struct diags diags;

    arena_init(&f->arena);
    diags_init(&diags, &f->arena);
    int r = store_open(store_url(), &f->store, err);
    if (r == 0)
        r = store_migrate(f->store, err);
    if (r == 0)
        r = library_load(library, ret, &diags, err);
    f->office = (struct office){.store = f->store, .library = *ret};
    return r;
}

static int fill(const char *library, const char *cases, const char *path)
{
    struct filler f = {.cases = strtoll(cases, NULL, 10)};
    const char *now = getenv("HUIQI_NOW");
    char then[64];
    struct library *l = NULL;
    struct err err = ERR_INIT;
    FILE *tokens = fopen(path, "w");
    double began = now_ms();

    snprintf(then, sizeof then, "%s", now ? now : "");
    int r = tokens ? open_desk(&f, library, &l, &err) : err_set(&err, E_IO, "%s", path);
    if (r == 0)
        r = make_places(&f, &err);
    if (r == 0)
        r = first_cases(&f, &err);
    setenv("HUIQI_NOW", then, 1);
    if (r == 0)
        r = copy_all(&f, &err);
    for (int i = 0; r == 0 && i < HANDLERS; i++)
        r = make_handler(&f, i, tokens, &err);
    if (tokens)
        fclose(tokens);
    printf("%" PRId64 " cases made in %.0f s\n", f.cases, (now_ms() - began) / 1e3);
    store_close(f.store);
    library_unref(l);
    arena_release(&f.arena);
    return r < 0 ? fail(&err) : 0;
}

/* ---- inside this program ---- */

static int time_list(struct filler *f, const struct processes *server, struct case_query q,
                     struct figures *to, struct err *err)
{
    struct case_row *rows = NULL;
    size_t n = 0;
    double wall = now_ms(), busy = clock_of(CLOCK_THREAD_CPUTIME_ID) + spent_by(server);
    int r = case_list(&f->arena, &f->office, &q, &rows, &n, err);

    note(to, now_ms() - wall, clock_of(CLOCK_THREAD_CPUTIME_ID) + spent_by(server) - busy);
    arena_clear(&f->arena);
    return r;
}

static int list_subjects(struct filler *f, const struct processes *server, struct err *err)
{
    struct figures figures = {.n = 0};
    int64_t first = 0, n = 0;
    int r = sql_int(f->store, "SELECT MIN(id) FROM subject", NO_ARGS, 0, &first, err);

    if (r == 0)
        r = sql_int(f->store, "SELECT COUNT(*) FROM subject", NO_ARGS, 0, &n, err);
    for (int64_t i = 0; r == 0 && i < SAMPLES; i++)
        r = time_list(f, server,
                      (struct case_query){.subject_id = first + i * 7919 % n, .phase = PHASES},
                      &figures, err);
    report("cases of one applicant", &figures);
    return r;
}

static int list_offices(struct filler *f, const struct processes *server, struct err *err)
{
    struct figures figures = {.n = 0};
    char office[32];
    int r = 0;

    for (int i = 0; r == 0 && i < SAMPLES; i++) {
        snprintf(office, sizeof office, "office %d", i % OFFICES);
        r = time_list(
            f, server,
            (struct case_query){
                .organisation = span_z(office), .phase = PHASES, .open_only = true, .limit = 50},
            &figures, err);
    }
    report("50 lines of a queue", &figures);
    return r;
}

struct reserving {
    struct filler *f;
    struct fund_request q;
};

static int reserve(struct store *s, void *context, struct err *err)
{
    struct reserving *v = context;
    int64_t id = 0;
    return fund_reserve(&v->f->arena, s, &person, &v->q, &id, err);
}

static int make_fund(struct store *s, void *context, struct err *err)
{
    static const char text[] =
        "{\"fund\": \"bench\", \"name\": \"示例\", \"region\": \"示例市\","
        " \"holder\": \"office 0\", \"cap\": \"10亿\", \"order\": \"approval\"}";
    struct filler *f = context;
    struct json *j = NULL;
    int64_t id = 0;
    int r = json_parse(&f->arena, span_z(text), SPAN("bench"), &j, err);

    return r < 0 ? r : fund_add(&f->arena, s, &person, j, SPAN("bench"), &id, err);
}

static int reserve_many(struct filler *f, struct err *err)
{
    struct reserving v = {f,
                          {.fund = SPAN("bench"),
                           .amount = 100,
                           .precision = PRECISION_EXACT,
                           .nature = NATURE_RECEIVED,
                           .basis = BASIS_VERIFIED,
                           .ground = {.measure = SPAN("bench/a")},
                           .reason = SPAN("bench")}};
    int64_t first = 0;
    int r = store_write(f->store, make_fund, f, err);

    if (r == 0)
        r = sql_int(f->store, "SELECT MIN(id) FROM subject", NO_ARGS, 0, &first, err);
    double wall = now_ms(), busy = clock_of(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; r == 0 && i < SAMPLES; i++) {
        v.q.ground.subject_id = first + i;
        r = store_write(f->store, reserve, &v, err);
        arena_clear(&f->arena);
    }
    wall = now_ms() - wall;
    printf("%-46s %.0f a second, each a transaction; processor of this program %.2f ms each\n",
           "reservations in one fund", SAMPLES / wall * 1e3,
           (clock_of(CLOCK_THREAD_CPUTIME_ID) - busy) / SAMPLES);
    return r;
}

static int list(const char *library)
{
    struct filler f = {.cases = 0};
    struct processes server = {.n = 0};
    struct library *l = NULL;
    struct err err = ERR_INIT;
    int64_t pid = 0;
    int r = open_desk(&f, library, &l, &err);

    if (r == 0 && store_engine(f.store) == STORE_POSTGRES) {
        r = sql_int(f.store, "SELECT pg_backend_pid()", NO_ARGS, 0, &pid, &err);
        server = (struct processes){{pid}, 1};
    }
    if (r == 0)
        r = list_offices(&f, &server, &err);
    if (r == 0)
        r = list_subjects(&f, &server, &err);
    if (r == 0)
        r = reserve_many(&f, &err);
    store_close(f.store);
    library_unref(l);
    arena_release(&f.arena);
    return r < 0 ? fail(&err) : 0;
}

/* ---- the server ---- */

struct asker {
    int port;
    char tokens[HANDLERS][SESSION_TOKEN + 2];
    struct processes processes;
    char *answer; /* of the last request */
    size_t room;
};

/* The whole answer; 0 = not a page. */
static size_t get(struct asker *a, int who, const char *path)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)},
                             .sin_port = htons((uint16_t)a->port)};
    char text[1024];
    size_t n = 0;
    ssize_t got = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int wrote = snprintf(text, sizeof text,
                         "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
                         "Authorization: Bearer %s\r\nConnection: close\r\n\r\n",
                         path, a->tokens[who]);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        send(fd, text, (size_t)wrote, MSG_NOSIGNAL) == wrote)
        while (n + 1 < a->room && (got = recv(fd, a->answer + n, a->room - 1 - n, 0)) > 0)
            n += (size_t)got;
    if (fd >= 0)
        close(fd);
    a->answer[n] = 0;
    return n > 12 && memcmp(a->answer + 9, "200", 3) == 0 ? n : 0;
}

/* A request, and what it took. Whoever answered goes to sleep before his time is read. */
static bool time_page(struct asker *a, int who, const char *path, struct figures *to)
{
    double busy = spent_by(&a->processes), wall = now_ms();
    bool ok = get(a, who, path) > 0;

    wall = now_ms() - wall;
    usleep(2000);
    note(to, wall, spent_by(&a->processes) - busy);
    if (!ok)
        printf("%s: %.200s\n", path, a->answer);
    return ok;
}

static void ask_page(struct asker *a, const char *what, const char *path, int from, int to)
{
    struct figures figures = {.n = 0};

    for (int i = 0; i < SAMPLES / 2; i++)
        if (!time_page(a, from + i % (to - from), path, &figures))
            return;
    report(what, &figures);
}

/* Behind the last line of the page before, again and again. */
static void ask_on(struct asker *a)
{
    struct figures figures = {.n = 0};
    char path[300] = "/desk";

    for (int i = 0; i < SAMPLES / 2 && time_page(a, 0, path, &figures); i++) {
        const char *more = strstr(a->answer, "/desk?after=");
        size_t n = more ? strcspn(more, "\"'") : 0, k = 0;
        if (n == 0 || n >= sizeof path)
            break;
        for (size_t j = 0; j < n; j++) {
            path[k++] = more[j];
            if (strncmp(more + j, "&amp;", 5) == 0)
                j += 4;
        }
        path[k] = 0;
    }
    report("  its following pages, one after the other", &figures);
}

static int ask(const char *port, const char *pid, const char *path)
{
    struct asker a = {.port = (int)strtol(port, NULL, 10), .room = 4u << 20};
    struct store *s = NULL;
    struct err err = ERR_INIT;
    FILE *f = fopen(path, "r");

    for (int i = 0; f && i < HANDLERS; i++)
        if (fgets(a.tokens[i], sizeof a.tokens[i], f))
            a.tokens[i][strcspn(a.tokens[i], "\n")] = 0;
    if (f)
        fclose(f);
    a.answer = malloc(a.room);
    if (!a.answer || store_open(store_url(), &s, &err) < 0)
        return fail(&err);
    a.processes = (struct processes){{strtoll(pid, NULL, 10)}, 1};
    for (int i = 0; i < 20; i++) /* connections and statements are made once */
        (void)get(&a, i, "/desk");
    int r = find_backends(s, &a.processes, &err);
    ask_page(&a, "queue of an office", "/desk", 1, HANDLERS);
    ask_page(&a, "queue of the office with a tenth of all", "/desk", 0, 1);
    ask_on(&a);
    ask_page(&a, "  on nobody's desk", "/desk?unassigned=true", 0, 1);
    ask_page(&a, "  on one's own desk", "/desk?mine=true", 0, 1);
    ask_page(&a, "  of a procedure without cases", "/desk?procedure=none", 0, 1);
    ask_page(&a, "everything due of an office", "/due", 1, HANDLERS);
    ask_page(&a, "everything due of the office with a tenth", "/due", 0, 1);
    free(a.answer);
    store_close(s);
    return r < 0 ? fail(&err) : 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 5 && strcmp(argv[1], "fill") == 0)
        return fill(argv[2], argv[3], argv[4]);
    if (argc == 3 && strcmp(argv[1], "list") == 0)
        return list(argv[2]);
    if (argc == 5 && strcmp(argv[1], "ask") == 0)
        return ask(argv[2], argv[3], argv[4]);
    fprintf(stderr,
            "usage: cases fill LIBRARY CASES TOKENS | list LIBRARY | ask PORT PID TOKENS\n");
    return 2;
}
