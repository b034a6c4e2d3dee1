package ecosystem

import (
	"fmt"
	"regexp"
	"strings"
)

// A Range is a set of versions: comparisons that must all hold. The empty
// range holds every version.
type Range struct {
	of    Ecosystem
	terms []term
}

type term struct{ op, version string }

var termForm = regexp.MustCompile(`^(>=|<=|==|!=|>|<)\s*(\S+)$`)

// ParseRange reads comparisons separated by commas: ">=1.2, <2". A bound that
// is no version of the ecosystem is an error.
func (e Ecosystem) ParseRange(text string) (Range, error) {
	r := Range{of: e}
	if strings.TrimSpace(text) == "" {
		return r, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		m := termForm.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return Range{}, fmt.Errorf("%q is no comparison; write >=1.2, or >=1.2,<2", strings.TrimSpace(part))
		}
		if _, err := e.Compare(m[2], m[2]); err != nil {
			return Range{}, fmt.Errorf("range %q: %w", text, err)
		}
		r.terms = append(r.terms, term{m[1], m[2]})
	}
	return r, nil
}

// Holds says whether the range holds a version. known is false when that
// cannot be told: the text is no version (latest), or it leaves out parts that
// decide. Image tags and npm's short forms stand for the newest release below
// them, so that 1.5 may be before or after 1.5.4.
func (r Range) Holds(version string) (holds, known bool) {
	if len(r.terms) == 0 {
		return true, true
	}
	first := true
	for _, v := range r.of.meant(version) {
		h, err := r.holds(v)
		if err != nil || !first && h != holds {
			return false, false
		}
		holds, first = h, false
	}
	return holds, true
}

func (r Range) holds(version string) (bool, error) {
	for _, t := range r.terms {
		c, err := r.of.Compare(version, t.version)
		if err != nil {
			return false, err
		}
		ok := false
		switch t.op {
		case ">=":
			ok = c >= 0
		case "<=":
			ok = c <= 0
		case "==":
			ok = c == 0
		case "!=":
			ok = c != 0
		case ">":
			ok = c > 0
		case "<":
			ok = c < 0
		}
		if !ok {
			return false, nil
		}
	}
	return true, nil
}

// short is a version of one or two numbers.
var short = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+)?$`)

// meant is the oldest and the newest version that a text may stand for, where
// the ecosystem lets people leave out what comes last.
func (e Ecosystem) meant(version string) []string {
	version = strings.TrimSpace(version)
	switch e {
	case PyPI, Maven, Gem: // 4.1 is a release, the same as 4.1.0
		return []string{version}
	}
	if !short.MatchString(version) {
		return []string{version}
	}
	low, high := version, version
	for strings.Count(low, ".") < 2 {
		low, high = low+".0", high+".999999999"
	}
	return []string{low, high}
}
