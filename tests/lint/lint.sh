#!/bin/sh
# What the compiler does not check: layers, headers, banned functions, sizes.
# Prints TAP. Run from the top of the tree; $1 is the build folder.
set -u
O=${1:-build/release}
n=0
bad=0
check() { # name, lines that should not be there
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "$2" | sed 's/^/  /'
        bad=1
    fi
}
sources() { find src ui -name '*.[ch]'; }

# 1. Layers: an include may go down, never up or sideways past the order.
order="base vault store record clinic exchange cli"
out=
for layer in $order; do
    above=
    seen=
    for l in $order; do
        [ -n "$seen" ] && above="$above|$l"
        [ "$l" = "$layer" ] && seen=1
    done
    above=${above#|}
    [ -n "$above" ] && out="$out$(grep -nE "#include \"($above)/" src/$layer/*.[ch] 2>/dev/null)"
done
check "src: includes point down" "$out"
check "src: only cli opens the screen" "$(grep -nE '#include "ui/' $(find src -name '*.[ch]' ! -path 'src/cli/*') 2>/dev/null)"
check "ui: no store, vault internals or exchange" "$(grep -rnE '#include "(store|exchange|cli)/|#include "vault/(seal|keyring|gate)' ui | grep -v 'ui/screens/.*vault/secret' |
    grep -v '^ui/screens/export\.c:.*exchange/vitals_export\.h')"

# 2. Each outside header has one home.
home() { # header regex, allowed paths regex
    grep -rnE "#include <$1" src ui | grep -vE "^($2)"
}
check "sodium.h lives in vault" "$(home 'sodium' 'src/vault/')"
check "sqlite3.h lives in vault and store" "$(home 'sqlite3' 'src/(vault|store)/')"
check "iniparser lives in base/config.c" "$(home '(iniparser|dictionary)' 'src/base/config\.c')"
check "curses lives in ui/tk/term*.c" "$(home '(n?curses|ncursesw|term\.h|panel|form\.h|menu)' 'ui/tk/term[a-z_]*\.c')"
check "pango and cairo live in src/report" "$(home '(pango|cairo|glib)' 'src/report/')"
check "clintech-report stands alone" "$(grep -nE '#include "' src/report/*.[ch] | grep -v '"report/report.h"')"
check "utf8proc lives in base/text.c" "$(home 'utf8proc' 'src/base/text[a-z_]*\.c')"

# 3. The library knows no curses symbol and never prints or exits.
check "libclintech has no curses symbol" "$(nm -A -u "$O/libclintech.a" 2>/dev/null | grep -wE '(initscr|newterm|stdscr|doupdate|wrefresh|endwin|wgetch|wget_wch)')"
check "libclintech never prints or exits" "$(nm -A -u "$O/libclintech.a" 2>/dev/null | grep -wE '(printf|puts|putchar|perror|exit|abort|sleep|usleep|stdout|__printf_chk)')"
check "one unit owns curses" "$(nm -A -u "$O/libctui.a" 2>/dev/null | grep -wE '(initscr|newterm|stdscr|doupdate|endwin|wget_wch)' | grep -v ':term[a-z_]*\.o:')"

# 4. Banned functions.
check "banned functions" "$(sources | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|rand|random|srand|system|popen|atoi|atol|alloca|tmpnam|mktemp|localtime|gmtime|asctime|ctime)\(' | grep -vE '^[^:]+:[0-9]+:\s*(\*|//)|->random\(')"
check "no shell, pager or editor" "$(sources | xargs grep -nE '\b(execl|execlp|execvp|popen|system)\(')"

# 5. Writing goes through the one door.
check "transactions begin in store and record only" "$(grep -rnE '\bct_tx_begin\(' src ui | grep -vE '^src/(store|record)/')"

# 6. The store's file is opened by SQLite alone, at one site: a second descriptor of
# the same process would drop its locks when it is closed (R8).
check "sqlite3_open is called at one site" "$(grep -rnE '\bsqlite3_open[a-z0-9_]*\(' src ui --include='*.c' | grep -v '^src/store/db\.c:'
    [ "$(grep -cE '\bsqlite3_open[a-z0-9_]*\(' src/store/db.c)" = 1 ] || echo 'src/store/db.c: not one call')"
opens='\b(f?open|openat|open64|creat|freopen)\('
check "files are opened at known sites" "$(sources | xargs grep -nE "(^|[^>_.a-z])$opens" | grep -vE '^[^:]+:[0-9]+:\s*(\*|//|/\*)' |
    grep -vE '^src/(base/(config|file)|vault/(gate|keyring_file|keyring_epoch|backup_key|hash_file)|store/(create|reseal)|record/(init|witness|backup|backup_file|restore|keep)|exchange/export_file|cli/(cli_util|doctor|equipment|init|scan|table|worklist))\.c:')"
check "no site opens the store or its log" "$(sources | xargs grep -nE "(^|[^>_.a-z])$opens.*(CT_STORE_FILE|NEW_FILE|store\.db|-wal|-shm)")"
check "the store's name meets no open() but in creating it" "$(grep -lE 'CT_STORE_FILE|store\.db' $(sources | xargs grep -lE "(^|[^>_.a-z])$opens") |
    grep -vE '^src/(store/create|record/(init|restore)|cli/doctor)\.c$')"

# 7. Sizes.
check "no source over 800 lines" "$(sources | xargs wc -l | awk '$2 != "total" && $1 > 800')"

# 8. Every header compiles alone, under the strictest flags.
out=
pango=$(pkg-config --cflags pangocairo | sed 's/-I/-isystem /g')
for h in $(find src ui tests/support -name '*.h'); do
    more=
    case $h in src/report/*) more=$pango ;; esac
    # shellcheck disable=SC2086  # a list of words
    printf '#include "%s"\n' "$h" | ${CC:-cc} $more -std=gnu11 -Isrc -I. -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c - 2>/dev/null || out="$out$h
"
done
check "headers compile alone" "$out"

# 9. The repository speaks of the product alone.
check "no paths of one machine" "$(git grep -nIE '(^|[^.a-z])/(work|root|farm)/' -- . 2>/dev/null)"
check "no work markers left" "$(git grep -nIwE 'TODO|FIXME|XXX|HACK' -- src ui data docs README.md Makefile 2>/dev/null)"
check "tests make their folders in tests/support/tmp.c" "$(grep -rnE '\b(mkdtemp|mkstemp|mkostemp|tmpfile|tempnam)\(|"/tmp/[^"]*XXXXXX|"/dev/shm' tests --include='*.[ch]' | grep -vE '^tests/(bench/|fuzz/|support/tmp\.c:)')"
check "tests do not sleep" "$(grep -rnE '\b(sleep|usleep|nanosleep)\(' tests --include='*.[ch]')"

# 10. Generated pages are those of this tree.
if [ -x "$O/tests/lint/gendoc" ]; then
    out=
    for page in keys config permissions quantities schema; do
        "$O/tests/lint/gendoc" $page | cmp -s - docs/$page.md || out="$out docs/$page.md is stale: make docs
"
    done
    check "generated pages are fresh" "$out"
fi
echo "1..$n"
exit $bad
