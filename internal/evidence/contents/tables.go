package contents

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A table is a file of rows that show one kind of fact, each with its origin.
type table struct {
	name string
	head []string
	rows func(c *evidence.Case, row func(...string))
}

// tables writes the tables of each paragraph that have rows, and its findings.
func (b *bundle) tables() error {
	for i := range paragraphs {
		p := &paragraphs[i]
		for _, t := range append(slices.Clone(p.tables), b.findings(p)) {
			var rows [][]string
			t.rows(b.Case, func(cells ...string) { rows = append(rows, cells) })
			if len(rows) == 0 {
				continue
			}
			err := b.w.Add(p.folder+"/"+t.name, func(w io.Writer) error { return t.write(w, rows) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *table) write(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.head); err != nil {
		return err
	}
	for _, r := range rows {
		for i := range r {
			r[i] = inert(r[i])
		}
	}
	return out.WriteAll(rows)
}

// inert keeps a spreadsheet from reading a name as a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// findings are what the rules said that rest on the paragraph.
func (b *bundle) findings(p *paragraph) table {
	mine := b.rulesOf(p)
	return table{"findings.csv", []string{"rule", "status", "severity", "subject", "message", "origin", "fingerprint"}, func(c *evidence.Case, row func(...string)) {
		for i := range c.Result.Findings {
			if f := &c.Result.Findings[i]; slices.Contains(mine, f.Rule) {
				row(string(f.Rule), string(f.Status), string(f.Severity), string(f.Subject), f.Message, f.Origin.At(), f.Fingerprint)
			}
		}
	}}
}

// rulesOf are the rules that evidence a paragraph, sorted.
func (b *bundle) rulesOf(p *paragraph) []graph.RuleID {
	var out []graph.RuleID
	for i := range b.Rules.Rules {
		if r := &b.Rules.Rules[i]; slices.Contains(r.Requirements, p.id()) || slices.Contains(r.Also, p.id()) {
			out = append(out, r.ID)
		}
	}
	slices.Sort(out)
	return out
}

// each calls f for every asset that holds, moves or processes something.
func each(c *evidence.Case, f func(a *finding.Asset)) {
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.Type != resolve.FlowType && a.Kind.Bearing() != graph.BearsNothing {
			f(a)
		}
	}
}

// used are the operators of assets and flows with how many they run, sorted.
func used(c *evidence.Case) (list []*graph.Operator, runs map[graph.EntityID]int) {
	runs = map[graph.EntityID]int{}
	add := func(o *graph.Operator) {
		if o == nil || o.Entity == "" {
			return
		}
		if runs[o.Entity]++; runs[o.Entity] == 1 {
			list = append(list, o)
		}
	}
	each(c, func(a *finding.Asset) { add(a.Operator) })
	for i := range c.Result.Flows {
		add(c.Result.Flows[i].Operator)
	}
	slices.SortFunc(list, func(a, b *graph.Operator) int { return cmp.Compare(a.Entity, b.Entity) })
	return list, runs
}

// cited says where a record was read.
func cited(f *kb.Fact) string {
	switch {
	case f.Cited == nil:
		return ""
	case len(f.Cited.Host) > 0:
		return f.Cited.Origin() + f.Cited.Address
	}
	return cmp.Or(f.Cited.Address, f.Cited.Origin())
}

var operators = table{"operators.csv", []string{"operator", "name", "legal entity", "LEI", "seat", "runs", "confidence", "read in", "as of"}, func(c *evidence.Case, row func(...string)) {
	list, runs := used(c)
	for _, o := range list {
		k, _ := c.KB.Operator(o.Entity)
		row(string(o.Entity), o.Name, k.LegalEntity, k.LEI, string(o.Seat), strconv.Itoa(runs[o.Entity]), string(k.Standing(c.At)), cited(&k.Fact), k.AsOf)
	}
}}

var control = table{"control.csv", []string{"operator", "controller", "name", "country", "laws that reach it", "confidence", "not known", "read in"}, func(c *evidence.Case, row func(...string)) {
	list, _ := used(c)
	for _, o := range list {
		k, _ := c.KB.Operator(o.Entity)
		laws := graph.Listed(o.Laws)
		if len(o.Control) == 0 {
			row(string(o.Entity), "", "", "", laws, string(k.Standing(c.At)), o.Unknown, cited(&k.Fact))
		}
		for i, x := range o.Control {
			f := &k.Fact
			if i < len(k.Control) {
				f = &k.Control[i].Fact
			}
			row(string(o.Entity), string(x.Entity), x.Name, string(x.Country), laws, string(f.Standing(c.At)), o.Unknown, cited(f))
		}
	}
}}

var nexus = table{"establishments.csv", []string{"operator", "name", "seat", "establishments abroad", "confidence", "read in"}, func(c *evidence.Case, row func(...string)) {
	list, _ := used(c)
	for _, o := range list {
		if k, ok := c.KB.Operator(o.Entity); ok && len(k.Nexus) > 0 {
			row(string(o.Entity), o.Name, string(o.Seat), countries(k.Nexus), string(k.Standing(c.At)), cited(&k.Fact))
		}
	}
}}

var certificates = table{"certificates.csv", []string{"operator", "scheme", "number", "covers", "from", "until", "standing", "read in, or document"}, func(c *evidence.Case, row func(...string)) {
	list, _ := used(c)
	for _, o := range list {
		k, _ := c.KB.Operator(o.Entity)
		for i := range k.Certificates {
			x := &k.Certificates[i]
			standing := ended(c, x.Until, x.Standing(c.At))
			if x.Until == "" || x.From > c.Result.At {
				standing = string(graph.Claimed)
			}
			row(string(o.Entity), x.Scheme, x.Number, strings.Join(x.Covers, "; "), x.From, x.Until, standing, cited(&x.Fact))
		}
	}
	for _, e := range c.Perimeter.Spec.Evidence {
		if e.Fact == "certificate" {
			row(e.About, strings.Join(e.Value, " "), "", strings.Join(e.Covers, "; "), e.Dated, e.Expires, ended(c, e.Expires, graph.Documented), e.Document)
		}
	}
}}

var support = table{"support.csv", []string{"operator", "administered from", "confidence", "until", "read in, or document"}, func(c *evidence.Case, row func(...string)) {
	list, _ := used(c)
	for _, o := range list {
		if k, ok := c.KB.Operator(o.Entity); ok && k.Support != nil {
			row(string(o.Entity), countries(k.Support.Countries), string(k.Support.Standing(c.At)), "", cited(&k.Support.Fact))
		}
	}
	for _, e := range c.Perimeter.Spec.Evidence {
		if e.Fact == "support" {
			row(e.About, strings.Join(e.Value, " "), ended(c, e.Expires, graph.Documented), e.Expires, e.Document)
		}
	}
}}

// ended is how sure something is on the day of the result, that holds until another day.
func ended(c *evidence.Case, until string, sure graph.Confidence) string {
	if until != "" && until < c.Result.At {
		return "ended"
	}
	return string(sure)
}

var assets = table{"places.csv", []string{"asset", "kind", "system", "role", "provider", "region", "countries", "binding", "confidence", "not known", "origin"}, func(c *evidence.Case, row func(...string)) {
	each(c, func(a *finding.Asset) {
		for _, p := range a.Places {
			row(string(a.Subject), string(a.Kind), a.System, string(p.Role), string(p.Provider), p.Region, countries(p.Countries), string(p.Binding), string(p.Confidence), p.Unknown, a.Origin.At())
		}
		if len(a.Places) == 0 {
			row(string(a.Subject), string(a.Kind), a.System, "", "", "", "", "", string(graph.NotKnown), "no place was found", a.Origin.At())
		}
	})
}}

var artifacts = table{"artifacts.csv", []string{"artifact", "kind", "system", "operator", "maker", "country of the maker", "confidence", "not known", "origin"}, func(c *evidence.Case, row func(...string)) {
	for i := range c.Result.Assets { // also those that stand for flows: what is fetched, and from where
		a := &c.Result.Assets[i]
		if !slices.Contains([]graph.Kind{graph.Artifact, graph.Registry, graph.ModelRegistry, graph.Upstream}, a.Kind) {
			continue
		}
		m, unknown := a.Maker, ""
		if m == nil {
			m = &graph.Maker{Confidence: graph.NotKnown}
		}
		if a.Operator != nil {
			unknown = a.Operator.Unknown
		}
		row(string(a.Subject), string(a.Kind), a.System, runBy(a), string(m.Entity), string(m.Country), string(m.Confidence), cmp.Or(m.Unknown, unknown), a.Origin.At())
	}
}}

// runBy is who operates an asset, as far as it is known.
func runBy(a *finding.Asset) string {
	if a.Operator == nil {
		return ""
	}
	return string(a.Operator.Entity)
}

var models = table{"models.csv", []string{"asset", "kind", "system", "model", "maker", "country of the maker", "derived from", "licence", "computed in", "operator", "confidence", "not known", "origin"}, func(c *evidence.Case, row func(...string)) {
	each := func(a *finding.Asset, m *graph.Maker, name string) {
		if name == "" {
			return
		}
		var cs []graph.Country
		unknown := ""
		for _, p := range a.Places {
			if p.Role == graph.Processing {
				cs, unknown = append(cs, p.Countries...), cmp.Or(unknown, p.Unknown)
			}
		}
		slices.Sort(cs)
		where := cmp.Or(countries(slices.Compact(cs)), string(graph.NotKnown))
		if a.Kind == graph.Upstream {
			where, unknown = string(graph.NotKnown), "it is fetched from there: where it computes does not follow"
		}
		var from []string
		for _, x := range m.Lineage {
			from = append(from, x.Family)
		}
		row(string(a.Subject), string(a.Kind), a.System, name, string(m.Entity), string(m.Country), strings.Join(from, "; "), m.Licence, where, runBy(a), string(m.Confidence), cmp.Or(m.Unknown, unknown), a.Origin.At())
	}
	for _, system := range append(c.AllSystems(), evidence.Unbound) {
		c.EachModel(system, each)
	}
}}

var flows = table{"flows.csv", []string{"from", "to", "system", "states", "purposes", "classes", "countries", "operator", "answer", "not known", "origin"}, func(c *evidence.Case, row func(...string)) {
	type address struct {
		root string
		at   graph.Address
	}
	own := map[address][]graph.Country{} // of assets, to which flows go
	each(c, func(a *finding.Asset) {
		for _, p := range a.Places {
			own[address{a.Root, a.Subject}] = append(own[address{a.Root, a.Subject}], p.Countries...)
		}
	})
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		cs, unknown := slices.Clone(own[address{e.Root, e.To}]), e.Unknown
		for _, p := range e.Places {
			cs, unknown = append(cs, p.Countries...), cmp.Or(unknown, p.Unknown)
		}
		slices.Sort(cs)
		who := ""
		if e.Operator != nil {
			who = string(e.Operator.Entity)
		}
		states := e.States
		if len(states) == 0 {
			states = []graph.FlowState{e.State}
		}
		row(string(e.From), string(e.To), e.System, graph.Listed(states), strings.Join(e.Purposes, ", "), graph.Listed(e.Classes), cmp.Or(countries(slices.Compact(cs)), string(graph.NotKnown)), who, string(e.Answer), unknown, e.Origin.At())
	}
}}

var traffic = table{"traffic.csv", []string{"from", "to", "first seen", "last seen", "records", "refused", "bytes sent", "bytes received", "incomplete", "origin"}, func(c *evidence.Case, row func(...string)) {
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		if t := e.Traffic; t != nil {
			sent, received := "", ""
			if t.HasBytes {
				sent, received = strconv.FormatInt(t.Sent, 10), strconv.FormatInt(t.Received, 10)
			}
			row(string(e.From), string(e.To), when(t.First), when(t.Last), strconv.FormatInt(t.Count, 10), strconv.FormatInt(t.Blocked, 10), sent, received, t.Incomplete, e.Origin.At())
		}
	}
}}
