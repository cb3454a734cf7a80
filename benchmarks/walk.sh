#!/usr/bin/env bash
# The way of a newcomer, timed: clone, build, a table of events with names, import, train, recommend, report. Prints a table.
# usage: benchmarks/walk.sh FOLDER    a folder that is not there yet; needs git and the .NET SDK
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: benchmarks/walk.sh FOLDER" >&2; exit 2; }
[ ! -e "$1" ] || { echo "walk: $1 is there already; name a folder that is not" >&2; exit 2; }
source=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
git clone --quiet "$source" "$1"
cd -- "$1"

timed() {
    local started ended
    started=$(date +%s%N)
    "${@:2}" > step.log 2>&1 || { cat step.log >&2; echo "walk: '${*:2}' failed" >&2; exit 1; }
    ended=$(date +%s%N)
    printf '| %s | %d.%d s |\n' "$1" $(((ended - started) / 1000000000)) $(((ended - started) / 100000000 % 10))
}

echo "| step | time |"
echo "|---|---|"
timed 'the first `./metaembed --version`, which builds' ./metaembed --version
timed '`./metaembed demo`' ./metaembed demo
# The demo's dataset as a table that somebody might have: user, item, and a column that nobody asked for.
./metaembed data export demo-run/debian-packages --out table.csv > step.log 2>&1
timed '`./metaembed import table.csv --out data/mine`' ./metaembed import table.csv --out data/mine
timed '`./metaembed train --data data/mine --run runs/mine`' ./metaembed train --data data/mine --run runs/mine
timed '`./metaembed recommend --run runs/mine --user blender`' ./metaembed recommend --run runs/mine --user blender
cat step.log >&2
timed '`./metaembed report --run runs/mine`' ./metaembed report --run runs/mine
echo
echo "$(($(wc -l < table.csv) - 1)) events, $(grep -m 1 -o 'model name.*' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) processors"
