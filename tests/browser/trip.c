/*
 * trip.c: see trip.h.
 */
#include <stdio.h>
#include <time.h>

#include "tests/browser/trip.h"

/* ---- looking at a page ---- */

struct span script_text(struct trip *t, const char *script)
{
    return json_text(wd_script(&t->w, span_z(script)));
}

/* Serious and critical findings of axe-core, one a line. */
static void check_access(struct trip *t, const char *name)
{
    static const char run[] =
        "\nreturn axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
        ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
        ".map(v => v.id + ': ' + v.nodes.slice(0, 5).map(n => n.target.join(' ')).join(' | "
        "')).join('\\n') || 'none');";
    struct buffer b = BUFFER_INIT;

    buffer_add(&b, t->axe);
    buffer_add_z(&b, run);
    struct span found = json_text(wd_script(&t->w, buffer_span(&b)));
    if (!CHECK(span_eq(found, SPAN("none"))))
        printf("%s: %.*s\n", name, SPAN_ARG(found));
    buffer_release(&b);
}

void look(struct trip *t, const char *name)
{
    struct buffer path = BUFFER_INIT;

    if (!t->pictures)
        return;
    check_access(t, name);
    CHECK_TEXT(script_text(t, "return document.documentElement.scrollWidth <= window.innerWidth ? "
                              "'fits' : 'scrolls sideways'"),
               "fits");
    CHECK_TEXT(script_text(t, "return String(document.querySelectorAll('h1').length)"), "1");
    buffer_print(&path, "%s/%s%02d-%s.png", t->pictures, t->phone ? "phone-" : "", ++t->number,
                 name);
    CHECK(wd_screenshot(&t->w, path.p));
    buffer_release(&path);
}

void go(struct trip *t, const char *path)
{
    struct buffer url = BUFFER_INIT;
    buffer_print(&url, "%s%s", t->base, path);
    CHECK(wd_go(&t->w, url.p));
    buffer_release(&url);
}

/* A new page has come when the mark of the old one is gone. */
bool arrived(struct trip *t)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

    for (int i = 0; i < 250; i++) {
        if (span_eq(script_text(t, "return window.leaving ? 'no' : document.readyState"),
                    SPAN("complete")))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

void leave(struct trip *t, const char *css)
{
    (void)wd_script(&t->w, SPAN("window.leaving = true; return 'yes'"));
    CHECK(wd_click(&t->w, css));
    CHECK(arrived(t));
}

void enter(struct trip *t, const char *css, const char *text)
{
    (void)wd_script(&t->w, SPAN("window.leaving = true; return 'yes'"));
    CHECK(wd_keys(&t->w, css, text));
    CHECK(wd_keys(&t->w, ":focus", KEY_ENTER));
    CHECK(arrived(t));
}

bool at(struct trip *t, const char *path)
{
    return span_find(wd_url(&t->w), span_z(path)) != SIZE_MAX;
}

bool there(struct trip *t, const char *css)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "return document.querySelector('%s') ? 'yes' : 'no'", css);
    bool yes = span_eq(json_text(wd_script(&t->w, buffer_span(&b))), SPAN("yes"));
    buffer_release(&b);
    return yes;
}

bool says(struct trip *t, const char *text)
{
    return CHECK(wd_has_text(&t->w, text)) || (printf("  not on the page: %s\n", text), false);
}
