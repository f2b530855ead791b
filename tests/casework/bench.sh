#!/bin/sh
# The generator and the questions of bench/cases.c at a small size: every case is one that `huiqi case verify` accepts, every page comes.
# No time is looked at. bench.sh BENCH_CASES HUIQI SOURCE-ROOT
set -u
bench=$(realpath "$1") huiqi=$(realpath "$2") root=$3 passed=0 failed=0 pid=
home=$(mktemp -d)
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$home"' EXIT
cd "$root" || exit 2
unset HUIQI_LIBRARY
export HUIQI_DATABASE="sqlite:$home/cases.db" HUIQI_NOW=2023-06-01T10:00:00 HUIQI_KEY_FILE="$home/key" HUIQI_WEB="$root/web"
check() { # WHAT COMMAND...
    what=$1
    shift
    if "$@" >"$home/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what"
        cat "$home/out"
    fi
}
check fill "$bench" fill tests/casework/moon 5000 "$home/tokens"
check list "$bench" list tests/casework/moon
check verify "$huiqi" case verify --library tests/casework/moon
"$huiqi" serve --library tests/casework/moon --listen 127.0.0.1:0 >"$home/log" 2>&1 &
pid=$!
for _ in $(seq 200); do
    port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$home/log" | head -n 1)
    [ -z "$port" ] || break
    sleep 0.1
done
"$bench" ask "${port:-1}" "$pid" "$home/tokens" >"$home/pages" 2>&1
check pages test "$(grep -c 'processor p50' "$home/pages")" -ge 8
[ "$failed" -eq 0 ] || cat "$home/pages"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
