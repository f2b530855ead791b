/*
 * office.h: what pages about cases share: a connection for the request, the library, who acts.
 */
#ifndef HUIQI_WEB_OFFICE_H
#define HUIQI_WEB_OFFICE_H
#include "casework/cases.h"
#include "web/app.h"

struct desk {
    struct request *req;
    struct response *res;
    const struct app *app;
    struct office office; /* connection lent to the request */
    struct actor who;     /* account_id 0 = nobody has signed in */
};

/* 0, or what the handler returns. */
NODISCARD int office_open(struct request *req, struct response *res, void *app, struct desk *ret);
/* The rest of the address behind a folder: "/cases/2023…" for a number. */
struct span case_link(struct request *req, struct span number);
/* What a form sent under a name that its route does not declare; empty = nothing. */
static inline struct span request_form_text(const struct request *req, const char *name)
{
    const struct span *sent = wire_find(&req->form, span_z(name));
    return sent ? span_trim(*sent) : (struct span){"", 0};
}
/* "24,000.00": 分 as yuan, for people. */
struct span yuan_say(struct request *req, int64_t fen);
/* People know a fund by its name; a code that is none stays. */
struct span fund_name(struct desk *d, struct span code);
#define DAY_MS (INT64_C(24) * 3600 * 1000)
/* Number of the day of an instant in Asia/Shanghai, from 1970-01-01. */
int64_t day_number(int64_t ms);
/* The day of an instant in Asia/Shanghai. */
struct json *shape_instant(struct request *req, int64_t ms);
/* The same with the minute: 2020-03-10 09:30. */
struct json *shape_moment(struct request *req, int64_t ms);
/* Whole days from now to the moment, as an office counts them (calendar days); negative = late. */
int64_t days_left(int64_t due);
#endif
