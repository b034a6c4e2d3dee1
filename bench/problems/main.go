// Command problems runs Bailiwick and the scanners that are installed over the
// small trees beside it, each with one problem of jurisdiction, and prints who
// says anything about it. bench/problems.sh builds what it needs and calls it.
//
// The head of each main.tf says what the tree is:
//
//	# problem: what is wrong        # conflict: what is right, and others ask to change
//	# answer: what satisfies both   # theirs: what others say, and we have no rule for
//	# ours: the rule that must speak of it (problem) or be silent (conflict, answer; * is any), and optionally of what
//	# about: what a finding of another tool says when it speaks of the same thing (a regular expression)
//	# opposite: what it says when it asks for the opposite
//	# subject: what the finding must name, where the tree also has something in order
//
// A tree may hold its plan as plan.json: we read it too and must find the same,
// and tools that read plans only read that.
//
// Exit 1: our rule did not do what the tree says, an answer satisfies a scanner
// not, or a scanner gave no result. Exit 2: wrong usage.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/bailiwick-dev/bailiwick/bench/peer"
)

func main() {
	var b peer.Bench
	flag.StringVar(&b.Bailiwick, "bailiwick", "", "our binary")
	flag.StringVar(&b.Bin, "peers", "", "the folder that bench/peers.sh prints")
	flag.StringVar(&b.Policy, "policy", "bench/policy", "the policy that Conftest runs")
	dir := flag.String("dir", "bench/problems", "the folder with the trees")
	only := flag.String("trees", "", "only the trees whose name has this in it")
	names := flag.String("tools", peer.Scanners, "only these tools")
	codes := flag.Bool("codes", false, "print exit codes, of tools that run once a tree")
	rounds := flag.Int("rounds", 0, "measure that many runs of each tool that reads plans, on each plan")
	all := flag.Bool("v", false, "print every finding to stderr")
	flag.Parse()
	if b.Bailiwick == "" || b.Bin == "" {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	list, err := load(*dir, *only)
	if err != nil {
		fmt.Fprintf(os.Stderr, "problems: %v\n", err)
		os.Exit(2)
	}
	tools, missing, err := b.Installed(*names)
	if err != nil {
		fmt.Fprintf(os.Stderr, "problems: %v\n", err)
		os.Exit(2)
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "problems: not installed, so not asked: %s\n", strings.Join(missing, ", "))
	}
	ok := true
	for _, wrong := range ask(ctx, &b, tools, *dir, list, *all) {
		fmt.Fprintf(os.Stderr, "problems: %s\n", wrong)
		ok = false
	}
	if ctx.Err() != nil {
		os.Exit(130)
	}
	write(os.Stdout, list, tools, *codes)
	if *rounds > 0 {
		for _, wrong := range measure(ctx, os.Stdout, &b, tools, list, *rounds) {
			fmt.Fprintf(os.Stderr, "problems: %s\n", wrong)
			ok = false
		}
	}
	if !ok {
		os.Exit(1)
	}
}
