/*
 * checkup.h: what the files of the check-up (政策体检) share.
 *
 *   checkups.c           start, question, answers, result: the handlers
 *   checkup_session.c    the answers, kept in the session as facts JSON
 *   checkup_question.c   one question as a form, and its answer read back
 *   checkup_result.c     what to do, sums, findings by group
 *   checkup_finding.c    one finding: a card, and a page of its own
 *   checkup_sets.c       what may be had together; near misses; what others can claim for one
 *   checkup_missing.c    what is missing to qualify, by cause and holder
 *   checkup_whatif.c     one fact or parameter changed: what turns
 *   checkup_calendar.c   windows and deadlines: month, list, iCalendar
 *   checkup_places.c     the same enterprise in every district
 *   compare.c            products side by side for the same answers
 *   gloss.c              official terms and what they mean
 *
 * Answers never stand in an address: the session keeps {kind, facts, skipped, asked}. `facts` is
 * what --facts reads; `skipped` are the questions answered with "don't know", so that they are not
 * asked again.
 */
#ifndef HUIQI_WEB_CHECKUP_H
#define HUIQI_WEB_CHECKUP_H
#include "policy/match.h"
#include "web/shape.h"

#define CHECKUP_QUESTIONS 7 /* before the result is shown by itself */

/* ---- the session ---- */

struct answers {
    struct request *req;
    const struct app *app;
    bool begun;
    bool person; /* a natural person asks, not an enterprise */
    const struct json *facts;
    const struct json *skipped; /* [{fact, item, period}] */
    int64_t asked;              /* questions answered one after the other */
    struct subject subject;     /* the facts as typed values; see answers_read */
};

/* What a question or an answer is about. */
struct fact_key {
    const struct fact *fact;
    struct span item, period;
};

void answers_load(struct request *req, const struct app *app, struct answers *ret);
void answers_begin(struct answers *s, bool person, const struct json *facts);
void answers_save(struct answers *s);
/* Facts -> subject. Fails only when the library has changed under a session. */
NODISCARD int answers_read(struct answers *s, struct err *err);
/* Loads answers and findings. 0, or the status to return: a visitor without a check-up is sent to
 * its beginning. */
NODISCARD int checkup_open(struct request *req, struct response *res, const struct app *app,
                           bool trace, struct answers *s, struct checkup **ret);
NODISCARD int answers_check(struct answers *s, bool trace, struct checkup **ret, struct err *err);

/* A value (JSON null: known to be absent) for a key; NULL takes the answer back. */
void answers_put(struct answers *s, struct fact_key k, struct json *value);
/* "Don't know": no value, and not asked again. */
void answers_skip(struct answers *s, struct fact_key k);
/* There is no item of this kind at all, and that is the whole list; `none` false takes that back.
 */
void answers_no_items(struct answers *s, const struct item_kind *kind, bool none);
bool answers_skipped(const struct answers *s, struct fact_key k);
const struct fact_value *answers_find(const struct answers *s, struct fact_key k);

/* Addresses carry no item's id but its number in the list (0 = the subject or the only item). */
int64_t answers_item_number(const struct answers *s, struct fact_key k);
bool answers_item_id(const struct answers *s, const struct item_kind *kind, int64_t number,
                     struct span *ret);

/* ---- one question ---- */

/* The most valuable question that was not skipped; false when none is left. */
NODISCARD int question_next(struct answers *s, struct checkup *c, struct question *ret,
                            bool *ret_any, struct err *err);
/* What the page of one question needs; `sent` = fill in what the form sent (after an error), else
 * the present answer. */
struct json *question_shape(struct answers *s, const struct question *q, bool sent);
/* The form's values as the fact's value; NULL when errors were added to the request. */
struct json *question_value(struct answers *s, const struct fact *f);
/* The fact that an address names (fact, period, item); false when there is no such question. */
bool key_of_address(struct answers *s, struct fact_key *ret);
struct span question_link(struct answers *s, struct fact_key k, const char *back);
bool fact_is_rate(const struct fact *f); /* a share between 0 and 1: people write percent */
struct span period_words(struct request *req, struct span period);
/* An answer for people: 30 人, 2%, 不适用 */
struct span value_words(struct request *req, const struct fact_value *v);
/* 纳税地, 参保人数（2019年12月） */
struct span key_words(struct request *req, struct fact_key k);

/* ---- the result ---- */
bool finding_is_current(const struct finding *f, struct date as_of);
NODISCARD int result_shape(struct answers *s, struct checkup *c, struct json **ret,
                           struct err *err);
struct span money_say(struct request *req, struct decimal d);
const char *group_tag(enum group g);

/* Adds {terms: [{term, means}]} of the official terms that occur in a tree of texts as `gloss`. */
void gloss_add(struct request *req, struct json *data);
#endif
