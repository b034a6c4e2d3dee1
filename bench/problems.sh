#!/usr/bin/env bash
# Runs Bailiwick and the scanners that bench/peers.sh installed over bench/problems/*/main.tf, and prints who says
# anything about the problem of each: the first tables of docs/comparison.md.
#
#   bench/problems.sh [-trees WORD] [-v]
#
# Exit 1: one of our rules did not do what the tree says, or a scanner gave no result.
set -euo pipefail

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -trimpath -o "$work/bailiwick" ./cmd/bailiwick
go build -o "$work/problems" ./bench/problems
# Not exec: the trap has to clear up.
"$work/problems" -bailiwick "$work/bailiwick" -peers "${XDG_CACHE_HOME:-$HOME/.cache}/bailiwick/peers/bin" "$@"
