/*
 * trip.c: see trip.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/browser/trip.h"

/* ---- looking at a page ---- */

struct span script_text(struct trip *t, const char *script)
{
    return json_text(wd_script(&t->w, span_z(script)));
}

/* Findings of axe-core of any weight, one a line. */
static void check_access(struct trip *t, const char *name)
{
    static const char run[] =
        "\nreturn axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
        ".map(v => v.id + ': ' + v.nodes.slice(0, 5).map(n => n.target.join(' ')).join(' | "
        "')).join('\\n') || 'none');";
    struct buffer b = BUFFER_INIT;

    buffer_add(&b, t->axe);
    buffer_add_z(&b, run);
    struct span found = json_text(wd_script(&t->w, buffer_span(&b)));
    if (!CHECK(span_eq(found, SPAN("none"))))
        printf("%s (%.*s): %.*s\n", name, SPAN_ARG(wd_url(&t->w)), SPAN_ARG(found));
    buffer_release(&b);
}

/* A text that has no message shows its key: "draft.title". */
static void check_words(struct trip *t, const char *name)
{
    struct span key = script_text(t, "const found = document.querySelector('main').innerText.match("
                                     "/(?:^|\\s)([a-z]+\\.[a-z]+_[a-z_]+)(?=\\s|$)/m);"
                                     "return found ? found[1] : 'none'");
    if (!CHECK(span_eq(key, SPAN("none"))))
        printf("%s: shows a key: %.*s\n", name, SPAN_ARG(key));
}

static void check_width(struct trip *t, const char *name)
{
    if (!CHECK_TEXT(script_text(t,
                                "return document.documentElement.scrollWidth <= window.innerWidth "
                                "? 'fits' : 'scrolls sideways'"),
                    "fits"))
        printf("  %s\n", name);
}

void glance(struct trip *t, const char *name)
{
    check_width(t, name);
    check_words(t, name);
    CHECK_TEXT(script_text(t, "return String(document.querySelectorAll('h1').length)"), "1");
}

/* Every fold open, or as it was. */
static const char open_folds[] = "document.querySelectorAll('details:not([open])').forEach(d => "
                                 "{ d.open = true; d.dataset.opened = 'yes'; }); return 'yes'";
static const char close_folds[] = "document.querySelectorAll('details[data-opened]').forEach(d => "
                                  "{ d.open = false; }); return 'yes'";

void look(struct trip *t, const char *name)
{
    struct buffer path = BUFFER_INIT;

    if (!t->pictures)
        return;
    (void)wd_script(&t->w, span_z(open_folds));
    check_access(t, name);
    glance(t, name);
    (void)wd_script(&t->w, span_z(close_folds));
    buffer_print(&path, "%s/%s%02d-%s.png", t->pictures, t->phone ? "phone-" : "", ++t->number,
                 name);
    CHECK(wd_screenshot(&t->w, path.p));
    buffer_release(&path);
}

/* ---- people ---- */

/* A page whose script would change its own title. */
#define SCRIPTED "data:text/html,<title>still</title><script>document.title='ran'</script>"

static void open_browser(struct trip *t)
{
    if (t->w.session.n)
        wd_close(&t->w);
    t->narrow = t->phone;
    if (!CHECK(wd_open(&t->w, t->port, t->phone, t->plain)) || !t->plain)
        return;
    CHECK(wd_go(&t->w, SCRIPTED));
    CHECK_TEXT(wd_title(&t->w), "still");
}

void somebody(struct trip *t)
{
    if (!t->w.session.n || t->narrow != t->phone)
        open_browser(t);
    go(t, "/sign-in");
    CHECK(wd_forget(&t->w));
}

void sign_in(struct trip *t, const char *login)
{
    CHECK(wd_type(&t->w, "#login", login));
    CHECK(wd_type(&t->w, "#password", "invented-password-1"));
    leave(t, "main form .btn-primary");
    CHECK(!at(t, "/sign-in"));
}

void as(struct trip *t, const char *login)
{
    somebody(t);
    go(t, "/sign-in");
    sign_in(t, login);
}

/* ---- by key ---- */

#define STOPS_MOST 400

/* Marks what Tab should reach, in the order of the page; a group of radios is one stop. */
static const char mark_stops[] =
    "const seen = new Set(), list = [];"
    "for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, "
    "[tabindex=\"0\"]')) {"
    "  if (e.disabled || e.type === 'hidden' || !e.checkVisibility({visibilityProperty: true})) "
    "continue;"
    "  if (e.type === 'radio') { if (seen.has(e.name)) continue; seen.add(e.name); }"
    "  list.push(e); }"
    "window.stops = list; return String(list.length)";

/* Where the focus is: its number, and whether it is seen. A radio stands for its group. */
static const char read_stop[] =
    "const e = document.activeElement;"
    "if (!e || e === document.body) return 'out';"
    "let i = window.stops.indexOf(e);"
    "if (i < 0 && e.type === 'radio') i = window.stops.findIndex(s => s.type === 'radio' && s.name "
    "=== e.name);"
    "const s = getComputedStyle(e), shown = s.outlineStyle !== 'none' && "
    "parseFloat(s.outlineWidth) "
    ">= 2;"
    "return i + (shown ? '' : ' unseen ' + e.outerHTML.slice(0, 80))";

void walk(struct trip *t)
{
    long stops = strtol(json_text(wd_script(&t->w, span_z(mark_stops))).p, NULL, 10), last = -1;
    bool out = false;

    for (long i = 0; i < 5 * stops + 5 && !out; i++) {
        CHECK(wd_press(&t->w, KEY_TAB));
        struct span where = script_text(t, read_stop);
        out = span_eq(where, SPAN("out"));
        long now = out ? last : strtol(where.p, NULL, 10);
        if (!out && now == 0 && last == stops - 1)
            out = true; /* round again */
        else if (!CHECK(span_find(where, SPAN("unseen")) == SIZE_MAX && now >= last &&
                        now <= last + 1)) {
            printf("  stop %ld after %ld of %ld: %.*s\n", now, last, stops, SPAN_ARG(where));
            return;
        }
        if (i == 0)
            CHECK_TEXT(script_text(t, "return document.activeElement.className"), "skip-link");
        last = now;
    }
    CHECK(out);
    CHECK_INT(last == stops - 1 || last == 0, true);
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
    if (CHECK(wd_has_text(&t->w, text)))
        return true;
    printf("  not on the page %.*s: %s\n", SPAN_ARG(wd_url(&t->w)), text);
    return false;
}

int trip_end(int passed, int failed)
{
    test_passed += passed;
    test_failed += failed;
    return test_end();
}
