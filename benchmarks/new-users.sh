#!/usr/bin/env bash
# What folding in costs: a tenth of the users is held out, folded in from half of their items, and asked for the other half; then
# those halves join the training data and the same model is trained again. Prints a CSV: how each model finds the other halves, and
# the difference to the first line user by user with half of its 95% interval. Runs that are there are not trained again.
# usage: benchmarks/new-users.sh DATASET FOLDER SEED PRESET...   (folded starts from the run of table: name table before it)
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
metaembed=${METAEMBED:-$root/metaembed}
data=$1 out=$2 seed=$3
shift 3
mkdir -p "$out"
log=$out/log
quiet() { "$@" >> "$log" 2>&1 || { tail -1 "$log" >&2; exit 1; }; }

held=$out/held-$seed again=$out/again-$seed
[ -e "$held/import.json" ] || quiet $metaembed import "$data/train.txt" "$data/test.txt" --split users --new-user-share 0.1 --seed "$seed" --out "$held"
[ -e "$again/train.txt" ] || quiet $metaembed data retrain "$held" --out "$again"

# The column of a CSV by its name.
column() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$1"; }

echo "data,seed,preset,model,users,held_out,ndcg@20,recall@20,ndcg@20_difference,half_interval"
for preset in "$@"; do
    first=
    for model in held again; do
        run=$out/$preset-$model-$seed
        options=(--preset "$preset" --seed "$seed")
        [ "$preset" != folded ] || options+=(--from "$out/table-$model-$seed")
        [ -e "$run/report.html" ] || quiet $metaembed train --data "$out/$model-$seed" --run "$run" "${options[@]}"
        for users in history known; do
            [ $model$users != heldknown ] || continue
            file=$run/users-$users.csv
            quiet $metaembed evaluate --run "$run" --data "$out/$model-$seed" --split new-users --users $users --per-user "$file"
            first=${first:-$file}
            paste -d, <(column "$first" ndcg@20) <(column "$file" ndcg@20) <(column "$file" recall@20) |
                awk -F, -v start="$(basename "$data"),$seed,$preset,$([ $model = held ] && echo held-out || echo retrained),$users" '
                    { ndcg += $2; recall += $3; d = $2 - $1; sum += d; squares += d * d }
                    END { mean = sum / NR; printf "%s,%d,%.5f,%.5f,%.5f,%.5f\n", start, NR, ndcg / NR, recall / NR, mean, 1.96 * sqrt((squares / NR - mean * mean) / (NR - 1)) }'
        done
    done
done
