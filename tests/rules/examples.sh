# SPDX-License-Identifier: EUPL-1.2
# Every route of protocol/routes.def stands in an example of protocol/examples.
set -euo pipefail
build=$1 bad=0 count=0
while IFS=$'\t' read -r method path; do
    count=$((count + 1))
    # {id} stands for a name in braces or a literal; behind the path only a query may follow.
    pattern="^$method $(sed -E 's#\{path\}#[^ ?]+#; s#[.]#\\.#g; s#\{[a-z]+\}#[^/ ?]+#g' <<<"$path")(\\?[^ ]*)?\$"
    grep -qhE "$pattern" protocol/examples/*.flow || { echo "no example: $method $path" && bad=1; }
done < <("$build/entregentd" --print routes --json | python3 -c 'import json, sys
for r in json.load(sys.stdin): print(r["method"], r["path"], sep="\t")')
[ "$count" -gt 20 ] || { echo "only $count routes?" && bad=1; }
echo "# $count routes, $(ls protocol/examples/*.flow | wc -l) files of examples"
exit $bad
