package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A set of labels is a sample and what a person said of it.
type set struct {
	Seed         uint64                `yaml:"seed"`
	Repositories map[string]repository `yaml:"repositories"` // by their folder in the corpus
	Files        []label               `yaml:"files"`
}

type repository struct {
	Name   string `yaml:"name"`
	Commit string `yaml:"commit"`
}

// A label is what a person says of one file.
type label struct {
	Stratum    string `yaml:"stratum"`
	Repository string `yaml:"repository"`
	File       string `yaml:"file"`
	Reason     string `yaml:"reason"`
	Settled    string `yaml:"settled,omitempty"` // what was changed after the first comparison, and why
	To         []end  `yaml:"to,omitempty"`
	Assets     []item `yaml:"assets,omitempty"`
}

// An end is one that the file calls.
type end struct {
	To  string `yaml:"to"`            // a host, * for any letters, default:WORD, or "?"; | between alternatives
	For string `yaml:"for,omitempty"` // a word of kb.TargetPurposes; nobody asks where it is absent
	May bool   `yaml:"may,omitempty"` // one person lists it, another does not
}

// An item is something in the file that holds, processes or passes on data.
type item struct {
	Name   string   `yaml:"name"`   // part of its address; | between alternatives
	Nature string   `yaml:"nature"` // data, work or transit
	Places []string `yaml:"places,omitempty"`
	May    bool     `yaml:"may,omitempty"`
}

// natures are the known ones.
var natures = map[string]graph.Bearing{"data": graph.BearsData, "work": graph.BearsWork, "transit": graph.BearsTransit}

func (l *label) key() string { return l.Repository + "/" + l.File }

// load reads a file of labels. Every label stands once and has a reason.
func load(file string) (*set, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s set
	d := yaml.NewDecoder(bytes.NewReader(src))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(s.Files) == 0 {
		return nil, fmt.Errorf("%s has no labels", file)
	}
	var wrong []error
	seen := map[string]bool{}
	for i := range s.Files {
		l := &s.Files[i]
		complain := func(format string, args ...any) {
			wrong = append(wrong, fmt.Errorf("%s: %s: "+format, append([]any{file, l.key()}, args...)...))
		}
		if s.Repositories[l.Repository].Commit == "" {
			complain("no commit is named for the repository")
		}
		if l.Reason == "" {
			complain("a label needs a reason")
		}
		if seen[l.key()] {
			complain("it stands twice")
		}
		seen[l.key()] = true
		for _, t := range l.To {
			if _, ok := kb.TargetPurposes[t.For]; t.To == "" || t.For != "" && !ok {
				complain("%q for %q: name an end, and a purpose that is known or none", t.To, t.For)
			}
		}
		for _, a := range l.Assets {
			if _, ok := natures[a.Nature]; a.Name == "" || !ok {
				complain("%q is %q: name it, and say data, work or transit", a.Name, a.Nature)
			}
		}
	}
	return &s, errors.Join(wrong...)
}

// is reports whether the end is the labelled one; host is "" where we say that
// it is not known. defaults are the hosts of words.
func (e *end) is(host string, defaults map[string]string) bool {
	for _, one := range strings.Split(e.To, "|") {
		word, isWord := strings.CutPrefix(one, "default:")
		switch {
		case one == "?":
			if host == "" {
				return true
			}
		case host == "":
		case isWord:
			for known, at := range defaults {
				if ok, err := path.Match(word, known); err == nil && ok && at == host {
					return true
				}
			}
		default:
			if ok, err := path.Match(strings.ToLower(one), strings.ToLower(host)); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// is reports whether an address is the labelled asset's.
func (i *item) is(address string) bool {
	for _, one := range strings.Split(i.Name, "|") {
		if strings.Contains(strings.ToLower(address), strings.ToLower(one)) {
			return true
		}
	}
	return false
}
