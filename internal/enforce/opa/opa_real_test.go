//go:build real

package opa_test

import (
	"embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/opa"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

//go:embed testdata
var inputs embed.FS

// A mutant is an input with one thing changed that has to be refused, by a message
// that names the rule.
type mutant struct{ name, old, new, rule string }

var plans = []mutant{
	{"region", `"region": "eu-central-1"`, `"region": "us-east-1"`, "LOC-001"},
	{"london", `"region": "eu-central-1"`, `"region": "eu-west-2"`, "LOC-001"},
	{"zone", `"eu-central-1a"`, `"us-east-1a"`, "LOC-001"},
	{"letter that ends a zone", `"fr-par-1"`, `"a"`, "LOC-001"},
	{"zone of another", `"fr-par-1"`, `"us-nyc-1"`, "LOC-001"},
	{"alias of a provider", `"constant_value": "eu-west-1"`, `"constant_value": "us-west-2"`, "LOC-001"},
	{"variable", `"value": "eu-central-1"`, `"value": "ap-south-1"`, "LOC-001"},
	{"computed region of a provider", `"references": ["var.region"]`, `"references": ["data.aws_region.here.name", "data.aws_region.here"]`, "LOC-001"},
	{"computed region of a resource", `"after_unknown": {"id": true}`, `"after_unknown": {"id": true, "region": true}`, "LOC-001"},
	{"region in an ARN", `arn:aws:kms:eu-central-1:`, `arn:aws:kms:us-east-1:`, "LOC-001"},
	{"copy", `"region_name": "eu-west-3"`, `"region_name": "us-east-2"`, "LOC-001"},
	{"operator", `"type": "scaleway_rdb_instance"`, `"type": "google_sql_database_instance"`, "OPR-001"},
	{"operator that nobody knows", `"type": "scaleway_rdb_instance"`, `"type": "acme_thing"`, "OPR-001"},
	{"geography of a model", `"mistral.mistral-large`, `"us.anthropic.claude-sonnet`, "LOC-009"},
	{"model anywhere", `"mistral.mistral-large`, `"global.anthropic.claude-sonnet`, "LOC-009"},
	{"registry", `registry.clinic.example/triage`, `docker.io/triage`, "SCM-001"},
	{"registry that begins alike", `registry.clinic.example/triage`, `registry.clinic.example.evil.example/triage`, "SCM-001"},
	{"tag", `/triage@sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbd62a11ef721d1542d8d`, `/triage:1.0`, "SCM-002"},
	{"host", `https://api.scaleway.ai/v1`, `https://api.openai.com/v1`, "EGR-004"},
	{"host behind a backslash", `https://api.scaleway.ai/v1`, `https://evil.example\\\\@api.scaleway.ai/v1`, "EGR-004"},
	{"host before a backslash", `https://api.scaleway.ai/v1`, `https://api.scaleway.ai\\\\@evil.example/v1`, "EGR-004"},
	{"address written as a number", `https://api.scaleway.ai/v1`, `http://1249763844/`, "EGR-004"},
	{"host written in percents", `https://api.scaleway.ai/v1`, `https://api%2eopenai%2ecom/v1`, "EGR-004"},
	{"host that begins like the machine", `https://api.scaleway.ai/v1`, `https://127.evil.example/v1`, "EGR-004"},
	{"host that is put together", `https://api.scaleway.ai/v1`, `https://$(HOST)/v1`, "EGR-004"},
	{"no plan", `"resource_changes"`, `"resources"`, ""},
}

var manifests = []mutant{
	{"registry", `image: registry.clinic.example/triage@`, `image: ghcr.io/triage@`, "SCM-001"},
	{"registry by default", `image: registry.clinic.example/triage@`, `image: triage@`, "SCM-001"},
	{"image of what starts before", `image: registry.clinic.example/init@`, `image: quay.io/init@`, "SCM-001"},
	{"image of a debugger", `image: registry.clinic.example/debug@`, `image: busybox@`, "SCM-001"},
	{"tag", `init@sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbd62a11ef721d1542d8d`, `init:latest`, "SCM-002"},
	{"name that the server makes", "name: triage\nspec: # deployment", "generateName: triage-\nspec: # deployment\n  x: {containers: [{image: evil.example/x}]}", "SCM-001"},
	{"place", `topology.kubernetes.io/region: eu-central-1`, `topology.kubernetes.io/region: us-east-1`, "LOC-001"},
	{"place by affinity", `values: [fr-par-1]`, `values: [fr-par-1, us-east-1a]`, "LOC-001"},
	{"host in the environment", `value: "https://api.scaleway.ai/v1"`, `value: "https://api.openai.com/v1"`, "EGR-004"},
	{"host with a name before", `value: "https://api.scaleway.ai/v1"`, `value: "https://api.scaleway.ai@api.openai.com/v1"`, "EGR-004"},
	{"host in a file", `url: https://api.scaleway.ai`, `url: https://api.scaleway.ai.evil.example`, "EGR-004"},
	{"door", `externalName: api.scaleway.ai`, `externalName: API.OPENAI.COM.`, "EGR-004"},
	{"host of the mesh", `hosts: [api.scaleway.ai]`, `hosts: [api.scaleway.ai, api.openai.com]`, "EGR-004"},
}

// refusals asks both engines about an input; they have to agree.
func refusals(t *testing.T, dir, name string, input []byte) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, input, 0o644); err != nil {
		t.Fatal(err)
	}
	conftest := exec.Command(peer.Path(t, "conftest"), "test", "--policy", dir, "--data", filepath.Join(dir, "data.json"), "--output", "json", file)
	out, err := conftest.Output()
	var results []struct{ Failures []struct{ Msg string } }
	if e := json.Unmarshal(out, &results); e != nil {
		t.Fatalf("conftest: %v: %s", e, out)
	}
	var msgs []string
	for _, r := range results {
		for _, f := range r.Failures {
			msgs = append(msgs, f.Msg)
		}
	}
	if (err != nil) != (len(msgs) > 0) {
		t.Errorf("conftest ended with %v and %d refusals", err, len(msgs))
	}
	if name == "plan.json" { // OPA takes one document
		out, err := exec.Command(peer.Path(t, "opa"), "eval", "--strict", "--bundle", dir, "--input", file, "--format", "raw", "data.main.deny").CombinedOutput()
		var same []string
		if e := json.Unmarshal(out, &same); err != nil || e != nil || len(same) != len(msgs) {
			t.Errorf("opa: %v, %v: %d refusals and not %d: %s", err, e, len(same), len(msgs), out)
		}
	}
	return msgs
}

// TestRealOPA: Conftest and OPA refuse each mutant, and nothing of what is allowed.
func TestRealOPA(t *testing.T) {
	dir := filepath.Join(enforcetest.Written(t, opa.Target, inside), "bundle")
	for _, args := range [][]string{{"check", "--strict", "--bundle", dir}, {"fmt", "--fail", "--list", dir}, {"test", "--bundle", dir}, {"build", "--bundle", dir, "--output", filepath.Join(t.TempDir(), "bundle.tar.gz")}} {
		if out, err := exec.Command(peer.Path(t, "opa"), args...).CombinedOutput(); err != nil {
			t.Fatalf("opa %s: %v\n%s", args[0], err, out)
		}
	}
	for name, mutants := range map[string][]mutant{"plan.json": plans, "manifests.yaml": manifests} {
		input, err := inputs.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if msgs := refusals(t, dir, name, input); len(msgs) > 0 {
			t.Errorf("%s is refused: %s", name, strings.Join(msgs, "\n"))
		}
		n := 0
		for _, m := range mutants {
			if !strings.Contains(string(input), m.old) {
				t.Errorf("%s: %q is not in %s", m.name, m.old, name)
			}
			msgs := refusals(t, dir, name, []byte(strings.ReplaceAll(string(input), m.old, m.new)))
			if got := strings.Join(msgs, "\n"); len(msgs) == 0 || !strings.Contains(got, m.rule) {
				t.Errorf("%s, %s: refused with %q, want %s", name, m.name, got, m.rule)
			} else {
				n++
			}
		}
		t.Logf("%s: allowed, and %d of %d mutants refused", name, n, len(mutants))
	}
}

// TestRealDeployments: the kind of a deployment of a model decides, whichever block
// says it; one that nobody knows yet is none that is inside.
func TestRealDeployments(t *testing.T) {
	of := func(after string) []byte {
		return []byte(`{"resource_changes": [{"address": "x", "mode": "managed", "type": "azurerm_cognitive_deployment", "name": "x", "change": {"after": ` + after + `}}]}`)
	}
	for name, k := range map[string]struct {
		places, after string
		refused       bool
	}{
		"in its region":                {"EU", `{"sku": [{"name": "Standard"}]}`, false},
		"in its data zone":             {"EU", `{"sku": [{"name": "DataZoneStandard"}]}`, false},
		"the zone is wider":            {"DE", `{"sku": [{"name": "DataZoneStandard"}]}`, true},
		"a region of no zone":          {"EEA", `{"sku": [{"name": "DataZoneBatch"}]}`, true},
		"anywhere":                     {"EU", `{"sku": [{"name": "GlobalStandard"}]}`, true},
		"anywhere, in the older block": {"EU", `{"scale": [{"type": "GlobalStandard"}]}`, true},
		"a kind that nobody knows":     {"EU", `{"sku": [{"name": "DeveloperTier"}]}`, true},
		"known later":                  {"EU", `{"sku": [{}]}`, true},
	} {
		text := strings.Replace(strings.Replace(inside, "[EU, aws]", "[EU, microsoft]", 1), "allow: [EU]}", "allow: ["+k.places+"]}", 1)
		dir := filepath.Join(enforcetest.Written(t, opa.Target, text), "bundle")
		msgs := strings.Join(refusals(t, dir, "plan.json", of(k.after)), "\n")
		if strings.Contains(msgs, "LOC-010") != k.refused || !k.refused && msgs != "" {
			t.Errorf("%s: %q", name, msgs)
		}
	}
}
