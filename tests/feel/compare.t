//! 任意: any null
1 = 1.0                            // = true
1 != 2                             // = true
"a" = "b"                          // = false
"a" < "b"                          // = true
"一" < "丁"                         // = true
null = null                        // = true
null = 1                           // = false
1 = null                           // = false
1 != null                          // = true
null != null                       // = false
[1, 2] = [1, 2]                    // = true
[1, 2] = [2, 1]                    // = false
[1] = [1, 2]                       // = false
{a: 1} = {a: 1}                    // = true
{a: 1, b: 2} = {b: 2, a: 1}        // = true
{a: 1} = {a: 2}                    // = false
[1..3] = [1..3]                    // = true
[1..3] = [1..3)                    // = false
@"2020-03-09" < @"2020-03-10"      // = true
@"2020-03-09" = date(2020, 3, 9)   // = true
@"P1D" = @"PT24H"                  // = true
@"P1Y" = @"P12M"                   // = true
@"08:00:00" < @"08:00:01"          // = true
@"08:00:00Z" = @"09:00:00+01:00"   // = true
@"2020-03-09T00:00:00Z" = @"2020-03-09T08:00:00+08:00" // = true
5 between 1 and 10                 // = true
0 between 1 and 10                 // = false
@"2020-03-09" between @"2020-01-01" and @"2020-12-31" // = true
5 in [1..5]                        // = true
5 in [1..5)                        // = false
1 in (1..5]                        // = false
1 in ]1..5]                        // = false
5 in (> 4)                         // = true
5 in (<= 4)                        // = false
5 in (1, 5, 7)                     // = true
5 in (1, [6..9], < 2)              // = false
5 in [1, 5]                        // = true
"小型" in ("小型", "微型")           // = true
"大型" in ("小型", "微型")           // = false
[1, 2] in [[1, 2], [3]]            // = true
null in (1, null)                  // = true
null in (1, 2)                     // = false
1 instance of number               // = true
1 instance of string               // = false
null instance of number            // = false
[1, 2] instance of list<number>    // = true
["a"] instance of list<number>     // = false
{a: 1} instance of context<a: number> // = true
@"P1D" instance of days and time duration // = true
[1..2] instance of range<number>   // = true
任意 = null                        // = true
任意 < 1                           // error E_TYPE 1:1
任意 + 1                           // error E_TYPE 1:1
