package ledger

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodConfig = `apiVersion: bailiwick/v1
kind: Ledger
origin: ledger.clinic.example
key: file:/etc/bailiwick/ledger.key
guard: /var/lib/guard
shards: none
witnesses: witnesses.txt
timestamps: ["https://tsa.example/tsr"]
retention: 10y
`

func TestParseConfig(t *testing.T) {
	c, err := ParseConfig("ledger.yaml", []byte(goodConfig))
	want := Config{Origin: "ledger.clinic.example", Key: "file:/etc/bailiwick/ledger.key", Guard: "/var/lib/guard", Witnesses: "witnesses.txt",
		Timestamps: []string{"https://tsa.example/tsr"}, Retention: Retention{10, 'y'}}
	if d := cmp.Diff(want, c); err != nil || d != "" {
		t.Errorf("%v: %s", err, d)
	}
	again, err := ParseConfig("ledger.yaml", c.Text())
	if d := cmp.Diff(want, again); err != nil || d != "" {
		t.Errorf("%v: %s", err, d)
	}
	short, err := ParseConfig("ledger.yaml", Config{Origin: "a.example", Key: "file:key", Guard: "../guard", Monthly: true}.Text())
	if err != nil || !short.Monthly || short.Retention.Count != 0 {
		t.Errorf("%+v, %v", short, err)
	}
}

func TestParseConfigRefuses(t *testing.T) {
	edit := func(old, new string) string {
		if !strings.Contains(goodConfig, old) {
			t.Fatalf("the good one has no %q", old)
		}
		return strings.Replace(goodConfig, old, new, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "one document"},
		{"[1]", "one document"},
		{goodConfig + "---\n" + goodConfig, "one document"},
		{"a: [", "not valid YAML"},
		{edit("guard:", "gaurd:"), `ledger.yaml:5: unknown key "gaurd"; did you mean "guard"? known: apiVersion, kind`},
		{edit("guard:", "gaurd:"), `the key "guard" is missing`},
		{goodConfig + "kind: Ledger\n", `ledger.yaml:10: the key "kind" stands twice, first on line 2`},
		{edit("kind: Ledger", "kind: Leger"), `did you mean "Ledger"?`},
		{edit("bailiwick/v1", "bailiwick/v2"), `did you mean "bailiwick/v1"?`},
		{edit("shards: none", "shards: montly"), `did you mean "monthly"?`},
		{edit("retention: 10y", "retention: 10 years"), "write a whole number and d, m or y"},
		{edit("retention: 10y", "retention: 0d"), "write a whole number"},
		{edit("retention: 10y", "retention: 10"), "must be a line of text"},
		{edit("origin: ledger.clinic.example", "origin: ledger clinic"), "is no name of a log"},
		{edit("origin: ledger.clinic.example", "origin: "), "must be a line of text"},
		{edit("origin: ledger.clinic.example", "origin: a+b"), "is no name of a log"},
		{edit("origin: ledger.clinic.example", "origin: "+strings.Repeat("a", 201)), "is no name of a log"},
		{edit(`["https://tsa.example/tsr"]`, "https://tsa.example"), "must be a list"},
		{edit(`["https://tsa.example/tsr"]`, "[ftp://tsa.example]"), "is no URL of a time stamping authority"},
		{edit("key: file", "key: &a file"), "must be a line of text"},
	} {
		if _, err := ParseConfig("ledger.yaml", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestLoadConfigWithout(t *testing.T) {
	if _, err := LoadConfig(t.TempDir()); err == nil || !strings.Contains(err.Error(), "bailiwick ledger init") {
		t.Errorf("got %v", err)
	}
}
