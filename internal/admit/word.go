package admit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Bounds of what goes into a response. The API server cuts a warning at 256
// bytes, and drops warnings beyond 4096 together.
const (
	mostSaid    = 8
	mostWarning = 256
	mostAll     = 4096
	mostMessage = 6000
)

// message says why an object is not let in: each rule once with subject and
// requirements, then the remedies.
func (d *Decision) message() string {
	var b strings.Builder
	fmt.Fprintf(&b, "outside the perimeter %s (%s)", d.Name, short(d.Digest))
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "\n- %s: %s", d.Subject, p.Message)
	}
	for i := range d.Against[:min(len(d.Against), mostSaid)] {
		f := &d.Against[i]
		fmt.Fprintf(&b, "\n- %s\n  → %s", sentence(f), f.Remedy)
	}
	if n := len(d.Against) - mostSaid; n > 0 {
		fmt.Fprintf(&b, "\n- and %d more; bailiwick check on the manifest shows all", n)
	}
	return cut(b.String(), mostMessage)
}

// sentence words one finding: "SCM-002 deployment/a/b: … [GDPR_ART_32]".
func sentence(f *finding.Finding) string {
	s := fmt.Sprintf("%s %s: %s", f.Rule, f.Subject, f.Message)
	if f.Status == finding.Undecided {
		s = fmt.Sprintf("%s %s: undecided: %s", f.Rule, f.Subject, f.Message)
	}
	if len(f.Requirements) > 0 {
		s += " [" + join(f.Requirements) + "]"
	}
	return s
}

// warnings are what kubectl shows beside its answer: what speaks against an object
// that is let in all the same, and what is open. Those that fit.
func (d *Decision) warnings(admitted bool) []string {
	var list []string
	if admitted {
		for _, p := range d.Problems {
			list = append(list, fmt.Sprintf("bailiwick: would be refused: %s: %s", d.Subject, p.Message))
		}
		for i := range d.Against {
			f := &d.Against[i]
			list = append(list, "bailiwick: would be refused: "+sentence(f)+" → "+f.Remedy)
		}
	}
	for i := range d.Open {
		f := &d.Open[i]
		list = append(list, "bailiwick: "+sentence(f)+" → "+f.Remedy)
	}
	var out []string
	all := 0
	for _, w := range list {
		w = cut(strings.ReplaceAll(w, "\n", " "), mostWarning)
		if all += len(w); all > mostAll || len(out) >= 2*mostSaid {
			break
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// rules are the ids of the rules that speak against the object, sorted, each once.
func (d *Decision) rules() []graph.RuleID {
	var out []graph.RuleID
	for i := range d.Against {
		out = append(out, d.Against[i].Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// short is a digest as people compare it.
func short(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }

// cut shortens a text to a number of bytes, at a letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most - len("…")
	for end > 0 && s[end]&0xc0 == 0x80 {
		end--
	}
	return s[:end] + "…"
}

func join[T ~string](xs []T) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = string(x)
	}
	return strings.Join(out, ", ")
}
