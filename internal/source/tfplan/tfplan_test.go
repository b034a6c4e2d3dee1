package tfplan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func read(t *testing.T, file string) (graph.Facts, map[string]graph.Asset) {
	t.Helper()
	f := Read([]string{file})
	for _, p := range f.Problems {
		t.Errorf("problem: %+v", p)
	}
	by := map[string]graph.Asset{}
	for _, a := range f.Assets {
		if a.Origin.IsZero() || a.Origin.Line == 0 || a.Attrs == nil || a.Language != "terraform" || a.Root != file {
			t.Errorf("incomplete asset %+v", a)
		}
		by[string(a.Address)] = a
	}
	if len(by) != len(f.Assets) || len(by) == 0 {
		t.Fatalf("%d assets with %d addresses", len(f.Assets), len(by))
	}
	return f, by
}

// say is a reading in one line.
func say(rs []graph.Reading) string {
	var out []string
	for _, r := range rs {
		s := fmt.Sprint(r.Value)
		switch {
		case r.Unknown != "":
			s = "?" + r.Unknown
		case r.Null:
			s = "null"
		}
		if len(r.Refs) > 0 {
			s += fmt.Sprint(" <- ", r.Refs)
		}
		out = append(out, s)
	}
	return strings.Join(out, " | ")
}

func keys(m map[string]graph.Asset) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func TestPlanAssets(t *testing.T) {
	f, by := read(t, "testdata/aws.plan.json")
	want := []string{
		`aws_db_instance.dynamic`, `aws_db_instance.each["a"]`, `aws_db_instance.odd`,
		`aws_kms_key.k`, `aws_s3_bucket.kept`, `aws_s3_bucket.new`, `aws_s3_bucket.replaced`, `aws_s3_bucket.untargeted`,
		`module.keys["a"].aws_kms_key.k`, `module.keys["b"].aws_kms_key.k`,
		`module.store[0].module.inner["x.y"].aws_s3_bucket.b["q\"]"]`,
		`module.store[1].module.inner["x.y"].aws_s3_bucket.b["q\"]"]`,
	}
	if d := cmp.Diff(want, keys(by)); d != "" {
		t.Errorf("assets (-want +got):\n%s", d)
	}
	// Ten managed blocks at the top (each, odd, dynamic, k, new, kept, replaced,
	// untargeted, zero) and two in modules; of zero there is no instance.
	if f.Blocks != 11 || f.Absent != 1 {
		t.Errorf("blocks = %d, absent = %d; want 11 and 1", f.Blocks, f.Absent)
	}
	deep := by[want[10]]
	if deep.Module != `module.store[0].module.inner["x.y"]` || deep.Group != "testdata/aws.plan.json:module.store.module.inner.aws_s3_bucket.b" || deep.Type != "aws_s3_bucket" {
		t.Errorf("deep asset: %+v", deep)
	}
	if by["aws_kms_key.k"].Origin.Line != 25 {
		t.Errorf("line of the key: %d", by["aws_kms_key.k"].Origin.Line)
	}
}

func TestPlanReadings(t *testing.T) {
	_, by := read(t, "testdata/aws.plan.json")
	const sensitive = "?the value is marked as sensitive and is not looked at"
	for _, r := range []struct{ asset, path, want string }{
		{"aws_s3_bucket.new", "bucket", "new"},
		{"aws_s3_bucket.new", "tags.team.name", "core"},
		{"aws_s3_bucket.new", "tags.owner", "?known after apply"},
		{"aws_s3_bucket.new", "tags.absent", ""},
		{"aws_s3_bucket.new", "rule.kms", "?known after apply <- [aws_kms_key.k]"},
		{"aws_s3_bucket.new", "rule.bucket", "logs-a | " + sensitive},
		{"aws_s3_bucket.new", "names", "a <- [aws_kms_key.k] | ?known after apply <- [aws_kms_key.k] | c <- [aws_kms_key.k]"},
		{"aws_s3_bucket.new", "password", sensitive},
		{"aws_s3_bucket.new", "policy", `?known after apply <- [module.keys["a"].aws_kms_key.k]`},
		{"aws_s3_bucket.new", "logging", ""},                                // not written and empty
		{"aws_s3_bucket.new", "logging.bucket", ""},                         // so is what would be in it
		{"aws_s3_bucket.new", "arn", ""},                                    // not written: the provider chooses
		{"aws_s3_bucket.new", "zone", ""},                                   // the same
		{"aws_s3_bucket.new", "replication.bucket", ""},                     // no other bucket shows that it is no choice
		{"aws_s3_bucket.kept", "region", "eu-west-1"},                       // what will be, not the drift
		{"aws_s3_bucket.kept", "policy", "null"},                            // written, and null
		{"aws_s3_bucket.untargeted", "region", "eu-west-3"},                 // from the planned values
		{"aws_s3_bucket.replaced", "bucket", "r2"},                          // deleted and created
		{"aws_db_instance.dynamic", "replica.region", "?known after apply"}, // the other instance has none: a dynamic block
		{"aws_db_instance.odd", "replica.region", ""},
		{`aws_db_instance.each["a"]`, "kms_key_id", `?known after apply <- [module.keys["a"].aws_kms_key.k]`}, // the module has one output, and the instance the same key
		{`aws_db_instance.each["a"]`, "count", "12"},
		{`module.store[1].module.inner["x.y"].aws_s3_bucket.b["q\"]"]`, "kms_key", `?known after apply <- [module.keys["b"].aws_kms_key.k]`},
	} {
		a, ok := by[r.asset]
		if !ok {
			t.Fatalf("there is no %s", r.asset)
		}
		if got := say(a.Attrs.Read(r.path)); got != r.want {
			t.Errorf("%s %s:\n got %s\nwant %s", r.asset, r.path, got, r.want)
		}
	}
	if got := by["aws_s3_bucket.new"].Attrs.Read("rule.bucket")[0].Origin.Line; got != 38 {
		t.Errorf("line of an attribute in a block: %d", got)
	}
}

func TestPlanProviders(t *testing.T) {
	_, by := read(t, "testdata/aws.plan.json")
	for _, r := range []struct{ asset, alias, path, want string }{
		{"aws_kms_key.k", "", "region", "eu-central-1"},
		{"aws_kms_key.k", "", "token", "?var.token is sensitive and is not looked at"},
		{"aws_kms_key.k", "", "profile", "?this is computed from local.profile, and the plan does not show how"},
		{"aws_kms_key.k", "", "default_tags.tags.team", "core"},
		{"aws_kms_key.k", "", "assume_role.role_arn", "arn:aws:iam::1:role/a | ?this is computed from aws_kms_key.k.arn, and the plan does not show how <- [aws_kms_key.k]"},
		{"aws_kms_key.k", "", "endpoints.s3", ""},
		{"aws_s3_bucket.new", "dr", "region", "us-east-1"},
		{"aws_s3_bucket.kept", "mixed", "region", "?this is computed from var.dr, var.region, and the plan does not show how"},
		{"aws_s3_bucket.replaced", "object", "region", "eu-north-1"},
		// The configuration of every resource under a keyed module is found, and
		// its provider's region through the variable of the module that has the block.
		{`module.store[0].module.inner["x.y"].aws_s3_bucket.b["q\"]"]`, "own", "region", "us-east-1"},
		{`module.keys["a"].aws_kms_key.k`, "", "region", "eu-central-1"},
	} {
		p := by[r.asset].Provider
		if p == nil || p.Source != "hashicorp/aws" || p.Alias != r.alias {
			t.Errorf("%s: provider %+v, want hashicorp/aws %q", r.asset, p, r.alias)
			continue
		}
		if got := say(p.Attrs.Read(r.path)); got != r.want {
			t.Errorf("%s provider %s:\n got %s\nwant %s", r.asset, r.path, got, r.want)
		}
		if p.Origin.Line == 0 {
			t.Errorf("%s: the provider block has no line", r.asset)
		}
	}
}

// What terraform itself writes.
func TestRealPlan(t *testing.T) {
	f, by := read(t, "testdata/data.plan.json")
	if len(by) != 10 || f.Blocks != 8 || f.Absent != 1 {
		t.Errorf("%d assets, %d blocks, %d absent; want 10, 8, 1: %v", len(by), f.Blocks, f.Absent, keys(by))
	}
	for _, r := range []struct{ asset, path, want string }{
		{"terraform_data.key", "input", "k"},
		{"terraform_data.uses", "input.region", "eu-central-1 <- [terraform_data.key]"},
		{"terraform_data.uses", "input.key", "?known after apply <- [terraform_data.key]"},
		{`terraform_data.one["a.b"]`, "input", `?known after apply <- [terraform_data.many["a.b"]]`},
		{`module.m["y"].terraform_data.inner`, "input", "?known after apply <- [terraform_data.key]"},
		{"terraform_data.out", "input", `?known after apply <- [module.m["x"].terraform_data.inner]`},
		{"terraform_data.hidden", "input", "?the value is marked as sensitive and is not looked at"},
		{"terraform_data.key", "triggers_replace", ""},
	} {
		if got := say(by[r.asset].Attrs.Read(r.path)); got != r.want {
			t.Errorf("%s %s:\n got %s\nwant %s", r.asset, r.path, got, r.want)
		}
	}
	p := by["terraform_data.key"].Provider
	if p == nil || p.Source != "terraform.io/builtin/terraform" || p.Attrs.Read("region") != nil {
		t.Errorf("provider: %+v", p)
	}
}

// A state as shown and a raw state say the same.
func TestStates(t *testing.T) {
	_, shown := read(t, "testdata/data.state.json")
	_, raw := read(t, "testdata/data.tfstate")
	if d := cmp.Diff(keys(shown), keys(raw)); d != "" || len(raw) != 10 {
		t.Errorf("assets (-shown +raw):\n%s", d)
	}
	for addr, a := range shown {
		b := raw[addr]
		if a.Module != b.Module || a.Type != b.Type || a.Provider.Source != b.Provider.Source {
			t.Errorf("%s: shown %+v, raw %+v", addr, a, b)
		}
		for _, path := range []string{"input", "id", "triggers_replace", "input.region", "absent"} {
			if x, y := say(a.Attrs.Read(path)), say(b.Attrs.Read(path)); x != y {
				t.Errorf("%s %s: shown %s, raw %s", addr, path, x, y)
			}
		}
	}
	if got := say(raw["terraform_data.uses"].Attrs.Read("input.region")); got != "eu-central-1" {
		t.Errorf("an open type in a raw state: %s", got)
	}
	if got := say(raw["terraform_data.hidden"].Attrs.Read("input")); !strings.HasPrefix(got, "?the value is marked") {
		t.Errorf("a sensitive value in a raw state: %s", got)
	}
	if got := say(raw["terraform_data.key"].Provider.Attrs.Read("region")); !strings.HasPrefix(got, "?a state does not show") {
		t.Errorf("the provider of a state: %s", got)
	}
}

// No message and no unknown reason holds what is marked as sensitive.
func TestSensitiveStaysInside(t *testing.T) {
	for _, file := range []string{"testdata/aws.plan.json", "testdata/data.plan.json", "testdata/data.state.json", "testdata/data.tfstate"} {
		_, by := read(t, file)
		for addr, a := range by {
			for _, path := range []string{"password", "input", "rule", "rule.bucket", "tags"} {
				if got := say(a.Attrs.Read(path)); strings.Contains(got, "hush") {
					t.Errorf("%s %s %s: %s", file, addr, path, got)
				}
			}
			for _, path := range []string{"token", "region"} {
				if got := say(a.Provider.Attrs.Read(path)); strings.Contains(got, "hush") {
					t.Errorf("%s %s provider %s: %s", file, addr, path, got)
				}
			}
		}
	}
}

func TestOrderAndConcurrency(t *testing.T) {
	files := []string{"testdata/data.tfstate", "testdata/aws.plan.json", "testdata/data.plan.json"}
	a := Read(files)
	slices.Reverse(files)
	b := Read(append(files, files[0]))
	if len(a.Assets) != len(b.Assets) || !slices.Equal(a.Files, b.Files) || a.Blocks != b.Blocks {
		t.Fatalf("the order of files matters: %d and %d assets, %v, %v", len(a.Assets), len(b.Assets), a.Files, b.Files)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range a.Assets {
				if a.Assets[i].Address != b.Assets[i].Address {
					t.Errorf("asset %d differs", i)
				}
				if x, y := say(a.Assets[i].Attrs.Read("replica.region")), say(b.Assets[i].Attrs.Read("replica.region")); x != y {
					t.Errorf("readings differ: %s, %s", x, y)
				}
			}
		})
	}
	wg.Wait()
}

func write(t *testing.T, name string, src []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, src, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestProblems(t *testing.T) {
	plan, err := os.ReadFile("testdata/data.plan.json")
	if err != nil {
		t.Fatal(err)
	}
	change := func(rest string) string {
		return `{"format_version":"1.2","planned_values":{},"configuration":{},"resource_changes":[` + rest + `]}`
	}
	for _, r := range []struct {
		name, src string
		line      int
		want      string
	}{
		{"cut", string(plan[:len(plan)/2]), strings.Count(string(plan[:len(plan)/2]), "\n") + 1, "cut short"},
		{"cut in a word", "{\n\"format_version\": \"1.2\",\n\"errored\": tr", 3, "cut short"},
		{"text after", `{"format_version":"1.0"} x`, 1, "not valid JSON"},
		{"binary", "PK\x03\x04rest", 0, "terraform show -json PLAN > plan.json"},
		{"latin-1", "{\"format_version\":\"\xe9\"}", 0, "not valid UTF-8"},
		{"empty", "", 1, "not valid JSON"},
		{"list", "[]", 1, "neither a plan nor a state"},
		{"other", `{"a":1}`, 1, "neither a plan nor a state"},
		{"format", `{"format_version":"2.0","planned_values":{}}`, 1, `"2.0" is not known`},
		{"old state", "{\n\"version\":3,\"modules\":[]}", 2, "version 3"},
		{"errored", `{"format_version":"1.2","planned_values":{},"errored":true}`, 1, "ended with an error"},
		{"targeted", `{"format_version":"1.2","planned_values":{},"complete":false}`, 1, "-target"},
		{"no address", change(`{"mode":"managed"}`), 1, "no address"},
		{"wrong address", change(`{"address":"a","mode":"managed","change":{"actions":["create"],"after":{}}}`), 1, `"a" is no address`},
		{"twice", change(`{"address":"a.b","change":{"actions":["create"],"after":{}}},{"address":"a.b","change":{"actions":["create"],"after":{}}}`), 1, "stands twice"},
		{"no after", change(`{"address":"a.b","change":{"actions":["create"],"after":null}}`), 1, "does not say what a.b will be"},
		{"resources no list", `{"version":4,"lineage":"x","resources":{}}`, 1, "no list"},
	} {
		file := write(t, "plan.json", []byte(r.src))
		f := Read([]string{file})
		if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, r.want) || f.Problems[0].Origin.Line != r.line || f.Problems[0].Origin.File != filepath.ToSlash(file) {
			t.Errorf("%s: %+v, want line %d with %q", r.name, f.Problems, r.line, r.want)
		}
		for _, p := range f.Problems {
			if strings.Contains(p.Message, "\n") {
				t.Errorf("%s: a message of several lines", r.name)
			}
		}
	}
	big := write(t, "big.json", []byte(`{"format_version":"1.2","planned_values":{}}`))
	if f := readAll([]string{big}, 10); len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "larger than") {
		t.Errorf("a large file: %+v", f.Problems)
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "absent.json")} {
		if f := Read([]string{path}); len(f.Problems) != 1 || len(f.Files) != 1 {
			t.Errorf("%s: %+v", path, f)
		}
	}
}

func TestDeferred(t *testing.T) {
	src := `{"format_version":"1.2","complete":false,"planned_values":{},"configuration":{},"deferred_changes":[
{"reason":"instance_count_unknown","resource_change":{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b",
 "provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"after":{"bucket":"b"},"after_unknown":{}}}},
{"reason":"provider_config_unknown","resource_change":{"address":"aws_s3_bucket.c","mode":"managed","type":"aws_s3_bucket","name":"c",
 "provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"after":{},"after_unknown":{}}}}]}`
	_, by := read(t, write(t, "plan.json", []byte(src)))
	a, ok := by["aws_s3_bucket.b[*]"]
	if !ok || a.Partial != "the change is deferred: instance_count_unknown" || a.Origin.Line != 2 {
		t.Errorf("assets: %+v", by)
	}
	if c, ok := by["aws_s3_bucket.c"]; !ok || c.Partial == "" {
		t.Errorf("one instance that is deferred: %+v", by)
	}
}

// PowerShell redirects output as UTF-16.
func TestUTF16(t *testing.T) {
	src := `{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a_b.c","mode":"managed","type":"a_b","name":"c","provider_name":"a","values":{"x":"ü"}}]}}}`
	out := []byte{0xff, 0xfe}
	for _, r := range src {
		out = append(out, byte(r), byte(r>>8))
	}
	if !Match("state.json", out[:200]) {
		t.Error("it is not recognised")
	}
	_, by := read(t, write(t, "state.json", out))
	if got := say(by["a_b.c"].Attrs.Read("x")); got != "ü" {
		t.Errorf("x = %s", got)
	}
}

func TestMatch(t *testing.T) {
	for _, r := range []struct {
		path, head string
		want       bool
	}{
		{"plan.json", `{"format_version":"1.2","terraform_version":"1.11.4","variables":{"x":{"va`, true},
		{"x.json", `{"format_version":"1.0","planned_values":{"outputs"`, true},
		{"x.json", `{"format_version":"1.0"}`, true}, // the state of nothing
		{"x.json", `{"applyable":true,"complete":true,"configuration":{"provider_config":{`, true},
		{"x.json", `{"planned_values":{}`, true},
		{"a.tfstate", `{"version":4,"terraform_version":"1.5.0","serial":1,"lineage":"x"`, true},
		{"state", `{"version":4,"serial":1,"lineage":"x"`, true},
		{"a.tfstate", `broken`, true},
		{"x.json", `{"format_version":"1.0","valid":true,"error_count":0`, false},
		{"x.json", `{"format_version":"1.0","provider_schemas":{`, false},
		{"x.json", `{"@level":"info","@message":"Terraform 1.5"`, false},
		{"package.json", `{"name":"x","version":"1.0.0","configuration":{}}`, false},
		{"x.json", `{"version":4}`, false},
		{"x.json", `{"version":"1.0","serial":7,"name":"x"}`, false},
		{"x.json", `{"version":"1.0","terraform_version":"1.5"}`, false},
		{"x.json", `{"check_results":null,"lineage":"x","outputs":{},"resources":[{`, true},
		{"x.json", `[]`, false},
		{"x.json", ``, false},
		{".terraform/terraform.tfstate", `{"version":3,"serial":1,"lineage":"x","backend":{"type":"s3"`, false},
		{"terraform.tfstate.backup", `{"version":4,"serial":1,"lineage":"x"`, false},
		{"p.tfplan", "PK\x03\x04", true},
		{"x.zip", "PK\x03\x04", false},
		{"main.tf", `resource "a" "b" {}`, false},
	} {
		if got := Match(r.path, []byte(r.head)); got != r.want {
			t.Errorf("Match(%s, %s) = %v", r.path, r.head, got)
		}
	}
}
