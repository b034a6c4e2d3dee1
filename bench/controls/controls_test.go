package controls

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

// go test ./bench/controls -update writes docs/controls.md and agreement.txt
// anew; look at the difference before you commit it.
var update = flag.Bool("update", false, "write docs/controls.md and agreement.txt")

const (
	document = "../../docs/controls.md"
	agreed   = "agreement.txt"
)

// clouds are the archives, in the order of the table.
var clouds = []string{"aws", "azure", "google"}

// TestAgreement holds our rules against the controls that three clouds offer
// for sovereignty and residency. A control that agreement.txt lists must go on
// agreeing; one that a rule judges and that is not listed is new, or wrong.
func TestAgreement(t *testing.T) {
	list, results := measure(t)
	var got []string
	for i := range list {
		if list[i].Rule != "" && results[i] == "" {
			got = append(got, list[i].Cloud+" "+list[i].ID)
		}
	}
	t.Log(summary(list, results))
	golden(t, agreed, []byte(strings.Join(got, "\n")+"\n"))
	golden(t, document, page(list, results))
	want := strings.Fields(strings.ReplaceAll(read(t, agreed), " ", "/"))
	if len(got) < len(want) {
		t.Errorf("%d controls agree, %d are listed in %s", len(got), len(want), agreed)
	}
	for i := range list {
		if listed := slices.Contains(want, list[i].Cloud+"/"+list[i].ID); listed && (results[i] != "" || list[i].Rule == "") {
			t.Errorf("%s %s is listed in %s and disagrees: %s", list[i].Cloud, list[i].ID, agreed, results[i])
		} else if !listed && results[i] != "" {
			t.Errorf("%s %s: %s; mend it, or write rule: none and why", list[i].Cloud, list[i].ID, results[i])
		}
	}
}

// measure runs every control that a rule judges; results are disagreements.
func measure(t *testing.T) ([]control, []string) {
	t.Helper()
	b := newBench(t)
	var list []control
	for _, cloud := range clouds {
		file := cloud + ".txtar"
		cs, err := parse(cloud, file, []byte(read(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, cs...)
	}
	results := make([]string, len(list))
	for i := range list {
		if list[i].Rule == "" {
			continue
		}
		var err error
		if results[i], err = b.disagreement(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	return list, results
}

// golden compares a file with what it should be, or writes it.
func golden(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the controls say now (%v); go test ./bench/controls -update writes it anew", file, err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const sound = `-- perimeter.yaml --
apiVersion: bailiwick/v1
kind: Perimeter
spec: {jurisdictions: {allow: [EU]}}
-- X.1/control --
rule: LOC-001
asks: buckets are in Europe
of: test
-- X.1/fail/main.tf --
resource "google_storage_bucket" "b" {
  name     = "b"
  location = "us-east1"
}
-- X.1/pass/main.tf --
resource "google_storage_bucket" "b" {
  name     = "b"
  location = "europe-west3"
}
`

// TestBrokenControls breaks a sound control in every way that must be seen.
func TestBrokenControls(t *testing.T) {
	b := newBench(t)
	try := func(text string) string {
		list, err := parse("test", "test.txtar", []byte(text))
		if err != nil {
			return err.Error()
		}
		msg, err := b.disagreement(&list[0])
		if err != nil {
			return err.Error()
		}
		return msg
	}
	if got := try(sound); got != "" {
		t.Fatalf("the sound control: %s", got)
	}
	for _, c := range []struct{ old, new, want string }{
		{"us-east1", "europe-west3", "does not fail what the control refuses: 0 fail, 0 undecided, 1 pass"},
		{`"europe-west3"`, `"us-east1"`, "does not pass what the control lets be: 1 fail"},
		{"rule: LOC-001", "rule: LOC-001\nsilent: nothing to say", "has nothing to say of"},
		{"rule: LOC-001", "rule: LOC-999", "LOC-999"},
		{"rule: LOC-001", "why: no rule", "names no rule"},
		{"rule: LOC-001", "rule: none", "why says nothing"},
		{"rule: LOC-001", "rule: none\nwhy: because", "fixtures show nothing"},
		{"rule: LOC-001", "rule: LOC-001\nwhy: because", "nothing to excuse"},
		{"rule: LOC-001", "rule: LOC-001\nrule: LOC-002", "each once"},
		{"asks: buckets", "ask: buckets", "is not `key: value`"},
		{"of: test\n", "", "of which set"},
		{"-- X.1/pass/main.tf --", "-- X.1/good/main.tf --", "none of control"},
		{"-- X.1/pass/main.tf --", "-- Y/pass/main.tf --", "needs fail/main.tf and pass/main.tf"},
		{"rule: LOC-001", "rule: LOC-001\nperimeter: keys.yaml", "no shared file keys.yaml"},
		{"allow: [EU]", "allow: [UE]", "UE"},
		{`resource "google_storage_bucket" "b" {`, `resource "google_storage_bucket" {`, "fail/main.tf:1"},
	} {
		if !strings.Contains(sound, c.old) {
			t.Fatalf("the sound control does not contain %q", c.old)
		}
		if got := try(strings.Replace(sound, c.old, c.new, 1)); !strings.Contains(got, c.want) {
			t.Errorf("%s -> %s: %q, want %s", c.old, c.new, got, c.want)
		}
	}
	if got := try("nothing"); !strings.Contains(got, "no control") {
		t.Errorf("an empty archive: %q", got)
	}
}
