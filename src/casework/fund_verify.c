/*
 * fund_verify.c: what must hold in the tables of money, whatever happened: rules of `huiqi store
 * verify` and `huiqi ledger verify` (S092, S094). A rule finds rows that are wrong.
 */
#include "casework/funds.h"
#include "store/verify.h"

/* What the ledger says of each reservation. */
#define BY_RESERVATION(kind) "SUM(CASE WHEN a.kind = '" kind "' THEN l.amount ELSE 0 END) AS " kind
#define LEDGER_OF_RESERVATIONS                                                                                                                      \
    "(SELECT e.reservation_id AS id, " BY_RESERVATION("reserved") ", " BY_RESERVATION("committed") ", " BY_RESERVATION("paid") ", " BY_RESERVATION( \
        "claimed") ", " BY_RESERVATION("moved") ", " BY_RESERVATION("recovered") " FROM "                                                           \
                                                                                 "ledger_entry e "                                                  \
                                                                                 "JOIN "                                                            \
                                                                                 "ledger_line l "                                                   \
                                                                                 "ON l.entry_id "                                                   \
                                                                                 "= e.id"                                                           \
                                                                                 " JOIN "                                                           \
                                                                                 "ledger_account "                                                  \
                                                                                 "a ON a.id = "                                                     \
                                                                                 "l.account_id"                                                     \
                                                                                 " WHERE "                                                          \
                                                                                 "e.reservation_"                                                   \
                                                                                 "id IS NOT NULL "                                                  \
                                                                                 "GROUP BY "                                                        \
                                                                                 "e.reservation_"                                                   \
                                                                                 "id)"
/* What came back of each reservation. */
#define REPAID_OF_RESERVATIONS                                                                     \
    "(SELECT c.reservation_id AS id, SUM(c.repaid) AS repaid,"                                     \
    " SUM(CASE WHEN c.state = 'cancelled' THEN c.repaid ELSE c.amount END) AS claimed"             \
    " FROM claim c GROUP BY c.reservation_id)"

static const struct verify_rule rules[] = {
    /* ---- the ledger ---- */
    {"an entry that does not balance",
     "SELECT entry_id, CAST(SUM(amount) AS TEXT) FROM ledger_line GROUP BY entry_id"
     " HAVING SUM(amount) <> 0"},
    {"an entry that does not balance on a level",
     "SELECT l.entry_id, a.level FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id"
     " GROUP BY l.entry_id, a.level HAVING SUM(l.amount) <> 0"},
    {"an entry without lines",
     "SELECT id, kind FROM ledger_entry e"
     " WHERE NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.entry_id = e.id)"},
    {"a line in another fund's account",
     "SELECT e.id, a.kind FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id"
     " JOIN ledger_account a ON a.id = l.account_id WHERE a.fund_id <> e.fund_id"},
    {"a balance that is not the sum of its lines",
     "SELECT a.id, a.kind FROM ledger_account a LEFT JOIN"
     " (SELECT account_id, SUM(amount) AS sum FROM ledger_line GROUP BY account_id) x"
     " ON x.account_id = a.id WHERE a.balance <> COALESCE(x.sum, 0)"},
    {"less than nothing",
     "SELECT fund_id, kind FROM ledger_account WHERE kind NOT IN ('budget', 'free', 'claims')"
     " GROUP BY fund_id, kind HAVING SUM(balance) < 0"},
    /* ---- funds ---- */
    {"a fund that has paid more than it may",
     "SELECT f.id, f.code FROM fund f JOIN ledger_account a ON a.fund_id = f.id"
     " AND a.kind = 'free' WHERE f.hard = 1 GROUP BY f.id, f.code HAVING SUM(a.balance) < 0"},
    {"a budget that the ledger does not know",
     "SELECT f.id, f.code FROM fund f LEFT JOIN ledger_account a ON a.fund_id = f.id"
     " AND a.kind = 'budget' GROUP BY f.id, f.code, f.budget"
     " HAVING COALESCE(SUM(-a.balance), 0) <> f.budget"},
    {"a part whose use is not the sum of its reservations",
     "SELECT p.fund_id, p.name FROM fund_part p JOIN fund f ON f.id = p.fund_id"
     " LEFT JOIN (SELECT v.fund_id, v.purpose, v.period, v.amount - f2.reuse *"
     " COALESCE(x.repaid, 0) AS amount FROM reservation v JOIN fund f2 ON f2.id = v.fund_id"
     " LEFT JOIN " REPAID_OF_RESERVATIONS " x ON x.id = v.id WHERE v.state <> 'released') v"
     " ON v.fund_id = p.fund_id AND ((p.kind = 'purpose' AND v.purpose = p.name)"
     " OR (p.kind = 'period' AND v.period = p.name))"
     " GROUP BY p.fund_id, p.kind, p.name, p.used HAVING COALESCE(SUM(v.amount), 0) <> p.used"},
    {"a part that has paid more than it may",
     "SELECT fund_id, name FROM fund_part WHERE kind IN ('purpose', 'period') AND used > most"},
    {"an alarm that is missing, or stands for nothing",
     "SELECT f.id, CAST(m.percent AS TEXT) FROM fund f"
     " CROSS JOIN (SELECT 70 AS percent UNION ALL SELECT 90 UNION ALL SELECT 100) m"
     " LEFT JOIN (SELECT fund_id, SUM(balance) AS free FROM ledger_account WHERE kind = 'free'"
     " GROUP BY fund_id) a ON a.fund_id = f.id"
     " LEFT JOIN fund_alarm x ON x.fund_id = f.id AND x.part = '' AND x.percent = m.percent"
     " WHERE (f.budget - COALESCE(a.free, 0) > 0 AND"
     " (f.budget - COALESCE(a.free, 0)) * 100 >= f.budget * m.percent) <> (x.event_id IS NOT "
     "NULL)"},
    /* ---- reservations ---- */
    {"a reservation whose state the ledger does not tell",
     "SELECT v.id, v.state FROM reservation v JOIN fund f ON f.id = v.fund_id"
     " LEFT JOIN " LEDGER_OF_RESERVATIONS " x ON x.id = v.id"
     " LEFT JOIN " REPAID_OF_RESERVATIONS " y ON y.id = v.id"
     " WHERE COALESCE(x.reserved, 0) <> CASE v.state WHEN 'reserved' THEN v.amount ELSE 0 END"
     " OR COALESCE(x.committed, 0) <> CASE v.state WHEN 'committed' THEN v.amount ELSE 0 END"
     " OR COALESCE(x.paid, 0) <> CASE v.state WHEN 'paid'"
     " THEN v.amount - f.reuse * COALESCE(y.repaid, 0) ELSE 0 END"},
    {"a reservation that is claimed back by another sum",
     "SELECT v.id, v.state FROM reservation v"
     " LEFT JOIN " REPAID_OF_RESERVATIONS " y ON y.id = v.id"
     " WHERE v.claimed <> COALESCE(y.claimed, 0) OR v.claimed > v.amount"},
    {"claims that the ledger does not tell",
     "SELECT v.id, v.state FROM reservation v"
     " LEFT JOIN " LEDGER_OF_RESERVATIONS " x ON x.id = v.id"
     " LEFT JOIN " REPAID_OF_RESERVATIONS " y ON y.id = v.id"
     " WHERE COALESCE(x.recovered, 0) <> COALESCE(y.repaid, 0)"
     " OR COALESCE(x.claimed, 0) + COALESCE(x.moved, 0) <>"
     " COALESCE(y.claimed, 0) - COALESCE(y.repaid, 0)"},
    {"a ground that is paid twice",
     "SELECT MIN(id), measure FROM reservation WHERE state <> 'released'"
     " GROUP BY measure, subject_id, item, about, part HAVING COUNT(*) > 1"},
    {"benefits that reservations do not tell",
     "SELECT v.id, v.state FROM reservation v LEFT JOIN"
     " (SELECT reservation_id AS id, SUM(CASE WHEN kind IN ('approved', 'released') THEN amount"
     " ELSE 0 END) AS approved, SUM(CASE WHEN kind IN ('paid', 'returned', 'recovered')"
     " THEN amount ELSE 0 END) AS received FROM benefit_event WHERE reservation_id IS NOT NULL"
     " GROUP BY reservation_id) b ON b.id = v.id"
     " LEFT JOIN " REPAID_OF_RESERVATIONS " y ON y.id = v.id"
     " WHERE COALESCE(b.approved, 0) <> CASE v.state WHEN 'released' THEN 0 ELSE v.amount END"
     " OR COALESCE(b.received, 0) <> CASE v.state WHEN 'paid'"
     " THEN v.amount - COALESCE(y.repaid, 0) ELSE 0 END"},
    /* ---- payments ---- */
    {"a batch with other lines or another total",
     "SELECT b.id, b.state FROM payment_batch b LEFT JOIN payment p ON p.batch_id = b.id"
     " GROUP BY b.id, b.state, b.lines, b.total"
     " HAVING COUNT(p.id) <> b.lines OR COALESCE(SUM(p.amount), 0) <> b.total"},
    {"a payment of another amount than its reservation",
     "SELECT p.id, p.state FROM payment p JOIN reservation v ON v.id = p.reservation_id"
     " WHERE p.amount <> v.amount AND p.state IN ('waiting', 'sent', 'paid')"},
    {"a reservation on its way without payment, or paid without one",
     "SELECT v.id, v.state FROM reservation v WHERE v.state IN ('committed', 'paid')"
     " AND NOT EXISTS (SELECT 1 FROM payment p JOIN payment_batch b ON b.id = p.batch_id"
     " WHERE p.reservation_id = v.id AND b.state <> 'draft' AND ((v.state = 'paid'"
     " AND p.state = 'paid') OR (v.state = 'committed' AND p.state IN ('waiting', 'sent'))))"},
    {"a payment made that its reservation does not know",
     "SELECT p.id, p.state FROM payment p JOIN reservation v ON v.id = p.reservation_id"
     " WHERE (p.state = 'paid' AND v.state <> 'paid')"
     " OR (p.state = 'sent' AND v.state <> 'committed')"},
    {"a batch made and released by one person",
     "SELECT id, state FROM payment_batch WHERE approved_at IS NOT NULL"
     " AND ((maker_id <> 0 AND maker_id = approver_id)"
     " OR (maker_id = 0 AND approver_id = 0 AND maker = approver))"},
    /* ---- vouchers ---- */
    {"more vouchers than the quota",
     "SELECT p.id, p.code FROM voucher_programme p JOIN voucher v ON v.programme_id = p.id"
     " AND v.state NOT IN ('withdrawn', 'expired') WHERE p.quota > 0 GROUP BY p.id, p.code, p.quota"
     " HAVING COUNT(*) > p.quota"},
    {"a voucher used or handed in after its last day",
     "SELECT id, number FROM voucher WHERE used_on > last_day OR redeemed_on > last_day"},
    {"a voucher whose money the fund does not hold",
     "SELECT w.id, w.number FROM voucher w JOIN reservation v ON v.id = w.reservation_id"
     " WHERE (w.state IN ('withdrawn', 'expired')) <> (v.state = 'released')"
     " OR v.amount <> CASE w.state WHEN 'settled' THEN w.amount ELSE w.face END"
     " OR (w.state <> 'settled' AND v.state IN ('committed', 'paid'))"},
    {"a voucher that is settled by more than it is worth",
     "SELECT id, number FROM voucher WHERE amount > face OR accepted > contract_amount"
     " OR amount * share_down > accepted * share_up"},
    {"a voucher in another state than its last event says",
     "SELECT w.id, w.state FROM voucher w LEFT JOIN voucher_event e ON e.id ="
     " (SELECT MAX(x.id) FROM voucher_event x WHERE x.voucher_id = w.id)"
     " WHERE w.state <> CASE e.kind WHEN 'issue' THEN 'issued' WHEN 'use' THEN 'used'"
     " WHEN 'reject' THEN 'used' WHEN 'redeem' THEN 'redeemed' WHEN 'settle' THEN 'settled'"
     " WHEN 'withdraw' THEN 'withdrawn' WHEN 'lapse' THEN 'expired' ELSE '' END"},
    {"a voucher handed in and settled by one person",
     "SELECT w.id, w.number FROM voucher w JOIN voucher_event e ON e.voucher_id = w.id"
     " AND e.kind = 'settle' WHERE w.redeemer_id <> 0 AND w.redeemer_id = e.account_id"},
    /* ---- claims ---- */
    {"a claim that is not repaid by its receipts",
     "SELECT c.id, c.state FROM claim c LEFT JOIN claim_receipt r ON r.claim_id = c.id"
     " GROUP BY c.id, c.state, c.repaid, c.amount HAVING COALESCE(SUM(r.amount), 0) <> c.repaid"
     " OR c.repaid > c.amount OR (c.state = 'repaid') <> (c.repaid = c.amount)"},
};

int money_verify(struct store *s, struct verify *v, struct err *err)
{
    int r = verify_count(s, v, "SELECT COUNT(*) FROM ledger_line", err);

    if (r == 0)
        r = verify_count(s, v, "SELECT COUNT(*) FROM reservation", err);
    if (r == 0)
        r = verify_count(s, v, "SELECT COUNT(*) FROM payment", err);
    return r < 0 ? r : verify_rules(s, v, rules, COUNT_OF(rules), err);
}
