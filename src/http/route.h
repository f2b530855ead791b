/*
 * route.h: what the application says about a page: a const table of routes, each with its fields.
 * The server reads, checks and types everything before a handler runs; the handler makes one JSON
 * tree, which is sent as it is or poured into a template.
 *
 *     static const struct field search_fields[] = {
 *         {.name = "q", .kind = FIELD_TEXT, .most = 100},
 *         {.name = "date", .kind = FIELD_DATE},
 *     };
 *     {METHOD_GET, "/measures", measures_list, FIELDS(search_fields), .summary = "..."},
 *     {METHOD_GET, "/measures/{id*}", measures_show},      // {id*} takes the rest, slashes
 * included
 *
 * Everything in a request lives in its arena and dies with it. Tables are constant: any thread.
 */
#ifndef HUIQI_HTTP_ROUTE_H
#define HUIQI_HTTP_ROUTE_H
#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "http/session.h"
#include "http/text.h"
#include "http/wire.h"
#include "identity/actor.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_DELETE,
    METHOD_PATCH,
    METHOD_COUNT
};

enum field_kind {
    FIELD_TEXT,  /* trimmed; at most `most` code points */
    FIELD_INT,   /* whole number, `least` to `most` when they differ */
    FIELD_DATE,  /* 2020-03-09 */
    FIELD_MONEY, /* 元 with at most two decimals, not negative; full-width digits and commas refused
                  */
    FIELD_NUMBER, /* any decimal */
    FIELD_CHOICE, /* one of `choices` */
    FIELD_BOOL,   /* true, 1, on, yes / false, 0, off, no, or empty */
    FIELD_JSON,   /* a JSON body's member as it is (an object, a list); in a form: JSON text */
};

enum field_flags {
    FIELD_REQUIRED = 1 << 0,
    FIELD_MANY = 1 << 1, /* may be given several times (check boxes); see value.next */
};

struct field {
    const char *name;
    enum field_kind kind;
    unsigned flags;
    int64_t least, most;        /* TEXT: most code points, 0 = FIELD_TEXT_MOST; INT: the range */
    const char *const *choices; /* CHOICE: ends with NULL */
    const char *summary;        /* one English sentence for /openapi.json */
};

#define FIELD_TEXT_MOST 200
#define FIELDS(table)   .fields = (table), .field_count = COUNT_OF(table)

/* A typed value. When `given` is false (absent or empty) the rest is zero. */
struct input {
    bool given;
    struct span text;       /* as sent, trimmed */
    int64_t number;         /* INT */
    struct decimal decimal; /* MONEY, NUMBER */
    struct date date;
    bool truth;
    size_t choice; /* index into choices */
    const struct json *json;
    struct input *next; /* MANY: the next one given */
};

struct field_error {
    struct field_error *next;
    struct span name;    /* of the field; the page links to #name */
    struct span message; /* in the language of the request */
};

struct request;
struct response;
/*
 * An HTTP status (200, 303, 404, 422...) or a negative code of err.def, whose detail belongs into
 * res->err and which becomes an error page or JSON error.
 */
typedef int handler(struct request *req, struct response *res, void *app);

enum route_flags {
    ROUTE_CACHE = 1 << 0,   /* the same for everybody: ETag, may be kept and asked again */
    ROUTE_LENIENT = 1 << 1, /* field errors do not stop: the handler shows them itself */
};

/*
 * Who may use a route: a set of roles, of which the visitor must have one in his seat; or everybody
 * who has signed in; or, with nothing said, everybody. tests/http/rights.txt says it once more.
 */
#define WHO(role)     (1u << USER_##role)
#define WHO_SIGNED_IN (1u << 31)

struct route {
    enum method method; /* GET answers HEAD too */
    const char *path;   /* literal segments, {name}, and {name*} at the end */
    handler *handle;
    const struct field *fields;
    unsigned field_count;
    unsigned flags;
    const char *summary; /* one English sentence for /openapi.json */
    unsigned who;        /* WHO(HANDLER) | WHO(REVIEWER); 0 = everybody */
};

struct request {
    struct arena *arena; /* of this request */
    const struct texts *texts;
    const struct route *route;
    enum method method;
    struct span path;    /* as sent, without query and .json */
    struct span target;  /* path and query as sent */
    struct span sent_to; /* where a refused form went, while another page shows it again */
    struct pairs query, form, params;
    struct uploads uploads;  /* files of a form */
    const struct json *body; /* of a JSON body */
    struct input *values;    /* parallel to route->fields */
    struct field_error *errors;
    enum language language;
    struct date as_of; /* ?date=, else the cookie of an earlier choice, else today */
    bool as_of_chosen;
    bool wants_json;
    struct session session;
    struct actor actor;     /* who asks; account_id 0 = nobody has signed in */
    unsigned lacks;         /* the roles of which he has none: 403 */
    bool stale;             /* the form has no good token: load the page again */
    struct span credential; /* his token, when he has signed in */
};

struct response {
    struct json *data;    /* the tree; an empty object at first */
    const char *template; /* "about"; NULL = JSON only */
    const char *title;    /* message key of the page's title; NULL: data.title */
    struct span location; /* of a redirect */
    struct span sign_in;  /* a token: from now on the visitor is its account */
    bool sign_out;
    struct err err;       /* detail of a negative status */
    struct span body;     /* when its p is set: sent instead of the tree ... */
    const char *type;     /* ... with this content type */
    const char *filename; /* sent as a download of this name */
};

/* The value of a declared field; asking for another is a BUG. Never NULL. */
const struct input *request_value(const struct request *req, const char *name);
struct span request_text(const struct request *req, const char *name);  /* its text or empty */
struct span request_param(const struct request *req, const char *name); /* {name} of the path */
/* A message in the language of the request. */
struct span request_say(const struct request *req, const char *key, const struct json *args);
/* Adds to the error summary; the message is a key of web/text. */
void request_error(struct request *req, const char *field, const char *key,
                   const struct json *args);
/* The same with a message that is there already. */
void request_refuse(struct request *req, struct span field, struct span message);
/* A sentence for the next page shown, after a redirect. */
void request_flash(struct request *req, const char *key, const struct json *args);
/* 303 to a path of this server (after a POST); E_FORBIDDEN for anything else. */
NODISCARD int response_redirect(struct request *req, struct response *res, struct span path);

/* A date that a page may ask for: well-formed, 1900 to 2200. */
bool field_date(struct span s, struct date *ret);

/* Parsing, for site.c and the tests. */
bool route_valid(const struct route *r, struct err *err);
struct router {
    const struct route **sorted; /* the most literal first */
    size_t n;
};
NODISCARD int router_init(struct router *router, struct arena *process, const struct route *routes,
                          size_t n, struct err *err);
/* Finds a route for segments (decoded, already split); params gets the {names}. When none has the
   method, *ret_allowed has a bit per method that the path knows. */
const struct route *router_find(const struct router *router, enum method method,
                                const struct span *segments, size_t n, struct arena *request,
                                struct pairs *ret_params, unsigned *ret_allowed);
/* Types the fields of req->route from query, form or body; problems go to req->errors. */
NODISCARD int request_read_fields(struct request *req, struct err *err);
struct span method_name(enum method m);
bool method_parse(struct span s, enum method *ret);
#endif
