/*
 * text.h: the sentences of the pages, in every language: web/text/zh.yaml and en.yaml.
 *
 * A key is dotted (nav.home). A message may hold {name} or {a.b}, filled in from the data. All
 * languages have the same keys with the same placeholders, or loading fails: nothing is missing at
 * run time. Loaded once, then constant: any thread.
 */
#ifndef HUIQI_HTTP_TEXT_H
#define HUIQI_HTTP_TEXT_H
#include "base/diags.h"
#include "base/json.h"
#include "base/map.h"

enum language { LANGUAGE_ZH, LANGUAGE_EN, LANGUAGE_COUNT };
#define TEXT_FILE (1u << 20) /* bytes of one file of messages */

/* Part of a message: literal text, or (parts not NULL) the path of a value. */
struct piece {
    struct span text;
    const struct span *parts;
    size_t part_count;
};

struct message {
    struct span key, text;
    const struct piece *pieces;
    size_t n;
};

struct texts {
    struct map by_key[LANGUAGE_COUNT]; /* dotted key -> struct message */
};

struct span language_tag(enum language l);                /* "zh" */
struct span language_html(enum language l);               /* "zh-CN" */
bool language_parse(struct span tag, enum language *ret); /* zh, zh-CN, en, en-US ... */

/* Splits "a.b.c"; false for an empty part. "." alone gives no parts. */
NODISCARD int path_split(struct arena *a, struct span dotted, const struct span **ret_parts,
                         size_t *ret_n, struct err *err);

void texts_init(struct texts *t, struct arena *process);
/* Adds the messages of one file; problems go to diags. */
NODISCARD int texts_add(struct texts *t, enum language l, struct arena *process, struct span yaml,
                        struct span file, struct diags *diags);
/* Reads FOLDER/zh.yaml and en.yaml and compares them. */
NODISCARD int texts_load(struct texts *t, struct arena *process, const char *folder,
                         struct diags *diags, struct err *err);
void texts_compare(const struct texts *t, struct diags *diags);
const struct message *texts_find(const struct texts *t, enum language l, struct span key);
/* The message filled in from the members of args (may be NULL). An unknown key gives the key
 * itself. */
struct span texts_print(const struct texts *t, enum language l, struct span key,
                        const struct json *args, struct arena *request);
#endif
