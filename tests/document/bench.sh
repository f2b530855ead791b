#!/bin/sh
# The generator and the questions of bench/search.c at a small size: every answer has to
# have what was asked for. No time is looked at. bench.sh BENCH_SEARCH
set -u
home=$(mktemp -d) passed=0 failed=0
trap 'rm -rf "$home"' EXIT
run() { # DATABASE
    if HUIQI_DATABASE=$1 "$bench" 60 200 >"$home/out" 2>&1 && grep -q ' all  *200 queries' "$home/out"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        cat "$home/out"
    fi
}
bench=$1
run "sqlite:$home/search.db"
"$bench" >/dev/null 2>&1
if [ $? -eq 2 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "no usage"; fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
