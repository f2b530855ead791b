/*
 * rules.c: what one rule costs on the scalar machine, on ten rules and invented enterprises; writes
 * the enterprises and the right sums for the peers (peers/peers.mjs), which answer the same rules.
 *
 *     rules RULES.feel COUNT OUT-FOLDER
 *
 * Right means: computed here once more by hand in whole ten-thousandths of a yuan, without any
 * engine. Every engine's sums are compared with these for equality.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <huiqi/feel.h>

#include "base/file.h"
#include "feel/feel.h"

#define RULES  10
#define ROUNDS 15
#define SMALL  200 /* what is slow in a peer is measured on the first so many */

/* ---- invented enterprises ---- */

enum column {
    REGION,
    INDUSTRY,
    SIZE,
    TIER,
    FOUNDED,
    LENT, /* texts and dates */
    HEADCOUNT,
    LAYOFFS,
    PREMIUM,
    REVENUE,
    REVENUE_BEFORE,
    RENT,
    RESEARCH,
    GRADUATES,
    LOAN,
    MONTHLY_RATE,
    LOAN_MONTHS, /* numbers */
    COLUMNS
};

static const struct {
    const char *name, *type;
    int64_t scale; /* numbers are kept as whole parts of this: 100 = fen */
} columns[COLUMNS] = {
    {"region", "string", 0},
    {"industry", "string", 0},
    {"size", "string", 0},
    {"tier", "string", 0},
    {"founded", "date", 0},
    {"lent", "date", 0},
    {"headcount", "number", 1},
    {"layoffs", "number", 1000},
    {"premium", "number", 100},
    {"revenue", "number", 100},
    {"revenue_before", "number", 100},
    {"rent", "number", 100},
    {"research", "number", 100},
    {"graduates", "number", 1},
    {"loan", "number", 1},
    {"monthly_rate", "number", 10000},
    {"loan_months", "number", 1},
};

struct enterprise {
    int64_t at[COLUMNS]; /* texts: which one; dates: days since 1970; numbers: whole parts */
};

static const char *const sizes[] = {"large", "medium", "small", "micro"};
static const char *const tiers[] = {"A", "B", "C"};

/* Deterministic on every machine: a 64-bit linear congruence, upper bits. */
static int64_t pick(uint64_t *seed, int64_t low, int64_t high)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int64_t)((*seed >> 33) % (uint64_t)(high - low + 1));
}

static struct enterprise invent(uint64_t *seed)
{
    struct enterprise e;
    int64_t small = pick(seed, 0, 3); /* most enterprises are small */
    e.at[REGION] = pick(seed, 1, 13);
    e.at[INDUSTRY] = pick(seed, 1, 40);
    e.at[SIZE] = pick(seed, 0, 3);
    e.at[TIER] = pick(seed, 0, 2);
    e.at[FOUNDED] = pick(seed, 9000, 18300);
    e.at[LENT] = pick(seed, 17900, 18500);
    e.at[HEADCOUNT] = small ? pick(seed, 1, 90) : pick(seed, 50, 2000);
    e.at[LAYOFFS] = pick(seed, 0, 120);
    e.at[PREMIUM] = e.at[HEADCOUNT] * pick(seed, 20000, 90000);
    e.at[REVENUE] = e.at[HEADCOUNT] * pick(seed, 1000000, 90000000);
    e.at[REVENUE_BEFORE] = e.at[REVENUE] / 100 * pick(seed, 70, 160);
    e.at[RENT] = pick(seed, 0, 60000000);
    e.at[RESEARCH] = e.at[REVENUE] / 1000 * pick(seed, 0, 60);
    e.at[GRADUATES] = pick(seed, 0, 2) ? 0 : pick(seed, 1, 150);
    e.at[LOAN] = pick(seed, 0, 500) * 10000;
    e.at[MONTHLY_RATE] = pick(seed, 25, 60);
    e.at[LOAN_MONTHS] = pick(seed, 1, 36);
    return e;
}

/* A column as text: what JSON and FEEL read. */
static void print_column(char out[64], enum column c, int64_t v)
{
    struct date d;
    if (c == REGION || c == INDUSTRY)
        snprintf(out, 64, "%c%02d", c == REGION ? 'r' : 'i', (int)v);
    else if (c == SIZE || c == TIER)
        snprintf(out, 64, "%s", c == SIZE ? sizes[v] : tiers[v]);
    else if (columns[c].scale == 0)
        date_print(date_from_days(v, &d) ? d : (struct date){1970, 1, 1}, out);
    else
        snprintf(out, 64, "%lld%s", (long long)(v / columns[c].scale), "");
    if (columns[c].scale > 1)
        snprintf(out + strlen(out), 32, ".%0*lld",
                 columns[c].scale == 100    ? 2
                 : columns[c].scale == 1000 ? 3
                                            : 4,
                 (long long)(v % columns[c].scale));
}

/* ---- the right answers, in ten-thousandths of a yuan ---- */

static bool among(int64_t v, const char *list) /* " 3 7 11 " */
{
    char word[16];
    snprintf(word, sizeof word, " %d ", (int)v);
    return strstr(list, word) != NULL;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t days(int64_t y, int64_t m, int64_t d)
{
    struct date at;
    return date_make(y, m, d, &at) ? date_days(at) : 0;
}

static int64_t step(int64_t headcount)
{
    return headcount <= 20    ? 5000
           : headcount <= 50  ? 10000
           : headcount <= 100 ? 20000
           : headcount <= 300 ? 50000
                              : 0;
}

static void right(const struct enterprise *e, int64_t r[RULES])
{
    const int64_t *v = e->at, Y = 10000;
    bool r1 = v[HEADCOUNT] <= 300 && v[REGION] <= 5 && v[LAYOFFS] <= 55;
    bool r2 = v[SIZE] >= 2 && v[REVENUE] * 10 <= v[REVENUE_BEFORE] * 8;
    bool r6 = v[LENT] >= days(2020, 2, 1) && v[LENT] <= days(2020, 6, 30);
    r[0] = r1 ? least(v[PREMIUM] * 50, 200000 * Y) : 0;
    r[1] = r2 ? least(v[RENT] * 30, 100000 * Y) : 0;
    r[2] =
        among(v[INDUSTRY], " 3 7 11 19 23 31 ") && among(v[REGION], " 1 2 3 5 6 8 11 12 ") ? Y : 0;
    r[3] = v[RESEARCH] * 100 >= v[REVENUE] * 3 ? least(v[RESEARCH] * 10, 500000 * Y) : 0;
    r[4] = least(v[GRADUATES] * 1000, 100000) * Y;
    r[5] = r6 ? least(v[LOAN], 3000000) * v[MONTHLY_RATE] * least(v[LOAN_MONTHS], 6) / 2 : 0;
    r[6] = step(v[HEADCOUNT]) * Y;
    r[7] = v[FOUNDED] > days(2017, 3, 9) && v[HEADCOUNT] <= 20 ? 3000 * Y : 0;
    r[8] = among(v[INDUSTRY], " 1 2 4 5 8 9 10 12 14 15 17 20 22 25 27 28 30 ") && v[SIZE] >= 1 ? Y
                                                                                                : 0;
    r[9] = v[GRADUATES] == 0 ? least(v[HEADCOUNT], 200) *
                                   (v[TIER] == 0   ? 300
                                    : v[TIER] == 1 ? 200
                                                   : 100) *
                                   Y
                             : 0;
}

static void right_sums(const struct enterprise *all, size_t n, int64_t sums[RULES])
{
    memset(sums, 0, RULES * sizeof *sums);
    for (size_t i = 0; i < n; i++) {
        int64_t r[RULES];
        right(&all[i], r);
        for (int k = 0; k < RULES; k++)
            sums[k] += r[k];
    }
}

/* ---- for the peers ---- */

static void write_enterprise(struct buffer *out, const struct enterprise *e)
{
    char text[64];
    for (int c = 0; c < COLUMNS; c++) {
        const char *quote = columns[c].scale ? "" : "\"";
        print_column(text, (enum column)c, e->at[c]);
        buffer_print(out, "%s\"%s\": %s%s%s", c ? ", " : "{", columns[c].name, quote, text, quote);
    }
    buffer_byte(out, '}');
}

static void write_sums(struct buffer *out, const struct enterprise *all, size_t n)
{
    int64_t sums[RULES];
    right_sums(all, n, sums);
    buffer_print(out, "\"%zu\": [", n);
    for (int k = 0; k < RULES; k++)
        buffer_print(out, "%s%lld", k ? ", " : "", (long long)sums[k]);
    buffer_byte(out, ']');
}

static int write_file(const char *folder, const char *name, struct buffer *b)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = b->failed ? NULL : fopen(path, "w");
    int r = f && fwrite(b->p, 1, b->n, f) == b->n ? 0 : E_IO;
    if (f && fclose(f) != 0)
        r = E_IO;
    buffer_release(b);
    return r;
}

static int write_all(const char *folder, const struct enterprise *all, size_t n)
{
    struct buffer b = BUFFER_INIT, s = BUFFER_INIT;
    for (size_t i = 0; i < n; i++) {
        buffer_add_z(&b, i ? ",\n" : "[");
        write_enterprise(&b, &all[i]);
    }
    buffer_add_z(&b, "]\n");
    buffer_byte(&s, '{');
    write_sums(&s, all, n);
    buffer_add_z(&s, ", ");
    write_sums(&s, all, n < SMALL ? n : SMALL);
    buffer_add_z(&s, "}\n");
    int r = write_file(folder, "enterprises.json", &b);
    return r < 0 ? (buffer_release(&s), r) : write_file(folder, "sums.json", &s);
}

/* ---- our machine ---- */

struct setting {
    struct arena program;
    struct feel_vocabulary vocabulary;
    const struct feel_expr *rules[RULES];
    struct span texts[RULES];
    const struct enterprise *all;
    struct value *slots; /* COLUMNS for every enterprise */
    size_t n;
};

static void die(const char *what)
{
    fprintf(stderr, "rules: %s\n", what);
    exit(2);
}

static struct value slot_of(struct arena *a, enum column c, int64_t v)
{
    char text[64];
    struct date d;
    struct decimal n;
    print_column(text, c, v);
    if (columns[c].scale > 0 && decimal_parse(span_z(text), &n))
        return value_number(n);
    if (columns[c].type[0] == 'd' && date_from_days(v, &d))
        return value_date(d);
    return value_string(arena_copy(a, span_z(text)));
}

static void load_slots(struct setting *s)
{
    s->slots = ARENA_ARRAY(&s->program, struct value, s->n * COLUMNS);
    for (size_t i = 0; s->slots && i < s->n; i++)
        for (int c = 0; c < COLUMNS; c++)
            s->slots[i * COLUMNS + (size_t)c] =
                slot_of(&s->program, (enum column)c, s->all[i].at[c]);
}

static void compile_rules(struct setting *s, struct span rest)
{
    struct diags diags;
    struct span line;
    struct buffer out = BUFFER_INIT;
    int k = 0;
    diags_init(&diags, &s->program);
    while (span_split(&rest, '\n', &line)) {
        struct feel_compile how = {.mode = FEEL_STRICT, .vocabulary = &s->vocabulary};
        struct span name;
        if (line.n == 0 || line.p[0] != 'R' || !span_split(&line, ' ', &name) || k == RULES)
            continue;
        s->texts[k] = line;
        if (feel_compile(&s->program, line, &how, &s->rules[k++], &diags) < 0) {
            diags_print(&out, &diags);
            die(out.p);
        }
    }
    if (k != RULES)
        die("ten rules are needed");
}

enum what { PLAIN, TRACED, EXPLAINED, WAYS };

/* Processor time of this process: what others do on the machine does not count. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One rule over all enterprises. The result is added up by the caller's sum when wanted. */
static void over_all(const struct setting *s, int k, enum what what, struct arena *request,
                     struct value *sum)
{
    struct buffer worked = BUFFER_INIT;
    for (size_t i = 0; i < s->n; i++) {
        struct feel_run run = {
            .arena = request, .slots = s->slots + i * COLUMNS, .trace = what != PLAIN};
        if (what != PLAIN)
            arena_clear(request);
        struct value v = feel_run(s->rules[k], &run);
        if (v.kind != VALUE_NUMBER)
            die("a rule gives no number");
        if (what == EXPLAINED) {
            buffer_clear(&worked);
            run.trace = false;
            feel_worked(&worked, s->rules[k], &run);
        }
        if (sum)
            sum->number = decimal_add(sum->number, v.number, NULL);
    }
    buffer_release(&worked);
}

static bool sum_is_right(const struct setting *s, int k, enum what what, int64_t wanted)
{
    struct arena request;
    struct value sum = value_int(0);
    arena_init(&request);
    over_all(s, k, what, &request, &sum);
    if (what == PLAIN && request.block)
        die("an evaluation allocated");
    arena_release(&request);
    return decimal_compare(decimal_mul(sum.number, decimal_from_int(10000), NULL),
                           decimal_from_int(wanted)) == 0;
}

static double measure(const struct setting *s, int k, enum what what)
{
    double times[ROUNDS];
    struct arena request;
    arena_init(&request);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now();
        over_all(s, k, what, &request, NULL);
        times[i] = (now() - start) / (double)s->n;
    }
    arena_release(&request);
    qsort(times, ROUNDS, sizeof *times, by_size);
    return times[ROUNDS / 2];
}

static bool report(const struct setting *s)
{
    static const char *const names[WAYS] = {
        "huiqi, without trace", "huiqi, with what it looked at",
        "huiqi, explained: looked at, and the formula with its numbers"};
    int64_t sums[RULES];
    bool right = true;
    right_sums(s->all, s->n, sums);
    for (int what = PLAIN; what < WAYS; what++) {
        double total = 0;
        printf("%-64s", names[what]);
        for (int k = 0; k < RULES; k++) {
            double t = measure(s, k, (enum what)what);
            bool good = sum_is_right(s, k, (enum what)what, sums[k]);
            right = right && good;
            total += t;
            printf(" R%d %.0f%s", k + 1, t, good ? "" : "!");
        }
        printf("\n  %-62s %10.1f ns a rule\n", "mean of the ten", total / RULES);
    }
    return right;
}

/* ---- the same through libhuiqi: what another program pays ---- */

static void library_set(struct huiqi_run *run, const struct enterprise *e)
{
    char text[64];
    for (int c = 0; c < COLUMNS; c++) {
        print_column(text, (enum column)c, e->at[c]);
        if (huiqi_set_text(run, (uint32_t)c, huiqi_text(text)) < 0)
            die("libhuiqi: a value");
    }
}

static struct huiqi_vocabulary *library_vocabulary(struct huiqi_engine **ret_engine)
{
    struct huiqi_vocabulary *v = NULL;
    if (huiqi_engine_new(NULL, ret_engine) < 0 || huiqi_vocabulary_new(*ret_engine, &v) < 0)
        die("libhuiqi: no memory");
    for (int c = 0; c < COLUMNS; c++)
        if (huiqi_declare(v, huiqi_text(columns[c].name), huiqi_text(columns[c].type), NULL) < 0)
            die("libhuiqi: a name");
    return v;
}

/* Fifty enterprises, each rule two hundred times: setting the values is not measured. */
static void library_report(const struct setting *s)
{
    struct huiqi_engine *engine = NULL;
    struct huiqi_vocabulary *v = library_vocabulary(&engine);
    struct huiqi_program *p[RULES];
    struct huiqi_run *run = NULL;
    double spent = 0, evaluations = 0;
    for (int k = 0; k < RULES; k++)
        if (huiqi_compile(v, (struct huiqi_text){s->texts[k].p, s->texts[k].n}, NULL, &p[k], NULL) <
            0)
            die("libhuiqi: a rule");
    if (huiqi_run_new(v, &run) < 0)
        die("libhuiqi: no memory");
    for (size_t i = 0; i < s->n && i < 50; i++) {
        library_set(run, &s->all[i]);
        for (int k = 0; k < RULES; k++) {
            double start = now();
            for (int j = 0; j < 200; j++)
                if (huiqi_kind(huiqi_evaluate(run, p[k])) != HUIQI_NUMBER)
                    die("libhuiqi: no number");
            spent += now() - start;
            evaluations += 200;
        }
        huiqi_run_clear(run);
    }
    printf("%-64s %10.1f ns a rule\n", "huiqi through libhuiqi", spent / evaluations);
    for (int k = 0; k < RULES; k++)
        huiqi_program_free(p[k]);
    huiqi_run_free(run);
    huiqi_vocabulary_free(v);
    huiqi_engine_free(engine);
}

static void declare_columns(struct setting *s)
{
    uint32_t slot;
    for (int c = 0; c < COLUMNS; c++) {
        const struct type *t = columns[c].scale            ? &TYPE_NUMBER_T
                               : columns[c].type[0] == 'd' ? &TYPE_DATE_T
                                                           : &TYPE_STRING_T;
        if (feel_declare(&s->vocabulary, span_z(columns[c].name), t, &slot) < 0)
            die("a name");
    }
}

int main(int argc, char **argv)
{
    struct setting s = {0};
    struct span text = {0};
    struct err err = ERR_INIT;
    uint64_t seed = 20200309;
    if (argc != 4 || strtol(argv[2], NULL, 10) < SMALL)
        die("usage: rules RULES.feel COUNT OUT-FOLDER; at least 200 enterprises");
    arena_init(&s.program);
    feel_vocabulary_init(&s.vocabulary, &s.program);
    s.n = (size_t)strtol(argv[2], NULL, 10);
    struct enterprise *all = ARENA_ARRAY(&s.program, struct enterprise, s.n);
    for (size_t i = 0; all && i < s.n; i++)
        all[i] = invent(&seed);
    s.all = all;
    if (!all || file_read(&s.program, argv[1], 1 << 20, &text, &err) < 0)
        die(err.message);
    declare_columns(&s);
    compile_rules(&s, text);
    load_slots(&s);
    if (!s.slots || write_all(argv[3], all, s.n) < 0)
        die("cannot write the enterprises");
    printf("%zu invented enterprises, %d rules\n", s.n, RULES);
    bool good = report(&s);
    library_report(&s);
    printf("%s\n", good ? "sums equal to exact arithmetic"
                        : "SUMS DIFFER from exact arithmetic (rules marked !)");
    arena_release(&s.program);
    return good ? 0 : 1;
}
