#!/bin/sh
# Two servers on one database: what a visitor began at one goes on at the other, as does who has signed in; the log is sealed when they end.
# processes.sh HUIQI WEB, in the root of the project. On SQLite, and on PostgreSQL where HUIQI_TEST_POSTGRES names one.
set -u
huiqi=$1 web=$2
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$1: '$2', wanted '$3'"; fi; }
folder=$(mktemp -d)
pids=
stop() { for p in $pids; do kill -s "$1" "$p" 2>/dev/null; wait "$p" 2>/dev/null; done; pids=; }
trap 'stop KILL; rm -rf "$folder"' EXIT
export HUIQI_KEY_FILE="$folder/key"
unset HUIQI_PUBLIC_URL

start() { # NUMBER: its port is then in $port
    "$huiqi" serve --web "$web" --listen 127.0.0.1:0 >"$folder/log$1" 2>&1 &
    pids="$pids $!"
    port='' tries=0
    while [ -z "$port" ] && [ $tries -lt 120 ]; do
        sleep 0.25
        tries=$((tries + 1))
        port=$(sed -n 's/.*http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$folder/log$1")
    done
    [ -n "$port" ] || { echo 'no address within 30 seconds:'; cat "$folder/log$1"; echo "$passed passed, 1 failed"; exit 1; }
}
get() { curl -s -m 20 -b "$folder/jar" -c "$folder/jar" -o "$folder/page" -w '%{http_code}' "http://127.0.0.1:$1$2"; }
token() { sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$folder/page" | head -n 1; }
post() { # PORT PATH FIELD...
    at="http://127.0.0.1:$1$2" csrf=$(token)
    shift 2
    for f in "$@"; do set -- "$@" --data-urlencode "$f"; shift; done
    curl -s -m 20 -b "$folder/jar" -c "$folder/jar" -o "$folder/page" -w '%{http_code}' --data-urlencode "csrf=$csrf" "$@" "$at"
}

suite() {
    rm -f "$folder/jar"
    echo 'correct horse 1' | "$huiqi" account add root --role administrator >/dev/null || { echo "cannot make an account"; failed=$((failed + 1)); return; }
    start 1; one=$port
    start 2; two=$port
    check 'the page of a check-up' "$(get "$one" /checkups)" 200
    check 'begun at the first' "$(post "$one" /checkups kind=enterprise)" 303
    check 'a question of the second' "$(get "$two" /checkups/question)" 200
    check 'answers at the first' "$(get "$one" /checkups/answers)" 200
    check 'answers at the second' "$(get "$two" /checkups/answers)" 200
    check 'result at the second' "$(get "$two" /checkups/result)" 200
    check 'the form of the one' "$(get "$one" /sign-in)" 200
    check 'sent to the other' "$(post "$two" /sign-in login=root 'password=correct horse 1')" 303
    check 'signed in at the first' "$(get "$one" /account)" 200
    stop TERM
    check 'the log is sealed when they end' "$("$huiqi" audit verify --json | tr -d ' \n' | sed -n 's/.*"unsealed":\([0-9]*\).*/\1/p')" 0
    rm -f "$folder/jar"
    start 3; one=$port
    check 'begun at a third' "$(get "$one" /checkups)$(post "$one" /checkups kind=enterprise)" 200303
    stop KILL
    start 4; two=$port
    check 'killed: a fourth goes on' "$(get "$two" /checkups/answers)" 200
    stop TERM
}

export HUIQI_DATABASE="sqlite:$folder/test.db"
suite
if [ -n "${HUIQI_TEST_POSTGRES:-}" ] && psql=$(command -v psql); then
    rm -f "$folder/key"
    "$psql" -q "$HUIQI_TEST_POSTGRES" -c 'DROP SCHEMA IF EXISTS processes CASCADE' -c 'CREATE SCHEMA processes' 2>/dev/null || exit 2
    export HUIQI_DATABASE="$HUIQI_TEST_POSTGRES&options=-csearch_path%3Dprocesses"
    suite
    "$psql" -q "$HUIQI_TEST_POSTGRES" -c 'DROP SCHEMA processes CASCADE' 2>/dev/null
else
    echo 'PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set'
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
