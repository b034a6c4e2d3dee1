package controls

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/cases"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// A bench runs fixtures; a rule is compiled once.
type bench struct {
	kb    *kb.KB
	rules *policy.Set
	only  map[graph.RuleID]*policy.Set
	dir   string // a folder of the test
	runs  int
}

// newBench has the knowledge base and the rules that are embedded.
func newBench(t *testing.T) *bench {
	t.Helper()
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	return &bench{kb: k, rules: set, only: map[graph.RuleID]*policy.Set{}, dir: t.TempDir()}
}

// disagreement says in what the rule differs from the control: "" when it
// fails what the control refuses and passes what it lets be.
func (b *bench) disagreement(c *control) (string, error) {
	bad, err := b.run(c, "fail", c.Fail)
	if err != nil {
		return "", err
	}
	if bad[finding.Fail] == 0 {
		return fmt.Sprintf("%s does not fail what the control refuses: %s", c.Rule, count(bad)), nil
	}
	good, err := b.run(c, "pass", c.Pass)
	if err != nil {
		return "", err
	}
	switch {
	case good[finding.Fail]+good[finding.Undecided] > 0, good[finding.Pass] == 0 && c.Silent == "":
		return fmt.Sprintf("%s does not pass what the control lets be: %s", c.Rule, count(good)), nil
	case good[finding.Pass] > 0 && c.Silent != "":
		return fmt.Sprintf("%s passes what silent says it has nothing to say of", c.Rule), nil
	}
	return "", nil
}

// run counts what the rule says of one fixture.
func (b *bench) run(c *control, name string, files map[string][]byte) (map[finding.Status]int, error) {
	b.runs++
	dir := filepath.Join(b.dir, fmt.Sprint(b.runs))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for f, data := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f)), data, 0o644); err != nil {
			return nil, err
		}
	}
	facts := all.Read([]string{dir}, all.Options{Terraform: terraform.Options{Data: b.kb.DataAttributes("terraform")}})
	if len(facts.Problems) > 0 {
		p := facts.Problems[0]
		return nil, fmt.Errorf("control %s: %s/%s:%d: %s", c.ID, name, filepath.Base(p.Origin.File), p.Origin.Line, p.Message)
	}
	p, err := perimeter.Parse("perimeter.yaml", c.Perimeter)
	if err != nil {
		return nil, fmt.Errorf("control %s: %w", c.ID, err)
	}
	at, err := time.Parse(time.DateOnly, cases.DefaultDay)
	if err != nil {
		return nil, err
	}
	set, err := b.set(c.Rule)
	if err != nil {
		return nil, fmt.Errorf("control %s: %w", c.ID, err)
	}
	res, err := assess.Run(context.Background(), &facts, assess.Options{KB: b.kb, Perimeter: p, Rules: set, At: at, All: true})
	if err != nil {
		return nil, fmt.Errorf("control %s: %w", c.ID, err)
	}
	out := map[finding.Status]int{}
	for i := range res.Findings {
		out[res.Findings[i].Status]++
	}
	return out, nil
}

func (b *bench) set(id graph.RuleID) (*policy.Set, error) {
	if set := b.only[id]; set != nil {
		return set, nil
	}
	set, err := b.rules.Only([]string{string(id)})
	if err != nil {
		return nil, err
	}
	b.only[id] = set
	return set, nil
}

func count(n map[finding.Status]int) string {
	return fmt.Sprintf("%d fail, %d undecided, %d pass", n[finding.Fail], n[finding.Undecided], n[finding.Pass])
}
