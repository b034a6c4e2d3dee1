package oscal

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEncode holds the encoder against encoding/json: the same document, in other lines.
func TestEncode(t *testing.T) {
	for name, doc := range map[string]any{
		"empty":   results{},
		"catalog": catalog{UUID: "u", Groups: []group{{ID: "g", Controls: []control{{ID: "c", Parts: []part{{Name: "<&>"}}}}}}, Back: &backMatter{}},
		"results": results{Results: []result{{Title: "a\n", Observations: []observation{{UUID: "o", Methods: []string{"m"}}, {}}, Reviewed: selections{[]selection{{All: &struct{}{}}}}}}, Back: &backMatter{[]resource{{Title: "r"}}}},
	} {
		var b bytes.Buffer
		if err := encode(&b, "root", doc); err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(map[string]any{"root": doc})
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, b.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
