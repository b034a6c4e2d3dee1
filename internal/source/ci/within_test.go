package ci_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What stands where a reader in haste does not look. Of each archive the flows and
// problems count, and assets that a line begins with # for.
var within = []struct{ name, src, want string }{
	{"the shell of a workflow", "-- .github/workflows/a.yml --\ndefaults: {run: {shell: pwsh}}\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: iwr https://a.example -OutFile x}]}\n",
		"3 a → https://a.example (registry, run iwr)"},
	{"machines of a matrix with Windows among them", "-- .github/workflows/a.yml --\njobs:\n  a:\n    strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}\n    runs-on: ${{ matrix.os }}\n    steps: [{run: iwr https://a.example -OutFile x}]\n  b: {runs-on: [self-hosted, Windows], steps: [{run: irm https://b.example}]}\n",
		"5 a → https://a.example (registry, run iwr)\n6 b → https://b.example (data, run irm)"},
	{"a matrix that is computed in part", "-- .github/workflows/a.yml --\njobs:\n  a:\n    strategy: {matrix: {os: [x], include: [{os: \"${{ inputs.os }}\"}]}}\n    runs-on: ${{ matrix.os }}\n",
		"#a github-job_?"},
	{"more expressions than one counts", "-- .github/workflows/a.yml --\nenv: {A: x}\njobs:\n  a: {runs-on: \"" + strings.Repeat("${{ env.A }}", 3) + "${{ unclosed\"}\n",
		"#a github-job_?"},
	{"a second document of an action", "-- action.yml --\nname: x\n---\nruns: {using: composite, steps: [{run: curl https://a.example, shell: bash}]}\n",
		"3 runs → https://a.example (data, run curl)"},
	{"variables of the file win over those that it includes", "-- .gitlab-ci.yml --\ninclude: [{local: a.yml}, {local: b.yml}]\nvariables: {U: https://main.example}\nj: {script: [curl $U, curl $V]}\n-- a.yml --\nvariables: {U: https://a.example, V: https://va.example}\n-- b.yml --\nvariables: {V: \"$U/b\"}\n",
		"3 j → https://main.example (data, script curl)\n3 j → https://main.example/b (data, script curl)"},
	{"a child pipeline is another one", "-- .gitlab-ci.yml --\na: {trigger: {include: [{local: c.yml}]}}\nb: {script: [curl $U]}\n-- c.yml --\ndefault: {image: child/x}\nvariables: {U: https://c.example}\nc: {script: [curl $U]}\n",
		"#b gitlab-job_\n#c gitlab-job_ image=child/x\n2 b → ?(U is set where it runs, if at all) (data, script curl)\n3 c → https://c.example (data, script curl)"},
	{"what is included by a pattern", "-- .gitlab-ci.yml --\ninclude: [{local: \"ci/*.yml\"}]\nj: {script: [x]}\n",
		"1 problem: what it includes, ci/*.yml, is named by a pattern or a variable and was not followed: name each file"},
	{"what extends what is not here", "-- .gitlab-ci.yml --\nj: {extends: .far}\nk: {image: !reference [.near, image], script: [x]}\n.near: {image: near/x}\n",
		"#k gitlab-job_ image=near/x\n1 problem: the job j extends .far, which no file here holds, so what it runs is not known: put it into a local file"},
	{"steps and runners of Windows", "-- .gitlab-ci.yml --\nj: {run: [{name: a, script: curl https://a.example}, {name: b, step: gitlab.example/s@1}]}\nw: {tags: [saas-windows-medium-amd64], script: [irm https://w.example]}\n",
		"1 j → ?(where the step gitlab.example/s@1 comes from and what it runs is not read) (source, run)\n1 j → https://a.example (data, run curl)\n2 w → https://w.example (data, script irm)"},
	{"conditions, tasks and templates of Azure", "-- azure-pipelines.yml --\nresources: {containers: [{container: c, image: reg.example/c:1}], repositories: [{repository: x, type: bitbucket, name: a/b}]}\njobs:\n- job: j\n  container: c\n  steps:\n  - ${{ if eq(1, 1) }}:\n    - script: curl https://a.example/${{ parameters.p }}\n  - task: Bash@3\n    inputs: {targetType: inline, script: curl https://b.example}\n  - task: AzureCLI@2\n    inputs: {scriptType: pscore, inlineScript: irm https://c.example}\n  - bash: curl $U\n    env: {U: $(u)}\n  - template: t.yml\n  - \n",
		"#j azure-job_ image=reg.example/c:1\n1  → ?(its endpoint says where it is) (source, resources.repositories)\n7 j → https://a.example/ (data, script curl)\n9 j → https://b.example (data, Bash@3 curl)\n11 j → https://c.example (data, AzureCLI@2 irm)\n12 j → ?(U is set where it runs, if at all) (data, bash curl)\n14 problem: the template t.yml is not put in: check it as a file of its own, or look at what it fetches"},
	{"lines of one step of Bitbucket", "-- bitbucket-pipelines.yml --\npipelines:\n  default:\n  - step:\n      script:\n      - export U=https://a.example\n      - curl $U\n      - pipe: acme/p:1\n      after-script: [curl https://b.example]\n",
		"6 step:4 → https://a.example (data, script curl)\n7 step:4 → ?(the server says which image the pipe acme/p:1 is) (registry, pipe)\n8 step:4 → https://b.example (data, after-script curl)"},
	{"commands and conditions of CircleCI", "-- .circleci/config.yml --\ncommands:\n  get:\n    steps: [{run: curl https://a.example}]\nexecutors: {w: {shell: powershell.exe, machine: {image: x}}}\njobs:\n  j:\n    docker: [{image: x/y}]\n    steps: [get, {get: {p: 1}}, {when: {condition: x, steps: [{run: curl https://b.example}]}}]\n  w: {executor: w, steps: [{run: irm https://c.example}]}\n",
		"3 j → https://a.example (data, run curl)\n8 j → https://b.example (data, run curl)\n9 w → https://c.example (data, run irm)"},
	{"what a program of Jenkins decides", "-- Jenkinsfile --\npipeline {\n agent any\n stages {\n  stage('a') {\n   agent { label 'x' + y }\n   environment { U = 'https://a.example' }\n   steps { sh 'curl $U' }\n  }\n  stage('b') { steps {\n   sh 'curl $U'\n   git url: repo\n  } }\n }\n}\n",
		"#a jenkins-job_?\n7 a → https://a.example (data, sh curl)\n10 pipeline → ?(U is set where it runs, if at all) (data, sh curl)\n11 problem: a program decides what some of its steps run, which is not worked out: look at what they fetch"},
	{"an image that a program of Jenkins decides", "-- Jenkinsfile --\nnode('a' + b) {\n  docker.image(name).inside {\n    sh cmd\n    powershell script: 'irm https://a.example'\n  }\n}\n",
		"#node:1 jenkins-job_?\n2 problem: a program decides what some of its steps run, which is not worked out: look at what they fetch\n4 node:1 → https://a.example (data, powershell irm)"},
}

// Jobs and commands that call themselves in many ways end, and are problems.
func TestCycles(t *testing.T) {
	many := strings.Repeat("a, ", 200)
	for _, src := range []string{
		"-- .gitlab-ci.yml --\na: {extends: [" + many + "a], script: [x]}\n",
		"-- .gitlab-ci.yml --\na: {script: [" + strings.Repeat("!reference [a, script], ", 200) + "x]}\n",
		"-- .circleci/config.yml --\ncommands: {a: {steps: [" + many + "a]}}\njobs: {j: {steps: [a]}}\n",
	} {
		if f := read(t, t.TempDir(), src); len(f.Problems) != 1 {
			t.Errorf("%.40s: %d problems", src, len(f.Problems))
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range within {
		var got []string
		want := strings.Split(c.want, "\n")
		for _, l := range lines(read(t, t.TempDir(), c.src)) {
			switch _, rest, _ := strings.Cut(l, " "); {
			case strings.Contains(l, "→"), strings.Contains(l, "problem:"):
				got = append(got, l)
			default:
				_, job, _ := strings.Cut(rest, "#")
				if i := slices.IndexFunc(want, func(w string) bool {
					return strings.HasPrefix(w, "#") && strings.Fields(w)[0] == "#"+strings.Fields(job)[0]
				}); i >= 0 {
					got = append(got, "#"+strings.Join(strings.Fields(job)[:len(strings.Fields(want[i]))], " "))
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", c.name, diff)
		}
	}
}
