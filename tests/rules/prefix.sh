# SPDX-License-Identifier: EUPL-1.2
# What a module exports begins with its name; each .c has its .h and includes it first; statics need no rule.
set -euo pipefail
build=$1 bad=0
for folder in base core wire io app; do
    while read -r module symbol; do
        case $symbol in "$module"_*) ;; sql_[0-9]*) ;; *) echo "daemon/$folder/$module.c exports $symbol" && bad=1 ;; esac
    done < <(nm -A "$build/lib$folder.a" | sed -E 's#^[^:]*:([^:]*)\.c\.o:#\1 #' | awk 'NF == 4 && $3 ~ /^[TDRB]$/ && $4 !~ /^(__|_IO)/ { print $1, $4 }')
done
for source in daemon/*/*.c; do
    module=${source#daemon/} && module=${module%.c}
    [ -f "daemon/$module.h" ] || { echo "$source has no header" && bad=1; }
    [ "$(grep -m1 '^#include' "$source")" = "#include \"$module.h\"" ] || { echo "$source does not include its header first" && bad=1; }
    sed -n 2p "$source" | grep -q '^// ' || { echo "$source: the second line should say what it knows" && bad=1; }
done
exit $bad
