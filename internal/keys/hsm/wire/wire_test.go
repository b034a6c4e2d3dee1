package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func frame(t testing.TB, message any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, message); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadRefuses(t *testing.T) {
	body := func(s string) string { return string([]byte{0, 0, 0, byte(len(s))}) + s }
	for text, want := range map[string]string{
		"":                             "EOF",
		"\x00\x00":                     "EOF",
		"\xff\xff\xff\xffx":            "no message",
		"\x00\x00\x00\x09{}":           "EOF",
		body(`{"id":1,"op":"x"}{}`):    "behind",
		body(`{"id":1,"op":"x"}}`):     "behind",
		body(`{"id":1,"op":"x"}]`):     "behind",
		body(`{"id":1,"more":"x"}`):    "unknown field",
		body(`{"id":-1}`):              "cannot unmarshal",
		body(`{"id":1,"data":"***"}`):  "illegal base64",
		"HTTP/1.1 400 Bad Request\r\n": "no message",
	} {
		var q Request
		if err := Read(strings.NewReader(text), &q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if err := Write(io.Discard, Request{Data: make([]byte, maxFrame)}); err == nil {
		t.Error("a message that nobody reads was written")
	}
}

// idle is a backend that does nothing.
type idle struct{ Backend }

func (idle) Sign(message []byte) ([]byte, error) { return message, nil }

func (idle) Close() error { return nil }

func TestServe(t *testing.T) {
	talk := func(qs ...Request) (all []Response, err error) {
		var in, out bytes.Buffer
		for _, q := range qs {
			in.Write(frame(t, q))
		}
		err = Serve(&in, &out, func(token map[string]string) (Backend, error) {
			if token["object"] == "none" {
				return nil, errors.New("no such key")
			}
			return idle{}, nil
		})
		for {
			var r Response
			if Read(&out, &r) != nil {
				return all, err
			}
			all = append(all, r)
		}
	}
	opened := Request{ID: 1, Op: Open, Version: Version}
	for _, c := range []struct {
		name string
		ask  []Request
		want string // of the last answer
		fail string // of all
	}{
		{"in order", []Request{opened, {ID: 2, Op: Sign, Data: []byte("m")}}, "", ""},
		{"another version", []Request{{ID: 1, Op: Open, Version: 2}}, "not of one version", "not of one version"},
		{"not opened", []Request{{ID: 1, Op: Sign}}, "not of one version", "not of one version"},
		{"no key", []Request{{ID: 1, Op: Open, Version: Version, Token: map[string]string{"object": "none"}}}, "no such key", "no such key"},
		{"opened twice", []Request{opened, opened}, "nobody can do", ""},
		{"what is not there", []Request{opened, {ID: 2, Op: "export"}}, `nobody can do "export"`, ""},
		{"too much to wrap", []Request{opened, {ID: 2, Op: Wrap, Data: make([]byte, 5000)}}, "too many to wrap", ""},
		{"too much to unwrap", []Request{opened, {ID: 2, Op: Unwrap, Data: make([]byte, 20000)}}, "does not open this", ""},
		{"too much to sign", []Request{opened, {ID: 2, Op: Sign, Data: make([]byte, MaxMessage+1)}}, "too many to sign", ""},
		{"nothing", nil, "", "first request"},
	} {
		all, err := talk(c.ask...)
		last := Response{}
		if len(all) > 0 {
			last = all[len(all)-1]
		}
		if len(all) != len(c.ask) || (last.Error == "") != (c.want == "") || !strings.Contains(last.Error, c.want) {
			t.Errorf("%s: answered %+v", c.name, all)
		}
		if (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(frame(f, Request{ID: 1, Op: Open, Version: Version, Token: map[string]string{"object": "a"}}))
	f.Add(frame(f, Response{ID: 1, Description: &Description{Keys: []KeyFacts{{Class: "secret"}}}}))
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Fuzz(func(t *testing.T, b []byte) {
		var q Request
		if err := Read(bytes.NewReader(b), &q); err == nil {
			var again Request
			text, _ := json.Marshal(q)
			if err := Read(bytes.NewReader(frame(t, q)), &again); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if text2, _ := json.Marshal(again); !cmp.Equal(text, text2) {
				t.Fatalf("%s is read as %s", text, text2)
			}
		}
		var r Response
		if err := Read(bytes.NewReader(b), &r); err == nil {
			r.Err()
		}
	})
}
