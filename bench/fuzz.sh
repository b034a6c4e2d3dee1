#!/usr/bin/env bash
# Runs every fuzz target of the repository, one after the other.
#
#   bench/fuzz.sh [TIME [PACKAGE ...]]      default: 10m each, every package with a target
#
# A crash leaves its input in the package's testdata/fuzz and ends the run with 1. Exit 1 too when there is no target.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10m}
shift || true
packages=("$@")
if ((${#packages[@]} == 0)); then
  mapfile -t packages < <(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u)
fi
ran=0
# Targets that write files wait for the disk otherwise.
if [[ -z ${TMPDIR:-} && -w /dev/shm ]]; then export TMPDIR=/dev/shm; fi
for package in "${packages[@]}"; do
  for target in $(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' "$package" | sed 's/^func //' | sort -u); do
    echo "== $package $target for $time"
    # Making each interesting input smaller may take a minute by default: most of the time of a target of long inputs.
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 100x -parallel "${FUZZ_PARALLEL:-2}" "$package"
    ran=$((ran + 1))
  done
done
if ((ran == 0)); then
  echo "there is no fuzz target"
  exit 1
fi
