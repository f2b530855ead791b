/*
 * account.c: `huiqi account`: accounts, their rights, what they hand on, their sessions, and the
 * organisations that rights are held in. Passwords come from the terminal or from stdin, never from
 * the command line, where other users of the machine could read them.
 *
 * Without --as the operator of the machine works, who has all rights; the log names him so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "policy/subjects.h"
#include "web/people.h"

struct account_options {
    const char *as, *name, *role, *organisation, *enterprise, *person, *from, *until, *end, *under,
        *kind, *library;
    bool no_password, enable, json, close, link;
};

/* The rows that subcommands choose from. */
#define TEXT_OPTION(name, member, argument, help)                                                  \
    {                                                                                              \
        name, argument, help, OPTION_TEXT, offsetof(struct account_options, member)                \
    }
#define FLAG_OPTION(name, member, help)                                                            \
    {                                                                                              \
        name, NULL, help, OPTION_FLAG, offsetof(struct account_options, member)                    \
    }
#define OPT_AS TEXT_OPTION("as", as, "LOGIN", "who does it (default: the operator of this machine)")
#define OPT_ROLE                                                                                   \
    TEXT_OPTION("role", role, "ROLE",                                                              \
                "agent, window, handler, reviewer, finance, counterparty, publisher, auditor, "    \
                "administrator")
#define OPT_ORGANISATION                                                                           \
    TEXT_OPTION("organisation", organisation, "NAME", "held in this one, by name or alias")
#define OPT_ENTERPRISE                                                                             \
    TEXT_OPTION("enterprise", enterprise, "CODE", "held for this enterprise (统一社会信用代码)")
#define OPT_PERSON TEXT_OPTION("person", person, "ID", "held for this person")
#define OPT_FROM   TEXT_OPTION("from", from, "DATE", "first day (default: today)")
#define OPT_UNTIL  TEXT_OPTION("until", until, "DATE", "last day")
#define OPT_LIBRARY                                                                                \
    TEXT_OPTION("library", library, "DIR",                                                         \
                "where the organisations come from (HUIQI_LIBRARY, ./library)")
#define OPT_JSON FLAG_OPTION("json", json, "as JSON")

/* What every subcommand needs; opened once, released once. */
struct people_desk {
    struct account_options o;
    const struct command_spec *spec;
    struct arena arena;
    struct store *store;
    struct err err;
    struct actor who;
    struct date from, until;
    bool has_until;
    int64_t organisation_id, subject_id;
};

static int desk_date(struct people_desk *d, const char *name, const char *text, struct date *ret)
{
    if (date_parse(span_z(text), ret) && ret->year >= 1900 && ret->year <= 9999)
        return 0;
    return err_set(&d->err, E_USAGE, "--%s takes a date such as 2020-03-09", name);
}

/* Reads the days, opens the database, finds out who acts. */
static int desk_open(struct people_desk *d)
{
    int r = 0;

    d->from = date_today();
    if (d->o.from)
        r = desk_date(d, "from", d->o.from, &d->from);
    d->has_until = d->o.until != NULL;
    if (r == 0 && d->has_until)
        r = desk_date(d, "until", d->o.until, &d->until);
    if (r == 0)
        r = store_open(store_url(), &d->store, &d->err);
    if (r == 0)
        r = store_migrate(d->store, &d->err);
    d->who = actor_operator();
    if (r == 0 && d->o.as)
        r = actor_of_account(d->store, &d->arena, span_z(d->o.as), date_today(), &d->who, &d->err);
    return r;
}

static int desk_close(struct people_desk *d, int r, int status)
{
    if (r < 0)
        status = report_err(&d->err);
    store_close(d->store);
    arena_release(&d->arena);
    return status;
}

/* ---- places ---- */

static int seed(struct people_desk *d)
{
    struct library *library = NULL;
    size_t n = 0;

    if (cli_load_library(d->o.library, &library) != OPTIONS_RUN)
        return err_set(&d->err, E_INPUT, "the organisations of the library cannot be read");
    int r = people_seed(d->store, library, &n, &d->err);
    library_unref(library);
    return r;
}

/* One that the store does not have may be in the library. */
static int find_organisation(struct people_desk *d, struct span name, struct organisation_row *ret)
{
    struct err first = ERR_INIT;
    int r = organisation_find(d->store, &d->arena, name, d->from, ret, &first);

    if (r == E_NOT_FOUND) {
        r = seed(d);
        if (r == 0)
            r = organisation_find(d->store, &d->arena, name, d->from, ret, &d->err);
    } else if (r < 0) {
        d->err = first;
    }
    return r;
}

struct making {
    const struct subject_kind *kind;
    struct span code;
    int64_t id;
};

static int make_subject(struct store *s, void *context, struct err *err)
{
    struct making *m = context;
    return subject_put(s, m->kind->kind, m->code, SPAN(""), &m->id, err);
}

static int find_subject(struct people_desk *d, const struct subject_kind *kind, const char *code)
{
    struct making m = {.kind = kind};
    int r = kind->check(&d->arena, span_z(code), &m.code, &d->err);

    if (r == 0)
        r = store_write(d->store, make_subject, &m, &d->err);
    d->subject_id = m.id;
    return r;
}

/* --organisation, --enterprise, --person: at most one. */
static int find_place(struct people_desk *d)
{
    struct organisation_row row = {0};
    int given = !!d->o.organisation + !!d->o.enterprise + !!d->o.person, r = 0;

    if (given > 1)
        return err_set(&d->err, E_USAGE,
                       "only one of --organisation, --enterprise and --person can be given");
    if (d->o.organisation) {
        r = find_organisation(d, span_z(d->o.organisation), &row);
        d->organisation_id = row.id;
    } else if (d->o.enterprise) {
        r = find_subject(d, &ENTERPRISE_KIND, d->o.enterprise);
    } else if (d->o.person) {
        r = find_subject(d, &PERSON_KIND, d->o.person);
    }
    return r;
}

static int role_of(struct people_desk *d, struct span word, enum user_role *ret)
{
    if (user_role_parse(word, ret))
        return 0;
    err_set(&d->err, E_USAGE, "no role '%.*s'", SPAN_ARG(word));
    err_hint(&d->err, "agent, window, handler, reviewer, finance, counterparty, publisher, auditor,"
                      " administrator");
    return E_USAGE;
}

/* ---- passwords ---- */

static int read_line(struct people_desk *d, struct span *ret)
{
    char line[PASSWORD_MOST + 2];

    if (!fgets(line, sizeof line, stdin))
        line[0] = '\0';
    struct span text = span_z(line);
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    *ret = arena_copy(&d->arena, text);
    sodium_memzero(line, sizeof line);
    return ret->p ? 0 : err_memory(&d->err);
}

static int ask(struct people_desk *d, const char *prompt, struct span *ret)
{
    struct termios before, silent;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;

    if (!terminal)
        return read_line(d, ret);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s: ", prompt);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    int r = read_line(d, ret);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return r;
}

static int ask_password(struct people_desk *d, struct span *ret)
{
    struct span again = {NULL, 0};
    int r = ask(d, "password", ret);

    if (r == 0 && isatty(STDIN_FILENO)) {
        r = ask(d, "once more", &again);
        if (r == 0 && !span_eq(*ret, again))
            r = err_set(&d->err, E_INPUT, "the two are not the same");
    }
    if (r == 0 && ret->n == 0) {
        r = err_set(&d->err, E_USAGE, "no password was given");
        err_hint(&d->err, "type it, or give it as the first line of stdin");
    }
    return r;
}

/* ---- add ---- */

static const struct option_spec add_options[] = {
    TEXT_OPTION("name", name, "TEXT",
                "as records show it: a post, not a person (default: the login)"),
    OPT_ROLE,
    OPT_ORGANISATION,
    OPT_ENTERPRISE,
    OPT_PERSON,
    OPT_FROM,
    OPT_UNTIL,
    FLAG_OPTION("no-password", no_password, "none: it cannot sign in by password"),
    OPT_LIBRARY,
    OPT_AS,
};
static const struct option_example add_examples[] = {
    {"huiqi account add root --role administrator", "the first account; asks for a password"},
    {"huiqi account add jbr-01 --name 经办一 --role handler --organisation 静安区人社局",
     "a handler of a department"},
    {"huiqi account add firm-1 --role agent --enterprise CODE <password.txt",
     "an enterprise's agent; the password is the first line of a file"},
};
static const struct command_spec add_spec = {
    .name = "account add",
    .usage = "LOGIN [OPTIONS]",
    .summary = "Makes an account, and gives it a first role. The password is asked for on the\n"
               "terminal, or is the first line of stdin; it has at least 10 characters.",
    .options = add_options,
    .option_count = COUNT_OF(add_options),
    .examples = add_examples,
    .example_count = COUNT_OF(add_examples),
    .least = 1,
    .most = 1,
};

static int grant(struct people_desk *d, int64_t account, enum user_role role)
{
    const struct right_new x = {.account_id = account,
                                .organisation_id = d->organisation_id,
                                .subject_id = d->subject_id,
                                .role = role,
                                .since = d->from,
                                .has_until = d->has_until,
                                .until = d->until};
    int64_t id;
    return right_grant(d->store, &d->who, &x, &id, &d->err);
}

static int add(int argc, char **argv)
{
    struct people_desk d = {.spec = &add_spec};
    enum user_role role = USER_ROLES;
    struct span password = {NULL, 0};
    int64_t id = 0;
    int count, status = options_parse(&add_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = d.o.role ? role_of(&d, span_z(d.o.role), &role) : 0;
    if (r == 0 && !d.o.no_password)
        r = ask_password(&d, &password);
    if (r == 0)
        r = desk_open(&d);
    if (r == 0)
        r = find_place(&d);
    if (r == 0 && d.o.role) /* before: an account without its role would be left behind */
        r = right_fits(role, d.organisation_id, d.subject_id, &d.err);
    if (r == 0)
        r = account_add(d.store, &d.who, span_z(argv[1]), span_z(d.o.name), password, &id, &d.err);
    if (r == 0 && d.o.role)
        r = grant(&d, id, role);
    if (r == 0)
        printf("account %" PRId64 " %s\n", id, argv[1]);
    return desk_close(&d, r, 0);
}

/* ---- list ---- */

static const struct option_spec list_options[] = {OPT_JSON};
static const struct option_example list_examples[] = {
    {"huiqi account list", "all accounts"},
    {"huiqi account list jbr-01 --json", "one, with everything it may do and ever might"},
};
static const struct command_spec list_spec = {
    .name = "account list",
    .usage = "[LOGIN] [--json]",
    .summary = "The accounts; of one its rights and delegations, ended ones too.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
    .most = 1,
};

static struct json *account_json(struct arena *a, const struct account_row *row)
{
    struct json *o = json_object(a);

    JSON_SET(o, "id", json_int(a, row->id));
    JSON_SET(o, "login", json_string(a, row->login));
    JSON_SET(o, "name", json_string(a, row->name));
    JSON_SET(o, "password", json_bool(a, row->has_password));
    JSON_SET(o, "disabled", json_bool(a, row->disabled_at != 0));
    JSON_SET(o, "locked", json_bool(a, row->locked_until > clock_now_ms()));
    return o;
}

static struct json *right_json(struct arena *a, const struct right_row *row)
{
    struct json *o = json_object(a);

    JSON_SET(o, "id", json_int(a, row->id));
    JSON_SET(o, "role", json_string(a, user_role_word(row->role)));
    JSON_SET(o, "organisation", json_string(a, row->organisation));
    JSON_SET(o, "subject", json_string(a, row->subject));
    JSON_SET(o, "since", json_string(a, row->since));
    JSON_SET(o, "until", json_string(a, row->until));
    return o;
}

static struct json *delegation_json(struct arena *a, const struct delegation_row *row)
{
    struct json *o = json_object(a), *roles = json_array(a);

    for (unsigned i = 0; i < USER_ROLES; i++)
        if (row->roles >> i & 1)
            json_add(roles, json_string(a, user_role_word((enum user_role)i)));
    JSON_SET(o, "id", json_int(a, row->id));
    JSON_SET(o, "from", json_string(a, row->from_login));
    JSON_SET(o, "to", json_string(a, row->to_login));
    JSON_SET(o, "roles", roles);
    JSON_SET(o, "organisation", json_string(a, row->organisation));
    JSON_SET(o, "subject", json_string(a, row->subject));
    JSON_SET(o, "since", json_string(a, row->since));
    JSON_SET(o, "until", json_string(a, row->until));
    return o;
}

static int one_account(struct people_desk *d, const char *login, struct json **ret)
{
    struct account_row row;
    struct right_row *rights = NULL;
    struct delegation_row *handed = NULL;
    size_t n = 0, m = 0;
    struct arena *a = &d->arena;
    int r = account_find(d->store, a, span_z(login), &row, &d->err);

    if (r == 0)
        r = right_list(d->store, a, row.id, &rights, &n, &d->err);
    if (r == 0)
        r = delegation_list(d->store, a, row.id, &handed, &m, &d->err);
    if (r < 0)
        return r;
    struct json *o = account_json(a, &row), *list = json_array(a), *delegations = json_array(a);
    for (size_t i = 0; i < n; i++)
        json_add(list, right_json(a, &rights[i]));
    for (size_t i = 0; i < m; i++)
        json_add(delegations, delegation_json(a, &handed[i]));
    JSON_SET(o, "rights", list);
    JSON_SET(o, "delegations", delegations);
    *ret = o;
    return 0;
}

static struct span text_of(const struct json *o, const char *key)
{
    return json_text(json_get(o, span_z(key)));
}

static void print_dates(struct buffer *out, const struct json *o)
{
    buffer_print(out, "%.*s..%.*s", SPAN_ARG(text_of(o, "since")), SPAN_ARG(text_of(o, "until")));
}

static void print_account(struct buffer *out, const struct json *o)
{
    const struct json *disabled = JSON_GET(o, "disabled"), *locked = JSON_GET(o, "locked");
    buffer_print(out, "%.*s ", SPAN_ARG(text_of(o, "id")));
    cli_column(out, text_of(o, "login"), 24);
    buffer_print(out, "%.*s%s%s\n", SPAN_ARG(text_of(o, "name")),
                 disabled && disabled->kind == JSON_TRUE ? " (disabled)" : "",
                 locked && locked->kind == JSON_TRUE ? " (locked)" : "");
    const struct json *rights = JSON_GET(o, "rights"), *handed = JSON_GET(o, "delegations");
    for (const struct json *x = rights ? rights->first : NULL; x; x = x->next) {
        buffer_print(out, "  right %.*s: %.*s %.*s%.*s ", SPAN_ARG(text_of(x, "id")),
                     SPAN_ARG(text_of(x, "role")), SPAN_ARG(text_of(x, "organisation")),
                     SPAN_ARG(text_of(x, "subject")));
        print_dates(out, x);
        buffer_byte(out, '\n');
    }
    for (const struct json *x = handed ? handed->first : NULL; x; x = x->next) {
        buffer_print(out, "  delegation %.*s: %.*s to %.*s, %.*s%.*s ", SPAN_ARG(text_of(x, "id")),
                     SPAN_ARG(text_of(x, "from")), SPAN_ARG(text_of(x, "to")),
                     SPAN_ARG(text_of(x, "organisation")), SPAN_ARG(text_of(x, "subject")));
        print_dates(out, x);
        buffer_byte(out, '\n');
    }
}

#define LIST_PAGE 500

static int all_accounts(struct people_desk *d, struct json *list)
{
    struct span after = SPAN("");
    size_t n = LIST_PAGE;
    int r = 0;

    while (r == 0 && n == LIST_PAGE) {
        struct account_row *rows = NULL;
        r = account_list(d->store, &d->arena, after, LIST_PAGE, &rows, &n, &d->err);
        for (size_t i = 0; r == 0 && i < n; i++)
            json_add(list, account_json(&d->arena, &rows[i]));
        if (r == 0 && n)
            after = rows[n - 1].login;
    }
    return r;
}

static int list(int argc, char **argv)
{
    struct people_desk d = {.spec = &list_spec};
    struct buffer out = BUFFER_INIT;
    struct json *tree = NULL;
    int count, status = options_parse(&list_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = desk_open(&d);
    if (r == 0 && count)
        r = one_account(&d, argv[1], &tree);
    else if (r == 0)
        r = all_accounts(&d, tree = json_array(&d.arena));
    if (r == 0 && d.arena.failed)
        r = err_memory(&d.err);
    if (r < 0)
        return desk_close(&d, r, 0);
    if (d.o.json)
        return desk_close(&d, 0, cli_print_json(tree));
    if (count)
        print_account(&out, tree);
    else
        for (const struct json *x = tree->first; x; x = x->next)
            print_account(&out, x);
    return desk_close(&d, 0, cli_flush(&out, 0));
}

/* ---- role ---- */

static const struct option_spec role_options[] = {
    OPT_ORGANISATION,
    OPT_ENTERPRISE,
    OPT_PERSON,
    OPT_FROM,
    OPT_UNTIL,
    TEXT_OPTION("end", end, "ID",
                "ends the right of this number, on the day of --until (default: today)"),
    OPT_LIBRARY,
    OPT_AS,
};
static const struct option_example role_examples[] = {
    {"huiqi account role jbr-01 reviewer --organisation 静安区人社局 --from 2020-04-01",
     "from this day on"},
    {"huiqi account role jbr-01 --end 3 --until 2020-06-30", "right number 3 ends with this day"},
};
static const struct command_spec role_spec = {
    .name = "account role",
    .usage = "LOGIN ROLE [OPTIONS] | LOGIN --end ID",
    .summary =
        "Gives a role, or ends one. An agent's is for an enterprise or a person; a window's,\n"
        "handler's, reviewer's and finance officer's is in an organisation; a publisher's,\n"
        "auditor's and administrator's is in an organisation (and what is below it) or, without\n"
        "--organisation, everywhere.",
    .options = role_options,
    .option_count = COUNT_OF(role_options),
    .examples = role_examples,
    .example_count = COUNT_OF(role_examples),
    .least = 1,
    .most = 2,
};

static bool read_id(const char *text, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return *text && !*end && *ret > 0;
}

/* Whether the row belongs to the account that was named: a slip of a number is no other's loss. */
static int check_right_of(struct people_desk *d, int64_t account, int64_t right)
{
    struct right_row *rows = NULL;
    size_t n = 0;
    int r = right_list(d->store, &d->arena, account, &rows, &n, &d->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].id == right)
            return 0;
    return r < 0 ? r : err_set(&d->err, E_NOT_FOUND, "the account has no right %" PRId64, right);
}

static int role(int argc, char **argv)
{
    struct people_desk d = {.spec = &role_spec};
    struct account_row account;
    enum user_role which = USER_ROLES;
    int64_t id = 0;
    int count, status = options_parse(&role_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if ((count == 2) == (d.o.end != NULL) || (d.o.end && !read_id(d.o.end, &id)))
        return report_usage(&role_spec, "give a role, or --end with the number of a right");
    arena_init(&d.arena);
    int r = count == 2 ? role_of(&d, span_z(argv[2]), &which) : 0;
    if (r == 0)
        r = desk_open(&d);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[1]), &account, &d.err);
    if (r == 0 && d.o.end)
        r = check_right_of(&d, account.id, id);
    if (r == 0 && d.o.end)
        r = right_end(d.store, &d.who, id, d.has_until ? d.until : date_today(), &d.err);
    else if (r == 0 && (r = find_place(&d)) == 0)
        r = grant(&d, account.id, which);
    return desk_close(&d, r, 0);
}

/* ---- delegate ---- */

static const struct option_spec delegate_options[] = {
    TEXT_OPTION("role", role, "ROLE,...", "only these (default: all that the giver holds there)"),
    OPT_ORGANISATION,
    OPT_ENTERPRISE,
    OPT_PERSON,
    OPT_FROM,
    TEXT_OPTION("until", until, "DATE", "last day; at most 366 days"),
    TEXT_OPTION("end", end, "ID",
                "ends the delegation of this number, on the day of --until (default: today)"),
    OPT_LIBRARY,
    OPT_AS,
};
static const struct option_example delegate_examples[] = {
    {"huiqi account delegate jbr-01 jbr-02 --organisation 静安区人社局 --until 2020-03-20",
     "while the first is away"},
    {"huiqi account delegate jbr-01 jbr-02 --end 2", "back earlier"},
};
static const struct command_spec delegate_spec = {
    .name = "account delegate",
    .usage = "GIVER RECEIVER --until DATE [OPTIONS] | GIVER RECEIVER --end ID",
    .summary =
        "Hands the rights that one account holds in a place on to another, for a time. Every\n"
        "record of what is done so shows both. What was received is not handed on again, nor is\n"
        "the right of an administrator.",
    .options = delegate_options,
    .option_count = COUNT_OF(delegate_options),
    .examples = delegate_examples,
    .example_count = COUNT_OF(delegate_examples),
    .least = 2,
    .most = 2,
};

static int roles_of(struct people_desk *d, unsigned *ret)
{
    struct span words = span_z(d->o.role), word;
    enum user_role one;
    int r = 0;

    *ret = 0;
    while (r == 0 && words.n && span_split(&words, ',', &word)) {
        r = role_of(d, span_trim(word), &one);
        if (r == 0)
            *ret |= 1u << one;
    }
    return r;
}

static int delegate(int argc, char **argv)
{
    struct people_desk d = {.spec = &delegate_spec};
    struct delegation_new x = {0};
    struct account_row giver = {0}, receiver = {0};
    int64_t id = 0;
    int count, status = options_parse(&delegate_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (d.o.end ? !read_id(d.o.end, &id) : !d.o.until)
        return report_usage(&delegate_spec,
                            "give --until, or --end with the number of a delegation");
    arena_init(&d.arena);
    int r = roles_of(&d, &x.roles);
    if (r == 0)
        r = desk_open(&d);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[1]), &giver, &d.err);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[2]), &receiver, &d.err);
    if (r == 0 && d.o.end)
        r = delegation_end(d.store, &d.who, id, d.has_until ? d.until : date_today(), &d.err);
    else if (r == 0 && (r = find_place(&d)) == 0) {
        x.from_account = giver.id;
        x.to_account = receiver.id;
        x.organisation_id = d.organisation_id;
        x.subject_id = d.subject_id;
        x.since = d.from;
        x.until = d.until;
        r = delegation_add(d.store, &d.who, &x, &id, &d.err);
    }
    if (r == 0 && !d.o.end)
        printf("delegation %" PRId64 "\n", id);
    return desk_close(&d, r, 0);
}

/* ---- disable, password, session ---- */

static const struct option_spec disable_options[] = {
    FLAG_OPTION("enable", enable, "lets it in again, and unlocks it"), OPT_AS};
static const struct option_example disable_examples[] = {
    {"huiqi account disable jbr-01", "cannot sign in any more; its sessions end"},
    {"huiqi account disable jbr-01 --enable", "and back"},
};
static const struct command_spec disable_spec = {
    .name = "account disable",
    .usage = "LOGIN [--enable]",
    .summary =
        "Closes an account, or opens it again. What it did stays on record; what it handed on\n"
        "counts no more while it is closed.",
    .options = disable_options,
    .option_count = COUNT_OF(disable_options),
    .examples = disable_examples,
    .example_count = COUNT_OF(disable_examples),
    .least = 1,
    .most = 1,
};

static int disable(int argc, char **argv)
{
    struct people_desk d = {.spec = &disable_spec};
    struct account_row account;
    int count, status = options_parse(&disable_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = desk_open(&d);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[1]), &account, &d.err);
    if (r == 0)
        r = account_disable(d.store, &d.who, account.id, !d.o.enable, &d.err);
    return desk_close(&d, r, 0);
}

static const struct option_spec password_options[] = {
    FLAG_OPTION("link", link, "prints a link with which its owner sets it, once, within 24 hours"),
    OPT_AS};
static const struct option_example password_examples[] = {
    {"huiqi account password jbr-01", "asks for the new one, twice"},
    {"huiqi account password jbr-01 --link", "its owner sets it; nobody else knows it"}};
static const struct command_spec password_spec = {
    .name = "account password",
    .usage = "LOGIN [--link]",
    .summary =
        "Sets a password, unlocks the account and ends its sessions. The password is asked for\n"
        "on the terminal, or is the first line of stdin. With --link the owner of the account\n"
        "does all that himself, behind the address that is printed.",
    .options = password_options,
    .option_count = COUNT_OF(password_options),
    .examples = password_examples,
    .example_count = COUNT_OF(password_examples),
    .least = 1,
    .most = 1,
};

/* The address of the site is that of its pages; HUIQI_PUBLIC_URL says it here too. */
static int print_link(struct people_desk *d, int64_t account)
{
    const char *site = getenv("HUIQI_PUBLIC_URL");
    struct span rest = span_z(site), origin = {0};
    char token[RESET_TOKEN + 1], until[DATE_TEXT];
    int64_t expires = 0;
    int r = account_reset_make(d->store, &d->who, account, token, &expires, &d->err);

    if (r < 0)
        return r;
    span_split(&rest, ' ', &origin);
    clock_print(expires, until);
    printf("%.*s/new-password/%s\nuntil %s\n", SPAN_ARG(origin), token, until);
    return 0;
}

static int password(int argc, char **argv)
{
    struct people_desk d = {.spec = &password_spec};
    struct account_row account;
    struct span text = {NULL, 0};
    int count, status = options_parse(&password_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = d.o.link ? 0 : ask_password(&d, &text);
    if (r == 0)
        r = desk_open(&d);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[1]), &account, &d.err);
    if (r == 0 && d.o.link)
        r = print_link(&d, account.id);
    else if (r == 0)
        r = account_set_password(d.store, &d.who, account.id, text, &d.err);
    return desk_close(&d, r, 0);
}

static const struct option_spec session_options[] = {
    FLAG_OPTION("end", close, "signs it out everywhere"), OPT_JSON, OPT_AS};
static const struct option_example session_examples[] = {
    {"huiqi account session jbr-01", "where and since when it is signed in"},
    {"huiqi account session jbr-01 --end", "signs it out everywhere"},
};
static const struct command_spec session_spec = {
    .name = "account session",
    .usage = "LOGIN [--end] [--json]",
    .summary = "The sessions of an account, newest first; or ends them.",
    .options = session_options,
    .option_count = COUNT_OF(session_options),
    .examples = session_examples,
    .example_count = COUNT_OF(session_examples),
    .least = 1,
    .most = 1,
};

static struct json *time_json(struct arena *a, int64_t ms)
{
    char text[DATE_TEXT];
    return ms ? json_string(a, arena_copy(a, span_of(text, clock_print(ms, text)))) : json_null(a);
}

static int print_sessions(struct people_desk *d, const struct session_row *rows, size_t n)
{
    struct json *list = json_array(&d->arena);
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(&d->arena);
        JSON_SET(o, "created", time_json(&d->arena, rows[i].created_at));
        JSON_SET(o, "seen", time_json(&d->arena, rows[i].seen_at));
        JSON_SET(o, "expires", time_json(&d->arena, rows[i].expires_at));
        JSON_SET(o, "ended", time_json(&d->arena, rows[i].ended_at));
        JSON_SET(o, "how", json_string(&d->arena, rows[i].how));
        json_add(list, o);
    }
    if (d->o.json)
        return cli_print_json(list);
    for (const struct json *x = list ? list->first : NULL; x; x = x->next)
        buffer_print(&out, "%.*s  seen %.*s  %.*s%s%.*s\n", SPAN_ARG(text_of(x, "created")),
                     SPAN_ARG(text_of(x, "seen")), SPAN_ARG(text_of(x, "how")),
                     text_of(x, "ended").n ? "  ended " : "", SPAN_ARG(text_of(x, "ended")));
    return cli_flush(&out, 0);
}

static int session(int argc, char **argv)
{
    struct people_desk d = {.spec = &session_spec};
    struct account_row account;
    struct session_row *rows = NULL;
    size_t n = 0;
    int count, status = options_parse(&session_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = desk_open(&d);
    if (r == 0)
        r = account_find(d.store, &d.arena, span_z(argv[1]), &account, &d.err);
    if (r == 0 && d.o.close)
        r = session_end_all(d.store, &d.who, account.id, &n, &d.err);
    else if (r == 0)
        r = session_list(d.store, &d.arena, account.id, &rows, &n, &d.err);
    if (r < 0)
        return desk_close(&d, r, 0);
    if (!d.o.close)
        return desk_close(&d, 0, print_sessions(&d, rows, n));
    printf("%zu sessions ended\n", n);
    return desk_close(&d, 0, 0);
}

/* ---- organisation ---- */

static const struct option_spec organisation_options[] = {
    TEXT_OPTION("under", under, "NAME", "the one above it from then on"),
    TEXT_OPTION("kind", kind, "KIND", "of a new one: department, centre, bank ... (department)"),
    OPT_FROM,
    OPT_JSON,
    OPT_LIBRARY,
    OPT_AS,
};
static const struct option_example organisation_examples[] = {
    {"huiqi account organisation", "the tree of today"},
    {"huiqi account organisation 静安区人社局", "which one that is, by an alias"},
    {"huiqi account organisation 静安区示例办 --under 静安区人民政府 --from 2020-04-01",
     "a new one, or an old one that moves, from this day on"},
};
static const struct command_spec organisation_spec = {
    .name = "account organisation",
    .usage = "[NAME [--under NAME] [--kind KIND]] [--from DATE] [--json]",
    .summary = "The organisations of a day; or one by its name or an alias. With --under, --kind "
               "or --from\n"
               "adds one, or moves one below another from a day on.\n"
               "Those of the library are there from the beginning.",
    .options = organisation_options,
    .option_count = COUNT_OF(organisation_options),
    .examples = organisation_examples,
    .example_count = COUNT_OF(organisation_examples),
    .most = 1,
};

static int print_organisations(struct people_desk *d, const struct organisation_row *rows, size_t n)
{
    struct json *list = json_array(&d->arena);
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; d->o.json && i < n; i++) {
        struct json *o = json_object(&d->arena);
        JSON_SET(o, "id", json_int(&d->arena, rows[i].id));
        JSON_SET(o, "name", json_string(&d->arena, rows[i].name));
        JSON_SET(o, "kind", json_string(&d->arena, rows[i].kind));
        JSON_SET(o, "under", json_string(&d->arena, rows[i].parent));
        JSON_SET(o, "since", json_string(&d->arena, rows[i].since));
        JSON_SET(o, "until", json_string(&d->arena, rows[i].until));
        json_add(list, o);
    }
    if (d->o.json)
        return cli_print_json(list);
    for (size_t i = 0; i < n; i++) {
        cli_column(&out, rows[i].name, 40);
        cli_column(&out, rows[i].kind, 12);
        buffer_print(&out, "%.*s\n", SPAN_ARG(rows[i].parent));
    }
    return cli_flush(&out, 0);
}

/* A name alone, an alias too: looked up, never changed. */
static int show_organisation(struct people_desk *d, const char *name)
{
    struct organisation_row row = {0};
    int r = find_organisation(d, span_z(name), &row);

    return desk_close(d, r, r < 0 ? 0 : print_organisations(d, &row, 1));
}

/* Adds what is not there, moves what is. */
static int put_organisation(struct people_desk *d, const char *name)
{
    struct organisation_row row = {0}, above = {0};
    struct organisation_new o = {.name = span_z(name),
                                 .kind = d->o.kind ? span_z(d->o.kind) : SPAN("department")};
    struct err ignored = ERR_INIT;
    int r = d->o.under ? find_organisation(d, span_z(d->o.under), &above) : 0;

    if (r < 0)
        return r;
    o.parent = above.name;
    int found = organisation_find(d->store, &d->arena, o.name, d->from, &row, &ignored);
    if (found == 0 && !d->o.under) {
        r = err_set(&d->err, E_CONFLICT, "there is %.*s already", SPAN_ARG(row.name));
        err_hint(&d->err, "--under NAME puts it below another; the name alone shows it");
        return r;
    }
    if (found == 0)
        return organisation_move(d->store, &d->who, row.id, above.id, d->from, &d->err);
    return organisation_add(d->store, &d->who, &o, d->from, &row.id, &d->err);
}

static int organisation(int argc, char **argv)
{
    struct people_desk d = {.spec = &organisation_spec};
    struct organisation_row *rows = NULL;
    size_t n = 0;
    int count, status = options_parse(&organisation_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    arena_init(&d.arena);
    int r = desk_open(&d);
    if (r == 0)
        r = seed(&d);
    if (r == 0 && count && !d.o.under && !d.o.kind && !d.o.from)
        return show_organisation(&d, argv[1]);
    if (r == 0 && count)
        return desk_close(&d, put_organisation(&d, argv[1]), 0);
    if (r == 0)
        r = organisation_list(d.store, &d.arena, d.from, &rows, &n, &d.err);
    return r < 0 ? desk_close(&d, r, 0) : desk_close(&d, 0, print_organisations(&d, rows, n));
}

/* ---- demo ---- */

static const struct option_spec demo_options[] = {OPT_ORGANISATION, OPT_ENTERPRISE, OPT_LIBRARY};
static const struct option_example demo_examples[] = {
    {"huiqi account demo --organisation 静安区人社局 --enterprise CODE",
     "nine accounts, demo-agent to demo-administrator; their passwords are printed once"}};
static const struct command_spec demo_spec = {
    .name = "account demo",
    .usage = "--organisation NAME --enterprise CODE",
    .summary = "Makes one invented account for each role, to try things out: the offices in one\n"
               "organisation, the agent for one enterprise. Never for real work.",
    .options = demo_options,
    .option_count = COUNT_OF(demo_options),
    .examples = demo_examples,
    .example_count = COUNT_OF(demo_examples),
};

static int demo_account(struct people_desk *d, enum user_role role, int64_t organisation,
                        int64_t subject)
{
    char secret[SESSION_TOKEN + 1];
    unsigned char random[9];
    int64_t id = 0;
    struct span login = arena_print(&d->arena, "demo-%.*s", SPAN_ARG(user_role_word(role)));
    struct span name = arena_print(&d->arena, "示例%.*s", SPAN_ARG(user_role_title(role, false)));

    randombytes_buf(random, sizeof random);
    sodium_bin2base64(secret, sizeof secret, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (!login.p || !name.p)
        return err_memory(&d->err);
    int r = account_add(d->store, &d->who, login, name, span_z(secret), &id, &d->err);
    bool everywhere = role == USER_PUBLISHER || role == USER_AUDITOR || role == USER_ADMINISTRATOR;
    d->organisation_id = role == USER_AGENT || everywhere ? 0 : organisation;
    d->subject_id = role == USER_AGENT ? subject : 0;
    if (r == 0)
        r = grant(d, id, role);
    if (r == 0)
        printf("%-20.*s %s\n", SPAN_ARG(login), secret);
    return r;
}

static int demo(int argc, char **argv)
{
    struct people_desk d = {.spec = &demo_spec};
    struct organisation_row row = {0};
    int count, status = options_parse(&demo_spec, argc, argv, &d.o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!d.o.organisation || !d.o.enterprise)
        return report_usage(&demo_spec, "--organisation and --enterprise are needed");
    arena_init(&d.arena);
    int r = desk_open(&d);
    if (r == 0 && sodium_init() < 0)
        r = err_set(&d.err, E_IO, "no source of random numbers");
    if (r == 0)
        r = find_organisation(&d, span_z(d.o.organisation), &row);
    if (r == 0)
        r = find_subject(&d, &ENTERPRISE_KIND, d.o.enterprise);
    int64_t subject = d.subject_id;
    for (int i = 0; r == 0 && i < USER_ROLES; i++)
        r = demo_account(&d, (enum user_role)i, row.id, subject);
    return desk_close(&d, r, 0);
}

int cmd_account(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"add", add, "makes an account", NULL},
        {"list", list, "the accounts, or one with its rights", NULL},
        {"role", role, "gives a role for a time, or ends it", NULL},
        {"delegate", delegate, "hands rights on to another for a time", NULL},
        {"disable", disable, "closes an account, or opens it again", NULL},
        {"password", password, "sets a password and unlocks", NULL},
        {"session", session, "the sessions of an account; ends them", NULL},
        {"organisation", organisation, "the tree of organisations; adds and moves", NULL},
        {"demo", demo, "one invented account for each role, to try things out", NULL}};
    static const struct command_group group = {
        .name = "account",
        .summary =
            "账号与权限：谁可以登录，以什么角色、在哪个机构或为哪家企业办事（docs/accounts.md）。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
