/*
 * uscc.c: checks unified social credit codes. Weights are powers of 3 modulo 31 (GB
 * 32100-2015, 5.3).
 */
#include "identity/uscc.h"

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
#define MODULUS 31

static int index_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

char uscc_check_character(struct span first17)
{
    int sum = 0, weight = 1;

    if (first17.n != USCC_LENGTH - 1)
        return 0;
    for (size_t i = 0; i < first17.n; i++) {
        int v = index_of(first17.p[i]);
        if (v < 0)
            return 0;
        sum = (sum + v * weight) % MODULUS;
        weight = weight * 3 % MODULUS;
    }
    return alphabet[(MODULUS - sum) % MODULUS];
}

int uscc_check(struct span code, char ret[USCC_LENGTH + 1], struct err *err)
{
    char upper[USCC_LENGTH + 1] = "";

    if (code.n != USCC_LENGTH) {
        err_set(err, E_INPUT, "统一社会信用代码应为 18 位，这里有 %zu 位", code.n);
        err_hint(err, "看看有没有空格，或少写、多写了一位：%.*s", SPAN_ARG(code));
        return E_INPUT;
    }
    for (size_t i = 0; i < code.n; i++) {
        int v = index_of(code.p[i]);
        if (v < 0) {
            err_set(err, E_INPUT, "统一社会信用代码第 %zu 位不是允许的字符", i + 1);
            err_hint(err, "只用数字和大写字母，没有 I、O、S、V、Z");
            return E_INPUT;
        }
        upper[i] = alphabet[v];
    }
    char want = uscc_check_character(span_of(upper, USCC_LENGTH - 1));
    if (upper[USCC_LENGTH - 1] != want) {
        err_set(err, E_INPUT, "统一社会信用代码校验位不符：应为 %c，这里是 %c", want,
                upper[USCC_LENGTH - 1]);
        err_hint(err, "有一位写错了，请与营业执照核对");
        return E_INPUT;
    }
    memcpy(ret, upper, sizeof(upper));
    return 0;
}
