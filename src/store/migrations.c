/*
 * migrations.c: the tables. Histories are append-only (fact_event); the present (fact_now) is a
 * table written in the same transaction, which `huiqi store verify` rebuilds and compares.
 */
#include "store/migrations.h"

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
};
const size_t migration_count = sizeof(migrations) / sizeof(migrations[0]);
