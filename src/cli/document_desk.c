/*
 * document_desk.c: see document_desk.h.
 */
#include "cli/document_desk.h"
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>
#include "cli/options.h"

void desk_init(struct desk *d)
{
    *d = (struct desk){.err = ERR_INIT};
    arena_init(&d->arena);
}

void desk_release(struct desk *d)
{
    store_close(d->store);
    seal_forget(&d->seal);
    arena_release(&d->arena);
}

int desk_open(struct desk *d, bool key)
{
    int r = 0;

    if (!d->store) {
        r = store_open(store_url(), &d->store, &d->err);
        if (r == 0)
            r = store_migrate(d->store, &d->err);
    }
    if (r == 0 && key && !d->sealed) {
        r = seal_load(d->store, store_url(), true, &d->seal, &d->err);
        d->sealed = r == 0;
    }
    return r;
}

int desk_fail(const struct desk *d)
{
    return report_err(&d->err);
}

struct span desk_actor(void)
{
    const char *user = getenv("HUIQI_USER");
    const struct passwd *entry = user && *user ? NULL : getpwuid(getuid());

    return span_z(user && *user ? user : entry ? entry->pw_name : "");
}
