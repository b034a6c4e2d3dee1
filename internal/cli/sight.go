package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A sight is what init saw in a tree.
type sight struct {
	rows     []sightRow
	assets   int
	unknown  int // whose place is not established
	problems int
	stores   []graph.Address // proposed for bindings
	kb       *kb.KB
	day      time.Time
}

// A sightRow is one place with its operator.
type sightRow struct {
	provider, region, operator string
	countries                  []graph.Country
	assets                     int
	outside                    bool // of what the chosen perimeter allows
}

// look resolves the tree against no particular perimeter.
func (i *initialiser) look() (*sight, error) {
	k, _, err := i.open()
	if err != nil {
		return nil, err
	}
	day, err := i.day("")
	if err != nil {
		return nil, err
	}
	facts := all.Read([]string{i.dir}, all.Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}, Hosts: k.Defaults(), Code: all.Code(k)})
	any := anyPerimeter()
	book, err := limits.New(k, any, day)
	if err != nil {
		return nil, err
	}
	s := &sight{problems: len(facts.Problems), kb: k, day: day}
	rows := map[string]*sightRow{}
	for _, a := range resolve.New(k, any, book, day).Resolve(&facts) {
		s.add(rows, &a)
	}
	for _, r := range rows {
		s.rows = append(s.rows, *r)
	}
	slices.SortFunc(s.rows, func(a, b sightRow) int {
		return cmp.Or(-cmp.Compare(a.assets, b.assets), cmp.Compare(a.provider+a.region, b.provider+b.region))
	})
	return s, nil
}

func (s *sight) add(rows map[string]*sightRow, a *resolve.Asset) {
	if a.Kind.Bearing() == graph.BearsNothing {
		return
	}
	s.assets++
	if a.Kind.Bearing() == graph.BearsData && a.Kind != graph.UnknownKind && a.Kind != graph.Module && a.Kind != graph.Key && len(s.stores) < 12 {
		s.stores = append(s.stores, a.Address)
	}
	for i := range a.Places {
		p := &a.Places[i]
		if p.Purpose != "" {
			continue
		}
		if p.Unknown != "" {
			s.unknown++
			return
		}
		key := string(p.Provider) + " " + p.Region + fmt.Sprint(p.Countries)
		r := rows[key]
		if r == nil {
			r = &sightRow{provider: string(p.Provider), region: p.Region, countries: p.Countries}
			if a.Operator != nil {
				r.operator = operatorText(a.Operator)
			}
			rows[key] = r
		}
		r.assets++
		return
	}
}

// hold marks the places that the perimeter does not allow. Operators, keys
// and makers are for check to judge.
func (s *sight) hold(p *perimeter.Perimeter) error {
	set := map[graph.Country]bool{}
	for _, names := range []struct {
		list  []string
		allow bool
	}{{p.Spec.Jurisdictions.Allow, true}, {p.Spec.Jurisdictions.Deny, false}} {
		for _, name := range names.list {
			cs, err := s.kb.Expand(name, s.day)
			if err != nil {
				return err
			}
			for _, c := range cs {
				set[c] = names.allow
			}
		}
	}
	for i := range s.rows {
		r := &s.rows[i]
		r.outside = slices.ContainsFunc(r.countries, func(c graph.Country) bool { return !set[c] })
	}
	return nil
}

// summary is what was seen, for a person.
func (s *sight) summary() string {
	if s.assets == 0 {
		return "nothing that holds or moves data was found here\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d assets hold or move data", s.assets)
	if s.unknown > 0 {
		fmt.Fprintf(&b, ", of %d the place is not established", s.unknown)
	}
	if s.problems > 0 {
		fmt.Fprintf(&b, ", %d things could not be read", s.problems)
	}
	b.WriteByte('\n')
	for i, r := range s.rows {
		if i == 10 {
			fmt.Fprintf(&b, "  and %d more places\n", len(s.rows)-i)
			break
		}
		mark := ""
		if r.outside {
			mark = "  ← outside"
		}
		fmt.Fprintf(&b, "  %-9s %-18s %-14s %4d  %s%s\n", r.provider, r.region, countryText(r.countries), r.assets, r.operator, mark)
	}
	return b.String()
}

// countryText is short: a multi-region has many countries.
func countryText(cs []graph.Country) string {
	switch {
	case slices.Contains(cs, graph.Anywhere):
		return "anywhere"
	case len(cs) > 3:
		return fmt.Sprintf("%s and %d more", cs[0], len(cs)-1)
	}
	return graph.Listed(cs)
}

// comment is what was seen as a comment at the end of the file, with the
// stores that a binding should name.
func (s *sight) comment() string {
	var b strings.Builder
	b.WriteString("\n# What bailiwick init saw in this tree:\n")
	for line := range strings.Lines(s.summary()) {
		b.WriteString("#   " + line)
	}
	if len(s.stores) > 0 {
		b.WriteString("# Bind these to data classes under spec.bindings:\n")
		for _, a := range s.stores {
			// A plan may say anything; a comment must stay one.
			address := strings.Map(func(r rune) rune {
				if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
					return '?'
				}
				return r
			}, string(a))
			fmt.Fprintf(&b, "#   - {match: '%s', data: []}\n", strings.ReplaceAll(address, "'", "''"))
		}
	}
	return b.String()
}

// proposal is the preset that fits best what was seen: that of the country
// outside the EU in which more than half of the assets are, else eu. The
// stricter presets, of the EU and of its members, are for people to choose.
func (s *sight) proposal() string {
	n := map[graph.Country]int{}
	for _, r := range s.rows {
		if len(r.countries) == 1 {
			n[r.countries[0]] += r.assets
		}
	}
	for country, preset := range map[graph.Country]string{"CH": "ch", "GB": "uk", "IN": "in"} {
		if n[country]*2 > s.assets {
			return preset // more than half: no other one can have as many
		}
	}
	return "eu"
}
