package ci_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/ci"
)

var hosts = map[string]string{"pypi": "pypi.host", "npm": "npm.host", "go": "go.host", "image": "hub.host", "github": "code.host"}

func head(path string) func() []byte {
	return func() []byte { b, _ := os.ReadFile(path); return b }
}

// read reads an archive of files.
func read(t testing.TB, dir, src string) *graph.Facts {
	t.Helper()
	var files []string
	for _, f := range txtar.Parse([]byte(src)).Files {
		p := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if ci.Match(p, head(p)) {
			files = append(files, p)
		}
	}
	f := ci.Read(files, ci.Options{Hosts: hosts})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	return &f
}

func lines(f *graph.Facts) []string {
	type at struct {
		line int
		text string
	}
	var all []at
	for i := range f.Assets {
		a := &f.Assets[i]
		s := fmt.Sprintf("%s %s", a.Address, a.Type)
		for _, attr := range []string{"image", "runs_on", "tags"} {
			for _, rd := range a.Attrs.Read(attr) {
				if rd.Unknown != "" {
					s += fmt.Sprintf(" %s=?%s", attr, rd.Unknown)
				} else {
					s += fmt.Sprintf(" %s=%v", attr, rd.Value)
				}
			}
		}
		all = append(all, at{a.Origin.Line, s})
	}
	for _, x := range f.Flows {
		to := string(x.To)
		if to == "" {
			to = "?(" + x.Unknown + ")"
		}
		_, from, _ := strings.Cut(string(x.From), "#")
		all = append(all, at{x.Origin.Line, fmt.Sprintf("%s → %s (%s, %s)", from, to, x.Purpose, x.Via)})
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

const github = `-- .github/workflows/ci.yml --
on: push
env: {PIP_INDEX_URL: https://pip.clinic.example/simple, TOOL: dl.example}
jobs:
  build:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-24.04, macos-14]}}
    container: {image: ghcr.example/a/b:1}
    services: {db: {image: postgres}}
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/x
      - uses: docker://alpine:3
      - uses: docker/login-action@v3
        with: {registry: reg.example, username: u}
      - run: |
          pip install a
          curl -LO https://${{ env.TOOL }}/x
          curl -LO https://${{ secrets.HOST }}/y
      - run: npm ci
        env: {NPM_CONFIG_REGISTRY: https://npm.clinic.example}
  own: {runs-on: [self-hosted, gpu], steps: [{run: iwr https://win.example -OutFile x, shell: pwsh}, {run: dir, shell: cmd}]}
  open: {runs-on: "${{ inputs.runner }}", steps: []}
  call:
    uses: acme/ci/.github/workflows/x.yml@v1
`

func TestGitHub(t *testing.T) {
	want := []string{
		"4 .github/workflows/ci.yml#build[macos-14] github-job_macos-14 image=[ghcr.example/a/b:1 postgres] runs_on=${{ matrix.os }}",
		"4 .github/workflows/ci.yml#build[ubuntu-24.04] github-job_ubuntu-24.04 image=[ghcr.example/a/b:1 postgres] runs_on=${{ matrix.os }}",
		"10 build → https://code.host/actions/checkout (source, uses actions/checkout@v4)",
		"12 build → hub.host/alpine:3 (registry, uses docker://alpine:3)",
		"13 build → https://code.host/docker/login-action (source, uses docker/login-action@v3)",
		"14 build → reg.example (registry, registry of docker/login-action@v3)",
		"16 build → https://pip.clinic.example/simple (registry, run pip install (a))",
		"17 build → https://dl.example/x (registry, run curl)",
		"18 build → ?(GITHUB_EXPRESSION is set where it runs, if at all) (registry, run curl)",
		"19 build → https://npm.clinic.example (registry, run npm ci (what its lock file or the system needs))",
		"21 .github/workflows/ci.yml#own github-job_self-hosted runs_on=[self-hosted gpu]",
		"21 own → https://win.example (registry, run iwr)",
		"21 problem: its commands are for cmd or another language that is not read: look at what it fetches",
		"22 .github/workflows/ci.yml#open github-job_? runs_on=?${{ inputs.runner }} is decided when it runs",
		"24 call → https://code.host/acme/ci/.github/workflows/x.yml (source, uses acme/ci/.github/workflows/x.yml@v1)",
	}
	f := read(t, t.TempDir(), github)
	got := lines(f)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const gitlab = `-- .gitlab-ci.yml --
include:
  - local: /ci/jobs.yml
  - project: acme/templates
    file: x.yml
  - https://ci.example/x.yml
default: {image: "$REG/base:1"}
variables: {REG: reg.example, HOST: dl.example}
.setup:
  tags: [saas-linux-small-amd64]
  before_script:
    - export X=https://$HOST
build:
  extends: .setup
  services: [{name: "docker:dind"}]
  script:
    - !reference [.more, script]
    - curl -O $X/a
test:
  image: python:3.12
  script:
    - A=https://$HOST
    - |
      curl -O $A/b
      pip install c
-- ci/jobs.yml --
.more:
  script: ["wget https://more.example/x"]
late:
  script: curl -O https://late.example/x
-- .git/config --
[core]
	bare = false
[remote "origin"]
	url = git@gitlab.example:acme/x.git
`

func TestGitLab(t *testing.T) {
	f := read(t, t.TempDir(), gitlab)
	got := lines(f)
	want := []string{
		"12 .gitlab-ci.yml#build gitlab-job_saas-linux-small-amd64 image=[reg.example/base:1 docker:dind] tags=saas-linux-small-amd64",
		"16 build → https://more.example/x (registry, script wget)",
		"17 build → https://dl.example/a (registry, script curl)",
		"18 .gitlab-ci.yml#test gitlab-job_ image=python:3.12",
		"23 test → https://dl.example/b (registry, script curl)",
		"24 test → pypi.host (registry, script pip install (c))",
		"3  → ?(it is of the GitLab that runs the pipeline, which no file names) (source, include project acme/templates)",
		"3 ci/jobs.yml#late gitlab-job_ image=reg.example/base:1",
		"4  → ssh://gitlab.example/acme/x.git (source, the remote origin)",
		"4 late → https://late.example/x (registry, script curl)",
		"5  → https://ci.example/x.yml (source, include)",
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const others = `-- azure-pipelines.yml --
pool: {vmImage: ubuntu-latest}
stages:
  - stage: a
    jobs:
      - job: b
        container: {image: reg.example/x:1}
        steps:
          - script: pip install a && curl -O https://$(host)/x
-- bitbucket-pipelines.yml --
image: node:20
pipelines:
  default:
    - step:
        runs-on: [self.hosted, linux]
        script:
          - npm ci
          - pipe: docker://acme/pipe:1
-- .circleci/config.yml --
orbs: {x: acme/x@1}
jobs:
  build:
    docker: [{image: "cimg/go:1.22"}]
    steps:
      - checkout
      - run: {command: go mod download}
      - run: curl -O https://<< parameters.h >>/x
-- sub/action.yml --
runs:
  using: composite
  steps:
    - run: wget https://act.example/x
      shell: bash
-- .forgejo/workflows/a.yml --
jobs:
  a: {runs-on: docker, steps: [{uses: actions/checkout@v4}, {uses: "https://code.example/x/y@v1"}]}
`

func TestOthers(t *testing.T) {
	got := lines(read(t, t.TempDir(), others))
	slices.Sort(got)
	want := []string{
		"2 action.yml#runs github-action",
		"1  → ?(orbs come from the server that runs the pipeline) (source, orb acme/x@1)",
		"2 .forgejo/workflows/a.yml#a forgejo-job_docker runs_on=docker",
		"2 a → ?(the server says where it takes actions from that are named without a host) (source, uses actions/checkout@v4)",
		"2 a → https://code.example/x/y@v1 (source, uses https://code.example/x/y@v1)",
		"3 .circleci/config.yml#build circleci-job_ image=cimg/go:1.22",
		"5 bitbucket-pipelines.yml#step:5 bitbucket-job_self.hosted image=node:20",
		"4 runs → https://act.example/x (registry, run wget)",
		"5 azure-pipelines.yml#b azure-job_ubuntu-latest image=reg.example/x:1",
		"7 build → go.host (registry, run go mod download (what its lock file or the system needs))",
		"7 step:5 → npm.host (registry, script npm ci (what its lock file or the system needs))",
		"8 b → ?(host is set where it runs, if at all) (registry, script curl)",
		"8 b → pypi.host (registry, script pip install (a))",
		"8 build → ?(PIPELINE_PARAMETER is set where it runs, if at all) (registry, run curl)",
		"8 step:5 → hub.host/acme/pipe:1 (registry, pipe)",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMatch(t *testing.T) {
	for path, want := range map[string]bool{".github/workflows/a.yml": true, "x/.github/workflows/a.yaml": true, ".github/dependabot.yml": false, "a.gitlab-ci.yml": true, "workflows/a.yml": false, ".github/workflows/a.txt": false, "action.yml": false} {
		if got := ci.Match(filepath.FromSlash(path), func() []byte { return []byte("name: x\n") }); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, a := range []string{github, gitlab, others, jenkins} {
		for _, x := range txtar.Parse([]byte(a)).Files {
			f.Add(string(x.Data))
		}
	}
	f.Add("a: {script: [[[!reference [a, script]]]], extends: [a, b]}\nb: {extends: a, script: x}\ninclude: {local: .gitlab-ci.yml}")
	dir := f.TempDir()
	var names []string
	for _, n := range []string{".github/workflows/a.yml", "action.yml", ".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".circleci/config.yml", "Jenkinsfile"} {
		n = filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(n), 0o755); err != nil {
			f.Fatal(err)
		}
		names = append(names, n)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, n := range names {
			if err := os.WriteFile(n, []byte(src), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		one, two := ci.Read(names, ci.Options{Hosts: hosts}), ci.Read(names, ci.Options{Hosts: hosts})
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(lines(&one), lines(&two)); diff != "" {
			t.Error(diff)
		}
	})
}

const jenkins = `
-- Jenkinsfile --
@Library('shared@main') _
pipeline {
  agent { docker { image 'registry.example/build:1'; label 'linux' } }
  environment { INDEX = 'https://index.example/simple'; TOKEN = credentials('t') }
  tools { maven 'm' }
  stages {
    stage('fetch') {
      steps {
        // sh 'curl https://commented.example'
        sh 'pip install -i $INDEX a'
        sh """
          curl -O https://files.example/x
          curl https://${params.HOST}/y
        """
        git url: 'https://code.example/org/repo.git', branch: 'main'
        httpRequest "https://hook.example/${env.BUILD_ID}"
      }
    }
    stage('win') {
      agent { label "${which}" }
      steps { bat 'dir' }
    }
  }
}
-- x/deploy.groovy --
node('gpu') {
  def cmd = "curl x"
  sh cmd
  docker.withRegistry('https://push.example', 'c') { docker.image('org/a').push() }
}
-- x/lib.groovy --
def call() { return 1 }
`

func TestJenkins(t *testing.T) {
	f := read(t, t.TempDir(), jenkins)
	var got []string
	for _, a := range f.Assets {
		s := string(a.Address) + " " + a.Type
		for _, rd := range a.Attrs.Read("image") {
			s += fmt.Sprint(" ", rd.Value)
		}
		got = append(got, s)
	}
	for _, x := range f.Flows {
		got = append(got, fmt.Sprintf("%d %s -> %s%s %s", x.Origin.Line, x.From, x.To, x.Unknown, x.Purpose))
	}
	for _, p := range f.Problems {
		got = append(got, fmt.Sprintf("! %d %s", p.Origin.Line, strings.Fields(p.Message)[0]))
	}
	want := []string{
		"Jenkinsfile#pipeline jenkins-job_linux registry.example/build:1", "Jenkinsfile#win jenkins-job_?", "deploy.groovy#node:1 jenkins-job_gpu",
		"1 Jenkinsfile -> the server says where it takes shared libraries from source",
		"5 Jenkinsfile#pipeline -> the server says where it takes tools from registry",
		"10 Jenkinsfile#pipeline -> https://index.example/simple registry",
		"12 Jenkinsfile#pipeline -> https://files.example/x registry",
		"13 Jenkinsfile#pipeline -> COMPUTED_BY_THE_PIPELINE is set where it runs, if at all data",
		"15 Jenkinsfile#pipeline -> https://code.example/org/repo.git source",
		"16 Jenkinsfile#pipeline -> https://hook.example/ data",
		"4 deploy.groovy#node:1 -> https://push.example registry", "4 deploy.groovy#node:1 -> hub.host/org/a registry",
		"! 1 some", "! 3 a",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(f.Files) != 2 {
		t.Errorf("%v", f.Files)
	}
}
