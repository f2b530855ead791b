/*
 * path.h: the one notation of clause paths, and its one parser.
 *
 *     path := ['/'] step ('/' step)*
 *     step := name ('#' n)?      n-th sibling of that name, from 2 on
 *
 * Names of steps:
 *
 *     一 （一） 1 （1）          enumerator as printed, brackets full-width, no delimiter
 *     第三条 第一 一是           likewise
 *     段n                        n-th unnumbered paragraph under its parent
 *     表, 行n, 表头              a table, its rows and head; cells by column
 *     联系方式                   a block of contact lines
 *     报头 报尾                  frame of a bulletin or digest
 *     标题 部门 日期 来源        lines of an entry
 *     卷首                       what stands before the first title of a compilation
 *     文号 主送 署名 日期 附注   lines around the text of a document with a head; 网址 its address,
 *     网址 标题 附件             标题 the title once more, 附件 a line that names annexes
 *     a title                    of a part, entry, item or heading without enumerator
 *
 * '/' and '#' inside a title are written ／ and ＃; a title such as 段1 is written 〔段1〕. A path
 * may begin with the title of any part, however deep the part lies; doc_path begins with the
 * nearest titled part. 卷首 may be left out. Titles are compared without spaces, punctuation,
 * brackets and width. A clause may also be named by its title. A leading '/' means: from the root,
 * no part is looked for (doc_path writes it only where a heading has the title of a part).
 *
 * A text that a notice issues is a part inside the notice. What the notice cannot answer is looked
 * for in that text; where both have one title, the name leads to the notice.
 */
#ifndef HUIQI_DOCUMENT_PATH_H
#define HUIQI_DOCUMENT_PATH_H
#include "document/document.h"

/* The node a path names, or NULL. */
const struct doc_node *doc_find(const struct doc *doc, struct span path);
/* The text that a notice issues or forwards, a part inside it; NULL = none. A path that the notice
   itself cannot answer is looked for there. */
const struct doc_node *doc_enclosed_part(const struct doc_node *part);
/* The same as doc_find, relative to `base` (a part found before); the whole document's parts are
 * not tried. */
const struct doc_node *doc_find_in(const struct doc_node *base, struct span path);
/* How far a path leads: the longest beginning of it that doc_find answers, for messages; the root
   when nothing does. */
const struct doc_node *doc_find_nearest(const struct doc *doc, struct span path);
/* The path that doc_find leads back; "" for the root; {NULL, 0} = no memory. */
struct span doc_path(struct arena *arena, const struct doc *doc, const struct doc_node *node);
/* Two titles equal but for spaces, punctuation and width? */
bool doc_same_title(struct span a, struct span b);

#define DOC_TITLE_MAX 256 /* letters of a title that is compared by its end */
/* Does title `a` end with title `b` (eight letters or more)? */
bool doc_title_ends(struct span a, struct span b);

/* Which parts of a document a path may start with: n-th part of equal title is `title#n`. */
uint32_t doc_part_number(const struct doc *doc, const struct doc_node *part);
#endif
