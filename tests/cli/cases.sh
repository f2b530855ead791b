#!/bin/sh
# Runs the cases of one file: cases.sh HUIQI SOURCE-ROOT FILE.txt. Each runs in one fresh folder with a database of its own.
#
#   + COMMAND          prepares: run by sh in the folder, must succeed
#   $ COMMAND          the case: run by sh; huiqi, $root and $library are set
#   2                  its exit status
#   err TEXT           stdout or stderr holds TEXT; any number of them, in any order
#   out TEXT
#
# After a case of status 2 nothing may have been written: every file of the folder, the database among them, has the bytes it had.
# A case may say `writes` where an answer of 2 keeps what was good (import of CSV with bad rows).
set -u
huiqi=$(realpath "$1") root=$2 file=$3 # meson may give a path relative to the build folder
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/work"
ln -s "$(realpath "$huiqi")" "$folder/bin/huiqi"
export root library="$root/tests/library/good" PATH="$folder/bin:$PATH" LC_ALL=C.UTF-8
export HUIQI_LIBRARY="$library" HUIQI_DATABASE="sqlite:$folder/work/test.db" HUIQI_NOW=2020-03-09T10:00:00
cd "$folder/work" || exit 2
passed=0 failed=0 command='' status=0 line=0 bad='' writes=

fail() { bad="$bad
  $1"; }
bytes() { find . -type f ! -name '*-wal' ! -name '*-shm' -exec sha256sum {} + | sort; }
begin() {
    command=$1 bad='' writes=
    before=$(bytes)
    sh -c "$command" >../out 2>../err </dev/null
    status=$?
}
finish() {
    [ -n "$command" ] || return
    [ "$status" -ne 2 ] || [ -n "$writes" ] || [ "$before" = "$(bytes)" ] || fail 'something was written'
    if [ -z "$bad" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: %s%s\n' "$file" "$command" "$bad"
        sed 's/^/    out: /' ../out | cut -c 1-300 | head -n 8
        sed 's/^/    err: /' ../err | cut -c 1-300 | head -n 8
    fi
    command=
}
has() { grep -qF -- "$2" "../$1" || fail "$1 lacks: $2"; }

while IFS= read -r text || [ -n "$text" ]; do
    line=$((line + 1))
    case $text in
    '' | '#'*) ;;
    '+ '*) finish; sh -c "${text#+ }" >../out 2>&1 </dev/null || { echo "$file:$line: cannot prepare: $text"; cat ../out; failed=$((failed + 1)); } ;;
    '$ '*) finish; begin "${text#\$ }" ;;
    [0-9]) [ "$status" -eq "$text" ] || fail "status $status, wanted $text" ;;
    'err '*) has err "${text#err }" ;;
    'out '*) has out "${text#out }" ;;
    writes) writes=yes ;;
    *) echo "$file:$line: what is this: $text"; failed=$((failed + 1)) ;;
    esac
done <"$file"
finish
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
