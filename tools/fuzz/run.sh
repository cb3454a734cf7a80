#!/usr/bin/env bash
# Fuzzes the reader of model files with afl++ (Debian: apt-get install afl++) at low priority.
# usage: tools/fuzz/run.sh [SECONDS] [FOLDER]    findings lie under FOLDER/out/default/crashes
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
seconds=${1:-600}
folder=$(realpath -m -- "${2:-artifacts/fuzz}")
mkdir -p -- "$folder/in"
# The tool that writes counters into every branch of the library; of the same version as the package.
[ -x "$folder/tool/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$folder/tool"
dotnet publish tools/fuzz/fuzz.csproj -c Release -o "$folder/app" -v quiet -nologo
"$folder/tool/sharpfuzz" "$folder/app/MetaEmbed.Inference.dll"
cp -- tests/MetaEmbed.Tests/Export/Samples/*.metaembed "$folder/in/"
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 DOTNET_gcServer=0 DOTNET_TieredPGO=0
nice -n 19 afl-fuzz -i "$folder/in" -o "$folder/out" -t 10000 -m none -V "$seconds" -- dotnet "$folder/app/fuzz.dll" > "$folder/log" 2>&1 || { tail -n 20 -- "$folder/log"; exit 1; }
grep -E '^(run_time|execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|edges_found) ' "$folder/out/default/fuzzer_stats"
