/*
 * recognition.h: what only somebody else can decide (经认定), who that is, and by which published
 * criterion (口径) it follows from facts (S086; design.md, law 12).
 *
 * A recognition stands for one fact of cause `recognition`, or for one manual condition by its
 * text. It says who recognises (its routes), and may hold criteria, each dated, cited and of a
 * region. A given fact counts before a criterion, a criterion in force before not knowing; one that
 * is withdrawn, out of its dates or not yet published counts for nothing. docs/recognition.md is
 * the format; load_recognition.c reads and checks it, recognition.c applies it.
 *
 * Immutable, part of its library.
 */
#ifndef HUIQI_POLICY_RECOGNITION_H
#define HUIQI_POLICY_RECOGNITION_H
#include "policy/match.h"

struct procedure;

/* Where it is printed: a clause of a document, or words where the text is not held. */
struct recognition_source {
    struct span document_id, clause, text;
    const struct library_document *document; /* NULL = none, or not held */
};
/* Who it is where, and by which clause there. */
struct recogniser_place {
    struct span region, organisation;
    struct recognition_source cites; /* empty = the recogniser's */
    struct place place;
};
struct recogniser {
    struct span role; /* department, street, bank, landlord, ... */
    struct words title;
    struct span organisation; /* empty = by place, or whoever the title says */
    bool of_measure;          /* the institution of the product; a department: else its authority */
    const struct recogniser_place *places;
    size_t place_count;
    struct span region; /* recognises there only; empty = everywhere */
    const struct words *bring;
    size_t bring_count;
    struct span procedure_id;
    const struct procedure *procedure; /* that carries it out; NULL = none of the library */
    struct recognition_source cites;
    struct place place;
};
struct criterion {
    struct span id;
    struct words title;
    struct span by;      /* who published it */
    struct formula test; /* of the fact's type; of a manual condition boolean */
    struct span region;  /* empty = everywhere */
    struct date from, to, known, withdrawn;
    bool has_to, has_known, has_withdrawn; /* known: when it was published; absent = from */
    struct recognition_source cites;
    struct place place;
};
struct recognition {
    struct span fact_name, manual; /* one of them */
    const struct fact *fact;
    struct span where; /* a place of the subject or of the item that says which region's; empty =
                          the measure's */
    const struct fact *where_fact;
    bool all;                        /* every one of them has to recognise, not any one */
    bool regional;                   /* differs by region */
    struct recognition_source cites; /* of those that name no clause of their own */
    const struct recogniser *recognisers;
    size_t recogniser_count;
    const struct criterion *criteria;
    size_t criterion_count;
    struct place place;
};

/* The region that decides: the place of the subject or item where it is told, else the measure's.
 */
struct span recognition_region(const struct recognition *r, const struct subject *s,
                               const struct match_options *o, struct span item,
                               struct span measure_region);
/* Of several in force that of the narrowest region; NULL = none. */
const struct criterion *criterion_in_force(const struct recognition *r, struct span region,
                                           struct date as_of, struct date known_by);

/* What is missing, if it is a recognition of the library; else NULL. */
const struct recognition *recognition_of(const struct library *l, const struct missing *m);
/* Does he recognise in this region? Which body is it there, for this measure, and by which clause?
 * Empty = whoever the title says. */
bool recogniser_is_of(const struct recogniser *x, struct span region);
struct span recogniser_organisation(const struct recogniser *x, const struct measure *m,
                                    struct span region);
const struct recognition_source *recogniser_cites(const struct recogniser *x, struct span region);

/* The criterion by which a used fact got its value, or a manual condition its truth: NULL = none.
 * `f` is the finding that used it. */
const struct criterion *criterion_of_use(const struct checkup *c, const struct finding *f,
                                         const struct feel_use *u);
const struct criterion *criterion_of_manual(const struct checkup *c, const struct finding *f,
                                            const struct condition_finding *x);

/* docs/finding.md: who could recognise what is missing; the criterion (or null); in the library's
 * own entries everything at once. */
struct json *recognisers_json(struct arena *request, const struct checkup *c,
                              const struct finding *f, const struct missing *m);
struct json *criterion_json(struct arena *request, const struct criterion *x);
struct json *recognition_json(struct arena *request, const struct recognition *r);
/* "甲局或乙街道": who of them recognises in a region. False when nobody does. */
bool recognisers_print(struct buffer *out, const struct recognition *r, const struct measure *m,
                       struct span region, bool english);
#endif
