package kb

import (
	"maps"
	"strings"
	"testing"
)

// A package may be known for the variables from which it takes addresses alone;
// of a variable that several packages read there is one.
func TestVariables(t *testing.T) {
	m := maps.Clone(small)
	m["packages/clients.yaml"] = "fact: {confidence: claimed}\npackages:\n" +
		"  - {ecosystem: pypi, name: b, variables: [{env: ACME_URL, purpose: data}, {env: ACME_HOST, purpose: logs, as: host}]}\n" +
		"  - {ecosystem: pypi, name: c, variables: [{env: ACME_URL, purpose: data}]}\n"
	k, err := Load(files(m))
	if err != nil {
		t.Fatal(err)
	}
	vs := k.Variables()
	if len(vs) != 2 || vs[0].Env != "ACME_HOST" || vs[1].Env != "ACME_URL" {
		t.Errorf("%+v", vs)
	}
	for wrong, want := range map[string]string{
		"{env: A=B, purpose: data}":                "is no name of a variable",
		"{env: ACME_URL, purpose: dat}":            "did you mean data?",
		"{env: ACME_URL, purpose: data, as: link}": "as",
	} {
		m["packages/clients.yaml"] = "fact: {confidence: claimed}\npackages:\n  - {ecosystem: pypi, name: b, variables: [" + wrong + "]}\n"
		if _, err := Load(files(m)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "packages/clients.yaml:3") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if n := len(open(t).Variables()); n < 15 {
		t.Errorf("%d variables are known", n)
	}
}

// A variable that an overlay no longer reads is told.
func TestVariablesAreLoosened(t *testing.T) {
	old := &Package{Variables: []Variable{{Env: "ACME_URL", Purpose: "data"}}}
	for _, c := range []struct {
		new  Package
		want int
	}{
		{Package{}, 1}, {Package{Variables: []Variable{{Env: "ACME_URL", Purpose: "logs"}}}, 1},
		{Package{Variables: []Variable{{Env: "ACME_URL", Purpose: "data"}, {Env: "MORE", Purpose: "logs"}}}, 0},
	} {
		if got := looserPackage(old, &c.new); len(got) != c.want {
			t.Errorf("%+v: %v", c.new, got)
		}
	}
}
