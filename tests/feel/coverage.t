// law 15: lists are closed or open, and may be incomplete
//! 行业: string ?
//! 主业: string "旅游"
//! 副业: string "种植"
//! 欠款: list<number> partial([100, 200])
//! 混合: list<number> partial([100, -1])
//! 空表: list<string> partial([""][item = "a"])
//! 黑名单: list<string> partial(["甲公司"])
//! 受影响: list<string> open list("旅游", "会展")
主业 in 受影响                              // = true
副业 in 受影响                              // unknown 副业
副业 in open list("旅游", "会展")            // unknown 副业
"种植" in ("旅游", "会展")                   // = false
行业 in 受影响                              // unknown 行业
主业 in 受影响 or 行业 = "a"                 // = true
list contains(受影响, 主业)                 // = true
list contains(受影响, 副业)                 // unknown 副业
list contains(黑名单, "甲公司")              // = true
list contains(欠款, 100)                    // = true
count(欠款) >= 2                            // = true
count(欠款) >= 1                            // = true
count(欠款) < 2                             // = false
count(欠款) = 1                             // = false
sum(欠款) >= 300                            // = true
sum(欠款) < 300                             // = false
max(欠款) >= 200                            // = true
min(欠款) <= 100                            // = true
min(欠款) > 100                             // = false
some x in 欠款 satisfies x = 100            // = true
every x in 欠款 satisfies x = 100           // = false
known(sum(混合) >= 99)                      // = false
known(sum(混合) < 1)                        // = false
known(count(空表) = 0)                      // = false
known(count(空表) > 0)                      // = false
count(空表) >= 0                            // = true
known(list contains(空表, "a"))             // = false
known(list contains(黑名单, "乙公司"))       // = false
known(some x in 黑名单 satisfies x = "乙")   // = false
known(every x in 欠款 satisfies x > 0)      // = false
known(欠款[1])                              // = false
count(欠款[item > 150]) >= 1                // = true
known(count(欠款[item > 150]) = 1)          // = false
known(欠款 = [100, 200])                    // = false
count(concatenate(欠款, [1])) >= 3          // = true
known(mean(欠款))                           // = false
known(any([false][item]))                   // = true
1 in partial([1, 2])                        // = true
known(3 in partial([1, 2]))                 // = false
