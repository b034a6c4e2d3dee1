package dfd_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dfd"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/pdf"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// text is a document in one line a block, in the order of the page.
func text(d *evidence.Document) string {
	var b strings.Builder
	for _, k := range d.Blocks {
		switch {
		case k.Heading != nil:
			fmt.Fprintf(&b, "# %s\n", k.Heading.Text)
		case k.Table != nil:
			fmt.Fprintf(&b, "| %s\n", k.Table.Caption)
			for _, r := range k.Table.Rows {
				for _, c := range r {
					for _, s := range c {
						b.WriteString(s.Text + " ")
					}
					b.WriteString("| ")
				}
				b.WriteString("\n")
			}
		case k.Figure != nil:
			fmt.Fprintf(&b, "figure: %s\n", k.Figure.Caption)
		}
		for _, s := range k.Paragraph {
			b.WriteString(s.Text + "\n")
		}
	}
	return b.String()
}

// TestClinic: the tables say what the clinic's code, declarations and traffic show.
func TestClinic(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	d, err := dfd.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	got := text(d)
	for _, want := range []string{
		"58 flows were found; declared: 2, planned: 51, observed: 5.",
		"# What leaves the perimeter\n",
		"triage | api.openai.com (run by OpenAI) | payload: prompts | any country | outside the perimeter; checks: fail | ",
		"triage | api.eu.mistral.ai (run by Mistral AI) | payload: prompts | the whole European Union | inside the perimeter; checks: undecided | ",
		"nightly.py#tools, nightly.py#train | " + strings.Join([]string{"pypi", "org"}, "."),
		"triage/answer.py | bedrock-runtime.eu-central-1.amazonaws.com (run by Amazon Web Services) | question to a model: prompts | Germany and United States | outside the perimeter; checks: fail | ",
		"triage/triage | telemetry.example-analytics.net (nobody established who runs it) | United States | neither declared nor planned | ",
		".mcp.json | not known | tool of an agent: prompts | whom the tool server records",
		"any country | OpenAI | 1 | 14 (1 blocked) | 50.6\u00a0kB sent, 27.2\u00a0kB received | ",
		"# What belongs to no system\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "figure: "); n != 4 {
		t.Errorf("%d figures", n)
	}
}

// TestFrenchNumbers: what parts the digits of a large number is a blank in a picture too.
func TestFrenchNumbers(t *testing.T) {
	d, err := dfd.Document.Make(large(t, 1_500, 3_000), "fr")
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := evidence.Write(&page, "html", d); err != nil {
		t.Fatal(err)
	}
	if got := page.String(); regexp.MustCompile(`[0-9]\?[0-9]`).MatchString(got) || !regexp.MustCompile(`<desc [^>]*>[^<]* [1-9] [0-9]{3} éléments, `).MatchString(got) {
		t.Error("large numbers are not written as French has them")
	}
}

// TestOneSystem: a document about one system has its flows alone, and says how many it
// leaves out.
func TestOneSystem(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	c.Only = "triage"
	d, err := dfd.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	got := text(d)
	for _, want := range []string{
		"This document is about triage alone. Flows of other systems that it leaves out: 0; flows that belong to no system: 12.",
		"# What leaves the perimeter\n", "# System: triage\n", "# Observed and not declared\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	for _, never := range []string{"# The whole\n", "# What belongs to no system\n", "# Observed traffic by country\n"} {
		if strings.Contains(got, never) {
			t.Errorf("%q stands in a document about one system", never)
		}
	}
	if n := strings.Count(got, "figure: "); n != 2 {
		t.Errorf("%d figures", n)
	}
}

// TestNoTraffic: where no traffic was read, nothing is said to be as declared.
func TestNoTraffic(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	c.Result.Traffic = nil
	var flows []finding.Edge
	for _, e := range c.Result.Flows {
		if e.State != graph.Observed {
			flows = append(flows, e)
		}
	}
	c.Result.Flows = flows
	d, err := dfd.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	if got := text(d); strings.Count(got, "No traffic was read.") != 2 || strings.Contains(got, "Declared and not observed") {
		t.Errorf("without traffic it says\n%s", got)
	}
}

// large is a case of so many assets and flows, as a company of many teams has them.
func large(t testing.TB, assets, flows int) *evidence.Case {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	r := rand.New(rand.NewPCG(7, 7))
	countries := strings.Fields("DE FR IE SE NL PL ES IT US GB BR IN SG JP AU CA CH ZA KR MX")
	kinds := []graph.Kind{graph.ObjectStore, graph.Database, graph.Function, graph.Compute, graph.LogStore, graph.Queue, graph.ModelEndpoint, graph.Key, graph.Cluster}
	operators := []*graph.Operator{
		{Entity: "aws", Name: "Amazon Web Services", Seat: "US"}, {Entity: "scaleway", Name: "Scaleway", Seat: "FR"}, {Entity: "microsoft", Name: "Microsoft", Seat: "US"},
		{Entity: "google", Name: "Google", Seat: "US"}, {Entity: "ovhcloud", Name: "OVHcloud", Seat: "FR"}, {Entity: "openai", Name: "OpenAI", Seat: "US"}, nil,
	}
	place := func() []graph.Place {
		if r.IntN(20) == 0 {
			return []graph.Place{{Role: graph.Storage, Unknown: "the region is a variable", Confidence: graph.NotKnown}}
		}
		return []graph.Place{{Role: graph.Storage, Countries: []graph.Country{graph.Country(countries[min(r.IntN(len(countries)), r.IntN(len(countries)))])}, Confidence: graph.Documented}}
	}
	systems := []string{"triage", "triage", ""}
	res := *c.Result
	res.Assets, res.Flows, res.Traffic = nil, nil, nil
	name := func(i int) graph.Address { return graph.Address(fmt.Sprintf("module.team%d.thing.item_%d", i%97, i)) }
	at := func(i int) graph.Origin { return graph.Origin{File: "perimeter.yaml", Line: 1 + i%60} }
	for i := range assets {
		res.Assets = append(res.Assets, finding.Asset{Subject: name(i), Root: "r", Type: "t", Kind: kinds[r.IntN(len(kinds))], Places: place(), Operator: operators[r.IntN(len(operators))], Classes: []graph.ClassID{"prompts"}, System: systems[r.IntN(3)], Origin: at(i)})
	}
	states := []graph.FlowState{graph.Planned, graph.Planned, graph.Declared, graph.Observed}
	purposes := []string{"data", "logs", "model", "telemetry", "registry"}
	for i := range flows {
		e := finding.Edge{From: name(r.IntN(assets)), Root: "r", State: states[r.IntN(4)], Purposes: []string{purposes[r.IntN(5)]}, Classes: []graph.ClassID{"prompts"}, System: systems[r.IntN(3)], Origin: at(i), Answer: finding.Pass}
		if r.IntN(2) == 0 {
			e.To, e.Within = name(r.IntN(assets)), true
		} else {
			host := r.IntN(2000)
			e.To, e.Operator = graph.Address(fmt.Sprintf("api-%d.vendor%d.example", host, host%300)), operators[host%7]
			e.Places = []graph.Place{{Role: graph.Processing, Countries: []graph.Country{graph.Country(countries[host%len(countries)])}, Confidence: graph.Documented}}
		}
		if e.State == graph.Observed {
			e.Traffic = &graph.Traffic{Count: 3, Sent: 1e6, Received: 1e4, HasBytes: true}
		}
		res.Flows = append(res.Flows, e)
	}
	c.Result = &res
	return c
}

// TestLarge: thousands of assets and flows stay legible: few nodes to
// a figure, texts of a size that is read, tables of a length that is.
func TestLarge(t *testing.T) {
	d, err := dfd.Document.Make(large(t, 2_000, 10_000), "de")
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for _, b := range d.Blocks {
		if b.Table != nil && len(b.Table.Rows) > 200 {
			t.Errorf("%s has %d rows", b.Table.Caption, len(b.Table.Rows))
		}
		if b.Figure == nil {
			continue
		}
		figures++
		sheets := evidence.OnPaper(b.Figure.Map)
		t.Logf("%s: %d nodes, %d edges on %d pages", b.Figure.Caption, len(b.Figure.Map.Nodes), len(b.Figure.Map.Edges), len(sheets.Parts))
		for i, s := range sheets.Scales {
			if s < evidence.Legible {
				t.Errorf("%s: page %d is not legible: %v", b.Figure.Caption, i+1, s)
			}
		}
		if len(sheets.Parts) > 25 {
			t.Errorf("%s takes %d pages", b.Figure.Caption, len(sheets.Parts))
		}
	}
	if figures != 4 {
		t.Errorf("%d figures", figures)
	}
}

func BenchmarkLarge(b *testing.B) {
	c := large(b, 10_000, 50_000)
	b.Run("document", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := dfd.Document.Make(c, "en"); err != nil {
				b.Fatal(err)
			}
		}
	})
	d, err := dfd.Document.Make(c, "en")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("pdf", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out bytes.Buffer
			if err := pdf.Write(&out, d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("html", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out bytes.Buffer
			if err := evidence.Write(&out, "html", d); err != nil {
				b.Fatal(err)
			}
		}
	})
}
