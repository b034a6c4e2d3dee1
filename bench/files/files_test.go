package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The labels are whole: 100 files, each with a reason and a commit.
func TestLabels(t *testing.T) {
	s, err := load("labels.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Files) != 100 {
		t.Errorf("%d files", len(s.Files))
	}
	n := map[string]int{}
	for i := range s.Files {
		n[s.Files[i].Stratum]++
	}
	for _, x := range strata {
		if n[x.name] != x.n {
			t.Errorf("%s: %d files, %d are drawn", x.name, n[x.name], x.n)
		}
	}
}

func TestLabelsRefused(t *testing.T) {
	head := "repositories: {r: {name: o/r, commit: abc}}\nfiles:\n- {stratum: s, repository: r, file: a"
	for rest, want := range map[string]string{
		"}": "a label needs a reason",
		", reason: x}\n- {stratum: s, repository: r, file: a, reason: x}": "it stands twice",
		", reason: x, to: [{to: h, for: fun}]}":                           "name an end, and a purpose that is known",
		", reason: x, assets: [{name: n, nature: big}]}":                  "say data, work or transit",
		", reason: x, colour: red}":                                       "colour",
	} {
		file := filepath.Join(t.TempDir(), "l.yaml")
		if err := os.WriteFile(file, []byte(head+rest), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := load(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", rest, err, want)
		}
	}
}

// Each way in which a label and an answer can stand to each other is counted once.
func TestCompare(t *testing.T) {
	s := &set{Files: []label{
		{Stratum: "s", Repository: "r", File: "a", To: []end{{To: "a.*.example|?", For: "model"}, {To: "default:deb:*", For: "data"}, {To: "gone.example"}, {To: "maybe.example", May: true}},
			Assets: []item{{Name: "db", Nature: "data", Places: []string{"US"}}, {Name: "web", Nature: "work"}, {Name: "lost", Nature: "data"}}},
		{Stratum: "s", Repository: "r", File: "b"},
		{Stratum: "t", Repository: "r", File: "c"},
	}}
	said := map[string]*answer{
		"r/a": {there: true, defaults: map[string]string{"deb:debian": "deb.example"},
			calls:  []call{{host: "a.eu.example", purposes: []string{"model"}}, {host: "deb.example", purposes: []string{"registry"}}, {host: "new.example"}},
			assets: []thing{{address: "web_data", bearing: graph.BearsData}, {address: "DB", bearing: graph.BearsData, places: []string{"US"}}, {address: "web", bearing: graph.BearsData}, {address: "other", bearing: graph.BearsWork}}},
		"r/b": {there: true},
	}
	got := compare(s, said)
	l := got.lines["s"]
	if l.files != 2 || l.alike != 1 || l.calls != (score{2, 1, 1}) || l.assets != (score{2, 1, 1}) || l.purposes != [2]int{1, 2} || l.natures != [2]int{1, 2} || l.places != [2]int{2, 2} {
		t.Errorf("%+v", l)
	}
	if len(got.absent) != 1 || got.absent[0] != "r/c" {
		t.Errorf("absent %v", got.absent)
	}
	var text strings.Builder
	got.write(&text, true)
	for _, want := range []string{"missed: it calls gone.example", "invented: it calls new.example", "missed: the asset lost", "invented: the asset other", "nature: web is labelled work",
		"| s | 2 | 1 | 66.7 % (2 of 3) | 66.7 % (2 of 3) | 66.7 % (2 of 3) | 66.7 % (2 of 3) |"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
}

func TestHostOf(t *testing.T) {
	for to, want := range map[string]string{"https://a.example:8443/x": "a.example", "a.example:80": "a.example", "a.example/x": "a.example", "": ""} {
		if got := hostOf(to); got != want {
			t.Errorf("%s: %s", to, got)
		}
	}
}
