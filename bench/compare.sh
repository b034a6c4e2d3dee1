#!/usr/bin/env bash
# Measures Bailiwick beside the scanners that bench/peers.sh installed: the same trees, in turn, medians of CPU seconds
# and peak memory, as ratios. stdout is the tables of docs/comparison.md; talk goes to stderr.
#
#   bench/compare.sh [CORPUS [COMPARE-FLAG ...]]     CORPUS: a folder with the repositories of docs/corpus.md
#
# Without CORPUS only generated trees are measured. Flags: -rounds N, -limit 10m, -trees WORD, -tools A,B. Scanners that are not
# installed are named and left out. Exit 1: a promise about speed is not kept, or a scanner gave no result.
set -euo pipefail

cd "$(dirname "$0")/.."
corpus=
if (($#)); then
  corpus=${1:+$(cd "$1" && pwd)}
  shift
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

CGO_ENABLED=0 go build -trimpath -o "$work/bailiwick" ./cmd/bailiwick
go build -o "$work/gen" ./bench/gen
go build -o "$work/compare" ./bench/compare

"$work/gen" -one "$work/trees/one"
"$work/gen" -each 10000 "$work/trees/each"
for n in 1000 10000 100000; do
  "$work/gen" -resources "$n" "$work/trees/n$n"
done

# Not exec: the trap has to clear up.
"$work/compare" -bailiwick "$work/bailiwick" -peers "${XDG_CACHE_HOME:-$HOME/.cache}/bailiwick/peers/bin" \
  -generated "$work/trees" -corpus "$corpus" "$@"
