package all

import (
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudinit"
)

// boot adds what the machines among the assets run when they start. Which attribute
// says so only a dialect knows, and what it holds is read as a file of its own would be:
// so this stands above the sources.
func (o *Options) boot(f *graph.Facts) {
	if o.Boot == nil {
		return
	}
	type word struct{ language, source, typ string }
	known := map[word][]string{} // most assets share a few types
	before := len(f.Flows)
	for i := range f.Assets {
		a := &f.Assets[i]
		w := word{a.Language, "", a.Type}
		if a.Provider != nil {
			w.source = a.Provider.Source
		}
		attrs, ok := known[w]
		if !ok {
			attrs = o.Boot(w.language, w.source, w.typ)
			known[w] = attrs
		}
		for _, attr := range attrs {
			for _, rd := range a.Attrs.Read(attr) {
				o.started(f, a, attr, rd)
			}
		}
	}
	if len(f.Flows) > before {
		shell.Tidy(f)
	}
}

// started reads one text. Its lines are not those of the file: every fact has that of
// the attribute.
func (o *Options) started(f *graph.Facts, a *graph.Asset, attr string, rd graph.Reading) {
	site := shell.Site{From: a.Address, Root: a.Root, File: rd.Origin.File, Line: rd.Origin.Line, Flat: true, By: attr}
	if rd.Origin.IsZero() {
		site.File, site.Line = a.Origin.File, a.Origin.Line
	}
	text, why := "", rd.Unknown
	switch v := rd.Part.(type) {
	case nil:
		text, _ = rd.Value.(string)
	case graph.Pieces:
		text, why = cloudinit.Pieces(v)
	}
	if text == "" && rd.Unknown != "" {
		f.Flows = append(f.Flows, graph.Flow{From: a.Address, Unknown: "what it runs when it starts is not known: " + rd.Unknown, State: graph.Planned,
			Purpose: "data", Via: attr, Root: a.Root, Origin: site.At()})
		return
	}
	calls, faults := cloudinit.Text(text, why, shell.Options{Around: o.around()})
	site.Add(f, calls, faults)
}
