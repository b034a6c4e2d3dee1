package contents

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// lines are the rows of a table, as one reads them.
func lines(c *evidence.Case, t table) []string {
	var out []string
	t.rows(c, func(cells ...string) {
		if len(cells) != len(t.head) {
			cells = append(cells, "another number of cells than the head has")
		}
		out = append(out, strings.Join(cells, " | "))
	})
	return out
}

// TestTables: what has ended, what is only claimed and what is not known do not read like
// what is shown.
func TestTables(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	c.Perimeter.Spec.Evidence = []perimeter.Evidence{
		{About: "aws", Fact: "support", Value: perimeter.Names{"EU"}, Document: "sha256:1", Expires: "2020-01-01"},
		{About: "mistral", Fact: "support", Value: perimeter.Names{"FR"}, Document: "sha256:2", Expires: "2999-01-01"},
		{About: "aws", Fact: "certificate", Value: perimeter.Names{"C5"}, Covers: []string{"* eu-central-1"}, Document: "sha256:3", Dated: "2019-01-01", Expires: "2020-01-01"},
		{About: "mistral", Fact: "certificate", Value: perimeter.Names{"C5"}, Covers: []string{"* *"}, Document: "sha256:4", Dated: "2026-01-01", Expires: "2999-01-01"},
	}
	c.Result.Assets = append(c.Result.Assets, finding.Asset{Subject: "x.nowhere", Kind: graph.Database, Origin: graph.Origin{File: "x.tf", Line: 1}})
	for _, x := range []struct {
		table table
		want  string
	}{
		{support, "aws | EU | ended | 2020-01-01 | sha256:1"},
		{support, "mistral | FR | documented | 2999-01-01 | sha256:2"},
		{certificates, "aws | C5 |  | * eu-central-1 | 2019-01-01 | 2020-01-01 | ended | sha256:3"},
		{certificates, "mistral | C5 |  | * * | 2026-01-01 | 2999-01-01 | documented | sha256:4"},
		{control, "newrelic | francisco-partners | Francisco Partners and TPG | US | US_CLOUD_ACT, US_EO_12333, US_FISA_702 | claimed |  | "},
		{assets, "x.nowhere | database |  |  |  |  |  |  | unknown | no place was found | x.tf:1"},
	} {
		if got := lines(c, x.table); !slices.Contains(got, x.want) {
			t.Errorf("%s has no line %q:\n%s", x.table.name, x.want, strings.Join(got, "\n"))
		}
	}
	// What is called and fetched is no asset of the tree, and is in the tables all the same.
	for _, x := range []struct {
		table table
		part  string
	}{
		{models, "triage/answer.py → api.openai.com | model-endpoint | triage | gpt-4.1 | openai | US |  |  | anywhere |"},
		{models, "finetune.yaml#exec-train → huggingface.co | upstream | triage | Qwen/Qwen3-8B | alibaba | CN |  |  | unknown |"},
		{artifacts, "triage/embed.py → huggingface.co | upstream | triage | huggingface | baai | CN"},
		{artifacts, ".github/workflows/build.yml#image → ghcr.io | registry |  | github |"},
	} {
		if got := lines(c, x.table); !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, x.part) }) {
			t.Errorf("%s has no line that begins %q:\n%s", x.table.name, x.part, strings.Join(got, "\n"))
		}
	}
	for i := range paragraphs {
		for _, table := range paragraphs[i].tables {
			for _, line := range lines(c, table) {
				if strings.Contains(line, "*,") || strings.Contains(line, "another number") {
					t.Errorf("%s: %s", table.name, line)
				}
			}
		}
	}
	for _, line := range lines(c, flows) {
		if cells := strings.Split(line, " | "); cells[6] == "" {
			t.Errorf("of a flow it does not say whether it is known where it goes: %s", line)
		}
	}
}
