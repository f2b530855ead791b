/*
 * secrets.c: personal data (law 9): names beside contact words and numbers, mobiles, identity
 * numbers. Found once when the tree stands, with their place in the file; hidden whenever text
 * leaves the program. Office lines stay.
 */
#include "document/document_int.h"
#include <stdlib.h>
#include "base/map.h"

/* Common surnames (a closed list of the language, not of any document). */
static const char surnames[] = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚"
                               "谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤花方"
                               "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元"
                               "卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
                               "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅"
                               "盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管"
                               "卢莫房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁"
                               "荀羊惠甄曲家封芮储靳糜松井段富巫乌焦巴弓牧"
                               "山谷车侯全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶黎蓟薄印"
                               "宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍"
                               "双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别"
                               "庄晏柴瞿阎慕连茹习艾鱼容向古易慎戈廖庾终暨"
                               "居衡步都耿满弘匡国文寇广阙东欧利师巩聂关荆游竺权盖益桓公肖闫付代覃"
                               "涂詹覃敖佟佘岳帅缑亢况郗楼仝鞠仉母曾";
static const char *const double_surnames[] = {"欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟",
                                              "公孙", "令狐", "夏侯", "慕容", "司徒", "长孙",
                                              "端木", "东方", "南宫", NULL};
static const char *const office_ends[] = {
    "部",   "处",   "局",   "委",   "办",   "科",   "所",   "司",   "会",   "室",
    "站",   "厅",   "院",   "中心", "银行", "支行", "分行", "总行", "公司", "热线",
    "街道", "大厅", "电话", "地址", "邮箱", "部门", "单位", "联系", "网址", "传真",
    "窗口", "队",   "组",   "园",   "贷",   "担保", "协会", "集团", NULL};
static const char *const name_labels[] = {"联系人", "责任编辑", "经办人", "联络人",
                                          "收件人", "联系专员", NULL};

static bool han(struct span s, size_t at)
{
    return at + 3 <= s.n && (unsigned char)s.p[at] >= 0xE4 && (unsigned char)s.p[at] <= 0xE9;
}

#define NAME_MAX_BYTES 12 /* four characters; a run that is longer is no name */

/* Bytes of the run of Chinese characters at `at`, counted to just over the longest name. */
static size_t han_run(struct span s, size_t at)
{
    size_t n = 0;
    while (n <= NAME_MAX_BYTES && han(s, at + n))
        n += 3;
    return n;
}

static bool has_surname(struct span s)
{
    if (word_starts_any(s, double_surnames))
        return true;
    for (size_t i = 0; i + 3 < sizeof surnames; i += 3)
        if (memcmp(surnames + i, s.p, 3) == 0)
            return true;
    return false;
}

bool secret_name_like(struct span s)
{
    if (s.n < 6 || s.n > 12 || han_run(s, 0) != s.n || word_ends_any(s, office_ends))
        return false;
    return has_surname(s) && (s.n <= 9 || word_starts_any(s, double_surnames));
}

static void secret_why(struct build *b, const struct doc_node *n, enum doc_person kind, size_t from,
                       size_t to, bool doubtful, const char *reason)
{
    struct doc_secret *s = VECTOR_PUSH(b->arena, &b->secrets, struct doc_secret);
    if (!s)
        return;
    *s = (struct doc_secret){.kind = kind,
                             .doubtful = doubtful,
                             .reason = reason,
                             .text = span_of(n->text.p + from, to - from)};
    s->start = n->seg_count ? doc_source(b->doc, n, from) : n->start;
    s->end = n->seg_count ? doc_source(b->doc, n, to - 1) + 1 : n->text_end;
}

static void secret_add(struct build *b, const struct doc_node *n, enum doc_person kind, size_t from,
                       size_t to)
{
    static const char *const reasons[DOC_PERSON_KINDS] = {"联系人标签后的姓名", "手机号码",
                                                          "身份证件号码",       "账号字样后的号码",
                                                          "个人邮箱",           "密码字样后的密码"};
    secret_why(b, n, kind, from, to, false, reasons[kind]);
}

/* ---- numbers ---- */

static bool digit(struct span s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool is_mobile(const char *p, size_t n)
{
    return n == 11 && p[0] == '1' && p[1] >= '3' && p[1] <= '9';
}

/* 17 digits and a check character; a birth date stands in the middle. */
static bool is_identity(struct span s, size_t at, size_t n)
{
    bool letter = n == 17 && at + 17 < s.n && (s.p[at + 17] == 'X' || s.p[at + 17] == 'x');
    return (n == 18 || letter) &&
           (memcmp(s.p + at + 6, "19", 2) == 0 || memcmp(s.p + at + 6, "20", 2) == 0);
}

/* A bank account: 16 to 19 digits behind a word that says so. */
static bool is_account(struct span s, size_t at, size_t n)
{
    static const char *const words[] = {"账号", "帐号", "卡号", "账户", NULL};
    size_t from = at > 15 ? at - 15 : 0;
    return n >= 16 && n <= 19 && word_has_any(span_of(s.p + from, at - from), words);
}

static void find_numbers(struct build *b, const struct doc_node *n)
{
    struct span s = n->text;
    for (size_t i = 0; i < s.n;) {
        size_t run = 0;
        while (digit(s, i + run))
            run++;
        if (is_mobile(s.p + i, run))
            secret_add(b, n, DOC_PERSON_MOBILE, i, i + run);
        else if (is_account(s, i, run))
            secret_add(b, n, DOC_PERSON_ACCOUNT, i, i + run);
        else if (run >= 17 && is_identity(s, i, run))
            secret_add(b, n, DOC_PERSON_ID, i, i + 18);
        i += run ? run : 1;
    }
}

/* ---- names ---- */

static size_t separator(struct span s, size_t at)
{
    static const char *const marks[] = {"、", "，", "；", "/", " ", ",", "：", ":", "\t", NULL};
    for (const char *const *m = marks; *m; m++)
        if (span_starts(span_from(s, at), span_z(*m)))
            return strlen(*m);
    return 0;
}

static size_t separators(struct span s, size_t at)
{
    size_t from = at, n;
    while ((n = separator(s, at)))
        at += n;
    return at - from;
}

/* A two-character name set apart for looks: "某  某". Bytes, 0 = none. */
static size_t spread_name(struct span s, size_t at)
{
    size_t i = at + 3, blanks = 0;
    if (han_run(s, at) != 3)
        return 0;
    while (i < s.n && s.p[i] == ' ') {
        i++;
        blanks++;
    }
    return blanks && han_run(s, i) == 3 && has_surname(span_from(s, at)) ? i + 3 - at : 0;
}

#define NAMES_MAX 24 /* bytes: two names printed without a mark between them */

/* Characters at `at` up to the next contact word (联系人：某某联系电话：...). */
static size_t names_run(struct span s, size_t at)
{
    static const char *const words[] = {"联系", "电话", "手机", "传真",
                                        "邮箱", "座机", "地址", NULL};
    size_t n = 0;
    while (n <= NAMES_MAX && han(s, at + n) && !word_starts_any(span_from(s, at + n), words))
        n += 3;
    return n;
}

/* What a label with a colon announces is a person, unless it ends as an office does and begins as
 * no name does. */
static bool announced(struct span word)
{
    if (word.n < 6 || word.n > NAMES_MAX)
        return false;
    if (!word_ends_any(word, office_ends))
        return word.n <= 12 || has_surname(word);
    return word.n <= 9 && has_surname(word);
}

/* Behind a label with a colon every short word that names no office is a person. */
static void names_behind(struct build *b, const struct doc_node *n, size_t at)
{
    struct span s = n->text;
    size_t gap = separators(s, at);
    bool colon = gap && span_find(span_of(s.p + at, gap), SPAN(" ")) != 0 &&
                 (span_find(span_of(s.p + at, gap), SPAN("：")) != SIZE_MAX ||
                  span_find(span_of(s.p + at, gap), SPAN(":")) != SIZE_MAX);
    for (at += gap; at < s.n; at += separators(s, at)) {
        size_t spread = spread_name(s, at), run = spread  ? spread
                                                  : colon ? names_run(s, at)
                                                          : han_run(s, at);
        struct span word = span_of(s.p + at, run);
        bool person = spread || (colon ? announced(word) : secret_name_like(word));
        if (!person)
            return;
        secret_add(b, n, DOC_PERSON_NAME, at, at + run);
        at += run;
        if (separators(s, at) == 0)
            return;
    }
}

/* Blanks between the characters of a label set apart for looks, U+3000 too. */
static size_t blanks(struct span s, size_t at)
{
    size_t n = 0;
    for (;;) {
        if (span_starts(span_from(s, at + n), SPAN(" ")))
            n++;
        else if (span_starts(span_from(s, at + n), SPAN("\u3000")))
            n += 3;
        else
            return n;
    }
}

/* Bytes of a label at `at`, however far its characters stand apart; 0 = none. */
static size_t label_length(struct span s, size_t at)
{
    for (const char *const *l = name_labels; *l; l++) {
        size_t from = at;
        const char *c = *l;
        for (; *c; c += 3) {
            if (c != *l)
                from += blanks(s, from);
            if (!span_starts(span_from(s, from), span_of(c, 3)))
                break;
            from += 3;
        }
        if (!*c)
            return from - at;
    }
    return 0;
}

static void find_labels(struct build *b, const struct doc_node *n)
{
    static const char *const firsts[] = {"联", "责", "经", "收", NULL};
    size_t word, at = words_find(n->text, 0, firsts, &word);
    while (at != SIZE_MAX) {
        size_t label = label_length(n->text, at);
        at += label ? label : 3;
        if (label)
            names_behind(b, n, at);
        at = words_find(n->text, at, firsts, &word);
    }
}

/* Where the word before a number ends: behind it blanks, a bracket, a colon. */
static size_t before_number(struct span s, size_t end)
{
    static const char *const marks[] = {" ", "（", "(", "：", ":", "，", ",", "、", "\t", NULL};
    for (const char *const *m = marks; *m;) {
        if (span_ends(span_of(s.p, end), span_z(*m))) {
            end -= strlen(*m);
            m = marks;
        } else {
            m++;
        }
    }
    return end;
}

/* Does a word begin here: at the start, behind a blank or a mark? */
static bool word_begins(struct span s, size_t from)
{
    static const char *const marks[] = {" ",  "\t", "：", ":", "、", "，",
                                        "；", "（", "(",  "/", NULL};
    return from == 0 || word_ends_any(span_of(s.p, from), marks);
}

/* Words beside a number that begin as names do: when it is answered, and what for. */
static const char *const no_names[] = {"全天", "全年", "周一", "周二", "周三", "周四",
                                       "周五", "周六", "周日", "周末", "单位", "应急",
                                       "包括", "包含", "时间", NULL};

static bool named(struct span word)
{
    return secret_name_like(word) && !word_starts_any(word, no_names);
}

/* "office person number": the word before a number, behind another word. */
static void name_before(struct build *b, const struct doc_node *n, size_t number)
{
    struct span s = n->text;
    size_t end = before_number(s, number), from = end;
    while (from >= 3 && end - from <= NAME_MAX_BYTES && han(s, from - 3))
        from -= 3;
    if (end - from == 3 && from >= 4) { /* the second half of a spread name */
        size_t half = from;
        while (half > 0 && s.p[half - 1] == ' ')
            half--;
        if (half >= 3 && half < from && spread_name(s, half - 3) == end - (half - 3))
            from = half - 3;
    }
    struct span word = span_of(s.p + from, end - from);
    if (word.n == 0 || !word_begins(s, from))
        return;
    if (named(word) || spread_name(s, from) == word.n)
        secret_why(b, n, DOC_PERSON_NAME, from, end, true, "电话前像姓名的词");
}

/* Bytes of what sets a name behind a number apart from it. */
static size_t behind_gap(struct span s, size_t at)
{
    static const char *const brackets[] = {"（", "(", "\u3000", NULL};
    size_t from = at, n;
    do {
        n = separator(s, at);
        for (const char *const *m = brackets; *m && n == 0; m++)
            if (span_starts(span_from(s, at), span_z(*m)))
                n = strlen(*m);
        at += n;
    } while (n);
    return at - from;
}

/* "number  person", one or several, up to something that is no name. */
static void names_after(struct build *b, const struct doc_node *n, size_t at)
{
    struct span s = n->text;
    for (size_t gap; (gap = behind_gap(s, at));) {
        at += gap;
        size_t spread = spread_name(s, at), run = spread ? spread : han_run(s, at);
        struct span word = span_of(s.p + at, run);
        bool person = spread || named(word);
        if (!person || han(s, at + run))
            return;
        secret_why(b, n, DOC_PERSON_NAME, at, at + run, true, "电话后像姓名的词");
        at += run;
    }
}

static void find_beside_numbers(struct build *b, const struct doc_node *n)
{
    struct span s = n->text;
    for (size_t i = 0; i < s.n;) {
        size_t digits, phone = digit(s, i) ? text_phone(s, i, &digits) : 0;
        if (phone == 0) {
            do
                i++;
            while (digit(s, i) && digit(s, i - 1));
            continue;
        }
        name_before(b, n, i);
        i += phone;
        names_after(b, n, i);
    }
}

/* ---- who made the file ---- */

#define COMPILED_MAX 60 /* bytes of a line that only says who compiled */

/* "person's team compiled", alone on its line. */
static void find_compiler(struct build *b, const struct doc_node *n)
{
    static const char *const works[] = {"整理", "汇编", "编辑", "编制", "供稿",
                                        "撰稿", "编写", "制作", NULL};
    static const char *const teams[] = {"团队", "工作室", "小组", "律师", NULL};
    struct span s = n->text;
    if (s.n > COMPILED_MAX || !word_ends_any(s, works))
        return;
    size_t end = s.n - 6, word, team = words_find(s, 0, teams, &word);
    if (team != SIZE_MAX && team < end)
        end = team;
    while (end > 0 && s.p[end - 1] == ' ')
        end--;
    if (secret_name_like(span_of(s.p, end)) || (end && spread_name(s, 0) == end))
        secret_why(b, n, DOC_PERSON_NAME, 0, end, true, "整理者像姓名");
}

/* ---- mailboxes ---- */

/* Where anybody may have a mailbox; an office's own domain is the office's. */
static const char *const public_mail[] = {"qq.com",    "163.com",     "126.com",     "sina.com",
                                          "sina.cn",   "sohu.com",    "139.com",     "189.cn",
                                          "gmail.com", "hotmail.com", "outlook.com", "foxmail.com",
                                          "yeah.net",  "aliyun.com",  "21cn.com",    "vip.163.com",
                                          "tom.com",   "wo.cn",       NULL};

/* Common surnames in Pinyin. */
static const char *const surname_sounds[] = {
    "wang",  "li",    "zhang", "liu",  "chen", "yang",  "zhao", "huang", "zhou", "wu",    "xu",
    "sun",   "hu",    "zhu",   "gao",  "lin",  "guo",   "luo",  "liang", "song", "zheng", "xie",
    "han",   "tang",  "feng",  "dong", "xiao", "cheng", "cao",  "yuan",  "deng", "shen",  "zeng",
    "peng",  "jiang", "cai",   "ding", "wei",  "xue",   "yan",  "pan",   "dai",  "xia",   "zhong",
    "tian",  "ren",   "fan",   "fang", "yao",  "liao",  "zou",  "xiong", "jin",  "hao",   "kong",
    "bai",   "cui",   "kang",  "qiu",  "qin",  "hou",   "shao", "meng",  "duan", "qian",  "yin",
    "chang", "wan",   "qiao",  "lai",  "gong", "wen",   "pang", "shi",   "lei",  "lu",    "ma",
    "he",    "su",    "ye",    "fu",   "du",   "gu",    "mao",  "long",  "jia",  NULL};

/* Bytes of a syllable of Pinyin at the start of s; the longest, 0 = none. */
static size_t syllable(struct span s)
{
    static const char *const firsts[] = {"zh", "ch", "sh", "b", "p", "m", "f", "d",
                                         "t",  "n",  "l",  "g", "k", "h", "j", "q",
                                         "x",  "r",  "z",  "c", "s", "y", "w", NULL};
    static const char *const lasts[] = {
        "iang", "iong", "uang", "ang", "eng", "ing", "ong", "iao", "ian", "uai", "uan",
        "ai",   "ei",   "ao",   "ou",  "an",  "en",  "ia",  "ie",  "iu",  "in",  "ua",
        "uo",   "ui",   "un",   "ue",  "a",   "o",   "e",   "i",   "u",   "v",   NULL};
    size_t n = 0;
    for (const char *const *f = firsts; *f && n == 0; f++)
        if (span_starts(s, span_z(*f)))
            n = strlen(*f);
    for (const char *const *l = lasts; n && *l; l++)
        if (span_starts(span_from(s, n), span_z(*l)))
            return n + strlen(*l);
    return 0;
}

/* Letters that read as a surname and a given name of one or two syllables. */
static bool sounds_like_name(struct span s)
{
    for (const char *const *x = surname_sounds; *x; x++) {
        struct span rest = span_from(s, strlen(*x));
        if (!span_starts(s, span_z(*x)))
            continue;
        size_t first = syllable(rest), second = first ? syllable(span_from(rest, first)) : 0;
        if (first && first + second == rest.n)
            return true;
    }
    return false;
}

static bool mail_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._-+", c));
}

/* Digits that are no year. */
static bool has_number(struct span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t run = 0;
        while (digit(s, i + run))
            run++;
        bool year = run == 4 && (memcmp(s.p + i, "19", 2) == 0 || memcmp(s.p + i, "20", 2) == 0);
        if (run >= 3 && !year)
            return true;
        i += run ? run : 1;
    }
    return false;
}

static bool has_mobile(struct span s)
{
    for (size_t i = 0; i + 11 <= s.n; i++) {
        size_t run = 0;
        while (digit(s, i + run))
            run++;
        if (is_mobile(s.p + i, run))
            return true;
        i += run;
    }
    return false;
}

/* A mailbox is a person's when it carries his number, perhaps when it sounds like him. */
static void weigh_mail(struct build *b, const struct doc_node *n, size_t from, size_t at, size_t to)
{
    struct span local = span_of(n->text.p + from, at - from);
    struct span domain = span_of(n->text.p + at + 1, to - at - 1), letters = local;
    bool anybody = false;

    for (const char *const *p = public_mail; *p && !anybody; p++)
        anybody = span_eq(domain, span_z(*p));
    while (letters.n && letters.p[letters.n - 1] >= '0' && letters.p[letters.n - 1] <= '9')
        letters.n--;
    if (has_mobile(local))
        secret_add(b, n, DOC_PERSON_MAIL, from, to);
    else if (sounds_like_name(letters))
        secret_why(b, n, DOC_PERSON_MAIL, from, to, true, "邮箱名像拼音姓名");
    else if (anybody && has_number(local))
        secret_why(b, n, DOC_PERSON_MAIL, from, to, true, "公共邮箱，名中有号码");
}

static void find_mail(struct build *b, const struct doc_node *n)
{
    struct span s = n->text;
    for (size_t i = 0; i < s.n; i++) {
        const char *sign = memchr(s.p + i, '@', s.n - i);
        if (!sign)
            return;
        size_t at = (size_t)(sign - s.p), from = at, to = at + 1;
        while (from > i && mail_char(s.p[from - 1]))
            from--;
        while (to < s.n && mail_char(s.p[to]))
            to++;
        while (to > at && s.p[to - 1] == '.')
            to--;
        if (from < at && to > at + 3)
            weigh_mail(b, n, from, at, to);
        i = to > at ? to - 1 : at;
    }
}

/* What stands behind 密码 and opens a mailbox. */
static void find_passwords(struct build *b, const struct doc_node *n)
{
    static const char *const words[] = {"密码", "口令", NULL};
    struct span s = n->text;
    size_t word, at = words_find(s, 0, words, &word);
    while (at != SIZE_MAX) {
        at += strlen(words[word]);
        size_t from = at + separators(s, at);
        if (span_starts(span_from(s, from), SPAN("为")) ||
            span_starts(span_from(s, from), SPAN("是")))
            from += 3;
        size_t to = from;
        while (to < s.n && s.p[to] > ' ' && s.p[to] < 0x7F && !strchr("),;", s.p[to]))
            to++;
        if (to - from >= 4 && to - from <= 64 && from > at)
            secret_add(b, n, DOC_PERSON_PASSWORD, from, to);
        at = words_find(s, at, words, &word);
    }
}

/* A name, once found, is hidden wherever it stands in the file. Two characters are too few: they
 * also occur inside other words. */
#define NAME_SURE 9 /* bytes */

struct known_names {
    struct map by_text;
    uint8_t first[4096]; /* by a hash of the first character: is it worth looking? */
};

static unsigned first_hash(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return ((unsigned)(u[0] & 15) << 12 ^ (unsigned)(u[1] & 63) << 6 ^ (unsigned)(u[2] & 63)) &
           4095;
}

static void find_again(struct build *b, const struct doc_node *n, const struct known_names *known)
{
    struct span s = n->text;
    for (size_t i = 0; i + NAME_SURE <= s.n;) {
        if ((unsigned char)s.p[i] < 0xE4 || !known->first[first_hash(s.p + i)]) {
            i++;
            continue;
        }
        const struct doc_secret *found = NULL;
        for (size_t length = NAME_MAX_BYTES; length >= NAME_SURE && !found; length -= 3)
            if (i + length <= s.n)
                found = map_get(&known->by_text, span_of(s.p + i, length));
        if (found) {
            size_t at = n->seg_count ? doc_source(b->doc, n, i) : SIZE_MAX;
            if (at != SIZE_MAX)
                secret_why(b, n, DOC_PERSON_NAME, i, i + found->text.n, true, "别处出现过的姓名");
        }
        i += found ? found->text.n : 3;
    }
}

/* Those found at their first places already are dropped by secrets_unique. */
static void find_names_again(struct build *b)
{
    struct known_names *known = ARENA_NEW(b->arena, struct known_names);
    size_t count = b->secrets.n;
    if (!known || count == 0)
        return;
    map_init(&known->by_text, b->arena);
    for (size_t i = 0; i < count; i++) {
        struct doc_secret *s = &b->secrets.at[i];
        if (s->kind != DOC_PERSON_NAME || s->text.n < NAME_SURE || s->text.n > NAME_MAX_BYTES)
            continue;
        known->first[first_hash(s->text.p)] = 1;
        /* the vector moves when it grows: only that the name is known matters */
        if (map_put(&known->by_text, s->text, ARENA_NEW(b->arena, struct doc_secret)) < 0)
            b->arena->failed = true;
        struct doc_secret *copy = map_get(&known->by_text, s->text);
        if (copy)
            *copy = *s;
    }
    if (known->by_text.n == 0)
        return;
    for (const struct doc_node *n = b->doc->root; n; n = doc_following(b->doc->root, n))
        if (n->kind != DOC_ROW && n->kind != DOC_CELL)
            find_again(b, n, known);
}

/* ---- all ---- */

/* In a contact table the column says who is a person. */
static void find_in_cell(struct build *b, const struct doc_node *n)
{
    if (span_eq(n->title, SPAN("联系人"))) {
        struct doc_secret *s = VECTOR_PUSH(b->arena, &b->secrets, struct doc_secret);
        if (s)
            *s = (struct doc_secret){.kind = DOC_PERSON_NAME,
                                     .start = n->start,
                                     .end = n->end,
                                     .text = n->text,
                                     .reason = "联系人栏"};
        return;
    }
    size_t from = b->secrets.n;
    find_numbers(b, n);
    find_mail(b, n);
    find_passwords(b, n);
    for (size_t i = from; i < b->secrets.n;
         i++) { /* several numbers may share the cell: find each in the file */
        struct doc_secret *s = &b->secrets.at[i];
        size_t at = span_find(span_of(b->doc->bytes.p + n->start, n->end - n->start), s->text);
        if (at == SIZE_MAX)
            continue;
        s->start = n->start + at;
        s->end = s->start + s->text.n;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct doc_secret *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    if (x->doubtful != y->doubtful)
        return x->doubtful ? 1 : -1;
    return span_compare(x->text, y->text);
}

static void secrets_sort(struct secret_vector *v)
{
    if (v->n)
        qsort(v->at, v->n, sizeof *v->at, by_place);
}

/* What lies inside another find is that find; a certain one stays before a doubtful one. Cells may
 * share a place in the file without sharing a text: both stay. */
static void secrets_unique(struct secret_vector *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        struct doc_secret *last = n ? &v->at[n - 1] : NULL, *s = &v->at[i];
        bool meets = last && s->start < last->end;
        if (meets && span_find(s->text, last->text) != SIZE_MAX) {
            if (s->text.n > last->text.n || (last->doubtful && !s->doubtful))
                *last = *s;
        } else if (!meets || span_find(last->text, s->text) == SIZE_MAX) {
            v->at[n++] = *s;
        }
    }
    v->n = n;
}

void secrets_find(struct build *b)
{
    const struct doc_node *n = b->doc->root;
    for (; n; n = doc_following(b->doc->root, n)) {
        if (n->text.n == 0 || n->kind == DOC_ROW) /* a row is the sum of its cells */
            continue;
        if (n->kind == DOC_CELL) {
            find_in_cell(b, n);
            continue;
        }
        find_labels(b, n);
        if (text_may_have_phone(n->text)) {
            find_numbers(b, n);
            find_beside_numbers(b, n);
        }
        find_compiler(b, n);
        find_mail(b, n);
        find_passwords(b, n);
    }
    find_names_again(b);
    secrets_sort(&b->secrets);
    secrets_unique(&b->secrets);
    b->doc->secrets = b->secrets.at;
    b->doc->secret_count = b->secrets.n;
}

/* ---- hiding ---- */

struct span doc_placeholder(enum doc_person kind)
{
    static const char *const texts[DOC_PERSON_KINDS] = {"〔姓名〕", "〔手机〕", "〔证件号〕",
                                                        "〔账号〕", "〔邮箱〕", "〔密码〕"};
    return span_z(texts[kind]);
}

const char *doc_person_name(enum doc_person kind)
{
    static const char *const names[DOC_PERSON_KINDS] = {"name",    "mobile",  "id",
                                                        "account", "mailbox", "password"};
    return names[kind];
}

/* First secret that ends behind `offset`. */
static size_t secret_from(const struct doc *doc, size_t offset)
{
    size_t lo = 0, hi = doc->secret_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (doc->secrets[mid].end <= offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void doc_masked_source(struct buffer *out, const struct doc *doc, size_t start, size_t end)
{
    for (size_t i = secret_from(doc, start); i < doc->secret_count && doc->secrets[i].start < end;
         i++) {
        const struct doc_secret *s = &doc->secrets[i];
        if (s->start < start) {
            start = s->end < end ? s->end : end;
            continue;
        }
        buffer_add(out, span_of(doc->bytes.p + start, s->start - start));
        buffer_add(out, doc_placeholder(s->kind));
        start = s->end < end ? s->end : end;
    }
    buffer_add(out, span_of(doc->bytes.p + start, end - start));
}

/* The texts to hide in a range, found by length: at a place, one look-up for each length that
 * occurs. */
struct hidden {
    struct map by_text; /* -> struct equal */
    uint64_t lengths;   /* bit n: some text has n bytes (63: that many or more are looked for one by
                           one) */
    bool first[256];    /* by first byte: does some text begin so? */
    struct equal *texts;
    size_t count;
};

/* A find, and the next one of the same text: the k-th place of a text is its k-th find. */
struct equal {
    const struct doc_secret *secret;
    struct equal *next;
};

static void hidden_init(struct hidden *h, struct arena *scratch, const struct doc_secret *secrets,
                        size_t count)
{
    *h = (struct hidden){.texts = ARENA_ARRAY(scratch, struct equal, count)};
    map_init(&h->by_text, scratch);
    h->count = h->texts ? count : 0;
    for (size_t i = h->count; i-- > 0;) {
        struct equal *e = &h->texts[i];
        *e = (struct equal){&secrets[i], map_get(&h->by_text, secrets[i].text)};
        h->lengths |= UINT64_C(1) << (secrets[i].text.n < 63 ? secrets[i].text.n : 63);
        h->first[secrets[i].text.n ? (unsigned char)secrets[i].text.p[0] : 0] = true;
        if (map_put(&h->by_text, secrets[i].text, e) < 0)
            scratch->failed = true;
    }
}

/* The longest text to hide that stands at the start of s. */
static struct equal *hidden_at(const struct hidden *h, struct span s)
{
    if (!h->first[(unsigned char)s.p[0]])
        return NULL;
    for (size_t i = 0; h->lengths >> 63 && i < h->count; i++)
        if (h->texts[i].secret->text.n >= 63 && span_starts(s, h->texts[i].secret->text))
            return &h->texts[i];
    for (size_t n = s.n < 62 ? s.n : 62; n > 0; n--) {
        struct equal *found = h->lengths >> n & 1 ? map_get(&h->by_text, span_of(s.p, n)) : NULL;
        if (found)
            return found;
    }
    return NULL;
}

static void hide(struct buffer *out, struct hidden *h, struct span text, struct arena *arena,
                 struct doc_places *places)
{
    for (size_t at = 0; at < text.n;) {
        struct equal *e = hidden_at(h, span_from(text, at));
        if (!e) {
            buffer_byte(out, text.p[at++]);
            continue;
        }
        const struct doc_secret *s = e->secret;
        size_t start = out->n;
        buffer_add(out, doc_placeholder(s->kind));
        struct doc_place *p = places ? VECTOR_PUSH(arena, places, struct doc_place) : NULL;
        if (p)
            *p = (struct doc_place){s, at, at + s->text.n, start, out->n};
        if (e->next) /* the key is in the map: putting it again needs no memory */
            (void)!map_put(&h->by_text, s->text, e->next);
        at += s->text.n;
    }
}

static struct span mask(struct arena *arena, const struct doc_secret *secrets, size_t count,
                        struct span text, struct doc_places *places)
{
    if (count == 0 || text.n == 0)
        return text;
    struct buffer out = BUFFER_INIT;
    struct arena scratch;
    struct hidden h;
    arena_init(&scratch);
    hidden_init(&h, &scratch, secrets, count);
    hide(&out, &h, text, arena, places);
    arena->failed |= buffer_failed(&out) || scratch.failed;
    struct span masked = arena->failed ? (struct span){0} : arena_copy(arena, buffer_span(&out));
    arena_release(&scratch);
    buffer_release(&out);
    return masked;
}

struct span doc_masked_range(struct arena *arena, const struct doc *doc, size_t start, size_t end,
                             struct span text, struct doc_places *places)
{
    size_t first = secret_from(doc, start), stop = first;
    while (stop < doc->secret_count && doc->secrets[stop].start < end)
        stop++;
    const struct doc_secret *at = doc->secrets ? doc->secrets + first : NULL;
    return mask(arena, at, stop - first, text, places);
}

void doc_own_range(const struct doc *doc, const struct doc_node *node, size_t *ret_start,
                   size_t *ret_end)
{
    UNUSED(doc);
    *ret_start = node->start;
    *ret_end = node->first && node->kind != DOC_ROW && node->first->start > node->start
                   ? node->first->start
                   : node->end;
    if (node->kind != DOC_ROW)
        return;
    for (const struct doc_node *c = node->first; c;
         c = c->next) { /* cells may repeat a place above */
        if (c->start < *ret_start)
            *ret_start = c->start;
        if (c->end > *ret_end)
            *ret_end = c->end;
    }
}

struct span doc_masked(struct arena *arena, const struct doc *doc, const struct doc_node *node,
                       struct span text)
{
    size_t start = node->start, end = node->end;
    /* cells may repeat a place above the row: take everything from the earliest of them */
    for (const struct doc_node *c = node->first; c && c->kind == DOC_CELL; c = c->next)
        if (c->start < start)
            start = c->start;
    return doc_masked_range(arena, doc, start, end, text, NULL);
}
