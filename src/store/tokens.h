/*
 * tokens.h: what a text is made of when it is searched: the one function that cuts the texts of
 * both engines and the words of a query. Chinese has no blanks, so every character is a token and
 * so is every pair of neighbours: one character is found, two are exact, a longer phrase is a chain
 * of pairs. Latin words and numbers are one token each.
 *
 * Everything is folded first: width and compatibility forms (NFKD by ICU), capitals, accents,
 * traditional characters to simplified ones (han.def). 1,000 is 1000. The year and number of a 文号
 * are one token more, whatever brackets stand around the year.
 *
 * It lives in this folder, below the documents, because a connection to SQLite registers it as the
 * tokenizer `huiqi` of FTS5 (sqlite_tokens.c). No state, no allocation, any thread.
 */
#ifndef HUIQI_STORE_TOKENS_H
#define HUIQI_STORE_TOKENS_H
#include "base/buffer.h"

#define TOKEN_MAX 64 /* bytes of a folded token; the rest of a longer word is not looked at */

struct token {
    struct span text;  /* folded; valid until the function that was given it returns */
    size_t start, end; /* bytes of the input */
    bool colocated;    /* stands at the position of the token before, not one further */
    bool joined;       /* a character directly behind another one */
};

enum tokens_of {
    TOKENS_TEXT, /* to be found: characters and pairs, numbers with and without their 文号 */
    TOKENS_QUERY /* to find: the fewest that stand for the phrase, at the same positions */
};

/* Calls `emit` for each token in order; stops at and returns its first result that is not 0. */
int tokens_each(struct span text, enum tokens_of what,
                int (*emit)(void *context, const struct token *t), void *context);

/* A token as a number, for the arrays of PostgreSQL: characters and pairs exactly, words by hash
 * (60 bits). Never negative. */
int64_t token_code(struct span folded);

/*
 * The folded text with its tokens in a row: characters that stand side by side stay so, everything
 * else is parted by one blank; a blank at both ends. A phrase occurs in a text where its plain form
 * (without the outer blanks beside characters) occurs in the text's plain form.
 */
void tokens_plain(struct buffer *out, struct span text);
/* The same as a pattern of LIKE: `%...%`, with % _ and \ escaped. */
void tokens_pattern(struct buffer *out, struct span phrase);

/* Folds one text for comparing keys: tokens_plain without any blank. */
void tokens_key(struct buffer *out, struct span text);
/* First letters of the sounds of its characters (稳岗返还 = wgfh), words and numbers as they are.
 */
void tokens_initials(struct buffer *out, struct span text);
#endif
