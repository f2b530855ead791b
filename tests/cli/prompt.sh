#!/bin/sh
# t_prompt in a folder of its own: prompt.sh T_PROMPT HUIQI
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$2" "$folder"
