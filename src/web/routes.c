/*
 * routes.c: every address of the application, once. /openapi.json is made from this table.
 */
#include "web/handlers.h"

static const char *const sort_choices[] = {"relevance", "amount", "deadline", NULL};

static const struct field search_fields[] = {
    {.name = "q",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "Words, separated by blanks; each must be found."},
    {.name = "region",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "A region such as 上海市/静安区; those above it count too."},
    {.name = "authority",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "The department, or of products the institution."},
    {.name = "kind",
     .kind = FIELD_TEXT,
     .most = 20,
     .summary = "Kind of measure, such as subsidy."},
    {.name = "industry",
     .kind = FIELD_TEXT,
     .most = 40,
     .summary = "Leaves out what an enterprise of this industry cannot have."},
    {.name = "size",
     .kind = FIELD_TEXT,
     .most = 20,
     .summary = "Leaves out what an enterprise of this size cannot have."},
    {.name = "status",
     .kind = FIELD_TEXT,
     .most = 20,
     .summary = "Timing on the date: open, not-yet, closed, expired, unknown-start, unknown-end."},
    {.name = "page", .kind = FIELD_INT, .least = 1, .most = 10000, .summary = "Page of the list."},
    {.name = "sort",
     .kind = FIELD_CHOICE,
     .choices = sort_choices,
     .summary = "Order of the list."},
};

static const char *const group_choices[] = {"measures", "products", "documents", NULL};

/* One search for people: see search.c. */
static const struct field find_fields[] = {
    {.name = "q",
     .kind = FIELD_TEXT,
     .most = DOCSEARCH_TEXT,
     .summary = "Words, all of which must occur; \"phrases\"; -words that must not."},
    {.name = "in", .kind = FIELD_CHOICE, .choices = group_choices, .summary = "Only this group."},
    {.name = "region",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "Documents of this region and below it."},
    {.name = "issuer", .kind = FIELD_TEXT, .most = 100, .summary = "Documents of this office."},
    {.name = "year",
     .kind = FIELD_INT,
     .least = 1900,
     .most = 2200,
     .summary = "Documents issued in this year."},
    {.name = "type", .kind = FIELD_TEXT, .most = 40, .summary = "Documents of this type."},
    {.name = "tag", .kind = FIELD_TEXT, .most = 40, .summary = "Documents with this tag."},
    {.name = "in_force",
     .kind = FIELD_BOOL,
     .summary = "Without documents known not to be in force on the date."},
    {.name = "page", .kind = FIELD_INT, .least = 1, .most = 10000, .summary = "Page, from 1."},
};
static const struct field suggest_fields[] = {
    {.name = "q",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "The beginning of a word, or the first letters of its sounds."},
};

static const char *const subject_choices[] = {"enterprise", "person", NULL};
static const char *const how_choices[] = {"answer", "unknown", "absent", NULL};
static const char *const back_choices[] = {"answers", "result", NULL};

static const struct field start_fields[] = {
    {.name = "kind",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = subject_choices,
     .summary = "Who asks."},
    {.name = "facts",
     .kind = FIELD_TEXT,
     .most = 16000,
     .summary = "Facts as JSON, to begin with."},
};

#define QUESTION_KEY                                                                               \
    {.name = "fact",                                                                               \
     .kind = FIELD_TEXT,                                                                           \
     .most = 100,                                                                                  \
     .summary = "The fact asked for; none = the next question."},                                  \
        {.name = "period",                                                                         \
         .kind = FIELD_TEXT,                                                                       \
         .most = 20,                                                                               \
         .summary = "Its period, such as 2019-12."},                                               \
    {                                                                                              \
        .name = "item", .kind = FIELD_INT, .most = 10000,                                          \
        .summary = "Number of the item in its list; 0 = the subject."                              \
    }

static const struct field question_fields[] = {
    QUESTION_KEY,
    {.name = "back",
     .kind = FIELD_CHOICE,
     .choices = back_choices,
     .summary = "Where to go after the answer."},
    {.name = "more", .kind = FIELD_BOOL, .summary = "Go on after the first seven questions."},
};
static const struct field answer_fields[] = {
    QUESTION_KEY,
    {.name = "back",
     .kind = FIELD_CHOICE,
     .choices = back_choices,
     .summary = "Where to go after the answer."},
    {.name = "more", .kind = FIELD_BOOL, .summary = "Go on after the first seven questions."},
    {.name = "how",
     .kind = FIELD_CHOICE,
     .choices = how_choices,
     .summary = "An answer, don't know, or not mine."},
    {.name = "value",
     .kind = FIELD_TEXT,
     .flags = FIELD_MANY,
     .most = 1000,
     .summary = "The answer; several for lists."},
};
static const struct field remove_fields[] = {
    QUESTION_KEY,
    {.name = "list", .kind = FIELD_TEXT, .most = 40, .summary = "A kind of items said to be none."},
    {.name = "all", .kind = FIELD_BOOL, .summary = "Forget the whole check-up."},
};
static const char *const finding_groups[] = {"can", "confirm", "supply", "near",
                                             "not", "time",    NULL};
static const struct field result_fields[] = {
    {.name = "group",
     .kind = FIELD_CHOICE,
     .choices = finding_groups,
     .summary = "Only this group, in full."},
    {.name = "region",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "Only findings of a region and those within it."},
    {.name = "kind", .kind = FIELD_TEXT, .most = 20, .summary = "Only this kind of measure."},
    {.name = "page", .kind = FIELD_INT, .least = 1, .most = 1000, .summary = "Page of the group."},
};
static const struct field item_fields[] = {
    {.name = "item",
     .kind = FIELD_INT,
     .most = 10000,
     .summary = "Number of the item in its list; 0 = the subject."},
};
static const struct field whatif_fields[] = {
    QUESTION_KEY,
    {.name = "parameter",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "A public value, instead of a fact."},
};
static const struct field try_fields[] = {
    QUESTION_KEY,
    {.name = "parameter",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "A public value, instead of a fact."},
    {.name = "how",
     .kind = FIELD_CHOICE,
     .choices = how_choices,
     .summary = "An answer, or not mine."},
    {.name = "value",
     .kind = FIELD_TEXT,
     .flags = FIELD_MANY,
     .most = 1000,
     .summary = "The other value; several for lists."},
};
static const struct field calendar_fields[] = {
    {.name = "month", .kind = FIELD_TEXT, .most = 7, .summary = "A month such as 2020-03."},
};
static const struct field places_fields[] = {
    {.name = "family",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "The family of measures to compare."},
};
static const struct field match_fields[] = {
    {.name = "facts",
     .kind = FIELD_JSON,
     .summary = "Facts as docs/authoring.md describes them: absent = unknown."},
    {.name = "date", .kind = FIELD_DATE, .summary = "As-of date; default today."},
    {.name = "region",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "Narrows the list; never a fact."},
    {.name = "measure",
     .kind = FIELD_TEXT,
     .most = 200,
     .summary = "Only this one, by id or catalogue number."},
    {.name = "reading",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "Reading of an ambiguous text."},
    {.name = "kind",
     .kind = FIELD_CHOICE,
     .choices = subject_choices,
     .summary = "Whose facts they are."},
};
static const struct field compare_fields[] = {
    {.name = "institution",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "Only products of this institution."},
    {.name = "type",
     .kind = FIELD_TEXT,
     .most = 40,
     .summary = "Only products of this type, such as loan."},
};

static const struct field browse_fields[] = {
    {.name = "region",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "A region such as 上海市/静安区, with those below it."},
    {.name = "issuer", .kind = FIELD_TEXT, .most = 100, .summary = "An issuing office."},
    {.name = "year", .kind = FIELD_INT, .least = 1900, .most = 2200, .summary = "Year of issue."},
    {.name = "type", .kind = FIELD_TEXT, .most = 40, .summary = "Kind of text, such as 通知."},
    {.name = "page", .kind = FIELD_INT, .least = 1, .most = 100000, .summary = "Page of the list."},
};
static const struct field graph_fields[] = {
    {.name = "region", .kind = FIELD_TEXT, .most = 60, .summary = "Only documents of a region."},
};
static const char *const format_choices[] = {"markdown", "html", "akn", NULL};
static const struct field document_fields[] = {
    {.name = "version",
     .kind = FIELD_INT,
     .least = 1,
     .most = 100000,
     .summary = "A version; default the newest."},
    {.name = "since",
     .kind = FIELD_INT,
     .least = 1,
     .most = 100000,
     .summary = "Shows what changed since this version."},
    {.name = "original",
     .kind = FIELD_BOOL,
     .summary = "The text as it came beside the repaired one."},
    {.name = "facts",
     .kind = FIELD_BOOL,
     .summary = "Amounts, dates, limits, departments and the like below each clause."},
    {.name = "format",
     .kind = FIELD_CHOICE,
     .choices = format_choices,
     .summary = "The text as a file: Markdown, HTML or Akoma Ntoso."},
};

static const struct field sign_in_fields[] = {
    {.name = "login",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 64,
     .summary = "The account."},
    {.name = "password",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "Its password."},
    {.name = "to", .kind = FIELD_TEXT, .most = 4000, .summary = "The page to go on to."},
};
static const struct field to_fields[] = {
    {.name = "to", .kind = FIELD_TEXT, .most = 4000, .summary = "The page to go on to."},
};
static const struct field seat_fields[] = {
    {.name = "seat",
     .kind = FIELD_INT,
     .flags = FIELD_REQUIRED,
     .least = 1,
     .most = 200,
     .summary = "Number of the seat in the list of the account."},
};
static const struct field password_fields[] = {
    {.name = "old",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "The password now."},
    {.name = "new",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "The new one."},
    {.name = "again",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "The new one once more."},
};
static const struct field delegate_fields[] = {
    {.name = "to",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 64,
     .summary = "The receiver's account."},
    {.name = "since", .kind = FIELD_DATE, .summary = "First day; default today."},
    {.name = "until", .kind = FIELD_DATE, .flags = FIELD_REQUIRED, .summary = "Last day."},
};
static const struct field delegation_fields[] = {
    {.name = "delegation",
     .kind = FIELD_INT,
     .flags = FIELD_REQUIRED,
     .least = 1,
     .most = INT64_MAX,
     .summary = "Number of the delegation."},
};
static const struct field accounts_fields[] = {
    {.name = "after", .kind = FIELD_TEXT, .most = 64, .summary = "Accounts behind this one."},
};
static const char *const audit_classes[] = {"sign-in", "read", "change", "decision", NULL};
static const struct field audit_fields[] = {
    {.name = "class",
     .kind = FIELD_CHOICE,
     .choices = audit_classes,
     .summary = "Only this class."},
    {.name = "kind", .kind = FIELD_TEXT, .most = 40, .summary = "Kind of object, such as case."},
    {.name = "object",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "The object, by number or code."},
    {.name = "account",
     .kind = FIELD_INT,
     .least = 0,
     .most = INT64_MAX,
     .summary = "By this account, or in its place."},
    {.name = "before",
     .kind = FIELD_INT,
     .least = 0,
     .most = INT64_MAX,
     .summary = "Entries older than this one."},
};

const struct route app_routes[] = {
    {METHOD_GET, "/", home_show, .summary = "The first page."},
    {METHOD_GET, "/measures", measures_list, FIELDS(search_fields),
     .summary = "Measures, searched and filtered."},
    {METHOD_GET, "/measures/{id*}", measures_show,
     .summary = "One measure, by id or catalogue number."},
    {METHOD_GET, "/products", products_list, FIELDS(search_fields),
     .summary = "Credit products, searched and filtered."},
    {METHOD_GET, "/products/compare", products_compare, FIELDS(compare_fields),
     .summary = "Credit products side by side, for the answers of the check-up."},
    {METHOD_GET, "/products/{id*}", products_show, .summary = "One credit product."},
    {METHOD_GET, "/checkups", checkups_start, .summary = "Begins a check-up."},
    {METHOD_POST, "/checkups", checkups_begin, FIELDS(start_fields), .flags = ROUTE_LENIENT,
     .summary = "Begins a check-up anew."},
    {METHOD_GET, "/checkups/question", checkups_question, FIELDS(question_fields),
     .summary = "The next question, or a given one."},
    {METHOD_POST, "/checkups/question", checkups_answer, FIELDS(answer_fields),
     .flags = ROUTE_LENIENT, .summary = "Answers a question."},
    {METHOD_GET, "/checkups/answers", checkups_answers, .summary = "The answers so far."},
    {METHOD_POST, "/checkups/answers", checkups_remove, FIELDS(remove_fields),
     .summary = "Takes an answer back."},
    {METHOD_GET, "/checkups/result", checkups_result, FIELDS(result_fields),
     .summary = "All findings of this check-up; as JSON the contract of docs/finding.md."},
    {METHOD_GET, "/checkups/findings/{id*}", checkups_finding, FIELDS(item_fields),
     .summary = "One finding of this check-up with all reasons."},
    {METHOD_GET, "/checkups/letter/{id*}", checkups_letter, FIELDS(item_fields),
     .summary = "A letter to whoever can claim this measure for the subject."},
    {METHOD_GET, "/checkups/missing", checkups_missing,
     .summary = "What is missing to qualify, by cause and holder."},
    {METHOD_GET, "/checkups/what-if", checkups_whatif, FIELDS(whatif_fields),
     .summary = "What if one fact or public value were another: the choice, and the form."},
    {METHOD_POST, "/checkups/what-if", checkups_try, FIELDS(try_fields), .flags = ROUTE_LENIENT,
     .summary = "What turns with another value; nothing is kept."},
    {METHOD_GET, "/checkups/calendar", checkups_calendar, FIELDS(calendar_fields),
     .summary = "Windows and deadlines of this check-up, month by month."},
    {METHOD_GET, "/checkups/calendar.ics", checkups_feed,
     .summary = "The same as an iCalendar file."},
    {METHOD_GET, "/checkups/places", checkups_places, FIELDS(places_fields),
     .summary = "The same enterprise in every district, for one family of measures."},
    {METHOD_POST, "/match", checkups_match, FIELDS(match_fields),
     .summary = "Findings for facts, without a session."},
    {METHOD_GET, "/search", search_show, FIELDS(find_fields),
     .summary = "Measures, products and clauses of documents, searched together."},
    {METHOD_GET, "/search/suggest", search_suggest, FIELDS(suggest_fields),
     .summary = "What may be meant by the beginning of a word."},
    {METHOD_GET, "/documents", documents_list, FIELDS(browse_fields),
     .summary = "公文库: the texts of the store, and what the library says of documents."},
    {METHOD_GET, "/documents/graph", documents_graph, FIELDS(graph_fields),
     .summary = "How documents are related: a picture and a table."},
    {METHOD_GET, "/families", families_list, .summary = "Measures that several districts share."},
    {METHOD_GET, "/families/{id*}", families_show,
     .summary = "One measure across districts, side by side."},
    {METHOD_GET, "/documents/{id*}", documents_show, FIELDS(document_fields),
     .summary = "One document: text, validity, measures, versions, relations."},
    {METHOD_GET, "/parameters", parameters_list,
     .summary = "Public values that rules read, as of the day."},
    {METHOD_GET, "/parameters/{name}", parameters_show,
     .summary = "One parameter: its history and the measures that read it."},
    {METHOD_GET, "/registers", registers_list, .summary = "Lists that rules read."},
    {METHOD_GET, "/registers/{name}", registers_show, .summary = "One list, with its entries."},
    {METHOD_GET, "/statistics", statistics_show, .summary = "The library in figures."},
    {METHOD_GET, "/decisions", decisions_list,
     .summary = "The shared decision tables of the library."},
    {METHOD_GET, "/decisions/{id}", decisions_show, .summary = "One model of decision tables."},
    {METHOD_GET, "/sign-in", sign_in_show, FIELDS(to_fields), .summary = "Signing in."},
    {METHOD_POST, "/sign-in", sign_in_do, FIELDS(sign_in_fields), .flags = ROUTE_LENIENT,
     .summary = "Signs in; JSON gives a token for the header Authorization: Bearer."},
    {METHOD_POST, "/sign-out", sign_out_do, .who = WHO_SIGNED_IN, .summary = "Signs out."},
    {METHOD_GET, "/account", account_show, .who = WHO_SIGNED_IN,
     .summary = "The visitor's account: seats, delegations, sessions."},
    {METHOD_POST, "/account/seat", account_seat, FIELDS(seat_fields), .who = WHO_SIGNED_IN,
     .summary = "Takes another seat."},
    {METHOD_POST, "/account/password", account_password, FIELDS(password_fields),
     .who = WHO_SIGNED_IN, .summary = "Changes the password and ends all sessions."},
    {METHOD_POST, "/account/delegations", account_delegate, FIELDS(delegate_fields),
     .who = WHO_SIGNED_IN, .summary = "Hands the rights of the seat on for a time."},
    {METHOD_POST, "/account/delegations/end", account_delegate_end, FIELDS(delegation_fields),
     .who = WHO_SIGNED_IN, .summary = "Takes a delegation back from today on."},
    {METHOD_GET, "/accounts", accounts_list, FIELDS(accounts_fields), .who = WHO(ADMINISTRATOR),
     .summary = "The accounts."},
    {METHOD_GET, "/audit", audit_show, FIELDS(audit_fields), .who = WHO(AUDITOR),
     .summary = "The log of reads, changes and decisions, newest first."},
    {METHOD_GET, "/about", about_show, .summary = "What this is, its version and its sources."},
    {METHOD_GET, "/healthz", health_show, .summary = "Whether the server works."},
    {METHOD_GET, "/openapi.json", openapi_show, .flags = ROUTE_CACHE,
     .summary = "This description."},
};

const size_t app_route_count = COUNT_OF(app_routes);
