package cloudformation

import (
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// parameters reads files that give values: [{ParameterKey, ParameterValue}] as
// the command line takes, {"Parameters": {…}} as pipelines do, or {"Key": "value"}
// as one deploys.
func (r *run) parameters(files []string) {
	r.given = map[string]*tree.Node{}
	for _, file := range files {
		src, err := tree.Load(file, maxFile)
		if err != nil {
			r.problem(file, 0, err.Error())
			continue
		}
		doc, err := document(src)
		if err != nil || doc == nil {
			r.problem(file, 0, "the file holds no parameters that could be read: write [{\"ParameterKey\": …, \"ParameterValue\": …}]")
			continue
		}
		r.facts.Files = append(r.facts.Files, slash(filepath.Clean(file)))
		put := func(name string, v *tree.Node) {
			if name != "" && v != nil && v.Kind != tree.Null {
				r.given[name] = v
			}
		}
		for _, it := range doc.Elements() {
			if key := it.Get("ParameterKey").Str(); key != "" {
				put(key, it.Get("ParameterValue"))
				continue
			}
			if it.Kind == tree.String { // Key=Value
				key, value, _ := strings.Cut(it.Text, "=")
				put(key, tree.NewText(value, it.Line))
				continue
			}
			if ps := it.Get("Parameters"); ps != nil {
				it = ps
			}
			for _, f := range it.Members() {
				put(f.Name, f.Value)
			}
		}
	}
}
