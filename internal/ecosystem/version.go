package ecosystem

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	gem "github.com/aquasecurity/go-gem-version"
	npm "github.com/aquasecurity/go-npm-version/pkg"
	pep440 "github.com/aquasecurity/go-pep440-version"
	generic "github.com/aquasecurity/go-version/pkg/version"
	mvn "github.com/masahiro331/go-mvn-version"
)

// longest is more than any version that people publish; longer ones are
// refused before the comparators see them.
const longest = 128

// Compare orders two versions as the ecosystem does: negative when a is older.
// A text that is no version of the ecosystem is an error.
func (e Ecosystem) Compare(a, b string) (int, error) {
	for _, v := range []string{a, b} {
		if err := e.check(v); err != nil {
			return 0, err
		}
	}
	switch e {
	case PyPI:
		return compare(pep440.Parse, a, b)
	case NPM:
		return compare(npm.NewVersion, whole(a), whole(b))
	case Gem:
		return compare(gem.NewVersion, a, b)
	case Maven:
		return compare(mvn.NewVersion, a, b)
	}
	return compare(generic.Parse, strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v"))
}

// check refuses what a comparator would read as something else.
func (e Ecosystem) check(v string) error {
	if len(v) > longest || !numbered.MatchString(v) {
		return fmt.Errorf("%q is no version", shorten(v))
	}
	return nil
}

// numbered is what every version begins with; a word such as latest is a name
// that moves.
var numbered = regexp.MustCompile(`^[vV]?[0-9][0-9A-Za-z.+!_~-]*$`)

func shorten(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// whole adds the numbers that npm demands: 2 is 2.0.0.
func whole(v string) string {
	v = strings.TrimPrefix(v, "v")
	for short.MatchString(v) {
		v += ".0"
	}
	return v
}

// compare parses both and compares them. The libraries return one of their own
// types each, with the same method.
func compare[V interface{ Compare(V) int }](parse func(string) (V, error), a, b string) (int, error) {
	x, err := parse(a)
	if err != nil {
		return 0, fmt.Errorf("%q is no version: %w", shorten(a), err)
	}
	y, err := parse(b)
	if err != nil {
		return 0, fmt.Errorf("%q is no version: %w", shorten(b), err)
	}
	return cmp.Compare(x.Compare(y), 0), nil
}
