// DMN 1.5 clause 10.3.4.7, table 78: the relations of points and ranges. Each is held against the standard's
// own condition over all pairs of ranges with ends from 1 to 3, open and closed, and points from 0 to 4.
//! mode: spec

count(flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)])) // = 24

// before, after
every p in (for i in 0..8 return i / 2), q in (for i in 0..8 return i / 2) satisfies before(p, q) = (p < q) // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies before(p, r) = (p < r.start or (p = r.start and not(r.start included)))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies before(r, p) = (r.end < p or (r.end = p and not(r.end included)))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies before(r1, r2) = (r1.end < r2.start or ((not(r1.end included) or not(r2.start included)) and r1.end = r2.start))}.ok // = true
every p in (for i in 0..8 return i / 2), q in (for i in 0..8 return i / 2) satisfies after(p, q) = (p > q) // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies after(p, r) = (p > r.end or (p = r.end and not(r.end included)))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies after(r, p) = (r.start > p or (r.start = p and not(r.start included)))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies after(r1, r2) = (r1.start > r2.end or ((not(r1.start included) or not(r2.end included)) and r1.start = r2.end))}.ok // = true

// meets, overlaps
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies meets(r1, r2) = (r1.end included and r2.start included and r1.end = r2.start)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies met by(r1, r2) = (r1.start included and r2.end included and r1.start = r2.end)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies overlaps(r1, r2) = ((r1.end > r2.start or (r1.end = r2.start and r1.end included and r2.start included)) and (r1.start < r2.end or (r1.start = r2.end and r1.start included and r2.end included)))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies overlaps before(r1, r2) = ((r1.start < r2.start or (r1.start = r2.start and r1.start included and not(r2.start included))) and (r1.end > r2.start or (r1.end = r2.start and r1.end included and r2.start included)) and (r1.end < r2.end or (r1.end = r2.end and (not(r1.end included) or r2.end included))))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies overlaps after(r1, r2) = ((r2.start < r1.start or (r2.start = r1.start and r2.start included and not(r1.start included))) and (r2.end > r1.start or (r2.end = r1.start and r2.end included and r1.start included)) and (r2.end < r1.end or (r2.end = r1.end and (not(r2.end included) or r1.end included))))}.ok // = true

// finishes, starts
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies finishes(p, r) = (r.end included and r.end = p)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies finishes(r1, r2) = ((r1.end included) = (r2.end included) and r1.end = r2.end and (r1.start > r2.start or (r1.start = r2.start and (not(r1.start included) or r2.start included))))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies finished by(r, p) = (r.end included and r.end = p)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies finished by(r1, r2) = ((r1.end included) = (r2.end included) and r1.end = r2.end and (r1.start < r2.start or (r1.start = r2.start and (r1.start included or not(r2.start included)))))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies starts(p, r) = (r.start = p and r.start included)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies starts(r1, r2) = (r1.start = r2.start and (r1.start included) = (r2.start included) and (r1.end < r2.end or (r1.end = r2.end and (not(r1.end included) or r2.end included))))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies started by(r, p) = (r.start = p and r.start included)}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies started by(r1, r2) = (r1.start = r2.start and (r1.start included) = (r2.start included) and (r2.end < r1.end or (r2.end = r1.end and (not(r2.end included) or r1.end included))))}.ok // = true

// includes, during, coincides
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies includes(r, p) = ((r.start < p and r.end > p) or (r.start = p and r.start included) or (r.end = p and r.end included))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies includes(r1, r2) = ((r1.start < r2.start or (r1.start = r2.start and (r1.start included or not(r2.start included)))) and (r1.end > r2.end or (r1.end = r2.end and (r1.end included or not(r2.end included)))))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every p in (for i in 0..8 return i / 2), r in rs satisfies during(p, r) = ((r.start < p and r.end > p) or (r.start = p and r.start included) or (r.end = p and r.end included))}.ok // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies during(r1, r2) = ((r2.start < r1.start or (r2.start = r1.start and (r2.start included or not(r1.start included)))) and (r2.end > r1.end or (r2.end = r1.end and (r2.end included or not(r1.end included)))))}.ok // = true
every p in (for i in 0..8 return i / 2), q in (for i in 0..8 return i / 2) satisfies coincides(p, q) = (p = q) // = true
{rs: flatten(for a in 1..3, b in a..3 return [[a..b], (a..b], [a..b), (a..b)]), ok: every r1 in rs, r2 in rs satisfies coincides(r1, r2) = (r1.start = r2.start and (r1.start included) = (r2.start included) and r1.end = r2.end and (r1.end included) = (r2.end included))}.ok // = true

// of other kinds; by name
before(@"2020-01-01", [@"2020-01-02"..@"2020-01-03"]) // = true
before(@"2020-01-01T10:00:00+02:00", @"2020-01-01T09:00:00Z") // = true
during("b", ["a".."c"]) // = true
overlaps([@"P1D"..@"P3D"], [@"PT48H"..@"P9D"]) // = true
meets([@"10:00:00"..@"11:00:00"], [@"11:00:00"..@"12:00:00"]) // = true
starts(@"P1Y", [@"P12M"..@"P2Y"]) // = true
before(point1: 1, point2: 2) // = true
before(point: 1, range: [2..3]) // = true
before(range: [2..3], point: 5) // = true
before(range1: [2..3], range2: [5..6]) // = true
includes(range: [2..3], point: 2) // = true
before(1, "a") // error E_TYPE 1:1
before(1, null) // error E_TYPE 1:1
before([1..2], ["a".."b"]) // error E_TYPE 1:1
meets(1, [1..2]) // error E_TYPE 1:1
before(1) // error E_TYPE 1:1

// range() and ranges as values
range("[1..3]") = [1..3] // = true
range("(1..3)") = (1..3) // = true
range("]1..3[") = (1..3) // = true
range("[1..3)").end included // = false
range("[\"a\"..\"c\"]") = ["a".."c"] // = true
range("[@\"2020-01-01\"..@\"2020-01-02\"]").start // = @"2020-01-01"
range("[date(\"2020-01-01\")..date(\"2020-01-02\")]").start // = @"2020-01-01"
range("[-5..-1]") = [-5..-1] // = true
range("[3..1]") // error E_INPUT 1:1
range("[1..\"a\"]") // error E_INPUT 1:1
range("[1+1..3]") // error E_INPUT 1:1
range("1..3") // error E_INPUT 1:1
range("") // error E_INPUT 1:1
range(1) // error E_TYPE 1:1
range(null) // error E_TYPE 1:1
{r: [1..5], a: 3 in r, b: 7 in r, c: r.start}.a // = true
{r: [1..5], b: 7 in r}.b // = false
3 in [[1..2], [3..4]] // = true
[1..3] = [1..3] // = true
[1..3] = [1..3) // = false
[1..3] != [1..4] // = true
(>= 5) = (>= 5) // = true
(> 5) = (>= 5) // = false
[1..3] in ([1..3], [2..4]) // = true
[1..3] = "a" // error E_TYPE 1:1
[1..3] < [2..4] // error E_TYPE 1:1
[1..3] + 1 // error E_TYPE 1:1
[1..3].middle // error E_TYPE 1:1
