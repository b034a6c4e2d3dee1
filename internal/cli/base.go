package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// loosenedRule is the rule about a loosened perimeter: nobody approves himself,
// so a change that asks less is judged by the perimeter it changes. It compares
// two files, so it is no Rego.
var loosenedRule = explainedRule{
	ID: "PER-001", Title: "The perimeter is not loosened by the change that it judges", Severity: finding.High, Basis: finding.OnPerimeter,
	Description: "With --base REV the perimeter and the waivers of that revision count. Everything by which the working copy asks less, and every waiver that it adds, is a finding.",
	Remedy:      "Merge the change of the perimeter on its own, approved by its owner, before the code that needs it.",
	File:        "internal/cli/base.go",
}

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
	if base.Metadata.Name == "" {
		base.Metadata.Name = perimeter.DefaultName(path)
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
	for _, l := range perimeter.Loosenings(base, head, covers) {
		o.Extra = append(o.Extra, loosening(l.What, l.Origin, path))
	}
	brought, err := c.brought(path)
	if err != nil {
		return nil, err
	}
	o.Extra = append(o.Extra, brought...)
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
	if !c.comparing {
		o.Extra = nil
	}
	return problems, nil
}

// decideAlone gives the verdict when only the perimeter was asked about: it
// was looked at, whatever the code holds.
func decideAlone(res *finding.Result, o *assess.Options) {
	g := gate.Gate{FailOn: finding.Severity(o.Perimeter.Spec.Gate.FailOn), At: o.At}
	scope := gate.Scope{Files: 1, Judged: 1, Problems: res.Problems}
	res.Verdict, res.Why = g.Verdict(res.Findings, scope, false)
	if o.Baseline != nil {
		res.NewVerdict, _ = g.Verdict(res.Findings, scope, true)
	}
}

func loosening(what string, at graph.Origin, path string) finding.Finding {
	return finding.Finding{
		Rule: loosenedRule.ID, Title: loosenedRule.Title, Status: finding.Fail, Severity: loosenedRule.Severity,
		Subject: graph.Address(filepath.ToSlash(path)), Origin: at, Message: what, Basis: loosenedRule.Basis,
		Because:     []string{"nobody approves himself: the perimeter of the base branch counts"},
		Remedy:      loosenedRule.Remedy,
		Fingerprint: finding.Print(loosenedRule.ID, "", graph.Address(filepath.ToSlash(path)), what),
	}
}

func noteKey(file string, rule graph.RuleID, subject, expires string) string {
	return strings.Join([]string{file, string(rule), subject, expires}, "\x00")
}

// baseNotes are the inline waivers that stand at the base revision too: in
// the same file, beside the same block, in the same words. A remark that was
// copied to another block is new.
func (c *check) baseNotes(notes []graph.Note) (map[string]bool, error) {
	type remark struct{ file, block, text string }
	there := map[remark]bool{}
	read := map[string]bool{}
	out := map[string]bool{}
	for _, n := range notes {
		file := n.Origin.File
		if !read[file] {
			read[file] = true
			old, err := c.notesAtBase(file)
			if err != nil {
				return nil, err
			}
			for _, o := range old {
				there[remark{file, block(o.Subject), o.Text}] = true
			}
		}
		if !there[remark{file, block(n.Subject), n.Text}] {
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

// notesAtBase reads the remarks of one file as it was; a file that was not
// there has none.
func (c *check) notesAtBase(file string) ([]graph.Note, error) {
	src, err := gitShow(file, c.base)
	if err != nil {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "bailiwick-base-")
	if err != nil {
		return nil, fmt.Errorf("--base %s: %w", c.base, err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), src, 0o600); err != nil {
		return nil, fmt.Errorf("--base %s: %w", c.base, err)
	}
	return all.Read([]string{dir}, all.Options{}).Notes, nil
}

// block is the address of a block within its module: a file that is read
// alone does not know who calls it.
func block(a graph.Address) string {
	parts := strings.Split(string(a), ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
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
	cmd.Env = append(os.Environ(), "GIT_NO_LAZY_FETCH=1") // a partial clone must not reach the network
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
