package terraform

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An edit that does not fit is refused with a reason, and never half made.
func TestRewriteRefuses(t *testing.T) {
	at := func(line, column, size int, text string) graph.Edit {
		return graph.Edit{Literal: graph.Literal{Origin: graph.Origin{File: "f", Line: line}, Column: column, Bytes: size, Text: text}, Value: "new"}
	}
	add := func(line int, path string) graph.Edit {
		return graph.Edit{Literal: graph.Literal{Origin: graph.Origin{File: "f", Line: line}}, Add: path, Value: "true"}
	}
	for _, c := range []struct {
		name, file, src string
		edits           []graph.Edit
		want            string
	}{
		{"moved", "m.tf", "a = \"x\"\n", []graph.Edit{at(2, 4, 3, "x")}, "m.tf:2 has changed"},
		{"another text", "m.tf", "a = \"y\"\n", []graph.Edit{at(1, 4, 3, "x")}, "is not written as one value"},
		{"no token", "m.tf", "a = \"x\"\n", []graph.Edit{at(1, 0, 7, "x")}, "is not written as one value"},
		{"a template", "m.tf", "a = \"${b}\"\n", []graph.Edit{at(1, 4, 6, "x")}, "is not written as one value"},
		{"two values", "m.tf", "a = \"x\"\n", []graph.Edit{at(1, 4, 3, "x"), {Literal: at(1, 4, 3, "x").Literal, Value: "other"}}, "two edits meet"},
		{"no block there", "m.tf", "r \"a\" \"b\" {\n}\n", []graph.Edit{add(2, "x")}, "m.tf:2 has changed"},
		{"written already", "m.tf", "r \"a\" \"b\" {\n  x = 1\n}\n", []graph.Edit{add(1, "x")}, "x is written already"},
		{"no such block below", "m.tf", "r \"a\" \"b\" {\n}\n", []graph.Edit{add(1, "y.x")}, "it has 0 blocks y, not one"},
		{"several blocks below", "m.tf", "r \"a\" \"b\" {\n  y {\n  }\n  y {\n  }\n}\n", []graph.Edit{add(1, "y.x")}, "it has 2 blocks y, not one"},
		{"one line", "m.tf", "r \"a\" \"b\" { z = 1 }\n", []graph.Edit{add(1, "x")}, "its block is written on one line"},
		{"broken", "m.tf", "r \"a\" {\n", []graph.Edit{add(1, "x")}, "its file is not valid"},
		{"added to JSON", "m.tf.json", "{}\n", []graph.Edit{add(1, "x")}, "an attribute is not added to JSON"},
	} {
		out, err := Rewrite(c.file, []byte(c.src), c.edits)
		if err == nil || !strings.Contains(err.Error(), c.want) || out != nil {
			t.Errorf("%s: %q, %v; want %q", c.name, out, err, c.want)
		}
	}
}

// FuzzRewrite gives every traced literal of a configuration another value: the
// rest of the file stays byte for byte, and the new value is read there.
func FuzzRewrite(f *testing.F) {
	f.Add([]byte("resource \"a_b\" \"x\" {\n  region = \"ü\" # é\r\n  n = [1, true, \"${1}\"]\n}\n"))
	f.Add([]byte("\xef\xbb\xbflocals { x = { a = \"1\", (\"b\") = \"2\" } }\nresource \"a_b\" \"x\" {\n  region = local.x[\"b\"]\n}"))
	f.Add([]byte("resource \"a_b\" \"x\" {\n  region = <<E\nx\nE\n  dynamic \"y\" {\n    for_each = [\"q\"]\n    content {\n      z = y.value\n    }\n  }\n}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 4<<10 || bytes.Contains(src, []byte("file")) {
			return
		}
		name := t.TempDir() + "/m.tf"
		if err := os.WriteFile(name, src, 0o600); err != nil {
			t.Fatal(err)
		}
		facts := Read([]string{name}, Options{Trace: true})
		for _, a := range facts.Assets {
			m, ok := a.Attrs.(graph.Mentioner)
			if !ok {
				continue
			}
			for lit := range m.Mentions() {
				const to = "\"ä ${x} \\"
				out, err := Rewrite(name, src, []graph.Edit{{Literal: lit, Value: to}})
				if err != nil && len(facts.Problems) > 0 {
					continue // of a broken file no token may be whole
				}
				if err != nil {
					t.Fatalf("%v of %+v in %q", err, lit, src)
				}
				start := lineStart(src, lit.Line) + lit.Column
				if lit.Line == 1 && bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
					start += 3
				}
				tail := src[start+lit.Bytes:]
				if !bytes.HasPrefix(out, src[:start]) || !bytes.HasSuffix(out, tail) || len(out) < start+len(tail) {
					t.Fatalf("%q became %q", src, out)
				}
				if text, err := tokenText(name, out[start:len(out)-len(tail)]); err != nil || text != to {
					t.Fatalf("the new token of %q means %q (%v)", out, text, err)
				}
			}
		}
	})
}
