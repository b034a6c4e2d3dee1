package enforcetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

// Sends is a perimeter that lets data flow to one host, [Host]; its name is hostile.
const Sends = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: "clinic ${x} {{y}} \" # z"}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, aws]}
  data: {records: {gdpr: special}}
  systems: {triage: {purpose: answers questions}}
  flows: [{from: triage, to: api.scaleway.ai, data: [records]}]
`

// Host is the host that [Sends] lets data flow to.
const Host = "api.scaleway.ai"

// None writes a target where the only host that the perimeter declares is not
// inside: no file may name it. The text of all files comes back.
func None(t *testing.T, target enforce.Target) string {
	t.Helper()
	files, err := target.Write(Bounds(t, strings.ReplaceAll(Sends, Host, "api.openai.com")))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		all.Write(f.Data)
	}
	if strings.Contains(all.String(), "openai") {
		t.Errorf("a host that is not inside is named:\n%s", all.String())
	}
	return all.String()
}

// Unheld asks that a host, which a target cannot hold, is an error that names its
// clause.
func Unheld(t *testing.T, target enforce.Target, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		b := Bounds(t, Sends)
		b.Hosts = append(b.Hosts, bounds.Host{Name: host, From: "triage"})
		var unmet *enforce.Unmet
		if _, err := target.Write(b); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, host) {
			t.Errorf("%q: %v", host, err)
		}
	}
}
