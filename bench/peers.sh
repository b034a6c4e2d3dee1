#!/usr/bin/env bash
# Installs the scanners Bailiwick is measured against, each at one pinned version, from package registries only.
#
#   bench/peers.sh [tofu|conftest|kics|trivy|checkov|opa|borderlint|prowler|modelscan|helm|gator|kyverno|uv|hf ...]     default: the scanners, and opa is in conftest
#
# Talk goes to stderr; stdout is one line, the folder the commands are in. What is there at the pinned version is
# skipped. Exit 1 names what could not be installed, after trying the rest; exit 2 is a name we do not know.
# Needs go, python3 and jq. Go builds are niced (PEERS_NICE) and two at a time (PEERS_JOBS); cold, on two idle cores,
# all took about 20 minutes, 8 of them trivy.
set -euo pipefail

root=${XDG_CACHE_HOME:-$HOME/.cache}/bailiwick/peers
bin=$root/bin
known='tofu conftest kics trivy checkov opa borderlint prowler modelscan helm gator kyverno uv hf'

exec 3>&2 # what 'say' says reaches the caller even where stderr is a log
say() { printf 'peers: %s\n' "$*" >&3; }

# There is no OpenTofu for Go 1.26 newer than 1.12. Unless told otherwise it calls itself a development version.
peer_tofu() {
  local module=github.com/opentofu/opentofu
  go_peer tofu $module v1.12.6 $module/cmd/tofu "$module/version.dev=no"
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

# What reads our constraint templates and policies, and refuses by them.
peer_gator() {
  local module=github.com/open-policy-agent/gatekeeper/v3 version=v3.23.1
  go_peer gator $module $version $module/cmd/gator "$module/pkg/version.Version=$version"
}

peer_kyverno() {
  local module=github.com/kyverno/kyverno version=v1.19.1
  go_peer kyverno $module $version $module/cmd/cli/kubectl-kyverno "$module/pkg/version.BuildVersion=$version"
}

# What reads the configuration that 'enforce airgap' writes; pip, npm, go, cargo, mvn and apt are those of the machine.
peer_uv() { pip_peer uv 0.13.9; }
peer_hf() { pip_peer hf 2.4.0 huggingface_hub; }

# pip_peer NAME VERSION [PACKAGE] installs a Python package into an environment of its own and links its command.
pip_peer() {
  local name=$1 version=$2 package=${3:-$1} venv=$root/venv/$1
  if [[ -x $bin/$name && $("$venv/bin/python" -m pip show "$package" 2>&1) == *$'\n'"Version: $version"$'\n'* ]]; then
    say "$name $version is there"
    return
  fi
  say "$name $version: installing into $venv"
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet "$package==$version"
  ln -sfn "$venv/bin/$name" "$bin/$name"
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

# replaces GOMOD prints the replace directives of a go.mod as 'go mod edit -replace' takes them: old@v=new@v.
replaces() {
  go mod edit -json "$1" |
    jq -r '.Replace[]? | [.Old, .New] | map([.Path, .Version // empty] | join("@")) | join("=")'
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
