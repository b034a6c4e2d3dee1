package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
)

// A stratum is a kind of file, by a look that shares nothing with the readers,
// and how many of it are drawn.
type stratum struct {
	name  string
	n     int
	path  *regexp.Regexp
	text  *regexp.Regexp // somewhere in it; nil: anything
	never *regexp.Regexp // nowhere in it; nil: anything
}

var (
	objects = regexp.MustCompile(`\.ya?ml$`)
	program = regexp.MustCompile(`\.(py|ts|tsx|js|mjs|go)$`)
	group   = regexp.MustCompile(`(?m)^apiVersion: .*(upbound\.io|crossplane\.io|cnrm\.cloud\.google\.com)`)
	mesh    = regexp.MustCompile(`(?m)^apiVersion: ["']?(networking\.istio\.io|security\.istio\.io|telemetry\.istio\.io|gateway\.networking\.k8s\.io|cilium\.io|policy\.linkerd\.io|linkerd\.io)`)
	tmpl    = regexp.MustCompile(`\{\{`)
	library = regexp.MustCompile(`(?m)^\s*(import|from)\b.*\b(openai|anthropic|mistralai|cohere|boto3|botocore|google\.cloud|vertexai|azure|langchain\w*|llama_index|transformers|huggingface_hub|qdrant_client|pinecone|snowflake|@aws-sdk/\S+|@ai-sdk/\S+|replicate|litellm|requests|httpx|axios)\b|"github\.com/(aws/aws-sdk-go|openai|sashabaranov)|"cloud\.google\.com/go/|\bgpt-[345]|\bclaude-[0-9a-z]|\bmistral-(large|small)|\bgemini-[0-9]`)
	address = regexp.MustCompile(`(?m)["'` + "`" + `]https?://[a-z0-9.-]+\.[a-z]{2,}`)
	dag     = regexp.MustCompile(`(?m)^\s*(from|import) (airflow|kfp|dagster|prefect|metaflow|cosmos)\b`)
	steps   = regexp.MustCompile(`(?m)^apiVersion: ["']?(argoproj\.io|tekton\.dev)/(.*\n)*?kind: (Workflow|CronWorkflow|WorkflowTemplate|ClusterWorkflowTemplate|PipelineRun|Pipeline|Task)\s*$`)
)

// strata are looked at in this order: a file belongs to the first that it fits.
var strata = []stratum{
	{"ci", 10, regexp.MustCompile(`(^|/)\.github/workflows/[^/]+\.ya?ml$|(^|/)(\.gitlab-ci\.yml|\.circleci/config\.yml|azure-pipelines\.yml|cloudbuild\.yaml|Jenkinsfile|buildspec\.ya?ml|\.travis\.yml)$`), nil, nil},
	{"dockerfile", 6, regexp.MustCompile(`(^|/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.[Dd]ockerfile$`), nil, nil},
	{"compose", 4, regexp.MustCompile(`(^|/)(docker-)?compose[\w.-]*\.ya?ml$`), nil, nil},
	{"dag", 6, regexp.MustCompile(`\.py$`), dag, nil},
	{"workflow", 4, objects, steps, nil},
	{"crossplane", 6, objects, group, tmpl},
	{"pulumi", 4, regexp.MustCompile(`(^|/)Pulumi\.yaml$`), regexp.MustCompile(`(?m)^resources:`), nil},
	{"cloudformation", 9, regexp.MustCompile(`\.(ya?ml|json|template)$`), regexp.MustCompile(`AWSTemplateFormatVersion|"?Type"?: ?["']?AWS::\w+::\w+`), nil},
	{"arm", 6, regexp.MustCompile(`\.json$`), regexp.MustCompile(`\A\s*\{\s*"\$schema": "[^"]*deploymentTemplate\.json#`), nil},
	{"mesh", 5, objects, mesh, tmpl},
	{"helm", 4, regexp.MustCompile(`/templates/.*\.ya?ml$`), regexp.MustCompile(`(?m)^kind: (Deployment|StatefulSet|DaemonSet|Job|CronJob|ConfigMap|Secret|Ingress|PersistentVolumeClaim)`), nil},
	{"kubernetes", 16, objects, regexp.MustCompile(`(?ms)^apiVersion: .*^kind: |^kind: .*^apiVersion: `), tmpl},
	{"library", 13, program, library, nil},
	{"address", 7, program, address, nil},
}

// What is longer is not read with care. The names of passed are tests, and what
// others or machines wrote.
const (
	fewestLines, mostLines = 8, 220
	mostBytes              = 10 << 10
)

var passed = regexp.MustCompile(`(^|/)(\.git|node_modules|vendor|third_party|dist|locales?|tests?(_\w+)?|testdata|e2e|__tests__)/|_test\.(go|py)$|\.(test|spec)\.[jt]sx?$|/zz_|\.pb\.go$|\.d\.ts$`)

// tools are repositories whose programs are plugins of the tools that read
// configuration, and no applications.
var tools = regexp.MustCompile(`^(terraform-provider-|cfn-lint$)`)

// draw writes files of the corpus for a person to label, by seed. Of each
// stratum a repository is drawn, then a file of it, so that no tree crowds out
// the others.
func draw(w io.Writer, dir string, seed uint64) error {
	names, err := corpora.Repositories(dir)
	if err != nil {
		return err
	}
	found := make([]map[string][]string, len(strata)) // by repository
	for i := range found {
		found[i] = map[string][]string{}
	}
	for _, name := range names {
		root := filepath.Join(dir, name)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			if tools.MatchString(name) && program.MatchString(path) {
				return nil
			}
			rel := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
			if i := stratumOf(path, rel); i >= 0 {
				found[i][name] = append(found[i][name], rel)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	fmt.Fprintf(w, "seed: %d\nfiles:\n", seed)
	for i, s := range strata {
		repositories := make([]string, 0, len(found[i]))
		total := 0
		for name, files := range found[i] {
			repositories = append(repositories, name)
			total += len(files)
		}
		slices.Sort(repositories)
		fmt.Fprintf(w, "# %s: %d of %d files in %d repositories\n", s.name, s.n, total, len(repositories))
		for range min(s.n, total) {
			name := repositories[random.IntN(len(repositories))]
			files := found[i][name]
			j := random.IntN(len(files))
			fmt.Fprintf(w, "- {stratum: %s, repository: %s, file: %q}\n", s.name, name, files[j])
			if files = slices.Delete(files, j, j+1); len(files) == 0 {
				repositories = slices.DeleteFunc(repositories, func(r string) bool { return r == name })
			}
			found[i][name] = files
		}
	}
	return nil
}

// stratumOf is the place among strata that a file belongs to, -1 for none.
func stratumOf(path, rel string) int {
	if passed.MatchString(rel) || !slices.ContainsFunc(strata, func(s stratum) bool { return s.path.MatchString(rel) }) {
		return -1
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > mostBytes {
		return -1
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return -1
	}
	if n := bytes.Count(src, []byte("\n")); n < fewestLines || n > mostLines {
		return -1
	}
	for i, s := range strata {
		if s.path.MatchString(rel) && (s.text == nil || s.text.Match(src)) && (s.never == nil || !s.never.Match(src)) {
			return i
		}
	}
	return -1
}
