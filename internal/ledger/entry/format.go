package entry

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	timeFormat = "2006-01-02T15:04:05Z"
	dateFormat = time.DateOnly
)

// formats are the shapes of fields that are not one of a few words. None
// takes a space, an at sign or more than a line, so no sentence, address or
// e-mail goes in by mistake; slugs, models, regions and resources are names
// that the perimeter or an operator gave to things, and it is on them not to
// name things after persons.
var formats = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"country":     regexp.MustCompile(`^[A-Z]{2}$`),
		"date":        regexp.MustCompile(`^[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]$`),
		"digest":      regexp.MustCompile(`^sha256:[0-9a-f]{64}$`),
		"key-id":      regexp.MustCompile(`^[0-9a-f]{32}$`),
		"measurement": regexp.MustCompile(`^[0-9a-f]{64}([0-9a-f]{32})?$`),
		"model":       regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3}(:[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$`),
		"region":      regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,31}$`),
		"requirement": regexp.MustCompile(`^[A-Z][A-Z0-9]{1,11}(_[A-Z0-9]{1,10}){0,6}$`),
		"resource":    regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}/[A-Za-z0-9._-]{1,64}/[A-Za-z0-9._-]{1,64}$`), // repository/type/tag of the KBS protocol
		"rule":        regexp.MustCompile(`^[A-Z]{2,8}-[0-9]{3}$`),
		"slug":        regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+){0,7}$`),
		"time":        regexp.MustCompile(`^[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$`),
		"version":     regexp.MustCompile(`^v?[0-9]{1,9}(\.[0-9]{1,9}){0,2}(-(alpha|beta|rc|dev)(\.?[0-9]{1,4})?)?$`),
	}
})

const (
	maxString = 256
	maxList   = 32
	// maxCount is the largest number that every reader of JSON keeps exact.
	maxCount = 1<<53 - 1
)

// A field is what a tag asks of a field of facts.
type field struct {
	index    int
	name     string
	required bool
	words    []string // of an enum
	format   string
	pattern  *regexp.Regexp
}

// fields reads the tags of a struct, once for each kind.
func fields(t reflect.Type) []field {
	if known, ok := planned.Load(t); ok {
		return known.([]field)
	}
	plan := make([]field, t.NumField())
	for i := range plan {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		plan[i] = field{index: i, name: name, required: options != "omitempty", words: strings.Fields(f.Tag.Get("enum")), format: f.Tag.Get("format")}
		plan[i].pattern = formats()[plan[i].format]
	}
	planned.Store(t, plan)
	return plan
}

var planned sync.Map

// checkFacts holds each field of facts against its tag.
func checkFacts(facts Facts) error {
	v := reflect.ValueOf(facts)
	if v.IsNil() {
		return fmt.Errorf("facts: there are none")
	}
	v = v.Elem()
	for _, f := range fields(v.Type()) {
		if err := f.check(v.Field(f.index)); err != nil {
			return fmt.Errorf("facts.%s: %w", f.name, err)
		}
	}
	return nil
}

func (f field) check(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); s != "" {
			return f.text(s)
		}
		if f.required {
			return fmt.Errorf("it is missing: %s", f.wants())
		}
	case reflect.Slice:
		return f.list(v.Interface().([]string))
	case reflect.Int64:
		if n := v.Int(); n < 0 || n > maxCount {
			return fmt.Errorf("%d is no count", n)
		}
	}
	return nil
}

// list holds a list against its format. It is sorted, and nothing stands in
// it twice: it says what is so, not in which order it was found.
func (f field) list(list []string) error {
	if len(list) > maxList {
		return fmt.Errorf("%d values, %d are the most", len(list), maxList)
	}
	for i, s := range list {
		if err := f.text(s); err != nil {
			return err
		}
		if i > 0 && list[i-1] >= s {
			return fmt.Errorf("%q stands behind %q: the list is sorted, each value once", s, list[i-1])
		}
	}
	return nil
}

func (f field) text(s string) error {
	switch {
	case len(s) > maxString:
		return fmt.Errorf("a value of %d bytes is too long", len(s))
	case len(f.words) > 0 && slices.Contains(f.words, s):
		return nil
	case f.pattern != nil && f.pattern.MatchString(s):
		return f.calendar(s)
	}
	return fmt.Errorf("%q is not allowed: %s", shorten(s), f.wants())
}

// calendar refuses days that no month has.
func (f field) calendar(s string) error {
	layout := dateFormat
	switch f.format {
	case "date":
	case "time":
		layout = time.RFC3339 // the pattern has no other zone than Z; package time is quick at this one
	default:
		return nil
	}
	if _, err := time.Parse(layout, s); err != nil {
		return fmt.Errorf("%q is no %s of the calendar", s, f.format)
	}
	return nil
}

func (f field) wants() string {
	if len(f.words) > 0 {
		return fmt.Sprintf("it is one of %v", f.words)
	}
	return fmt.Sprintf("it has the format of a %s (%v); what has no format is sealed, not written openly", f.format, f.pattern)
}

// shorten keeps most of what was written where it should not be out of
// messages, which are logged too.
func shorten(s string) string {
	const most = 12
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// tidy sorts the lists of facts and drops what is in them twice. It does so in
// a copy: whoever gave them may be using them elsewhere.
func tidy(facts Facts) Facts {
	given := reflect.ValueOf(facts).Elem()
	var tidied reflect.Value
	for i := range given.NumField() {
		if f := given.Field(i); f.Kind() != reflect.Slice || f.Len() < 2 {
			continue
		}
		if !tidied.IsValid() {
			tidied = reflect.New(given.Type())
			tidied.Elem().Set(given)
		}
		list := slices.Sorted(slices.Values(given.Field(i).Interface().([]string)))
		tidied.Elem().Field(i).Set(reflect.ValueOf(slices.Compact(list)))
	}
	if !tidied.IsValid() {
		return facts
	}
	return tidied.Interface().(Facts)
}

// A KeyID is the pseudonym of a subject: the id of the key that its values are
// sealed under. It is random, and says nothing about the subject.
type KeyID [16]byte

// String is the id in hexadecimal.
func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

func (k KeyID) text() string {
	if k == (KeyID{}) {
		return ""
	}
	return k.String()
}

// ParseKeyID reads an id as it is written.
func ParseKeyID(s string) (KeyID, error) {
	var k KeyID
	if !formats()["key-id"].MatchString(s) {
		return k, fmt.Errorf("%q is no id of a key: it has 32 hexadecimal digits", shorten(s))
	}
	_, err := hex.Decode(k[:], []byte(s))
	return k, err
}
