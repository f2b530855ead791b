/*
 * bundle.c: which of the measures that the subject can have may be had together, and which set
 * gives the most (design: one nature of money at a time, exact amounts only). Relations become
 * constraints between candidates; what they tie together is one part, solved exactly by choose.c:
 * once as the text surely says (the best set), once with everything that it leaves open (the safe
 * set).
 */
#include "policy/choose.h"
#include "policy/match_int.h"

struct candidate {
    struct finding *finding;
    struct decimal amount; /* exact; 0 when none is */
    enum nature nature;
    bool exact, open; /* open: money of which no exact amount is known */
    size_t next;      /* of the same measure: index + 1 */
    size_t parent;    /* union-find */
    bool tied;
};

enum tie_kind { TIE_CONFLICT, TIE_NEED, TIE_DEDUCT, TIE_GROUP, TIE_BAR };
struct tie {
    enum tie_kind kind;
    const struct relation *relation;
    bool soft;
    size_t item;      /* the candidate that it is about */
    const size_t *of; /* the others */
    size_t n;
    bool all, has_cap;
    size_t most;
    struct decimal amount; /* deducted; cap */
};

VECTOR_OF(struct candidate, candidate_vector);
VECTOR_OF(struct tie, tie_vector);
VECTOR_OF(struct bundle_part, part_vector);

struct bundler {
    struct values *values;
    struct arena *arena;
    struct finding *findings;
    size_t n;
    struct candidate_vector all;
    size_t *first; /* by measure: index + 1 */
    struct tie_vector ties;
    bool failed;
};

/* ---- candidates ---- */

static bool grants(const struct measure *m)
{
    return m->kind != KIND_PROHIBITION && m->kind != KIND_DUTY && m->kind != KIND_INDICATOR &&
           m->kind != KIND_STATUS;
}

static enum nature nature_of(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].benefit->kind == RESULT_MONEY && f->results[i].has_value)
            return f->results[i].benefit->nature;
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].benefit->kind == RESULT_MONEY)
            return f->results[i].benefit->nature;
    return NATURE_RECEIVED;
}

static bool has_open_money(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].benefit->kind == RESULT_MONEY && !f->results[i].has_value)
            return true;
    return false;
}

static void take_candidates(struct bundler *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct finding *f = &b->findings[i];
        struct candidate c = {.finding = f, .amount = DECIMAL_ZERO};
        if (f->group != GROUP_CAN || f->card || f->other_side || !grants(f->measure))
            continue;
        c.exact = finding_amount(f, &c.amount);
        if (decimal_sign(c.amount) < 0)
            c.amount = DECIMAL_ZERO;
        c.open = !c.exact && has_open_money(f);
        c.nature = nature_of(f);
        c.parent = b->all.n;
        c.next = b->first[f->measure->index];
        struct candidate *at = VECTOR_PUSH(b->arena, &b->all, struct candidate);
        if (!at) {
            b->failed = true;
            return;
        }
        *at = c;
        b->first[f->measure->index] = b->all.n;
    }
}

static size_t root_of(struct bundler *b, size_t i)
{
    while (b->all.at[i].parent != i)
        i = b->all.at[i].parent;
    return i;
}

static void unite(struct bundler *b, size_t x, size_t y)
{
    b->all.at[x].tied = b->all.at[y].tied = true;
    b->all.at[root_of(b, x)].parent = root_of(b, y);
}

static void add_tie(struct bundler *b, struct tie t)
{
    struct tie *at = VECTOR_PUSH(b->arena, &b->ties, struct tie);
    if (!at) {
        b->failed = true;
        return;
    }
    *at = t;
    b->all.at[t.item].tied = true;
    for (size_t i = 0; i < t.n; i++)
        unite(b, t.item, t.of[i]);
}

/* Two items of one kind stand side by side: what is said of one holds for the same one. */
static bool same_thing(const struct finding *x, const struct finding *y)
{
    return !x->item.n || !y->item.n || x->measure->each != y->measure->each ||
           span_eq(x->item, y->item);
}

/* The candidates that the relation means, beside x: *ret_n of them. NULL when there is none. */
static const size_t *targets_of(struct bundler *b, size_t x, const struct relation *r,
                                size_t *ret_n)
{
    size_t n = 0, *at = ARENA_ARRAY(b->arena, size_t, b->all.n + 1);
    *ret_n = 0;
    if (!at) {
        b->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < r->target_count; i++)
        for (size_t k = b->first[r->targets[i]->index]; k; k = b->all.at[k - 1].next)
            if (k - 1 != x && same_thing(b->all.at[x].finding, b->all.at[k - 1].finding))
                at[n++] = k - 1;
    *ret_n = n;
    return at;
}

/* ---- relations -> ties ---- */

/* What the subject has already: of any of the measures meant. */
struct enjoyed {
    bool any, every, never; /* every: all of them; never: known of all that nobody applied */
    struct decimal amount;
    size_t times;
};

static void add_enjoyed(struct bundler *b, const struct measure *m, struct span item,
                        struct enjoyed *e)
{
    struct outcome_record known;
    int64_t times = 1;
    outcome_known(b->values, m, item, &known);
    bool got = known.has[OUTCOME_APPROVED] && value_is_true(known.at[OUTCOME_APPROVED]);
    e->any = e->any || got;
    e->every = e->every && got;
    e->never = e->never && known.has[OUTCOME_APPLIED] && value_is_false(known.at[OUTCOME_APPLIED]);
    if (!got)
        return;
    if (known.has[OUTCOME_AMOUNT] && known.at[OUTCOME_AMOUNT].kind == VALUE_NUMBER)
        e->amount = decimal_add(e->amount, known.at[OUTCOME_AMOUNT].number, NULL);
    if (known.has[OUTCOME_TIMES] && known.at[OUTCOME_TIMES].kind == VALUE_NUMBER)
        (void)decimal_to_int(known.at[OUTCOME_TIMES].number, &times);
    e->times += times > 0 ? (size_t)times : 0;
}

static struct enjoyed enjoyed_of(struct bundler *b, size_t x, const struct relation *r)
{
    const struct finding *f = b->all.at[x].finding;
    struct enjoyed e = {.every = r->target_count > 0, .never = true, .amount = DECIMAL_ZERO};
    for (size_t i = 0; i < r->target_count; i++) {
        const struct measure *m = r->targets[i];
        add_enjoyed(b, m, m->each && m->each == f->measure->each ? f->item : SPAN(""), &e);
    }
    return e;
}

static void bar(struct bundler *b, size_t x, const struct relation *r, bool soft)
{
    add_tie(b, (struct tie){.kind = TIE_BAR, .relation = r, .soft = soft, .item = x});
}

static void tie_exclusive(struct bundler *b, size_t x, const struct relation *r, bool soft)
{
    size_t n;
    const size_t *of = targets_of(b, x, r, &n);
    struct enjoyed e = enjoyed_of(b, x, r);
    for (size_t i = 0; of && i < n; i++) {
        add_tie(b, (struct tie){TIE_CONFLICT, r, soft, x, &of[i], 1});
        for (size_t k = 0; r->kind == RELATION_CHOOSE_ONE && k < i; k++)
            if (same_thing(b->all.at[of[i]].finding, b->all.at[of[k]].finding))
                add_tie(b, (struct tie){TIE_CONFLICT, r, soft, of[i], &of[k], 1});
    }
    if (e.any)
        bar(b, x, r, soft);
}

static void tie_deduct(struct bundler *b, size_t x, const struct relation *r,
                       const struct relation_finding *v, bool soft)
{
    size_t n;
    const size_t *of = targets_of(b, x, r, &n);
    struct enjoyed e = enjoyed_of(b, x, r);
    bool given = v->amount.kind == VALUE_NUMBER;
    for (size_t i = 0; of && i < n; i++)
        add_tie(b, (struct tie){.kind = TIE_DEDUCT,
                                .relation = r,
                                .soft = soft,
                                .item = x,
                                .of = &of[i],
                                .n = 1,
                                .amount = given ? v->amount.number : b->all.at[of[i]].amount});
    if (e.any && !soft) {
        struct decimal off = given ? v->amount.number : e.amount;
        struct decimal rest = decimal_sub(b->all.at[x].amount, off, NULL);
        b->all.at[x].amount = decimal_sign(rest) < 0 ? DECIMAL_ZERO : rest;
        b->all.at[x].tied = true;
    }
}

static void tie_need(struct bundler *b, size_t x, const struct relation *r, bool soft)
{
    size_t n;
    const size_t *of = targets_of(b, x, r, &n);
    struct enjoyed e = enjoyed_of(b, x, r);
    if (!r->target_count || (r->all ? e.every : e.any))
        return;
    if (of && n && (!r->all || n == r->target_count))
        add_tie(b, (struct tie){TIE_NEED, r, soft, x, of, n, r->all});
    else
        bar(b, x, r, soft || !e.never);
}

static size_t whole_number(struct value v, size_t otherwise)
{
    int64_t n;
    if (v.kind != VALUE_NUMBER || !decimal_to_int(v.number, &n))
        return otherwise;
    return n > 0 ? (size_t)n : 0;
}

/* Findings of the measure itself: its items. */
static const size_t *own_items(struct bundler *b, size_t x, size_t *ret_n)
{
    size_t n = 0, *at = ARENA_ARRAY(b->arena, size_t, b->all.n + 1);
    *ret_n = 0;
    if (!at) {
        b->failed = true;
        return NULL;
    }
    for (size_t k = b->first[b->all.at[x].finding->measure->index]; k; k = b->all.at[k - 1].next)
        if (k - 1 != x)
            at[n++] = k - 1;
    *ret_n = n;
    return at;
}

static bool is_first_item(const struct bundler *b, size_t x)
{
    return b->first[b->all.at[x].finding->measure->index] == x + 1;
}

static void tie_group(struct bundler *b, size_t x, const struct relation *r,
                      const struct relation_finding *v, bool soft)
{
    size_t n, most = r->kind == RELATION_ONCE_ONLY ? whole_number(v->times, 1)
                                                   : whole_number(v->times, SIZE_MAX);
    bool among_items = r->kind == RELATION_ONCE_ONLY || !r->target_count;
    const size_t *of = among_items ? own_items(b, x, &n) : targets_of(b, x, r, &n);
    struct enjoyed e = {.amount = DECIMAL_ZERO};
    if (among_items && !is_first_item(b, x))
        return; /* once for all items */
    add_enjoyed(b, b->all.at[x].finding->measure, SPAN(""), &e);
    for (size_t i = 0; !among_items && i < r->target_count; i++)
        add_enjoyed(b, r->targets[i], SPAN(""), &e);
    struct tie t = {.kind = TIE_GROUP, .relation = r, .soft = soft, .item = x, .of = of, .n = n};
    t.most = most == SIZE_MAX ? most : most > e.times ? most - e.times : 0;
    t.has_cap = v->cap.kind == VALUE_NUMBER;
    if (t.has_cap) {
        t.amount = decimal_sub(v->cap.number, e.amount, NULL);
        t.amount = decimal_sign(t.amount) < 0 ? DECIMAL_ZERO : t.amount;
    }
    if (of && (t.has_cap || t.most != SIZE_MAX))
        add_tie(b, t);
}

static void tie_relation(struct bundler *b, size_t x, const struct relation *r,
                         const struct relation_finding *v)
{
    bool soft = r->soft || (r->when.expr && !value_is_true(v->when));
    if (r->when.expr && value_is_false(v->when))
        return;
    switch (r->kind) {
    case RELATION_EXCLUDES:
    case RELATION_CHOOSE_ONE:
    case RELATION_HIGHER_OF:
    case RELATION_NOT_REPEATED:
        tie_exclusive(b, x, r, soft);
        break;
    case RELATION_DEDUCT:
        tie_deduct(b, x, r, v, soft);
        break;
    case RELATION_TOP_UP:
    case RELATION_PREREQUISITE:
        tie_need(b, x, r, soft);
        break;
    case RELATION_ONCE_ONLY:
    case RELATION_LIMIT:
        tie_group(b, x, r, v, soft);
        break;
    default:
        break;
    }
}

/* A bar holds whatever becomes of the measure that says so. */
static void tie_bars(struct bundler *b, const struct finding *f)
{
    for (size_t i = 0; i < f->measure->relation_count; i++) {
        const struct relation *r = &f->measure->relations[i];
        const struct value when = f->relations[i].when;
        if (r->kind != RELATION_BAR || (r->when.expr && value_is_false(when)))
            continue;
        for (size_t k = 0; k < r->target_count; k++)
            for (size_t x = b->first[r->targets[k]->index]; x; x = b->all.at[x - 1].next)
                bar(b, x - 1, r, r->soft || (r->when.expr && !value_is_true(when)));
    }
}

static void take_ties(struct bundler *b)
{
    for (size_t x = 0; x < b->all.n; x++) {
        const struct finding *f = b->all.at[x].finding;
        for (size_t i = 0; i < f->measure->relation_count; i++)
            tie_relation(b, x, &f->measure->relations[i], &f->relations[i]);
    }
    for (size_t i = 0; i < b->n; i++)
        if (b->findings[i].measure->relation_count)
            tie_bars(b, &b->findings[i]);
}

/* Does one of the two say that both may be had? That lifts what is left open. */
static bool stacks(const struct finding *x, const struct finding *y)
{
    for (size_t i = 0; i < x->measure->relation_count; i++) {
        const struct relation *r = &x->measure->relations[i];
        for (size_t k = 0; r->kind == RELATION_STACKS && k < r->target_count; k++)
            if (r->targets[k] == y->measure)
                return true;
    }
    return false;
}

/* ---- one part ---- */

struct problem {
    struct bundler *b;
    const size_t *members; /* candidates */
    size_t n;
    enum nature nature;
    struct choice_item *items;
};

static size_t place_in(const struct problem *p, size_t candidate)
{
    size_t i = 0;
    while (i < p->n && p->members[i] != candidate)
        i++;
    return i;
}

static bool bites(const struct problem *p, const struct tie *t, bool soft_too)
{
    const struct candidate *all = p->b->all.at;
    if (place_in(p, t->item) == p->n || (t->soft && !soft_too))
        return false;
    return !(t->kind == TIE_CONFLICT && t->soft &&
             (stacks(all[t->item].finding, all[t->of[0]].finding) ||
              stacks(all[t->of[0]].finding, all[t->item].finding)));
}

static const size_t *places_of(const struct problem *p, const struct tie *t, bool itself,
                               bool *failed)
{
    size_t *at = ARENA_ARRAY(p->b->arena, size_t, t->n + 1);
    if (!at) {
        *failed = true;
        return NULL;
    }
    if (itself)
        at[0] = place_in(p, t->item);
    for (size_t i = 0; i < t->n; i++)
        at[i + itself] = place_in(p, t->of[i]);
    return at;
}

/* All arrays of a problem, large enough for every tie. */
struct room {
    bool *conflict, *barred;
    struct choice_need *needs;
    struct choice_deduction *deductions;
    struct choice_group *groups;
};

static bool make_room(struct arena *a, size_t n, size_t ties, struct room *r)
{
    r->conflict = ARENA_ARRAY(a, bool, n *n + 1);
    r->barred = ARENA_ARRAY(a, bool, n + 1);
    r->needs = ARENA_ARRAY(a, struct choice_need, ties + 1);
    r->deductions = ARENA_ARRAY(a, struct choice_deduction, ties + 1);
    r->groups = ARENA_ARRAY(a, struct choice_group, ties + 1);
    return r->conflict && r->barred && r->needs && r->deductions && r->groups;
}

static void apply_tie(const struct problem *p, const struct tie *t, struct room *r,
                      struct choice *c, bool *failed)
{
    size_t x = place_in(p, t->item);
    switch (t->kind) {
    case TIE_CONFLICT:
        r->conflict[x * p->n + place_in(p, t->of[0])] = true;
        r->conflict[place_in(p, t->of[0]) * p->n + x] = true;
        break;
    case TIE_NEED:
        r->needs[c->need_count++] =
            (struct choice_need){x, places_of(p, t, false, failed), t->n, t->all};
        break;
    case TIE_DEDUCT:
        r->deductions[c->deduction_count++] =
            (struct choice_deduction){x, place_in(p, t->of[0]), t->amount};
        break;
    case TIE_GROUP:
        r->groups[c->group_count++] = (struct choice_group){places_of(p, t, true, failed), t->n + 1,
                                                            t->most, t->has_cap, t->amount};
        break;
    case TIE_BAR:
        r->barred[x] = true;
        break;
    }
}

static int solve(const struct problem *p, bool soft_too, size_t with, struct choice_answer *ret)
{
    struct choice c = {.items = p->items, .n = p->n};
    struct room r;
    bool failed = false;
    if (!make_room(p->b->arena, p->n, p->b->ties.n, &r))
        return E_MEMORY;
    for (size_t i = 0; i < p->b->ties.n; i++)
        if (bites(p, &p->b->ties.at[i], soft_too))
            apply_tie(p, &p->b->ties.at[i], &r, &c, &failed);
    c.conflict = r.conflict;
    c.barred = r.barred;
    c.needs = r.needs;
    c.deductions = r.deductions;
    c.groups = r.groups;
    return failed ? E_MEMORY : choose(p->b->arena, &c, with, ret);
}

static unsigned obligations_of(const struct measure *m)
{
    return (unsigned)(m->material_count + m->date_count);
}

static void fill_items(struct problem *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct candidate *c = &p->b->all.at[p->members[i]];
        struct date d;
        p->items[i] = (struct choice_item){
            .amount = c->exact && c->nature == p->nature ? c->amount : DECIMAL_ZERO,
            .obligations = obligations_of(c->finding->measure),
            .deadline = finding_deadline(c->finding, &d) ? date_days(d) : INT64_MAX};
    }
}

/* The first nature that a member has an exact amount of. */
static enum nature main_nature(const struct problem *p, enum nature from)
{
    enum nature found = NATURES;
    for (size_t i = 0; i < p->n; i++) {
        const struct candidate *c = &p->b->all.at[p->members[i]];
        if (c->exact && c->nature >= from && c->nature < found)
            found = c->nature;
    }
    return found;
}

/* ---- what is said about the choice ---- */

static bool upper_of(const struct finding *f, struct decimal *ret)
{
    *ret = DECIMAL_ZERO;
    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        const struct result *r = &f->results[i];
        if (r->benefit->kind != RESULT_MONEY || r->has_value)
            continue;
        if (!r->has_max || r->max.kind != VALUE_NUMBER)
            return false;
        *ret = decimal_add(*ret, r->max.number, NULL);
    }
    return true;
}

/* Could a figure that nobody knows make the other set the better one? */
static bool may_reverse(const struct candidate *c, struct decimal best, struct decimal other)
{
    struct decimal upper;
    if (!c->open)
        return false;
    return !upper_of(c->finding, &upper) ||
           decimal_compare(decimal_add(other, upper, NULL), best) > 0;
}

static int compare_sets(const struct problem *p, const struct choice_answer *best,
                        struct bundle_part *part)
{
    for (size_t i = 0; i < p->n; i++) {
        struct choice_answer other;
        const struct candidate *c = &p->b->all.at[p->members[i]];
        if (best->chosen[i])
            continue;
        int r = solve(p, false, i, &other);
        if (r < 0)
            return r;
        if (!other.possible)
            continue;
        if (may_reverse(c, best->value, other.value) && !part->open) {
            part->open = c->finding;
            part->open_set = other.chosen;
        }
        if (!part->runner_up || decimal_compare(other.value, part->runner_up_value) > 0) {
            part->runner_up = other.chosen;
            part->runner_up_value = other.value;
        }
    }
    return 0;
}

/* Money of another nature that another set gives more of: not to be weighed against each other. */
static int compare_natures(struct problem *p, const struct choice_answer *best,
                           struct bundle_part *part)
{
    enum nature first = p->nature, other = main_nature(p, first + 1);
    int r = 0;
    for (; other < NATURES && r == 0 && !part->other_set; other = main_nature(p, other + 1)) {
        struct choice_answer answer;
        struct decimal have = DECIMAL_ZERO;
        p->nature = other;
        fill_items(p);
        r = solve(p, false, SIZE_MAX, &answer);
        for (size_t i = 0; r == 0 && i < p->n; i++)
            if (best->chosen[i])
                have = decimal_add(have, p->items[i].amount, NULL);
        if (r == 0 && decimal_compare(answer.value, have) > 0) {
            part->other_set = answer.chosen;
            part->other_nature = other;
            part->other_value = answer.value;
        }
    }
    p->nature = first;
    fill_items(p);
    return r;
}

static bool says_between(const struct problem *p, const struct tie *t, size_t x, const bool *chosen,
                         size_t *ret_by)
{
    size_t item = place_in(p, t->item);
    *ret_by = SIZE_MAX;
    if (t->kind == TIE_BAR || (t->kind == TIE_GROUP && t->most == 0))
        return item == x;
    if (t->kind == TIE_NEED)
        return item == x;
    for (size_t i = 0; i <= t->n; i++) {
        size_t at = i == t->n ? item : place_in(p, t->of[i]);
        if (at != x && chosen[at])
            *ret_by = at;
    }
    bool about = item == x;
    for (size_t i = 0; i < t->n; i++)
        about = about || place_in(p, t->of[i]) == x;
    return about && *ret_by != SIZE_MAX && (t->kind == TIE_CONFLICT || t->kind == TIE_GROUP);
}

static void add_reason(struct bundle_reason *at, size_t *n, struct bundle_reason why)
{
    for (size_t i = 0; i < *n; i++)
        if (at[i].finding == why.finding && at[i].by == why.by)
            return;
    at[(*n)++] = why;
}

/* Why a member is not in the set: the rule, and the member of the set that stands against it. */
static int explain(const struct problem *p, const bool *chosen, bool soft_too,
                   struct bundle_part *part)
{
    struct bundle_reason *at = ARENA_ARRAY(p->b->arena, struct bundle_reason,
                                           p->n * (p->b->ties.n + 1) + part->reason_count);
    if (!at)
        return E_MEMORY;
    for (size_t i = 0; i < part->reason_count; i++)
        at[i] = part->reasons[i];
    for (size_t x = 0; x < p->n; x++) {
        for (size_t i = 0; !chosen[x] && i < p->b->ties.n; i++) {
            const struct tie *t = &p->b->ties.at[i];
            size_t by;
            if (!bites(p, t, soft_too) || t->soft != soft_too ||
                !says_between(p, t, x, chosen, &by))
                continue;
            add_reason(at, &part->reason_count,
                       (struct bundle_reason){part->members[x],
                                              by == SIZE_MAX ? NULL : part->members[by],
                                              t->relation, t->soft});
        }
    }
    part->reasons = at;
    return 0;
}

static int exclude(const struct problem *p, const struct bundle_part *part)
{
    for (size_t i = 0; i < part->reason_count; i++) {
        const struct bundle_reason *r = &part->reasons[i];
        struct finding *f = (struct finding *)(uintptr_t)r->finding;
        const struct measure **by;
        if (!r->by || r->soft || f == part->open)
            continue;
        by = ARENA_ARRAY(p->b->arena, const struct measure *, f->excluded_count + 1);
        if (!by)
            return E_MEMORY;
        for (size_t k = 0; k < f->excluded_count; k++)
            by[k] = f->excluded_by[k];
        by[f->excluded_count++] = r->by->measure;
        f->excluded_by = by;
    }
    return 0;
}

static bool same_set(const bool *x, const bool *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return false;
    return true;
}

/* Only what ties the members matters: an agreement of both sets needs no question. */
static int take_questions(const struct problem *p, struct bundle_part *part)
{
    const struct relation **at =
        ARENA_ARRAY(p->b->arena, const struct relation *, p->b->ties.n + 1);
    if (!at)
        return E_MEMORY;
    for (size_t i = 0; i < p->b->ties.n; i++) {
        const struct tie *t = &p->b->ties.at[i];
        bool known = !t->soft || !bites(p, t, true);
        for (size_t k = 0; k < part->question_count; k++)
            known = known || span_eq(at[k]->ask.zh, t->relation->ask.zh);
        if (!known)
            at[part->question_count++] = t->relation;
    }
    part->questions = at;
    return 0;
}

static int solve_part(struct problem *p, struct bundle_part *part)
{
    struct choice_answer best, safe;
    int r = solve(p, false, SIZE_MAX, &best);
    if (r == 0)
        r = solve(p, true, SIZE_MAX, &safe);
    if (r < 0)
        return r;
    *part = (struct bundle_part){.n = p->n,
                                 .members = part->members,
                                 .nature = p->nature,
                                 .best = best.chosen,
                                 .best_amounts = best.amounts,
                                 .best_value = best.value,
                                 .safe = safe.chosen,
                                 .safe_amounts = safe.amounts,
                                 .safe_value = safe.value,
                                 .proved = best.proved && safe.proved};
    r = explain(p, best.chosen, false, part);
    if (r == 0 && !same_set(best.chosen, safe.chosen, p->n))
        r = explain(p, safe.chosen, true, part);
    if (r == 0 &&
        (!same_set(best.chosen, safe.chosen, p->n) || decimal_compare(best.value, safe.value) != 0))
        r = take_questions(p, part);
    if (r == 0)
        r = compare_sets(p, &best, part);
    if (r == 0)
        r = compare_natures(p, &best, part);
    return r < 0 ? r : exclude(p, part);
}

static void count_members(const struct problem *p, const struct bundle_part *part)
{
    for (size_t i = 0; i < p->n; i++) {
        struct finding *f = p->b->all.at[p->members[i]].finding;
        bool unsure = part->open != NULL;
        struct decimal whole;
        f->in_part = true;
        f->left_out = !part->safe[i] && !unsure;
        f->less = DECIMAL_ZERO;
        if (part->safe[i] && finding_amount(f, &whole) && nature_of(f) == p->nature)
            f->less = decimal_sub(whole, part->safe_amounts[i], NULL);
    }
}

static int add_part(struct bundler *b, size_t root, struct part_vector *parts)
{
    size_t *members = ARENA_ARRAY(b->arena, size_t, b->all.n + 1);
    const struct finding **found = ARENA_ARRAY(b->arena, const struct finding *, b->all.n + 1);
    struct problem p = {.b = b, .members = members};
    if (!members || !found)
        return E_MEMORY;
    for (size_t i = 0; i < b->all.n; i++)
        if (root_of(b, i) == root) {
            found[p.n] = b->all.at[i].finding;
            members[p.n++] = i;
        }
    p.items = ARENA_ARRAY(b->arena, struct choice_item, p.n + 1);
    struct bundle_part *part = VECTOR_PUSH(b->arena, parts, struct bundle_part);
    if (!p.items || !part)
        return E_MEMORY;
    p.nature = main_nature(&p, NATURE_RECEIVED);
    fill_items(&p);
    part->members = found;
    int r = solve_part(&p, part);
    if (r == 0)
        count_members(&p, part);
    return r;
}

int find_bundle(struct values *v, struct finding *findings, size_t n,
                const struct bundle_part **ret, size_t *ret_n)
{
    struct bundler b = {.values = v, .arena = v->arena, .findings = findings, .n = n};
    struct part_vector parts = {0};
    b.first = ARENA_ARRAY(v->arena, size_t, v->library->measure_count + 1);
    if (!b.first)
        return E_MEMORY;
    take_candidates(&b);
    if (!b.failed)
        take_ties(&b);
    for (size_t i = 0; i < b.all.n && !b.failed; i++)
        if (b.all.at[i].tied && root_of(&b, i) == i && add_part(&b, i, &parts) < 0)
            b.failed = true;
    *ret = parts.at;
    *ret_n = parts.n;
    return b.failed ? E_MEMORY : 0;
}
