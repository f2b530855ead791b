/*
 * files.c: see files.h.
 */
#include "http/files.h"
#include <sodium.h>
#include "base/file.h"

static const struct {
    const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".txt", "text/plain; charset=utf-8"},
    {".woff2", "font/woff2"},
};

void files_etag(struct span body, char ret[FILES_ETAG + 1])
{
    unsigned char hash[16];
    char hex[33];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)body.p, body.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    ret[0] = '"';
    memcpy(ret + 1, hex, 32);
    ret[33] = '"';
    ret[34] = 0;
}

void files_init(struct files *f, struct arena *process)
{
    *f = (struct files){0};
    map_init(&f->by_name, process);
}

struct loader {
    struct files *files;
    struct arena *arena;
    size_t prefix;
    const char *type;
    struct err *err;
};

static int load_file(void *context, const char *path)
{
    struct loader *load = context;
    struct file *file = ARENA_NEW(load->arena, struct file);
    if (!file)
        return err_memory(load->err);
    int r = file_read(load->arena, path, FILES_SIZE, &file->body, load->err);
    if (r < 0)
        return r;
    file->name = span_from(arena_copy(load->arena, span_z(path)), load->prefix);
    if (file->name.n == 0)
        return err_memory(load->err);
    file->type = load->type;
    files_etag(file->body, file->etag);
    return map_put(&load->files->by_name, file->name, file) < 0 ? err_memory(load->err) : 0;
}

int files_load(struct files *f, struct arena *process, const char *folder, bool must,
               struct err *err)
{
    if (!file_exists(folder))
        return must ? err_set(err, E_NOT_FOUND, "no folder %s", folder) : 0;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        struct loader load = {f, process, strlen(folder) + 1, types[i].type, err};
        int r = file_walk(process, folder, span_z(types[i].ending), load_file, &load, err);
        if (r < 0)
            return r;
    }
    return 0;
}

void files_seal(struct files *f)
{
    crypto_generichash_state state;
    unsigned char hash[16];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < f->by_name.n; i++) {
        const struct file *file = f->by_name.entries[i].value;
        crypto_generichash_update(&state, (const unsigned char *)file->etag, FILES_ETAG);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(f->version, sizeof f->version, hash, 8);
}

const struct file *files_find(const struct files *f, struct span name)
{
    return map_get(&f->by_name, name);
}
