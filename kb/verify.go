package kb

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// A Verification is what [Verify] found.
type Verification struct {
	Faults  []*Error      // by file and line; empty when all is well
	Regions []RegionBasis // in the order of the files
}

// A RegionBasis is how the country of one region was established.
type RegionBasis struct {
	Provider  graph.ProviderID `json:"provider"`
	Partition string           `json:"partition,omitempty"`
	Code      string           `json:"code"`
	Countries []graph.Country  `json:"countries"`
	Basis     Basis            `json:"basis"`
	Source    string           `json:"source,omitempty"` // who published it
	Second    string           `json:"second,omitempty"`
}

// Verify checks a YAML tree laid out like the folder kb: all that [Compile]
// refuses, and beyond it what is well formed but not good enough for the main
// set: a review that is overdue on the day, a country above claimed for which
// only one source stands, and sources that name another country than the
// record. An error means that the tree cannot be read at all.
func Verify(fsys fs.FS, at time.Time) (*Verification, error) {
	t, err := parse(fsys)
	if err != nil {
		return refused(err)
	}
	fillTenants(t.regions, t.regions)
	return t.verify(at, false), nil
}

// VerifyOverlay checks a user's records in the same way, laid over what is
// known, and reports on them alone. Name is what messages call the overlay.
func (k *KB) VerifyOverlay(fsys fs.FS, name string, at time.Time) (*Verification, error) {
	t, _, err := k.overlaid(fsys, name)
	if err != nil {
		return refused(err)
	}
	return t.verify(at, true), nil
}

// Verify checks the knowledge itself. Compiled records have lost their lines,
// so that faults name files only.
func (k *KB) Verify(at time.Time) *Verification { return k.tree().verify(at, false) }

// refused makes faults of what is wrong in files, so that all of it is shown.
func refused(err error) (*Verification, error) {
	v := &Verification{}
	for _, e := range flatten(err) {
		fault, ok := e.(*Error)
		if !ok {
			return nil, err
		}
		v.Faults = append(v.Faults, fault)
	}
	v.sort()
	return v, nil
}

// verify checks a tree that could be read; with read only the rows that were
// read from a file now, not those that an overlay was laid over.
func (t *tree) verify(at time.Time, read bool) *Verification {
	v := &Verification{}
	for _, err := range flatten(t.validate()) {
		v.fault(err)
	}
	verifyFacts(v, t.countries, at, read)
	verifyFacts(v, t.blocs, at, read)
	verifyFacts(v, t.adequacy, at, read)
	verifyFacts(v, t.laws, at, read)
	verifyFacts(v, t.requirements, at, read)
	verifyFacts(v, t.operators, at, read)
	verifyFacts(v, t.models, at, read)
	verifyFacts(v, t.endpoints, at, read)
	verifyFacts(v, t.providers, at, read)
	verifyFacts(v, t.regions, at, read)
	verifyFacts(v, t.ranges, at, read)
	verifyFacts(v, t.packages, at, read)
	if !read {
		t.verifyLists(v, at)
	}
	t.verifyRegions(v, read)
	v.sort()
	return v
}

// verifyFacts looks at every fact of the rows: its citation, the licence of
// what it cites, and whether somebody should have looked again.
func verifyFacts[T any, P record[T]](v *Verification, rows []row[T], at time.Time, read bool) {
	day := at.Format(time.DateOnly)
	for i := range rows {
		r := &rows[i]
		if read && r.Line == 0 {
			continue
		}
		P(&r.V).facts(func(f *Fact, _ bool) {
			errs := checkFact(r.errorf, f)
			if f.Cited != nil {
				errs = append(errs, checkSource(r.errorf, f.Source, f.Cited)...)
			}
			if f.ReviewBy != "" && f.ReviewBy < day {
				errs = append(errs, r.errorf("its review was due by %s: read the source again, then write a new as_of and review_by", f.ReviewBy))
			}
			for _, err := range errs {
				v.fault(err)
			}
		})
	}
}

// verifyLists looks whether a published list is past its review.
func (t *tree) verifyLists(v *Verification, at time.Time) {
	if len(t.published) == 0 {
		return
	}
	lists, err := addresses.Decode(t.published)
	if err != nil {
		v.fault(&Error{publishedFile, 0, err.Error()})
		return
	}
	for _, s := range lists.Sources {
		if s.ReviewBy != "" && s.ReviewBy < at.Format(time.DateOnly) {
			v.fault(&Error{publishedFile, 0, fmt.Sprintf("%s was to be renewed by %s: go run ./kb/internal/ranges reads a newer one", s.Name, s.ReviewBy)})
		}
	}
}

func (v *Verification) fault(err error) {
	if fault, ok := err.(*Error); ok {
		v.Faults = append(v.Faults, fault)
	} else {
		v.Faults = append(v.Faults, &Error{Message: err.Error()})
	}
}

func (v *Verification) sort() {
	slices.SortStableFunc(v.Faults, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	v.Faults = slices.CompactFunc(v.Faults, func(a, b *Error) bool { return *a == *b })
}
