package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func all(t testing.TB, src string) (out []string) {
	t.Helper()
	in := &Input{Size: 64 << 10}
	if err := in.Start(strings.NewReader(src)); err != nil {
		return []string{err.Error()}
	}
	s := in.Values("Records")
	for {
		v, line, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return append(out, fmt.Sprintf("%d! %v", line, err))
		}
		out = append(out, fmt.Sprintf("%d %s", line, v))
	}
}

// Objects in every arrangement, and where a stream is no longer JSON.
func TestValues(t *testing.T) {
	for src, want := range map[string]string{
		``:                                 ``,
		"{}\n{\"a\":[1]}":                  `1 {}; 2 {"a":[1]}`,
		"[\n{\"a\":\"]}\"},\n{\"b\":2}\n]": `2 {"a":"]}"}; 3 {"b":2}`,
		"{\"v\":{\"Records\":[{}]},\"Records\":[\n{\"a\":1},\n{\"Records\":[]}],\"after\":[\"]\",{}]}\n{\"x\":1}": `2 {"a":1}; 3 {"Records":[]}; 4 {"x":1}`,
		`{"Records":[]}{"a":1}`: `1 {"a":1}`,
		`{"a":"\"}\\"}{"b":1}`:  `1 {"a":"\"}\\"}; 1 {"b":1}`,
		"{}\n]":                 `1 {}; 2! it is no JSON: a list ends that did not begin`,
		"[{}\n":                 `1 {}; 2! it ends in the middle`,
		"{\"a\":":               `1! it ends in the middle`,
		"{} x":                  `1 {}; 1! it is no JSON of objects: 'x' stands where one should begin`,
		"[[[[[[[[[{}":           `1! lists in lists in lists`,
		"{\"a\":\"" + strings.Repeat("x", MaxLine) + "\"}\n{\"b\":1}": `1! ` + ErrLong.Error(),
	} {
		if got := strings.Join(all(t, src), "; "); got != want {
			t.Errorf("%.60q is %s, not %s", src, got, want)
		}
	}
}

// After an object that is too long the next is read.
func TestValuesLong(t *testing.T) {
	in := &Input{}
	if err := in.Start(strings.NewReader("{\"a\":\"" + strings.Repeat("x", MaxLine) + "\"}\n{\"b\":1}")); err != nil {
		t.Fatal(err)
	}
	s := in.Values()
	if _, _, err := s.Next(); !errors.Is(err, ErrLong) {
		t.Fatal(err)
	}
	if v, line, err := s.Next(); err != nil || line != 2 || string(v) != `{"b":1}` {
		t.Fatalf("%s %d %v", v, line, err)
	}
}

// FuzzValues: no panic, lines in order, and a list of JSON is what package
// json says that it is.
func FuzzValues(f *testing.F) {
	for _, s := range []string{`[{"a":1},{"b":"\\\""}]`, "{\"Records\":[{},{}]}\n{}", `{"Records":{}}`, "[[{}]]", `{"a":[{"Records":[1]}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got := all(t, string(src))
		if again := all(t, string(src)); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Fatal("the same bytes are other values")
		}
		var want []json.RawMessage
		if json.Unmarshal(src, &want) != nil || bytes.HasPrefix(src, []byte{0xef, 0xbb, 0xbf}) {
			return
		}
		for _, w := range want {
			if len(w) == 0 || w[0] != '{' {
				return
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d values of %d: %q", len(got), len(want), got)
		}
		for i := range want {
			if _, v, _ := strings.Cut(got[i], " "); v != string(want[i]) {
				t.Fatalf("value %d is %s, not %s", i, v, want[i])
			}
		}
	})
}
