#!/usr/bin/env bash
# Builds the client of Confidential Containers, for TestCorpusClient and TestCorpusAttester of internal/attest/kbs.
#
#   bench/kbs/build.sh CORPUS
#
# CORPUS/guest-components is a checkout of github.com/confidential-containers/guest-components (read with commit
# 8246e5e0977f6322f0a1b0f77e0739cf1c3e1f74); what is made stands in CORPUS/kbsclient. Only manifests are changed: the
# workspace is cut down to the client, and optional dependencies that are repositories, not packages, are struck out.
# No line of Rust is. Needs cargo and python3; cold, on two busy cores, it took 20 minutes (7 of processor time).
set -euo pipefail

corpus=$(cd "${1:?a folder with guest-components}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
from=$corpus/guest-components to=$corpus/kbsclient

mkdir -p "$to/guest"
cp -r "$from/attestation-agent" "$from/protos" "$from/Cargo.lock" "$to/"
cp -r "$here/Cargo.toml" "$here/src" "$to/guest/"
FROM=$from TO=$to python3 - <<'PY'
import os, re
source, to = os.environ['FROM'], os.environ['TO']
members = ['attestation-agent/kbs_protocol', 'attestation-agent/attester', 'attestation-agent/deps/resource_uri', 'attestation-agent/deps/crypto', 'protos', 'guest']
text = open(source + '/Cargo.toml').read()
text = re.sub(r'members = \[.*?\]', 'members = [' + ', '.join(f'"{m}"' for m in members) + ']', text, count=1, flags=re.S)
open(to + '/Cargo.toml', 'w').write(text)
path = to + '/attestation-agent/attester/Cargo.toml'
lines = open(path).read().splitlines()
gone = [l.split('=')[0].strip() for l in lines if 'git = ' in l]
text = '\n'.join(l for l in lines if 'git = ' not in l) + '\n'
for name in gone:
    text = re.sub(r'\s*"(dep:)?%s(/[^"]*)?",?' % re.escape(name), '', text)
open(path, 'w').write(text)
PY
cd "$to"
[ -d .git ] || git init -q . # shadow-rs asks git what it builds
cargo build -p kbs_protocol --bin trustee-attester --no-default-features --features background_check,passport,rust-crypto,bin --config profile.dev.debug=0
cargo build -p guest --config profile.dev.debug=0
