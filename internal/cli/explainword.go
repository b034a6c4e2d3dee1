package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An explainedType is a resource type in the words of the dialect.
type explainedType struct {
	Name     string           `json:"name"`
	Provider graph.ProviderID `json:"provider"`
	Kind     graph.Kind       `json:"kind"`
	Of       string           `json:"counts_for,omitempty"` // the attribute that names the asset it belongs to
	Settings []string         `json:"settings,omitempty"`
	Note     string           `json:"note,omitempty"`
	Rules    []graph.RuleID   `json:"judged_by,omitempty"`
}

// An explainedWord is a word of a perimeter, of a dialect or of a result.
type explainedWord struct {
	Word  string         `json:"word"`
	Of    string         `json:"of"` // "is a kind of asset"
	Means string         `json:"means"`
	Rules []graph.RuleID `json:"judged_by,omitempty"`
}

func explainType(k *kb.KB, set *policy.Set, name string) (*explainedType, bool) {
	m, ok := anyLanguage(k, name)
	if !ok {
		return nil, false
	}
	x := &explainedType{Name: name, Provider: m.Provider, Kind: graph.Inert}
	if m.Inert || m.Type == nil {
		return x, true
	}
	x.Of, x.Note = m.Type.Of, m.Type.Note
	if x.Kind = m.Type.Kind; x.Kind == "" {
		x.Kind = graph.Inert
	}
	x.Settings = slices.Sorted(maps.Keys(m.Type.Settings))
	x.Rules = judging(set, x.Kind)
	return x, true
}

// anyLanguage finds a type in whatever language has it.
func anyLanguage(k *kb.KB, name string) (kb.TypeMatch, bool) {
	for _, language := range k.Languages() {
		if m, ok := k.Type(language, "", name); ok {
			return m, true
		}
	}
	return kb.TypeMatch{}, false
}

// judging are the rules that look at a kind.
func judging(set *policy.Set, k graph.Kind) []graph.RuleID {
	var out []graph.RuleID
	for i := range set.Rules {
		if slices.Contains(set.Rules[i].Kinds, k) {
			out = append(out, set.Rules[i].ID)
		}
	}
	return out
}

// bearings words what a kind does with data.
var bearings = map[graph.Bearing]string{
	graph.BearsNothing: "it holds and moves no data",
	graph.BearsTransit: "data passes through it",
	graph.BearsWork:    "it computes on data",
	graph.BearsData:    "data rests there",
}

// explainWords finds a word wherever it is one.
func explainWords(set *policy.Set, name string) []explainedWord {
	var out []explainedWord
	for _, w := range words(set) {
		if strings.EqualFold(w.Word, name) {
			out = append(out, w)
		}
	}
	return out
}

// words are all that can be explained and are no ids.
func words(set *policy.Set) []explainedWord {
	var out []explainedWord
	for _, w := range perimeter.Words() {
		whose := "a data class"
		if w.Key == "ai_act" || w.Key == "role" {
			whose = "a system"
		}
		out = append(out, explainedWord{Word: w.Value, Of: "is a value of " + w.Key + ", of " + whose + " in a perimeter", Means: w.Means})
	}
	for _, k := range graph.Kinds() {
		out = append(out, explainedWord{Word: string(k), Of: "is a kind of asset", Means: bearings[k.Bearing()], Rules: judging(set, k)})
	}
	for _, list := range []struct {
		of    string
		words map[string]string
	}{{"is a setting of an asset", kb.Settings}, {"is what a further place is for", kb.Purposes}, {"is what a destination is for", kb.TargetPurposes}} {
		for _, name := range slices.Sorted(maps.Keys(list.words)) {
			out = append(out, explainedWord{Word: name, Of: list.of, Means: list.words[name]})
		}
	}
	return out
}

func (t *explainedType) text(p func(string, ...any)) {
	p("%s  a type of %s, kind %s: %s", t.Name, t.Provider, t.Kind, bearings[t.Kind.Bearing()])
	if t.Of != "" {
		p("it counts for the asset that %s names", t.Of)
	}
	if t.Note != "" {
		p("%s", t.Note)
	}
	if len(t.Settings) > 0 {
		p("read from it: %s", strings.Join(t.Settings, ", "))
	}
	if len(t.Rules) > 0 {
		p("judged by %s", graph.Listed(t.Rules))
	}
	p("bailiwick where %s says who runs it and what decides its place", t.Name)
}
