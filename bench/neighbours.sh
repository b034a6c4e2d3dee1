#!/usr/bin/env bash
# Runs Bailiwick and the tools that ask nearest to what it asks over bench/neighbours/*/main.tf and the plan.json beside
# each: the tables of docs/comparison.md about neighbours. Tools that are not installed are named and left out.
#
#   bench/neighbours.sh [-trees WORD] [-tools A,B] [-rounds N] [-v]
#
# pepin, prowler and borderlint are looked for where bench/peers.sh puts the others; docs/comparison.md says which builds
# were compared. Exit 1: one of our rules did not do what the tree says, we found something else in a plan than in its
# configuration, or a tool gave no result.
set -euo pipefail

exec "$(dirname "$0")/problems.sh" -dir bench/neighbours -codes -tools bailiwick,pepin,trivy,kics,checkov,prowler,borderlint "$@"
