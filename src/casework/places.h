/*
 * places.h: service points (S255): halls, offices, bank branches, machines; what is done there,
 * when, by which channels; which is nearest, and where nobody reaches one within so many minutes.
 *
 * A way is as somebody stated it in minutes, or the great circle between stated coordinates at a
 * stated speed, which no real way is shorter than: `basis` says which. A point or an origin without
 * a place is unknown, never far.
 */
#ifndef HUIQI_CASEWORK_PLACES_H
#define HUIQI_CASEWORK_PLACES_H
#include "casework/cases.h"

#define PLACE_MINUTES 15   /* 15 分钟政务服务圈 */
#define PLACE_SPEED   5000 /* metres an hour: on foot; ours, the texts give none */
#define PLACE_ROWS    20000

/* PLACE_KIND(ID, "word", zh, en) */
#define PLACE_KIND_LIST(PLACE_KIND)                                                                \
    PLACE_KIND(HALL, "hall", "政务服务大厅", "service hall")                                       \
    PLACE_KIND(OFFICE, "office", "部门窗口", "office")                                             \
    PLACE_KIND(COMMUNITY, "community", "社区受理点", "community desk")                             \
    PLACE_KIND(BANK, "bank", "银行网点", "bank branch")                                            \
    PLACE_KIND(MACHINE, "self-service", "自助终端", "self-service machine")                        \
    PLACE_KIND(STATION, "park", "园区企业服务站", "station in a park")
#define PLACE_KIND_ENUM(id, word, zh, en) PLACE_##id,
enum place_kind { PLACE_KIND_LIST(PLACE_KIND_ENUM) PLACE_KINDS };
extern const struct closed_word place_kind_words[PLACE_KINDS];

struct spot { /* millionths of a degree */
    bool known;
    int64_t latitude, longitude;
};
struct service_point {
    int64_t id;
    struct span code, name, organisation, region, address, channels, hours, source;
    enum place_kind kind;
    struct spot spot;
    const struct span *items; /* ids of procedures; "*" = all; none = not stated */
    size_t item_count;
};
/* A CSV with a head line; the same code again replaces what was said before. All or nothing: the
 * first wrong row is the error, with line and column. Points: 编号,名称,类型,机构,地区,地址,纬度,
 * 经度,事项,渠道,时间,来源; origins: 编号,名称,地区,纬度,经度,户数; ways: 起点,网点,分钟,来源. */
enum place_table { PLACE_POINTS, PLACE_ORIGINS, PLACE_WAYS };
/* Roles: handler, publisher, administrator. *ret_n = rows. */
NODISCARD int place_import(struct arena *request, const struct office *o, const struct actor *who,
                           enum place_table table, struct span csv, struct span file, size_t *ret_n,
                           struct err *err);

/* "31.2304": six decimals at most. */
bool spot_parse(struct span latitude, struct span longitude, struct spot *ret);
/* Metres along the great circle, on a sphere of 6 371 008.8 m. */
int64_t spot_metres(struct spot a, struct spot b);
/* "工作日 09:00-17:00；周六 09:00-12:00"; 每天, 周一至周五. Empty text is fine: not stated. */
bool hours_valid(struct span hours);
enum hours_answer { HOURS_SHUT, HOURS_OPEN, HOURS_UNKNOWN };
/* UNKNOWN: not stated, or a working day of a year that the calendar does not know. */
enum hours_answer hours_open(struct span hours, const struct calendar *c, int64_t at);

enum way_basis { WAY_STATED, WAY_LINE, WAY_UNKNOWN };
struct place_query {
    struct span origin;    /* code; empty = `from` */
    struct spot from;      /* not known = no origin: the list alone */
    struct span procedure; /* that is done there; empty = any */
    struct span region;    /* and what lies in it; empty = any */
    struct span channel;   /* empty = any */
    int64_t speed;         /* metres an hour; 0 = PLACE_SPEED */
    int64_t minutes;       /* within; 0 = however far */
    int64_t open_at;       /* only those that are not shut then; 0 = any time */
};
struct place_found {
    struct service_point place;
    enum way_basis basis;
    int64_t metres, minutes; /* metres 0 where minutes were stated */
    enum hours_answer open;  /* at open_at, or now */
    bool stated_item;        /* the item stands in its list, or all do */
};
/* Nearest first, ways that nobody knows last. A point whose items nobody stated is there for any
 * item, marked. */
NODISCARD int place_near(struct arena *request, const struct office *o, const struct place_query *q,
                         struct place_found **ret, size_t *ret_n, struct err *err);
NODISCARD int place_find(struct arena *request, struct store *s, struct span code,
                         struct service_point *ret, struct err *err);

/* Every origin with its nearest point. */
struct place_reach {
    struct span code, name, region, nearest;
    int64_t weight; /* households or enterprises; 0 = not said */
    int64_t minutes;
    enum way_basis basis; /* WAY_UNKNOWN: nobody knows */
    bool within;
};
struct place_cover {
    int64_t within, beyond, unknown; /* origins */
    int64_t weight_within, weight_beyond, weight_unknown;
};
/* q->origin and q->from are not looked at; q->minutes 0 = PLACE_MINUTES. Gaps first. */
NODISCARD int place_gaps(struct arena *request, const struct office *o, const struct place_query *q,
                         struct place_reach **ret, size_t *ret_n, struct place_cover *cover,
                         struct err *err);
struct json *place_json(struct arena *request, const struct library *l,
                        const struct service_point *p, bool english);
struct json *place_found_json(struct arena *request, const struct library *l,
                              const struct place_found *f, bool english);
struct json *place_reach_json(struct arena *request, const struct place_reach *x);
struct json *place_cover_json(struct arena *request, const struct place_cover *x);

/* For choosing where one stands. */
struct place_origin {
    struct span code, name, region;
};
NODISCARD int place_origins(struct arena *request, struct store *s, struct place_origin **ret,
                            size_t *ret_n, struct err *err);
#endif
