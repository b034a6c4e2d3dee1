package cli

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// loosenedRule is the id of the finding about a loosened perimeter: nobody
// approves himself, so a change that asks less is judged by the perimeter it
// changes.
const loosenedRule graph.RuleID = "PER-001"

// fromBase takes the perimeter and the waivers from a git revision, and adds
// a finding for everything by which the working copy is looser. The problems
// are remarks that are no proper waivers.
func (c *check) fromBase(o *assess.Options, path string, head *perimeter.Perimeter, notes []graph.Note) ([]graph.Problem, error) {
	src, err := gitShow(path, c.base)
	if err != nil {
		return nil, fmt.Errorf("%w; a perimeter that is new is merged first, on its own", err)
	}
	base, err := perimeter.Parse(path, src)
	if err != nil {
		return nil, fmt.Errorf("the perimeter at %s: %w", c.base, err)
	}
	covers := func(name string, list []string) bool {
		cs, err := o.KB.Expand(name, o.At)
		if err != nil {
			for _, l := range list {
				if l == name {
					return true
				}
			}
			return false
		}
		have := map[graph.Country]bool{}
		for _, l := range list {
			more, err := o.KB.Expand(l, o.At)
			if err != nil {
				continue
			}
			for _, k := range more {
				have[k] = true
			}
		}
		for _, k := range cs {
			if !have[k] {
				return false
			}
		}
		return true
	}
	for _, l := range perimeter.LooseningsBy(base, head, covers) {
		o.Extra = append(o.Extra, loosening(l.What, l.Origin, path))
	}
	headWaivers, problems := assess.Waivers(head, notes)
	baseNotes, err := c.baseNotes(notes)
	if err != nil {
		return nil, err
	}
	for _, w := range headWaivers {
		if w.Inline && !baseNotes[noteKey(w.Origin.File, w.Rule, w.Subject, w.Expires)] {
			o.Extra = append(o.Extra, loosening(fmt.Sprintf("a waiver of %s for %s beside the block is not in %s", w.Rule, w.Subject, c.base), w.Origin, path))
			continue
		}
		if w.Inline {
			o.Waivers = append(o.Waivers, w)
		}
	}
	fromPerimeter, _ := assess.Waivers(base, nil)
	o.Waivers = append(fromPerimeter, o.Waivers...)
	o.Perimeter = base
	return problems, nil
}

func loosening(what string, at graph.Origin, path string) finding.Finding {
	return finding.Finding{
		Rule: loosenedRule, Title: "The perimeter is not loosened by the change that it judges", Status: finding.Fail, Severity: finding.High,
		Subject: graph.Address(filepath.ToSlash(path)), Origin: at, Message: what, Basis: finding.OnPerimeter,
		Because:     []string{"nobody approves himself: the perimeter of the base branch counts"},
		Remedy:      "Merge the change of the perimeter on its own, approved by its owner, before the code that needs it.",
		Fingerprint: finding.Print(loosenedRule, "", graph.Address(filepath.ToSlash(path)), what),
	}
}

func noteKey(file string, rule graph.RuleID, subject, expires string) string {
	return strings.Join([]string{file, string(rule), subject, expires}, "\x00")
}

// baseNotes are the inline waivers whose text stands in the same file at the
// base revision.
func (c *check) baseNotes(notes []graph.Note) (map[string]bool, error) {
	out := map[string]bool{}
	texts := map[string]string{}
	for _, n := range notes {
		text, ok := texts[n.Origin.File]
		if !ok {
			src, err := gitShow(n.Origin.File, c.base)
			if err == nil {
				text = string(src)
			}
			texts[n.Origin.File] = text
		}
		if !strings.Contains(text, n.Text) {
			continue
		}
		ws, err := perimeter.ParseRemark(n)
		if err != nil {
			continue // a problem already
		}
		for _, w := range ws {
			out[noteKey(w.Origin.File, w.Rule, w.Subject, w.Expires)] = true
		}
	}
	return out, nil
}

// gitShow reads a file as it was at a revision.
func gitShow(path, rev string) ([]byte, error) {
	if strings.HasPrefix(rev, "-") {
		return nil, fmt.Errorf("--base %q is not a revision", rev)
	}
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	cmd := exec.Command("git", "-C", dir, "show", rev+":./"+name)
	var out, errw bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errw
	if err := cmd.Run(); err != nil {
		why := strings.TrimSpace(errw.String())
		if why == "" {
			why = err.Error()
		}
		why, _, _ = strings.Cut(why, "\n")
		return nil, fmt.Errorf("--base %s: %s cannot be read at that revision: %s", rev, path, why)
	}
	return out.Bytes(), nil
}
