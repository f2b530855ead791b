/*
 * fake_server.h: a mail server and a web server for the tests of the outbox, on a loopback port: a
 * thread that answers one connection after the other as told, and keeps what it was sent.
 */
#ifndef HUIQI_TESTS_JOBS_FAKE_SERVER_H
#define HUIQI_TESTS_JOBS_FAKE_SERVER_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum fake_mode {
    FAKE_FINE,
    FAKE_LATER,    /* mail: 451 to the recipient; web: 503 with Retry-After: 7 */
    FAKE_NEVER,    /* mail: 550 to the recipient; web: 410 */
    FAKE_MOVED,    /* web: 302 to another place */
    FAKE_CUT,      /* hangs up in the middle */
    FAKE_SILENT,   /* says nothing until the other side goes */
    FAKE_STARTTLS, /* mail: offers it and then talks nonsense */
};

struct fake {
    int listener;
    int port;
    pthread_t thread;
    bool mail;
    volatile enum fake_mode mode;
    volatile int served;
    char got[1 << 16]; /* of the last connection: lines of the client, or the whole request */
    size_t n;
};

static inline void fake_say(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        return;
}

/* More of what the client says; false at its end. */
static inline bool fake_hear(struct fake *f, int fd)
{
    ssize_t n = f->n + 1 < sizeof f->got ? recv(fd, f->got + f->n, sizeof f->got - 1 - f->n, 0) : 0;

    if (n <= 0)
        return false;
    f->n += (size_t)n;
    f->got[f->n] = 0;
    return true;
}

static inline const char *fake_reply(const struct fake *f, const char *line, bool *in_data)
{
    if (strncmp(line, "EHLO", 4) == 0)
        return f->mode == FAKE_STARTTLS ? "250-fake\r\n250 STARTTLS\r\n" : "250 fake\r\n";
    if (strncmp(line, "RCPT", 4) == 0)
        return f->mode == FAKE_LATER   ? "451 later\r\n"
               : f->mode == FAKE_NEVER ? "550 no such box\r\n"
                                       : "250 ok\r\n";
    if (strncmp(line, "DATA", 4) == 0) {
        *in_data = true;
        return f->mode == FAKE_CUT ? "" : "354 go on\r\n";
    }
    if (strncmp(line, "QUIT", 4) == 0)
        return "221 bye\r\n";
    return "250 ok\r\n";
}

static inline void fake_mail(struct fake *f, int fd)
{
    bool in_data = false;
    size_t at = 0;

    fake_say(fd, "220 fake\r\n");
    do {
        char *end;
        while ((end = strstr(f->got + at, "\r\n")) != NULL) {
            const char *line = f->got + at;
            at = (size_t)(end - f->got) + 2;
            if (in_data && strncmp(line, ".\r\n", 3) == 0) {
                in_data = false;
                fake_say(fd, "250 kept\r\n");
            } else if (!in_data) {
                const char *reply = fake_reply(f, line, &in_data);
                if (!*reply)
                    return;
                fake_say(fd, reply);
            }
        }
    } while (fake_hear(f, fd));
}

static inline void fake_web(struct fake *f, int fd)
{
    static const char *const answers[] = {
        [FAKE_FINE] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        [FAKE_LATER] = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
        [FAKE_NEVER] = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
        [FAKE_MOVED] = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        [FAKE_CUT] = "HTTP/1.1 2",
    };

    while (fake_hear(f, fd)) {
        const char *length = strcasestr(f->got, "\r\ncontent-length: ");
        const char *body = strstr(f->got, "\r\n\r\n");
        if (!length || !body)
            continue;
        size_t want = strtoul(length + 18, NULL, 10);
        if (f->n >= (size_t)(body + 4 - f->got) + want)
            break;
    }
    if (f->mode < sizeof answers / sizeof answers[0])
        fake_say(fd, answers[f->mode]);
}

static inline void *fake_run(void *context)
{
    struct fake *f = context;
    int fd;

    while ((fd = accept(f->listener, NULL, NULL)) >= 0) {
        f->n = 0;
        f->got[0] = 0;
        if (f->mode == FAKE_SILENT)
            while (fake_hear(f, fd))
                ;
        else if (f->mail)
            fake_mail(f, fd);
        else
            fake_web(f, fd);
        f->served++;
        close(fd);
    }
    return NULL;
}

static inline bool fake_start(struct fake *f, bool mail)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;

    memset(f, 0, sizeof *f);
    f->mail = mail;
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (f->listener < 0 || bind(f->listener, (struct sockaddr *)&at, sizeof at) < 0 ||
        listen(f->listener, 8) < 0 || getsockname(f->listener, (struct sockaddr *)&at, &n) < 0)
        return false;
    f->port = ntohs(at.sin_port);
    return pthread_create(&f->thread, NULL, fake_run, f) == 0;
}

static inline void fake_stop(struct fake *f)
{
    shutdown(f->listener, SHUT_RDWR);
    pthread_join(f->thread, NULL);
    close(f->listener);
}
#endif
