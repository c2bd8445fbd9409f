# SPDX-License-Identifier: EUPL-1.2
# Every source file names its licence; no function of the program is longer than 70 lines; nothing unfinished is left.
set -euo pipefail
bad=0
files() { # NAME...: all such files of the project
    local name tests=()
    for name in "$@"; do tests+=(-o -path "./$name" -o -name "$name"); done
    find . \( -path ./build -o -path ./data -o -path ./.git -o -name node_modules \) -prune -o -type f \( -false "${tests[@]}" \) -print | sed 's#^\./##'
}
for file in $(files '*.c' '*.h' '*.def' '*.sql' '*.sh' '*.py' '*.cmake' '*.js' '*.mjs' '*.css' CMakeLists.txt run packages bare); do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: EUPL-1.2' || { echo "$file: no licence line" && bad=1; }
done
longest=$(awk 'FNR == 1 { start = 0 }
    /^[a-zA-Z].*[^;]$/ && !/^(typedef|#)/ && /\(/ { start = FNR; name = $0 }
    /^}/ && start { print FNR - start + 1, FILENAME ":" start ": " name; start = 0 }' $(files '*.c' | grep -v '^tests/') | sort -rn)
echo "# longest function: $(head -n 1 <<<"$longest")"
awk '$1 > 70 { print "too long: " $0; bad = 1 } END { exit bad }' <<<"$longest" || bad=1
if grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $(files '*.c' '*.h' '*.def' '*.sql' '*.sh' '*.py' '*.js' '*.mjs' run | grep -v '^tests/rules/files.sh'); then bad=1; fi
exit $bad
