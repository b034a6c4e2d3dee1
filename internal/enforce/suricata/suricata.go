// Package suricata writes rules for Suricata, and what takes its rules: names that
// are not allowed are dropped, in TLS, QUIC, HTTP and DNS, and so is what has no
// name.
//
// Syntax: the Suricata User Guide 7.0, rules format. Nothing is written with pass:
// Suricata lets the rest of a flow pass with it, so that one allowed request would
// open a connection for all that follow.
package suricata

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target suricata.
var Target = enforce.Target{
	Name:  "suricata",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Suricata: rules that drop what is not an allowed host"

var holds = []graph.RuleID{"EGR-001", "EGR-003", "EGR-004", "EGR-007"}

//go:embed rules.tmpl
var text string

var rules = template.Must(template.New("").Parse(text))

// longest is what Suricata takes of one rule (DETECT_MAX_RULE_SIZE), less what
// stands around the names.
const longest = 8192 - 512

func write(b *bounds.Bounds) ([]enforce.File, error) {
	hosts, err := enforce.Destinations(b)
	if err != nil {
		return nil, err
	}
	names := others(hosts, "nocase; ")
	if n := len(names); n > longest {
		return nil, &enforce.Unmet{Clause: fmt.Sprintf("spec.flows (%d hosts)", len(hosts)), Why: fmt.Sprintf("their names are %d characters, and a rule of Suricata takes %d: give the place fewer classes with --data", n, longest)}
	}
	var s strings.Builder
	s.WriteString(enforce.Comment("#", enforce.Header(b, title, holds...)))
	for _, d := range hosts {
		fmt.Fprintf(&s, "# allowed:   %s, to which %s sends\n", d, enforce.Line(strings.Join(d.From, ", ")))
	}
	err = rules.Execute(&s, map[string]string{"Others": names, "Folded": others(hosts, ""), "Why": "classtype:policy-violation; metadata:perimeter " + strings.TrimPrefix(b.Perimeter.Digest, "sha256:") + ";"})
	return []enforce.File{{Name: "bailiwick.rules", Data: []byte(s.String())}}, err
}

// others is what matches every name but those of the hosts; fold is how the
// keyword compares without regard to case, and nothing where names come folded.
func others(hosts []enforce.Destination, fold string) string {
	if len(hosts) == 0 {
		return `pcre:"/^/";`
	}
	list := make([]string, len(hosts))
	for i, d := range hosts {
		if list[i] = fmt.Sprintf(`content:!"%s"; %sstartswith; endswith;`, d.Name, fold); d.Any {
			list[i] = fmt.Sprintf(`content:!".%s"; %sendswith;`, d.Name, fold)
		}
	}
	return strings.Join(list, " \\\n    ")
}
