package lines_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

const want = `{
 "a": "<&>",
 "b": {
  "empty": [],
  "list": [
   1,
   {
    "deep": [
     "x",
     "y"]
   },
   [2,3]]
 },
 "none": {
 },
 "last": null
}
`

// TestWriter: the document is JSON, with the lines that were asked for.
func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := lines.New(&b)
	w.Value("a", "<&>")
	w.Object("b", func() {
		w.List("empty", func() {})
		if w.Some("left out", func() {}) {
			t.Error("an empty list is there")
		}
		w.List("list", func() {
			w.Value("", 1)
			w.Object("", func() {
				if !w.Some("deep", func() { w.Value("", "x"); w.Value("", "y") }) {
					t.Error("a list with elements is not there")
				}
			})
			w.Value("", []int{2, 3})
		})
	})
	w.Object("none", func() {})
	w.Value("last", nil)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("have\n%s\nwant\n%s", b.String(), want)
	}
	if !json.Valid(b.Bytes()) {
		t.Error("it is no JSON")
	}
}

// TestLists of lists: an outer one begins with what the inner one has.
func TestLists(t *testing.T) {
	var b bytes.Buffer
	w := lines.New(&b)
	w.Some("a", func() {
		w.Some("", func() {})
		w.Some("", func() { w.Value("", 1) })
		w.List("", func() {})
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var doc map[string][][]int
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil || len(doc["a"]) != 2 || len(doc["a"][0]) != 1 {
		t.Errorf("%v in %s", err, b.String())
	}
}

type broken struct{ error }

func (b broken) Write([]byte) (int, error) { return 0, b.error }

// TestErrors: the first error is told, of a value and of where it is written to.
func TestErrors(t *testing.T) {
	var b bytes.Buffer
	w := lines.New(&b)
	w.Value("a", math.NaN())
	w.Value("b", 1)
	if err := w.Close(); err == nil || b.Len() > 0 {
		t.Errorf("%v, %q", err, b.String())
	}
	full := errors.New("disk full")
	w = lines.New(broken{full})
	w.Value("a", strings.Repeat("x", 1<<17))
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}
