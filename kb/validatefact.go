package kb

import (
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Licences under which knowledge may be taken over. Quotation is a sentence
// cited from a page; official texts of law are free by law.
var licences = []string{
	"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC-BY-3.0", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "PDDL-1.0", "UPL-1.0",
	"W3C", "quotation", "official",
}

// barred licences get a message of their own, because the way out is another
// source, not another spelling.
var barred = []string{"AGPL", "GPL", "LGPL", "CC-BY-SA", "CC-BY-NC", "ODbL", "Elastic", "BUSL", "SSPL"}

var confidences = []string{
	string(graph.Authoritative), string(graph.Documented), string(graph.Inferred), string(graph.Claimed), string(graph.NotKnown),
}

type errorfFunc = func(format string, args ...any) error

func checkSource(errorf errorfFunc, name string, s *Source) (errs []error) {
	if s.Address == "" && len(s.Host) == 0 {
		errs = append(errs, errorf("source %q has no address; write the URL or module@version/path that was read", name))
	}
	if !isDate(s.Retrieved) {
		errs = append(errs, errorf("source %q: retrieved %q is not a date; write it as 2026-11-23", name, s.Retrieved))
	}
	if !licenceOK(s.Licence) {
		for _, b := range barred {
			if strings.HasPrefix(s.Licence, b) {
				return append(errs, errorf("source %q: knowledge under %s may not be taken over; cite another source, or quote one sentence as licence: quotation", name, s.Licence))
			}
		}
		errs = append(errs, errorf("source %q: unknown licence %q%s", name, s.Licence, didYouMean(s.Licence, licences)))
	}
	return errs
}

// licenceOK accepts one licence of the list, or a choice of which one is.
func licenceOK(s string) bool {
	for l := range strings.SplitSeq(s, " OR ") {
		if slices.Contains(licences, strings.TrimSpace(l)) {
			return true
		}
	}
	return false
}

func checkFact(errorf errorfFunc, f *Fact) (errs []error) {
	switch c := string(f.Confidence); {
	case c == "" && f.Source == "":
		errs = append(errs, errorf("no source; cite one with the words read there, or say confidence: claimed"))
	case c == "":
		errs = append(errs, errorf("no confidence; known are %s", strings.Join(confidences, ", ")))
	case !slices.Contains(confidences, c):
		errs = append(errs, errorf("unknown confidence %q%s", c, didYouMean(c, confidences)))
	case f.Source == "" && f.Confidence.Firm():
		errs = append(errs, errorf("confidence %s without a source; cite one, or say confidence: claimed", c))
	case f.Source != "" && f.Quote == "":
		errs = append(errs, errorf("source %q without quote: write the sentence or value that was read there, or drop the source and say confidence: claimed", f.Source))
	case f.Source == "" && f.Quote != "":
		errs = append(errs, errorf("quote without source; name the source it was read in"))
	}
	for key, v := range map[string]string{"as_of": f.AsOf, "review_by": f.ReviewBy} {
		if v != "" && !isDate(v) {
			errs = append(errs, errorf("%s %q is not a date; write it as 2026-11-23", key, v))
		}
	}
	if f.AsOf != "" && f.ReviewBy != "" && f.ReviewBy <= f.AsOf {
		errs = append(errs, errorf("review_by %s is not after as_of %s", f.ReviewBy, f.AsOf))
	}
	return errs
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
