/*
 * fuzz_case.c: bytes as the life of a case of the invented library tests/casework/moon: acts tried
 * by somebody at some time with some data, and events that nobody checked. Never a crash; the state
 * is always one of the definition's; what time brings is the same written and not written.
 */
#include <stdio.h>
#include <stdlib.h>
#include "casework/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EVENTS 64
#define HOUR   INT64_C(3600000)

struct life {
    struct arena arena;
    const struct library *library;
    const struct procedure *procedure;
    struct subject subject;
    struct case_event events[EVENTS + 1];
    size_t n;
    int64_t now;
    const uint8_t *at, *end;
};

static const struct library *moon(void)
{
    static struct library *l;
    struct diags diags;
    struct arena messages;

    if (l)
        return l;
    arena_init(&messages);
    diags_init(&diags, &messages);
    if (library_load("tests/casework/moon", &l, &diags, NULL) < 0) {
        fprintf(stderr, "run from the root of the source: tests/casework/moon\n");
        abort();
    }
    arena_release(&messages);
    return l;
}

static uint8_t byte(struct life *life)
{
    return life->at < life->end ? *life->at++ : 0;
}

static const char *const texts[] = {
    "{}",
    "{\"reason\":\"r\",\"text\":\"t\",\"contents\":\"c\",\"organisation\":\"o\",\"account\":\"1\"}",
    "{\"fields\":{\"账户\":\"一般户\",\"从业人员\":120,\"原因\":\"r\"}}",
    "{\"materials\":{\"form\":{},\"roll\":{}}}",
    "{\"fields\":{\"核定\":3},\"amount\":\"1.5\"}",
    "{\"missing\":[\"form\",\"账户\"],\"reason\":\"r\"}",
    "{\"materials\":{\"proof\":{\"promised\":true},\"licence\":null}}",
    "{\"date\":\"2023-05-01\",\"at\":\"2023-12-01\"}",
};

/* One of the texts, or JSON out of the bytes. */
static const struct json *some_data(struct life *life)
{
    uint8_t which = byte(life);
    struct span text;
    struct json *j = NULL;

    if (which < 64)
        return NULL;
    text = span_z(texts[which % (sizeof texts / sizeof texts[0])]);
    if (which > 200) {
        size_t n = byte(life);
        if (n > (size_t)(life->end - life->at))
            n = (size_t)(life->end - life->at);
        text = span_of((const char *)life->at, n);
        life->at += n;
    }
    return json_parse(&life->arena, text, SPAN("fuzz"), &j, NULL) < 0 ? NULL : j;
}

static struct span some_act(struct life *life)
{
    static const char *const others[] = {"fill",     "assign", "take",         "transfer",
                                         "return",   "hurry",  "note",         "mail-in",
                                         "withdraw", "book",   "lapse:public", "event:活动结束日",
                                         "sub:x",    "lapse:", "lapse:answer", ""};
    const struct procedure *p = life->procedure;
    size_t i = byte(life) % (p->act_count + sizeof others / sizeof others[0]);
    return i < p->act_count ? p->acts[i].id : span_z(others[i - p->act_count]);
}

static struct span some_actor(struct life *life)
{
    const struct procedure *p = life->procedure;
    size_t i = byte(life) % (p->party_count + 3);
    return i < p->party_count        ? p->parties[i].id
           : i == p->party_count     ? SPAN("program")
           : i == p->party_count + 1 ? SPAN("applicant")
                                     : SPAN("");
}

static struct run_question question(struct life *life, struct span actor, int64_t account)
{
    return (struct run_question){.library = life->library,
                                 .procedure = life->procedure,
                                 .subject = &life->subject,
                                 .events = life->events,
                                 .n = life->n,
                                 .now = life->now,
                                 .actor = actor,
                                 .account_id = account};
}

static struct case_view *look(struct life *life, struct span actor)
{
    struct run_question q = question(life, actor, 1);
    struct case_view *v = NULL;

    if (run_open(&life->arena, &q, &v, NULL) < 0)
        return NULL;
    if (v->state >= life->procedure->state_count || !case_view_json(&life->arena, v, true))
        abort();
    return v;
}

static void write_lapses(struct life *life)
{
    struct case_view *first = look(life, SPAN("")), *v = first;

    while (v && v->lapse_count && life->n < EVENTS) {
        life->events[life->n++] = v->lapses[0];
        v = look(life, SPAN(""));
    }
    if (v && !v->lapse_count && (v->state != first->state || v->decision != first->decision))
        abort();
}

static void step(struct life *life)
{
    uint8_t kind = byte(life);
    struct span actor = some_actor(life), act = some_act(life);
    const struct json *data = some_data(life);
    enum refusal refusal;

    life->now += byte(life) * (kind & 1 ? HOUR : 8 * HOUR);
    if (kind & 2)
        write_lapses(life);
    struct run_question q = question(life, actor, kind >> 4);
    if (kind % 8 == 4) {
        life->events[life->n++] = (struct case_event){
            .at = life->now - HOUR * (kind >> 3), .act = act, .by = actor, .data = data};
    } else if (run_try(&life->arena, &q, act, data, &life->events[life->n], &refusal, NULL) == 0) {
        life->n++;
    }
    (void)look(life, actor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct life life = {.library = moon(), .at = data, .end = data + size};

    arena_init(&life.arena);
    life.arena.limit = 256u << 20;
    life.procedure = life.library->procedures[byte(&life) % life.library->procedure_count];
    life.subject.kind = SPAN("enterprise");
    life.now = INT64_C(1677600000000); /* 2023-03-01 */
    while (life.at < life.end && life.n < EVENTS)
        step(&life);
    arena_release(&life.arena);
    return 0;
}
