// Package place knows where chips stand, from lists that somebody signed.
//
// A quote proves which software runs on which chip. Where that chip stands, no
// quote says: chips are bought, carried and plugged in anywhere. So the one who
// can see the machine (the operator of a site, or the DPO who was there) writes
// down the chips of each site and signs the list; what counts is then his word,
// and the grade of a [attest.Place] says whose word it was.
//
// A list is a signed note (c2sp.org/signed-note):
//
//	bailiwick/places/v1
//	issued 2026-11-29
//	expires 2027-05-29
//	site fra1 DE clinic.example
//	chip snp 00a1…  fra1
//	chip tdx 5f3c…  fra1
//
//	— clinic.example/dpo Az3g…
//
// Nobody can take a signed list back before it expires, so let it expire soon.
package place

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// header is the first line of a list.
const header = "bailiwick/places/v1"

// MaxList is the length of the longest list in bytes, as signed notes have it:
// some 6,000 chips of AMD. Sites may have several lists.
const MaxList = 1_000_000

// longest is how long a list may count.
const longest = 400 * 24 * time.Hour

// A List is where some chips stand.
type List struct {
	Issued, Expires time.Time // days
	Sites           []Site
	Chips           []Chip
}

// A Site is a place with its law and its operator.
type Site struct {
	Name     string
	Country  string // ISO 3166-1
	Operator string // a name without white space: the operator's domain
}

// A Chip stands at a site.
type Chip struct {
	Kind attest.Kind
	ID   string // lower-case hex, as verdicts show it
	Site string
}

// Text is the list as it is signed.
func (l *List) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nissued %s\nexpires %s\n", header, l.Issued.Format(time.DateOnly), l.Expires.Format(time.DateOnly))
	for _, s := range l.Sites {
		fmt.Fprintf(&b, "site %s %s %s\n", s.Name, s.Country, s.Operator)
	}
	for _, c := range l.Chips {
		fmt.Fprintf(&b, "chip %s %s %s\n", c.Kind, c.ID, c.Site)
	}
	return b.String()
}

// Sign signs the list; c2sp.LogSigner makes a signer of a key.
func Sign(l *List, signers ...note.Signer) ([]byte, error) {
	text := l.Text()
	if _, err := Parse(text); err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err == nil && len(signed) > MaxList {
		return nil, fmt.Errorf("places: the list has %d bytes; at most %d can be signed: make one for each site", len(signed), MaxList)
	}
	return signed, err
}

// Parse reads the text of a list. It does not say who signed it: see [Open].
func Parse(text string) (*List, error) {
	lines := strings.Split(text, "\n")
	if lines[0] != header {
		return nil, fmt.Errorf("places: line 1: want %q: this is no list of places", header)
	}
	if lines[len(lines)-1] != "" {
		return nil, fmt.Errorf("places: the last line has no end: the list is cut off")
	}
	r := reader{l: &List{}, sites: map[string]bool{}, chips: map[string]bool{}}
	for i, line := range lines[1 : len(lines)-1] {
		if err := r.line(strings.Split(line, " ")); err != nil {
			return nil, fmt.Errorf("places: line %d: %w", i+2, err)
		}
	}
	l := r.l
	if l.Issued.IsZero() || l.Expires.IsZero() {
		return nil, fmt.Errorf("places: a list needs the lines `issued DATE` and `expires DATE`")
	}
	if !l.Issued.Before(l.Expires) {
		return nil, fmt.Errorf("places: the list expires before it is issued")
	}
	if l.Expires.Sub(l.Issued) > longest {
		return nil, fmt.Errorf("places: the list counts for more than %d days: nobody can take it back, so let it expire sooner, and look again where the chips stand", int(longest.Hours()/24))
	}
	return l, nil
}

// A reader reads a list, and knows what stood on the lines before.
type reader struct {
	l            *List
	sites, chips map[string]bool
}

func (r *reader) line(words []string) error {
	if slices.Contains(words, "") {
		return fmt.Errorf("words stand apart by one space each")
	}
	switch {
	case words[0] == "issued" && len(words) == 2:
		return date(&r.l.Issued, words[1])
	case words[0] == "expires" && len(words) == 2:
		return date(&r.l.Expires, words[1])
	case words[0] == "site" && len(words) == 4:
		return r.site(Site{words[1], words[2], words[3]})
	case words[0] == "chip" && len(words) == 4:
		return r.chip(Chip{attest.Kind(words[1]), words[2], words[3]})
	}
	return fmt.Errorf("%.100q is not known; a list has `issued DATE`, `expires DATE`, `site NAME COUNTRY OPERATOR` and `chip KIND ID SITE`", strings.Join(words, " "))
}

func date(into *time.Time, word string) error {
	day, err := time.Parse(time.DateOnly, word)
	if err != nil || !into.IsZero() {
		return fmt.Errorf("%.40q: write one date, YYYY-MM-DD", word)
	}
	*into = day
	return nil
}

func (r *reader) site(s Site) error {
	if len(s.Country) != 2 || strings.ContainsFunc(s.Country, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return fmt.Errorf("site %s: country %.20q: write two capital letters (ISO 3166-1)", s.Name, s.Country)
	}
	if r.sites[s.Name] {
		return fmt.Errorf("site %s stands on a line above", s.Name)
	}
	r.sites[s.Name] = true
	r.l.Sites = append(r.l.Sites, s)
	return nil
}

func (r *reader) chip(c Chip) error {
	if !slices.Contains(attest.Kinds(), c.Kind) {
		return fmt.Errorf("kind %.20q is not known; there are %q", c.Kind, attest.Kinds())
	}
	if raw, err := hex.DecodeString(c.ID); err != nil || hex.EncodeToString(raw) != c.ID || len(raw) < 8 || strings.Trim(c.ID, "0") == "" {
		return fmt.Errorf("chip %.140q: write its id in lower-case hex, as verdicts show it", c.ID)
	}
	if !r.sites[c.Site] {
		return fmt.Errorf("site %.60q stands on no line above", c.Site)
	}
	k := key(c.Kind, c.ID)
	if r.chips[k] { // at two places, or at one
		return fmt.Errorf("chip %s %s stands there twice", c.Kind, c.ID)
	}
	r.chips[k] = true
	r.l.Chips = append(r.l.Chips, c)
	return nil
}

// key names a chip. One chip of Intel runs enclaves and trust domains.
func key(kind attest.Kind, id string) string {
	if kind == attest.SGX {
		kind = attest.TDX
	}
	return string(kind) + " " + id
}
