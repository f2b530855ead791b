/*
 * subject_kind.c: the kinds of subjects that the store keeps, and what a code of each must be.
 */
#include "base/utf8.h"
#include "identity/uscc.h"
#include "policy/subjects.h"

#define ID_MAX 64

static int check_enterprise(struct arena *request, struct span code, struct span *ret,
                            struct err *err)
{
    char canonical[USCC_LENGTH + 1];
    int r = uscc_check(code, canonical, err);

    if (r < 0)
        return r;
    *ret = arena_copy(request, span_of(canonical, USCC_LENGTH));
    return ret->p ? 0 : err_memory(err);
}

static size_t digits(struct span s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

/* A number that belongs to a person outside this system: 居民身份证号 (17 digits and a digit or X),
 * 手机号. */
static bool is_personal(struct span id)
{
    size_t n = digits(id);
    bool resident = id.n == 18 && (n == 18 || (n == 17 && (id.p[17] == 'X' || id.p[17] == 'x')));

    return resident || (id.n == 11 && n == 11 && id.p[0] == '1');
}

/* Persons are known by an opaque id only (law 9: names and numbers of persons are not kept). */
static int check_person(struct arena *request, struct span id, struct span *ret, struct err *err)
{
    bool bad = id.n == 0 || id.n > ID_MAX || utf8_check(id) != SIZE_MAX;

    for (size_t i = 0; i < id.n && !bad; i++)
        bad = (unsigned char)id.p[i] <= ' ' || id.p[i] == 0x7f || id.p[i] == ',';
    if (bad) {
        err_set(err, E_INPUT, "编号应有 1 至 %d 个字节，不含空格、逗号和控制字符", ID_MAX);
        err_hint(err, "例如 P-0001");
        return E_INPUT;
    }
    if (is_personal(id)) {
        err_set(err, E_INPUT, "编号像是身份证号或手机号");
        err_hint(err, "个人只用自编的编号登记，例如 P-0001");
        return E_INPUT;
    }
    *ret = arena_copy(request, id);
    return ret->p ? 0 : err_memory(err);
}

const struct subject_kind ENTERPRISE_KIND = {
    {"enterprise", 10}, {"统一社会信用代码", 24}, true, check_enterprise};
const struct subject_kind PERSON_KIND = {{"person", 6}, {"编号", 6}, false, check_person};
