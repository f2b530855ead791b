#!/bin/sh
# The command itself: starts on a free port, answers, ends in peace on SIGINT and SIGTERM; bad usage is exit 2.
# serve.sh HUIQI WEB, in the root of the project: the library is found there.
set -u
huiqi=$1 web=$2
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$1: '$2', wanted '$3'"; fi; }
folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT
export HUIQI_DATABASE="sqlite:$folder/test.db"
for signal in INT TERM; do
    "$huiqi" serve --web "$web" --listen 127.0.0.1:0 >"$log" 2>&1 &
    pid=$!
    port=
    tries=0
    while [ -z "$port" ] && [ $tries -lt 120 ]; do
        sleep 0.25
        tries=$((tries + 1))
        port=$(sed -n 's/.*http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$log")
    done
    if [ -z "$port" ]; then
        echo "no address within 30 seconds:"; cat "$log"
        kill -s KILL $pid
        echo "$passed passed, 1 failed"
        exit 1
    fi
    check "healthz after start" "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/healthz")" 200
    check "a style sheet of ours" "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/static/huiqi.css")" 200
    "$huiqi" serve --web "$web" --listen "127.0.0.1:$port" >/dev/null 2>&1
    check "a taken port" $? 2
    kill -s $signal $pid
    wait $pid
    check "exit after $signal" $? 0
done
"$huiqi" serve --web "$web" --listen nowhere >/dev/null 2>&1
check "a bad address" $? 2
"$huiqi" serve --web "$web" --listen 0.0.0.0:0 >/dev/null 2>&1
check "an address that is not loopback" $? 2
"$huiqi" serve --web /nonexistent >/dev/null 2>&1
check "no web folder" $? 2
"$huiqi" serve --lisden x >/dev/null 2>&1
check "a misspelt option" $? 2
broken=$folder/web
mkdir "$broken"
cp -r "$web"/. "$broken"
printf '{{#a}}<p title={{b}}>{{t.no.such}}' >"$broken/templates/broken.mustache"
"$huiqi" serve --web "$broken" --check >"$log" 2>&1
check "a broken template" $? 1
check "and its place" "$(grep -c '^broken:1:[0-9]*: error' "$log")" 2
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
