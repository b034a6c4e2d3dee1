// Command compare measures Bailiwick beside the scanners that are installed:
// the same trees, one tool after the other, several rounds, medians. It prints
// CPU seconds and peak memory with ratios, for docs/comparison.md.
// bench/compare.sh builds what it needs and calls it.
//
// Exit 1: a tool gave no result, or a promise about speed is not kept.
// Exit 2: wrong usage.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

func main() {
	var b peer.Bench
	flag.StringVar(&b.Bailiwick, "bailiwick", "", "our binary")
	flag.StringVar(&b.Bin, "peers", "", "the folder that bench/peers.sh prints")
	flag.StringVar(&b.Policy, "policy", "bench/policy", "the policy that Conftest runs")
	generated := flag.String("generated", "", "the folder with the generated trees")
	corpus := flag.String("corpus", "", "a folder with the repositories of docs/corpus.md")
	rounds := flag.Int("rounds", 3, "runs of each tool on each tree")
	limit := flag.Duration("limit", 10*time.Minute, "after which a tool is ended")
	only := flag.String("trees", "", "only the trees whose name has this in it")
	names := flag.String("tools", peer.Scanners, "only these tools")
	flag.Parse()
	if b.Bailiwick == "" || b.Bin == "" || *generated == "" || *rounds < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b.Perimeter = filepath.Join(*generated, "one", "perimeter.yaml")
	tools, missing, err := b.Installed(*names)
	if err != nil {
		fmt.Fprintf(os.Stderr, "compare: %v\n", err)
		os.Exit(2)
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "compare: not installed, so not measured: %s\n", strings.Join(missing, ", "))
	}
	list := slices.DeleteFunc(trees(*generated, *corpus), func(t tree) bool { return !strings.Contains(t.name, *only) })
	if len(list) == 0 {
		fmt.Fprintf(os.Stderr, "compare: no tree has %q in its name\n", *only)
		os.Exit(2)
	}
	results := map[string]measured{}
	ok := true
	for _, t := range list {
		m := t.measure(ctx, &b, tools, *rounds, *limit)
		if ctx.Err() != nil {
			os.Exit(130)
		}
		m.write(os.Stdout, &t, tools)
		results[t.name] = m
		ok = ok && len(m.errs) == 0
	}
	if !promises(os.Stdout, results) || !ok {
		os.Exit(1)
	}
}
