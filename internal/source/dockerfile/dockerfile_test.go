package dockerfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/dockerfile"
)

var hosts = map[string]string{"pypi": "pypi.host", "npm": "npm.host", "image": "hub.host", "deb:debian": "debian.host", "apk:alpine": "alpine.host"}

func read(t testing.TB, name, src string) *graph.Facts {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	f := dockerfile.Read([]string{name}, dockerfile.Options{Hosts: hosts})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return &f
}

// lines words facts, by line.
func lines(f *graph.Facts) []string {
	type at struct {
		line int
		text string
	}
	var all []at
	for i := range f.Assets {
		a := &f.Assets[i]
		s := fmt.Sprintf("%s %s", a.Address, a.Type)
		for _, attr := range []string{"from", "stage", "platform", "copy_from"} {
			for _, rd := range a.Attrs.Read(attr) {
				for _, v := range values(rd) {
					s += fmt.Sprintf(" %s=%v", attr, v)
				}
			}
		}
		all = append(all, at{a.Origin.Line, s})
	}
	for _, x := range f.Flows {
		all = append(all, at{x.Origin.Line, fmt.Sprintf("%s → %s%s (%s, %s)", strings.TrimPrefix(string(x.From), "Dockerfile"), x.To, x.Unknown, x.Purpose, x.Via)})
	}
	for _, p := range f.Problems {
		all = append(all, at{p.Origin.Line, "problem: " + p.Message})
	}
	slices.SortStableFunc(all, func(a, b at) int { return a.line - b.line })
	var out []string
	for _, a := range all {
		out = append(out, fmt.Sprintf("%d %s", a.line, a.text))
	}
	return out
}

func values(rd graph.Reading) []any {
	if rd.Unknown != "" {
		return []any{"?" + rd.Unknown}
	}
	if l, ok := rd.Value.([]any); ok {
		return l
	}
	return []any{rd.Value}
}

const whole = `# syntax=docker/dockerfile:1
ARG REGISTRY=reg.clinic.example
ARG TAG
FROM --platform=linux/amd64 ${REGISTRY}/base:1 AS build
ENV PIP_INDEX_URL=https://pip.clinic.example/simple
RUN --mount=type=cache,target=/x --mount=type=bind,from=ghcr.example/tools:1,target=/t \
    # a comment
    pip install numpy==1.0 && \

    curl -fsSLO https://dl.example/a.tgz
FROM python:3.12-bookworm
ARG TAG
COPY --from=build /a /b
COPY --from=quay.example/x@sha256:00 /a /b
RUN apt-get update && apt-get install -y git
RUN <<EOF
set -e
pip install torch
EOF
ADD https://files.example/data.csv https://github.example/a/b.git /data/
ADD local.tgz /
HEALTHCHECK --interval=5s CMD curl -f http://localhost:8080/ || exit 1
CMD ["sh", "-c", "wget https://late.example/x"]
FROM app:${TAG} AS late
FROM build
RUN pip install scipy
`

func TestRead(t *testing.T) {
	f := read(t, "Dockerfile", whole)
	want := []string{
		"4 Dockerfile#build image from=reg.clinic.example/base:1 platform=linux/amd64 copy_from=ghcr.example/tools:1",
		"8 #build → https://pip.clinic.example/simple (registry, RUN pip install (numpy))",
		"10 #build → https://dl.example/a.tgz (registry, RUN curl)",
		"11 Dockerfile#1 image from=python:3.12-bookworm copy_from=quay.example/x@sha256:00",
		"15 #1 → debian.host (registry, RUN apt-get install (git))",
		"18 #1 → pypi.host (registry, RUN pip install (torch))",
		"20 #1 → https://files.example/data.csv (registry, ADD)",
		"20 #1 → https://github.example/a/b.git (source, ADD)",
		"22 #1 → http://localhost:8080/ (data, HEALTHCHECK curl)",
		"23 #1 → https://late.example/x (registry, CMD wget)",
		"24 Dockerfile#late image from=?the image app:${TAG} is not known: TAG has no value here: whoever builds it gives one",
		"25 Dockerfile#3 image stage=build",
		"26 #3 → https://pip.clinic.example/simple (registry, RUN pip install (scipy))",
	}
	if diff := cmp.Diff(want, lines(f)); diff != "" {
		t.Error(diff)
	}
	if f.Blocks != 4 || len(f.Packages) != 4 {
		t.Errorf("%d stages, %d packages: %v", f.Blocks, len(f.Packages), f.Packages)
	}
}

// Of the shells of Windows PowerShell is read; of cmd it is said once a stage that it is
// not.
func TestWindows(t *testing.T) {
	f := read(t, "Dockerfile", "# escape=`\nFROM mcr.example/windows/servercore\nRUN dir\nRUN powershell -Command iwr https://y.example\nRUN copy a b\nSHELL [\"powershell\"]\nRUN Invoke-WebRequest `\n  https://x.example\n")
	if len(f.Problems) != 1 || len(f.Flows) != 2 || f.Problems[0].Origin.Line != 3 || f.Flows[0].To != "https://y.example" || f.Flows[1].To != "https://x.example" {
		t.Errorf("%v", lines(f))
	}
	f = read(t, "Dockerfile", "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN curl -O \\\n  https://x.example\n")
	if len(f.Problems) != 0 || len(f.Flows) != 1 || f.Flows[0].To != "https://x.example" {
		t.Errorf("%v", lines(f))
	}
}

func TestMatch(t *testing.T) {
	for path, want := range map[string]bool{"Dockerfile": true, "a/Dockerfile.dev": true, "x/api.dockerfile": true, "Containerfile": true, "dockerfile-gpu": true, "Dockerfile.dockerignore": false, "Dockerfile.md": false,
		"docker.yaml": false, "dockerfile.go": false, "Dockerfile.j2": false, "mydockerfile": false} {
		if got := dockerfile.Match(filepath.FromSlash(path)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(whole)
	f.Add("FROM")
	f.Add("FROM a\nRUN <<E")
	f.Add("# escape=`\nFROM a`\nb\nONBUILD ONBUILD RUN x\nSHELL []\nADD")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, src string) {
		name := filepath.Join(dir, "Dockerfile")
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		one := dockerfile.Read([]string{name}, dockerfile.Options{Hosts: hosts})
		two := dockerfile.Read([]string{name}, dockerfile.Options{Hosts: hosts})
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(lines(&one), lines(&two)); diff != "" {
			t.Error(diff)
		}
	})
}
