/*
 * t_prompt.c: the prompt of `huiqi feel` on a terminal of its own: completion, commands, history.
 * t_prompt HUIQI FOLDER. Each step types something and waits until the screen shows what it must;
 * nothing waits longer than WAIT_MS. Blame src/cli/feel_prompt.c, feel_complete.c, feel_line.c.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 20000 /* the program with sanitizers on a busy machine */
#define SCREEN  (256u << 10)

struct terminal {
    int fd;
    pid_t child;
    char *screen; /* all that was shown since the last step */
    size_t n;
};

struct step {
    const char *typed, *shown;
};

static const struct step first_session[] = {
    {"", "feel> "},
    {"1 + 2\r", "\n3\r\n"},
    {"string le\t(\"ab\")\r", "\n2\r\n"},     /* a name with a space */
    {"参保\t * 2\r", "\n60\r\n"},             /* a name of the facts */
    {"su\t", "substring"},                    /* several: they are listed */
    {"\025:ty\t 参保人数\r", "\nnumber\r\n"}, /* Ctrl-U first */
    {":type [1 + 1]\r", "\nlist<number>\r\n"},
    {":explain 6 * 7\r", "typed tree"},
    {"40 + 2\r", "\n42\r\n"},
    {"[1, 2][3]\r", "error"},
    {":spec\r", "spec> "},
    {"1 / 0\r", "\nnull\r\n"},
    {":strict\r", "feel> "},
    {":functions median\r", "median([3, 1, 2]) = 2"},
    {":names\r", "\n参保人数: number\r\n"},
    {":nothing\r", ":help lists them"},
    {":help\r", "Ctrl-D ends"},
    {"100 + 1\r", "\n101\r\n"},
    {":quit\r", NULL},
};
/* The line before :quit comes back with two arrows up. */
static const struct step second_session[] = {
    {"", "feel> "},
    {"\033[A\033[A + 1\r", "\n102\r\n"},
    {"\004", NULL},
};
/* Without a place for the history it works all the same. */
static const struct step third_session[] = {
    {"", "feel> "},
    {"2 ** 5\r", "\n32\r\n"},
    {"\004", NULL},
};

static void become_child(int master, char **arguments, const char *state)
{
    setsid();
    int fd = open(ptsname(master), O_RDWR);
    struct winsize size = {.ws_row = 40, .ws_col = 100};
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0 || ioctl(fd, TIOCSWINSZ, &size) < 0)
        _exit(126);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("HOME", state, 1);
    setenv("XDG_STATE_HOME", state, 1);
    execv(arguments[0], arguments);
    _exit(127);
}

static bool start(struct terminal *t, char **arguments, const char *state)
{
    t->n = 0;
    t->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->fd < 0 || grantpt(t->fd) < 0 || unlockpt(t->fd) < 0)
        return false;
    t->child = fork();
    if (t->child == 0)
        become_child(t->fd, arguments, state);
    return t->child > 0;
}

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The text, and behind it the next prompt: before that the terminal is not in the editor's hands.
 */
static bool is_shown(const struct terminal *t, const char *text, bool prompt)
{
    const char *at = strstr(t->screen, text);
    return at && (!prompt || strstr(at, "feel> ") || strstr(at, "spec> "));
}

/* Reads until the text is there; until the end of the child when it is NULL. */
static bool wait_for(struct terminal *t, const char *text, bool prompt)
{
    long end = now_ms() + WAIT_MS;
    while (!text || !is_shown(t, text, prompt)) {
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        long left = end - now_ms();
        if (left <= 0 || t->n + 1 >= SCREEN || poll(&p, 1, (int)left) <= 0)
            return false;
        ssize_t got = read(t->fd, t->screen + t->n, SCREEN - 1 - t->n);
        if (got <= 0)
            return !text; /* the child closed its terminal */
        t->n += (size_t)got;
        t->screen[t->n] = '\0';
    }
    return true;
}

/* The editor writes its prompt first and takes the terminal out of line mode then. A Ctrl-D typed
 * in between is read as a zero byte, and ends nothing. The master side sees the mode of the other
 * one. */
static bool wait_for_editor(int fd)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    long end = now_ms() + WAIT_MS;
    struct termios mode;
    while (tcgetattr(fd, &mode) == 0 && now_ms() < end) {
        if (!(mode.c_lflag & ICANON))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static bool run_step(struct terminal *t, const struct step *s)
{
    size_t n = strlen(s->typed);
    if (n > 0 && !wait_for_editor(t->fd)) {
        printf("FAIL before typing \"%s\": the editor does not take the terminal\n", s->typed);
        return false;
    }
    t->n = 0;
    t->screen[0] = '\0';
    if (write(t->fd, s->typed, n) != (ssize_t)n ||
        !wait_for(t, s->shown, n > 0 && s->typed[n - 1] == '\r')) {
        printf("FAIL after typing \"%s\": no \"%s\" but\n%s\n", s->typed,
               s->shown ? s->shown : "(the end)", t->screen);
        return false;
    }
    return true;
}

static bool session(const char *name, const struct step *steps, size_t n, char **arguments,
                    const char *state)
{
    struct terminal t = {.screen = calloc(1, SCREEN)};
    int status = -1;
    bool ok = t.screen && start(&t, arguments, state);
    for (size_t i = 0; ok && i < n; i++)
        ok = run_step(&t, &steps[i]);
    if (t.child > 0) {
        if (!ok)
            kill(t.child, SIGKILL);
        waitpid(t.child, &status, 0);
    }
    if (ok && status != 0)
        printf("FAIL ends with %#x: %s\n", (unsigned)status, t.screen);
    if (t.fd >= 0)
        close(t.fd);
    free(t.screen);
    ok = ok && status == 0;
    printf("%s  %s\n", ok ? "ok  " : "FAIL", name);
    return ok;
}

#define SESSION(name, steps)                                                                       \
    session(name, steps, sizeof(steps) / sizeof(steps)[0], arguments, state)

int main(int argc, char **argv)
{
    char facts[4096], state[4096], file[4200];
    struct stat st;
    if (argc != 3)
        return 2;
    snprintf(facts, sizeof facts, "%s/facts.json", argv[2]);
    snprintf(state, sizeof state, "%s/state", argv[2]);
    snprintf(file, sizeof file, "%s/huiqi/feel_history", state);
    FILE *f = fopen(facts, "w");
    if (!f || fputs("{\"参保人数\": 30}", f) < 0 || fclose(f) != 0)
        return 2;
    char command[] = "feel", option[] = "--facts";
    char *arguments[] = {argv[1], command, option, facts, NULL};
    bool ok = SESSION("completion and commands", first_session);
    bool secret = stat(file, &st) == 0 && (st.st_mode & 0777) == 0600;
    printf("%s  the history is its owner's alone\n", secret ? "ok  " : "FAIL");
    ok = SESSION("history", second_session) && secret && ok;
    snprintf(state, sizeof state, "/dev/null");
    ok = SESSION("no place for a history", third_session) && ok;
    return ok ? 0 : 1;
}
