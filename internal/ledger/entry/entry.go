// Package entry is what stands in a leaf of the ledger. A leaf can never be
// taken back, so it holds no personal data: every field is one of a few
// words, has a format that leaves no room for a name, or is a commitment to a
// value that is kept elsewhere and can be destroyed (package vault).
//
// An entry has one spelling. [Parse] takes no other, so two parties that hold
// the same facts hold the same bytes, and a hash of the one is a hash of the
// other. docs/spec/ledger.md is the schema in words.
package entry

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxSize is how many bytes an entry has at most; most have less than 500.
const MaxSize = 4 << 10

// version is that of the schema.
const version = 1

// An Entry is one leaf.
type Entry struct {
	At      time.Time             // in UTC, to the second or coarser
	Subject KeyID                 // whom the sealed fields are about, or none
	Facts   Facts                 // one of the kinds, by pointer
	Sealed  map[string]Commitment // by field, see [Kind.Sealable]
}

// wire is an entry in the order in which it is written.
type wire struct {
	Version int                   `json:"v" format:"version-number"`
	Kind    Kind                  `json:"kind" format:"kind"`
	At      string                `json:"at" format:"time"`
	Subject string                `json:"subject,omitempty" format:"key-id"`
	Facts   any                   `json:"facts"`
	Sealed  map[string]Commitment `json:"sealed,omitempty" format:"commitment"`
}

// Kind is what the entry records.
func (e Entry) Kind() Kind { return e.Facts.kind() }

// Marshal checks an entry and writes it in its one spelling.
func (e Entry) Marshal() ([]byte, error) {
	if e.Facts == nil {
		return nil, fmt.Errorf("an entry without facts: give one of %v", Kinds())
	}
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("entry of kind %s: %w", e.Kind(), err)
	}
	facts, err := json.Marshal(e.Facts)
	if err != nil {
		return nil, err
	}
	b := e.append(make([]byte, 0, len(facts)+512), facts)
	if len(b) > MaxSize {
		return nil, fmt.Errorf("entry of kind %s: it has %d bytes, %d is the most: seal what is long, the entry then holds 32 bytes of it", e.Kind(), len(b), MaxSize)
	}
	return b, nil
}

// append writes what a [wire] is. Package json would read the facts and sort
// the fields once more.
func (e Entry) append(b, facts []byte) []byte {
	b = strconv.AppendInt(append(b, `{"v":`...), version, 10)
	b = append(append(append(b, `,"kind":"`...), e.Kind()...), `","at":"`...)
	b = append(e.At.AppendFormat(b, timeFormat), '"')
	if s := e.Subject.text(); s != "" {
		b = append(append(append(b, `,"subject":"`...), s...), '"')
	}
	b = append(append(b, `,"facts":`...), facts...)
	next := `,"sealed":{"`
	for _, name := range e.Kind().Sealable() {
		c, ok := e.Sealed[name]
		if !ok {
			continue
		}
		b = append(append(append(b, next...), name...), `":"`...)
		b = append(base64.StdEncoding.AppendEncode(b, c[:]), '"')
		next = `,"`
	}
	if len(e.Sealed) > 0 {
		b = append(b, '}')
	}
	return append(b, '}')
}

func (e Entry) check() error {
	if e.At.Location() != time.UTC || e.At.Nanosecond() != 0 || e.At.Year() < 1970 || e.At.Year() > 9999 {
		return fmt.Errorf("at: it is written in UTC and to the second, never finer")
	}
	if err := checkFacts(e.Facts); err != nil {
		return err
	}
	if _, ok := e.Facts.(*Erasure); ok && e.Subject == (KeyID{}) {
		return errors.New("subject: an erasure names the pseudonym whose key was destroyed")
	}
	names := e.Kind().Sealable()
	for name := range e.Sealed {
		if !slices.Contains(names, name) {
			return fmt.Errorf("sealed: there is no field %.40q; there are: %v", name, names)
		}
	}
	if len(e.Sealed) > 0 && e.Subject == (KeyID{}) {
		return fmt.Errorf("sealed: fields are sealed under the key of a subject, and none is named. What is about nobody has a subject too, such as system:gateway")
	}
	return nil
}

// errSpelling says that bytes mean an entry but are not how it is written.
var errSpelling = errors.New("the entry is not in its one spelling: white space, an order of fields, a list that is not sorted or a number that is written otherwise. Nothing was taken from it")

// Parse reads an entry. It takes exactly the bytes that [Entry.Marshal] writes.
func Parse(b []byte) (Entry, error) {
	if len(b) > MaxSize {
		return Entry{}, fmt.Errorf("%d bytes are no entry: it has %d at most", len(b), MaxSize)
	}
	var facts jsontext.Value
	w := wire{Facts: &facts}
	if err := decode(b, &w); err != nil {
		return Entry{}, fmt.Errorf("entry: %w", err)
	}
	if w.Version != version {
		return Entry{}, fmt.Errorf("the entry is of version %d, this program reads version %d: a newer one may read it", w.Version, version)
	}
	e := Entry{Sealed: w.Sealed}
	var err error
	if e.Facts, err = readFacts(w.Kind, facts); err != nil {
		return Entry{}, err
	}
	if e.At, err = time.ParseInLocation(timeFormat, w.At, time.UTC); err != nil {
		return Entry{}, fmt.Errorf("entry of kind %s: at: %.40q is not written as %s", w.Kind, w.At, timeFormat)
	}
	if w.Subject != "" {
		if e.Subject, err = ParseKeyID(w.Subject); err != nil {
			return Entry{}, fmt.Errorf("entry of kind %s: subject: %w", w.Kind, err)
		}
	}
	again, err := e.Marshal()
	if err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(again, b) {
		return Entry{}, errSpelling
	}
	return e, nil
}

// readFacts reads what a kind has to say.
func readFacts(kind Kind, b []byte) (Facts, error) {
	s, ok := schemas[kind]
	if !ok {
		return nil, fmt.Errorf("there is no kind %.40q of entry; there are: %v", string(kind), Kinds())
	}
	facts := s.make()
	if len(b) == 0 {
		return facts, nil
	}
	if err := decode(b, facts); err != nil {
		return nil, fmt.Errorf("entry of kind %s: %w", kind, err)
	}
	return facts, nil
}

// decode reads one JSON value, and takes no field that it does not know, that
// stands twice or in capitals, and no bytes that are no text: package
// encoding/json would put others in their place, and take the last of two
// subjects.
func decode(b []byte, into any) error {
	err := jsonv2.Unmarshal(b, into, jsonv2.RejectUnknownMembers(true))
	var text *jsontext.SyntacticError
	var value *jsonv2.SemanticError
	switch {
	case errors.As(err, &text):
		return fmt.Errorf("byte %d: %w", text.ByteOffset, text.Err)
	case errors.Is(err, jsonv2.ErrUnknownName) && errors.As(err, &value):
		return fmt.Errorf("unknown field %.40q", value.JSONPointer.LastToken())
	case errors.As(err, &value):
		return fmt.Errorf("field %.40q: this value does not fit there, see docs/spec/ledger.md", value.JSONPointer)
	}
	return err
}

// SealedFields are the fields that the entry commits to, sorted.
func (e Entry) SealedFields() []string { return slices.Sorted(maps.Keys(e.Sealed)) }
