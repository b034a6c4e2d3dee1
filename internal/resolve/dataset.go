package resolve

import (
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// descriptions are what the tree says of data to train on, by its name: cards and
// bills that stand in it. Of two that have one name the first that lacks something counts.
func descriptions(assets []Asset) map[string]graph.Setting {
	out := map[string]graph.Setting{}
	for i := range assets {
		a := &assets[i]
		s, ok := a.Settings["data_lacks"]
		if !ok {
			continue
		}
		for _, rd := range a.Attrs.Read("name") {
			name, _ := rd.Value.(string)
			name = strings.ToLower(name)
			if known, twice := out[name]; name != "" && (!twice || known.Value == "nothing") {
				out[name] = s
			}
		}
	}
	return out
}

// described says of an edge over which data to train on comes whether the tree
// describes that data.
func (e *edge) described(a *Asset, known map[string]graph.Setting) {
	if !slices.Contains(e.Purposes, "dataset") {
		return
	}
	lacks := graph.Setting{Origin: e.origin, Unknown: "which data it is no literal says"}
	for _, m := range e.models {
		if !m.data {
			continue // a model that comes over the same edge
		}
		name := strings.ToLower(m.name)
		s, ok := known[name]
		if !ok { // a card beside the data does not repeat who published it
			s, ok = known[path.Base(name)]
		}
		if !ok {
			a.set("data_lacks", graph.Setting{Origin: m.origin, Unknown: "nothing that was read describes " + shown(m.name)})
			return
		}
		if lacks.Value == nil || lacks.Value == "nothing" {
			lacks = s
		}
	}
	a.set("data_lacks", lacks)
}
