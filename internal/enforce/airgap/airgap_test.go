package airgap_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: "clinic \" ${x} {{ y }} --> # ]]"}
spec:
  jurisdictions: {allow: [EU]}
  data: {records: {gdpr: special}}
  stack:
    registries: [packages.clinic.example, registry.clinic.example]
    mirrors:
      pypi: https://packages.clinic.example/pypi/simple
      npm: https://packages.clinic.example/npm/
      go: https://packages.clinic.example/go
      maven: https://packages.clinic.example/maven
      cargo: https://packages.clinic.example/cargo
      deb: https://packages.clinic.example/debian trixie main
      models: https://packages.clinic.example/hub
      images: registry.clinic.example/hub
`

// beside is what whoever starts the mirrors says.
func beside() []enforce.File {
	var env strings.Builder
	for _, name := range []string{"PYPI", "NPM", "GO", "DEB", "IMAGES"} {
		fmt.Fprintf(&env, "%s_SHA256=%s\nUPSTREAM_%s=https://packages.clinic.example/door\n", name, strings.Repeat("0a", 32), name)
	}
	return []enforce.File{{Name: "mirrors/.env", Data: []byte(env.String())}}
}

// few is a perimeter with one mirror.
func few(mirror string) string {
	return inside[:strings.Index(inside, "      pypi:")] + "      " + mirror + "\n"
}

func TestBack(t *testing.T) {
	var mutants []enforcetest.Mutant
	for _, m := range [][3]string{
		{"pip", "index-url = https://packages.clinic", "index-url = https://packages.other"},
		{"pip, one more", "extra-index-url =", "extra-index-url = https://packages.other.example/simple"},
		{"uv", `url = "https://packages.clinic`, `url = "https://packages.other`},
		{"npm", "registry=https://packages.clinic", "registry=https://packages.other"},
		{"go", "GOPROXY=https://packages.clinic", "GOPROXY=https://packages.other"},
		{"go, one more", "GOPROXY=", "GOPROXY=https://packages.other.example,"},
		{"cargo", "sparse+https://packages.clinic", "sparse+https://packages.other"},
		{"maven", "<url>https://packages.clinic", "<url>https://packages.other"},
		{"apt", "URIs: https://packages.clinic", "URIs: https://packages.other"},
		{"models", "HF_ENDPOINT=https://packages.clinic", "HF_ENDPOINT=https://packages.other"},
		{"containerd", `server = "https://registry.clinic`, `server = "https://registry.other`},
		{"containerd without a server", `server = "https://registry.clinic.example/v2/hub"`, ""},
		{"podman", `location = "registry.clinic`, `location = "registry.other`},
		{"podman, what is not found", "unqualified-search-registries = []", `unqualified-search-registries = ["registry.other.example"]`},
		{"podman, opened", "blocked = true", "blocked = false"},
		{"docker", `"http://refused.invalid:9"`, `"http://proxy.other.example:9"`},
		{"a mirror's image", `image: "registry.clinic.example`, `image: "registry.other.example`},
	} {
		mutants = append(mutants, enforcetest.Mutant{Name: m[0], Old: m[1], New: m[2], Rule: "MDL-004"})
	}
	(&enforcetest.Back{Target: airgap.Target, Perimeter: inside, Pass: []graph.RuleID{"MDL-004"}, Mutants: mutants, With: beside(),
		Family: []string{strings.Replace(inside, "images: registry.clinic.example/hub", "images: registry.clinic.example:5000", 1), few("pypi: https://packages.clinic.example/simple"), few("models: https://packages.clinic.example")}}).Run(t)
}

// TestUnsaid: what our sources cannot decide of a mutant is no pass either.
func TestUnsaid(t *testing.T) {
	o := enforcetest.Options(t, inside)
	for _, m := range [][3]string{
		{"root/etc/go/go.env", "/go\n", "/go,direct\n"},
		{"root/etc/containerd/certs.d/_default/hosts.toml", `server = "https://refused.invalid"`, ""},
	} {
		files, err := airgap.Target.Write(enforcetest.Bounds(t, inside))
		if err != nil {
			t.Fatal(err)
		}
		for i := range files {
			if files[i].Name != m[0] {
				continue
			}
			changed := strings.Replace(string(files[i].Data), m[1], m[2], 1)
			if changed == string(files[i].Data) {
				t.Fatalf("%s: the change changes nothing", m[0])
			}
			files[i].Data = []byte(changed)
		}
		res, found := enforcetest.Judge(t, o, files), false
		for i := range res.Findings {
			f := &res.Findings[i]
			found = found || f.Rule == "MDL-004" && f.Status == finding.Undecided && strings.Contains(f.Origin.File, m[0])
		}
		if !found {
			t.Errorf("%s: nothing is undecided", m[0])
		}
	}
}

// TestManifests: what names no index itself comes from inside where these files
// are around it.
func TestManifests(t *testing.T) {
	for _, text := range []string{inside, closed} {
		files, err := airgap.Target.Write(enforcetest.Bounds(t, text))
		if err != nil {
			t.Fatal(err)
		}
		manifests := []enforce.File{{Name: "root/etc/app/requirements.txt", Data: []byte("numpy==2.4.6\n")}, {Name: "root/etc/app/package.json", Data: []byte(`{"dependencies": {"next": "16.0.3"}}`)},
			{Name: "root/etc/app/go.mod", Data: []byte("module m\nrequire golang.org/x/net v0.40.0\n")}}
		if n := named(enforcetest.Judge(t, enforcetest.Options(t, text), manifests)); n != 3 {
			t.Errorf("without the files SCM-006 finds %d of 3 manifests", n)
		}
		if n := named(enforcetest.Judge(t, enforcetest.Options(t, text), append(files, manifests...))); n != 0 {
			t.Errorf("SCM-006 finds %d manifests within the files", n)
		}
	}
}

// named counts the findings that a manifest names no index.
func named(res *finding.Result) int {
	n := 0
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Rule == "SCM-006" && f.Status != finding.Pass {
			n++
		}
	}
	return n
}

const closed = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec: {jurisdictions: {allow: [EU]}}
`

// TestClosed: what no mirror is named for is fetched from nowhere.
func TestClosed(t *testing.T) {
	files, err := airgap.Target.Write(enforcetest.Bounds(t, closed))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"root/etc/pip.conf": "no-index = true", "root/etc/uv/uv.toml": "no-index = true", "root/etc/npmrc": "offline=true", "root/etc/go/go.env": "GOPROXY=https://refused.invalid/",
		"root/.cargo/config.toml": "offline = true", "root/etc/maven/settings.xml": "<offline>true</offline>", "root/etc/environment": "HF_HUB_OFFLINE=1",
		"root/etc/containerd/certs.d/docker.io/hosts.toml": `server = "https://refused.invalid"`,
	} {
		if !strings.Contains(enforcetest.File(files, name), want) {
			t.Errorf("%s has no %s", name, want)
		}
	}
	if apt := enforcetest.File(files, "root/etc/apt/sources.list.d/bailiwick.sources"); apt == "" || strings.Contains(apt, "Types:") {
		t.Errorf("apt has sources: %s", apt)
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name, "mirrors/") {
			t.Errorf("%s is written, and there is no mirror to run", f.Name)
		}
	}
}

// TestUnmet: what would be no air gap is an error that names the clause.
func TestUnmet(t *testing.T) {
	for change, clause := range map[[2]string]string{
		{"registries: [packages", "registries: [../../etc, packages"}: "spec.stack.registries",
		{"registry.clinic.example]", "docker.io]"}:                    "spec.stack.mirrors.images",
	} {
		text := strings.Replace(inside, change[0], change[1], 1)
		if clause == "spec.stack.mirrors.images" {
			text = strings.Replace(text, "images: registry.clinic.example/hub", "images: docker.io/library", 1)
		}
		_, err := airgap.Target.Write(enforcetest.Bounds(t, text))
		var unmet *enforce.Unmet
		if !errors.As(err, &unmet) || unmet.Clause != clause {
			t.Errorf("%v, want %s", err, clause)
		}
	}
}
