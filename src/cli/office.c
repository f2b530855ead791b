/*
 * office.c: see office.h.
 */
#include "cli/office.h"
#include "cli/load.h"
#include "cli/who.h"
#include "http/template.h"

int cli_office_open(struct cli_office *o, const char *library, const char *as)
{
    int r, status;

    *o = (struct cli_office){.err = ERR_INIT};
    arena_init(&o->arena);
    status = cli_load_library(library, &o->library);
    if (status != OPTIONS_RUN)
        return status;
    r = cli_store(&o->store, &o->err);
    if (r == 0)
        r = seal_load(o->store, store_url(), true, &o->seal, &o->err);
    if (r == 0)
        r = library_cache_new(&o->versions, &o->err);
    if (r == 0)
        r = cli_who(&o->arena, o->store, as, &o->who, &o->err);
    o->lender = (struct library_lender){o->versions, o->store, &o->arena};
    o->office = (struct office){.store = o->store,
                                .library = o->library,
                                .library_of = library_of,
                                .context = &o->lender,
                                .seal = &o->seal,
                                .render = template_render_once};
    return r < 0 ? report_err(&o->err) : OPTIONS_RUN;
}

int cli_office_keep(struct cli_office *o, const char *library)
{
    return library_keep_folder(&o->arena, o->store, o->library, library_folder(library), &o->err);
}

void cli_office_close(struct cli_office *o)
{
    store_close(o->store);
    seal_forget(&o->seal);
    library_unref(o->library);
    arena_release(&o->arena); /* gives back the versions lent to it */
    library_cache_free(o->versions);
}

int cli_pairs(struct arena *a, const struct option_list *list, const char *option,
              struct json **ret, struct err *err)
{
    struct json *j = json_object(a);

    for (size_t i = 0; i < list->n; i++) {
        struct span rest = span_z(list->at[i]), key = {NULL, 0};
        if (!span_split(&rest, '=', &key) || !key.n || !rest.p) {
            err_set(err, E_USAGE, "--%s %s：缺少“=”", option, list->at[i]);
            err_hint(err, "写作 --%s 名称=值", option);
            return E_USAGE;
        }
        json_set(j, key, json_string(a, rest));
    }
    *ret = j;
    return a->failed ? err_memory(err) : 0;
}
