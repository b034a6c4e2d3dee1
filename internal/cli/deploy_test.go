package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func readYAML(t *testing.T, path string, into any) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(src, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(src)
}

// The hook runs whatever file changes: the perimeter and a plan decide as
// much as code does.
func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID, Entry, Files string
		Types            []string
		TypesOr          []string `yaml:"types_or"`
		Always           bool     `yaml:"always_run"`
		Pass             bool     `yaml:"pass_filenames"`
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].Entry != "bailiwick check" || !hooks[0].Always || hooks[0].Pass || hooks[0].Files != "" || len(hooks[0].Types)+len(hooks[0].TypesOr) > 0 {
		t.Errorf("the hook is %+v", hooks)
	}
}

// What deploy/ shows pins a tag, installs what belongs to it, and is a script
// that a shell reads.
func TestDeploy(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	var template struct {
		Bailiwick struct {
			Variables map[string]string
			Script    []string
		}
	}
	texts := map[string]string{"action": readYAML(t, "deploy/action.yml", &action), "template": readYAML(t, "deploy/gitlab/bailiwick.yml", &template)}
	for name, text := range texts {
		if m := regexp.MustCompile(`@main|/main/|\blatest\b`).FindString(text); m != "" {
			t.Errorf("%s: %s moves under its users: pin a tag", name, m)
		}
	}
	if d := action.Inputs["version"].Default; d != "" || !strings.Contains(texts["action"], "inputs.version || github.action_ref") {
		t.Errorf("the action installs %q, not the version of its own ref", d)
	}
	scripts := []string{template.Bailiwick.Script[0]}
	for _, s := range action.Runs.Steps {
		if s.Run != "" {
			scripts = append(scripts, s.Run)
		}
	}
	if len(scripts) != 3 {
		t.Fatalf("%d scripts", len(scripts))
	}
	for _, s := range scripts {
		cmd := exec.Command("bash", "-n")
		cmd.Stdin = strings.NewReader(s)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s in\n%s", err, out, s)
		}
	}
}
