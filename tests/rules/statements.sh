# SPDX-License-Identifier: EUPL-1.2
# Every statement of sql/query is valid against a fresh schema, by a real PostgreSQL, and is used by the code.
set -euo pipefail
build=$1 bad=0 count=0
work=$(mktemp -d) && chmod 755 "$work" && trap 'for _ in 1 2 3 4 5; do rm -rf "$work" 2>/dev/null && break || sleep 1; done' EXIT # its database may be ending
for file in sql/query/*.sql; do
    name=$(basename "$file" .sql) count=$((count + 1))
    # Of a COPY the query in it: SQL can prepare no other.
    printf 'prepare %s as\n%s\n;\n' "$name" "$(sed -E 's/^copy \(//; s/\) to stdout \(format binary\)$//' "$file")"
    grep -rqw "SQL_$name" daemon --include='*.c' || { echo "$file: no code uses SQL_$name" >&2 && bad=1; }
done >"$work/prepare.sql"
"$build/entregentd" org add --kind buyer --siret 21630113500010 --name Buyer --data "$work/data" >"$work/log" 2>&1 || { cat "$work/log" && exit 1; }
if ! "$build/entregentd" db psql --data "$work/data" -- -X -q -v ON_ERROR_STOP=0 <"$work/prepare.sql" >"$work/out" 2>&1 ||
    [ -s "$work/out" ]; then
    cat "$work/out" && bad=1
fi
prepared=$({ cat "$work/prepare.sql" && echo 'select count(*) from pg_prepared_statements;'; } |
    "$build/entregentd" db psql --data "$work/data" -- -X -q -A -t 2>/dev/null | tail -n 1)
[ "$prepared" = "$count" ] || { echo "$prepared of $count statements could be prepared" && bad=1; }
echo "# $count statements prepared"
exit $bad
