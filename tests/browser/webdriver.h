/*
 * webdriver.h: a small WebDriver client (W3C WebDriver over HTTP on loopback): what the journeys
 * need and no more.
 *
 * Everything lives in the arena of the session. Functions report failures on stderr and return
 * false or empty: a journey is a test, its CHECKs say what was expected.
 */
#ifndef HUIQI_TESTS_WEBDRIVER_H
#define HUIQI_TESTS_WEBDRIVER_H
#include "base/json.h"

struct webdriver {
    struct arena arena;
    int port;
    struct span session;
};

/* headless Chromium; phone = 390 x 844; plain = pages may not run scripts (wd_script still may) */
bool wd_open(struct webdriver *w, int port, bool phone, bool plain);
void wd_close(struct webdriver *w);
bool wd_forget(struct webdriver *w); /* cookies of the page's site: a visitor nobody knows */
bool wd_go(struct webdriver *w, const char *url);
struct span wd_title(struct webdriver *w);
struct span wd_url(struct webdriver *w);
struct span wd_find(struct webdriver *w, const char *css); /* element id, empty = none */
bool wd_click(struct webdriver *w,
              const char *css); /* scrolls there, waits for a new page where one loads */
bool wd_type(struct webdriver *w, const char *css, const char *text); /* clears first */
bool wd_keys(struct webdriver *w, const char *css,
             const char *keys); /* as typed, e.g. "\xEE\x80\x84" = Tab */
struct span wd_text(struct webdriver *w, const char *css);
/* Keys to whatever has the focus. */
bool wd_press(struct webdriver *w, const char *key);
bool wd_has_text(struct webdriver *w, const char *needle); /* in the visible text of the page */
/* Runs JavaScript in the page (for axe and measurements); its `return` value, NULL on failure. */
const struct json *wd_script(struct webdriver *w, struct span script);
bool wd_screenshot(struct webdriver *w, const char *path); /* PNG of the whole page */
#endif
