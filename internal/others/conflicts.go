package others

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// A Conflict is rules of other scanners that ask for a place which a perimeter may
// forbid, and how both wants are met. conflicts.yaml says what its fields mean.
type Conflict struct {
	Asks   string
	Rules  map[string][]string // by the tool
	Second []string            // purposes of places
	Ours   []string
	Both   string
	Tree   string
}

//go:embed conflicts.yaml
var conflictsYAML []byte

// Conflicts returns the table.
var Conflicts = sync.OnceValue(func() []Conflict {
	var out []Conflict
	d := yaml.NewDecoder(bytes.NewReader(conflictsYAML))
	d.KnownFields(true)
	if err := d.Decode(&out); err != nil {
		panic(fmt.Sprintf("read conflicts.yaml, which is part of this program: %v", err))
	}
	return out
})

// ConflictOf is the conflict that a rule of another scanner belongs to. KICS names
// its rules by title, and the ids in its SARIF are random; Trivy once wrote AVD-
// before its ids.
func ConflictOf(tool, rule, title string) (*Conflict, bool) {
	list := Conflicts()
	rule = strings.TrimPrefix(rule, "AVD-")
	for i := range list {
		for name, rules := range list[i].Rules {
			if strings.EqualFold(name, tool) && (slices.Contains(rules, rule) || slices.Contains(rules, title)) {
				return &list[i], true
			}
		}
	}
	return nil, false
}
