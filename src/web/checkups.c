/*
 * checkups.c: 政策体检 in the browser: start, one question a page, the answers so far, the result.
 * A change is a POST that ends in a redirect; each answer has an address of its own (fact and
 * period, never a value), so it can be changed without repeating the rest.
 */
#include "http/wire.h"
#include "policy/whatif.h"
#include "web/checkup.h"
#include "web/handlers.h"

static int go(struct request *req, struct response *res, const char *path)
{
    return response_redirect(req, res, span_z(path));
}

int checkup_open(struct request *req, struct response *res, const struct app *app, bool trace,
                 struct answers *s, struct checkup **ret)
{
    answers_load(req, app, s);
    if (!s->begun)
        return go(req, res, "/checkups");
    int r = answers_check(s, trace, ret, &res->err);
    if (r < 0 && r != E_MEMORY) { /* the library has changed under these answers */
        session_set(&req->session, SPAN("checkup"), NULL);
        res->err = (struct err)ERR_INIT;
        return go(req, res, "/checkups");
    }
    return r;
}

/* ---- start ---- */

int checkups_start(struct request *req, struct response *res, void *context)
{
    struct answers s;

    answers_load(req, context, &s);
    JSON_SET(res->data, "begun", json_bool(req->arena, s.begun));
    JSON_SET(res->data, "is_person", json_bool(req->arena, false));
    JSON_SET(res->data, "questions", json_int(req->arena, CHECKUP_QUESTIONS));
    JSON_SET(res->data, "measure_count",
             json_int(req->arena, (int64_t)s.app->library->measure_count));
    JSON_SET(res->data, "facts", json_string(req->arena, SPAN("")));
    res->template = "checkup_start";
    res->title = "checkup.title";
    return 200;
}

/* Facts as JSON text: what the command line reads, for trying out and for those who have a file. */
static const struct json *typed_facts(struct request *req, const struct app *app, struct span text)
{
    struct json *tree = NULL, *args = json_object(req->arena);
    struct subject subject;
    struct err err = ERR_INIT;
    int r = json_parse(req->arena, text, SPAN("facts"), &tree, &err);

    if (r == 0 && tree->kind != JSON_OBJECT)
        r = err_set(&err, E_TYPE, "the facts are one object {...}");
    if (r == 0)
        r = subject_from_json(req->arena, app->library, tree, SPAN("facts"), &subject, &err);
    if (r == 0)
        return tree;
    JSON_SET(args, "line", json_int(req->arena, err.line ? err.line : 1));
    JSON_SET(args, "column", json_int(req->arena, err.column ? err.column : 1));
    JSON_SET(args, "message", json_string(req->arena, arena_copy(req->arena, span_z(err.message))));
    JSON_SET(args, "hint", json_string(req->arena, arena_copy(req->arena, span_z(err.hint))));
    request_error(req, "facts", err.hint[0] ? "checkup.facts_bad_hint" : "checkup.facts_bad", args);
    return NULL;
}

static int refuse_start(struct request *req, struct response *res, void *context)
{
    int r = checkups_start(req, res, context);
    JSON_SET(res->data, "sent", json_bool(req->arena, true));
    JSON_SET(res->data, "sent_facts", json_string(req->arena, request_text(req, "facts")));
    JSON_SET(res->data, "sent_person",
             json_bool(req->arena, span_eq(request_text(req, "kind"), SPAN("person"))));
    return r < 0 ? r : 422;
}

int checkups_begin(struct request *req, struct response *res, void *context)
{
    struct span text = request_text(req, "facts");
    const struct json *facts = NULL;
    struct answers s;

    answers_load(req, context, &s);
    if (!req->errors && text.n)
        facts = typed_facts(req, context, text);
    if (req->errors)
        return refuse_start(req, res, context);
    answers_begin(&s, span_eq(request_text(req, "kind"), SPAN("person")), facts);
    answers_save(&s);
    return go(req, res, facts ? "/checkups/result" : "/checkups/question");
}

/* ---- one question ---- */

static void add_progress(struct answers *s, struct checkup *c, struct json *data)
{
    struct arena *a = s->req->arena;
    size_t settled = 0;

    for (size_t i = 0; i < c->n; i++)
        settled += c->findings[i].group != GROUP_SUPPLY;
    JSON_SET(data, "number", json_int(a, s->asked + 1));
    JSON_SET(data, "most", json_int(a, CHECKUP_QUESTIONS));
    JSON_SET(data, "beyond", json_bool(a, s->asked >= CHECKUP_QUESTIONS));
    JSON_SET(data, "settled", json_int(a, (int64_t)settled));
    JSON_SET(data, "all_count", json_int(a, (int64_t)c->n));
}

static int show_question(struct answers *s, struct response *res, struct checkup *c,
                         const struct question *q, bool changing)
{
    struct request *req = s->req;

    JSON_SET(res->data, "question", question_shape(s, q, req->errors != NULL));
    JSON_SET(res->data, "changing", json_bool(req->arena, changing));
    JSON_SET(res->data, "back", json_string(req->arena, request_text(req, "back")));
    JSON_SET(res->data, "more", json_bool(req->arena, request_value(req, "more")->truth));
    JSON_SET(res->data, "title",
             json_string(req->arena, words_in(q->fact->question, is_english(req))));
    add_progress(s, c, res->data);
    res->template = "checkup_question";
    return req->errors ? 422 : 200;
}

/* The fact that an address names; false when there is no such question. */
bool key_of_address(struct answers *s, struct fact_key *ret)
{
    struct span period = request_text(s->req, "period");
    const struct fact *f = map_get(&s->app->library->fact_by_name, request_text(s->req, "fact"));
    struct period p;

    if (!f || !f->question.zh.n || (f->period != PERIOD_NONE) != (period.n > 0))
        return false;
    if (period.n && (!period_parse(period, &p) || p.kind != f->period))
        return false;
    *ret = (struct fact_key){.fact = f, .period = period};
    return answers_item_id(s, f->of, request_value(s->req, "item")->number, &ret->item);
}

static struct question question_of(struct arena *a, struct checkup *c, struct fact_key k)
{
    struct question q = {
        .fact = k.fact, .item = k.item, .period = k.period, .at_stake = DECIMAL_ZERO};
    const struct question *all;
    size_t n;

    if (checkup_questions(a, c, SIZE_MAX, &all, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            if (all[i].fact == k.fact && span_eq(all[i].item, k.item) &&
                span_eq(all[i].period, k.period))
                return all[i];
    return q;
}

static int no_such_question(struct response *res)
{
    err_set(&res->err, E_NOT_FOUND, "no such question");
    err_hint(&res->err, "/checkups/answers lists the answers");
    return E_NOT_FOUND;
}

int checkups_question(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct question q;
    struct fact_key key;
    bool any = false;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    if (request_text(req, "fact").n) {
        if (!key_of_address(&s, &key))
            return no_such_question(res);
        q = question_of(req->arena, c, key);
        return show_question(&s, res, c, &q, true);
    }
    r = question_next(&s, c, &q, &any, &res->err);
    if (r < 0)
        return r;
    if (!any || (s.asked >= CHECKUP_QUESTIONS && !request_value(req, "more")->truth))
        return go(req, res, "/checkups/result");
    return show_question(&s, res, c, &q, false);
}

static int after_answer(struct answers *s, struct response *res)
{
    struct request *req = s->req;
    struct span back = request_text(req, "back");

    if (span_eq(back, SPAN("answers")))
        return go(req, res, "/checkups/answers");
    if (span_eq(back, SPAN("result")))
        return go(req, res, "/checkups/result");
    return go(req, res,
              request_value(req, "more")->truth ? "/checkups/question?more=yes"
                                                : "/checkups/question");
}

static void keep(struct answers *s, struct fact_key k, struct json *value)
{
    struct span how = request_text(s->req, "how");
    bool known = answers_find(s, k) || answers_skipped(s, k);

    if (span_eq(how, SPAN("unknown")))
        answers_skip(s, k);
    else if (span_eq(how, SPAN("absent")) && k.fact->of && !k.item.n)
        answers_no_items(s, k.fact->of, true);
    else
        answers_put(s, k, value);
    if (!known && !request_text(s->req, "back").n)
        s->asked++;
    answers_save(s);
}

int checkups_answer(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct fact_key k;
    struct json *value = json_null(req->arena);
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    if (!key_of_address(&s, &k))
        return no_such_question(res);
    if (!req->errors && !span_eq(request_text(req, "how"), SPAN("unknown")) &&
        !span_eq(request_text(req, "how"), SPAN("absent")))
        value = question_value(&s, k.fact);
    if (req->errors) {
        struct question q = question_of(req->arena, c, k);
        return show_question(&s, res, c, &q, request_text(req, "back").n > 0);
    }
    if (!value)
        return err_memory(&res->err);
    keep(&s, k, value);
    return after_answer(&s, res);
}

/* ---- the answers so far ---- */

static struct span percent_words(struct request *req, struct decimal d)
{
    char out[DECIMAL_PLAIN];
    size_t n = decimal_plain(decimal_mul(d, decimal_from_int(100), NULL), out, sizeof out);
    return arena_print(req->arena, "%.*s%%", (int)n, out);
}

struct span value_words(struct request *req, const struct fact_value *v)
{
    struct buffer b = BUFFER_INIT;
    struct span text;

    if (v->value.kind == VALUE_NULL)
        return request_say(req, "checkup.absent_said", NULL);
    if (v->value.kind == VALUE_BOOLEAN)
        return request_say(req, v->value.boolean ? "checkup.yes" : "checkup.no", NULL);
    if (v->value.kind == VALUE_LIST && v->value.list->n == 0)
        return request_say(req, "checkup.none_said", NULL);
    if (v->value.kind == VALUE_NUMBER && span_eq(v->fact->unit, SPAN("元")))
        return money_say(req, v->value.number);
    if (v->value.kind == VALUE_NUMBER && fact_is_rate(v->fact))
        return percent_words(req, v->value.number);
    for (size_t i = 0; i < (v->value.kind == VALUE_LIST ? v->value.list->n : 1); i++) {
        if (i)
            buffer_add_z(&b, is_english(req) ? ", " : "、");
        value_text(&b, v->value.kind == VALUE_LIST ? v->value.list->at[i] : v->value);
    }
    if (v->value.kind == VALUE_NUMBER && v->fact->unit.n)
        buffer_print(&b, " %.*s", SPAN_ARG(v->fact->unit));
    text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static struct json *answer_shape(struct answers *s, struct fact_key k, struct span said,
                                 bool skipped)
{
    struct arena *a = s->req->arena;
    struct json *o = json_object(a);

    JSON_SET(o, "question", json_string(a, words_in(k.fact->question, is_english(s->req))));
    JSON_SET(o, "about", json_string(a, key_words(s->req, k)));
    JSON_SET(o, "said", json_string(a, said));
    JSON_SET(o, "link",
             json_string(a, k.fact->question.zh.n ? question_link(s, k, "answers") : SPAN("")));
    JSON_SET(o, "fact", json_string(a, k.fact->name));
    JSON_SET(o, "period", json_string(a, k.period));
    JSON_SET(o, "item", json_int(a, answers_item_number(s, k)));
    JSON_SET(o, "is_skipped", json_bool(a, skipped));
    return o;
}

static void add_given(struct answers *s, struct json *list)
{
    for (size_t i = 0; i < s->subject.n; i++) {
        const struct fact_value *v = &s->subject.values[i];
        json_add(list, answer_shape(s, (struct fact_key){v->fact, v->item, v->period},
                                    value_words(s->req, v), false));
    }
}

static void add_skipped(struct answers *s, struct json *list)
{
    JSON_EACH(j, s->skipped)
    {
        const struct fact *f =
            map_get(&s->app->library->fact_by_name, json_text(JSON_GET(j, "fact")));
        struct fact_key k = {f, json_text(JSON_GET(j, "item")), json_text(JSON_GET(j, "period"))};
        if (f)
            json_add(list,
                     answer_shape(s, k, request_say(s->req, "checkup.unknown_said", NULL), true));
    }
}

/* "No loans at all" is an answer, too, though no fact holds it. */
static struct json *none_lists(struct answers *s)
{
    struct arena *a = s->req->arena;
    struct json *list = json_array(a);

    for (size_t i = 0; i < s->subject.list_count; i++) {
        const struct item_list *l = &s->subject.lists[i];
        if (l->n || !l->complete)
            continue;
        struct json *o = json_object(a), *args = json_object(a);
        JSON_SET(args, "of", json_string(a, words_in(l->kind->title, is_english(s->req))));
        JSON_SET(o, "list", json_string(a, l->kind->id));
        JSON_SET(o, "none_say", json_string(a, request_say(s->req, "checkup.no_item", args)));
        json_add(list, o);
    }
    return list;
}

int checkups_answers(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct json *list = json_array(req->arena);

    answers_load(req, context, &s);
    if (!s.begun)
        return go(req, res, "/checkups");
    if (answers_read(&s, &res->err) < 0)
        return res->err.code;
    add_given(&s, list);
    add_skipped(&s, list);
    struct json *none = none_lists(&s);
    JSON_SET(res->data, "answers", list);
    JSON_SET(res->data, "none_lists", none);
    JSON_SET(res->data, "has_answers",
             json_bool(req->arena, list && none && list->n + none->n > 0));
    JSON_SET(res->data, "is_person", json_bool(req->arena, s.person));
    res->template = "checkup_answers";
    res->title = "checkup.answers_title";
    return 200;
}

static const struct item_kind *kind_of(const struct app *app, struct span id)
{
    for (size_t i = 0; i < app->library->item_kind_count; i++)
        if (span_eq(app->library->item_kinds[i]->id, id))
            return app->library->item_kinds[i];
    return NULL;
}

/* Takes one answer back, or all of them. */
int checkups_remove(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct fact_key k;
    const struct item_kind *kind = kind_of(context, request_text(req, "list"));

    answers_load(req, context, &s);
    if (!s.begun || request_value(req, "all")->truth) {
        session_set(&req->session, SPAN("checkup"), NULL);
        request_flash(req, "checkup.forgotten", NULL);
        return go(req, res, "/checkups");
    }
    if (answers_read(&s, &res->err) < 0)
        return res->err.code;
    if (kind)
        answers_no_items(&s, kind, false);
    else if (key_of_address(&s, &k))
        answers_put(&s, k, NULL);
    else
        return no_such_question(res);
    answers_save(&s);
    request_flash(req, "checkup.removed", NULL);
    return go(req, res, "/checkups/answers");
}

/* ---- the result ---- */

/* The contract whole: as the command line prints it. */
static int result_json(struct request *req, struct checkup *c, struct response *res)
{
    const struct advice *advice;
    size_t n;
    int r = checkup_advice(req->arena, c, &advice, &n, &res->err);

    if (r < 0)
        return r;
    res->data = checkup_json(req->arena, c);
    if (!res->data)
        return err_memory(&res->err);
    JSON_SET(res->data, "advice", advice_json(req->arena, advice, n));
    JSON_SET(res->data, "changes", json_null(req->arena));
    return 200;
}

int checkups_result(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct question q;
    bool any = false;
    int r = checkup_open(req, res, context, true, &s, &c);

    if (r != 0)
        return r;
    if (req->wants_json)
        return result_json(req, c, res);
    r = question_next(&s, c, &q, &any, &res->err);
    if (r == 0)
        r = result_shape(&s, c, &res->data, &res->err);
    if (r < 0)
        return r;
    JSON_SET(res->data, "can_answer_more", json_bool(req->arena, any));
    gloss_add(req, res->data);
    res->template = "checkup_result";
    res->title = "checkup.result_title";
    return 200;
}

/* ---- for programs ---- */

static int find_measure(struct request *req, const struct app *app, const struct measure **ret,
                        struct err *err)
{
    struct span wanted = request_text(req, "measure"), nearest = {NULL, 0};

    *ret = wanted.n ? library_find(app->library, wanted, &nearest) : NULL;
    if (*ret || !wanted.n)
        return 0;
    err_set(err, E_NOT_FOUND, "no measure '%.*s'", SPAN_ARG(wanted));
    if (nearest.n)
        err_hint(err, "did you mean '%.*s'?", SPAN_ARG(nearest));
    return E_NOT_FOUND;
}

int checkups_match(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct input *date = request_value(req, "date"), *facts = request_value(req, "facts");
    struct match_options options = {.as_of = date->given ? date->date : req->as_of, .trace = true};
    struct subject subject;
    struct checkup *c;
    int r = find_measure(req, app, &options.only, &res->err);

    options.known_by = options.as_of;
    options.region = request_text(req, "region");
    options.reading = request_text(req, "reading");
    if (r == 0)
        r = subject_from_json(req->arena, app->library,
                              facts->json ? facts->json : json_object(req->arena), SPAN("facts"),
                              &subject, &res->err);
    if (r == 0 && request_text(req, "kind").n)
        subject.kind = request_text(req, "kind");
    if (r == 0)
        r = match(req->arena, app->library, &subject, &options, &c, &res->err);
    if (r < 0)
        return r;
    return result_json(req, c, res);
}
