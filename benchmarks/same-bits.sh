#!/usr/bin/env bash
# Trains the start of three runs (published coarse, published fine, fast) with 1 and 2 threads and with vectors of 512, 256
# and 128 bits, and prints a hash of every checkpoint: within a run all must be the same.
# usage: benchmarks/same-bits.sh DATASET FOLDER-FOR-THE-RUNS
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
data=$1 out=$2
mkdir -p "$out"
from=$(echo "$root"/benchmarks/results/*/runs/gowalla-published)
coarse=(--preset published --stage coarse --fixed-patience 0 --update-patience -1 --max-epochs 2 --evaluate-every 2 --steps-per-epoch 40)
fine=(--preset published --stage fine --from "$from" --fine-fixed-patience 0 --fine-update-patience -1 --fine-max-epochs 2
    --fine-evaluate-every 2 --fine-steps-per-epoch 20)
fast=(--preset fast --max-epochs 2 --evaluate-every 2)
for threads in 1 2; do
    for bits in 512 256 128; do
        for run in coarse fine fast; do
            declare -n options=$run
            folder=$out/$run-threads$threads-bits$bits
            DOTNET_PreferredVectorBitWidth=$bits "$root/metaembed" train --data "$data" --run "$folder" --threads $threads "${options[@]}" > "$folder.log" 2>&1 ||
                { tail -1 "$folder.log" >&2; exit 1; }
            stage=$folder
            [ $run != fine ] || stage=$folder/fine
            (cd "$stage/checkpoints" && sha256sum best-updating.safetensors last.safetensors) | sed "s|^|$run, $threads threads, $bits bits: |"
        done
    done
done
