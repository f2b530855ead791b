/*
 * child.c: see child.h. Between fork and exec only calls that a signal handler might make.
 */
#include "document/child.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/buffer.h"

#define NOT_FOUND 127 /* exit status when exec fails */
#define CHUNK     65536

struct child {
    pid_t pid;
    int input, output[2], messages[2]; /* pipes: [0] ours, [1] the child's */
    struct buffer out, said;
    struct err *err;
};

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A file in memory that holds the input, at its start. */
static int input_file(struct span input)
{
    int fd = memfd_create("huiqi", MFD_CLOEXEC);
    while (fd >= 0 && input.n) {
        ssize_t put = write(fd, input.p, input.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            close(fd);
            return -1;
        }
        input = span_from(input, (size_t)put);
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static void limit(int what, rlim_t value)
{
    struct rlimit l = {value, value};
    (void)setrlimit(what, &l);
}

/* In the child. */
_Noreturn static void become(const struct child *c, const char *const argv[],
                             char *const environment[], const struct child_limits *l, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (getppid() != parent || dup2(c->input, 0) < 0 || dup2(c->output[1], 1) < 0 ||
        dup2(c->messages[1], 2) < 0)
        _exit(NOT_FOUND);
    (void)close_range(3, ~0u, 0);
    (void)setsid();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 64);
    limit(RLIMIT_CPU, l->cpu);
    limit(RLIMIT_AS, l->memory);
    union { /* exec takes what is const as not const */
        const char *const *from;
        char *const *to;
    } words = {.from = argv};
    execvpe(argv[0], words.to, environment);
    _exit(NOT_FOUND);
}

static int start(struct child *c, struct arena *a, const char *const argv[], struct span input,
                 const struct child_limits *l)
{
    const char *path = getenv("PATH");
    struct span places = arena_print(a, "PATH=%s", path ? path : "/usr/bin:/bin");
    union {
        const char *from;
        char *to;
    } place = {.from = places.p}, language = {.from = "LC_ALL=C.UTF-8"};
    char *const environment[] = {place.to, language.to, NULL};
    pid_t parent = getpid();

    if (!places.p)
        return err_memory(c->err);
    c->input = input_file(input);
    if (c->input < 0 || pipe2(c->output, O_CLOEXEC) < 0 || pipe2(c->messages, O_CLOEXEC) < 0)
        return err_set(c->err, E_IO, "cannot prepare %s: %s", argv[0], strerror(errno));
    c->pid = fork();
    if (c->pid < 0)
        return err_set(c->err, E_IO, "cannot start %s: %s", argv[0], strerror(errno));
    if (c->pid == 0)
        become(c, argv, environment, l, parent);
    close_one(&c->input);
    close_one(&c->output[1]);
    close_one(&c->messages[1]);
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads once; closes the pipe at its end. */
static void drain(int *fd, struct buffer *b, size_t keep)
{
    char room[CHUNK];
    ssize_t n = read(*fd, room, sizeof room);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        close_one(fd);
        return;
    }
    size_t free_room = keep > b->n ? keep - b->n : 0;
    buffer_add(b, span_of(room, (size_t)n < free_room ? (size_t)n : free_room));
}

/* Until both pipes are at their end or a limit is reached. */
static int listen_to(struct child *c, const char *name, const struct child_limits *l)
{
    int64_t end = now_ms() + l->wall_ms;

    while (c->output[0] >= 0 || c->messages[0] >= 0) {
        struct pollfd fds[] = {{.fd = c->output[0], .events = POLLIN},
                               {.fd = c->messages[0], .events = POLLIN}};
        int64_t left = end - now_ms();
        int ready = left > 0 ? poll(fds, 2, (int)left) : 0;
        if (ready < 0 && errno != EINTR)
            return err_set(c->err, E_IO, "cannot read from %s: %s", name, strerror(errno));
        if (left <= 0)
            return err_set(c->err, E_LIMIT, "%s takes more than %u seconds", name,
                           l->wall_ms / 1000);
        if (ready > 0 && fds[0].revents)
            drain(&c->output[0], &c->out, l->output + 1);
        if (ready > 0 && fds[1].revents)
            drain(&c->messages[0], &c->said, CHILD_MESSAGES);
        if (c->out.n > l->output)
            return err_set(c->err, E_LIMIT, "%s writes more than %zu bytes", name, l->output);
        if (buffer_failed(&c->out) || buffer_failed(&c->said))
            return err_memory(c->err);
    }
    return 0;
}

/* A status; -1 = killed by us or the processor time. */
static int finish(struct child *c, bool kill_it)
{
    int status = 0;
    if (kill_it)
        kill(c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int answer(struct child *c, struct arena *a, const char *name, struct child_result *ret)
{
    if (ret->status == NOT_FOUND && c->out.n == 0)
        return err_set(c->err, E_NOT_FOUND, "the program %s is not installed", name);
    if (ret->status == 128 + SIGXCPU || ret->status == 128 + SIGKILL)
        return err_set(c->err, E_LIMIT, "%s takes too much processor time", name);
    ret->output = arena_copy(a, buffer_span(&c->out));
    ret->messages = arena_copy(a, buffer_span(&c->said));
    return ret->output.p && ret->messages.p ? 0 : err_memory(c->err);
}

int child_run(struct arena *a, const char *const argv[], struct span input,
              const struct child_limits *limits, struct child_result *ret, struct err *err)
{
    struct child c = {.pid = -1,
                      .input = -1,
                      .output = {-1, -1},
                      .messages = {-1, -1},
                      .out = BUFFER_INIT,
                      .said = BUFFER_INIT,
                      .err = err};
    struct child_result result = {0};
    int r = start(&c, a, argv, input, limits);

    if (r == 0)
        r = listen_to(&c, argv[0], limits);
    if (c.pid > 0)
        result.status = finish(&c, r < 0);
    if (r == 0)
        r = answer(&c, a, argv[0], &result);
    if (r == 0)
        *ret = result;
    close_one(&c.input);
    for (int i = 0; i < 2; i++) {
        close_one(&c.output[i]);
        close_one(&c.messages[i]);
    }
    buffer_release(&c.out);
    buffer_release(&c.said);
    return r;
}
