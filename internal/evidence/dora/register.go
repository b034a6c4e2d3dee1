package dora

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A cell is one field of the register: what is said about it, and its value as a
// machine reads it, "" where only a person knows it.
type cell struct {
	said  evidence.Sentence
	value string
}

// A row is one of a template, with its cells by column.
type row struct {
	template string
	key      string // what tells it from others: a provider, a function
	cells    map[string]cell
}

// A register is the whole of it in the making.
type register struct {
	*evidence.Builder
	providers []*evidence.Recipient // each once, by name
	fetched   []*evidence.Recipient // from whom all systems only fetch, each once, by name: without a contract they are no arrangement
	strays    []*stray
	services  []*service
	rows      []*row
}

// A service is one type of ICT service that a provider renders to a system.
type service struct {
	*evidence.Recipient
	function string // "F1", or "" of what belongs to no system
	kind     string // "S18", or "" where nothing shows what it is
	cells    map[string]cell
	stored   []cell // 0150 and 0160 of B_02.02, each value on a row of its own
	computed []cell
}

// A stray is an asset or flow without a provider that is known.
type stray struct {
	*evidence.Stray
	system string
}

func newRegister(b *evidence.Builder) *register {
	r := &register{Builder: b}
	met := map[string]bool{}
	for i, system := range append(b.Case.Systems(), evidence.Unbound) {
		function := ""
		if system != evidence.Unbound {
			function = fmt.Sprintf("F%d", i+1)
		}
		for _, s := range b.Case.Strays(system) {
			r.strays = append(r.strays, &stray{s, system})
		}
		for _, x := range b.Case.Recipients(system) {
			if x.Fetched() {
				r.fetched = append(r.fetched, x)
				continue
			}
			if !met[x.ID()] {
				met[x.ID()] = true
				r.providers = append(r.providers, x)
			}
			for _, kind := range kinds(x) {
				r.services = append(r.services, &service{Recipient: x, function: function, kind: kind})
			}
		}
	}
	byName := func(x, y *evidence.Recipient) int { return strings.Compare(x.Name, y.Name) }
	slices.SortStableFunc(r.providers, byName)
	slices.SortStableFunc(r.fetched, byName)
	r.fetched = slices.DeleteFunc(r.fetched, func(x *evidence.Recipient) bool {
		twice := met[x.ID()] // by another system, or as a provider
		met[x.ID()] = true
		return twice
	})
	return r
}

// kinds are the types of ICT services of Annex III that the assets and flows of a
// recipient come to; one "" where nothing shows a type.
func kinds(x *evidence.Recipient) []string {
	var out []string
	for _, k := range x.Kinds {
		if s := typeOf[k]; s != "" {
			out = append(out, s)
		}
	}
	if len(out) == 0 && slices.ContainsFunc(x.Purposes, func(p string) bool { return software[p] }) {
		out = []string{"S19"}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) == 0 {
		return []string{""}
	}
	return out
}

// software are the purposes of flows to somebody's software.
var software = map[string]bool{"data": true, "logs": true, "telemetry": true, "model": true, "tool": true}

// typeOf is the type of service that a kind of asset is taken for: S17 is
// infrastructure, S18 a platform, S19 software as a service.
var typeOf = map[graph.Kind]string{
	graph.ObjectStore: "S17", graph.BlockStore: "S17", graph.FileStore: "S17", graph.Compute: "S17", graph.LoadBalancer: "S17",
	graph.NetworkLink: "S17", graph.CDN: "S17", graph.DNS: "S17", graph.BackupVault: "S17", graph.State: "S17",
	graph.Database: "S18", graph.Warehouse: "S18", graph.Cache: "S18", graph.SearchIndex: "S18", graph.Queue: "S18", graph.Stream: "S18",
	graph.SecretStore: "S18", graph.Key: "S18", graph.Registry: "S18", graph.ModelRegistry: "S18", graph.LogStore: "S18", graph.ModelEndpoint: "S18",
	graph.Training: "S18", graph.Notebook: "S18", graph.AIService: "S18", graph.Cluster: "S18", graph.Function: "S18", graph.Pipeline: "S18",
	graph.Analytics: "S18", graph.APIGateway: "S18", graph.Messaging: "S18", graph.Identity: "S18",
	graph.Exporter: "S19",
}

// add adds a row.
func (r *register) add(template, key string, cells map[string]cell) *row {
	out := &row{template, key, cells}
	r.rows = append(r.rows, out)
	return out
}

// of are the rows of a template.
func (r *register) of(template string) []*row {
	var out []*row
	for _, x := range r.rows {
		if x.template == template {
			out = append(out, x)
		}
	}
	return out
}

// asked is a cell that a question to a person fills. Where the question is about this
// cell alone, its answer is the value.
func (r *register) asked(question, of string) cell { return cell{said: r.Ask(question, of)} }

func (r *register) single(question, of string) cell {
	id := question
	if of != "" {
		id = of + "/" + question
	}
	c := r.asked(question, of)
	if a, holds := r.Case.Answer(id); a != nil && holds {
		c.value = a.Text
	}
	return c
}

// stated is a cell that facts fill.
func (r *register) stated(value, text string, sources ...evidence.Source) cell {
	return cell{r.Value(text, sources...), value}
}

// fill gives one cell to several columns.
func fill(cells map[string]cell, c cell, columns ...string) {
	for _, k := range columns {
		cells[k] = c
	}
}

// all gives one cell to every column of a template.
func all(code string, c cell) map[string]cell {
	cells := map[string]cell{}
	for _, t := range templates {
		if t.code == code {
			for i := range t.columns {
				cells[number(i)] = c
			}
		}
	}
	return cells
}
