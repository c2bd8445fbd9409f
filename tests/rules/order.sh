# SPDX-License-Identifier: EUPL-1.2
# No circle among modules, folders in one order, by what is linked and by what is included.
set -euo pipefail
build=$1 folders=(base core wire io app)
work=$(mktemp -d) && trap 'rm -r "$work"' EXIT
for folder in "${folders[@]}"; do
    nm -A "$build/lib$folder.a" 2>/dev/null | sed -E "s#^[^:]*:([^:]*)\.c\.o:#$folder/\1 #" | grep -E '^[a-z]+/[a-z0-9_]+ '
done >"$work/symbols"
# defined: module symbol; used: module symbol; pairs: user used
awk 'NF == 4 && $3 ~ /^[TDRBV]$/ { print $4, $1 }' "$work/symbols" | sort -u >"$work/defined"
awk 'NF == 3 && $2 == "U" { print $3, $1 }' "$work/symbols" | sort -u >"$work/used"
join "$work/used" "$work/defined" | awk '$2 != $3 { print $2, $3 }' | sort -u >"$work/pairs"
[ "$(wc -l <"$work/pairs")" -gt 50 ] || { echo "no pairs found: is it built?" && exit 1; }
tsort "$work/pairs" >/dev/null 2>"$work/circles" || true
[ ! -s "$work/circles" ] || { echo "modules that need each other in a circle:" && cat "$work/circles" && exit 1; }
rank() { local i; for i in "${!folders[@]}"; do [ "${folders[$i]}" = "$1" ] && echo "$i"; done; }
bad=0
while read -r user used; do
    [ "$(rank "${user%/*}")" -ge "$(rank "${used%/*}")" ] || { echo "$user links to $used" && bad=1; }
done <"$work/pairs"
while IFS=: read -r file include; do
    folder=$(cut -d/ -f2 <<<"$file") other=$(sed -E 's/.*"([a-z]+)\/.*/\1/' <<<"$include")
    case $other in protocol | generated) continue ;; esac
    [ "$(rank "$folder")" -ge "$(rank "$other")" ] || { echo "$file includes $include" && bad=1; }
done < <(grep -rHoE '^#include "[a-z]+/[^"]+"' "${folders[@]/#/daemon/}")
# Only these folders may know these libraries.
while read -r pattern folder; do
    if grep -rlE "#include <$pattern" daemon | grep -v "^daemon/$folder/"; then echo "only daemon/$folder may include <$pattern" && bad=1; fi
done <<'T'
event io
openssl io
libpq io
curl io
ccadical core
sodium wire
libxml wire
jansson wire
qrencode wire
xlsxwriter io
zlib wire
T
echo "# $(wc -l <"$work/pairs") links among $(cut -d' ' -f1 "$work/symbols" | sort -u | wc -l) modules, no circle"
exit $bad
