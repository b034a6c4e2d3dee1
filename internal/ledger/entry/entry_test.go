package entry

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

const aDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// samples are values of the formats, two each, sorted.
var samples = map[string][]string{
	"country": {"DE", "FR"}, "date": {"2026-11-29", "2027-02-28"}, "digest": {aDigest, strings.Replace(aDigest, "e3", "f4", 1)},
	"key-id": {"00112233445566778899aabbccddeeff", "10112233445566778899aabbccddeeff"}, "measurement": {strings.Repeat("ab", 48), strings.Repeat("cd", 32)},
	"model":  {"mistralai/Mistral-7B-Instruct-v0.3", "phi-4:14b"},
	"region": {"eu-west-3", "fr-par"}, "requirement": {"GDPR_ART_17_1_A", "GDPR_ART_9_2_H"}, "resource": {"default/key/1", "default/key/2"},
	"rule": {"EGR-003", "LOC-001"}, "slug": {"patient-records", "prompts"}, "time": {"2026-11-29T11:59:59Z", "2026-11-29T12:00:00Z"}, "version": {"1.27.3", "v2"},
}

// filled is the fullest record of a kind.
func filled(kind Kind) Record {
	r := Record{Subject: "erika@clinic.example", Facts: schemas[kind].make(), Sealed: map[string]string{}}
	v := reflect.ValueOf(r.Facts).Elem()
	for _, f := range fields(v.Type()) {
		values := samples[f.format]
		if len(f.words) > 0 {
			values = f.words[:2]
		}
		switch to := v.Field(f.index); to.Kind() {
		case reflect.String:
			to.SetString(values[0])
		case reflect.Slice:
			to.Set(reflect.ValueOf(slices.Clone(values)))
		case reflect.Int64:
			to.SetInt(4711)
		}
	}
	for _, field := range kind.Sealable() {
		if field != subjectField {
			r.Sealed[field] = "Erika Mustermann, " + field
		}
	}
	return r
}

func commit(t testing.TB, r Record) (Entry, []Opening, []byte) {
	t.Helper()
	e, openings, err := r.Commit(KeyID{1}, noon)
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return e, openings, b
}

// TestEveryFieldHasAFormat is why a leaf holds no personal data: there is no
// field that takes any text.
func TestEveryFieldHasAFormat(t *testing.T) {
	for _, kind := range Kinds() {
		s := schemas[kind]
		if s.make().kind() != kind {
			t.Errorf("%s makes the facts of %s", kind, s.make().kind())
		}
		if !slices.IsSorted(s.sealed) || len(s.sealed) > 0 != slices.Contains(s.sealed, subjectField) {
			t.Errorf("%s: sealed fields are sorted, and the subject is one: %v", kind, s.sealed)
		}
		walk(t, string(kind), reflect.TypeOf(s.make()).Elem())
	}
	if len(Kinds()) != 9 {
		t.Errorf("%d kinds", len(Kinds()))
	}
	w := reflect.TypeFor[wire]()
	for i := range w.NumField() {
		if f := w.Field(i); f.Tag.Get("format") == "" && f.Name != "Facts" {
			t.Errorf("wire.%s has no format", f.Name)
		}
	}
}

func walk(t *testing.T, where string, s reflect.Type) {
	for i := range s.NumField() {
		f := s.Field(i)
		words, format := strings.Fields(f.Tag.Get("enum")), f.Tag.Get("format")
		text := f.Type.Kind() == reflect.String || f.Type == reflect.TypeFor[[]string]()
		switch {
		case !slices.IsSorted(words):
			t.Errorf("%s.%s: the words are not sorted", where, f.Name)
		case text && len(words) > 1 && format == "":
		case text && formats()[format] != nil && len(samples[format]) == 2:
		case f.Type.Kind() == reflect.Int64 && format == "count":
		default:
			t.Errorf("%s.%s (%v) has neither words nor a format that is known and has samples: it would take a name", where, f.Name, f.Type)
		}
	}
}

// Personal data as people write it goes through no format.
func TestFormatsRefusePersonalData(t *testing.T) {
	for _, s := range []string{
		"erika@clinic.example", "Erika Mustermann", "Mustermann, Erika", "+49 30 123456", "2001:db8::1", "Heidestraße 17", "why?", "a\nb", "é",
		"4 July 1976", "DE89 3704 0044 0532 0130 00", strings.Repeat("a", 300), "\x00",
	} {
		for name, pattern := range formats() {
			f := field{format: name, pattern: pattern}
			if f.text(s) == nil {
				t.Errorf("%s takes %q", name, s)
			}
		}
	}
	for name, pattern := range formats() {
		if name != "model" && (field{format: name, pattern: pattern}).text("192.0.2.1") == nil { // models are names that an operator gave
			t.Errorf("%s takes an address", name)
		}
	}
	for name, values := range samples {
		for _, s := range values {
			if err := (field{format: name, pattern: formats()[name]}).text(s); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for format, s := range map[string]string{"date": "2026-02-30", "time": "2026-02-30T00:00:00Z"} {
		if (field{format: format, pattern: formats()[format]}).text(s) == nil {
			t.Errorf("%s takes %s", format, s)
		}
	}
}

func TestOneSpelling(t *testing.T) {
	for _, kind := range Kinds() {
		_, _, b := commit(t, filled(kind))
		e, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", b, err)
			continue
		}
		if again, err := e.Marshal(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%s\nbecomes\n%s (%v)", b, again, err)
		}
		t.Logf("%s: %d bytes at its fullest", kind, len(b))
		for what, other := range map[string]string{
			"white space":      strings.Replace(string(b), ",", ", ", 1),
			"a line":           string(b) + "\n",
			"an unknown field": strings.Replace(string(b), `"facts":{`, `"facts":{"name":"x",`, 1),
			"one on top":       strings.Replace(string(b), `{`, `{"name":"x",`, 1),
			"capitals":         strings.Replace(string(b), `"kind"`, `"Kind"`, 1),
			"an escape":        strings.Replace(string(b), `"kind"`, `"k\u0069nd"`, 1),
			"twice":            strings.Replace(string(b), `{"v":1,`, `{"v":1,"v":1,`, 1),
			"another version":  strings.Replace(string(b), `{"v":1,`, `{"v":2,`, 1),
			"a zone":           strings.Replace(string(b), `12:00:00Z`, `12:00:00+00:00`, 1),
			"a finer time":     strings.Replace(string(b), `12:00:00Z`, `12:00:00.5Z`, 1),
			"another kind":     strings.Replace(string(b), string(kind), "gossip", 1),
		} {
			if other == string(b) {
				t.Fatalf("%s: nothing was altered", what)
			}
			if _, err := Parse([]byte(other)); err == nil {
				t.Errorf("%s: %s is taken", what, other)
			}
		}
	}
}

func TestListsAreSorted(t *testing.T) {
	d := &Decision{By: "gateway", Verdict: "violation", Effect: "blocked", To: []string{"US", "DE", "US"}, Rules: []string{"LOC-001"}}
	if _, err := (Entry{At: noon, Facts: d}).Marshal(); err == nil {
		t.Error("an unsorted list is written")
	}
	given := d.To
	_, _, b := commit(t, Record{Facts: d})
	if !bytes.Contains(b, []byte(`"to":["DE","US"]`)) {
		t.Errorf("%s", b)
	}
	if given[0] != "US" || d.To[0] != "US" || len(d.To) != 3 {
		t.Error("the caller's facts were altered under him")
	}
}

func TestRefusals(t *testing.T) {
	for name, text := range map[string]string{
		"no kind":                `{"facts":{}}`,
		"unknown fact":           `{"kind":"access","facts":{"action":"read","result":"allowed","who":"erika"}}`,
		"unknown field":          `{"kind":"access","name":"erika","facts":{"action":"read","result":"allowed"}}`,
		"two documents":          `{"kind":"access","facts":{"action":"read","result":"allowed"}}{}`,
		"no subject":             `{"kind":"access","facts":{"action":"read","result":"allowed"},"sealed":{"actor":"erika"}}`,
		"unknown sealed field":   `{"kind":"access","subject":"x","facts":{"action":"read","result":"allowed"},"sealed":{"mood":"x"}}`,
		"the subject sealed":     `{"kind":"access","subject":"x","facts":{"action":"read","result":"allowed"},"sealed":{"subject":"x"}}`,
		"an empty value":         `{"kind":"access","subject":"x","facts":{"action":"read","result":"allowed"},"sealed":{"actor":""}}`,
		"a word that is none":    `{"kind":"access","facts":{"action":"look","result":"allowed"}}`,
		"a fact that is absent":  `{"kind":"access","facts":{"action":"read"}}`,
		"a negative count":       `{"kind":"access","facts":{"action":"read","result":"allowed","bytes":-1}}`,
		"a count with a point":   `{"kind":"access","facts":{"action":"read","result":"allowed","bytes":1.5}}`,
		"a field twice":          `{"kind":"access","subject":"erika","subject":"max","facts":{"action":"read","result":"allowed"}}`,
		"a value twice":          `{"kind":"access","subject":"x","facts":{"action":"read","result":"allowed"},"sealed":{"actor":"erika","actor":"max"}}`,
		"a fact twice":           `{"kind":"access","facts":{"action":"read","result":"denied","result":"allowed"}}`,
		"a field in capitals":    `{"kind":"access","subject":"erika","Subject":"max","facts":{"action":"read","result":"allowed"}}`,
		"a fact in capitals":     `{"kind":"access","facts":{"action":"read","Result":"allowed"}}`,
		"bytes that are no text": "{\"kind\":\"access\",\"subject\":\"erika\xff\",\"facts\":{\"action\":\"read\",\"result\":\"allowed\"}}",
		"half of a character":    `{"kind":"access","subject":"erika\ud83d","facts":{"action":"read","result":"allowed"}}`,
		"too much":               `{"kind":"access","subject":"x","facts":{"action":"read","result":"allowed"},"sealed":{"actor":"` + strings.Repeat("x", MaxValues+1) + `"}}`,
	} {
		r, err := ReadRecord([]byte(text))
		if err == nil {
			var e Entry
			if e, _, err = r.Commit(KeyID{1}, noon); err == nil {
				_, err = e.Marshal()
			}
		}
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestCommitments(t *testing.T) {
	r := filled("key-release")
	e, openings, _ := commit(t, r)
	if len(openings) != len(r.Sealed)+1 {
		t.Fatalf("%d openings of %d values and a subject", len(openings), len(r.Sealed))
	}
	seen := map[Salt]bool{}
	for _, o := range openings {
		if seen[o.Salt] {
			t.Errorf("%s: a salt is used twice", o.Field)
		}
		seen[o.Salt] = true
		if err := o.Opens(e); err != nil {
			t.Error(err)
		}
		for i := range 10 {
			other := o
			switch i {
			case 0:
				other.Value += "x"
			case 1:
				other.Value = other.Value[1:]
			case 2:
				other.Field = "mood"
			default:
				other.Salt[rand.IntN(len(o.Salt))] ^= 1 << rand.IntN(8)
			}
			if other.Opens(e) == nil {
				t.Errorf("%v opens what %v was committed to", other, o)
			}
		}
		// The same value under the same salt is another commitment elsewhere.
		elsewhere := Entry{Facts: &Access{}, Sealed: e.Sealed}
		if o.Opens(elsewhere) == nil {
			t.Errorf("%s opens in an entry of another kind", o.Field)
		}
	}
	if a, b := (Opening{Field: "actor", Value: "x"}), (Opening{Field: "reason", Value: "x"}); a.Commit("access") == b.Commit("access") {
		t.Error("two fields have one commitment")
	}
}

// What is spelled here is what verifiers of others have to compute.
func TestCommitmentVector(t *testing.T) {
	o := Opening{Field: "actor", Value: "Erika Mustermann"}
	for i := range o.Salt {
		o.Salt[i] = byte(i)
	}
	const want = "zyz4+AVW10ekpo5ReAbc3CPdjGUw7+f/Q4jP+NwIH9g="
	if got, _ := o.Commit("access").MarshalText(); string(got) != want {
		t.Errorf("%s", got)
	}
}

func TestTypicalSize(t *testing.T) {
	_, _, b := commit(t, Record{Subject: "patient-4711", Facts: &Decision{By: "gateway", Verdict: "pass", Effect: "allowed", Policy: aDigest, System: "triage",
		Data: []string{"prompts"}, To: []string{"FR"}, Operator: "mistral", Model: "mistral-small-2506"}, Sealed: map[string]string{"input": "Ich habe Kopfschmerzen."}})
	if len(b) > 500 {
		t.Errorf("%d bytes: %s", len(b), b)
	}
	t.Logf("%d bytes: %s", len(b), b)
	long := filled("decision")
	d := long.Facts.(*Decision)
	d.Data, d.Rules, d.Requirements = nil, nil, nil
	for i := range maxList {
		d.Data = append(d.Data, fmt.Sprintf("class-%s-%02d", strings.Repeat("a", 150), i))
	}
	e, _, err := long.Commit(KeyID{1}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Marshal(); err == nil || !strings.Contains(err.Error(), "seal what is long") {
		t.Errorf("an entry over %d bytes: %v", MaxSize, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, kind := range Kinds() {
		_, _, b := commit(f, filled(kind))
		f.Add(b)
	}
	f.Add([]byte(`{"v":1,"kind":"erasure","at":"2026-11-29T12:00:00Z","subject":"00112233445566778899aabbccddeeff","facts":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		again, err := e.Marshal()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s becomes %s (%v)", b, again, err)
		}
	})
}

func FuzzDisclosure(f *testing.F) {
	_, openings, b := commit(f, filled("access"))
	policy, err := c2sp.ParsePolicy([]byte("quorum none\n"))
	if err != nil {
		f.Fatal(err)
	}
	d := Disclosure{DisclosureSchema, string(c2sp.Proof{Extra: b, Checkpoint: []byte("x\n")}.Marshal()), openings}
	text, err := d.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema":"bailiwick/disclosure/v1","proof":"","opened":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDisclosure(b)
		if err != nil {
			return
		}
		if _, err := d.Verify(policy); err == nil {
			t.Fatalf("%s verifies by a policy that trusts nobody", b)
		}
		again, err := d.Marshal()
		if err != nil || !sameJSON(again, b) {
			t.Fatalf("%s becomes %s (%v)", b, again, err)
		}
	})
}

func FuzzReadRecord(f *testing.F) {
	f.Add([]byte(`{"kind":"access","at":"2026-11-29T12:00:00.7+01:00","subject":"patient-4711","facts":{"action":"read","result":"allowed","from":["FR","DE","FR"]},"sealed":{"actor":"Erika"}}`))
	f.Add([]byte(`{"kind":"erasure","facts":{"basis":"GDPR_ART_17_1_A","openings":0,"bytes":0}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadRecord(b)
		if err != nil {
			return
		}
		e, openings, err := r.Commit(KeyID{1}, noon)
		if err != nil {
			return
		}
		text, err := e.Marshal()
		if err != nil {
			return
		}
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, o := range openings {
			if err := o.Opens(back); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A document that shows nothing shows nothing: whoever is told that it was
// verified would take it for more.
func TestDisclosureOfNothing(t *testing.T) {
	for _, opened := range []string{"null", "[]"} {
		d, err := ParseDisclosure([]byte(`{"schema":"bailiwick/disclosure/v1","proof":"x","opened":` + opened + `}`))
		if err == nil {
			_, err = d.Verify(&c2sp.Policy{})
		}
		if err == nil || !strings.Contains(err.Error(), "shows no field") {
			t.Errorf("%s: %v", opened, err)
		}
	}
}

// An erasure is of somebody.
func TestErasureOfNobody(t *testing.T) {
	e := Entry{At: noon, Facts: &Erasure{Basis: "GDPR_ART_17_1_A"}}
	if _, err := e.Marshal(); err == nil || !strings.Contains(err.Error(), "subject") {
		t.Errorf("an erasure of nobody: %v", err)
	}
	e.Subject = KeyID{1}
	if _, err := e.Marshal(); err != nil {
		t.Error(err)
	}
}

func BenchmarkCommit(b *testing.B) {
	r := Record{Subject: "patient-4711", Facts: &Decision{By: "gateway", Verdict: "pass", Effect: "allowed", Policy: aDigest, System: "triage", To: []string{"FR"}},
		Sealed: map[string]string{"input": strings.Repeat("x", 200), "actor": "dr-house"}}
	b.ReportAllocs()
	for b.Loop() {
		e, _, err := r.Commit(KeyID{1}, noon)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}
