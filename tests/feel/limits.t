// Every named limit that an expression can reach: FEEL_STEPS_MAX, FEEL_LIST_MAX, MACHINE_DEPTH_MAX, FEEL_STRING_MAX, REGEX_STEPS_MAX,
// REGEX_MEMORY_MAX, PATTERN_DEPTH_MAX, DURATION_..._MAX, ZONE_NAME_MAX. Those of the text (depth, arguments, entries, names) are in u_feel_front.
count(for i in 1..100000 return i) // = 100000
count(for i in 1..2000, j in 1..2000 return i) // error E_LIMIT 1:1
for i in 1..1000000000 return i    // error E_LIMIT 1:1
count(for i in 1..100000000 return i) // error E_LIMIT 1:1
some i in 1..3000, j in 1..3000 satisfies i + j < 0 // error E_LIMIT 1:1
{f: function(g) g(g), r: f(f)}.r   // error E_LIMIT 1:1
matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a|aa|a?)+$") // error E_LIMIT 1:1
matches("a", "^" + "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))") // error E_INPUT 1:1
duration("P99999" + "999999999999D") // error E_INPUT 1:1
duration("P2000000000Y") + duration("P2000000000Y") // error E_RANGE 1:1
@"999999999-12-31" - @"-999999999-01-01" // = @"P730484999633D"
(@"999999999-12-31" - @"-999999999-01-01") * 2 // error E_RANGE 1:1

// the standard's mode
//! mode: spec
count(for i in 1..100000 return i) // = 100000
for i in 1..1000000000 return i    // error E_LIMIT 1:1
some i in 1..3000, j in 1..3000 satisfies i + j < 0 // error E_LIMIT 1:1
{f: function(g) g(g), r: f(f)}.r   // error E_LIMIT 1:1
{f: function(n, g) if n = 0 then 0 else 1 + g(n - 1, g), r: f(200, f)}.r // = 200
{f: function(n, g) if n = 0 then 0 else 1 + g(n - 1, g), r: f(100000, f)}.r // error E_LIMIT 1:1
string length((for i in 1..18 return if i = 1 then "0123456789abcdef" else partial[-1] + partial[-1])[-1]) // = 2097152
string length((for i in 1..25 return if i = 1 then "0123456789abcdef" else partial[-1] + partial[-1])[-1]) // error E_LIMIT 1:76
string join(for i in 1..40000 return "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef") // error E_LIMIT 1:1
sort(for i in 1..3000 return modulo(i * 7919, 3001), function(x, y) x < y)[1] // = 1
matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a|aa|a?)+$") // error E_LIMIT 1:1
count((for i in 1..300 return i / 0)) // = 300
@"2020-01-01T00:00:00@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" // error E_INPUT 1:1
// REGEX_MEMORY_MAX: each turn of the group is remembered
matches((for i in 1..18 return if i = 1 then "abababababababab" else partial[-1] + partial[-1])[-1], "^(a|b)*$") // error E_LIMIT 1:1
