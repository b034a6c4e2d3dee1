package cli

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An explainedPreset is a perimeter to begin with, setting by setting.
type explainedPreset struct {
	Name     string              `json:"name"`
	About    string              `json:"about"`
	Settings []perimeter.Setting `json:"settings"`
	laws     []kb.Law            // that the comments name
}

// clauseID is the id of a requirement or of a law as the comments of presets name it.
var clauseID = lazy.Regexp(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)

// explainPreset explains a preset, and finds the clauses that it names.
func explainPreset(k *kb.KB, name string) (*explanation, bool) {
	name = strings.ToLower(name)
	if !slices.Contains(perimeter.Presets(), name) {
		return nil, false
	}
	about, settings, err := perimeter.Explain(name)
	if err != nil {
		return nil, false // cannot happen: the presets are part of the binary, and tested
	}
	x := &explanation{Preset: &explainedPreset{Name: name, About: about, Settings: settings}}
	seen := map[string]bool{}
	laws := k.Laws()
	for _, text := range append([]string{about}, says(settings)...) {
		for _, id := range clauseID().FindAllString(text, -1) {
			if seen[id] {
				continue
			}
			seen[id] = true
			if q, ok := k.Requirement(graph.RequirementID(id)); ok {
				x.Clauses = append(x.Clauses, q)
			} else if i := slices.IndexFunc(laws, func(l kb.Law) bool { return string(l.ID) == id }); i >= 0 {
				x.Preset.laws = append(x.Preset.laws, laws[i])
			}
		}
	}
	return x, true
}

func says(settings []perimeter.Setting) []string {
	out := make([]string, len(settings))
	for i := range settings {
		out[i] = settings[i].Says
	}
	return out
}

func (x *explanation) preset(p func(string, ...any)) {
	p("%s  a preset: bailiwick init --preset %s writes it", x.Preset.Name, x.Preset.Name)
	p("%s", x.Preset.About)
	last := ""
	for _, s := range x.Preset.Settings {
		if s.Says != last {
			p("")
			p("%s", s.Says)
		}
		last = s.Says
		p("  %s: %s", s.Key, s.Value)
	}
	p("")
	for _, q := range x.Clauses {
		p("%s  %s: %s (%s%s), addressed to %s", q.ID, q.Citation, q.Title, q.Status, since(q.From), q.Addressee)
		p("  %s", q.Obligation)
	}
	for _, l := range x.Preset.laws {
		p("%s  %s: %s", l.ID, l.Citation, l.Compels)
	}
}
