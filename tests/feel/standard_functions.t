// DMN 1.5 clause 10.3.4: built-in functions, table by table.
//! mode: spec

// conversion
date("2012-12-25") - date("2012-12-24") = duration("P1D") // = true
date(date and time("2012-12-25T11:00:00Z")) = date("2012-12-25") // = true
date(2012, 12, 25) = date("2012-12-25")                 // = true
date(2012, 2, 30)                                       // error E_INPUT 1:1
date(2012, 13, 1)                                       // error E_INPUT 1:1
date("2012-2-3")                                        // error E_INPUT 1:1
date("2012-12-25T10:00:00")                             // error E_INPUT 1:1
date("+2012-12-25")                                     // error E_INPUT 1:1
date("02012-12-25")                                     // error E_INPUT 1:1
date("12012-12-25").year                                // = 12012
date(year: 2012, month: 12, day: 25) = @"2012-12-25"    // = true
date(null)                                              // error E_TYPE 1:1
date(999999999, 12, 31).year                            // = 999999999
date(-999999999, 1, 1).year                             // = -999999999
date(1000000000, 1, 1)                                  // error E_INPUT 1:1
date("999999999-12-31") + @"P1D"                        // error E_RANGE 1:1
date and time("2012-12-24T23:59:00") = date and time(date("2012-12-24"), time("23:59:00")) // = true
date and time(@"2012-12-24T10:00:00@Europe/Paris", @"11:00:00") // = date and time("2012-12-24T11:00:00")
date and time("2012-12-24T23:59:00") + duration("PT1M") = date and time("2012-12-25T00:00:00") // = true
date and time("2012-12-24")                             // = date and time("2012-12-24T00:00:00")
date and time("2012-12-24T25:00:00")                    // error E_INPUT 1:1
date and time("2012-12-24T24:00:01")                    // error E_INPUT 1:1
date and time("2012-12-24T10:00:60")                    // error E_INPUT 1:1
date and time("2012-12-24 10:00:00")                    // error E_INPUT 1:1
date and time("2012-12-24T10:00")                       // error E_INPUT 1:1
date and time("2012-12-24T10:00:00+18:01")              // error E_INPUT 1:1
time("23:59:00Z") + duration("PT2M") = time("00:01:00@Etc/UTC") // = true
time(date and time("2012-12-25T11:00:00Z")) = time("11:00:00Z") // = true
time("23:59:00Z") = time(23, 59, 0, duration("PT0H"))   // = true
time(10, 20, 30.5).second                               // = 30.5
time(24, 0, 0)                                          // error E_RANGE 1:1
time(10, 60, 0)                                         // error E_RANGE 1:1
time(10, 0, 60)                                         // error E_RANGE 1:1
time(10, 0, 0, @"PT19H")                                // error E_RANGE 1:1
string(time(10, 0, 0, @"-PT14H"))                       // = "10:00:00-14:00"
string(time(10, 0, 0, null))                            // = "10:00:00"
time("7:00:00")                                         // error E_INPUT 1:1
time("07:00")                                           // error E_INPUT 1:1
time("07:00:00+5:00")                                   // error E_INPUT 1:1
time("07:00:00.123456789").second                       // = 0.123456789
time("07:00:00.000000001") > time("07:00:00")           // = true
number("1 000,0", " ", ",") = number("1,000.0", ",", ".") // = true
number("1. 000.000,01", ".", ",")                       // error E_INPUT 1:1
number("1.000.000,01", ".", ",")                        // = 1000000.01
number("1000000.01", null, ".")                         // = 1000000.01
number("1000000,01", null, ",")                         // = 1000000.01
number("1 000", " ", null)                              // = 1000
number("-12", null, null)                               // = -12
number("1,5", ",", ",")                                 // error E_INPUT 1:1
number("1;5", ";", ".")                                 // error E_INPUT 1:1
number("1.5", ".", null)                                // = 15
number("abc", null, null)                               // error E_INPUT 1:1
number("", null, null)                                  // error E_INPUT 1:1
number("1.5.2", null, ".")                              // error E_INPUT 1:1
number(from: "1.000,5", grouping separator: ".", decimal separator: ",") // = 1000.5
string(1.1)                                             // = "1.1"
string(1.0)                                             // = "1"
string(100)                                             // = "100"
string(.5)                                              // = "0.5"
string(-0.5)                                            // = "-0.5"
string(1/3)                                             // = "0.3333333333333333333333333333333333"
string(10**40)                                          // = "10000000000000000000000000000000000000000"
string(0.000000000000000001)                            // = "0.000000000000000001"
string(null)                                            // = null
string("a")                                             // = "a"
string(true)                                            // = "true"
string(@"2020-01-02")                                   // = "2020-01-02"
string(@"-0001-01-02")                                  // = "-0001-01-02"
string(@"10:11:12.5Z")                                  // = "10:11:12.5Z"
string(@"10:11:12@Europe/Paris")                        // = "10:11:12@Europe/Paris"
string(@"2020-01-02T10:11:12+01:00")                    // = "2020-01-02T10:11:12+01:00"
string(@"P1DT25H")                                      // = "P2DT1H"
string(@"-PT90M")                                       // = "-PT1H30M"
string(@"PT0.5S")                                       // = "PT0.5S"
string(@"P13M")                                         // = "P1Y1M"
string(@"P0M")                                          // = "P0M"
string(@"PT0S")                                         // = "PT0S"
string([1, "a", null])                                  // = "[1, \"a\", null]"
string({a: 1, b: "x"})                                  // = "{a: 1, b: \"x\"}"
string([1..5])                                          // = "[1..5]"
string((1..5))                                          // = "(1..5)"
string(["a".."b"])                                      // = "[\"a\"..\"b\"]"
string([@"2020-01-01"..@"2020-01-02"])                  // = "[2020-01-01..2020-01-02]"
duration("P2Y2M") = duration("P26M")                    // = true
duration("P1Y1D")                                       // error E_INPUT 1:1
duration("P")                                           // error E_INPUT 1:1
duration("P1DT")                                        // error E_INPUT 1:1
duration("1D")                                          // error E_INPUT 1:1
duration("P1M1Y")                                       // error E_INPUT 1:1
duration("-P1D") = -duration("P1D")                     // = true
date and time("2012-12-24T23:59:00") - date and time("2012-12-22T03:45:00") = duration("P2DT20H14M") // = true
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M") // = true
years and months duration(date("2013-08-24"), date("2011-12-22")) = duration("-P1Y8M") // = true
years and months duration(@"2020-01-31", @"2020-02-29") // = @"P0M"
years and months duration(@"2016-01-21T10:00:00", @"2018-02-21T09:00:00") // = @"P2Y1M"

// boolean
not(true)                                               // = false
not(false)                                              // = true
not(null)                                               // = null

// strings
substring("foobar", 3, 3)                               // = "oba"
substring("foobar", -2, 1)                              // = "a"
substring("\U01F40Eab", 2)                              // = "ab"
substring("foobar", 0)                                  // error E_RANGE 1:1
substring("foobar", 7)                                  // error E_RANGE 1:1
substring("foobar", 3, 0)                               // error E_RANGE 1:1
substring("foobar", 3, 99)                              // = "obar"
substring("🐎🐎x", -1)                                   // = "x"
string length("foo")                                    // = 3
string length("")                                       // = 0
string length(null)                                     // error E_TYPE 1:1
upper case("aBc4")                                      // = "ABC4"
lower case("aBc4")                                      // = "abc4"
upper case("straße é")                                  // = "STRASSE É"
substring before("foobar", "bar")                       // = "foo"
substring before("foobar", "xyz")                       // = ""
substring before("foobar", "")                          // = ""
substring after("foobar", "ob")                         // = "ar"
substring after("", "a")                                // = ""
substring after("foobar", "")                           // = "foobar"
replace("banana", "a", "o")                             // = "bonono"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")             // = "[1=ab][2=]cd"
contains("foobar", "of")                                // = false
contains("foobar", "")                                  // = true
starts with("foobar", "fo")                             // = true
ends with("foobar", "r")                                // = true
matches("foobar", "^fo*b")                              // = true
split("John Doe", "\\s")                                // = ["John", "Doe"]
split("a;b;c;;", ";")                                   // = ["a", "b", "c", "", ""]
split("", ";")                                          // = [""]
split("abc", "x")                                       // = ["abc"]
string join(["a", "b", "c"], "_and_")                   // = "a_and_b_and_c"
string join(["a", "b", "c"], "")                        // = "abc"
string join(["a", "b", "c"], null)                      // = "abc"
string join(["a"], "X")                                 // = "a"
string join(["a", null, "c"], "X")                      // = "aXc"
string join([], "X")                                    // = ""
string join(["a", "b", "c"])                            // = "abc"
string join(["a", null, "c"])                           // = "ac"
string join([])                                         // = ""
string join([1, 2], ",")                                // error E_TYPE 1:1
string join(null, ",")                                  // error E_TYPE 1:1

// lists
list contains([1, 2, 3], 2)                             // = true
list contains([1, null], null)                          // = true
list contains([1, 2], "a")                              // = false
count([1, 2, 3])                                        // = 3
count([])                                               // = 0
count([1, [2, 3]])                                      // = 2
min([1, 2, 3])                                          // = 1
max(1, 2, 3)                                            // = 3
min(1)                                                  // = 1
min([1])                                                // = 1
max([])                                                 // = null
min("b", "a")                                           // = "a"
max([@"2020-01-01", @"2021-01-01"])                     // = @"2021-01-01"
min([@"P1D", @"PT1H"])                                  // = @"PT1H"
min(1, "a")                                             // error E_TYPE 1:1
min([1, null])                                          // error E_TYPE 1:1
sum([1, 2, 3])                                          // = 6
sum(1, 2, 3)                                            // = 6
sum(1)                                                  // = 1
sum([])                                                 // = null
sum([1, null])                                          // error E_TYPE 1:1
sum([1, "a"])                                           // error E_TYPE 1:1
mean([1, 2, 3])                                         // = 2
mean(1)                                                 // = 1
mean([])                                                // error E_RANGE 1:1
all([false, null, true])                                // = false
all(true)                                               // = true
all([true])                                             // = true
all([])                                                 // = true
all(0)                                                  // error E_TYPE 1:1
all([true, null])                                       // = null
any([false, null, true])                                // = true
any(false)                                              // = false
any([])                                                 // = false
any(0)                                                  // error E_TYPE 1:1
any([false, null])                                      // = null
sublist([4, 5, 6], 1, 2)                                // = [4, 5]
sublist([4, 5, 6], 2)                                   // = [5, 6]
sublist([4, 5, 6], -2)                                  // = [5, 6]
sublist([4, 5, 6], -2, 1)                               // = [5]
sublist([4, 5, 6], 0)                                   // error E_RANGE 1:1
sublist([4, 5, 6], 4)                                   // error E_RANGE 1:1
sublist([4, 5, 6], 2, 9)                                // error E_RANGE 1:1
append([1], 2, 3)                                       // = [1, 2, 3]
append([1], null)                                       // = [1, null]
append(1, 2)                                            // = [1, 2]
concatenate([1, 2], [3])                                // = [1, 2, 3]
concatenate([1], [[2]])                                 // = [1, [2]]
insert before([1, 3], 1, 2)                             // = [2, 1, 3]
insert before([1, 3], -1, 2)                            // = [1, 2, 3]
insert before([1, 3], 0, 2)                             // error E_RANGE 1:1
insert before([1, 3], 3, null)                          // error E_RANGE 1:1
remove([1, 2, 3], 2)                                    // = [1, 3]
remove([1, 2, 3], -1)                                   // = [1, 2]
remove([1, 2, 3], 0)                                    // error E_RANGE 1:1
remove([1, 2, 3], 4)                                    // error E_RANGE 1:1
reverse([1, 2, 3])                                      // = [3, 2, 1]
index of([1, 2, 3, 2], 2)                               // = [2, 4]
index of([1, null], null)                               // = [2]
index of([1, 2], "a")                                   // = []
union([1, 2], [2, 3])                                   // = [1, 2, 3]
union([1, null], [null, [1]], [[1]])                    // = [1, null, [1]]
distinct values([1, 2, 3, 2, 1])                        // = [1, 2, 3]
distinct values([1, "1", 1.0])                          // = [1, "1"]
flatten([[1, 2], [[3]], 4])                             // = [1, 2, 3, 4]
product([2, 3, 4])                                      // = 24
product([])                                             // = null
product(2, 3, 4)                                        // = 24
median(8, 2, 5, 3, 4)                                   // = 4
median([6, 1, 2, 3])                                    // = 2.5
median([])                                              // = null
stddev(2, 4, 7, 5)                                      // = 2.081665999466132735282297706979931
stddev([47])                                            // = null
stddev(47)                                              // = null
stddev([])                                              // = null
mode(6, 3, 9, 6, 6)                                     // = [6]
mode([6, 1, 9, 6, 1])                                   // = [1, 6]
mode([])                                                // = []
list replace([2, 4, 7, 8], 3, 6)                        // = [2, 4, 6, 8]
list replace([2, 4, 7, 8], -1, 6)                       // = [2, 4, 7, 6]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) // = [5, 5, 7, 8]
list replace([2, 4], 5, 1)                              // error E_RANGE 1:1
list replace([2, 4], 0, 1)                              // error E_RANGE 1:1
list replace([2, 4], 1, null)                           // = [null, 4]
list replace(list: [2, 4], position: 1, newItem: 3)     // = [3, 4]
list replace(list: [2, 4], match: function(item, newItem) item = 4, newItem: 3) // = [2, 3]

// numbers
decimal(1/3, 2)                                         // = 0.33
decimal(1.5, 0)                                         // = 2
decimal(2.5, 0)                                         // = 2
decimal(0.505, 2)                                       // = 0.50
decimal(0.515, 2)                                       // = 0.52
decimal(1, 2)                                           // = 1.00
decimal(1234, -2)                                       // = 1200
decimal(1, 6177)                                        // error E_RANGE 1:1
decimal(1, -6112)                                       // error E_RANGE 1:1
decimal(1, null)                                        // error E_TYPE 1:1
floor(1.5)                                              // = 1
floor(-1.5)                                             // = -2
floor(-1.56, 1)                                         // = -1.6
floor(1234, -2)                                         // = 1200
floor(1, null)                                          // error E_TYPE 1:1
ceiling(1.5)                                            // = 2
ceiling(-1.5)                                           // = -1
ceiling(-1.56, 1)                                       // = -1.5
round up(5.5, 0)                                        // = 6
round up(-5.5, 0)                                       // = -6
round up(1.121, 2)                                      // = 1.13
round up(-1.126, 2)                                     // = -1.13
round down(5.5, 0)                                      // = 5
round down(-5.5, 0)                                     // = -5
round down(1.121, 2)                                    // = 1.12
round down(-1.126, 2)                                   // = -1.12
round half up(5.5, 0)                                   // = 6
round half up(-5.5, 0)                                  // = -6
round half up(1.121, 2)                                 // = 1.12
round half up(-1.126, 2)                                // = -1.13
round half up(1.125, 2)                                 // = 1.13
round half down(5.5, 0)                                 // = 5
round half down(-5.5, 0)                                // = -5
round half down(1.121, 2)                               // = 1.12
round half down(-1.126, 2)                              // = -1.13
round half down(1.125, 2)                               // = 1.12
round half up(1.5)                                      // error E_TYPE 1:1
round up(15, -1)                                        // = 20
abs(10)                                                 // = 10
abs(-10)                                                // = 10
abs(@"-PT5H")                                           // = @"PT5H"
abs(@"-P1Y")                                            // = @"P1Y"
modulo(12, 5)                                           // = 2
modulo(-12, 5)                                          // = 3
modulo(12, -5)                                          // = -3
modulo(-12, -5)                                         // = -2
modulo(10.1, 4.5)                                       // = 1.1
modulo(-10.1, 4.5)                                      // = 3.4
modulo(10.1, -4.5)                                      // = -3.4
modulo(-10.1, -4.5)                                     // = -1.1
modulo(1, 0)                                            // error E_DIVISION 1:1
modulo(10**33, 7)                                       // = 6
sqrt(16)                                                // = 4
sqrt(2)                                                 // = 1.414213562373095048801688724209698
sqrt(-1)                                                // error E_RANGE 1:1
sqrt(0)                                                 // = 0
log(10)                                                 // = 2.302585092994045684017991454684364
log(1)                                                  // = 0
log(0)                                                  // error E_RANGE 1:1
log(-1)                                                 // error E_RANGE 1:1
exp(5)                                                  // = 148.4131591025766034211155800405523
exp(0)                                                  // = 1
exp(1)                                                  // = 2.718281828459045235360287471352662
exp(100000)                                             // error E_RANGE 1:1
odd(5)                                                  // = true
odd(2)                                                  // = false
odd(-1)                                                 // = true
odd(0)                                                  // = false
odd(1.5)                                                // error E_RANGE 1:1
even(5)                                                 // = false
even(2)                                                 // = true
even(-2)                                                // = true
2 ** 0.5                                                // = 1.414213562373095048801688724209698
2 ** -1                                                 // = 0.5
0 ** 0                                                  // = 1
0 ** -1                                                 // error E_DIVISION 1:1
(-8) ** 0.5                                             // error E_RANGE 1:1
10 ** 6144                                              // = 10 ** 6144
10 ** 6145                                              // error E_RANGE 1:1
1.1 ** 3                                                // = 1.331

// is
is(@"2012-12-25", @"23:00:50")                          // = false
is(@"2012-12-25", @"2012-12-25")                        // = true
is(@"23:00:50Z", @"23:00:50")                           // = false
is(@"23:00:50Z", @"23:00:50+00:00")                     // = true
is(1, 1.0)                                              // = true
is(1, "1")                                              // = false
is(null, null)                                          // = true
is(null, 1)                                             // = false
is([1..2], [1..2])                                      // = true
is([1..2], [1..2))                                      // = false
is([1, 2], [1, 2])                                      // = true
is({a: 1}, {a: 1})                                      // = true
is(@"P1Y", @"P12M")                                     // = true

// temporal functions
day of year(date(2019, 9, 17))                          // = 260
day of year(@"2020-12-31T10:00:00")                     // = 366
day of week(date(2019, 9, 17))                          // = "Tuesday"
month of year(date(2019, 9, 17))                        // = "September"
week of year(date(2019, 9, 17))                         // = 38
week of year(date(2003, 12, 29))                        // = 1
week of year(date(2004, 1, 4))                          // = 1
week of year(date(2005, 1, 1))                          // = 53
week of year(date(2005, 1, 3))                          // = 1
week of year(date(2005, 1, 9))                          // = 1

// sort
sort(list: [3, 1, 4, 5, 2], precedes: function(x, y) x < y) // = [1, 2, 3, 4, 5]
sort([], function(x, y) x < y)                          // = []
sort([3, 1, 2], function(x, y) x > y)                   // = [3, 2, 1]
sort(["b", "a"], function(x, y) x < y)                  // = ["a", "b"]
sort([{k: 2, v: "a"}, {k: 1, v: "b"}, {k: 2, v: "c"}], function(x, y) x.k < y.k).v // = ["b", "a", "c"]
sort([3, 1, 2], function(x) x)                          // error E_TYPE 1:1
sort([3, "a", 2], function(x, y) x < y)                 // error E_TYPE 1:1
sort([3, 1, 2], function(x, y) "no")                    // error E_TYPE 1:1

// contexts
get value({key1: "value1"}, "key1")                     // = "value1"
get value({key1: "value1"}, "unexistent-key")           // = null
get value(null, "a")                                    // error E_TYPE 1:1
get entries({key1: "value1", key2: "value2"})           // = [{key: "key1", value: "value1"}, {key: "key2", value: "value2"}]
get entries({key1: "value1"})[key="key1"].value         // = ["value1"]
get entries({})                                         // = []
context([{key: "a", value: 1}, {key: "b", value: 2}])   // = {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "b", value: 2, something: "else"}]) // = {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "b"}])             // error E_TYPE 1:1
context([])                                             // = {}
context({key: "a", value: 1})                           // = {a: 1}
context([{key: "a", value: null}])                      // = {a: null}
context([{key: 1, value: 1}])                           // error E_TYPE 1:1
context put({x: 1}, "y", 2)                             // = {x: 1, y: 2}
context put({x: 1, y: 0}, "y", 2)                       // = {x: 1, y: 2}
context put({x: 1, y: 0, z: 0}, "y", 2)                 // = {x: 1, y: 2, z: 0}
context put({x: 1}, ["y"], 2)                           // = {x: 1, y: 2}
context put({x: 1, y: {a: 0}}, ["y", "a"], 2)           // = {x: 1, y: {a: 2}}
context put({x: 1, y: {a: 0}}, [], 2)                   // error E_TYPE 1:1
context put({x: 1, y: {a: 0}}, null, 2)                 // error E_TYPE 1:1
context put({x: 1}, ["y", "a"], 2)                      // error E_TYPE 1:1
context put({x: {y: {z: 1}}}, ["x", "y", "z"], 2)       // = {x: {y: {z: 2}}}
context put(context: {x: 1}, key: "y", value: 2)        // = {x: 1, y: 2}
context put(context: {x: 1}, keys: ["y"], value: 2)     // = {x: 1, y: 2}
context put({x: 1}, "y", null)                          // = {x: 1, y: null}
context merge([{x: 1}, {y: 2}])                         // = {x: 1, y: 2}
context merge([{x: 1, y: 0}, {y: 2}])                   // = {x: 1, y: 2}
context merge([])                                       // = {}
context merge([{a: 1}, 2])                              // error E_TYPE 1:1
context merge({a: 1})                                   // = {a: 1}

// clock
now() instance of date and time                         // = true
today() instance of date                                // = true
date(now()) >= today() - @"P1D"                         // = true
