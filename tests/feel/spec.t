// Spec mode: the standard to the letter. `error` is a null that an error made.
//! mode: spec

// names
{foo+bar: 1, "a b": 2}.foo+bar                          // = 1
{days in weekend: ["sat"], n: count(days in weekend)}.n // = 1
{a: 1, b: a + 1}.b                                      // = 2
[{item: 1}, {item: 2}][item > 1]                        // = [{item: 2}]
[{x: 1}, {y: 2}][y > 1]                                 // = [{y: 2}]
{x: 2, l: [{x: 1}, {y: 5}][x = 2]}.l                    // = [{y: 5}]
{x: 2, l: [{x: 1}, {y: 5}][x = 1]}.l                    // = [{x: 1}]
nobody                                                  // error E_NAME 1:1
{a: 1, a: 2}                                            // error E_CONFLICT 1:1

// null
null = null                                             // = true
1 + null                                                // error E_TYPE 1:1
"a" = 1                                                 // error E_TYPE 1:1
if null then 1 else 2                                   // = 2
true and 123                                            // = null
false and 123                                           // = false
[1, 2, 3][0]                                            // = null
[1, 2, 3][4]                                            // = null
[][1]                                                   // = null
[1, 2, 3][-1]                                           // = 3
100[true]                                               // = [100]
[1, 2, 3]["no"]                                         // error E_TYPE 1:1
true in [false, 2]                                      // = false
null in [1..10]                                         // error E_TYPE 1:9

// loops
for i in 4..2 return i                                  // = [4, 3, 2]
for i in (1..4) return i                                // = [2, 3]
for i in 0..4 return if i = 0 then 1 else i * partial[-1] // = [1, 1, 2, 6, 24]
for x in [1, 2], y in [3, 4] return count(partial)      // = [0, 1, 2, 3]
for i in @"P1D"..@"P2D" return i                        // error E_TYPE 1:5
every x in [1, "no"] satisfies x = 1                    // error E_TYPE 1:32

// functions
(function(a, b) a - b)(b: 1, a: 3)                      // = 2
(function(a: string) a)(1)                              // error E_TYPE 1:1
(function(a: string) a)(["x"])                          // = "x"
{k: 10, f: function(x) x + k, r: f(1)}.r                // = 11
(function(x) "foo") instance of function<number>->string // = true
(function(x) "foo") instance of function<number>->number // = false
abs(1, 2)                                               // error E_TYPE 1:1
substring(string: "foobar", start position: 4)          // = "bar"
contains(["foobar"], "ob")                              // = true
string join("a", "X")                                   // = "a"
sort([1, 3, 2], function(x, y) x > y)                   // = [3, 2, 1]
(function(a, b) external {java: {class: "java.lang.Math", method signature: "max(double, double)"}})(1.5, 2) // = 2
(function(a) external {java: {class: "java.lang.Runtime", method signature: "exec(java.lang.String)"}})("ls") // error E_TYPE 1:14

// types and ranges
{a: "x"} instance of context<a: string>                 // = true
[1, "a"] instance of list<number>                       // = false
null instance of Any                                    // = false
(< 10) = (null..10)                                     // = false
(=10) = [10..10]                                        // = false
3 in (=3)                                               // = true
range("[18..21)") = [18..21)                            // = true
range("[3..1]")                                         // error E_INPUT 1:1
overlaps([1..5), [5..8])                                // = false
before(point: 1, range: (1..5])                         // = true
after((5..9], 5)                                        // = true
coincides([1..2], [1..2))                               // = false

// time
@"2018-10-08T00:00:00+02:00" = @"2018-10-08T00:00:00@Europe/Paris" // = true
is(@"2021-04-02T23:00:00@Australia/Melbourne", @"2021-04-02T23:00:00+11:00") // = false
string(@"2021-03-27T02:30:00@Europe/Paris" + @"P1D")    // = "2021-03-28T03:30:00@Europe/Paris"
string(@"2021-06-01T10:00:00@Europe/Paris" + @"P6M")    // = "2021-12-01T10:00:00@Europe/Paris"
(@"2021-12-01T10:00:00@Europe/Paris" - @"2021-06-01T10:00:00@Europe/Paris") = @"P183DT1H" // = true
string(@"-2021-01-01T10:10:10@Australia/Melbourne" + @"PT1H") // = "-2021-01-01T11:10:10@Australia/Melbourne"
string(@"999999999-12-31T23:59:59@Europe/Paris")        // = "999999999-12-31T23:59:59@Europe/Paris"
@"2021-01-01T24:00:00" = @"2021-01-02T00:00:00"         // = true
@"2021-01-02T10:00:00" - @"2021-01-01T10:00:00Z"        // error E_TYPE 1:1
time("13:20:00@xyz/abc")                                // error E_INPUT 1:1
@"foo"                                                  // error E_INPUT 1:1

// patterns
matches("x", "[A-Z-[OI]]", "i")                         // = true
matches("i", "[A-Z-[OI]]", "i")                         // = false
matches("hello world", "hello\ sworld", "x")            // = true
matches("hello", "\p{IsBasicLatin}+")                   // = true
matches("abab", "(ab)\1")                               // = true
matches("a", "(a\1)")                                   // error E_INPUT 1:1
matches("a", "a++")                                     // error E_INPUT 1:1
matches("a", "\b")                                      // error E_INPUT 1:1
matches("5", "[^\D]")                                   // = true
replace("abc", ".*?", "x")                              // error E_INPUT 1:1
replace("abcdefghijkl", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11-$1") // = "k-al"
replace("a.b", ".", "$", "q")                           // = "a$b"
split("John Doe", "\s")                                 // = ["John", "Doe"]

// contexts and lists
context([{key: "a", value: 1}])                         // = {a: 1}
context put({x: 1, y: {a: 0}}, ["y", "a"], 2)           // = {x: 1, y: {a: 2}}
context merge([{a: 1}, {a: 2, b: 3}])                   // = {a: 2, b: 3}
list replace([1, 2, 3], -1.5, 4)                        // = [1, 2, 4]
list replace([2, 4], function(item, newItem) item, 5)   // error E_TYPE 1:1
is(1)                                                   // = false
