/*
 * compare.h: one subject in every district: what each family of measures gives there. Where a
 * district says nothing itself, the cell says why: its city's rule holds, its text is silent, or
 * its documents are not in the collection. Nothing is added up.
 */
#ifndef HUIQI_POLICY_COMPARE_H
#define HUIQI_POLICY_COMPARE_H
#include "policy/match.h"

#define CELL_LIST(CELL)                                                                            \
    CELL(VALUE, "value", "本区规定", "its own rule")                                               \
    CELL(CITY, "city-rule", "按市级规定", "by the city's rule")                                    \
    CELL(CITY_NOT_HELD, "city-rule-not-held", "按市级规定（原文未收录）",                          \
         "by the city's rule, whose text is not held")                                             \
    CELL(NOT_STATED, "not-stated", "未载", "not stated")                                           \
    CELL(NO_DOCUMENT, "no-document", "文件未收录", "its documents are not in the collection")
#define CELL_ENUM(id, y, z, e) CELL_##id,
enum cell_kind { CELL_LIST(CELL_ENUM) CELL_KINDS };
#undef CELL_ENUM
extern const struct closed_word cell_words[CELL_KINDS];

struct compare_cell {
    enum cell_kind kind;
    const struct finding *finding; /* of VALUE and CITY...; NULL where the measure is not for the
                                      subject */
    const struct measure *measure;
};
struct comparison_row {
    const struct family *family;
    const struct compare_cell *cells; /* one a region */
};
struct comparison {
    const struct fact *vary;
    const struct span *regions;
    size_t region_count;
    const struct comparison_row *rows;
    size_t row_count;
};

/* `vary` is a place. only: one family, or NULL for all. */
NODISCARD int compare_places(struct arena *request, const struct library *l,
                             const struct subject *s, const struct match_options *options,
                             const struct fact *vary, const struct family *only,
                             struct comparison *ret, struct err *err);
struct json *comparison_json(struct arena *request, const struct comparison *c);
#endif
