// Likeness writes what a dialect that is like another one cannot derive: the
// modules, types and attributes whose names do not follow from those of the
// Terraform plugin. It reads what the generators of Crossplane providers
// (upjet) and of the Pulumi bridge left in their repositories, in place.
//
//	go run ./kb/internal/likeness -kb kb -provider aws -language crossplane -upjet DIR  > part.yaml
//	go run ./kb/internal/likeness -kb kb -provider google -language pulumi -bridge bridge-metadata.json
//
// The dialect must exist, with its form and prefix; what it says of modules,
// types, attributes and inert types is left out of account. The result is pasted.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

func main() {
	var (
		tree     = flag.String("kb", "kb", "folder of the knowledge base")
		provider = flag.String("provider", "", "provider whose dialect it is")
		language = flag.String("language", "", "crossplane, pulumi or config-connector")
		upjet    = flag.String("upjet", "", "work tree of a Crossplane provider made by upjet")
		mappings = flag.String("mappings", "", "folder config/servicemappings of Config Connector")
		bridge   = flag.String("bridge", "", "bridge-metadata.json of a Pulumi provider")
	)
	flag.Parse()
	if err := run(*tree, graph.ProviderID(*provider), *language, *upjet, *bridge, *mappings); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(tree string, id graph.ProviderID, language, upjet, bridge, mappings string) error {
	k, err := kb.Load(os.DirFS(tree))
	if err != nil {
		return err
	}
	d, ok := k.Dialect(id, language)
	if !ok || len(d.Like) == 0 {
		return fmt.Errorf("providers/%s/%s.yaml has no like: write its form and prefix first", id, language)
	}
	var names *names
	switch {
	case upjet != "":
		names, err = readUpjet(upjet)
	case mappings != "":
		names, err = readMappings(mappings)
	case bridge != "":
		names, err = readBridge(bridge)
	default:
		return fmt.Errorf("name what to read: -upjet DIR -bridge FILE or -mappings DIR")
	}
	if err != nil {
		return err
	}
	other, ok := k.Dialect(id, d.Like[0].Language)
	if !ok {
		return fmt.Errorf("providers/%s has no %s.yaml", id, d.Like[0].Language)
	}
	return newComparison(d.Like[0], other, names).write(os.Stdout)
}
