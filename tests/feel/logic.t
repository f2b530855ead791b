//! 甲: boolean ?
//! 乙: boolean ?
//! 真: boolean true
//! 假: boolean false
//! 错: number 0
// and
true and true                      // = true
true and false                     // = false
false and true                     // = false
false and false                    // = false
// or
true or false                      // = true
false or false                     // = false
false or true                      // = true
// unknown: decided by the other side or not at all
真 and 甲                           // unknown 甲
甲 and 真                           // unknown 甲
假 and 甲                           // = false
甲 and 假                           // = false
甲 and 乙                           // unknown 甲,乙
真 or 甲                            // = true
甲 or 真                            // = true
假 or 甲                            // unknown 甲
甲 or 假                            // unknown 甲
甲 or 乙                            // unknown 甲,乙
甲 or 甲                            // unknown 甲
not(甲)                            // unknown 甲
not(真)                            // = false
not(false)                         // = true
// errors: decided by the other side, else they win over unknown
1 / 错 > 1 and 假                   // = false
假 and 1 / 错 > 1                   // = false
1 / 错 > 1 or 真                    // = true
1 / 错 > 1 and 真                   // error E_DIVISION 1:1
甲 and 1 / 错 > 1                   // error E_DIVISION 1:7
1 / 错 > 1 or 甲                    // error E_DIVISION 1:1
not(1 / 错 > 1)                    // error E_DIVISION 1:5
// if
if 真 then 1 else 2                 // = 1
if 假 then 1 else 2                 // = 2
if 甲 then "同" else "同"            // = "同"
if 甲 then "一" else "二"            // unknown 甲
if 甲 and 假 then 1 else 2          // = 2
if 甲 then 1 else if 乙 then 1 else 1 // = 1
if 甲 then 1 else if 乙 then 2 else 1 // = unknown [1..2]: 乙, 甲
if 甲 then if 乙 then 1 else 3 else 2 // unknown 甲,乙
if 甲 then 10 else 20              // = unknown [10..20]: 甲
(if 甲 then 10 else 20) >= 10      // = true
if 1 / 错 > 1 then 1 else 2         // error E_DIVISION 1:4
if 甲 then 1 / 错 else 1            // unknown 甲
if 甲 then 1 / 错 else 2 / 错        // error E_DIVISION 1:11
all([true, true])                  // = true
all([true, 甲])                     // unknown 甲
all([甲, false])                    // = false
all([])                            // = true
all(true, 甲, false)                // = false
any([])                            // = false
any([false, 甲, true])              // = true
any([false, 甲])                    // unknown 甲
any(false, true)                   // = true
known(甲)                           // = false
known(真)                           // = true
known(null)                        // = true
