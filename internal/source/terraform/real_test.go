//go:build real

package terraform

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// tool finds the real tool, or another that BAILIWICK_TOFU names.
func tool(t *testing.T) string {
	t.Helper()
	if bin := os.Getenv("BAILIWICK_TOFU"); bin != "" {
		return bin
	}
	return peer.Path(t, "tofu")
}

func number(t *testing.T, env string, otherwise int) int {
	t.Helper()
	v := os.Getenv(env)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("%s: %v", env, err)
	}
	return n
}

// A planned is a resource of the real plan.
type planned struct {
	Address string
	Values  struct{ Input any }
}

type plannedModule struct {
	Resources    []planned
	ChildModules []plannedModule `json:"child_modules"`
}

func (m plannedModule) all() []planned {
	out := m.Resources
	for _, c := range m.ChildModules {
		out = append(out, c.all()...)
	}
	return out
}

type plan struct {
	PlannedValues struct {
		RootModule plannedModule `json:"root_module"`
	} `json:"planned_values"`
	ResourceChanges []struct {
		Address string
		Change  struct {
			AfterUnknown struct{ Input any } `json:"after_unknown"`
		}
	} `json:"resource_changes"`
}

// command runs the real tool in dir.
func command(bin, dir string, args ...string) ([]byte, error) {
	c := exec.Command(bin, args...)
	c.Dir = dir
	// A setting of the user may make the tool write warnings before its JSON.
	c.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=", "TF_CLI_CONFIG_FILE=", "TF_LOG=")
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return out, fmt.Errorf("%w: %s", err, errs.String())
	}
	return out, nil
}

// realPlan plans a directory without network; ok is false when the tool
// refuses the configuration.
func realPlan(t *testing.T, bin, dir string) (p plan, ok bool, why string) {
	t.Helper()
	if _, err := command(bin, dir, "init", "-backend=false", "-input=false", "-no-color"); err != nil {
		return p, false, err.Error()
	}
	if _, err := command(bin, dir, "plan", "-input=false", "-no-color", "-out", "p", "-refresh=false"); err != nil {
		return p, false, err.Error()
	}
	out, err := command(bin, dir, "show", "-json", "p")
	if err != nil {
		t.Fatalf("show: %v", err)
	}
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatalf("show -json: %v", err)
	}
	return p, true, ""
}

// realApply applies the plan and returns the inputs by address.
func realApply(t *testing.T, bin, dir string) map[string]any {
	t.Helper()
	if _, err := command(bin, dir, "apply", "-input=false", "-no-color", "p"); err != nil {
		t.Fatalf("apply: %v", err)
	}
	out, err := command(bin, dir, "show", "-json")
	if err != nil {
		t.Fatalf("show: %v", err)
	}
	var state struct {
		Values struct {
			RootModule plannedModule `json:"root_module"`
		}
	}
	if err := json.Unmarshal(out, &state); err != nil {
		t.Fatalf("show -json: %v", err)
	}
	inputs := map[string]any{}
	for _, r := range state.Values.RootModule.all() {
		inputs[r.Address] = r.Values.Input
	}
	return inputs
}

// writeFiles writes files below dir and returns their paths.
func writeFiles(t *testing.T, dir string, files map[string]string) []string {
	t.Helper()
	var names []string
	for name, text := range files {
		path := filepath.Join(dir, name)
		write(t, path, text)
		names = append(names, path)
	}
	return names
}

// TestRealTool plans random configurations with the real tool and compares
// every address and every input with what we read.
func TestRealTool(t *testing.T) {
	bin := tool(t)
	runs, seed := number(t, "BAILIWICK_REAL_RUNS", 20), number(t, "BAILIWICK_REAL_SEED", 1)
	accepted, compared, weaker, decided := 0, 0, 0, 0
	for i := range runs {
		g := &generator{Rand: rand.New(rand.NewSource(int64(seed + i)))}
		dir := t.TempDir()
		files := map[string]string{"main.tf": g.module(true), "mod/m.tf": g.module(false), "terraform.tfvars": g.vars(), "t.tftpl": g.template()}
		names := writeFiles(t, dir, files)
		facts := Read(names, Options{Workspace: "default"})
		p, ok, why := realPlan(t, bin, dir)
		if !ok {
			t.Logf("seed %d is refused: %s", seed+i, firstLines(why, 12))
			continue
		}
		accepted++
		unknown := map[string]any{}
		for _, c := range p.ResourceChanges {
			unknown[c.Address] = c.Change.AfterUnknown.Input
		}
		theirs := map[string]any{}
		for _, r := range p.PlannedValues.RootModule.all() {
			theirs[r.Address] = r.Values.Input
		}
		ours, early := map[string]bool{}, map[string]any{}
		for _, a := range facts.Assets {
			addr := string(a.Address)
			ours[addr] = true
			want, exists := theirs[addr]
			if !exists {
				t.Errorf("seed %d: we read %s, which the tool does not plan (%s)", seed+i, addr, a.Partial)
				continue
			}
			rs := a.Attrs.Read("input")
			if hasUnknown(unknown[addr]) {
				if len(rs) == 1 && rs[0].Known() {
					early[addr] = rs[0].Value
				}
				continue
			}
			if rests := strings.HasPrefix(a.Type+"."+afterLast(addr), "terraform_data.u"); rests && (len(rs) != 1 || rs[0].Unknown != "") {
				weaker++ // types that only a schema tells make the tool know more
				continue
			}
			compared++
			if len(rs) != 1 || rs[0].Unknown != "" {
				t.Errorf("seed %d: %s: we do not know it: %v; the tool says %v", seed+i, addr, rs, want)
			} else if d := cmp.Diff(want, rs[0].Value); d != "" {
				t.Errorf("seed %d: %s: -tool +ours\n%s", seed+i, addr, d)
			}
		}
		if len(early) > 0 {
			// An operand that decides makes us know some values before the tool
			// does: applying tells whether we are right.
			applied := realApply(t, bin, dir)
			for addr, v := range early {
				decided++
				if d := cmp.Diff(applied[addr], v); d != "" {
					t.Errorf("seed %d: %s is known too early: -applied +ours\n%s", seed+i, addr, d)
				}
			}
		}
		for addr := range theirs {
			if !ours[addr] {
				t.Errorf("seed %d: the tool plans %s, which we do not read", seed+i, addr)
			}
		}
	}
	t.Logf("%d configurations, %d accepted by the tool, %d values compared, %d known to the tool only, %d to us before it is applied", runs, accepted, compared, weaker, decided)
	if accepted*2 < runs || compared == 0 {
		t.Errorf("only %d of %d configurations were accepted: the generator is wrong", accepted, runs)
	}
}

// afterLast returns the name in an address.
func afterLast(addr string) string {
	_, name, _ := strings.Cut(addr[strings.LastIndex(addr, "terraform_data."):], ".")
	return name
}

// hasUnknown reports whether any part is unknown.
func hasUnknown(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		for _, e := range v {
			if hasUnknown(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if hasUnknown(e) {
				return true
			}
		}
	}
	return false
}

func firstLines(s string, n int) string {
	return strings.Join(strings.SplitN(s, "\n", n+1)[:min(n, strings.Count(s, "\n")+1)], "\n")
}
