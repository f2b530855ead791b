/*
 * verify.c: what must hold in the tables of this folder, whatever happened.
 */
#include "jobs/jobs.h"
#include "store/verify.h"

/* A worker has one job in hand. It takes another name after it failed to say how one ended. */
static const struct verify_rule rules[] = {
    {"two jobs in the hands of one worker",
     "SELECT MIN(id), worker FROM job WHERE state = 'running' GROUP BY worker HAVING COUNT(*) > 1"},
    {"a running job without worker, or a worker without running job",
     "SELECT id, kind FROM job WHERE (state = 'running') <> (worker <> '')"},
    {"a job that ran and was never taken",
     "SELECT id, kind FROM job WHERE lease = 0 AND (state IN ('running', 'done') OR attempts > 0)"},
    {"more attempts than times taken", "SELECT id, kind FROM job WHERE attempts > lease"},
    {"a dead job without error", "SELECT id, kind FROM job WHERE state = 'dead' AND error = ''"},
    {"a done job that is not at 100 %",
     "SELECT id, kind FROM job WHERE state = 'done' AND progress <> 100"},
};

int jobs_verify(struct store *s, struct verify *v, struct err *err)
{
    int r = verify_count(s, v, "SELECT COUNT(*) FROM job", err);

    return r < 0 ? r : verify_rules(s, v, rules, COUNT_OF(rules), err);
}
