/* u_uscc.c: unified social credit codes. The codes are valid in form and impossible in fact: region
 * 000000. */
#include "identity/uscc.h"
#include "tests/unit/test.h"

int main(void)
{
    char code[USCC_LENGTH + 1] = "91000000MA0000000", out[USCC_LENGTH + 1];
    struct err err = ERR_INIT;

    TEST("check character");
    code[17] = uscc_check_character(span_of(code, 17));
    code[18] = 0;
    CHECK_INT(uscc_check(span_z(code), out, &err), 0);
    CHECK_TEXT(span_z(out), code);
    for (int i = 0; i < 17; i++) { /* any one character changed is found: 31 is prime */
        char bad[USCC_LENGTH + 1];
        memcpy(bad, code, sizeof(bad));
        bad[i] = bad[i] == '7' ? '8' : '7';
        CHECK_INT(uscc_check(span_z(bad), out, &err), E_INPUT);
    }
    TEST("wrong forms");
    err = (struct err)ERR_INIT;
    CHECK_INT(uscc_check(SPAN("9100"), out, &err), E_INPUT);
    CHECK(strstr(err.message, "4 位") != NULL);
    err = (struct err)ERR_INIT;
    CHECK_INT(uscc_check(SPAN("91000000MAO0000000"), out, &err), E_INPUT);
    CHECK(strstr(err.message, "第 11 位") != NULL);
    TEST("lower case is read");
    for (char *p = code; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    CHECK_INT(uscc_check(span_z(code), out, &err), 0);
    CHECK(out[8] == 'M');
    return test_end();
}
