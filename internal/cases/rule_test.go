package cases_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
)

// own is a rule whose cases the test breaks one by one.
const own = `# METADATA
# title: Buckets are in Germany
# description: They are.
# custom:
#   id: TST-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2]
#   kinds: [object-store]
#   remedy: Move it.
package test.one

results contains {"status": "undecided", "places": [0], "message": "is nowhere: {why}"} if not input.places[0].known

results contains {"status": "fail", "places": [0], "message": sprintf("is in %s", [concat(", ", input.places[0].countries)])} if {
	input.places[0].known
	input.places[0].countries != ["DE"]
}

results contains {"status": "pass"} if input.places[0].countries == ["DE"]
`

const archive = `-- perimeter.yaml --
apiVersion: bailiwick/v1
kind: Perimeter
spec: {jurisdictions: {allow: [EU]}}
-- all/main.tf --
provider "aws" { region = "us-east-1" }
provider "aws" {
  alias  = "de"
  region = "eu-central-1"
}
provider "aws" { alias = "open" }
resource "aws_s3_bucket" "us" {}
resource "aws_s3_bucket" "de" { provider = aws.de }
resource "aws_s3_bucket" "open" { provider = aws.open }
-- all/want --
fail aws_s3_bucket.us: is in US
pass aws_s3_bucket.de
undecided aws_s3_bucket.open: nothing says where it is
`

func TestRuleCases(t *testing.T) {
	k, _ := open(t)
	set, err := policy.Load(fstest.MapFS{"r/rule.rego": {Data: []byte(own)}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	run := func(text string) string {
		fails, err := cases.Rule(k, set, "TST-001", "r/cases.txtar", []byte(text))
		if err != nil {
			return "error: " + err.Error()
		}
		var out []string
		for _, f := range fails {
			out = append(out, f.Error())
		}
		return strings.Join(out, "\n")
	}
	if got := run(archive); got != "" {
		t.Fatalf("the whole archive: %s", got)
	}
	if set, err = policy.Load(fstest.MapFS{"r/rule.rego": {Data: []byte(strings.Replace(own, "#   remedy:", "#   never_fails: true\n#   remedy:", 1))}}, "own"); err != nil {
		t.Fatal(err)
	}
	if got := run(archive); !strings.Contains(got, "a case shows TST-001 as fail, and its METADATA says never_fails") {
		t.Errorf("never_fails: %q", got)
	}
	if got := run(strings.NewReplacer(`region = "us-east-1"`, `region = "eu-central-1"`, "fail aws_s3_bucket.us: is in US", "pass aws_s3_bucket.us").Replace(archive)); got != "" {
		t.Errorf("never_fails, and none does: %s", got)
	}
	if _, err := policy.Load(fstest.MapFS{"r/rule.rego": {Data: []byte(strings.Replace(own, "#   remedy:", "#   never_fails: often\n#   remedy:", 1))}}, "own"); err == nil || !strings.Contains(err.Error(), "never_fails is often; write true") {
		t.Errorf("never_fails: often: %v", err)
	}
	if set, err = policy.Load(fstest.MapFS{"r/rule.rego": {Data: []byte(own)}}, "own"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"another message":    {"is in US", "is in FR", "missing: fail aws_s3_bucket.us: is in FR"},
		"another status":     {"pass aws_s3_bucket.de", "fail aws_s3_bucket.de", "missing: fail aws_s3_bucket.de"},
		"a line less":        {"pass aws_s3_bucket.de\n", "", "not wanted: pass aws_s3_bucket.de"},
		"a line more":        {"pass aws_s3_bucket.de", "pass aws_s3_bucket.de\npass aws_s3_bucket.x", "missing: pass aws_s3_bucket.x"},
		"no fail shown":      {`region = "us-east-1"`, `region = "eu-central-1"`, "no case shows TST-001 as fail"},
		"no undecided shown": {"provider \"aws\" { alias = \"open\" }", "provider \"aws\" {\n  alias = \"open\"\n  region = \"eu-central-1\"\n}", "no case shows TST-001 as undecided"},
		"no perimeter":       {"-- perimeter.yaml --", "-- perimetre.yaml --", "there is no perimeter.yaml"},
		"broken perimeter":   {"allow: [EU]", "alow: [EU]", "alow"},
		"broken day":         {"-- all/main.tf --", "-- all/at --\ntomorrow\n-- all/main.tf --", `"tomorrow"`},
		"unknown bloc":       {"allow: [EU]", "allow: [UE]", `"UE" is neither`},
	} {
		if !strings.Contains(archive, c.old) {
			t.Fatalf("%s: the archive does not contain %q", name, c.old)
		}
		if got := run(strings.Replace(archive, c.old, c.new, 1)); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %s", name, got, c.want)
		}
	}
}
