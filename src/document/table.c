/*
 * table.c: tables that lost their lines. A contact table (bank, branch, person, numbers) comes as
 * words separated by blanks, one row over one to four lines. Words are told apart by look; a row
 * begins with a branch, or with a person when the row before has a number already.
 */
#include "document/document_int.h"

enum { COLUMN_ORGANISATION, COLUMN_BRANCH, COLUMN_PERSON, COLUMN_PHONE, COLUMNS };
static const char *const column_names[COLUMNS] = {"机构", "网点", "联系人", "电话"};
static const char *const branch_words[] = {"支行", "分行",   "营业部", "分公司",
                                           "网点", "分中心", NULL};

struct cell {
    struct span text;
    size_t start, end; /* in the file */
};

struct row {
    struct cell cells[COLUMNS];
    uint32_t first, last; /* blocks */
};

struct table {
    struct build *b;
    struct doc_node *node;
    struct row row;
    struct cell organisation, branch; /* said once, valid for the rows below */
    bool open;
    uint32_t number;
};

static bool next_word(struct span *rest, struct span *ret)
{
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
        *rest = span_from(*rest, 1);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *ret = span_of(rest->p, n);
    *rest = span_from(*rest, n);
    return n > 0;
}

/* A head names a contact and a number among at least three words. */
bool table_head(struct span text)
{
    struct span rest = text, word;
    unsigned words = 0, hits = 0;
    if (text_runes(text, 41) > 40)
        return false;
    while (next_word(&rest, &word)) {
        words++;
        hits += span_eq(word, SPAN("联系人")) || span_ends(word, SPAN("电话"));
    }
    return words >= 3 && hits >= 2;
}

static int column_of(struct span word)
{
    size_t digits;
    if (text_phone(word, 0, &digits))
        return COLUMN_PHONE;
    if (word_ends_any(word, branch_words))
        return COLUMN_BRANCH;
    return secret_name_like(word) ? COLUMN_PERSON : COLUMN_ORGANISATION;
}

static void add_cell(struct table *t, struct doc_node *row, int column, const struct cell *c)
{
    struct doc_node *n = c->text.n ? node_new(t->b, row, DOC_CELL) : NULL;
    if (!n)
        return;
    n->text = c->text;
    n->title = span_z(column_names[column]);
    n->step = n->title;
    n->start = c->start;
    n->end = n->text_end = c->end;
}

static struct span row_text(struct table *t)
{
    buffer_clear(&t->b->raw);
    for (int i = 0; i < COLUMNS; i++) {
        if (t->row.cells[i].text.n && t->b->raw.n)
            buffer_byte(&t->b->raw, ' ');
        buffer_add(&t->b->raw, t->row.cells[i].text);
    }
    return scratch_copy(t->b);
}

static void row_close(struct table *t)
{
    if (!t->open)
        return;
    t->open = false;
    struct doc_node *n = node_new(t->b, t->node, DOC_ROW);
    if (!n)
        return;
    for (uint32_t i = t->row.first; i < t->row.last; i++)
        node_take(t->b, n, &t->b->blocks.at[i], 0, SIZE_MAX);
    n->step = arena_print(t->b->arena, "行%u", ++t->number);
    n->text = row_text(t);
    for (int i = 0; i < COLUMNS; i++)
        add_cell(t, n, i, &t->row.cells[i]);
    if (n->piece_count == 0 &&
        n->last) { /* shares its line with the next row, which holds the piece */
        n->start = n->last->start;
        n->end = n->last->end;
    }
}

static void row_open(struct table *t, uint32_t block)
{
    row_close(t);
    t->row = (struct row){.first = block, .last = block};
    t->row.cells[COLUMN_ORGANISATION] = t->organisation;
    t->open = true;
}

/* Several numbers of one row share its cell. */
static void cell_put(struct table *t, struct cell *c, const struct cell *word)
{
    if (!c->text.n) {
        *c = *word;
        return;
    }
    c->text = arena_print(t->b->arena, "%.*s %.*s", SPAN_ARG(c->text), SPAN_ARG(word->text));
    c->end = word->end;
}

static bool begins_row(const struct table *t, int column)
{
    const struct row *r = &t->row;
    if (!t->open || column == COLUMN_ORGANISATION)
        return true;
    if (column == COLUMN_BRANCH)
        return r->cells[COLUMN_BRANCH].text.n > 0;
    return column == COLUMN_PERSON && r->cells[COLUMN_PERSON].text.n > 0;
}

static void put_word(struct table *t, uint32_t block, int column, const struct cell *word)
{
    if (begins_row(t, column)) {
        /* a line may finish one row and begin another only at its start: pieces are whole lines */
        row_open(t, block);
        if (column == COLUMN_PERSON)
            t->row.cells[COLUMN_BRANCH] = t->branch;
    }
    if (column == COLUMN_ORGANISATION) {
        t->organisation = *word;
        t->row.cells[COLUMN_ORGANISATION] = *word;
        t->branch = (struct cell){0};
        return;
    }
    if (column == COLUMN_BRANCH)
        t->branch = *word;
    cell_put(t, &t->row.cells[column], word);
}

static void read_block(struct table *t, uint32_t i)
{
    const struct block *k = &t->b->blocks.at[i];
    struct span rest = k->text, word;
    while (next_word(&rest, &word)) {
        size_t at = (size_t)(word.p - k->text.p);
        struct cell c = {.text = word,
                         .start = block_source(t->b, k, at),
                         .end = block_source(t->b, k, at + word.n - 1) + 1};
        put_word(t, i, column_of(word), &c);
    }
    t->row.last = i + 1;
}

static bool goes_on(const struct block *k)
{
    return !k->part && k->mark.style == STYLE_NONE && text_runes(k->text, 61) <= 60 &&
           !text_ends_sentence(k->text);
}

uint32_t table_build(struct build *b, struct doc_node *parent, uint32_t first, uint32_t last)
{
    struct table t = {.b = b, .node = node_new(b, parent, DOC_TABLE)};
    if (!t.node)
        return last;
    node_step(b, t.node, SPAN("表"));
    struct doc_node *head = node_new(b, t.node, DOC_ROW);
    if (head) {
        node_take(b, head, &b->blocks.at[first], 0, SIZE_MAX);
        node_text(head, &b->blocks.at[first], 0, b->blocks.at[first].text.n);
        head->step = SPAN("表头");
    }
    uint32_t i = first + 1;
    for (; i < last && goes_on(&b->blocks.at[i]); i++)
        read_block(&t, i);
    row_close(&t);
    return i;
}
