// Package score writes what a system comes to by frameworks of sovereignty and
// of transfers: each criterion with what is known about it, and why.
package score

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/frameworks"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/score"
)

//go:embed *.yaml
var messages embed.FS

// Document is the score by those frameworks that the perimeter names.
var Document = For(nil)

// For is the score by frameworks; of no names, by those of the perimeter.
func For(names []string) evidence.Kind {
	return evidence.Kind{Name: "score", Messages: messages, BySystem: true, Write: func(b *evidence.Builder) error { return write(b, names) }}
}

// ErrNone says that the perimeter names no instrument that a framework is made for.
var ErrNone = errors.New("the perimeter names no framework that is scored")

// Make scores a case, or the one system that it is about.
func Make(c *evidence.Case, names []string) (*score.Score, error) {
	all, err := Frameworks(c)
	if err != nil {
		return nil, err
	}
	if err := score.CheckAnswers(c.Perimeter, all); err != nil {
		return nil, err
	}
	chosen := score.Of(all, c.KB, c.Perimeter, c.Result.At)
	if len(names) > 0 {
		if chosen, err = score.Choose(all, names); err != nil {
			return nil, err
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%w: there are %s", ErrNone, strings.Join(score.IDs(all), ", "))
	}
	return score.Make(score.Input{Result: c.Result, Perimeter: c.Perimeter, KB: c.KB, System: c.Only, Findings: findings(c)}, chosen)
}

// Frameworks are all that there are: ours, and those of the user's folders.
func Frameworks(c *evidence.Case) ([]*score.Framework, error) {
	known := score.Known{KB: c.KB}
	for i := range c.Result.Rules {
		known.Rules = append(known.Rules, c.Result.Rules[i].ID)
	}
	all, err := score.Load(frameworks.FS, known)
	if err != nil {
		return nil, err
	}
	for _, dir := range c.Frameworks {
		f, err := score.Read(dir, known)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(o *score.Framework) bool { return strings.EqualFold(o.ID, f.ID) }) {
			return nil, fmt.Errorf("%s: there is a framework %s already: name the folder and its id otherwise", dir, f.ID)
		}
		all = append(all, f)
	}
	return all, nil
}

// findings are those that count: all, or those of the system that the case is about
// with what has no system of its own, the operators, the accounts, the guards, and what
// is said of the system as a whole.
func findings(c *evidence.Case) []*finding.Finding {
	owner := map[*finding.Finding]string{}
	if c.Only != "" {
		for _, s := range c.AllSystems() {
			for _, f := range c.Findings(s) {
				owner[f] = s
			}
		}
	}
	var out []*finding.Finding
	for i := range c.Result.Findings {
		f := &c.Result.Findings[i]
		shared := f.Kind == graph.Party || f.Kind == graph.Account || f.Kind == graph.Guard
		switch {
		case c.Only == "", owner[f] == c.Only, owner[f] == "" && shared,
			f.Kind == graph.AISystem && f.Subject == graph.Address("system/"+c.Only):
			out = append(out, f)
		}
	}
	return out
}

func write(b *evidence.Builder, names []string) error {
	b.Paragraph(b.Fixed("about"))
	b.List(evidence.One(b.Fixed("means.evidenced")), evidence.One(b.Fixed("means.claimed")), evidence.One(b.Fixed("means.unknown")),
		evidence.One(b.Fixed("means.lacking")), evidence.One(b.Fixed("means.breached")))
	b.Paragraph(b.Fixed("reading"))
	if system := b.Case.Only; system != "" {
		b.Paragraph(b.Say("system", evidence.Values{"system": system}, b.Case.Key("spec.systems."+system)),
			b.Say("system.rest", evidence.Values{"n": len(b.Case.Result.Findings) - len(findings(b.Case))}, evidence.In("findings")))
	}
	s, err := Make(b.Case, names)
	if errors.Is(err, ErrNone) {
		b.Paragraph(b.Say("nothing", nil, b.Case.Key("spec.frameworks")))
		return nil
	}
	if err != nil {
		return err
	}
	for i := range s.Frameworks {
		w := &writer{b, &s.Frameworks[i], b.Language()}
		w.framework()
	}
	return nil
}
