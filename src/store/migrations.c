/*
 * migrations.c: the tables. Histories are append-only (fact_event); the present (fact_now) is a
 * table written in the same transaction, which `huiqi store verify` rebuilds and compares.
 */
#include "store/migrations.h"

#define SEARCH_ARRAY(name)                                                                         \
    "CREATE TABLE search_" #name " (id BIGINT PRIMARY KEY, folded TEXT NOT NULL,"                  \
    " tokens BIGINT[] NOT NULL, ballast TEXT NOT NULL DEFAULT repeat(' ', 2040))"                  \
    " WITH (toast_tuple_target = 128);"                                                            \
    "ALTER TABLE search_" #name " ALTER folded SET STORAGE MAIN;"                                  \
    "CREATE INDEX search_" #name "_tokens ON search_" #name " USING gin (tokens);"

const struct migration migrations[] = {
    {"subjects and what is known about them",
     "CREATE TABLE subject ("
     " id {serial},"
     " kind TEXT NOT NULL CHECK (kind IN ('enterprise', 'person')),"
     " code TEXT NOT NULL," /* 统一社会信用代码, or an opaque id of a person */
     " name TEXT NOT NULL DEFAULT '',"
     " created_at {int} NOT NULL,"
     " UNIQUE (kind, code)"
     "){strict};"
     "CREATE TABLE fact_event ("
     " id {serial},"
     " subject_id {int} NOT NULL REFERENCES subject (id),"
     " fact TEXT NOT NULL,"
     " item TEXT NOT NULL DEFAULT '',"   /* empty = the subject itself */
     " period TEXT NOT NULL DEFAULT ''," /* what it is about; empty = timeless */
     " value TEXT NOT NULL,"             /* JSON; null = known to be absent */
     " source TEXT NOT NULL,"
     " basis TEXT NOT NULL CHECK (basis IN ('verified', 'declared', 'forecast', 'accrued')),"
     " observed TEXT NOT NULL," /* ISO date */
     " recorded_at {int} NOT NULL,"
     " withdrawn {int} NOT NULL DEFAULT 0" /* 1 = this event takes the fact back: unknown again */
     "){strict};"
     "CREATE INDEX fact_event_by_subject ON fact_event (subject_id, fact, item);"
     "CREATE TABLE fact_now ("
     " subject_id {int} NOT NULL REFERENCES subject (id),"
     " fact TEXT NOT NULL, item TEXT NOT NULL, period TEXT NOT NULL, source TEXT NOT NULL,"
     " event_id {int} NOT NULL REFERENCES fact_event (id),"
     " PRIMARY KEY (subject_id, fact, item, period, source)"
     "){clustered};"},
    {"which libraries this database has seen", "CREATE TABLE library_version ("
                                               " hash TEXT PRIMARY KEY,"
                                               " first_seen {int} NOT NULL,"
                                               " measures {int} NOT NULL"
                                               "){strict};"},
    {"documents: files, versions, clauses, what was found in them, what was hidden",
     /* the bytes as they came, sealed in parts (document/seal.h); nothing of them stands elsewhere
      * in the clear */
     "CREATE TABLE source_file ("
     " id {serial},"
     " sha256 TEXT NOT NULL UNIQUE,"
     " name TEXT NOT NULL," /* without folder, masked */
     " kind TEXT NOT NULL CHECK (kind IN ('text', 'pdf', 'docx', 'html')),"
     " encoding TEXT NOT NULL,"
     " size {int} NOT NULL,"
     " text_size {int} NOT NULL," /* of the text made from it, which positions count in */
     " imported_at {int} NOT NULL,"
     " report TEXT NOT NULL" /* JSON: what was recognised and what not */
     "){strict};"
     "CREATE TABLE source_part ("
     " source_id {int} NOT NULL REFERENCES source_file (id),"
     " kind TEXT NOT NULL CHECK (kind IN ('original', 'text'))," /* text: when it is not the
                                                                    original */
     " part {int} NOT NULL,"                                     /* from 0 */
     " sealed {blob} NOT NULL,"
     " PRIMARY KEY (source_id, kind, part)"
     "){strict};"
     "CREATE TABLE document ("
     " id {serial},"
     " slug TEXT NOT NULL UNIQUE,"      /* its name for people and addresses */
     " match_key TEXT NOT NULL UNIQUE," /* what a later import finds it by */
     " latest {int} NOT NULL,"          /* number of the newest version */
     " created_at {int} NOT NULL"
     "){strict};"
     "CREATE TABLE document_version ("
     " id {serial},"
     " document_id {int} NOT NULL REFERENCES document (id),"
     " number {int} NOT NULL," /* 1, 2 ... */
     " source_id {int} NOT NULL REFERENCES source_file (id),"
     " ordinal {int} NOT NULL," /* in its file, from 1 */
     " kind TEXT NOT NULL,"     /* of entry: document, digest-entry, bulletin-item ... */
     " title TEXT NOT NULL,"
     " doc_number TEXT NOT NULL," /* 文号; empty = none */
     " issuers TEXT NOT NULL,"    /* JSON list */
     " issued TEXT NOT NULL,"     /* ISO date; empty = not stated */
     " signed TEXT NOT NULL,"
     " region TEXT NOT NULL," /* path of regions; empty = not known */
     " type TEXT NOT NULL,"
     " meta TEXT NOT NULL," /* JSON: addressee, validity, flags, what is missing */
     " start_byte {int} NOT NULL, end_byte {int} NOT NULL," /* in the text of the file */
     " text_digest TEXT NOT NULL," /* under the key: the text may hold what can be guessed */
     " imported_at {int} NOT NULL,"
     " UNIQUE (document_id, number)"
     "){strict};"
     "CREATE INDEX document_version_by_source ON document_version (source_id);"
     "CREATE INDEX document_version_by_number ON document_version (doc_number);"
     "CREATE TABLE clause ("
     " id {serial},"
     " version_id {int} NOT NULL REFERENCES document_version (id),"
     " position {int} NOT NULL," /* in the order of the text, from 0 */
     " parent {int},"            /* position of the parent; null = the document itself */
     " depth {int} NOT NULL,"
     " kind TEXT NOT NULL,"
     " path TEXT NOT NULL," /* relative to the document, as cited; all texts are masked */
     " mark TEXT NOT NULL,"
     " title TEXT NOT NULL,"
     " text TEXT NOT NULL,"
     " start_byte {int} NOT NULL, end_byte {int} NOT NULL, line {int} NOT NULL,"
     " UNIQUE (version_id, position)"
     "){strict};"
     "CREATE INDEX clause_by_path ON clause (version_id, path);"
     "CREATE TABLE clause_fact ("
     " id {serial},"
     " version_id {int} NOT NULL REFERENCES document_version (id),"
     " clause_id {int} NOT NULL REFERENCES clause (id),"
     " kind TEXT NOT NULL,"
     " text_start {int} NOT NULL, text_end {int} NOT NULL," /* bytes of the clause's text here */
     " start_byte {int} NOT NULL, end_byte {int} NOT NULL," /* in the text of the file */
     " value TEXT NOT NULL"                                 /* JSON */
     "){strict};"
     "CREATE INDEX clause_fact_by_version ON clause_fact (version_id, kind);"
     "CREATE TABLE document_relation ("
     " id {serial},"
     " version_id {int} NOT NULL REFERENCES document_version (id)," /* from */
     " clause_id {int} REFERENCES clause (id),"                     /* that says so */
     " kind TEXT NOT NULL,"                       /* implements, amends, interprets, refers ... */
     " target_id {int} REFERENCES document (id)," /* null = a text that is not held */
     " target_number TEXT NOT NULL,"
     " target_title TEXT NOT NULL,"
     " value TEXT NOT NULL" /* JSON: part, span, evidence */
     "){strict};"
     "CREATE INDEX document_relation_by_version ON document_relation (version_id);"
     "CREATE INDEX document_relation_by_target ON document_relation (target_id);"
     "CREATE TABLE redaction ("
     " id {serial},"
     " source_id {int} NOT NULL REFERENCES source_file (id),"
     " kind TEXT NOT NULL,"
     " placeholder TEXT NOT NULL,"
     " reason TEXT NOT NULL,"
     " digest TEXT NOT NULL," /* of the text, under the key: a decision holds for its next version
                               */
     " state TEXT NOT NULL CHECK (state IN ('certain', 'doubtful', 'confirmed', 'released')),"
     " start_byte {int} NOT NULL, end_byte {int} NOT NULL," /* in the text of the file */
     " line {int} NOT NULL,"
     " sealed {blob} NOT NULL" /* the text that stood there */
     "){strict};"
     "CREATE INDEX redaction_by_source ON redaction (source_id);"
     "CREATE INDEX redaction_by_digest ON redaction (digest);"
     "CREATE INDEX redaction_by_state ON redaction (state);"
     /* where the placeholder stands now: a release puts the text there and moves what follows */
     "CREATE TABLE redaction_place ("
     " redaction_id {int} NOT NULL REFERENCES redaction (id),"
     " clause_id {int} NOT NULL REFERENCES clause (id),"
     " field TEXT NOT NULL CHECK (field IN ('path', 'mark', 'title', 'text')),"
     " text_start {int} NOT NULL, text_end {int} NOT NULL,"
     " PRIMARY KEY (clause_id, field, text_start)"
     "){clustered};"
     "CREATE INDEX redaction_place_by_redaction ON redaction_place (redaction_id);"
     /* append-only: imports, versions, releases, confirmations, openings of what is sealed */
     "CREATE TABLE document_event ("
     " id {serial},"
     " at {int} NOT NULL,"
     " kind TEXT NOT NULL,"
     " source_id {int} REFERENCES source_file (id),"
     " document_id {int} REFERENCES document (id),"
     " redaction_id {int} REFERENCES redaction (id),"
     " actor TEXT NOT NULL,"
     " detail TEXT NOT NULL" /* JSON, without personal data */
     "){strict};"
     "CREATE TABLE seal_key ("
     " fingerprint TEXT PRIMARY KEY," /* of the key that sealed all this: not the key */
     " first_used {int} NOT NULL"
     "){strict};"},
    {"what documents are about",
     "CREATE TABLE document_tag ("
     " document_id {int} NOT NULL REFERENCES document (id),"
     " tag TEXT NOT NULL,"
     " has {int} NOT NULL,"  /* 0 = a person took it away: no import gives it back */
     " actor TEXT NOT NULL," /* empty = by the document's own title and headings */
     " PRIMARY KEY (document_id, tag)"
     "){strict};"
     "CREATE INDEX document_tag_by_tag ON document_tag (tag);"},
    {"words to search documents by",
     "CREATE TABLE search_document (" /* one row for each document, at its newest version */
     " id {int} PRIMARY KEY,"
     " slug TEXT NOT NULL, title TEXT NOT NULL, number TEXT NOT NULL,"
     " region TEXT NOT NULL, issuers TEXT NOT NULL," /* issuers and tags: one a line */
     " type TEXT NOT NULL, tags TEXT NOT NULL,"
     " issued TEXT NOT NULL, in_from TEXT NOT NULL, in_to TEXT NOT NULL," /* '' = not known */
     " clauses {int} NOT NULL"
     "){strict};"
     "CREATE TABLE search_clause ("
     " id {int} PRIMARY KEY," /* document * 65536 + its number in the document, from 1 */
     " path TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL" /* masked */
     "){strict};"
     "CREATE TABLE search_suggestion ("
     " key TEXT NOT NULL," /* folded, or first letters of its sounds */
     " kind TEXT NOT NULL, text TEXT NOT NULL, uses {int} NOT NULL,"
     " PRIMARY KEY (key, kind, text)"
     "){clustered};"
     /* counts the changes: who keeps a part of these tables in memory sees that it is old */
     "CREATE TABLE search_state (id {int} PRIMARY KEY, changes {int} NOT NULL){strict};"
     "INSERT INTO search_state (id, changes) VALUES (1, 0);",
     .sqlite = "CREATE VIRTUAL TABLE search_title USING fts5 (title, number, offices, facets,"
               " content = '', columnsize = 0, tokenize = 'huiqi');"
               "CREATE VIRTUAL TABLE search_heading USING fts5 (heading, context, facets,"
               " content = '', columnsize = 0, tokenize = 'huiqi');"
               "CREATE VIRTUAL TABLE search_text USING fts5 (text, heading, context, facets,"
               " content = '', columnsize = 0, tokenize = 'huiqi');",
     /* `folded` is read to see whether the words stand side by side; `tokens` only by the index:
        it shall lie outside of the rows, so that these are many to a page. PostgreSQL moves values
        out of rows above 2 KB only: `ballast`, which shrinks to nothing, makes them that */
     .postgres = "ALTER TABLE search_suggestion ALTER key TYPE TEXT COLLATE \"C\";" SEARCH_ARRAY(
         title) SEARCH_ARRAY(heading) SEARCH_ARRAY(text)},
    {"names by which documents find one another",
     "CREATE TABLE document_name ("
     " document_id {int} PRIMARY KEY REFERENCES document (id),"
     " number TEXT NOT NULL,"
     " core TEXT NOT NULL," /* of the title; empty = too short to tell a text */
     " weight {int} NOT NULL"
     "){strict};"
     "CREATE INDEX document_name_by_number ON document_name (number);"
     "CREATE INDEX document_name_by_core ON document_name (core);"
     "ALTER TABLE document_relation ADD COLUMN target_core TEXT NOT NULL DEFAULT '';"
     "CREATE INDEX document_relation_by_number ON document_relation (target_number);"
     "CREATE INDEX document_relation_by_core ON document_relation (target_core);"
     "CREATE INDEX clause_fact_by_clause ON clause_fact (clause_id);"},
#include "store/tables_identity.def"
#include "store/tables_jobs.def"
#include "store/tables_casework.def"
#include "store/tables_money.def"
#include "store/tables_publishing.def"
#include "store/tables_direct.def"
};
const size_t migration_count = sizeof(migrations) / sizeof(migrations[0]);
