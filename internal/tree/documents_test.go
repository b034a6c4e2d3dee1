package tree

import "testing"

func TestDocuments(t *testing.T) {
	for _, c := range []struct {
		name, src string
		n         int
		fails     bool
	}{
		{"a.yaml", "a: 1\n---\nb: 2\n", 2, false},
		{"a.yaml", "a: 1\n---\nb: [\n", 1, true}, // what comes before the error counts
		{"a.json", `{"a": 1}`, 1, false},
		{"a.json", "a: 1\n", 0, true},
		{"a.json", `{"a": `, 0, true},
	} {
		docs, err := Documents(c.name, []byte(c.src))
		if len(docs) != c.n || (err != nil) != c.fails {
			t.Errorf("%s %q: %d documents, %v", c.name, c.src, len(docs), err)
		}
	}
}
