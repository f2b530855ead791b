/*
 * who.c: see who.h.
 */
#include "cli/who.h"
#include "identity/accounts.h"

int cli_store(struct store **ret, struct err *err)
{
    struct store *s = NULL;
    int r = store_open(store_url(), &s, err);

    if (r == 0)
        r = store_migrate(s, err);
    if (r < 0)
        store_close(s);
    else
        *ret = s;
    return r;
}

int cli_who(struct arena *request, struct store *s, const char *as, struct actor *ret,
            struct err *err)
{
    if (as)
        return actor_of_account(s, request, span_z(as), date_today(), ret, err);
    *ret = actor_operator();
    return 0;
}
