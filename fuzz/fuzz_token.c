/*
 * fuzz_token.c: any bytes as an ID token (the first line) and a provider's keys (the rest) end in
 * claims that hold, or in a refusal with a sentence of our own. The corpus has a token that is good
 * at the instant below.
 */
#include "identity/oidc_int.h"

#define NOW INT64_C(1583802000000) /* 2020-03-10 09:00 in Shanghai */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char issuer[] = "http://127.0.0.1:1";
    struct span keys = span_of((const char *)data, size), token = {0};
    const struct oidc_expect x = {span_z(issuer), SPAN("huiqi test"), SPAN("n-1"), NOW};
    const struct json *claims = NULL;
    struct err e = ERR_INIT;
    struct arena a;

    span_split(&keys, '\n', &token);
    arena_init(&a);
    int r = oidc_token_read(&a, token, keys, &x, &claims, &e);
    if (r < 0 && (!e.message[0] || (r != E_FORBIDDEN && r != E_NOT_FOUND)))
        BUG("a refusal without a sentence, or of another kind");
    if (r == 0 && !span_eq(json_text(JSON_GET(claims, "nonce")), SPAN("n-1")))
        BUG("claims that do not hold");
    arena_release(&a);
    return 0;
}
