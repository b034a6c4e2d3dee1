package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A labels file is a sample and what people said of it.
type labels struct {
	Seed      uint64  `yaml:"seed"`      // of the draw
	At        string  `yaml:"at"`        // the day whose law counts, YYYY-MM-DD
	Perimeter string  `yaml:"perimeter"` // what is asked of every asset
	Labels    []label `yaml:"labels"`
}

// A label is what a person says of one asset, by the text of its configuration
// and the documentation of its provider.
type label struct {
	Repository string `yaml:"repository"`
	Root       string `yaml:"root"`    // the folder that is planned, within the repository
	Address    string `yaml:"address"` // of the instance within the root; [*] where instances cannot be counted
	Origin     string `yaml:"origin"`  // file:line of the block

	Nature   nature         `yaml:"nature"`
	Of       string         `yaml:"of,omitempty"` // nature part: the address that it counts for
	Places   []string       `yaml:"places,omitempty,flow"`
	Operator string         `yaml:"operator,omitempty"`
	Fail     []graph.RuleID `yaml:"fail,omitempty,flow"` // rules that it breaks
	Open     []graph.RuleID `yaml:"open,omitempty,flow"` // rules that the text leaves unanswered
	Reason   string         `yaml:"reason"`
	Settled  string         `yaml:"settled,omitempty"` // what was changed after the first comparison, and why
}

// A nature is what an asset does with data.
type nature string

const (
	restsThere  nature = "data"
	computes    nature = "work"
	passes      nature = "transit"
	holdsNone   nature = "nothing"
	partOfOther nature = "part" // settings of another asset, which carries the findings
)

// natures are the known ones, with the bearing that each is in our words.
var natures = map[nature]graph.Bearing{
	restsThere: graph.BearsData, computes: graph.BearsWork, passes: graph.BearsTransit,
	holdsNone: graph.BearsNothing, partOfOther: graph.BearsNothing,
}

// key names the asset.
func (l *label) key() string { return l.Repository + " " + l.Root + " " + l.Address }

// load reads a file of labels. Every label has a nature and a reason, and
// stands once.
func load(file string) (*labels, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var set labels
	d := yaml.NewDecoder(bytes.NewReader(src))
	d.KnownFields(true)
	if err := d.Decode(&set); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(set.Labels) == 0 {
		return nil, fmt.Errorf("%s has no labels", file)
	}
	if _, err := set.day(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	seen := map[string]bool{}
	var wrong []error
	for i := range set.Labels {
		l := &set.Labels[i]
		_, known := natures[l.Nature]
		switch {
		case !known:
			wrong = append(wrong, fmt.Errorf("%s: %s: nature is %q; the known ones are data, work, transit, nothing, part", file, l.key(), l.Nature))
		case l.Reason == "":
			wrong = append(wrong, fmt.Errorf("%s: %s: a label needs a reason", file, l.key()))
		case seen[l.key()]:
			wrong = append(wrong, fmt.Errorf("%s: %s stands twice", file, l.key()))
		}
		seen[l.key()] = true
	}
	return &set, errors.Join(wrong...)
}

func (s *labels) day() (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s.At)
	if err != nil {
		return t, fmt.Errorf("at: %q is not a day like 2026-11-25", s.At)
	}
	return t, nil
}
