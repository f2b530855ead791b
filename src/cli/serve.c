/*
 * serve.c: `huiqi serve`: finds web/, loads pages and texts, starts the server, and ends it in
 * peace.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/work.h"
#include "http/server.h"
#include "identity/audit.h"
#include "web/app.h"
#include "web/paths.h"

struct serve_options {
    const char *listen, *library, *documents, *web, *public_url;
    bool check, no_jobs;
};

static const struct option_spec options[] = {
    {"listen", "HOST:PORT",
     "where to listen (HUIQI_LISTEN; default " SERVER_LISTEN "); loopback only", OPTION_TEXT,
     offsetof(struct serve_options, listen)},
    {"library", "DIR", "the policy library (HUIQI_LIBRARY, ./library)", OPTION_TEXT,
     offsetof(struct serve_options, library)},
    {"documents", "DIR",
     "texts of official documents, shown beside the rules (HUIQI_DOCUMENTS; default: none)",
     OPTION_TEXT, offsetof(struct serve_options, documents)},
    {"web", "DIR", "templates, texts and static files (HUIQI_WEB, ./web)", OPTION_TEXT,
     offsetof(struct serve_options, web)},
    {"public-url", "URL",
     "where people see this site, behind a proxy: https://HOST (HUIQI_PUBLIC_URL; several "
     "separated "
     "by blanks). With https cookies are Secure and HSTS is sent",
     OPTION_TEXT, offsetof(struct serve_options, public_url)},
    {"check", NULL, "only check pages and texts, print problems, exit 0 or 1", OPTION_FLAG,
     offsetof(struct serve_options, check)},
    {"no-jobs", NULL, "leave timers, long work and messages to other processes (huiqi job run)",
     OPTION_FLAG, offsetof(struct serve_options, no_jobs)},
};

static const struct option_example examples[] = {
    {"huiqi serve", "serve this machine on http://127.0.0.1:8080"},
    {"huiqi serve --listen 127.0.0.1:9000", "on another port"},
    {"huiqi serve --public-url https://huiqi.example.gov.cn", "behind a proxy that speaks TLS"},
    {"huiqi serve --check", "prove that every page compiles and no message is missing"},
};

static const struct command_spec spec = {
    .name = "serve",
    .usage = "[OPTIONS]",
    .summary =
        "Serves the pages and the JSON interface until Ctrl-C (a second one does not wait for\n"
        "requests under way).",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

/* The option, else the environment, else the first of two folders that exists. */
static const char *choose(const char *given, const char *variable, const char *here,
                          const char *installed)
{
    const char *environment = getenv(variable);
    if (given)
        return given;
    if (environment && *environment)
        return environment;
    return file_exists(here) ? here : installed;
}

static const char *documents_folder(const struct serve_options *o)
{
    const char *environment = getenv("HUIQI_DOCUMENTS");
    return o->documents ? o->documents : environment && *environment ? environment : NULL;
}

static void print_problems(const struct diags *diags, const struct err *err)
{
    struct buffer text = BUFFER_INIT;
    diags_print(&text, diags);
    fwrite(text.p, 1, text.n, stderr);
    buffer_release(&text);
    if (diags->errors == 0)
        (void)!report_err(err);
}

static bool another_signal(void *context)
{
    const struct timespec now = {0};
    return sigtimedwait(context, NULL, &now) > 0;
}

/* The signals are blocked before the first thread starts, so that only this one sees them. */
static int run(const struct serve_options *o, struct site *site, struct app *app, struct work *work)
{
    struct server_config config = {.listen = choose(o->listen, "HUIQI_LISTEN", "", SERVER_LISTEN)};
    struct server *server = NULL;
    struct err err = ERR_INIT;
    sigset_t signals;
    int which = 0;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (app_follow(app, &err) < 0 || server_start(&config, site, &server, &err) < 0)
        return report_err(&err);
    if (work->worker && worker_start(work->worker, &err) < 0)
        (void)!report_err(&err); /* pages work without */
    struct span host = span_z(config.listen);
    while (host.n > 0 && host.p[host.n - 1] != ':')
        host.n--;
    printf("huiqi %s: http://%.*s%u\n", HUIQI_VERSION, SPAN_ARG(host),
           (unsigned)server_port(server));
    fflush(stdout);
    sigwait(&signals, &which);
    if (work->worker)
        worker_ask_stop(work->worker);
    server_stop(server, another_signal, &signals);
    return 0;
}

/* The database, and from it the key that all processes of the site share. */
static int prepare_database(struct app *app, struct site *site, struct err *err)
{
    unsigned char key[SESSION_KEY];
    int r = app_make_database(app, err);

    if (r == 0)
        r = app_form_key(app, key, err);
    if (r == 0)
        sessions_use_key(&site->sessions, key);
    explicit_bzero(key, sizeof key);
    return r;
}

static int load(const struct serve_options *o, struct app *app, struct site *site,
                struct arena *process)
{
    struct diags diags;
    struct err err = ERR_INIT;
    const char *web = choose(o->web, "HUIQI_WEB", "web", WEB_INSTALLED);
    struct span vendor = arena_print(process, "%s/vendor", web);
    struct site_config config = {
        .web = web,
        .routes = app_routes,
        .route_count = app_route_count,
        .app = app,
        .enter = app_enter,
        .identify = app_identify,
        .unread = app_unread,
        .keep = {app, app_session_load, app_session_save, app_session_drop},
        .visitors = app_visitors(app),
        .public_url = choose(o->public_url, "HUIQI_PUBLIC_URL", "", NULL),
        .local = true};
    app->public_url = config.public_url;
    config.vendor = vendor.p && file_exists(vendor.p) ? vendor.p : WEB_VENDOR;
    diags_init(&diags, process);
    if (app_init(app, process, o->library, documents_folder(o), &diags, &err) == 0 &&
        site_init(site, &config, process, &diags, &err) == 0) {
        if (app_sign_on(app, process, &err) == 0 &&
            (o->check || prepare_database(app, site, &err) == 0))
            return 0;
        site_release(site);
    }
    print_problems(&diags, &err);
    return diags.errors > 0 ? 1 : err_exit(err.code);
}

/* What this process wrote into the log does not wait for the next one to be sealed. */
static void seal_last(const char *database)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (store_open(database, &s, &err) < 0 || audit_seal(s, &err) < 0)
        (void)!report_err(&err);
    store_close(s);
}

/* The server with its thread for jobs, unless it is told to leave them alone. */
static int serve(const struct serve_options *o, struct app *app, struct site *site)
{
    struct work work = {0};
    struct err err = ERR_INIT;

    if (app_take_up(app, &err) < 0)
        return report_err(&err);
    struct library *library = library_ref(app->library); /* pages may go on to a newer one */
    int r = o->no_jobs ? 0 : work_open(&work, app->database, library, &err);
    r = r < 0 ? report_err(&err) : run(o, site, app, &work);
    if (!o->no_jobs)
        work_close(&work);
    seal_last(app->database);
    library_unref(library);
    return r;
}

int cmd_serve(int argc, char **argv)
{
    struct serve_options o = {0};
    struct app app = {.version = HUIQI_VERSION};
    struct site site;
    struct arena process;
    int count = 0, r = options_parse(&spec, argc, argv, &o, &count);
    if (r != OPTIONS_RUN)
        return r;
    arena_init(&process);
    r = load(&o, &app, &site, &process);
    if (r == 0) {
        if (o.check)
            printf("pages and texts: no problem\n");
        else
            r = serve(&o, &app, &site);
        site_release(&site);
    }
    app_release(&app);
    arena_release(&process);
    return r;
}
