/*
 * check_call.c: calls: facts by period, built-in functions with their overloads, functions as
 * values.
 */
#include "calendar/calendar.h"
#include "feel/check_int.h"
#include "feel/temporal.h"

#define ARGUMENTS_MAX 1000 /* of one call */

/* The value node of an argument, named or not. */
static struct node *argument_value(struct node *n)
{
    return n->kind == NODE_ARGUMENT && n->child ? n->child : n;
}

static size_t argument_count(const struct node *call)
{
    size_t n = 0;

    for (const struct node *a = call->child->next; a; a = a->next)
        n++;
    return n;
}

static const struct node *literal_string(const struct node *n)
{
    return n && n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING ? n : NULL;
}

/* --- facts by period --- */

static const char *const period_words[] = {
    [PERIOD_NONE] = "date",   [PERIOD_YEAR] = "year", [PERIOD_QUARTER] = "quarter",
    [PERIOD_MONTH] = "month", [PERIOD_DAY] = "day",
};
static const char *const period_examples[] = {
    [PERIOD_NONE] = "@\"2020-03-09\"", [PERIOD_YEAR] = "\"2019\"",
    [PERIOD_QUARTER] = "\"2019Q4\"",   [PERIOD_MONTH] = "\"2019-12\"",
    [PERIOD_DAY] = "\"2019-12-31\"",
};

static void wrong_period(struct checker *c, const struct node *n, struct span name, uint8_t period)
{
    struct diag *g =
        check_error(c, n, "`%.*s` is asked by %s", SPAN_ARG(name), period_words[period]);

    check_hint(c, g, "write %.*s(%s)", SPAN_ARG(name), period_examples[period]);
}

static void check_period(struct checker *c, const struct node *n, struct span name, uint8_t wanted)
{
    const struct type *t = n->type;
    struct period p;

    if (t->kind == TYPE_ANY || t->kind == TYPE_DATE)
        return;
    if (t->kind != TYPE_STRING || wanted == PERIOD_NONE)
        wrong_period(c, n, name, wanted);
    else if (literal_string(n) && (!period_parse(n->value.string, &p) || p.kind != wanted))
        wrong_period(c, n, name, wanted);
}

/* The host looks the id up: it must stand there as it is. */
static void check_id(struct checker *c, struct node *call)
{
    const struct node *argument = call->child->next;

    if (argument && !argument->next && literal_string(argument))
        return;
    struct diag *g =
        check_error(c, call, "`%.*s` is asked by an id in quotes", SPAN_ARG(call->child->name));
    check_hint(c, g, "write %.*s(\"id\")", SPAN_ARG(call->child->name));
}

static const struct type *call_dated(struct checker *c, struct node *n, const struct type *dated)
{
    struct node *callee = n->child, *argument = callee->next;
    uint8_t period = dated->period <= PERIOD_DAY ? dated->period : PERIOD_NONE;

    callee->type = dated;
    if (dated->period == DATED_BY_ID) {
        check_id(c, n);
        return dated->element;
    }
    if (!argument || argument->next || argument->kind == NODE_ARGUMENT) {
        wrong_period(c, n, callee->name, period);
        return dated->element;
    }
    check_period(c, argument, callee->name, period);
    return dated->element;
}

/* --- which overload --- */

static int param_index(const struct builtin *b, struct span name)
{
    for (int i = 0; i < b->param_count; i++)
        if (span_eq(span_z(b->params[i].name), name))
            return i;
    return -1;
}

/* Number of the parameter that takes argument number i, or -1. */
static int param_of(const struct builtin *b, const struct node *argument, size_t i)
{
    if (argument->kind == NODE_ARGUMENT)
        return b->flags & B_MANY ? (b->param_count == 1 ? param_index(b, argument->name) : -1)
                                 : param_index(b, argument->name);
    if (i < b->param_count)
        return (int)i;
    return b->flags & B_MANY ? b->param_count - 1 : -1;
}

/* Counts and names only. */
static bool shape_fits(const struct builtin *b, const struct node *call, size_t n)
{
    uint32_t given = 0, needed = (1u << b->min) - 1;
    size_t i = 0;

    if (n < b->min || (!(b->flags & B_MANY) && n > b->max))
        return false;
    for (const struct node *a = call->child->next; a; a = a->next, i++) {
        int p = param_of(b, a, i);
        if (p < 0 || (a->kind == NODE_ARGUMENT && (given >> p & 1u)))
            return false;
        given |= 1u << p;
    }
    return (given & needed) == needed;
}

static bool type_in(const struct type *t, uint32_t kinds, uint32_t elements)
{
    if (t->kind == TYPE_ANY)
        return true;
    if (t->kind == TYPE_DATED || !(KIND_BIT(kind_of_type(t)) & kinds))
        return false;
    if (t->kind != TYPE_LIST || !elements || t->element->kind == TYPE_ANY ||
        t->element->kind == TYPE_NULL)
        return true;
    return (KIND_BIT(kind_of_type(t->element)) & elements) != 0;
}

/* The first argument that the row does not take, or NULL. */
static struct node *misfit(const struct builtin *b, struct node *call, int *ret_param)
{
    size_t i = 0;

    for (struct node *a = call->child->next; a; a = a->next, i++) {
        int p = param_of(b, a, i);
        if (p < 0)
            BUG("an argument without a parameter in a call that has the right shape");
        if (!type_in(argument_value(a)->type, b->params[p].kinds, b->params[p].elements)) {
            *ret_param = p;
            return a;
        }
    }
    return NULL;
}

static bool allowed(const struct checker *c, const struct builtin *b)
{
    return !(b->flags & (c->strict ? B_SPEC : B_STRICT));
}

static bool same_name(int row, int first)
{
    return (size_t)row < builtin_count && strcmp(builtins[row].name, builtins[first].name) == 0;
}

static int find_overload(struct checker *c, struct node *call, int first, size_t n)
{
    int param;

    for (int row = first; same_name(row, first); row++)
        if (allowed(c, &builtins[row]) && shape_fits(&builtins[row], call, n) &&
            !misfit(&builtins[row], call, &param))
            return row;
    return -1;
}

/* --- reports about calls --- */

static void print_kinds(struct buffer *out, uint32_t kinds)
{
    bool some = false;

    if (kinds == K_ANY) {
        buffer_add_z(out, "any value");
        return;
    }
    for (int k = VALUE_NULL; k <= VALUE_FUNCTION; k++)
        if (kinds & KIND_BIT(k)) {
            buffer_print(out, "%s%s", some ? " or " : "", value_kind_name((enum value_kind)k));
            some = true;
        }
}

/* contains(string, match) */
static void print_signature(struct buffer *out, const struct builtin *b)
{
    buffer_print(out, "%s(", b->name);
    for (int i = 0; i < b->param_count; i++)
        buffer_print(out, "%s%s%s", i ? ", " : "", i >= b->min ? "?" : "", b->params[i].name);
    buffer_add_z(out, b->flags & B_MANY ? ", ...)" : ")");
}

static void report_misfit(struct checker *c, struct node *call, const struct builtin *b)
{
    struct buffer kinds = BUFFER_INIT;
    int param = 0;
    const struct node *a = misfit(b, call, &param), *value;
    const struct builtin_param *p = &b->params[param];
    struct diag *g;

    value = argument_value((struct node *)a);
    print_kinds(&kinds, p->kinds);
    if (p->elements && p->elements != K_ANY && p->kinds == K_LIST) {
        buffer_add_z(&kinds, " of ");
        print_kinds(&kinds, p->elements);
    }
    g = check_error(c, value, "`%s` of %s must be %.*s and is %.*s", p->name, b->name,
                    SPAN_ARG(buffer_span(&kinds)), SPAN_ARG(check_type_text(c, value->type)));
    if (literal_string(value) && (p->kinds & (K_DATE | K_DAYS | K_TIME)))
        check_hint(c, g, "write @\"%.*s\"", SPAN_ARG(value->value.string));
    else
        check_hint(c, g, "for example %s", b->example);
    buffer_release(&kinds);
}

static bool report_name(struct checker *c, const struct node *call, const struct builtin *b)
{
    struct map names;

    map_init(&names, c->arena);
    for (int i = 0; i < b->param_count; i++)
        if (map_put(&names, span_z(b->params[i].name), c) < 0)
            return true;
    for (const struct node *a = call->child->next; a; a = a->next) {
        struct span nearest;
        struct diag *g;
        if (a->kind != NODE_ARGUMENT || param_index(b, a->name) >= 0)
            continue;
        nearest = map_nearest(&names, a->name);
        g = source_error(c->source, E_NAME, a->start, a->end, "%s has no parameter `%.*s`", b->name,
                         SPAN_ARG(a->name));
        if (nearest.n)
            source_hint(c->source, g, "did you mean `%.*s`?", SPAN_ARG(nearest));
        return true;
    }
    return false;
}

static void report_shape(struct checker *c, const struct node *call, int first)
{
    struct buffer forms = BUFFER_INIT;
    struct diag *g;

    if (same_name(first + 1, first) || !report_name(c, call, &builtins[first])) {
        for (int row = first; same_name(row, first); row++) {
            buffer_add_z(&forms, row > first ? " or " : "");
            print_signature(&forms, &builtins[row]);
        }
        g = check_error(c, call, "wrong arguments for %s", builtins[first].name);
        check_hint(c, g, "it takes %.*s", SPAN_ARG(buffer_span(&forms)));
    }
    buffer_release(&forms);
}

static void report_call(struct checker *c, struct node *call, int first, size_t n)
{
    for (int row = first; same_name(row, first); row++)
        if (allowed(c, &builtins[row]) && shape_fits(&builtins[row], call, n)) {
            report_misfit(c, call, &builtins[row]);
            return;
        }
    report_shape(c, call, first);
}

/* --- results --- */

/* The value given for a parameter, or NULL. */
static struct node *given(const struct builtin *b, struct node *call, int param)
{
    size_t i = 0;

    for (struct node *a = call->child->next; a; a = a->next, i++)
        if (param_of(b, a, i) == param)
            return argument_value(a);
    return NULL;
}

static const struct type *type_given(const struct builtin *b, struct node *call, int param)
{
    const struct node *n = given(b, call, param);

    return n ? n->type : &TYPE_ANY_T;
}

static const struct type *element_of(const struct type *t)
{
    return t->kind == TYPE_LIST ? t->element : &TYPE_ANY_T;
}

/* What all arguments have in common; kinds and units that differ are reported when they are to be
 * compared. */
static const struct type *common_of(struct checker *c, const struct builtin *b, struct node *call,
                                    bool compared)
{
    const struct type *t = &TYPE_NULL_T, *joined;

    for (struct node *a = call->child->next; a; a = a->next) {
        struct node *value = argument_value(a);
        if (compared && !check_units(c, value, t, value->type, "mix"))
            return &TYPE_NUMBER_T;
        joined = or_any(type_common(c->arena, t, value->type));
        if (compared && joined->kind == TYPE_ANY && t->kind != TYPE_ANY &&
            value->type->kind != TYPE_ANY) {
            struct diag *g = check_error(c, value, "%s does not mix %.*s and %.*s", b->name,
                                         SPAN_ARG(check_type_text(c, t)),
                                         SPAN_ARG(check_type_text(c, value->type)));
            check_hint(c, g, "for example %s", b->example);
            return &TYPE_ANY_T;
        }
        t = joined;
    }
    return t->kind == TYPE_NULL ? &TYPE_ANY_T : t;
}

static const struct type *grown(struct checker *c, const struct builtin *b, struct node *call)
{
    const struct type *element = element_of(type_given(b, call, 0));
    size_t i = 0;

    for (struct node *a = call->child->next; a; a = a->next, i++) {
        int p = param_of(b, a, i);
        if (p > 0 && b->params[p].kinds == K_ANY)
            element = or_any(type_common(c->arena, element, argument_value(a)->type));
    }
    return or_any(type_list(c->arena, element));
}

static const struct type *flat(struct checker *c, const struct type *t)
{
    while (t->kind == TYPE_LIST)
        t = t->element;
    return or_any(type_list(c->arena, t));
}

static const struct type *duration_type(struct checker *c, const struct node *n)
{
    const struct node *text = literal_string(n);
    struct value v;
    struct diag *g;

    if (!text)
        return &TYPE_ANY_T;
    if (duration_parse(text->value.string, &v))
        return type_of_kind((enum value_kind)v.kind);
    g = check_error(c, text, "not a duration");
    check_hint(c, g, "write for example \"P3D\" or \"P1Y6M\"");
    return &TYPE_ANY_T;
}

static const struct type *member_type(struct checker *c, const struct node *key,
                                      const struct type *context)
{
    const struct type_member *m;
    struct map names;
    struct span nearest;
    struct diag *g;

    if (!literal_string(key) || context->kind != TYPE_CONTEXT)
        return &TYPE_ANY_T;
    m = type_member_find(context, key->value.string);
    if (m)
        return m->type;
    g = source_error(c->source, E_NAME, key->start, key->end, "%.*s has no member `%.*s`",
                     SPAN_ARG(check_type_text(c, context)), SPAN_ARG(key->value.string));
    map_init(&names, c->arena);
    for (size_t i = 0; i < context->member_count; i++)
        if (map_put(&names, context->members[i].name, c) < 0)
            return &TYPE_ANY_T;
    nearest = map_nearest(&names, key->value.string);
    if (nearest.n)
        source_hint(c->source, g, "did you mean `%.*s`?", SPAN_ARG(nearest));
    return &TYPE_ANY_T;
}

static const struct type *entries_type(struct checker *c)
{
    struct type_member *m = ARENA_ARRAY(c->arena, struct type_member, 2);

    if (!m)
        return &TYPE_ANY_T;
    m[0] = (struct type_member){.name = SPAN("key"), .type = &TYPE_STRING_T};
    m[1] = (struct type_member){.name = SPAN("value"), .type = &TYPE_ANY_T};
    return or_any(type_list(c->arena, type_context(c->arena, m, 2)));
}

/* The context with one member more, or with another type. */
static const struct type *put_type(struct checker *c, const struct type *t, const struct node *key,
                                   const struct type *value)
{
    struct type_member *m;
    size_t n = 0;

    if (!literal_string(key) || t->kind != TYPE_CONTEXT)
        return &TYPE_ANY_T;
    m = ARENA_ARRAY(c->arena, struct type_member, t->member_count + 1);
    if (!m)
        return &TYPE_ANY_T;
    for (size_t i = 0; i < t->member_count; i++)
        if (!span_eq(t->members[i].name, key->value.string))
            m[n++] = t->members[i];
    m[n++] = (struct type_member){.name = key->value.string, .type = value};
    return or_any(type_context(c->arena, m, n));
}

static const struct type *unit_type(struct checker *c, const struct node *unit)
{
    struct diag *g;

    if (literal_string(unit) && unit->value.string.n)
        return or_any(type_number(c->arena, unit->value.string));
    g = check_error(c, unit, "the unit must be a text written here");
    check_hint(c, g, "for example with unit(x * 10000, \"元\")");
    return &TYPE_NUMBER_T;
}

static const struct type *list_of(struct checker *c, const struct type *element)
{
    return or_any(type_list(c->arena, element));
}

/* One case a rule; flat on purpose. */
static const struct type *result_type(struct checker *c, const struct builtin *b, struct node *call)
{
    static const struct type *const fixed[] = {
        [R_BOOLEAN] = &TYPE_BOOLEAN_T, [R_NUMBER] = &TYPE_NUMBER_T,
        [R_STRING] = &TYPE_STRING_T,   [R_DATE] = &TYPE_DATE_T,
        [R_TIME] = &TYPE_TIME_T,       [R_DATE_TIME] = &TYPE_DATE_TIME_T,
        [R_DAYS] = &TYPE_DAYS_T,       [R_MONTHS] = &TYPE_MONTHS_T,
        [R_ANY] = &TYPE_ANY_T,
    };
    switch (b->result) {
    case R_LIST_NUMBER:
        return list_of(c, &TYPE_NUMBER_T);
    case R_LIST_STRING:
        return list_of(c, &TYPE_STRING_T);
    case R_LIST_ANY:
        return list_of(c, &TYPE_ANY_T);
    case R_FIRST:
        return type_given(b, call, 0);
    case R_COMMON:
        return common_of(c, b, call, true);
    case R_ELEMENT:
        return element_of(type_given(b, call, 0))->kind == TYPE_NULL
                   ? &TYPE_ANY_T
                   : element_of(type_given(b, call, 0));
    case R_LIST_COMMON:
        return list_of(c, common_of(c, b, call, false));
    case R_GROWN:
        return grown(c, b, call);
    case R_FLAT:
        return flat(c, type_given(b, call, 0));
    case R_UNITED:
        return common_of(c, b, call, false);
    case R_DURATION:
        return duration_type(c, given(b, call, 0));
    case R_MEMBER:
        return member_type(c, given(b, call, 1), type_given(b, call, 0));
    case R_ENTRIES:
        return entries_type(c);
    case R_PUT:
        return put_type(c, type_given(b, call, 0), given(b, call, 1), type_given(b, call, 2));
    case R_UNIT:
        return unit_type(c, given(b, call, 1));
    default:
        return fixed[b->result];
    }
}

/* --- texts written down that must be something --- */

static bool is_date_text(struct span s)
{
    struct date d;

    return date_parse(s, &d);
}

static bool is_time_text(struct span s)
{
    struct time t;

    return time_parse(s, &t);
}

static bool is_date_time_text(struct span s)
{
    struct date_time d;

    return date_time_parse(s, &d);
}

static bool is_period_text(struct span s)
{
    struct period p;

    return period_parse(s, &p);
}

static bool is_period_kind(struct span s)
{
    for (int i = PERIOD_YEAR; i <= PERIOD_DAY; i++)
        if (span_eq(span_z(period_words[i]), s))
            return true;
    return false;
}

static bool is_number_text(struct span s)
{
    struct decimal d;

    return decimal_parse_rounded(s, &d);
}

static const struct literal_rule {
    const char *function;
    int param;
    bool (*good)(struct span s);
    const char *what, *hint;
} literal_rules[] = {
    {"date", 0, is_date_text, "no such date", "write year-month-day: \"2020-03-09\""},
    {"time", 0, is_time_text, "no such time", "write \"08:30:00\""},
    {"date and time", 0, is_date_time_text, "no such date and time",
     "write \"2020-03-09T08:30:00\""},
    {"number", 0, is_number_text, "not a number", "digits with at most one point: \"12.5\""},
    {"period", 0, is_period_kind, "no such kind of period",
     "kinds are \"year\", \"quarter\", \"month\", \"day\""},
    {"previous", 0, is_period_text, "not a period",
     "write \"2019\", \"2019Q4\", \"2019-12\" or \"2019-12-31\""},
    {"periods", 0, is_period_text, "not a period",
     "write \"2019\", \"2019Q4\", \"2019-12\" or \"2019-12-31\""},
    {"periods", 1, is_period_text, "not a period",
     "write \"2019\", \"2019Q4\", \"2019-12\" or \"2019-12-31\""},
};

static void check_literals(struct checker *c, const struct builtin *b, struct node *call)
{
    for (size_t i = 0; c->strict && i < COUNT_OF(literal_rules); i++) {
        const struct literal_rule *rule = &literal_rules[i];
        const struct node *text = strcmp(rule->function, b->name) == 0
                                      ? literal_string(given(b, call, rule->param))
                                      : NULL;
        if (!text || b->param_count == 3 || rule->good(text->value.string))
            continue;
        check_hint(c,
                   check_error(c, text, "%s: \"%.*s\"", rule->what, SPAN_ARG(text->value.string)),
                   "%s", rule->hint);
    }
}

/* --- counts of days and months --- */

/* A function that counts on from a date, and the units its count may have. */
static const struct unit_rule {
    const char *function, *units[3], *hint;
} unit_rules[] = {
    {"days after",
     {"日", "天"},
     "it counts 日; months after counts 月, working days after 个工作日"},
    {"working days after",
     {"个工作日", "工作日"},
     "it counts 个工作日; days after counts 日, months after 月"},
    {"months after", {"月", "个月"}, "it counts 月; days after counts 日"},
};

static bool is_unit_of(const struct unit_rule *rule, struct span unit)
{
    for (size_t i = 0; i < COUNT_OF(rule->units) && rule->units[i]; i++)
        if (span_eq(span_z(rule->units[i]), unit))
            return true;
    return unit.n == 0; /* a plain number is what the function counts */
}

static void check_counted(struct checker *c, const struct builtin *b, struct node *call)
{
    for (size_t i = 0; i < COUNT_OF(unit_rules); i++) {
        const struct unit_rule *rule = &unit_rules[i];
        const struct node *n = strcmp(rule->function, b->name) == 0 ? given(b, call, 1) : NULL;
        if (!n || n->type->kind != TYPE_NUMBER || is_unit_of(rule, n->type->unit))
            continue;
        check_hint(c, check_error(c, n, "%s cannot count %.*s", b->name, SPAN_ARG(n->type->unit)),
                   "%s", rule->hint);
    }
}

/* Values that the function compares with the elements of its list: kinds must meet, texts belong to
 * a closed set. */
static void check_sought(struct checker *c, const struct builtin *b, struct node *call)
{
    const struct type *element = element_of(type_given(b, call, 0));
    struct node *sought = b->param_count > 1 ? given(b, call, 1) : NULL;
    bool search = strcmp(b->name, "list contains") == 0 || strcmp(b->name, "index of") == 0;

    if (!search || !sought)
        return;
    if (element->kind != TYPE_ANY && element->kind != TYPE_NULL && sought->type->kind != TYPE_ANY &&
        sought->type->kind != TYPE_NULL && element->kind != sought->type->kind)
        check_error(c, sought, "never found: the list holds %.*s, this is %.*s",
                    SPAN_ARG(check_type_text(c, element)),
                    SPAN_ARG(check_type_text(c, sought->type)));
    else if (check_units(c, sought, element, sought->type, "compare"))
        check_values(c, sought, element);
}

/* sort: the function takes two elements and says which comes first. */
static void check_sort(struct checker *c, const struct builtin *b, struct node *call)
{
    const struct node *f = strcmp(b->name, "sort") == 0 ? given(b, call, 1) : NULL;

    if (!f || f->type->kind != TYPE_FUNCTION)
        return;
    if (f->type->param_count != 2 ||
        (f->type->result->kind != TYPE_BOOLEAN && f->type->result->kind != TYPE_ANY))
        check_hint(c, check_error(c, f, "the function must take two elements and be boolean"),
                   "for example %s", b->example);
}

/* --- built-in calls --- */

/* Types of the arguments; untyped parameters of a function literal are elements of the list before
 * it. */
static void check_arguments(struct checker *c, struct node *call)
{
    const struct type *element = &TYPE_ANY_T;

    for (struct node *a = call->child->next; a; a = a->next) {
        struct node *value = argument_value(a);
        const struct type *two[2] = {element, element};
        if (value->kind == NODE_FUNCTION)
            check_function(c, value, two, 2);
        else
            check_node(c, value);
        a->type = value->type;
        if (value->type->kind == TYPE_LIST && value->type->element->kind != TYPE_NULL)
            element = value->type->element;
    }
}

static void number_arguments(const struct builtin *b, struct node *call)
{
    size_t i = 0;

    for (struct node *a = call->child->next; a; a = a->next, i++)
        if (a->kind == NODE_ARGUMENT)
            a->index = (uint32_t)param_of(b, a, i);
}

static bool has_bad_argument(struct node *call)
{
    for (struct node *a = call->child->next; a; a = a->next)
        if (argument_value(a)->kind == NODE_BAD)
            return true;
    return false;
}

static bool mixed_arguments(struct checker *c, const struct node *call)
{
    bool named = call->child->next && call->child->next->kind == NODE_ARGUMENT;

    for (const struct node *a = call->child->next; a; a = a->next)
        if ((a->kind == NODE_ARGUMENT) != named && a->kind != NODE_BAD) {
            source_error(c->source, E_SYNTAX, a->start, a->end, "name all arguments or none");
            return true;
        }
    return false;
}

static const struct type *call_builtin(struct checker *c, struct node *call, int first)
{
    size_t n = argument_count(call);
    int row;

    call->child->type = &TYPE_ANY_T;
    if (has_bad_argument(call) || mixed_arguments(c, call))
        return &TYPE_ANY_T;
    row = find_overload(c, call, first, n);
    if (row < 0) {
        report_call(c, call, first, n);
        return &TYPE_ANY_T;
    }
    call->child->index = (uint32_t)row;
    number_arguments(&builtins[row], call);
    check_literals(c, &builtins[row], call);
    check_sought(c, &builtins[row], call);
    check_sort(c, &builtins[row], call);
    check_counted(c, &builtins[row], call);
    return result_type(c, &builtins[row], call);
}

/* --- functions as values --- */

/* The parameter of a function literal that has that name, or -1. */
static int literal_param(const struct node *function, struct span name)
{
    int i = 0;

    for (const struct node *p = function->child; p && p->kind == NODE_PARAM; p = p->next, i++)
        if (span_eq(p->name, name))
            return i;
    return -1;
}

static const struct type *call_function(struct checker *c, struct node *call, const struct type *f)
{
    const struct node *callee = call->child;
    size_t n = argument_count(call), i = 0;

    if (mixed_arguments(c, call))
        return f->result;
    if (n != f->param_count) {
        check_error(c, call, "the function takes %zu arguments, %zu are given", f->param_count, n);
        return f->result;
    }
    for (struct node *a = callee->next; a; a = a->next, i++) {
        int param = a->kind != NODE_ARGUMENT        ? (int)i
                    : callee->kind == NODE_FUNCTION ? literal_param(callee, a->name)
                                                    : -1;
        if (param < 0) {
            source_error(c->source, E_NAME, a->start, a->end,
                         "the function has no parameter `%.*s` here", SPAN_ARG(a->name));
            continue;
        }
        a->index = a->kind == NODE_ARGUMENT ? (uint32_t)param : a->index;
        check_fits(c, argument_value(a), f->params[param], "the argument");
    }
    return f->result;
}

static const struct type *call_type(struct checker *c, struct node *call, const struct type *callee)
{
    struct diag *g;

    if (callee->kind == TYPE_DATED)
        return call_dated(c, call, callee);
    call->child->type = callee;
    if (callee->kind == TYPE_FUNCTION)
        return call_function(c, call, callee);
    if (callee->kind == TYPE_ANY)
        return &TYPE_ANY_T;
    g = check_error(c, call->child, "`%.*s` is no function: it is %.*s",
                    SPAN_ARG(check_source(c, call->child)), SPAN_ARG(check_type_text(c, callee)));
    if (call->child->kind == NODE_NAME)
        check_hint(c, g, "it has no periods: write it without brackets");
    return &TYPE_ANY_T;
}

const struct type *check_call(struct checker *c, struct node *n)
{
    struct node *callee = n->child;
    const struct type *t;

    check_arguments(c, n);
    if (argument_count(n) > ARGUMENTS_MAX) {
        source_error(c->source, E_LIMIT, n->start, n->end, "a call has at most %d arguments",
                     ARGUMENTS_MAX);
        return &TYPE_ANY_T;
    }
    if (callee->kind != NODE_NAME)
        return call_type(c, n, check_node(c, callee));
    t = check_name(c, callee, true);
    callee->type = or_any(t);
    if (!t)
        return &TYPE_ANY_T;
    return callee->ref == REF_BUILTIN ? call_builtin(c, n, (int)callee->index) : call_type(c, n, t);
}
