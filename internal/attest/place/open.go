package place

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// An Authority is somebody whose lists count, and for how much: the operator
// or the DPO enrols, the provider endorses.
type Authority struct {
	Grade attest.Grade
	Key   c2sp.Key
}

// ParseAuthorities reads whose lists count, a line each: a grade and a key.
//
//	enrolled clinic.example/dpo+1b2c3d4e+AXdl…
//	endorsed cloud.example/registry+…
func ParseAuthorities(text []byte) ([]Authority, error) {
	var all []Authority
	for i, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if len(words) != 2 || words[0] != string(attest.Enrolled) && words[0] != string(attest.Endorsed) {
			return nil, fmt.Errorf("authorities: line %d: want `enrolled KEY` or `endorsed KEY`", i+1)
		}
		k, err := c2sp.ParseKey(words[1])
		if err != nil {
			return nil, fmt.Errorf("authorities: line %d: %w", i+1, err)
		}
		if ofWitness(words[1]) {
			return nil, fmt.Errorf("authorities: line %d: the key is one of a witness, which cosigns logs: name the key that signs lists", i+1)
		}
		if slices.ContainsFunc(all, func(a Authority) bool { return a.Key.Name() == k.Name() && a.Key.KeyHash() == k.KeyHash() }) {
			return nil, fmt.Errorf("authorities: line %d: the key stands on a line above; which grade does it give?", i+1)
		}
		all = append(all, Authority{attest.Grade(words[0]), k})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("authorities: there is none; write `enrolled KEY`, with the key that `keys public` prints")
	}
	return all, nil
}

// ofWitness says whether a key cosigns logs: whoever asks it to may choose what
// it signs. It begins with the number of its algorithm.
func ofWitness(vkey string) bool {
	parts := strings.SplitN(vkey, "+", 3)
	b, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	return err != nil || len(b) == 0 || b[0] != ed25519Key
}

const ed25519Key = 1

// Opened is a list whose signature was verified.
type Opened struct {
	List
	Grade attest.Grade
	By    string // the name of the key
	key   string
	chips map[string]int
}

// Open verifies a list. If several authorities signed it, the best counts.
func Open(signed []byte, authorities []Authority) (*Opened, error) {
	var keys []note.Verifier
	for _, a := range authorities {
		keys = append(keys, a.Key)
	}
	n, err := note.Open(signed, note.VerifierList(keys...))
	if err != nil {
		return nil, fmt.Errorf("places: no authority that is trusted signed the list: %w", err)
	}
	l, err := Parse(n.Text)
	if err != nil {
		return nil, err
	}
	o := &Opened{List: *l, Grade: attest.Unknown, chips: map[string]int{}}
	for _, s := range n.Sigs {
		for _, a := range authorities {
			if a.Key.Name() == s.Name && a.Key.KeyHash() == s.Hash && !o.Grade.AtLeast(a.Grade) {
				o.Grade, o.By, o.key = a.Grade, s.Name, a.Key.String()
			}
		}
	}
	for i, c := range o.Chips {
		o.chips[key(c.Kind, c.ID)] = i
	}
	return o, nil
}

// Counts says why the list does not count at that time; nothing if it does.
func (o *Opened) Counts(at time.Time) (reason string) {
	switch {
	case at.Before(o.Issued):
		return fmt.Sprintf("the list of %s is issued only on %s", o.By, o.Issued.Format(time.DateOnly))
	case !at.Before(o.Expires):
		return fmt.Sprintf("the list of %s expired on %s: look where the chips stand, and sign a new one", o.By, o.Expires.Format(time.DateOnly))
	}
	return ""
}

// Locate says where the chip stands at that time.
func (o *Opened) Locate(chip attest.Chip, at time.Time) attest.Place {
	i, ok := o.chips[key(chip.Kind, chip.ID)]
	switch {
	case chip.ID == "":
		return unknown("the report does not say which chip made it")
	case !ok:
		return unknown("the list of %s does not hold the chip %s %s", o.By, chip.Kind, chip.ID)
	case o.Counts(at) != "":
		return unknown("%s", o.Counts(at))
	}
	s := o.Sites[slices.IndexFunc(o.Sites, func(s Site) bool { return s.Name == o.Chips[i].Site })]
	return attest.Place{
		Grade: o.Grade, Site: s.Name, Country: s.Country, Operator: s.Operator, By: o.By,
		Because: fmt.Sprintf("%s signed on %s that the chip stands at %s in %s, run by %s", o.By, o.Issued.Format(time.DateOnly), s.Name, s.Country, s.Operator),
	}
}

func unknown(format string, args ...any) attest.Place {
	return attest.Place{Grade: attest.Unknown, Because: fmt.Sprintf(format, args...)}
}

// Several is lists that count together. Of lists that one key signed, the
// newest that speaks of a site counts for that site: a chip that it leaves out
// has gone. The best grade wins; lists of the same grade that contradict each
// other leave the place unknown.
type Several []attest.Locator

// Locate asks all lists.
func (s Several) Locate(chip attest.Chip, at time.Time) attest.Place {
	best := unknown("no list of places was given")
	contradicts := ""
	for i, l := range s {
		p := l.Locate(chip, at)
		if o, ok := l.(*Opened); ok && p.Grade != attest.Unknown && s.replaced(o, p.Site, at) {
			p = unknown("%s signed a newer list of %s, in which the chip %s %s does not stand", o.By, p.Site, chip.Kind, chip.ID)
		}
		switch {
		case i == 0 || !best.Grade.AtLeast(p.Grade):
			best, contradicts = p, ""
		case best.Grade == p.Grade && p.Grade != attest.Unknown && (best.Country != p.Country || best.Operator != p.Operator || best.Site != p.Site):
			contradicts = p.Because
		}
	}
	if contradicts != "" {
		return unknown("two lists contradict each other: %s; but %s", best.Because, contradicts)
	}
	return best
}

// replaced says whether the key that signed a list signed a newer one that
// speaks of the site. One that is still to come replaces none; one that expired
// does.
func (s Several) replaced(o *Opened, site string, at time.Time) bool {
	return slices.ContainsFunc(s, func(l attest.Locator) bool {
		other, ok := l.(*Opened)
		return ok && other.key == o.key && other.Issued.After(o.Issued) && !at.Before(other.Issued) &&
			slices.ContainsFunc(other.Sites, func(s Site) bool { return s.Name == site })
	})
}

// Declared is a place that somebody says, for all chips: the weakest reason
// there is.
type Declared struct {
	Site Site
	By   string // who says so: a file, a flag
}

// Locate gives the place that was said.
func (d Declared) Locate(attest.Chip, time.Time) attest.Place {
	return attest.Place{
		Grade: attest.Declared, Site: d.Site.Name, Country: d.Site.Country, Operator: d.Site.Operator, By: d.By,
		Because: fmt.Sprintf("%s says so; nobody signed that this chip stands there", d.By),
	}
}
