#!/bin/sh
# huiqi dmn as people type it: results on stdout, diagnostics with place and hint on stderr, exit status.
huiqi=$(realpath "$1") here=$2
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
wrong() { # NAME PLACE TEXT
    expect 2 "wrong/$1.dmn:$2" "$huiqi" dmn check "$here/wrong/$1.dmn"
    expect 2 "$3" "$huiqi" dmn check "$here/wrong/$1.dmn"
}

printf '{"人数": 19}' >"$folder/in.json"
printf '{"人头": 19}' >"$folder/name.json"
printf '{"人数": "许多"}' >"$folder/type.json"
expect 0 '"规模": "小"' "$huiqi" dmn run "$here/cases/tables.dmn" --input "$folder/in.json"
expect 0 '"合计": 1.5' "$huiqi" dmn run "$here/cases/tables.dmn" --input "$folder/in.json" --decision 合计
expect 2 'no decision `合计额`' "$huiqi" dmn run "$here/cases/tables.dmn" --decision 合计额
expect 2 'name.json:1:2' "$huiqi" dmn run "$here/cases/tables.dmn" --input "$folder/name.json"
expect 2 'a number is needed' "$huiqi" dmn run "$here/cases/tables.dmn" --input "$folder/type.json"
expect 0 'the input `人数` is not given' "$huiqi" dmn run "$here/cases/tables.dmn" --decision 合计
expect 2 'none.dmn' "$huiqi" dmn run "$folder/none.dmn"
expect 2 'did you mean --decision' "$huiqi" dmn run "$here/cases/tables.dmn" --decisions x
expect 2 "did you mean 'check'" "$huiqi" dmn chek
expect 0 'usage: huiqi dmn SUBCOMMAND' "$huiqi" dmn --help
expect 0 '0 errors' "$huiqi" dmn check "$here/cases/graph.dmn"

expect 0 'requires 中间, 底数' "$huiqi" dmn show "$here/cases/graph.dmn"
expect 0 'C+' "$huiqi" dmn show "$here/cases/tables.dmn"
expect 0 '<td>&lt; 20</td>' "$huiqi" dmn show "$here/cases/tables.dmn" --html
expect 0 '<rect class="input"' "$huiqi" dmn show "$here/cases/graph.dmn" --svg

wrong circle 6 'requires itself'
wrong missing-href 5 'did you mean #_age?'
wrong syntax 6 'an expression'
wrong unknown-type 4 'did you mean `t年龄`?'
wrong type-circle 3 'contains itself'
wrong policy 4 'OUTPUT ORDER'
wrong entries 5 'one entry an input'
wrong java 4 'no function exec(java.lang.String) of java.lang.Runtime'
wrong import 3 'same folder'
wrong twice 4 'a second element with the id'
wrong form 3 'is no expression'
wrong doctype 2 'a DOCTYPE is not accepted'
wrong other 1 'no DMN model'
wrong unclosed 2 'not well-formed XML'

# what dmn check says of tables: NAME STATUS, everything it prints is in check/NAME.out
tables() {
    expect "$2" 'elements' "$huiqi" dmn check "$here/check/$1.dmn"
    expect 0 'the same' sh -c "cd '$here/check' && { { '$huiqi' dmn check $1.dmn 2>&1 || true; } | diff -u $1.out - && echo the same; }"
}
printf '{"企业规模": "小型", "贷款金额": 800000, "年利率": 0.0385}' >"$folder/loan.json"
example=$here/../../docs/examples/interest.dmn
expect 0 'the same' sh -c "{ '$huiqi' dmn run '$example' --input '$folder/loan.json' --explain | diff -u '$here/check/explained.out' - && echo the same; }"
expect 0 '"entries": [' "$huiqi" dmn run "$example" --input "$folder/loan.json" --explain --json
expect 0 'no rule hits: the default counts' "$huiqi" dmn run "$example" --explain --decision 贴息比例
expect 0 'problem: 10:103: null where a value is needed' "$huiqi" dmn run "$here/cases/graph.dmn" --explain --decision 总和
tables numbers 1
tables kinds 0
tables policies 1
tables opaque 0

expect 0 '24 passed, 0 failed' "$huiqi" dmn test "$here/cases" --junit "$folder/junit.xml"
expect 0 'tests="24" failures="0"' cat "$folder/junit.xml"
expect 2 'no file of conformance cases' "$huiqi" dmn test "$here/cases/tables.dmn"
mkdir "$folder/kit"
cp "$here/cases/dmn11.dmn" "$folder/kit"
sed 's/>34</>35</' "$here/cases/dmn11-test.xml" >"$folder/kit/dmn11-test.xml"
expect 1 'Doubled: expected 35, got 34' "$huiqi" dmn test "$folder/kit" --list-failures
expect 1 '1 passed, 1 failed' "$huiqi" dmn test "$folder/kit/dmn11-test.xml"
sed 's/>34</>34.000</;s/>36</>36.0000000001</' "$here/cases/dmn11-test.xml" >"$folder/kit/dmn11-test.xml"
expect 1 '1 passed, 1 failed' "$huiqi" dmn test "$folder/kit"
cp "$here/cases/tables.dmn" "$folder/kit"
sed 's/ errorResult="true"><expected><value xsi:nil="true"\/><\/expected><\/resultNode>$/><expected><value xsi:nil="true"\/><\/expected><\/resultNode>/' \
    "$here/cases/tables-test.xml" | sed 's/name="任意" type="decision">/name="任意" type="decision" errorResult="false">/' >"$folder/kit/dmn11-test.xml"
expect 1 '3 passed, 2 failed' "$huiqi" dmn test "$folder/kit"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
