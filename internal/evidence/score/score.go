// Package score writes what a system comes to by frameworks of sovereignty and
// of transfers: each criterion with what is known about it, and why.
package score

import (
	"embed"
	"errors"
	"fmt"
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
var Document = For(nil, "")

// For is the score by frameworks, of a system or, for "", of all; of no names, those
// of the perimeter.
func For(names []string, system string) evidence.Kind {
	return evidence.Kind{Name: "score", Messages: messages, Write: func(b *evidence.Builder) error { return write(b, names, system) }}
}

// ErrNone says that the perimeter names no instrument that a framework is made for.
var ErrNone = errors.New("the perimeter names no framework that is scored")

// Make scores a case.
func Make(c *evidence.Case, names []string, system string) (*score.Score, error) {
	if _, ok := c.Perimeter.Spec.Systems[system]; !ok && system != "" {
		return nil, fmt.Errorf("the perimeter has no system %q; it has: %s", system, strings.Join(c.Systems(), ", "))
	}
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
	return score.Make(score.Input{Result: c.Result, Perimeter: c.Perimeter, KB: c.KB, System: system, Findings: findings(c, system)}, chosen)
}

// Frameworks are all that there are.
func Frameworks(c *evidence.Case) ([]*score.Framework, error) {
	known := score.Known{KB: c.KB}
	for i := range c.Result.Rules {
		known.Rules = append(known.Rules, c.Result.Rules[i].ID)
	}
	return score.Load(frameworks.FS, known)
}

// findings are those that count: of all, or of a system with what has no system of
// its own, the operators, the accounts, the guards, and what is said of the system as
// a whole.
func findings(c *evidence.Case, system string) []*finding.Finding {
	owner := map[*finding.Finding]string{}
	for _, s := range c.Systems() {
		for _, f := range c.Findings(s) {
			owner[f] = s
		}
	}
	var out []*finding.Finding
	for i := range c.Result.Findings {
		f := &c.Result.Findings[i]
		shared := f.Kind == graph.Party || f.Kind == graph.Account || f.Kind == graph.Guard
		switch {
		case system == "", owner[f] == system, owner[f] == "" && shared,
			f.Kind == graph.AISystem && f.Subject == graph.Address("system/"+system):
			out = append(out, f)
		}
	}
	return out
}

func write(b *evidence.Builder, names []string, system string) error {
	b.Paragraph(b.Fixed("about"))
	b.List(evidence.One(b.Fixed("means.evidenced")), evidence.One(b.Fixed("means.claimed")), evidence.One(b.Fixed("means.unknown")),
		evidence.One(b.Fixed("means.lacking")), evidence.One(b.Fixed("means.breached")))
	if system != "" {
		b.Paragraph(b.Say("system", evidence.Values{"system": system}, b.Case.Key("spec.systems."+system)))
	}
	s, err := Make(b.Case, names, system)
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
