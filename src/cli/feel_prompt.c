/*
 * feel_prompt.c: see feel_prompt.h. libedit by its own interface, which keeps its state in a
 * handle; the one that imitates readline keeps it in globals.
 */
#include "cli/feel_prompt.h"
#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>
#include "base/buffer.h"
#include "base/utf8.h"
#include "cli/feel_complete.h"
#include "cli/feel_line.h"

#define HISTORY_LINES 1000 /* what a person may still look for; a few hundred kilobytes at most */
#define LIST_WIDTH    80   /* of the candidates shown */

struct prompt {
    struct session *session;
    EditLine *edit;
    History *history;
    struct buffer path; /* of the history; empty = kept for this session only */
};

/* ---- history ---- */

/* $XDG_STATE_HOME/huiqi/feel_history, by default below ~/.local/state. */
static void find_path(struct buffer *path)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && state[0] == '/')
        buffer_add_z(path, state);
    else if (home && home[0] == '/')
        buffer_print(path, "%s/.local/state", home);
    else
        return;
    buffer_add_z(path, "/huiqi/feel_history");
}

/* The folders above the file, private where they are new. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

/* Created for its owner alone. */
static int open_history(const char *path, int flags)
{
    int fd = open(path, flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && fchmod(fd, 0600) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void start_history(struct prompt *p)
{
    HistEvent event;
    history(p->history, &event, H_SETSIZE, HISTORY_LINES);
    history(p->history, &event, H_SETUNIQUE, 1);
    find_path(&p->path);
    int fd = -1;
    if (p->path.n > 0 && !buffer_failed(&p->path) && make_folders(p->path.p))
        fd = open_history(p->path.p, O_RDWR);
    if (fd < 0) {
        buffer_clear(&p->path); /* not writable: no history but this session's */
        return;
    }
    close(fd);
    history(p->history, &event, H_LOAD,
            p->path.p); /* a new, empty file is refused: nothing to load */
}

/* After every line, so that nothing is lost when the terminal goes away. */
static void keep_line(struct prompt *p, const char *line)
{
    HistEvent event;
    history(p->history, &event, H_ENTER, line);
    if (p->path.n == 0)
        return;
    int fd = open_history(p->path.p, O_WRONLY | O_TRUNC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        if (fd >= 0)
            close(fd);
        return;
    }
    history(p->history, &event, H_SAVE_FP, file);
    fclose(file);
}

/* ---- completion ---- */

static void list_candidates(const struct completion *c)
{
    size_t column = 0;
    fputc('\n', stdout);
    for (size_t i = 0; i < c->n; i++) {
        size_t width = utf8_width(c->at[i]) + 2;
        if (column > 0 && column + width > LIST_WIDTH) {
            fputc('\n', stdout);
            column = 0;
        }
        printf("%.*s  ", SPAN_ARG(c->at[i]));
        column += width;
    }
    fputc('\n', stdout);
    fflush(stdout);
}

static unsigned char complete(struct prompt *p, struct arena *a)
{
    const LineInfo *line = el_line(p->edit);
    struct completion c;
    struct span text = span_of(line->buffer, (size_t)(line->cursor - line->buffer));
    if (feel_complete(a, p->session, text, &c) < 0 || c.n == 0)
        return CC_ERROR;
    if (c.missing.n > 0) {
        struct span z = arena_copy(a, c.missing);
        return z.p && el_insertstr(p->edit, z.p) == 0 ? CC_REFRESH : CC_ERROR;
    }
    if (c.n == 1)
        return CC_ERROR;
    list_candidates(&c);
    return CC_REDISPLAY;
}

static unsigned char on_tab(EditLine *edit, wint_t key)
{
    struct prompt *p = NULL;
    struct arena a;
    UNUSED(key);
    if (el_get(edit, EL_CLIENTDATA, &p) < 0 || !p)
        return CC_ERROR;
    arena_init(&a);
    unsigned char r = complete(p, &a);
    arena_release(&a);
    return r;
}

/* ---- the prompt ---- */

static char *prompt_text(EditLine *edit)
{
    static char strict[] = "feel> ", spec[] = "spec> "; /* libedit's type lacks a const */
    struct prompt *p = NULL;
    bool is_spec = el_get(edit, EL_CLIENTDATA, &p) == 0 && p && p->session->mode == FEEL_SPEC;
    return is_spec ? spec : strict;
}

static bool start_editor(struct prompt *p)
{
    p->edit = el_init("huiqi", stdin, stdout, stderr);
    p->history = history_init();
    if (!p->edit || !p->history)
        return false;
    start_history(p);
    el_set(p->edit, EL_CLIENTDATA, p);
    el_set(p->edit, EL_PROMPT, prompt_text);
    el_set(p->edit, EL_EDITOR, "emacs");
    el_set(p->edit, EL_SIGNAL, 1); /* Ctrl-C leaves the terminal as it was */
    el_set(p->edit, EL_HIST, history, p->history);
    el_wset(p->edit, EL_ADDFN, L"feel-complete", L"completes a name",
            on_tab); /* the narrow form leaks its copies */
    el_set(p->edit, EL_BIND, "\t", "feel-complete", NULL);
    el_source(p->edit, NULL); /* ~/.editrc */
    return true;
}

static void talk(struct prompt *p, bool explain)
{
    bool quit = false;
    const char *line;
    int n;
    while (!quit && (line = el_gets(p->edit, &n)) && n > 0) {
        struct span text = span_trim(span_of(line, (size_t)n));
        if (text.n == 0)
            continue;
        keep_line(p, line);
        int r = feel_line(p->session, text, explain, &quit);
        UNUSED(r); /* said already; the prompt goes on */
        fflush(stdout);
    }
    if (!quit)
        printf("\n");
}

int feel_prompt(struct session *s, bool explain)
{
    struct prompt p = {.session = s, .path = BUFFER_INIT};
    int status = 0;
    if (!setlocale(LC_CTYPE, "") ||
        MB_CUR_MAX == 1) /* the editor must know where a character ends: it is UTF-8 here */
        setlocale(LC_CTYPE, "C.UTF-8");
    printf(
        "FEEL, %s mode. One expression a line; Tab completes, :help lists commands, Ctrl-D ends.\n",
        s->mode == FEEL_SPEC ? "spec" : "strict");
    if (start_editor(&p))
        talk(&p, explain);
    else {
        fprintf(stderr, "huiqi feel: %s\n", err_text(E_MEMORY, false));
        status = err_exit(E_MEMORY);
    }
    if (p.edit)
        el_end(p.edit);
    if (p.history)
        history_end(p.history);
    buffer_release(&p.path);
    return status;
}
