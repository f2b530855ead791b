#!/bin/bash
# The journeys of act.c, counters.c and publish.c against a store of their own: act.sh BUILD STORE HOME CHROMEDRIVER-PORT AXE.JS [FOLDER-FOR-PICTURES]
# HOME is an empty folder. Accounts, funds and papers are invented; the library is the shipped one, in which one date is
# announced (that the epidemic is over), without which the measure cannot be applied for.
set -eu
build=$1 store=$2 home=$3 port=$4 axe=$5 pictures=${6:-}
FIRM=91000000000000019G # of samples/2020/jingan-restaurant.json
export HUIQI_DATABASE=$store HUIQI_LIBRARY=$home/library HUIQI_NOW=2020-09-28T10:00:00+08:00
cp -r library "$home/library"
sed -i '0,/    values: \[\]/s//    values:\n      - {from: 2020-08-31, value: 2020-08-31, region: 北京市, source: 示例公布}/' "$home/library/parameters/events.yaml"
mkdir "$home/papers"
echo '%PDF-1.4' >"$home/papers/paper.pdf"
server=
stop() { [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; } || :; server=; }
finished=
trap 'stop; [ -n "$finished" ] || echo "act: failed before the end"' EXIT
export HUIQI_KEY_FILE="$home/store.key"
printf '支付键,结果,金额\nHQ9-9,成功,1.00\n' >"$home/papers/wrong.csv"
printf '支付键,结果,金额\nHQ1-1,成功,24000.00\n' >"$home/papers/reply-1.csv"
printf '支付键,结果,金额\nHQ2-1,成功,4200.00\n' >"$home/papers/reply-2.csv"
cp docs/examples/officer/notice.txt "$home/papers/"
[ -z "$pictures" ] || mkdir -p "$pictures/office"
chmod 755 "$home" "$home/papers"
cat >"$home/agency.json" <<'END'
{"subject": {"kind": "enterprise", "id": "91000000MA0000001R", "name": "虚构某人力资源有限公司"},
 "注册地": "北京市/门头沟区", "主体类型": "企业", "职业中介许可": true,
 "推荐上岗批次": [{"id": "a", "推荐上岗人数": 50, "上岗日期": "2020-02-10", "用人单位是否急聘公告重点企业": true, "推荐证明材料": "劳务协议"}],
 "推荐上岗批次.complete": true}
END
cat >"$home/fund.yaml" <<'END'
fund: mtg-jobs-2020
name: 示例就业服务资金
region: 北京市/门头沟区
holder: 门头沟区人力资源和社会保障局
cap: 3万
order: approval
purposes:
  - {name: 就业服务补助}
END
cat >"$home/library/registers/providers.yaml" <<'END'
# Invented: who may be paid by voucher.
registers:
  - register: 算力服务商名单
    title: {zh: 算力服务商名单, en: Providers of computing}
    coverage: partial
    entries: []
    list: white
    keeper: 静安区人力资源和社会保障局
    source: {document: shanghai/2023-port-measures, clause: 三/15}
END
huiqi=$build/huiqi
# The enterprise of the journey, and one that is not entitled.
"$huiqi" enterprise import "$home/agency.json" samples/2020/jingan-*.json samples/2020/mentougou-hotel.json >"$home/import.log"
account() { echo invented-password-1 | "$huiqi" account add "$@" >/dev/null; }
account firm --role agent --enterprise 91000000MA0000001R
account js-firm --role agent --enterprise "$FIRM"
account jingban --role handler --organisation 北京市人力资源和社会保障局 # who the procedure names
for a in 'shenhe reviewer' 'caiwu1 finance' 'caiwu2 finance'; do
    account "${a% *}" --role "${a#* }" --organisation 门头沟区人力资源和社会保障局
done
for a in 'js-jingban handler' 'js-shenhe reviewer' 'js-caiwu finance' 'js-caiwu2 finance'; do
    account "${a% *}" --role "${a#* }" --organisation 静安区人力资源和社会保障局
done
account js-chuangkou --role window --organisation 静安区人力资源和社会保障局
account fabu --role publisher
account guanli --role administrator
account shenji --role auditor
account xin-shenji --role auditor # a link gives another password
"$huiqi" fund define "$home/fund.yaml" docs/examples/fund.yaml >"$home/fund.log"
echo 6222000000000000001 >"$home/account.txt"
"$huiqi" enterprise set 91000000000000115R 名称=虚构某算力有限公司 >>"$home/import.log"
"$huiqi" register propose 算力服务商名单 --code 91000000000000115R --tier 第一批 --reason 公开征集 --as js-jingban >"$home/register.log"
"$huiqi" register review 1 --as js-shenhe >>"$home/register.log"
"$huiqi" register publish 1 --as fabu >>"$home/register.log"
printf '名称,社会信用代码,批次\n虚构某算力有限公司,91000000000000115R,第一批\n虚构某云有限公司,9100,第一批\n' >"$home/providers.csv"
"$huiqi" register import 算力服务商名单 "$home/providers.csv" --column 批次=tier --source 市数据局 --listed 2020-09-01 --as js-jingban >>"$home/register.log" || [ $? -eq 1 ] # a row is bad
"$huiqi" place import docs/examples/points.csv >"$home/places.log"
"$huiqi" place import docs/examples/origins.csv --origins >>"$home/places.log"
"$huiqi" place import docs/examples/ways.csv --ways >>"$home/places.log"
"$huiqi" specialist add 专家甲 --kind expert --organisation 某大学 --field 生物医药 --cites 示例聘书 >"$home/specialists.log"
"$huiqi" specialist add 专员甲 --kind helper --organisation 静安区人力资源和社会保障局 --cites 示例名单 >>"$home/specialists.log"
"$huiqi" voucher define docs/examples/voucher.yaml >"$home/voucher.log"
for e in 91000000MA0000001R "$FIRM"; do
    "$huiqi" payment payee "$e" --name 虚构某公司 --bank 某银行 --account "$home/account.txt" >>"$home/fund.log"
done

bad=0
stage() { # NAME MOMENT
    local base=
    HUIQI_NOW=$2 "$huiqi" serve --listen 127.0.0.1:0 >"$home/server-$1.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        base=$(grep -o 'http://127.0.0.1:[0-9]*' "$home/server-$1.log" | head -n 1) || :
        [ -n "$base" ] && curl -sf "$base/healthz" >/dev/null && break
        sleep 0.1
    done
    "$build/tests/browser/act" "$1" "$base" "$port" "$axe" "$home/papers" ${pictures:+"$pictures"} || bad=1
    [ "$1" != pay ] || "$build/tests/browser/counters" "$base" "$port" "$axe" ${pictures:+"$pictures/office"} || bad=1
    [ "$1" != pay ] || "$build/tests/browser/publish" "$base" "$port" "$axe" "$home/papers/notice.txt" ${pictures:+"$pictures/office"} || bad=1
    stop
}
stage apply 2020-09-28T10:00:00+08:00
# Twenty days on: publicity is over, which the timer writes down.
HUIQI_NOW=2020-10-20T10:00:00+08:00 "$huiqi" case tick >"$home/tick.log"
stage pay 2020-10-20T10:00:00+08:00
HUIQI_NOW=2020-10-20T10:00:00+08:00 "$huiqi" store verify >"$home/verify.log" 2>&1 || { cat "$home/verify.log"; echo 'act: failed: store verify'; bad=1; }
finished=yes
exit $bad
