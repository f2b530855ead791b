#!/bin/sh
# The example of docs/finding.md is what the program prints. Usage: example.sh HUIQI SOURCE_ROOT
set -eu
case $1 in
/*) huiqi=$1 ;;
*) huiqi=$PWD/$1 ;;
esac
cd "$2"
blocks() { # the n-th ```json block
    awk -v n="$1" '/^```json$/ { k++; inside = 1; next } /^```$/ { inside = 0 } inside && k == n' docs/finding.md
}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
blocks 1 | diff - docs/examples/finding-facts.json
"$huiqi" match --facts docs/examples/finding-facts.json --date 2020-03-09 --library tests/match/library --measure example/refund \
    --json | sed 's/"library": ".*"/"library": "..."/' >"$out"
blocks 2 | diff - "$out"

# What people type: exit status and the words that must be there.
"$huiqi" match --facts docs/examples/finding-facts.json --date 2020-03-09 --library tests/match/library >"$out"
grep -q '初步匹配，以主管部门审核为准' "$out"
grep -q '返还 10,800.00 元' "$out"
"$huiqi" match --facts docs/examples/finding-facts.json --date 2020-03-09 --library tests/match/library --lang en >"$out"
grep -q 'Do these first' "$out"
"$huiqi" explain X-04 --facts docs/examples/finding-facts.json --date 2020-03-09 --library tests/match/library >"$out"
grep -q '本金 \* 基准利率(签订日)' "$out"
"$huiqi" match --fact 是否采购=是 --fact 人数@2019-12=5 --measure X-03 --date 2020-03-09 --set 最低工资=3000 --library tests/match/library >"$out"
grep -q '3,000.00 元' "$out"

refused() { # exit status 2, and a word of the message
    word=$1
    shift
    status=0
    "$huiqi" "$@" --library tests/match/library >"$out" 2>&1 || status=$?
    [ "$status" = 2 ] || { echo "exit $status: huiqi $*"; exit 1; }
    grep -q -- "$word" "$out" || { cat "$out"; exit 1; }
}
refused 'did you mean' match --fact 是否采够=是
refused 'no date' match --fact 是否采购=是 --date 2020-13-01
refused 'whose check-up' match
refused 'no measure' match --fact 是否采购=是 --measure nowhere
refused 'no reading' match --fact 是否采购=是 --measure X-16 --reading nowhere
refused 'unknown parameter' match --fact 是否采购=是 --set 最低工姿=1
refused 'no measure is of the region' match --fact 是否采购=是 --region 别省
refused 'NAME=VALUE' match --fact 是否采购
refused 'neither zh nor en' match --fact 是否采购=是 --lang fr
refused 'something is missing' explain
