/*
 * match.h: what `huiqi match` and `huiqi explain` share: their options, the way to a check-up, and
 * lines for people.
 */
#ifndef HUIQI_CLI_MATCH_H
#define HUIQI_CLI_MATCH_H
#include "cli/options.h"
#include "policy/match.h"

struct match_values {
    const char *enterprise, *person, *facts, *date, *known_by, *region, *measure, *reading,
        *library, *lang;
    struct option_list sets, given;
    bool json, ical, all;
};
extern const struct option_spec match_option_specs[];
extern const size_t match_option_count;

/* One run: released once. */
struct match_run {
    struct arena arena;
    struct err err;
    struct library *library;
    struct subject subject;
    struct checkup *checkup;
    struct checkup *before; /* without --set and --fact, where they change something; else NULL */
    struct span name;       /* of the subject, as shown */
    bool english;
    bool all; /* no group is cut short */
};
/* Options to check-up. OPTIONS_RUN, or the exit status when everything is said. match_run_release
 * in either case. */
NODISCARD int match_run(const struct command_spec *c, const struct match_values *o,
                        struct match_run *r);
void match_run_release(struct match_run *r);

/* ---- match_print.c ---- */
void print_checkup(struct buffer *out, struct match_run *r);
void print_head(struct buffer *out, const struct match_run *r);
void print_question(struct buffer *out, struct match_run *r, const struct question *q);
/* 还缺：参保人数（2019-12）（社会保险经办机构） */
void print_missing(struct buffer *out, const struct match_run *r, const struct finding *f,
                   const struct missing *m);
/* 《title》clause */
void print_clause(struct buffer *out, const struct library_document *d, struct span clause);
void print_date(struct buffer *out, struct date d);
static inline const char *in(bool english, const char *zh, const char *en)
{
    return english ? en : zh;
}
#endif
