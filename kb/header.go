package kb

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A header is what every file may say once for all its facts.
type header struct {
	Sources map[string]row[Source] `yaml:"sources,omitempty"`
	// Fact gives source, confidence, as_of and review_by to the records that do
	// not say otherwise. A quote stays with its record.
	Fact Fact `yaml:"fact,omitempty"`
	// Partition is that of the regions which name none.
	Partition string `yaml:"partition,omitempty"`
}

// check looks at what the header says for all records.
func (h *header) check(file string) error {
	f := h.Fact
	switch c := string(f.Confidence); {
	case c != "" && !slices.Contains(confidences, c):
		return &Error{file, 0, fmt.Sprintf("fact: unknown confidence %q%s", c, didYouMean(c, confidences))}
	case f.Quote != "":
		return &Error{file, 0, "fact: a quote belongs to the record that it speaks of"}
	case f.Source != "" && h.Sources[f.Source].Line == 0:
		return &Error{file, 0, fmt.Sprintf("fact: source %q is not listed under sources:%s", f.Source, didYouMean(f.Source, slices.Sorted(maps.Keys(h.Sources))))}
	}
	return nil
}

// complete gives the facts of one record what the header says for all of
// them. The source of the file goes only to a fact that quotes it: a fact
// without a quote has not been read anywhere.
func (h *header) complete(errorf func(string, ...any) error, facts func(func(*Fact, bool))) []error {
	var errs []error
	facts(func(f *Fact, nested bool) {
		if f.AsOf == "" {
			f.AsOf = h.Fact.AsOf
		}
		if f.ReviewBy == "" {
			f.ReviewBy = h.Fact.ReviewBy
		}
		if f.Quote != "" && f.Source == "" {
			f.Source = h.Fact.Source
		}
		if f.Confidence == "" && f.Source == "" && f.Quote == "" && (nested || h.Fact.Confidence == graph.Claimed) {
			f.Confidence = graph.Claimed
		}
		if f.Confidence == "" && f.Quote != "" {
			f.Confidence = h.Fact.Confidence
		}
		if f.Source != "" {
			s, ok := h.Sources[f.Source]
			if !ok {
				errs = append(errs, errorf("source %q is not listed under sources:%s", f.Source, didYouMean(f.Source, slices.Sorted(maps.Keys(h.Sources)))))
				return
			}
			v := s.V
			f.Cited = &v
			errs = append(errs, checkSource(errorf, f.Source, &v)...)
		}
		errs = append(errs, checkFact(errorf, f)...)
	})
	return errs
}
