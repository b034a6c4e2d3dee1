package place

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A Draft is a list as a person writes it, before it is signed.
//
//	apiVersion: bailiwick/v1
//	kind: Places
//	by: clinic.example/dpo
//	issued: 2026-11-29
//	expires: 2027-02-28
//	sites:
//	  fra1:
//	    country: DE
//	    operator: clinic.example
//	    chips:
//	      - snp 00a1…
type Draft struct {
	APIVersion string               `yaml:"apiVersion"`
	Kind       string               `yaml:"kind"`
	By         string               `yaml:"by"`     // name of the key
	Issued     string               `yaml:"issued"` // today when absent
	Expires    string               `yaml:"expires"`
	Sites      map[string]DraftSite `yaml:"sites"`
}

// A DraftSite is a site with the chips that stand there.
type DraftSite struct {
	Country  string   `yaml:"country"`
	Operator string   `yaml:"operator"`
	Chips    []string `yaml:"chips"` // KIND ID; [] when the last one has gone
}

// ParseDraft reads a draft. Keys that are not known are errors. The list is
// sorted, so that the order of the draft does not matter.
func ParseDraft(text []byte, today time.Time) (by string, l *List, err error) {
	if len(text) > 2*MaxList {
		return "", nil, fmt.Errorf("places: %d bytes; at most %d are read", len(text), 2*MaxList)
	}
	var d Draft
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&d); err != nil {
		return "", nil, fmt.Errorf("places: %w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return "", nil, fmt.Errorf("places: more than one document; keep the first")
	}
	if d.APIVersion != "bailiwick/v1" || d.Kind != "Places" {
		return "", nil, fmt.Errorf("places: want `apiVersion: bailiwick/v1` and `kind: Places`")
	}
	if d.By == "" {
		return "", nil, fmt.Errorf("places: write who signs, for example `by: clinic.example/dpo`")
	}
	l = &List{}
	if l.Issued, err = time.Parse(time.DateOnly, cmp.Or(d.Issued, today.UTC().Format(time.DateOnly))); err != nil {
		return "", nil, fmt.Errorf("places: issued %.40q: write one date, YYYY-MM-DD", d.Issued)
	}
	if l.Expires, err = time.Parse(time.DateOnly, d.Expires); err != nil {
		return "", nil, fmt.Errorf("places: expires %.40q: write one date, YYYY-MM-DD: nobody can take a signed list back before", d.Expires)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Sites)) {
		s := d.Sites[name]
		if len(strings.Fields(name+" "+s.Country+" "+s.Operator)) != 3 || strings.Contains(name+s.Country+s.Operator, " ") {
			return "", nil, fmt.Errorf("places: site %.60q: write its name, country: and operator:, each in one word", name)
		}
		l.Sites = append(l.Sites, Site{name, s.Country, s.Operator})
		for _, c := range slices.Sorted(slices.Values(s.Chips)) {
			words := strings.Fields(c)
			if len(words) != 2 {
				return "", nil, fmt.Errorf("places: site %s: chip %.140q: write its kind and its id, as `attest place enroll` prints them", name, c)
			}
			l.Chips = append(l.Chips, Chip{attest.Kind(words[0]), words[1], name})
		}
	}
	emptied := func(s DraftSite) bool { return s.Chips != nil }
	if len(l.Chips) == 0 && !slices.ContainsFunc(slices.Collect(maps.Values(d.Sites)), emptied) {
		return "", nil, fmt.Errorf("places: no chip stands in the list: `attest place enroll` prints the line of one; write `chips: []` when the last one of a site has gone")
	}
	_, err = Parse(l.Text())
	return d.By, l, err
}
