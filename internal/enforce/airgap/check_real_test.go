//go:build real

package airgap_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealCheck runs what stops jobs, with a curl that says whether the outside
// answers.
func TestRealCheck(t *testing.T) {
	w := machine(t, "pypi: MIRROR/simple", "npm: MIRROR/npm/", "go: MIRROR/go")
	curl := func(exit string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "curl"), []byte("#!/bin/sh\nexit "+exit+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return "PATH=" + dir + ":" + os.Getenv("PATH")
	}
	script := filepath.Join(w.root, "usr/local/bin/airgap-check")
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	// The scratch folder stands for / in the environment as well.
	w.file(t, script, strings.ReplaceAll(string(text), "'/etc/", "'"+w.root+"/etc/"))
	away := curl("7")
	(&drill{
		tool:    "airgap-check",
		command: func(dir string, a *attempt) []string { return []string{"sh", script} },
		allowed: []attempt{
			{name: "inside", env: []string{away}},
			{name: "inside, on GitHub", env: []string{away, "RUNNER_ENVIRONMENT=self-hosted"}},
			{name: "inside, on GitLab, with one tag", env: []string{away, `CI_RUNNER_TAGS=["bailiwick-inside"]`}},
			{name: "inside, on GitLab, with a list without quotes", env: []string{away, "CI_RUNNER_TAGS=docker, bailiwick-inside"}},
			{name: "inside, on GitLab", env: []string{away, `CI_RUNNER_TAGS=["docker", "bailiwick-inside"]`}},
		},
		refused: []attempt{
			{name: "a variable for pip", env: []string{away, "PIP_INDEX_URL=OUTSIDE/simple"}},
			{name: "one more for pip", env: []string{away, "PIP_EXTRA_INDEX_URL=OUTSIDE/simple"}},
			{name: "no file for pip", env: []string{away, "PIP_CONFIG_FILE=/dev/null"}},
			{name: "one more for uv", env: []string{away, "UV_INDEX=OUTSIDE/simple"}},
			{name: "a variable for npm", env: []string{away, "npm_config_registry=OUTSIDE/"}},
			{name: "a variable for npm in capitals", env: []string{away, "NPM_CONFIG_ALLOW_REMOTE=all"}},
			{name: "another for npm in capitals", env: []string{away, "NPM_CONFIG_REPLACE_REGISTRY_HOST=never"}},
			{name: "a variable for Go", env: []string{away, "GOPROXY=OUTSIDE/go"}},
			{name: "a registry for a scope", env: []string{away}, files: map[string]string{".npmrc": "@o:registry=OUTSIDE/\n"}},
			{name: "direct", env: []string{away, "GOPROXY=direct"}},
			{name: "a hub", env: []string{away, "HF_ENDPOINT=OUTSIDE"}},
			{name: "a machine of GitHub", env: []string{away, "RUNNER_ENVIRONMENT=github-hosted"}},
			{name: "a machine of GitLab", env: []string{away, `CI_RUNNER_TAGS=["saas-linux-small-amd64"]`}},
			{name: "a machine of GitLab with the name in another", env: []string{away, `CI_RUNNER_TAGS=["not-bailiwick-inside"]`}},
			{name: "the outside answers", env: []string{curl("0")}},
		},
	}).try(t, w)
}
