/*
 * work.c: see work.h.
 */
#include "cli/work.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "casework/case_dropped.h"
#include "casework/case_events.h"
#include "casework/case_forget.h"
#include "casework/cases.h"
#include "casework/money_days.h"
#include "casework/release_notices.h"
#include "cli/document_desk.h"
#include "http/template.h"
#include "identity/audit.h"
#include "identity/sessions.h"

/* ---- the outbox ---- */

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int choose_tls(enum mail_tls *ret, struct err *err)
{
    static const char *const names[] = {
        [MAIL_TLS_REQUIRE] = "require", [MAIL_TLS_TRY] = "try", [MAIL_TLS_NONE] = "none"};
    const char *name = variable("HUIQI_SMTP_TLS");

    for (size_t i = 0; name && i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum mail_tls)i;
            return 0;
        }
    return name ? err_set(err, E_USAGE, "HUIQI_SMTP_TLS is require, try or none") : 0;
}

/* From a file: what stands in the environment can be read by too many. */
static int read_password(struct work *w, struct err *err)
{
    const char *path = variable("HUIQI_SMTP_PASSWORD_FILE");
    struct span text;
    int r = path ? file_read(&w->arena, path, 4096, &text, err) : 0;

    if (r < 0 || !path)
        return r;
    struct span word = arena_copy(&w->arena, span_trim(text));
    w->outbox.mail.password = word.p;
    return word.p ? 0 : err_memory(err);
}

static int unseal(void *context, struct store *s, struct arena *request, struct span name,
                  struct span sealed, struct span *ret, struct err *err)
{
    struct work *w = context;
    int r = w->sealed ? 0 : seal_load(s, w->database, false, &w->seal, err);

    if (r < 0)
        return r;
    w->sealed = true;
    return seal_open(request, &w->seal, work_secret_place(request, name), sealed, ret, err);
}

static int add_outbox(struct work *w, struct err *err)
{
    struct outbox_config *c = &w->outbox;
    int r = choose_tls(&c->mail.tls, err);

    c->mail.url = variable("HUIQI_SMTP");
    c->mail.from = variable("HUIQI_SMTP_FROM");
    c->mail.user = variable("HUIQI_SMTP_USER");
    c->ca_file = variable("HUIQI_CA_FILE");
    c->proxy = variable("HUIQI_WEBHOOK_PROXY");
    c->unseal = unseal;
    c->unseal_context = w;
    if (r == 0)
        r = read_password(w, err);
    return r < 0 ? r : outbox_kinds(&w->kinds, c, err);
}

/* ---- the log ---- */

#define SEAL_EVERY_MS (INT64_C(5) * 60 * 1000)

static int seal_log(struct job *job, void *context, struct err *err)
{
    UNUSED(context);
    return audit_seal(job->store, err);
}

static int add_log(struct work *w, struct err *err)
{
    struct job_kind kind = {.name = "audit-seal", .run = seal_log, .every_ms = SEAL_EVERY_MS};
    return job_kinds_add(&w->kinds, &kind, err);
}

/* ---- sessions ---- */

#define PURGE_EVERY_MS (INT64_C(6) * 60 * 60 * 1000)

static bool should_stop(void *context)
{
    return job_should_stop(context);
}

static int purge_sessions(struct job *job, void *context, struct err *err)
{
    int64_t n = 0;

    UNUSED(context);
    return sessions_purge(job->store, should_stop, job, &n, err);
}

static int add_sessions(struct work *w, struct err *err)
{
    struct job_kind kind = {
        .name = "sessions-purge", .run = purge_sessions, .every_ms = PURGE_EVERY_MS};
    return job_kinds_add(&w->kinds, &kind, err);
}

/* ---- cases ---- */

#define CLOCKS_EVERY_MS 60000
#define CLOCKS_MOST     20000 /* cases of one run; the next one goes on */

/* What is published now, as pages take it up; where nothing is, the folder that was loaded. */
static int library_in_use(const struct work *w, struct library_lender *lender,
                          const struct library **ret, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    int r = library_published(lender->store, now, now, hash, err);

    *ret = w->library;
    if (r < 0 || !hash[0] || strcmp(hash, w->library->hash) == 0)
        return r;
    return library_of(lender, span_z(hash), ret, err);
}

static int tick_cases(struct job *job, void *context, struct err *err)
{
    struct work *w = context;
    struct library_lender lender = {w->versions, job->store, job->arena};
    struct office o = {.store = job->store,
                       .library_of = library_of,
                       .context = &lender,
                       .render = template_render_once};
    size_t n = 0;
    int r = library_in_use(w, &lender, &o.library, err);

    if (r == 0)
        r = cases_take_days(job->arena, &o, &n, err);
    return r < 0 ? r : cases_tick(job->arena, &o, CLOCKS_MOST, &n, err);
}

static int add_cases(struct work *w, struct err *err)
{
    struct job_kind kind = {.name = "case-clocks",
                            .run = tick_cases,
                            .context = w,
                            .lease_ms = 10 * CLOCKS_EVERY_MS,
                            .max_attempts = 1, /* the next period tries again */
                            .every_ms = CLOCKS_EVERY_MS};
    int r = library_cache_new(&w->versions, err);

    return r < 0 ? r : job_kinds_add(&w->kinds, &kind, err);
}

/* ---- applications by mail ---- */

#define INTAKE_EVERY_MS 60000

static int take_mail(struct job *job, void *context, struct err *err)
{
    /* what a window clerk does for who wrote: hands in */
    const struct actor clerk = {
        .name = SPAN("case-intake"), .program = true, .roles = 1u << USER_WINDOW};
    struct work *w = context;
    struct library_lender lender = {w->versions, job->store, job->arena};
    struct office o = {.store = job->store,
                       .library_of = library_of,
                       .context = &lender,
                       .render = template_render_once,
                       .seal = &w->seal};
    struct dropped_count count;
    int r = library_in_use(w, &lender, &o.library, err);

    if (r == 0 && !w->sealed)
        r = seal_load(job->store, w->database, false, &w->seal, err);
    if (r < 0)
        return r;
    w->sealed = true;
    r = case_take_folder(job->arena, &o, &clerk, span_z(w->intake), &count, err);
    return r < 0 || !count.unreadable
               ? r
               : err_set(err, E_IO, "%s: %zu files cannot be read", w->intake, count.unreadable);
}

/* Behind add_cases, which makes the cache of versions. */
static int add_intake(struct work *w, struct err *err)
{
    struct job_kind kind = {.name = "case-intake",
                            .run = take_mail,
                            .context = w,
                            .lease_ms = 10 * INTAKE_EVERY_MS,
                            .max_attempts = 1, /* the next period goes on */
                            .every_ms = INTAKE_EVERY_MS};

    w->intake = variable("HUIQI_INTAKE");
    return w->intake ? job_kinds_add(&w->kinds, &kind, err) : 0;
}

/* ---- news ---- */

#define NEWS_EVERY_MS 60000

static int tell_news(struct job *job, void *context, struct err *err)
{
    struct work *w = context;
    struct library_lender lender = {w->versions, job->store, job->arena};
    const struct release_news news = {.store = job->store,
                                      .library_of = library_of,
                                      .context = &lender,
                                      .stop = should_stop,
                                      .stop_context = job};
    size_t n = 0;

    return release_notices(&news, &n, err);
}

/* Behind add_cases, which makes the cache of versions. */
static int add_news(struct work *w, struct err *err)
{
    struct job_kind kind = {.name = "library-news",
                            .run = tell_news,
                            .context = w,
                            .lease_ms = 10 * NEWS_EVERY_MS,
                            .max_attempts = 1, /* the next period goes on */
                            .every_ms = NEWS_EVERY_MS};
    return job_kinds_add(&w->kinds, &kind, err);
}

/* ---- what is kept for a time only ---- */

#define FORGET_EVERY_MS (INT64_C(24) * 60 * 60 * 1000)

static int forget_facts(struct job *job, void *context, struct err *err)
{
    struct work *w = context;
    struct library_lender lender = {w->versions, job->store, job->arena};
    const struct actor program = {.name = SPAN("facts-forget"), .program = true};
    const struct library *l;
    struct forgotten *at;
    size_t n = 0;
    int r = library_in_use(w, &lender, &l, err);

    if (r == 0)
        r = subjects_forget(job->arena, job->store, l, &program, date_today(), false, &at, &n, err);
    return r < 0
               ? r
               : cases_forget(job->arena, job->store, l, &program, date_today(), false, at, n, err);
}

static int add_forgetting(struct work *w, struct err *err)
{
    struct job_kind kind = {
        .name = "facts-forget", .run = forget_facts, .context = w, .every_ms = FORGET_EVERY_MS};
    return job_kinds_add(&w->kinds, &kind, err);
}

/* ---- money ---- */

#define MONEY_EVERY_MS (INT64_C(60) * 60 * 1000)

static int run_money_days(struct job *job, void *context, struct err *err)
{
    struct money_days n;

    UNUSED(context);
    return money_days_run(job->arena, job->store, &n, err);
}

static int add_money(struct work *w, struct err *err)
{
    struct job_kind kind = {.name = "money-days",
                            .run = run_money_days,
                            .lease_ms = MONEY_EVERY_MS,
                            .max_attempts = 1, /* the next period tries again */
                            .every_ms = MONEY_EVERY_MS};
    return job_kinds_add(&w->kinds, &kind, err);
}

/* ---- everything ---- */

/* Who has work to do. */
static int (*const parts[])(struct work *, struct err *) = {
    add_outbox, add_log, add_sessions, add_cases, add_intake, add_news, add_forgetting, add_money};

static void report(void *context, const struct err *err)
{
    UNUSED(context);
    fprintf(stderr, "huiqi: jobs: %s\n", err->message);
}

int work_open(struct work *w, const char *database, const struct library *library, struct err *err)
{
    int r = 0;

    *w = (struct work){.database = database, .library = library};
    arena_init(&w->arena);
    w->kinds.process = &w->arena;
    for (size_t i = 0; i < COUNT_OF(parts) && r == 0; i++)
        r = parts[i](w, err);
    if (r == 0)
        r = worker_new(&(struct worker_config){.database = database,
                                               .kinds = w->kinds.at,
                                               .kind_count = w->kinds.n,
                                               .report = report},
                       &w->worker, err);
    if (r < 0)
        work_close(w);
    return r;
}

void work_close(struct work *w)
{
    worker_free(w->worker);
    w->worker = NULL;
    seal_forget(&w->seal);
    if (w->outbox.mail.password) /* our copy */
        sodium_memzero((void *)(uintptr_t)w->outbox.mail.password, strlen(w->outbox.mail.password));
    arena_release(&w->arena);
    library_cache_free(w->versions);
    w->versions = NULL;
    w->outbox = (struct outbox_config){0};
    w->kinds = (struct job_kinds){0};
}

struct actor work_operator(void)
{
    return (struct actor){.program = true, .name = desk_actor()};
}

struct span work_secret_place(struct arena *request, struct span name)
{
    return arena_print(request, "webhook/%.*s", SPAN_ARG(name));
}
