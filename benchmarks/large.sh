#!/usr/bin/env bash
# The way from nothing to a model file at a size of your choice, command by command: made-up data, a few steps of preset fast from a
# random assignment, an evaluation and an export, each with a sample of users. Prints seconds, processor seconds and peak memory of each
# command, and the size of what it leaves.
# usage: benchmarks/large.sh FOLDER INTERACTIONS [THREADS]     e.g. benchmarks/large.sh /tmp/large 10000000 2
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
into=$1
size=$2
threads=${3:-2}
[ -x /usr/bin/time ] || { echo "large.sh: /usr/bin/time is missing (Debian: apt install time)" >&2; exit 2; }
users=$((size / 30))
items=$((size / 60))
mkdir -p "$into"
rm -rf "$into/data-$size" "$into/run-$size"

run() {
    local name=$1
    shift
    if ! /usr/bin/time -o "$into/time" -f "%e %U %S %M" "$root/metaembed" "$@" > "$into/$name-$size.log" 2>&1; then
        tail -3 "$into/$name-$size.log" >&2
        exit 1
    fi
    awk -v what="$name" '{ printf "| %s | %.1f | %.1f | %.0f |\n", what, $1, $2 + $3, $4 * 1024 / 1e6 }' "$into/time"
}

"$root/metaembed" --version > /dev/null # builds, where that is due
printf '%s interactions, %s users, %s items, threads: %s\n' "$size" "$users" "$items" "$threads"
printf '| command | seconds | processor s | peak MB |\n|---|---|---|---|\n'
run generate data generate "$into/data-$size" --users "$users" --items "$items" --interactions "$size" --clusters 64 --seed 1
run train train --data "$into/data-$size" --run "$into/run-$size" --preset fast --initialization random --steps-per-epoch 5 --max-epochs 1 \
    --evaluate-every 1 --sample-users 10000 --threads "$threads" --memory-limit 20GB
run evaluate evaluate --run "$into/run-$size" --data "$into/data-$size" --sample-users 10000 --threads "$threads"
run export export --run "$into/run-$size" --kind device --code int8 --out "$into/model-$size.metaembed" --threads "$threads"
run recommend recommend --model "$into/model-$size.metaembed" --history 1,20,300
stat -c 'model file: %s bytes' "$into/model-$size.metaembed"
