//go:build real

package terraform

import (
	"fmt"
	"math/rand"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// overriding writes configurations with override files and escaping blocks.
type overriding struct {
	*rand.Rand
	enabled bool // the tool knows lifecycle.enabled
}

func (g overriding) pick(of ...string) string { return of[g.Intn(len(of))] }

// repeat writes how often a block exists, or nothing.
func (g overriding) repeat() string {
	kinds := []string{"", "", fmt.Sprintf("count = %d\n", g.Intn(3)), "for_each = " + g.pick("{ a = 1, b = 2 }", `toset(["x"])`, "{}") + "\n"}
	if g.enabled {
		kinds = append(kinds, "lifecycle {\n enabled = "+g.pick("true", "false")+"\n}\n")
	}
	return g.pick(kinds...)
}

// argument writes name, plainly or in an escaping block, or nothing.
func (g overriding) argument(name string) string {
	a := name + " = " + g.pick(`"p"`, `"q-${local.l}"`, "var.v", "{ z = local.l }") + "\n"
	return g.pick("", a, "_ {\n"+a+"}\n")
}

// file writes the blocks that an override file changes: all of them in the
// file that comes first.
func (g overriding) file(first bool) string {
	var b strings.Builder
	for i := range 5 {
		if first || g.Intn(2) == 0 {
			fmt.Fprintf(&b, "resource \"terraform_data\" \"r%d\" {\n%s%s}\n", i, g.repeat(), g.argument("input"))
		}
	}
	for i := range 3 {
		source := "source = \"" + g.pick("./m", "./n") + "\"\n"
		if !first {
			source = g.pick("", source)
		}
		if first || g.Intn(2) == 0 {
			fmt.Fprintf(&b, "module \"k%d\" {\n%s%s%s}\n", i, source, g.repeat(), g.argument("i"))
		}
	}
	if first || g.Intn(2) == 0 {
		fmt.Fprintf(&b, "variable \"v\" { default = %q }\nlocals {\n l = %q\n}\n", g.pick("one", "two"), g.pick("l1", "l2"))
	}
	return b.String()
}

// TestRealOverrides plans random configurations with override files and
// compares every address and every input with what we read.
func TestRealOverrides(t *testing.T) {
	bin := tool(t)
	version, err := command(bin, t.TempDir(), "version")
	if err != nil {
		t.Fatal(err)
	}
	runs, seed, compared := number(t, "BAILIWICK_REAL_RUNS", 20), number(t, "BAILIWICK_REAL_SEED", 1), 0
	for i := range runs {
		g := overriding{rand.New(rand.NewSource(int64(seed + i))), strings.Contains(string(version), "OpenTofu")}
		child := "variable \"i\" { default = \"none\" }\nresource \"terraform_data\" \"%s\" { input = var.i }\n"
		files := map[string]string{
			"main.tf": g.file(true), "a_override.tf": g.file(false), "override.tf": g.file(false),
			"m/m.tf": fmt.Sprintf(child, "m"), "n/n.tf": fmt.Sprintf(child, "n"),
		}
		dir := t.TempDir()
		names := writeFiles(t, dir, files)
		p, ok, why := realPlan(t, bin, dir)
		if !ok {
			t.Fatalf("seed %d is refused: %s", seed+i, firstLines(why, 12))
		}
		theirs, ours := map[string]any{}, map[string]any{}
		for _, r := range p.PlannedValues.RootModule.all() {
			theirs[r.Address] = r.Values.Input
		}
		for _, a := range Read(names, Options{}).Assets {
			if a.Root != filepath.ToSlash(dir) {
				continue // a child that nobody calls is a root of its own
			}
			ours[string(a.Address)] = nil
			for _, r := range a.Attrs.Read("input") {
				ours[string(a.Address)] = r.Value
			}
		}
		compared += len(theirs)
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Errorf("seed %d: -tool +ours\n%s", seed+i, d)
		}
	}
	t.Logf("%d configurations, %d resources compared", runs, compared)
	if compared == 0 {
		t.Error("nothing was compared")
	}
}
