package tree_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

const workload = `# a comment
kind: Deployment
metadata:
  labels: {topology.kubernetes.io/region: eu-west-1, app: triage}
spec: &spec
  replicas: 2
  paused: false
  containers:
    - {name: a, image: x}
    - name: b
      image: y
---
kind: Copy
spec:
  <<: {replicas: 3, extra: ~}
  replicas: 4
body: !Sub "${X}"
`

func documents(t *testing.T, src string) []*tree.Node {
	t.Helper()
	ns, err := tree.YAML([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return ns
}

func TestReader(t *testing.T) {
	ns := documents(t, workload)
	if len(ns) != 2 {
		t.Fatalf("%d documents", len(ns))
	}
	r := ns[0].Reader("w.yaml")
	for path, want := range map[string][]graph.Reading{
		"spec.containers.image":                         {{Value: "x", Origin: graph.Origin{File: "w.yaml", Line: 9}}, {Value: "y", Origin: graph.Origin{File: "w.yaml", Line: 11}}},
		"metadata.labels.topology.kubernetes.io/region": {{Value: "eu-west-1", Origin: graph.Origin{File: "w.yaml", Line: 4}}},
		"spec.replicas":                                 {{Value: 2.0, Origin: graph.Origin{File: "w.yaml", Line: 6}}},
		"spec.paused":                                   {{Value: false, Origin: graph.Origin{File: "w.yaml", Line: 7}}},
		"spec.absent":                                   nil,
		"kind.below":                                    nil,
	} {
		if diff := cmp.Diff(want, r.Read(path)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	second := ns[1].Reader("w.yaml")
	if got := second.Read("spec.replicas"); len(got) != 1 || got[0].Value != 4.0 {
		t.Errorf("what is written counts before what is merged: %v", got)
	}
	if got := second.Read("spec.extra"); len(got) != 1 || !got[0].Null {
		t.Errorf("null is %v", got)
	}
	if got := ns[1].Get("body"); got.Tag != "!Sub" || got.Str() != "${X}" {
		t.Errorf("a tag of the document's own is %+v", got)
	}
}

// A JSON document reads as the same text does as YAML.
func TestSame(t *testing.T) {
	const src = "{\n \"a\": [1, 2.5, true, null, \"x\\u00e9\"],\n \"b\": {\"c.d\": {\"e\": \"f\"}},\n \"b\": {\"c\": 1}}"
	j, err := tree.JSON([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	y := documents(t, strings.Replace(src, " \"b\": {\"c.d\": {\"e\": \"f\"}},\n", "", 1))[0]
	if diff := cmp.Diff(y.Plain(), j.Plain()); diff != "" {
		t.Error(diff)
	}
	if got := j.Get("b", "c").Line; got != 4 {
		t.Errorf("line %d", got)
	}
	many := "{"
	for i := range 100 {
		many += fmt.Sprintf("\"k%d\": %d, ", i, i)
	}
	n, err := tree.JSON([]byte(many + "\"k7\": 70,}"))
	if err != nil || len(n.Fields) != 100 || n.Get("k7").Text != "70" {
		t.Errorf("%v, %v", err, n)
	}
}

func TestComments(t *testing.T) {
	n, err := tree.JSON([]byte("{ // one\n \"url\": \"http://x/*y*/\", /* two\n */ \"b\": [1, // last\n ],\n}"))
	if err != nil {
		t.Fatal(err)
	}
	if n.Get("url").Str() != "http://x/*y*/" || len(n.Get("b").Items) != 1 || n.Get("b").Line != 3 {
		t.Errorf("%+v", n.Plain())
	}
}

// What is not known within a value makes the value unknown, and what is known
// of it stays.
func TestHole(t *testing.T) {
	n := documents(t, "a: {b: x, c: y}")[0]
	*n.Get("a", "c") = tree.Node{Kind: tree.Hole, Line: 1, Text: "a template writes it", Refs: []graph.Address{"z"}}
	r := n.Reader("f")
	if got := r.Read("a.b"); len(got) != 1 || got[0].Value != "x" {
		t.Errorf("%v", got)
	}
	want := []graph.Reading{{Unknown: "a template writes it", Part: map[string]any{"b": "x", "c": graph.Hole{Unknown: "a template writes it", Refs: []graph.Address{"z"}}}, Origin: graph.Origin{File: "f", Line: 1}}}
	if diff := cmp.Diff(want, r.Read("a")); diff != "" {
		t.Error(diff)
	}
	if got := r.Read("a.c.d"); len(got) != 1 || got[0].Unknown == "" {
		t.Errorf("below what is not known nothing is known: %v", got)
	}
}

func TestBad(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'k'; i++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	for name, src := range map[string]string{"tab": "a:\n\t- b", "open": "a: [b", "bomb": bomb, "deep": strings.Repeat("[", 3000)} {
		if _, err := tree.YAML([]byte(src)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	for name, src := range map[string]string{"cut": "{\"a\": [1,", "more": "{} {}", "deep": strings.Repeat("[", 3000), "nothing": "", "word": "yes"} {
		if _, err := tree.JSON([]byte(src)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	_, err := tree.JSON([]byte("{\n\"a\": 1,\n\"b\" 2}"))
	if e, ok := err.(*tree.Error); !ok || e.Line != 3 {
		t.Errorf("the line is not told: %v", err)
	}
}

func FuzzTree(f *testing.F) {
	f.Add([]byte(workload))
	f.Add([]byte(`{"a": [1, {"b": null}], /* c */ "d": "e",}`))
	f.Add([]byte("a: &a\n  b: *a\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		ns, err := tree.YAML(src)
		if err != nil && err.Error() == "" {
			t.Error("an error without a message")
		}
		if n, err := tree.JSON(src); err == nil {
			ns = append(ns, n)
		}
		for _, n := range ns {
			n.Plain()
			for _, rd := range n.Reader("f").Read("a.b") {
				if rd.Origin.Line == 0 {
					t.Error("a reading without a line")
				}
			}
		}
	})
}
