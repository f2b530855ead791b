//! 数: list<number> [4, 8, 15]
//! 人: list<{姓: string, 岁: number}> [{姓: "甲", 岁: 30}, {姓: "乙", 岁: 17}]
[1, 2, 3][2]                       // = 2
[1, 2, 3][-1]                      // = 3
[1, 2, 3][item > 1]                // = [2, 3]
数[item > 4]                       // = [8, 15]
人[岁 >= 18].姓                     // = ["甲"]
人[item.岁 < 18].姓                 // = ["乙"]
人.岁                              // = [30, 17]
人[1].姓                           // = "甲"
count(人[岁 > 99])                 // = 0
for i in [1, 2, 3] return i * i    // = [1, 4, 9]
for i in 1..3 return i             // = [1, 2, 3]
for i in 3..1 return i             // = [3, 2, 1]
for d in @"2020-02-28"..@"2020-03-01" return d.day // = [28, 29, 1]
for i in 1..2, j in [10, 20] return i * j // = [10, 20, 20, 40]
for i in 1..2, j in 1..i return j  // = [1, 1, 2]
for p in 人 return p.姓             // = ["甲", "乙"]
some x in [1, 2, 3] satisfies x > 2 // = true
some x in [] satisfies x = 1       // = false
every x in [1, 2, 3] satisfies x > 0 // = true
every x in [] satisfies x = 1      // = true
some x in [1, 2], y in [2, 3] satisfies x = y // = true
every x in [1, 2], y in [3, 4] satisfies x < y // = true
every p in 人 satisfies p.岁 > 18   // = false
list contains([1, 2], 2)           // = true
list contains([1, null], null)     // = true
list contains([1, 2], 3)           // = false
count([1, 2, 3])                   // = 3
count([])                          // = 0
min([3, 1, 2])                     // = 1
max(["a", "c", "b"])               // = "c"
max([@"2020-01-01", @"2020-03-01"]) // = 2020-03-01
sum([1, 2, 3])                     // = 6
sum([])                            // = 0
mean([1, 2, 3])                    // = 2
product([2, 3, 4])                 // = 24
median([8, 2, 5, 3, 4])            // = 4
stddev([2, 4, 6])                  // = 2
mode([1, 2, 2])                    // = [2]
append([1], 2, 3)                  // = [1, 2, 3]
concatenate([1], [2, 3])           // = [1, 2, 3]
insert before([1, 3], 2, 2)        // = [1, 2, 3]
remove([1, 2, 3], 2)               // = [1, 3]
list replace([1, 2, 3], 2, 5)      // = [1, 5, 3]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) // = [5, 5, 7, 8]
sublist([1, 2, 3, 4], 2)           // = [2, 3, 4]
sublist([1, 2, 3, 4], 2, 2)        // = [2, 3]
sublist([1, 2, 3, 4], -2)          // = [3, 4]
reverse([1, 2, 3])                 // = [3, 2, 1]
index of([1, 2, 1], 1)             // = [1, 3]
union([1, 2], [2, 3])              // = [1, 2, 3]
distinct values([1, 2, 1])         // = [1, 2]
duplicate values([1, 2, 1, 3, 3])  // = [1, 3]
flatten([[1, 2], [[3]], 4])        // = [1, 2, 3, 4]
sort([3, 1, 2])                    // = [1, 2, 3]
sort([3, 1, 2], function(x, y) x > y) // = [3, 2, 1]
sort(["b", "a"])                   // = ["a", "b"]
sort(人, function(x, y) x.岁 < y.岁).姓 // = ["乙", "甲"]
