/*
 * torture.c: kills the program at random moments while it writes, and proves that nothing
 * acknowledged is lost and nothing is half done.
 *
 *     torture HUIQI DATABASE KILLS [SEED]
 *
 * Each round starts `huiqi serve`, lets writers loose on it (workloads.def: HTTP requests to the
 * server, and commands as processes of their own), kills the server and some of the commands with
 * SIGKILL, and looks into the database: every write that was acknowledged is there, none is half
 * done. At the end `huiqi store verify` and `huiqi audit verify` have the last word.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "store/store.h"

#define WRITERS      4
#define WORDS        12
#define LOAD_MS      250  /* of a round at most */
#define LOAD_ACKS    8    /* fewer than that are waited for ... */
#define LOAD_SLOW_MS 5000 /* ... but no longer */
#define ACKS_MOST    1000000
#define TEXT         320
#define TOKEN        64
#define ANSWER       4096

extern char **environ;

struct workload {
    const char *name;
    const char *command[WORDS]; /* NULL = a request */
    const char *method, *path, *body;
    const char *as;           /* who is signed in; NULL = nobody */
    const char *after, *find; /* goes on with what that workload wrote, which this SQL finds */
    const char *there, *half;
    bool again; /* the key is the write's own: what was not acknowledged is repeated */
};
#define COMMAND(...)            .command = {__VA_ARGS__}
#define HTTP(verb, where, what) .method = verb, .path = where, .body = what
#define AGAIN                   .again = true,
#define AS(login)               .as = login,
#define AFTER(name, sql)        .after = name, .find = sql,
#define PREPARE(...)
#define TYPED(...)
#define PASSWORD                            "only for torture"
#define WORKLOAD(title, how, found, broken) {.name = title, how, .there = found, .half = broken},
static const struct workload workloads[] = {
#include "tests/torture/workloads.def"
};
#undef WORKLOAD
#undef PREPARE
#undef TYPED
#define WORKLOAD(...)
#define TYPED(text, ...) {text "\n", {"huiqi", __VA_ARGS__}},
#define PREPARE(...)     TYPED("", __VA_ARGS__)
static const struct {
    const char *typed;
    const char *words[WORDS + 2];
} preparations[] = {
#include "tests/torture/workloads.def"
};
#define WORKLOADS (sizeof workloads / sizeof workloads[0])

struct ack {
    unsigned workload;
    int key;
};
struct torture {
    const char *huiqi, *database;
    char tokens[WORKLOADS][TOKEN]; /* of who is signed in for the workload */
    size_t taken[WORKLOADS];       /* acks that the workload has looked at for what to go on with */
    unsigned seed;
    pid_t server;
    int port;
    atomic_bool on; /* writers write */
    atomic_int next_key;
    atomic_int running[WRITERS];                 /* process of a writer's command; 0 = none */
    atomic_int done[WORKLOADS], lost[WORKLOADS]; /* acknowledged; killed or refused */
    pthread_mutex_t lock;                        /* of acks, and of the end of processes */
    struct ack *acks;
    size_t n, proved;
    struct ack *lost_acks; /* to be repeated */
    size_t lost_n;
    int repeated, bad;
};
struct writer {
    struct torture *t;
    unsigned number, first; /* of the writers; workload that it begins with */
};

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* ---- processes ---- */

/* Runs huiqi with these words, its output to `out` (-1 = nowhere), its input from `in` (-1 = none).
 */
static pid_t start(const struct torture *t, const char *const words[], int in, int out)
{
    union {
        const char *const *given;
        char *const *taken;
    } arguments = {.given = words}; /* posix_spawn changes nothing */
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;

    posix_spawn_file_actions_init(&actions);
    if (in >= 0)
        posix_spawn_file_actions_adddup2(&actions, in, 0);
    else
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0 /* read */, 0);
    if (out >= 0)
        posix_spawn_file_actions_adddup2(&actions, out, 1);
    else
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1 /* write */, 0);
    if (out < 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int r = posix_spawn(&pid, t->huiqi, &actions, NULL, arguments.taken, environ);
    posix_spawn_file_actions_destroy(&actions);
    return r == 0 ? pid : 0;
}

static int wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0)
        ;
    return status;
}

/* The port stands at the end of the server's first line. */
static bool read_port(struct torture *t, int in)
{
    char line[TEXT];
    size_t n = 0;
    ssize_t got;

    while (n + 1 < sizeof line && (got = read(in, line + n, sizeof line - 1 - n)) > 0) {
        n += (size_t)got;
        line[n] = 0;
        const char *colon = strrchr(line, ':');
        if (colon && strchr(colon, '\n')) {
            t->port = (int)strtol(colon + 1, NULL, 10);
            return t->port > 0;
        }
    }
    return false;
}

static bool start_server(struct torture *t)
{
    const char *words[] = {"huiqi", "serve", "--listen", "127.0.0.1:0", NULL};
    int ends[2];

    if (pipe(ends) != 0)
        return false;
    t->server = start(t, words, -1, ends[1]);
    close(ends[1]);
    bool ok = t->server > 0 && read_port(t, ends[0]);
    close(ends[0]);
    return ok;
}

/* `typed` fits into a pipe. */
static int run(struct torture *t, const char *const words[], const char *typed)
{
    int ends[2];
    size_t n = strlen(typed);

    if (pipe(ends) != 0)
        return -1;
    bool ok = write(ends[1], typed, n) == (ssize_t)n;
    close(ends[1]);
    pid_t pid = ok ? start(t, words, ends[0], 1) : 0;
    close(ends[0]);
    return pid > 0 ? wait_for(pid) : -1;
}

/* ---- writing ---- */

/* What one write puts in the place of {key} and {found}. */
struct blanks {
    int key;
    char found[TEXT];
};

static void fill(const char *text, const struct blanks *b, char out[TEXT])
{
    size_t n = 0;

    while (*text && n + 1 < TEXT) {
        int more = 1;
        if (strncmp(text, "{key}", 5) == 0)
            more = snprintf(out + n, TEXT - n, "%d", b->key), text += 5;
        else if (strncmp(text, "{found}", 7) == 0)
            more = snprintf(out + n, TEXT - n, "%s", b->found), text += 7;
        else
            out[n] = *text++;
        n += (size_t)more;
    }
    if (n >= TEXT)
        abort(); /* workloads.def asks for more than fits */
    out[n] = 0;
}

static bool write_command(struct writer *w, const struct workload *l, const struct blanks *b)
{
    char texts[WORDS][TEXT];
    const char *words[WORDS + 2] = {"huiqi"};

    for (int i = 0; i < WORDS && l->command[i]; i++) {
        fill(l->command[i], b, texts[i]);
        words[i + 1] = texts[i];
    }
    pid_t pid = start(w->t, words, -1, -1);
    if (pid <= 0)
        return false;
    atomic_store(&w->t->running[w->number], pid);
    siginfo_t info;
    (void)waitid(P_PID, (id_t)pid, &info,
                 WEXITED | WNOWAIT); /* still ours while it can be killed */
    pthread_mutex_lock(&w->t->lock); /* nobody kills whoever gets this number next */
    atomic_store(&w->t->running[w->number], 0);
    int status = wait_for(pid);
    pthread_mutex_unlock(&w->t->lock);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool send_request(int fd, const char *method, const char *path, const char *token,
                         const char *body)
{
    char text[4 * TEXT];
    int n = snprintf(text, sizeof text,
                     "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
                     "%s%s%sContent-Type: application/json\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n\r\n%s",
                     method, path, *token ? "Authorization: Bearer " : "", token,
                     *token ? "\r\n" : "", strlen(body), body);
    return n < (int)sizeof text && send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Sends it and reads `most` bytes of the answer, or as many as come. */
static size_t ask_server(const struct torture *t, const char *method, const char *path,
                         const char *token, const char *body, char *answer, size_t most)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)},
                             .sin_port = htons((uint16_t)t->port)};
    size_t n = 0;
    ssize_t got;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return 0;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        send_request(fd, method, path, token, body))
        while (n < most && (got = recv(fd, answer + n, most - n, 0)) > 0)
            n += (size_t)got;
    close(fd);
    return n;
}

/* A status line that has arrived is the acknowledgement. */
static bool write_request(struct writer *w, const struct workload *l, const struct blanks *b)
{
    char path[TEXT], body[TEXT], line[12];

    fill(l->path, b, path);
    fill(l->body, b, body);
    size_t n =
        ask_server(w->t, l->method, path, w->t->tokens[l - workloads], body, line, sizeof line);
    bool answered = n == sizeof line && memcmp(line, "HTTP/1.1 ", 9) == 0;
    return answered && line[9] <= '3';
}

static void note(struct torture *t, unsigned workload, int key, bool ok)
{
    struct ack ack = {workload, key};

    pthread_mutex_lock(&t->lock);
    if (ok && t->n < ACKS_MOST)
        t->acks[t->n++] = ack;
    else if (!ok && workloads[workload].again && t->lost_n < ACKS_MOST)
        t->lost_acks[t->lost_n++] = ack;
    pthread_mutex_unlock(&t->lock);
}

/* What another workload wrote and nobody has gone on with; 0 = nothing. The lock is held. */
static int next_after(struct torture *t, unsigned which)
{
    size_t *at = &t->taken[which];

    while (*at < t->n) {
        struct ack ack = t->acks[(*at)++];
        if (strcmp(workloads[ack.workload].name, workloads[which].after) == 0)
            return ack.key;
    }
    return 0;
}

/* What nobody knows the outcome of comes first, as a client would have it. Key 0 = nothing to do.
 */
static struct ack next_write(struct torture *t, unsigned which)
{
    struct ack next = {which, 0};

    pthread_mutex_lock(&t->lock);
    if (t->lost_n > 0) {
        next = t->lost_acks[--t->lost_n];
        t->repeated++;
    } else if (workloads[which].after)
        next.key = next_after(t, which);
    else
        next.key = atomic_fetch_add(&t->next_key, 1);
    pthread_mutex_unlock(&t->lock);
    return next;
}

static bool find_text(const struct torture *t, const char *sql, int key, char ret[TEXT])
{
    struct store *s = NULL;
    struct stmt *st = NULL;
    char text[32];

    snprintf(text, sizeof text, "%d", key);
    bool ok = store_open(t->database, &s, NULL) == 0 && store_prepare(s, sql, &st, NULL) == 0;
    if (ok) {
        stmt_text(st, 1, span_z(text));
        ok = stmt_step(st, NULL) > 0;
    }
    if (ok)
        snprintf(ret, TEXT, "%.*s", SPAN_ARG(stmt_get_text(st, 0)));
    stmt_done(st);
    store_close(s);
    return ok;
}

static bool write_once(struct writer *w, struct ack next)
{
    const struct workload *l = &workloads[next.workload];
    struct blanks b = {.key = next.key};

    if (l->find && !find_text(w->t, l->find, next.key, b.found))
        return false;
    return l->command[0] ? write_command(w, l, &b) : write_request(w, l, &b);
}

/* One write of this workload, or of one that waits to be repeated. */
static bool write_next(struct writer *w, unsigned which)
{
    struct torture *t = w->t;
    struct ack next = next_write(t, which);

    if (next.key == 0)
        return true;
    bool ok = write_once(w, next);
    atomic_fetch_add(ok ? &t->done[next.workload] : &t->lost[next.workload], 1);
    note(t, next.workload, next.key, ok);
    return ok;
}

static void *write_on(void *context)
{
    struct writer *w = context;
    struct torture *t = w->t;

    for (unsigned i = w->first; atomic_load(&t->on); i++)
        if (!write_next(w, i % WORKLOADS) && !workloads[i % WORKLOADS].command[0])
            pause_ms(5);
    return NULL;
}

/* ---- proving ---- */

static int64_t ask(struct store *s, const char *sql, const char *key, struct err *err)
{
    struct stmt *st = NULL;
    int64_t n = -1;

    if (store_prepare(s, sql, &st, err) < 0)
        return -1;
    if (key)
        stmt_text(st, 1, span_z(key));
    if (stmt_step(st, err) > 0)
        n = stmt_get_int(st, 0);
    stmt_done(st);
    return n;
}

static void prove_acks(struct torture *t, struct store *s, size_t from, struct err *err)
{
    for (size_t i = from; i < t->n; i++) {
        const struct workload *l = &workloads[t->acks[i].workload];
        char key[32];
        snprintf(key, sizeof key, "%d", t->acks[i].key);
        int64_t found = l->there ? ask(s, l->there, key, err) : 1;
        if (found != 1) {
            printf("LOST or twice: %s %s was acknowledged and is there %lld times. %s\n", l->name,
                   key, (long long)found, err->message);
            t->bad++;
        }
    }
}

static void prove_whole(struct torture *t, struct store *s, struct err *err)
{
    for (size_t i = 0; i < WORKLOADS; i++) {
        int64_t n = workloads[i].half ? ask(s, workloads[i].half, NULL, err) : 0;
        if (n != 0) {
            printf("HALF: %s: %lld. %s\n", workloads[i].name, (long long)n, err->message);
            t->bad++;
        }
    }
}

/* What this round acknowledged, or everything. */
static void prove(struct torture *t, bool everything)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (store_open(t->database, &s, &err) == 0) {
        prove_acks(t, s, everything ? 0 : t->proved, &err);
        prove_whole(t, s, &err);
    }
    if (err.code) {
        printf("cannot look into the database: %s\n", err.message);
        t->bad++;
    }
    t->proved = t->n;
    store_close(s);
}

/* ---- killing ---- */

static void kill_all(struct torture *t)
{
    kill(t->server, SIGKILL);
    pthread_mutex_lock(&t->lock);
    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = atomic_load(&t->running[i]);
        if (pid > 0 && rand_r(&t->seed) % 2)
            kill(pid, SIGKILL);
    }
    pthread_mutex_unlock(&t->lock);
}

/* A moment by chance; on a machine too busy to write anything by then, later. */
static void wait_for_load(struct torture *t)
{
    size_t want = t->proved + (size_t)(rand_r(&t->seed) % LOAD_ACKS), have = 0;

    pause_ms(20 + rand_r(&t->seed) % LOAD_MS);
    for (int i = 0; i < LOAD_SLOW_MS && have < want; i++) {
        pause_ms(1);
        pthread_mutex_lock(&t->lock);
        have = t->n;
        pthread_mutex_unlock(&t->lock);
    }
}

static void round_of(struct torture *t)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];

    if (!start_server(t)) {
        printf("the server does not start\n");
        t->bad++;
        return;
    }
    atomic_store(&t->on, true);
    for (unsigned i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){t, i, (unsigned)rand_r(&t->seed)};
        if (pthread_create(&threads[i], NULL, write_on, &writers[i]) != 0)
            abort();
    }
    wait_for_load(t);
    kill_all(t);
    atomic_store(&t->on, false);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    (void)wait_for(t->server);
    prove(t, false);
}

static void stop_server(struct torture *t)
{
    if (t->server > 0) {
        kill(t->server, SIGKILL);
        (void)wait_for(t->server);
    }
}

/* Undisturbed: what was lost is repeated to the end, and everybody has a turn, each after what it
 * goes on with. */
static void finish(struct torture *t)
{
    struct writer w = {.t = t};
    size_t most = 2 * t->lost_n + WORKLOADS;

    if (!start_server(t))
        t->bad++;
    for (; t->bad == 0 && t->lost_n > 0 && most > 0; most--)
        (void)write_next(&w, 0);
    for (unsigned i = 0; t->bad == 0 && i < 2 * WORKLOADS; i++)
        if (i < WORKLOADS || atomic_load(&t->done[i % WORKLOADS]) == 0)
            (void)write_next(&w, i % WORKLOADS);
    if (t->lost_n > 0) {
        printf("%zu writes cannot be repeated\n", t->lost_n);
        t->bad++;
    }
    stop_server(t);
}

/* Whatever was killed while it sealed: the next one seals everything. */
static void prove_sealed(struct torture *t)
{
    static const char *const words[] = {"huiqi", "audit", "seal", NULL};
    struct store *s = NULL;
    struct err err = ERR_INIT;
    int64_t open = -1;

    if (run(t, words, "") == 0 && store_open(t->database, &s, &err) == 0)
        open = ask(s,
                   "SELECT COUNT(*) FROM audit_run r WHERE"
                   " (SELECT COALESCE(MAX(seq), 0) FROM audit_entry e WHERE e.run_id = r.id) >"
                   " (SELECT COALESCE(MAX(upto), 0) FROM audit_seal z WHERE z.run_id = r.id)",
                   NULL, &err);
    store_close(s);
    if (open == 0)
        return;
    printf("%lld runs of the log are not sealed to their end\n", (long long)open);
    t->bad++;
}

static void last_word(struct torture *t)
{
    static const char *const words[][4] = {{"huiqi", "store", "verify"},
                                           {"huiqi", "audit", "verify"},
                                           {"huiqi", "case", "verify"},
                                           {"huiqi", "ledger", "verify"}};

    prove(t, true);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (run(t, words[i], "") != 0) {
            printf("%s verify finds something wrong\n", words[i][1]);
            t->bad++;
        }
    prove_sealed(t);
}

/* ---- beginning ---- */

static bool sign_in(struct torture *t, size_t workload)
{
    char body[TEXT], answer[ANSWER + 1];

    snprintf(body, sizeof body, "{\"login\":\"%s\",\"password\":\"" PASSWORD "\"}",
             workloads[workload].as);
    answer[ask_server(t, "POST", "/sign-in", "", body, answer, ANSWER)] = 0;
    const char *token = strstr(answer, "\"token\":");
    token = token ? strchr(token + 8, '"') : NULL;
    if (token)
        snprintf(t->tokens[workload], TOKEN, "%.*s", (int)strcspn(token + 1, "\""), token + 1);
    else
        printf("%s cannot sign in: %s\n", workloads[workload].as, answer);
    return token != NULL;
}

/* Sessions are rows: they outlive the server. */
static bool sign_in_all(struct torture *t)
{
    bool ok = start_server(t);

    for (size_t i = 0; i < WORKLOADS && ok; i++)
        ok = !workloads[i].as || sign_in(t, i);
    stop_server(t);
    return ok;
}

static bool prepare(struct torture *t)
{
    bool ok = true;

    for (size_t i = 0; i < sizeof preparations / sizeof preparations[0] && ok; i++)
        ok = run(t, preparations[i].words, preparations[i].typed) == 0;
    return ok && sign_in_all(t);
}

static void report(struct torture *t, int kills)
{
    int proved = 0;

    for (size_t i = 0; i < WORKLOADS; i++) {
        printf("%-12s acknowledged %d, killed or refused %d\n", workloads[i].name,
               atomic_load(&t->done[i]), atomic_load(&t->lost[i]));
        proved += atomic_load(&t->done[i]);
        if (atomic_load(&t->done[i]) == 0) {
            printf("%s proves nothing: no write was acknowledged\n", workloads[i].name);
            t->bad++;
        }
    }
    printf("%d kills, %d acknowledged writes, %d repeated\n%d passed, %d failed\n", kills, proved,
           t->repeated, t->bad ? 0 : kills, t->bad);
}

int main(int argc, char **argv)
{
    struct torture t = {.lock = PTHREAD_MUTEX_INITIALIZER, .next_key = 1000000};

    if (argc < 4) {
        fprintf(stderr, "usage: torture HUIQI DATABASE KILLS [SEED]\n");
        return 2;
    }
    int kills = (int)strtol(argv[3], NULL, 10);
    setvbuf(stdout, NULL, _IOLBF, 0);
    t.huiqi = argv[1];
    t.database = argv[2];
    t.seed = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : (unsigned)time(NULL);
    t.acks = calloc(ACKS_MOST, sizeof *t.acks);
    t.lost_acks = calloc(ACKS_MOST, sizeof *t.lost_acks);
    setenv("HUIQI_DATABASE", t.database, 1);
    printf("seed %u\n", t.seed);
    if (!t.acks || !t.lost_acks || !prepare(&t))
        return 2;
    for (int i = 0; i < kills && t.bad == 0; i++)
        round_of(&t);
    finish(&t);
    last_word(&t);
    report(&t, kills);
    free(t.acks);
    free(t.lost_acks);
    return t.bad ? 1 : 0;
}
