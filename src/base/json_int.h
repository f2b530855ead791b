/*
 * json_int.h: what the two parsers share: growing a tree while refusing duplicates.
 */
#ifndef HUIQI_BASE_JSON_INT_H
#define HUIQI_BASE_JSON_INT_H
#include "base/json.h"
#include "base/map.h"

struct json_index {
    struct map map; /* key to member; valid while map.n is the number of members */
};

struct json_place {
    uint32_t line, column;
};

/* The open containers of a parse and the key that waits for its value. */
struct json_build {
    struct arena *arena;
    struct json *root;
    struct json *open[JSON_DEPTH];
    size_t depth;
    struct span key; /* of the member to come */
    struct json_place key_place;
    bool has_key;
};

/* Puts a new node in its place and opens it when it is a container. NULL = no memory. */
struct json *json_build_node(struct json_build *b, enum json_kind kind, struct span text,
                             struct json_place at);
/* The key of the next member. E_CONFLICT = the open object has it already. */
NODISCARD int json_build_key(struct json_build *b, struct span key, struct json_place at);
#endif
