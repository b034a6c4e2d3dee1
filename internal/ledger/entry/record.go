package entry

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A Record is what a program has to say: an entry before it is sealed. It
// names the subject, and holds the values that the entry only commits to.
type Record struct {
	At      time.Time // zero is now
	Subject string    // an e-mail address, the number of a patient, system:gateway
	Facts   Facts
	Sealed  map[string]string // by field, see [Kind.Sealable]
}

// MaxValues is how many bytes the values of a record have in all.
const MaxValues = 256 << 10

// MaxSubject is how long the name of a subject is.
const MaxSubject = 1 << 10

// ReadRecord reads a record from JSON. It looks as the entry will, but that
// the subject is named and the values stand where their commitments will
// stand. Order, white space and the order of lists do not matter; a field that
// is not known, or stands twice, is an error.
//
//	{"kind":"access","subject":"patient-4711","facts":{"action":"read","result":"allowed"},"sealed":{"actor":"…"}}
func ReadRecord(b []byte) (Record, error) {
	var w struct {
		Kind    Kind              `json:"kind"`
		At      *time.Time        `json:"at"`
		Subject string            `json:"subject"`
		Facts   jsontext.Value    `json:"facts"`
		Sealed  map[string]string `json:"sealed"`
	}
	if err := decode(b, &w); err != nil {
		return Record{}, fmt.Errorf("record: %w", err)
	}
	facts, err := readFacts(w.Kind, w.Facts)
	if err != nil {
		return Record{}, err
	}
	r := Record{Subject: w.Subject, Facts: facts, Sealed: w.Sealed}
	if w.At != nil {
		r.At = *w.At
	}
	return r, nil
}

// Commit makes the entry of a record, under the pseudonym of its subject, and
// the openings of what it commits to: of each sealed field, and of the name of
// the subject. Its lists are sorted; the record stays as it is.
func (r Record) Commit(subject KeyID, at time.Time) (Entry, []Opening, error) {
	if err := r.check(); err != nil {
		return Entry{}, nil, err
	}
	e := Entry{At: at.UTC().Truncate(time.Second), Subject: subject, Facts: tidy(r.Facts)}
	if r.Subject == "" || len(e.Kind().Sealable()) == 0 {
		return e, nil, nil
	}
	openings := make([]Opening, 0, len(r.Sealed)+1)
	for _, field := range r.Facts.kind().Sealable() { // sorted, and there are no others
		if value, ok := r.Sealed[field]; ok {
			openings = append(openings, Opening{field, NewSalt(), value})
		}
	}
	openings = append(openings, Opening{subjectField, NewSalt(), r.Subject})
	e.Sealed = make(map[string]Commitment, len(openings))
	for _, o := range openings {
		e.Sealed[o.Field] = o.Commit(e.Kind())
	}
	return e, openings, nil
}

func (r Record) check() error {
	if r.Facts == nil {
		return fmt.Errorf("a record without facts: its kind is one of %v", Kinds())
	}
	if r.Subject == "" && len(r.Sealed) > 0 {
		return fmt.Errorf("record of kind %s: values are sealed under the key of a subject, and none is named. What is about nobody has a subject too, such as system:gateway", r.Facts.kind())
	}
	if len(r.Subject) > MaxSubject || !utf8.ValidString(r.Subject) {
		return fmt.Errorf("record of kind %s: the subject is no text of at most %d bytes", r.Facts.kind(), MaxSubject)
	}
	size := 0
	for field, value := range r.Sealed {
		size += len(value)
		switch {
		case field == subjectField:
			return fmt.Errorf("record of kind %s: the subject is sealed by itself: leave it out of `sealed`", r.Facts.kind())
		case !slices.Contains(r.Facts.kind().Sealable(), field):
			return fmt.Errorf("record of kind %s: no field %q can be sealed; there are: %v", r.Facts.kind(), shorten(field), r.Facts.kind().Sealable())
		case value == "":
			return fmt.Errorf("record of kind %s: the value of %s is empty: leave the field out", r.Facts.kind(), field)
		case !utf8.ValidString(value):
			return fmt.Errorf("record of kind %s: the value of %s is no UTF-8 text: seal it in base64", r.Facts.kind(), field)
		}
	}
	if size > MaxValues {
		return fmt.Errorf("record of kind %s: %d bytes of values, %d are the most: keep what is longer elsewhere and seal its digest", r.Facts.kind(), size, MaxValues)
	}
	return nil
}
