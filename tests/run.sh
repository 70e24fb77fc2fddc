#!/bin/sh
# Runs test programs side by side and adds up what they say.
#   run.sh [-j N] PROGRAM...
# Each program prints TAP (cmocka does with CMOCKA_MESSAGE_OUTPUT=TAP). One that
# crashes, runs past its bound or reports no test counts as a failure. Beside each stands
# how long it ran, and how much of a processor it and what it started took. The last
# line is "N passed, N failed"; the logs of failures are printed before it.
set -u
jobs=2
if [ "${1:-}" = -j ]; then
    jobs=$2
    shift 2
fi
logs=$(mktemp -d)
CT_TEST_TMP=
trap 'rm -rf "$logs" ${CT_TEST_TMP:+"$CT_TEST_TMP"}' EXIT
trap 'exit 1' INT TERM
# What tests make lies in memory, where that has a gibibyte of room: they make thousands
# of stores, and no test is about how long a disk takes. Elsewhere: TMPDIR, or /tmp.
# Others may pass through the folder, since some tests are no longer root within it.
if [ "$(df -Pt tmpfs /dev/shm 2>/dev/null | awk 'NR == 2 {print ($4 > 1048576)}')" = 1 ] &&
        CT_TEST_TMP=$(mktemp -d /dev/shm/ct-XXXXXX 2>/dev/null); then
    chmod 711 "$CT_TEST_TMP"
    export CT_TEST_TMP
else
    CT_TEST_TMP=
fi
export CMOCKA_MESSAGE_OUTPUT=TAP
# One zone for the whole run, in which it is day (tests/support/tty.h).
case $(date -u +%H) in
0[3-9] | 1? | 20) CT_TEST_ZONE=${CT_TEST_ZONE:-UTC} ;;
*) CT_TEST_ZONE=${CT_TEST_ZONE:-NOON-12} ;;
esac
export CT_TEST_ZONE
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:exitcode=99:quarantine_size_mb=4}
export UBSAN_OPTIONS=print_stacktrace=1
export CT_TEST_LOGS=$logs

# One program: its output to a log, its verdict to a line of "passed failed seconds".
one='
name=$(echo "$1" | tr / _)
log=$CT_TEST_LOGS/$name.log
start=$(date +%s)
timeout -k 5 "${CT_TEST_BOUND_S:-600}" "$1" >"$log" 2>&1 </dev/null
status=$?
took=$(( $(date +%s) - start ))
times >"$log.times"
cpu=$(awk "NR == 2 {gsub(/[ms]/, \" \"); printf \"%.1f\", 60 * \$1 + \$2 + 60 * \$3 + \$4}" "$log.times")
passed=$(grep -ac "^ok " "$log")
failed=$(grep -ac "^not ok " "$log")
why=
if [ "$failed" = 0 ]; then
    if [ "$status" = 124 ]; then why="ran past its bound"
    elif [ "$status" != 0 ]; then why="ended with status $status"
    elif [ "$passed" = 0 ]; then why="reported no test"
    fi
    [ -z "$why" ] || failed=1
fi
echo "$passed $failed $cpu" >"$CT_TEST_LOGS/$name.sum"
if [ "$failed" = 0 ]; then
    printf "ok    %4d tests %4d s %6s s of processor  %s\n" "$passed" "$took" "$cpu" "$1"
else
    { echo "FAILED $1 ${why}"; grep -av "^ok " "$log" | tail -n 120; } >"$CT_TEST_LOGS/$name.failed"
    printf "FAIL  %4d of %d %4d s  %s %s\n" "$failed" "$((passed + failed))" "$took" "$1" "$why"
fi'
printf '%s\n' "$@" | xargs -P "$jobs" -I{} sh -c "$one" sh {}

cat "$logs"/*.failed 2>/dev/null
cat "$logs"/*.sum | awk '{p += $1; f += $2; c += $3}
    END {printf "%.0f s of processor\n%d passed, %d failed\n", c, p, f; exit f > 0 || p == 0}'
