#!/bin/sh
# Kills in CI, half of them on each store: ci.sh TORTURE HUIQI SOURCE-ROOT KILLS. PostgreSQL where HUIQI_TEST_POSTGRES names one.
set -u
torture=$(realpath "$1") huiqi=$(realpath "$2") root=$3 kills=$4 status=0
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$root" || exit 2
unset HUIQI_NOW HUIQI_SMTP
export HUIQI_LIBRARY="$root/tests/casework/moon" HUIQI_WEB="$root/web" HUIQI_KEY_FILE="$folder/key"
if [ "${HUIQI_TORTURE_ONLY:-}" != postgres ]; then
    "$torture" "$huiqi" "sqlite:$folder/torture.db" "$kills" || status=1
fi
if [ -n "${HUIQI_TEST_POSTGRES:-}" ]; then
    rm -f "$folder/key"
    psql=$(command -v psql) || { echo 'no psql: PostgreSQL skipped'; exit $status; }
    "$psql" -q "$HUIQI_TEST_POSTGRES" -c 'DROP SCHEMA IF EXISTS torture CASCADE' -c 'CREATE SCHEMA torture' 2>/dev/null || exit 2
    "$torture" "$huiqi" "$HUIQI_TEST_POSTGRES&options=-csearch_path%3Dtorture" "$kills" || status=1
    "$psql" -q "$HUIQI_TEST_POSTGRES" -c 'DROP SCHEMA torture CASCADE' 2>/dev/null
else
    echo 'PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set'
fi
exit $status
