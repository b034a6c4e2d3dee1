package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// draw writes n assets of the corpus for a person to label, by seed. First a
// type is drawn, so that the hundreds of IAM policies of a real tree do not
// crowd out everything else, then one asset of that type. The draw knows what
// the reader knows, the text, and nothing that the knowledge base adds.
func draw(w io.Writer, dir string, seed uint64, n int) error {
	repositories, err := corpora.Repositories(dir)
	if err != nil {
		return err
	}
	byType := map[string][]label{}
	for _, name := range repositories {
		facts := all.Read([]string{filepath.Join(dir, name)}, all.Options{})
		for i := range facts.Assets {
			a := &facts.Assets[i]
			if a.Type == "module" || strings.HasPrefix(a.Type, "backend.") {
				continue // no resource blocks
			}
			byType[a.Type] = append(byType[a.Type], labelOf(name, dir, a))
		}
	}
	types := make([]string, 0, len(byType))
	for t := range byType {
		types = append(types, t)
	}
	slices.Sort(types)
	if len(types) < n {
		return fmt.Errorf("%s has %d types of resources, %d were asked for", dir, len(types), n)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(types), func(i, j int) { types[i], types[j] = types[j], types[i] })
	fmt.Fprintf(w, "# %d of %d types, drawn with seed %d.\n", n, len(types), seed)
	for _, t := range types[:n] {
		l := byType[t][random.IntN(len(byType[t]))]
		fmt.Fprintf(w, "- {repository: %s, root: %q, address: %q, origin: %q}\n", l.Repository, l.Root, l.Address, l.Origin)
	}
	return nil
}

// labelOf names an asset as labels do: paths are within its repository.
func labelOf(repository, dir string, a *graph.Asset) label {
	return label{
		Repository: repository, Root: within(repository, dir, a.Root), Address: string(a.Address),
		Origin: fmt.Sprintf("%s:%d", within(repository, dir, a.Origin.File), a.Origin.Line),
	}
}

// within is the path of a file or root within its repository.
func within(repository, dir, path string) string {
	rel, err := filepath.Rel(filepath.Join(dir, repository), path)
	if err != nil {
		return path
	}
	return rel
}
