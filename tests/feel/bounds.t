//! 数: number ? 3..
//! 小: number ? ..10
//! 间: number ? 2..4
//! 负: number ? -4..-2
//! 零: number ? 0..0
//! 未: number ?
//! 界: boolean ?
数 >= 1                            // = true
数 > 2                             // = true
数 > 3                             // unknown 数
数 < 3                             // = false
数 <= 2.99                         // = false
数 = 2                             // = false
数 != 2                            // = true
数 = 5                             // unknown 数
小 <= 10                           // = true
小 > 10                            // = false
小 < 10                            // unknown 小
1 <= 数                            // = true
数 > 小                            // unknown 数,小
间 < 数 + 2                        // = true
数 + 1                             // = unknown [4..): 数
数 + 间                            // = unknown [5..): 数, 间
数 - 间                            // = unknown [-1..): 数, 间
10 - 数                            // = unknown (..7]: 数
-间                                // = unknown [-4..-2]: 间
间 * 2                             // = unknown [4..8]: 间
间 * -2                            // = unknown [-8..-4]: 间
间 * 负                            // = unknown [-16..-4]: 负, 间
间 * 间                            // = unknown [4..16]: 间
数 * 间                            // = unknown [6..): 数, 间
未 * 0                             // unknown 未
间 * 0                             // = 0
间 / 2                             // = unknown [1..2]: 间
8 / 间                             // = unknown [2..4]: 间
8 / 负                             // = unknown [-4..-2]: 负
8 / 未                             // unknown 未
未 / 0                             // error E_DIVISION 1:1
数 in [1..2]                       // = false
数 in [1..5]                       // unknown 数
数 in (>= 3)                       // = true
间 between 1 and 5                 // = true
间 between 3 and 5                 // unknown 间
min(间, 1)                         // = 1
min(间, 3)                         // = unknown [2..3]: 间
min(间, 3, 未)                     // = unknown (..3]: 未, 间
min(数, 2)                         // = 2
max(间, 5)                         // = 5
max(数, 1)                         // = unknown [3..): 数
max([间, 未, 9])                   // = unknown [9..): 未
min([数, 2, 未])                   // = unknown (..2]: 未
sum([间, 1])                       // = unknown [3..5]: 间
mean([间, 2])                      // = unknown [2..3]: 间
floor(间 / 3)                      // = unknown [0..1]: 间
ceiling(数 / 2)                    // = unknown [2..): 数
round half up(间 / 4, 0)           // = 1
decimal(间 / 8, 1)                 // = unknown [0.2..0.5]: 间
max(0, min(间, 100))               // = unknown [2..4]: 间
if 界 then 2 else 间               // = unknown [2..4]: 界, 间
if 间 > 1 then "多" else "少"       // = "多"
