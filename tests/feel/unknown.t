// law 1: what nobody supplied is never a no
//! 人数: number ?
//! 裁员率: number ?
//! 规模: "大型"|"中型"|"小型" ?
//! 成立日期: date ?
//! 名单: list<string> ?
//! 贷款: list<{本金: number, 利率: number}> ?
//! 参保人数: month number(人) {"2019-12": 30}
//! LPR: parameter number {"": 0.0405, "2019-08-20": 0.0425}
//! 未知参数: parameter number ?
人数                               // unknown 人数
人数 = 1                           // unknown 人数
人数 != 1                          // unknown 人数
人数 = null                        // unknown 人数
人数 < 300                         // unknown 人数
人数 + 1                           // unknown 人数
-人数                              // unknown 人数
人数 * 裁员率                       // unknown 人数,裁员率
人数 ** 2                          // unknown 人数
人数 in (1, 2)                     // unknown 人数
人数 in [1..5]                     // unknown 人数
人数 in ()                         // error E_SYNTAX 1:8
人数 between 1 and 5               // unknown 人数
3 between 1 and 人数               // unknown 人数
0 between 1 and 人数               // = false
规模 in ("中型", "小型")            // unknown 规模
规模 = "小型" or 3 > 2              // = true
人数 instance of number            // unknown 人数
成立日期 + @"P1D"                  // unknown 成立日期
成立日期.year                      // unknown 成立日期
成立日期 < @"2020-01-01"           // unknown 成立日期
string length(规模)                // unknown 规模
"规模" + 规模                      // unknown 规模
名单[1]                            // unknown 名单
count(名单)                        // unknown 名单
list contains(名单, "a")           // unknown 名单
"a" in 名单                        // unknown 名单
some x in 名单 satisfies x = "a"    // unknown 名单
sum(贷款.本金)                     // unknown 贷款
sum(贷款[利率 > 0.05].本金)         // unknown 贷款
for x in 名单 return x             // unknown 名单
[1, 人数, 3]                       // = [1, unknown: 人数, 3]
[1, 人数, 3][1]                    // = 1
[1, 人数, 3] = [1, 2, 4]           // = false
[1, 人数, 3] = [1, 2, 3]           // unknown 人数
{a: 人数} = {a: 1}                 // unknown 人数
{a: 人数}.a                        // unknown 人数
list contains([1, 人数], 1)        // = true
list contains([1, 人数], 2)        // unknown 人数
2 in [1, 人数]                     // unknown 人数
1 in [1, 人数]                     // = true
1 in (人数, 1)                     // = true
sum([1, 人数])                     // unknown 人数
count([1, 人数])                   // = 2
count([1, 5, 8][item > 人数])      // = unknown [0..): 人数
count(distinct values([1, 1, 人数])) // = unknown [1..): 人数
min(人数, 5)                       // = unknown (..5]: 人数
max(人数, 5)                       // = unknown [5..): 人数
max(人数, 5) >= 5                  // = true
sort([2, 人数])                    // unknown 人数
median([1, 人数])                  // unknown 人数
string join(["a", 规模])           // unknown 规模
append([1], 人数)                  // = [1, unknown: 人数]
some x in [1, 人数] satisfies x = 1 // = true
some x in [1, 人数] satisfies x = 2 // unknown 人数
every x in [1, 人数] satisfies x = 2 // = false
[1..人数] = [1..3]                 // unknown 人数
2 in [3..人数]                     // = false
4 in [3..人数]                     // unknown 人数
if 人数 > 300 then "大" else "大"   // = "大"
if 人数 > 300 then "大" else 规模    // unknown 人数,规模
参保人数("2019-12")                // = 30
参保人数("2020-01")                // = unknown: 参保人数(2020-01)
参保人数("2020-01") + 参保人数("2020-02") // = unknown: 参保人数(2020-01), 参保人数(2020-02)
参保人数(if 人数 > 1 then "2019-12" else "2019-12") // = 30
LPR                                // = 0.0405
LPR(@"2019-08-20")                 // = 0.0425
LPR(成立日期)                      // unknown 成立日期
LPR + 0.005                        // = 0.0455
未知参数                           // unknown 未知参数
未知参数(@"2020-01-01")            // = unknown: 未知参数(2020-01-01)
string([1, 人数])                  // unknown 人数
string({a: 人数})                  // unknown 人数
string([1..人数])                  // unknown 人数
[1, 人数] instance of list<number> // unknown 人数
["a", 人数] instance of list<number> // = false
{a: 人数} instance of context<a: number> // unknown 人数
count(flatten([[1], [人数]])) >= 1  // = true
known(count(flatten([[1], [人数]])) = 2) // = false
index of([1, 人数, 1], 1)          // = [1, 3, ...]
for x in [1, 人数] return x + 1    // = [2, unknown: 人数]
{a: 人数, b: 1}.b                  // = 1
[1, 人数][2]                       // unknown 人数
get value({a: 人数}, "a") = 1      // unknown 人数
(function(x) x > 5)(人数)          // unknown 人数
date(人数, 1, 1)                   // unknown 人数
decimal(1.25, 人数)                // unknown 人数
"大型" in (规模, "大型")            // = true
not(人数 > 1)                      // unknown 人数
every x in [] satisfies 人数 = 1   // = true
