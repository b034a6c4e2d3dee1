package oscal

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// results are the assessment results. The plan that they follow is the perimeter
// itself: it says what is asked.
func (w *writer) results(e *lines.Writer) error {
	groups := w.groups(func(*finding.Finding) bool { return true })
	goals := w.goals(groups)
	w.head(e, "results", "results")
	e.Value("import-ap", rlink{Href: "#" + w.perimeter().UUID})
	e.List("results", func() {
		e.Object("", func() {
			w.came(e)
			e.Object("local-definitions", func() { w.local(e, func(*thing) bool { return true }) })
			e.Value("reviewed-controls", reviewed(goals))
			w.observed(e, groups)
			e.Some("findings", func() {
				for _, g := range goals {
					e.Value("", w.found(g))
				}
			})
		})
	})
	w.back(e)
	return nil
}

// came heads a result: what it came to, and what was not read.
func (w *writer) came(e *lines.Writer) {
	r := w.Case.Result
	e.Value("uuid", w.document("result"))
	e.Value("title", plain(w.say("results", evidence.Values{"perimeter": w.Case.Perimeter.Metadata.Name}, evidence.In("perimeter"))))
	e.Value("description", w.say("summary", evidence.Values{
		"assets": r.Summary.Assets, "flows": r.Summary.Flows, "pass": r.Summary.Pass, "fail": r.Summary.Fail, "undecided": r.Summary.Undecided, "waived": r.Summary.Waived, "verdict": evidence.WordOf(w.Builder, "verdict", r.Verdict),
	}, evidence.In("summary")))
	e.Value("start", w.at)
	e.Value("end", w.at)
	ps := append(props("verdict", string(r.Verdict)), each("why", r.Why)...)
	for _, p := range r.Problems {
		ps = append(ps, props("not-read", p.Origin.At()+": "+p.Message)...)
	}
	e.Value("props", ps)
}

// local defines the things that are wanted, and what assessed: this program.
func (w *writer) local(e *lines.Writer, wanted func(*thing) bool) {
	e.Some("components", func() { w.components(e, wanted) })
	e.Some("inventory-items", func() { w.items(e, wanted) })
	t := w.tool()
	e.Value("assessment-assets", assets{[]component{t}, []platform{{w.id("platform"), "Bailiwick", []usesPart{{t.UUID}}}}})
}

// observed writes the observations and risks of groups.
func (w *writer) observed(e *lines.Writer, groups []*group) {
	w.files = map[string]bool{}
	e.Some("observations", func() {
		for _, g := range groups {
			e.Object("", func() { w.observation(e, g) })
		}
	})
	e.Some("risks", func() { w.risks(e, groups) })
}

// perimeter is the file that says what is asked.
func (w *writer) perimeter() resource {
	p := w.Case.Perimeter
	at := w.Case.Key("spec")
	out := resource{UUID: w.id("perimeter", p.Digest), Title: plain(p.Metadata.Name), Description: w.say("plan", evidence.Values{"perimeter": plain(p.Metadata.Name)}, at), Props: props("origin", at.At)}
	l := rlink{Href: evidence.Href(graph.Origin{File: p.File})}
	if sum, ok := strings.CutPrefix(p.Digest, "sha256:"); ok {
		l.Hashes = []hash{{"SHA-256", sum}}
	}
	out.Links = []rlink{l}
	return out
}

// reviewed are the clauses that checks were run against; without one, every one of
// the catalogue, which is then empty.
func reviewed(goals []goal) selections {
	var out []selected
	for _, g := range goals {
		out = append(out, selected{token(g.ID)})
	}
	if len(out) == 0 {
		return selections{[]selection{{All: &struct{}{}}}}
	}
	return selections{[]selection{{Include: out}}}
}
