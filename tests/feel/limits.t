// named limits: FEEL_STEPS_MAX, FEEL_LIST_MAX, MACHINE_DEPTH_MAX
count(for i in 1..100000 return i) // = 100000
count(for i in 1..2000, j in 1..2000 return i) // error E_LIMIT 1:1
for i in 1..1000000000 return i    // error E_LIMIT 1:1
count(for i in 1..100000000 return i) // error E_LIMIT 1:1
some i in 1..3000, j in 1..3000 satisfies i + j < 0 // error E_LIMIT 1:1
{f: function(g) g(g), r: f(f)}.r   // error E_LIMIT 1:1
matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a|aa|a?)+$") // error E_LIMIT 1:1
