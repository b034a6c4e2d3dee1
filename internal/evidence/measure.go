package evidence

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// families are those of the rules about security.
var families = []string{"ENC", "KEY", "EGR", "LOG", "SCM", "SUP", "TEE"}

// A Tally counts what checks said: those of a rule, or of a family of rules.
type Tally struct {
	N        map[finding.Status]int
	Severity finding.Severity // the worst
	Sources  []Source         // of the first few
}

// Tallies counts findings by a key; those with the key "" are left out.
func Tallies(fs []*finding.Finding, key func(*finding.Finding) string) map[string]*Tally {
	out := map[string]*Tally{}
	for _, f := range fs {
		k := key(f)
		if k == "" {
			continue
		}
		t := out[k]
		if t == nil {
			t = &Tally{N: map[finding.Status]int{}}
			out[k] = t
		}
		t.N[f.Status]++
		if f.Severity.Rank() > t.Severity.Rank() {
			t.Severity = f.Severity
		}
		if at := At(f.Origin); len(t.Sources) < fewest && !slices.Contains(t.Sources, at) {
			t.Sources = append(t.Sources, at)
		}
	}
	return out
}

// counted are the statuses of which each has a column; of what is not in force the first
// cell tells.
var counted = []finding.Status{finding.Pass, finding.Fail, finding.Undecided, finding.Waived}

// MeasureTable is the table of what the checks of security came to, by what they are about.
func (b *Builder) MeasureTable(system string) {
	by := Tallies(b.Case.Findings(system), func(f *finding.Finding) string {
		family, _, _ := strings.Cut(string(f.Rule), "-")
		return family
	})
	var rows [][]Cell
	for _, name := range families {
		at := In("findings of " + name)
		rows = append(rows, b.TallyRow(b.Fixed("family."+name), by[name], at))
	}
	b.TallyTable("part.measures", "part.measure", rows)
}

// TallyTable is a table of rows of [Builder.TallyRow].
func (b *Builder) TallyTable(caption, what string, rows [][]Cell) {
	head := []string{what}
	for _, s := range counted {
		head = append(head, "part.n."+string(s))
	}
	b.Table(caption, head, []int{7, 2, 2, 3, 3}, rows)
}

// TallyRow says how many checks came to what; nil where none was made.
func (b *Builder) TallyRow(what Sentence, t *Tally, at ...Source) []Cell {
	if t == nil {
		none := One(b.Value("–", at...))
		return []Cell{{what, b.Say("part.unchecked", nil, at...)}, none, none, none, none}
	}
	row := []Cell{{what}}
	if n := t.N[finding.NotInForce]; n > 0 {
		row[0] = append(row[0], b.Say("part.later", Values{"n": n}, at...))
	}
	for _, s := range counted {
		row = append(row, One(b.Say("part.n", Values{"n": t.N[s]}, at...)))
	}
	return row
}
