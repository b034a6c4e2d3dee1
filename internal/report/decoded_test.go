package report

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// TestDecodedDocuments edits result documents at random. Whatever Decode takes
// is written in every format without a panic or an error, and compared.
func TestDecodedDocuments(t *testing.T) {
	taken, refused := 0, 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 7))
		var doc any
		if err := json.Unmarshal([]byte(write(t, "json", generate(seed, 1+int(seed%12)), Options{})), &doc); err != nil {
			t.Fatal(err)
		}
		for range 1 + r.IntN(3) {
			doc = edit(r, doc)
		}
		src, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if decoded(t, src) {
			taken++
		} else {
			refused++
		}
	}
	if taken < 100 || refused < 50 {
		t.Fatalf("%d documents were taken and %d refused: the edits are too wild or too tame", taken, refused)
	}
}

// FuzzDecoded is the same for bytes that nobody chose.
func FuzzDecoded(f *testing.F) {
	for seed := range uint64(4) {
		var b bytes.Buffer
		if err := generate(seed, 7).Encode(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, src []byte) { decoded(t, src) })
}

// decoded writes what Decode takes in every format, and reports whether it did.
func decoded(t *testing.T, src []byte) bool {
	t.Helper()
	res, err := finding.Decode(src)
	if err != nil {
		if res != nil {
			t.Fatalf("an error and a result: %v", err)
		}
		return false
	}
	for _, format := range Formats() {
		for _, o := range []Options{{}, {All: true, Color: true}} {
			if err := Write(io.Discard, format, res, o); err != nil {
				t.Fatalf("%s: %v of\n%s", format, err, src)
			}
		}
	}
	if d := finding.Compare(res, res); len(d.New) > 0 || d.Verdict() != finding.VerdictPass {
		t.Fatalf("a result differs from itself: %+v", d)
	}
	if err := Diff(io.Discard, finding.Compare(&finding.Result{}, res)); err != nil {
		t.Fatal(err)
	}
	return true
}

// edit changes one value somewhere in a document: another word, null, another
// type, or nothing there at all.
func edit(r *rand.Rand, v any) any {
	switch x := v.(type) {
	case map[string]any:
		var keys []string
		for k := range x {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		if len(keys) > 0 && r.IntN(12) > 0 {
			k := keys[r.IntN(len(keys))]
			if r.IntN(4) == 0 {
				delete(x, k)
			} else {
				x[k] = edit(r, x[k])
			}
			return x
		}
	case []any:
		if len(x) > 0 && r.IntN(12) > 0 {
			i := r.IntN(len(x))
			x[i] = edit(r, x[i])
			return x
		}
	}
	return []any{nil, "", "fail", "waived", "violation", -7.0, true, []any{}, map[string]any{}, nasty[r.IntN(len(nasty))]}[r.IntN(10)]
}
