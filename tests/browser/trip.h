/*
 * trip.h: one person's way through the pages: going, typing, looking, walking by key. Every page
 * looked at is checked by axe-core with every fold open (no finding at all),
 * photographed, must not scroll sideways, and shows no key of a text.
 */
#ifndef HUIQI_TESTS_TRIP_H
#define HUIQI_TESTS_TRIP_H
#include "tests/browser/webdriver.h"
#include "tests/unit/test.h"

#define KEY_TAB   "\xEE\x80\x84"
#define KEY_ENTER "\xEE\x80\x87"
#define KEY_SPACE " "

struct trip {
    struct webdriver w;
    const char *base, *pictures; /* pictures NULL: pages are not looked at */
    struct span axe;
    bool phone, plain; /* plain: scripts of pages are off */
    bool narrow;       /* the browser that is open is a phone */
    int number, port;
};

/* Somebody who has not signed in, and of whom no cookie tells. */
void somebody(struct trip *t);
void sign_in(struct trip *t, const char *login); /* on the page /sign-in */
void as(struct trip *t, const char *login);
/* From the first Tab to the last: the skip link first, everything that can be used gets a focus
 * that is seen, in the order of the page, and the way leads out again. */
void walk(struct trip *t);

struct span script_text(struct trip *t, const char *script);
void look(struct trip *t, const char *name);
void glance(struct trip *t, const char *name); /* fits, one h1, no key of a text; no axe */
void go(struct trip *t, const char *path);
bool arrived(struct trip *t); /* a new page has come when the mark of the old one is gone */
void leave(struct trip *t, const char *css);
void enter(struct trip *t, const char *css, const char *text);
bool at(struct trip *t, const char *path);
bool there(struct trip *t, const char *css);
bool says(struct trip *t, const char *text);
/* The end of a program: what it counted itself, and what was counted here, on one line. */
int trip_end(int passed, int failed);
#endif
