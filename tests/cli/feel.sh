#!/bin/sh
# huiqi feel as people type it: results on stdout, diagnostics on stderr, exit status. Blame src/cli/feel*.c, options.c.
huiqi=$1
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# expect STATUS TEXT-IN-OUTPUT COMMAND...: stdout and stderr together
expect() {
    status=$1 text=$2
    shift 2
    out=$("$@" 2>&1 </dev/null)
    got=$?
    if [ $got -eq "$status" ] && printf '%s' "$out" | grep -qF -- "$text"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n  wanted %s and "%s", got %s:\n%s\n' "$*" "$status" "$text" $got "$out"
    fi
}

printf '{"人数": 30, "规模": "小型", "贷款": [{"id": "a", "本金": 100}, {"id": "b"}]}' >"$folder/facts.json"
printf '{"人数": 30,,}' >"$folder/broken.json"
printf '[1]' >"$folder/list.json"
printf '//! x: number ?\nx > 1 // unknown x\n1 + 1 // = 3\n' >"$folder/wrong.t"

expect 0 '7' "$huiqi" feel '1 + 2 * 3'
expect 0 '60' "$huiqi" feel '人数 * 2' --facts "$folder/facts.json"
expect 0 'unknown: 本金@b' "$huiqi" feel 'sum(贷款.本金)' --facts "$folder/facts.json"
expect 0 '30 * 2' "$huiqi" feel '人数 * 2' --facts "$folder/facts.json" --explain
expect 0 'typed tree' "$huiqi" feel --explain '1 + 1'
expect 2 '1:1: error: undeclared name' "$huiqi" feel '人教 + 1' --facts "$folder/facts.json"
expect 2 'division by zero' "$huiqi" feel '1 / (2 - 2)'
expect 2 'write ,' "$huiqi" feel 'min(1，2)'
expect 2 'broken.json:1' "$huiqi" feel 1 --facts "$folder/broken.json"
expect 2 'list.json:1:1' "$huiqi" feel 1 --facts "$folder/list.json"
expect 2 'none.json' "$huiqi" feel 1 --facts "$folder/none.json"
expect 2 'did you mean --facts' "$huiqi" feel 1 --fact x
expect 2 'YYYY-MM-DD' "$huiqi" feel 1 --date 2020-3-9
expect 2 'needs files' "$huiqi" feel --test
expect 2 'one expression' "$huiqi" feel 1 2
expect 1 '1 passed, 1 failed' "$huiqi" feel --test "$folder/wrong.t"
expect 2 'none.t' "$huiqi" feel --test "$folder/none.t"
expect 0 'examples:' "$huiqi" feel --help
expect 0 'huiqi 0' "$huiqi" --version
expect 2 "did you mean 'feel'" "$huiqi" fell
expect 0 'commands:' "$huiqi" --help

lines=$(printf '1 + 1\n\n"a"\n' | "$huiqi" feel)
expect 0 '"a"' printf '%s' "$lines"
printf '1 / 0\n2\n' | "$huiqi" feel >/dev/null 2>&1
expect 0 2 printf '%s' $?
expect 2 'UTF-8' "$huiqi" feel "$(printf 'a\377')"

colon=$(printf ':type [1, 2]\n:spec\n1 / 0\n:nothing\n:quit\n3\n' | "$huiqi" feel 2>&1)
expect 0 'list<number>' printf '%s' "$colon"
expect 0 'null' printf '%s' "$colon"
expect 0 ':help lists them' printf '%s' "$colon"
expect 0 'no 3' sh -c 'printf "%s" "$1" | grep -qx 3 || echo no 3' - "$colon"
expect 0 'round half up(2.5, 0) = 3' "$huiqi" feel --functions round
expect 0 '| `number < number` | boolean | smaller |' "$huiqi" feel --markdown
expect 1 'nothing in the tables' "$huiqi" feel --functions gibberish

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
