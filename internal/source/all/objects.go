package all

import (
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/crossplane"
	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/source/pipeline"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// inMemory are the sources that read objects of a cluster, by their names in the
// list. Which of them a document belongs to, the list says.
var inMemory = map[string]func(files []tree.File, o *Options) graph.Facts{
	"crossplane": func(fs []tree.File, _ *Options) graph.Facts { return crossplane.ReadFrom(fs) },
	"kubernetes": func(fs []tree.File, o *Options) graph.Facts { return kubernetes.ReadFrom(fs, o.Kubernetes) },
	"pipeline": func(fs []tree.File, o *Options) graph.Facts {
		return pipeline.ReadFrom(fs, pipeline.Options{Hosts: o.Hosts})
	},
}

// Objects reads objects of a cluster that are in memory: what [Read] would read in
// files of their names that lie in one folder.
func Objects(files []tree.File, o Options) graph.Facts {
	var out graph.Facts
	for i := range sources {
		read := inMemory[sources[i].name]
		if read == nil {
			continue
		}
		var mine []tree.File
		for _, f := range files {
			if sources[i].match(f.Name, func() []byte { return f.Data }) {
				mine = append(mine, f)
			}
		}
		if len(mine) > 0 {
			got := read(mine, &o)
			join(&out, &got)
		}
	}
	sortFacts(&out)
	return out
}
