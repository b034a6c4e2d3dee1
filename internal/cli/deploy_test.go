package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes/chart"
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

const admitChart = "../../deploy/charts/admit"

// rendered are the objects of the chart of admit, by kind.
func rendered(t *testing.T, set ...string) (map[string]map[string]any, []chart.Problem) {
	t.Helper()
	res := chart.Render(admitChart, chart.Options{Set: set})
	out := map[string]map[string]any{}
	for _, f := range res.Files {
		d := yaml.NewDecoder(strings.NewReader(f.Text))
		for {
			var o map[string]any
			if d.Decode(&o) != nil {
				break
			}
			if kind, ok := o["kind"].(string); ok {
				out[kind] = o
			}
		}
	}
	return out, res.Problems
}

// dig follows keys and indices.
func dig(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch k := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				t.Fatalf("%v: there is nothing", path)
			}
			v = l[k]
		}
	}
	return v
}

var chartValues = []string{"image.name=registry.example/b@sha256:00", "perimeter=x", "tls.mode=secret", "tls.secret=s", "tls.caBundle=c"}

// The chart of admit closes the doors: it fails closed, exempts namespaces by a name
// that nobody can take, asks about what kubectl debug brings, and gives flags that
// there are.
func TestAdmitChart(t *testing.T) {
	objects, problems := rendered(t, append(chartValues, "cluster=y")...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	hook := dig(t, objects["ValidatingWebhookConfiguration"], "webhooks", 0)
	for key, want := range map[string]string{"failurePolicy": "Fail", "matchPolicy": "Equivalent", "sideEffects": "None"} {
		if got := dig(t, hook, key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	if got := dig(t, hook, "objectSelector"); got != nil {
		t.Errorf("labels of an object let it through: %v", got)
	}
	ns := dig(t, hook, "namespaceSelector", "matchExpressions")
	if l, _ := ns.([]any); len(l) != 1 || dig(t, l[0], "key") != "kubernetes.io/metadata.name" || dig(t, l[0], "operator") != "NotIn" {
		t.Errorf("namespaces: %v", ns)
	}
	rules, _ := dig(t, hook, "rules").([]any)
	var resources []any
	for _, r := range rules {
		ops, _ := dig(t, r, "operations").([]any)
		some, _ := dig(t, r, "resources").([]any)
		changes := !slices.Contains(some, any("bindings")) // a binding is made, and never changed
		if !slices.Contains(ops, any("CREATE")) || slices.Contains(ops, any("UPDATE")) != changes {
			t.Errorf("operations of %v", r)
		}
		resources = append(resources, some...)
	}
	for _, want := range []any{"pods", "pods/ephemeralcontainers", "pods/binding", "deployments", "cronjobs", "networkpolicies", "inferenceservices", "workflows"} {
		if !slices.Contains(resources, want) {
			t.Errorf("nobody asks about %s: %v", want, resources)
		}
	}
	known := admitCommand(&env{}).Flags()
	args, _ := dig(t, objects["Deployment"], "spec", "template", "spec", "containers", 0, "args").([]any)
	if len(args) < 8 || args[0] != "admit" {
		t.Fatalf("args: %v", args)
	}
	for _, a := range args[1:] {
		name, _, _ := strings.Cut(strings.TrimPrefix(a.(string), "--"), "=")
		if known.Lookup(name) == nil {
			t.Errorf("admit has no flag %s", a)
		}
	}
	if egress, ok := dig(t, objects["NetworkPolicy"], "spec", "egress").([]any); !ok || len(egress) != 0 {
		t.Error("it may call out")
	}
}

// A word that there is not, and a secret whose authority nobody knows, end the installation.
func TestAdmitChartRefuses(t *testing.T) {
	for _, bad := range []string{"mode=enforced", "tls.mode=none", "tls.caBundle="} {
		if _, problems := rendered(t, append(slices.Clone(chartValues), bad)...); len(problems) == 0 {
			t.Errorf("%s is taken", bad)
		}
	}
}
