package custodian_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/custodian"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
)

const inside = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: "clinic ${x} {{y}} \" # z"}
spec:
  jurisdictions: {allow: [EU]}
  operators: {allow: [EU, aws, microsoft, google]}
  data: {records: {gdpr: special, keys: {holder: [customer, aws, microsoft, google], min_grade: 3}}}
`

// TestBack: no source of ours reads policies of Cloud Custodian; what they find is
// read (internal/source/inventory). So only that they are the same each time is
// held here, and that our sources do not stumble over them.
func TestBack(t *testing.T) {
	(&enforcetest.Back{Target: custodian.Target, Perimeter: inside}).Run(t)
}

// TestClosed: where an operator may run nothing, each resource is found as it is,
// and no filter leaves one out.
func TestClosed(t *testing.T) {
	files, err := custodian.Target.Write(enforcetest.Bounds(t, strings.Replace(inside, "[EU, aws, microsoft, google]}\n", "[EU]}\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if text := string(f.Data); strings.Contains(text, "filters:") || !strings.Contains(text, "-closed\n") {
			t.Errorf("%s leaves something out:\n%s", f.Name, text)
		}
	}
}

// TestUnmet: what no filter sees is an error that names the clause.
func TestUnmet(t *testing.T) {
	text := strings.Replace(inside, "[EU, aws, microsoft, google]}\n", "[EU], tolerate: [{operator: aws, data: [records], when: {key_holder: EU, cleartext: never}}]}\n", 1)
	var unmet *enforce.Unmet
	if _, err := custodian.Target.Write(enforcetest.Bounds(t, text)); !errors.As(err, &unmet) || !strings.Contains(unmet.Clause, "cleartext") {
		t.Errorf("%v", err)
	}
}
