//! 零: number 0
//! 文: string "12a"
//! 数: number ?
//! 表: list<number> [1, 2]
//! 任: any "a"
//! 空: any null
//! 季: string "2020Q5"
//! 类: string "week"
1 / 零                              // error E_DIVISION 1:1
1 + 2 / 零                          // error E_DIVISION 1:5
1 / 零 + 数                         // error E_DIVISION 1:1
数 + 1 / 零                         // error E_DIVISION 1:5
1 / 0                              // error E_DIVISION 1:1
modulo(5, 零)                      // error E_DIVISION 1:1
@"P1D" / 零                        // error E_DIVISION 1:1
number(文)                         // error E_INPUT 1:1
date(文)                           // error E_INPUT 1:1
duration(文)                       // error E_INPUT 1:1
previous(季)                       // error E_INPUT 1:1
periods("2019", 季)                // error E_INPUT 1:1
period(类, @"2020-03-09")          // error E_INPUT 1:1
表[3]                              // error E_RANGE 1:1
表[0]                              // error E_RANGE 1:1
10 ** 10000                        // error E_RANGE 1:1
9e6144 * 10                        // error E_RANGE 1:1
sqrt(-1)                           // error E_RANGE 1:1
log(0)                             // error E_RANGE 1:1
min([])                            // error E_RANGE 1:1
mean([])                           // error E_RANGE 1:1
remove(表, 5)                      // error E_RANGE 1:1
sublist(表, 2, 5)                  // error E_RANGE 1:1
任 + 1                             // error E_TYPE 1:1
任 > 1                             // error E_TYPE 1:1
任 = 1                             // error E_TYPE 1:1
任 and true                        // error E_TYPE 1:1
if 任 then 1 else 2                 // error E_TYPE 1:4
空 + 1                             // error E_TYPE 1:1
空 < 1                             // error E_TYPE 1:1
空 = 1                             // = false
空 = null                          // = true
if 空 then 1 else 2                 // error E_TYPE 1:4
sum([1, 任])                       // error E_TYPE 1:1
[1, 1 / 零]                        // error E_DIVISION 1:5
for x in 表 return x / 零           // error E_DIVISION 1:19
表[item / 零 > 1]                   // error E_DIVISION 1:3
some x in 表 satisfies 1 / 零 = x    // error E_DIVISION 1:23
if 1 / 零 = 1 then 1 else 1          // error E_DIVISION 1:4
1 in (1 / 零, 1)                    // = true
2 in (1 / 零, 1)                    // error E_DIVISION 1:7
min(1, 1 / 零)                      // error E_DIVISION 1:8
max(数, 1 / 零)                     // error E_DIVISION 1:8
known(1 / 零)                       // error E_DIVISION 1:7
@"999999999-12-30" + @"P2D"        // error E_RANGE 1:1
@"999999999-12-31" + @"P1D"        // error E_RANGE 1:1
// found when compiled
人数 + 1                           // error E_NAME 1:1
1 + "a"                            // error E_TYPE 1:1
if 1 then 2 else 3                 // error E_TYPE 1:4
1 +                                // error E_SYNTAX 1:4
"a                                 // error E_SYNTAX 1:1
