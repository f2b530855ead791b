/*
 * payment_file.c: the file of a batch for bank or treasury, as CSV or as XML, and handing it over
 * (payments.h). What stands in a file is fixed when the batch is approved: payments and the payees'
 * sealed rows never change, so the same bytes come out each time.
 */
#include <inttypes.h>

#include "base/csv.h"
#include "casework/funds_int.h"
#include "casework/payments_int.h"
#include "casework/sql.h"
#include "document/document.h"
#include "identity/audit.h"

struct file_line {
    int64_t position, amount;
    struct span name, bank, account;
};

struct file {
    struct arena *arena;
    struct store *s;
    const struct seal *seal;
    const struct batch_step *step;
    struct buffer *out;
};

static int open_line(const struct file *f, const struct stmt *st, struct file_line *ret,
                     struct err *err)
{
    struct span token = sql_text(f->arena, st, 2), sealed = sql_text(f->arena, st, 3), text;
    struct json *j = NULL;
    int r = f->arena->failed ? err_memory(err)
                             : seal_open(f->arena, f->seal, token, sealed, &text, err);

    if (r == 0)
        r = json_parse(f->arena, text, SPAN("payee"), &j, err);
    if (r < 0)
        return r;
    *ret = (struct file_line){.position = stmt_get_int(st, 0),
                              .amount = stmt_get_int(st, 1),
                              .name = json_text(JSON_GET(j, "name")),
                              .bank = json_text(JSON_GET(j, "bank")),
                              .account = json_text(JSON_GET(j, "account"))};
    return 0;
}

typedef void line_printer(const struct file *f, const struct file_line *line);

static int each_line(const struct file *f, line_printer *print, struct err *err)
{
    struct file_line line;
    struct stmt *st;
    int r = sql_open(f->s,
                     "SELECT p.position, p.amount, y.token, y.sealed FROM payment p"
                     " JOIN payee y ON y.id = p.payee_id WHERE p.batch_id = $1 ORDER BY p.position",
                     ARGS(INT(f->step->batch.id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (r = open_line(f, st, &line, err)) == 0)
        print(f, &line);
    stmt_done(st);
    return r;
}

/* ---- CSV ---- */

static void print_money(struct buffer *out, int64_t fen)
{
    char text[MONEY_TEXT];

    buffer_add(out, span_of(text, money_print(fen, text)));
}

static void csv_line(const struct file *f, const struct file_line *line)
{
    const struct span texts[] = {line->name, line->bank, line->account};

    buffer_print(f->out, "HQ%" PRId64 "-%" PRId64, f->step->batch.id, line->position);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        buffer_byte(f->out, ',');
        csv_print(f->out, texts[i]);
    }
    buffer_byte(f->out, ',');
    print_money(f->out, line->amount);
    buffer_byte(f->out, ',');
    csv_print(f->out, f->step->fund.name);
    buffer_byte(f->out, '\n');
}

static int print_csv(const struct file *f, struct err *err)
{
    char digest[DOC_SHA256_HEX];
    size_t from = f->out->n;

    buffer_add_z(f->out, "支付键,户名,开户行,账号,金额,用途\n");
    int r = each_line(f, csv_line, err);
    if (r < 0)
        return r;
    if (buffer_failed(f->out))
        return err_memory(err);
    doc_sha256(span_from(buffer_span(f->out), from), digest);
    buffer_print(f->out, "合计,%" PRId64 ",,,", f->step->batch.lines);
    print_money(f->out, f->step->batch.total);
    buffer_print(f->out, ",sha256:%s\n", digest);
    return 0;
}

/* ---- XML ---- */

static void xml_line(const struct file *f, const struct file_line *line)
{
    buffer_print(f->out,
                 "<CdtTrfTxInf><PmtId><EndToEndId>HQ%" PRId64 "-%" PRId64
                 "</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"CNY\">",
                 f->step->batch.id, line->position);
    print_money(f->out, line->amount);
    buffer_add_z(f->out, "</InstdAmt></Amt><CdtrAgt><FinInstnId><Nm>");
    buffer_escape(f->out, line->bank);
    buffer_add_z(f->out, "</Nm></FinInstnId></CdtrAgt><Cdtr><Nm>");
    buffer_escape(f->out, line->name);
    buffer_add_z(f->out, "</Nm></Cdtr><CdtrAcct><Id><Othr><Id>");
    buffer_escape(f->out, line->account);
    buffer_add_z(f->out, "</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>");
    buffer_escape(f->out, f->step->fund.name);
    buffer_add_z(f->out, "</Ustrd></RmtInf></CdtTrfTxInf>\n");
}

static void xml_holder(const struct file *f, const char *before, const char *after)
{
    buffer_add_z(f->out, before);
    buffer_escape(f->out, f->step->fund.holder);
    buffer_add_z(f->out, after);
}

static int print_xml(const struct file *f, struct err *err)
{
    const struct batch *b = &f->step->batch;
    char at[DATE_TEXT];

    buffer_add_z(f->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document"
                         " xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\">"
                         "<CstmrCdtTrfInitn>\n<GrpHdr>");
    clock_print(b->approved_at, at);
    buffer_print(f->out, "<MsgId>HQ%" PRId64 "</MsgId><CreDtTm>%.19s</CreDtTm>", b->id, at);
    buffer_print(f->out, "<NbOfTxs>%" PRId64 "</NbOfTxs><CtrlSum>", b->lines);
    print_money(f->out, b->total);
    xml_holder(f, "</CtrlSum><InitgPty><Nm>", "</Nm></InitgPty></GrpHdr>\n");
    buffer_print(f->out,
                 "<PmtInf><PmtInfId>HQ%" PRId64 "</PmtInfId><PmtMtd>TRF</PmtMtd>"
                 "<ReqdExctnDt>%.10s</ReqdExctnDt>",
                 b->id, at);
    xml_holder(f, "<Dbtr><Nm>", "</Nm></Dbtr><DbtrAcct><Id><Othr><Id>");
    buffer_escape(f->out, f->step->fund.code);
    buffer_add_z(f->out, "</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId/></DbtrAgt>\n");
    int r = each_line(f, xml_line, err);
    buffer_add_z(f->out, "</PmtInf></CstmrCdtTrfInitn></Document>\n");
    return r;
}

/* ---- making and handing over ---- */

static int print_file(const struct batch_step *t, const struct seal *seal, enum batch_format format,
                      struct buffer *out, struct err *err)
{
    const struct file f = {t->arena, t->s, seal, t, out};
    int r = format == BATCH_XML ? print_xml(&f, err) : print_csv(&f, err);

    return r == 0 && buffer_failed(out) ? err_memory(err) : r;
}

static int log_read(const struct batch_step *t, struct err *err)
{
    struct span number = arena_print(t->arena, "%" PRId64, t->batch.id);

    if (!number.p)
        return err_memory(err);
    return audit_add(t->s, t->who,
                     &(struct audit_entry){.class = AUDIT_READ,
                                           .act = SPAN("payment.file"),
                                           .object_kind = SPAN("batch"),
                                           .object = number},
                     err);
}

int batch_file(struct arena *request, struct store *s, const struct seal *seal,
               const struct actor *who, int64_t id, enum batch_format format, struct buffer *out,
               struct err *err)
{
    struct batch_step t = {.arena = request, .s = s, .who = who};
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = batch_hold(&t, id, SPAN(""), err);
    if (r == 0 && !t.batch.approved_at)
        r = err_set(err, E_CONFLICT, "还没有复核：先由另一人批准");
    if (r == 0 && span_eq(t.batch.state, SPAN("cancelled")))
        r = err_set(err, E_CONFLICT, "批次已经取消");
    if (r == 0)
        r = log_read(&t, err);
    return r < 0 ? r : print_file(&t, seal, format, out, err);
}

static int mark_sent(const struct batch_step *t, const struct buffer *file, struct err *err)
{
    char digest[DOC_SHA256_HEX];
    struct json *detail = json_object(t->arena);

    doc_sha256(buffer_span(file), digest);
    int r = sql_run(t->s,
                    "UPDATE payment_batch SET state = 'sent', sent_at = $2, checksum = $3"
                    " WHERE id = $1",
                    ARGS(INT(t->batch.id), INT(clock_now_ms()), TEXT(span_z(digest))), err);
    if (r == 0)
        r = sql_run(t->s,
                    "UPDATE payment SET state = 'sent' WHERE batch_id = $1 AND state = 'waiting'",
                    ARGS(INT(t->batch.id)), err);
    JSON_SET(detail, "sha256", json_string(t->arena, arena_copy(t->arena, span_z(digest))));
    return r < 0 ? r
                 : money_audit(t->arena, t->s, t->who, true, "payment.submit", "batch", t->batch.id,
                               detail, err);
}

int batch_submit(struct arena *request, struct store *s, const struct seal *seal,
                 const struct actor *who, int64_t id, struct err *err)
{
    struct batch_step t = {.arena = request, .s = s, .who = who};
    struct buffer file = BUFFER_INIT;
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = batch_hold(&t, id, SPAN("approved"), err);
    if (r == 0)
        r = fund_pays(&t.fund, err);
    if (r == 0)
        r = print_file(&t, seal, BATCH_CSV, &file, err);
    if (r == 0)
        r = mark_sent(&t, &file, err);
    buffer_release(&file);
    return r;
}
