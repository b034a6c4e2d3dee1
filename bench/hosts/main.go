// Command hosts asks borderlint and us of every host that borderlint's records
// name: where it is processed, and whose it is. It prints counts and what
// differs, for docs/comparison.md.
//
//	go run ./bench/hosts -bailiwick FILE -borderlint FILE -records FILE
//
// The records are providers.json of the borderlint that is run. Exit 1: one of
// the two gave no result. Exit 2: wrong usage.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

func main() {
	ours := flag.String("bailiwick", "", "our binary")
	theirs := flag.String("borderlint", "", "the command of borderlint")
	records := flag.String("records", "", "its providers.json")
	flag.Parse()
	if *ours == "" || *theirs == "" || *records == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*ours, *theirs, *records); err != nil {
		fmt.Fprintf(os.Stderr, "hosts: %v\n", err)
		os.Exit(1)
	}
}

// parts are endpoints that are no hosts; a region completes each to one.
var parts = map[string]string{
	"bedrock-runtime":   "bedrock-runtime.eu-central-1.amazonaws.com",
	"bedrock-agentcore": "bedrock-agentcore.eu-central-1.amazonaws.com",
	"runtime.sagemaker": "runtime.sagemaker.eu-west-1.amazonaws.com",
	"polly.":            "polly.us-east-1.amazonaws.com",
	"generativeai.":     "inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com",
}

func hosts(file string) ([]string, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Providers []struct{ Endpoints []string }
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		return nil, err
	}
	var out []string
	for _, p := range doc.Providers {
		for _, e := range p.Endpoints {
			out = append(out, cmp.Or(parts[e], e))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s names no endpoints", file)
	}
	return out, nil
}

// An answer is what somebody says of a host: countries or blocs; "*" is
// anywhere, empty unknown.
type answer struct{ places, seat []string }

func run(ours, theirs, records string) error {
	list, err := hosts(records)
	if err != nil {
		return err
	}
	b, err := borderlint(theirs, list)
	if err != nil {
		return err
	}
	k, err := kb.Open()
	if err != nil {
		return err
	}
	eu, err := k.Expand("EU", time.Now())
	if err != nil {
		return err
	}
	place, seat := map[string]int{}, map[string]int{}
	for i, h := range list {
		a, err := where(ours, h)
		if err != nil {
			return fmt.Errorf("%s: %w", h, err)
		}
		p, s := compare(a.places, b[i].places, eu), compare(a.seat, b[i].seat, eu)
		place[p]++
		seat[s]++
		if p != "agree" && p != "neither" || s != "agree" && s != "neither" {
			fmt.Fprintf(os.Stderr, "%s: place: %s (%v, %v); operator: %s (%v, %v)\n", h, p, short(a.places), b[i].places, s, a.seat, b[i].seat)
		}
	}
	words := []string{"agree", "we are wider", "only we know", "only it knows", "differ", "neither"}
	fmt.Printf("| of %d | %s |\n| --- |%s\n", len(list), strings.Join(words, " | "), strings.Repeat(" ---: |", len(words)))
	for _, row := range []struct {
		name   string
		counts map[string]int
	}{{"where it is processed", place}, {"who runs it, by the seat", seat}} {
		fmt.Printf("| %s |", row.name)
		for _, w := range words {
			fmt.Printf(" %d |", row.counts[w])
		}
		fmt.Println()
	}
	return nil
}

// compare judges ours by theirs: all our countries lie in its country or bloc.
func compare(ours, theirs []string, eu []graph.Country) string {
	switch {
	case len(ours) == 0 && len(theirs) == 0:
		return "neither"
	case len(theirs) == 0:
		return "only we know"
	case len(ours) == 0:
		return "only it knows"
	case slices.Equal(ours, []string{"*"}):
		return "we are wider"
	}
	for _, c := range ours {
		if !slices.Contains(theirs, c) && !(slices.Contains(theirs, "EU") && slices.Contains(eu, graph.Country(c))) {
			return "differ"
		}
	}
	return "agree"
}

func short(places []string) string {
	if len(places) > 5 {
		return fmt.Sprintf("%d countries", len(places))
	}
	return strings.Join(places, " ")
}

// borderlint has it scan a file that names one host a line.
func borderlint(command string, list []string) ([]answer, error) {
	dir, err := os.MkdirTemp("", "bench-hosts-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var src strings.Builder
	for _, h := range list {
		fmt.Fprintf(&src, "- https://%s/\n", h)
	}
	file := filepath.Join(dir, "hosts.yaml")
	if err := os.WriteFile(file, []byte(src.String()), 0o600); err != nil {
		return nil, err
	}
	stdout, err := exec.Command(command, "scan", dir, "--format", "json").Output()
	if err != nil {
		return nil, err
	}
	var doc struct {
		Findings []struct {
			Line                            int
			Kind, Jurisdiction, Sovereignty string
		}
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return nil, err
	}
	out := make([]answer, len(list))
	for _, f := range doc.Findings {
		if f.Kind == "endpoint_reference" && f.Line > 0 && f.Line <= len(list) {
			out[f.Line-1] = answer{code(f.Jurisdiction), code(f.Sovereignty)}
		}
	}
	return out, nil
}

func code(word string) []string {
	switch word {
	case "", "unknown":
		return nil
	case "uk":
		return []string{"GB"}
	}
	return []string{strings.ToUpper(word)}
}

func where(command, host string) (a answer, err error) {
	stdout, err := exec.Command(command, "where", "--format", "json", host).Output()
	if len(stdout) == 0 {
		return a, err
	}
	var doc struct {
		Answers []struct {
			Kind   string
			Places []struct {
				Role      string
				Countries []string
			}
			Operator struct{ Seat string }
		}
	}
	if err := json.Unmarshal(stdout, &doc); err != nil {
		return a, err
	}
	for _, w := range doc.Answers {
		if w.Kind != "host" {
			continue
		}
		for _, p := range w.Places {
			if p.Role == "processing" {
				a.places = append(a.places, p.Countries...)
			}
		}
		if w.Operator.Seat != "" {
			a.seat = append(a.seat, w.Operator.Seat)
		}
		break
	}
	return a, nil
}
