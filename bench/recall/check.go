package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// An answer is what Bailiwick says of one asset.
type answer struct {
	present  bool   // the reader made an asset of it
	times    int    // assets of that address: folders of examples have several
	file     string // of the one that is labelled
	kind     graph.Kind
	attached bool // it counts for another asset, and is judged there
	places   []string
	operator string
	fail     []graph.RuleID
	open     []graph.RuleID
	messages map[graph.RuleID]string
}

// check reads each repository of the labels as bailiwick check does, and keeps
// what is said of the labelled assets.
func check(set *labels, dir string) (map[string]*answer, error) {
	k, err := kb.Open()
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte(set.Perimeter))
	if err != nil {
		return nil, err
	}
	rs, err := policy.Load(rules.FS, "rules")
	if err != nil {
		return nil, err
	}
	at, err := set.day()
	if err != nil {
		return nil, err
	}
	said := map[string]*answer{}
	for i := range set.Labels {
		file, _, _ := strings.Cut(set.Labels[i].Origin, ":")
		said[set.Labels[i].key()] = &answer{file: file, messages: map[graph.RuleID]string{}}
	}
	for _, name := range set.repositories() {
		facts := all.Read([]string{filepath.Join(dir, name)}, all.Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}})
		if len(facts.Assets) == 0 {
			return nil, fmt.Errorf("nothing was read in %s", filepath.Join(dir, name))
		}
		for i := range facts.Assets {
			l := labelOf(name, dir, &facts.Assets[i])
			if a := said[l.key()]; a != nil {
				a.present, a.attached = true, true // until the inventory lists it
				a.times++
			}
		}
		res, err := assess.Run(context.Background(), &facts, assess.Options{KB: k, Perimeter: p, Rules: rs, At: at, All: true})
		if err != nil {
			return nil, err
		}
		about := func(root string, subject graph.Address, o graph.Origin) *answer {
			l := label{Repository: name, Root: within(name, dir, root), Address: string(subject)}
			a := said[l.key()]
			if a == nil || a.times > 1 && within(name, dir, o.File) != a.file {
				return nil // an example beside it has an asset of the same address
			}
			return a
		}
		for i := range res.Assets {
			if a := about(res.Assets[i].Root, res.Assets[i].Subject, res.Assets[i].Origin); a != nil {
				a.inventory(&res.Assets[i])
			}
		}
		for i := range res.Findings {
			if a := about(res.Findings[i].Root, res.Findings[i].Subject, res.Findings[i].Origin); a != nil {
				a.add(&res.Findings[i])
			}
		}
	}
	return said, nil
}

func (s *labels) repositories() []string {
	var out []string
	for i := range s.Labels {
		out = append(out, s.Labels[i].Repository)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (a *answer) inventory(x *finding.Asset) {
	a.attached = false
	a.kind = x.Kind
	if x.Operator != nil {
		a.operator = string(x.Operator.Entity)
	}
	for _, p := range x.Places {
		if p.Purpose != "" {
			continue
		}
		for _, c := range p.Countries {
			a.places = append(a.places, string(c))
		}
	}
	slices.Sort(a.places)
	a.places = slices.Compact(a.places)
}

func (a *answer) add(f *finding.Finding) {
	switch f.Status {
	case finding.Fail:
		a.fail = append(a.fail, f.Rule)
	case finding.Undecided:
		a.open = append(a.open, f.Rule)
	default:
		return
	}
	a.messages[f.Rule] = f.Message
}
