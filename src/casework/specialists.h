/*
 * specialists.h: lists of specialists (S100): helpers (项目专员) who answer an applicant and coach
 * him, by item; and experts who judge an application, by field. Each with organisation, the days
 * from and to which he serves, and when he is away.
 *
 * Experts are drawn by lot: nobody chooses. The order is that of SHA-256 over the seed and each
 * one's number, the seed names the case and how many draws came before; both are kept, so that
 * anybody can draw again. Who is of the applicant's organisation, or of one that is named to be
 * avoided, cannot be drawn, nor who is away or sat for the case already. Whoever declines is
 * replaced by the next in the order. Scores of 0 to 100 are given once each; their mean is there
 * when all are.
 *
 * Texts given back live in the arena. Days are ISO dates, inclusive.
 */
#ifndef HUIQI_CASEWORK_SPECIALISTS_H
#define HUIQI_CASEWORK_SPECIALISTS_H
#include "casework/cases.h"

#define SPECIALISTS_MOST 2000 /* in one pool */
#define PANEL_MOST       50   /* experts of one draw */
#define SCORE_MOST       10000

enum specialist_kind { SPECIALIST_HELPER, SPECIALIST_EXPERT, SPECIALIST_KINDS };
extern const struct closed_word specialist_words[SPECIALIST_KINDS];

struct specialist {
    int64_t id;
    enum specialist_kind kind;
    struct span name, organisation;
    struct span field;     /* of an expert; several by ';' */
    struct span procedure; /* of a helper: items by ';'; empty = any */
    struct span contact, since, until, away_from, away_to, cites;
};
/* Handler, reviewer, administrator. E_INPUT: a name, organisation or document is missing, a field
 * of an expert, a day that is none. */
NODISCARD int specialist_add(struct arena *request, struct store *s, const struct actor *who,
                             const struct specialist *x, int64_t *ret_id, struct err *err);
/* The last day he serves; or, with `from`, that he is away from then to `to` (both empty = he is
 * back). E_NOT_FOUND. */
NODISCARD int specialist_end(struct arena *request, struct store *s, const struct actor *who,
                             int64_t id, struct span last, struct err *err);
NODISCARD int specialist_away(struct arena *request, struct store *s, const struct actor *who,
                              int64_t id, struct span from, struct span to, struct err *err);

struct specialist_query {
    bool has_kind;
    enum specialist_kind kind;
    struct span field, procedure; /* empty = any */
    struct span day;              /* who serves and is not away on it; empty = everybody */
};
NODISCARD int specialist_list(struct arena *request, struct store *s,
                              const struct specialist_query *q, struct specialist **ret,
                              size_t *ret_n, struct err *err);
struct json *specialist_json(struct arena *a, const struct specialist *x);

struct panel_draw {
    int64_t case_id;
    struct span field;
    int64_t wanted;
    struct span avoid;  /* further organisations, by ';' */
    struct span reason; /* needed from the second draw of a case on */
};
/* By an office that has a part in the case, as handler or reviewer. E_CONFLICT: too few can be
 * drawn, and it says who could not and why. */
NODISCARD int panel_draw(struct arena *request, const struct office *o, const struct actor *who,
                         const struct panel_draw *x, int64_t *ret_id, struct err *err);
/* He does not: the next in the order comes in his place. Not after he has given a score.
 * E_CONFLICT: nobody is left. */
NODISCARD int panel_decline(struct arena *request, const struct office *o, const struct actor *who,
                            int64_t panel, int64_t specialist, struct span reason, struct err *err);
/* "86.5". E_CONFLICT: given already, or he declined. */
NODISCARD int panel_score(struct arena *request, const struct office *o, const struct actor *who,
                          int64_t panel, int64_t specialist, struct span score, struct span remark,
                          struct err *err);
/* All draws of a case: seed, who, scores, mean. */
NODISCARD int panels_json(struct arena *request, struct store *s, int64_t case_id,
                          struct json **ret, struct err *err);
/* The next in the order of a seed among ids: what `panel_draw` does, for whoever draws again. */
void panel_order(struct arena *a, struct span seed, int64_t *ids, size_t n);
#endif
