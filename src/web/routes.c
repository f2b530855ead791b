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
    {.name = "tag", .kind = FIELD_TEXT, .most = 40, .summary = "A tag of the catalogue."},
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

static const struct field value_fields[] = {
    {.name = "value",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 200,
     .summary = "A number, a date, a word."},
    {.name = "from", .kind = FIELD_DATE, .summary = "First day; of an event none is needed."},
    {.name = "to", .kind = FIELD_DATE, .summary = "Last day, where there is one."},
    {.name = "region", .kind = FIELD_TEXT, .most = 60, .summary = "Where; default everywhere."},
    {.name = "source",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 200,
     .summary = "The document that says so."},
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
static const struct field sign_on_fields[] = {
    {.name = "state", .kind = FIELD_TEXT, .most = 200, .summary = "Of the attempt."},
    {.name = "code", .kind = FIELD_TEXT, .most = 4096, .summary = "For the ID token."},
    {.name = "error", .kind = FIELD_TEXT, .most = 200, .summary = "Why there is no code."},
    {.name = "iss", .kind = FIELD_TEXT, .most = 2000, .summary = "The provider that answers."},
};
static const struct field signed_out_fields[] = {
    {.name = "elsewhere",
     .kind = FIELD_TEXT,
     .most = 1,
     .summary = "He signed on with the provider, and is still signed in there."},
};
static const struct field new_password_fields[] = {
    {.name = "new",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "The password."},
    {.name = "again",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 1000,
     .summary = "Once more."},
};
static const struct field close_fields[] = {
    {.name = "closed",
     .kind = FIELD_BOOL,
     .flags = FIELD_REQUIRED,
     .summary = "True closes the account and ends its sessions, false opens it again."},
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
static const struct field account_new_fields[] = {
    {.name = "login",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 64,
     .summary = "What it signs in with."},
    {.name = "name",
     .kind = FIELD_TEXT,
     .most = 60,
     .summary = "As records show it: a post, not a person; default the login."},
    {.name = "password",
     .kind = FIELD_TEXT,
     .most = 1000,
     .summary = "Empty: it cannot sign in by password."},
};
static const struct field right_fields[] = {
    {.name = "role",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 20,
     .summary = "A word such as handler."},
    {.name = "organisation", .kind = FIELD_TEXT, .most = 200, .summary = "Held in this one."},
    {.name = "enterprise",
     .kind = FIELD_TEXT,
     .most = 40,
     .summary = "Held for the enterprise of this unified social credit code."},
    {.name = "since", .kind = FIELD_DATE, .summary = "First day; default today."},
    {.name = "until", .kind = FIELD_DATE, .summary = "Last day; default none."},
};
static const struct field right_end_fields[] = {
    {.name = "right",
     .kind = FIELD_INT,
     .flags = FIELD_REQUIRED,
     .least = 1,
     .most = INT64_MAX,
     .summary = "Number of the right."},
    {.name = "last", .kind = FIELD_DATE, .summary = "Its last day; default today."},
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

/* ---- procedures and cases ---- */

static const struct field guide_fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .most = 60, .summary = "A word of its title or id."},
    {.name = "region", .kind = FIELD_TEXT, .most = 60, .summary = "A region."},
    {.name = "kind", .kind = FIELD_TEXT, .most = 20, .summary = "Kind, such as permit."},
};
#define PAGE_FIELDS                                                                                \
    {.name = "after",                                                                              \
     .kind = FIELD_INT,                                                                            \
     .least = 0,                                                                                   \
     .most = INT64_MAX,                                                                            \
     .summary = "Id of the last line of the page before."},                                        \
        {.name = "after_due",                                                                      \
         .kind = FIELD_INT,                                                                        \
         .least = 0,                                                                               \
         .most = INT64_MAX,                                                                        \
         .summary = "When that was due."},                                                         \
    {                                                                                              \
        .name = "after_urgent", .kind = FIELD_BOOL,                                                \
        .summary = "Whether it was in the green channel."                                          \
    }
static const struct field cases_fields[] = {PAGE_FIELDS};
static const struct field begin_fields[] = {
    {.name = "procedure", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .summary = "Id."},
    {.name = "item", .kind = FIELD_TEXT, .most = 64, .summary = "The one thing it is about."},
    {.name = "code", .kind = FIELD_TEXT, .most = 64, .summary = "For whom, by a window clerk."},
    {.name = "subject_kind",
     .kind = FIELD_CHOICE,
     .choices = subject_choices,
     .summary = "What it is."},
    {.name = "key", .kind = FIELD_TEXT, .most = 100, .summary = "The same key is the same case."},
};
static const struct field new_fields[] = {
    {.name = "item", .kind = FIELD_TEXT, .most = 64, .summary = "The one thing it is about."},
    {.name = "code", .kind = FIELD_TEXT, .most = 64, .summary = "For whom, by a window clerk."},
};
static const struct field inbox_fields[] = {
    {.name = "before",
     .kind = FIELD_INT,
     .least = 1,
     .most = INT64_MAX,
     .summary = "Only older than this one."},
};
static const struct field read_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Default: all."},
};
static const struct field act_fields[] = {
    {.name = "seen",
     .kind = FIELD_INT,
     .least = 0,
     .most = 1000000,
     .summary = "Events that were seen: a case that moved since is a conflict."},
    {.name = "party", .kind = FIELD_TEXT, .most = 60, .summary = "As which party."},
    {.name = "key", .kind = FIELD_TEXT, .most = 100, .summary = "The same key is the same act."},
    {.name = "data", .kind = FIELD_JSON, .summary = "Fields, materials, missing, reason, amount."},
};
static const struct field paper_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the paper."},
};
static const struct field desk_fields[] = {
    PAGE_FIELDS,
    {.name = "mine", .kind = FIELD_BOOL, .summary = "Only what is on one's own desk."},
    {.name = "unassigned", .kind = FIELD_BOOL, .summary = "Only what is on nobody's desk."},
    {.name = "procedure", .kind = FIELD_TEXT, .most = 100, .summary = "Only of this procedure."},
};
static const struct field bulk_fields[] = {
    {.name = "case", .kind = FIELD_TEXT, .flags = FIELD_MANY, .most = 40, .summary = "Numbers."},
    {.name = "act", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 60, .summary = "The act."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 2000, .summary = "Its reason."},
};
static const struct field list_fields[] = {
    {.name = "procedure", .kind = FIELD_TEXT, .most = 100, .summary = "Id."},
};
static const struct field return_fields[] = {
    {.name = "procedure", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .summary = "Id."},
    {.name = "listed",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 60,
     .summary = "The act for who is on it."},
    {.name = "unlisted", .kind = FIELD_TEXT, .most = 60, .summary = "The act for who is not."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 2000, .summary = "Its reason."},
    {.name = "codes", .kind = FIELD_TEXT, .most = 1000000, .summary = "Lines: CODE or CODE,否."},
};
#define HALL (WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER))
static const struct field visit_fields[] = {
    {.name = "place",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 100,
     .summary = "Which hall, which area."},
    {.name = "complex", .kind = FIELD_BOOL, .summary = "A complex matter: a longer wait."},
    {.name = "on", .kind = FIELD_DATE, .summary = "The day to open; without it a number is drawn."},
    {.name = "procedure", .kind = FIELD_TEXT, .most = 100, .summary = "Only for this procedure."},
    {.name = "from", .kind = FIELD_TEXT, .most = 5, .summary = "09:00"},
    {.name = "to", .kind = FIELD_TEXT, .most = 5, .summary = "12:00"},
    {.name = "each", .kind = FIELD_INT, .least = 1, .most = 1440, .summary = "Minutes of a slot."},
    {.name = "capacity",
     .kind = FIELD_INT,
     .least = 1,
     .most = 10000,
     .summary = "Room of a slot."},
};
static const struct field object_fields[] = {
    {.name = "reason",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 4000,
     .summary = "What is objected to, and why."},
    {.name = "key", .kind = FIELD_TEXT, .most = 100, .summary = "The same key is one objection."},
};
static const struct field id_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Its number."},
};
static const struct field make_fields[] = {
    {.name = "fund", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 100, .summary = "Code."},
    {.name = "title",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 100,
     .summary = "Name of the batch."},
};
static const char *const fund_acts[] = {"make-up", "due", NULL};
static const struct field fund_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = fund_acts,
     .summary = "What to do."},
    {.name = "reservation",
     .kind = FIELD_INT,
     .least = 1,
     .most = INT64_MAX,
     .summary = "Which; due: empty = all that is reserved."},
    {.name = "how", .kind = FIELD_TEXT, .most = 300, .summary = "make-up: which approval."},
    {.name = "on", .kind = FIELD_DATE, .summary = "due: the day of payment."},
    {.name = "list", .kind = FIELD_TEXT, .most = 100, .summary = "due: only who stands on it."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "due: why."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 200, .summary = "due: the document."},
};
static const char *const payment_acts[] = {"approve", "submit", "cancel", "reply", "hop", NULL};
static const struct field payment_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the batch."},
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = payment_acts,
     .summary = "What to do; a reply comes as a file."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "cancel: why."},
    {.name = "from", .kind = FIELD_TEXT, .most = 100, .summary = "hop: who gave the money."},
    {.name = "to", .kind = FIELD_TEXT, .most = 100, .summary = "hop: who got it."},
    {.name = "source", .kind = FIELD_TEXT, .most = 100, .summary = "hop: which money it is."},
    {.name = "amount", .kind = FIELD_TEXT, .most = 40, .summary = "hop: 元."},
    {.name = "on", .kind = FIELD_DATE, .summary = "hop: the day; default today."},
};
static const char *const file_formats[] = {"csv", "xml", NULL};
static const struct field file_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the batch."},
    {.name = "format", .kind = FIELD_CHOICE, .choices = file_formats, .summary = "CSV or XML."},
};
static const struct field place_fields[] = {
    {.name = "from", .kind = FIELD_TEXT, .most = 60, .summary = "Code of an origin."},
    {.name = "item", .kind = FIELD_TEXT, .most = 200, .summary = "Procedure that is done there."},
    {.name = "minutes", .kind = FIELD_INT, .most = 1000, .summary = "At most so far away."},
    {.name = "open", .kind = FIELD_BOOL, .summary = "Only those that are not shut now."},
};
static const struct field gap_fields[] = {
    {.name = "item", .kind = FIELD_TEXT, .most = 200, .summary = "Procedure that is done there."},
    {.name = "minutes", .kind = FIELD_INT, .most = 1000, .summary = "15 unless said."},
};
static const struct field policy_list_fields[] = {
    {.name = "year", .kind = FIELD_INT, .most = 2999, .summary = "This year unless said."},
    {.name = "region", .kind = FIELD_TEXT, .most = 100, .summary = "And what lies in it."},
    {.name = "from", .kind = FIELD_INT, .most = 100000, .summary = "How many to pass over."},
};
static const char *const picks[] = {"ripe", "not-yet", NULL};
static const struct field pick_fields[] = {
    {.name = "year", .kind = FIELD_INT, .least = 2000, .most = 2999, .summary = "Of the pick."},
    {.name = "region", .kind = FIELD_TEXT, .most = 100, .summary = "And what lies in it."},
    {.name = "measure", .kind = FIELD_TEXT, .most = 200, .summary = "Id or catalogue number."},
    {.name = "pick", .kind = FIELD_CHOICE, .choices = picks, .summary = "Picked, or not yet."},
    {.name = "item", .kind = FIELD_TEXT, .most = 100, .summary = "Code of the service item."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "Why."},
};
static const char *const trail_formats[] = {"csv", NULL};
static const struct field trail_fields[] = {
    {.name = "format", .kind = FIELD_CHOICE, .choices = trail_formats, .summary = "As a table."},
};
static const struct field new_claim_fields[] = {
    {.name = "reservation",
     .kind = FIELD_INT,
     .flags = FIELD_REQUIRED,
     .least = 1,
     .most = INT64_MAX,
     .summary = "What was paid."},
};
static const struct field open_claim_fields[] = {
    {.name = "reservation",
     .kind = FIELD_INT,
     .flags = FIELD_REQUIRED,
     .least = 1,
     .most = INT64_MAX,
     .summary = "What was paid."},
    {.name = "cause", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 40, .summary = "Cause."},
    {.name = "amount", .kind = FIELD_TEXT, .most = 40, .summary = "元; default all."},
    {.name = "cites", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .summary = "Clause."},
    {.name = "reason",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 2000,
     .summary = "Why."},
};
static const char *const claim_acts[] = {"repay", "plan", "transfer", "cancel", NULL};
static const struct field claim_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the claim."},
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = claim_acts,
     .summary = "A receipt, a plan, a transfer; or taken back."},
    {.name = "plan", .kind = FIELD_TEXT, .most = 4000, .summary = "Lines: day and 元."},
    {.name = "amount", .kind = FIELD_TEXT, .most = 40, .summary = "元 of a receipt."},
    {.name = "reference", .kind = FIELD_TEXT, .most = 100, .summary = "Of the receipt."},
    {.name = "on", .kind = FIELD_DATE, .summary = "Day of the receipt; default today."},
    {.name = "to", .kind = FIELD_TEXT, .most = 100, .summary = "To whom it is transferred."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 2000, .summary = "Why."},
};
static const struct field issue_fields[] = {
    {.name = "programme",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 40,
     .summary = "Code of the programme."},
    {.name = "holder",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 40,
     .summary = "Code of the enterprise."},
};
static const char *const specialist_acts[] = {"add", "end", "away", NULL};
static const struct field specialists_fields[] = {
    {.name = "procedure", .kind = FIELD_TEXT, .most = 200, .summary = "Helpers of one item."},
};
static const struct field specialist_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = specialist_acts,
     .summary = "The step."},
    {.name = "id", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "end, away: who."},
    {.name = "kind", .kind = FIELD_TEXT, .most = 10, .summary = "add: helper or expert."},
    {.name = "name", .kind = FIELD_TEXT, .most = 100, .summary = "add: name or code name."},
    {.name = "organisation", .kind = FIELD_TEXT, .most = 100, .summary = "add: whose he is."},
    {.name = "field", .kind = FIELD_TEXT, .most = 300, .summary = "add: fields of an expert."},
    {.name = "items", .kind = FIELD_TEXT, .most = 1000, .summary = "add: items of a helper."},
    {.name = "contact", .kind = FIELD_TEXT, .most = 200, .summary = "add: desk of a helper."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 200, .summary = "add: by what appointed."},
    {.name = "from", .kind = FIELD_TEXT, .most = 10, .summary = "add: since; away: from."},
    {.name = "to", .kind = FIELD_TEXT, .most = 10, .summary = "add, end: until; away: to."},
};
static const char *const panel_acts[] = {"draw", "decline", "score", NULL};
static const struct field panel_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = panel_acts,
     .summary = "The step."},
    {.name = "field", .kind = FIELD_TEXT, .most = 100, .summary = "draw: field of the experts."},
    {.name = "count", .kind = FIELD_INT, .least = 1, .most = 50, .summary = "draw: how many."},
    {.name = "avoid", .kind = FIELD_TEXT, .most = 500, .summary = "draw: organisations."},
    {.name = "panel", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "Which draw."},
    {.name = "specialist", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "Who."},
    {.name = "score", .kind = FIELD_TEXT, .most = 10, .summary = "score: 0 to 100."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 500, .summary = "decline, draw again: why."},
};
static const char *const voucher_acts[] = {"use", "redeem", "settle", "reject", "withdraw", NULL};
static const struct field voucher_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = voucher_acts,
     .summary = "The step."},
    {.name = "provider", .kind = FIELD_TEXT, .most = 40, .summary = "use: code of the provider."},
    {.name = "contract",
     .kind = FIELD_TEXT,
     .most = 100,
     .summary = "use: number of the contract."},
    {.name = "amount", .kind = FIELD_TEXT, .most = 40, .summary = "use, redeem: 元."},
    {.name = "on", .kind = FIELD_DATE, .summary = "use: day of the contract; default today."},
    {.name = "acceptance", .kind = FIELD_TEXT, .most = 100, .summary = "redeem: the paper."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "reject, withdraw: why."},
};
static const char *const data_acts[] = {"object", "ask",    "correct", "keep",
                                        "demand", "supply", "refuse",  NULL};
static const struct field data_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = data_acts,
     .summary = "The step."},
    {.name = "id",
     .kind = FIELD_INT,
     .least = 0,
     .most = INT64_MAX,
     .summary = "Of the objection or the demand."},
    {.name = "code", .kind = FIELD_TEXT, .most = 40, .summary = "object: whose datum."},
    {.name = "fact", .kind = FIELD_TEXT, .most = 200, .summary = "object: which datum."},
    {.name = "value", .kind = FIELD_TEXT, .most = 500, .summary = "object, correct: the value."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 200, .summary = "Why."},
    {.name = "project", .kind = FIELD_TEXT, .most = 100, .summary = "demand: code of the project."},
    {.name = "unit", .kind = FIELD_TEXT, .most = 100, .summary = "demand: the unit that has it."},
    {.name = "why", .kind = FIELD_TEXT, .most = 200, .summary = "demand: what it is used for."},
    {.name = "cycle", .kind = FIELD_TEXT, .most = 60, .summary = "demand, supply: how often."},
    {.name = "collected", .kind = FIELD_BOOL, .summary = "demand: the unit has it already."},
    {.name = "how", .kind = FIELD_TEXT, .most = 200, .summary = "supply: interface, list, table."},
    {.name = "quality", .kind = FIELD_TEXT, .most = 100, .summary = "supply: as the unit says."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 200, .summary = "refuse: law and clause."},
};
static const char *const direct_groups[] = {"pay", "confirm", "unknown", "no", "barred", NULL};
static const char *const direct_acts[] = {"adopt", "approve", "stop", "run", "open", NULL};
static const struct field direct_fields[] = {
    {.name = "run", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "Which run."},
    {.name = "group", .kind = FIELD_CHOICE, .choices = direct_groups, .summary = "Who is in it."},
    {.name = "after", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "Behind whom."},
};
static const struct field direct_new_fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .most = 100, .summary = "Words to find the measure by."},
    {.name = "measure", .kind = FIELD_TEXT, .most = 200, .summary = "The measure that was chosen."},
};
static const struct field direct_act_fields[] = {
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = direct_acts,
     .summary = "What to do."},
    {.name = "run", .kind = FIELD_INT, .least = 0, .most = INT64_MAX, .summary = "Which run."},
    {.name = "reading", .kind = FIELD_TEXT, .most = 60, .summary = "The reading to adopt."},
    {.name = "basis", .kind = FIELD_TEXT, .most = 200, .summary = "Under which document."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 2000, .summary = "Why it stops."},
};

/* ---- publishing, registers ---- */

static const struct field version_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the release."},
};
static const char *const version_acts[] = {"publish", "withdraw", NULL};
static const struct field version_act_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the release."},
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = version_acts,
     .summary = "Publish this version again, or withdraw the release."},
    {.name = "from", .kind = FIELD_DATE, .summary = "First day of publish; default now."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "Why; required to withdraw."},
};
static const struct field draft_new_fields[] = {
    {.name = "measure", .kind = FIELD_TEXT, .most = 200, .summary = "A measure to begin with."},
};
static const struct field draft_begin_fields[] = {
    {.name = "title",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 100,
     .summary = "What the draft is called."},
    {.name = "measure", .kind = FIELD_TEXT, .most = 200, .summary = "A measure in force."},
    {.name = "region", .kind = FIELD_TEXT, .most = 60, .summary = "Where the text names none."},
    {.name = "text", .kind = FIELD_TEXT, .most = 1000000, .summary = "A text instead of a file."},
};
static const char *const draft_acts[] = {"set",     "add",     "drop",     "check",
                                         "approve", "publish", "withdraw", NULL};
#define DRAFT_KEY                                                                                  \
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Its number."},    \
    {                                                                                              \
        .name = "seen", .kind = FIELD_INT, .least = 0, .most = INT64_MAX,                          \
        .summary = "Events that were seen: a draft that moved since is a conflict."                \
    }
static const struct field draft_act_fields[] = {
    DRAFT_KEY,
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = draft_acts,
     .summary = "What to do."},
    {.name = "title", .kind = FIELD_TEXT, .most = 100, .summary = "set: what it is called."},
    {.name = "disclosure", .kind = FIELD_TEXT, .most = 40, .summary = "set: 主动公开 ..."},
    {.name = "tags", .kind = FIELD_TEXT, .most = 300, .summary = "set: words, blanks between."},
    {.name = "review", .kind = FIELD_TEXT, .most = 6000, .summary = "set: result of the review."},
    {.name = "interpretation", .kind = FIELD_TEXT, .most = 6000, .summary = "set: in plain words."},
    {.name = "path", .kind = FIELD_TEXT, .most = 300, .summary = "add, drop: the file."},
    {.name = "measure", .kind = FIELD_TEXT, .most = 200, .summary = "add: a measure in force."},
    {.name = "from", .kind = FIELD_DATE, .summary = "publish: first day; default now."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "withdraw: why."},
};
static const struct field draft_file_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Of the draft."},
    {.name = "measure", .kind = FIELD_INT, .most = 10000, .summary = "Which measure, from 0."},
};
static const char *const draft_ways[] = {"form", "text", NULL};
static const char *const draft_thens[] = {"save", "try", NULL};
static const struct field draft_edit_fields[] = {
    DRAFT_KEY,
    {.name = "measure", .kind = FIELD_INT, .most = 10000, .summary = "Which measure, from 0."},
    {.name = "as", .kind = FIELD_CHOICE, .choices = draft_ways, .summary = "As fields, as text."},
    {.name = "then",
     .kind = FIELD_CHOICE,
     .choices = draft_thens,
     .summary = "Keep it, or run the examples only."},
    {.name = "text", .kind = FIELD_TEXT, .most = 1000000, .summary = "The file."},
};
static const struct field propose_fields[] = {
    {.name = "kind", .kind = FIELD_CHOICE, .choices = subject_choices, .summary = "What it is."},
    {.name = "code", .kind = FIELD_TEXT, .most = 64, .summary = "Whose code."},
    {.name = "title", .kind = FIELD_TEXT, .most = 100, .summary = "Name, of what has no code."},
    {.name = "tier", .kind = FIELD_TEXT, .most = 20, .summary = "Tier, such as A."},
    {.name = "reason", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 300, .summary = "Why."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 200, .summary = "Document and clause."},
};
static const char *const batch_thens[] = {"try", "import", NULL};
static const struct field batch_import_fields[] = {
    {.name = "source",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .most = 100,
     .summary = "Whose list."},
    {.name = "listed", .kind = FIELD_DATE, .flags = FIELD_REQUIRED, .summary = "Date of the list."},
    {.name = "kind", .kind = FIELD_CHOICE, .choices = subject_choices, .summary = "Of whom."},
    {.name = "part", .kind = FIELD_BOOL, .summary = "Not the whole list: nobody is gone."},
    {.name = "then",
     .kind = FIELD_CHOICE,
     .choices = batch_thens,
     .summary = "Only try, or import."},
    {.name = "text", .kind = FIELD_TEXT, .most = 1000000, .summary = "CSV instead of a file."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "Where a row gives none."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 100, .summary = "Document and clause."},
};
static const char *const batch_acts[] = {"approve",    "approve-all", "refuse",
                                         "refuse-all", "publish",     NULL};
static const struct field batch_act_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Its number."},
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = batch_acts,
     .summary = "What to do."},
    {.name = "row",
     .kind = FIELD_INT,
     .flags = FIELD_MANY,
     .least = 1,
     .most = 100000,
     .summary = "Which rows."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "Why; required to refuse."},
    {.name = "from", .kind = FIELD_DATE, .summary = "publish: first day where a row gives none."},
};
static const char *const entry_acts[] = {"approve", "refuse", "publish", "adjust",
                                         "object",  "keep",   "remove",  NULL};
static const struct field entry_act_fields[] = {
    {.name = "id", .kind = FIELD_INT, .least = 1, .most = INT64_MAX, .summary = "Its number."},
    {.name = "act",
     .kind = FIELD_CHOICE,
     .flags = FIELD_REQUIRED,
     .choices = entry_acts,
     .summary = "The step."},
    {.name = "reason", .kind = FIELD_TEXT, .most = 300, .summary = "Why."},
    {.name = "cites", .kind = FIELD_TEXT, .most = 200, .summary = "Document and clause."},
    {.name = "tier", .kind = FIELD_TEXT, .most = 20, .summary = "adjust: the tier."},
    {.name = "from", .kind = FIELD_DATE, .summary = "publish, remove: the first day."},
    {.name = "to", .kind = FIELD_DATE, .summary = "publish, adjust: the last day."},
};

#define DRAFTERS (WHO(PUBLISHER) | WHO(REVIEWER))
#define OFFICES  (WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(FINANCE) | WHO(COUNTERPARTY))
#define MONEY_READERS                                                                              \
    (WHO(FINANCE) | WHO(REVIEWER) | WHO(HANDLER) | WHO(AUDITOR) | WHO(ADMINISTRATOR))
#define STAFF_LISTS    (WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(AUDITOR) | WHO(ADMINISTRATOR))
#define VOUCHER_PEOPLE (MONEY_READERS | WHO(WINDOW) | WHO(AGENT))
#define DATA_PEOPLE                                                                                \
    (WHO(AGENT) | WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER) | WHO(AUDITOR) |     \
     WHO(ADMINISTRATOR) | WHO(COUNTERPARTY))
#define LEADERS (WHO(HANDLER) | WHO(PUBLISHER) | WHO(REVIEWER) | WHO(ADMINISTRATOR))

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
    {METHOD_POST, "/parameters/{name}", parameters_add, FIELDS(value_fields), .who = WHO(PUBLISHER),
     .flags = ROUTE_LENIENT,
     .summary = "A value of a parameter, or the day of an event, as a draft."},
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
    {METHOD_GET, "/sign-on", sign_on_begin, FIELDS(to_fields),
     .summary = "Goes to the provider that signs people on, where the site has one."},
    {METHOD_GET, "/sign-on/return", sign_on_end, FIELDS(sign_on_fields), .flags = ROUTE_LENIENT,
     .summary = "Comes back from there."},
    {METHOD_GET, "/sign-on/leave", sign_on_leave,
     .summary = "Goes to the provider to sign out there too."},
    {METHOD_GET, "/signed-out", signed_out_show, FIELDS(signed_out_fields),
     .summary = "Says that somebody is signed out."},
    {METHOD_GET, "/new-password/{token}", new_password_show,
     .summary = "A link from an administrator: its owner gives himself a password."},
    {METHOD_POST, "/new-password/{token}", new_password_do, FIELDS(new_password_fields),
     .summary = "Sets the password, once."},
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
    {METHOD_POST, "/accounts", accounts_add, FIELDS(account_new_fields), .who = WHO(ADMINISTRATOR),
     .summary = "Makes an account."},
    {METHOD_GET, "/accounts/{login}", accounts_show, .who = WHO(ADMINISTRATOR),
     .summary = "An account and its rights."},
    {METHOD_POST, "/accounts/{login}/link", accounts_link, .who = WHO(ADMINISTRATOR),
     .summary = "Makes a link with which the owner gives himself a password; shown once."},
    {METHOD_POST, "/accounts/{login}/closed", accounts_close, FIELDS(close_fields),
     .who = WHO(ADMINISTRATOR), .summary = "Closes an account, or opens it again."},
    {METHOD_POST, "/accounts/{login}/sign-out", accounts_sign_out, .who = WHO(ADMINISTRATOR),
     .summary = "Ends all sessions of an account."},
    {METHOD_POST, "/accounts/{login}/rights", accounts_grant, FIELDS(right_fields),
     .who = WHO(ADMINISTRATOR), .summary = "Grants a role."},
    {METHOD_POST, "/accounts/{login}/rights/end", accounts_end, FIELDS(right_end_fields),
     .who = WHO(ADMINISTRATOR), .summary = "Ends a right."},
    {METHOD_GET, "/audit", audit_show, FIELDS(audit_fields), .who = WHO(AUDITOR),
     .summary = "The log of reads, changes and decisions, newest first."},
    {METHOD_GET, "/guide", guides_list, FIELDS(guide_fields),
     .summary = "办事指南: procedures, searched."},
    {METHOD_GET, "/guide/{id*}", guides_show, .summary = "One procedure with all it needs."},
    {METHOD_GET, "/forms/{id*}", forms_show, .summary = "The empty form of a procedure, to print."},
    {METHOD_GET, "/cases", cases_mine, FIELDS(cases_fields), .who = WHO_SIGNED_IN,
     .summary = "My cases: of the enterprise acted for, or on one's desk."},
    {METHOD_POST, "/cases", cases_begin, FIELDS(begin_fields), .who = WHO(AGENT) | WHO(WINDOW),
     .summary = "Begins a case."},
    {METHOD_GET, "/cases/new/{procedure*}", cases_new, FIELDS(new_fields),
     .summary = "What a case begins with."},
    {METHOD_GET, "/cases/{number}", cases_show, .who = WHO_SIGNED_IN,
     .summary = "One case: state, clocks, papers, acts, history."},
    {METHOD_GET, "/cases/{number}/form", cases_print, .who = WHO_SIGNED_IN,
     .summary = "The form of a case, filled in, to print."},
    {METHOD_GET, "/cases/{number}/trail", cases_trail, FIELDS(trail_fields),
     .who = WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(FINANCE) | WHO(AUDITOR),
     .summary = "The whole record of a case: steps, reads, messages, money, with the log."},
    {METHOD_GET, "/cases/{number}/do/{act}", cases_form, .who = WHO_SIGNED_IN,
     .summary = "The form of an act."},
    {METHOD_POST, "/cases/{number}/do/{act}", cases_do, FIELDS(act_fields), .who = WHO_SIGNED_IN,
     .flags = ROUTE_LENIENT, .summary = "Does an act."},
    {METHOD_GET, "/papers/{id}", papers_open, FIELDS(paper_fields), .who = WHO_SIGNED_IN,
     .summary = "A paper, for who has a part in a case that uses it."},
    {METHOD_GET, "/inbox", inbox_show, FIELDS(inbox_fields), .who = WHO_SIGNED_IN,
     .summary = "Messages to the account."},
    {METHOD_POST, "/inbox", inbox_read, FIELDS(read_fields), .who = WHO_SIGNED_IN,
     .summary = "Marks messages read."},
    {METHOD_GET, "/desk", desk_show, FIELDS(desk_fields), .who = OFFICES,
     .summary = "The queue of one's office, by due date."},
    {METHOD_POST, "/desk", desk_do, FIELDS(bulk_fields), .who = OFFICES,
     .summary = "One act on many cases."},
    {METHOD_GET, "/desk/list", desk_list, FIELDS(list_fields), .who = OFFICES,
     .summary = "A list that another department sends back: which procedure, which acts."},
    {METHOD_POST, "/desk/list", desk_return, FIELDS(return_fields), .who = OFFICES,
     .summary = "Every case that waits for the list, at once."},
    {METHOD_GET, "/visits", visits_show, .who = HALL, .summary = "The visits of today."},
    {METHOD_POST, "/visits", visits_add, FIELDS(visit_fields), .who = HALL,
     .summary = "Opens slots of a day, or draws a number."},
    {METHOD_POST, "/visits/{id}/{step}", visits_step, FIELDS(id_fields), .who = HALL,
     .summary = "Somebody comes, is called, is served."},
    {METHOD_GET, "/places", places_list, FIELDS(place_fields),
     .summary = "Service points, the nearest first."},
    {METHOD_GET, "/places/gaps", places_gaps, FIELDS(gap_fields),
     .summary = "Where no service point is within so many minutes."},
    {METHOD_GET, "/places/{code}", places_show, .summary = "One service point."},
    {METHOD_GET, "/due", due_show, .who = WHO_SIGNED_IN, .summary = "Everything due, by day."},
    {METHOD_GET, "/publicity", publicity_list, FIELDS(cases_fields),
     .summary = "公示: cases that are public now."},
    {METHOD_GET, "/publicity/{number}", publicity_show, .summary = "One public case."},
    {METHOD_POST, "/publicity/{number}", publicity_object, FIELDS(object_fields),
     .flags = ROUTE_LENIENT, .summary = "An objection."},
    {METHOD_GET, "/funds", funds_list, .who = MONEY_READERS, .summary = "Funds and balances."},
    {METHOD_GET, "/funds/{code}", funds_show, .who = MONEY_READERS,
     .summary = "One fund: balance, reservations, entries."},
    {METHOD_POST, "/funds/{code}", funds_act, FIELDS(fund_fields),
     .who = WHO(FINANCE) | WHO(REVIEWER), .flags = ROUTE_LENIENT,
     .summary = "An approval that was owed is made up; a day of payment, or an earlier one."},
    {METHOD_GET, "/payments", payments_list, .who = MONEY_READERS,
     .summary = "Batches of payments."},
    {METHOD_POST, "/payments", payments_make, FIELDS(make_fields), .who = WHO(FINANCE),
     .summary = "Makes a batch of what is reserved."},
    {METHOD_GET, "/payments/{id}", payments_show, FIELDS(id_fields), .who = MONEY_READERS,
     .summary = "One batch."},
    {METHOD_POST, "/payments/{id}", payments_act, FIELDS(payment_fields),
     .who = WHO(FINANCE) | WHO(REVIEWER), .summary = "Approve, submit, cancel, reply."},
    {METHOD_GET, "/payments/{id}/file", payments_file, FIELDS(file_fields), .who = WHO(FINANCE),
     .summary = "The file for the bank."},
    {METHOD_GET, "/clawbacks", claims_list, .who = MONEY_READERS, .summary = "Money claimed back."},
    {METHOD_POST, "/clawbacks", claims_open, FIELDS(open_claim_fields), .flags = ROUTE_LENIENT,
     .who = WHO(FINANCE) | WHO(REVIEWER), .summary = "Claims back what was paid."},
    {METHOD_GET, "/clawbacks/new", claims_new, FIELDS(new_claim_fields),
     .who = WHO(FINANCE) | WHO(REVIEWER), .summary = "What a claim begins with."},
    {METHOD_GET, "/clawbacks/{id}", claims_show, FIELDS(id_fields), .who = MONEY_READERS,
     .summary = "One claim."},
    {METHOD_POST, "/clawbacks/{id}", claims_act, FIELDS(claim_fields),
     .who = WHO(FINANCE) | WHO(REVIEWER), .summary = "A receipt, a plan, a transfer, taken back."},
    {METHOD_GET, "/specialists", specialists_list, FIELDS(specialists_fields), .who = STAFF_LISTS,
     .summary = "项目专员, 评审专家: who serves, in what."},
    {METHOD_POST, "/specialists", specialists_act, FIELDS(specialist_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER) | WHO(ADMINISTRATOR), .summary = "Lists, ends, away."},
    {METHOD_POST, "/cases/{number}/panel", case_panel, FIELDS(panel_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER), .summary = "Experts drawn by lot, replaced, scores."},
    {METHOD_GET, "/vouchers", vouchers_list, .who = VOUCHER_PEOPLE,
     .summary = "券: programmes and vouchers; of an enterprise its own."},
    {METHOD_POST, "/vouchers", vouchers_issue, FIELDS(issue_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER) | WHO(FINANCE), .summary = "Issues a voucher."},
    {METHOD_GET, "/vouchers/{number}", vouchers_show, .who = VOUCHER_PEOPLE,
     .summary = "One voucher with every step."},
    {METHOD_POST, "/vouchers/{number}", vouchers_act, FIELDS(voucher_fields), .who = VOUCHER_PEOPLE,
     .summary = "Used, handed in, settled, rejected, withdrawn."},
    {METHOD_GET, "/data", data_show, .who = DATA_PEOPLE,
     .summary = "Data behind 免申即享: demands, objections; of an enterprise its own."},
    {METHOD_POST, "/data", data_act, FIELDS(data_fields),
     .who = WHO(AGENT) | WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER) |
            WHO(COUNTERPARTY),
     .summary = "Objects to a datum; asks, corrects, keeps; demands data, supplies, refuses."},
    {METHOD_GET, "/direct", directs_list, .who = LEADERS | WHO(FINANCE) | WHO(AUDITOR),
     .summary = "免申即享: projects."},
    {METHOD_GET, "/direct/new", directs_new, FIELDS(direct_new_fields), .who = LEADERS,
     .summary = "The record of a project."},
    {METHOD_POST, "/direct/new", directs_define, .who = LEADERS, .summary = "Drafts a project."},
    {METHOD_GET, "/direct/policies", directs_policies, FIELDS(policy_list_fields),
     .who = LEADERS | WHO(FINANCE) | WHO(AUDITOR),
     .summary = "The policies of a year: what stands between each and 免申即享."},
    {METHOD_POST, "/direct/policies", directs_pick, FIELDS(pick_fields),
     .who = WHO(REVIEWER) | WHO(PUBLISHER), .summary = "Picks a policy for the year, or not yet."},
    {METHOD_GET, "/direct/{code}", directs_show, FIELDS(direct_fields),
     .who = LEADERS | WHO(FINANCE) | WHO(AUDITOR),
     .summary = "One project: record, runs, groups, who moved."},
    {METHOD_POST, "/direct/{code}", directs_act, FIELDS(direct_act_fields), .who = LEADERS,
     .summary = "Approves, runs, opens cases, stops."},
    {METHOD_GET, "/versions", versions_list, .summary = "Versions of the library."},
    {METHOD_GET, "/versions/{id}", versions_show, FIELDS(version_fields),
     .summary = "One release: what changed."},
    {METHOD_POST, "/versions/{id}", versions_act, FIELDS(version_act_fields), .who = WHO(PUBLISHER),
     .flags = ROUTE_LENIENT,
     .summary = "Publishes a version again from a day, or withdraws a release."},
    {METHOD_GET, "/drafts", drafts_list, .who = DRAFTERS | WHO(AUDITOR),
     .summary = "Measures before they are published."},
    {METHOD_GET, "/drafts/new", drafts_new, FIELDS(draft_new_fields), .who = WHO(PUBLISHER),
     .summary = "A text to draft from, or a measure in force."},
    {METHOD_POST, "/drafts/new", drafts_begin, FIELDS(draft_begin_fields), .who = WHO(PUBLISHER),
     .flags = ROUTE_LENIENT, .summary = "Begins a draft; a text comes as a file."},
    {METHOD_GET, "/drafts/{id}", drafts_show, FIELDS(id_fields), .who = DRAFTERS | WHO(AUDITOR),
     .summary = "One draft: files, what approval needs, every step."},
    {METHOD_POST, "/drafts/{id}", drafts_act, FIELDS(draft_act_fields), .who = DRAFTERS,
     .flags = ROUTE_LENIENT, .summary = "Sets, checks, approves, publishes, withdraws."},
    {METHOD_GET, "/drafts/{id}/files/{path*}", drafts_file, FIELDS(draft_file_fields),
     .who = DRAFTERS | WHO(AUDITOR), .summary = "A file of a draft, as a form and as text."},
    {METHOD_POST, "/drafts/{id}/files/{path*}", drafts_edit, FIELDS(draft_edit_fields),
     .who = WHO(PUBLISHER), .flags = ROUTE_LENIENT,
     .summary = "Changes it, or runs its examples without keeping it."},
    {METHOD_POST, "/registers/{name}", lists_propose, FIELDS(propose_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER), .flags = ROUTE_LENIENT,
     .summary = "Proposes an entry of a list."},
    {METHOD_GET, "/registers/{name}/entries/{id}", lists_entry, FIELDS(id_fields),
     .summary = "One entry of a list with its steps."},
    {METHOD_POST, "/registers/{name}/entries/{id}", lists_act, FIELDS(entry_act_fields),
     .flags = ROUTE_LENIENT, .summary = "A step; anybody may object."},
    {METHOD_POST, "/registers/{name}/batches", batches_import, FIELDS(batch_import_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER), .flags = ROUTE_LENIENT,
     .summary = "Takes an outside list in as one proposal, or only tries it; it comes as a file."},
    {METHOD_GET, "/registers/{name}/batches/{id}", batches_show, FIELDS(id_fields),
     .who = WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER) | WHO(AUDITOR) | WHO(ADMINISTRATOR),
     .summary = "One imported list, row by row."},
    {METHOD_POST, "/registers/{name}/batches/{id}", batches_act, FIELDS(batch_act_fields),
     .who = WHO(REVIEWER) | WHO(PUBLISHER), .flags = ROUTE_LENIENT,
     .summary = "Examines it as a whole or by row, or publishes it."},
    {METHOD_GET, "/about", about_show, .summary = "What this is, its version and its sources."},
    {METHOD_GET, "/healthz", health_show, .summary = "Whether the server works."},
    {METHOD_GET, "/openapi.json", openapi_show, .flags = ROUTE_CACHE,
     .summary = "This description."},
};

const size_t app_route_count = COUNT_OF(app_routes);
