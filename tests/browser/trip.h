/*
 * trip.h: one person's way through the pages: going, typing, looking. Every page looked at is
 * checked by axe-core (no serious finding), photographed, and must not scroll sideways.
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
    bool phone;
    int number;
};

struct span script_text(struct trip *t, const char *script);
void look(struct trip *t, const char *name);
void go(struct trip *t, const char *path);
bool arrived(struct trip *t); /* a new page has come when the mark of the old one is gone */
void leave(struct trip *t, const char *css);
void enter(struct trip *t, const char *css, const char *text);
bool at(struct trip *t, const char *path);
bool there(struct trip *t, const char *css);
bool says(struct trip *t, const char *text);
#endif
