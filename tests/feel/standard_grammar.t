// DMN 1.5 clause 10.3.1, rule by rule: grammar, names, literals.
//! mode: spec

// 4, 19..24: arithmetic; every binary operator is left associative, ** too; negation binds closest
1 + 3/2*2 - 2**3                                        // = -4
10 - 3 - 2                                              // = 5
100 / 10 / 5                                            // = 2
2 ** 3 ** 2                                             // = 64
-2 ** 2                                                 // = 4
2 * -3                                                  // = -6
- -3                                                    // = 3
-(1 + 2)                                                // = -3
.25 + .2                                                // = 0.45
.10 * 30.00                                             // = 3
1.01 / 2                                                // = 0.505
1.0*10**3                                               // = 1000
1/3                                                     // = 0.3333333333333333333333333333333333
5 -3                                                    // = 2
1.2e3                                                   // = 1200

// 7..12: intervals and comparisons as values
(1..5)                                                  // = ]1..5[
[1..5]                                                  // = [1..5]
]1..5] = (1..5]                                         // = true
[1..5[ = [1..5)                                         // = true
(< 10).end                                              // = 10
(< 10).end included                                     // = false
(<= 10).end included                                    // = true
(<= 10).start                                           // = null
(<= 10).start included                                  // = false
(> 1).start                                             // = 1
(> 1).start included                                    // = false
(> 1).end                                               // = null
(> 1).end included                                      // = false
(>= 1).start included                                   // = true
[1..10].start included                                  // = true
(1..10].start included                                  // = false
[1..10].end                                             // = 10
(>= @"2019-03-31").start = @"2019-03-31"                // = true
(<= duration("PT01H")).end = @"PT1H"                    // = true
{birthday: @"2000-01-01", r: (birthday .. @"2019-01-01")}.r.start // = @"2000-01-01"
["a".."c"].end                                          // = "c"
[@"PT1H"..@"PT2H"].start                                // = @"PT1H"
[@"10:00:00"..@"12:00:00"].start.hour                   // = 10

// 15, 49: comparisons and tests
5 in (<=5)                                              // = true
5 in ((5..10])                                          // = false
5 in ([5..10])                                          // = true
5 in (4, 5, 6)                                          // = true
5 in (<5, >5)                                           // = false
@"2012-12-31" in ((@"2012-12-25"..@"2013-02-14"))       // = true
5 in <= 5                                               // = true
5 in > 5                                                // = false
5 in (4..6)                                             // = true
4 in (4..6]                                             // = false
6 in (4..6]                                             // = true
6 in [4..6)                                             // = false
4 in [4..6]                                             // = true
1 in [2, 3, 1]                                          // = true
1 in [[2, 3, 1]]                                        // = false
1 in [[2..3], [0..1]]                                   // = true
[1, 2] in [[1, 2], [3]]                                 // = true
[1, 2] in ([1, 2])                                      // = true
{l: [1, 2], r: 1 in l}.r                                // = true
{l: [1, 2], r: 3 in l}.r                                // = false
{v: 7, r: 7 in v}.r                                     // = true
"a" in ("a", "b")                                       // = true
not(5 in (<5, >5))                                      // = true
5 between 1 and 5                                       // = true
5 between 6 and 7                                       // = false
5 between 1 and null                                    // = null
0 between 1 and null                                    // = false
"b" between "a" and "c"                                 // = true
@"2020-02-01" between @"2020-01-01" and @"2020-03-01"   // = true
5 in (? > 3)                                            // = true
5 in (? > 3 and ? < 5)                                  // = false
[1, 5] in (count(?) = 2)                                // = true
"foobar" in (starts with(?, "foo"))                     // = true
null in (null)                                          // = true
1 in (null, 1)                                          // = true
1 != 2                                                  // = true
1 = 1.000                                               // = true
1 < 2 and 2 < 3                                         // = true
1 = null                                                // = false
null != null                                            // = false

// 25..30: names
{first name: "a", r: first   name}.r                    // = "a"
{what if?: 3, r: what if? + 1}.r                        // = 4
{profit and loss: 4, r: profit and loss * 2}.r          // = 8
{a-b: 1, a: 10, b: 2, r: a-b}.r                         // = 1
{a-b: 1, a: 10, b: 2, r: a - b}.r                       // = 1
{a-b: 1, a: 10, b: 2, r: (a)-(b)}.r                     // = 8
{a: 10, b: 2, r: a-b}.r                                 // = 8
{a/b: 7, r: a/b}.r                                      // = 7
{a*b: 7, r: a*b}.r                                      // = 7
{a**b: 7, r: a**b}.r                                    // = 7
{a'b: 7, r: a'b}.r                                      // = 7
{a.b: 7, r: a.b}.r                                      // = 7
{Income+Expenses: 7, r: Income + Expenses}.r            // = 7
{_x: 1, r: _x}.r                                        // = 1
{?x: 1, r: ?x}.r                                        // = 1
{x1y2: 1, r: x1y2}.r                                    // = 1
{🐎: 1, r: 🐎 + 1}.r                                    // = 2
{é̂: 1, r: é̂}.r                                          // = 1
{list: 1, context: 2, range: 3, r: list + context + range}.r // = 6
{date: 1, r: date}.r                                    // = 1
{x in y: 2, r: x in y}.r                                // = 2
{in1: 5, r: in1}.r                                      // = 5
{returned: 5, r: for x in [1] return returned}.r        // = [5]

// 33, 64: strings and escapes
"\u0041\U000042"                                        // = "AB"
"\U01F40E"                                              // = "🐎"
"\uD83D\uDC0E"                                          // = "🐎"
string length("\U01F40Eab")                             // = 3
"\'"                                                    // = "'"
"a\"b" = "a\u0022b"                                     // = true
string length("\n\r\t\\")                               // = 4
"\\s"                                                   // = "\\s"

// 34, 31, 65
true                                                    // = true
null                                                    // = null
@"2019-03-31"                                           // = date("2019-03-31")
@"10:11:12"                                             // = time("10:11:12")
@"2019-03-31T10:11:12"                                  // = date and time("2019-03-31T10:11:12")
@"P1Y2M"                                                // = duration("P1Y2M")
@"P1DT2H"                                               // = duration("P1DT2H")

// 38..42: invocations
substring("foobar", 3)                                  // = "obar"
substring(start position: 3, string: "foobar")          // = "obar"
substring(string: "foobar", start position: 3, length: 3) // = "oba"
substring(string: "foobar", position: 3)                // error E_TYPE 1:1
(function(x, y) x - y)(y: 1, x: 3)                      // = 2
(function(x, y) x)(x: 3)                                // = 3
(function(x, y) y)(x: 3)                                // = null
(function(x) x)(1, 2)                                   // error E_TYPE 1:1
(function() 7)()                                        // = 7
{f: function(the value) the value + 1, r: f(the value: 2)}.r // = 3
123(4)                                                  // error E_TYPE 1:1

// 43, 18
{a: {b: {c: 5}}}.a.b.c                                  // = 5
{a: 1}.b                                                // = null
[{b: [1]}, {b: [2.1, 2.2]}, {b: [3]}].b                 // = [[1], [2.1, 2.2], [3]]
[{a: {b: [1]}}, {a: {b: [2.1, 2.2]}}, {a: {b: [3]}}, {a: {b: [4, 5]}}].a.b // = [[1], [2.1, 2.2], [3], [4, 5]]
[{x: 1, y: 2}, {x: 2, y: 3}].y                          // = [2, 3]

// 44: for
for i in [1, 2], j in [3, 4] return [i, j]              // = [[1, 3], [1, 4], [2, 3], [2, 4]]
for i in [1, 2], j in 1..i return j                     // = [1, 1, 2]
for i in 1..3 return partial                            // = [[], [[]], [[], [[]]]]
for i in 3..1 return i                                  // = [3, 2, 1]
for i in 2..2 return i                                  // = [2]
for i in -1..1 return i                                 // = [-1, 0, 1]
{x: 3, r: for i in x..x+2 return i}.r                   // = [3, 4, 5]
for i in [] return i                                    // = []
for i in 5 return i                                     // = [5]
for d in @"2020-02-28"..@"2020-03-01" return d          // = [@"2020-02-28", @"2020-02-29", @"2020-03-01"]
for d in @"2020-03-01"..@"2020-02-28" return d.day      // = [1, 29, 28]
for i in 1..4 return if i = 1 then 1 else i + partial[-1] // = [1, 3, 6, 10]
for i in 1..3 return for j in 1..2 return count(partial) // = [[0, 1], [0, 1], [0, 1]]
for i in 0..4 return if i = 0 then 1 else i * partial[-1] // = [1, 1, 2, 6, 24]
for i in [1..3] return i                                // = [1, 2, 3]
for i in 1.5..3 return i                                // error E_RANGE 1:5

// 45, 46
if true then 1 else 2                                   // = 1
if null then 1 else 2                                   // = 2
if 5 then 1 else 2                                      // = 2
if 1 > 2 then 1 else if 2 > 1 then 3 else 4             // = 3
some x in [1, 2], y in [2, 3] satisfies x = y           // = true
every x in [1, 2], y in [2, 3] satisfies x <= y         // = true
some x in [] satisfies x                                // = false
every x in [] satisfies x                               // = true
some x in [1, null] satisfies x > 5                     // = null
some x in [9, null] satisfies x > 5                     // = true
every x in [1, null] satisfies x > 5                    // = false
every x in [9, null] satisfies x > 5                    // = null
some x in 1..5 satisfies x > 4                          // = true
every i in [1, 2], j in [i, i] satisfies i = j          // = true

// 47, 48: the nine cells
true and true                                           // = true
true and false                                          // = false
true and null                                           // = null
false and true                                          // = false
false and false                                         // = false
false and "x"                                           // = false
null and true                                           // = null
null and false                                          // = false
null and null                                           // = null
true or "x"                                             // = true
true or null                                            // = true
false or true                                           // = true
false or false                                          // = false
false or 0                                              // = null
null or true                                            // = true
null or false                                           // = null
"x" or 1                                                // = null
1 = 1 or 1/0 = 1                                        // = true
not(null)                                               // = null
not(1)                                                  // = null

// 50: filters
[1, 2, 3, 4][item > 2]                                  // = [3, 4]
[{x: 1, y: 2}, {x: 2, y: 3}][x = 1]                     // = [{x: 1, y: 2}]
[{x: 1, y: 2}, {x: null, y: 3}][x < 2]                  // = [{x: 1, y: 2}]
[{x: 1}, {x: 2}][item.x = 2]                            // = [{x: 2}]
3[item > 2]                                             // = [3]
3[item > 5]                                             // = []
3[1]                                                    // = 3
3[2]                                                    // = null
null[1]                                                 // = null
[1, 2, 3][-4]                                           // = null
[1, 2, 3][-3]                                           // = 1
[[1, 2], [3]][1]                                        // = [1, 2]
[1, 2, 3][item >= 2][1]                                 // = 2
[1, 2, 3][1.5]                                          // = null
[true, false][item]                                     // = [true]
{i: 2, r: ["a", "b"][i]}.r                              // = "b"
{p: [{n: "a", v: 1}, {n: "b", v: 2}], r: p[n = "b"].v}.r // = [2]

// 51, 52: instance of
123 instance of number                                  // = true
"abc" instance of string                                // = true
123 instance of string                                  // = false
[123] instance of list<number>                          // = true
[123, "a"] instance of list<number>                     // = false
[123, "a"] instance of list<Any>                        // = true
[] instance of list<number>                             // = true
[null] instance of list<number>                         // = true
123 instance of list                                    // error E_TYPE 1:1
null instance of Null                                   // = true
null instance of Any                                    // = false
null instance of number                                 // = false
1 instance of Any                                       // = true
1 instance of Null                                      // = false
[1..10] instance of range<number>                       // = true
[1..10] instance of range<string>                       // = false
["a".."b"] instance of range<string>                    // = true
(>= @"2019-01-01") instance of range<date>              // = true
[1..10] instance of range<Any>                          // = true
{a: 1} instance of context<a: number>                   // = true
{a: 1, b: "x"} instance of context<a: number>           // = true
{a: "x"} instance of context<a: number>                 // = false
{b: 1} instance of context<a: number>                   // = false
{a: {b: [1]}} instance of context<a: context<b: list<number>>> // = true
@"2020-01-01" instance of date                          // = true
@"2020-01-01" instance of date and time                 // = false
@"2020-01-01T00:00:00" instance of date and time        // = true
@"10:00:00" instance of time                            // = true
@"P1D" instance of days and time duration               // = true
@"P1D" instance of years and months duration            // = false
@"P1Y" instance of years and months duration            // = true
true instance of boolean                                // = true
(function(x: number) x) instance of function<number>->Any // = true
(function(x: Any) 1) instance of function<number>->Any  // = true
(function(x: number, y: number) x) instance of function<number>->Any // = false
(function(x: string) 1) instance of function<number>->Any // = false
(function(x: number) "a") instance of function<number>->string // = true
(function(x: number) "a") instance of function<number>->number // = false
(function() 1) instance of function<>->number           // = true
1 instance of nothing                                   // error E_NAME 1:1
2 * 3 instance of number                                // error E_TYPE 1:1

// 53..59
["a", 1, null, [2]]                                     // = ["a", 1, null, [2]]
{}                                                      // = {}
{"a b": 1, c: 2}                                        // = {"a b": 1, c: 2}
{a: 1, b: a + 1, c: a + b}.c                            // = 3
{"x+y": 5, r: x+y}.r                                    // = 5
{"": 1}                                                 // = {"": 1}
{a: 1} = {a: 1.0}                                       // = true
{a: 1, b: 2} = {b: 2, a: 1}                             // = true
[1, 2] = [2, 1]                                         // = false
(function(x: string) x)(1)                              // error E_TYPE 1:1
(function(x: list<number>) count(x))(5)                 // = 1

// 61, 62: white space and comments
1 /* one */ + /* two */ 2                               // = 3
1 +	2                                                   // = 3
1 + 2　+ 3                                               // = 6
