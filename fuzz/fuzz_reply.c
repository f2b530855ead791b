/*
 * fuzz_reply.c: any bytes as a bank's reply end in lines and problems with their places, or in a
 * refusal with a sentence; amounts that are read are printed and read as the same.
 */
#include "casework/payments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(int64_t fen)
{
    char text[MONEY_TEXT];
    int64_t second = -1;

    if (money_parse(span_of(text, money_print(fen, text)), &second, NULL) < 0 || second != fen)
        BUG("an amount became another");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct reply reply;
    struct err e = ERR_INIT;
    struct share share;
    struct arena a;
    int64_t fen;

    arena_init(&a);
    int r = reply_parse(&a, text, SPAN("fuzz"), &reply, &e);
    if (r < 0 && !e.message[0])
        BUG("a refusal without a sentence");
    for (size_t i = 0; r == 0 && i < reply.n; i++)
        same_again(reply.at[i].amount);
    for (size_t i = 0; r == 0 && i < reply.problem_n; i++)
        if (!reply.problems[i].line || !reply.problems[i].what.n)
            BUG("a problem without place or sentence");
    if (money_parse(text, &fen, NULL) == 0)
        same_again(fen);
    if (share_parse(text, &share, NULL) == 0 && (share.up > share.down || share.down <= 0))
        BUG("a share of more than the whole");
    arena_release(&a);
    return 0;
}
