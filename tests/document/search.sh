#!/bin/sh
# Import and search through the program: an invented file is found by its words right after the import, its persons are not; a second version
# takes the place of the first; verify agrees. search.sh HUIQI
set -u
huiqi=$1 passed=0 failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
HUIQI_DATABASE="sqlite:$tmp/huiqi.db"
HUIQI_KEY_FILE="$tmp/key"
export HUIQI_DATABASE HUIQI_KEY_FILE
check() { # WHAT STATUS PATTERN COMMAND...: exit status; every line of PATTERN is a pattern that the output has ("!..." has not)
    what=$1 status=$2 patterns=$3
    shift 3
    "$@" >"$tmp/out" 2>&1
    got=$?
    [ $got -eq "$status" ] || { failed=$((failed + 1)); echo "FAIL $what: exit $got"; cat "$tmp/out"; return; }
    printf '%s\n' "$patterns" >"$tmp/patterns"
    while IFS= read -r pattern; do
        case $pattern in
        '') ;;
        !*) grep -q -e "${pattern#!}" "$tmp/out" && { failed=$((failed + 1)); echo "FAIL $what: has ${pattern#!}"; cat "$tmp/out"; return; } ;;
        *) grep -q -e "$pattern" "$tmp/out" || { failed=$((failed + 1)); echo "FAIL $what: has no $pattern"; cat "$tmp/out"; return; } ;;
        esac
    done <"$tmp/patterns"
    passed=$((passed + 1))
}
search() { # WHAT PATTERN ARGUMENTS...
    what=$1 pattern=$2
    shift 2
    check "$what" 0 "$pattern" "$huiqi" document search --library none "$@"
}
cat >"$tmp/notice.txt" <<'END'
环形山区人民政府关于减免租金的通知
环府办〔2020〕12号
各有关单位：
为支持中小企业，现通知如下。
一、减免租金
承租国有房屋的中小企业，免收两个月租金。
二、办理方式
（一）申请人于2020年3月31日前提出申请。
（二）联系人：钱小满，手机：13900000000。
环形山区人民政府
2020年2月20日
END
search 'an empty database' '^0 份文件' 租金
check import 0 '' "$huiqi" document import "$tmp/notice.txt"
search words '^1 份文件
【租金】
〔2020〕12号' 租金
search 'a clause' '^  一
【国有房屋】' 国有房屋
search 'one character' '^1 份文件' 免
search 文号 '^1 份文件' '环府办[2020]12号'
search 'a person' '^0 份文件
!小满' 钱小满
search 'a mobile' '^0 份文件' 13900000000
search 'a filter' '^0 份文件' 租金 --year 2019
search 'another filter' '^1 份文件' 租金 --year 2020
search 'bad syntax' '^提示：引号没有闭合' '"租金'
search 'nothing asked' '^提示：没有可查的词'
search data '"documents": 1
"path": "一' 租金 --json
search 'typing help' '环形山区人民政府' --suggest hxs
check 'bad year' 2 'year' "$huiqi" document search 租金 --year 二〇
check 'bad date' 2 '2020-03-09' "$huiqi" document search 租金 --in-force tomorrow
check 'bad page' 2 'page' "$huiqi" document search 租金 --page 0
check verify 0 '可检索文件与档案 1，不符 0$
检索索引 [0-9]*，不符 0$' "$huiqi" store verify
sed 's/免收两个月租金/免收三个月租金，减半收取物业费/' "$tmp/notice.txt" >"$tmp/second.txt"
check 'second version' 0 '' "$huiqi" document import "$tmp/second.txt"
search 'the new text' '^1 份文件' 物业费
search 'not the old one' '^0 份文件' '"两个月租金"'
check 'verify again' 0 '可检索文件与档案 1，不符 0$
检索索引 [0-9]*，不符 0$' "$huiqi" store verify
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
