// Package enforcetest holds targets to their promise: what is enforced is
// recognised. Constraints for a family of perimeters are written, read back by
// our own sources and judged; mutants of them must fail.
package enforcetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

var (
	knowledge = sync.OnceValues(kb.Open)
	ours      = sync.OnceValues(func() (*policy.Set, error) { return policy.Load(rules.FS, "rules") })
)

// Day is the day whose law counts in these tests.
var Day = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// Whole is a perimeter that lets every building block of the EU be written, under
// keys of the customer that any of the clouds may hold.
const Whole = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: clinic}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, aws, google, microsoft]}
  data: {records: {gdpr: special, keys: {holder: [customer, EU, aws, google, microsoft]}}}
`

// Options are those of a perimeter, which is written as a file below the test's
// folder.
func Options(t testing.TB, text string) assess.Options {
	t.Helper()
	file := filepath.Join(t.TempDir(), perimeter.FileName)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := perimeter.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	base, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	set, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	return assess.Options{KB: base, Perimeter: p, Rules: set, At: Day, All: true}
}

// Bounds compiles a perimeter.
func Bounds(t testing.TB, text string, classes ...graph.ClassID) *bounds.Bounds {
	t.Helper()
	b, err := assess.Compile(context.Background(), Options(t, text), classes)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// File is the text of one file of those that a target wrote; "" when it is none of
// them.
func File(files []enforce.File, name string) string {
	for _, f := range files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// Judge writes files below a folder, reads them by our sources, and judges them.
func Judge(t testing.TB, o assess.Options, files []enforce.File) *finding.Result {
	t.Helper()
	facts := all.Read([]string{Laid(t, files)}, all.Known(o.KB))
	res, err := assess.Run(context.Background(), &facts, o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// A Mutant changes files so that a rule must fail: a region, an operator or a key
// other than the perimeter's.
type Mutant struct {
	Name     string
	Old, New string // replaced in every file; Old must be there
	Rule     graph.RuleID
}

// A Back is what reading back must show.
type Back struct {
	Target    enforce.Target
	Perimeter string          // one that mutants are made under; it must let the target write its whole
	Classes   []graph.ClassID // default: those of what nothing binds
	Pass      []graph.RuleID  // rules that must pass for something that is written
	Mutants   []Mutant
	With      []enforce.File // what a user writes beside, such as values of variables
	// Family are more perimeters; those of [Family] are always among them.
	Family []string
	// Except are findings that nothing which the target writes could answer, such
	// as papers that a perimeter lacks.
	Except func(*finding.Finding) bool
}

// Run runs the property.
func (b *Back) Run(t *testing.T) {
	t.Run("deterministic", func(t *testing.T) {
		one, two := b.write(t, b.Perimeter), b.write(t, b.Perimeter)
		if !slices.EqualFunc(one, two, func(x, y enforce.File) bool { return x.Name == y.Name && string(x.Data) == string(y.Data) }) {
			t.Error("the same perimeter gave other bytes")
		}
	})
	t.Run("recognised", func(t *testing.T) {
		o := Options(t, b.Perimeter)
		res := Judge(t, o, b.write(t, b.Perimeter))
		b.noFail(t, res)
		for _, rule := range b.Pass {
			if !slices.ContainsFunc(res.Rules, func(c finding.RuleCount) bool { return c.ID == rule && c.Pass > 0 }) {
				t.Errorf("%s passes for nothing that was written", rule)
			}
		}
	})
	for i, text := range append(Family(16), b.Family...) {
		t.Run(fmt.Sprintf("family/%02d", i), func(t *testing.T) {
			o := Options(t, text)
			compiled, err := assess.Compile(context.Background(), o, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			files, err := b.Target.Write(compiled)
			if err != nil {
				if unmet := (*enforce.Unmet)(nil); !asUnmet(err, &unmet) || unmet.Clause == "" {
					t.Fatalf("%v\n%s", err, text)
				}
				return // it says so, and writes nothing weaker
			}
			b.noFail(t, Judge(t, o, append(files, b.With...)))
		})
	}
	for _, m := range b.Mutants {
		t.Run("mutant/"+m.Name, func(t *testing.T) {
			files, n := b.write(t, b.Perimeter), 0
			for i := range files {
				n += strings.Count(string(files[i].Data), m.Old)
				files[i].Data = []byte(strings.ReplaceAll(string(files[i].Data), m.Old, m.New))
			}
			if n == 0 {
				t.Fatalf("%q stands in nothing that was written", m.Old)
			}
			res := Judge(t, Options(t, b.Perimeter), files)
			if !slices.ContainsFunc(res.Rules, func(c finding.RuleCount) bool { return c.ID == m.Rule && c.Fail > 0 }) {
				t.Errorf("%s does not fail with %q instead of %q", m.Rule, m.New, m.Old)
			}
		})
	}
}

func asUnmet(err error, to **enforce.Unmet) bool {
	u, ok := err.(*enforce.Unmet)
	*to = u
	return ok
}

func (b *Back) write(t testing.TB, text string) []enforce.File {
	t.Helper()
	files, err := b.Target.Write(Bounds(t, text, b.Classes...))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("nothing was written")
	}
	return append(files, b.With...)
}

func (b *Back) noFail(t testing.TB, res *finding.Result) {
	t.Helper()
	for _, p := range res.Problems {
		t.Errorf("%s:%d: what was written cannot be read: %s", p.Origin.File, p.Origin.Line, p.Message)
	}
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Status == finding.Fail && (b.Except == nil || !b.Except(f)) {
			t.Errorf("%s %s: %s", f.Rule, f.Subject, f.Message)
		}
	}
}

// Family draws perimeters by a fixed seed: places, operators and custody in every
// combination that a team might write.
func Family(n int) []string {
	r := rand.New(rand.NewPCG(4, 9))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(`apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: p%d}
spec:
  frameworks: [GDPR]
  jurisdictions: {allow: [%s]%s}
  operators: {allow: [%s]}
  data: {records: {gdpr: special%s}}
  stack: {%s}
`, i, pick("EU", "EEA", "DE", "FR", "DE, FR", "EU, CH", "US", "EU, GB"), pick("", "", ", deny: [IE]"),
			pick("EU", "EU, aws, google, microsoft", "EU, aws", "EU, google", "EU, microsoft", "US, EU"),
			pick("", ", keys: {holder: [customer, EU]}", ", keys: {holder: [customer], min_grade: 2}", ", keys: {holder: [EU], min_grade: 4}"),
			pick("", "models: [mistral]", "registries: [registry.clinic.example]", "models: [mistral, self-hosted], registries: [registry.clinic.example]"))
	}
	return out
}
