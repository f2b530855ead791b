/*
 * u_session.c: sessions and tokens. Blame src/http/session.c and session_memory.c.
 */
#include "http/session.h"
#include <stdlib.h>
#include "tests/unit/test.h"

static void open_as(struct session *s, struct sessions *all, struct span cookie, struct arena *a)
{
    struct err err = ERR_INIT;
    CHECK_INT(session_open(s, all, cookie, a, &err), 0);
}

static void remembers(struct sessions *all, struct arena *a)
{
    struct session s, again, other;
    TEST("remembers");
    open_as(&s, all, SPAN(""), a);
    CHECK(!s.live && session_get(&s, SPAN("k")) == NULL);
    CHECK_INT(session_close(&s, NULL), 0);
    session_set(&s, SPAN("k"), json_string(a, SPAN("v")));
    session_set(&s, SPAN("l"), json_string(a, SPAN("w")));
    session_set(&s, SPAN("k"), json_string(a, SPAN("v2")));
    CHECK(s.live && s.fresh);
    CHECK_INT(session_close(&s, NULL), 0);
    open_as(&again, all, span_of(s.id, SESSION_ID), a);
    CHECK(again.live && !again.fresh);
    CHECK_TEXT(json_text(session_get(&again, SPAN("k"))), "v2");
    CHECK_TEXT(json_text(session_get(&again, SPAN("l"))), "w");
    session_set(&again, SPAN("l"), NULL);
    CHECK_INT(session_close(&again, NULL), 0);
    open_as(&other, all, span_of(s.id, SESSION_ID), a);
    CHECK(session_get(&other, SPAN("l")) == NULL);
    session_drop(&other);
    open_as(&again, all, span_of(s.id, SESSION_ID), a);
    CHECK(!again.live);
}

static void strangers(struct sessions *all, struct arena *a)
{
    struct session s;
    char made_up[SESSION_ID + 1];
    TEST("an id that we did not give is not adopted");
    memset(made_up, 'A', SESSION_ID);
    made_up[SESSION_ID] = 0;
    open_as(&s, all, span_z(made_up), a);
    CHECK(!s.live);
    session_begin(&s);
    CHECK(memcmp(s.id, made_up, SESSION_ID) != 0);
    open_as(&s, all, SPAN("../../etc/passwd"), a);
    CHECK(!s.live);
}

static void tokens(struct sessions *all, struct arena *a)
{
    struct session s, other;
    TEST("tokens");
    open_as(&s, all, SPAN(""), a);
    struct span first = session_token(&s), second = session_token(&s);
    CHECK(!span_eq(first, second));
    CHECK(!session_token_ok(&s, first)); /* the same request cannot have seen it */
    CHECK_INT(session_close(&s, NULL), 0);
    open_as(&other, all, span_of(s.id, SESSION_ID), a);
    CHECK(session_token_ok(&other, first));
    CHECK(session_token_ok(&other, second));
    CHECK(!session_token_ok(&other, SPAN("")));
    struct span bent = arena_copy(a, first);
    ((char *)(uintptr_t)bent.p)[50] ^= 1;
    CHECK(!session_token_ok(&other, bent));
    struct session stranger;
    open_as(&stranger, all, SPAN(""), a);
    session_set(&stranger, SPAN("x"), json_null(a));
    CHECK_INT(session_close(&stranger, NULL), 0);
    struct span id = arena_copy(a, span_of(stranger.id, SESSION_ID));
    open_as(&stranger, all, id, a);
    CHECK(stranger.live && !session_token_ok(&stranger, first));
}

/* Two processes of one site: memory of their own, one key. */
static void processes(struct sessions *all, struct arena *a)
{
    struct session_store store;
    struct sessions second;
    struct session here, there;
    TEST("a form of one process is taken by another that has the key");
    CHECK_INT(session_store_memory(&store, NULL), 0);
    CHECK_INT(sessions_init(&second, store, NULL), 0);
    open_as(&here, all, SPAN(""), a);
    struct span token = session_token(&here), id = arena_copy(a, session_name(&here));
    CHECK(here.fresh && !here.live); /* a cookie, and nothing to remember */
    CHECK_INT(session_close(&here, NULL), 0);
    open_as(&there, &second, id, a);
    CHECK(!there.named && !session_token_ok(&there, token)); /* another key: not ours */
    sessions_use_key(&second, all->key);
    open_as(&there, &second, id, a);
    CHECK(there.named && !there.fresh && !there.live && session_token_ok(&there, token));
    CHECK(!session_token_ok(&there, SPAN("")));
    CHECK(span_eq(session_name(&there), id));
    sessions_release(&second);
}

/* ---- people who have signed in ---- */

struct kept {
    char text[200];
    size_t n;
    int saved, dropped;
};

static int kept_load(void *context, struct span token, struct arena *request, struct span *ret,
                     struct err *err)
{
    const struct kept *k = context;
    CHECK_TEXT(token, "token-1");
    if (k->n == 0)
        return err_set(err, E_NOT_FOUND, "nothing");
    *ret = arena_copy(request, span_of(k->text, k->n));
    return 0;
}

static int kept_save(void *context, struct span token, struct span text, struct err *err)
{
    struct kept *k = context;
    UNUSED(err);
    CHECK_TEXT(token, "token-1");
    k->saved++;
    k->n = text.n < sizeof k->text ? text.n : 0;
    memcpy(k->text, text.p, k->n);
    return 0;
}

static void kept_drop(void *context, struct span token)
{
    struct kept *k = context;
    CHECK_TEXT(token, "token-1");
    k->n = 0;
    k->dropped++;
}

static void signed_in(struct sessions *all, struct arena *a)
{
    struct kept kept = {0};
    struct session s, stranger;
    TEST("of somebody who has signed in the application keeps the data");
    open_as(&stranger, all, SPAN(""), a);
    session_set(&stranger, SPAN("k"), json_string(a, SPAN("visitor")));
    CHECK_INT(session_close(&stranger, NULL), 0);
    struct span id = arena_copy(a, session_name(&stranger));
    all->keep = (struct session_keep){&kept, kept_load, kept_save, kept_drop};
    open_as(&s, all, id, a);
    CHECK_INT(session_sign(&s, SPAN("token-1"), NULL), 0);
    CHECK(session_get(&s, SPAN("k")) == NULL); /* not what a visitor left */
    CHECK_INT(session_close(&s, NULL), 0);
    CHECK_INT(kept.saved, 0); /* nothing to write */
    session_set(&s, SPAN("k"), json_string(a, SPAN("v")));
    CHECK(!s.fresh);
    CHECK_INT(session_close(&s, NULL), 0);
    CHECK(kept.n > 0 && span_find(span_of(kept.text, kept.n), SPAN("{")) == SIZE_MAX); /* sealed */
    open_as(&s, all, SPAN(""), a); /* another process: it knows the token only */
    CHECK_INT(session_sign(&s, SPAN("token-1"), NULL), 0);
    CHECK_TEXT(json_text(session_get(&s, SPAN("k"))), "v");
    session_drop(&s);
    CHECK_INT(kept.dropped, 1);
    CHECK(!s.live && session_get(&s, SPAN("k")) == NULL);
    TEST("what is kept and cannot be opened is as if it were not there");
    open_as(&s, all, SPAN(""), a);
    CHECK_INT(session_sign(&s, SPAN("token-1"), NULL), 0);
    session_set(&s, SPAN("k"), json_string(a, SPAN("v")));
    CHECK_INT(session_close(&s, NULL), 0);
    CHECK(kept.n > 40);
    for (size_t i = 0; i < 3; i++) {
        if (i == 0 && kept.n > 3)
            kept.text[kept.n - 3] ^= 1; /* another letter of base64 */
        else
            memcpy(kept.text, i == 1 ? "{{" : "AA", 2);
        kept.n = i == 0 ? kept.n : 2;
        open_as(&s, all, SPAN(""), a);
        CHECK_INT(session_sign(&s, SPAN("token-1"), NULL), 0);
        CHECK(!s.live && session_get(&s, SPAN("k")) == NULL);
    }
    all->keep = (struct session_keep){0};
}

static void limits(struct sessions *all, struct arena *a)
{
    struct session s;
    struct err err = ERR_INIT;
    struct buffer big = BUFFER_INIT;
    TEST("a session is bounded");
    while (big.n <= SESSION_BYTES)
        buffer_add_z(&big, "0123456789abcdef");
    open_as(&s, all, SPAN(""), a);
    session_set(&s, SPAN("big"), json_string(a, buffer_span(&big)));
    CHECK_INT(session_close(&s, &err), E_LIMIT);
    buffer_release(&big);
}

/* More sessions than the store keeps: the oldest are gone, the newest are there. */
static void crowd(struct sessions *all)
{
    char first[SESSION_ID], last[SESSION_ID];
    struct session s;
    struct arena a;
    TEST("the store is bounded");
    for (int i = 0; i < SESSION_COUNT + 10; i++) {
        arena_init(&a);
        open_as(&s, all, SPAN(""), &a);
        session_begin(&s);
        if (session_close(&s, NULL) < 0)
            CHECK(false);
        memcpy(i == 0 ? first : last, s.id, SESSION_ID);
        arena_release(&a);
    }
    arena_init(&a);
    open_as(&s, all, span_of(first, SESSION_ID), &a);
    CHECK(!s.live);
    open_as(&s, all, span_of(last, SESSION_ID), &a);
    CHECK(s.live);
    arena_release(&a);
}

static void expiry(struct sessions *all, struct arena *a)
{
    struct session s, later;
    TEST("a session ends");
    setenv("HUIQI_NOW", "2020-03-09T08:00:00", 1);
    open_as(&s, all, SPAN(""), a);
    session_begin(&s);
    CHECK_INT(session_close(&s, NULL), 0);
    setenv("HUIQI_NOW", "2020-03-09T19:00:00", 1);
    open_as(&later, all, span_of(s.id, SESSION_ID), a);
    CHECK(later.live); /* and is used, so that it lasts on */
    setenv("HUIQI_NOW", "2020-03-10T06:00:00", 1);
    open_as(&later, all, span_of(s.id, SESSION_ID), a);
    CHECK(later.live);
    setenv("HUIQI_NOW", "2020-03-11T06:00:00", 1);
    open_as(&later, all, span_of(s.id, SESSION_ID), a);
    CHECK(!later.live);
    unsetenv("HUIQI_NOW");
}

int main(void)
{
    struct session_store store;
    struct sessions all;
    struct arena a;
    struct err err = ERR_INIT;
    arena_init(&a);
    CHECK_INT(session_store_memory(&store, &err), 0);
    CHECK_INT(sessions_init(&all, store, &err), 0);
    remembers(&all, &a);
    strangers(&all, &a);
    tokens(&all, &a);
    processes(&all, &a);
    signed_in(&all, &a);
    limits(&all, &a);
    expiry(&all, &a);
    crowd(&all);
    arena_release(&a);
    sessions_release(&all);
    return test_end();
}
